/* Which charset undeclared bytes are in, and small readers of UTF-8. */
#include "wire/charset_table.h"

#include <uchardet.h>

enum {
    ASK_BYTES = 16 << 10, /* libuchardet gets no more; it is slow, and sure by then */
    FEW_PAIRS = 12,       /* below this, statistics say nothing */
};

size_t wx_ascii_length(struct wx_str s)
{
    size_t i = 0;
    uint64_t w[4];

    for (; i + sizeof w <= s.len; i += sizeof w) {
        memcpy(w, s.ptr + i, sizeof w);
        if ((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u)
            break;
    }
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
        i++;
    return i;
}

/* How many bytes the lead byte asks for, and the range of the second (table 3-7). */
static size_t utf8_shape(unsigned char c, unsigned char *lo, unsigned char *hi)
{
    *lo = 0x80;
    *hi = 0xBF;
    if (c >= 0xC2 && c <= 0xDF)
        return 2;
    if (c >= 0xE0 && c <= 0xEF) {
        if (c == 0xE0)
            *lo = 0xA0;
        if (c == 0xED)
            *hi = 0x9F;
        return 3;
    }
    if (c >= 0xF0 && c <= 0xF4) {
        if (c == 0xF0)
            *lo = 0x90;
        if (c == 0xF4)
            *hi = 0x8F;
        return 4;
    }
    return c < 0x80 ? 1 : 0;
}

/* Length of the longest prefix of a well-formed sequence that stands at p. */
static size_t utf8_prefix(const unsigned char *p, size_t n, size_t *want)
{
    unsigned char lo, hi;
    size_t i = 1;

    *want = utf8_shape(p[0], &lo, &hi);
    while (i < *want && i < n && p[i] >= lo && p[i] <= hi) {
        lo = 0x80;
        hi = 0xBF;
        i++;
    }
    return i;
}

size_t wx_utf8_good_length(const unsigned char *p, size_t n)
{
    size_t want, have = utf8_prefix(p, n, &want);

    return want && have == want ? have : 0;
}

size_t wx_utf8_bad_length(const unsigned char *p, size_t n)
{
    size_t want;

    return utf8_prefix(p, n, &want);
}

/* What libuchardet thinks; UNKNOWN when it is not one of ours. Its "UTF-8" and "ASCII"
 * are never believed here: the bytes have failed the proof. */
static enum wx_charset ask_uchardet(struct wx_str bytes)
{
    size_t from = wx_ascii_length(bytes);
    enum wx_charset cs = WX_CS_UNKNOWN;
    uchardet_t ud = uchardet_new();

    if (!ud)
        return cs;
    bytes = wx_str_sub(bytes, from, from + ASK_BYTES);
    if (uchardet_handle_data(ud, bytes.ptr, bytes.len) == 0) {
        uchardet_data_end(ud);
        cs = wx_charset_parse(wx_str_of(uchardet_get_charset(ud)));
    }
    uchardet_delete(ud);
    return cs == WX_CS_UTF8 || cs == WX_CS_ASCII ? WX_CS_UNKNOWN : cs;
}

static bool most(size_t part, size_t whole, unsigned percent)
{
    return part * 100 >= whole * percent && whole;
}

enum wx_charset wx_charset_guess(struct wx_str bytes, const struct wx_charset_tally *t,
                                 enum wx_charset_why *why)
{
    enum wx_charset asked;

    *why = WX_CS_BY_GUESS;
    if (t->gb_pairs < FEW_PAIRS && !t->gb_bad) {
        *why = WX_CS_BY_DEFAULT;
        return WX_CS_GB18030;
    }
    if (most(t->kana_sjis, t->gb_pairs, 20))
        return WX_CS_SHIFT_JIS;
    if (most(t->kana_euc, t->gb_pairs, 20))
        return WX_CS_EUC_JP;
    if (t->big5_pairs >= FEW_PAIRS && most(t->big5_common, t->big5_pairs, 90) &&
        t->big5_bad <= t->gb_bad && !most(t->gb_common, t->gb_pairs, 75))
        return WX_CS_BIG5;
    asked = ask_uchardet(bytes);
    /* Hangul fills the very square of GB 2312 level 1: only letter frequency tells */
    if (asked == WX_CS_EUC_KR && t->gb_pairs >= 3 * FEW_PAIRS)
        return asked;
    if (t->gb_bad * 20 <= t->gb_pairs)
        return WX_CS_GB18030;
    if (asked != WX_CS_UNKNOWN)
        return asked;
    *why = WX_CS_BY_DEFAULT;
    return WX_CS_GB18030;
}
