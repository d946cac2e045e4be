/* Findings of other sources than rounds, with where they came from. The duties that
 * come of them are the clock's work. */
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

static enum wx_status incident(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    static const struct told told = {"incident", "事件通报", "网站首页被篡改",
                                     "critical", "defaced"};
    int64_t id;
    enum wx_status status = take(sim, unit, &told, &id);

    if (!status && wx_sim_orders(sim, "incident_report"))
        status = wx_sim_write_incident(sim, unit);
    return status;
}

static enum wx_status superior(struct wx_sim *sim, const struct wx_sim_unit *unit)
{
    static const struct told told = {"superior", "上级检测反馈第3号",
                                     "业务系统存在SQL注入漏洞", "high",
                                     "vulnerability"};
    int64_t id;
    enum wx_status status = take(sim, unit, &told, &id);

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
        if (!sim->units[u].role && sim->units[u].is_in && !sim->units[u].is_gone)
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
