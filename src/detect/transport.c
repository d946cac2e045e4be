/*
 * Is the way to the site encrypted? Judged at the end, when the http and https forms of
 * the address are both known. An https form that could not be measured (time out) says
 * nothing; a refused one says that there is none.
 */
#include "detect/draft.h"

enum {
    MAX_FORMS = 8,
    HSTS_SHORT_S = 15552000, /* half a year; browsers' preload lists ask for one year */
    MAX_MIXED_SAID = 40,     /* resources named for one site */
};

struct form { /* the start page by one form of the address */
    const struct wx_observation *obs;
    bool is_https_asked; /* https:// was asked for */
    bool is_https_final;
    bool is_answered; /* an answer below 400, the site's own words, from its own host */
};

struct transport {
    struct form forms[MAX_FORMS];
    size_t n_forms;
    uint32_t n_mixed_said;
};

static struct transport *state_of(struct wx_judge *judge);

static bool is_https(struct wx_str url)
{
    return wx_str_istarts(url, "https://");
}

static void transport_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                            struct wx_page *page)
{
    struct transport *t = state_of(judge);
    const struct wx_fetch *fetch = &obs->fetch;
    struct form *form;

    if ((fetch->purpose != WX_FOR_HOME && fetch->purpose != WX_FOR_VARIANT) ||
        t->n_forms == MAX_FORMS)
        return;
    form = &t->forms[t->n_forms++];
    form->obs = wx_observation_keep(wx_judge_arena(judge), obs);
    form->is_https_asked = is_https(fetch->url);
    form->is_https_final = is_https(fetch->final_url);
    form->is_answered = fetch->outcome == WX_OUT_OK && fetch->status > 0 &&
                        fetch->status < 400 && !(page && page->is_notice) &&
                        wx_judge_is_own_host(
                            judge, wx_host_of(wx_judge_arena(judge), fetch->final_url));
}

/* ---- mixed content ---- */

static bool kind_is_active(uint8_t kind)
{
    return kind == WX_LINK_SCRIPT || kind == WX_LINK_STYLESHEET ||
           kind == WX_LINK_IFRAME || kind == WX_LINK_FRAME || kind == WX_LINK_EMBED;
}

static bool kind_is_passive(uint8_t kind)
{
    return kind == WX_LINK_IMG || kind == WX_LINK_MEDIA;
}

/* The page asks browsers to fetch everything by https: nothing is mixed then. */
static bool upgrades_requests(const struct wx_page *page)
{
    const struct wx_html_meta *meta =
        wx_html_meta_get(page->html, "Content-Security-Policy");
    struct wx_str header = wx_headers_get(page->headers, "Content-Security-Policy");

    return wx_str_ifindz(header, "upgrade-insecure-requests") != WX_NPOS ||
           (meta &&
            wx_str_ifindz(meta->content, "upgrade-insecure-requests") != WX_NPOS);
}

static void say_mixed(struct wx_judge *judge, struct wx_page *page,
                      const struct wx_html_link *link, const char *rule)
{
    struct wx_str target = wx_utf8_clip(link->href, 300);
    struct wx_draft draft = {.rule = rule,
                             .obs = page->obs,
                             .page = page,
                             .offset = link->offset,
                             .end = link->end,
                             .is_site_wide = true};

    draft.key = wx_host_of(page->arena, link->href);
    if (!draft.key.len)
        return;
    wx_draft_detail(&draft, page->arena, WX_T_MIXED, WX_STR_ARG(page->url.href),
                    WX_STR_ARG(target));
    wx_judge_report(judge, &draft);
}

static void transport_page(struct wx_judge *judge, struct wx_page *page)
{
    struct transport *t = state_of(judge);
    int is_upgraded = -1; /* asked only when something is mixed */

    if (!page->url.is_https)
        return;
    for (size_t i = 0; i < page->html->n_links; i++) {
        const struct wx_html_link *link = &page->html->links[i];
        const char *rule = kind_is_active(link->kind)    ? "mixed-content-active"
                           : kind_is_passive(link->kind) ? "mixed-content-passive"
                           : link->kind == WX_LINK_FORM  ? "form-over-http"
                                                         : NULL;

        if (!rule || !wx_str_istarts(link->href, "http://") ||
            (link->in & WX_IN_COMMENT))
            continue;
        if (is_upgraded < 0)
            is_upgraded = upgrades_requests(page);
        if (is_upgraded && link->kind != WX_LINK_FORM)
            continue;
        if (t->n_mixed_said++ >= MAX_MIXED_SAID)
            return;
        say_mixed(judge, page, link, rule);
    }
}

/* ---- the forms together ---- */

/* The forms come in any order; what is said of them must not depend on it. */
static int compare_forms(const struct form *a, const struct form *b, struct wx_str host,
                         struct wx_arena *arena)
{
    const struct wx_fetch *x = &a->obs->fetch, *y = &b->obs->fetch;
    bool x_here = wx_str_eq(wx_host_of(arena, x->url), host);
    bool y_here = wx_str_eq(wx_host_of(arena, y->url), host);
    size_t n = x->url.len < y->url.len ? x->url.len : y->url.len;
    int order;

    if (x_here != y_here)
        return x_here ? -1 : 1;
    if ((x->purpose == WX_FOR_HOME) != (y->purpose == WX_FOR_HOME))
        return x->purpose == WX_FOR_HOME ? -1 : 1;
    order = n ? memcmp(x->url.ptr, y->url.ptr, n) : 0;
    return order ? order : (x->url.len > y->url.len) - (x->url.len < y->url.len);
}

/* Of several such forms the one of HOST (may be empty), else the start page. */
static const struct form *find_form(struct wx_judge *judge, const struct transport *t,
                                    bool is_https_asked, bool is_answered,
                                    struct wx_str host)
{
    struct wx_arena *arena = wx_judge_arena(judge);
    const struct form *best = NULL;

    for (size_t i = 0; i < t->n_forms; i++) {
        const struct form *form = &t->forms[i];

        if (form->is_https_asked == is_https_asked &&
            form->is_answered == is_answered &&
            (!best || compare_forms(form, best, host, arena) < 0))
            best = form;
    }
    return best;
}

static struct wx_draft draft_for(const struct form *form, const char *rule)
{
    return (struct wx_draft){.rule = rule,
                             .obs = form->obs,
                             .url = form->obs->fetch.url,
                             .is_site_wide = true};
}

/* Any connection at all that ended in an encrypted answer, by redirect or asked for. */
static const struct form *https_answer(const struct transport *t)
{
    for (size_t i = 0; i < t->n_forms; i++)
        if (t->forms[i].is_answered && t->forms[i].is_https_final)
            return &t->forms[i];
    return NULL;
}

static void say_no_https(struct wx_judge *judge, const struct transport *t)
{
    const struct form *http = find_form(judge, t, false, true, WX_STR(""));
    const struct form *https, *down;
    struct wx_draft draft;
    struct wx_str host;

    if (!http || http->is_https_final || https_answer(t))
        return;
    /* that www.x has no address says nothing about https of x */
    host = wx_host_of(wx_judge_arena(judge), http->obs->fetch.url);
    https = find_form(judge, t, true, false, host);
    down = find_form(judge, t, true, true, host);
    if (https && https->obs->fetch.outcome == WX_OUT_REFUSED) {
        draft = draft_for(https, "no-https");
        wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_HTTPS_REFUSED,
                        WX_STR_ARG(https->obs->fetch.url),
                        WX_STR_ARG(http->obs->fetch.url));
        wx_judge_report(judge, &draft);
    } else if (https && (https->obs->fetch.outcome == WX_OUT_CONNECT_TIMEOUT ||
                         https->obs->fetch.outcome == WX_OUT_TIMEOUT ||
                         https->obs->fetch.outcome == WX_OUT_RESET ||
                         https->obs->fetch.outcome == WX_OUT_UNREACHABLE)) {
        draft = draft_for(https, "no-https");
        draft.is_not_determined = true;
        for (enum wx_lang lang = WX_ZH; lang <= WX_EN; lang++)
            wx_draft_detail_in(&draft, wx_judge_arena(judge), lang, WX_T_HTTPS_UNKNOWN,
                               WX_STR_ARG(https->obs->fetch.url),
                               wx_outcome_text(lang, https->obs->fetch.outcome));
        wx_judge_report(judge, &draft);
    } else if (down && !down->is_https_final) {
        draft = draft_for(down, "https-downgraded");
        wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_HTTPS_DOWNGRADED,
                        WX_STR_ARG(down->obs->fetch.url),
                        WX_STR_ARG(down->obs->fetch.final_url));
        wx_judge_report(judge, &draft);
    }
}

static void say_no_redirect(struct wx_judge *judge, const struct transport *t)
{
    const struct form *https = https_answer(t);
    struct wx_draft draft;

    for (size_t i = 0; https && i < t->n_forms; i++) {
        const struct form *http = &t->forms[i];

        if (http->is_https_asked || !http->is_answered || http->is_https_final ||
            http->obs->fetch.status != 200)
            continue;
        draft = draft_for(http, "http-not-redirected");
        wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_NO_REDIRECT,
                        WX_STR_ARG(http->obs->fetch.url), http->obs->fetch.status,
                        WX_STR_ARG(https->obs->fetch.final_url));
        wx_judge_report(judge, &draft);
        return;
    }
}

/* max-age of a Strict-Transport-Security value; -1 when it has none. */
static int64_t hsts_max_age(struct wx_str value)
{
    size_t at = wx_str_ifindz(value, "max-age");
    struct wx_str rest;
    uint64_t age;

    if (at == WX_NPOS)
        return -1;
    rest = wx_str_trim(wx_str_sub(value, at + 7, value.len));
    if (!rest.len || rest.ptr[0] != '=')
        return -1;
    rest = wx_str_sub(rest, 1, rest.len);
    rest = wx_str_trim(wx_str_cut(&rest, ';'));
    if (rest.len >= 2 && rest.ptr[0] == '"')
        rest = wx_str_sub(rest, 1, rest.len - 1);
    if (!wx_str_to_u64(rest, INT64_MAX / 2, &age))
        return -1;
    return (int64_t)age;
}

/* A browser ignores HSTS over a bad certificate, and it would lock visitors out: the
 * certificate comes first (RFC 6797, 8.1). */
static void say_hsts(struct wx_judge *judge, const struct transport *t)
{
    const struct form *form = https_answer(t);
    const struct wx_tls *tls = form ? wx_fetch_tls(&form->obs->fetch) : NULL;
    struct wx_str value;
    struct wx_draft draft;
    int64_t age;

    if (!form || form->obs->fetch.status != 200 || (tls && tls->cert_problems))
        return;
    if (!wx_fetch_headers(&form->obs->fetch).len)
        return; /* a saved page: not known is not the same as not sent */
    value = wx_headers_get(wx_fetch_headers(&form->obs->fetch),
                           "Strict-Transport-Security");
    age = hsts_max_age(value);
    if (age >= HSTS_SHORT_S)
        return;
    draft = draft_for(form, age < 0 ? "missing-hsts" : "hsts-short");
    draft.url = form->obs->fetch.final_url;
    draft.excerpt = wx_utf8_clip(value, 200);
    if (age < 0)
        wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_HSTS_MISSING,
                        WX_STR_ARG(form->obs->fetch.final_url));
    else
        wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_HSTS_SHORT,
                        WX_STR_ARG(form->obs->fetch.final_url), (long long)age);
    wx_judge_report(judge, &draft);
}

static void transport_site(struct wx_judge *judge)
{
    const struct transport *t = state_of(judge);

    say_no_https(judge, t);
    say_no_redirect(judge, t);
    say_hsts(judge, t);
}

static void transport_facts(struct wx_judge *judge, struct wx_json *facts)
{
    const struct transport *t = state_of(judge);

    if (!t->n_forms)
        return;
    wx_json_kbool(facts, "https", https_answer(t) != NULL);
}

const struct wx_detector wx_detector_transport = {
    .name = "transport",
    .fetch = transport_fetch,
    .page = transport_page,
    .site = transport_site,
    .facts = transport_facts,
};

static struct transport *state_of(struct wx_judge *judge)
{
    return wx_judge_state(judge, &wx_detector_transport, sizeof(struct transport));
}
