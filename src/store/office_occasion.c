#include "store/office_occasion.h"

#include "store/query.h"

/* Tasks that wait for an event, of campaigns under way. */
#define EVENT "CASE WHEN json_valid(t.deadline) THEN t.deadline ->> '$.after.event' END"
#define ASKED                                                                          \
    "asked AS (SELECT t.id AS task_id, t.campaign_id, t.phase_id, t.name, t.deadline," \
    " " EVENT " AS event, coalesce(c.approved, 0) AS since,"                           \
    " c.before_inclusive AS inclusive FROM v_task t"                                   \
    " JOIN v_campaign c ON c.id = t.campaign_id"                                       \
    " WHERE c.state IN ('running', 'evaluating') AND t.retired_s = 0 AND t.due = ''"   \
    " AND " EVENT " IS NOT NULL)"

#define SENT "n.state IN ('sent', 'received', 'answered', 'closed') AND n.retired_s = 0"

/* What happened: campaign 0 concerns whoever takes part. The day is a notice's own. */
#define HAPPENED                                                                       \
    "happened (event, because, campaign_id, unit_id, id, at_s, due) AS ("              \
    "SELECT 'notice.received', 'notice', n.campaign_id, n.unit_id, n.id,"              \
    " coalesce(nullif(n.received, 0), n.told), n.due FROM v_notice n WHERE " SENT      \
    " AND (coalesce(n.received, 0) > 0 OR n.sent_way IN ('paper', 'meeting'))"         \
    " UNION ALL SELECT 'finding.told', 'notice', n.campaign_id, n.unit_id, n.id,"      \
    " n.told, n.due FROM v_notice n WHERE " SENT                                       \
    " UNION ALL SELECT 'review.failed', 'rectification', r.campaign_id, r.unit_id,"    \
    " r.id, r.verdict_at, '' FROM v_rectification r WHERE r.verdict = 'not_fixed'"     \
    " AND r.retired_s = 0 AND coalesce(r.verdict_at, 0) > 0"                           \
    " UNION ALL SELECT 'incident.found', 'finding', 0, f.unit_id, f.id, f.created_s,"  \
    " '' FROM v_finding f WHERE f.source = 'incident' AND f.retired_s = 0"             \
    " UNION ALL SELECT 'superior.feedback', 'finding', 0, f.unit_id, min(f.id),"       \
    " min(f.created_s), '' FROM v_finding f WHERE f.source = 'superior'"               \
    " AND f.retired_s = 0 GROUP BY f.unit_id, f.source_ref"                            \
    " UNION ALL SELECT DISTINCT 'round.reported', 'round', 0, s.unit_id, r.id,"        \
    " r.ended, '' FROM v_round r JOIN v_round_site s ON s.round_id = r.id"             \
    " WHERE r.state = 'done' AND r.kind IN ('once', 'scheduled'))"

enum wx_status wx_occasions_find(struct wx_tx *tx, struct wx_arena *arena,
                                 uint32_t limit, struct wx_occasion **out, size_t *n,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "WITH " ASKED ", " HAPPENED
        " SELECT a.campaign_id, a.task_id, a.phase_id, h.unit_id, h.id, h.at_s,"
        " coalesce(d.id, 0), h.because, h.due, a.name, a.deadline, a.inclusive"
        " FROM asked a JOIN happened h ON h.event = a.event"
        " JOIN v_unit u ON u.id = h.unit_id AND u.retired_s = 0"
        " LEFT JOIN v_duty d ON d.key = a.task_id || '-u' || h.unit_id || '-' || h.id"
        " WHERE (h.campaign_id = a.campaign_id OR (h.campaign_id = 0"
        " AND h.at_s >= a.since AND EXISTS (SELECT 1 FROM v_duty m"
        " WHERE m.campaign_id = a.campaign_id AND m.unit_id = h.unit_id)))"
        " AND (d.id IS NULL OR (d.due = '' AND d.state IN ('open', 'draft',"
        " 'returned'))) ORDER BY a.task_id, h.unit_id, h.id LIMIT ?");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    wx_query_int(&q, limit < WX_MAX_OCCASIONS ? limit : WX_MAX_OCCASIONS);
    while (wx_query_next(&q)) {
        struct wx_occasion *o;

        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 16;
            *out = wx_arena_grow(arena, *out, old * sizeof **out, room * sizeof **out);
        }
        o = &(*out)[(*n)++];
        o->campaign_id = wx_query_get_int(&q);
        o->task_id = wx_query_get_int(&q);
        o->phase_id = wx_query_get_int(&q);
        o->unit_id = wx_query_get_int(&q);
        o->id = wx_query_get_int(&q);
        o->at_s = wx_query_get_int(&q);
        o->duty_id = wx_query_get_int(&q);
        o->because = wx_arena_str(arena, wx_query_get_str(&q));
        o->due = wx_arena_str(arena, wx_query_get_str(&q));
        o->name = wx_arena_str(arena, wx_query_get_str(&q));
        o->deadline = wx_arena_str(arena, wx_query_get_str(&q));
        o->is_exclusive = wx_query_get_int(&q) == 0;
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_occasion_duty(struct wx_tx *tx, const char *because, int64_t id,
                                int64_t *duty_id, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id FROM v_duty WHERE because = ? AND because_id = ?"
                     " AND state <> 'waived' AND retired_s = 0 ORDER BY id LIMIT 1");

    *duty_id = 0;
    wx_query_z(&q, because);
    wx_query_int(&q, id);
    if (wx_query_next(&q))
        *duty_id = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_tasks_of_start(struct wx_tx *tx, struct wx_arena *arena,
                                 struct wx_start_task **out, size_t *n,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "WITH " ASKED " SELECT task_id, campaign_id, since, deadline,"
                     " inclusive FROM asked WHERE event = 'campaign.started'"
                     " AND since > 0 ORDER BY task_id LIMIT 1000");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    while (wx_query_next(&q)) {
        struct wx_start_task *t;

        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 16;
            *out = wx_arena_grow(arena, *out, old * sizeof **out, room * sizeof **out);
        }
        t = &(*out)[(*n)++];
        t->task_id = wx_query_get_int(&q);
        t->campaign_id = wx_query_get_int(&q);
        t->approved_s = wx_query_get_int(&q);
        t->deadline = wx_arena_str(arena, wx_query_get_str(&q));
        t->is_exclusive = wx_query_get_int(&q) == 0;
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_notices_to_urge(struct wx_tx *tx, struct wx_arena *arena,
                                  struct wx_str today, struct wx_urged **out, size_t *n,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT n.id, n.unit_id, c.escalate_days, coalesce(n.level, 0), n.due"
            " FROM v_notice n JOIN v_campaign c ON c.id = n.campaign_id"
            " WHERE n.state IN ('sent', 'received') AND n.retired_s = 0"
            " AND n.due <> '' AND n.due < ? AND coalesce(c.escalate_days, 0) > 0"
            " AND coalesce(n.level, 0) < ? ORDER BY n.id");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    wx_query_str(&q, today);
    wx_query_int(&q, WX_MAX_URGED_LEVEL);
    while (wx_query_next(&q)) {
        struct wx_urged *u;

        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 16;
            *out = wx_arena_grow(arena, *out, old * sizeof **out, room * sizeof **out);
        }
        u = &(*out)[(*n)++];
        u->notice_id = wx_query_get_int(&q);
        u->unit_id = wx_query_get_int(&q);
        u->every_days = wx_query_get_int(&q);
        u->level = wx_query_get_int(&q);
        u->due = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}
