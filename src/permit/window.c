/* When a permit is open: from and until, and within them hours of each day. */
#include "permit/scope.h"

/* When it opens next, from NOW on, or INT64_MAX. */
static int64_t next_opening(const struct wx_permit *permit, int64_t now_s)
{
    int64_t at_s = now_s > permit->from_s ? now_s : permit->from_s, change_s;

    if (!wx_daily_is_open(&permit->daily, at_s, &change_s))
        at_s = change_s;
    return permit->until_s && at_s >= permit->until_s ? INT64_MAX : at_s;
}

bool wx_permit_is_open(const struct wx_permit *permit, int64_t now_s,
                       int64_t *changes_s)
{
    int64_t change_s;
    bool is_open = (!permit->from_s || now_s >= permit->from_s) &&
                   (!permit->until_s || now_s < permit->until_s) &&
                   wx_daily_is_open(&permit->daily, now_s, &change_s);

    if (!is_open)
        change_s = next_opening(permit, now_s);
    else if (permit->until_s && permit->until_s < change_s)
        change_s = permit->until_s;
    *changes_s = change_s == INT64_MAX ? 0 : change_s;
    return is_open;
}

enum wx_status wx_permit_check_window(const struct wx_permit *permit, int64_t now_s,
                                      struct wx_err *err)
{
    int64_t change_s;
    const char *why = NULL;

    if (permit->from_s && now_s < permit->from_s)
        why = "is not valid yet";
    else if (permit->until_s && now_s >= permit->until_s)
        why = "has ended";
    else if (!wx_daily_is_open(&permit->daily, now_s, &change_s))
        why = "does not allow this hour of the day";
    if (!why)
        return WX_OK;
    return wx_fail(err, WX_E_EXPIRED, "permit '" WX_STR_FMT "' %s",
                   WX_STR_ARG(permit->id), why);
}
