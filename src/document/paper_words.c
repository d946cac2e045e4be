/* Numbers, dates, boxes and lines of a paper, in words. */
#include "document/paper.h"

#include <stdio.h>

static const char *const digits[] = {"〇", "一", "二", "三", "四",
                                     "五", "六", "七", "八", "九"};

struct wx_str wx_paper_numeral(struct wx_arena *arena, unsigned n)
{
    if (n < 10)
        return wx_str_of(digits[n]);
    if (n > 99) /* no paper has a hundred chapters; a number is better than none */
        return wx_arena_printf(arena, "%u", n);
    return wx_arena_printf(arena, "%s十%s", n < 20 ? "" : digits[n / 10],
                           n % 10 ? digits[n % 10] : "");
}

static struct wx_str chinese_year(struct wx_arena *arena, int year)
{
    return wx_arena_printf(arena, "%s%s%s%s", digits[year / 1000 % 10],
                           digits[year / 100 % 10], digits[year / 10 % 10],
                           digits[year % 10]);
}

struct wx_str wx_paper_day_text(struct wx_arena *arena, struct wx_paper_day day,
                                bool in_chinese)
{
    if (day.year <= 0 || day.month < 1 || day.day < 1)
        return WX_STR("");
    if (!in_chinese) /* GB/T 9704-2012, 7.3.5.4: no zeros before month and day */
        return wx_arena_printf(arena, "%d年%d月%d日", day.year, day.month, day.day);
    return wx_arena_printf(arena, WX_STR_FMT "年" WX_STR_FMT "月" WX_STR_FMT "日",
                           WX_STR_ARG(chinese_year(arena, day.year)),
                           WX_STR_ARG(wx_paper_numeral(arena, (unsigned)day.month)),
                           WX_STR_ARG(wx_paper_numeral(arena, (unsigned)day.day)));
}

size_t wx_paper_half_width(struct wx_str s)
{
    size_t pos = 0, n = 0;

    while (pos < s.len) {
        uint32_t cp = wx_utf8_next(s, &pos);

        n += cp >= 0x2E80 || cp == 0x2014 || (cp >= 0x2018 && cp <= 0x201D) ||
                     cp == 0x2026
                 ? 2
                 : 1;
    }
    return n;
}

struct wx_str wx_paper_boxes(struct wx_arena *arena, struct wx_str words,
                             struct wx_str chosen)
{
    struct wx_str out = WX_STR("");

    while (words.len) {
        struct wx_str word = wx_str_cut(&words, '|');

        out = wx_arena_printf(arena, WX_STR_FMT "%s%s" WX_STR_FMT, WX_STR_ARG(out),
                              out.len ? "　" : "", wx_str_eq(word, chosen) ? "☑" : "□",
                              WX_STR_ARG(word));
    }
    return out;
}

/* ---- a title over several lines ---- */

enum { MAX_TITLE_CHARS = 200, MAX_LINES = 4 };

struct title {
    struct wx_str text;
    size_t at[MAX_TITLE_CHARS + 1]; /* byte where each character begins */
    uint32_t cp[MAX_TITLE_CHARS + 1];
    size_t n;
};

static bool is_ascii_word(uint32_t cp)
{
    return cp > 0x20 && cp < 0x7F;
}

static bool has(const char *set, uint32_t cp)
{
    struct wx_str s = wx_str_of(set);
    size_t pos = 0;

    while (pos < s.len)
        if (wx_utf8_next(s, &pos) == cp)
            return true;
    return false;
}

/* Words of such titles that no line may cut in two. */
static const char *const whole[] = {
    "行动", "整治", "专项", "网站", "安全", "网络", "信息", "系统", "检查",
    "检测", "通知", "通报", "报告", "工作", "情况", "结果", "方案", "政府",
    "单位", "整改", "复查", "自查", "评定", "保障", "漏洞", "问题", "意见",
    "总结", "反馈", "第一", "一轮", "第二", "二轮", "开展", "印发", "技术"};

static bool cuts_word(uint32_t before, uint32_t after)
{
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        struct wx_str word = wx_str_of(whole[i]);
        size_t pos = 0;

        if (wx_utf8_next(word, &pos) == before && wx_utf8_next(word, &pos) == after)
            return true;
    }
    return false;
}

/* How well a line may end before character I; larger is worse. */
static size_t break_cost(const struct title *t, size_t i)
{
    uint32_t before = t->cp[i - 1], after = t->cp[i];

    if (has("》〉）〕”、，：；。的", after) || has("《〈（〔“", before))
        return 1000;
    if ((is_ascii_word(before) && is_ascii_word(after)) || cuts_word(before, after))
        return 1000;
    if (has("》）、的和与及年", before) || has("《关", after))
        return 0;
    return 3;
}

/* The break nearest to WANT, at most MAX_CHARS behind FROM. */
static size_t best_break(const struct title *t, size_t from, size_t want, size_t max)
{
    size_t best = want, best_cost = SIZE_MAX;

    for (size_t i = from + 1; i < t->n && i <= from + max; i++) {
        size_t off = i > want ? i - want : want - i;
        size_t cost = break_cost(t, i) + off;

        if (cost < best_cost) {
            best = i;
            best_cost = cost;
        }
    }
    return best;
}

static size_t split_evenly(const struct title *t, size_t max_chars,
                           struct wx_str lines[MAX_LINES])
{
    size_t wanted = (t->n + max_chars - 1) / max_chars, from = 0, n = 0;

    if (wanted > MAX_LINES)
        wanted = MAX_LINES;
    while (n + 1 < wanted && from < t->n) {
        size_t rest = t->n - from, left = wanted - n;
        size_t to = best_break(t, from, from + (rest + left - 1) / left, max_chars);

        lines[n++] = wx_str_sub(t->text, t->at[from], t->at[to]);
        from = to;
    }
    if (from < t->n)
        lines[n++] = wx_str_sub(t->text, t->at[from], t->text.len);
    return n;
}

size_t wx_paper_title_lines(struct wx_str title, size_t max_chars,
                            struct wx_str lines[4])
{
    struct title t = {.text = title};
    size_t pos = 0, n = 0;

    if (wx_str_chr(title, '\n') != WX_NPOS) {
        while (title.len && n < MAX_LINES - 1)
            lines[n++] = wx_str_trim(wx_str_cut(&title, '\n'));
        if (title.len)
            lines[n++] = title;
        return n;
    }
    while (pos < title.len && t.n < MAX_TITLE_CHARS) {
        t.at[t.n] = pos;
        t.cp[t.n++] = wx_utf8_next(title, &pos);
    }
    t.at[t.n] = title.len;
    if (wx_paper_half_width(title) <= 2 * max_chars) {
        lines[0] = title;
        return title.len ? 1 : 0;
    }
    return split_evenly(&t, max_chars, lines);
}
