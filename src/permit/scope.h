/* Inside of a permit; for the files of this room only. */
#ifndef WX_PERMIT_SCOPE_H
#define WX_PERMIT_SCOPE_H

#include "base/arena.h"
#include "base/daily.h"
#include "permit/permit.h"

struct wx_prefix { /* addresses by their leading bits */
    unsigned char bytes[16];
    uint8_t n_bytes; /* 4 or 16 */
    uint8_t n_bits;
};

struct wx_scope_host {  /* sorted by name, then port */
    struct wx_str name; /* of a wildcard: what stands behind "*." */
    uint16_t port;      /* 0: the permit's ports; else this one beside them */
    bool is_wildcard;
};

struct wx_permit {
    struct wx_arena arena;
    struct wx_str id, holder;
    struct wx_scope_host *hosts;
    size_t n_hosts, n_wildcards;
    struct wx_scope_host *except; /* as written; few */
    size_t n_except;
    struct wx_prefix *sources;
    size_t n_sources;
    uint16_t *ports;
    size_t n_ports;
    struct wx_prefix *allow, *deny;
    size_t n_allow, n_deny;
    int64_t from_s, until_s;
    struct wx_daily daily;
    double pace_per_s, address_pace_per_s; /* 0: unlimited */
    uint32_t host_connections, connections;
    enum wx_depth depth;
    bool ignores_robots, checks_offsite;
    bool is_delivery;     /* the office's own message; never an inspection */
    bool is_command_line; /* no written order: fast only towards loopback */
    struct wx_str robots_order;
    bool is_signed;
    struct wx_sign_public signer;
    struct wx_signature signature;
};

/* "10.0.0.0/8", "fd00::/8", or a bare address. False: malformed, or host bits set. */
bool wx_prefix_parse(struct wx_str s, struct wx_prefix *out);
bool wx_prefix_covers(const struct wx_prefix *prefix, const unsigned char *bytes,
                      size_t n_bytes);
void wx_prefix_format(const struct wx_prefix *prefix, struct wx_buf *out);
/* The IPv4 address inside ::ffff:a.b.c.d, NAT64 or 6to4; NULL when there is none. */
const unsigned char *wx_address_embedded(const unsigned char *bytes, size_t n_bytes);
/* Cloud metadata services: only an allow entry that names the very address opens it. */
bool wx_address_is_metadata(const unsigned char *bytes, size_t n_bytes);

/* "name", "*.name", "name:port", "[v6]:port" into ENTRY. NULL, or what is wrong. */
const char *wx_scope_host_parse(struct wx_arena *arena, struct wx_str s,
                                struct wx_scope_host *entry);
/* Does ENTRY name HOST, or a name below which it stands? */
bool wx_scope_host_covers(const struct wx_scope_host *entry, struct wx_str host);
void wx_scope_sort(struct wx_permit *permit);
/* Defaults of everything left at -1 (pace) or 0 (counts), ports 80 and 443. */
void wx_scope_defaults(struct wx_permit *permit);

#endif
