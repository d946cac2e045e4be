#include "campaign/duty.h"

#include "base/clock.h"
#include "campaign/day.h"

struct acting {
    const struct wx_duty_row *row;
    const struct wx_duty_input *input;
    json_t *values;
    char today[16], now[24];
    int32_t day;
};

static void set_text(struct acting *a, const char *field, struct wx_str text)
{
    json_object_set_new(a->values, field,
                        json_stringn(text.ptr ? text.ptr : "", text.len));
}

static void set_int(struct acting *a, const char *field, int64_t v)
{
    json_object_set_new(a->values, field, json_integer(v));
}

static void decide(struct acting *a)
{
    set_text(a, "decided", wx_str_of(a->now));
    set_int(a, "decided_by", a->input->by.account_id);
    set_text(a, "reason", a->input->note);
}

/* The deadline as it stands: later by the days that the clock has stood. */
static int32_t due_day(const struct acting *a)
{
    const struct wx_calendar *calendar = a->input->calendar;
    int32_t due, paused, later;
    int n;

    if (!wx_day_parse(a->row->due, &due))
        return WX_DAY_NONE;
    if (!wx_day_parse(a->row->paused_on, &paused) || a->day <= paused)
        return due;
    if (calendar && !wx_calendar_count(calendar, paused, a->day, &n, NULL) &&
        !wx_calendar_add(calendar, due, n, &later, NULL))
        return later;
    return due + a->day - paused;
}

static void start_clock(struct acting *a)
{
    int32_t paused, due = due_day(a);
    char text[16];

    if (!wx_day_parse(a->row->paused_on, &paused))
        return;
    set_text(a, "paused_on", WX_STR(""));
    set_int(a, "paused_days",
            a->row->paused_days + (a->day > paused ? a->day - paused : 0));
    if (due != WX_DAY_NONE) {
        wx_day_format(due, text);
        set_text(a, "due", wx_str_of(text));
    }
}

/* CAME: the day that counts. */
static void submit(struct acting *a, struct wx_str way, int32_t came)
{
    int32_t due = due_day(a);
    char text[16];

    start_clock(a);
    set_text(a, "submitted", wx_str_of(a->now));
    set_int(a, "submitted_by", a->input->by.account_id);
    set_text(a, "way", way);
    set_text(a, "reason", WX_STR(""));
    if (a->input->scan)
        set_int(a, "scan", a->input->scan);
    if (a->input->attachments)
        json_object_set(a->values, "attachments", a->input->attachments);
    if (a->input->of_x100) {
        set_int(a, "points_x100", a->input->points_x100);
        set_int(a, "of_x100", a->input->of_x100);
    }
    if (a->row->first_submitted.len)
        return;
    wx_day_format(came, text);
    set_text(a, "first_submitted", wx_str_of(text));
    set_int(a, "late_days", due != WX_DAY_NONE && came > due ? came - due : 0);
}

static enum wx_status check(enum wx_duty_act act, const struct acting *a,
                            struct wx_err *err)
{
    uint32_t needs = wx_duty_course.moves[act].needs;
    int32_t day;

    if ((needs & WX_COURSE_NOTE) && wx_str_trim(a->input->note).len == 0)
        return wx_fail(err, WX_E_INVALID, "a reason is needed");
    if (a->input->note.len > WX_MAX_COURSE_NOTE_BYTES)
        return wx_fail(err, WX_E_INVALID, "the reason is too long");
    if (((needs & WX_COURSE_DAY) || a->input->day.len) &&
        !wx_day_parse(a->input->day, &day))
        return wx_fail(err, WX_E_INVALID, "a day such as 2026-12-31 is needed");
    if (act == WX_DUTY_RECEIVE && day > a->day)
        return wx_fail(err, WX_E_INVALID, "paper cannot have come on a day to come");
    if (act == WX_DUTY_PAUSE && a->row->paused_on.len)
        return wx_fail(err, WX_E_INVALID, "its clock stands already");
    if (act == WX_DUTY_RESUME && !a->row->paused_on.len)
        return wx_fail(err, WX_E_INVALID, "its clock does not stand");
    return WX_OK;
}

static void leave(enum wx_duty_act act, struct acting *a)
{
    int32_t came = a->day;

    switch (act) {
    case WX_DUTY_SUBMIT:
        submit(a, a->input->way.len ? a->input->way : WX_STR("online"), a->day);
        break;
    case WX_DUTY_RECEIVE:
        (void)wx_day_parse(a->input->day, &came);
        submit(a, WX_STR("paper"), came);
        break;
    case WX_DUTY_RETURN:
        set_int(a, "n_returned", a->row->n_returned + 1);
        decide(a);
        if (a->input->day.len)
            set_text(a, "due", a->input->day);
        break;
    case WX_DUTY_ACCEPT:
    case WX_DUTY_WAIVE:
    case WX_DUTY_REOPEN:
        decide(a);
        if (act == WX_DUTY_REOPEN && a->input->day.len)
            set_text(a, "due", a->input->day);
        break;
    case WX_DUTY_PAUSE:
        set_text(a, "paused_on", wx_str_of(a->today));
        set_text(a, "reason", a->input->note);
        break;
    case WX_DUTY_RESUME:
        start_clock(a);
        break;
    case WX_DUTY_EXTEND:
        set_text(a, "due", a->input->day);
        break;
    default: /* filling and mending only change the state */
        break;
    }
}

enum wx_status wx_duty_act(struct wx_tx *tx, enum wx_duty_act act,
                           const struct wx_duty_row *row, int64_t rev,
                           const struct wx_duty_input *input, struct wx_err *err)
{
    struct acting a = {.row = row, .input = input, .day = wx_day_at(input->by.now_s)};
    struct wx_field_problems problems = {.n = 0};
    struct wx_str to;
    enum wx_status status;

    wx_day_format(a.day, a.today);
    wx_time_format(input->by.now_s, a.now);
    if (rev && rev != row->rev)
        return wx_fail(err, WX_E_AGAIN, "duty %lld was changed meanwhile",
                       (long long)row->id);
    status = wx_course_move(&wx_duty_course, act, row->state, &to, err);
    if (!status)
        status = check(act, &a, err);
    if (status)
        return status;
    a.values = json_object();
    set_text(&a, "state", to);
    leave(act, &a);
    status = wx_record_update(tx, wx_record_kind_find(WX_STR("duty")), row->id, 0,
                              a.values, &input->by, &problems, err);
    json_decref(a.values);
    return status;
}
