/* Spam standing on an otherwise honest page: title, head, tail, hidden, whole pages. */
#include "detect/seo_spam.h"

#include "detect/clone_sign.h"
#include "detect/hanzi.h"
#include "detect/host_class.h"
#include "detect/judge.h"

enum {
    MAX_BLOCK_BYTES = 16 << 10,
    MAX_HIDDEN_BLOCKS = 200,
    MAX_BODY_BYTES = 256 << 10,
    MIN_BLOCK_SHARE = 15, /* per cent of a block that spam words cover */
    MIN_TITLE_SCORE = 60,
};

/* ---- what the parts share ---- */

uint32_t wx_spam_foreign_hosts(struct wx_judge *judge, struct wx_page *page)
{
    enum { MAX = 64 };
    struct wx_str hosts[MAX];
    uint32_t n = 0;

    for (size_t i = 0; i < page->html->n_links && n < MAX; i++) {
        const struct wx_html_link *link = &page->html->links[i];
        struct wx_url url;
        uint32_t k = 0;

        if (link->kind != WX_LINK_A ||
            wx_url_parse(page->arena, link->href, &page->url, &url, NULL) ||
            !url.is_http || wx_judge_is_own_host(judge, url.host) ||
            wx_host_class(url.host) != WX_HOST_UNKNOWN)
            continue;
        while (k < n && !wx_str_eq(hosts[k], url.host))
            k++;
        if (k == n)
            hosts[n++] = url.host;
    }
    return n;
}

struct wx_str wx_spam_body(struct wx_page *page, size_t max)
{
    struct wx_buf buf = WX_BUF_INIT(max);
    struct wx_str out;

    for (size_t i = 0; i < page->html->n_blocks && !buf.is_full; i++) {
        if (page->html->blocks[i].tag == WX_TAG_TITLE)
            continue;
        (void)wx_buf_adds(&buf, page->html->blocks[i].text);
        (void)wx_buf_addc(&buf, '\n');
    }
    out = wx_arena_str(page->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

bool wx_spam_is_list(struct wx_str text)
{
    unsigned n_separators = 0;

    for (size_t pos = 0; pos < text.len;) {
        uint32_t cp = wx_utf8_next(text, &pos);

        if (cp == 0x3002 || cp == 0xFF01 || cp == 0xFF1F)
            return false;
        n_separators += cp == ',' || cp == '_' || cp == '|' || cp == '-' || cp == ';' ||
                        cp == 0xFF0C || cp == 0x3001 || cp == '/';
    }
    return n_separators >= 2;
}

static struct wx_str class_name(enum wx_lang lang, const struct wx_spam_words *words)
{
    if (!words->top_class)
        return (struct wx_str){NULL, 0};
    return lang == WX_ZH ? words->top_class->zh : words->top_class->en;
}

static unsigned share_of(const struct wx_spam_words *words)
{
    return words->text_bytes
               ? (unsigned)((uint64_t)words->covered_bytes * 100 / words->text_bytes)
               : 0;
}

/* ---- blocks ---- */

/* A block under suspicion and why it was looked at. */
struct suspect {
    const struct wx_html_block *block;
    enum wx_text place; /* SPAM_PLACE_... */
    const char *place_key;
    bool is_hidden;
};

static bool block_is_foreign(const struct suspect *suspect, struct wx_spam_words *words)
{
    bool is_outside =
        suspect->block->zone == WX_ZONE_AFTER || suspect->block->zone == WX_ZONE_BEFORE;
    unsigned n_signs = 0;

    if (words->is_countered || words->n_strong + words->n_medium < 2 ||
        !words->n_strong)
        return false;
    if (share_of(words) < MIN_BLOCK_SHARE)
        return false;
    n_signs += wx_spam_is_list(suspect->block->text);
    n_signs += suspect->is_hidden;
    n_signs += is_outside ? 2 : 0;
    n_signs += words->was_disguised;
    n_signs += suspect->place == WX_T_SPAM_PLACE_HEAD ||
               suspect->place == WX_T_SPAM_PLACE_TAIL;
    n_signs += words->n_strong >= 3;
    return n_signs >= 2;
}

static struct wx_str block_detail(struct wx_arena *arena, enum wx_lang lang,
                                  const struct suspect *suspect,
                                  const struct wx_spam_words *words)
{
    struct wx_str place = wx_str_of(wx_text(lang, suspect->place));
    struct wx_str name = class_name(lang, words);

    return wx_arena_printf(arena, wx_text(lang, WX_T_SPAM_BLOCK_DETAIL),
                           WX_STR_ARG(place), WX_STR_ARG(name),
                           words->n_strong + words->n_medium, WX_STR_ARG(words->shown),
                           share_of(words));
}

static bool has_hit_within(const struct wx_rules *rules,
                           const struct wx_pattern_hits *hits, uint32_t from,
                           uint32_t to)
{
    size_t lo = 0, hi = hits->n_hits;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (hits->hits[mid].offset < from)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < hits->n_hits && hits->hits[lo].offset < to; lo++)
        if (rules->patterns[hits->hits[lo].tag].owner == WX_OWN_KEYWORD)
            return true;
    return false;
}

/*
 * The page has been searched for keywords once; a block is read again only where that
 * cannot be trusted: text put together from pieces, references, disguises.
 */
static bool may_hold_words(struct wx_judge *judge, struct wx_page *page,
                           const struct wx_html_block *block)
{
    if (block->has_reference || block->end - block->offset != block->text.len)
        return true;
    if (has_hit_within(wx_judge_rules(judge), wx_page_hits(judge, page), block->offset,
                       block->end))
        return true;
    return wx_hanzi_plain(page->arena, block->text).ptr != block->text.ptr;
}

static bool suspect_judge(struct wx_judge *judge, struct wx_page *page,
                          const struct suspect *suspect)
{
    struct wx_spam_words words;
    struct wx_str text = wx_utf8_clip(suspect->block->text, MAX_BLOCK_BYTES);
    struct wx_draft draft = {.rule = "spam-block",
                             .page = page,
                             .obs = page->obs,
                             .offset = suspect->block->offset,
                             .end = suspect->block->end,
                             .is_site_wide = true};

    if (!may_hold_words(judge, page, suspect->block))
        return false;
    wx_spam_words_read(wx_judge_rules(judge), page->arena, text, &words);
    if (!block_is_foreign(suspect, &words))
        return false;
    draft.key = wx_arena_printf(page->arena, "%s:" WX_STR_FMT, suspect->place_key,
                                WX_STR_ARG(words.top_class->name));
    draft.detail_zh = block_detail(page->arena, WX_ZH, suspect, &words);
    draft.detail_en = block_detail(page->arena, WX_EN, suspect, &words);
    wx_judge_report(judge, &draft);
    return true;
}

static bool is_hidden(const struct wx_html *html, const struct wx_node_style *styles,
                      const struct wx_html_block *block)
{
    return (block->in & WX_IN_NOSCRIPT) ||
           (block->node < html->n_nodes && styles[block->node].hide);
}

static bool hidden_blocks_judge(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_node_style *styles = wx_page_styles(judge, page);
    unsigned n_looked = 0;
    bool any = false;

    for (size_t i = 0; i < page->html->n_blocks && n_looked < MAX_HIDDEN_BLOCKS; i++) {
        const struct wx_html_block *block = &page->html->blocks[i];
        struct suspect suspect = {block, WX_T_SPAM_PLACE_HIDDEN, "hidden", true};

        if (block->text.len < 6 || (block->in & WX_IN_TEMPLATE) ||
            !is_hidden(page->html, styles, block))
            continue;
        n_looked++;
        any = suspect_judge(judge, page, &suspect) || any;
    }
    return any;
}

/* Where on the page the edge block number I of EDGE stands. */
static struct suspect edge_suspect(const struct wx_html *html,
                                   const struct wx_edge_blocks *edge, size_t i)
{
    const struct wx_html_block *block = &html->blocks[edge->blocks[i]];

    if (block->zone == WX_ZONE_AFTER || block->zone == WX_ZONE_BEFORE)
        return (struct suspect){block, WX_T_SPAM_PLACE_OUTSIDE, "outside", false};
    if (i < 3 && i < edge->n / 2)
        return (struct suspect){block, WX_T_SPAM_PLACE_HEAD, "head", false};
    return (struct suspect){block, WX_T_SPAM_PLACE_TAIL, "tail", false};
}

bool wx_spam_block_judge(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_node_style *styles = wx_page_styles(judge, page);
    struct wx_edge_blocks edge;
    bool any = false;

    wx_edge_blocks_find(page->html, &edge);
    for (size_t i = 0; i < edge.n; i++) {
        struct suspect suspect = edge_suspect(page->html, &edge, i);

        if (!is_hidden(page->html, styles, suspect.block)) /* those come below */
            any = suspect_judge(judge, page, &suspect) || any;
    }
    return hidden_blocks_judge(judge, page) || any;
}

/* ---- title, keywords, description ---- */

struct field {
    struct wx_str text;
    enum wx_text name;
    const char *key;
    uint32_t offset, end;
    bool has_reference;
};

/* Per cent of the pairs of ideographs in TITLE that the body also has. */
static unsigned overlap(struct wx_str title, struct wx_str body)
{
    unsigned n = 0, n_found = 0;
    size_t last = 0;
    bool had = false;

    for (size_t pos = 0; pos < title.len && n < 64;) {
        size_t at = pos;

        if (!wx_cp_is_han(wx_utf8_next(title, &pos))) {
            had = false;
            continue;
        }
        if (had) {
            n++;
            n_found += wx_str_find(body, wx_str_sub(title, last, pos), 0) != WX_NPOS;
        }
        had = true;
        last = at;
    }
    return n ? n_found * 100 / n : 100;
}

static void clause(struct wx_buf *buf, enum wx_lang lang, const char *fmt, unsigned n)
    __attribute__((format(printf, 3, 0)));
static void clause(struct wx_buf *buf, enum wx_lang lang, const char *fmt, unsigned n)
{
    if (buf->len)
        (void)wx_buf_addz(buf, lang == WX_ZH ? "，" : ", ");
    (void)wx_buf_printf(buf, fmt, n);
}

struct title_signs {
    bool is_coded, is_off_topic, is_list;
    unsigned overlap;
};

static struct wx_str title_detail(struct wx_arena *arena, enum wx_lang lang,
                                  const struct field *field,
                                  const struct wx_spam_words *words,
                                  const struct title_signs *signs)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 10);
    struct wx_str where = wx_str_of(wx_text(lang, field->name));
    struct wx_str name = class_name(lang, words), out;

    if (signs->is_coded)
        clause(&buf, lang, wx_text(lang, WX_T_SPAM_SIGN_ENTITIES), 0);
    if (signs->is_off_topic)
        clause(&buf, lang, wx_text(lang, WX_T_SPAM_SIGN_OFF_TOPIC), signs->overlap);
    if (signs->is_list)
        clause(&buf, lang, wx_text(lang, WX_T_SPAM_SIGN_LISTED), 0);
    if (words->was_disguised)
        clause(&buf, lang, wx_text(lang, WX_T_SPAM_SIGN_DISGUISED), 0);
    if (!buf.len)
        clause(&buf, lang, wx_text(lang, WX_T_SPAM_SIGN_WORDS_ONLY), 0);
    out =
        wx_arena_printf(arena, wx_text(lang, WX_T_SPAM_TITLE_DETAIL), WX_STR_ARG(where),
                        WX_STR_ARG(name), words->n_strong + words->n_medium,
                        WX_STR_ARG(words->shown), (int)buf.len, buf.ptr);
    wx_buf_clear(&buf);
    return out;
}

static bool field_judge(struct wx_judge *judge, struct wx_page *page,
                        const struct field *field)
{
    struct wx_spam_words words;
    struct title_signs signs = {
        .is_coded =
            field->has_reference &&
            wx_str_findz(wx_str_sub(page->decoded.text, field->offset, field->end),
                         "&#") != WX_NPOS};
    struct wx_draft draft = {.rule = "title-hijack",
                             .page = page,
                             .obs = page->obs,
                             .offset = field->offset,
                             .end = field->end,
                             .is_site_wide = true};
    int score;

    if (field->text.len < 6)
        return false;
    wx_spam_words_read(wx_judge_rules(judge), page->arena, field->text, &words);
    if (words.is_countered || words.n_strong + words.n_medium == 0)
        return false;
    signs.overlap = overlap(field->text, wx_spam_body(page, MAX_BODY_BYTES));
    signs.is_off_topic = signs.overlap < 35;
    signs.is_list = wx_spam_is_list(field->text);
    score = words.n_strong ? 30 : 15;
    score += words.n_strong + words.n_medium >= 2 ? 20 : 0;
    score += 30 * signs.is_off_topic + 25 * signs.is_coded + 10 * signs.is_list;
    score += 20 * words.was_disguised;
    score += page->fetch->purpose == WX_FOR_HOME ? 10 : 0;
    if (score < MIN_TITLE_SCORE)
        return false;
    draft.key = wx_arena_printf(page->arena, "%s:" WX_STR_FMT, field->key,
                                WX_STR_ARG(words.top_class->name));
    draft.confidence = score > 95 ? 95 : score;
    draft.detail_zh = title_detail(page->arena, WX_ZH, field, &words, &signs);
    draft.detail_en = title_detail(page->arena, WX_EN, field, &words, &signs);
    wx_judge_report(judge, &draft);
    return true;
}

/* From the tag on: the field's raw bytes, for the excerpt and the look for "&#". */
static uint32_t tag_end(const struct wx_page *page, uint32_t offset)
{
    struct wx_str rest = wx_str_sub(page->decoded.text, offset, (size_t)offset + 4000);
    size_t at = wx_str_chr(rest, '>');

    return offset + (uint32_t)(at == WX_NPOS ? rest.len : at + 1);
}

static bool meta_judge(struct wx_judge *judge, struct wx_page *page, const char *name,
                       enum wx_text text)
{
    const struct wx_html_meta *meta = wx_html_meta_get(page->html, name);
    struct field field = {.name = text, .key = name};

    if (!meta)
        return false;
    field.text = wx_utf8_clip(meta->content, 2000);
    field.offset = meta->offset;
    field.end = tag_end(page, meta->offset);
    field.has_reference = meta->has_reference;
    return field_judge(judge, page, &field);
}

bool wx_spam_title_judge(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_html *html = page->html;
    struct field title = {.text = wx_utf8_clip(html->title, 2000),
                          .name = WX_T_SPAM_IN_TITLE,
                          .key = "title",
                          .offset = html->title_offset,
                          .has_reference = html->title_has_reference};
    size_t end = wx_str_find(page->decoded.text, WX_STR("</"), html->title_offset);
    bool any;

    title.end = (uint32_t)(end == WX_NPOS ? page->decoded.text.len : end);
    any = field_judge(judge, page, &title);
    any = meta_judge(judge, page, "keywords", WX_T_SPAM_IN_KEYWORDS) || any;
    return meta_judge(judge, page, "description", WX_T_SPAM_IN_DESCRIPTION) || any;
}

/* ---- whole pages ---- */

/* Cheap question first: are there enough keyword hits on the page at all? */
static bool may_be_spam_page(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_pattern_hits *hits = wx_page_hits(judge, page);
    const struct wx_rules *rules = wx_judge_rules(judge);
    unsigned n = 0;

    for (size_t i = 0; i < hits->n_hits && n < 4; i++) {
        const struct wx_rule_pattern *pattern = &rules->patterns[hits->hits[i].tag];

        n += pattern->owner == WX_OWN_KEYWORD &&
             !rules->keywords[pattern->keyword].is_ambiguous;
    }
    return n >= 4;
}

bool wx_spam_page_judge(struct wx_judge *judge, struct wx_page *page)
{
    struct wx_spam_words body, title;
    struct wx_draft draft = {
        .rule = "spam-page", .page = page, .obs = page->obs, .is_site_wide = false};
    uint32_t n_foreign;
    unsigned share;

    if (!may_be_spam_page(judge, page))
        return false;
    wx_spam_words_read(wx_judge_rules(judge), page->arena,
                       wx_spam_body(page, MAX_BODY_BYTES), &body);
    wx_spam_words_read(wx_judge_rules(judge), page->arena, page->html->title, &title);
    share = share_of(&body);
    if (body.is_countered || title.is_countered || body.n_strong < 4)
        return false;
    n_foreign = wx_spam_foreign_hosts(judge, page);
    /* a title that names it and a body full of it, or very full and pointing abroad */
    if (!(title.n_strong && share >= 3) && !(share >= 8 && n_foreign >= 3))
        return false;
    for (int lang = WX_ZH; lang <= WX_EN; lang++) {
        struct wx_str name = class_name((enum wx_lang)lang, &body);
        struct wx_str *out = lang == WX_ZH ? &draft.detail_zh : &draft.detail_en;

        *out = wx_arena_printf(page->arena,
                               wx_text((enum wx_lang)lang, WX_T_SPAM_PAGE_DETAIL),
                               WX_STR_ARG(name), body.n_strong + body.n_medium,
                               WX_STR_ARG(body.shown), share, n_foreign);
    }
    draft.key = body.top_class->name;
    draft.offset = page->html->title_offset;
    draft.end = page->html->title_offset + 200;
    wx_judge_report(judge, &draft);
    return true;
}
