/* The life of a finding, written down by hand: every act in every state, and by whom.
 * The machine, the policy and this table were made apart and must say the same. */
#include "finding/machine.h"

#include "access/policy.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { NOW_S = 1800000000, DAY_S = 86400, UNIT = 5, ME = 77 };

static const char *const states[] = {"open",  "confirmed", "fixing",
                                     "fixed", "closed",    "dismissed"};
enum { N_STATES = 6 };

/* What each act makes of each state, in the order above; NULL: it is refused. */
static const struct {
    const char *act;
    const char *to[N_STATES];
} life[] = {
    {"confirm", {"confirmed", NULL, NULL, NULL, NULL, NULL}},
    {"propose", {"open", "confirmed", "fixing", NULL, NULL, NULL}},
    {"dismiss", {"dismissed", "dismissed", "dismissed", NULL, NULL, NULL}},
    {"reopen", {NULL, NULL, NULL, "open", "open", "open"}},
    {"assign", {"open", "confirmed", "fixing", NULL, NULL, NULL}},
    {"begin", {"fixing", "fixing", NULL, NULL, NULL, NULL}},
    {"fix", {"fixed", "fixed", "fixed", NULL, NULL, NULL}},
    {"close", {NULL, NULL, NULL, "closed", NULL, NULL}},
    {"return", {NULL, NULL, NULL, "fixing", NULL, NULL}},
    {"retest", {"open", "confirmed", "fixing", "fixed", "closed", NULL}},
    {"comment", {"open", "confirmed", "fixing", "fixed", "closed", "dismissed"}},
    {"regress", {NULL, NULL, NULL, "open", "open", NULL}},
    {"clear", {"fixed", "fixed", "fixed", NULL, NULL, NULL}},
    {"expire", {NULL, NULL, NULL, NULL, NULL, "open"}},
};
enum { N_LIFE = sizeof life / sizeof life[0] };

/* Who may do what when: one letter a state, in the order above; "-" not. S: a step-up
 * is asked for. Roles that are not named may nothing. */
static const struct {
    const char *act, *role, *when;
} rights[] = {
    {"confirm", "office", "Y-----"},      {"confirm", "crypto", "Y-----"},
    {"confirm", "inspector", "Y-----"},   {"confirm", "tech", "Y-----"},
    {"propose", "agency", "YY----"},      {"propose", "unit_leader", "YYY---"},
    {"propose", "unit_staff", "YYY---"},  {"propose", "tech", "YY----"},
    {"dismiss", "inspector", "SSS---"},   {"reopen", "office", "---YYY"},
    {"reopen", "crypto", "---YYY"},       {"reopen", "inspector", "---YYY"},
    {"reopen", "secrecy", "---YYY"},      {"assign", "office", "YYY---"},
    {"assign", "crypto", "YYY---"},       {"assign", "unit_leader", "YYY---"},
    {"assign", "unit_staff", "YYY---"},   {"begin", "unit_leader", "YY----"},
    {"begin", "unit_staff", "YY----"},    {"fix", "unit_leader", "YYY---"},
    {"fix", "unit_staff", "YYY---"},      {"retest", "office", "YYYYY-"},
    {"retest", "crypto", "YYYYY-"},       {"retest", "inspector", "YYYYY-"},
    {"retest", "tech", "YYYYY-"},         {"retest", "unit_staff", "--YY--"},
    {"retest", "agency", "YYYY--"},       {"close", "office", "---Y--"},
    {"close", "crypto", "---Y--"},        {"close", "inspector", "---Y--"},
    {"close", "secrecy", "---Y--"},       {"return", "office", "---Y--"},
    {"return", "crypto", "---Y--"},       {"return", "inspector", "---Y--"},
    {"return", "secrecy", "---Y--"},      {"comment", "office", "YYYYYY"},
    {"comment", "crypto", "YYYYYY"},      {"comment", "police", "YYYYYY"},
    {"comment", "secrecy", "YYYYYY"},     {"comment", "inspector", "YYYYYY"},
    {"comment", "tech", "YYYYYY"},        {"comment", "agency", "YYYYYY"},
    {"comment", "unit_leader", "YYYYYY"}, {"comment", "unit_staff", "YYYYYY"},
};
enum { N_RIGHTS = sizeof rights / sizeof rights[0] };

static enum wx_finding_act act_named(const char *word)
{
    enum wx_finding_act act = WX_ACT_COUNT;

    assert_true(wx_finding_act_parse(wx_str_of(word), &act));
    return act;
}

static struct wx_finding_input whole_input(void)
{
    return (struct wx_finding_input){.note = WX_STR("说明"),
                                     .reason = WX_STR("accepted_risk"),
                                     .until_s = NOW_S + 30 * DAY_S,
                                     .person_id = ME,
                                     .person_name = WX_STR("某人"),
                                     .due = WX_STR("2027-03-01"),
                                     .account_id = ME,
                                     .now_s = NOW_S};
}

static void every_act_in_every_state__does_what_the_table_says(void **state)
{
    struct wx_finding_input input = whole_input();

    (void)state;
    assert_int_equal(N_LIFE, WX_ACT_COUNT); /* no act is forgotten here */
    for (size_t i = 0; i < N_LIFE; i++)
        for (size_t s = 0; s < N_STATES; s++) {
            enum wx_finding_act act = act_named(life[i].act);
            struct wx_finding_row row = {.state = wx_str_of(states[s])};
            enum wx_status status = wx_finding_move_row(act, &input, &row, NULL);

            if ((status == WX_OK) != (life[i].to[s] != NULL) ||
                wx_finding_may(act, wx_str_of(states[s])) != (life[i].to[s] != NULL))
                fail_msg("%s in %s", life[i].act, states[s]);
            if (!wx_str_eqz(row.state, life[i].to[s] ? life[i].to[s] : states[s]))
                fail_msg("%s in %s leads to %.*s", life[i].act, states[s],
                         WX_STR_ARG(row.state));
        }
}

/* Somebody with ROLE whose scopes all cover the unit and whose part covers the item. */
static struct wx_principal somebody(enum wx_role role, bool is_fresh)
{
    static const uint64_t bits[1] = {1ULL << UNIT};
    struct wx_scope scope = {.bits = bits, .n_bits = 64};

    return (struct wx_principal){
        .account_id = ME,
        .roles = 1u << role,
        .has_mfa = true,
        .is_fresh = is_fresh,
        .reach = {scope, scope, scope, scope, scope},
        .now_s = NOW_S,
    };
}

static const char *when_of(const char *act, const char *role)
{
    for (size_t i = 0; i < N_RIGHTS; i++)
        if (strcmp(rights[i].act, act) == 0 && strcmp(rights[i].role, role) == 0)
            return rights[i].when;
    return "------";
}

static enum wx_answer asked(enum wx_role role, bool is_fresh, enum wx_op op,
                            const char *in_state, int64_t made_by)
{
    struct wx_principal who = somebody(role, is_fresh);
    struct wx_object object = {.exists = true,
                               .unit_id = UNIT,
                               .made_by = made_by,
                               .parts = WX_PART_GRADING | WX_PART_SECRET,
                               .state = wx_str_of(in_state)};

    return wx_access_ask(&who, op, &object);
}

static enum wx_op op_of(const char *act)
{
    char name[60];
    enum wx_op op = WX_OP_COUNT;

    snprintf(name, sizeof name, "finding.%s", act);
    assert_true(wx_op_find(wx_str_of(name), &op));
    return op;
}

static void every_act_state_and_role__is_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < WX_ACT_BY_SERVER; i++)
        for (int role = 0; role < WX_ROLE_COUNT; role++)
            for (size_t s = 0; s < N_STATES; s++) {
                const char *name = wx_role_name((enum wx_role)role);
                char want = when_of(life[i].act, name)[s];
                enum wx_op op = op_of(life[i].act);
                enum wx_answer plain =
                    asked((enum wx_role)role, false, op, states[s], 1);
                enum wx_answer fresh =
                    asked((enum wx_role)role, true, op, states[s], 1);
                bool is_right = want == 'Y' ? plain == WX_ALLOW && fresh == WX_ALLOW
                                : want == 'S'
                                    ? plain == WX_DENY_STEP_UP && fresh == WX_ALLOW
                                    : plain != WX_ALLOW && plain != WX_DENY_STEP_UP &&
                                          fresh != WX_ALLOW;

                if (!is_right)
                    fail_msg("%s by %s in %s: %d, with a fresh proof %d", life[i].act,
                             name, states[s], plain, fresh);
            }
}

static void policy_and_machine__allow_the_same_states(void **state)
{
    (void)state;
    for (size_t i = 0; i < WX_ACT_BY_SERVER; i++)
        for (size_t s = 0; s < N_STATES; s++) {
            bool by_policy = false;

            for (int role = 0; role < WX_ROLE_COUNT; role++)
                by_policy |= asked((enum wx_role)role, true, op_of(life[i].act),
                                   states[s], 1) == WX_ALLOW;
            if (by_policy != (life[i].to[s] != NULL))
                fail_msg("%s in %s: policy %d", life[i].act, states[s], by_policy);
        }
}

static void nobody__closes_or_dismisses_his_own(void **state)
{
    (void)state;
    assert_int_equal(asked(WX_ROLE_INSPECTOR, true, op_of("dismiss"), "open", ME),
                     WX_DENY_OWN);
    assert_int_equal(asked(WX_ROLE_OFFICE, true, op_of("close"), "fixed", ME),
                     WX_DENY_OWN);
    assert_int_equal(asked(WX_ROLE_INSPECTOR, true, op_of("close"), "fixed", ME),
                     WX_DENY_OWN);
}

static void missing_or_bad_input__is_named(void **state)
{
    static const struct {
        const char *act, *field, *code;
        struct wx_finding_input input;
    } cases[] = {
        {"fix", "note", "required", {.now_s = NOW_S}},
        {"fix", "note", "required", {.now_s = NOW_S, .note = {" \n\t", 3}}},
        {"return", "note", "required", {.now_s = NOW_S}},
        {"reopen", "note", "required", {.now_s = NOW_S}},
        {"comment", "note", "required", {.now_s = NOW_S}},
        {"propose", "reason", "required", {.now_s = NOW_S, .note = {"x", 1}}},
        {"propose",
         "reason",
         "unknown_word",
         {.now_s = NOW_S, .note = {"x", 1}, .reason = {"lazy", 4}}},
        {"dismiss",
         "until",
         "required",
         {.now_s = NOW_S, .note = {"x", 1}, .reason = {"compensated", 11}}},
        {"dismiss",
         "until",
         "in_the_past",
         {.now_s = NOW_S,
          .note = {"x", 1},
          .reason = {"compensated", 11},
          .until_s = NOW_S}},
        {"dismiss",
         "until",
         "too_far",
         {.now_s = NOW_S,
          .note = {"x", 1},
          .reason = {"compensated", 11},
          .until_s = NOW_S + 367LL * DAY_S}},
        {"assign", "assigned_to", "required", {.now_s = NOW_S}},
        {"assign", "due", "not_a_date", {.now_s = NOW_S, .due = {"2027-02-31", 10}}},
        {"assign", "due", "not_a_date", {.now_s = NOW_S, .due = {"soon", 4}}},
    };
    static char long_note[WX_MAX_NOTE_BYTES + 1];
    struct wx_finding_input input = whole_input();
    struct wx_finding_wrong wrong;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrong = (struct wx_finding_wrong){"", ""};
        if (wx_finding_input_check(act_named(cases[i].act), &cases[i].input, &wrong) ||
            strcmp(wrong.field, cases[i].field) != 0 ||
            strcmp(wrong.code, cases[i].code) != 0)
            fail_msg("case %zu, %s: '%s' %s", i, cases[i].act, wrong.field, wrong.code);
    }
    for (int act = 0; act < WX_ACT_COUNT; act++)
        assert_true(wx_finding_input_check((enum wx_finding_act)act, &input, &wrong));
    memset(long_note, 'a', sizeof long_note);
    input.note = (struct wx_str){long_note, sizeof long_note};
    assert_false(wx_finding_input_check(WX_ACT_CONFIRM, &input, &wrong));
    assert_string_equal(wrong.code, "too_long");
}

static void acts__leave_what_they_must(void **state)
{
    struct wx_finding_input input = whole_input();
    struct wx_finding_row row = {.state = WX_STR("open"), .certainty = WX_STR("once")};

    (void)state;
    assert_int_equal(wx_finding_move_row(WX_ACT_CONFIRM, &input, &row, NULL), WX_OK);
    assert_true(wx_str_eqz(row.certainty, "person"));
    assert_int_equal(wx_finding_move_row(WX_ACT_PROPOSE, &input, &row, NULL), WX_OK);
    assert_int_equal(row.proposed_by, ME);
    assert_int_equal(wx_finding_move_row(WX_ACT_DISMISS, &input, &row, NULL), WX_OK);
    assert_int_equal(row.proposed_by, 0); /* the proposal is answered */
    assert_int_equal(row.dismissed_until, NOW_S + 30 * DAY_S);
    assert_int_equal(wx_finding_move_row(WX_ACT_EXPIRE, &input, &row, NULL), WX_OK);
    assert_int_equal(row.dismissed_until, 0);
    assert_int_equal(row.dismissed_reason.len, 0);
    assert_int_equal(wx_finding_move_row(WX_ACT_ASSIGN, &input, &row, NULL), WX_OK);
    assert_true(wx_str_eqz(row.due, "2027-03-01"));
    assert_int_equal(wx_finding_move_row(WX_ACT_FIX, &input, &row, NULL), WX_OK);
    assert_int_equal(row.fixed_by, ME);
    assert_int_equal(wx_finding_move_row(WX_ACT_CLOSE, &input, &row, NULL), WX_OK);
    assert_int_equal(row.closed, NOW_S);
    assert_int_equal(wx_finding_move_row(WX_ACT_REGRESS, &input, &row, NULL), WX_OK);
    assert_int_equal(row.regressed, 1);
    assert_int_equal(row.fixed_by, 0);
    assert_int_equal(row.closed, 0);
    assert_true(wx_str_eqz(row.due, "2027-03-01")); /* the date stands */
}

static void priority__puts_the_worst_first_and_the_unknown_last(void **state)
{
    (void)state;
    assert_true(wx_finding_priority(WX_STR("critical"), WX_STR("suspected"), 1) >
                wx_finding_priority(WX_STR("high"), WX_STR("fail"), 100));
    assert_true(wx_finding_priority(WX_STR("low"), WX_STR("fail"), 1) >
                wx_finding_priority(WX_STR("low"), WX_STR("suspected"), 100));
    assert_true(wx_finding_priority(WX_STR("info"), WX_STR("suspected"), 0) >
                wx_finding_priority(WX_STR("critical"), WX_STR("not_determined"), 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_act_in_every_state__does_what_the_table_says),
        cmocka_unit_test(every_act_state_and_role__is_as_written),
        cmocka_unit_test(policy_and_machine__allow_the_same_states),
        cmocka_unit_test(nobody__closes_or_dismisses_his_own),
        cmocka_unit_test(missing_or_bad_input__is_named),
        cmocka_unit_test(acts__leave_what_they_must),
        cmocka_unit_test(priority__puts_the_worst_first_and_the_unknown_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
