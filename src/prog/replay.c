/*
 * wangxun replay: today's rules over the stored observations of an earlier run. Reads
 * that run, touches no site; findings as JSON Lines on standard output, the difference
 * to what was found then on standard error.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "detect/detect.h"
#include "document/report.h"
#include "prog/options.h"
#include "store/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct replay {
    const struct wx_options *options;
    struct wx_store *from, *to; /* to: NULL unless --report */
    struct wx_rules *rules;
    struct wx_arena arena; /* the register */
    struct wx_arena page_arena;
    struct wx_site *sites;
    size_t n_sites, cap;
    struct wx_register_view reg;
    struct wx_judge *judge; /* of the site under way */
    struct wx_buf body, line;
    uint64_t *known; /* hashes of the earlier findings' ids, sorted */
    size_t n_known, known_cap;
    uint32_t n_same, n_new, n_site_findings;
    int fail_on;
    bool has_failed;
    enum wx_status status; /* first failure inside a callback */
    struct wx_err *err;
};

static bool remember(struct replay *r, enum wx_status st)
{
    if (st && !r->status)
        r->status = st;
    return !r->status;
}

static int compare_u64(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static bool note_known(void *ctx, const struct wx_finding *finding)
{
    struct replay *r = ctx;

    if (r->n_known == r->known_cap) {
        r->known_cap = r->known_cap ? r->known_cap * 2 : 256;
        r->known = wx_realloc(r->known, r->known_cap * sizeof *r->known);
    }
    r->known[r->n_known++] = wx_hash64(wx_str_of(finding->id));
    return true;
}

static bool note_site(void *ctx, const struct wx_site *site,
                      const struct wx_site_result *result)
{
    struct replay *r = ctx;

    (void)result;
    if (r->n_sites == r->cap) {
        size_t old = r->cap * sizeof *r->sites;

        r->cap = r->cap ? r->cap * 2 : 64;
        r->sites = wx_arena_grow(&r->arena, r->sites, old, r->cap * sizeof *r->sites);
    }
    r->sites[r->n_sites++] = wx_site_copy(&r->arena, site);
    return true;
}

static void on_finding(void *ctx, const struct wx_finding *finding)
{
    struct replay *r = ctx;
    uint64_t key = wx_hash64(wx_str_of(finding->id));
    struct wx_json j;

    if (r->to)
        remember(r, wx_store_put_finding(r->to, finding, r->err));
    if (finding->grew) /* told before; only the number of places changed */
        return;
    r->n_site_findings++;
    if (bsearch(&key, r->known, r->n_known, sizeof key, compare_u64))
        r->n_same++;
    else
        r->n_new++;
    if (r->fail_on >= 0 && (int)finding->severity >= r->fail_on)
        r->has_failed = true;
    if (r->options->quiet)
        return;
    wx_buf_reset(&r->line);
    j = WX_JSON_INIT(&r->line);
    wx_finding_write_json(finding, wx_rules_find(r->rules, finding->rule),
                          r->options->language, &j);
    printf(WX_STR_FMT "\n", WX_STR_ARG(wx_buf_str(&r->line)));
}

static bool on_observation(void *ctx, const struct wx_observation *obs)
{
    static const struct wx_sha256 none;
    struct replay *r = ctx;
    struct wx_page page;

    wx_arena_reset(&r->page_arena);
    wx_buf_reset(&r->body);
    if (memcmp(&obs->fetch.body, &none, sizeof none) != 0 &&
        !remember(r,
                  wx_store_get_evidence(r->from, &obs->fetch.body, &r->body, r->err)))
        return false;
    wx_page_open(&page, &r->page_arena, obs, wx_buf_str(&r->body));
    wx_judge_observe(r->judge, obs, r->body.len ? &page : NULL);
    return !r->status;
}

/* Interrupted, past the deadline, or the program died on it: not all was seen. What
 * today's judge calls incomplete by itself, it says again by itself. */
static bool was_cut(const struct wx_site_result *earlier)
{
    return earlier->status == WX_SITE_RUNNING ||
           (earlier->status == WX_SITE_PARTLY &&
            (wx_str_eqz(earlier->reason, "interrupted") ||
             wx_str_eqz(earlier->reason, "deadline")));
}

/* The earlier result stands, with what today's judge says of it. */
static void put_result(struct replay *r, const struct wx_site *site,
                       const struct wx_site_result *earlier, struct wx_str facts)
{
    struct wx_site_result result = *earlier;
    struct wx_str reason;

    if (!r->to)
        return;
    result.status = wx_judge_status(r->judge, &reason);
    result.reason = reason;
    if (was_cut(earlier)) {
        result.status = earlier->status;
        result.reason = earlier->reason;
    }
    result.n_findings = r->n_site_findings;
    result.facts = facts;
    if (remember(r, wx_store_add_site(r->to, site, r->err)))
        remember(r, wx_store_site_done(r->to, &result, r->err));
}

static bool replay_site(void *ctx, const struct wx_site *site,
                        const struct wx_site_result *result)
{
    struct replay *r = ctx;
    struct wx_judge_sink sink = {.ctx = r, .finding = on_finding};
    struct wx_buf facts = WX_BUF_INIT(4 << 20);

    if (!result || result->status == WX_SITE_WAITING)
        return true;
    if (r->to && !remember(r, wx_store_add_site(r->to, site, r->err)))
        return false;
    r->n_site_findings = 0;
    r->judge = wx_judge_new(r->rules, site, &r->reg, result->begun_s, sink);
    remember(r, wx_store_observations(r->from, site->id, on_observation, r, r->err));
    if (was_cut(result))
        wx_judge_cut(r->judge);
    wx_judge_finish(r->judge, &facts);
    put_result(r, site, result, wx_buf_str(&facts));
    wx_judge_free(r->judge);
    wx_buf_clear(&facts);
    return !r->status;
}

static enum wx_status open_all(struct replay *r, struct wx_err *err)
{
    const struct wx_options *o = r->options;
    enum wx_severity severity;
    enum wx_status st;

    r->fail_on = -1;
    if (o->n_targets != 1)
        return wx_fail(err, WX_E_USAGE, "replay takes one folder: the --out of a run");
    if (o->fail_on && !wx_severity_parse(wx_str_of(o->fail_on), &severity))
        return wx_fail(err, WX_E_USAGE, "--fail-on '%s' is no level", o->fail_on);
    if (o->fail_on)
        r->fail_on = (int)severity;
    wx_charset_prepare();
    st = wx_rules_load(o->rules, false, &r->rules, err);
    if (!st)
        st = wx_store_open(o->targets[0], WX_STORE_READ, &r->from, err);
    if (!st && o->replay_out) {
        if (mkdir(o->replay_out, 0700) < 0 && access(o->replay_out, F_OK) < 0)
            return wx_fail_errno(err, "cannot make folder '%s'", o->replay_out);
        st = wx_store_open(o->replay_out, WX_STORE_CREATE, &r->to, err);
    }
    return st;
}

static enum wx_status write_report(struct replay *r, struct wx_err *err)
{
    struct wx_report_options options = {.dir = r->options->replay_out,
                                        .lang = r->options->language};
    struct wx_numbers numbers = {0};
    char now[24];
    enum wx_status st;

    if (!r->to)
        return WX_OK;
    wx_time_format(wx_now_s(), now);
    st = wx_report_formats_parse(r->options->format, &options.formats, err);
    if (!st)
        st = wx_store_set(r->to, "begun", wx_str_of(now), err);
    if (!st)
        st = wx_store_set(r->to, "ended", wx_str_of(now), err);
    if (!st)
        st = wx_store_set(r->to, "how_ended", WX_STR("complete"), err);
    if (!st)
        st = wx_store_set(r->to, "rules", r->rules->version, err);
    if (!st)
        st = wx_store_commit(r->to, err);
    return st ? st : wx_report_write(r->to, r->rules, &options, &numbers, err);
}

static enum wx_status run(struct replay *r, struct wx_err *err)
{
    enum wx_status st = open_all(r, err);

    if (!st)
        st = wx_store_findings(r->from, 0, note_known, r, err);
    if (!st)
        st = wx_store_sites(r->from, note_site, r, err);
    if (st)
        return st;
    qsort(r->known, r->n_known, sizeof *r->known, compare_u64);
    wx_register_view_init(&r->reg, &r->arena, r->sites, r->n_sites);
    st = wx_store_sites(r->from, replay_site, r, err);
    if (!st)
        st = r->status;
    return st ? st : write_report(r, err);
}

int wx_replay_main(const struct wx_options *options)
{
    struct wx_err err = {0};
    struct replay r = {
        .options = options,
        .body = WX_BUF_INIT(WX_MAX_BODY_BYTES),
        .line = WX_BUF_INIT(1 << 20),
        .err = &err,
    };
    enum wx_status st;

    st = run(&r, &err);
    if (!st && !options->quiet) {
        fprintf(stderr, wx_text(options->language, WX_T_CLI_REPLAYED),
                (unsigned)r.n_sites, r.n_same, r.n_new, (unsigned)r.n_known - r.n_same);
        fputc('\n', stderr);
    }
    wx_store_close(r.to);
    wx_store_close(r.from);
    wx_rules_free(r.rules);
    free(r.known);
    wx_buf_clear(&r.body);
    wx_buf_clear(&r.line);
    wx_arena_clear(&r.page_arena);
    wx_arena_clear(&r.arena);
    if (st)
        return wx_complain(options->language, st, &err);
    return r.has_failed ? WX_EXIT_FINDINGS : WX_EXIT_OK;
}
