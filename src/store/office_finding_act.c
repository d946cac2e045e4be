/* What people leave at a finding: comments, undo, re-inspections, evidence. */
#include "base/clock.h"
#include "store/finding_inner.h"
#include "store/query.h"

enum { MAX_BEFORE_BYTES = 64 << 10, MAX_COMMENTS = 500, MAX_EVIDENCE = 64 };

/* ---- evidence ---- */

enum wx_status wx_finding_evidence_add(struct wx_tx *tx,
                                       const struct wx_finding_row *row,
                                       const struct wx_sha256 *hash, int64_t round_id,
                                       struct wx_err *err)
{
    /* trusted: a piece that is known already stays, which reads its row */
    struct wx_query q = wx_query_trusted(
        tx, "INSERT INTO finding_evidence (hash, finding_id, unit_id, parts, round_id)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

    wx_query_blob(&q, hash->bytes, sizeof hash->bytes);
    wx_query_int(&q, row->id);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, row->parts);
    wx_query_int(&q, round_id);
    return wx_query_run(&q, err);
}

enum wx_status wx_finding_evidence_find(struct wx_tx *tx, const struct wx_sha256 *hash,
                                        struct wx_finding_evidence *out,
                                        struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT finding_id, unit_id, parts, round_id"
                                     " FROM v_finding_evidence WHERE hash = ? LIMIT 1");
    bool is_there;
    enum wx_status status;

    wx_query_blob(&q, hash->bytes, sizeof hash->bytes);
    is_there = wx_query_next(&q);
    if (is_there) {
        out->finding_id = wx_query_get_int(&q);
        out->unit_id = wx_query_get_int(&q);
        out->parts = wx_query_get_int(&q);
        out->round_id = wx_query_get_int(&q);
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such evidence");
    return status;
}

enum wx_status wx_finding_evidence_each(struct wx_tx *tx, int64_t finding_id,
                                        wx_each_evidence *each, void *ctx,
                                        struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT hash, round_id FROM v_finding_evidence"
                     " WHERE finding_id = ? ORDER BY round_id DESC, hash LIMIT ?");

    wx_query_int(&q, finding_id);
    wx_query_int(&q, MAX_EVIDENCE);
    while (wx_query_next(&q)) {
        struct wx_str bytes = wx_query_get_str(&q);
        struct wx_sha256 hash;

        if (bytes.len != sizeof hash.bytes)
            continue;
        memcpy(hash.bytes, bytes.ptr, sizeof hash.bytes);
        if (!each(ctx, &hash, wx_query_get_int(&q)))
            break;
    }
    return wx_query_end(&q, err);
}

/* ---- comments and history ---- */

enum wx_status wx_finding_comment_add(struct wx_tx *tx,
                                      const struct wx_finding_row *row,
                                      struct wx_str text, const struct wx_record_by *by,
                                      int64_t *id, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO finding_comment (finding_id, unit_id, parts, account_id, at_s,"
            " text) VALUES (?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_int(&q, row->id);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, row->parts);
    wx_query_int(&q, by->account_id);
    wx_query_int(&q, by->now_s);
    wx_query_str(&q, text);
    status = wx_query_run(&q, err);
    *id = wx_tx_last_id(tx);
    return status;
}

static void put_author(struct wx_query *q, struct wx_json *out)
{
    char at[24];

    wx_time_format(wx_query_get_int(q), at);
    wx_json_kz(out, "at", at);
    wx_json_kint(out, "account_id", wx_query_get_int(q));
    wx_json_kstr(out, "account", wx_query_get_str(q));
}

enum wx_status wx_finding_comments_json(struct wx_tx *tx, int64_t finding_id,
                                        struct wx_json *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT c.id, c.at_s, c.account_id, coalesce(a.name, ''), c.text"
            " FROM v_finding_comment c LEFT JOIN account a ON a.id = c.account_id"
            " WHERE c.finding_id = ? ORDER BY c.id LIMIT ?");

    wx_query_int(&q, finding_id);
    wx_query_int(&q, MAX_COMMENTS);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        put_author(&q, out);
        wx_json_kstr(out, "text", wx_query_get_str(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_finding_history_json(struct wx_tx *tx, int64_t finding_id,
                                       int64_t before_id, uint32_t limit,
                                       struct wx_json *out, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT h.id, h.rev, h.at_s, h.account_id, coalesce(a.name, ''), h.change"
            " FROM history h LEFT JOIN account a ON a.id = h.account_id"
            " WHERE h.kind = 'finding' AND h.record_id = ?1 AND (?2 = 0 OR h.id < ?2)"
            " ORDER BY h.id DESC LIMIT ?3");

    wx_query_int(&q, finding_id);
    wx_query_int(&q, before_id);
    wx_query_int(&q, limit);
    while (wx_query_next(&q)) {
        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        wx_json_kint(out, "rev", wx_query_get_int(&q));
        put_author(&q, out);
        wx_json_key(out, "change");
        wx_json_raw(out, wx_query_get_str(&q)); /* written by us as JSON */
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

/* ---- taking back ---- */

static enum wx_status name_act(struct wx_tx *tx, int64_t id, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "UPDATE finding_undo SET act_id = id WHERE id = ?");

    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_finding_undo_keep(struct wx_tx *tx, int64_t *act_id,
                                    const struct wx_finding_row *before,
                                    int64_t rev_after, int64_t until_s,
                                    const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(MAX_BEFORE_BYTES);
    struct wx_json j = WX_JSON_INIT(&text);
    struct wx_query q =
        wx_query(tx, "INSERT INTO finding_undo (act_id, finding_id, rev, account_id,"
                     " until_s, before) VALUES (?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_finding_row_json(before, &j);
    wx_query_int(&q, *act_id);
    wx_query_int(&q, before->id);
    wx_query_int(&q, rev_after);
    wx_query_int(&q, by->account_id);
    wx_query_int(&q, until_s);
    wx_query_str(&q, wx_buf_str(&text));
    status = wx_query_run(&q, err);
    wx_buf_clear(&text);
    if (!status && *act_id == 0) {
        *act_id = wx_tx_last_id(tx);
        status = name_act(tx, *act_id, err);
    }
    return status;
}

enum wx_status wx_finding_undo_find(struct wx_tx *tx, struct wx_arena *arena,
                                    int64_t act_id, int64_t account_id, int64_t now_s,
                                    struct wx_finding_undo **out, size_t *n,
                                    struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, finding_id, rev, before FROM finding_undo"
                     " WHERE act_id = ? AND account_id = ? AND until_s >= ?");
    size_t cap = 0;

    *out = NULL;
    *n = 0;
    wx_query_int(&q, act_id);
    wx_query_int(&q, account_id);
    wx_query_int(&q, now_s);
    while (wx_query_next(&q)) {
        struct wx_finding_undo *undo;

        if (*n == cap) {
            size_t more = cap ? 2 * cap : 16;

            *out = wx_arena_grow(arena, *out, cap * sizeof **out, more * sizeof **out);
            cap = more;
        }
        undo = &(*out)[(*n)++];
        undo->id = wx_query_get_int(&q);
        undo->finding_id = wx_query_get_int(&q);
        undo->rev = wx_query_get_int(&q);
        undo->before = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_finding_undo_drop(struct wx_tx *tx, int64_t act_id, int64_t now_s,
                                    struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "DELETE FROM finding_undo WHERE act_id = ? OR until_s < ?");

    wx_query_int(&q, act_id);
    wx_query_int(&q, now_s);
    return wx_query_run(&q, err);
}

/* ---- re-inspection ---- */

static enum wx_status retest_asked(struct wx_tx *tx, int64_t finding_id, int64_t *id,
                                   struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT id FROM finding_retest"
                                     " WHERE finding_id = ? AND round_id = 0");

    wx_query_int(&q, finding_id);
    *id = wx_query_next(&q) ? wx_query_get_int(&q) : 0;
    return wx_query_end(&q, err);
}

enum wx_status wx_finding_retest_ask(struct wx_tx *tx, const struct wx_finding_row *row,
                                     const struct wx_record_by *by, int64_t *id,
                                     struct wx_err *err)
{
    enum wx_status status = retest_asked(tx, row->id, id, err);
    struct wx_query q;

    if (status || *id)
        return status;
    q = wx_query(tx, "INSERT INTO finding_retest (finding_id, site_id, unit_id,"
                     " account_id, at_s) VALUES (?, ?, ?, ?, ?)");
    wx_query_int(&q, row->id);
    wx_query_int(&q, row->site_id);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, by->account_id);
    wx_query_int(&q, by->now_s);
    status = wx_query_run(&q, err);
    *id = wx_tx_last_id(tx);
    return status;
}

enum wx_status wx_finding_retest_json(struct wx_tx *tx, int64_t finding_id,
                                      struct wx_json *j, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT t.at_s, t.round_id, coalesce(r.name, ''),"
                     " coalesce(r.state, ''), coalesce(r.why, '')"
                     " FROM finding_retest t LEFT JOIN v_round r ON r.id = t.round_id"
                     " WHERE t.finding_id = ? ORDER BY t.id DESC LIMIT 1");
    char at[24];

    wx_query_int(&q, finding_id);
    wx_json_key(j, "retest");
    if (wx_query_next(&q)) {
        wx_json_open(j, '{');
        wx_time_format(wx_query_get_int(&q), at);
        wx_json_kz(j, "asked_at", at);
        wx_json_kint(j, "round_id", wx_query_get_int(&q));
        wx_json_kstr(j, "name", wx_query_get_str(&q));
        wx_json_kstr(j, "state", wx_query_get_str(&q));
        wx_json_kstr(j, "why", wx_query_get_str(&q));
        wx_json_close(j, '}');
    } else {
        wx_json_null(j);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_retests_due(struct wx_tx *tx, struct wx_arena *arena,
                              struct wx_retest_due **out, size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT site_id, max(unit_id), max(account_id), min(at_s)"
            " FROM finding_retest WHERE round_id = 0 GROUP BY site_id LIMIT 1000");
    size_t cap = 0;

    *out = NULL;
    *n = 0;
    while (wx_query_next(&q)) {
        struct wx_retest_due *due;

        if (*n == cap) {
            size_t more = cap ? 2 * cap : 16;

            *out = wx_arena_grow(arena, *out, cap * sizeof **out, more * sizeof **out);
            cap = more;
        }
        due = &(*out)[(*n)++];
        due->site_id = wx_query_get_int(&q);
        due->unit_id = wx_query_get_int(&q);
        due->account_id = wx_query_get_int(&q);
        due->asked_s = wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_retest_planned(struct wx_tx *tx, int64_t site_id, int64_t round_id,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "UPDATE finding_retest SET round_id = ?"
                                     " WHERE site_id = ? AND round_id = 0");

    wx_query_int(&q, round_id);
    wx_query_int(&q, site_id);
    return wx_query_run(&q, err);
}
