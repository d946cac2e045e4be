#include "document/survey.h"

static const struct wx_fact line_facts[] = {
    WX_FACT(wx_survey_line, text, WX_FACT_TEXT, "填报内容"),
    WX_FACTS_END,
};
const struct wx_fact wx_survey_fact_table[] = {
    WX_FACT_ROWS(wx_survey_facts, lines, wx_survey_line, line_facts, "各栏"),
    WX_FACTS_END,
};

enum group {
#define G(name, zh, en) GROUP_##name,
#define L(group, zh, en, record, field, options)
#include "register/form.def"
#undef G
#undef L
};

static const char *const groups[] = {
#define G(name, zh, en) zh,
#define L(group, zh, en, record, field, options)
#include "register/form.def"
#undef G
#undef L
};

static const struct line {
    enum group group;
    const char *label;
} lines[] = {
#define G(name, zh, en)
#define L(group, zh, en, record, field, options) {GROUP_##group, zh},
#include "register/form.def"
#undef G
#undef L
};
enum { N_LINES = sizeof lines / sizeof *lines };

static uint16_t group_lines(enum group group)
{
    uint16_t n = 0;

    for (size_t i = 0; i < N_LINES; i++)
        n = (uint16_t)(n + (lines[i].group == group));
    return n;
}

static void put_label(struct wx_paper *paper, struct wx_paper_table *table,
                      const char *label, uint16_t columns, uint16_t rows)
{
    struct wx_paper_cell *cell = wx_paper_cell(paper, table, wx_str_of(label));

    cell->columns = columns;
    cell->rows = rows;
    cell->align = WX_PAPER_CENTRE;
}

static void put_line(struct wx_paper *paper, struct wx_paper_table *table, size_t i,
                     struct wx_str text)
{
    const struct line *line = &lines[i];

    wx_paper_row(paper, table);
    if (line->group == GROUP_NONE) {
        put_label(paper, table, line->label, 2, 1);
    } else {
        if (!i || lines[i - 1].group != line->group)
            put_label(paper, table, groups[line->group], 1, group_lines(line->group));
        put_label(paper, table, line->label, 1, 1);
    }
    (void)wx_paper_cell(paper, table, text);
}

enum wx_status wx_paper_survey(struct wx_paper *paper, struct wx_arena *arena,
                               const struct wx_form *form, struct wx_str watermark,
                               struct wx_err *err)
{
    static const uint16_t widths[] = {24, 20, 56};
    struct wx_paper_table *table;
    struct wx_str foot = WX_STR("");

    wx_paper_init(paper, arena, WX_PAPER_FORM);
    paper->title = WX_STR("互联网网站及应用情况调查表");
    paper->is_unsigned = true;
    paper->watermark = wx_paper_clean(paper, watermark);
    table = wx_paper_table(paper, WX_STR(""), widths, 3, 0);
    for (size_t i = 0; i < N_LINES; i++) {
        struct wx_str text = i < form->n ? form->texts[i] : WX_STR("");

        if (lines[i].group == GROUP_FOOT) /* below the table, in one line */
            foot =
                wx_arena_printf(arena, WX_STR_FMT "%s%s：" WX_STR_FMT, WX_STR_ARG(foot),
                                foot.len ? "　" : "", lines[i].label,
                                WX_STR_ARG(text.len ? text : WX_STR("　　　　　　")));
        else
            put_line(paper, table, i, text);
    }
    wx_paper_line(paper, WX_PAPER_LEFT, foot);
    return wx_paper_check(paper, err);
}
