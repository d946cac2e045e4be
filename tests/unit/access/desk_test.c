#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "access/factor.h"
#include "access/plan.h"
#include "place.h"
#include "store/office_session.h"

#define ROLE(name) (1u << WX_ROLE_##name)

#define REFUSED(call, why)                                                             \
    do {                                                                               \
        assert_int_equal((call), WX_E_INVALID);                                        \
        assert_int_equal(fault, why);                                                  \
    } while (0)

/* An account in force. HASH is no password's; nobody signs in here. */
static int64_t account(struct place *p, struct wx_tx *tx, const char *login,
                       uint32_t roles, int64_t unit_id, int64_t agency_id)
{
    struct wx_account_row row = {.login = wx_str_of(login),
                                 .name = wx_str_of(login),
                                 .lang = WX_STR("zh"),
                                 .password = WX_STR("hash"),
                                 .roles = roles,
                                 .unit_id = unit_id,
                                 .agency_id = agency_id};
    int64_t id;

    OK(wx_account_add(tx, &row, NOON, &id, &p->err));
    return id;
}

static struct wx_token session(struct place *p, struct wx_tx *tx, int64_t account_id,
                               bool has_mfa, int64_t at_s)
{
    struct wx_token token = wx_token_make();
    struct wx_sha256 secret = wx_token_hash(wx_str_of(token.text));
    struct wx_session_row row = {.account_id = account_id,
                                 .begun_s = at_s,
                                 .used_s = at_s,
                                 .has_mfa = has_mfa,
                                 .step_up_s = has_mfa ? at_s + 300 : 0};

    OK(wx_session_add(tx, &secret, &row, &row.id, &p->err));
    return token;
}

static enum wx_status come(struct place *p, const struct wx_token *token, int64_t at_s,
                           bool counts, bool is_bearer, struct wx_desk_known *known)
{
    struct wx_desk_sign sign = {wx_str_of(token->text), is_bearer, at_s,
                                WX_STR("127.0.0.1")};
    struct wx_tx *tx;
    enum wx_status status;

    OK(wx_tx_read(p->office, NULL, &tx, &p->err));
    status = counts ? wx_desk_identify(p->desk, tx, &p->arena, &sign, known, &p->err)
                    : wx_desk_look(p->desk, tx, &p->arena, &sign, known, &p->err);
    wx_tx_end(tx);
    return status;
}

static struct wx_principal admin(int64_t id, uint32_t roles)
{
    return (struct wx_principal){
        .account_id = id, .roles = roles, .has_mfa = true, .now_s = NOON};
}

static void session__ends_when_idle_and_after_eight_hours(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    int64_t staff = account(p, tx, "staff", ROLE(UNIT_STAFF), 0, 0),
            boss = account(p, tx, "boss", ROLE(OFFICE), 0, 0);
    struct wx_token plain = session(p, tx, staff, false, NOON),
                    busy = session(p, tx, staff, false, NOON),
                    high = session(p, tx, boss, true, NOON), none = wx_token_make();
    struct wx_desk_known known;
    int64_t at_s;

    commit(p, tx);
    assert_int_equal(come(p, &plain, NOON + 1799, false, false, &known), WX_OK);
    assert_int_equal(come(p, &plain, NOON + 1800, false, false, &known), WX_E_EXPIRED);
    assert_int_equal(come(p, &high, NOON + 899, false, false, &known), WX_OK);
    assert_int_equal(known.idle_s, 900);
    assert_true(come(p, &high, NOON + 900, false, false, &known) == WX_E_EXPIRED);
    /* looking is no use; using is, until the absolute end to the second */
    for (at_s = NOON; at_s < NOON + 8 * 3600; at_s += 1000) {
        assert_int_equal(come(p, &busy, at_s, true, false, &known), WX_OK);
        wx_desk_tick(p->desk, at_s); /* and is written down, and old ones cleared */
    }
    assert_int_equal(come(p, &busy, NOON + 8 * 3600 - 1, true, false, &known), WX_OK);
    assert_true(come(p, &busy, NOON + 8 * 3600, true, false, &known) == WX_E_EXPIRED);
    assert_true(come(p, &plain, NOON + 1, true, false, &known) == WX_E_NOT_FOUND);
    assert_true(come(p, &none, NOON, true, false, &known) == WX_E_NOT_FOUND);
    /* the office's own limits count from the next request on */
    tx = begin(p);
    OK(wx_office_set(tx, "session.idle_s", WX_STR("60"), &p->err));
    plain = session(p, tx, staff, false, NOON);
    commit(p, tx);
    assert_int_equal(come(p, &plain, NOON + 59, false, false, &known), WX_OK);
    assert_true(come(p, &plain, NOON + 60, false, false, &known) == WX_E_EXPIRED);
    tx = begin(p);
    OK(wx_office_set(tx, "session.idle_s", WX_STR("120"), &p->err));
    commit(p, tx);
    assert_int_equal(come(p, &plain, NOON + 60, false, false, &known), WX_OK);
    assert_true(come(p, &busy, NOON, true, true, &known) == WX_E_NOT_FOUND);
}

static void session__second_proof_is_fresh_for_five_minutes(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    int64_t boss = account(p, tx, "boss", ROLE(OFFICE), 0, 0);
    struct wx_token high = session(p, tx, boss, true, NOON),
                    low = session(p, tx, boss, false, NOON);
    struct wx_desk_known known;

    commit(p, tx);
    assert_int_equal(come(p, &high, NOON + 299, true, false, &known), WX_OK);
    assert_true(known.who.is_fresh && wx_access_may(&known.who, WX_OP_UNIT_WRITE));
    assert_int_equal(come(p, &high, NOON + 300, true, false, &known), WX_OK);
    assert_false(known.who.is_fresh);
    /* the same person without his second factor: privileged roles rest */
    assert_int_equal(come(p, &low, NOON, true, false, &known), WX_OK);
    assert_true(known.must_enrol);
    assert_false(wx_access_may(&known.who, WX_OP_UNIT_WRITE));
    assert_true(wx_access_may(&known.who, WX_OP_ACCOUNT_TOTP));
}

static void session__locking_ends_it_at_once(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    int64_t staff = account(p, tx, "staff", ROLE(UNIT_STAFF), 0, 0),
            chief = account(p, tx, "chief", ROLE(SYSADMIN), 0, 0);
    struct wx_principal by = admin(chief, ROLE(SYSADMIN));
    struct wx_token one = session(p, tx, staff, false, NOON), program = wx_token_make();
    struct wx_sha256 hash = wx_token_hash(wx_str_of(program.text));
    struct wx_token_row token = {.account_id = staff,
                                 .name = WX_STR("ci"),
                                 .operations = WX_STR("register.read gone.long_ago"),
                                 .until_s = NOON + 1000};
    enum wx_account_fault fault;
    struct wx_desk_known known;

    OK(wx_token_add(tx, &hash, &token, &token.id, &p->err));
    commit(p, tx);
    assert_int_equal(come(p, &one, NOON, true, false, &known), WX_OK);
    assert_int_equal(come(p, &program, NOON, true, true, &known), WX_OK);
    assert_true(wx_access_may(&known.who, WX_OP_REGISTER_READ));
    assert_false(wx_access_may(&known.who, WX_OP_REGISTER_WRITE));
    assert_false(wx_access_may(&known.who, WX_OP_ACCOUNT_PASSWORD));
    assert_true(come(p, &program, NOON + 1000, true, true, &known) == WX_E_EXPIRED);
    tx = begin(p);
    OK(wx_account_lock(tx, &p->arena, &by, staff, true, &fault, &p->err));
    commit(p, tx);
    assert_true(come(p, &one, NOON, true, false, &known) == WX_E_NOT_FOUND);
    assert_true(come(p, &program, NOON, true, true, &known) == WX_E_EXPIRED);
    tx = begin(p);
    OK(wx_account_lock(tx, &p->arena, &by, staff, false, &fault, &p->err));
    commit(p, tx);
    assert_int_equal(come(p, &program, NOON, true, true, &known), WX_OK);
}

static void founder__rests_once_both_administrators_are_in_post(void **state)
{
    struct place *p = *state;
    struct wx_account_row row;
    struct wx_tx *tx = begin(p);
    int64_t founder = account(p, tx, "founder", ROLE(FOUNDER) | ROLE(OFFICE), 0, 0),
            other;
    uint32_t roles;

    OK(wx_account_by_id(tx, &p->arena, founder, &row, &p->err));
    (void)account(p, tx, "system", ROLE(SYSADMIN), 0, 0);
    OK(wx_desk_roles(tx, &row, NOON, &roles, &p->err));
    assert_int_equal(roles, ROLE(FOUNDER) | ROLE(OFFICE));
    other = account(p, tx, "security", ROLE(SECADMIN), 0, 0);
    OK(wx_desk_roles(tx, &row, NOON, &roles, &p->err));
    assert_int_equal(roles, ROLE(OFFICE));
    /* brought back from the shell: for its day, whoever is in post */
    row.founder_until_s = NOON + 10;
    OK(wx_desk_roles(tx, &row, NOON + 9, &roles, &p->err));
    assert_int_equal(roles, ROLE(FOUNDER) | ROLE(OFFICE));
    OK(wx_desk_roles(tx, &row, NOON + 10, &roles, &p->err));
    assert_int_equal(roles, ROLE(OFFICE));
    /* a security administrator who cannot come in is none */
    row.founder_until_s = 0;
    OK(wx_account_by_id(tx, &p->arena, other, &row, &p->err));
    row.locked_s = NOON;
    OK(wx_account_put(tx, &row, &p->err));
    OK(wx_account_by_id(tx, &p->arena, founder, &row, &p->err));
    OK(wx_desk_roles(tx, &row, NOON, &roles, &p->err));
    assert_int_equal(roles, ROLE(FOUNDER) | ROLE(OFFICE));
    wx_tx_end(tx);
}

static enum wx_account_fault invite(struct place *p, struct wx_tx *tx,
                                    const struct wx_principal *by, const char *login,
                                    uint32_t roles, int64_t unit_id, int64_t agency_id,
                                    int64_t *id)
{
    struct wx_account_new wish = {.login = wx_str_of(login),
                                  .name = WX_STR("某人"),
                                  .roles = roles,
                                  .unit_id = unit_id,
                                  .agency_id = agency_id};
    enum wx_account_fault fault = WX_ACCOUNT_FINE;
    struct wx_token link;
    enum wx_status status =
        wx_account_invite(tx, &p->arena, by, &wish, id, &link, &fault, &p->err);

    assert_int_equal(status, fault ? WX_E_INVALID : WX_OK);
    return fault;
}

static void invite__roles_beyond_the_inviters_wait(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    int64_t system = account(p, tx, "system", ROLE(SYSADMIN), 0, 0),
            security = account(p, tx, "security", ROLE(SECADMIN), 0, 0), id, self;
    struct wx_principal by = admin(system, ROLE(SYSADMIN)),
                        approver = admin(security, ROLE(SECADMIN));
    struct wx_account_row row;
    enum wx_account_fault fault;

    assert_int_equal(invite(p, tx, &by, "new.one", ROLE(OFFICE), 0, 0, &id), 0);
    OK(wx_account_by_id(tx, &p->arena, id, &row, &p->err));
    assert_int_equal(row.roles, 0);
    assert_int_equal(row.wanted, ROLE(OFFICE));
    assert_int_equal(row.made_by, system);
    /* the inviter cannot approve: it is not his to grant */
    assert_int_equal(wx_account_approve(tx, &p->arena, &by, id, &fault, &p->err),
                     WX_E_INVALID);
    assert_int_equal(fault, WX_ACCOUNT_UNGRANTABLE);
    OK(wx_account_approve(tx, &p->arena, &approver, id, &fault, &p->err));
    OK(wx_account_by_id(tx, &p->arena, id, &row, &p->err));
    assert_int_equal(row.roles, ROLE(OFFICE));
    assert_int_equal(row.wanted, 0);
    /* a secadmin's own invitations of what he may grant need no other */
    assert_int_equal(invite(p, tx, &approver, "self.made", ROLE(AUDITOR), 0, 0, &self),
                     0);
    OK(wx_account_by_id(tx, &p->arena, self, &row, &p->err));
    assert_int_equal(row.roles, ROLE(AUDITOR));
    wx_tx_end(tx);
}

static void invite__refuses_what_does_not_fit(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    int64_t security = account(p, tx, "security", ROLE(SECADMIN), 0, 0), id;
    struct wx_principal by = admin(security, ROLE(SECADMIN));
    static const char *const logins[] = {"",     "a",   "Zhang San", "ZHANG",
                                         "张三", "a/b", "a'--"};

    for (size_t i = 0; i < sizeof logins / sizeof *logins; i++)
        assert_int_equal(invite(p, tx, &by, logins[i], 0, 0, 0, &id),
                         WX_ACCOUNT_BAD_LOGIN);
    assert_int_equal(invite(p, tx, &by, "security", 0, 0, 0, &id), WX_ACCOUNT_TAKEN);
    assert_int_equal(invite(p, tx, &by, "x1", ROLE(FOUNDER), 0, 0, &id),
                     WX_ACCOUNT_UNGRANTABLE);
    assert_int_equal(invite(p, tx, &by, "x2", ROLE(AUDITOR) | ROLE(OFFICE), 0, 0, &id),
                     WX_ACCOUNT_CONFLICT);
    assert_int_equal(invite(p, tx, &by, "x3", ROLE(UNIT_STAFF), 0, 0, &id),
                     WX_ACCOUNT_NO_UNIT);
    assert_int_equal(invite(p, tx, &by, "x4", ROLE(UNIT_STAFF), 77, 0, &id),
                     WX_ACCOUNT_NO_UNIT);
    assert_int_equal(invite(p, tx, &by, "x5", ROLE(AGENCY), 0, 0, &id),
                     WX_ACCOUNT_NO_AGENCY);
    assert_int_equal(invite(p, tx, &by, "x6", ROLE(OFFICE), 0, 5, &id),
                     WX_ACCOUNT_NO_AGENCY);
    wx_tx_end(tx);
}

static void roles__nobody_helps_himself_and_the_last_one_stays(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    int64_t system = account(p, tx, "system", ROLE(SYSADMIN), 0, 0),
            security = account(p, tx, "security", ROLE(SECADMIN), 0, 0),
            second = account(p, tx, "second", ROLE(SECADMIN), 0, 0),
            auditor = account(p, tx, "auditor", ROLE(AUDITOR), 0, 0);
    struct wx_principal by = admin(security, ROLE(SECADMIN)),
                        chief = admin(system, ROLE(SYSADMIN));
    enum wx_account_fault fault;
    struct wx_token link;
    struct wx_account_row row;

    REFUSED(
        wx_account_regrant(tx, &p->arena, &by, security, ROLE(OFFICE), 0, &fault, NULL),
        WX_ACCOUNT_SELF);
    REFUSED(wx_account_regrant(tx, &p->arena, &chief, second, ROLE(OFFICE), 0, &fault,
                               NULL),
            WX_ACCOUNT_UNGRANTABLE);
    REFUSED(
        wx_account_regrant(tx, &p->arena, &by, auditor, ROLE(OFFICE), 0, &fault, NULL),
        WX_ACCOUNT_CONFLICT);
    REFUSED(
        wx_account_regrant(tx, &p->arena, &by, auditor, 0, ROLE(AUDITOR), &fault, NULL),
        WX_ACCOUNT_LAST);
    REFUSED(wx_account_lock(tx, &p->arena, &by, system, true, &fault, NULL),
            WX_ACCOUNT_LAST);
    REFUSED(wx_account_reset(tx, &p->arena, &by, system, &link, &fault, NULL),
            WX_ACCOUNT_LAST);
    /* the second of two may go; then the other is the last */
    OK(wx_account_regrant(tx, &p->arena, &by, second, 0, ROLE(SECADMIN), &fault,
                          &p->err));
    REFUSED(wx_account_lock(tx, &p->arena, &chief, security, true, &fault, NULL),
            WX_ACCOUNT_LAST);
    /* whoever resets an administrator does not become one */
    OK(wx_account_regrant(tx, &p->arena, &by, second, ROLE(SECADMIN), 0, &fault,
                          &p->err));
    OK(wx_account_reset(tx, &p->arena, &chief, second, &link, &fault, &p->err));
    OK(wx_account_by_id(tx, &p->arena, second, &row, &p->err));
    assert_int_equal(row.roles, 0);
    assert_int_equal(row.wanted, ROLE(SECADMIN));
    assert_int_equal(row.password.len, 0);
    assert_int_equal(row.made_by, system);
    wx_tx_end(tx);
}

static void link__works_once_and_not_after_its_end(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    int64_t security = account(p, tx, "security", ROLE(SECADMIN), 0, 0), id;
    struct wx_principal by = admin(security, ROLE(SECADMIN));
    struct wx_account_new wish = {.login = WX_STR("new"), .name = WX_STR("新人")};
    enum wx_account_fault fault;
    struct wx_account_row row;
    struct wx_token first, again;

    OK(wx_account_invite(tx, &p->arena, &by, &wish, &id, &first, &fault, &p->err));
    OK(wx_account_reset(tx, &p->arena, &by, id, &again, &fault, &p->err));
    assert_int_equal(
        wx_invitation_find(tx, &p->arena, wx_str_of(first.text), NOON, &row, NULL),
        WX_E_NOT_FOUND); /* a newer link voids the former */
    assert_int_equal(wx_invitation_find(tx, &p->arena, wx_str_of(again.text),
                                        NOON + WX_INVITATION_S, &row, NULL),
                     WX_E_EXPIRED);
    OK(wx_invitation_find(tx, &p->arena, wx_str_of(again.text),
                          NOON + WX_INVITATION_S - 1, &row, &p->err));
    assert_int_equal(row.id, id);
    OK(wx_invitation_accept(tx, &row, WX_STR("hash"), &p->err));
    assert_int_equal(
        wx_invitation_find(tx, &p->arena, wx_str_of(again.text), NOON, &row, NULL),
        WX_E_NOT_FOUND);
    wx_tx_end(tx);
}

static void factor__is_enrolled_by_proof_and_each_code_works_once(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    int64_t id = account(p, tx, "boss", ROLE(OFFICE), 0, 0), left;
    struct wx_recovery_code codes[WX_RECOVERY_CODES], former[WX_RECOVERY_CODES];
    struct wx_account_row row;
    struct wx_totp_secret secret;
    struct wx_str key = {(const char *)secret.bytes, sizeof secret.bytes};
    char code[8];
    bool fits;

    OK(wx_account_by_id(tx, &p->arena, id, &row, &p->err));
    OK(wx_factor_begin(tx, p->desk, &p->arena, &row, &secret, &p->err));
    OK(wx_factor_prove(tx, p->desk, &p->arena, &row, WX_STR("000000"), NOON, &fits,
                       &p->err));
    assert_false(fits); /* not in use yet */
    snprintf(code, sizeof code, "%06u", wx_totp_code(key, NOON / 30) ^ 1);
    OK(wx_factor_confirm(tx, p->desk, &p->arena, &row, wx_str_of(code), NOON, &fits,
                         codes, &p->err));
    assert_false(fits || row.totp.len);
    snprintf(code, sizeof code, "%06u", wx_totp_code(key, NOON / 30));
    OK(wx_factor_confirm(tx, p->desk, &p->arena, &row, wx_str_of(code), NOON, &fits,
                         codes, &p->err));
    assert_true(fits && row.totp.len && !row.totp_new.len);
    /* nothing in the row says the secret */
    assert_int_equal(wx_str_find(row.totp, key, 0), WX_NPOS);
    OK(wx_factor_prove(tx, p->desk, &p->arena, &row, wx_str_of(code), NOON + 5, &fits,
                       &p->err));
    assert_false(fits); /* the enrolment used it up */
    snprintf(code, sizeof code, "%06u", wx_totp_code(key, NOON / 30 + 1));
    OK(wx_factor_prove(tx, p->desk, &p->arena, &row, wx_str_of(code), NOON + 30, &fits,
                       &p->err));
    assert_true(fits);
    OK(wx_account_by_id(tx, &p->arena, id, &row, &p->err)); /* it is in the row */
    OK(wx_factor_prove(tx, p->desk, &p->arena, &row, wx_str_of(code), NOON + 30, &fits,
                       &p->err));
    assert_false(fits);
    for (int i = 0; i < 2; i++) {
        OK(wx_factor_prove(tx, p->desk, &p->arena, &row, wx_str_of(codes[3].text), NOON,
                           &fits, &p->err));
        assert_int_equal(fits, i == 0);
    }
    OK(wx_recovery_count(tx, id, &left, &p->err));
    assert_int_equal(left, WX_RECOVERY_CODES - 1);
    memcpy(former, codes, sizeof codes);
    OK(wx_factor_codes(tx, id, codes, &p->err));
    OK(wx_factor_prove(tx, p->desk, &p->arena, &row, wx_str_of(former[4].text), NOON,
                       &fits, &p->err));
    assert_false(fits);
    wx_tx_end(tx);
}

/* The agency's people: every edge of every window, to the second. */
static void agency__comes_in_within_all_its_windows_only(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    struct wx_desk_known known;
    struct wx_object object = {.exists = true, .unit_id = 1};
    struct wx_account_row row;
    struct wx_token token;
    int64_t id;
    static const struct {
        const char *sql;
        int64_t first_s, last_s; /* seconds in which he is in; 0: never */
    } cases[] = {
        {"SELECT 1", NOON + 100, NOON + 199},
        {"UPDATE engagement SET begins = begins + 1, ends = ends - 1", NOON + 101,
         NOON + 198},
        {"UPDATE account SET vetted_s = 1763784150 WHERE login = 'tester'", NOON + 150,
         NOON + 199},
        {"UPDATE account SET vetted_until_s = 1763784150 WHERE login = 'tester'",
         NOON + 100, NOON + 149},
        {"UPDATE account SET vetted_s = 0 WHERE login = 'tester'", 0, 0},
        {"UPDATE agency SET vetted = 1763784160, vetting = 'passed'", NOON + 160,
         NOON + 199},
        {"UPDATE agency SET vetting = 'failed'", 0, 0},
        {"UPDATE agency SET vetting = 'none', vetted = 0", 0, 0},
        {"UPDATE agency SET vetted = 0", 0, 0},
        /* 2025-11-22 in China ends at 16:00:00Z of that day */
        {"UPDATE engagement SET begins = 1763827100, ends = 1763827300;"
         "UPDATE agency SET agreement_until = '2025-11-22';",
         1763827100, 1763827199},
        {"UPDATE engagement SET begins = 1763827100, ends = 1763827300;"
         "UPDATE agency SET qualified_until = '2025-11-22';",
         1763827100, 1763827199},
        {"UPDATE engagement SET begins = 1763827100, ends = 1763827300;"
         "UPDATE agency SET agreement_on = '2025-11-23';",
         1763827200, 1763827299},
        {"UPDATE agency SET agreement_on = ''", 0, 0},
        {"UPDATE agency SET agreement_until = ''", 0, 0},
        {"UPDATE agency SET qualified_until = ''", 0, 0},
        {"UPDATE agency SET retired_s = 5", 0, 0},
        {"UPDATE engagement SET retired_s = 5", 0, 0},
        {"UPDATE engagement SET state = 'draft'", 0, 0},
        {"UPDATE engagement SET state = 'ended'", 0, 0},
    };

    run(p, tx, "INSERT INTO unit (id, name) VALUES (1, 'entrusted'), (2, 'other')");
    run(p, tx,
        "INSERT INTO agency (id, name, vetting, vetted, qualified_until, agreement_on,"
        " agreement_until) VALUES (5, 'lab', 'passed', 1, '2030-01-01', '2020-01-01',"
        " '2030-01-01')");
    run(p, tx,
        "INSERT INTO engagement (id, unit_id, agency_id, with_below, begins, ends,"
        " state) VALUES (7, 1, 5, 0, 1763784100, 1763784200, 'active')");
    id = account(p, tx, "tester", ROLE(AGENCY), 0, 5);
    OK(wx_account_by_id(tx, &p->arena, id, &row, &p->err));
    row.vetted_s = 1;
    row.vetted_until_s = 1900000000;
    OK(wx_account_put(tx, &row, &p->err));
    commit(p, tx);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wx_str sql = wx_str_of(cases[i].sql);
        const int64_t moments[] = {cases[i].first_s - 1, cases[i].first_s,
                                   cases[i].last_s, cases[i].last_s + 1, NOON + 120};
        bool is_never = !cases[i].first_s;

        tx = begin(p);
        /* all the rows as they were, so that each case stands alone */
        run(p, tx,
            "UPDATE agency SET vetting = 'passed', vetted = 1, qualified_until ="
            " '2030-01-01', agreement_on = '2020-01-01', agreement_until ="
            " '2030-01-01', retired_s = 0");
        run(p, tx, "UPDATE agency SET vetting = 'passed', vetted = 1");
        run(p, tx,
            "UPDATE engagement SET begins = 1763784100, ends = 1763784200, state ="
            " 'active', retired_s = 0");
        run(p, tx,
            "UPDATE account SET vetted_s = 1, vetted_until_s = 1900000000 WHERE"
            " login = 'tester'");
        while (sql.len)
            run(p, tx, wx_arena_z(&p->arena, wx_str_cut(&sql, ';')));
        /* what changed was vetted again: only the case's own window is asked */
        if (strstr(cases[i].sql, "_until = '2") || strstr(cases[i].sql, "_on = '2"))
            run(p, tx, "UPDATE agency SET vetting = 'passed', vetted = 1");
        token =
            session(p, tx, id, true, cases[i].first_s ? cases[i].first_s - 1 : NOON);
        commit(p, tx);
        for (size_t m = is_never ? 4 : 0; m < (is_never ? 5 : 4); m++) {
            bool is_in = m == 1 || m == 2;

            if ((come(p, &token, moments[m], true, false, &known) == WX_OK) != is_in)
                fail_msg("%s: second %lld", cases[i].sql, (long long)moments[m]);
            if (!is_in)
                continue;
            object.unit_id = 1;
            assert_int_equal(wx_access_ask(&known.who, WX_OP_FINDING_READ, &object),
                             WX_ALLOW);
            object.unit_id = 2;
            assert_int_equal(wx_access_ask(&known.who, WX_OP_FINDING_READ, &object),
                             WX_DENY_HIDDEN);
        }
    }
}

static void agency__changing_what_was_vetted_ends_the_vetting(void **state)
{
    static const char *const changes[] = {
        "UPDATE agency SET qualification = 'x'",
        "UPDATE agency SET qualified_until = "
        "'2031-01-01'",
        "UPDATE agency SET agreement_on = '2021-01-01'",
        "UPDATE agency SET agreement_until = '2031-01-01'",
        "UPDATE agency SET qualification_no = '7'"};
    struct place *p = *state;
    struct wx_tx *tx = begin(p);

    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct wx_query q;

        run(p, tx, "DELETE FROM agency");
        run(p, tx, "INSERT INTO agency (id, vetting, vetted) VALUES (5, 'passed', 1)");
        run(p, tx, "UPDATE agency SET note = 'no matter'");
        q = wx_query_trusted(tx, "SELECT vetted FROM agency");
        assert_true(wx_query_next(&q) && wx_query_get_int(&q) == 1);
        OK(wx_query_end(&q, &p->err));
        run(p, tx, changes[i]);
        q = wx_query_trusted(tx, "SELECT vetted FROM agency WHERE vetting = 'none'");
        assert_true(wx_query_next(&q) && wx_query_get_int(&q) == 0);
        OK(wx_query_end(&q, &p->err));
    }
    wx_tx_end(tx);
}

static void reach__follows_the_organisation_at_once(void **state)
{
    struct place *p = *state;
    struct wx_tx *tx = begin(p);
    struct wx_desk_known known;
    int64_t id;
    struct wx_token token;
    struct wx_desk_sign sign;

    run(p, tx,
        "INSERT INTO unit (id, name, parent_id) VALUES (1, 'a', 0), (2, 'b', 1), (3,"
        " 'c', 0)");
    id = account(p, tx, "staff", ROLE(UNIT_STAFF), 1, 0);
    token = session(p, tx, id, false, NOON);
    commit(p, tx);
    OK(come(p, &token, NOON, true, false, &known));
    assert_true(wx_scope_has(&known.who.reach.tree, 2));
    assert_false(wx_scope_has(&known.who.reach.tree, 3));
    /* within the changing transaction it is so already, for others not yet */
    tx = begin(p);
    run(p, tx, "UPDATE unit SET parent_id = 1 WHERE id = 3");
    run(p, tx, "UPDATE unit SET parent_id = 0 WHERE id = 2");
    sign = (struct wx_desk_sign){wx_str_of(token.text), false, NOON, WX_STR("")};
    OK(wx_desk_identify(p->desk, tx, &p->arena, &sign, &known, &p->err));
    assert_true(wx_scope_has(&known.who.reach.tree, 3));
    OK(come(p, &token, NOON, true, false, &known));
    assert_false(wx_scope_has(&known.who.reach.tree, 3));
    wx_tx_end(tx); /* undone */
    OK(come(p, &token, NOON, true, false, &known));
    assert_true(wx_scope_has(&known.who.reach.tree, 2));
    /* as many changes as were undone, but others: what was seen then is not kept */
    tx = begin(p);
    run(p, tx, "UPDATE unit SET parent_id = 0 WHERE id = 3");
    run(p, tx, "UPDATE unit SET name = 'x', parent_id = 1 WHERE id = 2");
    commit(p, tx);
    OK(come(p, &token, NOON, true, false, &known));
    assert_true(wx_scope_has(&known.who.reach.tree, 2));
    assert_false(wx_scope_has(&known.who.reach.tree, 3));
    tx = begin(p);
    run(p, tx, "UPDATE unit SET parent_id = 1 WHERE id = 3");
    commit(p, tx);
    OK(come(p, &token, NOON, true, false, &known));
    assert_true(wx_scope_has(&known.who.reach.tree, 3));
}

static void setup_link__dropped_by_the_shell_is_taken_in(void **state)
{
    struct place *p = *state;
    struct wx_token link;
    struct wx_sha256 secret;
    struct wx_tx *tx;
    int64_t account_id;

    OK(wx_setup_drop_leave(p->dir, &link, &p->err));
    assert_false(wx_setup_drop_is_taken(p->dir, &link));
    wx_desk_tick(p->desk, NOON);
    assert_true(wx_setup_drop_is_taken(p->dir, &link));
    secret = wx_token_hash(wx_str_of(link.text));
    OK(wx_tx_read(p->office, NULL, &tx, &p->err));
    OK(wx_link_find(tx, &secret, "setup", NOON + 3599, &account_id, &p->err));
    assert_int_equal(wx_link_find(tx, &secret, "setup", NOON + 3600, &account_id, NULL),
                     WX_E_EXPIRED);
    wx_tx_end(tx);
}

static void throttle__counts_pair_account_and_address(void **state)
{
    struct wx_throttle *t = wx_throttle_new();
    struct wx_str a = WX_STR("lisi"), b = WX_STR("192.0.2.1");
    char address[32];
    int64_t at_s = NOON;

    (void)state;
    for (int i = 0; i < WX_THROTTLE_PAIR; i++) {
        assert_int_equal(wx_throttle_wait_s(t, a, b, at_s + i), 0);
        wx_throttle_try(t, a, b, at_s + i);
    }
    assert_int_equal(wx_throttle_wait_s(t, a, b, at_s + 5), 895);
    assert_int_equal(wx_throttle_wait_s(t, WX_STR("LiSi"), b, at_s + 5), 895);
    assert_int_equal(wx_throttle_wait_s(t, a, WX_STR("192.0.2.2"), at_s + 5), 0);
    assert_int_equal(wx_throttle_wait_s(t, WX_STR("zhao"), b, at_s + 5), 0);
    assert_int_equal(wx_throttle_wait_s(t, a, b, at_s + 899), 1);
    assert_int_equal(wx_throttle_wait_s(t, a, b, at_s + 900), 0);
    /* one that was right is forgotten */
    at_s += 1000;
    for (int i = 0; i < 200; i++) {
        wx_throttle_try(t, a, b, at_s);
        wx_throttle_passed(t, a, b);
    }
    assert_int_equal(wx_throttle_wait_s(t, a, b, at_s), 0);
    /* one account from many places */
    at_s += 1000;
    for (int i = 0; i < WX_THROTTLE_ACCOUNT; i++) {
        snprintf(address, sizeof address, "198.51.100.%d", i);
        assert_int_equal(wx_throttle_wait_s(t, a, wx_str_of(address), at_s), 0);
        wx_throttle_try(t, a, wx_str_of(address), at_s);
    }
    assert_int_equal(wx_throttle_wait_s(t, a, WX_STR("203.0.113.9"), at_s), 900);
    /* many accounts from one place */
    for (int i = 0; i < WX_THROTTLE_ADDRESS; i++) {
        snprintf(address, sizeof address, "user%d", i);
        assert_int_equal(wx_throttle_wait_s(t, wx_str_of(address), b, at_s), 0);
        wx_throttle_try(t, wx_str_of(address), b, at_s);
    }
    assert_int_equal(wx_throttle_wait_s(t, WX_STR("anybody"), b, at_s), 900);
    wx_throttle_free(t);
}

/* Somebody floods the table: it stays as large as it is, and a hard case stays known.
 */
static void throttle__a_flood_does_not_free_who_was_stopped(void **state)
{
    struct wx_throttle *t = wx_throttle_new();
    char name[32];

    (void)state;
    for (int i = 0; i < WX_THROTTLE_PAIR; i++)
        wx_throttle_try(t, WX_STR("lisi"), WX_STR("192.0.2.1"), NOON);
    for (int i = 0; i < 200000; i++) {
        snprintf(name, sizeof name, "flood%d", i);
        wx_throttle_try(t, wx_str_of(name), wx_str_of(name), NOON + 1);
    }
    assert_int_equal(
        wx_throttle_wait_s(t, WX_STR("lisi"), WX_STR("192.0.2.1"), NOON + 1), 899);
    wx_throttle_free(t);
}

#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_clear)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(session__ends_when_idle_and_after_eight_hours),
        IN_A_PLACE(session__second_proof_is_fresh_for_five_minutes),
        IN_A_PLACE(session__locking_ends_it_at_once),
        IN_A_PLACE(founder__rests_once_both_administrators_are_in_post),
        IN_A_PLACE(invite__roles_beyond_the_inviters_wait),
        IN_A_PLACE(invite__refuses_what_does_not_fit),
        IN_A_PLACE(roles__nobody_helps_himself_and_the_last_one_stays),
        IN_A_PLACE(link__works_once_and_not_after_its_end),
        IN_A_PLACE(factor__is_enrolled_by_proof_and_each_code_works_once),
        IN_A_PLACE(agency__comes_in_within_all_its_windows_only),
        IN_A_PLACE(agency__changing_what_was_vetted_ends_the_vetting),
        IN_A_PLACE(reach__follows_the_organisation_at_once),
        IN_A_PLACE(setup_link__dropped_by_the_shell_is_taken_in),
        cmocka_unit_test(throttle__counts_pair_account_and_address),
        cmocka_unit_test(throttle__a_flood_does_not_free_who_was_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
