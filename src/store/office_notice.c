#include "store/office_notice.h"

#include "store/query.h"

#define SEVERITY(column)                                                               \
    "CASE " column " WHEN 'critical' THEN 4 WHEN 'high' THEN 3 WHEN 'medium' THEN 2"   \
    " WHEN 'low' THEN 1 ELSE 0 END"

static void *grow(struct wx_arena *arena, void *at, size_t n, size_t *room, size_t size)
{
    size_t old = *room;

    if (n < old)
        return at;
    *room = old ? old * 2 : 64;
    return wx_arena_grow(arena, at, old * size, *room * size);
}

enum wx_status wx_notifiable_find(struct wx_tx *tx, struct wx_arena *arena,
                                  int64_t campaign_id, int64_t unit_id,
                                  struct wx_str least, struct wx_notifiable **out,
                                  size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "SELECT f.id, f.unit_id, f.site_id, f.title, f.severity, f.url"
        " FROM v_finding f WHERE f.state IN ('open', 'confirmed', 'fixing')"
        " AND f.retired_s = 0 AND f.certainty IN ('twice', 'person')"
        " AND f.verdict <> 'not_determined'"
        " AND f.unit_id IN (SELECT unit_id FROM v_duty WHERE campaign_id = ?1)"
        " AND (?2 = 0 OR f.unit_id = ?2) AND " SEVERITY("f.severity") " >= " SEVERITY(
            "?3") " AND NOT EXISTS (SELECT 1 FROM v_rectification r"
                  " WHERE r.finding_id = f.id AND r.retired_s = 0"
                  " AND r.state IN ('open', 'answered', 'planned'))"
                  " ORDER BY f.unit_id, " SEVERITY("f.severity") " DESC, f.id");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    wx_query_int(&q, campaign_id);
    wx_query_int(&q, unit_id);
    wx_query_str(&q, least);
    while (wx_query_next(&q)) {
        struct wx_notifiable *one;

        *out = grow(arena, *out, *n, &room, sizeof **out);
        one = &(*out)[(*n)++];
        one->finding_id = wx_query_get_int(&q);
        one->unit_id = wx_query_get_int(&q);
        one->site_id = wx_query_get_int(&q);
        one->title = wx_arena_str(arena, wx_query_get_str(&q));
        one->severity = wx_arena_str(arena, wx_query_get_str(&q));
        one->url = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_notice_items(struct wx_tx *tx, struct wx_arena *arena,
                               int64_t notice_id, struct wx_item_row **out, size_t *n,
                               struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT id, unit_id, finding_id, n_regressed, state, verdict"
            " FROM v_rectification WHERE notice_id = ? AND retired_s = 0 ORDER BY id");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    wx_query_int(&q, notice_id);
    while (wx_query_next(&q)) {
        struct wx_item_row *one;

        *out = grow(arena, *out, *n, &room, sizeof **out);
        one = &(*out)[(*n)++];
        one->id = wx_query_get_int(&q);
        one->unit_id = wx_query_get_int(&q);
        one->finding_id = wx_query_get_int(&q);
        one->n_regressed = wx_query_get_int(&q);
        one->state = wx_arena_str(arena, wx_query_get_str(&q));
        one->verdict = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_item_of_finding(struct wx_tx *tx, int64_t finding_id, int64_t *id,
                                  struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id FROM v_rectification WHERE finding_id = ?"
                     " AND retired_s = 0 AND state IN ('open', 'answered', 'planned')"
                     " ORDER BY id DESC LIMIT 1");

    *id = 0;
    wx_query_int(&q, finding_id);
    if (wx_query_next(&q))
        *id = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}

/* ---- by the clock ---- */

static enum wx_status take_items(struct wx_query *q, struct wx_arena *arena,
                                 struct wx_clock_item **out, size_t *n,
                                 struct wx_err *err)
{
    size_t room = 0;

    *out = NULL;
    *n = 0;
    while (wx_query_next(q)) {
        struct wx_clock_item *one;

        *out = grow(arena, *out, *n, &room, sizeof **out);
        one = &(*out)[(*n)++];
        one->id = wx_query_get_int(q);
        one->unit_id = wx_query_get_int(q);
        one->notice_id = wx_query_get_int(q);
        one->finding_id = wx_query_get_int(q);
        one->round_id = wx_query_get_int(q);
        one->word = wx_arena_str(arena, wx_query_get_str(q));
    }
    return wx_query_end(q, err);
}

enum wx_status wx_items_regressed(struct wx_tx *tx, struct wx_arena *arena,
                                  struct wx_clock_item **out, size_t *n,
                                  struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT r.id, r.unit_id, r.notice_id, r.finding_id, f.round_last,"
                     " f.state FROM v_rectification r JOIN v_finding f"
                     " ON f.id = r.finding_id WHERE r.state = 'verified'"
                     " AND r.verdict IN ('fixed', 'page_gone') AND r.retired_s = 0"
                     " AND f.state IN ('open', 'confirmed', 'fixing')"
                     /* a later rectification is about it already */
                     " AND NOT EXISTS (SELECT 1 FROM v_rectification l"
                     " WHERE l.finding_id = r.finding_id AND l.id > r.id"
                     " AND l.retired_s = 0 AND l.state <> 'withdrawn')");

    return take_items(&q, arena, out, n, err);
}

enum wx_status wx_items_looked_at(struct wx_tx *tx, struct wx_arena *arena,
                                  struct wx_clock_item **out, size_t *n,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "SELECT r.id, r.unit_id, r.notice_id, r.finding_id, max(t.round_id), s.result"
        " FROM v_rectification r JOIN finding_retest t ON t.finding_id = r.finding_id"
        " AND t.round_id > r.retest_round JOIN v_sighting s"
        " ON s.round_id = t.round_id AND s.finding_id = r.finding_id"
        " WHERE r.state = 'answered' AND r.retired_s = 0 GROUP BY r.id");

    return take_items(&q, arena, out, n, err);
}

enum wx_status wx_notices_displaced(struct wx_tx *tx, struct wx_arena *arena,
                                    int64_t campaign_id, struct wx_clock_item **out,
                                    size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT n.id, n.unit_id, n.id, 0, 0, '' FROM v_notice n JOIN v_unit u ON"
            " u.id = n.unit_id AND u.retired_s <> 0 WHERE n.campaign_id = ? AND"
            " n.state NOT IN ('closed', 'cancelled') AND n.retired_s = 0");

    wx_query_int(&q, campaign_id);
    return take_items(&q, arena, out, n, err);
}

enum wx_status wx_notices_overdue(struct wx_tx *tx, struct wx_arena *arena,
                                  struct wx_str from, struct wx_str to,
                                  struct wx_clock_item **out, size_t *n,
                                  struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, unit_id, id, 0, 0, due FROM v_notice"
                     " WHERE state IN ('sent', 'received') AND retired_s = 0"
                     " AND due >= ? AND due < ? AND due <> ''");

    wx_query_str(&q, from);
    wx_query_str(&q, to);
    return take_items(&q, arena, out, n, err);
}

enum wx_status wx_plans_overdue(struct wx_tx *tx, struct wx_arena *arena,
                                struct wx_str from, struct wx_str to,
                                struct wx_clock_item **out, size_t *n,
                                struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, unit_id, notice_id, finding_id, 0, plan_due"
                     " FROM v_rectification WHERE state = 'planned' AND retired_s = 0"
                     " AND plan_due >= ?1 AND plan_due < ?2 AND plan_due <> ''"
                     /* steps of a plan, too: each has its day */
                     " UNION SELECT r.id, r.unit_id, r.notice_id, r.finding_id, 0,"
                     " m.value ->> '$.on' FROM v_rectification r, json_each(CASE WHEN"
                     " json_valid(r.milestones) THEN r.milestones ELSE '[]' END) m"
                     " WHERE r.state = 'planned' AND r.retired_s = 0"
                     " AND m.type = 'object' AND m.value ->> '$.on' >= ?1"
                     " AND m.value ->> '$.on' < ?2"
                     " AND ifnull(m.value ->> '$.done_on', '') = ''");

    wx_query_str(&q, from);
    wx_query_str(&q, to);
    return take_items(&q, arena, out, n, err);
}

enum wx_status wx_notices_unanswered_json(struct wx_tx *tx, int64_t campaign_id,
                                          struct wx_str today, struct wx_json *out,
                                          struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "SELECT n.id, n.number, n.unit_id, u.name, n.state, n.due,"
        " cast(julianday(?2) - julianday(n.due) AS INTEGER), n.level FROM v_notice n"
        " JOIN v_unit u ON u.id = n.unit_id WHERE n.campaign_id = ?1"
        " AND n.state IN ('sent', 'received') AND n.retired_s = 0 AND n.due <> ''"
        " AND n.due < ?2 ORDER BY n.due, n.id");

    wx_query_int(&q, campaign_id);
    wx_query_str(&q, today);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "notice_id", wx_query_get_int(&q));
        wx_json_kstr(out, "number", wx_query_get_str(&q));
        wx_json_kint(out, "unit_id", wx_query_get_int(&q));
        wx_json_kstr(out, "unit", wx_query_get_str(&q));
        wx_json_kstr(out, "state", wx_query_get_str(&q));
        wx_json_kstr(out, "due", wx_query_get_str(&q));
        wx_json_kint(out, "days", wx_query_get_int(&q));
        wx_json_kint(out, "level", wx_query_get_int(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}
