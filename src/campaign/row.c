#include "campaign/row.h"

#include <stdlib.h>

static int by_id(const void *a, const void *b)
{
    int64_t x = json_integer_value(json_object_get(*(json_t *const *)a, "id"));
    int64_t y = json_integer_value(json_object_get(*(json_t *const *)b, "id"));

    return x < y ? -1 : x > y;
}

static json_t *sorted(json_t *rows)
{
    size_t n = json_array_size(rows);
    json_t **at = wx_alloc((n + 1) * sizeof *at), *out = json_array();

    for (size_t i = 0; i < n; i++)
        at[i] = json_array_get(rows, i);
    qsort(at, n, sizeof *at, by_id);
    for (size_t i = 0; i < n; i++)
        json_array_append(out, at[i]);
    free(at);
    json_decref(rows);
    return out;
}

json_t *wx_fields_list(struct wx_tx *tx, struct wx_arena *arena, const char *kind,
                       struct wx_str filter, int64_t now_s, struct wx_err *err)
{
    struct wx_record_query query = {.kind = wx_record_kind_find(wx_str_of(kind)),
                                    .filter = filter,
                                    .limit = 500,
                                    .shows_masked = true,
                                    .now_s = now_s};
    struct wx_record_page page = {.next = WX_STR("")};
    json_t *all = json_array();
    enum wx_status status = WX_OK;

    do {
        struct wx_buf text = WX_BUF_INIT(64 << 20);
        struct wx_json j = WX_JSON_INIT(&text);
        json_t *some;

        query.cursor = page.next;
        wx_json_open(&j, '[');
        status = wx_record_list(tx, arena, &query, &j, &page, err);
        wx_json_close(&j, ']');
        some = status ? NULL : json_loadb(text.ptr, text.len, 0, NULL);
        if (!status && !some)
            status = wx_fail(err, WX_E_TOO_BIG, "the list of %s is too long", kind);
        json_array_extend(all, some);
        json_decref(some);
        wx_buf_clear(&text);
    } while (!status && page.next.len);
    if (!status)
        return sorted(all);
    json_decref(all);
    return NULL;
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
