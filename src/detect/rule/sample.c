#include "detect/rule/sample.h"

#include "detect/detect.h"

struct run {
    const struct wx_rule *rule;
    struct wx_arena *arena;
    const struct wx_finding **found; /* of the rule, distinct */
    size_t n, cap;
};

static void on_finding(void *ctx, const struct wx_finding *finding)
{
    struct run *run = ctx;

    if (!wx_str_eq(finding->rule, run->rule->id))
        return;
    for (size_t i = 0; i < run->n; i++)
        if (strcmp(run->found[i]->id, finding->id) == 0)
            return;
    if (run->n == run->cap) {
        size_t cap = run->cap * 2 + 16;

        run->found =
            wx_arena_grow(run->arena, run->found, run->cap * sizeof(*run->found),
                          cap * sizeof(*run->found));
        run->cap = cap;
    }
    run->found[run->n++] = finding;
}

static bool contains(struct wx_str s, struct wx_str what)
{
    return what.len == 0 || wx_str_find(s, what, 0) != WX_NPOS;
}

static bool is_expected(const struct wx_finding *f, const struct wx_sample_expect *e)
{
    return (!e->has_verdict || f->verdict == e->verdict) &&
           (e->key.len == 0 || wx_str_eq(f->key, e->key)) &&
           contains(f->excerpt, e->excerpt) &&
           (contains(f->detail_zh, e->detail) || contains(f->detail_en, e->detail));
}

static enum wx_status fail_hit(const struct run *run, struct wx_err *err)
{
    const struct wx_finding *f;

    if (run->n == 0)
        return wx_fail(err, WX_E_NOT_FOUND, "the rule did not fire");
    f = run->found[0];
    return wx_fail(
        err, WX_E_NOT_FOUND,
        "no finding is as expected; the first has verdict '%s', key '" WX_STR_FMT
        "', excerpt '" WX_STR_FMT "', detail '" WX_STR_FMT "'",
        wx_verdict_name(f->verdict), WX_STR_ARG(wx_utf8_clip(f->key, 80)),
        WX_STR_ARG(wx_utf8_clip(f->excerpt, 120)),
        WX_STR_ARG(wx_utf8_clip(f->detail_zh, 120)));
}

static enum wx_status judge_findings(const struct run *run,
                                     const struct wx_sample *sample, struct wx_err *err)
{
    const struct wx_sample_expect *e = &sample->expect;

    if (sample->kind == WX_SAMPLE_MISS) {
        if (run->n == 0)
            return WX_OK;
        return wx_fail(err, WX_E_EXISTS,
                       "the rule fired: '" WX_STR_FMT "', excerpt '" WX_STR_FMT "'",
                       WX_STR_ARG(wx_utf8_clip(run->found[0]->detail_zh, 160)),
                       WX_STR_ARG(wx_utf8_clip(run->found[0]->excerpt, 160)));
    }
    if (e->count && run->n != e->count)
        return wx_fail(err, WX_E_INVALID, "%zu findings instead of %u", run->n,
                       e->count);
    for (size_t i = 0; i < run->n; i++)
        if (is_expected(run->found[i], e))
            return WX_OK;
    return fail_hit(run, err);
}

enum wx_status wx_sample_run(const struct wx_rules *rules, const struct wx_rule *rule,
                             const struct wx_sample *sample, struct wx_err *err)
{
    struct wx_arena arena, page_arena;
    struct run run = {.rule = rule, .arena = &arena};
    struct wx_judge_sink sink = {&run, on_finding};
    struct wx_buf facts = WX_BUF_INIT(16 << 20);
    struct wx_register_view view;
    struct wx_judge *judge;
    enum wx_status st;

    wx_arena_init(&arena);
    wx_arena_init(&page_arena);
    wx_register_view_init(&view, &arena, sample->sites, sample->n_sites);
    judge = wx_judge_new(rules, &sample->sites[0], &view, sample->now_s, sink);
    for (size_t i = 0; i < sample->n_fetches; i++) {
        const struct wx_sample_fetch *f = &sample->fetches[i];
        struct wx_page page;

        if (f->body.len)
            wx_page_open(&page, &page_arena, &f->obs, f->body);
        wx_judge_observe(judge, &f->obs, f->body.len ? &page : NULL);
        wx_arena_reset(&page_arena);
    }
    wx_judge_finish(judge, &facts);
    st = judge_findings(&run, sample, err);
    wx_judge_free(judge);
    wx_buf_clear(&facts);
    wx_arena_clear(&page_arena);
    wx_arena_clear(&arena);
    return st;
}
