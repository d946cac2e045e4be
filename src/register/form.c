#include "register/form.h"

#include "register/column.h"
#include "register/export.h"
#include "register/workbook.h"
#include <stdio.h>

enum group {
#define G(name, zh, en) GROUP_##name,
#define L(group, zh, en, record, field, options)
#include "register/form.def"
#undef G
#undef L
    N_GROUPS
};

static const struct {
    const char *zh, *en;
} groups[] = {
#define G(name, zh, en) {zh, en},
#define L(group, zh, en, record, field, options)
#include "register/form.def"
#undef G
#undef L
};

enum record { U, S };
static const struct line {
    enum group group;
    const char *zh, *en;
    enum record record;
    const char *field, *options;
} lines[] = {
#define G(name, zh, en)
#define L(group, zh, en, record, field, options)                                       \
    {GROUP_##group, zh, en, record, field, options},
#include "register/form.def"
#undef G
#undef L
};
enum { N_LINES = sizeof lines / sizeof *lines };
_Static_assert((int)N_LINES <= (int)WX_FORM_MAX_LINES, "the form outgrew its texts");

#define BOX "□"
#define TICKED "☑"

static const struct wx_record_field *field_of(const struct line *line)
{
    const struct wx_record_kind *kind =
        wx_record_kind_find(line->record == U ? WX_STR("unit") : WX_STR("site"));

    return wx_record_field_find(kind, wx_str_of(line->field));
}

static const char *label_of(const struct line *line, enum wx_lang lang)
{
    return lang == WX_EN ? line->en : line->zh;
}

/* ---- filling ---- */

static void put_box(struct wx_buf *out, bool is_ticked, struct wx_str label)
{
    (void)wx_buf_printf(out, "%s%s" WX_STR_FMT, out->len ? " " : "",
                        is_ticked ? TICKED : BOX, WX_STR_ARG(label));
}

static void put_words(struct wx_buf *out, const struct line *line, enum wx_lang lang,
                      const struct wx_record_field *f, struct wx_str value)
{
    struct wx_str rest = wx_str_of(line->options);
    struct wx_enum_word word;
    bool is_shown = false;

    while (rest.len) {
        struct wx_str option = wx_str_cut(&rest, '|');

        if (!wx_enum_find(f->spec, option, &word))
            continue;
        put_box(out, wx_str_eq(option, value), lang == WX_EN ? word.en : word.zh);
        is_shown |= wx_str_eq(option, value);
    }
    /* a choice that the form of 2016 did not have (五级) is not lost */
    if (value.len && !is_shown && wx_enum_find(f->spec, value, &word))
        put_box(out, true, lang == WX_EN ? word.en : word.zh);
}

static void put_yes_no(struct wx_buf *out, const struct line *line, enum wx_lang lang,
                       const json_t *value)
{
    bool no_first = strcmp(line->options, "无:有") == 0;
    struct wx_str yes = lang == WX_EN ? WX_STR("yes")
                        : no_first    ? WX_STR("有")
                                      : WX_STR("是");
    struct wx_str no = lang == WX_EN ? WX_STR("no")
                       : no_first    ? WX_STR("无")
                                     : WX_STR("否");

    if (no_first)
        put_box(out, json_is_false(value), no);
    put_box(out, json_is_true(value), yes);
    if (!no_first)
        put_box(out, json_is_false(value), no);
}

static struct wx_str fill_line(struct wx_arena *arena, const struct line *line,
                               enum wx_lang lang, const json_t *record)
{
    const struct wx_record_field *f = field_of(line);
    const json_t *value = json_object_get(record, line->field);
    struct wx_buf buf = WX_BUF_INIT(8192);
    struct wx_str out;

    if (!f)
        return WX_STR("");
    if (line->options && f->kind == WX_F_BOOL)
        put_yes_no(&buf, line, lang, value);
    else if (line->options)
        put_words(&buf, line, lang, f,
                  (struct wx_str){json_string_value(value), json_string_length(value)});
    else
        (void)wx_buf_adds(&buf, wx_export_text(arena, f, lang, record));
    out = wx_arena_str(arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

void wx_form_fill(struct wx_form *form, struct wx_arena *arena, enum wx_lang lang,
                  const json_t *unit, const json_t *site)
{
    *form = (struct wx_form){.lang = lang, .n = N_LINES};
    for (size_t i = 0; i < N_LINES; i++)
        form->texts[i] =
            fill_line(arena, &lines[i], lang, lines[i].record == U ? unit : site);
}

/* ---- the page ---- */

static const char page_style[] =
    "@page{size:A4;margin:18mm 16mm}"
    "body{font-family:\"Noto Serif CJK SC\",SimSun,serif;font-size:11pt;color:#000;"
    "background:#fff;max-width:178mm;margin:6mm auto}"
    "h1{font-size:17pt;text-align:center;font-weight:bold;margin:0 0 5mm}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "th,td{border:1px solid #000;padding:1.6mm 2mm;text-align:left;"
    "vertical-align:middle;overflow-wrap:anywhere;font-weight:normal}"
    "th{text-align:center}th.g{width:24%}th.l{width:20%}td{min-height:6mm}"
    "tr{break-inside:avoid}p{margin:4mm 0 0}p span{display:inline-block;width:32%}";

static void put_escaped(struct wx_buf *out, struct wx_str s)
{
    size_t pos = 0;
    char bytes[4];

    while (pos < s.len) {
        uint32_t cp = wx_utf8_next(s, &pos);

        if (cp == '<')
            (void)wx_buf_addz(out, "&lt;");
        else if (cp == '>')
            (void)wx_buf_addz(out, "&gt;");
        else if (cp == '&')
            (void)wx_buf_addz(out, "&amp;");
        else if (cp == '"')
            (void)wx_buf_addz(out, "&quot;");
        else if (cp == '\n')
            (void)wx_buf_addz(out, "<br>");
        else if (cp >= 0x20 && !(cp >= 0x202A && cp <= 0x202E) &&
                 !(cp >= 0x2066 && cp <= 0x2069))
            (void)wx_buf_add(out, bytes, wx_utf8_put(cp, bytes));
    }
}

static size_t group_lines(enum group group)
{
    size_t n = 0;

    for (size_t i = 0; i < N_LINES; i++)
        n += lines[i].group == group;
    return n;
}

static const char *group_title(enum group group, enum wx_lang lang)
{
    return lang == WX_EN ? groups[group].en : groups[group].zh;
}

static void put_html_line(const struct wx_form *form, size_t i, struct wx_buf *out)
{
    const struct line *line = &lines[i];
    bool opens = i == 0 || lines[i - 1].group != line->group;

    (void)wx_buf_addz(out, "<tr>");
    if (line->group == GROUP_NONE)
        (void)wx_buf_printf(out, "<th colspan=\"2\">%s</th>",
                            label_of(line, form->lang));
    else if (opens)
        (void)wx_buf_printf(out, "<th class=\"g\" rowspan=\"%zu\">%s</th>",
                            group_lines(line->group),
                            group_title(line->group, form->lang));
    if (line->group != GROUP_NONE)
        (void)wx_buf_printf(out, "<th class=\"l\">%s</th>", label_of(line, form->lang));
    (void)wx_buf_addz(out, "<td>");
    put_escaped(out, form->texts[i]);
    (void)wx_buf_addz(out, "</td></tr>\n");
}

void wx_form_html(const struct wx_form *form, struct wx_buf *out, struct wx_str *style)
{
    const char *title = wx_text(form->lang, WX_T_FORM_TITLE);

    *style = (struct wx_str){page_style, sizeof page_style - 1};
    (void)wx_buf_printf(
        out,
        "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
        "<title>%s</title><style>%s</style></head>\n<body><h1>%s</h1>\n"
        "<table>\n",
        form->lang == WX_EN ? "en" : "zh-CN", title, page_style, title);
    for (size_t i = 0; i < N_LINES; i++)
        if (lines[i].group != GROUP_FOOT)
            put_html_line(form, i, out);
    (void)wx_buf_addz(out, "</table>\n<p>");
    for (size_t i = 0; i < N_LINES; i++)
        if (lines[i].group == GROUP_FOOT) {
            (void)wx_buf_printf(out, "<span>%s%s ", label_of(&lines[i], form->lang),
                                form->lang == WX_EN ? ":" : "：");
            put_escaped(out, form->texts[i]);
            (void)wx_buf_addz(out, "</span> ");
        }
    (void)wx_buf_addz(out, "</p>\n</body></html>\n");
}

/* ---- the workbook: three columns, as the page ---- */

struct form_sheet {
    lxw_worksheet *sheet;
    lxw_format *title, *label, *value;
    struct wx_buf cell;
};

static const char *sheet_text(struct form_sheet *s, struct wx_str text)
{
    struct wx_str clean = wx_cell_clean(&s->cell, text);
    size_t from = (size_t)(clean.len ? clean.ptr - s->cell.ptr : 0);

    s->cell.len = from + clean.len;
    (void)wx_buf_addc(&s->cell, '\0');
    return s->cell.ptr + from;
}

static void put_sheet_lines(const struct wx_form *form, struct form_sheet *s)
{
    lxw_row_t row = 1, opened = 1;

    for (size_t i = 0; i < N_LINES; i++, row++) {
        const struct line *line = &lines[i];
        bool opens = i == 0 || lines[i - 1].group != line->group;
        bool closes = i + 1 == N_LINES || lines[i + 1].group != line->group;

        opened = opens ? row : opened;
        worksheet_set_row(s->sheet, row, 21, NULL);
        if (line->group == GROUP_NONE) {
            worksheet_merge_range(s->sheet, row, 0, row, 1, label_of(line, form->lang),
                                  s->label);
        } else {
            worksheet_write_string(s->sheet, row, 1, label_of(line, form->lang),
                                   s->label);
            if (closes && opened < row)
                worksheet_merge_range(s->sheet, opened, 0, row, 0,
                                      group_title(line->group, form->lang), s->label);
        }
        worksheet_write_string(s->sheet, row, 2, sheet_text(s, form->texts[i]),
                               s->value);
    }
}

static void dress_sheet(struct form_sheet *s, lxw_workbook *book)
{
    s->title = workbook_add_format(book);
    s->label = workbook_add_format(book);
    s->value = workbook_add_format(book);
    format_set_bold(s->title);
    format_set_font_size(s->title, 16);
    format_set_align(s->title, LXW_ALIGN_CENTER);
    format_set_border(s->label, LXW_BORDER_THIN);
    format_set_border(s->value, LXW_BORDER_THIN);
    format_set_align(s->label, LXW_ALIGN_CENTER);
    format_set_align(s->label, LXW_ALIGN_VERTICAL_CENTER);
    format_set_align(s->value, LXW_ALIGN_VERTICAL_CENTER);
    format_set_text_wrap(s->label);
    format_set_text_wrap(s->value);
    format_set_num_format(s->value, "@"); /* a number typed in stays as typed */
    worksheet_set_column(s->sheet, 0, 0, 20, NULL);
    worksheet_set_column(s->sheet, 1, 1, 16, NULL);
    worksheet_set_column(s->sheet, 2, 2, 54, NULL);
    worksheet_set_paper(s->sheet, 9); /* A4 */
    worksheet_fit_to_pages(s->sheet, 1, 1);
}

enum wx_status wx_form_xlsx(const struct wx_form *form, struct wx_buf *out,
                            struct wx_err *err)
{
    const char *title = wx_text(form->lang, WX_T_FORM_TITLE);
    struct form_sheet s = {.cell = WX_BUF_INIT(64 << 10)};
    struct wx_workbook w;
    enum wx_status status = wx_workbook_begin(&w, false, err);

    if (status)
        return status;
    s.sheet = workbook_add_worksheet(w.book, wx_text(form->lang, WX_T_FORM_SHEET));
    if (s.sheet) {
        dress_sheet(&s, w.book);
        worksheet_merge_range(s.sheet, 0, 0, 0, 2, title, s.title);
        put_sheet_lines(form, &s);
    }
    wx_buf_clear(&s.cell);
    if (!s.sheet) {
        wx_workbook_drop(&w);
        return wx_fail(err, WX_E_IO, "cannot make the form's sheet");
    }
    return wx_workbook_finish(&w, out, err);
}

/* ---- reading one back ---- */

struct form_reading {
    struct wx_arena *arena;
    struct wx_str names[2][N_LINES], group_names[2][N_GROUPS]; /* by language */
    struct wx_str values[N_LINES];
    enum group group; /* the one we are in */
    size_t n_known;   /* lines recognised since the last form began */
};

static bool is_named(struct wx_str zh, struct wx_str en, struct wx_str name)
{
    return wx_str_eq(name, zh) || wx_str_eq(name, en);
}

/* Which line a cell is the label of, within the group at hand; N_LINES: none. */
static size_t line_of(const struct form_reading *r, struct wx_str name)
{
    for (size_t i = 0; name.len && i < N_LINES; i++)
        if (lines[i].group == r->group &&
            is_named(r->names[0][i], r->names[1][i], name))
            return i;
    for (size_t i = 0; name.len && i < N_LINES; i++)
        if ((lines[i].group == GROUP_NONE || strcmp(lines[i].field, "filler") == 0) &&
            is_named(r->names[0][i], r->names[1][i], name))
            return i;
    return N_LINES;
}

/* "填表人：甲" in one cell is label and value. */
static struct wx_str label_part(struct wx_str cell, struct wx_str *value)
{
    size_t wide = wx_str_findz(cell, "："), at = wx_str_chr(cell, ':');

    *value = (struct wx_str){NULL, 0};
    if (wide != WX_NPOS && wide < at) {
        *value = wx_str_trim(wx_str_sub(cell, wide + strlen("："), cell.len));
        return wx_str_sub(cell, 0, wide);
    }
    if (at != WX_NPOS)
        *value = wx_str_trim(wx_str_sub(cell, at + 1, cell.len));
    return wx_str_sub(cell, 0, at);
}

static void read_form_row(struct form_reading *r, const struct wx_table_row *row)
{
    size_t open = N_LINES; /* whose value the next cell is */

    for (size_t i = 0; i < row->n_cells; i++) {
        struct wx_str inline_value, cell = row->cells[i], name;
        size_t line;

        if (!cell.len)
            continue;
        name = wx_column_name(r->arena, label_part(cell, &inline_value));
        for (int g = 1; g < N_GROUPS; g++)
            if (name.len &&
                is_named(r->group_names[0][g], r->group_names[1][g], name)) {
                r->group = (enum group)g;
                name.len = 0;
                open = N_LINES;
            }
        if (!name.len)
            continue;
        line = line_of(r, name);
        if (line < N_LINES && (open == N_LINES || lines[line].field != NULL)) {
            r->group = lines[line].group;
            r->n_known++;
            r->values[line] = inline_value;
            open = inline_value.len ? N_LINES : line;
        } else if (open < N_LINES) {
            r->values[open] = cell;
            open = N_LINES;
        }
    }
}

static void reading_begin(struct form_reading *r, struct wx_arena *arena)
{
    *r = (struct form_reading){.arena = arena};
    for (size_t i = 0; i < N_LINES; i++)
        for (int l = 0; l < 2; l++)
            r->names[l][i] =
                wx_column_name(arena, wx_str_of(l ? lines[i].en : lines[i].zh));
    for (int g = 1; g < N_GROUPS; g++)
        for (int l = 0; l < 2; l++)
            r->group_names[l][g] =
                wx_column_name(arena, wx_str_of(l ? groups[g].en : groups[g].zh));
}

/* Does a form begin in this row? Its first cell with content says 单位名称, and what
 * follows stands beside it, not below. */
static bool row_begins(const struct form_reading *r, const struct wx_table_row *row)
{
    for (size_t i = 0; i < row->n_cells; i++) {
        struct wx_str value;

        if (!row->cells[i].len)
            continue;
        return is_named(r->names[0][0], r->names[1][0],
                        wx_column_name(r->arena, label_part(row->cells[i], &value)));
    }
    return false;
}

/* Heads of the list that the forms become: labels that understand.c knows. */
static struct wx_str head_of(const struct line *line)
{
    const struct wx_record_field *f = field_of(line);

    if (line->record == S)
        return wx_str_of(f ? f->zh : "");
    return strcmp(line->field, "name") == 0      ? WX_STR("单位")
           : strcmp(line->field, "kind") == 0    ? WX_STR("单位类型")
           : strcmp(line->field, "address") == 0 ? WX_STR("单位地址")
                                                 : WX_STR("");
}

static void add_row(struct wx_arena *arena, struct wx_table *out, uint32_t number,
                    const struct wx_str *cells)
{
    struct wx_table_row *row = &out->rows[out->n_rows++];

    *row = (struct wx_table_row){.number = number, .n_cells = N_LINES};
    row->cells = wx_arena_array(arena, struct wx_str, N_LINES);
    memcpy(row->cells, cells, N_LINES * sizeof *cells);
}

bool wx_form_read(struct wx_arena *arena, const struct wx_table *table,
                  struct wx_table *out)
{
    struct wx_str heads[N_LINES];
    struct form_reading r;
    uint32_t number = 0;
    size_t n_forms = 0;

    reading_begin(&r, arena);
    for (size_t i = 0; i < table->n_rows; i++)
        n_forms += row_begins(&r, &table->rows[i]);
    if (!n_forms)
        return false;
    *out = (struct wx_table){.sheet = table->sheet};
    out->rows = wx_arena_array(arena, struct wx_table_row, n_forms + 1);
    for (size_t i = 0; i < N_LINES; i++)
        heads[i] = head_of(&lines[i]);
    add_row(arena, out, 0, heads);
    for (size_t i = 0; i < table->n_rows; i++) {
        if (row_begins(&r, &table->rows[i])) {
            if (number && r.n_known > N_LINES / 2)
                add_row(arena, out, number, r.values);
            number = table->rows[i].number;
            r.n_known = 0;
            r.group = GROUP_NONE;
            memset(r.values, 0, sizeof r.values);
        }
        if (number)
            read_form_row(&r, &table->rows[i]);
    }
    if (number && r.n_known > N_LINES / 2)
        add_row(arena, out, number, r.values);
    return out->n_rows > 1; /* a list with a column 单位名称 is no form */
}
