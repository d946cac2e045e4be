#include "campaign/prefill.h"

#include "campaign/condition.h"
#include "campaign/row.h"
#include "store/record.h"

struct filling {
    struct wx_tx *tx;
    struct wx_arena *arena;
    const struct wx_prefill *of;
    struct wx_err *err;
    json_t *unit, *site, *people; /* read when first asked for */
    enum wx_status status;
};

static json_t *read_one(struct filling *f, json_t **at, const char *kind, int64_t id)
{
    struct wx_err none = {0};

    if (!*at && id)
        *at = wx_record_json(f->tx, f->arena, kind, id, true, &none);
    return *at; /* one that is gone fills in nothing */
}

static json_t *list(struct filling *f, const char *kind)
{
    bool is_site = strcmp(kind, "site") == 0;
    struct wx_str filter =
        wx_arena_printf(f->arena, "unit_id:%lld%s", (long long)f->of->unit_id,
                        is_site ? " -state:closed,merged" : "");
    json_t *rows = wx_fields_list(f->tx, f->arena, kind, filter, f->of->now_s, f->err);

    if (!rows)
        f->status = WX_E_IO;
    return rows;
}

static bool has_duty(const json_t *person, struct wx_str duty)
{
    const json_t *word;
    size_t i;

    json_array_foreach(json_object_get(person, "duty"), i, word)
    {
        if (json_is_string(word) && wx_str_eqz(duty, json_string_value(word)))
            return true;
    }
    return false;
}

/* The one person with that duty; of several nobody knows which. */
static const json_t *person_of(struct filling *f, struct wx_str duty)
{
    const json_t *person, *found = NULL;
    size_t i;

    if (!f->people)
        f->people = list(f, "person");
    json_array_foreach(f->people, i, person)
    {
        if (!has_duty(person, duty))
            continue;
        if (found)
            return NULL;
        found = person;
    }
    return found;
}

static bool comes_from(const struct wx_form_field *field, const char *kind)
{
    size_t n = strlen(kind);

    return field->from && strncmp(field->from, kind, n) == 0 && field->from[n] == '.';
}

static void put(struct filling *f, const struct wx_form_field *field,
                const json_t *record, json_t *row)
{
    json_t *value = json_object_get(record, strchr(field->from, '.') + 1);

    if (wx_answer_is_empty(value) || (field->is_personal && !f->of->shows_phones))
        return;
    json_object_set(row, field->record.name, value);
}

static json_t *fill_once(struct filling *f, const struct wx_form_block *b)
{
    json_t *row = json_object();

    for (size_t i = 0; i < b->n_fields; i++) {
        const struct wx_form_field *field = &b->fields[i];

        if (comes_from(field, "unit"))
            put(f, field, read_one(f, &f->unit, "unit", f->of->unit_id), row);
        else if (comes_from(field, "site"))
            put(f, field, read_one(f, &f->site, "site", f->of->site_id), row);
        else if (comes_from(field, "person") && f->of->unit_id)
            put(f, field, person_of(f, b->key), row);
    }
    return row;
}

/* The kind of record its rows are, or NULL. */
static const char *kind_of(struct wx_arena *arena, const struct wx_form_block *b)
{
    for (size_t i = 0; i < b->n_fields; i++)
        if (b->fields[i].from) {
            struct wx_str from = wx_str_of(b->fields[i].from);

            return wx_arena_z(arena, wx_str_cut(&from, '.'));
        }
    return NULL;
}

static json_t *fill_rows(struct filling *f, const struct wx_form_block *b)
{
    const char *kind = kind_of(f->arena, b);
    json_t *rows = json_array(), *records, *record;
    size_t i;

    if (!kind || strcmp(kind, "unit") == 0 || !f->of->unit_id)
        return rows;
    records = list(f, kind);
    json_array_foreach(records, i, record)
    {
        json_t *row = json_object();

        for (size_t k = 0; k < b->n_fields; k++)
            if (comes_from(&b->fields[k], kind))
                put(f, &b->fields[k], record, row);
        if (json_object_size(row) && json_array_size(rows) < b->max_rows)
            json_array_append_new(rows, row);
        else
            json_decref(row);
    }
    json_decref(records);
    return rows;
}

json_t *wx_sheet_prefill(struct wx_tx *tx, struct wx_arena *arena,
                         const struct wx_campaign_form *form,
                         const struct wx_prefill *of, struct wx_err *err)
{
    struct filling f = {.tx = tx, .arena = arena, .of = of, .err = err};
    json_t *answers = json_object();

    for (size_t i = 0; i < form->n_blocks && !f.status; i++) {
        const struct wx_form_block *b = &form->blocks[i];
        json_t *value = b->is_repeated ? fill_rows(&f, b) : fill_once(&f, b);

        if (json_object_size(value) || json_array_size(value))
            json_object_set(answers, wx_arena_z(arena, b->key), value);
        json_decref(value);
    }
    json_decref(f.unit);
    json_decref(f.site);
    json_decref(f.people);
    if (f.status) {
        json_decref(answers);
        return NULL;
    }
    return answers;
}
