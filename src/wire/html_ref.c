/*
 * Character references (WHATWG HTML, 13.2.5.72 to 13.2.5.80). Names come from
 * html_entities.def, sorted by bytes; the longest one that matches wins.
 */
#include "wire/html_inner.h"

struct entity {
    char name[32]; /* without '&'; no terminator at full length */
    uint8_t len;
    char utf8[7];
};

static const struct entity entities[] = {
#define WX_HTML_ENTITY(name, len, utf8) {name, len, utf8},
#include "wire/html_entities.def"
#undef WX_HTML_ENTITY
};

enum { N_ENTITIES = sizeof entities / sizeof entities[0], MAX_CP = 0x10FFFF };

/* First of entities[lo..hi) whose byte AT is not below C; names there have that byte
 * or end before it, which sorts them first. */
static size_t lower_bound(size_t lo, size_t hi, size_t at, unsigned c)
{
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct entity *e = &entities[mid];
        unsigned have = at < e->len ? (unsigned char)e->name[at] : 0;

        if (have < c)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Longest name that begins at P, or NULL. Narrows a range of the table byte by byte. */
static const struct entity *named(const char *p, const char *end)
{
    const struct entity *best = NULL;
    size_t lo = 0, hi = N_ENTITIES;

    for (size_t at = 0; p + at < end && at < sizeof entities[0].name; at++) {
        unsigned c = (unsigned char)p[at];

        if (c < '0' || c > 'z')
            break;
        lo = lower_bound(lo, hi, at, c);
        hi = lower_bound(lo, hi, at, c + 1);
        if (lo == hi)
            break;
        if (entities[lo].len == at + 1)
            best = &entities[lo];
    }
    return best;
}

/* The numeric reference rules: what a code point outside the plain ones becomes. */
static uint32_t numeric_fix(uint32_t cp)
{
    static const uint16_t windows_1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178,
    };

    if (cp == 0 || cp > MAX_CP || (cp >= 0xD800 && cp <= 0xDFFF))
        return 0xFFFD;
    if (cp >= 0x80 && cp <= 0x9F)
        return windows_1252[cp - 0x80];
    return cp;
}

static int digit_of(unsigned char c, bool is_hex)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = wx_lower(c);
    return is_hex && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "&#...": P stands behind "&#". Returns where it ends, or NULL without digits. */
static const char *numeric(const char *p, const char *end, uint32_t *cp)
{
    bool is_hex = p < end && (*p == 'x' || *p == 'X');
    const char *digits = p += is_hex;
    uint32_t v = 0;
    int d;

    while (p < end && (d = digit_of((unsigned char)*p, is_hex)) >= 0) {
        if (v <= MAX_CP)
            v = v * (is_hex ? 16 : 10) + (uint32_t)d;
        p++;
    }
    if (p == digits)
        return NULL;
    *cp = numeric_fix(v);
    return p < end && *p == ';' ? p + 1 : p;
}

static bool is_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z');
}

size_t wx_html_reference(const char *p, const char *end, bool in_attr, char out[8],
                         size_t *out_len)
{
    const struct entity *e;
    const char *after;
    uint32_t cp;

    if (end - p < 2)
        return 0;
    if (p[1] == '#') {
        after = numeric(p + 2, end, &cp);
        if (!after)
            return 0;
        *out_len = wx_utf8_put(cp, out);
        return (size_t)(after - p);
    }
    if (end - p >= 6 && memcmp(p, "&nbsp;", 6) == 0) { /* most of them are this one */
        memcpy(out, "\xC2\xA0", 2);
        *out_len = 2;
        return 6;
    }
    e = named(p + 1, end);
    if (!e)
        return 0;
    after = p + 1 + e->len;
    /* for historical reasons href="?a=b&copy=1" keeps its parameter */
    if (in_attr && e->name[e->len - 1] != ';' && after < end &&
        (*after == '=' || is_alnum((unsigned char)*after)))
        return 0;
    *out_len = strlen(e->utf8);
    memcpy(out, e->utf8, *out_len);
    return (size_t)(after - p);
}

/* Writes RAW resolved to O, which has room for 3 bytes for each of RAW. */
static char *resolve(char *o, struct wx_str raw, bool in_attr)
{
    const char *p = raw.ptr, *end = raw.ptr + raw.len;

    while (p < end) {
        char utf8[8];
        size_t n, len = 0;

        if (*p == '&' && (n = wx_html_reference(p, end, in_attr, utf8, &len)) > 0) {
            memcpy(o, utf8, len);
            o += len;
            p += n;
        } else if (*p == '\0' && in_attr) {
            memcpy(o, "\xEF\xBF\xBD", 3);
            o += 3;
            p++;
        } else {
            *o++ = *p++;
        }
    }
    return o;
}

struct wx_str wx_html_decode(struct wx_arena *arena, struct wx_str raw, bool in_attr)
{
    size_t n_nul = 0, room;
    char *out, *o;

    if (!raw.len || (!memchr(raw.ptr, '&', raw.len) &&
                     (!in_attr || !memchr(raw.ptr, '\0', raw.len))))
        return raw;
    for (size_t i = 0; in_attr && i < raw.len; i++)
        n_nul += raw.ptr[i] == '\0';
    /* the worst name is "&nGt;": five bytes become six */
    room = raw.len + raw.len / 5 + 2 * n_nul + 8;
    out = wx_arena_alloc(arena, room);
    o = resolve(out, raw, in_attr);
    wx_arena_grow(arena, out, room, (size_t)(o - out)); /* in place: gives back */
    return (struct wx_str){out, (size_t)(o - out)};
}
