#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"

static void utf8__refuses_overlongs_and_surrogates(void **state)
{
    (void)state;
    assert_true(wx_utf8_is_valid(WX_STR("网巡 abc \xF0\xA0\xAE\xB7")));
    assert_false(wx_utf8_is_valid(WX_STR("\xC0\xAF")));
    assert_false(wx_utf8_is_valid(WX_STR("\xE0\x80\xAF")));
    assert_false(wx_utf8_is_valid(WX_STR("\xED\xA0\x80")));
    assert_false(wx_utf8_is_valid(WX_STR("\xF4\x90\x80\x80")));
    assert_false(wx_utf8_is_valid(WX_STR("abcdefgh\xE7")));
    assert_true(wx_utf8_is_valid(WX_STR("网巡网巡网巡")));
    assert_false(wx_utf8_is_valid(WX_STR("网巡网巡\xE7\xBD")));
    assert_false(wx_utf8_is_valid(WX_STR("网巡\xE7\xBDx巡")));
    assert_false(wx_utf8_is_valid(WX_STR("网巡\xED\xA0\x80网")));
    assert_false(wx_utf8_is_valid(WX_STR("网巡\xE0\x80\x80网")));
    assert_false(wx_utf8_is_valid(WX_STR("网巡\xF0\x80\x80网")));
}

static void utf8__clip_never_cuts_a_character(void **state)
{
    (void)state;
    assert_int_equal(wx_utf8_clip(WX_STR("网巡"), 5).len, 3);
    assert_int_equal(wx_utf8_clip(WX_STR("网巡"), 6).len, 6);
    assert_int_equal(wx_utf8_clip(WX_STR("网"), 2).len, 0);
}

static void number__refuses_overflow_and_rubbish(void **state)
{
    uint64_t v = 7;

    (void)state;
    assert_true(wx_str_to_u64(WX_STR("18446744073709551615"), UINT64_MAX, &v));
    assert_false(wx_str_to_u64(WX_STR("18446744073709551616"), UINT64_MAX, &v));
    assert_false(wx_str_to_u64(WX_STR(""), 10, &v));
    assert_false(wx_str_to_u64(WX_STR("1 "), 10, &v));
    assert_false(wx_str_to_u64(WX_STR("11"), 10, &v));
}

static void cut__gives_every_field_and_then_nothing(void **state)
{
    struct wx_str rest = WX_STR("a,,b");

    (void)state;
    assert_true(wx_str_eqz(wx_str_cut(&rest, ','), "a"));
    assert_true(wx_str_eqz(wx_str_cut(&rest, ','), ""));
    assert_true(wx_str_eqz(wx_str_cut(&rest, ','), "b"));
    assert_int_equal(rest.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8__refuses_overlongs_and_surrogates),
        cmocka_unit_test(utf8__clip_never_cuts_a_character),
        cmocka_unit_test(number__refuses_overflow_and_rubbish),
        cmocka_unit_test(cut__gives_every_field_and_then_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
