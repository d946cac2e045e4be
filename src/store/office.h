/*
 * The office's database, DATA/office.db: SQLite, WAL, synchronous=FULL. One process
 * holds it (flock on DATA); inside, readers have connections of their own and one
 * writer at a time has the writing one. A transaction is a struct wx_tx: a snapshot to
 * read, or the exclusive right to write.
 *
 * The second wall. Tables of records may not be read directly: statements name the view
 * "v_TABLE", which shows only rows whose unit is in the transaction's scope, and the
 * authorizer refuses any other reading when a statement is prepared. Changes of rows
 * outside the scope are refused by triggers. So a handler that forgot to ask still
 * leaks nothing. wx_query_trusted() is the one way round, for what has no user.
 */
#ifndef WX_STORE_OFFICE_H
#define WX_STORE_OFFICE_H

#include "base/arena.h"
#include "base/err.h"
#include "model/scope.h"

struct wx_office;
struct wx_tx;

/* Creates DIR and the database when they are not there; brings tables up to date. A
 * newer database is refused (WX_E_UNSUPPORTED), one that is served already WX_E_AGAIN.
 */
WX_MUST_CHECK enum wx_status wx_office_open(const char *dir, struct wx_office **out,
                                            struct wx_err *err);
/* Only for reading, beside a running server (backup, verify, doctor). */
WX_MUST_CHECK enum wx_status
wx_office_open_reading(const char *dir, struct wx_office **out, struct wx_err *err);
void wx_office_close(struct wx_office *office); /* NULL is fine */
const char *wx_office_dir(const struct wx_office *office);
bool wx_office_is_new(const struct wx_office *office); /* made by this open */

/*
 * SCOPE is kept by reference until wx_tx_end() and may be changed by
 * wx_tx_set_scope(); NULL sees nothing (trusted queries still work).
 * write: waits for the writer's turn, at most 10 s (WX_E_AGAIN).
 */
WX_MUST_CHECK enum wx_status wx_tx_read(struct wx_office *office,
                                        const struct wx_scope *scope,
                                        struct wx_tx **out, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_tx_write(struct wx_office *office,
                                         const struct wx_scope *scope,
                                         struct wx_tx **out, struct wx_err *err);
void wx_tx_set_scope(struct wx_tx *tx, const struct wx_scope *scope);
const struct wx_scope *wx_tx_scope(const struct wx_tx *tx);
struct wx_office *wx_tx_office(struct wx_tx *tx);
bool wx_tx_is_write(const struct wx_tx *tx);
/* On the disk when this returns WX_OK (WX_E_NO_SPACE: nothing was changed). The
 * transaction must still be ended. */
WX_MUST_CHECK enum wx_status wx_tx_commit(struct wx_tx *tx, struct wx_err *err);
/* Gives the connection back; what was not committed is undone. NULL is fine. */
void wx_tx_end(struct wx_tx *tx);

/* A reserve of disk space: kept when there is room, given up (true) when there is none
 * and something must be written all the same: the traces of readings. */
void wx_office_keep_reserve(struct wx_office *office);
bool wx_office_use_reserve(struct wx_office *office);

/* Everything sees and may be changed: for the server's own work (rounds, courier). */
extern const struct wx_scope wx_scope_everything;

/* Facts of the office by key ("office.name"); WX_E_NOT_FOUND. */
WX_MUST_CHECK enum wx_status wx_office_get(struct wx_tx *tx, const char *key,
                                           struct wx_arena *arena, struct wx_str *value,
                                           struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_office_set(struct wx_tx *tx, const char *key,
                                           struct wx_str value, struct wx_err *err);

#endif
