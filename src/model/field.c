#include "model/field.h"

#include "base/base64.h"
#include "base/limits.h"
#include <stdio.h>

json_t *wx_field_object(struct wx_str json, const char *what, struct wx_err *err)
{
    json_error_t why;
    json_t *object;

    if (json.len > WX_MAX_MESSAGE_BYTES) {
        wx_fail(err, WX_E_TOO_BIG, "%s of %zu bytes is too large", what, json.len);
        return NULL;
    }
    object = json_loadb(json.len ? json.ptr : "", json.len,
                        JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
    if (!object) {
        wx_fail(err, WX_E_INVALID, "%s is not JSON, byte %d: %s", what, why.position,
                why.text);
        return NULL;
    }
    if (!json_is_object(object)) {
        wx_fail(err, WX_E_INVALID, "%s is not a JSON object", what);
        json_decref(object);
        return NULL;
    }
    return object;
}

struct wx_str wx_field_copy(const json_t *object, const char *key,
                            struct wx_arena *arena)
{
    const json_t *value = json_object_get(object, key);

    return wx_arena_str(
        arena, (struct wx_str){json_string_value(value), json_string_length(value)});
}

enum wx_status wx_field_bad(struct wx_fields *f, const char *key, const char *why)
{
    if (!f->status)
        f->status =
            wx_fail(f->err, WX_E_INVALID, "%s, field '%s': %s", f->what, key, why);
    return f->status;
}

static const json_t *field_get(const struct wx_fields *f, const char *key)
{
    return f->status ? NULL : json_object_get(f->object, key);
}

bool wx_field_is_there(const struct wx_fields *f, const char *key)
{
    return field_get(f, key) != NULL;
}

static void put_base64(struct wx_json *j, const char *key, struct wx_str s)
{
    wx_json_key(j, key);
    wx_json_raw(j, WX_STR("\""));
    wx_base64_add(j->buf, s);
    (void)wx_buf_addc(j->buf, '"');
}

static struct wx_str arena_json_text(struct wx_arena *arena, const json_t *value)
{
    struct wx_str s = {json_string_value(value), json_string_length(value)};

    return s.len ? wx_arena_str(arena, s) : (struct wx_str){0};
}

static struct wx_str field_base64(struct wx_fields *f, const char *key)
{
    char key64[64];
    const json_t *value;
    struct wx_str s = {0}, text;

    snprintf(key64, sizeof key64, "%s_b64", key);
    value = field_get(f, key64);
    if (!value)
        return s;
    text = (struct wx_str){json_string_value(value), json_string_length(value)};
    if (!json_is_string(value) || !wx_base64_read(f->arena, text, &s))
        wx_field_bad(f, key64, "not base64");
    return s;
}

struct wx_str wx_field_str(struct wx_fields *f, const char *key)
{
    const json_t *value = field_get(f, key);

    if (!value)
        return field_base64(f, key);
    if (!json_is_string(value)) {
        wx_field_bad(f, key, "not a string");
        return (struct wx_str){0};
    }
    return arena_json_text(f->arena, value);
}

struct wx_str wx_field_str_need(struct wx_fields *f, const char *key)
{
    struct wx_str s = wx_field_str(f, key);

    if (!s.len)
        wx_field_bad(f, key, "missing");
    return s;
}

int64_t wx_field_int(struct wx_fields *f, const char *key, int64_t min, int64_t max)
{
    const json_t *value = field_get(f, key);
    json_int_t v;

    if (!value)
        return 0;
    if (!json_is_integer(value)) {
        wx_field_bad(f, key, "not an integer");
        return 0;
    }
    v = json_integer_value(value);
    if (v < min || v > max) {
        wx_field_bad(f, key, "out of range");
        return 0;
    }
    return v;
}

bool wx_field_bool(struct wx_fields *f, const char *key)
{
    const json_t *value = field_get(f, key);

    if (value && !json_is_boolean(value))
        wx_field_bad(f, key, "not true or false");
    return json_is_true(value);
}

struct wx_sha256 wx_field_hash(struct wx_fields *f, const char *key)
{
    const json_t *value = field_get(f, key);
    struct wx_sha256 hash = {{0}};
    struct wx_str hex;

    if (!value)
        return hash;
    hex = (struct wx_str){json_string_value(value), json_string_length(value)};
    if (!json_is_string(value) || !wx_unhex(hex, hash.bytes, sizeof hash.bytes))
        wx_field_bad(f, key, "not 64 hex digits");
    return hash;
}

uint64_t wx_field_site(struct wx_fields *f)
{
    const json_t *value = field_get(f, "site");
    struct wx_str hex = {json_string_value(value), json_string_length(value)};
    unsigned char bytes[8];
    uint64_t id = 0;

    if (!json_is_string(value) || !wx_unhex(hex, bytes, sizeof bytes)) {
        wx_field_bad(f, "site", "not 16 hex digits");
        return 0;
    }
    for (size_t i = 0; i < sizeof bytes; i++)
        id = id << 8 | bytes[i];
    if (!id)
        wx_field_bad(f, "site", "zero");
    return id;
}

const json_t *wx_field_array(struct wx_fields *f, const char *key, size_t max,
                             size_t *n)
{
    const json_t *array = field_get(f, key);

    *n = 0;
    if (!array)
        return NULL;
    if (!json_is_array(array)) {
        wx_field_bad(f, key, "not an array");
        return NULL;
    }
    if (json_array_size(array) > max) {
        wx_field_bad(f, key, "too many elements");
        return NULL;
    }
    *n = json_array_size(array);
    return array;
}

struct wx_str wx_field_element(struct wx_fields *f, const json_t *array, size_t i,
                               const char *key)
{
    const json_t *value = json_array_get(array, i);
    const json_t *base64 = json_object_get(value, "b64");
    struct wx_str text = {json_string_value(base64), json_string_length(base64)};
    struct wx_str s = {0};

    if (json_is_string(value))
        return arena_json_text(f->arena, value);
    if (!json_is_string(base64) || !wx_base64_read(f->arena, text, &s))
        wx_field_bad(f, key, "element is not text");
    return s;
}

void wx_field_put_str(struct wx_json *j, const char *key, struct wx_str s)
{
    char key64[64];

    if (!s.len)
        return;
    if (wx_utf8_is_valid(s)) {
        wx_json_kstr(j, key, s);
        return;
    }
    snprintf(key64, sizeof key64, "%s_b64", key);
    put_base64(j, key64, s);
}

void wx_field_put_element(struct wx_json *j, struct wx_str s)
{
    if (wx_utf8_is_valid(s)) {
        wx_json_str(j, s);
        return;
    }
    wx_json_open(j, '{');
    put_base64(j, "b64", s);
    wx_json_close(j, '}');
}

void wx_field_put_hash(struct wx_json *j, const char *key, const struct wx_sha256 *hash)
{
    char hex[65];

    if (wx_sha256_is_zero(hash))
        return;
    wx_hex(hash->bytes, sizeof hash->bytes, hex);
    wx_json_kz(j, key, hex);
}

void wx_field_put_site(struct wx_json *j, uint64_t site_id)
{
    char hex[17];

    snprintf(hex, sizeof hex, "%016llx", (unsigned long long)site_id);
    wx_json_kz(j, "site", hex);
}

void wx_field_put_int(struct wx_json *j, const char *key, int64_t v)
{
    if (v)
        wx_json_kint(j, key, v);
}

void wx_field_put_true(struct wx_json *j, const char *key, bool v)
{
    if (v)
        wx_json_kbool(j, key, true);
}

bool wx_sha256_is_zero(const struct wx_sha256 *hash)
{
    static const struct wx_sha256 zero;

    return memcmp(hash->bytes, zero.bytes, sizeof zero.bytes) == 0;
}

int wx_name_index(struct wx_str name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (names[i] && name.len && wx_str_eqz(name, names[i]))
            return (int)i;
    return -1;
}
