/* Every kind and form that is shipped. */
#include "campaign/form.h"
#include "campaign/kind.h"

#include "base/shipped.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static struct wx_campaign_kind *kind_of(const char *key)
{
    struct wx_campaign_kind *kind;
    struct wx_err err;

    if (wx_campaign_kind_shipped(wx_str_of(key), &kind, &err))
        fail_msg("%s", err.text);
    return kind;
}

static struct wx_campaign_form *form_of(const char *key)
{
    struct wx_campaign_form *form;
    struct wx_err err;

    if (wx_campaign_form_shipped(wx_str_of(key), &form, &err))
        fail_msg("%s", err.text);
    return form;
}

static void kinds__all_five_read(void **state)
{
    static const struct {
        const char *key, *title;
        enum wx_campaign_category category;
        size_t n_organs;
    } rows[] = {
        {"000", "宝坻区政府网站安全漏洞专项整治行动", WX_CAMPAIGN_VULNERABILITY, 1},
        {"001", "测绘地理信息行政机关、事业单位和国有企业互联网网站安全专项整治行动",
         WX_CAMPAIGN_RECTIFICATION, 1},
        {"002", "关于加强亚运期间电子政务信息安全的专项工作", WX_CAMPAIGN_ASSURANCE, 4},
        {"003", "本地区党政机关网站和电子邮件系统安全常态管理", WX_CAMPAIGN_STANDING,
         1},
        {"004", "2016年西城区电子政务网络与信息系统安全检查", WX_CAMPAIGN_ANNUAL, 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wx_campaign_kind *k = kind_of(rows[i].key);
        struct wx_str title =
            wx_kind_fill(&k->arena, k, k->title, k->places, k->n_places);

        assert_true(wx_str_eqz(k->key, rows[i].key));
        assert_true(wx_str_eqz(title, rows[i].title));
        assert_int_equal(k->category, rows[i].category);
        assert_int_equal(k->n_organs, rows[i].n_organs);
        assert_true(k->n_texts >= 5 && k->n_papers >= 10 && k->n_tasks >= 8);
        assert_non_null(k->norm.norm);
        wx_campaign_kind_free(k);
    }
}

static void forms__all_read(void **state)
{
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < wx_n_shipped_files; i++) {
        struct wx_str name = wx_str_of(wx_shipped_files[i].name);
        struct wx_campaign_form *form;
        struct wx_err err;

        if (!wx_str_starts(name, "templates/forms/"))
            continue;
        if (wx_campaign_form_read(wx_shipped_files[i].name, wx_shipped_files[i].text,
                                  &form, &err))
            fail_msg("%s", err.text);
        /* a file is found by its form's key */
        assert_true(
            wx_str_starts(wx_str_sub(name, strlen("templates/forms/"), name.len),
                          wx_arena_z(&form->arena, form->key)));
        assert_true(form->is_own == (form->note.zh.len > 0));
        wx_campaign_form_free(form);
        n++;
    }
    assert_true(n >= 14);
}

struct expected_due {
    const char *kind, *task, *text;
};

/* Requirements 182 to 186, as the notices state them. */
static void kinds__state_the_notices_own_deadlines(void **state)
{
    static const struct expected_due rows[] = {
        {"000", "self_report", "2010年3月1日前"},
        {"000", "detect", "2010年3月"},
        {"000", "rectify", "收到通知书后10个工作日内"},
        {"001", "survey", "2016年1月底前"},
        {"001", "progress", "2016年1月底前"},
        {"001", "drill", "2016年4月15日前"},
        {"001", "unit_summary", "2016年5月15日前"},
        {"002", "contact", "2010年6月11日前"},
        {"002", "status", "2010年6月11日前"},
        {"003", "half_year", "每半年"},
        {"004", "self_report", "2016年7月8日前"},
        {"004", "compile", "2016年7月9日至2016年7月31日"},
        {"004", "second_round", "2016年8月1日至2016年9月30日"},
        {"004", "spot", "2016年10月8日至2016年10月31日"},
        {"004", "evaluate", "2016年11月1日至2016年11月30日"},
        {"004", "bulletin", "2016年12月31日前"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wx_campaign_kind *k = kind_of(rows[i].kind);
        const struct wx_kind_task *t = wx_kind_task_find(k, wx_str_of(rows[i].task));

        assert_non_null(t);
        assert_true(wx_str_eqz(wx_deadline_text(&k->arena, WX_ZH, &t->due, WX_STR("")),
                               rows[i].text));
        wx_campaign_kind_free(k);
    }
}

/* Each deadline of each kind has a day, with its events happening in its year. */
static void kinds__every_deadline_falls_due(void **state)
{
    static const char *const keys[] = {"000", "001", "002", "003", "004"};
    struct wx_calendar *calendar;
    struct wx_err err;

    (void)state;
    assert_int_equal(wx_calendar_open(NULL, &calendar, &err), WX_OK);
    for (size_t i = 0; i < 5; i++) {
        struct wx_campaign_kind *k = kind_of(keys[i]);

        for (size_t n = 0; n < k->n_tasks; n++) {
            struct wx_due_facts facts = {.before = k->before};
            const struct wx_kind_task *t = &k->tasks[n];
            struct wx_due due;

            facts.has_event = true;
            facts.event_s = wx_day_start_s(k->issued + 60);
            facts.after_s = wx_day_start_s(k->issued);
            if (wx_deadline_due(&t->due, calendar, &facts, &due, &err))
                fail_msg("%s", err.text);
            assert_int_equal(due.state, t->due.form == WX_DEADLINE_OPEN ? WX_DUE_NONE
                                                                        : WX_DUE_SET);
            for (size_t m = 0; m < t->n_remind; m++) {
                int64_t at_s;

                assert_int_equal(
                    wx_reminder_at(t->remind[m], calendar, &due, &at_s, &err), WX_OK);
            }
        }
        wx_campaign_kind_free(k);
    }
    wx_calendar_free(calendar);
}

static void kinds__hold_what_distinguishes_them(void **state)
{
    struct wx_campaign_kind *k = kind_of("000");

    (void)state;
    assert_true(k->target.is_there);
    assert_int_equal(k->target.percent, 10);
    assert_true(k->target.shown[WX_READ_ANY] && k->target.shown[WX_READ_MEDIUM] &&
                k->target.shown[WX_READ_AFTER]);
    assert_true(wx_str_eqz(k->drafted_by, "区发展和改革委员会"));
    assert_true(k->has_chinese_numerals && k->agencies.listed);
    assert_int_equal(k->n_bulletins, 2);
    wx_campaign_kind_free(k);
    k = kind_of("001"); /* phases overlap */
    assert_true(k->phases[0].when.to >= k->phases[1].when.from);
    assert_int_equal(k->n_basis, 3);
    wx_campaign_kind_free(k);
    k = kind_of("004");
    assert_int_equal(k->validity, WX_VALID_LAPSED);
    assert_int_equal(k->draw.n_criteria, 7);
    assert_true(k->evaluation.n_parts == 3 && k->evaluation.grades[3].from == 0);
    assert_true(wx_str_eqz(k->papers[3].paper, "detection_result"));
    wx_campaign_kind_free(k);
}

/* The exact layout stands in register/form.def: the same fields in the same order. */
static void survey__has_the_lines_of_the_printed_form(void **state)
{
    static const struct {
        const char *record, *field;
    } lines[] = {
#define U "unit"
#define S "site"
#define G(name, zh, en)
#define L(group, zh, en, record, field, options) {record, field},
#include "register/form.def"
#undef L
#undef G
#undef U
#undef S
    };
    struct wx_campaign_form *form = form_of("survey_001");
    size_t n = 0;

    (void)state;
    for (size_t b = 0; b < form->n_blocks; b++)
        for (size_t i = 0; i < form->blocks[b].n_fields; i++, n++) {
            char from[100];

            assert_true(n < sizeof lines / sizeof *lines);
            snprintf(from, sizeof from, "%s.%s", lines[n].record, lines[n].field);
            assert_string_equal(form->blocks[b].fields[i].from, from);
        }
    assert_int_equal(n, sizeof lines / sizeof *lines);
    wx_campaign_form_free(form);
}

static void management__has_the_44_rows(void **state)
{
    struct wx_campaign_form *form = form_of("management");
    int number = 112, points = 0;

    (void)state;
    for (size_t b = 0; b < form->n_blocks; b++)
        for (size_t i = 0; i < form->blocks[b].n_fields; i++) {
            const struct wx_form_field *f = &form->blocks[b].fields[i];
            char key[10];

            snprintf(key, sizeof key, "c%d", number++);
            assert_string_equal(f->record.name, key);
            assert_int_equal(f->kind, WX_ANSWER_CHECK);
            assert_non_null(f->norm.norm); /* each rests on a notice */
            points += f->points;
        }
    assert_int_equal(number, 156);
    assert_int_equal(points, 100);
    wx_campaign_form_free(form);
}

/* A form the notices do not have says that it is our own. */
static void forms__missing_in_the_notices_say_so(void **state)
{
    static const char *const own[] = {"contact_002", "status_002", "result_table_004",
                                      "management", "half_year_003"};
    static const char *const theirs[] = {"survey_001", "site_table_000", "outline_004"};

    (void)state;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        struct wx_campaign_form *form = form_of(own[i]);

        assert_true(form->is_own);
        assert_non_null(strstr(wx_arena_z(&form->arena, form->note.zh), "系统默认"));
        wx_campaign_form_free(form);
    }
    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++) {
        struct wx_campaign_form *form = form_of(theirs[i]);

        assert_false(form->is_own);
        wx_campaign_form_free(form);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds__all_five_read),
        cmocka_unit_test(forms__all_read),
        cmocka_unit_test(kinds__state_the_notices_own_deadlines),
        cmocka_unit_test(kinds__every_deadline_falls_due),
        cmocka_unit_test(kinds__hold_what_distinguishes_them),
        cmocka_unit_test(survey__has_the_lines_of_the_printed_form),
        cmocka_unit_test(management__has_the_44_rows),
        cmocka_unit_test(forms__missing_in_the_notices_say_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
