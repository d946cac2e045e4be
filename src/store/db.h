/*
 * The inside of a store: its database handle, prepared statements and open batch.
 * For the files of this room only.
 */
#ifndef WX_STORE_DB_H
#define WX_STORE_DB_H

#include "store/pack.h"
#include "store/store.h"
#include <sqlite3.h>

enum { WX_BATCH_ROWS = 1000 };

enum wx_statement {
    WX_SQL_BEGIN,
    WX_SQL_COMMIT,
    WX_SQL_SET,
    WX_SQL_ADD_SITE,
    WX_SQL_SITE_DONE,
    WX_SQL_SITE_BEGIN,
    WX_SQL_DROP_OBSERVATIONS,
    WX_SQL_LOOSEN_FINDINGS,
    WX_SQL_ADD_EVIDENCE,
    WX_SQL_PUT_PACK,
    WX_SQL_ADD_OBSERVATION,
    WX_SQL_PUT_FINDING,
    WX_SQL_COUNT
};

struct wx_store {
    sqlite3 *db;
    char *dir, *path; /* path: dir/wangxun.db */
    int lock_fd;      /* the directory, locked by the one writer; -1: reading */
    sqlite3_stmt *statements[WX_SQL_COUNT];
    struct wx_packs packs;
    sqlite3_stmt *findings_of_site; /* prepared and free; NULL: not yet, or in use */
    void *inflater;                 /* ZSTD_DCtx, made on first use */

    bool is_in_batch;
    uint32_t n_rows;        /* of the open batch */
    int64_t batch_since_ms; /* monotonic, first tick that saw it; -1: none yet */
    struct wx_err failure;  /* status not OK: no more writes */
};

/* The database's last error, typed. WHAT was being done. */
enum wx_status wx_db_fail(struct wx_store *store, const char *what, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_db_exec(struct wx_store *store, const char *sql,
                                        struct wx_err *err);
/* Bring the tables to this program's version; a newer file is refused. */
WX_MUST_CHECK enum wx_status wx_db_migrate(struct wx_store *store, bool may_change,
                                           struct wx_err *err);

/* A statement being bound or read, column after column. */
struct wx_row {
    struct wx_store *store;
    sqlite3_stmt *stmt;
    int at;
    enum wx_status status;
};

/* A prepared write, inside a batch that it begins when there is none. */
struct wx_row wx_row_write(struct wx_store *store, enum wx_statement which,
                           struct wx_err *err);
void wx_row_put_int(struct wx_row *row, int64_t v);
void wx_row_put_str(struct wx_row *row, struct wx_str s);
void wx_row_put_blob(struct wx_row *row, const void *bytes, size_t n);
/* Run it; *CHANGED (may be NULL) says whether a row was written. A failure is the
 * store's: the batch is given up. */
WX_MUST_CHECK enum wx_status wx_row_run(struct wx_row *row, bool *changed,
                                        struct wx_err *err);

/* The same for the last row of a record: commits when the batch is full. */
WX_MUST_CHECK enum wx_status wx_row_finish(struct wx_row *row, struct wx_err *err);

/* A read of its own (nothing shared, may be nested); finish with wx_row_close(). */
struct wx_row wx_row_read(struct wx_store *store, const char *sql, struct wx_err *err);
bool wx_row_next(struct wx_row *row, struct wx_err *err);
int64_t wx_row_int(struct wx_row *row);
struct wx_str wx_row_str(struct wx_row *row);     /* until the next wx_row_next() */
struct wx_sha256 wx_row_hash(struct wx_row *row); /* zero when absent */
enum wx_status wx_row_close(struct wx_row *row);

/* Begin the next evidence pack; the full one's size goes into the open batch. */
WX_MUST_CHECK enum wx_status wx_store_roll(struct wx_store *store, struct wx_err *err);

/* Rows for what the packs hold and the index does not; the packs' sizes are set. */
WX_MUST_CHECK enum wx_status wx_evidence_reindex(struct wx_store *store, uint64_t *n,
                                                 struct wx_err *err);

/* Gives up the batch and remembers ERR's status for all later writes. */
enum wx_status wx_store_give_up(struct wx_store *store, enum wx_status status,
                                const struct wx_err *err);

#endif
