/* What the files of the page scanner share among themselves. Include wire/html.h. */
#ifndef WX_WIRE_HTML_INNER_H
#define WX_WIRE_HTML_INNER_H

#include "wire/html.h"

/* Attributes known by number, see html_attrs.def. */
enum wx_html_attr_id {
    WX_ATTR_OTHER,
#define WX_HTML_ATTR(upper, lower) WX_ATTR_##upper,
#include "wire/html_attrs.def"
#undef WX_HTML_ATTR
    WX_ATTR_COUNT
};
_Static_assert(WX_ATTR_COUNT <= 32, "attributes seen are kept in 32 bits");
_Static_assert(WX_TAG_COUNT <= 255, "tag numbers are kept in bytes");

/* Number of a name as written; LIMIT bounds reads, not the name. */
enum wx_html_tag wx_html_tag_find(struct wx_str name, const char *limit);

/*
 * Read one attribute at *P: skips white space and stray slashes, stops at '>' or "/>".
 * False when there is none. An unterminated value runs to END and leaves *P there.
 */
bool wx_html_attr_next(const char **p, const char *end, struct wx_html_attr *attr);

/*
 * The character reference at P (which is '&'): how many bytes it takes, its UTF-8 in
 * OUT and *OUT_LEN (at most 7). 0: not a reference.
 */
size_t wx_html_reference(const char *p, const char *end, bool in_attr, char out[8],
                         size_t *out_len);

#endif
