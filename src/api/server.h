/*
 * The office's HTTP server: libmicrohttpd with epoll, a few threads, and a slow lane
 * for what takes longer than a moment (password hashing, exports, uploads), so that
 * nobody else waits. Everything a request means is in frame.c; here are the wire's
 * ceilings, static pages, and the event streams' connections.
 */
#ifndef WX_API_SERVER_H
#define WX_API_SERVER_H

#include "access/desk.h"
#include "base/err.h"
#include "store/office.h"
#include <stdbool.h>

struct wx_calendar;
struct wx_metrics;
struct wx_notify;
struct wx_refusals;
struct wx_rounds;
struct wx_seal_key;
struct wx_server;
struct wx_call;
struct wx_rules;

struct wx_server_options {
    struct wx_office *office;
    const char *host; /* address to listen on */
    uint16_t port;    /* 0: any free one */
    uint32_t n_threads;
    const char *public_url;             /* as people reach it; NULL: http://host:port */
    const char *tls_cert, *tls_key;     /* PEM texts; NULL: plain HTTP */
    const char *const *trusted_proxies; /* addresses whose X-Forwarded-For counts */
    size_t n_trusted_proxies;
    const struct wx_seal_key *field_key; /* seals columns */
    bool with_metrics;
    struct wx_notify *notify;           /* told of events; NULL: nobody */
    struct wx_rounds *rounds;           /* the same */
    const struct wx_calendar *calendar; /* working days; NULL: not known */
    const char *const *hosts;           /* further names that Host may say */
    size_t n_hosts;
};

WX_MUST_CHECK enum wx_status wx_server_start(const struct wx_server_options *options,
                                             struct wx_server **out,
                                             struct wx_err *err);
/* Lets requests under way finish (5 s at most), ends the streams, frees. */
void wx_server_stop(struct wx_server *server);
uint16_t wx_server_port(const struct wx_server *server);
struct wx_office *wx_server_office(struct wx_server *server);
const struct wx_rules *wx_server_rules(const struct wx_server *server); /* built in */
struct wx_desk *wx_server_desk(struct wx_server *server);
struct wx_metrics *wx_server_metrics(struct wx_server *server);
struct wx_refusals *wx_server_refusals(struct wx_server *server);
/* Refusals counted since their minute began, into the trail. */
void wx_refusals_write(struct wx_server *server, int64_t now_s);
struct wx_password_gate *wx_server_gate(struct wx_server *server);
struct wx_openapi;
const struct wx_openapi *wx_server_openapi(const struct wx_server *server);
const struct wx_server_options *wx_server_options(const struct wx_server *server);

/* Events up to EVENT_ID are committed: streams and the courier may look. Any thread. */
void wx_server_tell(struct wx_server *server, int64_t event_id);
/* Once a second: heartbeats, new events, ended sessions. */
void wx_server_tick(struct wx_server *server, int64_t now_s);

#endif
