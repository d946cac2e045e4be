#include "store/office_account.h"

#include "store/query.h"

enum wx_status wx_account_add(struct wx_tx *tx, const struct wx_account_row *row,
                              int64_t now_s, int64_t *id, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO account (login, name, password, roles, unit_id,"
                     " agency_id, lang, created_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_str(&q, row->login);
    wx_query_str(&q, row->name);
    wx_query_str(&q, row->password);
    wx_query_int(&q, row->roles);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, row->agency_id);
    wx_query_str(&q, row->lang);
    wx_query_int(&q, now_s);
    status = wx_query_run(&q, err);
    if (!status)
        *id = wx_tx_last_id(tx);
    return status;
}

static enum wx_status read_account(struct wx_query *q, struct wx_arena *arena,
                                   struct wx_account_row *out, struct wx_err *err)
{
    bool is_there = wx_query_next(q);
    enum wx_status status;

    if (is_there) {
        out->id = wx_query_get_int(q);
        out->login = wx_arena_str(arena, wx_query_get_str(q));
        out->name = wx_arena_str(arena, wx_query_get_str(q));
        out->password = wx_arena_str(arena, wx_query_get_str(q));
        out->roles = (uint32_t)wx_query_get_int(q);
        out->unit_id = wx_query_get_int(q);
        out->agency_id = wx_query_get_int(q);
        out->lang = wx_arena_str(arena, wx_query_get_str(q));
        out->locked_s = wx_query_get_int(q);
    }
    status = wx_query_end(q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such account");
    return status;
}

#define ACCOUNT_COLUMNS                                                                \
    "SELECT id, login, name, password, roles, unit_id, agency_id, lang, locked_s"      \
    " FROM account "

enum wx_status wx_account_by_login(struct wx_tx *tx, struct wx_arena *arena,
                                   struct wx_str login, struct wx_account_row *out,
                                   struct wx_err *err)
{
    struct wx_query q = wx_query(tx, ACCOUNT_COLUMNS "WHERE login = ?");

    wx_query_str(&q, login);
    return read_account(&q, arena, out, err);
}

enum wx_status wx_account_by_id(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                struct wx_account_row *out, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, ACCOUNT_COLUMNS "WHERE id = ?");

    wx_query_int(&q, id);
    return read_account(&q, arena, out, err);
}

enum wx_status wx_account_count(struct wx_tx *tx, int64_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT count(*) FROM account");

    *n = wx_query_next(&q) ? wx_query_get_int(&q) : 0;
    return wx_query_end(&q, err);
}

enum wx_status wx_session_add(struct wx_tx *tx, const struct wx_sha256 *secret,
                              const struct wx_session_row *row, int64_t *id,
                              struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO session (secret, account_id, begun_s, used_s, has_mfa,"
            " step_up_s) VALUES (?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    wx_query_int(&q, row->account_id);
    wx_query_int(&q, row->begun_s);
    wx_query_int(&q, row->used_s);
    wx_query_int(&q, row->has_mfa);
    wx_query_int(&q, row->step_up_s);
    status = wx_query_run(&q, err);
    if (!status)
        *id = wx_tx_last_id(tx);
    return status;
}

enum wx_status wx_session_by_secret(struct wx_tx *tx, const struct wx_sha256 *secret,
                                    struct wx_session_row *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, account_id, begun_s, used_s, has_mfa, step_up_s"
                     " FROM session WHERE secret = ?");
    bool is_there;
    enum wx_status status;

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    is_there = wx_query_next(&q);
    if (is_there) {
        out->id = wx_query_get_int(&q);
        out->account_id = wx_query_get_int(&q);
        out->begun_s = wx_query_get_int(&q);
        out->used_s = wx_query_get_int(&q);
        out->has_mfa = wx_query_get_int(&q);
        out->step_up_s = wx_query_get_int(&q);
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such session");
    return status;
}

enum wx_status wx_session_remove(struct wx_tx *tx, int64_t id, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM session WHERE id = ?");

    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_link_add(struct wx_tx *tx, const struct wx_sha256 *secret,
                           const char *kind, int64_t account_id, int64_t until_s,
                           struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO link (secret, kind, account_id, until_s)"
                     " VALUES (?, ?, ?, ?)");

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    wx_query_z(&q, kind);
    wx_query_int(&q, account_id);
    wx_query_int(&q, until_s);
    return wx_query_run(&q, err);
}

enum wx_status wx_link_find(struct wx_tx *tx, const struct wx_sha256 *secret,
                            const char *kind, int64_t now_s, int64_t *account_id,
                            struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT account_id, until_s FROM link WHERE secret = ? AND kind = ?");
    int64_t until_s = 0;
    bool is_there;
    enum wx_status status;

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    wx_query_z(&q, kind);
    is_there = wx_query_next(&q);
    if (is_there) {
        *account_id = wx_query_get_int(&q);
        until_s = wx_query_get_int(&q);
    }
    status = wx_query_end(&q, err);
    if (status)
        return status;
    if (!is_there)
        return wx_fail(err, WX_E_NOT_FOUND, "no such link");
    return now_s < until_s ? WX_OK : wx_fail(err, WX_E_EXPIRED, "the link has expired");
}

enum wx_status wx_link_remove(struct wx_tx *tx, const struct wx_sha256 *secret,
                              struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM link WHERE secret = ?");

    wx_query_blob(&q, secret->bytes, sizeof secret->bytes);
    return wx_query_run(&q, err);
}

enum wx_status wx_org_units(struct wx_tx *tx, wx_each_org_unit *each, void *ctx,
                            struct wx_err *err)
{
    /* trusted: the organisation is what scopes are made of */
    struct wx_query q =
        wx_query_trusted(tx, "SELECT id, parent_id, authority FROM unit ORDER BY id");

    while (wx_query_next(&q)) {
        int64_t id = wx_query_get_int(&q), parent_id = wx_query_get_int(&q);

        each(ctx, id, parent_id, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}
