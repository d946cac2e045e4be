/*
 * The page scanner: one pass over a page, after the WHATWG tokenization rules
 * (https://html.spec.whatwg.org/#tokenization), linear on any input, without a DOM. A
 * light stack of open elements gives what a DOM would be asked for: links, forms,
 * scripts, styles, blocks of text, and for each the elements around it that carry an
 * id, a class or a style (struct wx_html_node), from which wire/style.h says whether a
 * visitor can see it.
 *
 * Input is UTF-8 (wire/charset.h makes it so). All offsets are bytes into it. Strings
 * point into the input, or into the arena where character references or white space
 * had to be replaced. Ceilings: base/limits.h; what passes one is counted in n_dropped.
 */
#ifndef WX_WIRE_HTML_H
#define WX_WIRE_HTML_H

#include "base/arena.h"

/* ---- tokens: the lower half, also used alone (conformance tests, fuzzing) ---- */

enum wx_html_token_kind {
    WX_HTML_EOF,
    WX_HTML_TEXT,
    WX_HTML_START,
    WX_HTML_END,
    WX_HTML_COMMENT,
    WX_HTML_DOCTYPE,
};

struct wx_html_attr {
    struct wx_str name;  /* as written; compare with wx_str_ieqz() */
    struct wx_str value; /* as written; wx_html_decode() resolves references */
    uint32_t offset;     /* of the name */
    bool has_reference;  /* '&' or NUL stands in the value: decode before use */
    uint8_t id;          /* the scanner's own number of the name, 0: none */
};

/* Tag numbers of the elements the scanner knows; 0 is any other name. */
enum wx_html_tag {
    WX_TAG_OTHER,
#define WX_HTML_TAG(upper, lower) WX_TAG_##upper,
#include "wire/html_tags.def"
#undef WX_HTML_TAG
    WX_TAG_COUNT
};

const char *wx_html_tag_name(enum wx_html_tag tag);

/*
 * Where a thing stands. BEFORE: ahead of the doctype or <html>. AFTER: behind </html>
 * or </body>. Injected blocks like both.
 */
enum wx_html_zone {
    WX_ZONE_BEFORE,
    WX_ZONE_HEAD,
    WX_ZONE_BODY,
    WX_ZONE_AFTER,
};

/* Context bits a thing inherits from the elements around it. */
enum wx_html_in {
    WX_IN_A = 1 << 0,
    WX_IN_NOSCRIPT = 1 << 1,
    WX_IN_MARQUEE = 1 << 2,
    WX_IN_FOOTER =
        1 << 3, /* <footer>, or id/class with "foot", "bottom", "copyright" */
    WX_IN_TEMPLATE = 1 << 4,
    WX_IN_COMMENT = 1 << 5, /* found by looking into a comment */
    WX_IN_SCRIPT = 1 << 6,  /* written by a script's literal, wire/script.h */
    WX_IN_SELECT = 1 << 7,
    WX_IN_TABLE = 1 << 8,
    WX_IN_BUTTON = 1 << 9,
    WX_IN_HEADING = 1 << 10,
    WX_IN_NAV = 1 << 11, /* <nav>, or id/class with "nav", "menu" */
};

/*
 * An element that can carry style: it has id, class, style, hidden, color or bgcolor,
 * or is html, body, noscript, template, marquee, footer, nav, a frame or an object.
 * Void elements with such an attribute are nodes too. Parents stand before their
 * children, so that one forward pass over the array hands down what is inherited. Index
 * 0 is the document.
 */
struct wx_html_node {
    uint32_t parent;     /* index; 0 for the children of the document */
    uint32_t offset;     /* of '<' */
    uint32_t end;        /* offset behind its end tag, or where it was closed */
    uint16_t tag;        /* enum wx_html_tag */
    uint8_t zone;        /* enum wx_html_zone */
    bool is_hidden_attr; /* the hidden attribute is set */
    struct wx_str id, classes, style; /* raw, decoded; empty when absent */
    struct wx_str attrs; /* raw bytes between tag name and '>' (width, height, ...) */
};

enum wx_link_kind {
    WX_LINK_A,
    WX_LINK_AREA,
    WX_LINK_STYLESHEET,
    WX_LINK_ICON,
    WX_LINK_CANONICAL,
    WX_LINK_REL, /* any other <link rel> */
    WX_LINK_IMG,
    WX_LINK_SCRIPT,
    WX_LINK_IFRAME,
    WX_LINK_FRAME,
    WX_LINK_FORM,
    WX_LINK_META_REFRESH,
    WX_LINK_EMBED, /* embed, object, applet */
    WX_LINK_MEDIA, /* video, audio, source, track */
    WX_LINK_BASE,
    WX_LINK_KIND_COUNT
};

struct wx_html_link {
    uint8_t kind; /* enum wx_link_kind */
    uint8_t zone;
    uint16_t tag;
    uint32_t in;        /* enum wx_html_in bits */
    uint32_t node;      /* nearest node, itself included */
    uint32_t offset;    /* of '<' */
    uint32_t end;       /* behind </a> or the tag */
    struct wx_str href; /* decoded, trimmed, not resolved; may be any scheme */
    struct wx_str text; /* of <a>: white space folded; alt of <img>; may be empty */
    struct wx_str title, rel, target;
    struct wx_str attrs; /* raw attribute bytes, for the rare question */
};

/*
 * A run of text between two block-level boundaries, references resolved, white space
 * (and U+00A0) folded to one blank, a <br> to a line feed. An inline element that hides
 * itself by style attribute or hidden begins a block and ends one.
 */
struct wx_html_block {
    struct wx_str text;
    uint32_t offset, end; /* of the raw bytes it came from */
    uint32_t node;
    uint32_t in;
    uint16_t tag; /* nearest block-level element: td, p, h1, title, option */
    uint8_t zone;
    bool has_reference; /* character references were resolved in it */
    uint32_t link;      /* 1 + index of the link around all of it; 0: none */
};

struct wx_html_script {
    struct wx_str src; /* decoded, trimmed; empty for inline */
    struct wx_str type, id;
    struct wx_str code; /* raw inline text */
    struct wx_str attrs;
    uint32_t offset, code_offset;
    uint32_t node;
    uint8_t zone;
    uint32_t in;
};

struct wx_html_style {
    struct wx_str css; /* raw text of <style> */
    uint32_t offset;
};

struct wx_html_meta {
    struct wx_str name;    /* name, http-equiv or property, as written */
    struct wx_str content; /* decoded */
    struct wx_str charset;
    uint32_t offset;
    bool is_http_equiv;
    bool has_reference; /* content held character references */
};

struct wx_html_input {
    struct wx_str name, type, value, placeholder;
    uint16_t tag;
};

struct wx_html_form {
    struct wx_str action, method, id;
    uint32_t offset, node;
    struct wx_html_input *inputs;
    size_t n_inputs;
};

struct wx_html_comment {
    struct wx_str text;
    uint32_t offset;
    uint8_t zone;
};

/* An element without content whose id or class may give a generator away. */
struct wx_html_empty {
    uint16_t tag;
    struct wx_str name; /* tag name as written */
    struct wx_str id;
    uint32_t offset;
};

struct wx_html {
    struct wx_str text; /* the input */
    struct wx_html_node *nodes;
    size_t n_nodes;
    struct wx_html_link *links;
    size_t n_links;
    struct wx_html_block *blocks;
    size_t n_blocks;
    struct wx_html_script *scripts;
    size_t n_scripts;
    struct wx_html_style *styles;
    size_t n_styles;
    struct wx_html_meta *metas;
    size_t n_metas;
    struct wx_html_form *forms;
    size_t n_forms;
    struct wx_html_comment *comments;
    size_t n_comments;
    struct wx_html_empty *empties;
    size_t n_empties;    /* elements with id, no content */
    struct wx_str title; /* first <title> outside svg, references resolved, folded */
    uint32_t title_offset;
    bool title_has_reference;
    struct wx_str lang;      /* <html lang> */
    struct wx_str base_href; /* first <base href> */
    bool has_doctype;
    uint32_t doctype_offset, html_offset, head_end, body_offset, body_end, html_end;
    /* 0: not met (html_end: of the last </html>) */
    uint32_t n_tags;    /* start tags */
    uint32_t max_depth; /* deepest nesting met, also past the ceiling */
    uint32_t n_dropped; /* things past a ceiling */
};

/*
 * Scan a page. Never fails: any bytes are a page. The result and all it points to live
 * in ARENA and in TEXT, which must live as long.
 */
struct wx_html *wx_html_scan(struct wx_arena *arena, struct wx_str text);

/*
 * Resolve character references (named, decimal, hex; in_attr: attribute rules, and NUL
 * becomes U+FFFD). CR is left alone: whoever needs the input stream normalised does it
 * before scanning; folded text has no CR in it.
 */
struct wx_str wx_html_decode(struct wx_arena *arena, struct wx_str raw, bool in_attr);
/* The texts of all blocks, which stand one behind the other with a blank between. */
struct wx_str wx_html_all_text(const struct wx_html *html);
/* Value of attribute NAME in raw attribute bytes, decoded; false when absent. */
bool wx_html_attr_get(struct wx_arena *arena, struct wx_str attrs, const char *name,
                      struct wx_str *value);
/* First meta whose name, http-equiv or property is NAME (ASCII case folded), or NULL.
 */
const struct wx_html_meta *wx_html_meta_get(const struct wx_html *html,
                                            const char *name);

/* ---- the tokenizer itself ---- */

enum wx_html_state { /* initial states of the conformance suite */
                     WX_HTML_DATA,
                     WX_HTML_PLAINTEXT,
                     WX_HTML_RCDATA,
                     WX_HTML_RAWTEXT,
                     WX_HTML_SCRIPT_DATA,
                     WX_HTML_CDATA,
};

/* public_id, system_id are set when has_... says so; raw_attrs, attrs for START, END.
 */
struct wx_html_token {
    enum wx_html_token_kind kind;
    uint16_t tag; /* of START and END */
    bool is_self_closing;
    bool has_reference; /* TEXT (data or RCDATA): resolve before use */
    bool is_bogus;      /* COMMENT made of <! or <? or </ rubbish */
    bool force_quirks;  /* DOCTYPE */
    bool has_public_id, has_system_id;
    struct wx_str name; /* tag name or doctype name, as written */
    struct wx_str data; /* TEXT or COMMENT bytes, raw */
    struct wx_str public_id, system_id;
    struct wx_str raw_attrs;
    struct wx_html_attr *attrs; /* first WX_MAX_ATTRIBUTES, duplicates removed */
    size_t n_attrs;
    uint32_t offset, end;
};

struct wx_html_tokenizer {
    struct wx_str text;
    size_t pos;
    enum wx_html_state state;
    uint16_t raw_tag;         /* element whose end tag leaves RCDATA, RAWTEXT, script */
    struct wx_str last_start; /* the same by name, for elements without a number */
    bool in_foreign;          /* set by the caller inside svg or math: CDATA sections
                                 are text, raw text elements are not raw */
    struct wx_arena *arena;   /* attributes */
    struct wx_html_attr attrs[256 + 1]; /* the last is for those past the ceiling */
};

void wx_html_tokenizer_init(struct wx_html_tokenizer *t, struct wx_arena *arena,
                            struct wx_str text);
/* Next token; WX_HTML_EOF for ever at the end. Switches to RCDATA, RAWTEXT, script
 * data and PLAINTEXT by itself behind the start tags that ask for it. */
enum wx_html_token_kind wx_html_next(struct wx_html_tokenizer *t,
                                     struct wx_html_token *token);

#endif
