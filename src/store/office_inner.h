/* Inside of the office's database; for the files of this room only. */
#ifndef WX_STORE_OFFICE_INNER_H
#define WX_STORE_OFFICE_INNER_H

#include "store/office.h"
#include <pthread.h>
#include <sqlite3.h>

enum { WX_KEPT_STATEMENTS = 512, WX_MAX_READERS = 16 };

struct wx_kept_statement {
    const char *sql; /* copy */
    uint64_t hash;
    bool is_trusted, is_busy;
    sqlite3_stmt *stmt;
};

struct wx_tx {
    struct wx_office *office;
    sqlite3 *db;
    const struct wx_scope *scope;
    bool is_write, is_open, is_trusting, is_taken;
    struct wx_kept_statement kept[WX_KEPT_STATEMENTS];
};

struct wx_office {
    char *dir, *path;
    int lock_fd;
    bool is_new, is_reading;
    pthread_mutex_t pool, turn; /* free readers; the writer */
    struct wx_tx *readers[WX_MAX_READERS];
    struct wx_tx *writer;
};

enum wx_status wx_office_fail(struct wx_tx *tx, int code, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_office_exec(struct wx_tx *tx, const char *sql,
                                            struct wx_err *err);
/* Numbered migrations, then the tables and columns of the record kinds. */
WX_MUST_CHECK enum wx_status wx_office_migrate(struct wx_tx *tx, struct wx_err *err);
/* Triggers that count changes of the organisation (office_org.h). */
WX_MUST_CHECK enum wx_status wx_org_watch(struct wx_tx *tx, struct wx_err *err);
/* Views, triggers and the authorizer of one connection. */
WX_MUST_CHECK enum wx_status wx_wall_build(struct wx_tx *tx, struct wx_err *err);

#endif
