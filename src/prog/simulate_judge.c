/* Who is checked on the spot, the checks, and the evaluation with feedback and appeal:
 * what an office does with campaign/judge.h, and the papers of it. */
#include "prog/simulate.h"

#include "campaign/judge.h"
#include "store/office_evaluation.h"
#include <stdlib.h>

enum { APPEAL_DAYS = 7, DECIDED_AFTER = 9 };

static int64_t num(const json_t *row, const char *field)
{
    return json_integer_value(json_object_get(row, field));
}

static bool is(const json_t *row, const char *field, const char *word)
{
    return wx_str_eqz(wx_fields_text(row, field), word);
}

/* ---- the draw ---- */

static struct wx_paper_day day_after(struct wx_sim *sim, int32_t day, int n)
{
    struct wx_date date = wx_day_date(wx_sim_working(sim, day, n));

    return (struct wx_paper_day){date.year, date.month, date.day};
}

static enum wx_status write_list(struct wx_sim *sim)
{
    const struct wx_kind_paper *ordered = wx_sim_orders(sim, "spot_list");
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_draw_list_facts f;
    enum wx_status status = wx_gather_draw(&g, sim->draw_id, &f);

    f.from = day_after(sim, sim->spot_day, 8);
    f.until = day_after(sim, sim->spot_day, 7 + (int)f.n_drawn);
    return status ? status : wx_sim_keep_kind(sim, "spot_check_list", &f, ordered, 0);
}

/* As it was proposed, signed by the team. */
static enum wx_status decide(struct wx_sim *sim, const struct wx_draw_line *lines,
                             size_t n)
{
    int64_t *ids = wx_arena_array(&sim->arena, int64_t, n + 1);
    struct wx_draw_decision d = {.unit_ids = ids,
                                 .team = {WX_STR("甲某某"), WX_STR("乙某某")},
                                 .n_team = 2,
                                 .by = wx_sim_by(sim, WX_SIM_LEADER)};

    for (size_t i = 0; i < n; i++)
        if (lines[i].proposed.len)
            ids[d.n++] = lines[i].unit_id;
    return wx_draw_decide(sim->tx, &sim->arena, sim->draw_id, &d, sim->err);
}

static enum wx_status draw(struct wx_sim *sim)
{
    struct wx_draw_new new = {.campaign_id = sim->campaign_id,
                              .name = WX_STR("现场抽查选取"),
                              .seed = wx_arena_printf(&sim->arena, "抽查公开种子-%llu",
                                                      (unsigned long long)sim->seed),
                              .by = wx_sim_by(sim, WX_SIM_CLERK)};
    struct wx_draw_line *lines = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_draw_make(sim->tx, &sim->arena, &new, &sim->draw_id, sim->err);

    if (!status)
        status =
            wx_draw_lines(sim->tx, &sim->arena, sim->draw_id, &lines, &n, sim->err);
    if (!status)
        status = decide(sim, lines, n);
    return status || !wx_sim_orders(sim, "spot_list") ? status : write_list(sim);
}

/* ---- the checks ---- */

static enum wx_status write_check(struct wx_sim *sim, const json_t *check)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_check_sheet_facts f;
    enum wx_status status = wx_gather_check(&g, num(check, "id"), &f);

    f.opinion = WX_STR("检查项目符合要求。");
    for (size_t i = 0; !status && i < f.n_items; i++)
        if (!wx_str_eqz(f.items[i].verdict, "符合"))
            f.opinion = WX_STR("对不符合项限期改进，并报送改进情况。");
    return status ? status
                  : wx_sim_keep_kind(sim, "spot_check_sheet", &f,
                                     wx_sim_orders(sim, "spot_sheet"),
                                     num(check, "unit_id"));
}

static json_t *seen_rows(struct wx_sim *sim, const json_t *check)
{
    const struct wx_sim_unit *unit = wx_sim_unit(sim, num(check, "unit_id"));
    json_t *rows = json_deep_copy(json_object_get(check, "rows"));

    for (size_t i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        bool is_bad = wx_sim_die(sim, "spot", num(check, "id") * 1000 + (int64_t)i,
                                 unit->role ? 4 : 12) == 0;

        json_object_set_new(row, "result", json_string(is_bad ? "partly" : "conform"));
        json_object_set_new(row, "note",
                            json_string(is_bad ? "记录不完整" : "查看台账，情况属实"));
    }
    return rows;
}

static enum wx_status check_one(struct wx_sim *sim, const json_t *check)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_INSPECTOR);
    struct wx_str day = wx_sim_day(sim, sim->day);
    json_t *rows = seen_rows(sim, check);
    json_t *v = json_pack("{s:O, s:s#, s:[s, s], s:[s, s]}", "rows", rows, "on_date",
                          day.ptr, (size_t)day.len, "team", "甲某某", "乙某某",
                          "present", "丙某某", "丁某某");
    enum wx_status status = wx_spot_check_record(sim->tx, &sim->arena, num(check, "id"),
                                                 0, v, &by, sim->err);

    if (!status)
        status = wx_spot_check_sign(sim->tx, &sim->arena, num(check, "id"), 0, &by,
                                    sim->err);
    if (!status && wx_sim_orders(sim, "spot_sheet"))
        status = write_check(sim, check);
    json_decref(v);
    json_decref(rows);
    return status;
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

static enum wx_status write_feedback(struct wx_sim *sim, const json_t *appraisal)
{
    struct wx_gather g = wx_sim_gather(sim);
    struct wx_feedback_facts f;
    struct wx_paper paper;
    enum wx_status status = wx_gather_feedback(&g, num(appraisal, "id"), &f);

    if (!status)
        status = wx_sim_number(sim, &f.frame.number);
    if (!status)
        status = wx_paper_evaluation_feedback(&paper, &sim->arena, NULL, &f, sim->err);
    return status ? status
                  : wx_sim_keep(sim, wx_sim_orders(sim, "evaluation")->key,
                                num(appraisal, "unit_id"), &paper);
}

static json_t *appraisals(struct wx_sim *sim)
{
    return wx_sim_list(sim, "appraisal", "campaign_id:%lld",
                       (long long)sim->campaign_id);
}

/* By the kind's own weights and grades; each unit is told of its own. */
static enum wx_status evaluate(struct wx_sim *sim)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_CLERK);
    struct wx_str until = wx_sim_day(sim, wx_sim_working(sim, sim->day, APPEAL_DAYS));
    struct wx_score_rules rules;
    json_t *rows;
    enum wx_status status = wx_score_rules_read(sim->tx, &sim->arena, sim->campaign_id,
                                                NULL, &rules, sim->err);

    if (!status)
        status = wx_evaluation_make(sim->tx, &sim->arena, sim->campaign_id,
                                    WX_STR("综合评定"), &rules, &by,
                                    &sim->evaluation_id, sim->err);
    if (!status)
        status = wx_evaluation_tell(sim->tx, &sim->arena, sim->evaluation_id, until,
                                    &by, sim->err);
    rows = status ? NULL : appraisals(sim);
    for (size_t i = 0; !status && i < json_array_size(rows); i++)
        status = write_feedback(sim, json_array_get(rows, i));
    json_decref(rows);
    return status;
}

/* The late unit appeals; it is decided after the window, and then all is final. */
static enum wx_status appeal(struct wx_sim *sim, const json_t *row)
{
    const struct wx_sim_unit *unit = wx_sim_unit(sim, num(row, "unit_id"));
    struct wx_record_by by = wx_sim_by(sim, unit->account);

    if (unit->role != WX_SIM_LATE)
        return WX_OK;
    sim->counts.n_appeals++;
    return wx_appraisal_appeal(sim->tx, &sim->arena, num(row, "id"),
                               WX_STR("迟报系因单位搬迁期间网络中断，请予复核"), &by,
                               sim->err);
}

static enum wx_status settle(struct wx_sim *sim, const json_t *row)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_LEADER);

    return is(row, "state", "appealed")
               ? wx_appraisal_decide(sim->tx, &sim->arena, num(row, "id"), -1,
                                     WX_STR("经核查，维持原评定结果"), &by, sim->err)
               : WX_OK;
}

enum wx_status wx_sim_evaluation(struct wx_sim *sim)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_LEADER);
    bool is_appeal_day = sim->day == wx_sim_working(sim, sim->evaluate_day, 4);
    bool is_over = sim->day == wx_sim_working(sim, sim->evaluate_day, DECIDED_AFTER);
    json_t *rows;
    enum wx_status status = WX_OK;

    if (!sim->evaluation_id)
        return sim->day >= sim->evaluate_day ? evaluate(sim) : WX_OK;
    if (!is_appeal_day && !is_over)
        return WX_OK;
    rows = appraisals(sim);
    for (size_t i = 0; !status && i < json_array_size(rows); i++)
        status = is_over ? settle(sim, json_array_get(rows, i))
                         : appeal(sim, json_array_get(rows, i));
    json_decref(rows);
    return status || !is_over ? status
                              : wx_evaluation_final(sim->tx, &sim->arena,
                                                    sim->evaluation_id, &by, sim->err);
}
