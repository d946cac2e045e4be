#include "store/office_file.h"

#include "store/query.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_PATH = 4096 };

static enum wx_status folder_make(const char *path, struct wx_err *err)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return wx_fail_errno(err, "cannot make '%s'", path);
    return WX_OK;
}

static void path_of(struct wx_office *office, const char sha256[65], char out[MAX_PATH])
{
    snprintf(out, MAX_PATH, "%s/files/%.2s/%s", wx_office_dir(office), sha256, sha256);
}

enum wx_status wx_file_keep(struct wx_office *office, struct wx_str bytes,
                            char sha256[65], struct wx_err *err)
{
    struct wx_sha256 hash = wx_sha256_of(bytes);
    char path[MAX_PATH];
    struct stat st;
    enum wx_status status;

    wx_hex(hash.bytes, sizeof hash.bytes, sha256);
    snprintf(path, sizeof path, "%s/files", wx_office_dir(office));
    status = folder_make(path, err);
    if (status)
        return status;
    snprintf(path, sizeof path, "%s/files/%.2s", wx_office_dir(office), sha256);
    status = folder_make(path, err);
    if (status)
        return status;
    path_of(office, sha256, path);
    if (stat(path, &st) == 0 && (size_t)st.st_size == bytes.len)
        return WX_OK; /* written whole or not at all: see wx_file_replace() */
    return wx_file_replace(path, bytes, err);
}

enum wx_status wx_file_bytes(struct wx_office *office, const char sha256[65],
                             struct wx_buf *out, struct wx_err *err)
{
    char path[MAX_PATH], have[65];
    struct wx_sha256 hash;
    enum wx_status status;

    path_of(office, sha256, path);
    status = wx_buf_read_file(out, path, err);
    if (status)
        return status;
    hash = wx_sha256_of(wx_buf_str(out));
    wx_hex(hash.bytes, sizeof hash.bytes, have);
    if (strcmp(have, sha256) != 0)
        return wx_fail(err, WX_E_IO, "attachment '%s' is not what was kept", sha256);
    return WX_OK;
}

enum wx_status wx_file_add(struct wx_tx *tx, const struct wx_file_row *row, int64_t *id,
                           struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO file (unit_id, sha256, name, type, note, size_bytes,"
                     " account_id, made_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_int(&q, row->unit_id);
    wx_query_z(&q, row->sha256);
    wx_query_str(&q, row->name);
    wx_query_str(&q, row->type);
    wx_query_str(&q, row->note);
    wx_query_int(&q, row->size_bytes);
    wx_query_int(&q, row->account_id);
    wx_query_int(&q, row->made_s);
    status = wx_query_run(&q, err);
    if (!status)
        *id = wx_tx_last_id(tx);
    return status;
}

enum wx_status wx_file_get(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                           struct wx_file_row *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT id, unit_id, account_id, made_s, size_bytes, sha256, name, type,"
            " note FROM v_file WHERE id = ? AND retired_s = 0");
    enum wx_status status;
    bool is_there;

    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    if (is_there) {
        struct wx_str hash;

        out->id = wx_query_get_int(&q);
        out->unit_id = wx_query_get_int(&q);
        out->account_id = wx_query_get_int(&q);
        out->made_s = wx_query_get_int(&q);
        out->size_bytes = wx_query_get_int(&q);
        hash = wx_query_get_str(&q);
        snprintf(out->sha256, sizeof out->sha256, WX_STR_FMT, WX_STR_ARG(hash));
        out->name = wx_arena_str(arena, wx_query_get_str(&q));
        out->type = wx_arena_str(arena, wx_query_get_str(&q));
        out->note = wx_arena_str(arena, wx_query_get_str(&q));
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such attachment");
    return status;
}
