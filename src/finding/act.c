#include "finding/act.h"

#include "finding/trace.h"
#include "store/office_request.h"

static enum wx_status leave_note(struct wx_tx *tx, enum wx_finding_act act,
                                 const struct wx_finding_row *row,
                                 const struct wx_finding_input *input,
                                 struct wx_finding_acted *out, struct wx_err *err)
{
    struct wx_record_by by = {input->account_id, input->now_s};

    if (act == WX_ACT_COMMENT)
        return wx_finding_comment_add(tx, row, input->note, &by, &out->comment_id, err);
    if (act == WX_ACT_DISMISS || act == WX_ACT_PROPOSE)
        return wx_finding_note_put(tx, row->id, act == WX_ACT_DISMISS, input->note,
                                   err);
    if (act == WX_ACT_RETEST)
        return wx_finding_retest_ask(tx, row, &by, &out->retest_id, err);
    return WX_OK;
}

enum wx_status wx_finding_act(struct wx_tx *tx, enum wx_finding_act act,
                              const struct wx_finding_row *row, int64_t rev,
                              const struct wx_finding_input *input, int64_t *undo_id,
                              struct wx_finding_acted *out, struct wx_err *err)
{
    const struct wx_finding_move *move = wx_finding_move(act);
    struct wx_record_by by = {input->account_id, input->now_s};
    struct wx_finding_row after = *row;
    enum wx_status status;

    *out = (struct wx_finding_acted){.rev = row->rev};
    if (rev && rev != row->rev)
        return wx_fail(err, WX_E_AGAIN, "finding %lld was changed meanwhile",
                       (long long)row->id);
    status = wx_finding_move_row(act, input, &after, err);
    if (status || act == WX_ACT_COMMENT) /* a comment is no change of the finding */
        return status ? status : leave_note(tx, act, row, input, out, err);
    status = wx_finding_row_change(tx, row, &after, wx_str_of(move->word), input->note,
                                   &by, err);
    if (!status)
        status = leave_note(tx, act, &after, input, out, err);
    if (!status && undo_id && move->can_undo)
        status = wx_finding_undo_keep(tx, undo_id, row, after.rev,
                                      input->now_s + WX_UNDO_S, &by, err);
    out->rev = after.rev;
    return status;
}

/* ---- taking back ---- */

static enum wx_status undo_one(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_finding_undo *undo,
                               const struct wx_record_by *by, bool *done,
                               struct wx_err *err)
{
    struct wx_finding_row row, before;
    int64_t event_id;
    enum wx_status status = wx_finding_row_read(tx, arena, undo->finding_id, &row, err);

    *done = false;
    if (status == WX_E_NOT_FOUND)
        return WX_OK; /* no longer his to see */
    if (status || row.rev != undo->rev)
        return status;
    before = row;
    status = wx_finding_undo_read(undo->before, arena, &before, err);
    if (!status)
        status = wx_finding_row_change(tx, &row, &before, WX_STR("undo"), WX_STR(""),
                                       by, err);
    if (!status)
        status = wx_event_add(tx, "finding.undone", "finding", row.id, row.unit_id,
                              by->now_s, &event_id, err);
    *done = !status;
    return status;
}

enum wx_status wx_finding_undo(struct wx_tx *tx, struct wx_arena *arena,
                               int64_t undo_id, const struct wx_record_by *by,
                               size_t *n, size_t *n_left, struct wx_err *err)
{
    struct wx_finding_undo *undos = NULL;
    size_t n_undos = 0;
    enum wx_status status = wx_finding_undo_find(tx, arena, undo_id, by->account_id,
                                                 by->now_s, &undos, &n_undos, err);

    *n = *n_left = 0;
    if (!status && n_undos == 0)
        return wx_fail(err, WX_E_EXPIRED, "act %lld can no longer be taken back",
                       (long long)undo_id);
    for (size_t i = 0; !status && i < n_undos; i++) {
        bool done;

        status = undo_one(tx, arena, &undos[i], by, &done, err);
        *(done ? n : n_left) += 1;
    }
    if (!status)
        status = wx_finding_undo_drop(tx, undo_id, by->now_s, err);
    return status;
}

/* ---- by the clock ---- */

static enum wx_status expire_one(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                 int64_t now_s, struct wx_err *err)
{
    struct wx_finding_input input = {.now_s = now_s};
    struct wx_finding_acted acted;
    struct wx_finding_row row;
    struct wx_finding_trace trace = {.operation = "finding.reopen",
                                     .event_type = "finding.reopened",
                                     .by = "clock",
                                     .now_s = now_s};
    enum wx_status status = wx_finding_row_read(tx, arena, id, &row, err);

    if (!status)
        status = wx_finding_act(tx, WX_ACT_EXPIRE, &row, 0, &input, NULL, &acted, err);
    if (!status)
        status = wx_finding_tell(tx, &row, &trace, err);
    return status;
}

enum wx_status wx_findings_expire(struct wx_tx *tx, int64_t now_s, size_t *n,
                                  struct wx_err *err)
{
    struct wx_arena arena;
    int64_t *ids = NULL;
    enum wx_status status;

    wx_arena_init(&arena);
    status = wx_findings_expired(tx, &arena, now_s, &ids, n, err);
    for (size_t i = 0; wx_tx_is_write(tx) && !status && i < *n; i++)
        status = expire_one(tx, &arena, ids[i], now_s, err);
    wx_arena_clear(&arena);
    return status;
}
