#include "store/query.h"

#include "base/hash.h"
#include "base/log.h"
#include "store/office_inner.h"
#include <stdlib.h>

enum { BUG_CODE = SQLITE_MISUSE };

static enum wx_status status_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return WX_E_NO_SPACE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return WX_E_AGAIN;
    case SQLITE_TOOBIG:
        return WX_E_TOO_BIG;
    case SQLITE_CONSTRAINT:
        return code == SQLITE_CONSTRAINT_TRIGGER ? WX_E_OUT_OF_SCOPE
               : code == SQLITE_CONSTRAINT_UNIQUE ||
                       code == SQLITE_CONSTRAINT_PRIMARYKEY
                   ? WX_E_EXISTS
                   : WX_E_IO;
    default:
        return WX_E_IO;
    }
}

enum wx_status wx_office_fail(struct wx_tx *tx, int code, struct wx_err *err)
{
    const char *text = tx->db ? sqlite3_errmsg(tx->db) : sqlite3_errstr(code);

    if (tx->db && (code & 0xFF) == SQLITE_IOERR && sqlite3_system_errno(tx->db) == 28)
        code = SQLITE_FULL; /* ENOSPC that came as a failed write */
    return wx_fail(err, status_of(code), "database '%s': %s (%d)", tx->office->path,
                   text, code);
}

enum wx_status wx_office_exec(struct wx_tx *tx, const char *sql, struct wx_err *err)
{
    int code = sqlite3_exec(tx->db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK
               ? WX_OK
               : wx_office_fail(tx, sqlite3_extended_errcode(tx->db), err);
}

/* Prepared before and free, else a place for it: an open one, or one not in use. */
static struct wx_kept_statement *find_kept(struct wx_tx *tx, uint64_t hash,
                                           const char *sql, bool trusted)
{
    struct wx_kept_statement *place = NULL;

    for (size_t i = 0; i < 16; i++) {
        struct wx_kept_statement *k = &tx->kept[(hash + i) % WX_KEPT_STATEMENTS];

        if (k->is_busy)
            continue;
        if (k->stmt && k->hash == hash && k->is_trusted == trusted &&
            strcmp(k->sql, sql) == 0)
            return k;
        if (!place || (place->stmt && !k->stmt))
            place = k;
    }
    return place;
}

static int prepare(struct wx_tx *tx, struct wx_kept_statement *k, const char *sql,
                   uint64_t hash, bool trusted)
{
    int code;

    sqlite3_finalize(k->stmt);
    free((char *)k->sql);
    *k = (struct wx_kept_statement){.hash = hash, .is_trusted = trusted};
    k->sql = wx_strdup(sql);
    tx->is_trusting = trusted;
    code =
        sqlite3_prepare_v3(tx->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &k->stmt, NULL);
    tx->is_trusting = false;
    return code;
}

static struct wx_query query_start(struct wx_tx *tx, const char *sql, bool trusted)
{
    uint64_t hash = wx_hash64_seed(wx_str_of(sql), trusted);
    struct wx_query q = {.tx = tx, .at = 1};

    q.kept = find_kept(tx, hash, sql, trusted);
    if (!q.kept) { /* more than sixteen nested uses of one place: our own mistake */
        q.code = BUG_CODE;
        return q;
    }
    if (!q.kept->stmt || q.kept->hash != hash || q.kept->is_trusted != trusted ||
        strcmp(q.kept->sql, sql) != 0)
        q.code = prepare(tx, q.kept, sql, hash, trusted);
    if (q.code)
        wx_log(WX_LOG_ERROR, "store", "statement_refused",
               "code=%d error=%s sql=%.200s", q.code, sqlite3_errmsg(tx->db), sql);
    q.kept->is_busy = true;
    return q;
}

struct wx_query wx_query(struct wx_tx *tx, const char *sql)
{
    return query_start(tx, sql, false);
}

struct wx_query wx_query_trusted(struct wx_tx *tx, const char *sql)
{
    return query_start(tx, sql, true);
}

void wx_query_int(struct wx_query *q, int64_t v)
{
    if (!q->code)
        q->code = sqlite3_bind_int64(q->kept->stmt, q->at++, v);
}

void wx_query_real(struct wx_query *q, double v)
{
    if (!q->code)
        q->code = sqlite3_bind_double(q->kept->stmt, q->at++, v);
}

void wx_query_str(struct wx_query *q, struct wx_str s)
{
    if (!q->code)
        q->code = sqlite3_bind_text64(q->kept->stmt, q->at++, s.ptr ? s.ptr : "", s.len,
                                      SQLITE_STATIC, SQLITE_UTF8);
}

void wx_query_z(struct wx_query *q, const char *z)
{
    wx_query_str(q, wx_str_of(z));
}

void wx_query_blob(struct wx_query *q, const void *bytes, size_t n)
{
    if (!q->code)
        q->code = sqlite3_bind_blob64(q->kept->stmt, q->at++, bytes ? bytes : "", n,
                                      SQLITE_STATIC);
}

bool wx_query_next(struct wx_query *q)
{
    int code;

    if (q->code)
        return false;
    code = sqlite3_step(q->kept->stmt);
    q->at = 0;
    q->is_row = code == SQLITE_ROW;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        q->code = sqlite3_extended_errcode(q->tx->db);
    return q->is_row;
}

int64_t wx_query_get_int(struct wx_query *q)
{
    return q->is_row ? sqlite3_column_int64(q->kept->stmt, q->at++) : 0;
}

double wx_query_get_real(struct wx_query *q)
{
    return q->is_row ? sqlite3_column_double(q->kept->stmt, q->at++) : 0;
}

struct wx_str wx_query_get_str(struct wx_query *q)
{
    struct wx_str s = {NULL, 0};

    if (!q->is_row)
        return s;
    s.ptr = (const char *)sqlite3_column_blob(q->kept->stmt, q->at);
    s.len = (size_t)sqlite3_column_bytes(q->kept->stmt, q->at++);
    return s;
}

bool wx_query_get_null(struct wx_query *q)
{
    return !q->is_row || sqlite3_column_type(q->kept->stmt, q->at) == SQLITE_NULL;
}

enum wx_status wx_query_end(struct wx_query *q, struct wx_err *err)
{
    enum wx_status status = q->code ? wx_office_fail(q->tx, q->code, err) : WX_OK;

    if (q->kept && q->kept->stmt) {
        sqlite3_reset(q->kept->stmt);
        sqlite3_clear_bindings(q->kept->stmt);
    }
    if (q->kept)
        q->kept->is_busy = false;
    q->is_row = false;
    return status;
}

enum wx_status wx_query_run(struct wx_query *q, struct wx_err *err)
{
    while (wx_query_next(q))
        ;
    return wx_query_end(q, err);
}

int64_t wx_tx_last_id(const struct wx_tx *tx)
{
    return sqlite3_last_insert_rowid(tx->db);
}

int64_t wx_tx_changes(const struct wx_tx *tx)
{
    return sqlite3_changes64(tx->db);
}
