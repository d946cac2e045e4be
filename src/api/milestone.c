/* Steps of a plan where a finding cannot be mended now. */
#include "api/act.h"
#include "api/campaign.h"
#include "api/handlers.h"
#include "campaign/rectify.h"

enum { MAX_NOTE_BYTES = 2000, MAX_STEPS = 100 };

enum wx_status wx_rectification_stepped(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = wx_call_by(call);
    struct wx_record_facts facts;
    struct wx_json j;
    int64_t rev, n = wx_call_int(call, "n");
    struct wx_str note;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (n < 1 || n > MAX_STEPS)
        return wx_act_refuse(call, "n", "not_a_number", WX_T_FIELD_NOT_A_NUMBER, err);
    status = wx_act_text(call, "note", MAX_NOTE_BYTES, false, &note, err);
    if (!status)
        status = wx_rectification_step(call->tx, &call->arena, call->object_id, rev,
                                       (size_t)n, wx_call_text(call, "done_on"), note,
                                       &by, err);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_event(call, "rectification.stepped", "rectification", call->object_id,
                  call->object.unit_id);
    status = wx_record_facts(call->tx, &call->arena, call->kind, call->object_id,
                             &facts, err);
    if (status)
        return status;
    j = wx_call_json(call);
    wx_call_etag(call, facts.rev);
    return wx_record_get(call->tx, &call->arena, call->kind, call->object_id, false, &j,
                         err);
}
