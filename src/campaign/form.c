#include "campaign/form_reading.h"

#include "base/limits.h"
#include "base/shipped.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- kinds of answers ---- */

static const struct answer_type {
    const char *word;
    enum wx_field_kind kind;
    enum wx_answer_kind answer;
    uint32_t max; /* bytes of text; largest number */
} types[] = {
    {"text", WX_F_TEXT, WX_ANSWER_PLAIN, 600},
    {"long", WX_F_LONG, WX_ANSWER_PLAIN, WX_MAX_ANSWER_CHARS * 3},
    {"int", WX_F_INT, WX_ANSWER_PLAIN, UINT32_MAX},
    {"number", WX_F_JSON, WX_ANSWER_NUMBER, 0},
    {"bool", WX_F_BOOL, WX_ANSWER_PLAIN, 0},
    {"date", WX_F_DATE, WX_ANSWER_PLAIN, 10},
    {"choice", WX_F_ENUM, WX_ANSWER_PLAIN, 40},
    {"choices", WX_F_ENUMS, WX_ANSWER_PLAIN, 4000},
    {"phone", WX_F_PHONE, WX_ANSWER_PLAIN, 40},
    {"email", WX_F_EMAIL, WX_ANSWER_PLAIN, 200},
    {"domain", WX_F_DOMAIN, WX_ANSWER_PLAIN, 260},
    {"url", WX_F_URL, WX_ANSWER_PLAIN, 1000},
    {"file", WX_F_JSON, WX_ANSWER_FILE, 0},
    {"check", WX_F_JSON, WX_ANSWER_CHECK, 0},
};
enum { N_TYPES = sizeof types / sizeof *types };

static const struct answer_type *type_of(const struct wx_form_field *f)
{
    for (size_t i = 0; i < N_TYPES; i++)
        if (types[i].kind == f->record.kind && types[i].answer == f->kind)
            return &types[i];
    return NULL;
}

static enum wx_status take_type(struct wx_form_reading *r, struct fy_node *node,
                                struct wx_form_field *f)
{
    struct wx_str word;
    enum wx_status st = wx_yaml_str_need(r->y, node, "type", &word);

    for (size_t i = 0; !st && i < N_TYPES; i++) {
        if (wx_str_eqz(word, types[i].word)) {
            f->kind = types[i].answer;
            f->record.kind = types[i].kind;
            f->record.max = types[i].max;
            return WX_OK;
        }
    }
    return st ? st
              : wx_yaml_fail(r->y, wx_yaml_get(node, "type"),
                             "'" WX_STR_FMT "' is no type of answer",
                             WX_STR_ARG(wx_utf8_clip(word, 40)));
}

static bool is_plain_label(struct wx_str s)
{
    return wx_str_chr(s, ':') == WX_NPOS && wx_str_chr(s, '|') == WX_NPOS;
}

/* [{key: a, zh: ..., en: ...}] as the spec of an enum, "a:..:..|b:..:.." */
static enum wx_status take_options(struct wx_form_reading *r, struct fy_node *node,
                                   struct wx_form_field *f)
{
    static const char *const keys[] = {"key", "zh", "en", NULL};
    struct wx_buf spec = WX_BUF_INIT(64 << 10);
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st =
        wx_yaml_seq_opt(r->y, node, "options", WX_MAX_FORM_OPTIONS, &seq, &n);

    if (!st && n == 0)
        st = wx_yaml_fail(r->y, node, "a choice needs 'options'");
    while (!st && (item = fy_node_sequence_iterate(seq, &prev))) {
        struct wx_enum_word known;
        struct wx_str key, zh, en;

        st = wx_yaml_keys(r->y, item, keys);
        if (!st)
            st = wx_key_need(r->y, item, "key", &key);
        if (!st)
            st = wx_yaml_str_need(r->y, item, "zh", &zh);
        if (!st)
            st = wx_yaml_str_need(r->y, item, "en", &en);
        if (!st && (!is_plain_label(zh) || !is_plain_label(en)))
            st = wx_yaml_fail(r->y, item, "an option's label has no ':' and no '|'");
        if (!st && spec.len && wx_enum_find(spec.ptr, key, &known))
            st = wx_yaml_fail(r->y, item, "the option stands twice");
        if (st)
            break;
        (void)wx_buf_printf(&spec, "%s" WX_STR_FMT ":" WX_STR_FMT ":" WX_STR_FMT,
                            spec.len ? "|" : "", WX_STR_ARG(key), WX_STR_ARG(zh),
                            WX_STR_ARG(en));
    }
    if (!st)
        f->record.spec = wx_arena_z(&r->form->arena, wx_buf_str(&spec));
    wx_buf_clear(&spec);
    return st;
}

/* ---- fields ---- */

static const struct wx_record_field *register_field(struct wx_str from)
{
    struct wx_str name = wx_str_cut(&from, '.');
    const struct wx_record_kind *kind = wx_record_kind_find(name);

    return kind ? wx_record_field_find(kind, from) : NULL;
}

static enum wx_status take_from(struct wx_form_reading *r, struct fy_node *node,
                                struct wx_form_field *f)
{
    const struct wx_record_field *field;
    struct wx_words label = {{NULL, 0}, {NULL, 0}};
    struct wx_str from;
    enum wx_status st = wx_yaml_str_need(r->y, node, "from", &from);

    if (st)
        return st;
    field = register_field(from);
    if (!field || field->kind == WX_F_REF || field->kind == WX_F_GROUP ||
        field->kind == WX_F_JSON || field->kind == WX_F_TIME)
        return wx_yaml_fail(r->y, wx_yaml_get(node, "from"),
                            "the register has no field '" WX_STR_FMT "' to fill in",
                            WX_STR_ARG(wx_utf8_clip(from, 60)));
    if (wx_yaml_get(node, "type") || wx_yaml_get(node, "options"))
        return wx_yaml_fail(r->y, node, "'from' says the type and the options");
    f->record = *field;
    f->record.flags = 0;
    f->is_personal = (field->flags & WX_FIELD_MASKED) != 0;
    f->from = wx_arena_z(&r->form->arena, from);
    st = wx_words_opt(r->y, node, "label", &label);
    if (!st && label.zh.len) {
        f->record.zh = wx_arena_z(&r->form->arena, label.zh);
        f->record.en = wx_arena_z(&r->form->arena, label.en);
    }
    return st;
}

static enum wx_status take_stated(struct wx_form_reading *r, struct fy_node *node,
                                  struct wx_form_field *f)
{
    struct wx_words label;
    enum wx_status st = take_type(r, node, f);

    if (!st)
        st = wx_words_need(r->y, node, "label", &label);
    if (st)
        return st;
    f->record.zh = wx_arena_z(&r->form->arena, label.zh);
    f->record.en = wx_arena_z(&r->form->arena, label.en);
    if (f->record.kind == WX_F_ENUM || f->record.kind == WX_F_ENUMS)
        return take_options(r, node, f);
    return wx_yaml_get(node, "options")
               ? wx_yaml_fail(r->y, node, "only a choice has 'options'")
               : WX_OK;
}

static enum wx_status take_range(struct wx_form_reading *r, struct fy_node *node,
                                 struct wx_form_field *f)
{
    bool is_number = f->record.kind == WX_F_INT || f->kind == WX_ANSWER_NUMBER;
    int64_t points = f->kind == WX_ANSWER_CHECK ? 1 : 0;
    enum wx_status st;

    f->max = f->record.kind == WX_F_INT ? f->record.max : INT64_C(1000000000000);
    f->has_min = wx_yaml_get(node, "min") != NULL;
    if (!is_number && (f->has_min || wx_yaml_get(node, "max")))
        return wx_yaml_fail(r->y, node, "only numbers have 'min' and 'max'");
    if (f->kind != WX_ANSWER_CHECK &&
        (wx_yaml_get(node, "points") || wx_yaml_get(node, "proof")))
        return wx_yaml_fail(r->y, node, "only a check row has 'points' and 'proof'");
    st = wx_yaml_int_opt(r->y, node, "min", 0, f->max, &f->min);
    if (!st)
        st = wx_yaml_int_opt(r->y, node, "max", f->min, f->max, &f->max);
    if (!st)
        st = wx_yaml_int_opt(r->y, node, "points", 0, 100, &points);
    if (f->record.kind == WX_F_INT)
        f->record.max = (uint32_t)f->max;
    f->points = (int)points;
    return st;
}

static enum wx_status take_when(struct wx_form_reading *r, struct fy_node *map,
                                struct wx_condition *out)
{
    struct wx_str text = {NULL, 0};
    struct wx_err err;
    enum wx_status st = wx_yaml_str_opt(r->y, map, "when", &text);

    if (st || !wx_yaml_get(map, "when"))
        return st;
    if (wx_condition_parse(&r->form->arena, text, out, &err))
        return wx_yaml_fail(r->y, wx_yaml_get(map, "when"), "%s", err.text);
    return WX_OK;
}

/* The contradiction that holds this answer against a measurement. */
static enum wx_status take_measured(struct wx_form_reading *r, struct fy_node *node,
                                    struct wx_form_field *f)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("contradiction"));
    struct wx_str word = {NULL, 0};
    struct wx_enum_word known;
    enum wx_status st = wx_yaml_str_opt(r->y, node, "measured", &word);

    if (st || !word.len)
        return st;
    if (!wx_enum_find(wx_record_field_find(kind, WX_STR("field"))->spec, word, &known))
        return wx_yaml_fail(r->y, wx_yaml_get(node, "measured"),
                            "an inspection does not measure '" WX_STR_FMT "'",
                            WX_STR_ARG(wx_utf8_clip(word, 40)));
    f->measured = wx_arena_z(&r->form->arena, word);
    return WX_OK;
}

static enum wx_status take_choices(struct wx_form_reading *r, struct fy_node *node,
                                   struct wx_form_field *f)
{
    enum wx_status st = wx_yaml_bool_opt(r->y, node, "required", &f->is_required);

    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "personal", &f->is_personal);
    if (!st)
        st = wx_yaml_bool_opt(r->y, node, "proof", &f->needs_proof);
    if (!st)
        st = wx_words_opt(r->y, node, "help", &f->help);
    if (!st)
        st = wx_yaml_str_opt(r->y, node, "unit", &f->unit);
    if (!st)
        st = wx_yaml_str_opt(r->y, node, "was", &f->was);
    if (!st)
        st = take_when(r, node, &f->when);
    if (!st)
        st = take_measured(r, node, f);
    f->norm = r->form->norm;
    if (!st && wx_yaml_get(node, "norm"))
        st = wx_norm_ref_read(r->y, node, &r->form->norms, &f->norm);
    if (f->record.kind == WX_F_PHONE || f->record.kind == WX_F_EMAIL)
        f->is_personal = true;
    return st;
}

static enum wx_status take_field(struct wx_form_reading *r, struct fy_node *node,
                                 struct wx_form_field *f)
{
    static const char *const keys[] = {
        "key",      "from", "type", "label",  "options", "required",
        "personal", "help", "unit", "was",    "when",    "measured",
        "norm",     "min",  "max",  "points", "proof",   NULL};
    struct wx_str key;
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_key_need(r->y, node, "key", &key);
    if (!st)
        st =
            wx_yaml_get(node, "from") ? take_from(r, node, f) : take_stated(r, node, f);
    if (!st)
        st = take_range(r, node, f);
    if (!st)
        st = take_choices(r, node, f);
    if (st)
        return st;
    f->record.name = wx_arena_z(&r->form->arena, key);
    f->line = wx_yaml_line(node);
    return WX_OK;
}

/* ---- blocks ---- */

static enum wx_status take_fields(struct wx_form_reading *r, struct fy_node *node,
                                  struct wx_form_block *b)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st =
        wx_yaml_seq_opt(r->y, node, "fields", WX_MAX_FORM_FIELDS, &seq, &n);

    if (!st && n == 0)
        st = wx_yaml_fail(r->y, node, "a block needs 'fields'");
    if (!st && r->form->n_fields + n > WX_MAX_FORM_FIELDS)
        st = wx_yaml_fail(r->y, node, "the form has more than %d fields",
                          WX_MAX_FORM_FIELDS);
    if (st)
        return st;
    b->fields = wx_arena_array(&r->form->arena, struct wx_form_field, n);
    while (!st && (item = fy_node_sequence_iterate(seq, &prev))) {
        struct wx_form_field *f = &b->fields[b->n_fields];

        st = take_field(r, item, f);
        if (!st && wx_form_field_find(b, wx_str_of(f->record.name)))
            st =
                wx_yaml_fail(r->y, item, "the field '%s' stands twice", f->record.name);
        b->n_fields++;
    }
    r->form->n_fields += b->n_fields;
    return st;
}

static enum wx_status take_repeat(struct wx_form_reading *r, struct fy_node *node,
                                  struct wx_form_block *b)
{
    static const char *const keys[] = {"of", "min", "max", NULL};
    static const char *const of[] = {"free", "site", "unit", "person", "system", NULL};
    struct fy_node *repeat = wx_yaml_get(node, "repeat");
    int64_t min = 0, max = WX_MAX_FORM_ROWS;
    int which = 0;
    enum wx_status st;

    if (!repeat)
        return WX_OK;
    b->is_repeated = true;
    st = wx_yaml_keys(r->y, repeat, keys);
    if (!st)
        st = wx_choice_opt(r->y, repeat, "of", of, &which);
    if (!st)
        st = wx_yaml_int_opt(r->y, repeat, "min", 0, WX_MAX_FORM_ROWS, &min);
    if (!st)
        st = wx_yaml_int_opt(r->y, repeat, "max", min > 1 ? min : 1, WX_MAX_FORM_ROWS,
                             &max);
    b->of = wx_str_of(of[which]);
    b->min_rows = (size_t)min;
    b->max_rows = (size_t)max;
    return st;
}

static enum wx_status take_block(struct wx_form_reading *r, struct fy_node *node,
                                 struct wx_form_block *b)
{
    static const char *const keys[] = {"key",  "title",  "help", "repeat",
                                       "when", "fields", NULL};
    enum wx_status st = wx_yaml_keys(r->y, node, keys);

    if (!st)
        st = wx_key_need(r->y, node, "key", &b->key);
    if (!st && wx_form_block_find(r->form, b->key))
        st = wx_yaml_fail(r->y, node, "the block stands twice");
    if (!st)
        st = wx_words_need(r->y, node, "title", &b->title);
    if (!st)
        st = wx_words_opt(r->y, node, "help", &b->help);
    if (!st)
        st = take_repeat(r, node, b);
    if (!st)
        st = take_when(r, node, &b->when);
    return st ? st : take_fields(r, node, b);
}

static enum wx_status take_blocks(struct wx_form_reading *r)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st =
        wx_yaml_seq_opt(r->y, r->y->root, "blocks", WX_MAX_FORM_BLOCKS, &seq, &n);

    if (!st && n == 0)
        st = wx_yaml_fail(r->y, r->y->root, "a form needs 'blocks'");
    if (st)
        return st;
    r->form->blocks = wx_arena_array(&r->form->arena, struct wx_form_block, n);
    while (!st && (item = fy_node_sequence_iterate(seq, &prev))) {
        st = take_block(r, item, &r->form->blocks[r->form->n_blocks]);
        r->form->n_blocks++;
    }
    return st;
}

/* ---- the form ---- */

static enum wx_status take_head(struct wx_form_reading *r)
{
    static const char *const keys[] = {"form", "version", "title",  "origin",
                                       "note", "per",     "layout", "norms",
                                       "norm", "blocks",  "rules",  NULL};
    static const char *const pers[] = {"unit", "site", "campaign", NULL};
    static const char *const origins[] = {"notice", "own", NULL};
    struct wx_campaign_form *f = r->form;
    struct fy_node *root = r->y->root;
    int64_t version = 0;
    int per = 0, origin = 0;
    enum wx_status st = wx_yaml_keys(r->y, root, keys);

    if (!st)
        st = wx_key_need(r->y, root, "form", &f->key);
    if (!st)
        st = wx_yaml_int_opt(r->y, root, "version", 1, 1000000, &version);
    if (!st && !version)
        st = wx_yaml_fail(r->y, root, "'version' is missing");
    if (!st)
        st = wx_words_need(r->y, root, "title", &f->title);
    if (!st)
        st = wx_choice_opt(r->y, root, "origin", origins, &origin);
    if (!st)
        st = wx_words_opt(r->y, root, "note", &f->note);
    if (!st)
        st = wx_choice_opt(r->y, root, "per", pers, &per);
    if (!st)
        st = wx_yaml_str_opt(r->y, root, "layout", &f->layout);
    if (!st && f->layout.len && !wx_str_eqz(f->layout, "survey"))
        st = wx_yaml_fail(r->y, wx_yaml_get(root, "layout"),
                          "the only layout of its own is survey");
    if (!st)
        st = wx_norm_read(r->y, root, &f->norms);
    if (!st)
        st = wx_norm_ref_read(r->y, root, &f->norms, &f->norm);
    if (!st && origin == 1 && !f->note.zh.len)
        st = wx_yaml_fail(r->y, root, "a form of our own says so in 'note'");
    f->version = (int)version;
    f->per = (enum wx_form_per)per;
    f->is_own = origin == 1;
    return st;
}

enum wx_status wx_campaign_form_read(const char *file, struct wx_str text,
                                     struct wx_campaign_form **out, struct wx_err *err)
{
    struct wx_campaign_form *form;
    struct wx_yaml y;
    struct wx_form_reading r = {&y, NULL};
    enum wx_status st;

    *out = NULL;
    if (text.len > WX_MAX_KIND_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "form '%s' is larger than %d bytes", file,
                       WX_MAX_KIND_BYTES);
    r.form = form = wx_new(struct wx_campaign_form);
    wx_arena_init(&form->arena);
    st = wx_yaml_open(&y, &form->arena, file, text, err);
    if (!st) {
        form->text = wx_arena_str(&form->arena, text);
        wx_norm_library(&form->arena, &form->norms);
        st = take_head(&r);
        if (!st)
            st = take_blocks(&r);
        if (!st)
            st = wx_form_conditions_check(&r);
        if (!st)
            st = wx_form_rules_take(&r);
        wx_yaml_close(&y);
    }
    if (st)
        wx_campaign_form_free(form);
    else
        *out = form;
    return st;
}

enum wx_status wx_campaign_form_shipped(struct wx_str key,
                                        struct wx_campaign_form **out,
                                        struct wx_err *err)
{
    char name[120];
    const struct wx_shipped *file;

    *out = NULL;
    snprintf(name, sizeof name, "templates/forms/%.*s.yaml",
             key.len > 60 ? 60 : (int)key.len, key.ptr ? key.ptr : "");
    file = wx_shipped_find(wx_str_of(name));
    if (!file)
        return wx_fail(err, WX_E_NOT_FOUND, "there is no form '%.60s'", name);
    return wx_campaign_form_read(file->name, file->text, out, err);
}

void wx_campaign_form_free(struct wx_campaign_form *form)
{
    if (!form)
        return;
    wx_arena_clear(&form->arena);
    free(form);
}

const struct wx_form_block *wx_form_block_find(const struct wx_campaign_form *form,
                                               struct wx_str key)
{
    for (size_t i = 0; i < form->n_blocks; i++)
        if (wx_str_eq(form->blocks[i].key, key))
            return &form->blocks[i];
    return NULL;
}

const struct wx_form_field *wx_form_field_find(const struct wx_form_block *block,
                                               struct wx_str key)
{
    for (size_t i = 0; i < block->n_fields; i++)
        if (block->fields[i].record.name &&
            wx_str_eqz(key, block->fields[i].record.name))
            return &block->fields[i];
    return NULL;
}

const char *wx_form_field_type(const struct wx_form_field *field)
{
    const struct answer_type *type = type_of(field);

    return type ? type->word : "text";
}
