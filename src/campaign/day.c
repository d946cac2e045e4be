#include "campaign/day.h"

#include "base/daily.h"
#include "wire/civil.h"
#include <stdio.h>

enum { CHINA_S = WX_CHINA_OFFSET_MIN * 60, MAX_DAYS = 1000000 };

int wx_month_days(int year, int month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30,
                                         31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && is_leap);
}

bool wx_day_of(struct wx_date d, int32_t *day)
{
    if (d.year < WX_MIN_YEAR || d.year > WX_MAX_YEAR || d.month < 1 || d.month > 12 ||
        d.day < 1 || d.day > wx_month_days(d.year, d.month))
        return false;
    *day = (int32_t)wx_days_from_civil(d.year, (unsigned)d.month, (unsigned)d.day);
    return true;
}

/* H. Hinnant's civil_from_days, http://howardhinnant.github.io/date_algorithms.html */
struct wx_date wx_day_date(int32_t day)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct wx_date d = {.day = (int)(doy - (153 * mp + 2) / 5 + 1),
                        .month = (int)(mp < 10 ? mp + 3 : mp - 9)};

    d.year = (int)(yoe + era * 400) + (d.month <= 2);
    return d;
}

int32_t wx_day_add_months(int32_t day, int n)
{
    struct wx_date d = wx_day_date(day);
    int months = d.year * 12 + d.month - 1 + n, last;

    d.year = months / 12;
    d.month = months % 12 + 1;
    last = wx_month_days(d.year, d.month);
    if (d.day > last)
        d.day = last;
    return (int32_t)wx_days_from_civil(d.year, (unsigned)d.month, (unsigned)d.day);
}

int wx_day_weekday(int32_t day)
{
    int64_t w = ((int64_t)day + 3) % 7; /* day 0 was a Thursday */

    return (int)(w < 0 ? w + 7 : w) + 1;
}

int32_t wx_day_at(int64_t at_s)
{
    int64_t s = at_s + CHINA_S;
    int64_t day = s / WX_DAY_S - (s % WX_DAY_S < 0);

    if (day < -MAX_DAYS)
        return -MAX_DAYS;
    return day > MAX_DAYS ? MAX_DAYS : (int32_t)day;
}

int64_t wx_day_start_s(int32_t day)
{
    return (int64_t)day * WX_DAY_S - CHINA_S;
}

/* N decimal digits at S[*POS], then SEP (or the end, when SEP is 0). */
static bool take_number(struct wx_str s, size_t *pos, size_t n, char sep, int *out)
{
    *out = 0;
    if (s.len < *pos + n)
        return false;
    for (size_t end = *pos + n; *pos < end; ++*pos) {
        if (s.ptr[*pos] < '0' || s.ptr[*pos] > '9')
            return false;
        *out = *out * 10 + (s.ptr[*pos] - '0');
    }
    if (!sep)
        return *pos == s.len;
    return *pos < s.len && s.ptr[(*pos)++] == sep;
}

bool wx_day_parse(struct wx_str s, int32_t *day)
{
    struct wx_date d;
    size_t pos = 0;

    return take_number(s, &pos, 4, '-', &d.year) &&
           take_number(s, &pos, 2, '-', &d.month) &&
           take_number(s, &pos, 2, '\0', &d.day) && wx_day_of(d, day);
}

bool wx_month_parse(struct wx_str s, int *year, int *month)
{
    size_t pos = 0;

    return take_number(s, &pos, 4, '-', year) && take_number(s, &pos, 2, '\0', month) &&
           *year >= WX_MIN_YEAR && *year <= WX_MAX_YEAR && *month >= 1 && *month <= 12;
}

void wx_day_format(int32_t day, char out[16])
{
    struct wx_date d = wx_day_date(day);

    snprintf(out, 16, "%04d-%02d-%02d", d.year % 10000, d.month, d.day);
}
