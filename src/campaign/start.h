/*
 * Duties of a campaign by its scope over the register (requirements 14-19), and what
 * becomes of them when the register changes under way. Within TX, whose scope must see
 * every unit that the campaign means.
 *
 * Scope, of a campaign and narrower of a task:
 *
 *     {"units": FILTER, "sites": FILTER, "excludes": ["military", "secret"],
 *      "without_units": [ids], "without_sites": [ids]}
 */
#ifndef WX_CAMPAIGN_START_H
#define WX_CAMPAIGN_START_H

#include "campaign/calendar.h"
#include "store/office_campaign.h"

/* WX_E_INVALID: the rule's JSON or a filter, and what is wrong. TASK_SCOPE may be
 * empty. */
WX_MUST_CHECK enum wx_status
wx_campaign_targets(struct wx_tx *tx, struct wx_arena *arena, struct wx_str scope,
                    struct wx_str task_scope, int64_t now_s, struct wx_targets *out,
                    struct wx_err *err);

struct wx_followed { /* what changed */
    size_t n_added, n_moved, n_waived;
};
/*
 * Brings a running campaign's duties in line with the register; at the start it makes
 * them. Said again it changes nothing.
 *
 *     unit or site new in the scope      its duties are added
 *     site given to another unit         its open duties go along, with their sheets
 *     unit merged into another           its open duties and notices go along; a duty
 *                                        that the other has anyway is waived
 *     unit out of force, site out of     open duties are waived, with the reason; what
 *     force, closed or merged            was filled in stays
 *     unit or site merely no longer      nothing: what was asked stays asked
 *     named by the filter
 *     a recurring task's turn is over    the next turn's duties are added, by its rule
 *
 * Who had a duty or notice is told (duty.left, notice.left, duty.waived), and who has
 * it now (duty.moved, notice.moved, duty.merged: it does the same for both).
 */
WX_MUST_CHECK enum wx_status wx_campaign_follow(struct wx_tx *tx, int64_t campaign_id,
                                                const struct wx_calendar *calendar,
                                                const struct wx_record_by *by,
                                                struct wx_followed *out,
                                                struct wx_err *err);
/* The turn of a recurring task that is under way on TODAY and the day it is due; turn 0
 * and DUE for one that does not recur. False: DUE is no day, or RECURS no word. */
bool wx_task_turn(struct wx_str recurs, struct wx_str due, int32_t today, int64_t *turn,
                  char out[16]);
/*
 * The same of a task with a rule (campaign/deadline.h): each turn's day is moved off
 * holidays as the rule says, and none comes after its "until" (OUT empty then). Where
 * CALENDAR is NULL or lacks the year, and where DUE was set by hand beside the rule,
 * as wx_task_turn().
 */
bool wx_task_turn_by_rule(const struct wx_calendar *calendar, struct wx_arena *arena,
                          struct wx_str rule, struct wx_str recurs, struct wx_str due,
                          int32_t today, int64_t *turn, char out[16]);

#endif
