/*
 * One run: sites out to jailed workers, what they saw back to the sink. The core opens
 * no site and reads no page; it hands out work, keeps the books of what is under way,
 * restarts a worker that died and gives its sites one more try.
 *
 * Stopping: *stop_flag set (SIGINT, SIGTERM) or the kill file's existence. Workers
 * close all sockets first and then report what they have; one that does not within the
 * grace is killed. Either way no packet leaves two seconds after the order.
 */
#ifndef WX_SCAN_CORE_H
#define WX_SCAN_CORE_H

#include "model/finding.h"
#include "model/observation.h"
#include "model/run.h"
#include "model/site.h"
#include "scan/setup.h"
#include <signal.h>

/* An observation as it came over the channel, its text form ready to be kept. */
struct wx_scan_observation {
    uint64_t site_id;
    uint32_t seq;
    uint8_t kind, purpose, outcome;
    uint16_t status;
    struct wx_str url;
    struct wx_sha256 body;
    struct wx_str json;
};

struct wx_scan_progress {
    uint32_t n_sites, n_done, n_running;
    uint64_t n_pages, n_requests, wire_bytes, n_findings;
    int64_t elapsed_ms;
    const char *confinement; /* of the workers, as they reported it */
};

/* All may fail (disk full): the run then stops and returns that error. */
struct wx_scan_sink {
    void *ctx;
    enum wx_status (*site_begin)(void *ctx, uint64_t site_id, struct wx_err *err);
    enum wx_status (*evidence)(void *ctx, const struct wx_sha256 *hash,
                               uint64_t raw_size, uint8_t codec, struct wx_str bytes,
                               struct wx_err *err);
    enum wx_status (*observation)(void *ctx, const struct wx_scan_observation *obs,
                                  struct wx_err *err);
    enum wx_status (*finding)(void *ctx, const struct wx_finding *finding,
                              struct wx_err *err);
    enum wx_status (*site_done)(void *ctx, const struct wx_site_result *result,
                                struct wx_err *err);
    enum wx_status (*tick)(void *ctx, const struct wx_scan_progress *progress,
                           struct wx_err *err); /* some times a second */
};

struct wx_scan_options {
    struct wx_setup setup;
    const struct wx_site *sites; /* what is to be inspected, in order */
    size_t n_sites;
    const struct wx_site *reg_sites; /* whole register, for look-ups by host */
    size_t n_reg_sites;
    int64_t deadline_ms; /* of the run; 0: none */
    const volatile sig_atomic_t *stop_flag;
    const char *kill_file; /* NULL: none */
};

/* WX_OK, WX_E_INTERRUPTED, WX_E_TIMEOUT (deadline), or what the sink returned. */
WX_MUST_CHECK enum wx_status wx_scan_run(const struct wx_scan_options *options,
                                         const struct wx_scan_sink *sink,
                                         struct wx_err *err);

#endif
