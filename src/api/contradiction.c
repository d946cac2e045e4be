/* Contradictions are settled or opened again; unregistered hosts claimed or ignored. */
#include "api/act.h"
#include "api/handlers.h"
#include "base/clock.h"
#include "register/check.h"
#include "store/office_register.h"

enum { MAX_NOTE_BYTES = 2000 };

enum wx_status wx_find_contradiction(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "contradiction", err);
}

enum wx_status wx_find_host(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "host", err);
}

enum wx_status wx_find_site(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "site", err);
}

/* ---- what was measured of a site ---- */

enum wx_status wx_site_measured(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_measured_row row;
    char at[24];
    enum wx_status status =
        wx_measured_get(call->tx, &call->arena, call->object_id, &row, err);

    if (status && status != WX_E_NOT_FOUND)
        return status;
    wx_json_open(&j, '{');
    wx_json_key(&j, "at");
    if (status) { /* never inspected */
        wx_json_null(&j);
        wx_json_kint(&j, "round_id", 0);
        wx_json_kbool(&j, "determined", false);
        wx_json_key(&j, "checks");
        wx_json_raw(&j, WX_STR("[]"));
    } else {
        wx_time_format(row.at_s, at);
        wx_json_str(&j, wx_str_of(at));
        wx_json_kint(&j, "round_id", row.round_id);
        wx_json_kbool(&j, "determined", row.is_determined);
        wx_json_key(&j, "checks");
        wx_json_raw(&j, row.checks);
    }
    wx_json_close(&j, '}');
    return WX_OK;
}

/* ---- settle ---- */

/* The measured value as the site's field takes it; NULL: there is none to take. */
static json_t *value_of(const char *field, struct wx_str suggested)
{
    const struct wx_record_field *f =
        wx_record_field_find(wx_record_kind_find(WX_STR("site")), wx_str_of(field));

    if (!f || suggested.len == 0)
        return NULL;
    if (f->kind == WX_F_BOOL)
        return json_boolean(wx_str_eqz(suggested, "true"));
    return wx_act_string(suggested);
}

static enum wx_status check_site(struct wx_call *call, int64_t site_id, json_t *values,
                                 struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("site"));
    struct wx_check check = {.tx = call->tx,
                             .arena = &call->arena,
                             .kind = kind,
                             .id = site_id,
                             .values = values,
                             .now_s = call->now_s,
                             .problems = &call->problems,
                             .warnings = &call->warnings};
    enum wx_status status =
        wx_record_check(kind, values, site_id == 0, &call->problems, err);

    return status ? status : wx_register_check(&check, err);
}

/* The register takes the measured value over, with its history. */
static enum wx_status correct(struct wx_call *call, const json_t *row,
                              struct wx_err *err)
{
    const char *field = json_string_value(json_object_get(row, "field"));
    int64_t site_id = json_integer_value(json_object_get(row, "site_id"));
    json_t *value = value_of(
        field, wx_str_of(json_string_value(json_object_get(row, "suggested"))));
    json_t *values = json_object();
    enum wx_status status = WX_OK;

    if (!value)
        status = wx_act_refuse(call, "how", "nothing_to_take",
                               WX_T_SETTLE_NOTHING_TO_TAKE, err);
    else if (!wx_call_may(call, WX_OP_REGISTER_WRITE))
        status = wx_call_refuse(call, WX_P_FORBIDDEN, err, "'register.write'");
    if (value)
        json_object_set_new(values, field, value);
    if (!status && strcmp(field, "icp") == 0)
        json_object_set_new(values, "has_icp", json_true());
    if (!status)
        status = check_site(call, site_id, values, err);
    if (!status)
        status = wx_act_write(call, "site", site_id, values, err);
    json_decref(values);
    return status;
}

/* Body: how, note. Explaining and doubting need words; correcting does not. */
enum wx_status wx_contradiction_settle(struct wx_call *call, struct wx_err *err)
{
    struct wx_str how = wx_call_text(call, "how"), note;
    bool corrects = wx_str_eqz(how, "corrected");
    json_t *row = NULL, *values;
    enum wx_status status;

    if (!corrects && !wx_str_eqz(how, "measured_wrong") &&
        !wx_str_eqz(how, "explained"))
        return wx_act_refuse(call, "how", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    status = wx_act_text(call, "note", MAX_NOTE_BYTES, !corrects, &note, err);
    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status && corrects)
        status = correct(call, row, err);
    json_decref(row);
    if (status)
        return status;
    values = json_object();
    json_object_set_new(values, "state", json_string("settled"));
    json_object_set_new(values, "how", wx_act_string(how));
    json_object_set_new(values, "note", wx_act_string(note));
    json_object_set_new(values, "settled", wx_act_now(call));
    json_object_set_new(values, "settled_by", json_integer(call->who.account_id));
    return wx_act_put(call, "contradiction.settled", values, err);
}

enum wx_status wx_contradiction_reopen(struct wx_call *call, struct wx_err *err)
{
    struct wx_str note;
    json_t *values;
    enum wx_status status = wx_act_text(call, "note", MAX_NOTE_BYTES, true, &note, err);

    if (status)
        return status;
    values = json_object();
    json_object_set_new(values, "state", json_string("open"));
    json_object_set_new(values, "how", json_string(""));
    json_object_set_new(values, "note", wx_act_string(note));
    return wx_act_put(call, "contradiction.opened", values, err);
}

/* ---- hosts ---- */

/* May he add a site to that unit? Asked here, since only the body says whose. */
static enum wx_status ask_unit(struct wx_call *call, int64_t unit_id,
                               struct wx_err *err)
{
    struct wx_object object = {
        .exists = true, .unit_id = unit_id, .made_by = call->who.account_id};

    if (!unit_id)
        return wx_act_refuse(call, "unit_id", "required", WX_T_FIELD_REQUIRED, err);
    if (wx_access_ask(&call->who, WX_OP_REGISTER_WRITE, &object) != WX_ALLOW)
        return wx_call_refuse(call, WX_P_FORBIDDEN, err,
                              "unit %lld is not within your responsibility",
                              (long long)unit_id);
    return WX_OK;
}

static enum wx_status add_site(struct wx_call *call, struct wx_str host,
                               int64_t unit_id, int64_t *site_id, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("site"));
    struct wx_record_by by = {call->who.account_id, call->now_s};
    struct wx_str name;
    json_t *values;
    enum wx_status status = wx_act_text(call, "name", 200, false, &name, err);

    if (status)
        return status;
    values = json_object();
    json_object_set_new(values, "unit_id", json_integer(unit_id));
    json_object_set_new(values, "name", wx_act_string(name.len ? name : host));
    json_object_set_new(values, "domain", wx_act_string(host));
    status = check_site(call, 0, values, err);
    if (!status)
        status = wx_record_create(call->tx, kind, values, &by, site_id, &call->problems,
                                  err);
    json_decref(values);
    if (!status)
        wx_call_event(call, "record.created", "site", *site_id, unit_id);
    return status;
}

/* Body: unit_id, name. A draft of a site in that unit; its state is left open. */
enum wx_status wx_host_claim(struct wx_call *call, struct wx_err *err)
{
    int64_t unit_id = wx_call_int(call, "unit_id"), site_id = 0;
    json_t *row = NULL, *values = NULL;
    struct wx_str host;
    enum wx_status status = ask_unit(call, unit_id, err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    host = wx_arena_str(
        &call->arena,
        wx_str_of(status ? "" : json_string_value(json_object_get(row, "host"))));
    json_decref(row);
    if (!status)
        status = add_site(call, host, unit_id, &site_id, err);
    if (status)
        return status;
    values = json_object();
    json_object_set_new(values, "state", json_string("claimed"));
    json_object_set_new(values, "claimed_site", json_integer(site_id));
    json_object_set_new(values, "decided", wx_act_now(call));
    json_object_set_new(values, "decided_by", json_integer(call->who.account_id));
    status = wx_act_put(call, "host.claimed", values, err);
    if (!status)
        status = wx_found_host_claimed(call->tx, host, site_id, call->who.account_id,
                                       call->now_s, err);
    return status;
}

enum wx_status wx_host_ignore(struct wx_call *call, struct wx_err *err)
{
    struct wx_str note;
    json_t *values;
    enum wx_status status = wx_act_text(call, "note", MAX_NOTE_BYTES, true, &note, err);

    if (status)
        return status;
    values = json_object();
    json_object_set_new(values, "state", json_string("ignored"));
    json_object_set_new(values, "note", wx_act_string(note));
    json_object_set_new(values, "decided", wx_act_now(call));
    json_object_set_new(values, "decided_by", json_integer(call->who.account_id));
    return wx_act_put(call, "host.ignored", values, err);
}
