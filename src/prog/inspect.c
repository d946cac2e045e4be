/*
 * wangxun inspect: the whole line without a server. Holds the run's store and the
 * permit, starts jailed workers, writes the reports. Opens no socket itself.
 */
#define _GNU_SOURCE
#include "base/base64.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "document/report.h"
#include "permit/permit.h"
#include "prog/options.h"
#include "prog/run_setup.h"
#include "prog/run_sink.h"
#include "prog/sites.h"
#include "prog/summary.h"
#include "wire/url.h"
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Set by SIGINT and SIGTERM; signal handlers can reach nothing else. */
static volatile sig_atomic_t stop_requested;

static void on_signal(int signal_number)
{
    if (stop_requested && signal_number == SIGINT)
        _exit(WX_EXIT_INTERRUPTED); /* twice Ctrl-C: the store is safe as committed */
    stop_requested = 1;
}

struct inspection {
    const struct wx_options *options;
    enum wx_lang lang;
    struct wx_arena arena;
    struct wx_sites reg;  /* all sites of the run */
    struct wx_sites todo; /* those still to be inspected */
    struct wx_permit *permit;
    struct wx_rules *rules;
    struct wx_store *store;
    struct wx_buf permit_json;
    uint32_t formats;
    int fail_on; /* severity, or -1 */
    char kill_file[4096];
};

/* ---- what the flags say ---- */

static int64_t number_or(int64_t value, int64_t other)
{
    return value >= 0 ? value : other;
}

static enum wx_status read_flags(struct inspection *in, struct wx_err *err)
{
    const struct wx_options *o = in->options;
    enum wx_severity severity;
    enum wx_status st;

    in->lang = o->language;
    in->fail_on = -1;
    if (!o->out)
        return wx_fail(err, WX_E_USAGE, "--out DIR is missing");
    if (o->fail_on && !wx_severity_parse(wx_str_of(o->fail_on), &severity))
        return wx_fail(err, WX_E_USAGE,
                       "--fail-on '%s' is none of info, low, medium, high, critical",
                       o->fail_on);
    if (o->fail_on)
        in->fail_on = (int)severity;
    if (o->max_pages == 0 || o->workers == 0 || o->connections == 0 ||
        o->host_connections == 0)
        return wx_fail(err, WX_E_USAGE,
                       "zero pages, workers or connections is nothing");
    for (const char *p = o->user_agent; p && *p; p++)
        if (*p < 0x20 || *p > 0x7E)
            return wx_fail(
                err, WX_E_USAGE,
                "--user-agent holds a character that is not printable ASCII");
    if (o->workers > 64)
        return wx_fail(err, WX_E_USAGE, "--workers is at most 64");
    st = wx_report_formats_parse(o->format, &in->formats, err);
    if (st)
        return st;
    if (o->kill_file)
        snprintf(in->kill_file, sizeof in->kill_file, "%s", o->kill_file);
    else
        snprintf(in->kill_file, sizeof in->kill_file, "%s/stop", o->out);
    return WX_OK;
}

/* ---- the permit ---- */

static struct wx_permit_terms terms_of(const struct wx_options *o)
{
    struct wx_permit_terms terms = {
        .pace_per_s = o->pace > 0 ? o->pace : 0,
        .host_connections = (uint32_t)number_or(o->host_connections, 0),
        .connections = (uint32_t)number_or(o->connections, 0),
        .allow_private = o->allow_private,
    };

    if (o->pace == 0)
        terms.pace_per_s = -1; /* "--pace 0": without limit */
    return terms;
}

static enum wx_status check_signer(struct inspection *in, struct wx_err *err)
{
    struct wx_sign_public signer;
    struct wx_str wanted;

    if (!in->options->permit_key)
        return WX_OK;
    if (!wx_base64_read(&in->arena, wx_str_of(in->options->permit_key), &wanted) ||
        wanted.len != sizeof signer.bytes)
        return wx_fail(err, WX_E_USAGE, "--permit-key '%.60s' is no key",
                       in->options->permit_key);
    if (!wx_permit_signer(in->permit, &signer) ||
        memcmp(signer.bytes, wanted.ptr, sizeof signer.bytes) != 0)
        return wx_fail(err, WX_E_OUT_OF_SCOPE,
                       "permit '%s' is not signed with the key that is asked for",
                       in->options->permit);
    return WX_OK;
}

/* Flags may make a written permit narrower, never wider: not even --allow-private. */
static enum wx_status permit_from_file(struct inspection *in, struct wx_err *err)
{
    struct wx_permit_terms terms = terms_of(in->options);
    enum wx_status st = wx_permit_load(in->options->permit, &in->permit, err);

    if (!st)
        st = check_signer(in, err);
    if (!st)
        wx_permit_narrow(in->permit, &terms);
    return st;
}

static enum wx_status permit_from_flags(struct inspection *in)
{
    struct wx_permit_terms terms = terms_of(in->options);
    struct wx_arena scratch;
    struct wx_str *hosts;

    wx_arena_init(&scratch);
    hosts = wx_arena_array(&scratch, struct wx_str, in->reg.n_sites + 1);
    for (size_t i = 0; i < in->reg.n_sites; i++) {
        struct wx_url url;

        if (wx_url_parse(&scratch, in->reg.sites[i].start_url, NULL, &url, NULL))
            WX_BUG("a site without a valid address");
        hosts[i] = wx_url_origin(&scratch, &url);
    }
    in->permit = wx_permit_for_hosts(hosts, in->reg.n_sites, &terms);
    wx_arena_clear(&scratch);
    return WX_OK;
}

static enum wx_status get_permit(struct inspection *in, struct wx_err *err)
{
    const struct wx_options *o = in->options;
    struct wx_str stored;
    enum wx_status st = WX_OK;

    in->permit_json = WX_BUF_INIT(WX_MAX_PERMIT_BYTES);
    if (o->permit)
        st = permit_from_file(in, err);
    else if (o->resume && !wx_store_get(in->store, "permit", &in->arena, &stored, NULL))
        st = wx_permit_parse(stored, "permit of the run", &in->permit, err);
    else
        st = permit_from_flags(in);
    if (!st)
        wx_permit_format(in->permit, &in->permit_json);
    return st;
}

/* ---- the store ---- */

static enum wx_status make_out_dir(const char *path, struct wx_err *err)
{
    char part[4096];

    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return wx_fail(err, WX_E_TOO_BIG, "path '%s' is too long", path);
    for (char *p = part + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(part, 0750) < 0 && errno != EEXIST)
            return wx_fail_errno(err, "cannot make folder '%s'", part);
        *p = '/';
    }
    /* the run holds unfixed holes of other people's sites */
    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return wx_fail_errno(err, "cannot make folder '%s'", path);
    return WX_OK;
}

static enum wx_status put(struct inspection *in, const char *key, struct wx_str value,
                          struct wx_err *err)
{
    return wx_store_set(in->store, key, value, err);
}

static enum wx_status put_run_facts(struct inspection *in, struct wx_err *err)
{
    char begun[24];
    enum wx_status st;

    wx_time_format(wx_now_s(), begun);
    st = put(in, "begun", wx_str_of(begun), err);
    if (!st)
        st = put(in, "permit", wx_buf_str(&in->permit_json), err);
    if (!st)
        st = put(in, "version", WX_STR(WX_VERSION), err);
    if (!st)
        st = put(in, "rules", in->rules->version, err);
    for (size_t i = 0; !st && i < in->reg.n_sites; i++)
        st = wx_store_add_site(in->store, &in->reg.sites[i], err);
    if (!st)
        st = wx_store_commit(in->store, err);
    return st;
}

struct resume_state {
    struct inspection *in;
    uint32_t n_done;
};

static bool resume_site(void *ctx, const struct wx_site *site,
                        const struct wx_site_result *result)
{
    struct resume_state *state = ctx;
    struct wx_site copy = wx_site_copy(&state->in->arena, site);

    wx_sites_push(&state->in->arena, &state->in->reg, &copy);
    if (result && wx_run_is_done(result))
        state->n_done++;
    else
        wx_sites_push(&state->in->arena, &state->in->todo, &copy);
    return true;
}

static enum wx_status resume_run(struct inspection *in, struct wx_err *err)
{
    struct resume_state state = {.in = in};
    enum wx_status st =
        wx_store_open(in->options->out, WX_STORE_RESUME, &in->store, err);

    if (!st)
        st = wx_store_sites(in->store, resume_site, &state, err);
    if (!st)
        st = get_permit(in, err);
    if (!st && !in->options->quiet) {
        fprintf(stderr, wx_text(in->lang, WX_T_CLI_RESUMING), state.n_done,
                (unsigned)in->todo.n_sites);
        fputc('\n', stderr);
    }
    return st;
}

static enum wx_status begin_run(struct inspection *in, struct wx_err *err)
{
    const struct wx_options *o = in->options;
    enum wx_status st = wx_sites_gather(&in->arena, in->lang, o->targets, o->n_targets,
                                        o->sites, &in->reg, err);

    if (!st)
        st = get_permit(in, err);
    if (!st)
        st = make_out_dir(o->out, err);
    if (!st)
        st = wx_store_open(o->out, WX_STORE_CREATE, &in->store, err);
    if (!st)
        st = put_run_facts(in, err);
    in->todo = in->reg;
    return st;
}

/* ---- the scan ---- */

static void fill_setup(struct inspection *in, struct wx_setup *setup)
{
    const struct wx_options *o = in->options;
    struct wx_run_wishes wishes = {
        .n_sites = in->todo.n_sites,
        .n_workers = (uint32_t)number_or(o->workers, 0),
        .max_pages = (uint32_t)number_or(o->max_pages, 0),
        .max_depth = (uint16_t)number_or(o->max_depth, 0),
        .user_agent = o->user_agent,
    };

    *setup = (struct wx_setup){
        .permit = wx_buf_str(&in->permit_json),
        .rules_dir = o->rules,
        .ca_file = o->ca_file,
        .dns_server = o->dns,
        .resolve = o->resolve.items,
        .n_resolve = o->resolve.n,
    };
    wx_run_setup(in->permit, &wishes, &in->arena, setup);
}

static enum wx_status scan(struct inspection *in, struct wx_err *err)
{
    struct wx_run_sink sink = {
        .store = in->store,
        .lang = in->lang,
        .shows_progress = !in->options->quiet && !in->options->json,
        .is_terminal = isatty(STDERR_FILENO),
        .stop_flag = &stop_requested,
    };
    struct wx_scan_sink calls = wx_run_sink_of(&sink);
    struct wx_scan_options options = {
        .sites = in->todo.sites,
        .n_sites = in->todo.n_sites,
        .reg_sites = in->reg.sites,
        .n_reg_sites = in->reg.n_sites,
        .deadline_ms = number_or(in->options->deadline, 0),
        .stop_flag = &stop_requested,
        .kill_file = in->kill_file,
    };
    struct sigaction action = {.sa_handler = on_signal};
    enum wx_status st;

    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    fill_setup(in, &options.setup);
    (void)malloc_trim(0); /* what reading the register took, for as long as the run */
    st = wx_scan_run(&options, &calls, err);
    wx_run_sink_end(&sink);
    return st;
}

/* ---- the end ---- */

static enum wx_status write_report(struct inspection *in, struct wx_numbers *numbers,
                                   struct wx_err *err)
{
    struct wx_report_options options = {
        .dir = in->options->out,
        .lang = in->lang,
        .formats = in->options->json ? in->formats | WX_REPORT_JSON : in->formats,
    };

    return wx_report_write(in->store, in->rules, &options, numbers, err);
}

static int exit_code(const struct inspection *in, enum wx_status how,
                     const struct wx_numbers *n)
{
    if (how == WX_E_INTERRUPTED)
        return WX_EXIT_INTERRUPTED;
    if (n->n_sites && n->by_status[WX_SITE_DENIED] == n->n_sites)
        return WX_EXIT_REFUSED;
    for (int s = in->fail_on; s >= 0 && s <= WX_SEV_CRITICAL; s++)
        if (n->by_severity[s])
            return WX_EXIT_FINDINGS;
    return n->n_undetermined || how == WX_E_TIMEOUT ? WX_EXIT_UNDETERMINED : WX_EXIT_OK;
}

/* A kill file left over stops this run too, and that had better be said at once. */
static enum wx_status check_kill_file(const struct inspection *in, struct wx_err *err)
{
    if (access(in->kill_file, F_OK) < 0)
        return WX_OK;
    return wx_fail(
        err, WX_E_INTERRUPTED,
        "the kill file '%s' is there; remove it when requests may be sent again",
        in->kill_file);
}

static int run(struct inspection *in)
{
    struct wx_numbers numbers = {0};
    struct wx_err err = {0};
    enum wx_status st = read_flags(in, &err), how = WX_OK;

    if (!st)
        st = check_kill_file(in, &err);
    if (!st)
        st = wx_rules_load(in->options->rules, false, &in->rules, &err);
    if (!st)
        st = in->options->resume ? resume_run(in, &err) : begin_run(in, &err);
    if (!st)
        /* refused before the first packet when the window is not open */
        st = wx_permit_check_window(in->permit, wx_now_s(), &err);
    if (!st) {
        how = scan(in, &err);
        if (how != WX_OK && how != WX_E_INTERRUPTED && how != WX_E_TIMEOUT)
            st = how;
    }
    if (!st)
        st = wx_run_end(in->store, how, &err);
    if (!st)
        st = write_report(in, &numbers, &err);
    if (st)
        return wx_complain(in->lang, st, &err);
    wx_summary_print(in->options, in->store);
    return exit_code(in, how, &numbers);
}

int wx_inspect_main(const struct wx_options *options)
{
    struct inspection in = {.options = options};
    int code;

    wx_arena_init(&in.arena);
    code = run(&in);
    wx_store_close(in.store);
    wx_permit_free(in.permit);
    wx_rules_free(in.rules);
    wx_buf_clear(&in.permit_json);
    wx_arena_clear(&in.arena);
    return code;
}
