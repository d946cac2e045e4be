/*
 * The operators' log: one JSON object a line on standard error, fixed event words,
 * identifiers first, never page content and never a secret. Progress for users and
 * the audit trail are other things and live elsewhere.
 */
#ifndef WX_BASE_LOG_H
#define WX_BASE_LOG_H

#include "base/err.h"
#include <stdbool.h>

enum wx_log_level {
    WX_LOG_ERROR, /* someone must act */
    WX_LOG_WARN,  /* we coped */
    WX_LOG_INFO,  /* life cycle */
    WX_LOG_DEBUG,
};

/* Lines above LEVEL are dropped. Set once by prog/, from WANGXUN_LOG or --quiet. */
void wx_log_set_level(enum wx_log_level level);
/* Each line begins with its priority, "<4>", as the journal reads it (sd-daemon(3)). */
void wx_log_set_journal(bool on);
/* "error", "warn", "info" or "debug"; another word changes nothing. */
void wx_log_set_level_named(const char *name);
/* A second listener for every line that passes the level, from any thread; it must not
 * log itself. Set before threads start; NULL ends it, when they have ended. */
typedef void wx_log_tap(void *ctx, enum wx_log_level level, const char *room,
                        const char *event, const char *text);
void wx_log_set_tap(wx_log_tap *tap, void *ctx);
/* wx_log(WX_LOG_WARN, "egress", "breaker_open", "host=%s", host) */
void wx_log(enum wx_log_level level, const char *room, const char *event,
            const char *fmt, ...) WX_PRINTF(4, 5);

#endif
