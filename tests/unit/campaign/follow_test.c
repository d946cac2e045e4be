/* What becomes of a running campaign's duties and notices when units and sites change.
 */
#include "campaign/start.h"

#include "campaign/clock.h"
#include "campaign/day.h"
#include "campaign/duty.h"
#include "campaign/filling.h"
#include "campaign/row.h"
#include "store/office_request.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { LITTLE, BIG, OUTSIDE, N_UNITS };

struct world {
    char dir[40];
    struct wx_office *office;
    struct wx_arena arena;
    struct wx_calendar *calendar;
    struct wx_tx *tx;
    struct wx_err err;
    int64_t campaign, units[N_UNITS], site, report, survey;
    struct wx_record_by by;
};

static int32_t day(const char *text)
{
    int32_t out = WX_DAY_NONE;

    assert_true(wx_day_parse(wx_str_of(text), &out));
    return out;
}

static int64_t create(struct world *w, const char *kind, json_t *values)
{
    int64_t id = 0;

    if (wx_fields_create(w->tx, kind, values, &w->by, &id, &w->err))
        fail_msg("%s: %s", kind, w->err.text);
    return id;
}

static void set(struct world *w, const char *kind, int64_t id, json_t *values)
{
    if (wx_fields_update(w->tx, kind, id, values, &w->by, &w->err))
        fail_msg("%s: %s", kind, w->err.text);
}

static int64_t task(struct world *w, const char *name, const char *party)
{
    return create(w, "task",
                  json_pack("{s:s, s:s, s:I, s:i, s:s}", "name", name, "party", party,
                            "campaign_id", (json_int_t)w->campaign, "unit_id", 0, "due",
                            "2026-06-30"));
}

static struct wx_followed follow(struct world *w)
{
    struct wx_followed out;

    if (wx_campaign_follow(w->tx, w->campaign, w->calendar, &w->by, &out, &w->err))
        fail_msg("%s", w->err.text);
    return out;
}

/* Two units in the campaign, one beside it; the little one has a site. */
static int set_up(void **state)
{
    static const char *const names[] = {"小局", "大局", "档案馆"};
    struct world *w = wx_new(struct world);

    w->by = (struct wx_record_by){7, wx_day_start_s(day("2026-03-02")) + 36000};
    snprintf(w->dir, sizeof w->dir, "/tmp/wx-follow-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    wx_arena_init(&w->arena);
    assert_int_equal(wx_office_open(w->dir, &w->office, &w->err), WX_OK);
    assert_int_equal(wx_calendar_open(NULL, &w->calendar, &w->err), WX_OK);
    assert_int_equal(wx_tx_write(w->office, &wx_scope_everything, &w->tx, &w->err),
                     WX_OK);
    for (int i = 0; i < N_UNITS; i++)
        w->units[i] = create(w, "unit",
                             json_pack("{s:s, s:s, s:s}", "name", names[i], "kind",
                                       i == OUTSIDE ? "institution" : "organ",
                                       "authority", "government"));
    w->site = create(w, "site",
                     json_pack("{s:s, s:s, s:I, s:s}", "name", "小局门户", "domain",
                               "xiao.xingyuan.gov.cn", "unit_id",
                               (json_int_t)w->units[LITTLE], "state", "running"));
    w->campaign =
        create(w, "campaign",
               json_pack("{s:s, s:s, s:i, s:{s:s}}", "name", "检查", "state", "running",
                         "unit_id", 0, "scope", "units", "kind:organ"));
    w->report = task(w, "报告", "unit");
    w->survey = task(w, "调查表", "site");
    assert_int_equal(follow(w).n_added, 3);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    char file[60];

    wx_tx_end(w->tx);
    wx_office_close(w->office);
    wx_calendar_free(w->calendar);
    wx_arena_clear(&w->arena);
    for (int i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/office.db%s", w->dir,
                 i == 0   ? ""
                 : i == 1 ? "-wal"
                          : "-shm");
        unlink(file);
    }
    rmdir(w->dir);
    free(w);
    return 0;
}

/* The duty of TASK that UNIT has; NULL: none. */
static json_t *duty(struct world *w, int64_t task_id, int64_t unit_id)
{
    json_t *rows =
        wx_fields_list(w->tx, &w->arena, "duty",
                       wx_arena_printf(&w->arena, "task_id:%lld unit_id:%lld",
                                       (long long)task_id, (long long)unit_id),
                       w->by.now_s, &w->err);
    json_t *row = json_incref(json_array_get(rows, 0));

    json_decref(rows);
    return row;
}

static void assert_duty(struct world *w, int64_t task_id, int unit, const char *state)
{
    json_t *row = duty(w, task_id, w->units[unit]);

    if (!state) {
        assert_null(row);
        return;
    }
    assert_non_null(row);
    assert_string_equal(json_string_value(json_object_get(row, "state")), state);
    json_decref(row);
}

struct hearing {
    const char *type;
    int64_t unit_id;
    size_t n;
};

static bool hear(void *ctx, const struct wx_event *event)
{
    struct hearing *h = ctx;

    h->n += wx_str_eqz(event->type, h->type) && event->unit_id == h->unit_id;
    return true;
}

static size_t told(struct world *w, const char *type, int64_t unit_id)
{
    struct hearing h = {type, unit_id, 0};

    assert_int_equal(wx_events_after(w->tx, 0, hear, &h, &w->err), WX_OK);
    return h.n;
}

static void retire(struct world *w, int unit)
{
    assert_int_equal(wx_record_retire(w->tx, wx_record_kind_find(WX_STR("unit")),
                                      w->units[unit], 0, true, &w->by, &w->err),
                     WX_OK);
}

static void merge(struct world *w, int unit, int into)
{
    set(w, "unit", w->units[unit],
        json_pack("{s:I}", "merged_into", (json_int_t)w->units[into]));
    retire(w, unit);
}

static int64_t notice(struct world *w, int unit, const char *state)
{
    return create(w, "notice",
                  json_pack("{s:s, s:s, s:s, s:I, s:I}", "name", "整改通知书", "kind",
                            "rectify", "state", state, "unit_id",
                            (json_int_t)w->units[unit], "campaign_id",
                            (json_int_t)w->campaign));
}

static int64_t unit_of(struct world *w, const char *kind, int64_t id)
{
    json_t *row = wx_record_json(w->tx, &w->arena, kind, id, true, &w->err);
    int64_t unit_id = json_integer_value(json_object_get(row, "unit_id"));

    json_decref(row);
    return unit_id;
}

static void merging__waives_what_the_other_does_anyway_and_moves_the_rest(void **state)
{
    struct world *w = *state;
    int64_t open = notice(w, LITTLE, "sent"), closed = notice(w, LITTLE, "closed");
    int64_t item =
        create(w, "rectification",
               json_pack("{s:s, s:s, s:I, s:I, s:I}", "name", "弱口令", "state", "open",
                         "unit_id", (json_int_t)w->units[LITTLE], "campaign_id",
                         (json_int_t)w->campaign, "notice_id", (json_int_t)open));
    struct wx_followed out;

    merge(w, LITTLE, BIG);
    out = follow(w);
    assert_int_equal(out.n_waived, 1);
    assert_int_equal(out.n_moved, 2); /* the site's survey and the notice */
    assert_duty(w, w->report, LITTLE, "waived");
    assert_duty(w, w->report, BIG, "open");
    assert_duty(w, w->survey, LITTLE, NULL);
    assert_duty(w, w->survey, BIG, "open");
    assert_int_equal(unit_of(w, "notice", open), w->units[BIG]);
    assert_int_equal(unit_of(w, "rectification", item), w->units[BIG]);
    assert_int_equal(unit_of(w, "notice", closed), w->units[LITTLE]);
    assert_int_equal(told(w, "duty.waived", w->units[LITTLE]), 1);
    assert_int_equal(told(w, "duty.left", w->units[LITTLE]), 1);
    assert_int_equal(told(w, "duty.moved", w->units[BIG]), 1);
    assert_int_equal(told(w, "duty.merged", w->units[BIG]), 1);
    assert_int_equal(told(w, "notice.moved", w->units[BIG]), 1);
    out = follow(w);
    assert_int_equal(out.n_added + out.n_moved + out.n_waived, 0);
    /* the register follows later: nothing moves twice */
    set(w, "site", w->site, json_pack("{s:I}", "unit_id", (json_int_t)w->units[BIG]));
    out = follow(w);
    assert_int_equal(out.n_added + out.n_moved + out.n_waived, 0);
}

static void merging__into_a_unit_beside_it_takes_the_draft_along(void **state)
{
    struct world *w = *state;
    json_t *row = duty(w, w->report, w->units[LITTLE]);
    int64_t id = json_integer_value(json_object_get(row, "id"));
    json_t *answers = json_pack("{s:{s:s}}", "unit", "name", "小局");
    struct wx_filling filling;

    json_decref(row);
    assert_int_equal(wx_filling_open(w->tx, &w->arena, id, &filling, &w->err), WX_OK);
    assert_int_equal(
        wx_filling_save(w->tx, &w->arena, &filling, answers, &w->by, &w->err), WX_OK);
    json_decref(answers);
    merge(w, LITTLE, OUTSIDE);
    assert_int_equal(follow(w).n_moved, 2);
    assert_duty(w, w->report, OUTSIDE, "draft");
    assert_int_equal(wx_filling_open(w->tx, &w->arena, id, &filling, &w->err), WX_OK);
    assert_int_equal(filling.duty.unit_id, w->units[OUTSIDE]);
    assert_true(wx_str_find(filling.sheet.answers, WX_STR("小局"), 0) != WX_NPOS);
}

static void merging__goes_on_to_the_unit_that_is_left(void **state)
{
    struct world *w = *state;

    merge(w, LITTLE, OUTSIDE);
    (void)follow(w);
    merge(w, OUTSIDE, BIG);
    (void)follow(w);
    assert_duty(w, w->survey, BIG, "open");
    assert_duty(w, w->report, OUTSIDE, "waived");
    assert_int_equal(follow(w).n_moved, 0);
}

static void merging__in_a_ring_ends(void **state)
{
    struct world *w = *state;

    set(w, "unit", w->units[BIG],
        json_pack("{s:I}", "merged_into", (json_int_t)w->units[LITTLE]));
    merge(w, LITTLE, BIG);
    retire(w, BIG);
    assert_int_equal(follow(w).n_waived, 3);
}

static void dissolving__waives_and_tells_and_keeps_what_is_accepted(void **state)
{
    struct world *w = *state;
    json_t *row = duty(w, w->report, w->units[LITTLE]);

    set(w, "duty", json_integer_value(json_object_get(row, "id")),
        json_pack("{s:s}", "state", "accepted"));
    json_decref(row);
    retire(w, LITTLE);
    assert_int_equal(follow(w).n_waived, 1);
    assert_duty(w, w->report, LITTLE, "accepted");
    assert_duty(w, w->survey, LITTLE, "waived");
    assert_int_equal(told(w, "duty.waived", w->units[LITTLE]), 1);
}

static void a_site__changing_hands_is_told_to_both(void **state)
{
    struct world *w = *state;

    set(w, "site", w->site,
        json_pack("{s:I}", "unit_id", (json_int_t)w->units[OUTSIDE]));
    assert_int_equal(follow(w).n_moved, 1);
    assert_duty(w, w->survey, OUTSIDE, "open");
    assert_duty(w, w->report, LITTLE, "open");
    assert_int_equal(told(w, "duty.left", w->units[LITTLE]), 1);
    assert_int_equal(told(w, "duty.moved", w->units[OUTSIDE]), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        T(merging__waives_what_the_other_does_anyway_and_moves_the_rest),
        T(merging__into_a_unit_beside_it_takes_the_draft_along),
        T(merging__goes_on_to_the_unit_that_is_left),
        T(merging__in_a_ring_ends),
        T(dissolving__waives_and_tells_and_keeps_what_is_accepted),
        T(a_site__changing_hands_is_told_to_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
