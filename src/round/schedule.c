#include "round/schedule.h"

#include "base/daily.h"
#include "wire/civil.h"

enum { MONTHS_AHEAD = 3, DAYS_AHEAD = 8 };

struct civil {
    int64_t year;
    int month, day; /* 1..12, 1..31 */
};

static int64_t days_of(struct civil c)
{
    return wx_days_from_civil(c.year, (unsigned)c.month, (unsigned)c.day);
}

/* And back (H. Hinnant, "chrono-compatible low-level date algorithms"). */
static struct civil civil_of(int64_t days)
{
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    struct civil c = {.day = (int)(doy - (153 * mp + 2) / 5 + 1),
                      .month = (int)(mp < 10 ? mp + 3 : mp - 9)};

    c.year = yoe + era * 400 + (c.month <= 2);
    return c;
}

static int month_days(int64_t year, int month)
{
    struct civil next = {year + (month == 12), month == 12 ? 1 : month + 1, 1};

    return (int)(days_of(next) - days_of((struct civil){year, month, 1}));
}

enum wx_status wx_schedule_make(struct wx_str every, int64_t weekday, int64_t monthday,
                                struct wx_str start_at, struct wx_schedule *out,
                                const char **field, struct wx_err *err)
{
    *out = (struct wx_schedule){.weekday = (int)weekday, .monthday = (int)monthday};
    if (wx_str_eqz(every, "weekly"))
        out->every = WX_EVERY_WEEK;
    else if (wx_str_eqz(every, "monthly"))
        out->every = WX_EVERY_MONTH;
    *field = NULL;
    if (!wx_daily_time_parse(start_at, &out->start_min))
        *field = "start_at";
    else if (out->every == WX_EVERY_WEEK && (weekday < 1 || weekday > 7))
        *field = "weekday";
    else if (out->every == WX_EVERY_MONTH && (monthday < 1 || monthday > 31))
        *field = "monthday";
    return *field ? wx_fail(err, WX_E_INVALID, "'%s' of the schedule", *field) : WX_OK;
}

static int64_t moment(const struct wx_schedule *s, int64_t days)
{
    return days * WX_DAY_S + (int64_t)(s->start_min - WX_CHINA_OFFSET_MIN) * 60;
}

static int64_t next_of_month(const struct wx_schedule *s, int64_t today,
                             int64_t after_s)
{
    struct civil c = civil_of(today);

    for (int i = 0; i < MONTHS_AHEAD; i++) {
        int last = month_days(c.year, c.month);
        struct civil day = {c.year, c.month, s->monthday < last ? s->monthday : last};
        int64_t at_s = moment(s, days_of(day));

        if (at_s > after_s)
            return at_s;
        c.year += c.month == 12;
        c.month = c.month == 12 ? 1 : c.month + 1;
    }
    WX_BUG("a month without its day");
}

int64_t wx_schedule_next(const struct wx_schedule *s, int64_t after_s)
{
    int64_t midnight_s = wx_day_begin(after_s, WX_CHINA_OFFSET_MIN);
    int64_t today = (midnight_s + (int64_t)WX_CHINA_OFFSET_MIN * 60) / WX_DAY_S;

    if (s->every == WX_EVERY_MONTH)
        return next_of_month(s, today, after_s);
    for (int64_t day = today; day < today + DAYS_AHEAD; day++) {
        int weekday = (int)((day % 7 + 7 + 3) % 7) + 1; /* 1970-01-01: a Thursday */

        if (moment(s, day) > after_s &&
            (s->every == WX_EVERY_DAY || weekday == s->weekday))
            return moment(s, day);
    }
    WX_BUG("a week without its day");
}
