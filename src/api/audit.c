/* The audit trail for its readers: search, verification, export, checkpoints. */
#include "access/audit.h"
#include "access/checkpoint.h"
#include "access/desk.h"
#include "api/handlers.h"
#include "api/server.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/office_audit.h"

struct page {
    struct wx_json *j;
    uint32_t limit, n;
    int64_t last;
    struct wx_arena arena;
};

/* The line as it was hashed, with its hash: what the reader sees is what is proven. */
static void put_row(struct wx_json *j, const struct wx_audit_row *row)
{
    char hash[65], at[24];

    wx_hex(row->hash, sizeof row->hash, hash);
    wx_time_format(row->at_ms / 1000, at);
    wx_json_open(j, '{');
    wx_json_kint(j, "number", row->number);
    wx_json_kz(j, "at", at);
    wx_json_key(j, "event");
    wx_json_raw(j, row->line);
    wx_json_kz(j, "hash", hash);
    wx_json_close(j, '}');
}

/* A damaged line is not JSON, and must not break the page that shows the damage. */
static bool is_event(struct page *p, struct wx_str line)
{
    struct wx_audit_event event;
    bool is_good = wx_audit_parse(line, &p->arena, &event, NULL) == WX_OK;

    wx_arena_reset(&p->arena);
    return is_good;
}

static bool take(void *ctx, const struct wx_audit_row *row)
{
    struct page *p = ctx;
    struct wx_audit_row shown = *row;

    if (p->n++ == p->limit)
        return false;
    if (!is_event(p, row->line))
        shown.line = WX_STR("null");
    p->last = row->number;
    put_row(p->j, &shown);
    return true;
}

static bool number_param(struct wx_call *call, const char *name, int64_t *out)
{
    struct wx_str text = wx_call_param(call, name);
    uint64_t v = 0;

    if (text.len && !wx_str_to_u64(text, INT64_MAX, &v))
        return false;
    *out = (int64_t)v;
    return true;
}

static bool time_param(struct wx_call *call, const char *name, int64_t *out_ms)
{
    struct wx_str text = wx_call_param(call, name);
    int64_t at_s = 0;

    if (text.len && !wx_time_parse(text, &at_s))
        return false;
    *out_ms = at_s * 1000;
    return true;
}

static enum wx_status query_read(struct wx_call *call, struct wx_audit_query *query,
                                 struct wx_err *err)
{
    static const struct {
        const char *name;
        size_t at;
    } numbers[] = {
        {"account_id", offsetof(struct wx_audit_query, account_id)},
        {"object_id", offsetof(struct wx_audit_query, object_id)},
        {"unit_id", offsetof(struct wx_audit_query, unit_id)},
        {"cursor", offsetof(struct wx_audit_query, before)},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!number_param(call, numbers[i].name,
                          (int64_t *)((char *)query + numbers[i].at)))
            return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'%s'", numbers[i].name);
    if (!time_param(call, "from", &query->from_ms) ||
        !time_param(call, "until", &query->until_ms))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'from', 'until'");
    query->operation = wx_call_param(call, "operation");
    query->kind = wx_call_param(call, "kind");
    query->text = wx_call_param(call, "q");
    return WX_OK;
}

static enum wx_status search(struct wx_call *call, struct wx_audit_query *query,
                             struct wx_err *err)
{
    struct wx_json j;
    struct page p = {.j = &j};
    enum wx_status status;

    if (!wx_call_number(call, "limit", 50, 500, &p.limit))
        return wx_fail(err, WX_E_INVALID, "'limit' must be 1 to 500");
    query->limit = p.limit + 1;
    wx_arena_init(&p.arena);
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_audit_search(call->tx, query, take, &p, err);
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    if (p.n > p.limit)
        wx_json_str(&j, wx_arena_printf(&call->arena, "%lld", (long long)p.last));
    else
        wx_json_null(&j);
    wx_json_close(&j, '}');
    wx_arena_clear(&p.arena);
    return status;
}

enum wx_status wx_audit_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_audit_query query = {0};
    enum wx_status status = query_read(call, &query, err);

    return status ? status : search(call, &query, err);
}

/* Everybody may read what he himself did. */
enum wx_status wx_audit_own(struct wx_call *call, struct wx_err *err)
{
    struct wx_audit_query query = {0};
    enum wx_status status = query_read(call, &query, err);

    query.account_id = call->who.account_id;
    return status ? status : search(call, &query, err);
}

enum wx_status wx_audit_verified(struct wx_call *call, struct wx_err *err)
{
    struct wx_checkpoint_key key =
        wx_checkpoint_public(wx_desk_checkpoint_key(wx_server_desk(call->server)));
    struct wx_str notes = wx_call_text(call, "checkpoints");
    struct wx_audit_verdict verdict;
    struct wx_tx *tx = NULL;
    struct wx_json j;
    enum wx_status status = wx_tx_read(wx_call_office(call), NULL, &tx, err);

    if (!status)
        status = wx_audit_verify(tx, notes, key.bytes, &verdict, err);
    wx_tx_end(tx);
    tx = NULL;
    if (status == WX_E_INVALID)
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "%s", err->text);
    if (status)
        return status;
    call->audit_detail = wx_arena_printf(&call->arena, "{\"fault\":\"%s\"}",
                                         wx_chain_fault_name(verdict.fault));
    status = wx_tx_write(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = wx_call_leave_trace(call, tx, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    if (status)
        return status;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "good", verdict.fault == WX_CHAIN_FINE);
    wx_json_kz(&j, "fault", wx_chain_fault_name(verdict.fault));
    wx_json_kint(&j, "events", verdict.n_events);
    if (verdict.fault)
        wx_json_kint(&j, "first_bad", verdict.bad_number);
    wx_json_kint(&j, "checkpoints", verdict.n_checkpoints);
    wx_json_kint(&j, "last_checkpoint", verdict.last_checkpoint);
    wx_json_kz(&j, "why", verdict.why);
    wx_json_close(&j, '}');
    return WX_OK;
}

static enum wx_status put_checkpoint(struct wx_call *call, struct wx_tx *tx,
                                     struct wx_err *err)
{
    struct wx_checkpoint_key key =
        wx_checkpoint_public(wx_desk_checkpoint_key(wx_server_desk(call->server)));
    struct wx_buf verifier = WX_BUF_INIT(WX_MAX_CHECKPOINT_BYTES);
    struct wx_checkpoint_row row;
    enum wx_chain_hash kind;
    struct wx_str origin = {NULL, 0};
    struct wx_json j;
    enum wx_status status = wx_checkpoint_row_last(tx, &call->arena, &row, err);

    if (!status)
        status = wx_audit_origin(tx, &call->arena, &origin, &kind, err);
    if (status && status != WX_E_NOT_FOUND)
        return status;
    wx_checkpoint_verifier(&key, origin, &verifier);
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kint(&j, "number", row.number);
    wx_json_kstr(&j, "note", row.note);
    wx_json_kstr(&j, "verifier", wx_buf_str(&verifier));
    wx_json_close(&j, '}');
    wx_buf_clear(&verifier);
    return WX_OK;
}

enum wx_status wx_audit_checkpoint_read(struct wx_call *call, struct wx_err *err)
{
    return put_checkpoint(call, call->tx, err);
}

enum wx_status wx_audit_checkpoint_make(struct wx_call *call, struct wx_err *err)
{
    struct wx_tx *tx = NULL;
    enum wx_status status = wx_tx_write(wx_call_office(call), NULL, &tx, err);

    if (!status) /* first, so that it covers the asking as well */
        status = wx_call_leave_trace(call, tx, err);
    if (!status)
        status = wx_tx_commit(tx, err);
    wx_tx_end(tx);
    tx = NULL;
    if (!status)
        status =
            wx_desk_checkpoint(wx_server_desk(call->server), call->now_s, true, err);
    if (!status)
        status = wx_tx_read(wx_call_office(call), NULL, &tx, err);
    if (!status)
        status = put_checkpoint(call, tx, err);
    wx_tx_end(tx);
    return status;
}

struct lines {
    struct wx_buf *out;
    const struct wx_audit_query *query;
};

static bool put_line(void *ctx, const struct wx_audit_row *row)
{
    struct lines *l = ctx;
    char hash[65];

    if (row->at_ms < l->query->from_ms ||
        (l->query->until_ms && row->at_ms >= l->query->until_ms))
        return true;
    wx_hex(row->hash, sizeof row->hash, hash);
    (void)wx_buf_adds(l->out, row->line);
    (void)wx_buf_printf(l->out, "\t%s\n", hash);
    return !l->out->is_full;
}

/* The lines as they were hashed, each with its hash behind a tab: to be verified
 * anywhere with any SHA-256 or SM3. */
enum wx_status wx_audit_exported(struct wx_call *call, struct wx_err *err)
{
    struct wx_audit_query query = {0};
    struct lines l = {&call->out, &query};
    enum wx_status status = query_read(call, &query, err);

    if (status)
        return status;
    call->out_type = "text/plain; charset=utf-8";
    wx_call_header(call, "Content-Disposition",
                   WX_STR("attachment; filename=\"audit.txt\""));
    return wx_audit_rows(call->tx, put_line, &l, err);
}
