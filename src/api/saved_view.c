/* Filters that somebody keeps under a name, for himself. */
#include "api/handlers.h"
#include "store/office_view.h"

enum { MAX_VIEWS = 100, MAX_NAME_BYTES = 120, MAX_QUERY_BYTES = 4096 };

enum wx_status wx_views_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_saved_views_json(call->tx, call->who.account_id, &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

static enum wx_status bad(struct wx_call *call, const char *field, const char *code,
                          enum wx_text text, struct wx_err *err)
{
    wx_field_problem_add(&call->problems, field, code, text);
    return wx_fail(err, WX_E_INVALID, "'%s': %s", field, code);
}

enum wx_status wx_view_save(struct wx_call *call, struct wx_err *err)
{
    struct wx_str page = wx_call_text(call, "page"), name = wx_call_text(call, "name");
    struct wx_str query = wx_call_text(call, "query");
    struct wx_json j;
    int64_t id = 0, n = 0;
    enum wx_status status;

    name = wx_str_trim(name);
    if (name.len == 0)
        return bad(call, "name", "required", WX_T_FIELD_REQUIRED, err);
    if (page.len == 0 || page.len > 40)
        return bad(call, "page", "required", WX_T_FIELD_REQUIRED, err);
    if (name.len > MAX_NAME_BYTES)
        return bad(call, "name", "too_long", WX_T_FIELD_TOO_LONG, err);
    if (query.len > MAX_QUERY_BYTES)
        return bad(call, "query", "too_long", WX_T_FIELD_TOO_LONG, err);
    status = wx_saved_view_count(call->tx, call->who.account_id, &n, err);
    if (!status && n >= MAX_VIEWS)
        return wx_call_refuse(call, WX_P_TOO_BIG, err, "at most %d views", MAX_VIEWS);
    if (!status)
        status = wx_saved_view_put(call->tx, call->who.account_id, page, name, query,
                                   call->now_s, &id, err);
    if (status)
        return status;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kint(&j, "id", id);
    wx_json_kstr(&j, "page", page);
    wx_json_kstr(&j, "name", name);
    wx_json_kstr(&j, "query", query);
    wx_json_close(&j, '}');
    wx_call_created(call, "views", id);
    return WX_OK;
}

enum wx_status wx_view_drop(struct wx_call *call, struct wx_err *err)
{
    call->http_status = 204;
    return wx_saved_view_drop(call->tx, call->who.account_id, call->path_id[0], err);
}
