/*
 * Style sheets to rules. Conditional sheets (@media with a condition, print) and
 * selectors with attributes, siblings or pseudo-classes are left out.
 */
#include "base/limits.h"
#include "wire/html_inner.h"
#include "wire/script.h"
#include "wire/style_inner.h"

enum { SCRIPTS_MAX_BYTES = 1 << 20 };

uint32_t wx_style_bucket(char sort, struct wx_str s)
{
    uint32_t h = 2166136261u ^ (unsigned char)sort;

    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.ptr[i]) * 16777619u;
    return (h ^ h >> 15) % WX_STYLE_BUCKETS;
}

struct wx_style_set *wx_style_set_new(struct wx_arena *arena)
{
    struct wx_style_set *set = wx_arena_new(arena, struct wx_style_set);

    set->arena = arena;
    return set;
}

size_t wx_style_set_count(const struct wx_style_set *set)
{
    return set->n_rules;
}

/* ---- selectors ---- */

static bool is_ident(unsigned char c)
{
    return (c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z') ||
           c == '-' || c == '_' || c >= 0x80;
}

static struct wx_str cut_ident(struct wx_str *s)
{
    size_t n = 0;

    while (n < s->len && is_ident((unsigned char)s->ptr[n]))
        n++;
    *s = (struct wx_str){s->ptr + n, s->len - n};
    return (struct wx_str){s->ptr - n, n};
}

/* One compound from the beginning of *S. False: not understood. */
static bool compound_read(struct wx_str *s, struct wx_style_compound *c)
{
    bool has_any = false;

    memset(c, 0, sizeof *c);
    if (s->len && s->ptr[0] == '*') {
        *s = wx_str_sub(*s, 1, s->len);
        has_any = true;
    } else {
        c->tag_name = cut_ident(s);
        has_any = c->tag_name.len > 0;
        if (has_any)
            c->tag = (uint8_t)wx_html_tag_find(c->tag_name, s->ptr + s->len);
    }
    while (s->len && (s->ptr[0] == '#' || s->ptr[0] == '.')) {
        char sort = s->ptr[0];
        struct wx_str name;

        *s = wx_str_sub(*s, 1, s->len);
        name = cut_ident(s);
        if (!name.len)
            return false;
        if (sort == '#')
            c->id = name;
        else if (c->n_classes < WX_STYLE_CLASSES_MAX)
            c->classes[c->n_classes++] = name;
        else
            return false;
        has_any = true;
    }
    return has_any;
}

/* A whole selector into CHAIN, rightmost first. 0: not understood. */
static unsigned chain_read(struct wx_str s,
                           struct wx_style_compound chain[WX_STYLE_CHAIN_MAX])
{
    struct wx_style_compound left_first[WX_STYLE_CHAIN_MAX];
    unsigned n = 0;
    bool is_child = false;

    s = wx_str_trim(s);
    while (s.len) {
        if (n == WX_STYLE_CHAIN_MAX || !compound_read(&s, &left_first[n]))
            return 0;
        left_first[n++].is_child = is_child;
        if (s.len && !wx_is_space((unsigned char)s.ptr[0]) && s.ptr[0] != '>')
            return 0;
        s = wx_str_trim(s);
        is_child = s.len && s.ptr[0] == '>';
        if (is_child)
            s = wx_str_trim(wx_str_sub(s, 1, s.len));
    }
    for (unsigned i = 0; i < n; i++)
        chain[i] = left_first[n - 1 - i];
    return is_child ? 0 : n;
}

static uint32_t specificity(const struct wx_style_compound *chain, unsigned n)
{
    uint32_t ids = 0, classes = 0, tags = 0;

    for (unsigned i = 0; i < n; i++) {
        ids += chain[i].id.len > 0;
        classes += chain[i].n_classes;
        tags += chain[i].tag_name.len > 0;
    }
    return ids << 9 | (classes > 31 ? 31 : classes) << 4 | (tags > 15 ? 15 : tags);
}

_Static_assert((int)WX_MAX_CSS_RULES <= (int)WX_STYLE_ORDER_MASK,
               "a rule's order fits its weight");

/* ---- rules ---- */

static void rule_index(struct wx_style_set *set, struct wx_style_rule *rule)
{
    const struct wx_style_compound *key = &rule->chain[0];
    struct wx_style_rule **bucket;

    if (key->id.len)
        bucket = &set->buckets[wx_style_bucket('#', key->id)];
    else if (key->n_classes)
        bucket = &set->buckets[wx_style_bucket('.', key->classes[0])];
    else if (key->tag)
        bucket = &set->tags[key->tag];
    else
        return; /* "*" and tags we do not know: not about what one author hid */
    rule->next = *bucket;
    *bucket = rule;
    set->n_rules++;
}

static struct wx_style_rule *rule_add(struct wx_style_set *set, struct wx_str selector)
{
    struct wx_style_compound chain[WX_STYLE_CHAIN_MAX];
    unsigned n = chain_read(selector, chain);
    struct wx_style_rule *rule;

    if (!n || set->n_rules >= WX_MAX_CSS_RULES) {
        set->n_ignored++;
        return NULL;
    }
    rule = wx_arena_new(set->arena, struct wx_style_rule);
    rule->chain = wx_arena_alloc(set->arena, n * sizeof *chain);
    memcpy(rule->chain, chain, n * sizeof *chain);
    rule->n_chain = (uint8_t)n;
    rule->weight = specificity(chain, n) << WX_STYLE_ORDER_BITS |
                   (uint32_t)(set->n_rules & WX_STYLE_ORDER_MASK);
    return rule;
}

/* The understood declarations of a block, in the arena. */
static uint32_t decls_read(struct wx_arena *arena, struct wx_str body,
                           const struct wx_style_decl **out)
{
    struct wx_style_decls decls = {.rest = body};
    struct wx_style_decl decl, *all = NULL;
    uint32_t n = 0, cap = 0;

    while (n < 64 && wx_style_decl_next(&decls, &decl)) {
        if (n == cap) {
            uint32_t want = cap ? cap * 2 : 4;

            all = wx_arena_grow(arena, all, cap * sizeof *all, want * sizeof *all);
            cap = want;
        }
        all[n++] = decl;
    }
    *out = all;
    return n;
}

static void rules_add(struct wx_style_set *set, struct wx_str selectors,
                      struct wx_str body, struct wx_str source)
{
    const struct wx_style_decl *decls;
    uint32_t n = decls_read(set->arena, body, &decls);

    if (!n)
        return;
    while (selectors.len) {
        struct wx_style_rule *rule = rule_add(set, wx_str_cut(&selectors, ','));

        if (!rule)
            continue;
        rule->decls = decls;
        rule->n_decls = n;
        rule->source = source;
        rule_index(set, rule);
    }
}

/* ---- sheets ---- */

/* Behind the comment or string at I, or I. */
static size_t skip_quiet(struct wx_str s, size_t i)
{
    char c = s.ptr[i];

    if (c == '/' && i + 1 < s.len && s.ptr[i + 1] == '*') {
        size_t end = wx_str_find(s, WX_STR("*/"), i + 2);

        return end == WX_NPOS ? s.len : end + 2;
    }
    if (c == '\\')
        return i + 2 < s.len ? i + 2 : s.len;
    if (c != '"' && c != '\'')
        return i;
    for (i++; i < s.len && s.ptr[i] != c && s.ptr[i] != '\n'; i++)
        if (s.ptr[i] == '\\')
            i++;
    return i < s.len ? i + 1 : s.len;
}

/* First of STOP outside of comments and strings at or behind I; s.len when none. */
static size_t find_any(struct wx_str s, size_t i, const char *stop)
{
    while (i < s.len) {
        size_t next = skip_quiet(s, i);

        if (next > i) {
            i = next;
            continue;
        }
        if (s.ptr[i] && strchr(stop, s.ptr[i]))
            return i;
        i++;
    }
    return s.len;
}

/* Behind the '}' that closes the block whose body begins at I. */
static size_t block_end(struct wx_str s, size_t i)
{
    unsigned depth = 1;

    while ((i = find_any(s, i, "{}")) < s.len) {
        depth += s.ptr[i] == '{';
        depth -= s.ptr[i] == '}';
        i++;
        if (!depth)
            return i;
    }
    return s.len;
}

/* Rules inside this at-rule hold for an ordinary visitor at a screen. */
static bool is_entered(struct wx_str prelude)
{
    if (wx_str_istarts(prelude, "@supports") || wx_str_istarts(prelude, "@layer"))
        return true;
    if (!wx_str_istarts(prelude, "@media"))
        return false;
    return wx_str_chr(prelude, '(') == WX_NPOS &&
           (wx_str_ifindz(prelude, "print") == WX_NPOS ||
            wx_str_ifindz(prelude, "screen") != WX_NPOS);
}

/* Selectors may begin with comments and the "<!--" of old pages. */
static struct wx_str selector_trim(struct wx_str s)
{
    for (;;) {
        s = wx_str_trim(s);
        if (wx_str_starts(s, "/*"))
            s = wx_str_sub(s, skip_quiet(s, 0), s.len);
        else if (wx_str_starts(s, "<!--"))
            s = wx_str_sub(s, 4, s.len);
        else if (wx_str_starts(s, "-->"))
            s = wx_str_sub(s, 3, s.len);
        else
            return s;
    }
}

/*
 * One pass: an at-rule whose block is entered only moves past its '{', and its '}' is
 * met again as a stray one. So nesting costs nothing.
 */
void wx_style_set_add_css(struct wx_style_set *set, struct wx_str css,
                          struct wx_str source)
{
    size_t i = 0;

    while (i < css.len) {
        size_t stop = find_any(css, i, "{};");
        struct wx_str prelude = selector_trim(wx_str_sub(css, i, stop));

        if (stop == css.len)
            return;
        i = stop + 1;
        if (css.ptr[stop] != '{')
            continue;
        if (!wx_str_starts(prelude, "@")) {
            size_t end = find_any(css, i, "}");

            rules_add(set, prelude, wx_str_sub(css, i, end), source);
            i = end + 1;
        } else if (!is_entered(prelude)) {
            i = block_end(css, i);
        }
    }
}

void wx_style_set_add_script(struct wx_style_set *set, struct wx_str code,
                             struct wx_str source)
{
    struct wx_arena scratch;
    struct wx_script_facts *facts;

    code = wx_str_sub(code, 0, SCRIPTS_MAX_BYTES);
    if (wx_str_findz(code, ".style") == WX_NPOS &&
        wx_str_findz(code, ".hide(") == WX_NPOS &&
        wx_str_findz(code, ".css(") == WX_NPOS && wx_str_findz(code, "eval") == WX_NPOS)
        return;
    wx_arena_init(&scratch);
    facts = wx_script_read(&scratch, code);
    for (size_t i = 0; i < facts->n_hidden_ids && set->n_rules < WX_MAX_CSS_RULES;
         i++) {
        struct wx_style_rule *rule = wx_arena_new(set->arena, struct wx_style_rule);

        rule->chain = wx_arena_new(set->arena, struct wx_style_compound);
        rule->chain->id = wx_arena_str(set->arena, facts->hidden_ids[i]);
        rule->n_chain = 1;
        rule->by_script = true;
        rule->source = source;
        rule_index(set, rule);
    }
    wx_arena_clear(&scratch);
}
