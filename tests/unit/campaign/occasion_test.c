/* Duties that come of what happens: notices, incidents, feedback from above, rounds;
 * and the turns of recurring ones, off holidays. */
#include "campaign/occasion.h"

#include "campaign/clock.h"
#include "campaign/dating.h"
#include "campaign/day.h"
#include "campaign/notice.h"
#include "campaign/row.h"
#include "campaign/start.h"
#include "finding/foreign.h"
#include "store/office_round.h"
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
    int64_t campaign, unit, site, other;
};

static int32_t day(const char *text)
{
    int32_t out = WX_DAY_NONE;

    assert_true(wx_day_parse(wx_str_of(text), &out));
    return out;
}

static struct wx_record_by at(const char *date)
{
    return (struct wx_record_by){7, wx_day_start_s(day(date)) + 36000};
}

static int64_t create(struct world *w, const char *kind, json_t *values, const char *on)
{
    const struct wx_record_by by = at(on);
    int64_t id = 0;

    if (wx_fields_create(w->tx, kind, values, &by, &id, &w->err))
        fail_msg("%s: %s", kind, w->err.text);
    return id;
}

static int64_t task(struct world *w, const char *name, const char *rule)
{
    const struct wx_record_by by = at("2026-03-02");
    struct wx_dating dating = {.calendar = w->calendar, .now_s = by.now_s};
    json_t *v = json_pack("{s:s, s:s, s:I, s:i, s:o}", "name", name, "party", "unit",
                          "campaign_id", (json_int_t)w->campaign, "unit_id", 0,
                          "deadline", json_loads(rule, 0, NULL));

    assert_int_equal(wx_task_date(&w->arena, &dating, wx_str_of(rule), v, &w->err),
                     WX_OK);
    return create(w, "task", v, "2026-03-02");
}

/* A campaign of one unit with a site, running since March 2nd, with one plain task. A
 * second unit takes no part. */
static int set_up(void **state)
{
    struct world *w = wx_new(struct world);
    struct wx_record_by by = at("2026-03-02");
    struct wx_followed followed;

    snprintf(w->dir, sizeof w->dir, "/tmp/wx-occasion-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    wx_arena_init(&w->arena);
    assert_int_equal(wx_office_open(w->dir, &w->office, &w->err), WX_OK);
    assert_int_equal(wx_calendar_open(NULL, &w->calendar, &w->err), WX_OK);
    assert_int_equal(wx_tx_write(w->office, &wx_scope_everything, &w->tx, &w->err),
                     WX_OK);
    w->unit = create(w, "unit",
                     json_pack("{s:s, s:s, s:s}", "name", "教育局", "kind", "organ",
                               "authority", "government"),
                     "2026-03-01");
    w->other = create(w, "unit",
                      json_pack("{s:s, s:s, s:s}", "name", "档案馆", "kind",
                                "institution", "authority", "government"),
                      "2026-03-01");
    w->site = create(w, "site",
                     json_pack("{s:s, s:s, s:I, s:s}", "name", "教育局门户", "domain",
                               "jyj.xingyuan.gov.cn", "unit_id", (json_int_t)w->unit,
                               "state", "running"),
                     "2026-03-01");
    w->campaign =
        create(w, "campaign",
               json_pack("{s:s, s:s, s:i, s:{s:s}, s:s, s:b}", "name", "检查", "state",
                         "running", "unit_id", 0, "scope", "units", "kind:organ",
                         "approved", "2026-03-02T02:00:00Z", "before_inclusive", 1),
               "2026-03-02");
    task(w, "报告", "{\"by\": \"2026-06-30\"}");
    assert_int_equal(
        wx_campaign_follow(w->tx, w->campaign, w->calendar, &by, &followed, &w->err),
        WX_OK);
    assert_int_equal(followed.n_added, 1);
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

/* Turns the clock on DATE; how many duties came of occasions. */
static size_t turn(struct world *w, const char *date)
{
    struct wx_clock_sum sum;
    bool is_due;

    if (wx_campaigns_by_clock(w->tx, w->calendar, at(date).now_s, &sum, &w->err))
        fail_msg("%s: %s", date, w->err.text);
    assert_int_equal(wx_campaigns_are_due(w->tx, at(date).now_s, &is_due, &w->err),
                     WX_OK);
    assert_false(is_due); /* done is done */
    return sum.n_occasions;
}

/* The duties of a task, oldest first: the caller's. */
static json_t *duties(struct world *w, int64_t task_id)
{
    return wx_fields_list(
        w->tx, &w->arena, "duty",
        wx_arena_printf(&w->arena, "task_id:%lld", (long long)task_id), 0, &w->err);
}

static void expect(struct world *w, int64_t task_id, size_t n, const char *due,
                   const char *because, int64_t because_id)
{
    json_t *list = duties(w, task_id);
    const json_t *last = json_array_get(list, json_array_size(list) - 1);

    assert_int_equal(json_array_size(list), n);
    if (n) {
        assert_true(wx_str_eqz(wx_fields_text(last, "due"), due));
        assert_true(wx_str_eqz(wx_fields_text(last, "because"), because));
        assert_int_equal(json_integer_value(json_object_get(last, "because_id")),
                         because_id);
        assert_int_equal(json_integer_value(json_object_get(last, "unit_id")), w->unit);
    }
    json_decref(list);
}

static int64_t found(struct world *w, int64_t unit_id, const char *source,
                     const char *ref, const char *title, const char *on)
{
    struct wx_foreign_finding f = {.unit_id = unit_id,
                                   .site_id = w->site,
                                   .origin = WX_STR("jyj.xingyuan.gov.cn"),
                                   .source = wx_str_of(source),
                                   .source_ref = wx_str_of(ref),
                                   .tool = WX_STR("人工登记"),
                                   .rule = wx_str_of(title),
                                   .title = wx_str_of(title),
                                   .severity = WX_STR("high"),
                                   .verdict = WX_STR("fail"),
                                   .category = WX_STR("vulnerability"),
                                   .account_id = 7,
                                   .now_s = at(on).now_s};
    enum wx_foreign_result result;
    int64_t id = 0;

    if (wx_finding_take_foreign(w->tx, &f, &result, &id, &w->err))
        fail_msg("%s", w->err.text);
    return id;
}

/* A notice as it stands after it was sent; RECEIVED "" or a time. */
static int64_t notice(struct world *w, const char *way, const char *due,
                      const char *received)
{
    json_t *v = json_pack("{s:s, s:s, s:I, s:I, s:s, s:s, s:s}", "name", "整改通知书",
                          "state", received[0] ? "received" : "sent", "unit_id",
                          (json_int_t)w->unit, "campaign_id", (json_int_t)w->campaign,
                          "told", "2026-04-01T02:00:00Z", "sent_way", way, "due", due);

    if (received[0])
        json_object_set_new(v, "received", json_string(received));
    return create(w, "notice", v, "2026-04-01");
}

static void notice__asks_from_its_receipt_on(void **state)
{
    struct world *w = *state;
    int64_t id = task(w, "整改并反馈",
                      "{\"after\": {\"event\": \"notice.received\","
                      " \"working_days\": 10}}");
    int64_t online, paper;

    assert_int_equal(turn(w, "2026-03-31"), 0);
    online = notice(w, "online", "", "");
    assert_int_equal(turn(w, "2026-04-01"), 0); /* sent is not received */
    paper = notice(w, "paper", "2026-04-20", "");
    assert_int_equal(turn(w, "2026-04-02"), 1); /* handed over; it states its day */
    expect(w, id, 1, "2026-04-20", "notice", paper);
    {
        const struct wx_record_by by = at("2026-04-03");

        /* received on a Friday, Qingming from Saturday to Monday: ten working days */
        assert_int_equal(wx_fields_update(w->tx, "notice", online,
                                          json_pack("{s:s, s:s}", "state", "received",
                                                    "received", "2026-04-03T02:00:00Z"),
                                          &by, &w->err),
                         WX_OK);
    }
    assert_int_equal(turn(w, "2026-04-03"), 1);
    expect(w, id, 2, "2026-04-20", "notice", online);
    assert_int_equal(turn(w, "2026-04-04"), 0); /* once only */
}

static void incident__asks_whoever_takes_part_from_the_approval_on(void **state)
{
    struct world *w = *state;
    int64_t id = task(w, "事件报告",
                      "{\"after\": {\"event\": \"incident.found\", \"hours\": 4}}");
    int64_t finding;

    found(w, w->unit, "incident", "旧事", "开始之前的事件", "2026-02-20");
    found(w, w->other, "incident", "别家", "没有参加的单位", "2026-03-10");
    assert_int_equal(turn(w, "2026-03-10"), 0);
    finding = found(w, w->unit, "incident", "通报1号", "首页被篡改", "2026-03-11");
    assert_int_equal(turn(w, "2026-03-11"), 1);
    expect(w, id, 1, "2026-03-11", "finding", finding);
    finding = found(w, w->unit, "incident", "通报2号", "又被篡改", "2026-03-20");
    assert_int_equal(turn(w, "2026-03-20"), 1); /* another incident, another report */
    expect(w, id, 2, "2026-03-20", "finding", finding);
}

static void feedback_from_above__is_one_duty_a_paper(void **state)
{
    struct world *w = *state;
    int64_t id = task(w, "落实上级反馈",
                      "{\"after\": {\"event\": \"superior.feedback\","
                      " \"working_days\": 2}}");
    int64_t first = found(w, w->unit, "superior", "市反馈3号", "一", "2026-05-11");

    found(w, w->unit, "superior", "市反馈3号", "二", "2026-05-11");
    assert_int_equal(turn(w, "2026-05-11"), 1);
    expect(w, id, 1, "2026-05-13", "finding", first);
    found(w, w->unit, "superior", "市反馈3号", "三", "2026-05-12");
    assert_int_equal(turn(w, "2026-05-12"), 0);
    first = found(w, w->unit, "superior", "市反馈4号", "四", "2026-05-12");
    assert_int_equal(turn(w, "2026-05-13"), 1);
    expect(w, id, 2, "2026-05-14", "finding", first);
}

static void round_and_failed_review__ask_those_whom_they_concern(void **state)
{
    struct world *w = *state;
    int64_t read = task(w, "阅看检测结果",
                        "{\"after\": {\"event\": \"round.reported\", \"days\": 3}}"),
            again = task(w, "限期再整改",
                         "{\"after\": {\"event\": \"review.failed\", \"days\": 5}}");
    json_t *v =
        json_pack("{s:s, s:s, s:s, s:s, s:i}", "name", "第一轮", "kind", "once",
                  "state", "done", "ended", "2026-04-10T10:00:00Z", "unit_id", 0);
    struct wx_picked_site site = {.site_id = w->site,
                                  .unit_id = w->unit,
                                  .domain = WX_STR("jyj.xingyuan.gov.cn")};
    int64_t round = create(w, "round", v, "2026-04-09"), item;

    assert_int_equal(wx_round_site_add(w->tx, round, 1, &site, 1, &w->err), WX_OK);
    item = create(w, "rectification",
                  json_pack("{s:s, s:I, s:I, s:s, s:s, s:s}", "name", "弱口令",
                            "unit_id", (json_int_t)w->unit, "campaign_id",
                            (json_int_t)w->campaign, "state", "open", "verdict",
                            "not_fixed", "verdict_at", "2026-04-12T02:00:00Z"),
                  "2026-04-01");
    assert_int_equal(turn(w, "2026-04-12"), 2);
    expect(w, read, 1, "2026-04-13", "round", round);
    expect(w, again, 1, "2026-04-17", "rectification", item);
}

static void start__gives_its_tasks_their_day(void **state)
{
    struct world *w = *state;
    int64_t id = task(w, "制定实施方案",
                      "{\"after\": {\"event\": \"campaign.started\", \"days\": 30}}");

    assert_int_equal(turn(w, "2026-03-03"), 1);
    expect(w, id, 1, "2026-04-01", "", 0);
}

static void occasion__without_calendar_is_dated_when_it_has_the_year(void **state)
{
    struct world *w = *state;
    int64_t id = task(w, "落实上级反馈",
                      "{\"after\": {\"event\": \"superior.feedback\","
                      " \"working_days\": 3}}");
    int64_t finding;
    const char *year = "{\"years\": {\"2031\": {\"off\": [[\"2031-05-01\","
                       " \"2031-05-05\", \"劳动节\"]], \"work\": []}}}";

    finding = found(w, w->unit, "superior", "1号", "一", "2031-04-29");
    assert_int_equal(turn(w, "2031-04-29"), 1);
    expect(w, id, 1, "", "finding", finding);
    assert_int_equal(turn(w, "2031-04-30"), 0);
    if (wx_calendar_read(w->calendar, "2031", wx_str_of(year), &w->err))
        fail_msg("%s", w->err.text);
    assert_int_equal(turn(w, "2031-05-01"), 1);
    expect(w, id, 1, "2031-05-07", "finding", finding);
}

static struct wx_str state_of(struct world *w, int64_t task_id)
{
    json_t *list = duties(w, task_id);
    struct wx_str state =
        wx_arena_str(&w->arena, wx_fields_text(json_array_get(list, 0), "state"));

    json_decref(list);
    return state;
}

static void act(struct world *w, enum wx_notice_act word, int64_t id, const char *on)
{
    struct wx_notice_input input = {.note = WX_STR("材料不全"),
                                    .day = WX_STR("2026-05-20"),
                                    .answer = WX_STR("已整改"),
                                    .by = at(on)};

    if (wx_notice_act(w->tx, &w->arena, word, id, 0, &input, &w->err))
        fail_msg("%s", w->err.text);
}

/* The unit says it once: its answer to the notice is its feedback. */
static void duty_of_a_notice__goes_along_with_it(void **state)
{
    struct world *w = *state;
    int64_t id = task(w, "整改并反馈",
                      "{\"after\": {\"event\": \"notice.received\","
                      " \"working_days\": 10}}");
    int64_t n = notice(w, "online", "2026-04-20", "2026-04-02T02:00:00Z");

    assert_int_equal(turn(w, "2026-04-02"), 1);
    act(w, WX_NOTICE_EXTEND, n, "2026-04-09");
    expect(w, id, 1, "2026-05-20", "notice",
           n); /* more time for the one and the other */
    act(w, WX_NOTICE_ANSWER, n, "2026-04-10");
    assert_true(wx_str_eqz(state_of(w, id), "submitted"));
    act(w, WX_NOTICE_RETURN, n, "2026-04-11");
    assert_true(wx_str_eqz(state_of(w, id), "returned"));
    act(w, WX_NOTICE_ANSWER, n, "2026-04-12");
    act(w, WX_NOTICE_CLOSE, n, "2026-04-13");
    assert_true(wx_str_eqz(state_of(w, id), "accepted"));
    act(w, WX_NOTICE_REOPEN, n, "2026-04-14");
    assert_true(wx_str_eqz(state_of(w, id), "returned"));
    assert_int_equal(turn(w, "2026-04-15"), 0);
}

static void overdue_notice__rises_a_level_each_so_many_working_days(void **state)
{
    static const struct {
        const char *on;
        int level;
    } course[] = {
        {"2026-04-20", 0},                    /* its last day, a Monday */
        {"2026-04-22", 0}, {"2026-04-23", 1}, /* three working days past it */
        {"2026-04-27", 1}, {"2026-04-28", 2}, /* six */
        {"2026-05-05", 2},                    /* the holidays do not count */
        {"2026-05-06", 3},                    /* nine */
        {"2026-06-30", 3},                    /* the highest */
    };
    struct world *w = *state;
    const struct wx_record_by by = at("2026-03-02");
    int64_t id = notice(w, "online", "2026-04-20", "");

    turn(w, "2026-04-19");
    assert_int_equal(wx_fields_update(w->tx, "campaign", w->campaign,
                                      json_pack("{s:i}", "escalate_days", 3), &by,
                                      &w->err),
                     WX_OK);
    for (size_t i = 0; i < sizeof course / sizeof *course; i++) {
        json_t *row;

        turn(w, course[i].on);
        row = wx_record_json(w->tx, &w->arena, "notice", id, true, &w->err);
        if (json_integer_value(json_object_get(row, "level")) != course[i].level)
            fail_msg("%s: level %lld", course[i].on,
                     json_integer_value(json_object_get(row, "level")));
        json_decref(row);
    }
}

/* What the rule says of each turn, wherever holidays move its day. */
static void turns__are_moved_off_holidays_one_by_one(void **state)
{
    static const struct {
        const char *rule, *recurs, *first, *today, *due;
        int64_t turn;
    } cases[] = {
        /* month ends: 31 January 2026 is a Saturday, worked on Monday 2 February */
        {"{\"every\": \"month\", \"holiday\": \"next\"}", "month", "2026-02-02",
         "2026-02-02", "2026-02-02", 0},
        {"{\"every\": \"month\", \"holiday\": \"next\"}", "month", "2026-02-02",
         "2026-02-03", "2026-02-28", 1}, /* a Saturday that is worked */
        {"{\"every\": \"month\", \"holiday\": \"next\"}", "month", "2026-02-02",
         "2026-03-01", "2026-03-31", 2},
        {"{\"every\": \"month\", \"holiday\": \"previous\"}", "month", "2026-01-30",
         "2026-05-01", "2026-05-29", 4}, /* 31 May is a Sunday */
        /* without the word a day stays where it is */
        {"{\"every\": \"month\"}", "month", "2026-01-31", "2026-05-01", "2026-05-31",
         4},
        /* Friday the 25th of September and the 2nd of October are off */
        {"{\"every\": {\"period\": \"week\", \"day\": 5}, \"holiday\": \"next\"}",
         "week", "2026-09-18", "2026-09-26", "2026-09-28", 1},
        {"{\"every\": {\"period\": \"week\", \"day\": 5}, \"holiday\": \"next\"}",
         "week", "2026-09-18", "2026-09-29", "2026-10-08", 2},
        /* the recurrence is over */
        {"{\"every\": \"month\", \"until\": \"2026-03-15\"}", "month", "2026-01-31",
         "2026-03-02", "", 2},
        /* a first day set by hand beside the rule: counted from it */
        {"{\"every\": \"month\", \"holiday\": \"next\"}", "month", "2026-01-15",
         "2026-01-16", "2026-02-15", 1},
        /* a year that the calendar lacks: counted plainly */
        {"{\"every\": \"year\", \"holiday\": \"next\"}", "year", "2039-12-31",
         "2040-01-01", "2040-12-31", 1},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t n = -1;
        char due[16];

        assert_true(
            wx_task_turn_by_rule(w->calendar, &w->arena, wx_str_of(cases[i].rule),
                                 wx_str_of(cases[i].recurs), wx_str_of(cases[i].first),
                                 day(cases[i].today), &n, due));
        if (strcmp(due, cases[i].due) != 0 || n != cases[i].turn)
            fail_msg("%zu: turn %lld on '%s'", i, (long long)n, due);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(notice__asks_from_its_receipt_on),
        TEST(incident__asks_whoever_takes_part_from_the_approval_on),
        TEST(feedback_from_above__is_one_duty_a_paper),
        TEST(round_and_failed_review__ask_those_whom_they_concern),
        TEST(start__gives_its_tasks_their_day),
        TEST(occasion__without_calendar_is_dated_when_it_has_the_year),
        TEST(duty_of_a_notice__goes_along_with_it),
        TEST(overdue_notice__rises_a_level_each_so_many_working_days),
        TEST(turns__are_moved_off_holidays_one_by_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
