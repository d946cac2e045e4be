#include "detect/judge.h"

#include "base/limits.h"

/* "Text/HTML; charset=GBK" → "text/html". */
static struct wx_str type_essence(struct wx_arena *arena, struct wx_str value)
{
    struct wx_str rest = value, essence = wx_str_trim(wx_str_cut(&rest, ';'));
    char *p = wx_arena_alloc(arena, essence.len + 1);

    for (size_t i = 0; i < essence.len; i++)
        p[i] = (char)wx_lower((unsigned char)essence.ptr[i]);
    p[essence.len] = '\0';
    return (struct wx_str){p, essence.len};
}

static bool looks_binary(struct wx_str bytes)
{
    struct wx_str head = wx_str_sub(bytes, 0, 1024);

    if (wx_str_starts(head, "\xFF\xFE") || wx_str_starts(head, "\xFE\xFF"))
        return false; /* UTF-16 text */
    return wx_str_chr(head, '\0') != WX_NPOS;
}

static bool type_is_text(struct wx_str type)
{
    static const char *const parts[] = {"json", "xml",  "javascript", "ecmascript",
                                        "x-sh", "yaml", "x-httpd",    "sql"};

    if (!type.len || wx_str_starts(type, "text/"))
        return true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (wx_str_findz(type, parts[i]) != WX_NPOS)
            return true;
    return false;
}

/* No type, or one that servers put on anything: decide by the first bytes. */
static bool looks_html(struct wx_str type, struct wx_str text)
{
    static const char *const starts[] = {"<!doctype", "<html",  "<head", "<body",
                                         "<script",   "<title", "<div",  "<table",
                                         "<meta",     "<a ",    "<!--",  "<iframe"};
    struct wx_str head = wx_str_trim(wx_str_sub(text, 0, 1024));

    if (wx_str_eqz(type, "text/html") || wx_str_eqz(type, "application/xhtml+xml"))
        return true;
    if (type.len && !wx_str_eqz(type, "text/plain") &&
        !wx_str_eqz(type, "application/octet-stream"))
        return false;
    for (size_t i = 0; !type.len && i < sizeof starts / sizeof *starts; i++)
        if (wx_str_istarts(head, starts[i]))
            return true;
    return false;
}

void wx_page_open(struct wx_page *page, struct wx_arena *arena,
                  const struct wx_observation *obs, struct wx_str body)
{
    struct wx_str type;

    *page = (struct wx_page){.obs = obs, .fetch = &obs->fetch, .arena = arena};
    page->bytes = body;
    page->headers = wx_fetch_headers(&obs->fetch);
    type = wx_headers_get(page->headers, "Content-Type");
    page->content_type = type_essence(arena, type);
    if (wx_url_parse(arena, obs->fetch.final_url, NULL, &page->url, NULL))
        page->url = (struct wx_url){.href = obs->fetch.final_url};
    if (!body.len || !type_is_text(page->content_type) || looks_binary(body))
        return;
    page->decoded = wx_charset_decode(arena, body, type);
    if (looks_html(page->content_type, page->decoded.text))
        page->html = wx_html_scan(arena, page->decoded.text);
}

const struct wx_pattern_hits *wx_page_hits(struct wx_judge *judge, struct wx_page *page)
{
    if (!page->hits_) {
        struct wx_pattern_hits *hits =
            wx_arena_new(page->arena, struct wx_pattern_hits);

        *hits = wx_pattern_scan(wx_judge_rules(judge)->set, page->arena,
                                page->decoded.text);
        page->hits_ = hits;
    }
    return page->hits_;
}

const struct wx_node_style *wx_page_styles(struct wx_judge *judge, struct wx_page *page)
{
    if (!page->styles_ && page->html)
        page->styles_ =
            wx_style_apply(page->arena, page->html, wx_judge_style_set(judge));
    return page->styles_;
}

/* Only scripts that write can be worth decoding; most pages have none. */
static bool script_may_write(struct wx_str code)
{
    return wx_str_findz(code, "document.write") != WX_NPOS ||
           wx_str_findz(code, "innerHTML") != WX_NPOS ||
           wx_str_findz(code, "eval(") != WX_NPOS;
}

const struct wx_html *wx_page_written(struct wx_judge *judge, struct wx_page *page)
{
    struct wx_buf markup = WX_BUF_INIT(WX_MAX_BODY_BYTES);
    struct wx_html *written;

    (void)judge;
    if (page->written_ || page->is_written_known_ || !page->html)
        return page->written_;
    page->is_written_known_ = true;
    for (size_t i = 0; i < page->html->n_scripts; i++) {
        struct wx_str code = page->html->scripts[i].code;
        const struct wx_script_facts *facts;

        if (!script_may_write(code))
            continue;
        facts = wx_script_read(page->arena, code);
        for (size_t k = 0; k < facts->n_writes; k++) {
            (void)wx_buf_adds(&markup, facts->writes[k].html);
            (void)wx_buf_addc(&markup, '\n');
        }
    }
    if (markup.len) {
        written =
            wx_html_scan(page->arena, wx_arena_str(page->arena, wx_buf_str(&markup)));
        for (size_t i = 0; i < written->n_links; i++)
            written->links[i].in |= WX_IN_SCRIPT;
        for (size_t i = 0; i < written->n_blocks; i++)
            written->blocks[i].in |= WX_IN_SCRIPT;
        page->written_ = written;
    }
    wx_buf_clear(&markup);
    return page->written_;
}
