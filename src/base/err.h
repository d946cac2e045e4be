/*
 * How a call says that it failed. Every function that can fail for a reason
 * outside this program returns enum wx_status and must be checked; its last
 * parameter is an optional struct wx_err, written only on failure, which names
 * the failing thing in quotes ("permit 'p.json', line 3: ...").
 *
 * WX_BUG is for our own mistakes and aborts: the supervisor restarts the
 * process. Bytes from outside never reach it.
 */
#ifndef WX_BASE_ERR_H
#define WX_BASE_ERR_H

#define WX_MUST_CHECK __attribute__((warn_unused_result))
#define WX_PRINTF(f, a) __attribute__((format(printf, f, a)))

enum wx_status {
    WX_OK = 0,
    WX_E_INVALID,      /* input breaks its format */
    WX_E_TOO_BIG,      /* input passes a ceiling of base/limits.h */
    WX_E_NOT_FOUND,    /* file, row, rule or name does not exist */
    WX_E_EXISTS,       /* refuses to overwrite */
    WX_E_IO,           /* the operating system refused a read or write */
    WX_E_NO_SPACE,     /* disk or quota is full */
    WX_E_OUT_OF_SCOPE, /* the permit does not cover this */
    WX_E_EXPIRED,      /* outside the permit's window */
    WX_E_TIMEOUT,      /* a deadline passed */
    WX_E_CLOSED,       /* the other side went away */
    WX_E_AGAIN,        /* nothing now, try later */
    WX_E_UNSUPPORTED,  /* understood, but not something we do */
    WX_E_USAGE,        /* the command line is wrong */
    WX_E_INTERRUPTED,  /* the user asked to stop */
    WX_STATUS_COUNT
};

struct wx_err {
    enum wx_status status;
    char text[480]; /* one line, no full stop, the failing thing in quotes */
};

/* Fills ERR (which may be NULL) and returns STATUS, so: return wx_fail(...). */
enum wx_status wx_fail(struct wx_err *err, enum wx_status status, const char *fmt, ...)
    WX_PRINTF(3, 4);

/* The same, with ": " and the text of errno behind; ENOSPC becomes WX_E_NO_SPACE. */
enum wx_status wx_fail_errno(struct wx_err *err, const char *fmt, ...) WX_PRINTF(2, 3);

/* Stable upper-case name of a status, for logs and JSON. */
const char *wx_status_name(enum wx_status status);

/* Our own mistake: says where, aborts. */
#define WX_BUG(what) wx_bug(__FILE__, __LINE__, what)
_Noreturn void wx_bug(const char *file, int line, const char *what);

#endif
