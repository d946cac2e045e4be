/* Any bytes are a page: offsets stay inside, parents before children, views readable.
 */
#include "wire/html.h"
#include "wire/style.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t sum;

static void touch(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        sum += (unsigned char)s.ptr[i];
}

static void must(bool is_true)
{
    if (!is_true)
        abort();
}

static void check_nodes(const struct wx_html *h)
{
    for (size_t i = 1; i < h->n_nodes; i++) {
        const struct wx_html_node *n = &h->nodes[i];

        must(n->parent < i && n->offset <= n->end && n->end <= h->text.len);
        touch(n->id);
        touch(n->classes);
        touch(n->style);
        touch(n->attrs);
    }
}

static void check_links(const struct wx_html *h)
{
    for (size_t i = 0; i < h->n_links; i++) {
        const struct wx_html_link *l = &h->links[i];

        must(l->node < h->n_nodes && l->offset <= l->end && l->end <= h->text.len);
        touch(l->href);
        touch(l->text);
        touch(l->title);
        touch(l->rel);
        touch(l->target);
    }
}

static void check_blocks(const struct wx_html *h)
{
    for (size_t i = 0; i < h->n_blocks; i++) {
        const struct wx_html_block *b = &h->blocks[i];

        must(b->node < h->n_nodes && b->link <= h->n_links && b->text.len > 0);
        must(b->offset < b->end && b->end <= h->text.len);
        must(b->text.ptr[0] != ' ' && b->text.ptr[b->text.len - 1] != ' ');
        touch(b->text);
    }
}

static void check_rest(const struct wx_html *h)
{
    for (size_t i = 0; i < h->n_scripts; i++) {
        must(h->scripts[i].code_offset <= h->text.len);
        touch(h->scripts[i].src);
        touch(h->scripts[i].code);
    }
    for (size_t i = 0; i < h->n_styles; i++)
        touch(h->styles[i].css);
    for (size_t i = 0; i < h->n_metas; i++) {
        touch(h->metas[i].name);
        touch(h->metas[i].content);
    }
    for (size_t i = 0; i < h->n_forms; i++)
        for (size_t k = 0; k < h->forms[i].n_inputs; k++)
            touch(h->forms[i].inputs[k].name);
    for (size_t i = 0; i < h->n_comments; i++)
        touch(h->comments[i].text);
    for (size_t i = 0; i < h->n_empties; i++)
        touch(h->empties[i].id);
    touch(h->title);
}

/* Tokens cover the input in order. */
static void check_tokens(struct wx_arena *arena, struct wx_str text, unsigned state)
{
    struct wx_html_tokenizer t;
    struct wx_html_token token;
    uint32_t end = 0;

    wx_html_tokenizer_init(&t, arena, text);
    t.state = (enum wx_html_state)(state % (WX_HTML_CDATA + 1));
    t.in_foreign = (state & 8) != 0;
    t.last_start = WX_STR("title");
    while (wx_html_next(&t, &token) != WX_HTML_EOF) {
        must(token.offset >= end && token.end > token.offset && token.end <= text.len);
        end = token.end;
        touch(token.data);
        for (size_t i = 0; i < token.n_attrs; i++)
            touch(wx_html_decode(arena, token.attrs[i].value, true));
        if (token.kind == WX_HTML_TEXT)
            touch(wx_html_decode(arena, token.data, false));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size};
    struct wx_arena arena;
    struct wx_html *h;

    wx_arena_init(&arena);
    h = wx_html_scan(&arena, text);
    check_nodes(h);
    check_links(h);
    check_blocks(h);
    check_rest(h);
    wx_style_apply(&arena, h, NULL);
    check_tokens(&arena, text, size ? data[0] : 0);
    wx_arena_clear(&arena);
    return 0;
}
