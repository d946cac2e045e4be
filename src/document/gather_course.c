/* Facts of the papers in the course of a campaign: who is late, how far it is, tables
 * of statistics and of performance. */
#include "campaign/day.h"
#include "campaign/row.h"
#include "document/gather.h"

/* ---- who is late ---- */

static enum wx_status put_late(struct wx_gather *g, int64_t campaign_id,
                               const struct wx_late_line **out, size_t *n)
{
    struct wx_late_duty *rows;
    struct wx_late_line *at;
    char today[16];
    enum wx_status status;

    wx_day_format(wx_day_at(g->now_s), today);
    status =
        wx_sum_late(g->tx, g->arena, campaign_id, wx_str_of(today), &rows, n, g->err);
    at = wx_arena_array(g->arena, struct wx_late_line, *n + 1);
    for (size_t i = 0; !status && i < *n; i++)
        at[i] = (struct wx_late_line){
            .unit = rows[i].unit,
            .task = rows[i].task,
            .site = rows[i].site,
            .due = wx_gather_day_of(rows[i].due),
            .days = (uint64_t)rows[i].days,
            .state = wx_gather_word("duty", "state", rows[i].state)};
    *out = at;
    return status;
}

enum wx_status wx_gather_late(struct wx_gather *g, int64_t campaign_id,
                              struct wx_late_facts *out)
{
    struct wx_campaign_sums s;
    enum wx_status status = wx_gather_sums(g, campaign_id, &s);

    *out = (struct wx_late_facts){.frame = g->frame, .at = wx_gather_today(g)};
    if (status)
        return status;
    out->campaign = s.campaign;
    for (size_t i = 0; i < s.n_units; i++)
        out->n_units += s.units[i].n_late_now > 0;
    return put_late(g, campaign_id, &out->late, &out->n_late);
}

/* ---- how far it is ---- */

static const struct {
    const char *word, *zh;
    int days;
} periods[] = {{"day", "当日", 1}, {"week", "本周", 7}, {"month", "近30日", 30}};

static int32_t first_day(struct wx_gather *g, struct wx_str measure,
                         struct wx_progress_facts *out)
{
    int32_t today = wx_day_at(g->now_s);

    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        if (wx_str_eqz(measure, periods[i].word)) {
            out->period = wx_str_of(periods[i].zh);
            return today - periods[i].days + 1;
        }
    out->period = WX_STR("启动以来");
    return WX_DAY_NONE;
}

static enum wx_status put_progress_tasks(struct wx_gather *g, int64_t campaign_id,
                                         struct wx_progress_facts *out)
{
    const struct wx_summary_task *tasks;
    struct wx_progress_task *at;
    size_t n = 0;
    enum wx_status status = wx_gather_tasks(g, campaign_id, &tasks, &n);

    at = wx_arena_array(g->arena, struct wx_progress_task, n + 1);
    for (size_t i = 0; !status && i < n; i++)
        at[i] = (struct wx_progress_task){
            .name = tasks[i].name,
            .due = tasks[i].due,
            .n_due = tasks[i].n_due,
            .n_done = tasks[i].n_done,
            .n_late = tasks[i].n_late,
            .n_open = tasks[i].n_open,
            .done = wx_gather_share(tasks[i].n_done + tasks[i].n_late, tasks[i].n_due)};
    out->tasks = at;
    out->n_tasks = n;
    return status;
}

static enum wx_status put_period(struct wx_gather *g, int64_t campaign_id, int32_t from,
                                 struct wx_progress_facts *out)
{
    struct wx_period_sums p;
    int64_t from_s = from == WX_DAY_NONE ? 0 : wx_day_start_s(from);
    enum wx_status status =
        wx_sum_period(g->tx, campaign_id, from_s, g->now_s + 1, &p, g->err);

    if (status)
        return status;
    out->n_submitted = (uint64_t)p.n_submitted;
    out->n_accepted = (uint64_t)p.n_accepted;
    out->n_returned = (uint64_t)p.n_returned_duties;
    out->n_found = (uint64_t)p.n_found;
    out->n_closed = (uint64_t)p.n_closed;
    out->n_notices = (uint64_t)p.n_notices;
    out->n_answers = (uint64_t)p.n_answers;
    out->n_verdicts = (uint64_t)p.n_verdicts;
    out->n_incidents = (uint64_t)p.n_incidents;
    out->is_zero = !p.n_found && !p.n_incidents;
    return WX_OK;
}

enum wx_status wx_gather_progress(struct wx_gather *g, int64_t campaign_id,
                                  struct wx_str measure, struct wx_progress_facts *out)
{
    struct wx_campaign_sums s;
    int32_t from;
    enum wx_status status = wx_gather_sums(g, campaign_id, &s);

    *out = (struct wx_progress_facts){.frame = g->frame};
    if (status)
        return status;
    from = first_day(g, measure, out);
    out->campaign = s.campaign;
    out->until = s.until;
    out->from =
        from == WX_DAY_NONE ? s.from : wx_gather_day_at(wx_day_start_s(from) + 43200);
    out->n_units = s.n_units;
    out->n_sites = s.n_sites;
    out->n_findings = s.n_findings;
    out->n_fixed = s.n_fixed;
    out->n_open = s.n_open;
    out->fixed = s.fixed;
    for (size_t i = 0; i < s.n_units; i++)
        out->n_late_units += s.units[i].n_late_now > 0;
    status = put_period(g, campaign_id, from, out);
    if (!status)
        status = put_progress_tasks(g, campaign_id, out);
    return status ? status : put_late(g, campaign_id, &out->late, &out->n_late);
}

/* ---- statistics ---- */

static enum wx_status put_site_kinds(struct wx_gather *g, int64_t campaign_id,
                                     struct wx_statistics_facts *out)
{
    struct wx_word_sum *words;
    struct wx_stat_kind *at;
    size_t n = 0;
    enum wx_status status =
        wx_sum_site_kinds(g->tx, g->arena, campaign_id, &words, &n, g->err);

    at = wx_arena_array(g->arena, struct wx_stat_kind, n + 1);
    for (size_t i = 0; !status && i < n; i++)
        at[i] = (struct wx_stat_kind){
            .name = words[i].word.len ? wx_gather_word("site", "kind", words[i].word)
                                      : WX_STR("未填报"),
            .n_sites = (uint64_t)words[i].n,
            .n_vulnerable = (uint64_t)words[i].n_left,
            .vulnerable =
                wx_gather_share((uint64_t)words[i].n_left, (uint64_t)words[i].n)};
    out->kinds = at;
    out->n_kinds = n;
    return status;
}

static enum wx_status put_problems(struct wx_gather *g, int64_t campaign_id,
                                   struct wx_statistics_facts *out)
{
    struct wx_word_sum *words;
    struct wx_stat_problem *at;
    size_t n = 0;
    enum wx_status status =
        wx_sum_categories(g->tx, g->arena, campaign_id, &words, &n, g->err);

    at = wx_arena_array(g->arena, struct wx_stat_problem, n + 1);
    for (size_t i = 0; !status && i < n; i++)
        at[i] = (struct wx_stat_problem){
            wx_gather_word("finding", "category", words[i].word), (uint64_t)words[i].n,
            (uint64_t)words[i].n_left, (uint64_t)words[i].n_sites};
    out->problems = at;
    out->n_problems = n;
    return status;
}

static void put_stat_units(struct wx_gather *g, const struct wx_campaign_sums *s,
                           struct wx_statistics_facts *out)
{
    struct wx_stat_unit *at =
        wx_arena_array(g->arena, struct wx_stat_unit, s->n_units + 1);

    for (size_t i = 0; i < s->n_units; i++) {
        const struct wx_unit_sums *u = &s->units[i];

        at[i] = (struct wx_stat_unit){
            .unit = u->name,
            .n_sites = (uint64_t)u->n_sites,
            .n_icp = (uint64_t)u->n_icp,
            .n_graded = (uint64_t)u->n_graded,
            .n_labelled = (uint64_t)u->n_labelled,
            .n_reviewed = (uint64_t)u->n_reviewed,
            .n_vulnerable = (uint64_t)u->n_vulnerable,
            .n_findings = (uint64_t)u->n_findings,
            .n_fixed = (uint64_t)u->n_fixed,
            .fixed = wx_gather_share((uint64_t)u->n_fixed, (uint64_t)u->n_findings)};
        out->n_icp += at[i].n_icp;
        out->n_graded += at[i].n_graded;
        out->n_graded_high += (uint64_t)u->n_graded_high;
        out->n_labelled += at[i].n_labelled;
        out->n_reviewed += at[i].n_reviewed;
    }
    out->units = at;
    out->n_units = s->n_units;
}

enum wx_status wx_gather_statistics(struct wx_gather *g, int64_t campaign_id,
                                    struct wx_statistics_facts *out)
{
    struct wx_campaign_sums s;
    enum wx_status status = wx_gather_sums(g, campaign_id, &s);

    *out = (struct wx_statistics_facts){.frame = g->frame, .at = wx_gather_today(g)};
    if (status)
        return status;
    out->campaign = s.campaign;
    out->target = s.target;
    out->n_all_units = s.n_units;
    out->n_sites = s.n_sites;
    out->n_vulnerable = s.n_vulnerable;
    out->vulnerable = s.vulnerable;
    out->n_findings = s.n_findings;
    out->n_fixed = s.n_fixed;
    out->n_open = s.n_open;
    out->fixed = s.fixed;
    put_stat_units(g, &s, out);
    out->icp = wx_gather_share(out->n_icp, s.n_sites);
    out->graded = wx_gather_share(out->n_graded, s.n_sites);
    out->graded_high = wx_gather_share(out->n_graded_high, s.n_sites);
    out->labelled = wx_gather_share(out->n_labelled, s.n_sites);
    out->reviewed = wx_gather_share(out->n_reviewed, s.n_sites);
    status = put_site_kinds(g, campaign_id, out);
    return status ? status : put_problems(g, campaign_id, out);
}

/* ---- performance ---- */

static struct wx_str parts_of(struct wx_gather *g, const json_t *items)
{
    struct wx_str out = WX_STR("");

    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);

        out = wx_arena_printf(
            g->arena, WX_STR_FMT "%s" WX_STR_FMT WX_STR_FMT, WX_STR_ARG(out),
            i ? "\n" : "",
            WX_STR_ARG(wx_gather_measure(g, wx_fields_text(item, "measure"))),
            WX_STR_ARG(wx_gather_mark(g, item)));
    }
    return out;
}

static struct wx_str weights_of(struct wx_gather *g, const json_t *rules)
{
    const json_t *parts = json_object_get(rules, "parts");
    struct wx_str out = WX_STR("");

    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *part = json_array_get(parts, i);

        out = wx_arena_printf(
            g->arena, WX_STR_FMT "%s" WX_STR_FMT "%lld%%", WX_STR_ARG(out),
            i ? "、" : "",
            WX_STR_ARG(wx_gather_measure(g, wx_fields_text(part, "measure"))),
            (long long)wx_gather_int(part, "weight"));
    }
    return out;
}

static struct wx_performance_unit performance_of(struct wx_gather *g, const json_t *row)
{
    long long score = (long long)wx_gather_int(row, "score_x100");
    bool has_score = json_is_true(json_object_get(row, "has_score"));
    struct wx_str grade = wx_gather_text(g, row, "grade");

    return (struct wx_performance_unit){
        .unit = wx_gather_name(g, "unit", wx_gather_int(row, "unit_id")),
        .parts = parts_of(g, json_object_get(row, "items")),
        .score = has_score ? wx_arena_printf(g->arena, "%lld.%02lld", score / 100,
                                             score % 100)
                           : WX_STR("未评分"),
        .coverage = (uint64_t)wx_gather_int(row, "coverage"),
        .level = grade.len ? grade : WX_STR("未能评定"),
        .appeal = wx_gather_text(g, row, "reason")};
}

enum wx_status wx_gather_performance(struct wx_gather *g, int64_t evaluation_id,
                                     struct wx_performance_facts *out)
{
    json_t *row = wx_gather_row(g, "evaluation", evaluation_id), *rows;
    struct wx_performance_unit *at;
    size_t n;

    *out = (struct wx_performance_facts){.frame = g->frame};
    if (!row)
        return WX_E_NOT_FOUND;
    rows =
        wx_gather_list(g, "appraisal", "evaluation_id:%lld", (long long)evaluation_id);
    n = json_array_size(rows);
    at = wx_arena_array(g->arena, struct wx_performance_unit, n + 1);
    for (size_t i = 0; i < n; i++)
        at[i] = performance_of(g, json_array_get(rows, i));
    out->evaluation = wx_gather_text(g, row, "name");
    out->campaign = wx_gather_name(g, "campaign", wx_gather_int(row, "campaign_id"));
    out->weights = weights_of(g, json_object_get(row, "rules"));
    out->finalised = wx_gather_day(row, "finalised");
    out->units = at;
    out->n_units = n;
    json_decref(row);
    json_decref(rows);
    return rows ? WX_OK : WX_E_IO;
}
