/*
 * The host part of a URL (WHATWG URL, "host parsing"), as url.c needs it: into a
 * caller's buffer, without an arena. Others use wx_host_normalize() of url.h.
 */
#ifndef WX_WIRE_HOST_H
#define WX_WIRE_HOST_H

#include "base/err.h"
#include "base/str.h"

enum {
    /* Longer names cannot be asked of DNS (253); the slack lets the conformance
     * suite's overlong names through, for they are not harmful, only unresolvable. */
    WX_HOST_MAX_BYTES = 512,
};

struct wx_host {
    char text[WX_HOST_MAX_BYTES];
    size_t len;
    uint8_t kind; /* enum wx_url_host_kind */
};

/* RAW is what stands in the authority, IPv6 in brackets. On false *WHY says what is
 * wrong with it, in a few words. */
bool wx_host_parse(struct wx_str raw, struct wx_host *out, const char **why);

/* An address as RFC 5952 writes it. */
void wx_ipv6_format(const uint16_t address[8], struct wx_host *out);

#endif
