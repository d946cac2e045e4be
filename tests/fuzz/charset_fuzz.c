/* Input: a Content-Type value, a line feed, and the bytes of a page. */
#include "wire/charset.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str bytes = {(const char *)data, size}, type;
    struct wx_arena arena;
    struct wx_decoded d;

    wx_arena_init(&arena);
    type = wx_str_cut(&bytes, '\n');
    d = wx_charset_decode(&arena, bytes, type);
    if (!wx_utf8_is_valid(d.text))
        abort();
    for (int cs = 0; cs < WX_CS_COUNT; cs++) {
        uint32_t n;

        if (!wx_utf8_is_valid(
                wx_charset_convert(&arena, bytes, (enum wx_charset)cs, &n)))
            abort();
        if (n > bytes.len)
            abort();
    }
    wx_arena_clear(&arena);
    return 0;
}
