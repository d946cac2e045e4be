/* Rounds of detection whose results are run folders as 'inspect' writes them, taken in
 * as any round's; re-inspections; and findings of other sources with where they came
 * from. Nothing is sent anywhere: what is found is what the district was given. */
#include "prog/simulate.h"

#include "base/clock.h"
#include "detect/rule/rule.h"
#include "finding/act.h"
#include "round/request.h"
#include "round/take.h"
#include "store/office_finding.h"
#include "store/office_round.h"
#include "store/store.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DIR_BYTES = 4096, AFTERNOON = 13 };

/* ---- what a look at a site brings ---- */

static enum wx_site_status status_of(const struct wx_sim *sim,
                                     const struct wx_sim_site *site)
{
    if (!wx_str_eqz(wx_fields_text(site->row, "state"), "running"))
        return WX_SITE_UNREACHABLE;
    if (!sim->units[site->unit].role && wx_sim_die(sim, "blocked", site->id, 25) == 0)
        return WX_SITE_BLOCKED;
    return WX_SITE_INSPECTED;
}

/* Measured as reported; of the liar: another filing number, and no label. */
static struct wx_str facts_of(struct wx_sim *sim, const struct wx_sim_site *site)
{
    const struct wx_sim_unit *unit = &sim->units[site->unit];
    bool is_liar = unit->role == WX_SIM_LIAR;
    struct wx_str icp =
        is_liar ? WX_STR("津ICP备99999999号") : wx_fields_text(site->row, "icp");
    const char *colour = wx_str_eqz(unit->kind, "organ") ? "red" : "blue";
    json_t *facts =
        json_pack("{s:{s:i, s:s, s:s}, s:{s:b, s:s#, s:s#, s:{s:s, s:s}}}", "home",
                  "status", 200, "url",
                  wx_arena_printf(&sim->arena, "https://" WX_STR_FMT "/",
                                  WX_STR_ARG(site->domain))
                      .ptr,
                  "address",
                  wx_arena_printf(&sim->arena, WX_STR_FMT ":443",
                                  WX_STR_ARG(wx_fields_text(site->row, "ip")))
                      .ptr,
                  "labels", "determined", 1, "icp", icp.ptr, (size_t)icp.len,
                  "host_unit", unit->name.ptr, (size_t)unit->name.len, "conac", "state",
                  is_liar ? "none" : "official", "colour", is_liar ? "" : colour);
    char *text = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS);
    struct wx_str out = wx_arena_str(&sim->arena, wx_str_of(text ? text : "{}"));

    free(text);
    json_decref(facts);
    return out;
}

static enum wx_status put_flaw(struct wx_sim *sim, struct wx_store *run,
                               const struct wx_sim_site *site,
                               const struct wx_sim_flaw *flaw)
{
    const struct wx_rule *rule = wx_rules_find(sim->rules, wx_str_of(flaw->rule));
    struct wx_finding f = {.rule = wx_str_of(flaw->rule),
                           .verdict = WX_FAIL,
                           .confidence = 95,
                           .site_id = site->key,
                           .site = site->domain,
                           .where = WX_STR("页面 / page"),
                           .detail_zh = WX_STR("检测时仍存在"),
                           .detail_en = WX_STR("There when inspected"),
                           .n_places = 1,
                           .first_seen_s = sim->now_s,
                           .last_seen_s = sim->now_s};

    if (!rule)
        return wx_fail(sim->err, WX_E_NOT_FOUND, "rule '%s'", flaw->rule);
    f.category = rule->category;
    f.severity = rule->severity;
    f.url = f.place = wx_arena_printf(&sim->arena, "https://" WX_STR_FMT "%s",
                                      WX_STR_ARG(site->domain), flaw->path);
    wx_finding_identify(&f);
    return wx_store_put_finding(run, &f, sim->err);
}

static enum wx_status inspect(struct wx_sim *sim, struct wx_store *run, size_t s)
{
    const struct wx_sim_site *site = &sim->sites[s];
    struct wx_site in_run = {
        .id = site->key, .domain = site->domain, .name = site->name};
    struct wx_site_result result = {.site_id = site->key,
                                    .status = status_of(sim, site),
                                    .n_pages = 20,
                                    .n_requests = 24,
                                    .begun_s = sim->now_s - 1800,
                                    .duration_ms = 60000};
    enum wx_status status = wx_store_add_site(run, &in_run, sim->err);

    if (result.status == WX_SITE_INSPECTED)
        result.facts = facts_of(sim, site);
    else
        result.reason =
            result.status == WX_SITE_BLOCKED ? WX_STR("firewall") : WX_STR("refused");
    for (size_t i = 0;
         !status && result.status == WX_SITE_INSPECTED && i < sim->n_flaws; i++) {
        if (sim->flaws[i].site != s || !sim->flaws[i].is_there)
            continue;
        status = put_flaw(sim, run, site, &sim->flaws[i]);
        result.n_findings++;
    }
    return status ? status : wx_store_site_done(run, &result, sim->err);
}

/* ---- one round ---- */

struct looking {
    const char *kind, *name;
    int64_t only_site; /* 0: all of the units in the campaign */
    int64_t id;
};

static bool is_looked_at(const struct wx_sim *sim, const struct looking *l, size_t s)
{
    return l->only_site ? sim->sites[s].id == l->only_site
                        : sim->units[sim->sites[s].unit].is_in;
}

static enum wx_status open_round(struct wx_sim *sim, struct looking *l)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_INSPECTOR);
    char now[24];
    json_t *v;
    enum wx_status status;

    wx_time_format(sim->now_s, now);
    v = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "unit_id", (json_int_t)0, "name",
                  l->name, "kind", l->kind, "state", "done", "begun", now, "ended",
                  now);
    status = wx_fields_create(sim->tx, "round", v, &by, &l->id, sim->err);
    for (size_t s = 0; !status && s < sim->n_sites; s++) {
        struct wx_picked_site picked = {.site_id = sim->sites[s].id,
                                        .unit_id = sim->units[sim->sites[s].unit].id,
                                        .domain = sim->sites[s].domain};

        if (is_looked_at(sim, l, s))
            status = wx_round_site_add(sim->tx, l->id, s, &picked, sim->sites[s].key,
                                       sim->err);
    }
    if (!status && l->only_site)
        status = wx_retest_planned(sim->tx, l->only_site, l->id, sim->err);
    return status;
}

static enum wx_status write_run(struct wx_sim *sim, const struct looking *l)
{
    char dir[DIR_BYTES], rounds[DIR_BYTES];
    struct wx_store *run = NULL;
    enum wx_status status;

    snprintf(rounds, sizeof rounds, "%s/rounds", sim->dir);
    wx_round_dir(sim->dir, l->id, dir, sizeof dir);
    if ((mkdir(rounds, 0700) && errno != EEXIST) ||
        (mkdir(dir, 0700) && errno != EEXIST))
        return wx_fail_errno(sim->err, "directory '%s'", dir);
    status = wx_store_open(dir, WX_STORE_CREATE, &run, sim->err);
    for (size_t s = 0; !status && s < sim->n_sites; s++)
        if (is_looked_at(sim, l, s))
            status = inspect(sim, run, s);
    if (!status)
        status = wx_store_commit(run, sim->err);
    wx_store_close(run);
    return status;
}

static enum wx_status look(struct wx_sim *sim, struct looking *l)
{
    struct wx_taking taking = {.office = sim->office,
                               .rules = sim->rules,
                               .is_retest = l->only_site != 0,
                               .is_over = true};
    enum wx_status status = wx_sim_begin(sim, AFTERNOON);

    if (!status)
        status = wx_sim_end(sim, open_round(sim, l));
    if (!status)
        status = write_run(sim, l);
    taking.round_id = l->id;
    taking.now_s = sim->now_s;
    return status ? status : wx_take_in(&taking, sim->err);
}

/* The inspector looks at what the machine found before anybody is told of it. */
enum wx_status wx_sim_confirm(struct wx_sim *sim)
{
    json_t *found =
        wx_sim_list(sim, "finding", "state:open certainty:once verdict:fail");
    struct wx_finding_input input = {.account_id = WX_SIM_INSPECTOR,
                                     .now_s = sim->now_s};
    enum wx_status status = found ? WX_OK : WX_E_IO;

    for (size_t i = 0; !status && i < json_array_size(found); i++) {
        struct wx_finding_acted acted;
        struct wx_finding_row row;

        status = wx_finding_row_read(
            sim->tx, &sim->arena,
            json_integer_value(json_object_get(json_array_get(found, i), "id")), &row,
            sim->err);
        if (!status)
            status = wx_finding_act(sim->tx, WX_ACT_CONFIRM, &row, 0, &input, NULL,
                                    &acted, sim->err);
    }
    json_decref(found);
    return status;
}

static enum wx_status after_round(struct wx_sim *sim, int64_t round_id)
{
    enum wx_status status = wx_sim_begin(sim, 15);

    if (!status)
        status = wx_sim_confirm(sim);
    if (!status && round_id && wx_sim_orders(sim, "detection_result"))
        status = wx_sim_write_round(sim, round_id);
    return sim->tx ? wx_sim_end(sim, status) : status;
}

/* What was mended and is to come back is there again from its day on. */
static void let_come_back(struct wx_sim *sim)
{
    for (size_t i = 0; i < sim->n_flaws; i++)
        if (sim->flaws[i].back_on != WX_DAY_NONE && sim->day >= sim->flaws[i].back_on) {
            sim->flaws[i].is_there = true;
            sim->flaws[i].back_on = WX_DAY_NONE;
        }
}

enum wx_status wx_sim_rounds(struct wx_sim *sim)
{
    static const char *const names[] = {"第一轮技术检测", "第二轮技术检测",
                                        "第三轮技术检测", "第四轮技术检测"};
    struct looking l = {.kind = "once"};
    enum wx_status status;

    let_come_back(sim);
    if (sim->n_rounds_done < sim->n_rounds &&
        sim->day >= sim->round_days[sim->n_rounds_done]) {
        l.name = names[sim->n_rounds_done % 4];
        status = look(sim, &l);
        sim->round_ids[sim->n_rounds_done++] = l.id;
        sim->counts.n_rounds++;
        return status ? status : after_round(sim, l.id);
    }
    if (sim->n_rounds_done &&
        sim->day == wx_sim_working(sim, sim->monitor_day - 1, 1)) {
        l.kind = "scheduled";
        l.name = "整改后复核检测";
        status = look(sim, &l);
        sim->counts.n_rounds++;
        return status ? status : after_round(sim, 0);
    }
    return WX_OK;
}

enum wx_status wx_sim_retest(struct wx_sim *sim, int64_t site_id)
{
    struct looking l = {.kind = "retest", .name = "问题复测", .only_site = site_id};

    sim->counts.n_retests++;
    return look(sim, &l);
}
