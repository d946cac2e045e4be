/* Rounds: starting, watching, pausing, cancelling, freezing. */
#include "api/handlers.h"
#include "api/server.h"
#include "api/shared_object.h"
#include "base/clock.h"
#include "round/retest.h"
#include "round/rounds.h"
#include "round/snapshot.h"
#include "round/stop.h"
#include "store/office_round.h"
#include <stdlib.h>

static const enum wx_op acts[] = {
    WX_OP_ROUND_PAUSE,
    WX_OP_ROUND_RESUME,
    WX_OP_ROUND_CANCEL,
    WX_OP_ROUND_FREEZE,
};

enum wx_status wx_find_round(struct wx_call *call, struct wx_err *err)
{
    return wx_shared_find(call, "round", wx_round_cover, err);
}

enum wx_status wx_find_rounds(struct wx_call *call, struct wx_err *err)
{
    call->kind = wx_record_kind_find(WX_STR("round"));
    return wx_find_list(call, err);
}

/* ---- numbers: counted from the sites the caller sees ---- */

static json_t *numbers_of(struct wx_call *call, int64_t round_id, struct wx_err *err)
{
    struct wx_round_numbers n;
    json_t *out, *by_status;

    if (wx_round_numbers(call->tx, round_id, &n, err))
        return NULL;
    by_status = json_object();
    for (int s = 0; s < WX_SITE_STATUS_COUNT; s++)
        if (n.by_status[s])
            json_object_set_new(by_status, wx_site_status_name((enum wx_site_status)s),
                                json_integer(n.by_status[s]));
    out = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "n_sites",
                    (json_int_t)n.n_sites, "n_done",
                    (json_int_t)(n.n_sites - n.by_status[WX_SITE_WAITING] -
                                 n.by_status[WX_SITE_RUNNING]),
                    "n_pages", (json_int_t)n.n_pages, "n_requests",
                    (json_int_t)n.n_requests, "wire_bytes", (json_int_t)n.wire_bytes,
                    "n_findings", (json_int_t)n.n_findings, "n_new",
                    (json_int_t)n.n_new, "n_gone", (json_int_t)n.n_gone);
    json_object_set_new(out, "by_status", by_status);
    return out;
}

static json_t *progress_json(const struct wx_round_line *p)
{
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "n_sites", (json_int_t)p->n_sites,
        "n_done", (json_int_t)p->n_done, "n_running", (json_int_t)p->n_running,
        "n_pages", (json_int_t)p->n_pages, "n_requests", (json_int_t)p->n_requests,
        "wire_bytes", (json_int_t)p->wire_bytes, "n_findings",
        (json_int_t)p->n_findings, "elapsed_ms", (json_int_t)p->elapsed_ms);
}

static enum wx_status reply(struct wx_call *call, struct wx_err *err)
{
    struct wx_rounds *rounds = wx_server_options(call->server)->rounds;
    json_t *root = wx_shared_show(call, acts, sizeof acts / sizeof acts[0], err);
    json_t *numbers = root ? numbers_of(call, call->object_id, err) : NULL;
    struct wx_permit_cover cover;
    struct wx_round_line progress;

    if (!numbers || wx_round_cover(call->tx, call->object_id, &cover, err)) {
        json_decref(numbers);
        json_decref(root);
        return err->status ? err->status : WX_E_NOT_FOUND;
    }
    json_object_set_new(root, "numbers", numbers);
    /* the process counts the whole round: only for who sees the whole */
    if (rounds && cover.n_seen == cover.n_sites &&
        wx_rounds_progress(rounds, call->object_id, &progress))
        json_object_set_new(root, "progress", progress_json(&progress));
    else
        json_object_set_new(root, "progress", json_null());
    return wx_shared_reply(call, root, err);
}

enum wx_status wx_round_show(struct wx_call *call, struct wx_err *err)
{
    return reply(call, err);
}

enum wx_status wx_rounds_list(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = wx_records_list(call, err);
    json_t *root, *item;
    size_t i;

    if (status)
        return status;
    root = json_loadb(call->out.ptr, call->out.len, 0, NULL);
    json_array_foreach(json_object_get(root, "items"), i, item)
    {
        json_t *numbers =
            numbers_of(call, json_integer_value(json_object_get(item, "id")), err);

        if (!numbers) {
            json_decref(root);
            return err->status;
        }
        json_object_set_new(item, "numbers", numbers);
    }
    return wx_shared_reply(call, root, err);
}

struct listing {
    struct wx_json *j;
    int64_t n;
};

static bool put_site(void *ctx, const struct wx_round_site *s)
{
    struct listing *l = ctx;
    char begun[24];

    l->n++;
    wx_json_open(l->j, '{');
    wx_json_kint(l->j, "id", s->site_id);
    wx_json_kint(l->j, "unit_id", s->unit_id);
    wx_json_kstr(l->j, "domain", s->domain);
    wx_json_kstr(l->j, "name", s->name);
    wx_json_kstr(l->j, "unit", s->unit);
    wx_json_kstr(l->j, "status", s->status);
    wx_json_kstr(l->j, "reason", s->reason);
    wx_json_kint(l->j, "n_pages", s->n_pages);
    wx_json_kint(l->j, "n_requests", s->n_requests);
    wx_json_kint(l->j, "n_findings", s->n_findings);
    wx_json_kint(l->j, "n_new", s->n_new);
    wx_json_kint(l->j, "n_gone", s->n_gone);
    wx_json_kint(l->j, "duration_ms", s->duration_ms);
    wx_json_key(l->j, "begun");
    if (s->begun_s) {
        wx_time_format(s->begun_s, begun);
        wx_json_str(l->j, wx_str_of(begun));
    } else {
        wx_json_null(l->j);
    }
    wx_json_close(l->j, '}');
    return true;
}

enum wx_status wx_round_sites_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_round_sites_of of = {.round_id = call->object_id,
                                   .status = wx_call_param(call, "status")};
    struct wx_str cursor = wx_call_param(call, "cursor");
    struct wx_json j = wx_call_json(call);
    struct listing listing = {&j, 0};
    struct wx_round_numbers numbers;
    uint64_t after = 0;
    uint32_t limit;
    enum wx_status status;

    if (!wx_call_number(call, "limit", 50, 500, &limit) ||
        (cursor.len && !wx_str_to_u64(cursor, INT32_MAX, &after)))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'limit' or 'cursor'");
    of.after = (int64_t)after;
    of.limit = limit;
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_round_sites(call->tx, &of, put_site, &listing, err);
    if (!status)
        status = wx_round_numbers(call->tx, call->object_id, &numbers, err);
    if (status)
        return status;
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    if (listing.n == limit)
        wx_json_str(&j, wx_arena_printf(&call->arena, "%lld",
                                        (long long)(of.after + of.limit)));
    else
        wx_json_null(&j);
    wx_json_kint(&j, "total", numbers.n_sites);
    wx_json_close(&j, '}');
    return WX_OK;
}

/* ---- starting ---- */

static enum wx_status pick(struct wx_call *call, struct wx_picked_sites *sites,
                           struct wx_err *err)
{
    int64_t permit_id = wx_call_int(call, "permit_id");
    struct wx_site_pick p;
    enum wx_status status = wx_site_pick_read(call, call->json, &p, err);

    if (!status && !p.all && !p.n_site_ids && !p.n_unit_ids && !p.filter.len) {
        if (permit_id) /* nothing said: all the permit covers, as far as one's own */
            return wx_permit_sites(call->tx, &call->arena, permit_id, 0, INT32_MAX,
                                   sites, err);
        status = wx_fail(err, WX_E_INVALID, "say which sites, or which permit");
    }
    if (!status && permit_id && !p.n_site_ids)
        p.permit_id = permit_id; /* units and filters: what of them is covered */
    if (!status)
        status = wx_sites_pick(call->tx, &call->arena, &p, sites, err);
    if (!status && !sites->n)
        status = wx_fail(err, WX_E_INVALID, "the selection holds no site");
    if (status == WX_E_INVALID || status == WX_E_NOT_FOUND) {
        wx_field_problem_add(&call->problems, "sites", "no_sites", WX_T_FIELD_NO_SITES);
        return wx_fail_as(err, WX_E_INVALID);
    }
    return status;
}

static enum wx_status check_numbers(struct wx_call *call, struct wx_round_plan *plan,
                                    struct wx_err *err)
{
    const json_t *planned = json_object_get(call->json, "planned");

    plan->max_pages = wx_call_int(call, "max_pages");
    plan->pace_per_min = wx_call_int(call, "pace_per_min");
    if (plan->max_pages < 0 || plan->max_pages > 100000)
        wx_field_problem_add(&call->problems, "max_pages", "not_a_number",
                             WX_T_FIELD_NOT_A_NUMBER);
    if (plan->pace_per_min < 0 || plan->pace_per_min > 60000)
        wx_field_problem_add(&call->problems, "pace_per_min", "not_a_number",
                             WX_T_FIELD_NOT_A_NUMBER);
    if (planned && !json_is_null(planned) &&
        !(json_is_string(planned) &&
          wx_time_parse(wx_str_of(json_string_value(planned)), &plan->planned_s)))
        wx_field_problem_add(&call->problems, "planned", "not_a_time",
                             WX_T_FIELD_NOT_A_TIME);
    if (plan->name.len > 200 || plan->note.len > 500)
        wx_field_problem_add(&call->problems, plan->name.len > 200 ? "name" : "note",
                             "too_long", WX_T_FIELD_TOO_LONG);
    return call->problems.n ? wx_fail(err, WX_E_INVALID, "'%s' of the round",
                                      call->problems.at[0].field)
                            : WX_OK;
}

static struct wx_str usual_name(struct wx_call *call,
                                const struct wx_picked_sites *sites)
{
    char day[24];

    wx_time_format_china(call->now_s, day);
    if (sites->n == 1)
        return wx_arena_printf(&call->arena, WX_STR_FMT " %s",
                               WX_STR_ARG(sites->at[0].domain), day);
    return wx_arena_printf(&call->arena, wx_text(call->lang, WX_T_ROUND_NAME), day);
}

/* What the plan answers, as this request's refusal. */
static enum wx_status refuse_plan(struct wx_call *call, enum wx_status status,
                                  struct wx_err *err)
{
    if (status == WX_E_OUT_OF_SCOPE || status == WX_E_EXPIRED)
        return wx_call_refuse(call, WX_P_OUT_OF_SCOPE, err, "%s", err->text);
    if (status == WX_E_NOT_FOUND) {
        wx_field_problem_add(&call->problems, "permit_id", "no_such_record",
                             WX_T_FIELD_NO_SUCH_RECORD);
        return wx_fail_as(err, WX_E_INVALID);
    }
    return status;
}

/* The round just planned, as the answer. */
static enum wx_status created(struct wx_call *call, int64_t unit_id, struct wx_err *err)
{
    call->object =
        (struct wx_object){.unit_id = unit_id, .made_by = call->who.account_id};
    wx_call_created(call, "rounds", call->object_id);
    wx_call_audit(call, "round", call->object_id, unit_id);
    wx_call_event(call, "round.changed", "round", call->object_id, unit_id);
    return reply(call, err);
}

enum wx_status wx_round_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_picked_sites sites;
    struct wx_round_plan plan = {
        .kind = "once",
        .name = wx_str_trim(wx_call_text(call, "name")),
        .permit_id = wx_call_int(call, "permit_id"),
        .sites = &sites,
        .note = wx_call_text(call, "note"),
        .by = {call->who.account_id, call->now_s},
    };
    enum wx_status status = WX_OK;

    call->kind = wx_record_kind_find(WX_STR("round"));
    if (wx_stop_is_in_force(wx_office_dir(wx_call_office(call))))
        return wx_call_refuse(call, WX_P_STOPPED, err,
                              "the emergency stop is in force");
    status = check_numbers(call, &plan, err);
    if (!status)
        status = pick(call, &sites, err);
    if (status)
        return status;
    if (sites.n == 1)
        plan.kind = "site";
    if (!plan.name.len)
        plan.name = usual_name(call, &sites);
    status = wx_round_plan(call->tx, &call->arena, &plan, &call->object_id, err);
    return status ? refuse_plan(call, status, err)
                  : created(call, wx_sites_owner(call->tx, &sites), err);
}

enum wx_status wx_site_retest(struct wx_call *call, struct wx_err *err)
{
    struct wx_retest retest = {.site_id = call->object_id,
                               .by = {call->who.account_id, call->now_s},
                               .lang = call->lang,
                               .note = wx_call_text(call, "note")};
    enum wx_status status;

    call->kind = wx_record_kind_find(WX_STR("round"));
    if (wx_stop_is_in_force(wx_office_dir(wx_call_office(call))))
        return wx_call_refuse(call, WX_P_STOPPED, err,
                              "the emergency stop is in force");
    if (retest.note.len > 500) {
        wx_field_problem_add(&call->problems, "note", "too_long", WX_T_FIELD_TOO_LONG);
        return wx_fail(err, WX_E_INVALID, "'note' is too long");
    }
    status = wx_retest_plan(call->tx, &call->arena, &retest, &call->object_id, err);
    return status == WX_E_NOT_FOUND ? status
           : status                 ? refuse_plan(call, status, err)
                                    : created(call, call->object.unit_id, err);
}

/* ---- acts ---- */

static enum wx_status turn(struct wx_call *call, const char *state, const char *why,
                           json_t *further, const char *event, struct wx_err *err)
{
    struct wx_record_by by = {call->who.account_id, call->now_s};
    enum wx_status status =
        wx_round_turn(call->tx, call->object_id, state, why, further, &by, err);

    json_decref(further);
    if (status)
        return status;
    wx_call_event(call, event, "round", call->object_id, call->object.unit_id);
    return reply(call, err);
}

/* The kill file first: nothing waits for the supervisor to hear of it. */
static enum wx_status hold(struct wx_call *call, struct wx_err *err)
{
    return wx_rounds_hold(call->tx, wx_office_dir(wx_call_office(call)),
                          call->object_id, 0, err);
}

enum wx_status wx_round_pause(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = hold(call, err);

    return status ? status : turn(call, "paused", "person", NULL, "round.changed", err);
}

enum wx_status wx_round_resume(struct wx_call *call, struct wx_err *err)
{
    if (wx_stop_is_in_force(wx_office_dir(wx_call_office(call))))
        return wx_call_refuse(call, WX_P_STOPPED, err,
                              "the emergency stop is in force");
    return turn(call, "planned", "turn", json_pack("{s:i}", "n_starts", 0),
                "round.changed", err);
}

enum wx_status wx_round_cancel(struct wx_call *call, struct wx_err *err)
{
    char now[24];
    enum wx_status status = hold(call, err);

    wx_time_format(call->now_s, now);
    return status ? status
                  : turn(call, "cancelled", "person", json_pack("{s:s}", "ended", now),
                         "round.finished", err);
}

/* The snapshot of a campaign: from now on its results have one digest. */
enum wx_status wx_round_freeze(struct wx_call *call, struct wx_err *err)
{
    json_t *row =
        wx_record_json(call->tx, &call->arena, "round", call->object_id, true, err);
    bool is_frozen = row && json_is_string(json_object_get(row, "frozen"));
    struct wx_sha256 digest;
    char hex[65], now[24];
    enum wx_status status;

    json_decref(row);
    if (!row)
        return WX_E_NOT_FOUND;
    if (is_frozen)
        return wx_call_refuse(call, WX_P_STATE, err, "the round is frozen already");
    status = wx_round_snapshot(wx_office_dir(wx_call_office(call)), call->object_id,
                               &digest, err);
    if (status)
        return status;
    wx_hex(digest.bytes, sizeof digest.bytes, hex);
    wx_time_format(call->now_s, now);
    return turn(call, "done", "", json_pack("{s:s, s:s}", "frozen", now, "digest", hex),
                "round.changed", err);
}

/* Is what lies in the run folder still what was frozen? */
enum wx_status wx_round_snapshot_check(struct wx_call *call, struct wx_err *err)
{
    json_t *row =
        wx_record_json(call->tx, &call->arena, "round", call->object_id, true, err);
    struct wx_sha256 digest;
    struct wx_json j;
    struct wx_str kept;
    char hex[65];
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    kept = wx_arena_str(&call->arena,
                        wx_str_of(json_string_value(json_object_get(row, "digest"))));
    json_decref(row);
    if (!kept.len)
        return wx_call_refuse(call, WX_P_STATE, err, "the round was not frozen");
    status = wx_round_snapshot(wx_office_dir(wx_call_office(call)), call->object_id,
                               &digest, err);
    if (status)
        return status;
    wx_hex(digest.bytes, sizeof digest.bytes, hex);
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kstr(&j, "kept", kept);
    wx_json_kz(&j, "found", hex);
    wx_json_kbool(&j, "is_same", wx_str_eqz(kept, hex));
    wx_json_close(&j, '}');
    return WX_OK;
}
