/* Webhooks beside their record: the secret, a test, the log of deliveries. */
#include "api/handlers.h"
#include "api/server.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/seal.h"
#include "notify/webhook.h"
#include "store/office_delivery.h"

enum wx_status wx_find_webhook(struct wx_call *call, struct wx_err *err)
{
    call->kind = wx_record_kind_find(WX_STR("webhook"));
    return wx_find_record(call, err);
}

enum wx_status wx_find_delivery(struct wx_call *call, struct wx_err *err)
{
    int64_t target_id, unit_id;
    bool is_mail;
    enum wx_status st = wx_delivery_owner(call->tx, call->path_id[0], &is_mail,
                                          &target_id, &unit_id, err);

    if (st)
        return st;
    call->object = (struct wx_object){.exists = true, .unit_id = unit_id};
    call->object_id = call->path_id[0];
    wx_call_audit(call, "delivery", call->object_id, unit_id);
    return WX_OK;
}

static struct wx_str sealed_context(struct wx_call *call)
{
    return wx_arena_printf(&call->arena, "webhook/%lld/secret",
                           (long long)call->object_id);
}

/* What is kept so far; empty when there is none, or none that opens any more. */
static struct wx_str kept_secrets(struct wx_call *call)
{
    struct wx_webhook_target target;
    struct wx_str sealed, plain = {0};

    if (wx_webhook_target(call->tx, &call->arena, call->object_id, &target, NULL) ||
        !wx_base64_read(&call->arena, target.secret, &sealed) ||
        !wx_unseal(&call->arena, wx_server_options(call->server)->field_key,
                   sealed_context(call), sealed, &plain))
        return (struct wx_str){0};
    return plain;
}

static enum wx_status secret_keep(struct wx_call *call, struct wx_str kept,
                                  struct wx_err *err)
{
    struct wx_record_by by = {call->who.account_id, call->now_s};
    struct wx_buf text = WX_BUF_INIT(4096);
    char at[24];
    json_t *values;
    enum wx_status st;

    wx_base64_add(&text,
                  wx_seal(&call->arena, wx_server_options(call->server)->field_key,
                          sealed_context(call), kept));
    wx_time_format(call->now_s, at);
    values = json_pack("{ss% ss}", "secret", text.ptr, text.len, "secret_set", at);
    st = wx_record_update(call->tx, call->kind, call->object_id, 0, values, &by,
                          &call->problems, err);
    json_decref(values);
    wx_buf_clear(&text);
    return st;
}

enum wx_status wx_webhook_secret(struct wx_call *call, struct wx_err *err)
{
    struct wx_str fresh = wx_webhook_secret_new(&call->arena);
    struct wx_str kept =
        wx_webhook_secret_rotate(&call->arena, kept_secrets(call), fresh, call->now_s);
    enum wx_status st = secret_keep(call, kept, err);
    struct wx_json j;

    if (st)
        return st;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kstr(&j, "secret", fresh);
    wx_json_close(&j, '}');
    return WX_OK;
}

static enum wx_status show_delivery(struct wx_call *call, int64_t id,
                                    struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);

    return wx_delivery_json(call->tx, id, &j, err);
}

enum wx_status wx_webhook_test(struct wx_call *call, struct wx_err *err)
{
    struct wx_webhook_target target;
    int64_t id = 0;
    enum wx_status st =
        wx_webhook_target(call->tx, &call->arena, call->object_id, &target, err);

    if (st == WX_E_NOT_FOUND)
        return wx_call_refuse(call, WX_P_STATE, err,
                              "the webhook is off or has no secret yet");
    if (!st)
        st = wx_delivery_add_test(call->tx, call->object_id, target.unit_id,
                                  call->now_s, &id, err);
    if (st)
        return st;
    call->http_status = 202;
    wx_call_event(call, "webhook.tested", "webhook", call->object_id, target.unit_id);
    return show_delivery(call, id, err);
}

static enum wx_status list_deliveries(struct wx_call *call, bool is_mail,
                                      int64_t webhook_id, struct wx_err *err)
{
    struct wx_str cursor = wx_call_param(call, "cursor");
    uint64_t before = 0;
    int64_t last = 0;
    uint32_t limit;
    struct wx_json j;
    enum wx_status st;

    if (!wx_call_number(call, "limit", 50, 200, &limit))
        return wx_fail(err, WX_E_INVALID, "limit");
    if (cursor.len && !wx_str_to_u64(cursor, INT64_MAX, &before))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "cursor");
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    st = wx_delivery_list(call->tx, is_mail, webhook_id, (int64_t)before, limit, &j,
                          &last, err);
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    if (last)
        wx_json_str(&j, wx_arena_printf(&call->arena, "%lld", (long long)last));
    else
        wx_json_null(&j);
    wx_json_close(&j, '}');
    return st;
}

enum wx_status wx_webhook_deliveries(struct wx_call *call, struct wx_err *err)
{
    return list_deliveries(call, false, call->object_id, err);
}

enum wx_status wx_mail_deliveries(struct wx_call *call, struct wx_err *err)
{
    return list_deliveries(call, true, 0, err);
}

enum wx_status wx_delivery_show(struct wx_call *call, struct wx_err *err)
{
    return show_delivery(call, call->object_id, err);
}

enum wx_status wx_delivery_again(struct wx_call *call, struct wx_err *err)
{
    enum wx_status st = wx_delivery_resend(call->tx, call->object_id, call->now_s, err);

    if (st == WX_E_UNSUPPORTED)
        return wx_call_refuse(call, WX_P_STATE, err, "%s", err->text);
    if (st)
        return st;
    call->http_status = 202;
    wx_call_event(call, "delivery.resent", "delivery", call->object_id,
                  call->object.unit_id);
    return show_delivery(call, call->object_id, err);
}
