#define _GNU_SOURCE
#include "api/server_inner.h"

#include "access/password.h"
#include "access/refusal.h"
#include "api/assets.h"
#include "api/metrics.h"
#include "api/openapi.h"
#include "base/clock.h"
#include "campaign/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "detect/rule/rule.h"
#include "finding/act.h"
#include "notify/notify.h"
#include "round/rounds.h"
#include "store/office_request.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_LIMIT = 4096,
    IDLE_S = 120, /* streams send something every 20 s */
    PER_ADDRESS_LIMIT = 1500,
    STOP_WAIT_MS = 5000,
    CARE_EVERY_S = 60,
    CAMPAIGNS_EVERY_S = 10, /* what happens asks for a duty so soon */
    KEEP_ANSWERS_S = 24 * 3600,
    KEEP_EVENTS_S = 30 * 24 * 3600,
};

/* ---- reading the request's head ---- */

static enum MHD_Result take_param(void *ctx, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    struct wx_call *call = ctx;

    (void)kind;
    if (call->n_params < WX_MAX_PARAMS)
        call->params[call->n_params++] = (struct wx_param){
            wx_arena_str(&call->arena, wx_str_of(name)),
            wx_arena_str(&call->arena, wx_str_of(value ? value : ""))};
    return MHD_YES;
}

static struct wx_str header(struct wx_exchange *x, const char *name)
{
    return wx_str_of(MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name));
}

static struct wx_str kept_header(struct wx_exchange *x, const char *name)
{
    return wx_arena_str(&x->call.arena, header(x, name));
}

static struct wx_str client_address(struct wx_server *server, struct wx_exchange *x)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    struct wx_str forwarded = header(x, "X-Forwarded-For"), last;

    if (info && info->client_addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)info->client_addr)->sin_addr,
                  text, sizeof text);
    else if (info && info->client_addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6,
                  &((const struct sockaddr_in6 *)info->client_addr)->sin6_addr, text,
                  sizeof text);
    for (size_t i = 0; forwarded.len && i < server->options.n_trusted_proxies; i++) {
        if (strcmp(server->options.trusted_proxies[i], text) != 0)
            continue;
        last = forwarded; /* the address our own proxy saw: the last one */
        for (size_t at; (at = wx_str_chr(last, ',')) != WX_NPOS;)
            last = wx_str_sub(last, at + 1, last.len);
        return wx_arena_str(&x->call.arena, wx_str_sub(wx_str_trim(last), 0, 60));
    }
    return wx_arena_str(&x->call.arena, wx_str_of(text));
}

/* ---- is it our own page that asks? ---- */

static struct wx_str host_only(struct wx_str host)
{
    size_t colon;

    if (wx_str_starts(host, "["))
        return wx_str_sub(host, 0, wx_str_chr(host, ']') + 1);
    colon = wx_str_chr(host, ':');
    return colon == WX_NPOS ? host : wx_str_sub(host, 0, colon);
}

static struct wx_str url_host(const char *url)
{
    struct wx_str s = wx_str_of(url);
    size_t at = wx_str_findz(s, "://");

    if (at != WX_NPOS)
        s = wx_str_sub(s, at + 3, s.len);
    return wx_str_sub(s, 0, wx_str_chr(s, '/'));
}

/* Only names we are known by: a page elsewhere whose name now leads here gets nothing.
 */
static bool is_our_host(const struct wx_server *server, struct wx_str host)
{
    struct wx_str name = host_only(host);

    if (wx_str_ieqz(name, "localhost") || wx_str_ieqz(name, "127.0.0.1") ||
        wx_str_ieqz(name, "[::1]") || wx_str_ieqz(name, server->options.host) ||
        wx_str_ieq(host_only(url_host(server->public_url)), name))
        return true;
    for (size_t i = 0; i < server->options.n_hosts; i++)
        if (wx_str_ieqz(name, server->options.hosts[i]))
            return true;
    return false;
}

/* Fetch metadata says where a request comes from; programs without it send an Origin of
 * ours or a bearer token. */
static bool is_same_site(struct wx_exchange *x)
{
    struct wx_str site = header(x, "Sec-Fetch-Site"), origin = header(x, "Origin");

    if (x->call.is_bearer || wx_str_eqz(x->call.method, "GET"))
        return true;
    if (site.len)
        return wx_str_eqz(site, "same-origin");
    return origin.len &&
           wx_str_ieq(url_host(wx_arena_z(&x->call.arena, origin)), header(x, "Host"));
}

static void take_secret(struct wx_exchange *x)
{
    struct wx_str authorization = header(x, "Authorization");
    const char *cookie =
        MHD_lookup_connection_value(x->connection, MHD_COOKIE_KIND, "__Host-wangxun");

    if (wx_str_istarts(authorization, "Bearer ")) {
        x->call.is_bearer = true;
        x->call.session_secret = wx_arena_str(
            &x->call.arena, wx_str_sub(authorization, 7, authorization.len));
    } else if (cookie) {
        x->call.session_secret = wx_arena_str(&x->call.arena, wx_str_of(cookie));
    }
}

static enum wx_lang language_of(struct wx_exchange *x)
{
    struct wx_str asked = wx_call_param(&x->call, "lang");

    if (asked.len == 0)
        asked = header(x, "Accept-Language");
    return wx_str_istarts(asked, "en") ? WX_EN : WX_ZH;
}

static void make_request_id(struct wx_call *call)
{
    unsigned char random[8];
    ssize_t n = getrandom(random, sizeof random, 0);

    (void)n; /* only a name for people to quote */
    wx_hex(random, sizeof random, call->request_id);
}

static void take_head(struct wx_server *server, struct wx_exchange *x,
                      const char *method, const char *path)
{
    struct wx_call *call = &x->call;

    call->now_s = wx_now_s();
    call->method = wx_arena_str(&call->arena, wx_str_of(method));
    call->path = wx_arena_str(&call->arena, wx_str_of(path));
    make_request_id(call);
    MHD_get_connection_values(x->connection, MHD_GET_ARGUMENT_KIND, take_param, call);
    call->remote = client_address(server, x);
    call->content_type = kept_header(x, "Content-Type");
    call->if_match = kept_header(x, "If-Match");
    call->if_none_match = kept_header(x, "If-None-Match");
    call->idempotency_key = kept_header(x, "Idempotency-Key");
    call->user_agent = kept_header(x, "User-Agent");
    call->lang = language_of(x);
    take_secret(x);
}

static bool has_dot(struct wx_str path)
{
    size_t slash = 0;

    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] == '/')
            slash = i;
    return wx_str_chr(wx_str_sub(path, slash, path.len), '.') != WX_NPOS;
}

/* Pages of the interface: everything that is neither API nor one of the well-known few.
 */
static bool is_page(const struct wx_call *call)
{
    if (wx_str_starts(call->path, "/api/")) /* "/api" itself is a page */
        return false;
    return (wx_str_eqz(call->method, "GET") || wx_str_eqz(call->method, "HEAD")) &&
           (has_dot(call->path) || call->endpoint == NULL);
}

/* Lengths that two readers could understand in two ways (request smuggling). */
struct framing {
    int n_lengths;
    bool is_chunked;
};

static enum MHD_Result take_framing(void *ctx, enum MHD_ValueKind kind,
                                    const char *name, const char *value)
{
    struct framing *f = ctx;

    (void)kind;
    (void)value;
    f->n_lengths += wx_str_ieqz(wx_str_of(name), "Content-Length");
    f->is_chunked |= wx_str_ieqz(wx_str_of(name), "Transfer-Encoding");
    return MHD_YES;
}

static bool is_framed_twice(struct wx_exchange *x)
{
    struct framing f = {0};

    MHD_get_connection_values(x->connection, MHD_HEADER_KIND, take_framing, &f);
    return f.n_lengths > 1 || (f.n_lengths && f.is_chunked);
}

/* Is the secret somebody's? Only then is an upload gathered; what he may do with it is
 * asked when it is here. */
static bool is_known(struct wx_server *server, struct wx_call *call)
{
    struct wx_desk_sign sign = {
        call->session_secret, call->is_bearer, call->now_s, {NULL, 0}};
    struct wx_desk_known known = {0};
    struct wx_tx *tx = NULL;
    bool is_good;

    if (call->session_secret.len == 0 ||
        wx_tx_read(server->options.office, NULL, &tx, NULL))
        return false;
    is_good =
        wx_desk_look(server->desk, tx, &call->arena, &sign, &known, NULL) == WX_OK;
    wx_tx_end(tx);
    return is_good;
}

static void check_head(struct wx_server *server, struct wx_exchange *x)
{
    struct wx_call *call = &x->call;
    struct wx_str length = header(x, "Content-Length");
    uint64_t n_bytes = 0, max = WX_MAX_REQUEST_BYTES;

    x->is_checked = true;
    x->routed = wx_call_route(call, &x->routed_err);
    if (x->routed && is_page(call)) {
        x->is_static = true;
        x->routed = WX_OK;
        call->is_refused = false;
    }
    if (call->endpoint && call->endpoint->flags & WX_EP_RAW && is_known(server, call))
        max = WX_MAX_UPLOAD_BYTES;
    call->body = WX_BUF_INIT(max);
    if (is_framed_twice(x)) {
        x->is_too_big = true; /* where the body ends nobody knows: answer and close */
        x->routed = wx_call_refuse(call, WX_P_MALFORMED, &x->routed_err,
                                   "the length is stated twice");
    }
    if (x->routed)
        return;
    if (!is_our_host(server, header(x, "Host")))
        x->routed = wx_call_refuse(call, WX_P_CROSS_SITE, &x->routed_err,
                                   "Host '%.*s' is not a name of this server",
                                   WX_STR_ARG(wx_str_sub(header(x, "Host"), 0, 100)));
    else if (!x->is_static && !is_same_site(x))
        x->routed = wx_call_refuse(call, WX_P_CROSS_SITE, &x->routed_err,
                                   "Sec-Fetch-Site or Origin");
    else if (length.len &&
             (!wx_str_to_u64(length, INT64_MAX, &n_bytes) || n_bytes > max))
        x->routed =
            wx_call_refuse(call, WX_P_TOO_BIG, &x->routed_err,
                           "the body may have %llu bytes", (unsigned long long)max);
    /* a body of bearable size is read and dropped, so that the answer is read too */
    x->is_too_big = n_bytes > WX_MAX_UPLOAD_BYTES;
}

/* ---- MHD's callbacks ---- */

static enum MHD_Result answer(struct wx_server *server, struct wx_exchange *x)
{
    if (x->is_static && !x->routed)
        return wx_reply_static(x);
    if (x->routed) {
        wx_call_problem(&x->call, x->routed, &x->routed_err);
    } else if (x->call.endpoint->flags & WX_EP_SLOW && !x->is_done) {
        if (!x->is_queued) {
            x->is_queued = true;
            MHD_suspend_connection(x->connection);
            if (wx_lane_put(server->lane, x))
                return MHD_YES;
            MHD_resume_connection(x->connection);
            x->is_done = true;
            (void)wx_call_refuse(&x->call, WX_P_BUSY, &x->routed_err,
                                 "too many at once");
            wx_call_problem(&x->call, WX_E_AGAIN, &x->routed_err);
        } else {
            return MHD_YES;
        }
    } else if (!x->is_done) {
        wx_call_run(&x->call);
        if (x->call.endpoint->flags & WX_EP_STREAM && x->call.http_status == 200)
            return wx_hub_open(server->hub, x);
    }
    return wx_reply_call(x);
}

/*
 * A file of the interface needs no call: the first visit of a request notes which
 * response it gets, the second queues it (queued at once, MHD would close the
 * connection behind it). The slot's low bits tell such a note from an exchange.
 */
enum { STILL = 1, STILL_SAME = 2 };

static bool is_still(const void *slot)
{
    return (uintptr_t)slot & STILL;
}

static bool note_still(struct wx_server *server, struct MHD_Connection *connection,
                       const char *method, const char *path, void **slot)
{
    const struct wx_asset *asset;
    struct MHD_Response *response;
    bool is_same;

    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return false;
    asset = wx_asset_find(wx_str_of(path));
    if (!asset || !is_our_host(server, wx_str_of(MHD_lookup_connection_value(
                                           connection, MHD_HEADER_KIND, "Host"))))
        return false; /* the long way, which also says no */
    response = wx_stills_find(server->stills, connection, asset, &is_same);
    *slot = (void *)((uintptr_t)response | STILL | (is_same ? STILL_SAME : 0));
    return true;
}

static enum MHD_Result queue_still(struct MHD_Connection *connection, void *slot)
{
    uintptr_t bits = (uintptr_t)slot;

    return MHD_queue_response(
        connection, bits & STILL_SAME ? 304 : 200,
        (struct MHD_Response *)(bits & ~(uintptr_t)(STILL | STILL_SAME)));
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
                                  const char *path, const char *method,
                                  const char *version, const char *data, size_t *n_data,
                                  void **slot)
{
    struct wx_server *server = ctx;
    struct wx_exchange *x = *slot;

    (void)version;
    if (is_still(x)) {
        if (*n_data == 0)
            return queue_still(connection, x);
        *n_data = 0; /* a body with a GET is nobody's */
        return MHD_YES;
    }
    if (!x && note_still(server, connection, method, path, slot))
        return MHD_YES;
    if (!x) {
        x = wx_new(struct wx_exchange);
        wx_call_init(&x->call, server);
        x->connection = connection;
        *slot = x;
        atomic_fetch_add(&server->n_under_way, 1);
        take_head(server, x, method, path);
        check_head(server, x);
        return x->is_too_big ? answer(server, x) : MHD_YES;
    }
    if (*n_data) {
        if (!x->routed && wx_buf_add(&x->call.body, data, *n_data))
            x->routed =
                wx_call_refuse(&x->call, WX_P_TOO_BIG, &x->routed_err,
                               "the body may have %zu bytes", x->call.body.max_bytes);
        *n_data = 0;
        return MHD_YES;
    }
    return answer(server, x);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    struct wx_server *server = ctx;
    struct wx_exchange *x = *slot;

    (void)connection;
    (void)code;
    if (!x || is_still(x))
        return;
    wx_call_clear(&x->call);
    free(x);
    *slot = NULL;
    atomic_fetch_sub(&server->n_under_way, 1);
}

static void on_log(void *ctx, const char *fmt, va_list args)
{
    char text[300];

    (void)ctx;
    vsnprintf(text, sizeof text, fmt, args);
    wx_log(WX_LOG_DEBUG, "api", "http", "text=%s", text);
}

/* The path as it was sent: "%2F" stays one segment's business, and NUL stays out. */
static size_t unescape_nothing(void *ctx, struct MHD_Connection *connection, char *s)
{
    (void)ctx;
    (void)connection;
    return MHD_http_unescape(s);
}

/* ---- life ---- */

static enum wx_status listen_at(struct wx_server *server, struct sockaddr_storage *out,
                                struct wx_err *err)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, server->options.host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(server->options.port);
    } else if (inet_pton(AF_INET6, server->options.host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(server->options.port);
    } else {
        return wx_fail(err, WX_E_USAGE, "'%s' is not an address to listen on",
                       server->options.host);
    }
    return WX_OK;
}

static enum wx_status start_daemon(struct wx_server *server, struct wx_err *err)
{
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    const struct wx_server_options *o = &server->options;
    struct sockaddr_storage at;
    enum wx_status status = listen_at(server, &at, err);
    const union MHD_DaemonInfo *info;

    if (status)
        return status;
    if (at.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    if (o->tls_cert)
        flags |= MHD_USE_TLS;
    server->daemon = MHD_start_daemon(
        flags, o->port, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR,
        (struct sockaddr *)&at, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_UNESCAPE_CALLBACK,
        unescape_nothing, NULL, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)o->n_threads,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTION_LIMIT,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)PER_ADDRESS_LIMIT,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(64 << 10),
        o->tls_cert ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, o->tls_cert,
        MHD_OPTION_HTTPS_MEM_KEY, o->tls_key, MHD_OPTION_HTTPS_PRIORITIES,
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", MHD_OPTION_END);
    if (!server->daemon)
        return wx_fail_errno(err, "cannot listen on %s port %u", o->host, o->port);
    info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    server->port = info && info->port ? info->port : o->port;
    return WX_OK;
}

enum wx_status wx_server_start(const struct wx_server_options *options,
                               struct wx_server **out, struct wx_err *err)
{
    struct wx_server *server = wx_new(struct wx_server);
    enum wx_status status;
    char url[200];

    server->options = *options;
    server->refusals = wx_refusals_new();
    server->gate = wx_password_gate_new(WX_PASSWORD_AT_ONCE, WX_PASSWORD_PATIENCE_MS);
    server->lane = wx_lane_new(3);
    server->hub = wx_hub_new(server);
    server->openapi = wx_openapi_new();
    server->is_https =
        options->tls_cert || wx_str_starts(wx_str_of(options->public_url), "https://");
    server->stills = wx_stills_new(server->is_https);
    server->metrics = wx_metrics_new();
    status = wx_rules_load(NULL, false, &server->rules, err);
    if (!status)
        status = wx_desk_open(options->office, &server->desk, err);
    if (!status)
        status = start_daemon(server, err);
    snprintf(url, sizeof url, "%s://%s%s%s:%u", options->tls_cert ? "https" : "http",
             strchr(options->host, ':') ? "[" : "", options->host,
             strchr(options->host, ':') ? "]" : "", server->port);
    server->public_url = wx_strdup(options->public_url ? options->public_url : url);
    server->options.public_url = server->public_url;
    if (status) {
        wx_server_stop(server);
        return status;
    }
    *out = server;
    return WX_OK;
}

void wx_server_stop(struct wx_server *server)
{
    int64_t until_ms = wx_mono_ms() + STOP_WAIT_MS;
    MHD_socket fd;

    if (!server)
        return;
    wx_hub_close(server->hub);
    if (server->daemon) {
        fd = MHD_quiesce_daemon(server->daemon);
        if (fd != MHD_INVALID_SOCKET)
            close(fd);
        while (atomic_load(&server->n_under_way) && wx_mono_ms() < until_ms)
            usleep(10000);
    }
    wx_lane_free(server->lane);
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    wx_hub_free(server->hub);
    wx_refusals_free(server->refusals);
    wx_password_gate_free(server->gate);
    wx_metrics_free(server->metrics);
    wx_desk_free(server->desk);
    wx_openapi_free(server->openapi);
    wx_stills_free(server->stills);
    wx_rules_free(server->rules);
    free(server->public_url);
    free(server);
}

uint16_t wx_server_port(const struct wx_server *server)
{
    return server->port;
}

struct wx_office *wx_server_office(struct wx_server *server)
{
    return server->options.office;
}

struct wx_desk *wx_server_desk(struct wx_server *server)
{
    return server->desk;
}

struct wx_metrics *wx_server_metrics(struct wx_server *server)
{
    return server->metrics;
}

struct wx_refusals *wx_server_refusals(struct wx_server *server)
{
    return server->refusals;
}

struct wx_password_gate *wx_server_gate(struct wx_server *server)
{
    return server->gate;
}

const struct wx_openapi *wx_server_openapi(const struct wx_server *server)
{
    return server->openapi;
}

const struct wx_rules *wx_server_rules(const struct wx_server *server)
{
    return server->rules;
}

const struct wx_server_options *wx_server_options(const struct wx_server *server)
{
    return &server->options;
}

void wx_server_tell(struct wx_server *server, int64_t event_id)
{
    (void)event_id;
    wx_hub_tell(server->hub);
    if (server->options.notify)
        wx_notify_wake(server->options.notify);
    if (server->options.rounds)
        wx_rounds_wake(server->options.rounds);
}

/* What nobody asks for any more: answers a day old, events a month old. */
static void forget_old(struct wx_server *server, int64_t now_s)
{
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_write(server->options.office, NULL, &tx, NULL);

    if (!status)
        status = wx_answers_forget(tx, now_s - KEEP_ANSWERS_S, NULL);
    if (!status)
        status = wx_events_forget(tx, now_s - KEEP_EVENTS_S, NULL);
    if (!status)
        status = wx_tx_commit(tx, NULL);
    wx_tx_end(tx);
    if (status)
        wx_log(WX_LOG_WARN, "api", "forgetting_failed", "status=%s",
               wx_status_name(status));
}

/* Dismissed findings whose time is over are open again: looked for without holding
 * anybody up, written only when there are some. */
static void reopen_expired(struct wx_server *server, int64_t now_s)
{
    struct wx_err err = {0};
    struct wx_tx *tx = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_tx_read(server->options.office, &wx_scope_everything, &tx, &err);

    if (!status)
        status = wx_findings_expire(tx, now_s, &n, &err);
    wx_tx_end(tx);
    tx = NULL;
    while (!status && n) {
        status = wx_tx_write(server->options.office, &wx_scope_everything, &tx, &err);
        if (!status)
            status = wx_findings_expire(tx, now_s, &n, &err);
        if (!status)
            status = wx_tx_commit(tx, &err);
        wx_tx_end(tx);
        tx = NULL;
    }
    if (status)
        wx_log(WX_LOG_ERROR, "api", "expire", "error=%s", err.text);
}

/* Campaigns by the clock: looked for without holding anybody up. */
static void turn_campaigns(struct wx_server *server, int64_t now_s)
{
    struct wx_clock_sum sum;
    struct wx_err err = {0};
    struct wx_tx *tx = NULL;
    bool is_due = false;
    enum wx_status status =
        wx_tx_read(server->options.office, &wx_scope_everything, &tx, &err);

    if (!status)
        status = wx_campaigns_are_due(tx, now_s, &is_due, &err);
    wx_tx_end(tx);
    tx = NULL;
    if (!status && is_due) {
        status = wx_tx_write(server->options.office, &wx_scope_everything, &tx, &err);
        if (!status)
            status =
                wx_campaigns_by_clock(tx, server->options.calendar, now_s, &sum, &err);
        if (!status)
            status = wx_tx_commit(tx, &err);
        wx_tx_end(tx);
    }
    if (status)
        wx_log(WX_LOG_ERROR, "api", "campaigns", "error=%s", err.text);
}

void wx_server_tick(struct wx_server *server, int64_t now_s)
{
    wx_hub_tick(server->hub, now_s);
    wx_desk_tick(server->desk, now_s);
    wx_refusals_write(server, now_s);
    if (now_s - server->turned_s >= CAMPAIGNS_EVERY_S) {
        server->turned_s = now_s;
        turn_campaigns(server, now_s);
    }
    if (now_s - server->cared_s < CARE_EVERY_S)
        return;
    server->cared_s = now_s;
    wx_office_keep_reserve(server->options.office);
    forget_old(server, now_s);
    reopen_expired(server, now_s);
}
