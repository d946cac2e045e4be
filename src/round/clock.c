/* What is due by the clock: rounds of schedules, re-inspections that were asked for,
 * permits that expire. */
#include "base/clock.h"
#include "base/daily.h"
#include "base/log.h"
#include "round/retest.h"
#include "round/rounds_inner.h"
#include "round/schedule.h"
#include "round/stop.h"
#include "store/office_finding.h"
#include "store/office_request.h"
#include "store/office_schedule.h"

#include <stdio.h>

static enum wx_status expire_one(struct wx_tx *tx, int64_t id, int64_t now_s,
                                 int64_t *event_id, struct wx_err *err)
{
    struct wx_record_by by = {0, now_s};
    struct wx_field_problems problems = {0};
    json_t *values = json_pack("{s:s}", "state", "expired");
    enum wx_status status = wx_record_update(tx, wx_record_kind_find(WX_STR("permit")),
                                             id, 0, values, &by, &problems, err);

    json_decref(values);
    if (!status)
        status =
            wx_event_add(tx, "permit.expired", "permit", id, 0, now_s, event_id, err);
    return status;
}

static struct wx_str text_of(struct wx_arena *arena, json_t *row, const char *key)
{
    return wx_arena_str(arena, wx_str_of(json_string_value(json_object_get(row, key))));
}

static int64_t int_of(json_t *row, const char *key)
{
    return json_integer_value(json_object_get(row, key));
}

static enum wx_status plan_round(struct wx_tx *tx, struct wx_arena *arena, json_t *row,
                                 int64_t now_s, int64_t *round_id, struct wx_err *err)
{
    struct wx_picked_sites sites;
    struct wx_round_plan plan = {
        .kind = "scheduled",
        .permit_id = int_of(row, "permit_id"),
        .sites = &sites,
        .schedule_id = int_of(row, "id"),
        .max_pages = int_of(row, "max_pages"),
        .hours_from = text_of(arena, row, "start_at"),
        .hours_until = text_of(arena, row, "stop_at"),
        .by = {.now_s = now_s},
    };
    char day[24];
    enum wx_status status =
        wx_permit_sites(tx, arena, plan.permit_id, 0, INT32_MAX, &sites, err);

    wx_time_format_china(now_s, day);
    plan.name = wx_arena_printf(arena, WX_STR_FMT " %.10s",
                                WX_STR_ARG(text_of(arena, row, "name")), day);
    if (!plan.hours_until.len) /* without an end the hours are the permit's alone */
        plan.hours_from = WX_STR("");
    return status ? status : wx_round_plan(tx, arena, &plan, round_id, err);
}

/* Due, or seen for the first time (next is empty): then only its next time is set. */
static enum wx_status run_schedule(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                   int64_t now_s, int64_t *event_id, struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "schedule", id, true, err), *values;
    struct wx_record_by by = {0, now_s};
    struct wx_field_problems problems = {0};
    struct wx_schedule schedule;
    const char *field;
    int64_t round_id = 0;
    char next[24];
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    status = wx_schedule_make(text_of(arena, row, "every"), int_of(row, "weekday"),
                              int_of(row, "monthday"), text_of(arena, row, "start_at"),
                              &schedule, &field, err);
    if (!status && !json_is_null(json_object_get(row, "next"))) {
        struct wx_err why = {0};

        /* a permit that is over does not stop the clock: it is said, and goes on */
        if (plan_round(tx, arena, row, now_s, &round_id, &why))
            wx_log(WX_LOG_WARN, "round", "schedule_not_planned", "schedule=%lld %s",
                   (long long)id, why.text);
    }
    if (!status) {
        wx_time_format(wx_schedule_next(&schedule, now_s), next);
        values = json_pack("{s:s}", "next", next);
        if (round_id)
            json_object_set_new(values, "last_round", json_integer(round_id));
        status = wx_record_update(tx, wx_record_kind_find(WX_STR("schedule")), id, 0,
                                  values, &by, &problems, err);
        json_decref(values);
    }
    if (!status)
        status = wx_event_add(tx, round_id ? "round.changed" : "schedule.changed",
                              round_id ? "round" : "schedule", round_id ? round_id : id,
                              int_of(row, "unit_id"), now_s, event_id, err);
    json_decref(row);
    return status;
}

/* ---- re-inspections ---- */

enum { MOST_AT_ONCE = 50, RETEST_AGAIN_S = 30 };

/* Each site in a transaction of its own: one that no permit covers, or that left the
 * register, waits and is tried again, and nobody else waits with it. */
static bool plan_retest_alone(struct wx_rounds *rounds, const struct wx_retest_due *due,
                              int64_t now_s)
{
    struct wx_tx *tx = NULL;
    struct wx_arena arena;
    struct wx_retest retest = {due->site_id, {due->account_id, now_s}, WX_ZH, {0}};
    int64_t round_id = 0, event_id = 0;
    struct wx_err err = {0};
    enum wx_status status =
        wx_tx_write(rounds->options.office, &wx_scope_everything, &tx, &err);

    wx_arena_init(&arena);
    if (!status)
        status = wx_retest_plan(tx, &arena, &retest, &round_id, &err);
    if (!status)
        status = wx_event_add(tx, "round.changed", "round", round_id, due->unit_id,
                              now_s, &event_id, &err);
    if (!status)
        status = wx_tx_commit(tx, &err);
    wx_tx_end(tx);
    wx_arena_clear(&arena);
    if (status)
        wx_log(WX_LOG_INFO, "round", "retest_waits", "site=%lld %s",
               (long long)due->site_id, err.text);
    else
        wx_rounds_tell(rounds, event_id);
    return !status;
}

static void plan_retests(struct wx_rounds *rounds, int64_t now_s)
{
    struct wx_retest_due *due = NULL;
    struct wx_tx *tx = NULL;
    struct wx_arena arena;
    size_t n = 0;
    enum wx_status status;

    if (now_s < rounds->retest_not_before_s || wx_stop_is_in_force(rounds->data_dir))
        return;
    wx_arena_init(&arena);
    status = wx_tx_read(rounds->options.office, &wx_scope_everything, &tx, NULL);
    if (!status)
        status = wx_retests_due(tx, &arena, &due, &n, NULL);
    wx_tx_end(tx);
    for (size_t i = 0; !status && i < n; i++)
        if (!plan_retest_alone(rounds, &due[i], now_s))
            rounds->retest_not_before_s = now_s + RETEST_AGAIN_S;
    wx_arena_clear(&arena);
}

/* ---- all of it ---- */

static void permits_and_schedules(struct wx_rounds *rounds, int64_t now_s)
{
    int64_t permits[MOST_AT_ONCE], schedules[MOST_AT_ONCE], event_id = 0;
    size_t n_permits = 0, n_schedules = 0;
    struct wx_tx *tx = NULL;
    struct wx_arena arena;
    struct wx_err err = {0};
    enum wx_status status =
        wx_tx_read(rounds->options.office, &wx_scope_everything, &tx, &err);

    if (!status)
        status = wx_permits_over(tx, now_s, permits, MOST_AT_ONCE, &n_permits, &err);
    if (!status)
        status =
            wx_schedules_due(tx, now_s, schedules, MOST_AT_ONCE, &n_schedules, &err);
    wx_tx_end(tx);
    if (status || n_permits + n_schedules == 0)
        return;
    wx_arena_init(&arena);
    status = wx_tx_write(rounds->options.office, &wx_scope_everything, &tx, &err);
    for (size_t i = 0; !status && i < n_permits; i++)
        status = expire_one(tx, permits[i], now_s, &event_id, &err);
    for (size_t i = 0; !status && i < n_schedules; i++)
        status = run_schedule(tx, &arena, schedules[i], now_s, &event_id, &err);
    if (!status)
        status = wx_tx_commit(tx, &err);
    wx_tx_end(tx);
    wx_arena_clear(&arena);
    if (status)
        wx_log(WX_LOG_ERROR, "round", "clock_failed", "%s", err.text);
    else
        wx_rounds_tell(rounds, event_id);
}

void wx_rounds_by_clock(struct wx_rounds *rounds, int64_t now_s)
{
    permits_and_schedules(rounds, now_s);
    plan_retests(rounds, now_s);
}
