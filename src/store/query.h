/*
 * One SQL statement in a transaction: bind in order, then step and read in order.
 *
 *     struct wx_query q = wx_query(tx, "SELECT id, name FROM v_unit WHERE kind = ?");
 *     wx_query_str(&q, kind);
 *     while (wx_query_next(&q)) {
 *         id = wx_query_get_int(&q);
 *         name = wx_query_get_str(&q);
 *     }
 *     return wx_query_end(&q, err);
 *
 * Statements are kept prepared by their text. Errors wait for wx_query_end(), which
 * must be called. The texts are literals or built from tables of ours, never from
 * input. For the files of this room only.
 */
#ifndef WX_STORE_QUERY_H
#define WX_STORE_QUERY_H

#include "store/office.h"

struct wx_kept_statement;
struct wx_query {
    struct wx_tx *tx;
    struct wx_kept_statement *kept;
    int at;      /* next parameter, later next column */
    int code;    /* SQLite's; 0 so far good */
    bool is_row; /* standing on a row */
};

struct wx_query wx_query(struct wx_tx *tx, const char *sql);
/* Past the wall: for what has no user (sign-in, rounds, audit), each use with a reason.
 */
struct wx_query wx_query_trusted(struct wx_tx *tx, const char *sql);
void wx_query_int(struct wx_query *q, int64_t v);
void wx_query_real(struct wx_query *q, double v);
void wx_query_str(struct wx_query *q, struct wx_str s); /* must live until the end */
void wx_query_z(struct wx_query *q, const char *z);
void wx_query_blob(struct wx_query *q, const void *bytes, size_t n);
bool wx_query_next(struct wx_query *q);
int64_t wx_query_get_int(struct wx_query *q);
double wx_query_get_real(struct wx_query *q);
struct wx_str wx_query_get_str(struct wx_query *q); /* until the next row or the end */
bool wx_query_get_null(struct wx_query *q); /* is the next column NULL? does not move */
/* WX_E_EXISTS: a uniqueness was broken; WX_E_OUT_OF_SCOPE: the wall; WX_E_NO_SPACE. */
WX_MUST_CHECK enum wx_status wx_query_end(struct wx_query *q, struct wx_err *err);
/* Step to the end and finish: for INSERT, UPDATE, DELETE. */
WX_MUST_CHECK enum wx_status wx_query_run(struct wx_query *q, struct wx_err *err);
int64_t wx_tx_last_id(const struct wx_tx *tx); /* of the last INSERT */
int64_t wx_tx_changes(const struct wx_tx *tx); /* rows of the last statement */

#endif
