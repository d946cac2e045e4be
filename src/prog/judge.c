/*
 * wangxun judge: one saved page, no network and no file but the page, the register and
 * the rules. Findings as JSON Lines on standard output.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "detect/detect.h"
#include "document/report.h"
#include "prog/options.h"
#include "prog/sites.h"
#include <stdio.h>

struct judging {
    const struct wx_options *options;
    const struct wx_rules *rules;
    struct wx_buf line;
    int fail_on;
    bool has_failed;
};

static void print_finding(void *ctx, const struct wx_finding *finding)
{
    struct judging *judging = ctx;
    struct wx_json j;

    if (finding->grew) /* already printed; one page has no more places */
        return;
    wx_buf_reset(&judging->line);
    j = WX_JSON_INIT(&judging->line);
    wx_finding_write_json(finding, wx_rules_find(judging->rules, finding->rule),
                          judging->options->language, &j);
    printf(WX_STR_FMT "\n", WX_STR_ARG(wx_buf_str(&judging->line)));
    if (judging->fail_on >= 0 && (int)finding->severity >= judging->fail_on)
        judging->has_failed = true;
}

/* The --header values as a header section. */
static enum wx_status make_headers(const struct wx_options *options, struct wx_buf *out,
                                   struct wx_err *err)
{
    if (!options->header.n)
        return WX_OK; /* not known is not the same as not sent */
    (void)wx_buf_addz(out, "HTTP/1.1 200 OK\r\n");
    for (size_t i = 0; i < options->header.n; i++) {
        const char *line = options->header.items[i];

        if (!strchr(line, ':') || strpbrk(line, "\r\n"))
            return wx_fail(err, WX_E_USAGE, "--header '%s' is not 'Name: value'", line);
        (void)wx_buf_printf(out, "%s\r\n", line);
    }
    (void)wx_buf_addz(out, "\r\n");
    return out->is_full ? wx_fail(err, WX_E_TOO_BIG, "too many --header values")
                        : WX_OK;
}

static void site_of_url(struct wx_arena *arena, const struct wx_url *url,
                        struct wx_site *site)
{
    *site = (struct wx_site){
        .id = wx_site_key(url->host, url->port),
        .domain = url->host,
        .start_url = url->href,
    };
    (void)arena;
}

/* The register's row when the page's host is in it. */
static enum wx_status find_site(struct wx_arena *arena,
                                const struct wx_options *options,
                                const struct wx_url *url, struct wx_sites *reg,
                                struct wx_site *site, struct wx_err *err)
{
    enum wx_status st;

    site_of_url(arena, url, site);
    if (!options->sites)
        return WX_OK;
    st = wx_sites_gather(arena, options->language, NULL, 0, options->sites, reg, err);
    for (size_t i = 0; !st && i < reg->n_sites; i++)
        if (wx_str_eq(reg->sites[i].domain, url->host))
            *site = reg->sites[i];
    return st;
}

static void judge_page(struct judging *judging, struct wx_arena *arena,
                       const struct wx_url *url, const struct wx_sites *reg,
                       const struct wx_site *site, struct wx_str headers,
                       struct wx_str body)
{
    struct wx_judge_sink sink = {.ctx = judging, .finding = print_finding};
    struct wx_hop hop = {.url = url->href, .status = 200, .headers = headers};
    struct wx_observation obs = {
        .site_id = site->id,
        .seq = 1,
        .kind = WX_OBS_FETCH,
        .at_ms = wx_now_ms(),
        /* what only a start page must have is not asked of another page */
        .fetch = {.purpose = wx_str_eqz(url->path, "/") ? WX_FOR_HOME : WX_FOR_PAGE,
                  .outcome = WX_OUT_OK,
                  .url = url->href,
                  .final_url = url->href,
                  .hops = &hop,
                  .n_hops = 1,
                  .status = 200,
                  .body = wx_sha256_of(body),
                  .body_bytes = body.len},
    };
    struct wx_buf facts = WX_BUF_INIT(1 << 20);
    struct wx_register_view view;
    struct wx_judge *judge;
    struct wx_page page;

    wx_register_view_init(&view, arena, reg->sites, reg->n_sites);
    judge = wx_judge_new(judging->rules, site, &view, wx_now_s(), sink);
    wx_page_open(&page, arena, &obs, body);
    wx_judge_observe(judge, &obs, &page);
    wx_judge_finish(judge, &facts);
    wx_judge_free(judge);
    wx_buf_clear(&facts);
}

static enum wx_status read_arguments(const struct wx_options *options,
                                     struct wx_arena *arena, struct judging *judging,
                                     struct wx_url *url, struct wx_err *err)
{
    enum wx_severity severity;

    judging->fail_on = -1;
    if (options->n_targets != 1)
        return wx_fail(err, WX_E_USAGE, "judge takes one page: a file, or '-'");
    if (!options->url)
        return wx_fail(err, WX_E_USAGE,
                       "--url is missing: the address the page came from");
    if (options->fail_on && !wx_severity_parse(wx_str_of(options->fail_on), &severity))
        return wx_fail(err, WX_E_USAGE,
                       "--fail-on '%s' is none of info, low, medium, high, critical",
                       options->fail_on);
    if (options->fail_on)
        judging->fail_on = (int)severity;
    return wx_url_parse_target(arena, wx_str_of(options->url), url, err);
}

int wx_judge_main(const struct wx_options *options)
{
    struct judging judging = {.options = options, .line = WX_BUF_INIT(1 << 20)};
    struct wx_buf body = WX_BUF_INIT(WX_MAX_BODY_BYTES);
    struct wx_buf headers = WX_BUF_INIT(WX_MAX_HEADER_BYTES);
    struct wx_rules *rules = NULL;
    struct wx_sites reg = {0};
    struct wx_arena arena;
    struct wx_site site;
    struct wx_url url;
    struct wx_err err;
    enum wx_status st;

    wx_arena_init(&arena);
    st = read_arguments(options, &arena, &judging, &url, &err);
    if (!st)
        st = make_headers(options, &headers, &err);
    if (!st)
        st = wx_buf_read_file(&body, options->targets[0], &err);
    if (!st)
        st = find_site(&arena, options, &url, &reg, &site, &err);
    if (!st)
        st = wx_rules_load(options->rules, false, &rules, &err);
    judging.rules = rules;
    if (!st)
        judge_page(&judging, &arena, &url, &reg, &site, wx_buf_str(&headers),
                   wx_buf_str(&body));
    wx_rules_free(rules);
    wx_buf_clear(&judging.line);
    wx_buf_clear(&headers);
    wx_buf_clear(&body);
    wx_arena_clear(&arena);
    if (st)
        return wx_complain(options->language, st, &err);
    return judging.has_failed ? WX_EXIT_FINDINGS : WX_EXIT_OK;
}
