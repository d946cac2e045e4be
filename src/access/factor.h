/*
 * The second factor of one's own account, and proofs with it: enrolment in two steps (a
 * secret, then one code of it), codes once each, recovery codes. A code that was used
 * marks its step in the caller's transaction, which must therefore be committed.
 */
#ifndef WX_ACCESS_FACTOR_H
#define WX_ACCESS_FACTOR_H

#include "access/desk.h"
#include "access/totp.h"

/* A new secret that waits for its proof; the one in use stays until then. */
WX_MUST_CHECK enum wx_status wx_factor_begin(struct wx_tx *tx, struct wx_desk *desk,
                                             struct wx_arena *arena,
                                             struct wx_account_row *account,
                                             struct wx_totp_secret *secret,
                                             struct wx_err *err);
/* *FITS: from now on this secret counts, and CODES (WX_RECOVERY_CODES) are the only
 * recovery codes. */
WX_MUST_CHECK enum wx_status
wx_factor_confirm(struct wx_tx *tx, struct wx_desk *desk, struct wx_arena *arena,
                  struct wx_account_row *account, struct wx_str code, int64_t now_s,
                  bool *fits, struct wx_recovery_code *codes, struct wx_err *err);
/* Is CODE this account's one-time code of now, or one of its recovery codes? */
WX_MUST_CHECK enum wx_status wx_factor_prove(struct wx_tx *tx, struct wx_desk *desk,
                                             struct wx_arena *arena,
                                             struct wx_account_row *account,
                                             struct wx_str code, int64_t now_s,
                                             bool *fits, struct wx_err *err);
/* New recovery codes; the former are void. */
WX_MUST_CHECK enum wx_status wx_factor_codes(struct wx_tx *tx, int64_t account_id,
                                             struct wx_recovery_code *codes,
                                             struct wx_err *err);

#endif
