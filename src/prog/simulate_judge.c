/* Who is checked on the spot, the checks, and the evaluation with feedback and appeal:
 * campaign/draw.h and campaign/evaluate.h over what the records say of each unit. */
#include "prog/simulate.h"

#include "base/clock.h"
#include <stdlib.h>

enum { N_TOP = 3, APPEAL_DAYS = 7, N_CHECK_ITEMS = 5, DECIDED_AFTER = 9 };

static int64_t num(const json_t *row, const char *field)
{
    return json_integer_value(json_object_get(row, field));
}

static bool is(const json_t *row, const char *field, const char *word)
{
    return wx_str_eqz(wx_fields_text(row, field), word);
}

static json_t *now_json(const struct wx_sim *sim)
{
    char text[24];

    wx_time_format(sim->now_s, text);
    return json_string(text);
}

/* ---- what is known of a unit ---- */

static void count_sites(struct wx_sim *sim, const struct wx_sim_unit *unit,
                        struct wx_unit_counts *c)
{
    c->n_sites = (int64_t)unit->n_sites;
    for (size_t s = unit->first_site; s < unit->first_site + unit->n_sites; s++) {
        const char *state =
            json_string_value(json_object_get(sim->sites[s].row, "state"));

        c->n_sites_determined += state && strcmp(state, "running") == 0;
    }
}

static void count_findings(struct wx_sim *sim, const struct wx_sim_unit *unit,
                           struct wx_unit_counts *c)
{
    json_t *rows = wx_sim_list(sim, "finding", "unit_id:%lld", (long long)unit->id);

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *f = json_array_get(rows, i);

        c->n_incidents += is(f, "source", "incident");
        if (is(f, "state", "closed") || is(f, "state", "dismissed"))
            continue;
        c->n_critical += is(f, "severity", "critical");
        c->n_high += is(f, "severity", "high");
        c->n_medium += is(f, "severity", "medium");
        c->n_low += is(f, "severity", "low");
    }
    json_decref(rows);
}

static bool is_report(struct wx_sim *sim, const json_t *duty)
{
    json_t *task = wx_record_json(sim->tx, &sim->arena, "task", num(duty, "task_id"),
                                  true, sim->err);
    bool is_one = is(task, "counts_as", "report") || is(task, "counts_as", "survey");

    json_decref(task);
    return is_one;
}

static void count_duties(struct wx_sim *sim, const struct wx_sim_unit *unit,
                         struct wx_unit_counts *c)
{
    json_t *rows = wx_sim_list(sim, "duty", "campaign_id:%lld unit_id:%lld",
                               (long long)sim->campaign_id, (long long)unit->id);
    int64_t points = 0, of = 0;

    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *d = json_array_get(rows, i);
        int32_t due;
        bool came = wx_fields_text(d, "first_submitted").len > 0;
        bool is_over =
            wx_day_parse(wx_fields_text(d, "due"), &due) && due < sim->day && !came;

        c->n_duties++;
        c->n_duties_late += num(d, "late_days") > 0 || is_over;
        c->n_late_days += num(d, "late_days");
        points += num(d, "points_x100");
        of += num(d, "of_x100");
        if (!is_report(sim, d))
            continue;
        c->n_reports++;
        c->n_reports_in += came;
        c->n_reports_late += num(d, "late_days") > 0 || is_over;
        c->n_reports_returned += num(d, "n_returned");
    }
    c->management_x100 = of ? points * 10000 / of : -1;
    json_decref(rows);
}

static void count_notices(struct wx_sim *sim, const struct wx_sim_unit *unit,
                          struct wx_unit_counts *c)
{
    json_t *notices = wx_sim_list(sim, "notice", "campaign_id:%lld unit_id:%lld",
                                  (long long)sim->campaign_id, (long long)unit->id);
    json_t *items = wx_sim_list(sim, "rectification", "campaign_id:%lld unit_id:%lld",
                                (long long)sim->campaign_id, (long long)unit->id);
    json_t *wrong =
        wx_sim_list(sim, "contradiction", "unit_id:%lld", (long long)unit->id);

    for (size_t i = 0; i < json_array_size(notices); i++) {
        const json_t *n = json_array_get(notices, i);
        int32_t due;

        c->n_feedback_late +=
            num(n, "late_days") > 0 ||
            (!wx_fields_text(n, "first_answered").len &&
             wx_day_parse(wx_fields_text(n, "due"), &due) && due < sim->day);
    }
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *one = json_array_get(items, i);

        c->n_items++;
        c->n_items_fixed += is(one, "state", "verified");
        c->n_items_open += is(one, "state", "open") || is(one, "state", "planned");
        c->n_items_regressed += num(one, "n_regressed") > 0;
    }
    c->n_contradictions = (int64_t)json_array_size(wrong);
    json_decref(notices);
    json_decref(items);
    json_decref(wrong);
}

static void count_checks(struct wx_sim *sim, const struct wx_sim_unit *unit,
                         struct wx_unit_counts *c)
{
    json_t *checks = wx_sim_list(sim, "spot_check", "campaign_id:%lld unit_id:%lld",
                                 (long long)sim->campaign_id, (long long)unit->id);
    json_t *systems =
        wx_sim_list(sim, "system", "unit_id:%lld grade:3,4,5", (long long)unit->id);
    int64_t sum = 0;

    c->n_spot_checks = (int64_t)json_array_size(checks);
    for (size_t i = 0; i < json_array_size(checks); i++)
        sum += num(json_array_get(checks, i), "score") * 100;
    c->spot_score_x100 = c->n_spot_checks ? sum / c->n_spot_checks : -1;
    c->n_important = (int64_t)json_array_size(systems);
    json_decref(checks);
    json_decref(systems);
}

static struct wx_unit_counts counts_of(struct wx_sim *sim,
                                       const struct wx_sim_unit *unit)
{
    struct wx_unit_counts c = {0};

    count_sites(sim, unit, &c);
    count_findings(sim, unit, &c);
    count_duties(sim, unit, &c);
    count_notices(sim, unit, &c);
    count_checks(sim, unit, &c);
    return c;
}

/* ---- the draw ---- */

static struct wx_draw_rules rules_of(struct wx_sim *sim)
{
    const struct wx_kind_draw *d = &sim->kind->draw;
    struct wx_draw_rules rules = {
        .n_top = N_TOP,
        .lot_percent = d->lot_percent,
        .lot_min = (uint32_t)d->lot_min,
        .seed = wx_arena_printf(&sim->arena, "%s-%llu", "抽查公开种子",
                                (unsigned long long)sim->seed)};

    for (size_t i = 0; i < d->n_criteria && i < WX_MAX_DRAW_CRITERIA; i++)
        rules.criteria[rules.n_criteria++] = (struct wx_draw_criterion){
            wx_str_of(d->criteria[i].measure->word), d->criteria[i].weight};
    return rules;
}

/* The criteria that gave points, with their numbers. */
static struct wx_str reasons(struct wx_sim *sim, const struct wx_draw_rules *rules,
                             const struct wx_draw_unit *unit)
{
    struct wx_str out = WX_STR("");

    for (size_t i = 0; i < rules->n_criteria; i++) {
        const struct wx_measure_word *word =
            wx_measure_find("SPOT", rules->criteria[i].measure);

        if (unit->points_x100[i] > 0)
            out = wx_arena_printf(&sim->arena, WX_STR_FMT "%s%s%lld（%lld.%02lld分）",
                                  WX_STR_ARG(out), out.len ? "；" : "", word->zh,
                                  (long long)unit->values[i],
                                  (long long)unit->points_x100[i] / 100,
                                  (long long)unit->points_x100[i] % 100);
    }
    return out.len ? out : WX_STR("各项均无得分");
}

static enum wx_status add_check(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_INSPECTOR);
    const struct wx_sim_site *site = &sim->sites[unit->first_site];
    json_t *v =
        json_pack("{s:I, s:I, s:I, s:I, s:s, s:s}", "unit_id", (json_int_t)unit->id,
                  "campaign_id", (json_int_t)sim->campaign_id, "draw_id",
                  (json_int_t)sim->draw_id, "site_id", (json_int_t)site->id, "kind",
                  "visit", "state", "planned");
    int64_t id;

    wx_fields_set(
        v, "name",
        wx_arena_printf(&sim->arena, WX_STR_FMT "现场检查", WX_STR_ARG(unit->name)));
    return wx_fields_create(sim->tx, "spot_check", v, &by, &id, sim->err);
}

static enum wx_status write_list(struct wx_sim *sim, const struct wx_draw_rules *rules,
                                 const struct wx_draw_unit *units, size_t n,
                                 const struct wx_draw_result *result)
{
    const struct wx_kind_paper *ordered = wx_sim_orders(sim, "spot_list");
    struct wx_drawn_line *lines = wx_arena_array(&sim->arena, struct wx_drawn_line, n);
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_date from = wx_day_date(wx_sim_working(sim, sim->spot_day, 8)),
                   until = wx_day_date(
                       wx_sim_working(sim, sim->spot_day,
                                      7 + (int)(result->n_by_rank + result->n_by_lot)));
    struct wx_draw_list_facts f = {
        .frame = g.frame,
        .campaign = sim->name,
        .team = WX_STR("检查工作组"),
        .from = {from.year, from.month, from.day},
        .until = {until.year, until.month, until.day},
        .n_pool = n,
        .n_ranked = result->n_by_rank,
        .n_random = result->n_by_lot,
        .seed = rules->seed,
        .method = WX_STR("按各项条件加权计分排序确定前列单位，其余单位按类型分层，"
                         "以公布的种子计算SHA-256值由小到大抽取。"),
        .drawn = lines};
    struct wx_paper paper;
    enum wx_status status;

    for (size_t i = 0; i < n; i++) {
        const struct wx_sim_unit *unit = wx_sim_unit(sim, units[i].id);
        bool by_rank = units[i].how == WX_DRAW_BY_RANK;

        if (units[i].how != WX_DRAW_NOT)
            lines[f.n_drawn++] = (struct wx_drawn_line){
                unit->name, sim->sites[unit->first_site].name,
                by_rank ? WX_STR("按条件") : WX_STR("随机"),
                by_rank ? reasons(sim, rules, &units[i])
                        : wx_arena_printf(&sim->arena, "层内第%u位，%.12s…",
                                          units[i].lot_rank, units[i].lot)};
    }
    status = wx_paper_spot_check_list(&paper, &sim->arena, NULL, &f, sim->err);
    return status ? status : wx_sim_keep(sim, ordered->key, 0, &paper);
}

static enum wx_status keep_draw(struct wx_sim *sim, const struct wx_draw_rules *rules,
                                size_t n, const struct wx_draw_result *result)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_LEADER);
    char digest[65];
    json_t *v;

    wx_hex(result->digest.bytes, sizeof result->digest.bytes, digest);
    v = json_pack("{s:I, s:I, s:s, s:s, s:I, s:I, s:s, s:I, s:[s, s]}", "unit_id",
                  (json_int_t)0, "campaign_id", (json_int_t)sim->campaign_id, "name",
                  "现场抽查选取", "state", "decided", "n_units", (json_int_t)n,
                  "n_chosen", (json_int_t)(result->n_by_rank + result->n_by_lot),
                  "digest", digest, "decided_by", (json_int_t)WX_SIM_LEADER, "team",
                  "甲某某", "乙某某");
    wx_fields_set(v, "seed", rules->seed);
    json_object_set_new(v, "decided", now_json(sim));
    return wx_fields_create(sim->tx, "draw", v, &by, &sim->draw_id, sim->err);
}

static enum wx_status draw(struct wx_sim *sim)
{
    struct wx_draw_unit *units =
        wx_arena_array(&sim->arena, struct wx_draw_unit, sim->n_units);
    struct wx_draw_rules rules = rules_of(sim);
    struct wx_draw_result result;
    size_t n = 0;
    enum wx_status status;

    for (size_t u = 0; u < sim->n_units; u++) {
        struct wx_unit_counts c;

        if (!sim->units[u].is_in)
            continue;
        c = counts_of(sim, &sim->units[u]);
        units[n].id = sim->units[u].id;
        units[n].stratum = sim->units[u].kind;
        for (size_t i = 0; i < rules.n_criteria; i++)
            units[n].values[i] = wx_spot_value(rules.criteria[i].measure, &c);
        n++;
    }
    status = wx_draw(&rules, units, n, &result, sim->err);
    if (!status)
        status = keep_draw(sim, &rules, n, &result);
    if (!status)
        status = write_list(sim, &rules, units, n, &result);
    for (size_t i = 0; !status && i < n; i++)
        if (units[i].how != WX_DRAW_NOT)
            status = add_check(sim, wx_sim_unit(sim, units[i].id));
    return status;
}

/* ---- the checks ---- */

static const char *const check_items[N_CHECK_ITEMS] = {
    "责任制和管理制度落实", "账号口令和补丁管理", "信息发布审核记录", "应急预案和演练",
    "技术检测问题整改"};

static enum wx_status write_check(struct wx_sim *sim, const struct wx_sim_unit *unit,
                                  const bool bad[N_CHECK_ITEMS])
{
    struct wx_sheet_item items[N_CHECK_ITEMS];
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_check_sheet_facts f = {.frame = g.frame,
                                     .unit = unit->name,
                                     .site = sim->sites[unit->first_site].name,
                                     .place = WX_STR("单位办公地点"),
                                     .checked = g.frame.date,
                                     .inspectors = WX_STR("甲某某、乙某某"),
                                     .present = WX_STR("丙某某、丁某某"),
                                     .items = items,
                                     .n_items = N_CHECK_ITEMS};
    struct wx_paper paper;
    enum wx_status status;
    bool any = false;

    for (size_t i = 0; i < N_CHECK_ITEMS; i++) {
        any |= bad[i];
        items[i] = (struct wx_sheet_item){wx_str_of(check_items[i]), sim->name,
                                          bad[i] ? WX_STR("部分符合") : WX_STR("符合"),
                                          bad[i] ? WX_STR("记录不完整")
                                                 : WX_STR("查看台账，情况属实")};
    }
    f.opinion = any ? WX_STR("对不符合项限期改进，并报送改进情况。")
                    : WX_STR("检查项目符合要求。");
    status = wx_paper_spot_check_sheet(&paper, &sim->arena, NULL, &f, sim->err);
    return status ? status
                  : wx_sim_keep(sim, wx_sim_orders(sim, "spot_sheet")->key, unit->id,
                                &paper);
}

static enum wx_status check_one(struct wx_sim *sim, const json_t *check)
{
    const struct wx_sim_unit *unit = wx_sim_unit(sim, num(check, "unit_id"));
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_INSPECTOR);
    struct wx_str day = wx_sim_day(sim, sim->day);
    bool bad[N_CHECK_ITEMS];
    json_t *rows = json_array(), *v;
    int score = 100;
    enum wx_status status;

    for (size_t i = 0; i < N_CHECK_ITEMS; i++) {
        bad[i] = wx_sim_die(sim, "spot", unit->id * 10 + (int64_t)i,
                            unit->role ? 2 : 5) == 0;
        score -= bad[i] ? 10 : 0;
        json_array_append_new(rows, json_pack("{s:s, s:s}", "item", check_items[i],
                                              "result", bad[i] ? "partly" : "conform"));
    }
    v = json_pack("{s:o, s:i, s:s, s:s#, s:[s, s], s:[s, s]}", "rows", rows, "score",
                  score, "state", "signed", "on_date", day.ptr, (size_t)day.len, "team",
                  "甲某某", "乙某某", "present", "丙某某", "丁某某");
    status =
        wx_fields_update(sim->tx, "spot_check", num(check, "id"), v, &by, sim->err);
    return status || !wx_sim_orders(sim, "spot_sheet") ? status
                                                       : write_check(sim, unit, bad);
}

enum wx_status wx_sim_spot_checks(struct wx_sim *sim)
{
    json_t *checks;
    enum wx_status status = WX_OK;

    if (!sim->draw_id)
        return sim->day >= sim->spot_day ? draw(sim) : WX_OK;
    checks = wx_sim_list(sim, "spot_check", "campaign_id:%lld state:planned",
                         (long long)sim->campaign_id);
    if (json_array_size(checks) && sim->day >= wx_sim_working(sim, sim->spot_day, 8))
        status = check_one(sim, json_array_get(checks, 0)); /* one a day */
    json_decref(checks);
    return status;
}

/* ---- the evaluation ---- */

static struct wx_score_rules score_rules(const struct wx_sim *sim)
{
    const struct wx_kind_evaluation *e = &sim->kind->evaluation;
    struct wx_score_rules rules = {.least_coverage = 50};

    for (size_t i = 0; i < e->n_parts && i < WX_MAX_SCORE_PARTS; i++)
        rules.parts[rules.n_parts++] = (struct wx_score_part){
            wx_str_of(e->parts[i].measure->word), e->parts[i].weight};
    for (size_t i = 0; i < e->n_grades && i < WX_MAX_GRADES; i++)
        rules.grades[rules.n_grades++] =
            (struct wx_grade){e->grades[i].from, e->grades[i].title.zh};
    return rules;
}

struct judged {
    struct wx_mark marks[WX_MAX_SCORE_PARTS];
    struct wx_score score;
};

static struct wx_str hundredths(struct wx_sim *sim, int64_t v)
{
    return wx_arena_printf(&sim->arena, "%lld.%02lld", (long long)v / 100,
                           (long long)v % 100);
}

static struct wx_str state_text(enum wx_mark_state state)
{
    return state == WX_MARK_VALUE          ? WX_STR("按记录计分")
           : state == WX_MARK_NOT_MEASURED ? WX_STR("未能测定，不计分")
           : state == WX_MARK_BLOCKED      ? WX_STR("检测被拦截，不计分")
                                           : WX_STR("不适用，不计分");
}

static enum wx_status write_feedback(struct wx_sim *sim, const struct wx_sim_unit *unit,
                                     const struct wx_score_rules *rules,
                                     const struct judged *judged)
{
    struct wx_scored_item items[WX_MAX_SCORE_PARTS];
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_date until = wx_day_date(wx_sim_working(sim, sim->day, APPEAL_DAYS));
    struct wx_feedback_facts f = {
        .frame = g.frame,
        .unit = unit->name,
        .organ = g.organ,
        .campaign = sim->name,
        .total = judged->score.has_score ? hundredths(sim, judged->score.score_x100)
                                         : WX_STR("（未评分）"),
        .level = judged->score.grade ? judged->score.grade->name : WX_STR("未评定"),
        .appeal_until = {until.year, until.month, until.day},
        .items = items};
    struct wx_paper paper;
    enum wx_status status = wx_sim_number(sim, &f.frame.number);

    for (size_t i = 0; i < rules->n_parts; i++) {
        const struct wx_mark *m = &judged->marks[i];

        f.n_unmeasured += m->state == WX_MARK_NOT_MEASURED;
        f.n_blocked += m->state == WX_MARK_BLOCKED;
        items[f.n_items++] = (struct wx_scored_item){
            wx_str_of(wx_measure_find("SCORE", rules->parts[i].measure)->zh),
            (uint64_t)rules->parts[i].weight,
            m->state == WX_MARK_VALUE
                ? hundredths(sim, m->value_x100 * rules->parts[i].weight / 100)
                : WX_STR("—"),
            state_text(m->state)};
    }
    if (!status)
        status = wx_paper_evaluation_feedback(&paper, &sim->arena, NULL, &f, sim->err);
    return status ? status
                  : wx_sim_keep(sim, wx_sim_orders(sim, "evaluation")->key, unit->id,
                                &paper);
}

static enum wx_status appraise(struct wx_sim *sim, const struct wx_sim_unit *unit,
                               const struct wx_score_rules *rules)
{
    struct wx_unit_counts c = counts_of(sim, unit);
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_CLERK);
    struct judged judged = {0};
    json_t *v, *items = json_array();
    int64_t id;
    enum wx_status status;

    for (size_t i = 0; i < rules->n_parts; i++) {
        judged.marks[i] =
            wx_mark_of(rules->parts[i].measure, &c, &wx_deductions_default);
        json_array_append_new(
            items, json_pack("{s:s, s:s, s:I}", "measure", rules->parts[i].measure.ptr,
                             "state", wx_mark_state_name(judged.marks[i].state),
                             "value_x100", (json_int_t)judged.marks[i].value_x100));
    }
    judged.score = wx_score_of(rules, judged.marks);
    v = json_pack("{s:I, s:I, s:I, s:s, s:I, s:b, s:i, s:o, s:o}", "unit_id",
                  (json_int_t)unit->id, "campaign_id", (json_int_t)sim->campaign_id,
                  "evaluation_id", (json_int_t)sim->evaluation_id, "state", "told",
                  "score_x100", (json_int_t)judged.score.score_x100, "has_score",
                  judged.score.has_score, "coverage", judged.score.coverage, "items",
                  items, "told", now_json(sim));
    wx_fields_set(v, "name", unit->name);
    wx_fields_set(v, "grade",
                  judged.score.grade ? judged.score.grade->name : WX_STR(""));
    status = wx_fields_create(sim->tx, "appraisal", v, &by, &id, sim->err);
    return status ? status : write_feedback(sim, unit, rules, &judged);
}

static enum wx_status evaluate(struct wx_sim *sim)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_CLERK);
    struct wx_score_rules rules = score_rules(sim);
    json_t *v = json_pack("{s:I, s:I, s:s, s:s, s:o}", "unit_id", (json_int_t)0,
                          "campaign_id", (json_int_t)sim->campaign_id, "name",
                          "综合评定", "state", "told", "told_at", now_json(sim));
    enum wx_status status = wx_score_rules_check(&rules, sim->err);

    wx_fields_set(v, "appeal_until",
                  wx_sim_day(sim, wx_sim_working(sim, sim->day, APPEAL_DAYS)));
    if (status)
        json_decref(v);
    else
        status = wx_fields_create(sim->tx, "evaluation", v, &by, &sim->evaluation_id,
                                  sim->err);
    for (size_t u = 0; !status && u < sim->n_units; u++)
        if (sim->units[u].is_in)
            status = appraise(sim, &sim->units[u], &rules);
    return status;
}

/* The late unit appeals; it is decided after the window, and then all is final. */
static enum wx_status appeal(struct wx_sim *sim, const json_t *row)
{
    struct wx_record_by by = wx_sim_by(sim, 100 + num(row, "unit_id"));
    json_t *v =
        json_pack("{s:s, s:s, s:o}", "state", "appealed", "appeal",
                  "迟报系因单位搬迁期间网络中断，请予复核", "appealed", now_json(sim));

    sim->counts.n_appeals++;
    return wx_fields_update(sim->tx, "appraisal", num(row, "id"), v, &by, sim->err);
}

static enum wx_status finalise(struct wx_sim *sim, const json_t *row)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_LEADER);
    json_t *v = json_pack("{s:s}", "state", "final");

    if (is(row, "state", "appealed")) {
        wx_fields_set(v, "reason", WX_STR("经核查，维持原评定结果"));
        json_object_set_new(v, "decided", now_json(sim));
        json_object_set_new(v, "decided_by", json_integer(WX_SIM_LEADER));
    }
    return wx_fields_update(sim->tx, "appraisal", num(row, "id"), v, &by, sim->err);
}

enum wx_status wx_sim_evaluation(struct wx_sim *sim)
{
    bool is_appeal_day = sim->day == wx_sim_working(sim, sim->evaluate_day, 4);
    bool is_over = sim->day == wx_sim_working(sim, sim->evaluate_day, DECIDED_AFTER);
    json_t *rows;
    enum wx_status status = WX_OK;

    if (!sim->evaluation_id)
        return sim->day >= sim->evaluate_day ? evaluate(sim) : WX_OK;
    if (!is_appeal_day && !is_over)
        return WX_OK;
    rows =
        wx_sim_list(sim, "appraisal", "campaign_id:%lld", (long long)sim->campaign_id);
    for (size_t i = 0; !status && i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);

        if (is_over)
            status = finalise(sim, row);
        else if (wx_sim_unit(sim, num(row, "unit_id"))->role == WX_SIM_LATE)
            status = appeal(sim, row);
    }
    if (!status && is_over) {
        struct wx_record_by by = wx_sim_by(sim, WX_SIM_LEADER);

        status = wx_fields_update(
            sim->tx, "evaluation", sim->evaluation_id,
            json_pack("{s:s, s:o}", "state", "final", "finalised", now_json(sim)), &by,
            sim->err);
    }
    json_decref(rows);
    return status;
}
