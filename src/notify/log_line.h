/*
 * The office's log on its way to a log server: records of RFC 5424 in a ring, put in by
 * any thread, taken out in batches by the notifier. When the ring is full the oldest
 * are dropped and counted: the log on standard error has them all.
 */
#ifndef WX_NOTIFY_LOG_LINE_H
#define WX_NOTIFY_LOG_LINE_H

#include "base/arena.h"
#include "base/log.h"
#include "egress/deliver.h"

struct wx_log_line;

/* "udp://HOST[:514]", "tcp://HOST[:514]", "tls://HOST[:6514]". */
WX_MUST_CHECK enum wx_status wx_log_line_new(const char *to, struct wx_log_line **out,
                                             struct wx_err *err);
void wx_log_line_free(struct wx_log_line *line); /* NULL is fine */
wx_log_tap wx_log_line_put;                      /* CTX is the line */
/* The oldest records, 64 at most, as a batch in ARENA. False: there are none. They stay
 * until wx_log_line_sent(). */
bool wx_log_line_batch(struct wx_log_line *line, struct wx_arena *arena,
                       struct wx_log_batch *batch);
void wx_log_line_sent(struct wx_log_line *line); /* the last batch has left */
uint64_t wx_log_line_dropped(struct wx_log_line *line);

/* One record; at most WX_MAX_LOG_RECORD_BYTES. */
struct wx_str wx_log_record(struct wx_arena *arena, int64_t at_ms, const char *host,
                            int pid, enum wx_log_level level, const char *room,
                            const char *event, const char *text);

#endif
