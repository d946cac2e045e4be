#include "campaign/form_layout.h"

#include <stdio.h>

enum {
    MAX_NAME_CHARS = 26, /* of a sheet; the format allows 31 */
    MAX_HINT_BYTES = 8 << 10,
};

struct laying {
    struct wx_arena *arena;
    const struct wx_campaign_form *form;
    enum wx_lang lang;
    struct wx_layout_sheet *sheet;
    size_t cap;
    uint32_t row;
};

void wx_cell_name(uint32_t row, uint32_t column, char out[WX_CELL_NAME_BYTES])
{
    char letters[8];
    size_t n = sizeof letters;
    uint32_t c = column + 1;

    letters[--n] = '\0';
    for (; c && n; c = (c - 1) / 26)
        letters[--n] = (char)('A' + (c - 1) % 26);
    snprintf(out, WX_CELL_NAME_BYTES, "%s%u", letters + n, row + 1);
}

static struct wx_layout_cell *put(struct laying *l, uint32_t column,
                                  enum wx_layout_part part, struct wx_str text)
{
    struct wx_layout_sheet *s = l->sheet;
    struct wx_layout_cell *cell;

    if (s->n_cells == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 64;

        s->cells = wx_arena_grow(l->arena, s->cells, l->cap * sizeof *cell,
                                 cap * sizeof *cell);
        l->cap = cap;
    }
    cell = &s->cells[s->n_cells++];
    *cell = (struct wx_layout_cell){
        .row = l->row, .column = column, .part = part, .text = text};
    return cell;
}

static struct wx_str said(struct laying *l, enum wx_text text)
{
    (void)l;
    return wx_str_of(wx_text(l->lang, text));
}

/* ---- conditions ---- */

static const struct wx_form_field *named(const struct wx_campaign_form *form,
                                         const struct wx_form_block *block,
                                         const struct wx_place *place)
{
    if (place->block.len)
        block = wx_form_block_find(form, place->block);
    return block ? wx_form_field_find(block, place->field) : NULL;
}

static struct wx_str word_text(const struct wx_form_field *field, struct wx_str word,
                               enum wx_lang lang)
{
    struct wx_enum_word found;

    if (field && field->record.spec && wx_enum_find(field->record.spec, word, &found))
        return lang == WX_EN ? found.en : found.zh;
    if (wx_str_eqz(word, "true"))
        return wx_str_of(wx_text(lang, WX_T_BOOK_YES));
    if (wx_str_eqz(word, "false"))
        return wx_str_of(wx_text(lang, WX_T_BOOK_NO_WORD));
    for (int i = 0; field && field->kind == WX_ANSWER_CHECK && i < 4; i++) {
        static const char *const results[] = {"conform", "partly", "not", "na"};

        if (wx_str_eqz(word, results[i]))
            return wx_str_of(wx_text(lang, (enum wx_text)(WX_T_CHECK_CONFORM + i)));
    }
    return word;
}

static struct wx_str words_text(struct wx_arena *arena, const struct wx_clause *c,
                                const struct wx_form_field *field, enum wx_lang lang)
{
    struct wx_str out = WX_STR("");

    for (size_t i = 0; i < c->n_words; i++) {
        struct wx_str word = word_text(field, c->words[i], lang);

        out = wx_arena_printf(arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(out),
                              i ? wx_text(lang, WX_T_BOOK_OR) : "", WX_STR_ARG(word));
    }
    return out;
}

static struct wx_str clause_text(struct wx_arena *arena,
                                 const struct wx_campaign_form *form,
                                 const struct wx_form_block *block,
                                 const struct wx_clause *c, enum wx_lang lang)
{
    static const enum wx_text signs[] = {
        [WX_COMPARE_LESS] = WX_T_BOOK_LESS,
        [WX_COMPARE_LESS_EQUAL] = WX_T_BOOK_LESS_EQUAL,
        [WX_COMPARE_GREATER] = WX_T_BOOK_GREATER,
        [WX_COMPARE_GREATER_EQUAL] = WX_T_BOOK_GREATER_EQUAL,
        [WX_COMPARE_EQUAL] = WX_T_BOOK_EQUAL,
    };
    const struct wx_form_field *field = named(form, block, &c->place);
    const char *label =
        field ? wx_label_in(field, lang) : wx_arena_z(arena, c->place.field);

    switch (c->op) {
    case WX_COMPARE_IS:
    case WX_COMPARE_IS_NOT:
        return wx_arena_printf(
            arena,
            wx_text(lang, c->op == WX_COMPARE_IS ? WX_T_BOOK_IS : WX_T_BOOK_IS_NOT),
            label, wx_arena_z(arena, words_text(arena, c, field, lang)));
    case WX_COMPARE_FILLED:
    case WX_COMPARE_EMPTY:
        return wx_arena_printf(arena,
                               wx_text(lang, c->op == WX_COMPARE_FILLED
                                                 ? WX_T_BOOK_FILLED
                                                 : WX_T_BOOK_EMPTY),
                               label);
    default:
        return wx_arena_printf(arena, wx_text(lang, WX_T_BOOK_COMPARED), label,
                               wx_text(lang, signs[c->op]), (long long)c->number);
    }
}

struct wx_str wx_condition_text(struct wx_arena *arena,
                                const struct wx_campaign_form *form,
                                const struct wx_form_block *block,
                                const struct wx_condition *condition, enum wx_lang lang)
{
    struct wx_str out = WX_STR("");

    if (!condition->n)
        return out;
    for (size_t i = 0; i < condition->n; i++) {
        struct wx_str one = clause_text(arena, form, block, &condition->at[i], lang);

        out = wx_arena_printf(arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(out),
                              i ? wx_text(lang, WX_T_BOOK_AND) : "", WX_STR_ARG(one));
    }
    return wx_arena_printf(arena, wx_text(lang, WX_T_BOOK_WHEN),
                           wx_arena_z(arena, out));
}

/* ---- questions ---- */

static struct wx_str one_line(struct wx_arena *arena, struct wx_str s)
{
    struct wx_str out = wx_arena_str(arena, wx_str_trim(s));
    char *at = (char *)(uintptr_t)out.ptr;

    for (size_t i = 0; i < out.len; i++)
        if ((unsigned char)at[i] < ' ')
            at[i] = ' ';
    return out;
}

static struct wx_str options_text(struct laying *l, const struct wx_form_field *f)
{
    struct wx_str out = WX_STR("");
    struct wx_enum_word word;
    size_t at = 0;

    while (wx_enum_next(f->record.spec, &at, &word)) {
        struct wx_str text = l->lang == WX_EN ? word.en : word.zh;

        out = wx_arena_printf(l->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(out),
                              !out.len           ? ""
                              : l->lang == WX_EN ? "; "
                                                 : "、",
                              WX_STR_ARG(text));
    }
    return out;
}

static void join(struct laying *l, struct wx_str *to, struct wx_str more)
{
    if (!more.len)
        return;
    *to = to->len
              ? wx_arena_printf(l->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(*to),
                                l->lang == WX_EN ? "; " : "；", WX_STR_ARG(more))
              : more;
}

/* What to know about a question, in one line. */
static struct wx_str hint_of(struct laying *l, const struct wx_form_block *b,
                             const struct wx_form_field *f)
{
    struct wx_str out = wx_condition_text(l->arena, l->form, b, &f->when, l->lang);

    join(l, &out, one_line(l->arena, wx_words_in(l->lang, &f->help)));
    if (f->record.kind == WX_F_ENUMS)
        join(l, &out,
             wx_arena_printf(l->arena, wx_text(l->lang, WX_T_BOOK_SEVERAL),
                             wx_arena_z(l->arena, options_text(l, f))));
    if (f->record.kind == WX_F_DATE)
        join(l, &out, said(l, WX_T_BOOK_DATE));
    if (f->kind == WX_ANSWER_FILE)
        join(l, &out, said(l, WX_T_BOOK_FILES));
    if (f->kind == WX_ANSWER_CHECK && f->needs_proof)
        join(l, &out, said(l, WX_T_BOOK_PROOF));
    return wx_utf8_clip(out, MAX_HINT_BYTES);
}

static struct wx_str label_of(struct laying *l, const struct wx_form_field *f)
{
    struct wx_str points = WX_STR("");

    if (f->kind == WX_ANSWER_CHECK && f->points)
        points =
            wx_arena_printf(l->arena, wx_text(l->lang, WX_T_BOOK_POINTS), f->points);
    return one_line(l->arena,
                    wx_arena_printf(l->arena, "%s%s" WX_STR_FMT "%s" WX_STR_FMT "%s",
                                    wx_label_in(f, l->lang), f->unit.len ? "（" : "",
                                    WX_STR_ARG(f->unit), f->unit.len ? "）" : "",
                                    WX_STR_ARG(points), f->is_required ? " *" : ""));
}

static void put_for(struct laying *l, uint32_t column, enum wx_layout_part part,
                    struct wx_str text, const struct wx_form_block *b,
                    const struct wx_form_field *f)
{
    struct wx_layout_cell *cell = put(l, column, part, text);

    cell->block = b;
    cell->field = f;
}

/* ---- the first sheet ---- */

static void lay_question(struct laying *l, const struct wx_form_block *b,
                         const struct wx_form_field *f, int number)
{
    struct wx_str hint = hint_of(l, b, f);

    put_for(l, 0, WX_PART_LABEL, wx_arena_printf(l->arena, "%d", number), b, f);
    if (f->kind != WX_ANSWER_CHECK) {
        put_for(l, 1, WX_PART_LABEL, label_of(l, f), b, f);
        put_for(l, 2, WX_PART_ANSWER, WX_STR(""), b, f);
        put_for(l, 3, WX_PART_HINT, hint, b, f);
    } else {
        struct wx_str label = label_of(l, f);

        if (hint.len) /* its note stands where hints stand */
            label = wx_arena_printf(l->arena, WX_STR_FMT "（" WX_STR_FMT "）",
                                    WX_STR_ARG(label), WX_STR_ARG(hint));
        put_for(l, 1, WX_PART_LABEL, label, b, f);
        put_for(l, 2, WX_PART_ANSWER, WX_STR(""), b, f);
        put_for(l, 3, WX_PART_NOTE, WX_STR(""), b, f);
        if (f->points)
            put_for(l, 4, WX_PART_SCORE, WX_STR(""), b, f);
    }
    l->row++;
}

static void lay_first(struct laying *l)
{
    static const enum wx_text heads[WX_LAYOUT_COLUMNS] = {
        WX_T_BOOK_NO, WX_T_BOOK_ITEM, WX_T_BOOK_ANSWER, WX_T_BOOK_NOTE,
        WX_T_BOOK_SCORE};
    int number = 0;

    l->sheet->name = said(l, WX_T_BOOK_ANSWERS);
    l->sheet->n_columns = WX_LAYOUT_COLUMNS;
    put(l, 0, WX_PART_TITLE, one_line(l->arena, wx_words_in(l->lang, &l->form->title)));
    l->row = 1;
    put(l, 0, WX_PART_GUIDE, said(l, WX_T_BOOK_FILL_HERE));
    l->row = 2;
    for (uint32_t i = 0; i < WX_LAYOUT_COLUMNS; i++)
        put(l, i, WX_PART_HEAD, said(l, heads[i]));
    l->row = l->sheet->first_row = 3;
    for (size_t i = 0; i < l->form->n_blocks; i++) {
        const struct wx_form_block *b = &l->form->blocks[i];
        struct wx_str title = one_line(l->arena, wx_words_in(l->lang, &b->title));
        struct wx_str when = wx_condition_text(l->arena, l->form, b, &b->when, l->lang);

        if (b->is_repeated)
            continue;
        if (when.len)
            title = wx_arena_printf(l->arena, WX_STR_FMT "（" WX_STR_FMT "）",
                                    WX_STR_ARG(title), WX_STR_ARG(when));
        put_for(l, 0, WX_PART_BLOCK, title, b, NULL);
        l->row++;
        for (size_t k = 0; k < b->n_fields; k++)
            lay_question(l, b, &b->fields[k], ++number);
    }
}

/* ---- sheets of rows ---- */

static bool is_taken(const struct wx_form_layout *out, struct wx_str name)
{
    for (size_t i = 0; i < out->n_sheets; i++)
        if (wx_str_eq(out->sheets[i].name, name))
            return true;
    return wx_str_eqz(name, WX_BOOK_STAMP) || wx_str_eqz(name, WX_BOOK_LISTS) ||
           wx_str_eqz(name, wx_text(out->lang, WX_T_BOOK_GUIDE));
}

/* A name that the format takes and that no other sheet has. */
static struct wx_str sheet_name(struct laying *l, const struct wx_form_layout *out,
                                struct wx_str title)
{
    struct wx_buf name = WX_BUF_INIT(256);
    size_t chars = 0;
    struct wx_str z;

    for (size_t pos = 0; pos < title.len && chars < MAX_NAME_CHARS;) {
        char bytes[4];
        uint32_t cp = wx_utf8_next(title, &pos);

        if (cp < ' ' || (cp < 0x80 && strchr("[]:*?/\\'", (int)cp)))
            continue;
        (void)wx_buf_add(&name, bytes, wx_utf8_put(cp, bytes));
        chars += cp > 0xFFFF ? 2 : 1;
    }
    z = wx_arena_str(l->arena, wx_str_trim(wx_buf_str(&name)));
    wx_buf_clear(&name);
    for (int n = 2; !z.len || is_taken(out, z); n++)
        z = wx_arena_printf(l->arena, WX_STR_FMT "%d", WX_STR_ARG(wx_utf8_clip(z, 60)),
                            n);
    return z;
}

/* A check row takes two columns, or three with points. */
static int columns_of(const struct wx_form_field *f)
{
    return f->kind != WX_ANSWER_CHECK ? 1 : f->points ? 3 : 2;
}

static struct wx_str head_of(struct laying *l, const struct wx_form_block *b,
                             const struct wx_form_field *f, int part)
{
    static const enum wx_text parts[] = {WX_T_BOOK_PART_RESULT, WX_T_BOOK_PART_NOTE,
                                         WX_T_BOOK_PART_SCORE};
    struct wx_str label = label_of(l, f), hint = hint_of(l, b, f);

    if (f->kind == WX_ANSWER_CHECK)
        label = wx_arena_printf(l->arena, wx_text(l->lang, parts[part]),
                                wx_arena_z(l->arena, label));
    if (part || !hint.len)
        return label;
    return wx_arena_printf(l->arena, WX_STR_FMT "（" WX_STR_FMT "）", WX_STR_ARG(label),
                           WX_STR_ARG(hint));
}

static void lay_rows(struct laying *l, const struct wx_form_block *b)
{
    static const enum wx_layout_part parts[] = {WX_PART_ANSWER, WX_PART_NOTE,
                                                WX_PART_SCORE};
    struct wx_layout_sheet *s = l->sheet;

    s->rows_of = b;
    put_for(l, 0, WX_PART_TITLE, one_line(l->arena, wx_words_in(l->lang, &b->title)), b,
            NULL);
    l->row = 1;
    put_for(l, 0, WX_PART_GUIDE,
            wx_arena_printf(l->arena, wx_text(l->lang, WX_T_BOOK_ROWS_HERE),
                            (int)b->max_rows),
            b, NULL);
    l->row = 2;
    for (size_t i = 0; i < b->n_fields; i++)
        for (int k = 0; k < columns_of(&b->fields[i]); k++)
            put_for(l, s->n_columns++, WX_PART_HEAD, head_of(l, b, &b->fields[i], k), b,
                    &b->fields[i]);
    l->row = s->first_row = 3;
    for (size_t i = 0, column = 0; i < b->n_fields; i++)
        for (int k = 0; k < columns_of(&b->fields[i]); k++)
            put_for(l, (uint32_t)column++, parts[k], WX_STR(""), b, &b->fields[i]);
}

/* ---- all of it ---- */

static struct wx_sha256 digest_of(const struct wx_form_layout *layout)
{
    struct wx_buf text = WX_BUF_INIT(8 << 20);
    struct wx_sha256 sum;

    for (size_t i = 0; i < layout->n_sheets; i++) {
        const struct wx_layout_sheet *s = &layout->sheets[i];

        (void)wx_buf_printf(&text, "# " WX_STR_FMT " %d\n", WX_STR_ARG(s->name),
                            s->rows_of != NULL);
        for (size_t k = 0; k < s->n_cells; k++)
            if (s->cells[k].part != WX_PART_GUIDE)
                (void)wx_buf_printf(&text, "%u %u %d " WX_STR_FMT "\n", s->cells[k].row,
                                    s->cells[k].column, s->cells[k].part,
                                    WX_STR_ARG(s->cells[k].text));
    }
    sum = wx_sha256_of(wx_buf_str(&text));
    wx_buf_clear(&text);
    return sum;
}

void wx_form_layout(struct wx_arena *arena, const struct wx_campaign_form *form,
                    enum wx_lang lang, struct wx_form_layout *out)
{
    struct laying l = {.arena = arena, .form = form, .lang = lang};

    *out = (struct wx_form_layout){.form = form, .lang = lang};
    out->sheets = wx_arena_array(arena, struct wx_layout_sheet, form->n_blocks + 1);
    memset(out->sheets, 0, (form->n_blocks + 1) * sizeof *out->sheets);
    l.sheet = &out->sheets[0];
    lay_first(&l);
    out->n_sheets = 1;
    for (size_t i = 0; i < form->n_blocks; i++) {
        const struct wx_form_block *b = &form->blocks[i];

        if (!b->is_repeated)
            continue;
        l.sheet = &out->sheets[out->n_sheets];
        l.sheet->name = sheet_name(&l, out, wx_words_in(lang, &b->title));
        l.cap = 0;
        l.row = 0;
        lay_rows(&l, b);
        out->n_sheets++;
    }
    out->digest = digest_of(out);
}
