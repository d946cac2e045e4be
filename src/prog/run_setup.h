/* What "inspect" and "round" have in common around a run of scan/core.h. */
#ifndef WX_PROG_RUN_SETUP_H
#define WX_PROG_RUN_SETUP_H

#include "model/run.h"
#include "permit/permit.h"
#include "scan/setup.h"
#include "store/store.h"

struct wx_run_wishes { /* zero and NULL: as usual */
    size_t n_sites;    /* still to be inspected */
    uint32_t n_workers, max_pages;
    uint16_t max_depth;
    const char *user_agent;
    const char *info_url; /* where those who are inspected may read who we are */
};
/* Shares PERMIT's budgets out among workers and sites; texts in ARENA. */
void wx_run_setup(const struct wx_permit *permit, const struct wx_run_wishes *wishes,
                  struct wx_arena *arena, struct wx_setup *out);

/* False: waiting, or cut by an interrupt or a deadline; such a site is inspected again
 * from its start. One whose start page has no end would only be cut again: that is
 * done.
 */
bool wx_run_is_done(const struct wx_site_result *result);
/* Facts "ended" and "how_ended", committed. HOW: what wx_scan_run() said. */
WX_MUST_CHECK enum wx_status wx_run_end(struct wx_store *store, enum wx_status how,
                                        struct wx_err *err);

#endif
