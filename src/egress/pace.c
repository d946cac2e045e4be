#include "egress/pace.h"

enum {
    BASELINE_ANSWERS = 5,
    LATENCY_FACTOR = 3,
    LATENCY_FLOOR_US = 100 * 1000, /* a fast host may triple without suffering */
    MIN_ANSWERS = 8,               /* before latency or share mean anything */
    FAILURES_IN_A_ROW = 5,
    FAILURES_OF_SIXTEEN = 8,
    MAX_FAILED_PROBES = 3,
    MAX_SLOWNESS = 3, /* an eighth of the pace */
    MAX_THROTTLES = 8,
    SPEED_UP_AFTER = 50, /* good answers */
    MAX_RETRY_AFTER_S = 600,
};

static const int64_t second_us = 1000000;
static const int64_t first_pause_us = 5 * 1000000;
static const int64_t first_backoff_us = 2 * 1000000;
static const int64_t max_backoff_us = 64 * 1000000;

int64_t wx_pace_interval_us(double per_s)
{
    if (per_s <= 0)
        return 0;
    return per_s > 1e6 ? 1 : (int64_t)(1e6 / per_s);
}

void wx_pace_init(struct wx_pace *pace, double per_s)
{
    *pace = (struct wx_pace){.interval_us = wx_pace_interval_us(per_s)};
}

void wx_pace_slow(struct wx_pace *pace, int64_t interval_us)
{
    if (interval_us > pace->interval_us)
        pace->interval_us = interval_us;
}

int64_t wx_pace_next_us(const struct wx_pace *pace, int64_t now_us)
{
    int64_t at_us = now_us;

    if (pace->breaker == WX_BREAKER_PROBING)
        return INT64_MAX;
    if (pace->next_us > at_us)
        at_us = pace->next_us;
    if (pace->blocked_until_us > at_us)
        at_us = pace->blocked_until_us;
    return at_us;
}

static int64_t interval_now_us(const struct wx_pace *pace)
{
    int64_t base_us = pace->interval_us;

    /* a host without limit that suffers gets one: as slow as it answers */
    if (base_us == 0 && pace->slowness)
        base_us = pace->recent_us / 2;
    return base_us << pace->slowness;
}

void wx_pace_sent(struct wx_pace *pace, int64_t now_us)
{
    if (pace->next_us < now_us)
        pace->next_us = now_us;
    pace->next_us += interval_now_us(pace);
    if (pace->breaker == WX_BREAKER_OPEN)
        pace->breaker = WX_BREAKER_PROBING;
}

static void slow_down(struct wx_pace *pace)
{
    pace->n_good = 0;
    if (pace->slowness < MAX_SLOWNESS)
        pace->slowness++;
}

static void block_until(struct wx_pace *pace, int64_t at_us)
{
    if (at_us > pace->blocked_until_us)
        pace->blocked_until_us = at_us;
}

static void breaker_open(struct wx_pace *pace, int64_t now_us)
{
    pace->breaker = WX_BREAKER_OPEN;
    block_until(pace, now_us + (first_pause_us << pace->n_failed_probes));
    pace->failures = 0;
    pace->n_results = 0;
}

static void breaker_close(struct wx_pace *pace)
{
    pace->breaker = WX_BREAKER_CLOSED;
    pace->n_failed_probes = 0;
    pace->failures = 0;
    pace->n_results = 0;
}

static void latency_learn(struct wx_pace *pace, int64_t now_us, int64_t latency_us)
{
    uint32_t us = latency_us > INT32_MAX ? INT32_MAX : (uint32_t)latency_us;
    uint32_t floor_us = pace->baseline_us;

    if (pace->n_baseline < BASELINE_ANSWERS) {
        uint64_t sum = (uint64_t)pace->baseline_us * pace->n_baseline + us;

        pace->baseline_us = (uint32_t)(sum / ++pace->n_baseline);
        pace->recent_us = pace->baseline_us;
        return;
    }
    pace->recent_us = (uint32_t)(((uint64_t)pace->recent_us * 3 + us) / 4);
    if (floor_us < LATENCY_FLOOR_US)
        floor_us = LATENCY_FLOOR_US;
    if (pace->n_results < MIN_ANSWERS || pace->recent_us / LATENCY_FACTOR < floor_us)
        return;
    /* some sites simply have slow pages: judge them by what they need from now on */
    pace->baseline_us = pace->recent_us / 2;
    slow_down(pace);
    breaker_open(pace, now_us);
}

static void answered_good(struct wx_pace *pace, int64_t now_us, int64_t latency_us)
{
    pace->n_throttles = 0;
    if (pace->breaker != WX_BREAKER_CLOSED) {
        if (pace->breaker == WX_BREAKER_PROBING)
            breaker_close(pace);
        return;
    }
    if (pace->slowness && ++pace->n_good >= SPEED_UP_AFTER) {
        pace->slowness--;
        pace->n_good = 0;
    }
    if (latency_us >= 0)
        latency_learn(pace, now_us, latency_us);
}

static void answered_failed(struct wx_pace *pace, int64_t now_us)
{
    unsigned in_a_row = (1u << FAILURES_IN_A_ROW) - 1;

    if (pace->breaker == WX_BREAKER_OPEN)
        return; /* sent before it opened */
    if (pace->breaker == WX_BREAKER_PROBING) {
        if (++pace->n_failed_probes >= MAX_FAILED_PROBES)
            pace->gave_up = "circuit breaker: three probes in a row failed";
        breaker_open(pace, now_us);
        return;
    }
    if ((pace->failures & in_a_row) == in_a_row ||
        (pace->n_results >= MIN_ANSWERS &&
         __builtin_popcount(pace->failures) >= FAILURES_OF_SIXTEEN)) {
        slow_down(pace);
        breaker_open(pace, now_us);
    }
}

static void answered_throttled(struct wx_pace *pace, int64_t now_us,
                               int64_t retry_after_s)
{
    int64_t wait_us = first_backoff_us
                      << (pace->n_throttles < 6 ? pace->n_throttles : 6);

    if (wait_us > max_backoff_us)
        wait_us = max_backoff_us;
    if (retry_after_s >= 0)
        wait_us = (retry_after_s ? retry_after_s : 1) * second_us;
    if (retry_after_s > MAX_RETRY_AFTER_S)
        pace->gave_up = "the site asks to come back later (Retry-After)";
    else if (++pace->n_throttles >= MAX_THROTTLES)
        pace->gave_up = "the site keeps refusing requests (429 or 503)";
    slow_down(pace);
    block_until(pace, now_us + wait_us);
    if (pace->breaker == WX_BREAKER_PROBING)
        pace->breaker = WX_BREAKER_OPEN;
}

void wx_pace_answered(struct wx_pace *pace, int64_t now_us, enum wx_pace_result result,
                      int64_t latency_us, int64_t retry_after_s)
{
    pace->failures = (uint16_t)(pace->failures << 1 | (result == WX_PACE_FAILED));
    if (pace->n_results < 16)
        pace->n_results++;
    if (result == WX_PACE_GOOD)
        answered_good(pace, now_us, latency_us);
    else if (result == WX_PACE_FAILED)
        answered_failed(pace, now_us);
    else
        answered_throttled(pace, now_us, retry_after_s);
}

void wx_pace_cancelled(struct wx_pace *pace)
{
    if (pace->breaker == WX_BREAKER_PROBING)
        pace->breaker = WX_BREAKER_OPEN;
}

int64_t wx_budget_reserve(struct wx_budget *budget, int64_t now_us)
{
    int64_t slot_us = budget->next_us > now_us ? budget->next_us : now_us;

    budget->next_us = slot_us + budget->interval_us;
    return slot_us;
}
