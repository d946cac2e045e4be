/*
 * The couriers of a server: a few jailed processes, each with at most one letter on its
 * way, so that a slow receiver delays one of them. A courier that dies, falls silent or
 * breaks the protocol is replaced after a pause that doubles; its letter comes back as
 * WX_DELIVERY_BROKEN. For one thread.
 */
#ifndef WX_NOTIFY_COURIERS_H
#define WX_NOTIFY_COURIERS_H

#include "notify/letter.h"

enum { WX_COURIERS_MAX = 8 };

struct wx_couriers;
typedef void wx_letter_returned(void *ctx, const struct wx_letter_done *done);

/* Nothing is started yet. OPTIONS' strings must outlive the couriers. */
struct wx_couriers *wx_couriers_new(const struct wx_deliverer_options *options,
                                    uint32_t n, wx_letter_returned *returned,
                                    void *ctx);
void wx_couriers_free(struct wx_couriers *couriers); /* ends them and waits for them */

uint32_t wx_couriers_idle(const struct wx_couriers *couriers); /* places for letters */
/* WX_E_AGAIN: none is idle. Starts a courier when needed. */
WX_MUST_CHECK enum wx_status wx_couriers_send(struct wx_couriers *couriers,
                                              const struct wx_letter *letter,
                                              struct wx_err *err);
/* Wait up to WAIT_MS for answers, or until WAKE_FD (-1: none) becomes readable. */
void wx_couriers_run(struct wx_couriers *couriers, int wake_fd, int64_t wait_ms);
/* Couriers started since the beginning, and how many of them ended badly. */
void wx_couriers_count(const struct wx_couriers *couriers, uint64_t *n_started,
                       uint64_t *n_failed);

#endif
