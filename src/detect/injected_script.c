/*
 * 挂马 and its relatives: frames, scripts and redirections that lead to hosts nobody at
 * the unit knows, together with a sign that somebody hid them. A script from abroad is
 * nothing rare by itself; it belongs to the inventory of detect/offsite.c.
 */
#include "base/catalogue.h"
#include "detect/detect.h"
#include "detect/host_class.h"
#include "detect/judge.h"
#include "detect/spam_words.h"

enum { MIN_SCORE = 55, MAX_CODE_BYTES = 2 << 20 };

enum sign {
    SIGN_INVISIBLE = 1 << 0,
    SIGN_AFTER = 1 << 1,
    SIGN_BEFORE = 1 << 2,
    SIGN_ENCODED = 1 << 3,
    SIGN_EVAL = 1 << 4,
    SIGN_DUBIOUS = 1 << 5,
    SIGN_IMITATES = 1 << 6,
    SIGN_WORDS = 1 << 7,
    SIGN_REFERRER = 1 << 8,
    SIGN_AGENT = 1 << 9,
    SIGN_ALWAYS = 1 << 10,
};

static const struct {
    uint32_t bit;
    int points;
    enum wx_text text;
} signs[] = {
    {SIGN_REFERRER, 75, WX_T_INJECT_SIGN_REFERRER},
    {SIGN_INVISIBLE, 60, WX_T_INJECT_SIGN_INVISIBLE},
    {SIGN_BEFORE, 55, WX_T_INJECT_SIGN_BEFORE},
    {SIGN_AFTER, 55, WX_T_INJECT_SIGN_AFTER},
    {SIGN_ENCODED, 55, WX_T_INJECT_SIGN_ENCODED},
    {SIGN_EVAL, 60, WX_T_INJECT_SIGN_EVAL},
    {SIGN_ALWAYS, 30, WX_T_INJECT_SIGN_ALWAYS},
    {SIGN_AGENT, 40, WX_T_INJECT_SIGN_AGENT},
    {SIGN_IMITATES, 45, WX_T_INJECT_SIGN_IMITATES},
    {SIGN_WORDS, 40, WX_T_INJECT_SIGN_WORDS},
    {SIGN_DUBIOUS, 25, WX_T_INJECT_SIGN_DUBIOUS},
};

enum { N_SIGNS = sizeof signs / sizeof *signs };

/* What stands where; offsets are the page's, or none with PAGE NULL. */
struct spot {
    struct wx_judge *judge;
    struct wx_page *page;
    const struct wx_observation *obs;
    uint32_t offset, end;
    struct wx_str excerpt; /* instead of offsets */
    uint32_t signs;        /* that hold for all of it */
};

static int score_of(uint32_t bits)
{
    int score = 0;

    for (size_t i = 0; i < N_SIGNS; i++)
        score += bits & signs[i].bit ? signs[i].points : 0;
    return score > 95 ? 95 : score;
}

static struct wx_str signs_text(struct wx_arena *arena, enum wx_lang lang,
                                uint32_t bits)
{
    struct wx_buf buf = WX_BUF_INIT(2 << 10);
    struct wx_str out;

    for (size_t i = 0; i < N_SIGNS; i++) {
        if (!(bits & signs[i].bit))
            continue;
        if (buf.len)
            (void)wx_buf_addz(&buf, lang == WX_ZH ? "、" : ", ");
        (void)wx_buf_addz(&buf, wx_text(lang, signs[i].text));
    }
    out = wx_arena_str(arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

static struct wx_str detail(struct wx_arena *arena, enum wx_lang lang,
                            enum wx_text thing, struct wx_str host, uint32_t bits)
{
    struct wx_str what = wx_str_of(wx_text(lang, thing));
    struct wx_str why = signs_text(arena, lang, bits);

    return wx_arena_printf(arena, wx_text(lang, WX_T_INJECT_DETAIL), WX_STR_ARG(what),
                           WX_STR_ARG(host), WX_STR_ARG(why));
}

static void report(const struct spot *spot, const char *rule, enum wx_text thing,
                   struct wx_str host, uint32_t bits)
{
    struct wx_arena *arena = spot->page->arena;
    struct wx_draft draft = {
        .rule = rule,
        .obs = spot->obs,
        .key = host,
        .confidence = score_of(bits),
        .detail_zh = detail(arena, WX_ZH, thing, host, bits),
        .detail_en = detail(arena, WX_EN, thing, host, bits),
        .is_site_wide = true,
    };

    if (spot->excerpt.len) {
        draft.excerpt = spot->excerpt;
    } else {
        draft.page = spot->page;
        draft.offset = spot->offset;
        draft.end = spot->end;
    }
    wx_judge_report(spot->judge, &draft);
}

/* ---- hosts ---- */

/* HREF leads to a host that is neither the unit's nor known as a public service. */
static bool leads_abroad(const struct spot *spot, struct wx_str href,
                         struct wx_url *url)
{
    return !wx_url_parse(spot->page->arena, href, &spot->page->url, url, NULL) &&
           url->is_http && !wx_judge_is_own_host(spot->judge, url->host) &&
           wx_host_class(url->host) == WX_HOST_UNKNOWN &&
           !wx_judge_register_find(spot->judge, url->host);
}

/* "hm.baidu-tongji.top": the name of a service in a domain that is not the service's.
 */
static bool imitates_service(struct wx_str host)
{
    static const char *const brands[] = {"baidu",  "tongji",   "cnzz",     "51la",
                                         "google", "jquery",   "bootcdn",  "sogou",
                                         "alicdn", "jsdelivr", "bdstatic", "51yes"};

    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (wx_str_findz(host, brands[i]) != WX_NPOS)
            return true;
    return false;
}

static void miner_report(const struct spot *spot, struct wx_str name)
{
    struct wx_arena *arena = spot->page->arena;
    struct wx_draft draft = {
        .rule = "coin-miner",
        .obs = spot->obs,
        .page = spot->page,
        .key = name,
        .offset = spot->offset,
        .end = spot->end,
        .detail_zh =
            wx_arena_printf(arena, wx_text(WX_ZH, WX_T_INJECT_MINER), WX_STR_ARG(name)),
        .detail_en =
            wx_arena_printf(arena, wx_text(WX_EN, WX_T_INJECT_MINER), WX_STR_ARG(name)),
        .is_site_wide = true,
    };

    wx_judge_report(spot->judge, &draft);
}

/* Names of coin-mining programs are literals of the rule: rules/injected/coin-miner. */
static void miners_judge(struct spot *spot)
{
    const struct wx_rules *rules = wx_judge_rules(spot->judge);
    const struct wx_pattern_hits *hits = wx_page_hits(spot->judge, spot->page);

    for (size_t i = 0; i < hits->n_hits; i++) {
        const struct wx_pattern_hit *hit = &hits->hits[i];
        const struct wx_rule_pattern *pattern = &rules->patterns[hit->tag];

        if (pattern->owner != WX_OWN_NAMED || !wx_str_starts(pattern->name, "miner."))
            continue;
        spot->offset = hit->offset;
        spot->end = hit->end;
        miner_report(spot, pattern->shown);
        return;
    }
}

static uint32_t address_signs(const struct spot *spot, const struct wx_url *url)
{
    struct wx_spam_words words;
    uint32_t bits = 0;

    wx_spam_words_read(wx_judge_rules(spot->judge), spot->page->arena,
                       wx_percent_decode(spot->page->arena, url->href), &words);
    bits |= wx_spam_words_are_spam(&words) ? SIGN_WORDS : 0;
    bits |= wx_host_is_dubious(url->host) ? SIGN_DUBIOUS : 0;
    return bits;
}

static uint32_t zone_signs(uint8_t zone)
{
    return zone == WX_ZONE_AFTER    ? SIGN_AFTER
           : zone == WX_ZONE_BEFORE ? SIGN_BEFORE
                                    : 0;
}

/* ---- markup ---- */

static bool is_tiny(struct wx_arena *arena, struct wx_str attrs, const char *name)
{
    struct wx_str value;

    if (!wx_html_attr_get(arena, attrs, name, &value))
        return false;
    value = wx_str_trim(value);
    if (wx_str_ends(value, "px"))
        value.len -= 2;
    return wx_str_eqz(value, "0") || wx_str_eqz(value, "1") || wx_str_eqz(value, "0%");
}

static bool is_invisible(const struct spot *spot, const struct wx_html *html,
                         const struct wx_node_style *styles,
                         const struct wx_html_link *link)
{
    struct wx_arena *arena = spot->page->arena;
    struct wx_str style;

    if (link->node < html->n_nodes && styles[link->node].hide)
        return true;
    if (is_tiny(arena, link->attrs, "width") || is_tiny(arena, link->attrs, "height"))
        return true;
    return wx_html_attr_get(arena, link->attrs, "style", &style) &&
           wx_style_hides(style);
}

static void frame_judge(struct spot *spot, const struct wx_html *html,
                        const struct wx_node_style *styles,
                        const struct wx_html_link *link)
{
    struct wx_url url;
    uint32_t bits = spot->signs | zone_signs(link->zone);

    if ((link->in & WX_IN_TEMPLATE) || !leads_abroad(spot, link->href, &url))
        return;
    bits |= is_invisible(spot, html, styles, link) ? SIGN_INVISIBLE : 0;
    bits |= address_signs(spot, &url);
    if (score_of(bits) >= MIN_SCORE)
        report(spot, "injected-iframe", WX_T_INJECT_IFRAME, url.host, bits);
}

static void script_link_judge(struct spot *spot, const struct wx_html_link *link)
{
    struct wx_url url;
    uint32_t bits = spot->signs | zone_signs(link->zone);

    if ((link->in & WX_IN_TEMPLATE) || !leads_abroad(spot, link->href, &url))
        return;
    bits |= address_signs(spot, &url);
    bits |= imitates_service(url.host) ? SIGN_IMITATES : 0;
    if (score_of(bits) >= MIN_SCORE)
        report(spot, "injected-script", WX_T_INJECT_SCRIPT, url.host, bits);
}

static void refresh_judge(struct spot *spot, const struct wx_html_link *link)
{
    struct wx_url url;
    uint32_t bits = SIGN_ALWAYS | spot->signs;

    if ((link->in & (WX_IN_NOSCRIPT | WX_IN_TEMPLATE)) ||
        !leads_abroad(spot, link->href, &url))
        return;
    bits |= address_signs(spot, &url);
    report(spot, "meta-refresh-foreign", WX_T_INJECT_REFRESH, url.host, bits);
}

static void links_judge(struct spot *spot, const struct wx_html *html,
                        const struct wx_node_style *styles)
{
    for (size_t i = 0; i < html->n_links; i++) {
        const struct wx_html_link *link = &html->links[i];

        if (!spot->excerpt.len) {
            spot->offset = link->offset;
            spot->end = link->end;
        }
        switch (link->kind) {
        case WX_LINK_IFRAME:
        case WX_LINK_FRAME:
        case WX_LINK_EMBED:
            frame_judge(spot, html, styles, link);
            break;
        case WX_LINK_SCRIPT:
            script_link_judge(spot, link);
            break;
        case WX_LINK_META_REFRESH:
            refresh_judge(spot, link);
            break;
        default:
            break;
        }
    }
}

/* ---- code ---- */

static bool names_a_spider(struct wx_str code)
{
    static const char *const names[] = {"spider",      "googlebot", "bingbot",
                                        "baiduspider", "sogou",     "yisou",
                                        "bytespider"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wx_str_ifindz(code, names[i]) != WX_NPOS)
            return true;
    return false;
}

/* Sending phones to a mobile site somewhere else is poor style, not an attack. */
static void redirect_judge(struct spot *spot, struct wx_str code,
                           const struct wx_script_redirect *redirect)
{
    struct wx_url url;
    uint32_t bits = spot->signs;

    if (!leads_abroad(spot, redirect->target, &url))
        return;
    bits |= address_signs(spot, &url);
    if (redirect->on_referrer)
        bits |= SIGN_REFERRER;
    if (redirect->on_user_agent && names_a_spider(code))
        bits |= SIGN_AGENT;
    if (bits & (SIGN_REFERRER | SIGN_AGENT)) {
        if (score_of(bits) >= 40)
            report(spot, "search-redirect", WX_T_INJECT_REDIRECT, url.host, bits);
        return;
    }
    if ((bits & SIGN_WORDS) || ((bits & SIGN_DUBIOUS) && (bits & SIGN_ENCODED)))
        report(spot, "script-redirect-foreign", WX_T_INJECT_REDIRECT, url.host,
               bits | SIGN_ALWAYS);
}

static void write_judge(const struct spot *outer, struct wx_str code,
                        const struct wx_script_write *write)
{
    struct spot spot = *outer;
    struct wx_arena *arena = spot.page->arena;
    const struct wx_html *html;

    if (wx_str_chr(write->html, '<') == WX_NPOS)
        return;
    html = wx_html_scan(arena, write->html);
    spot.excerpt = wx_excerpt_make(arena, write->html, 0, 300);
    spot.signs |= write->is_encoded ? SIGN_ENCODED : 0;
    if (wx_str_findz(code, "referrer") != WX_NPOS &&
        (wx_str_ifindz(code, "baidu") != WX_NPOS ||
         wx_str_ifindz(code, "google") != WX_NPOS))
        spot.signs |= SIGN_REFERRER;
    /* a fragment has no doctype to stand ahead of */
    for (size_t i = 0; i < html->n_links; i++)
        html->links[i].zone = WX_ZONE_BODY;
    links_judge(&spot, html, wx_style_apply(arena, html, NULL));
}

/* "http://..." in a string that had to be decoded, beside an eval that runs it. */
static void decoded_judge(struct spot *spot, const struct wx_script_facts *facts)
{
    struct wx_str rest = facts->decoded;

    if (!facts->n_eval)
        return;
    while (rest.len) {
        size_t at = wx_str_findz(rest, "http"), n = 0;
        struct wx_str tail;
        struct wx_url url;

        if (at == WX_NPOS)
            return;
        tail = wx_str_sub(rest, at, rest.len);
        while (n < tail.len && (unsigned char)tail.ptr[n] > ' ' &&
               !strchr("\"'\\<>()", tail.ptr[n]))
            n++;
        rest = wx_str_sub(tail, n ? n : 1, tail.len);
        if (n < 10 || n > 500 || !leads_abroad(spot, wx_str_sub(tail, 0, n), &url))
            continue;
        report(spot, "injected-script", WX_T_INJECT_SCRIPT, url.host,
               SIGN_EVAL | spot->signs | address_signs(spot, &url));
        return;
    }
}

/* A script element made by code: ordinary for statistics, so the name must tell more.
 */
static void loaders_judge(struct spot *spot, struct wx_str code,
                          const struct wx_script_facts *facts)
{
    if (wx_str_findz(code, "createElement") == WX_NPOS)
        return;
    for (size_t i = 0; i < facts->n_urls && i < 50; i++) {
        struct wx_url url;
        uint32_t bits;

        if (!leads_abroad(spot, facts->urls[i], &url))
            continue;
        bits = spot->signs | address_signs(spot, &url);
        bits |= imitates_service(url.host) ? SIGN_IMITATES : 0;
        if (score_of(bits) >= MIN_SCORE)
            report(spot, "injected-script", WX_T_INJECT_SCRIPT, url.host, bits);
    }
}

static bool is_worth_reading(struct wx_str code)
{
    static const char *const words[] = {"location",     "write",        "eval",
                                        "unescape",     "fromCharCode", "atob",
                                        "createElement"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wx_str_findz(code, words[i]) != WX_NPOS)
            return true;
    return false;
}

static void code_judge(struct spot *spot, struct wx_str code)
{
    struct wx_arena *arena = spot->page->arena;
    const struct wx_script_facts *facts;

    if (code.len > MAX_CODE_BYTES || !is_worth_reading(code))
        return;
    facts = wx_script_read(arena, code);
    for (size_t i = 0; i < facts->n_redirects; i++) {
        struct spot at = *spot;

        at.excerpt = wx_excerpt_make(arena, code, facts->redirects[i].offset,
                                     facts->redirects[i].offset + 100);
        redirect_judge(&at, code, &facts->redirects[i]);
    }
    for (size_t i = 0; i < facts->n_writes; i++)
        write_judge(spot, code, &facts->writes[i]);
    decoded_judge(spot, facts);
    loaders_judge(spot, code, facts);
}

/* ---- the detector ---- */

static void injected_script_page(struct wx_judge *judge, struct wx_page *page)
{
    struct spot spot = {.judge = judge, .page = page, .obs = page->obs};
    const struct wx_html *html = page->html;

    miners_judge(&spot);
    links_judge(&spot, html, wx_page_styles(judge, page));
    for (size_t i = 0; i < html->n_scripts; i++) {
        const struct wx_html_script *script = &html->scripts[i];

        if (!script->code.len || (script->in & WX_IN_TEMPLATE))
            continue;
        spot.offset = script->offset;
        spot.end = script->code_offset +
                   (uint32_t)(script->code.len < 300 ? script->code.len : 300);
        code_judge(&spot, script->code);
    }
}

/* Code is also planted in the unit's own script files. */
static void injected_script_fetch(struct wx_judge *judge,
                                  const struct wx_observation *obs,
                                  struct wx_page *page)
{
    struct spot spot = {.judge = judge, .page = page, .obs = obs};

    if (obs->fetch.purpose != WX_FOR_ASSET || obs->fetch.status != 200 || !page ||
        page->html || !wx_judge_is_own_host(judge, page->url.host))
        return;
    miners_judge(&spot);
    spot.offset = 0;
    spot.end = (uint32_t)(page->decoded.text.len < 300 ? page->decoded.text.len : 300);
    code_judge(&spot, page->decoded.text);
}

const struct wx_detector wx_detector_injected_script = {
    .name = "injected_script",
    .fetch = injected_script_fetch,
    .page = injected_script_page,
};
