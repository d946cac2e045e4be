/* Registers as offices send them, through the real table reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "register/column.h"
#include "register/import.h"
#include <iconv.h>

static struct wx_arena arena;
static struct wx_err err;

static int set_up(void **state)
{
    (void)state;
    wx_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wx_arena_clear(&arena);
    return 0;
}

static enum wx_status import_bytes(struct wx_str bytes, struct wx_import *out)
{
    struct wx_table table;
    enum wx_status st = wx_table_read(&arena, bytes, WX_EN, &table, &err);

    if (st)
        fail_msg("table: %s", err.text);
    return wx_register_import(&arena, &table, out, &err);
}

static struct wx_import import(const char *csv)
{
    struct wx_import out;

    if (import_bytes(wx_str_of(csv), &out))
        fail_msg("%s", err.text);
    return out;
}

static void assert_str(struct wx_str s, const char *want)
{
    if (!wx_str_eqz(s, want))
        fail_msg("'" WX_STR_FMT "' is not '%s'", WX_STR_ARG(s), want);
}

static void assert_problem(const struct wx_import *im, size_t i, uint32_t row,
                           const char *column, enum wx_text reason)
{
    if (i >= im->n_problems)
        fail_msg("only %zu problems", im->n_problems);
    assert_int_equal(im->problems[i].row, row);
    assert_str(im->problems[i].column, column);
    assert_int_equal(im->problems[i].reason, reason);
}

static const char full[] = "2026年星源区政府网站台账,,,,,,,,,,,,\n"
                           "填报单位：星源区人民政府办公室,,,,,,,,,,,,\n"
                           "网站名称,域名（必填）,IP地址,服务器所在地址,网站备案登记号,"
                           "所属部门,联系人,主管领导,联系电话,"
                           "单位类型,等保级别,政府网站标识码,公安备案号\n"
                           "星源区人民政府,www.xingyuan.gov.cn,203.0.113.10,"
                           "星源市电子政务机房,京ICP备05000001号-1,"
                           "区政府办,甲某,乙某,010-80000000,行政机关,三级,1101990001,"
                           "京公网安备 11019902000001号\n"
                           "星源区人民医院,http://www.xingyuanyiyuan.cn/"
                           "index.html,203.0.113.11,院内机房,无,区医院,丙某,"
                           "丁某,010-80000001,事业单位,未定级,,\n";

static void full_register__fills_every_field(void **state)
{
    struct wx_import im = import(full);
    const struct wx_site *s = &im.sites[0];

    (void)state;
    assert_int_equal(im.header_row, 3);
    assert_int_equal(im.n_rows, 2);
    assert_int_equal(im.n_sites, 2);
    assert_int_equal(im.n_problems, 0);
    assert_str(s->name, "星源区人民政府");
    assert_str(s->domain, "www.xingyuan.gov.cn");
    assert_str(s->start_url, "http://www.xingyuan.gov.cn/");
    assert_str(s->ip, "203.0.113.10");
    assert_str(s->server_place, "星源市电子政务机房");
    assert_str(s->icp, "京ICP备05000001号-1");
    assert_str(s->unit, "区政府办");
    assert_str(s->contact, "甲某");
    assert_str(s->leader, "乙某");
    assert_str(s->phone, "010-80000000");
    assert_int_equal(s->unit_kind, WX_UNIT_ORGAN);
    assert_int_equal(s->grade, 3);
    assert_str(s->site_code, "1101990001");
    assert_str(s->police_code, "11019902000001");
    assert_int_equal(s->row, 4);
    assert_true(s->id == wx_site_key(WX_STR("www.xingyuan.gov.cn"), 80));
    assert_str(im.sites[1].start_url, "http://www.xingyuanyiyuan.cn/index.html");
    assert_int_equal(im.sites[1].unit_kind, WX_UNIT_INSTITUTION);
    assert_int_equal(im.sites[1].icp.len, 0);
}

static void gb18030_register__reads_the_same(void **state)
{
    char bytes[8192], *in = (char *)full, *out = bytes;
    size_t in_left = sizeof full - 1, out_left = sizeof bytes;
    iconv_t cd = iconv_open("GB18030", "UTF-8");
    struct wx_import im;

    (void)state;
    assert_true(cd != (iconv_t)-1);
    assert_true(iconv(cd, &in, &in_left, &out, &out_left) != (size_t)-1);
    iconv_close(cd);
    assert_int_equal(import_bytes((struct wx_str){bytes, sizeof bytes - out_left}, &im),
                     WX_OK);
    assert_int_equal(im.n_sites, 2);
    assert_str(im.sites[0].unit, "区政府办");
}

static void english_header__in_any_order(void **state)
{
    struct wx_import im =
        import("Unit Type,Site Code,URL,Grade,Organization,Site Name\n"
               "organ,1101990001,https://www.xingyuan.gov.cn,3,"
               "Xingyuan Office,Xingyuan\n");

    (void)state;
    assert_int_equal(im.n_sites, 1);
    assert_str(im.sites[0].start_url, "https://www.xingyuan.gov.cn/");
    assert_str(im.sites[0].name, "Xingyuan");
    assert_str(im.sites[0].unit, "Xingyuan Office");
    assert_int_equal(im.sites[0].unit_kind, WX_UNIT_ORGAN);
    assert_int_equal(im.sites[0].grade, 3);
    assert_int_equal(im.n_problems, 0);
}

static void bare_list__needs_no_header(void **state)
{
    struct wx_import im = import("www.xingyuan.gov.cn\njy.xingyuan.gov.cn\n");

    (void)state;
    assert_int_equal(im.header_row, 0);
    assert_int_equal(im.n_sites, 2);
    assert_int_equal(im.sites[1].row, 2);
}

static void domains__come_to_one_form(void **state)
{
    static const struct {
        const char *cell, *domain, *start;
    } cases[] = {
        {"WWW.XingYuan.GOV.CN", "www.xingyuan.gov.cn", "http://www.xingyuan.gov.cn/"},
        {"www.xingyuan.gov.cn.", "www.xingyuan.gov.cn", NULL},
        {"https://www.xingyuan.gov.cn/zwgk/", "www.xingyuan.gov.cn",
         "https://www.xingyuan.gov.cn/zwgk/"},
        {"www.xingyuan.gov.cn:8080", "www.xingyuan.gov.cn",
         "http://www.xingyuan.gov.cn:8080/"},
        {"ｗｗｗ．ｘｉｎｇｙｕａｎ．ｇｏｖ．ｃｎ", "www.xingyuan.gov.cn", NULL},
        {"ｈｔｔｐ：／／www.xingyuan.gov.cn", "www.xingyuan.gov.cn", NULL},
        {"星源区。政务", "xn--kprw5ezt6b.xn--zfr164b", NULL},
        {"星源区.政务", "xn--kprw5ezt6b.xn--zfr164b", NULL},
        {"www.xingyuan.gov.cn（主站）", "www.xingyuan.gov.cn", NULL},
        {"203.0.113.20", "203.0.113.20", "http://203.0.113.20/"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_str csv = wx_arena_printf(&arena, "域名\n%s\n", cases[i].cell);
        struct wx_import im;

        if (import_bytes(csv, &im))
            fail_msg("%s: %s", cases[i].cell, err.text);
        assert_int_equal(im.n_sites, 1);
        if (strncmp(cases[i].domain, "xn--k", 5) != 0)
            assert_str(im.sites[0].domain, cases[i].domain);
        else
            assert_true(wx_str_ends(im.sites[0].domain, ".xn--zfr164b"));
        if (cases[i].start)
            assert_str(im.sites[0].start_url, cases[i].start);
    }
}

static void one_cell__may_name_several_sites(void **state)
{
    static const char *const cells[] = {
        "www.a.gov.cn、www.b.gov.cn",
        "www.a.gov.cn；www.b.gov.cn",
        "\"www.a.gov.cn,www.b.gov.cn\"",
        "www.a.gov.cn/www.b.gov.cn",
        "\"www.a.gov.cn\nwww.b.gov.cn\"",
        "www.a.gov.cn www.b.gov.cn",
        "http://www.a.gov.cn、https://www.b.gov.cn/index.html"};

    (void)state;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct wx_str csv = wx_arena_printf(&arena, "网址\n%s\n", cells[i]);
        struct wx_import im;

        if (import_bytes(csv, &im))
            fail_msg("%s: %s", cells[i], err.text);
        if (im.n_sites != 2)
            fail_msg("%s: %zu sites", cells[i], im.n_sites);
        assert_str(im.sites[0].domain, "www.a.gov.cn");
        assert_str(im.sites[1].domain, "www.b.gov.cn");
        assert_int_equal(im.sites[0].row, im.sites[1].row);
    }
}

static void path_with_a_dot__is_no_second_site(void **state)
{
    struct wx_import im = import("网址\nwww.a.gov.cn/zwgk/index.shtml\n"
                                 "www.c.gov.cn/v1.2/\nwww.d.gov.cn/portal.do\n");

    (void)state;
    assert_int_equal(im.n_sites, 3);
    assert_str(im.sites[0].start_url, "http://www.a.gov.cn/zwgk/index.shtml");
    assert_str(im.sites[1].start_url, "http://www.c.gov.cn/v1.2/");
}

static void bad_rows__are_reported_and_good_ones_go_on(void **state)
{
    struct wx_import im = import("网站名称,域名\n"
                                 "甲,www.a.gov.cn\n"
                                 "乙,\n"
                                 "丙,不是域名\n"
                                 "丁,ftp://www.d.gov.cn/\n"
                                 "戊,http://WWW.A.gov.cn/other\n"
                                 "己,*.e.gov.cn\n"
                                 "庚,someone@f.gov.cn\n"
                                 "辛,www.g.gov.cn\n");

    (void)state;
    assert_int_equal(im.n_sites, 2);
    assert_int_equal(im.n_rows, 8);
    assert_int_equal(im.n_problems, 6);
    assert_problem(&im, 0, 3, "域名", WX_T_IMPORT_NO_DOMAIN);
    assert_problem(&im, 1, 4, "域名", WX_T_IMPORT_BAD_DOMAIN);
    assert_problem(&im, 2, 5, "域名", WX_T_IMPORT_NOT_HTTP);
    assert_problem(&im, 3, 6, "域名", WX_T_IMPORT_DUPLICATE);
    assert_problem(&im, 4, 7, "域名", WX_T_IMPORT_BAD_DOMAIN);
    assert_problem(&im, 5, 8, "域名", WX_T_IMPORT_BAD_DOMAIN);
    assert_true(im.problems[0].is_lost);
}

static void bad_optional_values__cost_no_row(void **state)
{
    struct wx_import im =
        import("域名,IP,单位类型,等保级别,标识码,公安备案号,备案号\n"
               "www.a.gov.cn,300.1.1.1,机构,六级,12345,110102,京备案\n"
               "www.b.gov.cn,203.0.113.1、203.0.113.2,企业,第三级,bm99000001,,"
               "京ICP备05000001号\n");

    (void)state;
    assert_int_equal(im.n_sites, 2);
    assert_int_equal(im.n_problems, 6);
    for (size_t i = 0; i < im.n_problems; i++) {
        assert_int_equal(im.problems[i].row, 2);
        assert_false(im.problems[i].is_lost);
    }
    assert_str(im.sites[0].site_code, "12345");
    assert_int_equal(im.sites[1].grade, 3);
}

static void problem_line__says_row_column_value_and_reason(void **state)
{
    struct wx_import im = import("域名,等保级别\nwww.a.gov.cn,六级\n");
    struct wx_buf buf = WX_BUF_INIT(4096);

    (void)state;
    assert_int_equal(im.n_problems, 1);
    wx_import_problem_format(&im.problems[0], WX_ZH, &buf);
    assert_str(wx_buf_str(&buf),
               "第2行，“等保级别”列，“六级”：等保级别应为一级至五级，或未定级");
    wx_buf_reset(&buf);
    wx_import_problem_format(&im.problems[0], WX_EN, &buf);
    assert_true(wx_str_starts(wx_buf_str(&buf), "row 2, column \"等保级别\""));
    wx_buf_clear(&buf);
}

static void empty_and_foreign_lists__fail_with_a_reason(void **state)
{
    struct wx_import im;
    struct wx_table none = {0};

    (void)state;
    assert_int_equal(wx_register_import(&arena, &none, &im, &err), WX_E_NOT_FOUND);
    assert_int_equal(import_bytes(WX_STR("姓名,电话\n甲,1\n"), &im), WX_E_INVALID);
    assert_non_null(strstr(err.text, "域名"));
    assert_int_equal(import_bytes(WX_STR("域名\n无\n"), &im), WX_E_INVALID);
    assert_int_equal(im.n_problems, 1);
}

static void column_given_twice__uses_the_first(void **state)
{
    struct wx_import im = import("域名,网址\nwww.a.gov.cn,www.b.gov.cn\n");

    (void)state;
    assert_int_equal(im.n_sites, 1);
    assert_str(im.sites[0].domain, "www.a.gov.cn");
    assert_problem(&im, 0, 1, "网址", WX_T_IMPORT_SAME_COLUMN);
}

static void heads__are_known_however_they_are_dressed(void **state)
{
    (void)state;
    assert_int_equal(wx_column_parse(&arena, WX_STR(" 域 名 ")), WX_COL_DOMAIN);
    assert_int_equal(wx_column_parse(&arena, WX_STR("*网址：")), WX_COL_DOMAIN);
    assert_int_equal(wx_column_parse(&arena, WX_STR("ＩＰ地址")), WX_COL_IP);
    assert_int_equal(wx_column_parse(&arena, WX_STR("site_code")), WX_COL_SITE_CODE);
    assert_int_equal(wx_column_parse(&arena, WX_STR("Unit-Kind")), WX_COL_UNIT_KIND);
    assert_int_equal(wx_column_parse(&arena, WX_STR("备注")), WX_COL_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_register__fills_every_field),
        cmocka_unit_test(gb18030_register__reads_the_same),
        cmocka_unit_test(english_header__in_any_order),
        cmocka_unit_test(bare_list__needs_no_header),
        cmocka_unit_test(domains__come_to_one_form),
        cmocka_unit_test(one_cell__may_name_several_sites),
        cmocka_unit_test(path_with_a_dot__is_no_second_site),
        cmocka_unit_test(bad_rows__are_reported_and_good_ones_go_on),
        cmocka_unit_test(bad_optional_values__cost_no_row),
        cmocka_unit_test(problem_line__says_row_column_value_and_reason),
        cmocka_unit_test(empty_and_foreign_lists__fail_with_a_reason),
        cmocka_unit_test(column_given_twice__uses_the_first),
        cmocka_unit_test(heads__are_known_however_they_are_dressed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
