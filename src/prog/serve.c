/* wangxun serve: the office's server in one process. */
#define _GNU_SOURCE
#include "access/key.h"
#include "api/server.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "campaign/calendar.h"
#include "notify/log_line.h"
#include "notify/notify.h"
#include "prog/options.h"
#include "prog/serve_config.h"
#include "prog/setup_link.h"
#include "register/place.h"
#include "round/rounds.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

static enum wx_status split_listen(const char *text, char host[64], uint16_t *port,
                                   struct wx_err *err)
{
    struct wx_str s = wx_str_of(text ? text : "127.0.0.1:8080");
    size_t colon = WX_NPOS;
    uint64_t v;

    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == ':')
            colon = i;
    if (colon == WX_NPOS ||
        !wx_str_to_u64(wx_str_sub(s, colon + 1, s.len), 65535, &v) || colon >= 63 + 2)
        return wx_fail(err, WX_E_USAGE, "'%s' is not ADDRESS:PORT", text);
    *port = (uint16_t)v;
    s = wx_str_sub(s, 0, colon);
    if (wx_str_starts(s, "[") && wx_str_ends(s, "]"))
        s = wx_str_sub(s, 1, s.len - 1);
    snprintf(host, 64, "%.*s", WX_STR_ARG(s));
    return WX_OK;
}

/* Until SIGTERM or SIGINT; once a second whatever runs by the clock. */
static void wait_for_end(struct wx_server *server, int signal_fd)
{
    struct pollfd poll_fd = {.fd = signal_fd, .events = POLLIN};

    for (;;) {
        int n = poll(&poll_fd, 1, 1000);

        if (n > 0 || (n < 0 && errno != EINTR))
            return;
        wx_server_tick(server, wx_now_s());
    }
}

static enum wx_status say_address(struct wx_server *server, struct wx_office *office,
                                  enum wx_lang lang, struct wx_err *err)
{
    char link[400];
    bool is_needed;
    enum wx_status status = wx_setup_link_if_needed(
        office, wx_server_options(server)->public_url, link, &is_needed, err);

    if (status)
        return status;
    printf(wx_text(lang, WX_T_SERVE_READY), wx_server_options(server)->public_url);
    putchar('\n');
    if (is_needed) {
        printf(wx_text(lang, WX_T_SERVE_SETUP), link);
        putchar('\n');
    }
    fflush(stdout);
    return WX_OK;
}

/* ---- what the configuration file and the command line say together ---- */

struct serving {
    struct wx_arena arena;
    struct wx_serve_config config;
    struct wx_server_options options;
    struct wx_seal_key field_key;
    struct wx_office *office;
    struct wx_log_line *log;
    struct wx_notify *notify;
    struct wx_places *places; /* NULL: no IP database */
    struct wx_calendar *calendar;
    struct wx_rounds *rounds;
    struct wx_server *server;
    struct wx_buf certificate, key;
    char host[64];
};

static enum wx_status read_pem(const char *path, struct wx_buf *buf, const char **out,
                               struct wx_err *err)
{
    enum wx_status status;

    if (!path)
        return WX_OK;
    status = wx_buf_read_file(buf, path, err);
    if (!status)
        status = wx_buf_addc(buf, '\0');
    *out = buf->ptr;
    return status;
}

static enum wx_status read_config(struct serving *s, const struct wx_options *o,
                                  struct wx_err *err)
{
    struct wx_serve_config *c = &s->config;
    enum wx_status status = WX_OK;

    wx_serve_config_init(c);
    if (o->config)
        status = wx_serve_config_load(o->config, &s->arena, c, err);
    if (status)
        return status;
    c->data = o->data ? o->data : c->data ? c->data : "wangxun-data";
    c->listen = o->listen ? o->listen : c->listen;
    c->dns_server = o->dns ? o->dns : c->dns_server;
    c->ca_file = o->ca_file ? o->ca_file : c->ca_file;
    if (o->resolve.n) {
        c->resolve.items = o->resolve.items;
        c->resolve.n = o->resolve.n;
    }
    c->allow_private = o->allow_private ? "on" : c->allow_private;
    status = split_listen(c->listen, s->host, &s->options.port, err);
    if (!status)
        status =
            read_pem(c->tls_certificate, &s->certificate, &s->options.tls_cert, err);
    if (!status)
        status = read_pem(c->tls_key, &s->key, &s->options.tls_key, err);
    if (!status && c->syslog)
        status = wx_log_line_new(c->syslog, &s->log, err);
    c->ip_database = o->ip_database ? o->ip_database : c->ip_database;
    if (!status && c->ip_database)
        status = wx_places_open(c->ip_database, &s->places, err);
    if (!status)
        status = wx_calendar_open(c->calendar, &s->calendar, err);
    s->options.calendar = s->calendar;
    s->options.host = s->host;
    s->options.n_threads = c->threads > 0 ? (uint32_t)c->threads : 2;
    s->options.public_url = c->public_url;
    s->options.trusted_proxies = c->trusted_proxies.items;
    s->options.n_trusted_proxies = c->trusted_proxies.n;
    s->options.hosts = c->hosts.items;
    s->options.n_hosts = c->hosts.n;
    s->options.with_metrics = !c->metrics || strcmp(c->metrics, "on") == 0;
    if (c->log_level && !getenv("WANGXUN_LOG"))
        wx_log_set_level_named(c->log_level);
    return status;
}

static void tell(void *ctx, int64_t event_id)
{
    struct serving *s = ctx;

    wx_server_tell(s->server, event_id);
}

static enum wx_status prepare_rounds(struct serving *s, struct wx_err *err)
{
    const struct wx_serve_config *c = &s->config;
    struct wx_rounds_options rounds = {
        .office = s->office,
        .net = {.dns_server = c->dns_server,
                .ca_file = c->ca_file,
                .resolve = c->resolve.items,
                .n_resolve = c->resolve.n,
                .allows_private =
                    c->allow_private && strcmp(c->allow_private, "on") == 0},
        .places = s->places,
        .public_url = c->public_url,
        .at_once = c->rounds > 0 ? (uint32_t)c->rounds : 0,
        .told = tell,
        .ctx = s,
    };

    return wx_rounds_new(&rounds, &s->rounds, err);
}

static enum wx_status start(struct serving *s, struct wx_err *err)
{
    const struct wx_serve_config *c = &s->config;
    struct wx_notify_options notify = {
        .deliverer = {.ca_file = c->ca_file,
                      .dns_server = c->dns_server,
                      .resolve = c->resolve.items,
                      .n_resolve = c->resolve.n},
        .public_url = c->public_url,
        .log = s->log,
        .n_couriers = c->couriers > 0 ? (uint32_t)c->couriers : 0,
    };
    enum wx_status status;

    if (s->log)
        wx_log_set_tap(wx_log_line_put, s->log);
    status = wx_office_open(c->data, &s->office, err);

    if (!status)
        status = wx_key_load(c->data, WX_KEY_FIELD, true, &s->field_key, err);
    wx_random(&notify.seed, sizeof notify.seed);
    if (!status)
        status = wx_notify_new(s->office, &s->field_key, &notify, &s->notify, err);
    s->options.office = s->office;
    s->options.field_key = &s->field_key;
    s->options.notify = s->notify;
    if (!status)
        status = prepare_rounds(s, err);
    s->options.rounds = s->rounds;
    if (!status)
        status = wx_server_start(&s->options, &s->server, err);
    if (!status)
        status = wx_notify_start(s->notify, err);
    if (!status)
        status = wx_rounds_start(s->rounds, err);
    return status;
}

static void stop(struct serving *s)
{
    wx_rounds_end(s->rounds);  /* tells the server until it has ended */
    wx_server_stop(s->server); /* nobody wakes the notifier any more */
    wx_notify_free(s->notify);
    wx_log_set_tap(NULL, NULL);
    wx_log_line_free(s->log);
    wx_rounds_free(s->rounds);
    wx_office_close(s->office);
    wx_places_close(s->places);
    wx_calendar_free(s->calendar);
    wx_seal_key_forget(&s->field_key);
    wx_buf_clear(&s->certificate);
    wx_buf_clear(&s->key);
    wx_arena_clear(&s->arena);
}

static int print_config(enum wx_lang lang)
{
    struct wx_buf out = WX_BUF_INIT(WX_MAX_CONFIG_BYTES);

    wx_serve_config_example(lang, &out);
    fwrite(out.ptr, 1, out.len, stdout);
    wx_buf_clear(&out);
    return WX_EXIT_OK;
}

int wx_serve_main(const struct wx_options *o)
{
    struct serving s = {.certificate = WX_BUF_INIT(WX_MAX_CONFIG_BYTES),
                        .key = WX_BUF_INIT(WX_MAX_CONFIG_BYTES)};
    struct wx_err err = {0};
    sigset_t signals;
    int signal_fd;
    enum wx_status status;

    if (o->print_config)
        return print_config(o->language);
    wx_arena_init(&s.arena);
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL); /* before any thread is made */
    signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
    status = read_config(&s, o, &err);
    if (!status && o->check_config) {
        printf(wx_text(o->language, WX_T_CONFIG_GOOD), o->config ? o->config : "-");
        putchar('\n');
    } else if (!status) {
        status = start(&s, &err);
        if (!status)
            status = say_address(s.server, s.office, o->language, &err);
        if (!status)
            wait_for_end(s.server, signal_fd);
    }
    stop(&s);
    close(signal_fd);
    return status ? wx_complain(o->language, status, &err) : WX_EXIT_OK;
}
