/*
 * Security headers and cookies. A header is judged over all HTML pages that came (one
 * finding for the site, with how many lack it); a session cookie by its own attributes.
 * Load balancers' and firewalls' cookies, and tokens that scripts must read against
 * cross-site requests, are not session cookies.
 */
#include "detect/draft.h"
#include "wire/http.h"

enum {
    MAX_COOKIES_SAID = 30,
    MIN_HTML_BYTES = 64, /* an empty answer needs no protection */
};

enum guard { GUARD_NOSNIFF, GUARD_FRAME, GUARD_CSP, GUARD_REFERRER, N_GUARDS };

static const struct {
    const char *rule, *shown;
} guards[N_GUARDS] = {
    {"missing-nosniff", "X-Content-Type-Options"},
    {"missing-frame-options", "X-Frame-Options / frame-ancestors"},
    {"missing-csp", "Content-Security-Policy"},
    {"missing-referrer-policy", "Referrer-Policy"},
};

struct headers {
    uint32_t n_pages;
    uint32_t n_lacking[N_GUARDS];
    const struct wx_observation *first[N_GUARDS]; /* the first page that lacks it */
    uint32_t n_cookies_said;
};

static struct headers *state_of(struct wx_judge *judge);

static bool csp_frames(struct wx_str policy)
{
    return wx_str_ifindz(policy, "frame-ancestors") != WX_NPOS;
}

/* Which guards the header section and the page's <meta> set. */
static unsigned guards_of(const struct wx_page *page)
{
    const struct wx_html_meta *meta;
    struct wx_str name, value;
    unsigned set = 0;
    size_t pos = 0;

    while (wx_headers_next(page->headers, &pos, &name, &value)) {
        if (name.len == 22 && wx_str_ieqz(name, "X-Content-Type-Options"))
            set |= wx_str_ieqz(wx_str_trim(value), "nosniff") ? 1u << GUARD_NOSNIFF : 0;
        else if (name.len == 15 && wx_str_ieqz(name, "X-Frame-Options"))
            set |= 1u << GUARD_FRAME;
        else if (name.len == 15 && wx_str_ieqz(name, "Referrer-Policy"))
            set |= 1u << GUARD_REFERRER;
        else if (name.len == 23 && wx_str_ieqz(name, "Content-Security-Policy"))
            set |= 1u << GUARD_CSP | (csp_frames(value) ? 1u << GUARD_FRAME : 0);
    }
    if (!(set & 1u << GUARD_CSP)) {
        meta = wx_html_meta_get(page->html, "Content-Security-Policy");
        /* frame-ancestors has no effect in <meta> (CSP 3, 6.4.2) */
        set |= meta && meta->is_http_equiv ? 1u << GUARD_CSP : 0;
    }
    if (!(set & 1u << GUARD_REFERRER))
        set |= wx_html_meta_get(page->html, "referrer") ? 1u << GUARD_REFERRER : 0;
    return set;
}

static void count_guards(struct wx_judge *judge, struct headers *h,
                         const struct wx_page *page)
{
    unsigned set = guards_of(page);

    h->n_pages++;
    for (size_t i = 0; i < N_GUARDS; i++) {
        if (set & 1u << i)
            continue;
        h->n_lacking[i]++;
        if (!h->first[i])
            h->first[i] = wx_observation_keep(wx_judge_arena(judge), page->obs);
    }
}

/* ---- cookies ---- */

static bool contains_any(struct wx_str name, const char *const *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (wx_str_ifindz(name, parts[i]) != WX_NPOS)
            return true;
    return false;
}

/* Names that carry a log-in or a session in the frameworks met on Chinese sites. */
static bool is_session_name(struct wx_str name)
{
    static const char *const others[] = {
        "csrf",        "xsrf",     "__jsl",        "acw_",          "aliyungf", "hwwaf",
        "bigip",       "serverid", "route",        "safedog",       "yunsuo",   "wzws",
        "affinity",    "lang",     "visid_incap",  "incap_",        "ts0",      "__cf",
        "insert_cook", "waf",      "jsl_tracking", "session_check", "lvt_",     "lpvt_",
    };
    static const char *const parts[] = {"sess",       "phpsessid", "jsessionid",
                                        "rememberme", "aspxauth",  "connect.sid",
                                        "auth"};
    static const char *const whole[] = {
        "sid",     "token",       "access_token", "ticket",    "ssoid",
        "satoken", "admin-token", "jwt",          "uid_token", "x-access-token"};

    if (contains_any(name, others, sizeof others / sizeof *others))
        return false;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (wx_str_ieqz(name, whole[i]))
            return true;
    return contains_any(name, parts, sizeof parts / sizeof *parts);
}

/* ASP puts random letters behind the name: the same cookie all the same. */
static struct wx_str cookie_key(struct wx_str name)
{
    return wx_str_istarts(name, "ASPSESSIONID") ? WX_STR("ASPSESSIONID*")
                                                : wx_utf8_clip(name, 60);
}

static void say_cookie(struct wx_judge *judge, struct headers *h,
                       const struct wx_observation *obs, const struct wx_hop *hop,
                       const struct wx_cookie *cookie, const char *rule,
                       const char *attribute)
{
    struct wx_draft draft = {.rule = rule, .obs = obs, .url = hop->url};
    struct wx_arena scratch;

    if (h->n_cookies_said++ >= MAX_COOKIES_SAID)
        return;
    wx_arena_init(&scratch);
    draft.is_site_wide = true;
    draft.key = cookie_key(cookie->name);
    draft.where = WX_STR("Set-Cookie");
    /* never the value: it may be a live session */
    draft.excerpt =
        wx_arena_printf(&scratch, "Set-Cookie: " WX_STR_FMT "=***%s%s%s" WX_STR_FMT,
                        WX_STR_ARG(draft.key), cookie->is_secure ? "; Secure" : "",
                        cookie->is_http_only ? "; HttpOnly" : "",
                        cookie->same_site.len ? "; SameSite=" : "",
                        WX_STR_ARG(wx_utf8_clip(cookie->same_site, 20)));
    wx_draft_detail(&draft, &scratch, WX_T_COOKIE_LACKS, WX_STR_ARG(draft.key),
                    attribute, WX_STR_ARG(hop->url));
    wx_judge_report(judge, &draft);
    wx_arena_clear(&scratch);
}

static bool is_deleted(const struct wx_cookie *cookie, struct wx_str field)
{
    return !cookie->value.len || wx_str_ieqz(cookie->value, "deleted") ||
           wx_str_ieqz(cookie->value, "deleteMe") ||
           wx_str_ifindz(field, "max-age=0") != WX_NPOS ||
           wx_str_findz(field, "Jan-1970") != WX_NPOS ||
           wx_str_findz(field, "Jan 1970") != WX_NPOS;
}

static void judge_cookie(struct wx_judge *judge, struct headers *h,
                         const struct wx_observation *obs, const struct wx_hop *hop,
                         struct wx_str field)
{
    struct wx_cookie cookie;

    if (!wx_cookie_parse(field, &cookie) || !is_session_name(cookie.name) ||
        is_deleted(&cookie, field))
        return;
    if (!cookie.is_http_only)
        say_cookie(judge, h, obs, hop, &cookie, "cookie-no-httponly", "HttpOnly");
    if (!cookie.is_secure && wx_str_istarts(hop->url, "https://"))
        say_cookie(judge, h, obs, hop, &cookie, "cookie-no-secure", "Secure");
    if (!cookie.same_site.len)
        say_cookie(judge, h, obs, hop, &cookie, "cookie-no-samesite", "SameSite");
}

static void judge_hop(struct wx_judge *judge, struct headers *h,
                      const struct wx_observation *obs, const struct wx_hop *hop)
{
    struct wx_str name, value;
    struct wx_arena scratch;
    bool is_own = false;
    size_t pos = 0;

    while (wx_headers_next(hop->headers, &pos, &name, &value)) {
        if (name.len != 10 || !wx_str_ieqz(name, "Set-Cookie"))
            continue;
        if (!is_own) {
            wx_arena_init(&scratch);
            is_own = wx_judge_is_own_host(judge, wx_host_of(&scratch, hop->url));
            wx_arena_clear(&scratch);
            if (!is_own)
                return;
        }
        judge_cookie(judge, h, obs, hop, value);
    }
}

static void headers_fetch(struct wx_judge *judge, const struct wx_observation *obs,
                          struct wx_page *page)
{
    struct headers *h = state_of(judge);
    enum wx_purpose purpose = obs->fetch.purpose;

    if (purpose != WX_FOR_PAGE && purpose != WX_FOR_HOME && purpose != WX_FOR_VARIANT)
        return;
    for (size_t i = 0; i < obs->fetch.n_hops; i++)
        judge_hop(judge, h, obs, &obs->fetch.hops[i]);
    if (page && page->html && obs->fetch.status == 200 && purpose != WX_FOR_VARIANT &&
        page->bytes.len >= MIN_HTML_BYTES && page->headers.len && !page->is_notice)
        count_guards(judge, h, page);
}

static void headers_site(struct wx_judge *judge)
{
    struct headers *h = state_of(judge);

    for (size_t i = 0; i < N_GUARDS; i++) {
        struct wx_draft draft = {.rule = guards[i].rule, .is_site_wide = true};

        if (!h->n_lacking[i])
            continue;
        draft.obs = h->first[i];
        draft.where = WX_STR("响应头 / response headers");
        wx_draft_detail(&draft, wx_judge_arena(judge), WX_T_HEADER_MISSING, h->n_pages,
                        h->n_lacking[i], guards[i].shown,
                        WX_STR_ARG(wx_utf8_clip(h->first[i]->fetch.final_url, 300)));
        wx_judge_report(judge, &draft);
    }
}

const struct wx_detector wx_detector_headers = {
    .name = "headers",
    .fetch = headers_fetch,
    .site = headers_site,
};

static struct headers *state_of(struct wx_judge *judge)
{
    return wx_judge_state(judge, &wx_detector_headers, sizeof(struct headers));
}
