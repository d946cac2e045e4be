/*
 * An observation: one thing that was looked at, exactly as it was seen, before anybody
 * judged it. Observations are stored with their raw evidence, so that today's rules can
 * be replayed over last month's observations without touching a site.
 *
 * Kind FETCH is one HTTP request with all its redirects. TLS and DNS surveys, screen
 * shots, mail probes and host collectors add kinds and their own record beside
 * struct wx_fetch; the envelope (id, site, kind, time, JSON) stays as it is.
 *
 * Text form: docs/formats.md, "observation"; wx_observation_format() and _parse() are
 * each other's inverse, and a test says so.
 */
#ifndef WX_MODEL_OBSERVATION_H
#define WX_MODEL_OBSERVATION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"

enum wx_observation_kind {
    WX_OBS_FETCH = 1,
};

/* Why a request was made. Detectors use it: a random path is not a dead link. */
enum wx_purpose {
    WX_FOR_PAGE = 1, /* a page of the site, found by a link or the sitemap */
    WX_FOR_HOME,     /* the start page */
    WX_FOR_ROBOTS,
    WX_FOR_SITEMAP,
    WX_FOR_ASSET,   /* style sheet or script of the site */
    WX_FOR_SOFT404, /* a random path that cannot exist */
    WX_FOR_VARIANT, /* the same home by http/https or www/apex */
    WX_FOR_EXPOSED, /* a path of the rule library's exposed-file list */
    WX_FOR_OFFSITE, /* HEAD of a link that leaves the unit's domains */
};

/*
 * How a request ended. OK means that a complete HTTP answer came, whatever its status.
 * Everything else says why there is none; "could not be measured" is never "bad".
 */
enum wx_outcome {
    WX_OUT_OK,
    WX_OUT_NO_SUCH_HOST, /* DNS: the name does not exist, or has no address */
    WX_OUT_DNS_FAILED,   /* DNS: server failure, refused, timed out, malformed */
    WX_OUT_REFUSED,      /* TCP: connection refused */
    WX_OUT_UNREACHABLE,  /* TCP: no route, network or host unreachable */
    WX_OUT_CONNECT_TIMEOUT,
    WX_OUT_TLS_FAILED,    /* handshake impossible; fetch.tls says why */
    WX_OUT_TIMEOUT,       /* connected, but no complete header in time */
    WX_OUT_BODY_TIMEOUT,  /* header came, the body did not end in time */
    WX_OUT_RESET,         /* closed or reset before a complete answer */
    WX_OUT_BAD_HTTP,      /* what came is not HTTP, or breaks it dangerously */
    WX_OUT_TOO_BIG,       /* header section past its ceiling */
    WX_OUT_REDIRECT_LOOP, /* loop, or more than WX_MAX_REDIRECTS hops */
    WX_OUT_DENIED,        /* our permit forbids it; no packet was sent */
    WX_OUT_ROBOTS,        /* the site's robots.txt forbids it; not requested */
    WX_OUT_STOPPED,       /* we stopped: interrupt, deadline, breaker */
    WX_OUT_COUNT
};

/* What went wrong with a certificate. Several can hold at once. */
enum wx_cert_problem {
    WX_CERT_EXPIRED = 1 << 0,
    WX_CERT_NOT_YET_VALID = 1 << 1,
    WX_CERT_WRONG_NAME = 1 << 2,
    WX_CERT_UNTRUSTED = 1 << 3, /* no path to a trusted root, chain complete */
    WX_CERT_SELF_SIGNED = 1 << 4,
    WX_CERT_INCOMPLETE = 1 << 5, /* an intermediate was not sent */
    WX_CERT_REVOKED = 1 << 6,
    WX_CERT_WEAK = 1 << 7, /* MD5/SHA-1 signature, RSA < 2048, ... */
    WX_CERT_OTHER = 1 << 8,
};

/* One TLS connection as negotiated. version is the wire value, e.g. 0x0303. */
struct wx_tls {
    uint16_t version;              /* 0: no handshake was completed */
    struct wx_str cipher;          /* IANA name */
    bool needs_old_client;         /* only with legacy settings did it succeed */
    uint32_t cert_problems;        /* enum wx_cert_problem bits */
    struct wx_str error;           /* why the handshake failed, library's words */
    struct wx_str subject, issuer; /* RFC 4514 text */
    struct wx_str *names;          /* subjectAltName dNSName and iPAddress */
    size_t n_names;
    int64_t not_before_s, not_after_s;
    struct wx_str key;       /* "RSA 2048", "EC P-256", "SM2" */
    struct wx_str signature; /* "sha256WithRSAEncryption" */
    uint8_t n_chain;         /* certificates sent */
    struct wx_sha256 leaf_sha256;
    struct wx_sha256 chain; /* evidence: DER certificates, leaf first, each with
                               a 4-byte big-endian length; zero = none kept */
};

/* One request and its answer on the way to the final one. */
struct wx_hop {
    struct wx_str url;      /* requested */
    struct wx_str address;  /* "203.0.113.7:443", "[2001:db8::1]:80"; empty: none */
    uint16_t status;        /* 0: no answer */
    struct wx_str location; /* absolute target of the redirect; empty: final hop */
    struct wx_str headers;  /* raw header section incl. status line, CRLFs kept */
    struct wx_tls *tls;     /* NULL over plain HTTP, or same connection as before */
};

struct wx_fetch {
    enum wx_purpose purpose;
    bool is_head; /* HEAD instead of GET */
    enum wx_outcome outcome;
    struct wx_str detail;    /* one line for the technical reader; may be empty */
    struct wx_str url;       /* first URL asked for */
    struct wx_str final_url; /* of the last hop */
    struct wx_str referrer;  /* the page that led here; empty: none */
    struct wx_hop *hops;     /* at least one unless outcome is DENIED/ROBOTS/DNS */
    size_t n_hops;
    uint16_t status;       /* of the last hop; 0: none */
    struct wx_sha256 body; /* of the decoded body (evidence); zero = none */
    uint64_t body_bytes;   /* decoded */
    uint64_t wire_bytes;   /* received in all, headers included */
    bool is_truncated;     /* body longer than our ceiling: cut */
    bool is_length_wrong;  /* Content-Length lied */
    int32_t dns_ms, connect_ms, tls_ms, first_byte_ms, total_ms; /* -1: not reached */
    uint32_t n_requests; /* packets' worth: requests sent, retries included */
    uint16_t depth;      /* clicks from the start page */
};

struct wx_observation {
    uint64_t site_id;
    uint32_t seq; /* order within the site and the run, from 1 */
    enum wx_observation_kind kind;
    int64_t at_ms;         /* wall clock when it began */
    struct wx_fetch fetch; /* kind FETCH */
};

/* A piece of raw evidence, named by the SHA-256 of its raw bytes. */
struct wx_evidence {
    struct wx_sha256 hash;
    struct wx_str bytes;
};

const char *wx_purpose_name(enum wx_purpose purpose);
const char *wx_outcome_name(enum wx_outcome outcome); /* "ok", "no_such_host", ... */
bool wx_purpose_parse(struct wx_str s, enum wx_purpose *out);
bool wx_outcome_parse(struct wx_str s, enum wx_outcome *out);

/* Value of the first header field NAME of a raw header section; empty when absent. */
struct wx_str wx_headers_get(struct wx_str headers, const char *name);
/* Walk the fields: *POS starts at 0; false at the end. The status line is skipped. */
bool wx_headers_next(struct wx_str headers, size_t *pos, struct wx_str *name,
                     struct wx_str *value);
/* Header section of the last hop that answered; empty when none did. */
struct wx_str wx_fetch_headers(const struct wx_fetch *fetch);
/* The last hop's TLS facts, looking back over reused connections; NULL over HTTP. */
const struct wx_tls *wx_fetch_tls(const struct wx_fetch *fetch);

/* One JSON object, no line break. */
void wx_observation_format(const struct wx_observation *obs, struct wx_buf *out);
/* Strings live in ARENA. ERR names the field. */
WX_MUST_CHECK enum wx_status wx_observation_parse(struct wx_str json,
                                                  struct wx_arena *arena,
                                                  struct wx_observation *out,
                                                  struct wx_err *err);

#endif
