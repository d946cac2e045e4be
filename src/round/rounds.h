/*
 * The supervisor of rounds: one thread of the server that looks at what the database
 * says ought to run and sees to it. Each running round is a process of its own
 * ("wangxun round", a process group of its own) that holds the run's store and the
 * jailed workers. The database is the only memory: after a crash of the server or of a
 * process the round goes on where its run folder says it is.
 *
 * Stopping. What must not go on (cancelled, paused, permit revoked or out of its hours,
 * emergency stop) is told to the process by SIGTERM and a kill file at once; after
 * WX_ROUND_GRACE_MS it is killed. Its workers close their sockets with it.
 */
#ifndef WX_ROUND_ROUNDS_H
#define WX_ROUND_ROUNDS_H

#include "round/request.h"
#include "store/office.h"

enum {
    WX_ROUND_GRACE_MS = 1900, /* with the supervisor's own look: two seconds in all */
    WX_ROUNDS_AT_ONCE = 2,
    WX_ROUNDS_AT_ONCE_MAX = 16,
    WX_ROUND_STARTS_MAX = 3, /* of a process that breaks, in a row */
};

struct wx_places;
struct wx_rounds;

struct wx_rounds_options {
    struct wx_office *office;
    struct wx_round_net net;        /* texts outlive the supervisor */
    const struct wx_places *places; /* NULL: no IP database */
    const char *public_url;         /* for probing.txt in what we send; NULL: none */
    uint32_t at_once;               /* 0: WX_ROUNDS_AT_ONCE */
    /* events up to that id are committed */
    void (*told)(void *ctx, int64_t event_id);
    void *ctx;
};

WX_MUST_CHECK enum wx_status wx_rounds_new(const struct wx_rounds_options *options,
                                           struct wx_rounds **out, struct wx_err *err);
/* Begins to look. Everything before it is only kept. */
WX_MUST_CHECK enum wx_status wx_rounds_start(struct wx_rounds *rounds,
                                             struct wx_err *err);
/* Ends the thread and the processes (their rounds go on at the next start); 3 s at
 * most. NULL is fine. */
void wx_rounds_end(struct wx_rounds *rounds);
void wx_rounds_free(struct wx_rounds *rounds);
/*
 * Kill files for what runs of round ROUND_ID, or of any round under PERMIT_ID (the
 * other 0), before the change that ends it is even committed: nothing waits for the
 * supervisor. Should the change not come about after all, the supervisor starts the
 * round again.
 */
WX_MUST_CHECK enum wx_status wx_rounds_hold(struct wx_tx *tx, const char *data_dir,
                                            int64_t round_id, int64_t permit_id,
                                            struct wx_err *err);
/* Something was committed that may matter. Any thread. */
void wx_rounds_wake(struct wx_rounds *rounds);
const struct wx_round_net *wx_rounds_net(const struct wx_rounds *rounds);

/* What the process of a round said last. False: none runs. */
bool wx_rounds_progress(struct wx_rounds *rounds, int64_t round_id,
                        struct wx_round_line *out);

#endif
