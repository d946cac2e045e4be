/* Duties that come of what happens (store/office_occasion.h), and the duty of a notice
 * that goes along with it. */
#ifndef WX_CAMPAIGN_OCCASION_H
#define WX_CAMPAIGN_OCCASION_H

#include "campaign/calendar.h"
#include "campaign/notice.h"
#include "store/record.h"

/*
 * A duty for each task and unit, due as the task's rule says, or on the day that the
 * notice itself states; their units are told. Where the calendar lacks the year the
 * duty has no day until it has it. Tasks that count from the campaign's start get their
 * day. Said again it changes nothing. *N: made or dated now.
 */
WX_MUST_CHECK enum wx_status wx_occasions_follow(struct wx_tx *tx,
                                                 const struct wx_calendar *calendar,
                                                 const struct wx_record_by *by,
                                                 size_t *n, struct wx_err *err);
/* Is there anything to do? */
WX_MUST_CHECK enum wx_status wx_occasions_wait(struct wx_tx *tx, bool *wait,
                                               struct wx_err *err);
/*
 * The unit answers its notice once: with it the duty that came of the notice is
 * submitted, returned, accepted, opened again, given more time. INPUT: the act's.
 * Nothing when there is no such duty, or it went its own way.
 */
WX_MUST_CHECK enum wx_status wx_duty_along(struct wx_tx *tx, struct wx_arena *arena,
                                           enum wx_notice_act act, int64_t notice_id,
                                           const struct wx_notice_input *input,
                                           struct wx_err *err);

#endif
