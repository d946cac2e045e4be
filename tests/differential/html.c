/*
 * The page scanner against gumbo, which builds the whole tree: same links, title, forms
 * and text on real pages.
 *
 *     differential-html [FILE-OR-FOLDER ...]      default: /usr/share/doc
 *
 * Text is compared without white space, in document order. Pages where only text
 * differs are listed: both may be right, because a tree moves text out of tables.
 * Fails when links, titles or forms differ anywhere, or text on more than 1 % of pages.
 */
#include "base/buf.h"
#include "bench/html_corpus.h"
#include "wire/html.h"

#include <gumbo.h>
#include <stdio.h>

enum { PAGES_MAX = 400, TEXT_MAX = 4 << 20, SHOWN_MAX = 10 };

/* What both sides are reduced to. */
struct view {
    struct wx_buf links, title, forms, text;
    bool met_title;
};

static void view_init(struct view *v)
{
    *v = (struct view){.links.max_bytes = TEXT_MAX,
                       .title.max_bytes = TEXT_MAX,
                       .forms.max_bytes = TEXT_MAX,
                       .text.max_bytes = TEXT_MAX};
}

static void view_clear(struct view *v)
{
    wx_buf_clear(&v->links);
    wx_buf_clear(&v->title);
    wx_buf_clear(&v->forms);
    wx_buf_clear(&v->text);
}

/* S without white space, U+00A0 and NUL. */
static void put_dense(struct wx_buf *buf, struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\xC2' && i + 1 < s.len && s.ptr[i + 1] == '\xA0')
            i++;
        else if (s.ptr[i] && !wx_is_space((unsigned char)s.ptr[i]))
            (void)wx_buf_addc(buf, s.ptr[i]);
    }
}

static void put_line(struct wx_buf *buf, struct wx_str s)
{
    put_dense(buf, s);
    (void)wx_buf_addc(buf, '\n');
}

/* ---- ours ---- */

static void view_ours(struct view *v, struct wx_arena *arena, struct wx_str text)
{
    const struct wx_html *html = wx_html_scan(arena, text);

    for (size_t i = 0; i < html->n_links; i++)
        if (html->links[i].kind == WX_LINK_A)
            put_line(&v->links, html->links[i].href);
    put_dense(&v->title, html->title);
    for (size_t i = 0; i < html->n_forms; i++) {
        put_line(&v->forms, html->forms[i].action);
        for (size_t k = 0; k < html->forms[i].n_inputs; k++)
            put_line(&v->forms, html->forms[i].inputs[k].name);
    }
    for (size_t i = 0; i < html->n_blocks; i++)
        put_dense(&v->text, html->blocks[i].text);
}

/* ---- gumbo's ---- */

static struct wx_str value_of(const GumboNode *node, const char *name)
{
    GumboAttribute *attr = gumbo_get_attribute(&node->v.element.attributes, name);

    return wx_str_of(attr ? attr->value : NULL);
}

static bool is_input(GumboTag tag)
{
    return tag == GUMBO_TAG_INPUT || tag == GUMBO_TAG_SELECT ||
           tag == GUMBO_TAG_TEXTAREA || tag == GUMBO_TAG_BUTTON;
}

/* Elements whose text is none of the page's. */
static bool is_silent(GumboTag tag)
{
    return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE ||
           tag == GUMBO_TAG_IFRAME || tag == GUMBO_TAG_NOFRAMES ||
           tag == GUMBO_TAG_NOEMBED;
}

static void enter(struct view *v, const GumboNode *node, unsigned *forms)
{
    GumboTag tag = node->v.element.tag;

    if (tag == GUMBO_TAG_A && gumbo_get_attribute(&node->v.element.attributes, "href"))
        put_line(&v->links, value_of(node, "href"));
    if (tag == GUMBO_TAG_FORM) {
        put_line(&v->forms, value_of(node, "action"));
        ++*forms;
    } else if (*forms && is_input(tag)) {
        put_line(&v->forms, value_of(node, "name"));
    }
}

static void walk(struct view *v, const GumboNode *node, unsigned forms, bool in_title)
{
    const GumboVector *children;
    bool is_title;

    if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA) {
        put_dense(&v->text, wx_str_of(node->v.text.text));
        if (in_title)
            put_dense(&v->title, wx_str_of(node->v.text.text));
    }
    if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE)
        return;
    enter(v, node, &forms);
    if (is_silent(node->v.element.tag))
        return;
    is_title = node->v.element.tag == GUMBO_TAG_TITLE && !v->met_title &&
               node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML;
    v->met_title |= is_title;
    children = &node->v.element.children;
    for (unsigned i = 0; i < children->length; i++)
        walk(v, children->data[i], forms, is_title);
}

static void view_gumbo(struct view *v, struct wx_str text)
{
    GumboOptions options = kGumboDefaultOptions;
    GumboOutput *out;

    options.max_errors = 0;
    out = gumbo_parse_with_options(&options, text.ptr, text.len);
    walk(v, out->root, 0, false);
    gumbo_destroy_output(&options, out);
}

/* ---- comparing ---- */

struct score {
    size_t links, title, forms, text, shown, n_links;
};

static void show(const char *what, const char *path, struct wx_str a, struct wx_str b)
{
    size_t at = 0;

    while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at])
        at++;
    at = at > 20 ? at - 20 : 0;
    a = wx_utf8_clip(wx_str_sub(a, at, a.len), 80);
    b = wx_utf8_clip(wx_str_sub(b, at, b.len), 80);
    printf("# %s of %s at %zu\n#   ours  '" WX_STR_FMT "'\n#   gumbo '" WX_STR_FMT
           "'\n",
           what, path, at, WX_STR_ARG(a), WX_STR_ARG(b));
}

static void compare(struct score *score, size_t *counter, const char *what,
                    const char *path, const struct wx_buf *a, const struct wx_buf *b)
{
    if (wx_str_eq(wx_buf_str(a), wx_buf_str(b)))
        return;
    ++*counter;
    if (score->shown++ < SHOWN_MAX)
        show(what, path, wx_buf_str(a), wx_buf_str(b));
}

static void compare_page(struct score *score, struct wx_arena *arena,
                         const struct html_page *page)
{
    struct view ours, theirs;

    view_init(&ours);
    view_init(&theirs);
    view_ours(&ours, arena, page->text);
    view_gumbo(&theirs, page->text);
    compare(score, &score->links, "links", page->path, &ours.links, &theirs.links);
    compare(score, &score->title, "title", page->path, &ours.title, &theirs.title);
    compare(score, &score->forms, "forms", page->path, &ours.forms, &theirs.forms);
    compare(score, &score->text, "text", page->path, &ours.text, &theirs.text);
    for (size_t i = 0; i < ours.links.len; i++)
        score->n_links += ours.links.ptr[i] == '\n';
    view_clear(&ours);
    view_clear(&theirs);
    wx_arena_reset(arena);
}

int main(int argc, char **argv)
{
    struct html_corpus corpus;
    struct score score = {0};
    struct wx_arena arena;
    bool is_ok;

    html_corpus_load(&corpus, argv + 1, argc - 1, PAGES_MAX);
    printf("TAP version 13\n1..1\n");
    if (!corpus.n) {
        printf("ok 1 - html__agrees_with_gumbo # SKIP no HTML pages installed\n");
        html_corpus_clear(&corpus);
        return 0;
    }
    wx_arena_init(&arena);
    for (size_t i = 0; i < corpus.n; i++)
        compare_page(&score, &arena, &corpus.pages[i]);
    wx_arena_clear(&arena);
    is_ok =
        !score.links && !score.title && !score.forms && score.text * 100 <= corpus.n;
    printf(
        "# %zu pages, %zu links; pages that differ: links %zu, title %zu, forms %zu, "
        "text %zu\n",
        corpus.n, score.n_links, score.links, score.title, score.forms, score.text);
    printf("%s 1 - html__agrees_with_gumbo\n", is_ok ? "ok" : "not ok");
    html_corpus_clear(&corpus);
    return is_ok ? 0 : 1;
}
