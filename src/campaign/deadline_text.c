/* Deadlines in the words of papers. */
#include "campaign/kind.h"

#include <stdio.h>

static const char *day_text(enum wx_lang lang, int32_t day, bool is_month, char out[40])
{
    struct wx_date d = wx_day_date(day);

    if (lang == WX_EN)
        snprintf(out, 40, is_month ? "%04d-%02d" : "%04d-%02d-%02d", d.year, d.month,
                 d.day);
    else if (is_month)
        snprintf(out, 40, "%d年%d月", d.year, d.month);
    else
        snprintf(out, 40, "%d年%d月%d日", d.year, d.month, d.day);
    return out;
}

static struct wx_str span_text(struct wx_arena *arena, enum wx_lang lang,
                               const struct wx_deadline *d, struct wx_str event)
{
    static const enum wx_text after[] = {[WX_SPAN_DAYS] = WX_T_DEADLINE_AFTER_DAYS,
                                         [WX_SPAN_WORKING_DAYS] =
                                             WX_T_DEADLINE_AFTER_WORKING,
                                         [WX_SPAN_MONTHS] = WX_T_DEADLINE_AFTER_MONTHS,
                                         [WX_SPAN_HOURS] = WX_T_DEADLINE_AFTER_HOURS};
    static const enum wx_text before[] = {
        [WX_SPAN_DAYS] = WX_T_DEADLINE_BEFORE_DAYS,
        [WX_SPAN_WORKING_DAYS] = WX_T_DEADLINE_BEFORE_WORKING,
        [WX_SPAN_MONTHS] = WX_T_DEADLINE_BEFORE_MONTHS,
        [WX_SPAN_HOURS] = WX_T_DEADLINE_BEFORE_HOURS};
    const struct wx_measure_word *known = wx_measure_find("EVENT", d->event);
    const char *name = event.len ? wx_arena_z(arena, event)
                       : known   ? (lang == WX_EN ? known->en : known->zh)
                                 : wx_arena_z(arena, d->event);

    if (d->unit == WX_SPAN_AT_ONCE)
        return wx_arena_printf(arena, wx_text(lang, WX_T_DEADLINE_AT_ONCE), name);
    return wx_arena_printf(
        arena,
        wx_text(lang, d->form == WX_DEADLINE_AFTER ? after[d->unit] : before[d->unit]),
        name, d->amount);
}

static struct wx_str every_text(struct wx_arena *arena, enum wx_lang lang,
                                const struct wx_deadline *d)
{
    static const enum wx_text periods[] = {
        WX_T_DEADLINE_EVERY_WEEK, WX_T_DEADLINE_EVERY_MONTH,
        WX_T_DEADLINE_EVERY_QUARTER, WX_T_DEADLINE_EVERY_HALF_YEAR,
        WX_T_DEADLINE_EVERY_YEAR};

    return wx_arena_str(arena, wx_str_of(wx_text(lang, periods[d->period])));
}

struct wx_str wx_deadline_text(struct wx_arena *arena, enum wx_lang lang,
                               const struct wx_deadline *d, struct wx_str event_text)
{
    char a[40], b[40];
    bool is_month = d->form == WX_DEADLINE_MONTHS || d->form == WX_DEADLINE_MONTH_END;

    if (d->from != WX_DAY_NONE)
        day_text(lang, d->from, is_month, a);
    if (d->to != WX_DAY_NONE)
        day_text(lang, d->to, is_month, b);
    switch (d->form) {
    case WX_DEADLINE_OPEN:
        return wx_str_of(wx_text(lang, WX_T_DEADLINE_OPEN));
    case WX_DEADLINE_BY:
        return wx_arena_printf(arena, wx_text(lang, WX_T_DEADLINE_BY), b);
    case WX_DEADLINE_MONTH_END:
        return wx_arena_printf(arena, wx_text(lang, WX_T_DEADLINE_MONTH_END), b);
    case WX_DEADLINE_MONTHS:
        if (strcmp(a, b) == 0)
            return wx_arena_str(arena, wx_str_of(a));
        return wx_arena_printf(arena, wx_text(lang, WX_T_DEADLINE_RANGE), a, b);
    case WX_DEADLINE_RANGE:
        return wx_arena_printf(arena, wx_text(lang, WX_T_DEADLINE_RANGE), a, b);
    case WX_DEADLINE_EVERY:
        return every_text(arena, lang, d);
    default:
        return span_text(arena, lang, d, event_text);
    }
}
