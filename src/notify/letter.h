/*
 * A letter: what the office's server hands to a courier, and what comes back. The
 * courier trusts the server; the server bounds every field that a courier says,
 * because a courier reads what strangers answer.
 */
#ifndef WX_NOTIFY_LETTER_H
#define WX_NOTIFY_LETTER_H

#include "bus/bus.h"
#include "egress/deliver.h"

enum wx_letter_kind { WX_LETTER_WEBHOOK = 1, WX_LETTER_MAIL, WX_LETTER_LOG };

struct wx_letter {
    uint64_t id; /* of the delivery; comes back */
    enum wx_letter_kind kind;
    uint32_t timeout_ms;
    const struct wx_str *allow; /* special address ranges of the settings */
    size_t n_allow;
    struct wx_str url; /* webhook */
    struct wx_post post;
    struct wx_mail mail;
    struct wx_log_batch log;
};

struct wx_letter_done {
    uint64_t id;
    struct wx_delivery_result result;
};

void wx_letter_put(struct wx_msg_out *out, const struct wx_letter *letter);
/* Strings point into the message; lists stand in ARENA. False: malformed. */
bool wx_letter_get(struct wx_msg_in *in, struct wx_arena *arena,
                   struct wx_letter *letter);
void wx_letter_done_put(struct wx_msg_out *out, const struct wx_letter_done *done);
bool wx_letter_done_get(struct wx_msg_in *in, struct wx_letter_done *done);

#endif
