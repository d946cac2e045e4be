/*
 * Scores of an evaluation (requirements 210, 211, 341): weights are data, and what is
 * bad is kept apart from what was not measured, what was blocked and what does not
 * apply. Pure, whole numbers only.
 *
 * Score: the mean of the parts that have a value, by weight. Coverage: the weight of
 * those parts among all that apply. Below the least coverage there is no score: a unit
 * that could not be judged is neither good nor bad.
 */
#ifndef WX_CAMPAIGN_EVALUATE_H
#define WX_CAMPAIGN_EVALUATE_H

#include "base/err.h"
#include "base/str.h"
#include "store/office_evaluation.h" /* struct wx_unit_counts */

enum { WX_MAX_SCORE_PARTS = 16, WX_MAX_GRADES = 12 };

enum wx_mark_state {
    WX_MARK_VALUE,
    WX_MARK_NOT_MEASURED,
    WX_MARK_BLOCKED, /* it was tried and turned away: the unit's doing, not its score */
    WX_MARK_NOT_APPLICABLE,
};
const char *wx_mark_state_name(enum wx_mark_state state);

struct wx_mark {
    enum wx_mark_state state;
    int64_t value_x100; /* 0..10000 */
};
struct wx_score_part {
    struct wx_str measure; /* word of campaign/measures.def, SCORE */
    int weight;            /* 0..100 */
};
struct wx_grade {
    int from; /* score 0..100; highest first */
    struct wx_str name;
};
struct wx_score_rules {
    struct wx_score_part parts[WX_MAX_SCORE_PARTS];
    size_t n_parts;
    struct wx_grade grades[WX_MAX_GRADES];
    size_t n_grades;
    int least_coverage; /* percent, 0..100 */
};
/* WX_E_INVALID: no part, weights out of range or not summing to 100, grades not in
 * falling order or the last not from 0. */
WX_MUST_CHECK enum wx_status wx_score_rules_check(const struct wx_score_rules *rules,
                                                  struct wx_err *err);

struct wx_score {
    bool has_score;
    int64_t score_x100;           /* rounded half up */
    int coverage;                 /* percent, rounded down; 0 when nothing applies */
    const struct wx_grade *grade; /* NULL without a score */
};
/* MARKS in the order of the rules' parts. */
struct wx_score wx_score_of(const struct wx_score_rules *rules,
                            const struct wx_mark *marks);

/* ---- from facts to marks ---- */

/* Points taken off; the product's own default, since no notice has a formula. */
struct wx_deductions {
    int critical, high, medium, low; /* of 100, for each finding on a site's average */
    int late_day, returned;          /* for each day late, each time returned */
    int regressed;                   /* for each finding that came back */
};
extern const struct wx_deductions wx_deductions_default;
/* A mark for MEASURE; a word that is not known is WX_MARK_NOT_MEASURED. */
struct wx_mark wx_mark_of(struct wx_str measure, const struct wx_unit_counts *counts,
                          const struct wx_deductions *deductions);
/* A value for a criterion of a draw (SPOT); -1: not known. */
int64_t wx_spot_value(struct wx_str measure, const struct wx_unit_counts *counts);

#endif
