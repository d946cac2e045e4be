#include "egress/timer.h"

#include "base/arena.h"
#include <stdlib.h>

/* Four children a node: half the depth of a binary heap, one cache line a level. */
enum { CHILDREN = 4 };

static void heap_put(struct wx_timers *timers, uint32_t i, struct wx_timer *timer)
{
    timers->heap[i] = timer;
    timer->slot = i + 1;
}

static void heap_up(struct wx_timers *timers, uint32_t i)
{
    struct wx_timer *timer = timers->heap[i];

    while (i > 0) {
        uint32_t parent = (i - 1) / CHILDREN;

        if (timers->heap[parent]->at_us <= timer->at_us)
            break;
        heap_put(timers, i, timers->heap[parent]);
        i = parent;
    }
    heap_put(timers, i, timer);
}

static void heap_down(struct wx_timers *timers, uint32_t i)
{
    struct wx_timer *timer = timers->heap[i];

    for (;;) {
        uint32_t first = i * CHILDREN + 1, least = first;

        if (first >= timers->n)
            break;
        for (uint32_t c = first + 1; c < first + CHILDREN && c < timers->n; c++)
            if (timers->heap[c]->at_us < timers->heap[least]->at_us)
                least = c;
        if (timer->at_us <= timers->heap[least]->at_us)
            break;
        heap_put(timers, i, timers->heap[least]);
        i = least;
    }
    heap_put(timers, i, timer);
}

void wx_timers_clear(struct wx_timers *timers)
{
    free(timers->heap);
    *timers = (struct wx_timers){0};
}

void wx_timer_set(struct wx_timers *timers, struct wx_timer *timer, int64_t at_us)
{
    int64_t before_us = timer->at_us;

    timer->at_us = at_us;
    if (timer->slot) {
        if (at_us < before_us)
            heap_up(timers, timer->slot - 1);
        else
            heap_down(timers, timer->slot - 1);
        return;
    }
    if (timers->n == timers->cap) {
        timers->cap = timers->cap ? timers->cap * 2 : 64;
        timers->heap =
            wx_realloc(timers->heap, wx_size_mul(timers->cap, sizeof *timers->heap));
    }
    timers->heap[timers->n] = timer;
    heap_up(timers, timers->n++);
}

void wx_timer_unset(struct wx_timers *timers, struct wx_timer *timer)
{
    uint32_t i = timer->slot - 1;
    struct wx_timer *last;

    if (!timer->slot)
        return;
    timer->slot = 0;
    last = timers->heap[--timers->n];
    if (last == timer)
        return;
    heap_put(timers, i, last);
    heap_up(timers, i);
    heap_down(timers, last->slot - 1);
}

struct wx_timer *wx_timers_due(struct wx_timers *timers, int64_t now_us)
{
    struct wx_timer *timer = timers->n ? timers->heap[0] : NULL;

    if (!timer || timer->at_us > now_us)
        return NULL;
    wx_timer_unset(timers, timer);
    return timer;
}

int64_t wx_timers_next_us(const struct wx_timers *timers)
{
    return timers->n ? timers->heap[0]->at_us : INT64_MAX;
}
