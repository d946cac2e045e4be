/*
 * What stands beside a permit's record: the sites it covers, each with the unit that
 * answers for it (so that a unit sees the permits that concern it, and no other), and
 * the signed paper. Also the picking of sites for permits and rounds.
 */
#ifndef WX_STORE_OFFICE_PERMIT_H
#define WX_STORE_OFFICE_PERMIT_H

#include "store/office.h"

struct wx_query;

struct wx_picked_site { /* texts in the arena it was read with */
    int64_t site_id, unit_id;
    struct wx_str domain, start_url;
};
struct wx_picked_sites {
    struct wx_picked_site *at;
    size_t n, cap;
};

/* Which sites, of those in force and within TX's scope. */
struct wx_site_pick {
    bool all;
    const int64_t *site_ids;
    size_t n_site_ids;
    const int64_t *unit_ids; /* with everything below them */
    size_t n_unit_ids;
    struct wx_str filter; /* model/filter.h over sites; empty: none */
    int64_t permit_id;    /* only sites that this permit covers; 0: any */
};
/* Each site once, by id. WX_E_INVALID: the filter; WX_E_NOT_FOUND: a site or unit that
 * was named is not there. */
WX_MUST_CHECK enum wx_status wx_sites_pick(struct wx_tx *tx, struct wx_arena *arena,
                                           const struct wx_site_pick *pick,
                                           struct wx_picked_sites *out,
                                           struct wx_err *err);

WX_MUST_CHECK enum wx_status
wx_permit_sites_replace(struct wx_tx *tx, int64_t permit_id,
                        const struct wx_picked_sites *sites, struct wx_err *err);
/* Of those within TX's scope, from the site after AFTER_ID on; START_URL stays empty.
 */
WX_MUST_CHECK enum wx_status wx_permit_sites(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t permit_id, int64_t after_id,
                                             uint32_t limit,
                                             struct wx_picked_sites *out,
                                             struct wx_err *err);
/* In all, and how many of them TX's scope shows; *UNSEEN_UNIT: a unit of a site that it
 * does not show, 0 when it shows all. */
struct wx_permit_cover {
    int64_t n_sites, n_seen, unseen_unit, seen_unit;
};
WX_MUST_CHECK enum wx_status wx_permit_cover(struct wx_tx *tx, int64_t permit_id,
                                             struct wx_permit_cover *out,
                                             struct wx_err *err);
/* Of Q's rows of unit, whether it is seen and how many sites; ID is its one parameter.
 */
WX_MUST_CHECK enum wx_status wx_cover_rows(struct wx_query *q, int64_t id,
                                           struct wx_permit_cover *out,
                                           struct wx_err *err);
/* The newest permit in force that covers all of SITES and whose hours it is now; else
 * the newest that covers them. WX_E_NOT_FOUND: none does. */
WX_MUST_CHECK enum wx_status wx_permit_covering(struct wx_tx *tx,
                                                const struct wx_picked_sites *sites,
                                                int64_t now_s, int64_t *permit_id,
                                                struct wx_err *err);

/* The signed JSON as it was issued; WX_E_NOT_FOUND. */
WX_MUST_CHECK enum wx_status wx_permit_paper_put(struct wx_tx *tx, int64_t permit_id,
                                                 struct wx_str text,
                                                 struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_permit_paper_get(struct wx_tx *tx,
                                                 struct wx_arena *arena,
                                                 int64_t permit_id, struct wx_str *text,
                                                 struct wx_err *err);

/* Blocklist entries in force at NOW, whoever asks: they win over every permit. */
typedef void wx_each_blocked(void *ctx, struct wx_str host, int64_t until_s);
WX_MUST_CHECK enum wx_status wx_blocked_hosts(struct wx_tx *tx, int64_t now_s,
                                              wx_each_blocked *each, void *ctx,
                                              struct wx_err *err);
/* Registered source addresses in use. */
typedef void wx_each_source(void *ctx, struct wx_str address);
WX_MUST_CHECK enum wx_status wx_source_addresses(struct wx_tx *tx, wx_each_source *each,
                                                 void *ctx, struct wx_err *err);

#endif
