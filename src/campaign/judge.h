/*
 * Who is looked at on the spot, and how units did: the draw, its decision, the sheets
 * of the spot checks, the evaluation with its appraisals and appeals. Within TX, whose
 * scope must see every unit of the campaign; audit and events are the caller's.
 */
#ifndef WX_CAMPAIGN_JUDGE_H
#define WX_CAMPAIGN_JUDGE_H

#include "campaign/draw.h"
#include "campaign/evaluate.h"
#include "store/record.h"
#include <jansson.h>

/* ---- draws ---- */

/*
 * Rules as JSON, the campaign's kind fills what is missing, the product's default what
 * that lacks:
 *
 *     {"criteria": [{"measure": "report_late", "weight": 20}], "top": 5,
 *      "lot_percent": 10, "lot_min": 1, "strata": "kind"}
 */
struct wx_draw_new {
    int64_t campaign_id;
    struct wx_str name, seed;
    const json_t *rules; /* or NULL */
    struct wx_record_by by;
};
/* WX_E_INVALID: rules or seed, and what is wrong with them; no unit takes part. */
WX_MUST_CHECK enum wx_status wx_draw_make(struct wx_tx *tx, struct wx_arena *arena,
                                          const struct wx_draw_new *draw, int64_t *id,
                                          struct wx_err *err);
/* The rules a draw of this campaign has when nothing else is said; the caller's. */
json_t *wx_draw_rules_usual(struct wx_tx *tx, struct wx_arena *arena,
                            int64_t campaign_id);
struct wx_draw_decision {
    const int64_t *unit_ids; /* who is chosen */
    size_t n;
    struct wx_str team[16]; /* who signs */
    size_t n_team;
    struct wx_str reason; /* needed where it differs from what was proposed */
    struct wx_record_by by;
};
/*
 * Signed by the team, for good: a spot check is planned for each unit that was chosen,
 * and one for each of its key systems, with the items of the campaign's check table.
 * WX_E_INVALID: decided already, nobody signs, a unit that is not in the list, or no
 * reason for a difference.
 */
WX_MUST_CHECK enum wx_status wx_draw_decide(struct wx_tx *tx, struct wx_arena *arena,
                                            int64_t id,
                                            const struct wx_draw_decision *decision,
                                            struct wx_err *err);

/* ---- spot checks ---- */

/* Rows of a sheet: [{"item", "text", "points", "result": "conform", "partly", "not",
 * "na" or "open", "note"}]. WX_E_INVALID says which row is none. SCORE of 100; -1:
 * nothing that applies was looked at. */
WX_MUST_CHECK enum wx_status wx_spot_rows_score(const json_t *rows, int *score,
                                                size_t *n_open, struct wx_err *err);
/* What was seen on the spot: VALUES (borrowed, checked against the field table) into
 * the record. REV as wx_duty_act(). WX_E_INVALID: rows that are none, or it was signed.
 */
WX_MUST_CHECK enum wx_status wx_spot_check_record(struct wx_tx *tx,
                                                  struct wx_arena *arena, int64_t id,
                                                  int64_t rev, const json_t *values,
                                                  const struct wx_record_by *by,
                                                  struct wx_err *err);
/* Signed and told to the unit, with its score. WX_E_INVALID: day, team or who was
 * present is missing, or a row is open. */
WX_MUST_CHECK enum wx_status
wx_spot_check_sign(struct wx_tx *tx, struct wx_arena *arena, int64_t id, int64_t rev,
                   const struct wx_record_by *by, struct wx_err *err);

/* ---- evaluations ---- */

/* {"parts": [{"measure": "detection", "weight": 40}], "grades": [{"from": 90, "name":
 * "优秀"}], "least_coverage": 50}, filled as above; texts live in ARENA. */
WX_MUST_CHECK enum wx_status
wx_score_rules_read(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                    const json_t *rules, struct wx_score_rules *out,
                    struct wx_err *err);
json_t *wx_score_rules_json(const struct wx_score_rules *rules);

struct wx_appraised { /* a unit under some rules */
    int64_t unit_id;
    struct wx_str name;
    struct wx_score score;
    json_t *items; /* [{measure, weight, state, value_x100}]; of the caller */
    uint32_t rank; /* from 1; equal scores share it; 0 without a score */
};
/* Every unit of the campaign, best first. */
WX_MUST_CHECK enum wx_status
wx_campaign_appraise(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                     const struct wx_score_rules *rules, int64_t now_s,
                     struct wx_appraised **out, size_t *n, struct wx_err *err);
/* The evaluation's appraisals as RULES make them, in draft; made, or made anew. ID 0:
 * the evaluation is made, too. WX_E_INVALID: it was told already. */
WX_MUST_CHECK enum wx_status
wx_evaluation_make(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                   struct wx_str name, const struct wx_score_rules *rules,
                   const struct wx_record_by *by, int64_t *id, struct wx_err *err);
/* Each unit is told of its own; appeals until UNTIL, that day included. */
WX_MUST_CHECK enum wx_status wx_evaluation_tell(struct wx_tx *tx,
                                                struct wx_arena *arena, int64_t id,
                                                struct wx_str until,
                                                const struct wx_record_by *by,
                                                struct wx_err *err);
/* WX_E_INVALID: the window is open yet, or an appeal is not decided. */
WX_MUST_CHECK enum wx_status wx_evaluation_final(struct wx_tx *tx,
                                                 struct wx_arena *arena, int64_t id,
                                                 const struct wx_record_by *by,
                                                 struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_appraisal_appeal(struct wx_tx *tx,
                                                 struct wx_arena *arena, int64_t id,
                                                 struct wx_str why,
                                                 const struct wx_record_by *by,
                                                 struct wx_err *err);
/* SCORE_X100 below 0: it stays. The grade follows the evaluation's rules. */
WX_MUST_CHECK enum wx_status
wx_appraisal_decide(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                    int64_t score_x100, struct wx_str reason,
                    const struct wx_record_by *by, struct wx_err *err);

#endif
