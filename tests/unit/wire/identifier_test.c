/* Footer identifiers, as written by people and template engines. */
#include "wire/identifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct wx_arena arena;

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

static bool read_kind(const char *source, enum wx_identifier_kind kind,
                      struct wx_identifier *out)
{
    struct wx_plain plain = wx_plain_make(&arena, wx_str_of(source));
    size_t pos = 0;

    while (wx_identifier_next(&arena, plain.text, &pos, out))
        if (out->kind == kind)
            return true;
    return false;
}

static void expect(const char *source, enum wx_identifier_kind kind, const char *value,
                   bool is_well_formed)
{
    struct wx_identifier id;

    if (!read_kind(source, kind, &id))
        fail_msg("nothing read from: %s", source);
    if (!wx_str_eqz(id.value, value))
        fail_msg("read '" WX_STR_FMT "' from: %s", WX_STR_ARG(id.value), source);
    if (id.is_well_formed != is_well_formed)
        fail_msg("well formed is %d in: %s", id.is_well_formed, source);
}

static void expect_none(const char *source, enum wx_identifier_kind kind)
{
    struct wx_identifier id;

    if (read_kind(source, kind, &id))
        fail_msg("read '" WX_STR_FMT "' from: %s", WX_STR_ARG(id.value), source);
}

static void site_code__is_read_however_it_is_written(void **state)
{
    static const char *const forms[] = {
        "政府网站标识码:1101020002",
        "政府网站标识码：1101020002",
        "网站标识码 1101020002",
        "政府网站标识码：&nbsp;1101020002&nbsp;&nbsp;京ICP备",
        "政府网站标识码\xC2\xA0\xE3\x80\x80１１０１０２０００２",
        "<span>政府网站标识码：</span><span>1101020002</span>",
        "<li>政府网站标识码</li><li>1101020002</li>",
        "政府网站标识码：<a href=\"#\" title=\"\">1101020002</a>",
        "<img src=a.png alt=\"政府网站标识码：1101020002\">",
        ("var foot = "
         "\"\\u653f\\u5e9c\\u7f51\\u7ad9\\u6807\\u8bc6\\u7801\\uff1a1101020002\";"),
        "foot += '政府网站标识码：' + '1101020002';",
        "&#25919;&#24220;&#32593;&#31449;&#26631;&#35782;&#30721;：1101020002",
        "政府網站標識碼：1101020002",
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        expect(forms[i], WX_IDENT_SITE_CODE, "1101020002", true);
    expect("网站标识码：bm55000001", WX_IDENT_SITE_CODE, "bm55000001", true);
    expect("网站标识码：BM55000001 ", WX_IDENT_SITE_CODE, "BM55000001", true);
}

static void site_code__of_the_wrong_form_is_malformed(void **state)
{
    (void)state;
    expect("政府网站标识码：310000000044", WX_IDENT_SITE_CODE, "310000000044", false);
    expect("政府网站标识码：110102002", WX_IDENT_SITE_CODE, "110102002", false);
    expect("政府网站标识码：XXXXXXXXXX", WX_IDENT_SITE_CODE, "XXXXXXXXXX", false);
}

static void site_code__in_prose_or_of_other_things_is_not_read(void **state)
{
    (void)state;
    expect_none("政府网站标识码由10位数字组成", WX_IDENT_SITE_CODE);
    expect_none("关于规范网站标识码管理的通知", WX_IDENT_SITE_CODE);
    expect_none("医疗器械唯一标识码：6901234567", WX_IDENT_SITE_CODE);
    expect_none("学生标识码：1101020002", WX_IDENT_SITE_CODE);
}

static void icp__is_read_however_it_is_written(void **state)
{
    (void)state;
    expect("京ICP备19014909号-1", WX_IDENT_ICP, "京ICP备19014909号-1", true);
    expect("京 ICP 备 19014909 号 -1", WX_IDENT_ICP, "京ICP备19014909号", true);
    expect("京icp备19014909", WX_IDENT_ICP, "京ICP备19014909号", true);
    expect("沪ICP备：12004267", WX_IDENT_ICP, "沪ICP备12004267号", true);
    expect("ICP备案序号：蜀ICP备10004916号", WX_IDENT_ICP, "蜀ICP备10004916号", true);
    expect("粤ＩＣＰ备０５０００００１号－２", WX_IDENT_ICP, "粤ICP备05000001号-2",
           true);
    expect("浙ICP备2021012345号-1", WX_IDENT_ICP, "浙ICP备2021012345号-1", true);
    expect("<a href='https://beian.miit.gov.cn/'>津ICP备<b>11000001</b>号</a>",
           WX_IDENT_ICP, "津ICP备11000001号", true);
    expect("京ICP备B2-20090059号", WX_IDENT_ICP, "京ICP备B2-20090059号", true);
}

static void icp__of_the_wrong_form_is_malformed(void **state)
{
    (void)state;
    expect("ICP备案号：19014909", WX_IDENT_ICP, "ICP备19014909号", false);
    expect("京ICP备190149091号", WX_IDENT_ICP, "京ICP备190149091号", false);
    expect("京ICP备12345678号", WX_IDENT_ICP, "京ICP备12345678号", false);
    expect("京ICP备00000000号", WX_IDENT_ICP, "京ICP备00000000号", false);
    expect("京ICP备XXXXXXXX号", WX_IDENT_ICP, "京ICP备XXXXXXXX", false);
}

static void icp__licences_and_prose_are_not_filings(void **state)
{
    (void)state;
    expect_none("京ICP证030173号", WX_IDENT_ICP);
    expect_none("工业和信息化部ICP备案管理系统", WX_IDENT_ICP);
    expect_none("办理ICP备案须知", WX_IDENT_ICP);
}

static void police_number__is_read_with_and_without_its_ending(void **state)
{
    (void)state;
    expect("京公网安备:11010202007633", WX_IDENT_POLICE, "11010202007633", true);
    expect("京公网安备 11010202007633号", WX_IDENT_POLICE, "11010202007633", true);
    expect("浙公网安备&nbsp;33060202000394号", WX_IDENT_POLICE, "33060202000394", true);
    expect("京公网安备1101020200号", WX_IDENT_POLICE, "1101020200", false);
    expect_none("公网安备案指南", WX_IDENT_POLICE);
}

static void units__end_where_the_next_item_begins(void **state)
{
    (void)state;
    expect("主办:星源区人民政府办公室    承办:星源区政务服务局", WX_IDENT_HOST_UNIT,
           "星源区人民政府办公室", true);
    expect("主办单位：星源区人民政府 承办单位：星源区大数据局", WX_IDENT_HOST_UNIT,
           "星源区人民政府", true);
    expect("承办：星源区政务服务管理局、星源区数据局<br>政府网站标识码",
           WX_IDENT_OPERATOR, "星源区政务服务管理局、星源区数据局", true);
    expect_none("由区文旅局主办的读书节开幕", WX_IDENT_HOST_UNIT);
}

static void contacts__are_read(void **state)
{
    (void)state;
    expect("政务服务热线：12345", WX_IDENT_PHONE, "12345", true);
    expect("联系电话：010-88000000", WX_IDENT_PHONE, "010-88000000", true);
    expect("技术支持邮箱：work@xingyuan.gov.cn", WX_IDENT_MAIL, "work@xingyuan.gov.cn",
           true);
    expect("地址：星源市星源区和平路27号 邮编：100000", WX_IDENT_ADDRESS,
           "星源市星源区和平路27号", true);
    expect_none("电话会议", WX_IDENT_PHONE);
}

static void plain__keeps_where_each_byte_came_from(void **state)
{
    const char *source = "<p>a</p>&nbsp;<b>网</b>站";
    struct wx_plain plain = wx_plain_make(&arena, wx_str_of(source));
    size_t at = wx_str_findz(plain.text, "网站");

    (void)state;
    assert_true(at != WX_NPOS);
    assert_int_equal(plain.at[at], strstr(source, "网") - source);
    assert_int_equal(plain.at[at + 3], strstr(source, "站") - source);
    assert_int_equal(plain.at[plain.text.len], strlen(source));
}

static void register_writing_of_icp__is_understood(void **state)
{
    struct wx_str digits;
    uint32_t letter;

    (void)state;
    assert_true(wx_icp_read(WX_STR("京ICP备19014909号-1"), &letter, &digits));
    assert_int_equal(letter, 0x4EAC);
    assert_true(wx_str_eqz(digits, "19014909"));
    assert_true(wx_icp_read(WX_STR("19014909"), &letter, &digits));
    assert_int_equal(letter, 0);
    assert_false(wx_icp_read(WX_STR("无"), &letter, &digits));
}

static void hostile_bytes__are_read_within_bounds(void **state)
{
    static const char *const rubbish[] = {
        "<",      "<<<<",        "<a",           "&#x110000;&#0;&;",
        "\\u",    "\\",          "%u12",         "标识码",
        "ICP备",  "@",           "公网安备",     "\xFF\xFE\xE6\xA0",
        "主办：", "<img alt=\"", "<img alt=\"x", "电话：(((("};
    struct wx_identifier id;

    (void)state;
    for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++) {
        struct wx_plain plain = wx_plain_make(&arena, wx_str_of(rubbish[i]));
        size_t pos = 0;

        while (wx_identifier_next(&arena, plain.text, &pos, &id))
            assert_true(id.end <= plain.text.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(site_code__is_read_however_it_is_written),
        cmocka_unit_test(site_code__of_the_wrong_form_is_malformed),
        cmocka_unit_test(site_code__in_prose_or_of_other_things_is_not_read),
        cmocka_unit_test(icp__is_read_however_it_is_written),
        cmocka_unit_test(icp__of_the_wrong_form_is_malformed),
        cmocka_unit_test(icp__licences_and_prose_are_not_filings),
        cmocka_unit_test(police_number__is_read_with_and_without_its_ending),
        cmocka_unit_test(units__end_where_the_next_item_begins),
        cmocka_unit_test(contacts__are_read),
        cmocka_unit_test(plain__keeps_where_each_byte_came_from),
        cmocka_unit_test(register_writing_of_icp__is_understood),
        cmocka_unit_test(hostile_bytes__are_read_within_bounds),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
