#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/daily.h"
#include "round/schedule.h"
#include <stdio.h>
#include <time.h>

static struct wx_schedule made(const char *every, int weekday, int monthday,
                               const char *start)
{
    struct wx_schedule s;
    const char *field;

    assert_int_equal(wx_schedule_make(wx_str_of(every), weekday, monthday,
                                      wx_str_of(start), &s, &field, NULL),
                     WX_OK);
    return s;
}

static void assert_next(const struct wx_schedule *s, const char *after,
                        const char *want)
{
    int64_t after_s, want_s, got_s;

    assert_true(wx_time_parse(wx_str_of(after), &after_s));
    assert_true(wx_time_parse(wx_str_of(want), &want_s));
    got_s = wx_schedule_next(s, after_s);
    if (got_s != want_s)
        fail_msg("after %s: %lld instead of %s", after, (long long)got_s, want);
}

static void next__is_the_same_clock_time_in_china(void **state)
{
    struct wx_schedule day = made("daily", 0, 0, "22:00");
    struct wx_schedule early = made("daily", 0, 0, "00:30");

    (void)state;
    assert_next(&day, "2026-06-01T21:59:59+08:00", "2026-06-01T22:00:00+08:00");
    assert_next(&day, "2026-06-01T22:00:00+08:00", "2026-06-02T22:00:00+08:00");
    assert_next(&day, "2026-12-31T23:00:00+08:00", "2027-01-01T22:00:00+08:00");
    assert_next(&early, "2026-06-01T16:29:00Z", "2026-06-01T16:30:00Z");
    assert_next(&early, "2026-06-01T16:30:00Z", "2026-06-02T16:30:00Z");
}

static void next__of_a_week_is_its_day(void **state)
{
    struct wx_schedule monday = made("weekly", 1, 0, "08:00");
    struct wx_schedule sunday = made("weekly", 7, 0, "08:00");

    (void)state; /* 2026-06-01 is a Monday */
    assert_next(&monday, "2026-06-01T07:59:59+08:00", "2026-06-01T08:00:00+08:00");
    assert_next(&monday, "2026-06-01T08:00:00+08:00", "2026-06-08T08:00:00+08:00");
    assert_next(&sunday, "2026-06-01T00:00:00+08:00", "2026-06-07T08:00:00+08:00");
    assert_next(&sunday, "2026-06-07T08:00:00+08:00", "2026-06-14T08:00:00+08:00");
}

static void next__of_a_month_keeps_to_its_length(void **state)
{
    struct wx_schedule last = made("monthly", 0, 31, "23:30");
    struct wx_schedule first = made("monthly", 0, 1, "00:00");

    (void)state;
    assert_next(&last, "2026-01-31T23:30:00+08:00", "2026-02-28T23:30:00+08:00");
    assert_next(&last, "2028-02-01T00:00:00+08:00", "2028-02-29T23:30:00+08:00");
    assert_next(&last, "2100-02-01T00:00:00+08:00", "2100-02-28T23:30:00+08:00");
    assert_next(&last, "2026-12-31T23:30:00+08:00", "2027-01-31T23:30:00+08:00");
    assert_next(&first, "2026-12-31T23:59:59+08:00", "2027-01-01T00:00:00+08:00");
}

/* Against the C library's calendar, over three thousand days from a fixed seed. */
static void next__agrees_with_the_calendar(void **state)
{
    static const char *const every[] = {"daily", "weekly", "monthly"};
    uint64_t seed = 20260601;

    (void)state;
    for (int i = 0; i < 3000; i++) {
        struct wx_schedule s;
        int64_t after_s, got_s, before_s;
        char start[8];
        struct tm tm;
        time_t local;

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        snprintf(start, sizeof start, "%02u:%02u", (unsigned)(seed >> 33) % 24,
                 (unsigned)(seed >> 40) % 60);
        s = made(every[i % 3], (int)(seed >> 45) % 7 + 1, (int)(seed >> 50) % 31 + 1,
                 start);
        after_s = (int64_t)(seed >> 20) % 4102444800;
        got_s = wx_schedule_next(&s, after_s);
        assert_true(got_s > after_s && got_s <= after_s + (int64_t)62 * WX_DAY_S);
        local = (time_t)(got_s + 8 * 3600);
        assert_non_null(gmtime_r(&local, &tm));
        assert_int_equal(tm.tm_hour * 60 + tm.tm_min, s.start_min);
        assert_int_equal(tm.tm_sec, 0);
        if (s.every == WX_EVERY_WEEK)
            assert_int_equal((tm.tm_wday + 6) % 7 + 1, s.weekday);
        if (s.every == WX_EVERY_MONTH && tm.tm_mday != s.monthday) {
            time_t tomorrow = local + WX_DAY_S; /* then it is the month's last */

            assert_true(tm.tm_mday < s.monthday);
            assert_non_null(gmtime_r(&tomorrow, &tm));
            assert_int_equal(tm.tm_mday, 1);
        }
        /* and nothing was left out: from just before it, it is still the next */
        before_s = got_s - 1;
        assert_int_equal(wx_schedule_next(&s, before_s), got_s);
    }
}

static void schedule__that_makes_no_sense_is_refused(void **state)
{
    static const struct {
        const char *every;
        int weekday, monthday;
        const char *start, *field;
    } cases[] = {
        {"daily", 0, 0, "25:00", "start_at"},   {"daily", 0, 0, "", "start_at"},
        {"weekly", 0, 0, "08:00", "weekday"},   {"weekly", 8, 0, "08:00", "weekday"},
        {"monthly", 0, 0, "08:00", "monthday"}, {"monthly", 0, 32, "08:00", "monthday"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wx_schedule s;
        const char *field;

        assert_int_equal(wx_schedule_make(wx_str_of(cases[i].every), cases[i].weekday,
                                          cases[i].monthday, wx_str_of(cases[i].start),
                                          &s, &field, NULL),
                         WX_E_INVALID);
        assert_string_equal(field, cases[i].field);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next__is_the_same_clock_time_in_china),
        cmocka_unit_test(next__of_a_week_is_its_day),
        cmocka_unit_test(next__of_a_month_keeps_to_its_length),
        cmocka_unit_test(next__agrees_with_the_calendar),
        cmocka_unit_test(schedule__that_makes_no_sense_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
