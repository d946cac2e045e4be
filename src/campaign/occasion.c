#include "campaign/occasion.h"

#include "campaign/day.h"
#include "campaign/deadline.h"
#include "campaign/duty.h"
#include "campaign/row.h"
#include "store/office_occasion.h"
#include "store/office_request.h"

struct occurring {
    struct wx_tx *tx;
    struct wx_arena arena;
    const struct wx_calendar *calendar;
    const struct wx_record_by *by;
};

/* The day after RULE counted from AT_S; "" where the calendar lacks its year. */
static enum wx_status day_after(struct occurring *o, struct wx_str rule, int64_t at_s,
                                bool is_exclusive, struct wx_str *out,
                                struct wx_err *err)
{
    struct wx_due_facts facts = {.has_event = true,
                                 .event_s = at_s,
                                 .before = is_exclusive ? WX_BEFORE_EXCLUSIVE
                                                        : WX_BEFORE_INCLUSIVE,
                                 .after_s = at_s};
    struct wx_due due = {.last_day = WX_DAY_NONE};
    struct wx_deadline d;
    char text[16] = "";
    enum wx_status status = wx_deadline_parse(&o->arena, "deadline", rule, &d, err);

    *out = WX_STR("");
    if (status)
        return status;
    if (!o->calendar &&
        (d.unit == WX_SPAN_WORKING_DAYS || d.holiday != WX_HOLIDAY_KEEP))
        return WX_OK;
    status = wx_deadline_due(&d, o->calendar, &facts, &due, err);
    if (status == WX_E_NOT_FOUND)
        return WX_OK;
    if (due.last_day != WX_DAY_NONE)
        wx_day_format(due.last_day, text);
    *out = wx_arena_str(&o->arena, wx_str_of(text));
    return status;
}

static enum wx_status make(struct occurring *o, const struct wx_occasion *it,
                           struct wx_str due, struct wx_err *err)
{
    struct wx_duty_new duty = {.unit_id = it->unit_id,
                               .campaign_id = it->campaign_id,
                               .task_id = it->task_id,
                               .phase_id = it->phase_id,
                               .turn = it->id,
                               .because = it->because,
                               .because_id = it->id,
                               .name = it->name,
                               .due = due};
    int64_t event_id;
    bool was_added;
    enum wx_status status = wx_duty_add(o->tx, &duty, o->by, &was_added, err);

    return status ? status
                  : wx_event_add(o->tx, "duty.asked", "campaign", it->campaign_id,
                                 it->unit_id, o->by->now_s, &event_id, err);
}

static enum wx_status follow_one(struct occurring *o, const struct wx_occasion *it,
                                 size_t *n, struct wx_err *err)
{
    struct wx_str due = it->due;
    json_t *values;
    enum wx_status status = WX_OK;

    if (!due.len)
        status = day_after(o, it->deadline, it->at_s, it->is_exclusive, &due, err);
    if (status || (it->duty_id && !due.len))
        return status; /* still without a calendar */
    ++*n;
    if (!it->duty_id)
        return make(o, it, due, err);
    values = json_object();
    wx_fields_set(values, "due", due);
    wx_fields_set(values, "first_due", due);
    return wx_fields_update(o->tx, "duty", it->duty_id, values, o->by, err);
}

static enum wx_status date_starts(struct occurring *o, size_t *n, struct wx_err *err)
{
    struct wx_start_task *tasks = NULL;
    size_t n_tasks = 0;
    enum wx_status status = wx_tasks_of_start(o->tx, &o->arena, &tasks, &n_tasks, err);

    for (size_t i = 0; !status && i < n_tasks; i++) {
        struct wx_str due;
        json_t *values;

        status = day_after(o, tasks[i].deadline, tasks[i].approved_s,
                           tasks[i].is_exclusive, &due, err);
        if (status || !due.len)
            continue;
        values = json_object();
        wx_fields_set(values, "due", due);
        status = wx_fields_update(o->tx, "task", tasks[i].task_id, values, o->by, err);
        *n += !status;
    }
    return status;
}

enum wx_status wx_occasions_follow(struct wx_tx *tx, const struct wx_calendar *calendar,
                                   const struct wx_record_by *by, size_t *n,
                                   struct wx_err *err)
{
    struct occurring o = {.tx = tx, .calendar = calendar, .by = by};
    struct wx_occasion *all = NULL;
    size_t n_all = 0;
    enum wx_status status;

    *n = 0;
    wx_arena_init(&o.arena);
    status = date_starts(&o, n, err);
    if (!status)
        status = wx_occasions_find(tx, &o.arena, WX_MAX_OCCASIONS, &all, &n_all, err);
    for (size_t i = 0; !status && i < n_all; i++)
        status = follow_one(&o, &all[i], n, err);
    wx_arena_clear(&o.arena);
    return status;
}

enum wx_status wx_occasions_wait(struct wx_tx *tx, bool *wait, struct wx_err *err)
{
    struct wx_start_task *tasks;
    struct wx_occasion *all;
    struct wx_arena arena;
    size_t n = 0, n_tasks = 0;
    enum wx_status status;

    *wait = false;
    wx_arena_init(&arena);
    status = wx_occasions_find(tx, &arena, WX_MAX_OCCASIONS, &all, &n, err);
    /* one that only waits for a calendar is tried once a day, not each time */
    for (size_t i = 0; !status && i < n; i++)
        *wait |= !all[i].duty_id;
    if (!status && !*wait)
        status = wx_tasks_of_start(tx, &arena, &tasks, &n_tasks, err);
    wx_arena_clear(&arena);
    return status;
}

/* ---- the duty of a notice ---- */

static bool act_along(enum wx_notice_act act, enum wx_duty_act *out)
{
    static const struct {
        enum wx_notice_act notice;
        enum wx_duty_act duty;
    } pairs[] = {{WX_NOTICE_ANSWER, WX_DUTY_SUBMIT},
                 {WX_NOTICE_RETURN, WX_DUTY_RETURN},
                 {WX_NOTICE_CLOSE, WX_DUTY_ACCEPT},
                 {WX_NOTICE_REOPEN, WX_DUTY_REOPEN},
                 {WX_NOTICE_EXTEND, WX_DUTY_EXTEND}};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i].notice == act) {
            *out = pairs[i].duty;
            return true;
        }
    return false;
}

enum wx_status wx_duty_along(struct wx_tx *tx, struct wx_arena *arena,
                             enum wx_notice_act act, int64_t notice_id,
                             const struct wx_notice_input *input, struct wx_err *err)
{
    struct wx_duty_input duty_input = {.note = input->note,
                                       .day = act == WX_NOTICE_EXTEND ? input->day
                                                                      : WX_STR(""),
                                       .scan = input->scan,
                                       .by = input->by};
    enum wx_duty_act duty_act;
    struct wx_duty_row row;
    int64_t id;
    enum wx_status status;

    if (!act_along(act, &duty_act))
        return WX_OK;
    status = wx_occasion_duty(tx, "notice", notice_id, &id, err);
    if (status || !id)
        return status;
    status = wx_duty_row_read(tx, arena, id, &row, err);
    /* answered, not yet closed, and open again: it is returned */
    if (!status && duty_act == WX_DUTY_REOPEN && wx_str_eqz(row.state, "submitted"))
        duty_act = WX_DUTY_RETURN;
    if (status || !wx_course_may(&wx_duty_course, duty_act, row.state))
        return status;
    return wx_duty_act(tx, duty_act, &row, 0, &duty_input, err);
}
