/*
 * When a schedule is due. Pure: the time is handed in. The country has one time, UTC+8
 * the whole year.
 */
#ifndef WX_ROUND_SCHEDULE_H
#define WX_ROUND_SCHEDULE_H

#include "base/err.h"
#include "base/str.h"

enum wx_every { WX_EVERY_DAY, WX_EVERY_WEEK, WX_EVERY_MONTH };

struct wx_schedule {
    enum wx_every every;
    int weekday;   /* 1 Monday .. 7 Sunday; of every week */
    int monthday;  /* 1..31; in a shorter month its last day */
    int start_min; /* of the day */
};

/* As the record says it. WX_E_INVALID, and *FIELD names the field. */
WX_MUST_CHECK enum wx_status wx_schedule_make(struct wx_str every, int64_t weekday,
                                              int64_t monthday, struct wx_str start_at,
                                              struct wx_schedule *out,
                                              const char **field, struct wx_err *err);
/* The first moment after AFTER at which it is due. */
int64_t wx_schedule_next(const struct wx_schedule *schedule, int64_t after_s);

#endif
