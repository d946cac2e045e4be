/*
 * A map the office is given (RFC 7946): areas with a name. Only names, codes and
 * outlines are kept, rounded to five decimals (a metre); everything else a file may
 * hold stays behind. Each area comes out as one GeoJSON feature.
 */
#include "convert/child.h"
#include "convert/foreign.h"
#include <math.h>

enum {
    MAX_AREAS = 5000,
    MAX_POINTS = 400000,
    DECIMALS = 5,
    MAX_NAME_BYTES = 200,
};

struct map {
    struct wx_convert_child *child;
    struct wx_json j;
    size_t n_points;
};

/* [lon, lat]: -180..180, -90..90. A third number, the height, is dropped. */
static bool put_point(struct map *m, const json_t *point)
{
    double lon = json_number_value(json_array_get(point, 0));
    double lat = json_number_value(json_array_get(point, 1));

    if (!json_is_number(json_array_get(point, 0)) ||
        !json_is_number(json_array_get(point, 1)) || !isfinite(lon) || !isfinite(lat) ||
        fabs(lon) > 180 || fabs(lat) > 90 || ++m->n_points > MAX_POINTS)
        return false;
    wx_json_open(&m->j, '[');
    wx_json_real(&m->j, lon, DECIMALS);
    wx_json_real(&m->j, lat, DECIMALS);
    wx_json_close(&m->j, ']');
    return true;
}

/* DEPTH arrays around points: 0 a point, 1 a ring, 2 a polygon, 3 several. */
static bool put_coordinates(struct map *m, const json_t *list, int depth)
{
    size_t n = json_array_size(list);

    if (depth == 0)
        return put_point(m, list);
    if (n == 0 || (depth == 1 && n < 4)) /* RFC 7946, 3.1.6: a ring has four or more */
        return false;
    wx_json_open(&m->j, '[');
    for (size_t i = 0; i < n; i++)
        if (!put_coordinates(m, json_array_get(list, i), depth - 1))
            return false;
    wx_json_close(&m->j, ']');
    return true;
}

/* Which property is the name differs from publisher to publisher. */
static struct wx_str property(const json_t *properties, const char *const *names,
                              size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct wx_str s = wx_foreign_str(properties, names[i]);

        if (s.len)
            return wx_utf8_clip(s, MAX_NAME_BYTES);
    }
    return (struct wx_str){NULL, 0};
}

static bool put_feature(struct map *m, const json_t *feature)
{
    static const char *const names[] = {"name", "NAME", "名称", "fullname", "xzqmc"};
    static const char *const codes[] = {"adcode", "code", "gb", "xzqdm"};
    const json_t *properties = json_object_get(feature, "properties");
    const json_t *geometry = json_object_get(feature, "geometry");
    const json_t *adcode = json_object_get(properties, "adcode");
    struct wx_str type = wx_foreign_str(geometry, "type");
    int depth = wx_str_eqz(type, "Polygon")        ? 2
                : wx_str_eqz(type, "MultiPolygon") ? 3
                                                   : 0;

    m->j = WX_JSON_INIT(&m->child->item);
    if (!depth || !property(properties, names, 5).len)
        return false;
    wx_json_open(&m->j, '{');
    wx_json_kz(&m->j, "type", "Feature");
    wx_json_key(&m->j, "properties");
    wx_json_open(&m->j, '{');
    wx_json_kstr(&m->j, "name", property(properties, names, 5));
    if (json_is_integer(adcode))
        wx_json_kint(&m->j, "code", json_integer_value(adcode));
    else
        wx_json_kstr_opt(&m->j, "code", property(properties, codes, 4));
    wx_json_close(&m->j, '}');
    wx_json_key(&m->j, "geometry");
    wx_json_open(&m->j, '{');
    wx_json_kstr(&m->j, "type", type);
    wx_json_key(&m->j, "coordinates");
    if (!put_coordinates(m, json_object_get(geometry, "coordinates"), depth))
        return false;
    wx_json_close(&m->j, '}');
    wx_json_close(&m->j, '}');
    return true;
}

enum wx_status wx_convert_geojson(struct wx_convert_child *child, struct wx_str bytes,
                                  struct wx_err *err)
{
    json_t *root = wx_foreign_load(child, bytes, err);
    const json_t *features = json_object_get(root, "features");
    struct map m = {.child = child};
    enum wx_status st = WX_OK;
    size_t n = json_array_size(features);

    if (!root)
        return err ? err->status : WX_E_INVALID;
    if (!wx_str_eqz(wx_foreign_str(root, "type"), "FeatureCollection") || n == 0)
        st = wx_fail(err, WX_E_INVALID, "%s",
                     wx_text(child->lang, WX_T_CONVERT_NOT_GEOJSON));
    else if (n > MAX_AREAS)
        st = wx_fail(err, WX_E_TOO_BIG, wx_text(child->lang, WX_T_CONVERT_MANY_AREAS),
                     MAX_AREAS);
    for (size_t i = 0; !st && i < n; i++) {
        if (put_feature(&m, json_array_get(features, i)))
            st = wx_convert_item(child, err);
        else if (m.n_points > MAX_POINTS || child->item.is_full)
            st = wx_fail(err, WX_E_TOO_BIG,
                         wx_text(child->lang, WX_T_CONVERT_MANY_POINTS), MAX_POINTS);
        else
            child->n_left_out++;
        wx_buf_reset(&child->item);
    }
    if (!st && !child->n_items)
        st = wx_fail(err, WX_E_INVALID, "%s",
                     wx_text(child->lang, WX_T_CONVERT_NO_AREAS));
    if (!st)
        wx_foreign_end(child, WX_STR(""));
    json_decref(root);
    return st;
}
