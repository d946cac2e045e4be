/* Notices: drafted for each unit from what was found, approved by a second person,
 * numbered, sent, acknowledged, answered, closed. Within TX; audit and events are the
 * caller's. */
#ifndef WX_CAMPAIGN_NOTICE_H
#define WX_CAMPAIGN_NOTICE_H

#include "campaign/course.h"
#include "store/record.h"
#include <jansson.h>

struct wx_notice_draft {
    int64_t campaign_id, unit_id; /* unit 0: every unit with something to tell */
    struct wx_str kind;           /* "rectify", "reinforce" */
    struct wx_str name, due, basis, asks;
    struct wx_str least; /* lowest severity: "low" and up */
    struct wx_record_by by;
};
/* One notice a unit, with its findings; *N notices, ids in ARENA. None: nothing to
 * tell, or it stands in other notices already. */
WX_MUST_CHECK enum wx_status wx_notices_draft(struct wx_tx *tx, struct wx_arena *arena,
                                              const struct wx_notice_draft *draft,
                                              int64_t **ids, size_t *n,
                                              struct wx_err *err);

struct wx_notice_input {
    struct wx_str note, day; /* a reason; the day an extension goes to */
    struct wx_str way;       /* of sending: "online", "paper", "meeting" */
    struct wx_str name;      /* who acknowledged it */
    struct wx_str answer;    /* the unit's covering words */
    int64_t scan;            /* 0: none */
    struct wx_record_by by;
};
/*
 * REV as wx_duty_act(). WX_E_INVALID: not in this state; no series to number it in; an
 * answer while items are not answered; a closing while items are not verified.
 *
 *     APPROVE   gives it the next number of its campaign's series
 *     SEND      tells the unit: it and its findings are seen from now on
 *     CANCEL    makes its number void (a gap with the reason), withdraws its findings
 */
WX_MUST_CHECK enum wx_status wx_notice_act(struct wx_tx *tx, struct wx_arena *arena,
                                           enum wx_notice_act act, int64_t id,
                                           int64_t rev,
                                           const struct wx_notice_input *input,
                                           struct wx_err *err);

#endif
