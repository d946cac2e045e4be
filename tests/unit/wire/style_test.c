#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "wire/style.h"
#include <stdio.h>
#include <stdlib.h>

static int arena_setup(void **state)
{
    struct wx_arena *arena = wx_new(struct wx_arena);

    wx_arena_init(arena);
    *state = arena;
    return 0;
}

static int arena_teardown(void **state)
{
    wx_arena_clear(*state);
    free(*state);
    return 0;
}

/* Style of the element with id "t" on the page. */
static struct wx_node_style style_of(void **state, const char *html,
                                     const struct wx_style_set *shared)
{
    struct wx_html *page = wx_html_scan(*state, wx_arena_str(*state, wx_str_of(html)));
    struct wx_node_style *styles = wx_style_apply(*state, page, shared);

    for (size_t i = 0; i < page->n_nodes; i++)
        if (wx_str_eqz(page->nodes[i].id, "t"))
            return styles[i];
    fail_msg("no element with id t in '%s'", html);
    return (struct wx_node_style){0};
}

static void declarations__that_hide(void **state)
{
    static const struct {
        const char *css;
        uint32_t hide;
    } cases[] = {
        {"display:none", WX_HIDE_DISPLAY},
        {" DISPLAY : None ! important ;", WX_HIDE_DISPLAY},
        {"display:/* x */none", WX_HIDE_DISPLAY},
        {"d\\69 splay:none", WX_HIDE_DISPLAY},
        {"background:url(a;display:block);display:none", WX_HIDE_DISPLAY},
        {"display:none;display:block", 0},
        {"display:none!important;display:block", WX_HIDE_DISPLAY},
        {"visibility:hidden", WX_HIDE_VISIBILITY},
        {"opacity:0", WX_HIDE_OPACITY},
        {"opacity:.04", WX_HIDE_OPACITY},
        {"opacity:0.5", 0},
        {"filter:alpha(opacity=0)", WX_HIDE_OPACITY},
        {"filter:blur(2px)", 0},
        {"font-size:0", WX_HIDE_FONT},
        {"font-size:1px", WX_HIDE_FONT},
        {"font-size:12px", 0},
        {"font:0/0 a", WX_HIDE_FONT},
        {"font:bold 12px/1.5 simsun", 0},
        {"color:#fff;background:#FFFFFF", WX_HIDE_COLOR},
        {"color:white;background-color:rgb(255, 255, 255)", WX_HIDE_COLOR},
        {"color:#fff;background:#fff url(a.png)", 0},
        {"color:#fff", 0},
        {"height:0;overflow:hidden", WX_HIDE_SIZE},
        {"width:1px;overflow:hidden", WX_HIDE_SIZE},
        {"height:0", 0},
        {"position:absolute;left:-9999px", WX_HIDE_OFFSCREEN},
        {"position:fixed;top:-100em", WX_HIDE_OFFSCREEN},
        {"position:absolute;left:-20px", 0},
        {"left:-9999px", 0},
        {"text-indent:-9999px", WX_HIDE_INDENT},
        {"text-indent:-2em", 0},
        {"position:absolute;clip:rect(0 0 0 0)", WX_HIDE_CLIP},
        {"clip:rect(1px, 1px, 1px, 1px)", WX_HIDE_CLIP},
        {"clip:rect(0px,60px,200px,0px)", 0},
        {"clip-path:inset(50%)", WX_HIDE_CLIP},
        {"clip:rect(-", 0},
        {"clip:rect(1", 0},
        {"position:relative;z-index:-1", WX_HIDE_BEHIND},
        {"z-index:-1", 0},
        {"margin-left:-9999px", WX_HIDE_MARGIN},
        {"margin:0 0 0 -3000px", WX_HIDE_MARGIN},
        {"margin:-10px auto", 0},
        {"transform:scale(0)", WX_HIDE_SCALE},
        {"transform:scale(0.9)", 0},
        {"", 0},
        {";;:;}{", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (wx_style_hides(wx_str_of(cases[i].css)) != cases[i].hide)
            fail_msg("'%s' gives %#x, want %#x", cases[i].css,
                     wx_style_hides(wx_str_of(cases[i].css)), cases[i].hide);
}

static void sheet__selectors_find_their_elements(void **state)
{
    static const struct {
        const char *html;
        uint32_t hide;
    } cases[] = {
        {"<style>#t{display:none}</style><p id=t>", WX_HIDE_DISPLAY},
        {"<style>.x{display:none}</style><p id=t class='a x b'>", WX_HIDE_DISPLAY},
        {"<style>.x{display:none}</style><p id=t class='xx x-x'>", 0},
        {"<style>p.x.y{display:none}</style><p id=t class='y x'>", WX_HIDE_DISPLAY},
        {"<style>div.x{display:none}</style><p id=t class=x>", 0},
        {"<style>a,b , #t{display:none}</style><p id=t>", WX_HIDE_DISPLAY},
        {"<style>.o .x{display:none}</style><div class=o><ul><p id=t class=x>",
         WX_HIDE_DISPLAY},
        {"<style>.o>.x{display:none}</style><div class=o><b class=m><p id=t class=x>",
         0},
        {"<style>.o li .x{display:none}</style><div class=o><li><p id=t class=x>",
         WX_HIDE_DISPLAY},
        {"<style>.q .x{display:none}</style><div class=o><p id=t class=x>", 0},
        {"<style>#t:hover{display:none}</style><p id=t>", 0},
        {"<style>/*a*/ @import 'x'; @media screen{#t{display:none}}</style><p id=t>",
         WX_HIDE_DISPLAY},
        {"<style>@media print{#t{display:none}} p{color:red}</style><p id=t>", 0},
        {"<style>@media (max-width:9px){#t{display:none}}</style><p id=t>", 0},
        {"<style>@font-face{a:b} #t{display:none}</style><p id=t>", WX_HIDE_DISPLAY},
        {"<style><!--\n#t{display:none}\n--></style><p id=t>", WX_HIDE_DISPLAY},
        {"<style>.x{position:absolute}#t{left:-999px}</style><p id=t class=x>",
         WX_HIDE_OFFSCREEN},
        {"<style>#t{display:none}.x{display:block}</style><p id=t class=x>",
         WX_HIDE_DISPLAY},
        {"<style>.x{display:none}#t{display:block}</style><p id=t class=x>", 0},
        {"<style>.x{display:none!important}#t{display:block}</style><p id=t class=x>",
         WX_HIDE_DISPLAY},
        {"<style>#t{display:none}</style><p id=t style='display:block'>", 0},
        {"<p id=t hidden>", WX_HIDE_ATTR},
        {"<p id=t hidden style='display:block'>", 0},
        {"<iframe id=t width=0 height=0></iframe>", WX_HIDE_TINY},
        {"<iframe id=t width=100% height=600></iframe>", 0},
        {"<iframe id=t style='width:1px;height:1px'></iframe>", WX_HIDE_TINY},
        {"<marquee id=t height=1 width=1>", WX_HIDE_TINY},
        {"<body bgcolor=#ffffff><font id=t color=WHITE>", WX_HIDE_COLOR},
        {"<body bgcolor=#ffffff><font id=t color=#000000>", 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t hide = style_of(state, cases[i].html, NULL).hide;

        if (hide != cases[i].hide)
            fail_msg("'%s' gives %#x, want %#x", cases[i].html, hide, cases[i].hide);
    }
}

static void hiding__is_inherited_and_says_its_cause(void **state)
{
    struct wx_node_style s = style_of(
        state, "<div style='margin:0;display:none'><p class=a><b id=t>x", NULL);

    assert_int_equal(s.hide, WX_HIDE_DISPLAY);
    assert_int_equal(s.own, 0);
    assert_int_equal(s.cause, 1);
    assert_true(wx_str_eqz(s.rule, "display:none"));
    assert_true(wx_str_eqz(s.source, "style attribute"));
}

static void hiding__that_a_child_undoes_ends(void **state)
{
    assert_int_equal(style_of(state,
                              "<div style='visibility:hidden'><p id=t "
                              "style='visibility:visible'>",
                              NULL)
                         .hide,
                     0);
    assert_int_equal(style_of(state,
                              "<div style='font-size:0'><p id=t "
                              "style='font-size:14px'>",
                              NULL)
                         .hide,
                     0);
    assert_int_equal(style_of(state,
                              "<div style='display:none'><p id=t "
                              "style='display:block'>",
                              NULL)
                         .hide,
                     WX_HIDE_DISPLAY);
}

static void script__hides_by_id_at_its_top_level(void **state)
{
    static const struct {
        const char *html;
        uint32_t hide;
    } cases[] = {
        {"<div "
         "id=t></div><script>document.getElementById('t').style.display='none'</"
         "script>",
         WX_HIDE_SCRIPT},
        {"<div "
         "id=t></"
         "div><script>document.getElementById(\"\\x74\").style.display=\"none\"</"
         "script>",
         WX_HIDE_SCRIPT},
        {"<div id=t></div><script>var "
         "o=document.getElementById('t');o.style.visibility='hidden'</script>",
         WX_HIDE_SCRIPT},
        {"<div id=t></div><script>function "
         "f(){document.getElementById('t').style.display='none'}</script>",
         0},
        {"<div "
         "id=t></"
         "div><script>(function(){document.getElementById('t').style.display='none'})()"
         "</script>",
         WX_HIDE_SCRIPT},
        {"<div "
         "id=t></div><script>document.getElementById('t').style.display='block'</"
         "script>",
         0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t hide = style_of(state, cases[i].html, NULL).hide;

        if (hide != cases[i].hide)
            fail_msg("'%s' gives %#x", cases[i].html, hide);
    }
}

static void shared_sheets__name_their_source(void **state)
{
    struct wx_style_set *set = wx_style_set_new(*state);
    struct wx_node_style s;

    wx_style_set_add_css(set, WX_STR(".seo{position:absolute;top:-999px}"),
                         WX_STR("/css/a.css"));
    assert_int_equal(wx_style_set_count(set), 1);
    s = style_of(state, "<div class=seo id=t>", set);
    assert_int_equal(s.hide, WX_HIDE_OFFSCREEN);
    assert_true(wx_str_eqz(s.source, "/css/a.css"));
    assert_true(wx_str_eqz(s.rule, "top:-999px"));
    assert_int_equal(
        style_of(state, "<style>.seo{top:0}</style><div class=seo id=t>", set).hide, 0);
}

static void words__name_every_bit(void **state)
{
    (void)state;
    for (int bit = 0; bit < 15; bit++)
        assert_true(wx_hide_word(1u << bit)[0] != '\0');
    assert_string_equal(wx_hide_word(0), "");
    assert_string_equal(wx_hide_word(WX_HIDE_OFFSCREEN), "off-screen");
}

static void hostile__sheets_stay_bounded(void **state)
{
    struct wx_buf buf = WX_BUF_INIT(16 << 20);

    (void)wx_buf_addz(&buf, "<style>");
    for (int i = 0; i < 25000; i++)
        (void)wx_buf_addz(&buf, ".a .b .a{display:none}");
    (void)wx_buf_addz(&buf, "@media screen{@media screen{/*");
    (void)wx_buf_addz(&buf, "</style>");
    for (int i = 0; i < 20000; i++)
        (void)wx_buf_addz(&buf, "<b class='a a a'>");
    (void)wx_buf_addz(&buf, "<p id=t>");
    assert_int_equal(style_of(state, wx_arena_z(*state, wx_buf_str(&buf)), NULL).own,
                     0);
    wx_buf_clear(&buf);
}

#define STYLE_TEST(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STYLE_TEST(declarations__that_hide),
        STYLE_TEST(sheet__selectors_find_their_elements),
        STYLE_TEST(hiding__is_inherited_and_says_its_cause),
        STYLE_TEST(hiding__that_a_child_undoes_ends),
        STYLE_TEST(script__hides_by_id_at_its_top_level),
        STYLE_TEST(shared_sheets__name_their_source),
        STYLE_TEST(words__name_every_bit),
        STYLE_TEST(hostile__sheets_stay_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
