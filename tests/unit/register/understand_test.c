/* Somebody's table as records: values, heads, rows and what is said of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "register/understand.h"
#include "register/value.h"
#include <string.h>

static struct wx_arena arena;
static struct wx_err err;

static int set_up(void **state)
{
    (void)state;
    wx_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wx_arena_clear(&arena);
    return 0;
}

static void date_is(const char *text, const char *want)
{
    char out[16] = "";
    bool ok = wx_value_date(&arena, wx_str_of(text), out);

    if (ok != (want != NULL) || (want && strcmp(out, want) != 0))
        fail_msg("'%s' gave '%s'", text, ok ? out : "(nothing)");
}

static void dates__however_they_are_written(void **state)
{
    (void)state;
    date_is("2016-01-04", "2016-01-04");
    date_is("2016/1/4", "2016-01-04");
    date_is("2016.1.4", "2016-01-04");
    date_is("2016年1月4日", "2016-01-04");
    date_is("２０１６年１月", "2016-01-01");
    date_is("20160104", "2016-01-04");
    date_is("2016", "2016-01-01");
    date_is("2016-01-04 08:30:00", "2016-01-04");
    date_is("42373", "2016-01-04");
    date_is("2016-02-30", NULL);
    date_is("2016-13-01", NULL);
    date_is("明年", NULL);
    date_is("1", NULL);
    date_is("99999999999999999999", NULL);
    date_is("1-2-3-4", NULL);
    date_is("", NULL);
}

static const struct wx_record_field field_kind = {
    "kind",
    WX_F_ENUM,
    20,
    0,
    "单位类型",
    "Kind",
    "organ:行政机关:Organ|institution:事业单位:Institution|other:其他:Other"};
static const struct wx_record_field field_grade = {
    "grade",
    WX_F_ENUM,
    20,
    0,
    "等保",
    "Grade",
    "none:未定级:None|2:二级:Two|3:三级:Three"};
static const struct wx_record_field field_duties = {
    "duty",
    WX_F_ENUMS,
    200,
    0,
    "职责",
    "Duty",
    "leader:主管领导:Leader|contact:联系人:Contact"};
static const struct wx_record_field field_bool = {"b",  WX_F_BOOL, 0,   0,
                                                  "有", "B",       NULL};
static const struct wx_record_field field_domain = {"domain", WX_F_DOMAIN, 260, 0,
                                                    "域名",   "D",         NULL};
static const struct wx_record_field field_int = {"i",  WX_F_INT, 100, 0,
                                                 "数", "I",      NULL};

static void value_is(const struct wx_record_field *field, const char *text,
                     const char *want)
{
    json_t *value = NULL;
    enum wx_text why = wx_value_read(&arena, field, wx_str_of(text), &value);
    char *have = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT)
                       : strdup(why == WX_TEXT_COUNT ? "nothing" : "wrong");

    if (strcmp(have, want) != 0)
        fail_msg("%s '%s': %s, not %s", field->name, text, have, want);
    free(have);
    json_decref(value);
}

static void choices__by_word_label_or_ticked_box(void **state)
{
    (void)state;
    value_is(&field_kind, "organ", "\"organ\"");
    value_is(&field_kind, "行政机关", "\"organ\"");
    value_is(&field_kind, "Institution", "\"institution\"");
    value_is(&field_kind, "属事业单位", "\"institution\"");
    value_is(&field_kind, "□行政机关 ☑事业单位 □其他", "\"institution\"");
    value_is(&field_kind, "☐行政机关 ☐事业单位", "nothing");
    value_is(&field_kind, "☑行政机关 ☑事业单位", "wrong");
    value_is(&field_kind, "王国", "wrong");
    value_is(&field_kind, "无", "nothing");
    value_is(&field_grade, "第三级", "\"3\"");
    value_is(&field_grade, "二级、三级", "wrong");
    value_is(&field_duties, "主管领导、联系人", "[\"leader\",\"contact\"]");
    value_is(&field_duties, "☑主管领导 □联系人", "[\"leader\"]");
}

static void yes_and_no__in_words_and_boxes(void **state)
{
    (void)state;
    value_is(&field_bool, "是", "true");
    value_is(&field_bool, "有", "true");
    value_is(&field_bool, "√", "true");
    value_is(&field_bool, "无", "false");
    value_is(&field_bool, "☑是 □否", "true");
    value_is(&field_bool, "□是 ☑否", "false");
    value_is(&field_bool, "□是 □否", "nothing");
    value_is(&field_bool, "也许", "wrong");
    value_is(&field_bool, "", "nothing");
}

static void numbers_and_domains__are_checked(void **state)
{
    (void)state;
    value_is(&field_int, "７", "7");
    value_is(&field_int, "101", "wrong");
    value_is(&field_int, "-1", "wrong");
    value_is(&field_domain, "HTTP://WWW.A.GOV.CN/index.html", "\"www.a.gov.cn\"");
    value_is(&field_domain, "www.a.gov.cn:8080", "\"www.a.gov.cn:8080\"");
    value_is(&field_domain, "ftp://www.a.gov.cn", "wrong");
    value_is(&field_domain, "=cmd|x", "wrong");
}

static struct wx_understanding understand(const char *csv, const char *kind,
                                          struct wx_table *table)
{
    struct wx_understanding u;

    assert_int_equal(wx_table_read(&arena, wx_str_of(csv), WX_EN, table, &err), WX_OK);
    if (wx_table_understand(&arena, table, wx_record_kind_find(wx_str_of(kind)), WX_ZH,
                            &u, &err))
        fail_msg("%s", err.text);
    return u;
}

/* All rows of a table as one array. */
static json_t *rows_of(const char *csv, const char *kind)
{
    struct wx_table table;
    struct wx_understanding u = understand(csv, kind, &table);
    json_t *all = json_array();

    for (size_t i = u.first; i < table.n_rows; i++) {
        json_t *rows = wx_understand_row(&arena, &u, &table.rows[i]);

        json_array_extend(all, rows);
        json_decref(rows);
    }
    wx_understanding_clear(&u);
    return all;
}

static const char *state_of(json_t *rows, size_t i)
{
    return json_string_value(json_object_get(json_array_get(rows, i), "state"));
}

static void every_field__is_known_by_its_labels_in_both_languages(void **state)
{
    (void)state;
    for (size_t k = 0; k < wx_record_kind_count(); k++) {
        const struct wx_record_kind *kind = wx_record_kind_at(k);
        struct wx_buf zh = WX_BUF_INIT(64 << 10), en = WX_BUF_INIT(64 << 10);
        const char *const heads[] = {"zh", "en"};

        if (wx_understand_key(kind)->flags & WX_FIELD_READ_ONLY)
            continue; /* written by the server only */
        for (size_t i = 0; i < kind->n_fields; i++) {
            (void)wx_buf_printf(&zh, "\"%s\",", kind->fields[i].zh);
            (void)wx_buf_printf(&en, "\"%s\",", kind->fields[i].en);
        }
        for (int l = 0; l < 2; l++) {
            struct wx_table table;
            struct wx_str head = wx_buf_str(l ? &en : &zh);
            struct wx_understanding u = understand(
                wx_arena_printf(&arena, WX_STR_FMT "\n", WX_STR_ARG(head)).ptr,
                kind->name, &table);
            json_t *known = wx_understanding_heads(&u);

            for (size_t i = 0; i < kind->n_fields; i++) {
                const struct wx_record_field *f = &kind->fields[i];

                if (f->kind != WX_F_GROUP && f->kind != WX_F_JSON &&
                    !(f->flags & (WX_FIELD_READ_ONLY | WX_FIELD_SEALED)) &&
                    !json_object_get(known, f->name))
                    fail_msg("%s.%s is not known by its %s label", kind->name, f->name,
                             heads[l]);
            }
            json_decref(known);
            wx_understanding_clear(&u);
        }
        wx_buf_clear(&zh);
        wx_buf_clear(&en);
    }
}

static void rows__say_what_must_be_mended(void **state)
{
    json_t *rows = rows_of("台账\n网站名称,域名,所属部门\n甲,www.a.gov.cn,区办\n"
                           "乙,,区办\n丙,不是域名,区办\n丁,WWW.A.gov.cn,区办\n"
                           "网站名称,域名,所属部门\n,www.e.gov.cn,区办\n",
                           "site");

    (void)state;
    assert_int_equal(json_array_size(rows), 5);
    assert_string_equal(state_of(rows, 0), "good");
    assert_string_equal(state_of(rows, 1), "mend");
    assert_string_equal(state_of(rows, 2), "mend");
    assert_string_equal(state_of(rows, 3), "skip");
    assert_string_equal(state_of(rows, 4), "mend"); /* the table has names: one lacks */
    json_decref(rows);
}

static void several_domains__become_several_rows(void **state)
{
    json_t *rows =
        rows_of("域名\nwww.a.gov.cn、www.b.gov.cn\nwww.a.gov.cn\n不是 域名\n", "site");

    (void)state;
    assert_int_equal(json_array_size(rows), 4);
    assert_string_equal(state_of(rows, 1), "good");
    assert_string_equal(state_of(rows, 2), "skip");
    assert_string_equal(state_of(rows, 3), "mend");
    json_decref(rows);
}

static void blank_in_a_domain__makes_no_two_of_it(void **state)
{
    json_t *rows =
        rows_of("域名\nwww.swj a.gov.cn\nwww.a.gov.cn www.b.cn\noa.local\n", "site");

    (void)state;
    assert_int_equal(json_array_size(rows), 4);
    assert_string_equal(state_of(rows, 0), "mend");
    assert_string_equal(state_of(rows, 1), "good");
    assert_string_equal(state_of(rows, 2), "good");
    assert_string_equal(state_of(rows, 3), "good");
    json_decref(rows);
}

static void mended_row__is_read_again(void **state)
{
    json_t *rows = rows_of("网站名称,域名\n甲,不是域名\n", "site");
    json_t *row = json_array_get(rows, 0);
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("site"));

    (void)state;
    assert_string_equal(state_of(rows, 0), "mend");
    json_object_set_new(json_object_get(row, "texts"), "domain",
                        json_string("http://ok.gov.cn/"));
    wx_understand_texts(&arena, kind, WX_ZH, NULL, row);
    assert_string_equal(state_of(rows, 0), "good");
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(row, "values"), "domain")),
        "ok.gov.cn");
    assert_int_equal(json_array_size(json_object_get(row, "problems")), 0);
    json_decref(rows);
}

static void foreign_table__is_refused_by_what_it_lacks(void **state)
{
    struct wx_understanding u;
    struct wx_table table;

    (void)state;
    assert_int_equal(wx_table_read(&arena, WX_STR("甲,乙\n1,2\n"), WX_EN, &table, &err),
                     WX_OK);
    assert_int_equal(wx_table_understand(&arena, &table,
                                         wx_record_kind_find(WX_STR("site")), WX_ZH, &u,
                                         &err),
                     WX_E_INVALID);
    assert_non_null(strstr(err.text, "域名"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates__however_they_are_written),
        cmocka_unit_test(choices__by_word_label_or_ticked_box),
        cmocka_unit_test(yes_and_no__in_words_and_boxes),
        cmocka_unit_test(numbers_and_domains__are_checked),
        cmocka_unit_test(every_field__is_known_by_its_labels_in_both_languages),
        cmocka_unit_test(rows__say_what_must_be_mended),
        cmocka_unit_test(several_domains__become_several_rows),
        cmocka_unit_test(blank_in_a_domain__makes_no_two_of_it),
        cmocka_unit_test(mended_row__is_read_again),
        cmocka_unit_test(foreign_table__is_refused_by_what_it_lacks),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
