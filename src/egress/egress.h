/*
 * The only outbound sockets of the house, with deliver.h. One struct wx_egress per
 * worker process: an epoll loop, HTTP/1.1 connections kept alive per host, TLS, name
 * resolution, pace. It asks the permit for every request, every redirect hop and every
 * resolved address; it resolves once and connects to that very address.
 *
 * Requests are GET or HEAD and nothing else can be asked for: whatever writes stands in
 * deliver.h and wants a permit of another kind. They carry our one User-Agent, and are
 * queued per host; the token bucket, the connection limits, Retry-After, 429/503
 * back-off and the circuit breaker decide when they go. The answer comes through DONE
 * from wx_egress_run().
 */
#ifndef WX_EGRESS_EGRESS_H
#define WX_EGRESS_EGRESS_H

#include "base/arena.h"
#include "base/err.h"
#include "model/observation.h"
#include "permit/permit.h"
#include "wire/url.h"

struct wx_egress;

struct wx_egress_options {
    const char *user_agent;
    const char *ca_file;        /* further roots beside the system's; NULL: none */
    const char *dns_server;     /* "127.0.0.1:5353"; NULL: the system's */
    const char *const *resolve; /* "HOST:PORT:ADDR[:PORT]" pins, "*:80::8080" maps */
    size_t n_resolve;
    uint32_t budget_share; /* this process may use 1/N of global budgets */
    /* 0: 10 s; 15 s for the TLS handshake, again for the whole header, and the window
     * in which a body must bring 100 bytes a second; 60 s for each hop */
    int64_t connect_timeout_ms, first_byte_timeout_ms, total_timeout_ms;
    size_t max_body_bytes; /* 0: WX_MAX_BODY_BYTES */
};

struct wx_request {
    enum wx_purpose purpose;
    bool is_head;
    bool is_offsite; /* outside the scope: permit's off-site clause */
    bool follow;     /* redirects, hop by hop, each one asked for */
    struct wx_url url;
    struct wx_str referrer; /* kept in the observation; never sent */
    uint16_t depth;
    size_t max_body_bytes; /* stop reading there; 0: the option's ceiling */
    void *tag;             /* the caller's */
};

/*
 * BODY is the decoded content; it and FETCH live until DONE returns. DONE may submit,
 * slow, forget and stop, but neither run nor free. fetch->body (the hash) is left to
 * whoever keeps evidence. CHAIN comes with the first answer over a certificate chain
 * only; its hash is fetch->hops[].tls->chain.
 */
typedef void wx_egress_done(void *ctx, const struct wx_request *request,
                            const struct wx_fetch *fetch, struct wx_str body,
                            struct wx_str chain /* DER evidence, may be empty */);

WX_MUST_CHECK enum wx_status wx_egress_new(const struct wx_permit *permit,
                                           const struct wx_egress_options *options,
                                           wx_egress_done *done, void *ctx,
                                           struct wx_egress **out, struct wx_err *err);
void wx_egress_free(struct wx_egress *egress);

/*
 * Copies the request. Its answer always comes, as DENIED or STOPPED if nothing else. An
 * answer of 429, or of 503 with Retry-After, is asked for again after the wait, twice
 * at most, and then handed over. A redirect that the permit refuses ends as OK, with
 * the 3xx as its last hop. Redirects to a kept cookie's own host carry it, for this
 * request.
 */
void wx_egress_submit(struct wx_egress *egress, const struct wx_request *request);
/* Requests submitted and not yet answered. */
size_t wx_egress_pending(const struct wx_egress *egress);
/* Crawl-delay of robots.txt: this host goes no faster than one request per INTERVAL.
 * The pace belongs to the name, so all its ports share it. */
void wx_egress_slow_host(struct wx_egress *egress, struct wx_str host, uint16_t port,
                         int64_t interval_ms);
/* Forget everything about a host that is finished: connections, counters, addresses.
 * 80 and 443 go together; other ports keep the host's name alive. */
void wx_egress_forget_host(struct wx_egress *egress, struct wx_str host, uint16_t port);

/* Work for at most WAIT_MS; also returns when the watched descriptor (the message
 * channel) becomes readable, when a signal came in, and when nothing is pending and
 * nothing is watched. */
void wx_egress_run(struct wx_egress *egress, int64_t wait_ms);
void wx_egress_watch(struct wx_egress *egress, int fd); /* -1: none */
/* From within DONE: wx_egress_run() returns as soon as what is at hand is done. */
void wx_egress_wake(struct wx_egress *egress);
/* No further packet leaves: all sockets closed at once, all pending answers STOPPED. */
void wx_egress_stop(struct wx_egress *egress);

struct wx_egress_counters {
    uint64_t n_requests, n_connects, wire_bytes;
    uint32_t n_open_connections, n_breakers_open;
};
struct wx_egress_counters wx_egress_counters(const struct wx_egress *egress);

#endif
