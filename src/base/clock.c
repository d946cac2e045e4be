#define _GNU_SOURCE
#include "base/clock.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

enum { CHINA_OFFSET_S = 8 * 3600 };

static int64_t clock_us(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t wx_now_s(void)
{
    return clock_us(CLOCK_REALTIME) / 1000000;
}

int64_t wx_now_ms(void)
{
    return clock_us(CLOCK_REALTIME) / 1000;
}

int64_t wx_mono_ms(void)
{
    return clock_us(CLOCK_MONOTONIC) / 1000;
}

int64_t wx_mono_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

int64_t wx_cpu_us(void)
{
    return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

void wx_time_format(int64_t at_s, char out[24])
{
    time_t t = (time_t)at_s;
    struct tm tm;

    gmtime_r(&t, &tm);
    strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void wx_time_format_china(int64_t at_s, char out[24])
{
    time_t t = (time_t)at_s + CHINA_OFFSET_S;
    struct tm tm;

    gmtime_r(&t, &tm);
    strftime(out, 24, "%Y-%m-%d %H:%M", &tm);
}

/* Behind the seconds: an optional fraction, then Z or +hh:mm. */
static bool parse_zone(const char *rest, long *offset_s)
{
    int hh, mm, n = 0;
    char sign;

    if (*rest == '.') {
        rest++;
        while (*rest >= '0' && *rest <= '9')
            rest++;
    }
    *offset_s = 0;
    if ((rest[0] == 'Z' || rest[0] == 'z') && !rest[1])
        return true;
    if (sscanf(rest, "%c%2d:%2d%n", &sign, &hh, &mm, &n) != 3 || rest[n] || hh > 23 ||
        mm > 59 || (sign != '+' && sign != '-'))
        return false;
    *offset_s = (sign == '-' ? -1 : 1) * (hh * 3600L + mm * 60L);
    return true;
}

static int days_of(int year, int month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30,
                                         31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && is_leap);
}

bool wx_time_parse(struct wx_str s, int64_t *at_s)
{
    char text[40];
    struct tm tm = {0};
    long offset_s = 0;
    int n = 0;

    if (s.len >= sizeof text || memchr(s.ptr ? s.ptr : "", 0, s.len))
        return false;
    snprintf(text, sizeof text, WX_STR_FMT, WX_STR_ARG(s));
    if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &n) != 3)
        return false;
    if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > 31)
        return false;
    if (text[n]) {
        int m = 0;

        if (sscanf(text + n, "%*[Tt ]%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min,
                   &tm.tm_sec, &m) != 3 ||
            tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
            return false;
        if (!parse_zone(text + n + m, &offset_s))
            return false;
    }
    if (tm.tm_mday > days_of(tm.tm_year, tm.tm_mon))
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *at_s = (int64_t)timegm(&tm) - offset_s;
    return true;
}

bool wx_duration_parse(struct wx_str s, int64_t *ms)
{
    static const struct {
        char suffix;
        int64_t ms;
    } units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', 86400000}};
    int64_t unit = 1000;
    uint64_t n;

    for (size_t i = 0; s.len && i < sizeof units / sizeof *units; i++) {
        if (s.ptr[s.len - 1] == units[i].suffix) {
            unit = units[i].ms;
            s.len--;
            break;
        }
    }
    if (!wx_str_to_u64(s, 366LL * 86400000 / (uint64_t)unit, &n))
        return false;
    *ms = (int64_t)n * unit;
    return true;
}
