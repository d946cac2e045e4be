#include "wire/charset_table.h"

#include <iconv.h>
#include <stdlib.h>

enum {
    LEAD_MIN = 0x81,
    LEADS = 0xFE - 0x81 + 1,
    TRAIL_MIN = 0x40,
    TRAILS = 0xFF - 0x40,
    WIDE_MAX = 2048,
    WIDE_MIN = 0xD800,   /* values from here to 0xDFFF are indices into wide[] */
    GB_FOUR_BMP = 39420, /* 0x81308130 .. 0x8431A439 */
};

/* Two-byte part of a charset. 0: not assigned. */
struct pair_table {
    uint16_t cp[LEADS][TRAILS];
    uint32_t wide[WIDE_MAX]; /* code points beyond 16 bits, and second thoughts */
    unsigned n_wide;
};

/*
 * The one piece of file-scope state in this room: the system's converters can only be
 * loaded while the file system is open, and a worker reads its pages behind a jail that
 * closes it. So their knowledge is copied into these tables once, by
 * wx_charset_prepare(), before any thread starts; from then on they are constant, and
 * converting needs no call into iconv, no lock and no state to reset.
 */
static struct {
    bool is_ready;
    struct pair_table gb, big5, sjis, euc_jp, euc_kr;
    uint16_t gb_four[GB_FOUR_BMP];
} tables;

static uint32_t le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

/*
 * Convert N items of ITEM bytes each, writing one code point for each to OUT, 0 where
 * the converter refuses. A line feed behind each item keeps the count when one of them
 * gives two code points (four of HKSCS do; they are left out).
 */
static void items_convert(iconv_t cd, const unsigned char *items, size_t n, size_t item,
                          uint32_t *out)
{
    unsigned char in[TRAILS * 5], ucs[TRAILS * 12];
    size_t at = 0, done = 0, in_len = 0;
    char *in_ptr = (char *)in, *out_ptr = (char *)ucs;
    size_t out_left = sizeof ucs;

    for (size_t i = 0; i < n; i++) {
        memcpy(in + in_len, items + i * item, item);
        in_len += item;
        in[in_len++] = '\n';
    }
    memset(out, 0, n * sizeof *out);
    while (done < n) {
        size_t n_cps = 0, from = 0, got;

        iconv(cd, NULL, NULL, NULL, NULL);
        out_ptr = (char *)ucs;
        out_left = sizeof ucs;
        (void)iconv(cd, &in_ptr, &in_len, &out_ptr, &out_left);
        got = sizeof ucs - out_left;
        for (at = 0; at + 4 <= got; at += 4) {
            if (le32(ucs + at) != '\n')
                continue;
            n_cps = (at - from) / 4;
            out[done++] = n_cps == 1 ? le32(ucs + from) : 0;
            from = at + 4;
        }
        if (done >= n)
            break;
        /* refused: skip this item and its line feed */
        done++;
        in_ptr = (char *)in + done * (item + 1);
        in_len = (size_t)((n - done) * (item + 1));
    }
}

static uint16_t table_value(struct pair_table *t, uint32_t cp)
{
    if (cp < 0x10000)
        return (uint16_t)(cp >= WIDE_MIN && cp < 0xE000 ? 0 : cp);
    if (t->n_wide == WIDE_MAX)
        return 0;
    t->wide[t->n_wide] = cp;
    return (uint16_t)(WIDE_MIN + t->n_wide++);
}

static void pairs_load(struct pair_table *t, const char *charset)
{
    iconv_t cd = iconv_open("UCS-4LE", charset);

    if (cd == (iconv_t)-1)
        return; /* not installed: its bytes will read as U+FFFD */
    for (unsigned lead = 0; lead < LEADS; lead++) {
        unsigned char row[TRAILS * 2];
        uint32_t cps[TRAILS];

        for (unsigned trail = 0; trail < TRAILS; trail++) {
            row[trail * 2] = (unsigned char)(LEAD_MIN + lead);
            row[trail * 2 + 1] = (unsigned char)(TRAIL_MIN + trail);
        }
        items_convert(cd, row, TRAILS, 2, cps);
        for (unsigned trail = 0; trail < TRAILS; trail++)
            t->cp[lead][trail] = table_value(t, cps[trail]);
    }
    iconv_close(cd);
}

/* The four-byte codes of the basic plane, which fill the gaps of the two-byte ones. */
static void gb_four_load(void)
{
    iconv_t cd = iconv_open("UCS-4LE", "GB18030");

    if (cd == (iconv_t)-1)
        return;
    for (unsigned from = 0; from < GB_FOUR_BMP; from += 60) {
        unsigned char row[60 * 4];
        uint32_t cps[60];
        unsigned n = GB_FOUR_BMP - from < 60 ? GB_FOUR_BMP - from : 60;

        for (unsigned i = 0; i < n; i++) {
            unsigned linear = from + i;

            row[i * 4 + 3] = (unsigned char)(0x30 + linear % 10);
            row[i * 4 + 2] = (unsigned char)(0x81 + linear / 10 % 126);
            row[i * 4 + 1] = (unsigned char)(0x30 + linear / 1260 % 10);
            row[i * 4 + 0] = (unsigned char)(0x81 + linear / 12600);
        }
        items_convert(cd, row, n, 4, cps);
        for (unsigned i = 0; i < n; i++)
            tables.gb_four[from + i] = cps[i] < 0x10000 ? (uint16_t)cps[i] : 0;
    }
    iconv_close(cd);
}

void wx_charset_prepare(void)
{
    if (tables.is_ready)
        return;
    pairs_load(&tables.gb, "GB18030");
    gb_four_load();
    pairs_load(&tables.big5, "BIG5-HKSCS");
    pairs_load(&tables.sjis, "CP932");
    pairs_load(&tables.euc_jp, "EUC-JP");
    pairs_load(&tables.euc_kr, "UHC");
    tables.is_ready = true;
}

static uint32_t pair_cp(const struct pair_table *t, unsigned lead, unsigned trail)
{
    uint16_t v;

    if (lead < LEAD_MIN || lead > 0xFE || trail < TRAIL_MIN || trail > 0xFE)
        return 0;
    v = t->cp[lead - LEAD_MIN][trail - TRAIL_MIN];
    return v >= WIDE_MIN && v < 0xE000 ? t->wide[v - WIDE_MIN] : v;
}

/* --- reading ---------------------------------------------------------------------- */

/* What the next bytes are: code point (0xFFFD: ill-formed) and how many they are. */
struct step {
    uint32_t cp;
    size_t n;
};

#define BAD 0xFFFD

/* An ASCII byte behind a broken lead byte stands for itself: '<' is never swallowed
 * (WHATWG Encoding, which is what browsers do). */
static struct step bad_pair(unsigned trail)
{
    return (struct step){BAD, trail < 0x80 ? 1 : 2};
}

static struct step gb_step(const unsigned char *p, size_t n)
{
    uint32_t cp, linear;

    if (p[0] == 0x80)
        return (struct step){0x20AC, 1};
    if (p[0] == 0xFF || n < 2)
        return (struct step){BAD, 1};
    if (p[1] < 0x30 || p[1] > 0x39) {
        cp = pair_cp(&tables.gb, p[0], p[1]);
        return cp ? (struct step){cp, 2} : bad_pair(p[1]);
    }
    if (n < 4 || p[2] < 0x81 || p[2] == 0xFF || p[3] < 0x30 || p[3] > 0x39)
        return (struct step){BAD, 1};
    linear =
        (((p[0] - 0x81u) * 10 + p[1] - 0x30) * 126 + p[2] - 0x81) * 10 + p[3] - 0x30;
    if (linear < GB_FOUR_BMP)
        cp = tables.gb_four[linear];
    else if (linear >= 189000 && linear < 189000 + 0x100000)
        cp = 0x10000 + linear - 189000;
    else
        cp = 0;
    return (struct step){cp ? cp : BAD, cp ? 4 : 1};
}

static struct step pair_step(const struct pair_table *t, const unsigned char *p,
                             size_t n)
{
    uint32_t cp;

    if (n < 2)
        return (struct step){BAD, 1};
    cp = pair_cp(t, p[0], p[1]);
    return cp ? (struct step){cp, 2} : bad_pair(p[1]);
}

static struct step sjis_step(const unsigned char *p, size_t n)
{
    if (p[0] >= 0xA1 && p[0] <= 0xDF)
        return (struct step){0xFF61u + p[0] - 0xA1, 1};
    if (p[0] == 0x80)
        return (struct step){0x80, 1};
    return pair_step(&tables.sjis, p, n);
}

static struct step euc_jp_step(const unsigned char *p, size_t n)
{
    /* JIS X 0212 behind 0x8F is hardly used; its three bytes are one replacement */
    if (p[0] == 0x8F && n >= 3 && p[1] >= 0xA1 && p[2] >= 0xA1)
        return (struct step){BAD, 3};
    return pair_step(&tables.euc_jp, p, n);
}

static struct step latin1_step(unsigned char c)
{
    /* windows-1252, for that is what a page means by ISO-8859-1 */
    static const uint16_t high[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

    return (struct step){c < 0xA0 ? high[c - 0x80] : c, 1};
}

static struct step utf8_step(const unsigned char *p, size_t n)
{
    size_t good = wx_utf8_good_length(p, n), pos = 0;

    if (!good)
        return (struct step){BAD, wx_utf8_bad_length(p, n)};
    return (struct step){wx_utf8_next((struct wx_str){(const char *)p, n}, &pos), good};
}

static struct step high_step(enum wx_charset from, const unsigned char *p, size_t n)
{
    switch (from) {
    case WX_CS_GB18030:
        return gb_step(p, n);
    case WX_CS_BIG5:
        return pair_step(&tables.big5, p, n);
    case WX_CS_SHIFT_JIS:
        return sjis_step(p, n);
    case WX_CS_EUC_JP:
        return euc_jp_step(p, n);
    case WX_CS_EUC_KR:
        return pair_step(&tables.euc_kr, p, n);
    case WX_CS_LATIN1:
        return latin1_step(p[0]);
    case WX_CS_UTF8:
        return utf8_step(p, n);
    default: /* ASCII, unknown */
        return (struct step){BAD, 1};
    }
}

static size_t count_high(struct wx_str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += (unsigned char)s.ptr[i] >> 7;
    return n;
}

/* The plain case of Chinese text, without a function call a character: pairs that give
 * three bytes of UTF-8. Returns how many bytes it took; the rest is for the careful. */
static size_t pairs_run(const struct pair_table *t, struct wx_str s, char *out,
                        size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    char *to = out + *at;
    size_t i = 0;

    while (i + 1 < s.len && p[i] >= LEAD_MIN && p[i] != 0xFF && p[i + 1] >= TRAIL_MIN &&
           p[i + 1] != 0xFF) {
        uint16_t cp = t->cp[p[i] - LEAD_MIN][p[i + 1] - TRAIL_MIN];

        if (cp < 0x800 || (cp >= WIDE_MIN && cp < 0xE000))
            break;
        to[0] = (char)(0xE0 | cp >> 12);
        to[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        to[2] = (char)(0x80 | (cp & 0x3F));
        to += 3;
        i += 2;
    }
    *at = (size_t)(to - out);
    return i;
}

static struct wx_str convert_bytes(struct wx_arena *arena, struct wx_str bytes,
                                   enum wx_charset from, uint32_t *n_replaced)
{
    /* each byte from 0x80 up gives at most three bytes of UTF-8 */
    size_t cap = bytes.len + 2 * count_high(bytes), at = 0, i = 0;
    const struct pair_table *pairs = from == WX_CS_GB18030 ? &tables.gb
                                     : from == WX_CS_BIG5  ? &tables.big5
                                                           : NULL;
    char *out = wx_arena_alloc(arena, cap + 1);

    while (i < bytes.len) {
        struct wx_str rest = wx_str_sub(bytes, i, bytes.len);
        size_t ascii = wx_ascii_length(rest);
        struct step s;

        memcpy(out + at, rest.ptr, ascii);
        at += ascii;
        i += ascii;
        if (pairs)
            i += pairs_run(pairs, wx_str_sub(bytes, i, bytes.len), out, &at);
        /* high bytes come in runs */
        while (i < bytes.len && (unsigned char)bytes.ptr[i] >= 0x80) {
            s = high_step(from, (const unsigned char *)bytes.ptr + i, bytes.len - i);
            *n_replaced += s.cp == BAD;
            at += wx_utf8_put(s.cp, out + at);
            i += s.n;
        }
    }
    (void)wx_arena_grow(arena, out, cap + 1, at + 1);
    return (struct wx_str){out, at};
}

static struct wx_str convert_utf16(struct wx_arena *arena, struct wx_str bytes,
                                   bool is_big, uint32_t *n_replaced)
{
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t n = bytes.len / 2, at = 0, cap = n * 3 + 4;
    char *out = wx_arena_alloc(arena, cap);

    for (size_t i = 0; i < n; i++) {
        uint32_t c = is_big ? (uint32_t)p[2 * i] << 8 | p[2 * i + 1]
                            : (uint32_t)p[2 * i + 1] << 8 | p[2 * i];

        if (c >= 0xD800 && c < 0xDC00 && i + 1 < n) {
            uint32_t d = is_big ? (uint32_t)p[2 * i + 2] << 8 | p[2 * i + 3]
                                : (uint32_t)p[2 * i + 3] << 8 | p[2 * i + 2];

            if (d >= 0xDC00 && d < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (d - 0xDC00);
                i++;
            }
        }
        if (c >= 0xD800 && c < 0xE000) {
            c = BAD;
            ++*n_replaced;
        }
        at += wx_utf8_put(c, out + at);
    }
    if (bytes.len & 1) {
        ++*n_replaced;
        at += wx_utf8_put(BAD, out + at);
    }
    (void)wx_arena_grow(arena, out, cap, at);
    return (struct wx_str){out, at};
}

struct wx_str wx_charset_convert(struct wx_arena *arena, struct wx_str bytes,
                                 enum wx_charset from, uint32_t *n_replaced)
{
    uint32_t ignored = 0;

    if (!n_replaced)
        n_replaced = &ignored;
    *n_replaced = 0;
    if (from == WX_CS_UTF16LE || from == WX_CS_UTF16BE)
        return convert_utf16(arena, bytes, from == WX_CS_UTF16BE, n_replaced);
    if (wx_ascii_length(bytes) == bytes.len ||
        (from == WX_CS_UTF8 && wx_utf8_is_valid(bytes)))
        return bytes;
    wx_charset_prepare();
    return convert_bytes(arena, bytes, from, n_replaced);
}

/* --- how well bytes fit ------------------------------------------------------------
 */

static void tally_utf8(struct wx_str s, struct wx_charset_tally *t)
{
    for (size_t i = 0; i < s.len;) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;
        size_t good;

        if (*p < 0x80) {
            i++;
            continue;
        }
        good = wx_utf8_good_length(p, s.len - i);
        if (good)
            t->utf8_good++;
        else
            t->utf8_bad++;
        i += good ? good : wx_utf8_bad_length(p, s.len - i);
    }
}

static void tally_gb(struct wx_str s, struct wx_charset_tally *t)
{
    for (size_t i = 0; i < s.len;) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;
        struct step step;

        if (*p < 0x80) {
            i++;
            continue;
        }
        step = gb_step(p, s.len - i);
        i += step.n;
        t->gb_bad += step.cp == BAD;
        if (step.n != 2 || step.cp == BAD)
            continue;
        t->gb_pairs++;
        t->kana_euc += p[0] == 0xA4 || p[0] == 0xA5;
        if (p[1] >= 0xA1 &&
            ((p[0] >= 0xB0 && p[0] <= 0xD7) || (p[0] >= 0xA1 && p[0] <= 0xA3)))
            t->gb_common++;
    }
}

static void tally_big5(struct wx_str s, struct wx_charset_tally *t)
{
    for (size_t i = 0; i < s.len;) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;
        struct step step;

        if (*p < 0x80) {
            i++;
            continue;
        }
        step = pair_step(&tables.big5, p, s.len - i);
        i += step.n;
        t->big5_bad += step.cp == BAD;
        if (step.cp == BAD)
            continue;
        t->big5_pairs++;
        t->big5_common += p[0] >= 0xA1 && p[0] <= 0xC6;
    }
}

/* Kana of Shift_JIS: 82 9F..F1 and 83 40..96, where GBK has only rare characters. */
static void tally_sjis(struct wx_str s, struct wx_charset_tally *t)
{
    for (size_t i = 0; i + 1 < s.len;) {
        const unsigned char *p = (const unsigned char *)s.ptr + i;

        if (*p < 0x80) {
            i++;
            continue;
        }
        t->kana_sjis += (p[0] == 0x82 && p[1] >= 0x9F && p[1] <= 0xF1) ||
                        (p[0] == 0x83 && p[1] >= 0x40 && p[1] <= 0x96);
        i += sjis_step(p, s.len - i).n;
    }
}

struct wx_charset_tally wx_charset_tally(struct wx_str bytes)
{
    struct wx_charset_tally t = {.n_high = count_high(bytes)};

    wx_charset_prepare();
    tally_utf8(bytes, &t);
    tally_gb(bytes, &t);
    tally_big5(bytes, &t);
    tally_sjis(bytes, &t);
    return t;
}
