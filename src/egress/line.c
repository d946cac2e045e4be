#define _GNU_SOURCE
#include "egress/line.h"

#include "base/clock.h"
#include "base/limits.h"
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_TRIES = 4 }; /* addresses of one name */

static const char *const names[] = {
    [WX_DELIVERED] = "delivered",
    [WX_DELIVERY_DENIED] = "denied",
    [WX_DELIVERY_NO_SUCH_HOST] = "no_such_host",
    [WX_DELIVERY_DNS_FAILED] = "dns_failed",
    [WX_DELIVERY_UNREACHABLE] = "unreachable",
    [WX_DELIVERY_TIMEOUT] = "timeout",
    [WX_DELIVERY_TLS_FAILED] = "tls_failed",
    [WX_DELIVERY_NO_TLS] = "no_tls",
    [WX_DELIVERY_BROKEN] = "broken",
    [WX_DELIVERY_AUTH] = "auth",
    [WX_DELIVERY_LATER] = "later",
    [WX_DELIVERY_REFUSED] = "refused",
};

const char *wx_delivery_name(enum wx_delivery outcome)
{
    return (size_t)outcome < WX_DELIVERY_COUNT ? names[outcome] : "unknown";
}

/* --- what a courier opens before its jail ----------------------------------------- */

/* Bundles of the distributions we run on; the first that exists is the system's. */
static const char *const system_roots[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, deepin, UOS */
    "/etc/pki/tls/certs/ca-bundle.crt",   /* openEuler, Kylin, RHEL */
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

static enum wx_status tls_open(struct wx_deliverer *d, const char *ca_file,
                               struct wx_err *err)
{
    X509_STORE *store;

    d->tls = SSL_CTX_new(TLS_client_method());
    if (!d->tls)
        return wx_fail(err, WX_E_IO, "TLS cannot start");
    SSL_CTX_set_min_proto_version(d->tls, TLS1_2_VERSION);
    SSL_CTX_set_verify(d->tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(d->tls, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    store = SSL_CTX_get_cert_store(d->tls);
    for (size_t i = 0; i < sizeof system_roots / sizeof *system_roots; i++)
        if (access(system_roots[i], R_OK) == 0) {
            (void)X509_STORE_load_locations(store, system_roots[i], NULL);
            break;
        }
    if (ca_file && X509_STORE_load_locations(store, ca_file, NULL) != 1)
        return wx_fail(err, WX_E_INVALID, "'%.200s' holds no certificates", ca_file);
    ERR_clear_error();
    return WX_OK;
}

enum wx_status wx_deliverer_new(const struct wx_deliverer_options *options,
                                struct wx_deliverer **out, struct wx_err *err)
{
    struct wx_deliverer *d = wx_new(struct wx_deliverer);
    enum wx_status st;

    wx_arena_init(&d->arena);
    d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    st = d->epoll_fd < 0 ? wx_fail_errno(err, "no epoll descriptor") : WX_OK;
    if (!st)
        st = wx_pins_parse(&d->arena, options->resolve, options->n_resolve, &d->pins,
                           err);
    if (!st)
        st = tls_open(d, options->ca_file, err);
    if (!st)
        st = wx_resolver_new(d->epoll_fd, options->dns_server, &d->resolver, err);
    if (st) {
        wx_deliverer_free(d);
        return st;
    }
    *out = d;
    return WX_OK;
}

void wx_deliverer_free(struct wx_deliverer *d)
{
    if (!d)
        return;
    wx_resolver_free(d->resolver);
    SSL_CTX_free(d->tls);
    if (d->epoll_fd >= 0)
        close(d->epoll_fd);
    wx_arena_clear(&d->arena);
    free(d);
}

/* --- failing ---------------------------------------------------------------------- */

bool wx_line_fail(struct wx_line *line, enum wx_delivery outcome, const char *why,
                  struct wx_str s)
{
    struct wx_delivery_result *r = line->result;
    size_t at = (size_t)snprintf(r->detail, sizeof r->detail, "%.160s", why);

    r->outcome = outcome;
    if (!s.len)
        return false;
    at += (size_t)snprintf(r->detail + at, sizeof r->detail - at, ": ");
    /* what a server wrote is not ours to hand on: printable ASCII, one line */
    for (size_t i = 0; i < s.len && at + 1 < sizeof r->detail; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        r->detail[at++] = c >= ' ' && c <= '~' ? (char)c : '.';
    }
    r->detail[at] = '\0';
    return false;
}

static bool fail_plain(struct wx_line *line, enum wx_delivery outcome, const char *why)
{
    return wx_line_fail(line, outcome, why, (struct wx_str){0});
}

static int ms_left(const struct wx_line *line)
{
    int64_t us = line->deadline_us - wx_mono_us();

    return us > 0 ? (int)(us / 1000 + 1) : 0;
}

/* Wait for EVENTS on the socket. */
static bool line_wait(struct wx_line *line, short events)
{
    struct pollfd p = {.fd = line->fd, .events = events};

    for (;;) {
        int ms = ms_left(line), n = ms ? poll(&p, 1, ms) : 0;

        if (n > 0)
            return true;
        if (n == 0)
            return fail_plain(line, WX_DELIVERY_TIMEOUT, "no answer in time");
        if (errno != EINTR)
            return fail_plain(line, WX_DELIVERY_BROKEN, strerror(errno));
    }
}

void wx_line_init(struct wx_line *line, struct wx_deliverer *deliverer,
                  const struct wx_permit *permit, int64_t timeout_ms,
                  struct wx_delivery_result *result)
{
    *line = (struct wx_line){
        .deliverer = deliverer,
        .permit = permit,
        .result = result,
        .begun_us = wx_mono_us(),
        .fd = -1,
    };
    line->deadline_us = line->begun_us + timeout_ms * 1000;
    *result =
        (struct wx_delivery_result){.outcome = WX_DELIVERY_BROKEN, .retry_after_s = -1};
}

/* --- a name's addresses ----------------------------------------------------------- */

struct lookup {
    enum wx_outcome outcome;
    char why[80];
    unsigned char addresses[8][16];
    uint8_t lengths[8];
    size_t n;
    bool is_done;
};

static void lookup_done(void *ctx, enum wx_outcome outcome, const char *detail,
                        unsigned char (*addresses)[16], const uint8_t *lengths,
                        size_t n)
{
    struct lookup *l = ctx;

    l->is_done = true;
    l->outcome = outcome;
    snprintf(l->why, sizeof l->why, "%s", detail);
    l->n = n < 8 ? n : 8;
    memcpy(l->addresses, addresses, l->n * 16);
    memcpy(l->lengths, lengths, l->n);
}

static bool lookup_literal(const char *host, struct lookup *l)
{
    if (inet_pton(AF_INET, host, l->addresses[0]) == 1)
        l->lengths[0] = 4;
    else if (inet_pton(AF_INET6, host, l->addresses[0]) == 1)
        l->lengths[0] = 16;
    else
        return false;
    l->n = 1;
    return true;
}

/* c-ares on its own descriptor until it has answered or the deadline passed. */
static bool lookup_ask(struct wx_line *line, struct lookup *l)
{
    struct wx_deliverer *d = line->deliverer;

    wx_resolver_ask(d->resolver, line->host, lookup_done, l);
    while (!l->is_done) {
        struct epoll_event events[8];
        int ms = ms_left(line), n;

        if (!ms) {
            wx_resolver_cancel(d->resolver); /* calls lookup_done */
            break;
        }
        n = epoll_wait(d->epoll_fd, events, 8,
                       (int)wx_resolver_wait_ms(d->resolver, ms));
        for (int i = 0; i < n; i++)
            wx_resolver_event(d->resolver, events[i].data.ptr, events[i].events);
        wx_resolver_tick(d->resolver);
        wx_resolver_settle(d->resolver);
    }
    wx_resolver_settle(d->resolver);
    if (l->outcome == WX_OUT_OK)
        return true;
    return wx_line_fail(line,
                        l->outcome == WX_OUT_NO_SUCH_HOST ? WX_DELIVERY_NO_SUCH_HOST
                                                          : WX_DELIVERY_DNS_FAILED,
                        "the name cannot be resolved", wx_str_of(l->why));
}

/* --- the way to an address -------------------------------------------------------- */

static socklen_t address_fill(const unsigned char *bytes, uint8_t n_bytes,
                              uint16_t port, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    memset(out, 0, sizeof *out);
    if (n_bytes == 4) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        memcpy(&v4->sin_addr, bytes, 4);
        return sizeof *v4;
    }
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    memcpy(&v6->sin6_addr, bytes, 16);
    return sizeof *v6;
}

static bool connect_to(struct wx_line *line, const unsigned char *bytes,
                       uint8_t n_bytes, uint16_t port)
{
    char z[INET6_ADDRSTRLEN] = "";
    struct sockaddr_storage to;
    socklen_t len = address_fill(bytes, n_bytes, port, &to);
    int number = 0;
    socklen_t size = sizeof number;

    inet_ntop(to.ss_family, bytes, z, sizeof z);
    snprintf(line->result->address, sizeof line->result->address,
             n_bytes == 16 ? "[%s]:%u" : "%s:%u", z, port);
    line->fd = socket(to.ss_family,
                      (line->is_datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK |
                          SOCK_CLOEXEC,
                      0);
    if (line->fd < 0)
        return fail_plain(line, WX_DELIVERY_UNREACHABLE, strerror(errno));
    if (connect(line->fd, (struct sockaddr *)&to, len) < 0) {
        if (errno != EINPROGRESS)
            return fail_plain(line, WX_DELIVERY_UNREACHABLE, strerror(errno));
        if (!line_wait(line, POLLOUT))
            return false;
        (void)getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &number, &size);
    }
    if (number)
        return fail_plain(line, WX_DELIVERY_UNREACHABLE, strerror(number));
    return true;
}

/* The permitted ones in turn; an address that is refused is not even named to others.
 */
static bool connect_one_of(struct wx_line *line, const struct lookup *l, uint16_t port,
                           uint16_t to_port)
{
    size_t n_tried = 0;

    for (size_t i = 0; i < l->n && n_tried < MAX_TRIES; i++) {
        struct wx_err err;

        if (wx_permit_check_address(line->permit, l->addresses[i], l->lengths[i], port,
                                    &err) != WX_OK) {
            if (!n_tried)
                fail_plain(line, WX_DELIVERY_DENIED, err.text);
            continue;
        }
        if (line->is_plain && !wx_address_special(l->addresses[i], l->lengths[i])) {
            if (!n_tried)
                fail_plain(line, WX_DELIVERY_DENIED,
                           "without encryption only to listed addresses of one's own "
                           "network");
            continue;
        }
        n_tried++;
        if (connect_to(line, l->addresses[i], l->lengths[i], to_port))
            return true;
        if (line->fd >= 0)
            close(line->fd);
        line->fd = -1;
        if (line->result->outcome == WX_DELIVERY_TIMEOUT)
            return false;
    }
    return false;
}

bool wx_line_dial(struct wx_line *line, struct wx_str host, uint16_t port)
{
    const struct wx_pin *pin;
    struct lookup l = {0};
    struct wx_err err;
    uint16_t to_port = port;

    if (!wx_permit_is_delivery(line->permit))
        return fail_plain(line, WX_DELIVERY_DENIED,
                          "the permit of an inspection never lets anything be written");
    if (host.len >= sizeof line->host)
        return fail_plain(line, WX_DELIVERY_DENIED, "the host's name is too long");
    memcpy(line->host, host.ptr, host.len);
    line->host[host.len] = '\0';
    if (wx_permit_check_host(line->permit, host, port, wx_now_s(), &err) != WX_OK)
        return fail_plain(line, WX_DELIVERY_DENIED, err.text);
    pin = wx_pins_find(&line->deliverer->pins, host, port);
    if (pin && pin->to_port)
        to_port = pin->to_port;
    if (pin && pin->n_bytes) {
        memcpy(l.addresses[0], pin->bytes, 16);
        l.lengths[0] = pin->n_bytes;
        l.n = 1;
    } else if (!lookup_literal(line->host, &l) && !lookup_ask(line, &l)) {
        return false;
    }
    fail_plain(line, WX_DELIVERY_NO_SUCH_HOST, "the name has no address");
    return connect_one_of(line, &l, port, to_port);
}

/* --- bytes ------------------------------------------------------------------------ */

/* After an SSL call that returned RC: wait and true, or the failure. */
static bool tls_wait(struct wx_line *line, int rc, enum wx_delivery outcome)
{
    long verified = SSL_get_verify_result(line->ssl);
    unsigned long code;

    switch (SSL_get_error(line->ssl, rc)) {
    case SSL_ERROR_WANT_READ:
        return line_wait(line, POLLIN);
    case SSL_ERROR_WANT_WRITE:
        return line_wait(line, POLLOUT);
    default:
        break;
    }
    code = ERR_peek_last_error();
    ERR_clear_error();
    if (verified != X509_V_OK)
        return wx_line_fail(line, WX_DELIVERY_TLS_FAILED, "certificate",
                            wx_str_of(X509_verify_cert_error_string(verified)));
    return wx_line_fail(
        line, outcome, "TLS",
        wx_str_of(code ? ERR_reason_error_string(code) : "closed by the other side"));
}

bool wx_line_encrypt(struct wx_line *line)
{
    unsigned char bytes[16];
    bool is_address = inet_pton(AF_INET, line->host, bytes) == 1 ||
                      inet_pton(AF_INET6, line->host, bytes) == 1;
    int rc;

    line->ssl = SSL_new(line->deliverer->tls);
    if (!line->ssl || !SSL_set_fd(line->ssl, line->fd))
        return fail_plain(line, WX_DELIVERY_TLS_FAILED, "out of memory");
    SSL_set_hostflags(line->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    rc = is_address
             ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(line->ssl), line->host)
             : SSL_set1_host(line->ssl, line->host);
    if (rc == 1 && !is_address)
        rc = (int)SSL_set_tlsext_host_name(line->ssl, line->host);
    if (rc != 1)
        return fail_plain(line, WX_DELIVERY_TLS_FAILED, "the host's name is no name");
    ERR_clear_error();
    while ((rc = SSL_connect(line->ssl)) != 1)
        if (!tls_wait(line, rc, WX_DELIVERY_TLS_FAILED))
            return false;
    return true;
}

bool wx_line_write(struct wx_line *line, struct wx_str bytes)
{
    while (bytes.len) {
        ssize_t n;

        ERR_clear_error();
        if (line->ssl)
            n = SSL_write(line->ssl, bytes.ptr,
                          bytes.len < 16384 ? (int)bytes.len : 16384);
        else
            n = send(line->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n > 0) {
            bytes = wx_str_sub(bytes, (size_t)n, bytes.len);
            continue;
        }
        if (line->ssl ? !tls_wait(line, (int)n, WX_DELIVERY_BROKEN)
            : errno == EAGAIN || errno == EINTR
                ? !line_wait(line, POLLOUT)
                : !fail_plain(line, WX_DELIVERY_BROKEN, strerror(errno)))
            return false;
    }
    return true;
}

bool wx_line_read(struct wx_line *line, char *out, size_t size, size_t *n)
{
    for (;;) {
        ssize_t got;

        *n = 0;
        ERR_clear_error();
        if (line->ssl)
            got = SSL_read(line->ssl, out, (int)size);
        else
            got = recv(line->fd, out, size, 0);
        if (got > 0) {
            *n = (size_t)got;
            return true;
        }
        if (line->ssl && SSL_get_error(line->ssl, (int)got) == SSL_ERROR_ZERO_RETURN)
            return true;
        if (!line->ssl && got == 0)
            return true;
        if (line->ssl ? !tls_wait(line, (int)got, WX_DELIVERY_BROKEN)
            : errno == EAGAIN || errno == EINTR
                ? !line_wait(line, POLLIN)
                : !fail_plain(line, WX_DELIVERY_BROKEN, strerror(errno)))
            return false;
    }
}

void wx_line_close(struct wx_line *line)
{
    line->result->took_ms = (int32_t)((wx_mono_us() - line->begun_us) / 1000);
    if (line->ssl) {
        (void)SSL_shutdown(line->ssl); /* says goodbye, waits for nothing */
        SSL_free(line->ssl);
        ERR_clear_error();
    }
    if (line->fd >= 0)
        close(line->fd);
    line->ssl = NULL;
    line->fd = -1;
}
