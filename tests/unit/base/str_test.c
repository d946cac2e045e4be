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

/* Every place in a long text, every kind of fault: the fast way and the slow way (of
 * texts below 64 bytes) must agree. */
static void utf8__long_texts_are_judged_like_short_ones(void **state)
{
    static const char *const pieces[] = {
        "a",        "\xC3\xA9", "网",           "\xF0\xA0\xAE\xB7",
        "\xC0\xAF", "\xE0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\x80",     "\xF5",     "\xE7\xBD",     "\xF0\xA0\xAE"};
    enum { N = sizeof pieces / sizeof *pieces };
    char text[256];

    (void)state;
    for (size_t pad = 0; pad < 100; pad++) {
        for (size_t i = 0; i < N * N; i++) {
            const char *a = pieces[i % N], *b = pieces[i / N];
            size_t n = strlen(a) + strlen(b);
            bool is_right;

            memset(text, 'x', sizeof text);
            memcpy(text + pad, a, strlen(a));
            memcpy(text + pad + strlen(a), b, strlen(b));
            is_right = wx_utf8_is_valid((struct wx_str){text + pad, n});
            assert_int_equal(wx_utf8_is_valid((struct wx_str){text, 200}), is_right);
            assert_int_equal(wx_utf8_is_valid((struct wx_str){text, pad + n}),
                             is_right);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8__long_texts_are_judged_like_short_ones),
        cmocka_unit_test(utf8__refuses_overlongs_and_surrogates),
        cmocka_unit_test(utf8__clip_never_cuts_a_character),
        cmocka_unit_test(number__refuses_overflow_and_rubbish),
        cmocka_unit_test(cut__gives_every_field_and_then_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
