/* A campaign made from a kind: its record, phases, tasks and forms, in draft. Within
 * TX; nothing is asked of anybody before it is approved (campaign/start.h). */
#ifndef WX_CAMPAIGN_PLAN_H
#define WX_CAMPAIGN_PLAN_H

#include "campaign/form.h"
#include "campaign/kind.h"
#include "store/record.h"

struct wx_plan {
    const struct wx_campaign_kind *kind;
    const struct wx_calendar *calendar;
    struct wx_str series; /* of its official numbers */
    int n_months;         /* every date of the kind so many months on */
    const struct wx_kind_place *places;
    size_t n_places; /* words for {year} and the others; the kind's own fill the rest */
    struct wx_record_by by;
    struct wx_campaign_form *const *forms; /* the office's own; before the shipped */
    size_t n_forms;
};
/*
 * *ID: the campaign. WX_E_NOT_FOUND: a form is not there. A task whose year the
 * calendar lacks has no day and says so (due_note); it is dated when the calendar has
 * it (campaign/dating.h). Tasks that wait for an event (a notice, an incident) have no
 * day yet: their duties are added when it happens.
 */
WX_MUST_CHECK enum wx_status wx_campaign_plan(struct wx_tx *tx, struct wx_arena *arena,
                                              const struct wx_plan *plan, int64_t *id,
                                              struct wx_err *err);

/* The kind as it was when the campaign was made: kept among its forms by this name,
 * which no form can have. WX_E_NOT_FOUND: it was made without one. *OUT is the
 * caller's. */
#define WX_KEPT_KIND "@kind"
WX_MUST_CHECK enum wx_status
wx_campaign_kind_kept(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                      struct wx_campaign_kind **out, struct wx_err *err);

#endif
