#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "permit/permit.h"
#include <stdio.h>
#include <string.h>

static struct wx_permit *permit_with(const char *window)
{
    struct wx_permit *permit = NULL;
    struct wx_err err = {0};
    char json[400];

    snprintf(json, sizeof json,
             "{\"version\":1,\"id\":\"x\",\"hosts\":[\"a.gov.cn\"],\"window\":%s}",
             window);
    if (wx_permit_parse(wx_str_of(json), "w", &permit, &err))
        fail_msg("%s: %s", window, err.text);
    return permit;
}

static int64_t at(const char *time)
{
    int64_t at_s;

    assert_true(wx_time_parse(wx_str_of(time), &at_s));
    return at_s;
}

/* The slow and obvious answer: minute after minute. */
static void assert_agrees_with_minutes(const struct wx_permit *permit, int64_t from_s,
                                       int64_t until_s)
{
    int64_t change_s, told_s = 0;
    bool was_open = false;

    for (int64_t t = from_s; t < until_s; t += 60) {
        bool is_open = wx_permit_is_open(permit, t, &change_s);

        assert_int_equal(is_open, wx_permit_check_window(permit, t, NULL) == WX_OK);
        if (t > from_s && is_open != was_open)
            assert_int_equal(told_s, t); /* it was said beforehand */
        if (t > from_s && is_open == was_open && told_s)
            assert_true(told_s > t);
        told_s = change_s;
        was_open = is_open;
    }
}

static void hours__over_midnight_open_in_the_evening_and_close_in_the_morning(void **s)
{
    struct wx_permit *p =
        permit_with("{\"from\":\"2026-06-01T00:00:00+08:00\",\"until\":"
                    "\"2026-06-04T00:00:00+08:00\",\"daily\":{\"from\":\"22:00\","
                    "\"until\":\"06:00\"}}");
    static const struct {
        const char *time;
        bool is_open;
        const char *change; /* NULL: never again */
    } cases[] = {
        {"2026-05-31T23:00:00+08:00", false, "2026-06-01T00:00:00+08:00"},
        {"2026-06-01T05:59:59+08:00", true, "2026-06-01T06:00:00+08:00"},
        {"2026-06-01T06:00:00+08:00", false, "2026-06-01T22:00:00+08:00"},
        {"2026-06-01T22:00:00+08:00", true, "2026-06-02T06:00:00+08:00"},
        {"2026-06-02T00:00:00+08:00", true, "2026-06-02T06:00:00+08:00"},
        {"2026-06-03T23:30:00+08:00", true, "2026-06-04T00:00:00+08:00"},
        {"2026-06-04T00:00:00+08:00", false, NULL},
        {"2026-06-05T23:00:00+08:00", false, NULL},
    };

    (void)s;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t change_s;
        bool is_open = wx_permit_is_open(p, at(cases[i].time), &change_s);

        if (is_open != cases[i].is_open ||
            change_s != (cases[i].change ? at(cases[i].change) : 0))
            fail_msg("%s: open %d, changes %lld", cases[i].time, is_open,
                     (long long)change_s);
    }
    assert_agrees_with_minutes(p, at("2026-05-30"), at("2026-06-06"));
    wx_permit_free(p);
}

static void hours__are_those_of_their_offset(void **s)
{
    static const char *const windows[] = {
        "{\"daily\":{\"from\":\"09:30\",\"until\":\"17:00\"}}",
        "{\"daily\":{\"from\":\"09:30\",\"until\":\"17:00\",\"offset\":\"-03:30\"}}",
        "{\"daily\":{\"from\":\"23:59\",\"until\":\"00:00\",\"offset\":\"+05:45\"}}",
        "{\"daily\":{\"from\":\"00:00\",\"until\":\"23:59\",\"offset\":\"Z\"},"
        "\"until\":\"2026-06-03T12:34:00Z\"}",
        "{\"from\":\"2026-06-02T03:00:00Z\"}",
        "{}",
    };
    struct wx_permit *p;

    (void)s;
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        p = permit_with(windows[i]);
        assert_agrees_with_minutes(p, at("2026-05-31"), at("2026-06-05"));
        wx_permit_free(p);
    }
    p = permit_with("{\"daily\":{\"from\":\"09:30\",\"until\":\"17:00\"}}");
    assert_int_equal(wx_permit_check_window(p, at("2026-06-01T09:30:00+08:00"), NULL),
                     WX_OK);
    assert_int_equal(wx_permit_check_window(p, at("2026-06-01T09:30:00Z"), NULL),
                     WX_E_EXPIRED);
    assert_int_equal(wx_permit_check_host(p, WX_STR("a.gov.cn"), 80,
                                          at("2026-06-01T17:00:00+08:00"), NULL),
                     WX_E_EXPIRED);
    wx_permit_free(p);
}

static void hours__that_make_no_sense_are_refused(void **s)
{
    static const char *const windows[] = {
        "{\"daily\":{\"from\":\"22:00\"}}",
        "{\"daily\":{\"from\":\"22:00\",\"until\":\"22:00\"}}",
        "{\"daily\":{\"from\":\"00:00\",\"until\":\"24:00\"}}",
        "{\"daily\":{\"from\":\"22:60\",\"until\":\"06:00\"}}",
        "{\"daily\":{\"from\":\"25:00\",\"until\":\"06:00\"}}",
        "{\"daily\":{\"from\":\"9:00\",\"until\":\"17:00\"}}",
        "{\"daily\":{\"from\":\"09:00\",\"until\":\"17:00\",\"offset\":\"+8\"}}",
        "{\"daily\":{\"from\":\"09:00\",\"until\":\"17:00\",\"zone\":\"CST\"}}",
        "{\"daily\":[\"22:00\",\"06:00\"]}",
    };

    (void)s;
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        struct wx_permit *permit = NULL;
        char json[300];

        snprintf(json, sizeof json,
                 "{\"version\":1,\"id\":\"x\",\"hosts\":[\"a.gov.cn\"],\"window\":%s}",
                 windows[i]);
        assert_int_equal(wx_permit_parse(wx_str_of(json), "w", &permit, NULL),
                         WX_E_INVALID);
        assert_null(permit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            hours__over_midnight_open_in_the_evening_and_close_in_the_morning),
        cmocka_unit_test(hours__are_those_of_their_offset),
        cmocka_unit_test(hours__that_make_no_sense_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
