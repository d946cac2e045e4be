/*
 * The insides of struct wx_egress, shared by the files of this room.
 *
 *   job (a request) ── queue of ──► host (a name) ── has ──► endpoint (port, TLS or
 * not) │ pace, addresses          │ idle connections, ▼                          ▼ TLS
 * session ready / starved list          conn (a socket) ◄── job
 *
 * A host with work stands in one place: the ready list, the starved list (no global
 * connection left), the timer heap (pace), the resolver's queue, or nowhere, when one
 * of its own connections must end first. wx_host_poke() puts it where it belongs.
 */
#ifndef WX_EGRESS_LOOP_H
#define WX_EGRESS_LOOP_H

#include "base/limits.h"
#include "egress/egress.h"
#include "egress/pace.h"
#include "egress/pin.h"
#include "egress/resolve.h"
#include "egress/timer.h"
#include "egress/tls.h"
#include "wire/http.h"

enum {
    WX_INBOX_BYTES = 128 << 10,     /* one recv() of all connections */
    WX_KEEP_BODY_BYTES = 256 << 10, /* larger body buffers are not kept for reuse */
    WX_MAX_ADDRESSES = 8,           /* of one host; further ones are not tried */
    WX_MAX_LOOKUPS = 128,           /* questions to the name server at once */
    WX_MAX_THROTTLE_RETRIES = 2,    /* of one request after 429 or 503 */
    WX_CONN_TURNS = 64,             /* requests before a starved host gets its turn */
};

enum wx_timer_kind { WX_TIMER_HOST, WX_TIMER_CONN };

struct wx_address {
    unsigned char bytes[16];
    uint8_t n_bytes;
};

/* What earlier hops of a request left behind; most requests have none. */
struct wx_trail {
    struct wx_arena arena;
    struct wx_hop hops[WX_MAX_REDIRECTS + 2];
    struct wx_tls_facts *facts[WX_MAX_REDIRECTS + 2]; /* of each hop; NULL: plain */
    size_t n_hops;
    struct wx_url url;     /* where the request is now */
    struct wx_str cookies; /* set by the hops, for cookie_host only */
    struct wx_str cookie_host;
    bool has_secure_cookies;
    uint64_t wire_bytes;
};

struct wx_job {
    struct wx_job *next;
    struct wx_request request; /* its strings stand in bytes */
    struct wx_trail *trail;    /* NULL: first hop */
    int64_t begun_us;          /* 0: still waiting */
    int32_t dns_ms, connect_ms, tls_ms;
    uint32_t n_requests;
    uint8_t n_throttled;
    bool wants_fresh; /* a kept connection was stale: not again */
    char bytes[];
};

struct wx_endpoint {
    struct wx_endpoint *next;
    struct wx_host *host;
    struct wx_conn *idle; /* newest first */
    const struct wx_pin *pin;
    struct wx_tls_memory tls;
    uint16_t port;
    bool is_tls;
    uint8_t at_address; /* of the host's: the one that worked */
};

struct wx_host_list {
    struct wx_host *first, *last;
};

enum wx_lookup { WX_LOOKUP_NONE, WX_LOOKUP_WAITING, WX_LOOKUP_ASKED, WX_LOOKUP_DONE };

struct wx_host {
    struct wx_host *bucket_next, *list_next, *list_before;
    struct wx_host_list *list; /* where it stands; NULL: nowhere */
    struct wx_egress *egress;
    uint64_t hash;
    struct wx_timer timer;
    struct wx_pace pace;
    struct wx_job *first, *last;
    struct wx_endpoint *endpoints;
    struct wx_address *addresses;
    uint32_t n_conns, n_active; /* open; with a job */
    int64_t slot_us;            /* reserved in the address's budget; 0: none */
    int64_t looked_up_us, idle_since_us;
    int32_t dns_ms;
    uint8_t n_addresses;
    uint8_t lookup;         /* enum wx_lookup */
    uint8_t lookup_outcome; /* enum wx_outcome, when done */
    const char *lookup_detail;
    bool is_forgotten, is_paced;
    uint16_t name_len;
    char name[];
};

/* All hosts of one address together. */
struct wx_share {
    struct wx_share *next;
    struct wx_address address;
    struct wx_budget budget;
};

enum wx_conn_state {
    WX_CONN_CLOSED,
    WX_CONN_CONNECTING,
    WX_CONN_HANDSHAKE,
    WX_CONN_WAITING, /* request sent, no complete header yet */
    WX_CONN_BODY,
    WX_CONN_IDLE,
};

struct wx_answer { /* reading one answer; pooled */
    struct wx_answer *next;
    struct wx_http_reader reader;
};

struct wx_conn {
    struct wx_source source; /* first */
    uint8_t state;           /* enum wx_conn_state */
    bool is_legacy;          /* handshake with the settings of old clients */
    bool is_ending;          /* the other side sent its last byte */
    bool is_resumed;
    struct wx_egress *egress;
    struct wx_endpoint *endpoint;
    struct wx_job *job;
    struct wx_answer *answer;
    struct wx_tls_conn tls;
    struct wx_conn *idle_next;     /* of the endpoint */
    struct wx_conn *older, *newer; /* of all idle ones; older also links free ones */
    struct wx_conn *all_next;
    struct wx_timer timer;
    int64_t deadline_us, total_deadline_us;
    int64_t began_us, sent_us, first_byte_us; /* first_byte_us 0: none yet */
    uint64_t window_bytes; /* wire bytes when the current body window began */
    uint32_t n_served;
    int connect_errno; /* connect() failed at once */
    uint8_t at_address;
    struct wx_address address;
    char address_text[56];
    struct wx_buf unsent;
};

struct wx_egress {
    const struct wx_permit *permit;
    wx_egress_done *done;
    void *ctx;
    struct wx_arena arena; /* of what lives as long as the egress */
    struct wx_pins pins;
    struct wx_resolver *resolver;
    struct wx_tls_client *tls;
    struct wx_str agent;
    int64_t connect_timeout_us, first_byte_timeout_us, total_timeout_us;
    size_t max_body_bytes;
    uint32_t max_conns, max_host_conns, budget_share;
    int epoll_fd;
    int64_t now_us, now_s;
    struct wx_timers timers;
    struct wx_host **buckets;
    size_t n_buckets, n_hosts;
    struct wx_share **shares;
    size_t n_share_buckets, n_shares;
    struct wx_host_list ready, starved, unresolved;
    uint32_t n_lookups;
    struct wx_conn *oldest_idle, *newest_idle, *free_conns, *dead_conns, *all_conns;
    struct wx_answer *free_answers;
    struct wx_buf decoded;
    struct wx_source watch;
    bool is_watch_ready, is_stopped, is_running;
    size_t n_pending;
    int64_t sweep_us;
    struct wx_egress_counters counters;
    char inbox[WX_INBOX_BYTES];
};

/* host.c */
struct wx_host *wx_host_get(struct wx_egress *egress, struct wx_str name);
struct wx_host *wx_host_find(struct wx_egress *egress, struct wx_str name);
struct wx_endpoint *wx_host_endpoint(struct wx_host *host, uint16_t port, bool is_tls);
void wx_host_push(struct wx_host *host, struct wx_job *job, bool is_first);
struct wx_job *wx_host_pop(struct wx_host *host);
void wx_host_poke(struct wx_host *host);
void wx_host_free(struct wx_host *host); /* without jobs and connections */
void wx_hosts_sweep(struct wx_egress *egress);
void wx_host_list_add(struct wx_host_list *list, struct wx_host *host);
struct wx_host *wx_host_list_take(struct wx_host_list *list);
void wx_host_list_remove(struct wx_host *host);
static inline struct wx_str wx_host_name(const struct wx_host *host)
{
    return (struct wx_str){host->name, host->name_len};
}

/* dispatch.c */
void wx_dispatch(struct wx_egress *egress); /* the ready list, until it is empty */
/* Connect to the first permitted address from number FROM on; false: none is left. */
bool wx_dispatch_connect(struct wx_endpoint *endpoint, struct wx_job *job,
                         uint8_t from);

/* dial.c */
void wx_conn_open(struct wx_endpoint *endpoint, struct wx_job *job,
                  const struct wx_address *address, uint8_t at_address, bool is_legacy);
void wx_dial_event(struct wx_conn *conn, uint32_t events);
void wx_dial_timer(struct wx_conn *conn);

/* conn.c */
struct wx_conn *wx_conn_take(struct wx_egress *egress);
/* Never past the hop's total deadline while there is a job. */
void wx_conn_deadline(struct wx_conn *conn, int64_t at_us);
void wx_conn_request(struct wx_conn *conn);                   /* sends conn->job */
void wx_conn_begin(struct wx_conn *conn, struct wx_job *job); /* on an idle one */
void wx_conn_close(struct wx_conn *conn);                     /* without a word */
void wx_conn_keep(struct wx_conn *conn);
void wx_answer_give(struct wx_egress *egress, struct wx_answer *answer);
void wx_conn_event(struct wx_conn *conn, uint32_t events);
void wx_conn_timer(struct wx_conn *conn);
void wx_conns_settle(struct wx_egress *egress); /* closed ones become free */

/* answer.c: what an ended exchange means */
void wx_answer_complete(struct wx_conn *conn);
void wx_answer_failed(struct wx_conn *conn, enum wx_outcome outcome,
                      const char *detail);
/* A job that has no connection. */
void wx_job_fail(struct wx_egress *egress, struct wx_job *job, enum wx_outcome outcome,
                 const char *detail);
/* Where the job is going now. */
static inline const struct wx_url *wx_job_url(const struct wx_job *job)
{
    return job->trail ? &job->trail->url : &job->request.url;
}
struct wx_job *wx_job_new(const struct wx_request *request);
void wx_job_free(struct wx_job *job);

#endif
