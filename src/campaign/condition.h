/*
 * Conditions and plausibility rules of forms. Pure.
 *
 *     when: has_icp is true
 *     when: unit.kind is organ|institution and total > 0
 *     that: systems.graded + systems.ungraded <= systems.total
 *     that: count(sites) == n_sites
 *
 * A condition joins comparisons with "and": FIELD is WORD|WORD, FIELD is_not WORD|WORD,
 * FIELD filled, FIELD empty, FIELD < > <= >= == NUMBER. A list answer "is" a word when
 * it holds it; a check row is its result. FIELD alone is of the same block, BLOCK.FIELD
 * of another. A rule compares two sums of fields, whole numbers, count(BLOCK) and
 * sum(BLOCK.FIELD), or two dates.
 */
#ifndef WX_CAMPAIGN_CONDITION_H
#define WX_CAMPAIGN_CONDITION_H

#include "base/arena.h"
#include "base/err.h"
#include <jansson.h>

enum wx_compare {
    WX_COMPARE_IS,
    WX_COMPARE_IS_NOT,
    WX_COMPARE_FILLED,
    WX_COMPARE_EMPTY,
    WX_COMPARE_LESS,
    WX_COMPARE_LESS_EQUAL,
    WX_COMPARE_GREATER,
    WX_COMPARE_GREATER_EQUAL,
    WX_COMPARE_EQUAL,
};
enum { WX_MAX_CLAUSES = 8, WX_MAX_CLAUSE_WORDS = 12, WX_MAX_TERMS = 24 };

struct wx_place { /* where an answer stands; block empty: the same block */
    struct wx_str block, field;
};
struct wx_clause {
    struct wx_place place;
    enum wx_compare op;
    struct wx_str words[WX_MAX_CLAUSE_WORDS];
    size_t n_words;
    int64_t number;
};
struct wx_condition {
    struct wx_clause at[WX_MAX_CLAUSES];
    size_t n; /* 0: always */
};

enum wx_term_kind { WX_TERM_NUMBER, WX_TERM_FIELD, WX_TERM_COUNT, WX_TERM_SUM };
struct wx_term {
    enum wx_term_kind kind;
    bool is_minus;
    int64_t number;
    struct wx_place place;
};
struct wx_rule_side {
    struct wx_term at[WX_MAX_TERMS];
    size_t n;
};
struct wx_form_rule_expr {
    struct wx_rule_side left, right;
    enum wx_compare op; /* LESS .. EQUAL */
};

/* WX_E_INVALID says what is not understood; the caller puts the place before it. Texts
 * live in ARENA. */
WX_MUST_CHECK enum wx_status wx_condition_parse(struct wx_arena *arena,
                                                struct wx_str text,
                                                struct wx_condition *out,
                                                struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_rule_expr_parse(struct wx_arena *arena,
                                                struct wx_str text,
                                                struct wx_form_rule_expr *out,
                                                struct wx_err *err);

/* ANSWERS: the whole object; ROW: the answers of the block the condition stands in (of
 * its row, when it repeats), or NULL. */
bool wx_condition_holds(const struct wx_condition *condition, const json_t *answers,
                        const json_t *row);
enum wx_rule_verdict {
    WX_RULE_HOLDS,
    WX_RULE_BROKEN,
    WX_RULE_UNKNOWN, /* an answer it needs is not there */
};
enum wx_rule_verdict wx_rule_judge(const struct wx_form_rule_expr *expr,
                                   const json_t *answers, const json_t *row);
/* Not stated: absent, null, "", [] or a check row without a result. */
bool wx_answer_is_empty(const json_t *value);

#endif
