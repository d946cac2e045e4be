/* Draws and spot checks. */
#include "api/judge.h"

#include "api/handlers.h"
#include "campaign/judge.h"
#include "campaign/row.h"
#include <stdlib.h>

enum { MAX_WHY_BYTES = 4000 };

enum wx_status wx_find_draw(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "draw", err);
}

enum wx_status wx_find_spot_check(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "spot_check", err);
}

void wx_judge_widen(struct wx_call *call)
{
    wx_tx_set_scope(call->tx, &wx_scope_everything);
}

void wx_judge_narrow(struct wx_call *call)
{
    wx_tx_set_scope(call->tx, &call->scope);
}

enum wx_status wx_judge_answer(struct wx_call *call, enum wx_status status,
                               struct wx_err *err)
{
    wx_judge_narrow(call);
    return wx_campaign_refuse(call, status, err);
}

enum wx_status wx_judge_check_rev(struct wx_call *call, struct wx_err *err)
{
    int64_t rev;
    json_t *row = NULL;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status)
        status = wx_fields_check_rev(row, call->kind->name, rev, err);
    json_decref(row);
    return wx_campaign_refuse(call, status, err);
}

void wx_judge_put_raw(struct wx_json *j, const char *key, struct wx_str json)
{
    wx_json_key(j, key);
    wx_json_raw(j, json.len ? json : WX_STR("[]"));
}

/* ---- draws ---- */

static enum wx_status put_lines(struct wx_call *call, int64_t id, struct wx_json *j,
                                struct wx_err *err)
{
    struct wx_draw_line *lines = NULL;
    size_t n = 0;
    enum wx_status status = wx_draw_lines(call->tx, &call->arena, id, &lines, &n, err);

    wx_json_key(j, "lines");
    wx_json_open(j, '[');
    for (size_t i = 0; !status && i < n; i++) {
        wx_json_open(j, '{');
        wx_json_kint(j, "unit_id", lines[i].unit_id);
        wx_json_kstr(j, "unit", lines[i].unit);
        wx_json_kint(j, "rank", lines[i].rank);
        wx_json_kint(j, "score_x100", lines[i].score_x100);
        wx_json_kstr(j, "stratum", lines[i].stratum);
        wx_json_kstr(j, "lot", lines[i].lot);
        wx_json_kint(j, "lot_rank", lines[i].lot_rank);
        wx_json_kstr(j, "proposed", lines[i].proposed);
        wx_json_kbool(j, "chosen", lines[i].is_chosen);
        wx_json_kstr(j, "reason", lines[i].reason);
        wx_judge_put_raw(j, "reasons", lines[i].reasons);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
    return status;
}

static enum wx_status show_draw(struct wx_call *call, int64_t id, struct wx_err *err)
{
    static const enum wx_op ops[] = {WX_OP_DRAW_DECIDE};
    static const struct wx_shown what = {"draw", WX_SHOWN_OPS(ops), .is_of_all = true,
                                         .rest = put_lines};

    return wx_campaign_show_one(call, &what, id, err);
}

enum wx_status wx_draw_show(struct wx_call *call, struct wx_err *err)
{
    return show_draw(call, call->object_id, err);
}

enum wx_status wx_draw_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_draw_new draw = {.campaign_id = call->object_id, .by = wx_call_by(call)};
    const json_t *rules = json_object_get(call->json, "rules");
    int64_t id = 0;
    enum wx_status status = wx_act_text(call, "name", 200, true, &draw.name, err);

    if (!status)
        status = wx_act_text(call, "seed", WX_MAX_SEED_BYTES, true, &draw.seed, err);
    if (status)
        return status;
    draw.rules = json_is_object(rules) ? rules : NULL;
    wx_judge_widen(call);
    status = wx_draw_make(call->tx, &call->arena, &draw, &id, err);
    status = wx_judge_answer(call, status, err);
    if (status)
        return status;
    wx_call_created(call, "draws", id);
    wx_call_audit(call, "draw", id, 0);
    wx_call_event(call, "draw.proposed", "draw", id, 0);
    return show_draw(call, id, err);
}

/* What anybody needs to draw again: seed, rule, and the list in the order of its
 * digest, without any unit's name. */
static int by_unit(const void *a, const void *b)
{
    const struct wx_draw_line *x = a, *y = b;

    return x->unit_id < y->unit_id ? -1 : x->unit_id > y->unit_id;
}

enum wx_status wx_draw_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_draw_line *lines = NULL;
    json_t *row = NULL;
    size_t n = 0;
    char *rules;
    enum wx_status status = wx_act_read(call, call->kind, call->object_id, &row, err);

    if (!status)
        status =
            wx_draw_lines(call->tx, &call->arena, call->object_id, &lines, &n, err);
    if (status) {
        json_decref(row);
        return status;
    }
    qsort(lines, n, sizeof *lines, by_unit);
    rules = json_dumps(json_object_get(row, "rules"), JSON_COMPACT);
    wx_json_open(&j, '{');
    wx_json_kstr(&j, "seed", wx_fields_text(row, "seed"));
    wx_json_kstr(&j, "digest", wx_fields_text(row, "digest"));
    wx_judge_put_raw(&j, "rules", wx_str_of(rules ? rules : "{}"));
    wx_json_kz(&j, "rule", wx_text(call->lang, WX_T_DRAW_RULE));
    wx_json_key(&j, "units");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        wx_json_open(&j, '{');
        wx_json_kint(&j, "id", lines[i].unit_id);
        wx_json_kstr(&j, "stratum", lines[i].stratum);
        wx_json_kint(&j, "score_x100", lines[i].score_x100);
        wx_judge_put_raw(&j, "reasons", lines[i].reasons);
        wx_json_kstr(&j, "lot", lines[i].lot);
        wx_json_kstr(&j, "proposed", lines[i].proposed);
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    free(rules);
    json_decref(row);
    return WX_OK;
}

static enum wx_status read_decision(struct wx_call *call, struct wx_draw_decision *d,
                                    struct wx_err *err)
{
    const json_t *ids = json_object_get(call->json, "unit_ids");
    const json_t *team = json_object_get(call->json, "team");
    size_t n = json_array_size(ids);
    int64_t *list;

    if (!json_is_array(ids) || n > WX_MAX_DRAW_UNITS)
        return wx_act_refuse(call, "unit_ids", "not_a_list", WX_T_FIELD_NOT_A_LIST,
                             err);
    if (!json_is_array(team) || json_array_size(team) == 0 ||
        json_array_size(team) > sizeof d->team / sizeof *d->team)
        return wx_act_refuse(call, "team", "required", WX_T_FIELD_REQUIRED, err);
    list = wx_arena_array(&call->arena, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        list[i] = json_integer_value(json_array_get(ids, i));
    d->unit_ids = list;
    d->n = n;
    for (size_t i = 0; i < json_array_size(team); i++) {
        const char *name = json_string_value(json_array_get(team, i));

        if (!name || !*name || strlen(name) > 100)
            return wx_act_refuse(call, "team", "required", WX_T_FIELD_REQUIRED, err);
        d->team[d->n_team++] = wx_str_of(name);
    }
    return wx_act_text(call, "reason", MAX_WHY_BYTES, false, &d->reason, err);
}

enum wx_status wx_draw_decided(struct wx_call *call, struct wx_err *err)
{
    struct wx_draw_decision d = {.by = wx_call_by(call)};
    enum wx_status status = wx_judge_check_rev(call, err);

    if (!status)
        status = read_decision(call, &d, err);
    if (status)
        return status;
    wx_judge_widen(call);
    status = wx_draw_decide(call->tx, &call->arena, call->object_id, &d, err);
    status = wx_judge_answer(call, status, err);
    if (status)
        return status;
    wx_call_event(call, "draw.decided", "draw", call->object_id, 0);
    return show_draw(call, call->object_id, err);
}

/* ---- spot checks ---- */

static enum wx_status check_rows(struct wx_call *call, struct wx_err *err)
{
    const json_t *rows = json_object_get(call->json, "rows");
    size_t n_open;
    int score;
    enum wx_status status;

    if (!rows || json_is_null(rows))
        return WX_OK;
    status = wx_spot_rows_score(rows, &score, &n_open, err);
    return status
               ? wx_act_refuse(call, "rows", "not_a_list", WX_T_FIELD_NOT_A_LIST, err)
               : WX_OK;
}

enum wx_status wx_spot_check_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = wx_call_by(call);
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("spot_check"));
    struct wx_json j = wx_call_json(call);
    int64_t id = 0, unit_id = wx_call_int(call, "unit_id");
    enum wx_status status;

    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    status = wx_record_check(kind, call->json, true, &call->problems, err);
    if (!status)
        status = check_rows(call, err);
    if (status)
        return status;
    json_object_set_new(call->json, "campaign_id", json_integer(call->object_id));
    json_object_set_new(call->json, "state", json_string("planned"));
    status =
        wx_record_create(call->tx, kind, call->json, &by, &id, &call->problems, err);
    if (status)
        return status;
    wx_call_created(call, kind->plural, id);
    wx_call_audit(call, kind->name, id, unit_id);
    wx_call_event(call, "spot_check.planned", kind->name, id, 0);
    wx_call_etag(call, 1);
    return wx_record_get(call->tx, &call->arena, kind, id, true, &j, err);
}

/* What was recorded is recorded; each row by itself stays as it was looked at. */
enum wx_status wx_spot_check_change(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    status = wx_record_check(call->kind, call->json, false, &call->problems, err);
    if (!status)
        status = check_rows(call, err);
    if (!status)
        status = wx_campaign_refuse(call,
                                    wx_spot_check_record(call->tx, &call->arena,
                                                         call->object_id, rev,
                                                         call->json, &by, err),
                                    err);
    return status ? status : wx_act_reply(call, "spot_check.recorded", err);
}

enum wx_status wx_spot_check_signed(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = wx_spot_check_sign(call->tx, &call->arena, call->object_id, rev, &by, err);
    return status ? wx_campaign_refuse(call, status, err)
                  : wx_act_reply(call, "spot_check.told", err);
}
