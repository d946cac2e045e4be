/* What is due by the clock. Trusted: nobody asks, the server does it by itself. */
#ifndef WX_STORE_OFFICE_SCHEDULE_H
#define WX_STORE_OFFICE_SCHEDULE_H

#include "store/office.h"

/* Permits in force whose time is over at NOW. */
WX_MUST_CHECK enum wx_status wx_permits_over(struct wx_tx *tx, int64_t now_s,
                                             int64_t *ids, size_t max, size_t *n,
                                             struct wx_err *err);
/* Enabled schedules whose next time has come, or that have none yet. */
WX_MUST_CHECK enum wx_status wx_schedules_due(struct wx_tx *tx, int64_t now_s,
                                              int64_t *ids, size_t max, size_t *n,
                                              struct wx_err *err);

#endif
