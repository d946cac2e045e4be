#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "detect/hanzi.h"
#include <iconv.h>

static bool converts(iconv_t cd, uint32_t cp)
{
    char in[4], out[8], *from = in, *to = out;
    size_t n_in = wx_utf8_put(cp, in), n_out = sizeof out;

    iconv(cd, NULL, NULL, NULL, NULL);
    return iconv(cd, &from, &n_in, &to, &n_out) == 0 && n_out < sizeof out;
}

static void tables__agree_with_the_converters_of_the_c_library(void **state)
{
    iconv_t gb = iconv_open("GB2312", "UTF-8"), big5 = iconv_open("BIG5", "UTF-8");
    unsigned n_gb = 0, n_wrong = 0;

    (void)state;
    if (gb == (iconv_t)-1 || big5 == (iconv_t)-1)
        skip();
    for (uint32_t cp = 0x4E00; cp < 0xA000; cp++) {
        bool in_gb = converts(gb, cp), in_big5 = converts(big5, cp);

        n_gb += in_gb;
        n_wrong += wx_hanzi_is_gb2312(cp) != in_gb;
        n_wrong += wx_hanzi_is_simplified(cp) != (in_gb && !in_big5);
        n_wrong += wx_hanzi_is_traditional(cp) != (in_big5 && !in_gb);
    }
    iconv_close(gb);
    iconv_close(big5);
    assert_int_equal(n_gb, 6763);
    assert_in_range(n_wrong, 0, 8); /* Big5 tables differ in a few rare characters */
}

static void tables__know_nothing_outside_their_block(void **state)
{
    (void)state;
    assert_false(wx_hanzi_is_gb2312('a'));
    assert_false(wx_hanzi_is_gb2312(0x4DFF));
    assert_false(wx_hanzi_is_traditional(0xA000));
    assert_false(wx_hanzi_is_simplified(0x20000));
}

static void count__tells_the_scripts_apart(void **state)
{
    struct wx_hanzi_count count = {0};

    (void)state;
    wx_hanzi_count_add(&count, WX_STR("图书馆, 圖書館 abc 中文"));
    assert_int_equal(count.n_han, 8);
    assert_int_equal(count.n_simplified, 3);
    assert_int_equal(count.n_traditional, 3);
    assert_int_equal(count.n_not_gb2312, 3);
}

static void expect_plain(const char *in, const char *out)
{
    struct wx_arena arena;
    struct wx_str plain;

    wx_arena_init(&arena);
    plain = wx_hanzi_plain(&arena, wx_str_of(in));
    assert_int_equal(plain.len, strlen(out));
    assert_memory_equal(plain.ptr, out, plain.len);
    wx_arena_clear(&arena);
}

static void plain__folds_what_dodges_word_filters(void **state)
{
    (void)state;
    expect_plain("曰韩", "日韩");
    expect_plain("亞洲旡碼", "亚洲无码");
    expect_plain("ｂｅｔ３６５", "bet365");
    expect_plain("百\xE2\x80\x8B家\xE2\x80\x8D乐", "百家乐");
    expect_plain("百 家 乐", "百家乐");
    expect_plain("百.家.乐", "百家乐");
}

static void plain__leaves_ordinary_text_as_it_is(void **state)
{
    struct wx_arena arena;
    struct wx_str text = WX_STR("第一章 总则 第一条。a b c 3.14 星源 区");

    (void)state;
    wx_arena_init(&arena);
    assert_ptr_equal(wx_hanzi_plain(&arena, text).ptr, text.ptr);
    wx_arena_clear(&arena);
}

static void plain__takes_bytes_that_are_no_characters(void **state)
{
    struct wx_arena arena;
    char bytes[300];

    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    wx_arena_init(&arena);
    bytes[0] = bytes[6] = bytes[12] = ' '; /* something to look behind */
    assert_int_equal(wx_hanzi_plain(&arena, (struct wx_str){bytes, sizeof bytes}).len,
                     sizeof bytes);
    wx_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables__agree_with_the_converters_of_the_c_library),
        cmocka_unit_test(tables__know_nothing_outside_their_block),
        cmocka_unit_test(count__tells_the_scripts_apart),
        cmocka_unit_test(plain__folds_what_dodges_word_filters),
        cmocka_unit_test(plain__leaves_ordinary_text_as_it_is),
        cmocka_unit_test(plain__takes_bytes_that_are_no_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
