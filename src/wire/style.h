/*
 * Can a visitor see it? The hiding part of CSS, for elements the page scanner met:
 * inline style, <style>, external style sheets, presentational attributes, and what a
 * script hides by getElementById(...).style. Simple selectors and descendant chains of
 * them are understood (#id, .class, tag, tag.class, a b, a > b, a, b); others are
 * counted and ignored. No layout: this says "the author hid it", not "it is invisible".
 */
#ifndef WX_WIRE_STYLE_H
#define WX_WIRE_STYLE_H

#include "wire/html.h"

enum wx_hide {
    WX_HIDE_DISPLAY = 1 << 0,    /* display:none */
    WX_HIDE_VISIBILITY = 1 << 1, /* visibility:hidden or collapse */
    WX_HIDE_OPACITY = 1 << 2,    /* opacity < 0.05, filter:alpha(opacity=0) */
    WX_HIDE_FONT = 1 << 3,       /* font-size 0 or 1px */
    WX_HIDE_COLOR = 1 << 4,      /* text colour equals background colour, both known */
    WX_HIDE_SIZE = 1 << 5,       /* height or width 0..1px with overflow hidden */
    WX_HIDE_OFFSCREEN = 1 << 6,  /* absolute/fixed, left/top/right/bottom <= -500 px */
    WX_HIDE_INDENT = 1 << 7,     /* text-indent <= -500 px */
    WX_HIDE_CLIP = 1 << 8,       /* clip:rect(0 0 0 0), clip-path to nothing */
    WX_HIDE_BEHIND = 1 << 9,     /* z-index < 0 and positioned */
    WX_HIDE_ATTR = 1 << 10,      /* hidden attribute */
    WX_HIDE_TINY = 1 << 11,      /* marquee, iframe, object of 0..1 px by attribute */
    WX_HIDE_SCRIPT = 1 << 12,    /* a script hides it after writing it */
    WX_HIDE_MARGIN = 1 << 13,    /* margin-left/top <= -500 px */
    WX_HIDE_SCALE = 1 << 14,     /* transform: scale(0) */
};

/* Hiding rules collected from style sheets and scripts, to be applied to pages. */
struct wx_style_set;
struct wx_style_set *wx_style_set_new(struct wx_arena *arena);
/* Add the hiding rules of a style sheet. CSS and SOURCE live as long as SET; SOURCE
 * names it in evidence ("/css/a.css"). */
void wx_style_set_add_css(struct wx_style_set *set, struct wx_str css,
                          struct wx_str source);
/* Add what a script hides at its top level by id. */
void wx_style_set_add_script(struct wx_style_set *set, struct wx_str code,
                             struct wx_str source);
size_t wx_style_set_count(const struct wx_style_set *set);

struct wx_node_style {
    uint32_t hide;        /* enum wx_hide bits, inherited ones included */
    uint32_t own;         /* bits set at this very node */
    uint32_t cause;       /* node index where the first hiding bit was set */
    struct wx_str source; /* "style attribute", "<style>", "/css/a.css", ... */
    struct wx_str rule;   /* the declaration, e.g. "display:none" */
};

/*
 * One entry for each node of HTML, from inline styles, <style> elements, inline scripts
 * and SHARED (external sheets and scripts; may be NULL).
 */
struct wx_node_style *wx_style_apply(struct wx_arena *arena, const struct wx_html *html,
                                     const struct wx_style_set *shared);
/* Bits of one declaration list ("position:absolute;left:-999px"). */
uint32_t wx_style_hides(struct wx_str declarations);
/* "display:none, off screen" for people; bits to fixed words of the catalogue's keys.
 */
const char *wx_hide_word(uint32_t single_bit);

#endif
