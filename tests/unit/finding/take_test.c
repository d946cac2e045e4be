/* Rounds taken in: what is new, known, back, gone, and what nothing can be said of. The
 * run directories are real stores; titles are the rule library's. */
#include "finding/take.h"

#include "finding/act.h"
#include "model/filter.h"
#include "store/office_finding.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW_S = 1800000000, DAY_S = 86400 };

struct world {
    char dir[64];
    struct wx_office *office;
    struct wx_arena arena;
    struct wx_rules *rules;
    struct wx_err err;
    int64_t unit_id, site_id;
    struct wx_taken taken; /* by the last take() */
};

#define OK(w, call)                                                                    \
    do {                                                                               \
        if (call)                                                                      \
            fail_msg("%s: %s", #call, (w)->err.text);                                  \
    } while (0)

static int64_t add(struct world *w, struct wx_tx *tx, const char *kind,
                   const char *json)
{
    json_t *values = json_loads(json, 0, NULL);
    struct wx_field_problems problems = {0};
    struct wx_record_by by = {1, NOW_S};
    int64_t id = 0;

    OK(w, wx_record_create(tx, wx_record_kind_find(wx_str_of(kind)), values, &by, &id,
                           &problems, &w->err));
    json_decref(values);
    return id;
}

static struct wx_tx *begin(struct world *w)
{
    struct wx_tx *tx = NULL;

    OK(w, wx_tx_write(w->office, &wx_scope_everything, &tx, &w->err));
    return tx;
}

static void end(struct world *w, struct wx_tx *tx)
{
    OK(w, wx_tx_commit(tx, &w->err));
    wx_tx_end(tx);
}

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char json[200];
    struct wx_tx *tx;

    snprintf(w->dir, sizeof w->dir, "/tmp/wx-take-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    wx_arena_init(&w->arena);
    OK(w, wx_office_open(w->dir, &w->office, &w->err));
    OK(w, wx_rules_load(NULL, false, &w->rules, &w->err));
    tx = begin(w);
    w->unit_id = add(w, tx, "unit", "{\"name\":\"区教育局\"}");
    snprintf(json, sizeof json,
             "{\"unit_id\":%lld,\"name\":\"教育网\",\"domain\":\"edu.example.gov.cn\"}",
             (long long)w->unit_id);
    w->site_id = add(w, tx, "site", json);
    end(w, tx);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    char command[120];

    wx_office_close(w->office);
    wx_rules_free(w->rules);
    wx_arena_clear(&w->arena);
    snprintf(command, sizeof command, "%s", w->dir);
    /* run directories and the database: made by this test under /tmp */
    if (strncmp(w->dir, "/tmp/wx-take-", 13) == 0) {
        char *const argv[] = {(char *)"rm", (char *)"-rf", command, NULL};

        if (fork() == 0) {
            execvp("rm", argv);
            _exit(1);
        }
    }
    free(w);
    return 0;
}

/* One finding as a detector would make it. */
struct seen {
    const char *rule, *path;
    enum wx_verdict verdict;
};

static void put(struct world *w, struct wx_store *run, const struct seen *seen,
                uint64_t site)
{
    char url[100];
    const struct wx_rule *rule = wx_rules_find(w->rules, wx_str_of(seen->rule));
    struct wx_finding f = {
        .rule = wx_str_of(seen->rule),
        .category = rule ? rule->category : WX_STR("hidden_link"),
        .severity = rule ? rule->severity : WX_SEV_HIGH,
        .verdict = seen->verdict,
        .confidence = 90,
        .site_id = site,
        .site = WX_STR("edu.example.gov.cn"),
        .where = WX_STR("页脚 / footer"),
        .excerpt = WX_STR("<a href=\"http://spam.example/\">澳门</a>"),
        .detail_zh = WX_STR("发现隐藏的链接"),
        .n_places = 1,
    };

    snprintf(url, sizeof url, "https://edu.example.gov.cn%s", seen->path);
    f.url = f.place = wx_str_of(url);
    wx_finding_identify(&f);
    OK(w, wx_store_put_finding(run, &f, &w->err));
}

/* Makes the run of round N with what was SEEN, and takes it in at NOW_S + N days. */
static void take(struct world *w, int64_t round, enum wx_site_status site_status,
                 bool is_retest, const struct seen *seen, size_t n)
{
    char dir[120];
    struct wx_site site = {.id = wx_site_key(WX_STR("edu.example.gov.cn"), 0),
                           .domain = WX_STR("edu.example.gov.cn"),
                           .name = WX_STR("教育网")};
    struct wx_store *run;
    struct wx_tx *tx;
    struct wx_take t = {.run_site_id = site.id,
                        .site_id = w->site_id,
                        .unit_id = w->unit_id,
                        .round_id = round,
                        .now_s = NOW_S + round * DAY_S,
                        .begun_s = NOW_S + round * DAY_S - 600,
                        .status = site_status,
                        .is_retest = is_retest,
                        .rules = w->rules,
                        .taken = &w->taken};

    snprintf(dir, sizeof dir, "%s/round-%lld-%d", w->dir, (long long)round, rand());
    assert_int_equal(mkdir(dir, 0700), 0);
    OK(w, wx_store_open(dir, WX_STORE_CREATE, &run, &w->err));
    OK(w, wx_store_add_site(run, &site, &w->err));
    for (size_t i = 0; i < n; i++)
        put(w, run, &seen[i], site.id);
    OK(w, wx_store_commit(run, &w->err));
    t.run = run;
    tx = begin(w);
    OK(w, wx_finding_take_site(tx, &t, &w->err));
    end(w, tx);
    wx_store_close(run);
}

#define TAKE(w, round, status, ...)                                                    \
    take(w, round, status, false, (const struct seen[]){__VA_ARGS__},                  \
         sizeof(const struct seen[]){__VA_ARGS__} / sizeof(struct seen))

static const struct seen hidden = {"hidden-link-css", "/news/1.html", WX_FAIL};
static const struct seen mixed = {"missing-csp", "/", WX_FAIL};

/* The finding of RULE in the office as it is now. */
static struct wx_finding_row row_of(struct world *w, const char *rule)
{
    int64_t *ids;
    size_t n;
    struct wx_finding_row row = {0};
    struct wx_tx *tx;
    struct wx_str filter = wx_arena_printf(&w->arena, "rule:%s", rule);

    OK(w, wx_tx_read(w->office, &wx_scope_everything, &tx, &w->err));
    OK(w, wx_findings_filtered(tx, &w->arena, filter, NOW_S, 10, &ids, &n, &w->err));
    assert_int_equal(n, 1);
    OK(w, wx_finding_row_read(tx, &w->arena, ids[0], &row, &w->err));
    wx_tx_end(tx);
    return row;
}

static void act(struct world *w, const char *rule, enum wx_finding_act what,
                struct wx_finding_input input)
{
    struct wx_finding_row row = row_of(w, rule);
    struct wx_finding_acted acted;
    struct wx_tx *tx = begin(w);

    OK(w, wx_finding_act(tx, what, &row, 0, &input, NULL, &acted, &w->err));
    end(w, tx);
}

static void new_finding__is_open_and_seen_once(void **state)
{
    struct world *w = *state;
    struct wx_finding_row row;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    assert_int_equal(w->taken.n_new, 1);
    row = row_of(w, "hidden-link-css");
    assert_true(wx_str_eqz(row.state, "open"));
    assert_true(wx_str_eqz(row.certainty, "once"));
    assert_true(wx_str_eqz(row.source, "round"));
    assert_int_equal(row.unit_id, w->unit_id);
    assert_int_equal(row.first_seen, NOW_S + DAY_S);
    assert_false(wx_str_eqz(row.title, "hidden-link-css")); /* the rule's own title */
    assert_int_equal(row.parts, WX_PART_GRADING); /* an intrusion: the police see it */
}

static void seen_again__is_the_same_finding_and_twice_certain(void **state)
{
    struct world *w = *state;
    struct wx_finding_row row;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    TAKE(w, 2, WX_SITE_INSPECTED, hidden);
    assert_int_equal(w->taken.n_new, 0);
    assert_int_equal(w->taken.n_again, 1);
    row = row_of(w, "hidden-link-css");
    assert_true(wx_str_eqz(row.certainty, "twice"));
    assert_int_equal(row.first_seen, NOW_S + DAY_S);
    assert_int_equal(row.last_seen, NOW_S + 2 * DAY_S);
    assert_int_equal(row.rev, 1); /* nothing that a reader must have read again */
}

static void one_round_taken_twice__counts_once(void **state)
{
    struct world *w = *state;
    struct wx_finding_row row;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    TAKE(w, 1, WX_SITE_INSPECTED, hidden, mixed);
    assert_int_equal(w->taken.n_new, 1); /* what the first time had not */
    assert_int_equal(w->taken.n_again, 0);
    row = row_of(w, "hidden-link-css");
    assert_true(wx_str_eqz(row.certainty, "once"));
}

static void gone_once__is_still_open_gone_twice_is_fixed(void **state)
{
    struct world *w = *state;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden, mixed);
    TAKE(w, 2, WX_SITE_INSPECTED, mixed);
    assert_int_equal(w->taken.n_gone, 1);
    assert_int_equal(w->taken.n_fixed, 0);
    assert_true(wx_str_eqz(row_of(w, "hidden-link-css").state, "open"));
    assert_true(wx_str_eqz(row_of(w, "hidden-link-css").last_result, "gone"));
    TAKE(w, 3, WX_SITE_INSPECTED, mixed);
    assert_int_equal(w->taken.n_fixed, 1);
    assert_true(wx_str_eqz(row_of(w, "hidden-link-css").state, "fixed"));
    assert_true(wx_str_eqz(row_of(w, "missing-csp").state, "open"));
}

static void gone_then_seen__begins_the_count_anew(void **state)
{
    struct world *w = *state;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    TAKE(w, 2, WX_SITE_INSPECTED, mixed);
    TAKE(w, 3, WX_SITE_INSPECTED, hidden, mixed);
    TAKE(w, 4, WX_SITE_INSPECTED, mixed);
    assert_true(wx_str_eqz(row_of(w, "hidden-link-css").state, "open"));
    assert_int_equal(row_of(w, "hidden-link-css").gone_times, 1);
}

static void gone_in_a_retest__is_fixed_at_once(void **state)
{
    struct world *w = *state;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    take(w, 2, WX_SITE_INSPECTED, true, NULL, 0);
    assert_int_equal(w->taken.n_fixed, 1);
    assert_true(wx_str_eqz(row_of(w, "hidden-link-css").state, "fixed"));
}

static void site_not_inspected_to_its_end__says_nothing(void **state)
{
    static const enum wx_site_status statuses[] = {
        WX_SITE_BLOCKED, WX_SITE_UNREACHABLE, WX_SITE_PARTLY, WX_SITE_ELSEWHERE,
        WX_SITE_PARKED,  WX_SITE_DENIED,      WX_SITE_FAILED,
    };
    struct world *w = *state;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    for (int64_t i = 0; i < (int64_t)(sizeof statuses / sizeof statuses[0]); i++) {
        take(w, 2 + i, statuses[i], i % 2, NULL, 0);
        assert_int_equal(w->taken.n_not_determined, 1);
        assert_int_equal(w->taken.n_gone, 0);
        assert_true(wx_str_eqz(row_of(w, "hidden-link-css").state, "open"));
        assert_true(
            wx_str_eqz(row_of(w, "hidden-link-css").last_result, "not_determined"));
    }
    assert_int_equal(row_of(w, "hidden-link-css").gone_times, 0);
}

static void fixed_and_seen__is_a_regression_and_open_again(void **state)
{
    struct world *w = *state;
    struct wx_finding_row row;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    act(w, "hidden-link-css", WX_ACT_FIX,
        (struct wx_finding_input){
            .note = WX_STR("已删除"), .account_id = 5, .now_s = NOW_S + DAY_S + 60});
    act(w, "hidden-link-css", WX_ACT_CLOSE,
        (struct wx_finding_input){.account_id = 6, .now_s = NOW_S + DAY_S + 90});
    TAKE(w, 2, WX_SITE_INSPECTED, hidden);
    assert_int_equal(w->taken.n_regressed, 1);
    row = row_of(w, "hidden-link-css");
    assert_true(wx_str_eqz(row.state, "open"));
    assert_int_equal(row.regressed, 1);
    assert_int_equal(row.fixed, 0);
    assert_int_equal(row.closed, 0);
}

static void fixed_while_the_site_was_looked_at__is_not_held_against_it(void **state)
{
    struct world *w = *state;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    act(w, "hidden-link-css", WX_ACT_FIX,
        (struct wx_finding_input){.note = WX_STR("已删除"),
                                  .account_id = 5,
                                  .now_s = NOW_S + 2 * DAY_S - 60});
    TAKE(w, 2, WX_SITE_INSPECTED, hidden); /* begun 600 s before it was taken in */
    assert_int_equal(w->taken.n_regressed, 0);
    assert_true(wx_str_eqz(row_of(w, "hidden-link-css").state, "fixed"));
    TAKE(w, 3, WX_SITE_INSPECTED, hidden);
    assert_int_equal(w->taken.n_regressed, 1);
}

static void dismissed_and_seen__stays_dismissed_until_its_time_is_over(void **state)
{
    struct world *w = *state;
    struct wx_tx *tx;
    size_t n;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    act(w, "hidden-link-css", WX_ACT_DISMISS,
        (struct wx_finding_input){.note = WX_STR("误报"),
                                  .reason = WX_STR("false_positive"),
                                  .until_s = NOW_S + 10 * DAY_S,
                                  .account_id = 5,
                                  .now_s = NOW_S + DAY_S + 60});
    TAKE(w, 2, WX_SITE_INSPECTED, hidden);
    assert_true(wx_str_eqz(row_of(w, "hidden-link-css").state, "dismissed"));
    tx = begin(w);
    OK(w, wx_findings_expire(tx, NOW_S + 10 * DAY_S - 1, &n, &w->err));
    assert_int_equal(n, 0);
    OK(w, wx_findings_expire(tx, NOW_S + 10 * DAY_S, &n, &w->err));
    assert_int_equal(n, 1);
    end(w, tx);
    assert_true(wx_str_eqz(row_of(w, "hidden-link-css").state, "open"));
    assert_int_equal(row_of(w, "hidden-link-css").dismissed_until, 0);
}

static void finding_of_another_source__is_not_judged_by_rounds(void **state)
{
    struct world *w = *state;
    struct wx_finding_row row = {.unit_id = w->unit_id,
                                 .site_id = w->site_id,
                                 .fingerprint =
                                     WX_STR("00112233445566778899aabbccddeeff"),
                                 .rule = WX_STR("from-above"),
                                 .source = WX_STR("superior"),
                                 .title = WX_STR("上级通报的弱口令"),
                                 .state = WX_STR("open"),
                                 .severity = WX_STR("high"),
                                 .verdict = WX_STR("fail")};
    struct wx_finding_text text = {0};
    struct wx_record_by by = {3, NOW_S};
    struct wx_tx *tx = begin(w);

    OK(w, wx_finding_row_add(tx, &row, &text, WX_STR("add"), &by, &w->err));
    end(w, tx);
    take(w, 1, WX_SITE_INSPECTED, false, NULL, 0);
    take(w, 2, WX_SITE_INSPECTED, false, NULL, 0);
    assert_int_equal(w->taken.n_gone, 0);
    assert_true(wx_str_eqz(row_of(w, "from-above").state, "open"));
}

static void verdicts__pass_is_no_finding_and_not_determined_is_its_own(void **state)
{
    struct world *w = *state;
    struct seen pass = hidden, unknown = mixed;

    pass.verdict = WX_PASS;
    unknown.verdict = WX_NOT_DETERMINED;
    TAKE(w, 1, WX_SITE_INSPECTED, pass, unknown);
    assert_int_equal(w->taken.n_new, 0);
    assert_int_equal(w->taken.n_not_determined, 1);
    assert_true(wx_str_eqz(row_of(w, "missing-csp").verdict, "not_determined"));
    assert_true(row_of(w, "missing-csp").priority <= 100); /* never before a real one */
}

/* What became of the findings from round A to B, as JSON. */
static json_t *compare(struct world *w, int64_t a, int64_t b)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 20);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_round_compare c = {.a = a, .b = b, .limit = 100};
    struct wx_tx *tx;
    int64_t next;
    json_t *out;

    OK(w, wx_tx_read(w->office, &wx_scope_everything, &tx, &w->err));
    wx_json_open(&j, '{');
    OK(w, wx_rounds_compare_counts(tx, &c, &j, &w->err));
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    OK(w, wx_rounds_compare_list(tx, &c, &j, &next, &w->err));
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    wx_tx_end(tx);
    out = json_loadb(buf.ptr, buf.len, 0, NULL);
    assert_non_null(out);
    wx_buf_clear(&buf);
    return out;
}

static int64_t n_of(json_t *compared, const char *change)
{
    json_t *item;
    size_t i;
    int64_t n = 0, said = json_integer_value(json_object_get(compared, change));

    json_array_foreach(json_object_get(compared, "items"), i, item) n +=
        strcmp(json_string_value(json_object_get(item, "change")), change) == 0;
    assert_int_equal(n, said); /* the list and its counts say the same */
    return n;
}

static void two_rounds_compared__tell_what_became_of_each(void **state)
{
    static const struct seen a = {"hidden-link-css", "/a", WX_FAIL},
                             b = {"hidden-link-css", "/b", WX_FAIL},
                             c = {"hidden-link-css", "/c", WX_FAIL};
    struct world *w = *state;
    json_t *found;

    TAKE(w, 1, WX_SITE_INSPECTED, a, b);
    TAKE(w, 2, WX_SITE_INSPECTED, b, c);
    found = compare(w, 1, 2);
    assert_int_equal(n_of(found, "fixed"), 1);
    assert_int_equal(n_of(found, "open"), 1);
    assert_int_equal(n_of(found, "new"), 1);
    assert_int_equal(n_of(found, "regressed"), 0);
    json_decref(found);
    TAKE(w, 3, WX_SITE_INSPECTED, a, b); /* a is back; c gone */
    found = compare(w, 2, 3);
    assert_int_equal(n_of(found, "regressed"), 1);
    assert_int_equal(n_of(found, "open"), 1);
    assert_int_equal(n_of(found, "fixed"), 1);
    json_decref(found);
    take(w, 4, WX_SITE_BLOCKED, false, NULL, 0);
    found = compare(w, 3, 4);
    assert_int_equal(n_of(found, "not_determined"), 3);
    assert_int_equal(n_of(found, "fixed"), 0);
    assert_string_equal(
        json_string_value(json_object_get(
            json_array_get(json_object_get(found, "items"), 0), "site_status")),
        "blocked");
    json_decref(found);
}

static void frozen_series__does_not_move_with_the_present_state(void **state)
{
    struct world *w = *state;
    json_t *before, *after;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden, mixed);
    TAKE(w, 2, WX_SITE_INSPECTED, hidden);
    before = compare(w, 1, 2);
    act(w, "hidden-link-css", WX_ACT_CONFIRM,
        (struct wx_finding_input){.account_id = 5, .now_s = NOW_S});
    TAKE(w, 3, WX_SITE_INSPECTED, mixed);
    TAKE(w, 4, WX_SITE_INSPECTED, mixed);
    after = compare(w, 1, 2);
    for (size_t i = 0; i < 5; i++) {
        static const char *const all[] = {"fixed", "open", "new", "regressed",
                                          "not_determined"};
        assert_int_equal(n_of(before, all[i]), n_of(after, all[i]));
    }
    json_decref(before);
    json_decref(after);
}

static size_t n_found(struct world *w, const char *filter)
{
    int64_t *ids;
    size_t n;
    struct wx_tx *tx;

    OK(w, wx_tx_read(w->office, &wx_scope_everything, &tx, &w->err));
    OK(w, wx_findings_filtered(tx, &w->arena, wx_str_of(filter), NOW_S, 100, &ids, &n,
                               &w->err));
    wx_tx_end(tx);
    return n;
}

static void words__are_found_inside_chinese_text_two_characters_or_one(void **state)
{
    struct world *w = *state;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden, mixed);
    assert_int_equal(n_found(w, "澳门"), 2);       /* two characters, in the excerpt */
    assert_int_equal(n_found(w, "澳"), 2);         /* one */
    assert_int_equal(n_found(w, "隐藏的链接"), 2); /* five, in the detail of both */
    assert_int_equal(n_found(w, "藏的链"), 2);
    assert_int_equal(n_found(w, "SPAM.example"), 2);
    assert_int_equal(n_found(w, "门澳"), 0);   /* the pairs alone do not do */
    assert_int_equal(n_found(w, "教育网"), 2); /* the site's name */
    assert_int_equal(n_found(w, "教育局"), 2); /* the unit's */
    assert_int_equal(n_found(w, "ple.gov"), 2);
    assert_int_equal(n_found(w, "100%"), 0); /* no pattern of LIKE gets in */
    assert_int_equal(n_found(w, "-澳门 教育网"), 0);
}

static void words__follow_the_text_when_it_changes(void **state)
{
    struct world *w = *state;
    struct wx_finding_row row;
    struct wx_finding_text text = {.excerpt = WX_STR("已换成别的内容")};
    struct wx_tx *tx;

    TAKE(w, 1, WX_SITE_INSPECTED, hidden);
    row = row_of(w, "hidden-link-css");
    tx = begin(w);
    OK(w, wx_finding_text_put(tx, &row, &text, &w->err));
    end(w, tx);
    assert_int_equal(n_found(w, "别的内容"), 1);
    assert_int_equal(n_found(w, "澳门"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        T(new_finding__is_open_and_seen_once),
        T(seen_again__is_the_same_finding_and_twice_certain),
        T(one_round_taken_twice__counts_once),
        T(gone_once__is_still_open_gone_twice_is_fixed),
        T(gone_then_seen__begins_the_count_anew),
        T(gone_in_a_retest__is_fixed_at_once),
        T(site_not_inspected_to_its_end__says_nothing),
        T(fixed_and_seen__is_a_regression_and_open_again),
        T(fixed_while_the_site_was_looked_at__is_not_held_against_it),
        T(dismissed_and_seen__stays_dismissed_until_its_time_is_over),
        T(finding_of_another_source__is_not_judged_by_rounds),
        T(verdicts__pass_is_no_finding_and_not_determined_is_its_own),
        T(two_rounds_compared__tell_what_became_of_each),
        T(frozen_series__does_not_move_with_the_present_state),
        T(words__are_found_inside_chinese_text_two_characters_or_one),
        T(words__follow_the_text_when_it_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
