/*
 * Did the site answer, and was it the site that answered? All forms of the address
 * (http, https, www, apex) are considered together. What could not be measured (time
 * out, firewall, robots.txt) is "not determined" with its reason: neither good nor bad.
 */
#include "detect/blocked.h"

enum {
    MAX_LOOKS = 8,         /* start page and variants kept */
    MIN_LOST_PAGES = 3,    /* fewer lost pages do not make a site "partly inspected" */
    PARTLY_LOST_SHARE = 4, /* one of so many page fetches lost: partly inspected */
};

struct look { /* one answer to one form of the address */
    const struct wx_observation *obs;
    struct wx_notice notice;
    struct wx_str excerpt;
    struct wx_str elsewhere; /* host it leads to; empty: stays */
    bool is_usable;          /* a page of the site itself came */
    bool is_held;            /* a redirect within the site that was not followed */
};

struct availability {
    struct look looks[MAX_LOOKS]; /* the start page first, once it is known */
    size_t n_looks;
    bool has_home;
    uint32_t n_fetches, n_good, n_blocked, n_timeouts, n_stopped, n_robots;
    const struct wx_observation *blocked_obs, *robots_obs;
    struct wx_notice blocked;
};

static struct availability *state_of(struct wx_judge *judge);

/* ---- one answer ---- */

/* Where a start page without content of its own sends its visitors by meta refresh. */
static struct wx_str refresh_target(const struct wx_page *page)
{
    struct wx_page_size size = wx_page_measure(page);
    struct wx_url url;

    if (!page->html || size.text_bytes > 300)
        return (struct wx_str){NULL, 0};
    for (size_t i = 0; i < page->html->n_links; i++) {
        const struct wx_html_link *link = &page->html->links[i];

        if (link->kind == WX_LINK_META_REFRESH && link->href.len &&
            !wx_url_parse(page->arena, link->href, &page->url, &url, NULL) &&
            url.is_http)
            return url.host;
    }
    return (struct wx_str){NULL, 0};
}

static struct wx_str leads_elsewhere(struct wx_judge *judge, struct wx_page *page)
{
    struct wx_str host = page->url.host;

    if (!host.len || wx_judge_is_own_host(judge, host))
        host = refresh_target(page);
    if (!host.len || wx_judge_is_own_host(judge, host))
        return (struct wx_str){NULL, 0};
    return host;
}

/* The host a redirect names that the permit did not let us follow; empty: none. */
static struct wx_str held_target(struct wx_judge *judge, const struct wx_fetch *fetch)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_str to = wx_headers_get(wx_fetch_headers(fetch), "Location");
    struct wx_url base, url;

    if (fetch->status < 300 || fetch->status >= 400 || !to.len ||
        wx_url_parse(arena, fetch->final_url, NULL, &base, NULL) ||
        wx_url_parse(arena, to, &base, &url, NULL) || !url.is_http)
        return (struct wx_str){NULL, 0};
    return url.host;
}

static void look_at(struct wx_judge *judge, struct look *look,
                    const struct wx_observation *obs, struct wx_page *page)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    uint16_t status = obs->fetch.status;

    *look = (struct look){.obs = wx_observation_keep(arena, obs)};
    look->notice.product = "";
    if (obs->fetch.outcome != WX_OUT_OK)
        return;
    if (page) {
        look->notice = wx_page_notice(judge, page);
        look->notice.name = wx_arena_str(arena, look->notice.name);
        if (look->notice.end)
            look->excerpt = wx_arena_str(
                arena, wx_utf8_clip(wx_mask(page->arena, wx_str_sub(page->decoded.text,
                                                                    look->notice.offset,
                                                                    look->notice.end)),
                                    300));
        look->elsewhere = wx_arena_str(arena, leads_elsewhere(judge, page));
    }
    if (!look->elsewhere.len) {
        struct wx_str host = held_target(judge, &obs->fetch);

        look->is_held = host.len && wx_judge_is_own_host(judge, host);
        look->elsewhere = look->is_held ? look->elsewhere : host;
    }
    look->is_usable = status >= 200 && status < 300 && status != 202 &&
                      look->notice.kind == WX_NOTICE_NONE && !look->elsewhere.len;
    if (status == 202 && look->notice.kind == WX_NOTICE_NONE)
        look->is_usable = true;
}

/* Pages beyond the start page are only counted: how much of the site was seen. */
static void count_page(struct wx_judge *judge, struct availability *a,
                       const struct wx_observation *obs, struct wx_page *page)
{
    enum wx_outcome outcome = obs->fetch.outcome;
    struct wx_notice notice;

    a->n_fetches++;
    if (outcome == WX_OUT_STOPPED)
        a->n_stopped++;
    else if (outcome == WX_OUT_ROBOTS)
        a->n_robots++;
    else if (outcome == WX_OUT_CONNECT_TIMEOUT || outcome == WX_OUT_TIMEOUT ||
             outcome == WX_OUT_BODY_TIMEOUT || outcome == WX_OUT_RESET ||
             outcome == WX_OUT_REFUSED)
        a->n_timeouts++;
    if (outcome != WX_OUT_OK || !page)
        return;
    if (obs->fetch.status == 200 && !page->is_notice) {
        a->n_good++;
        return;
    }
    notice = wx_page_notice(judge, page);
    if (notice.kind != WX_NOTICE_FIREWALL && notice.kind != WX_NOTICE_CHALLENGE)
        return;
    a->n_blocked++;
    if (!a->blocked_obs) {
        a->blocked_obs = wx_observation_keep(wx_judge_arena(judge), obs);
        a->blocked = notice;
        a->blocked.name = wx_arena_str(wx_judge_arena(judge), notice.name);
    }
}

static void availability_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                               struct wx_page *page)
{
    struct availability *a = state_of(judge);
    struct look *look;

    if (obs->fetch.purpose == WX_FOR_PAGE) {
        count_page(judge, a, obs, page);
        return;
    }
    if (obs->fetch.purpose == WX_FOR_ROBOTS && !a->robots_obs)
        a->robots_obs = wx_observation_keep(wx_judge_arena(judge), obs);
    if (obs->fetch.purpose != WX_FOR_HOME && obs->fetch.purpose != WX_FOR_VARIANT)
        return;
    if (obs->fetch.purpose == WX_FOR_HOME && a->has_home) {
        /* a second try: of the same address it replaces a worse one, of another form
         * it stands beside it */
        if (wx_str_eq(obs->fetch.url, a->looks[0].obs->fetch.url)) {
            if (!a->looks[0].is_usable)
                look_at(judge, &a->looks[0], obs, page);
        } else if (a->n_looks < MAX_LOOKS) {
            look_at(judge, &a->looks[a->n_looks++], obs, page);
        }
        return;
    }
    if (a->n_looks == MAX_LOOKS)
        return;
    look = &a->looks[a->n_looks++];
    if (obs->fetch.purpose == WX_FOR_HOME) {
        *look = a->looks[0];
        look = &a->looks[0];
        a->has_home = true;
    }
    look_at(judge, look, obs, page);
}

/* ---- the site as a whole ---- */

struct outcome_rule { /* what a transport outcome means for the site */
    enum wx_outcome outcome;
    const char *rule;
    bool is_not_determined;
    enum wx_site_status status;
};

static const struct outcome_rule outcome_rules[] = {
    {WX_OUT_NO_SUCH_HOST, "site-dns-missing", false, WX_SITE_UNREACHABLE},
    {WX_OUT_DNS_FAILED, "site-dns-failed", true, WX_SITE_UNREACHABLE},
    {WX_OUT_REFUSED, "site-refused", false, WX_SITE_UNREACHABLE},
    {WX_OUT_UNREACHABLE, "site-no-route", true, WX_SITE_UNREACHABLE},
    {WX_OUT_RESET, "site-no-route", true, WX_SITE_UNREACHABLE},
    {WX_OUT_CONNECT_TIMEOUT, "site-timeout", true, WX_SITE_UNREACHABLE},
    {WX_OUT_TIMEOUT, "site-timeout", true, WX_SITE_UNREACHABLE},
    {WX_OUT_BODY_TIMEOUT, "site-timeout", true, WX_SITE_UNREACHABLE},
    {WX_OUT_TLS_FAILED, NULL, false, WX_SITE_UNREACHABLE}, /* certificate.c says it */
    {WX_OUT_BAD_HTTP, "site-bad-answer", false, WX_SITE_UNREACHABLE},
    {WX_OUT_TOO_BIG, "site-bad-answer", false, WX_SITE_UNREACHABLE},
    {WX_OUT_REDIRECT_LOOP, "site-redirect-loop", false, WX_SITE_UNREACHABLE},
    {WX_OUT_DENIED, NULL, false, WX_SITE_DENIED},
    {WX_OUT_ROBOTS, "site-robots-closed", true, WX_SITE_BLOCKED},
    /* not by us (that is a cut): the site asked us to stay away, or kept failing */
    {WX_OUT_STOPPED, "site-turned-away", true, WX_SITE_BLOCKED},
};

static const struct outcome_rule *rule_of_outcome(enum wx_outcome outcome)
{
    for (size_t i = 0; i < sizeof outcome_rules / sizeof *outcome_rules; i++)
        if (outcome_rules[i].outcome == outcome)
            return &outcome_rules[i];
    return NULL;
}

/* "HTTP 404", or why there is no answer. */
static struct wx_str ended(struct wx_arena *arena, const struct wx_fetch *f,
                           enum wx_lang lang)
{
    return f->outcome == WX_OUT_OK ? wx_arena_printf(arena, "HTTP %u", f->status)
                                   : wx_str_of(wx_outcome_text(lang, f->outcome));
}

/* "https://www.a.gov.cn/ 连接超时；http://www.a.gov.cn/ 连接被拒绝": every form tried.
 */
static struct wx_str tried(struct wx_judge *judge, const struct availability *a,
                           enum wx_lang lang)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    struct wx_str text = {NULL, 0};

    for (size_t i = 0; i < a->n_looks; i++) {
        const struct wx_fetch *f = &a->looks[i].obs->fetch;
        const char *gap = !i ? "" : (lang == WX_ZH ? "；" : "; ");
        struct wx_str url = wx_utf8_clip(f->url, 120), how = ended(arena, f, lang);

        text = wx_arena_printf(arena, WX_STR_FMT "%s" WX_STR_FMT " " WX_STR_FMT,
                               WX_STR_ARG(text), gap, WX_STR_ARG(url), WX_STR_ARG(how));
    }
    return text;
}

static void detail_tried(struct wx_judge *judge, const struct availability *a,
                         struct wx_draft *draft)
{
    for (enum wx_lang lang = WX_ZH; lang <= WX_EN; lang++)
        wx_draft_detail_in(draft, wx_judge_arena(judge), lang, WX_T_AVAIL_TRIED,
                           WX_STR_ARG(tried(judge, a, lang)));
}

static struct wx_draft draft_for(const struct look *look, const char *rule)
{
    return (struct wx_draft){.rule = rule,
                             .obs = look->obs,
                             .url = look->obs->fetch.url,
                             .excerpt = look->excerpt,
                             .is_site_wide = true};
}

static void say_transport(struct wx_judge *judge, struct availability *a,
                          const struct look *home)
{
    const struct wx_fetch *f = &home->obs->fetch;
    const struct outcome_rule *r = rule_of_outcome(f->outcome);
    struct wx_draft draft;

    if (!r)
        return;
    wx_judge_set_status(judge, r->status, wx_str_of(wx_outcome_name(f->outcome)));
    if (!r->rule)
        return;
    draft = draft_for(home, r->rule);
    draft.is_not_determined = r->is_not_determined;
    draft.excerpt = wx_utf8_clip(f->detail, 300);
    detail_tried(judge, a, &draft);
    wx_judge_report(judge, &draft);
}

static void say_blocked(struct wx_judge *judge, const struct look *home)
{
    struct wx_draft draft = draft_for(home, "site-blocked");
    const struct wx_notice *n = &home->notice;

    draft.is_not_determined = true;
    draft.key = n->name;
    wx_draft_detail(&draft, wx_judge_arena(judge),
                    n->kind == WX_NOTICE_CHALLENGE ? WX_T_AVAIL_CHALLENGE
                                                   : WX_T_AVAIL_FIREWALL,
                    home->obs->fetch.status, n->product);
    wx_judge_report(judge, &draft);
    wx_judge_set_status(
        judge, WX_SITE_BLOCKED,
        wx_arena_printf(wx_judge_arena(judge), "waf:" WX_STR_FMT, WX_STR_ARG(n->name)));
}

static void say_notice(struct wx_judge *judge, const struct look *home)
{
    bool is_parked = home->notice.kind == WX_NOTICE_PARKED;
    struct wx_draft draft =
        draft_for(home, is_parked ? "site-parked" : "site-suspended");

    draft.key = home->notice.name;
    wx_draft_detail(&draft, wx_judge_arena(judge),
                    is_parked ? WX_T_AVAIL_PARKED : WX_T_AVAIL_SUSPENDED,
                    home->obs->fetch.status, home->notice.product);
    wx_judge_report(judge, &draft);
    wx_judge_set_status(judge, is_parked ? WX_SITE_PARKED : WX_SITE_UNREACHABLE,
                        is_parked ? WX_STR("parked") : WX_STR("suspended"));
}

/* To another body's domain: of the government, probably moved; else, perhaps lost. */
static void say_elsewhere(struct wx_judge *judge, const struct look *home)
{
    bool is_gov = wx_domain_is_government(home->elsewhere);
    struct wx_draft draft = draft_for(home, "site-elsewhere");

    draft.key = wx_domain_registrable(home->elsewhere);
    draft.severity_plus_1 = is_gov ? 1 + WX_SEV_LOW : 0;
    wx_draft_detail(&draft, wx_judge_arena(judge),
                    is_gov ? WX_T_AVAIL_ELSEWHERE_GOV : WX_T_AVAIL_ELSEWHERE,
                    WX_STR_ARG(home->elsewhere), (unsigned)home->obs->fetch.n_hops);
    wx_judge_report(judge, &draft);
    wx_judge_set_status(judge, WX_SITE_ELSEWHERE, home->elsewhere);
}

/* A status that says "not you" or "not now" tells nothing about the site itself. */
static bool status_is_refusal(uint16_t status)
{
    return status == 401 || status == 403 || status == 405 || status == 406 ||
           status == 407 || status == 412 || status == 418 || status == 429 ||
           status == 451 || status == 503 || status == 521;
}

static void say_status(struct wx_judge *judge, struct availability *a,
                       const struct look *home)
{
    uint16_t status = home->obs->fetch.status;
    struct wx_str after =
        wx_headers_get(wx_fetch_headers(&home->obs->fetch), "Retry-After");
    bool is_refusal = status_is_refusal(status);
    struct wx_draft draft = draft_for(
        home, is_refusal ? "site-turned-away"
                         : (status >= 500 ? "site-http-5xx" : "site-http-4xx"));

    draft.is_not_determined = is_refusal;
    draft.key = wx_arena_printf(wx_judge_arena(judge), "%u", status);
    for (enum wx_lang lang = WX_ZH; lang <= WX_EN; lang++) {
        struct wx_str forms = tried(judge, a, lang);

        if (after.len)
            wx_draft_detail_in(&draft, wx_judge_arena(judge), lang,
                               WX_T_AVAIL_STATUS_RETRY, status,
                               WX_STR_ARG(wx_utf8_clip(after, 40)), WX_STR_ARG(forms));
        else
            wx_draft_detail_in(&draft, wx_judge_arena(judge), lang, WX_T_AVAIL_STATUS,
                               status, WX_STR_ARG(forms));
    }
    wx_judge_report(judge, &draft);
    wx_judge_set_status(
        judge, is_refusal && status != 503 ? WX_SITE_BLOCKED : WX_SITE_UNREACHABLE,
        wx_arena_printf(wx_judge_arena(judge), "http_%u", status));
}

static void say_why_not(struct wx_judge *judge, struct availability *a,
                        const struct look *home)
{
    if (home->obs->fetch.outcome != WX_OUT_OK)
        say_transport(judge, a, home);
    else if (home->notice.kind == WX_NOTICE_PARKED ||
             home->notice.kind == WX_NOTICE_SUSPENDED)
        say_notice(judge, home);
    else if (home->notice.kind != WX_NOTICE_NONE)
        say_blocked(judge, home);
    else if (home->elsewhere.len)
        say_elsewhere(judge, home);
    else if (home->is_held)
        wx_judge_set_status(judge, WX_SITE_DENIED, WX_STR("redirect"));
    else
        say_status(judge, a, home);
}

/* The registered form fails although another form of the same address works. */
static void say_entry(struct wx_judge *judge, const struct look *home,
                      const struct look *works)
{
    const struct wx_fetch *f = &home->obs->fetch;
    struct wx_draft draft = draft_for(home, "site-entry-broken");

    draft.is_not_determined = home->notice.kind == WX_NOTICE_FIREWALL ||
                              home->notice.kind == WX_NOTICE_CHALLENGE ||
                              f->outcome == WX_OUT_CONNECT_TIMEOUT ||
                              f->outcome == WX_OUT_TIMEOUT;
    for (enum wx_lang lang = WX_ZH; lang <= WX_EN; lang++)
        wx_draft_detail_in(&draft, wx_judge_arena(judge), lang, WX_T_AVAIL_ENTRY,
                           WX_STR_ARG(f->url),
                           WX_STR_ARG(ended(wx_judge_arena(judge), f, lang)),
                           WX_STR_ARG(works->obs->fetch.final_url));
    wx_judge_report(judge, &draft);
}

/* The start page is longer than what we read of one: only its beginning was judged. */
static void say_cut(struct wx_judge *judge, const struct look *home)
{
    struct wx_draft draft = draft_for(home, "inspection-incomplete");

    draft.is_not_determined = true;
    draft.key = WX_STR("truncated");
    wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_AVAIL_CUT,
                    WX_STR_ARG(home->obs->fetch.final_url),
                    (unsigned long long)home->obs->fetch.body_bytes);
    wx_judge_report(judge, &draft);
    wx_judge_set_status(judge, WX_SITE_PARTLY, draft.key);
}

/* Content-Length is not what came: proxies and browsers may cut the page. */
static void say_length(struct wx_judge *judge, const struct look *home)
{
    struct wx_draft draft = draft_for(home, "site-bad-answer");

    draft.key = WX_STR("length");
    draft.severity_plus_1 = 1 + WX_SEV_LOW;
    draft.excerpt = wx_utf8_clip(home->obs->fetch.detail, 300);
    wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_AVAIL_LENGTH,
                    WX_STR_ARG(home->obs->fetch.final_url),
                    (unsigned long long)home->obs->fetch.body_bytes);
    wx_judge_report(judge, &draft);
}

static void say_partly(struct wx_judge *judge, const struct availability *a,
                       const struct look *works)
{
    struct wx_draft draft = {.rule = "inspection-incomplete",
                             .obs = a->blocked_obs,
                             .is_site_wide = true,
                             .is_not_determined = true};
    uint32_t n_lost = a->n_blocked + a->n_timeouts;
    bool is_lossy =
        n_lost >= MIN_LOST_PAGES && n_lost * PARTLY_LOST_SHARE >= a->n_fetches;

    if (works && works->obs->fetch.is_length_wrong)
        say_length(judge, works);
    if (!a->n_stopped && !is_lossy && works && works->obs->fetch.is_truncated) {
        say_cut(judge, works);
        return;
    }
    if (!a->n_stopped && !is_lossy) {
        wx_judge_set_status(judge, WX_SITE_INSPECTED, WX_STR(""));
        return;
    }
    if (!is_lossy) {
        wx_judge_set_status(judge, WX_SITE_PARTLY, WX_STR("stopped"));
        return;
    }
    draft.key = a->n_blocked > a->n_timeouts ? WX_STR("blocked") : WX_STR("timeout");
    wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_AVAIL_PARTLY, a->n_fetches,
                    a->n_good, a->n_blocked, a->n_timeouts);
    wx_judge_report(judge, &draft);
    wx_judge_set_status(judge, WX_SITE_PARTLY, draft.key);
}

/*
 * Nothing but robots.txt was asked for: it forbids the start page, or it failed itself
 * (RFC 9309, 2.3.1.4: a server error forbids everything).
 */
static void say_robots(struct wx_judge *judge, struct availability *a)
{
    struct look *look = &a->looks[0];
    struct wx_draft draft;

    look_at(judge, look, a->robots_obs, NULL);
    a->n_looks = 1;
    if (look->obs->fetch.outcome != WX_OUT_OK) {
        say_transport(judge, a, look);
    } else if (look->obs->fetch.status >= 500) {
        say_status(judge, a, look);
    } else {
        draft = draft_for(look, "site-robots-closed");
        draft.is_not_determined = true;
        detail_tried(judge, a, &draft);
        wx_judge_report(judge, &draft);
        wx_judge_set_status(judge, WX_SITE_BLOCKED, WX_STR("robots"));
    }
}

static void availability_site(struct wx_judge *judge)
{
    struct availability *a = state_of(judge);
    const struct look *works = NULL;

    for (size_t i = 0; i < a->n_looks && !works; i++)
        if (a->looks[i].is_usable)
            works = &a->looks[i];
    if (works && a->has_home && works != &a->looks[0])
        say_entry(judge, &a->looks[0], works);
    if (works || (!a->has_home && a->n_good))
        say_partly(judge, a, works);
    else if (wx_judge_is_cut(
                 judge)) /* another form of the address might have answered */
        wx_judge_set_status(judge, WX_SITE_PARTLY, WX_STR("stopped"));
    else if (a->n_looks)
        say_why_not(judge, a, &a->looks[0]);
    else if (a->robots_obs && !a->n_fetches)
        say_robots(judge, a);
}

static void availability_facts(struct wx_judge *judge, struct wx_json *facts)
{
    struct availability *a = state_of(judge);

    if (!a->n_looks)
        return;
    wx_json_key(facts, "entries");
    wx_json_open(facts, '[');
    for (size_t i = 0; i < a->n_looks; i++) {
        const struct look *look = &a->looks[i];
        const struct wx_tls *tls = wx_fetch_tls(&look->obs->fetch);

        wx_json_open(facts, '{');
        wx_json_kstr(facts, "url", look->obs->fetch.url);
        wx_json_kz(facts, "outcome", wx_outcome_name(look->obs->fetch.outcome));
        wx_json_kint(facts, "status", look->obs->fetch.status);
        wx_json_kstr_opt(facts, "final_url", look->obs->fetch.final_url);
        if (look->obs->fetch.n_hops)
            wx_json_kstr_opt(facts, "address", look->obs->fetch.hops[0].address);
        wx_json_kbool(facts, "usable", look->is_usable);
        if (look->notice.kind != WX_NOTICE_NONE)
            wx_json_kz(facts, "notice", look->notice.product);
        if (tls && tls->needs_old_client)
            wx_json_kbool(facts, "old_client_only", true);
        wx_json_close(facts, '}');
    }
    wx_json_close(facts, ']');
}

const struct wx_detector wx_detector_availability = {
    .name = "availability",
    .fetch = availability_fetch,
    .site = availability_site,
    .facts = availability_facts,
};

static struct availability *state_of(struct wx_judge *judge)
{
    return wx_judge_state(judge, &wx_detector_availability,
                          sizeof(struct availability));
}
