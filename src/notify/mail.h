/*
 * Mails: their texts (catalogue/mail.def, Chinese or English), their form (RFC 5322,
 * subject and names after RFC 2047, body in base64 so that every relay takes it), and
 * the office's mail settings. A mail says that there is something to look at, where and
 * until when; never what is wrong with whose site.
 */
#ifndef WX_NOTIFY_MAIL_H
#define WX_NOTIFY_MAIL_H

#include "base/catalogue.h"
#include "base/seal.h"
#include "egress/deliver.h"
#include "store/office.h"

struct wx_mail_settings { /* fact "mail.settings"; the password is sealed apart */
    bool is_on;
    struct wx_str host;
    uint16_t port;
    enum wx_link_security security;
    struct wx_str user, password; /* password: opened */
    struct wx_str from;           /* address */
    struct wx_str from_name;      /* for people: "星源区网信办" */
    struct wx_str helo;
};

/* Not set yet: WX_OK and is_on false. Strings are the arena's. */
WX_MUST_CHECK enum wx_status wx_mail_settings_load(struct wx_tx *tx,
                                                   struct wx_arena *arena,
                                                   const struct wx_seal_key *key,
                                                   struct wx_mail_settings *out,
                                                   struct wx_err *err);
/* WX_E_INVALID names the field that is wrong. An empty password keeps the old one. */
WX_MUST_CHECK enum wx_status
wx_mail_settings_save(struct wx_tx *tx, const struct wx_seal_key *key,
                      const struct wx_mail_settings *settings, struct wx_err *err);

/* Address ranges beside the public internet that webhooks, mail and log may go to: fact
 * "delivery.allow", prefixes separated by spaces. */
WX_MUST_CHECK enum wx_status wx_delivery_allow_load(struct wx_tx *tx,
                                                    struct wx_arena *arena,
                                                    struct wx_str **out, size_t *n,
                                                    struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_delivery_allow_save(struct wx_tx *tx,
                                                    const struct wx_str *items,
                                                    size_t n, struct wx_err *err);

enum wx_mail_topic {
    WX_MAIL_INVITATION, /* with the one-time link */
    WX_MAIL_FINDINGS,   /* to the unit: there are new ones */
    WX_MAIL_ROUND_FINISHED,
    WX_MAIL_WEBHOOK_FAILED, /* switched off after long failure */
    WX_MAIL_DUTY_ASKED,     /* to the unit, as all of these: something is to be done */
    WX_MAIL_DUTY_LEFT,      /* another unit has it now */
    WX_MAIL_DUTY_DUE,
    WX_MAIL_DUTY_OVERDUE,
    WX_MAIL_DUTY_RETURNED,
    WX_MAIL_NOTICE, /* an official notice is there */
    WX_MAIL_NOTICE_OVERDUE,
    WX_MAIL_APPRAISAL,
    WX_MAIL_TEST,
    WX_MAIL_TOPIC_COUNT
};
struct wx_mail_note {
    enum wx_mail_topic topic;
    enum wx_lang lang;
    struct wx_str name;   /* of the person; may be empty */
    struct wx_str office; /* the office's name */
    struct wx_str link;   /* where to look; whole address */
    struct wx_str detail; /* the unit's name, where the topic says it */
    int64_t count;        /* rounds, webhooks */
    int64_t until_s;      /* link's end; 0: none */
    int64_t delay_s;      /* sent no sooner: what happens meanwhile is told as well */
};
/*
 * Put a mail into the queue, in the transaction of what it tells of. Subject and text
 * are kept sealed (an invitation's link is a secret) until it is delivered.
 */
struct wx_mail_to {
    int64_t account_id, unit_id;
    struct wx_str address;
};
WX_MUST_CHECK enum wx_status wx_mail_queue(struct wx_tx *tx,
                                           const struct wx_seal_key *key,
                                           const struct wx_mail_note *note,
                                           const struct wx_mail_to *to, int64_t now_s,
                                           int64_t *delivery_id, struct wx_err *err);
/* The stable word of a topic ("mail.invitation"), type of its delivery. */
const char *wx_mail_topic_type(enum wx_mail_topic topic);

struct wx_mail_form {
    struct wx_str from, from_name, to;
    struct wx_str subject, text; /* UTF-8 */
    struct wx_str message_id;    /* without the domain */
    int64_t at_s;
};
/* The whole message with CRLF, 7-bit. */
void wx_mail_compose(const struct wx_mail_form *form, struct wx_buf *out);
/* "SUBJECT\nTEXT" of a queued mail. False: it does not open. */
bool wx_mail_open(struct wx_arena *arena, const struct wx_seal_key *key,
                  struct wx_str body, struct wx_str *subject, struct wx_str *text);

#endif
