#include "store/office_evaluation.h"

#include "store/query.h"

struct counting {
    struct wx_tx *tx;
    int64_t campaign_id;
    struct wx_str today;
    struct wx_counted_unit *units; /* by id */
    size_t n;
};

static struct wx_counted_unit *unit_of(const struct counting *c, int64_t id)
{
    size_t low = 0, high = c->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->units[middle].id == id)
            return &c->units[middle];
        if (c->units[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static enum wx_status find_units(struct counting *c, struct wx_arena *arena,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query(c->tx, "SELECT u.id, u.name, u.kind, u.authority FROM v_unit u"
                        " WHERE u.retired_s = 0 AND u.id IN (SELECT unit_id FROM v_duty"
                        " WHERE campaign_id = ? AND retired_s = 0) ORDER BY u.id");
    size_t room = 0;

    wx_query_int(&q, c->campaign_id);
    while (wx_query_next(&q)) {
        struct wx_counted_unit *unit;

        if (c->n == room) {
            size_t old = room;

            room = old ? old * 2 : 256;
            c->units = wx_arena_grow(arena, c->units, old * sizeof *c->units,
                                     room * sizeof *c->units);
        }
        unit = &c->units[c->n++];
        *unit = (struct wx_counted_unit){.id = wx_query_get_int(&q)};
        unit->name = wx_arena_str(arena, wx_query_get_str(&q));
        unit->kind = wx_arena_str(arena, wx_query_get_str(&q));
        unit->authority = wx_arena_str(arena, wx_query_get_str(&q));
        unit->counts.spot_score_x100 = -1;
        unit->counts.management_x100 = -1;
    }
    return wx_query_end(&q, err);
}

/*
 * One statement of sums by unit, into members of the counts by their offsets. ?1 is the
 * campaign, ?2 today.
 */
enum { MOST_SUMS = 7 };
struct sums {
    const char *sql;
    size_t at[MOST_SUMS];
    size_t n;
};
#define AT(member) offsetof(struct wx_unit_counts, member)
#define NOTABLE                                                                        \
    "f.retired_s = 0 AND f.certainty IN ('twice', 'person')"                           \
    " AND f.verdict <> 'not_determined' AND f.state NOT IN ('closed', 'dismissed')"
#define LATE_NOW                                                                       \
    "(d.first_submitted = '' AND d.state IN ('open', 'draft', 'returned')"             \
    " AND d.due <> '' AND d.due < ?2 AND d.paused_on = '')"
/* only those statements name ?2 that need it; the others test it in vain */
#define BOTH "?1 > 0 AND ?2 <> '' AND "

static const struct sums all_sums[] = {
    {"SELECT s.unit_id, count(*),"
     " sum(l.status IN ('inspected', 'partly', 'elsewhere', 'parked')),"
     " sum(l.status IN ('blocked', 'denied')) FROM v_site s LEFT JOIN"
     " (SELECT site_id, status, max(round_id) FROM v_round_site WHERE status NOT IN"
     " ('waiting', 'running') GROUP BY site_id) l ON l.site_id = s.id"
     " WHERE " BOTH "s.retired_s = 0 AND s.state NOT IN ('closed', 'merged')"
     " GROUP BY s.unit_id",
     {AT(n_sites), AT(n_sites_determined), AT(n_sites_blocked)},
     3},
    {"SELECT f.unit_id, sum(f.severity = 'critical'), sum(f.severity = 'high'),"
     " sum(f.severity = 'medium'), sum(f.severity = 'low'),"
     " sum(f.source = 'incident') FROM v_finding f WHERE " BOTH NOTABLE
     " GROUP BY f.unit_id",
     {AT(n_critical), AT(n_high), AT(n_medium), AT(n_low), AT(n_incidents)},
     5},
    {"SELECT d.unit_id, count(*), sum(d.first_submitted <> ''),"
     " sum(d.late_days > 0 OR " LATE_NOW "), sum(d.n_returned)"
     " FROM v_duty d JOIN v_task t ON t.id = d.task_id WHERE d.campaign_id = ?1"
     " AND d.retired_s = 0 AND d.state <> 'waived' AND t.counts_as = 'report'"
     " GROUP BY d.unit_id",
     {AT(n_reports), AT(n_reports_in), AT(n_reports_late), AT(n_reports_returned)},
     4},
    {"SELECT d.unit_id, count(*), sum(d.late_days > 0 OR " LATE_NOW "),"
     " sum(d.late_days + CASE WHEN " LATE_NOW " THEN cast(julianday(?2)"
     " - julianday(d.due) AS INTEGER) ELSE 0 END) FROM v_duty d"
     " WHERE d.campaign_id = ?1 AND d.retired_s = 0 AND d.state <> 'waived'"
     " GROUP BY d.unit_id",
     {AT(n_duties), AT(n_duties_late), AT(n_late_days)},
     3},
    {"SELECT d.unit_id, sum(d.points_x100) * 10000 / sum(d.of_x100) FROM v_duty d"
     " WHERE d.campaign_id = ?1 AND ?2 <> '' AND d.retired_s = 0 AND d.of_x100 > 0"
     " AND d.state IN ('submitted', 'accepted') GROUP BY d.unit_id",
     {AT(management_x100)},
     1},
    {"SELECT n.unit_id, sum(n.late_days > 0 OR (n.state IN ('sent', 'received')"
     " AND n.due <> '' AND n.due < ?2)) FROM v_notice n WHERE n.campaign_id = ?1"
     " AND n.retired_s = 0 AND n.state <> 'cancelled' GROUP BY n.unit_id",
     {AT(n_feedback_late)},
     1},
    {"SELECT r.unit_id, count(*), sum(r.state = 'verified'), sum(r.state = 'open'"
     " OR (r.state = 'planned' AND r.plan_due < ?2)), sum(r.n_regressed)"
     " FROM v_rectification r WHERE r.campaign_id = ?1 AND r.notice_id <> 0"
     " AND r.told <> 0 AND r.retired_s = 0 AND r.state <> 'withdrawn'"
     " GROUP BY r.unit_id",
     {AT(n_items), AT(n_items_fixed), AT(n_items_open), AT(n_items_regressed)},
     4},
    {"SELECT c.unit_id, count(*) FROM v_contradiction c WHERE " BOTH
     "c.state = 'open' AND c.retired_s = 0 GROUP BY c.unit_id",
     {AT(n_contradictions)},
     1},
    {"SELECT y.unit_id, count(*) FROM v_system y WHERE " BOTH "y.retired_s = 0"
     " AND (y.is_key = 1 OR y.grade IN ('3', '4', '5')) GROUP BY y.unit_id",
     {AT(n_important)},
     1},
    {"SELECT k.unit_id, count(*), sum(k.score) * 100 / count(*) FROM v_spot_check k"
     " WHERE k.campaign_id = ?1 AND ?2 <> '' AND k.state = 'signed'"
     " AND k.retired_s = 0 GROUP BY k.unit_id",
     {AT(n_spot_checks), AT(spot_score_x100)},
     2},
};

static enum wx_status add_sums(struct counting *c, const struct sums *sums,
                               struct wx_err *err)
{
    struct wx_query q = wx_query(c->tx, sums->sql);

    wx_query_int(&q, c->campaign_id);
    wx_query_str(&q, c->today);
    while (wx_query_next(&q)) {
        struct wx_counted_unit *unit = unit_of(c, wx_query_get_int(&q));

        for (size_t i = 0; i < sums->n; i++) {
            int64_t v = wx_query_get_int(&q);

            if (unit)
                memcpy((char *)&unit->counts + sums->at[i], &v, sizeof v);
        }
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_units_count(struct wx_tx *tx, struct wx_arena *arena,
                              int64_t campaign_id, struct wx_str today,
                              struct wx_counted_unit **out, size_t *n,
                              struct wx_err *err)
{
    struct counting c = {.tx = tx, .campaign_id = campaign_id, .today = today};
    enum wx_status status = find_units(&c, arena, err);

    for (size_t i = 0; !status && i < sizeof all_sums / sizeof *all_sums; i++)
        status = add_sums(&c, &all_sums[i], err);
    *out = c.units;
    *n = c.n;
    return status;
}

/* ---- draws ---- */

enum wx_status wx_draw_line_add(struct wx_tx *tx, int64_t draw_id,
                                const struct wx_draw_line *line, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO draw_line (draw_id, unit_id, rank, score_x100,"
                     " reasons, stratum, lot, lot_rank, proposed)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

    wx_query_int(&q, draw_id);
    wx_query_int(&q, line->unit_id);
    wx_query_int(&q, line->rank);
    wx_query_int(&q, line->score_x100);
    wx_query_str(&q, line->reasons);
    wx_query_str(&q, line->stratum);
    wx_query_str(&q, line->lot);
    wx_query_int(&q, line->lot_rank);
    wx_query_str(&q, line->proposed);
    return wx_query_run(&q, err);
}

enum wx_status wx_draw_lines(struct wx_tx *tx, struct wx_arena *arena, int64_t draw_id,
                             struct wx_draw_line **out, size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT l.unit_id, l.rank, l.score_x100, l.lot_rank, l.is_chosen,"
            " l.reasons, l.stratum, l.lot, l.proposed, l.reason, coalesce(u.name, '')"
            " FROM draw_line l LEFT JOIN v_unit u ON u.id = l.unit_id"
            " WHERE l.draw_id = ? ORDER BY l.rank");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    wx_query_int(&q, draw_id);
    while (wx_query_next(&q)) {
        struct wx_draw_line *line;

        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 256;
            *out = wx_arena_grow(arena, *out, old * sizeof **out, room * sizeof **out);
        }
        line = &(*out)[(*n)++];
        line->unit_id = wx_query_get_int(&q);
        line->rank = wx_query_get_int(&q);
        line->score_x100 = wx_query_get_int(&q);
        line->lot_rank = wx_query_get_int(&q);
        line->is_chosen = wx_query_get_int(&q);
        line->reasons = wx_arena_str(arena, wx_query_get_str(&q));
        line->stratum = wx_arena_str(arena, wx_query_get_str(&q));
        line->lot = wx_arena_str(arena, wx_query_get_str(&q));
        line->proposed = wx_arena_str(arena, wx_query_get_str(&q));
        line->reason = wx_arena_str(arena, wx_query_get_str(&q));
        line->unit = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_draw_line_choose(struct wx_tx *tx, int64_t draw_id, int64_t unit_id,
                                   bool is_chosen, struct wx_str reason,
                                   struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "UPDATE draw_line SET is_chosen = ?, reason = ?"
                                     " WHERE draw_id = ? AND unit_id = ?");

    wx_query_int(&q, is_chosen);
    wx_query_str(&q, reason);
    wx_query_int(&q, draw_id);
    wx_query_int(&q, unit_id);
    return wx_query_run(&q, err);
}

/* ---- performance ---- */

enum wx_status wx_performance_rows(struct wx_tx *tx, struct wx_arena *arena,
                                   struct wx_performance_row **out, size_t *n,
                                   bool *is_cut, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT a.unit_id, a.campaign_id, a.id, a.score_x100, a.coverage,"
            " a.has_score, u.name, c.name, c.begins, a.state, a.grade"
            " FROM v_appraisal a JOIN v_unit u ON u.id = a.unit_id"
            " JOIN v_campaign c ON c.id = a.campaign_id"
            " WHERE a.retired_s = 0 AND a.state <> 'draft' AND NOT EXISTS (SELECT 1"
            " FROM v_appraisal b WHERE b.unit_id = a.unit_id AND b.campaign_id ="
            " a.campaign_id AND b.state <> 'draft' AND b.retired_s = 0 AND b.id > a.id)"
            " ORDER BY u.name, u.id, c.begins, c.id");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    *is_cut = false;
    while (!*is_cut && wx_query_next(&q)) {
        struct wx_performance_row *row;

        if (*n == WX_MAX_PERFORMANCE_ROWS) {
            *is_cut = true;
            break;
        }
        if (*n == room) {
            size_t old = room;

            room = old ? old * 2 : 256;
            *out = wx_arena_grow(arena, *out, old * sizeof **out, room * sizeof **out);
        }
        row = &(*out)[(*n)++];
        row->unit_id = wx_query_get_int(&q);
        row->campaign_id = wx_query_get_int(&q);
        row->appraisal_id = wx_query_get_int(&q);
        row->score_x100 = wx_query_get_int(&q);
        row->coverage = wx_query_get_int(&q);
        row->has_score = wx_query_get_int(&q);
        row->unit = wx_arena_str(arena, wx_query_get_str(&q));
        row->campaign = wx_arena_str(arena, wx_query_get_str(&q));
        row->begins = wx_arena_str(arena, wx_query_get_str(&q));
        row->state = wx_arena_str(arena, wx_query_get_str(&q));
        row->grade = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

/* ---- bulletins ---- */

/* unit, its name, site, its name, how many, why. ?1 campaign, ?2 today. */
static const struct {
    const char *measure, *sql;
} bulletins[] = {
    /* serious findings that were told and are still there after their day or after the
     * unit said that they were mended */
    {"serious_after_check",
     "SELECT r.unit_id, u.name, r.site_id, coalesce(s.name, ''), count(*),"
     " group_concat(DISTINCT r.name) FROM v_rectification r"
     " JOIN v_unit u ON u.id = r.unit_id LEFT JOIN v_site s ON s.id = r.site_id"
     " LEFT JOIN v_notice n ON n.id = r.notice_id WHERE r.campaign_id = ?1"
     " AND r.told <> 0 AND r.retired_s = 0 AND r.severity IN ('critical', 'high')"
     " AND r.state IN ('open', 'planned') AND (r.n_regressed > 0"
     " OR r.verdict = 'not_fixed' OR (n.due <> '' AND n.due < ?2))"
     " GROUP BY r.unit_id, r.site_id ORDER BY count(*) DESC, r.unit_id"},
    {"unregistered_bad_influence",
     "SELECT f.unit_id, u.name, f.site_id, coalesce(s.name, ''), count(*),"
     " group_concat(DISTINCT f.title) FROM v_finding f"
     " JOIN v_unit u ON u.id = f.unit_id JOIN v_site s ON s.id = f.site_id"
     " WHERE ?2 <> '' AND " NOTABLE " AND f.category IN ('hidden_link',"
     " 'injected_code', 'seo_spam', 'defaced', 'content') AND s.icp = ''"
     " AND f.unit_id IN (SELECT unit_id FROM v_duty WHERE campaign_id = ?1)"
     " GROUP BY f.unit_id, f.site_id ORDER BY count(*) DESC, f.unit_id"},
    /* not conforming: what was looked at again and is still there, and what nobody
     * answered for when its day was over */
    {"review_failed",
     "SELECT r.unit_id, u.name, r.site_id, coalesce(s.name, ''), count(*) AS n,"
     " group_concat(DISTINCT r.verdict_note) FROM v_rectification r"
     " JOIN v_unit u ON u.id = r.unit_id LEFT JOIN v_site s ON s.id = r.site_id"
     " WHERE r.campaign_id = ?1 AND r.told <> 0 AND r.retired_s = 0"
     " AND r.verdict = 'not_fixed' AND r.state <> 'verified'"
     " GROUP BY r.unit_id, r.site_id UNION ALL"
     " SELECT n.unit_id, u.name, 0, '', n.n_items, n.number FROM v_notice n"
     " JOIN v_unit u ON u.id = n.unit_id WHERE n.campaign_id = ?1 AND n.told <> 0"
     " AND n.retired_s = 0 AND n.state IN ('sent', 'received')"
     " AND n.first_answered = '' AND n.due <> '' AND n.due < ?2"
     " ORDER BY n DESC, 1"},
    {"result",
     "SELECT a.unit_id, u.name, 0, '', a.score_x100, a.grade FROM v_appraisal a"
     " JOIN v_unit u ON u.id = a.unit_id WHERE a.campaign_id = ?1 AND ?2 <> ''"
     " AND a.state = 'final' AND a.retired_s = 0"
     " ORDER BY a.has_score = 1 DESC, a.score_x100 DESC, a.unit_id"},
};

enum wx_status wx_bulletin_json(struct wx_tx *tx, int64_t campaign_id,
                                struct wx_str measure, struct wx_str today,
                                struct wx_json *out, struct wx_err *err)
{
    struct wx_query q;
    size_t i = 0, n = sizeof bulletins / sizeof *bulletins;

    while (i < n && !wx_str_eqz(measure, bulletins[i].measure))
        i++;
    if (i == n)
        return wx_fail(err, WX_E_INVALID, "a bulletin has no criterion '%.*s'",
                       WX_STR_ARG(measure));
    q = wx_query(tx, bulletins[i].sql);
    wx_query_int(&q, campaign_id);
    wx_query_str(&q, today);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "unit_id", wx_query_get_int(&q));
        wx_json_kstr(out, "unit", wx_query_get_str(&q));
        wx_json_kint(out, "site_id", wx_query_get_int(&q));
        wx_json_kstr(out, "site", wx_query_get_str(&q));
        wx_json_kint(out, "n", wx_query_get_int(&q));
        wx_json_kstr(out, "why", wx_query_get_str(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}
