/*
 * What the papers of a campaign count: sums by unit, task, kind of site and kind of
 * problem, taken in SQL and never by reading each finding. Through the wall of the
 * transaction's scope. Texts in the arena.
 *
 * Counted are the units in force that have a duty in the campaign, their sites that are
 * neither closed nor merged, and findings on these that are problems (fail, suspected)
 * and not dismissed, as overviews count them (store/office_overview.h).
 */
#ifndef WX_STORE_OFFICE_SUMMARY_H
#define WX_STORE_OFFICE_SUMMARY_H

#include "store/office.h"

struct wx_unit_sums {
    int64_t id;
    struct wx_str name, kind;
    struct wx_str number, grade; /* of its latest notice; of its latest appraisal */
    int64_t n_sites, n_icp, n_graded, n_graded_high, n_labelled, n_reviewed;
    int64_t n_findings, n_fixed, n_serious, n_undetermined, n_regressed;
    int64_t
        n_vulnerable; /* sites with something of medium severity and up not closed */
    int64_t n_duties, n_late, n_late_now, days_late_now;
    int64_t n_notices, n_unanswered, level; /* notices sent; of escalation */
    int64_t n_items, n_verdicts, n_failed; /* rectifications; re-inspected; not fixed */
};
/* By id; TODAY "2026-11-22": what is due before it and did not come is late. */
WX_MUST_CHECK enum wx_status wx_sum_units(struct wx_tx *tx, struct wx_arena *arena,
                                          int64_t campaign_id, struct wx_str today,
                                          struct wx_unit_sums **out, size_t *n,
                                          struct wx_err *err);

struct wx_task_sums {
    int64_t id;
    struct wx_str name, due; /* waived duties are not due */
    int64_t n_due, n_done, n_late, n_open;
};
WX_MUST_CHECK enum wx_status wx_sum_tasks(struct wx_tx *tx, struct wx_arena *arena,
                                          int64_t campaign_id,
                                          struct wx_task_sums **out, size_t *n,
                                          struct wx_err *err);

struct wx_word_sum {
    struct wx_str word; /* of an enumeration, or a state */
    int64_t n, n_left, n_sites;
};
/* Problems by category, most first; n_left: not closed. */
WX_MUST_CHECK enum wx_status wx_sum_categories(struct wx_tx *tx, struct wx_arena *arena,
                                               int64_t campaign_id,
                                               struct wx_word_sum **out, size_t *n,
                                               struct wx_err *err);
/* Sites by kind; n: sites, n_left: with something of medium severity and up left. */
WX_MUST_CHECK enum wx_status wx_sum_site_kinds(struct wx_tx *tx, struct wx_arena *arena,
                                               int64_t campaign_id,
                                               struct wx_word_sum **out, size_t *n,
                                               struct wx_err *err);

/* Duties past their day that did not come, by unit and day: those that a progress says
 * are late (store/office_campaign.h). */
struct wx_late_duty {
    int64_t unit_id, days, n_returned;
    struct wx_str unit, task, site, due, state;
};
WX_MUST_CHECK enum wx_status wx_sum_late(struct wx_tx *tx, struct wx_arena *arena,
                                         int64_t campaign_id, struct wx_str today,
                                         struct wx_late_duty **out, size_t *n,
                                         struct wx_err *err);

/* What happened in a campaign from FROM_S up to before UNTIL_S. */
struct wx_period_sums {
    int64_t n_submitted, n_returned_duties, n_accepted;
    int64_t n_found, n_closed, n_notices, n_answers, n_verdicts, n_incidents;
};
WX_MUST_CHECK enum wx_status wx_sum_period(struct wx_tx *tx, int64_t campaign_id,
                                           int64_t from_s, int64_t until_s,
                                           struct wx_period_sums *out,
                                           struct wx_err *err);

/* What a round saw: found or still there. */
struct wx_round_sums {
    int64_t unit_id, n_findings, n_critical, n_high, n_medium, n_low;
    int64_t n_sites; /* with any of them */
};
WX_MUST_CHECK enum wx_status
wx_sum_round_units(struct wx_tx *tx, struct wx_arena *arena, int64_t round_id,
                   struct wx_round_sums **out, size_t *n, struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_sum_round_categories(struct wx_tx *tx, struct wx_arena *arena, int64_t round_id,
                        struct wx_word_sum **out, size_t *n, struct wx_err *err);
/* Spot checks of a campaign that were not called off. */
WX_MUST_CHECK enum wx_status wx_sum_spot_checks(struct wx_tx *tx, int64_t campaign_id,
                                                int64_t *n, struct wx_err *err);

#endif
