#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "access/refusal.h"

enum { NOW = 1800000000 };

static void refusal__is_written_first_and_then_counted(void **state)
{
    struct wx_refusals *r = wx_refusals_new();
    struct wx_refusals_more more[4];

    (void)state;
    assert_true(wx_refusals_count(r, 7, WX_OP_USER_LOCK, NOW));
    for (int i = 0; i < 500; i++)
        assert_false(wx_refusals_count(r, 7, WX_OP_USER_LOCK, NOW + i / 10));
    assert_true(wx_refusals_count(r, 7, WX_OP_USER_UNLOCK, NOW));
    assert_true(wx_refusals_count(r, 8, WX_OP_USER_LOCK, NOW));
    assert_int_equal(wx_refusals_due(r, NOW + WX_REFUSAL_EVERY_S - 1, more, 4), 0);
    assert_int_equal(wx_refusals_due(r, NOW + WX_REFUSAL_EVERY_S, more, 4), 1);
    assert_int_equal(more[0].account_id, 7);
    assert_int_equal(more[0].op, WX_OP_USER_LOCK);
    assert_int_equal(more[0].n, 500);
    wx_refusals_free(r);
}

static void refusal__is_written_again_after_its_minute(void **state)
{
    struct wx_refusals *r = wx_refusals_new();
    struct wx_refusals_more more[4];

    (void)state;
    assert_true(wx_refusals_count(r, 7, WX_OP_USER_LOCK, NOW));
    assert_int_equal(wx_refusals_due(r, NOW + WX_REFUSAL_EVERY_S, more, 4), 0);
    assert_true(wx_refusals_count(r, 7, WX_OP_USER_LOCK, NOW + WX_REFUSAL_EVERY_S));
    wx_refusals_free(r);
}

/* More accounts than there are places: each refusal is written or counted, none lost.
 */
static void refusal__is_never_lost_to_a_full_table(void **state)
{
    enum { N = 20000 };
    struct wx_refusals *r = wx_refusals_new();
    struct wx_refusals_more more[64];
    uint64_t n_written = 0, n_counted = 0;
    size_t n;

    (void)state;
    for (int64_t i = 0; i < N; i++)
        n_written += wx_refusals_count(r, i + 1, WX_OP_USER_LOCK, NOW);
    assert_in_range(n_written, 500, 1024);
    do {
        n = wx_refusals_due(r, NOW + WX_REFUSAL_EVERY_S, more, 64);
        for (size_t i = 0; i < n; i++)
            n_counted += more[i].n;
    } while (n == 64);
    assert_int_equal(n_written + n_counted, N);
    assert_int_equal(more[0].account_id, 0);
    assert_int_equal(more[0].op, WX_OP_COUNT);
    assert_true(wx_refusals_count(r, 1, WX_OP_USER_LOCK, NOW + WX_REFUSAL_EVERY_S));
    wx_refusals_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusal__is_written_first_and_then_counted),
        cmocka_unit_test(refusal__is_written_again_after_its_minute),
        cmocka_unit_test(refusal__is_never_lost_to_a_full_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
