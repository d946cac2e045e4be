#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "detect/division.h"

static void division__is_named_at_every_level(void **state)
{
    struct wx_arena arena;

    (void)state;
    wx_arena_init(&arena);
    assert_string_equal(wx_division_name(WX_STR("1101020002")), "西城区");
    assert_true(wx_str_eqz(wx_division_path(&arena, WX_STR("110102")), "北京市西城区"));
    assert_true(
        wx_str_eqz(wx_division_path(&arena, WX_STR("330602")), "浙江省绍兴市越城区"));
    assert_true(wx_str_eqz(wx_division_path(&arena, WX_STR("330600")), "浙江省绍兴市"));
    assert_true(wx_str_eqz(wx_division_path(&arena, WX_STR("330000")), "浙江省"));
    assert_int_equal(wx_division_path(&arena, WX_STR("359000")).len, 0);
    wx_arena_clear(&arena);
}

static void division__of_rubbish_is_unknown(void **state)
{
    (void)state;
    assert_null(wx_division_name(WX_STR("11010")));
    assert_null(wx_division_name(WX_STR("bm55000001")));
    assert_int_equal(wx_division_province(WX_STR("910000")), 0);
    assert_int_equal(wx_division_province(WX_STR("")), 0);
    assert_int_equal(wx_division_province(WX_STR("810000")), 81);
}

static void province_letters__have_synonyms(void **state)
{
    (void)state;
    assert_int_equal(wx_division_of_letter(0x4EAC), 11); /* 京 */
    assert_int_equal(wx_division_of_letter(0x8700), wx_division_of_letter(0x5DDD));
    assert_int_equal(wx_division_of_letter(0x9ED4), 52);
    assert_int_equal(wx_division_of_letter('A'), 0);
    assert_string_equal(wx_division_province_name(51), "四川省");
}

static void places__disagree_only_when_both_are_known_and_apart(void **state)
{
    (void)state;
    assert_true(wx_division_agrees(WX_STR("110102"), WX_STR("110102")));
    assert_true(wx_division_agrees(WX_STR("110000"), WX_STR("110102")));
    assert_true(wx_division_agrees(WX_STR("330600"), WX_STR("330602")));
    assert_true(wx_division_agrees(WX_STR("359000"), WX_STR("110102")));
    assert_true(wx_division_agrees(WX_STR("bm5500"), WX_STR("110102")));
    assert_true(wx_division_agrees(WX_STR("460100"), WX_STR("469001")));
    assert_false(wx_division_agrees(WX_STR("110102"), WX_STR("110101")));
    assert_false(wx_division_agrees(WX_STR("330602"), WX_STR("330102")));
    assert_false(wx_division_agrees(WX_STR("330600"), WX_STR("330100")));
    assert_false(wx_division_agrees(WX_STR("330602"), WX_STR("110102")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(division__is_named_at_every_level),
        cmocka_unit_test(division__of_rubbish_is_unknown),
        cmocka_unit_test(province_letters__have_synonyms),
        cmocka_unit_test(places__disagree_only_when_both_are_known_and_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
