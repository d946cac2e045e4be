/* The record of a check on the spot, and its signing. */
#include "campaign/judge.h"

#include "base/clock.h"
#include "campaign/row.h"

static enum wx_status read_open(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                int64_t rev, json_t **row, struct wx_err *err)
{
    enum wx_status status;

    *row = wx_record_json(tx, arena, "spot_check", id, true, err);
    status = *row ? wx_fields_check_rev(*row, "spot check", rev, err) : WX_E_NOT_FOUND;
    if (!status && wx_str_eqz(wx_fields_text(*row, "state"), "signed"))
        status = wx_fail(err, WX_E_INVALID, "it was signed already");
    return status;
}

enum wx_status wx_spot_check_record(struct wx_tx *tx, struct wx_arena *arena,
                                    int64_t id, int64_t rev, const json_t *values,
                                    const struct wx_record_by *by, struct wx_err *err)
{
    const json_t *rows = json_object_get(values, "rows");
    json_t *row = NULL, *v;
    size_t n_open;
    int score;
    enum wx_status status = read_open(tx, arena, id, rev, &row, err);

    json_decref(row);
    if (!status && rows && !json_is_null(rows))
        status = wx_spot_rows_score(rows, &score, &n_open, err);
    if (status)
        return status;
    v = json_deep_copy(values);
    json_object_del(v, "unit_id"); /* whose it is, stays */
    json_object_set_new(v, "state", json_string("recorded"));
    return wx_fields_update(tx, "spot_check", id, v, by, err);
}

enum wx_status wx_spot_check_sign(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                  int64_t rev, const struct wx_record_by *by,
                                  struct wx_err *err)
{
    json_t *row = NULL, *values;
    const json_t *rows;
    size_t n_open = 0;
    int score = -1;
    bool is_whole;
    char now[24];
    enum wx_status status = read_open(tx, arena, id, rev, &row, err);

    rows = json_object_get(row, "rows");
    if (!status && json_array_size(rows))
        status = wx_spot_rows_score(rows, &score, &n_open, err);
    is_whole = json_array_size(json_object_get(row, "team")) > 0 &&
               json_array_size(json_object_get(row, "present")) > 0 &&
               wx_fields_text(row, "on_date").len > 0;
    json_decref(row);
    if (!status && (!is_whole || n_open))
        status = wx_fail(err, WX_E_INVALID,
                         "day, team and who was present are needed, and a result in"
                         " each row (%zu are open)",
                         n_open);
    if (status)
        return status;
    wx_time_format(by->now_s, now);
    values = json_pack("{s:s, s:s}", "state", "signed", "told", now);
    if (score >= 0)
        json_object_set_new(values, "score", json_integer(score));
    return wx_fields_update(tx, "spot_check", id, values, by, err);
}
