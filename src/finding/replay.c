#include "finding/replay.h"

#include <stdio.h>

static const char removed[] = "REMOVED";

static bool is_any_of(struct wx_str name, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (wx_str_ifindz(name, words[i]) != WX_NPOS)
            return true;
    return false;
}

/* A parameter or header whose name has one of these in it carries a secret. */
static bool is_secret(struct wx_str name)
{
    static const char *const words[] = {
        "token", "secret", "passw", "pwd",    "session", "sessid",     "auth",
        "key",   "sign",   "jwt",   "ticket", "cookie",  "credential", "otp",
    };
    static const char *const exact[] = {"sid", "code", "pass", "pin", "st", "sig"};

    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++)
        if (wx_str_ieqz(name, exact[i]))
            return true;
    return is_any_of(name, words, sizeof words / sizeof words[0]);
}

/* Printable ASCII of an address stays; quotes, blanks, controls and everything above
 * are written as %XX, so that neither a shell nor a terminal can be talked to. */
static void put_uri(struct wx_str s, struct wx_buf *out)
{
    static const char kept[] = "-._~:/?#[]@!$&()*+,;=%";

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool is_word =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (is_word || (c && c < 0x80 && strchr(kept, c)))
            (void)wx_buf_addc(out, (char)c);
        else
            (void)wx_buf_printf(out, "%%%02X", c);
    }
}

/* name=value&name=value, secrets out. */
static void put_query(struct wx_str query, struct wx_buf *out)
{
    bool is_first = true;

    while (query.len || is_first) {
        struct wx_str pair = wx_str_cut(&query, '&');
        struct wx_str name = wx_str_sub(pair, 0, wx_str_chr(pair, '='));

        if (!is_first)
            (void)wx_buf_addc(out, '&');
        is_first = false;
        if (name.len < pair.len && is_secret(name)) {
            put_uri(name, out);
            (void)wx_buf_printf(out, "=%s", removed);
        } else {
            put_uri(pair, out);
        }
    }
}

/* "user:password@" of the authority is taken out. */
static void put_authority(struct wx_str authority, struct wx_buf *out)
{
    size_t at = WX_NPOS;

    for (size_t i = 0; i < authority.len; i++)
        if (authority.ptr[i] == '@')
            at = i;
    if (at != WX_NPOS) {
        (void)wx_buf_printf(out, "%s@", removed);
        authority = wx_str_sub(authority, at + 1, authority.len);
    }
    put_uri(authority, out);
}

void wx_replay_url(struct wx_str url, struct wx_buf *out)
{
    size_t scheme = wx_str_findz(url, "://"), query, end;
    struct wx_str rest = url;

    /* a fragment never leaves the browser */
    rest = wx_str_sub(rest, 0, wx_str_chr(rest, '#'));
    query = wx_str_chr(rest, '?');
    if (scheme != WX_NPOS && (query == WX_NPOS || scheme < query)) {
        put_uri(wx_str_sub(rest, 0, scheme + 3), out);
        for (end = scheme + 3; end < rest.len && !strchr("/?\\", rest.ptr[end]); end++)
            ;
        put_authority(wx_str_sub(rest, scheme + 3, end), out);
        rest = wx_str_sub(rest, end, rest.len);
        query = wx_str_chr(rest, '?');
    }
    put_uri(wx_str_sub(rest, 0, query), out);
    if (query != WX_NPOS) {
        (void)wx_buf_addc(out, '?');
        put_query(wx_str_sub(rest, query + 1, rest.len), out);
    }
}

static bool is_token(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= 'A' && s.ptr[i] <= 'Z') || s.ptr[i] == '-'))
            return false;
    return s.len > 0 && s.len <= 20;
}

void wx_replay_curl(struct wx_str method, struct wx_str url, struct wx_buf *out)
{
    if (!wx_str_istarts(url, "http://") && !wx_str_istarts(url, "https://"))
        return;
    (void)wx_buf_addz(out, "curl --silent --show-error --include --max-time 20");
    if (wx_str_eqz(method, "HEAD"))
        (void)wx_buf_addz(out, " --head");
    else if (is_token(method) && !wx_str_eqz(method, "GET"))
        (void)wx_buf_printf(out, " --request %.*s", WX_STR_ARG(method));
    /* --globoff: curl reads [] and {} in addresses as patterns otherwise */
    (void)wx_buf_addz(out, " --globoff '");
    wx_replay_url(url, out);
    (void)wx_buf_addc(out, '\'');
}

/* ---- raw messages ---- */

static void put_first_line(struct wx_str line, struct wx_buf *out)
{
    struct wx_str method = wx_str_cut(&line, ' '), target = wx_str_cut(&line, ' ');

    if (wx_str_starts(method, "HTTP/") || target.len == 0) {
        (void)wx_buf_adds(out, method);
        if (target.len || line.len)
            (void)wx_buf_printf(out, " %.*s %.*s", WX_STR_ARG(target),
                                WX_STR_ARG(line));
        return;
    }
    (void)wx_buf_adds(out, method);
    (void)wx_buf_addc(out, ' ');
    wx_replay_url(target, out);
    (void)wx_buf_addc(out, ' ');
    (void)wx_buf_adds(out, line);
}

void wx_replay_clean(struct wx_str raw, struct wx_buf *out)
{
    bool is_first = true, in_body = false;

    while (raw.len) {
        size_t end = wx_str_chr(raw, '\n');
        struct wx_str line = wx_str_sub(raw, 0, end), name;

        raw = wx_str_sub(raw, end == WX_NPOS ? raw.len : end + 1, raw.len);
        if (line.len && line.ptr[line.len - 1] == '\r')
            line.len--;
        name = wx_str_sub(line, 0, wx_str_chr(line, ':'));
        if (is_first)
            put_first_line(line, out);
        else if (!in_body && name.len < line.len && is_secret(name))
            (void)wx_buf_printf(out, "%.*s: %s", WX_STR_ARG(name), removed);
        else
            (void)wx_buf_adds(out, line);
        in_body = in_body || (!is_first && line.len == 0);
        is_first = false;
        if (raw.len)
            (void)wx_buf_addc(out, '\n');
    }
}
