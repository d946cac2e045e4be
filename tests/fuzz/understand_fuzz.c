/* Any bytes as somebody's table of each kind of record, and as a form with a file. */
#include "register/understand.h"
#include "wire/multipart.h"

#include <stdlib.h>

static void check_row(struct wx_arena *arena, const struct wx_record_kind *kind,
                      json_t *row)
{
    const char *state = json_string_value(json_object_get(row, "state"));
    struct wx_field_problems problems;

    if (!state || !json_is_object(json_object_get(row, "values")))
        abort();
    /* what is called good passes the check of the API, owners aside */
    if (strcmp(state, "good") == 0) {
        json_t *values = json_deep_copy(json_object_get(row, "values"));

        if (wx_record_check(kind, values, false, &problems, NULL))
            abort();
        json_decref(values);
    }
    wx_understand_texts(arena, kind, WX_EN, NULL, row); /* again, as after mending */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_understanding u;
    struct wx_multipart form;
    struct wx_form_part part;
    struct wx_table table;
    struct wx_arena arena;
    const struct wx_record_kind *kind;

    if (size < 2)
        return 0;
    wx_arena_init(&arena);
    kind = wx_record_kind_at(data[0] % wx_record_kind_count());
    struct wx_str bytes = {(const char *)data + 1, size - 1};
    if (wx_multipart_begin(&form, WX_STR("multipart/form-data; boundary=b"), bytes))
        while (wx_multipart_next(&form, &part))
            if (!wx_file_name_clean(&arena, part.file_name).len)
                abort();
    if (!wx_table_read(&arena, bytes, WX_ZH, &table, NULL) &&
        !wx_table_understand(&arena, &table, kind, WX_ZH, &u, NULL)) {
        for (size_t i = u.first; i < table.n_rows && i < 2000; i++) {
            json_t *rows = wx_understand_row(&arena, &u, &table.rows[i]);

            for (size_t k = 0; k < json_array_size(rows); k++)
                check_row(&arena, kind, json_array_get(rows, k));
            json_decref(rows);
        }
        wx_understanding_clear(&u);
    }
    wx_arena_clear(&arena);
    return 0;
}
