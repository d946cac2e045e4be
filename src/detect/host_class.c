#include "detect/host_class.h"

#include "wire/url.h"

static const struct {
    const char *host;
    uint8_t kind;
} hosts[] = {
#define X(host, kind) {host, WX_HOST_##kind},
#include "detect/host_class.def"
#undef X
};

/* Registries that sell by the thousand for next to nothing. */
static const char *const cheap_suffixes[] = {
    "top",    "xyz",      "vip",  "club",  "win",    "bet",   "loan",    "icu",
    "pw",     "tk",       "ml",   "ga",    "cf",     "gq",    "men",     "bid",
    "date",   "racing",   "buzz", "cyou",  "stream", "sbs",   "fun",     "casino",
    "poker",  "porn",     "xxx",  "sex",   "cam",    "rest",  "monster", "cfd",
    "bond",   "lol",      "gdn",  "trade", "review", "party", "science", "accountant",
    "webcam", "download", "kim",  "red",
};

static int compare(struct wx_str a, const char *b)
{
    size_t n = strlen(b), min = a.len < n ? a.len : n;
    int order = min ? memcmp(a.ptr, b, min) : 0;

    return order ? order : (a.len > n) - (a.len < n);
}

static enum wx_host_class lookup(struct wx_str host)
{
    size_t lo = 0, hi = sizeof hosts / sizeof *hosts;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int order = compare(host, hosts[mid].host);

        if (!order)
            return (enum wx_host_class)hosts[mid].kind;
        if (order > 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return WX_HOST_UNKNOWN;
}

enum wx_host_class wx_host_class(struct wx_str host)
{
    struct wx_str rest = host;

    if (wx_domain_is_government(host))
        return WX_HOST_GOVERNMENT;
    while (rest.len) {
        enum wx_host_class kind = lookup(rest);

        if (kind != WX_HOST_UNKNOWN)
            return kind;
        (void)wx_str_cut(&rest, '.');
    }
    return WX_HOST_UNKNOWN;
}

const char *wx_host_class_name(enum wx_host_class kind)
{
    static const char *const names[WX_HOST_CLASS_COUNT] = {
        [WX_HOST_UNKNOWN] = "unknown",   [WX_HOST_GOVERNMENT] = "government",
        [WX_HOST_OFFICIAL] = "official", [WX_HOST_STATISTICS] = "statistics",
        [WX_HOST_CDN] = "cdn",           [WX_HOST_MAP] = "map",
        [WX_HOST_SOCIAL] = "social",     [WX_HOST_MEDIA] = "media",
        [WX_HOST_SEARCH] = "portal",     [WX_HOST_SOFTWARE] = "software",
        [WX_HOST_FINANCE] = "finance",   [WX_HOST_EDUCATION] = "education",
    };

    return kind < WX_HOST_CLASS_COUNT ? names[kind] : names[WX_HOST_UNKNOWN];
}

static bool is_ipv4(struct wx_str host)
{
    for (size_t i = 0; i < host.len; i++)
        if (host.ptr[i] != '.' && (host.ptr[i] < '0' || host.ptr[i] > '9'))
            return false;
    return host.len > 0;
}

bool wx_host_is_dubious(struct wx_str host)
{
    struct wx_str name = wx_domain_registrable(host), suffix, label;
    size_t n_digits = 0;

    if (is_ipv4(host))
        return true;
    suffix = name;
    label = wx_str_cut(&suffix, '.');
    for (size_t i = 0; i < label.len; i++)
        n_digits += label.ptr[i] >= '0' && label.ptr[i] <= '9';
    if (n_digits >= 3)
        return true;
    for (size_t i = 0; i < sizeof cheap_suffixes / sizeof *cheap_suffixes; i++)
        if (wx_str_eqz(suffix, cheap_suffixes[i]))
            return true;
    return false;
}
