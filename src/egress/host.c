/* Hosts: the table of them, their queues, and where each stands in the loop. */
#include "egress/loop.h"

#include "base/hash.h"
#include <stdlib.h>

enum {
    FIRST_BUCKETS = 64,
    SWEEP_EVERY_S = 10,
    KEEP_IDLE_HOST_S = 120, /* forgets names that came in by a redirect or a link */
};

/* --- lists ------------------------------------------------------------------------ */

void wx_host_list_add(struct wx_host_list *list, struct wx_host *host)
{
    host->list_next = NULL;
    host->list_before = list->last;
    host->list = list;
    if (list->last)
        list->last->list_next = host;
    else
        list->first = host;
    list->last = host;
}

void wx_host_list_remove(struct wx_host *host)
{
    struct wx_host_list *list = host->list;

    if (!list)
        return;
    if (host->list_before)
        host->list_before->list_next = host->list_next;
    else
        list->first = host->list_next;
    if (host->list_next)
        host->list_next->list_before = host->list_before;
    else
        list->last = host->list_before;
    host->list = NULL;
}

struct wx_host *wx_host_list_take(struct wx_host_list *list)
{
    struct wx_host *host = list->first;

    if (host)
        wx_host_list_remove(host);
    return host;
}

/* --- table ------------------------------------------------------------------------ */

static void table_grow(struct wx_egress *egress)
{
    size_t n_new = egress->n_buckets ? egress->n_buckets * 2 : FIRST_BUCKETS;
    struct wx_host **fresh = wx_alloc(wx_size_mul(n_new, sizeof *fresh));

    for (size_t i = 0; i < egress->n_buckets; i++) {
        struct wx_host *host = egress->buckets[i], *next;

        for (; host; host = next) {
            struct wx_host **to = &fresh[host->hash & (n_new - 1)];

            next = host->bucket_next;
            host->bucket_next = *to;
            *to = host;
        }
    }
    free(egress->buckets);
    egress->buckets = fresh;
    egress->n_buckets = n_new;
}

static struct wx_host *table_find(struct wx_egress *egress, struct wx_str name,
                                  uint64_t hash)
{
    struct wx_host *host =
        egress->n_buckets ? egress->buckets[hash & (egress->n_buckets - 1)] : NULL;

    while (host && (host->hash != hash || !wx_str_eq(wx_host_name(host), name)))
        host = host->bucket_next;
    return host;
}

struct wx_host *wx_host_find(struct wx_egress *egress, struct wx_str name)
{
    return table_find(egress, name, wx_hash64(name));
}

struct wx_host *wx_host_get(struct wx_egress *egress, struct wx_str name)
{
    uint64_t hash = wx_hash64(name);
    struct wx_host *host = table_find(egress, name, hash);

    if (host) {
        host->is_forgotten = false;
        return host;
    }
    if (egress->n_hosts >= egress->n_buckets)
        table_grow(egress);
    host = wx_alloc(sizeof *host + name.len + 1);
    memcpy(host->name, name.ptr, name.len);
    host->name_len = (uint16_t)name.len;
    host->egress = egress;
    host->hash = hash;
    host->timer.kind = WX_TIMER_HOST;
    host->idle_since_us = egress->now_us;
    wx_pace_init(&host->pace, wx_permit_pace_per_s(egress->permit));
    host->bucket_next = egress->buckets[hash & (egress->n_buckets - 1)];
    egress->buckets[hash & (egress->n_buckets - 1)] = host;
    egress->n_hosts++;
    return host;
}

static void endpoint_free(struct wx_endpoint *endpoint)
{
    wx_tls_memory_clear(&endpoint->tls);
    free(endpoint);
}

void wx_host_free(struct wx_host *host)
{
    struct wx_egress *egress = host->egress;
    struct wx_host **at = &egress->buckets[host->hash & (egress->n_buckets - 1)];

    while (*at != host)
        at = &(*at)->bucket_next;
    *at = host->bucket_next;
    egress->n_hosts--;
    wx_timer_unset(&egress->timers, &host->timer);
    wx_host_list_remove(host);
    for (struct wx_endpoint *e = host->endpoints, *next; e; e = next) {
        next = e->next;
        endpoint_free(e);
    }
    free(host->addresses);
    free(host);
}

/* A table walk now and then: what is forgotten or long idle goes. */
void wx_hosts_sweep(struct wx_egress *egress)
{
    int64_t before_us = egress->now_us - (int64_t)KEEP_IDLE_HOST_S * 1000000;

    if (egress->now_us < egress->sweep_us)
        return;
    egress->sweep_us = egress->now_us + (int64_t)SWEEP_EVERY_S * 1000000;
    for (size_t i = 0; i < egress->n_buckets; i++)
        for (struct wx_host *host = egress->buckets[i], *next; host; host = next) {
            bool is_busy = host->first || host->n_conns ||
                           host->lookup == WX_LOOKUP_ASKED ||
                           host->pace.blocked_until_us > egress->now_us ||
                           host->pace.next_us > egress->now_us;

            next = host->bucket_next;
            if (!is_busy && (host->is_forgotten || host->idle_since_us < before_us))
                wx_host_free(host);
        }
}

/* --- queue ------------------------------------------------------------------------ */

struct wx_endpoint *wx_host_endpoint(struct wx_host *host, uint16_t port, bool is_tls)
{
    struct wx_endpoint *e = host->endpoints;

    while (e && (e->port != port || e->is_tls != is_tls))
        e = e->next;
    if (e)
        return e;
    e = wx_new(struct wx_endpoint);
    e->host = host;
    e->port = port;
    e->is_tls = is_tls;
    e->pin = wx_pins_find(&host->egress->pins, wx_host_name(host), port);
    e->next = host->endpoints;
    host->endpoints = e;
    return e;
}

void wx_host_push(struct wx_host *host, struct wx_job *job, bool is_first)
{
    job->next = is_first ? host->first : NULL;
    if (is_first) {
        host->first = job;
        if (!host->last)
            host->last = job;
        return;
    }
    if (host->last)
        host->last->next = job;
    else
        host->first = job;
    host->last = job;
}

struct wx_job *wx_host_pop(struct wx_host *host)
{
    struct wx_job *job = host->first;

    host->first = job->next;
    if (!host->first)
        host->last = NULL;
    return job;
}

/* Put a host with work where its turn will come. */
void wx_host_poke(struct wx_host *host)
{
    struct wx_egress *egress = host->egress;
    int64_t at_us = egress->now_us;

    if (!host->first || host->list || host->lookup == WX_LOOKUP_ASKED)
        return;
    if (!host->pace.gave_up && !egress->is_stopped)
        at_us = wx_pace_next_us(&host->pace, egress->now_us);
    if (at_us == INT64_MAX)
        return; /* the answer under way will poke again */
    if (at_us > egress->now_us)
        wx_timer_set(&egress->timers, &host->timer, at_us);
    else
        wx_host_list_add(&egress->ready, host);
}
