#include "campaign/rectify.h"

#include "base/catalogue.h"
#include "base/clock.h"
#include "campaign/day.h"
#include "campaign/notice.h"
#include "campaign/row.h"
#include "finding/act.h"
#include "store/office_notice.h"

static bool is_blank(const json_t *row, const char *field)
{
    const json_t *v = json_object_get(row, field);

    return !v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)) ||
           (json_is_array(v) && !json_array_size(v));
}

const char *wx_rectification_lacks(const json_t *row)
{
    static const char *const mended[] = {"fix", "measures", "person", "done_on", NULL};
    static const char *const planned[] = {"plan_why",   "plan_interim", "person",
                                          "milestones", "plan_due",     NULL};
    const char *const *field =
        json_is_true(json_object_get(row, "cannot_now")) ? planned : mended;

    while (*field && !is_blank(row, *field))
        field++;
    return *field;
}

/* ---- the finding moves along ---- */

static enum wx_status move_finding(struct wx_tx *tx, struct wx_arena *arena,
                                   int64_t finding_id, enum wx_finding_act act,
                                   struct wx_str note, const struct wx_record_by *by,
                                   struct wx_err *err)
{
    struct wx_finding_input input = {
        .note = note, .account_id = by->account_id, .now_s = by->now_s};
    struct wx_finding_acted acted;
    struct wx_finding_row row;
    enum wx_status status;

    if (!finding_id)
        return WX_OK;
    status = wx_finding_row_read(tx, arena, finding_id, &row, err);
    if (status == WX_E_NOT_FOUND)
        return WX_OK; /* it belongs to another unit now: nothing to move here */
    if (status || !wx_finding_may(act, row.state))
        return status; /* there already, by its own way */
    return wx_finding_act(tx, act, &row, 0, &input, NULL, &acted, err);
}

static enum wx_status close_finding(struct wx_tx *tx, struct wx_arena *arena,
                                    int64_t finding_id, struct wx_str note,
                                    const struct wx_record_by *by, struct wx_err *err)
{
    enum wx_status status =
        move_finding(tx, arena, finding_id, WX_ACT_FIX, note, by, err);

    return status ? status
                  : move_finding(tx, arena, finding_id, WX_ACT_CLOSE, note, by, err);
}

static int64_t finding_of(const json_t *row)
{
    return json_integer_value(json_object_get(row, "finding_id"));
}

/* ---- answers ---- */

static enum wx_status keep_answer(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                  const json_t *row, json_t *values,
                                  const struct wx_record_by *by, struct wx_err *err)
{
    json_t *whole = json_deep_copy(row), *kept = json_deep_copy(values);
    const char *lacking;
    bool is_planned;
    enum wx_status status;

    json_object_update(whole, values);
    lacking = wx_rectification_lacks(whole);
    is_planned = json_is_true(json_object_get(whole, "cannot_now"));
    if (lacking)
        status = wx_fail(err, WX_E_INVALID, "'%s' is needed", lacking);
    else
        status = WX_OK;
    wx_fields_set(kept, "state", is_planned ? WX_STR("planned") : WX_STR("answered"));
    wx_fields_set(kept, "verdict", WX_STR("none"));
    json_object_set_new(kept, "answered_by", json_integer(by->account_id));
    if (!status)
        status = wx_fields_update(tx, "rectification", id, json_incref(kept), by, err);
    if (!status)
        status = move_finding(
            tx, arena, finding_of(row), is_planned ? WX_ACT_BEGIN : WX_ACT_FIX,
            wx_fields_text(whole, is_planned ? "plan_why" : "measures"), by, err);
    json_decref(whole);
    json_decref(kept);
    return status;
}

enum wx_status wx_rectification_answer(struct wx_tx *tx, struct wx_arena *arena,
                                       int64_t id, int64_t rev, json_t *values,
                                       const struct wx_record_by *by,
                                       struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "rectification", id, true, err);
    struct wx_str state = wx_fields_text(row, "state");
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    status = wx_fields_check_rev(row, "rectification", rev, err);
    if (!status && (wx_str_eqz(state, "verified") || wx_str_eqz(state, "withdrawn")))
        status = wx_fail(err, WX_E_INVALID, "'answer' is not possible in state '%.*s'",
                         WX_STR_ARG(state));
    if (!status)
        status = keep_answer(tx, arena, id, row, values, by, err);
    json_decref(row);
    return status;
}

static enum wx_status check_step(const json_t *row, size_t n, struct wx_str day,
                                 int64_t now_s, struct wx_err *err)
{
    int32_t done;

    if (!wx_str_eqz(wx_fields_text(row, "state"), "planned"))
        return wx_fail(err, WX_E_INVALID, "there is no plan under way");
    if (!json_is_object(json_array_get(json_object_get(row, "milestones"), n - 1)))
        return wx_fail(err, WX_E_INVALID, "the plan has no step %zu", n);
    if (!wx_day_parse(day, &done))
        return wx_fail(err, WX_E_INVALID, "a day such as 2026-12-31 is needed");
    if (done > wx_day_at(now_s))
        return wx_fail(err, WX_E_INVALID, "a step cannot be done on a day to come");
    return WX_OK;
}

enum wx_status wx_rectification_step(struct wx_tx *tx, struct wx_arena *arena,
                                     int64_t id, int64_t rev, size_t n,
                                     struct wx_str day, struct wx_str note,
                                     const struct wx_record_by *by, struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "rectification", id, true, err), *steps;
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    status = wx_fields_check_rev(row, "rectification", rev, err);
    if (!status)
        status = check_step(row, n, day, by->now_s, err);
    if (!status) {
        steps = json_deep_copy(json_object_get(row, "milestones"));
        wx_fields_set(json_array_get(steps, n - 1), "done_on", day);
        wx_fields_set(json_array_get(steps, n - 1), "note", note);
        status = wx_fields_update(tx, "rectification", id,
                                  json_pack("{s:o}", "milestones", steps), by, err);
    }
    json_decref(row);
    return status;
}

enum wx_status wx_rectification_self(struct wx_tx *tx, struct wx_arena *arena,
                                     int64_t campaign_id, int64_t finding_id,
                                     json_t *values, const struct wx_record_by *by,
                                     int64_t *id, struct wx_err *err)
{
    struct wx_finding_row finding;
    char now[24];
    json_t *row;
    enum wx_status status = wx_finding_row_read(tx, arena, finding_id, &finding, err);

    if (!status)
        status = wx_item_of_finding(tx, finding_id, id, err);
    if (!status && *id)
        return wx_fail(err, WX_E_EXISTS, "rectification %lld is about it already",
                       (long long)*id);
    if (status)
        return status;
    wx_time_format(by->now_s, now);
    row = json_pack("{s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:b}", "unit_id",
                    (json_int_t)finding.unit_id, "campaign_id", (json_int_t)campaign_id,
                    "finding_id", (json_int_t)finding_id, "site_id",
                    (json_int_t)finding.site_id, "state", "open", "verdict", "none",
                    "told", now, "is_self_found", 1);
    wx_fields_set(row, "name", finding.title);
    wx_fields_set(row, "severity", finding.severity);
    wx_fields_set(row, "url", finding.url);
    status = wx_fields_create(tx, "rectification", row, by, id, err);
    return status ? status
                  : wx_rectification_answer(tx, arena, *id, 0, values, by, err);
}

/* ---- verdicts ---- */

static enum wx_status move_by_verdict(struct wx_tx *tx, struct wx_arena *arena,
                                      const json_t *row, const struct wx_verdict *v,
                                      const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_str note = v->note.len ? v->note : v->verdict;

    if (wx_str_eqz(v->verdict, "fixed") || wx_str_eqz(v->verdict, "page_gone"))
        return close_finding(tx, arena, finding_of(row), note, by, err);
    if (wx_str_eqz(v->verdict, "not_fixed"))
        return move_finding(tx, arena, finding_of(row), WX_ACT_RETURN, note, by, err);
    return WX_OK;
}

enum wx_status wx_rectification_judge(struct wx_tx *tx, struct wx_arena *arena,
                                      int64_t id, int64_t rev,
                                      const struct wx_verdict *v,
                                      const struct wx_record_by *by, struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "rectification", id, true, err), *values;
    char now[24];
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    status = wx_fields_check_rev(row, "rectification", rev, err);
    if (!status && wx_str_eqz(wx_fields_text(row, "state"), "withdrawn"))
        status = wx_fail(err, WX_E_INVALID, "it was withdrawn with its notice");
    values = json_object();
    wx_time_format(by->now_s, now);
    wx_fields_set(values, "verdict", v->verdict);
    wx_fields_set(values, "verdict_way", v->way);
    wx_fields_set(values, "verdict_note", v->note);
    wx_fields_set(values, "verdict_at", wx_str_of(now));
    json_object_set_new(values, "verdict_by", json_integer(by->account_id));
    if (v->round_id)
        json_object_set_new(values, "retest_round", json_integer(v->round_id));
    if (wx_str_eqz(v->verdict, "fixed") || wx_str_eqz(v->verdict, "page_gone"))
        wx_fields_set(values, "state", WX_STR("verified"));
    else if (wx_str_eqz(v->verdict, "not_fixed"))
        wx_fields_set(values, "state", WX_STR("open"));
    if (!status)
        status =
            wx_fields_update(tx, "rectification", id, json_incref(values), by, err);
    if (!status)
        status = move_by_verdict(tx, arena, row, v, by, err);
    json_decref(values);
    json_decref(row);
    return status;
}

enum wx_status wx_rectification_regress(struct wx_tx *tx, struct wx_arena *arena,
                                        int64_t id, const struct wx_record_by *by,
                                        struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "rectification", id, true, err), *values,
           *notice;
    struct wx_notice_input input = {
        .note = wx_str_of(wx_text(WX_ZH, WX_T_ITEM_CAME_BACK)), .by = *by};
    int64_t notice_id, n;
    struct wx_str state;
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    notice_id = json_integer_value(json_object_get(row, "notice_id"));
    n = json_integer_value(json_object_get(row, "n_regressed"));
    json_decref(row);
    values = json_pack("{s:s, s:s, s:I}", "state", "open", "verdict", "not_fixed",
                       "n_regressed", (json_int_t)(n + 1));
    status = wx_fields_update(tx, "rectification", id, values, by, err);
    notice = !status && notice_id
                 ? wx_record_json(tx, arena, "notice", notice_id, true, err)
                 : NULL;
    state = wx_fields_text(notice, "state");
    if (!status && notice && wx_course_may(&wx_notice_course, WX_NOTICE_REOPEN, state))
        status = wx_notice_act(tx, arena, WX_NOTICE_REOPEN, notice_id, 0, &input, err);
    json_decref(notice);
    return status;
}
