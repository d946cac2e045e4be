/*
 * Tables that people send: CSV (UTF-8 with or without BOM, GB18030; comma, semicolon
 * or tab; RFC 4180 quotes) and XLSX (first sheet with content). Cells come out as
 * trimmed UTF-8 text; numbers of XLSX as they would be typed; formulas as their last
 * value. Ceilings against bombs; a bad row is reported, never fatal.
 */
#ifndef WX_WIRE_TABLE_H
#define WX_WIRE_TABLE_H

#include "base/arena.h"
#include "base/catalogue.h"
#include "base/err.h"

struct wx_table_row {
    uint32_t number; /* line of the file or row of the sheet, from 1 */
    struct wx_str *cells;
    size_t n_cells;
};

struct wx_table {
    struct wx_table_row *rows;
    size_t n_rows;
    struct wx_str sheet; /* XLSX */
};

/* What the readers need open, before a jail closes the file system. Idempotent. */
void wx_table_prepare(void);

/* Decides by content, not by name. ERR, in LANG, names what is wrong with the file and
 * what would do instead. */
WX_MUST_CHECK enum wx_status wx_table_read(struct wx_arena *arena, struct wx_str bytes,
                                           enum wx_lang lang, struct wx_table *out,
                                           struct wx_err *err);
/* Each sheet of an XLSX workbook, hidden and empty ones too, in their order. TABLE
 * lasts as long as ARENA, its name only for the call. WX_E_INVALID: no XLSX workbook.
 */
typedef enum wx_status wx_each_sheet(void *ctx, const struct wx_table *table,
                                     struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_table_each_sheet(struct wx_arena *arena,
                                                 struct wx_str bytes, enum wx_lang lang,
                                                 wx_each_sheet *each, void *ctx,
                                                 struct wx_err *err);

#endif
