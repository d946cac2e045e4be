/*
 * How often somebody may fail at the door: 5 times in 15 minutes for one account from
 * one address, 50 for one account from anywhere, 100 from one address. Accounts that do
 * not exist are counted alike. Kept in memory, in a table that cannot grow: a newer
 * failure displaces an old one in its place only when that one's quarter of an hour is
 * over or the count is lower. Safe to be used by several threads.
 */
#ifndef WX_ACCESS_THROTTLE_H
#define WX_ACCESS_THROTTLE_H

#include "base/str.h"

enum {
    WX_THROTTLE_WINDOW_S = 900,
    WX_THROTTLE_PAIR = 5,
    WX_THROTTLE_ACCOUNT = 50,
    WX_THROTTLE_ADDRESS = 100,
};

struct wx_throttle;
struct wx_throttle *wx_throttle_new(void);
void wx_throttle_free(struct wx_throttle *throttle);

/* Seconds until the next try is let through; 0: now. */
int64_t wx_throttle_wait_s(struct wx_throttle *throttle, struct wx_str account,
                           struct wx_str address, int64_t now_s);
/* Counted as failed before the secret is looked at, so that tries side by side count.
 */
void wx_throttle_try(struct wx_throttle *throttle, struct wx_str account,
                     struct wx_str address, int64_t now_s);
/* It was right: the pair starts anew, the try is taken off the other two. */
void wx_throttle_passed(struct wx_throttle *throttle, struct wx_str account,
                        struct wx_str address);

#endif
