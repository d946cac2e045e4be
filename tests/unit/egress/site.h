/*
 * For the tests of this room: a scripted site on a loopback port (one thread a
 * connection, so that a silent one does not hold up the next), and a client that runs
 * one egress and keeps what it was told.
 */
#ifndef TESTS_EGRESS_SITE_H
#define TESTS_EGRESS_SITE_H

#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/limits.h"
#include "egress/egress.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct site;
/* Answers one request on FD; false: close the connection now. */
typedef bool script_fn(struct site *site, int fd, const char *request);

struct site {
    int fd;
    uint16_t port;
    script_fn *script;
    atomic_int n_requests, n_connections, n_open;
    atomic_bool is_over;
    pthread_t thread;
    char requests[32][600]; /* the first ones, as they came */
};

struct visit {
    struct site *site;
    int fd;
};

static bool read_request(int fd, char *text, size_t size)
{
    size_t n = 0;

    while (n + 1 < size) {
        ssize_t got = recv(fd, text + n, size - 1 - n, 0);

        if (got <= 0)
            return false;
        n += (size_t)got;
        text[n] = '\0';
        if (strstr(text, "\r\n\r\n"))
            return true;
    }
    return false;
}

static void *visit_run(void *arg)
{
    struct visit visit = *(struct visit *)arg;
    char text[4096];

    free(arg);
    while (read_request(visit.fd, text, sizeof text)) {
        int i = atomic_fetch_add(&visit.site->n_requests, 1);

        if (i < 32)
            snprintf(visit.site->requests[i], sizeof visit.site->requests[i], "%.590s",
                     text);
        if (!visit.site->script(visit.site, visit.fd, text))
            break;
    }
    close(visit.fd);
    atomic_fetch_sub(&visit.site->n_open, 1);
    return NULL;
}

static void *site_run(void *arg)
{
    struct site *site = arg;

    for (;;) {
        int fd = accept(site->fd, NULL, NULL);
        struct visit *visit;
        pthread_t thread;

        if (fd < 0)
            return NULL;
        atomic_fetch_add(&site->n_connections, 1);
        visit = wx_new(struct visit);
        *visit = (struct visit){site, fd};
        atomic_fetch_add(&site->n_open, 1);
        if (pthread_create(&thread, NULL, visit_run, visit) == 0)
            pthread_detach(thread);
    }
}

static int listen_on(const char *address, uint16_t *port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(*port)};
    socklen_t len = sizeof sa;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    inet_pton(AF_INET, address, &sa.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    assert_int_equal(listen(fd, 64), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &len), 0);
    *port = ntohs(sa.sin_port);
    return fd;
}

static inline struct site *site_open(script_fn *script)
{
    struct site *site = wx_new(struct site);

    site->script = script;
    site->fd = listen_on("127.0.0.1", &site->port);
    assert_int_equal(pthread_create(&site->thread, NULL, site_run, site), 0);
    return site;
}

/* The client is closed before: then every visit ends. */
static inline void site_close(struct site *site)
{
    site->is_over = true;
    shutdown(site->fd, SHUT_RDWR);
    close(site->fd);
    pthread_join(site->thread, NULL);
    for (int i = 0; i < 500 && site->n_open; i++)
        usleep(10000);
    assert_int_equal(site->n_open, 0);
    free(site);
}

static inline void say(int fd, const char *text)
{
    (void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static inline void answer(int fd, int status, const char *fields, const char *body)
{
    char text[8192];

    snprintf(text, sizeof text, "HTTP/1.1 %d X\r\n%sContent-Length: %zu\r\n\r\n%s",
             status, fields, strlen(body), body);
    say(fd, text);
}

/* --- client ----------------------------------------------------------------------- */

struct seen {
    void *tag;
    enum wx_outcome outcome;
    int status;
    size_t n_hops, n_body, n_chain;
    char detail[300], body[400], url[300], final_url[300], location[300], address[64];
    char headers[600];
    struct wx_fetch fetch; /* numbers only: its strings are gone */
    bool has_tls;
    struct wx_tls tls; /* numbers only, and: */
    char tls_error[120];
};

struct client {
    struct wx_permit *permit;
    struct wx_egress *egress;
    struct wx_arena arena;
    struct seen seen[64];
    size_t n_seen;
};

static void z_copy(char *to, size_t size, struct wx_str s)
{
    snprintf(to, size, WX_STR_FMT, WX_STR_ARG(s));
}

static void client_done(void *ctx, const struct wx_request *request,
                        const struct wx_fetch *fetch, struct wx_str body,
                        struct wx_str chain)
{
    struct client *client = ctx;
    struct seen *s = &client->seen[client->n_seen++ % 64];
    const struct wx_hop *last = fetch->n_hops ? &fetch->hops[fetch->n_hops - 1] : NULL;
    const struct wx_tls *tls = NULL;

    *s = (struct seen){.tag = request->tag,
                       .outcome = fetch->outcome,
                       .status = fetch->status,
                       .n_hops = fetch->n_hops,
                       .n_body = body.len,
                       .n_chain = chain.len,
                       .fetch = *fetch};
    z_copy(s->detail, sizeof s->detail, fetch->detail);
    z_copy(s->body, sizeof s->body, body);
    z_copy(s->url, sizeof s->url, fetch->url);
    z_copy(s->final_url, sizeof s->final_url, fetch->final_url);
    for (size_t i = 0; i < fetch->n_hops; i++)
        if (fetch->hops[i].tls)
            tls = fetch->hops[i].tls;
    if (tls) {
        s->has_tls = true;
        s->tls = *tls;
        z_copy(s->tls_error, sizeof s->tls_error, tls->error);
    }
    if (last) {
        z_copy(s->location, sizeof s->location, last->location);
        z_copy(s->address, sizeof s->address, last->address);
        z_copy(s->headers, sizeof s->headers, last->headers);
    }
}

static inline struct client *client_open_with(const char *permit_json,
                                              struct wx_egress_options options)
{
    struct client *client = wx_new(struct client);
    struct wx_err err = {0};

    wx_arena_init(&client->arena);
    if (wx_permit_parse(wx_str_of(permit_json), "test", &client->permit, &err) !=
            WX_OK ||
        wx_egress_new(client->permit, &options, client_done, client, &client->egress,
                      &err) != WX_OK)
        fail_msg("%s", err.text);
    return client;
}

/* Everything on 127.0.0.1, any of PORTS, no pace. */
static inline struct client *client_open(const struct site *site)
{
    char json[400];

    snprintf(json, sizeof json,
             "{\"version\":1,\"id\":\"t\",\"hosts\":[\"127.0.0.1\"],\"ports\":[%u],"
             "\"addresses\":{\"allow\":[\"127.0.0.1\"]},"
             "\"pace\":{\"per_host\":0,\"host_connections\":4}}",
             site->port);
    return client_open_with(json, (struct wx_egress_options){
                                      .connect_timeout_ms = 1000,
                                      .first_byte_timeout_ms = 400,
                                      .total_timeout_ms = 2000,
                                      .user_agent = "Wangxun-test/1",
                                  });
}

static inline void client_close(struct client *client)
{
    wx_egress_free(client->egress);
    wx_permit_free(client->permit);
    wx_arena_clear(&client->arena);
    free(client);
}

static inline struct wx_request request_for(struct client *client, const char *url)
{
    struct wx_request request = {.purpose = WX_FOR_PAGE, .follow = true};
    struct wx_err err = {0};

    if (wx_url_parse(&client->arena, wx_str_of(url), NULL, &request.url, &err) != WX_OK)
        fail_msg("%s", err.text);
    return request;
}

static inline void client_ask(struct client *client, const char *url)
{
    struct wx_request request = request_for(client, url);

    wx_egress_submit(client->egress, &request);
}

static inline void client_run(struct client *client)
{
    for (int i = 0; i < 300 && wx_egress_pending(client->egress); i++)
        wx_egress_run(client->egress, 100);
    assert_int_equal(wx_egress_pending(client->egress), 0);
}

/* PATH of SITE, and what came of it. */
static inline struct seen *client_get(struct client *client, const struct site *site,
                                      const char *path)
{
    char url[300];

    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", site->port, path);
    client_ask(client, url);
    client_run(client);
    return &client->seen[(client->n_seen - 1) % 64];
}

#endif
