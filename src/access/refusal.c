#include "access/refusal.h"

#include "base/arena.h"
#include <pthread.h>
#include <stdlib.h>

enum { N_PLACES = 1024, N_WAYS = 8 };

struct place {
    bool is_used;
    int64_t account_id, since_s;
    enum wx_op op;
    uint32_t n; /* counted after the first */
};
struct wx_refusals {
    pthread_mutex_t mutex;
    struct place places[N_PLACES];
    uint32_t n_others; /* that found no place */
    int64_t others_since_s;
};

struct wx_refusals *wx_refusals_new(void)
{
    struct wx_refusals *refusals = wx_new(struct wx_refusals);

    pthread_mutex_init(&refusals->mutex, NULL);
    return refusals;
}

void wx_refusals_free(struct wx_refusals *refusals)
{
    if (!refusals)
        return;
    pthread_mutex_destroy(&refusals->mutex);
    free(refusals);
}

/* The place of these two, or a free one; NULL: all of its ways are taken. */
static struct place *find(struct wx_refusals *refusals, int64_t account_id,
                          enum wx_op op)
{
    uint64_t at = ((uint64_t)account_id * WX_OP_COUNT + op) * 0x9e3779b97f4a7c15u >> 32;
    struct place *free_one = NULL;

    for (size_t i = 0; i < N_WAYS; i++) {
        struct place *place = &refusals->places[(at + i) % N_PLACES];

        if (place->is_used && place->account_id == account_id && place->op == op)
            return place;
        if (!place->is_used && !free_one)
            free_one = place;
    }
    return free_one;
}

bool wx_refusals_count(struct wx_refusals *refusals, int64_t account_id, enum wx_op op,
                       int64_t now_s)
{
    struct place *place;
    bool is_first = false;

    pthread_mutex_lock(&refusals->mutex);
    place = find(refusals, account_id, op);
    if (!place) {
        if (!refusals->n_others++)
            refusals->others_since_s = now_s;
    } else if (!place->is_used) {
        *place = (struct place){true, account_id, now_s, op, 0};
        is_first = true;
    } else {
        place->n++;
    }
    pthread_mutex_unlock(&refusals->mutex);
    return is_first;
}

size_t wx_refusals_due(struct wx_refusals *refusals, int64_t now_s,
                       struct wx_refusals_more *out, size_t cap)
{
    size_t n = 0;

    pthread_mutex_lock(&refusals->mutex);
    for (size_t i = 0; i < N_PLACES && n < cap; i++) {
        struct place *place = &refusals->places[i];

        if (!place->is_used || now_s - place->since_s < WX_REFUSAL_EVERY_S)
            continue;
        if (place->n)
            out[n++] =
                (struct wx_refusals_more){place->account_id, place->op, place->n};
        place->is_used = false;
    }
    if (n < cap && refusals->n_others &&
        now_s - refusals->others_since_s >= WX_REFUSAL_EVERY_S) {
        out[n++] = (struct wx_refusals_more){0, WX_OP_COUNT, refusals->n_others};
        refusals->n_others = 0;
    }
    pthread_mutex_unlock(&refusals->mutex);
    return n;
}
