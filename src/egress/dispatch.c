/* Whose turn it is: permit, pace, address, connection - and then a packet may go. */
#include "egress/loop.h"

#include "base/hash.h"
#include <arpa/inet.h>
#include <stdlib.h>

static const int64_t keep_failed_lookup_us = 60 * 1000000;

/* --- budgets of addresses --------------------------------------------------------- */

static size_t share_bucket(const struct wx_egress *egress, const struct wx_address *a)
{
    struct wx_str bytes = {(const char *)a->bytes, a->n_bytes};

    return wx_hash64(bytes) & (egress->n_share_buckets - 1);
}

static void shares_grow(struct wx_egress *egress)
{
    size_t n_old = egress->n_share_buckets;
    struct wx_share **old = egress->shares;

    egress->n_share_buckets = n_old ? n_old * 2 : 64;
    egress->shares =
        wx_alloc(wx_size_mul(egress->n_share_buckets, sizeof *egress->shares));
    for (size_t i = 0; i < n_old; i++)
        for (struct wx_share *s = old[i], *next; s; s = next) {
            size_t to = share_bucket(egress, &s->address);

            next = s->next;
            s->next = egress->shares[to];
            egress->shares[to] = s;
        }
    free(old);
}

/* The budget of ADDRESS, or NULL when it has no limit. */
static struct wx_share *share_get(struct wx_egress *egress,
                                  const struct wx_address *address)
{
    double per_s =
        wx_permit_address_pace_at(egress->permit, address->bytes, address->n_bytes);
    struct wx_share *share;
    size_t i;

    if (per_s == 0)
        return NULL;
    if (egress->n_shares >= egress->n_share_buckets)
        shares_grow(egress);
    i = share_bucket(egress, address);
    for (share = egress->shares[i]; share; share = share->next)
        if (share->address.n_bytes == address->n_bytes &&
            memcmp(share->address.bytes, address->bytes, address->n_bytes) == 0)
            return share;
    share = wx_new(struct wx_share);
    share->address = *address;
    share->budget.interval_us = wx_pace_interval_us(per_s / egress->budget_share);
    share->next = egress->shares[i];
    egress->shares[i] = share;
    egress->n_shares++;
    return share;
}

/* --- names to addresses ----------------------------------------------------------- */

static bool literal_address(struct wx_str name, struct wx_address *out)
{
    char z[INET6_ADDRSTRLEN];

    if (name.len >= sizeof z)
        return false;
    memcpy(z, name.ptr, name.len);
    z[name.len] = '\0';
    *out = (struct wx_address){0};
    if (inet_pton(AF_INET, z, out->bytes) == 1)
        out->n_bytes = 4;
    else if (inet_pton(AF_INET6, z, out->bytes) == 1)
        out->n_bytes = 16;
    return out->n_bytes != 0;
}

static void host_keep_addresses(struct wx_host *host, const struct wx_address *from,
                                size_t n)
{
    if (n > WX_MAX_ADDRESSES)
        n = WX_MAX_ADDRESSES;
    free(host->addresses);
    host->addresses = wx_alloc(n * sizeof *from);
    memcpy(host->addresses, from, n * sizeof *from);
    host->n_addresses = (uint8_t)n;
    host->lookup = WX_LOOKUP_DONE;
    host->lookup_outcome = WX_OUT_OK;
    host->looked_up_us = host->egress->now_us;
}

static void lookup_done(void *ctx, enum wx_outcome outcome, const char *detail,
                        unsigned char (*addresses)[16], const uint8_t *lengths,
                        size_t n)
{
    struct wx_host *host = ctx, *next;
    struct wx_egress *egress = host->egress;
    struct wx_address kept[WX_MAX_ADDRESSES];

    egress->n_lookups--;
    if (n > WX_MAX_ADDRESSES)
        n = WX_MAX_ADDRESSES;
    for (size_t i = 0; i < n; i++) {
        memcpy(kept[i].bytes, addresses[i], 16);
        kept[i].n_bytes = lengths[i];
    }
    host->dns_ms = (int32_t)((egress->now_us - host->looked_up_us) / 1000);
    host_keep_addresses(host, kept, n);
    host->lookup_outcome = (uint8_t)outcome;
    host->lookup_detail = detail; /* c-ares' own constants */
    wx_host_poke(host);
    next = wx_host_list_take(&egress->unresolved);
    if (next)
        wx_host_poke(next);
}

/* True when the host's addresses (or their lack) are known. */
static bool host_resolve(struct wx_host *host)
{
    struct wx_egress *egress = host->egress;
    struct wx_address literal;
    bool is_stale = host->lookup == WX_LOOKUP_DONE &&
                    host->lookup_outcome == WX_OUT_DNS_FAILED &&
                    egress->now_us - host->looked_up_us > keep_failed_lookup_us;

    if (host->lookup == WX_LOOKUP_DONE && !is_stale)
        return true;
    if (literal_address(wx_host_name(host), &literal)) {
        host_keep_addresses(host, &literal, 1);
        return true;
    }
    if (egress->n_lookups >= WX_MAX_LOOKUPS) {
        wx_host_list_add(&egress->unresolved, host);
        return false;
    }
    host->lookup = WX_LOOKUP_ASKED;
    host->looked_up_us = egress->now_us;
    egress->n_lookups++;
    if (host->first && !host->first->begun_us)
        host->first->begun_us = egress->now_us;
    wx_resolver_ask(egress->resolver, host->name, lookup_done, host);
    return false; /* if it is answered already, lookup_done has poked the host */
}

/* --- one request's way out -------------------------------------------------------- */

/* May JOB go where it wants to go? */
static enum wx_status job_check(struct wx_egress *egress, const struct wx_job *job,
                                struct wx_err *err)
{
    const struct wx_url *url = wx_job_url(job);

    if (!job->request.is_offsite)
        return wx_permit_check_host(egress->permit, url->host, url->port, egress->now_s,
                                    err);
    if (!job->request.is_head)
        return wx_fail(err, WX_E_OUT_OF_SCOPE, "off-site links are only asked by HEAD");
    return wx_permit_check_offsite(egress->permit, url->host, egress->now_s, err);
}

/* The pace is the permit's, but towards these very addresses. */
static void host_set_pace(struct wx_host *host, const struct wx_address *address)
{
    double per_s =
        wx_permit_pace_at(host->egress->permit, address->bytes, address->n_bytes);

    if (host->is_paced)
        return;
    host->is_paced = true;
    wx_pace_slow(&host->pace, wx_pace_interval_us(per_s));
}

/* The first address from FROM on that the permit lets pass; -1 and the reason: none. */
static int choose_address(struct wx_endpoint *endpoint, uint8_t from,
                          struct wx_address *out, struct wx_err *err)
{
    struct wx_host *host = endpoint->host;
    const struct wx_permit *permit = host->egress->permit;

    if (endpoint->pin && endpoint->pin->n_bytes) {
        memcpy(out->bytes, endpoint->pin->bytes, 16);
        out->n_bytes = endpoint->pin->n_bytes;
        return wx_permit_check_address(permit, out->bytes, out->n_bytes, endpoint->port,
                                       err) == WX_OK
                   ? 0
                   : -1;
    }
    for (unsigned i = from; i < host->n_addresses; i++) {
        *out = host->addresses[i];
        if (wx_permit_check_address(permit, out->bytes, out->n_bytes, endpoint->port,
                                    err) == WX_OK)
            return (int)i;
    }
    return -1;
}

/* Room for one more connection: ours to this host first, then anybody's oldest. */
static bool make_room(struct wx_host *host)
{
    struct wx_egress *egress = host->egress;

    if (host->n_conns >= egress->max_host_conns) {
        for (struct wx_endpoint *e = host->endpoints; e; e = e->next)
            if (e->idle) {
                wx_conn_close(e->idle);
                return true;
            }
        return false; /* one of them will end and poke */
    }
    if (egress->counters.n_open_connections < egress->max_conns)
        return true;
    if (egress->oldest_idle) {
        wx_conn_close(egress->oldest_idle);
        return true;
    }
    wx_host_list_add(&egress->starved, host);
    return false;
}

/* Is the address's own budget free? Otherwise the host waits for its reserved slot. */
static bool slot_is_free(struct wx_host *host, const struct wx_address *address)
{
    struct wx_egress *egress = host->egress;
    struct wx_share *share;

    if (!host->slot_us) {
        share = share_get(egress, address);
        if (!share)
            return true;
        host->slot_us = wx_budget_reserve(&share->budget, egress->now_us);
    }
    if (host->slot_us > egress->now_us) {
        wx_timer_set(&egress->timers, &host->timer, host->slot_us);
        return false;
    }
    host->slot_us = 0;
    return true;
}

bool wx_dispatch_connect(struct wx_endpoint *endpoint, struct wx_job *job, uint8_t from)
{
    struct wx_address address;
    struct wx_err err;
    int i = choose_address(endpoint, from, &address, &err);

    if (i < 0 || (from && endpoint->pin && endpoint->pin->n_bytes))
        return false;
    wx_conn_open(endpoint, job, &address, (uint8_t)i, endpoint->tls.needs_old_client);
    return true;
}

static void fail_head(struct wx_host *host, enum wx_outcome outcome, const char *detail)
{
    wx_job_fail(host->egress, wx_host_pop(host), outcome, detail);
}

/* Everything is granted: the head of the queue goes out. */
static void host_send(struct wx_host *host, struct wx_endpoint *endpoint)
{
    struct wx_egress *egress = host->egress;
    struct wx_job *job = wx_host_pop(host);

    if (!job->begun_us)
        job->begun_us = egress->now_us;
    job->dns_ms = host->dns_ms;
    host->dns_ms = 0;
    wx_pace_sent(&host->pace, egress->now_us);
    if (endpoint->idle && !job->wants_fresh)
        wx_conn_begin(endpoint->idle, job);
    else if (!wx_dispatch_connect(endpoint, job, endpoint->at_address))
        wx_job_fail(egress, job, WX_OUT_DENIED, "no address is permitted");
}

/* The head of the queue, as far as it can go now. */
static void host_dispatch(struct wx_host *host)
{
    struct wx_egress *egress = host->egress;
    struct wx_job *job = host->first;
    const struct wx_url *url = wx_job_url(job);
    struct wx_endpoint *endpoint;
    struct wx_address address;
    struct wx_err err = {0};

    if (egress->is_stopped || host->pace.gave_up) {
        fail_head(host, WX_OUT_STOPPED,
                  egress->is_stopped ? "stopped" : host->pace.gave_up);
        return;
    }
    if (job_check(egress, job, &err) != WX_OK) {
        fail_head(host, WX_OUT_DENIED, err.text);
        return;
    }
    endpoint = wx_host_endpoint(host, url->port, url->is_https);
    if (!endpoint->pin || !endpoint->pin->n_bytes) {
        if (!host_resolve(host))
            return;
        if (host->lookup_outcome != WX_OUT_OK) {
            fail_head(host, host->lookup_outcome, host->lookup_detail);
            return;
        }
    }
    if (choose_address(endpoint, endpoint->at_address, &address, &err) < 0) {
        fail_head(host, WX_OUT_DENIED, err.text);
        return;
    }
    host_set_pace(host, &address);
    if ((!endpoint->idle || job->wants_fresh) && !make_room(host))
        return;
    if (slot_is_free(host, &address))
        host_send(host, endpoint);
}

void wx_dispatch(struct wx_egress *egress)
{
    struct wx_host *host;

    while ((host = wx_host_list_take(&egress->ready))) {
        bool is_ended = egress->is_stopped || host->pace.gave_up;

        if (!host->first)
            continue;
        if (!is_ended &&
            wx_pace_next_us(&host->pace, egress->now_us) > egress->now_us) {
            wx_host_poke(host);
            continue;
        }
        host_dispatch(host);
        /* again while there is a way: an idle connection, or room for a new one */
        if (!host->timer.slot && (is_ended || host->n_conns > host->n_active ||
                                  host->n_conns < egress->max_host_conns))
            wx_host_poke(host);
    }
}
