#include "store/office_schedule.h"

#include "store/query.h"

static enum wx_status take_ids(struct wx_query *q, int64_t now_s, int64_t *ids,
                               size_t max, size_t *n, struct wx_err *err)
{
    *n = 0;
    wx_query_int(q, now_s);
    wx_query_int(q, (int64_t)max);
    while (*n < max && wx_query_next(q))
        ids[(*n)++] = wx_query_get_int(q);
    return wx_query_end(q, err);
}

enum wx_status wx_permits_over(struct wx_tx *tx, int64_t now_s, int64_t *ids,
                               size_t max, size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT id FROM permit WHERE state = 'issued' AND valid_until > 0"
            " AND valid_until <= ? ORDER BY id LIMIT ?");

    return take_ids(&q, now_s, ids, max, n, err);
}

enum wx_status wx_schedules_due(struct wx_tx *tx, int64_t now_s, int64_t *ids,
                                size_t max, size_t *n, struct wx_err *err)
{
    struct wx_query q = wx_query_trusted(
        tx, "SELECT id FROM schedule WHERE retired_s = 0 AND enabled <> 0"
            " AND next <= ? ORDER BY next, id LIMIT ?");

    return take_ids(&q, now_s, ids, max, n, err);
}
