/*
 * Hours of the day, as permits and schedules state them: "22:00" to "06:00" at an
 * offset from UTC, over midnight when they are turned round. Pure.
 */
#ifndef WX_BASE_DAILY_H
#define WX_BASE_DAILY_H

#include "base/str.h"

enum { WX_DAY_MIN = 24 * 60, WX_DAY_S = 86400, WX_CHINA_OFFSET_MIN = 8 * 60 };

struct wx_daily { /* minutes; from == until: the whole day */
    int from_min, until_min, offset_min;
};

/* "22:00" ("24:00" is midnight) into minutes; "+08:00" or "Z" into minutes east. */
bool wx_daily_time_parse(struct wx_str s, int *minutes);
bool wx_daily_offset_parse(struct wx_str s, int *minutes);
/* Is it one of the hours, and the next second at which that changes (INT64_MAX: never)?
 */
bool wx_daily_is_open(const struct wx_daily *daily, int64_t now_s, int64_t *changes_s);
/* The midnight, at the offset, with which the day of AT begins. */
int64_t wx_day_begin(int64_t at_s, int offset_min);

#endif
