#include "store/office_summary.h"

#include "store/query.h"

/* ---- lists in an arena ---- */

static void *one_more(struct wx_arena *arena, void *rows, size_t n, size_t bytes)
{
    /* room doubles: it is full whenever n is a power of two */
    if (n < 64 ? n == 0 : (n & (n - 1)) == 0)
        rows = wx_arena_grow(arena, rows, n * bytes, (n < 64 ? 64 : n * 2) * bytes);
    return rows;
}

/* ---- by unit ---- */

#define OF_CAMPAIGN                                                                    \
    "(SELECT unit_id FROM v_duty WHERE campaign_id = ?1 AND retired_s = 0)"
#define SITE_COUNTS "s.retired_s = 0 AND s.state NOT IN ('closed', 'merged')"
#define PROBLEM                                                                        \
    "f.retired_s = 0 AND f.verdict IN ('fail', 'suspected') AND f.state <> "           \
    "'dismissed'"
#define LEFT_OVER "f.state <> 'closed' AND f.severity IN ('critical', 'high', 'medium')"
#define MENDED "f.state IN ('fixed', 'closed')"
/* as a progress counts it (office_reminder.c) */
#define LATE_NOW                                                                       \
    "(d.state IN ('open', 'draft', 'returned') AND d.due <> '' AND d.due < ?2"         \
    " AND d.paused_on = '')"
/* findings on sites that count; a unit's own are those on its sites */
#define PROBLEMS_OF_CAMPAIGN                                                           \
    " FROM v_finding f JOIN v_site s ON s.id = f.site_id WHERE " PROBLEM               \
    " AND " SITE_COUNTS " AND s.unit_id IN " OF_CAMPAIGN

struct unit_list {
    struct wx_tx *tx;
    int64_t campaign_id;
    struct wx_str today;
    struct wx_unit_sums *at;
    size_t n;
};

static struct wx_unit_sums *unit_of(const struct unit_list *list, int64_t id)
{
    size_t low = 0, high = list->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (list->at[middle].id == id)
            return &list->at[middle];
        if (list->at[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static enum wx_status find_units(struct unit_list *list, struct wx_arena *arena,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(
        list->tx, "SELECT u.id, u.name, u.kind FROM v_unit u WHERE u.retired_s = 0"
                  " AND u.id IN " OF_CAMPAIGN " ORDER BY u.id");

    wx_query_int(&q, list->campaign_id);
    while (wx_query_next(&q)) {
        list->at = one_more(arena, list->at, list->n, sizeof *list->at);
        list->at[list->n] = (struct wx_unit_sums){.id = wx_query_get_int(&q)};
        list->at[list->n].name = wx_arena_str(arena, wx_query_get_str(&q));
        list->at[list->n++].kind = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

/* A statement whose first column is the unit, the others go to members by offset. ?1 is
 * the campaign, ?2 today. */
enum { MOST_SUMS = 6 };
#define AT(member) offsetof(struct wx_unit_sums, member)
#define BOTH "?1 > 0 AND ?2 <> '' AND "
static const struct {
    const char *sql;
    size_t at[MOST_SUMS], n;
} unit_sums[] = {
    {"SELECT s.unit_id, count(*), sum(s.has_icp = 1 OR s.icp <> ''),"
     " sum(s.grade IN ('1', '2', '3', '4', '5')), sum(s.grade IN ('3', '4', '5')),"
     " sum(s.unified_label = 1), sum(s.opening_review = 1) FROM v_site s"
     " WHERE " BOTH SITE_COUNTS " GROUP BY s.unit_id",
     {AT(n_sites), AT(n_icp), AT(n_graded), AT(n_graded_high), AT(n_labelled),
      AT(n_reviewed)},
     6},
    {"SELECT s.unit_id, count(*), sum(" MENDED "), sum(NOT " MENDED
     " AND f.severity IN ('critical', 'high')), sum(f.last_result ="
     " 'not_determined'), sum(f.regressed > 0), count(DISTINCT CASE WHEN " LEFT_OVER
     " THEN f.site_id END)" PROBLEMS_OF_CAMPAIGN " AND ?2 <> '' GROUP BY s.unit_id",
     {AT(n_findings), AT(n_fixed), AT(n_serious), AT(n_undetermined), AT(n_regressed),
      AT(n_vulnerable)},
     6},
    {"SELECT d.unit_id, count(*), sum(d.late_days > 0 OR " LATE_NOW "), sum(" LATE_NOW
     "), max(CASE WHEN " LATE_NOW " THEN cast(julianday(?2) -"
     " julianday(d.due) AS INTEGER) ELSE 0 END) FROM v_duty d WHERE d.campaign_id = ?1"
     " AND d.retired_s = 0 AND d.state <> 'waived' GROUP BY d.unit_id",
     {AT(n_duties), AT(n_late), AT(n_late_now), AT(days_late_now)},
     4},
    {"SELECT n.unit_id, count(*), sum(n.first_answered = '' AND n.state IN ('sent',"
     " 'received')), max(n.level) FROM v_notice n WHERE n.campaign_id = ?1"
     " AND ?2 <> '' AND n.retired_s = 0 AND n.told <> 0 AND n.state <> 'cancelled'"
     " GROUP BY n.unit_id",
     {AT(n_notices), AT(n_unanswered), AT(level)},
     3},
    {"SELECT r.unit_id, count(*), sum(r.verdict NOT IN ('', 'none')),"
     " sum(r.verdict = 'not_fixed') FROM v_rectification r WHERE r.campaign_id = ?1"
     " AND ?2 <> '' AND r.retired_s = 0 AND r.state <> 'withdrawn' GROUP BY r.unit_id",
     {AT(n_items), AT(n_verdicts), AT(n_failed)},
     3},
};

static enum wx_status add_sums(struct unit_list *list, size_t k, struct wx_err *err)
{
    struct wx_query q = wx_query(list->tx, unit_sums[k].sql);

    wx_query_int(&q, list->campaign_id);
    wx_query_str(&q, list->today);
    while (wx_query_next(&q)) {
        struct wx_unit_sums *unit = unit_of(list, wx_query_get_int(&q));

        for (size_t i = 0; unit && i < unit_sums[k].n; i++)
            *(int64_t *)(void *)((char *)unit + unit_sums[k].at[i]) =
                wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

/* The last row of a unit is what stands. */
static enum wx_status add_texts(struct unit_list *list, struct wx_arena *arena,
                                const char *sql, size_t at, struct wx_err *err)
{
    struct wx_query q = wx_query(list->tx, sql);

    wx_query_int(&q, list->campaign_id);
    while (wx_query_next(&q)) {
        struct wx_unit_sums *unit = unit_of(list, wx_query_get_int(&q));

        if (unit)
            *(struct wx_str *)(void *)((char *)unit + at) =
                wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_sum_units(struct wx_tx *tx, struct wx_arena *arena,
                            int64_t campaign_id, struct wx_str today,
                            struct wx_unit_sums **out, size_t *n, struct wx_err *err)
{
    struct unit_list list = {.tx = tx, .campaign_id = campaign_id, .today = today};
    enum wx_status status = find_units(&list, arena, err);

    for (size_t k = 0; !status && k < sizeof unit_sums / sizeof *unit_sums; k++)
        status = add_sums(&list, k, err);
    if (!status)
        status = add_texts(&list, arena,
                           "SELECT unit_id, number FROM v_notice WHERE campaign_id = ?"
                           " AND retired_s = 0 AND number <> '' AND state <>"
                           " 'cancelled' ORDER BY id",
                           AT(number), err);
    if (!status)
        status = add_texts(&list, arena,
                           "SELECT unit_id, grade FROM v_appraisal WHERE campaign_id"
                           " = ? AND retired_s = 0 ORDER BY evaluation_id, id",
                           AT(grade), err);
    *out = list.at;
    *n = list.n;
    return status;
}

/* ---- tasks, categories, kinds ---- */

enum wx_status wx_sum_tasks(struct wx_tx *tx, struct wx_arena *arena,
                            int64_t campaign_id, struct wx_task_sums **out, size_t *n,
                            struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT t.id, t.name, t.due, coalesce(sum(d.state <> 'waived'), 0),"
            " coalesce(sum(d.state <> 'waived' AND d.first_submitted <> '' AND"
            " d.late_days = 0), 0), coalesce(sum(d.state <> 'waived' AND"
            " d.first_submitted <> '' AND d.late_days > 0), 0),"
            " coalesce(sum(d.state <> 'waived' AND d.first_submitted = ''), 0)"
            " FROM v_task t LEFT JOIN v_duty d ON d.task_id = t.id AND d.retired_s = 0"
            " WHERE t.campaign_id = ? AND t.retired_s = 0 GROUP BY t.id"
            " ORDER BY t.ordinal, t.id");

    *out = NULL;
    *n = 0;
    wx_query_int(&q, campaign_id);
    while (wx_query_next(&q)) {
        struct wx_task_sums *task;

        *out = one_more(arena, *out, *n, sizeof **out);
        task = &(*out)[(*n)++];
        task->id = wx_query_get_int(&q);
        task->name = wx_arena_str(arena, wx_query_get_str(&q));
        task->due = wx_arena_str(arena, wx_query_get_str(&q));
        task->n_due = wx_query_get_int(&q);
        task->n_done = wx_query_get_int(&q);
        task->n_late = wx_query_get_int(&q);
        task->n_open = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

/* Rows of a word and three numbers; ?1: ID. */
static enum wx_status words(struct wx_tx *tx, struct wx_arena *arena, const char *sql,
                            int64_t id, struct wx_word_sum **out, size_t *n,
                            struct wx_err *err)
{
    struct wx_query q = wx_query(tx, sql);

    *out = NULL;
    *n = 0;
    wx_query_int(&q, id);
    while (wx_query_next(&q)) {
        struct wx_word_sum *row;

        *out = one_more(arena, *out, *n, sizeof **out);
        row = &(*out)[(*n)++];
        row->word = wx_arena_str(arena, wx_query_get_str(&q));
        row->n = wx_query_get_int(&q);
        row->n_left = wx_query_get_int(&q);
        row->n_sites = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_sum_categories(struct wx_tx *tx, struct wx_arena *arena,
                                 int64_t campaign_id, struct wx_word_sum **out,
                                 size_t *n, struct wx_err *err)
{
    return words(tx, arena,
                 "SELECT f.category, count(*), sum(f.state <> 'closed'),"
                 " count(DISTINCT f.site_id)" PROBLEMS_OF_CAMPAIGN
                 " GROUP BY f.category ORDER BY count(*) DESC, f.category",
                 campaign_id, out, n, err);
}

enum wx_status wx_sum_site_kinds(struct wx_tx *tx, struct wx_arena *arena,
                                 int64_t campaign_id, struct wx_word_sum **out,
                                 size_t *n, struct wx_err *err)
{
    return words(tx, arena,
                 "SELECT s.kind, count(*), sum(EXISTS (SELECT 1 FROM v_finding f WHERE"
                 " f.site_id = s.id AND " PROBLEM " AND " LEFT_OVER ")), count(*)"
                 " FROM v_site s WHERE " SITE_COUNTS " AND s.unit_id IN " OF_CAMPAIGN
                 " GROUP BY s.kind ORDER BY count(*) DESC, s.kind",
                 campaign_id, out, n, err);
}

/* ---- who is late; what happened in a period ---- */

enum wx_status wx_sum_late(struct wx_tx *tx, struct wx_arena *arena,
                           int64_t campaign_id, struct wx_str today,
                           struct wx_late_duty **out, size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT d.unit_id, u.name, d.name, coalesce(s.name, ''), d.due,"
            " d.state, cast(julianday(?2) - julianday(d.due) AS INTEGER),"
            " d.n_returned FROM v_duty d JOIN v_unit u ON u.id = d.unit_id"
            " LEFT JOIN v_site s ON s.id = d.site_id WHERE d.campaign_id = ?1"
            " AND d.retired_s = 0 AND " LATE_NOW " ORDER BY d.due, d.unit_id, d.id");

    *out = NULL;
    *n = 0;
    wx_query_int(&q, campaign_id);
    wx_query_str(&q, today);
    while (wx_query_next(&q)) {
        struct wx_late_duty *row;

        *out = one_more(arena, *out, *n, sizeof **out);
        row = &(*out)[(*n)++];
        row->unit_id = wx_query_get_int(&q);
        row->unit = wx_arena_str(arena, wx_query_get_str(&q));
        row->task = wx_arena_str(arena, wx_query_get_str(&q));
        row->site = wx_arena_str(arena, wx_query_get_str(&q));
        row->due = wx_arena_str(arena, wx_query_get_str(&q));
        row->state = wx_arena_str(arena, wx_query_get_str(&q));
        row->days = wx_query_get_int(&q);
        row->n_returned = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

static const struct {
    const char *sql;
    size_t at;
} period_sums[] = {
#define P(member, sql)                                                                 \
    {                                                                                  \
        sql, offsetof(struct wx_period_sums, member)                                   \
    }
#define WITHIN(column) column " >= ?2 AND " column " < ?3"
    P(n_submitted, "SELECT count(*) FROM v_duty_submission b JOIN v_duty d ON d.id ="
                   " b.duty_id WHERE d.campaign_id = ?1 AND " WITHIN("b.at_s")),
    P(n_accepted, "SELECT count(*) FROM v_duty d WHERE d.campaign_id = ?1 AND d.state ="
                  " 'accepted' AND " WITHIN("d.decided")),
    P(n_returned_duties, "SELECT count(*) FROM v_duty d WHERE d.campaign_id = ?1 AND"
                         " d.state = 'returned' AND " WITHIN("d.decided")),
    P(n_found, "SELECT count(*)" PROBLEMS_OF_CAMPAIGN " AND " WITHIN("f.first_seen")),
    P(n_closed, "SELECT count(*)" PROBLEMS_OF_CAMPAIGN
                " AND f.state = 'closed' AND " WITHIN("f.closed")),
    P(n_incidents, "SELECT count(*)" PROBLEMS_OF_CAMPAIGN
                   " AND f.source = 'incident' AND " WITHIN("f.first_seen")),
    P(n_notices, "SELECT count(*) FROM v_notice n WHERE n.campaign_id = ?1 AND n.state"
                 " <> 'cancelled' AND " WITHIN("n.told")),
    P(n_answers, "SELECT count(*) FROM v_notice n WHERE n.campaign_id = ?1 AND n.state"
                 " <> 'cancelled' AND " WITHIN("n.answered")),
    P(n_verdicts, "SELECT count(*) FROM v_rectification r WHERE r.campaign_id = ?1 AND"
                  " r.verdict NOT IN ('', 'none') AND " WITHIN("r.verdict_at")),
#undef P
};

enum wx_status wx_sum_period(struct wx_tx *tx, int64_t campaign_id, int64_t from_s,
                             int64_t until_s, struct wx_period_sums *out,
                             struct wx_err *err)
{
    enum wx_status status = WX_OK;

    *out = (struct wx_period_sums){0};
    for (size_t i = 0; !status && i < sizeof period_sums / sizeof *period_sums; i++) {
        struct wx_query q = wx_query(tx, period_sums[i].sql);

        wx_query_int(&q, campaign_id);
        wx_query_int(&q, from_s);
        wx_query_int(&q, until_s);
        if (wx_query_next(&q))
            *(int64_t *)(void *)((char *)out + period_sums[i].at) =
                wx_query_get_int(&q);
        status = wx_query_end(&q, err);
    }
    return status;
}

/* ---- a round ---- */

/* by what was seen then: a later round says nothing of this one, a false alarm does */
#define SEEN_BY                                                                        \
    " FROM v_sighting g JOIN v_finding f ON f.id = g.finding_id WHERE g.round_id = ?1" \
    " AND g.result IN ('new', 'again', 'regressed') AND g.verdict IN ('fail', "        \
    "'suspected') AND f.retired_s"                                                     \
    " = 0 AND f.state <> 'dismissed'"

enum wx_status wx_sum_round_units(struct wx_tx *tx, struct wx_arena *arena,
                                  int64_t round_id, struct wx_round_sums **out,
                                  size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT g.unit_id, count(*), sum(g.severity = 'critical'), sum(g.severity"
            " = 'high'), sum(g.severity = 'medium'), sum(g.severity = 'low'),"
            " count(DISTINCT g.site_id)" SEEN_BY " GROUP BY g.unit_id");

    *out = NULL;
    *n = 0;
    wx_query_int(&q, round_id);
    while (wx_query_next(&q)) {
        struct wx_round_sums *row;

        *out = one_more(arena, *out, *n, sizeof **out);
        row = &(*out)[(*n)++];
        row->unit_id = wx_query_get_int(&q);
        row->n_findings = wx_query_get_int(&q);
        row->n_critical = wx_query_get_int(&q);
        row->n_high = wx_query_get_int(&q);
        row->n_medium = wx_query_get_int(&q);
        row->n_low = wx_query_get_int(&q);
        row->n_sites = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_sum_round_categories(struct wx_tx *tx, struct wx_arena *arena,
                                       int64_t round_id, struct wx_word_sum **out,
                                       size_t *n, struct wx_err *err)
{
    return words(tx, arena,
                 "SELECT f.category, count(*), count(*), count(DISTINCT"
                 " g.site_id)" SEEN_BY
                 " GROUP BY f.category ORDER BY count(*) DESC, f.category",
                 round_id, out, n, err);
}

enum wx_status wx_sum_spot_checks(struct wx_tx *tx, int64_t campaign_id, int64_t *n,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT count(*) FROM v_spot_check WHERE"
                                     " campaign_id = ? AND retired_s = 0");

    wx_query_int(&q, campaign_id);
    *n = wx_query_next(&q) ? wx_query_get_int(&q) : 0;
    return wx_query_end(&q, err);
}
