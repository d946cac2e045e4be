/* What no plan foresees: a unit is merged into another, a site changes hands, a clock
 * is stopped and goes on, an agency loses its engagement in the middle of its work. */
#include "prog/simulate.h"

#include "base/clock.h"
#include "campaign/duty.h"

enum { MOVED_AFTER = 4, PAUSED_DAYS = 7 };

static json_t *at_json(int64_t at_s)
{
    char text[24];

    wx_time_format(at_s, text);
    return json_string(text);
}

/* ---- units and sites ---- */

/* A unit of no special character in the campaign, not SKIPPED; NULL: none. */
static struct wx_sim_unit *some_unit(struct wx_sim *sim, const char *what,
                                     const struct wx_sim_unit *skipped)
{
    size_t u = wx_sim_die(sim, what, 0, (uint32_t)sim->n_units);

    for (size_t i = 0; i < sim->n_units; i++, u = (u + 1) % sim->n_units)
        if (!sim->units[u].role && sim->units[u].is_in && !sim->units[u].is_gone &&
            &sim->units[u] != skipped)
            return &sim->units[u];
    return NULL;
}

static enum wx_status merge(struct wx_sim *sim)
{
    struct wx_sim_unit *unit = some_unit(sim, "merged", NULL),
                       *heir = some_unit(sim, "heir", unit);
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_CLERK);
    enum wx_status status;

    if (!unit || !heir)
        return WX_OK;
    status = wx_fields_update(sim->tx, "unit", unit->id,
                              json_pack("{s:I}", "merged_into", (json_int_t)heir->id),
                              &by, sim->err);
    if (!status)
        status = wx_record_retire(sim->tx, wx_record_kind_find(WX_STR("unit")),
                                  unit->id, 0, true, &by, sim->err);
    unit->is_gone = true;
    sim->merged = (size_t)(unit - sim->units);
    sim->heir = (size_t)(heir - sim->units);
    sim->counts.n_merged += !status;
    return status;
}

static enum wx_status hand_over(struct wx_sim *sim, size_t site, size_t unit)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_CLERK);

    sim->sites[site].unit = unit;
    sim->counts.n_handed_over++;
    return wx_fields_update(
        sim->tx, "site", sim->sites[site].id,
        json_pack("{s:I}", "unit_id", (json_int_t)sim->units[unit].id), &by, sim->err);
}

/* Some days later the register says whose the merged unit's sites are now. */
static enum wx_status move_sites(struct wx_sim *sim)
{
    enum wx_status status = WX_OK;

    for (size_t s = 0; !status && s < sim->n_sites; s++)
        if (sim->sites[s].unit == sim->merged)
            status = hand_over(sim, s, sim->heir);
    return status;
}

static enum wx_status change_hands(struct wx_sim *sim)
{
    struct wx_sim_unit *from = some_unit(sim, "giver", NULL),
                       *to = some_unit(sim, "taker", from);

    return from && to ? hand_over(sim, from->first_site + from->n_sites - 1,
                                  (size_t)(to - sim->units))
                      : WX_OK;
}

/* ---- a clock that stands ---- */

static enum wx_status stop_clock(struct wx_sim *sim)
{
    struct wx_duty_input input = {.note = WX_STR("因防汛应急响应暂停计时"),
                                  .calendar = NULL,
                                  .by = wx_sim_by(sim, WX_SIM_CLERK)};
    struct wx_duty_row *duties;
    size_t n = 0;
    enum wx_status status = wx_duty_rows(sim->tx, &sim->arena, sim->campaign_id, "open",
                                         &duties, &n, sim->err);

    for (size_t i = 0; !status && i < n && !sim->paused_duty; i++) {
        const struct wx_sim_unit *unit = wx_sim_unit(sim, duties[i].unit_id);
        int32_t due;

        if (!unit || unit->role || unit->is_gone ||
            !wx_day_parse(duties[i].due, &due) || due < sim->day + 2)
            continue;
        status = wx_duty_act(sim->tx, WX_DUTY_PAUSE, &duties[i], 0, &input, sim->err);
        sim->paused_duty = duties[i].id;
        sim->counts.n_paused += !status;
    }
    return status;
}

static enum wx_status start_clock(struct wx_sim *sim)
{
    struct wx_duty_input input = {.by = wx_sim_by(sim, WX_SIM_CLERK)};
    struct wx_duty_row duty;
    enum wx_status status =
        wx_duty_row_read(sim->tx, &sim->arena, sim->paused_duty, &duty, sim->err);

    sim->paused_duty = 0;
    if (status || !duty.paused_on.len)
        return status;
    sim->counts.n_resumed++;
    return wx_duty_act(sim->tx, WX_DUTY_RESUME, &duty, 0, &input, sim->err);
}

/* ---- the agency ---- */

enum wx_status wx_sim_engage(struct wx_sim *sim)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_CLERK),
                        leader = wx_sim_by(sim, WX_SIM_LEADER);
    json_t *v = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name",
                          "星源测评有限公司（虚构）", "nature", "private", "leader",
                          "甲某某", "qualification", "网络安全等级测评机构",
                          "agreement_no", "保密1号", "vetting", "passed");
    int64_t agency_id, id;
    enum wx_status status;

    wx_fields_set(v, "agreement_on", wx_sim_day(sim, sim->day));
    wx_fields_set(v, "agreement_until", wx_sim_day(sim, sim->finish));
    wx_fields_set(v, "qualified_until", wx_sim_day(sim, sim->finish + 400));
    json_object_set_new(v, "vetted", at_json(sim->now_s));
    json_object_set_new(v, "vetted_by", json_integer(WX_SIM_LEADER));
    status = wx_fields_create(sim->tx, "agency", v, &by, &agency_id, sim->err);
    for (size_t u = 0; !status && u < sim->n_units; u++) {
        if (!sim->units[u].is_in)
            continue;
        v = json_pack("{s:I, s:I, s:s, s:o, s:o, s:s}", "unit_id",
                      (json_int_t)sim->units[u].id, "agency_id", (json_int_t)agency_id,
                      "document", "检测授权1号", "begins", at_json(sim->now_s), "ends",
                      at_json(wx_day_start_s(sim->finish)), "state", "draft");
        status = wx_fields_create(sim->tx, "engagement", v, &by, &id, sim->err);
        if (!status)
            status = wx_fields_update(sim->tx, "engagement", id,
                                      json_pack("{s:s}", "state", "active"), &leader,
                                      sim->err);
    }
    return status;
}

/* In the middle of its work; what it has not looked at yet the office does itself. */
static enum wx_status end_engagement(struct wx_sim *sim)
{
    struct wx_record_by by = wx_sim_by(sim, WX_SIM_LEADER);
    json_t *rows = wx_sim_list(sim, "engagement", "state:active");
    enum wx_status status = rows ? WX_OK : WX_E_IO;

    for (size_t i = 0; !status && i < json_array_size(rows); i++) {
        int64_t id = json_integer_value(json_object_get(json_array_get(rows, i), "id"));

        status = wx_fields_update(sim->tx, "engagement", id,
                                  json_pack("{s:s}", "state", "ended"), &by, sim->err);
        sim->counts.n_revoked += !status;
    }
    json_decref(rows);
    return status;
}

enum wx_status wx_sim_turns(struct wx_sim *sim)
{
    int32_t merged = wx_sim_working(sim, sim->start, 8);
    int32_t detected = sim->n_rounds ? sim->round_days[0] : sim->start + 20;
    enum wx_status status = WX_OK;

    if (sim->day == wx_sim_working(sim, sim->start, 5))
        status = change_hands(sim);
    if (!status && sim->day == merged)
        status = merge(sim);
    if (!status && sim->counts.n_merged &&
        sim->day == wx_sim_working(sim, merged, MOVED_AFTER))
        status = move_sites(sim);
    if (!status && sim->day == wx_sim_working(sim, sim->start, 3))
        status = stop_clock(sim);
    if (!status && sim->paused_duty &&
        sim->day >= wx_sim_working(sim, sim->start, 3 + PAUSED_DAYS))
        status = start_clock(sim);
    if (!status && sim->day == wx_sim_working(sim, detected, 3))
        status = end_engagement(sim);
    return status;
}
