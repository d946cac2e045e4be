/*
 * The permit's paper: from the office's record and its sites to the permit that
 * inspecting processes are given (permit/permit.h), signed with the office's key.
 * DATA/keys/permit holds the secret; DATA/keys/permit.pub, base64, is for those who
 * check: the inspecting process does so again before anything is sent.
 */
#ifndef WX_ROUND_PAPER_H
#define WX_ROUND_PAPER_H

#include "base/arena.h"
#include "permit/permit.h"
#include "store/office_permit.h"
#include <jansson.h>

#define WX_KEY_PERMIT "permit"

/* What of a permit is not in its record. */
struct wx_paper {
    json_t *record; /* as the API shows it */
    const struct wx_picked_sites *sites;
    const struct wx_str *sources; /* registered source addresses */
    size_t n_sources;
    bool allows_private; /* the server's configuration lets permits list such ranges */
};

/* WX_E_INVALID says what cannot stand in a permit. The permit is the caller's. */
WX_MUST_CHECK enum wx_status wx_paper_make(const struct wx_paper *paper,
                                           struct wx_permit **out, struct wx_err *err);
/* Makes the office's key when it is not there yet. */
WX_MUST_CHECK enum wx_status wx_paper_sign(const struct wx_permit *permit,
                                           const char *data_dir, struct wx_buf *out,
                                           struct wx_err *err);
/* TEXT as a permit, if the office of DATA_DIR signed it: WX_E_OUT_OF_SCOPE when not. */
WX_MUST_CHECK enum wx_status wx_permit_paper_check(struct wx_str text,
                                                   const char *data_dir,
                                                   struct wx_permit **out,
                                                   struct wx_err *err);

/* Where a site's inspection begins, and its key in the run. */
WX_MUST_CHECK enum wx_status
wx_site_begin_at(struct wx_arena *arena, struct wx_str domain, struct wx_str start_url,
                 struct wx_str *href, uint64_t *key, struct wx_err *err);

#endif
