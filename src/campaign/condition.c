#include "campaign/condition.h"

#include "base/str.h"

/* ---- words of the little language ---- */

struct scan {
    struct wx_arena *arena;
    struct wx_str rest;
    struct wx_err *err;
};

static enum wx_status bad(const struct scan *s, const char *what)
{
    struct wx_str at = wx_utf8_clip(s->rest, 40);

    return wx_fail(s->err, WX_E_INVALID, "%s at '" WX_STR_FMT "'", what,
                   WX_STR_ARG(at));
}

static void skip_blanks(struct scan *s)
{
    while (s->rest.len && wx_is_space((unsigned char)s->rest.ptr[0]))
        s->rest = wx_str_sub(s->rest, 1, s->rest.len);
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_';
}

/* A run of letters, digits and '_', with a NUL behind it; empty when there is none. */
static struct wx_str take_word(struct scan *s)
{
    size_t n = 0;
    struct wx_str word;

    skip_blanks(s);
    while (n < s->rest.len && is_word_char(s->rest.ptr[n]))
        n++;
    word = (struct wx_str){wx_arena_z(s->arena, wx_str_sub(s->rest, 0, n)), n};
    s->rest = wx_str_sub(s->rest, n, s->rest.len);
    return word;
}

static bool take_sign(struct scan *s, const char *sign)
{
    skip_blanks(s);
    if (!wx_str_starts(s->rest, sign))
        return false;
    s->rest = wx_str_sub(s->rest, strlen(sign), s->rest.len);
    return true;
}

static enum wx_status take_place(struct scan *s, struct wx_place *out)
{
    struct wx_str first = take_word(s);

    *out = (struct wx_place){.field = first};
    if (first.len == 0 || (first.ptr[0] >= '0' && first.ptr[0] <= '9'))
        return bad(s, "here must be a field");
    if (!wx_str_starts(s->rest, "."))
        return WX_OK;
    s->rest = wx_str_sub(s->rest, 1, s->rest.len);
    out->block = first;
    out->field = take_word(s);
    return out->field.len ? WX_OK : bad(s, "here must be a field");
}

static bool take_compare(struct scan *s, enum wx_compare *out)
{
    static const struct {
        const char *sign;
        enum wx_compare op;
    } signs[] = {{"<=", WX_COMPARE_LESS_EQUAL},
                 {">=", WX_COMPARE_GREATER_EQUAL},
                 {"==", WX_COMPARE_EQUAL},
                 {"<", WX_COMPARE_LESS},
                 {">", WX_COMPARE_GREATER}};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (take_sign(s, signs[i].sign)) {
            *out = signs[i].op;
            return true;
        }
    }
    return false;
}

static enum wx_status take_number(struct scan *s, int64_t *out)
{
    struct wx_str word = take_word(s);
    uint64_t n;

    if (!wx_str_to_u64(word, INT32_MAX, &n))
        return bad(s, "here must be a whole number");
    *out = (int64_t)n;
    return WX_OK;
}

/* ---- conditions ---- */

static enum wx_status take_words(struct scan *s, struct wx_clause *c)
{
    do {
        if (c->n_words == WX_MAX_CLAUSE_WORDS)
            return bad(s, "too many words");
        c->words[c->n_words] = take_word(s);
        if (c->words[c->n_words++].len == 0)
            return bad(s, "here must be a word");
    } while (take_sign(s, "|"));
    return WX_OK;
}

static enum wx_status take_clause(struct scan *s, struct wx_clause *c)
{
    enum wx_status st = take_place(s, &c->place);
    struct wx_str verb;

    if (st)
        return st;
    if (take_compare(s, &c->op))
        return take_number(s, &c->number);
    verb = take_word(s);
    if (wx_str_eqz(verb, "filled") || wx_str_eqz(verb, "empty")) {
        c->op = wx_str_eqz(verb, "filled") ? WX_COMPARE_FILLED : WX_COMPARE_EMPTY;
        return WX_OK;
    }
    if (!wx_str_eqz(verb, "is") && !wx_str_eqz(verb, "is_not"))
        return bad(s, "here must be is, is_not, filled, empty, < > <= >= or ==");
    c->op = wx_str_eqz(verb, "is") ? WX_COMPARE_IS : WX_COMPARE_IS_NOT;
    return take_words(s, c);
}

enum wx_status wx_condition_parse(struct wx_arena *arena, struct wx_str text,
                                  struct wx_condition *out, struct wx_err *err)
{
    struct scan s = {arena, text, err};
    enum wx_status st;

    memset(out, 0, sizeof *out);
    for (;;) {
        if (out->n == WX_MAX_CLAUSES)
            return bad(&s, "too many comparisons");
        st = take_clause(&s, &out->at[out->n]);
        if (st)
            return st;
        out->n++;
        skip_blanks(&s);
        if (s.rest.len == 0)
            return WX_OK;
        if (!wx_str_eqz(take_word(&s), "and"))
            return bad(&s, "comparisons are joined by and");
    }
}

/* ---- rules ---- */

static enum wx_status take_term(struct scan *s, struct wx_term *t)
{
    struct scan before = *s;
    struct wx_str word = take_word(s);
    uint64_t n;
    enum wx_status st;

    if (word.len && word.ptr[0] >= '0' && word.ptr[0] <= '9') {
        if (!wx_str_to_u64(word, INT32_MAX, &n))
            return bad(s, "here must be a whole number");
        t->kind = WX_TERM_NUMBER;
        t->number = (int64_t)n;
        return WX_OK;
    }
    if ((wx_str_eqz(word, "count") || wx_str_eqz(word, "sum")) && take_sign(s, "(")) {
        t->kind = wx_str_eqz(word, "count") ? WX_TERM_COUNT : WX_TERM_SUM;
        st = take_place(s, &t->place);
        if (!st && t->kind == WX_TERM_COUNT) {
            if (t->place.block.len)
                return bad(s, "count() takes a block");
            t->place.block = t->place.field;
            t->place.field = (struct wx_str){NULL, 0};
        } else if (!st && !t->place.block.len) {
            return bad(s, "sum() takes BLOCK.FIELD");
        }
        return st || take_sign(s, ")") ? st : bad(s, "here must be )");
    }
    s->rest = before.rest;
    t->kind = WX_TERM_FIELD;
    return take_place(s, &t->place);
}

static enum wx_status take_side(struct scan *s, struct wx_rule_side *side)
{
    bool is_minus = false;
    enum wx_status st;

    for (;;) {
        if (side->n == WX_MAX_TERMS)
            return bad(s, "too many terms");
        side->at[side->n].is_minus = is_minus;
        st = take_term(s, &side->at[side->n]);
        if (st)
            return st;
        side->n++;
        if (take_sign(s, "+"))
            is_minus = false;
        else if (take_sign(s, "-"))
            is_minus = true;
        else
            return WX_OK;
    }
}

enum wx_status wx_rule_expr_parse(struct wx_arena *arena, struct wx_str text,
                                  struct wx_form_rule_expr *out, struct wx_err *err)
{
    struct scan s = {arena, text, err};
    enum wx_status st;

    memset(out, 0, sizeof *out);
    st = take_side(&s, &out->left);
    if (!st && !take_compare(&s, &out->op))
        st = bad(&s, "here must be <, >, <=, >= or ==");
    if (!st)
        st = take_side(&s, &out->right);
    skip_blanks(&s);
    if (!st && s.rest.len)
        st = bad(&s, "here must be the end");
    return st;
}

/* ---- holding them against answers ---- */

bool wx_answer_is_empty(const json_t *value)
{
    if (!value || json_is_null(value))
        return true;
    if (json_is_string(value))
        return json_string_length(value) == 0;
    if (json_is_array(value))
        return json_array_size(value) == 0;
    return json_is_object(value) &&
           wx_answer_is_empty(json_object_get(value, "result"));
}

static const json_t *member(const json_t *object, struct wx_str key)
{
    return json_is_object(object) && key.len ? json_object_get(object, key.ptr) : NULL;
}

static const json_t *answer_at(const struct wx_place *place, const json_t *answers,
                               const json_t *row)
{
    return member(place->block.len ? member(answers, place->block) : row, place->field);
}

static bool is_word(const json_t *value, struct wx_str word)
{
    if (json_is_object(value))
        value = json_object_get(value, "result");
    if (json_is_boolean(value))
        return wx_str_eqz(word, json_is_true(value) ? "true" : "false");
    return json_is_string(value) &&
           wx_str_eq(word, (struct wx_str){json_string_value(value),
                                           json_string_length(value)});
}

static bool holds_word(const struct wx_clause *c, const json_t *value)
{
    for (size_t i = 0; i < c->n_words; i++) {
        const json_t *item;
        size_t k;

        if (is_word(value, c->words[i]))
            return true;
        json_array_foreach(value, k, item)
        {
            if (is_word(item, c->words[i]))
                return true;
        }
    }
    return false;
}

static bool compare(enum wx_compare op, double a, double b)
{
    switch (op) {
    case WX_COMPARE_LESS:
        return a < b;
    case WX_COMPARE_LESS_EQUAL:
        return a <= b;
    case WX_COMPARE_GREATER:
        return a > b;
    case WX_COMPARE_GREATER_EQUAL:
        return a >= b;
    default:
        return a - b < 1e-9 && b - a < 1e-9;
    }
}

static bool clause_holds(const struct wx_clause *c, const json_t *value)
{
    switch (c->op) {
    case WX_COMPARE_FILLED:
        return !wx_answer_is_empty(value);
    case WX_COMPARE_EMPTY:
        return wx_answer_is_empty(value);
    case WX_COMPARE_IS:
        return holds_word(c, value);
    case WX_COMPARE_IS_NOT: /* not answered is no answer */
        return !wx_answer_is_empty(value) && !holds_word(c, value);
    default:
        return json_is_number(value) &&
               compare(c->op, json_number_value(value), (double)c->number);
    }
}

bool wx_condition_holds(const struct wx_condition *condition, const json_t *answers,
                        const json_t *row)
{
    for (size_t i = 0; i < condition->n; i++)
        if (!clause_holds(&condition->at[i],
                          answer_at(&condition->at[i].place, answers, row)))
            return false;
    return true;
}

/* ---- sums ---- */

static bool sum_block(const struct wx_place *place, const json_t *answers, double *out)
{
    const json_t *rows = member(answers, place->block), *row;
    size_t i;

    *out = 0;
    json_array_foreach(rows, i, row)
    {
        const json_t *value = member(row, place->field);

        if (!json_is_number(value))
            return false;
        *out += json_number_value(value);
    }
    return json_is_array(rows);
}

static bool term_value(const struct wx_term *t, const json_t *answers,
                       const json_t *row, double *out)
{
    const json_t *value;

    switch (t->kind) {
    case WX_TERM_NUMBER:
        *out = (double)t->number;
        return true;
    case WX_TERM_COUNT:
        value = member(answers, t->place.block);
        *out = (double)json_array_size(value);
        return json_is_array(value);
    case WX_TERM_SUM:
        return sum_block(&t->place, answers, out);
    default:
        value = answer_at(&t->place, answers, row);
        *out = json_number_value(value);
        return json_is_number(value);
    }
}

static bool side_value(const struct wx_rule_side *side, const json_t *answers,
                       const json_t *row, double *out)
{
    double v;

    *out = 0;
    for (size_t i = 0; i < side->n; i++) {
        if (!term_value(&side->at[i], answers, row, &v))
            return false;
        *out += side->at[i].is_minus ? -v : v;
    }
    return true;
}

/* "2016-07-08" compares as text. */
static const char *date_value(const struct wx_rule_side *side, const json_t *answers,
                              const json_t *row)
{
    if (side->n != 1 || side->at[0].kind != WX_TERM_FIELD)
        return NULL;
    return json_string_value(answer_at(&side->at[0].place, answers, row));
}

enum wx_rule_verdict wx_rule_judge(const struct wx_form_rule_expr *expr,
                                   const json_t *answers, const json_t *row)
{
    const char *from = date_value(&expr->left, answers, row);
    const char *to = date_value(&expr->right, answers, row);
    double left, right;

    if (from && to && *from && *to)
        return compare(expr->op, strcmp(from, to), 0) ? WX_RULE_HOLDS : WX_RULE_BROKEN;
    if (!side_value(&expr->left, answers, row, &left) ||
        !side_value(&expr->right, answers, row, &right))
        return WX_RULE_UNKNOWN;
    return compare(expr->op, left, right) ? WX_RULE_HOLDS : WX_RULE_BROKEN;
}
