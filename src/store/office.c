#define _GNU_SOURCE
#include "store/office.h"

#include "base/clock.h"
#include "store/office_inner.h"
#include "store/query.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BUSY_MS = 10000, MAX_DIR_BYTES = 3900 };

const struct wx_scope wx_scope_everything = {
    .sees_all = true, .sees_office_records = true, .sees_untold = true};

static enum wx_status lock_dir(struct wx_office *office, struct wx_err *err)
{
    if (mkdir(office->dir, 0700) < 0 && errno != EEXIST)
        return wx_fail_errno(err, "cannot create directory '%s'", office->dir);
    office->lock_fd = open(office->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (office->lock_fd < 0)
        return wx_fail_errno(err, "cannot open directory '%s'", office->dir);
    if (flock(office->lock_fd, LOCK_EX | LOCK_NB) < 0)
        return wx_fail(err, WX_E_AGAIN, "'%s' is already served by another wangxun",
                       office->dir);
    return WX_OK;
}

static void tx_free(struct wx_tx *tx)
{
    if (!tx)
        return;
    for (size_t i = 0; i < WX_KEPT_STATEMENTS; i++) {
        sqlite3_finalize(tx->kept[i].stmt);
        free((char *)tx->kept[i].sql);
    }
    sqlite3_close_v2(tx->db);
    free(tx);
}

static enum wx_status connect_db(struct wx_office *office, bool write,
                                 struct wx_tx **out, struct wx_err *err)
{
    struct wx_tx *tx = wx_new(struct wx_tx);
    int flags =
        write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    enum wx_status status;
    int code;

    tx->office = office;
    tx->is_write = write;
    code = sqlite3_open_v2(office->path, &tx->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK) {
        status = wx_office_fail(tx, code, err);
    } else {
        sqlite3_busy_timeout(tx->db, BUSY_MS);
        sqlite3_limit(tx->db, SQLITE_LIMIT_ATTACHED, 0);
        status = wx_office_exec(tx,
                                "PRAGMA foreign_keys = ON;"
                                "PRAGMA cache_size = -16384;"
                                "PRAGMA temp_store = MEMORY;"
                                "PRAGMA trusted_schema = ON",
                                err);
    }
    if (!status && write)
        status = wx_office_exec(tx,
                                "PRAGMA journal_mode = WAL;"
                                "PRAGMA synchronous = FULL;"
                                "PRAGMA wal_autocheckpoint = 2000",
                                err);
    if (status) {
        tx_free(tx);
        return status;
    }
    *out = tx;
    return WX_OK;
}

static struct wx_office *office_new(const char *dir)
{
    struct wx_office *office = wx_new(struct wx_office);
    size_t n = strlen(dir) + sizeof "/office.db";

    office->dir = wx_strdup(dir);
    office->path = wx_alloc(n);
    snprintf(office->path, n, "%s/office.db", dir);
    office->lock_fd = -1;
    pthread_mutex_init(&office->pool, NULL);
    pthread_mutex_init(&office->turn, NULL);
    return office;
}

enum wx_status wx_office_open(const char *dir, struct wx_office **out,
                              struct wx_err *err)
{
    struct wx_office *office;
    enum wx_status status;

    if (strlen(dir) > MAX_DIR_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "the path of the data directory is too long");
    office = office_new(dir);
    status = lock_dir(office, err);
    office->is_new = access(office->path, F_OK) != 0;
    if (!status) {
        int fd = open(office->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

        if (fd < 0)
            status = wx_fail_errno(err, "cannot create '%s'", office->path);
        else
            close(fd);
    }
    if (!status)
        status = connect_db(office, true, &office->writer, err);
    if (!status)
        status = wx_office_migrate(office->writer, err);
    if (!status)
        status = wx_wall_build(office->writer, err);
    if (status) {
        wx_office_close(office);
        return status;
    }
    *out = office;
    return WX_OK;
}

enum wx_status wx_office_open_reading(const char *dir, struct wx_office **out,
                                      struct wx_err *err)
{
    struct wx_office *office = office_new(dir);

    office->is_reading = true;
    if (access(office->path, R_OK) != 0) {
        enum wx_status status = wx_fail(
            err, WX_E_NOT_FOUND, "'%s' holds no office ('office.db' is missing)", dir);

        wx_office_close(office);
        return status;
    }
    *out = office;
    return WX_OK;
}

void wx_office_close(struct wx_office *office)
{
    if (!office)
        return;
    for (size_t i = 0; i < WX_MAX_READERS; i++)
        tx_free(office->readers[i]);
    tx_free(office->writer);
    if (office->lock_fd >= 0)
        close(office->lock_fd);
    pthread_mutex_destroy(&office->pool);
    pthread_mutex_destroy(&office->turn);
    free(office->dir);
    free(office->path);
    free(office);
}

const char *wx_office_dir(const struct wx_office *office)
{
    return office->dir;
}

bool wx_office_is_new(const struct wx_office *office)
{
    return office->is_new;
}

/* A free reader, or a free place for a new one, marked as taken. */
static struct wx_tx **take_place(struct wx_office *office)
{
    struct wx_tx **place = NULL;

    pthread_mutex_lock(&office->pool);
    for (size_t i = 0; i < WX_MAX_READERS && !place; i++) {
        if (!office->readers[i])
            place = &office->readers[i];
        else if (!office->readers[i]->is_taken)
            place = &office->readers[i];
    }
    if (place && *place)
        (*place)->is_taken = true;
    else if (place) { /* nobody else may take the empty place meanwhile */
        *place = wx_new(struct wx_tx);
        (*place)->is_taken = true;
    }
    pthread_mutex_unlock(&office->pool);
    return place;
}

static enum wx_status fill_place(struct wx_office *office, struct wx_tx **place,
                                 struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    enum wx_status status;

    if ((*place)->db)
        return WX_OK;
    status = connect_db(office, false, &tx, err);
    if (!status)
        status = wx_wall_build(tx, err);
    pthread_mutex_lock(&office->pool);
    free(*place);
    *place = NULL;
    if (status) {
        tx_free(tx);
    } else {
        tx->is_taken = true;
        *place = tx;
    }
    pthread_mutex_unlock(&office->pool);
    return status;
}

enum wx_status wx_tx_read(struct wx_office *office, const struct wx_scope *scope,
                          struct wx_tx **out, struct wx_err *err)
{
    struct wx_tx **place = take_place(office);
    enum wx_status status;

    if (!place)
        return wx_fail(err, WX_E_AGAIN, "all %d reading connections are busy",
                       WX_MAX_READERS);
    status = fill_place(office, place, err);
    if (status)
        return status;
    (*place)->scope = scope;
    status = wx_office_exec(*place, "BEGIN", err);
    if (status) {
        (*place)->is_taken = false;
        return status;
    }
    (*place)->is_open = true;
    *out = *place;
    return WX_OK;
}

enum wx_status wx_tx_write(struct wx_office *office, const struct wx_scope *scope,
                           struct wx_tx **out, struct wx_err *err)
{
    struct timespec until = {.tv_sec = wx_now_s()};
    enum wx_status status;

    if (!office->writer)
        return wx_fail(err, WX_E_UNSUPPORTED, "'%s' was opened for reading",
                       office->dir);
    until.tv_sec += BUSY_MS / 1000;
    if (pthread_mutex_timedlock(&office->turn, &until))
        return wx_fail(err, WX_E_AGAIN, "the database is busy with another change");
    office->writer->scope = scope;
    status = wx_office_exec(office->writer, "BEGIN IMMEDIATE", err);
    if (status) {
        pthread_mutex_unlock(&office->turn);
        return status;
    }
    office->writer->is_open = true;
    *out = office->writer;
    return WX_OK;
}

void wx_tx_set_scope(struct wx_tx *tx, const struct wx_scope *scope)
{
    tx->scope = scope;
}

const struct wx_scope *wx_tx_scope(const struct wx_tx *tx)
{
    return tx->scope;
}

struct wx_office *wx_tx_office(struct wx_tx *tx)
{
    return tx->office;
}

bool wx_tx_is_write(const struct wx_tx *tx)
{
    return tx->is_write;
}

enum wx_status wx_tx_commit(struct wx_tx *tx, struct wx_err *err)
{
    enum wx_status status = wx_office_exec(tx, "COMMIT", err);

    if (!status)
        tx->is_open = false;
    return status;
}

void wx_tx_end(struct wx_tx *tx)
{
    struct wx_office *office;

    if (!tx)
        return;
    office = tx->office;
    if (tx->is_open && !sqlite3_get_autocommit(tx->db))
        sqlite3_exec(tx->db, "ROLLBACK", NULL, NULL, NULL);
    tx->is_open = false;
    tx->scope = NULL;
    if (tx->is_write) {
        pthread_mutex_unlock(&office->turn);
        return;
    }
    pthread_mutex_lock(&office->pool);
    tx->is_taken = false;
    pthread_mutex_unlock(&office->pool);
}

enum wx_status wx_office_get(struct wx_tx *tx, const char *key, struct wx_arena *arena,
                             struct wx_str *value, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT value FROM fact WHERE key = ?");
    bool is_there;
    enum wx_status status;

    wx_query_z(&q, key);
    is_there = wx_query_next(&q);
    if (is_there)
        *value = wx_arena_str(arena, wx_query_get_str(&q));
    status = wx_query_end(&q, err);
    if (status)
        return status;
    return is_there ? WX_OK : wx_fail(err, WX_E_NOT_FOUND, "no fact '%s'", key);
}

enum wx_status wx_office_set(struct wx_tx *tx, const char *key, struct wx_str value,
                             struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO fact (key, value) VALUES (?, ?)"
                     " ON CONFLICT (key) DO UPDATE SET value = excluded.value");

    wx_query_z(&q, key);
    wx_query_str(&q, value);
    return wx_query_run(&q, err);
}
