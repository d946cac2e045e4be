#include "api/act.h"

#include "base/clock.h"

enum wx_status wx_act_find(struct wx_call *call, const char *kind, struct wx_err *err)
{
    call->kind = wx_record_kind_find(wx_str_of(kind));
    return wx_find_record(call, err);
}

enum wx_status wx_act_read(struct wx_call *call, const struct wx_record_kind *kind,
                           int64_t id, json_t **out, struct wx_err *err)
{
    *out = wx_record_json(call->tx, &call->arena, kind->name, id, true, err);
    return *out ? WX_OK : err->status;
}

void wx_act_mark_hands(struct wx_call *call, const json_t *row)
{
    const json_t *hands = json_object_get(row, "hands");

    for (size_t i = 0; i < json_array_size(hands); i++)
        if (json_integer_value(json_array_get(hands, i)) == call->who.account_id)
            call->object.made_by = call->who.account_id;
}

static struct wx_record_by by_caller(const struct wx_call *call)
{
    return (struct wx_record_by){call->who.account_id, call->now_s};
}

enum wx_status wx_act_put(struct wx_call *call, const char *event, json_t *values,
                          struct wx_err *err)
{
    struct wx_record_by by = by_caller(call);
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev)) {
        json_decref(values);
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    }
    status = wx_record_update(call->tx, call->kind, call->object_id, rev, values, &by,
                              &call->problems, err);
    json_decref(values);
    if (status == WX_E_AGAIN)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "%s", err->text);
    return status ? status : wx_act_reply(call, event, err);
}

enum wx_status wx_act_reply(struct wx_call *call, const char *event, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_record_facts facts;
    enum wx_status status = wx_record_facts(call->tx, &call->arena, call->kind,
                                            call->object_id, &facts, err);

    if (status)
        return status;
    wx_call_etag(call, facts.rev);
    wx_call_event(call, event, call->kind->name, call->object_id, call->object.unit_id);
    return wx_record_get(call->tx, &call->arena, call->kind, call->object_id,
                         wx_call_may(call, WX_OP_PERSON_PHONE), &j, err);
}

enum wx_status wx_act_write(struct wx_call *call, const char *kind, int64_t id,
                            json_t *values, struct wx_err *err)
{
    struct wx_record_by by = by_caller(call);
    enum wx_status status =
        wx_record_update(call->tx, wx_record_kind_find(wx_str_of(kind)), id, 0, values,
                         &by, &call->problems, err);

    if (!status)
        wx_call_event(call, "record.changed", kind, id, call->object.unit_id);
    return status;
}

enum wx_status wx_act_refuse(struct wx_call *call, const char *field, const char *code,
                             enum wx_text text, struct wx_err *err)
{
    wx_field_problem_add(&call->problems, field, code, text);
    return wx_fail(err, WX_E_INVALID, "field '%s': %s", field, code);
}

enum wx_status wx_act_text(struct wx_call *call, const char *name, size_t max,
                           bool is_needed, struct wx_str *out, struct wx_err *err)
{
    *out = wx_str_trim(wx_call_text(call, name));
    if (out->len == 0 && is_needed)
        return wx_act_refuse(call, name, "required", WX_T_FIELD_REQUIRED, err);
    if (out->len > max)
        return wx_act_refuse(call, name, "too_long", WX_T_FIELD_TOO_LONG, err);
    for (size_t i = 0; i < out->len; i++)
        if ((unsigned char)out->ptr[i] < 0x20 && !strchr("\n\r\t", out->ptr[i]))
            return wx_act_refuse(call, name, "control_character", WX_T_FIELD_CONTROL,
                                 err);
    return WX_OK;
}

json_t *wx_act_string(struct wx_str s)
{
    return json_stringn(s.ptr ? s.ptr : "", s.len);
}

json_t *wx_act_now(const struct wx_call *call)
{
    char text[24];

    wx_time_format(call->now_s, text);
    return json_string(text);
}
