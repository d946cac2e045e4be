/*
 * Papers of the office from draft to archive (campaign/paper_acts.def): made from the
 * records, approved by a second person, numbered, sent, corrected by a later version.
 * What was gathered stays as it was from the submission on; approving gives the number
 * and the date, and keeps the DOCX by its SHA-256. Within TX; audit and events are the
 * caller's.
 *
 * A notice's paper is approved, numbered and sent with its notice, and never by itself.
 */
#ifndef WX_DOCUMENT_ISSUE_H
#define WX_DOCUMENT_ISSUE_H

#include "campaign/course.h"
#include "document/kinds.h"
#include "store/record.h"

struct wx_issue {
    struct wx_tx *tx;
    struct wx_arena *arena;
    struct wx_office *office;
    struct wx_record_by by;
    struct wx_err *err;
};

struct wx_paper_new {
    const struct wx_paper_kind *kind;
    struct wx_paper_subject subject;
    int64_t earlier_id; /* the paper that this one corrects; 0 */
    struct wx_str reason;
};
/* VALUES: fields that a person may write, checked; borrowed; NULL: none. *UNIT_ID: whom
 * it is for. WX_E_NOT_FOUND: no such subject within the scope. */
WX_MUST_CHECK enum wx_status wx_issue_draft(struct wx_issue *i,
                                            const struct wx_paper_new *new,
                                            const json_t *values, int64_t *id,
                                            int64_t *unit_id);
/* Gathers a draft's facts anew. */
WX_MUST_CHECK enum wx_status wx_issue_refresh(struct wx_issue *i, int64_t id);
/* TEXTS (of the field "texts") could stand in the paper of kind WORD: else
 * WX_E_INVALID. */
WX_MUST_CHECK enum wx_status
wx_issue_check_texts(struct wx_str word, const json_t *texts, struct wx_err *err);

struct wx_issue_input {
    struct wx_str note;
    struct wx_str way;       /* of sending: model/record/paper.def; empty: online */
    const int64_t *unit_ids; /* an office's paper is sent to these */
    size_t n_unit_ids;
};
/* REV as wx_duty_act(). WX_E_INVALID: not in this state; a public paper that tells a
 * finding's address; no series of numbers; a paper that goes with its notice. */
WX_MUST_CHECK enum wx_status wx_issue_act(struct wx_issue *i, enum wx_paper_act act,
                                          int64_t id, int64_t rev,
                                          const struct wx_issue_input *input);
/* A draft that corrects a sent one. */
WX_MUST_CHECK enum wx_status wx_issue_correct(struct wx_issue *i, int64_t id,
                                              struct wx_str reason, int64_t *new_id,
                                              int64_t *unit_id);

/* The paper as it is; WATERMARK empty: none. PAPER in the arena. */
WX_MUST_CHECK enum wx_status wx_issue_paper(struct wx_issue *i, int64_t id,
                                            struct wx_str watermark,
                                            struct wx_paper *paper);

/* After an act on a notice: its paper goes along. Drafting makes it; sending without an
 * approved one is WX_E_INVALID. */
WX_MUST_CHECK enum wx_status wx_issue_notice_drafted(struct wx_issue *i,
                                                     int64_t notice_id);
WX_MUST_CHECK enum wx_status wx_issue_notice_acted(struct wx_issue *i,
                                                   enum wx_notice_act act,
                                                   int64_t notice_id,
                                                   struct wx_str note);

#endif
