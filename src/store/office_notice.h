/* What notices and rectifications ask of the database beyond plain records. Through the
 * wall of the transaction's scope. */
#ifndef WX_STORE_OFFICE_NOTICE_H
#define WX_STORE_OFFICE_NOTICE_H

#include "store/record.h"

/* A finding that a notice may name: proven twice or by a person (never a first
 * suspicion of the machine), not mended, and in no other notice that waits for its
 * answer. By unit, worst first; in ARENA. */
struct wx_notifiable {
    int64_t finding_id, unit_id, site_id;
    struct wx_str title, severity, url;
};
/* Of units with a duty in the campaign; UNIT_ID 0: all of them. LEAST: lowest severity
 * taken, "low" and up. */
WX_MUST_CHECK enum wx_status
wx_notifiable_find(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                   int64_t unit_id, struct wx_str least, struct wx_notifiable **out,
                   size_t *n, struct wx_err *err);

struct wx_item_row { /* a rectification */
    int64_t id, unit_id, finding_id, n_regressed;
    struct wx_str state, verdict;
};
WX_MUST_CHECK enum wx_status wx_notice_items(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t notice_id,
                                             struct wx_item_row **out, size_t *n,
                                             struct wx_err *err);
/* A rectification that waits for this finding; id 0: none. */
WX_MUST_CHECK enum wx_status wx_item_of_finding(struct wx_tx *tx, int64_t finding_id,
                                                int64_t *id, struct wx_err *err);

/* Notices of the campaign that wait for something, and whose unit is out of force; WORD
 * empty. In ARENA. */
struct wx_clock_item;
WX_MUST_CHECK enum wx_status
wx_notices_displaced(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                     struct wx_clock_item **out, size_t *n, struct wx_err *err);

/* ---- by the clock; ids in ARENA ---- */

struct wx_clock_item {
    int64_t id, unit_id, notice_id, finding_id, round_id;
    struct wx_str word;
};
/* Mended, verified, and back: findings that are open again. */
WX_MUST_CHECK enum wx_status wx_items_regressed(struct wx_tx *tx,
                                                struct wx_arena *arena,
                                                struct wx_clock_item **out, size_t *n,
                                                struct wx_err *err);
/* Answered, and a re-inspection asked for since has looked: WORD is its result. */
WX_MUST_CHECK enum wx_status wx_items_looked_at(struct wx_tx *tx,
                                                struct wx_arena *arena,
                                                struct wx_clock_item **out, size_t *n,
                                                struct wx_err *err);
/* Notices not answered, plans not carried out, due on a day from FROM up to before TO.
 */
WX_MUST_CHECK enum wx_status wx_notices_overdue(struct wx_tx *tx,
                                                struct wx_arena *arena,
                                                struct wx_str from, struct wx_str to,
                                                struct wx_clock_item **out, size_t *n,
                                                struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_plans_overdue(struct wx_tx *tx, struct wx_arena *arena,
                                              struct wx_str from, struct wx_str to,
                                              struct wx_clock_item **out, size_t *n,
                                              struct wx_err *err);
/* Elements {notice_id, number, unit_id, unit, state, due, days, level} of notices past
 * their day without an answer, worst first: who never answers. */
WX_MUST_CHECK enum wx_status
wx_notices_unanswered_json(struct wx_tx *tx, int64_t campaign_id, struct wx_str today,
                           struct wx_json *out, struct wx_err *err);

#endif
