/*
 * Planning a round: the record, and a row for each of its sites. The supervisor
 * (rounds.h) takes it up when its time, its permit and the queue allow. Used by the
 * API, by schedules and by re-inspections of findings.
 */
#ifndef WX_ROUND_PLAN_H
#define WX_ROUND_PLAN_H

#include "store/office_permit.h"
#include "store/record.h"

struct wx_round_plan {
    const char *kind; /* "once", "scheduled", "site", "retest" */
    struct wx_str name;
    int64_t permit_id; /* 0: the newest permit in force that covers the sites */
    const struct wx_picked_sites *sites;   /* at least one; all under the permit */
    int64_t schedule_id, finding_id;       /* 0: none */
    int64_t planned_s;                     /* 0: at once */
    int64_t max_pages, pace_per_min;       /* 0: as usual, as the permit has it */
    struct wx_str hours_from, hours_until; /* of each day, beside the permit's; empty */
    struct wx_str note;
    struct wx_record_by by;
};

/*
 * Within the scope of TX. WX_E_OUT_OF_SCOPE: a site that the permit does not cover, or
 * no permit in force covers them all; WX_E_EXPIRED: the permit is not in force. The
 * event "round.changed" is the caller's to tell.
 */
WX_MUST_CHECK enum wx_status wx_round_plan(struct wx_tx *tx, struct wx_arena *arena,
                                           const struct wx_round_plan *plan,
                                           int64_t *round_id, struct wx_err *err);
/* To STATE for the reason WHY (words of round.def); further fields may be NULL. */
WX_MUST_CHECK enum wx_status
wx_round_turn(struct wx_tx *tx, int64_t round_id, const char *state, const char *why,
              json_t *further, const struct wx_record_by *by, struct wx_err *err);
/* Whose a thing over SITES is: their unit when it is one; the office's when TX sees
 * that; else that of the first. */
int64_t wx_sites_owner(struct wx_tx *tx, const struct wx_picked_sites *sites);

#endif
