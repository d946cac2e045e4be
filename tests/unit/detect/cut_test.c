/* A site that was not seen to its end: what was not met is not called missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "detect/detect.h"
#include <string.h>

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

struct heard {
    bool is_missing, is_unreachable;
};

static void hear(void *ctx, const struct wx_finding *finding)
{
    struct heard *heard = ctx;

    heard->is_missing |= wx_str_eqz(finding->rule, "contact-missing");
    heard->is_unreachable |= wx_str_eqz(finding->rule, "site-refused");
}

static struct wx_judge *judge_new(struct wx_arena *arena, struct wx_register_view *reg,
                                  struct heard *heard)
{
    static const struct wx_site site = {.id = 1,
                                        .domain = WX_STR("www.xingyuan.gov.cn"),
                                        .start_url =
                                            WX_STR("https://www.xingyuan.gov.cn/")};
    struct wx_judge_sink sink = {.ctx = heard, .finding = hear};

    wx_register_view_init(reg, arena, NULL, 0);
    return wx_judge_new(rules, &site, reg, 1780300000, sink);
}

/* The start page, answered with BODY or refused. */
static void observe_home(struct wx_judge *judge, struct wx_arena *arena,
                         const char *body)
{
    struct wx_hop hop = {.url = WX_STR("https://www.xingyuan.gov.cn/"),
                         .status = body ? 200 : 0,
                         .headers = WX_STR("HTTP/1.1 200 OK\r\n"
                                           "Content-Type: text/html\r\n\r\n")};
    struct wx_observation obs = {.seq = 1,
                                 .kind = WX_OBS_FETCH,
                                 .fetch = {.purpose = WX_FOR_HOME,
                                           .outcome = body ? WX_OUT_OK : WX_OUT_REFUSED,
                                           .url = hop.url,
                                           .final_url = hop.url,
                                           .status = hop.status,
                                           .hops = &hop,
                                           .n_hops = 1}};
    struct wx_page page;

    wx_page_open(&page, arena, &obs, wx_str_of(body ? body : ""));
    wx_judge_observe(judge, &obs, body ? &page : NULL);
}

static struct heard judged(const char *body, bool is_cut)
{
    struct wx_buf facts = WX_BUF_INIT(1 << 20);
    struct wx_register_view reg;
    struct heard heard = {0};
    struct wx_arena arena;
    struct wx_judge *judge;

    wx_arena_init(&arena);
    judge = judge_new(&arena, &reg, &heard);
    observe_home(judge, &arena, body);
    if (is_cut)
        wx_judge_cut(judge);
    wx_judge_finish(judge, &facts);
    wx_judge_free(judge);
    wx_arena_clear(&arena);
    wx_buf_clear(&facts);
    return heard;
}

static const char home[] =
    "<html><head><meta charset=\"utf-8\"><title>星源区人民政府</title></head><body>"
    "<h1>星源区人民政府</h1><p>为方便群众了解工作，本栏目公开年度重点工作安排、预算决算"
    "和政策文件解读，各科室按照职责分工及时更新。</p><a href=\"/a.html\">公告</a>"
    "</body></html>";

static void judge__calls_missing_what_a_whole_site_lacks(void **state)
{
    (void)state;
    assert_true(judged(home, false).is_missing);
}

static void judge__calls_nothing_missing_on_a_site_that_was_cut(void **state)
{
    (void)state;
    assert_false(judged(home, true).is_missing);
}

static void judge__calls_no_cut_site_down_whose_other_forms_were_not_asked(void **state)
{
    (void)state;
    assert_true(judged(NULL, false).is_unreachable);
    assert_false(judged(NULL, true).is_unreachable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge__calls_missing_what_a_whole_site_lacks),
        cmocka_unit_test(judge__calls_nothing_missing_on_a_site_that_was_cut),
        cmocka_unit_test(
            judge__calls_no_cut_site_down_whose_other_forms_were_not_asked),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
