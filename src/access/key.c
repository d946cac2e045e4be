#define _GNU_SOURCE
#include "access/key.h"

#include "access/token.h"
#include "base/hash.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* "wangxun-key-1 " 64 hex digits, newline */
static const char head[] = "wangxun-key-1 ";
enum { HEAD = sizeof head - 1, FILE_BYTES = HEAD + 64 + 1, PATH_BYTES = 4096 };

void wx_key_wipe(struct wx_key *key)
{
    wx_secret_wipe(key, sizeof *key);
}

static enum wx_status key_read(int fd, const char *path, struct wx_key *out,
                               struct wx_err *err)
{
    char text[FILE_BYTES + 1];
    struct stat st;
    ssize_t n;
    bool is_key;

    if (fstat(fd, &st))
        return wx_fail_errno(err, "key '%s'", path);
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) || st.st_uid != geteuid())
        return wx_fail(
            err, WX_E_INVALID,
            "key '%s' could be read or written by others (mode %03o, owner "
            "%u); make it 0600 and its owner the server's user, and think of "
            "replacing it",
            path, (unsigned)st.st_mode & 0777, (unsigned)st.st_uid);
    n = read(fd, text, sizeof text);
    is_key = n == FILE_BYTES && memcmp(text, head, HEAD) == 0 &&
             text[FILE_BYTES - 1] == '\n' &&
             wx_unhex((struct wx_str){text + HEAD, 64}, out->bytes, sizeof out->bytes);
    wx_secret_wipe(text, sizeof text);
    if (!is_key)
        return wx_fail(err, WX_E_INVALID, "'%s' is not a key file", path);
    return WX_OK;
}

/* Written beside and linked into place: the file is whole or not there, and of two
 * programs starting at once one makes the key and both use it. */
static enum wx_status key_make(int dir, const char *name, const char *path,
                               struct wx_err *err)
{
    char text[FILE_BYTES + 1], beside[280];
    struct wx_key key;
    enum wx_status status = WX_OK;
    int fd;

    snprintf(beside, sizeof beside, ".%.200s.%d", name, (int)getpid());
    fd =
        openat(dir, beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return wx_fail_errno(err, "cannot make key '%s'", path);
    wx_random(key.bytes, sizeof key.bytes);
    memcpy(text, head, HEAD);
    wx_hex(key.bytes, sizeof key.bytes, text + HEAD);
    text[FILE_BYTES - 1] = '\n';
    if (write(fd, text, FILE_BYTES) != FILE_BYTES || fchmod(fd, 0600) || fsync(fd))
        status = wx_fail_errno(err, "cannot write key '%s'", path);
    else if (linkat(dir, beside, dir, name, 0) && errno != EEXIST)
        status = wx_fail_errno(err, "cannot make key '%s'", path);
    (void)unlinkat(dir, beside, 0);
    if (!status && fsync(dir))
        status = wx_fail_errno(err, "cannot keep key '%s'", path);
    close(fd);
    wx_secret_wipe(text, sizeof text);
    wx_key_wipe(&key);
    return status;
}

enum wx_status wx_key_load(const char *data_dir, const char *name, bool may_make,
                           struct wx_key *out, struct wx_err *err)
{
    char keys[PATH_BYTES], path[PATH_BYTES + 256];
    enum wx_status status = WX_OK;
    int dir, fd;

    if (snprintf(keys, sizeof keys, "%s/keys", data_dir) >= (int)sizeof keys)
        return wx_fail(err, WX_E_TOO_BIG, "path of '%s' is too long", data_dir);
    snprintf(path, sizeof path, "%s/%.200s", keys, name);
    if (may_make && mkdir(keys, 0700) && errno != EEXIST)
        return wx_fail_errno(err, "cannot make '%s'", keys);
    dir = open(keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return wx_fail_errno(err, "keys '%s'", keys);
    fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT && may_make) {
        status = key_make(dir, name, path, err);
        if (!status)
            fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    if (!status && fd < 0)
        status = errno == ENOENT ? wx_fail(err, WX_E_NOT_FOUND, "no key '%s'", path)
                                 : wx_fail_errno(err, "key '%s'", path);
    if (!status)
        status = key_read(fd, path, out, err);
    if (fd >= 0)
        close(fd);
    close(dir);
    return status;
}
