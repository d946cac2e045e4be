/* Footer identifiers out of any bytes: markup, scripts, half characters. */
#include "wire/identifier.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size};
    struct wx_identifier id;
    struct wx_arena arena;
    struct wx_plain plain;
    struct wx_str digits;
    uint32_t letter;
    size_t pos = 0;

    wx_arena_init(&arena);
    plain = wx_plain_make(&arena, text);
    while (wx_identifier_next(&arena, plain.text, &pos, &id))
        if (id.end > plain.text.len || id.offset > id.end || plain.at[id.end] > size)
            abort();
    (void)wx_icp_read(text, &letter, &digits);
    wx_arena_clear(&arena);
    return 0;
}
