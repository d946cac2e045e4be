/*
 * On the way to a connection: the socket, the handshake, the next address and the
 * second try with the settings of an old client.
 */
#define _GNU_SOURCE
#include "egress/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static socklen_t address_fill(const struct wx_address *address, uint16_t port,
                              struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    memset(out, 0, sizeof *out);
    if (address->n_bytes == 4) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        memcpy(&v4->sin_addr, address->bytes, 4);
        return sizeof *v4;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    memcpy(&v6->sin6_addr, address->bytes, 16);
    return sizeof *v6;
}

static void address_print(const struct wx_address *address, uint16_t port, char *out,
                          size_t size)
{
    char z[INET6_ADDRSTRLEN] = "";
    bool is_v6 = address->n_bytes == 16;

    inet_ntop(is_v6 ? AF_INET6 : AF_INET, address->bytes, z, sizeof z);
    snprintf(out, size, is_v6 ? "[%s]:%u" : "%s:%u", z, port);
}

/* Make the socket and begin to connect; what fails at once is answered by the timer. */
static void conn_dial(struct wx_conn *conn, uint16_t port)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                .data.ptr = &conn->source};
    struct sockaddr_storage to;
    socklen_t len = address_fill(&conn->address, port, &to);
    int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
        on = 1;

    conn->source = (struct wx_source){.fd = fd, .kind = WX_SOURCE_CONN};
    if (fd >= 0 && conn->endpoint->is_tls) /* or the request waits for an ACK */
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fd < 0 ||
        (connect(fd, (struct sockaddr *)&to, len) < 0 && errno != EINPROGRESS) ||
        epoll_ctl(conn->egress->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0) {
        conn->connect_errno = errno;
        wx_conn_deadline(conn, conn->egress->now_us);
    }
}

void wx_conn_open(struct wx_endpoint *endpoint, struct wx_job *job,
                  const struct wx_address *address, uint8_t at_address, bool is_legacy)
{
    struct wx_host *host = endpoint->host;
    struct wx_egress *egress = host->egress;
    struct wx_conn *conn = wx_conn_take(egress);
    uint16_t port = endpoint->port;

    if (endpoint->pin && endpoint->pin->to_port)
        port = endpoint->pin->to_port;
    conn->endpoint = endpoint;
    conn->job = job;
    conn->is_legacy = is_legacy;
    conn->address = *address;
    conn->at_address = at_address;
    conn->state = WX_CONN_CONNECTING;
    conn->began_us = egress->now_us;
    conn->total_deadline_us = egress->now_us + egress->total_timeout_us;
    job->connect_ms = job->tls_ms = -1;
    host->n_conns++;
    host->n_active++;
    egress->counters.n_open_connections++;
    egress->counters.n_connects++;
    address_print(address, port, conn->address_text, sizeof conn->address_text);
    wx_conn_deadline(conn, egress->now_us + egress->connect_timeout_us);
    conn_dial(conn, port);
}

/* This address does not answer: the host's next one, or the request has failed. */
static void connect_failed(struct wx_conn *conn, enum wx_outcome outcome,
                           const char *detail)
{
    struct wx_endpoint *endpoint = conn->endpoint;
    struct wx_job *job = conn->job;
    uint8_t next = (uint8_t)(conn->at_address + 1);

    endpoint->at_address = 0;
    if (next < endpoint->host->n_addresses &&
        wx_dispatch_connect(endpoint, job, next)) {
        conn->job = NULL; /* it went on */
        endpoint->host->n_active--;
        wx_conn_close(conn);
        return;
    }
    wx_answer_failed(conn, outcome, detail);
}

static void connect_errno_failed(struct wx_conn *conn, int number)
{
    switch (number) {
    case ECONNREFUSED:
        connect_failed(conn, WX_OUT_REFUSED, "connection refused");
        break;
    case ETIMEDOUT:
        connect_failed(conn, WX_OUT_CONNECT_TIMEOUT, "no answer to the connection");
        break;
    case ECONNRESET:
        connect_failed(conn, WX_OUT_RESET, "connection reset");
        break;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
    case EPERM:
    case EACCES: /* this machine's doing: says nothing about the site */
        wx_answer_failed(conn, WX_OUT_STOPPED, strerror(number));
        break;
    default:
        connect_failed(conn, WX_OUT_UNREACHABLE, strerror(number));
    }
}

/* Once more with the settings of an old client, at the same address. */
static void handshake_failed(struct wx_conn *conn)
{
    struct wx_endpoint *endpoint = conn->endpoint;
    struct wx_job *job = conn->job;

    if (conn->is_legacy) {
        wx_answer_failed(conn, WX_OUT_TLS_FAILED, conn->tls.error);
        return;
    }
    SSL_SESSION_free(endpoint->tls.session);
    endpoint->tls.session = NULL;
    conn->job = NULL;
    endpoint->host->n_active--;
    wx_pace_sent(&endpoint->host->pace, conn->egress->now_us); /* costs a turn */
    wx_conn_close(conn); /* its memory stays until the turn ends */
    wx_conn_open(endpoint, job, &conn->address, conn->at_address, true);
}

static void handshake_go(struct wx_conn *conn)
{
    struct wx_endpoint *endpoint = conn->endpoint;
    enum wx_tls_io io =
        wx_tls_handshake(&conn->tls, endpoint->host->name, conn->is_legacy);

    if (io == WX_TLS_WAIT)
        return;
    if (io != WX_TLS_DONE) {
        handshake_failed(conn);
        return;
    }
    endpoint->tls.needs_old_client = conn->is_legacy;
    conn->job->tls_ms = (int32_t)((conn->egress->now_us - conn->sent_us) / 1000);
    wx_conn_request(conn);
}

static void connected(struct wx_conn *conn)
{
    struct wx_egress *egress = conn->egress;
    struct wx_endpoint *endpoint = conn->endpoint;
    int number = 0;
    socklen_t len = sizeof number;

    getsockopt(conn->source.fd, SOL_SOCKET, SO_ERROR, &number, &len);
    if (number) {
        connect_errno_failed(conn, number);
        return;
    }
    endpoint->at_address = conn->at_address;
    conn->job->connect_ms = (int32_t)((egress->now_us - conn->began_us) / 1000);
    if (!endpoint->is_tls) {
        wx_conn_request(conn);
        return;
    }
    conn->state = WX_CONN_HANDSHAKE;
    conn->sent_us = egress->now_us;
    wx_conn_deadline(conn, egress->now_us + egress->first_byte_timeout_us);
    if (!wx_tls_begin(egress->tls, &conn->tls, conn->source.fd, endpoint->host->name,
                      wx_job_url(conn->job)->host_kind == WX_HOST_NAME, &endpoint->tls,
                      conn->is_legacy)) {
        wx_answer_failed(conn, WX_OUT_TLS_FAILED, "out of memory");
        return;
    }
    handshake_go(conn);
}

void wx_dial_event(struct wx_conn *conn, uint32_t events)
{
    if (conn->state == WX_CONN_HANDSHAKE)
        handshake_go(conn);
    else if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
        connected(conn);
}

void wx_dial_timer(struct wx_conn *conn)
{
    if (conn->state == WX_CONN_HANDSHAKE)
        wx_answer_failed(conn, WX_OUT_TIMEOUT, "no end of the TLS handshake in time");
    else if (conn->connect_errno)
        connect_errno_failed(conn, conn->connect_errno);
    else
        connect_failed(conn, WX_OUT_CONNECT_TIMEOUT, "no answer to the connection");
}
