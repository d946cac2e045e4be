#include "document/paper.h"

#include "base/limits.h"
#include "document/format.h"
#include <stdio.h>

enum { FIRST_ROOM = 8 };

/* Room for one more in an array of the arena; NULL past MAX. */
static void *grow(struct wx_paper *paper, void *array, size_t *room, size_t n,
                  size_t size, size_t max)
{
    size_t wanted;

    if (n < *room && n < max)
        return array;
    if (n >= max) {
        if (!paper->err.status)
            (void)wx_fail(&paper->err, WX_E_TOO_BIG,
                          "the paper has more than %zu parts of one kind", max);
        return NULL;
    }
    wanted = *room ? *room * 2 : FIRST_ROOM;
    array = wx_arena_grow(paper->arena, array, *room * size, wanted * size);
    *room = wanted;
    return array;
}

void wx_paper_init(struct wx_paper *paper, struct wx_arena *arena,
                   enum wx_paper_layout layout)
{
    *paper = (struct wx_paper){.arena = arena, .layout = layout};
}

static bool is_plain(struct wx_str s)
{
    for (size_t pos = 0; pos < s.len;) {
        uint32_t cp = wx_utf8_next(s, &pos);

        if (cp < 0x20 || cp == 0xFFFD || wx_cp_is_inert_needed(cp))
            return false;
    }
    return true;
}

struct wx_str wx_paper_clean(struct wx_paper *paper, struct wx_str s)
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_PAPER_BYTES);
    struct wx_str out;

    paper->text_bytes += s.len;
    if (paper->text_bytes > WX_MAX_PAPER_BYTES) {
        if (!paper->err.status)
            (void)wx_fail(&paper->err, WX_E_TOO_BIG,
                          "the paper has more than %d MiB of text",
                          WX_MAX_PAPER_BYTES >> 20);
        return WX_STR("");
    }
    if (is_plain(s))
        return wx_arena_str(paper->arena, s);
    for (size_t pos = 0; pos < s.len;) {
        uint32_t cp = wx_utf8_next(s, &pos);
        char bytes[4];

        if (cp == '\r')
            continue;
        if (cp == '\t')
            cp = ' ';
        if (cp == 0 || wx_cp_is_inert_needed(cp))
            (void)wx_buf_printf(&buf, "[U+%04X]", (unsigned)cp);
        else
            (void)wx_buf_add(&buf, bytes, wx_utf8_put(cp, bytes));
    }
    out = wx_arena_str(paper->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

static void add_name(struct wx_paper *paper, struct wx_str *names, size_t *n,
                     size_t max, const char *what, struct wx_str name)
{
    name = wx_paper_clean(paper, wx_str_trim(name));
    if (!name.len)
        return;
    if (*n < max)
        names[(*n)++] = name;
    else if (!paper->err.status)
        (void)wx_fail(&paper->err, WX_E_TOO_BIG, "the paper names more than %zu %s",
                      max, what);
}

void wx_paper_organ(struct wx_paper *paper, struct wx_str organ)
{
    add_name(paper, paper->organs, &paper->n_organs, WX_PAPER_MAX_ORGANS, "organs",
             organ);
}

void wx_paper_signer(struct wx_paper *paper, struct wx_str signer)
{
    add_name(paper, paper->signers, &paper->n_signers, WX_PAPER_MAX_SIGNERS, "signers",
             signer);
}

void wx_paper_name_attachment(struct wx_paper *paper, struct wx_str name)
{
    void *room =
        grow(paper, paper->more_attachments, &paper->more_room,
             paper->n_more_attachments, sizeof(struct wx_str), WX_MAX_PAPER_BLOCKS);

    if (!room)
        return;
    paper->more_attachments = room;
    paper->more_attachments[paper->n_more_attachments++] = wx_paper_clean(paper, name);
}

/* ---- blocks ---- */

struct wx_paper_block *wx_paper_block(struct wx_paper *paper,
                                      enum wx_paper_block_kind kind, struct wx_str text)
{
    static struct wx_paper_block *const none = NULL;
    struct wx_paper_block *room =
        grow(paper, paper->blocks, &paper->blocks_room, paper->n_blocks, sizeof *room,
             WX_MAX_PAPER_BLOCKS);
    struct wx_paper_block *block;

    if (!room)
        return none;
    paper->blocks = room;
    block = &paper->blocks[paper->n_blocks++];
    *block = (struct wx_paper_block){.kind = kind, .text = wx_paper_clean(paper, text)};
    if (kind == WX_PAPER_ATTACHMENT)
        block->level = (int)++paper->n_attachments;
    if (kind == WX_PAPER_ATTACHMENT || kind == WX_PAPER_ENCLOSED)
        memset(paper->counters, 0, sizeof paper->counters);
    return block;
}

static struct wx_str heading_number(struct wx_paper *paper, int level)
{
    unsigned n = ++paper->counters[level];

    for (int below = level + 1; below <= 4; below++)
        paper->counters[below] = 0;
    switch (level) {
    case 1:
        return wx_arena_printf(paper->arena, WX_STR_FMT "、",
                               WX_STR_ARG(wx_paper_numeral(paper->arena, n)));
    case 2:
        return wx_arena_printf(paper->arena, "（" WX_STR_FMT "）",
                               WX_STR_ARG(wx_paper_numeral(paper->arena, n)));
    case 3:
        return wx_arena_printf(paper->arena, "%u.", n);
    default:
        return wx_arena_printf(paper->arena, "（%u）", n);
    }
}

void wx_paper_heading(struct wx_paper *paper, int level, struct wx_str text)
{
    struct wx_paper_block *block;

    if (level < 1 || level > 4)
        WX_BUG("a heading has level 1 to 4");
    block = wx_paper_block(paper, WX_PAPER_HEADING, text);
    if (!block)
        return;
    block->level = level;
    block->number = heading_number(paper, level);
}

void wx_paper_paragraph(struct wx_paper *paper, struct wx_str text)
{
    while (text.len) {
        struct wx_str line = wx_str_trim(wx_str_cut(&text, '\n'));

        if (line.len)
            (void)wx_paper_block(paper, WX_PAPER_PARAGRAPH, line);
    }
}

void wx_paper_lead(struct wx_paper *paper, struct wx_str text)
{
    struct wx_paper_block block;
    size_t n = paper->n_blocks;

    if (!wx_paper_block(paper, WX_PAPER_PARAGRAPH, text))
        return;
    block = paper->blocks[n];
    memmove(paper->blocks + 1, paper->blocks, n * sizeof *paper->blocks);
    paper->blocks[0] = block;
}

void wx_paper_line(struct wx_paper *paper, enum wx_paper_align align,
                   struct wx_str text)
{
    struct wx_paper_block *block = wx_paper_block(paper, WX_PAPER_LINE, text);

    if (block)
        block->align = align;
}

void wx_paper_bar(struct wx_paper *paper, struct wx_paper_block *bars,
                  struct wx_str label, uint64_t value)
{
    void *room;

    if (!bars)
        return;
    room = grow(paper, bars->bars, &bars->bars_room, bars->n_bars,
                sizeof(struct wx_paper_bar), WX_MAX_PAPER_BARS);
    if (!room)
        return;
    bars->bars = room;
    bars->bars[bars->n_bars++] =
        (struct wx_paper_bar){wx_paper_clean(paper, label), value};
}

/* ---- tables ---- */

struct wx_paper_table *wx_paper_table(struct wx_paper *paper, struct wx_str caption,
                                      const uint16_t *widths, size_t n_columns,
                                      size_t n_heads)
{
    struct wx_paper_block *block = wx_paper_block(paper, WX_PAPER_TABLE, caption);
    struct wx_paper_table *table = wx_arena_new(paper->arena, struct wx_paper_table);
    uint16_t *copy;

    if (n_columns < 1 || n_columns > WX_MAX_PAPER_COLUMNS) {
        if (!paper->err.status)
            (void)wx_fail(&paper->err, WX_E_TOO_BIG,
                          "table '" WX_STR_FMT "' has %zu columns; 1 to %d can be had",
                          WX_STR_ARG(wx_utf8_clip(caption, 90)), n_columns,
                          WX_MAX_PAPER_COLUMNS);
        n_columns = 0;
    }
    copy = wx_arena_array(paper->arena, uint16_t, n_columns + 1);
    for (size_t i = 0; i < n_columns; i++)
        copy[i] = widths[i] ? widths[i] : 1;
    table->widths = copy;
    table->n_columns = n_columns;
    table->n_heads = n_heads;
    if (block) {
        table->caption = block->text;
        block->table = table;
    }
    return table;
}

void wx_paper_row(struct wx_paper *paper, struct wx_paper_table *table)
{
    void *room = grow(paper, table->rows, &table->rows_room, table->n_rows,
                      sizeof(struct wx_paper_row), WX_MAX_PAPER_ROWS);

    if (!room)
        return;
    table->rows = room;
    table->rows[table->n_rows++] = (struct wx_paper_row){0};
}

struct wx_paper_cell *wx_paper_cell(struct wx_paper *paper,
                                    struct wx_paper_table *table, struct wx_str text)
{
    struct wx_paper_row *row;
    struct wx_paper_cell *cell, *room = NULL;

    if (!table->n_rows)
        wx_paper_row(paper, table);
    if (table->n_rows) {
        row = &table->rows[table->n_rows - 1];
        room = grow(paper, row->cells, &row->room, row->n, sizeof *room,
                    WX_MAX_PAPER_COLUMNS);
    }
    if (!room) /* the breach is kept; the caller may go on */
        return wx_arena_new(paper->arena, struct wx_paper_cell);
    row->cells = room;
    cell = &row->cells[row->n++];
    *cell = (struct wx_paper_cell){
        .text = wx_paper_clean(paper, text), .columns = 1, .rows = 1};
    cell->is_head = table->n_rows <= table->n_heads;
    if (cell->is_head)
        cell->align = WX_PAPER_CENTRE;
    return cell;
}

void wx_paper_grid_begin(struct wx_paper_grid *grid, struct wx_arena *arena,
                         const struct wx_paper_table *table)
{
    *grid = (struct wx_paper_grid){.table = table};
    grid->slots = wx_arena_array(arena, struct wx_paper_slot, table->n_columns + 1);
    grid->below = wx_arena_array(arena, uint16_t, table->n_columns + 1);
    grid->widths = wx_arena_array(arena, uint16_t, table->n_columns + 1);
}

/* The columns from C that cells of rows above still cover. */
static uint16_t covered(struct wx_paper_grid *grid, uint16_t c)
{
    uint16_t n = grid->below[c] ? grid->widths[c] : 0;

    for (uint16_t i = 0; i < n; i++)
        grid->below[c + i]--;
    return n;
}

static bool takes(struct wx_paper_grid *grid, const struct wx_paper_cell *cell,
                  uint16_t c)
{
    if (!cell->columns || !cell->rows || c + cell->columns > grid->table->n_columns)
        return false;
    for (uint16_t i = 0; i < cell->columns; i++) {
        if (grid->below[c + i])
            return false;
        grid->below[c + i] = (uint16_t)(cell->rows - 1);
        grid->widths[c + i] = (uint16_t)(cell->columns - i);
    }
    return true;
}

bool wx_paper_grid_next(struct wx_paper_grid *grid)
{
    const struct wx_paper_row *row;
    uint16_t c = 0;
    size_t next = 0;

    grid->n_slots = 0;
    if (grid->row >= grid->table->n_rows)
        return false;
    row = &grid->table->rows[grid->row++];
    while (c < grid->table->n_columns) {
        const struct wx_paper_cell *cell = NULL;
        uint16_t n = covered(grid, c);

        if (!n) {
            if (next == row->n || !takes(grid, &row->cells[next], c))
                return false;
            cell = &row->cells[next++];
            n = cell->columns;
        }
        grid->slots[grid->n_slots++] = (struct wx_paper_slot){cell, c, n};
        c = (uint16_t)(c + n);
    }
    return next == row->n;
}

static enum wx_status check_table(struct wx_arena *arena,
                                  const struct wx_paper_table *table,
                                  struct wx_err *err)
{
    struct wx_paper_grid grid;

    wx_paper_grid_begin(&grid, arena, table);
    for (size_t r = 0; r < table->n_rows; r++)
        if (!wx_paper_grid_next(&grid))
            return wx_fail(err, WX_E_INVALID,
                           "table '" WX_STR_FMT
                           "', row %zu: its cells do not fill the %zu columns",
                           WX_STR_ARG(wx_utf8_clip(table->caption, 90)), r + 1,
                           table->n_columns);
    for (size_t c = 0; c < table->n_columns; c++)
        if (grid.below[c])
            return wx_fail(err, WX_E_INVALID,
                           "table '" WX_STR_FMT "': a cell reaches below the last row",
                           WX_STR_ARG(wx_utf8_clip(table->caption, 90)));
    return WX_OK;
}

enum wx_status wx_paper_check(const struct wx_paper *paper, struct wx_err *err)
{
    enum wx_status st = WX_OK;
    struct wx_arena arena;

    if (paper->err.status)
        return wx_fail(err, paper->err.status, "%s", paper->err.text);
    wx_arena_init(&arena);
    for (size_t i = 0; !st && i < paper->n_blocks; i++) {
        if (paper->blocks[i].kind == WX_PAPER_TABLE)
            st = check_table(&arena, paper->blocks[i].table, err);
        wx_arena_reset(&arena);
    }
    wx_arena_clear(&arena);
    return st;
}
