/* Scores: what is bad, not measured, blocked and not applicable stays apart. */
#include "campaign/evaluate.h"

#include "campaign/number.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct wx_score_rules rules(void)
{
    return (struct wx_score_rules){
        .parts = {{WX_STR("self_inspection"), 30},
                  {WX_STR("detection"), 50},
                  {WX_STR("on_site"), 20}},
        .n_parts = 3,
        .grades = {{90, WX_STR("优秀")}, {60, WX_STR("合格")}, {0, WX_STR("不合格")}},
        .n_grades = 3,
        .least_coverage = 50,
    };
}

static struct wx_mark value(int64_t x100)
{
    return (struct wx_mark){WX_MARK_VALUE, x100};
}

static const struct wx_mark not_measured = {WX_MARK_NOT_MEASURED, 0};
static const struct wx_mark blocked = {WX_MARK_BLOCKED, 0};
static const struct wx_mark not_applicable = {WX_MARK_NOT_APPLICABLE, 0};

static void score__is_the_mean_of_what_has_a_value(void **state)
{
    struct wx_score_rules r = rules();
    struct wx_mark all[] = {value(10000), value(8000), value(5000)};
    struct wx_mark no_visit[] = {value(10000), value(8000), not_applicable};
    struct wx_score s = wx_score_of(&r, all);

    (void)state;
    assert_true(s.has_score);
    assert_int_equal(s.score_x100, 8000); /* (30*100 + 50*80 + 20*50) / 100 */
    assert_int_equal(s.coverage, 100);
    assert_true(wx_str_eqz(s.grade->name, "合格"));
    s = wx_score_of(&r, no_visit);
    assert_int_equal(s.score_x100, 8750); /* (3000 + 4000) / 80 */
    assert_int_equal(s.coverage, 100);
}

static void score__of_the_unmeasured_is_neither_good_nor_bad(void **state)
{
    struct wx_score_rules r = rules();
    struct wx_mark unmeasured[] = {value(10000), not_measured, not_measured};
    struct wx_mark turned_away[] = {value(10000), blocked, not_applicable};
    struct wx_mark bad[] = {value(10000), value(0), not_applicable};
    struct wx_mark nothing[] = {not_applicable, not_applicable, not_applicable};
    struct wx_score s = wx_score_of(&r, unmeasured);

    (void)state;
    assert_false(s.has_score);
    assert_null(s.grade);
    assert_int_equal(s.coverage, 30);
    s = wx_score_of(&r, turned_away);
    assert_false(s.has_score);
    assert_int_equal(s.coverage, 37);
    s = wx_score_of(&r, bad);
    assert_true(s.has_score);
    assert_int_equal(s.score_x100, 3750);
    assert_true(wx_str_eqz(s.grade->name, "不合格"));
    s = wx_score_of(&r, nothing);
    assert_false(s.has_score);
    assert_int_equal(s.coverage, 0);
}

static void rules__that_make_no_sense_are_refused(void **state)
{
    struct wx_score_rules r = rules();
    struct wx_err err;

    (void)state;
    assert_int_equal(wx_score_rules_check(&r, &err), WX_OK);
    r.parts[0].weight = 29;
    assert_int_equal(wx_score_rules_check(&r, &err), WX_E_INVALID);
    assert_non_null(strstr(err.text, "99"));
    r = rules();
    r.parts[1].measure = r.parts[0].measure;
    assert_int_equal(wx_score_rules_check(&r, &err), WX_E_INVALID);
    r = rules();
    r.grades[2].from = 10;
    assert_int_equal(wx_score_rules_check(&r, &err), WX_E_INVALID);
    r = rules();
    r.grades[1].from = 90;
    assert_int_equal(wx_score_rules_check(&r, &err), WX_E_INVALID);
    r = rules();
    r.n_parts = 0;
    assert_int_equal(wx_score_rules_check(&r, &err), WX_E_INVALID);
}

static void marks__tell_a_bad_site_from_one_never_seen(void **state)
{
    const struct wx_deductions *d = &wx_deductions_default;
    struct wx_unit_counts none = {0}, never = {.n_sites = 3},
                          turned_away = {.n_sites = 3, .n_sites_blocked = 1},
                          bad = {.n_sites = 2,
                                 .n_sites_determined = 2,
                                 .n_critical = 9},
                          fair = {.n_sites = 2, .n_sites_determined = 2, .n_high = 1};
    struct wx_str detection = WX_STR("detection");
    struct wx_mark m;

    (void)state;
    assert_int_equal(wx_mark_of(detection, &none, d).state, WX_MARK_NOT_APPLICABLE);
    assert_int_equal(wx_mark_of(detection, &never, d).state, WX_MARK_NOT_MEASURED);
    assert_int_equal(wx_mark_of(detection, &turned_away, d).state, WX_MARK_BLOCKED);
    m = wx_mark_of(detection, &bad, d);
    assert_int_equal(m.state, WX_MARK_VALUE);
    assert_int_equal(m.value_x100, 0);
    m = wx_mark_of(detection, &fair, d);
    assert_int_equal(m.value_x100, 9000); /* 20 points on two sites */
    assert_int_equal(wx_spot_value(WX_STR("technical_findings"), &never), -1);
    assert_int_equal(wx_spot_value(WX_STR("technical_findings"), &bad), 9);
}

static void marks__of_papers_and_mending(void **state)
{
    const struct wx_deductions *d = &wx_deductions_default;
    struct wx_unit_counts c = {.n_reports = 2,
                               .n_reports_in = 1,
                               .n_reports_returned = 1,
                               .n_duties = 4,
                               .n_late_days = 8,
                               .n_items = 4,
                               .n_items_fixed = 3,
                               .n_items_regressed = 1,
                               .management_x100 = -1};

    (void)state;
    assert_int_equal(wx_mark_of(WX_STR("self_inspection"), &c, d).value_x100, 4500);
    assert_int_equal(wx_mark_of(WX_STR("timeliness"), &c, d).value_x100, 9000);
    assert_int_equal(wx_mark_of(WX_STR("rectification"), &c, d).value_x100, 6500);
    assert_int_equal(wx_mark_of(WX_STR("on_site"), &c, d).state,
                     WX_MARK_NOT_APPLICABLE);
    assert_int_equal(wx_mark_of(WX_STR("management"), &c, d).state,
                     WX_MARK_NOT_MEASURED);
    c.n_spot_checks = 1, c.spot_score_x100 = -1;
    assert_int_equal(wx_mark_of(WX_STR("on_site"), &c, d).state, WX_MARK_NOT_MEASURED);
}

static void numbers__are_read_as_people_write_them(void **state)
{
    static const char *const good[] = {"星网安〔2026〕12号",   "星网安［2026］12号",
                                       "星网安【2026】12号",   "星网安[2026]12号",
                                       " 星网安(2026)第12号 ", "星网安（2026）12号"};
    static const char *const bad[] = {"",
                                      "〔2026〕12号",
                                      "星网安〔2026〕号",
                                      "星网安〔26〕12号",
                                      "星网安〔2026〕0号",
                                      "星网安〔2026〕12",
                                      "星网安〔2026]12号",
                                      "星网安〔2026〕12号之一"};
    struct wx_official_number number;
    struct wx_arena arena;

    (void)state;
    wx_arena_init(&arena);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!wx_number_parse(wx_str_of(good[i]), &number))
            fail_msg("%s", good[i]);
        assert_true(wx_str_eqz(wx_number_text(&arena, &number), "星网安〔2026〕12号"));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (wx_number_parse(wx_str_of(bad[i]), &number))
            fail_msg("%s", bad[i]);
    wx_arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score__is_the_mean_of_what_has_a_value),
        cmocka_unit_test(score__of_the_unmeasured_is_neither_good_nor_bad),
        cmocka_unit_test(rules__that_make_no_sense_are_refused),
        cmocka_unit_test(marks__tell_a_bad_site_from_one_never_seen),
        cmocka_unit_test(marks__of_papers_and_mending),
        cmocka_unit_test(numbers__are_read_as_people_write_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
