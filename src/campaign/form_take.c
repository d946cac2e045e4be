#include "campaign/form_take.h"

#include "base/limits.h"
#include "campaign/day.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SHOWN_BYTES = 66, /* of a text that a message quotes */
    /* days of a spreadsheet (1900 system): 1927 to 2173 */
    FIRST_SERIAL = 10000,
    LAST_SERIAL = 99999,
    UNIX_SERIAL = 25569, /* of 1970-01-01 */
};

struct taking {
    struct wx_arena *arena;
    const struct wx_form_layout *layout;
    const struct wx_book_row *rows;
    size_t n;
    const json_t *before;
    struct wx_form_taken *out;
    struct wx_err *err;
};

/* ---- the structure ---- */

static struct wx_str cell_at(const struct wx_book_row *row, uint32_t column)
{
    return row && column < row->n_cells ? wx_str_trim(row->cells[column]) : WX_STR("");
}

/* Rows come in their order; a sheet may hold ten thousand of them. */
static const struct wx_book_row *row_of(const struct taking *t, struct wx_str sheet,
                                        uint32_t number, size_t *from)
{
    for (size_t i = *from; i < t->n; i++) {
        if (!wx_str_eq(t->rows[i].sheet, sheet))
            continue;
        if (t->rows[i].row > number)
            return NULL;
        *from = i;
        if (t->rows[i].row == number)
            return &t->rows[i];
    }
    return NULL;
}

static const char *shown(const struct taking *t, struct wx_str s)
{
    return wx_arena_z(t->arena, wx_utf8_clip(s, SHOWN_BYTES));
}

/* Where the text that belongs at WANT stands instead, in its sheet. */
static bool find_moved(const struct taking *t, const struct wx_layout_sheet *s,
                       struct wx_str text, char name[WX_CELL_NAME_BYTES])
{
    for (size_t i = 0; i < t->n; i++) {
        const struct wx_book_row *row = &t->rows[i];

        if (!wx_str_eq(row->sheet, s->name))
            continue;
        for (uint32_t c = 0; c < row->n_cells; c++)
            if (wx_str_eq(wx_str_trim(row->cells[c]), text)) {
                wx_cell_name(row->row, c, name);
                return true;
            }
    }
    return false;
}

static enum wx_status differs(const struct taking *t, const struct wx_layout_sheet *s,
                              const struct wx_layout_cell *want, struct wx_str found)
{
    enum wx_lang lang = t->layout->lang;
    char name[WX_CELL_NAME_BYTES], now[WX_CELL_NAME_BYTES];

    wx_cell_name(want->row, want->column, name);
    if (want->column && find_moved(t, s, want->text, now))
        return wx_fail(t->err, WX_E_INVALID, wx_text(lang, WX_T_BOOK_LABEL_MOVED),
                       shown(t, s->name), shown(t, want->text), name, now);
    if (!found.len)
        return wx_fail(t->err, WX_E_INVALID, wx_text(lang, WX_T_BOOK_LABEL_GONE),
                       shown(t, s->name), name, shown(t, want->text));
    return wx_fail(t->err, WX_E_INVALID, wx_text(lang, WX_T_BOOK_LABEL_OTHER),
                   shown(t, s->name), name, shown(t, want->text), shown(t, found));
}

static bool is_label(const struct wx_layout_cell *cell)
{
    return cell->part != WX_PART_ANSWER && cell->part != WX_PART_NOTE &&
           cell->part != WX_PART_SCORE && cell->part != WX_PART_GUIDE;
}

static bool is_as_laid(const struct taking *t, const struct wx_layout_sheet *s,
                       const struct wx_layout_cell *want, size_t *from,
                       struct wx_str *found)
{
    *found = cell_at(row_of(t, s->name, want->row, from), want->column);
    /* the reader cuts long cells */
    return wx_str_eq(*found, wx_str_trim(wx_utf8_clip(want->text, WX_MAX_CELL_BYTES)));
}

static enum wx_status check_labels(const struct taking *t,
                                   const struct wx_layout_sheet *s)
{
    size_t from = 0;

    for (size_t i = 0; i < s->n_cells; i++) {
        const struct wx_layout_cell *want = &s->cells[i];
        struct wx_str found, beside;

        if (!is_label(want) || is_as_laid(t, s, want, &from, &found))
            continue;
        /* the question says more than its number */
        if (want->part == WX_PART_LABEL && want->column == 0 &&
            !is_as_laid(t, s, want + 1, &from, &beside))
            return differs(t, s, want + 1, beside);
        return differs(t, s, want, found);
    }
    return WX_OK;
}

static enum wx_status one_more(const struct taking *t, const struct wx_layout_sheet *s,
                               uint32_t row, uint32_t column, struct wx_str found)
{
    char name[WX_CELL_NAME_BYTES];

    wx_cell_name(row, column, name);
    return wx_fail(t->err, WX_E_INVALID, wx_text(t->layout->lang, WX_T_BOOK_CELL_MORE),
                   shown(t, s->name), name, shown(t, found));
}

static bool has_cell(const struct wx_layout_sheet *s, size_t *at, uint32_t row,
                     uint32_t column)
{
    for (; *at < s->n_cells; (*at)++) {
        const struct wx_layout_cell *c = &s->cells[*at];

        if (c->row > row || (c->row == row && c->column >= column))
            return c->row == row && c->column == column;
    }
    return false;
}

/* Content where the layout has nothing would be lost without a word. */
static enum wx_status check_more(const struct taking *t,
                                 const struct wx_layout_sheet *s)
{
    size_t at = 0;

    for (size_t i = 0; i < t->n; i++) {
        const struct wx_book_row *row = &t->rows[i];
        bool is_free = s->rows_of && row->row >= s->first_row;

        if (!wx_str_eq(row->sheet, s->name))
            continue;
        for (uint32_t c = 0; c < row->n_cells; c++) {
            struct wx_str found = wx_str_trim(row->cells[c]);

            if (!found.len || (is_free && c < s->n_columns) ||
                (!is_free && has_cell(s, &at, row->row, c)))
                continue;
            return one_more(t, s, row->row, c, found);
        }
    }
    return WX_OK;
}

static enum wx_status check_sheets(const struct taking *t)
{
    const struct wx_form_layout *l = t->layout;

    for (size_t k = 0; k < l->n_sheets; k++) {
        bool is_there = false;

        for (size_t i = 0; i < t->n && !is_there; i++)
            is_there = wx_str_eq(t->rows[i].sheet, l->sheets[k].name);
        if (!is_there)
            return wx_fail(t->err, WX_E_INVALID, wx_text(l->lang, WX_T_BOOK_SHEET_GONE),
                           shown(t, l->sheets[k].name));
    }
    for (size_t i = 0; i < t->n; i++) {
        struct wx_str name = t->rows[i].sheet;
        bool is_known = wx_str_eqz(name, WX_BOOK_STAMP) ||
                        wx_str_eqz(name, WX_BOOK_LISTS) ||
                        wx_str_eqz(name, wx_text(l->lang, WX_T_BOOK_GUIDE));

        for (size_t k = 0; k < l->n_sheets && !is_known; k++)
            is_known = wx_str_eq(name, l->sheets[k].name);
        if (!is_known)
            return wx_fail(t->err, WX_E_INVALID, wx_text(l->lang, WX_T_BOOK_SHEET_MORE),
                           shown(t, name));
    }
    return WX_OK;
}

static enum wx_status check_structure(const struct taking *t)
{
    enum wx_status st = check_sheets(t);

    for (size_t i = 0; !st && i < t->layout->n_sheets; i++) {
        st = check_labels(t, &t->layout->sheets[i]);
        if (!st)
            st = check_more(t, &t->layout->sheets[i]);
    }
    return st;
}

/* ---- answers ---- */

static json_t *text_json(struct wx_str s)
{
    return json_stringn(s.ptr ? s.ptr : "", s.len);
}

static bool is_one_of(struct wx_str s, const char *const *words)
{
    for (; *words; words++)
        if (wx_str_ieqz(s, *words))
            return true;
    return false;
}

static json_t *bool_of(struct wx_str s)
{
    static const char *const yes[] = {"是", "有", "true", "yes", "y", "1", "√", NULL};
    static const char *const no[] = {"否", "无", "false", "no", "n", "0", "×", NULL};

    if (is_one_of(s, yes))
        return json_true();
    return is_one_of(s, no) ? json_false() : text_json(s);
}

static bool find_word(const struct wx_form_field *f, struct wx_str s,
                      struct wx_str *word)
{
    struct wx_enum_word one;
    size_t at = 0;

    while (wx_enum_next(f->record.spec, &at, &one))
        if (wx_str_eq(one.zh, s) || wx_str_ieq(one.en, s) || wx_str_ieq(one.word, s)) {
            *word = one.word;
            return true;
        }
    return false;
}

static json_t *choice_of(const struct wx_form_field *f, struct wx_str s)
{
    struct wx_str word;

    return find_word(f, s, &word) ? text_json(word) : text_json(s);
}

/* Where a list of words goes on: "、", "，", "；" or one of ",;/" and line ends. */
static size_t separator_at(struct wx_str s, size_t *bytes)
{
    static const char *const wide[] = {"、", "，", "；"};

    for (size_t i = 0; i < s.len; i++) {
        *bytes = 1;
        if (strchr(",;/\n", s.ptr[i]) && s.ptr[i])
            return i;
        *bytes = 3;
        for (size_t k = 0; k < 3; k++)
            if (wx_str_starts(wx_str_sub(s, i, s.len), wide[k]))
                return i;
    }
    *bytes = 0;
    return s.len;
}

/* The longest option's label that REST begins with and that ends there or at a
 * separator: labels may hold separators themselves. 0: none. */
static size_t option_at(const struct wx_form_field *f, struct wx_str rest,
                        struct wx_str *word)
{
    struct wx_enum_word one;
    size_t at = 0, best = 0, bytes;

    while (wx_enum_next(f->record.spec, &at, &one)) {
        struct wx_str labels[] = {one.zh, one.en, one.word};

        for (size_t i = 0; i < 3; i++) {
            size_t n = labels[i].len;
            struct wx_str after;

            if (n <= best || n > rest.len ||
                !wx_str_ieq(wx_str_sub(rest, 0, n), labels[i]))
                continue;
            after = wx_str_trim(wx_str_sub(rest, n, rest.len));
            if (after.len && separator_at(after, &bytes) != 0)
                continue;
            best = n;
            *word = one.word;
        }
    }
    return best;
}

static json_t *choices_of(const struct wx_form_field *f, struct wx_str s)
{
    json_t *list = json_array();

    while ((s = wx_str_trim(s)).len) {
        struct wx_str word;
        size_t bytes, end = option_at(f, s, &word);

        if (end) {
            json_array_append_new(list, text_json(word));
        } else {
            end = separator_at(s, &bytes);
            if (end)
                json_array_append_new(list,
                                      text_json(wx_str_trim(wx_str_sub(s, 0, end))));
        }
        s = wx_str_sub(s, end, s.len);
        end = separator_at(s, &bytes);
        s = wx_str_sub(s, end + bytes, s.len);
    }
    return list;
}

static json_t *number_of(const struct taking *t, const struct wx_form_field *f,
                         struct wx_str s)
{
    const char *z = wx_arena_z(t->arena, s);
    char *end;

    errno = 0;
    if (f->kind == WX_ANSWER_NUMBER) {
        double v = strtod(z, &end);

        return *end || end == z || errno ? text_json(s) : json_real(v);
    } else {
        long long v = strtoll(z, &end, 10);

        return *end || end == z || errno ? text_json(s) : json_integer(v);
    }
}

/* "2026-1-5", "2026/01/05", "2026.1.5", "2026年1月5日", "20260105", or a serial day. */
static json_t *date_of(const struct taking *t, struct wx_str s)
{
    const char *z = wx_arena_z(t->arena, s);
    unsigned y, m, d;
    char text[24], a[4], b[4];
    int32_t day;
    int n = 0;

    if (s.len == 5 && strspn(z, "0123456789") == 5) {
        long serial = strtol(z, NULL, 10);

        if (serial >= FIRST_SERIAL && serial <= LAST_SERIAL) {
            wx_day_format((int32_t)(serial - UNIX_SERIAL), text);
            return json_string(text);
        }
    }
    if (!(s.len == 8 && sscanf(z, "%4u%2u%2u%n", &y, &m, &d, &n) == 3 && n == 8) &&
        !(sscanf(z, "%4u%3[-/.]%2u%3[-/.]%2u%n", &y, a, &m, b, &d, &n) == 5 && !z[n]) &&
        !(sscanf(z, "%4u年%2u月%2u日%n", &y, &m, &d, &n) == 3 && n && !z[n]))
        return text_json(s);
    snprintf(text, sizeof text, "%04u-%02u-%02u", y % 10000, m % 100, d % 100);
    return wx_day_parse(wx_str_of(text), &day) ? json_string(text) : text_json(s);
}

static json_t *plain_of(const struct taking *t, const struct wx_form_field *f,
                        struct wx_str s)
{
    if (f->kind == WX_ANSWER_NUMBER || f->record.kind == WX_F_INT)
        return number_of(t, f, s);
    switch (f->record.kind) {
    case WX_F_BOOL:
        return bool_of(s);
    case WX_F_ENUM:
        return choice_of(f, s);
    case WX_F_ENUMS:
        return choices_of(f, s);
    case WX_F_DATE:
        return date_of(t, s);
    default:
        return text_json(s);
    }
}

static json_t *result_of(struct wx_str s)
{
    for (int i = 0; i < 4; i++) {
        static const char *const words[] = {"conform", "partly", "not", "na"};
        enum wx_text text = (enum wx_text)(WX_T_CHECK_CONFORM + i);

        if (wx_str_eqz(s, wx_text(WX_ZH, text)) ||
            wx_str_ieqz(s, wx_text(WX_EN, text)) || wx_str_ieqz(s, words[i]))
            return json_string(words[i]);
    }
    return text_json(s);
}

/* One member of a check row: result, note or points. */
static void take_check(const struct taking *t, const struct wx_layout_cell *cell,
                       struct wx_str s, json_t *check)
{
    const char *z = wx_arena_z(t->arena, s);
    char *end;
    double v;

    switch (cell->part) {
    case WX_PART_ANSWER:
        json_object_set_new(check, "result", result_of(s));
        break;
    case WX_PART_NOTE:
        json_object_set_new(check, "note", text_json(s));
        break;
    default:
        v = strtod(z, &end);
        json_object_set_new(check, "score", *end ? text_json(s) : json_real(v));
    }
}

/* BEFORE: the row as it stood, for its attachments. */
static void take_cell(const struct taking *t, const struct wx_layout_cell *cell,
                      struct wx_str s, const json_t *before, json_t *row)
{
    const char *key = cell->field->record.name;
    const json_t *was = json_object_get(before, key);
    json_t *check;

    if (cell->field->kind == WX_ANSWER_FILE) {
        if (json_array_size(was))
            json_object_set(row, key, (json_t *)(uintptr_t)was);
        return;
    }
    if (cell->field->kind != WX_ANSWER_CHECK) {
        if (s.len)
            json_object_set_new(row, key, plain_of(t, cell->field, s));
        return;
    }
    check = json_object_get(row, key);
    if (!check) {
        json_t *files = json_object_get(was, "files");

        check = json_object();
        if (json_array_size(files))
            json_object_set(check, "files", files);
        json_object_set_new(row, key, check);
    }
    if (s.len)
        take_check(t, cell, s, check);
}

static json_t *before_of(const struct taking *t, const struct wx_form_block *b)
{
    return json_object_get(t->before, wx_arena_z(t->arena, b->key));
}

static void drop_empty(json_t *row)
{
    const char *key;
    json_t *value;
    void *next;

    json_object_foreach_safe(row, next, key, value)
    {
        if (json_is_object(value) && !json_object_size(value))
            json_object_del(row, key);
    }
}

static void take_first(const struct taking *t)
{
    const struct wx_layout_sheet *s = &t->layout->sheets[0];
    size_t from = 0;
    const char *name;
    json_t *one;

    for (size_t i = 0; i < s->n_cells; i++) {
        const struct wx_layout_cell *cell = &s->cells[i];
        const char *key;
        json_t *block;

        if (!cell->field || is_label(cell))
            continue;
        key = wx_arena_z(t->arena, cell->block->key);
        block = json_object_get(t->out->answers, key);
        if (!block) {
            block = json_object();
            json_object_set_new(t->out->answers, key, block);
        }
        take_cell(t, cell, cell_at(row_of(t, s->name, cell->row, &from), cell->column),
                  before_of(t, cell->block), block);
    }
    json_object_foreach(t->out->answers, name, one)
    {
        drop_empty(one);
    }
}

static bool is_blank(const struct wx_book_row *row)
{
    for (size_t i = 0; i < row->n_cells; i++)
        if (wx_str_trim(row->cells[i]).len)
            return false;
    return true;
}

static bool same_text(const json_t *a, const json_t *b)
{
    return (wx_answer_is_empty(a) && wx_answer_is_empty(b)) || (a && json_equal(a, b));
}

/* Two rows that say the same; attachments stand in neither's way. */
static bool same_row(const struct wx_form_block *b, const json_t *one,
                     const json_t *other)
{
    static const char *const parts[] = {"result", "note"};

    for (size_t i = 0; i < b->n_fields; i++) {
        const char *key = b->fields[i].record.name;
        const json_t *x = json_object_get(one, key), *y = json_object_get(other, key);

        if (b->fields[i].kind == WX_ANSWER_FILE)
            continue;
        if (b->fields[i].kind != WX_ANSWER_CHECK) {
            if (!same_text(x, y))
                return false;
            continue;
        }
        for (size_t k = 0; k < 2; k++)
            if (!same_text(json_object_get(x, parts[k]), json_object_get(y, parts[k])))
                return false;
    }
    return true;
}

/* The row of before that ROW, its I-th, was: in its place, or moved. USED: whose
 * attachments have found their row already. */
static const json_t *row_before(const struct wx_form_block *b, const json_t *rows,
                                size_t i, const json_t *row, bool *used)
{
    size_t n = json_array_size(rows);

    for (size_t k = 0; k <= n; k++) {
        size_t at = k ? k - 1 : i;
        const json_t *one = json_array_get(rows, at);

        if (one && !used[at] && same_row(b, one, row)) {
            used[at] = true;
            return one;
        }
    }
    return NULL;
}

static bool has_files(const struct wx_form_block *b)
{
    for (size_t i = 0; i < b->n_fields; i++)
        if (b->fields[i].kind == WX_ANSWER_FILE || b->fields[i].kind == WX_ANSWER_CHECK)
            return true;
    return false;
}

static json_t *take_row(const struct taking *t, const struct wx_layout_sheet *s,
                        const struct wx_book_row *row, const json_t *before)
{
    json_t *made = json_object();

    for (size_t i = 0; i < s->n_cells; i++)
        if (s->cells[i].field && !is_label(&s->cells[i]))
            take_cell(t, &s->cells[i], cell_at(row, s->cells[i].column), before, made);
    drop_empty(made);
    return made;
}

static void take_rows(const struct taking *t, size_t i_sheet)
{
    const struct wx_layout_sheet *s = &t->layout->sheets[i_sheet];
    const json_t *before = before_of(t, s->rows_of), *was;
    json_t *rows = json_array(), *made;
    uint32_t *at = wx_arena_array(t->arena, uint32_t, t->n + 1);
    bool *used = wx_arena_array(t->arena, bool, json_array_size(before) + 1);
    size_t n = 0;

    memset(used, 0, (json_array_size(before) + 1) * sizeof *used);

    for (size_t i = 0; i < t->n; i++) {
        const struct wx_book_row *row = &t->rows[i];

        if (!wx_str_eq(row->sheet, s->name) || row->row < s->first_row || is_blank(row))
            continue;
        made = take_row(t, s, row, NULL);
        was = has_files(s->rows_of) ? row_before(s->rows_of, before, n, made, used)
                                    : NULL;
        if (was) { /* again, with its attachments */
            json_decref(made);
            made = take_row(t, s, row, was);
        }
        json_array_append_new(rows, made);
        at[n++] = row->row;
    }
    t->out->row_at[i_sheet] = at;
    t->out->n_rows[i_sheet] = n;
    json_object_set_new(t->out->answers, wx_arena_z(t->arena, s->rows_of->key), rows);
}

enum wx_status wx_form_take(struct wx_arena *arena, const struct wx_form_layout *layout,
                            const struct wx_book_row *rows, size_t n,
                            const json_t *before, struct wx_form_taken *out,
                            struct wx_err *err)
{
    struct taking t = {arena, layout, rows, n, before, out, err};
    enum wx_status st = check_structure(&t);

    *out = (struct wx_form_taken){.layout = layout};
    if (st)
        return st;
    out->answers = json_object();
    out->row_at = wx_arena_array(arena, uint32_t *, layout->n_sheets);
    out->n_rows = wx_arena_array(arena, size_t, layout->n_sheets);
    out->n_rows[0] = 0;
    take_first(&t);
    for (size_t i = 1; i < layout->n_sheets; i++)
        take_rows(&t, i);
    return WX_OK;
}

/* ---- where an answer stands ---- */

struct path {
    struct wx_str block, field;
    uint64_t i_row;
    bool has_row;
};

static struct path path_parse(struct wx_str text)
{
    size_t dot = wx_str_chr(text, '.'), open = wx_str_chr(text, '[');
    struct path p = {.block = wx_str_sub(text, 0, dot == WX_NPOS ? text.len : dot)};

    if (dot != WX_NPOS)
        p.field = wx_str_sub(text, dot + 1, text.len);
    if (open != WX_NPOS && open < p.block.len) {
        struct wx_str number = wx_str_sub(p.block, open + 1, p.block.len - 1);

        p.has_row = wx_str_to_u64(number, WX_MAX_REGISTER_ROWS, &p.i_row);
        p.block = wx_str_sub(p.block, 0, open);
    }
    return p;
}

bool wx_form_taken_place(const struct wx_form_taken *taken, struct wx_str path,
                         const char *code, struct wx_str *sheet,
                         char cell[WX_CELL_NAME_BYTES])
{
    struct path p = path_parse(path);
    bool is_note =
        code && (strcmp(code, "needs_note") == 0 || strcmp(code, "needs_proof") == 0);

    for (size_t i = 0; i < taken->layout->n_sheets; i++) {
        const struct wx_layout_sheet *s = &taken->layout->sheets[i];

        for (size_t k = 0; k < s->n_cells; k++) {
            const struct wx_layout_cell *c = &s->cells[k];
            uint32_t row = c->row;

            if (!c->block || !wx_str_eq(c->block->key, p.block) ||
                (p.field.len ? !c->field || is_label(c) ||
                                   !wx_str_eqz(p.field, c->field->record.name) ||
                                   (is_note && c->part != WX_PART_NOTE &&
                                    c->field->kind == WX_ANSWER_CHECK)
                             : c->field != NULL && is_label(c)))
                continue;
            if (s->rows_of && p.has_row && row >= s->first_row) {
                if (p.i_row >= taken->n_rows[i])
                    return false;
                row = taken->row_at[i][p.i_row];
            }
            *sheet = s->name;
            wx_cell_name(row, c->column, cell);
            return true;
        }
    }
    return false;
}

struct wx_str wx_form_path_label(const struct wx_campaign_form *form,
                                 struct wx_str path, enum wx_lang lang)
{
    struct path p = path_parse(path);
    const struct wx_form_block *b = wx_form_block_find(form, p.block);
    const struct wx_form_field *f =
        b && p.field.len ? wx_form_field_find(b, p.field) : NULL;

    if (f)
        return wx_str_of(wx_label_in(f, lang));
    return b ? wx_words_in(lang, &b->title) : path;
}
