#include "store/office_round.h"

#include "store/query.h"
#include <stdio.h>

enum wx_status wx_round_site_add(struct wx_tx *tx, int64_t round_id, size_t ordinal,
                                 const struct wx_picked_site *site, uint64_t run_site,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT OR IGNORE INTO round_site (round_id, site_id, unit_id,"
                     " run_site, ordinal, domain, status) VALUES (?, ?, ?, ?, ?, ?,"
                     " 'waiting')");

    wx_query_int(&q, round_id);
    wx_query_int(&q, site->site_id);
    wx_query_int(&q, site->unit_id);
    wx_query_int(&q, (int64_t)run_site);
    wx_query_int(&q, (int64_t)ordinal);
    wx_query_str(&q, site->domain);
    return wx_query_run(&q, err);
}

enum wx_status wx_round_site_find(struct wx_tx *tx, int64_t round_id, uint64_t run_site,
                                  struct wx_round_site *out, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT site_id, unit_id, taken_s FROM round_site WHERE round_id = ?"
            " AND run_site = ?");
    bool is_there;
    enum wx_status status;

    *out = (struct wx_round_site){.run_site = run_site};
    wx_query_int(&q, round_id);
    wx_query_int(&q, (int64_t)run_site);
    is_there = wx_query_next(&q);
    if (is_there) {
        out->site_id = wx_query_get_int(&q);
        out->unit_id = wx_query_get_int(&q);
        out->taken_s = wx_query_get_int(&q);
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "round %lld has no such site",
                         (long long)round_id);
    return status;
}

enum wx_status wx_round_site_done(struct wx_tx *tx, int64_t round_id,
                                  const struct wx_site_result *result,
                                  const struct wx_round_taken *taken,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "UPDATE round_site SET status = ?, reason = ?, n_pages = ?, n_requests = ?,"
            " wire_bytes = ?, n_findings = ?, n_new = ?, n_gone = ?, begun_s = ?,"
            " duration_ms = ?, taken_s = ? WHERE round_id = ? AND run_site = ?");

    wx_query_z(&q, wx_site_status_name(result->status));
    wx_query_str(&q, result->reason);
    wx_query_int(&q, result->n_pages);
    wx_query_int(&q, result->n_requests);
    wx_query_int(&q, (int64_t)result->wire_bytes);
    wx_query_int(&q, taken->n_findings);
    wx_query_int(&q, taken->n_new);
    wx_query_int(&q, taken->n_gone);
    wx_query_int(&q, result->begun_s);
    wx_query_int(&q, result->duration_ms);
    wx_query_int(&q, taken->taken_s);
    wx_query_int(&q, round_id);
    wx_query_int(&q, (int64_t)result->site_id);
    return wx_query_run(&q, err);
}

static struct wx_round_site read_row(struct wx_query *q)
{
    struct wx_round_site site = {.site_id = wx_query_get_int(q)};

    site.unit_id = wx_query_get_int(q);
    site.run_site = (uint64_t)wx_query_get_int(q);
    site.domain = wx_query_get_str(q);
    site.name = wx_query_get_str(q);
    site.unit = wx_query_get_str(q);
    site.status = wx_query_get_str(q);
    site.reason = wx_query_get_str(q);
    site.n_pages = wx_query_get_int(q);
    site.n_requests = wx_query_get_int(q);
    site.wire_bytes = wx_query_get_int(q);
    site.n_findings = wx_query_get_int(q);
    site.n_new = wx_query_get_int(q);
    site.n_gone = wx_query_get_int(q);
    site.begun_s = wx_query_get_int(q);
    site.duration_ms = wx_query_get_int(q);
    site.taken_s = wx_query_get_int(q);
    return site;
}

enum wx_status wx_round_sites(struct wx_tx *tx, const struct wx_round_sites_of *of,
                              wx_each_round_site *each, void *ctx, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT r.site_id, r.unit_id, r.run_site, r.domain, coalesce(s.name, ''),"
            " coalesce(u.name, ''), r.status, r.reason, r.n_pages, r.n_requests,"
            " r.wire_bytes, r.n_findings, r.n_new, r.n_gone, r.begun_s, r.duration_ms,"
            " r.taken_s FROM v_round_site r LEFT JOIN v_site s ON s.id = r.site_id"
            " LEFT JOIN v_unit u ON u.id = r.unit_id WHERE r.round_id = ?"
            " AND (? = '' OR r.status = ?) ORDER BY r.ordinal LIMIT ? OFFSET ?");

    wx_query_int(&q, of->round_id);
    wx_query_str(&q, of->status);
    wx_query_str(&q, of->status);
    wx_query_int(&q, of->limit);
    wx_query_int(&q, of->after);
    while (wx_query_next(&q)) {
        struct wx_round_site site = read_row(&q);

        if (!each(ctx, &site))
            break;
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_round_numbers(struct wx_tx *tx, int64_t round_id,
                                struct wx_round_numbers *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT status, count(*), sum(n_pages), sum(n_requests), sum(wire_bytes),"
            " sum(n_findings), sum(n_new), sum(n_gone) FROM v_round_site"
            " WHERE round_id = ? GROUP BY status");

    *out = (struct wx_round_numbers){0};
    wx_query_int(&q, round_id);
    while (wx_query_next(&q)) {
        enum wx_site_status status;
        struct wx_str word = wx_query_get_str(&q);
        int64_t n = wx_query_get_int(&q);

        if (wx_site_status_parse(word, &status))
            out->by_status[status] += n;
        out->n_sites += n;
        out->n_pages += wx_query_get_int(&q);
        out->n_requests += wx_query_get_int(&q);
        out->wire_bytes += wx_query_get_int(&q);
        out->n_findings += wx_query_get_int(&q);
        out->n_new += wx_query_get_int(&q);
        out->n_gone += wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_round_cover(struct wx_tx *tx, int64_t round_id,
                              struct wx_permit_cover *out, struct wx_err *err)
{
    /* trusted: only to know that something is out of sight, not what */
    struct wx_query q = wx_query_trusted(
        tx, "SELECT unit_id, wx_sees(unit_id), count(*) FROM round_site"
            " WHERE round_id = ? GROUP BY unit_id");

    return wx_cover_rows(&q, round_id, out, err);
}

/* ---- the register, for the inspecting process ---- */

#define SITE_COLUMNS                                                                   \
    "s.id, s.name, s.domain, s.start_url, s.ip, s.server_place, s.icp, u.name,"        \
    " s.contact, s.leader, u.kind, s.grade, s.site_code, s.police_code"

static enum wx_status each_site(struct wx_query *q, wx_each_site *each, void *ctx,
                                struct wx_err *err)
{
    while (wx_query_next(q)) {
        int64_t site_id = wx_query_get_int(q);
        struct wx_site site = {.name = wx_query_get_str(q)};
        struct wx_str grade;

        site.domain = wx_query_get_str(q);
        site.start_url = wx_query_get_str(q);
        site.ip = wx_query_get_str(q);
        site.server_place = wx_query_get_str(q);
        site.icp = wx_query_get_str(q);
        site.unit = wx_query_get_str(q);
        site.contact = wx_query_get_str(q);
        site.leader = wx_query_get_str(q);
        if (!wx_unit_kind_parse(wx_query_get_str(q), &site.unit_kind))
            site.unit_kind = WX_UNIT_UNKNOWN;
        grade = wx_query_get_str(q);
        if (grade.len == 1 && grade.ptr[0] >= '1' && grade.ptr[0] <= '5')
            site.grade = (uint8_t)(grade.ptr[0] - '0');
        site.site_code = wx_query_get_str(q);
        site.police_code = wx_query_get_str(q);
        each(ctx, site_id, &site);
    }
    return wx_query_end(q, err);
}

enum wx_status wx_round_register(struct wx_tx *tx, int64_t round_id, wx_each_site *each,
                                 void *ctx, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT " SITE_COLUMNS " FROM round_site r JOIN site s ON s.id = r.site_id"
            " LEFT JOIN unit u ON u.id = s.unit_id WHERE r.round_id = ?"
            " ORDER BY r.ordinal");

    wx_query_int(&q, round_id);
    return each_site(&q, each, ctx, err);
}

enum wx_status wx_whole_register(struct wx_tx *tx, wx_each_site *each, void *ctx,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT " SITE_COLUMNS " FROM site s LEFT JOIN unit u ON u.id = s.unit_id"
            " WHERE s.retired_s = 0 ORDER BY s.id");

    return each_site(&q, each, ctx, err);
}

/* ---- rounds that are not over ---- */

static void copy(struct wx_str s, char *out, size_t max)
{
    snprintf(out, max, WX_STR_FMT, WX_STR_ARG(s));
}

enum wx_status wx_rounds_due(struct wx_tx *tx, struct wx_round_due *out, size_t *n,
                             struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT r.id, r.unit_id, r.permit_id, r.planned, r.begun, r.max_pages,"
            " r.pace_per_min, r.n_starts, r.state, r.why, r.kind,"
            " coalesce(p.state, ''), r.hours_from, r.hours_until FROM round r"
            " LEFT JOIN permit p ON p.id = r.permit_id"
            " WHERE r.state IN ('running', 'planned', 'paused')"
            " ORDER BY r.state = 'paused', r.state = 'planned', r.planned, r.id"
            " LIMIT ?");

    *n = 0;
    wx_query_int(&q, WX_MAX_ROUNDS_DUE);
    while (*n < WX_MAX_ROUNDS_DUE && wx_query_next(&q)) {
        struct wx_round_due *r = &out[(*n)++];

        r->id = wx_query_get_int(&q);
        r->unit_id = wx_query_get_int(&q);
        r->permit_id = wx_query_get_int(&q);
        r->planned_s = wx_query_get_int(&q);
        r->begun_s = wx_query_get_int(&q);
        r->max_pages = wx_query_get_int(&q);
        r->pace_per_min = wx_query_get_int(&q);
        r->n_starts = wx_query_get_int(&q);
        copy(wx_query_get_str(&q), r->state, sizeof r->state);
        copy(wx_query_get_str(&q), r->why, sizeof r->why);
        copy(wx_query_get_str(&q), r->kind, sizeof r->kind);
        copy(wx_query_get_str(&q), r->permit_state, sizeof r->permit_state);
        copy(wx_query_get_str(&q), r->hours_from, sizeof r->hours_from);
        copy(wx_query_get_str(&q), r->hours_until, sizeof r->hours_until);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_rounds_count(struct wx_tx *tx, int64_t now_s,
                               struct wx_rounds_counted *out, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT count(*) FILTER (WHERE state = 'running'),"
            " count(*) FILTER (WHERE state = 'planned' AND planned <= ?),"
            " count(*) FILTER (WHERE state = 'paused'),"
            " (SELECT count(*) FROM finding_retest WHERE round_id = 0)"
            " FROM round WHERE state IN ('running', 'planned', 'paused')");

    *out = (struct wx_rounds_counted){0};
    wx_query_int(&q, now_s);
    if (wx_query_next(&q)) {
        out->n_running = wx_query_get_int(&q);
        out->n_waiting = wx_query_get_int(&q);
        out->n_paused = wx_query_get_int(&q);
        out->n_retests = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_rounds_at(struct wx_tx *tx, int64_t from_s, int64_t until_s,
                            int64_t *ids, size_t max, size_t *n, struct wx_err *err)
{
    struct wx_query q =
        wx_query_trusted(tx, "SELECT id FROM round WHERE begun > 0 AND begun <= ? AND"
                             " (ended = 0 OR ended >= ?) ORDER BY begun DESC LIMIT ?");

    *n = 0;
    wx_query_int(&q, until_s);
    wx_query_int(&q, from_s);
    wx_query_int(&q, (int64_t)max);
    while (*n < max && wx_query_next(&q))
        ids[(*n)++] = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}
