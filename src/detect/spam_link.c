/* Spam by links: the site's own search put to use, and link pools for spiders. */
#include "detect/seo_spam.h"

#include "detect/host_class.h"
#include "detect/judge.h"

enum {
    MAX_SEARCH_LINKS = 200,
    MAX_OPEN_LINKS = 500, /* of one page, read for their words */
    MAX_POOL_HOSTS = 256,
    MIN_POOL_HOSTS = 8, /* random subdomains of one foreign domain */
    MIN_POOL_LINKS = 3,
};

static bool looks_like_search(struct wx_str path, struct wx_str query)
{
    static const char *const words[] = {
        "search", "sousuo", "keyword", "query", "wd=", "kw=", "q=", "so.", "find"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wx_str_ifindz(path, words[i]) != WX_NPOS ||
            wx_str_ifindz(query, words[i]) != WX_NPOS)
            return true;
    return false;
}

static struct wx_str search_detail(struct wx_arena *arena, enum wx_lang lang,
                                   const struct wx_spam_words *words)
{
    const struct wx_keyword_class *kind = words->top_class;
    struct wx_str name = lang == WX_ZH ? kind->zh : kind->en;

    return wx_arena_printf(arena, wx_text(lang, WX_T_SPAM_SEARCH_DETAIL),
                           WX_STR_ARG(name), WX_STR_ARG(words->shown));
}

/* True when URL is a search of the site for something nobody at the unit looks for. */
static bool search_judge(struct wx_judge *judge, struct wx_page *page,
                         const struct wx_url *url, const struct wx_html_link *link)
{
    struct wx_spam_words words;
    struct wx_draft draft = {
        .rule = "search-result-spam", .page = page, .obs = page->obs};
    struct wx_str asked;

    if (!url->has_query || !wx_judge_is_own_host(judge, url->host) ||
        !looks_like_search(url->path, url->query))
        return false;
    asked = wx_percent_decode(page->arena, url->query);
    wx_spam_words_read(wx_judge_rules(judge), page->arena, asked, &words);
    if (!words.n_strong || words.is_countered)
        return false;
    draft.is_site_wide = true;
    draft.key = url->path;
    draft.detail_zh = search_detail(page->arena, WX_ZH, &words);
    draft.detail_en = search_detail(page->arena, WX_EN, &words);
    if (link) {
        draft.offset = link->offset;
        draft.end = link->end;
    } else {
        draft.excerpt = wx_utf8_clip(wx_mask(page->arena, asked), 300);
    }
    wx_judge_report(judge, &draft);
    return true;
}

/* An answer that search engines are told not to keep does the spammer no good. */
static bool is_noindex(const struct wx_page *page)
{
    const struct wx_html_meta *meta = wx_html_meta_get(page->html, "robots");

    return (meta && wx_str_ifindz(meta->content, "noindex") != WX_NPOS) ||
           wx_str_ifindz(wx_headers_get(page->headers, "X-Robots-Tag"), "noindex") !=
               WX_NPOS;
}

/* A query with characters beyond ASCII, plain or percent-encoded. */
static bool may_carry_words(struct wx_str href)
{
    size_t at = wx_str_chr(href, '?');

    for (; at < href.len; at++)
        if (href.ptr[at] == '%' || (unsigned char)href.ptr[at] >= 0x80)
            return true;
    return false;
}

void wx_spam_search_judge(struct wx_judge *judge, struct wx_page *page)
{
    unsigned n = 0;

    if (!is_noindex(page) && search_judge(judge, page, &page->url, NULL))
        return;
    for (size_t i = 0; i < page->html->n_links && n < MAX_SEARCH_LINKS; i++) {
        const struct wx_html_link *link = &page->html->links[i];
        struct wx_url url;

        if (link->kind != WX_LINK_A || !may_carry_words(link->href))
            continue;
        if (wx_url_parse(page->arena, link->href, &page->url, &url, NULL))
            continue;
        n++;
        if (search_judge(judge, page, &url, link))
            return;
    }
}

/* ---- links that say it openly ---- */

/* A keyword that counts stands in the raw bytes [FROM, TO); *AT moves on with them. */
static bool has_keyword(const struct wx_rules *rules,
                        const struct wx_pattern_hits *hits, size_t *at, uint32_t from,
                        uint32_t to)
{
    while (*at < hits->n_hits && hits->hits[*at].offset < from)
        ++*at;
    for (size_t i = *at; i < hits->n_hits && hits->hits[i].offset < to; i++) {
        const struct wx_rule_pattern *pattern = &rules->patterns[hits->hits[i].tag];

        if (pattern->owner == WX_OWN_KEYWORD &&
            !rules->keywords[pattern->keyword].is_ambiguous)
            return true;
    }
    return false;
}

/* Then it is a hidden link, and detect/hidden_link.c speaks. */
static bool is_hidden(const struct wx_html *html, const struct wx_node_style *styles,
                      const struct wx_html_link *link)
{
    return (link->in & WX_IN_NOSCRIPT) || link->zone == WX_ZONE_AFTER ||
           link->zone == WX_ZONE_BEFORE ||
           (link->node < html->n_nodes && styles[link->node].hide);
}

/*
 * The text is little but such words: "百家乐开户". A headline that mentions them is
 * longer, and one that warns has words of warning.
 */
static void open_link_judge(struct wx_judge *judge, struct wx_page *page,
                            const struct wx_html_link *link)
{
    struct wx_spam_words words;
    struct wx_str text = wx_utf8_clip(link->text.len ? link->text : link->title, 400);
    struct wx_url url;
    struct wx_draft draft = {.rule = "spam-link",
                             .page = page,
                             .obs = page->obs,
                             .offset = link->offset,
                             .end = link->end,
                             .is_site_wide = true};

    wx_spam_words_read(wx_judge_rules(judge), page->arena, text, &words);
    if (!words.n_strong || words.is_countered ||
        words.covered_bytes * 2 < words.text_bytes)
        return;
    if (wx_url_parse(page->arena, link->href, &page->url, &url, NULL) || !url.is_http ||
        wx_judge_is_own_host(judge, url.host) ||
        wx_host_class(url.host) != WX_HOST_UNKNOWN)
        return;
    draft.key = url.host;
    for (int lang = WX_ZH; lang <= WX_EN; lang++) {
        struct wx_str name = lang == WX_ZH ? words.top_class->zh : words.top_class->en;
        struct wx_str *out = lang == WX_ZH ? &draft.detail_zh : &draft.detail_en;

        *out = wx_arena_printf(
            page->arena, wx_text((enum wx_lang)lang, WX_T_SPAM_LINK_DETAIL),
            WX_STR_ARG(text), WX_STR_ARG(url.host), WX_STR_ARG(name));
    }
    wx_judge_report(judge, &draft);
}

static bool has_numeric_reference(struct wx_str text)
{
    const char *at = text.ptr, *end = text.ptr + text.len;

    while (at < end && (at = memchr(at, '&', (size_t)(end - at)))) {
        if (at + 1 < end && at[1] == '#')
            return true;
        at++;
    }
    return false;
}

void wx_spam_link_judge(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_pattern_hits *hits = wx_page_hits(judge, page);
    const struct wx_node_style *styles = wx_page_styles(judge, page);
    const struct wx_rules *rules = wx_judge_rules(judge);
    struct wx_str raw = page->decoded.text;
    bool has_references = has_numeric_reference(raw);
    unsigned n = 0;
    size_t at = 0;

    for (size_t i = 0; i < page->html->n_links && n < MAX_OPEN_LINKS; i++) {
        const struct wx_html_link *link = &page->html->links[i];

        if (link->kind != WX_LINK_A || (link->in & (WX_IN_COMMENT | WX_IN_TEMPLATE)))
            continue;
        if (!has_keyword(rules, hits, &at, link->offset, link->end) &&
            !(has_references &&
              has_numeric_reference(wx_str_sub(raw, link->offset, link->end))))
            continue;
        n++;
        if (!is_hidden(page->html, styles, link))
            open_link_judge(judge, page, link);
    }
}

/* ---- link pools ---- */

/* "x7k2q": letters and digits mixed, as no office names a host. */
static bool is_random_label(struct wx_str host)
{
    struct wx_str label = wx_str_cut(&host, '.');
    unsigned n_digits = 0, n_changes = 0;

    for (size_t i = 0; i < label.len; i++) {
        bool is_digit = label.ptr[i] >= '0' && label.ptr[i] <= '9';

        n_digits += is_digit;
        if (i)
            n_changes +=
                is_digit != (label.ptr[i - 1] >= '0' && label.ptr[i - 1] <= '9');
    }
    return label.len >= 4 && ((n_digits && n_changes >= 2) || n_digits == label.len);
}

struct pool_host {
    struct wx_str host, domain;
    const struct wx_html_link *link;
};

static size_t pool_hosts(struct wx_judge *judge, struct wx_page *page,
                         struct pool_host *hosts)
{
    size_t n = 0;

    for (size_t i = 0; i < page->html->n_links && n < MAX_POOL_HOSTS; i++) {
        const struct wx_html_link *link = &page->html->links[i];
        struct wx_url url;
        size_t k = 0;

        if (link->kind != WX_LINK_A || wx_str_findz(link->href, "//") == WX_NPOS ||
            wx_url_parse(page->arena, link->href, &page->url, &url, NULL) ||
            !url.is_http || wx_judge_is_own_host(judge, url.host) ||
            wx_host_class(url.host) != WX_HOST_UNKNOWN)
            continue;
        while (k < n && !wx_str_eq(hosts[k].host, url.host))
            k++;
        if (k == n)
            hosts[n++] =
                (struct pool_host){url.host, wx_domain_registrable(url.host), link};
    }
    return n;
}

static void pool_domain_judge(struct wx_judge *judge, struct wx_page *page,
                              const struct pool_host *hosts, size_t n,
                              const struct pool_host *first)
{
    struct wx_draft draft = {.rule = "spider-pool",
                             .page = page,
                             .obs = page->obs,
                             .key = first->domain,
                             .offset = first->link->offset,
                             .end = first->link->end,
                             .is_site_wide = true};
    unsigned n_random = 0;

    for (size_t i = 0; i < n; i++) {
        if (!wx_str_eq(hosts[i].domain, first->domain))
            continue;
        if (&hosts[i] < first)
            return; /* judged when its first host came by */
        n_random += is_random_label(hosts[i].host);
    }
    if (n_random < MIN_POOL_HOSTS)
        return;
    draft.detail_zh =
        wx_arena_printf(page->arena, wx_text(WX_ZH, WX_T_SPAM_POOL_HOSTS_DETAIL),
                        WX_STR_ARG(first->domain), n_random);
    draft.detail_en =
        wx_arena_printf(page->arena, wx_text(WX_EN, WX_T_SPAM_POOL_HOSTS_DETAIL),
                        WX_STR_ARG(first->domain), n_random);
    wx_judge_report(judge, &draft);
}

/* The short line in which pool software names itself; an article about it is longer. */
static const struct wx_html_block *pool_mark(const struct wx_page *page)
{
    for (size_t i = 0; i < page->html->n_blocks; i++) {
        const struct wx_html_block *block = &page->html->blocks[i];

        if (block->text.len <= 400 && block->tag != WX_TAG_TITLE &&
            wx_str_findz(block->text, "蜘蛛池") != WX_NPOS &&
            !wx_spam_words_counters(block->text))
            return block;
    }
    return NULL;
}

/* The host as written in HREF; empty when it has none of its own. */
static struct wx_str raw_host(struct wx_str href)
{
    size_t at = wx_str_findz(wx_str_sub(href, 0, 10), "//"), n = 0;

    if (at == WX_NPOS)
        return (struct wx_str){NULL, 0};
    href = wx_str_sub(href, at + 2, href.len);
    while (n < href.len && href.ptr[n] != '/' && href.ptr[n] != '?' &&
           href.ptr[n] != ':')
        n++;
    return wx_str_sub(href, 0, n);
}

/* Most pages have few links of that kind; looking is cheaper than parsing. */
static bool may_be_pool(const struct wx_page *page, bool has_mark)
{
    unsigned n = 0, need = has_mark ? MIN_POOL_LINKS : MIN_POOL_HOSTS;

    for (size_t i = 0; i < page->html->n_links && n < need; i++) {
        struct wx_str host = {NULL, 0};

        if (page->html->links[i].kind == WX_LINK_A)
            host = raw_host(page->html->links[i].href);
        n += host.len && (has_mark || is_random_label(host));
    }
    return n == need;
}

static void mark_report(struct wx_judge *judge, struct wx_page *page,
                        const struct wx_html_block *mark, unsigned n_hosts)
{
    struct wx_draft draft = {.rule = "spider-pool",
                             .page = page,
                             .obs = page->obs,
                             .key = WX_STR("mark"),
                             .offset = mark->offset,
                             .end = mark->end,
                             .is_site_wide = true};

    draft.detail_zh =
        wx_arena_printf(page->arena, wx_text(WX_ZH, WX_T_SPAM_POOL_DETAIL), n_hosts);
    draft.detail_en =
        wx_arena_printf(page->arena, wx_text(WX_EN, WX_T_SPAM_POOL_DETAIL), n_hosts);
    wx_judge_report(judge, &draft);
}

void wx_spam_pool_judge(struct wx_judge *judge, struct wx_page *page)
{
    /* the word is a keyword, so a page without any keyword need not be searched */
    bool has_mark = wx_page_hits(judge, page)->n_hits &&
                    wx_str_findz(page->decoded.text, "蜘蛛池") != WX_NPOS;
    struct pool_host *hosts;
    const struct wx_html_block *mark;
    size_t n;

    if (!may_be_pool(page, has_mark))
        return;
    hosts = wx_arena_array(page->arena, struct pool_host, MAX_POOL_HOSTS);
    n = pool_hosts(judge, page, hosts);
    mark = has_mark && n >= MIN_POOL_LINKS ? pool_mark(page) : NULL;
    if (mark)
        mark_report(judge, page, mark, (unsigned)n);
    for (size_t i = 0; n >= MIN_POOL_HOSTS && i < n; i++)
        pool_domain_judge(judge, page, hosts, n, &hosts[i]);
}
