/*
 * The filter text of lists, as it stands in the address of a page:
 *
 *     severity:high,critical -state:closed unit_id:12 created>2026-01-01 "暗链" 政府
 *
 * Terms are joined by "and". A bare word or "phrase" is searched in the kind's texts;
 * field:a,b means one of; a leading "-" turns a term round; > >= < <= compare numbers,
 * dates and times. Pure; knows no fields: the store says which exist.
 */
#ifndef WX_MODEL_FILTER_H
#define WX_MODEL_FILTER_H

#include "base/arena.h"
#include "base/err.h"

enum wx_filter_op {
    WX_FILTER_WORD, /* field is empty, values[0] the text */
    WX_FILTER_IS,   /* one of values */
    WX_FILTER_GREATER,
    WX_FILTER_GREATER_EQUAL,
    WX_FILTER_LESS,
    WX_FILTER_LESS_EQUAL,
};
enum {
    WX_MAX_FILTER_TERMS = 30,
    WX_MAX_FILTER_VALUES = 50,
    WX_MAX_FILTER_BYTES = 4096
};

struct wx_filter_term {
    enum wx_filter_op op;
    bool is_negated;
    struct wx_str field;
    struct wx_str *values;
    size_t n_values;
};
struct wx_filter {
    struct wx_filter_term terms[WX_MAX_FILTER_TERMS];
    size_t n;
};

/* Texts point into TEXT or ARENA. WX_E_INVALID or WX_E_TOO_BIG name the place. */
WX_MUST_CHECK enum wx_status wx_filter_parse(struct wx_str text, struct wx_arena *arena,
                                             struct wx_filter *out, struct wx_err *err);

#endif
