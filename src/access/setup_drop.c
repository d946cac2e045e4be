/* Set-up links that the host's shell leaves for a running server. */
#define _GNU_SOURCE
#include "access/account.h"

#include "base/log.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, MAX_DROPS = 16 };

static bool drop_path(const char *data_dir, const struct wx_token *link,
                      char out[PATH_BYTES])
{
    struct wx_sha256 hash = wx_token_hash(wx_str_of(link->text));
    char hex[65];

    wx_hex(hash.bytes, sizeof hash.bytes, hex);
    return snprintf(out, PATH_BYTES, "%s/setup/%s", data_dir, hex) < PATH_BYTES;
}

/* Root leaves links for the server's own user, whose the data directory is. */
static void hand_over(const char *path, const char *data_dir)
{
    struct stat about;

    if (geteuid() == 0 && stat(data_dir, &about) == 0)
        (void)!chown(path, about.st_uid, about.st_gid);
}

enum wx_status wx_setup_drop_leave(const char *data_dir, struct wx_token *link,
                                   struct wx_err *err)
{
    char path[PATH_BYTES];
    int fd;

    *link = wx_token_make();
    if (!drop_path(data_dir, link, path))
        return wx_fail(err, WX_E_TOO_BIG, "path of '%s' is too long", data_dir);
    path[strlen(path) - 65] = '\0';
    if (mkdir(path, 0700) && errno != EEXIST)
        return wx_fail_errno(err, "cannot make '%s'", path);
    hand_over(path, data_dir);
    path[strlen(path)] = '/';
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return wx_fail_errno(err, "cannot make '%s'", path);
    close(fd);
    return WX_OK;
}

bool wx_setup_drop_is_taken(const char *data_dir, const struct wx_token *link)
{
    char path[PATH_BYTES];

    return drop_path(data_dir, link, path) && access(path, F_OK) != 0;
}

void wx_setup_drop_remove(const char *data_dir, const struct wx_token *link)
{
    char path[PATH_BYTES];

    if (drop_path(data_dir, link, path))
        (void)unlink(path);
}

static enum wx_status take(struct wx_office *office, const struct wx_sha256 *secret,
                           int64_t now_s, struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_write(office, NULL, &tx, err);

    if (!status)
        status = wx_setup_link_put(tx, now_s, secret, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    return status;
}

void wx_setup_drops_take(struct wx_office *office, int64_t now_s)
{
    char path[PATH_BYTES];
    struct dirent *entry;
    struct wx_err err;
    struct stat about;
    DIR *dir;
    int n = 0;

    if (snprintf(path, sizeof path, "%s/setup", wx_office_dir(office)) >= PATH_BYTES)
        return;
    dir = opendir(path);
    while (dir && n < MAX_DROPS && (entry = readdir(dir))) {
        struct wx_sha256 secret;

        if (!wx_unhex(wx_str_of(entry->d_name), secret.bytes, sizeof secret.bytes))
            continue;
        n++;
        /* a file of another user's is no word of the server's own shell */
        if (fstatat(dirfd(dir), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) ||
            !S_ISREG(about.st_mode) || (about.st_uid != geteuid() && about.st_uid != 0))
            continue;
        if (take(office, &secret, now_s, &err)) {
            wx_log(WX_LOG_WARN, "access", "setup_link_failed", "text=%s", err.text);
            continue;
        }
        (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
}
