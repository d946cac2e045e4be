/* A heap of moments. Timers live inside of what they wake; setting one again moves it.
 */
#ifndef WX_EGRESS_TIMER_H
#define WX_EGRESS_TIMER_H

#include "base/str.h"

struct wx_timer {
    int64_t at_us;
    uint32_t slot; /* place in the heap + 1; 0: not set */
    uint8_t kind;  /* the owner's */
};

struct wx_timers {
    struct wx_timer **heap;
    uint32_t n, cap;
};

void wx_timers_clear(struct wx_timers *timers);
void wx_timer_set(struct wx_timers *timers, struct wx_timer *timer, int64_t at_us);
void wx_timer_unset(struct wx_timers *timers, struct wx_timer *timer);
/* Takes out and returns the earliest timer that is due, or NULL. */
struct wx_timer *wx_timers_due(struct wx_timers *timers, int64_t now_us);
int64_t wx_timers_next_us(const struct wx_timers *timers); /* INT64_MAX: none */

#endif
