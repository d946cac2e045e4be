/*
 * The office's own map: an official GeoJSON (RFC 7946) that somebody of the office
 * brings along; none is shipped. What is kept is made anew from it: areas with a name
 * and a code, nothing else, so that no foreign property ever reaches a page.
 */
#include "api/handlers.h"
#include "base/hash.h"
#include "base/limits.h"
#include <math.h>
#include <stdio.h>

#define MAP_FACT "overview.map"

enum { MAX_NAME_BYTES = 200 };

struct map {
    struct wx_json j;
    size_t n_features, n_points;
    const char *wrong; /* first thing that is not as it must be */
};

static bool bad(struct map *m, const char *why)
{
    if (!m->wrong)
        m->wrong = why;
    return false;
}

static bool put_number(struct map *m, const json_t *v, double limit)
{
    double number = json_number_value(v);

    if (!json_is_number(v) || !isfinite(number) || fabs(number) > limit)
        return bad(m, "a coordinate is no longitude and latitude");
    wx_json_real(&m->j, number, 5); /* about a metre */
    return true;
}

static bool put_point(struct map *m, const json_t *point)
{
    if (json_array_size(point) < 2)
        return bad(m, "a point has two coordinates");
    if (++m->n_points > WX_MAX_MAP_POINTS)
        return bad(m, "the map has too many points; simplify it");
    wx_json_open(&m->j, '[');
    if (!put_number(m, json_array_get(point, 0), 180) ||
        !put_number(m, json_array_get(point, 1), 90))
        return false;
    wx_json_close(&m->j, ']');
    return true;
}

/* LEVELS arrays around the points: 2 for a Polygon, 3 for a MultiPolygon. */
static bool put_rings(struct map *m, const json_t *rings, int levels)
{
    size_t i;
    const json_t *one;

    if (!json_is_array(rings) || json_array_size(rings) == 0)
        return bad(m, "an area without a ring");
    wx_json_open(&m->j, '[');
    json_array_foreach((json_t *)(uintptr_t)rings, i, one)
    {
        if (levels > 1 ? !put_rings(m, one, levels - 1) : !put_point(m, one))
            return false;
    }
    wx_json_close(&m->j, ']');
    return true;
}

static bool put_geometry(struct map *m, const json_t *geometry)
{
    const char *type = json_string_value(json_object_get(geometry, "type"));
    bool is_one = type && strcmp(type, "Polygon") == 0;

    if (!is_one && !(type && strcmp(type, "MultiPolygon") == 0))
        return bad(m, "a feature is neither Polygon nor MultiPolygon");
    wx_json_key(&m->j, "geometry");
    wx_json_open(&m->j, '{');
    wx_json_kz(&m->j, "type", type);
    wx_json_key(&m->j, "coordinates");
    if (!put_rings(m, json_object_get(geometry, "coordinates"), is_one ? 2 : 3))
        return false;
    wx_json_close(&m->j, '}');
    return true;
}

/* Maps of offices call the administrative code by several names, some as a number. */
static void put_code(struct map *m, const json_t *properties)
{
    static const char *const names[] = {"adcode", "code", "division", "gb"};
    char number[32] = "";

    for (size_t i = 0; i < 4 && !number[0]; i++) {
        const json_t *v = json_object_get(properties, names[i]);

        if (json_is_integer(v))
            snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
        else if (json_string_length(v) && json_string_length(v) < sizeof number)
            snprintf(number, sizeof number, "%s", json_string_value(v));
    }
    wx_json_kz(&m->j, "code", number);
}

static bool put_feature(struct map *m, const json_t *feature)
{
    const json_t *properties = json_object_get(feature, "properties");
    const json_t *name = json_object_get(properties, "name");

    if (!json_string_length(name) || json_string_length(name) > MAX_NAME_BYTES)
        return bad(m, "a feature has no name (property 'name')");
    if (++m->n_features > WX_MAX_MAP_FEATURES)
        return bad(m, "the map has too many features");
    wx_json_open(&m->j, '{');
    wx_json_kz(&m->j, "type", "Feature");
    wx_json_key(&m->j, "properties");
    wx_json_open(&m->j, '{');
    wx_json_kz(&m->j, "name", json_string_value(name));
    put_code(m, properties);
    wx_json_close(&m->j, '}');
    if (!put_geometry(m, json_object_get(feature, "geometry")))
        return false;
    wx_json_close(&m->j, '}');
    return true;
}

static bool put_map(struct map *m, const json_t *map)
{
    const char *type = json_string_value(json_object_get(map, "type"));
    const json_t *features = json_object_get(map, "features"), *one;
    size_t i;

    if (!type || strcmp(type, "FeatureCollection") != 0 ||
        json_array_size(features) == 0)
        return bad(m, "it is no FeatureCollection with features");
    wx_json_open(&m->j, '{');
    wx_json_kz(&m->j, "type", "FeatureCollection");
    wx_json_key(&m->j, "features");
    wx_json_open(&m->j, '[');
    json_array_foreach((json_t *)(uintptr_t)features, i, one)
    {
        if (!put_feature(m, one))
            return false;
    }
    wx_json_close(&m->j, ']');
    wx_json_close(&m->j, '}');
    return true;
}

enum wx_status wx_overview_map_import(struct wx_call *call, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_REQUEST_BYTES * 2);
    struct map m = {.j = WX_JSON_INIT(&text)};
    struct wx_json j;
    enum wx_status status = WX_OK;

    if (!put_map(&m, call->json))
        status = wx_fail(err, WX_E_INVALID, "%s", m.wrong);
    else if (text.is_full)
        status = wx_fail(err, WX_E_TOO_BIG, "the map is too big");
    else
        status = wx_office_set(call->tx, MAP_FACT, wx_buf_str(&text), err);
    wx_buf_clear(&text);
    if (status)
        return status;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_kint(&j, "features", (int64_t)m.n_features);
    wx_json_kint(&j, "points", (int64_t)m.n_points);
    wx_json_close(&j, '}');
    wx_call_audit(call, "map", 0, 0);
    return WX_OK;
}

enum wx_status wx_overview_map_remove(struct wx_call *call, struct wx_err *err)
{
    wx_call_audit(call, "map", 0, 0);
    call->http_status = 204;
    return wx_office_set(call->tx, MAP_FACT, WX_STR(""), err);
}

enum wx_status wx_overview_map_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_sha256 hash;
    struct wx_str map = {NULL, 0};
    char hex[65];
    enum wx_status status = wx_office_get(call->tx, MAP_FACT, &call->arena, &map, err);

    if (status && status != WX_E_NOT_FOUND)
        return status;
    if (!map.len)
        map = WX_STR("{\"type\":\"FeatureCollection\",\"features\":[]}");
    hash = wx_sha256_of(map);
    wx_hex(hash.bytes, sizeof hash.bytes, hex);
    snprintf(call->etag, sizeof call->etag, "\"%.32s\"", hex);
    call->out_type = "application/geo+json";
    wx_buf_reset(&call->out);
    return wx_buf_adds(&call->out, map);
}
