/* Findings of other sources than rounds, with where they came from. */
#include "prog/simulate.h"

#include "campaign/rectify.h"
#include "finding/foreign.h"

struct told {
    const char *source, *ref, *title, *severity, *category;
};

static enum wx_status take(struct wx_sim *sim, const struct wx_sim_unit *unit,
                           const struct told *told, int64_t *id)
{
    const struct wx_sim_site *site = &sim->sites[unit->first_site];
    enum wx_foreign_result result;
    struct wx_foreign_finding f = {.site_id = site->id,
                                   .unit_id = unit->id,
                                   .origin = site->domain,
                                   .source = wx_str_of(told->source),
                                   .source_ref = wx_str_of(told->ref),
                                   .tool = WX_STR("人工登记"),
                                   .rule = wx_str_of(told->title),
                                   .title = wx_str_of(told->title),
                                   .severity = wx_str_of(told->severity),
                                   .verdict = WX_STR("fail"),
                                   .category = wx_str_of(told->category),
                                   .url = wx_arena_printf(&sim->arena,
                                                          "https://" WX_STR_FMT "/",
                                                          WX_STR_ARG(site->domain)),
                                   .account_id = WX_SIM_CLERK,
                                   .now_s = sim->now_s};

    return wx_finding_take_foreign(sim->tx, &f, &result, id, sim->err);
}

/* Found and mended while the unit inspected itself. */
static enum wx_status self_found(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    static const struct told told = {"self_inspection", "自查报告",
                                     "后台存在弱口令账号", "high", "vulnerability"};
    struct wx_record_by by = wx_sim_by(sim, unit->account);
    struct wx_str day = wx_sim_day(sim, sim->day);
    int64_t id = 0, item;
    enum wx_status status = take(sim, unit, &told, &id);
    json_t *v;

    if (status)
        return status;
    v = json_pack("{s:[s], s:s, s:s, s:s, s:s#}", "fix", "accounts", "measures",
                  "删除多余账号，重置口令", "root_cause", "交接后账号未清理", "person",
                  "甲某某", "done_on", day.ptr, (size_t)day.len);
    status = wx_rectification_self(sim->tx, &sim->arena, sim->campaign_id, id, v, &by,
                                   &item, sim->err);
    json_decref(v);
    return status;
}

static const struct wx_kind_task *task_after(const struct wx_sim *sim,
                                             const char *event)
{
    for (size_t i = 0; i < sim->kind->n_tasks; i++)
        if (sim->kind->tasks[i].due.form == WX_DEADLINE_AFTER &&
            wx_str_eqz(sim->kind->tasks[i].due.event, event))
            return &sim->kind->tasks[i];
    return NULL;
}

static enum wx_status add_duty(struct wx_sim *sim, const struct wx_kind_task *kind_task,
                               const struct wx_sim_unit *unit, int32_t due)
{
    json_t *tasks =
        wx_sim_list(sim, "task", "campaign_id:%lld key:" WX_STR_FMT,
                    (long long)sim->campaign_id, WX_STR_ARG(kind_task->key));
    const json_t *task = json_array_get(tasks, 0);
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_CLERK);
    struct wx_duty_new duty = {
        .unit_id = unit->id,
        .campaign_id = sim->campaign_id,
        .task_id = json_integer_value(json_object_get(task, "id")),
        .phase_id = json_integer_value(json_object_get(task, "phase_id")),
        .name = kind_task->title.zh,
        .due = wx_sim_day(sim, due)};
    bool was_added;
    enum wx_status status =
        task ? wx_duty_add(sim->tx, &duty, &by, &was_added, sim->err) : WX_E_NOT_FOUND;

    json_decref(tasks);
    return status;
}

static enum wx_status incident(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    static const struct told told = {"incident", "事件通报", "网站首页被篡改",
                                     "critical", "defaced"};
    const struct wx_kind_task *task = task_after(sim, "incident.found");
    int64_t id;
    enum wx_status status = take(sim, unit, &told, &id);

    if (!status && task)
        status = add_duty(sim, task, unit, sim->day + 1);
    if (!status && wx_sim_orders(sim, "incident_report"))
        status = wx_sim_write_incident(sim, unit, wx_str_of(told.title));
    return status;
}

static enum wx_status superior(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    static const struct told told = {"superior", "上级检测反馈第3号",
                                     "业务系统存在SQL注入漏洞", "high",
                                     "vulnerability"};
    const struct wx_kind_task *task = task_after(sim, "superior.feedback");
    int64_t id;
    enum wx_status status = take(sim, unit, &told, &id);

    if (!status && task)
        status = add_duty(sim, task, unit, wx_sim_working(sim, sim->day, 10));
    return status ? status : wx_sim_confirm(sim);
}

static enum wx_status monitoring(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    static const struct told told = {"monitoring", "日常监测", "链接指向失效的外部网站",
                                     "medium", "offsite"};
    int64_t id;

    return take(sim, unit, &told, &id);
}

/* A unit of no special character that has a share in it, the same each time it is asked
 * for WHAT. */
static const struct wx_sim_unit *some_unit(const struct wx_sim *sim, const char *what)
{
    size_t u = wx_sim_die(sim, what, 0, 20);

    for (size_t i = 0; i < 40; i++, u = (u + 1) % 20)
        if (!sim->units[u].role && sim->units[u].is_in)
            return &sim->units[u];
    return &sim->units[0];
}

enum wx_status wx_sim_other_sources(struct wx_sim *sim)
{
    int32_t first = sim->n_rounds ? sim->round_days[0] : sim->start + 20;
    enum wx_status status = WX_OK;

    if (sim->day == wx_sim_working(sim, sim->start, 3))
        status = self_found(sim, some_unit(sim, "self"));
    if (!status && sim->day == wx_sim_working(sim, first, -1))
        status = monitoring(sim, some_unit(sim, "monitoring"));
    if (!status && sim->kind->superior.len && sim->n_rounds &&
        sim->day == wx_sim_working(sim, sim->round_days[sim->n_rounds - 1], 1))
        status = superior(sim, some_unit(sim, "superior"));
    if (!status && sim->day == wx_sim_working(sim, first, 2))
        status = incident(sim, some_unit(sim, "incident"));
    return status;
}
