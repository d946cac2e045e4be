/*
 * Working days in China: weekends, statutory holidays, and the weekend days that are
 * worked instead, as the General Office of the State Council arranges them each year
 * (data/holidays.json). A year that is not in the calendar is never guessed: the answer
 * is WX_E_NOT_FOUND, which means nothing else here, and the error names the year and
 * what to do. The arrangement of a year may also move days at the end of the year
 * before; the office takes the new file over when it is published (autumn).
 *
 * The office's own file has the same form and goes on top:
 *
 *     {"years": {"2027": {"off": [["2027-01-01", "2027-01-03", "元旦"]], "work": []}},
 *      "extra": {"off": [["2026-09-28", "2026-09-28", "地方节日"]], "work": []}}
 *
 * A year in it replaces that year; "extra" changes single days of years that are known.
 */
#ifndef WX_CAMPAIGN_CALENDAR_H
#define WX_CAMPAIGN_CALENDAR_H

#include "base/err.h"
#include "campaign/day.h"

struct wx_calendar;

/*
 * The built-in calendar with FILE on top (NULL: none). *OUT is the caller's, and NULL
 * on failure. WX_E_INVALID names the file, the year and the entry.
 */
WX_MUST_CHECK enum wx_status
wx_calendar_open(const char *file, struct wx_calendar **out, struct wx_err *err);
/* JSON on top of what is there; NAME for messages. On failure CALENDAR is as it was. */
WX_MUST_CHECK enum wx_status wx_calendar_read(struct wx_calendar *calendar,
                                              const char *name, struct wx_str json,
                                              struct wx_err *err);
void wx_calendar_free(struct wx_calendar *calendar); /* NULL is fine */

bool wx_calendar_has_year(const struct wx_calendar *calendar, int year);
/* First and last year it has; there may be gaps between. */
void wx_calendar_range(const struct wx_calendar *calendar, int *first, int *last);
/* "春节" for a day off that has a name, else empty. Lasts as long as the calendar. */
struct wx_str wx_calendar_name(const struct wx_calendar *calendar, int32_t day);

/* All of these: WX_E_NOT_FOUND when a year that must be looked at is missing. */
WX_MUST_CHECK enum wx_status wx_calendar_works(const struct wx_calendar *calendar,
                                               int32_t day, bool *out,
                                               struct wx_err *err);
/*
 * The N-th working day after DAY (before it, when N is negative); DAY itself is not
 * counted. N 0: DAY itself. At most 10,000 either way, else WX_E_INVALID.
 */
WX_MUST_CHECK enum wx_status wx_calendar_add(const struct wx_calendar *calendar,
                                             int32_t day, int n, int32_t *out,
                                             struct wx_err *err);
/*
 * Working days after FROM, up to and with TO, so that counting to what
 * wx_calendar_add() gave is N again; TO before FROM: those from TO up to the day before
 * FROM, negative.
 */
WX_MUST_CHECK enum wx_status wx_calendar_count(const struct wx_calendar *calendar,
                                               int32_t from, int32_t to, int *out,
                                               struct wx_err *err);
/* DAY when it is a working day, else the first after it (before it). */
WX_MUST_CHECK enum wx_status wx_calendar_next(const struct wx_calendar *calendar,
                                              int32_t day, int32_t *out,
                                              struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_calendar_previous(const struct wx_calendar *calendar,
                                                  int32_t day, int32_t *out,
                                                  struct wx_err *err);

#endif
