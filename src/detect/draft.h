/*
 * What the detectors of availability, transport and exposure share when they speak:
 * sentences from the catalogue, observations kept until the end of the site, and the
 * named patterns of the rule library.
 */
#ifndef WX_DETECT_DRAFT_H
#define WX_DETECT_DRAFT_H

#include "base/catalogue.h"
#include "detect/detect.h"

/* detail_zh and detail_en from the catalogue's KEY, formatted with the same values. */
void wx_draft_detail(struct wx_draft *draft, struct wx_arena *arena, enum wx_text key,
                     ...);
/* Only the detail of LANG, for values that are words themselves. */
void wx_draft_detail_in(struct wx_draft *draft, struct wx_arena *arena,
                        enum wx_lang lang, enum wx_text key, ...);
/* "连接超时": how a request ended, in words; empty for WX_OUT_OK. */
const char *wx_outcome_text(enum wx_lang lang, enum wx_outcome outcome);

/* A copy of OBS that lives in ARENA, headers and TLS facts of every hop included. */
struct wx_observation *wx_observation_keep(struct wx_arena *arena,
                                           const struct wx_observation *obs);

/* Host of a URL text, empty when it has none. */
struct wx_str wx_host_of(struct wx_arena *arena, struct wx_str url);

/*
 * The name behind PREFIX of the named pattern that HIT belongs to ("waf." and
 * "waf.safedog" give "safedog"); empty when it is another kind of pattern.
 */
struct wx_str wx_hit_name(const struct wx_rules *rules,
                          const struct wx_pattern_hit *hit, const char *prefix);
/* First hit of a named pattern in the raw header section; false when none. */
bool wx_headers_hit(struct wx_judge *judge, struct wx_page *page, const char *prefix,
                    struct wx_str *name);

/* Bytes of text that visitors may read, and links; both cheap sums over the scan. */
struct wx_page_size {
    size_t text_bytes;
    size_t n_links; /* <a href> */
};
struct wx_page_size wx_page_measure(const struct wx_page *page);
/* The block that covers byte OFFSET of the page, or NULL. */
const struct wx_html_block *wx_page_block_at(const struct wx_page *page,
                                             uint32_t offset);

/* "2026-06-01" of Unix seconds, UTC; OUT holds 24 bytes. */
void wx_date_format(int64_t at_s, char out[24]);

#endif
