/* Deadlines in YAML and JSON, and as papers say them. */
#include "base/json.h"
#include "base/limits.h"
#include "campaign/deadline.h"

static const char *const period_words[] = {"week", "month", "quarter", "half_year",
                                           "year"};
static const char *const unit_words[] = {"days", "working_days", "months", "hours",
                                         "at_once"};
static const int unit_max[] = {3660, 2500, 120, 8784, 1};
static const char *const holiday_words[] = {"keep", "next", "previous"};
enum { N_PERIODS = 5, N_UNITS = 5, N_HOLIDAYS = 3, MAX_EVENT = 60 };

static int word_of(const char *const *words, int n, struct wx_str s)
{
    for (int i = 0; i < n; i++)
        if (wx_str_eqz(s, words[i]))
            return i;
    return -1;
}

static enum wx_status fail_date(const struct wx_yaml *y, struct fy_node *node,
                                struct wx_str s, const char *form)
{
    s = wx_utf8_clip(s, 40);
    return wx_yaml_fail(y, node, "'" WX_STR_FMT "' is no %s, or is in no calendar",
                        WX_STR_ARG(s), form);
}

static enum wx_status read_day(const struct wx_yaml *y, struct fy_node *node,
                               struct wx_str s, int32_t *out)
{
    return wx_day_parse(s, out) ? WX_OK
                                : fail_date(y, node, s, "day such as 2016-02-29");
}

static enum wx_status read_month(const struct wx_yaml *y, struct fy_node *node,
                                 struct wx_str s, int32_t *first, int32_t *last)
{
    struct wx_date d = {.day = 1};

    if (!wx_month_parse(s, &d.year, &d.month))
        return fail_date(y, node, s, "month such as 2016-02");
    (void)wx_day_of(d, first);
    d.day = wx_month_days(d.year, d.month);
    (void)wx_day_of(d, last);
    return WX_OK;
}

/* "A..B" */
static enum wx_status split(const struct wx_yaml *y, struct fy_node *node,
                            struct wx_str s, struct wx_str *a, struct wx_str *b)
{
    size_t at = wx_str_findz(s, "..");

    if (at == WX_NPOS)
        return wx_yaml_fail(y, node, "here must be FIRST..LAST");
    *a = wx_str_trim(wx_str_sub(s, 0, at));
    *b = wx_str_trim(wx_str_sub(s, at + 2, s.len));
    return WX_OK;
}

static enum wx_status check_order(const struct wx_yaml *y, struct fy_node *node,
                                  const struct wx_deadline *d)
{
    return d->from > d->to ? wx_yaml_fail(y, node, "the last day is before the first")
                           : WX_OK;
}

static enum wx_status read_range(const struct wx_yaml *y, struct fy_node *node,
                                 struct wx_str s, struct wx_deadline *d)
{
    struct wx_str a, b;
    enum wx_status st = split(y, node, s, &a, &b);

    d->form = WX_DEADLINE_RANGE;
    if (!st)
        st = read_day(y, node, a, &d->from);
    if (!st)
        st = read_day(y, node, b, &d->to);
    return st ? st : check_order(y, node, d);
}

static enum wx_status read_months(const struct wx_yaml *y, struct fy_node *node,
                                  struct wx_str s, struct wx_deadline *d)
{
    struct wx_str a, b;
    enum wx_status st = split(y, node, s, &a, &b);
    int32_t ignored;

    d->form = WX_DEADLINE_MONTHS;
    if (!st)
        st = read_month(y, node, a, &d->from, &ignored);
    if (!st)
        st = read_month(y, node, b, &ignored, &d->to);
    return st ? st : check_order(y, node, d);
}

/* by, month_end, month, months, range: one text each */
static enum wx_status read_dated(const struct wx_yaml *y, struct fy_node *node,
                                 const char *key, struct wx_deadline *d)
{
    struct wx_str s;
    int32_t ignored;
    enum wx_status st = wx_yaml_str(y, node, &s);

    if (st)
        return st;
    s = wx_str_trim(s);
    if (strcmp(key, "by") == 0) {
        d->form = WX_DEADLINE_BY;
        return read_day(y, node, s, &d->to);
    }
    if (strcmp(key, "month_end") == 0) {
        d->form = WX_DEADLINE_MONTH_END;
        return read_month(y, node, s, &ignored, &d->to);
    }
    if (strcmp(key, "month") == 0) {
        d->form = WX_DEADLINE_MONTHS;
        return read_month(y, node, s, &d->from, &d->to);
    }
    return strcmp(key, "range") == 0 ? read_range(y, node, s, d)
                                     : read_months(y, node, s, d);
}

static bool is_event(struct wx_str s)
{
    if (s.len == 0 || s.len > MAX_EVENT || s.ptr[0] < 'a' || s.ptr[0] > 'z')
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'a' && s.ptr[i] <= 'z') ||
              (s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '_' ||
              s.ptr[i] == '.'))
            return false;
    return true;
}

/* after, before: {event: WORD, UNIT: n} */
static enum wx_status read_relative(const struct wx_yaml *y, struct fy_node *node,
                                    bool is_after, struct wx_deadline *d)
{
    static const char *const keys[] = {
        "event", "days", "working_days", "months", "hours", "at_once", NULL};
    bool has_unit = false, at_once = false;
    enum wx_status st = wx_yaml_keys(y, node, keys);

    d->form = is_after ? WX_DEADLINE_AFTER : WX_DEADLINE_BEFORE;
    if (!st)
        st = wx_yaml_str_need(y, node, "event", &d->event);
    if (st)
        return st;
    if (!is_event(d->event))
        return wx_yaml_fail(y, wx_yaml_get(node, "event"),
                            "an event is a word such as notice.received");
    for (int i = 0; i < N_UNITS; i++) {
        int64_t n = 0;

        if (!wx_yaml_get(node, unit_words[i]))
            continue;
        if (has_unit)
            return wx_yaml_fail(y, node, "two spans of time at once");
        has_unit = true;
        d->unit = (enum wx_span_unit)i;
        if (d->unit == WX_SPAN_AT_ONCE)
            st = wx_yaml_bool_opt(y, node, "at_once", &at_once);
        else
            st = wx_yaml_int_opt(y, node, unit_words[i], 0, unit_max[i], &n);
        if (st)
            return st;
        d->amount = (int)n;
    }
    if (!has_unit || (d->unit == WX_SPAN_AT_ONCE && (!at_once || !is_after)))
        return wx_yaml_fail(y, node,
                            "here must be one of days, working_days, months, hours%s",
                            is_after ? ", at_once: true" : "");
    return WX_OK;
}

static enum wx_status read_every(const struct wx_yaml *y, struct fy_node *node,
                                 struct wx_deadline *d)
{
    static const char *const keys[] = {"period", "month", "day", NULL};
    static const int n_months[] = {0, 1, 3, 6, 12};
    struct fy_node *word = node;
    struct wx_str s;
    int64_t month = 0, day = 0;
    enum wx_status st = WX_OK;
    int period;

    d->form = WX_DEADLINE_EVERY;
    if (fy_node_is_mapping(node)) {
        st = wx_yaml_keys(y, node, keys);
        if (!st)
            st = wx_yaml_need(y, node, "period", &word);
    }
    if (!st)
        st = wx_yaml_str(y, word, &s);
    if (st)
        return st;
    period = word_of(period_words, N_PERIODS, wx_str_trim(s));
    if (period < 0)
        return wx_yaml_fail(y, word,
                            "a period is week, month, quarter, half_year or year");
    d->period = (enum wx_period)period;
    if (fy_node_is_mapping(node)) {
        if (period == WX_PERIOD_WEEK && wx_yaml_get(node, "month"))
            return wx_yaml_fail(y, node, "a week has no month");
        st = wx_yaml_int_opt(y, node, "month", 1, n_months[period], &month);
        if (!st)
            st = wx_yaml_int_opt(y, node, "day", 1, period == WX_PERIOD_WEEK ? 7 : 31,
                                 &day);
    }
    d->month = (int)month;
    d->day = (int)day;
    return st;
}

static enum wx_status read_form(const struct wx_yaml *y, struct fy_node *node,
                                struct wx_deadline *d)
{
    static const char *const forms[] = {"by",     "month_end", "month",
                                        "months", "range",     "after",
                                        "before", "every",     "open"};
    struct fy_node *found = NULL, *value;
    const char *key = "";
    bool is_open = false;
    enum wx_status st;

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        value = wx_yaml_get(node, forms[i]);
        if (!value)
            continue;
        if (found)
            return wx_yaml_fail(y, value, "'%s' and '%s' at once", key, forms[i]);
        found = value;
        key = forms[i];
    }
    if (!found)
        return wx_yaml_fail(y, node,
                            "here must be one of by, month_end, month, months, range, "
                            "after, before, every, open");
    if (strcmp(key, "after") == 0 || strcmp(key, "before") == 0)
        return read_relative(y, found, key[0] == 'a', d);
    if (strcmp(key, "every") == 0)
        return read_every(y, found, d);
    if (strcmp(key, "open") != 0)
        return read_dated(y, found, key, d);
    st = wx_yaml_bool_opt(y, node, "open", &is_open);
    if (!st && !is_open)
        st = wx_yaml_fail(y, found, "'open' can only be true");
    return st;
}

/* from, until: of "by" and "every" only */
static enum wx_status read_bounds(const struct wx_yaml *y, struct fy_node *node,
                                  struct wx_deadline *d)
{
    struct fy_node *from = wx_yaml_get(node, "from"),
                   *until = wx_yaml_get(node, "until");
    bool is_every = d->form == WX_DEADLINE_EVERY;
    struct wx_str s;
    enum wx_status st = WX_OK;

    if (from && !is_every && d->form != WX_DEADLINE_BY &&
        d->form != WX_DEADLINE_MONTH_END)
        return wx_yaml_fail(y, from, "'from' is of by, month_end and every only");
    if (until && !is_every)
        return wx_yaml_fail(y, until, "'until' is of every only");
    if (from) {
        st = wx_yaml_str(y, from, &s);
        if (!st)
            st = read_day(y, from, s, &d->from);
    }
    if (!st && until) {
        st = wx_yaml_str(y, until, &s);
        if (!st)
            st = read_day(y, until, s, &d->to);
    }
    if (!st && from && d->to != WX_DAY_NONE)
        st = check_order(y, from, d);
    return st;
}

static enum wx_status read_choices(const struct wx_yaml *y, struct fy_node *node,
                                   struct wx_deadline *d)
{
    struct fy_node *means = wx_yaml_get(node, "before_means");
    struct wx_str word = {NULL, 0}, rule = WX_STR("keep");
    enum wx_status st = wx_yaml_str_opt(y, node, "before_means", &word);
    int holiday;

    if (!st)
        st = wx_yaml_str_opt(y, node, "holiday", &rule);
    if (st)
        return st;
    if (means && (d->form != WX_DEADLINE_BY ||
                  (!wx_str_eqz(word, "inclusive") && !wx_str_eqz(word, "exclusive"))))
        return wx_yaml_fail(y, means,
                            "'before_means' is inclusive or exclusive, and of by only");
    if (means)
        d->before =
            wx_str_eqz(word, "inclusive") ? WX_BEFORE_INCLUSIVE : WX_BEFORE_EXCLUSIVE;
    holiday = word_of(holiday_words, N_HOLIDAYS, rule);
    if (holiday < 0)
        return wx_yaml_fail(y, wx_yaml_get(node, "holiday"),
                            "'holiday' is keep, next or previous");
    d->holiday = (enum wx_holiday_rule)holiday;
    return WX_OK;
}

enum wx_status wx_deadline_read(const struct wx_yaml *y, struct fy_node *node,
                                struct wx_deadline *out)
{
    static const char *const keys[] = {
        "by",    "month_end", "month",        "months",  "range", "after", "before",
        "every", "open",      "before_means", "holiday", "from",  "until", NULL};
    struct wx_deadline d = {.from = WX_DAY_NONE, .to = WX_DAY_NONE};
    enum wx_status st = wx_yaml_keys(y, node, keys);

    if (!st)
        st = read_form(y, node, &d);
    if (!st)
        st = read_bounds(y, node, &d);
    if (!st)
        st = read_choices(y, node, &d);
    if (!st)
        *out = d;
    return st;
}

enum wx_status wx_deadline_parse(struct wx_arena *arena, const char *where,
                                 struct wx_str text, struct wx_deadline *out,
                                 struct wx_err *err)
{
    struct wx_yaml y;
    enum wx_status st;

    if (text.len > WX_MAX_CELL_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "%s: a deadline of more than %d bytes", where,
                       WX_MAX_CELL_BYTES);
    st = wx_yaml_open(&y, arena, where, text, err);
    if (st)
        return st;
    st = wx_deadline_read(&y, y.root, out);
    wx_yaml_close(&y);
    return st;
}

/* ---- writing ---- */

static void put_day(struct wx_json *j, const char *key, int32_t day)
{
    char text[16];

    wx_day_format(day, text);
    wx_json_kz(j, key, text);
}

static void put_span(struct wx_json *j, const char *key, int32_t from, int32_t to,
                     size_t n_chars)
{
    char a[16], b[16], both[40];

    wx_day_format(from, a);
    wx_day_format(to, b);
    snprintf(both, sizeof both, "%.*s..%.*s", (int)n_chars, a, (int)n_chars, b);
    wx_json_kz(j, key, both);
}

static void put_relative(struct wx_json *j, const struct wx_deadline *d)
{
    wx_json_key(j, d->form == WX_DEADLINE_AFTER ? "after" : "before");
    wx_json_open(j, '{');
    wx_json_kstr(j, "event", d->event);
    if (d->unit == WX_SPAN_AT_ONCE)
        wx_json_kbool(j, "at_once", true);
    else
        wx_json_kint(j, unit_words[d->unit], d->amount);
    wx_json_close(j, '}');
}

static void put_every(struct wx_json *j, const struct wx_deadline *d)
{
    wx_json_key(j, "every");
    wx_json_open(j, '{');
    wx_json_kz(j, "period", period_words[d->period]);
    if (d->month)
        wx_json_kint(j, "month", d->month);
    if (d->day)
        wx_json_kint(j, "day", d->day);
    wx_json_close(j, '}');
}

static void put_form(struct wx_json *j, const struct wx_deadline *d)
{
    char text[16];

    switch (d->form) {
    case WX_DEADLINE_OPEN:
        wx_json_kbool(j, "open", true);
        break;
    case WX_DEADLINE_BY:
        put_day(j, "by", d->to);
        break;
    case WX_DEADLINE_MONTH_END:
        wx_day_format(d->to, text);
        wx_json_kstr(j, "month_end", (struct wx_str){text, 7});
        break;
    case WX_DEADLINE_MONTHS:
        put_span(j, "months", d->from, d->to, 7);
        break;
    case WX_DEADLINE_RANGE:
        put_span(j, "range", d->from, d->to, 10);
        break;
    case WX_DEADLINE_EVERY:
        put_every(j, d);
        break;
    default:
        put_relative(j, d);
    }
}

void wx_deadline_write(const struct wx_deadline *d, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);
    bool is_by = d->form == WX_DEADLINE_BY || d->form == WX_DEADLINE_MONTH_END;
    bool is_every = d->form == WX_DEADLINE_EVERY;

    wx_json_open(&j, '{');
    put_form(&j, d);
    if ((is_by || is_every) && d->from != WX_DAY_NONE)
        put_day(&j, "from", d->from);
    if (is_every && d->to != WX_DAY_NONE)
        put_day(&j, "until", d->to);
    if (d->before)
        wx_json_kz(&j, "before_means",
                   d->before == WX_BEFORE_INCLUSIVE ? "inclusive" : "exclusive");
    if (d->holiday)
        wx_json_kz(&j, "holiday", holiday_words[d->holiday]);
    wx_json_close(&j, '}');
}
