/* A permit's file form. Reading is strict: a typing error must never widen a scope. */
#include "base/clock.h"
#include "base/json.h"
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

static enum wx_status read_hosts(struct reading *r, const char *key, json_t *value)
{
    struct wx_permit *permit = r->permit;
    size_t i;
    json_t *item;

    if (!json_is_array(value))
        return bad(r, key, "must be a list of host names");
    permit->hosts = wx_arena_array(&permit->arena, struct wx_scope_host,
                                   json_array_size(value) + 1);
    json_array_foreach(value, i, item)
    {
        const char *why = "must be a list of host names";

        if (json_is_string(item))
            why = wx_scope_host_parse(&permit->arena, text_of(item),
                                      &permit->hosts[permit->n_hosts]);
        if (why)
            return wx_fail(r->err, WX_E_INVALID,
                           "permit '%s', line %u: 'hosts' entry %zu '%.80s': %s",
                           r->name, line_of(r, key), i + 1,
                           json_is_string(item) ? json_string_value(item) : "", why);
        permit->n_hosts++;
    }
    return WX_OK;
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

static enum wx_status read_window(struct reading *r, const char *key, json_t *value)
{
    static const struct key keys[] = {{"from", read_from}, {"until", read_until}};
    enum wx_status status = read_object(r, key, value, keys, 2);

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

static enum wx_status read_permit(struct reading *r, json_t *root)
{
    static const struct key keys[] = {
        {"version", read_version},     {"id", read_id},
        {"holder", read_holder},       {"source", read_source},
        {"hosts", read_hosts},         {"ports", read_ports},
        {"addresses", read_addresses}, {"window", read_window},
        {"pace", read_pace},           {"depth", read_depth},
        {"robots", read_robots},       {"offsite", read_offsite},
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
    if (status != WX_OK) {
        wx_permit_free(permit);
        return status;
    }
    wx_scope_defaults(permit);
    wx_scope_sort(permit);
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

static void format_hosts(const struct wx_permit *permit, struct wx_json *j)
{
    wx_json_key(j, "hosts");
    wx_json_open(j, '[');
    for (size_t i = 0; i < permit->n_hosts; i++) {
        const struct wx_scope_host *host = &permit->hosts[i];
        bool is_v6 = wx_str_chr(host->name, ':') != WX_NPOS;
        char text[300];
        int n = snprintf(text, sizeof text, "%s%s" WX_STR_FMT "%s",
                         host->is_wildcard ? "*." : "", is_v6 ? "[" : "",
                         WX_STR_ARG(host->name), is_v6 ? "]" : "");

        if (host->port)
            n += snprintf(text + n, sizeof text - (size_t)n, ":%u", host->port);
        wx_json_str(j, (struct wx_str){text, (size_t)n});
    }
    wx_json_close(j, ']');
}

static void format_prefixes(struct wx_json *j, const char *key,
                            const struct wx_prefix *prefixes, size_t n)
{
    struct wx_buf text = WX_BUF_INIT(80);

    wx_json_key(j, key);
    wx_json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        wx_buf_reset(&text);
        wx_prefix_format(&prefixes[i], &text);
        wx_json_str(j, wx_buf_str(&text));
    }
    wx_json_close(j, ']');
    wx_buf_clear(&text);
}

static void format_scope(const struct wx_permit *permit, struct wx_json *j)
{
    format_hosts(permit, j);
    wx_json_key(j, "ports");
    wx_json_open(j, '[');
    for (size_t i = 0; i < permit->n_ports; i++)
        wx_json_int(j, permit->ports[i]);
    wx_json_close(j, ']');
    wx_json_key(j, "addresses");
    wx_json_open(j, '{');
    format_prefixes(j, "allow", permit->allow, permit->n_allow);
    format_prefixes(j, "deny", permit->deny, permit->n_deny);
    wx_json_close(j, '}');
}

static void format_time(struct wx_json *j, const char *key, int64_t at_s)
{
    char text[24];

    if (!at_s)
        return;
    wx_time_format(at_s, text);
    wx_json_kz(j, key, text);
}

static void format_terms(const struct wx_permit *permit, struct wx_json *j)
{
    static const char *const depths[] = {"passive", "active", "intrusive"};

    wx_json_key(j, "window");
    wx_json_open(j, '{');
    format_time(j, "from", permit->from_s);
    format_time(j, "until", permit->until_s);
    wx_json_close(j, '}');
    wx_json_key(j, "pace");
    wx_json_open(j, '{');
    wx_json_key(j, "per_host");
    wx_json_real(j, permit->pace_per_s, 4);
    wx_json_key(j, "per_address");
    wx_json_real(j, permit->address_pace_per_s, 4);
    wx_json_kint(j, "host_connections", permit->host_connections);
    wx_json_kint(j, "connections", permit->connections);
    wx_json_close(j, '}');
    wx_json_kz(j, "depth", depths[permit->depth]);
    wx_json_key(j, "robots");
    wx_json_open(j, '{');
    wx_json_kbool(j, "ignore", permit->ignores_robots);
    wx_json_kstr_opt(j, "order", permit->robots_order);
    wx_json_close(j, '}');
    wx_json_kz(j, "offsite", permit->checks_offsite ? "head" : "none");
}

void wx_permit_format(const struct wx_permit *permit, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_json_kint(&j, "version", 1);
    wx_json_kstr(&j, "id", permit->id);
    wx_json_kstr_opt(&j, "holder", permit->holder);
    wx_json_kz(&j, "source", permit->is_command_line ? "command-line" : "order");
    format_scope(permit, &j);
    format_terms(permit, &j);
    wx_json_close(&j, '}');
}
