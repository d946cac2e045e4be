/* What the core tells a worker before it goes to jail: JSON both ways. */
#ifndef WX_SCAN_SETUP_H
#define WX_SCAN_SETUP_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/site.h"

struct wx_setup {
    struct wx_str permit;  /* canonical JSON of the permit */
    const char *rules_dir; /* NULL: built-in library */
    const char *user_agent;
    const char *ca_file, *dns_server; /* NULL: the system's */
    const char **resolve;             /* pins, egress.h */
    size_t n_resolve;
    uint32_t n_workers; /* share of global budgets */
    uint32_t max_pages;
    uint16_t max_depth;
    uint32_t max_in_flight; /* of one site */
    uint32_t max_sites;     /* of one worker */
};

void wx_setup_format(const struct wx_setup *setup, struct wx_buf *out);
WX_MUST_CHECK enum wx_status wx_setup_parse(struct wx_str json, struct wx_arena *arena,
                                            struct wx_setup *out, struct wx_err *err);

#endif
