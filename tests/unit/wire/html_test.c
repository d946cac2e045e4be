#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "wire/html.h"
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

/* Scanned from a heap copy without a terminator, so that reading past it is caught. */
static struct wx_html *scan(void **state, const char *z)
{
    size_t n = strlen(z);
    char *exact = wx_arena_alloc(*state, n);

    memcpy(exact, z, n);
    return wx_html_scan(*state, (struct wx_str){exact, n});
}

#define assert_str(s, z)                                                               \
    do {                                                                               \
        struct wx_str s_ = (s);                                                        \
        if (!wx_str_eqz(s_, (z)))                                                      \
            fail_msg("have '" WX_STR_FMT "', want '%s'", WX_STR_ARG(s_), (z));         \
    } while (0)

static void link__has_address_text_and_context(void **state)
{
    struct wx_html *h =
        scan(state, "<footer><a href=' /a?x=1&amp;y=2 ' rel=nofollow "
                    "target=_blank title='T'>政务\n  <b>公开</b></a></footer>"
                    "<img src=x.png alt=图>");

    assert_int_equal(h->n_links, 2);
    assert_str(h->links[0].href, "/a?x=1&y=2");
    assert_str(h->links[0].text, "政务 公开");
    assert_str(h->links[0].rel, "nofollow");
    assert_str(h->links[0].target, "_blank");
    assert_str(h->links[0].title, "T");
    assert_int_equal(h->links[0].in, WX_IN_FOOTER);
    assert_int_equal(h->links[1].kind, WX_LINK_IMG);
    assert_str(h->links[1].text, "图");
    assert_int_equal(h->links[1].in, 0);
}

static void name__with_nul_is_another_name(void **state)
{
    static const char page[] = "<a href\0=/x>1</a><a\0 href=/y>2</a>"
                               "<a href=/z>3</a>                ";
    struct wx_html *h = wx_html_scan(*state, (struct wx_str){page, sizeof page - 1});

    assert_int_equal(h->n_links, 1);
    assert_str(h->links[0].href, "/z");
}

static void link__in_a_link_ends_the_outer_one(void **state)
{
    struct wx_html *h = scan(state, "<a href=1>one<a href=2>two</a> three");

    assert_int_equal(h->n_links, 2);
    assert_str(h->links[0].text, "one");
    assert_str(h->links[1].text, "two");
    assert_int_equal(h->blocks[0].link, 0);
    assert_str(h->blocks[0].text, "onetwo three");
}

static void link__across_blocks_joins_with_a_blank(void **state)
{
    struct wx_html *h = scan(state, "<a href=1><div>a</div><div>b</div></a>");

    assert_str(h->links[0].text, "a b");
    assert_int_equal(h->n_blocks, 2);
    assert_int_equal(h->blocks[0].link, 1);
    assert_int_equal(h->blocks[1].link, 1);
}

static void link__kinds_are_told_apart(void **state)
{
    static const struct {
        const char *html;
        int kind;
        const char *href;
    } cases[] = {
        {"<area href=x>", WX_LINK_AREA, "x"},
        {"<link rel='Shortcut ICON' href=x>", WX_LINK_ICON, "x"},
        {"<link rel=stylesheet href=x>", WX_LINK_STYLESHEET, "x"},
        {"<link rel=canonical href=x>", WX_LINK_CANONICAL, "x"},
        {"<link rel=alternate href=x>", WX_LINK_REL, "x"},
        {"<script src=x></script>", WX_LINK_SCRIPT, "x"},
        {"<iframe src=x></iframe>", WX_LINK_IFRAME, "x"},
        {"<frameset><frame src=x></frameset>", WX_LINK_FRAME, "x"},
        {"<form action=x></form>", WX_LINK_FORM, "x"},
        {"<embed src=x>", WX_LINK_EMBED, "x"},
        {"<object data=x></object>", WX_LINK_EMBED, "x"},
        {"<video><source src=x></video>", WX_LINK_MEDIA, "x"},
        {"<base href=x>", WX_LINK_BASE, "x"},
        {"<meta http-equiv=Refresh content=\"3; URL='x'; junk\">", WX_LINK_META_REFRESH,
         "x"},
        {"<meta http-equiv=refresh content='0;x'>", WX_LINK_META_REFRESH, "x"},
        {"<svg><a xlink:href=x>t</a></svg>", WX_LINK_A, "x"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wx_html *h = scan(state, cases[i].html);

        assert_int_equal(h->n_links, 1);
        assert_int_equal(h->links[0].kind, cases[i].kind);
        assert_str(h->links[0].href, cases[i].href);
    }
}

static void block__is_folded_and_resolved(void **state)
{
    struct wx_html *h =
        scan(state, "<p>\n  a &lt;b&gt;  <i>c</i>\t&nbsp; d<br>e &#x4e2d;</p>"
                    "<p>&nbsp;\xC2\xA0 \n</p>text\xC2\xA9");

    assert_int_equal(h->n_blocks, 2);
    assert_str(h->blocks[0].text, "a <b> c d\ne 中");
    assert_true(h->blocks[0].has_reference);
    assert_int_equal(h->blocks[0].tag, WX_TAG_P);
    assert_int_equal(h->blocks[0].offset, 6);
    assert_str(h->blocks[1].text, "text\xC2\xA9");
    assert_false(h->blocks[1].has_reference);
}

static void block__folds_blanks_around_no_break_space(void **state)
{
    struct wx_html *h =
        scan(state, "<p>first word &nbsp;second\xC2\xA0 third &nbsp; \xC2\xA0</p>"
                    "<p>a \x01 b\x01\x02 c long enough to be copied in sixteens</p>");

    assert_str(h->blocks[0].text, "first word second third");
    assert_str(h->blocks[1].text,
               "a \x01 b\x01\x02 c long enough to be copied in sixteens");
}

static void block__text_of_scripts_and_styles_is_none(void **state)
{
    struct wx_html *h =
        scan(state, "<script>if (a<b) document.write('<p>x</p>')</script>"
                    "<style>p{}</style><iframe>y</iframe>z");

    assert_int_equal(h->n_blocks, 1);
    assert_str(h->blocks[0].text, "z");
    assert_int_equal(h->n_scripts, 1);
    assert_str(h->scripts[0].code, "if (a<b) document.write('<p>x</p>')");
    assert_int_equal(h->scripts[0].code_offset, 8);
    assert_int_equal(h->n_styles, 1);
    assert_str(h->styles[0].css, "p{}");
}

static void block__noscript_is_markup(void **state)
{
    struct wx_html *h = scan(state, "<noscript><a href=x>y</a></noscript>");

    assert_int_equal(h->n_links, 1);
    assert_int_equal(h->links[0].in, WX_IN_NOSCRIPT);
    assert_int_equal(h->blocks[0].in, WX_IN_NOSCRIPT | WX_IN_A);
}

static void block__hidden_inline_text_stands_alone(void **state)
{
    struct wx_html *h =
        scan(state, "<p>看得见<span style='display:none'>看不见</span>也看得见</p>");

    assert_int_equal(h->n_blocks, 3);
    assert_str(h->blocks[1].text, "看不见");
    assert_int_equal(h->nodes[h->blocks[1].node].tag, WX_TAG_SPAN);
    assert_int_equal(h->blocks[2].node, 0);
}

static void title__is_the_first_outside_svg(void **state)
{
    struct wx_html *h =
        scan(state, "<svg><title>no</title></svg><title> 星源&#21306;\n "
                    "<b>政府</title><title>other</title>");

    assert_str(h->title, "星源区 <b>政府");
    assert_true(h->title_has_reference);
    assert_int_equal(h->title_offset, 28);
}

static void title__empty_leaves_the_next_text_alone(void **state)
{
    struct wx_html *h = scan(state, "<title></title><p>x</p>");

    assert_str(h->title, "");
    assert_str(h->blocks[0].text, "x");
}

static void zone__before_doctype_and_behind_html(void **state)
{
    struct wx_html *h =
        scan(state, "<a href=0>s</a><!doctype html><script>1</script><html lang=zh>"
                    "<head><title>t</title></head><body>x</body></html>"
                    "<div style='display:none'><a href=1>y</a></div>");

    assert_int_equal(h->links[0].zone, WX_ZONE_BEFORE);
    assert_int_equal(h->scripts[0].zone, WX_ZONE_BEFORE);
    assert_int_equal(h->blocks[1].zone, WX_ZONE_HEAD);
    assert_int_equal(h->blocks[2].zone, WX_ZONE_BODY);
    assert_int_equal(h->links[1].zone, WX_ZONE_AFTER);
    assert_str(h->lang, "zh");
    assert_true(h->has_doctype);
    assert_true(h->html_end > h->body_end && h->body_end > h->body_offset);
}

static void zone__of_a_page_without_html_is_not_before(void **state)
{
    struct wx_html *h = scan(state, "<title>t</title><p>x");

    assert_int_equal(h->blocks[0].zone, WX_ZONE_HEAD);
    assert_int_equal(h->blocks[1].zone, WX_ZONE_BODY);
}

static void zone__of_a_second_document_is_body_again(void **state)
{
    struct wx_html *h =
        scan(state, "<html><body>a</body></html><html><body>b</body></html><p>c");

    assert_int_equal(h->blocks[1].zone, WX_ZONE_BODY);
    assert_int_equal(h->blocks[2].zone, WX_ZONE_AFTER);
}

static void node__parents_stand_before_children(void **state)
{
    struct wx_html *h =
        scan(state, "<div id=a class='x y'><p><span style=color:red>t</span>"
                    "</div><div hidden>u</div>");

    assert_int_equal(h->n_nodes, 4);
    assert_int_equal(h->nodes[1].parent, 0);
    assert_int_equal(h->nodes[2].parent, 1);
    assert_int_equal(h->nodes[3].parent, 0);
    assert_str(h->nodes[1].classes, "x y");
    assert_str(h->nodes[2].style, "color:red");
    assert_true(h->nodes[3].is_hidden_attr);
    for (size_t i = 1; i < h->n_nodes; i++)
        assert_true(h->nodes[i].parent < i && h->nodes[i].end > h->nodes[i].offset);
}

static void node__misnested_font_does_not_hide_what_follows(void **state)
{
    struct wx_html *h =
        scan(state, "<font style='display:none'><div>in</font>out</div>");

    assert_int_equal(h->n_blocks, 2);
    assert_int_equal(h->blocks[0].node, 1);
    assert_str(h->blocks[1].text, "out");
    assert_int_equal(h->blocks[1].node, 0);
    h = scan(state, "<font style='display:none'><div id=d>in</font>out</div>");
    assert_int_equal(h->nodes[h->blocks[0].node].parent, 1);
    assert_int_equal(h->nodes[h->blocks[1].node].parent, 0);
    assert_str(h->nodes[h->blocks[1].node].id, "d");
}

static void implied_end__list_items_cells_and_paragraphs(void **state)
{
    struct wx_html *h = scan(state, "<ul><li id=a>1<li>2<ul><li id=b>3</ul>4</ul>"
                                    "<table><tr><td id=c>5<td>6<tr><td>7</table>"
                                    "<p id=d>8<div>9</div>"
                                    "<select><option id=e>10<option>11</select>"
                                    "<dl><dt id=f>12<dd>13</dl>");
    static const struct {
        const char *text, *id;
    } want[] = {{"1", "a"}, {"2", ""},   {"3", "b"}, {"4", ""}, {"5", "c"},
                {"6", ""},  {"7", ""},   {"8", "d"}, {"9", ""}, {"10", "e"},
                {"11", ""}, {"12", "f"}, {"13", ""}};

    assert_int_equal(h->n_blocks, 13);
    for (size_t i = 0; i < 13; i++) {
        assert_str(h->blocks[i].text, want[i].text);
        assert_str(h->nodes[h->blocks[i].node].id, want[i].id);
    }
}

static void end_tag__without_start_changes_nothing(void **state)
{
    struct wx_html *h =
        scan(state, "<div id=a><table><tr><td></div></span></b>x</td></table></div>");

    assert_int_equal(h->blocks[0].node, 1);
    assert_int_equal(h->blocks[0].in, WX_IN_TABLE);
}

static void form__collects_inputs(void **state)
{
    struct wx_html *h = scan(
        state, "<input name=outside><form action=/login method=POST id=f><input name=u "
               "placeholder=用户名>"
               "<div><input type=password name=p></div><select name=s></select></form>"
               "<form><textarea name=t></textarea></form>");

    assert_int_equal(h->n_forms, 2);
    assert_str(h->forms[0].action, "/login");
    assert_int_equal(h->forms[0].n_inputs, 3);
    assert_str(h->forms[0].inputs[0].placeholder, "用户名");
    assert_str(h->forms[0].inputs[1].type, "password");
    assert_int_equal(h->forms[1].n_inputs, 1);
    assert_str(h->forms[1].inputs[0].name, "t");
}

static void empty__elements_with_an_id_are_listed(void **state)
{
    struct wx_html *h =
        scan(state, "<sub id=pl83f><rt id=pl83f></rt></sub><p id=x>t</p>"
                    "<div id=y><img src=z></div>");

    assert_int_equal(h->n_empties, 2);
    assert_str(h->empties[0].id, "pl83f");
    assert_str(h->empties[0].name, "rt");
    assert_int_equal(h->empties[1].tag, WX_TAG_SUB);
}

static void meta__content_is_decoded(void **state)
{
    struct wx_html *h = scan(
        state, "<meta charset=utf-8><meta name=Keywords content='&#36172;&#21338;'>"
               "<meta property=og:title content=x>");
    const struct wx_html_meta *meta = wx_html_meta_get(h, "keywords");

    assert_non_null(meta);
    assert_str(meta->content, "赌博");
    assert_true(meta->has_reference);
    assert_str(h->metas[0].charset, "utf-8");
    assert_non_null(wx_html_meta_get(h, "og:title"));
    assert_null(wx_html_meta_get(h, "none"));
}

static void context__comes_from_tags_and_class_names(void **state)
{
    static const struct {
        const char *html;
        uint32_t in;
    } cases[] = {
        {"<div class=topNav><a href=x>", WX_IN_NAV},
        {"<div id=Footer><a href=x>", WX_IN_FOOTER},
        {"<div class='page copyright'><a href=x>", WX_IN_FOOTER},
        {"<div class=margin-bottom><a href=x>", 0},
        {"<div class=football><a href=x>", 0},
        {"<div class=unavailable><a href=x>", 0},
        {"<marquee><a href=x>", WX_IN_MARQUEE},
        {"<template><a href=x>", WX_IN_TEMPLATE},
        {"<h2><a href=x>", WX_IN_HEADING},
        {"<nav><a href=x>", WX_IN_NAV},
        {"<table><td><a href=x>", WX_IN_TABLE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(scan(state, cases[i].html)->links[0].in, cases[i].in);
}

static void svg__self_closing_title_does_not_swallow_the_page(void **state)
{
    struct wx_html *h =
        scan(state, "<svg><title/><path/><style/></svg><p>x</p>"
                    "<svg><![CDATA[a<b]]></svg><svg><p>out<![CDATA[c]]></p>");

    assert_int_equal(h->n_blocks, 3);
    assert_str(h->blocks[0].text, "x");
    assert_str(h->blocks[1].text, "a<b");
    assert_str(h->blocks[2].text, "out");
    assert_int_equal(h->n_comments, 1);
}

static void comment__is_kept_whole_and_not_looked_into(void **state)
{
    struct wx_html *h = scan(state, "<!--<a href=x>y</a>--><p>z");

    assert_int_equal(h->n_links, 0);
    assert_int_equal(h->n_comments, 1);
    assert_str(h->comments[0].text, "<a href=x>y</a>");
}

static void attr_get__finds_by_name_and_decodes(void **state)
{
    struct wx_html *h = scan(state, "<a href=1 DATA-X='a&amp;b' width = 0 / nowrap>");
    struct wx_str v;

    assert_true(wx_html_attr_get(*state, h->links[0].attrs, "data-x", &v));
    assert_str(v, "a&b");
    assert_true(wx_html_attr_get(*state, h->links[0].attrs, "width", &v));
    assert_str(v, "0");
    assert_true(wx_html_attr_get(*state, h->links[0].attrs, "nowrap", &v));
    assert_str(v, "");
    assert_false(wx_html_attr_get(*state, h->links[0].attrs, "height", &v));
}

static void decode__follows_the_reference_rules(void **state)
{
    static const struct {
        const char *raw;
        bool in_attr;
        const char *want;
    } cases[] = {
        {"&notit;", false, "¬it;"},
        {"&notin;", false, "∉"},
        {"?a=1&copy=2", true, "?a=1&copy=2"},
        {"?a=1&copy=2", false, "?a=1©=2"},
        {"&copy;", true, "©"},
        {"&#128;&#x80;", false, "€€"},
        {"&#0;&#xD800;&#x110000;&#99999999999;", false,
         "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"&#;&#x;&;& &unknown;", false, "&#;&#x;&;& &unknown;"},
        {"&#20013&#x56FD", false, "中国"},
        {"&CounterClockwiseContourIntegral;", false, "∳"},
        {"&nGt;", false, "≫⃒"},
        {"&am", false, "&am"},
        {"&amp", false, "&"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_str(wx_html_decode(*state, wx_str_of(cases[i].raw), cases[i].in_attr),
                   cases[i].want);
}

static void tag__every_name_finds_its_number(void **state)
{
    for (int tag = 1; tag < WX_TAG_COUNT; tag++) {
        char html[64];
        struct wx_html_tokenizer t;
        struct wx_html_token token;
        int n = snprintf(html, sizeof html, "<%s>", wx_html_tag_name(tag));

        html[1] &= (char)~0x20;
        wx_html_tokenizer_init(&t, *state, (struct wx_str){html, (size_t)n});
        assert_int_equal(wx_html_next(&t, &token), WX_HTML_START);
        assert_int_equal(token.tag, tag);
    }
}

/* UNIT repeated to about a megabyte, scanned; ends when it is bounded. */
static struct wx_html *scan_many(void **state, const char *unit)
{
    size_t n = strlen(unit), times = (1u << 20) / n;
    char *text = wx_arena_alloc(*state, n * times);

    for (size_t i = 0; i < times; i++)
        memcpy(text + i * n, unit, n);
    return wx_html_scan(*state, (struct wx_str){text, n * times});
}

static void hostile__repetition_stays_bounded(void **state)
{
    static const char *const units[] = {
        "<div>",
        "<b id=x>",
        "<p><a href=x>",
        "</x>",
        "<table>",
        "<!--",
        "<font><div>",
        "<svg>",
        "<script>",
        "&",
        "<a b=",
        "<x a a ",
        "<td>",
        "<select>",
        "<li>",
        "&nGt;",
        "</div",
        "<![CDATA[",
        "<title>",
        "<!doctype ",
        "<html><body>",
        "<form><input>",
        "<",
        "\"'<a ",
    };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct wx_html *h = scan_many(state, units[i]);

        assert_true(h->n_links <= WX_MAX_LINKS_PER_PAGE);
        assert_true(h->n_nodes <= WX_MAX_NODES_PER_PAGE);
        wx_arena_reset(*state);
    }
    assert_true(scan_many(state, "<div>")->max_depth > 200000);
}

#define HTML_TEST(f) cmocka_unit_test_setup_teardown(f, arena_setup, arena_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HTML_TEST(link__has_address_text_and_context),
        HTML_TEST(name__with_nul_is_another_name),
        HTML_TEST(link__in_a_link_ends_the_outer_one),
        HTML_TEST(link__across_blocks_joins_with_a_blank),
        HTML_TEST(link__kinds_are_told_apart),
        HTML_TEST(block__is_folded_and_resolved),
        HTML_TEST(block__folds_blanks_around_no_break_space),
        HTML_TEST(block__text_of_scripts_and_styles_is_none),
        HTML_TEST(block__noscript_is_markup),
        HTML_TEST(block__hidden_inline_text_stands_alone),
        HTML_TEST(title__is_the_first_outside_svg),
        HTML_TEST(title__empty_leaves_the_next_text_alone),
        HTML_TEST(zone__before_doctype_and_behind_html),
        HTML_TEST(zone__of_a_page_without_html_is_not_before),
        HTML_TEST(zone__of_a_second_document_is_body_again),
        HTML_TEST(node__parents_stand_before_children),
        HTML_TEST(node__misnested_font_does_not_hide_what_follows),
        HTML_TEST(implied_end__list_items_cells_and_paragraphs),
        HTML_TEST(end_tag__without_start_changes_nothing),
        HTML_TEST(form__collects_inputs),
        HTML_TEST(empty__elements_with_an_id_are_listed),
        HTML_TEST(meta__content_is_decoded),
        HTML_TEST(context__comes_from_tags_and_class_names),
        HTML_TEST(svg__self_closing_title_does_not_swallow_the_page),
        HTML_TEST(comment__is_kept_whole_and_not_looked_into),
        HTML_TEST(attr_get__finds_by_name_and_decodes),
        HTML_TEST(decode__follows_the_reference_rules),
        HTML_TEST(tag__every_name_finds_its_number),
        HTML_TEST(hostile__repetition_stays_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
