/*
 * What campaigns do by the clock: duties follow the register, reminders and chasing go
 * out once a day, overdue notices and plans are told, and what came back after it was
 * mended is open again. The same for the server and for a simulation: the time is
 * given.
 */
#ifndef WX_CAMPAIGN_CLOCK_H
#define WX_CAMPAIGN_CLOCK_H

#include "campaign/calendar.h"
#include "store/office_campaign.h"

struct wx_clock_sum {
    size_t n_reminders; /* units told, before and after */
    size_t n_added, n_moved, n_waived, n_dated;
    size_t n_occasions; /* duties that came of what happened */
    size_t n_undated;   /* reminders left out: the calendar lacks their year */
    size_t n_overdue_notices, n_overdue_plans, n_urged, n_verdicts, n_regressed;
};
/* Is there anything to do? Cheap; in a reading transaction. */
WX_MUST_CHECK enum wx_status wx_campaigns_are_due(struct wx_tx *tx, int64_t now_s,
                                                  bool *is_due, struct wx_err *err);
/* In a writing transaction with wx_scope_everything. Said twice on a day, the second
 * does nothing; after days without a server the past days' reminders are not made up,
 * lateness is counted all the same. CALENDAR: for reminders by working days; where it
 * is NULL or lacks the year these are left out and counted, the others go out. */
WX_MUST_CHECK enum wx_status
wx_campaigns_by_clock(struct wx_tx *tx, const struct wx_calendar *calendar,
                      int64_t now_s, struct wx_clock_sum *sum, struct wx_err *err);

#endif
