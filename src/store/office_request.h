/* What requests leave in the database beside their own change: kept answers for
 * Idempotency-Key, and events for streams and webhooks. */
#ifndef WX_STORE_OFFICE_REQUEST_H
#define WX_STORE_OFFICE_REQUEST_H

#include "base/hash.h"
#include "store/office.h"

struct wx_kept_answer {
    struct wx_sha256 request; /* of method, path and body */
    int http_status;
    struct wx_str answer, location, etag;
};
/* WX_E_NOT_FOUND: the key is new. Texts in ARENA. */
WX_MUST_CHECK enum wx_status wx_answer_find(struct wx_tx *tx, struct wx_arena *arena,
                                            int64_t account_id, struct wx_str key,
                                            struct wx_kept_answer *out,
                                            struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_answer_keep(struct wx_tx *tx, int64_t account_id,
                                            struct wx_str key,
                                            const struct wx_kept_answer *answer,
                                            int64_t now_s, struct wx_err *err);
/* Keys older than BEFORE_S are forgotten. */
WX_MUST_CHECK enum wx_status wx_answers_forget(struct wx_tx *tx, int64_t before_s,
                                               struct wx_err *err);

/* unit_id of an event that every session is told of, whatever it may see. */
enum { WX_EVENT_FOR_ALL = -1 };
WX_MUST_CHECK enum wx_status wx_event_add(struct wx_tx *tx, const char *type,
                                          const char *kind, int64_t record_id,
                                          int64_t unit_id, int64_t now_s, int64_t *id,
                                          struct wx_err *err);
/* Events older than BEFORE_S are forgotten; the newest always stays, for its number. */
WX_MUST_CHECK enum wx_status wx_events_forget(struct wx_tx *tx, int64_t before_s,
                                              struct wx_err *err);
struct wx_event {
    int64_t id, at_s, record_id, unit_id;
    struct wx_str type, kind;
};
/* Events after AFTER_ID in order; EACH returns false to stop. */
typedef bool wx_each_event(void *ctx, const struct wx_event *event);
WX_MUST_CHECK enum wx_status wx_events_after(struct wx_tx *tx, int64_t after_id,
                                             wx_each_event *each, void *ctx,
                                             struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_event_last(struct wx_tx *tx, int64_t *id,
                                           struct wx_err *err);

#endif
