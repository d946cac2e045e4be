/* Any bytes as a register: table reader and import together. */
#include "register/import.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str bytes = {(const char *)data, size};
    struct wx_buf line = WX_BUF_INIT(8192);
    struct wx_import import;
    struct wx_table table;
    struct wx_arena arena;
    enum wx_status st;

    wx_arena_init(&arena);
    if (!wx_table_read(&arena, bytes, WX_ZH, &table, NULL)) {
        st = wx_register_import(&arena, &table, &import, NULL);
        if (!st && !import.n_sites)
            abort();
        for (size_t i = 0; i < import.n_problems; i++) {
            wx_buf_reset(&line);
            wx_import_problem_format(&import.problems[i], i % 2 ? WX_EN : WX_ZH, &line);
            if (!line.len || memchr(line.ptr, '\n', line.len))
                abort();
        }
        for (size_t i = 0; i < import.n_sites; i++)
            if (!import.sites[i].domain.len || !import.sites[i].id)
                abort();
    }
    wx_buf_clear(&line);
    wx_arena_clear(&arena);
    return 0;
}
