#include "access/throttle.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/seal.h"
#include <pthread.h>
#include <stdlib.h>

enum { N_PLACES = 1 << 14, N_WAYS = 8 };

struct place {
    uint64_t key; /* 0: free */
    int64_t since_s;
    uint32_t n_failed;
};
struct wx_throttle {
    pthread_mutex_t mutex;
    uint64_t seed; /* nobody outside can aim at a place */
    struct place places[N_PLACES];
};

struct wx_throttle *wx_throttle_new(void)
{
    struct wx_throttle *throttle = wx_new(struct wx_throttle);

    pthread_mutex_init(&throttle->mutex, NULL);
    wx_random(&throttle->seed, sizeof throttle->seed);
    return throttle;
}

void wx_throttle_free(struct wx_throttle *throttle)
{
    if (!throttle)
        return;
    pthread_mutex_destroy(&throttle->mutex);
    free(throttle);
}

struct keys {
    uint64_t of[3];
};
static const uint32_t ceilings[3] = {WX_THROTTLE_PAIR, WX_THROTTLE_ACCOUNT,
                                     WX_THROTTLE_ADDRESS};

static struct keys keys_of(const struct wx_throttle *throttle, struct wx_str account,
                           struct wx_str address)
{
    struct wx_buf buf = WX_BUF_INIT(4096);
    struct keys keys;

    account = wx_str_sub(account, 0, 256);
    address = wx_str_sub(address, 0, 64);
    for (size_t i = 0; i < account.len; i++) /* logins are found whatever their case */
        (void)wx_buf_addc(&buf, (char)wx_lower((unsigned char)account.ptr[i]));
    keys.of[1] = wx_hash64_seed(wx_buf_str(&buf), throttle->seed + 1) | 1;
    (void)wx_buf_addc(&buf, '\0');
    (void)wx_buf_adds(&buf, address);
    keys.of[0] = wx_hash64_seed(wx_buf_str(&buf), throttle->seed) | 1;
    keys.of[2] = wx_hash64_seed(address, throttle->seed + 2) | 1;
    wx_buf_clear(&buf);
    return keys;
}

static bool is_over(const struct place *place, int64_t now_s)
{
    return now_s - place->since_s >= WX_THROTTLE_WINDOW_S;
}

static struct place *find(struct wx_throttle *throttle, uint64_t key)
{
    for (size_t i = 0; i < N_WAYS; i++) {
        struct place *place = &throttle->places[(key / 2 + i) % N_PLACES];

        if (place->key == key)
            return place;
    }
    return NULL;
}

/* The place of KEY, or the cheapest of its ways to give up. */
static struct place *claim(struct wx_throttle *throttle, uint64_t key, int64_t now_s)
{
    struct place *best = find(throttle, key);
    bool is_found;

    for (size_t i = 0; i < N_WAYS && !best; i++) {
        struct place *place = &throttle->places[(key / 2 + i) % N_PLACES];

        if (!place->key || is_over(place, now_s))
            best = place;
    }
    is_found = best != NULL;
    for (size_t i = 0; i < N_WAYS && !is_found; i++) {
        struct place *place = &throttle->places[(key / 2 + i) % N_PLACES];

        if (!best || place->n_failed < best->n_failed)
            best = place;
    }
    if (best->key != key || is_over(best, now_s))
        *best = (struct place){.key = key, .since_s = now_s};
    return best;
}

int64_t wx_throttle_wait_s(struct wx_throttle *throttle, struct wx_str account,
                           struct wx_str address, int64_t now_s)
{
    struct keys keys = keys_of(throttle, account, address);
    int64_t wait_s = 0;

    pthread_mutex_lock(&throttle->mutex);
    for (int i = 0; i < 3; i++) {
        struct place *place = find(throttle, keys.of[i]);
        int64_t left_s = place ? place->since_s + WX_THROTTLE_WINDOW_S - now_s : 0;

        if (place && place->n_failed >= ceilings[i] && left_s > wait_s)
            wait_s = left_s;
    }
    pthread_mutex_unlock(&throttle->mutex);
    return wait_s;
}

void wx_throttle_try(struct wx_throttle *throttle, struct wx_str account,
                     struct wx_str address, int64_t now_s)
{
    struct keys keys = keys_of(throttle, account, address);

    pthread_mutex_lock(&throttle->mutex);
    for (int i = 0; i < 3; i++)
        claim(throttle, keys.of[i], now_s)->n_failed++;
    pthread_mutex_unlock(&throttle->mutex);
}

void wx_throttle_passed(struct wx_throttle *throttle, struct wx_str account,
                        struct wx_str address)
{
    struct keys keys = keys_of(throttle, account, address);

    pthread_mutex_lock(&throttle->mutex);
    for (int i = 0; i < 3; i++) {
        struct place *place = find(throttle, keys.of[i]);

        if (place && i == 0)
            *place = (struct place){0};
        else if (place && place->n_failed)
            place->n_failed--;
    }
    pthread_mutex_unlock(&throttle->mutex);
}
