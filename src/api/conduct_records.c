/* Records of the conduct pages that need more than their field table: source addresses
 * (must be addresses), blocklist entries, schedules (must be due some time). */
#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "base/clock.h"
#include "base/daily.h"
#include "permit/permit.h"
#include "round/plan.h"
#include "round/schedule.h"

static enum wx_status bad(struct wx_call *call, const char *field, const char *code,
                          enum wx_text text, struct wx_err *err)
{
    wx_field_problem_add(&call->problems, field, code, text);
    return wx_fail(err, WX_E_INVALID, "'%s': %s", field, code);
}

static enum wx_status find_as(struct wx_call *call, const char *kind,
                              struct wx_err *err)
{
    call->kind = wx_record_kind_find(wx_str_of(kind));
    return call->path_text[0].len            ? wx_find_record(call, err)
           : wx_str_eqz(call->method, "GET") ? wx_find_list(call, err)
                                             : wx_find_nothing(call, err);
}

enum wx_status wx_find_source(struct wx_call *call, struct wx_err *err)
{
    return find_as(call, "source", err);
}

enum wx_status wx_find_blocked(struct wx_call *call, struct wx_err *err)
{
    return find_as(call, "blocklist", err);
}

enum wx_status wx_find_schedule(struct wx_call *call, struct wx_err *err)
{
    return find_as(call, "schedule", err);
}

/* ---- source addresses ---- */

/* An address or range is what a permit would take as one. */
static bool is_range(struct wx_str text)
{
    struct wx_buf json = WX_BUF_INIT(4096);
    struct wx_json j = WX_JSON_INIT(&json);
    struct wx_permit *permit = NULL;
    bool is_good;

    wx_json_open(&j, '{');
    wx_json_kint(&j, "version", 1);
    wx_json_kz(&j, "id", "-");
    wx_json_key(&j, "hosts");
    wx_json_raw(&j, WX_STR("[]"));
    wx_json_key(&j, "sources");
    wx_json_open(&j, '[');
    wx_json_str(&j, text);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    is_good = wx_permit_parse(wx_buf_str(&json), "-", &permit, NULL) == WX_OK;
    wx_permit_free(permit);
    wx_buf_clear(&json);
    return is_good;
}

static enum wx_status check_source(struct wx_call *call, struct wx_err *err)
{
    struct wx_str address = wx_str_trim(wx_call_text(call, "address"));

    if (!json_object_get(call->json, "address") || is_range(address))
        return WX_OK;
    return bad(call, "address", "not_an_address", WX_T_FIELD_NOT_AN_ADDRESS, err);
}

enum wx_status wx_source_create(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = check_source(call, err);

    return status ? status : wx_records_create(call, err);
}

enum wx_status wx_source_change(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = check_source(call, err);

    return status ? status : wx_record_change(call, err);
}

/* ---- blocklist ---- */

static enum wx_status check_blocked(struct wx_call *call, struct wx_err *err)
{
    struct wx_permit *permit = NULL;
    struct wx_str host = wx_str_trim(wx_call_text(call, "host"));
    enum wx_status status;

    if (!json_object_get(call->json, "host"))
        return WX_OK;
    status = wx_permit_parse(WX_STR("{\"version\":1,\"id\":\"-\",\"hosts\":[]}"), "-",
                             &permit, err);
    if (!status)
        status = wx_permit_except(permit, host, err);
    wx_permit_free(permit);
    if (status == WX_E_INVALID)
        return bad(call, "host", "not_a_host", WX_T_FIELD_NOT_A_HOST, err);
    json_object_set_new(call->json, "host", json_stringn(host.ptr, host.len));
    return status;
}

static enum wx_status tell_blocked(struct wx_call *call, enum wx_status status)
{
    if (!status)
        wx_call_event(call, "blocklist.changed", "blocklist", call->object_id, 0);
    return status;
}

enum wx_status wx_blocked_create(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = check_blocked(call, err);

    return status ? status : tell_blocked(call, wx_records_create(call, err));
}

enum wx_status wx_blocked_change(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = check_blocked(call, err);

    return status ? status : tell_blocked(call, wx_record_change(call, err));
}

enum wx_status wx_blocked_lift(struct wx_call *call, struct wx_err *err)
{
    return tell_blocked(call, wx_record_remove(call, err));
}

/* ---- schedules ---- */

/* As it would stand after the change. */
static enum wx_status check_schedule(struct wx_call *call, json_t *whole,
                                     struct wx_err *err)
{
    struct wx_schedule schedule;
    const char *field, *every = json_string_value(json_object_get(whole, "every")),
                       *start = json_string_value(json_object_get(whole, "start_at")),
                       *stop = json_string_value(json_object_get(whole, "stop_at"));
    int minutes;

    if (wx_schedule_make(wx_str_of(every),
                         json_integer_value(json_object_get(whole, "weekday")),
                         json_integer_value(json_object_get(whole, "monthday")),
                         wx_str_of(start), &schedule, &field, err))
        return bad(call, field, "not_a_schedule", WX_T_FIELD_NOT_A_SCHEDULE, err);
    if (stop && *stop &&
        (!wx_daily_time_parse(wx_str_of(stop), &minutes) ||
         minutes == schedule.start_min))
        return bad(call, "stop_at", "not_a_schedule", WX_T_FIELD_NOT_A_SCHEDULE, err);
    return WX_OK;
}

enum wx_status wx_schedule_create(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = check_schedule(call, call->json, err);

    return status ? status : wx_records_create(call, err);
}

/* Its next time is found anew: emptied here, set by the clock within a second. */
enum wx_status wx_schedule_change(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = {call->who.account_id, call->now_s};
    json_t *whole =
        wx_record_json(call->tx, &call->arena, "schedule", call->object_id, true, err);
    json_t *empty;
    enum wx_status status;

    if (!whole)
        return WX_E_NOT_FOUND;
    json_object_update(whole, call->json);
    status = check_schedule(call, whole, err);
    json_decref(whole);
    if (!status)
        status = wx_record_change(call, err);
    if (status)
        return status;
    empty = json_pack("{s:n}", "next");
    status = wx_record_update(call->tx, call->kind, call->object_id, 0, empty, &by,
                              &call->problems, err);
    json_decref(empty);
    return status ? status : wx_record_read(call, err);
}
