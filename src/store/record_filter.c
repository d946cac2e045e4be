/* A list's filter text as SQL. Only names from the field tables get into the text; all
 * values are bound. */
#include "base/clock.h"
#include "model/filter.h"
#include "store/record_inner.h"
#include "store/words.h"

void wx_where_int(struct wx_where *where, int64_t v)
{
    if (where->n_binds < WX_MAX_BINDS)
        where->binds[where->n_binds++] = (struct wx_bind){.is_int = true, .number = v};
}

void wx_where_str(struct wx_where *where, struct wx_str s)
{
    if (where->n_binds < WX_MAX_BINDS)
        where->binds[where->n_binds++] = (struct wx_bind){.text = s};
}

void wx_where_bind(const struct wx_where *where, struct wx_query *q)
{
    for (size_t i = 0; i < where->n_binds; i++) {
        if (where->binds[i].is_int)
            wx_query_int(q, where->binds[i].number);
        else
            wx_query_str(q, where->binds[i].text);
    }
}

/* Columns every record has, under the names that JSON gives them. */
static const struct {
    const char *name, *column;
    bool is_time;
} frame[] = {
    {"id", "id", false},
    {"unit", "unit_id", false},
    {"unit_id", "unit_id", false},
    {"created", "created_s", true},
    {"created_by", "created_by", false},
    {"updated", "updated_s", true},
    {"updated_by", "updated_by", false},
};

struct column {
    const char *name;
    enum wx_field_kind kind;
    const struct wx_record_field *field;
};

static bool find_column(const struct wx_record_kind *kind, struct wx_str name,
                        struct column *out)
{
    const struct wx_record_field *field = wx_record_field_find(kind, name);

    if (field && !(field->flags & (WX_FIELD_SEALED | WX_FIELD_MASKED))) {
        *out = (struct column){field->name, field->kind, field};
        return true;
    }
    for (size_t i = 0; i < sizeof frame / sizeof frame[0]; i++)
        if (wx_str_eqz(name, frame[i].name)) {
            *out = (struct column){frame[i].column,
                                   frame[i].is_time ? WX_F_TIME : WX_F_INT, NULL};
            return true;
        }
    return false;
}

static enum wx_status bad_value(const struct wx_filter_term *term, struct wx_str value,
                                const char *want, struct wx_err *err)
{
    return wx_fail(err, WX_E_INVALID, "filter '%.*s': '%.*s' is not %s",
                   WX_STR_ARG(term->field), WX_STR_ARG(wx_utf8_clip(value, 60)), want);
}

static enum wx_status bind_value(struct wx_where *where,
                                 const struct wx_filter_term *term,
                                 const struct column *column, struct wx_str value,
                                 struct wx_err *err)
{
    uint64_t number;
    int64_t at_s;

    switch (column->kind) {
    case WX_F_INT:
    case WX_F_REF:
        if (!wx_str_to_u64(value, INT64_MAX, &number))
            return bad_value(term, value, "a whole number", err);
        wx_where_int(where, (int64_t)number);
        return WX_OK;
    case WX_F_BOOL:
        if (!wx_str_eqz(value, "true") && !wx_str_eqz(value, "false") &&
            !wx_str_eqz(value, "unknown"))
            return bad_value(term, value, "true, false or unknown", err);
        wx_where_int(where, wx_str_eqz(value, "true")    ? 1
                            : wx_str_eqz(value, "false") ? 0
                                                         : -1);
        return WX_OK;
    case WX_F_TIME:
        if (wx_str_eqz(value, "none")) {
            at_s = 0;
        } else if (!wx_time_parse(value, &at_s)) {
            return bad_value(term, value, "a date such as 2026-11-22", err);
        }
        wx_where_int(where, at_s);
        return WX_OK;
    default:
        wx_where_str(where, wx_str_eqz(value, "none") ? WX_STR("") : value);
        return WX_OK;
    }
}

static enum wx_status add_compare(struct wx_where *where,
                                  const struct wx_filter_term *term,
                                  const struct column *column, struct wx_err *err)
{
    static const char *const ops[] = {[WX_FILTER_GREATER] = ">",
                                      [WX_FILTER_GREATER_EQUAL] = ">=",
                                      [WX_FILTER_LESS] = "<",
                                      [WX_FILTER_LESS_EQUAL] = "<="};

    if (column->kind != WX_F_INT && column->kind != WX_F_TIME &&
        column->kind != WX_F_DATE)
        return wx_fail(err, WX_E_INVALID, "filter '%.*s' cannot be compared with '%s'",
                       WX_STR_ARG(term->field), ops[term->op]);
    (void)wx_buf_printf(&where->sql, "%s %s ?", column->name, ops[term->op]);
    return bind_value(where, term, column, term->values[0], err);
}

/* ENUMS are kept as "|a|b|". */
static enum wx_status add_words(struct wx_where *where,
                                const struct wx_filter_term *term,
                                const struct column *column)
{
    (void)wx_buf_addc(&where->sql, '(');
    for (size_t i = 0; i < term->n_values; i++) {
        (void)wx_buf_printf(&where->sql, "%sinstr(%s, ?) > 0", i ? " OR " : "",
                            column->name);
        wx_where_str(where, wx_arena_printf(where->arena, "|%.*s|",
                                            WX_STR_ARG(term->values[i])));
    }
    (void)wx_buf_addc(&where->sql, ')');
    return WX_OK;
}

static enum wx_status add_is(struct wx_where *where, const struct wx_filter_term *term,
                             const struct column *column, struct wx_err *err)
{
    enum wx_status status = WX_OK;

    if (column->kind == WX_F_ENUMS)
        return add_words(where, term, column);
    (void)wx_buf_printf(&where->sql, "%s IN (", column->name);
    for (size_t i = 0; !status && i < term->n_values; i++) {
        (void)wx_buf_addz(&where->sql, i ? ",?" : "?");
        status = bind_value(where, term, column, term->values[i], err);
    }
    (void)wx_buf_addc(&where->sql, ')');
    return status;
}

static struct wx_str like_pattern(struct wx_arena *arena, struct wx_str word)
{
    struct wx_buf like = WX_BUF_INIT(3 * WX_MAX_FILTER_BYTES);
    struct wx_str pattern;

    (void)wx_buf_addc(&like, '%');
    for (size_t i = 0; i < word.len; i++) {
        if (strchr("%_\\", word.ptr[i]))
            (void)wx_buf_addc(&like, '\\');
        (void)wx_buf_addc(&like, word.ptr[i]);
    }
    (void)wx_buf_addc(&like, '%');
    pattern = wx_arena_str(arena, wx_buf_str(&like));
    wx_buf_clear(&like);
    return pattern;
}

/* Rows that have the word itself. */
static void find_word(struct wx_where *where, const struct wx_record_kind *kind,
                      struct wx_str word, struct wx_str pattern)
{
    struct wx_buf pairs = WX_BUF_INIT(WX_MAX_FILTER_BYTES);
    size_t n_pairs = wx_words_query(word, &pairs);

    if (n_pairs == 1) {
        (void)wx_buf_printf(&where->sql,
                            "SELECT rowid FROM %s_word WHERE %s_word MATCH ?",
                            kind->name, kind->name);
    } else {
        (void)wx_buf_printf(&where->sql, "SELECT w.id FROM v_%s_text w WHERE ",
                            kind->name);
        if (n_pairs)
            (void)wx_buf_printf(&where->sql,
                                "w.id IN (SELECT rowid FROM %s_word WHERE %s_word"
                                " MATCH ?) AND ",
                                kind->name, kind->name);
        (void)wx_buf_addz(&where->sql, "w.words LIKE ? ESCAPE '\\'");
    }
    if (n_pairs)
        wx_where_str(where, wx_arena_str(where->arena, wx_buf_str(&pairs)));
    if (n_pairs != 1)
        wx_where_str(where, pattern);
    wx_buf_clear(&pairs);
}

/*
 * By the index of words (store/words.h), and by the names of what the row refers to.
 * The sign before "id" keeps SQLite from fetching row after row by number: the list's
 * own index is walked, and each id looked up among those found.
 */
static enum wx_status search_words(struct wx_where *where,
                                   const struct wx_record_kind *kind,
                                   struct wx_str word, struct wx_str pattern)
{
    (void)wx_buf_addz(&where->sql, "(+id IN (");
    find_word(where, kind, word, pattern);
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct wx_record_field *f = &kind->fields[i];

        if (f->kind != WX_F_REF || !(f->flags & WX_FIELD_SEARCH))
            continue;
        (void)wx_buf_printf(&where->sql,
                            " UNION ALL SELECT x.id FROM v_%s x WHERE x.%s IN (SELECT"
                            " r.id FROM v_%s r WHERE r.name LIKE ? ESCAPE '\\')",
                            kind->name, f->name, f->spec);
        wx_where_str(where, pattern);
    }
    (void)wx_buf_addz(&where->sql, "))");
    return WX_OK;
}

static enum wx_status add_search(struct wx_where *where,
                                 const struct wx_record_kind *kind, struct wx_str word,
                                 struct wx_err *err)
{
    struct wx_str pattern = like_pattern(where->arena, word);
    bool any = false;

    if (kind->is_managed)
        return search_words(where, kind, word, pattern);
    (void)wx_buf_addc(&where->sql, '(');
    for (size_t i = 0; i < kind->n_fields; i++) {
        if (!(kind->fields[i].flags & WX_FIELD_SEARCH))
            continue;
        (void)wx_buf_printf(&where->sql, "%s%s LIKE ? ESCAPE '\\'", any ? " OR " : "",
                            kind->fields[i].name);
        wx_where_str(where, pattern);
        any = true;
    }
    (void)wx_buf_addc(&where->sql, ')');
    if (!any)
        return wx_fail(err, WX_E_INVALID, "a list of '%s' cannot be searched by words",
                       kind->name);
    return WX_OK;
}

static enum wx_status add_term(const struct wx_record_query *query,
                               struct wx_where *where,
                               const struct wx_filter_term *term, struct wx_err *err)
{
    struct column column;
    enum wx_status status;

    (void)wx_buf_addz(&where->sql, term->is_negated ? " AND NOT " : " AND ");
    if (term->op == WX_FILTER_WORD)
        return add_search(where, query->kind, term->values[0], err);
    if (!find_column(query->kind, term->field, &column))
        return wx_fail(err, WX_E_INVALID, "filter: a %s has no field '%.*s'",
                       query->kind->name, WX_STR_ARG(wx_utf8_clip(term->field, 60)));
    (void)wx_buf_addc(&where->sql, '(');
    status = term->op == WX_FILTER_IS ? add_is(where, term, &column, err)
                                      : add_compare(where, term, &column, err);
    (void)wx_buf_addc(&where->sql, ')');
    return status;
}

/* "is:retired" asks for what is out of force; without it only what is in force. */
static bool take_retired(const struct wx_filter_term *term, struct wx_where *where)
{
    if (term->op != WX_FILTER_IS || !wx_str_eqz(term->field, "is") ||
        !wx_str_eqz(term->values[0], "retired"))
        return false;
    wx_buf_reset(&where->sql);
    (void)wx_buf_addz(&where->sql,
                      term->is_negated ? "retired_s = 0" : "retired_s > 0");
    return true;
}

enum wx_status wx_record_where(const struct wx_record_query *query,
                               struct wx_where *where, struct wx_err *err)
{
    struct wx_filter *filter = wx_arena_new(where->arena, struct wx_filter);
    enum wx_status status = wx_filter_parse(query->filter, where->arena, filter, err);

    (void)wx_buf_addz(&where->sql, "retired_s = 0");
    for (size_t i = 0; !status && i < filter->n; i++)
        (void)take_retired(&filter->terms[i], where);
    for (size_t i = 0; !status && i < filter->n; i++)
        if (!wx_str_eqz(filter->terms[i].field, "is"))
            status = add_term(query, where, &filter->terms[i], err);
        else if (!wx_str_eqz(filter->terms[i].values[0], "retired"))
            status = wx_fail(err, WX_E_INVALID, "filter: 'is:%.*s' is not known",
                             WX_STR_ARG(wx_utf8_clip(filter->terms[i].values[0], 60)));
    if (!status && (where->sql.is_full || where->n_binds >= WX_MAX_BINDS))
        status = wx_fail(err, WX_E_TOO_BIG, "the filter has too many values");
    return status;
}
