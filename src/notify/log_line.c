#define _GNU_SOURCE
#include "notify/log_line.h"

#include "base/clock.h"
#include "base/limits.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { RING = 512, FACILITY_LOCAL0 = 16, HOST_BYTES = 65 };

struct wx_log_line {
    pthread_mutex_t lock;
    char *records[RING];
    uint64_t first, end, batched; /* counts; [first, end) wait, batched are out */
    uint64_t n_dropped;
    char *to; /* backs batch.host */
    struct wx_log_batch route;
    char host[HOST_BYTES];
};

/* Printable ASCII without blanks, as names in a header must be (RFC 5424, 6). */
static void name_put(char *out, size_t size, const char *name)
{
    size_t n = 0;

    for (; name[n] && n + 1 < size; n++)
        out[n] = name[n] > ' ' && name[n] <= '~' ? name[n] : '-';
    out[n] = '\0';
    if (!n)
        snprintf(out, size, "-");
}

struct wx_str wx_log_record(struct wx_arena *arena, int64_t at_ms, const char *host,
                            int pid, enum wx_log_level level, const char *room,
                            const char *event, const char *text)
{
    static const int severities[] = {3, 4, 6, 7};
    char at[24], app[49], id[33], clean_host[HOST_BYTES];
    struct wx_str s;
    char *bytes;

    wx_time_format(at_ms / 1000, at);
    at[19] = '\0'; /* the fraction comes before the zone */
    snprintf(app, sizeof app, "wangxun");
    name_put(id, sizeof id, event);
    name_put(clean_host, sizeof clean_host, host);
    s = wx_arena_printf(arena, "<%d>1 %s.%03dZ %s %s %d %s - \xEF\xBB\xBFroom=%s %s",
                        FACILITY_LOCAL0 * 8 + severities[level], at,
                        (int)(at_ms % 1000), clean_host, app, pid, id, room, text);
    s = wx_utf8_clip(s, WX_MAX_LOG_RECORD_BYTES);
    bytes = (char *)(uintptr_t)s.ptr;
    for (size_t i = 0; i < s.len; i++) /* one record is one line wherever it ends up */
        if ((unsigned char)bytes[i] < ' ' || bytes[i] == 0x7F)
            bytes[i] = ' ';
    return s;
}

/* ---- where to ---- */

static bool take_scheme(struct wx_str *s, struct wx_log_batch *route)
{
    route->is_datagram = wx_str_starts(*s, "udp://");
    route->is_tls = wx_str_starts(*s, "tls://");
    route->port = route->is_tls ? 6514 : 514;
    if (!route->is_datagram && !route->is_tls && !wx_str_starts(*s, "tcp://"))
        return false;
    *s = wx_str_sub(*s, 6, s->len);
    return true;
}

static bool take_host(struct wx_str s, struct wx_log_batch *route)
{
    bool is_v6 = wx_str_starts(s, "[");
    size_t end = wx_str_chr(s, is_v6 ? ']' : ':');
    struct wx_str port;
    uint64_t number;

    if (is_v6 && end == WX_NPOS)
        return false;
    route->host = wx_str_sub(s, is_v6, end);
    port = end == WX_NPOS ? (struct wx_str){0} : wx_str_sub(s, end + is_v6, s.len);
    if (port.len) {
        if (port.ptr[0] != ':' ||
            !wx_str_to_u64(wx_str_sub(port, 1, port.len), 65535, &number) || !number)
            return false;
        route->port = (uint16_t)number;
    }
    return route->host.len > 0;
}

enum wx_status wx_log_line_new(const char *to, struct wx_log_line **out,
                               struct wx_err *err)
{
    struct wx_log_line *line = wx_new(struct wx_log_line);
    struct wx_str s;

    line->to = wx_strdup(to);
    s = wx_str_of(line->to);
    pthread_mutex_init(&line->lock, NULL);
    if (gethostname(line->host, sizeof line->host) < 0)
        line->host[0] = '\0';
    line->host[sizeof line->host - 1] = '\0';
    if (!take_scheme(&s, &line->route) || !take_host(s, &line->route)) {
        wx_log_line_free(line);
        return wx_fail(err, WX_E_INVALID,
                       "'%.100s' is not udp://, tcp:// or tls://HOST[:PORT]", to);
    }
    *out = line;
    return WX_OK;
}

void wx_log_line_free(struct wx_log_line *line)
{
    if (!line)
        return;
    for (size_t i = 0; i < RING; i++)
        free(line->records[i]);
    pthread_mutex_destroy(&line->lock);
    free(line->to);
    free(line);
}

/* ---- in and out ---- */

void wx_log_line_put(void *ctx, enum wx_log_level level, const char *room,
                     const char *event, const char *text)
{
    struct wx_log_line *line = ctx;
    struct wx_arena arena;
    struct wx_str s;
    char *copy;

    wx_arena_init(&arena);
    s = wx_log_record(&arena, wx_now_ms(), line->host, getpid(), level, room, event,
                      text);
    copy = wx_alloc(s.len + 1);
    memcpy(copy, s.ptr, s.len);
    wx_arena_clear(&arena);
    pthread_mutex_lock(&line->lock);
    free(line->records[line->end % RING]);
    line->records[line->end++ % RING] = copy;
    if (line->end - line->first > RING) {
        line->first = line->end - RING;
        line->n_dropped++;
    }
    pthread_mutex_unlock(&line->lock);
}

bool wx_log_line_batch(struct wx_log_line *line, struct wx_arena *arena,
                       struct wx_log_batch *batch)
{
    struct wx_str *records = wx_arena_array(arena, struct wx_str, WX_MAX_LOG_BATCH);
    size_t n = 0;

    *batch = line->route;
    pthread_mutex_lock(&line->lock);
    for (uint64_t i = line->first; i < line->end && n < WX_MAX_LOG_BATCH; i++)
        records[n++] = wx_arena_str(arena, wx_str_of(line->records[i % RING]));
    line->batched = line->first + n;
    pthread_mutex_unlock(&line->lock);
    batch->records = records;
    batch->n_records = n;
    return n > 0;
}

void wx_log_line_sent(struct wx_log_line *line)
{
    pthread_mutex_lock(&line->lock);
    if (line->first < line->batched) /* unless the ring overtook it meanwhile */
        line->first = line->batched;
    pthread_mutex_unlock(&line->lock);
}

uint64_t wx_log_line_dropped(struct wx_log_line *line)
{
    uint64_t n;

    pthread_mutex_lock(&line->lock);
    n = line->n_dropped;
    pthread_mutex_unlock(&line->lock);
    return n;
}
