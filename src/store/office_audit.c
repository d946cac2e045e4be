#include "store/office_audit.h"

#include "store/query.h"

#define COLUMNS                                                                        \
    "SELECT number, hash, line, at_ms, account_id, operation, kind, object_id, "       \
    "unit_id FROM audit "

static void hash_take(struct wx_query *q, unsigned char hash[32])
{
    struct wx_str s = wx_query_get_str(q);

    memset(hash, 0, 32);
    if (s.len == 32)
        memcpy(hash, s.ptr, 32);
}

enum wx_status wx_audit_last(struct wx_tx *tx, int64_t *number, unsigned char hash[32],
                             struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");

    *number = 0;
    if (wx_query_next(&q)) {
        *number = wx_query_get_int(&q);
        hash_take(&q, hash);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_audit_row_add(struct wx_tx *tx, const struct wx_audit_row *row,
                                struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO audit (number, hash, line, at_ms, account_id, operation, kind,"
            " object_id, unit_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

    wx_query_int(&q, row->number);
    wx_query_blob(&q, row->hash, sizeof row->hash);
    wx_query_str(&q, row->line);
    wx_query_int(&q, row->at_ms);
    wx_query_int(&q, row->account_id);
    wx_query_str(&q, row->operation);
    wx_query_str(&q, row->kind);
    wx_query_int(&q, row->object_id);
    wx_query_int(&q, row->unit_id);
    return wx_query_run(&q, err);
}

static void rows_give(struct wx_query *q, wx_each_audit_row *each, void *ctx)
{
    while (wx_query_next(q)) {
        struct wx_audit_row row = {.number = wx_query_get_int(q)};

        hash_take(q, row.hash);
        row.line = wx_query_get_str(q);
        row.at_ms = wx_query_get_int(q);
        row.account_id = wx_query_get_int(q);
        row.operation = wx_query_get_str(q);
        row.kind = wx_query_get_str(q);
        row.object_id = wx_query_get_int(q);
        row.unit_id = wx_query_get_int(q);
        if (!each(ctx, &row))
            return;
    }
}

enum wx_status wx_audit_rows(struct wx_tx *tx, wx_each_audit_row *each, void *ctx,
                             struct wx_err *err)
{
    struct wx_query q = wx_query(tx, COLUMNS "ORDER BY number");

    rows_give(&q, each, ctx);
    return wx_query_end(&q, err);
}

/* The condition that has an index leads; the others are tried row after row. */
#define REST                                                                           \
    "number < ?1 AND (?3 = '' OR operation = ?3) AND (?4 = '' OR kind = ?4)"           \
    " AND (?5 = 0 OR object_id = ?5) AND (?6 = 0 OR unit_id = ?6) AND at_ms >= ?7"     \
    " AND at_ms < ?8 AND (?9 = '' OR instr(line, ?9)) AND (?2 = 0 OR account_id ="     \
    " max(?2, 0)) ORDER BY number DESC LIMIT ?10"

static const char *sql_for(const struct wx_audit_query *query)
{
    if (query->kind.len && query->object_id)
        return COLUMNS "INDEXED BY audit_object WHERE kind = ?4 AND object_id = ?5"
                       " AND " REST;
    if (query->account_id)
        return COLUMNS
            "INDEXED BY audit_account WHERE account_id = max(?2, 0) AND " REST;
    if (query->operation.len)
        return COLUMNS "INDEXED BY audit_operation WHERE operation = ?3 AND " REST;
    return COLUMNS "NOT INDEXED WHERE " REST;
}

enum wx_status wx_audit_search(struct wx_tx *tx, const struct wx_audit_query *query,
                               wx_each_audit_row *each, void *ctx, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, sql_for(query));

    wx_query_int(&q, query->before ? query->before : INT64_MAX);
    wx_query_int(&q, query->account_id);
    wx_query_str(&q, query->operation);
    wx_query_str(&q, query->kind);
    wx_query_int(&q, query->object_id);
    wx_query_int(&q, query->unit_id);
    wx_query_int(&q, query->from_ms);
    wx_query_int(&q, query->until_ms ? query->until_ms : INT64_MAX);
    wx_query_str(&q, query->text);
    wx_query_int(&q, query->limit);
    rows_give(&q, each, ctx);
    return wx_query_end(&q, err);
}

enum wx_status wx_checkpoint_row_add(struct wx_tx *tx,
                                     const struct wx_checkpoint_row *row,
                                     struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO checkpoint (number, at_s, note) VALUES (?, ?, ?)");

    wx_query_int(&q, row->number);
    wx_query_int(&q, row->at_s);
    wx_query_str(&q, row->note);
    return wx_query_run(&q, err);
}

enum wx_status wx_checkpoint_row_last(struct wx_tx *tx, struct wx_arena *arena,
                                      struct wx_checkpoint_row *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT number, at_s, note FROM checkpoint ORDER BY number DESC LIMIT 1");

    *out = (struct wx_checkpoint_row){0};
    if (wx_query_next(&q)) {
        out->number = wx_query_get_int(&q);
        out->at_s = wx_query_get_int(&q);
        out->note = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_checkpoint_rows(struct wx_tx *tx, wx_each_checkpoint_row *each,
                                  void *ctx, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT number, at_s, note FROM checkpoint ORDER BY number");

    while (wx_query_next(&q)) {
        struct wx_checkpoint_row row = {.number = wx_query_get_int(&q)};

        row.at_s = wx_query_get_int(&q);
        row.note = wx_query_get_str(&q);
        if (!each(ctx, &row))
            break;
    }
    return wx_query_end(&q, err);
}
