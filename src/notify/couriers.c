#define _GNU_SOURCE
#include "notify/couriers.h"

#include "base/clock.h"
#include "base/log.h"
#include "jail/start.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    GRACE_MS = 5000, /* past the letter's own deadline */
    START_MS = 20000,
    PAUSE_FIRST_MS = 1000,
    PAUSE_MAX_MS = 60000,
};

struct courier {
    pid_t pid;                  /* 0: none runs */
    struct wx_channel *channel; /* NULL: none runs */
    bool is_ready;
    bool is_busy;
    uint64_t letter;
    int64_t until_ms; /* then it counts as stuck; while it starts or is busy */
};

struct wx_couriers {
    struct wx_deliverer_options options;
    wx_letter_returned *returned;
    void *ctx;
    struct courier items[WX_COURIERS_MAX];
    uint32_t n;
    int64_t pause_ms, not_before_ms; /* after one that failed */
    uint64_t n_started, n_failed;
};

struct wx_couriers *wx_couriers_new(const struct wx_deliverer_options *options,
                                    uint32_t n, wx_letter_returned *returned, void *ctx)
{
    struct wx_couriers *couriers = wx_new(struct wx_couriers);

    couriers->options = *options;
    couriers->returned = returned;
    couriers->ctx = ctx;
    couriers->n = n < WX_COURIERS_MAX ? n : WX_COURIERS_MAX;
    couriers->pause_ms = PAUSE_FIRST_MS;
    return couriers;
}

/* Its sockets close with it; nothing of a letter is half said twice by us. */
static void courier_end(struct courier *c)
{
    if (c->channel)
        wx_channel_free(c->channel);
    c->channel = NULL;
    if (c->pid > 0) {
        (void)kill(c->pid, SIGKILL);
        while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    c->pid = 0;
    c->is_ready = false;
}

void wx_couriers_free(struct wx_couriers *couriers)
{
    if (!couriers)
        return;
    for (uint32_t i = 0; i < couriers->n; i++)
        courier_end(&couriers->items[i]);
    free(couriers);
}

static void courier_failed(struct wx_couriers *couriers, struct courier *c,
                           const char *why)
{
    struct wx_letter_done done = {
        .id = c->letter,
        .result = {.outcome = WX_DELIVERY_BROKEN, .retry_after_s = -1}};
    bool was_busy = c->is_busy;

    wx_log(WX_LOG_WARN, "notify", "courier_replaced", "%s", why);
    snprintf(done.result.detail, sizeof done.result.detail, "the courier %s", why);
    courier_end(c);
    c->is_busy = false;
    couriers->n_failed++;
    couriers->not_before_ms = wx_mono_ms() + couriers->pause_ms;
    if (couriers->pause_ms < PAUSE_MAX_MS)
        couriers->pause_ms *= 2;
    if (was_busy)
        couriers->returned(couriers->ctx, &done);
}

static enum wx_status courier_start(struct wx_couriers *couriers, struct courier *c,
                                    struct wx_err *err)
{
    const struct wx_deliverer_options *o = &couriers->options;
    struct wx_msg_out *out;
    enum wx_status st;
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        return wx_fail_errno(err, "cannot make a courier's channel");
    st = wx_jail_start("courier", &fds[1], 1, &c->pid, err);
    close(fds[1]);
    if (st) {
        close(fds[0]);
        c->pid = 0;
        return st;
    }
    couriers->n_started++;
    c->channel = wx_channel_new(fds[0]);
    out = wx_channel_out(c->channel);
    wx_msg_begin(out, WX_MSG_COURIER);
    wx_msg_str(out, wx_str_of(o->ca_file));
    wx_msg_str(out, wx_str_of(o->dns_server));
    wx_msg_u32(out, (uint32_t)o->n_resolve);
    for (size_t i = 0; i < o->n_resolve; i++)
        wx_msg_str(out, wx_str_of(o->resolve[i]));
    wx_msg_end(out);
    return WX_OK;
}

uint32_t wx_couriers_idle(const struct wx_couriers *couriers)
{
    bool may_start = wx_mono_ms() >= couriers->not_before_ms;
    uint32_t n = 0;

    for (uint32_t i = 0; i < couriers->n; i++)
        n += !couriers->items[i].is_busy &&
             (couriers->items[i].channel != NULL || may_start);
    return n;
}

/* One that runs before one that must be started. */
static struct courier *idle_one(struct wx_couriers *couriers)
{
    struct courier *best = NULL;

    for (uint32_t i = 0; i < couriers->n; i++) {
        struct courier *c = &couriers->items[i];

        if (!c->is_busy && (c->channel || !best))
            best = c;
    }
    if (best && !best->channel && wx_mono_ms() < couriers->not_before_ms)
        return NULL;
    return best;
}

enum wx_status wx_couriers_send(struct wx_couriers *couriers,
                                const struct wx_letter *letter, struct wx_err *err)
{
    struct courier *c = idle_one(couriers);

    if (!c)
        return wx_fail(err, WX_E_AGAIN, "every courier is on its way");
    if (!c->channel) {
        enum wx_status st = courier_start(couriers, c, err);

        if (st) {
            couriers->not_before_ms = wx_mono_ms() + couriers->pause_ms;
            return st;
        }
    }
    wx_letter_put(wx_channel_out(c->channel), letter);
    c->is_busy = true;
    c->letter = letter->id;
    c->until_ms =
        wx_mono_ms() + letter->timeout_ms + GRACE_MS + (c->is_ready ? 0 : START_MS);
    if (wx_channel_flush(c->channel, false, NULL) != WX_OK)
        courier_failed(couriers, c, "went away");
    return WX_OK;
}

/* False: it broke the protocol or is gone, and WHY says so. */
static bool courier_listen(struct wx_couriers *couriers, struct courier *c,
                           const char **why)
{
    struct wx_letter_done done;
    enum wx_msg_type type;
    struct wx_msg_in in;

    *why = "broke the protocol";
    for (;;) {
        enum wx_status st = wx_channel_next(c->channel, &type, &in, NULL);

        if (st == WX_E_AGAIN)
            return true;
        if (st == WX_E_CLOSED)
            *why = "ended";
        if (st)
            return false;
        if (type == WX_MSG_READY && !c->is_ready) {
            c->is_ready = true;
            continue;
        }
        if (type != WX_MSG_LETTER_DONE || !c->is_busy ||
            !wx_letter_done_get(&in, &done) || done.id != c->letter)
            return false;
        c->is_busy = false;
        couriers->pause_ms = PAUSE_FIRST_MS;
        couriers->returned(couriers->ctx, &done);
    }
}

void wx_couriers_run(struct wx_couriers *couriers, int wake_fd, int64_t wait_ms)
{
    struct pollfd fds[WX_COURIERS_MAX + 1];
    struct courier *who[WX_COURIERS_MAX];
    nfds_t n = 0;
    int64_t now_ms = wx_mono_ms();

    for (uint32_t i = 0; i < couriers->n; i++) {
        struct courier *c = &couriers->items[i];

        if (!c->channel)
            continue;
        if (c->is_busy && c->until_ms - now_ms < wait_ms)
            wait_ms = c->until_ms > now_ms ? c->until_ms - now_ms : 0;
        who[n] = c;
        fds[n++] = (struct pollfd){
            .fd = wx_channel_fd(c->channel),
            .events = (short)(POLLIN | (wx_channel_unsent(c->channel) ? POLLOUT : 0))};
    }
    fds[n] = (struct pollfd){.fd = wake_fd, .events = POLLIN};
    (void)poll(fds, n + 1, (int)(wait_ms < 60000 ? wait_ms : 60000));
    now_ms = wx_mono_ms();
    for (nfds_t i = 0; i < n; i++) {
        const char *why = "fell silent";

        if (fds[i].revents & POLLOUT)
            (void)wx_channel_flush(who[i]->channel, false, NULL);
        if (!(fds[i].revents & (POLLIN | POLLHUP | POLLERR))
                ? who[i]->is_busy && now_ms >= who[i]->until_ms
                : !courier_listen(couriers, who[i], &why))
            courier_failed(couriers, who[i], why);
    }
}

void wx_couriers_count(const struct wx_couriers *couriers, uint64_t *n_started,
                       uint64_t *n_failed)
{
    *n_started = couriers->n_started;
    *n_failed = couriers->n_failed;
}
