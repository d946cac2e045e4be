#include "document/markup.h"

#include "document/format.h"
#include <stdio.h>

enum {
    /* of a bar chart, in user units */
    ROW_HEIGHT = 30,
    LABEL_WIDTH = 158,
    BAR_WIDTH = 176,
    VALUE_WIDTH = 56,
    CHART_WIDTH = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH,
    MAX_LABEL_COLUMNS = 19, /* a Han character takes two */
};

void wx_markup(struct wx_buf *out, const char *trusted)
{
    (void)wx_buf_addz(out, trusted);
}

static const char *entity_of(uint32_t cp)
{
    switch (cp) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void put_text(struct wx_buf *out, struct wx_str s, bool in_attribute)
{
    size_t pos = 0;

    while (pos < s.len) {
        uint32_t cp = wx_utf8_next(s, &pos);
        const char *entity = entity_of(cp);
        char bytes[4];

        if (entity)
            (void)wx_buf_addz(out, entity);
        else if (cp && !wx_cp_is_inert_needed(cp))
            (void)wx_buf_add(out, bytes, wx_utf8_put(cp, bytes));
        else if (!in_attribute)
            (void)wx_buf_printf(out, "<b class=cp>U+%04X</b>", (unsigned)cp);
    }
}

void wx_markup_text(struct wx_buf *out, struct wx_str s)
{
    put_text(out, s, false);
}

void wx_markup_attribute(struct wx_buf *out, struct wx_str s)
{
    put_text(out, s, true);
}

void wx_markup_element(struct wx_buf *out, const char *tag, const char *class_name,
                       struct wx_str s)
{
    if (!s.len)
        return;
    if (class_name)
        (void)wx_buf_printf(out, "<%s class=\"%s\">", tag, class_name);
    else
        (void)wx_buf_printf(out, "<%s>", tag);
    put_text(out, s, false);
    (void)wx_buf_printf(out, "</%s>", tag);
}

void wx_markup_link(struct wx_buf *out, struct wx_str url)
{
    bool is_link = wx_str_istarts(url, "http://") || wx_str_istarts(url, "https://");
    struct wx_arena arena;

    if (!is_link) {
        wx_markup_element(out, "span", "url", url);
        return;
    }
    wx_arena_init(&arena);
    /* the page's own "no-referrer" holds for all its links */
    wx_markup(out, "<a class=\"url\" href=\"");
    wx_markup_attribute(out, wx_uri_text(&arena, url));
    wx_markup(out, "\">");
    wx_markup_text(out, url);
    wx_markup(out, "</a>");
    wx_arena_clear(&arena);
}

void wx_markup_anchor(struct wx_buf *out, const char *prefix, struct wx_str id)
{
    (void)wx_buf_addz(out, prefix);
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-';

        (void)wx_buf_addc(out, is_plain ? c : '_');
    }
}

/* As much of a label as fits before the bars. */
static void put_label(struct wx_buf *out, struct wx_str label)
{
    size_t pos = 0, shown = 0;
    unsigned columns = 0;

    while (pos < label.len && columns < MAX_LABEL_COLUMNS) {
        columns += wx_utf8_next(label, &pos) >= 0x2E80 ? 2 : 1;
        if (columns <= MAX_LABEL_COLUMNS)
            shown = pos;
    }
    wx_markup_text(out, wx_str_sub(label, 0, shown));
    if (shown < label.len)
        wx_markup(out, "…");
}

static void put_bar(struct wx_buf *out, const struct wx_bar *bar, uint64_t max, int y)
{
    double width = max ? (double)bar->value * BAR_WIDTH / (double)max : 0;

    if (bar->value && width < 2)
        width = 2;
    (void)wx_buf_printf(out, "<text class=\"lab\" x=\"%d\" y=\"%d\">", LABEL_WIDTH - 10,
                        y + 20);
    put_label(out, bar->label);
    (void)wx_buf_printf(out,
                        "</text><rect class=\"rail\" x=\"%d\" y=\"%d\" width=\"%d\" "
                        "height=\"16\" rx=\"2\"/>",
                        LABEL_WIDTH, y + 7, BAR_WIDTH);
    (void)wx_buf_printf(out,
                        "<rect class=\"bar %s\" x=\"%d\" y=\"%d\" width=\"%.1f\" "
                        "height=\"16\" rx=\"2\"/>",
                        bar->class_name, LABEL_WIDTH, y + 7, width);
    (void)wx_buf_printf(out, "<text class=\"val\" x=\"%d\" y=\"%d\">%llu</text>",
                        LABEL_WIDTH + BAR_WIDTH + 8, y + 20,
                        (unsigned long long)bar->value);
}

void wx_markup_bars(struct wx_buf *out, const char *title, const struct wx_bar *bars,
                    size_t n)
{
    uint64_t max = 0;

    for (size_t i = 0; i < n; i++)
        if (bars[i].value > max)
            max = bars[i].value;
    wx_markup(out, "<figure><figcaption>");
    wx_markup_text(out, wx_str_of(title));
    (void)wx_buf_printf(out,
                        "</figcaption><svg role=\"img\" viewBox=\"0 0 %d %d\" "
                        "xmlns=\"http://www.w3.org/2000/svg\"><title>",
                        CHART_WIDTH, (int)(n ? n : 1) * ROW_HEIGHT + 4);
    wx_markup_text(out, wx_str_of(title));
    for (size_t i = 0; i < n; i++) {
        wx_markup(out, i ? ", " : ": ");
        wx_markup_text(out, bars[i].label);
        (void)wx_buf_printf(out, " %llu", (unsigned long long)bars[i].value);
    }
    wx_markup(out, "</title>");
    for (size_t i = 0; i < n; i++)
        put_bar(out, &bars[i], max, (int)i * ROW_HEIGHT);
    wx_markup(out, "</svg></figure>\n");
}
