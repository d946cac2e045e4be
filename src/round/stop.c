#include "round/stop.h"

#include "base/clock.h"
#include "base/json.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, MAX_STOP_BYTES = 16 << 10 };

void wx_stop_path(const char *data_dir, char *out, size_t max)
{
    snprintf(out, max, "%s/emergency-stop", data_dir);
}

bool wx_stop_is_in_force(const char *data_dir)
{
    char path[PATH_BYTES];

    wx_stop_path(data_dir, path, sizeof path);
    return access(path, F_OK) == 0 || errno != ENOENT;
}

static struct wx_str text_of(struct wx_arena *arena, json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return wx_arena_str(arena, wx_str_of(text ? text : ""));
}

enum wx_status wx_stop_read(const char *data_dir, struct wx_arena *arena,
                            struct wx_stop *out, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(MAX_STOP_BYTES);
    char path[PATH_BYTES];
    json_t *root;

    *out = (struct wx_stop){.is_in_force = wx_stop_is_in_force(data_dir)};
    if (!out->is_in_force)
        return WX_OK;
    wx_stop_path(data_dir, path, sizeof path);
    if (wx_buf_read_file(&text, path, err)) {
        wx_buf_clear(&text);
        out->is_in_force = wx_stop_is_in_force(data_dir); /* released meanwhile? */
        return WX_OK;
    }
    root = json_loadb(text.ptr ? text.ptr : "", text.len, 0, NULL);
    out->reason = text_of(arena, root, "reason");
    out->by = text_of(arena, root, "by");
    out->account_id = json_integer_value(json_object_get(root, "account_id"));
    (void)wx_time_parse(text_of(arena, root, "since"), &out->since_s);
    json_decref(root);
    wx_buf_clear(&text);
    return WX_OK;
}

enum wx_status wx_stop_set(const char *data_dir, const struct wx_stop *stop,
                           struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(MAX_STOP_BYTES);
    struct wx_json j = WX_JSON_INIT(&text);
    char path[PATH_BYTES], since[24];
    enum wx_status status;

    if (wx_stop_is_in_force(data_dir))
        return WX_OK;
    wx_stop_path(data_dir, path, sizeof path);
    wx_time_format(stop->since_s, since);
    wx_json_open(&j, '{');
    wx_json_kstr(&j, "reason", wx_utf8_clip(stop->reason, 2000));
    wx_json_kstr(&j, "by", wx_utf8_clip(stop->by, 200));
    wx_json_kint(&j, "account_id", stop->account_id);
    wx_json_kz(&j, "since", since);
    wx_json_close(&j, '}');
    status = wx_file_replace(path, wx_buf_str(&text), err);
    wx_buf_clear(&text);
    if (status) { /* a full disk still takes a name without content */
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        if (fd >= 0) {
            close(fd);
            status = WX_OK;
        }
    }
    return status;
}

enum wx_status wx_stop_release(const char *data_dir, struct wx_err *err)
{
    char path[PATH_BYTES];
    int fd;

    wx_stop_path(data_dir, path, sizeof path);
    if (unlink(path) && errno != ENOENT)
        return wx_fail_errno(err, "cannot remove '%s'", path);
    fd = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    return WX_OK;
}
