/*
 * What administrators do to accounts. Every rule that the policy's lines cannot say
 * stands here: roles that exclude each other, nobody changes himself, the last
 * administrator stays, who resets an account does not thereby get its roles. The access
 * question was asked before; transactions are the caller's.
 */
#ifndef WX_ACCESS_ACCOUNT_H
#define WX_ACCESS_ACCOUNT_H

#include "access/desk.h"
#include "access/token.h"
#include "store/office_account.h"

enum {
    WX_INVITATION_S = 7 * 86400,
    WX_SETUP_LINK_S = 3600,
    WX_FOUNDER_AGAIN_S = 86400
};

/* Why not; WX_ACCOUNT_FINE with WX_OK, else WX_E_INVALID and a text. */
enum wx_account_fault {
    WX_ACCOUNT_FINE,
    WX_ACCOUNT_BAD_LOGIN,   /* 2..60 of a-z 0-9 . _ - */
    WX_ACCOUNT_BAD_NAME,    /* 1..60 characters */
    WX_ACCOUNT_TAKEN,       /* the login */
    WX_ACCOUNT_CONFLICT,    /* roles that exclude each other */
    WX_ACCOUNT_UNGRANTABLE, /* a role nobody grants (founder) or he may not */
    WX_ACCOUNT_NO_UNIT,     /* unit unknown, or missing for a role of a unit */
    WX_ACCOUNT_NO_AGENCY,   /* agency role without agency, or the other way round */
    WX_ACCOUNT_SELF,        /* one's own account */
    WX_ACCOUNT_LAST,        /* the last administrator of his kind */
};
const char *wx_account_fault_name(enum wx_account_fault fault); /* "taken", ... */

struct wx_account_new {
    struct wx_str login, name, email, lang;
    int64_t unit_id, agency_id;
    uint32_t roles;
};
/* Adds an account that waits for its invitation to be accepted. Roles that BY may grant
 * are in force at once, others are wanted until somebody approves them. */
WX_MUST_CHECK enum wx_status wx_account_invite(struct wx_tx *tx, struct wx_arena *arena,
                                               const struct wx_principal *by,
                                               const struct wx_account_new *wish,
                                               int64_t *id, struct wx_token *link,
                                               enum wx_account_fault *fault,
                                               struct wx_err *err);
/* A fresh invitation: password, second factor, sessions and tokens are gone at once,
 * and roles that BY may not grant must be approved anew by one who may. */
WX_MUST_CHECK enum wx_status wx_account_reset(struct wx_tx *tx, struct wx_arena *arena,
                                              const struct wx_principal *by, int64_t id,
                                              struct wx_token *link,
                                              enum wx_account_fault *fault,
                                              struct wx_err *err);
/* Wanted roles come into force; only those that BY may grant. */
WX_MUST_CHECK enum wx_status
wx_account_approve(struct wx_tx *tx, struct wx_arena *arena,
                   const struct wx_principal *by, int64_t id,
                   enum wx_account_fault *fault, struct wx_err *err);
/* GIVE and TAKE are roles as bits. */
WX_MUST_CHECK enum wx_status
wx_account_regrant(struct wx_tx *tx, struct wx_arena *arena,
                   const struct wx_principal *by, int64_t id, uint32_t give,
                   uint32_t take, enum wx_account_fault *fault, struct wx_err *err);
/* Locking ends all sessions; tokens rest until it is unlocked. */
WX_MUST_CHECK enum wx_status wx_account_lock(struct wx_tx *tx, struct wx_arena *arena,
                                             const struct wx_principal *by, int64_t id,
                                             bool lock, enum wx_account_fault *fault,
                                             struct wx_err *err);
/* Name, mail, unit, agency; empty and -1: as it is. */
struct wx_account_change {
    struct wx_str name, email;
    int64_t unit_id, agency_id;
};
WX_MUST_CHECK enum wx_status wx_account_change(struct wx_tx *tx, struct wx_arena *arena,
                                               const struct wx_principal *by,
                                               int64_t id,
                                               const struct wx_account_change *change,
                                               enum wx_account_fault *fault,
                                               struct wx_err *err);
/* Clears a tester of an agency for [now, until_s); until_s 0 takes it back. */
WX_MUST_CHECK enum wx_status wx_account_vet(struct wx_tx *tx, struct wx_arena *arena,
                                            const struct wx_principal *by, int64_t id,
                                            int64_t until_s, struct wx_str note,
                                            enum wx_account_fault *fault,
                                            struct wx_err *err);

/* The account behind an invitation (WX_E_NOT_FOUND, WX_E_EXPIRED), and its acceptance.
 */
WX_MUST_CHECK enum wx_status
wx_invitation_find(struct wx_tx *tx, struct wx_arena *arena, struct wx_str token,
                   int64_t now_s, struct wx_account_row *out, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_invitation_accept(struct wx_tx *tx,
                                                  struct wx_account_row *account,
                                                  struct wx_str password_hash,
                                                  struct wx_err *err);

/*
 * A one-time set-up link from the host's shell. Its account will be the founder: in a
 * new office for as long as it takes to appoint a system and a security administrator,
 * later for one day. Leaves an audit event. Earlier set-up links are void.
 */
WX_MUST_CHECK enum wx_status wx_setup_link_put(struct wx_tx *tx, int64_t now_s,
                                               const struct wx_sha256 *secret,
                                               struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_setup_link_make(struct wx_tx *tx, int64_t now_s,
                                                struct wx_token *link,
                                                struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_setup_account_add(struct wx_tx *tx, const struct wx_account_new *wish,
                     struct wx_str password_hash, int64_t now_s, int64_t *id,
                     enum wx_account_fault *fault, struct wx_err *err);

/*
 * The same while a server holds the office: the shell leaves the link's hash as a file
 * in DATA/setup (which only the server's user can write), the server takes it in within
 * a second or two. taken: it is no longer there.
 */
WX_MUST_CHECK enum wx_status
wx_setup_drop_leave(const char *data_dir, struct wx_token *link, struct wx_err *err);
bool wx_setup_drop_is_taken(const char *data_dir, const struct wx_token *link);
void wx_setup_drop_remove(const char *data_dir, const struct wx_token *link);
void wx_setup_drops_take(struct wx_office *office, int64_t now_s);

#endif
