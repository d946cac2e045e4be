#include "document/template.h"

#include "base/limits.h"
#include "wire/yaml.h"
#include <stdio.h>

enum { MAX_BLOCKS = 400, MAX_GRID_ROWS = 200, MAX_NAME_BYTES = 64 };

/* Where names are looked for: the row at hand first, then the paper's facts. */
struct scope {
    const struct wx_fact *table;
    const char *facts;
    const struct scope *outer;
    size_t no; /* of a row, from 1 */
};

struct maker {
    struct wx_yaml y;
    struct wx_paper *paper;
    struct wx_arena *arena;
    struct scope all;
};

/* ---- facts ---- */

static const struct wx_fact *find(const struct wx_fact *table, struct wx_str name)
{
    for (; table && table->name; table++)
        if (wx_str_eqz(name, table->name))
            return table;
    return NULL;
}

static size_t list_length(const struct scope *s, const struct wx_fact *list)
{
    return *(const size_t *)(s->facts + list->offset + sizeof(void *));
}

static struct wx_str fact_text(struct wx_arena *arena, const struct scope *s,
                               const struct wx_fact *f)
{
    const char *at = s->facts + f->offset;
    uint32_t share;

    switch (f->kind) {
    case WX_FACT_TEXT:
        return *(const struct wx_str *)at;
    case WX_FACT_COUNT:
        return wx_arena_printf(arena, "%llu",
                               (unsigned long long)*(const uint64_t *)at);
    case WX_FACT_SHARE:
        share = *(const uint32_t *)at;
        return wx_arena_printf(arena, "%u.%u%%", share / 10, share % 10);
    case WX_FACT_DAY:
        return wx_paper_day_text(arena, *(const struct wx_paper_day *)at, false);
    case WX_FACT_FLAG:
        return *(const bool *)at ? WX_STR("是") : WX_STR("");
    case WX_FACT_LIST:
        break;
    }
    return list_length(s, f) ? WX_STR("是") : WX_STR("");
}

/* "no" is a row's ordinal, "n_LIST" how many rows a list has. False: no such fact. */
static bool look_up(struct wx_arena *arena, const struct scope *s, struct wx_str name,
                    struct wx_str *out)
{
    for (; s; s = s->outer) {
        const struct wx_fact *f = find(s->table, name);

        if (f) {
            *out = fact_text(arena, s, f);
            return true;
        }
        if (s->no && wx_str_eqz(name, "no")) {
            *out = wx_arena_printf(arena, "%zu", s->no);
            return true;
        }
        f = wx_str_starts(name, "n_") ? find(s->table, wx_str_sub(name, 2, name.len))
                                      : NULL;
        if (f && f->kind == WX_FACT_LIST) {
            *out = wx_arena_printf(arena, "%zu", list_length(s, f));
            return true;
        }
    }
    return false;
}

static enum wx_status unknown(struct maker *m, struct fy_node *node, struct wx_str name)
{
    struct wx_buf names = WX_BUF_INIT(300);
    enum wx_status st;

    for (const struct wx_fact *f = m->all.table; f->name; f++)
        (void)wx_buf_printf(&names, "%s%s", names.len ? " " : "", f->name);
    st = wx_yaml_fail(
        &m->y, node, "there is no fact '" WX_STR_FMT "'; there are: " WX_STR_FMT,
        WX_STR_ARG(wx_utf8_clip(name, MAX_NAME_BYTES)), WX_STR_ARG(wx_buf_str(&names)));
    wx_buf_clear(&names);
    return st;
}

/* "{box:kind=organ}" is ☑ when that fact has that value, else □. */
static enum wx_status put_box(struct maker *m, const struct scope *s,
                              struct fy_node *node, struct wx_str inner,
                              struct wx_buf *out)
{
    struct wx_str rest = wx_str_sub(inner, 4, inner.len);
    struct wx_str name = wx_str_cut(&rest, '='), value;

    if (!look_up(m->arena, s, name, &value))
        return unknown(m, node, name);
    return wx_buf_addz(out, wx_str_eq(value, rest) ? "☑" : "□");
}

/* "{name}" and "{name|what stands where it is empty}"; "{{" is a brace. */
static enum wx_status put_fact(struct maker *m, const struct scope *s,
                               struct fy_node *node, struct wx_str inner,
                               struct wx_buf *out)
{
    struct wx_str name, value;

    if (wx_str_starts(inner, "box:"))
        return put_box(m, s, node, inner, out);
    name = wx_str_cut(&inner, '|');
    if (!look_up(m->arena, s, name, &value))
        return unknown(m, node, name);
    return wx_buf_adds(out, value.len ? value : inner);
}

static enum wx_status fill(struct maker *m, const struct scope *s, struct fy_node *node,
                           struct wx_str *out)
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_PAPER_BYTES);
    enum wx_status st = wx_yaml_str(&m->y, node, out);
    struct wx_str text = *out;

    if (st || wx_str_chr(text, '{') == WX_NPOS)
        return st;
    while (!st) {
        struct wx_str before = wx_str_cut(&text, '{');
        size_t end;

        (void)wx_buf_adds(&buf, before);
        if (!text.ptr) /* no brace was left */
            break;
        if (text.len && text.ptr[0] == '{') {
            (void)wx_buf_addc(&buf, '{');
            text = wx_str_sub(text, 1, text.len);
            continue;
        }
        end = wx_str_chr(text, '}');
        if (end == WX_NPOS) {
            st = wx_yaml_fail(&m->y, node, "a '{' is not closed");
            break;
        }
        st = put_fact(m, s, node, wx_str_sub(text, 0, end), &buf);
        text = wx_str_sub(text, end + 1, text.len);
    }
    if (!st && buf.is_full)
        st = wx_yaml_fail(&m->y, node, "this text becomes too long");
    *out = wx_arena_str(m->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return st;
}

static enum wx_status fill_key(struct maker *m, const struct scope *s,
                               struct fy_node *map, const char *key, struct wx_str *out)
{
    struct fy_node *node = wx_yaml_get(map, key);

    *out = WX_STR("");
    return node ? fill(m, s, node, out) : WX_OK;
}

/* ---- lists ---- */

/* The rows of the list that NODE names. */
static enum wx_status rows_of(struct maker *m, const struct scope *s,
                              struct fy_node *node, const struct wx_fact **list,
                              const char **rows, size_t *n)
{
    struct wx_str name;
    enum wx_status st = wx_yaml_str(&m->y, node, &name);

    if (st)
        return st;
    for (; s; s = s->outer) {
        *list = find(s->table, name);
        if (*list && (*list)->kind == WX_FACT_LIST) {
            *rows = *(const char *const *)(s->facts + (*list)->offset);
            *n = list_length(s, *list);
            return WX_OK;
        }
    }
    return unknown(m, node, name);
}

static struct scope row_scope(const struct scope *outer, const struct wx_fact *list,
                              const char *rows, size_t i)
{
    return (struct scope){.table = list->row,
                          .facts = rows + i * list->row_bytes,
                          .outer = outer,
                          .no = i + 1};
}

/* ---- tables ---- */

static bool align_of(struct wx_str word, enum wx_paper_align *align)
{
    static const char *const words[] = {"left", "centre", "right"};

    for (size_t i = 0; i < 3; i++)
        if (wx_str_eqz(word, words[i])) {
            *align = (enum wx_paper_align)i;
            return true;
        }
    return word.len == 0;
}

static enum wx_status read_align(struct maker *m, struct fy_node *map,
                                 enum wx_paper_align *align)
{
    struct wx_str word = WX_STR("");
    enum wx_status st = wx_yaml_str_opt(&m->y, map, "align", &word);

    if (!st && !align_of(word, align))
        st = wx_yaml_fail(&m->y, map, "'align' is left, centre or right");
    return st;
}

struct column {
    struct fy_node *node, *field;
    enum wx_paper_align align;
};

static enum wx_status read_columns(struct maker *m, struct fy_node *block,
                                   struct column *columns, uint16_t *widths, size_t *n)
{
    static const char *const keys[] = {"head", "field", "text", "width", "align", NULL};
    struct fy_node *seq;
    enum wx_status st =
        wx_yaml_seq_opt(&m->y, block, "columns", WX_MAX_PAPER_COLUMNS, &seq, n);

    if (!st && !*n)
        st = wx_yaml_fail(&m->y, block, "a table needs 'columns'");
    for (size_t i = 0; !st && i < *n; i++) {
        struct fy_node *node = fy_node_sequence_get_by_index(seq, (int)i);
        int64_t width = 1;

        columns[i] = (struct column){.node = node};
        st = wx_yaml_keys(&m->y, node, keys);
        if (!st)
            st = wx_yaml_int_opt(&m->y, node, "width", 1, 1000, &width);
        if (!st)
            st = read_align(m, node, &columns[i].align);
        columns[i].field = st ? NULL : wx_yaml_get(node, "field");
        widths[i] = (uint16_t)width;
    }
    return st;
}

/* "field: name" or a "text" with several. */
static enum wx_status column_text(struct maker *m, const struct scope *s,
                                  const struct column *column, struct wx_str *out)
{
    struct wx_str name;
    enum wx_status st;

    if (!column->field)
        return fill_key(m, s, column->node, "text", out);
    st = wx_yaml_str(&m->y, column->field, &name);
    if (!st && !look_up(m->arena, s, name, out))
        st = unknown(m, column->field, name);
    return st;
}

static enum wx_status put_table(struct maker *m, const struct scope *s,
                                struct fy_node *block, struct fy_node *value)
{
    struct column *columns =
        wx_arena_array(m->arena, struct column, WX_MAX_PAPER_COLUMNS);
    uint16_t widths[WX_MAX_PAPER_COLUMNS];
    const struct wx_fact *list = NULL;
    struct wx_paper_table *table;
    struct wx_str text;
    const char *rows = NULL;
    size_t n = 0, n_rows = 0;
    enum wx_status st = rows_of(m, s, value, &list, &rows, &n_rows);

    if (!st)
        st = read_columns(m, block, columns, widths, &n);
    if (!st)
        st = fill_key(m, s, block, "caption", &text);
    if (st)
        return st;
    table = wx_paper_table(m->paper, text, widths, n, 1);
    for (size_t c = 0; !st && c < n; c++) {
        st = fill_key(m, s, columns[c].node, "head", &text);
        (void)wx_paper_cell(m->paper, table, text);
    }
    for (size_t r = 0; !st && r < n_rows; r++) {
        struct scope row = row_scope(s, list, rows, r);

        wx_paper_row(m->paper, table);
        for (size_t c = 0; !st && c < n; c++) {
            st = column_text(m, &row, &columns[c], &text);
            if (!st)
                wx_paper_cell(m->paper, table, text)->align = columns[c].align;
        }
    }
    return st;
}

/* A cell of a form is a text, or {text, columns, rows, head, align}. */
static enum wx_status put_grid_cell(struct maker *m, const struct scope *s,
                                    struct wx_paper_table *table, struct fy_node *node)
{
    static const char *const keys[] = {"text", "columns", "rows",
                                       "head", "align",   NULL};
    int64_t columns = 1, rows = 1;
    enum wx_paper_align align = WX_PAPER_LEFT;
    struct wx_paper_cell *cell;
    struct wx_str text = WX_STR("");
    bool is_head = false;
    enum wx_status st;

    if (fy_node_is_scalar(node)) {
        st = fill(m, s, node, &text);
    } else {
        st = wx_yaml_keys(&m->y, node, keys);
        if (!st)
            st = fill_key(m, s, node, "text", &text);
        if (!st)
            st = wx_yaml_int_opt(&m->y, node, "columns", 1, WX_MAX_PAPER_COLUMNS,
                                 &columns);
        if (!st)
            st = wx_yaml_int_opt(&m->y, node, "rows", 1, 1000, &rows);
        if (!st)
            st = wx_yaml_bool_opt(&m->y, node, "head", &is_head);
        if (!st)
            st = read_align(m, node, &align);
    }
    if (st)
        return st;
    cell = wx_paper_cell(m->paper, table, text);
    cell->columns = (uint16_t)columns;
    cell->rows = (uint16_t)rows;
    cell->is_head |= is_head;
    cell->align = is_head ? WX_PAPER_CENTRE : align;
    return WX_OK;
}

static enum wx_status put_cells(struct maker *m, const struct scope *s,
                                struct wx_paper_table *table, struct fy_node *cells)
{
    struct fy_node *cell;
    void *prev = NULL;
    enum wx_status st = WX_OK;

    if (!cells || !fy_node_is_sequence(cells))
        return wx_yaml_fail(&m->y, cells, "a row of a form is a list of cells");
    wx_paper_row(m->paper, table);
    while (!st && (cell = fy_node_sequence_iterate(cells, &prev)))
        st = put_grid_cell(m, s, table, cell);
    return st;
}

/* A row is a list of cells, or {each: LIST, cells: [...]}. */
static enum wx_status put_grid_row(struct maker *m, const struct scope *s,
                                   struct wx_paper_table *table, struct fy_node *node)
{
    static const char *const keys[] = {"each", "cells", NULL};
    const struct wx_fact *list = NULL;
    const char *rows = NULL;
    struct fy_node *each, *cells;
    size_t n = 0;
    enum wx_status st;

    if (!fy_node_is_mapping(node))
        return put_cells(m, s, table, node);
    st = wx_yaml_keys(&m->y, node, keys);
    if (!st)
        st = wx_yaml_need(&m->y, node, "each", &each);
    if (!st)
        st = wx_yaml_need(&m->y, node, "cells", &cells);
    if (!st)
        st = rows_of(m, s, each, &list, &rows, &n);
    for (size_t i = 0; !st && i < n; i++) {
        struct scope row = row_scope(s, list, rows, i);

        st = put_cells(m, &row, table, cells);
    }
    return st;
}

static enum wx_status put_grid(struct maker *m, const struct scope *s,
                               struct fy_node *block, struct fy_node *value)
{
    uint16_t widths[WX_MAX_PAPER_COLUMNS];
    struct wx_paper_table *table;
    struct fy_node *seq, *node;
    struct wx_str caption, width;
    uint64_t part = 0;
    void *prev = NULL;
    size_t n = 0, n_rows;
    int64_t heads = 0;
    enum wx_status st = fill_key(m, s, block, "caption", &caption);

    if (!st && !fy_node_is_sequence(value))
        st = wx_yaml_fail(&m->y, value, "'grid' is a list of widths");
    while (!st && (node = fy_node_sequence_iterate(value, &prev))) {
        st = wx_yaml_str(&m->y, node, &width);
        if (!st && (n >= WX_MAX_PAPER_COLUMNS || !wx_str_to_u64(width, 1000, &part)))
            st = wx_yaml_fail(&m->y, node, "a width is a number to 1000");
        if (!st)
            widths[n++] = (uint16_t)part;
    }
    if (!st)
        st = wx_yaml_int_opt(&m->y, block, "heads", 0, 10, &heads);
    if (!st)
        st = wx_yaml_seq_opt(&m->y, block, "rows", MAX_GRID_ROWS, &seq, &n_rows);
    if (!st && !seq)
        st = wx_yaml_fail(&m->y, block, "a form needs 'rows'");
    if (st)
        return st;
    table = wx_paper_table(m->paper, caption, widths, n, (size_t)heads);
    table->is_roomy = true;
    for (size_t i = 0; !st && i < n_rows; i++)
        st = put_grid_row(m, s, table, fy_node_sequence_get_by_index(seq, (int)i));
    return st;
}

static enum wx_status put_bars(struct maker *m, const struct scope *s,
                               struct fy_node *block, struct fy_node *value)
{
    const struct wx_fact *list = NULL;
    struct wx_paper_block *bars;
    struct fy_node *name;
    const char *rows = NULL;
    struct wx_str caption, label, number;
    uint64_t count = 0;
    size_t n = 0;
    enum wx_status st = fill(m, s, value, &caption);

    if (!st)
        st = wx_yaml_need(&m->y, block, "list", &name);
    if (!st)
        st = rows_of(m, s, name, &list, &rows, &n);
    if (st)
        return st;
    bars = wx_paper_block(m->paper, WX_PAPER_BARS, caption);
    for (size_t i = 0; !st && i < n; i++) {
        struct scope row = row_scope(s, list, rows, i);

        st = fill_key(m, &row, block, "label", &label);
        if (!st)
            st = fill_key(m, &row, block, "value", &number);
        if (!st && !wx_str_to_u64(number, UINT64_MAX, &count))
            st = wx_yaml_fail(&m->y, block, "'value' of a bar must be a count");
        if (!st)
            wx_paper_bar(m->paper, bars, label, count);
    }
    return st;
}

/* ---- blocks ---- */

struct block_word {
    const char *key;
    enum wx_paper_block_kind kind;
    int level;
};
static const struct block_word words[] = {
    {"p", WX_PAPER_PARAGRAPH, 0},       {"h1", WX_PAPER_HEADING, 1},
    {"h2", WX_PAPER_HEADING, 2},        {"h3", WX_PAPER_HEADING, 3},
    {"h4", WX_PAPER_HEADING, 4},        {"line", WX_PAPER_LINE, 0},
    {"title", WX_PAPER_TITLE, 0},       {"attachment", WX_PAPER_ATTACHMENT, 0},
    {"enclosed", WX_PAPER_ENCLOSED, 0}, {"table", WX_PAPER_TABLE, 0},
    {"grid", WX_PAPER_TABLE, 1},        {"bars", WX_PAPER_BARS, 0},
    {"page", WX_PAPER_PAGE_BREAK, 0},   {"wide", WX_PAPER_WIDE, 0},
    {"upright", WX_PAPER_UPRIGHT, 0},
};

static const struct block_word *word_of(struct fy_node *block, struct fy_node **value)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        *value = wx_yaml_get(block, words[i].key);
        if (*value)
            return &words[i];
    }
    return NULL;
}

static enum wx_status put_text(struct maker *m, const struct scope *s,
                               struct fy_node *block, struct fy_node *value,
                               const struct block_word *word)
{
    enum wx_paper_align align = WX_PAPER_LEFT;
    struct wx_str text;
    enum wx_status st = fill(m, s, value, &text);

    if (!st)
        st = read_align(m, block, &align);
    if (st)
        return st;
    if (word->kind == WX_PAPER_PARAGRAPH)
        wx_paper_paragraph(m->paper, text);
    else if (word->kind == WX_PAPER_HEADING)
        wx_paper_heading(m->paper, word->level, text);
    else if (word->kind == WX_PAPER_LINE)
        wx_paper_line(m->paper, align, text);
    else
        (void)wx_paper_block(m->paper, word->kind, text);
    return WX_OK;
}

static enum wx_status put_heading(struct maker *m, const struct scope *s,
                                  struct fy_node *block)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct fy_node *value = wx_yaml_get(block, words[i].key);

        if (words[i].kind == WX_PAPER_HEADING && value)
            return put_text(m, s, block, value, &words[i]);
    }
    return WX_OK;
}

static enum wx_status put_one(struct maker *m, const struct scope *s,
                              struct fy_node *block)
{
    struct fy_node *value = NULL;
    const struct block_word *word = word_of(block, &value);

    if (!word)
        return wx_yaml_fail(
            &m->y, block,
            "a block is p, h1 to h4, line, title, attachment, enclosed, "
            "table, grid, bars, page, wide or upright");
    if (word->kind == WX_PAPER_TABLE)
        return word->level ? put_grid(m, s, block, value)
                           : put_table(m, s, block, value);
    if (word->kind == WX_PAPER_BARS)
        return put_bars(m, s, block, value);
    if (word->kind ==
        WX_PAPER_PARAGRAPH) { /* under a heading of its own, if it has one */
        enum wx_status st = put_heading(m, s, block);

        if (st)
            return st;
    }
    return put_text(m, s, block, value, word);
}

static enum wx_status is_wanted(struct maker *m, const struct scope *s,
                                struct fy_node *block, bool *wanted)
{
    static const char *const ways[] = {"if", "unless"};

    *wanted = true;
    for (size_t i = 0; i < 2; i++) {
        struct fy_node *node = wx_yaml_get(block, ways[i]);
        struct wx_str name, value;
        enum wx_status st = node ? wx_yaml_str(&m->y, node, &name) : WX_OK;

        if (!node)
            continue;
        if (!st && !look_up(m->arena, s, name, &value))
            st = unknown(m, node, name);
        if (st)
            return st;
        /* a count of 0 is as nothing */
        *wanted &= (value.len && !wx_str_eqz(value, "0")) == (i == 0);
    }
    return WX_OK;
}

static enum wx_status put_block(struct maker *m, struct fy_node *block)
{
    static const char *const keys[] = {
        "if",   "unless", "each",  "p",       "h1",      "h2",         "h3",
        "h4",   "line",   "title", "align",   "caption", "attachment", "enclosed",
        "wide", "table",  "grid",  "columns", "rows",    "heads",      "bars",
        "list", "label",  "value", "page",    "upright", NULL};
    const struct wx_fact *list = NULL;
    const char *rows = NULL;
    struct fy_node *each;
    size_t n = 0;
    bool wanted;
    enum wx_status st = wx_yaml_keys(&m->y, block, keys);

    if (!st)
        st = is_wanted(m, &m->all, block, &wanted);
    if (st || !wanted)
        return st;
    each = wx_yaml_get(block, "each");
    if (!each)
        return put_one(m, &m->all, block);
    st = rows_of(m, &m->all, each, &list, &rows, &n);
    for (size_t i = 0; !st && i < n; i++) {
        struct scope row = row_scope(&m->all, list, rows, i);

        st = put_one(m, &row, block);
    }
    return st;
}

/* ---- the paper ---- */

static enum wx_status read_layout(struct maker *m, enum wx_paper_layout *layout)
{
    static const char *const names[] = {"red_head", "letter", "plain", "form"};
    struct wx_str word;
    enum wx_status st = wx_yaml_str_need(&m->y, m->y.root, "layout", &word);

    for (size_t i = 0; !st && i < 4; i++)
        if (wx_str_eqz(word, names[i])) {
            *layout = (enum wx_paper_layout)i;
            return WX_OK;
        }
    return st ? st
              : wx_yaml_fail(&m->y, wx_yaml_get(m->y.root, "layout"),
                             "'layout' is red_head, letter, plain or form");
}

static void put_frame(struct wx_paper *p, const struct wx_frame *f)
{
    for (size_t i = 0; i < f->n_organs; i++)
        wx_paper_organ(p, f->organs[i]);
    if (f->signer.len)
        wx_paper_signer(p, f->signer);
    p->number = wx_paper_clean(p, f->number);
    p->secrecy = wx_paper_clean(p, f->secrecy);
    p->urgency = wx_paper_clean(p, f->urgency);
    p->copy_number = wx_paper_clean(p, f->copy_number);
    p->date = f->date;
    p->has_chinese_date = f->has_chinese_date;
    p->copy_to = wx_paper_clean(p, f->copy_to);
    p->printer = wx_paper_clean(p, f->printer);
    p->printed = f->printed;
    p->watermark = wx_paper_clean(p, f->watermark);
    if (f->contact.len)
        p->note = wx_paper_clean(
            p, wx_arena_printf(p->arena, "联系人：" WX_STR_FMT "%s" WX_STR_FMT,
                               WX_STR_ARG(f->contact), f->phone.len ? "，电话：" : "",
                               WX_STR_ARG(f->phone)));
}

static enum wx_status make(struct maker *m, const struct wx_frame *frame)
{
    static const char *const keys[] = {"name", "norm",   "layout",      "title", "to",
                                       "body", "signed", "attachments", NULL};
    struct wx_paper *p = m->paper;
    enum wx_paper_layout layout = WX_PAPER_PLAIN;
    struct fy_node *seq = NULL, *node;
    struct wx_str text;
    void *prev = NULL;
    bool is_signed = true;
    size_t n;
    enum wx_status st = wx_yaml_keys(&m->y, m->y.root, keys);

    if (!st)
        st = read_layout(m, &layout);
    if (!st)
        st = wx_yaml_bool_opt(&m->y, m->y.root, "signed", &is_signed);
    if (st)
        return st;
    wx_paper_init(p, m->arena, layout);
    put_frame(p, frame);
    p->is_unsigned = !is_signed;
    st = fill_key(m, &m->all, m->y.root, "title", &text);
    text = wx_str_trim(text);
    if (wx_str_starts(text, "关于关于")) /* a campaign's own name may begin so */
        text = wx_str_sub(text, strlen("关于"), text.len);
    p->title = wx_paper_clean(p, text);
    if (!st)
        st = fill_key(m, &m->all, m->y.root, "to", &text);
    p->addressees = wx_paper_clean(p, wx_str_trim(text));
    if (!st)
        st = wx_yaml_seq_opt(&m->y, m->y.root, "body", MAX_BLOCKS, &seq, &n);
    while (!st && seq && (node = fy_node_sequence_iterate(seq, &prev)))
        st = put_block(m, node);
    if (!st)
        st = wx_yaml_seq_opt(&m->y, m->y.root, "attachments", 40, &seq, &n);
    prev = NULL;
    while (!st && seq && (node = fy_node_sequence_iterate(seq, &prev))) {
        st = fill(m, &m->all, node, &text);
        wx_paper_name_attachment(p, text);
    }
    return st ? st : wx_paper_check(p, m->y.err);
}

/* The office's own text, else the built-in one. */
static enum wx_status load(struct wx_arena *arena, const char *dir, const char *name,
                           const char **file, struct wx_str *text, struct wx_err *err)
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_TEMPLATE_BYTES);
    struct wx_err none;
    enum wx_status st = WX_E_NOT_FOUND;

    *file =
        wx_arena_printf(arena, "%s/%s.yaml", dir ? dir : "templates/documents", name)
            .ptr;
    if (dir)
        st = wx_buf_read_file(&buf, *file, &none);
    if (!st)
        *text = wx_arena_str(arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    if (!st)
        return WX_OK;
    if (dir && none.status != WX_E_NOT_FOUND)
        return wx_fail(err, none.status, "%s", none.text);
    for (size_t i = 0; i < wx_n_template_files; i++)
        if (strcmp(wx_template_files[i].name, name) == 0) {
            *file = wx_arena_printf(arena, "templates/documents/%s.yaml", name).ptr;
            *text =
                (struct wx_str){wx_template_files[i].text, wx_template_files[i].bytes};
            return WX_OK;
        }
    return wx_fail(err, WX_E_NOT_FOUND, "there is no template '%s'", *file);
}

static enum wx_status make_from(struct wx_paper *paper, struct wx_arena *arena,
                                const char *file, struct wx_str text,
                                const struct wx_fact *table, const void *facts,
                                struct wx_err *err)
{
    struct maker m = {
        .paper = paper, .arena = arena, .all = {.table = table, .facts = facts}};
    enum wx_status st = wx_yaml_open(&m.y, arena, file, text, err);

    if (st)
        return st;
    st = make(&m, facts);
    wx_yaml_close(&m.y);
    return st;
}

enum wx_status wx_template_paper(struct wx_paper *paper, struct wx_arena *arena,
                                 const char *dir, const char *name,
                                 const struct wx_fact *table, const void *facts,
                                 struct wx_err *err)
{
    const char *file;
    struct wx_str text;
    enum wx_status st = load(arena, dir, name, &file, &text, err);

    return st ? st : make_from(paper, arena, file, text, table, facts, err);
}

enum wx_status wx_template_read(struct wx_arena *arena, const char *dir,
                                const char *name, struct wx_str *text,
                                struct wx_err *err)
{
    const char *file;

    return load(arena, dir, name, &file, text, err);
}

enum wx_status wx_template_make(struct wx_paper *paper, struct wx_arena *arena,
                                const char *name, struct wx_str text,
                                const struct wx_fact *table, const void *facts,
                                struct wx_err *err)
{
    return make_from(paper, arena, name, text, table, facts, err);
}
