#include "campaign/dating.h"

#include "base/catalogue.h"
#include "campaign/row.h"
#include "store/office_campaign.h"

static const char *const periods[] = {[WX_PERIOD_WEEK] = "week",
                                      [WX_PERIOD_MONTH] = "month",
                                      [WX_PERIOD_QUARTER] = "quarter",
                                      [WX_PERIOD_HALF_YEAR] = "half_year",
                                      [WX_PERIOD_YEAR] = "year"};

bool wx_rule_counts_working_days(struct wx_arena *arena, struct wx_str rule)
{
    struct wx_deadline d;

    return rule.len && !wx_str_eqz(rule, "null") &&
           !wx_deadline_parse(arena, "deadline", rule, &d, NULL) &&
           (d.form == WX_DEADLINE_AFTER || d.form == WX_DEADLINE_BEFORE) &&
           d.unit == WX_SPAN_WORKING_DAYS;
}

static enum wx_status day_of(const struct wx_dating *dating,
                             const struct wx_deadline *d, struct wx_due *due,
                             struct wx_err *err)
{
    struct wx_due_facts facts = {.before = dating->before, .after_s = dating->now_s};

    *due = (struct wx_due){.state = WX_DUE_NONE, .last_day = WX_DAY_NONE};
    if (!dating->calendar && d->holiday != WX_HOLIDAY_KEEP)
        return wx_fail(err, WX_E_NOT_FOUND, "there is no calendar of working days");
    return wx_deadline_due(d, dating->calendar, &facts, due, err);
}

enum wx_status wx_task_date(struct wx_arena *arena, const struct wx_dating *dating,
                            struct wx_str rule, json_t *values, struct wx_err *err)
{
    struct wx_deadline d;
    struct wx_due due;
    char text[16] = "";
    enum wx_status status = wx_deadline_parse(arena, "deadline", rule, &d, err);

    if (status)
        return status;
    status = day_of(dating, &d, &due, err);
    wx_fields_set(values, "due_note",
                  wx_str_of(status == WX_E_NOT_FOUND
                                ? wx_text(WX_ZH, WX_T_TASK_NO_CALENDAR)
                                : ""));
    if (status && status != WX_E_NOT_FOUND)
        return status;
    if (due.last_day != WX_DAY_NONE)
        wx_day_format(due.last_day, text);
    wx_fields_set(values, "due", wx_str_of(text));
    wx_fields_set(values, "recurs",
                  wx_str_of(d.form == WX_DEADLINE_EVERY ? periods[d.period] : "none"));
    wx_fields_set(values, "deadline_text",
                  wx_deadline_text(arena, WX_ZH, &d, WX_STR("")));
    return WX_OK;
}

/* ---- by the clock ---- */

static enum wx_status date_duties(struct wx_tx *tx, struct wx_arena *arena,
                                  const struct wx_task_row *task, struct wx_str due,
                                  const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_duty_row *rows = NULL;
    size_t n = 0;
    enum wx_status status = wx_duty_rows(tx, arena, task->campaign_id,
                                         "open,draft,returned", &rows, &n, err);

    for (size_t i = 0; !status && i < n; i++)
        if (rows[i].task_id == task->id && rows[i].due.len == 0) {
            json_t *values = json_object();

            wx_fields_set(values, "due", due);
            wx_fields_set(values, "first_due", due);
            status = wx_fields_update(tx, "duty", rows[i].id, values, by, err);
        }
    return status;
}

static enum wx_status date_one(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_task_row *task,
                               const struct wx_dating *dating,
                               const struct wx_record_by *by, size_t *n,
                               struct wx_err *err)
{
    json_t *values = json_object();
    struct wx_str due;
    enum wx_status status = wx_task_date(arena, dating, task->deadline, values, err);

    due = wx_arena_str(arena, wx_fields_text(values, "due"));
    json_object_del(values, "deadline_text"); /* the paper's own words stay */
    if (status || !due.len) {
        json_decref(values);
        return status;
    }
    ++*n;
    status = wx_fields_update(tx, "task", task->id, values, by, err);
    return status ? status : date_duties(tx, arena, task, due, by, err);
}

enum wx_status wx_tasks_date(struct wx_tx *tx, struct wx_arena *arena,
                             int64_t campaign_id, const struct wx_calendar *calendar,
                             const struct wx_record_by *by, size_t *n,
                             struct wx_err *err)
{
    struct wx_dating dating = {.calendar = calendar, .now_s = by->now_s};
    struct wx_task_row *tasks = NULL;
    size_t n_tasks = 0;
    json_t *campaign = NULL;
    enum wx_status status = wx_task_rows(tx, arena, campaign_id, &tasks, &n_tasks, err);

    *n = 0;
    for (size_t i = 0; !status && i < n_tasks; i++) {
        if (tasks[i].due.len || !tasks[i].due_note.len)
            continue;
        if (!campaign) {
            campaign = wx_record_json(tx, arena, "campaign", campaign_id, true, err);
            dating.before = json_is_false(json_object_get(campaign, "before_inclusive"))
                                ? WX_BEFORE_EXCLUSIVE
                                : WX_BEFORE_INCLUSIVE;
        }
        status = campaign ? date_one(tx, arena, &tasks[i], &dating, by, n, err)
                          : WX_E_NOT_FOUND;
    }
    json_decref(campaign);
    return status;
}
