#include "campaign/deadline.h"

#include "base/daily.h"
#include "base/limits.h"
#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE_HOURS = 24, MAX_DAY = 84005 /* 2199-12-31 */ };

/* ---- the clock that may stand ---- */

/* Stops of one deadline, sorted by their beginning, overlaps joined. */
struct stops {
    struct wx_stop at[WX_MAX_STOPS];
    size_t n;
};

static int compare_stops(const void *a, const void *b)
{
    const struct wx_stop *x = a, *y = b;

    return x->from_s < y->from_s ? -1 : x->from_s > y->from_s;
}

static enum wx_status stops_join(const struct wx_due_facts *facts, struct stops *out,
                                 struct wx_err *err)
{
    size_t n = 0;

    if (facts->n_stops > WX_MAX_STOPS)
        return wx_fail(err, WX_E_INVALID, "the clock was stopped more than %d times",
                       WX_MAX_STOPS);
    if (facts->n_stops)
        memcpy(out->at, facts->stops, facts->n_stops * sizeof *out->at);
    qsort(out->at, facts->n_stops, sizeof *out->at, compare_stops);
    for (size_t i = 0; i < facts->n_stops; i++) {
        const struct wx_stop stop = out->at[i];

        if (stop.to_s <= stop.from_s)
            continue;
        if (n && stop.from_s <= out->at[n - 1].to_s) {
            if (stop.to_s > out->at[n - 1].to_s)
                out->at[n - 1].to_s = stop.to_s;
        } else {
            out->at[n++] = stop;
        }
    }
    out->n = n;
    return WX_OK;
}

static bool is_open_ended(const struct wx_stop *stop)
{
    return stop->to_s == WX_NEVER_S;
}

/* Does the clock stand on DAY? *EVER_AFTER: and on all that follow. */
static bool stands_on(const struct stops *stops, int32_t day, bool *ever_after)
{
    for (size_t i = 0; i < stops->n; i++) {
        const struct wx_stop *stop = &stops->at[i];

        if (day <= wx_day_at(stop->from_s))
            continue;
        if (is_open_ended(stop)) {
            *ever_after = true;
            return true;
        }
        if (day <= wx_day_at(stop->to_s))
            return true;
    }
    return false;
}

struct walk {
    const struct wx_calendar *calendar; /* NULL: every day counts */
    const struct stops *stops;
};

/* The N-th day after BASE that counts; *STANDS: it is never reached. */
static enum wx_status walk_days(const struct walk *w, int32_t base, int n, int32_t *out,
                                bool *stands, struct wx_err *err)
{
    enum wx_status st;
    bool works = true;

    *stands = false;
    if (w->calendar && w->stops->n == 0)
        return wx_calendar_add(w->calendar, base, n, out, err);
    if (w->stops->n == 0) {
        *out = base + n;
        return WX_OK;
    }
    while (n > 0 && base <= MAX_DAY) {
        base++;
        if (stands_on(w->stops, base, stands)) {
            if (*stands)
                return WX_OK;
            continue;
        }
        st = w->calendar ? wx_calendar_works(w->calendar, base, &works, err) : WX_OK;
        if (st)
            return st;
        n -= works;
    }
    *out = base;
    return WX_OK;
}

/* A stated day, moved by the stops before it; those before FIRST do not count. */
static enum wx_status move_day(const struct stops *stops, int32_t first, int32_t day,
                               int32_t *out, bool *stands, struct wx_err *err)
{
    const struct walk w = {NULL, stops};
    int32_t base = day;

    if (stops->n && wx_day_at(stops->at[0].from_s) < base)
        base = wx_day_at(stops->at[0].from_s);
    if (first != WX_DAY_NONE && base < first - 1)
        base = first - 1 < day ? first - 1 : day;
    return walk_days(&w, base, day - base, out, stands, err);
}

/* SECONDS after START; WX_NEVER_S: the clock stands. */
static int64_t walk_seconds(const struct stops *stops, int64_t start, int64_t seconds)
{
    for (size_t i = 0; i < stops->n; i++) {
        const struct wx_stop *stop = &stops->at[i];

        if (stop->to_s <= start)
            continue;
        if (stop->from_s >= start + seconds)
            break;
        if (is_open_ended(stop))
            return WX_NEVER_S;
        if (stop->from_s > start) {
            seconds -= stop->from_s - start;
            start = stop->from_s;
        }
        start = stop->to_s;
    }
    return start + seconds;
}

/* ---- recurrence ---- */

static const int period_months[] = {[WX_PERIOD_MONTH] = 1,
                                    [WX_PERIOD_QUARTER] = 3,
                                    [WX_PERIOD_HALF_YEAR] = 6,
                                    [WX_PERIOD_YEAR] = 12};

static int32_t period_begin(enum wx_period period, int32_t day)
{
    struct wx_date d = wx_day_date(day);

    if (period == WX_PERIOD_WEEK)
        return day - (wx_day_weekday(day) - 1);
    return wx_day_add_months(day - (d.day - 1),
                             -((d.month - 1) % period_months[period]));
}

static int32_t period_next(enum wx_period period, int32_t begin)
{
    return period == WX_PERIOD_WEEK ? begin + 7
                                    : wx_day_add_months(begin, period_months[period]);
}

static int32_t period_day(const struct wx_deadline *d, int32_t begin)
{
    int month = d->month ? d->month : period_months[d->period];
    int32_t first;
    struct wx_date date;
    int last;

    if (d->period == WX_PERIOD_WEEK)
        return begin + (d->day ? d->day : 7) - 1;
    first = wx_day_add_months(begin, month - 1);
    date = wx_day_date(first);
    last = wx_month_days(date.year, date.month);
    return first + (d->day && d->day < last ? d->day : last) - 1;
}

/* The occurrence as stated: *OPENS its first day, *DAY its last. False: it is over. */
static bool occurrence(const struct wx_deadline *d, int64_t after_s, int32_t *opens,
                       int32_t *day)
{
    int32_t from = d->from == WX_DAY_NONE ? wx_day_at(after_s) : d->from;
    int32_t start = wx_day_at(after_s), begin;

    begin = period_begin(d->period, start > from ? start : from);
    for (;; begin = period_next(d->period, begin)) {
        *day = period_day(d, begin);
        if (*day > MAX_DAY || (d->to != WX_DAY_NONE && *day > d->to))
            return false;
        if (wx_day_start_s(*day + 1) > after_s &&
            (d->from == WX_DAY_NONE || *day >= d->from))
            break;
    }
    *opens = d->from != WX_DAY_NONE && d->from > begin ? d->from : begin;
    return true;
}

/* ---- due ---- */

struct due_job {
    const struct wx_deadline *d;
    const struct wx_calendar *calendar;
    const struct wx_due_facts *facts;
    struct stops stops;
    struct wx_due *out;
    struct wx_err *err;
};

static void set_stopped(struct due_job *job)
{
    job->out->state = WX_DUE_STOPPED;
}

static enum wx_status set_day(struct due_job *job, int32_t day)
{
    enum wx_status st = WX_OK;

    if (job->d->holiday == WX_HOLIDAY_NEXT)
        st = wx_calendar_next(job->calendar, day, &day, job->err);
    else if (job->d->holiday == WX_HOLIDAY_PREVIOUS)
        st = wx_calendar_previous(job->calendar, day, &day, job->err);
    if (st)
        return st;
    if (job->facts->is_extended && job->facts->extended_to > day)
        day = job->facts->extended_to;
    if (day > MAX_DAY || day < 0)
        return wx_fail(job->err, WX_E_INVALID, "the deadline is not within %d to %d",
                       WX_MIN_YEAR, WX_MAX_YEAR);
    job->out->state = WX_DUE_SET;
    job->out->last_day = day;
    job->out->due_s = wx_day_start_s(day + 1);
    return WX_OK;
}

static enum wx_status set_second(struct due_job *job, int64_t due_s)
{
    if (due_s == WX_NEVER_S) {
        set_stopped(job);
        return WX_OK;
    }
    if (job->facts->is_extended && wx_day_start_s(job->facts->extended_to + 1) > due_s)
        due_s = wx_day_start_s(job->facts->extended_to + 1);
    job->out->state = WX_DUE_SET;
    job->out->due_s = due_s;
    job->out->last_day = wx_day_at(due_s - 1);
    return WX_OK;
}

/* FIRST: stops before it do not count. */
static enum wx_status due_on(struct due_job *job, int32_t first, int32_t day)
{
    enum wx_status st;
    int32_t moved = day;
    bool stands;

    st = move_day(&job->stops, first, day, &moved, &stands, job->err);
    if (st)
        return st;
    if (stands) {
        set_stopped(job);
        return WX_OK;
    }
    return set_day(job, moved);
}

static enum wx_status due_dated(struct due_job *job)
{
    const struct wx_deadline *d = job->d;
    enum wx_before before = d->before ? d->before : job->facts->before;
    int32_t day = d->to;

    if (d->from != WX_DAY_NONE)
        job->out->opens_s = wx_day_start_s(d->from);
    if (d->form == WX_DEADLINE_BY && before == WX_BEFORE_EXCLUSIVE)
        day--;
    return due_on(job, d->from, day);
}

static enum wx_status due_after(struct due_job *job)
{
    const struct wx_deadline *d = job->d;
    const struct walk w = {d->unit == WX_SPAN_WORKING_DAYS ? job->calendar : NULL,
                           &job->stops};
    int64_t event_s = job->facts->event_s;
    int32_t event = wx_day_at(event_s), day = event;
    int hours =
        job->facts->at_once_hours > 0 ? job->facts->at_once_hours : AT_ONCE_HOURS;
    int n = d->amount;
    enum wx_status st;
    bool stands;

    job->out->opens_s = event_s;
    if (d->unit == WX_SPAN_HOURS || d->unit == WX_SPAN_AT_ONCE)
        return set_second(
            job, walk_seconds(&job->stops, event_s,
                              (d->unit == WX_SPAN_HOURS ? n : hours) * 3600LL));
    if (d->unit == WX_SPAN_MONTHS)
        n = wx_day_add_months(event, n) - event;
    st = walk_days(&w, event, n, &day, &stands, job->err);
    if (st)
        return st;
    if (stands) {
        set_stopped(job);
        return WX_OK;
    }
    return set_day(job, day);
}

/* The event's day is fixed, so a stopped clock moves nothing. */
static enum wx_status due_before(struct due_job *job)
{
    const struct wx_deadline *d = job->d;
    int32_t day = wx_day_at(job->facts->event_s);
    enum wx_status st = WX_OK;

    switch (d->unit) {
    case WX_SPAN_HOURS:
    case WX_SPAN_AT_ONCE:
        return set_second(job, job->facts->event_s - d->amount * 3600LL);
    case WX_SPAN_WORKING_DAYS:
        st = wx_calendar_add(job->calendar, day, -d->amount, &day, job->err);
        break;
    case WX_SPAN_MONTHS:
        day = wx_day_add_months(day, -d->amount);
        break;
    default:
        day -= d->amount;
    }
    return st ? st : set_day(job, day);
}

static enum wx_status due_every(struct due_job *job)
{
    int32_t opens, day;

    if (!occurrence(job->d, job->facts->after_s, &opens, &day))
        return WX_OK;
    job->out->opens_s = wx_day_start_s(opens);
    return due_on(job, opens, day);
}

static bool is_in_time(int64_t at_s)
{
    return at_s >= 0 && at_s < wx_day_start_s(MAX_DAY + 1);
}

static enum wx_status due_relative(struct due_job *job)
{
    if (!job->facts->has_event) {
        job->out->state = WX_DUE_WAITS;
        return WX_OK;
    }
    if (!is_in_time(job->facts->event_s))
        return wx_fail(job->err, WX_E_INVALID, "the event is not within %d to %d",
                       WX_MIN_YEAR, WX_MAX_YEAR);
    return job->d->form == WX_DEADLINE_AFTER ? due_after(job) : due_before(job);
}

enum wx_status wx_deadline_due(const struct wx_deadline *d,
                               const struct wx_calendar *calendar,
                               const struct wx_due_facts *facts, struct wx_due *out,
                               struct wx_err *err)
{
    const struct wx_due none = {
        .opens_s = INT64_MIN, .due_s = WX_NEVER_S, .last_day = WX_DAY_NONE};
    struct due_job job = {d, calendar, facts, {.n = 0}, out, err};
    enum wx_status st;

    *out = none;
    out->state = WX_DUE_NONE;
    st = stops_join(facts, &job.stops, err);
    if (st)
        return st;
    switch (d->form) {
    case WX_DEADLINE_OPEN:
        return WX_OK;
    case WX_DEADLINE_AFTER:
    case WX_DEADLINE_BEFORE:
        st = due_relative(&job);
        break;
    case WX_DEADLINE_EVERY:
        st = due_every(&job);
        break;
    default:
        st = due_dated(&job);
    }
    if (st) {
        *out = none;
        out->state = WX_DUE_NONE;
    }
    return st;
}

static void shift_month_end(int32_t *day, int n)
{
    struct wx_date d = wx_day_date(wx_day_add_months(*day, n));

    d.day = wx_month_days(d.year, d.month);
    (void)wx_day_of(d, day);
}

void wx_deadline_shift(struct wx_deadline *d, int n_months)
{
    bool is_month = d->form == WX_DEADLINE_MONTH_END || d->form == WX_DEADLINE_MONTHS;

    if (d->from != WX_DAY_NONE)
        d->from = wx_day_add_months(d->from, n_months);
    if (d->to == WX_DAY_NONE)
        return;
    if (is_month)
        shift_month_end(&d->to, n_months);
    else
        d->to = wx_day_add_months(d->to, n_months);
}

/* ---- reminders ---- */

bool wx_reminder_parse(struct wx_str s, struct wx_reminder *out)
{
    bool is_before = wx_str_starts(s, "-");
    uint64_t n;

    if (is_before || wx_str_starts(s, "+"))
        s = wx_str_sub(s, 1, s.len);
    out->is_working = wx_str_ends(s, "wd");
    if (!out->is_working && !wx_str_ends(s, "d"))
        return false;
    s.len -= out->is_working ? 2 : 1;
    if (!wx_str_to_u64(s, 366, &n))
        return false;
    out->amount = is_before ? -(int)n : (int)n;
    return true;
}

void wx_reminder_format(struct wx_reminder r, char out[16])
{
    snprintf(out, 16, "%+d%s", r.amount % 1000, r.is_working ? "wd" : "d");
}

enum wx_status wx_reminder_at(struct wx_reminder r, const struct wx_calendar *calendar,
                              const struct wx_due *due, int64_t *at_s,
                              struct wx_err *err)
{
    int32_t day = due->last_day;
    enum wx_status st = WX_OK;

    if (due->state != WX_DUE_SET)
        return wx_fail(err, WX_E_INVALID, "there is no day to remind of yet");
    if (r.is_working)
        st = wx_calendar_add(calendar, day, r.amount, &day, err);
    else
        day += r.amount;
    if (!st)
        *at_s = wx_day_start_s(day) + WX_REMIND_HOUR * 3600;
    return st;
}
