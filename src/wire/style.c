/*
 * Matching and the cascade, as far as hiding goes. What is known of the
 * document are its nodes (elements with id, class or style), so a selector of tag names
 * alone is looked for only on those, and a tag name left of a blank in a chain is taken
 * for given: ".list li .date" matches wherever ".list" is above ".date".
 */
#include "wire/html_inner.h"
#include "wire/style_inner.h"

enum {
    NODE_CLASSES_MAX = 16,
    STEPS_MAX = 20000000, /* compares one page may cost */
};

/* ---- matching ---- */

struct match {
    struct wx_arena *arena;
    const struct wx_html *html;
    size_t steps;
    /* of the node at hand */
    struct wx_str classes[NODE_CLASSES_MAX];
    unsigned n_classes;
    struct wx_style_values values;
    uint64_t weights[WX_PROP_COUNT];
    struct wx_str texts[WX_PROP_COUNT], sources[WX_PROP_COUNT];
    const struct wx_style_rule *script;
};

/* WORD is one of the words of S. */
static bool has_word(struct wx_str s, struct wx_str word)
{
    size_t at = 0;

    while ((at = wx_str_find(s, word, at)) != WX_NPOS) {
        size_t end = at + word.len;

        if ((!at || wx_is_space((unsigned char)s.ptr[at - 1])) &&
            (end == s.len || wx_is_space((unsigned char)s.ptr[end])))
            return true;
        at = end;
    }
    return false;
}

/* Pay for one compare; false when the page has spent all. */
static bool spend(struct match *m, const struct wx_html_node *node)
{
    size_t cost = 1 + node->classes.len / 64;

    if (m->steps < cost)
        return false;
    m->steps -= cost;
    return true;
}

static bool compound_matches(const struct wx_style_compound *c,
                             const struct wx_html_node *node)
{
    if (c->tag_name.len && (!c->tag || c->tag != node->tag))
        return false;
    if (c->id.len && !wx_str_eq(c->id, node->id))
        return false;
    for (unsigned i = 0; i < c->n_classes; i++)
        if (!has_word(node->classes, c->classes[i]))
            return false;
    return true;
}

/* The compounds left of the first match ancestors of NODE. Without looking back: the
 * nearest ancestor that fits is taken, which is exact but for chains with '>'. */
static bool ancestors_match(struct match *m, const struct wx_style_rule *rule,
                            const struct wx_html_node *node)
{
    uint32_t at = node->parent;

    for (unsigned i = 1; i < rule->n_chain; i++) {
        const struct wx_style_compound *c = &rule->chain[i];
        bool is_child = rule->chain[i - 1].is_child;

        if (!c->id.len && !c->n_classes && c->tag != WX_TAG_BODY &&
            c->tag != WX_TAG_HTML)
            continue; /* a bare tag: there may be one that is no node */
        for (;; at = m->html->nodes[at].parent) {
            if (!at || !spend(m, &m->html->nodes[at]))
                return false;
            if (compound_matches(c, &m->html->nodes[at]))
                break;
            if (is_child)
                return false;
        }
        at = m->html->nodes[at].parent;
    }
    return true;
}

/* A value of this weight, unless a heavier one stands. */
static void take(struct match *m, const struct wx_style_decl *decl, uint64_t weight,
                 struct wx_str source)
{
    uint32_t bit = 1u << decl->prop;

    if (decl->prop == WX_PROP_OPACITY && decl->value == WX_STYLE_UNKNOWN)
        return; /* a filter for something else */
    weight |= decl->is_important ? (uint64_t)1 << 60 : 0;
    if ((m->values.set & bit) && m->weights[decl->prop] > weight)
        return;
    m->values.set |= bit;
    m->values.v[decl->prop] = decl->value;
    m->weights[decl->prop] = weight;
    m->texts[decl->prop] = decl->text;
    m->sources[decl->prop] = source;
}

static void match_bucket(struct match *m, const struct wx_style_rule *rule,
                         const struct wx_html_node *node, uint64_t layer)
{
    for (; rule && spend(m, node); rule = rule->next) {
        /* specificity, then page over shared sheets, then order */
        uint64_t weight = (uint64_t)(rule->weight >> WX_STYLE_ORDER_BITS)
                              << (WX_STYLE_ORDER_BITS + 1) |
                          layer << WX_STYLE_ORDER_BITS |
                          (rule->weight & WX_STYLE_ORDER_MASK);

        if (!compound_matches(&rule->chain[0], node) || !ancestors_match(m, rule, node))
            continue;
        if (rule->by_script)
            m->script = rule;
        for (uint32_t i = 0; i < rule->n_decls; i++)
            take(m, &rule->decls[i], weight, rule->source);
        m->steps -= m->steps > rule->n_decls ? rule->n_decls : m->steps;
    }
}

static void match_set(struct match *m, const struct wx_style_set *set,
                      const struct wx_html_node *node, uint64_t layer)
{
    if (!set || !set->n_rules)
        return;
    if (node->id.len)
        match_bucket(m, set->buckets[wx_style_bucket('#', node->id)], node, layer);
    for (unsigned i = 0; i < m->n_classes; i++)
        match_bucket(m, set->buckets[wx_style_bucket('.', m->classes[i])], node, layer);
    if (node->tag)
        match_bucket(m, set->tags[node->tag], node, layer);
}

static void split_classes(struct match *m, struct wx_str s)
{
    m->n_classes = 0;
    for (size_t i = 0; i < s.len && m->n_classes < NODE_CLASSES_MAX;) {
        size_t from;

        while (i < s.len && wx_is_space((unsigned char)s.ptr[i]))
            i++;
        from = i;
        while (i < s.len && !wx_is_space((unsigned char)s.ptr[i]))
            i++;
        if (i > from)
            m->classes[m->n_classes++] = wx_str_sub(s, from, i);
    }
}

/* ---- presentational attributes ---- */

static void take_attr(struct match *m, const struct wx_html_node *node,
                      const char *name, enum wx_style_prop prop)
{
    struct wx_style_decl decl = {.prop = (uint8_t)prop};
    char lower[16];
    struct wx_str v;
    size_t n = 0;

    if (!wx_html_attr_get(m->arena, node->attrs, name, &v))
        return;
    v = wx_str_trim(v);
    while (n < v.len && n < sizeof lower) {
        lower[n] = (char)wx_lower((unsigned char)v.ptr[n]);
        n++;
    }
    if (prop == WX_PROP_COLOR || prop == WX_PROP_BACKGROUND) {
        decl.value = wx_style_color((struct wx_str){lower, n});
    } else {
        uint64_t px;
        struct wx_str digits = {lower, n};

        if (wx_str_ends(digits, "px"))
            digits.len -= 2;
        if (!wx_str_to_u64(digits, 100000, &px))
            return;
        decl.value = (int32_t)px * 1000;
    }
    decl.text = wx_arena_printf(m->arena, "%s=" WX_STR_FMT, name, (int)n, lower);
    take(m, &decl, 0, WX_STR("attribute"));
}

/* An element that shows nothing but its own rectangle. */
static bool is_frame(unsigned tag)
{
    return tag == WX_TAG_IFRAME || tag == WX_TAG_FRAME || tag == WX_TAG_OBJECT ||
           tag == WX_TAG_EMBED || tag == WX_TAG_APPLET || tag == WX_TAG_MARQUEE;
}

static void take_attrs(struct match *m, const struct wx_html_node *node)
{
    switch (node->tag) {
    case WX_TAG_FONT:
        take_attr(m, node, "color", WX_PROP_COLOR);
        break;
    case WX_TAG_BODY:
    case WX_TAG_TABLE:
    case WX_TAG_TR:
    case WX_TAG_TD:
    case WX_TAG_TH:
        take_attr(m, node, "bgcolor", WX_PROP_BACKGROUND);
        break;
    case WX_TAG_MARQUEE:
        take_attr(m, node, "bgcolor", WX_PROP_BACKGROUND);
        /* fall through */
    default:
        if (is_frame(node->tag)) {
            take_attr(m, node, "width", WX_PROP_WIDTH);
            take_attr(m, node, "height", WX_PROP_HEIGHT);
        }
        break;
    }
}

/* ---- the cascade over a page ---- */

static void take_inline(struct match *m, const struct wx_html_node *node)
{
    struct wx_style_decls decls = {.rest = node->style};
    struct wx_style_decl decl;

    while (wx_style_decl_next(&decls, &decl))
        take(m, &decl, (uint64_t)1 << 56, WX_STR("style attribute"));
}

/* Colours come down from above until something sets its own. */
struct inherited {
    int32_t color, background;
};

static uint32_t color_bit(struct match *m, const struct inherited *up,
                          struct inherited *own)
{
    bool sets = false;

    *own = *up;
    if (m->values.set & 1u << WX_PROP_COLOR) {
        own->color = m->values.v[WX_PROP_COLOR];
        sets = true;
    }
    if (m->values.set & 1u << WX_PROP_BACKGROUND) {
        own->background = m->values.v[WX_PROP_BACKGROUND];
        sets = true;
    }
    return sets && own->color != WX_STYLE_UNKNOWN && own->color == own->background
               ? WX_HIDE_COLOR
               : 0;
}

/* What of UP still holds for a node with these values. */
static uint32_t still_hidden(const struct match *m, uint32_t up)
{
    if (m->values.set & 1u << WX_PROP_VISIBILITY)
        up &= ~(uint32_t)WX_HIDE_VISIBILITY;
    if (m->values.set & 1u << WX_PROP_FONT_SIZE)
        up &= ~(uint32_t)WX_HIDE_FONT;
    if (m->values.set & (1u << WX_PROP_COLOR | 1u << WX_PROP_BACKGROUND))
        up &= ~(uint32_t)WX_HIDE_COLOR;
    if (m->values.set & 1u << WX_PROP_INDENT)
        up &= ~(uint32_t)WX_HIDE_INDENT;
    return up;
}

static uint32_t tiny_bit(const struct match *m, const struct wx_html_node *node)
{
    for (enum wx_style_prop p = WX_PROP_WIDTH; p <= WX_PROP_HEIGHT; p++)
        if (is_frame(node->tag) && (m->values.set & 1u << p) && m->values.v[p] >= 0 &&
            m->values.v[p] <= 1000)
            return WX_HIDE_TINY;
    return 0;
}

/* Where the lightest of OWN comes from. */
static void explain(struct match *m, const struct wx_html_node *node,
                    struct wx_node_style *out)
{
    uint32_t bit = out->own & -out->own;
    enum wx_style_prop prop = wx_style_blame(&m->values, bit);

    if (bit == WX_HIDE_ATTR) {
        out->source = WX_STR("attribute");
        out->rule = WX_STR("hidden");
    } else if (bit == WX_HIDE_SCRIPT) {
        out->source = m->script->source;
        out->rule = wx_arena_printf(m->arena, "#" WX_STR_FMT ".style",
                                    WX_STR_ARG(wx_str_sub(node->id, 0, 80)));
    } else {
        if (bit == WX_HIDE_TINY)
            prop = m->values.set >> WX_PROP_HEIGHT & 1 &&
                           m->values.v[WX_PROP_HEIGHT] >= 0 &&
                           m->values.v[WX_PROP_HEIGHT] <= 1000
                       ? WX_PROP_HEIGHT
                       : WX_PROP_WIDTH;
        if (bit == WX_HIDE_COLOR && !(m->values.set & 1u << WX_PROP_COLOR))
            prop = WX_PROP_BACKGROUND;
        out->source = m->sources[prop];
        out->rule = m->texts[prop];
    }
}

static void node_style(struct match *m, uint32_t at, struct wx_node_style *styles,
                       struct inherited *colors)
{
    const struct wx_html_node *node = &m->html->nodes[at];
    struct wx_node_style *out = &styles[at];
    const struct wx_node_style *up = &styles[node->parent];
    uint32_t from_above;

    if (!m->values.set && !m->script && !node->is_hidden_attr) { /* most of them */
        *out = *up;
        out->own = 0;
        out->cause = up->hide ? up->cause : at;
        colors[at] = colors[node->parent];
        return;
    }
    out->own = wx_style_bits(&m->values) & ~(uint32_t)WX_HIDE_COLOR;
    out->own |= color_bit(m, &colors[node->parent], &colors[at]);
    out->own |= tiny_bit(m, node);
    if (node->is_hidden_attr && !(m->values.set & 1u << WX_PROP_DISPLAY))
        out->own |= WX_HIDE_ATTR;
    if (m->script)
        out->own |= WX_HIDE_SCRIPT;
    from_above = still_hidden(m, up->hide);
    out->hide = out->own | from_above;
    out->cause = at;
    if (from_above) {
        out->cause = up->cause;
        out->source = up->source;
        out->rule = up->rule;
    } else if (out->own) {
        explain(m, node, out);
    }
}

struct wx_node_style *wx_style_apply(struct wx_arena *arena, const struct wx_html *html,
                                     const struct wx_style_set *shared)
{
    struct wx_node_style *styles =
        wx_arena_array(arena, struct wx_node_style, html->n_nodes);
    struct inherited *colors = wx_arena_array(arena, struct inherited, html->n_nodes);
    struct wx_style_set *page = NULL;
    struct match m = {.arena = arena, .html = html, .steps = STEPS_MAX};
    bool has_rules;

    if (html->n_styles || html->n_scripts)
        page = wx_style_set_new(arena);
    for (size_t i = 0; i < html->n_styles; i++)
        wx_style_set_add_css(page, html->styles[i].css, WX_STR("<style>"));
    for (size_t i = 0; i < html->n_scripts; i++)
        wx_style_set_add_script(page, html->scripts[i].code, WX_STR("<script>"));
    has_rules = (shared && shared->n_rules) || (page && page->n_rules);
    colors[0] = (struct inherited){WX_STYLE_UNKNOWN, WX_STYLE_UNKNOWN};
    for (uint32_t at = 1; at < html->n_nodes; at++) {
        const struct wx_html_node *node = &html->nodes[at];

        m.values.set = 0;
        m.script = NULL;
        take_attrs(&m, node);
        if (has_rules) {
            split_classes(&m, node->classes);
            match_set(&m, shared, node, 0);
            match_set(&m, page, node, 1);
        }
        if (node->style.len)
            take_inline(&m, node);
        node_style(&m, at, styles, colors);
    }
    return styles;
}

const char *wx_hide_word(uint32_t single_bit)
{
    static const char *const words[] = {
        "display:none", "visibility:hidden",
        "opacity:0",    "font-size:0",
        "color",        "size",
        "off-screen",   "text-indent",
        "clip",         "z-index",
        "hidden",       "tiny",
        "script",       "margin",
        "scale",
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (single_bit == 1u << i)
            return words[i];
    return "";
}
