#include "api/call.h"

#include "api/server.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/hash.h"
#include <stdarg.h>
#include <stdio.h>

enum { MAX_REPLY_BYTES = 64 << 20 };

void wx_call_init(struct wx_call *call, struct wx_server *server)
{
    *call = (struct wx_call){
        .server = server, .http_status = 200, .begun_us = wx_mono_us()};
    wx_arena_init(&call->arena);
    call->out = WX_BUF_INIT(MAX_REPLY_BYTES);
    call->out_type = "application/json";
}

void wx_call_clear(struct wx_call *call)
{
    json_decref(call->json);
    wx_buf_clear(&call->body);
    wx_buf_clear(&call->out);
    wx_arena_clear(&call->arena);
}

struct wx_office *wx_call_office(struct wx_call *call)
{
    return wx_server_office(call->server);
}

struct wx_str wx_call_param(const struct wx_call *call, const char *name)
{
    for (size_t i = 0; i < call->n_params; i++)
        if (wx_str_eqz(call->params[i].name, name))
            return call->params[i].value;
    return (struct wx_str){NULL, 0};
}

bool wx_call_number(struct wx_call *call, const char *name, uint32_t preset,
                    uint32_t max, uint32_t *out)
{
    struct wx_str text = wx_call_param(call, name);
    uint64_t v;

    *out = preset;
    if (text.len == 0)
        return true;
    if (!wx_str_to_u64(text, max, &v) || v == 0) {
        (void)wx_call_refuse(call, WX_P_BAD_PARAM, NULL, "'%s'", name);
        return false;
    }
    *out = (uint32_t)v;
    return true;
}

struct wx_json wx_call_json(struct wx_call *call)
{
    wx_buf_reset(&call->out);
    return WX_JSON_INIT(&call->out);
}

void wx_call_header(struct wx_call *call, const char *name, struct wx_str value)
{
    if (call->n_headers < WX_MAX_REPLY_HEADERS)
        call->headers[call->n_headers++] =
            (struct wx_param){wx_str_of(name), wx_arena_str(&call->arena, value)};
}

void wx_call_page(struct wx_call *call, struct wx_str style, const char *sandbox)
{
    struct wx_sha256 hash = wx_sha256_of(style);
    struct wx_buf text = WX_BUF_INIT(128);

    wx_base64_add(&text, (struct wx_str){(const char *)hash.bytes, sizeof hash.bytes});
    wx_call_header(call, "Content-Security-Policy",
                   wx_arena_printf(&call->arena,
                                   "default-src 'none'; style-src 'sha256-" WX_STR_FMT
                                   "'; base-uri 'none'; form-action 'none'; "
                                   "frame-ancestors 'self'; %s",
                                   WX_STR_ARG(wx_buf_str(&text)), sandbox));
    wx_buf_clear(&text);
    call->out_type = "text/html; charset=utf-8";
}

void wx_call_etag(struct wx_call *call, int64_t rev)
{
    snprintf(call->etag, sizeof call->etag, "\"%lld\"", (long long)rev);
}

void wx_call_created(struct wx_call *call, const char *plural, int64_t id)
{
    call->http_status = 201;
    wx_call_header(
        call, "Location",
        wx_arena_printf(&call->arena, "/api/v1/%s/%lld", plural, (long long)id));
}

enum wx_status wx_call_refuse(struct wx_call *call, enum wx_problem_code code,
                              struct wx_err *err, const char *fmt, ...)
{
    va_list args;
    char text[400];

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    call->is_refused = true;
    call->refusal = code;
    return wx_fail(err, WX_E_INVALID, "%s", text);
}

bool wx_call_if_match(struct wx_call *call, int64_t *rev)
{
    struct wx_str tag = call->if_match;
    uint64_t v;

    *rev = 0;
    if (wx_str_eqz(tag, "*"))
        return true;
    if (wx_str_starts(tag, "W/"))
        tag = wx_str_sub(tag, 2, tag.len);
    if (tag.len > 2 && tag.ptr[0] == '"' &&
        wx_str_to_u64(wx_str_sub(tag, 1, tag.len - 1), INT64_MAX, &v) && v > 0) {
        *rev = (int64_t)v;
        return true;
    }
    (void)wx_call_refuse(call, tag.len ? WX_P_CONFLICT : WX_P_NO_IF_MATCH, NULL,
                         "If-Match");
    return false;
}

struct wx_str wx_call_text(struct wx_call *call, const char *name)
{
    json_t *v = json_object_get(call->json, name);

    if (!json_is_string(v))
        return (struct wx_str){NULL, 0};
    return (struct wx_str){json_string_value(v), json_string_length(v)};
}

int64_t wx_call_int(struct wx_call *call, const char *name)
{
    return json_integer_value(json_object_get(call->json, name));
}

bool wx_call_bool(struct wx_call *call, const char *name)
{
    return json_is_true(json_object_get(call->json, name));
}

void wx_call_event(struct wx_call *call, const char *type, const char *kind,
                   int64_t record_id, int64_t unit_id)
{
    struct wx_call_event *event = wx_arena_new(&call->arena, struct wx_call_event);

    *event = (struct wx_call_event){call->events, type, kind, record_id, unit_id};
    call->events = event;
}

void wx_call_audit(struct wx_call *call, const char *kind, int64_t id, int64_t unit_id)
{
    call->audit_kind = kind;
    call->audit_id = id;
    call->audit_unit_id = unit_id;
}

bool wx_call_may(const struct wx_call *call, enum wx_op op)
{
    return wx_access_ask(&call->who, op, &call->object) == WX_ALLOW;
}

void wx_call_scope(struct wx_call *call, enum wx_op op)
{
    wx_access_scope(&call->who, op, &call->arena, &call->scope);
    if (call->tx)
        wx_tx_set_scope(call->tx, &call->scope);
}

enum wx_status wx_find_nothing(struct wx_call *call, struct wx_err *err)
{
    (void)err;
    call->object = (struct wx_object){.is_none = true, .exists = true};
    return WX_OK;
}

enum wx_status wx_find_list(struct wx_call *call, struct wx_err *err)
{
    (void)err;
    call->object = (struct wx_object){.is_list = true, .exists = true};
    return WX_OK;
}

enum wx_status wx_find_self(struct wx_call *call, struct wx_err *err)
{
    (void)err;
    call->object =
        (struct wx_object){.exists = true, .account_id = call->who.account_id};
    return WX_OK;
}

enum wx_status wx_find_record(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_facts facts;
    enum wx_status status = wx_record_facts(call->tx, &call->arena, call->kind,
                                            call->path_id[0], &facts, err);

    if (status)
        return status;
    call->object = (struct wx_object){.exists = true,
                                      .unit_id = facts.unit_id,
                                      .made_by = facts.created_by,
                                      .state = facts.state};
    call->object_id = facts.id;
    call->object_rev = facts.rev;
    wx_call_audit(call, call->kind->name, facts.id, facts.unit_id);
    return WX_OK;
}
