/* One's own account: language, password, second factor, sessions, tokens. */
#include "access/factor.h"
#include "access/password.h"
#include "api/handlers.h"
#include "api/server.h"
#include "api/session.h"
#include "store/office_session.h"

static enum wx_status self_find(struct wx_call *call, struct wx_tx *tx,
                                struct wx_account_row *account, struct wx_err *err)
{
    wx_call_audit(call, "account", call->who.account_id, call->who.unit_id);
    return wx_account_by_id(tx, &call->arena, call->who.account_id, account, err);
}

enum wx_status wx_account_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_row account;
    int64_t n_codes = 0;
    struct wx_json j;
    enum wx_status status = self_find(call, call->tx, &account, err);

    if (!status)
        status = wx_recovery_count(call->tx, account.id, &n_codes, err);
    if (status)
        return status;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kint(&j, "id", account.id);
    wx_json_kstr(&j, "login", account.login);
    wx_json_kstr(&j, "name", account.name);
    wx_json_kstr(&j, "email", account.email);
    wx_json_kstr(&j, "lang", account.lang);
    wx_json_kroles(&j, "roles", account.roles);
    wx_json_kbool(&j, "totp", account.totp.len > 0);
    wx_json_kint(&j, "recovery_codes_left", n_codes);
    wx_json_close(&j, '}');
    return WX_OK;
}

enum wx_status wx_account_write(struct wx_call *call, struct wx_err *err)
{
    struct wx_str lang = wx_call_text(call, "lang");
    struct wx_account_row account;
    enum wx_status status = self_find(call, call->tx, &account, err);

    if (status)
        return status;
    if (!wx_str_eqz(lang, "zh") && !wx_str_eqz(lang, "en")) {
        wx_field_problem_add(&call->problems, "lang", "unknown_word",
                             WX_T_FIELD_UNKNOWN_WORD);
        return wx_fail(err, WX_E_INVALID, "'lang'");
    }
    account.lang = lang;
    status = wx_account_put(call->tx, &account, err);
    return status ? status : wx_account_read(call, err);
}

/* ---- password ---- */

static enum wx_status password_put(struct wx_call *call, struct wx_tx *tx,
                                   struct wx_str before,
                                   const struct wx_password_hash *hash,
                                   struct wx_err *err)
{
    struct wx_account_row account;
    enum wx_status status = self_find(call, tx, &account, err);

    if (!status && !wx_str_eq(account.password, before))
        status = wx_fail(err, WX_E_AGAIN, "the password was changed meanwhile");
    if (status)
        return status;
    account.password = wx_str_of(hash->text);
    call->http_status = 204;
    status = wx_account_put(tx, &account, err);
    if (!status) /* whoever else is in with the old one is out */
        status = wx_session_remove_of(tx, account.id, call->session_id, err);
    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    return status ? status : wx_tx_commit(tx, err);
}

enum wx_status wx_account_password(struct wx_call *call, struct wx_err *err)
{
    struct wx_password_gate *gate = wx_server_gate(call->server);
    struct wx_str key =
        wx_arena_printf(&call->arena, "#%lld", (long long)call->who.account_id);
    struct wx_str fresh = wx_call_text(call, "new");
    struct wx_account_row account;
    struct wx_password_hash hash;
    struct wx_tx *tx = NULL;
    bool fits = false, is_old;
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &tx, err);

    if (!status)
        status = self_find(call, tx, &account, err);
    wx_tx_end(tx);
    tx = NULL;
    if (!status)
        status = wx_tries_count(call, key, err);
    if (!status)
        status = wx_password_fits(gate, account.password, wx_call_text(call, "old"),
                                  &fits, &is_old, err);
    if (!status && !fits) {
        wx_field_problem_add(&call->problems, "old", "proof_refused",
                             WX_T_ACCOUNT_OLD_PASSWORD);
        return wx_call_refuse(call, WX_P_PROOF, err, "'old'");
    }
    if (!status)
        wx_tries_passed(call, key);
    if (!status)
        status = wx_password_check(call, "new", fresh, account.login, err);
    if (!status)
        status = wx_password_make(gate, fresh, &hash, err);
    if (!status)
        status = wx_tx_write(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = password_put(call, tx, account.password, &hash, err);
    wx_tx_end(tx);
    return status;
}

/* ---- second factor ---- */

enum wx_status wx_account_totp_begin(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_row account;
    struct wx_totp_secret secret;
    struct wx_buf uri = WX_BUF_INIT(4096), text = WX_BUF_INIT(100);
    struct wx_str office = {NULL, 0};
    struct wx_json j;
    enum wx_status status = self_find(call, call->tx, &account, err);

    if (!status && account.totp.len && !call->who.is_fresh)
        return wx_call_refuse(call, WX_P_STEP_UP, err,
                              "replacing the second factor needs the present one");
    if (!status)
        status = wx_office_get(call->tx, "office.name", &call->arena, &office, err);
    if (!status || status == WX_E_NOT_FOUND)
        status = wx_factor_begin(call->tx, wx_server_desk(call->server), &call->arena,
                                 &account, &secret, err);
    if (status)
        return status;
    wx_totp_uri(&secret, wx_utf8_clip(office.len ? office : WX_STR("Wangxun"), 90),
                account.login, &uri);
    wx_base32_add(&text,
                  (struct wx_str){(const char *)secret.bytes, sizeof secret.bytes});
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kstr(&j, "secret", wx_buf_str(&text));
    wx_json_kstr(&j, "uri", wx_buf_str(&uri));
    wx_json_close(&j, '}');
    wx_secret_wipe(text.ptr, text.len);
    wx_secret_wipe(uri.ptr, uri.len);
    wx_secret_wipe(&secret, sizeof secret);
    wx_buf_clear(&uri);
    wx_buf_clear(&text);
    return WX_OK;
}

static void put_codes(struct wx_call *call, const struct wx_recovery_code *codes)
{
    struct wx_json j = wx_call_json(call);

    wx_json_open(&j, '{');
    wx_json_key(&j, "recovery_codes");
    wx_json_open(&j, '[');
    for (int i = 0; i < WX_RECOVERY_CODES; i++)
        wx_json_str(&j, wx_str_of(codes[i].text));
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
}

enum wx_status wx_account_totp_confirm(struct wx_call *call, struct wx_err *err)
{
    struct wx_str key =
        wx_arena_printf(&call->arena, "#%lld", (long long)call->who.account_id);
    struct wx_recovery_code codes[WX_RECOVERY_CODES];
    struct wx_account_row account;
    struct wx_desk_limits limits;
    bool fits;
    enum wx_status status = self_find(call, call->tx, &account, err);

    if (!status && account.totp.len && !call->who.is_fresh)
        return wx_call_refuse(call, WX_P_STEP_UP, err,
                              "replacing the second factor needs the present one");
    if (!status)
        status = wx_tries_count(call, key, err);
    if (!status)
        status = wx_factor_confirm(call->tx, wx_server_desk(call->server), &call->arena,
                                   &account, wx_call_text(call, "code"), call->now_s,
                                   &fits, codes, err);
    if (!status && !fits)
        return wx_call_refuse(call, WX_P_PROOF, err, "'code'");
    if (!status)
        status = wx_desk_limits_read(call->tx, &limits, err);
    if (!status) /* it is a proof as well; sessions without it are out */
        status = wx_session_put_proof(call->tx, call->session_id, true,
                                      call->now_s + limits.fresh_s, err);
    if (!status)
        status = wx_session_remove_of(call->tx, account.id, call->session_id, err);
    if (status)
        return status;
    wx_tries_passed(call, key);
    put_codes(call, codes);
    wx_secret_wipe(codes, sizeof codes);
    return WX_OK;
}

enum wx_status wx_account_codes(struct wx_call *call, struct wx_err *err)
{
    struct wx_recovery_code codes[WX_RECOVERY_CODES];
    struct wx_account_row account;
    enum wx_status status = self_find(call, call->tx, &account, err);

    if (!status && !account.totp.len)
        return wx_call_refuse(call, WX_P_STATE, err, "there is no second factor");
    if (!status)
        status = wx_factor_codes(call->tx, account.id, codes, err);
    if (status)
        return status;
    put_codes(call, codes);
    wx_secret_wipe(codes, sizeof codes);
    return WX_OK;
}

/* ---- sessions ---- */

struct listing {
    struct wx_json *j;
    int64_t current_id, n;
};

static bool put_session(void *ctx, const struct wx_session_row *row)
{
    struct listing *l = ctx;

    wx_json_open(l->j, '{');
    wx_json_kint(l->j, "id", row->id);
    wx_json_ktime(l->j, "created_at", row->begun_s);
    wx_json_ktime(l->j, "used_at", row->used_s);
    wx_json_kstr(l->j, "address", row->address);
    wx_json_kstr(l->j, "agent", row->agent);
    wx_json_kbool(l->j, "totp", row->has_mfa);
    wx_json_kbool(l->j, "current", row->id == l->current_id);
    wx_json_close(l->j, '}');
    l->n++;
    return true;
}

static void list_close(struct wx_json *j, int64_t n)
{
    wx_json_close(j, ']');
    wx_json_kz(j, "next", NULL);
    wx_json_kint(j, "total", n);
    wx_json_close(j, '}');
}

static enum wx_status sessions_put(struct wx_call *call, int64_t account_id,
                                   struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct listing l = {.j = &j,
                        .current_id = call->who.is_token ? 0 : call->session_id};
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_session_list(call->tx, account_id, put_session, &l, err);
    list_close(&j, l.n);
    return status;
}

enum wx_status wx_account_sessions(struct wx_call *call, struct wx_err *err)
{
    return sessions_put(call, call->who.account_id, err);
}

enum wx_status wx_account_session_end(struct wx_call *call, struct wx_err *err)
{
    bool removed;
    enum wx_status status = wx_session_remove_one_of(call->tx, call->who.account_id,
                                                     call->path_id[0], &removed, err);

    if (!status && !removed)
        return wx_call_refuse(call, WX_P_NOT_FOUND, err, "no such session");
    wx_call_audit(call, "session", call->path_id[0], call->who.unit_id);
    call->http_status = 204;
    return status;
}

enum wx_status wx_user_sessions(struct wx_call *call, struct wx_err *err)
{
    return sessions_put(call, call->path_id[0], err);
}

enum wx_status wx_user_sessions_end(struct wx_call *call, struct wx_err *err)
{
    call->http_status = 204;
    return wx_session_remove_of(call->tx, call->path_id[0], 0, err);
}

/* ---- tokens ---- */

enum { MAX_TOKENS = 50, MAX_TOKEN_DAYS = 366 };

static bool put_token(void *ctx, const struct wx_token_row *row)
{
    struct listing *l = ctx;
    struct wx_str names = row->operations;

    wx_json_open(l->j, '{');
    wx_json_kint(l->j, "id", row->id);
    wx_json_kstr(l->j, "name", row->name);
    wx_json_key(l->j, "operations");
    wx_json_open(l->j, '[');
    while (names.len)
        wx_json_str(l->j, wx_str_cut(&names, ' '));
    wx_json_close(l->j, ']');
    wx_json_ktime(l->j, "created_at", row->created_s);
    wx_json_ktime(l->j, "expires_at", row->until_s);
    wx_json_ktime(l->j, "used_at", row->used_s);
    wx_json_kstr(l->j, "used_from", row->used_from);
    wx_json_close(l->j, '}');
    l->n++;
    return true;
}

enum wx_status wx_tokens_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct listing l = {.j = &j};
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_token_list(call->tx, call->who.account_id, put_token, &l, err);
    list_close(&j, l.n);
    return status;
}

static enum wx_status bad_field(struct wx_call *call, const char *field,
                                const char *code, enum wx_text text, struct wx_err *err)
{
    wx_field_problem_add(&call->problems, field, code, text);
    return wx_fail(err, WX_E_INVALID, "'%s'", field);
}

/* The operations asked for, each of which its owner has and a program may have. */
static enum wx_status token_operations(struct wx_call *call, struct wx_buf *names,
                                       struct wx_err *err)
{
    json_t *list = json_object_get(call->json, "operations"), *item;
    struct wx_principal program = call->who;
    size_t i;

    program.is_token = true;
    memset(&program.token_ops, 0xFF, sizeof program.token_ops);
    if (!json_is_array(list) || json_array_size(list) == 0)
        return bad_field(call, "operations", "required", WX_T_FIELD_REQUIRED, err);
    json_array_foreach(list, i, item)
    {
        struct wx_str name = {json_string_value(item), json_string_length(item)};
        enum wx_op op;

        if (!json_is_string(item) || !wx_op_find(name, &op))
            return bad_field(call, "operations", "unknown_word",
                             WX_T_FIELD_UNKNOWN_WORD, err);
        if (!wx_access_may(&program, op))
            return bad_field(call, "operations", "not_yours", WX_T_TOKEN_NOT_YOURS,
                             err);
        if (names->len)
            (void)wx_buf_addc(names, ' ');
        (void)wx_buf_adds(names, name);
    }
    return names->is_full
               ? bad_field(call, "operations", "too_long", WX_T_FIELD_TOO_LONG, err)
               : WX_OK;
}

static bool count_one(void *ctx, const struct wx_token_row *row)
{
    (void)row;
    ++*(int64_t *)ctx;
    return true;
}

static void put_new_token(struct wx_call *call, const struct wx_token_row *row,
                          const struct wx_token *secret)
{
    struct wx_json j = wx_call_json(call);

    wx_json_open(&j, '{');
    wx_json_kint(&j, "id", row->id);
    wx_json_kstr(&j, "name", row->name);
    wx_json_ktime(&j, "expires_at", row->until_s);
    wx_json_kz(&j, "token", secret->text);
    wx_json_close(&j, '}');
    wx_call_created(call, "tokens", row->id);
    wx_call_audit(call, "token", row->id, call->who.unit_id);
}

enum wx_status wx_token_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_buf names = WX_BUF_INIT(8192);
    int64_t days = wx_call_int(call, "days"), n = 0;
    struct wx_token secret = wx_token_make();
    struct wx_sha256 hash = wx_token_hash(wx_str_of(secret.text));
    struct wx_token_row row = {.account_id = call->who.account_id,
                               .name = wx_call_text(call, "name"),
                               .created_s = call->now_s,
                               .until_s = call->now_s + days * 86400};
    enum wx_status status = token_operations(call, &names, err);

    if (!status && (!row.name.len || row.name.len > 100))
        status = bad_field(call, "name", "required", WX_T_FIELD_REQUIRED, err);
    if (!status && (days < 1 || days > MAX_TOKEN_DAYS))
        status = bad_field(call, "days", "not_a_number", WX_T_FIELD_NOT_A_NUMBER, err);
    if (!status)
        status = wx_token_list(call->tx, row.account_id, count_one, &n, err);
    if (!status && n >= MAX_TOKENS)
        status = wx_call_refuse(call, WX_P_STATE, err, "%d tokens at most", MAX_TOKENS);
    row.operations = wx_buf_str(&names);
    if (!status)
        status = wx_token_add(call->tx, &hash, &row, &row.id, err);
    if (!status)
        put_new_token(call, &row, &secret);
    wx_buf_clear(&names);
    return status;
}

static enum wx_status token_end(struct wx_call *call, int64_t account_id, int64_t id,
                                struct wx_err *err)
{
    bool removed = false;
    enum wx_status status =
        id ? wx_token_remove_of(call->tx, account_id, id, &removed, err) : WX_OK;

    if (!status && !removed)
        return wx_call_refuse(call, WX_P_NOT_FOUND, err, "no such token");
    call->http_status = 204;
    return status;
}

enum wx_status wx_token_end(struct wx_call *call, struct wx_err *err)
{
    wx_call_audit(call, "token", call->path_id[0], call->who.unit_id);
    return token_end(call, call->who.account_id, call->path_id[0], err);
}

enum wx_status wx_user_tokens(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct listing l = {.j = &j};
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_token_list(call->tx, call->path_id[0], put_token, &l, err);
    list_close(&j, l.n);
    return status;
}

enum wx_status wx_user_token_end(struct wx_call *call, struct wx_err *err)
{
    return token_end(call, call->path_id[0], call->path_id[1], err);
}
