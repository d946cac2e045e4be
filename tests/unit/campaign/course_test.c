/* Courses written down by hand: every act in every state; and the policy must agree. */
#include "campaign/course.h"

#include "access/policy.h"
#include "model/record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST_STATES = 8 };

/* What each act makes of each state, in the course's order; NULL: it is refused. */
struct life {
    const char *act;
    const char *to[MOST_STATES];
};
static const struct life campaign[] = {
    {"submit", {"approving"}},
    {"reject", {NULL, "draft"}},
    {"approve", {NULL, "running"}},
    {"evaluate", {NULL, NULL, "evaluating"}},
    {"close", {NULL, NULL, "closed", "closed"}},
    {"archive", {NULL, NULL, NULL, NULL, "archived"}},
};
static const struct life duty[] = {
    {"fill", {"draft", "draft"}},
    {"mend", {NULL, NULL, NULL, "returned"}},
    {"submit", {"submitted", "submitted", NULL, "submitted"}},
    {"receive", {"submitted", "submitted", NULL, "submitted"}},
    {"return", {NULL, NULL, "returned"}},
    {"accept", {NULL, NULL, "accepted"}},
    {"waive", {"waived", "waived", "waived", "waived"}},
    {"reopen", {NULL, NULL, NULL, NULL, "returned", "returned"}},
    {"pause", {"open", "draft", NULL, "returned"}},
    {"resume", {"open", "draft", NULL, "returned"}},
    {"extend", {"open", "draft", NULL, "returned"}},
    {"move", {"open", "draft", "submitted", "returned"}},
};
static const struct life notice[] = {
    {"submit", {"approving"}},
    {"reject", {NULL, "draft"}},
    {"approve", {NULL, "approved"}},
    {"send", {NULL, NULL, "sent"}},
    {"receive", {NULL, NULL, NULL, "received"}},
    {"answer", {NULL, NULL, NULL, "answered", "answered"}},
    {"return", {NULL, NULL, NULL, NULL, NULL, "received"}},
    {"close", {NULL, NULL, NULL, NULL, NULL, "closed"}},
    {"reopen", {NULL, NULL, NULL, NULL, NULL, "received", "received"}},
    {"escalate", {NULL, NULL, NULL, "sent", "received", "answered"}},
    {"extend", {NULL, NULL, NULL, "sent", "received"}},
    {"cancel", {"cancelled", "cancelled", "cancelled"}},
};
static const struct {
    const struct wx_course *course;
    const struct life *life;
    size_t n;
} courses[] = {
    {&wx_campaign_course, campaign, sizeof campaign / sizeof *campaign},
    {&wx_duty_course, duty, sizeof duty / sizeof *duty},
    {&wx_notice_course, notice, sizeof notice / sizeof *notice},
};
enum { N_COURSES = sizeof courses / sizeof *courses };

static void courses__go_as_written_down(void **state)
{
    (void)state;
    for (size_t c = 0; c < N_COURSES; c++) {
        const struct wx_course *course = courses[c].course;

        assert_int_equal(course->n_moves, courses[c].n);
        for (size_t i = 0; i < courses[c].n; i++) {
            const struct life *life = &courses[c].life[i];
            unsigned act = 99;

            assert_true(wx_course_act_find(course, wx_str_of(life->act), &act));
            for (size_t s = 0; s < course->n_states; s++) {
                struct wx_str to = WX_STR("?");
                struct wx_str from = wx_str_of(course->states[s]);
                enum wx_status status = wx_course_move(course, act, from, &to, NULL);

                assert_int_equal(wx_course_may(course, act, from), status == WX_OK);
                if (!life->to[s]) {
                    assert_int_equal(status, WX_E_INVALID);
                    continue;
                }
                if (status || !wx_str_eqz(to, life->to[s]))
                    fail_msg("%s.%s of %s: %.*s", course->noun, life->act,
                             course->states[s], WX_STR_ARG(to));
            }
        }
    }
}

static void courses__refuse_states_that_are_none(void **state)
{
    struct wx_str to;

    (void)state;
    assert_int_equal(
        wx_course_move(&wx_duty_course, WX_DUTY_SUBMIT, WX_STR("gone"), &to, NULL),
        WX_E_INVALID);
    assert_int_equal(
        wx_course_move(&wx_duty_course, WX_DUTY_SUBMIT, WX_STR(""), &to, NULL),
        WX_E_INVALID);
}

/* States of course, field table and policy are the same words in the same order. */
static void courses__have_the_states_of_table_and_policy(void **state)
{
    static const char *const reads[] = {"campaign.read", "duty.read", "notice.read"};

    (void)state;
    for (size_t c = 0; c < N_COURSES; c++) {
        const struct wx_course *course = courses[c].course;
        const struct wx_record_field *field = wx_record_field_find(
            wx_record_kind_find(wx_str_of(course->noun)), WX_STR("state"));
        const char *const *named;
        struct wx_enum_word word;
        size_t at = 0, n = 0;
        enum wx_op op;

        assert_true(wx_op_find(wx_str_of(reads[c]), &op));
        named = wx_op_states(op);
        for (; wx_enum_next(field->spec, &at, &word); n++) {
            assert_true(n < course->n_states);
            assert_true(wx_str_eqz(word.word, course->states[n]));
            assert_string_equal(named[n], course->states[n]);
        }
        assert_int_equal(n, course->n_states);
        assert_null(named[n]);
    }
}

/* A right to "duty.return" in a state from which the course has no "return" would be
 * refused after it was granted; one that is missing would never be asked for. */
static void policy__grants_acts_in_the_states_they_start_from(void **state)
{
    (void)state;
    for (size_t c = 0; c < N_COURSES; c++) {
        const struct wx_course *course = courses[c].course;

        for (size_t i = 0; i < course->n_moves; i++) {
            char name[64];
            enum wx_op op;
            size_t n;
            const struct wx_grant *grants;
            uint32_t granted = 0;

            snprintf(name, sizeof name, "%s.%s", course->noun, course->moves[i].word);
            if (!wx_op_find(wx_str_of(name), &op))
                continue; /* the server's own, or asked under another name */
            grants = wx_op_grants(op, &n);
            for (size_t g = 0; g < n; g++)
                granted |= grants[g].states;
            if (strcmp(name, "duty.submit") == 0)
                granted &= ~4u; /* said twice, it is answered the same */
            if (strcmp(name, "duty.fill") == 0) /* a returned one is mended */
                granted &= ~8u;
            if (granted != course->moves[i].from)
                fail_msg("%s: policy %x, course %x", name, granted,
                         course->moves[i].from);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(courses__go_as_written_down),
        cmocka_unit_test(courses__refuse_states_that_are_none),
        cmocka_unit_test(courses__have_the_states_of_table_and_policy),
        cmocka_unit_test(policy__grants_acts_in_the_states_they_start_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
