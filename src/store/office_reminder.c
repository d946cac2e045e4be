/* Reminders, lateness and progress of campaigns: sums over many duties at once. */
#include "store/office_campaign.h"
#include "store/query.h"

#define TO_DO "d.state IN ('open', 'draft', 'returned') AND d.retired_s = 0"

enum wx_status wx_due_groups(struct wx_tx *tx, struct wx_arena *arena,
                             struct wx_due_group **out, size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        /* summed before it is joined: tasks are few, duties are many */
        "SELECT x.campaign_id, x.task_id, x.n, x.due, t.remind FROM"
        " (SELECT d.campaign_id, d.task_id, d.due, count(*) AS n FROM v_duty d"
        " WHERE " TO_DO " AND d.due <> '' AND d.paused_on = ''"
        " GROUP BY d.campaign_id, d.task_id, d.due) x"
        " JOIN v_task t ON t.id = x.task_id JOIN v_campaign c ON c.id = x.campaign_id"
        " WHERE t.remind <> '' AND c.state IN ('running', 'evaluating')"
        " ORDER BY x.campaign_id, x.task_id, x.due");
    struct wx_due_group *groups = NULL;
    size_t room = 0;

    *n = 0;
    while (wx_query_next(&q)) {
        struct wx_due_group *group;

        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 64;
            groups = wx_arena_grow(arena, groups, old * sizeof *groups,
                                   room * sizeof *groups);
        }
        group = &groups[(*n)++];
        group->campaign_id = wx_query_get_int(&q);
        group->task_id = wx_query_get_int(&q);
        group->n = wx_query_get_int(&q);
        group->due = wx_arena_str(arena, wx_query_get_str(&q));
        group->remind = wx_arena_str(arena, wx_query_get_str(&q));
    }
    *out = groups;
    return wx_query_end(&q, err);
}

enum wx_status wx_reminders_keep(struct wx_tx *tx, const struct wx_due_group *group,
                                 struct wx_str task_ids, const char *kind,
                                 struct wx_str day, int64_t now_s, struct wx_err *err)
{
    /* trusted: adding to a row reads it; the duties are read through the wall */
    struct wx_query q = wx_query_trusted(
        tx,
        "INSERT INTO reminder (day, campaign_id, unit_id, kind, due, n, at_s)"
        " SELECT ?1, d.campaign_id, d.unit_id, ?2, d.due, count(*), ?3 FROM v_duty d"
        " WHERE d.task_id IN (SELECT value FROM json_each(?4)) AND d.due = ?5"
        " AND d.paused_on = '' AND " TO_DO
        " GROUP BY d.unit_id ON CONFLICT DO UPDATE SET n = n + excluded.n");

    wx_query_str(&q, day);
    wx_query_z(&q, kind);
    wx_query_int(&q, now_s);
    wx_query_str(&q, task_ids);
    wx_query_str(&q, group->due);
    return wx_query_run(&q, err);
}

enum wx_status wx_reminders_of(struct wx_tx *tx, struct wx_str day,
                               wx_each_reminder *each, void *ctx, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT campaign_id, unit_id, kind, sum(n) FROM v_reminder"
                     " WHERE day = ? AND kind IN ('before', 'after')"
                     " GROUP BY campaign_id, unit_id, kind");
    enum wx_status status = WX_OK, end;

    wx_query_str(&q, day);
    while (!status && wx_query_next(&q)) {
        int64_t campaign_id = wx_query_get_int(&q), unit_id = wx_query_get_int(&q);
        struct wx_str kind = wx_query_get_str(&q);

        status = each(ctx, campaign_id, unit_id, kind, wx_query_get_int(&q), err);
    }
    end = wx_query_end(&q, status ? NULL : err);
    return status ? status : end;
}

enum wx_status wx_chase_keep(struct wx_tx *tx, const struct wx_chase *chase,
                             struct wx_err *err)
{
    /* trusted: as above; the duties are read through the wall */
    struct wx_query q = wx_query_trusted(
        tx, "INSERT INTO reminder (day, campaign_id, unit_id, kind, due, n, at_s)"
            " SELECT ?1, d.campaign_id, d.unit_id, 'chased', d.due, count(*), ?2"
            " FROM v_duty d WHERE d.campaign_id = ?3 AND d.unit_id <> 0"
            " AND (d.id = ?4 OR (?4 = 0 AND d.due <> '' AND d.due < ?1))"
            " AND d.paused_on = '' AND " TO_DO
            " GROUP BY d.unit_id, d.due ON CONFLICT DO UPDATE SET n = n + excluded.n,"
            " at_s = excluded.at_s");

    wx_query_str(&q, chase->day);
    wx_query_int(&q, chase->now_s);
    wx_query_int(&q, chase->campaign_id);
    wx_query_int(&q, chase->duty_id);
    return wx_query_run(&q, err);
}

enum wx_status wx_chased_units(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_chase *chase, int64_t **ids, size_t *n,
                               struct wx_err *err)
{
    enum { MOST = 20000 };
    struct wx_query q =
        wx_query(tx, "SELECT DISTINCT unit_id FROM v_reminder WHERE campaign_id = ?"
                     " AND kind = 'chased' AND at_s = ? ORDER BY unit_id LIMIT 20000");

    *ids = wx_arena_array(arena, int64_t, MOST);
    *n = 0;
    wx_query_int(&q, chase->campaign_id);
    wx_query_int(&q, chase->now_s);
    while (*n < MOST && wx_query_next(&q))
        (*ids)[(*n)++] = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_reminders_json(struct wx_tx *tx, int64_t campaign_id, uint32_t limit,
                                 struct wx_json *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT r.day, r.unit_id, u.name, r.kind, r.due, r.n FROM v_reminder r"
            " JOIN v_unit u ON u.id = r.unit_id WHERE r.campaign_id = ?"
            " ORDER BY r.id DESC LIMIT ?");

    wx_query_int(&q, campaign_id);
    wx_query_int(&q, limit);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kstr(out, "day", wx_query_get_str(&q));
        wx_json_kint(out, "unit_id", wx_query_get_int(&q));
        wx_json_kstr(out, "unit", wx_query_get_str(&q));
        wx_json_kstr(out, "kind", wx_query_get_str(&q));
        wx_json_kstr(out, "due", wx_query_get_str(&q));
        wx_json_kint(out, "n", wx_query_get_int(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

static enum wx_status put_tasks(struct wx_tx *tx, int64_t campaign_id,
                                struct wx_str today, struct wx_json *out,
                                struct wx_err *err)
{
    static const char *const counts[] = {"open",     "draft",  "submitted", "returned",
                                         "accepted", "waived", "late",      "total"};
    struct wx_query q = wx_query(
        tx, "SELECT t.id, t.name, t.due, sum(d.state = 'open'), sum(d.state = 'draft'),"
            " sum(d.state = 'submitted'), sum(d.state = 'returned'),"
            " sum(d.state = 'accepted'), sum(d.state = 'waived'),"
            " sum(d.state IN ('open', 'draft', 'returned') AND d.due <> ''"
            " AND d.paused_on = '' AND d.due < ?2), count(*)"
            /* task by task, so that the duties need not be sorted */
            " FROM v_task t CROSS JOIN v_duty d ON d.task_id = t.id"
            " WHERE t.campaign_id = ?1 AND d.retired_s = 0"
            " GROUP BY t.id ORDER BY t.ordinal, t.id");

    wx_query_int(&q, campaign_id);
    wx_query_str(&q, today);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "task_id", wx_query_get_int(&q));
        wx_json_kstr(out, "name", wx_query_get_str(&q));
        wx_json_kstr(out, "due", wx_query_get_str(&q));
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
            wx_json_kint(out, counts[i], wx_query_get_int(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

static enum wx_status put_late(struct wx_tx *tx, int64_t campaign_id,
                               struct wx_str today, struct wx_json *out,
                               struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT x.unit_id, u.name, x.n, cast(julianday(?2) - julianday(x.due) AS"
            " INTEGER) FROM (SELECT d.unit_id, count(*) AS n, min(d.due) AS due"
            " FROM v_duty d WHERE d.campaign_id = ?1 AND " TO_DO
            " AND d.due <> '' AND d.due < ?2 AND d.paused_on = ''"
            " GROUP BY d.unit_id) x JOIN v_unit u ON u.id = x.unit_id"
            " ORDER BY 4 DESC, 3 DESC, x.unit_id");

    wx_query_int(&q, campaign_id);
    wx_query_str(&q, today);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "unit_id", wx_query_get_int(&q));
        wx_json_kstr(out, "unit", wx_query_get_str(&q));
        wx_json_kint(out, "n", wx_query_get_int(&q));
        wx_json_kint(out, "days", wx_query_get_int(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_campaign_progress_json(struct wx_tx *tx, int64_t campaign_id,
                                         struct wx_str today, struct wx_json *out,
                                         struct wx_err *err)
{
    enum wx_status status;

    wx_json_key(out, "tasks");
    wx_json_open(out, '[');
    status = put_tasks(tx, campaign_id, today, out, err);
    wx_json_close(out, ']');
    wx_json_key(out, "late");
    wx_json_open(out, '[');
    if (!status)
        status = put_late(tx, campaign_id, today, out, err);
    wx_json_close(out, ']');
    return status;
}
