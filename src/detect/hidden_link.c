/*
 * 暗链: links to foreign hosts that a visitor cannot see (domain facts: style sheets,
 * presentational attributes, noscript, comments, markup outside the document, links
 * that scripts write, decode, hide or wrap). Links are gathered by the place that hides
 * them and weighed together, see detect/hidden_group.h; one finding for each host.
 */
#include "detect/hidden_group.h"
#include "detect/host_class.h"
#include "detect/judge.h"

#define PER_LINK 0x80000000u /* cause: the links themselves, children of this node */

enum {
    MAX_GROUPS = 64, /* hiding places of one document with foreign links */
    MAX_SPANS = 16,  /* boxes opened by one script and closed by another */
    MAX_TEXT_BYTES = 16 << 10,
    MAX_COMMENTS = 200, /* looked into; pages of old templates have dozens */
};

/* What stands between a script that writes "<div hidden>" and one that closes it. */
struct span {
    uint32_t from, to;
    uint32_t hide;
};

/* One document under inspection: the page, what its scripts write, or a comment. */
struct place {
    struct wx_judge *judge;
    const struct wx_observation *obs;
    struct wx_page *page; /* offsets refer to it; NULL: to html->text */
    const struct wx_url *base;
    struct wx_arena *arena;
    const struct wx_html *html;
    const struct wx_node_style *styles, *more_styles; /* either may be NULL */
    uint32_t how;                                     /* bits that hold for all of it */
    struct span spans[MAX_SPANS];
    size_t n_spans;
    struct wx_hidden_group *groups[MAX_GROUPS];
    size_t n_groups;
};

/* ---- gathering ---- */

static bool names_a_menu(struct wx_str s)
{
    static const char *const words[] = {
        "menu",      "nav",    "drop",   "tab",    "modal",    "dialog",
        "popup",     "layer",  "swiper", "slick",  "carousel", "share",
        "select",    "friend", "link",   "qrcode", "search",   "collapse",
        "accordion", "slide",  "scroll", "roll",   "focus",    "banner"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wx_str_ifindz(s, words[i]) != WX_NPOS)
            return true;
    return false;
}

static uint32_t span_hide(const struct place *place, uint32_t offset)
{
    for (size_t i = 0; i < place->n_spans; i++)
        if (offset > place->spans[i].from && offset < place->spans[i].to)
            return place->spans[i].hide | WX_TRICK_WRAPPED;
    return 0;
}

/* One mark that nobody aims a mouse at. Page numbers and arrows are not such marks. */
static bool is_dot(struct wx_str text)
{
    static const char *const dots[] = {".", ",", "·", "。", "、", "'", "|", "-", "_"};

    for (size_t i = 0; i < sizeof dots / sizeof *dots; i++)
        if (wx_str_eqz(text, dots[i]))
            return true;
    return false;
}

static uint32_t link_how(const struct place *place, const struct wx_html_link *link,
                         uint32_t *cause)
{
    uint32_t how = place->how | span_hide(place, link->offset);

    *cause = 0;
    if (place->styles && link->node < place->html->n_nodes) {
        how |= place->styles[link->node].hide;
        *cause = place->styles[link->node].cause;
        if (place->styles[link->node].hide &&
            !wx_str_starts(place->styles[link->node].source, "style"))
            how |= WX_TRICK_SHEET;
        /* links hidden one by one belong together by the box they stand in */
        if (place->html->nodes[*cause].tag == WX_TAG_A)
            *cause = PER_LINK | place->html->nodes[*cause].parent;
        if (place->more_styles && place->more_styles[link->node].hide)
            how |= place->more_styles[link->node].hide | WX_HIDE_SCRIPT;
    }
    if (link->in & WX_IN_NOSCRIPT)
        how |= WX_TRICK_NOSCRIPT;
    if (link->in & WX_IN_COMMENT)
        how |= WX_TRICK_COMMENT;
    if (!place->how && link->zone == WX_ZONE_AFTER)
        how |= WX_TRICK_AFTER;
    if (!place->how && link->zone == WX_ZONE_BEFORE)
        how |= WX_TRICK_BEFORE;
    if (is_dot(link->text))
        how |= WX_TRICK_DOT;
    return how;
}

static struct wx_hidden_group *group_find(struct place *place, uint32_t cause,
                                          uint32_t how)
{
    struct wx_hidden_group *group;

    for (size_t i = place->n_groups; i-- > 0;)
        if (place->groups[i]->cause == cause && (cause || place->groups[i]->how == how))
            return place->groups[i];
    if (place->n_groups == MAX_GROUPS)
        return NULL;
    group = wx_arena_new(place->arena, struct wx_hidden_group);
    group->cause = cause;
    group->text = WX_BUF_INIT(MAX_TEXT_BYTES);
    return place->groups[place->n_groups++] = group;
}

static void group_add_host(struct wx_hidden_group *group, struct wx_str host,
                           const struct wx_html_link *link)
{
    for (size_t i = 0; i < group->n_hosts; i++) {
        if (wx_str_eq(group->hosts[i].host, host)) {
            group->hosts[i].n_links++;
            return;
        }
    }
    if (group->n_hosts == WX_MAX_GROUP_HOSTS)
        return;
    group->n_dubious += wx_host_is_dubious(host);
    group->hosts[group->n_hosts++] =
        (struct wx_hidden_host){.host = host, .link = link, .n_links = 1};
}

static void group_add_text(struct place *place, struct wx_hidden_group *group,
                           const struct wx_html_link *link)
{
    struct wx_buf *text = &group->text;

    (void)wx_buf_adds(text, wx_utf8_clip(link->text, 400));
    (void)wx_buf_addc(text, '\n');
    (void)wx_buf_adds(text, wx_utf8_clip(link->title, 400));
    (void)wx_buf_addc(text, '\n');
    (void)wx_buf_adds(text, wx_percent_decode(place->arena, link->href));
    (void)wx_buf_addc(text, '\n');
}

static void link_gather(struct place *place, const struct wx_html_link *link)
{
    struct wx_hidden_group *group;
    struct wx_url url;
    uint32_t cause, how;

    if ((link->kind != WX_LINK_A && link->kind != WX_LINK_AREA) ||
        (link->in & WX_IN_TEMPLATE))
        return;
    how = link_how(place, link, &cause);
    if (!how || wx_url_parse(place->arena, link->href, place->base, &url, NULL) ||
        !url.is_http)
        return;
    group = group_find(place, cause, how);
    if (!group)
        return;
    group->how |= how;
    group->is_in_menu = group->is_in_menu || (link->in & WX_IN_NAV);
    if (wx_judge_is_own_host(place->judge, url.host)) {
        group->n_own++;
    } else if (wx_host_class(url.host) != WX_HOST_UNKNOWN) {
        group->n_known++;
    } else {
        group->n_foreign++;
        group_add_host(group, url.host, link);
        group_add_text(place, group, link);
    }
}

/* ---- reporting ---- */

static struct wx_str words_clause(struct wx_arena *arena, enum wx_lang lang,
                                  const struct wx_spam_words *words)
{
    const struct wx_keyword_class *kind = words->top_class;
    struct wx_str name;

    if (!kind)
        return (struct wx_str){NULL, 0};
    name = lang == WX_ZH ? kind->zh : kind->en;
    return wx_arena_printf(arena, wx_text(lang, WX_T_HIDDEN_LINK_WORDS),
                           WX_STR_ARG(name), WX_STR_ARG(words->shown));
}

static struct wx_str detail(struct wx_arena *arena, enum wx_lang lang,
                            const struct wx_hidden_group *group,
                            const struct wx_hidden_host *host)
{
    struct wx_str how = wx_hidden_words(arena, lang, group->how);
    struct wx_str words = words_clause(arena, lang, &group->words);
    struct wx_str text = wx_utf8_clip(host->link->text, 90);

    return wx_arena_printf(arena, wx_text(lang, WX_T_HIDDEN_LINK_DETAIL), host->n_links,
                           WX_STR_ARG(host->host), WX_STR_ARG(how), WX_STR_ARG(text),
                           WX_STR_ARG(words), (unsigned)group->n_hosts);
}

static void group_report(struct place *place, struct wx_hidden_group *group)
{
    const struct wx_html_node *node = &place->html->nodes[0];
    bool is_spam;
    int score;

    if (group->cause < place->html->n_nodes)
        node = &place->html->nodes[group->cause];
    group->is_in_menu =
        group->is_in_menu || names_a_menu(node->classes) || names_a_menu(node->id);
    score = wx_hidden_group_score(wx_judge_rules(place->judge), place->arena, group);
    if (score < WX_HIDDEN_LINK_SCORE)
        return;
    is_spam = wx_spam_words_are_spam(&group->words);
    for (size_t i = 0; i < group->n_hosts; i++) {
        const struct wx_hidden_host *host = &group->hosts[i];
        struct wx_draft draft = {
            .rule = wx_hidden_group_rule(group->how),
            .obs = place->obs,
            .key = host->host,
            .confidence = score > 95 ? 95 : score,
            .severity_plus_1 = is_spam ? 0 : 1 + WX_SEV_MEDIUM,
            .detail_zh = detail(place->arena, WX_ZH, group, host),
            .detail_en = detail(place->arena, WX_EN, group, host),
            .is_site_wide = true,
        };

        if (place->page) {
            draft.page = place->page;
            draft.offset = host->link->offset;
            draft.end = host->link->end;
        } else {
            draft.excerpt = wx_excerpt_make(place->arena, place->html->text,
                                            host->link->offset, host->link->end);
        }
        wx_judge_report(place->judge, &draft);
    }
}

static void place_judge(struct place *place)
{
    for (size_t i = 0; i < place->html->n_links; i++)
        link_gather(place, &place->html->links[i]);
    for (size_t i = 0; i < place->n_groups; i++) {
        if (place->groups[i]->n_foreign)
            group_report(place, place->groups[i]);
        wx_buf_clear(&place->groups[i]->text);
    }
}

/* ---- what scripts write ---- */

/* Markup that opens a hidden box and leaves it open; 0 when it does not. */
static uint32_t opens_hidden(struct wx_arena *arena, struct wx_str markup)
{
    const struct wx_html *html;
    const struct wx_node_style *styles;

    if (markup.len > 2000 || wx_str_findz(markup, "</") != WX_NPOS ||
        wx_str_chr(markup, '<') == WX_NPOS)
        return 0;
    html = wx_html_scan(arena, markup);
    styles = wx_style_apply(arena, html, NULL);
    for (size_t i = 0; i < html->n_nodes; i++)
        if (styles[i].own)
            return styles[i].own;
    return 0;
}

static void spans_find(struct place *place)
{
    const struct wx_html *html = place->html;
    struct span *open = NULL;

    for (size_t i = 0; i < html->n_scripts && place->n_spans < MAX_SPANS; i++) {
        const struct wx_html_script *script = &html->scripts[i];
        const struct wx_script_facts *facts;

        if (wx_str_findz(script->code, "write") == WX_NPOS)
            continue;
        facts = wx_script_read(place->arena, script->code);
        for (size_t k = 0; k < facts->n_writes; k++) {
            struct wx_str markup = wx_str_trim(facts->writes[k].html);
            uint32_t hide;

            if (open && wx_str_starts(markup, "</")) {
                open->to = script->offset;
                open = NULL;
            } else if (!open && (hide = opens_hidden(place->arena, markup)) &&
                       place->n_spans < MAX_SPANS) {
                open = &place->spans[place->n_spans++];
                *open = (struct span){script->offset, UINT32_MAX, hide};
            }
        }
    }
}

/* Style sheets that a script writes hide elements of the page itself. */
static void written_styles(struct place *place, const struct wx_html *written)
{
    struct wx_style_set *set;

    if (!written->n_styles)
        return;
    set = wx_style_set_new(place->arena);
    for (size_t i = 0; i < written->n_styles; i++)
        wx_style_set_add_css(set, written->styles[i].css, WX_STR("<script>"));
    place->more_styles = wx_style_apply(place->arena, place->html, set);
}

static void write_judge(struct wx_judge *judge, const struct wx_observation *obs,
                        struct wx_page *page, const struct wx_script_write *write)
{
    struct place *place;

    if (wx_str_ifindz(write->html, "href") == WX_NPOS)
        return;
    place = wx_arena_new(page->arena, struct place);
    place->judge = judge;
    place->obs = obs;
    place->base = &page->url;
    place->arena = page->arena;
    place->html = wx_html_scan(page->arena, write->html);
    place->styles = wx_style_apply(page->arena, place->html, NULL);
    place->how = WX_TRICK_WRITTEN | (write->is_encoded ? WX_TRICK_ENCODED : 0);
    place_judge(place);
}

/*
 * Markup that had to be decoded though no write of it was followed: it waits in an
 * array or a variable for one.
 */
static void decoded_judge(struct wx_judge *judge, const struct wx_observation *obs,
                          struct wx_page *page, struct wx_str decoded)
{
    struct wx_script_write write = {.html = decoded, .is_encoded = true};

    if (wx_str_ifindz(decoded, "<a ") != WX_NPOS)
        write_judge(judge, obs, page, &write);
}

static void code_judge(struct wx_judge *judge, const struct wx_observation *obs,
                       struct wx_page *page, struct wx_str code)
{
    const struct wx_script_facts *facts = wx_script_read(page->arena, code);

    for (size_t i = 0; i < facts->n_writes; i++)
        write_judge(judge, obs, page, &facts->writes[i]);
    if (!facts->n_writes)
        decoded_judge(judge, obs, page, facts->decoded);
}

/* ---- comments ---- */

static void comments_judge(struct wx_judge *judge, struct wx_page *page)
{
    size_t n = page->html->n_comments;

    for (size_t i = 0; i < n && i < MAX_COMMENTS; i++) {
        struct wx_str text = page->html->comments[i].text;
        struct place *place;

        if (wx_str_findz(text, "://") == WX_NPOS ||
            wx_str_ifindz(text, "<a") == WX_NPOS)
            continue;
        place = wx_arena_new(page->arena, struct place);
        place->judge = judge;
        place->obs = page->obs;
        place->base = &page->url;
        place->arena = page->arena;
        place->html = wx_html_scan(page->arena, text);
        place->how = WX_TRICK_COMMENT;
        place_judge(place);
    }
}

/* ---- the detector ---- */

static bool code_may_write(struct wx_str code)
{
    return wx_str_findz(code, "write") != WX_NPOS ||
           wx_str_findz(code, "innerHTML") != WX_NPOS ||
           wx_str_findz(code, "eval") != WX_NPOS;
}

static void hidden_link_page(struct wx_judge *judge, struct wx_page *page)
{
    const struct wx_html *written = wx_page_written(judge, page);
    struct place *place = wx_arena_new(page->arena, struct place);

    place->judge = judge;
    place->obs = page->obs;
    place->page = page;
    place->base = &page->url;
    place->arena = page->arena;
    place->html = page->html;
    place->styles = wx_page_styles(judge, page);
    if (written) {
        spans_find(place);
        written_styles(place, written);
    }
    for (size_t i = 0; i < page->html->n_scripts; i++)
        if (code_may_write(page->html->scripts[i].code))
            code_judge(judge, page->obs, page, page->html->scripts[i].code);
    place_judge(place);
    comments_judge(judge, page);
}

/* Script files of the unit: links are often written from there. */
static void hidden_link_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                              struct wx_page *page)
{
    if (obs->fetch.purpose != WX_FOR_ASSET || obs->fetch.status != 200 || !page ||
        page->html || !code_may_write(page->decoded.text) ||
        !wx_judge_is_own_host(judge, page->url.host))
        return;
    code_judge(judge, obs, page, page->decoded.text);
}

const struct wx_detector wx_detector_hidden_link = {
    .name = "hidden_link",
    .fetch = hidden_link_fetch,
    .page = hidden_link_page,
};
