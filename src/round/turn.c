#include "base/clock.h"
#include "base/log.h"
#include "round/plan.h"
#include "round/rounds_inner.h"
#include "round/take.h"
#include "store/office_request.h"
#include <string.h>

void wx_rounds_tell(struct wx_rounds *rounds, int64_t event_id)
{
    if (event_id && rounds->options.told)
        rounds->options.told(rounds->options.ctx, event_id);
}

static bool is_one_of(struct wx_str state, const char *words)
{
    struct wx_str rest = wx_str_of(words);

    while (rest.len)
        if (wx_str_eq(wx_str_cut(&rest, ' '), state))
            return true;
    return false;
}

static json_t *further_of(const struct wx_round_turning *t, json_t *row)
{
    json_t *values = json_object();
    char now[24];

    wx_time_format(t->now_s, now);
    if (t->begins && json_is_null(json_object_get(row, "begun")))
        json_object_set_new(values, "begun", json_string(now));
    if (t->ends)
        json_object_set_new(values, "ended", json_string(now));
    if (t->note)
        json_object_set_new(values, "note", json_string(t->note));
    if (t->n_starts >= 0)
        json_object_set_new(values, "n_starts", json_integer(t->n_starts));
    return values;
}

static enum wx_status turn_in(struct wx_tx *tx, const struct wx_round_turning *t,
                              bool *done, int64_t *event_id, struct wx_err *err)
{
    struct wx_record_by by = {0, t->now_s};
    struct wx_arena arena;
    json_t *row, *further;
    int64_t unit_id;
    enum wx_status status = WX_OK;

    wx_arena_init(&arena);
    row = wx_record_json(tx, &arena, "round", t->round_id, true, err);
    if (!row) {
        status = WX_E_NOT_FOUND;
    } else if (is_one_of(wx_str_of(json_string_value(json_object_get(row, "state"))),
                         t->from)) {
        unit_id = json_integer_value(json_object_get(row, "unit_id"));
        further = further_of(t, row);
        status = wx_round_turn(tx, t->round_id, t->state, t->why, further, &by, err);
        json_decref(further);
        if (!status)
            status =
                wx_event_add(tx, t->ends ? "round.finished" : "round.changed", "round",
                             t->round_id, unit_id, t->now_s, event_id, err);
        *done = !status;
    }
    json_decref(row);
    wx_arena_clear(&arena);
    return status;
}

bool wx_rounds_turn(struct wx_rounds *rounds, const struct wx_round_turning *t)
{
    struct wx_tx *tx = NULL;
    int64_t event_id = 0;
    bool done = false;
    struct wx_err err = {0};
    enum wx_status status =
        wx_tx_write(rounds->options.office, &wx_scope_everything, &tx, &err);

    if (!status)
        status = turn_in(tx, t, &done, &event_id, &err);
    if (!status)
        status = wx_tx_commit(tx, &err);
    wx_tx_end(tx);
    if (status) {
        wx_log(WX_LOG_ERROR, "round", "not_written", "round=%lld state=%s %s",
               (long long)t->round_id, t->state, err.text);
        return false;
    }
    wx_rounds_tell(rounds, event_id);
    return done;
}

void wx_rounds_tell_progress(struct wx_rounds *rounds, struct wx_round_child *child,
                             int64_t now_s)
{
    struct wx_tx *tx = NULL;
    int64_t event_id = 0;
    enum wx_status status =
        wx_tx_write(rounds->options.office, &wx_scope_everything, &tx, NULL);

    if (!status)
        status = wx_event_add(tx, "round.progress", "round", child->round_id,
                              child->unit_id, now_s, &event_id, NULL);
    if (!status)
        status = wx_tx_commit(tx, NULL);
    wx_tx_end(tx);
    if (!status)
        wx_rounds_tell(rounds, event_id);
}

void wx_rounds_take_in(struct wx_rounds *rounds, const struct wx_round_child *child,
                       bool is_over)
{
    struct wx_taking taking = {.office = rounds->options.office,
                               .rules = rounds->rules,
                               .places = rounds->options.places,
                               .round_id = child->round_id,
                               .now_s = wx_now_s(),
                               .is_retest = child->is_retest,
                               .is_over = is_over};
    struct wx_err err = {0};
    enum wx_status status = wx_take_in(&taking, &err);

    if (status && status != WX_E_NOT_FOUND) /* not begun: no run folder yet */
        wx_log(WX_LOG_ERROR, "round", "not_taken_in", "round=%lld %s",
               (long long)child->round_id, err.text);
    wx_rounds_tell(rounds, taking.last_event);
}
