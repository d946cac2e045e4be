#include "document/frozen.h"

#include "base/limits.h"
#include <stdio.h>

static json_t *write_list(const struct wx_fact *f, const char *at)
{
    const char *rows = *(const char *const *)at;
    size_t n = *(const size_t *)(at + sizeof(void *));
    json_t *out = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(out, wx_facts_write(f->row, rows + i * f->row_bytes));
    return out;
}

static json_t *write_one(const struct wx_fact *f, const char *at)
{
    const struct wx_paper_day *day = (const void *)at;
    struct wx_str text;
    char date[40];

    switch (f->kind) {
    case WX_FACT_TEXT:
        text = *(const struct wx_str *)at;
        return text.len ? json_stringn(text.ptr, text.len) : json_string("");
    case WX_FACT_COUNT:
        return json_integer((json_int_t) * (const uint64_t *)at);
    case WX_FACT_SHARE:
        return json_integer(*(const uint32_t *)at);
    case WX_FACT_DAY:
        snprintf(date, sizeof date, "%04d-%02d-%02d", day->year, day->month, day->day);
        return json_string(day->year ? date : "");
    case WX_FACT_FLAG:
        return json_boolean(*(const bool *)at);
    case WX_FACT_LIST:
        break;
    }
    return write_list(f, at);
}

json_t *wx_facts_write(const struct wx_fact *table, const void *facts)
{
    json_t *out = json_object();

    for (; table->name; table++) {
        json_t *value = write_one(table, (const char *)facts + table->offset);

        /* bytes that are no text (of a name somebody sent) are not kept as such */
        json_object_set_new(out, table->name, value ? value : json_string(""));
    }
    return out;
}

static bool read_day(const char *text, struct wx_paper_day *out)
{
    int n = 0;

    *out = (struct wx_paper_day){0};
    if (!*text)
        return true;
    return sscanf(text, "%4d-%2d-%2d%n", &out->year, &out->month, &out->day, &n) == 3 &&
           !text[n] && out->year > 0 && out->month >= 1 && out->month <= 12 &&
           out->day >= 1 && out->day <= 31;
}

static enum wx_status read_list(const struct wx_fact *f, const json_t *json,
                                struct wx_arena *arena, char *at, struct wx_err *err)
{
    size_t n = json_array_size(json);
    char *rows = wx_arena_zalloc(arena, (n + 1) * f->row_bytes);
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < n; i++)
        status = wx_facts_read(f->row, json_array_get(json, i), arena,
                               rows + i * f->row_bytes, err);
    memcpy(at, &rows, sizeof rows);
    memcpy(at + sizeof rows, &n, sizeof n);
    return status;
}

static enum wx_status read_one(const struct wx_fact *f, const json_t *json,
                               struct wx_arena *arena, char *at, struct wx_err *err)
{
    const char *text = json_string_value(json);
    bool is_good = false;

    switch (f->kind) {
    case WX_FACT_TEXT:
        is_good = text != NULL;
        if (is_good)
            *(struct wx_str *)(void *)at =
                wx_arena_str(arena, (struct wx_str){text, json_string_length(json)});
        break;
    case WX_FACT_COUNT:
        is_good = json_is_integer(json) && json_integer_value(json) >= 0;
        *(uint64_t *)(void *)at = (uint64_t)json_integer_value(json);
        break;
    case WX_FACT_SHARE:
        is_good = json_is_integer(json) && json_integer_value(json) >= 0;
        *(uint32_t *)(void *)at = (uint32_t)json_integer_value(json);
        break;
    case WX_FACT_DAY:
        is_good = text && read_day(text, (struct wx_paper_day *)(void *)at);
        break;
    case WX_FACT_FLAG:
        is_good = json_is_boolean(json);
        *(bool *)at = json_is_true(json);
        break;
    case WX_FACT_LIST:
        if (json_is_array(json))
            return read_list(f, json, arena, at, err);
        break;
    }
    return is_good
               ? WX_OK
               : wx_fail(err, WX_E_INVALID, "fact '%s' is of another kind", f->name);
}

enum wx_status wx_facts_read(const struct wx_fact *table, const json_t *json,
                             struct wx_arena *arena, void *facts, struct wx_err *err)
{
    enum wx_status status = WX_OK;

    for (; !status && table->name; table++) {
        const json_t *value = json_object_get(json, table->name);

        if (value)
            status = read_one(table, value, arena, (char *)facts + table->offset, err);
    }
    return status;
}

enum wx_status wx_facts_override(const struct wx_fact *table, const json_t *texts,
                                 json_t *facts, struct wx_err *err)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)texts, name, value)
    {
        const struct wx_fact *f = table;
        struct wx_paper_day day;

        while (f->name && strcmp(f->name, name) != 0)
            f++;
        if (!f->name || (f->kind != WX_FACT_TEXT && f->kind != WX_FACT_DAY))
            return wx_fail(err, WX_E_INVALID,
                           "'%.60s' is no text of this paper that can be written",
                           name);
        if (!json_is_string(value) ||
            (f->kind == WX_FACT_DAY && !read_day(json_string_value(value), &day)))
            return wx_fail(err, WX_E_INVALID, "'%.60s' is not a %s", name,
                           f->kind == WX_FACT_DAY ? "date" : "text");
        json_object_set(facts, name, value);
    }
    return WX_OK;
}
