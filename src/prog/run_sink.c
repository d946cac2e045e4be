#include "prog/run_sink.h"

#include "base/clock.h"
#include <stdio.h>

enum { SHOW_EVERY_MS = 250, SHOW_PLAIN_EVERY_MS = 10000 };

static enum wx_status site_begin(void *ctx, uint64_t site_id, struct wx_err *err)
{
    struct wx_run_sink *sink = ctx;

    return wx_store_site_begin(sink->store, site_id, err);
}

static enum wx_status evidence(void *ctx, const struct wx_sha256 *hash,
                               uint64_t raw_size, uint8_t codec, struct wx_str bytes,
                               struct wx_err *err)
{
    struct wx_run_sink *sink = ctx;

    return wx_store_add_evidence(sink->store, hash, raw_size, (enum wx_codec)codec,
                                 bytes, err);
}

static enum wx_status observation(void *ctx, const struct wx_scan_observation *obs,
                                  struct wx_err *err)
{
    struct wx_run_sink *sink = ctx;
    struct wx_store_observation row = {
        .site_id = obs->site_id,
        .seq = obs->seq,
        .kind = obs->kind,
        .purpose = obs->purpose,
        .outcome = obs->outcome,
        .status = obs->status,
        .url = obs->url,
        .body = obs->body,
        .json = obs->json,
    };

    return wx_store_add_observation(sink->store, &row, err);
}

static enum wx_status finding(void *ctx, const struct wx_finding *f, struct wx_err *err)
{
    struct wx_run_sink *sink = ctx;

    return wx_store_put_finding(sink->store, f, err);
}

static enum wx_status site_done(void *ctx, const struct wx_site_result *result,
                                struct wx_err *err)
{
    struct wx_run_sink *sink = ctx;

    return wx_store_site_done(sink->store, result, err);
}

static void format_left(const struct wx_run_sink *sink,
                        const struct wx_scan_progress *p, char out[32])
{
    int64_t left_s;

    if (!p->n_done) {
        snprintf(out, 32, "%s", wx_text(sink->lang, WX_T_CLI_LEFT_UNKNOWN));
        return;
    }
    left_s = p->elapsed_ms * (p->n_sites - p->n_done) / p->n_done / 1000;
    if (left_s >= 3600)
        snprintf(out, 32, "%lld:%02lld:%02lld", (long long)left_s / 3600,
                 (long long)left_s / 60 % 60, (long long)left_s % 60);
    else
        snprintf(out, 32, "%lld:%02lld", (long long)left_s / 60,
                 (long long)left_s % 60);
}

static void show_progress(struct wx_run_sink *sink, const struct wx_scan_progress *p)
{
    int64_t now_ms = wx_mono_ms();
    double rate = p->elapsed_ms ? (double)p->n_pages * 1000 / (double)p->elapsed_ms : 0;
    char left[32];

    if (now_ms - sink->shown_at_ms <
        (sink->is_terminal ? SHOW_EVERY_MS : SHOW_PLAIN_EVERY_MS))
        return;
    sink->shown_at_ms = now_ms;
    format_left(sink, p, left);
    if (sink->is_terminal)
        fputs("\r\033[K", stderr);
    fprintf(stderr, wx_text(sink->lang, WX_T_CLI_PROGRESS), p->n_done, p->n_sites,
            (unsigned long long)p->n_pages, rate, (unsigned long long)p->n_findings,
            left);
    if (!sink->is_terminal)
        fputc('\n', stderr);
    fflush(stderr);
}

static enum wx_status tick(void *ctx, const struct wx_scan_progress *progress,
                           struct wx_err *err)
{
    struct wx_run_sink *sink = ctx;

    if (sink->shows_progress)
        show_progress(sink, progress);
    if (sink->stop_flag && *sink->stop_flag && !sink->said_stopping) {
        sink->said_stopping = true;
        fprintf(stderr, "\n%s\n", wx_text(sink->lang, WX_T_CLI_STOPPING));
    }
    return wx_store_tick(sink->store, wx_mono_ms(), err);
}

struct wx_scan_sink wx_run_sink_of(struct wx_run_sink *sink)
{
    return (struct wx_scan_sink){
        .ctx = sink,
        .site_begin = site_begin,
        .evidence = evidence,
        .observation = observation,
        .finding = finding,
        .site_done = site_done,
        .tick = tick,
    };
}

void wx_run_sink_end(struct wx_run_sink *sink)
{
    if (sink->shows_progress && sink->is_terminal && sink->shown_at_ms)
        fputs("\r\033[K", stderr);
}
