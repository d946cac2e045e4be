/* Units reminded by hand: one of a duty, or all that are late. */
#include "api/campaign.h"
#include "api/handlers.h"
#include "campaign/day.h"
#include "store/office_campaign.h"

static enum wx_status chase(struct wx_call *call, int64_t campaign_id, int64_t duty_id,
                            bool is_late, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_chase how = {campaign_id, duty_id, call->now_s, {NULL, 0}};
    int64_t *ids = NULL;
    char today[16];
    size_t n = 0;
    enum wx_status status;

    wx_day_format(wx_day_at(call->now_s), today);
    how.day = wx_str_of(today);
    status = wx_chase_keep(call->tx, &how, err);
    if (!status)
        status = wx_chased_units(call->tx, &call->arena, &how, &ids, &n, err);
    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_kint(&j, "units", (int64_t)n);
    wx_json_key(&j, "unit_ids");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        wx_json_int(&j, ids[i]);
        wx_call_event(call, is_late ? "duty.overdue" : "duty.reminded", "campaign",
                      campaign_id, ids[i]);
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return WX_OK;
}

enum wx_status wx_duty_chase(struct wx_call *call, struct wx_err *err)
{
    struct wx_duty_row row;
    char today[16];
    enum wx_status status =
        wx_duty_row_read(call->tx, &call->arena, call->object_id, &row, err);

    if (status)
        return status;
    if (row.paused_on.len)
        return wx_call_refuse(call, WX_P_STATE, err, "its clock stands");
    wx_day_format(wx_day_at(call->now_s), today);
    return chase(call, row.campaign_id, row.id,
                 row.due.len && strcmp(wx_arena_z(&call->arena, row.due), today) < 0,
                 err);
}

enum wx_status wx_campaign_chase(struct wx_call *call, struct wx_err *err)
{
    return chase(call, call->object_id, 0, true, err);
}
