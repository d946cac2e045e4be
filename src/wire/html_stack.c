/*
 * The open elements. Not the tree construction of the standard, but what of it decides
 * whose child a text or a link is: implied end tags, scopes, formatting elements that
 * are closed below their children, svg and math. What it leaves out: formatting
 * elements are not opened again behind a block that closed them, and content of a
 * table outside its cells stays where it stands.
 */
#include "wire/html_page.h"

#define PLAIN_BLOCK (EL_BLOCK | EL_SPECIAL | EL_CLOSES_P | EL_IMPLIES | EL_BREAKOUT)
#define FORMAT (EL_FORMAT | EL_BREAKOUT)
#define TABLE (EL_BLOCK | EL_SPECIAL | EL_TABLE | EL_IMPLIES | EL_BREAKOUT)
#define HEADING (PLAIN_BLOCK | EL_HEADING)

const struct wx_html_element wx_html_elements[WX_TAG_COUNT] = {
    [WX_TAG_HTML] = {EL_BLOCK | EL_SPECIAL | EL_SCOPE | EL_HEAD | EL_NODE | EL_RARE, 0},
    [WX_TAG_HEAD] = {EL_BLOCK | EL_SPECIAL | EL_HEAD | EL_RARE | EL_BREAKOUT, 0},
    [WX_TAG_BODY] = {EL_BLOCK | EL_SPECIAL | EL_NODE | EL_RARE | EL_BREAKOUT, 0},
    [WX_TAG_TITLE] = {EL_BLOCK | EL_SPECIAL | EL_HEAD | EL_RARE, 0},
    [WX_TAG_BASE] = {EL_VOID | EL_SPECIAL | EL_HEAD | EL_RARE, 0},
    [WX_TAG_LINK] = {EL_VOID | EL_SPECIAL | EL_HEAD | EL_RARE, 0},
    [WX_TAG_META] = {EL_VOID | EL_SPECIAL | EL_HEAD | EL_RARE | EL_BREAKOUT, 0},
    [WX_TAG_STYLE] = {EL_SPECIAL | EL_HEAD | EL_RARE, 0},
    [WX_TAG_SCRIPT] = {EL_SPECIAL | EL_HEAD | EL_RARE, 0},
    [WX_TAG_NOSCRIPT] = {EL_BLOCK | EL_SPECIAL | EL_HEAD | EL_NODE, WX_IN_NOSCRIPT},
    [WX_TAG_TEMPLATE] = {EL_BLOCK | EL_SPECIAL | EL_SCOPE | EL_HEAD | EL_NODE,
                         WX_IN_TEMPLATE},
    [WX_TAG_A] = {EL_FORMAT | EL_RARE, 0},
    [WX_TAG_AREA] = {EL_VOID | EL_SPECIAL | EL_CONTENT | EL_RARE, 0},
    [WX_TAG_IMG] = {EL_VOID | EL_SPECIAL | EL_CONTENT | EL_RARE | EL_BREAKOUT, 0},
    [WX_TAG_IMAGE] = {EL_VOID | EL_SPECIAL | EL_CONTENT | EL_RARE, 0},
    [WX_TAG_IFRAME] = {EL_SPECIAL | EL_CONTENT | EL_NODE | EL_RARE, 0},
    [WX_TAG_FRAME] = {EL_VOID | EL_SPECIAL | EL_CONTENT | EL_NODE | EL_RARE, 0},
    [WX_TAG_FRAMESET] = {EL_BLOCK | EL_SPECIAL | EL_NODE, 0},
    [WX_TAG_NOFRAMES] = {EL_BLOCK | EL_SPECIAL | EL_HEAD | EL_RARE, 0},
    [WX_TAG_FORM] = {PLAIN_BLOCK | EL_RARE, 0},
    [WX_TAG_INPUT] = {EL_VOID | EL_SPECIAL | EL_CONTENT | EL_RARE, 0},
    [WX_TAG_KEYGEN] = {EL_VOID | EL_SPECIAL | EL_CONTENT | EL_RARE, 0},
    [WX_TAG_BUTTON] = {EL_SPECIAL | EL_CONTENT | EL_RARE, WX_IN_BUTTON},
    [WX_TAG_SELECT] = {EL_BLOCK | EL_SPECIAL | EL_CONTENT | EL_RARE, WX_IN_SELECT},
    [WX_TAG_OPTION] = {EL_BLOCK | EL_IMPLIES, 0},
    [WX_TAG_OPTGROUP] = {EL_BLOCK | EL_IMPLIES, 0},
    [WX_TAG_TEXTAREA] = {EL_BLOCK | EL_SPECIAL | EL_CONTENT | EL_RARE, 0},
    [WX_TAG_FIELDSET] = {PLAIN_BLOCK, 0},
    [WX_TAG_LEGEND] = {EL_BLOCK, 0},
    [WX_TAG_EMBED] = {EL_VOID | EL_SPECIAL | EL_CONTENT | EL_NODE | EL_RARE |
                          EL_BREAKOUT,
                      0},
    [WX_TAG_OBJECT] = {EL_SPECIAL | EL_SCOPE | EL_CONTENT | EL_NODE | EL_RARE, 0},
    [WX_TAG_APPLET] = {EL_SPECIAL | EL_SCOPE | EL_CONTENT | EL_NODE | EL_RARE, 0},
    [WX_TAG_PARAM] = {EL_VOID | EL_SPECIAL, 0},
    [WX_TAG_VIDEO] = {EL_CONTENT | EL_RARE, 0},
    [WX_TAG_AUDIO] = {EL_CONTENT | EL_RARE, 0},
    [WX_TAG_SOURCE] = {EL_VOID | EL_SPECIAL | EL_RARE, 0},
    [WX_TAG_TRACK] = {EL_VOID | EL_SPECIAL | EL_RARE, 0},
    [WX_TAG_CANVAS] = {EL_CONTENT, 0},
    [WX_TAG_SVG] = {EL_CONTENT, 0},
    [WX_TAG_MATH] = {EL_CONTENT, 0},
    [WX_TAG_FOREIGNOBJECT] = {EL_BLOCK | EL_SPECIAL | EL_SCOPE, 0},
    [WX_TAG_DIV] = {PLAIN_BLOCK, 0},
    [WX_TAG_SPAN] = {EL_BREAKOUT, 0},
    [WX_TAG_P] = {PLAIN_BLOCK, 0},
    [WX_TAG_BR] = {EL_VOID | EL_SPECIAL | EL_RARE | EL_BREAKOUT, 0},
    [WX_TAG_HR] = {PLAIN_BLOCK | EL_VOID, 0},
    [WX_TAG_WBR] = {EL_VOID | EL_SPECIAL, 0},
    [WX_TAG_PRE] = {PLAIN_BLOCK, 0},
    [WX_TAG_XMP] = {PLAIN_BLOCK, 0},
    [WX_TAG_LISTING] = {PLAIN_BLOCK, 0},
    [WX_TAG_PLAINTEXT] = {PLAIN_BLOCK, 0},
    [WX_TAG_NOEMBED] = {EL_SPECIAL | EL_RARE, 0},
    [WX_TAG_BLOCKQUOTE] = {PLAIN_BLOCK, 0},
    [WX_TAG_UL] = {PLAIN_BLOCK, 0},
    [WX_TAG_OL] = {PLAIN_BLOCK, 0},
    [WX_TAG_LI] = {PLAIN_BLOCK, 0},
    [WX_TAG_DL] = {PLAIN_BLOCK, 0},
    [WX_TAG_DT] = {PLAIN_BLOCK, 0},
    [WX_TAG_DD] = {PLAIN_BLOCK, 0},
    [WX_TAG_MENU] = {PLAIN_BLOCK, 0},
    [WX_TAG_DIR] = {PLAIN_BLOCK, 0},
    [WX_TAG_TABLE] = {PLAIN_BLOCK | EL_SCOPE | EL_TABLE, WX_IN_TABLE},
    [WX_TAG_CAPTION] = {TABLE | EL_SCOPE, 0},
    [WX_TAG_COLGROUP] = {TABLE, 0},
    [WX_TAG_COL] = {EL_BLOCK | EL_VOID | EL_SPECIAL, 0},
    [WX_TAG_THEAD] = {TABLE, 0},
    [WX_TAG_TBODY] = {TABLE, 0},
    [WX_TAG_TFOOT] = {TABLE, 0},
    [WX_TAG_TR] = {TABLE, 0},
    [WX_TAG_TD] = {TABLE | EL_SCOPE, 0},
    [WX_TAG_TH] = {TABLE | EL_SCOPE, 0},
    [WX_TAG_H1] = {HEADING, WX_IN_HEADING},
    [WX_TAG_H2] = {HEADING, WX_IN_HEADING},
    [WX_TAG_H3] = {HEADING, WX_IN_HEADING},
    [WX_TAG_H4] = {HEADING, WX_IN_HEADING},
    [WX_TAG_H5] = {HEADING, WX_IN_HEADING},
    [WX_TAG_H6] = {HEADING, WX_IN_HEADING},
    [WX_TAG_HGROUP] = {PLAIN_BLOCK, 0},
    [WX_TAG_HEADER] = {PLAIN_BLOCK, 0},
    [WX_TAG_FOOTER] = {PLAIN_BLOCK | EL_NODE, WX_IN_FOOTER},
    [WX_TAG_NAV] = {PLAIN_BLOCK | EL_NODE, WX_IN_NAV},
    [WX_TAG_MAIN] = {PLAIN_BLOCK, 0},
    [WX_TAG_SEARCH] = {PLAIN_BLOCK, 0},
    [WX_TAG_SECTION] = {PLAIN_BLOCK, 0},
    [WX_TAG_ARTICLE] = {PLAIN_BLOCK, 0},
    [WX_TAG_ASIDE] = {PLAIN_BLOCK, 0},
    [WX_TAG_ADDRESS] = {PLAIN_BLOCK, 0},
    [WX_TAG_FIGURE] = {PLAIN_BLOCK, 0},
    [WX_TAG_FIGCAPTION] = {PLAIN_BLOCK, 0},
    [WX_TAG_DETAILS] = {PLAIN_BLOCK, 0},
    [WX_TAG_SUMMARY] = {PLAIN_BLOCK, 0},
    [WX_TAG_DIALOG] = {PLAIN_BLOCK, 0},
    [WX_TAG_CENTER] = {PLAIN_BLOCK, 0},
    [WX_TAG_FONT] = {EL_FORMAT, 0},
    [WX_TAG_B] = {FORMAT, 0},
    [WX_TAG_I] = {FORMAT, 0},
    [WX_TAG_U] = {FORMAT, 0},
    [WX_TAG_S] = {FORMAT, 0},
    [WX_TAG_EM] = {FORMAT, 0},
    [WX_TAG_STRONG] = {FORMAT, 0},
    [WX_TAG_SMALL] = {FORMAT, 0},
    [WX_TAG_BIG] = {FORMAT, 0},
    [WX_TAG_STRIKE] = {FORMAT, 0},
    [WX_TAG_SUB] = {EL_BREAKOUT, 0},
    [WX_TAG_SUP] = {EL_BREAKOUT, 0},
    [WX_TAG_CODE] = {FORMAT, 0},
    [WX_TAG_TT] = {FORMAT, 0},
    [WX_TAG_NOBR] = {FORMAT, 0},
    [WX_TAG_RUBY] = {EL_BREAKOUT, 0},
    [WX_TAG_RT] = {EL_IMPLIES, 0},
    [WX_TAG_RP] = {EL_IMPLIES, 0},
    [WX_TAG_RTC] = {EL_IMPLIES, 0},
    [WX_TAG_MARQUEE] = {EL_BLOCK | EL_SPECIAL | EL_SCOPE | EL_NODE, WX_IN_MARQUEE},
    [WX_TAG_BGSOUND] = {EL_VOID | EL_SPECIAL | EL_HEAD, 0},
};

static unsigned flags_of(unsigned tag)
{
    return wx_html_elements[tag].flags;
}

static uint32_t *open_counter(struct wx_html_page *page, unsigned tag,
                              struct wx_str name)
{
    unsigned h;

    if (tag)
        return &page->n_open[tag];
    h = (unsigned)name.len;
    if (name.len)
        h += wx_lower((unsigned char)name.ptr[0]) * 7u +
             wx_lower((unsigned char)name.ptr[name.len - 1]) * 3u;
    return &page->n_open_other[h % 64];
}

/* Which <p> a block-level start tag would close: buttons and scopes hide it. */
static uint16_t p_of(const struct wx_html_open *below, unsigned tag, uint32_t depth)
{
    if (tag == WX_TAG_P)
        return (uint16_t)depth;
    if (tag == WX_TAG_BUTTON || (flags_of(tag) & EL_SCOPE))
        return 0;
    return below->p_at;
}

void wx_html_push(struct wx_html_page *page)
{
    struct wx_html_open *top = wx_html_top(page) + 1;
    uint32_t deep;

    if (page->depth == WX_MAX_HTML_DEPTH) {
        page->n_over++;
        page->html->n_dropped++;
        deep = page->depth + page->n_over;
    } else {
        deep = ++page->depth;
        top->p_at = p_of(top - 1, top->tag, page->depth);
        top->is_dead = false;
        ++*open_counter(page, top->tag, top->name);
    }
    if (deep > page->html->max_depth)
        page->html->max_depth = deep;
}

static void note_empty(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_html *html = page->html;
    struct wx_html_empty *empty =
        wx_html_more(page, html->empties, &html->n_empties, WX_HTML_EMPTIES,
                     sizeof *html->empties, WX_MAX_PARTS_PER_PAGE);

    if (!empty)
        return;
    html->empties = empty - (html->n_empties - 1);
    *empty = (struct wx_html_empty){open->tag, open->name, open->id, open->offset};
}

void wx_html_pop(struct wx_html_page *page)
{
    struct wx_html_open *top = wx_html_top(page);
    uint32_t at =
        page->token.kind == WX_HTML_END ? page->token.end : page->token.offset;

    if (top->own && !top->is_dead)
        page->html->nodes[top->own].end = at;
    if (top->id.len && top->n_content == page->n_content)
        note_empty(page, top);
    if (top->is_apart)
        wx_html_text_break(page);
    if (!top->is_dead) {
        --*open_counter(page, top->tag, top->name);
        if (top->tag == WX_TAG_A && page->in_a && !page->n_open[WX_TAG_A])
            wx_html_link_end(page, page->token.offset);
    }
    page->depth--;
}

static void pop_to(struct wx_html_page *page, uint32_t at)
{
    while (page->depth >= at && page->depth > 0)
        wx_html_pop(page);
}

/* ---- what a start tag closes ---- */

/* Nearest open element with one of TAGS (a zero ends them), not looking through
 * elements with a STOP flag other than address, div and p; 0 when there is none. */
static uint32_t find_open(struct wx_html_page *page, const uint8_t *tags, unsigned stop)
{
    uint32_t n = 0;

    for (const uint8_t *t = tags; *t; t++)
        n += page->n_open[*t];
    for (uint32_t at = n ? page->depth : 0; at; at--) {
        unsigned tag = page->stack[at].tag;

        for (const uint8_t *t = tags; *t; t++)
            if (*t == tag)
                return at;
        if ((flags_of(tag) & stop) && tag != WX_TAG_DIV && tag != WX_TAG_P &&
            tag != WX_TAG_ADDRESS)
            return 0;
    }
    return 0;
}

static void close_found(struct wx_html_page *page, const uint8_t *tags, unsigned stop)
{
    uint32_t at = find_open(page, tags, stop);

    if (at)
        pop_to(page, at);
}

/* Pop until one of TAGS is on top; nothing when none is open in this table. */
static void clear_to(struct wx_html_page *page, const uint8_t *tags)
{
    uint32_t at = 0;

    for (uint32_t i = page->depth; i && !at; i--) {
        unsigned tag = page->stack[i].tag;

        for (const uint8_t *t = tags; *t; t++)
            if (*t == tag)
                at = i;
        if (tag == WX_TAG_TABLE || tag == WX_TAG_TEMPLATE)
            break;
    }
    if (at)
        pop_to(page, at + 1);
}

static void imply_in_table(struct wx_html_page *page, enum wx_html_tag tag)
{
    static const uint8_t row[] = {WX_TAG_TR,
                                  WX_TAG_TBODY,
                                  WX_TAG_THEAD,
                                  WX_TAG_TFOOT,
                                  WX_TAG_TABLE,
                                  WX_TAG_TEMPLATE,
                                  0};
    static const uint8_t table[] = {WX_TAG_TABLE, WX_TAG_TEMPLATE, 0};

    if (!page->n_open[WX_TAG_TABLE])
        return;
    if (tag == WX_TAG_TD || tag == WX_TAG_TH)
        clear_to(page, row);
    else if (tag == WX_TAG_TR)
        clear_to(page, row + 1);
    else
        clear_to(page, table);
}

void wx_html_imply(struct wx_html_page *page, enum wx_html_tag tag)
{
    static const uint8_t li[] = {WX_TAG_LI, 0}, dd[] = {WX_TAG_DD, WX_TAG_DT, 0};
    static const uint8_t option[] = {WX_TAG_OPTION, 0};
    static const uint8_t group[] = {WX_TAG_OPTGROUP, WX_TAG_OPTION, 0};
    static const uint8_t rt[] = {WX_TAG_RT, WX_TAG_RP, WX_TAG_RTC, 0};

    switch (tag) {
    case WX_TAG_LI:
        close_found(page, li, EL_SPECIAL);
        break;
    case WX_TAG_DD:
    case WX_TAG_DT:
        close_found(page, dd, EL_SPECIAL);
        break;
    case WX_TAG_OPTION:
        close_found(page, option, EL_SPECIAL);
        return;
    case WX_TAG_OPTGROUP:
        close_found(page, option, EL_SPECIAL);
        close_found(page, group, EL_SPECIAL);
        return;
    case WX_TAG_RT:
    case WX_TAG_RP:
    case WX_TAG_RTC:
        if (wx_html_top(page)->tag != WX_TAG_RUBY)
            close_found(page, rt, EL_SPECIAL);
        return;
    case WX_TAG_CAPTION:
    case WX_TAG_COLGROUP:
    case WX_TAG_THEAD:
    case WX_TAG_TBODY:
    case WX_TAG_TFOOT:
    case WX_TAG_TR:
    case WX_TAG_TD:
    case WX_TAG_TH:
        imply_in_table(page, tag);
        return;
    default:
        break;
    }
    if (wx_html_top(page)->p_at)
        pop_to(page, wx_html_top(page)->p_at);
    if ((flags_of(tag) & EL_HEADING) && (flags_of(wx_html_top(page)->tag) & EL_HEADING))
        wx_html_pop(page);
}

/* ---- what an end tag closes ---- */

static bool is_same(const struct wx_html_open *open, unsigned tag, struct wx_str name)
{
    if (open->is_dead)
        return false;
    if (tag)
        return open->tag == tag;
    return !open->tag && wx_str_ieq(open->name, name);
}

/*
 * A formatting element ends below children that stay open. Its node no longer is above
 * what follows; children that have nodes of their own get new ones, so that what was
 * inside keeps the old. The number of those is bounded, or a page could ask for a
 * square of them; past it the old node stays in force.
 */
static void leave_open(struct wx_html_page *page, uint32_t at)
{
    enum { REPARENT_MAX = 16 };
    struct wx_html_open *dead = &page->stack[at];
    uint32_t own = dead->own;

    --*open_counter(page, dead->tag, dead->name);
    dead->is_dead = true;
    if (dead->is_apart)
        wx_html_text_break(page);
    if (own)
        page->html->nodes[own].end = page->token.end;
    if (!own || page->depth - at > REPARENT_MAX)
        return;
    dead->node = page->stack[at - 1].node;
    for (uint32_t i = at + 1; i <= page->depth; i++) {
        struct wx_html_open *child = &page->stack[i];
        uint32_t parent = page->stack[i - 1].node;
        struct wx_html *html = page->html;
        struct wx_html_node *node;

        if (!child->own) {
            child->node = parent;
            continue;
        }
        node = wx_html_more(page, html->nodes, &html->n_nodes, WX_HTML_NODES,
                            sizeof *node, WX_MAX_NODES_PER_PAGE);
        if (!node)
            return;
        html->nodes = node - (html->n_nodes - 1);
        *node = html->nodes[child->own];
        node->parent = parent;
        html->nodes[child->own].end = page->token.offset;
        child->own = child->node = (uint32_t)(html->n_nodes - 1);
    }
}

static void close_format(struct wx_html_page *page, unsigned tag)
{
    bool crossed = false;
    uint32_t at;

    for (at = page->depth; at && !is_same(&page->stack[at], tag, (struct wx_str){0});
         at--) {
        unsigned flags = flags_of(page->stack[at].tag);

        if (flags & EL_SCOPE)
            return;
        crossed |= (flags & EL_SPECIAL) != 0;
    }
    if (!at)
        return;
    if (tag == WX_TAG_A)
        wx_html_link_end(page, page->token.end);
    if (crossed)
        leave_open(page, at);
    else
        pop_to(page, at);
}

void wx_html_close(struct wx_html_page *page, enum wx_html_tag tag, struct wx_str name)
{
    unsigned flags = flags_of(tag), stop = EL_SPECIAL;
    uint32_t at;

    if (page->n_over && !(flags & EL_VOID)) {
        page->n_over--;
        return;
    }
    if (!*open_counter(page, tag, name) && !(flags & EL_HEADING))
        return;
    if (flags & EL_FORMAT) {
        close_format(page, tag);
        return;
    }
    if (flags & EL_SPECIAL)
        stop = EL_SCOPE;
    for (at = page->depth; at; at--) {
        const struct wx_html_open *open = &page->stack[at];
        unsigned open_flags = flags_of(open->tag);

        if (is_same(open, tag, name) || (flags & open_flags & EL_HEADING))
            break;
        if (flags & EL_TABLE ? open->tag == WX_TAG_TABLE || open->tag == WX_TAG_TEMPLATE
                             : (open_flags & stop) != 0)
            return;
    }
    if (at)
        pop_to(page, at);
}
