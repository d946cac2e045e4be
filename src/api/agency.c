/* Third-party agencies: vetting, and what brings an engagement into force. */
#include "api/handlers.h"
#include "base/clock.h"
#include "store/office_org.h"
#include "store/record.h"

static enum wx_status find_as(struct wx_call *call, const char *kind,
                              struct wx_err *err)
{
    call->kind = wx_record_kind_find(wx_str_of(kind));
    return wx_find_record(call, err);
}

/* Not to be vetted by whoever changed it last. */
enum wx_status wx_find_agency(struct wx_call *call, struct wx_err *err)
{
    int64_t changed_by;
    enum wx_status status = find_as(call, "agency", err);

    if (!status)
        status = wx_agency_changed_by(call->tx, call->path_id[0], &changed_by, err);
    if (!status && changed_by == call->who.account_id)
        call->object.made_by = changed_by;
    return status;
}

enum wx_status wx_find_engagement(struct wx_call *call, struct wx_err *err)
{
    return find_as(call, "engagement", err);
}

/* Server-set fields of the record of the path; the record as the reply. */
static enum wx_status put(struct wx_call *call, json_t *values, struct wx_err *err)
{
    struct wx_record_by by = {call->who.account_id, call->now_s};
    struct wx_json j = wx_call_json(call);
    enum wx_status status = wx_record_update(call->tx, call->kind, call->object_id, 0,
                                             values, &by, &call->problems, err);

    json_decref(values);
    if (status)
        return status;
    wx_call_etag(call, call->object_rev + 1);
    wx_call_event(call, "record.changed", call->kind->name, call->object_id,
                  call->object.unit_id);
    return wx_record_get(call->tx, &call->arena, call->kind, call->object_id, false, &j,
                         err);
}

static enum wx_status field_bad(struct wx_call *call, const char *field,
                                const char *code, enum wx_text text, struct wx_err *err)
{
    wx_field_problem_add(&call->problems, field, code, text);
    return wx_fail(err, WX_E_INVALID, "'%s'", field);
}

/* {"note": "...", "passed": true}: the review record of requirement 224. */
enum wx_status wx_agency_vet(struct wx_call *call, struct wx_err *err)
{
    struct wx_str note = wx_utf8_clip(wx_call_text(call, "note"), 2000);
    bool passed = wx_call_bool(call, "passed");
    char at[24];

    if (!note.len)
        return field_bad(call, "note", "required", WX_T_FIELD_REQUIRED, err);
    wx_time_format(call->now_s, at);
    return put(call,
               json_pack("{s:s, s:s, s:I, s:s%}", "vetting",
                         passed ? "passed" : "failed", "vetted", at, "vetted_by",
                         (json_int_t)call->who.account_id, "vetting_note", note.ptr,
                         note.len),
               err);
}

enum wx_status wx_engagement_approve(struct wx_call *call, struct wx_err *err)
{
    return put(call, json_pack("{s:s}", "state", "active"), err);
}

enum wx_status wx_engagement_end(struct wx_call *call, struct wx_err *err)
{
    return put(call, json_pack("{s:s}", "state", "ended"), err);
}
