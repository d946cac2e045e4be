#include "store/office_session.h"

#include "store/query.h"

enum wx_status wx_session_add(struct wx_tx *tx, const struct wx_sha256 *secret,
                              const struct wx_session_row *row, int64_t *id,
                              struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO session (secret, account_id, begun_s, used_s, has_mfa,"
            " step_up_s, address, agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    wx_query_int(&q, row->account_id);
    wx_query_int(&q, row->begun_s);
    wx_query_int(&q, row->used_s);
    wx_query_int(&q, row->has_mfa);
    wx_query_int(&q, row->step_up_s);
    wx_query_str(&q, row->address);
    wx_query_str(&q, row->agent);
    status = wx_query_run(&q, err);
    if (!status)
        *id = wx_tx_last_id(tx);
    return status;
}

static void session_take(struct wx_query *q, struct wx_session_row *out)
{
    *out = (struct wx_session_row){.id = wx_query_get_int(q)};
    out->account_id = wx_query_get_int(q);
    out->begun_s = wx_query_get_int(q);
    out->used_s = wx_query_get_int(q);
    out->has_mfa = wx_query_get_int(q);
    out->step_up_s = wx_query_get_int(q);
}

#define SESSION "SELECT id, account_id, begun_s, used_s, has_mfa, step_up_s"

enum wx_status wx_session_by_secret(struct wx_tx *tx, const struct wx_sha256 *secret,
                                    struct wx_session_row *out, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, SESSION " FROM session WHERE secret = ?");
    bool is_there;
    enum wx_status status;

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    is_there = wx_query_next(&q);
    if (is_there)
        session_take(&q, out);
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such session");
    return status;
}

enum wx_status wx_session_put_proof(struct wx_tx *tx, int64_t id, bool has_mfa,
                                    int64_t step_up_s, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "UPDATE session SET has_mfa = ?, step_up_s = ? WHERE id = ?");

    wx_query_int(&q, has_mfa);
    wx_query_int(&q, step_up_s);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_session_put_used(struct wx_tx *tx, int64_t id, int64_t used_s,
                                   struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "UPDATE session SET used_s = max(used_s, ?) WHERE id = ?");

    wx_query_int(&q, used_s);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_session_remove(struct wx_tx *tx, int64_t id, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM session WHERE id = ?");

    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_session_remove_one_of(struct wx_tx *tx, int64_t account_id,
                                        int64_t id, bool *removed, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "DELETE FROM session WHERE id = ? AND account_id = ?");
    enum wx_status status;

    wx_query_int(&q, id);
    wx_query_int(&q, account_id);
    status = wx_query_run(&q, err);
    *removed = !status && wx_tx_changes(tx) > 0;
    return status;
}

enum wx_status wx_session_remove_of(struct wx_tx *tx, int64_t account_id,
                                    int64_t except, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "DELETE FROM session WHERE account_id = ? AND id <> ?");

    wx_query_int(&q, account_id);
    wx_query_int(&q, except);
    return wx_query_run(&q, err);
}

enum wx_status wx_session_remove_old(struct wx_tx *tx, int64_t begun_s, int64_t used_s,
                                     struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "DELETE FROM session WHERE begun_s < ? OR used_s < ?");

    wx_query_int(&q, begun_s);
    wx_query_int(&q, used_s);
    return wx_query_run(&q, err);
}

enum wx_status wx_session_list(struct wx_tx *tx, int64_t account_id,
                               wx_each_session *each, void *ctx, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, SESSION ", address, agent FROM session WHERE account_id = ?"
                             " ORDER BY id DESC");

    wx_query_int(&q, account_id);
    while (wx_query_next(&q)) {
        struct wx_session_row row;

        session_take(&q, &row);
        row.address = wx_query_get_str(&q);
        row.agent = wx_query_get_str(&q);
        if (!each(ctx, &row))
            break;
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_token_add(struct wx_tx *tx, const struct wx_sha256 *secret,
                            const struct wx_token_row *row, int64_t *id,
                            struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO token (secret, account_id, name, operations,"
                     " created_s, until_s) VALUES (?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    wx_query_int(&q, row->account_id);
    wx_query_str(&q, row->name);
    wx_query_str(&q, row->operations);
    wx_query_int(&q, row->created_s);
    wx_query_int(&q, row->until_s);
    status = wx_query_run(&q, err);
    if (!status)
        *id = wx_tx_last_id(tx);
    return status;
}

#define TOKEN                                                                          \
    "SELECT id, account_id, name, operations, created_s, until_s, used_s, used_from"   \
    " FROM token WHERE "

static void token_take(struct wx_query *q, struct wx_token_row *out)
{
    out->id = wx_query_get_int(q);
    out->account_id = wx_query_get_int(q);
    out->name = wx_query_get_str(q);
    out->operations = wx_query_get_str(q);
    out->created_s = wx_query_get_int(q);
    out->until_s = wx_query_get_int(q);
    out->used_s = wx_query_get_int(q);
    out->used_from = wx_query_get_str(q);
}

enum wx_status wx_token_by_secret(struct wx_tx *tx, struct wx_arena *arena,
                                  const struct wx_sha256 *secret,
                                  struct wx_token_row *out, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, TOKEN "secret = ?");
    bool is_there;
    enum wx_status status;

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    is_there = wx_query_next(&q);
    if (is_there) {
        token_take(&q, out);
        out->name = wx_arena_str(arena, out->name);
        out->operations = wx_arena_str(arena, out->operations);
        out->used_from = wx_arena_str(arena, out->used_from);
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such token");
    return status;
}

enum wx_status wx_token_put_used(struct wx_tx *tx, int64_t id, int64_t used_s,
                                 struct wx_str from, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "UPDATE token SET used_s = max(used_s, ?), used_from = ? WHERE id = ?");

    wx_query_int(&q, used_s);
    wx_query_str(&q, from);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_token_remove_of(struct wx_tx *tx, int64_t account_id, int64_t id,
                                  bool *removed, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "DELETE FROM token WHERE account_id = ?1 AND (?2 = 0 OR id = ?2)");
    enum wx_status status;

    wx_query_int(&q, account_id);
    wx_query_int(&q, id);
    status = wx_query_run(&q, err);
    *removed = !status && wx_tx_changes(tx) > 0;
    return status;
}

enum wx_status wx_token_list(struct wx_tx *tx, int64_t account_id, wx_each_token *each,
                             void *ctx, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, TOKEN "account_id = ? ORDER BY id DESC");

    wx_query_int(&q, account_id);
    while (wx_query_next(&q)) {
        struct wx_token_row row;

        token_take(&q, &row);
        if (!each(ctx, &row))
            break;
    }
    return wx_query_end(&q, err);
}
