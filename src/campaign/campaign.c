#include "campaign/campaign.h"

#include "base/clock.h"
#include "campaign/row.h"

static json_t *now_json(const struct wx_record_by *by)
{
    char text[24];

    wx_time_format(by->now_s, text);
    return json_string(text);
}

static void stamp(enum wx_campaign_act act, const json_t *row,
                  const struct wx_record_by *by, json_t *values)
{
    static const char *const stamps[] = {[WX_CAMPAIGN_SUBMIT] = "submitted",
                                         [WX_CAMPAIGN_APPROVE] = "approved",
                                         [WX_CAMPAIGN_EVALUATE] = "evaluated",
                                         [WX_CAMPAIGN_CLOSE] = "closed",
                                         [WX_CAMPAIGN_ARCHIVE] = "archived"};

    if (act != WX_CAMPAIGN_REJECT)
        json_object_set_new(values, stamps[act], now_json(by));
    if (act == WX_CAMPAIGN_SUBMIT) {
        json_object_set_new(values, "submitted_by", json_integer(by->account_id));
        wx_fields_hand(row, values, by->account_id);
    }
    if (act == WX_CAMPAIGN_APPROVE)
        json_object_set_new(values, "approved_by", json_integer(by->account_id));
}

static enum wx_status start(struct wx_tx *tx, int64_t id,
                            const struct wx_campaign_input *input,
                            struct wx_followed *started, struct wx_err *err)
{
    enum wx_status status =
        wx_campaign_follow(tx, id, input->calendar, &input->by, started, err);

    return status || started->n_added
               ? status
               : wx_fail(
                     err, WX_E_INVALID,
                     "it has no task, or its scope holds no unit: nothing to begin");
}

static enum wx_status check(enum wx_campaign_act act, const json_t *row, int64_t rev,
                            const struct wx_campaign_input *input, struct wx_str *to,
                            struct wx_err *err)
{
    enum wx_status status = wx_fields_check_rev(row, "campaign", rev, err);

    if (!status)
        status = wx_course_move(&wx_campaign_course, act, wx_fields_text(row, "state"),
                                to, err);
    if (!status && (wx_campaign_course.moves[act].needs & WX_COURSE_NOTE) &&
        !wx_str_trim(input->reason).len)
        status = wx_fail(err, WX_E_INVALID, "a reason is needed");
    return status;
}

enum wx_status wx_campaign_act(struct wx_tx *tx, struct wx_arena *arena,
                               enum wx_campaign_act act, int64_t id, int64_t rev,
                               const struct wx_campaign_input *input,
                               struct wx_followed *started, struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "campaign", id, true, err), *values;
    struct wx_followed none;
    struct wx_str to;
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    status = check(act, row, rev, input, &to, err);
    if (!status && act == WX_CAMPAIGN_APPROVE)
        status = start(tx, id, input, started ? started : &none, err);
    if (status) {
        json_decref(row);
        return status;
    }
    values = json_object();
    wx_fields_set(values, "state", to);
    wx_fields_set(values, "reason", input->reason);
    stamp(act, row, &input->by, values);
    json_decref(row);
    return wx_fields_update(tx, "campaign", id, values, &input->by, err);
}
