#include "store/office_permit.h"

#include "base/daily.h"
#include "base/limits.h"
#include "model/record.h"
#include "store/query.h"
#include "store/record.h"
#include <stdlib.h>

static void push(struct wx_arena *arena, struct wx_picked_sites *list,
                 const struct wx_picked_site *site)
{
    if (list->n == list->cap) {
        size_t old = list->cap;

        list->cap = old ? old * 2 : 64;
        list->at = wx_arena_grow(arena, list->at, old * sizeof *list->at,
                                 list->cap * sizeof *list->at);
    }
    list->at[list->n++] = *site;
}

static struct wx_picked_site read_site(struct wx_query *q, struct wx_arena *arena)
{
    struct wx_picked_site site = {.site_id = wx_query_get_int(q)};

    site.unit_id = wx_query_get_int(q);
    site.domain = wx_arena_str(arena, wx_query_get_str(q));
    site.start_url = wx_arena_str(arena, wx_query_get_str(q));
    return site;
}

/* ---- picking ---- */

static enum wx_status take_rows(struct wx_query *q, struct wx_arena *arena,
                                struct wx_picked_sites *out, size_t *n,
                                struct wx_err *err)
{
    *n = 0;
    while (wx_query_next(q)) {
        struct wx_picked_site site = read_site(q, arena);

        push(arena, out, &site);
        ++*n;
    }
    return wx_query_end(q, err);
}

static enum wx_status pick_all(struct wx_tx *tx, struct wx_arena *arena,
                               struct wx_picked_sites *out, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT id, unit_id, domain, start_url FROM v_site"
                                     " WHERE retired_s = 0");
    size_t n;

    return take_rows(&q, arena, out, &n, err);
}

static enum wx_status pick_site(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                struct wx_picked_sites *out, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT id, unit_id, domain, start_url FROM v_site"
                                     " WHERE id = ? AND retired_s = 0");
    size_t n;
    enum wx_status status;

    wx_query_int(&q, id);
    status = take_rows(&q, arena, out, &n, err);
    if (!status && !n)
        status = wx_fail(err, WX_E_NOT_FOUND, "there is no site %lld", (long long)id);
    return status;
}

static enum wx_status pick_unit(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                struct wx_picked_sites *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "WITH RECURSIVE below (id) AS (SELECT id FROM v_unit WHERE id = ?"
                     " AND retired_s = 0 UNION SELECT u.id FROM v_unit u, below b"
                     " WHERE u.parent_id = b.id AND u.retired_s = 0)"
                     " SELECT s.id, s.unit_id, s.domain, s.start_url FROM v_site s"
                     " WHERE s.unit_id IN (SELECT id FROM below) AND s.retired_s = 0");
    size_t n;

    wx_query_int(&q, id);
    return take_rows(&q, arena, out, &n, err);
}

/* The ids that a list's filter answers with, page by page. */
static enum wx_status pick_page(struct wx_tx *tx, struct wx_arena *arena,
                                struct wx_record_query *query,
                                struct wx_picked_sites *out, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(64 << 20);
    struct wx_json j = WX_JSON_INIT(&text);
    struct wx_record_page page;
    enum wx_status status;
    json_t *items, *item;
    size_t i;

    wx_json_open(&j, '[');
    status = wx_record_list(tx, arena, query, &j, &page, err);
    wx_json_close(&j, ']');
    items = status ? NULL : json_loadb(text.ptr, text.len, 0, NULL);
    json_array_foreach(items, i, item)
    {
        if (!status)
            status = pick_site(
                tx, arena, json_integer_value(json_object_get(item, "id")), out, err);
    }
    json_decref(items);
    wx_buf_clear(&text);
    query->cursor = status ? WX_STR("") : page.next;
    return status;
}

static enum wx_status pick_filter(struct wx_tx *tx, struct wx_arena *arena,
                                  struct wx_str filter, struct wx_picked_sites *out,
                                  struct wx_err *err)
{
    struct wx_record_query query = {.kind = wx_record_kind_find(WX_STR("site")),
                                    .filter = filter,
                                    .sort = WX_STR("id"),
                                    .limit = 500};
    enum wx_status status;

    do
        status = pick_page(tx, arena, &query, out, err);
    while (!status && query.cursor.len);
    return status;
}

static int by_id(const void *a, const void *b)
{
    const struct wx_picked_site *x = a, *y = b;

    return x->site_id < y->site_id ? -1 : x->site_id > y->site_id;
}

static void sort_once(struct wx_picked_sites *list)
{
    size_t n = 0;

    if (list->n)
        qsort(list->at, list->n, sizeof *list->at, by_id);
    for (size_t i = 0; i < list->n; i++)
        if (!n || list->at[i].site_id != list->at[n - 1].site_id)
            list->at[n++] = list->at[i];
    list->n = n;
}

static enum wx_status keep_covered(struct wx_tx *tx, int64_t permit_id,
                                   struct wx_picked_sites *list, struct wx_err *err)
{
    size_t n = 0;
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < list->n; i++) {
        struct wx_query q = wx_query(
            tx, "SELECT 1 FROM v_permit_site WHERE permit_id = ? AND site_id = ?");
        bool is_covered;

        wx_query_int(&q, permit_id);
        wx_query_int(&q, list->at[i].site_id);
        is_covered = wx_query_next(&q);
        status = wx_query_end(&q, err);
        if (is_covered)
            list->at[n++] = list->at[i];
    }
    list->n = n;
    return status;
}

enum wx_status wx_sites_pick(struct wx_tx *tx, struct wx_arena *arena,
                             const struct wx_site_pick *pick,
                             struct wx_picked_sites *out, struct wx_err *err)
{
    enum wx_status status = WX_OK;

    *out = (struct wx_picked_sites){0};
    if (pick->all)
        status = pick_all(tx, arena, out, err);
    for (size_t i = 0; !status && i < pick->n_site_ids; i++)
        status = pick_site(tx, arena, pick->site_ids[i], out, err);
    for (size_t i = 0; !status && i < pick->n_unit_ids; i++)
        status = pick_unit(tx, arena, pick->unit_ids[i], out, err);
    if (!status && pick->filter.len)
        status = pick_filter(tx, arena, pick->filter, out, err);
    if (status)
        return status;
    sort_once(out);
    return pick->permit_id ? keep_covered(tx, pick->permit_id, out, err) : WX_OK;
}

/* ---- sites of a permit ---- */

enum wx_status wx_permit_sites_replace(struct wx_tx *tx, int64_t permit_id,
                                       const struct wx_picked_sites *sites,
                                       struct wx_err *err)
{
    /* trusted: the permit was found through the wall, and triggers watch each row */
    struct wx_query q =
        wx_query_trusted(tx, "DELETE FROM permit_site WHERE permit_id = ?");
    enum wx_status status;

    wx_query_int(&q, permit_id);
    status = wx_query_run(&q, err);
    for (size_t i = 0; !status && i < sites->n; i++) {
        q = wx_query(tx, "INSERT INTO permit_site (permit_id, site_id, unit_id, domain)"
                         " VALUES (?, ?, ?, ?)");
        wx_query_int(&q, permit_id);
        wx_query_int(&q, sites->at[i].site_id);
        wx_query_int(&q, sites->at[i].unit_id);
        wx_query_str(&q, sites->at[i].domain);
        status = wx_query_run(&q, err);
    }
    return status;
}

enum wx_status wx_permit_sites(struct wx_tx *tx, struct wx_arena *arena,
                               int64_t permit_id, int64_t after_id, uint32_t limit,
                               struct wx_picked_sites *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT site_id, unit_id, domain, '' FROM v_permit_site"
                     " WHERE permit_id = ? AND site_id > ? ORDER BY site_id LIMIT ?");
    size_t n;

    *out = (struct wx_picked_sites){0};
    wx_query_int(&q, permit_id);
    wx_query_int(&q, after_id);
    wx_query_int(&q, limit);
    return take_rows(&q, arena, out, &n, err);
}

enum wx_status wx_cover_rows(struct wx_query *q, int64_t id,
                             struct wx_permit_cover *out, struct wx_err *err)
{
    *out = (struct wx_permit_cover){0};
    wx_query_int(q, id);
    while (wx_query_next(q)) {
        int64_t unit_id = wx_query_get_int(q);
        bool is_seen = wx_query_get_int(q);
        int64_t n = wx_query_get_int(q);

        out->n_sites += n;
        out->n_seen += is_seen ? n : 0;
        if (is_seen)
            out->seen_unit = unit_id;
        else
            out->unseen_unit = unit_id;
    }
    return wx_query_end(q, err);
}

enum wx_status wx_permit_cover(struct wx_tx *tx, int64_t permit_id,
                               struct wx_permit_cover *out, struct wx_err *err)
{
    /* trusted: only to know that something is out of sight, not what */
    struct wx_query q = wx_query_trusted(
        tx, "SELECT unit_id, wx_sees(unit_id), count(*) FROM permit_site"
            " WHERE permit_id = ? GROUP BY unit_id");

    return wx_cover_rows(&q, permit_id, out, err);
}

static enum wx_status covers_all(struct wx_tx *tx, int64_t permit_id,
                                 const struct wx_picked_sites *sites, bool *covers,
                                 struct wx_err *err)
{
    struct wx_picked_sites rest = *sites;
    enum wx_status status;

    rest.at = wx_alloc(wx_size_mul(sites->n, sizeof *rest.at) + 1);
    if (sites->n)
        memcpy(rest.at, sites->at, sites->n * sizeof *rest.at);
    status = keep_covered(tx, permit_id, &rest, err);
    *covers = rest.n == sites->n;
    free(rest.at);
    return status;
}

/* Are these its hours? What is not stated does not bind. */
static bool is_its_time(int64_t from_s, struct wx_str daily_from,
                        struct wx_str daily_until, int64_t now_s)
{
    struct wx_daily hours = {.offset_min = WX_CHINA_OFFSET_MIN};
    int64_t change_s;

    (void)wx_daily_time_parse(daily_from, &hours.from_min);
    (void)wx_daily_time_parse(daily_until, &hours.until_min);
    return now_s >= from_s && wx_daily_is_open(&hours, now_s, &change_s);
}

enum wx_status wx_permit_covering(struct wx_tx *tx, const struct wx_picked_sites *sites,
                                  int64_t now_s, int64_t *permit_id, struct wx_err *err)
{
    enum { MOST = 50 }; /* permits in force at once are few */
    struct wx_query q =
        wx_query(tx, "SELECT id, valid_from, daily_from, daily_until FROM v_permit"
                     " WHERE state = 'issued' AND (valid_until = 0 OR valid_until > ?)"
                     " AND retired_s = 0 ORDER BY issued DESC, id DESC LIMIT 50");
    int64_t ids[MOST];
    bool is_open[MOST];
    size_t n = 0;
    enum wx_status status;

    *permit_id = 0;
    wx_query_int(&q, now_s);
    while (n < MOST && wx_query_next(&q)) {
        int64_t from_s;
        struct wx_str from;

        ids[n] = wx_query_get_int(&q);
        from_s = wx_query_get_int(&q);
        from = wx_query_get_str(&q);
        is_open[n] = is_its_time(from_s, from, wx_query_get_str(&q), now_s);
        n++;
    }
    status = wx_query_end(&q, err);
    for (size_t i = 0; !status && i < n; i++) {
        bool covers = false;

        if (*permit_id && !is_open[i])
            continue; /* a newer one waits already */
        status = covers_all(tx, ids[i], sites, &covers, err);
        if (covers && (is_open[i] || !*permit_id))
            *permit_id = ids[i];
        if (covers && is_open[i])
            break;
    }
    return status ? status
           : *permit_id
               ? WX_OK
               : wx_fail(err, WX_E_NOT_FOUND, "no permit in force covers the sites");
}

/* ---- the paper ---- */

enum wx_status wx_permit_paper_put(struct wx_tx *tx, int64_t permit_id,
                                   struct wx_str text, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT OR REPLACE INTO permit_paper (permit_id, text) VALUES (?, ?)");

    wx_query_int(&q, permit_id);
    wx_query_blob(&q, text.ptr, text.len);
    return wx_query_run(&q, err);
}

enum wx_status wx_permit_paper_get(struct wx_tx *tx, struct wx_arena *arena,
                                   int64_t permit_id, struct wx_str *text,
                                   struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT text FROM permit_paper WHERE permit_id = ?");
    bool is_there;
    enum wx_status status;

    wx_query_int(&q, permit_id);
    is_there = wx_query_next(&q);
    if (is_there)
        *text = wx_arena_str(arena, wx_query_get_str(&q));
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "permit %lld was never issued",
                         (long long)permit_id);
    return status;
}

/* ---- blocklist and sources ---- */

enum wx_status wx_blocked_hosts(struct wx_tx *tx, int64_t now_s, wx_each_blocked *each,
                                void *ctx, struct wx_err *err)
{
    /* trusted: a host of another unit is just as forbidden */
    struct wx_query q =
        wx_query_trusted(tx, "SELECT host, until FROM blocklist WHERE retired_s = 0"
                             " AND (until = 0 OR until > ?) ORDER BY host");

    wx_query_int(&q, now_s);
    while (wx_query_next(&q)) {
        struct wx_str host = wx_query_get_str(&q);

        each(ctx, host, wx_query_get_int(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_source_addresses(struct wx_tx *tx, wx_each_source *each, void *ctx,
                                   struct wx_err *err)
{
    /* trusted: they are told to everybody who is inspected */
    struct wx_query q = wx_query_trusted(
        tx, "SELECT address FROM source WHERE retired_s = 0 ORDER BY id");

    while (wx_query_next(&q))
        each(ctx, wx_query_get_str(&q));
    return wx_query_end(&q, err);
}
