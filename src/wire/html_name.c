/* Names of tags and attributes to numbers, by perfect hash (html_names.def). */
#include "wire/html_name.h"

#define WX_HTML_TAG(upper, lower) [WX_TAG_##upper] = lower,
static const char *const tag_names[WX_TAG_COUNT] = {
    [WX_TAG_OTHER] = "",
#include "wire/html_tags.def"
};
#undef WX_HTML_TAG

#define WX_TAG_HASH(slot, upper, lo, hi) [slot] = WX_TAG_##upper,
const uint8_t wx_html_tag_slots[512] = {
#include "wire/html_names.def"
};
#undef WX_TAG_HASH

#define WX_TAG_HASH(slot, upper, lo, hi) [WX_TAG_##upper] = {lo, hi},
const struct wx_html_key wx_html_tag_keys[WX_TAG_COUNT] = {
#include "wire/html_names.def"
};
#undef WX_TAG_HASH

#define WX_ATTR_HASH(slot, upper, lo, hi) [slot] = WX_ATTR_##upper,
const uint8_t wx_html_attr_slots[128] = {
#include "wire/html_names.def"
};
#undef WX_ATTR_HASH

#define WX_ATTR_HASH(slot, upper, lo, hi) [WX_ATTR_##upper] = {lo, hi},
const struct wx_html_key wx_html_attr_keys[WX_ATTR_COUNT] = {
#include "wire/html_names.def"
};
#undef WX_ATTR_HASH

const char wx_html_keep[32] = "\377\377\377\377\377\377\377\377"
                              "\377\377\377\377\377\377\377\377";

enum wx_html_tag wx_html_tag_find(struct wx_str name, const char *limit)
{
    return name.len - 1 < 16 ? wx_html_tag_by_key(wx_html_key_of(name, limit))
                             : WX_TAG_OTHER;
}

const char *wx_html_tag_name(enum wx_html_tag tag)
{
    return (unsigned)tag < WX_TAG_COUNT ? tag_names[tag] : "";
}
