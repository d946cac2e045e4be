/* When a permit is open: from and until, and within them hours of each day. */
#include "permit/scope.h"

enum { DAY_MIN = 24 * 60, DAY_S = 86400 };

static bool two_digits(struct wx_str s, size_t at, int most, int *out)
{
    if (s.len < at + 2 || s.ptr[at] < '0' || s.ptr[at] > '9' || s.ptr[at + 1] < '0' ||
        s.ptr[at + 1] > '9')
        return false;
    *out = (s.ptr[at] - '0') * 10 + (s.ptr[at + 1] - '0');
    return *out <= most;
}

bool wx_daily_time_parse(struct wx_str s, int *minutes)
{
    int hours, rest;

    if (s.len != 5 || s.ptr[2] != ':' || !two_digits(s, 0, 24, &hours) ||
        !two_digits(s, 3, 59, &rest) || (hours == 24 && rest))
        return false;
    *minutes = (hours * 60 + rest) % DAY_MIN; /* 24:00 is midnight */
    return true;
}

bool wx_daily_offset_parse(struct wx_str s, int *minutes)
{
    int hours, rest;

    if (wx_str_eqz(s, "Z")) {
        *minutes = 0;
        return true;
    }
    if (s.len != 6 || (s.ptr[0] != '+' && s.ptr[0] != '-') || s.ptr[3] != ':' ||
        !two_digits(s, 1, 14, &hours) || !two_digits(s, 4, 59, &rest))
        return false;
    *minutes = (hours * 60 + rest) * (s.ptr[0] == '-' ? -1 : 1);
    return true;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Open by the hours of the day, and the next second at which that changes. */
static bool hours_are_open(const struct wx_daily *daily, int64_t now_s, int64_t *next_s)
{
    int64_t offset_s = (int64_t)daily->offset_min * 60;
    int64_t day_s = floor_div(now_s + offset_s, DAY_S) * DAY_S - offset_s;
    int64_t from_s = day_s + (int64_t)daily->from_min * 60;
    int64_t until_s = day_s + (int64_t)daily->until_min * 60;
    int64_t change_s = INT64_MAX,
            edges[] = {from_s, until_s, from_s + DAY_S, until_s + DAY_S};
    bool is_open;

    if (daily->from_min == daily->until_min) {
        *next_s = INT64_MAX;
        return true;
    }
    is_open = from_s < until_s ? now_s >= from_s && now_s < until_s
                               : now_s >= from_s || now_s < until_s;
    for (int i = 0; i < 4; i++)
        if (edges[i] > now_s && edges[i] < change_s)
            change_s = edges[i];
    *next_s = change_s;
    return is_open;
}

/* When it opens next, from NOW on, or INT64_MAX. */
static int64_t next_opening(const struct wx_permit *permit, int64_t now_s)
{
    int64_t at_s = now_s > permit->from_s ? now_s : permit->from_s, change_s;

    if (!hours_are_open(&permit->daily, at_s, &change_s))
        at_s = change_s;
    return permit->until_s && at_s >= permit->until_s ? INT64_MAX : at_s;
}

bool wx_permit_is_open(const struct wx_permit *permit, int64_t now_s,
                       int64_t *changes_s)
{
    int64_t change_s;
    bool is_open = (!permit->from_s || now_s >= permit->from_s) &&
                   (!permit->until_s || now_s < permit->until_s) &&
                   hours_are_open(&permit->daily, now_s, &change_s);

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
    else if (!hours_are_open(&permit->daily, now_s, &change_s))
        why = "does not allow this hour of the day";
    if (!why)
        return WX_OK;
    return wx_fail(err, WX_E_EXPIRED, "permit '" WX_STR_FMT "' %s",
                   WX_STR_ARG(permit->id), why);
}
