#include "campaign/calendar.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/shipped.h"
#include <jansson.h>

enum { N_YEARS = WX_MAX_YEAR - WX_MIN_YEAR + 1, MAX_STEPS = 10000 };
enum day_kind { DAY_PLAIN, DAY_OFF, DAY_WORK };

struct year {
    unsigned char kind[366]; /* enum day_kind */
    struct wx_str name[366];
};

struct wx_calendar {
    struct wx_arena arena;
    struct year *years[N_YEARS]; /* NULL: not known */
};

/* ---- reading ---- */

struct reader {
    struct wx_arena *arena;
    const char *file, *part; /* "2016" or "extra", for messages */
    struct wx_err *err;
    struct year **years;
    int only_year; /* 0: any known year */
};

static enum wx_status refuse(const struct reader *r, const char *what, const char *text)
{
    return wx_fail(r->err, WX_E_INVALID, "holiday calendar '%s', \"%s\": %s '%.60s'",
                   r->file, r->part, what, text);
}

static enum wx_status take_day(const struct reader *r, const json_t *v, int32_t *day)
{
    const char *text = json_string_value(v);

    if (!text || !wx_day_parse(wx_str_of(text), day))
        return refuse(r, "this is no day of the form 2016-02-07:", text ? text : "?");
    if (r->only_year && wx_day_date(*day).year != r->only_year)
        return refuse(r, "the day is of another year:", text);
    if (!r->years[wx_day_date(*day).year - WX_MIN_YEAR])
        return refuse(r, "the day's year is not in the calendar:", text);
    return WX_OK;
}

static enum wx_status mark(const struct reader *r, int32_t day, enum day_kind kind,
                           struct wx_str name)
{
    struct year *year = r->years[wx_day_date(day).year - WX_MIN_YEAR];
    int32_t first;
    char text[16];

    (void)wx_day_of((struct wx_date){wx_day_date(day).year, 1, 1}, &first);
    wx_day_format(day, text);
    if (kind == DAY_WORK && r->only_year && year->kind[day - first] == DAY_OFF)
        return refuse(r, "a day is both off and worked:", text);
    year->kind[day - first] = (unsigned char)kind;
    year->name[day - first] = name;
    return WX_OK;
}

/* ["2016-02-07", "2016-02-13", "春节"] */
static enum wx_status take_off(const struct reader *r, const json_t *row)
{
    const char *name = json_string_value(json_array_get(row, 2));
    struct wx_str kept = {NULL, 0};
    int32_t from, to;
    enum wx_status st;

    if (!json_is_array(row) || json_array_size(row) != 3 || !name)
        return refuse(r, "an entry of \"off\" is not", "[first day, last day, name]");
    st = take_day(r, json_array_get(row, 0), &from);
    if (!st)
        st = take_day(r, json_array_get(row, 1), &to);
    if (st)
        return st;
    if (from > to || to - from > 31)
        return refuse(r, "these days off are turned round or longer than a month:",
                      json_string_value(json_array_get(row, 0)));
    kept = wx_arena_str(r->arena, wx_utf8_clip(wx_str_of(name), 60));
    for (int32_t day = from; !st && day <= to; day++) {
        if (!r->years[wx_day_date(day).year - WX_MIN_YEAR])
            return refuse(r, "the days off run into a year not in the calendar:", name);
        st = mark(r, day, DAY_OFF, kept);
    }
    return st;
}

static enum wx_status take_part(struct reader *r, const json_t *part)
{
    const json_t *off = json_object_get(part, "off"), *row;
    const json_t *work = json_object_get(part, "work");
    enum wx_status st = WX_OK;
    int32_t day;
    size_t i;

    if (!json_is_array(off) || !json_is_array(work))
        return refuse(r, "here must be the lists", "off\" and \"work");
    if (r->only_year && json_array_size(off) == 0)
        return refuse(r, "a year without a single holiday is no arrangement:", r->part);
    for (i = 0; !st && (row = json_array_get(off, i)); i++)
        st = take_off(r, row);
    for (i = 0; !st && (row = json_array_get(work, i)); i++) {
        st = take_day(r, row, &day);
        if (!st)
            st = mark(r, day, DAY_WORK, (struct wx_str){NULL, 0});
    }
    return st;
}

static enum wx_status take_years(struct reader *r, json_t *years)
{
    const char *key;
    json_t *part;
    enum wx_status st = WX_OK;
    uint64_t year;

    json_object_foreach(years, key, part)
    {
        r->part = key;
        if (!wx_str_to_u64(wx_str_of(key), WX_MAX_YEAR, &year) || year < WX_MIN_YEAR)
            return refuse(r, "this is no year:", key);
        r->years[year - WX_MIN_YEAR] = wx_arena_new(r->arena, struct year);
        r->only_year = (int)year;
        st = take_part(r, part);
        if (st)
            return st;
    }
    return st;
}

/* "extra" changes copies: a file that is refused half-way leaves no trace. */
static void copy_years(const struct reader *r)
{
    for (int i = 0; i < N_YEARS; i++) {
        struct year *copy;

        if (!r->years[i])
            continue;
        copy = wx_arena_new(r->arena, struct year);
        *copy = *r->years[i];
        r->years[i] = copy;
    }
}

static enum wx_status take_root(struct reader *r, json_t *root)
{
    const char *key;
    json_t *value;
    enum wx_status st;

    json_object_foreach(root, key, value)
    {
        if (strcmp(key, "about") != 0 && strcmp(key, "years") != 0 &&
            strcmp(key, "extra") != 0)
            return wx_fail(r->err, WX_E_INVALID,
                           "holiday calendar '%s': unknown key '%.60s'; it has "
                           "\"years\" and \"extra\"",
                           r->file, key);
    }
    st = take_years(r, json_object_get(root, "years"));
    value = json_object_get(root, "extra");
    if (st || !value)
        return st;
    copy_years(r);
    r->part = "extra";
    r->only_year = 0;
    return take_part(r, value);
}

enum wx_status wx_calendar_read(struct wx_calendar *calendar, const char *name,
                                struct wx_str json, struct wx_err *err)
{
    struct year *years[N_YEARS];
    struct reader r = {
        .arena = &calendar->arena, .file = name, .err = err, .years = years};
    enum wx_status st;
    json_error_t error;
    json_t *root;

    if (json.len > WX_MAX_CALENDAR_BYTES)
        return wx_fail(err, WX_E_TOO_BIG,
                       "holiday calendar '%s' is larger than %d bytes", name,
                       WX_MAX_CALENDAR_BYTES);
    root =
        json_loadb(json.ptr ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return wx_fail(err, WX_E_INVALID, "holiday calendar '%s':%d:%d: %.200s", name,
                       error.line, error.column, error.text);
    memcpy(years, calendar->years, sizeof years);
    if (json_is_object(root))
        st = take_root(&r, root);
    else
        st =
            wx_fail(err, WX_E_INVALID, "holiday calendar '%s' is no JSON object", name);
    json_decref(root);
    if (!st)
        memcpy(calendar->years, years, sizeof years);
    return st;
}

enum wx_status wx_calendar_open(const char *file, struct wx_calendar **out,
                                struct wx_err *err)
{
    const struct wx_shipped *own = wx_shipped_find(WX_STR("data/holidays.json"));
    struct wx_buf text = WX_BUF_INIT(WX_MAX_CALENDAR_BYTES);
    struct wx_calendar *calendar = wx_new(struct wx_calendar);
    enum wx_status st;

    *out = NULL;
    wx_arena_init(&calendar->arena);
    if (!own)
        WX_BUG("the holiday calendar is not built in");
    st = wx_calendar_read(calendar, own->name, own->text, err);
    if (!st && file) {
        st = wx_buf_read_file(&text, file, err);
        if (!st)
            st = wx_calendar_read(calendar, file, wx_buf_str(&text), err);
        wx_buf_clear(&text);
    }
    if (st)
        wx_calendar_free(calendar);
    else
        *out = calendar;
    return st;
}

void wx_calendar_free(struct wx_calendar *calendar)
{
    if (!calendar)
        return;
    wx_arena_clear(&calendar->arena);
    free(calendar);
}

/* ---- asking ---- */

static const struct year *year_of(const struct wx_calendar *calendar, int year)
{
    if (year < WX_MIN_YEAR || year > WX_MAX_YEAR)
        return NULL;
    return calendar->years[year - WX_MIN_YEAR];
}

bool wx_calendar_has_year(const struct wx_calendar *calendar, int year)
{
    return year_of(calendar, year) != NULL;
}

void wx_calendar_range(const struct wx_calendar *calendar, int *first, int *last)
{
    *first = *last = 0;
    for (int i = 0; i < N_YEARS; i++) {
        if (!calendar->years[i])
            continue;
        if (!*first)
            *first = i + WX_MIN_YEAR;
        *last = i + WX_MIN_YEAR;
    }
}

static int day_in_year(int32_t day, int year)
{
    int32_t first;

    (void)wx_day_of((struct wx_date){year, 1, 1}, &first);
    return (int)(day - first);
}

struct wx_str wx_calendar_name(const struct wx_calendar *calendar, int32_t day)
{
    int number = wx_day_date(day).year;
    const struct year *year = year_of(calendar, number);

    return year ? year->name[day_in_year(day, number)] : (struct wx_str){NULL, 0};
}

enum wx_status wx_calendar_works(const struct wx_calendar *calendar, int32_t day,
                                 bool *out, struct wx_err *err)
{
    int number = wx_day_date(day).year;
    const struct year *year = year_of(calendar, number);

    if (!year)
        return wx_fail(err, WX_E_NOT_FOUND,
                       "the holiday calendar has no year %d: put the State Council's "
                       "arrangement for %d into the office's calendar file, or state a "
                       "fixed date",
                       number, number);
    switch (year->kind[day_in_year(day, number)]) {
    case DAY_OFF:
        *out = false;
        break;
    case DAY_WORK:
        *out = true;
        break;
    default:
        *out = wx_day_weekday(day) <= 5;
    }
    return WX_OK;
}

enum wx_status wx_calendar_add(const struct wx_calendar *calendar, int32_t day, int n,
                               int32_t *out, struct wx_err *err)
{
    int step = n < 0 ? -1 : 1;
    enum wx_status st;
    bool works;

    if (n > MAX_STEPS || n < -MAX_STEPS)
        return wx_fail(err, WX_E_INVALID, "%d working days are more than %d", n,
                       MAX_STEPS);
    while (n) {
        day += step;
        st = wx_calendar_works(calendar, day, &works, err);
        if (st)
            return st;
        n -= works ? step : 0;
    }
    *out = day;
    return WX_OK;
}

enum wx_status wx_calendar_count(const struct wx_calendar *calendar, int32_t from,
                                 int32_t to, int *out, struct wx_err *err)
{
    bool is_back = to < from;
    int32_t first = is_back ? to : from + 1, last = is_back ? from - 1 : to;
    enum wx_status st;
    bool works;

    *out = 0;
    for (int32_t day = first; day <= last; day++) {
        st = wx_calendar_works(calendar, day, &works, err);
        if (st)
            return st;
        *out += works ? (is_back ? -1 : 1) : 0;
    }
    return WX_OK;
}

static enum wx_status nearest(const struct wx_calendar *calendar, int32_t day, int step,
                              int32_t *out, struct wx_err *err)
{
    enum wx_status st;
    bool works = false;

    for (;; day += step) {
        st = wx_calendar_works(calendar, day, &works, err);
        if (st || works)
            break;
    }
    if (!st)
        *out = day;
    return st;
}

enum wx_status wx_calendar_next(const struct wx_calendar *calendar, int32_t day,
                                int32_t *out, struct wx_err *err)
{
    return nearest(calendar, day, 1, out, err);
}

enum wx_status wx_calendar_previous(const struct wx_calendar *calendar, int32_t day,
                                    int32_t *out, struct wx_err *err)
{
    return nearest(calendar, day, -1, out, err);
}
