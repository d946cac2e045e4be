/*
 * Deliveries: what is to be sent to whom, how often it was tried, what came of it. They
 * are made from events (webhooks) or by the room that has something to say (mails).
 * State: due (waiting or being tried), done, failed. A delivery that was under way when
 * the server died is due again, so it may arrive twice, with the same message id.
 *
 * Beside each delivery's own next try there is a pause of its target (the webhook; for
 * mails the one mail server): a receiver that is down is asked seldom, however much
 * waits for it.
 */
#ifndef WX_STORE_OFFICE_DELIVERY_H
#define WX_STORE_OFFICE_DELIVERY_H

#include "base/json.h"
#include "store/office.h"

enum { WX_DELIVERY_PAGE = 64, WX_FAN_OUT_EVENTS = 500 };

struct wx_delivery_row {
    int64_t id, target_id, event_s, record_id;
    bool is_mail; /* target_id: an account, or 0; else a webhook */
    uint32_t n_attempts;
    struct wx_str message_id; /* stable over all tries */
    struct wx_str type, kind; /* of the event */
    struct wx_str address;    /* mail: to whom */
    struct wx_str body;       /* mail: sealed subject and text, base64 */
    int64_t failing_since_s;  /* of its target; 0: it is well */
    uint32_t n_target_failures;
};

/* The events since the last call, WX_FAN_OUT_EVENTS at most, as deliveries of the
 * webhooks whose scope and choice they meet. *N of them were looked at, with ids in
 * (FROM, TO]. */
struct wx_fanned {
    uint32_t n;
    int64_t from_id, to_id;
};
WX_MUST_CHECK enum wx_status wx_delivery_fan_out(struct wx_tx *tx, int64_t now_s,
                                                 struct wx_fanned *fanned,
                                                 struct wx_err *err);
/* Are there events that were not fanned out yet? */
WX_MUST_CHECK enum wx_status wx_delivery_has_events(struct wx_tx *tx, bool *has,
                                                    struct wx_err *err);

struct wx_mail_new {
    int64_t account_id, unit_id; /* whom it belongs to; 0: the office */
    int64_t event_s, record_id;
    struct wx_str type, kind;
    struct wx_str address, body; /* body is sealed, base64 */
};
WX_MUST_CHECK enum wx_status wx_delivery_add_mail(struct wx_tx *tx,
                                                  const struct wx_mail_new *mail,
                                                  int64_t now_s, int64_t *id,
                                                  struct wx_err *err);

/* The oldest due one of each target whose pause is over, WX_DELIVERY_PAGE at most;
 * mails only WITH_MAIL. */
WX_MUST_CHECK enum wx_status wx_delivery_due(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t now_s, bool with_mail,
                                             struct wx_delivery_row *rows, size_t *n,
                                             struct wx_err *err);
/* One by its id, whatever its state (the test button). */
WX_MUST_CHECK enum wx_status wx_delivery_get(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t id, struct wx_delivery_row *row,
                                             struct wx_err *err);

struct wx_delivery_attempt {
    int64_t delivery_id, at_s;
    const char *outcome; /* wx_delivery_name() */
    uint16_t status;
    int32_t took_ms;
    const char *address, *detail;
    int64_t next_s; /* due again then; 0: it has ended */
    bool is_done;   /* with next_s 0: done or failed */
    /* what it says about the target: */
    bool is_target_well, is_target_ill;
    int64_t target_pause_until_s; /* when ill */
};
WX_MUST_CHECK enum wx_status wx_delivery_note(struct wx_tx *tx,
                                              const struct wx_delivery_attempt *attempt,
                                              struct wx_err *err);
/* Due at once and from the first try again; its target's pause is lifted.
 * WX_E_NOT_FOUND: none within the scope. WX_E_UNSUPPORTED: a mail that was delivered.
 */
WX_MUST_CHECK enum wx_status wx_delivery_resend(struct wx_tx *tx, int64_t id,
                                                int64_t now_s, struct wx_err *err);
/* A delivery that only this webhook gets ("webhook.test"). */
WX_MUST_CHECK enum wx_status wx_delivery_add_test(struct wx_tx *tx, int64_t webhook_id,
                                                  int64_t unit_id, int64_t now_s,
                                                  int64_t *id, struct wx_err *err);
/* Ends what waits for a webhook that no longer takes anything. */
WX_MUST_CHECK enum wx_status wx_delivery_cancel(struct wx_tx *tx, int64_t webhook_id,
                                                const char *why, struct wx_err *err);
/* What ended before BEFORE_S is forgotten, 1,000 rows at most. */
WX_MUST_CHECK enum wx_status wx_delivery_prune(struct wx_tx *tx, int64_t before_s,
                                               struct wx_err *err);

/* Elements of the open array, newest first: a webhook's (mails: id 0 and IS_MAIL)
 * deliveries before row BEFORE_ID (0: from the newest) with their attempts. *LAST_ID:
 * of the last row written, 0: there are no more. */
WX_MUST_CHECK enum wx_status wx_delivery_list(struct wx_tx *tx, bool is_mail,
                                              int64_t webhook_id, int64_t before_id,
                                              uint32_t limit, struct wx_json *out,
                                              int64_t *last_id, struct wx_err *err);
/* One as an object. WX_E_NOT_FOUND. */
WX_MUST_CHECK enum wx_status wx_delivery_json(struct wx_tx *tx, int64_t id,
                                              struct wx_json *out, struct wx_err *err);
/* Whose it is: for access/. WX_E_NOT_FOUND. */
WX_MUST_CHECK enum wx_status wx_delivery_owner(struct wx_tx *tx, int64_t id,
                                               bool *is_mail, int64_t *target_id,
                                               int64_t *unit_id, struct wx_err *err);
/* Queue sizes, for metrics. */
WX_MUST_CHECK enum wx_status wx_delivery_count_due(struct wx_tx *tx, int64_t *n_webhook,
                                                   int64_t *n_mail, struct wx_err *err);

/* Address and sealed secret of a webhook that takes deliveries now. WX_E_NOT_FOUND:
 * it is off, retired or has no secret. */
struct wx_webhook_target {
    int64_t unit_id;
    struct wx_str url, secret;
};
WX_MUST_CHECK enum wx_status wx_webhook_target(struct wx_tx *tx, struct wx_arena *arena,
                                               int64_t webhook_id,
                                               struct wx_webhook_target *out,
                                               struct wx_err *err);

#endif
