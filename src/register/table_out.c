#include "register/table_out.h"

#include "base/arena.h"
#include "register/workbook.h"
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_CELL_BYTES = 32000, /* a workbook takes 32,767 characters */
    MAX_OUT_BYTES = 60 << 20,
    MAX_SHEET_ROWS = 1048576,
    MAX_COLUMN_CHARS = 40,
};

struct wx_table_out {
    enum wx_table_format format;
    size_t n_columns, n_rows;
    struct wx_buf text, cell;
    /* workbook */
    struct wx_workbook book;
    lxw_worksheet *sheet;
    lxw_format *head, *plain, *faint;
    bool is_full;
};

bool wx_table_format_parse(struct wx_str format, struct wx_str charset,
                           enum wx_table_format *out)
{
    bool is_chinese = wx_str_ieqz(charset, "gb18030") || wx_str_ieqz(charset, "gbk") ||
                      wx_str_ieqz(charset, "gb2312");

    if (charset.len && !is_chinese && !wx_str_ieqz(charset, "utf-8"))
        return false;
    *out = wx_str_eqz(format, "xlsx") ? WX_TABLE_XLSX
           : is_chinese               ? WX_TABLE_CSV_GB18030
                                      : WX_TABLE_CSV;
    return wx_str_eqz(format, "csv") || wx_str_eqz(format, "xlsx");
}

const char *wx_table_format_type(enum wx_table_format format)
{
    static const char *const types[] = {
        [WX_TABLE_CSV] = "text/csv; charset=utf-8",
        [WX_TABLE_CSV_GB18030] = "text/csv; charset=gb18030",
        [WX_TABLE_XLSX] =
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };

    return types[format];
}

const char *wx_table_format_extension(enum wx_table_format format)
{
    return format == WX_TABLE_XLSX ? "xlsx" : "csv";
}

/* ---- cells ---- */

/* =, +, -, @, tab, return, and the fullwidth ones that some programs take as well. */
bool wx_cell_is_formula(struct wx_str s)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};

    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (wx_str_starts(s, wide[i]))
            return true;
    return s.len && strchr("=+-@\t\r", s.ptr[0]) != NULL && s.ptr[0];
}

static bool is_shown(uint32_t cp)
{
    return (cp >= 0x20 || cp == '\n') && !(cp >= 0x7F && cp < 0xA0) &&
           !(cp >= 0x202A && cp <= 0x202E) && !(cp >= 0x2066 && cp <= 0x2069) &&
           cp != 0x200E && cp != 0x200F && cp != 0xFFFE && cp != 0xFFFF;
}

struct wx_str wx_cell_clean(struct wx_buf *buf, struct wx_str s)
{
    size_t pos = 0;
    char bytes[4];

    wx_buf_reset(buf);
    s = wx_utf8_clip(s, MAX_CELL_BYTES);
    while (pos < s.len) {
        uint32_t cp = wx_utf8_next(s, &pos);

        if (is_shown(cp))
            (void)wx_buf_add(buf, bytes, wx_utf8_put(cp, bytes));
    }
    return wx_str_trim(wx_buf_str(buf));
}

/* ---- CSV (RFC 4180) ---- */

static void csv_cell(struct wx_table_out *t, struct wx_str s)
{
    bool is_formula = wx_cell_is_formula(wx_str_trim(s));

    s = wx_cell_clean(&t->cell, s);
    (void)wx_buf_addc(&t->text, '"');
    if (is_formula || wx_cell_is_formula(s))
        (void)wx_buf_addc(&t->text, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            (void)wx_buf_addc(&t->text, '"');
        (void)wx_buf_addc(&t->text, s.ptr[i]);
    }
    (void)wx_buf_addc(&t->text, '"');
}

static void csv_row(struct wx_table_out *t, const struct wx_str *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i)
            (void)wx_buf_addc(&t->text, ',');
        csv_cell(t, cells[i]);
    }
    (void)wx_buf_addz(&t->text, "\r\n");
}

/* GB18030 has every character of Unicode, so nothing is lost. */
static enum wx_status csv_to_gb18030(struct wx_table_out *t, struct wx_buf *out,
                                     struct wx_err *err)
{
    iconv_t cd = iconv_open("GB18030", "UTF-8");
    char *in = t->text.ptr, *to;
    size_t in_left = t->text.len, room = t->text.len * 2 + 16, out_left = room, rc;

    if (cd == (iconv_t)-1)
        return wx_fail_errno(err, "no converter to GB18030");
    to = wx_buf_room(out, room);
    if (!to) {
        iconv_close(cd);
        return wx_fail(err, WX_E_TOO_BIG, "the table is too big; export a part of it");
    }
    rc = in ? iconv(cd, &in, &in_left, &to, &out_left) : 0;
    iconv_close(cd);
    if (rc == (size_t)-1)
        return wx_fail_errno(err, "cannot write the table in GB18030");
    out->len += room - out_left;
    return WX_OK;
}

/* ---- workbook ---- */

/* A cell is written as a string whatever it begins with: no formula, no link. */
static void xlsx_cell(struct wx_table_out *t, lxw_row_t row, size_t column,
                      struct wx_str s, lxw_format *format)
{
    s = wx_cell_clean(&t->cell, s);
    if (!s.len)
        return;
    (void)wx_buf_addc(&t->cell, '\0');
    (void)worksheet_write_string(t->sheet, row, (lxw_col_t)column, s.ptr, format);
}

static enum wx_status xlsx_open(struct wx_table_out *t,
                                const struct wx_table_head *head, struct wx_err *err)
{
    char name[40];
    enum wx_status status = wx_workbook_begin(&t->book, true, err);

    if (status)
        return status;
    snprintf(name, sizeof name, WX_STR_FMT, WX_STR_ARG(wx_utf8_clip(head->title, 31)));
    t->sheet = workbook_add_worksheet(t->book.book, name);
    if (!t->sheet)
        return wx_fail(err, WX_E_IO, "cannot make the workbook");
    t->head = workbook_add_format(t->book.book);
    t->plain = workbook_add_format(t->book.book);
    t->faint = workbook_add_format(t->book.book);
    format_set_bold(t->head);
    format_set_bg_color(t->head, 0xE8EEF4);
    format_set_border(t->head, LXW_BORDER_THIN);
    format_set_text_wrap(t->head);
    format_set_text_wrap(t->plain);
    format_set_align(t->plain, LXW_ALIGN_VERTICAL_TOP);
    format_set_num_format(t->plain, "@"); /* text, also when somebody edits it */
    format_set_font_color(t->faint, 0x808080);
    return WX_OK;
}

static void xlsx_dress(struct wx_table_out *t, const struct wx_table_head *head)
{
    char footer[250];

    for (size_t i = 0; i < head->n_columns; i++) {
        size_t n = head->columns[i].len / 3 * 2 + 6;

        worksheet_set_column(t->sheet, (lxw_col_t)i, (lxw_col_t)i,
                             n > MAX_COLUMN_CHARS ? MAX_COLUMN_CHARS
                             : n < 14             ? 14
                                                  : (double)n,
                             NULL);
    }
    worksheet_freeze_panes(t->sheet, 2, 1);
    worksheet_set_landscape(t->sheet);
    worksheet_set_paper(t->sheet, 9); /* A4 */
    worksheet_repeat_rows(t->sheet, 0, 1);
    worksheet_fit_to_pages(t->sheet, 1, 0);
    snprintf(footer, sizeof footer, "&L%.*s&R&P/&N",
             (int)wx_utf8_clip(head->mark, 200).len, head->mark.ptr);
    for (char *p = footer; (p = strchr(p, '&')); p++) /* its own codes only */
        if (!strchr("LRPN", p[1]))
            *p = ' ';
    worksheet_set_footer(t->sheet, footer);
}

/* ---- both ---- */

enum wx_status wx_table_out_new(enum wx_table_format format,
                                const struct wx_table_head *head,
                                struct wx_table_out **out, struct wx_err *err)
{
    struct wx_table_out *t = wx_new(struct wx_table_out);
    enum wx_status status = WX_OK;

    t->format = format;
    t->book.fd = -1;
    t->n_columns = head->n_columns;
    t->text = WX_BUF_INIT(MAX_OUT_BYTES);
    t->cell = WX_BUF_INIT(MAX_CELL_BYTES + 8);
    if (format == WX_TABLE_XLSX) {
        status = xlsx_open(t, head, err);
        if (!status) {
            xlsx_dress(t, head);
            xlsx_cell(t, 0, 0, head->mark, t->faint);
            for (size_t i = 0; i < head->n_columns; i++)
                xlsx_cell(t, 1, i, head->columns[i], t->head);
        }
    } else {
        if (format == WX_TABLE_CSV)
            (void)wx_buf_addz(&t->text, "\xEF\xBB\xBF"); /* or Excel guesses */
        csv_row(t, &head->mark, 1);
        csv_row(t, head->columns, head->n_columns);
    }
    t->n_rows = 2;
    if (status) {
        wx_table_out_drop(t);
        return status;
    }
    *out = t;
    return WX_OK;
}

void wx_table_out_row(struct wx_table_out *t, const struct wx_str *cells)
{
    if (t->format != WX_TABLE_XLSX) {
        csv_row(t, cells, t->n_columns);
        return;
    }
    if (t->n_rows >= MAX_SHEET_ROWS) {
        t->is_full = true;
        return;
    }
    for (size_t i = 0; i < t->n_columns; i++)
        xlsx_cell(t, (lxw_row_t)t->n_rows, i, cells[i], t->plain);
    t->n_rows++;
}

enum wx_status wx_table_out_finish(struct wx_table_out *t, struct wx_buf *out,
                                   struct wx_err *err)
{
    enum wx_status status;

    if (t->is_full)
        status = wx_fail(err, WX_E_TOO_BIG, "more rows than a sheet has");
    else if (t->format == WX_TABLE_XLSX)
        status = wx_workbook_finish(&t->book, out, err);
    else if (t->text.is_full)
        status =
            wx_fail(err, WX_E_TOO_BIG, "the table is too big; export a part of it");
    else if (t->format == WX_TABLE_CSV_GB18030)
        status = csv_to_gb18030(t, out, err);
    else
        status = wx_buf_adds(out, wx_buf_str(&t->text))
                     ? wx_fail(err, WX_E_TOO_BIG, "the table is too big")
                     : WX_OK;
    wx_table_out_drop(t);
    return status;
}

void wx_table_out_drop(struct wx_table_out *t)
{
    if (!t)
        return;
    wx_workbook_drop(&t->book);
    wx_buf_clear(&t->text);
    wx_buf_clear(&t->cell);
    free(t);
}
