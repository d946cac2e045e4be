/*
 * All literals and regular expressions of the rule library as one compiled set, run
 * once over a page. Literals: rule/literal.h, case folded for ASCII where asked.
 * Regular expressions: PCRE2-JIT in byte mode (nuclei.md 8), run only where a literal
 * that every match must contain was found; one without such a literal is refused at
 * load. Immutable after build: many threads, one set.
 */
#ifndef WX_DETECT_RULE_PATTERN_H
#define WX_DETECT_RULE_PATTERN_H

#include "base/arena.h"
#include "base/err.h"

struct wx_pattern_set;
struct wx_pattern_builder;

enum wx_pattern_flag {
    WX_PAT_ICASE = 1 << 0,   /* ASCII letters in either case */
    WX_PAT_FIRST = 1 << 1,   /* report only the first hit in a text */
    WX_PAT_WORD = 1 << 2,    /* no ASCII letter or digit on either side */
    WX_PAT_CHECKED = 1 << 3, /* expression known to compile: not tried at add */
};

struct wx_pattern_hit {
    uint32_t tag;         /* given at add time */
    uint32_t offset, end; /* bytes in the text */
};

struct wx_pattern_builder *wx_pattern_builder_new(void);
/* For tests: leave out what only some processors can do. The hits are the same. */
void wx_pattern_builder_plain(struct wx_pattern_builder *b);
void wx_pattern_builder_free(struct wx_pattern_builder *b);
WX_MUST_CHECK enum wx_status wx_pattern_add_literal(struct wx_pattern_builder *b,
                                                    struct wx_str literal,
                                                    unsigned flags, uint32_t tag,
                                                    struct wx_err *err);
/* ERR names the expression and the place in it. */
WX_MUST_CHECK enum wx_status wx_pattern_add_regex(struct wx_pattern_builder *b,
                                                  struct wx_str regex, unsigned flags,
                                                  uint32_t tag, struct wx_err *err);
/* Consumes the builder. */
struct wx_pattern_set *wx_pattern_build(struct wx_pattern_builder *b);
void wx_pattern_set_free(struct wx_pattern_set *set);
/*
 * Expressions are compiled when they are first needed. A process that will soon be
 * forbidden to make memory executable, or many threads, compiles them all now.
 */
void wx_pattern_set_prepare(const struct wx_pattern_set *set);

struct wx_pattern_hits {
    struct wx_pattern_hit *hits; /* in order of offset */
    size_t n_hits;
    uint32_t n_dropped;   /* past WX_MAX_PATTERN_HITS */
    uint32_t n_undecided; /* regexes that met their match limit */
};

enum { WX_MAX_PATTERN_HITS = 20000 };

/* Every hit in TEXT; the array lives in ARENA. */
struct wx_pattern_hits wx_pattern_scan(const struct wx_pattern_set *set,
                                       struct wx_arena *arena, struct wx_str text);

#endif
