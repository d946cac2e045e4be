#define _GNU_SOURCE
#include "document/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FLUSH_BYTES = 256 << 10,
    MAX_RECORD_BYTES = 64 << 20, /* one record: a site's facts are the largest */
};

void wx_outfile_open(struct wx_outfile *out, const char *dir, const char *name)
{
    memset(out, 0, sizeof *out);
    out->text = WX_BUF_INIT(FLUSH_BYTES + (size_t)MAX_RECORD_BYTES);
    out->fd = -1;
    if (snprintf(out->path, sizeof out->path, "%s/%s", dir, name) >=
        (int)sizeof out->path) {
        out->status = wx_fail(&out->err, WX_E_TOO_BIG, "path '%s' is too long", dir);
        return;
    }
    snprintf(out->part, sizeof out->part, "%s.part", out->path);
    out->fd = open(out->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (out->fd < 0)
        out->status = wx_fail_errno(&out->err, "cannot create '%s'", out->part);
}

static void flush(struct wx_outfile *out)
{
    struct wx_str left = wx_buf_str(&out->text);

    if (out->text.is_full && !out->status)
        out->status = wx_fail(&out->err, WX_E_TOO_BIG, "a record of '%s' is too large",
                              out->path);
    while (left.len && !out->status) {
        ssize_t n = write(out->fd, left.ptr, left.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            out->status = wx_fail_errno(&out->err, "cannot write '%s'", out->part);
        else
            left = wx_str_sub(left, (size_t)n, left.len);
    }
    wx_buf_reset(&out->text);
}

bool wx_outfile_tick(struct wx_outfile *out)
{
    if (out->text.len >= FLUSH_BYTES || out->text.is_full)
        flush(out);
    return !out->status;
}

static void sync_dir_of(const char *path)
{
    char dir[4096];
    const char *slash = strrchr(path, '/');
    int fd;

    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path + 1) : 1,
             slash ? path : ".");
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

enum wx_status wx_outfile_publish(const char *part, const char *path,
                                  struct wx_err *err)
{
    enum wx_status st = WX_OK;
    int fd = open(part, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return wx_fail_errno(err, "cannot open '%s'", part);
    /* the workbook's writer makes its file readable for everybody */
    (void)fchmod(fd, 0640);
    if (fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
        st = wx_fail_errno(err, "cannot sync '%s'", part);
    close(fd);
    if (!st && rename(part, path) < 0)
        st = wx_fail_errno(err, "cannot rename '%s' to '%s'", part, path);
    if (st)
        unlink(part);
    else
        sync_dir_of(path);
    return st;
}

enum wx_status wx_outfile_finish(struct wx_outfile *out, enum wx_status failed,
                                 struct wx_err *err)
{
    enum wx_status st = failed;

    if (!st && !out->status)
        flush(out);
    if (!st && out->status)
        st = wx_fail(err, out->status, "%s", out->err.text);
    if (out->fd >= 0)
        close(out->fd);
    if (out->fd >= 0 && st)
        unlink(out->part);
    else if (!st)
        st = wx_outfile_publish(out->part, out->path, err);
    wx_buf_clear(&out->text);
    return st;
}
