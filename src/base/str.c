#define _GNU_SOURCE
#include "base/str.h"

#include "base/utf8_avx2.h"

bool wx_str_ieq(struct wx_str a, struct wx_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (wx_lower((unsigned char)a.ptr[i]) != wx_lower((unsigned char)b.ptr[i]))
            return false;
    return true;
}

struct wx_str wx_str_trim(struct wx_str s)
{
    while (s.len && wx_is_space((unsigned char)s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && wx_is_space((unsigned char)s.ptr[s.len - 1]))
        s.len--;
    return s;
}

size_t wx_str_find(struct wx_str s, struct wx_str what, size_t from)
{
    const char *at;

    if (from > s.len)
        return WX_NPOS;
    if (!what.len)
        return from;
    if (!s.len)
        return WX_NPOS;
    at = memmem(s.ptr + from, s.len - from, what.ptr, what.len);
    return at ? (size_t)(at - s.ptr) : WX_NPOS;
}

size_t wx_str_findz(struct wx_str s, const char *what)
{
    return wx_str_find(s, wx_str_of(what), 0);
}

size_t wx_str_ifindz(struct wx_str s, const char *what)
{
    struct wx_str w = wx_str_of(what);

    for (size_t i = 0; i + w.len <= s.len; i++)
        if (wx_str_ieq(wx_str_sub(s, i, i + w.len), w))
            return i;
    return WX_NPOS;
}

size_t wx_str_chr(struct wx_str s, char c)
{
    const char *at = s.len ? memchr(s.ptr, c, s.len) : NULL;

    return at ? (size_t)(at - s.ptr) : WX_NPOS;
}

bool wx_str_to_u64(struct wx_str s, uint64_t max, uint64_t *out)
{
    uint64_t v = 0;

    if (!s.len)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned d = (unsigned char)s.ptr[i] - '0';

        if (d > 9 || v > (UINT64_MAX - d) / 10)
            return false;
        v = v * 10 + d;
    }
    if (v > max)
        return false;
    *out = v;
    return true;
}

struct wx_str wx_str_cut(struct wx_str *rest, char sep)
{
    size_t at = wx_str_chr(*rest, sep);
    struct wx_str head = *rest;

    if (at == WX_NPOS) {
        *rest = (struct wx_str){NULL, 0};
        return head;
    }
    head.len = at;
    *rest = wx_str_sub(*rest, at + 1, rest->len);
    return head;
}

/* Length 1..4 of the well-formed sequence at p (Unicode 15, table 3-7), or 0. */
static size_t utf8_len(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];

    if (c < 0x80)
        return 1;
    if (c < 0xC2 || c > 0xF4)
        return 0;
    if (n < 2 || (p[1] & 0xC0) != 0x80)
        return 0;
    if (c < 0xE0)
        return 2;
    if (n < 3 || (p[2] & 0xC0) != 0x80)
        return 0;
    if (c < 0xF0) {
        if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F))
            return 0;
        return 3;
    }
    if (n < 4 || (p[3] & 0xC0) != 0x80)
        return 0;
    if ((c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F))
        return 0;
    return 4;
}

uint32_t wx_utf8_next_slow(struct wx_str s, size_t *pos)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *pos;
    size_t n = utf8_len(p, s.len - *pos);

    *pos += n ? n : 1;
    switch (n) {
    case 1:
        return p[0];
    case 2:
        return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    case 3:
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    case 4:
        return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 |
               (p[3] & 0x3Fu);
    default:
        return 0xFFFD;
    }
}

size_t wx_utf8_put(uint32_t cp, char out[4])
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

/* Bytes at p that are sequences of three, led by E1..EC, EE or EF, where any two
 * continuation bytes are right: running Chinese text, a comparison a character. */
static size_t utf8_run3(const unsigned char *p, size_t n)
{
    size_t i = 0;

    while (i + 4 <= n) {
        uint32_t w = (uint32_t)p[i] << 16 | (uint32_t)p[i + 1] << 8 | p[i + 2];

        if ((w & 0xF0C0C0) != 0xE08080 || p[i] == 0xE0 || p[i] == 0xED)
            break;
        i += 3;
    }
    return i;
}

bool wx_utf8_is_valid(struct wx_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0;

    if (s.len >= 64 && wx_utf8_has_avx2())
        return wx_utf8_is_valid_avx2(s);

    while (i < s.len) {
        uint64_t word;
        size_t n;

        if (i + 8 <= s.len) {
            memcpy(&word, p + i, 8);
            if (!(word & 0x8080808080808080u)) {
                i += 8;
                continue;
            }
        }
        i += utf8_run3(p + i, s.len - i);
        if (i == s.len)
            break;
        n = utf8_len(p + i, s.len - i);
        if (!n)
            return false;
        i += n;
    }
    return true;
}

struct wx_str wx_utf8_clip(struct wx_str s, size_t max)
{
    if (s.len <= max)
        return s;
    while (max && ((unsigned char)s.ptr[max] & 0xC0) == 0x80)
        max--;
    return wx_str_sub(s, 0, max);
}
