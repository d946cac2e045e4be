/* What the register's pages and its gate count. */
#include "store/office_register.h"
#include "store/query.h"
#include <stdio.h>

enum wx_status wx_records_count(struct wx_tx *tx, const struct wx_record_kind *kind,
                                const char *state, wx_each_count *each, void *ctx,
                                struct wx_err *err)
{
    char sql[300];
    struct wx_query q;

    snprintf(sql, sizeof sql,
             "SELECT %s, count(*) FROM v_%s WHERE retired_s = 0%s GROUP BY %s",
             kind->owner, kind->name, state ? " AND state = ?" : "", kind->owner);
    q = wx_query(tx, sql);
    if (state)
        wx_query_z(&q, state);
    while (wx_query_next(&q)) {
        int64_t unit_id = wx_query_get_int(&q);

        each(ctx, unit_id, wx_query_get_int(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_units_lines(struct wx_tx *tx, struct wx_arena *arena, size_t limit,
                              struct wx_unit_line **out, size_t *n, bool *is_cut,
                              struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT id, parent_id, name, kind FROM v_unit"
                                     " WHERE retired_s = 0 ORDER BY id LIMIT ?");
    size_t room = 0;

    *out = NULL;
    *n = 0;
    *is_cut = false;
    wx_query_int(&q, (int64_t)limit + 1);
    while (wx_query_next(&q)) {
        struct wx_unit_line *line;

        if (*n == limit) {
            *is_cut = true;
            break;
        }
        if (*n == room) {
            size_t old = room * sizeof **out;

            room = room ? room * 2 : 64;
            *out = wx_arena_grow(arena, *out, old, room * sizeof **out);
        }
        line = &(*out)[(*n)++];
        line->id = wx_query_get_int(&q);
        line->parent_id = wx_query_get_int(&q);
        line->name = wx_arena_str(arena, wx_query_get_str(&q));
        line->kind = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_unit_duties(struct wx_tx *tx, struct wx_arena *arena, int64_t unit_id,
                              struct wx_str *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT coalesce(group_concat(duty, ''), '') FROM v_person"
                     " WHERE unit_id = ? AND retired_s = 0");

    *out = (struct wx_str){NULL, 0};
    wx_query_int(&q, unit_id);
    if (wx_query_next(&q))
        *out = wx_arena_str(arena, wx_query_get_str(&q));
    return wx_query_end(&q, err);
}

static enum wx_status find_review(struct wx_tx *tx, int64_t site_id,
                                  struct wx_launch_gate *out, int64_t *applied_s,
                                  struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, created_s FROM v_review WHERE site_id = ? AND kind ="
                     " 'registration' AND state = 'approved' AND retired_s = 0"
                     " ORDER BY decided DESC LIMIT 1");

    *applied_s = 0;
    wx_query_int(&q, site_id);
    if (wx_query_next(&q)) {
        out->review_id = wx_query_get_int(&q);
        *applied_s = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

/* Severities from the worst down to the gate's. */
static enum wx_status count_findings(struct wx_tx *tx, int64_t site_id,
                                     struct wx_str severity, int64_t *n,
                                     struct wx_err *err)
{
    static const char order[] = "|critical|high|medium|low|";
    size_t end;
    char words[64];
    struct wx_query q;

    *n = -1;
    if (!wx_record_kind_find(WX_STR("finding")))
        return WX_OK;
    snprintf(words, sizeof words, "|%.*s|", WX_STR_ARG(wx_str_sub(severity, 0, 20)));
    end = wx_str_findz(wx_str_of(order), words);
    end = end == WX_NPOS ? strlen("|critical|high|") : end + strlen(words);
    q = wx_query(tx,
                 "SELECT count(*) FROM v_finding WHERE site_id = ? AND retired_s = 0"
                 " AND state IN ('open', 'confirmed', 'fixing')"
                 " AND verdict <> 'not_determined'"
                 " AND instr(?, '|' || severity || '|') > 0");
    wx_query_int(&q, site_id);
    wx_query_str(&q, wx_str_sub(wx_str_of(order), 0, end));
    if (wx_query_next(&q))
        *n = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_launch_gate(struct wx_tx *tx, int64_t site_id, struct wx_str severity,
                              struct wx_launch_gate *out, struct wx_err *err)
{
    struct wx_arena arena;
    struct wx_measured_row measured = {0};
    int64_t applied_s;
    enum wx_status status;

    *out = (struct wx_launch_gate){0};
    wx_arena_init(&arena);
    status = find_review(tx, site_id, out, &applied_s, err);
    if (!status)
        status = wx_measured_get(tx, &arena, site_id, &measured, err);
    if (status == WX_E_NOT_FOUND)
        status = WX_OK;
    out->round_id = measured.round_id;
    out->inspected_s = measured.at_s;
    out->is_inspected =
        out->review_id && measured.is_determined && measured.at_s >= applied_s;
    if (!status)
        status = count_findings(tx, site_id, severity, &out->n_findings, err);
    wx_arena_clear(&arena);
    return status;
}
