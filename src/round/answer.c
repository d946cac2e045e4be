#include "round/answer.h"

#include "round/plan.h"
#include "round/request.h"
#include "store/office_round.h"
#include "store/store.h"
#include "wire/url.h"
#include <stdio.h>

enum { PATH_BYTES = 4096 };

struct searching {
    const struct wx_answer_of *of;
    struct wx_arena scratch;
    int64_t from_ms, until_ms;
    int64_t n, first_ms, last_ms;
};

/* The address part of "203.0.113.7:443" or "[2001:db8::1]:80". */
static struct wx_str address_of(struct wx_str s)
{
    size_t end = s.len;

    while (end && s.ptr[end - 1] != ':')
        end--;
    s = wx_str_sub(s, 0, end ? end - 1 : s.len);
    if (s.len > 2 && s.ptr[0] == '[')
        s = wx_str_sub(s, 1, s.len - 1);
    return s;
}

static bool went_there(struct searching *s, const struct wx_hop *hop)
{
    struct wx_url url;

    if (!hop->address.len) /* nothing was sent */
        return false;
    if (wx_str_eq(address_of(hop->address), s->of->host))
        return true;
    wx_arena_reset(&s->scratch);
    return wx_url_parse(&s->scratch, hop->url, NULL, &url, NULL) == WX_OK &&
           wx_str_eq(url.host, s->of->host);
}

static bool look_at(void *ctx, const struct wx_observation *obs)
{
    struct searching *s = ctx;

    if (obs->kind != WX_OBS_FETCH || obs->at_ms > s->until_ms ||
        obs->at_ms + obs->fetch.total_ms < s->from_ms)
        return true;
    for (size_t i = 0; i < obs->fetch.n_hops; i++) {
        if (!went_there(s, &obs->fetch.hops[i]))
            continue;
        s->n++;
        if (!s->first_ms || obs->at_ms < s->first_ms)
            s->first_ms = obs->at_ms;
        if (obs->at_ms > s->last_ms)
            s->last_ms = obs->at_ms;
    }
    return true;
}

static struct wx_str text_of(struct wx_arena *arena, json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));

    return wx_arena_str(arena, wx_str_of(text ? text : ""));
}

static enum wx_status describe(struct wx_tx *tx, struct wx_arena *arena,
                               struct wx_answer_round *out, struct wx_err *err)
{
    json_t *row = wx_record_json(tx, arena, "round", out->round_id, true, err), *permit;

    if (!row)
        return WX_E_NOT_FOUND;
    out->name = text_of(arena, row, "name");
    out->permit_id = json_integer_value(json_object_get(row, "permit_id"));
    json_decref(row);
    permit = wx_record_json(tx, arena, "permit", out->permit_id, true, err);
    if (!permit)
        return WX_E_NOT_FOUND;
    out->number = text_of(arena, permit, "number");
    out->holder = text_of(arena, permit, "holder");
    json_decref(permit);
    return WX_OK;
}

static enum wx_status search_round(const char *data_dir, int64_t round_id,
                                   struct searching *s, struct wx_err *err)
{
    struct wx_store *store = NULL;
    char dir[PATH_BYTES];
    enum wx_status status;

    s->n = s->first_ms = s->last_ms = 0;
    wx_round_dir(data_dir, round_id, dir, sizeof dir);
    status = wx_store_open(dir, WX_STORE_READ, &store, err);
    if (!status)
        status = wx_store_observations(store, 0, look_at, s, err);
    wx_store_close(store);
    return status;
}

enum wx_status wx_answer(struct wx_tx *tx, const char *data_dir,
                         const struct wx_answer_of *of, struct wx_arena *arena,
                         struct wx_answer_given *out, struct wx_err *err)
{
    struct searching s = {.of = of,
                          .from_ms = (of->at_s - WX_ANSWER_AROUND_S) * 1000,
                          .until_ms = (of->at_s + WX_ANSWER_AROUND_S) * 1000};
    int64_t ids[WX_ANSWER_ROUNDS_MAX];
    size_t n = 0;
    enum wx_status status =
        wx_rounds_at(tx, of->at_s - WX_ANSWER_AROUND_S, of->at_s + WX_ANSWER_AROUND_S,
                     ids, WX_ANSWER_ROUNDS_MAX, &n, err);

    *out = (struct wx_answer_given){0};
    wx_arena_init(&s.scratch);
    for (size_t i = 0; !status && i < n; i++) {
        struct wx_answer_round *round = &out->at[out->n];

        if (search_round(data_dir, ids[i], &s, NULL)) {
            out->n_unread++;
            continue;
        }
        if (!s.n)
            continue;
        *round = (struct wx_answer_round){.round_id = ids[i],
                                          .n_requests = s.n,
                                          .first_ms = s.first_ms,
                                          .last_ms = s.last_ms};
        status = describe(tx, arena, round, err);
        out->n += !status;
    }
    wx_arena_clear(&s.scratch);
    return status;
}
