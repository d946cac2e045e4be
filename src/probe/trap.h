/*
 * Crawler traps: addresses that go on for ever while telling nothing new. Calendars,
 * permutations of query parameters, identifiers in paths, paths that repeat themselves.
 * An address is reduced to its shape (digits to N, long identifiers to H, parameter
 * names without values) and a shape is given a budget that depends on what it looks
 * like. Pure counting: what is refused is told to the crawl, which reports it.
 */
#ifndef WX_PROBE_TRAP_H
#define WX_PROBE_TRAP_H

#include "wire/url.h"

enum wx_trap {
    WX_TRAP_NONE,
    WX_TRAP_CALENDAR,   /* dates without end */
    WX_TRAP_QUERY,      /* permutations of parameters */
    WX_TRAP_IDENTIFIER, /* session identifiers in the path */
    WX_TRAP_REPEAT,     /* /a/b/a/b/a/b, or absurdly deep */
    WX_TRAP_SAME,       /* a shape whose pages are all alike */
    WX_TRAP_COUNT
};

struct wx_trap_shape;
struct wx_traps {
    struct wx_trap_shape *shapes; /* open addressing */
    size_t n_shapes, n_slots;
    uint64_t *texts; /* hashes of page texts met, open addressing */
    size_t n_texts, n_text_slots;
    uint32_t n_refused[WX_TRAP_COUNT];
    int year_now; /* for dates far off */
};

void wx_traps_init(struct wx_traps *traps, int64_t now_s);
void wx_traps_clear(struct wx_traps *traps);
/* Asked once for each new address. Anything but NONE: do not fetch. */
enum wx_trap wx_traps_ask(struct wx_traps *traps, const struct wx_url *url);
/* Told of each fetched page, so that shapes whose pages are all alike can be closed. */
void wx_traps_tell(struct wx_traps *traps, const struct wx_url *url,
                   uint64_t text_hash);
const char *wx_trap_name(enum wx_trap trap);

#endif
