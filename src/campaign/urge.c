#include "campaign/urge.h"

#include "campaign/day.h"
#include "campaign/notice.h"
#include "store/office_occasion.h"
#include "store/office_request.h"

/* Working days since DUE. */
static int64_t days_since(const struct wx_calendar *calendar, int32_t due,
                          int32_t today)
{
    int n = 0;

    if (calendar && !wx_calendar_count(calendar, due, today, &n, NULL))
        return n;
    return (int64_t)(today - due) * 5 / 7;
}

/* One level a turn: each is an act of its own on the notice's record. */
static enum wx_status urge_one(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_urged *u, const struct wx_record_by *by,
                               struct wx_err *err)
{
    struct wx_notice_input input = {.by = *by};
    int64_t event_id;
    enum wx_status status =
        wx_notice_act(tx, arena, WX_NOTICE_ESCALATE, u->notice_id, 0, &input, err);

    return status ? status
                  : wx_event_add(tx, "notice.escalated", "notice", u->notice_id,
                                 u->unit_id, by->now_s, &event_id, err);
}

enum wx_status wx_notices_urge(struct wx_tx *tx, const struct wx_calendar *calendar,
                               const struct wx_record_by *by, size_t *n,
                               struct wx_err *err)
{
    int32_t today = wx_day_at(by->now_s), due;
    struct wx_urged *all = NULL;
    struct wx_arena arena;
    size_t n_all = 0;
    char text[16];
    enum wx_status status;

    *n = 0;
    wx_day_format(today, text);
    wx_arena_init(&arena);
    status = wx_notices_to_urge(tx, &arena, wx_str_of(text), &all, &n_all, err);
    for (size_t i = 0; !status && i < n_all; i++) {
        if (!wx_day_parse(all[i].due, &due) ||
            days_since(calendar, due, today) < (all[i].level + 1) * all[i].every_days)
            continue;
        status = urge_one(tx, &arena, &all[i], by, err);
        *n += !status;
    }
    wx_arena_clear(&arena);
    return status;
}
