#include "campaign/clock.h"

#include "campaign/dating.h"
#include "campaign/day.h"
#include "campaign/occasion.h"
#include "campaign/rectify.h"
#include "campaign/start.h"
#include "campaign/urge.h"
#include "store/office_notice.h"
#include "store/office_request.h"
#include <stdio.h>
#include <stdlib.h>

#define FACT_DAY "campaign.clock_day"
#define FACT_MARK "campaign.register_mark"

static const char before[] = "before", after[] = "after"; /* kinds of reminders */

struct turning {
    struct wx_tx *tx;
    const struct wx_calendar *calendar;
    struct wx_arena arena;
    struct wx_record_by by;
    struct wx_clock_sum *sum;
    int32_t today, last; /* last: the day that was worked off before */
    char today_text[16], last_text[16];
};

static enum wx_status fact(struct wx_tx *tx, const char *key, struct wx_arena *arena,
                           struct wx_str *out, struct wx_err *err)
{
    enum wx_status status = wx_office_get(tx, key, arena, out, err);

    if (status == WX_E_NOT_FOUND)
        *out = WX_STR("");
    return status == WX_E_NOT_FOUND ? WX_OK : status;
}

static enum wx_status mark_text(struct wx_tx *tx, char out[32], struct wx_err *err)
{
    int64_t mark = 0;
    enum wx_status status = wx_register_mark(tx, &mark, err);

    snprintf(out, 32, "%lld", (long long)mark);
    return status;
}

static enum wx_status items_wait(struct wx_tx *tx, struct wx_arena *arena, bool *wait,
                                 struct wx_err *err)
{
    struct wx_clock_item *items;
    size_t n_regressed = 0, n_seen = 0;
    enum wx_status status = wx_items_regressed(tx, arena, &items, &n_regressed, err);

    if (!status)
        status = wx_items_looked_at(tx, arena, &items, &n_seen, err);
    *wait = n_regressed || n_seen;
    return status;
}

enum wx_status wx_campaigns_are_due(struct wx_tx *tx, int64_t now_s, bool *is_due,
                                    struct wx_err *err)
{
    struct wx_arena arena;
    struct wx_str day, kept;
    int64_t *ids;
    size_t n = 0;
    char today[16], mark[32];
    enum wx_status status;

    *is_due = false;
    wx_arena_init(&arena);
    wx_day_format(wx_day_at(now_s), today);
    status = wx_campaigns_in(
        tx, &arena,
        "running,evaluating,closed,archived" /* plans outlast their campaign */, &ids,
        &n, err);
    if (!status && n) {
        status = fact(tx, FACT_DAY, &arena, &day, err);
        if (!status)
            status = fact(tx, FACT_MARK, &arena, &kept, err);
        if (!status)
            status = mark_text(tx, mark, err);
        if (!status)
            status = items_wait(tx, &arena, is_due, err);
        if (!status)
            *is_due |= !wx_str_eqz(day, today) || !wx_str_eqz(kept, mark);
        if (!status && !*is_due)
            status = wx_occasions_wait(tx, is_due, err);
    }
    wx_arena_clear(&arena);
    return status;
}

/* ---- the register ---- */

static enum wx_status tell(struct turning *t, const char *type, const char *kind,
                           int64_t id, int64_t unit_id, struct wx_err *err)
{
    int64_t event_id;

    return wx_event_add(t->tx, type, kind, id, unit_id, t->by.now_s, &event_id, err);
}

static enum wx_status follow_all(struct turning *t, struct wx_err *err)
{
    int64_t *ids = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_campaigns_in(t->tx, &t->arena, "running,evaluating", &ids, &n, err);

    for (size_t i = 0; !status && i < n; i++) {
        struct wx_followed followed = {0};
        size_t n_dated = 0;

        status =
            wx_tasks_date(t->tx, &t->arena, ids[i], t->calendar, &t->by, &n_dated, err);
        t->sum->n_dated += n_dated;
        if (!status)
            status =
                wx_campaign_follow(t->tx, ids[i], t->calendar, &t->by, &followed, err);
        t->sum->n_added += followed.n_added;
        t->sum->n_moved += followed.n_moved;
        t->sum->n_waived += followed.n_waived;
        if (!status && followed.n_added + followed.n_moved + followed.n_waived)
            status = tell(t, "campaign.followed", "campaign", ids[i], 0, err);
    }
    return status;
}

/* ---- reminders ---- */

/* The day of a reminder "-7d" or "-3wd"; false: no such word, or a year that the
 * calendar lacks (counted: everything else goes on). */
static bool remind_day(struct turning *t, struct wx_str word, int32_t due, int32_t *day,
                       bool *is_after)
{
    struct wx_reminder r;

    if (!wx_reminder_parse(word, &r))
        return false;
    *day = due + r.amount;
    *is_after = r.amount > 0;
    /* far from today whatever the holidays are: the calendar need not be asked */
    if (!r.is_working || abs(due - t->today) > abs(r.amount) * 3 + 30)
        return !r.is_working;
    if (t->calendar && !wx_calendar_add(t->calendar, due, r.amount, day, NULL))
        return true;
    t->sum->n_undated++;
    return false;
}

/* Does one of "-7d -1wd +3d" fall on TODAY, and is it after the day itself? */
static bool is_reminded(struct turning *t, const struct wx_due_group *group,
                        const char **kind)
{
    struct wx_str rest = group->remind, word;
    int32_t due, day;
    bool is_after;

    if (!wx_day_parse(group->due, &due))
        return false;
    while (rest.len) {
        word = wx_str_trim(wx_str_cut(&rest, ' '));
        if (!remind_day(t, word, due, &day, &is_after) || day != t->today)
            continue;
        *kind = is_after ? after : before;
        return true;
    }
    return false;
}

static enum wx_status tell_unit(void *ctx, int64_t campaign_id, int64_t unit_id,
                                struct wx_str kind, int64_t n, struct wx_err *err)
{
    struct turning *t = ctx;

    (void)n;
    t->sum->n_reminders++;
    return tell(t, wx_str_eqz(kind, "after") ? "duty.overdue" : "duty.reminded",
                "campaign", campaign_id, unit_id, err);
}

/* All tasks of a campaign that are due on the same day at once: the duties are gone
 * through once, not once a task. */
static struct wx_str tasks_with(struct turning *t, const struct wx_due_group *groups,
                                const char **kinds, size_t from, size_t n)
{
    struct wx_buf text = WX_BUF_INIT(64 << 20);
    const char *kind = kinds[from];
    struct wx_str out;

    for (size_t i = from; i < n; i++)
        if (kinds[i] == kind && groups[i].campaign_id == groups[from].campaign_id &&
            wx_str_eq(groups[i].due, groups[from].due)) {
            (void)wx_buf_printf(&text, "%s%lld", text.len ? "," : "[",
                                (long long)groups[i].task_id);
            kinds[i] = NULL;
        }
    (void)wx_buf_addc(&text, ']');
    out = wx_arena_str(&t->arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

static enum wx_status remind(struct turning *t, struct wx_err *err)
{
    struct wx_due_group *groups = NULL;
    const char **kinds;
    size_t n = 0;
    enum wx_status status = wx_due_groups(t->tx, &t->arena, &groups, &n, err);

    kinds = wx_arena_array(&t->arena, const char *, n + 1);
    for (size_t i = 0; !status && i < n; i++)
        if (!is_reminded(t, &groups[i], &kinds[i]))
            kinds[i] = NULL;
    for (size_t i = 0; !status && i < n; i++) {
        const char *kind = kinds[i];

        if (kind)
            status =
                wx_reminders_keep(t->tx, &groups[i], tasks_with(t, groups, kinds, i, n),
                                  kind, wx_str_of(t->today_text), t->by.now_s, err);
    }
    if (!status)
        status = wx_reminders_of(t->tx, wx_str_of(t->today_text), tell_unit, t, err);
    return status;
}

/* ---- notices and plans ---- */

static enum wx_status tell_overdue(struct turning *t, struct wx_err *err)
{
    struct wx_clock_item *items = NULL;
    struct wx_str from = wx_str_of(t->last_text), to = wx_str_of(t->today_text);
    size_t n = 0;
    enum wx_status status =
        wx_notices_overdue(t->tx, &t->arena, from, to, &items, &n, err);

    for (size_t i = 0; !status && i < n; i++)
        status =
            tell(t, "notice.overdue", "notice", items[i].id, items[i].unit_id, err);
    t->sum->n_overdue_notices += n;
    n = 0;
    if (!status)
        status = wx_plans_overdue(t->tx, &t->arena, from, to, &items, &n, err);
    for (size_t i = 0; !status && i < n; i++)
        status = tell(t, "rectification.overdue", "rectification", items[i].id,
                      items[i].unit_id, err);
    t->sum->n_overdue_plans += n;
    return status;
}

static enum wx_status judge(struct turning *t, const struct wx_clock_item *item,
                            struct wx_err *err)
{
    struct wx_verdict verdict = {
        .verdict = wx_str_eqz(item->word, "gone")             ? WX_STR("fixed")
                   : wx_str_eqz(item->word, "not_determined") ? WX_STR("not_determined")
                                                              : WX_STR("not_fixed"),
        .way = WX_STR("scanner"),
        .round_id = item->round_id};
    enum wx_status status =
        wx_rectification_judge(t->tx, &t->arena, item->id, 0, &verdict, &t->by, err);

    return status ? status
                  : tell(t, "rectification.verified", "rectification", item->id,
                         item->unit_id, err);
}

static enum wx_status follow_findings(struct turning *t, struct wx_err *err)
{
    struct wx_clock_item *items = NULL;
    size_t n = 0;
    enum wx_status status = wx_items_looked_at(t->tx, &t->arena, &items, &n, err);

    for (size_t i = 0; !status && i < n; i++)
        status = judge(t, &items[i], err);
    t->sum->n_verdicts += n;
    n = 0;
    if (!status)
        status = wx_items_regressed(t->tx, &t->arena, &items, &n, err);
    for (size_t i = 0; !status && i < n; i++) {
        status = wx_rectification_regress(t->tx, &t->arena, items[i].id, &t->by, err);
        if (!status)
            status = tell(t, "rectification.regressed", "rectification", items[i].id,
                          items[i].unit_id, err);
    }
    t->sum->n_regressed += n;
    return status;
}

static enum wx_status begin(struct turning *t, struct wx_str day, struct wx_err *err)
{
    enum wx_status status = WX_OK;

    t->today = wx_day_at(t->by.now_s);
    wx_day_format(t->today, t->today_text);
    if (!wx_day_parse(day, &t->last))
        t->last = t->today - 1;
    wx_day_format(t->last, t->last_text);
    (void)err;
    return status;
}

static enum wx_status turn(struct turning *t, struct wx_err *err)
{
    struct wx_str day;
    char mark[32];
    enum wx_status status = fact(t->tx, FACT_DAY, &t->arena, &day, err);

    if (!status)
        status = begin(t, day, err);
    if (!status)
        status = follow_findings(t, err);
    if (!status)
        status =
            wx_occasions_follow(t->tx, t->calendar, &t->by, &t->sum->n_occasions, err);
    if (!status)
        status = follow_all(t, err);
    if (!status && t->last < t->today) {
        status = remind(t, err);
        if (!status)
            status = tell_overdue(t, err);
        if (!status)
            status = wx_notices_urge(t->tx, t->calendar, &t->by, &t->sum->n_urged, err);
        if (!status)
            status = wx_office_set(t->tx, FACT_DAY, wx_str_of(t->today_text), err);
    }
    if (!status)
        status = mark_text(t->tx, mark, err);
    if (!status)
        status = wx_office_set(t->tx, FACT_MARK, wx_str_of(mark), err);
    return status;
}

enum wx_status wx_campaigns_by_clock(struct wx_tx *tx,
                                     const struct wx_calendar *calendar, int64_t now_s,
                                     struct wx_clock_sum *sum, struct wx_err *err)
{
    struct turning t = {.tx = tx, .calendar = calendar, .by = {0, now_s}, .sum = sum};
    enum wx_status status;

    *sum = (struct wx_clock_sum){0};
    wx_arena_init(&t.arena);
    status = turn(&t, err);
    wx_arena_clear(&t.arena);
    return status;
}
