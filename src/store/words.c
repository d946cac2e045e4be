#include "store/words.h"

/* Of one query: a text of as many pairs is selective enough. */
enum { MAX_QUERY_PAIRS = 24 };

static uint32_t fold(uint32_t cp)
{
    return cp < 0x80 ? wx_lower((unsigned char)cp) : cp;
}

static bool is_blank(uint32_t cp)
{
    return cp <= ' ' || cp == 0x3000;
}

/* Two characters as letters and digits, which no tokenizer takes apart. */
static void put_pair(uint32_t a, uint32_t b, struct wx_buf *out)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    uint64_t v = (uint64_t)a << 21 | b;
    char text[16];
    size_t n = sizeof text;

    do {
        text[--n] = digits[v % 36];
        v /= 36;
    } while (v);
    (void)wx_buf_add(out, text + n, sizeof text - n);
}

static size_t put_pairs(struct wx_str text, const char *between, size_t max,
                        struct wx_buf *out)
{
    uint32_t before = ' ';
    size_t pos = 0, n = 0;

    while (pos < text.len && n < max) {
        uint32_t cp = fold(wx_utf8_next(text, &pos));

        if (!is_blank(before) && !is_blank(cp)) {
            if (n++)
                (void)wx_buf_addz(out, between);
            put_pair(before, cp, out);
        }
        before = cp;
    }
    return n;
}

void wx_words_pairs(struct wx_str text, struct wx_buf *out)
{
    (void)put_pairs(text, " ", SIZE_MAX, out);
}

size_t wx_words_query(struct wx_str text, struct wx_buf *out)
{
    return put_pairs(text, " AND ", MAX_QUERY_PAIRS, out);
}
