/* Deadlines: what each form means, and thousands of random ones against walking every
 * day and every second. */
#include "campaign/deadline.h"

#include "base/limits.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct world {
    struct wx_arena arena;
    struct wx_calendar *calendar;
    struct wx_err err;
};

static int world_set_up(void **state)
{
    struct world *w = wx_new(struct world);

    wx_arena_init(&w->arena);
    if (wx_calendar_open(NULL, &w->calendar, &w->err))
        return 1;
    *state = w;
    return 0;
}

static int world_tear_down(void **state)
{
    struct world *w = *state;

    wx_calendar_free(w->calendar);
    wx_arena_clear(&w->arena);
    free(w);
    return 0;
}

static int32_t day(const char *text)
{
    int32_t out;

    assert_true(wx_day_parse(wx_str_of(text), &out));
    return out;
}

/* A time of day in China, "2016-06-22 09:30". */
static int64_t at(const char *text)
{
    int32_t out;

    assert_true(wx_day_parse((struct wx_str){text, 10}, &out));
    return wx_day_start_s(out) + atoi(text + 11) * 3600 + atoi(text + 14) * 60;
}

static struct wx_deadline parse(struct world *w, const char *text)
{
    struct wx_deadline d;

    if (wx_deadline_parse(&w->arena, "test", wx_str_of(text), &d, &w->err))
        fail_msg("%s: %s", text, w->err.text);
    return d;
}

static struct wx_due due_of(struct world *w, const char *text,
                            const struct wx_due_facts *facts)
{
    static const struct wx_due_facts none;
    struct wx_deadline d = parse(w, text);
    struct wx_due due;

    if (wx_deadline_due(&d, w->calendar, facts ? facts : &none, &due, &w->err))
        fail_msg("%s: %s", text, w->err.text);
    return due;
}

static void expect_day(const struct wx_due *due, const char *last)
{
    char got[16] = "none";

    if (due->last_day != WX_DAY_NONE)
        wx_day_format(due->last_day, got);
    assert_string_equal(got, last);
    assert_int_equal(due->state, WX_DUE_SET);
    assert_int_equal(due->due_s, wx_day_start_s(due->last_day + 1));
}

/* The deadlines of the five notices, as they stand there. */
static void deadline__holds_every_form_of_the_notices(void **state)
{
    static const struct {
        const char *text, *opens, *last;
    } rows[] = {
        {"{by: 2010-03-01}", NULL, "2010-03-01"},
        {"{month: 2010-02}", "2010-02-01", "2010-02-28"},
        {"{month_end: 2016-01}", NULL, "2016-01-31"},
        {"{by: 2016-04-15, from: 2016-01-04}", "2016-01-04", "2016-04-15"},
        {"{months: 2016-05..2016-06}", "2016-05-01", "2016-06-30"},
        {"{range: 2016-06-22..2016-07-08}", "2016-06-22", "2016-07-08"},
        {"{range: 2016-10-08..2016-10-31}", "2016-10-08", "2016-10-31"},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wx_due due = due_of(w, rows[i].text, NULL);

        expect_day(&due, rows[i].last);
        assert_true(due.opens_s ==
                    (rows[i].opens ? wx_day_start_s(day(rows[i].opens)) : INT64_MIN));
    }
}

static void before__includes_the_day_unless_told(void **state)
{
    struct world *w = *state;
    struct wx_due_facts exclusive = {.before = WX_BEFORE_EXCLUSIVE};
    struct wx_due due;

    due = due_of(w, "{by: 2016-07-08}", NULL);
    assert_int_equal(due.due_s, at("2016-07-09 00:00"));
    due = due_of(w, "{by: 2016-07-08}", &exclusive);
    assert_int_equal(due.due_s, at("2016-07-08 00:00"));
    due = due_of(w, "{by: 2016-07-08, before_means: inclusive}", &exclusive);
    assert_int_equal(due.due_s, at("2016-07-09 00:00"));
    due = due_of(w, "{by: 2016-07-08, before_means: exclusive}", NULL);
    assert_int_equal(due.due_s, at("2016-07-08 00:00"));
    due = due_of(w, "{range: 2016-06-22..2016-07-08}", &exclusive);
    expect_day(&due, "2016-07-08");
    due = due_of(w, "{month_end: 2016-01}", &exclusive);
    expect_day(&due, "2016-01-31");
}

static void after__waits_for_its_event(void **state)
{
    struct world *w = *state;
    struct wx_due_facts facts = {0};
    struct wx_due due;

    due = due_of(w, "{after: {event: notice.received, working_days: 10}}", &facts);
    assert_int_equal(due.state, WX_DUE_WAITS);
    assert_true(due.due_s == WX_NEVER_S);
    facts.has_event = true;
    facts.event_s = at("2016-09-28 17:59");
    due = due_of(w, "{after: {event: notice.received, working_days: 10}}", &facts);
    expect_day(&due, "2016-10-17"); /* 29, 30, then 8 to 14 with made-up days, 17 */
    due = due_of(w, "{after: {event: notice.received, days: 10}}", &facts);
    expect_day(&due, "2016-10-08");
    due = due_of(w, "{after: {event: x, months: 6}}", &facts);
    expect_day(&due, "2017-03-28");
    due = due_of(w, "{after: {event: x, hours: 2}}", &facts);
    assert_int_equal(due.due_s, at("2016-09-28 19:59"));
    due = due_of(w, "{after: {event: x, at_once: true}}", &facts);
    assert_int_equal(due.due_s, at("2016-09-29 17:59"));
    facts.at_once_hours = 1;
    due = due_of(w, "{after: {event: x, at_once: true}}", &facts);
    assert_int_equal(due.due_s, at("2016-09-28 18:59"));
    due = due_of(w, "{before: {event: event.opening, days: 30}}", &facts);
    expect_day(&due, "2016-08-29");
}

static void every__gives_the_next_one_due(void **state)
{
    static const struct {
        const char *text, *after, *opens, *last;
    } rows[] = {
        {"{every: half_year}", "2014-05-09 10:00", "2014-01-01", "2014-06-30"},
        {"{every: half_year}", "2014-07-01 00:00", "2014-07-01", "2014-12-31"},
        {"{every: half_year}", "2014-06-30 23:59", "2014-01-01", "2014-06-30"},
        {"{every: year}", "2016-02-01 00:00", "2016-01-01", "2016-12-31"},
        {"{every: {period: year, month: 11, day: 30}}", "2016-12-01 00:00",
         "2017-01-01", "2017-11-30"},
        {"{every: {period: month, day: 31}}", "2016-02-03 00:00", "2016-02-01",
         "2016-02-29"},
        {"{every: {period: quarter, month: 1, day: 10}}", "2016-01-11 00:00",
         "2016-04-01", "2016-04-10"},
        {"{every: {period: week, day: 5}}", "2016-07-06 00:00", "2016-07-04",
         "2016-07-08"},
        {"{every: half_year, from: 2014-05-09}", "2010-01-01 00:00", "2014-05-09",
         "2014-06-30"},
    };
    struct world *w = *state;
    struct wx_due_facts facts = {0};
    struct wx_due due;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        facts.after_s = at(rows[i].after);
        due = due_of(w, rows[i].text, &facts);
        expect_day(&due, rows[i].last);
        assert_int_equal(due.opens_s, wx_day_start_s(day(rows[i].opens)));
    }
    facts.after_s = at("2016-07-01 00:00");
    due = due_of(w, "{every: half_year, until: 2016-12-30}", &facts);
    assert_int_equal(due.state, WX_DUE_NONE);
}

static void due__moves_off_holidays_only_when_told(void **state)
{
    struct world *w = *state;
    struct wx_due due;

    due = due_of(w, "{by: 2016-10-01}", NULL);
    expect_day(&due, "2016-10-01");
    due = due_of(w, "{by: 2016-10-01, holiday: next}", NULL);
    expect_day(&due, "2016-10-08");
    due = due_of(w, "{by: 2016-10-01, holiday: previous}", NULL);
    expect_day(&due, "2016-09-30");
}

static void stop__holds_the_clock(void **state)
{
    struct world *w = *state;
    struct wx_stop stops[2] = {{at("2016-08-03 10:00"), at("2016-08-08 16:00")},
                               {at("2016-08-05 10:00"), at("2016-08-10 09:00")}};
    struct wx_due_facts facts = {.has_event = true,
                                 .event_s = at("2016-08-01 10:00"),
                                 .stops = stops,
                                 .n_stops = 1};
    struct wx_due due;

    due = due_of(w, "{after: {event: x, days: 10}}", &facts);
    expect_day(&due, "2016-08-16"); /* five days stood */
    due = due_of(w, "{after: {event: x, working_days: 3}}", &facts);
    expect_day(&due, "2016-08-09"); /* 2, 3, then 9 */
    due = due_of(w, "{by: 2016-08-06}", &facts);
    expect_day(&due, "2016-08-11");
    due = due_of(w, "{by: 2016-08-03}", &facts);
    expect_day(&due, "2016-08-03");
    facts.n_stops = 2; /* joined: 3rd to 10th, seven days */
    due = due_of(w, "{by: 2016-08-06}", &facts);
    expect_day(&due, "2016-08-13");
    due = due_of(w, "{by: 2016-08-12, from: 2016-08-09}", &facts);
    expect_day(&due, "2016-08-14"); /* only the 9th and 10th are within it */
    due = due_of(w, "{after: {event: x, hours: 72}}", &facts);
    assert_int_equal(due.due_s, at("2016-08-11 09:00")); /* two days in, one left */
    stops[0].to_s = WX_NEVER_S;
    due = due_of(w, "{by: 2016-08-06}", &facts);
    assert_int_equal(due.state, WX_DUE_STOPPED);
    due = due_of(w, "{by: 2016-08-02}", &facts);
    expect_day(&due, "2016-08-02");
    due = due_of(w, "{after: {event: x, working_days: 30}}", &facts);
    assert_int_equal(due.state, WX_DUE_STOPPED);
}

static void extension__never_shortens(void **state)
{
    struct world *w = *state;
    struct wx_due_facts facts = {.is_extended = true, .extended_to = day("2016-07-20")};
    struct wx_due due;

    due = due_of(w, "{by: 2016-07-08}", &facts);
    expect_day(&due, "2016-07-20");
    due = due_of(w, "{by: 2016-07-28}", &facts);
    expect_day(&due, "2016-07-28");
}

static void due__lacking_year_is_an_error_not_a_guess(void **state)
{
    struct world *w = *state;
    struct wx_deadline d = parse(w, "{after: {event: x, working_days: 10}}");
    struct wx_due_facts facts = {.has_event = true, .event_s = at("2026-12-30 09:00")};
    struct wx_due due;

    assert_int_equal(wx_deadline_due(&d, w->calendar, &facts, &due, &w->err),
                     WX_E_NOT_FOUND);
    assert_non_null(strstr(w->err.text, "2027"));
    assert_int_equal(due.state, WX_DUE_NONE);
    d = parse(w, "{after: {event: x, days: 10}}"); /* needs no working day */
    assert_int_equal(wx_deadline_due(&d, w->calendar, &facts, &due, &w->err), WX_OK);
    expect_day(&due, "2027-01-09");
}

static void deadline__refuses_what_cannot_be(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"{by: 2016-02-30}", "test:1:6: '2016-02-30'"},
        {"{by: 明天}", "明天"},
        {"{month_end: 2016-13}", "2016-13"},
        {"{month: 2016-2}", "2016-2"},
        {"{range: 2016-07-08..2016-06-22}", "before the first"},
        {"{range: 2016-07-08}", "FIRST..LAST"},
        {"{months: 2016-06..2016-05}", "before the first"},
        {"{by: 2016-03-01, month: 2016-03}", "'by' and 'month' at once"},
        {"{due: 2016-03-01}", "unknown key 'due'"},
        {"{holiday: next}", "one of by"},
        {"{after: {event: x}}", "one of days"},
        {"{after: {event: x, days: 3, months: 1}}", "two spans"},
        {"{after: {event: X y, days: 3}}", "a word such as"},
        {"{after: {days: 3}}", "'event' is missing"},
        {"{after: {event: x, days: -3}}", "must be a number"},
        {"{after: {event: x, days: 99999}}", "0 to 3660"},
        {"{before: {event: x, at_once: true}}", "one of days"},
        {"{every: fortnight}", "a period is"},
        {"{every: {period: week, month: 1}}", "a week has no month"},
        {"{every: {period: quarter, month: 4}}", "1 to 3"},
        {"{every: year, from: 2016-05-01, until: 2016-01-01}", "before the first"},
        {"{open: false}", "only be true"},
        {"{by: 2016-03-01, until: 2016-04-01}", "of every only"},
        {"{month: 2016-03, from: 2016-04-01}", "only"},
        {"{by: 2016-03-01, holiday: shift}", "keep, next or previous"},
        {"{month: 2016-03, before_means: exclusive}", "of by only"},
        {"by 2016-03-01", "mapping"},
        {"{by: [2016-03-01]}", "must be text"},
        {"{by: &a 2016-03-01, from: *a}", "aliases"},
    };
    struct world *w = *state;
    struct wx_deadline d;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(
            wx_deadline_parse(&w->arena, "test", wx_str_of(rows[i].text), &d, &w->err),
            WX_E_INVALID);
        if (!strstr(w->err.text, rows[i].says))
            fail_msg("%s says: %s", rows[i].text, w->err.text);
    }
}

static void deadline__is_written_as_it_was_read(void **state)
{
    static const char *const texts[] = {
        "{\"by\":\"2010-03-01\",\"from\":\"2010-02-01\",\"before_means\":"
        "\"exclusive\"}",
        "{\"month_end\":\"2016-01\"}",
        "{\"months\":\"2016-05..2016-06\"}",
        "{\"range\":\"2016-06-22..2016-07-08\",\"holiday\":\"next\"}",
        "{\"after\":{\"event\":\"notice.received\",\"working_days\":10}}",
        "{\"after\":{\"event\":\"incident.found\",\"at_once\":true}}",
        "{\"before\":{\"event\":\"event.opening\",\"days\":30}}",
        "{\"every\":{\"period\":\"half_year\"},\"from\":\"2014-05-09\","
        "\"until\":\"2016-12-31\"}",
        "{\"every\":{\"period\":\"year\",\"month\":11,\"day\":30}}",
        "{\"open\":true}",
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct wx_buf out = WX_BUF_INIT(1000);
        struct wx_deadline d = parse(w, texts[i]);

        wx_deadline_write(&d, &out);
        if (!wx_str_eqz(wx_buf_str(&out), texts[i]))
            fail_msg("%s became " WX_STR_FMT, texts[i], WX_STR_ARG(wx_buf_str(&out)));
        wx_buf_clear(&out);
    }
}

static void deadline__reads_as_papers_say_it(void **state)
{
    static const struct {
        const char *text, *zh, *en;
    } rows[] = {
        {"{by: 2010-03-01}", "2010年3月1日前", "by 2010-03-01"},
        {"{month_end: 2016-01}", "2016年1月底前", "by the end of 2016-01"},
        {"{month: 2010-02}", "2010年2月", "2010-02"},
        {"{months: 2016-05..2016-06}", "2016年5月至2016年6月", "2016-05 to 2016-06"},
        {"{every: half_year}", "每半年", "every half-year"},
        {"{after: {event: notice.received, working_days: 10}}",
         "收到通知书后10个工作日内", "after: 收到通知书, within 10 working days"},
        {"{after: {event: notice.received, at_once: true}}", "收到通知书后及时办理",
         "at once after: 收到通知书"},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wx_deadline d = parse(w, rows[i].text);

        assert_true(wx_str_eqz(
            wx_deadline_text(&w->arena, WX_ZH, &d, WX_STR("收到通知书")), rows[i].zh));
        assert_true(wx_str_eqz(
            wx_deadline_text(&w->arena, WX_EN, &d, WX_STR("收到通知书")), rows[i].en));
    }
}

static void shift__keeps_month_ends_and_leap_days(void **state)
{
    static const struct {
        const char *text, *became;
        int n;
    } rows[] = {
        {"{month_end: 2016-02}", "{\"month_end\":\"2027-02\"}", 132},
        {"{by: 2016-02-29}", "{\"by\":\"2027-02-28\"}", 132},
        {"{months: 2011-02..2011-02}", "{\"months\":\"2012-02..2012-02\"}", 12},
        {"{range: 2016-06-22..2016-07-08}", "{\"range\":\"2026-06-22..2026-07-08\"}",
         120},
        {"{after: {event: x, days: 3}}", "{\"after\":{\"event\":\"x\",\"days\":3}}",
         12},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wx_buf out = WX_BUF_INIT(1000);
        struct wx_deadline d = parse(w, rows[i].text);

        wx_deadline_shift(&d, rows[i].n);
        wx_deadline_write(&d, &out);
        assert_true(wx_str_eqz(wx_buf_str(&out), rows[i].became));
        wx_buf_clear(&out);
    }
}

/* ---- the oracle ---- */

static bool oracle_stands(const struct wx_due_facts *f, int32_t d)
{
    for (size_t i = 0; i < f->n_stops; i++)
        if (f->stops[i].from_s < f->stops[i].to_s &&
            d > wx_day_at(f->stops[i].from_s) &&
            (f->stops[i].to_s == WX_NEVER_S || d <= wx_day_at(f->stops[i].to_s)))
            return true;
    return false;
}

static bool oracle_works(struct world *w, int32_t d)
{
    bool works;

    assert_int_equal(wx_calendar_works(w->calendar, d, &works, &w->err), WX_OK);
    return works;
}

/* The N-th counted day after the event, or WX_DAY_NONE within 12 years. */
static int32_t oracle_after(struct world *w, const struct wx_due_facts *f, int n,
                            bool is_working)
{
    int32_t d = wx_day_at(f->event_s);

    for (int32_t end = d + 3000; n > 0; n--)
        do {
            if (++d > end)
                return WX_DAY_NONE;
        } while (oracle_stands(f, d) || (is_working && !oracle_works(w, d)));
    return d;
}

/* The first day by which as many days ran as the date allows. */
static int32_t oracle_by(const struct wx_due_facts *f, int32_t day)
{
    int stood = 0;

    for (int32_t d = day - 1000; d < day + 3000; d++) {
        stood += oracle_stands(f, d);
        if (d - stood >= day)
            return d;
    }
    return WX_DAY_NONE;
}

static bool oracle_stands_at(const struct wx_due_facts *f, int64_t s)
{
    for (size_t i = 0; i < f->n_stops; i++)
        if (s >= f->stops[i].from_s && s < f->stops[i].to_s)
            return true;
    return false;
}

static size_t random_stops(struct wx_stop stops[4], int64_t start_s)
{
    size_t n = (size_t)(rand() % 5);

    for (size_t i = 0; i < n; i++) {
        stops[i].from_s = start_s + rand() % (60 * 86400);
        stops[i].to_s = stops[i].from_s + rand() % (15 * 86400);
        if (rand() % 12 == 0)
            stops[i].to_s = WX_NEVER_S;
    }
    return n;
}

static void due__agrees_with_walking_every_day(void **state)
{
    struct world *w = *state;
    struct wx_stop stops[4];
    int n_stopped = 0;

    srand(302);
    for (int round = 0; round < 3000; round++) {
        int32_t start = day("2006-01-01") + rand() % 4000, expected;
        struct wx_due_facts facts = {.has_event = true,
                                     .event_s = wx_day_start_s(start) + rand() % 86400,
                                     .stops = stops};
        struct wx_deadline d = {.from = WX_DAY_NONE,
                                .to = WX_DAY_NONE,
                                .event = WX_STR("x"),
                                .amount = rand() % 60};
        struct wx_due due;

        facts.n_stops = random_stops(stops, facts.event_s);
        if (rand() % 3) {
            d.form = WX_DEADLINE_AFTER;
            d.unit = rand() % 2 ? WX_SPAN_WORKING_DAYS : WX_SPAN_DAYS;
            expected =
                oracle_after(w, &facts, d.amount, d.unit == WX_SPAN_WORKING_DAYS);
        } else {
            d.form = WX_DEADLINE_BY;
            d.to = start + d.amount;
            expected = oracle_by(&facts, d.to);
        }
        assert_int_equal(wx_deadline_due(&d, w->calendar, &facts, &due, &w->err),
                         WX_OK);
        assert_int_equal(due.last_day, expected);
        assert_int_equal(due.state,
                         expected == WX_DAY_NONE ? WX_DUE_STOPPED : WX_DUE_SET);
        n_stopped += due.state == WX_DUE_STOPPED;
    }
    assert_true(n_stopped > 50 && n_stopped < 1500); /* both ways were tried */
}

static void due__in_hours_agrees_with_walking_minutes(void **state)
{
    struct world *w = *state;
    struct wx_stop stops[4];

    srand(306);
    for (int round = 0; round < 300; round++) {
        struct wx_due_facts facts = {.has_event = true,
                                     .event_s =
                                         wx_day_start_s(14000) + rand() % 1440 * 60,
                                     .stops = stops,
                                     .n_stops = (size_t)(rand() % 5)};
        struct wx_deadline d = {.form = WX_DEADLINE_AFTER,
                                .from = WX_DAY_NONE,
                                .to = WX_DAY_NONE,
                                .event = WX_STR("x"),
                                .amount = 1 + rand() % 72,
                                .unit = WX_SPAN_HOURS};
        int64_t s = facts.event_s;
        struct wx_due due;

        for (size_t i = 0; i < facts.n_stops; i++) {
            stops[i].from_s = facts.event_s + (rand() % 6000 - 1000) * 60;
            stops[i].to_s = stops[i].from_s + rand() % 1500 * 60;
        }
        for (int left = d.amount * 60; left > 0; s += 60)
            left -= !oracle_stands_at(&facts, s);
        assert_int_equal(wx_deadline_due(&d, w->calendar, &facts, &due, &w->err),
                         WX_OK);
        assert_int_equal(due.due_s, s);
    }
}

static void every__misses_and_repeats_none(void **state)
{
    static const char *const texts[] = {
        "{every: week}",      "{every: month}", "{every: quarter}",
        "{every: half_year}", "{every: year}",  "{every: {period: month, day: 29}}"};
    static const int per_28_years[] = {1461, 336, 112, 56, 28, 336};
    struct world *w = *state;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct wx_due_facts facts = {.after_s = wx_day_start_s(day("2001-01-01"))};
        int64_t end = wx_day_start_s(day("2029-01-01"));
        int n = 0;

        for (;; n++) {
            struct wx_due due = due_of(w, texts[i], &facts);

            assert_true(due.due_s > facts.after_s);
            assert_true(due.opens_s <= due.due_s);
            if (due.due_s > end)
                break;
            facts.after_s = due.due_s;
        }
        assert_int_equal(n, per_28_years[i]);
    }
}

static void reminder__falls_before_and_after(void **state)
{
    static const struct {
        const char *text, *at;
    } rows[] = {{"-7d", "2016-10-03 09:00"},  {"-3wd", "2016-09-30 09:00"},
                {"0d", "2016-10-10 09:00"},   {"+1wd", "2016-10-11 09:00"},
                {"+5wd", "2016-10-17 09:00"}, {"+5d", "2016-10-15 09:00"}};
    struct world *w = *state;
    struct wx_due due = due_of(w, "{by: 2016-10-10}", NULL);
    struct wx_reminder r;
    int64_t got;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(wx_reminder_parse(wx_str_of(rows[i].text), &r));
        assert_int_equal(wx_reminder_at(r, w->calendar, &due, &got, &w->err), WX_OK);
        assert_int_equal(got, at(rows[i].at));
    }
    assert_false(wx_reminder_parse(WX_STR("3"), &r));
    assert_false(wx_reminder_parse(WX_STR("d"), &r));
    assert_false(wx_reminder_parse(WX_STR("-400d"), &r));
    assert_false(wx_reminder_parse(WX_STR("-3w"), &r));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        T(deadline__holds_every_form_of_the_notices),
        T(before__includes_the_day_unless_told),
        T(after__waits_for_its_event),
        T(every__gives_the_next_one_due),
        T(due__moves_off_holidays_only_when_told),
        T(stop__holds_the_clock),
        T(extension__never_shortens),
        T(due__lacking_year_is_an_error_not_a_guess),
        T(deadline__refuses_what_cannot_be),
        T(deadline__is_written_as_it_was_read),
        T(deadline__reads_as_papers_say_it),
        T(shift__keeps_month_ends_and_leap_days),
        T(due__agrees_with_walking_every_day),
        T(due__in_hours_agrees_with_walking_minutes),
        T(every__misses_and_repeats_none),
        T(reminder__falls_before_and_after),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
