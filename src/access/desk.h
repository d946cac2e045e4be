/*
 * The desk at the door: knows who a cookie or token belongs to, whose objects that
 * account reaches at this second, and how often somebody failed to get in. Keeps the
 * organisation in memory as long as it does not change; one for the server, used by all
 * its threads. Holds the office's keys.
 */
#ifndef WX_ACCESS_DESK_H
#define WX_ACCESS_DESK_H

#include "access/key.h"
#include "access/policy.h"
#include "access/throttle.h"
#include "store/office.h"
#include "store/office_account.h"

/* How long sessions live; facts of the office of the same names override. */
struct wx_desk_limits {
    int64_t idle_s;            /* session.idle_s: 30 min */
    int64_t idle_privileged_s; /* session.idle_privileged_s: 15 min */
    int64_t absolute_s;        /* session.absolute_s: 8 h */
    int64_t fresh_s;           /* session.fresh_s: 5 min, a second proof */
};

struct wx_desk;
/* Makes the keys when they are not there. WX_E_INVALID: others could read one. */
WX_MUST_CHECK enum wx_status wx_desk_open(struct wx_office *office,
                                          struct wx_desk **out, struct wx_err *err);
void wx_desk_free(struct wx_desk *desk); /* NULL is fine */
const struct wx_seal_key *wx_desk_field_key(const struct wx_desk *desk);
const struct wx_seal_key *wx_desk_checkpoint_key(const struct wx_desk *desk);
struct wx_throttle *wx_desk_throttle(struct wx_desk *desk);

struct wx_desk_sign {
    struct wx_str secret; /* as sent */
    bool is_bearer;       /* a program's token, not a cookie */
    int64_t now_s;
    struct wx_str address; /* of the client */
};
struct wx_desk_known {
    struct wx_principal who; /* reach in the arena */
    int64_t session_id;      /* of the session or the token */
    bool must_enrol;         /* a privileged role without a second factor yet */
    int64_t expires_s;       /* at the latest */
    int64_t idle_s;
    int64_t step_up_s; /* until when the second proof is fresh; 0: not */
};
/*
 * WX_E_NOT_FOUND: no such session or token. WX_E_EXPIRED: idle or absolute limit,
 * locked account, agency outside its window. identify counts as use (in memory; written
 * about once a minute by wx_desk_tick()), look does not.
 */
WX_MUST_CHECK enum wx_status wx_desk_identify(struct wx_desk *desk, struct wx_tx *tx,
                                              struct wx_arena *arena,
                                              const struct wx_desk_sign *sign,
                                              struct wx_desk_known *out,
                                              struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_desk_look(struct wx_desk *desk, struct wx_tx *tx,
                                          struct wx_arena *arena,
                                          const struct wx_desk_sign *sign,
                                          struct wx_desk_known *out,
                                          struct wx_err *err);
/* The reach of WHO again, from the rows as TX sees them (changed ones included). */
WX_MUST_CHECK enum wx_status wx_desk_reach(struct wx_tx *tx, struct wx_arena *arena,
                                           struct wx_principal *who,
                                           struct wx_err *err);
WX_MUST_CHECK enum wx_status
wx_desk_limits_read(struct wx_tx *tx, struct wx_desk_limits *out, struct wx_err *err);
/*
 * The roles of ROW that are in force at NOW_S: the founder's rest once a system and a
 * security administrator are in post, or when their day is over. An agency's tester has
 * his whatever the window: WX_E_EXPIRED is said by wx_desk_look().
 */
WX_MUST_CHECK enum wx_status wx_desk_roles(struct wx_tx *tx,
                                           const struct wx_account_row *row,
                                           int64_t now_s, uint32_t *roles,
                                           struct wx_err *err);
/* May somebody of ROW's agency come in now? True for all others. */
WX_MUST_CHECK enum wx_status wx_desk_has_window(struct wx_tx *tx,
                                                const struct wx_account_row *row,
                                                int64_t now_s, bool *has,
                                                struct wx_err *err);

/* A checkpoint of the audit trail (audit.h) into DATA/checkpoints; FORCE: also when
 * none is due. */
WX_MUST_CHECK enum wx_status wx_desk_checkpoint(struct wx_desk *desk, int64_t now_s,
                                                bool force, struct wx_err *err);
/* Once a second: writes down what was used, makes checkpoints, forgets what ended. */
void wx_desk_tick(struct wx_desk *desk, int64_t now_s);

#endif
