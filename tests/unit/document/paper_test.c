#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "document/docx.h"
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

#define ODD "a<b>&\"c\"\x01\xE2\x80\xAEz\xFF]]>"

static void assert_str(struct wx_str s, const char *z)
{
    if (!wx_str_eqz(s, z))
        fail_msg("'" WX_STR_FMT "' is not '%s'", WX_STR_ARG(s), z);
}

static void fill(struct wx_paper *p, struct wx_arena *arena,
                 enum wx_paper_layout layout)
{
    static const uint16_t widths[] = {1, 3, 2};
    struct wx_paper_table *table;
    struct wx_paper_block *bars;

    wx_paper_init(p, arena, layout);
    wx_paper_organ(p, WX_STR("星源区网信办"));
    p->number = WX_STR("星网办〔2026〕3号");
    p->title = wx_paper_clean(p, WX_STR("关于" ODD "的通知"));
    p->addressees = WX_STR("各单位");
    p->date = (struct wx_paper_day){2026, 2, 8};
    p->copy_to = wx_paper_clean(p, WX_STR(ODD));
    p->watermark = wx_paper_clean(p, WX_STR(ODD));
    wx_paper_heading(p, 1, WX_STR("甲"));
    wx_paper_heading(p, 2, WX_STR("乙"));
    wx_paper_heading(p, 3, WX_STR("丙"));
    wx_paper_heading(p, 4, WX_STR("丁"));
    wx_paper_heading(p, 1, WX_STR("戊"));
    wx_paper_heading(p, 2, WX_STR("己"));
    wx_paper_paragraph(p, WX_STR("一行\n\n" ODD "\r\n"));
    bars = wx_paper_block(p, WX_PAPER_BARS, WX_STR("图1"));
    wx_paper_bar(p, bars, WX_STR(ODD), UINT64_MAX);
    wx_paper_bar(p, bars, WX_STR("无"), 0);
    (void)wx_paper_block(p, WX_PAPER_WIDE, WX_STR(""));
    (void)wx_paper_block(p, WX_PAPER_ATTACHMENT, WX_STR("清单"));
    table = wx_paper_table(p, WX_STR("表1"), widths, 3, 1);
    for (int i = 0; i < 3; i++)
        (void)wx_paper_cell(p, table, WX_STR("头"));
    wx_paper_row(p, table);
    wx_paper_cell(p, table, WX_STR(ODD))->rows = 2;
    wx_paper_cell(p, table, WX_STR("两列"))->columns = 2;
    wx_paper_row(p, table);
    (void)wx_paper_cell(p, table, WX_STR("右一"));
    (void)wx_paper_cell(p, table, WX_STR("右二"));
}

static void headings__number_themselves(void **state)
{
    static const char *const want[] = {"一、",  "（一）", "1.",
                                       "（1）", "二、",   "（一）"};
    struct wx_arena arena;
    struct wx_paper p;

    (void)state;
    wx_arena_init(&arena);
    fill(&p, &arena, WX_PAPER_PLAIN);
    for (size_t i = 0; i < 6; i++)
        assert_str(p.blocks[i].number, want[i]);
    assert_str(wx_paper_numeral(&arena, 10), "十");
    assert_str(wx_paper_numeral(&arena, 15), "十五");
    assert_str(wx_paper_numeral(&arena, 40), "四十");
    assert_str(wx_paper_numeral(&arena, 99), "九十九");
    wx_arena_clear(&arena);
}

static void dates__have_both_forms(void **state)
{
    struct wx_arena arena;

    (void)state;
    wx_arena_init(&arena);
    assert_str(wx_paper_day_text(&arena, (struct wx_paper_day){2016, 1, 4}, false),
               "2016年1月4日");
    assert_str(wx_paper_day_text(&arena, (struct wx_paper_day){2010, 2, 8}, true),
               "二〇一〇年二月八日");
    assert_str(wx_paper_day_text(&arena, (struct wx_paper_day){2010, 10, 20}, true),
               "二〇一〇年十月二十日");
    assert_str(wx_paper_day_text(&arena, (struct wx_paper_day){0}, true), "");
    wx_arena_clear(&arena);
}

static void titles__break_evenly_and_at_words(void **state)
{
    struct wx_str lines[4];

    (void)state;
    assert_int_equal(wx_paper_title_lines(WX_STR("关于开展自查的通知"), 20, lines), 1);
    assert_int_equal(
        wx_paper_title_lines(
            WX_STR("关于印发《星源区政府网站安全漏洞专项整治行动方案》的通知"), 20,
            lines),
        2);
    for (int i = 0; i < 2; i++)
        assert_in_range(wx_paper_half_width(lines[i]), 22, 40);
    assert_int_equal(wx_paper_title_lines(WX_STR("上行\n下行"), 20, lines), 2);
    assert_str(lines[1], "下行");
    assert_int_equal(wx_paper_title_lines(WX_STR(""), 20, lines), 0);
}

static void boxes__tick_what_was_chosen(void **state)
{
    struct wx_arena arena;

    (void)state;
    wx_arena_init(&arena);
    assert_str(wx_paper_boxes(&arena, WX_STR("是|否"), WX_STR("否")), "□是　☑否");
    assert_str(wx_paper_boxes(&arena, WX_STR("是|否"), WX_STR("")), "□是　□否");
    wx_arena_clear(&arena);
}

static void text__is_inert_from_the_start(void **state)
{
    struct wx_arena arena;
    struct wx_paper p;

    (void)state;
    wx_arena_init(&arena);
    wx_paper_init(&p, &arena, WX_PAPER_PLAIN);
    assert_str(wx_paper_clean(&p, WX_STR(ODD)),
               "a<b>&\"c\"[U+0001][U+202E]z\xEF\xBF\xBD]]>");
    assert_str(wx_paper_clean(&p, WX_STR("a\tb\r\nc")), "a b\nc");
    wx_arena_clear(&arena);
}

static void a_table_with_holes__is_refused(void **state)
{
    static const uint16_t widths[] = {1, 1};
    struct wx_arena arena;
    struct wx_paper p;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    for (int way = 0; way < 4; way++) {
        struct wx_paper_table *t;

        wx_paper_init(&p, &arena, WX_PAPER_PLAIN);
        t = wx_paper_table(&p, WX_STR("表"), widths, 2, 0);
        if (way == 0)
            (void)wx_paper_cell(&p, t, WX_STR("一格"));
        else if (way == 1)
            wx_paper_cell(&p, t, WX_STR("三列"))->columns = 3;
        else if (way == 2)
            for (int i = 0; i < 3; i++)
                (void)wx_paper_cell(&p, t, WX_STR("多"));
        else
            wx_paper_cell(&p, t, WX_STR("太深"))->rows = 2,
                                 wx_paper_cell(&p, t, WX_STR("右"));
        assert_int_equal(wx_paper_check(&p, &err), WX_E_INVALID);
        assert_non_null(strstr(err.text, "表"));
    }
    wx_arena_clear(&arena);
}

static void ceilings__are_kept_and_told(void **state)
{
    static const uint16_t widths[WX_MAX_PAPER_COLUMNS + 1];
    struct wx_arena arena;
    struct wx_paper p;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    wx_paper_init(&p, &arena, WX_PAPER_PLAIN);
    for (int i = 0; i <= WX_MAX_PAPER_BLOCKS; i++)
        wx_paper_paragraph(&p, WX_STR("字"));
    assert_int_equal(wx_paper_check(&p, &err), WX_E_TOO_BIG);
    wx_paper_init(&p, &arena, WX_PAPER_PLAIN);
    (void)wx_paper_table(&p, WX_STR("宽"), widths, WX_MAX_PAPER_COLUMNS + 1, 0);
    assert_int_equal(wx_paper_check(&p, &err), WX_E_TOO_BIG);
    wx_paper_init(&p, &arena, WX_PAPER_PLAIN);
    for (int i = 0; i <= WX_PAPER_MAX_ORGANS; i++)
        wx_paper_organ(&p, WX_STR("局"));
    assert_int_equal(wx_paper_check(&p, &err), WX_E_TOO_BIG);
    wx_arena_clear(&arena);
}

/* ---- DOCX ---- */

static char *part_of(zip_t *zip, zip_uint64_t i, size_t *len)
{
    zip_stat_t stat;
    zip_file_t *f;
    char *bytes;

    assert_int_equal(zip_stat_index(zip, i, 0, &stat), 0);
    bytes = calloc(1, stat.size + 1);
    f = zip_fopen_index(zip, i, 0);
    assert_int_equal(zip_fread(f, bytes, stat.size), (zip_int64_t)stat.size);
    zip_fclose(f);
    *len = stat.size;
    return bytes;
}

static void check_parts(struct wx_buf *docx)
{
    zip_error_t error;
    zip_t *zip = zip_open_from_source(
        zip_source_buffer_create(docx->ptr, docx->len, 0, &error), ZIP_RDONLY, &error);
    size_t len, n_types = 0;
    char *types;

    assert_non_null(zip);
    assert_string_equal(zip_get_name(zip, 0, 0), "[Content_Types].xml");
    types = part_of(zip, 0, &len);
    for (const char *at = types; (at = strstr(at, "<Override ")); at++)
        n_types++;
    assert_int_equal(zip_get_num_entries(zip, 0), n_types + 3); /* + itself, two rels */
    for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); i++) {
        const char *name = zip_get_name(zip, (zip_uint64_t)i, 0);
        char *bytes = part_of(zip, (zip_uint64_t)i, &len);
        xmlDocPtr doc = xmlReadMemory(bytes, (int)len, name, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR);
        char override[128];

        if (!doc)
            fail_msg("%s is not well-formed", name);
        xmlFreeDoc(doc);
        snprintf(override, sizeof override, "PartName=\"/%s\"", name);
        if (!strstr(name, "rels") && name[0] != '[' && !strstr(types, override))
            fail_msg("%s has no content type", name);
        free(bytes);
    }
    free(types);
    zip_discard(zip);
}

static void docx__is_whole_in_every_layout_and_the_same_each_time(void **state)
{
    (void)state;
    for (int layout = 0; layout <= WX_PAPER_FORM; layout++)
        for (int signers = 0; signers < 3; signers += 2) {
            struct wx_buf one = WX_BUF_INIT(1 << 24), two = WX_BUF_INIT(1 << 24);
            struct wx_arena arena;
            struct wx_paper p;
            struct wx_err err = {0};

            wx_arena_init(&arena);
            fill(&p, &arena, (enum wx_paper_layout)layout);
            for (int i = 0; i < signers; i++) {
                wx_paper_signer(&p, WX_STR("某某"));
                wx_paper_organ(&p, WX_STR("星源区公安分局"));
            }
            if (wx_paper_docx(&p, &one, &err) || wx_paper_docx(&p, &two, &err))
                fail_msg("%s", err.text);
            assert_int_equal(one.len, two.len);
            assert_memory_equal(one.ptr, two.ptr, one.len);
            check_parts(&one);
            wx_buf_clear(&one);
            wx_buf_clear(&two);
            wx_arena_clear(&arena);
        }
}

static void docx__fails_whole_when_it_is_too_big(void **state)
{
    struct wx_buf small = WX_BUF_INIT(1000);
    struct wx_arena arena;
    struct wx_paper p;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    fill(&p, &arena, WX_PAPER_LETTER);
    assert_int_equal(wx_paper_docx(&p, &small, &err), WX_E_TOO_BIG);
    assert_int_equal(small.len, 0);
    wx_buf_clear(&small);
    wx_arena_clear(&arena);
}

static void text_form__has_every_word_once(void **state)
{
    struct wx_buf out = WX_BUF_INIT(1 << 20);
    struct wx_arena arena;
    struct wx_paper p;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    fill(&p, &arena, WX_PAPER_RED_HEAD);
    assert_int_equal(wx_paper_text(&p, &out, &err), WX_OK);
    (void)wx_buf_addc(&out, '\0');
    assert_non_null(strstr(out.ptr, "星源区网信办\n文件\n星网办〔2026〕3号\n"));
    assert_non_null(strstr(out.ptr, "各单位：\n　　一、甲\n　　（一）乙\n"));
    assert_non_null(strstr(out.ptr, "　　附件：清单\n星源区网信办\n2026年2月8日\n"));
    assert_non_null(strstr(out.ptr, "|两列|\n|右一|右二|\n"));
    wx_buf_clear(&out);
    wx_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings__number_themselves),
        cmocka_unit_test(dates__have_both_forms),
        cmocka_unit_test(titles__break_evenly_and_at_words),
        cmocka_unit_test(boxes__tick_what_was_chosen),
        cmocka_unit_test(text__is_inert_from_the_start),
        cmocka_unit_test(a_table_with_holes__is_refused),
        cmocka_unit_test(ceilings__are_kept_and_told),
        cmocka_unit_test(docx__is_whole_in_every_layout_and_the_same_each_time),
        cmocka_unit_test(docx__fails_whole_when_it_is_too_big),
        cmocka_unit_test(text_form__has_every_word_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
