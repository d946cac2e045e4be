/*
 * What a regular expression cannot match without: a set of literals of which every
 * match contains at least one, and how far before it a match can begin. Read from the
 * expression itself, so that PCRE2 is only asked where one of them stands.
 *
 * Expressions see bytes (nuclei.md 8). What would then mean something else than its
 * author thinks is refused with the reason: ideographs inside [...], a quantifier right
 * behind an ideograph, \p, \X, \C, (?x), recursion, conditions, \K, callouts, verbs.
 */
#ifndef WX_DETECT_RULE_REGEX_H
#define WX_DETECT_RULE_REGEX_H

#include "base/arena.h"
#include "base/err.h"

enum {
    WX_MAX_REGEX_BYTES = 4096,
    WX_MAX_REGEX_NEEDS = 32,
    WX_MAX_REGEX_NEED_BYTES = 64,
};
#define WX_REGEX_ENDLESS UINT32_MAX

struct wx_regex_needs {
    struct wx_str any[WX_MAX_REGEX_NEEDS];   /* a match contains one of them ... */
    uint32_t before_min[WX_MAX_REGEX_NEEDS]; /* ... at least so far behind its start */
    uint32_t before_max[WX_MAX_REGEX_NEEDS]; /* ... and at most; or ENDLESS */
    size_t n;
    bool is_icase;      /* any[] is lower case and stands in either case */
    uint32_t len_max;   /* of a whole match; or ENDLESS */
    bool has_lookahead; /* reads behind its own end */
};

/* OUT may point into REGEX. ERR names the expression and the place. WX_E_UNSUPPORTED:
 * none of >= 3 bytes. */
WX_MUST_CHECK enum wx_status wx_regex_analyse(struct wx_arena *arena,
                                              struct wx_str regex, bool is_icase,
                                              struct wx_regex_needs *out,
                                              struct wx_err *err);

#endif
