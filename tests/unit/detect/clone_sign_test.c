#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "detect/clone_sign.h"
#include <stdio.h>

/*
 * The property behind the family of rules: pinyin, traditional script and scars show on
 * rewritten pages and on none of the ordinary ones. Texts are our own; the pages are
 * the samples of rules/seo_spam.
 */

static const char *const samples = WX_SOURCE_ROOT "/rules/seo_spam/samples/";

static struct wx_rules no_words(struct wx_pattern_set *set)
{
    return (struct wx_rules){.set = set};
}

static struct wx_clone_signs signs_of_text(struct wx_arena *arena, struct wx_str text,
                                           bool is_traditional_expected)
{
    struct wx_pattern_set *set = wx_pattern_build(wx_pattern_builder_new());
    struct wx_rules rules = no_words(set);
    struct wx_clone_signs signs;

    wx_clone_signs_read(&rules, arena, wx_html_scan(arena, text),
                        is_traditional_expected, &signs);
    wx_pattern_set_free(set);
    return signs;
}

static struct wx_clone_signs signs_of(const char *name)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 20);
    struct wx_arena arena;
    struct wx_clone_signs signs;
    char path[512];

    snprintf(path, sizeof path, "%s%s", samples, name);
    assert_int_equal(wx_buf_read_file(&buf, path, NULL), WX_OK);
    wx_arena_init(&arena);
    signs = signs_of_text(&arena, wx_buf_str(&buf), false);
    signs.words.shown = signs.same_id = (struct wx_str){NULL, 0};
    wx_arena_clear(&arena);
    wx_buf_clear(&buf);
    return signs;
}

static void pages__rewritten_ones_show_their_signs(void **state)
{
    static const struct {
        const char *name;
        uint32_t bits;
    } cases[] = {
        {"clone-pinyin-tail.html",
         WX_SIGN_PINYIN | WX_SIGN_TRADITIONAL | WX_SIGN_MISMATCH},
        {"clone-scars.html", WX_SIGN_PINYIN | WX_SIGN_TRADITIONAL | WX_SIGN_SCAR},
        {"clone-traditional-tail.html", WX_SIGN_TRADITIONAL | WX_SIGN_MISMATCH},
        {"clone-same-id.html", WX_SIGN_TRADITIONAL | WX_SIGN_SAME_ID},
        {"clone-toneless.html", WX_SIGN_PINYIN | WX_SIGN_TRADITIONAL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(signs_of(cases[i].name).bits, cases[i].bits);
}

static void pages__ordinary_ones_stay_below_two_signs(void **state)
{
    (void)state;
    assert_int_equal(signs_of("plain-simplified.html").bits, 0);
    assert_int_equal(signs_of("plain-traditional.html").bits, WX_SIGN_TRADITIONAL);
    assert_int_equal(signs_of("teach-pinyin.html").bits, 0);
}

static uint32_t bits_of_line(const char *line)
{
    struct wx_arena arena;
    uint32_t bits;

    wx_arena_init(&arena);
    bits = signs_of_text(&arena, wx_str_of(line), false).bits;
    wx_arena_clear(&arena);
    return bits;
}

static uint32_t scars_in(const char *line)
{
    struct wx_arena arena;
    uint32_t n;

    wx_arena_init(&arena);
    n = signs_of_text(&arena, wx_str_of(line), false).n_scars;
    wx_arena_clear(&arena);
    return n;
}

static void scars__are_known_in_every_form_the_cut_leaves(void **state)
{
    (void)state;
    /* GBK bytes cut at a mark's pair inside a character, as a model of it makes them */
    assert_int_equal(scars_in("<p>按此辦理?？商崆邦A約</p>"), 1);
    assert_int_equal(scars_in("<p>照常?！＝ㄗh錯峰</p>"), 1);
    assert_int_equal(scars_in("<p>附後?？h級館</p>"), 1);
    assert_int_equal(scars_in("<p>通知?，F將</p>"), 1);
    assert_int_equal(scars_in("<p>力度??萍疾?、各</p>"), 1);
}

static void scars__are_not_seen_in_honest_questions(void **state)
{
    (void)state;
    assert_int_equal(scars_in("<p>怎么办??请答复。真的吗?!我们不知道?;好?</p>"), 0);
    assert_int_equal(scars_in("<p>需要带什么?A座几楼?</p>"), 0);
    assert_int_equal(scars_in("<p>a.asp?x=1?,y 是什么?:见附件</p>"), 0);
    assert_int_equal(bits_of_line("<p>什么?\?为什么?\?</p>"), 0);
}

static void pinyin__units_and_list_letters_are_no_syllables(void **state)
{
    struct wx_arena arena;
    struct wx_str text = WX_STR("<p>高度(cm)重量(kg)甲(a)乙(b)丙(c)长(mm)宽(m)</p>");

    (void)state;
    wx_arena_init(&arena);
    assert_int_equal(signs_of_text(&arena, text, false).n_pinyin, 0);
    wx_arena_clear(&arena);
}

static void pinyin__a_poem_annotated_throughout_is_for_learners(void **state)
{
    (void)state;
    assert_int_equal(
        bits_of_line("<p>山(shān)水(shuǐ)山(shān)水(shuǐ)日(rì)月(yuè)日(rì)月(yuè)"
                     "风(fēng)花(huā)风(fēng)花(huā)</p>"),
        0);
}

static void signs__hostile_text_costs_linear_time(void **state)
{
    struct wx_buf buf = WX_BUF_INIT(8 << 20);
    struct wx_arena arena;

    (void)state;
    for (int i = 0; i < 200000; i++)
        (void)wx_buf_addz(&buf, "政?？政(");
    wx_arena_init(&arena);
    assert_int_equal(signs_of_text(&arena, wx_buf_str(&buf), false).n_pinyin, 0);
    wx_arena_clear(&arena);
    wx_buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages__rewritten_ones_show_their_signs),
        cmocka_unit_test(pages__ordinary_ones_stay_below_two_signs),
        cmocka_unit_test(scars__are_known_in_every_form_the_cut_leaves),
        cmocka_unit_test(scars__are_not_seen_in_honest_questions),
        cmocka_unit_test(pinyin__units_and_list_letters_are_no_syllables),
        cmocka_unit_test(pinyin__a_poem_annotated_throughout_is_for_learners),
        cmocka_unit_test(signs__hostile_text_costs_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
