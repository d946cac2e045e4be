/* Over many findings at once: the ids that a filter names, and counts of them. */
#include "base/clock.h"
#include "store/office_finding.h"
#include "store/record_inner.h"

#include <stdio.h>

enum { MAX_SQL_BYTES = 64 << 10 };

static enum wx_status where_of(struct wx_arena *arena, struct wx_str filter,
                               int64_t now_s, struct wx_where *where,
                               struct wx_err *err)
{
    struct wx_record_query query = {.kind = wx_record_kind_find(WX_STR("finding")),
                                    .filter = filter,
                                    .now_s = now_s};

    *where = (struct wx_where){.sql = WX_BUF_INIT(MAX_SQL_BYTES), .arena = arena};
    return wx_record_where(&query, where, err);
}

enum wx_status wx_findings_filtered(struct wx_tx *tx, struct wx_arena *arena,
                                    struct wx_str filter, int64_t now_s, size_t max,
                                    int64_t **ids, size_t *n, struct wx_err *err)
{
    struct wx_where *where = wx_arena_new(arena, struct wx_where);
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    enum wx_status status = where_of(arena, filter, now_s, where, err), end;

    *ids = wx_arena_array(arena, int64_t, max);
    *n = 0;
    if (!status) {
        (void)wx_buf_printf(&sql,
                            "SELECT id FROM v_finding t WHERE %.*s"
                            " ORDER BY priority DESC, id DESC LIMIT ?",
                            WX_STR_ARG(wx_buf_str(&where->sql)));
        (void)wx_buf_addc(&sql, '\0');
        q = wx_query(tx, sql.ptr);
        wx_where_bind(where, &q);
        wx_query_int(&q, (int64_t)max + 1);
        while (!status && wx_query_next(&q)) {
            if (*n == max)
                status = wx_fail(err, WX_E_TOO_BIG,
                                 "the filter names more than %zu findings", max);
            else
                (*ids)[(*n)++] = wx_query_get_int(&q);
        }
        end = wx_query_end(&q, status ? NULL : err);
        status = status ? status : end;
    }
    wx_buf_clear(&sql);
    wx_buf_clear(&where->sql);
    return status;
}

/* ---- facets ---- */

static const char *const facets[] = {"severity", "state", "verdict", "category",
                                     "source"};
enum { N_FACETS = sizeof facets / sizeof facets[0], MAX_WORDS = 40 };

struct tally {
    struct wx_str word;
    int64_t n;
};
struct tallies {
    struct tally at[N_FACETS][MAX_WORDS];
    size_t n[N_FACETS];
    int64_t total;
};

/* The last word is most often the next one, too: it is kept in front. */
static void count(struct tallies *t, struct wx_arena *arena, size_t facet,
                  struct wx_str word)
{
    struct tally *at = t->at[facet], found;
    size_t i = 0;

    while (i < t->n[facet] && !wx_str_eq(at[i].word, word))
        i++;
    if (i == MAX_WORDS)
        return;
    if (i == t->n[facet])
        at[t->n[facet]++] = (struct tally){.word = wx_arena_str(arena, word)};
    at[i].n++;
    found = at[i];
    at[i] = at[0];
    at[0] = found;
}

static void put_tallies(const struct tallies *t, struct wx_json *out)
{
    wx_json_key(out, "facets");
    wx_json_open(out, '{');
    for (size_t f = 0; f < N_FACETS; f++) {
        wx_json_key(out, facets[f]);
        wx_json_open(out, '{');
        for (size_t i = 0; i < t->n[f]; i++) {
            char word[64];

            snprintf(word, sizeof word, "%.*s", WX_STR_ARG(t->at[f][i].word));
            wx_json_kint(out, word, t->at[f][i].n);
        }
        wx_json_close(out, '}');
    }
    wx_json_close(out, '}');
    wx_json_kint(out, "total", t->total);
}

enum wx_status wx_findings_facets(struct wx_tx *tx, struct wx_arena *arena,
                                  struct wx_str filter, int64_t now_s,
                                  struct wx_json *out, struct wx_err *err)
{
    struct wx_where *where = wx_arena_new(arena, struct wx_where);
    struct tallies *t = wx_arena_new(arena, struct tallies);
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    enum wx_status status = where_of(arena, filter, now_s, where, err);

    if (!status) {
        /* in the order of the index that has all of them: grouping would sort instead
         */
        (void)wx_buf_printf(&sql,
                            "SELECT severity, state, verdict, category, source"
                            " FROM v_finding t WHERE %.*s ORDER BY priority, id",
                            WX_STR_ARG(wx_buf_str(&where->sql)));
        (void)wx_buf_addc(&sql, '\0');
        q = wx_query(tx, sql.ptr);
        wx_where_bind(where, &q);
        while (wx_query_next(&q)) {
            t->total++;
            for (size_t f = 0; f < N_FACETS; f++)
                count(t, arena, f, wx_query_get_str(&q));
        }
        status = wx_query_end(&q, err);
    }
    if (!status)
        put_tallies(t, out);
    wx_buf_clear(&sql);
    wx_buf_clear(&where->sql);
    return status;
}

/* ---- what was imported ---- */

enum wx_status wx_finding_import_add(struct wx_tx *tx,
                                     const struct wx_finding_import *i, int64_t *id,
                                     struct wx_err *err)
{
    const int64_t counts[] = {i->n_rows, i->n_new, i->n_again, i->n_regressed,
                              i->n_refused};
    struct wx_query q = wx_query(
        tx, "INSERT INTO finding_import (at_s, account_id, format, tool, source,"
            " source_ref, hash, n_rows, n_new, n_again, n_regressed, n_refused)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_int(&q, i->at_s);
    wx_query_int(&q, i->account_id);
    wx_query_str(&q, i->format);
    wx_query_str(&q, i->tool);
    wx_query_str(&q, i->source);
    wx_query_str(&q, i->source_ref);
    wx_query_blob(&q, i->hash.bytes, sizeof i->hash.bytes);
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
        wx_query_int(&q, counts[k]);
    status = wx_query_run(&q, err);
    *id = wx_tx_last_id(tx);
    return status;
}

enum wx_status wx_finding_imports_json(struct wx_tx *tx, int64_t account_id,
                                       uint32_t limit, struct wx_json *out,
                                       struct wx_err *err)
{
    static const char *const counts[] = {"rows", "new", "again", "regressed",
                                         "refused"};
    struct wx_query q = wx_query(
        tx, "SELECT i.id, i.at_s, i.account_id, coalesce(a.name, ''), i.format,"
            " i.tool, i.source, i.source_ref, i.n_rows, i.n_new, i.n_again,"
            " i.n_regressed, i.n_refused FROM finding_import i"
            " LEFT JOIN account a ON a.id = i.account_id"
            " WHERE ?1 = 0 OR i.account_id = ?1 ORDER BY i.id DESC LIMIT ?2");

    wx_query_int(&q, account_id);
    wx_query_int(&q, limit);
    while (wx_query_next(&q)) {
        char at[24];

        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        wx_time_format(wx_query_get_int(&q), at);
        wx_json_kz(out, "at", at);
        wx_json_kint(out, "account_id", wx_query_get_int(&q));
        wx_json_kstr(out, "account", wx_query_get_str(&q));
        wx_json_kstr(out, "format", wx_query_get_str(&q));
        wx_json_kstr(out, "tool", wx_query_get_str(&q));
        wx_json_kstr(out, "source", wx_query_get_str(&q));
        wx_json_kstr(out, "source_ref", wx_query_get_str(&q));
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
            wx_json_kint(out, counts[i], wx_query_get_int(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}
