#include "scan/setup.h"

#include "base/json.h"
#include <jansson.h>

void wx_setup_format(const struct wx_setup *setup, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_json_key(&j, "permit");
    wx_json_raw(&j, setup->permit);
    wx_json_kz(&j, "rules_dir", setup->rules_dir);
    wx_json_kz(&j, "user_agent", setup->user_agent);
    wx_json_kz(&j, "ca_file", setup->ca_file);
    wx_json_kz(&j, "dns_server", setup->dns_server);
    wx_json_key(&j, "resolve");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < setup->n_resolve; i++)
        wx_json_str(&j, wx_str_of(setup->resolve[i]));
    wx_json_close(&j, ']');
    wx_json_kint(&j, "workers", setup->n_workers);
    wx_json_kint(&j, "max_pages", setup->max_pages);
    wx_json_kint(&j, "max_depth", setup->max_depth);
    wx_json_kint(&j, "max_in_flight", setup->max_in_flight);
    wx_json_kint(&j, "max_sites", setup->max_sites);
    wx_json_close(&j, '}');
}

static struct wx_str get_str(const json_t *o, const char *key, struct wx_arena *arena)
{
    const json_t *v = json_object_get(o, key);

    if (!json_is_string(v))
        return (struct wx_str){NULL, 0};
    return wx_arena_str(arena,
                        (struct wx_str){json_string_value(v), json_string_length(v)});
}

static const char *get_z(const json_t *o, const char *key, struct wx_arena *arena)
{
    struct wx_str s = get_str(o, key, arena);

    return s.ptr;
}

static uint32_t get_u32(const json_t *o, const char *key)
{
    json_int_t v = json_integer_value(json_object_get(o, key));

    return v < 0 || v > UINT32_MAX ? 0 : (uint32_t)v;
}

static json_t *load_object(struct wx_str json, struct wx_err *err)
{
    json_error_t e;
    json_t *o = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, &e);

    if (!json_is_object(o)) {
        json_decref(o);
        (void)wx_fail(err, WX_E_INVALID, "message is not a JSON object: %s", e.text);
        return NULL;
    }
    return o;
}

static void get_resolve(const json_t *o, struct wx_arena *arena, struct wx_setup *out)
{
    const json_t *list = json_object_get(o, "resolve");

    out->n_resolve = json_array_size(list);
    out->resolve = wx_arena_array(arena, const char *, out->n_resolve + 1);
    for (size_t i = 0; i < out->n_resolve; i++) {
        const char *z = json_string_value(json_array_get(list, i));

        out->resolve[i] = wx_arena_z(arena, wx_str_of(z ? z : ""));
    }
}

enum wx_status wx_setup_parse(struct wx_str json, struct wx_arena *arena,
                              struct wx_setup *out, struct wx_err *err)
{
    json_t *o = load_object(json, err);
    char *permit;

    if (!o)
        return WX_E_INVALID;
    *out = (struct wx_setup){0};
    permit = json_dumps(json_object_get(o, "permit"), JSON_COMPACT);
    out->permit = wx_arena_str(arena, wx_str_of(permit ? permit : ""));
    free(permit);
    out->rules_dir = get_z(o, "rules_dir", arena);
    out->user_agent = get_z(o, "user_agent", arena);
    out->ca_file = get_z(o, "ca_file", arena);
    out->dns_server = get_z(o, "dns_server", arena);
    get_resolve(o, arena, out);
    out->n_workers = get_u32(o, "workers");
    out->max_pages = get_u32(o, "max_pages");
    out->max_depth = (uint16_t)get_u32(o, "max_depth");
    out->max_in_flight = get_u32(o, "max_in_flight");
    out->max_sites = get_u32(o, "max_sites");
    json_decref(o);
    return WX_OK;
}
