/* Notices: drafted from what was found, approved, numbered, sent, received, answered,
 * re-inspected, closed; urged where nobody answers, open again where it comes back. */
#include "prog/simulate.h"

#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/rectify.h"
#include "finding/act.h"
#include "store/office_finding.h"
#include <stdlib.h>

enum { ANSWER_DAYS = 10, VERIFY_AFTER = 2, PLAN_DAYS = 25 };

static int64_t num(const json_t *row, const char *field)
{
    return json_integer_value(json_object_get(row, field));
}

static bool is_in_state(const json_t *row, const char *state)
{
    return wx_str_eqz(wx_fields_text(row, "state"), state);
}

static int32_t day_of(const json_t *row, const char *field)
{
    struct wx_str text = wx_fields_text(row, field);
    int32_t day;

    return wx_day_parse(wx_str_sub(text, 0, 10), &day) ? day : WX_DAY_NONE;
}

static enum wx_status act(struct wx_sim *sim, enum wx_notice_act what, int64_t id,
                          const struct wx_notice_input *input)
{
    return wx_notice_act(sim->tx, &sim->arena, what, id, 0, input, sim->err);
}

/* ---- drafting, approving, sending ---- */

static enum wx_status draft_kind(struct wx_sim *sim, const char *kind,
                                 const char *least)
{
    struct wx_notice_draft draft = {
        .campaign_id = sim->campaign_id,
        .kind = wx_str_of(kind),
        .name = wx_arena_printf(
            &sim->arena, "关于" WX_STR_FMT "检测发现问题的%s", WX_STR_ARG(sim->name),
            *kind == 'r' && kind[2] == 'c' ? "整改通知书" : "加固通知书"),
        .due = wx_sim_day(sim, wx_sim_working(sim, sim->day, ANSWER_DAYS + 3)),
        .basis = sim->name,
        .asks = WX_STR("对照问题清单逐项整改，查明原因，举一反三，按期书面反馈。"),
        .least = wx_str_of(least),
        .by = wx_sim_by(sim, WX_SIM_CLERK)};
    struct wx_notice_input input = {.by = draft.by};
    int64_t *ids;
    size_t n = 0;
    enum wx_status status =
        wx_notices_draft(sim->tx, &sim->arena, &draft, &ids, &n, sim->err);

    for (size_t i = 0; !status && i < n; i++)
        status = act(sim, WX_NOTICE_SUBMIT, ids[i], &input);
    if (!status && n && wx_day_parse(draft.due, &sim->notice_due))
        sim->monitor_day = sim->notice_due + 14 < sim->finish - 12
                               ? sim->notice_due + 14
                               : sim->finish - 12;
    return status;
}

/* After each round, two working days on. 002 asks to reinforce where nothing severe was
 * found, and to rectify where it was. */
static enum wx_status draft(struct wx_sim *sim)
{
    enum wx_status status = WX_OK;
    bool is_day = false;

    for (size_t i = 0; i < sim->n_rounds_done; i++)
        is_day |= sim->day == wx_sim_working(sim, sim->round_days[i], 2);
    if (!is_day)
        return WX_OK;
    if (wx_sim_orders(sim, "rectify_notice"))
        status = draft_kind(sim, "rectify",
                            wx_sim_orders(sim, "reinforce_notice") ? "high" : "low");
    if (!status && wx_sim_orders(sim, "reinforce_notice"))
        status = draft_kind(sim, "reinforce", "low");
    return status;
}

/* One step a day: approved by the second person, sent, received. */
static enum wx_status move_along(struct wx_sim *sim, const json_t *notice)
{
    const struct wx_sim_unit *unit = wx_sim_unit(sim, num(notice, "unit_id"));
    int64_t id = num(notice, "id");
    struct wx_notice_input leader = {.by = wx_sim_by(sim, WX_SIM_LEADER)},
                           clerk = {.way = unit->role == WX_SIM_SILENT
                                               ? WX_STR("paper")
                                               : WX_STR("online"),
                                    .by = wx_sim_by(sim, WX_SIM_CLERK)},
                           receiver = {.name = WX_STR("丁某某"),
                                       .by = wx_sim_by(sim, unit->account)};
    enum wx_status status = WX_OK;

    if (is_in_state(notice, "approving") && sim->day > day_of(notice, "submitted"))
        return act(sim, WX_NOTICE_APPROVE, id, &leader);
    if (is_in_state(notice, "approved")) {
        status = act(sim, WX_NOTICE_SEND, id, &clerk);
        return status ? status : wx_sim_write_notice(sim, id);
    }
    if (is_in_state(notice, "sent") && unit->role != WX_SIM_SILENT)
        return act(sim, WX_NOTICE_RECEIVE, id, &receiver);
    return WX_OK;
}

/* ---- answers ---- */

static struct wx_sim_flaw *flaw_of(struct wx_sim *sim, int64_t site_id,
                                   struct wx_str url)
{
    for (size_t i = 0; i < sim->n_flaws; i++) {
        const struct wx_sim_site *site = &sim->sites[sim->flaws[i].site];
        struct wx_str own =
            wx_arena_printf(&sim->arena, "https://" WX_STR_FMT "%s",
                            WX_STR_ARG(site->domain), sim->flaws[i].path);

        if (site->id == site_id && wx_str_eq(own, url) && sim->flaws[i].is_there)
            return &sim->flaws[i];
    }
    return NULL;
}

static json_t *plan_values(struct wx_sim *sim)
{
    int32_t due = sim->day + PLAN_DAYS < sim->finish - 14 ? sim->day + PLAN_DAYS
                                                          : sim->finish - 14;
    struct wx_str until = wx_sim_day(sim, due), step = wx_sim_day(sim, due - 8);

    return json_pack("{s:b, s:s, s:s, s:s, s:s#, s:[{s:s#, s:s}, {s:s#, s:s}]}",
                     "cannot_now", 1, "plan_why",
                     "系统由上级统建，须随版本升级一并整改", "plan_interim",
                     "在边界设备上限制访问来源，加强日志检查", "person", "丙某某",
                     "plan_due", until.ptr, (size_t)until.len, "milestones", "on",
                     step.ptr, (size_t)step.len, "what", "完成测试环境验证", "on",
                     until.ptr, (size_t)until.len, "what", "上线并通过自测");
}

static json_t *mended_values(struct wx_sim *sim)
{
    struct wx_str day = wx_sim_day(sim, sim->day);

    return json_pack("{s:b, s:[s], s:s, s:s, s:s, s:s, s:s#}", "cannot_now", 0, "fix",
                     "config", "measures", "修改配置并升级组件，已复测确认",
                     "root_cause", "上线前未做安全检查", "lateral",
                     "已对本单位其他网站逐一排查", "person", "丁某某", "done_on",
                     day.ptr, (size_t)day.len);
}

/* What the unit says, and what it really does. */
static enum wx_status answer_item(struct wx_sim *sim, const struct wx_sim_unit *unit,
                                  const json_t *item, bool is_last_chance)
{
    struct wx_record_by by = wx_sim_by(sim, unit->account);
    struct wx_sim_flaw *flaw =
        flaw_of(sim, num(item, "site_id"), wx_fields_text(item, "url"));
    bool is_plan = unit->role == WX_SIM_UNABLE && is_in_state(item, "open") &&
                   num(item, "id") % 2 == 0 && !is_last_chance;
    json_t *values = is_plan ? plan_values(sim) : mended_values(sim);
    enum wx_status status = wx_rectification_answer(
        sim->tx, &sim->arena, num(item, "id"), 0, values, &by, sim->err);

    json_decref(values);
    sim->counts.n_plans += !status && is_plan;
    if (status || is_plan || !flaw)
        return status;
    if (flaw->is_denied) { /* said, not done; the second time it is done */
        flaw->is_denied = false;
        return WX_OK;
    }
    flaw->is_there = false;
    if (unit->role == WX_SIM_RELAPSE && !sim->counts.n_regressed)
        flaw->back_on = sim->monitor_day - 2;
    return WX_OK;
}

static int32_t answer_day(struct wx_sim *sim, const struct wx_sim_unit *unit,
                          const json_t *notice)
{
    int32_t due = day_of(notice, "due");

    if (unit->role == WX_SIM_SILENT)
        return WX_DAY_NONE;
    if (num(notice, "n_reopened") || wx_fields_text(notice, "first_answered").len)
        return sim->day; /* asked again: at once */
    return unit->role == WX_SIM_LATE
               ? due + 4
               : due - (int32_t)wx_sim_die(sim, "answer", num(notice, "id"), 6);
}

static enum wx_status answer(struct wx_sim *sim, const json_t *notice)
{
    const struct wx_sim_unit *unit = wx_sim_unit(sim, num(notice, "unit_id"));
    int32_t day = answer_day(sim, unit, notice);
    struct wx_notice_input input = {.answer =
                                        WX_STR("已按通知书要求组织整改，现予反馈。"),
                                    .by = wx_sim_by(sim, unit->account)};
    size_t n_plans = sim->counts.n_plans;
    json_t *items;
    enum wx_status status = WX_OK;

    if (day == WX_DAY_NONE || sim->day < day)
        return WX_OK;
    items = wx_sim_list(sim, "rectification", "notice_id:%lld state:open",
                        (long long)num(notice, "id"));
    for (size_t i = 0; !status && i < json_array_size(items); i++)
        status = answer_item(sim, unit, json_array_get(items, i),
                             wx_fields_text(notice, "first_answered").len > 0);
    json_decref(items);
    if (!status)
        status = wx_sim_file(sim, unit->id, "notice-answer.pdf", &input.scan);
    if (!status)
        status = act(sim, WX_NOTICE_ANSWER, num(notice, "id"), &input);
    if (!status && wx_sim_orders(sim, "answer"))
        status = wx_sim_write_answer(sim, num(notice, "id"), false);
    if (!status && n_plans < sim->counts.n_plans && wx_sim_orders(sim, "rectify_plan"))
        status = wx_sim_write_answer(sim, num(notice, "id"), true);
    return status;
}

/* A plan's day has come: it is carried out. */
static enum wx_status carry_out(struct wx_sim *sim)
{
    json_t *items = wx_sim_list(sim, "rectification", "campaign_id:%lld state:planned",
                                (long long)sim->campaign_id);
    enum wx_status status = items ? WX_OK : WX_E_IO;

    for (size_t i = 0; !status && i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);

        if (sim->day >= day_of(item, "plan_due"))
            status =
                answer_item(sim, wx_sim_unit(sim, num(item, "unit_id")), item, true);
    }
    json_decref(items);
    return status;
}

/* ---- re-inspection ---- */

static enum wx_status ask_retest(struct wx_sim *sim, const json_t *item)
{
    struct wx_finding_input input = {.account_id = WX_SIM_INSPECTOR,
                                     .now_s = sim->now_s};
    struct wx_finding_acted acted;
    struct wx_finding_row row;
    enum wx_status status = wx_finding_row_read(
        sim->tx, &sim->arena, num(item, "finding_id"), &row, sim->err);

    return status ? status
                  : wx_finding_act(sim->tx, WX_ACT_RETEST, &row, 0, &input, NULL,
                                   &acted, sim->err);
}

/* What no scanner sees is looked at by a person. */
static enum wx_status judge_by_hand(struct wx_sim *sim, const json_t *item)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_INSPECTOR);
    struct wx_verdict v = {.verdict = WX_STR("fixed"),
                           .way = WX_STR("person"),
                           .note = WX_STR("查看证明材料并登录核对")};

    if (wx_sim_die(sim, "hand", num(item, "id"), 6) == 0)
        v.verdict = WX_STR("page_gone");
    sim->counts.n_verdicts++;
    return wx_rectification_judge(sim->tx, &sim->arena, num(item, "id"), 0, &v, &by,
                                  sim->err);
}

static bool is_of_round(struct wx_sim *sim, const json_t *item)
{
    struct wx_finding_row row;

    return !wx_finding_row_read(sim->tx, &sim->arena, num(item, "finding_id"), &row,
                                NULL) &&
           wx_str_eqz(row.source, "round");
}

struct sites {
    int64_t at[WX_SIM_MAX_SITES];
    size_t n;
};

static void add_site(struct sites *sites, int64_t id)
{
    for (size_t i = 0; i < sites->n; i++)
        if (sites->at[i] == id)
            return;
    if (sites->n < WX_SIM_MAX_SITES)
        sites->at[sites->n++] = id;
}

/* A look that was turned away says nothing; after it a person goes. */
static enum wx_status begin_review(struct wx_sim *sim, struct sites *sites)
{
    json_t *items = wx_sim_list(sim, "rectification", "campaign_id:%lld state:answered",
                                (long long)sim->campaign_id);
    enum wx_status status = items ? WX_OK : WX_E_IO;

    for (size_t i = 0; !status && i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        struct wx_str verdict = wx_fields_text(item, "verdict");

        if (sim->day < day_of(item, "done_on") + VERIFY_AFTER)
            continue;
        if (wx_str_eqz(verdict, "not_determined") || !is_of_round(sim, item)) {
            status = judge_by_hand(sim, item);
            continue;
        }
        status = ask_retest(sim, item);
        add_site(sites, num(item, "site_id"));
    }
    json_decref(items);
    return status;
}

static enum wx_status review(struct wx_sim *sim)
{
    struct sites sites = {.n = 0};
    enum wx_status status = wx_sim_begin(sim, 12);

    if (!status)
        status = wx_sim_end(sim, begin_review(sim, &sites));
    for (size_t i = 0; !status && i < sites.n; i++)
        status = wx_sim_retest(sim, sites.at[i]);
    return status;
}

/* ---- closing, returning, urging ---- */

struct tally {
    size_t n, n_open, n_waiting, n_planned;
};

static struct tally tally_of(struct wx_sim *sim, int64_t notice_id)
{
    json_t *items =
        wx_sim_list(sim, "rectification", "notice_id:%lld", (long long)notice_id);
    struct tally t = {.n = json_array_size(items)};

    for (size_t i = 0; i < t.n; i++) {
        const json_t *item = json_array_get(items, i);

        t.n_open += is_in_state(item, "open");
        t.n_waiting += is_in_state(item, "answered");
        t.n_planned += is_in_state(item, "planned");
    }
    json_decref(items);
    return t;
}

static enum wx_status settle(struct wx_sim *sim, const json_t *notice)
{
    int64_t id = num(notice, "id");
    struct tally t = tally_of(sim, id);
    struct wx_notice_input input = {.note =
                                        WX_STR("复查仍有问题未整改到位，退回重新整改"),
                                    .by = wx_sim_by(sim, WX_SIM_INSPECTOR)};
    enum wx_status status;

    if (t.n_waiting || (t.n_planned && !t.n_open))
        return WX_OK;
    sim->counts.n_sent_back += t.n_open > 0;
    wx_sim_unit(sim, num(notice, "unit_id"))->n_sent_back += t.n_open > 0;
    status = act(sim, t.n_open ? WX_NOTICE_RETURN : WX_NOTICE_CLOSE, id, &input);
    return status || !wx_sim_orders(sim, "review_opinion")
               ? status
               : wx_sim_write_opinion(sim, id);
}

/* Twice: five and twelve days after its day. */
static enum wx_status urge(struct wx_sim *sim, const json_t *notice)
{
    struct wx_notice_input input = {.by = wx_sim_by(sim, WX_SIM_CLERK)};
    int32_t due = day_of(notice, "due");
    int64_t level = num(notice, "level");

    if (due == WX_DAY_NONE || wx_fields_text(notice, "first_answered").len ||
        sim->day < due + (level ? 12 : 5) || level >= 2)
        return WX_OK;
    sim->counts.n_escalated++;
    return act(sim, WX_NOTICE_ESCALATE, num(notice, "id"), &input);
}

static enum wx_status one(struct wx_sim *sim, const json_t *notice)
{
    enum wx_status status = WX_OK;

    if (is_in_state(notice, "received"))
        status = answer(sim, notice);
    else if (is_in_state(notice, "answered"))
        status = settle(sim, notice);
    else
        status = move_along(sim, notice);
    if (!status && (is_in_state(notice, "sent") || is_in_state(notice, "received")))
        status = urge(sim, notice);
    return status;
}

static enum wx_status all(struct wx_sim *sim)
{
    json_t *notices =
        wx_sim_list(sim, "notice", "campaign_id:%lld", (long long)sim->campaign_id);
    enum wx_status status = notices ? draft(sim) : WX_E_IO;

    for (size_t i = 0; !status && i < json_array_size(notices); i++)
        status = one(sim, json_array_get(notices, i));
    json_decref(notices);
    return status ? status : carry_out(sim);
}

enum wx_status wx_sim_notices(struct wx_sim *sim)
{
    enum wx_status status = wx_sim_begin(sim, 15);

    if (!status)
        status = wx_sim_end(sim, all(sim));
    return status ? status : review(sim);
}
