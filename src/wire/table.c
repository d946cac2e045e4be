#include "base/limits.h"
#include "wire/charset.h"
#include "wire/table_rows.h"
#include <libxml/parser.h>

/* White space of every kind that cells are padded with. */
static struct wx_str cell_trim(struct wx_str s)
{
    static const char *const blanks[] = {"\xE3\x80\x80", "\xC2\xA0", "\xEF\xBB\xBF",
                                         "\xE2\x80\x8B"};
    size_t before;

    do {
        before = s.len;
        s = wx_str_trim(s);
        for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
            size_t n = strlen(blanks[i]);

            if (wx_str_starts(s, blanks[i]))
                s = wx_str_sub(s, n, s.len);
            if (wx_str_ends(s, blanks[i]))
                s.len -= n;
        }
    } while (s.len != before);
    return s;
}

void wx_table_put(struct wx_table_rows *rows, size_t column, struct wx_str text)
{
    text = wx_utf8_clip(cell_trim(text), WX_MAX_CELL_BYTES);
    if (!text.len || column >= WX_TABLE_MAX_COLUMNS)
        return;
    while (rows->n_cells <= column)
        rows->cells[rows->n_cells++] = (struct wx_str){NULL, 0};
    rows->cells[column] = text;
}

enum wx_status wx_table_end_row(struct wx_table_rows *rows, struct wx_err *err)
{
    struct wx_table *t = rows->table;
    size_t n = rows->n_cells, cap = rows->cap_rows;
    struct wx_table_row *row;

    rows->n_cells = 0;
    if (!n)
        return WX_OK;
    rows->n_all_cells += n;
    if (t->n_rows == WX_MAX_REGISTER_ROWS || rows->n_all_cells > WX_TABLE_MAX_CELLS)
        return wx_fail(err, WX_E_TOO_BIG, wx_text(rows->lang, WX_T_TABLE_TOO_MANY_ROWS),
                       rows->number, WX_MAX_REGISTER_ROWS, WX_TABLE_MAX_CELLS);
    if (t->n_rows == cap) {
        cap = cap ? cap * 2 : 64;
        t->rows = wx_arena_grow(rows->arena, t->rows, rows->cap_rows * sizeof *row,
                                cap * sizeof *row);
        rows->cap_rows = cap;
    }
    row = &t->rows[t->n_rows++];
    *row = (struct wx_table_row){.number = rows->number, .n_cells = n};
    row->cells = wx_arena_array(rows->arena, struct wx_str, n);
    memcpy(row->cells, rows->cells, n * sizeof *row->cells);
    return WX_OK;
}

/* What a file that is no table begins with, and what to do about it. */
static const struct {
    const char *magic;
    size_t n;
    enum wx_text what;
} strangers[] = {
    {"%PDF", 4, WX_T_TABLE_IS_PDF},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, WX_T_TABLE_IS_XLS},
    {"\x89PNG", 4, WX_T_TABLE_IS_PICTURE},
    {"\xFF\xD8\xFF", 3, WX_T_TABLE_IS_PICTURE},
    {"GIF8", 4, WX_T_TABLE_IS_PICTURE},
    {"\x1f\x8b", 2, WX_T_TABLE_IS_ARCHIVE},
    {"Rar!", 4, WX_T_TABLE_IS_ARCHIVE},
    {"7z\xBC\xAF\x27\x1C", 6, WX_T_TABLE_IS_ARCHIVE},
    {"\x7f"
     "ELF",
     4, WX_T_TABLE_IS_PROGRAM},
    {"MZ\x90", 3, WX_T_TABLE_IS_PROGRAM},
    {"SQLite format 3", 15, WX_T_TABLE_IS_DATABASE},
    {"<html", 5, WX_T_TABLE_IS_PAGE},
    {"<!doctype", 9, WX_T_TABLE_IS_PAGE},
    {"<?xml", 5, WX_T_TABLE_IS_XML},
    {"{\\rtf", 5, WX_T_TABLE_IS_RTF},
};

/* WX_TEXT_COUNT: none of them. */
static enum wx_text stranger_name(struct wx_str bytes)
{
    struct wx_str text = bytes;

    if (wx_str_starts(text, "\xEF\xBB\xBF"))
        text = wx_str_sub(text, 3, text.len);
    text = wx_str_trim(wx_str_sub(text, 0, 200));
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        struct wx_str magic = {strangers[i].magic, strangers[i].n};

        if (wx_str_ieq(wx_str_sub(bytes, 0, magic.len), magic) ||
            (magic.ptr[0] == '<' && wx_str_ieq(wx_str_sub(text, 0, magic.len), magic)))
            return strangers[i].what;
    }
    return WX_TEXT_COUNT;
}

/* libxml2 writes to standard error what its readers have already said. */
static void say_nothing(void *ctx, const char *text, ...)
{
    (void)ctx;
    (void)text;
}

void wx_table_prepare(void)
{
    wx_charset_prepare();
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, say_nothing);
}

enum wx_status wx_table_read(struct wx_arena *arena, struct wx_str bytes,
                             enum wx_lang lang, struct wx_table *out,
                             struct wx_err *err)
{
    enum wx_text what;

    *out = (struct wx_table){0};
    if (!bytes.len)
        return wx_fail(err, WX_E_INVALID, "%s", wx_text(lang, WX_T_TABLE_EMPTY));
    if (bytes.len > WX_MAX_REGISTER_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, wx_text(lang, WX_T_TABLE_TOO_BIG),
                       (int)(bytes.len >> 20), WX_MAX_REGISTER_BYTES >> 20);
    if (wx_str_starts(bytes, "PK\x03\x04") || wx_str_starts(bytes, "PK\x05\x06"))
        return wx_table_read_xlsx(arena, bytes, lang, out, err);
    what = stranger_name(bytes);
    if (what != WX_TEXT_COUNT)
        return wx_fail(err, WX_E_INVALID, "%s", wx_text(lang, what));
    return wx_table_read_csv(arena, bytes, lang, out, err);
}
