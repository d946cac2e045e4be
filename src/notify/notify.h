/*
 * What the office tells others: webhooks and mails that became due, handed to couriers,
 * tried again, given up. One thread calls wx_notify_run() again and again; others only
 * wx_notify_wake(). The truth is in the database: a delivery that was under way when
 * the server died is due again afterwards.
 *
 * Tries: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h,
 * each up to a fifth earlier or later so that not all come back together. A webhook
 * that took nothing for five days, or answers 410, is switched off (state "failed",
 * event "webhook.failed").
 */
#ifndef WX_NOTIFY_NOTIFY_H
#define WX_NOTIFY_NOTIFY_H

#include "base/seal.h"
#include "egress/deliver.h"
#include "store/office.h"

struct wx_log_line;
struct wx_notify;

struct wx_notify_options {
    struct wx_deliverer_options deliverer;
    uint32_t n_couriers;         /* 0: 4 */
    const char *agent;           /* User-Agent; NULL: Wangxun/VERSION */
    const char *public_url;      /* for links in mails; NULL: none */
    struct wx_log_line *log;     /* to a log server; NULL: none */
    uint64_t seed;               /* of the jitter */
    int64_t (*now_s)(void *ctx); /* NULL: wx_now_s() */
    void *ctx;
};

/* OFFICE, KEY and the options' strings must outlive it. */
WX_MUST_CHECK enum wx_status wx_notify_new(struct wx_office *office,
                                           const struct wx_seal_key *key,
                                           const struct wx_notify_options *options,
                                           struct wx_notify **out, struct wx_err *err);
void wx_notify_free(struct wx_notify *notify); /* ends the couriers */
/* One turn: take in events, send what is due, wait up to WAIT_MS for answers. */
void wx_notify_run(struct wx_notify *notify, int64_t wait_ms);
/* A thread of its own that runs it until wx_notify_free(). */
WX_MUST_CHECK enum wx_status wx_notify_start(struct wx_notify *notify,
                                             struct wx_err *err);
void wx_notify_wake(struct wx_notify *notify); /* from any thread: look now */

struct wx_notify_counters { /* since the start; readable from any thread */
    uint64_t n_delivered, n_failed_attempts, n_given_up, n_couriers_failed;
    uint32_t n_under_way;
};
struct wx_notify_counters wx_notify_counters(const struct wx_notify *notify);

/* When a delivery that failed for the N-th time (from 1) is tried again: seconds from
 * then, 0: never. */
int64_t wx_notify_backoff_s(uint64_t seed, int64_t delivery_id, uint32_t n);

#endif
