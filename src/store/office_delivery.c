#include "store/office_delivery.h"

#include "base/clock.h"
#include "store/query.h"
#include <stdio.h>

enum { PRUNE_AT_ONCE = 1000 };

/* The courier has no user: what it does is nobody's reading, so it goes past the wall.
 * Only lists and single rows for the API are read through v_delivery. */

#define ROW_COLUMNS                                                                    \
    "d.id, d.target_id, d.event_s, d.record_id, d.is_mail, d.n_attempts, "             \
    "d.message_id,"                                                                    \
    " d.type, d.kind, d.address, d.body, coalesce(t.failing_since_s, 0),"              \
    " coalesce(t.n_failures, 0)"
#define TARGET_JOIN                                                                    \
    " LEFT JOIN delivery_target t ON t.is_mail = d.is_mail"                            \
    " AND t.target_id = iif(d.is_mail, 0, d.target_id)"

/* ---- from events to deliveries ---- */

static enum wx_status cursor_read(struct wx_tx *tx, int64_t *cursor, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT value FROM fact WHERE key = 'delivery.cursor'");
    struct wx_str text = {0};
    uint64_t value = 0;

    if (wx_query_next(&q)) {
        text = wx_query_get_str(&q);
        (void)wx_str_to_u64(text, INT64_MAX, &value);
    }
    *cursor = (int64_t)value;
    return wx_query_end(&q, err);
}

static enum wx_status cursor_write(struct wx_tx *tx, int64_t cursor, struct wx_err *err)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)cursor);
    return wx_office_set(tx, "delivery.cursor", wx_str_of(text), err);
}

enum wx_status wx_delivery_has_events(struct wx_tx *tx, bool *has, struct wx_err *err)
{
    int64_t cursor;
    enum wx_status st = cursor_read(tx, &cursor, err);
    struct wx_query q;

    if (st)
        return st;
    q = wx_query(tx, "SELECT 1 FROM event WHERE id > ? LIMIT 1");
    wx_query_int(&q, cursor);
    *has = wx_query_next(&q);
    return wx_query_end(&q, err);
}

/* The unit of an event and everything above it is asked for the webhook's unit. */
static enum wx_status fan_out(struct wx_tx *tx, int64_t from, int64_t to, int64_t now_s,
                              struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx,
        "INSERT INTO delivery (is_mail, target_id, unit_id, message_id, event_s, type,"
        " kind, record_id, address, body, state, next_s, n_attempts)"
        " SELECT 0, w.id, w.unit_id, 'msg_' || lower(hex(randomblob(12))), e.at_s,"
        " e.type, e.kind, e.record_id, '', '', 'due', ?, 0"
        " FROM event e JOIN webhook w"
        " ON w.retired_s = 0 AND w.state = 'on' AND w.secret <> ''"
        " AND w.created_s <= e.at_s"
        " AND (instr(w.events, '|all|') > 0 OR instr(w.events, '|' || e.kind || '|') > "
        "0)"
        " WHERE e.id > ? AND e.id <= ? AND (w.unit_id = 0 OR w.unit_id IN"
        " (WITH RECURSIVE up(id) AS (SELECT e.unit_id UNION SELECT u.parent_id FROM"
        "  unit u JOIN up ON u.id = up.id WHERE u.parent_id > 0) SELECT id FROM up))"
        " ORDER BY e.id");

    wx_query_int(&q, now_s);
    wx_query_int(&q, from);
    wx_query_int(&q, to);
    return wx_query_run(&q, err);
}

enum wx_status wx_delivery_fan_out(struct wx_tx *tx, int64_t now_s,
                                   struct wx_fanned *fanned, struct wx_err *err)
{
    enum wx_status st;
    struct wx_query q;

    *fanned = (struct wx_fanned){0};
    st = cursor_read(tx, &fanned->from_id, err);
    if (st)
        return st;
    q = wx_query(tx, "SELECT max(id), count(*) FROM"
                     " (SELECT id FROM event WHERE id > ? ORDER BY id LIMIT ?)");
    wx_query_int(&q, fanned->from_id);
    wx_query_int(&q, WX_FAN_OUT_EVENTS);
    if (wx_query_next(&q)) {
        fanned->to_id = wx_query_get_int(&q);
        fanned->n = (uint32_t)wx_query_get_int(&q);
    }
    st = wx_query_end(&q, err);
    if (st || !fanned->n)
        return st;
    st = fan_out(tx, fanned->from_id, fanned->to_id, now_s, err);
    return st ? st : cursor_write(tx, fanned->to_id, err);
}

enum wx_status wx_delivery_add_mail(struct wx_tx *tx, const struct wx_mail_new *mail,
                                    int64_t now_s, int64_t *id, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "INSERT INTO delivery (is_mail, target_id, unit_id, message_id, event_s,"
            " type, kind, record_id, address, body, state, next_s, n_attempts) VALUES"
            " (1, ?, ?, 'msg_' || lower(hex(randomblob(12))), ?, ?, ?, ?, ?, ?, 'due',"
            " ?, 0)");
    enum wx_status st;

    wx_query_int(&q, mail->account_id);
    wx_query_int(&q, mail->unit_id);
    wx_query_int(&q, mail->event_s);
    wx_query_str(&q, mail->type);
    wx_query_str(&q, mail->kind);
    wx_query_int(&q, mail->record_id);
    wx_query_str(&q, mail->address);
    wx_query_str(&q, mail->body);
    wx_query_int(&q, now_s);
    st = wx_query_run(&q, err);
    if (!st && id)
        *id = wx_tx_last_id(tx);
    return st;
}

enum wx_status wx_delivery_add_test(struct wx_tx *tx, int64_t webhook_id,
                                    int64_t unit_id, int64_t now_s, int64_t *id,
                                    struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "INSERT INTO delivery (is_mail, target_id, unit_id, message_id, event_s,"
            " type, kind, record_id, address, body, state, next_s, n_attempts) VALUES"
            " (0, ?, ?, 'msg_' || lower(hex(randomblob(12))), ?, 'webhook.test',"
            " 'webhook', ?, '', '', 'due', ?, 0)");
    enum wx_status st;

    wx_query_int(&q, webhook_id);
    wx_query_int(&q, unit_id);
    wx_query_int(&q, now_s);
    wx_query_int(&q, webhook_id);
    wx_query_int(&q, now_s);
    st = wx_query_run(&q, err);
    *id = wx_tx_last_id(tx);
    return st;
}

/* ---- what is due ---- */

static void row_read(struct wx_query *q, struct wx_arena *arena,
                     struct wx_delivery_row *row)
{
    row->id = wx_query_get_int(q);
    row->target_id = wx_query_get_int(q);
    row->event_s = wx_query_get_int(q);
    row->record_id = wx_query_get_int(q);
    row->is_mail = wx_query_get_int(q) != 0;
    row->n_attempts = (uint32_t)wx_query_get_int(q);
    row->message_id = wx_arena_str(arena, wx_query_get_str(q));
    row->type = wx_arena_str(arena, wx_query_get_str(q));
    row->kind = wx_arena_str(arena, wx_query_get_str(q));
    row->address = wx_arena_str(arena, wx_query_get_str(q));
    row->body = wx_arena_str(arena, wx_query_get_str(q));
    row->failing_since_s = wx_query_get_int(q);
    row->n_target_failures = (uint32_t)wx_query_get_int(q);
}

enum wx_status wx_delivery_due(struct wx_tx *tx, struct wx_arena *arena, int64_t now_s,
                               bool with_mail, struct wx_delivery_row *rows, size_t *n,
                               struct wx_err *err)
{
    /* min() makes the bare id that of the oldest row of each group */
    struct wx_query q = wx_query_trusted(
        tx, "SELECT " ROW_COLUMNS " FROM delivery d" TARGET_JOIN
            " WHERE d.id IN (SELECT id FROM (SELECT id, min(next_s) FROM delivery"
            "  WHERE state = 'due' AND next_s <= ? AND is_mail <= ? GROUP BY is_mail, "
            "target_id))"
            " AND coalesce(t.not_before_s, 0) <= ? ORDER BY d.next_s, d.id LIMIT ?");

    wx_query_int(&q, now_s);
    wx_query_int(&q, with_mail);
    wx_query_int(&q, now_s);
    wx_query_int(&q, WX_DELIVERY_PAGE);
    for (*n = 0; *n < WX_DELIVERY_PAGE && wx_query_next(&q); ++*n)
        row_read(&q, arena, &rows[*n]);
    return wx_query_end(&q, err);
}

enum wx_status wx_delivery_get(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                               struct wx_delivery_row *row, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT " ROW_COLUMNS " FROM delivery d" TARGET_JOIN " WHERE d.id = ?");
    bool is_there;
    enum wx_status st;

    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    if (is_there)
        row_read(&q, arena, row);
    st = wx_query_end(&q, err);
    if (st)
        return st;
    return is_there ? WX_OK
                    : wx_fail(err, WX_E_NOT_FOUND, "no delivery %lld", (long long)id);
}

enum wx_status wx_webhook_target(struct wx_tx *tx, struct wx_arena *arena,
                                 int64_t webhook_id, struct wx_webhook_target *out,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT unit_id, url, secret FROM webhook WHERE id = ? AND retired_s = 0"
            " AND state = 'on' AND secret <> ''");
    bool is_there;
    enum wx_status st;

    wx_query_int(&q, webhook_id);
    is_there = wx_query_next(&q);
    if (is_there) {
        out->unit_id = wx_query_get_int(&q);
        out->url = wx_arena_str(arena, wx_query_get_str(&q));
        out->secret = wx_arena_str(arena, wx_query_get_str(&q));
    }
    st = wx_query_end(&q, err);
    if (st)
        return st;
    return is_there ? WX_OK
                    : wx_fail(err, WX_E_NOT_FOUND, "webhook %lld takes nothing now",
                              (long long)webhook_id);
}

/* ---- what came of it ---- */

static enum wx_status note_target(struct wx_tx *tx, const struct wx_delivery_attempt *a,
                                  struct wx_err *err)
{
    struct wx_query q;

    if (a->is_target_well) {
        q = wx_query_trusted(
            tx, "DELETE FROM delivery_target WHERE (is_mail, target_id) ="
                " (SELECT is_mail, iif(is_mail, 0, target_id) FROM delivery"
                "  WHERE id = ?)");
        wx_query_int(&q, a->delivery_id);
        return wx_query_run(&q, err);
    }
    if (!a->is_target_ill)
        return WX_OK;
    q = wx_query_trusted(
        tx,
        "INSERT INTO delivery_target (is_mail, target_id, failing_since_s,"
        " n_failures, not_before_s) SELECT is_mail, iif(is_mail, 0, target_id), ?,"
        " 1, ? FROM delivery WHERE id = ? ON CONFLICT (is_mail, target_id) DO UPDATE"
        " SET n_failures = n_failures + 1, not_before_s = excluded.not_before_s");
    wx_query_int(&q, a->at_s);
    wx_query_int(&q, a->target_pause_until_s);
    wx_query_int(&q, a->delivery_id);
    return wx_query_run(&q, err);
}

enum wx_status wx_delivery_note(struct wx_tx *tx, const struct wx_delivery_attempt *a,
                                struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "INSERT INTO delivery_attempt (delivery_id, at_s, outcome, status, took_ms,"
            " address, detail) VALUES (?, ?, ?, ?, ?, ?, ?)");
    enum wx_status st;

    wx_query_int(&q, a->delivery_id);
    wx_query_int(&q, a->at_s);
    wx_query_z(&q, a->outcome);
    wx_query_int(&q, a->status);
    wx_query_int(&q, a->took_ms);
    wx_query_z(&q, a->address);
    wx_query_z(&q, a->detail);
    st = wx_query_run(&q, err);
    if (st)
        return st;
    /* a mail's text is not kept once it is delivered or given up */
    q = wx_query_trusted(tx, "UPDATE delivery SET n_attempts = n_attempts + 1,"
                             " state = ?, next_s = ?, ended_s = ?,"
                             " body = iif(? = 0, '', body) WHERE id = ?");
    wx_query_z(&q, a->next_s ? "due" : a->is_done ? "done" : "failed");
    wx_query_int(&q, a->next_s);
    wx_query_int(&q, a->next_s ? 0 : a->at_s);
    wx_query_int(&q, a->next_s != 0 || !a->is_done);
    wx_query_int(&q, a->delivery_id);
    st = wx_query_run(&q, err);
    return st ? st : note_target(tx, a, err);
}

enum wx_status wx_delivery_resend(struct wx_tx *tx, int64_t id, int64_t now_s,
                                  struct wx_err *err)
{
    int64_t target_id, unit_id;
    bool is_mail;
    struct wx_query q;
    enum wx_status st = wx_delivery_owner(tx, id, &is_mail, &target_id, &unit_id, err);

    if (st)
        return st;
    /* the wall let it be seen; its triggers look at the change as well */
    q = wx_query_trusted(tx, "UPDATE delivery SET state = 'due', next_s = ?,"
                             " n_attempts = 0, ended_s = 0 WHERE id = ?"
                             " AND (is_mail = 0 OR body <> '')");
    wx_query_int(&q, now_s);
    wx_query_int(&q, id);
    st = wx_query_run(&q, err);
    if (st)
        return st;
    if (!wx_tx_changes(tx))
        return wx_fail(err, WX_E_UNSUPPORTED,
                       "mail %lld was delivered and its text is not kept",
                       (long long)id);
    q = wx_query_trusted(tx,
                         "UPDATE delivery_target SET not_before_s = 0 WHERE is_mail = ?"
                         " AND target_id = ?");
    wx_query_int(&q, is_mail);
    wx_query_int(&q, is_mail ? 0 : target_id);
    return wx_query_run(&q, err);
}

enum wx_status wx_delivery_cancel(struct wx_tx *tx, int64_t webhook_id, const char *why,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx,
        "INSERT INTO delivery_attempt (delivery_id, at_s, outcome, status, took_ms,"
        " address, detail) SELECT id, next_s, 'cancelled', 0, 0, '', ? FROM delivery"
        " WHERE state = 'due' AND is_mail = 0 AND target_id = ?");
    enum wx_status st;

    wx_query_z(&q, why);
    wx_query_int(&q, webhook_id);
    st = wx_query_run(&q, err);
    if (st)
        return st;
    q = wx_query_trusted(tx, "UPDATE delivery SET state = 'failed', ended_s = next_s"
                             " WHERE state = 'due' AND is_mail = 0 AND target_id = ?");
    wx_query_int(&q, webhook_id);
    st = wx_query_run(&q, err);
    if (st)
        return st;
    q = wx_query_trusted(
        tx, "DELETE FROM delivery_target WHERE is_mail = 0 AND target_id = ?");
    wx_query_int(&q, webhook_id);
    return wx_query_run(&q, err);
}

enum wx_status wx_delivery_prune(struct wx_tx *tx, int64_t before_s, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE"
            " state <> 'due' AND ended_s < ? ORDER BY id LIMIT ?)");

    wx_query_int(&q, before_s);
    wx_query_int(&q, PRUNE_AT_ONCE);
    return wx_query_run(&q, err); /* attempts go with it (foreign key) */
}

/* ---- for people ---- */

#define LIST_COLUMNS                                                                   \
    "id, is_mail, type, kind, record_id, message_id, address, state, n_attempts,"      \
    " event_s, next_s, ended_s"

static void put_time(struct wx_json *out, const char *key, int64_t at_s)
{
    char text[24];

    wx_time_format(at_s, text);
    wx_json_kz(out, key, at_s ? text : NULL);
}

static enum wx_status put_attempts(struct wx_tx *tx, int64_t id, struct wx_json *out,
                                   struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT at_s, outcome, status, took_ms, address, detail FROM"
                     " delivery_attempt WHERE delivery_id = ? ORDER BY id");

    wx_query_int(&q, id);
    wx_json_key(out, "attempts");
    wx_json_open(out, '[');
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        put_time(out, "at", wx_query_get_int(&q));
        wx_json_kstr(out, "outcome", wx_query_get_str(&q));
        wx_json_kint(out, "status", wx_query_get_int(&q));
        wx_json_kint(out, "took_ms", wx_query_get_int(&q));
        wx_json_kstr(out, "address", wx_query_get_str(&q));
        wx_json_kstr(out, "detail", wx_query_get_str(&q));
        wx_json_close(out, '}');
    }
    wx_json_close(out, ']');
    return wx_query_end(&q, err);
}

/* The row Q stands on; *ID. */
static enum wx_status put_delivery(struct wx_tx *tx, struct wx_query *q,
                                   struct wx_json *out, int64_t *id, struct wx_err *err)
{
    enum wx_status st;

    wx_json_open(out, '{');
    *id = wx_query_get_int(q);
    wx_json_kint(out, "id", *id);
    wx_json_kz(out, "to", wx_query_get_int(q) ? "mail" : "webhook");
    wx_json_kstr(out, "type", wx_query_get_str(q));
    wx_json_kstr(out, "kind", wx_query_get_str(q));
    wx_json_kint(out, "record_id", wx_query_get_int(q));
    wx_json_kstr(out, "message_id", wx_query_get_str(q));
    wx_json_kstr_opt(out, "address", wx_query_get_str(q));
    wx_json_kstr(out, "state", wx_query_get_str(q));
    wx_json_kint(out, "n_attempts", wx_query_get_int(q));
    put_time(out, "event_at", wx_query_get_int(q));
    put_time(out, "next_at", wx_query_get_int(q));
    put_time(out, "ended_at", wx_query_get_int(q));
    st = put_attempts(tx, *id, out, err);
    wx_json_close(out, '}');
    return st;
}

enum wx_status wx_delivery_list(struct wx_tx *tx, bool is_mail, int64_t webhook_id,
                                int64_t before_id, uint32_t limit, struct wx_json *out,
                                int64_t *last_id, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT " LIST_COLUMNS " FROM v_delivery WHERE is_mail = ?"
                     " AND (is_mail OR target_id = ?) AND id < ? ORDER BY id DESC"
                     " LIMIT ?");
    enum wx_status st = WX_OK, ended;
    uint32_t n = 0;
    int64_t id = 0;

    wx_query_int(&q, is_mail);
    wx_query_int(&q, webhook_id);
    wx_query_int(&q, before_id ? before_id : INT64_MAX);
    wx_query_int(&q, limit);
    for (; !st && wx_query_next(&q); n++)
        st = put_delivery(tx, &q, out, &id, err);
    *last_id = n == limit ? id : 0;
    ended = wx_query_end(&q, st ? NULL : err);
    return st ? st : ended;
}

enum wx_status wx_delivery_json(struct wx_tx *tx, int64_t id, struct wx_json *out,
                                struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT " LIST_COLUMNS " FROM v_delivery WHERE id = ?");
    enum wx_status st = WX_OK, ended;
    bool is_there;

    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    if (is_there)
        st = put_delivery(tx, &q, out, &id, err);
    ended = wx_query_end(&q, st ? NULL : err);
    if (st || ended)
        return st ? st : ended;
    return is_there ? WX_OK
                    : wx_fail(err, WX_E_NOT_FOUND, "no delivery %lld", (long long)id);
}

enum wx_status wx_delivery_owner(struct wx_tx *tx, int64_t id, bool *is_mail,
                                 int64_t *target_id, int64_t *unit_id,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT is_mail, target_id, unit_id FROM v_delivery WHERE id = ?");
    bool is_there;
    enum wx_status st;

    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    if (is_there) {
        *is_mail = wx_query_get_int(&q) != 0;
        *target_id = wx_query_get_int(&q);
        *unit_id = wx_query_get_int(&q);
    }
    st = wx_query_end(&q, err);
    if (st)
        return st;
    return is_there ? WX_OK
                    : wx_fail(err, WX_E_NOT_FOUND, "no delivery %lld", (long long)id);
}

enum wx_status wx_delivery_count_due(struct wx_tx *tx, int64_t *n_webhook,
                                     int64_t *n_mail, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT count(*) FILTER (WHERE is_mail = 0), count(*) FILTER (WHERE"
            " is_mail) FROM delivery WHERE state = 'due'");

    *n_webhook = *n_mail = 0;
    if (wx_query_next(&q)) {
        *n_webhook = wx_query_get_int(&q);
        *n_mail = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}
