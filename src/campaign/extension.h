/* More time for a duty or a notice: asked for by the unit, decided by the office.
 * Within TX; audit and events are the caller's. */
#ifndef WX_CAMPAIGN_EXTENSION_H
#define WX_CAMPAIGN_EXTENSION_H

#include "store/record.h"

struct wx_extension_new {
    bool is_of_notice; /* else of a duty */
    int64_t id;        /* the duty's or the notice's */
    struct wx_str until, why;
    struct wx_record_by by;
};
/* *ID: the request. WX_E_INVALID: UNTIL is no day, or one that has passed or is not
 * after the deadline. */
WX_MUST_CHECK enum wx_status wx_extension_ask(struct wx_tx *tx, struct wx_arena *arena,
                                              const struct wx_extension_new *asked,
                                              int64_t *id, struct wx_err *err);

struct wx_extension_decision {
    bool is_granted;
    struct wx_str until; /* granted until then; empty: until when was asked */
    struct wx_str reason;
    struct wx_record_by by;
};
/* Granted: the deadline moves. REV as wx_duty_act(). WX_E_INVALID: decided before, a
 * day that is none, or what it is for is not under way any more. */
WX_MUST_CHECK enum wx_status
wx_extension_decide(struct wx_tx *tx, struct wx_arena *arena, int64_t id, int64_t rev,
                    const struct wx_extension_decision *decision, struct wx_err *err);

#endif
