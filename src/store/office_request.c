#include "store/office_request.h"

#include "store/query.h"

enum wx_status wx_answer_find(struct wx_tx *tx, struct wx_arena *arena,
                              int64_t account_id, struct wx_str key,
                              struct wx_kept_answer *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT request, status, answer, location, etag"
                     " FROM idempotency WHERE account_id = ? AND key = ?");
    struct wx_str hash;
    bool is_there;
    enum wx_status status;

    wx_query_int(&q, account_id);
    wx_query_str(&q, key);
    is_there = wx_query_next(&q);
    if (is_there) {
        hash = wx_query_get_str(&q);
        memset(&out->request, 0, sizeof out->request);
        if (hash.len == sizeof out->request.bytes)
            memcpy(out->request.bytes, hash.ptr, hash.len);
        out->http_status = (int)wx_query_get_int(&q);
        out->answer = wx_arena_str(arena, wx_query_get_str(&q));
        out->location = wx_arena_str(arena, wx_query_get_str(&q));
        out->etag = wx_arena_str(arena, wx_query_get_str(&q));
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "the key is new");
    return status;
}

enum wx_status wx_answer_keep(struct wx_tx *tx, int64_t account_id, struct wx_str key,
                              const struct wx_kept_answer *answer, int64_t now_s,
                              struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO idempotency (account_id, key, request, status, answer,"
            " location, etag, at_s) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

    wx_query_int(&q, account_id);
    wx_query_str(&q, key);
    wx_query_blob(&q, answer->request.bytes, sizeof answer->request.bytes);
    wx_query_int(&q, answer->http_status);
    wx_query_blob(&q, answer->answer.ptr, answer->answer.len);
    wx_query_str(&q, answer->location);
    wx_query_str(&q, answer->etag);
    wx_query_int(&q, now_s);
    return wx_query_run(&q, err);
}

enum wx_status wx_answers_forget(struct wx_tx *tx, int64_t before_s, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM idempotency WHERE at_s < ?");

    wx_query_int(&q, before_s);
    return wx_query_run(&q, err);
}

enum wx_status wx_event_add(struct wx_tx *tx, const char *type, const char *kind,
                            int64_t record_id, int64_t unit_id, int64_t now_s,
                            int64_t *id, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "INSERT INTO event (at_s, type, kind, record_id,"
                                     " unit_id) VALUES (?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_int(&q, now_s);
    wx_query_z(&q, type);
    wx_query_z(&q, kind);
    wx_query_int(&q, record_id);
    wx_query_int(&q, unit_id);
    status = wx_query_run(&q, err);
    if (!status && id)
        *id = wx_tx_last_id(tx);
    return status;
}

enum wx_status wx_events_after(struct wx_tx *tx, int64_t after_id, wx_each_event *each,
                               void *ctx, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, at_s, type, kind, record_id, unit_id"
                     " FROM event WHERE id > ? ORDER BY id LIMIT 10000");

    wx_query_int(&q, after_id);
    while (wx_query_next(&q)) {
        struct wx_event event;

        event.id = wx_query_get_int(&q);
        event.at_s = wx_query_get_int(&q);
        event.type = wx_query_get_str(&q);
        event.kind = wx_query_get_str(&q);
        event.record_id = wx_query_get_int(&q);
        event.unit_id = wx_query_get_int(&q);
        if (!each(ctx, &event))
            break;
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_event_last(struct wx_tx *tx, int64_t *id, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT coalesce(max(id), 0) FROM event");

    *id = wx_query_next(&q) ? wx_query_get_int(&q) : 0;
    return wx_query_end(&q, err);
}

enum wx_status wx_events_forget(struct wx_tx *tx, int64_t before_s, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "DELETE FROM event WHERE at_s < ? AND id < (SELECT max(id) FROM event)");

    wx_query_int(&q, before_s);
    return wx_query_run(&q, err);
}
