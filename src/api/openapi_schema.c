/* The forms of OpenAPI: schemas.def's notation and the records' field tables. */
#include "api/openapi.h"
#include "model/record.h"
#include <stdio.h>

static const struct form {
    const char *name, *zh, *en, *spec;
    bool is_media;
} forms[] = {
#define S(name, zh, en, fields) {#name, zh, en, fields, false},
#define M(name, zh, en, types) {#name, zh, en, types, true},
#include "api/schemas.def"
#undef S
#undef M
};
enum { N_FORMS = sizeof forms / sizeof *forms };

static const struct form *form_find(struct wx_str name)
{
    for (size_t i = 0; i < N_FORMS; i++)
        if (wx_str_eqz(name, forms[i].name))
            return &forms[i];
    return NULL;
}

/* ---- names: "record:site" is the component "site", "list:site" "site.list" ---- */

static const struct {
    const char *prefix, *suffix, *request_suffix;
} variants[] = {
    {"record:", "", ".new"},
    {"list:", ".list", ".list"},
    {"patch:", ".patch", ".patch"},
};
enum { N_VARIANTS = sizeof variants / sizeof *variants };

static const struct wx_record_kind *variant_find(struct wx_str name, size_t *variant)
{
    for (size_t i = 0; i < N_VARIANTS; i++)
        if (wx_str_starts(name, variants[i].prefix)) {
            *variant = i;
            return wx_record_kind_find(
                wx_str_sub(name, strlen(variants[i].prefix), name.len));
        }
    return NULL;
}

/* "list:import_row", a list of no record: pages of the form "ImportRow". */
static const struct form *item_form(struct wx_str name)
{
    char camel[80];
    size_t n = 0;
    bool is_start = true;

    if (!wx_str_starts(name, "list:"))
        return NULL;
    name = wx_str_sub(name, 5, name.len);
    for (size_t i = 0; i < name.len && n < sizeof camel; i++) {
        if (name.ptr[i] != '_')
            camel[n++] =
                is_start && name.ptr[i] >= 'a' ? (char)(name.ptr[i] - 32) : name.ptr[i];
        is_start = name.ptr[i] == '_';
    }
    return form_find((struct wx_str){camel, n});
}

bool wx_openapi_knows(const char *name)
{
    struct wx_str s = wx_str_of(name);
    size_t variant;

    return s.len == 0 || form_find(s) || variant_find(s, &variant) || item_form(s);
}

static void put_ref(struct wx_json *j, struct wx_str name, bool is_request)
{
    char ref[160];
    size_t v = 0;
    const struct wx_record_kind *kind = variant_find(name, &v);

    if (kind)
        snprintf(ref, sizeof ref, "#/components/schemas/%s%s", kind->name,
                 is_request ? variants[v].request_suffix : variants[v].suffix);
    else
        snprintf(ref, sizeof ref, "#/components/schemas/%.*s", WX_STR_ARG(name));
    wx_json_open(j, '{');
    wx_json_kz(j, "$ref", ref);
    wx_json_close(j, '}');
}

static void put_page(struct wx_json *j, const char *item);

void wx_openapi_put_content(struct wx_json *j, const char *name, bool is_request)
{
    const struct form *form = form_find(wx_str_of(name)),
                      *item = item_form(wx_str_of(name));
    struct wx_str types = wx_str_of(form && form->is_media ? form->spec : ""), one;
    char type[100];

    wx_json_key(j, "content");
    wx_json_open(j, '{');
    if (!types.len) {
        wx_json_key(j, "application/json");
        wx_json_open(j, '{');
        wx_json_key(j, "schema");
        if (item)
            put_page(j, item->name);
        else
            put_ref(j, wx_str_of(name), is_request);
        wx_json_close(j, '}');
    }
    while (types.len) {
        one = wx_str_cut(&types, ' ');
        snprintf(type, sizeof type, "%.*s", WX_STR_ARG(one));
        wx_json_key(j, type);
        wx_json_open(j, '{');
        wx_json_close(j, '}');
    }
    wx_json_close(j, '}');
}

/* ---- the notation ---- */

static void put_key(struct wx_json *j, struct wx_str name)
{
    char key[120];

    snprintf(key, sizeof key, "%.*s", WX_STR_ARG(name));
    wx_json_key(j, key);
}

static void put_simple(struct wx_json *j, const char *type, const char *format)
{
    wx_json_open(j, '{');
    wx_json_kz(j, "type", type);
    if (format)
        wx_json_kz(j, "format", format);
    wx_json_close(j, '}');
}

static bool put_word(struct wx_json *j, struct wx_str word)
{
    static const struct {
        const char *word, *type, *format;
    } words[] = {
        {"text", "string", NULL},        {"int", "integer", NULL},
        {"num", "number", NULL},         {"bool", "boolean", NULL},
        {"time", "string", "date-time"}, {"date", "string", "date"},
        {"object", "object", NULL},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (wx_str_eqz(word, words[i].word)) {
            put_simple(j, words[i].type, words[i].format);
            return true;
        }
    return false;
}

static void put_choice(struct wx_json *j, struct wx_str words)
{
    wx_json_open(j, '{');
    wx_json_kz(j, "type", "string");
    wx_json_key(j, "enum");
    wx_json_open(j, '[');
    while (words.len)
        wx_json_str(j, wx_str_cut(&words, '|'));
    wx_json_close(j, ']');
    wx_json_close(j, '}');
}

static void put_type(struct wx_json *j, struct wx_str t)
{
    if (wx_str_ends(t, "?")) {
        wx_json_open(j, '{');
        wx_json_key(j, "anyOf");
        wx_json_open(j, '[');
        put_type(j, wx_str_sub(t, 0, t.len - 1));
        put_simple(j, "null", NULL);
        wx_json_close(j, ']');
        wx_json_close(j, '}');
    } else if (wx_str_starts(t, "[") || wx_str_starts(t, "{")) {
        bool is_list = t.ptr[0] == '[';

        wx_json_open(j, '{');
        wx_json_kz(j, "type", is_list ? "array" : "object");
        wx_json_key(j, is_list ? "items" : "additionalProperties");
        put_type(j, wx_str_sub(t, 1, t.len - 1));
        wx_json_close(j, '}');
    } else if (wx_str_starts(t, "(")) {
        put_choice(j, wx_str_sub(t, 1, t.len - 1));
    } else if (wx_str_eqz(t, "any")) {
        wx_json_open(j, '{');
        wx_json_close(j, '}');
    } else if (!put_word(j, t)) {
        size_t variant;

        if (!form_find(t) && !variant_find(t, &variant))
            WX_BUG("schemas.def or params.def names a form that is not there");
        put_ref(j, t, false);
    }
}

void wx_openapi_put_type(struct wx_json *j, const char *type)
{
    put_type(j, wx_str_of(type));
}

static bool is_needed(struct wx_str *name)
{
    bool needed = wx_str_ends(*name, "!");

    if (needed)
        *name = wx_str_sub(*name, 0, name->len - 1);
    return needed;
}

static void put_fields(struct wx_json *j, struct wx_str spec)
{
    struct wx_str rest = spec, one, name;
    bool is_open = false;

    wx_json_kz(j, "type", "object");
    wx_json_key(j, "properties");
    wx_json_open(j, '{');
    while (rest.len) {
        one = wx_str_cut(&rest, ' ');
        if (wx_str_eqz(one, "...")) {
            is_open = true;
            continue;
        }
        name = wx_str_cut(&one, ':');
        (void)is_needed(&name);
        put_key(j, name);
        put_type(j, one);
    }
    wx_json_close(j, '}');
    wx_json_key(j, "required");
    wx_json_open(j, '[');
    for (rest = spec; rest.len;) {
        one = wx_str_cut(&rest, ' ');
        name = wx_str_cut(&one, ':');
        if (is_needed(&name))
            wx_json_str(j, name);
    }
    wx_json_close(j, ']');
    if (is_open)
        wx_json_kbool(j, "additionalProperties", true);
}

struct wx_str wx_openapi_field_type(const char *name, struct wx_str field)
{
    const struct form *form = form_find(wx_str_of(name));
    struct wx_str rest = wx_str_of(form && !form->is_media ? form->spec : "");

    while (rest.len) {
        struct wx_str type = wx_str_cut(&rest, ' '), one = wx_str_cut(&type, ':');

        (void)is_needed(&one);
        if (wx_str_eq(one, field))
            return type;
    }
    return (struct wx_str){NULL, 0};
}

bool wx_openapi_is_media(const char *name)
{
    const struct form *form = form_find(wx_str_of(name));

    return form && form->is_media;
}

static void put_form(struct wx_json *j, const struct form *form, enum wx_lang lang)
{
    struct wx_str spec = wx_str_of(form->spec);
    const char *text = lang == WX_ZH ? form->zh : form->en;

    wx_json_key(j, form->name);
    wx_json_open(j, '{');
    wx_json_kz(j, "description", text);
    if (wx_str_starts(spec, "=")) {
        wx_json_key(j, "allOf");
        wx_json_open(j, '[');
        put_type(j, wx_str_sub(spec, 1, spec.len));
        wx_json_close(j, ']');
    } else {
        put_fields(j, spec);
    }
    wx_json_close(j, '}');
}

/* ---- records ---- */

static void put_enum(struct wx_json *j, const struct wx_record_field *f,
                     enum wx_lang lang)
{
    struct wx_enum_word word;
    size_t at = 0;

    wx_json_kz(j, "type", "string");
    wx_json_key(j, "enum");
    wx_json_open(j, '[');
    if (f->kind == WX_F_ENUM)
        wx_json_str(j, WX_STR("")); /* not stated */
    while (wx_enum_next(f->spec, &at, &word))
        wx_json_str(j, word.word);
    wx_json_close(j, ']');
    wx_json_key(j, "x-wangxun-labels");
    wx_json_open(j, '{');
    for (at = 0; wx_enum_next(f->spec, &at, &word);) {
        put_key(j, word.word);
        wx_json_str(j, lang == WX_ZH ? word.zh : word.en);
    }
    wx_json_close(j, '}');
}

static void put_types(struct wx_json *j, const char *a, const char *b)
{
    wx_json_key(j, "type");
    wx_json_open(j, '[');
    wx_json_str(j, wx_str_of(a));
    wx_json_str(j, wx_str_of(b));
    wx_json_close(j, ']');
}

/* Values as model/record.h describes them. */
static void put_value_type(struct wx_json *j, const struct wx_record_field *f,
                           enum wx_lang lang)
{
    switch (f->kind) {
    case WX_F_INT:
        wx_json_kz(j, "type", "integer");
        wx_json_kint(j, "maximum", f->max);
        break;
    case WX_F_BOOL:
        put_types(j, "boolean", "null");
        break;
    case WX_F_TIME:
        put_types(j, "string", "null");
        wx_json_kz(j, "format", "date-time");
        break;
    case WX_F_REF:
        put_types(j, "integer", "null");
        wx_json_kz(j, "x-wangxun-ref", f->spec);
        break;
    case WX_F_DATE:
        wx_json_kz(j, "type", "string");
        wx_json_kz(j, "pattern", "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$");
        break;
    case WX_F_ENUM:
        put_enum(j, f, lang);
        break;
    case WX_F_ENUMS:
        wx_json_kz(j, "type", "array");
        wx_json_key(j, "items");
        wx_json_open(j, '{');
        put_enum(j, f, lang);
        wx_json_close(j, '}');
        break;
    case WX_F_JSON:
        break; /* anything */
    default:
        wx_json_kz(j, "type", "string");
        wx_json_kint(j, "maxLength", f->max); /* of bytes, so characters are no more */
    }
}

static void put_field(struct wx_json *j, const struct wx_record_field *f,
                      enum wx_lang lang)
{
    wx_json_key(j, f->name);
    wx_json_open(j, '{');
    wx_json_kz(j, "title", lang == WX_ZH ? f->zh : f->en);
    put_value_type(j, f, lang);
    if (f->flags & WX_FIELD_READ_ONLY)
        wx_json_kbool(j, "readOnly", true);
    if (f->flags & WX_FIELD_MASKED)
        wx_json_kbool(j, "x-wangxun-masked", true);
    if (f->flags & WX_FIELD_SEALED)
        wx_json_kbool(j, "x-wangxun-sealed", true);
    wx_json_close(j, '}');
}

static bool is_own_field(const struct wx_record_kind *kind, const char *name)
{
    return wx_record_field_find(kind, wx_str_of(name)) != NULL;
}

/* What the server adds to the fields of the table. */
static void put_base_fields(struct wx_json *j, const struct wx_record_kind *kind)
{
    static const char *const ints[] = {"id", "rev", "created_by", "updated_by"};
    static const char *const times[] = {"created", "updated", "retired"};

    for (size_t i = 0; i < 4; i++) {
        wx_json_key(j, ints[i]);
        put_simple(j, "integer", NULL);
    }
    if (!is_own_field(kind, "unit_id")) {
        wx_json_key(j, "unit_id");
        put_simple(j, "integer", NULL);
    }
    for (size_t i = 0; i < 3; i++) {
        wx_json_key(j, times[i]);
        wx_json_open(j, '{');
        put_types(j, "string", "null");
        wx_json_kz(j, "format", "date-time");
        wx_json_close(j, '}');
    }
    wx_json_key(j, "warnings"); /* after a change: kept, yet it looks wrong */
    put_type(j, WX_STR("[ProblemField]"));
}

static void put_labels(struct wx_json *j, const struct wx_record_kind *kind)
{
    char name[80];

    for (size_t i = 0; i < kind->n_fields; i++) {
        if (kind->fields[i].kind != WX_F_REF)
            continue;
        snprintf(name, sizeof name, "%s_label", kind->fields[i].name);
        wx_json_key(j, name);
        put_simple(j, "string", NULL);
    }
}

enum record_form { FORM_READ, FORM_NEW, FORM_PATCH };

static bool is_taken(const struct wx_record_field *f, enum record_form form)
{
    return f->kind != WX_F_GROUP &&
           (form == FORM_READ || !(f->flags & WX_FIELD_READ_ONLY));
}

static void put_required(struct wx_json *j, const struct wx_record_kind *kind,
                         enum record_form form)
{
    wx_json_key(j, "required");
    wx_json_open(j, '[');
    if (form == FORM_READ) {
        wx_json_str(j, WX_STR("id"));
        wx_json_str(j, WX_STR("rev"));
        wx_json_str(j, WX_STR("created"));
        wx_json_str(j, WX_STR("updated"));
        wx_json_str(j, WX_STR("retired"));
    }
    for (size_t i = 0; i < kind->n_fields; i++)
        if (is_taken(&kind->fields[i], form) &&
            (form == FORM_READ ||
             (form == FORM_NEW && kind->fields[i].flags & WX_FIELD_REQUIRED)))
            wx_json_str(j, wx_str_of(kind->fields[i].name));
    wx_json_close(j, ']');
}

static void put_record(struct wx_json *j, const struct wx_record_kind *kind,
                       enum record_form form, enum wx_lang lang)
{
    static const char *const suffixes[] = {"", ".new", ".patch"};
    char name[80];

    snprintf(name, sizeof name, "%s%s", kind->name, suffixes[form]);
    wx_json_key(j, name);
    wx_json_open(j, '{');
    wx_json_kz(j, "title", lang == WX_ZH ? kind->zh : kind->en);
    wx_json_kz(j, "type", "object");
    wx_json_key(j, "properties");
    wx_json_open(j, '{');
    if (form == FORM_READ)
        put_base_fields(j, kind);
    for (size_t i = 0; i < kind->n_fields; i++)
        if (is_taken(&kind->fields[i], form))
            put_field(j, &kind->fields[i], lang);
    if (form == FORM_READ)
        put_labels(j, kind);
    wx_json_close(j, '}');
    put_required(j, kind, form);
    if (form != FORM_READ)
        wx_json_kbool(j, "additionalProperties", false);
    wx_json_close(j, '}');
}

static void put_page(struct wx_json *j, const char *item)
{
    char spec[200];

    snprintf(spec, sizeof spec, "items!:[%s] next:text? total:int", item);
    wx_json_open(j, '{');
    put_fields(j, wx_str_of(spec));
    wx_json_close(j, '}');
}

static void put_list(struct wx_json *j, const struct wx_record_kind *kind)
{
    char name[80];

    snprintf(name, sizeof name, "%s.list", kind->name);
    wx_json_key(j, name);
    snprintf(name, sizeof name, "record:%s", kind->name);
    put_page(j, name);
}

void wx_openapi_put_schemas(struct wx_json *j, enum wx_lang lang)
{
    wx_json_key(j, "schemas");
    wx_json_open(j, '{');
    for (size_t i = 0; i < N_FORMS; i++)
        if (!forms[i].is_media)
            put_form(j, &forms[i], lang);
    for (size_t i = 0; i < wx_record_kind_count(); i++) {
        const struct wx_record_kind *kind = wx_record_kind_at(i);

        put_record(j, kind, FORM_READ, lang);
        put_record(j, kind, FORM_NEW, lang);
        put_record(j, kind, FORM_PATCH, lang);
        put_list(j, kind);
    }
    wx_json_close(j, '}');
}
