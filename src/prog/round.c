#define _GNU_SOURCE
#include "prog/round.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "detect/rule/rule.h"
#include "prog/run_setup.h"
#include "prog/run_sink.h"
#include "round/paper.h"
#include "round/request.h"
#include "round/stop.h"
#include "scan/core.h"
#include "store/store.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, TELL_EVERY_MS = 500, SITES_TOLD_MAX = 256 };

/* Set by SIGTERM; signal handlers can reach nothing else. */
static volatile sig_atomic_t stop_requested;

static void on_signal(int signal_number)
{
    (void)signal_number;
    stop_requested = 1;
}

struct round {
    struct wx_round_request request;
    struct wx_arena arena;
    struct wx_permit *permit;
    struct wx_buf permit_json;
    struct wx_store *store;
    struct wx_site *todo;
    size_t n_todo;
    struct wx_run_sink run_sink;
    struct wx_scan_sink store_sink; /* what writes; ours tells beside it */
    int tell_fd;
    int64_t told_ms;
    uint64_t done[SITES_TOLD_MAX]; /* to be told once they are committed */
    size_t n_done;
    uint32_t n_done_before, n_sites; /* of the whole round */
    char dir[PATH_BYTES];
};

/* ---- telling ---- */

/* Nobody there: the server is gone, and a round without it must not go on. */
static void tell(struct round *r, const struct wx_round_line *line)
{
    struct wx_buf text = WX_BUF_INIT(8192);

    wx_round_line_format(line, &text);
    /* lines are shorter than PIPE_BUF: whole or not at all; a full pipe loses progress,
     * which is told again */
    if (write(r->tell_fd, text.ptr, text.len) < 0 && errno == EPIPE)
        stop_requested = 1;
    wx_buf_clear(&text);
}

static void tell_end(struct round *r, enum wx_round_end end, const char *why)
{
    struct wx_round_line line = {
        .word = WX_ROUND_END, .end = end, .why = wx_utf8_clip(wx_str_of(why), 400)};

    (void)fcntl(r->tell_fd, F_SETFL, 0); /* the last word waits for its place */
    tell(r, &line);
}

static void tell_progress(struct round *r, const struct wx_scan_progress *p)
{
    struct wx_round_line line = {.word = WX_ROUND_PROGRESS,
                                 .n_sites = r->n_sites,
                                 .n_done = (int64_t)p->n_done + r->n_done_before,
                                 .n_running = p->n_running,
                                 .n_pages = (int64_t)p->n_pages,
                                 .n_requests = (int64_t)p->n_requests,
                                 .wire_bytes = (int64_t)p->wire_bytes,
                                 .n_findings = (int64_t)p->n_findings,
                                 .elapsed_ms = p->elapsed_ms};
    int64_t now_ms = wx_mono_ms();

    if (now_ms - r->told_ms < TELL_EVERY_MS)
        return;
    r->told_ms = now_ms;
    tell(r, &line);
}

static void tell_done(struct round *r)
{
    for (size_t i = 0; i < r->n_done; i++) {
        struct wx_round_line line = {.word = WX_ROUND_SITE, .site = r->done[i]};

        tell(r, &line);
    }
    r->n_done = 0;
}

/* ---- the sink ---- */

static enum wx_status site_done(void *ctx, const struct wx_site_result *result,
                                struct wx_err *err)
{
    struct round *r = ctx;

    if (r->n_done < SITES_TOLD_MAX) /* the supervisor takes in all that are done */
        r->done[r->n_done++] = result->site_id;
    return r->store_sink.site_done(r->store_sink.ctx, result, err);
}

static enum wx_status tick(void *ctx, const struct wx_scan_progress *progress,
                           struct wx_err *err)
{
    struct round *r = ctx;
    enum wx_status st;

    if (wx_stop_is_in_force(r->request.data_dir))
        stop_requested = 1;
    st = r->store_sink.tick(r->store_sink.ctx, progress, err);
    if (!st && wx_store_is_clean(r->store))
        tell_done(r);
    tell_progress(r, progress);
    return st;
}

static enum wx_status site_begin(void *ctx, uint64_t site_id, struct wx_err *err)
{
    struct round *r = ctx;

    return r->store_sink.site_begin(r->store_sink.ctx, site_id, err);
}

static enum wx_status evidence(void *ctx, const struct wx_sha256 *hash,
                               uint64_t raw_size, uint8_t codec, struct wx_str bytes,
                               struct wx_err *err)
{
    struct round *r = ctx;

    return r->store_sink.evidence(r->store_sink.ctx, hash, raw_size, codec, bytes, err);
}

static enum wx_status observation(void *ctx, const struct wx_scan_observation *obs,
                                  struct wx_err *err)
{
    struct round *r = ctx;

    return r->store_sink.observation(r->store_sink.ctx, obs, err);
}

static enum wx_status finding(void *ctx, const struct wx_finding *f, struct wx_err *err)
{
    struct round *r = ctx;

    return r->store_sink.finding(r->store_sink.ctx, f, err);
}

/* ---- before anything is sent ---- */

static enum wx_status read_request(struct round *r, int fd, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_ROUND_REQUEST_BYTES);
    char path[64];
    enum wx_status st;

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    st = wx_buf_read_file(&text, path, err);
    if (!st)
        st = wx_round_request_parse(wx_buf_str(&text), &r->arena, &r->request, err);
    wx_buf_clear(&text);
    if (!st)
        wx_round_dir(r->request.data_dir, r->request.round_id, r->dir, sizeof r->dir);
    return st;
}

/* The office's own signature first; then it may only become narrower. */
static enum wx_status check_permit(struct round *r, struct wx_err *err)
{
    struct wx_permit_terms terms = {.pace_per_s = (double)r->request.pace_per_min / 60};
    enum wx_status st =
        wx_permit_paper_check(r->request.permit, r->request.data_dir, &r->permit, err);

    for (size_t i = 0; !st && i < r->request.n_blocked; i++)
        st = wx_permit_except(r->permit, r->request.blocked[i], err);
    if (st)
        return st;
    wx_permit_narrow(r->permit, &terms);
    r->permit_json = WX_BUF_INIT(2 * WX_MAX_PERMIT_BYTES);
    wx_permit_format(r->permit, &r->permit_json);
    return wx_permit_check_window(r->permit, wx_now_s(), err);
}

static enum wx_status put_facts(struct round *r, struct wx_err *err)
{
    struct wx_rules *rules = NULL;
    char begun[24];
    enum wx_status st = wx_rules_load(r->request.net.rules_dir, false, &rules, err);

    wx_time_format(wx_now_s(), begun);
    if (!st)
        st = wx_store_set(r->store, "begun", wx_str_of(begun), err);
    if (!st)
        st = wx_store_set(r->store, "permit", wx_buf_str(&r->permit_json), err);
    if (!st)
        st = wx_store_set(r->store, "signed_permit", r->request.permit, err);
    if (!st)
        st = wx_store_set(r->store, "version", WX_STR(WX_VERSION), err);
    if (!st)
        st = wx_store_set(r->store, "rules", rules->version, err);
    for (size_t i = 0; !st && i < r->request.n_sites; i++)
        st = wx_store_add_site(r->store, &r->request.sites[i], err);
    wx_rules_free(rules);
    return st ? st : wx_store_commit(r->store, err);
}

static bool take_todo(void *ctx, const struct wx_site *site,
                      const struct wx_site_result *result)
{
    struct round *r = ctx;

    if (wx_run_is_done(result))
        r->n_done_before++;
    else
        r->todo[r->n_todo++] = wx_site_copy(&r->arena, site);
    return true;
}

static enum wx_status open_store(struct round *r, struct wx_err *err)
{
    char path[PATH_BYTES + 16];
    bool is_there;
    enum wx_status st;

    snprintf(path, sizeof path, "%s/wangxun.db", r->dir);
    is_there = access(path, F_OK) == 0;
    st = wx_store_open(r->dir, is_there ? WX_STORE_RESUME : WX_STORE_CREATE, &r->store,
                       err);
    if (!st) /* again after a crash: what is there stays as it is */
        st = put_facts(r, err);
    r->todo = wx_arena_array(&r->arena, struct wx_site, r->request.n_sites + 1);
    r->n_sites = (uint32_t)r->request.n_sites;
    return st ? st : wx_store_sites(r->store, take_todo, r, err);
}

/* ---- the scan ---- */

static void fill_setup(struct round *r, struct wx_setup *setup)
{
    const struct wx_round_net *net = &r->request.net;
    struct wx_run_wishes wishes = {
        .n_sites = r->n_todo,
        .max_pages = (uint32_t)r->request.max_pages,
        .info_url = wx_arena_z(&r->arena, r->request.info_url),
    };

    *setup = (struct wx_setup){.permit = wx_buf_str(&r->permit_json),
                               .rules_dir = net->rules_dir,
                               .ca_file = net->ca_file,
                               .dns_server = net->dns_server,
                               .resolve = net->resolve,
                               .n_resolve = net->n_resolve};
    wx_run_setup(r->permit, &wishes, &r->arena, setup);
}

/* The sites of the round and the rest of the register, for look-ups by host. */
static struct wx_site *whole_register(struct round *r, size_t *n)
{
    const struct wx_round_request *q = &r->request;
    struct wx_site *all =
        wx_arena_array(&r->arena, struct wx_site, q->n_sites + q->n_others + 1);

    *n = q->n_sites + q->n_others;
    if (q->n_sites)
        memcpy(all, q->sites, q->n_sites * sizeof *all);
    if (q->n_others)
        memcpy(all + q->n_sites, q->others, q->n_others * sizeof *all);
    return all;
}

static enum wx_status scan(struct round *r, struct wx_err *err)
{
    struct wx_scan_sink sink = {.ctx = r,
                                .site_begin = site_begin,
                                .evidence = evidence,
                                .observation = observation,
                                .finding = finding,
                                .site_done = site_done,
                                .tick = tick};
    struct wx_scan_options options = {
        .sites = r->todo, .n_sites = r->n_todo, .stop_flag = &stop_requested};
    char kill_file[PATH_BYTES + 16];
    int64_t now_s = wx_now_s();

    snprintf(kill_file, sizeof kill_file, "%s/stop", r->dir);
    options.kill_file = kill_file;
    options.reg_sites = whole_register(r, &options.n_reg_sites);
    if (r->request.closes_s)
        options.deadline_ms =
            r->request.closes_s > now_s ? (r->request.closes_s - now_s) * 1000 : 1;
    r->run_sink = (struct wx_run_sink){.store = r->store};
    r->store_sink = wx_run_sink_of(&r->run_sink);
    fill_setup(r, &options.setup);
    if (wx_stop_is_in_force(r->request.data_dir) || access(kill_file, F_OK) == 0)
        return wx_fail(err, WX_E_INTERRUPTED, "stopped before it began");
    return wx_scan_run(&options, &sink, err);
}

static enum wx_round_end end_of(enum wx_status how)
{
    switch (how) {
    case WX_OK:
        return WX_ROUND_COMPLETE;
    case WX_E_INTERRUPTED:
        return WX_ROUND_INTERRUPTED;
    case WX_E_TIMEOUT:
    case WX_E_EXPIRED:
        return WX_ROUND_CLOSED;
    case WX_E_OUT_OF_SCOPE:
        return WX_ROUND_REFUSED;
    default:
        return WX_ROUND_BROKEN;
    }
}

static enum wx_status run(struct round *r, int request_fd, struct wx_err *err)
{
    enum wx_status st = read_request(r, request_fd, err), how = WX_OK;

    if (!st) {
        st = check_permit(r, err);
        if (st && st != WX_E_EXPIRED) /* forged, or not to be read: never sent by */
            st = WX_E_OUT_OF_SCOPE;
    }
    if (!st)
        st = open_store(r, err);
    if (st)
        return st;
    how = scan(r, err);
    if (how != WX_OK && how != WX_E_INTERRUPTED && how != WX_E_TIMEOUT)
        return how;
    st = wx_run_end(r->store, how, err);
    tell_done(r);
    return st ? st : how;
}

int wx_round_main(int request_fd, int tell_fd)
{
    struct round *r = wx_new(struct round);
    struct sigaction action = {.sa_handler = on_signal};
    struct wx_err err = {0};
    enum wx_status st;

    wx_arena_init(&r->arena);
    r->tell_fd = tell_fd;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    st = run(r, request_fd, &err);
    tell_end(r, end_of(st), st ? err.text : "");
    wx_store_close(r->store);
    wx_permit_free(r->permit);
    wx_buf_clear(&r->permit_json);
    wx_arena_clear(&r->arena);
    free(r);
    return st ? 1 : 0;
}
