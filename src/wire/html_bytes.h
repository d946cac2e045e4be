/*
 * Finding bytes, sixteen at a time where the machine can. Every function gives the same
 * answer with and without SSE2 (build with -DWX_NO_SIMD to see): the plain loops are
 * both the fall-back and the tail. Loads never pass LIMIT.
 */
#ifndef WX_WIRE_HTML_BYTES_H
#define WX_WIRE_HTML_BYTES_H

#include "base/str.h"

#if defined(__x86_64__) && !defined(WX_NO_SIMD)
#include <emmintrin.h>
#define WX_SIMD 1
#else
#define WX_SIMD 0
#endif

#if WX_SIMD
static inline __m128i wx_load16(const char *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m128i wx_eq16(__m128i x, char c)
{
    return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
}

/* Bytes 0x00..0x20: the white space, and control characters nobody uses. */
static inline __m128i wx_low16(__m128i x)
{
    return _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x20)), x);
}

/* White space exactly. */
static inline __m128i wx_space16(__m128i x)
{
    return _mm_or_si128(_mm_or_si128(wx_eq16(x, ' '), wx_eq16(x, '\n')),
                        _mm_or_si128(_mm_or_si128(wx_eq16(x, '\t'), wx_eq16(x, '\r')),
                                     wx_eq16(x, '\f')));
}

static inline unsigned wx_mask16(__m128i x)
{
    return (unsigned)_mm_movemask_epi8(x);
}
#endif

/* First A at or behind P, or END; *NOTED is set when '&', or NUL with NOTE_NUL, stands
 * before it. */
static inline const char *wx_find_noting(const char *p, const char *end, char a,
                                         bool note_nul, bool *noted)
{
#if WX_SIMD
    while (end - p >= 16) {
        __m128i x = wx_load16(p), other = wx_eq16(x, '&');
        unsigned at = wx_mask16(wx_eq16(x, a)), note;

        if (note_nul)
            other = _mm_or_si128(other, wx_eq16(x, '\0'));
        note = wx_mask16(other);
        if (at) {
            *noted |= (note & (at - 1) & ~at) != 0;
            return p + __builtin_ctz(at);
        }
        *noted |= note != 0;
        p += 16;
    }
#endif
    for (; p < end && *p != a; p++)
        *noted |= *p == '&' || (note_nul && *p == '\0');
    return p;
}

/* The byte ends a tag name, and with IN_ATTR an attribute name. */
static inline bool wx_ends_name(unsigned char c, bool in_attr)
{
    return wx_is_space(c) || c == '/' || c == '>' || (in_attr && c == '=');
}

#if WX_SIMD
/* The same of sixteen; control characters, too, which are to be looked at. */
static inline __m128i wx_name_enders16(__m128i x, bool in_attr)
{
    __m128i m =
        _mm_or_si128(_mm_or_si128(wx_low16(x), wx_eq16(x, '/')), wx_eq16(x, '>'));

    return in_attr ? _mm_or_si128(m, wx_eq16(x, '=')) : m;
}
#endif

/* Where the tag or attribute name that begins at P ends. */
static inline const char *wx_name_end(const char *p, const char *end, bool in_attr)
{
    while (p < end && !wx_ends_name((unsigned char)*p, in_attr))
        p++;
    return p;
}

/* First byte that is not white space. Mostly there is none, or one blank. */
static inline const char *wx_skip_space(const char *p, const char *end)
{
    if (p == end || (unsigned char)*p > ' ')
        return p;
#if WX_SIMD
    while (end - p >= 16) {
        unsigned at = wx_mask16(wx_space16(wx_load16(p))) ^ 0xFFFF;

        if (at)
            return p + __builtin_ctz(at);
        p += 16;
    }
#endif
    while (p < end && wx_is_space((unsigned char)*p))
        p++;
    return p;
}

#endif
