/* The one-time links with which people come in: the founder's and invitations. */
#include "access/password.h"
#include "access/token.h"
#include "api/handlers.h"
#include "api/server.h"
#include "api/session.h"

/* A link that is used, expired or made up: said alike. */
static enum wx_status spent(struct wx_call *call, enum wx_status status,
                            struct wx_err *err)
{
    if (status == WX_E_NOT_FOUND || status == WX_E_EXPIRED)
        return wx_call_refuse(call, WX_P_EXPIRED, err, "the link is not good any more");
    return status;
}

enum wx_status wx_password_check(struct wx_call *call, const char *field,
                                 struct wx_str password, struct wx_str login,
                                 struct wx_err *err)
{
    if (wx_password_judge(password, login) == WX_PASSWORD_FINE)
        return WX_OK;
    wx_field_problem_add(&call->problems, field, "weak_password",
                         WX_T_FIELD_WEAK_PASSWORD);
    return wx_fail(err, WX_E_INVALID, "'%s'", field);
}

enum wx_status wx_account_refuse(struct wx_call *call, enum wx_account_fault fault,
                                 struct wx_err *err)
{
    static const struct {
        const char *field;
        enum wx_text text;
    } fields[] = {
        [WX_ACCOUNT_BAD_LOGIN] = {"login", WX_T_ACCOUNT_BAD_LOGIN},
        [WX_ACCOUNT_BAD_NAME] = {"name", WX_T_ACCOUNT_BAD_NAME},
        [WX_ACCOUNT_TAKEN] = {"login", WX_T_ACCOUNT_TAKEN},
        [WX_ACCOUNT_CONFLICT] = {"roles", WX_T_ACCOUNT_CONFLICT},
        [WX_ACCOUNT_UNGRANTABLE] = {"roles", WX_T_ACCOUNT_UNGRANTABLE},
        [WX_ACCOUNT_NO_UNIT] = {"unit_id", WX_T_ACCOUNT_NO_UNIT},
        [WX_ACCOUNT_NO_AGENCY] = {"agency_id", WX_T_ACCOUNT_NO_AGENCY},
        [WX_ACCOUNT_SELF] = {NULL, 0},
        [WX_ACCOUNT_LAST] = {"roles", WX_T_ACCOUNT_LAST},
    };

    if (fault == WX_ACCOUNT_SELF)
        return wx_call_refuse(call, WX_P_OWN_ACT, err, "one's own account");
    wx_field_problem_add(&call->problems, fields[fault].field,
                         wx_account_fault_name(fault), fields[fault].text);
    return wx_call_refuse(call, WX_P_ACCOUNT, err, "%s", wx_account_fault_name(fault));
}

/* ---- set-up ---- */

static enum wx_status setup_find(struct wx_call *call, struct wx_tx *tx,
                                 struct wx_sha256 *secret, struct wx_err *err)
{
    int64_t account_id;

    *secret = wx_token_hash(call->path_text[0]);
    return spent(call, wx_link_find(tx, secret, "setup", call->now_s, &account_id, err),
                 err);
}

enum wx_status wx_setup_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_sha256 secret;
    struct wx_str office = {NULL, 0};
    struct wx_json j;
    enum wx_status status = setup_find(call, call->tx, &secret, err);

    if (status)
        return status;
    status = wx_office_get(call->tx, "office.name", &call->arena, &office, err);
    if (status && status != WX_E_NOT_FOUND)
        return status;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "valid", true);
    wx_json_kz(&j, "kind", "setup");
    wx_json_kstr(&j, "office_name", office);
    wx_json_close(&j, '}');
    return WX_OK;
}

static enum wx_status setup_run(struct wx_call *call, struct wx_tx *tx,
                                const struct wx_password_hash *password,
                                struct wx_err *err)
{
    struct wx_account_new wish = {
        .login = wx_call_text(call, "login"),
        .name = wx_call_text(call, "name"),
        .lang = call->lang == WX_EN ? WX_STR("en") : WX_STR("zh"),
    };
    struct wx_account_row account;
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    struct wx_sha256 secret;
    int64_t id = 0;
    enum wx_status status = setup_find(call, tx, &secret, err); /* it is used once */

    if (!status)
        status = wx_link_remove(tx, &secret, err);
    if (!status)
        status =
            wx_office_set(tx, "office.name", wx_call_text(call, "office_name"), err);
    if (!status)
        status = wx_setup_account_add(tx, &wish, wx_str_of(password->text), call->now_s,
                                      &id, &fault, err);
    if (fault)
        return wx_account_refuse(call, fault, err);
    if (!status)
        status = wx_account_by_id(tx, &call->arena, id, &account, err);
    if (!status)
        status = wx_session_begin(call, tx, &account, false, err);
    if (!status)
        status = wx_session_show(call, tx, &account, err);
    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    return status ? status : wx_tx_commit(tx, err);
}

enum wx_status wx_setup_accept(struct wx_call *call, struct wx_err *err)
{
    struct wx_password_hash password;
    struct wx_sha256 secret;
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &tx, err);

    call->who = (struct wx_principal){.now_s = call->now_s};
    if (!status) /* before the hash is paid for */
        status = setup_find(call, tx, &secret, err);
    wx_tx_end(tx);
    tx = NULL;
    if (!status && wx_call_text(call, "office_name").len == 0) {
        wx_field_problem_add(&call->problems, "office_name", "required",
                             WX_T_FIELD_REQUIRED);
        status = wx_fail(err, WX_E_INVALID, "'office_name'");
    }
    if (!status)
        status = wx_password_check(call, "password", wx_call_text(call, "password"),
                                   wx_call_text(call, "login"), err);
    if (!status)
        status = wx_password_make(wx_server_gate(call->server),
                                  wx_call_text(call, "password"), &password, err);
    if (!status)
        status = wx_tx_write(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = setup_run(call, tx, &password, err);
    wx_tx_end(tx);
    return status;
}

/* ---- invitations ---- */

enum wx_status wx_invitation_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_row account;
    struct wx_json j;
    enum wx_status status =
        spent(call,
              wx_invitation_find(call->tx, &call->arena, call->path_text[0],
                                 call->now_s, &account, err),
              err);

    if (status)
        return status;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "valid", true);
    wx_json_kstr(&j, "login", account.login);
    wx_json_kstr(&j, "name", account.name);
    wx_json_close(&j, '}');
    return WX_OK;
}

static enum wx_status invitation_run(struct wx_call *call, struct wx_tx *tx,
                                     const struct wx_password_hash *password,
                                     struct wx_err *err)
{
    struct wx_account_row account;
    enum wx_status status =
        spent(call,
              wx_invitation_find(tx, &call->arena, call->path_text[0], call->now_s,
                                 &account, err),
              err);

    if (!status)
        status = wx_invitation_accept(tx, &account, wx_str_of(password->text), err);
    if (status)
        return status;
    wx_call_audit(call, "account", account.id, account.unit_id);
    call->http_status = 204;
    status = wx_call_leave_trace(call, tx, err);
    return status ? status : wx_tx_commit(tx, err);
}

enum wx_status wx_invitation_take(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_row account;
    struct wx_password_hash password;
    struct wx_str chosen = wx_call_text(call, "password");
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &tx, err);

    call->who = (struct wx_principal){.now_s = call->now_s};
    if (!status)
        status = spent(call,
                       wx_invitation_find(tx, &call->arena, call->path_text[0],
                                          call->now_s, &account, err),
                       err);
    wx_tx_end(tx);
    tx = NULL;
    if (!status)
        status = wx_password_check(call, "password", chosen, account.login, err);
    if (!status)
        status = wx_password_make(wx_server_gate(call->server), chosen, &password, err);
    if (!status)
        status = wx_tx_write(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = invitation_run(call, tx, &password, err);
    wx_tx_end(tx);
    return status;
}
