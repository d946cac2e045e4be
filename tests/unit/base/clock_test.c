/* Times as texts. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void time__reads_dates_and_zones(void **state)
{
    static const struct {
        const char *text;
        int64_t at_s;
    } good[] = {{"1970-01-01", 0},
                {"2024-02-29", 1709164800},
                {"2000-02-29", 951782400},
                {"2026-11-22T08:00:00+08:00", 1795305600},
                {"2026-11-22T00:00:00Z", 1795305600}};
    int64_t at_s;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(wx_time_parse(wx_str_of(good[i].text), &at_s));
        assert_int_equal(at_s, good[i].at_s);
    }
}

static void time__refuses_days_that_are_not_in_the_calendar(void **state)
{
    static const char *const bad[] = {
        "2016-02-30", "2023-02-29",           "1900-02-29",         "2026-04-31",
        "2026-13-01", "2026-00-10",           "2026-01-00",         "2026-01-32",
        "tomorrow",   "2026-11-22T24:00:00Z", "2026-11-22T08:00:00"};
    int64_t at_s;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (wx_time_parse(wx_str_of(bad[i]), &at_s))
            fail_msg("'%s' was taken", bad[i]);
}

static void time_for_people__is_china_s_whatever_zone_the_machine_keeps(void **state)
{
    static const char *const zones[] = {"UTC", "America/New_York", "Asia/Shanghai"};
    char text[24];

    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        wx_time_format_china(1795305600, text);
        assert_string_equal(text, "2026-11-22 08:00");
        wx_time_format_china(1795305600 - 9 * 3600, text); /* the day before, in UTC */
        assert_string_equal(text, "2026-11-21 23:00");
    }
    unsetenv("TZ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time__reads_dates_and_zones),
        cmocka_unit_test(time__refuses_days_that_are_not_in_the_calendar),
        cmocka_unit_test(time_for_people__is_china_s_whatever_zone_the_machine_keeps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
