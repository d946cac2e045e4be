/*
 * Re-inspections: a round of kind "retest" over one site, as whole a look at it as any
 * other; that nothing of a finding is left in it is enough for "fixed".
 */
#ifndef WX_ROUND_RETEST_H
#define WX_ROUND_RETEST_H

#include "base/catalogue.h"
#include "round/plan.h"

struct wx_retest {
    int64_t site_id;
    struct wx_record_by by;
    enum wx_lang lang; /* of the round's name */
    struct wx_str note;
};

/* Whatever was asked for at findings of that site is answered by this round. Errors as
 * wx_round_plan(); WX_E_NOT_FOUND too for a site that is in the register no more. */
WX_MUST_CHECK enum wx_status wx_retest_plan(struct wx_tx *tx, struct wx_arena *arena,
                                            const struct wx_retest *retest,
                                            int64_t *round_id, struct wx_err *err);

#endif
