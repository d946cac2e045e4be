/* One act on a campaign, kept: the move of its course, its stamps, and what comes of
 * it. Within TX; audit and events are the caller's. */
#ifndef WX_CAMPAIGN_CAMPAIGN_H
#define WX_CAMPAIGN_CAMPAIGN_H

#include "campaign/course.h"
#include "campaign/start.h"

struct wx_campaign_input {
    struct wx_str reason;               /* of a rejection */
    const struct wx_calendar *calendar; /* of the duties' days; or NULL */
    struct wx_record_by by;
};
/*
 * REV: as the caller read it (WX_E_AGAIN when it moved on), 0: whatever it is.
 * WX_E_INVALID: not in this state, a reason that is missing, or nothing to begin: no
 * task, or nobody in its scope.
 *
 * APPROVE starts it: the duties of every unit in its scope are made, and STARTED (may
 * be NULL) says how many. TX must see all those units.
 */
WX_MUST_CHECK enum wx_status
wx_campaign_act(struct wx_tx *tx, struct wx_arena *arena, enum wx_campaign_act act,
                int64_t id, int64_t rev, const struct wx_campaign_input *input,
                struct wx_followed *started, struct wx_err *err);

#endif
