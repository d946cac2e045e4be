#include "scan/worker.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "jail/jail.h"
#include "scan/setup.h"
#include "scan/site_job.h"
#include <malloc.h>
#include <poll.h>
#include <stdlib.h>
#include <lz4.h>

enum {
    PROGRESS_EVERY_MS = 500, /* also the worker's sign of life */
    LOOP_WAIT_MS = 200,
    UNSENT_MAX = 1 << 20, /* past it the worker waits for the core */
    MEMORY_MAX = 2000,    /* MiB of address space */
};

struct worker {
    struct wx_channel *channel;
    struct wx_arena arena;       /* register: as long as the process */
    struct wx_arena setup_arena; /* until the jail: its numbers are what stays */
    struct wx_setup setup;
    struct wx_site *reg_sites;
    size_t n_reg_sites, reg_cap;
    struct wx_register_view reg;
    struct wx_rules *rules;
    struct wx_permit *permit;
    struct wx_egress *egress;
    struct wx_site_context context;
    struct wx_site_job **jobs;
    size_t n_jobs;
    int64_t progress_at_ms;
    bool is_stopping;
};

static void on_answer(void *ctx, const struct wx_request *request,
                      const struct wx_fetch *fetch, struct wx_str body,
                      struct wx_str chain)
{
    struct worker *w = ctx;
    struct wx_site_job *job = request->tag;

    wx_site_job_answer(job, fetch, body, chain);
    wx_site_job_pump(job);
    if (wx_site_job_is_done(job))
        wx_egress_wake(w->egress); /* its place is for the next site, now */
    if (wx_channel_unsent(w->channel) > UNSENT_MAX &&
        wx_channel_flush(w->channel, true, NULL))
        exit(0); /* the core has gone: nothing left to do, and no packet more */
}

/* ---- before the jail ---- */

static void take_register(struct worker *w, struct wx_msg_in *in)
{
    uint32_t n = wx_msg_get_u32(in);

    for (uint32_t i = 0; i < n && !in->is_bad; i++) {
        struct wx_site site = {0};

        if (w->n_reg_sites == w->reg_cap) {
            w->reg_cap = w->reg_cap ? w->reg_cap * 2 : 256;
            w->reg_sites =
                wx_realloc(w->reg_sites, wx_size_mul(w->reg_cap, sizeof *w->reg_sites));
        }
        site.domain = wx_msg_get_str(in);
        site.unit = wx_msg_get_str(in);
        site.site_code = wx_msg_get_str(in);
        site.police_code = wx_msg_get_str(in);
        site.icp = wx_msg_get_str(in);
        site.unit_kind = (enum wx_unit_kind)wx_msg_get_u8(in);
        w->reg_sites[w->n_reg_sites++] = wx_site_copy(&w->arena, &site);
    }
}

/* Wait for SETUP; REGISTER messages come ahead of it. */
static enum wx_status receive_setup(struct worker *w, struct wx_err *err)
{
    for (;;) {
        enum wx_msg_type type;
        struct wx_msg_in in;
        enum wx_status st = wx_channel_next(w->channel, &type, &in, err);

        if (st == WX_E_AGAIN) {
            struct pollfd p = {.fd = wx_channel_fd(w->channel), .events = POLLIN};

            (void)poll(&p, 1, -1);
            continue;
        }
        if (st)
            return st;
        if (type == WX_MSG_REGISTER)
            take_register(w, &in);
        else if (type == WX_MSG_SETUP)
            return wx_setup_parse(wx_msg_get_str(&in), &w->setup_arena, &w->setup, err);
        else
            return wx_fail(err, WX_E_INVALID, "message %d before the setup", type);
    }
}

static enum wx_status open_egress(struct worker *w, struct wx_err *err)
{
    struct wx_egress_options options = {
        .user_agent = w->setup.user_agent,
        .ca_file = w->setup.ca_file,
        .dns_server = w->setup.dns_server,
        .resolve = w->setup.resolve,
        .n_resolve = w->setup.n_resolve,
        .budget_share = w->setup.n_workers,
        .max_body_bytes = WX_MAX_BODY_BYTES,
    };
    enum wx_status st = wx_permit_parse(w->setup.permit, "permit", &w->permit, err);

    if (st)
        return st;
    st = wx_egress_new(w->permit, &options, on_answer, w, &w->egress, err);
    if (!st)
        wx_egress_watch(w->egress, wx_channel_fd(w->channel));
    return st;
}

static void fill_context(struct worker *w)
{
    struct wx_site_context *c = &w->context;

    c->egress = w->egress;
    c->rules = w->rules;
    c->reg = &w->reg;
    c->out = wx_channel_out(w->channel);
    c->n_paths = w->rules->n_paths;
    c->paths = wx_arena_array(&w->arena, struct wx_str, c->n_paths + 1);
    for (size_t i = 0; i < c->n_paths; i++)
        c->paths[i] = w->rules->paths[i].path;
    c->max_pages = w->setup.max_pages;
    c->max_depth = w->setup.max_depth;
    c->max_in_flight = w->setup.max_in_flight;
    c->check_offsite =
        wx_permit_check_offsite(w->permit, WX_STR(""), wx_now_s(), NULL) == WX_OK;
    c->ignore_robots = wx_permit_ignores_robots(w->permit);
    c->agent = "Wangxun";
    c->compressor = wx_arena_zalloc(&w->arena, (size_t)LZ4_sizeofState());
    c->packed = WX_BUF_INIT(LZ4_COMPRESSBOUND(WX_MAX_MESSAGE_BYTES));
    w->jobs = wx_arena_array(&w->arena, struct wx_site_job *, w->setup.max_sites);
}

/* A permit of 100,000 hosts is some 10 MB of text, and more while it is read. */
static void forget_setup(struct worker *w)
{
    w->setup.permit = (struct wx_str){NULL, 0};
    w->setup.rules_dir = w->setup.user_agent = NULL;
    w->setup.ca_file = w->setup.dns_server = NULL;
    w->setup.resolve = NULL;
    w->setup.n_resolve = 0;
    wx_arena_clear(&w->setup_arena);
    (void)malloc_trim(0);
}

static enum wx_status prepare(struct worker *w, struct wx_err *err)
{
    struct wx_jail_options jail = {
        .max_memory_bytes = (uint64_t)MEMORY_MAX << 20,
        .max_files = wx_permit_connections(w->permit) + 64,
        .may_connect = true,
    };
    char report[128];
    enum wx_status st = wx_rules_load(w->setup.rules_dir, false, &w->rules, err);

    if (st)
        return st;
    wx_charset_prepare();
    wx_rules_prepare(w->rules); /* the jail forbids what JIT compilation needs */
    if (w->n_reg_sites)         /* it grew by doubling */
        w->reg_sites = wx_realloc(w->reg_sites, w->n_reg_sites * sizeof *w->reg_sites);
    wx_register_view_init(&w->reg, &w->arena, w->reg_sites, w->n_reg_sites);
    fill_context(w);
    forget_setup(w);
    st = wx_jail_enter(&jail, report, err);
    if (st)
        return st;
    wx_msg_begin(wx_channel_out(w->channel), WX_MSG_READY);
    wx_msg_str(wx_channel_out(w->channel), wx_str_of(report));
    wx_msg_end(wx_channel_out(w->channel));
    return wx_channel_flush(w->channel, true, err);
}

/* ---- at work ---- */

static enum wx_status begin_site(struct worker *w, struct wx_str json,
                                 struct wx_err *err)
{
    struct wx_arena scratch;
    struct wx_site site;
    enum wx_status st;

    if (w->n_jobs >= w->setup.max_sites)
        return wx_fail(err, WX_E_TOO_BIG, "more sites at once than agreed");
    wx_arena_init(&scratch);
    st = wx_site_parse(json, &scratch, &site, err);
    if (!st) {
        struct wx_site_job *job = wx_site_job_new(&w->context, &site, wx_now_s());

        w->jobs[w->n_jobs++] = job;
        wx_site_job_pump(job);
    }
    wx_arena_clear(&scratch);
    return st;
}

/* No packet after this: sockets closed first, then the books are closed. */
static void stop(struct worker *w, struct wx_str reason)
{
    const char *why =
        wx_arena_z(&w->arena, reason.len ? reason : WX_STR("interrupted"));

    w->is_stopping = true;
    for (size_t i = 0; i < w->n_jobs; i++)
        wx_site_job_cut(w->jobs[i], why);
    wx_egress_stop(w->egress);
}

static enum wx_status take_messages(struct worker *w, struct wx_err *err)
{
    for (;;) {
        enum wx_msg_type type;
        struct wx_msg_in in;
        enum wx_status st = wx_channel_next(w->channel, &type, &in, err);

        if (st == WX_E_AGAIN)
            return WX_OK;
        if (st)
            return st;
        if (type == WX_MSG_SITE)
            st = begin_site(w, wx_msg_get_str(&in), err);
        else if (type == WX_MSG_STOP)
            stop(w, wx_msg_get_str(&in));
        else
            st = wx_fail(err, WX_E_INVALID, "unexpected message %d", type);
        if (st)
            return st;
    }
}

static void finish_done(struct worker *w)
{
    for (size_t i = 0; i < w->n_jobs;) {
        if (!wx_site_job_is_done(w->jobs[i])) {
            i++;
            continue;
        }
        wx_site_job_finish(w->jobs[i]);
        wx_site_job_free(w->jobs[i]);
        w->jobs[i] = w->jobs[--w->n_jobs];
    }
}

static void tell_progress(struct worker *w)
{
    int64_t now_ms = wx_mono_ms();

    if (now_ms - w->progress_at_ms < PROGRESS_EVERY_MS)
        return;
    w->progress_at_ms = now_ms;
    for (size_t i = 0; i < w->n_jobs; i++)
        wx_site_job_tell_progress(w->jobs[i]);
}

static enum wx_status work(struct worker *w, struct wx_err *err)
{
    for (;;) {
        enum wx_status st = take_messages(w, err);

        if (st)
            return st;
        finish_done(w);
        tell_progress(w);
        st = wx_channel_flush(w->channel, w->is_stopping && !w->n_jobs, err);
        if (st || (w->is_stopping && !w->n_jobs))
            return st;
        wx_egress_run(w->egress, wx_channel_unsent(w->channel) ? 5 : LOOP_WAIT_MS);
    }
}

/* The core tells the user; without a core it is for the log. */
static void say_why(struct worker *w, const struct wx_err *err)
{
    wx_msg_begin(wx_channel_out(w->channel), WX_MSG_LOG);
    wx_msg_u8(wx_channel_out(w->channel), WX_LOG_ERROR);
    wx_msg_str(wx_channel_out(w->channel), WX_STR("worker_failed"));
    wx_msg_str(wx_channel_out(w->channel), wx_str_of(err->text));
    wx_msg_end(wx_channel_out(w->channel));
    if (wx_channel_flush(w->channel, true, NULL))
        wx_log(WX_LOG_ERROR, "scan", "worker_failed", "%s", err->text);
}

int wx_worker_main(int fd)
{
    struct worker *w = wx_new(struct worker);
    struct wx_err err = {0};
    enum wx_status st;

    wx_arena_init(&w->arena);
    wx_arena_init(&w->setup_arena);
    w->channel = wx_channel_new(fd);
    st = receive_setup(w, &err);
    if (!st)
        st = open_egress(w, &err);
    if (!st)
        st = prepare(w, &err);
    if (!st)
        st = work(w, &err);
    if (st && st != WX_E_CLOSED)
        say_why(w, &err);
    return st && st != WX_E_CLOSED ? 1 : 0;
}
