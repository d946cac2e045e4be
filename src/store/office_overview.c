#include "store/office_overview.h"

#include "base/clock.h"
#include "base/limits.h"
#include "store/query.h"

enum { WEEK_S = 7 * 86400, BEIJING_S = 8 * 3600, MONDAY_S = 3 * 86400 };

void wx_overview_sums_add(struct wx_overview_sums *to,
                          const struct wx_overview_sums *more)
{
    int64_t *a = &to->n_sites;
    const int64_t *b = &more->n_sites;

    for (size_t i = 0; i < sizeof *to / sizeof *a; i++)
        a[i] += b[i];
}

/* ---- units ---- */

/* One row a unit; the columns in the order of struct wx_overview_sums. */
#define SUMS                                                                           \
    "SELECT s.unit_id, count(*),"                                                      \
    " sum(n_found > 0 OR last_status IN ('inspected', 'partly', 'elsewhere', "         \
    "'parked')),"                                                                      \
    " sum(ifnull(n_found, 0) = 0 AND ifnull(last_status, '') NOT IN"                   \
    " ('', 'inspected', 'partly', 'elsewhere', 'parked')),"                            \
    " sum(ifnull(n_found, 0) = 0 AND ifnull(last_status, '') = ''),"                   \
    " sum(n_found > 0), sum(n_found_medium > 0), sum(n_left > 0),"                     \
    " sum(n_left_medium > 0), sum(n_found > 0 AND n_open = 0),"                        \
    " sum(n_found > 0 AND n_open + n_confirmed = 0),"                                  \
    " sum(n_found > 0 AND n_open + n_confirmed + n_fixing = 0),"                       \
    " sum(n_found > 0 AND n_left = 0),"                                                \
    " sum(n_open), sum(n_confirmed), sum(n_fixing), sum(n_fixed), sum(n_closed)"       \
    " FROM v_site s LEFT JOIN site_sum g ON g.site_id = s.id"                          \
    " WHERE s.retired_s = 0 AND s.state NOT IN ('closed', 'merged')"
#define EACH_UNIT " GROUP BY s.unit_id"

static void get_sums(struct wx_query *q, struct wx_overview_sums *out)
{
    int64_t *at = &out->n_sites;

    for (size_t i = 0; i < sizeof *out / sizeof *at; i++)
        at[i] = wx_query_get_int(q);
}

/* By unit id; units are few enough for an array of all. */
static struct wx_overview_unit *find_unit(struct wx_overview_unit *units, size_t n,
                                          int64_t id)
{
    size_t from = 0, to = n;

    while (from < to) {
        size_t at = (from + to) / 2;

        if (units[at].unit_id < id)
            from = at + 1;
        else
            to = at;
    }
    return from < n && units[from].unit_id == id ? &units[from] : NULL;
}

static enum wx_status read_units(struct wx_tx *tx, struct wx_arena *arena,
                                 struct wx_overview_unit **out, size_t *n,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, parent_id, name, kind, division FROM v_unit"
                     " WHERE retired_s = 0 ORDER BY id");
    struct wx_overview_unit *units = NULL;
    size_t room = 0;

    *n = 0;
    while (wx_query_next(&q)) {
        if (*n == room) {
            size_t more = room ? 2 * room : 256;

            units =
                wx_arena_grow(arena, units, room * sizeof *units, more * sizeof *units);
            room = more;
        }
        units[*n] = (struct wx_overview_unit){.unit_id = wx_query_get_int(&q)};
        units[*n].parent_id = wx_query_get_int(&q);
        units[*n].name = wx_arena_str(arena, wx_query_get_str(&q));
        units[*n].kind = wx_arena_str(arena, wx_query_get_str(&q));
        units[*n].division = wx_arena_str(arena, wx_query_get_str(&q));
        ++*n;
    }
    *out = units;
    return wx_query_end(&q, err);
}

static enum wx_status read_overdue(struct wx_tx *tx, const char *today,
                                   struct wx_overview_unit *units, size_t n,
                                   struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT d.unit_id, sum(d.n) FROM v_unit u JOIN unit_due d"
                     " ON d.unit_id = u.id WHERE u.retired_s = 0 AND d.due < ?"
                     " GROUP BY d.unit_id");

    wx_query_z(&q, today);
    while (wx_query_next(&q)) {
        struct wx_overview_unit *unit = find_unit(units, n, wx_query_get_int(&q));

        if (unit)
            unit->n_overdue = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_overview_units(struct wx_tx *tx, struct wx_arena *arena,
                                 const char *today, struct wx_overview_unit **out,
                                 size_t *n, struct wx_err *err)
{
    enum wx_status status = read_units(tx, arena, out, n, err);
    struct wx_query q;

    if (status)
        return status;
    q = wx_query(tx, SUMS EACH_UNIT);
    while (wx_query_next(&q)) {
        struct wx_overview_unit *unit = find_unit(*out, *n, wx_query_get_int(&q));

        if (unit)
            get_sums(&q, &unit->sums);
    }
    status = wx_query_end(&q, err);
    return status ? status : read_overdue(tx, today, *out, *n, err);
}

enum wx_status wx_overview_of_sites(struct wx_tx *tx, struct wx_arena *arena,
                                    struct wx_str site_ids,
                                    struct wx_overview_unit **out, size_t *n,
                                    struct wx_err *err)
{
    enum wx_status status = read_units(tx, arena, out, n, err);
    size_t n_with = 0;
    struct wx_query q;

    if (status)
        return status;
    q = wx_query(tx, SUMS " AND s.id IN (SELECT value FROM json_each(?))" EACH_UNIT);
    wx_query_str(&q, site_ids);
    while (wx_query_next(&q)) {
        struct wx_overview_unit *unit = find_unit(*out, *n, wx_query_get_int(&q));

        if (unit)
            get_sums(&q, &unit->sums);
    }
    for (size_t i = 0; i < *n; i++)
        if ((*out)[i].sums.n_sites)
            (*out)[n_with++] = (*out)[i];
    *n = n_with;
    return wx_query_end(&q, err);
}

/* ---- time ---- */

int64_t wx_overview_week(int64_t at_s)
{
    return (at_s + BEIJING_S + MONDAY_S) / WEEK_S;
}

int64_t wx_overview_week_begin_s(int64_t week)
{
    return week * WEEK_S - MONDAY_S - BEIJING_S;
}

enum wx_status wx_overview_weeks(struct wx_tx *tx, int64_t last, size_t n,
                                 struct wx_overview_week *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "SELECT w.week, sum(w.n_found), sum(w.n_closed) FROM v_unit u JOIN unit_week w"
        " ON w.unit_id = u.id WHERE u.retired_s = 0 AND w.week BETWEEN ? AND ? GROUP "
        "BY w.week");
    int64_t first = last - (int64_t)n + 1;

    for (size_t i = 0; i < n; i++)
        out[i] = (struct wx_overview_week){.week = first + (int64_t)i};
    wx_query_int(&q, first);
    wx_query_int(&q, last);
    while (wx_query_next(&q)) {
        size_t at = (size_t)(wx_query_get_int(&q) - first);

        out[at].n_found = wx_query_get_int(&q);
        out[at].n_closed = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

static enum wx_status read_one(struct wx_query *q, int64_t *n, struct wx_err *err)
{
    *n = wx_query_next(q) ? wx_query_get_int(q) : 0;
    return wx_query_end(q, err);
}

enum wx_status wx_overview_aged(struct wx_tx *tx, int64_t week, int64_t *n,
                                struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT ifnull(sum(w.n_left), 0) FROM v_unit u JOIN unit_week w"
                     " ON w.unit_id = u.id WHERE u.retired_s = 0 AND w.week <= ?");

    wx_query_int(&q, week);
    return read_one(&q, n, err);
}

enum wx_status wx_overview_median_days(struct wx_tx *tx, int64_t *days,
                                       struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "WITH sums (days, n) AS (SELECT d.days, sum(d.n) FROM v_unit u JOIN unit_days d"
        " ON d.unit_id = u.id WHERE u.retired_s = 0 GROUP BY d.days HAVING sum(d.n) > "
        "0)"
        " SELECT days FROM (SELECT days, sum(n) OVER (ORDER BY days) AS upto,"
        " sum(n) OVER () AS whole FROM sums) WHERE 2 * upto >= whole"
        " ORDER BY days LIMIT 1");

    *days = wx_query_next(&q) ? wx_query_get_int(&q) : -1;
    return wx_query_end(&q, err);
}

/* ---- short lists ---- */

static void put_time(struct wx_json *j, const char *key, int64_t at_s)
{
    char text[24];

    wx_time_format(at_s, text);
    wx_json_kz(j, key, at_s ? text : NULL);
}

enum wx_status wx_overview_due(struct wx_tx *tx, bool in_english, uint32_t limit,
                               struct wx_json *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "SELECT f.id, f.title, f.title_en, f.severity, f.state, f.due, f.unit_id,"
        " ifnull((SELECT u.name FROM v_unit u WHERE u.id = f.unit_id), ''), f.site_id,"
        " ifnull((SELECT s.name FROM v_site s WHERE s.id = f.site_id), ''), f.url"
        " FROM v_finding f WHERE f.due <> '' AND f.state IN"
        " ('open', 'confirmed', 'fixing') AND f.retired_s = 0"
        " ORDER BY f.due, f.id LIMIT ?");

    wx_query_int(&q, limit);
    while (wx_query_next(&q)) {
        struct wx_str title, english;

        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        title = wx_query_get_str(&q);
        english = wx_query_get_str(&q);
        wx_json_kstr(out, "title", in_english && english.len ? english : title);
        wx_json_kstr(out, "severity", wx_query_get_str(&q));
        wx_json_kstr(out, "state", wx_query_get_str(&q));
        wx_json_kstr(out, "due", wx_query_get_str(&q));
        wx_json_kint(out, "unit_id", wx_query_get_int(&q));
        wx_json_kstr(out, "unit", wx_query_get_str(&q));
        wx_json_kint(out, "site_id", wx_query_get_int(&q));
        wx_json_kstr(out, "site", wx_query_get_str(&q));
        wx_json_kstr(out, "url", wx_query_get_str(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_overview_queue(struct wx_tx *tx, int64_t *n_proposed,
                                 int64_t *n_retests, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT count(*) FROM v_finding WHERE proposed_reason <> ''"
                     " AND state IN ('open', 'confirmed', 'fixing') AND retired_s = 0");
    enum wx_status status = read_one(&q, n_proposed, err);

    if (status)
        return status;
    q = wx_query(tx, "SELECT count(*) FROM finding_retest r JOIN v_site s"
                     " ON s.id = r.site_id WHERE r.round_id = 0");
    return read_one(&q, n_retests, err);
}

enum wx_status wx_overview_marked(struct wx_tx *tx, struct wx_json *out,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT state, count(*) FROM v_finding"
                                     " WHERE parts <> 0 GROUP BY state ORDER BY state");

    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kstr(out, "state", wx_query_get_str(&q));
        wx_json_kint(out, "n", wx_query_get_int(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_overview_windows(struct wx_tx *tx, int64_t agency_id, int64_t now_s,
                                   struct wx_json *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "SELECT e.id, e.unit_id, ifnull((SELECT u.name FROM v_unit u"
        " WHERE u.id = e.unit_id), ''), e.begins, e.ends, e.state FROM v_engagement e"
        " WHERE e.agency_id = ? AND e.ends > ? AND e.retired_s = 0"
        " AND e.state = 'active' ORDER BY e.ends LIMIT 50");

    wx_query_int(&q, agency_id);
    wx_query_int(&q, now_s);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        wx_json_kint(out, "unit_id", wx_query_get_int(&q));
        wx_json_kstr(out, "unit", wx_query_get_str(&q));
        put_time(out, "begins", wx_query_get_int(&q));
        put_time(out, "ends", wx_query_get_int(&q));
        wx_json_kstr(out, "state", wx_query_get_str(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

/* Trusted: counts of the server itself, of nobody's units; the caller's right to them
 * was asked (health.read). */
enum wx_status wx_overview_server(struct wx_tx *tx, int64_t now_s, struct wx_json *out,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT (SELECT count(*) FROM account WHERE locked_s = 0),"
            " (SELECT count(*) FROM account WHERE wanted <> 0),"
            " (SELECT count(*) FROM session),"
            " (SELECT count(*) FROM delivery WHERE state = 'failed' AND ended_s > ?),"
            " (SELECT ifnull(max(number), 0) FROM audit),"
            " (SELECT ifnull(max(number), 0) FROM checkpoint),"
            " (SELECT ifnull(max(at_s), 0) FROM checkpoint)");

    wx_query_int(&q, now_s - 86400);
    if (wx_query_next(&q)) {
        wx_json_kint(out, "accounts", wx_query_get_int(&q));
        wx_json_kint(out, "waiting_accounts", wx_query_get_int(&q));
        wx_json_kint(out, "sessions", wx_query_get_int(&q));
        wx_json_kint(out, "failed_deliveries", wx_query_get_int(&q));
        wx_json_kint(out, "audit_events", wx_query_get_int(&q));
        wx_json_kint(out, "last_checkpoint", wx_query_get_int(&q));
        put_time(out, "last_checkpoint_at", wx_query_get_int(&q));
    }
    return wx_query_end(&q, err);
}
