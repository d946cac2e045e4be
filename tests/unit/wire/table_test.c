#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "wire/table.h"
#include <iconv.h>
#include <zip.h>

static int arena_make(void **state)
{
    static struct wx_arena arena;

    wx_arena_init(&arena);
    *state = &arena;
    return 0;
}

static int arena_drop(void **state)
{
    wx_arena_clear(*state);
    return 0;
}

static struct wx_table read_table(struct wx_arena *arena, struct wx_str bytes)
{
    struct wx_table t;
    struct wx_err err = {0};

    if (wx_table_read(arena, bytes, WX_EN, &t, &err) != WX_OK)
        fail_msg("%s", err.text);
    return t;
}

/* All cells as "number:a|b|c;" for every row. */
static void assert_table(struct wx_arena *arena, const struct wx_table *t,
                         const char *want)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 20);
    struct wx_str have;

    (void)arena;
    for (size_t i = 0; i < t->n_rows; i++) {
        wx_buf_printf(&buf, "%u:", t->rows[i].number);
        for (size_t k = 0; k < t->rows[i].n_cells; k++)
            wx_buf_printf(&buf, "%s" WX_STR_FMT, k ? "|" : "",
                          WX_STR_ARG(t->rows[i].cells[k]));
        wx_buf_addc(&buf, ';');
    }
    have = wx_buf_str(&buf);
    if (!wx_str_eqz(have, want))
        fail_msg("'" WX_STR_FMT "' is not '%s'", WX_STR_ARG(have), want);
    wx_buf_clear(&buf);
}

static void assert_csv(struct wx_arena *arena, const char *text, const char *want)
{
    struct wx_table t = read_table(arena, wx_str_of(text));

    assert_table(arena, &t, want);
}

static void assert_refused(struct wx_arena *arena, struct wx_str bytes,
                           enum wx_status want, const char *why)
{
    struct wx_table t;
    struct wx_err err = {0};
    enum wx_status status = wx_table_read(arena, bytes, WX_EN, &t, &err);

    if (status != want || !strstr(err.text, why))
        fail_msg("%s: '%s' does not say '%s'", wx_status_name(status), err.text, why);
}

static void csv__quotes_delimiters_and_line_ends(void **state)
{
    assert_csv(*state, "域名,单位\r\nwww.a.cn, 星源区 \r\n",
               "1:域名|单位;2:www.a.cn|星源区;");
    assert_csv(*state,
               "\xEF\xBB\xBF"
               "a;b\nc;\"d;e\"\n",
               "1:a|b;2:c|d;e;");
    assert_csv(*state, "a\tb,c\n\td", "1:a|b,c;2:|d;");
    assert_csv(*state, "\"a \"\"q\"\"\",\"x\ny\"\nnext,\"t\"ail\n",
               "1:a \"q\"|x\ny;3:next|tail;");
    assert_csv(*state, "a,b\r\r\rc\r", "1:a|b;4:c;");
    assert_csv(*state, "sep=;\na,b;c\n", "2:a,b|c;");
    assert_csv(*state, "\n\n ,\nonly\n", "4:only;");
    assert_csv(*state, "a,　b　,\xC2\xA0\n5\"x,\"\"\n", "1:a|b;2:5\"x;");
}

static void csv__reads_gb18030_and_utf16(void **state)
{
    static const char *const charsets[] = {"GB18030", "UTF-16"};
    const char *text =
        "网站名称,域名,主办单位\n星源区人民政府,www.xingyuan.gov.cn,星源区政府办\n";

    for (size_t i = 0; i < 2; i++) {
        iconv_t cd = iconv_open(charsets[i], "UTF-8");
        char out[400], *in = (char *)(uintptr_t)text, *to = out;
        size_t in_left = strlen(text), out_left = sizeof out;
        struct wx_table t;

        assert_int_equal(iconv(cd, &in, &in_left, &to, &out_left), 0);
        iconv_close(cd);
        t = read_table(*state, (struct wx_str){out, (size_t)(to - out)});
        assert_table(*state, &t,
                     "1:网站名称|域名|主办单位;2:星源区人民政府|www.xingyuan.gov.cn|"
                     "星源区政府办;");
    }
}

static void file__that_is_no_table_is_named(void **state)
{
    assert_refused(*state, WX_STR("%PDF-1.7\n"), WX_E_INVALID, "PDF");
    assert_refused(*state, WX_STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1xxx"), WX_E_INVALID,
                   "save it as .xlsx");
    assert_refused(*state, WX_STR("\x89PNG\r\n\x1a\n"), WX_E_INVALID, "PNG");
    assert_refused(*state, WX_STR("\xFF\xD8\xFF\xE0"), WX_E_INVALID, "JPEG");
    assert_refused(*state, WX_STR(" \n<!DOCTYPE HTML><table>"), WX_E_INVALID,
                   "web page");
    assert_refused(*state, WX_STR("a,b\0c,d\n"), WX_E_INVALID, "binary");
    assert_refused(*state, WX_STR("PK\x03\x04 rubbish"), WX_E_INVALID, "damaged");
    assert_refused(*state, WX_STR(""), WX_E_INVALID, "empty");
    assert_refused(*state, WX_STR(" \n\n"), WX_E_INVALID, "no rows");
    assert_refused(*state, WX_STR("a,b\nc,\"d\n\n"), WX_E_INVALID, "line 2, column 2");
    assert_refused(*state, (struct wx_str){"", WX_MAX_REGISTER_BYTES + 1}, WX_E_TOO_BIG,
                   "split");
}

static void table__has_ceilings_on_rows_cells_and_columns(void **state)
{
    size_t n = 20 << 20;
    char *text = malloc(n);
    struct wx_table t;

    for (size_t i = 0; i < n; i += 2)
        memcpy(text + i, "a\n", 2);
    assert_refused(*state, (struct wx_str){text, n}, WX_E_TOO_BIG, "row 500001");
    wx_arena_reset(*state);
    for (size_t i = 0; i < n; i += 2)
        memcpy(text + i, i % 1000 ? "a," : "a\n", 2);
    assert_refused(*state, (struct wx_str){text, n}, WX_E_TOO_BIG, "cells");
    memset(text, 'b', n);
    wx_arena_reset(*state);
    t = read_table(*state, (struct wx_str){text, n});
    assert_int_equal(t.rows[0].cells[0].len, WX_MAX_CELL_BYTES);
    free(text);
}

/* --- workbooks ---------------------------------------------------------------------
 */

struct part {
    const char *name, *text;
};

static struct wx_str zip_make(struct wx_arena *arena, const struct part *parts,
                              size_t n)
{
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, NULL);
    zip_stat_t st;
    char *out;

    assert_non_null(zip);
    for (size_t i = 0; i < n; i++)
        if (parts[i].name)
            zip_file_add(
                zip, parts[i].name,
                zip_source_buffer(zip, parts[i].text, strlen(parts[i].text), 0), 0);
    zip_source_keep(to);
    assert_int_equal(zip_close(zip), 0);
    assert_int_equal(zip_source_stat(to, &st), 0);
    out = wx_arena_alloc(arena, st.size);
    assert_int_equal(zip_source_open(to), 0);
    assert_int_equal(zip_source_read(to, out, st.size), st.size);
    zip_source_close(to);
    zip_source_free(to);
    return (struct wx_str){out, st.size};
}

#define BOOK                                                                           \
    "<workbook xmlns='m' xmlns:r='r'><sheets>"                                         \
    "<sheet name='旧' sheetId='9' state='hidden' r:id='rId9'/>"                       \
    "<sheet name='空' sheetId='1' r:id='rId1'/>"                                      \
    "<sheet name='台账' sheetId='2' r:id='rId2'/></sheets></workbook>"
#define RELS                                                                           \
    "<Relationships xmlns='p'><Relationship Id='rId1' "                                \
    "Target='worksheets/sheet1.xml'/>"                                                 \
    "<Relationship Id='rId9' Target='worksheets/sheet2.xml'/>"                         \
    "<Relationship Id='rId2' Target='/xl/worksheets/sheet2.xml'/></Relationships>"
#define EMPTY                                                                          \
    "<worksheet><sheetData><row r='1'><c r='A1'/></row></sheetData></worksheet>"

static struct wx_str book_make(struct wx_arena *arena, const char *strings,
                               const char *sheet)
{
    struct part parts[] = {
        {"xl/workbook.xml", BOOK},
        {"xl/_rels/workbook.xml.rels", RELS},
        {"xl/worksheets/sheet1.xml", EMPTY},
        {"xl/worksheets/sheet2.xml", sheet},
        {strings ? "xl/sharedStrings.xml" : NULL, strings},
    };

    return zip_make(arena, parts, sizeof parts / sizeof *parts);
}

static void xlsx__gives_the_first_sheet_with_content(void **state)
{
    struct wx_str bytes = book_make(
        *state,
        "<sst><si><t>域名</t></si><si><r><t>星源</t></r><r><t>区</t></r>"
        "<rPh><t>xing</t></rPh></si></sst>",
        "<worksheet><sheetData><row r='2'><c r='A2' t='s'><v>0</v></c>"
        "<c r='C2' t='s'><v>1</v></c><c r='D2' t='s'><v>7</v></c></row>"
        "<row r='5'><c t='inlineStr'><is><t xml:space='preserve'> 内 </t></is></c>"
        "<c><v>13800138000</v></c><c><v>1.3800138000E10</v></c>"
        "<c><v>0.10000000000000001</v></c><c t='b'><v>1</v></c>"
        "<c t='str'><f>A1&amp;B1</f><v>公式</v></c><c t='e'><v>#N/A</v></c>"
        "<c><v>46000</v></c></row></sheetData></worksheet>");
    struct wx_table t = read_table(*state, bytes);

    assert_true(wx_str_eqz(t.sheet, "台账"));
    assert_table(
        *state, &t,
        "2:域名||星源区;5:内|13800138000|13800138000|0.1|TRUE|公式|#N/A|46000;");
}

static void xlsx__expands_no_entities(void **state)
{
    struct wx_str bytes = book_make(
        *state, NULL,
        "<!DOCTYPE x [<!ENTITY a 'lol'><!ENTITY f SYSTEM 'file:///etc/hostname'>]>"
        "<worksheet><sheetData><row r='1'><c "
        "t='inlineStr'><is><t>&a;&f;</t></is></c></row>"
        "</sheetData></worksheet>");

    assert_refused(*state, bytes, WX_E_INVALID, "damaged");
}

static void xlsx__damaged_or_foreign_says_so(void **state)
{
    struct part word[] = {{"word/document.xml", "<x/>"}};
    struct part ods[] = {{"content.xml", "<x/>"}};
    struct part other[] = {{"a.txt", "x"}};
    struct wx_str bytes;

    assert_refused(*state, zip_make(*state, word, 1), WX_E_INVALID, "Word");
    assert_refused(*state, zip_make(*state, ods, 1), WX_E_INVALID, "OpenDocument");
    assert_refused(*state, zip_make(*state, other, 1), WX_E_INVALID, "ZIP archive");
    bytes = book_make(*state, NULL, "<worksheet><sheetData><row r='3'><c><v>1</v></c>");
    assert_refused(*state, bytes, WX_E_INVALID, "sheet '台账', row 3");
    bytes = book_make(*state, NULL, EMPTY);
    assert_refused(*state, bytes, WX_E_INVALID, "no sheet");
    assert_refused(*state, wx_str_sub(bytes, 0, bytes.len - 30), WX_E_INVALID,
                   "damaged");
}

static void xlsx__bomb_of_strings_meets_a_ceiling(void **state)
{
    size_t n = 24 << 20;
    char *text = malloc(n + 1);
    struct wx_str bytes;

    memset(text, ' ', n);
    memcpy(text, "<sst>", 5);
    for (size_t i = 5; i + 5 <= n; i += 5)
        memcpy(text + i, "<si/>", 5);
    text[n] = '\0';
    bytes = book_make(*state, text, EMPTY);
    free(text);
    assert_true(bytes.len < 1 << 20);
    assert_refused(*state, bytes, WX_E_TOO_BIG, "more than 64 MiB");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, arena_make, arena_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(csv__quotes_delimiters_and_line_ends),
        CASE(csv__reads_gb18030_and_utf16),
        CASE(file__that_is_no_table_is_named),
        CASE(table__has_ceilings_on_rows_cells_and_columns),
        CASE(xlsx__gives_the_first_sheet_with_content),
        CASE(xlsx__expands_no_entities),
        CASE(xlsx__damaged_or_foreign_says_so),
        CASE(xlsx__bomb_of_strings_meets_a_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
