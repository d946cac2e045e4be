/* Answers of the office's server as tables for people. */
#include "prog/noun.h"
#include "prog/terminal.h"
#include <stdio.h>
#include <stdlib.h>

enum { MAX_COLUMNS = 10, MAX_COLUMN_WIDTH = 40, MAX_CELL_BYTES = 400 };

struct column {
    const char *name;                    /* key in the answer */
    const struct wx_record_field *field; /* NULL: not of a field table */
    struct wx_str head;
    int width;
};

struct table {
    enum wx_lang lang;
    struct column columns[MAX_COLUMNS];
    size_t n_columns;
};

/* ---- one value as text ---- */

static void add_words(struct wx_buf *out, const json_t *value,
                      const struct wx_record_field *field, enum wx_lang lang)
{
    struct wx_enum_word word;
    struct wx_str s = {json_string_value(value), json_string_length(value)};

    if (field && (field->kind == WX_F_ENUM || field->kind == WX_F_ENUMS) &&
        wx_enum_find(field->spec, s, &word))
        s = lang == WX_ZH ? word.zh : word.en;
    (void)wx_buf_adds(out, wx_utf8_clip(s, MAX_CELL_BYTES));
}

static void add_value(struct wx_buf *out, const json_t *value,
                      const struct wx_record_field *field, enum wx_lang lang)
{
    char *text;
    const json_t *one;
    size_t i;

    switch (json_typeof(value)) {
    case JSON_STRING:
        add_words(out, value, field, lang);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        (void)wx_buf_addz(
            out, wx_text(lang, json_is_true(value) ? WX_T_OFFICE_YES : WX_T_OFFICE_NO));
        break;
    case JSON_NULL:
        break;
    case JSON_ARRAY:
        json_array_foreach((json_t *)(uintptr_t)value, i, one)
        {
            if (i)
                (void)wx_buf_addz(out, ", ");
            add_value(out, one, field, lang);
        }
        break;
    default:
        text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        (void)wx_buf_adds(out, wx_utf8_clip(wx_str_of(text), MAX_CELL_BYTES));
        free(text);
    }
}

/* A reference shows the name it leads to, which stands beside it. */
static const json_t *cell_of(const json_t *item, const char *name)
{
    char label[80];
    const json_t *named;

    snprintf(label, sizeof label, "%s_label", name);
    named = json_object_get(item, label);
    return json_string_length(named) ? named : json_object_get(item, name);
}

static void put_cell(const struct table *t, const json_t *item, const struct column *c,
                     int width, bool is_cut)
{
    struct wx_buf text = WX_BUF_INIT(1 << 20);
    const json_t *value = cell_of(item, c->name);

    if (value)
        add_value(&text, value, c->field, t->lang);
    wx_terminal_put(stdout, wx_buf_str(&text), width, is_cut);
    wx_buf_clear(&text);
}

static int cell_width(const struct table *t, const json_t *item, const struct column *c)
{
    struct wx_buf text = WX_BUF_INIT(1 << 20);
    const json_t *value = cell_of(item, c->name);
    int width;

    if (value)
        add_value(&text, value, c->field, t->lang);
    width = wx_terminal_width(wx_buf_str(&text));
    wx_buf_clear(&text);
    return width;
}

/* ---- columns ---- */

static struct column *add_column(struct table *t, const char *name,
                                 const struct wx_record_field *field)
{
    struct column *c = &t->columns[t->n_columns];

    if (t->n_columns == MAX_COLUMNS)
        return NULL;
    *c = (struct column){name, field, wx_str_of(name), 0};
    if (field)
        c->head = wx_str_of(t->lang == WX_ZH ? field->zh : field->en);
    t->n_columns++;
    return c;
}

static void choose_columns(struct table *t, const struct wx_record_kind *kind,
                           const json_t *first)
{
    const char *name;
    const json_t *value;

    if (kind) {
        (void)add_column(t, "id", NULL);
        for (size_t i = 0; i < kind->n_fields; i++)
            if (kind->fields[i].flags & WX_FIELD_LIST)
                (void)add_column(t, kind->fields[i].name, &kind->fields[i]);
        return;
    }
    json_object_foreach((json_t *)(uintptr_t)first, name,
                        value) if (!json_is_object(value) &&
                                   !json_is_array(value))(void)
        add_column(t, name, NULL);
}

static void measure(struct table *t, const json_t *items)
{
    for (size_t k = 0; k < t->n_columns; k++) {
        struct column *c = &t->columns[k];

        c->width = wx_terminal_width(c->head);
        for (size_t i = 0; i < json_array_size(items); i++) {
            int width = cell_width(t, json_array_get(items, i), c);

            if (width > c->width)
                c->width = width;
        }
        if (c->width > MAX_COLUMN_WIDTH)
            c->width = MAX_COLUMN_WIDTH;
    }
}

/* ---- shapes of answers ---- */

static void show_list(const struct wx_record_kind *kind, const json_t *answer,
                      const json_t *items, enum wx_lang lang)
{
    struct table t = {.lang = lang};
    const json_t *total = json_object_get(answer, "total");
    size_t n = json_array_size(items);

    choose_columns(&t, kind, json_array_get(items, 0));
    measure(&t, items);
    for (size_t k = 0; k < t.n_columns; k++) {
        wx_terminal_put(stdout, t.columns[k].head, t.columns[k].width, true);
        fputs(k + 1 < t.n_columns ? "  " : "\n", stdout);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < t.n_columns; k++) {
            put_cell(&t, json_array_get(items, i), &t.columns[k], t.columns[k].width,
                     true);
            fputs(k + 1 < t.n_columns ? "  " : "\n", stdout);
        }
    if (json_is_string(json_object_get(answer, "next"))) {
        fprintf(stderr, wx_text(lang, WX_T_OFFICE_MORE), n,
                json_is_integer(total) ? (long long)json_integer_value(total) : -1LL);
        fputc('\n', stderr);
    }
}

static void show_one(const struct wx_record_kind *kind, const json_t *answer,
                     enum wx_lang lang)
{
    struct table t = {.lang = lang};
    const char *name;
    const json_t *value;
    int width = 0;

    json_object_foreach((json_t *)(uintptr_t)answer, name, value)
    {
        int w = wx_terminal_width(wx_str_of(name));

        width = w > width ? w : width;
    }
    json_object_foreach((json_t *)(uintptr_t)answer, name, value)
    {
        struct column c = {.name = name,
                           .field = kind ? wx_record_field_find(kind, wx_str_of(name))
                                         : NULL};

        if (json_is_null(value) ||
            (json_is_string(value) && !json_string_length(value)))
            continue;
        wx_terminal_put(stdout, wx_str_of(name), width + 2, false);
        put_cell(&t, answer, &c, 0, false);
        if (c.field)
            printf("   (%s)", lang == WX_ZH ? c.field->zh : c.field->en);
        putchar('\n');
    }
}

bool wx_noun_show(const struct wx_verb *verb, const json_t *answer, enum wx_lang lang)
{
    bool is_record = wx_str_starts(wx_str_of(verb->endpoint->out), "list:") ||
                     wx_str_starts(wx_str_of(verb->endpoint->out), "record:");
    const struct wx_record_kind *kind = is_record ? verb->kind : NULL;
    const json_t *items = json_object_get(answer, "items");

    if (json_is_array(items))
        show_list(kind, answer, items, lang);
    else if (json_is_object(answer))
        show_one(kind, answer, lang);
    else
        return false;
    return true;
}
