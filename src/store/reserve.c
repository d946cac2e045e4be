/* DATA/reserve: room on the disk that is given up when there is no other, so that the
 * traces of readings can still be written and reading goes on. */
#define _GNU_SOURCE
#include "store/office_inner.h"

#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { RESERVE_BYTES = 8 << 20 };

static void reserve_path(const struct wx_office *office, char out[4096])
{
    snprintf(out, 4096, "%s/reserve", office->dir);
}

void wx_office_keep_reserve(struct wx_office *office)
{
    char path[4096];
    int fd;

    reserve_path(office, path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return; /* it is there, or there is no room for it yet */
    if (posix_fallocate(fd, 0, RESERVE_BYTES) != 0)
        unlink(path);
    close(fd);
}

bool wx_office_use_reserve(struct wx_office *office)
{
    char path[4096];

    reserve_path(office, path);
    if (unlink(path) < 0)
        return false;
    wx_log(WX_LOG_ERROR, "store", "disk_full", "the reserve of %d bytes is in use",
           (int)RESERVE_BYTES);
    return true;
}
