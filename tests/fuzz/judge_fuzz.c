/*
 * Any bytes as the start page of a site, before every detector and the whole built-in
 * rule library; and as a script file of the site, whose code pages then meet.
 */
#include "base/clock.h"
#include "detect/detect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void no_finding(void *ctx, const struct wx_finding *finding)
{
    (void)ctx;
    (void)finding;
}

static void observe(struct wx_judge *judge, struct wx_str body, struct wx_str url,
                    struct wx_str headers, enum wx_purpose purpose)
{
    struct wx_hop hop = {.url = url, .status = 200, .headers = headers};
    struct wx_observation obs = {.site_id = 1, .seq = 1, .kind = WX_OBS_FETCH};
    struct wx_arena arena;
    struct wx_page page;

    obs.fetch = (struct wx_fetch){.purpose = purpose,
                                  .url = url,
                                  .final_url = url,
                                  .hops = &hop,
                                  .n_hops = 1,
                                  .status = 200,
                                  .body_bytes = body.len};
    wx_arena_init(&arena);
    wx_page_open(&page, &arena, &obs, body);
    wx_judge_observe(judge, &obs, &page);
    wx_arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct wx_rules *rules; /* loading takes longer than a run */
    struct wx_site site = {.id = 1,
                           .domain = WX_STR("www.xingyuan.gov.cn"),
                           .start_url = WX_STR("https://www.xingyuan.gov.cn/")};
    struct wx_str body = {(const char *)data, size};
    struct wx_buf facts = WX_BUF_INIT(8 << 20);
    struct wx_judge *judge;

    if (!rules) {
        wx_charset_prepare();
        if (wx_rules_load(NULL, false, &rules, NULL))
            WX_BUG("the built-in rules do not load");
    }
    judge = wx_judge_new(rules, &site, NULL, 1780000000,
                         (struct wx_judge_sink){NULL, no_finding});
    observe(judge, body, WX_STR("https://www.xingyuan.gov.cn/js/a.js"),
            WX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\n\r\n"),
            WX_FOR_ASSET);
    observe(judge, body, site.start_url,
            WX_STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"), WX_FOR_HOME);
    wx_judge_finish(judge, &facts);
    wx_judge_free(judge);
    wx_buf_clear(&facts);
    return 0;
}
