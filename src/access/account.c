#include "access/account.h"

#include "access/audit.h"
#include "store/office_org.h"
#include "store/office_session.h"
#include <stdarg.h>
#include <stdio.h>

static const char *const fault_names[] = {
    [WX_ACCOUNT_FINE] = "fine",
    [WX_ACCOUNT_BAD_LOGIN] = "bad_login",
    [WX_ACCOUNT_BAD_NAME] = "bad_name",
    [WX_ACCOUNT_TAKEN] = "taken",
    [WX_ACCOUNT_CONFLICT] = "roles_conflict",
    [WX_ACCOUNT_UNGRANTABLE] = "not_grantable",
    [WX_ACCOUNT_NO_UNIT] = "no_unit",
    [WX_ACCOUNT_NO_AGENCY] = "no_agency",
    [WX_ACCOUNT_SELF] = "self",
    [WX_ACCOUNT_LAST] = "last_administrator",
};

const char *wx_account_fault_name(enum wx_account_fault fault)
{
    return fault_names[fault];
}

static enum wx_status refuse(enum wx_account_fault why, enum wx_account_fault *fault,
                             struct wx_err *err, const char *fmt, ...) WX_PRINTF(4, 5);
static enum wx_status refuse(enum wx_account_fault why, enum wx_account_fault *fault,
                             struct wx_err *err, const char *fmt, ...)
{
    char text[240];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    *fault = why;
    return wx_fail(err, WX_E_INVALID, "%s", text);
}

static bool login_is_formed(struct wx_str s)
{
    if (s.len < 2 || s.len > 60)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
              c == '_' || c == '-'))
            return false;
    }
    return true;
}

static bool name_is_formed(struct wx_str s)
{
    size_t n = 0;

    if (!wx_utf8_is_valid(s))
        return false;
    for (size_t at = 0; at < s.len; n++) {
        uint32_t cp = wx_utf8_next(s, &at);

        if (cp < 0x20 || cp == 0x7F)
            return false;
    }
    return n > 0 && n <= 60;
}

enum {
    UNIT_ROLES = 1u << WX_ROLE_UNIT_LEADER | 1u << WX_ROLE_UNIT_STAFF,
    AGENCY_ROLES = 1u << WX_ROLE_AGENCY,
};

/* Do these roles fit together, and with this unit and agency? */
static enum wx_status roles_check(struct wx_tx *tx, uint32_t roles, int64_t unit_id,
                                  int64_t agency_id, enum wx_account_fault *fault,
                                  struct wx_err *err)
{
    enum wx_role a, b;
    bool has_unit = false;
    enum wx_status status = WX_OK;

    if (wx_roles_conflict(roles, &a, &b))
        return refuse(WX_ACCOUNT_CONFLICT, fault, err,
                      "roles '%s' and '%s' are not held by one person", wx_role_name(a),
                      wx_role_name(b));
    if (unit_id)
        status = wx_org_has_unit(tx, unit_id, &has_unit, err);
    if (status)
        return status;
    if (unit_id ? !has_unit : (roles & UNIT_ROLES) != 0)
        return refuse(WX_ACCOUNT_NO_UNIT, fault, err,
                      unit_id ? "no such unit" : "a role of a unit needs the unit");
    if (((roles & AGENCY_ROLES) != 0) != (agency_id != 0))
        return refuse(WX_ACCOUNT_NO_AGENCY, fault, err,
                      "the agency's role and an agency go together");
    return WX_OK;
}

static uint32_t grantable(const struct wx_principal *by)
{
    return wx_roles_grantable(wx_principal_roles(by));
}

static enum wx_status link_make(struct wx_tx *tx, int64_t id, int64_t now_s,
                                struct wx_token *link, struct wx_err *err)
{
    struct wx_sha256 secret;
    enum wx_status status = wx_link_remove_of(tx, id, err);

    *link = wx_token_make();
    secret = wx_token_hash(wx_str_of(link->text));
    return status
               ? status
               : wx_link_add(tx, &secret, "invite", id, now_s + WX_INVITATION_S, err);
}

static enum wx_status form_check(const struct wx_account_new *wish,
                                 enum wx_account_fault *fault, struct wx_err *err)
{
    *fault = WX_ACCOUNT_FINE;
    if (!login_is_formed(wish->login))
        return refuse(WX_ACCOUNT_BAD_LOGIN, fault, err,
                      "a login is 2 to 60 of a-z, 0-9, '.', '_' and '-'");
    if (!name_is_formed(wish->name))
        return refuse(WX_ACCOUNT_BAD_NAME, fault, err, "a name is 1 to 60 characters");
    return WX_OK;
}

static enum wx_status taken(enum wx_status status, enum wx_account_fault *fault,
                            struct wx_err *err)
{
    return status == WX_E_EXISTS
               ? refuse(WX_ACCOUNT_TAKEN, fault, err, "the login is taken")
               : status;
}

enum wx_status wx_account_invite(struct wx_tx *tx, struct wx_arena *arena,
                                 const struct wx_principal *by,
                                 const struct wx_account_new *wish, int64_t *id,
                                 struct wx_token *link, enum wx_account_fault *fault,
                                 struct wx_err *err)
{
    struct wx_account_row row = {
        .login = wish->login,
        .name = wish->name,
        .email = wish->email,
        .lang = wish->lang.len ? wish->lang : WX_STR("zh"),
        .unit_id = wish->unit_id,
        .agency_id = wish->agency_id,
        .roles = wish->roles & grantable(by),
        .wanted = wish->roles & ~grantable(by),
        .made_by = by->account_id,
    };
    enum wx_status status = form_check(wish, fault, err);

    (void)arena;
    if (!status && (wish->roles >> WX_ROLE_FOUNDER & 1))
        status = refuse(WX_ACCOUNT_UNGRANTABLE, fault, err,
                        "the founder's role comes with a set-up link only");
    if (!status)
        status =
            roles_check(tx, wish->roles, wish->unit_id, wish->agency_id, fault, err);
    if (!status)
        status = taken(wx_account_add(tx, &row, by->now_s, id, err), fault, err);
    return status ? status : link_make(tx, *id, by->now_s, link, err);
}

/* Every act on somebody else's account begins here. */
static enum wx_status other_find(struct wx_tx *tx, struct wx_arena *arena,
                                 const struct wx_principal *by, int64_t id,
                                 struct wx_account_row *row,
                                 enum wx_account_fault *fault, struct wx_err *err)
{
    *fault = WX_ACCOUNT_FINE;
    if (id == by->account_id)
        return refuse(WX_ACCOUNT_SELF, fault, err, "nobody does this to himself");
    return wx_account_by_id(tx, arena, id, row, err);
}

static bool is_usable(const struct wx_account_row *row)
{
    return !row->locked_s && row->password.len;
}

static bool holds(const struct wx_account_row *row, enum wx_role role)
{
    return row->roles >> role & 1;
}

/*
 * Would the office be left without ROLE when ROW loses it? The founder stands in for
 * the system and the security administrator while one of the two is missing, so the
 * last of those may go only when an unlimited founder is there; the last founder only
 * when both are in post.
 */
static enum wx_status last_check(struct wx_tx *tx, const struct wx_account_row *row,
                                 uint32_t loses, enum wx_account_fault *fault,
                                 struct wx_err *err)
{
    static const enum wx_role kept[] = {WX_ROLE_SYSADMIN, WX_ROLE_SECADMIN,
                                        WX_ROLE_AUDITOR};
    int64_t n_others, n_system, n_security;
    enum wx_status status = WX_OK;

    if (!is_usable(row))
        return WX_OK;
    for (int i = 0; i < 3 && !status; i++) {
        if (!holds(row, kept[i]) || !(loses >> kept[i] & 1))
            continue;
        status = wx_account_count_role(tx, kept[i], row->id, &n_others, err);
        if (!status && n_others == 0)
            return refuse(WX_ACCOUNT_LAST, fault, err, "the last '%s' stays in post",
                          wx_role_name(kept[i]));
    }
    if (status || !holds(row, WX_ROLE_FOUNDER) || !(loses >> WX_ROLE_FOUNDER & 1))
        return status;
    status = wx_account_count_role(tx, WX_ROLE_FOUNDER, row->id, &n_others, err);
    if (!status)
        status = wx_account_count_role(tx, WX_ROLE_SYSADMIN, row->id, &n_system, err);
    if (!status)
        status = wx_account_count_role(tx, WX_ROLE_SECADMIN, row->id, &n_security, err);
    if (!status && !n_others && !(n_system && n_security))
        return refuse(WX_ACCOUNT_LAST, fault, err,
                      "the founder stays until a system and a security administrator "
                      "are in post");
    return status;
}

static enum wx_status doors_close(struct wx_tx *tx, int64_t id, bool with_tokens,
                                  struct wx_err *err)
{
    bool removed;
    enum wx_status status = wx_session_remove_of(tx, id, 0, err);

    if (!status && with_tokens)
        status = wx_token_remove_of(tx, id, 0, &removed, err);
    return status;
}

enum wx_status wx_account_reset(struct wx_tx *tx, struct wx_arena *arena,
                                const struct wx_principal *by, int64_t id,
                                struct wx_token *link, enum wx_account_fault *fault,
                                struct wx_err *err)
{
    struct wx_account_row row;
    uint32_t loses;
    enum wx_status status = other_find(tx, arena, by, id, &row, fault, err);

    if (!status) /* unusable until the link is taken up: as good as gone */
        status = last_check(tx, &row, UINT32_MAX, fault, err);
    if (status)
        return status;
    loses = row.roles & ~grantable(by);
    row.roles &= ~loses;
    row.wanted |= loses & ~(1u << WX_ROLE_FOUNDER);
    row.password = row.totp = row.totp_new = (struct wx_str){0};
    row.totp_step = 0;
    status = wx_account_put(tx, &row, err);
    if (!status) /* who resets is who must not approve */
        status = wx_account_set_made_by(tx, id, by->account_id, err);
    if (!status)
        status = wx_recovery_clear(tx, id, err);
    if (!status)
        status = doors_close(tx, id, true, err);
    return status ? status : link_make(tx, id, by->now_s, link, err);
}

enum wx_status wx_account_approve(struct wx_tx *tx, struct wx_arena *arena,
                                  const struct wx_principal *by, int64_t id,
                                  enum wx_account_fault *fault, struct wx_err *err)
{
    struct wx_account_row row;
    enum wx_status status = other_find(tx, arena, by, id, &row, fault, err);

    if (!status && (row.wanted & ~grantable(by)))
        status = refuse(WX_ACCOUNT_UNGRANTABLE, fault, err,
                        "a role that is asked for is not yours to grant");
    if (!status)
        status = roles_check(tx, row.roles | row.wanted, row.unit_id, row.agency_id,
                             fault, err);
    if (status)
        return status;
    row.roles |= row.wanted;
    row.wanted = 0;
    return wx_account_put(tx, &row, err);
}

enum wx_status wx_account_regrant(struct wx_tx *tx, struct wx_arena *arena,
                                  const struct wx_principal *by, int64_t id,
                                  uint32_t give, uint32_t take,
                                  enum wx_account_fault *fault, struct wx_err *err)
{
    struct wx_account_row row;
    uint32_t can = grantable(by) | 1u << WX_ROLE_FOUNDER; /* taken, never given */
    enum wx_status status = other_find(tx, arena, by, id, &row, fault, err);

    if (!status && ((give & ~grantable(by)) || (take & ~can)))
        status = refuse(WX_ACCOUNT_UNGRANTABLE, fault, err,
                        "a role is not yours to give or take");
    if (!status)
        status = roles_check(tx, (row.roles | give) & ~take, row.unit_id, row.agency_id,
                             fault, err);
    if (!status)
        status = last_check(tx, &row, take, fault, err);
    if (status)
        return status;
    row.roles = (row.roles | give) & ~take;
    row.wanted &= ~(give | take);
    return wx_account_put(tx, &row, err);
}

enum wx_status wx_account_lock(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_principal *by, int64_t id, bool lock,
                               enum wx_account_fault *fault, struct wx_err *err)
{
    struct wx_account_row row;
    enum wx_status status = other_find(tx, arena, by, id, &row, fault, err);

    if (!status && lock)
        status = last_check(tx, &row, UINT32_MAX, fault, err);
    if (status)
        return status;
    row.locked_s = lock ? by->now_s : 0;
    status = wx_account_put(tx, &row, err);
    if (!status && lock)
        status = doors_close(tx, id, false, err);
    return status;
}

enum wx_status wx_account_change(struct wx_tx *tx, struct wx_arena *arena,
                                 const struct wx_principal *by, int64_t id,
                                 const struct wx_account_change *change,
                                 enum wx_account_fault *fault, struct wx_err *err)
{
    struct wx_account_row row;
    enum wx_status status = other_find(tx, arena, by, id, &row, fault, err);

    if (status)
        return status;
    if (change->name.len && !name_is_formed(change->name))
        return refuse(WX_ACCOUNT_BAD_NAME, fault, err, "a name is 1 to 60 characters");
    if (change->name.len)
        row.name = change->name;
    if (change->email.len)
        row.email = change->email;
    if (change->unit_id >= 0)
        row.unit_id = change->unit_id;
    if (change->agency_id >= 0 && change->agency_id != row.agency_id) {
        row.agency_id = change->agency_id;
        row.vetted_s = row.vetted_until_s = 0; /* he was vetted for the other one */
    }
    status =
        roles_check(tx, row.roles | row.wanted, row.unit_id, row.agency_id, fault, err);
    return status ? status : wx_account_put(tx, &row, err);
}

enum wx_status wx_account_vet(struct wx_tx *tx, struct wx_arena *arena,
                              const struct wx_principal *by, int64_t id,
                              int64_t until_s, struct wx_str note,
                              enum wx_account_fault *fault, struct wx_err *err)
{
    struct wx_account_row row;
    enum wx_status status = other_find(tx, arena, by, id, &row, fault, err);

    if (!status && !row.agency_id)
        status = refuse(WX_ACCOUNT_NO_AGENCY, fault, err,
                        "only people of agencies are vetted");
    if (status)
        return status;
    row.vetted_s = until_s ? by->now_s : 0;
    row.vetted_until_s = until_s;
    row.vetted_by = by->account_id;
    row.vet_note = note;
    return wx_account_put(tx, &row, err);
}

enum wx_status wx_invitation_find(struct wx_tx *tx, struct wx_arena *arena,
                                  struct wx_str token, int64_t now_s,
                                  struct wx_account_row *out, struct wx_err *err)
{
    struct wx_sha256 secret = wx_token_hash(token);
    int64_t id;
    enum wx_status status = wx_link_find(tx, &secret, "invite", now_s, &id, err);

    if (!status)
        status = wx_account_by_id(tx, arena, id, out, err);
    if (!status && out->locked_s)
        status = wx_fail(err, WX_E_EXPIRED, "the account is locked");
    return status;
}

enum wx_status wx_invitation_accept(struct wx_tx *tx, struct wx_account_row *account,
                                    struct wx_str password_hash, struct wx_err *err)
{
    enum wx_status status = wx_link_remove_of(tx, account->id, err);

    account->password = password_hash;
    return status ? status : wx_account_put(tx, account, err);
}

static enum wx_status shell_event(struct wx_tx *tx, int64_t now_s, struct wx_err *err)
{
    struct wx_audit_event event = {
        .at_ms = now_s * 1000,
        .by = WX_STR("shell"),
        .operation = WX_STR("setup.link"),
        .kind = WX_STR("office"),
    };

    return wx_audit_append(tx, &event, err);
}

enum wx_status wx_setup_link_put(struct wx_tx *tx, int64_t now_s,
                                 const struct wx_sha256 *secret, struct wx_err *err)
{
    enum wx_status status = wx_link_remove_of(tx, 0, err);

    if (!status)
        status = wx_link_add(tx, secret, "setup", 0, now_s + WX_SETUP_LINK_S, err);
    return status ? status : shell_event(tx, now_s, err);
}

enum wx_status wx_setup_link_make(struct wx_tx *tx, int64_t now_s,
                                  struct wx_token *link, struct wx_err *err)
{
    struct wx_sha256 secret;

    *link = wx_token_make();
    secret = wx_token_hash(wx_str_of(link->text));
    return wx_setup_link_put(tx, now_s, &secret, err);
}

enum wx_status wx_setup_account_add(struct wx_tx *tx, const struct wx_account_new *wish,
                                    struct wx_str password_hash, int64_t now_s,
                                    int64_t *id, enum wx_account_fault *fault,
                                    struct wx_err *err)
{
    struct wx_account_row row = {
        .login = wish->login,
        .name = wish->name,
        .lang = wish->lang,
        .password = password_hash,
        .roles = 1u << WX_ROLE_FOUNDER | 1u << WX_ROLE_OFFICE,
    };
    int64_t n_accounts = 0;
    enum wx_status status = form_check(wish, fault, err);

    if (!status)
        status = wx_account_count(tx, &n_accounts, err);
    if (status)
        return status;
    if (n_accounts)
        row.founder_until_s = now_s + WX_FOUNDER_AGAIN_S;
    return taken(wx_account_add(tx, &row, now_s, id, err), fault, err);
}
