#include "detect/hanzi.h"

#include "detect/hanzi.inc"
#include "wire/html_bytes.h"

static const struct {
    uint16_t from, to;
} folds[] = {
#define X(from, to) {from, to},
#include "detect/hanzi_fold.def"
#undef X
};

enum { FIRST = 0x4E00, N_KNOWN = 328 * 64 };

/* Bit 0: in GB 2312; bit 1: in Big5. */
static unsigned sets_of(uint32_t cp)
{
    uint32_t at = cp - FIRST; /* wraps below the block */

    if (at >= N_KNOWN)
        return 0;
    return (unsigned)(sets[at / 64][0] >> (at % 64) & 1) |
           (unsigned)(sets[at / 64][1] >> (at % 64) & 1) << 1;
}

bool wx_hanzi_is_gb2312(uint32_t cp)
{
    return sets_of(cp) & 1;
}

bool wx_hanzi_is_simplified(uint32_t cp)
{
    return sets_of(cp) == 1;
}

bool wx_hanzi_is_traditional(uint32_t cp)
{
    return sets_of(cp) == 2;
}

/* First byte from POS that is not below U+3000, where no ideograph is. */
static inline size_t skip_low(const unsigned char *p, size_t pos, size_t len)
{
#if WX_SIMD
    for (; pos + 16 <= len && p[pos] < 0xE3; pos += 16) {
        __m128i x = wx_load16((const char *)p + pos);
        unsigned at =
            wx_mask16(_mm_cmpeq_epi8(_mm_max_epu8(x, _mm_set1_epi8('\xE3')), x));

        if (at)
            return pos + (size_t)__builtin_ctz(at);
    }
#endif
    while (pos < len && p[pos] < 0xE3)
        pos++;
    return pos;
}

/*
 * Every character of every page passes here, so the three bytes of U+4000..U+9FFF are
 * put together without the questions of wx_utf8_next(): pages are well-formed by now.
 */
void wx_hanzi_count_add(struct wx_hanzi_count *count, struct wx_str text)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    uint32_t n_known = 0, n_gb2312 = 0, n_big5 = 0, n_both = 0, n_rare = 0;
    size_t pos = 0;

    while ((pos = skip_low(p, pos, text.len)) < text.len) {
        unsigned c = p[pos];

        if (c >= 0xE4 && c <= 0xE9 && text.len - pos >= 3) {
            uint32_t cp =
                (c & 0x0Fu) << 12 | (p[pos + 1] & 0x3Fu) << 6 | (p[pos + 2] & 0x3Fu);

            if (cp >= FIRST) {
                unsigned in = sets_of(cp);

                n_known++;
                n_gb2312 += in & 1;
                n_big5 += in >> 1;
                n_both += in == 3;
            } else {
                n_rare += wx_cp_is_han(cp);
            }
            pos += 3;
        } else if (c == 0xEF && text.len - pos >= 3 && p[pos + 1] >= 0xBC) {
            /* U+FF00..U+FFFF: marks, and the sign of what could not be read */
            count->n_replaced += p[pos + 1] == 0xBF && p[pos + 2] == 0xBD;
            pos += 3;
        } else {
            n_rare += wx_cp_is_han(wx_utf8_next(text, &pos));
        }
    }
    count->n_simplified += n_gb2312 - n_both;
    count->n_traditional += n_big5 - n_both;
    count->n_not_gb2312 += n_known - n_gb2312 + n_rare;
    count->n_han += n_known + n_rare;
}

/* The low bytes of what is folded, 256 bits: most characters need no search. */
static const uint64_t fold_low_bytes[4] = {
#define IN(k, from) (((from) >> 6 & 3) == (k) ? UINT64_C(1) << ((from)&63) : 0)
#define X(from, to) | IN(0, from)
    0
#include "detect/hanzi_fold.def"
#undef X
#define X(from, to) | IN(1, from)
    ,
    0
#include "detect/hanzi_fold.def"
#undef X
#define X(from, to) | IN(2, from)
    ,
    0
#include "detect/hanzi_fold.def"
#undef X
#define X(from, to) | IN(3, from)
    ,
    0
#include "detect/hanzi_fold.def"
#undef X
#undef IN
};

uint32_t wx_hanzi_fold(uint32_t cp)
{
    size_t lo = 0, hi = sizeof folds / sizeof *folds;

    if (!(fold_low_bytes[cp >> 6 & 3] >> (cp & 63) & 1) &&
        !(cp >= 0xFF01 && cp <= 0xFF5E))
        return cp;

    if (cp >= 0xFF01 && cp <= 0xFF5E)
        return cp - 0xFF01 + 0x21;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (folds[mid].from == cp)
            return folds[mid].to;
        if (folds[mid].from < cp)
            lo = mid + 1;
        else
            hi = mid;
    }
    return cp;
}

static bool is_invisible(uint32_t cp)
{
    return cp == 0xAD || (cp >= 0x200B && cp <= 0x200F) ||
           (cp >= 0x2060 && cp <= 0x2064) || cp == 0xFEFF;
}

static bool is_filler(uint32_t cp)
{
    return cp == ' ' || cp == '.' || cp == '-' || cp == '*' || cp == 0xB7 ||
           cp == 0x3000 || cp == 0xA0;
}

/* A filler behind which one ideograph and a filler, or the end of the run, follows. */
static bool closes_up(struct wx_str text, size_t pos, bool was_closed)
{
    uint32_t cp;

    if (pos >= text.len)
        return false;
    cp = wx_utf8_next(text, &pos);
    if (!wx_cp_is_han(cp))
        return false;
    if (was_closed || pos >= text.len)
        return was_closed;
    return is_filler(wx_utf8_next(text, &pos));
}

static bool is_alnum(uint32_t cp)
{
    return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') ||
           (cp >= 'a' && cp <= 'z');
}

static bool changes(uint32_t cp, uint32_t plain)
{
    /* fullwidth marks are how Chinese is written: no disguise, and no keyword's */
    return plain != cp && (plain >= 0x80 || is_alnum(plain));
}

/*
 * Most text is plain already. Only a filler behind a lone ideograph is not decided
 * here but by the full reading.
 */
static bool may_change(struct wx_str text)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    uint32_t n_run = 0;

    for (size_t pos = 0; pos < text.len;) {
        uint32_t cp;

        if (p[pos] >= 0xE4 && p[pos] <= 0xE9 && text.len - pos >= 3) {
            cp = (p[pos] & 0x0Fu) << 12 | (p[pos + 1] & 0x3Fu) << 6 |
                 (p[pos + 2] & 0x3Fu);
            pos += 3;
        } else if (p[pos] < 0x80) {
            cp = p[pos++];
        } else {
            cp = wx_utf8_next(text, &pos);
        }
        if (cp >= 0x80 && (is_invisible(cp) || changes(cp, wx_hanzi_fold(cp))))
            return true;
        if (n_run == 1 && is_filler(cp))
            return true;
        n_run = cp >= 0x3000 && wx_cp_is_han(cp) ? n_run + 1 : 0;
    }
    return false;
}

struct wx_str wx_hanzi_plain(struct wx_arena *arena, struct wx_str text)
{
    char *out;
    size_t n = 0;
    uint32_t n_run = 0; /* ideographs since the last other character */
    bool was_closed = false, is_changed = false;

    if (!may_change(text))
        return text;
    out = wx_arena_alloc(arena, text.len * 3 + 4); /* a bad byte becomes U+FFFD */
    for (size_t pos = 0; pos < text.len;) {
        uint32_t cp = wx_utf8_next(text, &pos), plain = wx_hanzi_fold(cp);

        if (is_invisible(cp) ||
            (is_filler(cp) && n_run == 1 && closes_up(text, pos, was_closed))) {
            was_closed = was_closed || !is_invisible(cp);
            n_run = is_invisible(cp) ? n_run : 0;
            is_changed = true;
            continue;
        }
        if (!wx_cp_is_han(plain)) {
            n_run = 0;
            was_closed = false;
        } else if (n_run++) {
            was_closed = false;
        }
        is_changed = is_changed || changes(cp, plain);
        n += wx_utf8_put(plain, out + n);
    }
    return is_changed ? (struct wx_str){out, n} : text;
}
