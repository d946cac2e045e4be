/*
 * The only place that asks what time it is. Wall clock in Unix seconds or
 * milliseconds (UTC) for records; the monotonic clock for waiting, which never
 * leaves the process. Functions that judge or schedule take the time as a
 * parameter, so that tests need no waiting.
 */
#ifndef WX_BASE_CLOCK_H
#define WX_BASE_CLOCK_H

#include "base/str.h"

int64_t wx_now_s(void);
int64_t wx_now_ms(void);
int64_t wx_mono_ms(void);
int64_t wx_mono_us(void);
int64_t wx_cpu_us(void); /* user + system time of this process */

/* RFC 3339 in UTC, "2026-11-21T08:30:00Z"; OUT holds 21 bytes with the NUL. */
void wx_time_format(int64_t at_s, char out[24]);
/* Date and time for people, "2026-11-21 16:30": China's, UTC+8 all the year, whatever
 * zone the machine keeps; the office's papers and deadlines go by it. */
void wx_time_format_china(int64_t at_s, char out[24]);
/* RFC 3339 with Z or numeric offset; a bare date is midnight UTC. False: malformed. */
bool wx_time_parse(struct wx_str s, int64_t *at_s);
/* "90", "90s", "15m", "8h", "2d" to milliseconds. False: malformed or past 366 d. */
bool wx_duration_parse(struct wx_str s, int64_t *ms);

#endif
