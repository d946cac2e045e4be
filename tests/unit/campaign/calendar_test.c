/* Working days, held against the calendar's file read a second way, day by day. */
#define _GNU_SOURCE /* strptime */
#include "campaign/calendar.h"

#include "base/shipped.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { FIRST = 12418 /* 2004-01-01 */, LAST = 20818 /* 2026-12-31 */ };
static unsigned char works[LAST - FIRST + 1];

static int32_t day(const char *text)
{
    int32_t out;

    assert_true(wx_day_parse(wx_str_of(text), &out));
    return out;
}

static int day_of_text(const char *text)
{
    struct tm tm = {0};

    assert_non_null(strptime(text, "%Y-%m-%d", &tm));
    return (int)(timegm(&tm) / 86400);
}

/* The oracle: weekdays by the C library, then the file's days one by one. */
static int oracle_set_up(void **state)
{
    const struct wx_shipped *file = wx_shipped_find(WX_STR("data/holidays.json"));
    json_t *root = json_loadb(file->text.ptr, file->text.len, 0, NULL), *year, *row;
    const char *key;
    size_t i;

    (void)state;
    for (int d = FIRST; d <= LAST; d++) {
        time_t t = (time_t)d * 86400;
        struct tm tm;

        gmtime_r(&t, &tm);
        works[d - FIRST] = tm.tm_wday != 0 && tm.tm_wday != 6;
    }
    json_object_foreach(json_object_get(root, "years"), key, year)
    {
        json_array_foreach(json_object_get(year, "off"), i, row)
        {
            int to = day_of_text(json_string_value(json_array_get(row, 1)));

            for (int d = day_of_text(json_string_value(json_array_get(row, 0)));
                 d <= to; d++)
                works[d - FIRST] = 0;
        }
        json_array_foreach(json_object_get(year, "work"), i, row)
            works[day_of_text(json_string_value(row)) - FIRST] = 1;
    }
    json_decref(root);
    return 0;
}

static struct wx_calendar *calendar_new(void)
{
    struct wx_calendar *c;
    struct wx_err err;

    if (wx_calendar_open(NULL, &c, &err))
        fail_msg("%s", err.text);
    return c;
}

static void day__agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int32_t d = 0; d < 84006; d++) {
        time_t t = (time_t)d * 86400;
        struct wx_date date = wx_day_date(d);
        int32_t back;
        struct tm tm;

        gmtime_r(&t, &tm);
        assert_int_equal(date.year, tm.tm_year + 1900);
        assert_int_equal(date.month, tm.tm_mon + 1);
        assert_int_equal(date.day, tm.tm_mday);
        assert_int_equal(wx_day_weekday(d) % 7, tm.tm_wday);
        assert_true(wx_day_of(date, &back));
        assert_int_equal(back, d);
    }
    assert_int_equal(wx_day_date(84005).day, 31);
}

static void day__begins_at_midnight_in_china(void **state)
{
    int32_t d = day("2016-07-08");

    (void)state;
    assert_int_equal(wx_day_start_s(d), 1467907200); /* 2016-07-07T16:00:00Z */
    assert_int_equal(wx_day_at(1467907200), d);
    assert_int_equal(wx_day_at(1467907199), d - 1);
    assert_int_equal(wx_day_at(1467907200 + 86399), d);
}

static void day__refuses_what_is_in_no_calendar(void **state)
{
    static const char *const bad[] = {
        "2023-02-29", "2016-02-30", "2016-13-01", "2016-00-10",  "2016-1-01",
        "2016-01-1",  "20160101",   "",           "2016-01-01 ", "1969-12-31",
        "2200-01-01", "2016-01-0x", "2016/01/01"};
    int32_t out;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (wx_day_parse(wx_str_of(bad[i]), &out))
            fail_msg("'%s' was taken", bad[i]);
}

static void day__month_added_stays_in_the_month(void **state)
{
    (void)state;
    assert_int_equal(wx_day_add_months(day("2016-01-31"), 1), day("2016-02-29"));
    assert_int_equal(wx_day_add_months(day("2016-02-29"), 12), day("2017-02-28"));
    assert_int_equal(wx_day_add_months(day("2016-03-31"), -1), day("2016-02-29"));
    assert_int_equal(wx_day_add_months(day("2016-01-15"), -13), day("2014-12-15"));
}

static void calendar__every_day_agrees_with_the_file(void **state)
{
    struct wx_calendar *c = calendar_new();
    struct wx_err err;
    bool got;

    (void)state;
    for (int32_t d = FIRST; d <= LAST; d++) {
        assert_int_equal(wx_calendar_works(c, d, &got, &err), WX_OK);
        assert_int_equal(got, works[d - FIRST]);
    }
    wx_calendar_free(c);
}

/* Days a person can check: the notices' own years. */
static void calendar__knows_made_up_and_free_days(void **state)
{
    static const struct {
        const char *day;
        bool works;
        const char *name;
    } rows[] = {{"2010-02-13", false, "春节"},   {"2010-02-20", true, ""},
                {"2010-02-21", true, ""},        {"2016-06-09", false, "端午"},
                {"2016-06-12", true, ""},        {"2016-10-08", true, ""},
                {"2016-10-07", false, "国庆节"}, {"2015-09-03", false, NULL},
                {"2026-02-28", true, ""},        {"2026-02-23", false, "春节"},
                {"2016-07-08", true, ""},        {"2016-07-09", false, ""}};
    struct wx_calendar *c = calendar_new();
    struct wx_err err;
    bool got;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(wx_calendar_works(c, day(rows[i].day), &got, &err), WX_OK);
        if (got != rows[i].works)
            fail_msg("%s", rows[i].day);
        if (rows[i].name)
            assert_true(
                wx_str_eqz(wx_calendar_name(c, day(rows[i].day)), rows[i].name));
    }
    wx_calendar_free(c);
}

static void calendar__adding_and_counting_agree_with_walking(void **state)
{
    struct wx_calendar *c = calendar_new();
    struct wx_err err;

    (void)state;
    srand(4);
    for (int round = 0; round < 4000; round++) {
        int32_t from = FIRST + 400 + rand() % (LAST - FIRST - 800), at = from, got,
                next;
        int n = rand() % 161 - 80, left = abs(n), counted;

        while (left) {
            at += n < 0 ? -1 : 1;
            left -= works[at - FIRST];
        }
        assert_int_equal(wx_calendar_add(c, from, n, &got, &err), WX_OK);
        assert_int_equal(got, at);
        assert_int_equal(wx_calendar_count(c, from, got, &counted, &err), WX_OK);
        assert_int_equal(counted, n);
        for (at = from; !works[at - FIRST];)
            at++;
        assert_int_equal(wx_calendar_next(c, from, &next, &err), WX_OK);
        assert_int_equal(next, at);
        for (at = from; !works[at - FIRST];)
            at--;
        assert_int_equal(wx_calendar_previous(c, from, &next, &err), WX_OK);
        assert_int_equal(next, at);
    }
    wx_calendar_free(c);
}

static void calendar__says_which_year_it_lacks(void **state)
{
    struct wx_calendar *c = calendar_new();
    struct wx_err err;
    int first, last, n;
    int32_t out;

    (void)state;
    wx_calendar_range(c, &first, &last);
    assert_int_equal(first, 2004);
    assert_int_equal(last, 2026);
    assert_false(wx_calendar_has_year(c, 2027));
    assert_int_equal(wx_calendar_add(c, day("2026-12-30"), 10, &out, &err),
                     WX_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "2027"));
    assert_non_null(strstr(err.text, "calendar file"));
    assert_int_equal(
        wx_calendar_count(c, day("2003-12-01"), day("2004-02-01"), &n, &err),
        WX_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "2003"));
    wx_calendar_free(c);
}

static void calendar__takes_the_offices_file_on_top(void **state)
{
    static const char text[] =
        "{\"years\":{\"2027\":{\"off\":[[\"2027-01-01\",\"2027-01-03\",\"元旦\"]],"
        "\"work\":[\"2027-01-09\"]}},"
        "\"extra\":{\"off\":[[\"2026-04-20\",\"2026-04-21\",\"三月三\"]],\"work\":[]}}";
    struct wx_calendar *c = calendar_new();
    struct wx_err err;
    bool got;

    (void)state;
    assert_int_equal(wx_calendar_read(c, "own.json", wx_str_of(text), &err), WX_OK);
    assert_int_equal(wx_calendar_works(c, day("2027-01-09"), &got, &err), WX_OK);
    assert_true(got);
    assert_int_equal(wx_calendar_works(c, day("2027-01-01"), &got, &err), WX_OK);
    assert_false(got);
    assert_int_equal(wx_calendar_works(c, day("2026-04-20"), &got, &err), WX_OK);
    assert_false(got);
    assert_true(wx_str_eqz(wx_calendar_name(c, day("2026-04-21")), "三月三"));
    assert_true(wx_str_eqz(wx_calendar_name(c, day("2026-02-20")), "春节"));
    wx_calendar_free(c);
}

static void calendar__refuses_a_bad_file_and_stays_as_it_was(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"{", "own.json':1"},
        {"[]", "no JSON object"},
        {"{\"year\":{}}", "year"},
        {"{\"years\":{\"26\":{\"off\":[],\"work\":[]}}}", "26"},
        {"{\"years\":{\"2027\":{\"off\":[],\"work\":[]}}}", "without a single holiday"},
        {"{\"years\":{\"2027\":{\"off\":[[\"2027-02-30\",\"2027-03-01\",\"x\"]],"
         "\"work\":[]}}}",
         "2027-02-30"},
        {"{\"years\":{\"2026\":{\"off\":[[\"2027-01-01\",\"2027-01-01\",\"x\"]],"
         "\"work\":[]}}}",
         "another year"},
        {"{\"years\":{\"2027\":{\"off\":[[\"2027-01-03\",\"2027-01-01\",\"x\"]],"
         "\"work\":[]}}}",
         "turned round"},
        {"{\"years\":{\"2027\":{\"off\":[[\"2027-01-01\",\"2027-01-03\",\"x\"]],"
         "\"work\":[\"2027-01-02\"]}}}",
         "both off and worked"},
        {"{\"extra\":{\"off\":[],\"work\":[\"2031-01-01\"]}}", "not in the calendar"},
        {"{\"extra\":{\"off\":[[\"2026-12-31\",\"2027-01-02\",\"x\"]],\"work\":[]}}",
         "year"},
        {"{\"years\":{\"2027\":{\"off\":[[\"2027-01-01\",\"2027-01-03\",\"x\"]],"
         "\"work\":[]}},\"extra\":{\"off\":[3],\"work\":[]}}",
         "name]"},
    };
    struct wx_calendar *c = calendar_new();
    struct wx_err err;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(wx_calendar_read(c, "own.json", wx_str_of(rows[i].text), &err),
                         WX_E_INVALID);
        if (!strstr(err.text, rows[i].says))
            fail_msg("row %zu says: %s", i, err.text);
        assert_false(wx_calendar_has_year(c, 2027));
    }
    wx_calendar_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day__agrees_with_the_c_library),
        cmocka_unit_test(day__begins_at_midnight_in_china),
        cmocka_unit_test(day__refuses_what_is_in_no_calendar),
        cmocka_unit_test(day__month_added_stays_in_the_month),
        cmocka_unit_test(calendar__every_day_agrees_with_the_file),
        cmocka_unit_test(calendar__knows_made_up_and_free_days),
        cmocka_unit_test(calendar__adding_and_counting_agree_with_walking),
        cmocka_unit_test(calendar__says_which_year_it_lacks),
        cmocka_unit_test(calendar__takes_the_offices_file_on_top),
        cmocka_unit_test(calendar__refuses_a_bad_file_and_stays_as_it_was),
    };

    return cmocka_run_group_tests(tests, oracle_set_up, NULL);
}
