#include "detect/blocked.h"

enum {
    /* A notice is short. The longest block page known (Alibaba's, both languages and
     * help) has some 2 KB of text; articles about such pages have more, and a menu. */
    MAX_NOTICE_TEXT_BYTES = 3000,
    MAX_NOTICE_LINKS = 8,
    MAX_PARKED_LINKS = 40, /* parking pages are made of advertising links */
};

static const char *product_name(struct wx_str name)
{
    static const struct {
        const char *key, *shown;
    } products[] = {
#define X(key, shown) {key, shown},
#include "detect/products.def"
#undef X
    };

    for (size_t i = 0; i < sizeof products / sizeof *products; i++)
        if (wx_str_eqz(name, products[i].key))
            return products[i].shown;
    return "";
}

/* Statuses with which firewalls answer; ordinary errors and "not found" are none. */
static bool status_refuses(uint16_t status)
{
    if (status == 401 || status == 404 || status == 410)
        return false;
    return status == 202 || (status >= 400 && status < 500) || status == 501 ||
           status == 503 || status > 504;
}

static bool is_notice_size(const struct wx_page_size *size, enum wx_notice_kind kind)
{
    size_t max_links =
        kind == WX_NOTICE_PARKED ? MAX_PARKED_LINKS : (size_t)MAX_NOTICE_LINKS;

    return size->text_bytes <= MAX_NOTICE_TEXT_BYTES && size->n_links <= max_links;
}

static struct wx_str hit_kind(const struct wx_rules *rules,
                              const struct wx_pattern_hit *hit,
                              enum wx_notice_kind *kind)
{
    static const struct {
        const char *prefix;
        enum wx_notice_kind kind;
    } prefixes[] = {{"waf.", WX_NOTICE_FIREWALL},
                    {"challenge.", WX_NOTICE_CHALLENGE},
                    {"parked.", WX_NOTICE_PARKED},
                    {"suspended.", WX_NOTICE_SUSPENDED}};

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        struct wx_str name = wx_hit_name(rules, hit, prefixes[i].prefix);

        *kind = prefixes[i].kind;
        if (name.len)
            return name;
    }
    *kind = WX_NOTICE_NONE;
    return (struct wx_str){NULL, 0};
}

/*
 * A weak pattern ("weak-NAME": a phrase in plain words) must stand in the title or a
 * heading; other patterns name a product and may stand anywhere, also in markup.
 */
static bool weak_stands_out(const struct wx_page *page, uint32_t offset)
{
    const struct wx_html_block *block = wx_page_block_at(page, offset);

    if (!page->html || !block)
        return false;
    return block->tag == WX_TAG_TITLE || block->tag == WX_TAG_H1 ||
           block->tag == WX_TAG_H2 || (block->in & WX_IN_HEADING) ||
           page->html->n_blocks <= 6;
}

static struct wx_notice notice_in_body(struct wx_judge *judge, struct wx_page *page,
                                       const struct wx_page_size *size)
{
    const struct wx_rules *rules = wx_judge_rules(judge);
    const struct wx_pattern_hits *hits = wx_page_hits(judge, page);

    for (size_t i = 0; i < hits->n_hits; i++) {
        const struct wx_pattern_hit *hit = &hits->hits[i];
        struct wx_notice notice = {.offset = hit->offset, .end = hit->end};

        notice.name = hit_kind(rules, hit, &notice.kind);
        if (!notice.name.len || rules->patterns[hit->tag].part == WX_PART_HEADERS ||
            !is_notice_size(size, notice.kind))
            continue;
        if (wx_str_starts(notice.name, "weak-")) {
            if (!weak_stands_out(page, hit->offset))
                continue;
            notice.name = wx_str_sub(notice.name, 5, notice.name.len);
        }
        return notice;
    }
    return (struct wx_notice){.kind = WX_NOTICE_NONE};
}

struct wx_notice wx_page_notice(struct wx_judge *judge, struct wx_page *page)
{
    uint16_t status = page->fetch->status;
    struct wx_page_size size = wx_page_measure(page);
    struct wx_notice notice = {.kind = WX_NOTICE_NONE, .product = ""};

    if (status == 404 || status == 410 || status == 401 ||
        size.text_bytes > MAX_NOTICE_TEXT_BYTES)
        return notice;
    notice = notice_in_body(judge, page, &size);
    if (notice.kind == WX_NOTICE_NONE && status_refuses(status) &&
        wx_headers_hit(judge, page, "wafheader.", &notice.name))
        notice.kind = WX_NOTICE_FIREWALL;
    notice.product = notice.name.len ? product_name(notice.name) : "";
    return notice;
}
