/* A workbook sheet by sheet: forms that were filled in off line. */
#include "convert/child.h"

static enum wx_status send_sheet(void *ctx, const struct wx_table *table,
                                 struct wx_err *err)
{
    struct wx_convert_child *child = ctx;
    enum wx_status st = WX_OK;

    for (size_t i = 0; !st && i < table->n_rows; i++) {
        const struct wx_table_row *row = &table->rows[i];
        struct wx_json j = WX_JSON_INIT(&child->item);

        wx_json_open(&j, '{');
        wx_json_kstr(&j, "sheet", table->sheet);
        wx_json_kint(&j, "row", (int64_t)row->number - 1);
        wx_json_key(&j, "cells");
        wx_json_open(&j, '[');
        for (size_t k = 0; k < row->n_cells; k++)
            wx_json_str(&j, row->cells[k].ptr ? row->cells[k] : WX_STR(""));
        wx_json_close(&j, ']');
        wx_json_close(&j, '}');
        st = wx_convert_item(child, err);
    }
    return st;
}

enum wx_status wx_convert_book(struct wx_convert_child *child, struct wx_str bytes,
                               struct wx_err *err)
{
    return wx_table_each_sheet(child->arena, bytes, child->lang, send_sheet, child,
                               err);
}
