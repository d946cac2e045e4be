/*
 * What the office itself sends: a webhook (HTTP POST), a mail (SMTP, RFC 5321), lines
 * of its log (syslog). The writing half of egress/: it takes only permits of
 * wx_permit_for_delivery(), which egress.h refuses, so that no inspection can write.
 *
 * One delivery at a time, bounded by one deadline: the courier has nothing else to do,
 * and several couriers run side by side. A name is resolved once, each address is asked
 * of the permit, and the connection goes to that very address. Nothing is followed: an
 * answer of 3xx is a failure. Certificates are verified, TLS 1.2 at least; what is not
 * encrypted goes only to special addresses that the permit lists (loopback, the
 * office's own network). No file is opened after wx_deliverer_new(). The caller
 * ignores SIGPIPE.
 */
#ifndef WX_EGRESS_DELIVER_H
#define WX_EGRESS_DELIVER_H

#include "permit/permit.h"
#include "wire/url.h"

struct wx_deliverer;

struct wx_deliverer_options {
    const char *ca_file;        /* further roots beside the system's; NULL: none */
    const char *dns_server;     /* "127.0.0.1:5353"; NULL: the system's */
    const char *const *resolve; /* pins as in egress.h */
    size_t n_resolve;
};

WX_MUST_CHECK enum wx_status
wx_deliverer_new(const struct wx_deliverer_options *options, struct wx_deliverer **out,
                 struct wx_err *err);
void wx_deliverer_free(struct wx_deliverer *deliverer); /* NULL is fine */

enum wx_delivery {
    WX_DELIVERED,
    WX_DELIVERY_DENIED,       /* the permit or a rule above refuses it */
    WX_DELIVERY_NO_SUCH_HOST, /* the name does not exist */
    WX_DELIVERY_DNS_FAILED,
    WX_DELIVERY_UNREACHABLE, /* no connection: refused, no route */
    WX_DELIVERY_TIMEOUT,
    WX_DELIVERY_TLS_FAILED, /* handshake or certificate */
    WX_DELIVERY_NO_TLS,     /* the server offers no STARTTLS */
    WX_DELIVERY_BROKEN,     /* closed in the middle, or not the protocol */
    WX_DELIVERY_AUTH,       /* user name or password refused */
    WX_DELIVERY_LATER,      /* it says: not now (408, 425, 429, 5xx; SMTP 4yz) */
    WX_DELIVERY_REFUSED,    /* it says: never so (other HTTP; SMTP 5yz) */
    WX_DELIVERY_COUNT
};
/* "delivered", "tls_failed" ...: stable, for records. */
const char *wx_delivery_name(enum wx_delivery outcome);

struct wx_delivery_result {
    enum wx_delivery outcome;
    uint16_t status;       /* of HTTP or SMTP; 0: none came */
    int64_t retry_after_s; /* -1: not said */
    int32_t took_ms;
    char address[56]; /* "203.0.113.5:443"; empty: none was tried */
    char detail[240]; /* one printable line; what a server said is cut and cleaned */
};

struct wx_delivery_header {
    struct wx_str name, value;
};

struct wx_post {
    const char *method; /* NULL: POST */
    struct wx_url url;  /* http or https, no user, no password */
    struct wx_str agent;
    struct wx_str content_type;
    const struct wx_delivery_header *headers;
    size_t n_headers;
    struct wx_str body; /* WX_MAX_DELIVERY_BYTES */
};
/* RESULT is always filled. */
void wx_deliver_post(struct wx_deliverer *deliverer, const struct wx_permit *permit,
                     const struct wx_post *post, int64_t timeout_ms,
                     struct wx_delivery_result *result);

/*
 * The same with an answer that is read: for the command line as a client of the
 * office's server. ANSWER: wx_http_reader_init() with the most bytes its body may have;
 * any status is DELIVERED, what it means is the caller's. The body may be an upload
 * (WX_MAX_UPLOAD_BYTES).
 */
struct wx_http_reader;
void wx_deliver_ask(struct wx_deliverer *deliverer, const struct wx_permit *permit,
                    const struct wx_post *post, int64_t timeout_ms,
                    struct wx_http_reader *answer, struct wx_delivery_result *result);

enum wx_link_security {
    WX_LINK_PLAIN,    /* listed special addresses only; never with a password */
    WX_LINK_STARTTLS, /* required, not merely tried */
    WX_LINK_TLS,      /* from the first byte (RFC 8314) */
};

struct wx_mail {
    struct wx_str host;
    uint16_t port;
    enum wx_link_security security;
    struct wx_str user, password; /* empty user: without AUTH */
    struct wx_str helo;           /* our name; empty: an address literal */
    struct wx_str from, to;       /* bare addresses, ASCII */
    struct wx_str message; /* RFC 5322, CRLF, 7-bit or 8-bit; dots are stuffed here */
};
void wx_deliver_mail(struct wx_deliverer *deliverer, const struct wx_permit *permit,
                     const struct wx_mail *mail, int64_t timeout_ms,
                     struct wx_delivery_result *result);

/* Records of RFC 5424 for the office's log server, each whole and without framing. */
struct wx_log_batch {
    struct wx_str host;
    uint16_t port;
    bool is_datagram; /* RFC 5426, unencrypted; else octet-counted (RFC 6587, 5425) */
    bool is_tls;
    const struct wx_str *records;
    size_t n_records;
};
/* DELIVERED means "handed to the network": syslog has no answer. */
void wx_deliver_log(struct wx_deliverer *deliverer, const struct wx_permit *permit,
                    const struct wx_log_batch *batch, int64_t timeout_ms,
                    struct wx_delivery_result *result);

#endif
