#include "base/limits.h"
#include "wire/table.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_arena arena;
    struct wx_table t;

    wx_arena_init(&arena);
    /* ZIP has its own target */
    if ((size < 2 || data[0] != 'P' || data[1] != 'K') &&
        wx_table_read(&arena, (struct wx_str){(const char *)data, size}, WX_ZH, &t,
                      NULL) == WX_OK) {
        if (!t.n_rows || t.n_rows > WX_MAX_REGISTER_ROWS)
            abort();
        for (size_t i = 0; i < t.n_rows; i++)
            for (size_t k = 0; k < t.rows[i].n_cells; k++)
                if (t.rows[i].cells[k].len > WX_MAX_CELL_BYTES ||
                    !wx_utf8_is_valid(t.rows[i].cells[k]))
                    abort();
    }
    wx_arena_clear(&arena);
    return 0;
}
