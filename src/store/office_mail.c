#include "store/office_mail.h"

#include "store/query.h"

/* Mails are the server's own doing, not a user's reading: past the wall. What is in
 * them is a number and the reader's own unit's name. */

enum wx_status wx_event_sums(struct wx_tx *tx, const char *type, int64_t from_id,
                             int64_t to_id, wx_each_event_sum *each, void *ctx,
                             struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT e.unit_id, count(*), max(e.record_id), coalesce(u.name, '') FROM"
            " event e LEFT JOIN unit u ON u.id = e.unit_id WHERE e.id > ? AND e.id <= ?"
            " AND e.type = ? GROUP BY e.unit_id");
    enum wx_status st = WX_OK, ended;

    wx_query_int(&q, from_id);
    wx_query_int(&q, to_id);
    wx_query_z(&q, type);
    while (!st && wx_query_next(&q)) {
        struct wx_event_sum sum;

        sum.unit_id = wx_query_get_int(&q);
        sum.n = wx_query_get_int(&q);
        sum.last_record_id = wx_query_get_int(&q);
        sum.unit_name = wx_query_get_str(&q);
        st = each(ctx, &sum, err);
    }
    ended = wx_query_end(&q, st ? NULL : err);
    return st ? st : ended;
}

enum wx_status wx_mail_boxes(struct wx_tx *tx, uint32_t roles, int64_t unit_id,
                             const char *topic, int64_t now_s, wx_each_mail_box *each,
                             void *ctx, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT a.id, a.unit_id, a.name, a.email, a.lang FROM account a WHERE"
            " a.email <> '' AND a.password <> '' AND a.locked_s = 0"
            " AND (a.roles & ?) <> 0 AND (? = 0 OR a.unit_id = ?)"
            " AND NOT EXISTS (SELECT 1 FROM mail_refusal r WHERE r.account_id = a.id"
            "  AND r.topic = ?) AND NOT EXISTS (SELECT 1 FROM delivery d WHERE"
            "  d.is_mail = 1 AND d.target_id = a.id AND d.state = 'due' AND d.type = ?"
            "  AND d.n_attempts = 0 AND d.next_s > ?) ORDER BY a.id");
    enum wx_status st = WX_OK, ended;

    wx_query_int(&q, roles);
    wx_query_int(&q, unit_id);
    wx_query_int(&q, unit_id);
    wx_query_z(&q, topic);
    wx_query_z(&q, topic);
    wx_query_int(&q, now_s);
    while (!st && wx_query_next(&q)) {
        struct wx_mail_box box;

        box.account_id = wx_query_get_int(&q);
        box.unit_id = wx_query_get_int(&q);
        box.name = wx_query_get_str(&q);
        box.email = wx_query_get_str(&q);
        box.lang = wx_query_get_str(&q);
        st = each(ctx, &box, err);
    }
    ended = wx_query_end(&q, st ? NULL : err);
    return st ? st : ended;
}

enum wx_status wx_mail_wanted(struct wx_tx *tx, int64_t account_id, const char *topic,
                              bool *wanted, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT 1 FROM mail_refusal WHERE account_id = ? AND topic = ?");

    wx_query_int(&q, account_id);
    wx_query_z(&q, topic);
    *wanted = !wx_query_next(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_mail_want(struct wx_tx *tx, int64_t account_id, const char *topic,
                            bool wanted, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, wanted ? "DELETE FROM mail_refusal WHERE account_id = ? AND topic = ?"
                   : "INSERT OR IGNORE INTO mail_refusal (account_id, topic)"
                     " VALUES (?, ?)");

    wx_query_int(&q, account_id);
    wx_query_z(&q, topic);
    return wx_query_run(&q, err);
}
