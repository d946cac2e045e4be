#include "campaign/extension.h"

#include "base/clock.h"
#include "campaign/day.h"
#include "campaign/duty.h"
#include "campaign/notice.h"
#include "campaign/row.h"

static enum wx_status check_until(const struct wx_extension_new *asked,
                                  const json_t *row, struct wx_err *err)
{
    int32_t until, due = WX_DAY_NONE;

    (void)wx_day_parse(wx_fields_text(row, "due"), &due);
    return !wx_day_parse(asked->until, &until) || until <= due ||
                   until < wx_day_at(asked->by.now_s)
               ? wx_fail(err, WX_E_INVALID,
                         "'until' must be a day after the deadline and not past")
               : WX_OK;
}

enum wx_status wx_extension_ask(struct wx_tx *tx, struct wx_arena *arena,
                                const struct wx_extension_new *asked, int64_t *id,
                                struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, asked->is_of_notice ? "notice" : "duty",
                                 asked->id, true, err),
           *values;
    enum wx_status status = row ? check_until(asked, row, err) : WX_E_NOT_FOUND;

    if (status) {
        json_decref(row);
        return status;
    }
    values = json_pack("{s:O, s:O, s:s, s:I, s:O}", "unit_id",
                       json_object_get(row, "unit_id"), "campaign_id",
                       json_object_get(row, "campaign_id"), "state", "asked",
                       asked->is_of_notice ? "notice_id" : "duty_id",
                       (json_int_t)asked->id, "name", json_object_get(row, "name"));
    wx_fields_set(values, "due", wx_fields_text(row, "due"));
    wx_fields_set(values, "until", asked->until);
    wx_fields_set(values, "why", asked->why);
    json_decref(row);
    return wx_fields_create(tx, "extension", values, &asked->by, id, err);
}

static enum wx_status extend(struct wx_tx *tx, struct wx_arena *arena,
                             const json_t *row, struct wx_str until,
                             const struct wx_record_by *by, struct wx_err *err)
{
    int64_t duty_id = json_integer_value(json_object_get(row, "duty_id"));
    int64_t notice_id = json_integer_value(json_object_get(row, "notice_id"));
    struct wx_duty_input input = {.by = *by, .day = until};
    struct wx_notice_input notice = {.by = *by, .day = until};
    struct wx_duty_row duty;
    enum wx_status status;

    if (notice_id)
        return wx_notice_act(tx, arena, WX_NOTICE_EXTEND, notice_id, 0, &notice, err);
    status = wx_duty_row_read(tx, arena, duty_id, &duty, err);
    return status ? status : wx_duty_act(tx, WX_DUTY_EXTEND, &duty, 0, &input, err);
}

static json_t *decided(const struct wx_extension_decision *d, struct wx_str until)
{
    json_t *values = json_object();
    char now[24];

    wx_time_format(d->by.now_s, now);
    wx_fields_set(values, "state",
                  d->is_granted ? WX_STR("approved") : WX_STR("refused"));
    wx_fields_set(values, "reason", d->reason);
    if (d->is_granted)
        wx_fields_set(values, "granted", until);
    wx_fields_set(values, "decided", wx_str_of(now));
    json_object_set_new(values, "decided_by", json_integer(d->by.account_id));
    return values;
}

enum wx_status wx_extension_decide(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                   int64_t rev, const struct wx_extension_decision *d,
                                   struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "extension", id, true, err);
    struct wx_str until = d->until;
    int32_t day;
    enum wx_status status =
        row ? wx_fields_check_rev(row, "extension", rev, err) : WX_E_NOT_FOUND;

    if (!status && !wx_str_eqz(wx_fields_text(row, "state"), "asked"))
        status = wx_fail(err, WX_E_INVALID, "it was decided already");
    if (!status && !until.len)
        until = wx_arena_str(arena, wx_fields_text(row, "until"));
    if (!status && d->is_granted && !wx_day_parse(until, &day))
        status = wx_fail(err, WX_E_INVALID, "'until' must be a day");
    if (!status && d->is_granted)
        status = extend(tx, arena, row, until, &d->by, err);
    json_decref(row);
    return status
               ? status
               : wx_fields_update(tx, "extension", id, decided(d, until), &d->by, err);
}
