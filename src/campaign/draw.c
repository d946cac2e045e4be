#include "campaign/draw.h"

#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>

static enum wx_status check(const struct wx_draw_rules *rules, size_t n,
                            struct wx_err *err)
{
    if (n == 0)
        return wx_fail(err, WX_E_INVALID, "there is no unit to draw from");
    if (n > WX_MAX_DRAW_UNITS || rules->n_criteria > WX_MAX_DRAW_CRITERIA)
        return wx_fail(err, WX_E_TOO_BIG, "at most %d units and %d criteria",
                       WX_MAX_DRAW_UNITS, WX_MAX_DRAW_CRITERIA);
    if (rules->seed.len == 0 || rules->seed.len > WX_MAX_SEED_BYTES)
        return wx_fail(err, WX_E_INVALID, "'seed' must have 1 to %d bytes",
                       WX_MAX_SEED_BYTES);
    if (rules->lot_percent < 0 || rules->lot_percent > 100)
        return wx_fail(err, WX_E_INVALID, "'lot_percent' must be 0 to 100");
    for (size_t i = 0; i < rules->n_criteria; i++)
        if (rules->criteria[i].weight < 0 || rules->criteria[i].weight > 100)
            return wx_fail(err, WX_E_INVALID, "the weight of '%.*s' must be 0 to 100",
                           WX_STR_ARG(rules->criteria[i].measure));
    return WX_OK;
}

static int by_id(const void *a, const void *b)
{
    const struct wx_draw_unit *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

static int by_score(const void *a, const void *b)
{
    const struct wx_draw_unit *x = a, *y = b;

    if (x->score_x100 != y->score_x100)
        return x->score_x100 > y->score_x100 ? -1 : 1;
    return strcmp(x->lot, y->lot);
}

/* Strata one after the other, each by lot. */
static int by_lot(const void *a, const void *b)
{
    const struct wx_draw_unit *x = *(struct wx_draw_unit *const *)a;
    const struct wx_draw_unit *y = *(struct wx_draw_unit *const *)b;
    size_t n = x->stratum.len < y->stratum.len ? x->stratum.len : y->stratum.len;
    int order = n ? memcmp(x->stratum.ptr, y->stratum.ptr, n) : 0;

    if (order == 0 && x->stratum.len != y->stratum.len)
        order = x->stratum.len < y->stratum.len ? -1 : 1;
    return order ? order : strcmp(x->lot, y->lot);
}

static void cast_lot(struct wx_str seed, struct wx_draw_unit *unit)
{
    char text[WX_MAX_SEED_BYTES + 24];
    struct wx_sha256 hash;
    int n =
        snprintf(text, sizeof text, "%.*s:%lld", WX_STR_ARG(seed), (long long)unit->id);

    hash = wx_sha256_of((struct wx_str){text, (size_t)n});
    wx_hex(hash.bytes, sizeof hash.bytes, unit->lot);
}

static struct wx_sha256 digest_of(const struct wx_draw_unit *units, size_t n)
{
    struct wx_buf text = WX_BUF_INIT(64 << 20);
    struct wx_sha256 out;

    for (size_t i = 0; i < n; i++)
        (void)wx_buf_printf(&text, "%lld %.*s\n", (long long)units[i].id,
                            WX_STR_ARG(units[i].stratum));
    out = wx_sha256_of(wx_buf_str(&text));
    wx_buf_clear(&text);
    return out;
}

static void give_points(const struct wx_draw_rules *rules, struct wx_draw_unit *units,
                        size_t n, struct wx_draw_result *out)
{
    for (size_t c = 0; c < rules->n_criteria; c++)
        for (size_t i = 0; i < n; i++)
            if (units[i].values[c] > out->largest[c])
                out->largest[c] = units[i].values[c];
    for (size_t i = 0; i < n; i++) {
        units[i].score_x100 = 0;
        for (size_t c = 0; c < rules->n_criteria; c++) {
            int64_t value = units[i].values[c] > 0 ? units[i].values[c] : 0;
            /* counts of a register: far below what would overflow */
            int64_t points = out->largest[c]
                                 ? (int64_t)((__int128)rules->criteria[c].weight * 100 *
                                             value / out->largest[c])
                                 : 0;

            units[i].points_x100[c] = points;
            units[i].score_x100 += points;
        }
    }
}

static void draw_stratum(const struct wx_draw_rules *rules, struct wx_draw_unit **units,
                         size_t n, struct wx_draw_result *out)
{
    size_t quota = (n * (size_t)rules->lot_percent + 99) / 100;

    if (quota < rules->lot_min)
        quota = rules->lot_min;
    for (size_t i = 0; i < n; i++) {
        units[i]->lot_rank = (uint32_t)(i + 1);
        if (quota == 0 || units[i]->how != WX_DRAW_NOT)
            continue;
        units[i]->how = WX_DRAW_BY_LOT;
        out->n_by_lot++;
        quota--;
    }
}

enum wx_status wx_draw(const struct wx_draw_rules *rules, struct wx_draw_unit *units,
                       size_t n, struct wx_draw_result *out, struct wx_err *err)
{
    struct wx_draw_unit **by;
    enum wx_status status = check(rules, n, err);

    *out = (struct wx_draw_result){0};
    if (status)
        return status;
    qsort(units, n, sizeof *units, by_id);
    for (size_t i = 1; i < n; i++)
        if (units[i].id == units[i - 1].id)
            return wx_fail(err, WX_E_INVALID, "unit %lld stands twice in the list",
                           (long long)units[i].id);
    out->digest = digest_of(units, n);
    for (size_t i = 0; i < n; i++)
        cast_lot(rules->seed, &units[i]);
    give_points(rules, units, n, out);
    qsort(units, n, sizeof *units, by_score);
    by = wx_alloc(wx_size_mul(n, sizeof(struct wx_draw_unit *)));
    for (size_t i = 0; i < n; i++) {
        bool is_proposed = i < rules->n_top && units[i].score_x100 > 0;

        units[i].rank = (uint32_t)(i + 1);
        units[i].how = is_proposed ? WX_DRAW_BY_RANK : WX_DRAW_NOT;
        out->n_by_rank += is_proposed;
        by[i] = &units[i];
    }
    qsort(by, n, sizeof(struct wx_draw_unit *), by_lot);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && wx_str_eq(by[end]->stratum, by[i]->stratum);)
            end++;
        draw_stratum(rules, by + i, end - i, out);
    }
    free(by);
    return WX_OK;
}
