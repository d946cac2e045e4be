/*
 * A table to hand out, as CSV or as a workbook: a line that says who took it when,
 * heads, rows. Every cell is text; in CSV, where programs take "=" for a formula, such
 * a cell gets an apostrophe in front, which reading it back takes away again.
 */
#ifndef WX_REGISTER_TABLE_OUT_H
#define WX_REGISTER_TABLE_OUT_H

#include "base/buf.h"
#include <stdbool.h>

enum wx_table_format { WX_TABLE_CSV, WX_TABLE_CSV_GB18030, WX_TABLE_XLSX };

/* "csv", "xlsx"; GB18030 by CHARSET "gb18030" (or gbk, gb2312). */
bool wx_table_format_parse(struct wx_str format, struct wx_str charset,
                           enum wx_table_format *out);
const char *wx_table_format_type(enum wx_table_format format); /* media type */
const char *wx_table_format_extension(enum wx_table_format format);

struct wx_table_head {
    struct wx_str title; /* name of the sheet */
    struct wx_str mark;  /* who, when: the first line, and on every printed page */
    const struct wx_str *columns;
    size_t n_columns;
};

struct wx_table_out;
WX_MUST_CHECK enum wx_status wx_table_out_new(enum wx_table_format format,
                                              const struct wx_table_head *head,
                                              struct wx_table_out **out,
                                              struct wx_err *err);
/* As many cells as there are columns. Errors are told by the finish. */
void wx_table_out_row(struct wx_table_out *t, const struct wx_str *cells);
/* The bytes behind what OUT holds; frees T, also on failure. */
WX_MUST_CHECK enum wx_status
wx_table_out_finish(struct wx_table_out *t, struct wx_buf *out, struct wx_err *err);
void wx_table_out_drop(struct wx_table_out *t); /* NULL is fine */

/* Would a program take it for a formula? */
bool wx_cell_is_formula(struct wx_str s);
/* What a cell may hold: without control characters, marks of direction, ill-formed
 * bytes; cut at what the format takes. The view lives until the next call with BUF. */
struct wx_str wx_cell_clean(struct wx_buf *buf, struct wx_str s);

#endif
