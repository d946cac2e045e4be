#include "store/office_account.h"

#include "store/query.h"

enum wx_status wx_account_add(struct wx_tx *tx, const struct wx_account_row *row,
                              int64_t now_s, int64_t *id, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO account (login, name, password, roles, unit_id, agency_id,"
            " lang, created_s, email, wanted, made_by, founder_until_s)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_str(&q, row->login);
    wx_query_str(&q, row->name);
    wx_query_str(&q, row->password);
    wx_query_int(&q, row->roles);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, row->agency_id);
    wx_query_str(&q, row->lang);
    wx_query_int(&q, now_s);
    wx_query_str(&q, row->email);
    wx_query_int(&q, row->wanted);
    wx_query_int(&q, row->made_by);
    wx_query_int(&q, row->founder_until_s);
    status = wx_query_run(&q, err);
    if (!status)
        *id = wx_tx_last_id(tx);
    return status;
}

enum wx_status wx_account_put(struct wx_tx *tx, const struct wx_account_row *row,
                              struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "UPDATE account SET rev = rev + 1, name = ?, email = ?, lang = ?, password = ?,"
        " roles = ?, wanted = ?, unit_id = ?, agency_id = ?, locked_s = ?, totp = ?,"
        " totp_new = ?, totp_step = ?, vetted_s = ?, vetted_until_s = ?, vetted_by = ?,"
        " vet_note = ?, founder_until_s = ? WHERE id = ?");

    wx_query_str(&q, row->name);
    wx_query_str(&q, row->email);
    wx_query_str(&q, row->lang);
    wx_query_str(&q, row->password);
    wx_query_int(&q, row->roles);
    wx_query_int(&q, row->wanted);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, row->agency_id);
    wx_query_int(&q, row->locked_s);
    wx_query_blob(&q, row->totp.ptr, row->totp.len);
    wx_query_blob(&q, row->totp_new.ptr, row->totp_new.len);
    wx_query_int(&q, row->totp_step);
    wx_query_int(&q, row->vetted_s);
    wx_query_int(&q, row->vetted_until_s);
    wx_query_int(&q, row->vetted_by);
    wx_query_str(&q, row->vet_note);
    wx_query_int(&q, row->founder_until_s);
    wx_query_int(&q, row->id);
    return wx_query_run(&q, err);
}

enum wx_status wx_account_set_made_by(struct wx_tx *tx, int64_t id, int64_t made_by,
                                      struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "UPDATE account SET made_by = ? WHERE id = ?");

    wx_query_int(&q, made_by);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_account_seen(struct wx_tx *tx, int64_t id, int64_t now_s,
                               struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "UPDATE account SET seen_s = max(seen_s, ?) WHERE id = ?");

    wx_query_int(&q, now_s);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

#define COLUMNS                                                                        \
    "SELECT id, login, name, password, roles, unit_id, agency_id, lang, locked_s,"     \
    " rev, email, wanted, made_by, seen_s, totp, totp_new, totp_step, vetted_s,"       \
    " vetted_until_s, vetted_by, vet_note, founder_until_s, created_s FROM account "

static void take(struct wx_query *q, struct wx_arena *arena, struct wx_account_row *out)
{
    out->id = wx_query_get_int(q);
    out->login = wx_arena_str(arena, wx_query_get_str(q));
    out->name = wx_arena_str(arena, wx_query_get_str(q));
    out->password = wx_arena_str(arena, wx_query_get_str(q));
    out->roles = (uint32_t)wx_query_get_int(q);
    out->unit_id = wx_query_get_int(q);
    out->agency_id = wx_query_get_int(q);
    out->lang = wx_arena_str(arena, wx_query_get_str(q));
    out->locked_s = wx_query_get_int(q);
    out->rev = wx_query_get_int(q);
    out->email = wx_arena_str(arena, wx_query_get_str(q));
    out->wanted = (uint32_t)wx_query_get_int(q);
    out->made_by = wx_query_get_int(q);
    out->seen_s = wx_query_get_int(q);
    out->totp = wx_arena_str(arena, wx_query_get_str(q));
    out->totp_new = wx_arena_str(arena, wx_query_get_str(q));
    out->totp_step = wx_query_get_int(q);
    out->vetted_s = wx_query_get_int(q);
    out->vetted_until_s = wx_query_get_int(q);
    out->vetted_by = wx_query_get_int(q);
    out->vet_note = wx_arena_str(arena, wx_query_get_str(q));
    out->founder_until_s = wx_query_get_int(q);
    out->created_s = wx_query_get_int(q);
}

static enum wx_status take_one(struct wx_query *q, struct wx_arena *arena,
                               struct wx_account_row *out, struct wx_err *err)
{
    bool is_there = wx_query_next(q);
    enum wx_status status;

    if (is_there)
        take(q, arena, out);
    status = wx_query_end(q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such account");
    return status;
}

enum wx_status wx_account_by_login(struct wx_tx *tx, struct wx_arena *arena,
                                   struct wx_str login, struct wx_account_row *out,
                                   struct wx_err *err)
{
    struct wx_query q = wx_query(tx, COLUMNS "WHERE login = ?");

    wx_query_str(&q, login);
    return take_one(&q, arena, out, err);
}

enum wx_status wx_account_by_id(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                struct wx_account_row *out, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, COLUMNS "WHERE id = ?");

    wx_query_int(&q, id);
    return take_one(&q, arena, out, err);
}

static enum wx_status count(struct wx_query *q, int64_t *n, struct wx_err *err)
{
    *n = wx_query_next(q) ? wx_query_get_int(q) : 0;
    return wx_query_end(q, err);
}

enum wx_status wx_account_count(struct wx_tx *tx, int64_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT count(*) FROM account");

    return count(&q, n, err);
}

enum wx_status wx_account_count_role(struct wx_tx *tx, int role, int64_t except,
                                     int64_t *n, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT count(*) FROM account WHERE roles >> ? & 1 AND id <> ?"
                     " AND locked_s = 0 AND password <> ''");

    wx_query_int(&q, role);
    wx_query_int(&q, except);
    return count(&q, n, err);
}

enum wx_status wx_account_list(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_account_query *query,
                               wx_each_account *each, void *ctx, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, COLUMNS "WHERE login > ?1 COLLATE NOCASE AND (?2 = '' OR instr(login, ?2)"
                    " OR instr(name, ?2)) AND (?3 = 0 OR (roles | wanted) & ?3)"
                    " AND (?4 = 0 OR unit_id = ?4) AND (?5 = 0 OR agency_id = ?5)"
                    " AND (?6 = 0 OR wanted <> 0) ORDER BY login");

    wx_query_str(&q, query->after);
    wx_query_str(&q, query->text);
    wx_query_int(&q, query->roles);
    wx_query_int(&q, query->unit_id);
    wx_query_int(&q, query->agency_id);
    wx_query_int(&q, query->only_wanted);
    while (wx_query_next(&q)) {
        struct wx_account_row row;

        take(&q, arena, &row);
        if (!each(ctx, &row))
            break;
    }
    return wx_query_end(&q, err);
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

enum wx_status wx_link_remove_of(struct wx_tx *tx, int64_t account_id,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM link WHERE account_id = ?");

    wx_query_int(&q, account_id);
    return wx_query_run(&q, err);
}

enum wx_status wx_link_remove_old(struct wx_tx *tx, int64_t now_s, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM link WHERE until_s <= ?");

    wx_query_int(&q, now_s);
    return wx_query_run(&q, err);
}

enum wx_status wx_recovery_add(struct wx_tx *tx, int64_t account_id,
                               const struct wx_sha256 *hash, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO recovery (account_id, hash) VALUES (?, ?)");

    wx_query_int(&q, account_id);
    wx_query_blob(&q, hash->bytes, sizeof hash->bytes);
    return wx_query_run(&q, err);
}

enum wx_status wx_recovery_use(struct wx_tx *tx, int64_t account_id,
                               const struct wx_sha256 *hash, bool *used,
                               struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "DELETE FROM recovery WHERE account_id = ? AND hash = ?");
    enum wx_status status;

    wx_query_int(&q, account_id);
    wx_query_blob(&q, hash->bytes, sizeof hash->bytes);
    status = wx_query_run(&q, err);
    *used = !status && wx_tx_changes(tx) > 0;
    return status;
}

enum wx_status wx_recovery_count(struct wx_tx *tx, int64_t account_id, int64_t *n,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT count(*) FROM recovery WHERE account_id = ?");

    wx_query_int(&q, account_id);
    return count(&q, n, err);
}

enum wx_status wx_recovery_clear(struct wx_tx *tx, int64_t account_id,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM recovery WHERE account_id = ?");

    wx_query_int(&q, account_id);
    return wx_query_run(&q, err);
}
