/* How the office sends mail, a test mail, and where deliveries may go at all. */
#include "api/handlers.h"
#include "api/server.h"
#include "base/limits.h"
#include "notify/mail.h"
#include "notify/tidings.h"
#include "store/office_delivery.h"
#include "store/office_mail.h"

static const char *const security_words[] = {
    [WX_LINK_PLAIN] = "plain", [WX_LINK_STARTTLS] = "starttls", [WX_LINK_TLS] = "tls"};

static enum wx_status load(struct wx_call *call, struct wx_mail_settings *out,
                           struct wx_err *err)
{
    return wx_mail_settings_load(call->tx, &call->arena,
                                 wx_server_options(call->server)->field_key, out, err);
}

enum wx_status wx_mail_settings_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_mail_settings s;
    enum wx_status st = load(call, &s, err);
    struct wx_json j;

    if (st)
        return st;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "on", s.is_on);
    wx_json_kstr(&j, "host", s.host);
    wx_json_kint(&j, "port", s.port);
    wx_json_kz(&j, "security", security_words[s.security]);
    wx_json_kstr(&j, "user", s.user);
    wx_json_kbool(&j, "has_password", s.password.len > 0);
    wx_json_kstr(&j, "from", s.from);
    wx_json_kstr(&j, "from_name", s.from_name);
    wx_json_kstr(&j, "helo", s.helo);
    wx_json_close(&j, '}');
    return WX_OK;
}

static bool security_take(struct wx_str word, enum wx_link_security *out)
{
    for (int i = WX_LINK_PLAIN; i <= WX_LINK_TLS; i++)
        if (wx_str_eqz(word, security_words[i])) {
            *out = (enum wx_link_security)i;
            return true;
        }
    return false;
}

static enum wx_status refuse_field(struct wx_call *call, const char *field,
                                   struct wx_err *err)
{
    wx_field_problem_add(&call->problems, field, "not_usable",
                         WX_T_FIELD_MAIL_NOT_USABLE);
    return wx_fail(err, WX_E_INVALID, "field '%s' of the mail settings", field);
}

enum wx_status wx_mail_settings_write(struct wx_call *call, struct wx_err *err)
{
    int64_t port = wx_call_int(call, "port");
    struct wx_mail_settings s = {
        .is_on = wx_call_bool(call, "on"),
        .host = wx_call_text(call, "host"),
        .user = wx_call_text(call, "user"),
        .password = wx_call_text(call, "password"),
        .from = wx_call_text(call, "from"),
        .from_name = wx_call_text(call, "from_name"),
        .helo = wx_call_text(call, "helo"),
    };
    enum wx_status st;

    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    if (port < 0 || port > 65535)
        return refuse_field(call, "port", err);
    s.port = (uint16_t)port;
    if (!security_take(wx_call_text(call, "security"), &s.security))
        return refuse_field(call, "security", err);
    st = wx_mail_settings_save(call->tx, wx_server_options(call->server)->field_key, &s,
                               err);
    if (st == WX_E_INVALID)
        return refuse_field(call, wx_arena_z(&call->arena, wx_str_of(err->text)), err);
    if (st)
        return st;
    wx_call_audit(call, "mail_settings", 0, 0);
    return wx_mail_settings_read(call, err);
}

enum wx_status wx_mail_test(struct wx_call *call, struct wx_err *err)
{
    struct wx_mail_note note = {.topic = WX_MAIL_TEST, .lang = call->lang};
    struct wx_mail_to to = {.account_id = call->who.account_id,
                            .address = wx_call_text(call, "to")};
    struct wx_mail_settings s;
    struct wx_json j;
    int64_t id = 0;
    enum wx_status st = load(call, &s, err);

    if (st)
        return st;
    if (!s.is_on)
        return wx_call_refuse(call, WX_P_STATE, err, "mail is not switched on");
    if (wx_str_chr(to.address, '@') == WX_NPOS || to.address.len > 254)
        return refuse_field(call, "to", err);
    if (wx_office_get(call->tx, "office.name", &call->arena, &note.office, err))
        note.office = WX_STR("Wangxun");
    st = wx_mail_queue(call->tx, wx_server_options(call->server)->field_key, &note, &to,
                       call->now_s, &id, err);
    if (st)
        return st;
    call->http_status = 202;
    wx_call_audit(call, "delivery", id, 0);
    wx_call_event(call, "mail.tested", "delivery", id, 0);
    j = wx_call_json(call);
    return wx_delivery_json(call->tx, id, &j, err);
}

enum wx_status wx_delivery_settings_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_str *allow;
    size_t n;
    struct wx_json j;
    enum wx_status st = wx_delivery_allow_load(call->tx, &call->arena, &allow, &n, err);

    if (st)
        return st;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_key(&j, "allow");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        wx_json_str(&j, allow[i]);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return WX_OK;
}

enum wx_status wx_delivery_settings_write(struct wx_call *call, struct wx_err *err)
{
    json_t *list = json_object_get(call->json, "allow");
    size_t n = json_array_size(list);
    struct wx_str *items;
    enum wx_status st;

    if (!json_is_array(list) || n > WX_MAX_DELIVERY_ALLOW)
        return refuse_field(call, "allow", err);
    items = wx_arena_array(&call->arena, struct wx_str, n + 1);
    for (size_t i = 0; i < n; i++) {
        items[i] = wx_str_of(json_string_value(json_array_get(list, i)));
        if (!items[i].len)
            return refuse_field(call, "allow", err);
    }
    st = wx_delivery_allow_save(call->tx, items, n, err);
    if (st == WX_E_INVALID)
        return refuse_field(call, "allow", err);
    if (st)
        return st;
    wx_call_audit(call, "delivery_settings", 0, 0);
    return wx_delivery_settings_read(call, err);
}

/* ---- which mails one wants ---- */

enum wx_status wx_my_mails_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    enum wx_status st = WX_OK;

    wx_json_open(&j, '{');
    for (size_t i = 0; !st && i < wx_tiding_count(); i++) {
        const struct wx_tiding *tiding = wx_tiding_at(i);
        const char *topic = wx_mail_topic_type(tiding->topic);
        bool wanted = false;

        if (!(call->who.roles & tiding->roles)) /* he would never get it */
            continue;
        if (i && wx_tiding_at(i - 1)->topic == tiding->topic)
            continue;
        st = wx_mail_wanted(call->tx, call->who.account_id, topic, &wanted, err);
        wx_json_kbool(&j, topic, wanted);
    }
    wx_json_close(&j, '}');
    return st;
}

enum wx_status wx_my_mails_write(struct wx_call *call, struct wx_err *err)
{
    enum wx_status st = WX_OK;

    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    for (size_t i = 0; !st && i < wx_tiding_count(); i++) {
        const char *topic = wx_mail_topic_type(wx_tiding_at(i)->topic);
        json_t *wanted = json_object_get(call->json, topic);

        if (json_is_boolean(wanted))
            st = wx_mail_want(call->tx, call->who.account_id, topic,
                              json_is_true(wanted), err);
        else if (wanted)
            return refuse_field(call, topic, err);
    }
    return st ? st : wx_my_mails_read(call, err);
}
