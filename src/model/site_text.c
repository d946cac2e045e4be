#include "base/json.h"
#include "model/field.h"
#include "model/site.h"

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

enum wx_status wx_site_read(const json_t *object, struct wx_arena *arena,
                            struct wx_site *out, struct wx_err *err)
{
    unsigned char id[8];

    *out = (struct wx_site){0};
#define X(field) out->field = wx_field_copy(object, #field, arena);
    SITE_TEXTS(X)
#undef X
    if (!wx_unhex(wx_field_copy(object, "id", arena), id, sizeof id))
        return wx_fail(err, WX_E_INVALID, "site message without id");
    for (size_t i = 0; i < sizeof id; i++)
        out->id = out->id << 8 | id[i];
    (void)wx_unit_kind_parse(wx_field_copy(object, "unit_kind", arena),
                             &out->unit_kind);
    out->grade = (uint8_t)json_integer_value(json_object_get(object, "grade"));
    out->row = (uint32_t)json_integer_value(json_object_get(object, "row"));
    if (!out->domain.len || !out->start_url.len)
        return wx_fail(err, WX_E_INVALID, "site message without domain");
    return WX_OK;
}

enum wx_status wx_site_parse(struct wx_str json, struct wx_arena *arena,
                             struct wx_site *out, struct wx_err *err)
{
    json_t *object = wx_field_object(json, "site message", err);
    enum wx_status status =
        object ? wx_site_read(object, arena, out, err) : WX_E_INVALID;

    json_decref(object);
    return status;
}
