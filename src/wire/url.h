/*
 * URLs after the WHATWG URL Standard (https://url.spec.whatwg.org), for http and https;
 * other schemes are recognised and kept whole. Hosts go through IDNA (UTS 46
 * non-transitional, libidn2) to lower-case ASCII, IPv4 in any of its disguises
 * (0x7f.1, 2130706433) becomes dotted decimal, IPv6 is compressed after RFC 5952.
 */
#ifndef WX_WIRE_URL_H
#define WX_WIRE_URL_H

#include "base/arena.h"
#include "base/err.h"

enum wx_url_host_kind {
    WX_HOST_NONE,
    WX_HOST_NAME,
    WX_HOST_IPV4,
    WX_HOST_IPV6,
};

struct wx_url {
    struct wx_str href;           /* whole, serialised */
    struct wx_str scheme;         /* lower case, without ':' */
    struct wx_str user, password; /* present ones are a warning sign; never sent */
    struct wx_str host;           /* ASCII, lower case; IPv6 without brackets */
    struct wx_str path;           /* begins with '/' for http(s) */
    struct wx_str query;          /* without '?' */
    struct wx_str fragment;       /* without '#' */
    uint16_t port;                /* effective; 0 for schemes without one */
    uint8_t host_kind;            /* enum wx_url_host_kind */
    bool has_port;                /* an explicit, non-default port is in href */
    bool has_query, has_fragment;
    bool is_http; /* scheme is http or https */
    bool is_https;
};

/* Parse TEXT, against BASE when it is relative (NULL: must be absolute). */
WX_MUST_CHECK enum wx_status wx_url_parse(struct wx_arena *arena, struct wx_str text,
                                          const struct wx_url *base, struct wx_url *out,
                                          struct wx_err *err);
/* A target as people write it: a URL, a bare domain, a Chinese domain. Default http. */
WX_MUST_CHECK enum wx_status wx_url_parse_target(struct wx_arena *arena,
                                                 struct wx_str text, struct wx_url *out,
                                                 struct wx_err *err);

/* A host name alone, to its one ASCII form. Also strips a trailing dot. */
WX_MUST_CHECK enum wx_status wx_host_normalize(struct wx_arena *arena,
                                               struct wx_str host, struct wx_str *out,
                                               struct wx_err *err);
/* The same for people: xn--... becomes Chinese again. */
struct wx_str wx_host_display(struct wx_arena *arena, struct wx_str host);

/*
 * The address under which a page counts as seen: scheme, host, port and path as parsed,
 * no fragment, query parameters sorted, session and tracking parameters (jsessionid,
 * PHPSESSID, sid, utm_*, timestamps ...) and ";jsessionid=" path parts removed.
 */
struct wx_str wx_url_canonical(struct wx_arena *arena, const struct wx_url *url);

/* "host" or "host:port" (port only when not the scheme's own): the site's origin. */
struct wx_str wx_url_origin(struct wx_arena *arena, const struct wx_url *url);

/* Registrable domain (public suffix list, libpsl), e.g. "sz.gov.cn"; the host itself
 * for IPs and suffixes. */
struct wx_str wx_domain_registrable(struct wx_str host);
/* Its last label is one the public suffix list knows (false for addresses). */
bool wx_domain_has_known_suffix(struct wx_str host);
/* HOST is DOMAIN or below it. Both normalised. */
bool wx_domain_covers(struct wx_str domain, struct wx_str host);
/* gov.cn, 政务.cn, 政务 (in ASCII form): reserved for government bodies. */
bool wx_domain_is_government(struct wx_str host);

/* A path or query that looks like logout, delete, edit: never followed. */
bool wx_url_looks_unsafe(const struct wx_url *url);

struct wx_str wx_percent_decode(struct wx_arena *arena, struct wx_str s);

#endif
