#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "egress/pace.h"

enum { SECOND = 1000000, FAST = 20000 };

/* Ask as often as the pace lets us, for SPAN; returns how many went. ANSWER may be
 * NULL: every request is answered well at once. */
static int run(struct wx_pace *pace, int64_t *now_us, int64_t span_us)
{
    int64_t end_us = *now_us + span_us;
    int n = 0;

    for (;;) {
        int64_t at_us = wx_pace_next_us(pace, *now_us);

        if (pace->gave_up || at_us >= end_us)
            break;
        *now_us = at_us;
        wx_pace_sent(pace, *now_us);
        wx_pace_answered(pace, *now_us, WX_PACE_GOOD, FAST, -1);
        n++;
    }
    *now_us = end_us;
    return n;
}

static void ask(struct wx_pace *pace, int64_t *now_us, enum wx_pace_result result,
                int64_t latency_us)
{
    int64_t at_us = wx_pace_next_us(pace, *now_us);

    assert_true(at_us < INT64_MAX);
    *now_us = at_us;
    wx_pace_sent(pace, *now_us);
    *now_us += latency_us > 0 ? latency_us : 0;
    wx_pace_answered(pace, *now_us, result, latency_us, -1);
}

static void spacing__never_exceeds_the_pace(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 5 * SECOND, last_us = -SECOND;

    (void)state;
    wx_pace_init(&pace, 2);
    for (int i = 0; i < 100; i++) {
        int64_t at_us = wx_pace_next_us(&pace, now_us);

        assert_true(at_us - last_us >= SECOND / 2);
        last_us = now_us = at_us;
        wx_pace_sent(&pace, now_us);
        now_us += (i % 7) * 300000; /* now and then idle: no burst is saved up */
        wx_pace_answered(&pace, now_us, WX_PACE_GOOD, FAST, -1);
    }
    wx_pace_init(&pace, 20);
    now_us = 0;
    assert_int_equal(run(&pace, &now_us, 10 * SECOND), 200);
}

static void spacing__none_without_limit(void **state)
{
    struct wx_pace pace;

    (void)state;
    wx_pace_init(&pace, 0);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(wx_pace_next_us(&pace, 7), 7);
        wx_pace_sent(&pace, 7);
    }
}

static void slow__only_ever_slows(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0;

    (void)state;
    wx_pace_init(&pace, 2);
    wx_pace_slow(&pace, 100000);
    assert_int_equal(pace.interval_us, 500000);
    wx_pace_slow(&pace, 3 * SECOND);
    assert_int_equal(run(&pace, &now_us, 30 * SECOND), 10);
}

static void throttle__waits_as_long_as_retry_after_says(void **state)
{
    struct wx_pace pace;

    (void)state;
    wx_pace_init(&pace, 2);
    wx_pace_sent(&pace, 0);
    wx_pace_answered(&pace, 0, WX_PACE_THROTTLED, FAST, 30);
    assert_int_equal(wx_pace_next_us(&pace, 1), 30 * SECOND);
    assert_null(pace.gave_up);
    wx_pace_sent(&pace, 30 * SECOND);
    assert_int_equal(wx_pace_next_us(&pace, 30 * SECOND), 31 * SECOND); /* half pace */
}

static void throttle__backs_off_longer_each_time_then_gives_up(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0, before_us = 0;

    (void)state;
    wx_pace_init(&pace, 0);
    for (int i = 0; i < 7; i++) {
        int64_t wait_us;

        wx_pace_sent(&pace, now_us);
        wx_pace_answered(&pace, now_us, WX_PACE_THROTTLED, FAST, -1);
        assert_null(pace.gave_up);
        wait_us = wx_pace_next_us(&pace, now_us) - now_us;
        assert_true(wait_us >= 2 * SECOND && wait_us >= before_us);
        assert_true(wait_us <= 64 * SECOND);
        before_us = wait_us;
        now_us += wait_us;
    }
    wx_pace_sent(&pace, now_us);
    wx_pace_answered(&pace, now_us, WX_PACE_THROTTLED, FAST, -1);
    assert_non_null(pace.gave_up);
}

static void throttle__absurd_retry_after_gives_up(void **state)
{
    struct wx_pace pace;

    (void)state;
    wx_pace_init(&pace, 2);
    wx_pace_answered(&pace, 0, WX_PACE_THROTTLED, FAST, 86400);
    assert_non_null(pace.gave_up);
}

static void breaker__opens_after_five_failures_in_a_row(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0;

    (void)state;
    wx_pace_init(&pace, 0);
    for (int i = 0; i < 4; i++)
        ask(&pace, &now_us, WX_PACE_FAILED, -1);
    assert_int_equal(pace.breaker, WX_BREAKER_CLOSED);
    ask(&pace, &now_us, WX_PACE_FAILED, -1);
    assert_int_equal(pace.breaker, WX_BREAKER_OPEN);
    assert_true(wx_pace_next_us(&pace, now_us) >= now_us + 5 * SECOND);
}

static void breaker__opens_when_half_of_the_answers_fail(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0;
    int n = 0;

    (void)state;
    wx_pace_init(&pace, 0);
    for (int i = 0; i < 40; i++)
        ask(&pace, &now_us, WX_PACE_GOOD, FAST);
    while (pace.breaker == WX_BREAKER_CLOSED && n++ < 40)
        ask(&pace, &now_us, n % 3 ? WX_PACE_FAILED : WX_PACE_GOOD, FAST);
    assert_true(n >= 8 && n <= 14);
}

static void breaker__a_few_failures_are_life(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0;

    (void)state;
    wx_pace_init(&pace, 0);
    for (int i = 0; i < 400; i++)
        ask(&pace, &now_us, i % 4 ? WX_PACE_GOOD : WX_PACE_FAILED, FAST);
    assert_int_equal(pace.breaker, WX_BREAKER_CLOSED);
    assert_null(pace.gave_up);
}

static void breaker__lets_one_single_probe_through(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0;

    (void)state;
    wx_pace_init(&pace, 0);
    for (int i = 0; i < 5; i++)
        ask(&pace, &now_us, WX_PACE_FAILED, -1);
    now_us = wx_pace_next_us(&pace, now_us);
    wx_pace_sent(&pace, now_us);
    assert_int_equal(wx_pace_next_us(&pace, now_us + 3600 * (int64_t)SECOND),
                     INT64_MAX);
    wx_pace_cancelled(&pace); /* stopped, not answered: the next one probes */
    wx_pace_sent(&pace, now_us);
    wx_pace_answered(&pace, now_us, WX_PACE_GOOD, FAST, -1);
    assert_int_equal(pace.breaker, WX_BREAKER_CLOSED);
}

static void breaker__gives_up_after_three_failed_probes(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0, opened_us;

    (void)state;
    wx_pace_init(&pace, 0);
    for (int i = 0; i < 5; i++)
        ask(&pace, &now_us, WX_PACE_FAILED, -1);
    for (int i = 0; i < 3; i++) {
        assert_null(pace.gave_up);
        opened_us = now_us;
        ask(&pace, &now_us, WX_PACE_FAILED, -1);
        assert_true(now_us - opened_us >= ((int64_t)5 << i) * SECOND);
    }
    assert_non_null(pace.gave_up);
}

static void breaker__tripled_latency_pauses_and_slows_but_never_gives_up(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0, paused = 0;

    (void)state;
    wx_pace_init(&pace, 10);
    for (int i = 0; i < 20; i++)
        ask(&pace, &now_us, WX_PACE_GOOD, 150000);
    assert_int_equal(pace.breaker, WX_BREAKER_CLOSED);
    for (int i = 0; i < 300; i++) {
        ask(&pace, &now_us, WX_PACE_GOOD, 900000);
        paused += pace.breaker == WX_BREAKER_OPEN;
    }
    assert_true(paused >= 1 && paused <= 3); /* then it is how this site is */
    assert_null(pace.gave_up);
}

static void breaker__a_fast_host_may_triple_unharmed(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0;

    (void)state;
    wx_pace_init(&pace, 10);
    for (int i = 0; i < 200; i++)
        ask(&pace, &now_us, WX_PACE_GOOD, i < 10 ? 3000 : 60000);
    assert_int_equal(pace.breaker, WX_BREAKER_CLOSED);
}

static void pace__recovers_after_good_answers(void **state)
{
    struct wx_pace pace;
    int64_t now_us = 0;

    (void)state;
    wx_pace_init(&pace, 10);
    wx_pace_answered(&pace, 0, WX_PACE_THROTTLED, FAST, 1);
    assert_int_equal(pace.slowness, 1);
    for (int i = 0; i < 50; i++)
        ask(&pace, &now_us, WX_PACE_GOOD, FAST);
    assert_int_equal(pace.slowness, 0);
}

static void budget__hands_out_slots_one_interval_apart(void **state)
{
    struct wx_budget budget = {.interval_us = wx_pace_interval_us(8)};

    (void)state;
    for (int i = 0; i < 100; i++)
        assert_int_equal(wx_budget_reserve(&budget, 10), 10 + i * SECOND / 8);
    assert_int_equal(wx_budget_reserve(&budget, 100 * (int64_t)SECOND),
                     100 * (int64_t)SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spacing__never_exceeds_the_pace),
        cmocka_unit_test(spacing__none_without_limit),
        cmocka_unit_test(slow__only_ever_slows),
        cmocka_unit_test(throttle__waits_as_long_as_retry_after_says),
        cmocka_unit_test(throttle__backs_off_longer_each_time_then_gives_up),
        cmocka_unit_test(throttle__absurd_retry_after_gives_up),
        cmocka_unit_test(breaker__opens_after_five_failures_in_a_row),
        cmocka_unit_test(breaker__opens_when_half_of_the_answers_fail),
        cmocka_unit_test(breaker__a_few_failures_are_life),
        cmocka_unit_test(breaker__lets_one_single_probe_through),
        cmocka_unit_test(breaker__gives_up_after_three_failed_probes),
        cmocka_unit_test(breaker__tripled_latency_pauses_and_slows_but_never_gives_up),
        cmocka_unit_test(breaker__a_fast_host_may_triple_unharmed),
        cmocka_unit_test(pace__recovers_after_good_answers),
        cmocka_unit_test(budget__hands_out_slots_one_interval_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
