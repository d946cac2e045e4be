/* Between rounds.c, turn.c and clock.c: the supervisor's inside. */
#ifndef WX_ROUND_ROUNDS_INNER_H
#define WX_ROUND_ROUNDS_INNER_H

#include "base/hash.h"
#include "detect/rule/rule.h"
#include "permit/permit.h"
#include "round/child.h"
#include "round/rounds.h"
#include "store/office_round.h"
#include <pthread.h>
#include <stdatomic.h>

enum { WX_KEPT_PERMITS = 32, WX_KEPT_PAUSES = 32 };

struct wx_rounds {
    struct wx_rounds_options options;
    char *data_dir; /* absolute */
    struct wx_rules *rules;
    pthread_t thread;
    bool has_thread;
    _Atomic bool is_ending;
    int wake_fd;
    pthread_mutex_t lock; /* over the children's list, for who asks for progress */
    struct wx_round_child *children[WX_ROUNDS_AT_ONCE_MAX];
    size_t n_children;
    struct wx_sha256 blocked;    /* the blocklist as the children know it */
    int64_t clock_s;             /* the last second whose schedules were looked at */
    int64_t retest_not_before_s; /* after sites that no permit in force covers */
    struct {
        int64_t permit_id;
        struct wx_permit *permit;
    } permits[WX_KEPT_PERMITS]; /* as signed; a signed one never changes */
    size_t next_permit;
    struct {
        int64_t round_id, not_before_ms;
    } pauses[WX_KEPT_PAUSES]; /* after a process that broke */
    size_t next_pause;
};

/* ---- turn.c: the supervisor's own changes, each in a transaction of its own ---- */

/* To STATE and WHY if the round still is in one of FROM ("running planned"). The events
 * are told. *DONE false: it had moved on. */
struct wx_round_turning {
    int64_t round_id, now_s;
    const char *from, *state, *why;
    const char *note;  /* NULL: as it is */
    int64_t n_starts;  /* -1: as it is */
    bool begins, ends; /* the times */
};
bool wx_rounds_turn(struct wx_rounds *rounds, const struct wx_round_turning *turning);
void wx_rounds_tell(struct wx_rounds *rounds, int64_t event_id);
/* Event round.progress of CHILD's round. */
void wx_rounds_tell_progress(struct wx_rounds *rounds, struct wx_round_child *child,
                             int64_t now_s);
/* All results of the run folder so far. */
void wx_rounds_take_in(struct wx_rounds *rounds, const struct wx_round_child *child,
                       bool is_over);

/* ---- clock.c: what is due by the clock ---- */

/* Schedules and re-inspections asked for become rounds, permits expire. */
void wx_rounds_by_clock(struct wx_rounds *rounds, int64_t now_s);

/* ---- begin.c: from a row to a process ---- */

/* The signed permit; NULL and ERR. Kept, not the caller's. */
const struct wx_permit *wx_rounds_permit(struct wx_rounds *rounds, int64_t permit_id,
                                         struct wx_err *err);
struct wx_sha256 wx_rounds_blocked_hash(struct wx_rounds *rounds, int64_t now_s);
WX_MUST_CHECK enum wx_status wx_rounds_begin(struct wx_rounds *rounds,
                                             const struct wx_round_due *row,
                                             int64_t closes_s, int64_t now_s,
                                             struct wx_round_child *child,
                                             struct wx_err *err);

#endif
