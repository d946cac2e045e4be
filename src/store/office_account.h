/*
 * Accounts, one-time links and recovery codes, as rows. Secrets are here only as hashes
 * or sealed. Names and logins are office knowledge and have no owner: no wall here, the
 * access question is asked before.
 */
#ifndef WX_STORE_OFFICE_ACCOUNT_H
#define WX_STORE_OFFICE_ACCOUNT_H

#include "base/hash.h"
#include "store/office.h"

struct wx_account_row {
    int64_t id, rev, unit_id, agency_id, created_s, made_by, seen_s;
    int64_t locked_s; /* 0: not locked */
    uint32_t roles;   /* in force */
    uint32_t wanted;  /* asked for, not yet granted */
    struct wx_str login, name, email, lang;
    struct wx_str password;       /* hash; "": the invitation is not accepted yet */
    struct wx_str totp, totp_new; /* sealed, "" none */
    int64_t totp_step;
    int64_t vetted_s, vetted_until_s, vetted_by;
    struct wx_str vet_note;
    int64_t founder_until_s;
};

/* Adds ROW (its id and rev are not read). WX_E_EXISTS: the login is taken. */
WX_MUST_CHECK enum wx_status wx_account_add(struct wx_tx *tx,
                                            const struct wx_account_row *row,
                                            int64_t now_s, int64_t *id,
                                            struct wx_err *err);
/* All of ROW but login, created_s and made_by is written; its rev counts up. */
WX_MUST_CHECK enum wx_status
wx_account_put(struct wx_tx *tx, const struct wx_account_row *row, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_account_set_made_by(struct wx_tx *tx, int64_t id,
                                                    int64_t made_by,
                                                    struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_account_seen(struct wx_tx *tx, int64_t id,
                                             int64_t now_s, struct wx_err *err);
/* WX_E_NOT_FOUND. Texts in ARENA. */
WX_MUST_CHECK enum wx_status
wx_account_by_login(struct wx_tx *tx, struct wx_arena *arena, struct wx_str login,
                    struct wx_account_row *out, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_account_by_id(struct wx_tx *tx, struct wx_arena *arena,
                                              int64_t id, struct wx_account_row *out,
                                              struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_account_count(struct wx_tx *tx, int64_t *n,
                                              struct wx_err *err);
/* How many accounts other than EXCEPT hold ROLE (its number) and can be used. */
WX_MUST_CHECK enum wx_status wx_account_count_role(struct wx_tx *tx, int role,
                                                   int64_t except, int64_t *n,
                                                   struct wx_err *err);

/* By login, names after AFTER; zero and empty: any. EACH returns false to stop. */
struct wx_account_query {
    struct wx_str text; /* in login or name */
    uint32_t roles;     /* one of them, held or wanted */
    int64_t unit_id, agency_id;
    bool only_wanted; /* with roles waiting to be granted */
    struct wx_str after;
};
typedef bool wx_each_account(void *ctx, const struct wx_account_row *row);
WX_MUST_CHECK enum wx_status wx_account_list(struct wx_tx *tx, struct wx_arena *arena,
                                             const struct wx_account_query *query,
                                             wx_each_account *each, void *ctx,
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
/* All of one account (0: the set-up links), and those that ended before NOW_S. */
WX_MUST_CHECK enum wx_status wx_link_remove_of(struct wx_tx *tx, int64_t account_id,
                                               struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_link_remove_old(struct wx_tx *tx, int64_t now_s,
                                                struct wx_err *err);

WX_MUST_CHECK enum wx_status wx_recovery_add(struct wx_tx *tx, int64_t account_id,
                                             const struct wx_sha256 *hash,
                                             struct wx_err *err);
/* *USED: it was there, and is no longer. */
WX_MUST_CHECK enum wx_status wx_recovery_use(struct wx_tx *tx, int64_t account_id,
                                             const struct wx_sha256 *hash, bool *used,
                                             struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_recovery_count(struct wx_tx *tx, int64_t account_id,
                                               int64_t *n, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_recovery_clear(struct wx_tx *tx, int64_t account_id,
                                               struct wx_err *err);

#endif
