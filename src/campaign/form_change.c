#include "campaign/form_change.h"

#include <stdio.h>

/* Not of what a person sees: parts that are told for themselves, and keys. */
static bool is_told(const char *key)
{
    return strcmp(key, "fields") != 0 && strcmp(key, "key") != 0 &&
           strcmp(key, "was") != 0;
}

/* Members that differ. */
static json_t *parts_of(const json_t *a, const json_t *b)
{
    json_t *parts = json_array(), *value;
    const char *key;

    json_object_foreach((json_t *)(uintptr_t)b, key, value)
    {
        const json_t *was = json_object_get(a, key);

        if (is_told(key) && !(was && json_equal(was, value)))
            json_array_append_new(parts, json_string(key));
    }
    json_object_foreach((json_t *)(uintptr_t)a, key, value)
    {
        if (is_told(key) && !json_object_get(b, key))
            json_array_append_new(parts, json_string(key));
    }
    return parts;
}

static void tell(json_t *out, const char *block, const char *field, const char *what,
                 const json_t *label, json_t *parts)
{
    char path[200];
    json_t *one = json_object();

    snprintf(path, sizeof path, "%s%s%s", block, field ? "." : "", field ? field : "");
    json_object_set_new(one, "path", json_string(path));
    json_object_set_new(one, "what", json_string(what));
    if (label)
        json_object_set(one, "label", (json_t *)(uintptr_t)label);
    else
        json_object_set_new(one, "label",
                            json_pack("{s:s, s:s}", "zh", block, "en", block));
    json_object_set_new(one, "parts", parts ? parts : json_array());
    json_array_append_new(out, one);
}

static const json_t *by_key(const json_t *list, const char *key)
{
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one)
    {
        if (strcmp(json_string_value(json_object_get(one, "key")), key) == 0)
            return one;
    }
    return NULL;
}

static const char *key_of(const json_t *one)
{
    return json_string_value(json_object_get(one, "key"));
}

/* The key that a question of TO had before: its own unless "was" says otherwise. */
static const char *was_key(const struct wx_campaign_form *to, const char *block,
                           const char *field, struct wx_arena *arena)
{
    const struct wx_form_block *b = wx_form_block_find(to, wx_str_of(block));
    const struct wx_form_field *f = b ? wx_form_field_find(b, wx_str_of(field)) : NULL;

    return f && f->was.len ? wx_arena_z(arena, f->was) : field;
}

static void tell_fields(json_t *out, const struct wx_campaign_form *to,
                        struct wx_arena *arena, const char *block, const json_t *before,
                        const json_t *after)
{
    const json_t *f, *was;
    size_t i;

    json_array_foreach(after, i, f)
    {
        json_t *parts;

        was = by_key(before, was_key(to, block, key_of(f), arena));
        if (!was) {
            tell(out, block, key_of(f), "added", json_object_get(f, "label"), NULL);
            continue;
        }
        parts = parts_of(was, f);
        if (json_array_size(parts))
            tell(out, block, key_of(f), "changed", json_object_get(f, "label"), parts);
        else
            json_decref(parts);
    }
    json_array_foreach(before, i, was)
    {
        bool is_kept = false;
        size_t k;

        json_array_foreach(after, k, f)
        {
            is_kept = is_kept ||
                      strcmp(was_key(to, block, key_of(f), arena), key_of(was)) == 0;
        }
        if (!is_kept)
            tell(out, block, key_of(was), "removed", json_object_get(was, "label"),
                 NULL);
    }
}

static void tell_blocks(json_t *out, const struct wx_campaign_form *to,
                        struct wx_arena *arena, const json_t *before,
                        const json_t *after)
{
    const json_t *b, *was;
    size_t i;

    json_array_foreach(after, i, b)
    {
        json_t *parts;

        was = by_key(before, key_of(b));
        if (!was) {
            tell(out, key_of(b), NULL, "added", json_object_get(b, "title"), NULL);
            continue;
        }
        parts = parts_of(was, b);
        if (json_array_size(parts))
            tell(out, key_of(b), NULL, "changed", json_object_get(b, "title"), parts);
        else
            json_decref(parts);
        tell_fields(out, to, arena, key_of(b), json_object_get(was, "fields"),
                    json_object_get(b, "fields"));
    }
    json_array_foreach(before, i, was)
    {
        if (!by_key(after, key_of(was)))
            tell(out, key_of(was), NULL, "removed", json_object_get(was, "title"),
                 NULL);
    }
}

json_t *wx_form_changes(const struct wx_campaign_form *from,
                        const struct wx_campaign_form *to)
{
    json_t *a = wx_campaign_form_json(from), *b = wx_campaign_form_json(to);
    json_t *out = json_array();
    struct wx_arena arena;

    wx_arena_init(&arena);
    tell_blocks(out, to, &arena, json_object_get(a, "blocks"),
                json_object_get(b, "blocks"));
    if (!json_equal(json_object_get(a, "rules"), json_object_get(b, "rules")))
        tell(out, "rules", NULL, "changed", NULL, NULL);
    wx_arena_clear(&arena);
    json_decref(a);
    json_decref(b);
    return out;
}
