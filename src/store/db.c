#define _GNU_SOURCE
#include "store/db.h"

#include <errno.h>

static const char *const statements[WX_SQL_COUNT] = {
    [WX_SQL_BEGIN] = "BEGIN IMMEDIATE",
    [WX_SQL_COMMIT] = "COMMIT",
    [WX_SQL_SET] = "INSERT INTO run (key, value) VALUES (?1, ?2)"
                   " ON CONFLICT DO UPDATE SET value = ?2",
    [WX_SQL_ADD_SITE] =
        "INSERT INTO site (id, ordinal, name, domain, start_url, ip, server_place, icp,"
        " unit, contact, leader, phone, unit_kind, grade, site_code, police_code, row)"
        " VALUES (?1, (SELECT ifnull(max(ordinal), 0) + 1 FROM site), ?2, ?3, ?4, ?5,"
        " ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
        " ON CONFLICT (id) DO NOTHING",
    [WX_SQL_SITE_DONE] =
        "INSERT INTO site_result (site, status, reason, pages, fetches, requests,"
        " wire_bytes, begun_s, duration_ms, findings, facts)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
        " ON CONFLICT (site) DO UPDATE SET status = ?2, reason = ?3, pages = ?4,"
        " fetches = ?5, requests = ?6, wire_bytes = ?7, begun_s = ?8, duration_ms = ?9,"
        " findings = ?10, facts = ?11",
    [WX_SQL_SITE_BEGIN] =
        "INSERT INTO site_result (site, status) VALUES (?1, ?2)"
        " ON CONFLICT (site) DO UPDATE SET status = ?2, reason = '', pages = 0,"
        " fetches = 0, requests = 0, wire_bytes = 0, begun_s = 0, duration_ms = 0,"
        " findings = 0, facts = ''",
    [WX_SQL_DROP_OBSERVATIONS] = "DELETE FROM observation WHERE site = ?1",
    [WX_SQL_LOOSEN_FINDINGS] = "UPDATE finding SET observation = 0 WHERE site = ?1",
    [WX_SQL_ADD_EVIDENCE] =
        "INSERT INTO evidence (hash, pack, offset, stored_bytes, raw_bytes, codec)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    [WX_SQL_PUT_PACK] = "INSERT INTO pack (number, size_bytes) VALUES (?1, ?2)"
                        " ON CONFLICT DO UPDATE SET size_bytes = ?2",
    [WX_SQL_ADD_OBSERVATION] =
        "INSERT OR REPLACE INTO observation (site, seq, kind, purpose, outcome, status,"
        " url, body, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [WX_SQL_PUT_FINDING] =
        "INSERT INTO finding (site, id, rule, category, severity, verdict, confidence,"
        " origin, url, place, key, location, excerpt, detail_zh, detail_en, evidence,"
        " observation, places, more_urls, first_seen_s, last_seen_s)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,"
        " ?16, ?17, ?18, ?19, ?20, ?21)"
        " ON CONFLICT (site, id) DO UPDATE SET rule = ?3, category = ?4, severity = ?5,"
        " verdict = ?6, confidence = ?7, origin = ?8, url = ?9, place = ?10, key = ?11,"
        " location = ?12, excerpt = ?13, detail_zh = ?14, detail_en = ?15,"
        " evidence = ?16, observation = ?17, places = ?18, more_urls = ?19,"
        " first_seen_s = min(first_seen_s, ?20), last_seen_s = max(last_seen_s, ?21)",
};

static enum wx_status status_of(sqlite3 *db)
{
    int code = sqlite3_extended_errcode(db);
    int saved = errno; /* sqlite3_system_errno() is not set by a failing step */

    if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
        return WX_E_NOT_FOUND;
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return WX_E_NO_SPACE;
    case SQLITE_IOERR:
        /* EFBIG is how a quota by RLIMIT_FSIZE speaks; ENOSPC is SQLITE_FULL above */
        return code == SQLITE_IOERR_WRITE && (saved == EDQUOT || saved == EFBIG)
                   ? WX_E_NO_SPACE
                   : WX_E_IO;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR:
        return WX_E_INVALID;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return WX_E_AGAIN;
    case SQLITE_TOOBIG:
        return WX_E_TOO_BIG;
    case SQLITE_NOMEM:
        WX_BUG("out of memory in the database");
    default:
        return WX_E_IO;
    }
}

enum wx_status wx_db_fail(struct wx_store *store, const char *what, struct wx_err *err)
{
    if (!store->db)
        return wx_fail(err, WX_E_IO, "store '%s': %s", store->path, what);
    return wx_fail(err, status_of(store->db), "store '%s': %s: %s", store->path, what,
                   sqlite3_errmsg(store->db));
}

enum wx_status wx_db_exec(struct wx_store *store, const char *sql, struct wx_err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return wx_db_fail(store, "cannot run a statement", err);
    return WX_OK;
}

static sqlite3_stmt *statement(struct wx_store *store, enum wx_statement which,
                               struct wx_err *err)
{
    sqlite3_stmt **slot = &store->statements[which];

    if (!*slot && sqlite3_prepare_v3(store->db, statements[which], -1,
                                     SQLITE_PREPARE_PERSISTENT, slot, NULL)) {
        wx_db_fail(store, "cannot prepare a statement", err);
        return NULL;
    }
    sqlite3_reset(*slot);
    return *slot;
}

static enum wx_status run_plain(struct wx_store *store, enum wx_statement which,
                                struct wx_err *err)
{
    sqlite3_stmt *stmt = statement(store, which, err);
    enum wx_status st = WX_OK;

    if (!stmt)
        return status_of(store->db);
    if (sqlite3_step(stmt) != SQLITE_DONE)
        st = wx_db_fail(store, statements[which], err);
    sqlite3_reset(stmt);
    return st;
}

enum wx_status wx_store_give_up(struct wx_store *store, enum wx_status status,
                                const struct wx_err *err)
{
    if (store->failure.status)
        return status;
    wx_fail(&store->failure, status, "%s",
            err ? err->text : "an earlier write to the store failed");
    if (!sqlite3_get_autocommit(store->db))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->is_in_batch = false;
    store->n_rows = 0;
    return status;
}

struct wx_row wx_row_write(struct wx_store *store, enum wx_statement which,
                           struct wx_err *err)
{
    struct wx_row row = {.store = store};
    struct wx_err why = {0};

    if (store->lock_fd < 0)
        WX_BUG("write to a store opened for reading");
    if (store->failure.status) {
        row.status = wx_fail(err, store->failure.status, "%s", store->failure.text);
        return row;
    }
    if (!store->is_in_batch) {
        row.status = run_plain(store, WX_SQL_BEGIN, &why);
        store->is_in_batch = !row.status;
        store->batch_since_ms = -1;
    }
    if (!row.status) {
        row.stmt = statement(store, which, &why);
        if (!row.stmt)
            row.status = why.status;
    }
    if (row.status) {
        wx_store_give_up(store, row.status, &why);
        wx_fail(err, row.status, "%s", why.text);
    }
    return row;
}

void wx_row_put_int(struct wx_row *row, int64_t v)
{
    if (!row->status)
        sqlite3_bind_int64(row->stmt, ++row->at, v);
}

/* STATIC: every write is run before its caller returns. */
void wx_row_put_str(struct wx_row *row, struct wx_str s)
{
    if (!row->status)
        sqlite3_bind_text64(row->stmt, ++row->at, s.len ? s.ptr : "", s.len,
                            SQLITE_STATIC, SQLITE_UTF8);
}

void wx_row_put_blob(struct wx_row *row, const void *bytes, size_t n)
{
    if (!row->status)
        sqlite3_bind_blob64(row->stmt, ++row->at, n ? bytes : "", n, SQLITE_STATIC);
}

enum wx_status wx_row_run(struct wx_row *row, bool *changed, struct wx_err *err)
{
    struct wx_store *store = row->store;
    struct wx_err why = {0};

    if (changed)
        *changed = false;
    if (row->status)
        return row->status;
    if (sqlite3_step(row->stmt) != SQLITE_DONE)
        row->status = wx_db_fail(store, "cannot write", &why);
    else if (changed)
        *changed = sqlite3_changes(store->db) > 0;
    sqlite3_reset(row->stmt);
    sqlite3_clear_bindings(row->stmt);
    if (!row->status) {
        store->n_rows++;
        return WX_OK;
    }
    /* a row for a site that is not there is the caller's mistake, not the disk's */
    if (row->status != WX_E_NOT_FOUND)
        wx_store_give_up(store, row->status, &why);
    return wx_fail(err, row->status, "%s", why.text);
}

struct wx_row wx_row_read(struct wx_store *store, const char *sql, struct wx_err *err)
{
    struct wx_row row = {.store = store};

    if (sqlite3_prepare_v2(store->db, sql, -1, &row.stmt, NULL) != SQLITE_OK)
        row.status = wx_db_fail(store, "cannot prepare a query", err);
    return row;
}

bool wx_row_next(struct wx_row *row, struct wx_err *err)
{
    int code;

    if (row->status)
        return false;
    code = sqlite3_step(row->stmt);
    row->at = 0;
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        row->status = wx_db_fail(row->store, "cannot read", err);
    return false;
}

int64_t wx_row_int(struct wx_row *row)
{
    return sqlite3_column_int64(row->stmt, row->at++);
}

struct wx_str wx_row_str(struct wx_row *row)
{
    const char *ptr = (const char *)sqlite3_column_text(row->stmt, row->at);
    size_t len = (size_t)sqlite3_column_bytes(row->stmt, row->at++);

    return len ? (struct wx_str){ptr, len} : (struct wx_str){0};
}

struct wx_sha256 wx_row_hash(struct wx_row *row)
{
    struct wx_sha256 hash = {{0}};
    const void *bytes = sqlite3_column_blob(row->stmt, row->at);

    if (bytes && sqlite3_column_bytes(row->stmt, row->at) == 32)
        memcpy(hash.bytes, bytes, 32);
    row->at++;
    return hash;
}

enum wx_status wx_row_close(struct wx_row *row)
{
    sqlite3_finalize(row->stmt);
    row->stmt = NULL;
    return row->status;
}
