#define _GNU_SOURCE
#include "register/workbook.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_WORKBOOK_BYTES = 60 << 20 };

enum wx_status wx_workbook_begin(struct wx_workbook *w, bool row_by_row,
                                 struct wx_err *err)
{
    lxw_workbook_options options = {.constant_memory = row_by_row};
    char path[64];

    *w = (struct wx_workbook){.fd = memfd_create("workbook", MFD_CLOEXEC)};
    if (w->fd < 0)
        return wx_fail_errno(err, "cannot make a workbook");
    snprintf(path, sizeof path, "/proc/self/fd/%d", w->fd);
    w->book = workbook_new_opt(path, &options);
    if (w->book)
        return WX_OK;
    wx_workbook_drop(w);
    return wx_fail(err, WX_E_IO, "cannot make a workbook");
}

static enum wx_status read_back(int fd, struct wx_buf *out, struct wx_err *err)
{
    off_t size = lseek(fd, 0, SEEK_END);
    char *to =
        size > 0 && size < MAX_WORKBOOK_BYTES ? wx_buf_room(out, (size_t)size) : NULL;

    if (!to)
        return wx_fail(err, WX_E_TOO_BIG, "the workbook is too big; ask for a part");
    for (off_t done = 0; done < size;) {
        ssize_t n = pread(fd, to + done, (size_t)(size - done), done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return wx_fail_errno(err, "cannot read the workbook back");
        done += n;
    }
    out->len += (size_t)size;
    return WX_OK;
}

enum wx_status wx_workbook_finish(struct wx_workbook *w, struct wx_buf *out,
                                  struct wx_err *err)
{
    lxw_error code = workbook_close(w->book);
    enum wx_status status;

    w->book = NULL;
    status = code ? wx_fail(err, WX_E_IO, "cannot write the workbook: %s",
                            lxw_strerror(code))
                  : read_back(w->fd, out, err);
    wx_workbook_drop(w);
    return status;
}

void wx_workbook_drop(struct wx_workbook *w)
{
    if (w->book)
        (void)workbook_close(w->book); /* it has no other way to be freed */
    if (w->fd >= 0)
        close(w->fd);
    *w = (struct wx_workbook){.fd = -1};
}
