/*
 * The written authorisation of an inspection, in memory: what may be touched, how
 * fast, until when, how deep. egress/ opens no socket without one, so code that forgets
 * to ask does not compile. Opaque: nobody outside this room widens a scope.
 *
 * File form: JSON, docs/formats.md "permit"; an unknown key is an error:
 *
 *     {"version": 1,
 *      "id": "星网安〔2026〕3号",
 *      "holder": "星源区网信办 <wx@xingyuan.gov.cn>",
 *      "source": "order",
 *      "hosts": ["www.xingyuan.gov.cn", "*.xingyuan.gov.cn", "10.20.3.4:8443"],
 *      "ports": [80, 443],
 *      "addresses": {"allow": ["10.20.0.0/16"], "deny": ["10.20.9.0/24"]},
 *      "except": ["pay.xingyuan.gov.cn"],
 *      "sources": ["203.0.113.7"],
 *      "window": {"from": "2026-06-01T00:00:00+08:00", "until": "2026-07-01",
 *                 "daily": {"from": "22:00", "until": "06:00", "offset": "+08:00"}},
 *      "pace": {"per_host": 2, "per_address": 8,
 *               "host_connections": 2, "connections": 256},
 *      "depth": "passive",
 *      "robots": {"ignore": true, "order": "星网安〔2026〕3号"},
 *      "offsite": "head",
 *      "signature": {"key": "base64", "value": "base64"}}
 *
 * version, id and hosts are required; the rest as shown is optional. ports: 80 and 443
 * when not said; a host's own ":port" adds to them. depth: passive, active, intrusive.
 * offsite: none, head. robots.ignore is refused without the order that says so.
 * except wins over hosts and over offsite. sources: where requests come from, for those
 * who are asked; nothing is bound to them here. daily: hours of each day within from
 * and until, over midnight when they are turned round; the offset is +08:00 when not
 * said. signature: Ed25519 (RFC 8032) over the canonical form without it; a signature
 * that does not fit is refused when the permit is read, wherever that is.
 * "*.x" covers every name below x, not x. per_address is 4 x per_host when not said.
 * deny wins over allow; metadata addresses open only to an allow entry that names the
 * very address. Pace 0 is "no limit". Addresses are decided on the resolved
 * address of each connection: loopback, private, link-local, multicast, metadata and
 * other special ranges (IANA special-purpose registries, RFC 6890) are refused unless
 * the permit lists them, whatever name led there.
 */
#ifndef WX_PERMIT_PERMIT_H
#define WX_PERMIT_PERMIT_H

#include "base/buf.h"
#include "base/sign.h"

struct wx_permit;

/* Without a written order ("source": "command-line") nobody may go faster than this
 * towards a host, unless its address is loopback; see wx_permit_pace_at(). */
#define WX_PERMIT_UNWRITTEN_PACE_PER_S 20.0

enum wx_depth {
    WX_DEPTH_PASSIVE,   /* GET and HEAD of what is linked and of the listed paths */
    WX_DEPTH_ACTIVE,    /* later: safe active checks */
    WX_DEPTH_INTRUSIVE, /* later: two-person approval */
};

/* What a permit made on the command line may say; zero means the default. */
struct wx_permit_terms {
    double pace_per_s;         /* requests per second and host; default 2, below 0
                                  no limit (loopback only) */
    uint32_t host_connections; /* at once; default 2 */
    double address_pace_per_s; /* all hosts of one address together; default
                                  4 * pace_per_s */
    uint32_t connections;      /* all together; default 256 */
    int64_t from_s, until_s;   /* 0: no bound */
    bool allow_private;        /* loopback, private, link-local */
    bool ignore_robots;        /* only with the order that says so: */
    const char *robots_order;  /* its document number */
    bool check_offsite;        /* HEAD to linked hosts outside the scope */
    const char *holder;        /* who inspects: name and contact, for User-Agent */
};

WX_MUST_CHECK enum wx_status wx_permit_load(const char *path, struct wx_permit **out,
                                            struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_permit_parse(struct wx_str json, const char *name,
                                             struct wx_permit **out,
                                             struct wx_err *err);
/* A permit for just these hosts (normalised ASCII, "host" or "host:port" for a port
 * beside 80 and 443; each covers itself, its www twin and nothing more). */
struct wx_permit *wx_permit_for_hosts(const struct wx_str *hosts, size_t n_hosts,
                                      const struct wx_permit_terms *terms);
/*
 * A permit of another kind: the office itself sends a message (a webhook, a mail) to
 * HOST:PORT of its own settings. It covers that one host and port, and special
 * addresses only where ALLOW, prefixes such as "10.20.0.0/16", lists them. No file
 * spells one and no inspection permit becomes one: egress/ takes them only for
 * deliveries, and only deliveries may write. WX_E_INVALID names a prefix that is none.
 */
WX_MUST_CHECK enum wx_status
wx_permit_for_delivery(struct wx_str host, uint16_t port, const struct wx_str *allow,
                       size_t n_allow, struct wx_permit **out, struct wx_err *err);
bool wx_permit_is_delivery(const struct wx_permit *permit);
/* Slower and fewer, as the user asks; a wish for more than the permit grants changes
 * nothing. Only pace_per_s, host_connections and connections of TERMS are looked at. */
void wx_permit_narrow(struct wx_permit *permit, const struct wx_permit_terms *terms);
/* HOST ("name", "*.name") or an address range is not covered any more, whatever the
 * permit says: a blocklist. WX_E_INVALID: it is neither. */
WX_MUST_CHECK enum wx_status wx_permit_except(struct wx_permit *permit,
                                              struct wx_str host, struct wx_err *err);
void wx_permit_free(struct wx_permit *permit); /* NULL is fine */
/* Canonical JSON without a signature: for workers, for the run's record, for signing.
 */
void wx_permit_format(const struct wx_permit *permit, struct wx_buf *out);
/* The same, signed: the file that is handed out. */
void wx_permit_format_signed(const struct wx_permit *permit,
                             const struct wx_seal_key *secret, struct wx_buf *out);
/* Who signed it, as it was read; false: nobody. A permit that was narrowed since then
 * still says who signed the wider one. */
bool wx_permit_signer(const struct wx_permit *permit, struct wx_sign_public *key);

/* WX_OK or WX_E_EXPIRED: before the window, after it, or not the hours of the day. */
WX_MUST_CHECK enum wx_status wx_permit_check_window(const struct wx_permit *permit,
                                                    int64_t now_s, struct wx_err *err);
/* Is the window open at NOW, and when does that change next? *CHANGES_S 0: never. */
bool wx_permit_is_open(const struct wx_permit *permit, int64_t now_s,
                       int64_t *changes_s);
/* WX_OK, WX_E_OUT_OF_SCOPE or WX_E_EXPIRED. HOST is normalised ASCII or an address. */
WX_MUST_CHECK enum wx_status wx_permit_check_host(const struct wx_permit *permit,
                                                  struct wx_str host, uint16_t port,
                                                  int64_t now_s, struct wx_err *err);
/* The same for a link that leaves the scope, HEAD only, if the permit allows it. */
WX_MUST_CHECK enum wx_status wx_permit_check_offsite(const struct wx_permit *permit,
                                                     struct wx_str host, int64_t now_s,
                                                     struct wx_err *err);
/* The address itself. BYTES is 4 or 16 long (network order). */
WX_MUST_CHECK enum wx_status wx_permit_check_address(const struct wx_permit *permit,
                                                     const unsigned char *bytes,
                                                     size_t n_bytes, uint16_t port,
                                                     struct wx_err *err);

double wx_permit_pace_per_s(const struct wx_permit *permit); /* 0: unlimited */
double wx_permit_address_pace_per_s(const struct wx_permit *permit);
/* The same towards one address: a fast pace that no order wrote down is cut to
 * WX_PERMIT_UNWRITTEN_PACE_PER_S (per address: 4 times that) unless it is loopback. */
double wx_permit_pace_at(const struct wx_permit *permit, const unsigned char *bytes,
                         size_t n_bytes);
double wx_permit_address_pace_at(const struct wx_permit *permit,
                                 const unsigned char *bytes, size_t n_bytes);
uint32_t wx_permit_host_connections(const struct wx_permit *permit);
uint32_t wx_permit_connections(const struct wx_permit *permit);
enum wx_depth wx_permit_depth(const struct wx_permit *permit);
bool wx_permit_ignores_robots(const struct wx_permit *permit);
int64_t wx_permit_until_s(const struct wx_permit *permit); /* 0: no end */
const char *wx_permit_holder(const struct wx_permit *permit);
struct wx_str wx_permit_id(const struct wx_permit *permit);

/* Kind of a special address for people ("loopback"), or NULL when it is public. */
const char *wx_address_special(const unsigned char *bytes, size_t n_bytes);

#endif
