/* Answers carried into a new version of their form, and what was measured of them. */
#include "campaign/sheet.h"

struct texts {
    struct wx_arena *arena;
    struct wx_str *at;
    size_t n, cap;
};

static void texts_add(struct texts *t, struct wx_str s)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 32;

        t->at =
            wx_arena_grow(t->arena, t->at, t->cap * sizeof *t->at, cap * sizeof *t->at);
        t->cap = cap;
    }
    t->at[t->n++] = s;
}

/* "block.field", "block[2].field" */
static struct wx_str path_of(struct wx_arena *arena, const struct wx_form_block *b,
                             size_t i_row, const char *field)
{
    if (b->is_repeated)
        return wx_arena_printf(arena, WX_STR_FMT "[%zu].%s", WX_STR_ARG(b->key), i_row,
                               field);
    return wx_arena_printf(arena, WX_STR_FMT ".%s", WX_STR_ARG(b->key), field);
}

struct carrying {
    struct wx_arena *arena;
    const struct wx_form_block *from, *to;
    struct wx_sheet_carried *out;
    struct texts kept;
    size_t i_row;
};

static void lose(struct carrying *c, const char *path, json_t *value)
{
    if (!wx_answer_is_empty(value) || json_object_size(value))
        json_object_set(c->out->lost, path, value);
}

static bool has_all_words(const struct wx_form_field *to, const json_t *value)
{
    struct wx_enum_word word;
    const json_t *item;
    size_t i;

    if (to->record.kind == WX_F_ENUM)
        return json_is_string(value) &&
               wx_enum_find(to->record.spec, wx_str_of(json_string_value(value)),
                            &word);
    json_array_foreach(value, i, item)
    {
        if (!json_is_string(item) ||
            !wx_enum_find(to->record.spec, wx_str_of(json_string_value(item)), &word))
            return false;
    }
    return true;
}

static bool fits(const struct wx_form_field *from, const struct wx_form_field *to,
                 const json_t *value)
{
    if (strcmp(wx_form_field_type(from), wx_form_field_type(to)) != 0)
        return false;
    return (to->record.kind != WX_F_ENUM && to->record.kind != WX_F_ENUMS) ||
           has_all_words(to, value);
}

static const struct wx_form_field *home_of(const struct carrying *c, const char *key)
{
    const struct wx_form_field *same = wx_form_field_find(c->to, wx_str_of(key));

    for (size_t i = 0; i < c->to->n_fields; i++)
        if (wx_str_eqz(c->to->fields[i].was, key))
            return &c->to->fields[i];
    return same && !same->was.len ? same : NULL;
}

static void carry_row(struct carrying *c, json_t *old, json_t *fresh)
{
    const char *key;
    json_t *value;

    json_object_foreach(old, key, value)
    {
        const struct wx_form_field *from = wx_form_field_find(c->from, wx_str_of(key));
        const struct wx_form_field *to = home_of(c, key);

        if (from && to && fits(from, to, value)) {
            json_object_set(fresh, to->record.name, value);
            if (!wx_answer_is_empty(value))
                texts_add(&c->kept,
                          path_of(c->arena, c->to, c->i_row, to->record.name));
        } else {
            struct wx_str path = path_of(c->arena, c->from, c->i_row, key);

            lose(c, wx_arena_z(c->arena, path), value);
        }
    }
}

static void carry_block(struct carrying *c, const char *key, json_t *old)
{
    json_t *fresh, *row, *made;
    size_t i;

    c->i_row = 0;
    if (!c->from || !c->to || c->from->is_repeated != c->to->is_repeated) {
        lose(c, key, old);
        return;
    }
    fresh = c->to->is_repeated ? json_array() : json_object();
    json_object_set_new(c->out->answers, key, fresh);
    if (!c->to->is_repeated) {
        carry_row(c, old, fresh);
        return;
    }
    json_array_foreach(old, i, row)
    {
        c->i_row = i;
        made = json_object();
        carry_row(c, row, made);
        json_array_append_new(fresh, made);
    }
}

void wx_sheet_carry(struct wx_arena *arena, const struct wx_campaign_form *from,
                    const struct wx_campaign_form *to, const json_t *answers,
                    struct wx_sheet_carried *out)
{
    struct carrying c = {.arena = arena, .out = out, .kept = {.arena = arena}};
    struct texts missing = {.arena = arena};
    struct wx_sheet_result result;
    json_t *copy = json_is_object(answers) ? json_deep_copy(answers) : json_object();
    const char *key;
    json_t *value;

    memset(out, 0, sizeof *out);
    out->answers = json_object();
    out->lost = json_object();
    json_object_foreach(copy, key, value)
    {
        c.from = wx_form_block_find(from, wx_str_of(key));
        c.to = wx_form_block_find(to, wx_str_of(key));
        carry_block(&c, key, value);
    }
    wx_sheet_check(arena, to, out->answers, WX_SHEET_SUBMIT, &result);
    for (size_t i = 0; i < result.n_problems; i++)
        if (strcmp(result.problems[i].code, "required") == 0)
            texts_add(&missing, result.problems[i].path);
    json_decref(result.answers);
    json_decref(copy);
    out->kept = c.kept.at;
    out->n_kept = c.kept.n;
    out->missing = missing.at;
    out->n_missing = missing.n;
}

/* ---- measured ---- */

struct measuring {
    struct wx_arena *arena;
    struct wx_sheet_measured *out;
    size_t n, max;
};

static void measure_row(struct measuring *m, const struct wx_form_block *b,
                        size_t i_row, const json_t *row)
{
    for (size_t i = 0; i < b->n_fields; i++) {
        const struct wx_form_field *f = &b->fields[i];
        const json_t *value = json_object_get(row, f->record.name);

        if (!f->measured || wx_answer_is_empty(value))
            continue;
        if (m->n < m->max)
            m->out[m->n] = (struct wx_sheet_measured){
                path_of(m->arena, b, i_row, f->record.name), f->measured, value};
        m->n++;
    }
}

size_t wx_sheet_measured(struct wx_arena *arena, const struct wx_campaign_form *form,
                         const json_t *answers, struct wx_sheet_measured *out,
                         size_t max)
{
    struct measuring m = {arena, out, 0, max};

    for (size_t b = 0; b < form->n_blocks; b++) {
        const struct wx_form_block *block = &form->blocks[b];
        const json_t *value = json_object_get(answers, wx_arena_z(arena, block->key));
        const json_t *row;
        size_t i;

        if (!block->is_repeated) {
            measure_row(&m, block, 0, value);
            continue;
        }
        json_array_foreach(value, i, row)
        {
            measure_row(&m, block, i, row);
        }
    }
    return m.n;
}
