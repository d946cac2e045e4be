/*
 * What is still to be fetched of one site, and what has been seen. Addresses count as
 * seen by their canonical form (wire/url.h), remembered as 64-bit hashes: a collision
 * costs one page in some 10^11. First in, first out: breadth first.
 */
#ifndef WX_PROBE_FRONTIER_H
#define WX_PROBE_FRONTIER_H

#include "base/str.h"
#include "model/observation.h"

/* The page that led somewhere, shared by all its links. */
struct wx_source;
struct wx_source *wx_source_new(struct wx_str url);
void wx_source_drop(struct wx_source *source); /* one reference; NULL is fine */
struct wx_str wx_source_url(const struct wx_source *source); /* empty for NULL */

struct wx_frontier_entry {
    struct wx_frontier_entry *next;
    struct wx_source *source;
    enum wx_purpose purpose;
    uint16_t depth;
    bool is_offsite;
    size_t len;
    char url[];
};

struct wx_frontier {
    uint64_t *seen; /* open addressing; 0: empty */
    size_t n_seen, n_slots;
    struct wx_frontier_entry *head, **tail;
    size_t n_waiting;
    uint32_t n_dropped; /* past a ceiling */
};

void wx_frontier_init(struct wx_frontier *f);
void wx_frontier_clear(struct wx_frontier *f);
/* True when CANONICAL is new; it is then remembered. False also when full. */
bool wx_frontier_see(struct wx_frontier *f, struct wx_str canonical);
/* Takes a reference of SOURCE. False: the queue is full, nothing kept. */
bool wx_frontier_push(struct wx_frontier *f, struct wx_str url, enum wx_purpose purpose,
                      uint16_t depth, struct wx_source *source);
/* The oldest, owned by the caller (wx_frontier_drop); NULL when none waits. */
struct wx_frontier_entry *wx_frontier_pop(struct wx_frontier *f);
void wx_frontier_drop(struct wx_frontier_entry *entry);

#endif
