/* One form for all the clothes in which a page's address comes. */
#include "base/limits.h"
#include "wire/url.h"
#include <stdlib.h>

#define W(z)                                                                           \
    {                                                                                  \
        z, sizeof(z) - 1                                                               \
    }

/* Compared by length first: this runs for every link of every page. */
static bool word_in(struct wx_str s, const struct wx_str *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s.len == words[i].len && wx_str_ieq(s, words[i]))
            return true;
    return false;
}

/* 10 or 13 digits from the years 2001 to 2033, or a fraction from Math.random(). */
static bool looks_like_clock_or_chance(struct wx_str v)
{
    uint64_t n;

    if (wx_str_starts(v, "0.") && v.len >= 8)
        return wx_str_to_u64(wx_str_sub(v, 2, v.len), UINT64_MAX, &n);
    return (v.len == 10 || v.len == 13) && v.ptr[0] == '1' &&
           wx_str_to_u64(v, UINT64_MAX, &n);
}

/* A parameter that names the visit and not the page. */
static bool param_is_noise(struct wx_str param)
{
    static const struct wx_str always[] = {
        W("jsessionid"), W("phpsessid"),  W("aspsessionid"), W("asp.net_sessionid"),
        W("sessionid"),  W("session_id"), W("sid"),          W("cfid"),
        W("cftoken"),    W("spm"),        W("gclid"),        W("fbclid"),
        W("bd_vid"),     W("hmsr"),       W("hmpl"),         W("hmcu"),
        W("hmkw"),       W("hmci")};
    static const struct wx_str when_clock[] = {
        W("t"),         W("_t"), W("ts"),   W("_ts"),  W("_"),      W("time"),
        W("timestamp"), W("r"),  W("rnd"),  W("rand"), W("random"), W("_rnd"),
        W("nocache"),   W("dt"), W("date"), W("v"),    W("tm"),     W("sj")};
    struct wx_str name = wx_str_cut(&param, '=');

    return word_in(name, always, sizeof always / sizeof *always) ||
           wx_str_istarts(name, "utm_") || wx_str_istarts(name, "aspsessionid") ||
           (word_in(name, when_clock, sizeof when_clock / sizeof *when_clock) &&
            looks_like_clock_or_chance(param));
}

static int by_name(const void *a, const void *b)
{
    const struct wx_str *x = a, *y = b;
    struct wx_str p = *x, q = *y;
    struct wx_str name_p = wx_str_cut(&p, '='), name_q = wx_str_cut(&q, '=');
    size_t n = name_p.len < name_q.len ? name_p.len : name_q.len;
    int order = n ? memcmp(name_p.ptr, name_q.ptr, n) : 0;

    if (!order)
        order = (name_p.len > name_q.len) - (name_p.len < name_q.len);
    /* same name: the order on the page, for it can matter to the site */
    return order ? order : (x->ptr > y->ptr) - (x->ptr < y->ptr);
}

/* ";jsessionid=..." of servlets and "/(S(...))" of ASP.NET, cut out of the path. */
static size_t put_path(char *out, struct wx_str path)
{
    size_t n = 0;

    for (size_t i = 0; i < path.len;) {
        struct wx_str rest = wx_str_sub(path, i, path.len);

        if (rest.ptr[0] == ';' &&
            (wx_str_istarts(rest, ";jsessionid=") ||
             wx_str_istarts(rest, ";phpsessid=") || wx_str_istarts(rest, ";sid="))) {
            size_t end = 1;

            while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != ';')
                end++;
            i += end;
        } else if (rest.ptr[0] == '/' && wx_str_starts(rest, "/(S(") && rest.len > 30 &&
                   rest.ptr[28] == ')' && rest.ptr[29] == ')' && rest.ptr[30] == '/') {
            i += 30; /* the identifier is always 24 characters */
        } else {
            out[n++] = path.ptr[i++];
        }
    }
    return n;
}

static size_t put_query(char *out, struct wx_str query)
{
    struct wx_str params[WX_MAX_URL_BYTES / 2 + 1];
    size_t n = 0, len = 0;
    bool is_sorted = true;

    while (query.len) {
        struct wx_str param = wx_str_cut(&query, '&');

        if (!param.len || param_is_noise(param))
            continue;
        params[n++] = param;
        if (n > 1 && by_name(&params[n - 2], &params[n - 1]) > 0)
            is_sorted = false;
    }
    if (!is_sorted)
        qsort(params, n, sizeof *params, by_name);
    for (size_t i = 0; i < n; i++) {
        out[len++] = i ? '&' : '?';
        memcpy(out + len, params[i].ptr, params[i].len);
        len += params[i].len;
    }
    return len;
}

static bool path_may_hold_session(struct wx_str path)
{
    return wx_str_chr(path, ';') != WX_NPOS || wx_str_findz(path, "/(S(") != WX_NPOS;
}

struct wx_str wx_url_canonical(struct wx_arena *arena, const struct wx_url *url)
{
    size_t n = url->scheme.len + 3;
    struct wx_str origin;
    char *out;

    if (!url->host.len || url->href.len > WX_MAX_URL_BYTES)
        return url->href;
    if (!url->has_query && !url->user.len && !url->password.len &&
        !path_may_hold_session(url->path))
        return wx_str_sub(url->href, 0,
                          (size_t)(url->path.ptr + url->path.len - url->href.ptr));
    origin = wx_url_origin(arena, url);
    out = wx_arena_alloc(arena, url->href.len + 1);
    memcpy(out, url->href.ptr, n);
    memcpy(out + n, origin.ptr, origin.len);
    n += origin.len;
    n += put_path(out + n, url->path);
    n += put_query(out + n, url->query);
    out[n] = '\0';
    return (struct wx_str){out, n};
}
