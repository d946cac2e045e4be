/*
 * One connection of a delivery: resolved, asked of the permit, dialled, perhaps
 * encrypted; read and written until one deadline. For the files of this room only.
 */
#ifndef WX_EGRESS_LINE_H
#define WX_EGRESS_LINE_H

#include "egress/deliver.h"
#include "egress/pin.h"
#include "egress/resolve.h"
#include <openssl/ssl.h>

struct wx_deliverer {
    struct wx_arena arena;
    struct wx_pins pins;
    SSL_CTX *tls;
    struct wx_resolver *resolver;
    int epoll_fd; /* the resolver's */
};

struct wx_line {
    struct wx_deliverer *deliverer;
    const struct wx_permit *permit;
    struct wx_delivery_result *result;
    int64_t begun_us, deadline_us;
    int fd;           /* -1: none */
    SSL *ssl;         /* NULL: plain */
    bool is_datagram; /* set before dialling: UDP */
    bool is_plain;    /* set before dialling: unencrypted, special addresses only */
    char host[256];
};

/* Every step returns false when it failed and has said why in the result. */
void wx_line_init(struct wx_line *line, struct wx_deliverer *deliverer,
                  const struct wx_permit *permit, int64_t timeout_ms,
                  struct wx_delivery_result *result);
bool wx_line_dial(struct wx_line *line, struct wx_str host, uint16_t port);
bool wx_line_encrypt(struct wx_line *line);
bool wx_line_write(struct wx_line *line, struct wx_str bytes);
/* At least one byte into OUT; *N is 0 when the other side has ended. */
bool wx_line_read(struct wx_line *line, char *out, size_t size, size_t *n);
/* Always false; S, which a server may have sent, follows ": ". */
bool wx_line_fail(struct wx_line *line, enum wx_delivery outcome, const char *why,
                  struct wx_str s);
void wx_line_close(struct wx_line *line); /* also takes the time */

#endif
