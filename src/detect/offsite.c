/*
 * Links that leave the unit's domains: the inventory for the ledger of approvals (norm:
 * links to other than party and government sites need the approval of the leader in
 * charge), links that lead nowhere, foreign names that somebody else could register
 * tomorrow, and the prompt on leaving. "Could not be measured" is never "dead": a host
 * that limits us (403, 429, 503) or is slow stays undetermined.
 */
#include "base/catalogue.h"
#include "detect/detect.h"
#include "detect/host_class.h"
#include "detect/soft404.h"

enum {
    MIN_HOSTS_FOR_PROMPT = 5,
    MIN_REFUSALS = 2,
    MAX_OWN_HOSTS = 100,
    N_SLOTS = 4096, /* power of two, above twice WX_MAX_OFFSITE_HOSTS - 96 */
};

struct offsite_host {
    struct wx_str host;
    struct wx_str first_page, text; /* where it was first seen, and under what words */
    const struct wx_observation *obs;
    uint32_t n_links;
    uint32_t n_refused;
    uint32_t n_pages, last_seq; /* pages it stands on, the last of them */
    bool is_government;
    enum wx_host_class kind;
};

/* Another host under the site's own registrable domain: perhaps in no register. */
struct own_host {
    struct wx_str host, first_page;
    uint32_t n_links;
};

struct offsite_state {
    struct own_host own[MAX_OWN_HOSTS];
    size_t n_own;
    struct offsite_host *hosts[WX_MAX_OFFSITE_HOSTS];
    size_t n_hosts;
    uint32_t n_dropped;
    bool has_prompt; /* some page or script speaks of leaving the site */
    uint32_t n_dead, n_dead_offsite, n_undetermined;
    struct offsite_host **slots; /* by hash of the host */
};

extern const struct wx_detector wx_detector_offsite;

static struct offsite_state *state_of(struct wx_judge *judge)
{
    struct offsite_state *state =
        wx_judge_state(judge, &wx_detector_offsite, sizeof *state);

    if (!state->slots)
        state->slots =
            wx_arena_array(wx_judge_arena(judge), struct offsite_host *, N_SLOTS);
    return state;
}

/* The entry for HOST; a new one when MAKE and there is room; else NULL. */
static struct offsite_host *host_entry(struct wx_judge *judge, struct wx_str host,
                                       bool make)
{
    struct offsite_state *state = state_of(judge);
    struct offsite_host *entry;
    size_t at = wx_hash64(host) & (N_SLOTS - 1);

    while (state->slots[at]) {
        if (wx_str_eq(state->slots[at]->host, host))
            return state->slots[at];
        at = (at + 1) & (N_SLOTS - 1);
    }
    if (!make)
        return NULL;
    if (state->n_hosts == WX_MAX_OFFSITE_HOSTS) {
        state->n_dropped++;
        return NULL;
    }
    entry = wx_arena_new(wx_judge_arena(judge), struct offsite_host);
    entry->host = wx_arena_str(wx_judge_arena(judge), host);
    entry->kind = wx_host_class(host);
    state->slots[at] = entry;
    return state->hosts[state->n_hosts++] = entry;
}

static bool is_government(const struct wx_judge *judge, struct wx_str host)
{
    const struct wx_site *site = wx_judge_register_find(judge, host);

    return wx_domain_is_government(host) || (site && site->unit_kind == WX_UNIT_ORGAN);
}

/* ---- the inventory ---- */

static bool is_counted(const struct wx_html_link *link)
{
    return (link->kind == WX_LINK_A || link->kind == WX_LINK_AREA ||
            link->kind == WX_LINK_FORM || link->kind == WX_LINK_IFRAME ||
            link->kind == WX_LINK_FRAME) &&
           !(link->in & (WX_IN_TEMPLATE | WX_IN_COMMENT));
}

/* Words beside the link: its text, title, or the alt of the picture in it. */
static struct wx_str link_words(const struct wx_html_link *link)
{
    return wx_utf8_clip(link->text.len ? link->text : link->title, 120);
}

static void report_unapproved(struct wx_judge *judge, struct wx_page *page,
                              const struct wx_html_link *link,
                              const struct offsite_host *entry)
{
    struct wx_draft draft = {.rule = "offsite-unapproved",
                             .page = page,
                             .obs = page->obs,
                             .key = entry->host,
                             .offset = link->offset,
                             .end = link->end,
                             .is_site_wide = true};

    if (entry->n_pages == 1) { /* a finding keeps the words of its first place */
        draft.detail_zh = wx_arena_printf(
            page->arena, wx_text(WX_ZH, WX_T_OFFSITE_DETAIL), WX_STR_ARG(entry->host),
            WX_STR_ARG(entry->first_page), WX_STR_ARG(entry->text));
        draft.detail_en = wx_arena_printf(
            page->arena, wx_text(WX_EN, WX_T_OFFSITE_DETAIL), WX_STR_ARG(entry->host),
            WX_STR_ARG(entry->first_page), WX_STR_ARG(entry->text));
    }
    if (entry->kind != WX_HOST_UNKNOWN)
        draft.severity_plus_1 = 1 + WX_SEV_INFO;
    wx_judge_report(judge, &draft);
}

/* "//" stands in every link that can leave; most links of a page have none. */
static bool may_leave(struct wx_str href)
{
    return wx_str_starts(href, "http") || wx_str_starts(href, "//") ||
           wx_str_istarts(href, "http") || wx_str_findz(href, "//") != WX_NPOS ||
           wx_str_starts(href, "\\\\");
}

static void own_count(struct wx_judge *judge, const struct wx_page *page,
                      struct wx_str host)
{
    struct offsite_state *state = state_of(judge);
    struct wx_arena *arena = wx_judge_arena(judge);

    if (wx_str_eq(host, wx_judge_site(judge)->domain) ||
        wx_str_eq(host, page->url.host))
        return;
    for (size_t i = 0; i < state->n_own; i++)
        if (wx_str_eq(state->own[i].host, host)) {
            state->own[i].n_links++;
            return;
        }
    if (state->n_own < MAX_OWN_HOSTS)
        state->own[state->n_own++] = (struct own_host){
            wx_arena_str(arena, host), wx_arena_str(arena, page->url.href), 1};
}

static void link_count(struct wx_judge *judge, struct wx_page *page,
                       const struct wx_html_link *link)
{
    struct offsite_host *entry;
    struct wx_url url;

    if (!may_leave(link->href) ||
        wx_url_parse(page->arena, link->href, &page->url, &url, NULL) || !url.is_http ||
        !url.host.len)
        return;
    if (wx_judge_is_own_host(judge, url.host)) {
        own_count(judge, page, url.host);
        return;
    }
    entry = host_entry(judge, url.host, true);
    if (!entry)
        return;
    if (entry->n_links++ == 0) {
        entry->first_page = wx_arena_str(wx_judge_arena(judge), page->url.href);
        entry->text = wx_arena_str(wx_judge_arena(judge), link_words(link));
        entry->is_government = is_government(judge, url.host);
    }
    if (entry->is_government || entry->kind == WX_HOST_OFFICIAL ||
        entry->last_seq == page->obs->seq + 1)
        return;
    entry->last_seq = page->obs->seq + 1;            /* a saved page has number 0 */
    if (++entry->n_pages <= 1 + WX_MAX_FINDING_URLS) /* more places are not kept */
        report_unapproved(judge, page, link, entry);
}

/* ---- the prompt on leaving ---- */

static void prompt_look(struct wx_judge *judge, struct wx_page *page)
{
    struct offsite_state *state = state_of(judge);
    const struct wx_rules *rules = wx_judge_rules(judge);
    const struct wx_pattern_hits *hits;

    if (state->has_prompt || !page->decoded.text.len)
        return;
    hits = wx_page_hits(judge, page);
    for (size_t i = 0; i < hits->n_hits; i++) {
        const struct wx_rule_pattern *pattern = &rules->patterns[hits->hits[i].tag];

        if (pattern->owner == WX_OWN_NAMED &&
            wx_str_starts(pattern->name, "leave-prompt."))
            state->has_prompt = true;
    }
}

static void report_no_prompt(struct wx_judge *judge)
{
    struct offsite_state *state = state_of(judge);
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_draft draft = {.rule = "no-leave-prompt", .is_site_wide = true};
    unsigned n = 0;

    for (size_t i = 0; i < state->n_hosts; i++)
        n += state->hosts[i]->n_links && !state->hosts[i]->is_government &&
             state->hosts[i]->kind != WX_HOST_OFFICIAL;
    if (state->has_prompt || n < MIN_HOSTS_FOR_PROMPT || wx_judge_is_cut(judge))
        return;
    draft.detail_zh =
        wx_arena_printf(arena, wx_text(WX_ZH, WX_T_LEAVE_PROMPT_DETAIL), n);
    draft.detail_en =
        wx_arena_printf(arena, wx_text(WX_EN, WX_T_LEAVE_PROMPT_DETAIL), n);
    wx_judge_report(judge, &draft);
}

/* ---- dead links ---- */

static void report_dead(struct wx_judge *judge, const struct wx_observation *obs,
                        struct wx_page *page, bool is_soft)
{
    const struct wx_fetch *fetch = &obs->fetch;
    struct wx_arena *arena = wx_judge_arena(judge);
    enum wx_text text = is_soft ? WX_T_DEAD_LINK_SOFT_DETAIL : WX_T_DEAD_LINK_DETAIL;
    struct wx_draft draft = {.rule = "dead-link", .obs = obs, .url = fetch->url};
    struct wx_url url;

    if (!wx_url_parse(arena, fetch->url, NULL, &url, NULL))
        draft.key = wx_url_canonical(arena, &url);
    else
        draft.key = fetch->url;
    (void)page;
    draft.is_site_wide = true;
    if (is_soft) {
        draft.verdict = WX_SUSPECTED;
        draft.confidence = 60;
    }
    draft.detail_zh = wx_arena_printf(arena, wx_text(WX_ZH, text), fetch->status,
                                      WX_STR_ARG(fetch->referrer));
    draft.detail_en = wx_arena_printf(arena, wx_text(WX_EN, text), fetch->status,
                                      WX_STR_ARG(fetch->referrer));
    state_of(judge)->n_dead++;
    wx_judge_report(judge, &draft);
}

/* A page that some page of the site links to, and that is not there. */
static void page_look(struct wx_judge *judge, const struct wx_observation *obs,
                      struct wx_page *page)
{
    const struct wx_fetch *fetch = &obs->fetch;

    if (fetch->outcome != WX_OUT_OK || !fetch->referrer.len)
        return;
    if (fetch->status == 404 || fetch->status == 410)
        report_dead(judge, obs, page, false);
    else if (fetch->status == 200 && page && page->is_soft404 &&
             !wx_soft404_is_one_page(wx_judge_soft404(judge)))
        report_dead(judge, obs, page, true);
}

static void report_dead_offsite(struct wx_judge *judge,
                                const struct wx_observation *obs, enum wx_text text,
                                unsigned n)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    const struct wx_fetch *fetch = &obs->fetch;
    struct wx_draft draft = {
        .rule = "dead-link-offsite",
        .obs = obs,
        .url = fetch->referrer.len ? fetch->referrer : fetch->url,
        .key = fetch->url,
        .detail_zh =
            wx_arena_printf(arena, wx_text(WX_ZH, text), WX_STR_ARG(fetch->url), n),
        .detail_en =
            wx_arena_printf(arena, wx_text(WX_EN, text), WX_STR_ARG(fetch->url), n),
        .is_site_wide = true,
    };

    state_of(judge)->n_dead_offsite++;
    wx_judge_report(judge, &draft);
}

/*
 * A name below somebody's living domain has gone for good only with that domain; the
 * domain itself (or its www) can be bought by anybody tomorrow. Names under gov.cn
 * cannot, and are an ordinary dead link.
 */
static void report_gone_name(struct wx_judge *judge, const struct wx_observation *obs,
                             struct wx_str host)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    struct offsite_host *entry = host_entry(judge, host, false);
    struct wx_str domain = wx_domain_registrable(host), bare = host, page;
    struct wx_draft draft = {.obs = obs, .key = host, .is_site_wide = true};
    unsigned n = entry ? entry->n_links : 1;

    if (wx_str_starts(host, "www."))
        bare = wx_str_sub(host, 4, host.len);
    draft.rule = wx_str_eq(bare, domain) && !wx_domain_is_government(host)
                     ? "offsite-dead-domain"
                     : "dead-link-offsite";
    page = obs->fetch.referrer.len ? obs->fetch.referrer
           : entry                 ? entry->first_page
                                   : obs->fetch.url;
    draft.url = page;
    draft.detail_zh = wx_arena_printf(arena, wx_text(WX_ZH, WX_T_DEAD_OFFSITE_NAME),
                                      WX_STR_ARG(host), n, WX_STR_ARG(page));
    draft.detail_en = wx_arena_printf(arena, wx_text(WX_EN, WX_T_DEAD_OFFSITE_NAME),
                                      WX_STR_ARG(host), n, WX_STR_ARG(page));
    state_of(judge)->n_dead_offsite++;
    wx_judge_report(judge, &draft);
}

static void offsite_look(struct wx_judge *judge, const struct wx_observation *obs)
{
    const struct wx_fetch *fetch = &obs->fetch;
    struct offsite_host *entry;
    struct wx_url url;

    if (wx_url_parse(wx_judge_arena(judge), fetch->url, NULL, &url, NULL))
        return;
    switch (fetch->outcome) {
    case WX_OUT_OK:
        if (fetch->status == 404 || fetch->status == 410)
            report_dead_offsite(judge, obs, WX_T_DEAD_OFFSITE_STATUS, fetch->status);
        else if (fetch->status >= 400)
            state_of(judge)->n_undetermined++;
        return;
    case WX_OUT_NO_SUCH_HOST:
        report_gone_name(judge, obs, url.host);
        return;
    case WX_OUT_REFUSED:
        entry = host_entry(judge, url.host, true);
        if (!entry)
            return;
        entry->n_refused += fetch->n_requests ? fetch->n_requests : 1;
        if (entry->n_refused >= MIN_REFUSALS)
            report_dead_offsite(judge, obs, WX_T_DEAD_OFFSITE_REFUSED,
                                entry->n_refused);
        return;
    default:
        state_of(judge)->n_undetermined++;
        return;
    }
}

/* ---- the detector ---- */

static void offsite_page(struct wx_judge *judge, struct wx_page *page)
{
    for (size_t i = 0; i < page->html->n_links; i++)
        if (is_counted(&page->html->links[i]))
            link_count(judge, page, &page->html->links[i]);
    prompt_look(judge, page);
}

static void offsite_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                          struct wx_page *page)
{
    if (obs->fetch.purpose == WX_FOR_PAGE)
        page_look(judge, obs, page);
    else if (obs->fetch.purpose == WX_FOR_OFFSITE)
        offsite_look(judge, obs);
    else if (obs->fetch.purpose == WX_FOR_ASSET && page && obs->fetch.status == 200)
        prompt_look(judge, page);
}

static void offsite_facts(struct wx_judge *judge, struct wx_json *facts)
{
    const struct offsite_state *state = state_of(judge);

    wx_json_key(facts, "offsite_hosts");
    wx_json_open(facts, '[');
    for (size_t i = 0; i < state->n_hosts; i++) {
        const struct offsite_host *entry = state->hosts[i];

        if (!entry->n_links)
            continue;
        wx_json_open(facts, '{');
        wx_json_kstr(facts, "host", entry->host);
        wx_json_kint(facts, "n_links", entry->n_links);
        wx_json_kstr(facts, "first_page", entry->first_page);
        wx_json_kstr(facts, "text", entry->text);
        wx_json_kbool(facts, "is_government", entry->is_government);
        wx_json_kz(facts, "class", wx_host_class_name(entry->kind));
        wx_json_close(facts, '}');
    }
    wx_json_close(facts, ']');
    wx_json_key(facts, "own_hosts");
    wx_json_open(facts, '[');
    for (size_t i = 0; i < state->n_own; i++) {
        wx_json_open(facts, '{');
        wx_json_kstr(facts, "host", state->own[i].host);
        wx_json_kint(facts, "n_links", state->own[i].n_links);
        wx_json_kstr(facts, "first_page", state->own[i].first_page);
        wx_json_close(facts, '}');
    }
    wx_json_close(facts, ']');
    if (state->n_dropped)
        wx_json_kint(facts, "offsite_links_not_kept", state->n_dropped);
    wx_json_kint(facts, "dead_links", state->n_dead);
    wx_json_kint(facts, "dead_offsite_links", state->n_dead_offsite);
    wx_json_kint(facts, "undetermined_offsite_links", state->n_undetermined);
    wx_json_kbool(facts, "has_leave_prompt", state->has_prompt);
}

const struct wx_detector wx_detector_offsite = {
    .name = "offsite",
    .fetch = offsite_fetch,
    .page = offsite_page,
    .site = report_no_prompt,
    .facts = offsite_facts,
};
