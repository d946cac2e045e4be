#include "document/form_book.h"

#include "campaign/day.h"
#include "register/workbook.h"

enum {
    MAX_CELL_CHARS = 32000,
    MAX_TIP_BYTES = 240, /* the format allows 255 characters */
    MAX_TITLE_BYTES = 30,
    FREE_ROWS = 30, /* empty ones that are drawn below what stands there */
    WIDTH_NO = 6,
    WIDTH_ITEM = 44,
    WIDTH_ANSWER = 36,
    WIDTH_NOTE = 44,
    WIDTH_SCORE = 9,
    UNIX_SERIAL = 25569,
    LINE_POINTS = 15,
};

enum look { PLAIN, NEEDED, KNOWN, CLOSED, N_LOOKS };

struct booking {
    const struct wx_form_book *in;
    const struct wx_form_layout *layout;
    struct wx_arena arena;
    lxw_workbook *book;
    lxw_worksheet *sheet, *lists;
    lxw_format *title, *guide, *head, *block, *label, *hint;
    lxw_format *texts[N_LOOKS], *dates[N_LOOKS], *numbers[N_LOOKS];
    lxw_col_t n_lists;
};

/* ---- looks ---- */

static lxw_format *add_format(struct booking *b, uint32_t fill)
{
    lxw_format *f = workbook_add_format(b->book);

    format_set_font_name(f, "宋体");
    format_set_font_size(f, 10.5);
    format_set_text_wrap(f);
    format_set_border(f, LXW_BORDER_THIN);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    if (fill)
        format_set_bg_color(f, fill);
    return f;
}

static lxw_format *add_answer(struct booking *b, int look, const char *format)
{
    static const uint32_t fills[N_LOOKS] = {0, 0xFFF8DC, 0xDCEBFA, 0xEEEEEE};
    lxw_format *f = add_format(b, fills[look]);

    format_set_num_format(f, format);
    if (look != CLOSED)
        format_set_unlocked(f);
    return f;
}

static void add_formats(struct booking *b)
{
    for (int i = 0; i < N_LOOKS; i++) {
        b->texts[i] = add_answer(b, i, "@");
        b->dates[i] = add_answer(b, i, "yyyy-mm-dd");
        b->numbers[i] = add_answer(b, i, "General");
    }
    b->label = add_format(b, 0);
    b->hint = add_format(b, 0);
    format_set_font_color(b->hint, 0x595959);
    format_set_font_size(b->hint, 9);
    b->head = add_format(b, 0xD9E2EC);
    format_set_font_name(b->head, "黑体");
    format_set_align(b->head, LXW_ALIGN_CENTER);
    b->block = add_format(b, 0xEDF2F7);
    format_set_font_name(b->block, "黑体");
    b->guide = workbook_add_format(b->book);
    format_set_font_name(b->guide, "宋体");
    format_set_font_size(b->guide, 10.5);
    format_set_text_wrap(b->guide);
    format_set_align(b->guide, LXW_ALIGN_VERTICAL_TOP);
    b->title = workbook_add_format(b->book);
    format_set_font_name(b->title, "方正小标宋简体");
    format_set_font_size(b->title, 16);
    format_set_align(b->title, LXW_ALIGN_CENTER);
    format_set_align(b->title, LXW_ALIGN_VERTICAL_CENTER);
}

/* ---- what stands in a cell ---- */

static struct wx_str word_in(const struct booking *b, const struct wx_form_field *f,
                             const char *text)
{
    struct wx_enum_word word;

    if (f->record.spec && wx_enum_find(f->record.spec, wx_str_of(text), &word))
        return b->layout->lang == WX_EN ? word.en : word.zh;
    return wx_str_of(text);
}

static struct wx_str words_in(struct booking *b, const struct wx_form_field *f,
                              const json_t *list)
{
    struct wx_str out = WX_STR("");
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        if (!json_is_string(one))
            continue;
        out = wx_arena_printf(&b->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(out),
                              !out.len                   ? ""
                              : b->layout->lang == WX_EN ? "; "
                                                         : "、",
                              WX_STR_ARG(word_in(b, f, json_string_value(one))));
    }
    return out;
}

static struct wx_str text_of(struct booking *b, const struct wx_form_field *f,
                             const json_t *v)
{
    enum wx_lang lang = b->layout->lang;

    if (json_is_string(v))
        return word_in(b, f, json_string_value(v));
    if (json_is_boolean(v))
        return wx_str_of(
            wx_text(lang, json_is_true(v) ? WX_T_BOOK_YES : WX_T_BOOK_NO_WORD));
    if (json_is_integer(v))
        return wx_arena_printf(&b->arena, "%lld", (long long)json_integer_value(v));
    if (json_is_real(v))
        return wx_arena_printf(&b->arena, "%.15g", json_real_value(v));
    return json_is_array(v) ? words_in(b, f, v) : WX_STR("");
}

/* The part of a check row, or the answer itself. */
static const json_t *part_of(const struct wx_layout_cell *cell, const json_t *row)
{
    static const char *const parts[] = {[WX_PART_ANSWER] = "result",
                                        [WX_PART_NOTE] = "note",
                                        [WX_PART_SCORE] = "score"};
    const json_t *v = json_object_get(row, cell->field->record.name);

    return cell->field->kind == WX_ANSWER_CHECK ? json_object_get(v, parts[cell->part])
                                                : v;
}

static struct wx_str shown_of(struct booking *b, const struct wx_layout_cell *cell,
                              const json_t *v)
{
    const char *word = json_string_value(v);

    if (cell->field->kind == WX_ANSWER_FILE)
        return json_array_size(v)
                   ? wx_arena_printf(&b->arena, "%zu", json_array_size(v))
                   : WX_STR("");
    for (int i = 0; word && cell->field->kind == WX_ANSWER_CHECK &&
                    cell->part == WX_PART_ANSWER && i < 4;
         i++) {
        static const char *const words[] = {"conform", "partly", "not", "na"};

        if (strcmp(word, words[i]) == 0)
            return wx_str_of(
                wx_text(b->layout->lang, (enum wx_text)(WX_T_CHECK_CONFORM + i)));
    }
    return text_of(b, cell->field, v);
}

static void write_text(struct booking *b, uint32_t row, uint32_t column,
                       struct wx_str text, lxw_format *format)
{
    const char *z = wx_arena_z(&b->arena, wx_utf8_clip(text, MAX_CELL_CHARS));

    if (*z)
        worksheet_write_string(b->sheet, row, (lxw_col_t)column, z, format);
    else
        worksheet_write_blank(b->sheet, row, (lxw_col_t)column, format);
}

static bool is_number(const struct wx_form_field *f)
{
    return f->kind == WX_ANSWER_NUMBER || f->record.kind == WX_F_INT;
}

static void write_answer(struct booking *b, const struct wx_layout_cell *cell,
                         uint32_t row, const json_t *own, const json_t *known)
{
    const json_t *v = part_of(cell, own);
    bool is_known = wx_answer_is_empty(v) && !wx_answer_is_empty(part_of(cell, known));
    enum look look = cell->field->kind == WX_ANSWER_FILE                        ? CLOSED
                     : is_known                                                 ? KNOWN
                     : cell->field->is_required && cell->part == WX_PART_ANSWER ? NEEDED
                                                                                : PLAIN;
    struct wx_str text;
    int32_t day;

    if (is_known)
        v = part_of(cell, known);
    text = shown_of(b, cell, v);
    if (json_is_number(v) && (is_number(cell->field) || cell->part == WX_PART_SCORE))
        worksheet_write_number(b->sheet, row, (lxw_col_t)cell->column,
                               json_number_value(v), b->numbers[look]);
    else if (cell->field->record.kind == WX_F_DATE && wx_day_parse(text, &day))
        worksheet_write_number(b->sheet, row, (lxw_col_t)cell->column,
                               day + UNIX_SERIAL, b->dates[look]);
    else
        write_text(b, row, cell->column, text,
                   cell->field->record.kind == WX_F_DATE ? b->dates[look]
                   : is_number(cell->field) || cell->part == WX_PART_SCORE
                       ? b->numbers[look]
                       : b->texts[look]);
}

/* ---- what may be typed ---- */

/* Words in a column of the hidden sheet; the formula that names them. */
static char *list_of(struct booking *b, const struct wx_str *words, size_t n)
{
    lxw_col_t c = b->n_lists++;
    char first[WX_CELL_NAME_BYTES];
    size_t letters;

    for (size_t i = 0; i < n; i++)
        worksheet_write_string(b->lists, (lxw_row_t)i, c,
                               wx_arena_z(&b->arena, words[i]), NULL);
    wx_cell_name(0, c, first);
    letters = strcspn(first, "0123456789");
    return (char *)(uintptr_t)wx_arena_z(
        &b->arena, wx_arena_printf(&b->arena, "=" WX_BOOK_LISTS "!$%.*s$1:$%.*s$%zu",
                                   (int)letters, first, (int)letters, first, n));
}

static char *list_for(struct booking *b, const struct wx_layout_cell *cell)
{
    enum { MOST = 500 };
    struct wx_str *words = wx_arena_array(&b->arena, struct wx_str, MOST);
    const struct wx_form_field *f = cell->field;
    enum wx_lang lang = b->layout->lang;
    struct wx_enum_word word;
    size_t n = 0, at = 0;

    if (f->kind == WX_ANSWER_CHECK && cell->part == WX_PART_ANSWER) {
        for (; n < 4; n++)
            words[n] = wx_str_of(wx_text(lang, (enum wx_text)(WX_T_CHECK_CONFORM + n)));
    } else if (f->kind == WX_ANSWER_PLAIN && f->record.kind == WX_F_BOOL) {
        words[n++] = wx_str_of(wx_text(lang, WX_T_BOOK_YES));
        words[n++] = wx_str_of(wx_text(lang, WX_T_BOOK_NO_WORD));
    } else if (f->kind == WX_ANSWER_PLAIN && f->record.kind == WX_F_ENUM) {
        while (n < MOST && wx_enum_next(f->record.spec, &at, &word))
            words[n++] = lang == WX_EN ? word.en : word.zh;
    }
    return n ? list_of(b, words, n) : NULL;
}

/* Texts that the library writes are its own copies. */
static char *tip(struct booking *b, struct wx_str s, size_t max)
{
    return (char *)(uintptr_t)wx_arena_z(&b->arena, wx_utf8_clip(s, max));
}

static void limit_number(struct booking *b, const struct wx_layout_cell *cell,
                         lxw_data_validation *v)
{
    const struct wx_form_field *f = cell->field;
    bool is_score = cell->part == WX_PART_SCORE;
    int64_t min = is_score ? 0 : f->has_min || f->kind == WX_ANSWER_NUMBER ? f->min : 0;
    int64_t max = is_score                      ? f->points
                  : f->kind == WX_ANSWER_NUMBER ? f->max
                  : f->record.max               ? (int64_t)f->record.max
                                                : f->max;

    v->validate = is_score || f->kind == WX_ANSWER_NUMBER ? LXW_VALIDATION_TYPE_DECIMAL
                                                          : LXW_VALIDATION_TYPE_INTEGER;
    v->criteria = LXW_VALIDATION_CRITERIA_BETWEEN;
    v->minimum_number = (double)min;
    v->maximum_number = (double)max;
    v->error_message =
        tip(b,
            wx_arena_printf(&b->arena, wx_text(b->layout->lang, WX_T_BOOK_RANGE),
                            (long long)min, (long long)max),
            MAX_TIP_BYTES);
}

static void limit(struct booking *b, const struct wx_layout_cell *cell, uint32_t first,
                  uint32_t last)
{
    lxw_data_validation v = {.ignore_blank = LXW_VALIDATION_ON,
                             .dropdown = LXW_VALIDATION_ON,
                             .show_input = LXW_VALIDATION_ON,
                             .show_error = LXW_VALIDATION_ON};
    const struct wx_form_field *f = cell->field;
    bool is_answer = cell->part == WX_PART_ANSWER;
    char *list = list_for(b, cell);
    struct wx_str help = wx_words_in(b->layout->lang, &f->help);

    if (f->kind == WX_ANSWER_FILE)
        return;
    if (list) {
        v.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
        v.value_formula = list;
        v.error_message = tip(b, wx_str_of(wx_text(b->layout->lang, WX_T_BOOK_CHOOSE)),
                              MAX_TIP_BYTES);
    } else if (cell->part == WX_PART_SCORE || (is_answer && is_number(f))) {
        limit_number(b, cell, &v);
    } else if (is_answer && help.len) {
        v.validate = LXW_VALIDATION_TYPE_ANY;
    } else {
        return;
    }
    if (is_answer && help.len) {
        v.input_title =
            tip(b, wx_str_of(wx_label_in(f, b->layout->lang)), MAX_TITLE_BYTES);
        v.input_message = tip(b, help, MAX_TIP_BYTES);
    }
    worksheet_data_validation_range(b->sheet, first, (lxw_col_t)cell->column, last,
                                    (lxw_col_t)cell->column, &v);
}

/* ---- sheets ---- */

static void write_label(struct booking *b, const struct wx_layout_sheet *s,
                        const struct wx_layout_cell *cell)
{
    lxw_col_t last = (lxw_col_t)(s->n_columns - 1);
    lxw_format *format = cell->part == WX_PART_HEAD    ? b->head
                         : cell->part == WX_PART_HINT  ? b->hint
                         : cell->part == WX_PART_TITLE ? b->title
                         : cell->part == WX_PART_GUIDE ? b->guide
                         : cell->part == WX_PART_BLOCK ? b->block
                                                       : b->label;
    bool is_wide = cell->part == WX_PART_TITLE || cell->part == WX_PART_GUIDE ||
                   cell->part == WX_PART_BLOCK;

    if (is_wide && last)
        worksheet_merge_range(b->sheet, cell->row, 0, cell->row, last, "", format);
    write_text(b, cell->row, cell->column, cell->text, format);
}

static void dress(struct booking *b, const struct wx_layout_sheet *s)
{
    lxw_protection may = {.format_columns = LXW_TRUE, .format_rows = LXW_TRUE};

    worksheet_set_row(b->sheet, 0, 30, NULL);
    worksheet_set_row(b->sheet, 1, 34, NULL);
    worksheet_set_paper(b->sheet, 9);
    worksheet_set_landscape(b->sheet);
    worksheet_fit_to_pages(b->sheet, 1, 0);
    worksheet_repeat_rows(b->sheet, 2, 2);
    worksheet_freeze_panes(b->sheet, s->first_row, 0);
    worksheet_protect(b->sheet, NULL, &may); /* against slips, not against people */
}

static json_t *block_of(struct booking *b, const json_t *answers,
                        const struct wx_form_block *block)
{
    return json_object_get(answers, wx_arena_z(&b->arena, block->key));
}

/* Programs do not fit the height of rows with lists and merged cells by themselves. */
static void fit_row(struct booking *b, uint32_t row, struct wx_str text, double width)
{
    double wide = 0;
    int lines;

    for (size_t pos = 0; pos < text.len;)
        wide += wx_utf8_next(text, &pos) < 0x2000 ? 1 : 2;
    lines = 1 + (int)(wide * 1.06 / width);
    worksheet_set_row(b->sheet, row, LINE_POINTS * lines + 4, NULL);
}

static void write_first(struct booking *b, const struct wx_layout_sheet *s)
{
    static const double widths[WX_LAYOUT_COLUMNS] = {WIDTH_NO, WIDTH_ITEM, WIDTH_ANSWER,
                                                     WIDTH_NOTE, WIDTH_SCORE};

    for (lxw_col_t c = 0; c < WX_LAYOUT_COLUMNS; c++)
        worksheet_set_column(b->sheet, c, c, widths[c], NULL);
    for (size_t i = 0; i < s->n_cells; i++) {
        const struct wx_layout_cell *cell = &s->cells[i];

        if (!cell->field || cell->part == WX_PART_LABEL || cell->part == WX_PART_HINT) {
            write_label(b, s, cell);
            if (cell->part == WX_PART_LABEL && cell->column == 1)
                fit_row(b, cell->row, cell->text, WIDTH_ITEM);
            if (cell->part == WX_PART_LABEL && cell->column == 0)
                write_text(b, cell->row, WX_LAYOUT_COLUMNS - 1, WX_STR(""), b->hint);
            continue;
        }
        write_answer(b, cell, cell->row, block_of(b, b->in->answers, cell->block),
                     block_of(b, b->in->known, cell->block));
        limit(b, cell, cell->row, cell->row);
    }
}

static double width_of(const struct wx_layout_cell *head)
{
    switch (head->field->record.kind) {
    case WX_F_LONG:
        return WIDTH_NOTE;
    case WX_F_INT:
    case WX_F_BOOL:
    case WX_F_DATE:
        return 14;
    default:
        return 22;
    }
}

/* Of a whole column: rows below those that are drawn are open as well. */
static lxw_format *open_format(struct booking *b, const struct wx_form_field *f)
{
    return f->record.kind == WX_F_DATE ? b->dates[PLAIN]
           : is_number(f)              ? b->numbers[PLAIN]
                                       : b->texts[PLAIN];
}

static void write_rows(struct booking *b, const struct wx_layout_sheet *s)
{
    const json_t *own = block_of(b, b->in->answers, s->rows_of);
    const json_t *known = block_of(b, b->in->known, s->rows_of);
    /* the register's rows only where the draft has none: they cannot be matched */
    bool is_known = !json_array_size(own);
    const json_t *rows = is_known ? known : own;
    size_t n = json_array_size(rows), most = s->rows_of->max_rows;
    size_t drawn = n + FREE_ROWS < most ? n + FREE_ROWS : most;

    if (drawn < n)
        drawn = n;
    worksheet_set_row(b->sheet, 2, 48, NULL);
    for (size_t i = 0; i < s->n_cells; i++) {
        const struct wx_layout_cell *cell = &s->cells[i];

        if (!cell->field || cell->part == WX_PART_HEAD) {
            write_label(b, s, cell);
            if (cell->field)
                worksheet_set_column(b->sheet, (lxw_col_t)cell->column,
                                     (lxw_col_t)cell->column, width_of(cell),
                                     open_format(b, cell->field));
            continue;
        }
        for (size_t k = 0; k < drawn; k++) {
            const json_t *row = json_array_get(rows, k);

            write_answer(b, cell, s->first_row + (uint32_t)k, is_known ? NULL : row,
                         is_known ? row : NULL);
        }
        limit(b, cell, s->first_row, s->first_row + (uint32_t)(most ? most : 1) - 1);
    }
}

static void write_guide(struct booking *b)
{
    enum wx_lang lang = b->layout->lang;
    const struct wx_campaign_form *form = b->layout->form;
    const struct {
        enum wx_text label;
        struct wx_str text;
    } lines[] = {
        {WX_T_BOOK_CAMPAIGN, b->in->campaign},
        {WX_T_BOOK_TASK, b->in->task},
        {WX_T_BOOK_UNIT, b->in->unit},
        {WX_T_BOOK_SITE, b->in->site},
        {WX_T_BOOK_DUE, b->in->due},
        {WX_T_BOOK_FORM,
         wx_arena_printf(&b->arena, wx_text(lang, WX_T_BOOK_VERSION),
                         wx_arena_z(&b->arena, wx_words_in(lang, &form->title)),
                         form->version)},
    };
    uint32_t row = 2;

    worksheet_set_column(b->sheet, 0, 0, 16, NULL);
    worksheet_set_column(b->sheet, 1, 1, 80, NULL);
    worksheet_set_row(b->sheet, 0, 30, NULL);
    worksheet_merge_range(b->sheet, 0, 0, 0, 1, "", b->title);
    write_text(b, 0, 0, wx_words_in(lang, &form->title), b->title);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!lines[i].text.len)
            continue;
        write_text(b, row, 0, wx_str_of(wx_text(lang, lines[i].label)), b->head);
        write_text(b, row++, 1, lines[i].text, b->label);
    }
    row++;
    worksheet_merge_range(b->sheet, row, 0, row, 1, "", b->guide);
    write_text(b, row, 0, wx_str_of(wx_text(lang, WX_T_BOOK_STEPS)), b->guide);
    worksheet_set_row(b->sheet, row++, 150, NULL);
    if (form->note.zh.len) {
        worksheet_merge_range(b->sheet, row, 0, row, 1, "", b->guide);
        write_text(b, row, 0, wx_words_in(lang, &form->note), b->guide);
        worksheet_set_row(b->sheet, row, 48, NULL);
    }
    worksheet_set_paper(b->sheet, 9);
    worksheet_fit_to_pages(b->sheet, 1, 0);
    worksheet_protect(b->sheet, NULL, NULL);
}

static void write_stamp(struct booking *b)
{
    struct wx_str value;

    for (int i = 0; i < WX_STAMP_LINES; i++) {
        const char *word = wx_book_stamp_line(&b->arena, &b->in->stamp, i, &value);

        write_text(b, (uint32_t)i, 0, wx_str_of(word), NULL);
        write_text(b, (uint32_t)i, 1, value, NULL);
    }
    worksheet_protect(b->sheet, NULL, NULL);
    worksheet_hide(b->sheet);
}

static lxw_worksheet *add_sheet(struct booking *b, struct wx_str name)
{
    return workbook_add_worksheet(b->book, wx_arena_z(&b->arena, name));
}

static void write_all(struct booking *b)
{
    lxw_worksheet *guide =
        add_sheet(b, wx_str_of(wx_text(b->layout->lang, WX_T_BOOK_GUIDE)));
    lxw_worksheet **sheets =
        wx_arena_array(&b->arena, lxw_worksheet *, b->layout->n_sheets);

    for (size_t i = 0; i < b->layout->n_sheets; i++)
        sheets[i] = add_sheet(b, b->layout->sheets[i].name);
    b->lists = add_sheet(b, WX_STR(WX_BOOK_LISTS));
    b->sheet = guide;
    write_guide(b);
    for (size_t i = 0; i < b->layout->n_sheets; i++) {
        const struct wx_layout_sheet *s = &b->layout->sheets[i];

        b->sheet = sheets[i];
        if (s->rows_of)
            write_rows(b, s);
        else
            write_first(b, s);
        dress(b, s);
    }
    b->sheet = add_sheet(b, WX_STR(WX_BOOK_STAMP));
    write_stamp(b);
    worksheet_protect(b->lists, NULL, NULL);
    worksheet_hide(b->lists);
    worksheet_activate(guide);
}

enum wx_status wx_form_book_write(const struct wx_form_book *book, struct wx_buf *out,
                                  struct wx_err *err)
{
    struct booking b = {.in = book, .layout = book->layout};
    struct wx_workbook work;
    lxw_doc_properties properties = {.created = 1}; /* the same bytes each time */
    enum wx_status st = wx_workbook_begin(&work, false, err);

    if (st)
        return st;
    wx_arena_init(&b.arena);
    b.book = work.book;
    properties.title = (char *)(uintptr_t)wx_arena_z(
        &b.arena, wx_words_in(book->layout->lang, &book->layout->form->title));
    workbook_set_properties(b.book, &properties);
    add_formats(&b);
    write_all(&b);
    st = wx_workbook_finish(&work, out, err);
    wx_arena_clear(&b.arena);
    return st;
}
