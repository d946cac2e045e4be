/* The slow lane: a few threads that run calls while their connections are suspended. */
#include "api/server_inner.h"

#include <stdlib.h>

enum { MAX_THREADS = 8, MAX_WAITING = 200 };

struct wx_lane {
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct wx_exchange *first, *last;
    size_t n_waiting, n_threads;
    bool is_closing;
    pthread_t threads[MAX_THREADS];
};

static struct wx_exchange *take(struct wx_lane *lane)
{
    struct wx_exchange *x;

    pthread_mutex_lock(&lane->lock);
    while (!lane->first && !lane->is_closing)
        pthread_cond_wait(&lane->news, &lane->lock);
    x = lane->first;
    if (x) {
        lane->first = x->next;
        if (!lane->first)
            lane->last = NULL;
        lane->n_waiting--;
    }
    pthread_mutex_unlock(&lane->lock);
    return x;
}

static void *run(void *ctx)
{
    struct wx_lane *lane = ctx;
    struct wx_exchange *x;

    while ((x = take(lane))) {
        wx_call_run(&x->call);
        x->is_done = true;
        MHD_resume_connection(x->connection);
    }
    return NULL;
}

struct wx_lane *wx_lane_new(size_t n_threads)
{
    struct wx_lane *lane = wx_new(struct wx_lane);

    pthread_mutex_init(&lane->lock, NULL);
    pthread_cond_init(&lane->news, NULL);
    for (size_t i = 0; i < n_threads && i < MAX_THREADS; i++)
        if (pthread_create(&lane->threads[lane->n_threads], NULL, run, lane) == 0)
            lane->n_threads++;
    if (lane->n_threads == 0)
        WX_BUG("no thread for the slow lane");
    return lane;
}

bool wx_lane_put(struct wx_lane *lane, struct wx_exchange *x)
{
    bool is_taken;

    pthread_mutex_lock(&lane->lock);
    is_taken = lane->n_waiting < MAX_WAITING && !lane->is_closing;
    if (is_taken) {
        x->next = NULL;
        if (lane->last)
            lane->last->next = x;
        else
            lane->first = x;
        lane->last = x;
        lane->n_waiting++;
        pthread_cond_signal(&lane->news);
    }
    pthread_mutex_unlock(&lane->lock);
    return is_taken;
}

void wx_lane_free(struct wx_lane *lane)
{
    if (!lane)
        return;
    pthread_mutex_lock(&lane->lock);
    lane->is_closing = true;
    pthread_cond_broadcast(&lane->news);
    pthread_mutex_unlock(&lane->lock);
    for (size_t i = 0; i < lane->n_threads; i++)
        pthread_join(lane->threads[i], NULL);
    pthread_cond_destroy(&lane->news);
    pthread_mutex_destroy(&lane->lock);
    free(lane);
}
