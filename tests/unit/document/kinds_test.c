#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "document/docx.h"
#include "document/frozen.h"
#include "document/kinds.h"
#include "document/page.h"
#include <string.h>

enum { MAX_BYTES = 16 << 20 };

struct state {
    struct wx_arena arena;
    struct wx_err err;
};

static int begin(void **state)
{
    static struct state s;

    s = (struct state){0};
    wx_arena_init(&s.arena);
    *state = &s;
    return 0;
}

static int end(void **state)
{
    wx_arena_clear(&((struct state *)*state)->arena);
    return 0;
}

/* Every fact of TABLE, each with a value of its own kind. */
static json_t *some_of(const struct wx_fact *table, int n_rows)
{
    json_t *out = json_object();

    for (; table->name; table++) {
        json_t *v = NULL, *rows;

        switch (table->kind) {
        case WX_FACT_TEXT:
            v = json_pack("s+", "内容<&>", table->name);
            break;
        case WX_FACT_COUNT:
            v = json_integer(37);
            break;
        case WX_FACT_SHARE:
            v = json_integer(125);
            break;
        case WX_FACT_DAY:
            v = json_string("2026-03-09");
            break;
        case WX_FACT_FLAG:
            v = json_true();
            break;
        case WX_FACT_LIST:
            rows = json_array();
            for (int i = 0; i < n_rows; i++)
                json_array_append_new(rows, some_of(table->row, n_rows));
            v = rows;
            break;
        }
        json_object_set_new(out, table->name, v);
    }
    return out;
}

/* The paper of JSON's facts, as text. */
static struct wx_str paper_of(struct state *s, const struct wx_paper_kind *kind,
                              const json_t *json)
{
    void *facts = wx_arena_zalloc(&s->arena, kind->facts_bytes);
    struct wx_buf text = WX_BUF_INIT(MAX_BYTES), docx = WX_BUF_INIT(MAX_BYTES),
                  page = WX_BUF_INIT(MAX_BYTES);
    struct wx_paper paper;
    struct wx_str out, style;

    if (wx_facts_read(kind->table, json, &s->arena, facts, &s->err) ||
        wx_paper_of_word(&paper, &s->arena, kind->word, facts, &s->err) ||
        wx_paper_text(&paper, &text, &s->err) ||
        wx_paper_docx(&paper, &docx, &s->err) ||
        wx_paper_page(&paper, &page, &style, &s->err))
        fail_msg("%s: %s", kind->word, s->err.text);
    assert_true(docx.len > 4000);
    out = wx_arena_str(&s->arena, wx_buf_str(&text));
    wx_buf_clear(&text);
    wx_buf_clear(&docx);
    wx_buf_clear(&page);
    return out;
}

static void every_kind__makes_a_paper_of_nothing_and_of_all(void **state)
{
    struct state *s = *state;
    const struct wx_paper_kind *kind;

    for (size_t i = 0; (kind = wx_paper_kind_at(i)) != NULL; i++) {
        json_t *nothing = json_object(), *all = some_of(kind->table, 2);
        struct wx_str few = paper_of(s, kind, nothing), many = paper_of(s, kind, all);

        if (!few.len || !many.len)
            fail_msg("%s: %zu and %zu bytes", kind->word, few.len, many.len);
        /* no name in braces is left over, and nothing that was sent is markup */
        if (wx_str_findz(few, "{") != WX_NPOS || wx_str_findz(many, "{") != WX_NPOS)
            fail_msg("%s: a brace is left", kind->word);
        json_decref(nothing);
        json_decref(all);
    }
    assert_non_null(wx_paper_kind_at(30));
}

static void facts__stay_the_same_when_kept(void **state)
{
    struct state *s = *state;
    const struct wx_paper_kind *kind;

    for (size_t i = 0; (kind = wx_paper_kind_at(i)) != NULL; i++) {
        json_t *all = some_of(kind->table, 3), *again;
        void *facts = wx_arena_zalloc(&s->arena, kind->facts_bytes);

        assert_int_equal(wx_facts_read(kind->table, all, &s->arena, facts, &s->err),
                         WX_OK);
        again = wx_facts_write(kind->table, facts);
        if (!json_equal(all, again))
            fail_msg("%s: its facts change", kind->word);
        json_decref(all);
        json_decref(again);
    }
}

static void kinds__are_found_by_their_word(void **state)
{
    const struct wx_paper_kind *kind;

    (void)state;
    for (size_t i = 0; (kind = wx_paper_kind_at(i)) != NULL; i++) {
        assert_ptr_equal(wx_paper_kind_find(wx_str_of(kind->word)), kind);
        if (kind->flags & (WX_PAPER_WITH_NOTICE | WX_PAPER_BY_UNIT))
            assert_true(kind->flags & WX_PAPER_OF_UNIT);
    }
    assert_null(wx_paper_kind_find(WX_STR("nonsense")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind__makes_a_paper_of_nothing_and_of_all,
                                        begin, end),
        cmocka_unit_test_setup_teardown(facts__stay_the_same_when_kept, begin, end),
        cmocka_unit_test_setup_teardown(kinds__are_found_by_their_word, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
