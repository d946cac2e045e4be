/*
 * The desk at the door: knows who a cookie or token belongs to and whose objects that
 * account reaches at this second. Keeps the organisation in memory until
 * wx_desk_forget(); one for the server, used by all its threads.
 */
#ifndef WX_ACCESS_DESK_H
#define WX_ACCESS_DESK_H

#include "access/policy.h"
#include "store/office.h"

struct wx_desk;
struct wx_desk *wx_desk_new(struct wx_office *office);
void wx_desk_free(struct wx_desk *desk);
void wx_desk_forget(struct wx_desk *desk); /* units or assignments changed */

struct wx_desk_sign {
    struct wx_str secret; /* as sent */
    bool is_bearer;       /* a program's token, not a cookie */
    int64_t now_s;
};
struct wx_desk_known {
    struct wx_principal who; /* reach in the arena */
    int64_t session_id;
    bool must_enrol; /* a privileged role without a second factor yet */
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
/* Once a second: writes down what was used, forgets what ended. */
void wx_desk_tick(struct wx_desk *desk, int64_t now_s);

#endif
