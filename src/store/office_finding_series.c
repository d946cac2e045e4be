/* What each round saw: written once, compared, shown. */
#include "base/clock.h"
#include "store/office_finding.h"
#include "store/query.h"

enum { MAX_IDS = 100000 };

enum wx_status wx_sighting_add(struct wx_tx *tx, const struct wx_sighting *s,
                               struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO sighting (round_id, finding_id, unit_id, parts, site_id,"
            " result, severity, verdict, n_places, state, at_s)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    wx_query_int(&q, s->round_id);
    wx_query_int(&q, s->finding_id);
    wx_query_int(&q, s->unit_id);
    wx_query_int(&q, s->parts);
    wx_query_int(&q, s->site_id);
    wx_query_str(&q, s->result);
    wx_query_str(&q, s->severity);
    wx_query_str(&q, s->verdict);
    wx_query_int(&q, s->n_places);
    wx_query_str(&q, s->state);
    wx_query_int(&q, s->at_s);
    return wx_query_run(&q, err);
}

enum wx_status wx_sighting_site_put(struct wx_tx *tx, int64_t round_id, int64_t site_id,
                                    int64_t unit_id, struct wx_str status_word,
                                    struct wx_str reason, int64_t at_s,
                                    struct wx_err *err)
{
    /* trusted: a row that is there already is kept, which reads it */
    struct wx_query q = wx_query_trusted(
        tx, "INSERT INTO sighting_site (round_id, site_id, unit_id, status, reason,"
            " at_s) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

    wx_query_int(&q, round_id);
    wx_query_int(&q, site_id);
    wx_query_int(&q, unit_id);
    wx_query_str(&q, status_word);
    wx_query_str(&q, reason);
    wx_query_int(&q, at_s);
    return wx_query_run(&q, err);
}

static enum wx_status gather_ids(struct wx_query *q, struct wx_arena *arena,
                                 int64_t **ids, size_t *n, struct wx_err *err)
{
    size_t cap = 0;

    *ids = NULL;
    *n = 0;
    while (wx_query_next(q) && *n < MAX_IDS) {
        if (*n == cap) {
            size_t more = cap ? 2 * cap : 64;

            *ids = wx_arena_grow(arena, *ids, cap * sizeof **ids, more * sizeof **ids);
            cap = more;
        }
        (*ids)[(*n)++] = wx_query_get_int(q);
    }
    return wx_query_end(q, err);
}

enum wx_status wx_findings_unseen(struct wx_tx *tx, struct wx_arena *arena,
                                  int64_t site_id, int64_t round_id, int64_t **ids,
                                  size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT id FROM v_finding WHERE site_id = ? AND source = 'round'"
            " AND state IN ('open', 'confirmed', 'fixing', 'fixed') AND retired_s = 0"
            " AND NOT EXISTS (SELECT 1 FROM v_sighting s WHERE s.round_id = ?"
            " AND s.finding_id = v_finding.id) ORDER BY id");

    wx_query_int(&q, site_id);
    wx_query_int(&q, round_id);
    return gather_ids(&q, arena, ids, n, err);
}

enum wx_status wx_findings_expired(struct wx_tx *tx, struct wx_arena *arena,
                                   int64_t now_s, int64_t **ids, size_t *n,
                                   struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id FROM v_finding WHERE state = 'dismissed'"
                     " AND dismissed_until > 0 AND dismissed_until <= ?"
                     " ORDER BY dismissed_until LIMIT 200");

    wx_query_int(&q, now_s);
    return gather_ids(&q, arena, ids, n, err);
}

enum wx_status wx_sightings_json(struct wx_tx *tx, int64_t finding_id,
                                 struct wx_json *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT round_id, n_places, at_s, result, severity, verdict, state"
            " FROM v_sighting WHERE finding_id = ? ORDER BY round_id DESC LIMIT 100");

    wx_query_int(&q, finding_id);
    while (wx_query_next(&q)) {
        char at[24];

        wx_json_open(out, '{');
        wx_json_kint(out, "round_id", wx_query_get_int(&q));
        wx_json_kint(out, "n_places", wx_query_get_int(&q));
        wx_time_format(wx_query_get_int(&q), at);
        wx_json_kz(out, "at", at);
        wx_json_kstr(out, "result", wx_query_get_str(&q));
        wx_json_kstr(out, "severity", wx_query_get_str(&q));
        wx_json_kstr(out, "verdict", wx_query_get_str(&q));
        wx_json_kstr(out, "state", wx_query_get_str(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

/* ---- two rounds side by side ---- */

/*
 * One line for each finding that either round has: its result in A and in B, and what
 * became of it. There is "no line" for a finding that was fixed or closed before, and
 * for a site that was not in the round.
 *     seen in B:            seen in A -> open; known before A, gone in A -> regressed;
 *                           not determined in A -> open; else as B itself says
 *     gone in B:            fixed, unless A had it gone already
 *     not determined in B:  not_determined
 *     no line in B:         seen in A -> fixed when the site was inspected in B (the
 *                           finding was closed in between), else not_determined
 */
#define SEEN "('new', 'again', 'regressed')"
#define COMPARED                                                                       \
    "WITH pair AS (SELECT finding_id, site_id,"                                        \
    " max(CASE round_id WHEN ?1 THEN result ELSE '' END) AS ra,"                       \
    " max(CASE round_id WHEN ?2 THEN result ELSE '' END) AS rb"                        \
    " FROM v_sighting WHERE round_id IN (?1, ?2) GROUP BY finding_id),"                \
    " compared AS (SELECT finding_id, pair.site_id AS site_id, ra, rb,"                \
    " CASE WHEN rb IN " SEEN " THEN CASE WHEN ra IN " SEEN                             \
    " OR ra = 'not_determined' THEN 'open' WHEN ra = 'gone' THEN 'regressed'"          \
    " WHEN rb = 'again' THEN 'open' ELSE rb END"                                       \
    " WHEN rb = 'gone' THEN CASE WHEN ra = 'gone' THEN '' ELSE 'fixed' END"            \
    " WHEN rb = 'not_determined' THEN 'not_determined'"                                \
    " WHEN ra IN " SEEN " THEN CASE WHEN s.status = 'inspected' THEN 'fixed'"          \
    " ELSE 'not_determined' END ELSE '' END AS change,"                                \
    " coalesce(s.status, '') AS site_status, coalesce(s.reason, '') AS site_reason"    \
    " FROM pair LEFT JOIN v_sighting_site s ON s.round_id = ?2"                        \
    " AND s.site_id = pair.site_id)"

enum wx_status wx_rounds_compare_counts(struct wx_tx *tx,
                                        const struct wx_round_compare *compare,
                                        struct wx_json *out, struct wx_err *err)
{
    static const char *const changes[] = {"fixed", "open", "new", "regressed",
                                          "not_determined"};
    enum { N = sizeof changes / sizeof changes[0] };
    int64_t counts[N] = {0};
    struct wx_query q =
        wx_query(tx, COMPARED " SELECT count(*), change FROM compared GROUP BY change");

    wx_query_int(&q, compare->a);
    wx_query_int(&q, compare->b);
    while (wx_query_next(&q)) {
        int64_t n = wx_query_get_int(&q);
        struct wx_str change = wx_query_get_str(&q);

        for (size_t i = 0; i < N; i++)
            if (wx_str_eqz(change, changes[i]))
                counts[i] = n;
    }
    for (size_t i = 0; i < N; i++)
        wx_json_kint(out, changes[i], counts[i]);
    return wx_query_end(&q, err);
}

static void put_compared(struct wx_query *q, bool in_english, struct wx_json *out)
{
    struct wx_str title, title_en;

    wx_json_kstr(out, "change", wx_query_get_str(q));
    wx_json_kint(out, "site_id", wx_query_get_int(q));
    wx_json_kstr(out, "site", wx_query_get_str(q));
    wx_json_kint(out, "unit_id", wx_query_get_int(q));
    wx_json_kstr(out, "unit", wx_query_get_str(q));
    title = wx_query_get_str(q);
    title_en = wx_query_get_str(q);
    wx_json_kstr(out, "title", in_english && title_en.len ? title_en : title);
    wx_json_kstr(out, "severity", wx_query_get_str(q));
    wx_json_kstr(out, "category", wx_query_get_str(q));
    wx_json_kstr(out, "state", wx_query_get_str(q));
    wx_json_kstr(out, "url", wx_query_get_str(q));
    wx_json_kstr(out, "result_a", wx_query_get_str(q));
    wx_json_kstr(out, "result_b", wx_query_get_str(q));
    wx_json_kstr(out, "site_status", wx_query_get_str(q));
    wx_json_kstr(out, "reason", wx_query_get_str(q));
}

enum wx_status wx_rounds_compare_list(struct wx_tx *tx,
                                      const struct wx_round_compare *compare,
                                      struct wx_json *out, int64_t *next_id,
                                      struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, COMPARED
        " SELECT f.id, change, f.site_id,"
        " coalesce((SELECT name FROM v_site WHERE id = f.site_id), f.origin), "
        "f.unit_id,"
        " coalesce((SELECT name FROM v_unit WHERE id = f.unit_id), ''), f.title,"
        " f.title_en, f.severity, f.category, f.state, f.url, ra, rb, site_status,"
        " site_reason FROM compared JOIN v_finding f ON f.id = finding_id"
        " WHERE change <> '' AND (?3 = '' OR change = ?3) AND f.id > ?4"
        " ORDER BY f.id LIMIT ?5");
    uint32_t n = 0;
    int64_t last = 0;

    *next_id = 0;
    wx_query_int(&q, compare->a);
    wx_query_int(&q, compare->b);
    wx_query_str(&q, compare->change);
    wx_query_int(&q, compare->after_id);
    wx_query_int(&q, compare->limit + 1);
    while (wx_query_next(&q)) {
        int64_t id = wx_query_get_int(&q);

        if (n++ == compare->limit) {
            *next_id = last;
            break;
        }
        last = id;
        wx_json_open(out, '{');
        wx_json_kint(out, "id", id);
        put_compared(&q, compare->in_english, out);
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}
