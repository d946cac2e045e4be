/* From a round's row to its process: what it is told. */
#include "base/limits.h"
#include "base/log.h"
#include "round/paper.h"
#include "round/rounds_inner.h"

#include <stdio.h>

const struct wx_permit *wx_rounds_permit(struct wx_rounds *rounds, int64_t permit_id,
                                         struct wx_err *err)
{
    struct wx_permit *permit = NULL;
    struct wx_tx *tx = NULL;
    struct wx_arena arena;
    struct wx_str text;
    enum wx_status status;

    for (size_t i = 0; i < WX_KEPT_PERMITS; i++)
        if (rounds->permits[i].permit && rounds->permits[i].permit_id == permit_id)
            return rounds->permits[i].permit;
    wx_arena_init(&arena);
    status = wx_tx_read(rounds->options.office, &wx_scope_everything, &tx, err);
    if (!status)
        status = wx_permit_paper_get(tx, &arena, permit_id, &text, err);
    wx_tx_end(tx);
    if (!status)
        status = wx_permit_paper_check(text, rounds->data_dir, &permit, err);
    wx_arena_clear(&arena);
    if (status)
        return NULL;
    wx_permit_free(rounds->permits[rounds->next_permit].permit);
    rounds->permits[rounds->next_permit].permit = permit;
    rounds->permits[rounds->next_permit].permit_id = permit_id;
    rounds->next_permit = (rounds->next_permit + 1) % WX_KEPT_PERMITS;
    return permit;
}

struct gathering {
    struct wx_arena *arena;
    struct wx_site *sites, *others;
    size_t n_sites, cap_sites, n_others, cap_others;
    struct wx_str *blocked;
    size_t n_blocked;
};

static struct wx_site *room_for(struct wx_arena *arena, struct wx_site **list, size_t n,
                                size_t *cap)
{
    if (n == *cap) {
        *cap = *cap ? *cap * 2 : 64;
        *list = wx_arena_grow(arena, *list, n * sizeof **list, *cap * sizeof **list);
    }
    return &(*list)[n];
}

/* Domains that cannot be read as addresses stay out; they were told of when planned. */
static bool make_site(struct wx_arena *arena, struct wx_site *site, struct wx_site *out)
{
    struct wx_str href;
    uint64_t key;

    if (wx_site_begin_at(arena, site->domain, site->start_url, &href, &key, NULL))
        return false;
    site->start_url = href;
    site->id = key;
    *out = wx_site_copy(arena, site);
    return true;
}

static void gather_site(void *ctx, int64_t site_id, struct wx_site *site)
{
    struct gathering *g = ctx;
    struct wx_site *room = room_for(g->arena, &g->sites, g->n_sites, &g->cap_sites);

    (void)site_id;
    g->n_sites += make_site(g->arena, site, room);
}

/* Of the others only what hosts are looked up for. */
static void gather_other(void *ctx, int64_t site_id, struct wx_site *site)
{
    struct gathering *g = ctx;
    struct wx_site *room = room_for(g->arena, &g->others, g->n_others, &g->cap_others);
    struct wx_site brief = {.domain = site->domain,
                            .start_url = site->start_url,
                            .unit = site->unit,
                            .site_code = site->site_code,
                            .police_code = site->police_code,
                            .icp = site->icp,
                            .unit_kind = site->unit_kind};

    (void)site_id;
    g->n_others += make_site(g->arena, &brief, room);
}

static void gather_blocked(void *ctx, struct wx_str host, int64_t until_s)
{
    struct gathering *g = ctx;

    (void)until_s;
    if (g->n_blocked < WX_MAX_BLOCKED_HOSTS)
        g->blocked[g->n_blocked++] = wx_arena_str(g->arena, host);
}

static enum wx_status gather(struct wx_rounds *rounds, const struct wx_round_due *row,
                             int64_t now_s, struct gathering *g,
                             struct wx_round_request *request, struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    enum wx_status status =
        wx_tx_read(rounds->options.office, &wx_scope_everything, &tx, err);

    g->blocked = wx_arena_array(g->arena, struct wx_str, WX_MAX_BLOCKED_HOSTS);
    if (!status)
        status =
            wx_permit_paper_get(tx, g->arena, row->permit_id, &request->permit, err);
    if (!status)
        status = wx_blocked_hosts(tx, now_s, gather_blocked, g, err);
    if (!status)
        status = wx_round_register(tx, row->id, gather_site, g, err);
    if (!status)
        status = wx_whole_register(tx, gather_other, g, err);
    wx_tx_end(tx);
    if (!status && g->n_blocked == WX_MAX_BLOCKED_HOSTS)
        status = wx_fail(err, WX_E_TOO_BIG, "the blocklist is too long to be kept");
    return status;
}

enum wx_status wx_rounds_begin(struct wx_rounds *rounds, const struct wx_round_due *row,
                               int64_t closes_s, int64_t now_s,
                               struct wx_round_child *child, struct wx_err *err)
{
    struct wx_round_request request = {.round_id = row->id,
                                       .data_dir = rounds->data_dir,
                                       .closes_s = closes_s,
                                       .max_pages = row->max_pages,
                                       .pace_per_min = row->pace_per_min,
                                       .net = rounds->options.net};
    struct wx_arena arena;
    struct gathering g = {.arena = &arena};
    enum wx_status status;

    wx_arena_init(&arena);
    status = gather(rounds, row, now_s, &g, &request, err);
    request.sites = g.sites;
    request.n_sites = g.n_sites;
    request.others = g.others;
    request.n_others = g.n_others;
    request.blocked = g.blocked;
    request.n_blocked = g.n_blocked;
    if (rounds->options.public_url)
        request.info_url = wx_arena_printf(&arena, "%s/.well-known/probing.txt",
                                           rounds->options.public_url);
    child->unit_id = row->unit_id;
    child->is_retest = strcmp(row->kind, "retest") == 0;
    if (!status)
        status = wx_round_child_start(child, &request, err);
    wx_arena_clear(&arena);
    return status;
}

static void hash_blocked(void *ctx, struct wx_str host, int64_t until_s)
{
    (void)until_s;
    (void)wx_buf_printf(ctx, WX_STR_FMT "\n", WX_STR_ARG(host));
}

struct wx_sha256 wx_rounds_blocked_hash(struct wx_rounds *rounds, int64_t now_s)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_BLOCKED_HOSTS * 300);
    struct wx_sha256 hash = rounds->blocked;
    struct wx_tx *tx = NULL;
    enum wx_status status =
        wx_tx_read(rounds->options.office, &wx_scope_everything, &tx, NULL);

    if (!status)
        status = wx_blocked_hosts(tx, now_s, hash_blocked, &text, NULL);
    wx_tx_end(tx);
    if (!status)
        hash = wx_sha256_of(wx_buf_str(&text));
    wx_buf_clear(&text);
    return hash;
}
