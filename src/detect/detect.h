/*
 * Judging what was seen. A detector is a pure function over observations: it gets no
 * socket, no file, no clock, and so can be replayed. One detector, one file under
 * detect/, one line in detect/detectors.def; its texts, norm and samples are rules.
 *
 * A judge holds the state of one site. Observations are fed in any order; style sheets
 * and scripts of the site should come before the pages that use them (probe/crawl and
 * replay see to it). At the end, finish() lets detectors speak about the site as a
 * whole and writes the site's facts.
 *
 *     wx_judge_new → wx_judge_observe × n → wx_judge_finish → wx_judge_free
 */
#ifndef WX_DETECT_DETECT_H
#define WX_DETECT_DETECT_H

#include "base/json.h"
#include "detect/rule/rule.h"
#include "model/observation.h"
#include "model/run.h"
#include "model/site.h"
#include "wire/charset.h"
#include "wire/html.h"
#include "wire/script.h"
#include "wire/style.h"
#include "wire/url.h"

struct wx_judge;

/* A fetched document, read once for everybody: the crawl takes its links from here. */
struct wx_page {
    const struct wx_observation *obs;
    const struct wx_fetch *fetch;
    struct wx_url url;          /* of the last hop */
    struct wx_str headers;      /* raw, of the last hop */
    struct wx_str bytes;        /* decoded content, raw characters */
    struct wx_str content_type; /* lower-cased essence: "text/html" */
    struct wx_decoded decoded;  /* .text is UTF-8 */
    const struct wx_html *html; /* NULL unless it is (or looks like) HTML */
    bool is_soft404;            /* looks like the site's "not found" page */
    bool is_notice;             /* a firewall's, parking or hosting page, or
                                   another body's: not the site's own words */
    /* made on first use by the calls below */
    const struct wx_pattern_hits *hits_;
    const struct wx_node_style *styles_;
    const struct wx_html *written_;
    bool is_written_known_;
    struct wx_arena *arena; /* lives until the next page */
};

/* Fill PAGE from OBS and its body. BODY may be empty. Everything lives in ARENA. */
void wx_page_open(struct wx_page *page, struct wx_arena *arena,
                  const struct wx_observation *obs, struct wx_str body);

/* Pattern hits over page->decoded.text, made once. */
const struct wx_pattern_hits *wx_page_hits(struct wx_judge *judge,
                                           struct wx_page *page);
/* Hiding of each node (page->html->nodes), inline and with the site's style sheets. */
const struct wx_node_style *wx_page_styles(struct wx_judge *judge,
                                           struct wx_page *page);
/*
 * Markup that inline scripts write into the page, decoded and scanned; its links carry
 * WX_IN_SCRIPT. NULL when there is none.
 */
const struct wx_html *wx_page_written(struct wx_judge *judge, struct wx_page *page);

/* What a detector says; everything else comes from the rule. */
struct wx_draft {
    const char *rule;                 /* rule id; unknown ids are our mistake */
    const struct wx_observation *obs; /* where the proof is; NULL: whole site */
    const struct wx_page *page; /* when it stands on a page; offsets refer to it */
    struct wx_str url;          /* place; empty: obs' final URL, or the site */
    struct wx_str key;          /* identity within rule and place */
    struct wx_str where;        /* for people; empty: made from offset */
    uint32_t offset, end;       /* bytes in the decoded text; end 0: none. Gives
                                   the excerpt when that is empty */
    struct wx_str excerpt;      /* already masked */
    struct wx_str detail_zh, detail_en; /* one sentence with the measured values */
    enum wx_verdict verdict;            /* 0: the rule's own; see is_not_determined */
    bool is_not_determined; /* the verdict is "not determined" (whose value is 0) */
    int confidence;         /* per cent; 0: the rule's own */
    int severity_plus_1;    /* 1 + severity to override; 0: the rule's own */
    bool is_site_wide;      /* identity ignores the page even if the rule's not */
};
void wx_judge_report(struct wx_judge *judge, const struct wx_draft *draft);

/* Zeroed memory of SIZE bytes that belongs to DETECTOR for this site. */
struct wx_detector;
struct wx_register_view;
void *wx_judge_state(struct wx_judge *judge, const struct wx_detector *detector,
                     size_t size);
struct wx_arena *wx_judge_arena(struct wx_judge *judge); /* lives as long as the site */
const struct wx_site *wx_judge_site(const struct wx_judge *judge);
const struct wx_rules *wx_judge_rules(const struct wx_judge *judge);
int64_t wx_judge_now_s(const struct wx_judge *judge); /* time of the observations */
/* The whole register; NULL when there is none. */
const struct wx_register_view *wx_judge_register(const struct wx_judge *judge);
/* The register: who answers for HOST? NULL when it is not in it. */
const struct wx_site *wx_judge_register_find(const struct wx_judge *judge,
                                             struct wx_str host);
/* The host belongs to the unit: same registrable domain, or registered for the unit. */
bool wx_judge_is_own_host(const struct wx_judge *judge, struct wx_str host);

struct wx_detector {
    const char *name;
    /* each HTTP fetch, also failed ones; PAGE is NULL when no body came */
    void (*fetch)(struct wx_judge *judge, const struct wx_observation *obs,
                  struct wx_page *page);
    /* each HTML document of purpose PAGE or HOME with status 200 that is the site's own
     * (not is_notice) */
    void (*page)(struct wx_judge *judge, struct wx_page *page);
    /* once, at the end */
    void (*site)(struct wx_judge *judge);
    /* fields of the site's facts object, written inside an open '{' */
    void (*facts)(struct wx_judge *judge, struct wx_json *facts);
};

/* All detectors of detectors.def, NULL at the end. */
extern const struct wx_detector *const wx_detectors[];

/* The register as a whole, for look-ups by host. Borrowed by judges. */
struct wx_register_view {
    const struct wx_site *sites;
    size_t n_sites;
    uint32_t *slots; /* hash of the domain to 1 + index; 0: empty */
    size_t n_slots;  /* a power of two */
};
/* Index SITES (kept, not copied); the table lives in ARENA. */
void wx_register_view_init(struct wx_register_view *view, struct wx_arena *arena,
                           const struct wx_site *sites, size_t n_sites);

struct wx_judge_sink {
    void *ctx;
    /* Once per distinct finding of the site as it is first met, and again from
     * finish() when n_places or more_urls grew. Idempotent by id. */
    void (*finding)(void *ctx, const struct wx_finding *finding);
};

struct wx_judge *wx_judge_new(const struct wx_rules *rules, const struct wx_site *site,
                              const struct wx_register_view *reg, int64_t now_s,
                              struct wx_judge_sink sink);
void wx_judge_free(struct wx_judge *judge);
/* BODY: decoded content of the last hop. The page, when given, was opened from both. */
void wx_judge_observe(struct wx_judge *judge, const struct wx_observation *obs,
                      struct wx_page *page);
/* Not all was seen: interrupted, past the deadline. Before finish. From then on nothing
 * may be concluded from what was not met. */
void wx_judge_cut(struct wx_judge *judge);
bool wx_judge_is_cut(const struct wx_judge *judge);
/* Site-wide judgement, then facts into FACTS (a JSON object). */
void wx_judge_finish(struct wx_judge *judge, struct wx_buf *facts);
/* How the site ended, as the availability detector sees it; valid after finish. */
enum wx_site_status wx_judge_status(const struct wx_judge *judge,
                                    struct wx_str *reason);
void wx_judge_set_status(struct wx_judge *judge, enum wx_site_status status,
                         struct wx_str reason); /* for detect/availability.c */

/* ID numbers, phones, tokens, passwords in TEXT masked for an excerpt. */
struct wx_str wx_mask(struct wx_arena *arena, struct wx_str text);

#endif
