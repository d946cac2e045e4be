#include "campaign/notice.h"

#include "base/clock.h"
#include "campaign/day.h"
#include "campaign/number.h"
#include "campaign/occasion.h"
#include "campaign/row.h"
#include "store/office_notice.h"
#include "store/office_number.h"

/* ---- drafting ---- */

static enum wx_status add_item(struct wx_tx *tx, const struct wx_notice_draft *draft,
                               int64_t notice_id, const struct wx_notifiable *found,
                               struct wx_err *err)
{
    json_t *values = json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:b}", "unit_id",
        (json_int_t)found->unit_id, "campaign_id", (json_int_t)draft->campaign_id,
        "notice_id", (json_int_t)notice_id, "finding_id", (json_int_t)found->finding_id,
        "site_id", (json_int_t)found->site_id, "state", "open", "verdict", "none",
        "is_self_found", 0);
    int64_t id;

    wx_fields_set(values, "name", found->title);
    wx_fields_set(values, "severity", found->severity);
    wx_fields_set(values, "url", found->url);
    return wx_fields_create(tx, "rectification", values, &draft->by, &id, err);
}

static enum wx_status draft_one(struct wx_tx *tx, const struct wx_notice_draft *draft,
                                const struct wx_notifiable *found, size_t n,
                                int64_t *id, struct wx_err *err)
{
    json_t *values =
        json_pack("{s:I, s:I, s:s, s:I, s:[I]}", "unit_id", (json_int_t)found->unit_id,
                  "campaign_id", (json_int_t)draft->campaign_id, "state", "draft",
                  "n_items", (json_int_t)n, "hands", (json_int_t)draft->by.account_id);
    enum wx_status status;

    wx_fields_set(values, "kind", draft->kind);
    wx_fields_set(values, "name", draft->name);
    wx_fields_set(values, "due", draft->due);
    wx_fields_set(values, "first_due", draft->due);
    wx_fields_set(values, "basis", draft->basis);
    wx_fields_set(values, "asks", draft->asks);
    status = wx_fields_create(tx, "notice", values, &draft->by, id, err);
    for (size_t i = 0; !status && i < n; i++)
        status = add_item(tx, draft, *id, &found[i], err);
    return status;
}

enum wx_status wx_notices_draft(struct wx_tx *tx, struct wx_arena *arena,
                                const struct wx_notice_draft *draft, int64_t **ids,
                                size_t *n, struct wx_err *err)
{
    struct wx_notifiable *found = NULL;
    size_t n_found = 0, end;
    int32_t due;
    enum wx_status status;

    *n = 0;
    if (!wx_day_parse(draft->due, &due) || due < wx_day_at(draft->by.now_s))
        return wx_fail(err, WX_E_INVALID, "'due' must be a day to come");
    status = wx_notifiable_find(tx, arena, draft->campaign_id, draft->unit_id,
                                draft->least, &found, &n_found, err);
    *ids = wx_arena_array(arena, int64_t, n_found + 1);
    for (size_t i = 0; !status && i < n_found; i = end) {
        for (end = i + 1; end < n_found && found[end].unit_id == found[i].unit_id;)
            end++;
        status = draft_one(tx, draft, &found[i], end - i, &(*ids)[*n], err);
        *n += !status;
    }
    return status;
}

/* ---- acts ---- */

struct acting {
    struct wx_tx *tx;
    struct wx_arena *arena;
    const struct wx_notice_input *input;
    int64_t id;
    json_t *row, *values;
    struct wx_item_row *items;
    size_t n_items;
    char now[24];
};

static struct wx_str text_of(const struct acting *a, const char *field)
{
    const char *text = json_string_value(json_object_get(a->row, field));

    return wx_str_of(text ? text : "");
}

static enum wx_status approve(struct acting *a, struct wx_err *err)
{
    struct wx_official_number number;
    struct wx_str series;
    enum wx_status status = wx_number_series(
        a->tx, a->arena, json_integer_value(json_object_get(a->row, "campaign_id")),
        &series, err);

    if (!status)
        status = wx_number_take(a->tx, series,
                                wx_day_date(wx_day_at(a->input->by.now_s)).year,
                                "notice", a->id, &a->input->by, &number, err);
    if (status)
        return status;
    wx_fields_set(a->values, "number", wx_number_text(a->arena, &number));
    wx_fields_set(a->values, "approved", wx_str_of(a->now));
    json_object_set_new(a->values, "approved_by",
                        json_integer(a->input->by.account_id));
    return WX_OK;
}

/* FIELD of every item to TEXT. */
static enum wx_status set_items(struct acting *a, const char *field, struct wx_str text,
                                struct wx_err *err)
{
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < a->n_items; i++) {
        json_t *values = json_object();

        wx_fields_set(values, field, text);
        status = wx_fields_update(a->tx, "rectification", a->items[i].id, values,
                                  &a->input->by, err);
    }
    return status;
}

static enum wx_status send(struct acting *a, struct wx_err *err)
{
    struct wx_str way = a->input->way.len ? a->input->way : WX_STR("online");

    wx_fields_set(a->values, "told", wx_str_of(a->now));
    wx_fields_set(a->values, "sent_way", way);
    return set_items(a, "told", wx_str_of(a->now), err);
}

static enum wx_status answer(struct acting *a, struct wx_err *err)
{
    int32_t due, today = wx_day_at(a->input->by.now_s);
    char day[16];
    size_t n_open = 0;

    for (size_t i = 0; i < a->n_items; i++)
        n_open += wx_str_eqz(a->items[i].state, "open");
    if (n_open)
        return wx_fail(err, WX_E_INVALID, "%zu of its findings were not answered yet",
                       n_open);
    wx_fields_set(a->values, "answered", wx_str_of(a->now));
    wx_fields_set(a->values, "answer", a->input->answer);
    if (a->input->scan)
        json_object_set_new(a->values, "scan", json_integer(a->input->scan));
    if (json_is_null(json_object_get(a->row, "received")))
        wx_fields_set(a->values, "received", wx_str_of(a->now));
    if (text_of(a, "first_answered").len)
        return WX_OK;
    wx_day_format(today, day);
    wx_fields_set(a->values, "first_answered", wx_str_of(day));
    if (wx_day_parse(text_of(a, "due"), &due) && today > due)
        json_object_set_new(a->values, "late_days", json_integer(today - due));
    return WX_OK;
}

static enum wx_status close_it(struct acting *a, struct wx_err *err)
{
    size_t n_left = 0;

    for (size_t i = 0; i < a->n_items; i++)
        n_left += !wx_str_eqz(a->items[i].state, "verified") &&
                  !wx_str_eqz(a->items[i].state, "withdrawn");
    if (n_left)
        return wx_fail(err, WX_E_INVALID, "%zu of its findings were not verified yet",
                       n_left);
    wx_fields_set(a->values, "closed", wx_str_of(a->now));
    return WX_OK;
}

static enum wx_status cancel(struct acting *a, struct wx_err *err)
{
    enum wx_status status =
        wx_number_void(a->tx, "notice", a->id, a->input->note, a->input->by.now_s, err);

    wx_fields_set(a->values, "reason", a->input->note);
    return status ? status : set_items(a, "state", WX_STR("withdrawn"), err);
}

static enum wx_status extend(struct acting *a, struct wx_err *err)
{
    int32_t until, due;

    if (!wx_day_parse(a->input->day, &until) ||
        (wx_day_parse(text_of(a, "due"), &due) && until <= due))
        return wx_fail(err, WX_E_INVALID, "an extension must go past the present day");
    wx_fields_set(a->values, "due", a->input->day);
    return WX_OK;
}

static void count_up(struct acting *a, const char *field)
{
    json_object_set_new(
        a->values, field,
        json_integer(json_integer_value(json_object_get(a->row, field)) + 1));
}

static enum wx_status leave(enum wx_notice_act act, struct acting *a,
                            struct wx_err *err)
{
    switch (act) {
    case WX_NOTICE_SUBMIT:
        wx_fields_set(a->values, "submitted", wx_str_of(a->now));
        wx_fields_set(a->values, "reason", WX_STR(""));
        wx_fields_hand(a->row, a->values, a->input->by.account_id);
        return WX_OK;
    case WX_NOTICE_APPROVE:
        return approve(a, err);
    case WX_NOTICE_SEND:
        return send(a, err);
    case WX_NOTICE_RECEIVE:
        wx_fields_set(a->values, "received", wx_str_of(a->now));
        wx_fields_set(a->values, "received_by", a->input->name);
        return WX_OK;
    case WX_NOTICE_ANSWER:
        return answer(a, err);
    case WX_NOTICE_CLOSE:
        return close_it(a, err);
    case WX_NOTICE_REOPEN:
        count_up(a, "n_reopened");
        wx_fields_set(a->values, "reason", a->input->note);
        return WX_OK;
    case WX_NOTICE_ESCALATE:
        count_up(a, "level");
        wx_fields_set(a->values, "escalated", wx_str_of(a->now));
        return WX_OK;
    case WX_NOTICE_EXTEND:
        return extend(a, err);
    case WX_NOTICE_CANCEL:
        return cancel(a, err);
    case WX_NOTICE_REJECT:
    case WX_NOTICE_RETURN:
        wx_fields_set(a->values, "reason", a->input->note);
        return WX_OK;
    }
    return WX_OK;
}

enum wx_status wx_notice_act(struct wx_tx *tx, struct wx_arena *arena,
                             enum wx_notice_act act, int64_t id, int64_t rev,
                             const struct wx_notice_input *input, struct wx_err *err)
{
    struct acting a = {.tx = tx, .arena = arena, .input = input, .id = id};
    struct wx_str to;
    enum wx_status status;

    wx_time_format(input->by.now_s, a.now);
    a.row = wx_record_json(tx, arena, "notice", id, true, err);
    if (!a.row)
        return WX_E_NOT_FOUND;
    a.values = json_object();
    status = wx_fields_check_rev(a.row, "notice", rev, err);
    if (!status)
        status = wx_course_move(&wx_notice_course, act, text_of(&a, "state"), &to, err);
    if (!status && (wx_notice_course.moves[act].needs & WX_COURSE_NOTE) &&
        wx_str_trim(input->note).len == 0)
        status = wx_fail(err, WX_E_INVALID, "a reason is needed");
    if (!status)
        status = wx_notice_items(tx, arena, id, &a.items, &a.n_items, err);
    if (!status)
        wx_fields_set(a.values, "state", to);
    if (!status)
        status = leave(act, &a, err);
    if (!status)
        status =
            wx_fields_update(tx, "notice", id, json_incref(a.values), &input->by, err);
    if (!status)
        status = wx_duty_along(tx, arena, act, id, input, err);
    json_decref(a.values);
    json_decref(a.row);
    return status;
}
