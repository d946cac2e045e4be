/* Reported against measured: pure judgement on facts, then the taking in. */
#include "register/contradiction.h"
#include "store/office_register.h"
#include "world.h"

struct judged {
    struct wx_measured_check at[WX_MAX_MEASURED_CHECKS];
    size_t n;
};

/* Facts as a worker writes them for the site of a district's bureau. */
#define FACTS                                                                           \
    "{\"home\":{\"status\":200,\"url\":\"https://www.xcsl.gov.cn/\","                   \
    "\"address\":\"203.0.113.7:443\",\"title\":\"西城区水利局\"},\"https\":true," \
    "\"labels\":{\"determined\":true,\"site_code\":\"1101020002\","                     \
    "\"icp\":\"京ICP备19014909号-1\",\"police_code\":\"11010202007633\","            \
    "\"host_unit\":\"北京市西城区水利局\","                                    \
    "\"conac\":{\"state\":\"official\",\"colour\":\"red\"}}}"
#define SITE                                                                            \
    "{\"domain\":\"www.xcsl.gov.cn\",\"name\":\"西城水利\",\"ip\":\"203.0.113.7\"," \
    "\"icp\":\"京ICP备19014909号\",\"site_code\":\"1101020002\","                    \
    "\"police_code\":\"京公网安备 11010202007633号\",\"unified_label\":true,"     \
    "\"has_https\":true,\"is_domestic\":true,\"state\":\"running\"}"

static const struct wx_unit_facts bureau = {.name = {"西城区水利局", 18},
                                            .kind = {"organ", 5},
                                            .parent_name = {"西城区人民政府", 21},
                                            .has_duties = -1};

static void judge(struct wx_arena *arena, const char *site_json, const char *facts_json,
                  enum wx_site_status status, struct judged *out)
{
    json_t *site = json_loads(site_json, 0, NULL), *facts;
    struct wx_reported reported = {site, &bureau};
    struct wx_measure measure = {.site_id = 1, .status = status, .now_s = NOW_S};

    facts = json_loads(facts_json, 0, NULL);
    assert_non_null(site);
    assert_non_null(facts);
    out->n = wx_contradiction_judge(arena, &reported, facts, &measure, out->at);
    json_decref(site);
    json_decref(facts);
}

static const struct wx_measured_check *find(const struct judged *j, const char *field)
{
    for (size_t i = 0; i < j->n; i++)
        if (strcmp(j->at[i].field, field) == 0)
            return &j->at[i];
    fail_msg("nothing is said of '%s'", field);
    return NULL;
}

/* JSON with KEY's value replaced, in a static buffer. */
static const char *with(const char *json, const char *key, const char *value)
{
    static char text[4096];
    json_t *object = json_loads(json, 0, NULL);
    char *dumped;

    json_object_set_new(object, key, json_loads(value, JSON_DECODE_ANY, NULL));
    dumped = json_dumps(object, 0);
    snprintf(text, sizeof text, "%s", dumped);
    free(dumped);
    json_decref(object);
    return text;
}

static void judge__nothing_differs_where_all_agree(void **state)
{
    struct wx_arena arena;
    struct judged j;

    (void)state;
    wx_arena_init(&arena);
    judge(&arena, SITE, FACTS, WX_SITE_INSPECTED, &j);
    for (size_t i = 0; i < j.n; i++)
        if (j.at[i].verdict == WX_MEASURED_DIFFERS)
            fail_msg("%s: %s", j.at[i].field, j.at[i].why);
    assert_int_equal(find(&j, "ip")->verdict, WX_MEASURED_AGREES);
    assert_int_equal(find(&j, "icp")->verdict, WX_MEASURED_AGREES);
    assert_int_equal(find(&j, "police_code")->verdict, WX_MEASURED_AGREES);
    assert_int_equal(find(&j, "name")->verdict, WX_MEASURED_AGREES);
    assert_int_equal(find(&j, "domain")->verdict, WX_MEASURED_AGREES);
    assert_int_equal(find(&j, "state")->verdict, WX_MEASURED_AGREES);
    wx_arena_clear(&arena);
}

static void judge__each_field_is_held_against_what_was_seen(void **state)
{
    static const struct {
        const char *key, *value, *field, *why, *suggested;
    } cases[] = {
        {"ip", "\"203.0.113.8\"", "ip", "other_value", "203.0.113.7"},
        {"icp", "\"京ICP备19014900号\"", "icp", "other_value", "京ICP备19014909号-1"},
        {"icp", "\"津ICP备19014909号\"", "icp", "other_value", "京ICP备19014909号-1"},
        {"site_code", "\"1101020003\"", "site_code", "other_value", "1101020002"},
        {"police_code", "\"11010202007634\"", "police_code", "other_value",
         "11010202007633"},
        {"unified_label", "false", "unified_label", "other_value", "true"},
        {"label_kind", "\"institution\"", "label_kind", "other_value", "organ"},
        {"has_https", "false", "has_https", "other_value", "true"},
        {"domain", "\"www.xcsl.com\"", "domain", "elsewhere", ""},
        {"state", "\"closed\"", "state", "answers", "running"},
    };
    struct wx_arena arena;
    struct judged j;

    (void)state;
    wx_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct wx_measured_check *c;

        judge(&arena, with(SITE, cases[i].key, cases[i].value), FACTS,
              WX_SITE_INSPECTED, &j);
        c = find(&j, cases[i].field);
        if (c->verdict != WX_MEASURED_DIFFERS || strcmp(c->why, cases[i].why) != 0 ||
            !wx_str_eqz(c->suggested, cases[i].suggested))
            fail_msg("%s: %s, %s", cases[i].field, wx_agreement_name(c->verdict),
                     c->why);
    }
    wx_arena_clear(&arena);
}

static void judge__look_alikes_do_not_fire(void **state)
{
    struct wx_arena arena;
    struct judged j;

    (void)state;
    wx_arena_init(&arena);
    judge(&arena, with(SITE, "ip", "\"203.0.113.0/28、2001:db8::1\""), FACTS,
          WX_SITE_INSPECTED, &j);
    assert_int_equal(find(&j, "ip")->verdict, WX_MEASURED_AGREES);
    judge(&arena, with(SITE, "icp", "\"京ICP备 19014909 号-3\""), FACTS,
          WX_SITE_INSPECTED, &j);
    assert_int_equal(find(&j, "icp")->verdict, WX_MEASURED_AGREES);
    /* never filled in: completeness counts that */
    judge(&arena, with(SITE, "ip", "\"\""), FACTS, WX_SITE_INSPECTED, &j);
    assert_int_equal(find(&j, "ip")->verdict, WX_MEASURED_NOT_STATED);
    assert_true(wx_str_eqz(find(&j, "ip")->suggested, "203.0.113.7"));
    /* reported as none, yet shown: that is one */
    judge(&arena, with(with(SITE, "icp", "\"\""), "has_icp", "false"), FACTS,
          WX_SITE_INSPECTED, &j);
    assert_string_equal(find(&j, "icp")->why, "denied");
    /* no IP database: said, and nothing else */
    assert_string_equal(find(&j, "is_domestic")->why, "no_ip_database");
    assert_int_equal(find(&j, "is_domestic")->verdict, WX_MEASURED_UNKNOWN);
    wx_arena_clear(&arena);
}

static void judge__what_was_not_reached_is_not_determined(void **state)
{
    struct wx_arena arena;
    struct judged j;

    (void)state;
    wx_arena_init(&arena);
    judge(&arena, SITE, "{}", WX_SITE_BLOCKED, &j);
    for (size_t i = 0; i < j.n; i++)
        assert_int_equal(j.at[i].verdict, WX_MEASURED_UNKNOWN);
    judge(&arena, SITE, "{}", WX_SITE_UNREACHABLE, &j);
    for (size_t i = 0; i < j.n; i++)
        assert_int_equal(j.at[i].verdict, strcmp(j.at[i].field, "state") == 0
                                              ? WX_MEASURED_DIFFERS
                                              : WX_MEASURED_UNKNOWN);
    wx_arena_clear(&arena);
}

static void judge__labels_that_do_not_count(void **state)
{
    static const struct {
        const char *conac, *why;
    } cases[] = {
        {"{\"state\":\"image_only\"}", "label_picture"},
        {"{\"state\":\"commented_out\"}", "label_commented"},
        {"{\"state\":\"official\",\"error_image\":true}", "label_refused"},
        {"{\"state\":\"absent\"}", "other_value"},
    };
    struct wx_arena arena;
    struct judged j;
    char facts[400];

    (void)state;
    wx_arena_init(&arena);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(facts, sizeof facts, "{\"labels\":{\"determined\":true,\"conac\":%s}}",
                 cases[i].conac);
        judge(&arena, SITE, facts, WX_SITE_INSPECTED, &j);
        assert_int_equal(find(&j, "unified_label")->verdict, WX_MEASURED_DIFFERS);
        assert_string_equal(find(&j, "unified_label")->why, cases[i].why);
        snprintf(facts, sizeof facts,
                 "{\"labels\":{\"determined\":false,\"conac\":%s}}", cases[i].conac);
        judge(&arena, SITE, facts, WX_SITE_INSPECTED, &j);
        if (i != 2) /* an error picture is seen, however little else was */
            assert_int_equal(find(&j, "unified_label")->verdict, WX_MEASURED_UNKNOWN);
    }
    wx_arena_clear(&arena);
}

static void names__same_similar_and_other(void **state)
{
    static const struct {
        const char *a, *b;
        enum wx_name_match want;
    } cases[] = {
        {"西城区水利局", "北京市西城区水利局", WX_NAME_SAME},
        {"西城区卫健委", "北京市西城区卫生健康委员会", WX_NAME_SAME},
        {"市场监管局", "西城区市场监督管理局", WX_NAME_SAME},
        {"平川县发展和改革委员会", "平川县发改委", WX_NAME_SAME},
        {"平川县水利局", "平川县教育局", WX_NAME_OTHER},
        {"东城区水利局", "西城区水利局", WX_NAME_OTHER},
        {"平川县水利局", "某某网络科技有限公司", WX_NAME_OTHER},
        {"平川县水利局", "平川县人民政府", WX_NAME_SIMILAR},
        {"平川县人民政府办公室", "平川县政府办公厅信息中心", WX_NAME_SIMILAR},
        {"水利局", "局", WX_NAME_SIMILAR},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (wx_name_match(wx_str_of(cases[i].a), wx_str_of(cases[i].b)) !=
                cases[i].want ||
            wx_name_match(wx_str_of(cases[i].b), wx_str_of(cases[i].a)) !=
                cases[i].want)
            fail_msg("%s, %s", cases[i].a, cases[i].b);
}

/* ---- the taking in ---- */

static void take(struct world *w, int64_t round_id, const char *facts)
{
    struct wx_measure measure = {.site_id = 1,
                                 .round_id = round_id,
                                 .now_s = NOW_S + round_id * 86400,
                                 .status = WX_SITE_INSPECTED,
                                 .facts = wx_str_of(facts)};
    struct wx_err err = {0};

    if (wx_register_measured(w->tx, &measure, &err))
        fail_msg("%s", err.text);
}

static void seed(struct world *w)
{
    assert_int_equal(add(w, "unit", "{\"name\":\"西城区水利局\",\"kind\":\"organ\"}"),
                     1);
    assert_int_equal(
        add(w, "site",
            "{\"unit_id\":1,\"name\":\"西城水利\",\"domain\":\"www.xcsl.gov.cn\","
            "\"ip\":\"203.0.113.8\",\"has_https\":true,\"state\":\"running\"}"),
        1);
}

static struct wx_contradiction_row row_of(struct world *w, const char *field)
{
    struct wx_contradiction_row row;
    struct wx_err err;

    assert_int_equal(
        wx_contradiction_find(w->tx, &w->arena, 1, wx_str_of(field), &row, &err),
        WX_OK);
    return row;
}

static void settle(struct world *w, int64_t id, const char *how)
{
    json_t *values = json_pack("{s:s, s:s}", "state", "settled", "how", how);
    struct wx_field_problems problems = {.n = 0};
    struct wx_err err;

    assert_int_equal(wx_record_update(w->tx, kind("contradiction"), id, 0, values, &by,
                                      &problems, &err),
                     WX_OK);
    json_decref(values);
}

static void taking_in__opens_once_and_settles_when_it_agrees(void **state)
{
    struct world *w = *state;
    struct wx_contradiction_row row;
    struct wx_measured_row measured;
    struct wx_err err;
    int64_t id;

    seed(w);
    take(w, 1, FACTS);
    row = row_of(w, "ip");
    id = row.id;
    assert_true(id && wx_str_eqz(row.state, "open"));
    assert_int_equal(row_of(w, "has_https").id, 0);
    take(w, 1, FACTS); /* the same round again */
    take(w, 2, FACTS);
    assert_int_equal(row_of(w, "ip").id, id);
    assert_int_equal(wx_measured_get(w->tx, &w->arena, 1, &measured, &err), WX_OK);
    assert_int_equal(measured.round_id, 2);
    assert_true(wx_str_findz(measured.checks, "203.0.113.7") != WX_NPOS);
    take(w, 3,
         with(FACTS, "home",
              "{\"url\":\"https://www.xcsl.gov.cn/\","
              "\"address\":\"203.0.113.8:443\"}"));
    row = row_of(w, "ip");
    assert_true(wx_str_eqz(row.state, "settled") && wx_str_eqz(row.how, "agreed"));
}

static void taking_in__an_explanation_holds_for_its_values_only(void **state)
{
    struct world *w = *state;
    int64_t id;

    seed(w);
    take(w, 1, FACTS);
    id = row_of(w, "ip").id;
    settle(w, id, "explained");
    take(w, 2, FACTS);
    assert_true(wx_str_eqz(row_of(w, "ip").state, "settled"));
    take(w, 3,
         with(FACTS, "home",
              "{\"url\":\"https://www.xcsl.gov.cn/\","
              "\"address\":\"198.51.100.1:443\"}"));
    assert_int_equal(row_of(w, "ip").id, id);
    assert_true(wx_str_eqz(row_of(w, "ip").state, "open"));
    assert_true(wx_str_eqz(row_of(w, "ip").measured, "198.51.100.1"));
    /* "corrected" that was not: the same difference opens again */
    settle(w, id, "corrected");
    take(w, 4,
         with(FACTS, "home",
              "{\"url\":\"https://www.xcsl.gov.cn/\","
              "\"address\":\"198.51.100.1:443\"}"));
    assert_true(wx_str_eqz(row_of(w, "ip").state, "open"));
}

#define HOSTS                                                                          \
    "{\"own_hosts\":[{\"host\":\"oa.xcsl.gov.cn\",\"n_links\":3,"                      \
    "\"first_page\":\"https://www.xcsl.gov.cn/\"},"                                    \
    "{\"host\":\"xcsl.gov.cn\",\"n_links\":1,\"first_page\":\"https://x/\"}],"         \
    "\"tls\":{\"names\":[\"www.xcsl.gov.cn\",\"*.xcsl.gov.cn\",\"mail.xcsl.gov.cn\","  \
    "\"cdn.example.com\",\"203.0.113.7\"]},"                                           \
    "\"offsite_hosts\":["                                                              \
    "{\"host\":\"www.other.gov.cn\",\"n_links\":9,\"is_government\":true,"             \
    "\"first_page\":\"https://www.xcsl.gov.cn/l\"},"                                   \
    "{\"host\":\"www.gov.cn\",\"n_links\":9,\"is_government\":true},"                  \
    "{\"host\":\"v.qq.com\",\"n_links\":9,\"is_government\":false}]}"

static void hosts__what_nobody_registered_is_noted_once(void **state)
{
    static const char *const none[] = {"xcsl.gov.cn",     "www.xcsl.gov.cn",
                                       "cdn.example.com", "www.gov.cn",
                                       "v.qq.com",        "203.0.113.7"};
    struct world *w = *state;
    struct wx_err err;
    int64_t oa, mail, other, id;
    json_t *json;

    seed(w);
    take(w, 1, HOSTS);
    take(w, 2, HOSTS);
    assert_int_equal(wx_found_host_find(w->tx, 1, WX_STR("oa.xcsl.gov.cn"), &oa, &err),
                     WX_OK);
    assert_int_equal(
        wx_found_host_find(w->tx, 1, WX_STR("mail.xcsl.gov.cn"), &mail, &err), WX_OK);
    assert_int_equal(
        wx_found_host_find(w->tx, 1, WX_STR("www.other.gov.cn"), &other, &err), WX_OK);
    assert_true(oa && mail && other);
    json = get(w, "host", oa);
    assert_string_equal(json_string_value(json_object_get(json, "why")), "sibling");
    assert_int_equal(json_integer_value(json_object_get(json, "round_id")), 2);
    json_decref(json);
    json = get(w, "host", other);
    assert_string_equal(json_string_value(json_object_get(json, "why")), "government");
    json_decref(json);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(wx_found_host_find(w->tx, 1, wx_str_of(none[i]), &id, &err),
                         WX_OK);
        if (id)
            fail_msg("%s was noted", none[i]);
    }
}

static void taking_in__hostile_facts_break_nothing(void **state)
{
    static const char *const hostile[] = {
        "",
        "[]",
        "null",
        "{\"home\":7,\"labels\":[],\"tls\":\"x\"}",
        "{\"own_hosts\":[1,{\"host\":5},{\"host\":\"\"}],\"tls\":{\"names\":[null,"
        "\"\\u0000.gov.cn\",\"a\\u202e.gov.cn\"]}}",
        "{\"home\":{\"address\":\"[\",\"url\":\"javascript:alert(1)\"}}",
        "{\"home\":{\"address\":\":\",\"url\":\"http://\"},\"entries\":[[],3]}"};
    struct world *w = *state;

    seed(w);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
        take(w, 1, hostile[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge__nothing_differs_where_all_agree),
        cmocka_unit_test(judge__each_field_is_held_against_what_was_seen),
        cmocka_unit_test(judge__look_alikes_do_not_fire),
        cmocka_unit_test(judge__what_was_not_reached_is_not_determined),
        cmocka_unit_test(judge__labels_that_do_not_count),
        cmocka_unit_test(names__same_similar_and_other),
        cmocka_unit_test_setup_teardown(
            taking_in__opens_once_and_settles_when_it_agrees, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            taking_in__an_explanation_holds_for_its_values_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hosts__what_nobody_registered_is_noted_once,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(taking_in__hostile_facts_break_nothing, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests_name("contradiction", tests, NULL, NULL);
}
