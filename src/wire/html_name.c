/* Names of tags and attributes to numbers, by perfect hash (html_names.def). */
#include "wire/html_inner.h"

struct key {
    uint64_t lo, hi; /* bytes 0..7 and 8..15, lower-cased, first byte lowest */
};

#define WX_HTML_TAG(upper, lower) [WX_TAG_##upper] = lower,
static const char *const tag_names[WX_TAG_COUNT] = {
    [WX_TAG_OTHER] = "",
#include "wire/html_tags.def"
};
#undef WX_HTML_TAG

#define WX_TAG_HASH(slot, upper, lo, hi) [slot] = WX_TAG_##upper,
static const uint8_t tag_slots[512] = {
#include "wire/html_names.def"
};
#undef WX_TAG_HASH

#define WX_TAG_HASH(slot, upper, lo, hi) [WX_TAG_##upper] = {lo, hi},
static const struct key tag_keys[WX_TAG_COUNT] = {
#include "wire/html_names.def"
};
#undef WX_TAG_HASH

#define WX_ATTR_HASH(slot, upper, lo, hi) [slot] = WX_ATTR_##upper,
static const uint8_t attr_slots[128] = {
#include "wire/html_names.def"
};
#undef WX_ATTR_HASH

#define WX_ATTR_HASH(slot, upper, lo, hi) [WX_ATTR_##upper] = {lo, hi},
static const struct key attr_keys[WX_ATTR_COUNT] = {
#include "wire/html_names.def"
};
#undef WX_ATTR_HASH

static uint64_t load_le(const char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

static uint64_t low_bytes(uint64_t v, size_t n)
{
    return n >= 8 ? v : n ? v & (~(uint64_t)0 >> (64 - 8 * n)) : 0;
}

/* A to Z in the eight bytes of V to lower case; other bytes stay. */
static uint64_t lower8(uint64_t v)
{
    const uint64_t ones = 0x0101010101010101u, high = ones * 0x80;
    uint64_t low7 = v & ~high;
    uint64_t ge_a = low7 + ones * (0x80 - 'A'), gt_z = low7 + ones * (0x7F - 'Z');

    return v | (((ge_a ^ gt_z) & ~v & high) >> 2);
}

static struct key key_of(struct wx_str name, const char *limit)
{
    char copy[16] = {0};
    const char *p = name.ptr;
    struct key k;

    if (limit - p < 16) {
        memcpy(copy, p, name.len);
        p = copy;
    }
    k.lo = lower8(low_bytes(load_le(p), name.len));
    k.hi = name.len > 8 ? lower8(low_bytes(load_le(p + 8), name.len - 8)) : 0;
    return k;
}

enum wx_html_tag wx_html_tag_find(struct wx_str name, const char *limit)
{
    struct key k;
    uint8_t tag;

    if (name.len - 1 >= 16)
        return WX_TAG_OTHER;
    k = key_of(name, limit);
#define WX_TAG_HASH(slot, upper, lo, hi)
#include "wire/html_names.def"
#undef WX_TAG_HASH
    tag = tag_slots[(k.lo + k.hi) * WX_TAG_HASH_MUL >> WX_TAG_HASH_SHIFT];
    return tag_keys[tag].lo == k.lo && tag_keys[tag].hi == k.hi ? tag : WX_TAG_OTHER;
}

enum wx_html_attr_id wx_html_attr_find(struct wx_str name, const char *limit)
{
    struct key k;
    uint8_t id;

    if (name.len - 1 >= 16)
        return WX_ATTR_OTHER;
    k = key_of(name, limit);
#define WX_ATTR_HASH(slot, upper, lo, hi)
#include "wire/html_names.def"
#undef WX_ATTR_HASH
    id = attr_slots[(k.lo + k.hi) * WX_ATTR_HASH_MUL >> WX_ATTR_HASH_SHIFT];
    return attr_keys[id].lo == k.lo && attr_keys[id].hi == k.hi ? id : WX_ATTR_OTHER;
}

const char *wx_html_tag_name(enum wx_html_tag tag)
{
    return (unsigned)tag < WX_TAG_COUNT ? tag_names[tag] : "";
}
