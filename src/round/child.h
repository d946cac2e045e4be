/* One process of a round, as its supervisor holds it. For the supervisor's thread. */
#ifndef WX_ROUND_CHILD_H
#define WX_ROUND_CHILD_H

#include "round/request.h"
#include "store/office.h"
#include <sys/types.h>

/* Why it was told to end; the order is that of importance. */
enum wx_round_order {
    WX_ORDER_NONE,
    WX_ORDER_RESTART, /* the blocklist changed: begin again with the new one */
    WX_ORDER_CLOSED,  /* the permit's hours are over */
    WX_ORDER_SHUTDOWN,
    WX_ORDER_PERSON, /* paused or cancelled; the row says which */
    WX_ORDER_PERMIT, /* revoked or expired */
    WX_ORDER_STOP,   /* emergency */
};

struct wx_round_child {
    int64_t round_id, unit_id;
    pid_t pid;
    int fd; /* what it says */
    struct wx_buf said;
    bool is_over, is_retest, has_news;
    enum wx_round_order order;
    int64_t ordered_ms; /* when it was told to end */
    struct wx_round_line progress;
    enum wx_round_end end;
    char why[300];
    int64_t told_ms;  /* when its progress became an event */
    int64_t taken_ms; /* when its sites were taken in last */
    struct wx_round_line told;
};

/* Writes DIR/request.json, removes an old kill file, starts the process. */
WX_MUST_CHECK enum wx_status
wx_round_child_start(struct wx_round_child *child,
                     const struct wx_round_request *request, struct wx_err *err);
/* At once; again is harmless. A more important order replaces the former reason. */
void wx_round_child_order(struct wx_round_child *child, const char *data_dir,
                          enum wx_round_order order, int64_t now_ms);
/* What it said; is_over when it is gone and was waited for. Kills it when the grace is
 * over. */
void wx_round_child_listen(struct wx_round_child *child, int64_t now_ms);
void wx_round_child_clear(struct wx_round_child *child);

#endif
