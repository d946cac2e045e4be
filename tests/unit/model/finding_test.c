#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/finding.h"
#include "model/run.h"
#include "model/site.h"

static struct wx_finding sample(void)
{
    struct wx_finding f = {
        .rule = WX_STR("hidden-link-css"),
        .category = WX_STR("hidden_link"),
        .severity = WX_SEV_CRITICAL,
        .verdict = WX_SUSPECTED,
        .confidence = 90,
        .site_id = 0xFEDCBA9876543210ULL,
        .site = WX_STR("www.xingyuan.gov.cn"),
        .site_name = WX_STR("星源区人民政府"),
        .unit = WX_STR("星源区政府办公室"),
        .url = WX_STR("https://www.xingyuan.gov.cn/a?b=1"),
        .where = WX_STR("第 12 个字节"),
        .excerpt = WX_STR("<a \"x\">\x01</a>"),
        .key = WX_STR("spam.example"),
        .place = WX_STR("www.xingyuan.gov.cn/a"),
        .detail_zh = WX_STR("详情"),
        .detail_en = WX_STR("detail"),
        .n_evidence = 2,
        .observation_seq = 7,
        .n_places = 3,
        .n_more_urls = 1,
        .first_seen_s = 1780000000,
        .last_seen_s = 1780000100,
    };

    memset(f.evidence[1].bytes, 0xAB, 32);
    f.more_urls[0] = WX_STR("https://www.xingyuan.gov.cn/b");
    wx_finding_identify(&f);
    return f;
}

static void identity__ignores_time_wording_and_severity(void **state)
{
    struct wx_finding a = sample(), b = sample();

    (void)state;
    b.first_seen_s = b.last_seen_s = 1;
    b.severity = WX_SEV_LOW;
    b.excerpt = b.where = b.detail_zh = WX_STR("other");
    b.url = WX_STR("https://www.xingyuan.gov.cn/a?b=1&sessionid=2");
    b.observation_seq = 9;
    wx_finding_identify(&b);
    assert_string_equal(a.id, b.id);
    assert_int_equal(strlen(a.id), 32);
}

static void identity__tells_rule_site_place_and_key_apart(void **state)
{
    struct wx_finding a = sample(), b;

    (void)state;
    b = sample();
    b.rule = WX_STR("hidden-link-js");
    wx_finding_identify(&b);
    assert_string_not_equal(a.id, b.id);
    b = sample();
    b.place = (struct wx_str){0};
    wx_finding_identify(&b);
    assert_string_not_equal(a.id, b.id);
    b = sample(); /* moving a byte over the border is another finding */
    b.place = WX_STR("www.xingyuan.gov.cn/as");
    b.key = WX_STR("pam.example");
    wx_finding_identify(&b);
    assert_string_not_equal(a.id, b.id);
}

static void message__is_read_back_unchanged(void **state)
{
    struct wx_finding a = sample(), b;
    struct wx_buf buf = WX_BUF_INIT(1 << 20), again = WX_BUF_INIT(1 << 20);
    struct wx_arena arena;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    wx_finding_format(&a, &buf);
    assert_int_equal(wx_finding_parse(wx_buf_str(&buf), &arena, &b, &err), WX_OK);
    wx_finding_format(&b, &again);
    assert_true(wx_str_eq(wx_buf_str(&buf), wx_buf_str(&again)));
    assert_string_equal(a.id, b.id);
    assert_true(a.site_id == b.site_id);
    assert_true(wx_str_eq(a.excerpt, b.excerpt));
    assert_int_equal(b.n_evidence, 2);
    assert_memory_equal(a.evidence, b.evidence, 64);
    assert_true(wx_str_eq(a.more_urls[0], b.more_urls[0]));
    wx_buf_clear(&buf);
    wx_buf_clear(&again);
    wx_arena_clear(&arena);
}

static void message__of_a_lying_worker_is_refused(void **state)
{
    static const char *const bad[] = {
        "{}",
        "{\"id\":\"x\"}",
        "{\"id\":\"00112233445566778899aabbccddeeff\",\"site\":\"0000000000000000\"}",
        "{\"id\":\"00112233445566778899aabbccddeeff\",\"site\":\"0000000000000001\","
        "\"severity\":\"awful\",\"verdict\":\"fail\",\"rule\":\"r\",\"origin\":\"o\"}",
        "{\"id\":\"00112233445566778899aabbccddeeff\",\"site\":\"0000000000000001\","
        "\"severity\":\"low\",\"verdict\":\"fail\",\"rule\":\"r\",\"origin\":\"o\","
        "\"confidence\":101}",
        "{\"id\":\"00112233445566778899aabbccddeeff\",\"site\":\"0000000000000001\","
        "\"severity\":\"low\",\"verdict\":\"fail\",\"rule\":\"r\",\"origin\":\"o\","
        "\"evidence\":[1,1,1,1,1,1,1,1,1]}",
    };
    struct wx_arena arena;

    (void)state;
    wx_arena_init(&arena);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct wx_finding f;
        struct wx_err err;

        assert_int_equal(wx_finding_parse(wx_str_of(bad[i]), &arena, &f, &err),
                         WX_E_INVALID);
    }
    wx_arena_clear(&arena);
}

static void site_result__is_read_back_and_its_facts_are_proved(void **state)
{
    struct wx_site_result a = {.site_id = 5,
                               .status = WX_SITE_PARTLY,
                               .reason = WX_STR("deadline"),
                               .n_pages = 12,
                               .wire_bytes = 1ULL << 40,
                               .duration_ms = 90,
                               .facts = WX_STR("{\"title\":\"星源\",\"n\":1.50}")};
    struct wx_site_result b;
    struct wx_buf buf = WX_BUF_INIT(1 << 20);
    struct wx_arena arena;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    wx_site_result_format(&a, &buf);
    assert_int_equal(wx_site_result_parse(wx_buf_str(&buf), &arena, &b, &err), WX_OK);
    assert_int_equal(b.status, WX_SITE_PARTLY);
    assert_true(wx_str_eq(a.facts, b.facts));
    assert_true(a.wire_bytes == b.wire_bytes);
    wx_buf_reset(&buf);
    a.facts = WX_STR("{\"title\":1},\"status\":\"inspected\"");
    wx_site_result_format(&a, &buf);
    assert_int_equal(wx_site_result_parse(wx_buf_str(&buf), &arena, &b, &err),
                     WX_E_INVALID);
    wx_buf_clear(&buf);
    wx_arena_clear(&arena);
}

static void site_key__is_the_same_for_http_and_https(void **state)
{
    struct wx_str host = WX_STR("www.xingyuan.gov.cn");

    (void)state;
    assert_true(wx_site_key(host, 0) == wx_site_key(host, 443));
    assert_true(wx_site_key(host, 80) == wx_site_key(host, 443));
    assert_true(wx_site_key(host, 80) == wx_site_key(WX_STR("WWW.Xingyuan.gov.cn"), 0));
    assert_true(wx_site_key(host, 8080) != wx_site_key(host, 80));
    assert_true(wx_site_key(WX_STR("a.gov.cn"), 0) != wx_site_key(host, 0));
}

static void names__are_read_back(void **state)
{
    enum wx_unit_kind kind;
    enum wx_severity severity;
    enum wx_verdict verdict;

    (void)state;
    assert_true(wx_unit_kind_parse(WX_STR(" 事业单位 "), &kind));
    assert_int_equal(kind, WX_UNIT_INSTITUTION);
    assert_true(wx_unit_kind_parse(WX_STR("Organ"), &kind));
    assert_int_equal(kind, WX_UNIT_ORGAN);
    assert_false(wx_unit_kind_parse(WX_STR(""), &kind));
    for (int i = 0; i <= WX_SEV_CRITICAL; i++) {
        assert_true(wx_severity_parse(wx_str_of(wx_severity_name((enum wx_severity)i)),
                                      &severity));
        assert_int_equal(severity, i);
    }
    for (int i = 0; i <= WX_NOT_APPLICABLE; i++) {
        assert_true(
            wx_verdict_parse(wx_str_of(wx_verdict_name((enum wx_verdict)i)), &verdict));
        assert_int_equal(verdict, i);
    }
    assert_false(wx_severity_parse(WX_STR("unknown"), &severity));
    assert_string_equal(wx_severity_name((enum wx_severity)77), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity__ignores_time_wording_and_severity),
        cmocka_unit_test(identity__tells_rule_site_place_and_key_apart),
        cmocka_unit_test(message__is_read_back_unchanged),
        cmocka_unit_test(message__of_a_lying_worker_is_refused),
        cmocka_unit_test(site_result__is_read_back_and_its_facts_are_proved),
        cmocka_unit_test(site_key__is_the_same_for_http_and_https),
        cmocka_unit_test(names__are_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
