/*
 * Occasions: what happened and sets going a task whose deadline counts from it
 * (measures.def, EVENT) - a notice received, an incident, feedback from above. Read
 * from the records themselves, so that an occasion is never missed and never counted
 * twice, whoever told of it.
 *
 *     campaign.started    it was approved: for everybody in its scope
 *     notice.received     it was acknowledged, or handed over on paper or in person
 *     finding.told        a notice was sent
 *     review.failed       a rectification was judged "not fixed"
 *     incident.found      a finding of source "incident"
 *     superior.feedback   findings of source "superior"; those of one reference
 * together round.reported      a round over more than one site ended, for units that
 * were in it
 *
 * Those of no campaign concern the units that have a duty in it, from its approval on.
 */
#ifndef WX_STORE_OFFICE_OCCASION_H
#define WX_STORE_OFFICE_OCCASION_H

#include "store/office_campaign.h"

struct wx_occasion { /* texts in the arena */
    int64_t campaign_id, task_id, phase_id, unit_id;
    int64_t id; /* of the record of kind BECAUSE */
    int64_t at_s;
    int64_t duty_id;        /* made already, without a day; 0: to be made */
    struct wx_str because;  /* "notice", "finding", "rectification", "round" */
    struct wx_str due;      /* the day that a notice itself states, or "" */
    struct wx_str name;     /* the task's */
    struct wx_str deadline; /* the task's rule */
    bool is_exclusive;      /* "before" a day does not include it */
};
enum { WX_MAX_OCCASIONS = 10000 }; /* at a time; the rest at the next turn */
/* Those without a duty, or whose duty has no day yet; at most LIMIT. */
WX_MUST_CHECK enum wx_status wx_occasions_find(struct wx_tx *tx, struct wx_arena *arena,
                                               uint32_t limit, struct wx_occasion **out,
                                               size_t *n, struct wx_err *err);
/* The duty that came of a record ("notice", its id) and is not waived; 0: none. */
WX_MUST_CHECK enum wx_status wx_occasion_duty(struct wx_tx *tx, const char *because,
                                              int64_t id, int64_t *duty_id,
                                              struct wx_err *err);
/* Tasks of running campaigns that count from "campaign.started" and have no day. */
struct wx_start_task {
    int64_t task_id, campaign_id, approved_s;
    struct wx_str deadline;
    bool is_exclusive;
};
WX_MUST_CHECK enum wx_status wx_tasks_of_start(struct wx_tx *tx, struct wx_arena *arena,
                                               struct wx_start_task **out, size_t *n,
                                               struct wx_err *err);

/* Notices past their day without an answer, of campaigns that escalate by rule, and
 * below the highest level. */
struct wx_urged {
    int64_t notice_id, unit_id, every_days, level;
    struct wx_str due;
};
enum { WX_MAX_URGED_LEVEL = 3 };
WX_MUST_CHECK enum wx_status
wx_notices_to_urge(struct wx_tx *tx, struct wx_arena *arena, struct wx_str today,
                   struct wx_urged **out, size_t *n, struct wx_err *err);

#endif
