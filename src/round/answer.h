/*
 * "Was this you?" Somebody saw requests and asks: answered from what the rounds under
 * way at that time recorded themselves, not from what they were meant to do.
 */
#ifndef WX_ROUND_ANSWER_H
#define WX_ROUND_ANSWER_H

#include "base/arena.h"
#include "store/office.h"

enum { WX_ANSWER_AROUND_S = 300, WX_ANSWER_ROUNDS_MAX = 50 };

struct wx_answer_round {
    int64_t round_id, permit_id;
    struct wx_str name, number, holder;
    int64_t n_requests; /* to that host within the time asked about */
    int64_t first_ms, last_ms;
};
struct wx_answer_of {
    struct wx_str host; /* normalised ASCII; an address is fine */
    int64_t at_s;       /* looked at with WX_ANSWER_AROUND_S on both sides */
};
struct wx_answer_given {
    struct wx_answer_round at[WX_ANSWER_ROUNDS_MAX];
    size_t n;        /* rounds that sent something there then */
    size_t n_unread; /* rounds whose records could not be read */
};
WX_MUST_CHECK enum wx_status wx_answer(struct wx_tx *tx, const char *data_dir,
                                       const struct wx_answer_of *of,
                                       struct wx_arena *arena,
                                       struct wx_answer_given *out, struct wx_err *err);

#endif
