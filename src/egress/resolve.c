#define _GNU_SOURCE
#include "egress/resolve.h"

#include "base/arena.h"
#include <ares.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    QUESTION_TIMEOUT_MS = 3000, /* doubles with each try */
    QUESTION_TRIES = 2,
    MAX_RESULTS = 8,
};

struct dns_socket {
    struct wx_source source; /* first */
    struct dns_socket *next;
    bool is_dead;
};

struct wx_resolver {
    int epoll_fd;
    ares_channel channel;
    struct ares_addr_port_node *servers; /* the only ones we may talk to */
    struct dns_socket *sockets;
    bool is_closing, has_dead;
    size_t n_open;
};

struct question {
    struct wx_resolver *resolver;
    wx_resolver_done *done;
    void *ctx;
};

static struct dns_socket *socket_find(struct wx_resolver *resolver, int fd)
{
    struct dns_socket *s = resolver->sockets;

    while (s && (s->is_dead || s->source.fd != fd))
        s = s->next;
    return s;
}

/* c-ares says what it waits for on FD; nothing at all means that it closes it. */
static void socket_state(void *ctx, ares_socket_t fd, int readable, int writable)
{
    struct wx_resolver *resolver = ctx;
    struct dns_socket *s = socket_find(resolver, fd);
    struct epoll_event event = {.events = (readable ? EPOLLIN : 0u) |
                                          (writable ? EPOLLOUT : 0u)};

    if (!readable && !writable) {
        if (s) {
            epoll_ctl(resolver->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
            s->is_dead = resolver->has_dead = true;
        }
        return;
    }
    if (s) {
        event.data.ptr = &s->source;
        epoll_ctl(resolver->epoll_fd, EPOLL_CTL_MOD, fd, &event);
        return;
    }
    s = wx_new(struct dns_socket);
    s->source = (struct wx_source){.fd = fd, .kind = WX_SOURCE_DNS};
    s->next = resolver->sockets;
    resolver->sockets = s;
    event.data.ptr = &s->source;
    epoll_ctl(resolver->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

/* The guard: c-ares' sockets are made and connected here and nowhere else. */
static ares_socket_t guard_socket(int domain, int type, int protocol, void *ctx)
{
    (void)ctx;
    return socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

static int guard_close(ares_socket_t fd, void *ctx)
{
    (void)ctx;
    return close(fd);
}

static bool is_server(const struct wx_resolver *resolver, const struct sockaddr *sa)
{
    for (const struct ares_addr_port_node *n = resolver->servers; n; n = n->next) {
        if (n->family != sa->sa_family)
            continue;
        if (sa->sa_family == AF_INET &&
            memcmp(&n->addr.addr4, &((const struct sockaddr_in *)sa)->sin_addr, 4) == 0)
            return true;
        if (sa->sa_family == AF_INET6 &&
            memcmp(&n->addr.addr6, &((const struct sockaddr_in6 *)sa)->sin6_addr, 16) ==
                0)
            return true;
    }
    return false;
}

static int guard_connect(ares_socket_t fd, const struct sockaddr *sa,
                         ares_socklen_t len, void *ctx)
{
    if (!is_server(ctx, sa)) {
        errno = EACCES;
        return -1;
    }
    return connect(fd, sa, len);
}

static ares_ssize_t guard_receive(ares_socket_t fd, void *bytes, size_t n, int flags,
                                  struct sockaddr *from, ares_socklen_t *len, void *ctx)
{
    (void)ctx;
    return recvfrom(fd, bytes, n, flags, from, len);
}

static ares_ssize_t guard_send(ares_socket_t fd, const struct iovec *iov, int n,
                               void *ctx)
{
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)iov,
                             .msg_iovlen = (size_t)n};

    (void)ctx;
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

static const struct ares_socket_functions guard = {
    guard_socket, guard_close, guard_connect, guard_receive, guard_send,
};

static enum wx_status resolver_open(struct wx_resolver *r, const char *server,
                                    struct wx_err *err)
{
    /* no search list, no host files, no aliases from the environment */
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
        .timeout = QUESTION_TIMEOUT_MS,
        .tries = QUESTION_TRIES,
        .lookups = (char[]){"b"},
        .sock_state_cb = socket_state,
        .sock_state_cb_data = r,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
               ARES_OPT_SOCK_STATE_CB;
    int rc = ares_library_init(ARES_LIB_INIT_ALL);

    if (rc == ARES_SUCCESS)
        rc = ares_init_options(&r->channel, &options, mask);
    if (rc != ARES_SUCCESS) {
        r->channel = NULL;
        return wx_fail(err, WX_E_IO, "name resolution cannot start: %s",
                       ares_strerror(rc));
    }
    if (server && ares_set_servers_ports_csv(r->channel, server) != ARES_SUCCESS)
        return wx_fail(err, WX_E_USAGE, "name server '%.100s' is not ADDRESS[:PORT]",
                       server);
    if (ares_get_servers_ports(r->channel, &r->servers) != ARES_SUCCESS)
        return wx_fail(err, WX_E_IO, "name resolution has no servers");
    ares_set_socket_functions(r->channel, &guard, r);
    return WX_OK;
}

enum wx_status wx_resolver_new(int epoll_fd, const char *server,
                               struct wx_resolver **out, struct wx_err *err)
{
    struct wx_resolver *resolver = wx_new(struct wx_resolver);
    enum wx_status status;

    resolver->epoll_fd = epoll_fd;
    status = resolver_open(resolver, server, err);
    if (status != WX_OK) {
        wx_resolver_free(resolver);
        return status;
    }
    *out = resolver;
    return WX_OK;
}

void wx_resolver_settle(struct wx_resolver *resolver)
{
    struct dns_socket **at = &resolver->sockets;

    if (!resolver->has_dead)
        return;
    while (*at) {
        struct dns_socket *s = *at;

        if (s->is_dead) {
            *at = s->next;
            free(s);
        } else {
            at = &s->next;
        }
    }
    resolver->has_dead = false;
}

void wx_resolver_free(struct wx_resolver *resolver)
{
    if (!resolver)
        return;
    resolver->is_closing = true;
    if (resolver->channel)
        ares_destroy(resolver->channel);
    if (resolver->servers)
        ares_free_data(resolver->servers);
    for (struct dns_socket *s = resolver->sockets; s; s = s->next)
        s->is_dead = resolver->has_dead = true;
    wx_resolver_settle(resolver);
    free(resolver);
    ares_library_cleanup();
}

static size_t addresses_of(const struct ares_addrinfo *info, int family,
                           unsigned char (*out)[16], uint8_t *lengths, size_t n)
{
    const struct ares_addrinfo_node *node = info->nodes;

    for (; node && n < MAX_RESULTS; node = node->ai_next) {
        if (node->ai_family != family)
            continue;
        memset(out[n], 0, 16);
        lengths[n] = family == AF_INET ? 4 : 16;
        if (family == AF_INET)
            memcpy(out[n], &((struct sockaddr_in *)node->ai_addr)->sin_addr, 4);
        else
            memcpy(out[n], &((struct sockaddr_in6 *)node->ai_addr)->sin6_addr, 16);
        n++;
    }
    return n;
}

static enum wx_outcome outcome_of(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return WX_OUT_OK;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_EBADNAME:
        return WX_OUT_NO_SUCH_HOST;
    default:
        return WX_OUT_DNS_FAILED;
    }
}

static void question_answered(void *ctx, int status, int timeouts,
                              struct ares_addrinfo *info)
{
    struct question *q = ctx;
    unsigned char addresses[MAX_RESULTS][16];
    uint8_t lengths[MAX_RESULTS];
    enum wx_outcome outcome = outcome_of(status);
    size_t n = 0;

    (void)timeouts;
    q->resolver->n_open--;
    if (info && outcome == WX_OUT_OK) {
        n = addresses_of(info, AF_INET, addresses, lengths, n);
        n = addresses_of(info, AF_INET6, addresses, lengths, n);
        if (n == 0)
            outcome = WX_OUT_NO_SUCH_HOST;
    }
    ares_freeaddrinfo(info);
    if (!q->resolver->is_closing)
        q->done(q->ctx, outcome, outcome == WX_OUT_OK ? "" : ares_strerror(status),
                addresses, lengths, n);
    free(q);
}

void wx_resolver_ask(struct wx_resolver *resolver, const char *name,
                     wx_resolver_done *done, void *ctx)
{
    struct question *q = wx_new(struct question);
    struct ares_addrinfo_hints hints = {.ai_family = AF_UNSPEC,
                                        .ai_socktype = SOCK_STREAM,
                                        /* sorting would connect() to each address */
                                        .ai_flags = ARES_AI_NOSORT};

    *q = (struct question){resolver, done, ctx};
    resolver->n_open++;
    ares_getaddrinfo(resolver->channel, name, NULL, &hints, question_answered, q);
}

void wx_resolver_cancel(struct wx_resolver *resolver)
{
    ares_cancel(resolver->channel);
}

void wx_resolver_event(struct wx_resolver *resolver, struct wx_source *source,
                       uint32_t events)
{
    struct dns_socket *s = (struct dns_socket *)source;
    bool is_broken = events & (EPOLLERR | EPOLLHUP);

    if (s->is_dead)
        return;
    ares_process_fd(resolver->channel,
                    is_broken || events & EPOLLIN ? source->fd : ARES_SOCKET_BAD,
                    events & EPOLLOUT ? source->fd : ARES_SOCKET_BAD);
}

void wx_resolver_tick(struct wx_resolver *resolver)
{
    if (resolver->n_open)
        ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

int64_t wx_resolver_wait_ms(struct wx_resolver *resolver, int64_t max_ms)
{
    struct timeval most = {max_ms / 1000, max_ms % 1000 * 1000}, tv, *next;

    if (!resolver->n_open)
        return max_ms;
    next = ares_timeout(resolver->channel, &most, &tv);
    return next ? (int64_t)next->tv_sec * 1000 + (next->tv_usec + 999) / 1000 : max_ms;
}
