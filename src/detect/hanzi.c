#include "detect/hanzi.h"

#include "detect/hanzi.inc"

static const struct {
    uint16_t from, to;
} folds[] = {
#define X(from, to) {from, to},
#include "detect/hanzi_fold.def"
#undef X
};

static bool bit_of(const uint64_t *set, uint32_t cp)
{
    cp -= 0x4E00; /* wraps below the block */
    return cp < 20992 && (set[cp / 64] >> (cp % 64) & 1);
}

bool wx_hanzi_is_gb2312(uint32_t cp)
{
    return bit_of(gb2312, cp);
}

bool wx_hanzi_is_simplified(uint32_t cp)
{
    return bit_of(gb2312, cp) && !bit_of(big5, cp);
}

bool wx_hanzi_is_traditional(uint32_t cp)
{
    return bit_of(big5, cp) && !bit_of(gb2312, cp);
}

void wx_hanzi_count_add(struct wx_hanzi_count *count, struct wx_str text)
{
    for (size_t pos = 0; pos < text.len;) {
        uint32_t cp;

        if ((unsigned char)text.ptr[pos] < 0xE3) { /* below U+3000: no ideograph */
            pos++;
            continue;
        }
        cp = wx_utf8_next(text, &pos);
        if (!wx_cp_is_han(cp))
            continue;
        count->n_han++;
        if (bit_of(gb2312, cp)) {
            count->n_simplified += !bit_of(big5, cp);
        } else {
            count->n_not_gb2312++;
            count->n_traditional += bit_of(big5, cp);
        }
    }
}

uint32_t wx_hanzi_fold(uint32_t cp)
{
    size_t lo = 0, hi = sizeof folds / sizeof *folds;

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

struct wx_str wx_hanzi_plain(struct wx_arena *arena, struct wx_str text)
{
    char *out = wx_arena_alloc(arena, text.len * 3 + 4); /* a bad byte: U+FFFD */
    size_t n = 0;
    uint32_t n_run = 0; /* ideographs since the last other character */
    bool was_closed = false, is_changed = false;

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
        is_changed = is_changed || plain != cp;
        n += wx_utf8_put(plain, out + n);
    }
    return is_changed ? (struct wx_str){out, n} : text;
}
