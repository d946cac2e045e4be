/* What a site's facts say of its labels, judged with the real rule library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "detect/detect.h"
#include <jansson.h>

static struct wx_rules *rules;

static int set_up(void **state)
{
    struct wx_err err = {0};

    (void)state;
    wx_charset_prepare();
    if (wx_rules_load(WX_SOURCE_ROOT "/rules", false, &rules, &err))
        fail_msg("%s", err.text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wx_rules_free(rules);
    return 0;
}

static void ignore(void *ctx, const struct wx_finding *finding)
{
    (void)ctx;
    (void)finding;
}

static void observe(struct wx_judge *judge, struct wx_arena *arena, uint32_t seq,
                    enum wx_purpose purpose, const char *body)
{
    struct wx_hop hop = {.url = WX_STR("https://www.xingyuan.gov.cn/"),
                         .status = 200,
                         .headers = WX_STR("HTTP/1.1 200 OK\r\n"
                                           "Content-Type: text/html\r\n\r\n")};
    struct wx_observation obs = {.seq = seq,
                                 .kind = WX_OBS_FETCH,
                                 .fetch = {.purpose = purpose,
                                           .url = hop.url,
                                           .final_url = hop.url,
                                           .status = 200,
                                           .hops = &hop,
                                           .n_hops = 1}};
    struct wx_page page;

    wx_page_open(&page, arena, &obs, wx_str_of(body));
    wx_judge_observe(judge, &obs, &page);
    wx_arena_reset(arena);
}

/* The "labels" of a site with a start page and N_PAGES copies of it. */
static json_t *labels_of(const char *body, uint32_t n_pages)
{
    struct wx_site site = {.id = 1,
                           .domain = WX_STR("www.xingyuan.gov.cn"),
                           .start_url = WX_STR("https://www.xingyuan.gov.cn/")};
    struct wx_judge_sink sink = {NULL, ignore};
    struct wx_judge *judge = wx_judge_new(rules, &site, NULL, 1780272000, sink);
    struct wx_buf facts = WX_BUF_INIT(1 << 20);
    struct wx_arena arena;
    json_t *all, *labels;

    wx_arena_init(&arena);
    observe(judge, &arena, 1, WX_FOR_HOME, body);
    for (uint32_t i = 0; i < n_pages; i++)
        observe(judge, &arena, 2 + i, WX_FOR_PAGE, body);
    wx_judge_finish(judge, &facts);
    all = json_loadb(facts.ptr, facts.len, 0, NULL);
    assert_non_null(all);
    labels = json_incref(json_object_get(all, "labels"));
    assert_non_null(labels);
    json_decref(all);
    wx_judge_free(judge);
    wx_buf_clear(&facts);
    wx_arena_clear(&arena);
    return labels;
}

static void assert_text(json_t *object, const char *key, const char *want)
{
    const char *have = json_string_value(json_object_get(object, key));

    if (!have || strcmp(have, want) != 0)
        fail_msg("%s is '%s', not '%s'", key, have ? have : "(absent)", want);
}

#define BODY_TEXT                                                                                                              \
    "<h1>星源区人民政府</"                                                                                              \
    "h1><p>星源区召开全区数字政府建设推进会，部署下一阶段政务服务重点任务，"                   \
    "要求各街道、各部门进一步压实责任，优化流程，提升效能，确保年度目标任务如期完成。" \
    "</p>"

static const char footer[] =
    "<html><body>" BODY_TEXT
    "<p>政务服务热线:12345</p><p>地址:星源市星源区和平路27号 邮编:100000</p>"
    "<p>技术支持邮箱:work@xingyuan.gov.cn</p>"
    "<p>主办:星源区人民政府办公室&nbsp;&nbsp;承办:星源区政务服务局、星源区数据局</p>"
    "<p>政府网站标识码:1101990001&nbsp;&nbsp;京ICP备05000001号-1&nbsp;&nbsp;"
    "京公网安备:11019902000001</p>"
    "<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript "
    "src='http://dcs.conac.cn/js/99/101/0000/10000001/CA991010000100000010001.js'%3E"
    "%3C/script%3E\"));</script>"
    "<script id=\"_jiucuo_\" sitecode=\"1101990001\" "
    "src=\"https://zfwzgl.www.gov.cn/exposure/jiucuo.js\"></script></body></html>";

static void footer__gives_every_fact(void **state)
{
    json_t *labels = labels_of(footer, 0);

    (void)state;
    assert_true(json_is_true(json_object_get(labels, "determined")));
    assert_text(labels, "site_code", "1101990001");
    assert_text(labels, "icp", "京ICP备05000001号-1");
    assert_text(labels, "police_code", "11019902000001");
    assert_text(labels, "host_unit", "星源区人民政府办公室");
    assert_text(labels, "operator", "星源区政务服务局、星源区数据局");
    assert_text(labels, "phone", "12345");
    assert_text(labels, "mail", "work@xingyuan.gov.cn");
    assert_text(labels, "address", "星源市星源区和平路27号");
    assert_text(json_object_get(labels, "conac"), "state", "official");
    assert_text(json_object_get(labels, "conac"), "id", "CA991010000100000010001");
    assert_text(json_object_get(labels, "jiucuo"), "site_code", "1101990001");
    json_decref(labels);
}

static void same_footer__on_many_pages_says_the_same(void **state)
{
    json_t *once = labels_of(footer, 0), *often = labels_of(footer, 60);

    (void)state;
    assert_true(json_equal(once, often));
    json_decref(once);
    json_decref(often);
}

static void shell_of_a_script__is_not_determined(void **state)
{
    json_t *labels = labels_of("<html><body><div id=app></div>"
                               "<script src=/app.js></script></body></html>",
                               0);

    (void)state;
    assert_true(json_is_false(json_object_get(labels, "determined")));
    assert_null(json_object_get(labels, "site_code"));
    assert_text(json_object_get(labels, "conac"), "state", "absent");
    json_decref(labels);
}

static void badge_in_a_comment__is_said_to_be(void **state)
{
    json_t *labels =
        labels_of("<html><body>" BODY_TEXT
                  "<!-- <a href=\"//bszs.conac.cn/sitename?method=show&id="
                  "0123456789ABCDEF0123456789ABCDEF\"></a> --></body></html>",
                  3);

    (void)state;
    assert_text(json_object_get(labels, "conac"), "state", "commented_out");
    json_decref(labels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(footer__gives_every_fact),
        cmocka_unit_test(same_footer__on_many_pages_says_the_same),
        cmocka_unit_test(shell_of_a_script__is_not_determined),
        cmocka_unit_test(badge_in_a_comment__is_said_to_be),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
