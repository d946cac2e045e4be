/*
 * What became of one site in one run, and of the run as a whole. The status is typed:
 * a site that blocked us is not bad, and not fine either.
 */
#ifndef WX_MODEL_RUN_H
#define WX_MODEL_RUN_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/finding.h"

enum wx_site_status {
    WX_SITE_WAITING, /* not begun */
    WX_SITE_RUNNING,
    WX_SITE_INSPECTED,   /* pages were fetched and judged to the end */
    WX_SITE_PARTLY,      /* inspected, but cut: deadline, page limit is not one */
    WX_SITE_UNREACHABLE, /* typed outcome in outcome */
    WX_SITE_BLOCKED,     /* a firewall or robots.txt turned us away */
    WX_SITE_ELSEWHERE,   /* the start page leads to another registered domain */
    WX_SITE_PARKED,
    WX_SITE_DENIED, /* outside the permit */
    WX_SITE_FAILED, /* our own fault: a worker died on it twice */
    WX_SITE_STATUS_COUNT
};

/* True when nothing can be said about the site (exit code 3 of inspect). */
bool wx_site_status_is_undetermined(enum wx_site_status status);
const char *wx_site_status_name(enum wx_site_status status);
bool wx_site_status_parse(struct wx_str s, enum wx_site_status *out);

struct wx_site_result {
    uint64_t site_id;
    enum wx_site_status status;
    struct wx_str reason; /* outcome name or short technical reason */
    uint32_t n_pages;     /* HTML pages fetched with status 200 */
    uint32_t n_fetches;   /* observations */
    uint32_t n_requests;  /* requests sent, redirects and retries included */
    uint64_t wire_bytes;
    int64_t begun_s;
    int64_t duration_ms;
    uint32_t n_findings;
    struct wx_str facts; /* JSON object of extracted facts: labels, title,
                            server, addresses, tls, off-site hosts ... */
};

void wx_site_result_format(const struct wx_site_result *result, struct wx_buf *out);
WX_MUST_CHECK enum wx_status wx_site_result_parse(struct wx_str json,
                                                  struct wx_arena *arena,
                                                  struct wx_site_result *out,
                                                  struct wx_err *err);

#endif
