/* Answers to the findings of a notice, and their verdicts (requirements 190, 193-202).
 * The finding itself moves along by its own machine (finding/act.h). */
#ifndef WX_CAMPAIGN_RECTIFY_H
#define WX_CAMPAIGN_RECTIFY_H

#include "store/record.h"
#include <jansson.h>

/* What is missing in an answer: its field, or NULL. ROW: the record with the answer's
 * values over it. Mended: how, what was done, by whom, when. Not now: why, what
 * protects until then, steps with days, and the last day. */
const char *wx_rectification_lacks(const json_t *row);
/*
 * The unit's answer: VALUES (checked against the field table; borrowed) into the
 * record. WX_E_INVALID: what is lacking, named; or it was verified already. The finding
 * becomes "fixed" when it was mended.
 */
WX_MUST_CHECK enum wx_status wx_rectification_answer(struct wx_tx *tx,
                                                     struct wx_arena *arena, int64_t id,
                                                     int64_t rev, json_t *values,
                                                     const struct wx_record_by *by,
                                                     struct wx_err *err);

/*
 * Step N (from 1) of a plan was done on DAY ("2026-05-01", not to come), and how. The
 * plan itself goes on until it is answered. WX_E_INVALID: no plan, no such step, a day
 * that is none or lies ahead.
 */
WX_MUST_CHECK enum wx_status
wx_rectification_step(struct wx_tx *tx, struct wx_arena *arena, int64_t id, int64_t rev,
                      size_t n, struct wx_str day, struct wx_str note,
                      const struct wx_record_by *by, struct wx_err *err);

struct wx_verdict {
    struct wx_str verdict; /* "fixed", "not_fixed", "page_gone", "not_determined" */
    struct wx_str way;     /* "scanner", "person", "site" */
    struct wx_str note;
    int64_t round_id; /* of the scanner; 0 */
};
/* Fixed or page gone: verified, and the finding closed. Not fixed: open again, and the
 * finding returned. Not determined: as it was, with the verdict. */
WX_MUST_CHECK enum wx_status
wx_rectification_judge(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                       int64_t rev, const struct wx_verdict *verdict,
                       const struct wx_record_by *by, struct wx_err *err);
/* Its finding came back after it was verified: open again, and its notice reopened. */
WX_MUST_CHECK enum wx_status
wx_rectification_regress(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                         const struct wx_record_by *by, struct wx_err *err);
/* Found and mended during the unit's own inspection (194): a record without a notice.
 */
WX_MUST_CHECK enum wx_status
wx_rectification_self(struct wx_tx *tx, struct wx_arena *arena, int64_t campaign_id,
                      int64_t finding_id, json_t *values, const struct wx_record_by *by,
                      int64_t *id, struct wx_err *err);

#endif
