/* Forms as workbooks: written, read as any workbook is, and taken back. */
#include "document/form_book.h"

#include "base/limits.h"
#include "base/shipped.h"
#include "campaign/day.h"
#include "campaign/sheet.h"
#include "wire/table.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MAX_ROWS = 5000, MAX_BOOK_BYTES = 32 << 20 };
#define KEY WX_STR("a key of thirty-two bytes, or so.")

struct reading {
    struct wx_arena *arena;
    struct wx_book_row *rows;
    size_t n;
};

static enum wx_status take_sheet(void *ctx, const struct wx_table *table,
                                 struct wx_err *err)
{
    struct reading *r = ctx;
    struct wx_str name = wx_arena_str(r->arena, table->sheet);

    (void)err;
    for (size_t i = 0; i < table->n_rows; i++) {
        assert_true(r->n < MAX_ROWS);
        r->rows[r->n++] =
            (struct wx_book_row){name, table->rows[i].number - 1, table->rows[i].cells,
                                 table->rows[i].n_cells};
    }
    return WX_OK;
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static json_t *random_choice(const struct wx_form_field *f, uint32_t *seed)
{
    struct wx_enum_word word;
    size_t at = 0, n = 0, pick;

    while (wx_enum_next(f->record.spec, &at, &word))
        n++;
    pick = next_random(seed) % n;
    at = 0;
    for (size_t i = 0; i <= pick; i++)
        (void)wx_enum_next(f->record.spec, &at, &word);
    return json_stringn(word.word.ptr, word.word.len);
}

static json_t *random_choices(const struct wx_form_field *f, uint32_t *seed)
{
    json_t *list = json_array();
    struct wx_enum_word word;
    size_t at = 0;

    while (wx_enum_next(f->record.spec, &at, &word))
        if (next_random(seed) % 2)
            json_array_append_new(list, json_stringn(word.word.ptr, word.word.len));
    if (!json_array_size(list)) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static json_t *random_check(const struct wx_form_field *f, uint32_t *seed)
{
    static const char *const words[] = {"conform", "partly", "not", "na"};
    json_t *check = json_pack("{s:s}", "result", words[next_random(seed) % 4]);

    if (next_random(seed) % 2)
        json_object_set_new(check, "note", json_string("见制度第三条，“台账”"));
    if (f->points && next_random(seed) % 3 == 0)
        json_object_set_new(check, "score", json_real(0.5));
    if (next_random(seed) % 3 == 0)
        json_object_set_new(check, "files", json_pack("[i]", 7));
    return check;
}

static json_t *random_answer(const struct wx_form_field *f, uint32_t *seed)
{
    char text[80];

    if (next_random(seed) % 4 == 0)
        return NULL;
    if (f->kind == WX_ANSWER_CHECK)
        return random_check(f, seed);
    if (f->kind == WX_ANSWER_FILE)
        return json_pack("[i,i]", 3, (int)(next_random(seed) % 100) + 1);
    if (f->kind == WX_ANSWER_NUMBER)
        return json_real((double)(next_random(seed) % 4000) / 8);
    switch (f->record.kind) {
    case WX_F_INT:
        return json_integer(next_random(seed) % 100000);
    case WX_F_BOOL:
        return json_boolean(next_random(seed) % 2);
    case WX_F_ENUM:
        return random_choice(f, seed);
    case WX_F_ENUMS:
        return random_choices(f, seed);
    case WX_F_DATE:
        wx_day_format((int32_t)(next_random(seed) % 40000), text);
        return json_string(text);
    case WX_F_LONG:
        return json_string("第一行\n=第二行, \"引号\" <标签> & 020");
    default: /* numbers that are text keep their zeros */
        snprintf(text, sizeof text, "%s0%u", next_random(seed) % 2 ? "甲乙，" : "",
                 next_random(seed) % 10000000);
        return json_string(text);
    }
}

static json_t *random_row(const struct wx_form_block *b, uint32_t *seed)
{
    json_t *row = json_object();

    for (size_t i = 0; i < b->n_fields; i++) {
        json_t *v = random_answer(&b->fields[i], seed);

        if (v)
            json_object_set_new(row, b->fields[i].record.name, v);
    }
    return row;
}

/* A row of attachments alone is no row of a workbook. */
static bool is_seen(const struct wx_form_block *b, const json_t *row)
{
    for (size_t i = 0; i < b->n_fields; i++)
        if (b->fields[i].kind != WX_ANSWER_FILE &&
            json_object_get(row, b->fields[i].record.name))
            return true;
    return false;
}

static json_t *random_answers(struct wx_arena *arena,
                              const struct wx_campaign_form *form, uint32_t *seed)
{
    json_t *answers = json_object();

    for (size_t i = 0; i < form->n_blocks; i++) {
        const struct wx_form_block *b = &form->blocks[i];
        const char *key = wx_arena_z(arena, b->key);
        json_t *rows;

        if (!b->is_repeated) {
            json_object_set_new(answers, key, random_row(b, seed));
            continue;
        }
        rows = json_array();
        for (size_t n = next_random(seed) % 4; n; n--) {
            json_t *row = random_row(b, seed);

            if (is_seen(b, row))
                json_array_append_new(rows, row);
            else
                json_decref(row);
        }
        json_object_set_new(answers, key, rows);
    }
    return answers;
}

static struct wx_book_stamp stamp_of(struct wx_arena *arena,
                                     const struct wx_form_layout *layout)
{
    struct wx_book_stamp stamp = {.form = layout->form->key,
                                  .version = 3,
                                  .form_id = 12,
                                  .duty_id = 345,
                                  .sheet_rev = 6,
                                  .lang = layout->lang,
                                  .layout = layout->digest};

    stamp.seal = wx_book_stamp_seal(arena, &stamp, KEY);
    return stamp;
}

static void write_and_read(struct wx_arena *arena, const struct wx_form_layout *layout,
                           const json_t *answers, struct reading *out)
{
    struct wx_form_book book = {.layout = layout,
                                .answers = answers,
                                .stamp = stamp_of(arena, layout),
                                .unit = WX_STR("示例区教育局")};
    struct wx_buf bytes = WX_BUF_INIT(MAX_BOOK_BYTES);
    struct wx_err err;

    *out = (struct reading){
        .arena = arena, .rows = wx_arena_array(arena, struct wx_book_row, MAX_ROWS)};
    if (wx_form_book_write(&book, &bytes, &err) ||
        wx_table_each_sheet(arena, wx_arena_str(arena, wx_buf_str(&bytes)), WX_ZH,
                            take_sheet, out, &err))
        fail_msg("%s", err.text);
    wx_buf_clear(&bytes);
}

static struct wx_campaign_form *read_form(const struct wx_shipped *file)
{
    struct wx_campaign_form *form;
    struct wx_err err;

    if (wx_campaign_form_read(file->name, file->text, &form, &err))
        fail_msg("%s", err.text);
    return form;
}

static void round_trip(const struct wx_campaign_form *form, enum wx_lang lang,
                       uint32_t seed)
{
    struct wx_arena arena;
    struct wx_form_layout layout;
    struct wx_form_taken taken;
    struct wx_book_stamp stamp;
    struct reading r;
    json_t *answers;
    struct wx_err err = {0};

    wx_arena_init(&arena);
    answers = random_answers(&arena, form, &seed);
    wx_form_layout(&arena, form, lang, &layout);
    write_and_read(&arena, &layout, answers, &r);
    if (wx_book_stamp_read(&arena, r.rows, r.n, KEY, WX_ZH, &stamp, &err))
        fail_msg("%s", err.text);
    assert_int_equal(stamp.duty_id, 345);
    assert_int_equal(stamp.sheet_rev, 6);
    assert_int_equal(stamp.lang, lang);
    assert_memory_equal(&stamp.layout, &layout.digest, sizeof layout.digest);
    if (wx_form_take(&arena, &layout, r.rows, r.n, answers, &taken, &err))
        fail_msg("%.*s: %s", WX_STR_ARG(form->key), err.text);
    if (!json_equal(answers, taken.answers)) {
        char *a = json_dumps(answers, JSON_SORT_KEYS);
        char *b = json_dumps(taken.answers, JSON_SORT_KEYS);

        fail_msg("%.*s\n%s\n%s", WX_STR_ARG(form->key), a, b);
    }
    json_decref(taken.answers);
    json_decref(answers);
    wx_arena_clear(&arena);
}

static void workbook__comes_back_as_it_went_out(void **state)
{
    uint32_t seed = 20261122;
    size_t n = 0;

    (void)state;
    wx_table_prepare();
    for (size_t i = 0; i < wx_n_shipped_files; i++) {
        struct wx_campaign_form *form;

        if (!wx_str_starts(wx_str_of(wx_shipped_files[i].name), "templates/forms/"))
            continue;
        form = read_form(&wx_shipped_files[i]);
        for (int k = 0; k < 6; k++)
            round_trip(form, k % 2 ? WX_EN : WX_ZH, next_random(&seed));
        wx_campaign_form_free(form);
        n++;
    }
    assert_true(n >= 14);
}

static void stamp__another_key_or_changed_mark_is_no_seal(void **state)
{
    struct wx_campaign_form *form;
    struct wx_arena arena;
    struct wx_form_layout layout;
    struct wx_book_stamp stamp;
    struct reading r;
    struct wx_err err = {0};

    (void)state;
    wx_table_prepare();
    wx_arena_init(&arena);
    form = read_form(wx_shipped_find(WX_STR("templates/forms/drill_001.yaml")));
    wx_form_layout(&arena, form, WX_ZH, &layout);
    write_and_read(&arena, &layout, NULL, &r);
    assert_int_equal(
        wx_book_stamp_read(&arena, r.rows, r.n, WX_STR("x"), WX_ZH, &stamp, &err),
        WX_E_INVALID);
    for (size_t i = 0; i < r.n; i++) {
        struct wx_str was;

        if (!wx_str_eqz(r.rows[i].sheet, WX_BOOK_STAMP))
            continue;
        was = r.rows[i].cells[1];
        r.rows[i].cells[1] = wx_str_eqz(was, "4") ? WX_STR("5") : WX_STR("4");
        assert_int_equal(
            wx_book_stamp_read(&arena, r.rows, r.n, KEY, WX_ZH, &stamp, &err),
            WX_E_INVALID);
        r.rows[i].cells[1] = was;
    }
    assert_int_equal(wx_book_stamp_read(&arena, r.rows, r.n, KEY, WX_ZH, &stamp, &err),
                     WX_OK);
    assert_int_equal(wx_book_stamp_read(&arena, r.rows, 3, KEY, WX_EN, &stamp, &err),
                     WX_E_NOT_FOUND);
    wx_campaign_form_free(form);
    wx_arena_clear(&arena);
}

/* Whatever cell is put elsewhere, changed or cleared: refused, or an answer. */
static void structure__any_label_out_of_place_is_refused(void **state)
{
    struct wx_campaign_form *form;
    struct wx_arena arena;
    struct wx_form_layout layout;
    struct reading r;
    size_t n_refused = 0;

    (void)state;
    wx_table_prepare();
    wx_arena_init(&arena);
    form = read_form(wx_shipped_find(WX_STR("templates/forms/result_table_004.yaml")));
    wx_form_layout(&arena, form, WX_ZH, &layout);
    write_and_read(&arena, &layout, NULL, &r);
    for (size_t i = 0; i < r.n; i++) {
        bool is_ours = wx_str_eq(r.rows[i].sheet, layout.sheets[0].name) ||
                       wx_str_eq(r.rows[i].sheet, layout.sheets[1].name);

        for (size_t c = 0; is_ours && r.rows[i].row != 1 && c < r.rows[i].n_cells;
             c++) {
            struct wx_form_taken taken = {0};
            struct wx_str was = r.rows[i].cells[c];
            struct wx_err err = {0};

            if (!was.len)
                continue;
            for (int k = 0; k < 2; k++) {
                r.rows[i].cells[c] = k ? WX_STR("") : WX_STR("别的");
                assert_int_equal(
                    wx_form_take(&arena, &layout, r.rows, r.n, NULL, &taken, &err),
                    WX_E_INVALID);
                assert_non_null(strstr(err.text, wx_arena_z(&arena, r.rows[i].sheet)));
                n_refused++;
            }
            r.rows[i].cells[c] = was;
        }
    }
    assert_true(n_refused > 200);
    wx_campaign_form_free(form);
    wx_arena_clear(&arena);
}

static void cell_name__as_spreadsheets_have_it(void **state)
{
    static const struct {
        uint32_t row, column;
        const char *name;
    } rows[] = {{0, 0, "A1"},
                {11, 25, "Z12"},
                {0, 26, "AA1"},
                {99, 701, "ZZ100"},
                {1048575, 16383, "XFD1048576"}};
    char name[WX_CELL_NAME_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wx_cell_name(rows[i].row, rows[i].column, name);
        assert_string_equal(name, rows[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workbook__comes_back_as_it_went_out),
        cmocka_unit_test(stamp__another_key_or_changed_mark_is_no_seal),
        cmocka_unit_test(structure__any_label_out_of_place_is_refused),
        cmocka_unit_test(cell_name__as_spreadsheets_have_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
