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

/* Text columns of a site by name: one table for both directions. */
#define SITE_TEXTS(X)                                                                  \
    X(name)                                                                            \
    X(domain)                                                                          \
    X(start_url)                                                                       \
    X(ip)                                                                              \
    X(server_place)                                                                    \
    X(icp)                                                                             \
    X(unit)                                                                            \
    X(contact)                                                                         \
    X(leader)                                                                          \
    X(phone)                                                                           \
    X(site_code)                                                                       \
    X(police_code)

void wx_site_format(const struct wx_site *site, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);
    char id[17];

    wx_json_open(&j, '{');
    for (int i = 0; i < 16; i++)
        id[i] = "0123456789abcdef"[site->id >> (60 - 4 * i) & 15];
    wx_json_kstr(&j, "id", (struct wx_str){id, 16}); /* past 2^53: not a JSON number */
#define X(field) wx_json_kstr_opt(&j, #field, site->field);
    SITE_TEXTS(X)
#undef X
    wx_json_kz(&j, "unit_kind", wx_unit_kind_name(site->unit_kind));
    wx_json_kint(&j, "grade", site->grade);
    wx_json_kint(&j, "row", site->row);
    wx_json_close(&j, '}');
}

enum wx_status wx_site_parse(struct wx_str json, struct wx_arena *arena,
                             struct wx_site *out, struct wx_err *err)
{
    json_t *o = load_object(json, err);
    struct wx_str id;

    if (!o)
        return WX_E_INVALID;
    *out = (struct wx_site){0};
#define X(field) out->field = get_str(o, #field, arena);
    SITE_TEXTS(X)
#undef X
    id = get_str(o, "id", arena);
    for (size_t i = 0; i < id.len && i < 16; i++)
        out->id = out->id << 4 |
                  (uint64_t)(id.ptr[i] >= 'a' ? id.ptr[i] - 'a' + 10 : id.ptr[i] - '0');
    (void)wx_unit_kind_parse(get_str(o, "unit_kind", arena), &out->unit_kind);
    out->grade = (uint8_t)get_u32(o, "grade");
    out->row = get_u32(o, "row");
    json_decref(o);
    if (!out->domain.len || !out->start_url.len)
        return wx_fail(err, WX_E_INVALID, "site message without domain");
    return WX_OK;
}
