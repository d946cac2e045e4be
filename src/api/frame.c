/*
 * What happens to every request, once and in one place: who is it, may he, the
 * transaction, the handler, what is left behind of it, the reply (docs/office.md).
 */
#include "access/audit.h"
#include "access/desk.h"
#include "access/refusal.h"
#include "api/call.h"
#include "api/server.h"
#include "api/session.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/office_request.h"
#include <stdio.h>

static bool is_unsafe(const struct wx_call *call)
{
    return !wx_str_eqz(call->method, "GET");
}

void wx_call_known(struct wx_call *call, const struct wx_desk_known *known)
{
    call->who = known->who;
    call->session_id = known->session_id;
    call->must_enrol = known->must_enrol;
    call->expires_s = known->expires_s;
    call->idle_s = known->idle_s;
    call->step_up_s = known->step_up_s;
    call->is_signed_in = known->who.account_id != 0;
}

static enum wx_status identify(struct wx_call *call, struct wx_tx *tx,
                               struct wx_err *err)
{
    struct wx_desk_sign sign = {call->session_secret, call->is_bearer, call->now_s,
                                call->remote};
    struct wx_desk_known known = {0};
    enum wx_status status;

    call->who.now_s = call->now_s;
    if (call->session_secret.len == 0)
        return WX_OK;
    status = wx_desk_identify(wx_server_desk(call->server), tx, &call->arena, &sign,
                              &known, err);
    if (status == WX_E_NOT_FOUND || status == WX_E_EXPIRED)
        return WX_OK; /* as if nothing had been sent; the access question decides */
    if (status)
        return status;
    wx_call_known(call, &known);
    return WX_OK;
}

enum wx_status wx_call_refuse_answer(struct wx_call *call, enum wx_op op,
                                     enum wx_answer answer, struct wx_err *err)
{
    static const enum wx_problem_code codes[] = {
        [WX_DENY_SIGN_IN] = WX_P_SIGN_IN, [WX_DENY_HIDDEN] = WX_P_NOT_FOUND,
        [WX_DENY] = WX_P_FORBIDDEN,       [WX_DENY_STATE] = WX_P_STATE,
        [WX_DENY_OWN] = WX_P_OWN_ACT,     [WX_DENY_PERSON] = WX_P_PERSON_ONLY,
        [WX_DENY_STEP_UP] = WX_P_STEP_UP,
    };

    if (answer == WX_DENY_STATE)
        return wx_call_refuse(call, codes[answer], err, "'%s': '%.*s'", wx_op_name(op),
                              WX_STR_ARG(call->object.state));
    return wx_call_refuse(call, codes[answer], err, "'%s'", wx_op_name(op));
}

/* Not signed in is answered before an object is looked for: nothing is given away. */
static enum wx_status ask(struct wx_call *call, struct wx_err *err)
{
    struct wx_object nothing = {.is_list = true, .exists = true};
    enum wx_answer answer = wx_access_ask(&call->who, call->endpoint->op, &nothing);
    enum wx_status status;

    if (answer == WX_DENY_SIGN_IN || answer == WX_DENY) /* whatever the object */
        return wx_call_refuse_answer(call, call->endpoint->op, answer, err);
    wx_access_scope(&call->who, call->endpoint->op, &call->arena, &call->scope);
    wx_tx_set_scope(call->tx, &call->scope);
    status = call->endpoint->find(call, err);
    if (status)
        return status;
    answer = wx_access_ask(&call->who, call->endpoint->op, &call->object);
    return answer == WX_ALLOW
               ? WX_OK
               : wx_call_refuse_answer(call, call->endpoint->op, answer, err);
}

static enum wx_status check_form(struct wx_call *call, struct wx_err *err)
{
    json_error_t wrong;

    if (call->endpoint->flags & WX_EP_IF_MATCH && call->if_match.len == 0)
        return wx_call_refuse(call, WX_P_NO_IF_MATCH, err, "If-Match");
    if (call->idempotency_key.len > 200)
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "Idempotency-Key");
    if (call->endpoint->flags & WX_EP_RAW || call->body.len == 0)
        return WX_OK;
    if (!wx_str_istarts(call->content_type, "application/json") &&
        !wx_str_istarts(call->content_type, "application/merge-patch+json"))
        return wx_call_refuse(call, WX_P_MEDIA_TYPE, err, "Content-Type '%.*s'",
                              WX_STR_ARG(wx_str_sub(call->content_type, 0, 100)));
    call->json =
        json_loadb(call->body.ptr, call->body.len, JSON_REJECT_DUPLICATES, &wrong);
    if (!call->json)
        return wx_call_refuse(call, WX_P_MALFORMED, err, "JSON, line %d column %d: %s",
                              wrong.line, wrong.column, wrong.text);
    return WX_OK;
}

/* ---- Idempotency-Key ---- */

static struct wx_sha256 request_hash(const struct wx_call *call)
{
    struct wx_buf all = WX_BUF_INIT(WX_MAX_UPLOAD_BYTES + 8192);
    struct wx_sha256 hash;

    (void)wx_buf_printf(&all, "%.*s %.*s\n", WX_STR_ARG(call->method),
                        WX_STR_ARG(wx_str_sub(call->path, 0, 2000)));
    (void)wx_buf_adds(&all, wx_buf_str(&call->body));
    hash = wx_sha256_of(wx_buf_str(&all));
    wx_buf_clear(&all);
    return hash;
}

/* *REPLAYED: the answer of the first time is the reply. */
static enum wx_status find_earlier(struct wx_call *call, bool *replayed,
                                   struct wx_err *err)
{
    struct wx_kept_answer kept;
    struct wx_sha256 hash;
    enum wx_status status;

    *replayed = false;
    if (call->idempotency_key.len == 0 || !wx_str_eqz(call->method, "POST") ||
        !call->who.account_id)
        return WX_OK;
    status = wx_answer_find(call->tx, &call->arena, call->who.account_id,
                            call->idempotency_key, &kept, err);
    if (status == WX_E_NOT_FOUND)
        return WX_OK;
    if (status)
        return status;
    hash = request_hash(call);
    if (memcmp(hash.bytes, kept.request.bytes, sizeof hash.bytes) != 0)
        return wx_call_refuse(call, WX_P_KEY_REUSED, err, "Idempotency-Key");
    *replayed = true;
    call->http_status = kept.http_status;
    wx_buf_reset(&call->out);
    (void)wx_buf_adds(&call->out, kept.answer);
    if (kept.location.len)
        wx_call_header(call, "Location", kept.location);
    wx_call_header(call, "Idempotency-Replayed", WX_STR("true"));
    snprintf(call->etag, sizeof call->etag, "%.*s", WX_STR_ARG(kept.etag));
    return WX_OK;
}

static enum wx_status keep_answer(struct wx_call *call, struct wx_err *err)
{
    struct wx_kept_answer kept = {.http_status = call->http_status,
                                  .answer = wx_buf_str(&call->out),
                                  .etag = wx_str_of(call->etag)};

    if (call->idempotency_key.len == 0 || !wx_str_eqz(call->method, "POST") ||
        !call->who.account_id || call->endpoint->flags & WX_EP_ONCE)
        return WX_OK;
    kept.request = request_hash(call);
    for (size_t i = 0; i < call->n_headers; i++)
        if (wx_str_eqz(call->headers[i].name, "Location"))
            kept.location = call->headers[i].value;
    return wx_answer_keep(call->tx, call->who.account_id, call->idempotency_key, &kept,
                          call->now_s, err);
}

/* ---- what a request leaves behind ---- */

enum wx_status wx_call_leave_trace(struct wx_call *call, struct wx_tx *tx,
                                   struct wx_err *err)
{
    struct wx_audit_event event = {
        .at_ms = call->now_s * 1000,
        .account_id = call->who.account_id,
        .by = wx_str_of(call->who.is_token          ? "token"
                        : call->who.account_id != 0 ? "session"
                                                    : ""),
        .address = call->remote,
        .operation = wx_str_of(call->audit_operation ? call->audit_operation
                                                     : wx_op_name(call->endpoint->op)),
        .kind = wx_str_of(call->audit_kind),
        .object_id = call->audit_id,
        .unit_id = call->audit_unit_id,
        .status = call->http_status,
        .request_id = wx_str_of(call->request_id),
        .detail = call->audit_detail,
    };

    return wx_audit_append(tx, &event, err);
}

enum wx_status wx_call_write_events(struct wx_call *call, struct wx_tx *tx,
                                    struct wx_err *err)
{
    enum wx_status status = WX_OK;

    for (struct wx_call_event *e = call->events; e && !status; e = e->next)
        status = wx_event_add(tx, e->type, e->kind, e->record_id, e->unit_id,
                              call->now_s, &call->event_id, err);
    return status;
}

static enum wx_status finish_change(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = WX_OK;

    if (!(call->endpoint->flags & WX_EP_NO_AUDIT))
        status = wx_call_leave_trace(call, call->tx, err);
    if (!status)
        status = wx_call_write_events(call, call->tx, err);
    if (!status)
        status = keep_answer(call, err);
    if (!status)
        status = wx_tx_commit(call->tx, err);
    return status;
}

/* A reading that must be traced: the trace is on the disk before the answer leaves. */
static enum wx_status write_trace(struct wx_call *call, struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_write(wx_call_office(call), NULL, &tx, err);

    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    return status;
}

/* On a full disk reading goes on for as long as the reserve lasts. */
static enum wx_status trace_reading(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = write_trace(call, err);

    if (status == WX_E_NO_SPACE && wx_office_use_reserve(wx_call_office(call)))
        status = write_trace(call, err);
    return status;
}

static enum wx_status run_in_tx(struct wx_call *call, struct wx_err *err)
{
    bool is_change = is_unsafe(call), replayed = false;
    enum wx_status status =
        is_change ? wx_tx_write(wx_call_office(call), NULL, &call->tx, err)
                  : wx_tx_read(wx_call_office(call), NULL, &call->tx, err);

    if (!status)
        status = identify(call, call->tx, err);
    if (!status)
        status = ask(call, err);
    if (!status && is_change)
        status = find_earlier(call, &replayed, err);
    if (!status && !replayed)
        status = call->endpoint->handle(call, err);
    if (!status && is_change && !replayed)
        status = finish_change(call, err);
    wx_tx_end(call->tx);
    call->tx = NULL;
    return status;
}

/* Slow work asks in a short transaction of its own and then goes on without one. */
static enum wx_status run_own_tx(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &call->tx, err);

    if (!status)
        status = identify(call, call->tx, err);
    if (!status)
        status = ask(call, err);
    wx_tx_end(call->tx);
    call->tx = NULL;
    if (!status)
        status = call->endpoint->handle(call, err);
    return status;
}

/* Somebody was told that he may not. What is not his to see is not among it: that is
 * answered like what is not there, and found out only by looking past the wall. */
static bool is_told_no(const struct wx_call *call)
{
    if (!call->is_refused)
        return false;
    switch (call->refusal) {
    case WX_P_FORBIDDEN:
    case WX_P_OWN_ACT:
    case WX_P_PERSON_ONLY:
    case WX_P_OUT_OF_SCOPE:
        return call->who.account_id != 0;
    case WX_P_TOO_MANY_TRIES:
        return true;
    default:
        return false;
    }
}

static void trace_refusal(struct wx_call *call)
{
    struct wx_err err = {0};

    if (!is_told_no(call) ||
        !wx_refusals_count(wx_server_refusals(call->server), call->who.account_id,
                           call->endpoint->op, call->now_s))
        return;
    if (!call->audit_kind && call->kind)
        wx_call_audit(call, call->kind->name, call->path_id[0], call->object.unit_id);
    call->audit_detail = wx_arena_printf(&call->arena, "{\"refused\":\"%s\"}",
                                         wx_problem_word(call->refusal));
    if (write_trace(call, &err))
        wx_log(WX_LOG_WARN, "api", "refusal_untraced", "%s", err.text);
}

void wx_call_run(struct wx_call *call)
{
    struct wx_err err = {0};
    enum wx_status status = check_form(call, &err);

    if (!status)
        status = call->endpoint->flags & WX_EP_OWN_TX ? run_own_tx(call, &err)
                                                      : run_in_tx(call, &err);
    if (!status && call->endpoint->flags & WX_EP_AUDIT_READ && !is_unsafe(call))
        status = trace_reading(call, &err);
    if (!status && call->out.is_full)
        status = wx_fail(&err, WX_E_TOO_BIG, "the answer is too big; ask for less");
    if (status) {
        wx_call_problem(call, status, &err);
        trace_refusal(call);
    } else if (call->events)
        wx_server_tell(call->server, call->event_id);
}

/* One event for what was refused of one account and operation since its first. */
static enum wx_status write_refused(struct wx_tx *tx,
                                    const struct wx_refusals_more *more, int64_t now_s,
                                    struct wx_err *err)
{
    char detail[64];
    struct wx_audit_event event = {
        .at_ms = now_s * 1000,
        .account_id = more->account_id,
        .by = WX_STR("server"),
        .operation = wx_str_of(more->op < WX_OP_COUNT ? wx_op_name(more->op)
                                                      : "request.refused"),
        .status = 403,
    };

    snprintf(detail, sizeof detail, "{\"refused\":\"again\",\"times\":%u}", more->n);
    event.detail = wx_str_of(detail);
    return wx_audit_append(tx, &event, err);
}

void wx_refusals_write(struct wx_server *server, int64_t now_s)
{
    enum { AT_ONCE = 64 };
    struct wx_refusals_more more[AT_ONCE];
    struct wx_err err = {0};
    struct wx_tx *tx = NULL;
    enum wx_status status = WX_OK;
    size_t n = wx_refusals_due(wx_server_refusals(server), now_s, more, AT_ONCE);

    if (n)
        status = wx_tx_write(wx_server_office(server), NULL, &tx, &err);
    for (size_t i = 0; !status && i < n; i++)
        status = write_refused(tx, &more[i], now_s, &err);
    if (n && !status)
        status = wx_tx_commit(tx, &err);
    wx_tx_end(tx);
    if (status)
        wx_log(WX_LOG_WARN, "api", "refusals_untraced", "n=%zu %s", n, err.text);
}

/* Units came, went or moved within this transaction: whose objects are whose again. */
enum wx_status wx_call_units_changed(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = wx_desk_reach(call->tx, &call->arena, &call->who, err);

    if (!status)
        wx_call_scope(call, call->endpoint->op);
    return status;
}
