/* The loop itself and the doors into it. */
#include "egress/loop.h"

#include "base/clock.h"
#include "base/limits.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS_PER_WAIT = 256,
    SPARE_DESCRIPTORS = 64, /* for everybody else in this process */
    DEFAULT_CONNECT_TIMEOUT_MS = 10000,
    DEFAULT_FIRST_BYTE_TIMEOUT_MS = 15000,
    DEFAULT_TOTAL_TIMEOUT_MS = 60000,
};

static int64_t timeout_us(int64_t ms, int64_t otherwise_ms)
{
    return (ms > 0 ? ms : otherwise_ms) * 1000;
}

/* As many connections as the permit, our share of it and the system let us have. */
static uint32_t connections_allowed(const struct wx_permit *permit, uint32_t share)
{
    uint32_t n = wx_permit_connections(permit) / share;
    struct rlimit limit;

    if (n == 0)
        n = 1;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return n;
    if (limit.rlim_cur < n + SPARE_DESCRIPTORS && limit.rlim_cur < limit.rlim_max) {
        rlim_t want = n + SPARE_DESCRIPTORS;

        limit.rlim_cur = want < limit.rlim_max ? want : limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur < n + SPARE_DESCRIPTORS)
        n = limit.rlim_cur > SPARE_DESCRIPTORS * 2
                ? (uint32_t)limit.rlim_cur - SPARE_DESCRIPTORS
                : SPARE_DESCRIPTORS;
    return n;
}

static enum wx_status agent_take(struct wx_egress *egress, const char *agent,
                                 struct wx_err *err)
{
    struct wx_str s = wx_str_of(agent && agent[0] ? agent : "Wangxun/" WX_VERSION);

    if (s.len > 1024)
        return wx_fail(err, WX_E_INVALID, "User-Agent is longer than 1024 bytes");
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || (unsigned char)s.ptr[i] > '~')
            return wx_fail(err, WX_E_INVALID,
                           "User-Agent holds a byte that is not printable ASCII");
    egress->agent = wx_arena_str(&egress->arena, s);
    return WX_OK;
}

static enum wx_status egress_open(struct wx_egress *egress,
                                  const struct wx_egress_options *options,
                                  struct wx_err *err)
{
    enum wx_status status = agent_take(egress, options->user_agent, err);

    if (status == WX_OK)
        status = wx_pins_parse(&egress->arena, options->resolve, options->n_resolve,
                               &egress->pins, err);
    if (status != WX_OK)
        return status;
    egress->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (egress->epoll_fd < 0)
        return wx_fail_errno(err, "no epoll descriptor");
    status = wx_tls_client_new(options->ca_file, &egress->tls, err);
    if (status != WX_OK)
        return status;
    return wx_resolver_new(egress->epoll_fd, options->dns_server, &egress->resolver,
                           err);
}

static void clock_read(struct wx_egress *egress)
{
    egress->now_us = wx_mono_us();
}

enum wx_status wx_egress_new(const struct wx_permit *permit,
                             const struct wx_egress_options *options,
                             wx_egress_done *done, void *ctx, struct wx_egress **out,
                             struct wx_err *err)
{
    struct wx_egress *egress;
    size_t max = options->max_body_bytes;
    enum wx_status status;

    if (wx_permit_is_delivery(permit))
        return wx_fail(err, WX_E_OUT_OF_SCOPE,
                       "a permit for deliveries is none for inspections");
    egress = wx_new(struct wx_egress);
    wx_arena_init(&egress->arena);
    egress->permit = permit;
    egress->done = done;
    egress->ctx = ctx;
    egress->epoll_fd = egress->watch.fd = -1;
    egress->watch.kind = WX_SOURCE_WATCH;
    egress->budget_share = options->budget_share ? options->budget_share : 1;
    egress->connect_timeout_us =
        timeout_us(options->connect_timeout_ms, DEFAULT_CONNECT_TIMEOUT_MS);
    egress->first_byte_timeout_us =
        timeout_us(options->first_byte_timeout_ms, DEFAULT_FIRST_BYTE_TIMEOUT_MS);
    egress->total_timeout_us =
        timeout_us(options->total_timeout_ms, DEFAULT_TOTAL_TIMEOUT_MS);
    egress->max_body_bytes = max && max < WX_MAX_BODY_BYTES ? max : WX_MAX_BODY_BYTES;
    egress->decoded = WX_BUF_INIT(WX_MAX_BODY_BYTES);
    egress->max_conns = connections_allowed(permit, egress->budget_share);
    egress->max_host_conns = wx_permit_host_connections(permit);
    clock_read(egress);
    tzset(); /* reads /etc/localtime, or the first date would */
    status = egress_open(egress, options, err);
    if (status != WX_OK) {
        wx_egress_free(egress);
        return status;
    }
    *out = egress;
    return WX_OK;
}

static void hosts_drop_jobs(struct wx_egress *egress)
{
    for (size_t i = 0; i < egress->n_buckets; i++)
        for (struct wx_host *host = egress->buckets[i]; host; host = host->bucket_next)
            while (host->first)
                wx_job_free(wx_host_pop(host));
}

/* Each connection in turn; the list is found through the hosts' table. */
static void conns_free(struct wx_egress *egress)
{
    for (struct wx_conn *conn = egress->all_conns, *next; conn; conn = next) {
        next = conn->all_next;
        if (conn->job)
            wx_job_free(conn->job);
        wx_conn_close(conn);
        free(conn);
    }
    for (struct wx_answer *a = egress->free_answers, *next; a; a = next) {
        next = a->next;
        wx_http_reader_clear(&a->reader);
        free(a);
    }
}

static void hosts_free(struct wx_egress *egress)
{
    for (size_t i = 0; i < egress->n_buckets; i++)
        while (egress->buckets[i])
            wx_host_free(egress->buckets[i]);
    free(egress->buckets);
    for (size_t i = 0; i < egress->n_share_buckets; i++)
        for (struct wx_share *s = egress->shares[i], *next; s; s = next) {
            next = s->next;
            free(s);
        }
    free(egress->shares);
}

void wx_egress_free(struct wx_egress *egress)
{
    if (!egress)
        return;
    wx_resolver_free(egress->resolver);
    hosts_drop_jobs(egress);
    conns_free(egress);
    hosts_free(egress);
    wx_tls_client_free(egress->tls);
    wx_timers_clear(&egress->timers);
    wx_buf_clear(&egress->decoded);
    if (egress->epoll_fd >= 0)
        close(egress->epoll_fd);
    wx_arena_clear(&egress->arena);
    free(egress);
}

void wx_egress_submit(struct wx_egress *egress, const struct wx_request *request)
{
    struct wx_job *job = wx_job_new(request);
    struct wx_host *host = wx_host_get(egress, job->request.url.host);

    egress->n_pending++;
    wx_host_push(host, job, false);
    wx_host_poke(host);
}

size_t wx_egress_pending(const struct wx_egress *egress)
{
    return egress->n_pending;
}

void wx_egress_slow_host(struct wx_egress *egress, struct wx_str host, uint16_t port,
                         int64_t interval_ms)
{
    (void)port; /* the pace is the name's: its ports are one machine */
    wx_pace_slow(&wx_host_get(egress, host)->pace, interval_ms * 1000);
}

/* 80 and 443 are one site to whoever forgets it. */
static bool is_same_site(uint16_t a, uint16_t b)
{
    bool is_usual = a == 80 || a == 443;

    return a == b || (is_usual && (b == 80 || b == 443));
}

void wx_egress_forget_host(struct wx_egress *egress, struct wx_str name, uint16_t port)
{
    struct wx_host *host = wx_host_find(egress, name);
    bool is_all = true;

    if (!host)
        return;
    for (struct wx_endpoint *e = host->endpoints; e; e = e->next) {
        if (!is_same_site(e->port, port)) {
            is_all = false;
            continue;
        }
        while (e->idle)
            wx_conn_close(e->idle);
    }
    if (is_all)
        host->is_forgotten = true;
    if (is_all && !egress->is_running && !host->first && !host->n_conns &&
        host->lookup != WX_LOOKUP_ASKED &&
        host->pace.blocked_until_us <= egress->now_us)
        wx_host_free(host);
}

void wx_egress_watch(struct wx_egress *egress, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &egress->watch};

    if (egress->watch.fd >= 0)
        epoll_ctl(egress->epoll_fd, EPOLL_CTL_DEL, egress->watch.fd, NULL);
    egress->watch.fd = fd;
    if (fd >= 0)
        epoll_ctl(egress->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

/* --- the loop --------------------------------------------------------------------- */

static void timers_ring(struct wx_egress *egress)
{
    struct wx_timer *timer;

    while ((timer = wx_timers_due(&egress->timers, egress->now_us))) {
        if (timer->kind == WX_TIMER_HOST)
            wx_host_poke(
                (struct wx_host *)((char *)timer - offsetof(struct wx_host, timer)));
        else
            wx_conn_timer(
                (struct wx_conn *)((char *)timer - offsetof(struct wx_conn, timer)));
    }
}

static int wait_ms(struct wx_egress *egress, int64_t until_us)
{
    int64_t next_us = wx_timers_next_us(&egress->timers), ms;

    if (egress->ready.first)
        return 0;
    if (next_us > until_us)
        next_us = until_us;
    ms = (next_us - egress->now_us + 999) / 1000;
    if (ms <= 0)
        return 0;
    if (ms > 60000)
        ms = 60000;
    return (int)wx_resolver_wait_ms(egress->resolver, ms);
}

static void events_handle(struct wx_egress *egress, const struct epoll_event *events,
                          int n)
{
    for (int i = 0; i < n; i++) {
        struct wx_source *source = events[i].data.ptr;

        clock_read(egress);
        if (source->kind == WX_SOURCE_CONN)
            wx_conn_event((struct wx_conn *)source, events[i].events);
        else if (source->kind == WX_SOURCE_DNS)
            wx_resolver_event(egress->resolver, source, events[i].events);
        else
            egress->is_watch_ready = true;
    }
}

/* Answer everything that waits: the sockets are closed already. */
static void stopped_answer(struct wx_egress *egress)
{
    for (size_t i = 0; i < egress->n_buckets; i++)
        for (struct wx_host *host = egress->buckets[i]; host; host = host->bucket_next)
            while (host->first)
                wx_job_fail(egress, wx_host_pop(host), WX_OUT_STOPPED, "stopped");
}

/* False: a signal came in, which the caller may want to know about. */
static bool loop_turn(struct wx_egress *egress, int64_t until_us)
{
    struct epoll_event events[EVENTS_PER_WAIT];
    int n = epoll_wait(egress->epoll_fd, events, EVENTS_PER_WAIT,
                       wait_ms(egress, until_us));
    bool is_interrupted = n < 0;

    clock_read(egress);
    egress->now_s = wx_now_s();
    events_handle(egress, events, n);
    wx_resolver_tick(egress->resolver);
    timers_ring(egress);
    wx_dispatch(egress);
    wx_conns_settle(egress);
    wx_resolver_settle(egress->resolver);
    wx_hosts_sweep(egress);
    return !is_interrupted;
}

void wx_egress_run(struct wx_egress *egress, int64_t wait_ms)
{
    int64_t until_us;

    clock_read(egress);
    egress->now_s = wx_now_s();
    until_us = egress->now_us + wait_ms * 1000;
    egress->is_running = true;
    egress->is_watch_ready = false;
    wx_dispatch(egress);
    do {
        if (egress->is_stopped)
            stopped_answer(egress);
        if (!egress->n_pending && egress->watch.fd < 0)
            break;
        if (!loop_turn(egress, until_us))
            break;
    } while (!egress->is_watch_ready && egress->now_us < until_us);
    egress->is_running = false;
}

void wx_egress_wake(struct wx_egress *egress)
{
    egress->is_watch_ready = true;
}

void wx_egress_stop(struct wx_egress *egress)
{
    egress->is_stopped = true;
    wx_resolver_cancel(egress->resolver);
    for (struct wx_conn *conn = egress->all_conns; conn; conn = conn->all_next) {
        struct wx_job *job = conn->job;

        if (job) { /* answered with the queue, in wx_egress_run() or below */
            conn->job = NULL;
            conn->endpoint->host->n_active--;
            wx_host_push(conn->endpoint->host, job, true);
        }
        wx_conn_close(conn);
    }
    if (!egress->is_running)
        stopped_answer(egress);
}

struct wx_egress_counters wx_egress_counters(const struct wx_egress *egress)
{
    struct wx_egress_counters counters = egress->counters;

    for (size_t i = 0; i < egress->n_buckets; i++)
        for (const struct wx_host *h = egress->buckets[i]; h; h = h->bucket_next)
            counters.n_breakers_open += h->pace.breaker != WX_BREAKER_CLOSED;
    return counters;
}
