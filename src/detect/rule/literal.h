/*
 * Many byte strings looked for in one pass; the lower half of rule/pattern.h.
 *
 * A literal of at least six bytes (two ideographs) is found by looking at four bytes at
 * every third position only: three of its windows, at consecutive offsets, are in a
 * hashed bitmap that stays in the nearest caches, and exactly one of the three falls
 * on a position that is looked at. Where the bitmap says perhaps, a hash table of
 * windows says which literals to compare. Shorter literals have groups of their own
 * with a smaller step. Exact: every occurrence of every literal is reported once.
 */
#ifndef WX_DETECT_RULE_LITERAL_H
#define WX_DETECT_RULE_LITERAL_H

#include "base/str.h"

enum {
    WX_MIN_LITERAL_BYTES = 3, /* shorter ones would stand on every page */
    WX_MAX_LITERAL_BYTES = 1024,
};

struct wx_literal {
    struct wx_str bytes; /* lower case when is_icase */
    bool is_icase;       /* ASCII letters in the text match in either case */
};

/* Markup that every page is full of, in lower case. */
extern const char wx_everyday_markup[];

struct wx_literal_set;

/*
 * LITERALS (WX_MIN_LITERAL_BYTES..WX_MAX_LITERAL_BYTES each) and the array are kept by
 * reference and must outlive the set. IS_PLAIN leaves out what only some processors
 * can do, so that a test can compare.
 */
struct wx_literal_set *wx_literal_set_new(const struct wx_literal *literals, size_t n,
                                          bool is_plain);
void wx_literal_set_free(struct wx_literal_set *set);

/* LITERAL (index) stands in the text at AT. */
typedef void wx_literal_hit_fn(void *ctx, uint32_t literal, uint32_t at);

/*
 * Calls HIT for every occurrence. Order: for one literal by position; between literals
 * only nearly so. TEXT is shorter than 4 GiB - 64.
 */
void wx_literal_scan(const struct wx_literal_set *set, struct wx_str text,
                     wx_literal_hit_fn *hit, void *ctx);

#endif
