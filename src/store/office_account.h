/* Accounts, sessions and one-time links, as rows. Secrets are here only as hashes. */
#ifndef WX_STORE_OFFICE_ACCOUNT_H
#define WX_STORE_OFFICE_ACCOUNT_H

#include "base/hash.h"
#include "store/office.h"

struct wx_account_row {
    int64_t id, unit_id, agency_id, locked_s;
    uint32_t roles;
    struct wx_str login, name, password, lang;
};
struct wx_session_row {
    int64_t id, account_id, begun_s, used_s;
    bool has_mfa;
    int64_t step_up_s; /* until when a second proof is fresh */
};

WX_MUST_CHECK enum wx_status wx_account_add(struct wx_tx *tx,
                                            const struct wx_account_row *row,
                                            int64_t now_s, int64_t *id,
                                            struct wx_err *err);
/* WX_E_NOT_FOUND. Texts in ARENA. */
WX_MUST_CHECK enum wx_status
wx_account_by_login(struct wx_tx *tx, struct wx_arena *arena, struct wx_str login,
                    struct wx_account_row *out, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_account_by_id(struct wx_tx *tx, struct wx_arena *arena,
                                              int64_t id, struct wx_account_row *out,
                                              struct wx_err *err);

WX_MUST_CHECK enum wx_status wx_account_count(struct wx_tx *tx, int64_t *n,
                                              struct wx_err *err);

WX_MUST_CHECK enum wx_status wx_session_add(struct wx_tx *tx,
                                            const struct wx_sha256 *secret,
                                            const struct wx_session_row *row,
                                            int64_t *id, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_session_by_secret(struct wx_tx *tx,
                                                  const struct wx_sha256 *secret,
                                                  struct wx_session_row *out,
                                                  struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_session_remove(struct wx_tx *tx, int64_t id,
                                               struct wx_err *err);

/* One-time links: kind "setup" or "invite". */
WX_MUST_CHECK enum wx_status wx_link_add(struct wx_tx *tx,
                                         const struct wx_sha256 *secret,
                                         const char *kind, int64_t account_id,
                                         int64_t until_s, struct wx_err *err);
/* WX_E_NOT_FOUND, WX_E_EXPIRED. */
WX_MUST_CHECK enum wx_status wx_link_find(struct wx_tx *tx,
                                          const struct wx_sha256 *secret,
                                          const char *kind, int64_t now_s,
                                          int64_t *account_id, struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_link_remove(struct wx_tx *tx, const struct wx_sha256 *secret, struct wx_err *err);

/* Units as access/ needs them. */
typedef void wx_each_org_unit(void *ctx, int64_t id, int64_t parent_id,
                              struct wx_str authority);
WX_MUST_CHECK enum wx_status wx_org_units(struct wx_tx *tx, wx_each_org_unit *each,
                                          void *ctx, struct wx_err *err);

#endif
