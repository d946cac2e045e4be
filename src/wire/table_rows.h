/* Rows being collected, under the ceilings of a table. Private to table*.c. */
#ifndef WX_WIRE_TABLE_ROWS_H
#define WX_WIRE_TABLE_ROWS_H

#include "wire/table.h"

enum {
    WX_TABLE_MAX_COLUMNS = 512,
    WX_TABLE_MAX_CELLS = 8000000, /* 128 MiB of views */
};

struct wx_table_rows {
    struct wx_arena *arena;
    struct wx_table *table;
    enum wx_lang lang;
    size_t cap_rows, n_all_cells;
    /* the row at hand; cells behind n_cells are empty */
    uint32_t number;
    size_t n_cells;
    struct wx_str cells[WX_TABLE_MAX_COLUMNS];
};

/* Put TEXT, trimmed and cut at the cell's ceiling, into a column of the row at hand.
 * Columns past the ceiling are dropped. */
void wx_table_put(struct wx_table_rows *rows, size_t column, struct wx_str text);
/* End the row: kept unless all its cells are empty. */
WX_MUST_CHECK enum wx_status wx_table_end_row(struct wx_table_rows *rows,
                                              struct wx_err *err);

WX_MUST_CHECK enum wx_status wx_table_read_csv(struct wx_arena *arena,
                                               struct wx_str bytes, enum wx_lang lang,
                                               struct wx_table *out,
                                               struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_table_read_xlsx(struct wx_arena *arena,
                                                struct wx_str bytes, enum wx_lang lang,
                                                struct wx_table *out,
                                                struct wx_err *err);

#endif
