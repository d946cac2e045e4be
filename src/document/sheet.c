#include "document/sheet.h"

#include "register/workbook.h"
#include <stdio.h>

enum {
    WIDTH_PARTS = 110, /* characters over all columns */
    MAX_CELL_CHARS = 32000,
    MAX_NAME_CHARS = 28, /* of a sheet; the format allows 31 */
};

struct sheets {
    const struct wx_paper *paper;
    struct wx_arena arena;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *title, *head, *cells[3], *number;
    size_t n;
};

static lxw_format *add_format(struct sheets *s, int align)
{
    lxw_format *f = workbook_add_format(s->book);

    format_set_font_name(f, "宋体");
    format_set_font_size(f, 10.5);
    format_set_text_wrap(f);
    format_set_border(f, LXW_BORDER_THIN);
    format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
    format_set_align(f, (uint8_t)align);
    return f;
}

static void add_formats(struct sheets *s)
{
    s->cells[WX_PAPER_LEFT] = add_format(s, LXW_ALIGN_LEFT);
    s->cells[WX_PAPER_CENTRE] = add_format(s, LXW_ALIGN_CENTER);
    s->cells[WX_PAPER_RIGHT] = add_format(s, LXW_ALIGN_RIGHT);
    s->number = add_format(s, LXW_ALIGN_RIGHT);
    s->head = add_format(s, LXW_ALIGN_CENTER);
    format_set_font_name(s->head, "黑体");
    s->title = workbook_add_format(s->book);
    format_set_font_name(s->title, "方正小标宋简体");
    format_set_font_size(s->title, 16);
    format_set_align(s->title, LXW_ALIGN_CENTER);
    format_set_align(s->title, LXW_ALIGN_VERTICAL_CENTER);
}

/* A name that the format takes and that no other sheet has. */
static const char *sheet_name(struct sheets *s, const struct wx_paper_table *table)
{
    struct wx_buf name = WX_BUF_INIT(256);
    size_t chars = 0;
    const char *z;

    for (size_t pos = 0; pos < table->caption.len && chars < MAX_NAME_CHARS;) {
        char bytes[4];
        uint32_t cp = wx_utf8_next(table->caption, &pos);

        if (cp < 0x80 && strchr("[]:*?/\\'\n", (int)cp))
            continue;
        (void)wx_buf_add(&name, bytes, wx_utf8_put(cp, bytes));
        chars += cp > 0xFFFF ? 2 : 1;
    }
    z = wx_arena_z(&s->arena, wx_buf_str(&name));
    wx_buf_clear(&name);
    if (!*z || workbook_validate_sheet_name(s->book, z))
        z = wx_arena_printf(&s->arena, "表%zu", s->n).ptr;
    return z;
}

static void put_cell(struct sheets *s, lxw_row_t row, const struct wx_paper_slot *slot)
{
    const struct wx_paper_cell *cell = slot->cell;
    lxw_col_t first = slot->column, last = (lxw_col_t)(first + slot->columns - 1);
    lxw_format *format = cell->is_head ? s->head : s->cells[cell->align];
    struct wx_str text = wx_utf8_clip(cell->text, MAX_CELL_CHARS);
    uint64_t number;
    bool is_number = !cell->is_head && cell->align == WX_PAPER_RIGHT &&
                     wx_str_to_u64(text, 1ull << 53, &number);

    if (cell->columns > 1 || cell->rows > 1)
        worksheet_merge_range(s->sheet, row, first, row + cell->rows - 1u, last, "",
                              format);
    if (is_number) /* a count, which people add up */
        worksheet_write_number(s->sheet, row, first, (double)number, s->number);
    else
        worksheet_write_string(s->sheet, row, first, wx_arena_z(&s->arena, text),
                               format);
}

static void put_table(struct sheets *s, const struct wx_paper_table *table)
{
    lxw_col_t last = (lxw_col_t)(table->n_columns - 1);
    struct wx_paper_grid grid;
    unsigned whole = 0;
    lxw_row_t row = 2;

    s->n++;
    s->sheet = workbook_add_worksheet(s->book, sheet_name(s, table));
    for (size_t c = 0; c < table->n_columns; c++)
        whole += table->widths[c];
    for (lxw_col_t c = 0; c <= last; c++)
        worksheet_set_column(s->sheet, c, c,
                             6 + WIDTH_PARTS * (double)table->widths[c] / whole, NULL);
    if (last)
        worksheet_merge_range(s->sheet, 0, 0, 0, last, "", s->title);
    worksheet_set_row(s->sheet, 0, 30, NULL);
    worksheet_write_string(s->sheet, 0, 0, wx_arena_z(&s->arena, s->paper->title),
                           s->title);
    worksheet_set_paper(s->sheet, 9);
    worksheet_set_landscape(s->sheet);
    worksheet_fit_to_pages(s->sheet, 1, 0);
    if (table->n_heads) {
        worksheet_repeat_rows(s->sheet, 2, (lxw_row_t)(1 + table->n_heads));
        worksheet_freeze_panes(s->sheet, (lxw_row_t)(2 + table->n_heads), 0);
    }
    wx_paper_grid_begin(&grid, &s->arena, table);
    for (; wx_paper_grid_next(&grid); row++)
        for (size_t i = 0; i < grid.n_slots; i++)
            if (grid.slots[i].cell)
                put_cell(s, row, &grid.slots[i]);
}

enum wx_status wx_paper_xlsx(const struct wx_paper *paper, struct wx_buf *out,
                             struct wx_err *err)
{
    struct sheets s = {.paper = paper};
    struct wx_workbook work;
    lxw_doc_properties properties = {.created = 1}; /* the same bytes each time */
    enum wx_status st = wx_paper_check(paper, err);

    if (!st)
        st = wx_workbook_begin(&work, false, err);
    if (st)
        return st;
    wx_arena_init(&s.arena);
    s.book = work.book;
    properties.title = (char *)(uintptr_t)wx_arena_z(&s.arena, paper->title);
    workbook_set_properties(s.book, &properties);
    add_formats(&s);
    for (size_t i = 0; i < paper->n_blocks; i++)
        if (paper->blocks[i].kind == WX_PAPER_TABLE && paper->blocks[i].table->n_rows)
            put_table(&s, paper->blocks[i].table);
    if (!s.n) {
        wx_workbook_drop(&work);
        st = wx_fail(err, WX_E_NOT_FOUND, "the paper has no table");
    } else {
        st = wx_workbook_finish(&work, out, err);
    }
    wx_arena_clear(&s.arena);
    return st;
}
