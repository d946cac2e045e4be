/*
 * Views of bytes: pointer and length, never a terminator to rely on. A view owns
 * nothing; the arena, buffer or record that holds the bytes does. Use these for
 * everything that came over a wire; strlen() has no place there.
 */
#ifndef WX_BASE_STR_H
#define WX_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wx_str {
    const char *ptr; /* NULL only when len is 0 */
    size_t len;
};

#define WX_STR(literal) ((struct wx_str){"" literal, sizeof(literal) - 1})
#define WX_STR_FMT "%.*s" /* printf("..." WX_STR_FMT, WX_STR_ARG(s)) */
#define WX_STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline struct wx_str wx_str_of(const char *z)
{
    return (struct wx_str){z, z ? strlen(z) : 0};
}

static inline struct wx_str wx_str_sub(struct wx_str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return (struct wx_str){s.ptr ? s.ptr + from : NULL, to - from};
}

static inline bool wx_str_eq(struct wx_str a, struct wx_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool wx_str_eqz(struct wx_str a, const char *z)
{
    return wx_str_eq(a, wx_str_of(z));
}

static inline bool wx_is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static inline unsigned char wx_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

bool wx_str_ieq(struct wx_str a, struct wx_str b); /* ASCII case folded */

/* Inline, because Z is nearly always a literal whose length the compiler then knows. */
static inline bool wx_str_ieqz(struct wx_str a, const char *z)
{
    struct wx_str b = wx_str_of(z);

    return a.len == b.len && wx_str_ieq(a, b);
}

static inline bool wx_str_starts(struct wx_str s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.len >= n && (n == 0 || memcmp(s.ptr, prefix, n) == 0);
}

static inline bool wx_str_istarts(struct wx_str s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.len >= n && wx_str_ieq(wx_str_sub(s, 0, n), (struct wx_str){prefix, n});
}

static inline bool wx_str_ends(struct wx_str s, const char *suffix)
{
    size_t n = strlen(suffix);

    return s.len >= n && (n == 0 || memcmp(s.ptr + s.len - n, suffix, n) == 0);
}

struct wx_str wx_str_trim(struct wx_str s); /* ASCII white space */

#define WX_NPOS ((size_t)-1)
size_t wx_str_find(struct wx_str s, struct wx_str what, size_t from); /* or WX_NPOS */
size_t wx_str_findz(struct wx_str s, const char *what);
size_t wx_str_ifindz(struct wx_str s, const char *what);
size_t wx_str_chr(struct wx_str s, char c); /* or WX_NPOS */

/* Whole string is a decimal number within 0..max; false otherwise. */
bool wx_str_to_u64(struct wx_str s, uint64_t max, uint64_t *out);

/* Cut *REST at the first SEP: returns what stands before, *REST keeps the rest. */
struct wx_str wx_str_cut(struct wx_str *rest, char sep);

/*
 * UTF-8. next: decode one code point at s[*pos] and advance *pos; an ill-formed
 * byte gives U+FFFD and advances by one. put: writes 1..4 bytes, returns how many.
 */
uint32_t wx_utf8_next_slow(struct wx_str s, size_t *pos);
static inline uint32_t wx_utf8_next(struct wx_str s, size_t *pos)
{
    const unsigned char *p = (const unsigned char *)s.ptr + *pos;

    if (p[0] < 0x80) {
        ++*pos;
        return p[0];
    }
    /* U+3000..U+CFFF, where Chinese lives: no overlong form, no surrogate */
    if (p[0] >= 0xE3 && p[0] <= 0xEC && s.len - *pos >= 3 && (p[1] & 0xC0) == 0x80 &&
        (p[2] & 0xC0) == 0x80) {
        *pos += 3;
        return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    return wx_utf8_next_slow(s, pos);
}
size_t wx_utf8_put(uint32_t cp, char out[4]);
bool wx_utf8_is_valid(struct wx_str s); /* strict: no surrogates, no overlongs */
/* Longest prefix of at most MAX bytes that does not cut a character in two. */
struct wx_str wx_utf8_clip(struct wx_str s, size_t max);
/* Han ideograph: CJK Unified, extensions A..H, compatibility, U+3007. */
static inline bool wx_cp_is_han(uint32_t cp)
{
    return (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0x3400 && cp <= 0x4DBF) ||
           (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x323AF) ||
           cp == 0x3007;
}

#endif
