/* What stands beside a paper's record: the facts it was made from and its template, the
 * units it was sent to. The paper itself was read through the wall before. */
#ifndef WX_STORE_OFFICE_PAPER_H
#define WX_STORE_OFFICE_PAPER_H

#include "store/record.h"

struct wx_paper_body {
    struct wx_str facts, template_text; /* JSON object; YAML */
};
WX_MUST_CHECK enum wx_status wx_paper_body_put(struct wx_tx *tx, int64_t paper_id,
                                               const struct wx_paper_body *body,
                                               struct wx_err *err);
/* WX_E_NOT_FOUND: none was gathered yet. */
WX_MUST_CHECK enum wx_status wx_paper_body_get(struct wx_tx *tx, struct wx_arena *arena,
                                               int64_t paper_id,
                                               struct wx_paper_body *out,
                                               struct wx_err *err);
/* The unit sees the paper from now on. Said twice it is the same. */
WX_MUST_CHECK enum wx_status wx_paper_tell(struct wx_tx *tx, int64_t paper_id,
                                           int64_t unit_id, int64_t now_s,
                                           struct wx_err *err);
/* Called for each row; its texts live until the next. */
struct wx_paper_sent {
    int64_t unit_id, at_s;
    struct wx_str unit;
};
WX_MUST_CHECK enum wx_status
wx_paper_sent_to(struct wx_tx *tx, int64_t paper_id,
                 void (*take)(void *context, const struct wx_paper_sent *),
                 void *context, struct wx_err *err);
/* Who prepared and who approved the paper, by name. */
WX_MUST_CHECK enum wx_status wx_paper_people(struct wx_tx *tx, int64_t paper_id,
                                             void (*take)(void *context, int64_t id,
                                                          struct wx_str name),
                                             void *context, struct wx_err *err);
/* A unit within TX's scope that it was sent to; 0: none. */
WX_MUST_CHECK enum wx_status wx_paper_seen_unit(struct wx_tx *tx, int64_t paper_id,
                                                int64_t *unit_id, struct wx_err *err);
/* The newest paper of one of two KINDS made from the record, cancelled ones left out;
 * 0: none. */
WX_MUST_CHECK enum wx_status wx_paper_of_record(struct wx_tx *tx, const char *kind,
                                                const char *or_kind, int64_t record_id,
                                                int64_t *id, struct wx_err *err);
/* Findings in force whose address stands in TEXT: what a public paper must not tell. */
WX_MUST_CHECK enum wx_status wx_paper_leaks(struct wx_tx *tx, struct wx_str text,
                                            int64_t *n, struct wx_err *err);

#endif
