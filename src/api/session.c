/* Signing in and out, the second proof, and who one is. */
#include "api/session.h"

#include "access/factor.h"
#include "access/password.h"
#include "access/token.h"
#include "api/handlers.h"
#include "api/server.h"
#include "base/clock.h"
#include "store/office_org.h"
#include "store/office_session.h"

static void put_cookie(struct wx_call *call, const char *value, int64_t max_age_s)
{
    wx_call_header(call, "Set-Cookie",
                   wx_arena_printf(&call->arena,
                                   "__Host-wangxun=%s; Path=/; Secure; HttpOnly;"
                                   " SameSite=Strict; Max-Age=%lld",
                                   value, (long long)max_age_s));
}

void wx_json_ktime(struct wx_json *j, const char *key, int64_t at_s)
{
    char text[24];

    if (at_s)
        wx_time_format(at_s, text);
    wx_json_kz(j, key, at_s ? text : NULL);
}

void wx_json_kroles(struct wx_json *j, const char *key, uint32_t roles)
{
    wx_json_key(j, key);
    wx_json_open(j, '[');
    for (int i = 0; i < WX_ROLE_COUNT; i++)
        if (roles >> i & 1)
            wx_json_str(j, wx_str_of(wx_role_name((enum wx_role)i)));
    wx_json_close(j, ']');
}

enum wx_status wx_session_begin(struct wx_call *call, struct wx_tx *tx,
                                const struct wx_account_row *account, bool has_mfa,
                                struct wx_err *err)
{
    struct wx_token token = wx_token_make();
    struct wx_sha256 secret = wx_token_hash(wx_str_of(token.text));
    struct wx_desk_sign sign = {wx_str_of(token.text), false, call->now_s,
                                call->remote};
    struct wx_session_row row = {
        .account_id = account->id,
        .begun_s = call->now_s,
        .used_s = call->now_s,
        .has_mfa = has_mfa,
        .address = wx_utf8_clip(call->remote, 64),
        .agent = wx_utf8_clip(call->user_agent, 300),
    };
    struct wx_desk_limits limits;
    struct wx_desk_known known;
    enum wx_status status = wx_desk_limits_read(tx, &limits, err);

    row.step_up_s = has_mfa ? call->now_s + limits.fresh_s : 0;
    if (!status)
        status = wx_session_add(tx, &secret, &row, &row.id, err);
    if (!status)
        status = wx_desk_look(wx_server_desk(call->server), tx, &call->arena, &sign,
                              &known, err);
    if (status)
        return status;
    put_cookie(call, token.text, limits.absolute_s);
    wx_call_known(call, &known);
    wx_call_audit(call, "account", account->id, account->unit_id);
    return WX_OK;
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

static void put_account(struct wx_json *j, const struct wx_account_row *account)
{
    wx_json_key(j, "account");
    wx_json_open(j, '{');
    wx_json_kint(j, "id", account->id);
    wx_json_kstr(j, "login", account->login);
    wx_json_kstr(j, "name", account->name);
    wx_json_kstr(j, "email", account->email);
    wx_json_kstr(j, "lang", account->lang);
    wx_json_close(j, '}');
}

static void put_unit(struct wx_json *j, int64_t id, struct wx_str name)
{
    wx_json_key(j, "unit");
    if (!id) {
        wx_json_null(j);
        return;
    }
    wx_json_open(j, '{');
    wx_json_kint(j, "id", id);
    wx_json_kstr(j, "name", name);
    wx_json_close(j, '}');
}

enum wx_status wx_session_show(struct wx_call *call, struct wx_tx *tx,
                               const struct wx_account_row *account, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_str office = {NULL, 0}, unit;
    enum wx_status status =
        wx_office_get(tx, "office.name", &call->arena, &office, err);

    if (!status || status == WX_E_NOT_FOUND)
        status = wx_org_unit_name(tx, &call->arena, account->unit_id, &unit, err);
    if (status)
        return status;
    wx_json_open(&j, '{');
    put_account(&j, account);
    wx_json_kroles(&j, "roles", call->who.roles);
    put_rights(&j, &call->who);
    put_unit(&j, account->unit_id, unit);
    wx_json_key(&j, "office");
    wx_json_open(&j, '{');
    wx_json_kstr(&j, "name", office);
    wx_json_close(&j, '}');
    wx_json_kint(&j, "unit_id", account->unit_id);
    wx_json_kstr(&j, "office_name", office);
    wx_json_kint(&j, "idle_s", call->idle_s);
    wx_json_ktime(&j, "expires_at", call->expires_s);
    wx_json_ktime(&j, "step_up_until", call->step_up_s);
    wx_json_kbool(&j, "totp", account->totp.len > 0);
    wx_json_kbool(&j, "enrol_totp", call->must_enrol);
    wx_json_close(&j, '}');
    return WX_OK;
}

/* ---- tries ---- */

enum wx_status wx_tries_count(struct wx_call *call, struct wx_str who,
                              struct wx_err *err)
{
    struct wx_throttle *throttle = wx_desk_throttle(wx_server_desk(call->server));
    int64_t wait_s = wx_throttle_wait_s(throttle, who, call->remote, call->now_s);

    if (wait_s) {
        wx_call_header(call, "Retry-After",
                       wx_arena_printf(&call->arena, "%lld", (long long)wait_s));
        return wx_call_refuse(call, WX_P_TOO_MANY_TRIES, err,
                              "again in %lld minutes at the latest",
                              (long long)(wait_s + 59) / 60);
    }
    wx_throttle_try(throttle, who, call->remote, call->now_s);
    return WX_OK;
}

void wx_tries_passed(struct wx_call *call, struct wx_str who)
{
    wx_throttle_passed(wx_desk_throttle(wx_server_desk(call->server)), who,
                       call->remote);
}

/* ---- signing in ---- */

struct sign_in {
    struct wx_str login, password, code;
    struct wx_account_row account; /* id 0: none */
    bool fits, has_mfa, has_window;
    struct wx_password_hash renewed; /* "": the kept one is of today's cost */
};

/* The password alone, outside of any writing: it takes its time. */
static enum wx_status password_try(struct wx_call *call, struct sign_in *in,
                                   struct wx_err *err)
{
    struct wx_password_gate *gate = wx_server_gate(call->server);
    struct wx_tx *tx = NULL;
    bool is_old = false;
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &tx, err);

    if (!status)
        status = wx_account_by_login(tx, &call->arena, in->login, &in->account, err);
    wx_tx_end(tx);
    if (status && status != WX_E_NOT_FOUND)
        return status;
    status = wx_password_fits(gate, in->account.password, in->password, &in->fits,
                              &is_old, err);
    if (!status && is_old)
        status = wx_password_make(gate, in->password, &in->renewed, err);
    return status;
}

/* The rest, with the account as it is now. Everybody who is refused is refused alike.
 */
static enum wx_status account_try(struct wx_call *call, struct wx_tx *tx,
                                  struct sign_in *in, struct wx_err *err)
{
    struct wx_str password = in->account.password;
    enum wx_status status;

    if (!in->account.id)
        return WX_OK;
    status = wx_account_by_id(tx, &call->arena, in->account.id, &in->account, err);
    if (status)
        return status;
    in->fits =
        in->fits && !in->account.locked_s && wx_str_eq(in->account.password, password);
    if (in->fits && in->account.totp.len) {
        status =
            wx_factor_prove(tx, wx_server_desk(call->server), &call->arena,
                            &in->account, in->code, call->now_s, &in->has_mfa, err);
        in->fits = in->has_mfa;
    }
    if (!status && in->fits)
        status =
            wx_desk_has_window(tx, &in->account, call->now_s, &in->has_window, err);
    if (!status && in->fits && in->renewed.text[0]) {
        in->account.password = wx_str_of(in->renewed.text);
        status = wx_account_put(tx, &in->account, err);
    }
    return status;
}

static enum wx_status sign_in_finish(struct wx_call *call, struct wx_tx *tx,
                                     struct sign_in *in, struct wx_err *err)
{
    bool is_in;
    enum wx_status status = account_try(call, tx, in, err);

    if (status)
        return status;
    is_in = in->fits && in->has_window;
    if (is_in) {
        status = wx_session_begin(call, tx, &in->account, in->has_mfa, err);
        if (!status)
            status = wx_session_show(call, tx, &in->account, err);
    } else {
        /* what was typed as a login may be a password: only a real one is written */
        wx_call_audit(call, "account", in->account.id, in->account.unit_id);
        call->http_status = in->fits ? 403 : 401;
    }
    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    if (status)
        return status;
    if (in->fits)
        wx_tries_passed(call, in->login);
    if (is_in)
        return WX_OK;
    return in->fits
               ? wx_call_refuse(call, WX_P_NO_WINDOW, err, "no engagement is in force")
               : wx_call_refuse(call, WX_P_SIGN_IN_REFUSED, err, "sign-in");
}

enum wx_status wx_session_create(struct wx_call *call, struct wx_err *err)
{
    struct sign_in in = {.login = wx_call_text(call, "login"),
                         .password = wx_call_text(call, "password"),
                         .code = wx_call_text(call, "code")};
    struct wx_tx *tx = NULL;
    enum wx_status status;

    /* whoever was signed in here: the new session stands for itself */
    call->who = (struct wx_principal){.now_s = call->now_s};
    status = wx_tries_count(call, in.login, err);
    if (!status)
        status = password_try(call, &in, err);
    if (!status)
        status = wx_tx_write(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = sign_in_finish(call, tx, &in, err);
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
    wx_call_audit(call, "account", call->who.account_id, call->who.unit_id);
    call->http_status = 204;
    if (call->who.is_token) /* a program has no session to end */
        return wx_call_refuse(call, WX_P_PERSON_ONLY, err, "session.end");
    put_cookie(call, "", 0);
    return wx_session_remove(call->tx, call->session_id, err);
}

/* ---- the second proof ---- */

struct step_up {
    struct wx_account_row account;
    struct wx_str proof;
    bool fits, by_factor;
};

static enum wx_status step_up_finish(struct wx_call *call, struct wx_tx *tx,
                                     struct step_up *up, struct wx_err *err)
{
    struct wx_desk_limits limits = {0};
    enum wx_status status = WX_OK;

    if (up->by_factor) {
        status = wx_account_by_id(tx, &call->arena, up->account.id, &up->account, err);
        if (!status)
            status =
                wx_factor_prove(tx, wx_server_desk(call->server), &call->arena,
                                &up->account, up->proof, call->now_s, &up->fits, err);
    }
    if (!status)
        status = wx_desk_limits_read(tx, &limits, err);
    if (!status && up->fits)
        status = wx_session_put_proof(tx, call->session_id,
                                      call->who.has_mfa || up->by_factor,
                                      call->now_s + limits.fresh_s, err);
    call->http_status = up->fits ? 200 : 403;
    wx_call_audit(call, "account", up->account.id, up->account.unit_id);
    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    if (!status && up->fits) {
        struct wx_json j = wx_call_json(call);

        wx_json_open(&j, '{');
        wx_json_ktime(&j, "step_up_until", call->now_s + limits.fresh_s);
        wx_json_close(&j, '}');
    }
    return status;
}

/* With a second factor its code is the proof; without one it is the password again. */
static enum wx_status step_up_password(struct wx_call *call, struct step_up *up,
                                       struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    bool is_old;
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &tx, err);

    if (!status)
        status =
            wx_account_by_id(tx, &call->arena, call->who.account_id, &up->account, err);
    wx_tx_end(tx);
    up->by_factor = !status && up->account.totp.len > 0;
    if (status || up->by_factor)
        return status;
    return wx_password_fits(wx_server_gate(call->server), up->account.password,
                            up->proof, &up->fits, &is_old, err);
}

enum wx_status wx_session_step_up(struct wx_call *call, struct wx_err *err)
{
    struct step_up up = {.proof = wx_call_text(call, "code")};
    struct wx_str key =
        wx_arena_printf(&call->arena, "#%lld", (long long)call->who.account_id);
    struct wx_tx *tx = NULL;
    enum wx_status status;

    if (!up.proof.len)
        up.proof = wx_call_text(call, "password");
    status = wx_tries_count(call, key, err);
    if (!status)
        status = step_up_password(call, &up, err);
    if (!status)
        status = wx_tx_write(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = step_up_finish(call, tx, &up, err);
    wx_tx_end(tx);
    if (!status && !up.fits)
        return wx_call_refuse(call, WX_P_PROOF, err, "step-up");
    if (!status)
        wx_tries_passed(call, key);
    return status;
}
