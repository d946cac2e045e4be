#define _GNU_SOURCE
#include "store/db.h"

#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

enum {
    BATCH_MS = 200,
    MAX_DIR_BYTES = 3900, /* with "/evidence/NNNN.pack" behind within PATH_MAX */
    BUSY_MS = 5000,       /* a reader may hold a checkpoint up for a moment */
};

static enum wx_status make_dirs(const char *dir, struct wx_err *err)
{
    char path[MAX_DIR_BYTES + 1];
    size_t n = strlen(dir);

    memcpy(path, dir, n + 1);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        path[i] = '\0';
        if (mkdir(path, 0750) < 0 && errno != EEXIST)
            return wx_fail_errno(err, "cannot create directory '%s'", path);
        path[i] = i < n ? '/' : '\0';
    }
    return WX_OK;
}

/* One writer: the directory itself is locked, so nothing is left behind by a crash. */
static enum wx_status lock_dir(struct wx_store *store, struct wx_err *err)
{
    store->lock_fd = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (store->lock_fd < 0)
        return wx_fail_errno(err, "cannot open directory '%s'", store->dir);
    if (flock(store->lock_fd, LOCK_EX | LOCK_NB) < 0)
        return wx_fail(err, WX_E_AGAIN, "'%s' is being written by another wangxun",
                       store->dir);
    return WX_OK;
}

static enum wx_status check_present(struct wx_store *store, int how, struct wx_err *err)
{
    bool is_there = access(store->path, F_OK) == 0;

    if (how != WX_STORE_CREATE) {
        if (is_there)
            return WX_OK;
        return wx_fail(err, WX_E_NOT_FOUND,
                       "'%s' holds no run ('wangxun.db' is missing)", store->dir);
    }
    if (is_there || access(store->packs.dir, F_OK) == 0)
        return wx_fail(err, WX_E_EXISTS, "'%s' already holds a run", store->dir);
    return WX_OK;
}

static bool has_wal(const struct wx_store *store)
{
    char wal[MAX_DIR_BYTES + 40];
    struct stat st;

    snprintf(wal, sizeof wal, "%s-wal", store->path);
    return stat(wal, &st) == 0 && st.st_size > 0;
}

static int open_immutable(struct wx_store *store)
{
    char *uri = sqlite3_mprintf("file:%s?immutable=1", store->path);
    int code = SQLITE_CANTOPEN;

    /* a path with URI syntax in it is not worth an encoder here */
    if (uri && !strpbrk(store->path, "?#%"))
        code = sqlite3_open_v2(uri, &store->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
                               NULL);
    sqlite3_free(uri);
    return code;
}

/* A finished run on a read-only medium has no place for WAL's shared memory; nobody can
 * write it either, so it is read as it lies. */
static enum wx_status open_reading(struct wx_store *store, struct wx_err *err)
{
    int code = sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READONLY, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_exec(store->db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);
    if (code == SQLITE_CANTOPEN && !has_wal(store)) {
        sqlite3_close(store->db);
        store->db = NULL;
        code = open_immutable(store);
    }
    if (code == SQLITE_OK)
        sqlite3_busy_timeout(store->db, BUSY_MS);
    return code == SQLITE_OK ? WX_OK : wx_db_fail(store, "cannot open", err);
}

static enum wx_status open_writing(struct wx_store *store, struct wx_err *err)
{
    int fd = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return wx_fail_errno(err, "cannot create '%s'", store->path);
    close(fd);
    if (sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE, NULL))
        return wx_db_fail(store, "cannot open", err);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    return wx_db_exec(store,
                      "PRAGMA journal_mode = WAL;"
                      "PRAGMA synchronous = FULL;"
                      "PRAGMA foreign_keys = ON;"
                      "PRAGMA cache_size = -4096;"
                      "PRAGMA wal_autocheckpoint = 4000",
                      err);
}

/* The file may come from elsewhere: nothing in its schema is run or trusted. */
static void harden(sqlite3 *db)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 64 << 20);
}

static enum wx_status resume_packs(struct wx_store *store, struct wx_err *err)
{
    struct wx_row row = wx_row_read(
        store, "SELECT number, size_bytes FROM pack ORDER BY number DESC LIMIT 1", err);
    uint32_t number = 0;
    uint64_t size = 0;
    enum wx_status st;

    if (wx_row_next(&row, err)) {
        number = (uint32_t)wx_row_int(&row);
        size = (uint64_t)wx_row_int(&row);
    }
    st = wx_row_close(&row);
    return st ? st : wx_packs_resume(&store->packs, number, size, err);
}

/* REBUILD: for reindex(); the packs are the truth and nothing of them is cut. */
enum { REBUILD = WX_STORE_READ + 1 };

static enum wx_status open_all(struct wx_store *store, int how, struct wx_err *err)
{
    bool is_writing = how != WX_STORE_READ;
    enum wx_status st = WX_OK;

    if (how == WX_STORE_CREATE)
        st = make_dirs(store->dir, err);
    if (!st && is_writing && access(store->dir, F_OK) == 0)
        st = lock_dir(store, err);
    if (!st && how != REBUILD)
        st = check_present(store, how, err);
    if (!st)
        st = is_writing ? open_writing(store, err) : open_reading(store, err);
    if (st)
        return st;
    harden(store->db);
    st = wx_db_migrate(store, is_writing, err);
    if (!st && is_writing && how != REBUILD)
        st = resume_packs(store, err);
    return st;
}

static enum wx_status store_open(const char *dir, int how, struct wx_store **out,
                                 struct wx_err *err)
{
    struct wx_store *store;
    size_t n = strlen(dir) + sizeof "/wangxun.db";
    enum wx_status st;

    *out = NULL;
    if (!*dir || n > MAX_DIR_BYTES)
        return wx_fail(err, WX_E_USAGE, "'%.100s' is no usable directory name", dir);
    store = wx_new(struct wx_store);
    store->lock_fd = -1;
    store->dir = wx_strdup(dir);
    store->path = wx_alloc(n);
    snprintf(store->path, n, "%s/wangxun.db", dir);
    wx_packs_init(&store->packs, dir);
    st = open_all(store, how, err);
    if (st) {
        wx_store_close(store);
        return st;
    }
    *out = store;
    return WX_OK;
}

enum wx_status wx_store_open(const char *dir, enum wx_store_open how,
                             struct wx_store **out, struct wx_err *err)
{
    return store_open(dir, how, out, err);
}

enum wx_status wx_store_reindex(const char *dir, uint64_t *n, struct wx_err *err)
{
    struct wx_store *store;
    enum wx_status st = store_open(dir, REBUILD, &store, err);

    *n = 0;
    if (st)
        return st;
    st = wx_evidence_reindex(store, n, err);
    if (!st)
        st = wx_store_commit(store, err);
    wx_store_close(store);
    return st;
}

void wx_store_close(struct wx_store *store)
{
    struct wx_err err;

    if (!store)
        return;
    if (store->is_in_batch && wx_store_commit(store, &err))
        wx_log(WX_LOG_ERROR, "store", "close_failed", "why=%s", err.text);
    for (size_t i = 0; i < WX_SQL_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_finalize(store->findings_of_site);
    sqlite3_close(store->db);
    wx_packs_clear(&store->packs);
    ZSTD_freeDCtx(store->inflater);
    if (store->lock_fd >= 0)
        close(store->lock_fd);
    free(store->dir);
    free(store->path);
    free(store);
}

bool wx_store_is_clean(const struct wx_store *store)
{
    return !store->is_in_batch && !store->failure.status;
}

static enum wx_status pack_note(struct wx_store *store, struct wx_err *err)
{
    struct wx_row row = wx_row_write(store, WX_SQL_PUT_PACK, err);

    wx_row_put_int(&row, store->packs.number);
    wx_row_put_int(&row, (int64_t)store->packs.size_bytes);
    return wx_row_run(&row, NULL, err);
}

enum wx_status wx_store_roll(struct wx_store *store, struct wx_err *err)
{
    enum wx_status st = WX_OK;

    if (store->packs.number)
        st = pack_note(store, err);
    if (st)
        return st;
    st = wx_packs_roll(&store->packs, err);
    return st ? wx_store_give_up(store, st, err) : WX_OK;
}

/* Evidence first: a row that commits never points at bytes that a crash can take. */
static enum wx_status evidence_settle(struct wx_store *store, struct wx_err *err)
{
    enum wx_status st;

    if (!store->packs.is_unsynced && !store->packs.gathered.len)
        return WX_OK;
    st = wx_packs_flush(&store->packs, true, err);
    if (st)
        return wx_store_give_up(store, st, err);
    return pack_note(store, err);
}

enum wx_status wx_store_commit(struct wx_store *store, struct wx_err *err)
{
    struct wx_err why = {0};
    struct wx_row row;
    enum wx_status st;

    if (store->failure.status)
        return wx_fail(err, store->failure.status, "%s", store->failure.text);
    if (!store->is_in_batch)
        return WX_OK;
    st = evidence_settle(store, &why);
    if (!st) {
        row = wx_row_write(store, WX_SQL_COMMIT, &why);
        st = wx_row_run(&row, NULL, &why);
    }
    if (st)
        return wx_fail(err, st, "%s", why.text);
    store->is_in_batch = false;
    store->n_rows = 0;
    return WX_OK;
}

enum wx_status wx_store_tick(struct wx_store *store, int64_t mono_ms,
                             struct wx_err *err)
{
    if (!store->is_in_batch)
        return WX_OK;
    if (store->batch_since_ms < 0)
        store->batch_since_ms = mono_ms;
    if (mono_ms - store->batch_since_ms < BATCH_MS)
        return WX_OK;
    return wx_store_commit(store, err);
}

enum wx_status wx_row_finish(struct wx_row *row, struct wx_err *err)
{
    enum wx_status st = wx_row_run(row, NULL, err);

    if (!st && row->store->n_rows >= WX_BATCH_ROWS)
        return wx_store_commit(row->store, err);
    return st;
}

enum wx_status wx_store_set(struct wx_store *store, const char *key,
                            struct wx_str value, struct wx_err *err)
{
    struct wx_row row = wx_row_write(store, WX_SQL_SET, err);

    wx_row_put_str(&row, wx_str_of(key));
    wx_row_put_str(&row, value);
    return wx_row_finish(&row, err);
}

enum wx_status wx_store_get(struct wx_store *store, const char *key,
                            struct wx_arena *arena, struct wx_str *value,
                            struct wx_err *err)
{
    struct wx_row row = wx_row_read(store, "SELECT value FROM run WHERE key = ?1", err);
    enum wx_status st;
    bool is_there;

    wx_row_put_str(&row, wx_str_of(key));
    is_there = wx_row_next(&row, err);
    if (is_there)
        *value = wx_arena_str(arena, wx_row_str(&row));
    st = wx_row_close(&row);
    if (!st && !is_there)
        return wx_fail(err, WX_E_NOT_FOUND, "store '%s' has no '%s'", store->path, key);
    return st;
}
