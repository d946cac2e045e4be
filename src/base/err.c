#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const status_names[WX_STATUS_COUNT] = {
    [WX_OK] = "OK",
    [WX_E_INVALID] = "INVALID",
    [WX_E_TOO_BIG] = "TOO_BIG",
    [WX_E_NOT_FOUND] = "NOT_FOUND",
    [WX_E_EXISTS] = "EXISTS",
    [WX_E_IO] = "IO",
    [WX_E_NO_SPACE] = "NO_SPACE",
    [WX_E_OUT_OF_SCOPE] = "OUT_OF_SCOPE",
    [WX_E_EXPIRED] = "EXPIRED",
    [WX_E_TIMEOUT] = "TIMEOUT",
    [WX_E_CLOSED] = "CLOSED",
    [WX_E_AGAIN] = "AGAIN",
    [WX_E_UNSUPPORTED] = "UNSUPPORTED",
    [WX_E_USAGE] = "USAGE",
    [WX_E_INTERRUPTED] = "INTERRUPTED",
};

static void err_write(struct wx_err *err, enum wx_status status, const char *fmt,
                      va_list ap)
{
    if (!err)
        return;
    err->status = status;
    vsnprintf(err->text, sizeof err->text, fmt, ap);
}

enum wx_status wx_fail(struct wx_err *err, enum wx_status status, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    err_write(err, status, fmt, ap);
    va_end(ap);
    return status;
}

enum wx_status wx_fail_errno(struct wx_err *err, const char *fmt, ...)
{
    int saved = errno;
    enum wx_status status = WX_E_IO;
    va_list ap;

    if (saved == ENOENT)
        status = WX_E_NOT_FOUND;
    else if (saved == ENOSPC || saved == EDQUOT || saved == EFBIG)
        status = WX_E_NO_SPACE;
    va_start(ap, fmt);
    err_write(err, status, fmt, ap);
    va_end(ap);
    if (err) {
        size_t used = strlen(err->text);

        snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(saved));
    }
    return status;
}

const char *wx_status_name(enum wx_status status)
{
    if ((unsigned)status >= WX_STATUS_COUNT)
        return "UNKNOWN";
    return status_names[status];
}

_Noreturn void wx_bug(const char *file, int line, const char *what)
{
    fprintf(stderr, "wangxun: bug at %s:%d: %s\n", file, line, what);
    abort();
}
