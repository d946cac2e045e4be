/* A permit's file form. Reading is strict: a typing error must never widen a scope. */
#include "base/base64.h"
#include "base/clock.h"
#include "base/limits.h"
#include "permit/scope.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

struct reading {
    struct wx_permit *permit;
    struct wx_str text;
    const char *name; /* of the file, for messages */
    struct wx_err *err;
};

typedef enum wx_status read_fn(struct reading *r, const char *key, json_t *value);

struct key {
    const char *name;
    read_fn *read;
};

/* Line of the first "KEY" in the text; jansson keeps no places of its values. */
static unsigned line_of(const struct reading *r, const char *key)
{
    size_t key_len = strlen(key), from = 0, at;
    unsigned line = 1;

    while ((at = wx_str_find(r->text, wx_str_of(key), from)) != WX_NPOS) {
        if (at > 0 && r->text.ptr[at - 1] == '"' && at + key_len < r->text.len &&
            r->text.ptr[at + key_len] == '"')
            break;
        from = at + 1;
    }
    if (at == WX_NPOS)
        return 1;
    for (size_t i = 0; i < at; i++)
        line += r->text.ptr[i] == '\n';
    return line;
}

static enum wx_status bad(struct reading *r, const char *key, const char *why)
{
    return wx_fail(r->err, WX_E_INVALID, "permit '%s', line %u: '%s' %s", r->name,
                   line_of(r, key), key, why);
}

/* Levenshtein distance, for short keys. */
static unsigned distance(const char *a, const char *b)
{
    size_t n_a = strlen(a), n_b = strlen(b);
    unsigned row[33];

    if (n_a > 32 || n_b > 32)
        return 99;
    for (unsigned j = 0; j <= n_b; j++)
        row[j] = j;
    for (unsigned i = 1; i <= n_a; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= n_b; j++) {
            unsigned swap = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            if (row[j] + 1 < swap)
                swap = row[j] + 1;
            if (row[j - 1] + 1 < swap)
                swap = row[j - 1] + 1;
            row[j] = swap;
        }
    }
    return row[n_b];
}

static enum wx_status unknown_key(struct reading *r, const char *key,
                                  const struct key *keys, size_t n_keys)
{
    const struct key *nearest = keys;

    for (size_t i = 1; i < n_keys; i++)
        if (distance(key, keys[i].name) < distance(key, nearest->name))
            nearest = &keys[i];
    return wx_fail(r->err, WX_E_INVALID,
                   "permit '%s', line %u: unknown key '%s', did you mean '%s'", r->name,
                   line_of(r, key), key, nearest->name);
}

static enum wx_status read_object(struct reading *r, const char *name, json_t *object,
                                  const struct key *keys, size_t n_keys)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return bad(r, name, "must be an object");
    json_object_foreach(object, key, value)
    {
        enum wx_status status = WX_E_NOT_FOUND;

        for (size_t i = 0; i < n_keys; i++)
            if (strcmp(keys[i].name, key) == 0)
                status = keys[i].read(r, key, value);
        if (status == WX_E_NOT_FOUND)
            return unknown_key(r, key, keys, n_keys);
        if (status != WX_OK)
            return status;
    }
    return WX_OK;
}

static struct wx_str text_of(json_t *value)
{
    return (struct wx_str){json_string_value(value), json_string_length(value)};
}

static enum wx_status read_text(struct reading *r, const char *key, json_t *value,
                                struct wx_str *out)
{
    if (!json_is_string(value) || json_string_length(value) == 0)
        return bad(r, key, "must be a text that is not empty");
    *out = wx_arena_str(&r->permit->arena, text_of(value));
    return WX_OK;
}

static enum wx_status read_version(struct reading *r, const char *key, json_t *value)
{
    if (!json_is_integer(value) || json_integer_value(value) != 1)
        return bad(r, key, "must be 1");
    return WX_OK;
}

static enum wx_status read_id(struct reading *r, const char *key, json_t *value)
{
    return read_text(r, key, value, &r->permit->id);
}

static enum wx_status read_holder(struct reading *r, const char *key, json_t *value)
{
    if (json_is_string(value) && json_string_length(value) == 0)
        return WX_OK;
    return read_text(r, key, value, &r->permit->holder);
}

static enum wx_status read_source(struct reading *r, const char *key, json_t *value)
{
    if (json_is_string(value) && wx_str_eqz(text_of(value), "command-line"))
        r->permit->is_command_line = true;
    else if (!json_is_string(value) || !wx_str_eqz(text_of(value), "order"))
        return bad(r, key, "must be \"order\" or \"command-line\"");
    return WX_OK;
}

static enum wx_status read_names(struct reading *r, const char *key, json_t *value,
                                 struct wx_scope_host **out, size_t *n_out)
{
    struct wx_permit *permit = r->permit;
    size_t i;
    json_t *item;

    if (!json_is_array(value))
        return bad(r, key, "must be a list of host names");
    *out = wx_arena_array(&permit->arena, struct wx_scope_host,
                          json_array_size(value) + 1);
    json_array_foreach(value, i, item)
    {
        const char *why = "must be a list of host names";

        if (json_is_string(item))
            why = wx_scope_host_parse(&permit->arena, text_of(item), &(*out)[*n_out]);
        if (why)
            return wx_fail(r->err, WX_E_INVALID,
                           "permit '%s', line %u: '%s' entry %zu '%.80s': %s", r->name,
                           line_of(r, key), key, i + 1,
                           json_is_string(item) ? json_string_value(item) : "", why);
        (*n_out)++;
    }
    return WX_OK;
}

static enum wx_status read_hosts(struct reading *r, const char *key, json_t *value)
{
    return read_names(r, key, value, &r->permit->hosts, &r->permit->n_hosts);
}

static enum wx_status read_except(struct reading *r, const char *key, json_t *value)
{
    enum wx_status status =
        read_names(r, key, value, &r->permit->except, &r->permit->n_except);

    for (size_t i = 0; !status && i < r->permit->n_except; i++)
        if (r->permit->except[i].port)
            status = bad(r, key, "cannot leave out one port of a host");
    return status;
}

static enum wx_status read_ports(struct reading *r, const char *key, json_t *value)
{
    struct wx_permit *permit = r->permit;
    size_t i;
    json_t *item;

    if (!json_is_array(value) || json_array_size(value) == 0)
        return bad(r, key, "must be a list of ports");
    permit->ports = wx_arena_array(&permit->arena, uint16_t, json_array_size(value));
    json_array_foreach(value, i, item)
    {
        json_int_t port = json_is_integer(item) ? json_integer_value(item) : 0;

        if (port < 1 || port > 65535)
            return bad(r, key, "holds a port that is not 1..65535");
        permit->ports[permit->n_ports++] = (uint16_t)port;
    }
    return WX_OK;
}

static enum wx_status read_prefixes(struct reading *r, const char *key, json_t *value,
                                    struct wx_prefix **out, size_t *n_out)
{
    size_t i;
    json_t *item;

    if (!json_is_array(value))
        return bad(r, key, "must be a list of address ranges");
    *out = wx_arena_array(&r->permit->arena, struct wx_prefix, json_array_size(value));
    json_array_foreach(value, i, item)
    {
        if (!json_is_string(item) || !wx_prefix_parse(text_of(item), &(*out)[*n_out]))
            return wx_fail(r->err, WX_E_INVALID,
                           "permit '%s', line %u: '%s' entry %zu '%.60s' is not an "
                           "address range like 10.0.0.0/8",
                           r->name, line_of(r, key), key, i + 1,
                           json_is_string(item) ? json_string_value(item) : "");
        (*n_out)++;
    }
    return WX_OK;
}

static enum wx_status read_allow(struct reading *r, const char *key, json_t *value)
{
    return read_prefixes(r, key, value, &r->permit->allow, &r->permit->n_allow);
}

static enum wx_status read_deny(struct reading *r, const char *key, json_t *value)
{
    return read_prefixes(r, key, value, &r->permit->deny, &r->permit->n_deny);
}

static enum wx_status read_sources(struct reading *r, const char *key, json_t *value)
{
    return read_prefixes(r, key, value, &r->permit->sources, &r->permit->n_sources);
}

static enum wx_status read_addresses(struct reading *r, const char *key, json_t *value)
{
    static const struct key keys[] = {{"allow", read_allow}, {"deny", read_deny}};

    return read_object(r, key, value, keys, 2);
}

static enum wx_status read_time(struct reading *r, const char *key, json_t *value,
                                int64_t *out)
{
    /* 0 means "no bound" inside: 1970 must not come to mean "for ever" */
    if (!json_is_string(value) || !wx_time_parse(text_of(value), out) || *out <= 0)
        return bad(r, key, "must be a time like 2026-06-01T08:00:00+08:00");
    return WX_OK;
}

static enum wx_status read_from(struct reading *r, const char *key, json_t *value)
{
    return read_time(r, key, value, &r->permit->from_s);
}

static enum wx_status read_until(struct reading *r, const char *key, json_t *value)
{
    return read_time(r, key, value, &r->permit->until_s);
}

static enum wx_status read_daily_from(struct reading *r, const char *key, json_t *value)
{
    if (!json_is_string(value) ||
        !wx_daily_time_parse(text_of(value), &r->permit->daily.from_min))
        return bad(r, key, "must be a time of day like 22:00");
    return WX_OK;
}

static enum wx_status read_daily_until(struct reading *r, const char *key,
                                       json_t *value)
{
    if (!json_is_string(value) ||
        !wx_daily_time_parse(text_of(value), &r->permit->daily.until_min))
        return bad(r, key, "must be a time of day like 06:00");
    return WX_OK;
}

static enum wx_status read_offset(struct reading *r, const char *key, json_t *value)
{
    if (!json_is_string(value) ||
        !wx_daily_offset_parse(text_of(value), &r->permit->daily.offset_min))
        return bad(r, key, "must be an offset from UTC like +08:00");
    return WX_OK;
}

static enum wx_status read_daily(struct reading *r, const char *key, json_t *value)
{
    static const struct key keys[] = {{"from", read_daily_from},
                                      {"until", read_daily_until},
                                      {"offset", read_offset}};
    enum wx_status status;

    r->permit->daily.offset_min = WX_CHINA_OFFSET_MIN;
    status = read_object(r, key, value, keys, 3);
    if (status)
        return status;
    if (!json_object_get(value, "from") || !json_object_get(value, "until"))
        return bad(r, key, "needs 'from' and 'until'");
    if (r->permit->daily.from_min == r->permit->daily.until_min)
        return bad(r, key, "begins and ends at the same time; leave it out");
    return WX_OK;
}

static enum wx_status read_window(struct reading *r, const char *key, json_t *value)
{
    static const struct key keys[] = {
        {"from", read_from}, {"until", read_until}, {"daily", read_daily}};
    enum wx_status status = read_object(r, key, value, keys, 3);

    if (status == WX_OK && r->permit->from_s && r->permit->until_s &&
        r->permit->until_s <= r->permit->from_s)
        return bad(r, key, "ends before it begins");
    return status;
}

static enum wx_status read_rate(struct reading *r, const char *key, json_t *value,
                                double *out)
{
    double rate = json_is_number(value) ? json_number_value(value) : -1;

    if (!(rate >= 0 && rate <= 1e6) || (rate > 0 && rate < 1e-4))
        return bad(r, key, "must be requests per second, 0 for no limit");
    *out = rate;
    return WX_OK;
}

static enum wx_status read_per_host(struct reading *r, const char *key, json_t *value)
{
    return read_rate(r, key, value, &r->permit->pace_per_s);
}

static enum wx_status read_per_address(struct reading *r, const char *key,
                                       json_t *value)
{
    return read_rate(r, key, value, &r->permit->address_pace_per_s);
}

static enum wx_status read_count(struct reading *r, const char *key, json_t *value,
                                 uint32_t *out)
{
    json_int_t n = json_is_integer(value) ? json_integer_value(value) : 0;

    if (n < 1 || n > 100000)
        return bad(r, key, "must be a count from 1 to 100000");
    *out = (uint32_t)n;
    return WX_OK;
}

static enum wx_status read_host_connections(struct reading *r, const char *key,
                                            json_t *value)
{
    return read_count(r, key, value, &r->permit->host_connections);
}

static enum wx_status read_connections(struct reading *r, const char *key,
                                       json_t *value)
{
    return read_count(r, key, value, &r->permit->connections);
}

static enum wx_status read_pace(struct reading *r, const char *key, json_t *value)
{
    static const struct key keys[] = {
        {"per_host", read_per_host},
        {"per_address", read_per_address},
        {"host_connections", read_host_connections},
        {"connections", read_connections},
    };

    return read_object(r, key, value, keys, 4);
}

static enum wx_status read_depth(struct reading *r, const char *key, json_t *value)
{
    static const char *const names[] = {"passive", "active", "intrusive"};

    for (unsigned i = 0; i < 3; i++)
        if (json_is_string(value) && wx_str_eqz(text_of(value), names[i])) {
            r->permit->depth = (enum wx_depth)i;
            return WX_OK;
        }
    return bad(r, key, "must be \"passive\", \"active\" or \"intrusive\"");
}

static enum wx_status read_ignore(struct reading *r, const char *key, json_t *value)
{
    if (!json_is_boolean(value))
        return bad(r, key, "must be true or false");
    r->permit->ignores_robots = json_is_true(value);
    return WX_OK;
}

static enum wx_status read_order(struct reading *r, const char *key, json_t *value)
{
    return read_text(r, key, value, &r->permit->robots_order);
}

static enum wx_status read_robots(struct reading *r, const char *key, json_t *value)
{
    static const struct key keys[] = {{"ignore", read_ignore}, {"order", read_order}};
    enum wx_status status = read_object(r, key, value, keys, 2);

    if (status == WX_OK && r->permit->ignores_robots && !r->permit->robots_order.len)
        return bad(r, key, "may only be ignored with the 'order' that says so");
    return status;
}

static enum wx_status read_offsite(struct reading *r, const char *key, json_t *value)
{
    r->permit->checks_offsite =
        json_is_string(value) && wx_str_eqz(text_of(value), "head");
    if (!r->permit->checks_offsite &&
        (!json_is_string(value) || !wx_str_eqz(text_of(value), "none")))
        return bad(r, key, "must be \"none\" or \"head\"");
    return WX_OK;
}

static enum wx_status read_base64(struct reading *r, const char *key, json_t *value,
                                  unsigned char *out, size_t n)
{
    struct wx_str raw;

    if (!json_is_string(value) ||
        !wx_base64_read(&r->permit->arena, text_of(value), &raw) || raw.len != n)
        return bad(r, key, "is not base64 of the right length");
    memcpy(out, raw.ptr, n);
    return WX_OK;
}

static enum wx_status read_signer(struct reading *r, const char *key, json_t *value)
{
    return read_base64(r, key, value, r->permit->signer.bytes,
                       sizeof r->permit->signer.bytes);
}

static enum wx_status read_signed(struct reading *r, const char *key, json_t *value)
{
    return read_base64(r, key, value, r->permit->signature.bytes,
                       sizeof r->permit->signature.bytes);
}

static enum wx_status read_signature(struct reading *r, const char *key, json_t *value)
{
    static const struct key keys[] = {{"key", read_signer}, {"value", read_signed}};
    enum wx_status status = read_object(r, key, value, keys, 2);

    if (!status && (!json_object_get(value, "key") || !json_object_get(value, "value")))
        return bad(r, key, "needs 'key' and 'value'");
    r->permit->is_signed = true;
    return status;
}

/* Over the canonical form: however the file is laid out, what it says was signed. */
static enum wx_status check_signature(struct reading *r)
{
    struct wx_buf form = WX_BUF_INIT(2 * WX_MAX_PERMIT_BYTES);
    bool is_good;

    if (!r->permit->is_signed)
        return WX_OK;
    wx_permit_format(r->permit, &form);
    is_good = !form.is_full && wx_sign_is_good(&r->permit->signer, wx_buf_str(&form),
                                               &r->permit->signature);
    wx_buf_clear(&form);
    return is_good ? WX_OK
                   : bad(r, "signature",
                         "does not fit: the permit was changed after "
                         "it was signed");
}

static enum wx_status read_permit(struct reading *r, json_t *root)
{
    static const struct key keys[] = {
        {"version", read_version},     {"id", read_id},
        {"holder", read_holder},       {"source", read_source},
        {"hosts", read_hosts},         {"ports", read_ports},
        {"addresses", read_addresses}, {"window", read_window},
        {"pace", read_pace},           {"depth", read_depth},
        {"robots", read_robots},       {"offsite", read_offsite},
        {"except", read_except},       {"sources", read_sources},
        {"signature", read_signature},
    };
    static const char *const required[] = {"version", "id", "hosts"};
    enum wx_status status =
        read_object(r, "permit", root, keys, sizeof keys / sizeof keys[0]);

    for (size_t i = 0; status == WX_OK && i < 3; i++)
        if (!json_object_get(root, required[i]))
            status = wx_fail(r->err, WX_E_INVALID, "permit '%s': '%s' is missing",
                             r->name, required[i]);
    return status;
}

enum wx_status wx_permit_parse(struct wx_str json, const char *name,
                               struct wx_permit **out, struct wx_err *err)
{
    struct wx_permit *permit = wx_new(struct wx_permit);
    struct reading r = {.permit = permit, .text = json, .name = name, .err = err};
    json_error_t where;
    json_t *root =
        json_loadb(json.ptr ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, &where);
    enum wx_status status;

    wx_arena_init(&permit->arena);
    permit->pace_per_s = permit->address_pace_per_s = -1;
    if (root)
        status = read_permit(&r, root);
    else
        status = wx_fail(err, WX_E_INVALID, "permit '%s', line %d: %.200s", name,
                         where.line, where.text);
    json_decref(root);
    if (status == WX_OK) {
        wx_scope_defaults(permit);
        wx_scope_sort(permit);
        status = check_signature(&r);
    }
    if (status != WX_OK) {
        wx_permit_free(permit);
        return status;
    }
    *out = permit;
    return WX_OK;
}

enum wx_status wx_permit_load(const char *path, struct wx_permit **out,
                              struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_PERMIT_BYTES);
    enum wx_status status = wx_buf_read_file(&text, path, err);

    if (status == WX_OK)
        status = wx_permit_parse(wx_buf_str(&text), path, out, err);
    wx_buf_clear(&text);
    return status;
}
