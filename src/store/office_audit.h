/*
 * Rows of the audit trail and its checkpoints. There is no function that changes or
 * removes one, and the tables' triggers refuse it as well.
 */
#ifndef WX_STORE_OFFICE_AUDIT_H
#define WX_STORE_OFFICE_AUDIT_H

#include "base/hash.h"
#include "store/office.h"

struct wx_audit_row {
    int64_t number, at_ms, account_id, object_id, unit_id;
    struct wx_str operation, kind, line;
    unsigned char hash[32];
};
/* *NUMBER 0: the trail is empty, HASH untouched. */
WX_MUST_CHECK enum wx_status wx_audit_last(struct wx_tx *tx, int64_t *number,
                                           unsigned char hash[32], struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_audit_row_add(struct wx_tx *tx, const struct wx_audit_row *row, struct wx_err *err);

/* EACH returns false to stop; what it gets lives until it returns. */
typedef bool wx_each_audit_row(void *ctx, const struct wx_audit_row *row);
/* All, by number, whatever stands in them. */
WX_MUST_CHECK enum wx_status wx_audit_rows(struct wx_tx *tx, wx_each_audit_row *each,
                                           void *ctx, struct wx_err *err);
/* What is looked for; zero and empty: anything. Newest first, numbers below BEFORE. */
struct wx_audit_query {
    int64_t account_id; /* -1: only what nobody signed in did */
    struct wx_str operation, kind;
    int64_t object_id, unit_id;
    int64_t from_ms, until_ms;
    struct wx_str text; /* somewhere in the line */
    int64_t before;
    uint32_t limit;
};
WX_MUST_CHECK enum wx_status wx_audit_search(struct wx_tx *tx,
                                             const struct wx_audit_query *query,
                                             wx_each_audit_row *each, void *ctx,
                                             struct wx_err *err);

struct wx_checkpoint_row {
    int64_t number, at_s;
    struct wx_str note;
};
WX_MUST_CHECK enum wx_status wx_checkpoint_row_add(struct wx_tx *tx,
                                                   const struct wx_checkpoint_row *row,
                                                   struct wx_err *err);
/* The newest, note in ARENA; number 0: none. */
WX_MUST_CHECK enum wx_status wx_checkpoint_row_last(struct wx_tx *tx,
                                                    struct wx_arena *arena,
                                                    struct wx_checkpoint_row *out,
                                                    struct wx_err *err);
typedef bool wx_each_checkpoint_row(void *ctx, const struct wx_checkpoint_row *row);
WX_MUST_CHECK enum wx_status wx_checkpoint_rows(struct wx_tx *tx,
                                                wx_each_checkpoint_row *each, void *ctx,
                                                struct wx_err *err);

#endif
