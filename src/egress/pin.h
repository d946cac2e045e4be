/* Where a host is to be found, said by the operator: --resolve HOST:PORT:ADDR[:PORT].
 */
#ifndef WX_EGRESS_PIN_H
#define WX_EGRESS_PIN_H

#include "base/arena.h"
#include "base/err.h"

struct wx_pin {
    struct wx_str host; /* empty: every host */
    uint16_t port;      /* of the URL; 0: every port */
    uint8_t n_bytes;    /* of the address; 0: keep the host's own */
    unsigned char bytes[16];
    uint16_t to_port; /* 0: the URL's */
};

struct wx_pins {
    struct wx_pin *items; /* those with a host first, sorted by it */
    size_t n, n_named;
};

/*
 * HOST and ADDR may be empty or '*', PORT may be '*'; IPv6 addresses stand in brackets.
 * "*:80::8080" sends every port 80 to 8080 and leaves the address alone.
 */
WX_MUST_CHECK enum wx_status wx_pins_parse(struct wx_arena *arena,
                                           const char *const *texts, size_t n_texts,
                                           struct wx_pins *out, struct wx_err *err);
/* The pin for HOST:PORT, a named one before a general one; NULL when there is none. */
const struct wx_pin *wx_pins_find(const struct wx_pins *pins, struct wx_str host,
                                  uint16_t port);

#endif
