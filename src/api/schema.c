/* GET /api/v1/schema: the field tables, for forms and lists of the interface. */
#include "api/handlers.h"
#include "api/record_endpoints.h"

static const char *const kind_words[] = {
    [WX_F_GROUP] = "group",   [WX_F_TEXT] = "text",   [WX_F_LONG] = "text_long",
    [WX_F_INT] = "int",       [WX_F_BOOL] = "bool",   [WX_F_DATE] = "date",
    [WX_F_TIME] = "time",     [WX_F_ENUM] = "enum",   [WX_F_ENUMS] = "enums",
    [WX_F_REF] = "ref",       [WX_F_PHONE] = "phone", [WX_F_EMAIL] = "email",
    [WX_F_DOMAIN] = "domain", [WX_F_URL] = "url",     [WX_F_JSON] = "json",
};

static void put_label(struct wx_json *j, const char *key, struct wx_str zh,
                      struct wx_str en)
{
    wx_json_key(j, key);
    wx_json_open(j, '{');
    wx_json_kstr(j, "zh", zh);
    wx_json_kstr(j, "en", en);
    wx_json_close(j, '}');
}

static void put_words(struct wx_json *j, const char *spec)
{
    struct wx_enum_word word;
    size_t at = 0;

    wx_json_key(j, "values");
    wx_json_open(j, '[');
    while (wx_enum_next(spec, &at, &word)) {
        wx_json_open(j, '{');
        wx_json_kstr(j, "value", word.word);
        put_label(j, "label", word.zh, word.en);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

static void put_field(struct wx_json *j, const struct wx_record_field *f,
                      const struct wx_record_field *group)
{
    bool is_open = !(f->flags & (WX_FIELD_MASKED | WX_FIELD_SEALED));

    wx_json_open(j, '{');
    wx_json_kz(j, "name", f->name);
    wx_json_kz(j, "kind", kind_words[f->kind]);
    put_label(j, "label", wx_str_of(f->zh), wx_str_of(f->en));
    wx_json_kbool(j, "required", f->flags & WX_FIELD_REQUIRED);
    wx_json_kbool(j, "read_only", f->flags & WX_FIELD_READ_ONLY);
    wx_json_kbool(j, "asked", f->flags & WX_FIELD_ASKED);
    wx_json_kbool(j, "masked", f->flags & WX_FIELD_MASKED);
    wx_json_kbool(j, "sealed", f->flags & WX_FIELD_SEALED);
    wx_json_kbool(j, "search", f->flags & WX_FIELD_SEARCH);
    wx_json_kbool(j, "list", f->flags & WX_FIELD_LIST);
    wx_json_kbool(j, "sort", is_open);
    wx_json_kbool(j, "filter", is_open);
    wx_json_kint(j, "max", f->max);
    if (f->kind == WX_F_REF)
        wx_json_kz(j, "ref", f->spec);
    if (f->kind == WX_F_ENUM || f->kind == WX_F_ENUMS)
        put_words(j, f->spec);
    if (group) {
        wx_json_kz(j, "group", group->name);
        put_label(j, "group_label", wx_str_of(group->zh), wx_str_of(group->en));
    }
    wx_json_close(j, '}');
}

static void put_right(struct wx_json *j, const char *key,
                      const struct wx_record_kind *kind, size_t i)
{
    wx_json_kz(j, key, wx_record_right(kind, i));
}

static void put_kind(struct wx_json *j, const struct wx_record_kind *kind)
{
    const struct wx_record_field *group = NULL;

    wx_json_open(j, '{');
    wx_json_kz(j, "name", kind->name);
    wx_json_kz(j, "plural", kind->plural);
    put_label(j, "label", wx_str_of(kind->zh), wx_str_of(kind->en));
    wx_json_kz(j, "owner", kind->owner);
    put_right(j, "read_right", kind, 0);
    put_right(j, "write_right", kind, 1);
    put_right(j, "retire_right", kind, 4);
    wx_json_key(j, "fields");
    wx_json_open(j, '[');
    for (size_t i = 0; i < kind->n_fields; i++) {
        if (kind->fields[i].kind == WX_F_GROUP)
            group = &kind->fields[i];
        else
            put_field(j, &kind->fields[i], group);
    }
    wx_json_close(j, ']');
    wx_json_close(j, '}');
}

enum wx_status wx_schema_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);

    (void)err;
    wx_json_open(&j, '{');
    wx_json_key(&j, "kinds");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < wx_record_kind_count(); i++)
        put_kind(&j, wx_record_kind_at(i));
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return WX_OK;
}
