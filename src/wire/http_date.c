/* Dates of HTTP (RFC 9110, 5.6.7) and what hangs on them. */
#include "wire/civil.h"
#include "wire/http.h"

enum { DAY_S = 86400 };

/* Hinnant's algorithm: years begin in March, so that the leap day comes last. */
int64_t wx_days_from_civil(int64_t y, unsigned m, unsigned d)
{
    int64_t era;
    unsigned yoe, doy, doe;

    y -= m <= 2;
    era = y / 400;
    yoe = (unsigned)(y - era * 400);
    doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + (int64_t)doe - 719468;
}

static bool is_leap(unsigned y)
{
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

/* Next run of bytes between separators: blanks, commas, dashes. */
static struct wx_str token_next(struct wx_str *s)
{
    struct wx_str token;
    size_t i = 0, from;

    while (i < s->len && (s->ptr[i] == ' ' || s->ptr[i] == ',' || s->ptr[i] == '-'))
        i++;
    from = i;
    while (i < s->len && s->ptr[i] != ' ' && s->ptr[i] != ',' && s->ptr[i] != '-')
        i++;
    token = wx_str_sub(*s, from, i);
    *s = wx_str_sub(*s, i, s->len);
    return token;
}

static unsigned month_of(struct wx_str s) /* 1..12, or 0 */
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

    for (unsigned m = 0; s.len == 3 && m < 12; m++)
        if (wx_str_ieq(s, (struct wx_str){names + m * 3, 3}))
            return m + 1;
    return 0;
}

static bool clock_read(struct wx_str s, int64_t *second_of_day)
{
    uint64_t h, m, sec;

    if (s.len != 8 || s.ptr[2] != ':' || s.ptr[5] != ':' ||
        !wx_str_to_u64(wx_str_sub(s, 0, 2), 23, &h) ||
        !wx_str_to_u64(wx_str_sub(s, 3, 5), 59, &m) ||
        !wx_str_to_u64(wx_str_sub(s, 6, 8), 60, &sec))
        return false;
    *second_of_day = (int64_t)(h * 3600 + m * 60 + sec);
    return true;
}

bool wx_http_date_parse(struct wx_str s, int64_t *at_s)
{
    static const unsigned char month_days[] = {31, 29, 31, 30, 31, 30,
                                               31, 31, 30, 31, 30, 31};
    struct wx_str first, second, day_text, month_text, year_text, clock_text;
    uint64_t day, year;
    unsigned month;
    int64_t second_of_day;
    bool is_asctime;

    if (s.len > 40)
        return false;
    (void)token_next(&s); /* the weekday says nothing new */
    first = token_next(&s);
    second = token_next(&s);
    is_asctime = month_of(first) != 0;
    month_text = is_asctime ? first : second;
    day_text = is_asctime ? second : first;
    if (is_asctime) {
        clock_text = token_next(&s);
        year_text = token_next(&s);
    } else {
        year_text = token_next(&s);
        clock_text = token_next(&s);
    }
    month = month_of(month_text);
    if (!month || !wx_str_to_u64(day_text, 31, &day) || !day ||
        !wx_str_to_u64(year_text, 9999, &year) ||
        !clock_read(clock_text, &second_of_day))
        return false;
    if (year_text.len == 2)
        year += year < 70 ? 2000 : 1900;
    if (year < 1601 || day > month_days[month - 1] ||
        (month == 2 && day == 29 && !is_leap((unsigned)year)))
        return false;
    *at_s =
        wx_days_from_civil((int64_t)year, month, (unsigned)day) * DAY_S + second_of_day;
    return true;
}

int64_t wx_http_retry_after_s(struct wx_str value, int64_t now_s)
{
    int64_t wait_s;
    size_t digits = 0;

    value = wx_str_trim(value);
    while (digits < value.len && value.ptr[digits] >= '0' && value.ptr[digits] <= '9')
        digits++;
    if (digits && digits == value.len) {
        uint64_t n;

        return wx_str_to_u64(value, DAY_S, &n) ? (int64_t)n : DAY_S;
    }
    if (!wx_http_date_parse(value, &wait_s))
        return -1;
    wait_s -= now_s;
    return wait_s < 0 ? 0 : wait_s > DAY_S ? DAY_S : wait_s;
}
