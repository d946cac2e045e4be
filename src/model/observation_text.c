/* The text form of an observation: what format writes, parse reads back unchanged. */
#include "base/limits.h"
#include "model/field.h"
#include "model/observation.h"
#include <stdio.h>

enum {
    MAX_HOPS = WX_MAX_REDIRECTS + 1,
    MAX_TIME_MS = INT32_MAX,
};

static const struct {
    uint32_t bit;
    const char *name;
} cert_problems[] = {
    {WX_CERT_EXPIRED, "expired"},
    {WX_CERT_NOT_YET_VALID, "not_yet_valid"},
    {WX_CERT_WRONG_NAME, "wrong_name"},
    {WX_CERT_UNTRUSTED, "untrusted"},
    {WX_CERT_SELF_SIGNED, "self_signed"},
    {WX_CERT_INCOMPLETE, "incomplete"},
    {WX_CERT_REVOKED, "revoked"},
    {WX_CERT_WEAK, "weak"},
    {WX_CERT_OTHER, "other"},
};
enum { N_CERT_PROBLEMS = sizeof cert_problems / sizeof *cert_problems };

static void format_tls(struct wx_json *j, const struct wx_tls *tls)
{
    char version[8];

    wx_json_open(j, '{');
    snprintf(version, sizeof version, "0x%04x", tls->version);
    wx_json_kz(j, "version", version);
    wx_field_put_str(j, "cipher", tls->cipher);
    wx_field_put_true(j, "needs_old_client", tls->needs_old_client);
    if (tls->cert_problems) {
        wx_json_key(j, "problems");
        wx_json_open(j, '[');
        for (size_t i = 0; i < N_CERT_PROBLEMS; i++)
            if (tls->cert_problems & cert_problems[i].bit)
                wx_json_str(j, wx_str_of(cert_problems[i].name));
        wx_json_close(j, ']');
    }
    wx_field_put_str(j, "error", tls->error);
    wx_field_put_str(j, "subject", tls->subject);
    wx_field_put_str(j, "issuer", tls->issuer);
    if (tls->n_names) {
        wx_json_key(j, "names");
        wx_json_open(j, '[');
        for (size_t i = 0; i < tls->n_names; i++)
            wx_field_put_element(j, tls->names[i]);
        wx_json_close(j, ']');
    }
    wx_field_put_int(j, "not_before_s", tls->not_before_s);
    wx_field_put_int(j, "not_after_s", tls->not_after_s);
    wx_field_put_str(j, "key", tls->key);
    wx_field_put_str(j, "signature", tls->signature);
    wx_field_put_int(j, "n_chain", tls->n_chain);
    wx_field_put_hash(j, "leaf", &tls->leaf_sha256);
    wx_field_put_hash(j, "chain", &tls->chain);
    wx_json_close(j, '}');
}

static void format_hop(struct wx_json *j, const struct wx_hop *hop)
{
    wx_json_open(j, '{');
    wx_field_put_str(j, "url", hop->url);
    wx_field_put_str(j, "address", hop->address);
    wx_field_put_int(j, "status", hop->status);
    wx_field_put_str(j, "location", hop->location);
    wx_field_put_str(j, "headers", hop->headers);
    if (hop->tls) {
        wx_json_key(j, "tls");
        format_tls(j, hop->tls);
    }
    wx_json_close(j, '}');
}

static void format_timing(struct wx_json *j, const struct wx_fetch *fetch)
{
    wx_json_key(j, "timing_ms");
    wx_json_open(j, '{');
    wx_json_kint(j, "dns", fetch->dns_ms);
    wx_json_kint(j, "connect", fetch->connect_ms);
    wx_json_kint(j, "tls", fetch->tls_ms);
    wx_json_kint(j, "first_byte", fetch->first_byte_ms);
    wx_json_kint(j, "total", fetch->total_ms);
    wx_json_close(j, '}');
}

static void format_fetch(struct wx_json *j, const struct wx_fetch *fetch)
{
    wx_json_open(j, '{');
    wx_json_kz(j, "purpose", wx_purpose_name(fetch->purpose));
    wx_json_kz(j, "method", fetch->is_head ? "HEAD" : "GET");
    wx_json_kz(j, "outcome", wx_outcome_name(fetch->outcome));
    wx_field_put_str(j, "detail", fetch->detail);
    wx_field_put_str(j, "url", fetch->url);
    wx_field_put_str(j, "final_url", fetch->final_url);
    wx_field_put_str(j, "referrer", fetch->referrer);
    wx_field_put_int(j, "status", fetch->status);
    wx_field_put_hash(j, "body", &fetch->body);
    wx_field_put_int(j, "body_bytes", (int64_t)fetch->body_bytes);
    wx_field_put_int(j, "wire_bytes", (int64_t)fetch->wire_bytes);
    wx_field_put_true(j, "is_truncated", fetch->is_truncated);
    wx_field_put_true(j, "is_length_wrong", fetch->is_length_wrong);
    format_timing(j, fetch);
    wx_field_put_int(j, "n_requests", fetch->n_requests);
    wx_field_put_int(j, "depth", fetch->depth);
    wx_json_key(j, "hops");
    wx_json_open(j, '[');
    for (size_t i = 0; i < fetch->n_hops; i++)
        format_hop(j, &fetch->hops[i]);
    wx_json_close(j, ']');
    wx_json_close(j, '}');
}

void wx_observation_format(const struct wx_observation *obs, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_field_put_site(&j, obs->site_id);
    wx_json_kint(&j, "seq", obs->seq);
    wx_json_kz(&j, "kind", "fetch");
    wx_json_kint(&j, "at_ms", obs->at_ms);
    wx_json_key(&j, "fetch");
    format_fetch(&j, &obs->fetch);
    wx_json_close(&j, '}');
}

/* A record inside a record: same arena and error, its own object. */
static struct wx_fields fields_of(struct wx_fields *f, const json_t *object,
                                  const char *what)
{
    struct wx_fields inner = *f;

    inner.object = object;
    inner.what = what;
    if (!f->status && !json_is_object(object))
        wx_field_bad(&inner, what, "not an object");
    return inner;
}

static uint16_t parse_version(struct wx_fields *f)
{
    struct wx_str s = wx_field_str(f, "version");
    unsigned char bytes[2] = {0, 0};

    if (!wx_str_starts(s, "0x") ||
        !wx_unhex(wx_str_sub(s, 2, s.len), bytes, sizeof bytes))
        wx_field_bad(f, "version", "not like \"0x0303\"");
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t parse_problems(struct wx_fields *f)
{
    size_t n;
    const json_t *array = wx_field_array(f, "problems", N_CERT_PROBLEMS, &n);
    uint32_t bits = 0;

    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(array, i));
        uint32_t bit = 0;

        for (size_t k = 0; name && k < N_CERT_PROBLEMS; k++)
            if (strcmp(name, cert_problems[k].name) == 0)
                bit = cert_problems[k].bit;
        if (!bit)
            wx_field_bad(f, "problems", "unknown word");
        bits |= bit;
    }
    return bits;
}

static struct wx_tls *parse_tls(struct wx_fields *hop)
{
    struct wx_fields f = fields_of(hop, json_object_get(hop->object, "tls"), "tls");
    struct wx_tls *tls = wx_arena_new(hop->arena, struct wx_tls);
    const json_t *names;

    tls->version = parse_version(&f);
    tls->cipher = wx_field_str(&f, "cipher");
    tls->needs_old_client = wx_field_bool(&f, "needs_old_client");
    tls->cert_problems = parse_problems(&f);
    tls->error = wx_field_str(&f, "error");
    tls->subject = wx_field_str(&f, "subject");
    tls->issuer = wx_field_str(&f, "issuer");
    names = wx_field_array(&f, "names", WX_MAX_CERT_NAMES, &tls->n_names);
    tls->names = wx_arena_array(hop->arena, struct wx_str, tls->n_names + 1);
    for (size_t i = 0; i < tls->n_names; i++)
        tls->names[i] = wx_field_element(&f, names, i, "names");
    tls->not_before_s = wx_field_int(&f, "not_before_s", INT64_MIN, INT64_MAX);
    tls->not_after_s = wx_field_int(&f, "not_after_s", INT64_MIN, INT64_MAX);
    tls->key = wx_field_str(&f, "key");
    tls->signature = wx_field_str(&f, "signature");
    tls->n_chain = (uint8_t)wx_field_int(&f, "n_chain", 0, UINT8_MAX);
    tls->leaf_sha256 = wx_field_hash(&f, "leaf");
    tls->chain = wx_field_hash(&f, "chain");
    hop->status = f.status;
    return tls;
}

static void parse_hop(struct wx_fields *fetch, const json_t *object, struct wx_hop *hop)
{
    struct wx_fields f = fields_of(fetch, object, "hop");

    hop->url = wx_field_str(&f, "url");
    hop->address = wx_field_str(&f, "address");
    hop->status = (uint16_t)wx_field_int(&f, "status", 0, UINT16_MAX);
    hop->location = wx_field_str(&f, "location");
    hop->headers = wx_field_str(&f, "headers");
    if (wx_field_is_there(&f, "tls"))
        hop->tls = parse_tls(&f);
    fetch->status = f.status;
}

static void parse_timing(struct wx_fields *fetch, struct wx_fetch *out)
{
    struct wx_fields f =
        fields_of(fetch, json_object_get(fetch->object, "timing_ms"), "timing_ms");

    out->dns_ms = (int32_t)wx_field_int(&f, "dns", -1, MAX_TIME_MS);
    out->connect_ms = (int32_t)wx_field_int(&f, "connect", -1, MAX_TIME_MS);
    out->tls_ms = (int32_t)wx_field_int(&f, "tls", -1, MAX_TIME_MS);
    out->first_byte_ms = (int32_t)wx_field_int(&f, "first_byte", -1, MAX_TIME_MS);
    out->total_ms = (int32_t)wx_field_int(&f, "total", -1, MAX_TIME_MS);
    fetch->status = f.status;
}

static void parse_typed(struct wx_fields *f, struct wx_fetch *out)
{
    struct wx_str method = wx_field_str(f, "method");

    if (!wx_purpose_parse(wx_field_str(f, "purpose"), &out->purpose))
        wx_field_bad(f, "purpose", "missing or unknown");
    if (!wx_outcome_parse(wx_field_str(f, "outcome"), &out->outcome))
        wx_field_bad(f, "outcome", "missing or unknown");
    out->is_head = wx_str_eqz(method, "HEAD");
    if (!out->is_head && !wx_str_eqz(method, "GET"))
        wx_field_bad(f, "method", "neither GET nor HEAD");
}

static void parse_fetch(struct wx_fields *obs, struct wx_fetch *out)
{
    struct wx_fields f = fields_of(obs, json_object_get(obs->object, "fetch"), "fetch");
    const json_t *hops;

    parse_typed(&f, out);
    out->detail = wx_field_str(&f, "detail");
    out->url = wx_field_str_need(&f, "url");
    out->final_url = wx_field_str(&f, "final_url");
    out->referrer = wx_field_str(&f, "referrer");
    out->status = (uint16_t)wx_field_int(&f, "status", 0, UINT16_MAX);
    out->body = wx_field_hash(&f, "body");
    out->body_bytes = (uint64_t)wx_field_int(&f, "body_bytes", 0, INT64_MAX);
    out->wire_bytes = (uint64_t)wx_field_int(&f, "wire_bytes", 0, INT64_MAX);
    out->is_truncated = wx_field_bool(&f, "is_truncated");
    out->is_length_wrong = wx_field_bool(&f, "is_length_wrong");
    parse_timing(&f, out);
    out->n_requests = (uint32_t)wx_field_int(&f, "n_requests", 0, UINT32_MAX);
    out->depth = (uint16_t)wx_field_int(&f, "depth", 0, UINT16_MAX);
    hops = wx_field_array(&f, "hops", MAX_HOPS, &out->n_hops);
    out->hops = wx_arena_array(f.arena, struct wx_hop, out->n_hops + 1);
    for (size_t i = 0; i < out->n_hops && !f.status; i++)
        parse_hop(&f, json_array_get(hops, i), &out->hops[i]);
    obs->status = f.status;
}

enum wx_status wx_observation_parse(struct wx_str json, struct wx_arena *arena,
                                    struct wx_observation *out, struct wx_err *err)
{
    struct wx_fields f = {.what = "observation", .arena = arena, .err = err};
    json_t *object = wx_field_object(json, f.what, err);
    struct wx_observation obs = {.kind = WX_OBS_FETCH};

    if (!object)
        return json.len > WX_MAX_MESSAGE_BYTES ? WX_E_TOO_BIG : WX_E_INVALID;
    f.object = object;
    obs.site_id = wx_field_site(&f);
    obs.seq = (uint32_t)wx_field_int(&f, "seq", 1, UINT32_MAX);
    if (!obs.seq)
        wx_field_bad(&f, "seq", "missing");
    if (!wx_str_eqz(wx_field_str(&f, "kind"), "fetch"))
        wx_field_bad(&f, "kind", "missing or unknown");
    obs.at_ms = wx_field_int(&f, "at_ms", INT64_MIN, INT64_MAX);
    parse_fetch(&f, &obs.fetch);
    json_decref(object);
    if (!f.status)
        *out = obs;
    return f.status;
}
