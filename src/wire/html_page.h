/*
 * The page builder's state, shared by html.c (tokens to parts), html_stack.c (open
 * elements) and html_text.c (blocks of text). Include wire/html.h first.
 */
#ifndef WX_WIRE_HTML_PAGE_H
#define WX_WIRE_HTML_PAGE_H

#include "base/limits.h"
#include "wire/html_inner.h"

/* What the builder knows of an element by its number. */
enum {
    EL_VOID = 1 << 0,      /* has no end tag */
    EL_BLOCK = 1 << 1,     /* its tags end a block of text */
    EL_SPECIAL = 1 << 2,   /* stops the search for the start of a plain element */
    EL_SCOPE = 1 << 3,     /* stops the search for the start of a special one */
    EL_FORMAT = 1 << 4,    /* a, b, font ...: may be closed out of order */
    EL_CLOSES_P = 1 << 5,  /* its start tag ends an open <p> */
    EL_CONTENT = 1 << 6,   /* is content though it holds no text */
    EL_HEAD = 1 << 7,      /* does not begin the body */
    EL_NODE = 1 << 8,      /* is a node even without id, class or style */
    EL_TABLE = 1 << 9,     /* part of a table: closed up to the table only */
    EL_BREAKOUT = 1 << 10, /* ends svg or math */
    EL_IMPLIES = 1 << 11,  /* its start tag may close others (html_stack.c) */
    EL_HEADING = 1 << 12,
    EL_RARE = 1 << 13, /* html.c has a handler for it */
};

struct wx_html_element {
    uint16_t flags; /* EL_ */
    uint16_t in;    /* WX_IN_ bits for what stands inside */
};
extern const struct wx_html_element wx_html_elements[WX_TAG_COUNT];

/* An open element. */
struct wx_html_open {
    uint16_t tag;
    uint16_t block_tag; /* nearest block-level element, itself included */
    uint16_t p_at;      /* place of the <p> a block would close, or 0 */
    bool is_dead;       /* a formatting element closed below its children */
    bool is_apart;      /* hidden inline element: its text is a block of its own */
    bool is_foreign;    /* in svg or math */
    uint32_t node;      /* nearest node, itself included */
    uint32_t own;       /* its own node, or 0 */
    uint32_t in;
    uint32_t n_content; /* content met when it was opened */
    uint32_t offset;
    struct wx_str name, id;
};

struct wx_html_page {
    struct wx_html *html;
    struct wx_arena *arena;
    struct wx_html_tokenizer tokens;
    struct wx_html_token token;
    const char *limit; /* end of the input */

    /* [0] is the document; one entry more for the element about to be opened */
    struct wx_html_open stack[WX_MAX_HTML_DEPTH + 2];
    uint32_t depth;  /* entries above the document */
    uint32_t n_over; /* open elements past the ceiling */
    uint32_t n_open[WX_TAG_COUNT];
    uint32_t n_open_other[64]; /* by hash of the name */

    uint8_t zone;
    bool met_doctype, met_html;
    uint32_t n_content;
    uint32_t link;      /* 1 + open link, or 0 */
    uint32_t link_text; /* where its text begins in out */
    bool in_a;          /* an <a> is open, with or without href */
    uint32_t form;      /* 1 + open form, or 0 */
    uint32_t title;     /* 1 + block of the page's title, or 0 */
    bool wants_title;

    char *out;        /* folded text of all blocks */
    char *o;          /* its end */
    bool in_block;    /* the last block is open */
    bool needs_space; /* white space stands before the next character */
    bool needs_line;  /* a <br> does */

    struct wx_html_input *inputs;
    size_t n_inputs, form_inputs; /* all, and of the open form */
    uint32_t cap[12];             /* of the growing arrays */

    uint32_t seen; /* attributes of the current tag, by wx_html_attr_id */
    const struct wx_html_attr *attr[WX_ATTR_COUNT];
};

/* Places of the growing arrays in page->cap. */
enum {
    WX_HTML_NODES,
    WX_HTML_LINKS,
    WX_HTML_BLOCKS,
    WX_HTML_SCRIPTS,
    WX_HTML_STYLES,
    WX_HTML_METAS,
    WX_HTML_FORMS,
    WX_HTML_COMMENTS,
    WX_HTML_EMPTIES,
    WX_HTML_INPUTS,
};

/* html_stack.c */
static inline struct wx_html_open *wx_html_top(struct wx_html_page *page)
{
    return &page->stack[page->depth];
}
/* Push the entry that was filled in above the top. */
void wx_html_push(struct wx_html_page *page);
void wx_html_pop(struct wx_html_page *page);
/* What a start tag closes before it opens. */
void wx_html_imply(struct wx_html_page *page, enum wx_html_tag tag);
/* An end tag: closes what it may. */
void wx_html_close(struct wx_html_page *page, enum wx_html_tag tag, struct wx_str name);

/* html_text.c */
void wx_html_text_add(struct wx_html_page *page, struct wx_str raw, bool has_reference);
void wx_html_text_break(struct wx_html_page *page); /* a block ends here */

/* One more entry of a growing array, zeroed; NULL past MAX, and counted. WHICH is its
 * place in page->cap. */
void *wx_html_more(struct wx_html_page *page, void *array, size_t *n, int which,
                   size_t size, size_t max);

/* One more entry of ARRAY, or NULL; keeps the array's pointer. */
#define WX_HTML_MORE(page, array, which, max)                                          \
    wx_html_more_of((page), (void **)&(page)->html->array, &(page)->html->n_##array,   \
                    (which), sizeof *(page)->html->array, (max))

static inline void *wx_html_more_of(struct wx_html_page *page, void **array, size_t *n,
                                    int which, size_t size, size_t max)
{
    char *entry;

    if (*n < page->cap[which] &&
        *n < max) /* SIZE is known here, to the compiler, too */
        return memset((char *)*array + (*n)++ * size, 0, size);
    entry = wx_html_more(page, *array, n, which, size, max);
    if (entry)
        *array = entry - (*n - 1) * size;
    return entry;
}

/* ---- attributes of the current tag ---- */

static inline bool wx_html_has(const struct wx_html_page *page, enum wx_html_attr_id id)
{
    return (page->seen >> id & 1) != 0;
}

/* Decoded value of an attribute of the current tag; empty when absent. */
static inline struct wx_str wx_html_value(struct wx_html_page *page,
                                          enum wx_html_attr_id id)
{
    const struct wx_html_attr *a = page->attr[id];

    if (!wx_html_has(page, id))
        return (struct wx_str){0};
    return a->has_reference ? wx_html_decode(page->arena, a->value, true) : a->value;
}

static inline struct wx_str wx_html_value_trimmed(struct wx_html_page *page,
                                                  enum wx_html_attr_id id)
{
    return wx_str_trim(wx_html_value(page, id));
}

/* html_part.c */
/* An element with a meaning of its own. False: it is not to be opened. */
bool wx_html_part_begin(struct wx_html_page *page, const struct wx_html_open *open);
/* Text inside the element on top of the stack. False: it is text of the page. */
bool wx_html_part_text(struct wx_html_page *page);
/* Called when an <a> ends, also by implication. */
void wx_html_link_end(struct wx_html_page *page, uint32_t end);
/* An <a> in an <a> ends the outer one. */
void wx_html_outer_link_end(struct wx_html_page *page);
/* At the end: inputs were collected in one array that moved while it grew. */
void wx_html_forms_settle(struct wx_html_page *page);

#endif
