/*
 * Names of tags and attributes to numbers, inline because each tag asks. A name of up
 * to sixteen bytes is two lower-cased words; a multiplication gives its only possible
 * slot (html_names.def), one compare says whether it is there. Include wire/html.h
 * first.
 */
#ifndef WX_WIRE_HTML_NAME_H
#define WX_WIRE_HTML_NAME_H

#include "wire/html_bytes.h"
#include "wire/html_inner.h"

struct wx_html_key {
    uint64_t lo, hi; /* bytes 0..7 and 8..15, lower-cased, first byte lowest */
};

#pragma GCC visibility push(hidden) /* no detour over the global offset table */
extern const uint8_t wx_html_tag_slots[512], wx_html_attr_slots[128];
extern const struct wx_html_key wx_html_tag_keys[WX_TAG_COUNT];
extern const struct wx_html_key wx_html_attr_keys[WX_ATTR_COUNT];
extern const char wx_html_keep[32]; /* sixteen 0xFF, sixteen 0 */
#pragma GCC visibility pop

static inline uint64_t wx_load_le(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

/* A to Z in the eight bytes of V to lower case; other bytes stay. */
static inline uint64_t wx_lower8(uint64_t v)
{
    const uint64_t ones = 0x0101010101010101u, high = ones * 0x80;
    uint64_t low7 = v & ~high;
    uint64_t ge_a = low7 + ones * (0x80 - 'A'), gt_z = low7 + ones * (0x7F - 'Z');

    return v | (((ge_a ^ gt_z) & ~v & high) >> 2);
}

/* Near the end of the input, byte by byte. */
static __attribute__((noinline, cold)) struct wx_html_key
wx_html_key_slow(struct wx_str name)
{
    struct wx_html_key k = {0, 0};

    for (size_t i = 0; i < name.len; i++)
        *(i < 8 ? &k.lo : &k.hi) |= (uint64_t)wx_lower((unsigned char)name.ptr[i])
                                    << 8 * (i & 7);
    return k;
}

/* Of a name of 1 to 16 bytes; nothing at or behind LIMIT is read. */
static inline struct wx_html_key wx_html_key_of(struct wx_str name, const char *limit)
{
    struct wx_html_key k;

    if (limit - name.ptr < 16)
        return wx_html_key_slow(name);
    if (name.len <= 8) {
        k.lo = wx_lower8(wx_load_le(name.ptr) & ~(uint64_t)0 >> (64 - 8 * name.len));
        k.hi = 0;
    } else {
        k.lo = wx_lower8(wx_load_le(name.ptr));
        k.hi =
            wx_lower8(wx_load_le(name.ptr + 8) & ~(uint64_t)0 >> (128 - 8 * name.len));
    }
    return k;
}

static inline enum wx_html_tag wx_html_tag_by_key(struct wx_html_key k)
{
    uint8_t tag;

#define WX_TAG_HASH(slot, upper, lo, hi)
#include "wire/html_names.def"
#undef WX_TAG_HASH
    tag = wx_html_tag_slots[(k.lo + k.hi) * WX_TAG_HASH_MUL >> WX_TAG_HASH_SHIFT];
    return wx_html_tag_keys[tag].lo == k.lo && wx_html_tag_keys[tag].hi == k.hi
               ? tag
               : WX_TAG_OTHER;
}

static inline enum wx_html_attr_id wx_html_attr_by_key(struct wx_html_key k)
{
    uint8_t id;

#define WX_ATTR_HASH(slot, upper, lo, hi)
#include "wire/html_names.def"
#undef WX_ATTR_HASH
    id = wx_html_attr_slots[(k.lo + k.hi) * WX_ATTR_HASH_MUL >> WX_ATTR_HASH_SHIFT];
    return wx_html_attr_keys[id].lo == k.lo && wx_html_attr_keys[id].hi == k.hi
               ? id
               : WX_ATTR_OTHER;
}

/* Near the end of the input, long names, and names with control characters. */
static __attribute__((noinline, cold)) const char *
wx_html_name_end_slow(const char *p, const char *end, bool in_attr)
{
    return wx_name_end(p, end, in_attr);
}

/* Of any name; zeros, which no known name has, when NUL would pass for its end. */
static __attribute__((noinline, cold)) struct wx_html_key
wx_html_key_any(const char *p, const char *to, const char *limit)
{
    struct wx_str name = {p, (size_t)(to - p)};

    if (name.len - 1 >= 16 || memchr(p, '\0', name.len))
        return (struct wx_html_key){0, 0};
    return wx_html_key_of(name, limit);
}

/* Where the tag or attribute name at P ends, and its key, from one look at it. */
static inline const char *wx_html_name_read(const char *p, const char *end,
                                            bool in_attr, struct wx_html_key *key)
{
    const char *to;

#if WX_SIMD
    if (end - p >= 16) {
        __m128i x = wx_load16(p), upper;
        unsigned at = wx_mask16(wx_name_enders16(x, in_attr)), n;

        n = (unsigned)__builtin_ctz(at | 1u << 16);
        if (at && ((unsigned char)p[n] >= ' ' || wx_is_space((unsigned char)p[n]))) {
            x = _mm_and_si128(x, wx_load16(wx_html_keep + 16 - n));
            upper = _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8('A' - 1)),
                                  _mm_cmplt_epi8(x, _mm_set1_epi8('Z' + 1)));
            x = _mm_or_si128(x, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
            key->lo = (uint64_t)_mm_cvtsi128_si64(x);
            key->hi = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(x, x));
            return p + n;
        }
    }
#endif
    to = wx_html_name_end_slow(p, end, in_attr);
    *key = wx_html_key_any(p, to, end);
    return to;
}

#endif
