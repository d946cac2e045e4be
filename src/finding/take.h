/*
 * Taking in what a round found at one site: the run directory's rows become findings of
 * the office, or are known again. Called once a site has its result, in the caller's
 * write transaction with wx_scope_everything.
 *
 * Idempotent: a finding is known by its fingerprint (model/finding.h) and the office's
 * site; the same site of the same round may be taken in again and nothing is counted
 * twice. In the round's own series (the frozen snapshot) each finding leaves one line:
 *
 *     new             never seen before
 *     again           known, and still there
 *     regressed       was fixed or closed and is back: opened again
 *     gone            the site was inspected to its end and it was not there; fixed
 *                     after two such rounds, or one targeted re-inspection
 *     not_determined  blocked, unreachable, cut short: neither good nor bad
 */
#ifndef WX_FINDING_TAKE_H
#define WX_FINDING_TAKE_H

#include "detect/rule/rule.h"
#include "model/run.h"
#include "store/office.h"
#include "store/store.h"

struct wx_taken { /* findings of the site in this round, by what became of them */
    uint32_t n_new, n_again, n_regressed, n_gone, n_not_determined;
    uint32_t n_fixed; /* of the gone: now marked fixed */
};

struct wx_take {
    struct wx_store *run; /* opened for reading */
    uint64_t run_site_id; /* the site's key in that run: struct wx_site .id */
    int64_t site_id, unit_id, round_id; /* of the office */
    int64_t now_s;
    /* when the look at the site began (struct wx_site_result .begun_s); 0: not known.
     * What was mended after that is not held against anybody. */
    int64_t begun_s;
    enum wx_site_status status;   /* what became of the site in the round */
    struct wx_str reason;         /* of the site's result; may be empty */
    bool is_retest;               /* a targeted re-inspection: one look is enough */
    const struct wx_rules *rules; /* titles, and which rules still exist; NULL: ids */
    struct wx_taken *taken;       /* filled; may be NULL */
};

/* WX_E_NOT_FOUND: the office has no such site; else what the stores answer. */
WX_MUST_CHECK enum wx_status
wx_finding_take_site(struct wx_tx *tx, const struct wx_take *take, struct wx_err *err);

#endif
