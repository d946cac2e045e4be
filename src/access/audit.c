#include "access/audit.h"

#include "base/seal.h"
#include "base/limits.h"
#include "store/office_account.h"
#include "store/office_audit.h"
#include <stdio.h>

static const char fact_origin[] = "audit.origin", fact_hash[] = "audit.hash";

static enum wx_status hash_read(struct wx_tx *tx, struct wx_arena *arena,
                                enum wx_chain_hash *kind, struct wx_err *err)
{
    struct wx_str name;
    enum wx_status status = wx_office_get(tx, fact_hash, arena, &name, err);

    *kind = WX_CHAIN_SHA256;
    if (status)
        return status == WX_E_NOT_FOUND ? WX_OK : status;
    if (!wx_chain_hash_find(name, kind))
        return wx_fail(err, WX_E_INVALID, "'%s' is neither sha256 nor sm3", fact_hash);
    return WX_OK;
}

enum wx_status wx_audit_origin(struct wx_tx *tx, struct wx_arena *arena,
                               struct wx_str *origin, enum wx_chain_hash *kind,
                               struct wx_err *err)
{
    enum wx_status status = wx_office_get(tx, fact_origin, arena, origin, err);

    return status ? status : hash_read(tx, arena, kind, err);
}

/* A new log: an origin nobody else has, and the hash written down for good. */
static enum wx_status log_begin(struct wx_tx *tx, struct wx_arena *arena,
                                struct wx_str *origin, enum wx_chain_hash *kind,
                                struct wx_err *err)
{
    unsigned char bytes[8];
    char hex[17];
    enum wx_status status = hash_read(tx, arena, kind, err);

    wx_random(bytes, sizeof bytes);
    wx_hex(bytes, sizeof bytes, hex);
    *origin = wx_arena_printf(arena, "wangxun/%s", hex);
    if (!status)
        status = wx_office_set(tx, fact_origin, *origin, err);
    if (!status)
        status =
            wx_office_set(tx, fact_hash, wx_str_of(wx_chain_hash_name(*kind)), err);
    return status;
}

/* The link that the next event hangs on, and that event's number. */
static enum wx_status end_find(struct wx_tx *tx, struct wx_arena *arena,
                               enum wx_chain_hash *kind, struct wx_chain_link *link,
                               int64_t *number, struct wx_err *err)
{
    struct wx_str origin;
    enum wx_status status = wx_audit_last(tx, number, link->bytes, err);

    if (status)
        return status;
    status = wx_audit_origin(tx, arena, &origin, kind, err);
    if (status == WX_E_NOT_FOUND && *number == 0)
        status = log_begin(tx, arena, &origin, kind, err);
    if (!status && *number == 0)
        *link = wx_chain_first(*kind, origin);
    ++*number;
    return status;
}

static enum wx_status login_find(struct wx_tx *tx, struct wx_arena *arena,
                                 struct wx_audit_event *event, struct wx_err *err)
{
    struct wx_account_row account;
    enum wx_status status;

    if (event->login.len || !event->account_id)
        return WX_OK;
    status = wx_account_by_id(tx, arena, event->account_id, &account, err);
    if (status)
        return status == WX_E_NOT_FOUND ? WX_OK : status;
    event->login = account.login;
    return WX_OK;
}

enum wx_status wx_audit_append(struct wx_tx *tx, const struct wx_audit_event *event,
                               struct wx_err *err)
{
    struct wx_buf line = WX_BUF_INIT(WX_MAX_AUDIT_EVENT_BYTES);
    struct wx_audit_event whole = *event;
    struct wx_audit_row row;
    struct wx_arena arena;
    enum wx_chain_hash kind;
    struct wx_chain_link link;
    enum wx_status status;

    wx_arena_init(&arena);
    status = end_find(tx, &arena, &kind, &link, &whole.number, err);
    if (!status)
        status = login_find(tx, &arena, &whole, err);
    if (!status && wx_audit_line(&whole, &line, err)) {
        wx_buf_reset(&line); /* escapes made it longer than its ceiling */
        whole.detail = WX_STR("{\"cut\":true}");
        status = wx_audit_line(&whole, &line, err);
    }
    if (!status) {
        link = wx_chain_next(kind, &link, wx_buf_str(&line));
        row = (struct wx_audit_row){.number = whole.number,
                                    .at_ms = whole.at_ms,
                                    .account_id = whole.account_id,
                                    .operation = whole.operation,
                                    .kind = whole.kind,
                                    .object_id = whole.object_id,
                                    .unit_id = whole.unit_id,
                                    .line = wx_buf_str(&line)};
        memcpy(row.hash, link.bytes, sizeof row.hash);
        status = wx_audit_row_add(tx, &row, err);
    }
    wx_buf_clear(&line);
    wx_arena_clear(&arena);
    return status;
}
