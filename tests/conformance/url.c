/*
 * Runs the URL cases of web-platform-tests (urltestdata.json) and the host cases
 * (toascii.json) against wire/url.h. The files are not part of the project: say where
 * they are. Counted are all cases whose address or base is http or https.
 *
 *     conformance-url urltestdata.json [toascii.json]
 */
#include "base/buf.h"
#include "base/limits.h"
#include "wire/url.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

struct score {
    unsigned passed, excepted, total;
};

#define IDNA2008 "libidn2 holds names to IDNA 2008, which allows no symbols"
#define HYPHENS                                                                        \
    "hyphens at an end or in third and fourth place are refused beside non-ASCII"

/* Where we differ on purpose, by a piece of the input, and why. */
static const struct exception {
    const char *input, *reason;
} exceptions[] = {
    {"non-special://", "unknown schemes are kept whole and not parsed"},
    {"%e2%98%83", IDNA2008},
    {"♥", IDNA2008},
    {"Ӏ", IDNA2008},
    {"㛼", IDNA2008},
    {"Ↄ", IDNA2008},
    {"‧", IDNA2008},
    {"\xE1\xA0\x8E", "libidn2 refuses U+180E instead of dropping it"},
    {"\xE2\x81\xAB", "libidn2 refuses U+206B instead of dropping it"},
    {"ẞ", "libidn2 maps capital sharp s to ss, as Unicode before 15.1 did"},
    {"a†--", HYPHENS},
    {"ab--c.ß", HYPHENS},
    {"\xF0\xAF\xA1\xA8", "libidn2 has the corrected mapping of U+2F868 not yet"},
    {"-†", HYPHENS},
    {"-x.ß", HYPHENS},
    {"x-.ß", HYPHENS},
    {"01234567890123456789", "names and labels too long for DNS are refused early"},
    {NULL, NULL},
};

static const char *exception_reason(const char *input)
{
    for (const struct exception *e = exceptions; e->input; e++)
        if (strstr(input, e->input))
            return e->reason;
    return NULL;
}

/* Lone surrogates stand in the suite as escapes that JSON readers refuse. In a URL each
 * counts as U+FFFD, so the escape is rewritten to that. */
static void mend_surrogates(struct wx_buf *json)
{
    for (size_t i = 0; i + 6 <= json->len; i++) {
        char *p = json->ptr + i;
        bool is_high, is_pair;

        if (p[0] != '\\')
            continue;
        if (p[1] != 'u' || wx_lower((unsigned char)p[2]) != 'd' || p[3] < '8') {
            i++;
            continue;
        }
        is_high = p[3] <= '9' || strchr("abAB", p[3]);
        is_pair = is_high && i + 12 <= json->len && p[6] == '\\' && p[7] == 'u' &&
                  wx_lower((unsigned char)p[8]) == 'd' && strchr("cdefCDEF", p[9]);
        if (is_pair)
            i += 11;
        else
            memcpy(p + 2, "FFFD", 4);
    }
}

static json_t *load(const char *path)
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_RULE_FILE_BYTES);
    struct wx_err err;
    json_error_t where;
    json_t *root;

    if (wx_buf_read_file(&buf, path, &err) != WX_OK) {
        fprintf(stderr, "conformance-url: %s\n", err.text);
        exit(2);
    }
    mend_surrogates(&buf);
    root = json_loadb(buf.ptr, buf.len, JSON_ALLOW_NUL, &where);
    wx_buf_clear(&buf);
    if (!json_is_array(root)) {
        fprintf(stderr, "conformance-url: '%s', line %d: %s\n", path, where.line,
                where.text);
        exit(2);
    }
    return root;
}

static struct wx_str text_of(json_t *o, const char *key)
{
    json_t *s = json_object_get(o, key);

    return (struct wx_str){json_string_value(s), json_string_length(s)};
}

static bool begins_http(struct wx_str s)
{
    while (s.len && (unsigned char)s.ptr[0] <= ' ')
        s = wx_str_sub(s, 1, s.len);
    return wx_str_istarts(s, "http:") || wx_str_istarts(s, "https:");
}

/* search and hash carry their mark in the suite, and nothing when they are empty. */
static bool same_marked(struct wx_str want, char mark, struct wx_str have)
{
    if (!want.len)
        return !have.len;
    return want.ptr[0] == mark && wx_str_eq(wx_str_sub(want, 1, want.len), have);
}

static bool same_host(struct wx_str want, const struct wx_url *u)
{
    if (u->host_kind == WX_HOST_IPV6)
        return want.len >= 2 && wx_str_eq(wx_str_sub(want, 1, want.len - 1), u->host);
    return wx_str_eq(want, u->host);
}

static const char *compare(json_t *o, const struct wx_url *u)
{
    uint64_t port = 0;

    if (!wx_str_eq(text_of(o, "href"), u->href))
        return "href";
    if (!same_host(text_of(o, "hostname"), u))
        return "host";
    if (!wx_str_eq(text_of(o, "pathname"), u->path))
        return "path";
    if (!same_marked(text_of(o, "search"), '?', u->query))
        return "query";
    if (!same_marked(text_of(o, "hash"), '#', u->fragment))
        return "fragment";
    if (!wx_str_eq(text_of(o, "username"), u->user))
        return "user";
    if (!wx_str_eq(text_of(o, "password"), u->password))
        return "password";
    if (!wx_str_to_u64(text_of(o, "port"), 65535, &port) == u->has_port ||
        (u->has_port && port != u->port))
        return "port";
    return NULL;
}

/* NULL: as the suite wants it; otherwise which part is not. */
static const char *judge(struct wx_arena *arena, json_t *o, struct wx_url *out)
{
    bool must_fail = json_is_true(json_object_get(o, "failure"));
    struct wx_url base;
    struct wx_str base_text = text_of(o, "base"), protocol = text_of(o, "protocol");
    enum wx_status status = WX_OK;

    *out = (struct wx_url){0};
    if (base_text.len)
        status = wx_url_parse(arena, base_text, NULL, &base, NULL);
    if (status == WX_OK)
        status = wx_url_parse(arena, text_of(o, "input"), base_text.len ? &base : NULL,
                              out, NULL);
    if (must_fail || status != WX_OK)
        return must_fail == (status != WX_OK) ? NULL : "failure";
    if (!wx_str_eqz(protocol, "http:") && !wx_str_eqz(protocol, "https:"))
        return !out->is_http &&
                       wx_str_eq(wx_str_sub(protocol, 0, protocol.len - 1), out->scheme)
                   ? NULL
                   : "scheme";
    return compare(o, out);
}

static void report(json_t *o, const char *what, const struct wx_url *u, const char *why)
{
    printf("%s %s: input '%s' base '%s' want '%s' have '" WX_STR_FMT "'%s%s\n",
           why ? "except" : "FAIL", what,
           json_string_value(json_object_get(o, "input")),
           json_string_value(json_object_get(o, "base"))
               ? json_string_value(json_object_get(o, "base"))
               : "",
           json_string_value(json_object_get(o, "href"))
               ? json_string_value(json_object_get(o, "href"))
               : "failure",
           WX_STR_ARG(u->href), why ? " because " : "", why ? why : "");
}

static struct score run_urls(const char *path)
{
    struct score score = {0};
    json_t *root = load(path), *o;
    struct wx_arena arena;
    size_t i;

    wx_arena_init(&arena);
    json_array_foreach(root, i, o)
    {
        const char *what, *why;
        struct wx_url u;

        if (!json_is_object(o) ||
            (!begins_http(text_of(o, "input")) && !begins_http(text_of(o, "base"))))
            continue;
        score.total++;
        what = judge(&arena, o, &u);
        if (!what) {
            score.passed++;
        } else {
            why = exception_reason(text_of(o, "input").ptr);
            score.excepted += why != NULL;
            report(o, what, &u, why);
        }
        wx_arena_reset(&arena);
    }
    wx_arena_clear(&arena);
    json_decref(root);
    return score;
}

static struct score run_hosts(const char *path)
{
    struct score score = {0};
    json_t *root = load(path), *o;
    struct wx_arena arena;
    size_t i;

    wx_arena_init(&arena);
    json_array_foreach(root, i, o)
    {
        struct wx_str input, want;
        struct wx_url u = {0};
        enum wx_status status;
        const char *why;

        if (!json_is_object(o))
            continue;
        input = text_of(o, "input");
        want = text_of(o, "output");
        score.total++;
        status = wx_url_parse(
            &arena,
            wx_arena_printf(&arena, "https://" WX_STR_FMT "/x", WX_STR_ARG(input)),
            NULL, &u, NULL);
        if (want.ptr ? status == WX_OK && wx_str_eq(u.host, want) : status != WX_OK) {
            score.passed++;
            continue;
        }
        why = exception_reason(input.ptr);
        score.excepted += why != NULL;
        printf("%s host: '%s' want '%s' have '" WX_STR_FMT "'%s%s\n",
               why ? "except" : "FAIL", input.ptr, want.ptr ? want.ptr : "failure",
               WX_STR_ARG(u.host), why ? " because " : "", why ? why : "");
    }
    wx_arena_clear(&arena);
    json_decref(root);
    return score;
}

static bool print_score(const char *name, struct score s)
{
    printf("%s: %u of %u passed (%.2f %%), %u differ on purpose\n", name, s.passed,
           s.total, s.total ? 100.0 * s.passed / s.total : 0.0, s.excepted);
    return s.total && s.passed * 100ull >= s.total * 99ull &&
           s.passed + s.excepted == s.total;
}

int main(int argc, char **argv)
{
    bool ok;

    if (argc < 2) {
        fprintf(stderr, "usage: conformance-url urltestdata.json [toascii.json]\n");
        return 2;
    }
    ok = print_score("urls", run_urls(argv[1]));
    if (argc > 2)
        print_score("hosts", run_hosts(argv[2]));
    return ok ? 0 : 1;
}
