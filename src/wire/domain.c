#include "wire/url.h"

#include <libpsl.h>

/* "政务" and "政务.cn" in their ASCII form. The public suffix list knows the first as a
 * top-level domain but not the second, under which units register as under gov.cn. */
#define ZHENGWU "xn--zfr164b"

static struct wx_str without_dot(struct wx_str host)
{
    if (host.len > 1 && host.ptr[host.len - 1] == '.')
        host.len--;
    return host;
}

static bool looks_like_address(struct wx_str host)
{
    return wx_str_chr(host, ':') != WX_NPOS ||
           (host.len && host.ptr[host.len - 1] >= '0' && host.ptr[host.len - 1] <= '9');
}

/* The name directly below SUFFIX, or HOST itself when it is the suffix. */
static struct wx_str label_below(struct wx_str host, size_t suffix_len)
{
    size_t from;

    if (host.len <= suffix_len + 1)
        return host;
    for (from = host.len - suffix_len - 1; from && host.ptr[from - 1] != '.'; from--)
        ;
    return wx_str_sub(host, from, host.len);
}

struct wx_str wx_domain_registrable(struct wx_str host)
{
    char z[256];
    const char *found;

    host = without_dot(host);
    /* a top-level domain never ends in a digit; longer names are not names */
    if (!host.len || host.len >= sizeof z || looks_like_address(host))
        return host;
    if (wx_domain_covers(WX_STR(ZHENGWU ".cn"), host))
        return label_below(host, sizeof ZHENGWU ".cn" - 1);
    memcpy(z, host.ptr, host.len);
    z[host.len] = '\0';
    found = psl_registrable_domain(psl_builtin(), z);
    return found ? wx_str_sub(host, (size_t)(found - z), host.len) : host;
}

bool wx_domain_has_known_suffix(struct wx_str host)
{
    char z[256];
    size_t from;

    host = without_dot(host);
    if (!host.len || host.len >= sizeof z || looks_like_address(host))
        return false;
    for (from = host.len; from && host.ptr[from - 1] != '.'; from--)
        ;
    memcpy(z, host.ptr + from, host.len - from);
    z[host.len - from] = '\0';
    return psl_is_public_suffix2(psl_builtin(), z,
                                 PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}

bool wx_domain_covers(struct wx_str domain, struct wx_str host)
{
    domain = without_dot(domain);
    host = without_dot(host);
    if (!domain.len || host.len < domain.len)
        return false;
    if (!wx_str_eq(wx_str_sub(host, host.len - domain.len, host.len), domain))
        return false;
    return host.len == domain.len ||
           (host.ptr[host.len - domain.len - 1] == '.' && !looks_like_address(domain));
}

bool wx_domain_is_government(struct wx_str host)
{
    return wx_domain_covers(WX_STR("gov.cn"), host) ||
           wx_domain_covers(WX_STR(ZHENGWU), host) ||
           wx_domain_covers(WX_STR(ZHENGWU ".cn"), host);
}
