/* Any bytes are a style sheet, a declaration list and a page that uses them. */
#include "wire/style.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size};
    struct wx_arena arena;
    struct wx_style_set *set;
    struct wx_node_style *styles;
    struct wx_html *html;

    wx_arena_init(&arena);
    (void)wx_style_hides(text);
    set = wx_style_set_new(&arena);
    wx_style_set_add_css(set, text, WX_STR("/a.css"));
    wx_style_set_add_script(set, text, WX_STR("/a.js"));
    html =
        wx_html_scan(&arena, wx_arena_printf(&arena,
                                             "<p id=a class='a b'><b class=x><i id=t "
                                             "style='" WX_STR_FMT "'><iframe>",
                                             WX_STR_ARG(text)));
    styles = wx_style_apply(&arena, html, set);
    for (size_t i = 0; i < html->n_nodes; i++) {
        if (styles[i].cause >= html->n_nodes || (styles[i].own & ~styles[i].hide))
            abort();
        if (styles[i].hide && !styles[i].source.len)
            abort();
    }
    wx_arena_clear(&arena);
    return 0;
}
