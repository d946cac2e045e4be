/*
 * One site in a worker: the crawl looks, the judge judges, and what both say goes out
 * as messages. Pages wait for the site's style sheets before they are judged, because
 * whether a link is hidden often stands there.
 */
#ifndef WX_SCAN_SITE_JOB_H
#define WX_SCAN_SITE_JOB_H

#include "bus/bus.h"
#include "detect/detect.h"
#include "probe/crawl.h"

struct wx_site_job;

/* What all sites of a worker share. */
struct wx_site_context {
    struct wx_egress *egress;
    const struct wx_rules *rules;
    const struct wx_register_view *reg;
    struct wx_msg_out *out;
    struct wx_str *paths; /* exposed-file paths of the rules */
    size_t n_paths;
    uint32_t max_pages;
    uint16_t max_depth;
    uint32_t max_in_flight;
    bool check_offsite, ignore_robots;
    const char *agent;
    void *compressor;    /* LZ4 state */
    uint64_t sent[4096]; /* evidence sent lately, by hash */
    struct wx_buf packed;
};

/* SITE is copied. NOW_S: wall clock; kept for the whole site. */
struct wx_site_job *wx_site_job_new(struct wx_site_context *context,
                                    const struct wx_site *site, int64_t now_s);
void wx_site_job_free(struct wx_site_job *job);
void wx_site_job_pump(struct wx_site_job *job);
void wx_site_job_answer(struct wx_site_job *job, const struct wx_fetch *fetch,
                        struct wx_str body, struct wx_str chain);
/* REASON is kept: "interrupted", "deadline". */
void wx_site_job_cut(struct wx_site_job *job, const char *reason);
bool wx_site_job_is_done(const struct wx_site_job *job);
/* Judge what waits, tell the result. Call once, when done. */
void wx_site_job_finish(struct wx_site_job *job);
/* A PROGRESS message with the counters so far. */
void wx_site_job_tell_progress(struct wx_site_job *job);
uint64_t wx_site_job_id(const struct wx_site_job *job);

#endif
