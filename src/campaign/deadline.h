/*
 * Deadlines as notices state them (requirements 302-309), and when they are due. Pure:
 * the time, the events and the calendar are given.
 *
 * How they are written in YAML: docs/adding/campaign.md.
 *
 * In every: MONTH is counted within the period (1 to 3 of a quarter; default the last),
 * DAY is the day of that month, or of the week (1 Monday); default, and where the month
 * is too short, its last day.
 *
 * Due is the first second that is late: an act at AT is in time when AT < due_s.
 * "Before" (前) of a date includes that day unless the campaign says otherwise; ranges,
 * months and month ends always include their last day.
 *
 * A stop holds the clock from its day up to and with the day on which it ends: those of
 * the days after the first are not counted, so a stop that ends on the day it began
 * moves nothing. Deadlines in hours move by the seconds of the stop. A stop without an
 * end keeps a deadline it reaches from falling due.
 */
#ifndef WX_CAMPAIGN_DEADLINE_H
#define WX_CAMPAIGN_DEADLINE_H

#include "base/buf.h"
#include "base/catalogue.h"
#include "campaign/calendar.h"
#include "wire/yaml.h"

#define WX_NEVER_S INT64_MAX

enum wx_deadline_form {
    WX_DEADLINE_OPEN,      /* none */
    WX_DEADLINE_BY,        /* TO */
    WX_DEADLINE_MONTH_END, /* TO, the month's last day */
    WX_DEADLINE_MONTHS,    /* FROM .. TO, whole months */
    WX_DEADLINE_RANGE,     /* FROM .. TO */
    WX_DEADLINE_AFTER,     /* EVENT + AMOUNT UNIT */
    WX_DEADLINE_BEFORE,    /* EVENT - AMOUNT UNIT */
    WX_DEADLINE_EVERY,     /* PERIOD, MONTH, DAY, FROM .. TO */
};
enum wx_span_unit {
    WX_SPAN_DAYS,
    WX_SPAN_WORKING_DAYS,
    WX_SPAN_MONTHS,
    WX_SPAN_HOURS,
    WX_SPAN_AT_ONCE, /* the campaign says how many hours that is */
};
enum wx_period {
    WX_PERIOD_WEEK,
    WX_PERIOD_MONTH,
    WX_PERIOD_QUARTER,
    WX_PERIOD_HALF_YEAR,
    WX_PERIOD_YEAR,
};
enum wx_before {
    WX_BEFORE_BY_CAMPAIGN,
    WX_BEFORE_INCLUSIVE, /* the end of that day */
    WX_BEFORE_EXCLUSIVE, /* the end of the day before */
};
enum wx_holiday_rule {
    WX_HOLIDAY_KEEP,
    WX_HOLIDAY_NEXT,     /* the first working day after */
    WX_HOLIDAY_PREVIOUS, /* the last one before */
};

struct wx_deadline {
    enum wx_deadline_form form;
    int32_t from, to;    /* days, both included; WX_DAY_NONE: not stated */
    struct wx_str event; /* "notice.received": letters, digits, '_' and '.' */
    int amount;
    enum wx_span_unit unit;
    enum wx_period period;
    int month, day; /* of EVERY; 0: the last */
    enum wx_before before;
    enum wx_holiday_rule holiday;
};

/*
 * NODE into OUT; texts live in Y's arena. WX_E_INVALID names file, line and column, and
 * what is wrong: a date that is in no calendar, a range turned round, two forms at
 * once.
 */
WX_MUST_CHECK enum wx_status wx_deadline_read(const struct wx_yaml *y,
                                              struct fy_node *node,
                                              struct wx_deadline *out);
/* The same of a text alone, "{by: 2010-03-01}": how a deadline is kept in a record and
 * comes over the API. WHERE names it in messages. */
WX_MUST_CHECK enum wx_status wx_deadline_parse(struct wx_arena *arena,
                                               const char *where, struct wx_str text,
                                               struct wx_deadline *out,
                                               struct wx_err *err);
/* The text that wx_deadline_parse() reads back: one line of JSON. */
void wx_deadline_write(const struct wx_deadline *d, struct wx_buf *out);
/* As a paper says it: "2010年3月1日前", "收到通知书后10个工作日内". EVENT is named
 * by EVENT_TEXT (empty: as campaign/measures.def says it, else by its own word). */
struct wx_str wx_deadline_text(struct wx_arena *arena, enum wx_lang lang,
                               const struct wx_deadline *d, struct wx_str event_text);
/* Every stated date N months on: a kind written for 2016 taken for 2027. */
void wx_deadline_shift(struct wx_deadline *d, int n_months);

struct wx_stop {
    int64_t from_s, to_s; /* to_s WX_NEVER_S: still standing */
};

/* What a deadline is held against. Zero all of it first. */
struct wx_due_facts {
    bool has_event;
    int64_t event_s; /* when EVENT happened */
    const struct wx_stop *stops;
    size_t n_stops;        /* at most WX_MAX_STOPS; in any order, may overlap */
    enum wx_before before; /* the campaign's; BY_CAMPAIGN: inclusive */
    int at_once_hours;     /* 0: 24, the product's own default */
    int64_t after_s;       /* EVERY: the first one due later than this */
    bool is_extended;
    int32_t extended_to; /* granted: that day included; never shortens */
};

enum wx_due_state {
    WX_DUE_SET,
    WX_DUE_WAITS,   /* the event has not happened */
    WX_DUE_STOPPED, /* the clock stands */
    WX_DUE_NONE,    /* no deadline, or the recurrence is over */
};
struct wx_due {
    enum wx_due_state state;
    int64_t opens_s;  /* when it may begin; INT64_MIN: any time */
    int64_t due_s;    /* the first late second; WX_NEVER_S unless SET */
    int32_t last_day; /* the last day in time; WX_DAY_NONE unless SET */
};

/*
 * WX_E_NOT_FOUND: the calendar lacks a year that working days need; WX_E_INVALID: a
 * result past WX_MAX_YEAR, or too many stops. OUT is then WX_DUE_NONE.
 */
WX_MUST_CHECK enum wx_status wx_deadline_due(const struct wx_deadline *d,
                                             const struct wx_calendar *calendar,
                                             const struct wx_due_facts *facts,
                                             struct wx_due *out, struct wx_err *err);

/* ---- reminders ---- */

/* "-7d", "-3wd", "0d", "+1wd": days or working days before or after the last day. */
struct wx_reminder {
    int amount;
    bool is_working;
};
enum { WX_MAX_REMINDERS = 20, WX_REMIND_HOUR = 9 };

bool wx_reminder_parse(struct wx_str s, struct wx_reminder *out);
void wx_reminder_format(struct wx_reminder r, char out[16]);
/* At nine in the morning of that day, China time. DUE is WX_DUE_SET. */
WX_MUST_CHECK enum wx_status wx_reminder_at(struct wx_reminder r,
                                            const struct wx_calendar *calendar,
                                            const struct wx_due *due, int64_t *at_s,
                                            struct wx_err *err);

#endif
