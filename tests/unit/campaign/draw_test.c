/* Draws: recomputed by an oracle, independent of order, with every reason. */
#include "campaign/draw.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { N_UNITS = 40 };

static void fill(struct wx_draw_unit *units, unsigned shuffle)
{
    for (size_t i = 0; i < N_UNITS; i++) {
        size_t id = (i * 7 + shuffle) % N_UNITS + 1; /* 7 and 40 share no divisor */

        units[i] = (struct wx_draw_unit){
            .id = (int64_t)id,
            .stratum = id % 4 ? WX_STR("organ") : WX_STR("institution"),
            .values = {(int64_t)(id % 5), id % 9 == 0 ? -1 : (int64_t)(id * id % 11)},
        };
    }
}

static struct wx_draw_rules rules(void)
{
    return (struct wx_draw_rules){
        .criteria = {{WX_STR("report_late"), 30}, {WX_STR("technical_findings"), 70}},
        .n_criteria = 2,
        .n_top = 3,
        .lot_percent = 10,
        .lot_min = 2,
        .seed = WX_STR("体彩排列5第2026188期 40713"),
    };
}

static void draw__is_the_same_in_whatever_order_units_come(void **state)
{
    struct wx_draw_unit a[N_UNITS], b[N_UNITS];
    struct wx_draw_result ra, rb;
    struct wx_draw_rules r = rules();

    (void)state;
    fill(a, 0);
    fill(b, 13);
    assert_int_equal(wx_draw(&r, a, N_UNITS, &ra, NULL), WX_OK);
    assert_int_equal(wx_draw(&r, b, N_UNITS, &rb, NULL), WX_OK);
    assert_memory_equal(&ra.digest, &rb.digest, sizeof ra.digest);
    for (size_t i = 0; i < N_UNITS; i++) {
        assert_int_equal(a[i].id, b[i].id);
        assert_int_equal(a[i].how, b[i].how);
        assert_string_equal(a[i].lot, b[i].lot);
    }
}

/* printf '7:3' | sha256sum */
static void lot__is_sha256_of_seed_colon_id(void **state)
{
    struct wx_draw_unit unit = {.id = 3, .stratum = WX_STR("x")};
    struct wx_draw_rules r = {.lot_percent = 100, .seed = WX_STR("7")};
    struct wx_draw_result result;

    (void)state;
    assert_int_equal(wx_draw(&r, &unit, 1, &result, NULL), WX_OK);
    assert_string_equal(
        unit.lot, "111c309fc0cfd2b772a26b9c6f05c0e3b19eaa2ccf302881b9eed7faeab435f0");
    assert_int_equal(unit.how, WX_DRAW_BY_LOT);
}

static void points__are_weight_by_share_of_the_largest(void **state)
{
    struct wx_draw_unit units[N_UNITS];
    struct wx_draw_result result;
    struct wx_draw_rules r = rules();

    (void)state;
    fill(units, 0);
    assert_int_equal(wx_draw(&r, units, N_UNITS, &result, NULL), WX_OK);
    assert_int_equal(result.largest[0], 4);
    for (size_t i = 0; i < N_UNITS; i++) {
        int64_t sum = 0;

        for (size_t c = 0; c < 2; c++) {
            int64_t value = units[i].values[c] < 0 ? 0 : units[i].values[c];
            int64_t want = r.criteria[c].weight * 100 * value / result.largest[c];

            assert_int_equal(units[i].points_x100[c], want);
            sum += want;
        }
        assert_int_equal(units[i].score_x100, sum);
        assert_int_equal(units[i].rank, i + 1);
        if (i)
            assert_true(units[i - 1].score_x100 > sum ||
                        (units[i - 1].score_x100 == sum &&
                         strcmp(units[i - 1].lot, units[i].lot) < 0));
    }
}

/* By hand: of each stratum the smallest lots among those not proposed already. */
static void lots__fill_each_stratum_to_its_quota(void **state)
{
    struct wx_draw_unit units[N_UNITS];
    struct wx_draw_result result;
    struct wx_draw_rules r = rules();
    size_t n_lot = 0;

    (void)state;
    fill(units, 5);
    assert_int_equal(wx_draw(&r, units, N_UNITS, &result, NULL), WX_OK);
    for (size_t i = 0; i < N_UNITS; i++) {
        size_t before = 0, quota = wx_str_eqz(units[i].stratum, "organ") ? 3 : 2;

        assert_int_equal(units[i].how == WX_DRAW_BY_RANK, i < 3);
        if (i < 3)
            continue;
        for (size_t k = 3; k < N_UNITS; k++)
            before += wx_str_eq(units[k].stratum, units[i].stratum) &&
                      strcmp(units[k].lot, units[i].lot) < 0;
        assert_int_equal(units[i].how == WX_DRAW_BY_LOT, before < quota);
        n_lot += before < quota;
    }
    assert_int_equal(result.n_by_rank, 3);
    assert_int_equal(result.n_by_lot, n_lot);
    assert_int_equal(n_lot, 5);
}

static void draw__refuses_what_cannot_be_drawn(void **state)
{
    struct wx_draw_unit two[2] = {{.id = 4}, {.id = 4}};
    struct wx_draw_result result;
    struct wx_draw_rules r = rules();

    (void)state;
    assert_int_equal(wx_draw(&r, two, 2, &result, NULL), WX_E_INVALID);
    assert_int_equal(wx_draw(&r, two, 0, &result, NULL), WX_E_INVALID);
    r.criteria[1].weight = 101;
    assert_int_equal(wx_draw(&r, two, 1, &result, NULL), WX_E_INVALID);
    r = rules();
    r.seed = WX_STR("");
    assert_int_equal(wx_draw(&r, two, 1, &result, NULL), WX_E_INVALID);
    r = rules();
    r.lot_percent = 101;
    assert_int_equal(wx_draw(&r, two, 1, &result, NULL), WX_E_INVALID);
}

static void rank__proposes_nobody_without_a_point(void **state)
{
    struct wx_draw_unit units[3] = {{.id = 1}, {.id = 2}, {.id = 3}};
    struct wx_draw_rules r = {.criteria = {{WX_STR("report_late"), 100}},
                              .n_criteria = 1,
                              .n_top = 3,
                              .seed = WX_STR("s")};
    struct wx_draw_result result;

    (void)state;
    assert_int_equal(wx_draw(&r, units, 3, &result, NULL), WX_OK);
    assert_int_equal(result.n_by_rank + result.n_by_lot, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draw__is_the_same_in_whatever_order_units_come),
        cmocka_unit_test(lot__is_sha256_of_seed_colon_id),
        cmocka_unit_test(points__are_weight_by_share_of_the_largest),
        cmocka_unit_test(lots__fill_each_stratum_to_its_quota),
        cmocka_unit_test(draw__refuses_what_cannot_be_drawn),
        cmocka_unit_test(rank__proposes_nobody_without_a_point),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
