#include "base/base64.h"

static const char digits64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value64(char c)
{
    const char *at = c ? strchr(digits64, c) : NULL;

    return at ? (int)(at - digits64) : -1;
}

bool wx_base64_read(struct wx_arena *arena, struct wx_str text, struct wx_str *out)
{
    size_t n = text.len / 4 * 3, at = 0;
    char *bytes = wx_arena_alloc(arena, n + 1);

    if (text.len % 4)
        return false;
    for (size_t i = 0; i < text.len; i += 4) {
        bool is_last = i + 4 == text.len;
        size_t pad = is_last && text.ptr[i + 3] == '=' ? 1 : 0;
        uint32_t word = 0;

        pad += pad && text.ptr[i + 2] == '=' ? 1 : 0;
        for (size_t k = 0; k < 4; k++) {
            int v = k + pad >= 4 ? 0 : value64(text.ptr[i + k]);

            if (v < 0)
                return false;
            word = word << 6 | (uint32_t)v;
        }
        for (size_t k = 0; k < 3 - pad; k++)
            bytes[at++] = (char)(word >> (16 - 8 * k));
    }
    *out = (struct wx_str){at ? bytes : NULL, at};
    return true;
}

void wx_base64_add(struct wx_buf *buf, struct wx_str s)
{
    for (size_t i = 0; i < s.len; i += 3) {
        size_t n = s.len - i < 3 ? s.len - i : 3;
        uint32_t word = 0;
        char four[4];

        for (size_t k = 0; k < 3; k++)
            word = word << 8 | (k < n ? (unsigned char)s.ptr[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            four[k] = k <= n ? digits64[word >> (18 - 6 * k) & 63] : '=';
        (void)wx_buf_add(buf, four, 4);
    }
}
