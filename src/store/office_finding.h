/*
 * Rows of findings (model/record/finding.def): the present state with its texts, one
 * line for each round that looked (the frozen series), comments, evidence, and what can
 * be taken back. Reading goes through the wall; lists are store/record.h's.
 */
#ifndef WX_STORE_OFFICE_FINDING_H
#define WX_STORE_OFFICE_FINDING_H

#include "base/hash.h"
#include "base/json.h"
#include "store/office.h"
#include "store/record.h"

struct wx_finding_row {
    int64_t id, rev, unit_id, created_s, created_by;
#define I(name) int64_t name;
#define S(name) struct wx_str name;
#include "store/finding_columns.def"
#undef S
#undef I
};

/* What is read with one finding only. more_urls and evidence: JSON arrays of strings.
 */
struct wx_finding_text {
    struct wx_str excerpt, place, key, detail_zh, detail_en, evidence, more_urls;
    struct wx_str foreign_json; /* object of another tool's further facts, or empty */
    int64_t observation;
    struct wx_str proposed_note, dismissed_note;
};

/* Texts in ARENA. WX_E_NOT_FOUND: none, or outside the scope. */
WX_MUST_CHECK enum wx_status wx_finding_row_read(struct wx_tx *tx,
                                                 struct wx_arena *arena, int64_t id,
                                                 struct wx_finding_row *out,
                                                 struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_finding_row_known(struct wx_tx *tx, struct wx_arena *arena, int64_t site_id,
                     struct wx_str fingerprint, struct wx_finding_row *out,
                     struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_finding_text_read(struct wx_tx *tx,
                                                  struct wx_arena *arena, int64_t id,
                                                  struct wx_finding_text *out,
                                                  struct wx_err *err);
/* Sets ROW's id and rev. Its history begins with {"act": ACT}. */
WX_MUST_CHECK enum wx_status
wx_finding_row_add(struct wx_tx *tx, struct wx_finding_row *row,
                   const struct wx_finding_text *text, struct wx_str act,
                   const struct wx_record_by *by, struct wx_err *err);
/*
 * AFTER in place of BEFORE. ACT empty: nothing a person must know changed (seen again):
 * no history, and rev stays. Otherwise rev goes up and history tells act, note and the
 * fields that differ.
 */
WX_MUST_CHECK enum wx_status
wx_finding_row_change(struct wx_tx *tx, const struct wx_finding_row *before,
                      struct wx_finding_row *after, struct wx_str act,
                      struct wx_str note, const struct wx_record_by *by,
                      struct wx_err *err);
/* The texts anew, and the index of words when they differ from what is kept. */
WX_MUST_CHECK enum wx_status wx_finding_text_put(struct wx_tx *tx,
                                                 const struct wx_finding_row *row,
                                                 const struct wx_finding_text *text,
                                                 struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_finding_note_put(struct wx_tx *tx, int64_t id,
                                                 bool is_dismissal, struct wx_str note,
                                                 struct wx_err *err);

/* ---- series of the rounds ---- */

struct wx_sighting {
    int64_t round_id, finding_id, unit_id, parts, site_id, n_places, at_s;
    struct wx_str result, severity, verdict, state;
};
/* WX_E_EXISTS: that round has its line already; it is never changed. */
WX_MUST_CHECK enum wx_status wx_sighting_add(struct wx_tx *tx,
                                             const struct wx_sighting *sighting,
                                             struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_sighting_site_put(struct wx_tx *tx, int64_t round_id,
                                                  int64_t site_id, int64_t unit_id,
                                                  struct wx_str status,
                                                  struct wx_str reason, int64_t at_s,
                                                  struct wx_err *err);
/* Findings of a site that rounds look after and that have no line of ROUND_ID yet:
 * their ids, in ARENA. */
WX_MUST_CHECK enum wx_status wx_findings_unseen(struct wx_tx *tx,
                                                struct wx_arena *arena, int64_t site_id,
                                                int64_t round_id, int64_t **ids,
                                                size_t *n, struct wx_err *err);
/* Dismissed findings whose time is over, at most 200. */
WX_MUST_CHECK enum wx_status wx_findings_expired(struct wx_tx *tx,
                                                 struct wx_arena *arena, int64_t now_s,
                                                 int64_t **ids, size_t *n,
                                                 struct wx_err *err);
/* Elements {round_id, result, severity, verdict, n_places, at}, newest first. */
WX_MUST_CHECK enum wx_status wx_sightings_json(struct wx_tx *tx, int64_t finding_id,
                                               struct wx_json *out, struct wx_err *err);

/*
 * What became of findings from round A to round B, one word each: fixed, open, new,
 * regressed, not_determined. counts: {"fixed": n, ...} as members of the open object.
 * list: elements {id, change, reason, title, ...} of the open array; CHANGE empty: all.
 */
struct wx_round_compare {
    int64_t a, b;
    struct wx_str change;
    int64_t after_id; /* cursor; 0: from the start */
    uint32_t limit;
    bool in_english;
};
WX_MUST_CHECK enum wx_status
wx_rounds_compare_counts(struct wx_tx *tx, const struct wx_round_compare *compare,
                         struct wx_json *out, struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_rounds_compare_list(struct wx_tx *tx, const struct wx_round_compare *compare,
                       struct wx_json *out, int64_t *next_id, struct wx_err *err);

/* ---- evidence ---- */

WX_MUST_CHECK enum wx_status wx_finding_evidence_add(struct wx_tx *tx,
                                                     const struct wx_finding_row *row,
                                                     const struct wx_sha256 *hash,
                                                     int64_t round_id,
                                                     struct wx_err *err);
/* Of any finding in the scope that rests on it. WX_E_NOT_FOUND. */
struct wx_finding_evidence {
    int64_t finding_id, unit_id, parts, round_id;
};
WX_MUST_CHECK enum wx_status wx_finding_evidence_find(struct wx_tx *tx,
                                                      const struct wx_sha256 *hash,
                                                      struct wx_finding_evidence *out,
                                                      struct wx_err *err);
/* One line of a finding's evidence after the other, at most WX_MAX_EVIDENCE_REFS * 4.
 */
typedef bool wx_each_evidence(void *ctx, const struct wx_sha256 *hash,
                              int64_t round_id);
WX_MUST_CHECK enum wx_status wx_finding_evidence_each(struct wx_tx *tx,
                                                      int64_t finding_id,
                                                      wx_each_evidence *each, void *ctx,
                                                      struct wx_err *err);

/* ---- comments, history ---- */

WX_MUST_CHECK enum wx_status wx_finding_comment_add(struct wx_tx *tx,
                                                    const struct wx_finding_row *row,
                                                    struct wx_str text,
                                                    const struct wx_record_by *by,
                                                    int64_t *id, struct wx_err *err);
/* Elements {id, at, account_id, account, text}, oldest first, at most 500. */
WX_MUST_CHECK enum wx_status wx_finding_comments_json(struct wx_tx *tx,
                                                      int64_t finding_id,
                                                      struct wx_json *out,
                                                      struct wx_err *err);
/* Elements {id, rev, at, account_id, account, change}, newest first. The finding must
 * have been read through the wall before: history is past it, because an item marked
 * for a further authority belongs to a unit that this one does not see. */
WX_MUST_CHECK enum wx_status
wx_finding_history_json(struct wx_tx *tx, int64_t finding_id, int64_t before_id,
                        uint32_t limit, struct wx_json *out, struct wx_err *err);

/* ---- taking back ---- */

/* ACT_ID 0: a new act; *ACT_ID names it for all its findings. */
WX_MUST_CHECK enum wx_status wx_finding_undo_keep(struct wx_tx *tx, int64_t *act_id,
                                                  const struct wx_finding_row *before,
                                                  int64_t rev_after, int64_t until_s,
                                                  const struct wx_record_by *by,
                                                  struct wx_err *err);
struct wx_finding_undo {
    int64_t id, finding_id, rev;
    struct wx_str before; /* JSON object */
};
/* Of this account and still in time; in ARENA. */
WX_MUST_CHECK enum wx_status
wx_finding_undo_find(struct wx_tx *tx, struct wx_arena *arena, int64_t act_id,
                     int64_t account_id, int64_t now_s, struct wx_finding_undo **out,
                     size_t *n, struct wx_err *err);
/* BEFORE's fields into ROW. */
WX_MUST_CHECK enum wx_status wx_finding_undo_read(struct wx_str before,
                                                  struct wx_arena *arena,
                                                  struct wx_finding_row *row,
                                                  struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_finding_undo_drop(struct wx_tx *tx, int64_t act_id,
                                                  int64_t now_s, struct wx_err *err);

/* ---- re-inspection asked for ---- */

/* The same finding is asked for once until it was planned; *ID is the row's. */
WX_MUST_CHECK enum wx_status wx_finding_retest_ask(struct wx_tx *tx,
                                                   const struct wx_finding_row *row,
                                                   const struct wx_record_by *by,
                                                   int64_t *id, struct wx_err *err);
/* The newest one asked for at a finding as the member "retest": when, and the round
 * that came of it (round_id 0: none yet) as far as the transaction may see it; null:
 * never. */
WX_MUST_CHECK enum wx_status wx_finding_retest_json(struct wx_tx *tx,
                                                    int64_t finding_id,
                                                    struct wx_json *j,
                                                    struct wx_err *err);
/* For rounds: sites with findings to look at again, each once; in ARENA. */
struct wx_retest_due {
    int64_t site_id, unit_id, account_id, asked_s;
};
WX_MUST_CHECK enum wx_status wx_retests_due(struct wx_tx *tx, struct wx_arena *arena,
                                            struct wx_retest_due **out, size_t *n,
                                            struct wx_err *err);
/* All that was asked for of the site is now that round's. */
WX_MUST_CHECK enum wx_status wx_retest_planned(struct wx_tx *tx, int64_t site_id,
                                               int64_t round_id, struct wx_err *err);

/* ---- imports ---- */

struct wx_finding_import {
    int64_t id, at_s, account_id, n_rows, n_new, n_again, n_regressed, n_refused;
    struct wx_str format, tool, source, source_ref;
    struct wx_sha256 hash; /* of the file */
};
WX_MUST_CHECK enum wx_status
wx_finding_import_add(struct wx_tx *tx, const struct wx_finding_import *import,
                      int64_t *id, struct wx_err *err);
/* Elements, newest first; ACCOUNT_ID 0: everybody's. */
WX_MUST_CHECK enum wx_status wx_finding_imports_json(struct wx_tx *tx,
                                                     int64_t account_id, uint32_t limit,
                                                     struct wx_json *out,
                                                     struct wx_err *err);

/* ---- over many ---- */

/* Ids of what FILTER names, at most MAX (WX_E_TOO_BIG past it); in ARENA. */
WX_MUST_CHECK enum wx_status wx_findings_filtered(struct wx_tx *tx,
                                                  struct wx_arena *arena,
                                                  struct wx_str filter, int64_t now_s,
                                                  size_t max, int64_t **ids, size_t *n,
                                                  struct wx_err *err);
/* "facets": {"severity": {"high": 3, ...}, ...}, "total": n as members of the open
 * object, of what FILTER names. */
WX_MUST_CHECK enum wx_status
wx_findings_facets(struct wx_tx *tx, struct wx_arena *arena, struct wx_str filter,
                   int64_t now_s, struct wx_json *out, struct wx_err *err);

#endif
