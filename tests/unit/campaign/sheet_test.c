/* Forms that are read or refused, and answers held against them. */
#include "campaign/sheet.h"

#include "base/limits.h"
#include "campaign/kind.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char text_1[] =
    "form: trial\nversion: 1\ntitle: {zh: 试表, en: Trial}\nnorm: S4 附件1\nper: unit\n"
    "blocks:\n"
    "  - key: unit\n    title: {zh: 单位, en: Unit}\n    fields:\n"
    "      - {key: name, from: unit.name, required: true}\n"
    "      - {key: kind, from: unit.kind}\n"
    "      - {key: total, type: int, label: {zh: 总数, en: Total}, required: true, "
    "max: "
    "100}\n"
    "      - {key: graded, type: int, label: {zh: 已定级, en: Graded}, max: 100, min: "
    "1}\n"
    "      - {key: share, type: number, label: {zh: 占比, en: Share}, max: 1}\n"
    "      - {key: has_plan, type: bool, label: {zh: 有预案, en: Plan}, required: "
    "true}\n"
    "      - {key: plan_on, type: date, label: {zh: 预案日期, en: Plan of}, when: "
    "has_plan "
    "is true, required: true}\n"
    "      - {key: drill_on, type: date, label: {zh: 演练, en: Drill}, when: plan_on "
    "filled}\n"
    "      - {key: proof, type: file, label: {zh: 证明, en: Proof}}\n"
    "  - key: sites\n    title: {zh: 网站, en: Sites}\n"
    "    repeat: {of: site, min: 1, max: 3}\n    when: unit.total > 0\n    fields:\n"
    "      - {key: name, from: site.name, required: true}\n"
    "      - {key: domain, from: site.domain, required: true, measured: domain}\n"
    "      - {key: has_icp, from: site.has_icp}\n"
    "      - {key: icp, from: site.icp, when: has_icp is true, required: true, "
    "measured: "
    "icp}\n"
    "      - {key: found, type: int, label: {zh: 发现, en: Found}}\n"
    "      - {key: fixed, type: int, label: {zh: 整改, en: Fixed}}\n"
    "  - key: checks\n    title: {zh: 检查, en: Checks}\n    fields:\n"
    "      - {key: a, type: check, label: {zh: 甲, en: A}, points: 4, proof: true, "
    "required: true}\n"
    "      - {key: b, type: check, label: {zh: 乙, en: B}, points: 2}\n"
    "      - {key: c, type: check, label: {zh: 丙, en: C}, points: 2}\n"
    "rules:\n"
    "  - {that: unit.graded <= unit.total, label: {zh: 已定级不大于总数, en: Graded "
    "within "
    "total}}\n"
    "  - {that: count(sites) == unit.total, label: {zh: 行数等于总数, en: Rows are the "
    "total}}\n"
    "  - {that: sites.fixed <= sites.found, label: {zh: 整改不大于发现, en: Fixed "
    "within "
    "found}}\n"
    "  - {that: unit.plan_on <= unit.drill_on, label: {zh: 先预案后演练, en: Plan "
    "before "
    "drill}, warn: true}\n";

struct world {
    struct wx_arena arena;
    struct wx_campaign_form *form;
    struct wx_sheet_result result;
};

static struct wx_campaign_form *form_of(const char *text)
{
    struct wx_campaign_form *form;
    struct wx_err err;

    if (wx_campaign_form_read("trial.yaml", wx_str_of(text), &form, &err))
        fail_msg("%s", err.text);
    return form;
}

static int set_up(void **state)
{
    struct world *w = wx_new(struct world);

    wx_arena_init(&w->arena);
    w->form = form_of(text_1);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    json_decref(w->result.answers);
    wx_campaign_form_free(w->form);
    wx_arena_clear(&w->arena);
    free(w);
    return 0;
}

static json_t *json_of(const char *text)
{
    json_t *v = json_loads(text, JSON_DECODE_ANY, NULL);

    assert_non_null(v);
    return v;
}

static const struct wx_sheet_result *check(struct world *w, const char *text,
                                           enum wx_sheet_mode mode)
{
    json_t *answers = json_of(text);

    json_decref(w->result.answers);
    wx_sheet_check(&w->arena, w->form, answers, mode, &w->result);
    json_decref(answers);
    return &w->result;
}

static const struct wx_sheet_problem *find(const struct wx_sheet_result *r,
                                           const char *path, const char *code)
{
    for (size_t i = 0; i < r->n_problems; i++)
        if (wx_str_eqz(r->problems[i].path, path) &&
            strcmp(r->problems[i].code, code) == 0)
            return &r->problems[i];
    return NULL;
}

static const char whole[] =
    "{\"unit\":{\"name\":\" 西城区文化局 "
    "\",\"kind\":\"organ\",\"total\":1,\"graded\":1,"
    "\"share\":0.5,\"has_plan\":true,\"plan_on\":\"2016-03-01\",\"drill_on\":\"2016-04-"
    "01\","
    "\"proof\":[7]},\"sites\":[{\"name\":\"文化局\",\"domain\":\"WWW.xc.gov.cn\","
    "\"has_icp\":true,\"icp\":\"京ICP备19014909号\",\"found\":3,\"fixed\":2}],"
    "\"checks\":{\"a\":{\"result\":\"conform\",\"files\":[3]},\"b\":{\"result\":"
    "\"partly\","
    "\"note\":\"缺记录\"},\"c\":{\"result\":\"na\"}}}";

static void sheet__whole_answers_pass_and_are_kept_clean(void **state)
{
    struct world *w = *state;
    const struct wx_sheet_result *r = check(w, whole, WX_SHEET_SUBMIT);
    const json_t *unit, *site;

    for (size_t i = 0; i < r->n_problems; i++)
        fail_msg(WX_STR_FMT ": %s", WX_STR_ARG(r->problems[i].path),
                 r->problems[i].code);
    assert_int_equal(r->n_errors, 0);
    assert_true(wx_sheet_share(r) == 1);
    unit = json_object_get(r->answers, "unit");
    assert_string_equal(json_string_value(json_object_get(unit, "name")),
                        "西城区文化局");
    site = json_array_get(json_object_get(r->answers, "sites"), 0);
    assert_string_equal(json_string_value(json_object_get(site, "domain")),
                        "www.xc.gov.cn");
    assert_int_equal(r->n_checks[WX_CHECK_CONFORM], 1);
    assert_int_equal(r->n_checks[WX_CHECK_PARTLY], 1);
    assert_int_equal(r->n_checks[WX_CHECK_NA], 1);
    assert_true(r->points == 5 && r->max_points == 6);
}

static void sheet__draft_counts_what_is_missing(void **state)
{
    struct world *w = *state;
    const struct wx_sheet_result *r =
        check(w, "{\"unit\":{\"name\":\"甲\"}}", WX_SHEET_DRAFT);

    assert_int_equal(r->n_problems, 0);
    assert_int_equal(r->n_asked, 4); /* name, total, has_plan, check a */
    assert_int_equal(r->n_answered, 1);
    r = check(w, "{\"unit\":{\"name\":\"甲\"}}", WX_SHEET_SUBMIT);
    assert_int_equal(r->n_errors, 3);
    assert_non_null(find(r, "unit.total", "required"));
    assert_non_null(find(r, "unit.has_plan", "required"));
    assert_non_null(find(r, "checks.a", "required"));
    assert_true(wx_str_eqz(find(r, "unit.total", "required")->zh, "总数：必填"));
    assert_true(wx_str_eqz(find(r, "unit.total", "required")->en, "Total: required"));
}

static void sheet__what_does_not_apply_is_dropped_not_wrong(void **state)
{
    struct world *w = *state;
    const struct wx_sheet_result *r = check(
        w,
        "{\"unit\":{\"name\":\"甲\",\"total\":0,\"has_plan\":false,\"plan_on\":"
        "\"nonsense\","
        "\"drill_on\":\"2016-01-01\"},\"sites\":[{\"name\":\"x\"}],\"checks\":{\"a\":"
        "{\"result\":\"na\"}}}",
        WX_SHEET_SUBMIT);
    const json_t *unit = json_object_get(r->answers, "unit");

    assert_int_equal(r->n_errors, 0);
    assert_int_equal(r->n_dropped, 3); /* plan_on, then drill_on, and the block */
    assert_null(json_object_get(unit, "plan_on"));
    assert_null(json_object_get(unit, "drill_on"));
    assert_null(json_object_get(r->answers, "sites"));
}

/* What stands above may depend on what stands below: dropping goes on until it rests.
 */
static void sheet__dropping_reaches_backwards(void **state)
{
    struct wx_campaign_form *form = form_of(
        "form: back\nversion: 1\ntitle: {zh: 倒, en: Back}\nnorm: S4\nblocks:\n"
        "  - key: b\n    title: {zh: 乙, en: B}\n    fields:\n"
        "      - {key: last, type: text, label: {zh: 丙, en: C}, when: middle filled}\n"
        "      - {key: middle, type: text, label: {zh: 乙, en: B}, when: first is "
        "true}\n"
        "      - {key: first, type: bool, label: {zh: 甲, en: A}}\n");
    struct world *w = *state;
    json_t *answers =
        json_of("{\"b\":{\"last\":\"x\",\"middle\":\"y\",\"first\":false}}");
    struct wx_sheet_result r;

    wx_sheet_check(&w->arena, form, answers, WX_SHEET_SUBMIT, &r);
    assert_int_equal(r.n_dropped, 2);
    assert_int_equal(json_object_size(json_object_get(r.answers, "b")), 1);
    json_decref(r.answers);
    json_decref(answers);
    wx_campaign_form_free(form);
}

static void sheet__each_wrong_answer_has_its_place(void **state)
{
    static const struct {
        const char *answers, *path, *code;
    } rows[] = {
        {"{\"unit\":{\"total\":101}}", "unit.total", "not_a_number"},
        {"{\"unit\":{\"total\":\"3\"}}", "unit.total", "not_a_number"},
        {"{\"unit\":{\"graded\":0}}", "unit.graded", "too_small"},
        {"{\"unit\":{\"share\":1.5}}", "unit.share", "not_a_number"},
        {"{\"unit\":{\"share\":\"half\"}}", "unit.share", "not_a_number"},
        {"{\"unit\":{\"kind\":\"club\"}}", "unit.kind", "unknown_word"},
        {"{\"unit\":{\"has_plan\":1}}", "unit.has_plan", "not_yes_or_no"},
        {"{\"unit\":{\"has_plan\":true,\"plan_on\":\"2016-02-30\"}}", "unit.plan_on",
         "not_a_date"},
        {"{\"unit\":{\"proof\":[0]}}", "unit.proof", "not_files"},
        {"{\"unit\":{\"nmae\":\"x\"}}", "unit.nmae", "unknown"},
        {"{\"untis\":{}}", "untis", "unknown"},
        {"{\"unit\":[]}", "unit", "not_an_object"},
        {"{\"unit\":{\"total\":1},\"sites\":{}}", "sites", "not_rows"},
        {"{\"unit\":{\"total\":1},\"sites\":[3]}", "sites[0]", "not_an_object"},
        {"{\"unit\":{\"total\":4},\"sites\":[{},{},{},{}]}", "sites", "too_many_rows"},
        {"{\"unit\":{\"total\":2},\"sites\":[{},{\"domain\":\"no domain\"}]}",
         "sites[1].domain", "not_a_domain"},
        {"{\"checks\":{\"a\":\"conform\"}}", "checks.a", "not_a_result"},
        {"{\"checks\":{\"a\":{\"result\":\"good\"}}}", "checks.a", "not_a_result"},
        {"{\"checks\":{\"a\":{\"result\":\"not\",\"score\":5}}}", "checks.a",
         "not_a_number"},
        {"{\"checks\":{\"a\":{\"x\":1}}}", "checks.a", "unknown"},
        {"{\"unit\":{\"total\":2,\"graded\":3}}", "unit.graded", "implausible"},
        {"{\"unit\":{\"total\":2},\"sites\":[{\"found\":1,\"fixed\":0},{\"found\":1,"
         "\"fixed\":2}]}",
         "sites[1].fixed", "implausible"},
        {"{\"unit\":{\"total\":1},\"sites\":[{},{}]}", "unit.total", "implausible"},
        {"[]", "", "not_an_object"},
    };
    struct world *w = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct wx_sheet_result *r = check(w, rows[i].answers, WX_SHEET_DRAFT);

        if (!find(r, rows[i].path, rows[i].code) || r->n_errors != 1)
            fail_msg("%s: %zu errors, first %s", rows[i].answers, r->n_errors,
                     r->n_problems ? r->problems[0].code : "none");
    }
}

static void sheet__checks_need_their_notes_and_proof(void **state)
{
    struct world *w = *state;
    const struct wx_sheet_result *r =
        check(w,
              "{\"checks\":{\"a\":{\"result\":\"conform\"},\"b\":{\"result\":\"not\"},"
              "\"c\":{\"result\":\"conform\"}}}",
              WX_SHEET_SUBMIT);

    assert_non_null(find(r, "checks.a", "needs_proof"));
    assert_non_null(find(r, "checks.b", "needs_note"));
    assert_null(find(r, "checks.c", "needs_proof"));
}

static void sheet__missing_rows_are_told_on_submitting(void **state)
{
    struct world *w = *state;
    const struct wx_sheet_result *r =
        check(w, "{\"unit\":{\"name\":\"甲\",\"total\":2,\"has_plan\":false}}",
              WX_SHEET_SUBMIT);

    assert_non_null(find(r, "sites", "too_few_rows"));
    assert_non_null(find(r, "unit.total", "implausible"));
}

static void sheet__a_warning_does_not_stop(void **state)
{
    struct world *w = *state;
    const struct wx_sheet_result *r = check(
        w,
        "{\"unit\":{\"name\":\"甲\",\"total\":0,\"has_plan\":true,\"plan_on\":"
        "\"2016-05-01\",\"drill_on\":\"2016-04-01\"},\"checks\":{\"a\":{\"result\":"
        "\"na\"}}}",
        WX_SHEET_SUBMIT);

    assert_int_equal(r->n_errors, 0);
    assert_int_equal(r->n_problems, 1);
    assert_true(r->problems[0].is_warning);
    assert_true(wx_str_eqz(r->problems[0].zh, "先预案后演练"));
}

static void sheet__problems_are_bounded(void **state)
{
    struct wx_campaign_form *form = form_of(
        "form: many\nversion: 1\ntitle: {zh: 多, en: Many}\nnorm: S4\nblocks:\n"
        "  - key: r\n    title: {zh: 行, en: Rows}\n    repeat: {max: 5000}\n    "
        "fields:\n"
        "      - {key: a, type: int, label: {zh: 数, en: N}, required: true}\n");
    struct world *w = *state;
    json_t *answers = json_object(), *rows = json_array();
    struct wx_sheet_result r;

    for (int i = 0; i < 5000; i++)
        json_array_append_new(rows, json_object());
    json_object_set_new(answers, "r", rows);
    wx_sheet_check(&w->arena, form, answers, WX_SHEET_SUBMIT, &r);
    assert_int_equal(r.n_problems, WX_MAX_SHEET_PROBLEMS);
    assert_int_equal(r.n_errors, 5000);
    json_decref(r.answers);
    json_decref(answers);
    wx_campaign_form_free(form);
}

static void sheet__names_what_an_inspection_measures(void **state)
{
    struct world *w = *state;
    struct wx_sheet_measured at[8];
    json_t *answers = json_of(whole);
    size_t n = wx_sheet_measured(&w->arena, w->form, answers, at, 8);

    assert_int_equal(n, 2);
    assert_true(wx_str_eqz(at[0].path, "sites[0].domain"));
    assert_string_equal(at[1].measured, "icp");
    json_decref(answers);
}

static void carry__keeps_loses_and_misses(void **state)
{
    struct wx_campaign_form *next = form_of(
        "form: trial\nversion: 2\ntitle: {zh: 试表, en: Trial}\nnorm: S4\nblocks:\n"
        "  - key: unit\n    title: {zh: 单位, en: Unit}\n    fields:\n"
        "      - {key: title, from: unit.name, required: true, was: name}\n"
        "      - {key: kind, type: choice, label: {zh: 类, en: Kind}, options: [{key: "
        "enterprise, zh: 企业, en: Firm}]}\n"
        "      - {key: total, type: text, label: {zh: 总数, en: Total}}\n"
        "      - {key: graded, type: int, label: {zh: 已定级, en: Graded}}\n"
        "      - {key: fresh, type: bool, label: {zh: 新问题, en: New}, required: "
        "true}\n"
        "  - key: sites\n    title: {zh: 网站, en: Sites}\n    repeat: {max: 3}\n"
        "    fields:\n      - {key: name, from: site.name, required: true}\n");
    struct world *w = *state;
    json_t *answers = json_of(whole);
    struct wx_sheet_carried c;
    const json_t *unit;

    wx_sheet_carry(&w->arena, w->form, next, answers, &c);
    unit = json_object_get(c.answers, "unit");
    assert_non_null(json_object_get(unit, "title")); /* renamed */
    assert_int_equal(json_integer_value(json_object_get(unit, "graded")), 1);
    assert_int_equal(c.n_kept, 3); /* title, graded, sites[0].name */
    assert_int_equal(c.n_missing, 1);
    assert_true(wx_str_eqz(c.missing[0], "unit.fresh"));
    assert_non_null(json_object_get(c.lost, "unit.kind"));  /* word is gone */
    assert_non_null(json_object_get(c.lost, "unit.total")); /* other type */
    assert_non_null(json_object_get(c.lost, "sites[0].domain"));
    assert_non_null(json_object_get(c.lost, "checks"));
    json_decref(c.answers);
    json_decref(c.lost);
    json_decref(answers);
    wx_campaign_form_free(next);
}

/* ---- forms and kinds that are refused ---- */

#define HEAD "form: t\nversion: 1\ntitle: {zh: 甲, en: A}\nnorm: S4\n"
#define BLOCK "blocks:\n  - key: b\n    title: {zh: 乙, en: B}\n    fields:\n"

static void form__says_where_it_is_wrong(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"form: t\n", "'version' is missing"},
        {"form: T x\nversion: 1\n", "t.yaml:1:7: 'form' must be a-z"},
        {HEAD, "needs 'blocks'"},
        {"form: t\nversion: 1\ntitle: {zh: 甲, en: A}\nnorm: S9 一\n",
         "t.yaml:4:7: there is no norm 'S9'"},
        {"form: t\nversion: 1\ntitle: {zh: 甲}\nnorm: S4\n", "'en' is missing"},
        {HEAD "origin: own\n", "says so in 'note'"},
        {HEAD BLOCK "      - {key: a, from: site.colour}\n",
         "t.yaml:9:24: the register"},
        {HEAD BLOCK "      - {key: a, type: colour, label: {zh: 甲, en: A}}\n",
         "no type of answer"},
        {HEAD BLOCK "      - {key: a, type: choice, label: {zh: 甲, en: A}}\n",
         "needs 'options'"},
        {HEAD BLOCK
         "      - {key: a, type: int, label: {zh: 甲, en: A}, min: 9, max: 3}\n",
         "'max' must be 9"},
        {HEAD BLOCK "      - {key: a, type: bool, label: {zh: 甲, en: A}}\n"
                    "      - {key: a, type: bool, label: {zh: 甲, en: A}}\n",
         "t.yaml:10:10: the field 'a' stands twice"},
        {HEAD BLOCK
         "      - {key: a, type: bool, label: {zh: 甲, en: A}, when: c is true}\n",
         "no field 'c'"},
        {HEAD BLOCK
         "      - {key: a, type: bool, label: {zh: 甲, en: A}}\n"
         "      - {key: c, type: bool, label: {zh: 甲, en: A}, when: a is maybe}\n",
         "'a' has no word 'maybe'"},
        {HEAD BLOCK
         "      - {key: a, type: bool, label: {zh: 甲, en: A}, when: a like b}\n",
         "here must be is"},
        {HEAD BLOCK "      - {key: a, type: bool, label: {zh: 甲, en: A}, points: 3}\n",
         "only a check row"},
        {HEAD BLOCK
         "      - {key: a, type: bool, label: {zh: 甲, en: A}, measured: mood}\n",
         "does not measure 'mood'"},
        {HEAD BLOCK "      - {key: a, type: bool, label: {zh: 甲, en: A}}\n"
                    "rules:\n  - {that: b.a <= 3, label: {zh: 甲, en: A}}\n",
         "no number and no date"},
        {HEAD BLOCK "      - {key: a, type: int, label: {zh: 甲, en: A}}\n"
                    "rules:\n  - {that: b.a 3, label: {zh: 甲, en: A}}\n",
         "here must be <"},
        {HEAD BLOCK "      - {key: a, type: int, label: {zh: 甲, en: A}}\n"
                    "rules:\n  - {that: count(b) > 1, label: {zh: 甲, en: A}}\n",
         "a block that repeats"},
    };
    struct wx_campaign_form *form;
    struct wx_err err;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!wx_campaign_form_read("t.yaml", wx_str_of(rows[i].text), &form, &err))
            fail_msg("row %zu was taken", i);
        if (!strstr(err.text, rows[i].says) || !strstr(err.text, "t.yaml:"))
            fail_msg("row %zu says: %s", i, err.text);
        assert_null(form);
    }
}

/* The shipped kind 004 with one thing changed. */
static void kind__says_where_it_is_wrong(void **state)
{
    static const struct {
        const char *was, *becomes, *says;
    } rows[] = {
        {"by: 2016-07-08", "by: 2016-06-31", "'2016-06-31' is no day"},
        {"range: 2016-08-01..2016-09-30", "range: 2016-09-30..2016-08-01",
         "before the first"},
        {"phase: spot, approvals: 1", "phase: spto, approvals: 1", "no phase 'spto'"},
        {"form: outline_004", "form: outline_005", "no form 'outline_005'"},
        {"papers: [self_report]", "papers: [selfreport]", "no paper 'selfreport'"},
        {"needs: [spot_list]", "needs: [bulletin]", "no task 'bulletin' above"},
        {"event: superior.feedback", "event: superior.feedbag", "no event"},
        {"measure: careless, weight: 10", "measure: careless, weight: 11",
         "sum to 101"},
        {"measure: careless", "measure: lazy", "nothing measures 'lazy'"},
        {"norm: S4 三", "norm: S5 三", "no norm 'S5'"},
        {"units: \"kind:organ,institution\"", "units: \"colour:red\"",
         "no field 'colour'"},
        {"\"-5wd\", \"-1wd\"]", "\"-5w\", \"-1wd\"]", "no reminder"},
        {"approvals: 2, public: true", "approvals: 1, public: true", "two approvals"},
        {"year: 2016\n", "year: 2016\ncolour: red\n", "unknown key 'colour'"},
        {"party: office", "party: nobody", "must be one of unit, site"},
        {"{from: 60,", "{from: 80,", "highest 'from' down"},
        {"key: compile, title", "key: self, title", "stands twice"},
    };
    struct wx_campaign_kind *whole_kind, *kind;
    struct wx_err err;
    struct wx_str text;

    (void)state;
    assert_int_equal(wx_campaign_kind_shipped(WX_STR("004"), &whole_kind, &err), WX_OK);
    text = whole_kind->text;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t at = wx_str_findz(text, rows[i].was);
        struct wx_buf changed = WX_BUF_INIT(1 << 20);

        assert_true(at != WX_NPOS);
        (void)wx_buf_adds(&changed, wx_str_sub(text, 0, at));
        (void)wx_buf_addz(&changed, rows[i].becomes);
        (void)wx_buf_adds(&changed,
                          wx_str_sub(text, at + strlen(rows[i].was), text.len));
        if (!wx_campaign_kind_read("k.yaml", wx_buf_str(&changed), NULL, &kind, &err))
            fail_msg("row %zu was taken", i);
        if (!strstr(err.text, rows[i].says) || !strstr(err.text, "k.yaml:"))
            fail_msg("row %zu says: %s", i, err.text);
        assert_null(kind);
        wx_buf_clear(&changed);
    }
    wx_campaign_kind_free(whole_kind);
}

static void form__becomes_json_for_the_interface(void **state)
{
    struct world *w = *state;
    json_t *v = wx_campaign_form_json(w->form);
    const json_t *block = json_array_get(json_object_get(v, "blocks"), 1);
    const json_t *icp = json_array_get(json_object_get(block, "fields"), 3);

    assert_string_equal(json_string_value(json_object_get(icp, "key")), "icp");
    assert_string_equal(json_string_value(json_object_get(icp, "measured")), "icp");
    assert_int_equal(json_array_size(json_object_get(icp, "when")), 1);
    assert_int_equal(json_array_size(json_object_get(v, "rules")), 4);
    json_decref(v);
}

static void personal_answers__are_not_readable_once_masked(void **state)
{
    struct wx_campaign_form *form =
        form_of("form: contacts\nversion: 1\ntitle: {zh: 联络表, en: Contacts}\n"
                "norm: S2\nper: unit\nblocks:\n"
                "  - key: unit\n    title: {zh: 单位, en: Unit}\n    fields:\n"
                "      - {key: head, type: text, label: {zh: 负责人, en: Head}, "
                "personal: true}\n"
                "      - {key: seat, type: text, label: {zh: 地址, en: Seat}}\n"
                "  - key: people\n    title: {zh: 人员, en: People}\n"
                "    repeat: {of: free, min: 0, max: 9}\n    fields:\n"
                "      - {key: phone, type: phone, label: {zh: 电话, en: Phone}}\n");
    json_t *answers = json_loads(
        "{\"unit\":{\"head\":\"张示例\",\"seat\":\"星源路1号\"},"
        "\"people\":[{\"phone\":\"13800000000\"},7,{\"phone\":[1]}],\"odd\":3}",
        0, NULL);
    char *text;

    (void)state;
    wx_sheet_mask(form, answers);
    text = json_dumps(answers, JSON_COMPACT);
    assert_string_equal(text, "{\"unit\":{\"head\":\"***\",\"seat\":\"星源路1号\"},"
                              "\"people\":[{\"phone\":\"138****0000\"},7,"
                              "{\"phone\":\"***\"}],\"odd\":3}");
    free(text);
    json_decref(answers);
    wx_campaign_form_free(form);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(sheet__whole_answers_pass_and_are_kept_clean),
        T(sheet__draft_counts_what_is_missing),
        T(sheet__what_does_not_apply_is_dropped_not_wrong),
        T(sheet__dropping_reaches_backwards),
        T(sheet__each_wrong_answer_has_its_place),
        T(sheet__checks_need_their_notes_and_proof),
        T(sheet__missing_rows_are_told_on_submitting),
        T(sheet__a_warning_does_not_stop),
        T(sheet__problems_are_bounded),
        T(sheet__names_what_an_inspection_measures),
        T(carry__keeps_loses_and_misses),
        cmocka_unit_test(form__says_where_it_is_wrong),
        cmocka_unit_test(personal_answers__are_not_readable_once_masked),
        cmocka_unit_test(kind__says_where_it_is_wrong),
        T(form__becomes_json_for_the_interface),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
