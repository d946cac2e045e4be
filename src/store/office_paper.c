#include "store/office_paper.h"

#include "store/query.h"

enum wx_status wx_paper_body_put(struct wx_tx *tx, int64_t paper_id,
                                 const struct wx_paper_body *body, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT OR REPLACE INTO paper_body (paper_id, facts, template)"
                     " VALUES (?, ?, ?)");

    wx_query_int(&q, paper_id);
    wx_query_str(&q, body->facts);
    wx_query_str(&q, body->template_text);
    return wx_query_run(&q, err);
}

enum wx_status wx_paper_body_get(struct wx_tx *tx, struct wx_arena *arena,
                                 int64_t paper_id, struct wx_paper_body *out,
                                 struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT facts, template FROM paper_body WHERE paper_id = ?");
    bool is_there;
    enum wx_status status;

    wx_query_int(&q, paper_id);
    is_there = wx_query_next(&q);
    if (is_there) {
        out->facts = wx_arena_str(arena, wx_query_get_str(&q));
        out->template_text = wx_arena_str(arena, wx_query_get_str(&q));
    }
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "the paper was not made yet");
    return status;
}

enum wx_status wx_paper_tell(struct wx_tx *tx, int64_t paper_id, int64_t unit_id,
                             int64_t now_s, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT OR IGNORE INTO paper_recipient (paper_id, unit_id, at_s)"
                     " VALUES (?, ?, ?)");

    wx_query_int(&q, paper_id);
    wx_query_int(&q, unit_id);
    wx_query_int(&q, now_s);
    return wx_query_run(&q, err);
}

enum wx_status wx_paper_sent_to(struct wx_tx *tx, int64_t paper_id,
                                void (*take)(void *context,
                                             const struct wx_paper_sent *),
                                void *context, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT r.unit_id, r.at_s, u.name FROM v_paper_recipient r"
                     " JOIN v_unit u ON u.id = r.unit_id WHERE r.paper_id = ?"
                     " ORDER BY u.name");
    struct wx_paper_sent sent;

    wx_query_int(&q, paper_id);
    while (wx_query_next(&q)) {
        sent.unit_id = wx_query_get_int(&q);
        sent.at_s = wx_query_get_int(&q);
        sent.unit = wx_query_get_str(&q);
        take(context, &sent);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_paper_people(struct wx_tx *tx, int64_t paper_id,
                               void (*take)(void *context, int64_t id,
                                            struct wx_str name),
                               void *context, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT a.id, a.name FROM v_paper p JOIN account a ON a.id = p.approved_by"
            " OR a.id IN (SELECT value FROM json_each(p.hands)) WHERE p.id = ?"
            " ORDER BY a.id");
    int64_t id;

    wx_query_int(&q, paper_id);
    while (wx_query_next(&q)) {
        id = wx_query_get_int(&q);
        take(context, id, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

static enum wx_status read_id(struct wx_query *q, int64_t *id, struct wx_err *err)
{
    *id = wx_query_next(q) ? wx_query_get_int(q) : 0;
    return wx_query_end(q, err);
}

enum wx_status wx_paper_seen_unit(struct wx_tx *tx, int64_t paper_id, int64_t *unit_id,
                                  struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT unit_id FROM v_paper_recipient WHERE paper_id = ? ORDER BY unit_id"
            " LIMIT 1");

    wx_query_int(&q, paper_id);
    return read_id(&q, unit_id, err);
}

enum wx_status wx_paper_of_record(struct wx_tx *tx, const char *kind,
                                  const char *or_kind, int64_t record_id, int64_t *id,
                                  struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id FROM v_paper WHERE kind IN (?, ?) AND record_id = ?"
                     " AND state <> 'cancelled' AND retired_s = 0"
                     " ORDER BY version DESC, id DESC LIMIT 1");

    wx_query_z(&q, kind);
    wx_query_z(&q, or_kind);
    wx_query_int(&q, record_id);
    return read_id(&q, id, err);
}

enum wx_status wx_paper_leaks(struct wx_tx *tx, struct wx_str text, int64_t *n,
                              struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT count(*) FROM v_finding"
                                     " WHERE retired_s = 0 AND length(url) > 10"
                                     " AND instr(?, url) > 0");

    wx_query_str(&q, text);
    return read_id(&q, n, err);
}
