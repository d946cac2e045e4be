#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "egress/pin.h"
#include "egress/timer.h"
#include <stdio.h>

static void pin__named_ones_come_before_general_ones(void **state)
{
    static const char *const texts[] = {
        "*:80::8080",          "WWW.b.cn:*:127.0.0.3", "www.b.cn:80:127.0.0.2:8081",
        "a.cn:443:[::1]:8443", ":443:127.0.0.9",       "[::1]:80:127.0.0.4",
    };
    struct wx_arena arena;
    struct wx_pins pins;
    const struct wx_pin *pin;

    (void)state;
    wx_arena_init(&arena);
    assert_int_equal(wx_pins_parse(&arena, texts, 6, &pins, NULL), WX_OK);
    pin = wx_pins_find(&pins, WX_STR("www.b.cn"), 80);
    assert_int_equal(pin->bytes[3], 2);
    assert_int_equal(pin->to_port, 8081);
    pin = wx_pins_find(&pins, WX_STR("www.b.cn"), 8000);
    assert_int_equal(pin->bytes[3], 3);
    assert_int_equal(pin->to_port, 0);
    pin = wx_pins_find(&pins, WX_STR("a.cn"), 443);
    assert_int_equal(pin->n_bytes, 16);
    pin = wx_pins_find(&pins, WX_STR("a.cn"), 80);
    assert_int_equal(pin->n_bytes, 0);
    assert_int_equal(pin->to_port, 8080);
    pin = wx_pins_find(&pins, WX_STR("c.cn"), 443);
    assert_int_equal(pin->bytes[3], 9);
    assert_int_equal(wx_pins_find(&pins, WX_STR("::1"), 80)->bytes[3], 4);
    assert_null(wx_pins_find(&pins, WX_STR("a.cn"), 8000));
    wx_arena_clear(&arena);
}

static void pin__malformed_ones_are_usage_errors(void **state)
{
    static const char *const bad[] = {
        "",         "a.cn",           "a.cn:80",       "a.cn:0:127.0.0.1",
        "a.cn:80:", "a.cn:80:b.cn",   "a.cn:80:1.2.3", "a.cn:80:127.0.0.1:99999",
        "*:*:*:*",  "a.cn:x:1.2.3.4", "a.cn:80:[::1",  "a.cn:80:127.0.0.1:80:80",
    };
    struct wx_arena arena;
    struct wx_pins pins;

    (void)state;
    wx_arena_init(&arena);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct wx_err err = {0};

        if (wx_pins_parse(&arena, &bad[i], 1, &pins, &err) != WX_E_USAGE)
            fail_msg("'%s' was taken", bad[i]);
        assert_non_null(strstr(err.text, "HOST:PORT:ADDR"));
    }
    wx_arena_clear(&arena);
}

static void pin__is_found_among_many(void **state)
{
    enum { N = 3000 };
    static char text[N][64];
    static const char *texts[N];
    struct wx_arena arena;
    struct wx_pins pins;
    char name[32];

    (void)state;
    for (int i = 0; i < N; i++) {
        snprintf(text[i], sizeof text[i], "h%d.cn:80:127.1.%d.%d", i, i / 250, i % 250);
        texts[i] = text[i];
    }
    wx_arena_init(&arena);
    assert_int_equal(wx_pins_parse(&arena, texts, N, &pins, NULL), WX_OK);
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof name, "h%d.cn", i);
        assert_int_equal(wx_pins_find(&pins, wx_str_of(name), 80)->bytes[3], i % 250);
    }
    wx_arena_clear(&arena);
}

static void timers__ring_in_order_whatever_happened_to_them(void **state)
{
    enum { N = 500 };
    static struct wx_timer timer[N];
    struct wx_timers timers = {0};
    struct wx_timer *due;
    uint32_t seed = 1, n_left = 0;
    int64_t last_us = -1;

    (void)state;
    memset(timer, 0, sizeof timer);
    for (int i = 0; i < 5000; i++) {
        struct wx_timer *t;

        seed = seed * 1664525 + 1013904223;
        t = &timer[(seed >> 8) % N];
        if (seed >> 30)
            wx_timer_set(&timers, t, (seed >> 4) % 10000);
        else
            wx_timer_unset(&timers, t);
    }
    for (int i = 0; i < N; i++)
        n_left += timer[i].slot != 0;
    assert_null(wx_timers_due(&timers, -1));
    while ((due = wx_timers_due(&timers, 10000))) {
        assert_true(due->at_us >= last_us);
        last_us = due->at_us;
        n_left--;
    }
    assert_int_equal(n_left, 0);
    assert_int_equal(wx_timers_next_us(&timers), INT64_MAX);
    wx_timers_clear(&timers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pin__named_ones_come_before_general_ones),
        cmocka_unit_test(pin__malformed_ones_are_usage_errors),
        cmocka_unit_test(pin__is_found_among_many),
        cmocka_unit_test(timers__ring_in_order_whatever_happened_to_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
