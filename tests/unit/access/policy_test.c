#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "oracle.h"

/* xorshift: the same worlds on every machine. */
static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}
static int64_t below(uint64_t *seed, int64_t n)
{
    return (int64_t)(next(seed) % (uint64_t)n);
}

static void world_make(struct oracle_world *w, uint64_t *seed)
{
    memset(w, 0, sizeof *w);
    w->n_units = (size_t)(1 + below(seed, 30));
    w->now_s = 1000;
    for (size_t i = 0; i < w->n_units; i++) {
        /* ids with holes, parents that do not exist, now and then a loop */
        w->units[i].id = (int64_t)(i * 3 + 1);
        w->units[i].parent_id =
            below(seed, 12) == 0
                ? 1 + below(seed, 100)
                : (i && below(seed, 4) ? w->units[below(seed, (int64_t)i)].id : 0);
        w->units[i].part = below(seed, 5) == 0
                               ? (below(seed, 2) ? WX_PART_CRYPTO : WX_PART_GOVERNMENT)
                               : 0;
    }
    w->n_assignments = (size_t)below(seed, 8);
    for (size_t i = 0; i < w->n_assignments; i++) {
        struct wx_org_assignment *a = &w->assignments[i];

        if (below(seed, 2))
            a->account_id = 1 + below(seed, 4);
        else
            a->agency_id = 1 + below(seed, 2);
        a->unit_id = 1 + below(seed, (int64_t)w->n_units * 3 + 3);
        a->with_below = below(seed, 2);
        /* the seconds around now, where windows begin and end */
        a->window = (struct wx_window){998 + below(seed, 4), 999 + below(seed, 5)};
    }
    w->cleared = below(seed, 3)
                     ? WX_WINDOW_ALWAYS
                     : (struct wx_window){999 + below(seed, 3), 1000 + below(seed, 3)};
}

static void principal_make(struct wx_principal *who, const struct oracle_world *w,
                           struct wx_arena *arena, const struct wx_org *org,
                           uint64_t *seed)
{
    struct wx_reach_of of;

    memset(who, 0, sizeof *who);
    who->now_s = w->now_s;
    if (below(seed, 20)) {
        who->account_id = 1 + below(seed, 4);
        who->roles = 1u << below(seed, WX_ROLE_COUNT);
        if (below(seed, 3) == 0)
            who->roles |= 1u << below(seed, WX_ROLE_COUNT);
        who->unit_id = below(seed, 3) ? w->units[below(seed, (int64_t)w->n_units)].id
                                      : below(seed, 2) * 5000;
        who->agency_id = below(seed, 3) ? 0 : 1 + below(seed, 2);
    }
    who->has_mfa = below(seed, 4) != 0;
    who->is_fresh = below(seed, 2);
    who->is_suspended = below(seed, 20) == 0;
    who->is_token = below(seed, 5) == 0;
    for (int i = 0; i < WX_OP_WORDS; i++)
        who->token_ops.bits[i] = next(seed) | next(seed);
    of =
        (struct wx_reach_of){who->account_id, who->agency_id, who->unit_id, w->cleared};
    wx_reach_make(&who->reach, arena, org, &of, w->now_s);
}

static void object_make(struct wx_object *object, const struct oracle_world *w,
                        const struct wx_principal *who, enum wx_op op, uint64_t *seed)
{
    const char *const *states = wx_op_states(op);
    int n = 0;

    memset(object, 0, sizeof *object);
    object->exists = below(seed, 10) != 0;
    object->is_list = below(seed, 10) == 0;
    object->is_none = below(seed, 10) == 0;
    object->unit_id = below(seed, 6) ? w->units[below(seed, (int64_t)w->n_units)].id
                                     : below(seed, 2) * 4711;
    object->account_id = below(seed, 5);
    object->made_by = below(seed, 2) ? who->account_id : below(seed, 5);
    object->parts = below(seed, 3) ? 0 : (uint32_t)below(seed, 16);
    while (states && states[n])
        n++;
    if (n && below(seed, 8))
        object->state = wx_str_of(states[below(seed, n)]);
    else if (below(seed, 3) == 0)
        object->state = WX_STR("nonsense");
}

static void ask__agrees_with_brute_force_over_random_worlds(void **state)
{
    struct oracle *o = *state;
    struct wx_arena arena;
    uint64_t seed = 20161122;
    long n_allowed = 0, n_hidden = 0, n_other = 0;

    wx_arena_init(&arena);
    for (int round = 0; round < 10000; round++) {
        struct oracle_world w;
        struct wx_org org;
        struct wx_err err;

        wx_arena_reset(&arena);
        world_make(&w, &seed);
        assert_int_equal(wx_org_make(&org, &arena, w.units, w.n_units, w.assignments,
                                     w.n_assignments, &err),
                         WX_OK);
        for (int p = 0; p < 4; p++) {
            struct wx_principal who;

            principal_make(&who, &w, &arena, &org, &seed);
            for (int q = 0; q < 40; q++) {
                enum wx_op op = (enum wx_op)below(&seed, WX_OP_COUNT);
                struct wx_object object;
                enum wx_answer got, wanted;

                object_make(&object, &w, &who, op, &seed);
                got = wx_access_ask(&who, op, &object);
                wanted = oracle_ask(o, &w, &who, wx_op_name(op), &object);
                if (got != wanted)
                    fail_msg("world %d, %s: got %d, brute force says %d", round,
                             wx_op_name(op), got, wanted);
                *(got == WX_ALLOW         ? &n_allowed
                  : got == WX_DENY_HIDDEN ? &n_hidden
                                          : &n_other) += 1;
            }
        }
    }
    /* the worlds are worth something only when all kinds of answer came up */
    assert_true(n_allowed > 50000 && n_hidden > 50000 && n_other > 50000);
    wx_arena_clear(&arena);
}

static void scope__agrees_with_brute_force_over_random_worlds(void **state)
{
    struct oracle *o = *state;
    struct wx_arena arena;
    uint64_t seed = 4711;
    long n_seen = 0;

    wx_arena_init(&arena);
    for (int round = 0; round < 10000; round++) {
        struct oracle_world w;
        struct wx_org org;
        struct wx_err err;
        struct wx_principal who;
        struct wx_scope scope;
        enum wx_op op = (enum wx_op)below(&seed, WX_OP_COUNT);

        wx_arena_reset(&arena);
        world_make(&w, &seed);
        assert_int_equal(wx_org_make(&org, &arena, w.units, w.n_units, w.assignments,
                                     w.n_assignments, &err),
                         WX_OK);
        principal_make(&who, &w, &arena, &org, &seed);
        wx_access_scope(&who, op, &arena, &scope);
        for (int64_t unit = 0; unit < (int64_t)w.n_units * 3 + 70; unit++) {
            uint32_t parts = below(&seed, 3) ? 0 : (uint32_t)below(&seed, 16);
            bool got = wx_scope_has_item(&scope, unit, parts);

            if (got != oracle_sees(o, &w, &who, wx_op_name(op), unit, parts))
                fail_msg("world %d, %s, unit %d: scope says %d", round, wx_op_name(op),
                         (int)unit, got);
            n_seen += got;
        }
    }
    assert_true(n_seen > 10000);
    wx_arena_clear(&arena);
}

/* Every role x operation x owner x state x own act x freshness, in one small district:
 * unit 1 with 2 below, 3 beside, 4 of the other authority; expired and running windows.
 */
static void ask__full_matrix_agrees_with_brute_force(void **state)
{
    struct oracle *o = *state;
    static const int64_t owners[] = {0, 1, 2, 3, 4, 99};
    struct oracle_world w = {
        .units = {{1, 0, 0}, {2, 1, 0}, {3, 0, 0}, {4, 0, WX_PART_CRYPTO}},
        .n_units = 4,
        .assignments = {{7, 0, 3, false, {900, 1001}},
                        {7, 0, 2, false, {900, 1000}},
                        {0, 5, 3, false, {1000, 1001}},
                        {0, 5, 2, false, {1001, 1100}}},
        .n_assignments = 4,
        .now_s = 1000,
        .cleared = WX_WINDOW_ALWAYS,
    };
    struct wx_arena arena;
    struct wx_org org;
    struct wx_err err;
    long cells = 0;

    wx_arena_init(&arena);
    assert_int_equal(wx_org_make(&org, &arena, w.units, w.n_units, w.assignments,
                                 w.n_assignments, &err),
                     WX_OK);
    for (int role = -1; role < WX_ROLE_COUNT; role++)
        for (int variant = 0; variant < 8; variant++) {
            struct wx_principal who = {.account_id = role < 0 ? 0 : 7,
                                       .roles = role < 0 ? 0 : 1u << role,
                                       .unit_id = role < 0 ? 0 : 1,
                                       .agency_id = role == WX_ROLE_AGENCY ? 5 : 0,
                                       .has_mfa = !(variant & 1),
                                       .is_fresh = variant & 2,
                                       .is_suspended = (variant & 5) == 5,
                                       .now_s = 1000};
            struct wx_reach_of of = {who.account_id, who.agency_id, who.unit_id,
                                     w.cleared};

            wx_reach_make(&who.reach, &arena, &org, &of, 1000);
            for (unsigned op = 0; op < WX_OP_COUNT; op++)
                for (size_t u = 0; u < sizeof owners / sizeof *owners; u++)
                    for (int mine = 0; mine < 2; mine++) {
                        const char *const *states = wx_op_states((enum wx_op)op);
                        const char *none[] = {"", NULL};

                        for (const char *const *s = states ? states : none; *s; s++) {
                            struct wx_object object = {.exists = owners[u] != 99,
                                                       .unit_id = owners[u],
                                                       .account_id = mine ? 7 : 8,
                                                       .made_by = mine ? 7 : 8,
                                                       .state = wx_str_of(*s)};
                            const char *name = wx_op_name((enum wx_op)op);

                            assert_int_equal(
                                wx_access_ask(&who, (enum wx_op)op, &object),
                                oracle_ask(o, &w, &who, name, &object));
                            cells++;
                        }
                    }
        }
    assert_true(cells > 200000);
    wx_arena_clear(&arena);
}

static void policy__names_in_order_of_the_text(void **state)
{
    struct oracle *o = *state;
    enum wx_op op;
    enum wx_role role;

    assert_int_equal(o->n_ops, WX_OP_COUNT);
    assert_int_equal(o->n_roles, WX_ROLE_COUNT);
    for (int i = 0; i < o->n_ops; i++) {
        assert_true(wx_op_find(wx_str_of(o->ops[i].name), &op));
        assert_int_equal(op, i);
    }
    for (int i = 0; i < o->n_roles; i++) {
        assert_true(wx_role_find(wx_str_of(o->roles[i].name), &role));
        assert_int_equal(role, i);
        assert_int_equal(wx_role_is_privileged(role), o->roles[i].is_privileged);
    }
    assert_false(wx_op_find(WX_STR("finding.destroy"), &op));
    assert_false(wx_role_find(WX_STR("anyone"), &role));
}

/* What the requirements say outright, written down by hand: no slip of the policy that
 * both readings would share. */
static void policy__holds_what_the_requirements_say(void **state)
{
    static const uint32_t three[] = {WX_ROLE_SYSADMIN, WX_ROLE_SECADMIN,
                                     WX_ROLE_AUDITOR};
    enum wx_role a, b;
    size_t n;
    const struct wx_grant *grant;

    (void)state;
    for (int i = 0; i < 3; i++)
        for (unsigned r = 0; r < WX_ROLE_COUNT; r++)
            if (r != three[i])
                assert_true(wx_roles_conflict(1u << three[i] | 1u << r, &a, &b));
    for (unsigned r = 0; r < WX_ROLE_COUNT; r++)
        if (r != WX_ROLE_AGENCY)
            assert_true(wx_roles_conflict(1u << WX_ROLE_AGENCY | 1u << r, &a, &b));
    assert_true(
        wx_roles_conflict(1u << WX_ROLE_INSPECTOR | 1u << WX_ROLE_UNIT_STAFF, &a, &b));
    assert_false(
        wx_roles_conflict(1u << WX_ROLE_OFFICE | 1u << WX_ROLE_FOUNDER, &a, &b));
    assert_false(
        wx_roles_conflict(1u << WX_ROLE_OFFICE | 1u << WX_ROLE_INSPECTOR, &a, &b));
    /* a finding is dismissed by an inspector only */
    grant = wx_op_grants(WX_OP_FINDING_DISMISS, &n);
    assert_int_equal(n, 1);
    assert_int_equal(grant->role, WX_ROLE_INSPECTOR);
    assert_true(grant->flags & WX_GRANT_NOT_OWN);
    /* the three administrators and the superior never see findings or evidence */
    for (int i = 0; i < 2; i++) {
        grant = wx_op_grants(i ? WX_OP_EVIDENCE_READ : WX_OP_FINDING_READ, &n);
        for (size_t g = 0; g < n; g++)
            assert_true(
                grant[g].role != WX_ROLE_SYSADMIN &&
                grant[g].role != WX_ROLE_SECADMIN && grant[g].role != WX_ROLE_AUDITOR &&
                grant[g].role != WX_ROLE_SUPERIOR && grant[g].role != WX_ROLE_FOUNDER);
    }
    /* nobody grants the founder's role, and only these two grant any */
    for (unsigned r = 0; r < WX_ROLE_COUNT; r++) {
        uint32_t can = wx_roles_grantable(1u << r);

        assert_false(can >> WX_ROLE_FOUNDER & 1);
        if (r != WX_ROLE_SECADMIN && r != WX_ROLE_FOUNDER)
            assert_int_equal(can, 0);
    }
}

/* An agency's window to the second, through the whole question. */
static void window__begins_and_ends_on_the_second(void **state)
{
    static const struct wx_org_unit units[] = {{1, 0, 0}, {2, 0, 0}};
    static const struct wx_org_assignment rows[] = {{0, 5, 1, true, {1000, 2000}}};
    static const struct {
        int64_t at_s;
        enum wx_answer answer;
    } moments[] = {{999, WX_DENY_HIDDEN},
                   {1000, WX_ALLOW},
                   {1499, WX_ALLOW},
                   {1500, WX_DENY_HIDDEN},
                   {1999, WX_DENY_HIDDEN}};
    struct wx_arena arena;
    struct wx_org org;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    assert_int_equal(wx_org_make(&org, &arena, units, 2, rows, 1, &err), WX_OK);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        struct wx_principal who = {.account_id = 9,
                                   .agency_id = 5,
                                   .has_mfa = true,
                                   .roles = 1u << WX_ROLE_AGENCY};
        /* the tester's own vetting ends before the engagement does */
        struct wx_reach_of of = {9, 5, 0, {0, 1500}};
        struct wx_object object = {.exists = true, .unit_id = 1};

        wx_reach_make(&who.reach, &arena, &org, &of, moments[i].at_s);
        assert_int_equal(wx_access_ask(&who, WX_OP_FINDING_READ, &object),
                         moments[i].answer);
        assert_int_equal(wx_reach_is_assigned(&org, &of, moments[i].at_s),
                         moments[i].answer == WX_ALLOW);
        object.unit_id = 2;
        assert_int_equal(wx_access_ask(&who, WX_OP_FINDING_READ, &object),
                         WX_DENY_HIDDEN);
    }
    wx_arena_clear(&arena);
}

static void org__refuses_ids_past_the_ceiling_and_survives_loops(void **state)
{
    static const struct wx_org_unit loop[] = {
        {1, 3, 0}, {2, 1, 0}, {3, 2, 0}, {5, 5, 0}};
    static const struct wx_org_unit high[] = {{1 << 20, 0, 0}};
    struct wx_reach_of of = {9, 0, 2, WX_WINDOW_ALWAYS};
    struct wx_reach reach;
    struct wx_arena arena;
    struct wx_org org;
    struct wx_err err;

    (void)state;
    wx_arena_init(&arena);
    assert_int_equal(wx_org_make(&org, &arena, high, 1, NULL, 0, &err), WX_E_TOO_BIG);
    assert_int_equal(wx_org_make(&org, &arena, loop, 4, NULL, 0, &err), WX_OK);
    wx_reach_make(&reach, &arena, &org, &of, 1);
    for (int64_t id = 1; id < 6; id++)
        assert_int_equal(wx_scope_has(&reach.tree, id), id < 4);
    wx_arena_clear(&arena);
}

int main(void)
{
    struct oracle *o = oracle_read();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(policy__names_in_order_of_the_text, o),
        cmocka_unit_test(policy__holds_what_the_requirements_say),
        cmocka_unit_test_prestate(ask__full_matrix_agrees_with_brute_force, o),
        cmocka_unit_test_prestate(ask__agrees_with_brute_force_over_random_worlds, o),
        cmocka_unit_test_prestate(scope__agrees_with_brute_force_over_random_worlds, o),
        cmocka_unit_test(window__begins_and_ends_on_the_second),
        cmocka_unit_test(org__refuses_ids_past_the_ceiling_and_survives_loops),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    free(o);
    return failed;
}
