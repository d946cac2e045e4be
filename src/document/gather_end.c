/* Facts of the papers at the end: the summary report and bulletins. Counts come from
 * store/office_summary.h and from nowhere else, so that every paper says the same. */
#include "campaign/day.h"
#include "campaign/row.h"
#include "document/gather.h"
#include "store/office_evaluation.h"
#include "store/office_summary.h"

enum { MAX_BULLETIN_BYTES = 64 << 20 };

/* ---- sums ---- */

static void add_up(struct wx_campaign_sums *s, const struct wx_unit_sums *u)
{
    s->n_sites += (uint64_t)u->n_sites;
    s->n_findings += (uint64_t)u->n_findings;
    s->n_fixed += (uint64_t)u->n_fixed;
    s->n_undetermined += (uint64_t)u->n_undetermined;
    s->n_vulnerable += (uint64_t)u->n_vulnerable;
    s->n_duties += (uint64_t)u->n_duties;
    s->n_notices += (uint64_t)u->n_notices;
    s->n_verdicts += (uint64_t)u->n_verdicts;
    s->n_late_units += u->n_late > 0;
    s->n_silent_units += u->n_unanswered > 0;
    s->n_regressed_units += u->n_regressed > 0;
}

enum wx_status wx_gather_sums(struct wx_gather *g, int64_t campaign_id,
                              struct wx_campaign_sums *out)
{
    char today[16];
    enum wx_status status;

    *out = (struct wx_campaign_sums){0};
    wx_day_format(wx_day_at(g->now_s), today);
    status = wx_sum_units(g->tx, g->arena, campaign_id, wx_str_of(today), &out->units,
                          &out->n_units, g->err);
    for (size_t i = 0; !status && i < out->n_units; i++)
        add_up(out, &out->units[i]);
    if (!status) {
        json_t *row = wx_gather_row(g, "campaign", campaign_id);
        int64_t percent = wx_gather_int(row, "target_percent");

        if (percent)
            out->target = wx_arena_printf(g->arena, "%lld%%以下", (long long)percent);
        out->campaign = wx_gather_cited(wx_gather_text(g, row, "name"));
        out->from = wx_gather_day(row, "approved");
        out->until = wx_gather_today(g);
        status = row ? WX_OK : WX_E_NOT_FOUND;
        json_decref(row);
    }
    out->n_open = out->n_findings - out->n_fixed;
    out->fixed = wx_gather_share(out->n_fixed, out->n_findings);
    out->vulnerable = wx_gather_share(out->n_vulnerable, out->n_sites);
    return status;
}

/* ---- the summary ---- */

enum wx_status wx_gather_tasks(struct wx_gather *g, int64_t campaign_id,
                               const struct wx_summary_task **out, size_t *n)
{
    struct wx_task_sums *sums;
    struct wx_summary_task *at;
    enum wx_status status =
        wx_sum_tasks(g->tx, g->arena, campaign_id, &sums, n, g->err);

    at = wx_arena_array(g->arena, struct wx_summary_task, *n + 1);
    for (size_t i = 0; !status && i < *n; i++)
        at[i] = (struct wx_summary_task){.name = sums[i].name,
                                         .due = wx_gather_day_of(sums[i].due),
                                         .n_due = (uint64_t)sums[i].n_due,
                                         .n_done = (uint64_t)sums[i].n_done,
                                         .n_late = (uint64_t)sums[i].n_late,
                                         .n_open = (uint64_t)sums[i].n_open};
    *out = at;
    return status;
}

static void put_units(struct wx_gather *g, const struct wx_campaign_sums *s,
                      struct wx_summary_facts *out)
{
    struct wx_summary_unit *at =
        wx_arena_array(g->arena, struct wx_summary_unit, s->n_units + 1);

    for (size_t i = 0; i < s->n_units; i++) {
        const struct wx_unit_sums *u = &s->units[i];

        at[i] =
            (struct wx_summary_unit){.unit = u->name,
                                     .n_sites = (uint64_t)u->n_sites,
                                     .n_findings = (uint64_t)u->n_findings,
                                     .n_fixed = (uint64_t)u->n_fixed,
                                     .n_late = (uint64_t)u->n_late,
                                     .level = u->grade.len ? u->grade : WX_STR("—")};
    }
    out->units = at;
    out->n_units = s->n_units;
}

static enum wx_status put_kinds(struct wx_gather *g, int64_t campaign_id,
                                struct wx_summary_facts *out)
{
    struct wx_summary_kind *at;
    struct wx_word_sum *words;
    size_t n = 0;
    enum wx_status status =
        wx_sum_categories(g->tx, g->arena, campaign_id, &words, &n, g->err);

    at = wx_arena_array(g->arena, struct wx_summary_kind, n + 1);
    for (size_t i = 0; !status && i < n; i++)
        at[i] = (struct wx_summary_kind){
            wx_gather_word("finding", "category", words[i].word), (uint64_t)words[i].n};
    out->kinds = at;
    out->n_kinds = n;
    return status;
}

static void put_words(struct wx_gather *g, const struct wx_campaign_sums *s,
                      struct wx_summary_facts *out)
{
    out->problems = wx_arena_printf(
        g->arena,
        "有逾期任务的单位%llu家，未反馈整改结果的单位%llu家，问题复发的单位%llu家。",
        (unsigned long long)s->n_late_units, (unsigned long long)s->n_silent_units,
        (unsigned long long)s->n_regressed_units);
    out->next =
        WX_STR("对未整改问题逐项督办销号，对复发问题查明原因，将日常监测和定期检查"
               "结合起来，巩固成效。");
}

static void put_failed(struct wx_gather *g, const struct wx_campaign_sums *s,
                       struct wx_summary_facts *out)
{
    struct wx_summary_failed *at =
        wx_arena_array(g->arena, struct wx_summary_failed, s->n_units + 1);

    for (size_t i = 0; i < s->n_units; i++)
        if (s->units[i].n_failed || s->units[i].n_unanswered)
            at[out->n_failed++] = (struct wx_summary_failed){
                .unit = s->units[i].name,
                .number = s->units[i].number,
                .n_failed = (uint64_t)s->units[i].n_failed,
                .n_unanswered = (uint64_t)s->units[i].n_unanswered};
    out->failed = at;
}

static void put_sums(const struct wx_campaign_sums *s, struct wx_summary_facts *out)
{
    out->campaign = s->campaign;
    out->from = s->from;
    out->until = s->until;
    out->n_all_units = s->n_units;
    out->n_sites = s->n_sites;
    out->n_duties = s->n_duties;
    out->n_findings = s->n_findings;
    out->n_fixed = s->n_fixed;
    out->n_open = s->n_open;
    out->n_undetermined = s->n_undetermined;
    out->fixed = s->fixed;
    out->n_vulnerable = s->n_vulnerable;
    out->vulnerable = s->vulnerable;
    out->target = s->target;
    out->n_notices = s->n_notices;
    out->n_reinspections = s->n_verdicts;
}

enum wx_status wx_gather_summary(struct wx_gather *g, int64_t campaign_id,
                                 struct wx_summary_facts *out)
{
    struct wx_campaign_sums s;
    int64_t n_checks = 0;
    enum wx_status status = wx_gather_sums(g, campaign_id, &s);

    *out = (struct wx_summary_facts){.frame = g->frame};
    if (!status)
        status = wx_sum_spot_checks(g->tx, campaign_id, &n_checks, g->err);
    if (!status)
        status = put_kinds(g, campaign_id, out);
    if (!status)
        status = wx_gather_tasks(g, campaign_id, &out->tasks, &out->n_tasks);
    if (status)
        return status;
    put_sums(&s, out);
    out->n_drawn = (uint64_t)n_checks;
    put_words(g, &s, out);
    put_units(g, &s, out);
    put_failed(g, &s, out);
    return WX_OK;
}

/* ---- bulletins ---- */

/* The rows that the API shows of a criterion: both name the same units. */
static json_t *rows_of(struct wx_gather *g, int64_t campaign_id, struct wx_str measure)
{
    struct wx_buf text = WX_BUF_INIT(MAX_BULLETIN_BYTES);
    struct wx_json j = WX_JSON_INIT(&text);
    json_t *out = NULL;
    char today[16];

    wx_day_format(wx_day_at(g->now_s), today);
    wx_json_open(&j, '[');
    if (!wx_bulletin_json(g->tx, campaign_id, measure, wx_str_of(today), &j, g->err)) {
        wx_json_close(&j, ']');
        out = json_loadb(text.ptr, text.len, 0, NULL);
        if (!out)
            (void)wx_fail(g->err, WX_E_TOO_BIG, "the bulletin's list is too long");
    }
    wx_buf_clear(&text);
    return out;
}

/* What of a unit is told, and nothing that is not so: "2个问题未整改，…". */
static struct wx_str detail_of(struct wx_gather *g, const struct wx_unit_sums *u)
{
    struct wx_buf text = WX_BUF_INIT(1024);
    long long n_open = (long long)(u->n_findings - u->n_fixed);
    struct wx_str out;

    if (n_open)
        (void)wx_buf_printf(&text, "，%lld个问题未整改", n_open);
    if (n_open && u->n_serious)
        (void)wx_buf_printf(&text, "（其中严重和高危%lld个）", (long long)u->n_serious);
    if (u->n_failed)
        (void)wx_buf_addz(&text, "，复查不合格");
    if (u->n_unanswered)
        (void)wx_buf_addz(&text, "，未反馈整改结果");
    if (u->level)
        (void)wx_buf_addz(&text, "，经督办仍未落实");
    if (u->n_regressed)
        (void)wx_buf_addz(&text, "，整改后问题复发");
    if (u->n_late)
        (void)wx_buf_printf(&text, "，%lld项任务逾期", (long long)u->n_late);
    out = wx_arena_str(g->arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out.len ? (struct wx_str){out.ptr + strlen("，"), out.len - strlen("，")}
                   : out;
}

static size_t n_rows_of(const json_t *rows, int64_t unit_id)
{
    size_t n = 0;

    for (size_t i = 0; i < json_array_size(rows); i++)
        n += wx_gather_int(json_array_get(rows, i), "unit_id") == unit_id;
    return n;
}

static bool is_good(const struct wx_unit_sums *u)
{
    return u->n_findings && u->n_fixed == u->n_findings && !u->n_late && !u->n_failed &&
           !u->n_unanswered && !u->n_regressed;
}

/* Of the result of all, those who stayed behind are named by what they stayed behind
 * in. */
static struct wx_str behind_in(const struct wx_unit_sums *u)
{
    return u->n_fixed < u->n_findings || u->n_unanswered ? WX_STR("整改不到位")
                                                         : WX_STR("报送不及时");
}

static bool is_behind(const struct wx_unit_sums *u)
{
    return u->n_fixed < u->n_findings || u->n_unanswered || u->n_late;
}

static void put_named(struct wx_gather *g, const struct wx_campaign_sums *s,
                      const json_t *rows, bool is_result, struct wx_str criterion,
                      struct wx_bulletin_facts *out)
{
    enum { MOST_GOOD = 5 };
    struct wx_bulletin_unit *bad =
        wx_arena_array(g->arena, struct wx_bulletin_unit, s->n_units + 1);
    struct wx_bulletin_good *good =
        wx_arena_array(g->arena, struct wx_bulletin_good, MOST_GOOD);

    for (size_t i = 0; i < s->n_units; i++) {
        const struct wx_unit_sums *u = &s->units[i];

        if (is_result ? is_behind(u) : n_rows_of(rows, u->id) > 0)
            bad[out->n_units++] = (struct wx_bulletin_unit){
                u->name, is_result ? behind_in(u) : criterion, detail_of(g, u),
                u->number, (uint64_t)(u->n_findings - u->n_fixed)};
        else if (is_good(u) && out->n_good < MOST_GOOD)
            good[out->n_good++] = (struct wx_bulletin_good){
                u->name, WX_STR("按时报送材料，发现的问题全部整改")};
    }
    out->units = bad;
    out->good = good;
}

/* 年底通报: the result of each unit, best first. */
static void put_results(struct wx_gather *g, const json_t *rows,
                        struct wx_bulletin_facts *out)
{
    size_t n = json_array_size(rows);
    struct wx_bulletin_result *at =
        wx_arena_array(g->arena, struct wx_bulletin_result, n + 1);

    for (size_t i = 0; i < n; i++) {
        const json_t *row = json_array_get(rows, i);
        long long score = (long long)wx_gather_int(row, "n");
        struct wx_str grade = wx_gather_text(g, row, "why");

        at[i] = (struct wx_bulletin_result){
            .unit = wx_gather_text(g, row, "unit"),
            .score = grade.len ? wx_arena_printf(g->arena, "%lld.%02lld", score / 100,
                                                 score % 100)
                               : WX_STR("—"),
            .level = grade.len ? grade : WX_STR("未能评定")};
    }
    out->results = at;
    out->n_results = n;
}

static void put_overall(struct wx_gather *g, const struct wx_campaign_sums *s,
                        struct wx_bulletin_facts *out)
{
    out->campaign = s->campaign;
    out->period = wx_arena_printf(g->arena, "%d年%d月至%d年%d月", s->from.year,
                                  s->from.month, s->until.year, s->until.month);
    out->n_due_units = s->n_units;
    out->n_sites = s->n_sites;
    out->n_vulnerable = s->n_vulnerable;
    out->vulnerable = s->vulnerable;
    out->target = s->target;
    out->n_findings = s->n_findings;
    out->n_fixed = s->n_fixed;
    out->fixed = s->fixed;
}

enum wx_status wx_gather_bulletin(struct wx_gather *g, int64_t campaign_id,
                                  struct wx_str measure, struct wx_str criterion,
                                  struct wx_bulletin_facts *out)
{
    bool is_result = wx_str_eqz(measure, "result");
    struct wx_campaign_sums s;
    enum wx_status status = wx_gather_sums(g, campaign_id, &s);
    json_t *rows;

    *out = (struct wx_bulletin_facts){.frame = g->frame};
    if (status)
        return status;
    rows = rows_of(g, campaign_id, measure);
    if (!rows)
        return WX_E_INVALID;
    put_overall(g, &s, out);
    put_named(g, &s, rows, is_result, criterion, out);
    if (is_result)
        put_results(g, rows, out);
    json_decref(rows);
    return WX_OK;
}
