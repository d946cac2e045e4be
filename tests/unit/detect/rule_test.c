#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "detect/rule/rule.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A rule folder of our own, written for each case. */

static char folder[] = "/tmp/wx-rule-test-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static void path_of(char *out, size_t size, const char *group, const char *file)
{
    snprintf(out, size, "%s/%s/%s", folder, group, file);
}

static void put(const char *group, const char *file, const char *text)
{
    char path[256];
    struct wx_err err;

    snprintf(path, sizeof(path), "%s/%s", folder, group);
    mkdir(path, 0700);
    path_of(path, sizeof(path), group, file);
    assert_int_equal(wx_file_replace(path, wx_str_of(text), &err), WX_OK);
}

static void drop(const char *group, const char *file)
{
    char path[256];

    path_of(path, sizeof(path), group, file);
    unlink(path);
}

static int drop_all(void **state)
{
    (void)state;
    drop("g", "a-rule.yaml");
    drop("g", "b-rule.yaml");
    drop("h", "a-rule.yaml");
    drop("keywords", "gambling.yaml");
    return 0;
}

static int remove_folder(void **state)
{
    char path[256];
    const char *const groups[] = {"g", "h", "keywords"};

    drop_all(state);
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, groups[i]);
        rmdir(path);
    }
    return rmdir(folder);
}

#define HEAD(id)                                                                       \
    "id: " id "\ncategory: transport\ndetector: headers\nseverity: low\n"              \
    "verdict: fail\nconfidence: 95\n"
#define TEXTS                                                                          \
    "zh: {title: 标题, why: 原因, fix: 办法, verify: 验证}\n"                  \
    "en: {title: t, why: w, fix: f, verify: v}\n"
#define SAMPLES                                                                        \
    "samples:\n  hit:\n  - name: it fires\n    fetches:\n"                             \
    "    - url: https://www.xingyuan.gov.cn/\n      body: '<p>x'\n"                    \
    "  miss:\n  - name: it does not\n    fetches:\n"                                   \
    "    - url: https://www.xingyuan.gov.cn/\n"

static struct wx_rules *load(void)
{
    struct wx_rules *rules;
    struct wx_err err = {0};

    if (wx_rules_load(folder, true, &rules, &err))
        fail_msg("%s", err.text);
    return rules;
}

/* The folder does not load, and the message has every one of the words. */
static void refuses(const char *const *words)
{
    struct wx_rules *rules;
    struct wx_err err = {0};

    assert_int_not_equal(wx_rules_load(folder, true, &rules, &err), WX_OK);
    assert_null(rules);
    for (; *words; words++)
        if (!strstr(err.text, *words))
            fail_msg("'%s' is not in: %s", *words, err.text);
}
#define REFUSES(...) refuses((const char *const[]){__VA_ARGS__, NULL})

static void rule__is_read_with_everything_it_says(void **state)
{
    struct wx_rules *rules;
    const struct wx_rule *rule;

    (void)state;
    put("g", "b-rule.yaml", HEAD("b-rule") TEXTS SAMPLES);
    put("g", "a-rule.yaml",
        HEAD(
            "a-rule") "scope: site\nnorms:\n"
                      "- document: {zh: 规定, en: Provisions}\n  article: 第五条\n"
                      "  from: 2014-01-01\n  until: 2024-07-01\n"
                      "- document: {zh: 新规定, en: New Provisions}\n  from: "
                      "2024-07-01\n"
                      "patterns:\n  a.java: {regex: 'at \\w+\\.java:\\d+'}\n"
                      "  a.index: {literal: Index of /, ignore_case: true}\n"
                      "paths:\n- {path: /.git/HEAD, proof: {regex: '^ref: refs/'}}\n"
                      "- {path: /a.zip, proof: {magic_hex: 504b0304}}\n" TEXTS SAMPLES);
    rules = load();
    assert_int_equal(rules->n_rules, 2);
    rule = wx_rules_find(rules, WX_STR("a-rule"));
    assert_ptr_equal(rule, &rules->rules[0]);
    assert_true(wx_str_eqz(rule->zh.title, "标题"));
    assert_true(wx_str_eqz(rule->en.verify, "v"));
    assert_true(rule->is_site_wide);
    assert_int_equal(rule->severity, WX_SEV_LOW);
    assert_int_equal(rule->n_norms, 2);
    assert_true(
        wx_str_eqz(wx_rule_norm_at(rule, 1600000000)->document_en, "Provisions"));
    assert_true(
        wx_str_eqz(wx_rule_norm_at(rule, 1780272000)->document_en, "New Provisions"));
    assert_null(wx_rule_norm_at(rule, 0));
    assert_int_equal(rules->n_paths, 2);
    assert_true(rules->paths[1].is_binary);
    assert_memory_equal(rules->paths[1].magic.ptr, "PK\3\4", 4);
    assert_int_equal(wx_rules_pattern_tag(rules, "a.index"), 1);
    assert_int_equal(wx_rules_pattern_tag(rules, "a.none"), WX_NO_PATTERN);
    assert_int_equal(rules->version.len, 16);
    assert_null(wx_rules_find(rules, WX_STR("a-rul")));
    wx_rules_free(rules);
}

static void rule__patterns_hit_with_their_tags(void **state)
{
    struct wx_rules *rules;
    struct wx_arena arena;
    struct wx_pattern_hits hits;

    (void)state;
    put("g", "a-rule.yaml",
        HEAD("a-rule") "patterns:\n  a.java: {regex: 'at \\w+\\.java:\\d+'}\n" TEXTS
            SAMPLES);
    put("keywords", "gambling.yaml",
        "class: gambling\nzh: 博彩\nen: gambling\n"
        "words: [百家乐, {w: bet365, weight: 90}]\nambiguous: [体彩]\n");
    rules = load();
    wx_arena_init(&arena);
    hits = wx_pattern_scan(rules->set, &arena,
                           WX_STR("体彩 at Main.java:12 BET365 xbet365 百家乐"));
    assert_int_equal(hits.n_hits, 4);
    assert_true(
        rules->keywords[rules->patterns[hits.hits[0].tag].keyword].is_ambiguous);
    assert_int_equal(rules->patterns[hits.hits[1].tag].owner, WX_OWN_NAMED);
    assert_ptr_equal(rules->patterns[hits.hits[1].tag].rule, &rules->rules[0]);
    assert_int_equal(rules->keywords[rules->patterns[hits.hits[2].tag].keyword].weight,
                     90);
    assert_true(wx_str_eqz(rules->classes[0].zh, "博彩"));
    wx_arena_clear(&arena);
    wx_rules_free(rules);
}

static void rule__without_samples_does_not_load(void **state)
{
    (void)state;
    put("g", "a-rule.yaml", HEAD("a-rule") TEXTS);
    REFUSES("g/a-rule.yaml:1:", "'samples' is missing");
    put("g", "a-rule.yaml",
        HEAD("a-rule") TEXTS
        "samples:\n  hit:\n  - {name: n, fetches: [{url: 'http://a/'}]}\n");
    REFUSES("g/a-rule.yaml", "'miss'");
}

static void rule__mistakes_are_named_with_line_and_column(void **state)
{
    (void)state;
    put("g", "a-rule.yaml", HEAD("a-rule") "sevrity: low\n" TEXTS SAMPLES);
    REFUSES("a-rule.yaml:7:1:", "'sevrity'");
    put("g", "a-rule.yaml", HEAD("b-rule") TEXTS SAMPLES);
    REFUSES("a-rule.yaml:1:5:", "'b-rule'");
    put("g", "a-rule.yaml",
        HEAD("a-rule") "patterns: {x: {regex: '(abcd'}}\n" TEXTS SAMPLES);
    REFUSES("a-rule.yaml:7:", "(abcd", "not closed");
    put("g", "a-rule.yaml",
        HEAD("a-rule") "patterns: {x: {regex: '\\d+'}}\n" TEXTS SAMPLES);
    REFUSES("a-rule.yaml:7:", "fixed texts");
    put("g", "a-rule.yaml", HEAD("a-rule") "match: {literals: [abc]}\n" TEXTS SAMPLES);
    REFUSES("a-rule.yaml:7:", "'pattern' only");
    put("g", "a-rule.yaml", HEAD("a-rule") "norms: [1\n" TEXTS SAMPLES);
    REFUSES("a-rule.yaml:");
    put("g", "a-rule.yaml", HEAD("a-rule") "scope: &a site\nid2: *a\n" TEXTS SAMPLES);
    REFUSES("a-rule.yaml:");
    put("g", "a-rule.yaml", "\xff\xfe");
    REFUSES("not UTF-8");
}

static void rule__ids_and_pattern_names_stand_once(void **state)
{
    (void)state;
    put("g", "a-rule.yaml", HEAD("a-rule") TEXTS SAMPLES);
    put("h", "a-rule.yaml", HEAD("a-rule") TEXTS SAMPLES);
    REFUSES("'a-rule'", "/g/", "/h/");
    drop("h", "a-rule.yaml");
    put("g", "a-rule.yaml",
        HEAD("a-rule") "patterns: {x: {literal: abcd}}\n" TEXTS SAMPLES);
    put("g", "b-rule.yaml",
        HEAD("b-rule") "patterns: {x: {literal: abcd}}\n" TEXTS SAMPLES);
    REFUSES("'x'", "a-rule", "b-rule");
}

static void keyword__stands_once_in_all_classes(void **state)
{
    (void)state;
    put("keywords", "gambling.yaml",
        "class: gambling\nzh: 博彩\nen: gambling\nwords: [百家乐, 六合彩, 百家乐]\n");
    REFUSES("百家乐", "gambling");
}

static void folder__that_is_absent_or_empty_is_named(void **state)
{
    struct wx_rules *rules;
    struct wx_err err = {0};

    (void)state;
    assert_int_equal(wx_rules_load("/nonexistent/rules", true, &rules, &err),
                     WX_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "/nonexistent/rules"));
    REFUSES(folder, "no GROUP/ID.yaml");
}

static void version__changes_with_any_file(void **state)
{
    struct wx_rules *rules;
    char before[17];

    (void)state;
    put("g", "a-rule.yaml", HEAD("a-rule") TEXTS SAMPLES);
    rules = load();
    memcpy(before, rules->version.ptr, 17);
    wx_rules_free(rules);
    put("g", "a-rule.yaml", HEAD("a-rule") TEXTS SAMPLES "# one byte more\n");
    rules = load();
    assert_string_not_equal(before, rules->version.ptr);
    wx_rules_free(rules);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, NULL, drop_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(folder__that_is_absent_or_empty_is_named),
        CASE(rule__is_read_with_everything_it_says),
        CASE(rule__patterns_hit_with_their_tags),
        CASE(rule__without_samples_does_not_load),
        CASE(rule__mistakes_are_named_with_line_and_column),
        CASE(rule__ids_and_pattern_names_stand_once),
        CASE(keyword__stands_once_in_all_classes),
        CASE(version__changes_with_any_file),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
