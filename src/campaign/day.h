/*
 * Days as an office in China counts them: one number a day, 0 for 1970-01-01. A day
 * begins at midnight of UTC+8 (China has had no summer time since 1991). Pure.
 */
#ifndef WX_CAMPAIGN_DAY_H
#define WX_CAMPAIGN_DAY_H

#include "base/str.h"

enum {
    WX_MIN_YEAR = 1970,
    WX_MAX_YEAR = 2199,
    WX_DAY_NONE = INT32_MIN, /* no day */
};

struct wx_date {
    int year, month, day; /* month and day from 1 */
};

int wx_month_days(int year, int month);
/* False: there is no such day, or the year is outside the two above. */
bool wx_day_of(struct wx_date date, int32_t *day);
struct wx_date wx_day_date(int32_t day);
/* The day N months on; where that month is too short, its last day. */
int32_t wx_day_add_months(int32_t day, int n);
int wx_day_weekday(int32_t day); /* 1 Monday .. 7 Sunday */

int32_t wx_day_at(int64_t at_s);     /* the day in China at that second */
int64_t wx_day_start_s(int32_t day); /* its first second */

/* "2016-02-29" exactly; false: malformed, or no such day. */
bool wx_day_parse(struct wx_str s, int32_t *day);
/* "2016-02", the same. */
bool wx_month_parse(struct wx_str s, int *year, int *month);
void wx_day_format(int32_t day, char out[16]); /* "2016-02-29" */

#endif
