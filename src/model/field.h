/*
 * Reading and writing the fields of a record's JSON form. Text that is not valid UTF-8
 * (a header section in GBK, a raw location) travels as base64 under KEY "_b64", so that
 * format and parse are each other's inverse for any bytes. Readers never trust: every
 * type, range and count is checked, and ERR names the field.
 */
#ifndef WX_MODEL_FIELD_H
#define WX_MODEL_FIELD_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/json.h"
#include <jansson.h>

/* The object in JSON, or NULL with ERR. Free with json_decref(). WHAT names the record.
 */
json_t *wx_field_object(struct wx_str json, const char *what, struct wx_err *err);

/* The text KEY of an object of our own, copied into ARENA; "" when it has none. */
struct wx_str wx_field_copy(const json_t *object, const char *key,
                            struct wx_arena *arena);

/* A record being read: the first bad field sets status, later reads do nothing. */
struct wx_fields {
    const json_t *object;
    const char *what; /* "observation" */
    struct wx_arena *arena;
    struct wx_err *err;
    enum wx_status status;
};

enum wx_status wx_field_bad(struct wx_fields *f, const char *key, const char *why);
bool wx_field_is_there(const struct wx_fields *f, const char *key);

/* Absent fields leave the value empty, 0 or false; _need fails instead. */
struct wx_str wx_field_str(struct wx_fields *f, const char *key);
struct wx_str wx_field_str_need(struct wx_fields *f, const char *key);
int64_t wx_field_int(struct wx_fields *f, const char *key, int64_t min, int64_t max);
bool wx_field_bool(struct wx_fields *f, const char *key);
struct wx_sha256 wx_field_hash(struct wx_fields *f, const char *key);
uint64_t wx_field_site(struct wx_fields *f); /* "site": 16 hex digits, not zero */
/* The array KEY with at most MAX elements; NULL (and *N 0) when absent. */
const json_t *wx_field_array(struct wx_fields *f, const char *key, size_t max,
                             size_t *n);
/* Text of array element I: a string, or {"b64": ...}. */
struct wx_str wx_field_element(struct wx_fields *f, const json_t *array, size_t i,
                               const char *key);

/* Lossless text; nothing when empty. */
void wx_field_put_str(struct wx_json *j, const char *key, struct wx_str s);
void wx_field_put_element(struct wx_json *j, struct wx_str s);
void wx_field_put_hash(struct wx_json *j, const char *key,
                       const struct wx_sha256 *hash); /* nothing when zero */
void wx_field_put_site(struct wx_json *j, uint64_t site_id);
/* Integers that are 0 when absent. */
void wx_field_put_int(struct wx_json *j, const char *key, int64_t v);
void wx_field_put_true(struct wx_json *j, const char *key, bool v);

bool wx_sha256_is_zero(const struct wx_sha256 *hash);

/* Look NAME up in N NAMES; -1 when it is none. Shared by the typed values' parsers. */
int wx_name_index(struct wx_str name, const char *const *names, size_t n);

#endif
