#include "model/filter.h"

struct reader {
    struct wx_str text;
    size_t at;
    struct wx_arena *arena;
};

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* "quoted" (a doubled quote is one) or up to a blank or comma. */
static enum wx_status read_value(struct reader *r, bool stops_at_comma,
                                 struct wx_str *out, struct wx_err *err)
{
    size_t from = r->at;

    if (from < r->text.len && r->text.ptr[from] == '"') {
        char *kept = wx_arena_alloc(r->arena, r->text.len - from + 1);
        size_t n = 0;

        for (r->at++; r->at < r->text.len; r->at++) {
            if (r->text.ptr[r->at] != '"') {
                kept[n++] = r->text.ptr[r->at];
            } else if (r->at + 1 < r->text.len && r->text.ptr[r->at + 1] == '"') {
                kept[n++] = '"';
                r->at++;
            } else {
                r->at++;
                *out = (struct wx_str){kept, n};
                return WX_OK;
            }
        }
        return wx_fail(err, WX_E_INVALID,
                       "filter, position %zu: the quotation mark is"
                       " not closed",
                       from + 1);
    }
    while (r->at < r->text.len && !wx_is_space((unsigned char)r->text.ptr[r->at]) &&
           !(stops_at_comma && r->text.ptr[r->at] == ','))
        r->at++;
    *out = wx_str_sub(r->text, from, r->at);
    return WX_OK;
}

static enum wx_filter_op read_op(struct reader *r)
{
    char c = r->text.ptr[r->at];
    bool is_equal = r->at + 1 < r->text.len && r->text.ptr[r->at + 1] == '=';

    r->at += c != ':' && is_equal ? 2 : 1;
    if (c == '>')
        return is_equal ? WX_FILTER_GREATER_EQUAL : WX_FILTER_GREATER;
    if (c == '<')
        return is_equal ? WX_FILTER_LESS_EQUAL : WX_FILTER_LESS;
    return WX_FILTER_IS;
}

static enum wx_status read_values(struct reader *r, struct wx_filter_term *term,
                                  struct wx_err *err)
{
    term->values = wx_arena_array(r->arena, struct wx_str, WX_MAX_FILTER_VALUES);
    for (;;) {
        enum wx_status status;

        if (term->n_values == WX_MAX_FILTER_VALUES)
            return wx_fail(err, WX_E_TOO_BIG, "filter: more than %d values of '%.*s'",
                           WX_MAX_FILTER_VALUES, WX_STR_ARG(term->field));
        status = read_value(r, true, &term->values[term->n_values], err);
        if (status)
            return status;
        term->n_values++;
        if (r->at >= r->text.len || r->text.ptr[r->at] != ',')
            return WX_OK;
        r->at++;
    }
}

static enum wx_status read_term(struct reader *r, struct wx_filter_term *term,
                                struct wx_err *err)
{
    size_t from, until;

    if (r->text.ptr[r->at] == '-' && r->at + 1 < r->text.len &&
        !wx_is_space((unsigned char)r->text.ptr[r->at + 1])) {
        term->is_negated = true;
        r->at++;
    }
    from = until = r->at;
    while (until < r->text.len && is_name_byte(r->text.ptr[until]))
        until++;
    if (until > from && until < r->text.len && strchr(":<>", r->text.ptr[until])) {
        term->field = wx_str_sub(r->text, from, until);
        r->at = until;
        term->op = read_op(r);
        return read_values(r, term, err);
    }
    term->op = WX_FILTER_WORD;
    term->values = wx_arena_array(r->arena, struct wx_str, 1);
    term->n_values = 1;
    return read_value(r, false, &term->values[0], err);
}

enum wx_status wx_filter_parse(struct wx_str text, struct wx_arena *arena,
                               struct wx_filter *out, struct wx_err *err)
{
    struct reader r = {text, 0, arena};

    out->n = 0;
    if (text.len > WX_MAX_FILTER_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "the filter is longer than %d bytes",
                       WX_MAX_FILTER_BYTES);
    for (;;) {
        struct wx_filter_term *term = &out->terms[out->n];
        enum wx_status status;

        while (r.at < text.len && wx_is_space((unsigned char)text.ptr[r.at]))
            r.at++;
        if (r.at >= text.len)
            return WX_OK;
        if (out->n == WX_MAX_FILTER_TERMS)
            return wx_fail(err, WX_E_TOO_BIG, "the filter has more than %d terms",
                           WX_MAX_FILTER_TERMS);
        *term = (struct wx_filter_term){0};
        status = read_term(&r, term, err);
        if (status)
            return status;
        out->n++;
    }
}
