/* wangxun serve: the office's server in one process. */
#define _GNU_SOURCE
#include "api/server.h"
#include "base/clock.h"
#include "base/log.h"
#include "prog/options.h"
#include "prog/setup_link.h"
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

int wx_serve_main(const struct wx_options *o)
{
    struct wx_server_options options = {.n_threads = 2};
    struct wx_office *office = NULL;
    struct wx_server *server = NULL;
    struct wx_err err = {0};
    sigset_t signals;
    char host[64];
    int signal_fd;
    enum wx_status status = split_listen(o->listen, host, &options.port, &err);

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, NULL); /* before any thread is made */
    signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
    if (!status)
        status = wx_office_open(o->data ? o->data : "wangxun-data", &office, &err);
    options.office = office;
    options.host = host;
    if (!status)
        status = wx_server_start(&options, &server, &err);
    if (!status)
        status = say_address(server, office, o->language, &err);
    if (!status)
        wait_for_end(server, signal_fd);
    wx_server_stop(server);
    wx_office_close(office);
    close(signal_fd);
    return status ? wx_complain(o->language, status, &err) : WX_EXIT_OK;
}
