/*
 * Which events are told by mail, and to whom: one line each. Accounts refuse a topic
 * under its type's name (store/office_mail.h).
 */
#ifndef WX_NOTIFY_TIDINGS_H
#define WX_NOTIFY_TIDINGS_H

#include "notify/mail.h"

struct wx_tiding {
    const char *event; /* type; those of one topic stand together */
    enum wx_mail_topic topic;
    uint32_t roles;    /* bits 1 << enum wx_role */
    bool is_units_own; /* only accounts of the event's unit */
};
size_t wx_tiding_count(void);
const struct wx_tiding *wx_tiding_at(size_t i);

/* Queue the mails of the events in (FROM, TO]: nothing when mail is not switched on.
 * LINK: the office's address. */
WX_MUST_CHECK enum wx_status
wx_tidings_queue(struct wx_tx *tx, const struct wx_seal_key *key, int64_t from_id,
                 int64_t to_id, struct wx_str link, int64_t now_s, struct wx_err *err);

#endif
