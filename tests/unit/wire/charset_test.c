#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <iconv.h>
#include <cmocka.h>

#include "base/buf.h"
#include "wire/charset.h"

/* All text here is made up. */
#define PARAGRAPH                                                                                                              \
    "星源区人民政府办公室关于进一步做好政府网站安全检查工作的通知。各镇人民政府、"       \
    "区政府各部门：为提高全区政务网站的安全防护水平，现将有关事项通知如下，请认真贯彻" \
    "执行。一是落实责任，二是加强监测，三是及时整改。"
#define TRADITIONAL                                                                                                            \
    "星源區人民政府辦公室關於進一步做好政府網站安全檢查工作的通知。各鎮人民政府、"       \
    "區政府各部門：為提高全區政務網站的安全防護水準，現將有關事項通知如下，請認真執行" \
    "。"

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

/* TEXT (UTF-8) in another charset, by the system's converter. */
static struct wx_str as(struct wx_arena *arena, const char *charset, const char *text)
{
    iconv_t cd = iconv_open(charset, "UTF-8");
    size_t in_left = strlen(text), out_left = in_left * 4 + 16;
    char *in = (char *)(uintptr_t)text, *out = wx_arena_alloc(arena, out_left),
         *to = out;

    assert_true(cd != (iconv_t)-1);
    if (iconv(cd, &in, &in_left, &to, &out_left) == (size_t)-1)
        fail_msg("'%s' is not in %s", in, charset);
    iconv_close(cd);
    return (struct wx_str){out, (size_t)(to - out)};
}

static struct wx_decoded decode(struct wx_arena *arena, struct wx_str bytes,
                                const char *content_type)
{
    return wx_charset_decode(arena, bytes, wx_str_of(content_type));
}

static void assert_text(struct wx_str s, const char *want)
{
    if (!wx_str_eqz(s, want))
        fail_msg("'" WX_STR_FMT "' is not '%s'", WX_STR_ARG(s), want);
}

static void ascii_and_utf8__are_not_copied(void **state)
{
    struct wx_str ascii = WX_STR("<p>plain</p>"), utf8 = WX_STR("<p>" PARAGRAPH "</p>");
    struct wx_decoded d = decode(*state, ascii, "text/html");

    assert_ptr_equal(d.text.ptr, ascii.ptr);
    assert_int_equal(d.charset, WX_CS_ASCII);
    d = decode(*state, utf8, "text/html; charset=UTF-8");
    assert_ptr_equal(d.text.ptr, utf8.ptr);
    assert_int_equal(d.charset, WX_CS_UTF8);
    assert_int_equal(d.why, WX_CS_BY_PROOF);
    assert_false(d.is_conflicting);
}

static void declared_charsets__are_read(void **state)
{
    static const struct {
        const char *iconv_name, *content_type, *before, *text;
        enum wx_charset want;
        enum wx_charset_why why;
    } cases[] = {
        {"GB18030", "text/html;charset=gb2312", "", PARAGRAPH "㐂䶮", WX_CS_GB18030,
         WX_CS_BY_HEADER},
        {"GB18030", "text/html", "<meta charset='GBK'>", "短", WX_CS_GB18030,
         WX_CS_BY_META},
        {"GB18030", "",
         "<META content=\"text/html; charset=gb2312\" http-equiv=Content-Type>", "一丁",
         WX_CS_GB18030, WX_CS_BY_META},
        {"GB18030", "", "<?xml version=\"1.0\" encoding=\"GBK\"?>", "网站",
         WX_CS_GB18030, WX_CS_BY_META},
        {"GB18030", "", "@charset \"gb2312\";", "宋体", WX_CS_GB18030, WX_CS_BY_META},
        {"BIG5", "text/html; charset=\"Big5\"", "", TRADITIONAL, WX_CS_BIG5,
         WX_CS_BY_HEADER},
        {"CP932", "text/html; charset=Shift_JIS", "", "東京のｶﾅ", WX_CS_SHIFT_JIS,
         WX_CS_BY_HEADER},
        {"EUC-JP", "text/html; charset=EUC-JP", "", "東京のカナ", WX_CS_EUC_JP,
         WX_CS_BY_HEADER},
        {"EUC-KR", "text/html; charset=EUC-KR", "", "한국어", WX_CS_EUC_KR,
         WX_CS_BY_HEADER},
        {"CP1252", "text/html; charset=ISO-8859-1", "", "caf\xC3\xA9 \xE2\x82\xAC",
         WX_CS_LATIN1, WX_CS_BY_HEADER},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_str whole =
            wx_arena_printf(*state, "%s%s", cases[i].before, cases[i].text);
        struct wx_decoded d = decode(*state, as(*state, cases[i].iconv_name, whole.ptr),
                                     cases[i].content_type);

        assert_text(d.text, whole.ptr);
        assert_int_equal(d.charset, cases[i].want);
        assert_int_equal(d.why, cases[i].why);
        assert_int_equal(d.n_replaced, 0);
        assert_false(d.is_conflicting);
    }
}

static void undeclared_chinese__is_told_apart(void **state)
{
    struct wx_decoded d = decode(*state, as(*state, "GBK", PARAGRAPH), "text/html");

    assert_int_equal(d.charset, WX_CS_GB18030);
    assert_text(d.text, PARAGRAPH);
    d = decode(*state, as(*state, "BIG5", TRADITIONAL), "");
    assert_int_equal(d.charset, WX_CS_BIG5);
    assert_text(d.text, TRADITIONAL);
    d = decode(*state, as(*state, "GBK", TRADITIONAL), "");
    assert_int_equal(d.charset, WX_CS_GB18030);
    assert_text(d.text, TRADITIONAL);
    /* libuchardet calls these two UTF-8 and WINDOWS-1252 */
    d = decode(*state, as(*state, "GBK", "<html><body class=main>政府</body></html>"),
               "");
    assert_text(d.text, "<html><body class=main>政府</body></html>");
    assert_int_equal(d.why, WX_CS_BY_DEFAULT);
    d = decode(*state, as(*state, "GBK", "网站地图"), "");
    assert_text(d.text, "网站地图");
    d = decode(*state,
               as(*state, "CP932", "これはひらがなとカタカナのテストです。よろしく"),
               "");
    assert_int_equal(d.charset, WX_CS_SHIFT_JIS);
}

/* Labels are weighed on a sample; the whole page must still read. */
static void long_pages__read_as_short_ones_do(void **state)
{
    struct wx_buf page = WX_BUF_INIT(1 << 20);
    struct wx_decoded d;

    for (int i = 0; i < 800; i++)
        wx_buf_printf(&page, "<p>第%d段。" TRADITIONAL "</p>\n", i);
    wx_buf_addc(&page, '\0');
    d = decode(*state, as(*state, "BIG5", page.ptr), "");
    assert_int_equal(d.charset, WX_CS_BIG5);
    assert_text(d.text, page.ptr);
    d = decode(*state, as(*state, "GBK", page.ptr), "text/html; charset=gb2312");
    assert_int_equal(d.charset, WX_CS_GB18030);
    assert_text(d.text, page.ptr);
    assert_false(d.is_conflicting);
    wx_buf_clear(&page);
}

static void wrong_labels__are_refuted_by_the_bytes(void **state)
{
    static const struct {
        const char *iconv_name, *content_type, *text;
        enum wx_charset want;
    } cases[] = {
        {"UTF-8", "text/html; charset=gb2312", PARAGRAPH, WX_CS_UTF8},
        {"GBK", "text/html; charset=utf-8", PARAGRAPH, WX_CS_GB18030},
        {"GBK", "text/html; charset=iso-8859-1", PARAGRAPH, WX_CS_GB18030},
        {"GBK", "text/html; charset=big5", PARAGRAPH, WX_CS_GB18030},
        {"BIG5", "text/html; charset=gbk", TRADITIONAL, WX_CS_BIG5},
        {"BIG5", "text/html; charset=utf-8", TRADITIONAL, WX_CS_BIG5},
        {"GBK", "text/html; charset=utf-8", "<meta charset=gbk>通知", WX_CS_GB18030},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_decoded d =
            decode(*state, as(*state, cases[i].iconv_name, cases[i].text),
                   cases[i].content_type);

        if (d.charset != cases[i].want)
            fail_msg("case %zu was read as %s", i, wx_charset_name(d.charset));
        assert_text(d.text, cases[i].text);
        assert_true(d.is_conflicting);
    }
}

static void header_and_meta_that_disagree__are_marked(void **state)
{
    struct wx_decoded d = decode(*state, WX_STR("<meta charset=gbk>ascii only"),
                                 "text/html; charset=utf-8");

    assert_true(d.is_conflicting);
    assert_int_equal(d.header, WX_CS_UTF8);
    assert_int_equal(d.meta, WX_CS_GB18030);
    d = decode(*state, WX_STR("<!-- <meta charset=big5> --><meta charset=utf-8>网"),
               "");
    assert_int_equal(d.meta, WX_CS_UTF8);
    assert_false(d.is_conflicting);
}

static void
ill_formed_bytes__become_one_replacement_each_and_reading_goes_on(void **state)
{
    static const struct {
        enum wx_charset from;
        const char *bytes, *want;
        uint32_t n;
    } cases[] = {
        {WX_CS_UTF8, "a\xE7\xBD<b", "a\xEF\xBF\xBD<b", 1},
        {WX_CS_UTF8, "\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", 2},
        {WX_CS_UTF8, "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3},
        {WX_CS_UTF8, "\xF0\x9F\x98", "\xEF\xBF\xBD", 1},
        {WX_CS_GB18030, "\xB5<p>", "\xEF\xBF\xBD<p>", 1},
        {WX_CS_GB18030, "\xFF\xB5\xC4", "\xEF\xBF\xBD的", 1},
        {WX_CS_GB18030, "\x81\x30\x81<",
         "\xEF\xBF\xBD"
         "0\xEF\xBF\xBD<",
         2},
        {WX_CS_GB18030, "\x84\x31\xA4\x37", "\xEF\xBF\xBD", 1},
        {WX_CS_GB18030, "\x81\x39\xEE\x39", "㐀", 0},
        {WX_CS_GB18030, "\x95\x32\x82\x36", "𠀀", 0},
        {WX_CS_GB18030, "\x80", "€", 0},
        {WX_CS_BIG5, "\xA4", "\xEF\xBF\xBD", 1},
        {WX_CS_ASCII, "a\xFF", "a\xEF\xBF\xBD", 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t n = 99;
        struct wx_str got =
            wx_charset_convert(*state, wx_str_of(cases[i].bytes), cases[i].from, &n);

        if (!wx_str_eqz(got, cases[i].want) || n != cases[i].n)
            fail_msg("case %zu gave '" WX_STR_FMT "' with %u", i, WX_STR_ARG(got), n);
    }
}

static void damaged_utf8__stays_utf8(void **state)
{
    struct wx_str cut = WX_STR(PARAGRAPH);
    struct wx_decoded d;

    cut.len--; /* as a body cut at its ceiling ends */
    d = decode(*state, cut, "text/html");
    assert_int_equal(d.charset, WX_CS_UTF8);
    assert_int_equal(d.n_replaced, 1);
    d = decode(*state, cut, "text/html; charset=gbk");
    assert_int_equal(d.charset, WX_CS_UTF8);
    assert_true(d.is_conflicting);
}

static void byte_order_marks_and_nuls__show_utf16(void **state)
{
    struct wx_decoded d;

    d = decode(*state, as(*state, "UTF-16LE", "<p>\xF0\xA0\x80\x80网站</p><p>x</p>"),
               "");
    assert_int_equal(d.charset, WX_CS_UTF16LE);
    assert_text(d.text, "<p>\xF0\xA0\x80\x80网站</p><p>x</p>");
    d = decode(*state, as(*state, "UTF-16BE", "<p>some</p><p>more</p>"), "");
    assert_int_equal(d.charset, WX_CS_UTF16BE);
    d = decode(*state, as(*state, "UTF-16", "网"), "text/html; charset=gbk");
    assert_int_equal(d.why, WX_CS_BY_BOM);
    assert_text(d.text, "网");
    assert_true(d.is_conflicting);
    d = decode(*state,
               WX_STR("\xEF\xBB\xBF"
                      "abc"),
               "");
    assert_int_equal(d.charset, WX_CS_UTF8);
    assert_text(d.text, "abc");
    d = decode(*state, (struct wx_str){"\xFF\xFE\x00\xD8\x61", 5}, "");
    assert_text(d.text, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void every_assigned_pair__reads_as_the_system_reads_it(void **state)
{
    static const struct {
        const char *iconv_name;
        enum wx_charset cs;
    } cases[] = {
        {"GB18030", WX_CS_GB18030}, {"CP932", WX_CS_SHIFT_JIS}, {"UHC", WX_CS_EUC_KR}};

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        iconv_t cd = iconv_open("UTF-8", cases[k].iconv_name);

        assert_true(cd != (iconv_t)-1);
        for (unsigned lead = 0x81; lead <= 0xFE; lead++) {
            for (unsigned trail = 0x40; trail <= 0xFE; trail++) {
                char pair[2] = {(char)lead, (char)trail}, want[8], *in = pair,
                     *out = want;
                size_t in_left = 2, out_left = sizeof want;
                struct wx_str got;

                iconv(cd, NULL, NULL, NULL, NULL);
                if (iconv(cd, &in, &in_left, &out, &out_left) == (size_t)-1 || in_left)
                    continue;
                wx_arena_reset(*state);
                got = wx_charset_convert(*state, (struct wx_str){pair, 2}, cases[k].cs,
                                         NULL);
                if (!wx_str_eq(got, (struct wx_str){want, (size_t)(out - want)}))
                    fail_msg("%s %02X%02X", cases[k].iconv_name, lead, trail);
            }
        }
        iconv_close(cd);
    }
}

static void label__is_read_in_all_spellings(void **state)
{
    (void)state;
    assert_int_equal(wx_charset_parse(WX_STR(" GB_2312-80 ")), WX_CS_GB18030);
    assert_int_equal(wx_charset_parse(WX_STR("utf8")), WX_CS_UTF8);
    assert_int_equal(wx_charset_parse(WX_STR("UTF_8")), WX_CS_UTF8);
    assert_int_equal(wx_charset_parse(WX_STR("x-gbk")), WX_CS_GB18030);
    assert_int_equal(wx_charset_parse(WX_STR("klingon")), WX_CS_UNKNOWN);
    assert_int_equal(wx_charset_parse(WX_STR("")), WX_CS_UNKNOWN);
    assert_string_equal(wx_charset_name(WX_CS_GB18030), "gb18030");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, arena_make, arena_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(ascii_and_utf8__are_not_copied),
        CASE(declared_charsets__are_read),
        CASE(undeclared_chinese__is_told_apart),
        CASE(long_pages__read_as_short_ones_do),
        CASE(wrong_labels__are_refuted_by_the_bytes),
        CASE(header_and_meta_that_disagree__are_marked),
        CASE(ill_formed_bytes__become_one_replacement_each_and_reading_goes_on),
        CASE(damaged_utf8__stays_utf8),
        CASE(byte_order_marks_and_nuls__show_utf16),
        CASE(every_assigned_pair__reads_as_the_system_reads_it),
        CASE(label__is_read_in_all_spellings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
