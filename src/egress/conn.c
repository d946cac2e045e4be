/*
 * Connections: send, read, keep, close (dial.c makes them). Edge-triggered; a
 * connection is added to epoll once and never changed. Deadlines move without touching
 * the timer heap: a timer that rings early is set again.
 */
#define _GNU_SOURCE
#include "egress/loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAX_REQUEST_BYTES = 8 << 10,
    MIN_BODY_BYTES_PER_S = 100, /* slower than an old modem: a drip */
};

/* --- life ------------------------------------------------------------------------- */

struct wx_conn *wx_conn_take(struct wx_egress *egress)
{
    struct wx_conn *conn = egress->free_conns;

    if (conn) {
        egress->free_conns = conn->older;
    } else {
        conn = wx_new(struct wx_conn);
        conn->all_next = egress->all_conns;
        egress->all_conns = conn;
    }
    *conn = (struct wx_conn){.egress = egress,
                             .all_next = conn->all_next,
                             .unsent = WX_BUF_INIT(MAX_REQUEST_BYTES),
                             .timer = {.kind = WX_TIMER_CONN}};
    return conn;
}

static struct wx_answer *answer_take(struct wx_egress *egress, size_t max_body_bytes,
                                     bool is_head)
{
    struct wx_answer *answer = egress->free_answers;

    if (answer) {
        egress->free_answers = answer->next;
        wx_http_reader_reset(&answer->reader, is_head);
        answer->reader.body.max_bytes = max_body_bytes;
        return answer;
    }
    answer = wx_new(struct wx_answer);
    wx_http_reader_init(&answer->reader, is_head, max_body_bytes);
    return answer;
}

void wx_answer_give(struct wx_egress *egress, struct wx_answer *answer)
{
    if (answer->reader.body.cap > WX_KEEP_BODY_BYTES)
        wx_buf_clear(&answer->reader.body);
    answer->next = egress->free_answers;
    egress->free_answers = answer;
}

static void idle_unlink(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;
    struct wx_conn **at = &conn->endpoint->idle;

    while (*at != conn)
        at = &(*at)->idle_next;
    *at = conn->idle_next;
    *(conn->older ? &conn->older->newer : &egress->oldest_idle) = conn->newer;
    *(conn->newer ? &conn->newer->older : &egress->newest_idle) = conn->older;
    conn->older = conn->newer = conn->idle_next = NULL;
}

static void idle_link(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;

    conn->idle_next = conn->endpoint->idle;
    conn->endpoint->idle = conn;
    conn->older = egress->newest_idle;
    conn->newer = NULL;
    *(egress->newest_idle ? &egress->newest_idle->newer : &egress->oldest_idle) = conn;
    egress->newest_idle = conn;
}

void wx_conn_deadline(struct wx_conn *conn, int64_t at_us)
{
    if (conn->job && at_us > conn->total_deadline_us)
        at_us = conn->total_deadline_us;
    conn->deadline_us = at_us;
    if (!conn->timer.slot || at_us < conn->timer.at_us)
        wx_timer_set(&conn->egress->timers, &conn->timer, at_us);
}

void wx_conn_close(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;
    struct wx_host *host, *starved;

    if (conn->state == WX_CONN_CLOSED)
        return; /* its endpoint may be gone */
    host = conn->endpoint->host;
    if (conn->state == WX_CONN_IDLE)
        idle_unlink(conn);
    if (conn->job)
        host->n_active--;
    wx_tls_end(&conn->tls);
    if (conn->source.fd >= 0)
        close(conn->source.fd); /* leaves epoll by itself */
    if (conn->answer)
        wx_answer_give(egress, conn->answer);
    wx_buf_clear(&conn->unsent);
    wx_timer_unset(&egress->timers, &conn->timer);
    conn->answer = NULL;
    conn->job = NULL;
    conn->state = WX_CONN_CLOSED;
    conn->older = egress->dead_conns; /* events of this batch may still point here */
    egress->dead_conns = conn;
    host->n_conns--;
    host->idle_since_us = egress->now_us;
    egress->counters.n_open_connections--;
    starved = wx_host_list_take(&egress->starved);
    if (starved)
        wx_host_poke(starved);
}

void wx_conns_settle(struct wx_egress *egress)
{
    while (egress->dead_conns) {
        struct wx_conn *conn = egress->dead_conns;

        egress->dead_conns = conn->older;
        conn->older = egress->free_conns;
        egress->free_conns = conn;
    }
}

/* --- sending ---------------------------------------------------------------------- */

static bool is_sendable(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7F)
            return false;
    return true;
}

static char *put(char *at, struct wx_str s)
{
    if (s.len)
        memcpy(at, s.ptr, s.len);
    return at + s.len;
}

/* The whole request into OUT; its length, or 0 when it cannot be one. */
static size_t request_write(const struct wx_conn *conn, char out[MAX_REQUEST_BYTES])
{
    const struct wx_job *job = conn->job;
    const struct wx_url *url = wx_job_url(job);
    struct wx_str cookies = {0}, agent = conn->egress->agent;
    bool is_v6 = url->host_kind == WX_HOST_IPV6;
    char *at = out;

    if (job->trail && wx_str_eq(job->trail->cookie_host, url->host))
        cookies = job->trail->cookies;
    if (url->path.len + url->query.len + url->host.len + agent.len + cookies.len + 400 >
            MAX_REQUEST_BYTES ||
        !is_sendable(url->path) || !is_sendable(url->query) || !is_sendable(url->host))
        return 0;
    at = put(at, job->request.is_head ? WX_STR("HEAD ") : WX_STR("GET "));
    at = put(at, url->path.len ? url->path : WX_STR("/"));
    if (url->has_query) {
        *at++ = '?';
        at = put(at, url->query);
    }
    at =
        put(at, is_v6 ? WX_STR(" HTTP/1.1\r\nHost: [") : WX_STR(" HTTP/1.1\r\nHost: "));
    at = put(at, url->host);
    if (is_v6)
        *at++ = ']';
    if (url->port != (url->is_https ? 443 : 80))
        at += snprintf(at, 8, ":%u", url->port);
    at = put(at, WX_STR("\r\nUser-Agent: "));
    at = put(at, agent);
    if (cookies.len) {
        at = put(at, WX_STR("\r\nCookie: "));
        at = put(at, cookies);
    }
    at = put(at, WX_STR("\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8"
                        "\r\nAccept-Language: zh-CN,zh;q=0.9,en;q=0.5"
                        "\r\nAccept-Encoding: gzip, deflate, br"
                        "\r\nConnection: keep-alive\r\n\r\n"));
    return (size_t)(at - out);
}

/* Send what there is; what the socket does not take waits in unsent. False: broken. */
static bool bytes_send(struct wx_conn *conn, struct wx_str bytes)
{
    while (bytes.len) {
        size_t n = 0;

        if (conn->tls.ssl) {
            enum wx_tls_io io = wx_tls_write(&conn->tls, bytes, &n);

            if (io == WX_TLS_WAIT)
                break;
            if (io != WX_TLS_DONE)
                return false;
        } else {
            ssize_t sent = send(conn->source.fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

            if (sent < 0 && errno == EAGAIN)
                break;
            if (sent < 0 && errno != EINTR)
                return false;
            n = sent > 0 ? (size_t)sent : 0;
        }
        bytes = wx_str_sub(bytes, n, bytes.len);
    }
    if (bytes.len) {
        struct wx_buf rest = WX_BUF_INIT(MAX_REQUEST_BYTES);

        (void)wx_buf_adds(&rest, bytes); /* bytes may stand in unsent itself */
        wx_buf_clear(&conn->unsent);
        conn->unsent = rest;
    } else if (conn->unsent.len) {
        wx_buf_clear(&conn->unsent);
    }
    return true;
}

static void conn_lost(struct wx_conn *conn, const char *why);

void wx_conn_request(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;
    struct wx_job *job = conn->job;
    size_t max = job->request.max_body_bytes;
    char text[MAX_REQUEST_BYTES];
    size_t n = request_write(conn, text);

    if (max == 0 || max > egress->max_body_bytes)
        max = egress->max_body_bytes;
    conn->answer = answer_take(egress, max, job->request.is_head);
    conn->state = WX_CONN_WAITING;
    conn->sent_us = egress->now_us;
    conn->first_byte_us = 0;
    conn->window_bytes = 0;
    wx_conn_deadline(conn, egress->now_us + egress->first_byte_timeout_us);
    if (!n) {
        wx_answer_failed(conn, WX_OUT_DENIED, "the URL cannot be sent as a request");
        return;
    }
    job->n_requests++;
    egress->counters.n_requests++;
    if (!bytes_send(conn, (struct wx_str){text, n}))
        conn_lost(conn, "connection reset while sending");
}

void wx_conn_begin(struct wx_conn *conn, struct wx_job *job)
{
    if (conn->state == WX_CONN_IDLE)
        idle_unlink(conn);
    conn->job = job;
    conn->endpoint->host->n_active++;
    conn->began_us = conn->egress->now_us;
    conn->total_deadline_us = conn->egress->now_us + conn->egress->total_timeout_us;
    job->connect_ms = 0;
    job->tls_ms = conn->tls.ssl ? 0 : -1;
    wx_conn_request(conn);
}

/* --- reading ---------------------------------------------------------------------- */

/* A request on a kept connection that died meanwhile is sent once more on a fresh one
 * (RFC 9112, 9.3.1); otherwise the exchange failed. */
static void conn_lost(struct wx_conn *conn, const char *why)
{
    struct wx_http_reader *reader = &conn->answer->reader;
    struct wx_job *job = conn->job;
    struct wx_host *host = conn->endpoint->host;

    if (conn->n_served == 0 || reader->wire_bytes || job->wants_fresh) {
        wx_answer_failed(conn, WX_OUT_RESET, why);
        return;
    }
    job->wants_fresh = true;
    conn->job = NULL;
    host->n_active--;
    wx_pace_cancelled(&host->pace);
    wx_host_push(host, job, true);
    wx_conn_close(conn);
    wx_host_poke(host);
}

/* The other side closed in good order: perhaps that was the end of the body. */
static void conn_ended(struct wx_conn *conn)
{
    struct wx_http_reader *reader = &conn->answer->reader;

    conn->is_ending = true;
    if (reader->state == WX_HTTP_HEADER) {
        conn_lost(conn, "connection closed before a complete header");
        return;
    }
    wx_http_reader_close(reader);
    if (reader->state == WX_HTTP_DONE)
        wx_answer_complete(conn);
    else
        wx_answer_failed(conn, WX_OUT_BAD_HTTP, reader->why);
}

/* True when the answer is over, one way or the other. */
static bool bytes_feed(struct wx_conn *conn, struct wx_str bytes)
{
    struct wx_http_reader *reader = &conn->answer->reader;
    struct wx_egress *egress = conn->egress;
    size_t used;

    if (!conn->first_byte_us)
        conn->first_byte_us = egress->now_us;
    used = wx_http_reader_feed(reader, bytes);
    egress->counters.wire_bytes += used;
    switch (reader->state) {
    case WX_HTTP_DONE:
        if (used < bytes.len) { /* more than we asked for */
            reader->can_reuse = false;
            reader->is_length_wrong |= !reader->is_truncated;
        }
        wx_answer_complete(conn);
        return true;
    case WX_HTTP_BAD:
        wx_answer_failed(conn, WX_OUT_BAD_HTTP, reader->why);
        return true;
    case WX_HTTP_TOO_BIG:
        wx_answer_failed(conn, WX_OUT_TOO_BIG, reader->why);
        return true;
    case WX_HTTP_BODY:
        if (conn->state == WX_CONN_WAITING) {
            conn->state = WX_CONN_BODY;
            conn->window_bytes = reader->wire_bytes;
            wx_conn_deadline(conn, egress->now_us + egress->first_byte_timeout_us);
        }
        return false;
    case WX_HTTP_HEADER:
        break;
    }
    return false;
}

static void tls_read(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;

    for (;;) {
        size_t n = 0;

        switch (wx_tls_read(&conn->tls, egress->inbox, WX_INBOX_BYTES, &n)) {
        case WX_TLS_DONE:
            if (bytes_feed(conn, (struct wx_str){egress->inbox, n}))
                return;
            break;
        case WX_TLS_WAIT:
            return;
        case WX_TLS_CLOSED:
            conn_ended(conn);
            return;
        case WX_TLS_FAILED:
            conn_lost(conn, conn->tls.error);
            return;
        }
    }
}

static void plain_read(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;

    for (;;) {
        ssize_t n = recv(conn->source.fd, egress->inbox, WX_INBOX_BYTES, 0);

        if (n > 0) {
            if (bytes_feed(conn, (struct wx_str){egress->inbox, (size_t)n}))
                return;
            if (n < WX_INBOX_BYTES && !conn->is_ending)
                return; /* edge-triggered: more bytes bring another event */
        } else if (n == 0) {
            conn_ended(conn);
            return;
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            conn_lost(conn, "connection reset");
            return;
        }
    }
}

void wx_conn_event(struct wx_conn *conn, uint32_t events)
{
    conn->is_ending = conn->is_ending || events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
    switch ((enum wx_conn_state)conn->state) {
    case WX_CONN_CONNECTING:
    case WX_CONN_HANDSHAKE:
        wx_dial_event(conn, events);
        break;
    case WX_CONN_WAITING:
    case WX_CONN_BODY:
        if (conn->unsent.len && !bytes_send(conn, wx_buf_str(&conn->unsent)))
            conn_lost(conn, "connection reset while sending");
        else if (conn->tls.ssl)
            tls_read(conn);
        else
            plain_read(conn);
        break;
    case WX_CONN_IDLE:
        /* closing, or speaking unasked; TLS tickets may come late */
        if (conn->is_ending || (!conn->tls.ssl && events & EPOLLIN))
            wx_conn_close(conn);
        break;
    case WX_CONN_CLOSED:
        break;
    }
}

/* --- deadlines -------------------------------------------------------------------- */

static void body_window_end(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;
    uint64_t wire_bytes = conn->answer->reader.wire_bytes;
    int64_t least = egress->first_byte_timeout_us * MIN_BODY_BYTES_PER_S / 1000000;

    if (egress->now_us >= conn->total_deadline_us) {
        wx_answer_failed(conn, WX_OUT_BODY_TIMEOUT, "the body did not end in time");
        return;
    }
    if (wire_bytes < conn->window_bytes + (uint64_t)least) {
        wx_answer_failed(conn, WX_OUT_BODY_TIMEOUT, "the body only drips");
        return;
    }
    conn->window_bytes = wire_bytes;
    wx_conn_deadline(conn, egress->now_us + egress->first_byte_timeout_us);
}

void wx_conn_timer(struct wx_conn *conn)
{
    if (conn->egress->now_us < conn->deadline_us) {
        wx_timer_set(&conn->egress->timers, &conn->timer, conn->deadline_us);
        return;
    }
    switch ((enum wx_conn_state)conn->state) {
    case WX_CONN_CONNECTING:
    case WX_CONN_HANDSHAKE:
        wx_dial_timer(conn);
        break;
    case WX_CONN_WAITING:
        wx_answer_failed(conn, WX_OUT_TIMEOUT, "no complete header in time");
        break;
    case WX_CONN_BODY:
        body_window_end(conn);
        break;
    case WX_CONN_IDLE:
        wx_conn_close(conn);
        break;
    case WX_CONN_CLOSED:
        break;
    }
}

static bool is_of_use(const struct wx_conn *conn, const struct wx_job *job)
{
    const struct wx_url *url = wx_job_url(job);

    return !job->wants_fresh && url->port == conn->endpoint->port &&
           url->is_https == conn->endpoint->is_tls;
}

/* Others wait for a connection: may this one serve its own host once more? */
static bool may_continue(const struct wx_conn *conn)
{
    const struct wx_host *host = conn->endpoint->host;
    int64_t now_us = conn->egress->now_us;

    return host->first && is_of_use(conn, host->first) &&
           conn->n_served % WX_CONN_TURNS &&
           wx_pace_next_us(&host->pace, now_us) <= now_us;
}

/* Kept for the next request; a host without work lets others have its place. */
void wx_conn_keep(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;

    conn->n_served++;
    conn->state = WX_CONN_IDLE;
    idle_link(conn);
    wx_conn_deadline(conn, egress->now_us + egress->first_byte_timeout_us);
    if (!egress->starved.first)
        return;
    if (!may_continue(conn))
        wx_conn_close(conn);
    else if (conn->endpoint->host->list == &egress->starved)
        wx_host_list_remove(conn->endpoint->host); /* it waits no longer */
}
