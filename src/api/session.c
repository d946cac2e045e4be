/* Signing in and out, and who one is. */
#include "api/session.h"

#include "access/password.h"
#include "access/token.h"
#include "api/handlers.h"
#include "api/server.h"

enum { FRESH_S = 300 };

static void put_cookie(struct wx_call *call, const char *value, int max_age_s)
{
    wx_call_header(call, "Set-Cookie",
                   wx_arena_printf(&call->arena,
                                   "__Host-wangxun=%s; Path=/; Secure; HttpOnly;"
                                   " SameSite=Strict; Max-Age=%d",
                                   value, max_age_s));
}

enum wx_status wx_session_begin(struct wx_call *call, struct wx_tx *tx,
                                const struct wx_account_row *account, bool has_mfa,
                                struct wx_err *err)
{
    struct wx_token token = wx_token_make();
    struct wx_sha256 secret = wx_token_hash(wx_str_of(token.text));
    struct wx_session_row row = {
        .account_id = account->id,
        .begun_s = call->now_s,
        .used_s = call->now_s,
        .has_mfa = has_mfa,
        .step_up_s = has_mfa ? call->now_s + FRESH_S : 0,
    };
    enum wx_status status = wx_session_add(tx, &secret, &row, &call->session_id, err);

    if (!status)
        put_cookie(call, token.text, 8 * 3600);
    call->who.account_id = account->id;
    call->who.roles = account->roles;
    call->who.unit_id = account->unit_id;
    call->who.has_mfa = has_mfa;
    wx_call_audit(call, "account", account->id, account->unit_id);
    return status;
}

static void put_roles(struct wx_json *j, uint32_t roles)
{
    wx_json_key(j, "roles");
    wx_json_open(j, '[');
    for (int i = 0; i < WX_ROLE_COUNT; i++)
        if (roles >> i & 1)
            wx_json_str(j, wx_str_of(wx_role_name((enum wx_role)i)));
    wx_json_close(j, ']');
}

static void put_rights(struct wx_json *j, const struct wx_principal *who)
{
    wx_json_key(j, "rights");
    wx_json_open(j, '[');
    for (int i = 0; i < WX_OP_COUNT; i++)
        if (wx_access_may(who, (enum wx_op)i))
            wx_json_str(j, wx_str_of(wx_op_name((enum wx_op)i)));
    wx_json_close(j, ']');
}

enum wx_status wx_session_show(struct wx_call *call, struct wx_tx *tx,
                               const struct wx_account_row *account, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_str office;

    if (wx_office_get(tx, "office.name", &call->arena, &office, err))
        office = WX_STR("");
    wx_json_open(&j, '{');
    wx_json_key(&j, "account");
    wx_json_open(&j, '{');
    wx_json_kint(&j, "id", account->id);
    wx_json_kstr(&j, "login", account->login);
    wx_json_kstr(&j, "name", account->name);
    wx_json_kstr(&j, "lang", account->lang);
    wx_json_close(&j, '}');
    put_roles(&j, account->roles);
    put_rights(&j, &call->who);
    wx_json_kint(&j, "unit_id", account->unit_id);
    wx_json_kstr(&j, "office_name", office);
    wx_json_close(&j, '}');
    return WX_OK;
}

enum wx_status wx_session_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    struct wx_account_row account = {0};
    bool fits = false, is_old;
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &tx, err);

    if (!status)
        status = wx_account_by_login(tx, &call->arena, wx_call_text(call, "login"),
                                     &account, err);
    wx_tx_end(tx);
    if (status && status != WX_E_NOT_FOUND)
        return status;
    status = wx_password_fits(wx_server_gate(call->server), account.password,
                              wx_call_text(call, "password"), &fits, &is_old, err);
    if (status)
        return status;
    if (!fits || account.locked_s)
        return wx_call_refuse(call, WX_P_SIGN_IN_REFUSED, err, "sign-in");
    status = wx_tx_write(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = wx_session_begin(call, tx, &account, false, err);
    if (!status)
        status = wx_session_show(call, tx, &account, err);
    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    return status;
}

enum wx_status wx_session_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_row account;
    enum wx_status status;

    if (!call->is_signed_in)
        return wx_call_refuse(call, WX_P_SIGN_IN, err, "no session");
    status =
        wx_account_by_id(call->tx, &call->arena, call->who.account_id, &account, err);
    return status ? status : wx_session_show(call, call->tx, &account, err);
}

enum wx_status wx_session_end(struct wx_call *call, struct wx_err *err)
{
    put_cookie(call, "", 0);
    wx_call_audit(call, "account", call->who.account_id, call->who.unit_id);
    call->http_status = 204;
    return wx_session_remove(call->tx, call->session_id, err);
}
