/*
 * Sitemaps, read by a scanner that knows tags, comments, CDATA and the document type
 * only to step over it: nothing is ever expanded or fetched.
 */
#include "base/limits.h"
#include "wire/http.h"
#include "wire/percent.h"
#include "wire/robots.h"

struct scan {
    struct wx_arena *arena;
    void (*each)(void *ctx, struct wx_str url, bool is_index);
    void *ctx;
    size_t n_urls;
    bool is_index; /* inside <sitemap> */
};

static void url_give(struct scan *scan, struct wx_str url)
{
    url = wx_str_trim(url);
    if (!url.len || url.len > WX_MAX_URL_BYTES || scan->n_urls == WX_MAX_SITEMAP_URLS)
        return;
    scan->n_urls++;
    scan->each(scan->ctx, url, scan->is_index);
}

/* &amp; &#38; &#x26; and the other four; *N is how long the reference is. 0: none. */
static uint32_t reference_read(struct wx_str s, size_t *n)
{
    static const struct {
        const char *name;
        char c;
    } named[] = {{"&amp;", '&'},
                 {"&lt;", '<'},
                 {"&gt;", '>'},
                 {"&quot;", '"'},
                 {"&apos;", '\''}};
    uint32_t cp = 0;
    bool is_hex;

    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (wx_str_starts(s, named[i].name)) {
            *n = strlen(named[i].name);
            return (unsigned char)named[i].c;
        }
    if (!wx_str_starts(s, "&#"))
        return 0;
    is_hex = s.len > 2 && s.ptr[2] == 'x';
    for (size_t i = is_hex ? 3 : 2; i < s.len && i < 12; i++) {
        int d = wx_hex_digit((unsigned char)s.ptr[i]);

        if (s.ptr[i] == ';') {
            *n = i + 1;
            return cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000) ? 0xFFFD : cp;
        }
        if (d < 0 || (!is_hex && d > 9))
            return 0;
        cp = cp > 0x10FFFF ? cp : cp * (is_hex ? 16 : 10) + (uint32_t)d;
    }
    return 0;
}

static struct wx_str references_undo(struct wx_arena *arena, struct wx_str s)
{
    char *out;
    size_t n = 0;

    if (wx_str_chr(s, '&') == WX_NPOS)
        return s;
    out = wx_arena_alloc(arena, s.len); /* a reference is longer than its character */
    for (size_t i = 0; i < s.len;) {
        size_t len = 1;
        uint32_t cp =
            s.ptr[i] == '&' ? reference_read(wx_str_sub(s, i, s.len), &len) : 0;

        if (cp)
            n += wx_utf8_put(cp, out + n);
        else
            out[n++] = s.ptr[i];
        i += len;
    }
    return (struct wx_str){out, n};
}

/* Content of <loc> up to the next tag; CDATA counts as text when it is all of it. */
static size_t loc_take(struct scan *scan, struct wx_str rest)
{
    struct wx_str text = rest;
    size_t end;

    while (text.len && wx_is_space((unsigned char)text.ptr[0]))
        text = wx_str_sub(text, 1, text.len);
    if (wx_str_starts(text, "<![CDATA[")) {
        text = wx_str_sub(text, 9, text.len);
        end = wx_str_findz(text, "]]>");
        text = wx_str_sub(text, 0, end);
        url_give(scan, text);
    } else {
        text = wx_str_sub(text, 0, wx_str_chr(text, '<'));
        if (text.len <= 6 * WX_MAX_URL_BYTES)
            url_give(scan, references_undo(scan->arena, text));
    }
    return (size_t)(text.ptr - rest.ptr) + text.len;
}

/* The end of <!DOCTYPE ... [ ... ]> or of another <!...>. */
static size_t declaration_length(struct wx_str rest)
{
    size_t close = wx_str_chr(rest, '>'), bracket, end;

    if (close == WX_NPOS)
        return rest.len;
    bracket = wx_str_chr(wx_str_sub(rest, 0, close), '[');
    if (bracket == WX_NPOS)
        return close + 1;
    end = wx_str_find(rest, WX_STR("]>"), bracket);
    return end == WX_NPOS ? rest.len : end + 2;
}

static size_t skip_to(struct wx_str rest, const char *end)
{
    size_t at = wx_str_findz(rest, end);

    return at == WX_NPOS ? rest.len : at + strlen(end);
}

/* REST begins with '<'. Returns how much of it was read. */
static size_t tag_take(struct scan *scan, struct wx_str rest)
{
    struct wx_str name;
    size_t i = 1, colon, end;

    if (wx_str_starts(rest, "<!--"))
        return skip_to(rest, "-->");
    if (wx_str_starts(rest, "<![CDATA["))
        return skip_to(rest, "]]>");
    if (wx_str_starts(rest, "<!"))
        return declaration_length(rest);
    if (wx_str_starts(rest, "<?"))
        return skip_to(rest, "?>");
    while (i < rest.len && !wx_is_space((unsigned char)rest.ptr[i]) &&
           rest.ptr[i] != '>' && rest.ptr[i] != '/')
        i++;
    name = wx_str_sub(rest, 1, i);
    end = wx_str_chr(rest, '>');
    if (end == WX_NPOS)
        return rest.len;
    colon = wx_str_chr(name, ':');
    if (wx_str_starts(name, "image:") || wx_str_starts(name, "video:"))
        return end + 1; /* their <loc> is a picture's address */
    if (colon != WX_NPOS)
        name = wx_str_sub(name, colon + 1, name.len);
    if (wx_str_eqz(name, "sitemap"))
        scan->is_index = true;
    else if (wx_str_eqz(name, "url"))
        scan->is_index = false;
    else if (wx_str_eqz(name, "loc"))
        return end + 1 + loc_take(scan, wx_str_sub(rest, end + 1, rest.len));
    return end + 1;
}

static void lines_scan(struct scan *scan, struct wx_str text)
{
    while (text.len) {
        struct wx_str line = wx_str_trim(wx_str_cut(&text, '\n'));

        if (wx_str_istarts(line, "http://") || wx_str_istarts(line, "https://"))
            url_give(scan, line);
    }
}

static void text_scan(struct scan *scan, struct wx_str text)
{
    if (wx_str_starts(text, "\xEF\xBB\xBF"))
        text = wx_str_sub(text, 3, text.len);
    text = wx_str_trim(wx_str_sub(text, 0, WX_MAX_SITEMAP_BYTES));
    if (!text.len || text.ptr[0] != '<') {
        lines_scan(scan, text);
        return;
    }
    while (text.len && scan->n_urls < WX_MAX_SITEMAP_URLS) {
        size_t at = wx_str_chr(text, '<');

        if (at == WX_NPOS)
            break;
        text = wx_str_sub(text, at, text.len);
        text = wx_str_sub(text, tag_take(scan, text), text.len);
    }
}

void wx_sitemap_each(struct wx_arena *arena, struct wx_str text,
                     void (*each)(void *ctx, struct wx_str url, bool is_index),
                     void *ctx)
{
    struct scan scan = {.arena = arena, .each = each, .ctx = ctx};
    struct wx_buf unpacked = WX_BUF_INIT(WX_MAX_SITEMAP_BYTES);

    if (!wx_str_starts(text, "\x1f\x8b")) {
        text_scan(&scan, text);
        return;
    }
    /* sitemap.xml.gz; of a damaged or too large one, what came out counts */
    (void)!wx_http_decode(WX_STR("gzip"), text, &unpacked, NULL);
    text_scan(&scan, wx_buf_str(&unpacked));
    wx_buf_clear(&unpacked);
}
