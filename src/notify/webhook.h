/*
 * Webhooks after the Standard Webhooks conventions (standardwebhooks.com): headers
 * webhook-id, webhook-timestamp, webhook-signature; secrets "whsec_" + base64. The
 * payload is thin: what happened to which record, never what the record says.
 */
#ifndef WX_NOTIFY_WEBHOOK_H
#define WX_NOTIFY_WEBHOOK_H

#include "base/arena.h"
#include "base/buf.h"

/* A fresh secret, "whsec_" and 32 random bytes. */
struct wx_str wx_webhook_secret_new(struct wx_arena *arena);
/*
 * What is kept (sealed) of a webhook's secrets: "NEW", or "NEW OLD UNTIL_S" while the
 * one before still counts, so that a receiver can change over without losing messages.
 */
struct wx_str wx_webhook_secret_rotate(struct wx_arena *arena, struct wx_str kept,
                                       struct wx_str fresh, int64_t now_s);
/* "v1,..." for each secret in force, separated by spaces; empty: KEPT is malformed. */
struct wx_str wx_webhook_sign(struct wx_arena *arena, struct wx_str kept,
                              struct wx_str id, int64_t at_s, struct wx_str body);
/* {"type":"finding.published","timestamp":"...","data":{"kind":"finding","id":7}} */
void wx_webhook_payload(struct wx_buf *out, struct wx_str type, int64_t event_s,
                        struct wx_str kind, int64_t record_id);

#endif
