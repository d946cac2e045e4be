/* The page builder: tokens to links, blocks, forms, scripts and the rest. */
#include "wire/html_bytes.h"
#include "wire/html_name.h"
#include "wire/html_page.h"
#include "wire/style.h"

/* Pages have a node or a block for about every 100 bytes: most arrays never move. */
static uint32_t first_cap(const struct wx_html_page *page, int which)
{
    size_t guess = page->html->text.len / 128;

    if (which != WX_HTML_NODES && which != WX_HTML_BLOCKS && which != WX_HTML_LINKS)
        return 16;
    return guess < 16 ? 16 : guess > 2048 ? 2048 : (uint32_t)guess;
}

void *wx_html_more(struct wx_html_page *page, void *array, size_t *n, int which,
                   size_t size, size_t max)
{
    uint32_t *cap = &page->cap[which];

    if (*n >= max) {
        page->html->n_dropped++;
        return NULL;
    }
    if (*n == *cap) {
        uint32_t more = *cap ? *cap * 2 : first_cap(page, which);

        array = wx_arena_grow(page->arena, array, *cap * size, more * size);
        *cap = more;
    }
    return memset((char *)array + (*n)++ * size, 0, size);
}

/* ---- attributes of the current tag ---- */

static void attrs_index(struct wx_html_page *page)
{
    const struct wx_html_token *token = &page->token;

    page->seen = 0;
    for (size_t i = 0; i < token->n_attrs; i++) {
        unsigned id = token->attrs[i].id;

        page->attr[id] = &token->attrs[i];
        page->seen |= 1u << id;
    }
}

/* ---- zones ---- */

/* What was met until now stands ahead of the doctype or <html>. */
static void mark_before(struct wx_html_page *page)
{
    struct wx_html *html = page->html;

    for (size_t i = 1; i < html->n_nodes; i++)
        html->nodes[i].zone = WX_ZONE_BEFORE;
    for (size_t i = 0; i < html->n_links; i++)
        html->links[i].zone = WX_ZONE_BEFORE;
    for (size_t i = 0; i < html->n_blocks; i++)
        html->blocks[i].zone = WX_ZONE_BEFORE;
    for (size_t i = 0; i < html->n_scripts; i++)
        html->scripts[i].zone = WX_ZONE_BEFORE;
    for (size_t i = 0; i < html->n_comments; i++)
        html->comments[i].zone = WX_ZONE_BEFORE;
    html->head_end = 0;
    page->zone = WX_ZONE_HEAD;
}

static void zone_body(struct wx_html_page *page)
{
    if (page->zone == WX_ZONE_HEAD) {
        page->zone = WX_ZONE_BODY;
        if (!page->html->head_end)
            page->html->head_end = page->token.offset;
    }
}

/* ---- nodes ---- */

/* WORD stands in S at AT, lower-cased. */
static bool word_at(struct wx_str s, size_t at, const char *word)
{
    for (; *word; word++, at++)
        if (at >= s.len || wx_lower((unsigned char)s.ptr[at]) != (unsigned char)*word)
            return false;
    return true;
}

/* "margin-bottom" and its like are about space, not about the end of the page. */
static bool is_spacing(struct wx_str s, size_t at)
{
    struct wx_str before = wx_str_sub(s, 0, at);

    if (before.len &&
        (before.ptr[before.len - 1] == '-' || before.ptr[before.len - 1] == '_'))
        before.len--;
    return wx_str_ends(before, "margin") || wx_str_ends(before, "padding") ||
           wx_str_ends(before, "border") || wx_str_ends(before, "align");
}

/* The word that begins at I, when it tells about the place. */
static uint32_t place_at(struct wx_str s, size_t i)
{
    switch (s.ptr[i] | 0x20) {
    case 'f':
        return word_at(s, i, "foot") && !word_at(s, i, "football") ? WX_IN_FOOTER : 0;
    case 'b':
        return word_at(s, i, "bottom") && !is_spacing(s, i) ? WX_IN_FOOTER : 0;
    case 'c':
        return word_at(s, i, "copyright") ? WX_IN_FOOTER : 0;
    case 'n':
        return word_at(s, i, "nav") && !word_at(s, i, "navail") ? WX_IN_NAV : 0;
    case 'm':
        return word_at(s, i, "menu") ? WX_IN_NAV : 0;
    default:
        return 0;
    }
}

#if WX_SIMD
/* Which of the sixteen places at P begin with fo, bo, co, na or me. */
static unsigned place_candidates(const char *p)
{
    const __m128i blank = _mm_set1_epi8(0x20);
    __m128i x = _mm_or_si128(wx_load16(p), blank);
    __m128i y = _mm_or_si128(wx_load16(p + 1), blank);
    __m128i fbc =
        _mm_or_si128(_mm_or_si128(wx_eq16(x, 'f'), wx_eq16(x, 'b')), wx_eq16(x, 'c'));
    __m128i fo = _mm_and_si128(fbc, wx_eq16(y, 'o'));
    __m128i na = _mm_and_si128(wx_eq16(x, 'n'), wx_eq16(y, 'a'));
    __m128i me = _mm_and_si128(wx_eq16(x, 'm'), wx_eq16(y, 'e'));

    return wx_mask16(_mm_or_si128(_mm_or_si128(fo, na), me));
}
#endif

/* What an id or class says about the place: footer and navigation. LIMIT bounds reads;
 * NULL when S is a copy. */
static uint32_t place_of(struct wx_str s, const char *limit)
{
    uint32_t in = 0;
    size_t i = 0;

#if WX_SIMD
    for (; i < s.len && limit && limit - (s.ptr + i) >= 17; i += 16) {
        unsigned at = place_candidates(s.ptr + i);

        if (s.len - i < 16)
            at &= (1u << (s.len - i)) - 1;
        for (; at; at &= at - 1)
            in |= place_at(s, i + (size_t)__builtin_ctz(at));
    }
#else
    (void)limit;
#endif
    for (; i < s.len; i++)
        in |= place_at(s, i);
    return in;
}

/* The same of an attribute of the current tag. */
static uint32_t place_in(const struct wx_html_page *page, enum wx_html_attr_id id,
                         struct wx_str value)
{
    if (!value.len)
        return 0;
    return place_of(value, page->attr[id]->has_reference ? NULL : page->limit);
}

enum {
    STYLING = 1u << WX_ATTR_ID | 1u << WX_ATTR_CLASS | 1u << WX_ATTR_STYLE |
              1u << WX_ATTR_HIDDEN | 1u << WX_ATTR_COLOR | 1u << WX_ATTR_BGCOLOR
};

/* A node for the current tag, when it deserves one. */
static void node_add(struct wx_html_page *page, struct wx_html_open *open)
{
    const struct wx_html_token *token = &page->token;
    unsigned flags = wx_html_elements[token->tag].flags;
    struct wx_html_node *node;

    if (!(page->seen & STYLING) && !(flags & EL_NODE))
        return;
    node = WX_HTML_MORE(page, nodes, WX_HTML_NODES, WX_MAX_NODES_PER_PAGE);
    if (!node)
        return;
    node->parent = open->node;
    node->offset = token->offset;
    node->end = token->end;
    node->tag = token->tag;
    node->zone = page->zone;
    node->is_hidden_attr = wx_html_has(page, WX_ATTR_HIDDEN);
    node->id = wx_html_value(page, WX_ATTR_ID);
    node->classes = wx_html_value(page, WX_ATTR_CLASS);
    node->style = wx_html_value(page, WX_ATTR_STYLE);
    node->attrs = token->raw_attrs;
    open->id = node->id;
    open->own = open->node = (uint32_t)(page->html->n_nodes - 1);
    if (token->tag != WX_TAG_HTML && token->tag != WX_TAG_BODY)
        open->in |= place_in(page, WX_ATTR_ID, node->id) |
                    place_in(page, WX_ATTR_CLASS, node->classes);
    /* text an inline element hides is a block of its own */
    if (!(flags & (EL_BLOCK | EL_VOID)) &&
        (node->is_hidden_attr || (node->style.len && wx_style_hides(node->style)))) {
        open->is_apart = true;
        wx_html_text_break(page);
    }
}

/* ---- start tags ---- */

/* <html> and <body>: false when it only adds to one that is open. */
static bool start_root(struct wx_html_page *page)
{
    struct wx_html *html = page->html;
    bool is_html = page->token.tag == WX_TAG_HTML;

    if (is_html) {
        if (!page->met_html) {
            html->html_offset = page->token.offset;
            html->lang = wx_html_value_trimmed(page, WX_ATTR_LANG);
            if (!html->body_offset)
                mark_before(page);
        }
        page->met_html = true;
    } else {
        if (!html->body_offset)
            html->body_offset = page->token.offset;
        zone_body(page);
    }
    if (page->zone == WX_ZONE_AFTER)
        page->zone = WX_ZONE_BODY;
    return !page->n_open[page->token.tag];
}

static void leave_foreign(struct wx_html_page *page)
{
    while (page->depth && wx_html_top(page)->is_foreign)
        wx_html_pop(page);
}

/* Finish OPEN, which stands above the stack, and push it. */
static void open_element(struct wx_html_page *page, struct wx_html_open *open)
{
    const struct wx_html_open *top = wx_html_top(page);
    unsigned tag = open->tag;

    open->in |= wx_html_elements[tag].in;
    open->block_tag =
        wx_html_elements[tag].flags & EL_BLOCK ? (uint16_t)tag : top->block_tag;
    open->is_foreign = top->is_foreign;
    if (tag == WX_TAG_SVG || tag == WX_TAG_MATH)
        open->is_foreign = true;
    else if (tag == WX_TAG_FOREIGNOBJECT)
        open->is_foreign = false;
    open->name = page->token.name;
    wx_html_push(page);
}

/* The entry above the stack for the current tag, before it is known to be opened. */
static struct wx_html_open *open_begin(struct wx_html_page *page)
{
    const struct wx_html_open *top = wx_html_top(page);
    struct wx_html_open *open = &page->stack[page->depth + 1];

    open->tag = page->token.tag;
    open->node = top->node;
    open->in = top->in;
    open->own = 0;
    open->is_apart = false;
    open->id.len = 0;
    open->n_content = page->n_content;
    open->offset = page->token.offset;
    return open;
}

static void on_start(struct wx_html_page *page)
{
    const struct wx_html_token *token = &page->token;
    unsigned flags = wx_html_elements[token->tag].flags;
    bool is_opened = !(flags & EL_VOID);
    struct wx_html_open *open;

    page->html->n_tags++;
    if (!(flags & EL_HEAD))
        zone_body(page);
    if (wx_html_top(page)->is_foreign) {
        if (flags & EL_BREAKOUT)
            leave_foreign(page);
        else if (token->is_self_closing)
            is_opened = false;
    }
    if (flags & EL_BLOCK)
        wx_html_text_break(page);
    if (flags & EL_IMPLIES)
        wx_html_imply(page, token->tag);
    if (token->tag == WX_TAG_A && page->in_a)
        wx_html_outer_link_end(page);
    attrs_index(page);
    if ((token->tag == WX_TAG_HTML || token->tag == WX_TAG_BODY) && !start_root(page))
        return;
    open = open_begin(page);
    if (flags & EL_CONTENT)
        page->n_content++;
    node_add(page, open);
    if ((flags & EL_RARE) && !wx_html_part_begin(page, open))
        return;
    if (is_opened)
        open_element(page, open);
    page->tokens.in_foreign = wx_html_top(page)->is_foreign;
}

/* ---- the other tokens ---- */

static void on_end(struct wx_html_page *page)
{
    const struct wx_html_token *token = &page->token;
    struct wx_html *html = page->html;

    if (wx_html_elements[token->tag].flags & EL_BLOCK)
        wx_html_text_break(page);
    switch (token->tag) {
    case WX_TAG_HTML:
        html->html_end = token->offset;
        page->zone = WX_ZONE_AFTER;
        return;
    case WX_TAG_BODY:
        html->body_end = token->offset;
        page->zone = WX_ZONE_AFTER;
        return;
    case WX_TAG_HEAD:
        zone_body(page);
        return;
    case WX_TAG_BR:
        page->needs_line = true;
        return;
    case WX_TAG_FORM:
        page->form = 0;
        break;
    case WX_TAG_TITLE:
        page->wants_title = false;
        break;
    default:
        break;
    }
    wx_html_close(page, token->tag, token->name);
    page->tokens.in_foreign = wx_html_top(page)->is_foreign;
}

static void on_text(struct wx_html_page *page)
{
    const struct wx_html_token *token = &page->token;

    if (wx_html_part_text(page))
        return;
    if (page->zone == WX_ZONE_HEAD && wx_html_top(page)->block_tag != WX_TAG_TITLE &&
        wx_str_trim(token->data).len)
        zone_body(page);
    wx_html_text_add(page, token->data, token->has_reference);
}

static void on_comment(struct wx_html_page *page)
{
    struct wx_html_comment *comment =
        WX_HTML_MORE(page, comments, WX_HTML_COMMENTS, WX_MAX_PARTS_PER_PAGE);

    if (comment)
        *comment =
            (struct wx_html_comment){page->token.data, page->token.offset, page->zone};
}

static void on_doctype(struct wx_html_page *page)
{
    if (page->met_doctype || page->met_html)
        return;
    page->met_doctype = page->html->has_doctype = true;
    page->html->doctype_offset = page->token.offset;
    mark_before(page);
}

/* ---- the whole ---- */

static void page_begin(struct wx_html_page *page, struct wx_arena *arena,
                       struct wx_str text)
{
    struct wx_html *html = wx_arena_new(arena, struct wx_html);
    struct wx_html_node *root;

    memset(page, 0, offsetof(struct wx_html_page, tokens));
    memset(&page->stack[0], 0, sizeof page->stack[0]);
    memset(&page->depth, 0, sizeof *page - offsetof(struct wx_html_page, depth));
    page->html = html;
    page->arena = arena;
    page->limit = text.ptr + text.len;
    page->zone = WX_ZONE_HEAD;
    html->text = text;
    page->out = page->o = wx_arena_alloc(arena, text.len + text.len / 5 + 64);
    wx_html_tokenizer_init(&page->tokens, arena, text);
    root = WX_HTML_MORE(page, nodes, WX_HTML_NODES, WX_MAX_NODES_PER_PAGE);
    root->end = (uint32_t)text.len;
}

static void page_end(struct wx_html_page *page)
{
    struct wx_html *html = page->html;

    wx_html_link_end(page, (uint32_t)html->text.len);
    while (page->depth)
        wx_html_pop(page);
    wx_html_forms_settle(page);
    if (page->title) {
        const struct wx_html_block *block = &html->blocks[page->title - 1];

        html->title = block->text;
        html->title_has_reference = block->has_reference;
    }
}

struct wx_html *wx_html_scan(struct wx_arena *arena, struct wx_str text)
{
    struct wx_html_page page;

    if (!text.ptr)
        text = WX_STR("");
    page_begin(&page, arena, text);
    for (;;) {
        switch (wx_html_next(&page.tokens, &page.token)) {
        case WX_HTML_START:
            on_start(&page);
            break;
        case WX_HTML_END:
            on_end(&page);
            break;
        case WX_HTML_TEXT:
            on_text(&page);
            break;
        case WX_HTML_COMMENT:
            on_comment(&page);
            break;
        case WX_HTML_DOCTYPE:
            on_doctype(&page);
            break;
        case WX_HTML_EOF:
            page_end(&page);
            return page.html;
        }
    }
}

/* ---- questions afterwards ---- */

struct wx_str wx_html_all_text(const struct wx_html *html)
{
    struct wx_str first, last;

    if (!html->n_blocks)
        return (struct wx_str){NULL, 0};
    first = html->blocks[0].text;
    last = html->blocks[html->n_blocks - 1].text;
    return (struct wx_str){first.ptr, (size_t)(last.ptr - first.ptr) + last.len};
}

bool wx_html_attr_get(struct wx_arena *arena, struct wx_str attrs, const char *name,
                      struct wx_str *value)
{
    const char *p = attrs.ptr, *end = attrs.len ? attrs.ptr + attrs.len : p;
    struct wx_html_attr a;

    while (p < end && wx_html_attr_next(&p, end, &a))
        if (wx_str_ieqz(a.name, name)) {
            *value = wx_html_decode(arena, a.value, true);
            return true;
        }
    return false;
}

const struct wx_html_meta *wx_html_meta_get(const struct wx_html *html,
                                            const char *name)
{
    for (size_t i = 0; i < html->n_metas; i++)
        if (wx_str_ieqz(html->metas[i].name, name))
            return &html->metas[i];
    return NULL;
}
