#include "api/openapi.h"

#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "api/server.h"
#include "base/hash.h"
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum { MAX_DOCUMENT_BYTES = 16 << 20 };

/* ---- the tables that only this document reads ---- */

struct param {
    const char *method, *path, *name, *type, *zh, *en;
};
static const struct param params[] = {
#define P(method, path, name, type, zh, en) {method, path, name, type, zh, en},
#include "api/params.def"
#undef P
};
static const struct {
    int http;
    const char *word, *zh, *en;
} problems[] = {
#define X(key, http, word, zh, en, next_zh, next_en) {http, word, zh, en},
#include "api/problems.def"
#undef X
};
enum { N_PROBLEMS = sizeof problems / sizeof *problems };

/* One operation being written. */
struct operation {
    struct wx_json *j;
    enum wx_lang lang;
    const struct wx_endpoint *e;
    const struct wx_record_kind *kind; /* NULL: no plain record's */
};

static const char *in(enum wx_lang lang, const char *zh, const char *en)
{
    return lang == WX_ZH ? zh : en;
}

static void put_ref(struct wx_json *j, const char *part, const char *name)
{
    char ref[120];

    snprintf(ref, sizeof ref, "#/components/%s/%s", part, name);
    wx_json_open(j, '{');
    wx_json_kz(j, "$ref", ref);
    wx_json_close(j, '}');
}

static bool is_change(const struct wx_endpoint *e)
{
    return strcmp(e->method, "GET") != 0;
}

static bool is_list(const struct operation *o)
{
    return wx_str_starts(wx_str_of(o->e->out), "list:");
}

/* ---- parameters ---- */

/* The Nth placeholder's name; one that stands twice in a path is told apart: id, id2.
 */
static void name_placeholder(struct wx_str one, int n, char name[60])
{
    if (n > 1 && wx_str_eqz(one, "{id}"))
        snprintf(name, 60, "id%d", n);
    else
        snprintf(name, 60, "%.*s", (int)one.len - 2, one.ptr + 1);
}

static void put_path_key(struct wx_json *j, const char *path)
{
    struct wx_str rest = wx_str_of(path + 1), one;
    struct wx_buf key = WX_BUF_INIT(400);
    char name[60];
    int n = 0;

    while (rest.len) {
        one = wx_str_cut(&rest, '/');
        if (wx_str_starts(one, "{")) {
            name_placeholder(one, ++n, name);
            (void)wx_buf_printf(&key, "/{%s}", name);
        } else {
            (void)wx_buf_printf(&key, "/%.*s", WX_STR_ARG(one));
        }
    }
    (void)wx_buf_addc(&key, '\0');
    wx_json_key(j, key.ptr);
    wx_buf_clear(&key);
}

static void put_path_params(const struct operation *o)
{
    struct wx_str rest = wx_str_of(o->e->path), one;
    char name[60];
    int n = 0;

    while (rest.len) {
        one = wx_str_cut(&rest, '/');
        if (!wx_str_starts(one, "{"))
            continue;
        name_placeholder(one, ++n, name);
        wx_json_open(o->j, '{');
        wx_json_kz(o->j, "name", name);
        wx_json_kz(o->j, "in", "path");
        wx_json_kbool(o->j, "required", true);
        wx_json_key(o->j, "schema");
        wx_openapi_put_type(o->j, wx_str_eqz(one, "{id}") ? "int" : "text");
        wx_json_close(o->j, '}');
    }
}

/* Params of a record are written for the path "/api/v1/PLURAL...". */
static bool is_param_of(const struct param *p, const struct operation *o)
{
    struct wx_str path = wx_str_of(p->path);
    size_t at = wx_str_findz(path, "PLURAL");
    char full[200];

    if (strcmp(p->method, o->e->method) != 0)
        return false;
    if (at == WX_NPOS)
        return strcmp(p->path, o->e->path) == 0;
    if (!o->kind)
        return false;
    snprintf(full, sizeof full, "%.*s%s%s", (int)at, p->path, o->kind->plural,
             p->path + at + 6);
    return strcmp(full, o->e->path) == 0;
}

bool wx_openapi_takes_param(const char *method, const char *path, const char *name)
{
    for (size_t i = 0; i < sizeof params / sizeof *params; i++)
        if (strcmp(params[i].method, method) == 0 &&
            strcmp(params[i].path, path) == 0 && strcmp(params[i].name, name) == 0)
            return true;
    return false;
}

static void put_params(const struct operation *o)
{
    static const char *const of_lists[] = {"q", "sort", "cursor", "limit", "total"};

    wx_json_key(o->j, "parameters");
    wx_json_open(o->j, '[');
    put_path_params(o);
    for (size_t i = 0; is_list(o) && i < 5; i++)
        put_ref(o->j, "parameters", of_lists[i]);
    for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
        if (!is_param_of(&params[i], o))
            continue;
        wx_json_open(o->j, '{');
        wx_json_kz(o->j, "name", params[i].name);
        wx_json_kz(o->j, "in", "query");
        wx_json_kz(o->j, "description", in(o->lang, params[i].zh, params[i].en));
        wx_json_key(o->j, "schema");
        wx_openapi_put_type(o->j, params[i].type);
        wx_json_close(o->j, '}');
    }
    if (o->e->flags & WX_EP_IF_MATCH)
        put_ref(o->j, "parameters", "if-match");
    if (strcmp(o->e->method, "POST") == 0)
        put_ref(o->j, "parameters", "idempotency-key");
    put_ref(o->j, "parameters", "lang");
    wx_json_close(o->j, ']');
}

/* ---- who may ---- */

static const char *scope_word(enum wx_grant_scope scope)
{
    static const char *const words[] = {
        [WX_SCOPE_ANY] = "any",   [WX_SCOPE_SELF] = "self",
        [WX_SCOPE_OWN] = "own",   [WX_SCOPE_TREE] = "tree",
        [WX_SCOPE_PART] = "part", [WX_SCOPE_ASSIGNED] = "assigned",
        [WX_SCOPE_ALL] = "all",
    };

    return words[scope];
}

static const char *role_word(int role)
{
    if (role == WX_ROLE_PUBLIC)
        return "public";
    if (role == WX_ROLE_ANYONE)
        return "anyone";
    return wx_role_name((enum wx_role)role);
}

static void put_conditions(struct wx_json *j, const struct wx_grant *g)
{
    static const struct {
        uint32_t flag;
        const char *word;
    } words[] = {{WX_GRANT_NOT_OWN, "not_own"},
                 {WX_GRANT_STEP, "step_up"},
                 {WX_GRANT_PERSON, "person"}};

    if (!g->flags)
        return;
    wx_json_key(j, "conditions");
    wx_json_open(j, '[');
    for (size_t i = 0; i < 3; i++)
        if (g->flags & words[i].flag)
            wx_json_str(j, wx_str_of(words[i].word));
    wx_json_close(j, ']');
}

static void put_grant(struct wx_json *j, const struct wx_grant *g,
                      const char *const *states)
{
    wx_json_open(j, '{');
    wx_json_kz(j, "role", role_word(g->role));
    wx_json_kz(j, "scope", scope_word(g->scope));
    if (g->states && states) {
        wx_json_key(j, "states");
        wx_json_open(j, '[');
        for (size_t i = 0; states[i]; i++)
            if (g->states >> i & 1)
                wx_json_str(j, wx_str_of(states[i]));
        wx_json_close(j, ']');
    }
    put_conditions(j, g);
    wx_json_close(j, '}');
}

static bool is_public(enum wx_op op)
{
    size_t n;
    const struct wx_grant *g = wx_op_grants(op, &n);

    for (size_t i = 0; i < n; i++)
        if (g[i].role == WX_ROLE_PUBLIC)
            return true;
    return false;
}

static bool takes_tokens(enum wx_op op)
{
    size_t n;
    const struct wx_grant *g = wx_op_grants(op, &n);

    for (size_t i = 0; i < n; i++)
        if (!(g[i].flags & WX_GRANT_PERSON))
            return true;
    return false;
}

static void put_requirement(struct wx_json *j, const char *scheme)
{
    wx_json_open(j, '{');
    if (scheme) {
        wx_json_key(j, scheme);
        wx_json_open(j, '[');
        wx_json_close(j, ']');
    }
    wx_json_close(j, '}');
}

static void put_rights(const struct operation *o)
{
    size_t n;
    const struct wx_grant *g = wx_op_grants(o->e->op, &n);

    wx_json_key(o->j, "security");
    wx_json_open(o->j, '[');
    if (is_public(o->e->op))
        put_requirement(o->j, NULL);
    put_requirement(o->j, "cookie");
    if (takes_tokens(o->e->op))
        put_requirement(o->j, "token");
    wx_json_close(o->j, ']');
    wx_json_kz(o->j, "x-wangxun-operation", wx_op_name(o->e->op));
    wx_json_key(o->j, "x-wangxun-grants");
    wx_json_open(o->j, '[');
    for (size_t i = 0; i < n; i++)
        put_grant(o->j, &g[i], wx_op_states(o->e->op));
    wx_json_close(o->j, ']');
}

/* ---- answers ---- */

static bool can_answer(const struct operation *o, int http)
{
    const struct wx_endpoint *e = o->e;

    switch (http) {
    case 401:
    case 403:
        return !is_public(e->op) || is_change(e);
    case 404:
        return strchr(e->path, '{') != NULL;
    case 409:
        return is_change(e);
    case 410:
        return is_public(e->op) && strchr(e->path, '{');
    case 412:
    case 428:
        return e->flags & WX_EP_IF_MATCH;
    case 413:
    case 415:
    case 422:
        return e->in[0] != '\0';
    case 429:
        return e->flags & WX_EP_SLOW && is_public(e->op);
    case 405:
    case 501:
        return false; /* every path has them; said once, in the introduction */
    case 507:
        return is_change(e);
    default:
        return true;
    }
}

static bool is_first_of_status(size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (problems[k].http == problems[i].http)
            return false;
    return true;
}

static const char *good_status(const struct operation *o)
{
    const struct wx_endpoint *e = o->e;

    if (!e->out[0])
        return "204";
    if (strcmp(e->method, "POST") != 0)
        return "200";
    return o->kind ? "201" : "2XX"; /* 200, 201 or 202, as the answer says */
}

static void put_answers(const struct operation *o)
{
    char status[8];

    wx_json_key(o->j, "responses");
    wx_json_open(o->j, '{');
    wx_json_key(o->j, good_status(o));
    wx_json_open(o->j, '{');
    wx_json_kz(o->j, "description", in(o->lang, "成功", "Done"));
    if (o->e->out[0])
        wx_openapi_put_content(o->j, o->e->out, false);
    wx_json_close(o->j, '}');
    for (size_t i = 0; i < N_PROBLEMS; i++) {
        if (!is_first_of_status(i) || !can_answer(o, problems[i].http))
            continue;
        snprintf(status, sizeof status, "%d", problems[i].http);
        wx_json_key(o->j, status);
        put_ref(o->j, "responses", status);
    }
    wx_json_close(o->j, '}');
}

/* ---- an operation ---- */

/* "get_sites_id_history": the method and the path's words. */
static void put_operation_id(const struct operation *o)
{
    struct wx_buf id = WX_BUF_INIT(200);
    const char *path = o->e->path;

    for (const char *c = o->e->method; *c; c++)
        (void)wx_buf_addc(&id, (char)wx_lower((unsigned char)*c));
    if (wx_str_starts(wx_str_of(path), "/api/v1"))
        path += 7;
    for (; *path; path++) {
        if (*path == '/' || *path == '.' || *path == '-')
            (void)wx_buf_addc(&id, '_');
        else if (*path != '{' && *path != '}')
            (void)wx_buf_addc(&id, *path);
    }
    wx_json_kstr(o->j, "operationId", wx_buf_str(&id));
    wx_buf_clear(&id);
}

static struct wx_str tag_of(const char *path)
{
    struct wx_str rest = wx_str_of(path);

    if (wx_str_starts(rest, "/api/v1/"))
        rest = wx_str_sub(rest, 8, rest.len);
    else
        rest = wx_str_sub(rest, 1, rest.len);
    return wx_str_cut(&rest, '/');
}

static void put_operation(const struct operation *o)
{
    char method[10];
    size_t n = strlen(o->e->method);

    for (size_t i = 0; i <= n && i < sizeof method; i++)
        method[i] = (char)wx_lower((unsigned char)o->e->method[i]);
    wx_json_key(o->j, method);
    wx_json_open(o->j, '{');
    put_operation_id(o);
    wx_json_kz(o->j, "summary", in(o->lang, o->e->zh, o->e->en));
    wx_json_key(o->j, "tags");
    wx_json_open(o->j, '[');
    wx_json_str(o->j, tag_of(o->e->path));
    wx_json_close(o->j, ']');
    put_params(o);
    if (o->e->in[0]) {
        wx_json_key(o->j, "requestBody");
        wx_json_open(o->j, '{');
        wx_json_kbool(o->j, "required", true);
        wx_openapi_put_content(o->j, o->e->in, true);
        wx_json_close(o->j, '}');
    }
    put_answers(o);
    put_rights(o);
    wx_json_close(o->j, '}');
}

/* ---- paths: endpoints in one order, those of one path together ---- */

/* What is routed, gathered once: the loops below are over all pairs. */
struct operations {
    struct operation *at;
    size_t n;
};

static void gather(struct operations *all, struct wx_json *j, enum wx_lang lang)
{
    size_t most = wx_endpoint_count() + wx_record_kind_count() * WX_RECORD_ENDPOINTS;

    all->at = wx_alloc(wx_size_mul(most, sizeof *all->at));
    for (size_t i = 0; i < wx_endpoint_count(); i++)
        all->at[all->n++] = (struct operation){j, lang, wx_endpoint_at(i), NULL};
    for (size_t k = 0; k < wx_record_kind_count(); k++)
        for (size_t i = 0; i < WX_RECORD_ENDPOINTS; i++) {
            const struct wx_record_kind *kind = wx_record_kind_at(k);
            const struct wx_endpoint *e = wx_record_endpoint(kind, i);

            if (e && wx_record_endpoint_is_routed(e))
                all->at[all->n++] = (struct operation){j, lang, e, kind};
        }
}

static bool is_at(const struct operation *o, const char *path)
{
    return strcmp(o->e->path, path) == 0;
}

static bool is_first_of_path(const struct operations *all, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_at(&all->at[k], all->at[i].e->path))
            return false;
    return true;
}

static void put_paths(struct wx_json *j, enum wx_lang lang)
{
    struct operations all = {0};

    gather(&all, j, lang);
    wx_json_key(j, "paths");
    wx_json_open(j, '{');
    for (size_t i = 0; i < all.n; i++) {
        if (!is_first_of_path(&all, i))
            continue;
        put_path_key(j, all.at[i].e->path);
        wx_json_open(j, '{');
        for (size_t k = i; k < all.n; k++)
            if (is_at(&all.at[k], all.at[i].e->path))
                put_operation(&all.at[k]);
        wx_json_close(j, '}');
    }
    wx_json_close(j, '}');
    free(all.at);
}

/* ---- components ---- */

static const struct {
    const char *key, *name, *place, *type, *zh, *en;
} shared[] = {
    {"q", "q", "query", "text",
     "筛选式：词与“短语”为全文查找；字段:值、字段:甲,乙、-字段:值、字段>=值；is:"
     "retired",
     "Filter: words and \"phrases\" are searched; field:value, field:a,b, "
     "-field:value, "
     "field>=value; is:retired"},
    {"sort", "sort", "query", "text", "排序字段，前加 - 为降序",
     "Field to sort by, - before it for descending"},
    {"cursor", "cursor", "query", "text", "上一页给出的 next",
     "The page before said it as next"},
    {"limit", "limit", "query", "int", "每页条数（1—500，默认 50）",
     "Items of a page (1 to 500, 50 by default)"},
    {"total", "total", "query", "(yes|no)", "是否统计总数（默认 yes）",
     "Whether to count all (yes by default)"},
    {"lang", "lang", "query", "(zh|en)", "文字的语言；未给时按 Accept-Language",
     "Language of texts; Accept-Language when not given"},
    {"if-match", "If-Match", "header", "text", "读取时得到的 ETag；* 表示任意版本",
     "The ETag that was read; * for whatever it is"},
    {"idempotency-key", "Idempotency-Key", "header", "text",
     "同一键与同一内容只办理一次，重复时给出原答复",
     "The same key and body act once; a repetition gets the first answer"},
};

static void put_shared_params(struct wx_json *j, enum wx_lang lang)
{
    wx_json_key(j, "parameters");
    wx_json_open(j, '{');
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        wx_json_key(j, shared[i].key);
        wx_json_open(j, '{');
        wx_json_kz(j, "name", shared[i].name);
        wx_json_kz(j, "in", shared[i].place);
        wx_json_kz(j, "description", in(lang, shared[i].zh, shared[i].en));
        if (strcmp(shared[i].key, "if-match") == 0)
            wx_json_kbool(j, "required", true);
        wx_json_key(j, "schema");
        wx_openapi_put_type(j, shared[i].type);
        wx_json_close(j, '}');
    }
    wx_json_close(j, '}');
}

static void put_problem(struct wx_json *j, enum wx_lang lang, int http)
{
    struct wx_buf text = WX_BUF_INIT(4096);

    for (size_t i = 0; i < N_PROBLEMS; i++)
        if (problems[i].http == http)
            (void)wx_buf_printf(&text, "%s`%s` %s",
                                text.len ? in(lang, "；", "; ") : "", problems[i].word,
                                in(lang, problems[i].zh, problems[i].en));
    wx_json_kstr(j, "description", wx_buf_str(&text));
    wx_buf_clear(&text);
    wx_json_key(j, "content");
    wx_json_open(j, '{');
    wx_json_key(j, "application/problem+json");
    wx_json_open(j, '{');
    wx_json_key(j, "schema");
    put_ref(j, "schemas", "Problem");
    wx_json_close(j, '}');
    wx_json_close(j, '}');
    wx_json_key(j, "x-wangxun-codes");
    wx_json_open(j, '[');
    for (size_t i = 0; i < N_PROBLEMS; i++)
        if (problems[i].http == http)
            wx_json_str(j, wx_str_of(problems[i].word));
    wx_json_close(j, ']');
}

static void put_problems(struct wx_json *j, enum wx_lang lang)
{
    char status[8];

    wx_json_key(j, "responses");
    wx_json_open(j, '{');
    for (size_t i = 0; i < N_PROBLEMS; i++) {
        if (!is_first_of_status(i))
            continue;
        snprintf(status, sizeof status, "%d", problems[i].http);
        wx_json_key(j, status);
        wx_json_open(j, '{');
        put_problem(j, lang, problems[i].http);
        wx_json_close(j, '}');
    }
    wx_json_close(j, '}');
}

static void put_schemes(struct wx_json *j, enum wx_lang lang)
{
    wx_json_key(j, "securitySchemes");
    wx_json_open(j, '{');
    wx_json_key(j, "cookie");
    wx_json_open(j, '{');
    wx_json_kz(j, "type", "apiKey");
    wx_json_kz(j, "in", "cookie");
    wx_json_kz(j, "name", "__Host-wangxun");
    wx_json_kz(
        j, "description",
        in(lang, "登录后的会话。修改类请求须来自本系统页面（Sec-Fetch-Site 或 Origin）",
           "A session after signing in. Changes must come from our own pages "
           "(Sec-Fetch-Site or Origin)"));
    wx_json_close(j, '}');
    wx_json_key(j, "token");
    wx_json_open(j, '{');
    wx_json_kz(j, "type", "http");
    wx_json_kz(j, "scheme", "bearer");
    wx_json_kz(j, "description",
               in(lang, "程序令牌，只能办理其注明的操作",
                  "A program's token, good for the operations it names"));
    wx_json_close(j, '}');
    wx_json_close(j, '}');
}

static void put_info(struct wx_json *j, enum wx_lang lang)
{
    wx_json_key(j, "info");
    wx_json_open(j, '{');
    wx_json_kz(j, "title", in(lang, "网巡接口", "Wangxun API"));
    wx_json_kz(j, "version", WX_VERSION);
    wx_json_kz(
        j, "description",
        in(lang,
           "时间为 RFC 3339（UTC），日期为 YYYY-MM-DD。出错一律答复 "
           "application/problem+json（RFC 9457），code "
           "供程序判断；方法不符为 405，未实现为 501。x-wangxun-grants "
           "列出谁可以办理。",
           "Times are RFC 3339 (UTC), dates YYYY-MM-DD. Every failure is answered with "
           "application/problem+json (RFC 9457), its code is for programs; a method "
           "that does not fit is 405, what is not there is 501. x-wangxun-grants says "
           "who may."));
    wx_json_close(j, '}');
}

void wx_openapi_write(enum wx_lang lang, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_json_kz(&j, "openapi", "3.1.0");
    put_info(&j, lang);
    put_paths(&j, lang);
    wx_json_key(&j, "components");
    wx_json_open(&j, '{');
    wx_openapi_put_schemas(&j, lang);
    put_shared_params(&j, lang);
    put_problems(&j, lang);
    put_schemes(&j, lang);
    wx_json_close(&j, '}');
    wx_json_close(&j, '}');
}

/* ---- kept by the server ---- */

static void pack(struct wx_str s, struct wx_buf *out)
{
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)s.ptr,
                  .avail_in = (uInt)s.len};
    uLong most;
    char *room;

    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY))
        return;
    most = deflateBound(&z, (uLong)s.len);
    room = wx_buf_room(out, most);
    z.next_out = (unsigned char *)room;
    z.avail_out = (uInt)most;
    if (room && deflate(&z, Z_FINISH) == Z_STREAM_END)
        out->len = z.total_out;
    (void)deflateEnd(&z);
}

struct wx_openapi *wx_openapi_new(void)
{
    struct wx_openapi *all = wx_alloc(2 * sizeof *all);

    for (int lang = 0; lang < 2; lang++) {
        struct wx_openapi *one = &all[lang];
        struct wx_sha256 hash;
        char hex[65];

        one->json = one->gzip = WX_BUF_INIT(MAX_DOCUMENT_BYTES);
        wx_openapi_write((enum wx_lang)lang, &one->json);
        if (one->json.is_full)
            WX_BUG("the description of the API is too long");
        hash = wx_sha256_of(wx_buf_str(&one->json));
        wx_hex(hash.bytes, sizeof hash.bytes, hex);
        snprintf(one->etag, sizeof one->etag, "\"%.32s\"", hex);
        pack(wx_buf_str(&one->json), &one->gzip);
    }
    return all;
}

void wx_openapi_free(struct wx_openapi *all)
{
    for (int lang = 0; all && lang < 2; lang++) {
        wx_buf_clear(&all[lang].json);
        wx_buf_clear(&all[lang].gzip);
    }
    free(all);
}

enum wx_status wx_openapi_read(struct wx_call *call, struct wx_err *err)
{
    const struct wx_openapi *one = &wx_server_openapi(call->server)[call->lang];

    (void)err;
    call->still = wx_buf_str(&one->json);
    call->still_gzip = wx_buf_str(&one->gzip);
    snprintf(call->etag, sizeof call->etag, "%s", one->etag);
    wx_call_header(call, "Vary", WX_STR("Accept-Encoding, Accept-Language"));
    return WX_OK;
}
