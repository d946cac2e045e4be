#include "store/office_view.h"

#include "base/clock.h"
#include "store/query.h"

enum wx_status wx_saved_views_json(struct wx_tx *tx, int64_t account_id,
                                   struct wx_json *out, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id, at_s, page, name, query FROM saved_view"
                     " WHERE account_id = ? ORDER BY page, name");

    wx_query_int(&q, account_id);
    while (wx_query_next(&q)) {
        char at[24];

        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        wx_time_format(wx_query_get_int(&q), at);
        wx_json_kz(out, "at", at);
        wx_json_kstr(out, "page", wx_query_get_str(&q));
        wx_json_kstr(out, "name", wx_query_get_str(&q));
        wx_json_kstr(out, "query", wx_query_get_str(&q));
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_saved_view_put(struct wx_tx *tx, int64_t account_id,
                                 struct wx_str page, struct wx_str name,
                                 struct wx_str query, int64_t now_s, int64_t *id,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO saved_view (account_id, page, name, query, at_s)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (account_id, page, name)"
            " DO UPDATE SET query = excluded.query, at_s = excluded.at_s RETURNING id");

    wx_query_int(&q, account_id);
    wx_query_str(&q, page);
    wx_query_str(&q, name);
    wx_query_str(&q, query);
    wx_query_int(&q, now_s);
    *id = wx_query_next(&q) ? wx_query_get_int(&q) : 0;
    while (wx_query_next(&q))
        ;
    return wx_query_end(&q, err);
}

enum wx_status wx_saved_view_count(struct wx_tx *tx, int64_t account_id, int64_t *n,
                                   struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT count(*) FROM saved_view WHERE account_id = ?");

    wx_query_int(&q, account_id);
    *n = wx_query_next(&q) ? wx_query_get_int(&q) : 0;
    return wx_query_end(&q, err);
}

enum wx_status wx_saved_view_drop(struct wx_tx *tx, int64_t account_id, int64_t id,
                                  struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "DELETE FROM saved_view WHERE id = ? AND account_id = ?");
    enum wx_status status;

    wx_query_int(&q, id);
    wx_query_int(&q, account_id);
    status = wx_query_run(&q, err);
    if (!status && wx_tx_changes(tx) == 0)
        status = wx_fail(err, WX_E_NOT_FOUND, "no saved view %lld", (long long)id);
    return status;
}
