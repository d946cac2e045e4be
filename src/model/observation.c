#include "model/observation.h"

#include "model/field.h"

static const char *const purpose_names[] = {
    [WX_FOR_PAGE] = "page",       [WX_FOR_HOME] = "home",
    [WX_FOR_ROBOTS] = "robots",   [WX_FOR_SITEMAP] = "sitemap",
    [WX_FOR_ASSET] = "asset",     [WX_FOR_SOFT404] = "soft404",
    [WX_FOR_VARIANT] = "variant", [WX_FOR_EXPOSED] = "exposed",
    [WX_FOR_OFFSITE] = "offsite",
};
enum { N_PURPOSES = sizeof purpose_names / sizeof *purpose_names };

static const char *const outcome_names[WX_OUT_COUNT] = {
    [WX_OUT_OK] = "ok",
    [WX_OUT_NO_SUCH_HOST] = "no_such_host",
    [WX_OUT_DNS_FAILED] = "dns_failed",
    [WX_OUT_REFUSED] = "refused",
    [WX_OUT_UNREACHABLE] = "unreachable",
    [WX_OUT_CONNECT_TIMEOUT] = "connect_timeout",
    [WX_OUT_TLS_FAILED] = "tls_failed",
    [WX_OUT_TIMEOUT] = "timeout",
    [WX_OUT_BODY_TIMEOUT] = "body_timeout",
    [WX_OUT_RESET] = "reset",
    [WX_OUT_BAD_HTTP] = "bad_http",
    [WX_OUT_TOO_BIG] = "too_big",
    [WX_OUT_REDIRECT_LOOP] = "redirect_loop",
    [WX_OUT_DENIED] = "denied",
    [WX_OUT_ROBOTS] = "robots",
    [WX_OUT_STOPPED] = "stopped",
};

const char *wx_purpose_name(enum wx_purpose purpose)
{
    const char *name = (unsigned)purpose < N_PURPOSES ? purpose_names[purpose] : NULL;

    return name ? name : "unknown";
}

const char *wx_outcome_name(enum wx_outcome outcome)
{
    return (unsigned)outcome < WX_OUT_COUNT ? outcome_names[outcome] : "unknown";
}

bool wx_purpose_parse(struct wx_str s, enum wx_purpose *out)
{
    int i = wx_name_index(s, purpose_names, N_PURPOSES);

    if (i >= 0)
        *out = (enum wx_purpose)i;
    return i >= 0;
}

bool wx_outcome_parse(struct wx_str s, enum wx_outcome *out)
{
    int i = wx_name_index(s, outcome_names, WX_OUT_COUNT);

    if (i >= 0)
        *out = (enum wx_outcome)i;
    return i >= 0;
}

struct wx_str wx_fetch_headers(const struct wx_fetch *fetch)
{
    for (size_t i = fetch->n_hops; i-- > 0;)
        if (fetch->hops[i].headers.len)
            return fetch->hops[i].headers;
    return (struct wx_str){0};
}

/* "https://host:port" of an absolute address. */
static struct wx_str origin_of(struct wx_str url)
{
    size_t from = wx_str_findz(url, "://"), at;

    if (from == WX_NPOS)
        return (struct wx_str){0};
    for (at = from + 3; at < url.len; at++)
        if (url.ptr[at] == '/' || url.ptr[at] == '?' || url.ptr[at] == '#')
            break;
    return wx_str_sub(url, 0, at);
}

/* A hop without TLS facts over HTTPS used a connection that an earlier hop opened;
 * only one to the same origin can have been used again. */
const struct wx_tls *wx_fetch_tls(const struct wx_fetch *fetch)
{
    struct wx_str origin;

    if (!fetch->n_hops)
        return NULL;
    origin = origin_of(fetch->hops[fetch->n_hops - 1].url);
    if (!wx_str_istarts(origin, "https:"))
        return NULL;
    for (size_t i = fetch->n_hops; i-- > 0;) {
        const struct wx_hop *hop = &fetch->hops[i];

        if (hop->tls && wx_str_ieq(origin_of(hop->url), origin))
            return hop->tls;
    }
    return NULL;
}
