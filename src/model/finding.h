/*
 * A finding: something wrong at a site, with its proof, in words a webmaster can act
 * on. Detectors write drafts; the judge adds what the rule says (texts, norm,
 * severity); the store keeps one row for each fingerprint.
 *
 * Identity. The fingerprint is the first 16 bytes of SHA-256 over
 *     "wx1" NUL rule NUL site-origin NUL place NUL key
 * where place is the normalised page address (host, path, sorted query without session
 * and tracking parameters) or empty for a finding of the whole site, and key is what
 * the detector says distinguishes two findings of one rule in one place (the hidden
 * link's target, the header's name). It does not depend on time, order of headers,
 * excerpt, offsets or wording, so a finding keeps its name over re-runs.
 */
#ifndef WX_MODEL_FINDING_H
#define WX_MODEL_FINDING_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/limits.h"

enum wx_severity { /* 信息 低 中 高 严重 */
                   WX_SEV_INFO,
                   WX_SEV_LOW,
                   WX_SEV_MEDIUM,
                   WX_SEV_HIGH,
                   WX_SEV_CRITICAL,
};

enum wx_verdict {
    WX_NOT_DETERMINED, /* blocked, timed out, could not be measured */
    WX_PASS,
    WX_FAIL,
    WX_SUSPECTED, /* 疑似: a person must look */
    WX_NOT_APPLICABLE,
};

struct wx_finding {
    char id[33];            /* fingerprint, 32 hex digits */
    struct wx_str rule;     /* rule id, e.g. "hidden-link-css" */
    struct wx_str category; /* rule's category, e.g. "hidden_link" */
    enum wx_severity severity;
    enum wx_verdict verdict;
    uint8_t confidence; /* per cent */
    uint64_t site_id;
    struct wx_str site;            /* origin, "www.example.gov.cn" or "host:8080" */
    struct wx_str site_name, unit; /* from the register; may be empty */
    struct wx_str url;             /* first place seen */
    struct wx_str where;   /* for people: "中文 / English", or one text for both */
    struct wx_str excerpt; /* secrets masked, <= WX_MAX_EXCERPT_BYTES, UTF-8 */
    struct wx_str key;     /* part of the identity, see above */
    struct wx_str place;   /* part of the identity, see above */
    struct wx_str detail_zh, detail_en; /* what exactly, with the measured values */
    struct wx_sha256 evidence[WX_MAX_EVIDENCE_REFS]; /* bodies, certificates */
    size_t n_evidence;
    uint32_t observation_seq; /* the observation it was first seen in */
    uint32_t n_places;        /* pages on which the same finding stood */
    struct wx_str more_urls[WX_MAX_FINDING_URLS];
    size_t n_more_urls;
    bool grew; /* more places than when it was last told; in memory only */
    int64_t first_seen_s, last_seen_s;
};

const char *wx_severity_name(enum wx_severity severity); /* "info" ... "critical" */
const char *wx_verdict_name(enum wx_verdict verdict);    /* "fail", "suspected", ... */
bool wx_severity_parse(struct wx_str s, enum wx_severity *out);
bool wx_verdict_parse(struct wx_str s, enum wx_verdict *out);

/* Fills FINDING->id from rule, site, place and key. */
void wx_finding_identify(struct wx_finding *finding);

/* Message form between worker and core (compact JSON, machine fields only). */
void wx_finding_format(const struct wx_finding *finding, struct wx_buf *out);
WX_MUST_CHECK enum wx_status wx_finding_parse(struct wx_str json,
                                              struct wx_arena *arena,
                                              struct wx_finding *out,
                                              struct wx_err *err);

#endif
