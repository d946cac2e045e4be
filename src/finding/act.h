/*
 * One act on one finding, kept: the move of the machine, the row, history, the note as
 * a comment, and what can be taken back. Who may was asked before; audit and events are
 * the caller's.
 */
#ifndef WX_FINDING_ACT_H
#define WX_FINDING_ACT_H

#include "finding/machine.h"

struct wx_finding_acted {
    int64_t rev;
    int64_t comment_id, retest_id; /* of what was left; 0: none */
};

/*
 * REV: as the caller read it (WX_E_AGAIN when it moved on), 0: whatever it is. UNDO_ID:
 * 0 begins a new act that can be taken back, the same for every finding of a bulk act;
 * stays 0 when this one cannot be; NULL: not wanted. WX_E_INVALID: not in this state.
 */
WX_MUST_CHECK enum wx_status
wx_finding_act(struct wx_tx *tx, enum wx_finding_act act,
               const struct wx_finding_row *row, int64_t rev,
               const struct wx_finding_input *input, int64_t *undo_id,
               struct wx_finding_acted *out, struct wx_err *err);
/* Takes back act UNDO_ID of INPUT's account where nothing came after it; *N findings
 * are as before, *N_LEFT had moved on. WX_E_EXPIRED: too late, or not his. */
WX_MUST_CHECK enum wx_status wx_finding_undo(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t undo_id,
                                             const struct wx_record_by *by, size_t *n,
                                             size_t *n_left, struct wx_err *err);

/* By the clock: dismissals whose time is over are open again. *N: how many; call again
 * when it is not 0. In a reading transaction they are only counted. */
WX_MUST_CHECK enum wx_status wx_findings_expire(struct wx_tx *tx, int64_t now_s,
                                                size_t *n, struct wx_err *err);

#endif
