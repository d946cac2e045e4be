/* A form as the interface draws it. */
#include "campaign/form.h"

static json_t *text(struct wx_str s)
{
    return json_stringn(s.ptr ? s.ptr : "", s.len);
}

static void put_text(json_t *o, const char *key, struct wx_str s)
{
    if (s.len)
        json_object_set_new(o, key, text(s));
}

static void put_words(json_t *o, const char *key, const struct wx_words *words)
{
    json_t *v;

    if (!words->zh.len)
        return;
    v = json_object();
    json_object_set_new(v, "zh", text(words->zh));
    json_object_set_new(v, "en", text(words->en));
    json_object_set_new(o, key, v);
}

static void put_flag(json_t *o, const char *key, bool v)
{
    if (v)
        json_object_set_new(o, key, json_true());
}

static void put_norm(json_t *o, const struct wx_norm_ref *ref)
{
    json_t *v;

    if (!ref->norm)
        return;
    v = json_object();
    json_object_set_new(v, "key", text(ref->norm->key));
    put_text(v, "number", ref->norm->number);
    put_words(v, "title", &ref->norm->title);
    put_text(v, "place", ref->place);
    json_object_set_new(v, "validity",
                        json_string(wx_validity_name(ref->norm->validity)));
    json_object_set_new(o, "norm", v);
}

/* Clauses as the interface evaluates them while a person types. */
static void put_when(json_t *o, const struct wx_condition *when)
{
    static const char *const ops[] = {"is", "is_not", "filled", "empty", "<",
                                      "<=", ">",      ">=",     "=="};
    json_t *all;

    if (!when->n)
        return;
    all = json_array();
    for (size_t i = 0; i < when->n; i++) {
        const struct wx_clause *c = &when->at[i];
        json_t *v = json_object(), *words = json_array();

        put_text(v, "block", c->place.block);
        json_object_set_new(v, "field", text(c->place.field));
        json_object_set_new(v, "op", json_string(ops[c->op]));
        for (size_t k = 0; k < c->n_words; k++)
            json_array_append_new(words, text(c->words[k]));
        json_object_set_new(v, "words", words);
        json_object_set_new(v, "number", json_integer(c->number));
        json_array_append_new(all, v);
    }
    json_object_set_new(o, "when", all);
}

static void put_options(json_t *o, const char *spec)
{
    struct wx_enum_word word;
    json_t *all;
    size_t at = 0;

    if (!spec)
        return;
    all = json_array();
    while (wx_enum_next(spec, &at, &word)) {
        json_t *v = json_object();

        json_object_set_new(v, "key", text(word.word));
        json_object_set_new(v, "zh", text(word.zh));
        json_object_set_new(v, "en", text(word.en));
        json_array_append_new(all, v);
    }
    json_object_set_new(o, "options", all);
}

static json_t *field_json(const struct wx_form_field *f)
{
    json_t *o = json_object(), *label = json_object();
    bool is_number = f->record.kind == WX_F_INT || f->kind == WX_ANSWER_NUMBER;

    json_object_set_new(o, "key", json_string(f->record.name));
    json_object_set_new(o, "type", json_string(wx_form_field_type(f)));
    json_object_set_new(label, "zh", json_string(f->record.zh));
    json_object_set_new(label, "en", json_string(f->record.en));
    json_object_set_new(o, "label", label);
    put_words(o, "help", &f->help);
    put_text(o, "unit", f->unit);
    put_flag(o, "required", f->is_required);
    put_flag(o, "personal", f->is_personal);
    put_flag(o, "proof", f->needs_proof);
    if (is_number && f->has_min)
        json_object_set_new(o, "min", json_integer(f->min));
    if (is_number)
        json_object_set_new(o, "max", json_integer(f->max));
    else if (f->record.max)
        json_object_set_new(o, "max_bytes", json_integer(f->record.max));
    if (f->kind == WX_ANSWER_CHECK)
        json_object_set_new(o, "points", json_integer(f->points));
    if (f->from)
        json_object_set_new(o, "from", json_string(f->from));
    put_text(o, "was", f->was);
    if (f->measured)
        json_object_set_new(o, "measured", json_string(f->measured));
    put_options(o, f->record.spec);
    put_when(o, &f->when);
    put_norm(o, &f->norm);
    return o;
}

static json_t *block_json(const struct wx_form_block *b)
{
    json_t *o = json_object(), *fields = json_array();

    json_object_set_new(o, "key", text(b->key));
    put_words(o, "title", &b->title);
    put_words(o, "help", &b->help);
    put_when(o, &b->when);
    if (b->is_repeated) {
        json_t *repeat = json_object();

        json_object_set_new(repeat, "of", text(b->of));
        json_object_set_new(repeat, "min", json_integer((json_int_t)b->min_rows));
        json_object_set_new(repeat, "max", json_integer((json_int_t)b->max_rows));
        json_object_set_new(o, "repeat", repeat);
    }
    for (size_t i = 0; i < b->n_fields; i++)
        json_array_append_new(fields, field_json(&b->fields[i]));
    json_object_set_new(o, "fields", fields);
    return o;
}

json_t *wx_campaign_form_json(const struct wx_campaign_form *form)
{
    static const char *const pers[] = {"unit", "site", "campaign"};
    json_t *o = json_object(), *blocks = json_array(), *rules = json_array();

    json_object_set_new(o, "form", text(form->key));
    json_object_set_new(o, "version", json_integer(form->version));
    put_words(o, "title", &form->title);
    put_words(o, "note", &form->note);
    json_object_set_new(o, "origin", json_string(form->is_own ? "own" : "notice"));
    json_object_set_new(o, "per", json_string(pers[form->per]));
    put_text(o, "layout", form->layout);
    put_norm(o, &form->norm);
    for (size_t i = 0; i < form->n_blocks; i++)
        json_array_append_new(blocks, block_json(&form->blocks[i]));
    json_object_set_new(o, "blocks", blocks);
    for (size_t i = 0; i < form->n_rules; i++) {
        json_t *v = json_object();

        put_text(v, "that", form->rules[i].that);
        put_words(v, "label", &form->rules[i].label);
        put_flag(v, "warn", form->rules[i].is_warning);
        json_array_append_new(rules, v);
    }
    json_object_set_new(o, "rules", rules);
    return o;
}
