/* What is said of a record beyond its field table: hits, and look-alikes that are fine.
 */
#include "register/check.h"
#include "world.h"

struct said {
    struct wx_field_problems problems, warnings;
    json_t *values;
    enum wx_status status;
};

static const struct said *ask(struct world *w, const char *kind_name, int64_t id,
                              const char *json)
{
    static struct said said;
    struct wx_check check = {.tx = w->tx,
                             .arena = &w->arena,
                             .kind = kind(kind_name),
                             .id = id,
                             .now_s = NOW_S,
                             .problems = &said.problems,
                             .warnings = &said.warnings};
    struct wx_err err = {0};

    json_decref(said.values);
    said.problems.n = said.warnings.n = 0;
    check.values = said.values = json_loads(json, 0, NULL);
    assert_non_null(said.values);
    said.status = wx_register_check(&check, &err);
    return &said;
}

static bool has(const struct wx_field_problems *list, const char *field,
                const char *code)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->at[i].field, field) == 0 &&
            strcmp(list->at[i].code, code) == 0)
            return true;
    return false;
}

#define WARNS(json_, field, code)                                                      \
    do {                                                                               \
        const struct said *s_ = ask(w, "site", 0, json_);                              \
        assert_int_equal(s_->status, WX_OK);                                           \
        assert_true(has(&s_->warnings, field, code));                                  \
    } while (0)
#define SILENT(json_, field, code)                                                     \
    do {                                                                               \
        const struct said *s_ = ask(w, "site", 0, json_);                              \
        assert_int_equal(s_->status, WX_OK);                                           \
        assert_false(has(&s_->warnings, field, code));                                 \
    } while (0)

/* Unit 1: a district organ in 110102; 2: an institution without duties; 3: a company.
 */
static void units(struct world *w)
{
    assert_int_equal(add(w, "unit",
                         "{\"name\":\"西城区水利局\",\"kind\":\"organ\","
                         "\"level\":\"county\",\"division\":\"110102\"}"),
                     1);
    assert_int_equal(add(w, "unit",
                         "{\"name\":\"水文站\",\"kind\":\"institution\","
                         "\"has_duties\":false,\"parent_id\":1}"),
                     2);
    assert_int_equal(add(w, "unit", "{\"name\":\"水务公司\",\"kind\":\"enterprise\"}"),
                     3);
}

static void domain__chinese_becomes_ascii_and_default_ports_go(void **state)
{
    struct world *w = *state;
    const struct said *s;

    units(w);
    s = ask(w, "site", 0, "{\"unit_id\":1,\"domain\":\"水利.政务\"}");
    assert_int_equal(s->status, WX_OK);
    assert_string_equal(json_string_value(json_object_get(s->values, "domain")),
                        "xn--kcrt84d.xn--zfr164b");
    s = ask(w, "site", 0, "{\"unit_id\":1,\"domain\":\"www.x.gov.cn:443\"}");
    assert_string_equal(json_string_value(json_object_get(s->values, "domain")),
                        "www.x.gov.cn");
    s = ask(w, "site", 0, "{\"unit_id\":1,\"domain\":\"127.0.0.1:8081\"}");
    assert_string_equal(json_string_value(json_object_get(s->values, "domain")),
                        "127.0.0.1:8081");
    s = ask(w, "site", 0, "{\"unit_id\":1,\"domain\":\"a..gov.cn:99999\"}");
    assert_int_equal(s->status, WX_E_INVALID);
    assert_true(has(&s->problems, "domain", "not_a_domain"));
}

static void other_domains__are_kept_in_one_form(void **state)
{
    struct world *w = *state;
    const struct said *s;

    units(w);
    s = ask(w, "site", 0, "{\"unit_id\":1,\"other_domains\":\"A.gov.cn、 水利.政务\"}");
    assert_string_equal(json_string_value(json_object_get(s->values, "other_domains")),
                        "a.gov.cn xn--kcrt84d.xn--zfr164b");
    s = ask(w, "site", 0, "{\"unit_id\":1,\"other_domains\":\"a.gov.cn 同上\"}");
    assert_true(has(&s->problems, "other_domains", "not_a_domain"));
}

static void addresses__lists_ranges_and_prefixes_are_understood(void **state)
{
    static const char *const good[] = {"203.0.113.7", "203.0.113.7、203.0.113.9",
                                       "203.0.113.0/24；2001:db8::1", "203.0.113.7-19",
                                       "203.0.113.7-203.0.114.9"};
    static const char *const bad[] = {"203.0.113", "203.0.113.256", "机房",
                                      "203.0.113.9-7", "203.0.113.0/33"};
    struct world *w = *state;
    char json[200];

    units(w);
    for (size_t i = 0; i < 5; i++) {
        snprintf(json, sizeof json, "{\"unit_id\":1,\"ip\":\"%s\"}", good[i]);
        assert_int_equal(ask(w, "site", 0, json)->status, WX_OK);
        snprintf(json, sizeof json, "{\"unit_id\":1,\"ip\":\"%s\"}", bad[i]);
        assert_int_equal(ask(w, "site", 0, json)->status, WX_E_INVALID);
    }
    assert_true(
        wx_address_text_covers(WX_STR("203.0.113.0/24"), WX_STR("203.0.113.9")));
    assert_false(
        wx_address_text_covers(WX_STR("203.0.113.0/24"), WX_STR("203.0.114.9")));
    assert_true(wx_address_text_covers(WX_STR("203.0.113.7-9"), WX_STR("203.0.113.8")));
    assert_false(wx_address_text_covers(WX_STR("203.0.113.7"), WX_STR("203.0.113.70")));
    assert_true(wx_address_text_covers(WX_STR("2001:DB8:0::1"), WX_STR("2001:db8::1")));
}

static void suffix__follows_the_kind_of_body_and_the_norm(void **state)
{
    static const struct {
        const char *host, *kind;
        int has_duties;
        enum wx_suffix want;
    } cases[] = {
        {"www.xc.gov.cn", "organ", -1, WX_SUFFIX_FITS},
        {"xn--kcrt84d.xn--zfr164b", "organ", -1, WX_SUFFIX_FITS},
        {"xn--kcrt84d.xn--zfr164b.cn", "organ", -1, WX_SUFFIX_OLD},
        {"www.xc.com", "organ", -1, WX_SUFFIX_WRONG},
        {"www.xcgov.cn", "organ", -1, WX_SUFFIX_WRONG}, /* looks like it */
        {"gov.cn.example.com", "organ", -1, WX_SUFFIX_WRONG},
        {"www.sw.cn", "institution", 0, WX_SUFFIX_FITS},
        {"sw.xn--55qw42g", "institution", 0, WX_SUFFIX_FITS},
        {"www.sw.gov.cn", "institution", 0, WX_SUFFIX_NOT_ENTITLED},
        {"www.sw.gov.cn", "institution", 1, WX_SUFFIX_FITS},
        {"www.sw.gov.cn", "institution", -1, WX_SUFFIX_FITS}, /* not stated: no blame */
        {"www.sw.com", "institution", 0, WX_SUFFIX_WRONG},
        {"www.sw.com", "enterprise", -1, WX_SUFFIX_FITS},
        {"www.sw.gov.cn", "enterprise", -1, WX_SUFFIX_NOT_ENTITLED},
        {"www.sw.com", "", -1, WX_SUFFIX_UNKNOWN},
        {"203.0.113.7", "organ", -1, WX_SUFFIX_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (wx_suffix_judge(wx_str_of(cases[i].host), wx_str_of(cases[i].kind),
                            cases[i].has_duties) != cases[i].want)
            fail_msg("%s for '%s'", cases[i].host, cases[i].kind);
}

static void filings__form_and_place_are_doubted_not_refused(void **state)
{
    struct world *w = *state;

    units(w);
    WARNS("{\"unit_id\":1,\"icp\":\"备案中\"}", "icp", "icp_form");
    SILENT("{\"unit_id\":1,\"icp\":\"京ICP备19014909号-1\"}", "icp", "icp_form");
    WARNS("{\"unit_id\":1,\"icp\":\"粤ICP备19014909号-1\"}", "icp", "other_province");
    SILENT("{\"unit_id\":1,\"icp\":\"京ICP备19014909号-1\"}", "icp", "other_province");
    SILENT("{\"unit_id\":3,\"icp\":\"粤ICP备19014909号\"}", "icp", "other_province");
    WARNS("{\"unit_id\":1,\"site_code\":\"310000000044\"}", "site_code",
          "site_code_form");
    SILENT("{\"unit_id\":1,\"site_code\":\"bm55000001\"}", "site_code",
           "site_code_form");
    SILENT("{\"unit_id\":1,\"site_code\":\"bm55000001\"}", "site_code",
           "other_division");
    WARNS("{\"unit_id\":1,\"site_code\":\"3302000071\"}", "site_code",
          "other_division");
    SILENT("{\"unit_id\":1,\"site_code\":\"1101020002\"}", "site_code",
           "other_division");
    SILENT("{\"unit_id\":1,\"site_code\":\"3590000004\"}", "site_code",
           "other_division"); /* 359000 is in no list: nothing is known */
    WARNS("{\"unit_id\":1,\"police_code\":\"33060202000394\"}", "police_code",
          "other_division");
    WARNS("{\"unit_id\":1,\"has_icp\":true}", "icp", "missing");
    SILENT("{\"unit_id\":1}", "icp", "missing");
    WARNS("{\"unit_id\":1,\"has_icp\":false,\"icp\":\"京ICP备19014909号\"}", "has_icp",
          "contrary");
}

static void portal__a_second_one_is_told(void **state)
{
    struct world *w = *state;
    int64_t first;

    units(w);
    SILENT("{\"unit_id\":1,\"kind\":\"portal\"}", "kind", "second_portal");
    first = add(w, "site",
                "{\"unit_id\":1,\"kind\":\"portal\",\"name\":\"门户\","
                "\"domain\":\"www.x.gov.cn\",\"state\":\"running\"}");
    WARNS("{\"unit_id\":1,\"kind\":\"portal\"}", "kind", "second_portal");
    SILENT("{\"unit_id\":1,\"kind\":\"business\"}", "kind", "second_portal");
    SILENT("{\"unit_id\":2,\"kind\":\"portal\"}", "kind", "second_portal");
    SILENT("{\"unit_id\":1,\"kind\":\"portal\",\"state\":\"closed\"}", "kind",
           "second_portal");
    assert_false(has(&ask(w, "site", first, "{\"note\":\"x\"}")->warnings, "kind",
                     "second_portal")); /* not against itself */
}

static void parents__loops_are_refused(void **state)
{
    struct world *w = *state;
    const struct said *s;

    units(w);
    assert_int_equal(add(w, "unit", "{\"name\":\"站下\",\"parent_id\":2}"), 4);
    s = ask(w, "unit", 1, "{\"parent_id\":4}");
    assert_int_equal(s->status, WX_E_INVALID);
    assert_true(has(&s->problems, "parent_id", "loop"));
    assert_int_equal(ask(w, "unit", 1, "{\"parent_id\":1}")->status, WX_E_INVALID);
    assert_int_equal(ask(w, "unit", 4, "{\"parent_id\":1}")->status, WX_OK);
    assert_int_equal(ask(w, "unit", 1, "{\"parent_id\":3}")->status, WX_OK);
}

static void credit_code__check_character(void **state)
{
    (void)state;
    /* the standard's own example, GB 32100-2015 */
    assert_true(wx_credit_code_is_valid(WX_STR("91350100M000100Y43")));
    assert_false(wx_credit_code_is_valid(WX_STR("91350100M000100Y44")));
    assert_false(wx_credit_code_is_valid(WX_STR("91350100M000100Y4")));
    assert_false(wx_credit_code_is_valid(WX_STR("91350100M000100I43"))); /* no I */
}

static void dates_and_norms__of_the_other_kinds(void **state)
{
    struct world *w = *state;

    units(w);
    assert_true(
        has(&ask(w, "person", 0, "{\"unit_id\":1,\"permit_until\":\"2026-11-17\"}")
                 ->warnings,
            "permit_until", "past"));
    assert_false(
        has(&ask(w, "person", 0, "{\"unit_id\":1,\"permit_until\":\"2026-12-01\"}")
                 ->warnings,
            "permit_until", "past"));
    assert_true(
        has(&ask(w, "grading", 0,
                 "{\"unit_id\":1,\"level\":\"3\",\"assessed_on\":\"2025-10-01\"}")
                 ->warnings,
            "assessed_on", "assessment_old"));
    assert_false(
        has(&ask(w, "grading", 0,
                 "{\"unit_id\":1,\"level\":\"2\",\"assessed_on\":\"2025-10-01\"}")
                 ->warnings,
            "assessed_on", "assessment_old"));
    assert_true(
        has(&ask(w, "provider", 0, "{\"unit_id\":1,\"is_domestic\":false}")->warnings,
            "is_domestic", "norm"));
    assert_true(has(
        &ask(w, "review", 0, "{\"unit_id\":2,\"is_entitled\":\"no_duties\"}")->warnings,
        "is_entitled", "not_entitled"));
    assert_true(
        has(&ask(w, "merge_plan", 0, "{\"unit_id\":1,\"site_id\":5,\"target_id\":5}")
                 ->problems,
            "target_id", "itself"));
    assert_true(has(&ask(w, "network", 0,
                         "{\"unit_id\":1,\"kind\":\"inner\",\"is_isolated\":false}")
                         ->warnings,
                    "is_isolated", "norm"));
}

static void site__grade_forum_and_hosting(void **state)
{
    struct world *w = *state;

    units(w);
    assert_int_equal(
        add(w, "unit", "{\"name\":\"某市政府\",\"kind\":\"organ\",\"level\":\"city\"}"),
        4);
    WARNS("{\"unit_id\":4,\"kind\":\"portal\",\"grade\":\"2\"}", "grade", "grade_low");
    SILENT("{\"unit_id\":4,\"kind\":\"portal\",\"grade\":\"3\"}", "grade", "grade_low");
    SILENT("{\"unit_id\":4,\"kind\":\"business\",\"grade\":\"2\"}", "grade",
           "grade_low");
    SILENT("{\"unit_id\":1,\"kind\":\"portal\",\"grade\":\"2\"}", "grade", "grade_low");
    WARNS("{\"unit_id\":1,\"interaction\":[\"forum\"]}", "interaction", "not_approved");
    SILENT("{\"unit_id\":1,\"interaction\":[\"forum\"],\"interaction_approved\":true}",
           "interaction", "not_approved");
    SILENT("{\"unit_id\":1,\"interaction\":[\"mailbox\"]}", "interaction",
           "not_approved");
    WARNS("{\"unit_id\":1,\"is_domestic\":false}", "is_domestic", "norm");
    SILENT("{\"unit_id\":1}", "is_domestic", "norm");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            domain__chinese_becomes_ascii_and_default_ports_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_domains__are_kept_in_one_form, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            addresses__lists_ranges_and_prefixes_are_understood, set_up, tear_down),
        cmocka_unit_test(suffix__follows_the_kind_of_body_and_the_norm),
        cmocka_unit_test_setup_teardown(filings__form_and_place_are_doubted_not_refused,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(portal__a_second_one_is_told, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(parents__loops_are_refused, set_up, tear_down),
        cmocka_unit_test(credit_code__check_character),
        cmocka_unit_test_setup_teardown(dates_and_norms__of_the_other_kinds, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(site__grade_forum_and_hosting, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
