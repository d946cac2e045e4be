/* Declarations and rules, shared by style_decl.c, style_sheet.c and style.c. */
#ifndef WX_WIRE_STYLE_INNER_H
#define WX_WIRE_STYLE_INNER_H

#include "wire/style.h"

/* The properties that can hide. Lengths are thousandths of a pixel. */
enum wx_style_prop {
    WX_PROP_DISPLAY,    /* 1: none */
    WX_PROP_VISIBILITY, /* 1: hidden or collapse */
    WX_PROP_OPACITY,    /* thousandths */
    WX_PROP_FONT_SIZE,
    WX_PROP_COLOR,      /* 0xRRGGBB */
    WX_PROP_BACKGROUND, /* 0xRRGGBB */
    WX_PROP_WIDTH,
    WX_PROP_HEIGHT,
    WX_PROP_OVERFLOW, /* 1: hidden or clip */
    WX_PROP_POSITION, /* 1: absolute, fixed, relative or sticky */
    WX_PROP_LEFT,
    WX_PROP_TOP,
    WX_PROP_RIGHT,
    WX_PROP_BOTTOM,
    WX_PROP_INDENT,
    WX_PROP_CLIP, /* 1: to nothing */
    WX_PROP_Z_INDEX,
    WX_PROP_MARGIN_LEFT,
    WX_PROP_MARGIN_TOP,
    WX_PROP_SCALE, /* 1: to nothing */
    WX_PROP_COUNT
};

#define WX_STYLE_UNKNOWN INT32_MIN /* set, but to something we cannot evaluate */

struct wx_style_decl {
    uint8_t prop;
    bool is_important;
    int32_t value;
    struct wx_str text; /* "display:none", as written, trimmed */
};

/* Reads the understood declarations of a list one after the other. */
struct wx_style_decls {
    struct wx_str rest;
    struct wx_style_decl pending[2];
    unsigned n_pending;
};
bool wx_style_decl_next(struct wx_style_decls *decls, struct wx_style_decl *decl);

/* Values of one element: SET has a bit for each property with a value. */
struct wx_style_values {
    uint32_t set;
    int32_t v[WX_PROP_COUNT];
};
/* What they hide by themselves. */
uint32_t wx_style_bits(const struct wx_style_values *values);
/* Which property to blame for BIT. */
enum wx_style_prop wx_style_blame(const struct wx_style_values *values, uint32_t bit);

/* 0xRRGGBB of a colour, or WX_STYLE_UNKNOWN ("transparent" too). Lower-case. */
int32_t wx_style_color(struct wx_str s);

/* ---- rules ---- */

enum {
    WX_STYLE_CHAIN_MAX = 6,   /* compounds of one selector */
    WX_STYLE_CLASSES_MAX = 4, /* of one compound */
    WX_STYLE_BUCKETS = 1024,
    WX_STYLE_ORDER_BITS = 18, /* of a rule's weight */
    WX_STYLE_ORDER_MASK = (1 << WX_STYLE_ORDER_BITS) - 1,
};

/* "tag#id.a.b" */
struct wx_style_compound {
    struct wx_str id, classes[WX_STYLE_CLASSES_MAX];
    struct wx_str tag_name;
    uint8_t tag, n_classes;
    bool is_child; /* '>' stands between it and the one to its left */
};

struct wx_style_rule {
    struct wx_style_rule *next;      /* in its bucket */
    struct wx_style_compound *chain; /* rightmost first */
    uint8_t n_chain;
    bool by_script;  /* a script hides it: no declarations */
    uint32_t weight; /* specificity, then order */
    const struct wx_style_decl *decls;
    uint32_t n_decls;
    struct wx_str source;
};

struct wx_style_set {
    struct wx_arena *arena;
    /* by the rightmost compound: its id or first class, or else its tag */
    struct wx_style_rule *buckets[WX_STYLE_BUCKETS], *tags[WX_TAG_COUNT];
    size_t n_rules;
    uint32_t n_ignored; /* selectors we do not understand */
};

/* Bucket of an id ('#') or a class ('.'). */
uint32_t wx_style_bucket(char sort, struct wx_str s);

#endif
