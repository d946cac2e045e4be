/* Sessions of browsers and tokens of programs, as rows; their secrets as hashes only.
 */
#ifndef WX_STORE_OFFICE_SESSION_H
#define WX_STORE_OFFICE_SESSION_H

#include "base/hash.h"
#include "store/office.h"

struct wx_session_row {
    int64_t id, account_id, begun_s, used_s;
    bool has_mfa;
    int64_t step_up_s; /* until when a second proof is fresh */
    struct wx_str address, agent;
};
WX_MUST_CHECK enum wx_status wx_session_add(struct wx_tx *tx,
                                            const struct wx_sha256 *secret,
                                            const struct wx_session_row *row,
                                            int64_t *id, struct wx_err *err);
/* Address and agent are left empty. WX_E_NOT_FOUND. */
WX_MUST_CHECK enum wx_status wx_session_by_secret(struct wx_tx *tx,
                                                  const struct wx_sha256 *secret,
                                                  struct wx_session_row *out,
                                                  struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_session_put_proof(struct wx_tx *tx, int64_t id,
                                                  bool has_mfa, int64_t step_up_s,
                                                  struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_session_put_used(struct wx_tx *tx, int64_t id,
                                                 int64_t used_s, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_session_remove(struct wx_tx *tx, int64_t id,
                                               struct wx_err *err);
/* One of ACCOUNT_ID; *REMOVED false: there was none. */
WX_MUST_CHECK enum wx_status wx_session_remove_one_of(struct wx_tx *tx,
                                                      int64_t account_id, int64_t id,
                                                      bool *removed,
                                                      struct wx_err *err);
/* All of the account but EXCEPT (0: none spared). */
WX_MUST_CHECK enum wx_status wx_session_remove_of(struct wx_tx *tx, int64_t account_id,
                                                  int64_t except, struct wx_err *err);
/* What ended: begun before BEGUN_S or last used before USED_S. */
WX_MUST_CHECK enum wx_status wx_session_remove_old(struct wx_tx *tx, int64_t begun_s,
                                                   int64_t used_s, struct wx_err *err);
typedef bool wx_each_session(void *ctx, const struct wx_session_row *row);
/* Newest first; EACH returns false to stop. */
WX_MUST_CHECK enum wx_status wx_session_list(struct wx_tx *tx, int64_t account_id,
                                             wx_each_session *each, void *ctx,
                                             struct wx_err *err);

struct wx_token_row {
    int64_t id, account_id, created_s, until_s, used_s;
    struct wx_str name, operations,
        used_from; /* operations: names with spaces between */
};
WX_MUST_CHECK enum wx_status wx_token_add(struct wx_tx *tx,
                                          const struct wx_sha256 *secret,
                                          const struct wx_token_row *row, int64_t *id,
                                          struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_token_by_secret(struct wx_tx *tx,
                                                struct wx_arena *arena,
                                                const struct wx_sha256 *secret,
                                                struct wx_token_row *out,
                                                struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_token_put_used(struct wx_tx *tx, int64_t id,
                                               int64_t used_s, struct wx_str from,
                                               struct wx_err *err);
/* ID 0: all of the account. */
WX_MUST_CHECK enum wx_status wx_token_remove_of(struct wx_tx *tx, int64_t account_id,
                                                int64_t id, bool *removed,
                                                struct wx_err *err);
typedef bool wx_each_token(void *ctx, const struct wx_token_row *row);
WX_MUST_CHECK enum wx_status wx_token_list(struct wx_tx *tx, int64_t account_id,
                                           wx_each_token *each, void *ctx,
                                           struct wx_err *err);

#endif
