/*
 * Writing HTML. Everything that came from a site goes through wx_markup_text() or
 * wx_markup_link(); only texts of our own are written as they are.
 */
#ifndef WX_DOCUMENT_MARKUP_H
#define WX_DOCUMENT_MARKUP_H

#include "base/buf.h"

void wx_markup(struct wx_buf *out, const char *trusted);
/* Escaped for element content and quoted attributes; characters that would not show as
 * they are become a visible number (only in content: IN_ATTRIBUTE leaves them out). */
void wx_markup_text(struct wx_buf *out, struct wx_str s);
void wx_markup_attribute(struct wx_buf *out, struct wx_str s);
/* <TAG class="CLASS">text</TAG>; nothing when S is empty. CLASS may be NULL. */
void wx_markup_element(struct wx_buf *out, const char *tag, const char *class_name,
                       struct wx_str s);
/* The address as text, and as a link when it is http or https. */
void wx_markup_link(struct wx_buf *out, struct wx_str url);
/* Letters, digits and '-' of an id; anything else becomes '_'. */
void wx_markup_anchor(struct wx_buf *out, const char *prefix, struct wx_str id);

/* A chart of horizontal bars, readable without colours and by screen readers. */
struct wx_bar {
    struct wx_str label;
    uint64_t value;
    const char *class_name;
};
void wx_markup_bars(struct wx_buf *out, const char *title, const struct wx_bar *bars,
                    size_t n);

/* The page's style sheet; its SHA-256 stands in the page's security policy. */
extern const char wx_markup_style[];

#endif
