#include "store/db.h"

enum wx_status wx_store_add_observation(struct wx_store *store,
                                        const struct wx_store_observation *obs,
                                        struct wx_err *err)
{
    struct wx_row row = wx_row_write(store, WX_SQL_ADD_OBSERVATION, err);
    static const struct wx_sha256 none;

    wx_row_put_int(&row, (int64_t)obs->site_id);
    wx_row_put_int(&row, obs->seq);
    wx_row_put_int(&row, obs->kind);
    wx_row_put_int(&row, obs->purpose);
    wx_row_put_int(&row, obs->outcome);
    wx_row_put_int(&row, obs->status);
    wx_row_put_str(&row, obs->url);
    wx_row_put_blob(&row, obs->body.bytes,
                    memcmp(&obs->body, &none, sizeof none) ? sizeof none : 0);
    wx_row_put_str(&row, obs->json);
    return wx_row_finish(&row, err);
}

struct walk {
    struct wx_store *store;
    wx_store_each_observation *each;
    void *ctx;
    bool is_stopped;
};

/* Two passes over the key instead of one sort: a site's observations can be many, and
 * a sort would hold all their JSON. */
static enum wx_status walk_some(struct walk *w, uint64_t site_id, bool assets,
                                struct wx_err *err)
{
    struct wx_row row = wx_row_read(
        w->store,
        "SELECT json, seq FROM observation WHERE site = ?1 AND (purpose = ?2) = ?3"
        " ORDER BY seq",
        err);
    struct wx_arena arena;
    enum wx_status st = WX_OK, read;

    wx_arena_init(&arena);
    wx_row_put_int(&row, (int64_t)site_id);
    wx_row_put_int(&row, WX_FOR_ASSET);
    wx_row_put_int(&row, assets);
    while (!st && !w->is_stopped && wx_row_next(&row, err)) {
        struct wx_observation obs;

        wx_arena_reset(&arena);
        st = wx_observation_parse(wx_row_str(&row), &arena, &obs, err);
        if (!st)
            w->is_stopped = !w->each(w->ctx, &obs);
    }
    wx_arena_clear(&arena);
    read = wx_row_close(&row);
    return st ? st : read;
}

static enum wx_status walk_site(struct walk *w, uint64_t site_id, struct wx_err *err)
{
    enum wx_status st = walk_some(w, site_id, true, err);

    return st ? st : walk_some(w, site_id, false, err);
}

enum wx_status wx_store_observations(struct wx_store *store, uint64_t site_id,
                                     wx_store_each_observation *each, void *ctx,
                                     struct wx_err *err)
{
    struct walk w = {.store = store, .each = each, .ctx = ctx};
    enum wx_status st = WX_OK, read;
    struct wx_row row;

    if (site_id)
        return walk_site(&w, site_id, err);
    row = wx_row_read(store, "SELECT id FROM site ORDER BY ordinal", err);
    while (!st && !w.is_stopped && wx_row_next(&row, err))
        st = walk_site(&w, (uint64_t)wx_row_int(&row), err);
    read = wx_row_close(&row);
    return st ? st : read;
}
