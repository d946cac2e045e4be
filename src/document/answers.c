#include "document/answers.h"

#include "campaign/sheet.h"

enum { MAX_COLUMNS = 10 };

struct answering {
    struct wx_paper *paper;
    struct wx_arena *arena;
};

/* ---- values ---- */

static struct wx_str plain(struct answering *a, const json_t *v)
{
    if (json_is_string(v))
        return (struct wx_str){json_string_value(v), json_string_length(v)};
    if (json_is_integer(v))
        return wx_arena_printf(a->arena, "%lld", (long long)json_integer_value(v));
    if (json_is_real(v))
        return wx_arena_printf(a->arena, "%g", json_real_value(v));
    if (json_is_boolean(v))
        return json_is_true(v) ? WX_STR("是") : WX_STR("否");
    return WX_STR("");
}

static struct wx_str word_of(const struct wx_form_field *field, struct wx_str word)
{
    struct wx_enum_word found;

    return field->record.spec && wx_enum_find(field->record.spec, word, &found)
               ? found.zh
               : word;
}

static struct wx_str words_of(struct answering *a, const struct wx_form_field *field,
                              const json_t *list)
{
    struct wx_str out = WX_STR("");
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        struct wx_str word = word_of(field, plain(a, one));

        out = wx_arena_printf(a->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(out),
                              i ? "、" : "", WX_STR_ARG(word));
    }
    return out;
}

static struct wx_str value_of(struct answering *a, const struct wx_form_field *field,
                              const json_t *row)
{
    const json_t *v = json_object_get(row, field->record.name);

    if (field->kind == WX_ANSWER_FILE)
        return json_array_size(v)
                   ? wx_arena_printf(a->arena, "附件%zu份", json_array_size(v))
                   : WX_STR("");
    if (json_is_array(v))
        return words_of(a, field, v);
    if (field->record.kind == WX_F_ENUM)
        return word_of(field, plain(a, v));
    return plain(a, v);
}

struct wx_str wx_answer_text(struct wx_arena *arena,
                             const struct wx_campaign_form *form, const json_t *answers,
                             const char *block, const char *field)
{
    struct answering a = {.arena = arena};

    for (size_t b = 0; b < form->n_blocks; b++)
        for (size_t f = 0;
             wx_str_eqz(form->blocks[b].key, block) && f < form->blocks[b].n_fields;
             f++)
            if (strcmp(form->blocks[b].fields[f].record.name, field) == 0)
                return wx_arena_str(arena, value_of(&a, &form->blocks[b].fields[f],
                                                    json_object_get(answers, block)));
    return WX_STR("");
}

static struct wx_str label_of(struct answering *a, const struct wx_form_field *field)
{
    return wx_arena_printf(a->arena, "%s%s" WX_STR_FMT "%s", field->record.zh,
                           field->unit.len ? "（" : "", WX_STR_ARG(field->unit),
                           field->unit.len ? "）" : "");
}

/* ---- tables ---- */

static void head(struct answering *a, struct wx_paper_table *table, struct wx_str text)
{
    wx_paper_cell(a->paper, table, text)->is_head = true;
}

static struct wx_str result_of(const json_t *check)
{
    const char *word = json_string_value(json_object_get(check, "result"));

    for (int r = 0; word && r < WX_CHECK_COUNT; r++)
        if (strcmp(wx_check_result_name((enum wx_check_result)r), word) == 0)
            return wx_str_of(wx_check_result_text(WX_ZH, (enum wx_check_result)r));
    return WX_STR("");
}

/* Check rows: what, result, note. */
static void put_checks(struct answering *a, const struct wx_form_block *block,
                       const json_t *row)
{
    static const uint16_t widths[] = {3, 16, 6, 14};
    static const char *const heads[] = {"序号", "检查内容", "结论", "情况"};
    struct wx_paper_table *table =
        wx_paper_table(a->paper, block->title.zh, widths, 4, 1);
    unsigned n = 0;

    wx_paper_row(a->paper, table);
    for (size_t i = 0; i < 4; i++)
        head(a, table, wx_str_of(heads[i]));
    for (size_t i = 0; i < block->n_fields; i++) {
        const struct wx_form_field *field = &block->fields[i];
        const json_t *v = json_object_get(row, field->record.name);

        if (field->kind != WX_ANSWER_CHECK)
            continue;
        wx_paper_row(a->paper, table);
        wx_paper_cell(a->paper, table, wx_arena_printf(a->arena, "%u", ++n))->align =
            WX_PAPER_CENTRE;
        wx_paper_cell(a->paper, table, wx_str_of(field->record.zh));
        wx_paper_cell(a->paper, table, result_of(v))->align = WX_PAPER_CENTRE;
        wx_paper_cell(a->paper, table, plain(a, json_object_get(v, "note")));
    }
}

/* Short answers two by two would be tight: label and value, one a row. */
static void put_form(struct answering *a, const struct wx_form_block *block,
                     const json_t *row)
{
    static const uint16_t widths[] = {12, 26};
    struct wx_paper_table *table =
        wx_paper_table(a->paper, block->title.zh, widths, 2, 0);

    for (size_t i = 0; i < block->n_fields; i++) {
        const struct wx_form_field *field = &block->fields[i];

        if (field->kind == WX_ANSWER_CHECK || field->record.kind == WX_F_LONG)
            continue;
        wx_paper_row(a->paper, table);
        head(a, table, label_of(a, field));
        wx_paper_cell(a->paper, table, value_of(a, field, row));
    }
}

static void put_texts(struct answering *a, const struct wx_form_block *block,
                      const json_t *row)
{
    for (size_t i = 0; i < block->n_fields; i++) {
        const struct wx_form_field *field = &block->fields[i];
        struct wx_str text;

        if (field->kind == WX_ANSWER_CHECK || field->record.kind != WX_F_LONG)
            continue;
        text = value_of(a, field, row);
        if (text.len)
            wx_paper_paragraph(a->paper,
                               wx_arena_printf(a->arena, "%s：" WX_STR_FMT,
                                               field->record.zh, WX_STR_ARG(text)));
    }
}

static size_t columns_of(const struct wx_form_block *block)
{
    return block->n_fields < MAX_COLUMNS ? block->n_fields : MAX_COLUMNS;
}

static void put_rows(struct answering *a, const struct wx_form_block *block,
                     const json_t *rows)
{
    uint16_t widths[MAX_COLUMNS + 1] = {3};
    size_t n = columns_of(block), i;
    struct wx_paper_table *table;
    const json_t *row;

    for (size_t c = 0; c < n; c++)
        widths[c + 1] = 6;
    table = wx_paper_table(a->paper, block->title.zh, widths, n + 1, 1);
    wx_paper_row(a->paper, table);
    head(a, table, WX_STR("序号"));
    for (size_t c = 0; c < n; c++)
        head(a, table, label_of(a, &block->fields[c]));
    json_array_foreach(rows, i, row)
    {
        wx_paper_row(a->paper, table);
        wx_paper_cell(a->paper, table, wx_arena_printf(a->arena, "%zu", i + 1))->align =
            WX_PAPER_CENTRE;
        for (size_t c = 0; c < n; c++)
            wx_paper_cell(a->paper, table, value_of(a, &block->fields[c], row));
    }
}

/* ---- blocks ---- */

static bool has(const struct wx_form_block *block, bool check, bool text)
{
    for (size_t i = 0; i < block->n_fields; i++) {
        const struct wx_form_field *field = &block->fields[i];
        bool is_check = field->kind == WX_ANSWER_CHECK;

        if (is_check ? check : (field->record.kind == WX_F_LONG) == text && !check)
            return true;
    }
    return false;
}

static void put_block(struct answering *a, const struct wx_form_block *block,
                      const json_t *answer)
{
    wx_paper_heading(a->paper, 1, block->title.zh);
    if (block->is_repeated) {
        bool is_wide = columns_of(block) > 5;

        if (!json_array_size(answer)) {
            wx_paper_paragraph(a->paper, WX_STR("无。"));
            return;
        }
        if (is_wide)
            wx_paper_block(a->paper, WX_PAPER_WIDE, WX_STR(""));
        put_rows(a, block, answer);
        if (is_wide)
            wx_paper_block(a->paper, WX_PAPER_UPRIGHT, WX_STR(""));
        return;
    }
    if (has(block, false, false))
        put_form(a, block, answer);
    put_texts(a, block, answer);
    if (has(block, true, false))
        put_checks(a, block, answer);
}

static void put_frame(struct wx_paper *paper, const struct wx_answered *in)
{
    for (size_t i = 0; i < in->frame.n_organs; i++)
        wx_paper_organ(paper, in->frame.organs[i]);
    paper->number = wx_paper_clean(paper, in->frame.number);
    paper->date = in->frame.date;
    paper->has_chinese_date = in->frame.has_chinese_date;
    paper->watermark = wx_paper_clean(paper, in->frame.watermark);
    paper->addressees = wx_paper_clean(paper, in->to);
}

enum wx_status wx_paper_answers(struct wx_paper *paper, struct wx_arena *arena,
                                const struct wx_answered *in, struct wx_err *err)
{
    struct answering a = {paper, arena};
    struct wx_str title = in->title.len ? in->title : in->form->title.zh;

    wx_paper_init(paper, arena, WX_PAPER_PLAIN);
    put_frame(paper, in);
    paper->title = wx_paper_clean(
        paper, wx_arena_printf(arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(in->unit),
                               in->unit.len ? "\n" : "", WX_STR_ARG(title)));
    for (size_t b = 0; b < in->form->n_blocks; b++) {
        const struct wx_form_block *block = &in->form->blocks[b];
        const json_t *answer =
            json_object_get(in->answers, wx_arena_z(arena, block->key));

        /* a block that does not apply has no answers, and no place in the paper */
        if (in->answers && !answer && block->when.n)
            continue;
        put_block(&a, block, answer);
    }
    return wx_paper_check(paper, err);
}
