#include "access/key.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

enum { PATH_BYTES = 4096 };

enum wx_status wx_key_load(const char *data_dir, const char *name, bool create,
                           struct wx_seal_key *out, struct wx_err *err)
{
    char path[PATH_BYTES];

    if (snprintf(path, sizeof path, "%s/keys/%s", data_dir, name) >= PATH_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "the path of key '%s' is too long", name);
    path[strlen(path) - strlen(name) - 1] = '\0';
    if (create && mkdir(path, 0700) && errno != EEXIST)
        return wx_fail_errno(err, "cannot make '%s'", path);
    path[strlen(path)] = '/';
    return wx_seal_key_load(path, create, out, err);
}
