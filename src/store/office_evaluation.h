/*
 * What draws and evaluations count of the units of a campaign, the lines of a draw, and
 * who falls under the criteria of a bulletin. Through the wall of the transaction.
 */
#ifndef WX_STORE_OFFICE_EVALUATION_H
#define WX_STORE_OFFICE_EVALUATION_H

#include "base/json.h"
#include "store/record.h"

/* What was counted of one unit; -1: not known. */
struct wx_unit_counts {
    int64_t n_sites, n_sites_determined,
        n_sites_blocked;                         /* of the latest look at each */
    int64_t n_critical, n_high, n_medium, n_low; /* findings not closed */
    int64_t n_reports, n_reports_in, n_reports_late, n_reports_returned; /* asked, in */
    int64_t n_duties, n_duties_late, n_late_days;
    int64_t n_items, n_items_fixed, n_items_open, n_items_regressed; /* of notices */
    int64_t n_feedback_late, n_contradictions, n_incidents, n_important;
    int64_t n_spot_checks, spot_score_x100; /* mean of those with a score */
    int64_t management_x100;                /* of the check tables; -1 */
};
struct wx_counted_unit { /* texts in ARENA */
    int64_t id;
    struct wx_str name, kind, authority;
    struct wx_unit_counts counts;
};
/*
 * Units in force with a duty in the campaign, by id. Findings count when they would
 * stand in a notice: seen twice or confirmed, and not closed; duties against TODAY
 * ("2026-11-22"): what is overdue and not there yet is late.
 */
WX_MUST_CHECK enum wx_status wx_units_count(struct wx_tx *tx, struct wx_arena *arena,
                                            int64_t campaign_id, struct wx_str today,
                                            struct wx_counted_unit **out, size_t *n,
                                            struct wx_err *err);

/* ---- draws ---- */

struct wx_draw_line {
    int64_t unit_id, rank, score_x100, lot_rank;
    struct wx_str reasons;                /* JSON array */
    struct wx_str stratum, lot, proposed; /* "", "rank", "lot" */
    bool is_chosen;
    struct wx_str reason; /* why the decision differs */
    struct wx_str unit;   /* its name; read only */
};
WX_MUST_CHECK enum wx_status wx_draw_line_add(struct wx_tx *tx, int64_t draw_id,
                                              const struct wx_draw_line *line,
                                              struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_draw_lines(struct wx_tx *tx, struct wx_arena *arena,
                                           int64_t draw_id, struct wx_draw_line **out,
                                           size_t *n, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_draw_line_choose(struct wx_tx *tx, int64_t draw_id,
                                                 int64_t unit_id, bool is_chosen,
                                                 struct wx_str reason,
                                                 struct wx_err *err);

/* ---- performance ---- */

struct wx_performance_row { /* texts in ARENA */
    int64_t unit_id, campaign_id, appraisal_id, score_x100, coverage;
    struct wx_str unit, campaign, begins, state, grade;
    bool has_score;
};
enum { WX_MAX_PERFORMANCE_ROWS = 50000, WX_MAX_PERFORMANCE_COLUMNS = 24 };
/* The newest result of each unit in each campaign that it was told of: units by name,
 * campaigns by their begin. *IS_CUT: there are more. */
WX_MUST_CHECK enum wx_status wx_performance_rows(struct wx_tx *tx,
                                                 struct wx_arena *arena,
                                                 struct wx_performance_row **out,
                                                 size_t *n, bool *is_cut,
                                                 struct wx_err *err);

/* ---- bulletins ---- */

/*
 * Elements {unit_id, unit, site_id, site, n, why} for MEASURE of campaign/measures.def,
 * BULLETIN: units of the campaign with serious findings that outlived their answer or
 * their day; sites that answer and are not registered as approved, with findings of bad
 * influence; items whose re-inspection failed; the result of each unit. WX_E_INVALID:
 * no such measure.
 */
WX_MUST_CHECK enum wx_status wx_bulletin_json(struct wx_tx *tx, int64_t campaign_id,
                                              struct wx_str measure,
                                              struct wx_str today, struct wx_json *out,
                                              struct wx_err *err);

#endif
