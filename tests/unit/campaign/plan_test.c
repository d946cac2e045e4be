/* Campaigns made from the five shipped kinds, in an office's database; and their days.
 */
#include "campaign/plan.h"

#include "campaign/clock.h"
#include "campaign/dating.h"
#include "campaign/rectify.h"
#include "campaign/row.h"
#include "campaign/start.h"
#include "store/office_campaign.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct world {
    char dir[40];
    struct wx_office *office;
    struct wx_arena arena;
    struct wx_calendar *calendar;
    struct wx_tx *tx;
    struct wx_err err;
};

static int set_up(void **state)
{
    struct world *w = wx_new(struct world);

    snprintf(w->dir, sizeof w->dir, "/tmp/wx-plan-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    wx_arena_init(&w->arena);
    assert_int_equal(wx_office_open(w->dir, &w->office, &w->err), WX_OK);
    assert_int_equal(wx_calendar_open(NULL, &w->calendar, &w->err), WX_OK);
    assert_int_equal(wx_tx_write(w->office, &wx_scope_everything, &w->tx, &w->err),
                     WX_OK);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"office.db", "office.db-wal", "office.db-shm",
                                        "lock"};
    struct world *w = *state;
    char path[80];

    wx_tx_end(w->tx);
    wx_office_close(w->office);
    wx_calendar_free(w->calendar);
    wx_arena_clear(&w->arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", w->dir, names[i]);
        unlink(path);
    }
    rmdir(w->dir);
    free(w);
    return 0;
}

static int32_t day(const char *text)
{
    int32_t out = WX_DAY_NONE;

    assert_true(wx_day_parse(wx_str_of(text), &out));
    return out;
}

static int64_t plan(struct world *w, const char *key, int n_months, const char *now)
{
    struct wx_campaign_kind *kind;
    struct wx_plan p = {.calendar = w->calendar,
                        .series = WX_STR("星网安"),
                        .n_months = n_months,
                        .by = {7, wx_day_start_s(day(now)) + 36000}};
    int64_t id = 0;

    assert_int_equal(wx_campaign_kind_shipped(wx_str_of(key), &kind, &w->err), WX_OK);
    p.kind = kind;
    if (wx_campaign_plan(w->tx, &w->arena, &p, &id, &w->err))
        fail_msg("%s: %s", key, w->err.text);
    wx_campaign_kind_free(kind);
    return id;
}

static int64_t unit(struct world *w, const char *name)
{
    const struct wx_record_by by = {7, wx_day_start_s(day("2016-06-20"))};
    json_t *v = json_pack("{s:s, s:s, s:s}", "name", name, "kind", "organ", "authority",
                          "government");
    int64_t id = 0;

    assert_int_equal(wx_fields_create(w->tx, "unit", v, &by, &id, &w->err), WX_OK);
    return id;
}

/* What the notice says stands in the campaign: organs, basis, sections, principles, and
 * who is in the lead of a task. */
static void holds_the_notices_words(struct world *w, int64_t id,
                                    const struct wx_campaign_kind *kind)
{
    json_t *c = wx_record_json(w->tx, &w->arena, "campaign", id, true, &w->err);
    json_t *tasks = wx_fields_list(
        w->tx, &w->arena, "task",
        wx_arena_printf(&w->arena, "campaign_id:%lld", (long long)id), 0, &w->err);
    const struct wx_kind_text *own = wx_kind_text_find(kind, WX_STR("principles"));

    assert_int_equal(json_array_size(json_object_get(c, "organs")), kind->n_organs);
    assert_int_equal(json_array_size(json_object_get(c, "basis")), kind->n_basis);
    assert_int_equal(json_array_size(json_object_get(c, "sections")), kind->n_texts);
    assert_true(own && wx_str_eq(wx_fields_text(c, "principles"), own->text.zh));
    assert_true(wx_str_eq(wx_fields_text(c, "drafted_by"), kind->drafted_by));
    assert_int_equal(json_array_size(tasks), kind->n_tasks);
    for (size_t i = 0; i < kind->n_tasks; i++) {
        const json_t *task = json_array_get(tasks, i);

        assert_true(wx_str_eq(wx_fields_text(task, "key"), kind->tasks[i].key));
        assert_true(wx_str_eq(wx_fields_text(task, "lead"), kind->tasks[i].lead));
        assert_int_equal(json_array_size(json_object_get(task, "joint")),
                         kind->tasks[i].n_joint);
    }
    json_decref(tasks);
    json_decref(c);
}

static void each_shipped_kind__becomes_a_campaign_with_its_tasks_and_forms(void **state)
{
    static const char *const keys[] = {"000", "001", "002", "003", "004"};
    struct world *w = *state;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        int64_t id = plan(w, keys[i], 0, "2016-06-20");
        struct wx_campaign_kind *kind;
        struct wx_task_row *tasks;
        size_t n;

        assert_int_equal(wx_campaign_kind_kept(w->tx, &w->arena, id, &kind, &w->err),
                         WX_OK);
        assert_true(wx_str_eqz(kind->key, keys[i]));
        holds_the_notices_words(w, id, kind);
        assert_int_equal(wx_task_rows(w->tx, &w->arena, id, &tasks, &n, &w->err),
                         WX_OK);
        assert_int_equal(n, kind->n_tasks);
        for (size_t t = 0; t < n; t++) {
            struct wx_kept_form form;

            if (kind->tasks[t].form.len)
                assert_int_equal(wx_campaign_form_newest(w->tx, &w->arena, id,
                                                         kind->tasks[t].form, &form,
                                                         &w->err),
                                 WX_OK);
            if (kind->tasks[t].party == WX_PARTY_AGENCY)
                assert_true(wx_str_eqz(tasks[t].party, "agency"));
        }
        wx_campaign_kind_free(kind);
    }
}

static void dates__move_with_the_year(void **state)
{
    struct world *w = *state;
    int64_t id = plan(w, "004", 10 * 12, "2026-06-01");
    struct wx_task_row *tasks;
    size_t n;
    json_t *campaign = wx_record_json(w->tx, &w->arena, "campaign", id, true, &w->err);

    assert_int_equal(json_integer_value(json_object_get(campaign, "year")), 2026);
    assert_string_equal(json_string_value(json_object_get(campaign, "begins")),
                        "2026-06-22");
    json_decref(campaign);
    assert_int_equal(wx_task_rows(w->tx, &w->arena, id, &tasks, &n, &w->err), WX_OK);
    assert_true(wx_str_eqz(tasks[0].due, "2026-07-08"));
    assert_true(wx_str_eqz(tasks[0].remind, "-7d -3wd -1wd +1wd +3wd +5wd"));
}

static void a_rule__gives_the_day_that_before_means(void **state)
{
    struct world *w = *state;
    struct wx_dating dating = {.calendar = w->calendar,
                               .now_s = wx_day_start_s(day("2026-06-01"))};
    static const struct {
        const char *rule;
        enum wx_before before;
        const char *due, *recurs;
    } cases[] = {
        {"{\"by\": \"2026-07-08\"}", WX_BEFORE_INCLUSIVE, "2026-07-08", "none"},
        {"{\"by\": \"2026-07-08\"}", WX_BEFORE_EXCLUSIVE, "2026-07-07", "none"},
        {"{\"month_end\": \"2026-02\"}", WX_BEFORE_EXCLUSIVE, "2026-02-28", "none"},
        /* a Sunday in the National Day holidays: the first day worked after them */
        {"{\"by\": \"2026-10-04\", \"holiday\": \"next\"}", WX_BEFORE_INCLUSIVE,
         "2026-10-08", "none"},
        {"{\"every\": \"quarter\"}", WX_BEFORE_INCLUSIVE, "2026-06-30", "quarter"},
        {"{\"open\": true}", WX_BEFORE_INCLUSIVE, "", "none"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *v = json_object();

        dating.before = cases[i].before;
        assert_int_equal(
            wx_task_date(&w->arena, &dating, wx_str_of(cases[i].rule), v, &w->err),
            WX_OK);
        assert_string_equal(json_string_value(json_object_get(v, "due")), cases[i].due);
        assert_string_equal(json_string_value(json_object_get(v, "recurs")),
                            cases[i].recurs);
        json_decref(v);
    }
}

static void a_rule__that_is_none_is_refused(void **state)
{
    static const char *const rules[] = {"{\"by\": \"2026-02-30\"}", "{\"on\": 1}", "[]",
                                        "{\"by\": \"2026-01-01\", \"open\": true}"};
    struct world *w = *state;
    struct wx_dating dating = {.calendar = w->calendar};

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        json_t *v = json_object();

        assert_int_equal(
            wx_task_date(&w->arena, &dating, wx_str_of(rules[i]), v, &w->err),
            WX_E_INVALID);
        json_decref(v);
    }
}

/* A campaign that runs, with one task after RULE; returns the task. */
static int64_t run(struct world *w, const char *rule, const char *remind,
                   const char *now, int64_t *campaign_id)
{
    const struct wx_record_by by = {7, wx_day_start_s(day(now))};
    struct wx_dating dating = {.calendar = w->calendar, .now_s = by.now_s};
    struct wx_followed followed;
    json_t *v =
        json_pack("{s:s, s:s, s:i}", "name", "检查", "state", "running", "unit_id", 0);
    int64_t id = 0, task = 0;

    assert_int_equal(wx_fields_create(w->tx, "campaign", v, &by, &id, &w->err), WX_OK);
    v = json_pack("{s:s, s:s, s:I, s:i, s:s, s:o}", "name", "报告", "party", "unit",
                  "campaign_id", (json_int_t)id, "unit_id", 0, "remind", remind,
                  "deadline", json_loads(rule, 0, NULL));
    assert_int_equal(wx_task_date(&w->arena, &dating, wx_str_of(rule), v, &w->err),
                     WX_OK);
    assert_int_equal(wx_fields_create(w->tx, "task", v, &by, &task, &w->err), WX_OK);
    assert_int_equal(
        wx_campaign_follow(w->tx, id, w->calendar, &by, &followed, &w->err), WX_OK);
    *campaign_id = id;
    return task;
}

static size_t turn(struct world *w, const char *date, struct wx_clock_sum *sum)
{
    int64_t now_s = wx_day_start_s(day(date)) + 9 * 3600;

    if (wx_campaigns_by_clock(w->tx, w->calendar, now_s, sum, &w->err))
        fail_msg("%s: %s", date, w->err.text);
    return sum->n_reminders;
}

static void reminders_by_working_days__step_over_the_holidays(void **state)
{
    struct world *w = *state;
    struct wx_clock_sum sum;
    int64_t id;

    unit(w, "教育局");
    /* National Day 2026: 1 to 7 October off, Saturday the 10th worked. Before the 9th
     * come the 8th, 30 September and the 29th. */
    run(w, "{\"by\": \"2026-10-09\"}", "-3wd +1wd", "2026-09-01", &id);
    assert_int_equal(turn(w, "2026-09-28", &sum), 0);
    assert_int_equal(turn(w, "2026-09-29", &sum), 1);
    assert_int_equal(turn(w, "2026-09-30", &sum), 0);
    assert_int_equal(turn(w, "2026-10-06", &sum), 0);
    assert_int_equal(turn(w, "2026-10-10", &sum), 1);
}

static void a_year_without_calendar__leaves_out_what_it_cannot_count_only(void **state)
{
    struct world *w = *state;
    struct wx_clock_sum sum;
    struct wx_task_row *tasks;
    struct wx_duty_row *duties;
    int64_t id;
    size_t n;

    unit(w, "教育局");
    run(w, "{\"by\": \"2031-05-04\", \"holiday\": \"next\"}", "-1d", "2031-03-01", &id);
    assert_int_equal(wx_task_rows(w->tx, &w->arena, id, &tasks, &n, &w->err), WX_OK);
    assert_int_equal(tasks[0].due.len, 0);
    assert_true(tasks[0].due_note.len > 0);
    run(w, "{\"by\": \"2031-03-20\"}", "-3wd -2d", "2031-03-01", &id);
    assert_int_equal(turn(w, "2031-03-17", &sum), 0);
    assert_int_equal(sum.n_undated, 1);
    assert_int_equal(turn(w, "2031-03-18", &sum), 1); /* two days before: needs none */
    /* the office takes over the year's arrangement: what waited is dated */
    assert_int_equal(
        wx_calendar_read(
            w->calendar, "2031",
            WX_STR("{\"years\": {\"2031\": {\"off\": [[\"2031-05-01\", \"2031-05-05\","
                   " \"劳动节\"]], \"work\": []}}}"),
            &w->err),
        WX_OK);
    turn(w, "2031-03-19", &sum);
    assert_int_equal(sum.n_dated, 1);
    assert_int_equal(
        wx_duty_rows(w->tx, &w->arena, tasks[0].campaign_id, "", &duties, &n, &w->err),
        WX_OK);
    assert_int_equal(n, 1);
    assert_true(wx_str_eqz(duties[0].due, "2031-05-06"));
}

static size_t overdue_plans(struct world *w, const char *date)
{
    struct wx_clock_sum sum;

    if (wx_campaigns_by_clock(w->tx, w->calendar, wx_day_start_s(day(date)) + 36000,
                              &sum, &w->err))
        fail_msg("%s: %s", date, w->err.text);
    return sum.n_overdue_plans;
}

/* What cannot be mended now goes on after the campaign, step by step. */
static void plan__is_followed_step_by_step_beyond_the_campaign(void **state)
{
    struct world *w = *state;
    const struct wx_record_by by = {7, wx_day_start_s(day("2026-05-02"))};
    int64_t unit_id = unit(w, "教育局"), campaign_id = plan(w, "000", 0, "2010-02-01");
    json_t *v =
        json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:[{s:s, s:s}, {s:s, s:s}]}", "name",
                  "系统老旧", "unit_id", (json_int_t)unit_id, "campaign_id",
                  (json_int_t)campaign_id, "state", "planned", "verdict", "none",
                  "plan_due", "2026-09-30", "milestones", "on", "2026-05-10", "what",
                  "立项", "on", "2026-08-01", "what", "上线");
    int64_t id = 0;
    bool is_due = false;

    assert_int_equal(wx_fields_create(w->tx, "rectification", v, &by, &id, &w->err),
                     WX_OK);
    assert_int_equal(wx_fields_update(w->tx, "campaign", campaign_id,
                                      json_pack("{s:s}", "state", "closed"), &by,
                                      &w->err),
                     WX_OK);
    assert_int_equal(overdue_plans(w, "2026-05-02"), 0);
    assert_int_equal(wx_rectification_step(w->tx, &w->arena, id, 0, 3,
                                           WX_STR("2026-05-02"), WX_STR(""), &by,
                                           &w->err),
                     WX_E_INVALID);
    assert_int_equal(wx_rectification_step(w->tx, &w->arena, id, 0, 1,
                                           WX_STR("2026-05-03"), WX_STR(""), &by,
                                           &w->err),
                     WX_E_INVALID); /* a day to come */
    assert_int_equal(wx_rectification_step(w->tx, &w->arena, id, 0, 1,
                                           WX_STR("2026-05-02"), WX_STR("已批复"), &by,
                                           &w->err),
                     WX_OK);
    assert_int_equal(overdue_plans(w, "2026-05-11"), 0); /* done in time */
    assert_int_equal(wx_campaigns_are_due(w->tx,
                                          wx_day_start_s(day("2026-08-02")) + 36000,
                                          &is_due, &w->err),
                     WX_OK);
    assert_true(is_due);
    assert_int_equal(overdue_plans(w, "2026-08-02"), 1); /* the second step */
    assert_int_equal(overdue_plans(w, "2026-08-03"), 0); /* told once */
    assert_int_equal(overdue_plans(w, "2026-10-01"), 1); /* and the whole */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            each_shipped_kind__becomes_a_campaign_with_its_tasks_and_forms, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(dates__move_with_the_year, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rule__gives_the_day_that_before_means, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_rule__that_is_none_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            reminders_by_working_days__step_over_the_holidays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_year_without_calendar__leaves_out_what_it_cannot_count_only, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            plan__is_followed_step_by_step_beyond_the_campaign, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
