/* The register's field tables against what the norms ask for, and against offices that
 * were made before a field existed. */
#include "world.h"

#include <sqlite3.h>

/* Requirements 52-94: the field that holds each. "kind.field" when not the site's. */
static const struct {
    int number;
    const char *fields;
} wanted[] = {
    {52, "name"},
    {53, "domain"},
    {54, "ip"},
    {55, "server_place"},
    {56, "icp"},
    {57, "department"},
    {58, "contact"},
    {59, "leader"},
    {60, "phone"},
    {61, "unit.name"},
    {62, "unit.address"},
    {63, "unit.kind"},
    {64, "leader leader_title leader_phone"},
    {65, "manager manager_head manager_title manager_phone manager_mobile"},
    {66, "operator operator_head operator_title operator_phone operator_mobile"},
    {67, "name"},
    {68, "domain"},
    {69, "ip"},
    {70, "online_since"},
    {71, "business"},
    {72, "audience"},
    {73, "purpose"},
    {74, "has_icp icp"},
    {75, "grade"},
    {76, "opening_review"},
    {77, "recheck"},
    {78, "unified_label"},
    {79, "filler filler_phone filled_on"},
    {80, "domain"}, /* the printed form itself: tests of the survey form */
    {81, "kind"},
    {82, "state"},
    {83, "hosting hosting_place is_domestic"},
    {84, "grading.level grading.filing_no grading.filed_on grading.agency"
         " grading.assessed_on grading.score grading.rectified_on grade_no"},
    {85, "provider.nature provider.category provider.capability provider_id"},
    {86, "crypto_product.name crypto_product.use system.crypto_use uses_crypto"},
    {87, "app.name app.site_id has_apps"},
    {88, "interaction interaction_approved interaction_approval_no"},
    {89, "mail_system.name mail_system.domain"},
    {90, "disaster backup_cycle"},
    {91, "protection device.kind device.is_installed"},
    {92, "network.kind network.n_terminals network.terminal_protection"},
    {93, "impact updates risk"},
    {94, "confirmed"},
};

static const struct wx_record_field *field_of(const char *kind_name, struct wx_str name)
{
    const struct wx_record_field *field = wx_record_field_find(kind(kind_name), name);

    if (!field)
        fail_msg("there is no field '%s.%.*s'", kind_name, WX_STR_ARG(name));
    return field;
}

static void requirements__52_to_94_each_have_their_fields(void **state)
{
    int next = 52;

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        struct wx_str rest = wx_str_of(wanted[i].fields);

        assert_int_equal(wanted[i].number, next++);
        while (rest.len) {
            struct wx_str name = wx_str_cut(&rest, ' ');
            char kind_name[40] = "site";

            if (wx_str_chr(name, '.') != WX_NPOS) {
                struct wx_str before = wx_str_cut(&name, '.');

                snprintf(kind_name, sizeof kind_name, "%.*s", WX_STR_ARG(before));
                assert_non_null(kind(kind_name));
            }
            (void)field_of(kind_name, name);
        }
    }
    assert_int_equal(next, 95);
}

static void choices(const char *kind_name, const char *field, const char *words)
{
    struct wx_str rest = wx_str_of(words);
    const struct wx_record_field *f = field_of(kind_name, wx_str_of(field));

    while (rest.len) {
        struct wx_str zh = wx_str_cut(&rest, ' ');
        struct wx_enum_word word;
        size_t at = 0;
        bool is_there = false;

        while (wx_enum_next(f->spec, &at, &word))
            is_there = is_there || wx_str_eq(word.zh, zh);
        if (!is_there)
            fail_msg("%s.%s has no '%.*s'", kind_name, field, WX_STR_ARG(zh));
    }
}

static void choices__are_those_of_the_survey(void **state)
{
    (void)state;
    choices("unit", "kind", "行政机关 事业单位 企业 其他");
    choices("site", "business", "公众服务 内部办公 生产作业 管理控制 其他");
    choices("site", "audience", "单位内部人员 社会公众人员 两者均包括 其他");
    choices("site", "grade", "未定级 一级 二级 三级 四级 五级");
    choices("site", "kind", "门户网站 业务网站 下属单位网站");
    choices("site", "state", "拟建 在建 已建未上线 运行 临时关闭 关闭 并入站群");
    choices("site", "protection", "网页防篡改 防病毒 防攻击");
    choices("site", "impact", "大 中 小");
}

static void labels__every_field_says_what_it_is_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < wx_record_kind_count(); i++) {
        const struct wx_record_kind *k = wx_record_kind_at(i);

        for (size_t f = 0; f < k->n_fields; f++) {
            const struct wx_record_field *field = &k->fields[f];
            struct wx_enum_word word;
            size_t at = 0;

            if (!field->zh[0] || !field->en[0] || (unsigned char)field->en[0] >= 0x80)
                fail_msg("%s.%s", k->name, field->name);
            if (field->kind != WX_F_ENUM && field->kind != WX_F_ENUMS)
                continue;
            while (wx_enum_next(field->spec, &at, &word))
                if (!word.word.len || word.word.len > field->max || !word.zh.len ||
                    !word.en.len)
                    fail_msg("%s.%s: '%.*s'", k->name, field->name,
                             WX_STR_ARG(word.word));
        }
    }
}

/* ---- an office made when there were fewer fields ---- */

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

/* The tables as the first version made them. */
static void make_old(const char *path)
{
    static const char *const frame =
        " (id INTEGER PRIMARY KEY AUTOINCREMENT, rev INTEGER NOT NULL DEFAULT 1,"
        " unit_id INTEGER NOT NULL DEFAULT 0, created_s INTEGER NOT NULL DEFAULT 0,"
        " created_by INTEGER NOT NULL DEFAULT 0, updated_s INTEGER NOT NULL DEFAULT 0,"
        " updated_by INTEGER NOT NULL DEFAULT 0, retired_s INTEGER NOT NULL DEFAULT 0,";
    char sql[1000];
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    snprintf(sql, sizeof sql,
             "CREATE TABLE unit%s name TEXT NOT NULL DEFAULT '', parent_id INTEGER NOT"
             " NULL DEFAULT 0, kind TEXT NOT NULL DEFAULT '') STRICT;",
             frame);
    run(db, sql);
    snprintf(sql, sizeof sql,
             "CREATE TABLE site%s name TEXT NOT NULL DEFAULT '', domain TEXT NOT NULL"
             " DEFAULT '', ip TEXT NOT NULL DEFAULT '') STRICT;",
             frame);
    run(db, sql);
    run(db, "INSERT INTO unit (name, kind) VALUES ('旧单位', 'organ');"
            "INSERT INTO site (unit_id, name, domain, ip, rev) VALUES"
            " (1, '旧网站', 'old.gov.cn', '203.0.113.7', 9);");
    sqlite3_close(db);
}

static void old_office__gains_the_columns_and_keeps_its_rows(void **state)
{
    char dir[] = "/tmp/wx-register-XXXXXX", path[100];
    struct world w = {.office = NULL};
    struct wx_err err = {0};
    json_t *site;

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/office.db", dir);
    make_old(path);
    snprintf(w.dir, sizeof w.dir, "%s", dir);
    if (wx_office_open(dir, &w.office, &err) ||
        wx_tx_write(w.office, &wx_scope_everything, &w.tx, &err))
        fail_msg("%s", err.text);
    wx_arena_init(&w.arena);
    site = get(&w, "site", 1);
    assert_string_equal(json_string_value(json_object_get(site, "name")), "旧网站");
    assert_string_equal(json_string_value(json_object_get(site, "ip")), "203.0.113.7");
    assert_int_equal(json_integer_value(json_object_get(site, "rev")), 9);
    assert_string_equal(json_string_value(json_object_get(site, "purpose")), "");
    assert_true(json_is_null(json_object_get(site, "is_domestic"))); /* not "no" */
    assert_int_equal(json_array_size(json_object_get(site, "protection")), 0);
    json_decref(site);
    assert_int_equal(add(&w, "site",
                         "{\"unit_id\":1,\"name\":\"新\",\"domain\":\"new.gov.cn\","
                         "\"is_domestic\":true,\"protection\":[\"tamper\"]}"),
                     2);
    assert_true(add(&w, "mail_system",
                    "{\"unit_id\":1,\"name\":\"邮件\",\"domain\":\"mail.gov.cn\"}") >
                0);
    {
        struct world *moved = malloc(sizeof w); /* tear_down() frees it */
        void *kept = moved;

        *moved = w;
        tear_down(&kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requirements__52_to_94_each_have_their_fields),
        cmocka_unit_test(choices__are_those_of_the_survey),
        cmocka_unit_test(labels__every_field_says_what_it_is_twice),
        cmocka_unit_test(old_office__gains_the_columns_and_keeps_its_rows),
    };

    (void)set_up;
    return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
