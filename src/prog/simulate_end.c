/* The papers at the end, and summary.json: every count of it comes from the records. */
#include "prog/simulate.h"

#include "base/json.h"
#include "document/registration.h"

/* ---- papers ---- */

static enum wx_status write_bulletins(struct wx_sim *sim)
{
    const struct wx_kind_paper *ordered = wx_sim_orders(sim, "bulletin");
    enum wx_status status = WX_OK;

    for (size_t i = 0; ordered && !status && i < sim->kind->n_bulletins; i++) {
        const struct wx_kind_bulletin *b = &sim->kind->bulletins[i];
        struct wx_gather g = wx_sim_gather(sim);
        struct wx_bulletin_facts f;
        struct wx_paper paper;
        int32_t due = wx_sim_working(sim, sim->day, 10);
        struct wx_date date = wx_day_date(due);

        status = wx_gather_bulletin(&g, sim->campaign_id, wx_str_of(b->measure->word),
                                    b->text.zh, &f);
        if (status || (!f.n_units && i)) /* nobody meets a further criterion */
            continue;
        f.addressees = ordered->to.zh;
        f.due = (struct wx_paper_day){date.year, date.month, date.day};
        status = wx_sim_number(sim, &f.frame.number);
        if (!status)
            status = wx_paper_bulletin(&paper, &sim->arena, NULL, &f, sim->err);
        if (!status)
            status = wx_sim_keep(sim, ordered->key, 0, &paper);
    }
    return status;
}

/* The office's reports: to the government, up to the superior, of the half-year. */
static enum wx_status write_reports(struct wx_sim *sim)
{
    static const char *const papers[] = {"report_up", "summary_report",
                                         "half_year_summary"};
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < sizeof papers / sizeof *papers; i++) {
        const struct wx_kind_paper *ordered = wx_sim_orders(sim, papers[i]);
        struct wx_gather g = wx_sim_gather(sim);
        struct wx_summary_facts f;

        if (!ordered)
            continue;
        status = wx_gather_summary(&g, sim->campaign_id, &f);
        f.addressee = ordered->to.zh;
        f.organisation =
            WX_STR("成立工作组，明确牵头部门和责任分工，逐级部署，按阶段推进，"
                   "对逾期单位提醒、催办和督办。");
        if (!status)
            status = wx_sim_number(sim, &f.frame.number);
        /* what goes up after a detection is the report on its result */
        if (!status)
            status = wx_sim_keep_kind(sim, i ? "summary_report" : "result_report", &f,
                                      ordered, 0);
    }
    return status;
}

static enum wx_status write_statistics(struct wx_sim *sim,
                                       const struct wx_kind_paper *ordered)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_statistics_facts f;
    enum wx_status status = wx_gather_statistics(&g, sim->campaign_id, &f);

    f.region = sim->place;
    return status ? status : wx_sim_keep_kind(sim, "statistics", &f, ordered, 0);
}

static enum wx_status write_sites(struct wx_sim *sim, const char *word,
                                  const struct wx_kind_paper *ordered)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_site_table_facts f;
    enum wx_status status = wx_gather_sites(&g, sim->campaign_id, &f);

    f.region = sim->place;
    return status ? status : wx_sim_keep_kind(sim, word, &f, ordered, 0);
}

static enum wx_status write_tables(struct wx_sim *sim)
{
    const struct wx_kind_paper *statistics = wx_sim_orders(sim, "statistics"),
                               *survey = wx_sim_orders(sim, "survey_table"),
                               *recheck = wx_sim_orders(sim, "recheck_list");
    enum wx_status status = WX_OK;

    if (statistics)
        status = write_statistics(sim, statistics);
    if (!status && survey)
        status = write_sites(sim, "site_table", survey);
    if (!status && recheck)
        status = write_sites(sim, "recheck_list", recheck);
    return status;
}

/* What the appraisal of the units' performance rests on: the final scores. */
static enum wx_status write_performance(struct wx_sim *sim)
{
    const struct wx_kind_paper *ordered = wx_sim_orders(sim, "performance");
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_performance_facts f;
    enum wx_status status = wx_gather_performance(&g, sim->evaluation_id, &f);

    f.addressee = ordered->to.zh;
    return status ? status : wx_sim_keep_kind(sim, "performance", &f, ordered, 0);
}

/* A site that nobody registered came up in the round. */
static enum wx_status write_stop_order(struct wx_sim *sim)
{
    const struct wx_kind_paper *ordered = wx_sim_orders(sim, "stop_order");
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_registration_facts f = {
        .frame = g.frame,
        .unit = WX_STR("星源区某协会"),
        .organ = WX_STR("我办"),
        .site = WX_STR("星源便民信息网"),
        .domain = WX_STR("bianmin.xingyuan.example"),
        .basis = sim->name,
        .evidence = WX_STR("该网站冒用政务服务名称发布信息，造成不良影响。"),
        .found = g.frame.date,
        .due = g.frame.date};
    struct wx_date due = wx_day_date(wx_sim_working(sim, sim->day, 10));
    struct wx_paper paper;
    enum wx_status status;

    if (!ordered)
        return WX_OK;
    f.due = (struct wx_paper_day){due.year, due.month, due.day};
    status = wx_sim_number(sim, &f.frame.number);
    if (!status)
        status = wx_paper_stop_order(&paper, &sim->arena, NULL, &f, sim->err);
    return status ? status : wx_sim_keep(sim, ordered->key, 0, &paper);
}

enum wx_status wx_sim_write_end(struct wx_sim *sim)
{
    enum wx_status status = write_bulletins(sim);

    if (!status)
        status = write_reports(sim);
    if (!status)
        status = write_tables(sim);
    if (!status && wx_sim_orders(sim, "performance"))
        status = write_performance(sim);
    return status ? status : write_stop_order(sim);
}

/* ---- summary.json ---- */

/* "states": how many rows of KIND are in each state, in the order of the field. */
static enum wx_status put_states(struct wx_sim *sim, struct wx_json *j, const char *key,
                                 const char *kind, const char *field)
{
    const struct wx_record_field *f =
        wx_record_field_find(wx_record_kind_find(wx_str_of(kind)), wx_str_of(field));
    bool is_all = strcmp(kind, "finding") == 0 || strcmp(kind, "contradiction") == 0;
    json_t *rows = is_all ? wx_sim_list(sim, kind, "id>0")
                          : wx_sim_list(sim, kind, "campaign_id:%lld",
                                        (long long)sim->campaign_id);
    struct wx_enum_word word;
    size_t at = 0;

    if (!rows)
        return WX_E_IO;
    wx_json_key(j, key);
    wx_json_open(j, '{');
    wx_json_kint(j, "all", (int64_t)json_array_size(rows));
    while (wx_enum_next(f->spec, &at, &word)) {
        int64_t n = 0;

        for (size_t i = 0; i < json_array_size(rows); i++)
            n += wx_str_eq(wx_fields_text(json_array_get(rows, i), field), word.word);
        wx_json_kint(j, wx_arena_z(&sim->arena, word.word), n);
    }
    wx_json_close(j, '}');
    json_decref(rows);
    return WX_OK;
}

static void put_counts(struct wx_sim *sim, struct wx_json *j)
{
    const struct wx_sim_counts *c = &sim->counts;
    const struct {
        const char *name;
        size_t n;
    } all[] = {{"reminders", c->n_reminders},
               {"late_lists", c->n_late_lists},
               {"rounds", c->n_rounds},
               {"reinspections", c->n_retests},
               {"verdicts", c->n_verdicts},
               {"regressed", c->n_regressed},
               {"returned", c->n_returned},
               {"extensions", c->n_extensions},
               {"escalated", c->n_escalated},
               {"appeals", c->n_appeals},
               {"submissions", c->n_submitted},
               {"plans", c->n_plans},
               {"answers_returned", c->n_sent_back},
               {"submitted_twice", c->n_twice},
               {"submitted_twice_refused", c->n_twice_refused},
               {"merged", c->n_merged},
               {"handed_over", c->n_handed_over},
               {"followed", c->n_followed},
               {"paused", c->n_paused},
               {"resumed", c->n_resumed},
               {"revoked", c->n_revoked},
               {"pdfs", c->n_pdfs},
               {"sites", sim->n_sites},
               {"units", sim->n_units}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        wx_json_kint(j, all[i].name, (int64_t)all[i].n);
}

static size_t papers_of(const struct wx_sim *sim, struct wx_str key)
{
    size_t n = 0;

    for (size_t i = 0; i < sim->n_papers; i++)
        n += wx_str_eq(sim->papers[i].key, key);
    return n;
}

/* By kind of paper; those that the kind orders and nothing called for stand with 0. */
static void put_papers(struct wx_sim *sim, struct wx_json *j)
{
    wx_json_key(j, "papers");
    wx_json_open(j, '{');
    for (size_t i = 0; i < sim->kind->n_papers; i++)
        wx_json_kint(j, wx_arena_z(&sim->arena, sim->kind->papers[i].key),
                     (int64_t)papers_of(sim, sim->kind->papers[i].key));
    wx_json_kint(j, "late_list", (int64_t)papers_of(sim, WX_STR("late_list")));
    wx_json_close(j, '}');
    wx_json_key(j, "files");
    wx_json_open(j, '[');
    for (size_t i = 0; i < sim->n_papers; i++) {
        wx_json_open(j, '{');
        wx_json_kstr(j, "file", sim->papers[i].file);
        wx_json_kstr(j, "paper", sim->papers[i].key);
        wx_json_kstr(j, "title", sim->papers[i].title);
        wx_json_kstr(j, "number", sim->papers[i].number);
        wx_json_kint(j, "unit_id", sim->papers[i].unit_id);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

static const char *role_name(enum wx_sim_role role)
{
    static const char *const names[] = {"plain",  "late",    "liar",
                                        "unable", "relapse", "silent"};

    return names[role];
}

/* Rows of KIND of the unit in this campaign, and the sum of one of their numbers. */
static int64_t sum_of(struct wx_sim *sim, const char *kind, int64_t unit_id,
                      const char *field)
{
    json_t *rows = wx_sim_list(sim, kind, "campaign_id:%lld unit_id:%lld",
                               (long long)sim->campaign_id, (long long)unit_id);
    int64_t sum = 0;

    for (size_t i = 0; i < json_array_size(rows); i++)
        sum += json_integer_value(json_object_get(json_array_get(rows, i), field));
    json_decref(rows);
    return sum;
}

static int64_t count_of(struct wx_sim *sim, const char *kind, int64_t unit_id,
                        const char *filter)
{
    json_t *rows =
        wx_sim_list(sim, kind, "unit_id:%lld %s", (long long)unit_id, filter);
    int64_t n = (int64_t)json_array_size(rows);

    json_decref(rows);
    return n;
}

static int64_t extended_of(struct wx_sim *sim, int64_t unit_id)
{
    return count_of(sim, "extension", unit_id, "state:approved");
}

/* -1: no score was given. */
static int64_t score_of(struct wx_sim *sim, int64_t unit_id)
{
    json_t *rows = wx_sim_list(sim, "appraisal", "unit_id:%lld", (long long)unit_id);
    const json_t *row = json_array_get(rows, 0);
    int64_t score = json_is_true(json_object_get(row, "has_score"))
                        ? json_integer_value(json_object_get(row, "score_x100"))
                        : -1;

    json_decref(rows);
    return score;
}

/* Each of the named characters, and how it went with it. */
static enum wx_status put_characters(struct wx_sim *sim, struct wx_json *j)
{
    wx_json_key(j, "characters");
    wx_json_open(j, '[');
    for (size_t u = 0; u < sim->n_units; u++) {
        const struct wx_sim_unit *unit = &sim->units[u];
        const struct {
            const char *name;
            int64_t n;
        } counts[] = {
            {"notices", count_of(sim, "notice", unit->id, "")},
            {"level", sum_of(sim, "notice", unit->id, "level")},
            {"reopened", sum_of(sim, "notice", unit->id, "n_reopened")},
            {"sent_back", (int64_t)unit->n_sent_back},
            {"items", count_of(sim, "rectification", unit->id, "")},
            {"verified", count_of(sim, "rectification", unit->id, "state:verified")},
            {"planned",
             count_of(sim, "rectification", unit->id, "plan_due>2000-01-01")},
            {"regressed", sum_of(sim, "rectification", unit->id, "n_regressed")},
            {"contradictions", count_of(sim, "contradiction", unit->id, "")},
            {"late", count_of(sim, "duty", unit->id, "late_days>0")},
            {"open", count_of(sim, "duty", unit->id, "state:open")},
            {"accepted", count_of(sim, "duty", unit->id, "state:accepted")},
            {"extended", extended_of(sim, unit->id)},
            {"score_x100", score_of(sim, unit->id)}};

        if (!unit->role)
            continue;
        wx_json_open(j, '{');
        wx_json_kz(j, "role", role_name(unit->role));
        wx_json_kint(j, "unit_id", unit->id);
        wx_json_kstr(j, "unit", unit->name);
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            wx_json_kint(j, counts[i].name, counts[i].n);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
    return WX_OK;
}

/* The unit that was merged, and what became of its duties. */
static void put_merged(struct wx_sim *sim, struct wx_json *j)
{
    const struct wx_sim_unit *unit = &sim->units[sim->merged],
                             *heir = &sim->units[sim->heir];

    if (!sim->counts.n_merged)
        return;
    wx_json_key(j, "merger");
    wx_json_open(j, '{');
    wx_json_kstr(j, "unit", unit->name);
    wx_json_kstr(j, "into", heir->name);
    wx_json_kint(
        j, "left_to_do",
        count_of(sim, "duty", unit->id, "state:open,draft,submitted,returned"));
    wx_json_kint(j, "left_to_mend",
                 count_of(sim, "notice", unit->id, "-state:closed,cancelled"));
    wx_json_kint(j, "sites", count_of(sim, "site", unit->id, ""));
    wx_json_close(j, '}');
}

static enum wx_status put_all(struct wx_sim *sim, struct wx_json *j)
{
    static const char *const states[][3] = {
        {"duties", "duty", "state"},
        {"findings", "finding", "state"},
        {"sources", "finding", "source"},
        {"contradictions", "contradiction", "field"},
        {"notices", "notice", "state"},
        {"rectifications", "rectification", "state"},
        {"draws", "draw", "state"},
        {"spot_checks", "spot_check", "state"},
        {"evaluations", "evaluation", "state"},
        {"appraisals", "appraisal", "state"}};
    json_t *campaign = wx_record_json(sim->tx, &sim->arena, "campaign",
                                      sim->campaign_id, true, sim->err);
    json_t *tasks =
        wx_sim_list(sim, "task", "campaign_id:%lld", (long long)sim->campaign_id);
    enum wx_status status = campaign && tasks ? WX_OK : WX_E_IO;

    wx_json_open(j, '{');
    wx_json_kstr(j, "kind", sim->kind->key);
    wx_json_kint(j, "seed", (int64_t)sim->seed);
    wx_json_kstr(j, "campaign", wx_fields_text(campaign, "name"));
    wx_json_kstr(j, "state", wx_fields_text(campaign, "state"));
    wx_json_kstr(j, "from", wx_sim_day(sim, sim->start));
    wx_json_kstr(j, "until", wx_sim_day(sim, sim->finish));
    wx_json_kint(j, "tasks", (int64_t)json_array_size(tasks));
    put_counts(sim, j);
    for (size_t i = 0; !status && i < sizeof states / sizeof *states; i++)
        status = put_states(sim, j, states[i][0], states[i][1], states[i][2]);
    if (!status)
        status = put_characters(sim, j);
    put_merged(sim, j);
    put_papers(sim, j);
    wx_json_close(j, '}');
    json_decref(campaign);
    json_decref(tasks);
    return status;
}

enum wx_status wx_sim_write_summary(struct wx_sim *sim)
{
    struct wx_buf text = WX_BUF_INIT(8 << 20);
    struct wx_json j = WX_JSON_INIT(&text);
    struct wx_str path = wx_arena_printf(&sim->arena, "%s/summary.json", sim->out);
    enum wx_status status = put_all(sim, &j);

    (void)wx_buf_addc(&text, '\n');
    if (!status)
        status = wx_file_replace(path.ptr, wx_buf_str(&text), sim->err);
    wx_buf_clear(&text);
    return status;
}
