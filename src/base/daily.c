#include "base/daily.h"

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
    *minutes = (hours * 60 + rest) % WX_DAY_MIN; /* 24:00 is midnight */
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

int64_t wx_day_begin(int64_t at_s, int offset_min)
{
    int64_t offset_s = (int64_t)offset_min * 60;

    return floor_div(at_s + offset_s, WX_DAY_S) * WX_DAY_S - offset_s;
}

bool wx_daily_is_open(const struct wx_daily *daily, int64_t now_s, int64_t *changes_s)
{
    int64_t day_s = wx_day_begin(now_s, daily->offset_min);
    int64_t from_s = day_s + (int64_t)daily->from_min * 60;
    int64_t until_s = day_s + (int64_t)daily->until_min * 60;
    int64_t change_s = INT64_MAX,
            edges[] = {from_s, until_s, from_s + WX_DAY_S, until_s + WX_DAY_S};
    bool is_open;

    if (daily->from_min == daily->until_min) {
        *changes_s = INT64_MAX;
        return true;
    }
    is_open = from_s < until_s ? now_s >= from_s && now_s < until_s
                               : now_s >= from_s || now_s < until_s;
    for (int i = 0; i < 4; i++)
        if (edges[i] > now_s && edges[i] < change_s)
            change_s = edges[i];
    *changes_s = change_s;
    return is_open;
}
