/*
 * What a round's process is told, as a file in the round's folder (request.json),
 * written before it starts: the signed permit, the sites, how to reach the network.
 * Format and parse are each other's inverse. The permit in it is checked again by the
 * process, with the office's public key, so that whoever changes this file changes
 * nothing.
 */
#ifndef WX_ROUND_REQUEST_H
#define WX_ROUND_REQUEST_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/site.h"

/* How the network is reached: the server's configuration only, never the API. */
struct wx_round_net {
    const char *dns_server, *ca_file, *rules_dir; /* NULL: the system's, built in */
    const char **resolve;                         /* pins, egress.h */
    size_t n_resolve;
    bool allows_private; /* permits may list internal address ranges */
};

struct wx_round_request {
    int64_t round_id;
    const char *data_dir; /* absolute; the round's folder is rounds/ID below it */
    struct wx_str permit; /* signed JSON */
    const struct wx_str *blocked;
    size_t n_blocked;
    int64_t closes_s;                /* the window closes then; 0: does not */
    int64_t max_pages, pace_per_min; /* 0: as the permit and the program have it */
    struct wx_str info_url;          /* told to the sites; empty: none */
    struct wx_round_net net;
    const struct wx_site *sites; /* of the round */
    size_t n_sites;
    const struct wx_site *others; /* the rest of the register, for look-ups by host */
    size_t n_others;
};

void wx_round_request_format(const struct wx_round_request *request,
                             struct wx_buf *out);
/* Everything in ARENA. */
WX_MUST_CHECK enum wx_status wx_round_request_parse(struct wx_str json,
                                                    struct wx_arena *arena,
                                                    struct wx_round_request *out,
                                                    struct wx_err *err);

/* DATA/rounds/ID */
void wx_round_dir(const char *data_dir, int64_t round_id, char *out, size_t max);

/* ---- what the process tells back, a line each (JSON) ---- */

enum wx_round_word {
    WX_ROUND_PROGRESS,
    WX_ROUND_SITE, /* its result and findings are committed in the run */
    WX_ROUND_END,
};
enum wx_round_end {
    WX_ROUND_COMPLETE,
    WX_ROUND_INTERRUPTED, /* asked to stop: signal, kill file, emergency stop */
    WX_ROUND_CLOSED,      /* the permit's window closed */
    WX_ROUND_REFUSED,     /* the permit does not hold; nothing was sent */
    WX_ROUND_BROKEN,
};
struct wx_round_line {
    enum wx_round_word word;
    /* PROGRESS */
    int64_t n_sites, n_done, n_running, n_pages, n_requests, wire_bytes, n_findings,
        elapsed_ms;
    /* SITE */
    uint64_t site;
    /* END */
    enum wx_round_end end;
    struct wx_str why;
};
/* One line with its line break. */
void wx_round_line_format(const struct wx_round_line *line, struct wx_buf *out);
WX_MUST_CHECK enum wx_status wx_round_line_parse(struct wx_str text,
                                                 struct wx_arena *arena,
                                                 struct wx_round_line *out,
                                                 struct wx_err *err);

#endif
