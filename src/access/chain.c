#include "access/chain.h"

#include "base/json.h"
#include "base/limits.h"
#include <jansson.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const hash_names[] = {"sha256", "sm3"};

const char *wx_chain_hash_name(enum wx_chain_hash kind)
{
    return hash_names[kind];
}

bool wx_chain_hash_find(struct wx_str name, enum wx_chain_hash *out)
{
    for (unsigned i = 0; i < 2; i++)
        if (wx_str_eqz(name, hash_names[i])) {
            *out = (enum wx_chain_hash)i;
            return true;
        }
    return false;
}

static struct wx_chain_link digest(enum wx_chain_hash kind, struct wx_str a,
                                   struct wx_str b)
{
    const EVP_MD *md = kind == WX_CHAIN_SM3 ? EVP_sm3() : EVP_sha256();
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct wx_chain_link link;
    unsigned n = 0;

    if (!ctx || !EVP_DigestInit_ex(ctx, md, NULL) ||
        !EVP_DigestUpdate(ctx, a.ptr, a.len) || !EVP_DigestUpdate(ctx, b.ptr, b.len) ||
        !EVP_DigestFinal_ex(ctx, link.bytes, &n) || n != sizeof link.bytes)
        WX_BUG("the audit log's hash is not available");
    EVP_MD_CTX_free(ctx);
    return link;
}

struct wx_chain_link wx_chain_first(enum wx_chain_hash kind, struct wx_str origin)
{
    return digest(kind, origin, WX_STR(""));
}

struct wx_chain_link wx_chain_next(enum wx_chain_hash kind,
                                   const struct wx_chain_link *before,
                                   struct wx_str line)
{
    return digest(
        kind, (struct wx_str){(const char *)before->bytes, sizeof before->bytes}, line);
}

/* An ill-formed byte becomes three: cut so that what was cut once stays as it is. */
static void text_put(struct wx_json *j, const char *key, struct wx_str s)
{
    size_t max =
        wx_utf8_is_valid(s) ? WX_MAX_AUDIT_FIELD_BYTES : WX_MAX_AUDIT_FIELD_BYTES / 3;

    wx_json_kstr_opt(j, key, wx_utf8_clip(s, max));
}

static void number_put(struct wx_json *j, const char *key, int64_t v)
{
    if (v)
        wx_json_kint(j, key, v);
}

static json_t *object_read(struct wx_str text)
{
    json_t *value =
        json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

    if (json_is_object(value))
        return value;
    json_decref(value);
    return NULL;
}

/* What is no JSON object becomes one, so that every detail is read back as it is. */
static json_t *object_wrap(struct wx_str text)
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_AUDIT_EVENT_BYTES);
    struct wx_json j = WX_JSON_INIT(&buf);
    json_t *value;

    wx_json_open(&j, '{');
    text_put(&j, "text", text);
    wx_json_close(&j, '}');
    value = object_read(wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return value;
}

/* Compact and with its keys sorted, so that one content has one spelling. */
static void detail_put(struct wx_json *j, struct wx_str detail)
{
    json_t *value;
    char *text;

    if (!detail.len)
        return;
    value = object_read(detail);
    if (!value)
        value = object_wrap(detail);
    text = value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    wx_json_key(j, "detail");
    if (text && strlen(text) <= WX_MAX_AUDIT_EVENT_BYTES / 2)
        wx_json_raw(j, wx_str_of(text));
    else /* the event matters more than its detail */
        wx_json_raw(j, WX_STR("{\"cut\":true}"));
    free(text);
    json_decref(value);
}

enum wx_status wx_audit_line(const struct wx_audit_event *event, struct wx_buf *out,
                             struct wx_err *err)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_json_kint(&j, "number", event->number);
    wx_json_kint(&j, "at_ms", event->at_ms);
    number_put(&j, "account_id", event->account_id);
    text_put(&j, "login", event->login);
    text_put(&j, "by", event->by);
    text_put(&j, "address", event->address);
    text_put(&j, "operation", event->operation);
    text_put(&j, "kind", event->kind);
    number_put(&j, "object_id", event->object_id);
    number_put(&j, "unit_id", event->unit_id);
    number_put(&j, "status", event->status);
    text_put(&j, "request_id", event->request_id);
    detail_put(&j, event->detail);
    wx_json_close(&j, '}');
    if (out->is_full)
        return wx_fail(err, WX_E_TOO_BIG, "audit event passes %d bytes",
                       WX_MAX_AUDIT_EVENT_BYTES);
    return WX_OK;
}

static struct wx_str text_get(const json_t *object, const char *key,
                              struct wx_arena *arena)
{
    const json_t *value = json_object_get(object, key);

    return json_is_string(value)
               ? wx_arena_str(arena, (struct wx_str){json_string_value(value),
                                                     json_string_length(value)})
               : (struct wx_str){0};
}

static int64_t number_get(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static struct wx_str detail_get(const json_t *object, struct wx_arena *arena)
{
    const json_t *value = json_object_get(object, "detail");
    char *text;
    struct wx_str copy;

    if (!json_is_object(value))
        return (struct wx_str){0};
    text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
    copy = text ? wx_arena_str(arena, wx_str_of(text)) : (struct wx_str){0};
    free(text);
    return copy;
}

enum wx_status wx_audit_parse(struct wx_str line, struct wx_arena *arena,
                              struct wx_audit_event *out, struct wx_err *err)
{
    struct wx_buf again = WX_BUF_INIT(WX_MAX_AUDIT_EVENT_BYTES);
    json_t *object = json_loadb(line.ptr ? line.ptr : "", line.len,
                                JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    bool is_ours;

    if (!json_is_object(object)) {
        json_decref(object);
        return wx_fail(err, WX_E_INVALID, "audit line is not a JSON object");
    }
    *out = (struct wx_audit_event){
        .number = number_get(object, "number"),
        .at_ms = number_get(object, "at_ms"),
        .account_id = number_get(object, "account_id"),
        .login = text_get(object, "login", arena),
        .by = text_get(object, "by", arena),
        .address = text_get(object, "address", arena),
        .operation = text_get(object, "operation", arena),
        .kind = text_get(object, "kind", arena),
        .object_id = number_get(object, "object_id"),
        .unit_id = number_get(object, "unit_id"),
        .status = (int)number_get(object, "status"),
        .request_id = text_get(object, "request_id", arena),
        .detail = detail_get(object, arena),
    };
    json_decref(object);
    is_ours = wx_audit_line(out, &again, NULL) == WX_OK &&
              wx_str_eq(wx_buf_str(&again), line);
    wx_buf_clear(&again);
    if (!is_ours)
        return wx_fail(err, WX_E_INVALID, "audit line is not in its canonical form");
    return WX_OK;
}

const char *wx_chain_fault_name(enum wx_chain_fault fault)
{
    static const char *const names[] = {"fine",    "missing",   "out_of_order",
                                        "changed", "rewritten", "truncated"};

    return names[fault];
}

void wx_chain_walk_begin(struct wx_chain_walk *walk, enum wx_chain_hash kind,
                         struct wx_str origin)
{
    *walk = (struct wx_chain_walk){.kind = kind, .link = wx_chain_first(kind, origin)};
}

static bool bad(struct wx_chain_walk *walk, enum wx_chain_fault fault, int64_t number,
                const char *fmt, ...) WX_PRINTF(4, 5);
static bool bad(struct wx_chain_walk *walk, enum wx_chain_fault fault, int64_t number,
                const char *fmt, ...)
{
    va_list args;

    walk->fault = fault;
    walk->bad_number = number;
    va_start(args, fmt);
    vsnprintf(walk->why, sizeof walk->why, fmt, args);
    va_end(args);
    return false;
}

/* The line's own number: what it began with when it was written. */
static bool line_number(struct wx_str line, int64_t *number)
{
    static const char head[] = "{\"number\":";
    struct wx_str rest = wx_str_sub(line, sizeof head - 1, line.len), digits;
    uint64_t value;

    if (!wx_str_starts(line, head) || wx_str_chr(rest, ',') == WX_NPOS)
        return false;
    digits = wx_str_sub(rest, 0, wx_str_chr(rest, ','));
    if (!wx_str_to_u64(digits, INT64_MAX, &value))
        return false;
    *number = (int64_t)value;
    return true;
}

bool wx_chain_walk_record(struct wx_chain_walk *walk, int64_t number,
                          struct wx_str line, const struct wx_chain_link *hash)
{
    struct wx_chain_link link;
    int64_t own;

    if (walk->fault)
        return false;
    if (number <= walk->number)
        return bad(walk, WX_CHAIN_OUT_OF_ORDER, number,
                   "record %lld comes after record %lld", (long long)number,
                   (long long)walk->number);
    if (number > walk->number + 1)
        return bad(walk, WX_CHAIN_MISSING, walk->number + 1,
                   "record %lld is missing, the next one there is %lld",
                   (long long)walk->number + 1, (long long)number);
    if (!line_number(line, &own))
        return bad(walk, WX_CHAIN_CHANGED, number, "record %lld is not an event",
                   (long long)number);
    if (own != number)
        return bad(walk, WX_CHAIN_OUT_OF_ORDER, number,
                   "in the place of record %lld stands record %lld", (long long)number,
                   (long long)own);
    link = wx_chain_next(walk->kind, &walk->link, line);
    if (memcmp(&link, hash, sizeof link) != 0)
        return bad(walk, WX_CHAIN_CHANGED, number,
                   "record %lld or its hash was changed", (long long)number);
    walk->number = number;
    walk->link = link;
    return true;
}

bool wx_chain_walk_checkpoint(struct wx_chain_walk *walk,
                              const struct wx_chain_link *wanted)
{
    if (walk->fault)
        return false;
    if (memcmp(&walk->link, wanted, sizeof *wanted) != 0)
        return bad(walk, WX_CHAIN_REWRITTEN, walk->number,
                   "up to record %lld the log agrees with itself, but not with the "
                   "checkpoint: it was written anew",
                   (long long)walk->number);
    return true;
}

bool wx_chain_walk_end(struct wx_chain_walk *walk, int64_t highest)
{
    if (walk->fault)
        return false;
    if (highest > walk->number)
        return bad(
            walk, WX_CHAIN_TRUNCATED, walk->number + 1,
            "the log ends with record %lld, a checkpoint is for record %lld: its "
            "end was cut off",
            (long long)walk->number, (long long)highest);
    return true;
}
