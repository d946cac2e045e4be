/* The parts of a page: links, metas, forms, scripts, styles. */
#include "wire/html_page.h"

/* ---- links ---- */

static struct wx_html_link *link_add(struct wx_html_page *page,
                                     const struct wx_html_open *open,
                                     enum wx_link_kind kind, struct wx_str href)
{
    const struct wx_html_token *token = &page->token;
    struct wx_html_link *link =
        WX_HTML_MORE(page, links, WX_HTML_LINKS, WX_MAX_LINKS_PER_PAGE);

    if (!link)
        return NULL;
    link->kind = (uint8_t)kind;
    link->zone = page->zone;
    link->tag = token->tag;
    link->in = wx_html_top(page)->in | (page->in_a ? WX_IN_A : 0);
    link->node = open->node;
    link->offset = token->offset;
    link->end = token->end;
    link->href = wx_str_trim(href);
    link->title = wx_html_value(page, WX_ATTR_TITLE);
    link->rel = wx_html_value(page, WX_ATTR_REL);
    link->target = wx_html_value(page, WX_ATTR_TARGET);
    link->attrs = token->raw_attrs;
    return link;
}

/* A link from attribute ID, when it is there. */
static struct wx_html_link *link_from(struct wx_html_page *page,
                                      const struct wx_html_open *open,
                                      enum wx_link_kind kind, enum wx_html_attr_id id)
{
    return wx_html_has(page, id) ? link_add(page, open, kind, wx_html_value(page, id))
                                 : NULL;
}

void wx_html_link_end(struct wx_html_page *page, uint32_t end)
{
    struct wx_html_link *link;

    page->in_a = false;
    if (!page->link)
        return;
    link = &page->html->links[page->link - 1];
    link->end = end;
    link->text = wx_str_trim((struct wx_str){
        page->out + page->link_text, (size_t)(page->o - page->out) - page->link_text});
    page->link = 0;
}

/* An <a> in an <a> ends the outer one. */
void wx_html_outer_link_end(struct wx_html_page *page)
{
    uint32_t end = page->token.end;

    page->token.end = page->token.offset;
    wx_html_close(page, WX_TAG_A, (struct wx_str){0});
    wx_html_link_end(page, page->token.offset);
    page->token.end = end;
}

static void start_a(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_html_link *link =
        link_from(page, open, WX_LINK_A,
                  wx_html_has(page, WX_ATTR_HREF) ? WX_ATTR_HREF : WX_ATTR_XLINK_HREF);

    page->in_a = true;
    page->link_text = (uint32_t)(page->o - page->out);
    page->link = link ? (uint32_t)page->html->n_links : 0;
}

/* The word stands in REL, a list separated by white space. */
static bool rel_has(struct wx_str rel, const char *word)
{
    while (rel.len) {
        size_t n = 0;

        rel = wx_str_trim(rel);
        while (n < rel.len && !wx_is_space((unsigned char)rel.ptr[n]))
            n++;
        if (n && wx_str_ieqz(wx_str_sub(rel, 0, n), word))
            return true;
        rel = wx_str_sub(rel, n, rel.len);
    }
    return false;
}

static void start_link(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_str rel = wx_html_value(page, WX_ATTR_REL);
    enum wx_link_kind kind = WX_LINK_REL;

    if (rel_has(rel, "stylesheet"))
        kind = WX_LINK_STYLESHEET;
    else if (rel_has(rel, "icon") || rel_has(rel, "apple-touch-icon"))
        kind = WX_LINK_ICON;
    else if (rel_has(rel, "canonical"))
        kind = WX_LINK_CANONICAL;
    link_from(page, open, kind, WX_ATTR_HREF);
}

/*
 * The address in "5; url='/x'" (WHATWG, shared declarative refresh steps).
 */
static struct wx_str refresh_url(struct wx_str s)
{
    char quote;
    size_t at;

    s = wx_str_trim(s);
    while (s.len && ((s.ptr[0] >= '0' && s.ptr[0] <= '9') || s.ptr[0] == '.'))
        s = wx_str_sub(s, 1, s.len);
    s = wx_str_trim(s);
    if (s.len && (s.ptr[0] == ';' || s.ptr[0] == ','))
        s = wx_str_trim(wx_str_sub(s, 1, s.len));
    if (wx_str_istarts(s, "url")) {
        struct wx_str rest = wx_str_trim(wx_str_sub(s, 3, s.len));

        if (rest.len && rest.ptr[0] == '=')
            s = wx_str_trim(wx_str_sub(rest, 1, rest.len));
    }
    quote = s.len ? s.ptr[0] : '\0';
    if (quote == '"' || quote == '\'') {
        s = wx_str_sub(s, 1, s.len);
        at = wx_str_chr(s, quote);
        s = wx_str_sub(s, 0, at);
    }
    return s;
}

static void start_meta(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_html_meta *meta =
        WX_HTML_MORE(page, metas, WX_HTML_METAS, WX_MAX_PARTS_PER_PAGE);

    if (!meta)
        return;
    meta->offset = page->token.offset;
    meta->content = wx_html_value(page, WX_ATTR_CONTENT);
    meta->charset = wx_html_value(page, WX_ATTR_CHARSET);
    meta->has_reference = wx_html_has(page, WX_ATTR_CONTENT) &&
                          page->attr[WX_ATTR_CONTENT]->has_reference;
    meta->name = wx_html_value(page, WX_ATTR_NAME);
    if (!meta->name.len && wx_html_has(page, WX_ATTR_HTTP_EQUIV)) {
        meta->is_http_equiv = true;
        meta->name = wx_html_value(page, WX_ATTR_HTTP_EQUIV);
    }
    if (!meta->name.len)
        meta->name = wx_html_value(page, WX_ATTR_PROPERTY);
    if (wx_html_has(page, WX_ATTR_HTTP_EQUIV) &&
        wx_str_ieqz(wx_html_value(page, WX_ATTR_HTTP_EQUIV), "refresh")) {
        struct wx_str url = refresh_url(meta->content);

        if (url.len)
            link_add(page, open, WX_LINK_META_REFRESH, url);
    }
}

/* ---- forms ---- */

static void start_form(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_html_form *form;

    if (page->form)
        return;
    form = WX_HTML_MORE(page, forms, WX_HTML_FORMS, WX_MAX_PARTS_PER_PAGE);
    if (!form)
        return;
    form->action = wx_html_value_trimmed(page, WX_ATTR_ACTION);
    form->method = wx_html_value_trimmed(page, WX_ATTR_METHOD);
    form->id = wx_html_value(page, WX_ATTR_ID);
    form->offset = page->token.offset;
    form->node = open->node;
    page->form = (uint32_t)page->html->n_forms;
    page->form_inputs = 0;
    link_from(page, open, WX_LINK_FORM, WX_ATTR_ACTION);
}

static void start_input(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_html_input *input;

    if (page->token.tag == WX_TAG_INPUT)
        link_from(page, open, WX_LINK_IMG, WX_ATTR_SRC);
    if (!page->form)
        return;
    input = page->form_inputs < WX_MAX_FORM_INPUTS
                ? wx_html_more(page, page->inputs, &page->n_inputs, WX_HTML_INPUTS,
                               sizeof *input, WX_MAX_PARTS_PER_PAGE)
                : NULL;
    if (!input) {
        page->html->n_dropped++;
        return;
    }
    page->inputs = input - (page->n_inputs - 1);
    page->form_inputs++;
    page->html->forms[page->form - 1].n_inputs++;
    input->tag = page->token.tag;
    input->name = wx_html_value(page, WX_ATTR_NAME);
    input->type = wx_html_value(page, WX_ATTR_TYPE);
    input->value = wx_html_value(page, WX_ATTR_VALUE);
    input->placeholder = wx_html_value(page, WX_ATTR_PLACEHOLDER);
}

/* Inputs were collected in one array that moved while it grew. */
void wx_html_forms_settle(struct wx_html_page *page)
{
    struct wx_html_input *at = page->inputs;

    for (size_t i = 0; at && i < page->html->n_forms; i++) {
        page->html->forms[i].inputs = at;
        at += page->html->forms[i].n_inputs;
    }
}

/* ---- scripts and styles ---- */

static void start_script(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_html_script *script =
        WX_HTML_MORE(page, scripts, WX_HTML_SCRIPTS, WX_MAX_PARTS_PER_PAGE);

    page->n_content++;
    if (!script)
        return;
    script->src = wx_html_value_trimmed(page, WX_ATTR_SRC);
    if (!script->src.len)
        script->src = wx_html_value_trimmed(page, WX_ATTR_XLINK_HREF);
    script->type = wx_html_value(page, WX_ATTR_TYPE);
    script->id = wx_html_value(page, WX_ATTR_ID);
    script->attrs = page->token.raw_attrs;
    script->offset = page->token.offset;
    script->code_offset = page->token.end;
    script->node = open->node;
    script->zone = page->zone;
    script->in = wx_html_top(page)->in;
    link_from(page, open, WX_LINK_SCRIPT, WX_ATTR_SRC);
}

/* Text of a raw element, which is on top of the stack. False: it is text of the page.
 */
bool wx_html_part_text(struct wx_html_page *page)
{
    struct wx_html *html = page->html;
    const struct wx_html_open *top = wx_html_top(page);
    const struct wx_html_token *token = &page->token;

    switch (top->tag) {
    case WX_TAG_SCRIPT:
        if (html->n_scripts && html->scripts[html->n_scripts - 1].offset == top->offset)
            html->scripts[html->n_scripts - 1].code = token->data;
        return true;
    case WX_TAG_STYLE: {
        struct wx_html_style *style =
            WX_HTML_MORE(page, styles, WX_HTML_STYLES, WX_MAX_PARTS_PER_PAGE);

        if (style)
            *style = (struct wx_html_style){token->data, token->offset};
        return true;
    }
    case WX_TAG_IFRAME:
    case WX_TAG_NOFRAMES:
    case WX_TAG_NOEMBED:
        return true;
    default:
        return false;
    }
}

/* ---- single elements ---- */

static void start_title(struct wx_html_page *page)
{
    if (page->html->title_offset || page->title || page->wants_title ||
        wx_html_top(page)->is_foreign)
        return;
    page->html->title_offset = page->token.offset;
    page->wants_title = true;
}

static void start_base(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_html_link *link = link_from(page, open, WX_LINK_BASE, WX_ATTR_HREF);

    if (link && !page->html->base_href.len)
        page->html->base_href = link->href;
}

static void start_img(struct wx_html_page *page, const struct wx_html_open *open)
{
    struct wx_html_link *link = link_from(page, open, WX_LINK_IMG, WX_ATTR_SRC);

    if (link)
        link->text = wx_html_value_trimmed(page, WX_ATTR_ALT);
}

/* Elements that only point somewhere: by which attribute, as what. */
static bool start_pointer(struct wx_html_page *page, const struct wx_html_open *open)
{
    static const struct {
        uint8_t tag, kind, attr;
    } pointers[] = {
        {WX_TAG_AREA, WX_LINK_AREA, WX_ATTR_HREF},
        {WX_TAG_IFRAME, WX_LINK_IFRAME, WX_ATTR_SRC},
        {WX_TAG_FRAME, WX_LINK_FRAME, WX_ATTR_SRC},
        {WX_TAG_EMBED, WX_LINK_EMBED, WX_ATTR_SRC},
        {WX_TAG_OBJECT, WX_LINK_EMBED, WX_ATTR_DATA},
        {WX_TAG_APPLET, WX_LINK_EMBED, WX_ATTR_CODE},
        {WX_TAG_VIDEO, WX_LINK_MEDIA, WX_ATTR_SRC},
        {WX_TAG_AUDIO, WX_LINK_MEDIA, WX_ATTR_SRC},
        {WX_TAG_SOURCE, WX_LINK_MEDIA, WX_ATTR_SRC},
        {WX_TAG_TRACK, WX_LINK_MEDIA, WX_ATTR_SRC},
    };

    for (size_t i = 0; i < sizeof pointers / sizeof pointers[0]; i++)
        if (pointers[i].tag == page->token.tag)
            link_from(page, open, (enum wx_link_kind)pointers[i].kind,
                      (enum wx_html_attr_id)pointers[i].attr);
    return true;
}

/* Elements with a meaning of their own. False: it is not to be opened. */
bool wx_html_part_begin(struct wx_html_page *page, const struct wx_html_open *open)
{
    switch (page->token.tag) {
    case WX_TAG_A:
        start_a(page, open);
        break;
    case WX_TAG_LINK:
        start_link(page, open);
        break;
    case WX_TAG_IMG:
    case WX_TAG_IMAGE:
        start_img(page, open);
        break;
    case WX_TAG_SCRIPT:
        start_script(page, open);
        break;
    case WX_TAG_META:
        start_meta(page, open);
        break;
    case WX_TAG_BR:
        page->needs_line = true;
        break;
    case WX_TAG_TITLE:
        start_title(page);
        break;
    case WX_TAG_BASE:
        start_base(page, open);
        break;
    case WX_TAG_FORM:
        start_form(page, open);
        /* a form between the rows of a table is opened and closed at once */
        return !(wx_html_elements[wx_html_top(page)->tag].flags & EL_TABLE) ||
               wx_html_top(page)->block_tag == WX_TAG_TD ||
               wx_html_top(page)->block_tag == WX_TAG_TH ||
               wx_html_top(page)->block_tag == WX_TAG_CAPTION;
    case WX_TAG_INPUT:
    case WX_TAG_KEYGEN:
    case WX_TAG_BUTTON:
    case WX_TAG_SELECT:
    case WX_TAG_TEXTAREA:
        start_input(page, open);
        break;
    case WX_TAG_HEAD:
        return false;
    default:
        return start_pointer(page, open);
    }
    return true;
}
