/* Escalation by rule: a notice without an answer rises a level each time the campaign's
 * number of working days has passed since its day. */
#ifndef WX_CAMPAIGN_URGE_H
#define WX_CAMPAIGN_URGE_H

#include "campaign/calendar.h"
#include "store/record.h"

/* Working days where CALENDAR has the year, else days of five in seven. Said again on
 * the same day it changes nothing. *N: levels risen. */
WX_MUST_CHECK enum wx_status wx_notices_urge(struct wx_tx *tx,
                                             const struct wx_calendar *calendar,
                                             const struct wx_record_by *by, size_t *n,
                                             struct wx_err *err);

#endif
