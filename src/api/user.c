/* Accounts of others: inviting, roles, locking, vetting, assigning. */
#include "access/account.h"
#include "api/handlers.h"
#include "api/server.h"
#include "notify/mail.h"
#include "api/session.h"
#include "base/clock.h"
#include "store/office_org.h"

/* Who inspects belongs to no unit, and is sent out by each authority to units of its
 * own (requirements Q): both see him. */
static uint32_t parts_of(const struct wx_account_row *row)
{
    const uint32_t inspecting =
        1u << WX_ROLE_INSPECTOR | 1u << WX_ROLE_TECH | 1u << WX_ROLE_AGENCY;

    return !row->unit_id && row->roles & inspecting
               ? WX_PART_GOVERNMENT | WX_PART_CRYPTO
               : 0;
}

/* {id}: an account. Acts upon oneself count as one's own, whoever made the account. */
enum wx_status wx_find_user(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_row row;
    enum wx_status status =
        wx_account_by_id(call->tx, &call->arena, call->path_id[0], &row, err);

    if (status)
        return status;
    call->object = (struct wx_object){.exists = true,
                                      .unit_id = row.unit_id,
                                      .account_id = row.id,
                                      .made_by = row.id,
                                      .parts = parts_of(&row)};
    call->object_id = row.id;
    call->object_rev = row.rev;
    wx_call_audit(call, "account", row.id, row.unit_id);
    return WX_OK;
}

/* {id}, to be approved: not by whoever invited or reset it. */
enum wx_status wx_find_invited(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_row row;
    enum wx_status status = wx_find_user(call, err);

    if (!status)
        status = wx_account_by_id(call->tx, &call->arena, call->object_id, &row, err);
    if (!status && call->object_id != call->who.account_id)
        call->object.made_by = row.made_by;
    return status;
}

/* {id} to be assigned to the body's unit, which says whose business that is. */
enum wx_status wx_find_assignee(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = wx_find_user(call, err);

    call->object.unit_id = wx_call_int(call, "unit_id");
    call->object.parts = 0; /* the unit decides, not the person */
    return status;
}

/* {id}'s assignment {id}. */
enum wx_status wx_find_assignment(struct wx_call *call, struct wx_err *err)
{
    struct wx_assignment_row row;
    enum wx_status status = wx_find_user(call, err);

    if (!status)
        status =
            wx_assignment_get(call->tx, call->path_id[0], call->path_id[1], &row, err);
    if (!status)
        call->object.unit_id = row.unit_id;
    call->object.parts = 0;
    return status;
}

/* ---- out ---- */

static const char *state_of(const struct wx_account_row *row)
{
    return row->locked_s ? "locked" : !row->password.len ? "invited" : "active";
}

static void put_user(struct wx_json *j, const struct wx_account_row *row)
{
    wx_json_open(j, '{');
    wx_json_kint(j, "id", row->id);
    wx_json_kint(j, "rev", row->rev);
    wx_json_kstr(j, "login", row->login);
    wx_json_kstr(j, "name", row->name);
    wx_json_kstr(j, "email", row->email);
    wx_json_kz(j, "state", state_of(row));
    wx_json_kroles(j, "roles", row->roles);
    wx_json_kroles(j, "wanted", row->wanted);
    wx_json_kint(j, "unit_id", row->unit_id);
    wx_json_kint(j, "agency_id", row->agency_id);
    wx_json_kbool(j, "totp", row->totp.len > 0);
    wx_json_ktime(j, "created_at", row->created_s);
    wx_json_kint(j, "made_by", row->made_by);
    wx_json_ktime(j, "seen_at", row->seen_s);
    wx_json_ktime(j, "locked_at", row->locked_s);
    wx_json_ktime(j, "vetted_at", row->vetted_s);
    wx_json_ktime(j, "vetted_until", row->vetted_until_s);
    wx_json_kstr(j, "vet_note", row->vet_note);
    wx_json_close(j, '}');
}

static enum wx_status show(struct wx_call *call, int64_t id, struct wx_err *err)
{
    struct wx_account_row row;
    struct wx_json j = wx_call_json(call);
    enum wx_status status = wx_account_by_id(call->tx, &call->arena, id, &row, err);

    if (status)
        return status;
    wx_call_etag(call, row.rev);
    put_user(&j, &row);
    return WX_OK;
}

/* After an act: its fault as a problem, else the account as it is now. */
static enum wx_status answer(struct wx_call *call, enum wx_status status,
                             enum wx_account_fault fault, struct wx_err *err)
{
    if (fault)
        return wx_account_refuse(call, fault, err);
    if (status)
        return status;
    wx_call_event(call, "user.changed", "account", call->path_id[0], 0);
    return show(call, call->path_id[0], err);
}

enum wx_status wx_user_read(struct wx_call *call, struct wx_err *err)
{
    return show(call, call->path_id[0], err);
}

struct page {
    struct wx_json *j;
    const struct wx_scope *scope; /* accounts are nobody's records: the wall is here */
    uint32_t limit, n;
    struct wx_str last;
};

static bool put_one(void *ctx, const struct wx_account_row *row)
{
    struct page *p = ctx;

    if (!wx_scope_has_item(p->scope, row->unit_id, parts_of(row)))
        return true;
    if (p->n++ == p->limit) /* one more than asked for: there is a next page */
        return false;
    p->last = row->login;
    put_user(p->j, row);
    return true;
}

enum wx_status wx_users_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct page p = {.j = &j, .scope = &call->scope};
    struct wx_account_query query = {
        .text = wx_call_param(call, "q"),
        .after = wx_call_param(call, "cursor"),
        .only_wanted = wx_str_eqz(wx_call_param(call, "wanted"), "yes"),
    };
    struct wx_str word = wx_call_param(call, "role");
    enum wx_role role;
    uint64_t id;
    enum wx_status status;

    if (word.len && !wx_role_find(word, &role))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'role'");
    query.roles = word.len ? 1u << role : 0;
    if (wx_str_to_u64(wx_call_param(call, "unit_id"), INT64_MAX, &id))
        query.unit_id = (int64_t)id;
    if (wx_str_to_u64(wx_call_param(call, "agency_id"), INT64_MAX, &id))
        query.agency_id = (int64_t)id;
    if (!wx_call_number(call, "limit", 50, 500, &p.limit))
        return wx_fail(err, WX_E_INVALID, "'limit' must be 1 to 500");
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_account_list(call->tx, &call->arena, &query, put_one, &p, err);
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    if (p.n > p.limit)
        wx_json_str(&j, p.last);
    else
        wx_json_null(&j);
    wx_json_close(&j, '}');
    return status;
}

/* ---- in ---- */

/* Roles of the body by name. */
static enum wx_status roles_read(struct wx_call *call, uint32_t *roles,
                                 struct wx_err *err)
{
    json_t *list = json_object_get(call->json, "roles"), *item;
    enum wx_role role;
    size_t i;

    *roles = 0;
    json_array_foreach(list, i, item)
    {
        struct wx_str name = {json_string_value(item), json_string_length(item)};

        if (!json_is_string(item) || !wx_role_find(name, &role)) {
            wx_field_problem_add(&call->problems, "roles", "unknown_word",
                                 WX_T_FIELD_UNKNOWN_WORD);
            return wx_fail(err, WX_E_INVALID, "'roles'");
        }
        *roles |= 1u << role;
    }
    return WX_OK;
}

static enum wx_status email_check(struct wx_call *call, struct wx_str email,
                                  struct wx_err *err)
{
    size_t at = wx_str_chr(email, '@');
    bool is_bad = email.len &&
                  (email.len > 200 || at == WX_NPOS || at == 0 || at + 1 == email.len);

    for (size_t i = 0; i < email.len; i++)
        is_bad |= (unsigned char)email.ptr[i] <= ' ' || email.ptr[i] == 0x7F;
    if (!is_bad)
        return WX_OK;
    wx_field_problem_add(&call->problems, "email", "not_an_email",
                         WX_T_FIELD_NOT_AN_EMAIL);
    return wx_fail(err, WX_E_INVALID, "'email'");
}

static void put_link(struct wx_call *call, int64_t id, const struct wx_token *link)
{
    struct wx_json j = wx_call_json(call);

    wx_json_open(&j, '{');
    wx_json_kint(&j, "id", id);
    wx_json_kstr(&j, "link",
                 wx_arena_printf(&call->arena, "%s/invite/%s",
                                 wx_server_options(call->server)->public_url,
                                 link->text));
    wx_json_ktime(&j, "expires_at", call->now_s + WX_INVITATION_S);
    wx_json_close(&j, '}');
}

/* The link by mail as well, when there are an address and a mail server; whoever
 * invites sees it in either case. */
static enum wx_status mail_link(struct wx_call *call, const struct wx_account_new *wish,
                                int64_t id, const struct wx_token *link,
                                struct wx_err *err)
{
    const struct wx_server_options *o = wx_server_options(call->server);
    struct wx_mail_note note = {.topic = WX_MAIL_INVITATION,
                                .lang = call->lang,
                                .name = wish->name,
                                .until_s = call->now_s + WX_INVITATION_S};
    struct wx_mail_to to = {id, wish->unit_id, wish->email};
    struct wx_mail_settings settings;
    enum wx_status status;

    if (!wish->email.len)
        return WX_OK;
    status =
        wx_mail_settings_load(call->tx, &call->arena, o->field_key, &settings, err);
    if (status || !settings.is_on)
        return status;
    note.link =
        wx_arena_printf(&call->arena, "%s/invite/%s", o->public_url, link->text);
    if (wx_office_get(call->tx, "office.name", &call->arena, &note.office, NULL))
        note.office = WX_STR("Wangxun");
    return wx_mail_queue(call->tx, o->field_key, &note, &to, call->now_s, NULL, err);
}

enum wx_status wx_user_invite(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_new wish = {
        .login = wx_call_text(call, "login"),
        .name = wx_call_text(call, "name"),
        .email = wx_call_text(call, "email"),
        .unit_id = wx_call_int(call, "unit_id"),
        .agency_id = wx_call_int(call, "agency_id"),
    };
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    struct wx_token link;
    int64_t id = 0;
    enum wx_status status = roles_read(call, &wish.roles, err);

    if (!status)
        status = email_check(call, wish.email, err);
    if (!status)
        status = wx_account_invite(call->tx, &call->arena, &call->who, &wish, &id,
                                   &link, &fault, err);
    if (fault)
        return wx_account_refuse(call, fault, err);
    if (!status)
        status = mail_link(call, &wish, id, &link, err);
    if (status)
        return status;
    put_link(call, id, &link);
    wx_call_created(call, "users", id);
    wx_call_audit(call, "account", id, wish.unit_id);
    wx_call_event(call, "user.invited", "account", id, 0);
    return WX_OK;
}

enum wx_status wx_user_reset(struct wx_call *call, struct wx_err *err)
{
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    struct wx_token link;
    enum wx_status status = wx_account_reset(call->tx, &call->arena, &call->who,
                                             call->path_id[0], &link, &fault, err);

    if (fault)
        return wx_account_refuse(call, fault, err);
    if (!status)
        put_link(call, call->path_id[0], &link);
    return status;
}

enum wx_status wx_user_approve(struct wx_call *call, struct wx_err *err)
{
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    enum wx_status status = wx_account_approve(call->tx, &call->arena, &call->who,
                                               call->path_id[0], &fault, err);

    return answer(call, status, fault, err);
}

static enum wx_status regrant(struct wx_call *call, bool give, struct wx_err *err)
{
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    uint32_t roles;
    enum wx_status status = roles_read(call, &roles, err);

    if (status)
        return status;
    call->audit_detail = wx_arena_printf(&call->arena, "{\"roles\":%u}", roles);
    status = wx_account_regrant(call->tx, &call->arena, &call->who, call->path_id[0],
                                give ? roles : 0, give ? 0 : roles, &fault, err);
    return answer(call, status, fault, err);
}

enum wx_status wx_user_grant(struct wx_call *call, struct wx_err *err)
{
    return regrant(call, true, err);
}

enum wx_status wx_user_revoke(struct wx_call *call, struct wx_err *err)
{
    return regrant(call, false, err);
}

static enum wx_status lock(struct wx_call *call, bool lock_it, struct wx_err *err)
{
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    enum wx_status status = wx_account_lock(call->tx, &call->arena, &call->who,
                                            call->path_id[0], lock_it, &fault, err);

    return answer(call, status, fault, err);
}

enum wx_status wx_user_lock(struct wx_call *call, struct wx_err *err)
{
    return lock(call, true, err);
}

enum wx_status wx_user_unlock(struct wx_call *call, struct wx_err *err)
{
    return lock(call, false, err);
}

static int64_t int_or_keep(struct wx_call *call, const char *name)
{
    return json_object_get(call->json, name) ? wx_call_int(call, name) : -1;
}

enum wx_status wx_user_change(struct wx_call *call, struct wx_err *err)
{
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    struct wx_account_change change = {
        .name = wx_call_text(call, "name"),
        .email = wx_call_text(call, "email"),
        .unit_id = int_or_keep(call, "unit_id"),
        .agency_id = int_or_keep(call, "agency_id"),
    };
    int64_t rev;
    enum wx_status status = email_check(call, change.email, err);

    if (!status && !wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match");
    if (!status && rev && rev != call->object_rev)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "rev %lld",
                              (long long)call->object_rev);
    if (!status)
        status = wx_account_change(call->tx, &call->arena, &call->who, call->path_id[0],
                                   &change, &fault, err);
    return answer(call, status, fault, err);
}

/* A time of the body: RFC 3339; *AT_S 0 when it is not there. */
static enum wx_status time_read(struct wx_call *call, const char *name, int64_t *at_s,
                                struct wx_err *err)
{
    struct wx_str text = wx_call_text(call, name);

    *at_s = 0;
    if (!text.len || wx_time_parse(text, at_s))
        return WX_OK;
    wx_field_problem_add(&call->problems, name, "not_a_time", WX_T_FIELD_NOT_A_TIME);
    return wx_fail(err, WX_E_INVALID, "'%s'", name);
}

enum wx_status wx_user_vet(struct wx_call *call, struct wx_err *err)
{
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    struct wx_str note = wx_utf8_clip(wx_call_text(call, "note"), 2000);
    int64_t until_s;
    enum wx_status status = time_read(call, "until", &until_s, err);

    if (!status)
        status = wx_account_vet(call->tx, &call->arena, &call->who, call->path_id[0],
                                until_s, note, &fault, err);
    return answer(call, status, fault, err);
}

/* ---- assignments ---- */

struct listing {
    struct wx_json *j;
    const struct wx_scope *scope; /* units beyond it are not told */
    int64_t n;
};

static bool put_assignment(void *ctx, const struct wx_assignment_row *row)
{
    struct listing *l = ctx;

    if (!wx_scope_has(l->scope, row->unit_id))
        return true;
    wx_json_open(l->j, '{');
    wx_json_kint(l->j, "id", row->id);
    wx_json_kint(l->j, "unit_id", row->unit_id);
    wx_json_kbool(l->j, "with_below", row->with_below);
    wx_json_ktime(l->j, "from", row->from_s);
    wx_json_ktime(l->j, "until", row->until_s);
    wx_json_kint(l->j, "made_by", row->made_by);
    wx_json_ktime(l->j, "made_at", row->made_s);
    wx_json_close(l->j, '}');
    l->n++;
    return true;
}

enum wx_status wx_assignments_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct listing l = {.j = &j, .scope = &call->scope};
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_assignment_list(call->tx, call->path_id[0], put_assignment, &l, err);
    wx_json_close(&j, ']');
    wx_json_kz(&j, "next", NULL);
    wx_json_kint(&j, "total", l.n);
    wx_json_close(&j, '}');
    return status;
}

enum wx_status wx_assignment_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_assignment_row row = {
        .account_id = call->path_id[0],
        .unit_id = wx_call_int(call, "unit_id"),
        .with_below = wx_call_bool(call, "with_below"),
        .made_by = call->who.account_id,
        .made_s = call->now_s,
    };
    struct wx_json j;
    bool has = false;
    enum wx_status status = time_read(call, "from", &row.from_s, err);

    if (!status)
        status = time_read(call, "until", &row.until_s, err);
    if (!status)
        status = wx_org_has_unit(call->tx, row.unit_id, &has, err);
    if (!status && !has) {
        wx_field_problem_add(&call->problems, "unit_id", "no_such_record",
                             WX_T_FIELD_NO_SUCH_RECORD);
        return wx_fail(err, WX_E_INVALID, "'unit_id'");
    }
    if (!row.from_s)
        row.from_s = call->now_s;
    if (!status && row.until_s && row.until_s <= row.from_s) {
        wx_field_problem_add(&call->problems, "until", "not_a_time",
                             WX_T_FIELD_NOT_A_TIME);
        return wx_fail(err, WX_E_INVALID, "'until'");
    }
    if (!status)
        status = wx_assignment_add(call->tx, &row, &row.id, err);
    if (status)
        return status;
    call->audit_detail =
        wx_arena_printf(&call->arena, "{\"account\":%lld}", (long long)row.account_id);
    wx_call_audit(call, "assignment", row.id, row.unit_id);
    j = wx_call_json(call);
    call->http_status = 201;
    (void)put_assignment(&(struct listing){.j = &j, .scope = &call->scope}, &row);
    return WX_OK;
}

enum wx_status wx_assignment_end(struct wx_call *call, struct wx_err *err)
{
    bool removed;
    enum wx_status status = wx_assignment_remove(call->tx, call->path_id[0],
                                                 call->path_id[1], &removed, err);

    wx_call_audit(call, "assignment", call->path_id[1], call->object.unit_id);
    call->http_status = 204;
    return status;
}

enum wx_status wx_roles_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    uint32_t can = wx_roles_grantable(wx_principal_roles(&call->who));

    (void)err;
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (int i = 0; i < WX_ROLE_COUNT; i++) {
        enum wx_role role = (enum wx_role)i;

        wx_json_open(&j, '{');
        wx_json_kz(&j, "role", wx_role_name(role));
        wx_json_kz(&j, "zh", wx_role_text(role, WX_ZH));
        wx_json_kz(&j, "en", wx_role_text(role, WX_EN));
        wx_json_kbool(&j, "privileged", wx_role_is_privileged(role));
        wx_json_kbool(&j, "grantable", can >> i & 1);
        wx_json_kroles(&j, "excludes", wx_role_excluded(role));
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return WX_OK;
}
