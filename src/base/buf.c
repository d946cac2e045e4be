#define _GNU_SOURCE
#include "base/buf.h"

#include "base/arena.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void wx_buf_clear(struct wx_buf *buf)
{
    free(buf->ptr);
    *buf = WX_BUF_INIT(buf->max_bytes);
}

char *wx_buf_room(struct wx_buf *buf, size_t n)
{
    size_t cap;

    if (n > buf->max_bytes || buf->len > buf->max_bytes - n) {
        buf->is_full = true;
        return NULL;
    }
    if (!buf->ptr || buf->len + n > buf->cap) { /* room for nothing is room, too */
        cap = buf->cap ? buf->cap * 2 : 256;
        if (cap < buf->len + n)
            cap = buf->len + n;
        buf->ptr = wx_realloc(buf->ptr, cap);
        buf->cap = cap;
    }
    return buf->ptr + buf->len;
}

enum wx_status wx_buf_add(struct wx_buf *buf, const void *bytes, size_t n)
{
    char *at = wx_buf_room(buf, n);

    if (!at)
        return WX_E_TOO_BIG;
    if (n)
        memcpy(at, bytes, n);
    buf->len += n;
    return WX_OK;
}

enum wx_status wx_buf_adds(struct wx_buf *buf, struct wx_str s)
{
    return wx_buf_add(buf, s.ptr, s.len);
}

enum wx_status wx_buf_addz(struct wx_buf *buf, const char *z)
{
    return wx_buf_add(buf, z, strlen(z));
}

enum wx_status wx_buf_addc(struct wx_buf *buf, char c)
{
    return wx_buf_add(buf, &c, 1);
}

enum wx_status wx_buf_printf(struct wx_buf *buf, const char *fmt, ...)
{
    va_list ap, again;
    char *at;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        WX_BUG("format");
    at = wx_buf_room(buf, (size_t)n + 1);
    if (at) {
        vsnprintf(at, (size_t)n + 1, fmt, again);
        buf->len += (size_t)n;
    }
    va_end(again);
    return at ? WX_OK : WX_E_TOO_BIG;
}

static enum wx_status read_all(struct wx_buf *buf, int fd, const char *path,
                               struct wx_err *err)
{
    for (;;) {
        size_t want = 64 << 10;
        char *at;
        ssize_t n;

        if (buf->max_bytes - buf->len < want)
            want = buf->max_bytes - buf->len;
        if (!want) {
            char probe;

            n = read(fd, &probe, 1);
            if (n == 0)
                return WX_OK;
            buf->is_full = true;
            return wx_fail(err, WX_E_TOO_BIG, "'%s' is larger than %zu bytes", path,
                           buf->max_bytes);
        }
        at = wx_buf_room(buf, want);
        n = read(fd, at, want);
        if (n == 0)
            return WX_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wx_fail_errno(err, "cannot read '%s'", path);
        buf->len += (size_t)n;
    }
}

enum wx_status wx_buf_read_file(struct wx_buf *buf, const char *path,
                                struct wx_err *err)
{
    enum wx_status st;
    int fd;

    if (strcmp(path, "-") == 0)
        return read_all(buf, STDIN_FILENO, "standard input", err);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return wx_fail_errno(err, "cannot open '%s'", path);
    st = read_all(buf, fd, path, err);
    close(fd);
    return st;
}

static enum wx_status write_all(int fd, struct wx_str s, const char *path,
                                struct wx_err *err)
{
    while (s.len) {
        ssize_t n = write(fd, s.ptr, s.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return wx_fail_errno(err, "cannot write '%s'", path);
        s = wx_str_sub(s, (size_t)n, s.len);
    }
    if (fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
        return wx_fail_errno(err, "cannot sync '%s'", path);
    return WX_OK;
}

static void sync_dir_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char dir[4096];
    int fd;

    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) : 1,
             slash ? path : ".");
    fd = open(dir[0] ? dir : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

enum wx_status wx_file_replace(const char *path, struct wx_str s, struct wx_err *err)
{
    char tmp[4096];
    enum wx_status st;
    int fd;

    if (snprintf(tmp, sizeof tmp, "%s.part", path) >= (int)sizeof tmp)
        return wx_fail(err, WX_E_TOO_BIG, "path '%s' is too long", path);
    fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return wx_fail_errno(err, "cannot create '%s'", tmp);
    st = write_all(fd, s, tmp, err);
    close(fd);
    if (!st && rename(tmp, path) < 0)
        st = wx_fail_errno(err, "cannot rename '%s' to '%s'", tmp, path);
    if (st) {
        unlink(tmp);
        return st;
    }
    sync_dir_of(path);
    return WX_OK;
}
