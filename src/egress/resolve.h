/*
 * Names to addresses through c-ares, on the caller's epoll descriptor. Everything that
 * needs a file is read in wx_resolver_new(); later only sockets towards the name
 * servers found then are made, and no others are let through.
 */
#ifndef WX_EGRESS_RESOLVE_H
#define WX_EGRESS_RESOLVE_H

#include "base/err.h"
#include "base/str.h"
#include "model/observation.h"

enum wx_source_kind { WX_SOURCE_CONN, WX_SOURCE_DNS, WX_SOURCE_WATCH };

struct wx_source { /* what an epoll event points at */
    int fd;
    uint8_t kind;
};

struct wx_resolver;

/* N addresses of 16 bytes each, v4 ones first and in their first four bytes; LENGTHS
 * says which. OUTCOME is OK, NO_SUCH_HOST or DNS_FAILED. */
typedef void wx_resolver_done(void *ctx, enum wx_outcome outcome, const char *detail,
                              unsigned char (*addresses)[16], const uint8_t *lengths,
                              size_t n);

WX_MUST_CHECK enum wx_status wx_resolver_new(int epoll_fd, const char *server,
                                             struct wx_resolver **out,
                                             struct wx_err *err);
void wx_resolver_free(struct wx_resolver *resolver);
/* DONE may come before this returns. */
void wx_resolver_ask(struct wx_resolver *resolver, const char *name,
                     wx_resolver_done *done, void *ctx);
/* No further packet: every open question is answered DNS_FAILED at once. */
void wx_resolver_cancel(struct wx_resolver *resolver);
void wx_resolver_event(struct wx_resolver *resolver, struct wx_source *source,
                       uint32_t events);
void wx_resolver_tick(struct wx_resolver *resolver);
/* Milliseconds until tick is wanted, at most MAX_MS. */
int64_t wx_resolver_wait_ms(struct wx_resolver *resolver, int64_t max_ms);
void wx_resolver_settle(struct wx_resolver *resolver); /* frees closed sources */

#endif
