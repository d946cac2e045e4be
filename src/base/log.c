#include "base/log.h"

#include "base/clock.h"
#include "base/json.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The one mutable file-scope value outside prog/: set before any thread starts. */
static enum wx_log_level log_level = WX_LOG_WARN;

void wx_log_set_level(enum wx_log_level level)
{
    log_level = level;
}

static bool is_journal; /* set as early, and so are these */
static wx_log_tap *log_tap;
static void *log_tap_ctx;

void wx_log_set_tap(wx_log_tap *tap, void *ctx)
{
    log_tap_ctx = ctx;
    log_tap = tap;
}

void wx_log_set_journal(bool on)
{
    is_journal = on;
}

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void wx_log_set_level_named(const char *name)
{
    for (int i = 0; name && i < 4; i++)
        if (strcmp(level_names[i], name) == 0)
            log_level = (enum wx_log_level)i;
}

/* err, warning, info, debug of RFC 5424 */
static const int priorities[] = {3, 4, 6, 7};

void wx_log(enum wx_log_level level, const char *room, const char *event,
            const char *fmt, ...)
{
    char text[1024], at[24];
    struct wx_buf line = WX_BUF_INIT(8 << 10);
    struct wx_json j = WX_JSON_INIT(&line);
    va_list ap;

    if (level > log_level)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (log_tap)
        log_tap(log_tap_ctx, level, room, event, text);
    wx_time_format(wx_now_s(), at);
    if (is_journal)
        (void)wx_buf_printf(&line, "<%d>", priorities[level]);
    wx_json_open(&j, '{');
    wx_json_kz(&j, "at", at);
    wx_json_kz(&j, "level", level_names[level]);
    wx_json_kz(&j, "room", room);
    wx_json_kz(&j, "event", event);
    wx_json_kz(&j, "detail", text);
    wx_json_close(&j, '}');
    (void)wx_buf_addc(&line, '\n');
    if (write(STDERR_FILENO, line.ptr, line.len) < 0)
        (void)0; /* nowhere left to say it */
    wx_buf_clear(&line);
}
