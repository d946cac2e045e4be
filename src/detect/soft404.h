/*
 * The "not found" page that says 200. The crawl asks for paths that cannot exist
 * (purpose SOFT404); what comes back is remembered as a sketch: a set of hashes over
 * the page's text blocks, without digits, white space and echoes of the path, so that
 * request numbers, times and "/x8f2k was not found" do not make two answers differ.
 * A page that is nearly equal to such an answer has no content of its own.
 */
#ifndef WX_DETECT_SOFT404_H
#define WX_DETECT_SOFT404_H

#include "detect/detect.h"

enum {
    WX_MAX_SKETCH_HASHES = 1024,
    WX_MAX_SOFT404_ANSWERS = 6,
    WX_SOFT404_LIKENESS = 88, /* per cent of common blocks from which it is the same */
};

struct wx_sketch {
    uint64_t *hashes; /* sorted, distinct */
    uint32_t n_hashes;
    uint64_t whole; /* hash of all bytes as they came */
    uint64_t n_bytes;
};

void wx_sketch_make(struct wx_sketch *sketch, struct wx_arena *arena,
                    const struct wx_page *page);
/* 0..100: the share of blocks both have in common. */
int wx_sketch_likeness(const struct wx_sketch *a, const struct wx_sketch *b);

struct wx_soft404_answer {
    uint16_t status;
    bool is_redirected;
    struct wx_str final_url; /* without query and fragment */
    struct wx_sketch sketch;
};

struct wx_soft404 {
    struct wx_soft404_answer answers[WX_MAX_SOFT404_ANSWERS];
    size_t n_answers;
    bool is_soft; /* at least one impossible path was answered with 200 */
    bool has_home;
    struct wx_sketch home; /* the start page, once it was seen */
};

/* Remember the answer to an impossible path; copies live in ARENA (the site's). */
void wx_soft404_learn(struct wx_soft404 *soft, struct wx_arena *arena,
                      const struct wx_page *page);
/*
 * True when PAGE is one of the answers again. Never for the start page, which a site
 * with one answer for everything also gives for impossible paths. A site that sends
 * impossible paths to its start page matches only pages that were redirected, too.
 */
bool wx_soft404_matches(const struct wx_soft404 *soft, const struct wx_page *page);
void wx_soft404_learn_home(struct wx_soft404 *soft, struct wx_arena *arena,
                           const struct wx_page *page);
/* True when the start page itself is the answer to impossible paths: one page for all
 * addresses (its script shows the content), of which none can be called missing. */
bool wx_soft404_is_one_page(const struct wx_soft404 *soft);
/* What the judge has learnt so far about the site's answers to impossible paths. */
const struct wx_soft404 *wx_judge_soft404(const struct wx_judge *judge);

#endif
