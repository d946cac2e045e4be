#include "store/office_number.h"

#include "base/clock.h"
#include "store/query.h"
#include <stdio.h>

enum wx_status wx_number_last(struct wx_tx *tx, struct wx_str series, int year,
                              int64_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT coalesce(max(n), 0) FROM official_number "
                                     "WHERE series = ? AND year = ?");

    *n = 0;
    wx_query_str(&q, series);
    wx_query_int(&q, year);
    if (wx_query_next(&q))
        *n = wx_query_get_int(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_number_keep(struct wx_tx *tx, struct wx_str series, int year,
                              int64_t n, const char *kind, int64_t record_id,
                              const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT INTO official_number (series, year, n, kind, record_id, at_s,"
            " account_id) VALUES (?, ?, ?, ?, ?, ?, ?)");

    wx_query_str(&q, series);
    wx_query_int(&q, year);
    wx_query_int(&q, n);
    wx_query_z(&q, kind);
    wx_query_int(&q, record_id);
    wx_query_int(&q, by->now_s);
    wx_query_int(&q, by->account_id);
    return wx_query_run(&q, err);
}

enum wx_status wx_number_void(struct wx_tx *tx, const char *kind, int64_t record_id,
                              struct wx_str reason, int64_t now_s, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "UPDATE official_number SET void_s = ?, reason = ?"
                     " WHERE kind = ? AND record_id = ? AND void_s = 0");

    wx_query_int(&q, now_s);
    wx_query_str(&q, reason);
    wx_query_z(&q, kind);
    wx_query_int(&q, record_id);
    return wx_query_run(&q, err);
}

static void put_number(struct wx_json *out, struct wx_str series, int64_t year,
                       int64_t n)
{
    char text[120];

    snprintf(text, sizeof text, "%.*s〔%lld〕%lld号", WX_STR_ARG(series),
             (long long)year, (long long)n);
    wx_json_open(out, '{');
    wx_json_kstr(out, "series", series);
    wx_json_kint(out, "year", year);
    wx_json_kint(out, "n", n);
    wx_json_kz(out, "number", text);
}

static void put_time(struct wx_json *out, const char *key, int64_t at_s)
{
    char text[24];

    wx_time_format(at_s, text);
    wx_json_kz(out, key, at_s ? text : NULL);
}

static void put_row(struct wx_query *q, struct wx_str series, int64_t year, int64_t n,
                    struct wx_json *out)
{
    put_number(out, series, year, n);
    wx_json_kstr(out, "kind", wx_query_get_str(q));
    wx_json_kint(out, "record_id", wx_query_get_int(q));
    put_time(out, "at", wx_query_get_int(q));
    put_time(out, "void_at", wx_query_get_int(q));
    wx_json_kstr(out, "reason", wx_query_get_str(q));
    wx_json_close(out, '}');
}

static void put_gap(struct wx_json *out, struct wx_str series, int64_t year, int64_t n)
{
    put_number(out, series, year, n);
    wx_json_kz(out, "kind", "gap");
    wx_json_kint(out, "record_id", 0);
    put_time(out, "at", 0);
    put_time(out, "void_at", 0);
    wx_json_kz(out, "reason", "");
    wx_json_close(out, '}');
}

enum wx_status wx_numbers_json(struct wx_tx *tx, struct wx_str series, int year,
                               struct wx_json *out, struct wx_err *err)
{
    enum { MOST_GAPS = 1000 };
    struct wx_query q = wx_query(
        tx,
        "SELECT series, year, n, coalesce(lag(n) OVER (PARTITION BY series, year"
        " ORDER BY n), 0), kind, record_id, at_s, void_s, reason FROM official_number"
        " WHERE (?1 = '' OR series = ?1) AND (?2 = 0 OR year = ?2)"
        " ORDER BY series, year, n");
    int n_gaps = 0;

    wx_query_str(&q, series);
    wx_query_int(&q, year);
    while (wx_query_next(&q)) {
        struct wx_str of = wx_query_get_str(&q);
        int64_t in = wx_query_get_int(&q), n = wx_query_get_int(&q);

        for (int64_t gap = wx_query_get_int(&q) + 1; gap < n && n_gaps < MOST_GAPS;
             gap++)
            put_gap(out, of, in, gap), n_gaps++;
        put_row(&q, of, in, n, out);
    }
    return wx_query_end(&q, err);
}
