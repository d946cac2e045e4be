#include "store/office_register.h"

#include "store/query.h"
#include <stdio.h>

enum { MAX_SQL_BYTES = 32 << 10, MAX_LEVELS = 64 };

/* ---- units ---- */

enum wx_status wx_unit_is_below(struct wx_tx *tx, int64_t unit_id, int64_t above_id,
                                bool *is_below, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx,
        "WITH RECURSIVE up (id, n) AS (VALUES (?, 0) UNION ALL SELECT u.parent_id,"
        " n + 1 FROM unit u JOIN up ON u.id = up.id WHERE u.parent_id > 0 AND n < ?)"
        " SELECT 1 FROM up WHERE id = ?");

    wx_query_int(&q, unit_id);
    wx_query_int(&q, MAX_LEVELS);
    wx_query_int(&q, above_id);
    *is_below = wx_query_next(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_unit_facts(struct wx_tx *tx, struct wx_arena *arena, int64_t unit_id,
                             struct wx_unit_facts *out, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT u.name, u.short_name, u.kind, u.level, u.division, u.has_duties,"
            " coalesce(p.name, '') FROM unit u LEFT JOIN unit p ON p.id = u.parent_id"
            " WHERE u.id = ?");

    *out = (struct wx_unit_facts){.has_duties = -1};
    wx_query_int(&q, unit_id);
    if (wx_query_next(&q)) {
        out->name = wx_arena_str(arena, wx_query_get_str(&q));
        out->short_name = wx_arena_str(arena, wx_query_get_str(&q));
        out->kind = wx_arena_str(arena, wx_query_get_str(&q));
        out->level = wx_arena_str(arena, wx_query_get_str(&q));
        out->division = wx_arena_str(arena, wx_query_get_str(&q));
        out->has_duties = (int)wx_query_get_int(&q);
        out->parent_name = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

/* ---- sites and hosts ---- */

enum wx_status wx_unit_portals(struct wx_tx *tx, struct wx_arena *arena,
                               int64_t unit_id, int64_t except_id, struct wx_str *name,
                               struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT name FROM v_site WHERE unit_id = ? AND id <> ? AND kind = 'portal'"
            " AND retired_s = 0 AND state NOT IN ('closed', 'merged') LIMIT 1");

    *name = (struct wx_str){NULL, 0};
    wx_query_int(&q, unit_id);
    wx_query_int(&q, except_id);
    if (wx_query_next(&q))
        *name = wx_arena_str(arena, wx_query_get_str(&q));
    return wx_query_end(&q, err);
}

/* Bare and "www." name: people register either. */
static void bare_name(struct wx_str host, char bare[260], char www[264])
{
    if (wx_str_starts(host, "www."))
        host = wx_str_sub(host, 4, host.len);
    snprintf(bare, 260, "%.*s", WX_STR_ARG(wx_str_sub(host, 0, 255)));
    snprintf(www, 264, "www.%s", bare);
}

enum wx_status wx_host_is_registered(struct wx_tx *tx, struct wx_str host,
                                     bool *is_registered, struct wx_err *err)
{
    char bare[260], www[264];
    struct wx_query q = wx_query_trusted(
        tx,
        "SELECT 1 FROM site WHERE retired_s = 0 AND domain IN (?1, ?2)"
        " UNION ALL SELECT 1 FROM site WHERE retired_s = 0 AND"
        "  ((domain > ?1 || ':' AND domain < ?1 || ';')"
        "   OR (domain > ?2 || ':' AND domain < ?2 || ';'))"
        " UNION ALL SELECT 1 FROM mail_system WHERE retired_s = 0 AND domain IN (?1, "
        "?2)"
        " UNION ALL SELECT 1 FROM app WHERE retired_s = 0 AND domain IN (?1, ?2)"
        " UNION ALL SELECT 1 FROM site INDEXED BY site_by_other_domains WHERE"
        "  other_domains > '' AND retired_s = 0 AND"
        "  (' ' || other_domains || ' ' LIKE '% ' || ?1 || ' %'"
        "   OR ' ' || other_domains || ' ' LIKE '% ' || ?2 || ' %')"
        " LIMIT 1");

    bare_name(host, bare, www);
    wx_query_z(&q, bare);
    wx_query_z(&q, www);
    *is_registered = wx_query_next(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_domain_is_used(struct wx_tx *tx, struct wx_str registrable,
                                 bool *is_used, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT 1 FROM site WHERE retired_s = 0 AND (domain = ?1 OR domain LIKE"
            " '%.' || ?1 OR domain LIKE '%.' || ?1 || ':%') LIMIT 1");

    wx_query_str(&q, registrable);
    *is_used = wx_query_next(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_found_host_find(struct wx_tx *tx, int64_t unit_id, struct wx_str host,
                                  int64_t *id, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT id FROM host WHERE host = ? AND unit_id = ? AND retired_s = 0");

    *id = 0;
    wx_query_str(&q, host);
    wx_query_int(&q, unit_id);
    if (wx_query_next(&q))
        *id = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_found_host_why(struct wx_tx *tx, struct wx_str host, const char **why,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query_trusted(tx, "SELECT why = 'sibling' FROM host WHERE host = ? LIMIT 1");

    *why = NULL;
    wx_query_str(&q, host);
    if (wx_query_next(&q))
        *why = wx_query_get_int(&q) ? "sibling" : "government";
    return wx_query_end(&q, err);
}

enum wx_status wx_found_host_seen(struct wx_tx *tx, int64_t id, int64_t n_links,
                                  int64_t round_id, int64_t now_s, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "UPDATE host SET n_links = ?, round_id = ?, last_seen = ? WHERE id = ?");

    wx_query_int(&q, n_links);
    wx_query_int(&q, round_id);
    wx_query_int(&q, now_s);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_found_host_claimed(struct wx_tx *tx, struct wx_str host,
                                     int64_t site_id, int64_t account_id, int64_t now_s,
                                     struct wx_err *err)
{
    const struct wx_scope *scope = wx_tx_scope(tx);
    struct wx_query q = wx_query_trusted(
        tx, "UPDATE host SET state = 'claimed', claimed_site = ?, decided = ?,"
            " decided_by = ?, rev = rev + 1 WHERE host = ? AND state = 'found'");
    enum wx_status status;

    wx_tx_set_scope(tx,
                    &wx_scope_everything); /* the triggers watch other units' rows */
    wx_query_int(&q, site_id);
    wx_query_int(&q, now_s);
    wx_query_int(&q, account_id);
    wx_query_str(&q, host);
    status = wx_query_run(&q, err);
    wx_tx_set_scope(tx, scope);
    return status;
}

/* ---- contradictions ---- */

enum wx_status wx_contradiction_find(struct wx_tx *tx, struct wx_arena *arena,
                                     int64_t site_id, struct wx_str field,
                                     struct wx_contradiction_row *out,
                                     struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT id, state, how, reported, measured FROM contradiction"
            " WHERE site_id = ? AND field = ? AND retired_s = 0");

    *out = (struct wx_contradiction_row){0};
    wx_query_int(&q, site_id);
    wx_query_str(&q, field);
    if (wx_query_next(&q)) {
        out->id = wx_query_get_int(&q);
        out->state = wx_arena_str(arena, wx_query_get_str(&q));
        out->how = wx_arena_str(arena, wx_query_get_str(&q));
        out->reported = wx_arena_str(arena, wx_query_get_str(&q));
        out->measured = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_contradiction_seen(struct wx_tx *tx, int64_t id, int64_t round_id,
                                     int64_t now_s, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "UPDATE contradiction SET round_id = ?, last_seen = ? WHERE id = ?");

    wx_query_int(&q, round_id);
    wx_query_int(&q, now_s);
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

/* ---- what was measured last ---- */

enum wx_status wx_measured_keep(struct wx_tx *tx, int64_t site_id, int64_t unit_id,
                                const struct wx_measured_row *row, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "INSERT INTO measured (site_id, unit_id, round_id, at_s, is_determined,"
            " checks) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (site_id) DO UPDATE SET"
            " unit_id = excluded.unit_id, round_id = excluded.round_id,"
            " at_s = excluded.at_s, is_determined = excluded.is_determined,"
            " checks = excluded.checks");

    wx_query_int(&q, site_id);
    wx_query_int(&q, unit_id);
    wx_query_int(&q, row->round_id);
    wx_query_int(&q, row->at_s);
    wx_query_int(&q, row->is_determined);
    wx_query_str(&q, row->checks);
    return wx_query_run(&q, err);
}

enum wx_status wx_measured_get(struct wx_tx *tx, struct wx_arena *arena,
                               int64_t site_id, struct wx_measured_row *out,
                               struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT round_id, at_s, is_determined, checks FROM"
                                     " v_measured WHERE site_id = ?");
    bool is_there;
    enum wx_status status;

    wx_query_int(&q, site_id);
    is_there = wx_query_next(&q);
    if (is_there) {
        out->round_id = wx_query_get_int(&q);
        out->at_s = wx_query_get_int(&q);
        out->is_determined = wx_query_get_int(&q) != 0;
        out->checks = wx_arena_str(arena, wx_query_get_str(&q));
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "site %lld was never measured",
                         (long long)site_id);
    return status;
}

/* ---- completeness ---- */

size_t wx_record_kind_asked(const struct wx_record_kind *kind)
{
    size_t n = 0;

    for (size_t i = 0; i < kind->n_fields; i++)
        n += kind->fields[i].kind != WX_F_GROUP &&
             (kind->fields[i].flags & WX_FIELD_ASKED);
    return n;
}

/* Fields that are asked for only of some records: "" applies to all. */
static const char *applies_when(const struct wx_record_kind *kind, const char *field)
{
    static const struct {
        const char *kind, *field, *when;
    } conditions[] = {
        {"site", "icp", "has_icp <> 0"},
        {"site", "site_code", "kind NOT IN ('topic', 'other')"},
        {"site", "online_since", "state NOT IN ('planned', 'building', 'built')"},
        {"site", "operator_mobile", "hosting <> 'platform'"},
        {"grading", "graded_on", "level <> 'none'"},
        {"grading", "filing_no", "level NOT IN ('none', '1')"},
        {"grading", "filed_on", "level NOT IN ('none', '1')"},
        {"grading", "agency", "level NOT IN ('none', '1')"},
        {"grading", "assessed_on", "level NOT IN ('none', '1')"},
        {"grading", "score", "level NOT IN ('none', '1')"},
        {"grading", "conclusion", "level NOT IN ('none', '1')"},
        {"grading", "rectified_on", "problems > 0"},
    };

    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        if (strcmp(conditions[i].kind, kind->name) == 0 &&
            strcmp(conditions[i].field, field) == 0)
            return conditions[i].when;
    return "";
}

static void add_stated(struct wx_buf *sql, const struct wx_record_kind *kind,
                       const struct wx_record_field *field)
{
    const char *when = applies_when(kind, field->name);
    const char *test = "<> ''";

    if (field->kind == WX_F_INT || field->kind == WX_F_REF || field->kind == WX_F_TIME)
        test = "<> 0";
    else if (field->kind == WX_F_BOOL)
        test = ">= 0";
    else if (field->kind == WX_F_ENUMS)
        test = "NOT IN ('', '|')";
    if (when[0])
        (void)wx_buf_printf(sql, " || CASE WHEN %s THEN %s %s ELSE '-' END", when,
                            field->name, test);
    else
        (void)wx_buf_printf(sql, " || (%s %s)", field->name, test);
}

enum wx_status wx_records_complete(struct wx_tx *tx, const struct wx_record_kind *kind,
                                   int64_t unit_id, wx_each_complete *each, void *ctx,
                                   struct wx_err *err)
{
    bool has_confirmed = wx_record_field_find(kind, WX_STR("confirmed")) != NULL;
    bool has_state = strcmp(kind->name, "site") == 0;
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    enum wx_status status;

    (void)wx_buf_printf(&sql, "SELECT id, %s, %s, name, ''", kind->owner,
                        has_confirmed ? "max(updated_s, confirmed)" : "updated_s");
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].kind != WX_F_GROUP &&
            (kind->fields[i].flags & WX_FIELD_ASKED))
            add_stated(&sql, kind, &kind->fields[i]);
    (void)wx_buf_printf(&sql,
                        " FROM v_%s WHERE retired_s = 0 AND (?1 = 0 OR %s = ?1)%s"
                        " ORDER BY name, id",
                        kind->name, kind->owner,
                        has_state ? " AND state NOT IN ('closed', 'merged')" : "");
    (void)wx_buf_addc(&sql, '\0');
    q = wx_query(tx, sql.ptr);
    wx_query_int(&q, unit_id);
    while (wx_query_next(&q)) {
        struct wx_complete_row row;

        row.id = wx_query_get_int(&q);
        row.unit_id = wx_query_get_int(&q);
        row.fresh_s = wx_query_get_int(&q);
        row.name = wx_query_get_str(&q);
        row.stated = wx_query_get_str(&q);
        each(ctx, &row);
    }
    status = wx_query_end(&q, err);
    wx_buf_clear(&sql);
    return status;
}
