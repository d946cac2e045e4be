/*
 * How fast one host may be asked, as a pure function of the clock it is handed: spacing
 * of requests, Retry-After and back-off, and a circuit breaker.
 *
 * Spacing is strict (a bucket of one token), so no window of one second ever holds more
 * requests than the pace says. The breaker opens when half of the last sixteen answers
 * (or the last five in a row) were failures, or when answers take three times as long
 * as the first ones did. It pauses 5, 10, 20 s, then lets one single request through.
 * A failed one opens it again; the third in a row gives the host up. Slowness alone
 * never gives up: it pauses and halves the pace.
 */
#ifndef WX_EGRESS_PACE_H
#define WX_EGRESS_PACE_H

#include "base/str.h"

enum wx_pace_result {
    WX_PACE_GOOD,      /* an answer, whatever it says */
    WX_PACE_FAILED,    /* timeout, reset, refused, 502, 504 */
    WX_PACE_THROTTLED, /* 429, 503 */
};

enum wx_breaker {
    WX_BREAKER_CLOSED,
    WX_BREAKER_OPEN,
    WX_BREAKER_PROBING, /* one request is on its way */
};

struct wx_pace {
    int64_t interval_us;      /* as asked for; 0: no limit */
    int64_t next_us;          /* spacing: not before */
    int64_t blocked_until_us; /* Retry-After, back-off, open breaker */
    uint32_t baseline_us;     /* mean of the first answers */
    uint32_t recent_us;       /* moving mean */
    uint16_t failures;        /* the last sixteen results, newest in bit 0 */
    uint8_t n_results;        /* in failures, up to 16 */
    uint8_t n_baseline;
    uint8_t n_throttles;     /* in a row */
    uint8_t n_failed_probes; /* in a row */
    uint8_t n_good;          /* since the pace was last lowered */
    uint8_t slowness;        /* interval is doubled this often */
    uint8_t breaker;         /* enum wx_breaker */
    const char *gave_up;     /* why nothing more will be sent; NULL: go on */
};

void wx_pace_init(struct wx_pace *pace, double per_s); /* 0: no limit */
/* Never faster than one request per INTERVAL. */
void wx_pace_slow(struct wx_pace *pace, int64_t interval_us);
/* When the next request may go; INT64_MAX: only after an answer. */
int64_t wx_pace_next_us(const struct wx_pace *pace, int64_t now_us);
void wx_pace_sent(struct wx_pace *pace, int64_t now_us);
/* LATENCY: until the first byte; -1 when none came. RETRY_AFTER: -1 when not said. */
void wx_pace_answered(struct wx_pace *pace, int64_t now_us, enum wx_pace_result result,
                      int64_t latency_us, int64_t retry_after_s);
/* The request ended without saying anything about the host (stopped, denied). */
void wx_pace_cancelled(struct wx_pace *pace);

/* A shared budget: each call takes the next free slot, which may lie ahead. */
struct wx_budget {
    int64_t interval_us, next_us;
};
int64_t wx_budget_reserve(struct wx_budget *budget, int64_t now_us);
int64_t wx_pace_interval_us(double per_s); /* 0: no limit */

#endif
