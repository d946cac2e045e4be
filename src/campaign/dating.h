/*
 * From a task's rule (campaign/deadline.h) to its day. The rule is worked out when the
 * task is written; where the calendar of working days lacks the year, the task says so
 * and is dated by the clock once the calendar has it.
 */
#ifndef WX_CAMPAIGN_DATING_H
#define WX_CAMPAIGN_DATING_H

#include "campaign/deadline.h"
#include "store/record.h"
#include <jansson.h>

struct wx_dating {
    const struct wx_calendar *calendar; /* NULL: none; working days are not known */
    enum wx_before before;
    int64_t now_s;
};
/*
 * VALUES (of a task) get due, due_note, deadline_text and recurs after RULE. A rule
 * that waits for an event, and "open", give no day. WX_E_INVALID: RULE is none, and
 * why.
 */
WX_MUST_CHECK enum wx_status wx_task_date(struct wx_arena *arena,
                                          const struct wx_dating *dating,
                                          struct wx_str rule, json_t *values,
                                          struct wx_err *err);
/* Tasks of the campaign that had no day for want of a calendar, and their duties. *N:
 * dated now. */
WX_MUST_CHECK enum wx_status wx_tasks_date(struct wx_tx *tx, struct wx_arena *arena,
                                           int64_t campaign_id,
                                           const struct wx_calendar *calendar,
                                           const struct wx_record_by *by, size_t *n,
                                           struct wx_err *err);
/* Does the task's rule count working days? Then days on which its clock stood are
 * counted so, too. */
bool wx_rule_counts_working_days(struct wx_arena *arena, struct wx_str rule);

#endif
