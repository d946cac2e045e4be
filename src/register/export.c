#include "register/export.h"

#include <stdio.h>

/* Requirements 52-60, in their order and wording. */
static const struct {
    const char *field, *zh, *en;
} nine[] = {
    {"name", "网站名称", "Site name"},
    {"domain", "域名", "Domain"},
    {"ip", "IP地址", "IP address"},
    {"server_place", "服务器所在地址", "Server location"},
    {"icp", "网站备案登记号", "ICP filing number"},
    {"unit_id", "所属部门", "Unit"},
    {"contact", "联系人", "Contact"},
    {"leader", "主管领导", "Leader"},
    {"phone", "联系电话", "Phone"},
};

static bool is_given_out(const struct wx_record_field *f)
{
    return f->kind != WX_F_GROUP && f->kind != WX_F_JSON &&
           !(f->flags & WX_FIELD_SEALED);
}

static bool begin_nine(struct wx_export *x)
{
    for (size_t i = 0; i < sizeof nine / sizeof *nine; i++) {
        x->fields[i] = wx_record_field_find(x->kind, wx_str_of(nine[i].field));
        x->heads[i] = wx_str_of(x->lang == WX_EN ? nine[i].en : nine[i].zh);
    }
    x->n = sizeof nine / sizeof *nine;
    return strcmp(x->kind->name, "site") == 0;
}

bool wx_export_begin(struct wx_export *x, struct wx_arena *arena,
                     const struct wx_record_kind *kind, enum wx_export_layout layout,
                     enum wx_lang lang)
{
    size_t room = kind->n_fields + sizeof nine / sizeof *nine;

    *x = (struct wx_export){.kind = kind, .layout = layout, .lang = lang};
    x->fields = wx_arena_array(arena, const struct wx_record_field *, room);
    x->heads = wx_arena_array(arena, struct wx_str, room);
    x->cells = wx_arena_array(arena, struct wx_str, room);
    if (layout == WX_LAYOUT_NINE)
        return begin_nine(x);
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct wx_record_field *f = &kind->fields[i];

        if (!is_given_out(f))
            continue;
        x->fields[x->n] = f;
        x->heads[x->n++] = wx_str_of(lang == WX_EN ? f->en : f->zh);
    }
    return true;
}

static struct wx_str word_label(const struct wx_record_field *f, enum wx_lang lang,
                                const json_t *value)
{
    struct wx_str s = {json_string_value(value), json_string_length(value)};
    struct wx_enum_word word;

    if (!s.len || !wx_enum_find(f->spec, s, &word))
        return s;
    return lang == WX_EN ? word.en : word.zh;
}

static struct wx_str word_labels(struct wx_arena *arena,
                                 const struct wx_record_field *f, enum wx_lang lang,
                                 const json_t *list)
{
    struct wx_buf buf = WX_BUF_INIT(8192);
    struct wx_str out;

    for (size_t i = 0; i < json_array_size(list); i++) {
        if (i)
            (void)wx_buf_addz(&buf, lang == WX_EN ? ", " : "、");
        (void)wx_buf_adds(&buf, word_label(f, lang, json_array_get(list, i)));
    }
    out = wx_arena_str(arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

struct wx_str wx_export_text(struct wx_arena *arena, const struct wx_record_field *f,
                             enum wx_lang lang, const json_t *record)
{
    const json_t *value = json_object_get(record, f->name);
    char label[80];

    switch (f->kind) {
    case WX_F_REF:
        snprintf(label, sizeof label, "%s_label", f->name);
        value = json_object_get(record, label);
        break;
    case WX_F_INT:
        if (!json_is_integer(value))
            return WX_STR("");
        return wx_arena_printf(arena, "%lld", (long long)json_integer_value(value));
    case WX_F_BOOL:
        if (!json_is_boolean(value))
            return WX_STR("");
        if (lang == WX_EN)
            return json_is_true(value) ? WX_STR("yes") : WX_STR("no");
        return json_is_true(value) ? WX_STR("是") : WX_STR("否");
    case WX_F_ENUM:
        return word_label(f, lang, value);
    case WX_F_ENUMS:
        return word_labels(arena, f, lang, value);
    default:
        break;
    }
    return (struct wx_str){json_string_value(value), json_string_length(value)};
}

void wx_export_row(struct wx_export *x, struct wx_arena *arena, const json_t *record)
{
    for (size_t i = 0; i < x->n; i++)
        x->cells[i] = x->fields[i]
                          ? wx_export_text(arena, x->fields[i], x->lang, record)
                          : WX_STR("");
}
