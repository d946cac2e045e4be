/* From a path to its endpoint. */
#include "api/handlers.h"
#include "api/record_endpoints.h"

static const struct wx_endpoint endpoints[] = {
#define E(method, path, op, find, handle, flags, in, out, zh, en)                      \
    {method, path, WX_OP_##op, find, handle, flags, in, out, zh, en},
#include "api/endpoints.def"
#undef E
};

size_t wx_endpoint_count(void)
{
    return sizeof endpoints / sizeof endpoints[0];
}

const struct wx_endpoint *wx_endpoint_at(size_t i)
{
    return i < wx_endpoint_count() ? &endpoints[i] : NULL;
}

static bool is_number(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

/*
 * Most endpoints are out at one letter: outside /api/v1/ the first differs, below it
 * the ninth. Both stand in every pattern, and none of them is a placeholder's.
 */
static bool could_match(const char *pattern, struct wx_str path)
{
    if (path.len < 2 || pattern[1] != path.ptr[1])
        return false;
    return pattern[1] != 'a' || path.len <= 8 || strncmp(pattern, "/api/v1/", 8) != 0 ||
           pattern[8] == path.ptr[8];
}

/* PATTERN's {placeholders} take one segment each into PARTS; {id} is a number, so that
 * a word may stand in its place beside it ("/sites/export"). */
static bool matches(const char *pattern, struct wx_str path, struct wx_str parts[3],
                    size_t *n_parts)
{
    struct wx_str want = wx_str_of(pattern);

    *n_parts = 0;
    while (want.len && path.len) {
        struct wx_str a, b;

        if (want.ptr[0] != '/' || path.ptr[0] != '/')
            return false;
        want = wx_str_sub(want, 1, want.len);
        path = wx_str_sub(path, 1, path.len);
        a = wx_str_sub(want, 0, wx_str_chr(want, '/'));
        b = wx_str_sub(path, 0, wx_str_chr(path, '/'));
        if (a.len && a.ptr[0] == '{') {
            if (b.len == 0 || *n_parts == 3 || (wx_str_eqz(a, "{id}") && !is_number(b)))
                return false;
            parts[(*n_parts)++] = b;
        } else if (!wx_str_eq(a, b)) {
            return false;
        }
        want = wx_str_sub(want, a.len, want.len);
        path = wx_str_sub(path, b.len, path.len);
    }
    return want.len == 0 && path.len == 0;
}

static void take_parts(struct wx_call *call, const struct wx_str *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t id;

        call->path_text[i] = parts[i];
        call->path_id[i] = wx_str_to_u64(parts[i], INT64_MAX, &id) ? (int64_t)id : 0;
    }
}

/* A record's endpoint: /api/v1/PLURAL, /{id}, /{id}/history. */
static bool route_record(struct wx_call *call, bool *path_known)
{
    struct wx_str parts[3], rest = wx_str_sub(call->path, 8, call->path.len), plural;
    const struct wx_record_kind *kind;
    size_t n;

    if (!wx_str_starts(call->path, "/api/v1/"))
        return false;
    plural = wx_str_cut(&rest, '/');
    kind = wx_record_kind_by_plural(plural);
    if (!kind)
        return false;
    for (size_t i = 0; i < WX_RECORD_ENDPOINTS; i++) {
        const struct wx_endpoint *e = wx_record_endpoint(kind, i);

        if (!e || !matches(e->path, call->path, parts, &n))
            continue;
        *path_known = true;
        if (!wx_str_eqz(call->method, e->method))
            continue;
        call->kind = kind;
        call->endpoint = e;
        take_parts(call, parts, n);
        return true;
    }
    return false;
}

enum wx_status wx_call_route(struct wx_call *call, struct wx_err *err)
{
    struct wx_str parts[3];
    bool path_known = false;
    size_t n;

    if (wx_str_eqz(call->method, "HEAD"))
        call->method = WX_STR("GET");
    for (size_t i = 0; i < wx_endpoint_count(); i++) {
        if (!could_match(endpoints[i].path, call->path) ||
            !matches(endpoints[i].path, call->path, parts, &n))
            continue;
        path_known = true;
        if (!wx_str_eqz(call->method, endpoints[i].method))
            continue;
        call->endpoint = &endpoints[i];
        take_parts(call, parts, n);
        return WX_OK;
    }
    if (route_record(call, &path_known))
        return WX_OK;
    return wx_call_refuse(call, path_known ? WX_P_METHOD : WX_P_NOT_FOUND, err,
                          "%.*s '%.*s'", WX_STR_ARG(wx_str_sub(call->method, 0, 16)),
                          WX_STR_ARG(wx_str_sub(call->path, 0, 200)));
}
