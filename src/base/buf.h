/*
 * A growing byte buffer with a ceiling: whoever makes one says how large it may
 * ever be, from base/limits.h. Past the ceiling, append fails with WX_E_TOO_BIG,
 * the buffer keeps what it had, and is_full stays true.
 */
#ifndef WX_BASE_BUF_H
#define WX_BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct wx_buf {
    char *ptr;
    size_t len, cap;
    size_t max_bytes;
    bool is_full; /* an append was refused */
};

#define WX_BUF_INIT(max) ((struct wx_buf){.max_bytes = (max)})

void wx_buf_clear(struct wx_buf *buf); /* frees; the ceiling stays */
static inline void wx_buf_reset(struct wx_buf *buf)
{
    buf->len = 0;
    buf->is_full = false;
}
static inline struct wx_str wx_buf_str(const struct wx_buf *buf)
{
    return (struct wx_str){buf->ptr, buf->len};
}

/* Room for N more bytes behind len, or NULL when that passes the ceiling. */
char *wx_buf_room(struct wx_buf *buf, size_t n);
/* These return WX_OK or WX_E_TOO_BIG; writers may ignore it and test is_full once. */
enum wx_status wx_buf_add(struct wx_buf *buf, const void *bytes, size_t n);
enum wx_status wx_buf_adds(struct wx_buf *buf, struct wx_str s);
enum wx_status wx_buf_addz(struct wx_buf *buf, const char *z);
enum wx_status wx_buf_addc(struct wx_buf *buf, char c);
enum wx_status wx_buf_printf(struct wx_buf *buf, const char *fmt, ...) WX_PRINTF(2, 3);

/* Append a whole file ("-" is standard input). ERR names the path. */
WX_MUST_CHECK enum wx_status wx_buf_read_file(struct wx_buf *buf, const char *path,
                                              struct wx_err *err);
/*
 * Write S to PATH so that PATH is either the old file or the whole new one: a
 * temporary beside it, fsync, rename, fsync of the directory.
 */
WX_MUST_CHECK enum wx_status wx_file_replace(const char *path, struct wx_str s,
                                             struct wx_err *err);

#endif
