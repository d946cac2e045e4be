/* Failures as problem documents (RFC 9457). */
#include "api/call.h"
#include "base/log.h"
#include <stdio.h>

static const struct {
    int http;
    const char *word, *zh, *en, *next_zh, *next_en;
} problems[] = {
#define X(key, http, word, zh, en, next_zh, next_en)                                   \
    {http, word, zh, en, next_zh, next_en},
#include "api/problems.def"
#undef X
};

const char *wx_problem_word(enum wx_problem_code code)
{
    return problems[code].word;
}

static enum wx_problem_code code_of(enum wx_status status)
{
    switch (status) {
    case WX_E_INVALID:
        return WX_P_INVALID;
    case WX_E_TOO_BIG:
        return WX_P_TOO_BIG;
    case WX_E_NOT_FOUND:
        return WX_P_NOT_FOUND;
    case WX_E_EXISTS:
        return WX_P_EXISTS;
    case WX_E_NO_SPACE:
        return WX_P_NO_SPACE;
    case WX_E_OUT_OF_SCOPE:
        return WX_P_NOT_FOUND; /* the wall: as if there were nothing */
    case WX_E_EXPIRED:
        return WX_P_EXPIRED;
    case WX_E_AGAIN:
    case WX_E_TIMEOUT:
        return WX_P_BUSY;
    case WX_E_UNSUPPORTED:
        return WX_P_UNSUPPORTED;
    default:
        return WX_P_INTERNAL;
    }
}

static void put_fields(struct wx_call *call, struct wx_json *j)
{
    if (!call->problems.n)
        return;
    wx_json_key(j, "errors");
    wx_json_open(j, '[');
    for (size_t i = 0; i < call->problems.n; i++) {
        const struct wx_field_problem *p = &call->problems.at[i];

        wx_json_open(j, '{');
        wx_json_kz(j, "field", p->field);
        wx_json_kz(j, "code", p->code);
        wx_json_kz(j, "detail", p->said ? p->said : wx_text(call->lang, p->text));
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

void wx_call_problem(struct wx_call *call, enum wx_status status,
                     const struct wx_err *err)
{
    enum wx_problem_code code = call->is_refused ? call->refusal : code_of(status);
    bool is_zh = call->lang == WX_ZH;
    struct wx_json j = wx_call_json(call);
    char type[80];

    snprintf(type, sizeof type, "/help/problems#%s", problems[code].word);
    if (problems[code].http >= 500)
        wx_log(WX_LOG_ERROR, "api", "request_failed",
               "id=%s path=%.*s status=%s text=%s", call->request_id,
               WX_STR_ARG(wx_str_sub(call->path, 0, 200)), wx_status_name(status),
               err->text);
    call->http_status = problems[code].http;
    call->out_type = "application/problem+json";
    call->etag[0] = '\0';
    call->still = (struct wx_str){NULL, 0};
    wx_json_open(&j, '{');
    wx_json_kz(&j, "type", type);
    wx_json_kz(&j, "title", is_zh ? problems[code].zh : problems[code].en);
    wx_json_kint(&j, "status", problems[code].http);
    if (call->is_refused || status == WX_E_INVALID || status == WX_E_TOO_BIG ||
        status == WX_E_NOT_FOUND || status == WX_E_UNSUPPORTED)
        wx_json_kstr_opt(&j, "detail", wx_str_of(err->text)); /* else: inner text */
    wx_json_kz(&j, "code", problems[code].word);
    wx_json_kz(&j, "next", is_zh ? problems[code].next_zh : problems[code].next_en);
    wx_json_kz(&j, "request_id", call->request_id);
    put_fields(call, &j);
    wx_json_close(&j, '}');
}
