#include "campaign/row.h"

json_t *wx_fields_read(struct wx_tx *tx, struct wx_arena *arena, const char *kind,
                       int64_t id, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(4 << 20);
    struct wx_json j = WX_JSON_INIT(&text);
    json_t *out = NULL;

    if (!wx_record_get(tx, arena, wx_record_kind_find(wx_str_of(kind)), id, true, &j,
                       err)) {
        out = json_loadb(text.ptr, text.len, 0, NULL);
        if (!out)
            (void)wx_fail(err, WX_E_INVALID, "%s %lld cannot be read", kind,
                          (long long)id);
    }
    wx_buf_clear(&text);
    return out;
}

void wx_fields_set(json_t *values, const char *field, struct wx_str text)
{
    json_object_set_new(values, field,
                        json_stringn(text.ptr ? text.ptr : "", text.len));
}

struct wx_str wx_fields_text(const json_t *row, const char *field)
{
    const char *text = json_string_value(json_object_get(row, field));

    return wx_str_of(text ? text : "");
}

enum wx_status wx_fields_create(struct wx_tx *tx, const char *kind, json_t *values,
                                const struct wx_record_by *by, int64_t *id,
                                struct wx_err *err)
{
    struct wx_field_problems problems = {.n = 0};
    enum wx_status status = wx_record_create(tx, wx_record_kind_find(wx_str_of(kind)),
                                             values, by, id, &problems, err);

    json_decref(values);
    return status;
}

enum wx_status wx_fields_update(struct wx_tx *tx, const char *kind, int64_t id,
                                json_t *values, const struct wx_record_by *by,
                                struct wx_err *err)
{
    struct wx_field_problems problems = {.n = 0};
    enum wx_status status = wx_record_update(tx, wx_record_kind_find(wx_str_of(kind)),
                                             id, 0, values, by, &problems, err);

    json_decref(values);
    return status;
}

enum wx_status wx_fields_check_rev(const json_t *row, const char *kind, int64_t rev,
                                   struct wx_err *err)
{
    int64_t now = json_integer_value(json_object_get(row, "rev"));

    return rev && rev != now ? wx_fail(err, WX_E_AGAIN,
                                       "the %s was changed meanwhile"
                                       " (%lld, not %lld)",
                                       kind, (long long)now, (long long)rev)
                             : WX_OK;
}

void wx_fields_hand(const json_t *row, json_t *values, int64_t account_id)
{
    const json_t *old = json_object_get(row, "hands");
    json_t *hands = json_is_array(old) ? json_deep_copy(old) : json_array();
    bool is_in = false;

    for (size_t i = 0; i < json_array_size(hands); i++)
        is_in |= json_integer_value(json_array_get(hands, i)) == account_id;
    if (!is_in)
        json_array_append_new(hands, json_integer(account_id));
    json_object_set_new(values, "hands", hands);
}
