#include "wire/url.h"

#include "base/limits.h"
#include "wire/host.h"
#include <stdio.h>

/* Percent-encode sets of the standard, one bit each. */
enum {
    SET_PATH = 1,
    SET_QUERY = 2,
    SET_FRAGMENT = 4,
    SET_USERINFO = 8,
    SET_ALL = 15,
};

static const unsigned char encode_table[256] = {
    [0 ... ' '] = SET_ALL,
    ['"'] = SET_ALL,
    ['#'] = SET_PATH | SET_QUERY | SET_USERINFO,
    ['\''] = SET_QUERY, /* the query of special schemes */
    ['/'] = SET_USERINFO,
    [':'] = SET_USERINFO,
    [';'] = SET_USERINFO,
    ['<'] = SET_ALL,
    ['='] = SET_USERINFO,
    ['>'] = SET_ALL,
    ['?'] = SET_PATH | SET_USERINFO,
    ['@'] = SET_USERINFO,
    ['[' ... ']'] = SET_USERINFO,
    ['^'] = SET_PATH | SET_USERINFO,
    ['`'] = SET_PATH | SET_FRAGMENT | SET_USERINFO,
    ['{'] = SET_PATH | SET_USERINFO,
    ['|'] = SET_USERINFO,
    ['}'] = SET_PATH | SET_USERINFO,
    [0x7F ... 0xFF] = SET_ALL,
};

/* Schemes with an authority and a path; "file" has rules of its own and is kept whole.
 */
static const struct special {
    const char *name;
    uint16_t port;
} specials[] = {{"http", 80}, {"https", 443}, {"ftp", 21}, {"ws", 80}, {"wss", 443}};

/*
 * A URL under construction. It is built here, on the stack, and copied to the arena
 * once its length is known; a link costs its own bytes, no more.
 */
struct builder {
    size_t len;
    size_t scheme_end, user, user_end, password_end, host, host_end, path, path_end,
        query_end;
    const struct special *special;
    const char *why;
    uint16_t port; /* explicit and not the default, or 0 */
    uint8_t host_kind;
    bool has_port, has_query, has_fragment, is_full;
    char at[3 * WX_MAX_URL_BYTES];
};

static void put(struct builder *b, const char *bytes, size_t n)
{
    if (n > sizeof b->at - b->len) {
        b->is_full = true;
        return;
    }
    if (n)
        memcpy(b->at + b->len, bytes, n);
    b->len += n;
}

static void put_str(struct builder *b, struct wx_str s)
{
    put(b, s.ptr, s.len);
}

static void put_percent(struct builder *b, unsigned char c)
{
    static const char hex[] = "0123456789ABCDEF";
    const char out[3] = {'%', hex[c >> 4], hex[c & 15]};

    put(b, out, 3);
}

/* Append S with the characters of SET percent-encoded, ill-formed UTF-8 as U+FFFD. */
static void put_encoded(struct builder *b, struct wx_str s, unsigned set)
{
    size_t i = 0;

    while (i < s.len) {
        size_t from = i;
        char utf8[4];
        size_t n;

        while (i < s.len && !(encode_table[(unsigned char)s.ptr[i]] & set))
            i++;
        put(b, s.ptr + from, i - from);
        if (i == s.len)
            break;
        n = wx_utf8_put(wx_utf8_next(s, &i), utf8);
        for (size_t k = 0; k < n; k++)
            put_percent(b, (unsigned char)utf8[k]);
    }
}

/* 1 for ".", 2 for "..", with "%2e" as good as a dot; 0 for anything else. */
static int dot_segment(struct wx_str s)
{
    int dots = 0;

    while (s.len && dots < 3) {
        size_t n = s.ptr[0] == '.' ? 1 : wx_str_istarts(s, "%2e") ? 3 : 0;

        if (!n)
            return 0;
        s = wx_str_sub(s, n, s.len);
        dots++;
    }
    return dots < 3 && !s.len ? dots : 0;
}

static void path_pop(struct builder *b)
{
    while (b->len > b->path && b->at[--b->len] != '/')
        ;
}

/* S is what stands before '?' or '#'; either slash separates. Its first one, when
 * present, has been taken. */
static void put_path(struct builder *b, struct wx_str s)
{
    size_t i = 0;

    for (bool more = true; more; i++) {
        size_t from = i;
        struct wx_str segment;
        int dots = 0;

        while (i < s.len && s.ptr[i] != '/' && s.ptr[i] != '\\')
            i++;
        more = i < s.len;
        segment = wx_str_sub(s, from, i);
        if (segment.len && (segment.ptr[0] == '.' || segment.ptr[0] == '%'))
            dots = dot_segment(segment);
        if (dots == 2)
            path_pop(b);
        if (dots && more)
            continue;
        put(b, "/", 1);
        if (!dots)
            put_encoded(b, segment, SET_PATH);
    }
}

/* REST begins behind the authority or the relative start: path, query, fragment. */
static void put_query_fragment(struct builder *b, struct wx_str rest)
{
    size_t hash;

    b->path_end = b->query_end = b->len;
    hash = wx_str_chr(rest, '#');
    if (rest.len && rest.ptr[0] == '?') {
        put(b, "?", 1);
        put_encoded(b, wx_str_sub(rest, 1, hash), SET_QUERY);
        b->has_query = true;
        b->query_end = b->len;
    }
    if (hash != WX_NPOS) {
        put(b, "#", 1);
        put_encoded(b, wx_str_sub(rest, hash + 1, rest.len), SET_FRAGMENT);
        b->has_fragment = true;
    }
}

static size_t path_length(struct wx_str s)
{
    size_t i = 0;

    while (i < s.len && s.ptr[i] != '?' && s.ptr[i] != '#')
        i++;
    return i;
}

static void put_path_and_rest(struct builder *b, struct wx_str rest)
{
    size_t end = path_length(rest);
    size_t from = end && (rest.ptr[0] == '/' || rest.ptr[0] == '\\') ? 1 : 0;

    put_path(b, wx_str_sub(rest, from, end));
    put_query_fragment(b, wx_str_sub(rest, end, rest.len));
}

static bool put_port(struct builder *b, struct wx_str digits)
{
    uint64_t port;

    if (!digits.len)
        return true;
    /* leading zeros without end are legal; wx_str_to_u64 copes with 2048 of them */
    if (!wx_str_to_u64(digits, UINT16_MAX, &port)) {
        b->why = "port is not a number up to 65535";
        return false;
    }
    if (port != b->special->port) {
        char text[8];
        int n = snprintf(text, sizeof text, ":%u", (unsigned)port);

        put(b, text, (size_t)n);
        b->port = (uint16_t)port;
        b->has_port = true;
    }
    return true;
}

static void put_credentials(struct builder *b, struct wx_str userinfo)
{
    size_t colon = wx_str_chr(userinfo, ':');

    put_encoded(b, wx_str_sub(userinfo, 0, colon), SET_USERINFO);
    b->user_end = b->password_end = b->len;
    if (colon != WX_NPOS && colon + 1 < userinfo.len) {
        put(b, ":", 1);
        put_encoded(b, wx_str_sub(userinfo, colon + 1, userinfo.len), SET_USERINFO);
        b->password_end = b->len;
    }
    if (b->len > b->user)
        put(b, "@", 1);
}

/* AUTHORITY: [user[:password]@]host[:port], up to the first slash, '?' or '#'. */
static bool put_authority(struct builder *b, struct wx_str authority)
{
    struct wx_host host;
    size_t at = authority.len, colon;

    b->user = b->user_end = b->password_end = b->len;
    while (at && authority.ptr[at - 1] != '@')
        at--;
    if (at) {
        put_credentials(b, wx_str_sub(authority, 0, at - 1));
        authority = wx_str_sub(authority, at, authority.len);
    }
    for (colon = authority.len; colon; colon--) {
        unsigned char c = (unsigned char)authority.ptr[colon - 1];

        if (c == ':' || c == ']')
            break;
    }
    if (colon && authority.ptr[colon - 1] == ']')
        colon = 0;
    if (!wx_host_parse(wx_str_sub(authority, 0, colon ? colon - 1 : authority.len),
                       &host, &b->why))
        return false;
    b->host = b->len + (host.kind == WX_HOST_IPV6);
    if (host.kind == WX_HOST_IPV6)
        put(b, "[", 1);
    put(b, host.text, host.len);
    b->host_end = b->len;
    if (host.kind == WX_HOST_IPV6)
        put(b, "]", 1);
    b->host_kind = host.kind;
    return !colon || put_port(b, wx_str_sub(authority, colon, authority.len));
}

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* "//host/path" with any number of either slash in front. The scheme is in place. */
static bool put_absolute(struct builder *b, struct wx_str rest)
{
    size_t from = 0, end;

    put(b, "//", 2);
    while (from < rest.len && is_slash(rest.ptr[from]))
        from++;
    for (end = from; end < rest.len; end++)
        if (is_slash(rest.ptr[end]) || rest.ptr[end] == '?' || rest.ptr[end] == '#')
            break;
    if (!put_authority(b, wx_str_sub(rest, from, end)))
        return false;
    b->path = b->len;
    put_path_and_rest(b, wx_str_sub(rest, end, rest.len));
    return true;
}

/* Copy BASE up to and without its path. */
static void put_base_authority(struct builder *b, const struct wx_url *base)
{
    const char *start = base->href.ptr;

    b->len = 0;
    put(b, start, (size_t)(base->path.ptr - start));
    b->scheme_end = base->scheme.len;
    b->user = base->scheme.len + 3;
    b->user_end = b->user + base->user.len;
    b->password_end =
        base->password.len ? b->user_end + 1 + base->password.len : b->user_end;
    b->host = (size_t)(base->host.ptr - start);
    b->host_end = b->host + base->host.len;
    b->host_kind = base->host_kind;
    b->has_port = base->has_port;
    b->port = base->port;
    b->path = b->len;
}

static bool put_relative(struct builder *b, struct wx_str rest,
                         const struct wx_url *base)
{
    if (rest.len && is_slash(rest.ptr[0])) {
        if (rest.len > 1 && is_slash(rest.ptr[1]))
            return put_absolute(b, rest);
        put_base_authority(b, base);
        put_path_and_rest(b, rest);
        return true;
    }
    put_base_authority(b, base);
    put_str(b, base->path);
    if (path_length(rest)) {
        path_pop(b);
        put_path_and_rest(b, rest);
        return true;
    }
    if (base->has_query && (!rest.len || rest.ptr[0] == '#')) {
        b->path_end = b->len;
        put(b, "?", 1);
        put_str(b, base->query);
        b->has_query = true;
        b->query_end = b->len;
        if (rest.len) {
            put(b, "#", 1);
            put_encoded(b, wx_str_sub(rest, 1, rest.len), SET_FRAGMENT);
            b->has_fragment = true;
        }
        return true;
    }
    put_query_fragment(b, rest);
    return true;
}

/* Length of the scheme at the start of S, or 0. */
static size_t scheme_length(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i], l = wx_lower(c);

        if (c == ':')
            return i;
        if (!(l >= 'a' && l <= 'z') &&
            !(i && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.')))
            return 0;
    }
    return 0;
}

static const struct special *special_find(struct wx_str scheme)
{
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (wx_str_ieqz(scheme, specials[i].name))
            return &specials[i];
    return NULL;
}

/* A scheme that we only name: mailto, javascript, data, file ... */
static enum wx_status url_keep_whole(struct wx_arena *arena, struct wx_str text,
                                     size_t scheme_end, struct wx_url *out)
{
    struct wx_str href = wx_arena_str(arena, text);
    char *p = (char *)(uintptr_t)href.ptr; /* our own fresh copy */
    size_t hash = wx_str_chr(href, '#');

    for (size_t i = 0; i < scheme_end; i++)
        p[i] = (char)wx_lower((unsigned char)p[i]);
    *out = (struct wx_url){.href = href};
    out->scheme = wx_str_sub(href, 0, scheme_end);
    out->path = wx_str_sub(href, scheme_end + 1, hash);
    if (hash != WX_NPOS) {
        out->has_fragment = true;
        out->fragment = wx_str_sub(href, hash + 1, href.len);
    }
    return WX_OK;
}

static void url_take(struct wx_arena *arena, const struct builder *b,
                     struct wx_url *out)
{
    struct wx_str href = wx_arena_str(arena, (struct wx_str){b->at, b->len});

    *out = (struct wx_url){.href = href};
    out->scheme = wx_str_sub(href, 0, b->scheme_end);
    out->user = wx_str_sub(href, b->user, b->user_end);
    if (b->password_end > b->user_end)
        out->password = wx_str_sub(href, b->user_end + 1, b->password_end);
    out->host = wx_str_sub(href, b->host, b->host_end);
    out->path = wx_str_sub(href, b->path, b->path_end);
    if (b->has_query)
        out->query = wx_str_sub(href, b->path_end + 1, b->query_end);
    if (b->has_fragment)
        out->fragment = wx_str_sub(href, b->query_end + 1, href.len);
    out->port = b->has_port ? b->port : b->special->port;
    out->host_kind = b->host_kind;
    out->has_port = b->has_port;
    out->has_query = b->has_query;
    out->has_fragment = b->has_fragment;
    out->is_http = wx_str_starts(out->scheme, "http");
    out->is_https = wx_str_eqz(out->scheme, "https");
}

/* Cut control characters and spaces off both ends; take tabs and line breaks out. */
static struct wx_str url_clean(struct wx_str s, char *room)
{
    size_t n = 0, i;

    while (s.len && (unsigned char)s.ptr[0] <= ' ')
        s = wx_str_sub(s, 1, s.len);
    while (s.len && (unsigned char)s.ptr[s.len - 1] <= ' ')
        s.len--;
    for (i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' &&
            (s.ptr[i] == '\t' || s.ptr[i] == '\n' || s.ptr[i] == '\r'))
            break;
    if (i == s.len)
        return s;
    for (i = 0; i < s.len; i++)
        if (s.ptr[i] != '\t' && s.ptr[i] != '\n' && s.ptr[i] != '\r')
            room[n++] = s.ptr[i];
    return (struct wx_str){room, n};
}

static enum wx_status url_fail(struct wx_err *err, struct wx_str text, const char *why)
{
    return wx_fail(err, WX_E_INVALID, "address '" WX_STR_FMT "': %s",
                   WX_STR_ARG(wx_utf8_clip(text, 200)), why);
}

/* The standard's scheme and no-scheme states; the rest of the machine is below them. */
static bool url_build(struct builder *b, struct wx_str text, size_t scheme_end,
                      const struct wx_url *base)
{
    struct wx_str rest = wx_str_sub(text, scheme_end + 1, text.len);

    if (!scheme_end) {
        b->special = special_find(base->scheme);
        put_str(b, base->scheme);
        put(b, ":", 1);
        b->scheme_end = base->scheme.len;
        return put_relative(b, text, base);
    }
    put_str(b, wx_str_of(b->special->name));
    b->scheme_end = b->len;
    put(b, ":", 1);
    if (base && base->host.len && wx_str_eqz(base->scheme, b->special->name) &&
        !wx_str_starts(rest, "//"))
        return put_relative(b, rest, base);
    return put_absolute(b, rest);
}

enum wx_status wx_url_parse(struct wx_arena *arena, struct wx_str text,
                            const struct wx_url *base, struct wx_url *out,
                            struct wx_err *err)
{
    char room[WX_MAX_URL_BYTES];
    struct builder b;
    size_t scheme_end;

    if (text.len > WX_MAX_URL_BYTES)
        return wx_fail(err, WX_E_TOO_BIG,
                       "address '" WX_STR_FMT "...': longer than %d bytes",
                       WX_STR_ARG(wx_utf8_clip(text, 80)), WX_MAX_URL_BYTES);
    memset(&b, 0, offsetof(struct builder, at));
    text = url_clean(text, room);
    scheme_end = scheme_length(text);
    if (scheme_end) {
        b.special = special_find(wx_str_sub(text, 0, scheme_end));
        if (!b.special)
            return url_keep_whole(arena, text, scheme_end, out);
    } else if (!base || !base->host.len) {
        return url_fail(err, text,
                        base ? "relative to one without a host"
                             : "no scheme such as http://");
    }
    if (!url_build(&b, text, scheme_end, base))
        return url_fail(err, text, b.why);
    if (b.is_full || b.len > WX_MAX_URL_BYTES)
        return wx_fail(err, WX_E_TOO_BIG,
                       "address '" WX_STR_FMT "...': longer than %d bytes when encoded",
                       WX_STR_ARG(wx_utf8_clip(text, 80)), WX_MAX_URL_BYTES);
    url_take(arena, &b, out);
    return WX_OK;
}

struct wx_str wx_url_origin(struct wx_arena *arena, const struct wx_url *url)
{
    const char *from = url->host.ptr;

    (void)arena; /* a view into href; the parameter leaves room for other schemes */
    if (!url->host.len)
        return (struct wx_str){NULL, 0};
    if (url->host_kind == WX_HOST_IPV6)
        from--;
    return (struct wx_str){from, (size_t)(url->path.ptr - from)};
}
