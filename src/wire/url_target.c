/* An address as a person types it into a list or a command line. */
#include "base/limits.h"
#include "wire/percent.h"
#include "wire/url.h"

/* Full-width punctuation that an input method leaves, and invisible characters. */
static uint32_t typed_fold(uint32_t cp)
{
    switch (cp) {
    case 0xFF1A:
        return ':';
    case 0xFF0F:
        return '/';
    case 0x3000:
    case 0xA0:
        return ' ';
    case 0xFEFF:
    case 0x200B:
    case 0x200E:
    case 0x200F:
        return 0;
    default:
        return cp;
    }
}

static struct wx_str typed_clean(struct wx_str text, char *out, size_t cap)
{
    size_t pos = 0, n = 0;

    while (pos < text.len && n + 4 <= cap) {
        uint32_t cp = typed_fold(wx_utf8_next(text, &pos));

        if (cp)
            n += wx_utf8_put(cp, out + n);
    }
    return wx_str_trim((struct wx_str){out, n});
}

/* A bare IPv6 address needs its brackets. */
static bool is_bare_ipv6(struct wx_str s)
{
    size_t colon = wx_str_chr(s, ':');

    if (colon == WX_NPOS || wx_str_chr(wx_str_sub(s, colon + 1, s.len), ':') == WX_NPOS)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ':' && s.ptr[i] != '.' &&
            wx_hex_digit((unsigned char)s.ptr[i]) < 0)
            return false;
    return true;
}

/* "localhost:8080" has none, for all that it looks like one. */
static bool has_scheme(struct wx_str s)
{
    size_t end = wx_str_findz(s, "://");

    if (wx_str_istarts(s, "http:") || wx_str_istarts(s, "https:"))
        return true;
    if (end == WX_NPOS)
        return false;
    for (size_t i = 0; i < end; i++)
        if (s.ptr[i] == '/' || s.ptr[i] == '?' || s.ptr[i] == '#')
            return false;
    return true;
}

/* "a..gov.cn", ".gov.cn": a browser would ask for it, nobody ever meant it. */
static bool has_empty_label(struct wx_str host)
{
    return wx_str_starts(host, ".") || wx_str_findz(host, "..") != WX_NPOS;
}

enum wx_status wx_url_parse_target(struct wx_arena *arena, struct wx_str text,
                                   struct wx_url *out, struct wx_err *err)
{
    char typed[WX_MAX_URL_BYTES];
    struct wx_str s = typed_clean(text, typed, sizeof typed);
    enum wx_status status;

    if (!s.len)
        return wx_fail(err, WX_E_INVALID, "address '': empty");
    if (wx_str_starts(s, "//"))
        s = wx_arena_printf(arena, "http:" WX_STR_FMT, WX_STR_ARG(s));
    else if (is_bare_ipv6(s))
        s = wx_arena_printf(arena, "http://[" WX_STR_FMT "]/", WX_STR_ARG(s));
    else if (!has_scheme(s))
        s = wx_arena_printf(arena, "http://" WX_STR_FMT, WX_STR_ARG(s));
    status = wx_url_parse(arena, s, NULL, out, err);
    if (status != WX_OK)
        return status;
    if (!out->is_http)
        return wx_fail(err, WX_E_UNSUPPORTED,
                       "address '" WX_STR_FMT "': only http and https are inspected",
                       WX_STR_ARG(wx_utf8_clip(s, 200)));
    if (out->host_kind == WX_HOST_NAME && has_empty_label(out->host))
        return wx_fail(err, WX_E_INVALID,
                       "address '" WX_STR_FMT "': empty label in the host",
                       WX_STR_ARG(wx_utf8_clip(s, 200)));
    if (out->host.ptr[out->host.len - 1] == '.' && out->host.len > 1) {
        /* "www.example.gov.cn." is the same site; one form of it travels */
        size_t dot = (size_t)(out->host.ptr + out->host.len - 1 - out->href.ptr);

        s = wx_arena_printf(arena, WX_STR_FMT WX_STR_FMT,
                            WX_STR_ARG(wx_str_sub(out->href, 0, dot)),
                            WX_STR_ARG(wx_str_sub(out->href, dot + 1, out->href.len)));
        return wx_url_parse(arena, s, NULL, out, err);
    }
    return WX_OK;
}
