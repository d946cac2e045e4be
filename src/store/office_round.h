/*
 * Sites of a round: one row each from the moment it is planned, with what became of it.
 * The wall is on the site's unit, so that a unit sees its own sites of a round over the
 * whole district, and numbers are counted from what is seen.
 */
#ifndef WX_STORE_OFFICE_ROUND_H
#define WX_STORE_OFFICE_ROUND_H

#include "model/run.h"
#include "model/site.h"
#include "store/office_permit.h"

struct wx_round_site {
    int64_t site_id, unit_id;
    uint64_t run_site; /* its key in the run: struct wx_site .id */
    struct wx_str domain, name, unit;
    struct wx_str status, reason; /* model/run.h; "waiting" until it is done */
    int64_t n_pages, n_requests, wire_bytes, n_findings, n_new, n_gone;
    int64_t begun_s, duration_ms, taken_s;
};

WX_MUST_CHECK enum wx_status wx_round_site_add(struct wx_tx *tx, int64_t round_id,
                                               size_t ordinal,
                                               const struct wx_picked_site *site,
                                               uint64_t run_site, struct wx_err *err);
/* Trusted: what the inspecting process reports. WX_E_NOT_FOUND: not of this round. */
WX_MUST_CHECK enum wx_status wx_round_site_find(struct wx_tx *tx, int64_t round_id,
                                                uint64_t run_site,
                                                struct wx_round_site *out,
                                                struct wx_err *err);
struct wx_round_taken {
    int64_t n_findings, n_new, n_gone, taken_s;
};
WX_MUST_CHECK enum wx_status wx_round_site_done(struct wx_tx *tx, int64_t round_id,
                                                const struct wx_site_result *result,
                                                const struct wx_round_taken *taken,
                                                struct wx_err *err);

/* Within the scope, in order; the texts live until the callback returns. */
typedef bool wx_each_round_site(void *ctx, const struct wx_round_site *site);
struct wx_round_sites_of {
    int64_t round_id;
    struct wx_str status; /* only these; empty: all */
    int64_t after, limit; /* by place in the round's order */
};
WX_MUST_CHECK enum wx_status wx_round_sites(struct wx_tx *tx,
                                            const struct wx_round_sites_of *of,
                                            wx_each_round_site *each, void *ctx,
                                            struct wx_err *err);

struct wx_round_numbers {
    int64_t n_sites, n_pages, n_requests, wire_bytes, n_findings, n_new, n_gone;
    int64_t by_status[WX_SITE_STATUS_COUNT];
};
WX_MUST_CHECK enum wx_status wx_round_numbers(struct wx_tx *tx, int64_t round_id,
                                              struct wx_round_numbers *out,
                                              struct wx_err *err);
/* As wx_permit_cover(), over a round's sites. */
WX_MUST_CHECK enum wx_status wx_round_cover(struct wx_tx *tx, int64_t round_id,
                                            struct wx_permit_cover *out,
                                            struct wx_err *err);

/* What is asked of the register when a round is handed to its process: its sites, and
 * the domains of all others, for looking up hosts. Trusted. */
typedef void wx_each_site(void *ctx, int64_t site_id, struct wx_site *site);
WX_MUST_CHECK enum wx_status wx_round_register(struct wx_tx *tx, int64_t round_id,
                                               wx_each_site *each, void *ctx,
                                               struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_whole_register(struct wx_tx *tx, wx_each_site *each,
                                               void *ctx, struct wx_err *err);

/* Rounds that are not over, oldest first. Trusted. */
struct wx_round_due {
    int64_t id, unit_id, permit_id, planned_s, begun_s, max_pages, pace_per_min,
        n_starts;
    char state[12], why[20], permit_state[12], kind[12];
    char hours_from[8], hours_until[8];
};
enum { WX_MAX_ROUNDS_DUE = 200 }; /* further ones wait until these are over */
WX_MUST_CHECK enum wx_status wx_rounds_due(struct wx_tx *tx, struct wx_round_due *out,
                                           size_t *n, struct wx_err *err);
/* Due and not over, by what becomes of them now; asked for and in no round. Trusted. */
struct wx_rounds_counted {
    int64_t n_running, n_waiting, n_paused, n_retests;
};
WX_MUST_CHECK enum wx_status wx_rounds_count(struct wx_tx *tx, int64_t now_s,
                                             struct wx_rounds_counted *out,
                                             struct wx_err *err);
/* Rounds under way at some moment of a window, newest first; ids only. Trusted. */
WX_MUST_CHECK enum wx_status wx_rounds_at(struct wx_tx *tx, int64_t from_s,
                                          int64_t until_s, int64_t *ids, size_t max,
                                          size_t *n, struct wx_err *err);

#endif
