/* The one-time link with which the office's first administrator comes in. */
#include "access/password.h"
#include "access/token.h"
#include "api/handlers.h"
#include "api/server.h"
#include "api/session.h"

static enum wx_status find_link(struct wx_call *call, struct wx_tx *tx,
                                struct wx_sha256 *secret, struct wx_err *err)
{
    int64_t account_id;
    enum wx_status status;

    *secret = wx_token_hash(call->path_text[0]);
    status = wx_link_find(tx, secret, "setup", call->now_s, &account_id, err);
    if (status == WX_E_NOT_FOUND || status == WX_E_EXPIRED)
        return wx_call_refuse(call, WX_P_EXPIRED, err, "the link is not good any more");
    return status;
}

enum wx_status wx_setup_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_sha256 secret;
    struct wx_json j;
    enum wx_status status = find_link(call, call->tx, &secret, err);

    if (status)
        return status;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "valid", true);
    wx_json_kz(&j, "kind", "setup");
    wx_json_close(&j, '}');
    return WX_OK;
}

static enum wx_status check_account(struct wx_call *call, struct wx_err *err)
{
    struct wx_str login = wx_call_text(call, "login"),
                  name = wx_call_text(call, "name");

    if (login.len < 2 || login.len > 60 || wx_str_chr(login, ' ') != WX_NPOS)
        wx_field_problem_add(&call->problems, "login", "required", WX_T_FIELD_REQUIRED);
    if (name.len == 0 || name.len > 60)
        wx_field_problem_add(&call->problems, "name", "required", WX_T_FIELD_REQUIRED);
    if (wx_call_text(call, "office_name").len == 0)
        wx_field_problem_add(&call->problems, "office_name", "required",
                             WX_T_FIELD_REQUIRED);
    if (wx_password_judge(wx_call_text(call, "password"), login) != WX_PASSWORD_FINE)
        wx_field_problem_add(&call->problems, "password", "weak_password",
                             WX_T_FIELD_WEAK_PASSWORD);
    return call->problems.n
               ? wx_fail(err, WX_E_INVALID, "'%s'", call->problems.at[0].field)
               : WX_OK;
}

static enum wx_status make_founder(struct wx_call *call, struct wx_tx *tx,
                                   const struct wx_password_hash *password,
                                   struct wx_err *err)
{
    struct wx_account_row account = {
        .login = wx_call_text(call, "login"),
        .name = wx_call_text(call, "name"),
        .password = wx_str_of(password->text),
        .roles = 1u << WX_ROLE_FOUNDER | 1u << WX_ROLE_OFFICE,
        .lang = call->lang == WX_EN ? WX_STR("en") : WX_STR("zh"),
    };
    struct wx_sha256 secret;
    enum wx_status status =
        find_link(call, tx, &secret, err); /* again: it is used once */

    if (!status)
        status = wx_link_remove(tx, &secret, err);
    if (!status)
        status =
            wx_office_set(tx, "office.name", wx_call_text(call, "office_name"), err);
    if (!status)
        status = wx_account_add(tx, &account, call->now_s, &account.id, err);
    if (!status)
        status = wx_session_begin(call, tx, &account, true, err);
    if (!status)
        status = wx_session_show(call, tx, &account, err);
    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    return status ? status : wx_tx_commit(tx, err);
}

enum wx_status wx_setup_accept(struct wx_call *call, struct wx_err *err)
{
    struct wx_password_hash password;
    struct wx_tx *tx = NULL;
    enum wx_status status = check_account(call, err);

    if (!status)
        status = wx_password_make(wx_server_gate(call->server),
                                  wx_call_text(call, "password"), &password, err);
    if (!status)
        status = wx_tx_write(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = make_founder(call, tx, &password, err);
    wx_tx_end(tx);
    return status;
}
