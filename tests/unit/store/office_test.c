/* The office's database: transactions, records, the wall. */
#include "base/clock.h"
#include "store/query.h"
#include "store/record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW_S = 1800000000 };
static const struct wx_record_by by = {7, NOW_S};

struct world {
    char dir[64];
    struct wx_office *office;
    struct wx_arena arena;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct wx_err err;

    snprintf(w->dir, sizeof w->dir, "/tmp/wx-office-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    assert_int_equal(wx_office_open(w->dir, &w->office, &err), WX_OK);
    wx_arena_init(&w->arena);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    char command[100];

    wx_office_close(w->office);
    wx_arena_clear(&w->arena);
    for (size_t i = 0; i < 3; i++) {
        static const char *const names[] = {"office.db", "office.db-wal",
                                            "office.db-shm"};
        snprintf(command, sizeof command, "%s/%s", w->dir, names[i]);
        unlink(command);
    }
    rmdir(w->dir);
    free(w);
    return 0;
}

static const struct wx_record_kind *kind(const char *name)
{
    return wx_record_kind_find(wx_str_of(name));
}

static int64_t add(struct wx_tx *tx, const char *kind_name, const char *json)
{
    json_t *values = json_loads(json, 0, NULL);
    struct wx_field_problems problems;
    struct wx_err err = {0};
    int64_t id = 0;

    assert_non_null(values);
    if (wx_record_check(kind(kind_name), values, true, &problems, &err) ||
        wx_record_create(tx, kind(kind_name), values, &by, &id, &problems, &err))
        fail_msg("%s", err.text);
    json_decref(values);
    return id;
}

/* Past the check: what only the server writes. */
static int64_t add_raw(struct wx_tx *tx, const char *kind_name, const char *json)
{
    json_t *values = json_loads(json, 0, NULL);
    struct wx_field_problems problems = {.n = 0};
    struct wx_err err = {0};
    int64_t id = 0;

    assert_non_null(values);
    if (wx_record_create(tx, kind(kind_name), values, &by, &id, &problems, &err))
        fail_msg("%s", err.text);
    json_decref(values);
    return id;
}

static struct wx_tx *begin(struct world *w, const struct wx_scope *scope)
{
    struct wx_tx *tx = NULL;
    struct wx_err err;

    assert_int_equal(wx_tx_write(w->office, scope, &tx, &err), WX_OK);
    return tx;
}

static void commit(struct wx_tx *tx)
{
    struct wx_err err;

    assert_int_equal(wx_tx_commit(tx, &err), WX_OK);
    wx_tx_end(tx);
}

/* Two units with one site each; returns with the ids. */
static void seed(struct world *w, int64_t units[2], int64_t sites[2])
{
    struct wx_tx *tx = begin(w, &wx_scope_everything);
    char json[200];

    for (int i = 0; i < 2; i++) {
        snprintf(json, sizeof json, "{\"name\": \"单位%d\", \"kind\": \"organ\"}", i);
        units[i] = add(tx, "unit", json);
        snprintf(json, sizeof json,
                 "{\"name\": \"门户%d\", \"domain\": \"www%d.example.gov.cn\","
                 " \"unit_id\": %lld}",
                 i, i, (long long)units[i]);
        sites[i] = add(tx, "site", json);
    }
    commit(tx);
}

static struct wx_scope scope_of(uint64_t *bits, int64_t unit_id)
{
    bits[0] = 1ull << unit_id;
    return (struct wx_scope){.bits = bits, .n_bits = 64};
}

static struct wx_str list(struct world *w, const struct wx_scope *scope,
                          const char *kind_name, const char *filter, const char *sort,
                          struct wx_str cursor, uint32_t limit,
                          struct wx_record_page *page, enum wx_status *status)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 20);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_record_query query = {.kind = kind(kind_name),
                                    .filter = wx_str_of(filter),
                                    .sort = wx_str_of(sort),
                                    .cursor = cursor,
                                    .limit = limit,
                                    .with_total = true};
    struct wx_tx *tx = NULL;
    struct wx_err err;
    struct wx_str out;

    assert_int_equal(wx_tx_read(w->office, scope, &tx, &err), WX_OK);
    wx_json_open(&j, '[');
    *status = wx_record_list(tx, &w->arena, &query, &j, page, &err);
    wx_json_close(&j, ']');
    wx_tx_end(tx);
    out = wx_arena_str(&w->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

static void wall__shows_only_rows_of_the_scope(void **state)
{
    struct world *w = *state;
    struct wx_record_page page;
    enum wx_status status;
    int64_t units[2], sites[2];
    uint64_t bits[1];
    struct wx_scope scope;
    struct wx_str out;

    seed(w, units, sites);
    scope = scope_of(bits, units[0]);
    out = list(w, &scope, "site", "", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(status, WX_OK);
    assert_int_equal(page.total, 1);
    assert_true(wx_str_findz(out, "门户0") != WX_NPOS);
    assert_true(wx_str_findz(out, "门户1") == WX_NPOS);
    list(w, NULL, "site", "", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 0);
    list(w, &wx_scope_everything, "site", "", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 2);
}

static void wall__refuses_a_statement_that_reads_the_table_itself(void **state)
{
    static const char *const bad[] = {
        "SELECT name FROM site",
        "SELECT count(*) FROM v_site WHERE id IN (SELECT id FROM unit)",
        "WITH v AS (SELECT domain FROM site) SELECT domain FROM v",
        "SELECT s.name FROM v_unit u JOIN site s ON s.unit_id = u.id",
        "INSERT INTO fact (key, value) SELECT name, domain FROM site",
        "ATTACH ':memory:' AS other",
    };
    struct world *w = *state;
    struct wx_tx *tx = begin(w, &wx_scope_everything);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct wx_query q = wx_query(tx, bad[i]);
        struct wx_err err;

        assert_false(wx_query_next(&q));
        if (wx_query_end(&q, &err) == WX_OK)
            fail_msg("passed: %s", bad[i]);
    }
    wx_tx_end(tx);
}

static void wall__refuses_changes_of_rows_outside_the_scope(void **state)
{
    struct world *w = *state;
    int64_t units[2], sites[2];
    uint64_t bits[1];
    struct wx_scope scope;
    struct wx_tx *tx;
    struct wx_query q;
    struct wx_err err;

    seed(w, units, sites);
    scope = scope_of(bits, units[0]);
    tx = begin(w, &scope);
    q = wx_query_trusted(tx, "UPDATE site SET name = 'x' WHERE id = ?");
    wx_query_int(&q, sites[1]);
    assert_int_equal(wx_query_run(&q, &err), WX_E_OUT_OF_SCOPE);
    q = wx_query_trusted(tx, "UPDATE site SET unit_id = ? WHERE id = ?");
    wx_query_int(&q, units[1]);
    wx_query_int(&q, sites[0]);
    assert_int_equal(wx_query_run(&q, &err), WX_E_OUT_OF_SCOPE);
    q = wx_query_trusted(tx, "DELETE FROM site WHERE id = ?");
    wx_query_int(&q, sites[1]);
    assert_int_equal(wx_query_run(&q, &err), WX_E_OUT_OF_SCOPE);
    wx_tx_end(tx);
}

static void record__of_another_unit_is_as_if_it_did_not_exist(void **state)
{
    struct world *w = *state;
    int64_t units[2], sites[2];
    uint64_t bits[1];
    struct wx_scope scope;
    struct wx_record_facts facts;
    struct wx_field_problems problems = {.n = 0};
    json_t *values = json_pack("{ss}", "name", "x");
    struct wx_tx *tx;
    struct wx_err err;

    seed(w, units, sites);
    scope = scope_of(bits, units[0]);
    tx = begin(w, &scope);
    assert_int_equal(
        wx_record_facts(tx, &w->arena, kind("site"), sites[1], &facts, &err),
        WX_E_NOT_FOUND);
    assert_int_equal(
        wx_record_update(tx, kind("site"), sites[1], 0, values, &by, &problems, &err),
        WX_E_NOT_FOUND);
    assert_int_equal(wx_record_retire(tx, kind("site"), sites[1], 0, true, &by, &err),
                     WX_E_NOT_FOUND);
    json_decref(values);
    wx_tx_end(tx);
}

static void record__changed_meanwhile_is_refused(void **state)
{
    struct world *w = *state;
    int64_t units[2], sites[2];
    struct wx_field_problems problems = {.n = 0};
    json_t *values = json_pack("{ss}", "name", "新名称");
    struct wx_record_facts facts;
    struct wx_tx *tx;
    struct wx_err err;

    seed(w, units, sites);
    tx = begin(w, &wx_scope_everything);
    assert_int_equal(
        wx_record_update(tx, kind("site"), sites[0], 1, values, &by, &problems, &err),
        WX_OK);
    assert_int_equal(
        wx_record_facts(tx, &w->arena, kind("site"), sites[0], &facts, &err), WX_OK);
    assert_int_equal(facts.rev, 2);
    json_object_set_new(values, "name", json_string("更新的名称"));
    assert_int_equal(
        wx_record_update(tx, kind("site"), sites[0], 1, values, &by, &problems, &err),
        WX_E_AGAIN);
    json_decref(values);
    wx_tx_end(tx);
}

static void record__same_domain_twice_names_the_field(void **state)
{
    struct world *w = *state;
    int64_t units[2], sites[2], id;
    struct wx_field_problems problems = {.n = 0};
    json_t *values;
    struct wx_tx *tx;
    struct wx_err err;

    seed(w, units, sites);
    values = json_pack("{sssssI}", "name", "又一个", "domain", "www0.example.gov.cn",
                       "unit_id", (json_int_t)units[1]);
    tx = begin(w, &wx_scope_everything);
    assert_int_equal(
        wx_record_create(tx, kind("site"), values, &by, &id, &problems, &err),
        WX_E_INVALID);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.at[0].field, "domain");
    assert_string_equal(problems.at[0].code, "not_unique");
    /* but what is out of force gives its domain free */
    assert_int_equal(wx_record_retire(tx, kind("site"), sites[0], 0, true, &by, &err),
                     WX_OK);
    problems.n = 0;
    assert_int_equal(
        wx_record_create(tx, kind("site"), values, &by, &id, &problems, &err), WX_OK);
    json_decref(values);
    wx_tx_end(tx);
}

static void record__every_change_is_in_its_history_with_old_and_new(void **state)
{
    struct world *w = *state;
    struct wx_buf buf = WX_BUF_INIT(1 << 16);
    struct wx_json j = WX_JSON_INIT(&buf);
    int64_t units[2], sites[2];
    struct wx_field_problems problems = {.n = 0};
    json_t *values = json_pack("{ss}", "name", "新名称");
    struct wx_tx *tx;
    struct wx_err err;

    seed(w, units, sites);
    tx = begin(w, &wx_scope_everything);
    assert_int_equal(
        wx_record_update(tx, kind("site"), sites[0], 0, values, &by, &problems, &err),
        WX_OK);
    wx_json_open(&j, '[');
    assert_int_equal(
        wx_record_history(tx, kind("site"), sites[0], 0, 10, false, &j, &err), WX_OK);
    wx_json_close(&j, ']');
    assert_true(wx_str_findz(wx_buf_str(&buf), "\"name\":[\"门户0\",\"新名称\"]") !=
                WX_NPOS);
    assert_true(wx_str_findz(wx_buf_str(&buf), "\"account_id\":7") != WX_NPOS);
    json_decref(values);
    wx_buf_clear(&buf);
    wx_tx_end(tx);
}

static void phones__are_masked_in_lists_and_in_history(void **state)
{
    struct world *w = *state;
    struct wx_buf buf = WX_BUF_INIT(1 << 16);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_record_page page;
    enum wx_status status;
    int64_t units[2], sites[2], id;
    struct wx_tx *tx;
    struct wx_err err;
    struct wx_str out;
    char json[200];

    seed(w, units, sites);
    tx = begin(w, &wx_scope_everything);
    snprintf(json, sizeof json,
             "{\"name\":\"甲\",\"unit_id\":%lld,\"mobile\":\"13900001234\"}",
             (long long)units[0]);
    id = add(tx, "person", json);
    wx_json_open(&j, '[');
    assert_int_equal(wx_record_history(tx, kind("person"), id, 0, 10, false, &j, &err),
                     WX_OK);
    assert_true(wx_str_findz(wx_buf_str(&buf), "13900001234") == WX_NPOS);
    assert_true(wx_str_findz(wx_buf_str(&buf), "139****1234") != WX_NPOS);
    wx_buf_clear(&buf);
    commit(tx);
    out =
        list(w, &wx_scope_everything, "person", "", "", WX_STR(""), 10, &page, &status);
    assert_true(wx_str_findz(out, "13900001234") == WX_NPOS);
    assert_true(wx_str_findz(out, "139****1234") != WX_NPOS);
    /* and a filter is no way to guess them */
    list(w, &wx_scope_everything, "person", "mobile:13900001234", "", WX_STR(""), 10,
         &page, &status);
    assert_int_equal(status, WX_E_INVALID);
}

static void list__pages_by_cursor_without_gap_or_repeat(void **state)
{
    static const char *const sorts[] = {"", "name", "-name", "-created", "unit_id"};
    struct world *w = *state;
    struct wx_tx *tx = begin(w, &wx_scope_everything);
    int64_t unit = add(tx, "unit", "{\"name\": \"甲\"}");
    char json[200];

    for (int i = 0; i < 53; i++) {
        snprintf(json, sizeof json,
                 "{\"name\":\"n%d\",\"domain\":\"d%d.example.cn\",\"unit_id\":%lld}",
                 i % 7, i, (long long)unit);
        add(tx, "site", json);
    }
    commit(tx);
    for (size_t s = 0; s < sizeof sorts / sizeof sorts[0]; s++) {
        struct wx_str cursor = WX_STR("");
        struct wx_record_page page;
        enum wx_status status;
        bool seen[200] = {false};
        size_t n = 0;

        do {
            struct wx_str out = list(w, &wx_scope_everything, "site", "", sorts[s],
                                     cursor, 10, &page, &status);
            json_t *items = json_loadb(out.ptr, out.len, 0, NULL), *item;
            size_t i;

            assert_int_equal(status, WX_OK);
            assert_int_equal(page.total, 53);
            json_array_foreach(items, i, item)
            {
                size_t id = (size_t)json_integer_value(json_object_get(item, "id"));

                assert_false(seen[id]);
                seen[id] = true;
                n++;
            }
            json_decref(items);
            cursor = page.next;
        } while (cursor.len);
        assert_int_equal(n, 53);
    }
}

static void list__says_what_is_wrong_with_a_filter(void **state)
{
    static const char *const bad[] = {"nonsense:1", "\"open",       "unit_id:abc",
                                      "name>3",     "is:something", "created>tomorrow"};
    struct world *w = *state;
    struct wx_record_page page;
    enum wx_status status;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        list(w, &wx_scope_everything, "site", bad[i], "", WX_STR(""), 10, &page,
             &status);
        if (status != WX_E_INVALID)
            fail_msg("'%s' gave %s", bad[i], wx_status_name(status));
    }
    list(w, &wx_scope_everything, "site", "", "mobile", WX_STR(""), 10, &page, &status);
    assert_int_equal(status, WX_E_INVALID);
    list(w, &wx_scope_everything, "site", "", "", WX_STR("zz"), 10, &page, &status);
    assert_int_equal(status, WX_E_INVALID);
}

static void list__words_and_signs_of_like_are_taken_literally(void **state)
{
    struct world *w = *state;
    struct wx_record_page page;
    enum wx_status status;
    int64_t units[2], sites[2];

    seed(w, units, sites);
    list(w, &wx_scope_everything, "site", "门户", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 2);
    list(w, &wx_scope_everything, "site", "%", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 0);
    list(w, &wx_scope_everything, "site", "-门户1", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 1);
    list(w, &wx_scope_everything, "site", "'; DROP TABLE site; --", "", WX_STR(""), 10,
         &page, &status);
    assert_int_equal(status, WX_OK);
    list(w, &wx_scope_everything, "site", "", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 2);
}

static void write__undone_when_not_committed(void **state)
{
    struct world *w = *state;
    struct wx_record_page page;
    enum wx_status status;
    struct wx_tx *tx = begin(w, &wx_scope_everything);

    add(tx, "unit", "{\"name\": \"甲\"}");
    wx_tx_end(tx);
    list(w, &wx_scope_everything, "unit", "", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 0);
}

static void office__is_served_by_one_process_only(void **state)
{
    struct world *w = *state;
    struct wx_office *second = NULL;
    struct wx_err err;

    assert_int_equal(wx_office_open(w->dir, &second, &err), WX_E_AGAIN);
}

static void office__of_a_newer_program_is_refused(void **state)
{
    struct world *w = *state;
    struct wx_tx *tx = begin(w, &wx_scope_everything);
    struct wx_query q = wx_query(tx, "PRAGMA user_version = 9999");
    struct wx_office *again = NULL;
    struct wx_err err;

    assert_int_equal(wx_query_run(&q, &err), WX_OK);
    commit(tx);
    wx_office_close(w->office);
    w->office = NULL;
    assert_int_equal(wx_office_open(w->dir, &again, &err), WX_E_UNSUPPORTED);
    assert_non_null(strstr(err.text, "newer"));
}

/* A notice is its unit's from the moment it is sent; until then the office's alone. */
static void wall__hides_from_a_unit_what_it_was_not_told_of(void **state)
{
    struct world *w = *state;
    int64_t units[2], sites[2], notice;
    uint64_t bits[1];
    struct wx_scope scope;
    struct wx_record_facts facts;
    struct wx_record_page page;
    enum wx_status status;
    char json[200];
    struct wx_query q;
    struct wx_tx *tx;
    struct wx_err err;

    seed(w, units, sites);
    snprintf(json, sizeof json, "{\"unit_id\": %lld, \"name\": \"通知\"}",
             (long long)units[0]);
    tx = begin(w, &wx_scope_everything);
    notice = add_raw(tx, "notice", json);
    assert_int_equal(wx_tx_commit(tx, &err), WX_OK);
    wx_tx_end(tx);
    scope = scope_of(bits, units[0]);
    tx = begin(w, &scope);
    assert_int_equal(
        wx_record_facts(tx, &w->arena, kind("notice"), notice, &facts, &err),
        WX_E_NOT_FOUND);
    q = wx_query_trusted(tx, "UPDATE notice SET told = 5 WHERE id = ?");
    wx_query_int(&q, notice);
    assert_int_equal(wx_query_run(&q, &err), WX_E_OUT_OF_SCOPE);
    wx_tx_end(tx);
    list(w, &scope, "notice", "", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 0);
    tx = begin(w, &wx_scope_everything);
    q = wx_query_trusted(tx, "UPDATE notice SET told = 5 WHERE id = ?");
    wx_query_int(&q, notice);
    assert_int_equal(wx_query_run(&q, &err), WX_OK);
    assert_int_equal(wx_tx_commit(tx, &err), WX_OK);
    wx_tx_end(tx);
    list(w, &scope, "notice", "", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 1);
    scope = scope_of(bits, units[1]);
    list(w, &scope, "notice", "", "", WX_STR(""), 10, &page, &status);
    assert_int_equal(page.total, 0);
}

/* The office's campaign is seen by the units that have a duty in it, and by no other.
 */
static void wall__shows_a_campaign_to_units_with_a_duty_in_it(void **state)
{
    struct world *w = *state;
    int64_t units[2], sites[2], campaign;
    uint64_t bits[1];
    struct wx_scope scope;
    struct wx_record_page page;
    enum wx_status status;
    char json[200];
    struct wx_tx *tx;
    struct wx_err err;

    seed(w, units, sites);
    tx = begin(w, &wx_scope_everything);
    campaign = add_raw(tx, "campaign", "{\"name\": \"年度检查\"}");
    snprintf(json, sizeof json, "{\"unit_id\": %lld, \"campaign_id\": %lld}",
             (long long)units[0], (long long)campaign);
    add_raw(tx, "duty", json);
    assert_int_equal(wx_tx_commit(tx, &err), WX_OK);
    wx_tx_end(tx);
    for (int i = 0; i < 2; i++) {
        scope = scope_of(bits, units[i]);
        list(w, &scope, "campaign", "", "", WX_STR(""), 10, &page, &status);
        assert_int_equal(status, WX_OK);
        assert_int_equal(page.total, i == 0);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(wall__shows_only_rows_of_the_scope),
        T(wall__refuses_a_statement_that_reads_the_table_itself),
        T(wall__refuses_changes_of_rows_outside_the_scope),
        T(wall__hides_from_a_unit_what_it_was_not_told_of),
        T(wall__shows_a_campaign_to_units_with_a_duty_in_it),
        T(record__of_another_unit_is_as_if_it_did_not_exist),
        T(record__changed_meanwhile_is_refused),
        T(record__same_domain_twice_names_the_field),
        T(record__every_change_is_in_its_history_with_old_and_new),
        T(phones__are_masked_in_lists_and_in_history),
        T(list__pages_by_cursor_without_gap_or_repeat),
        T(list__says_what_is_wrong_with_a_filter),
        T(list__words_and_signs_of_like_are_taken_literally),
        T(write__undone_when_not_committed),
        T(office__is_served_by_one_process_only),
        T(office__of_a_newer_program_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
