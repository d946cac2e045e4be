/*
 * Who gets which mail: events summed up by type and unit, accounts with an address and
 * one of the roles, and what each account does not want (topics are on until refused).
 */
#ifndef WX_STORE_OFFICE_MAIL_H
#define WX_STORE_OFFICE_MAIL_H

#include "store/office.h"

struct wx_event_sum {
    int64_t unit_id, n, last_record_id;
    struct wx_str unit_name; /* empty: the office */
};
typedef enum wx_status wx_each_event_sum(void *ctx, const struct wx_event_sum *sum,
                                         struct wx_err *err);
/* Events of TYPE with ids in (FROM, TO], one sum for each unit. */
WX_MUST_CHECK enum wx_status wx_event_sums(struct wx_tx *tx, const char *type,
                                           int64_t from_id, int64_t to_id,
                                           wx_each_event_sum *each, void *ctx,
                                           struct wx_err *err);

struct wx_mail_box {
    int64_t account_id, unit_id;
    struct wx_str name, email, lang;
};
typedef enum wx_status wx_each_mail_box(void *ctx, const struct wx_mail_box *box,
                                        struct wx_err *err);
/* Accounts that can be used, hold one of ROLES (bits), belong to UNIT_ID (0: any) and
 * want TOPIC; not those for whom a mail of the same topic still waits for its time
 * after NOW_S, since it will tell of this as well. */
WX_MUST_CHECK enum wx_status wx_mail_boxes(struct wx_tx *tx, uint32_t roles,
                                           int64_t unit_id, const char *topic,
                                           int64_t now_s, wx_each_mail_box *each,
                                           void *ctx, struct wx_err *err);

/* Does the account want TOPIC? */
WX_MUST_CHECK enum wx_status wx_mail_wanted(struct wx_tx *tx, int64_t account_id,
                                            const char *topic, bool *wanted,
                                            struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_mail_want(struct wx_tx *tx, int64_t account_id,
                                          const char *topic, bool wanted,
                                          struct wx_err *err);

#endif
