#define _GNU_SOURCE
#include "scan/core.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "bus/bus.h"
#include "jail/start.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    WORKERS_MAX = 64,
    TICK_MS = 100,
    SILENCE_MAX_MS = 90000, /* a worker that says nothing for so long is stuck */
    STOP_GRACE_MS = 1500,   /* then the kernel closes its sockets for it */
    TRIES_MAX = 2,
    FALSE_STARTS_MAX = 3, /* workers that fail before they are ready, in a row */
    REGISTER_ROWS = 2000, /* in one message */
};

struct running {    /* a site under way in a worker */
    uint32_t index; /* into options->sites */
    uint32_t n_pages;
    uint64_t n_requests, wire_bytes;
};

struct worker {
    pid_t pid;
    struct wx_channel *channel;
    struct running *sites;
    uint32_t n_sites;
    bool is_ready;
    int64_t heard_ms;
};

struct core {
    const struct wx_scan_options *options;
    const struct wx_scan_sink *sink;
    struct worker workers[WORKERS_MAX];
    uint32_t n_workers;
    uint8_t *tries;  /* of each site */
    uint32_t *again; /* sites to be tried once more */
    uint32_t n_again, next_site;
    struct wx_scan_progress progress;
    char confinement[128];
    int64_t begun_ms, tick_ms, stop_at_ms;
    uint32_t n_false_starts;
    char last_words[256]; /* of a worker that failed */
    enum wx_status why_stopped;
    struct wx_arena scratch;
};

/* ---- starting a worker ---- */

static void tell_register(struct wx_msg_out *out, const struct wx_site *sites, size_t n)
{
    for (size_t from = 0; from < n; from += REGISTER_ROWS) {
        size_t to = from + REGISTER_ROWS < n ? from + REGISTER_ROWS : n;

        wx_msg_begin(out, WX_MSG_REGISTER);
        wx_msg_u32(out, (uint32_t)(to - from));
        for (size_t i = from; i < to; i++) {
            wx_msg_str(out, sites[i].domain);
            wx_msg_str(out, sites[i].unit);
            wx_msg_str(out, sites[i].site_code);
            wx_msg_str(out, sites[i].police_code);
            wx_msg_str(out, sites[i].icp);
            wx_msg_u8(out, (uint8_t)sites[i].unit_kind);
        }
        wx_msg_end(out);
    }
}

static enum wx_status tell_setup(struct core *core, struct worker *w,
                                 struct wx_err *err)
{
    struct wx_buf json = WX_BUF_INIT(WX_MAX_PERMIT_BYTES + (1 << 20));
    struct wx_msg_out *out = wx_channel_out(w->channel);

    tell_register(out, core->options->reg_sites, core->options->n_reg_sites);
    wx_setup_format(&core->options->setup, &json);
    wx_msg_begin(out, WX_MSG_SETUP);
    wx_msg_str(out, wx_buf_str(&json));
    wx_msg_end(out);
    wx_buf_clear(&json);
    return wx_channel_flush(w->channel, true, err);
}

static enum wx_status start_worker(struct core *core, struct worker *w,
                                   struct wx_err *err)
{
    enum wx_status st;
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
        return wx_fail_errno(err, "cannot make a worker's channel");
    st = wx_jail_start("worker", &fds[1], 1, &w->pid, err);
    close(fds[1]);
    if (st) {
        close(fds[0]);
        return st;
    }
    w->channel = wx_channel_new(fds[0]);
    w->heard_ms = wx_mono_ms();
    w->is_ready = false;
    return tell_setup(core, w, err);
}

/* ---- handing out work ---- */

static bool next_site(struct core *core, uint32_t *index)
{
    if (core->n_again) {
        *index = core->again[--core->n_again];
        return true;
    }
    if (core->next_site >= core->options->n_sites)
        return false;
    *index = core->next_site++;
    return true;
}

static enum wx_status give_site(struct core *core, struct worker *w, uint32_t index,
                                struct wx_err *err)
{
    const struct wx_site *site = &core->options->sites[index];
    struct wx_buf json = WX_BUF_INIT(128 << 10);
    enum wx_status st = core->sink->site_begin(core->sink->ctx, site->id, err);

    if (st)
        return st;
    core->tries[index]++;
    w->sites[w->n_sites++] = (struct running){.index = index};
    core->progress.n_running++;
    wx_site_format(site, &json);
    wx_msg_begin(wx_channel_out(w->channel), WX_MSG_SITE);
    wx_msg_str(wx_channel_out(w->channel), wx_buf_str(&json));
    wx_msg_end(wx_channel_out(w->channel));
    wx_buf_clear(&json);
    return WX_OK;
}

/* The worker with the least to do, so that few sites still use all workers. */
static struct worker *idlest(struct core *core)
{
    struct worker *best = NULL;

    for (uint32_t i = 0; i < core->n_workers; i++) {
        struct worker *w = &core->workers[i];

        if (w->is_ready && w->n_sites < core->options->setup.max_sites &&
            (!best || w->n_sites < best->n_sites))
            best = w;
    }
    return best;
}

static enum wx_status hand_out(struct core *core, struct wx_err *err)
{
    struct worker *w;
    uint32_t index;
    enum wx_status st = WX_OK;

    while (!st && !core->why_stopped && (w = idlest(core)) && next_site(core, &index))
        st = give_site(core, w, index, err);
    for (uint32_t i = 0; !st && i < core->n_workers; i++)
        if (core->workers[i].channel)
            /* a worker that has gone is noticed when its channel is read */
            (void)wx_channel_flush(core->workers[i].channel, false, NULL);
    return st;
}

/* ---- what workers say ---- */

static struct running *find_running(struct core *core, struct worker *w,
                                    uint64_t site_id)
{
    for (uint32_t i = 0; i < w->n_sites; i++)
        if (core->options->sites[w->sites[i].index].id == site_id)
            return &w->sites[i];
    return NULL;
}

static enum wx_status unknown_site(struct wx_err *err)
{
    return wx_fail(err, WX_E_INVALID, "a worker speaks of a site it was not given");
}

static enum wx_status on_evidence(struct core *core, struct wx_msg_in *in,
                                  struct wx_err *err)
{
    struct wx_sha256 hash;
    uint64_t raw_size;
    struct wx_str bytes;
    uint8_t codec;

    wx_msg_get_bytes(in, hash.bytes, sizeof hash.bytes);
    raw_size = wx_msg_get_u64(in);
    codec = wx_msg_get_u8(in);
    bytes = wx_msg_get_str(in);
    if (!wx_msg_get_end(in) || codec > 2 || raw_size > WX_MAX_MESSAGE_BYTES)
        return wx_fail(err, WX_E_INVALID, "malformed evidence message");
    return core->sink->evidence(core->sink->ctx, &hash, raw_size, codec, bytes, err);
}

static enum wx_status on_observation(struct core *core, struct worker *w,
                                     struct wx_msg_in *in, struct wx_err *err)
{
    struct wx_scan_observation obs = {0};

    obs.site_id = wx_msg_get_u64(in);
    obs.seq = wx_msg_get_u32(in);
    obs.kind = wx_msg_get_u8(in);
    obs.purpose = wx_msg_get_u8(in);
    obs.outcome = wx_msg_get_u8(in);
    obs.status = (uint16_t)wx_msg_get_u32(in);
    obs.url = wx_msg_get_str(in);
    wx_msg_get_bytes(in, obs.body.bytes, sizeof obs.body.bytes);
    obs.json = wx_msg_get_str(in);
    if (!wx_msg_get_end(in) || !wx_utf8_is_valid(obs.json))
        return wx_fail(err, WX_E_INVALID, "malformed observation message");
    if (!find_running(core, w, obs.site_id))
        return unknown_site(err);
    return core->sink->observation(core->sink->ctx, &obs, err);
}

static enum wx_status on_finding(struct core *core, struct worker *w,
                                 struct wx_msg_in *in, struct wx_err *err)
{
    struct wx_finding finding;
    enum wx_status st =
        wx_finding_parse(wx_msg_get_str(in), &core->scratch, &finding, err);

    if (st || !wx_msg_get_end(in))
        return st ? st : wx_fail(err, WX_E_INVALID, "malformed finding message");
    if (!find_running(core, w, finding.site_id))
        return unknown_site(err);
    return core->sink->finding(core->sink->ctx, &finding, err);
}

static enum wx_status on_progress(struct core *core, struct worker *w,
                                  struct wx_msg_in *in, struct wx_err *err)
{
    uint64_t site_id = wx_msg_get_u64(in);
    uint32_t n_pages = wx_msg_get_u32(in);
    struct running *site = find_running(core, w, site_id);
    uint64_t n_requests, wire_bytes;

    (void)wx_msg_get_u32(in);
    n_requests = wx_msg_get_u64(in);
    wire_bytes = wx_msg_get_u64(in);
    if (!wx_msg_get_end(in))
        return wx_fail(err, WX_E_INVALID, "malformed progress message");
    if (!site)
        return unknown_site(err);
    core->progress.n_pages += n_pages - site->n_pages;
    core->progress.n_requests += n_requests - site->n_requests;
    core->progress.wire_bytes += wire_bytes - site->wire_bytes;
    site->n_pages = n_pages;
    site->n_requests = n_requests;
    site->wire_bytes = wire_bytes;
    return WX_OK;
}

/* The site leaves the worker's list; its numbers are final. */
static void close_books(struct core *core, struct worker *w, struct running *site,
                        const struct wx_site_result *result)
{
    core->progress.n_pages += result->n_pages - site->n_pages;
    core->progress.n_requests += result->n_requests - site->n_requests;
    core->progress.wire_bytes += result->wire_bytes - site->wire_bytes;
    core->progress.n_findings += result->n_findings;
    core->progress.n_done++;
    core->progress.n_running--;
    *site = w->sites[--w->n_sites];
}

static enum wx_status on_site_done(struct core *core, struct worker *w,
                                   struct wx_msg_in *in, struct wx_err *err)
{
    struct wx_site_result result;
    enum wx_status st =
        wx_site_result_parse(wx_msg_get_str(in), &core->scratch, &result, err);
    struct running *site;

    if (st || !wx_msg_get_end(in))
        return st ? st : wx_fail(err, WX_E_INVALID, "malformed result message");
    site = find_running(core, w, result.site_id);
    if (!site)
        return unknown_site(err);
    st = core->sink->site_done(core->sink->ctx, &result, err);
    close_books(core, w, site, &result);
    return st;
}

static enum wx_status on_ready(struct core *core, struct worker *w,
                               struct wx_msg_in *in)
{
    struct wx_str report = wx_msg_get_str(in);

    snprintf(core->confinement, sizeof core->confinement, WX_STR_FMT,
             WX_STR_ARG(wx_utf8_clip(report, sizeof core->confinement - 1)));
    core->progress.confinement = core->confinement;
    core->n_false_starts = 0;
    w->is_ready = true;
    return WX_OK;
}

/* Why a worker gives up; its end follows. */
static enum wx_status on_log(struct core *core, struct wx_msg_in *in)
{
    struct wx_str event, detail;

    (void)wx_msg_get_u8(in);
    event = wx_msg_get_str(in);
    detail = wx_utf8_clip(wx_msg_get_str(in), sizeof core->last_words - 1);
    snprintf(core->last_words, sizeof core->last_words, WX_STR_FMT, WX_STR_ARG(detail));
    wx_log(WX_LOG_WARN, "scan", "worker_says", WX_STR_FMT ": %s", WX_STR_ARG(event),
           core->last_words);
    return WX_OK;
}

static enum wx_status on_message(struct core *core, struct worker *w,
                                 enum wx_msg_type type, struct wx_msg_in *in,
                                 struct wx_err *err)
{
    w->heard_ms = wx_mono_ms();
    wx_arena_reset(&core->scratch);
    switch (type) {
    case WX_MSG_READY:
        return on_ready(core, w, in);
    case WX_MSG_EVIDENCE:
        return on_evidence(core, in, err);
    case WX_MSG_OBSERVATION:
        return on_observation(core, w, in, err);
    case WX_MSG_FINDING:
        return on_finding(core, w, in, err);
    case WX_MSG_PROGRESS:
        return on_progress(core, w, in, err);
    case WX_MSG_SITE_DONE:
        return on_site_done(core, w, in, err);
    case WX_MSG_LOG:
        return on_log(core, in);
    default:
        return wx_fail(err, WX_E_INVALID, "unexpected message %d from a worker", type);
    }
}

/* ---- workers that die ---- */

static enum wx_status site_failed(struct core *core, uint32_t index, struct wx_err *err)
{
    struct wx_site_result result = {
        .site_id = core->options->sites[index].id,
        .status = WX_SITE_FAILED,
        .reason = WX_STR("worker_died"),
        .begun_s = wx_now_s(),
        .facts = WX_STR("{}"),
    };

    core->progress.n_done++;
    return core->sink->site_done(core->sink->ctx, &result, err);
}

/* Its sites get one more try, alone in time with others but in a new process. */
static enum wx_status bury(struct core *core, struct worker *w, struct wx_err *err)
{
    enum wx_status st = WX_OK;
    int how = 0;

    kill(w->pid, SIGKILL);
    (void)waitpid(w->pid, &how, 0);
    if (!core->why_stopped)
        wx_log(WX_LOG_WARN, "scan", "worker_died", "pid=%d wait_status=%d sites=%u",
               (int)w->pid, how, w->n_sites);
    core->n_false_starts += !w->is_ready;
    wx_channel_free(w->channel);
    w->channel = NULL;
    w->is_ready = false;
    while (!st && w->n_sites) {
        const struct running *site = &w->sites[--w->n_sites];
        uint32_t index = site->index;

        core->progress.n_running--;
        core->progress.n_pages -= site->n_pages; /* they will be counted again */
        if (core->why_stopped)
            continue; /* interrupted: a later --resume does it again */
        if (core->tries[index] < TRIES_MAX)
            core->again[core->n_again++] = index;
        else
            st = site_failed(core, index, err);
    }
    return st;
}

static bool has_work(const struct core *core)
{
    return core->n_again || core->next_site < core->options->n_sites;
}

static enum wx_status replace_dead(struct core *core, struct wx_err *err)
{
    int64_t now_ms = wx_mono_ms();
    enum wx_status st = WX_OK;

    for (uint32_t i = 0; !st && i < core->n_workers; i++) {
        struct worker *w = &core->workers[i];

        if (w->channel && now_ms - w->heard_ms > SILENCE_MAX_MS &&
            (w->n_sites || !w->is_ready))
            st = bury(core, w, err);
        if (!st && !w->channel && !core->why_stopped && has_work(core)) {
            if (core->n_false_starts >= FALSE_STARTS_MAX)
                return wx_fail(err, WX_E_IO, "workers cannot start: %s",
                               core->last_words[0] ? core->last_words
                                                   : "no reason given");
            st = start_worker(core, w, err);
        }
    }
    return st;
}

/* All that is there; a worker that breaks the protocol is as good as dead. */
static enum wx_status read_worker(struct core *core, struct worker *w,
                                  struct wx_err *err)
{
    for (int n = 0; n < 4096; n++) {
        struct wx_err why = {0};
        enum wx_msg_type type;
        struct wx_msg_in in;
        enum wx_status st = wx_channel_next(w->channel, &type, &in, &why);

        if (st == WX_E_AGAIN)
            return WX_OK;
        if (!st)
            st = on_message(core, w, type, &in, &why);
        if (!st)
            continue;
        if (st == WX_E_CLOSED || st == WX_E_INVALID) {
            if (st == WX_E_INVALID)
                wx_log(WX_LOG_ERROR, "scan", "worker_protocol", "%s", why.text);
            return bury(core, w, err);
        }
        if (err)
            *err = why;
        return st;
    }
    return WX_OK;
}

/* ---- the loop ---- */

static void order_stop(struct core *core, enum wx_status why, const char *word)
{
    if (core->why_stopped)
        return;
    core->why_stopped = why;
    core->stop_at_ms = wx_mono_ms();
    for (uint32_t i = 0; i < core->n_workers; i++) {
        struct worker *w = &core->workers[i];

        if (!w->channel)
            continue;
        wx_msg_begin(wx_channel_out(w->channel), WX_MSG_STOP);
        wx_msg_str(wx_channel_out(w->channel), wx_str_of(word));
        wx_msg_end(wx_channel_out(w->channel));
        (void)wx_channel_flush(w->channel, false, NULL);
    }
}

static void look_for_stop(struct core *core)
{
    const struct wx_scan_options *o = core->options;

    if (o->stop_flag && *o->stop_flag)
        order_stop(core, WX_E_INTERRUPTED, "interrupted");
    else if (o->kill_file && access(o->kill_file, F_OK) == 0)
        order_stop(core, WX_E_INTERRUPTED, "interrupted");
    else if (o->deadline_ms && wx_mono_ms() - core->begun_ms > o->deadline_ms)
        order_stop(core, WX_E_TIMEOUT, "deadline");
}

static enum wx_status read_all(struct core *core, struct wx_err *err)
{
    struct pollfd polls[WORKERS_MAX];
    enum wx_status st = WX_OK;

    for (uint32_t i = 0; i < core->n_workers; i++) {
        struct wx_channel *channel = core->workers[i].channel;

        polls[i] = (struct pollfd){.fd = channel ? wx_channel_fd(channel) : -1,
                                   .events = POLLIN};
        if (channel && wx_channel_unsent(channel))
            polls[i].events |= POLLOUT;
    }
    if (poll(polls, core->n_workers, TICK_MS) < 0 && errno != EINTR)
        return wx_fail_errno(err, "cannot wait for workers");
    for (uint32_t i = 0; !st && i < core->n_workers; i++)
        if (polls[i].revents && core->workers[i].channel)
            st = read_worker(core, &core->workers[i], err);
    return st;
}

static enum wx_status tick(struct core *core, struct wx_err *err)
{
    core->progress.elapsed_ms = wx_mono_ms() - core->begun_ms;
    return core->sink->tick(core->sink->ctx, &core->progress, err);
}

static bool is_over(const struct core *core)
{
    bool is_idle = core->progress.n_running == 0;

    if (core->why_stopped)
        return is_idle || wx_mono_ms() - core->stop_at_ms > STOP_GRACE_MS;
    return is_idle && !has_work(core);
}

static enum wx_status loop(struct core *core, struct wx_err *err)
{
    enum wx_status st = WX_OK;

    while (!st && !is_over(core)) {
        look_for_stop(core);
        st = replace_dead(core, err);
        if (!st)
            st = hand_out(core, err);
        if (!st)
            st = read_all(core, err);
        if (!st)
            st = tick(core, err);
    }
    return st;
}

static void end_workers(struct core *core)
{
    for (uint32_t i = 0; i < core->n_workers; i++) {
        struct worker *w = &core->workers[i];

        if (w->channel) {
            kill(w->pid, SIGKILL);
            (void)waitpid(w->pid, NULL, 0);
            wx_channel_free(w->channel);
        }
        free(w->sites);
    }
}

enum wx_status wx_scan_run(const struct wx_scan_options *options,
                           const struct wx_scan_sink *sink, struct wx_err *err)
{
    struct core *core = wx_new(struct core);
    enum wx_status st;

    core->options = options;
    core->sink = sink;
    core->n_workers = options->setup.n_workers;
    if (core->n_workers > WORKERS_MAX)
        core->n_workers = WORKERS_MAX;
    core->tries = wx_alloc(options->n_sites);
    core->again = wx_alloc(wx_size_mul(options->n_sites, sizeof *core->again));
    core->progress.n_sites = (uint32_t)options->n_sites;
    core->begun_ms = wx_mono_ms();
    for (uint32_t i = 0; i < core->n_workers; i++)
        core->workers[i].sites =
            wx_alloc(wx_size_mul(options->setup.max_sites, sizeof(struct running)));
    st = loop(core, err);
    end_workers(core);
    if (!st)
        st = tick(core, err);
    if (!st && core->why_stopped)
        st = wx_fail(err, core->why_stopped,
                     core->why_stopped == WX_E_TIMEOUT ? "the deadline passed"
                                                       : "interrupted");
    wx_arena_clear(&core->scratch);
    free(core->again);
    free(core->tries);
    free(core);
    return st;
}
