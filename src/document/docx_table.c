/* Tables and charts of a DOCX. */
#include "document/docx_part.h"

#include <stdio.h>

static const char *const sides[] = {"left", "center", "right"};

/* Half points: 小四, 五号 or 小五, by how many columns must find room. */
static int size_of(const struct wx_paper_table *table)
{
    if (table->is_roomy || table->n_columns <= 4)
        return 24;
    return table->n_columns <= 8 ? 21 : 18;
}

/* No column is too narrow for 序号; the widest gives what is missing. */
static void widen(const struct wx_paper_table *table, int *widths)
{
    int least = 2 * 10 * size_of(table) + 160;
    size_t widest = 0;

    for (size_t c = 1; c < table->n_columns; c++)
        if (widths[c] > widths[widest])
            widest = c;
    for (size_t c = 0; c < table->n_columns; c++)
        if (widths[c] < least && widths[widest] - (least - widths[c]) > least) {
            widths[widest] -= least - widths[c];
            widths[c] = least;
        }
}

static void grid_of(struct wx_docx *d, const struct wx_paper_table *table, int *widths)
{
    int whole = d->is_wide ? WX_DOCX_WIDE : WX_DOCX_WIDTH, parts = 0, used = 0;

    for (size_t c = 0; c < table->n_columns; c++)
        parts += table->widths[c];
    for (size_t c = 0; c < table->n_columns; c++) {
        widths[c] = (int)((int64_t)whole * table->widths[c] / parts);
        used += widths[c];
    }
    widths[table->n_columns - 1] += whole - used;
    widen(table, widths);
    (void)wx_buf_printf(
        &d->xml, "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:tblBorders>",
        whole);
    for (int i = 0; i < 6; i++) {
        static const char *const edges[] = {"top",   "left",    "bottom",
                                            "right", "insideH", "insideV"};

        (void)wx_buf_printf(
            &d->xml,
            "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>",
            edges[i]);
    }
    (void)wx_buf_addz(&d->xml,
                      "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar>"
                      "<w:left w:w=\"70\" w:type=\"dxa\"/><w:right w:w=\"70\" "
                      "w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>");
    for (size_t c = 0; c < table->n_columns; c++)
        (void)wx_buf_printf(&d->xml, "<w:gridCol w:w=\"%d\"/>", widths[c]);
    (void)wx_buf_addz(&d->xml, "</w:tblGrid>\n");
}

static void put_cell(struct wx_docx *d, const struct wx_paper_slot *slot,
                     const int *widths, int size)
{
    const struct wx_paper_cell *cell = slot->cell;
    struct wx_str rest = cell ? cell->text : WX_STR("");
    char properties[64], run[128];
    int width = 0;

    for (uint16_t i = 0; i < slot->columns; i++)
        width += widths[slot->column + i];
    (void)wx_buf_printf(&d->xml, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>",
                        width);
    if (slot->columns > 1)
        (void)wx_buf_printf(&d->xml, "<w:gridSpan w:val=\"%u\"/>", slot->columns);
    if (!cell || cell->rows > 1)
        (void)wx_buf_printf(&d->xml, "<w:vMerge%s/>", cell ? " w:val=\"restart\"" : "");
    (void)wx_buf_addz(&d->xml, "<w:vAlign w:val=\"center\"/></w:tcPr>");
    snprintf(properties, sizeof properties, "<w:jc w:val=\"%s\"/>",
             sides[cell ? cell->align : WX_PAPER_LEFT]);
    snprintf(run, sizeof run,
             "<w:rFonts %sw:hint=\"eastAsia\"/><w:sz w:val=\"%d\"/>"
             "<w:szCs w:val=\"%d\"/>",
             cell && cell->is_head ? "w:eastAsia=\"黑体\" " : "", size, size);
    do
        wx_docx_paragraph(d, "Cell", properties, run, wx_str_cut(&rest, '\n'));
    while (rest.len);
    (void)wx_buf_addz(&d->xml, "</w:tc>");
}

void wx_docx_table(struct wx_docx *d, const struct wx_paper_table *table)
{
    int size = size_of(table),
        *widths = wx_arena_array(d->arena, int, table->n_columns + 1);
    struct wx_paper_grid grid;

    if (!table->n_rows)
        return;
    if (table->caption.len)
        wx_docx_paragraph(d, "Caption2", "", "", table->caption);
    grid_of(d, table, widths);
    wx_paper_grid_begin(&grid, d->arena, table);
    while (wx_paper_grid_next(&grid)) {
        (void)wx_buf_printf(&d->xml,
                            "<w:tr><w:trPr><w:cantSplit/><w:trHeight "
                            "w:val=\"%d\" w:hRule=\"atLeast\"/>%s</w:trPr>",
                            table->is_roomy ? 510 : 340,
                            grid.row <= table->n_heads ? "<w:tblHeader/>" : "");
        for (size_t i = 0; i < grid.n_slots; i++)
            put_cell(d, &grid.slots[i], widths, size);
        (void)wx_buf_addz(&d->xml, "</w:tr>\n");
    }
    (void)wx_buf_addz(&d->xml, "</w:tbl>\n");
    /* two tables that touch would become one */
    wx_docx_paragraph(d, "Gap", "", "", WX_STR(""));
}

/* ---- charts: a bar is a paragraph with a ground, as wide as its indent leaves ---- */

enum { LABEL = 2700, NUMBER = 1100, BAR = WX_DOCX_WIDTH - LABEL - NUMBER - 140 };

static void put_bar(struct wx_docx *d, const struct wx_paper_bar *bar, uint64_t max)
{
    static const char run[] = "<w:rFonts w:hint=\"eastAsia\"/><w:sz w:val=\"21\"/>";
    int width = max ? (int)((double)bar->value * BAR / (double)max) : 0;

    if (bar->value && width < 60)
        width = 60;
    (void)wx_buf_printf(&d->xml,
                        "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW "
                        "w:w=\"%d\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/>"
                        "</w:tcPr>",
                        LABEL);
    wx_docx_paragraph(d, "Cell", "<w:jc w:val=\"right\"/>", run, bar->label);
    (void)wx_buf_printf(&d->xml,
                        "</w:tc><w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>"
                        "<w:vAlign w:val=\"center\"/></w:tcPr>",
                        WX_DOCX_WIDTH - LABEL - NUMBER);
    (void)wx_buf_printf(&d->xml,
                        "<w:p><w:pPr><w:pStyle w:val=\"Cell\"/>%s<w:spacing "
                        "w:line=\"240\" w:lineRule=\"exact\"/><w:ind w:right=\"%d\"/>"
                        "</w:pPr></w:p>",
                        width ? "<w:shd w:val=\"clear\" w:color=\"auto\" "
                                "w:fill=\"595959\"/>"
                              : "",
                        BAR - width);
    (void)wx_buf_printf(&d->xml,
                        "</w:tc><w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>"
                        "<w:vAlign w:val=\"center\"/></w:tcPr>",
                        NUMBER);
    wx_docx_paragraph(
        d, "Cell", "", run,
        wx_arena_printf(d->arena, "%llu", (unsigned long long)bar->value));
    (void)wx_buf_addz(&d->xml, "</w:tc></w:tr>\n");
}

void wx_docx_bars(struct wx_docx *d, const struct wx_paper_block *block)
{
    uint64_t max = 0;

    for (size_t i = 0; i < block->n_bars; i++)
        if (block->bars[i].value > max)
            max = block->bars[i].value;
    if (!block->n_bars)
        return;
    wx_docx_paragraph(d, "Caption2", "", "", block->text);
    (void)wx_buf_printf(&d->xml,
                        "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/>"
                        "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left "
                        "w:w=\"70\" w:type=\"dxa\"/><w:right w:w=\"70\" "
                        "w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
                        "<w:gridCol w:w=\"%d\"/><w:gridCol w:w=\"%d\"/><w:gridCol "
                        "w:w=\"%d\"/></w:tblGrid>\n",
                        WX_DOCX_WIDTH, LABEL, WX_DOCX_WIDTH - LABEL - NUMBER, NUMBER);
    for (size_t i = 0; i < block->n_bars; i++)
        put_bar(d, &block->bars[i], max);
    (void)wx_buf_addz(&d->xml, "</w:tbl>\n");
    wx_docx_paragraph(d, "Gap", "", "", WX_STR(""));
}
