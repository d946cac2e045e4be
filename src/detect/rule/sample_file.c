#include "base/hash.h"
#include "base/limits.h"
#include "detect/detect.h"
#include "detect/rule/sample.h"
#include "wire/yaml.h"
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MAX_FETCHES = 100,
    MAX_ITEMS = 200,
    DEFAULT_NOW_S = 1780272000, /* 2026-06-01, when nothing else is said */
    DAY_S = 86400,
};

/* ---- site and register ---- */

static const char *const site_keys[] = {
    "domain",    "name",  "start_url", "ip",          "server_place",
    "icp",       "unit",  "contact",   "leader",      "phone",
    "unit_kind", "grade", "site_code", "police_code", NULL};

static enum wx_status read_site_texts(const struct wx_yaml *y, struct fy_node *map,
                                      struct wx_site *site)
{
    struct wx_str *fields[] = {&site->domain, &site->name,         &site->start_url,
                               &site->ip,     &site->server_place, &site->icp,
                               &site->unit,   &site->contact,      &site->leader,
                               &site->phone};
    enum wx_status st = WX_OK;

    for (size_t i = 0; !st && i < sizeof(fields) / sizeof(fields[0]); i++)
        st = wx_yaml_str_opt(y, map, site_keys[i], fields[i]);
    if (!st)
        st = wx_yaml_str_opt(y, map, "site_code", &site->site_code);
    return st ? st : wx_yaml_str_opt(y, map, "police_code", &site->police_code);
}

static enum wx_status read_site(const struct wx_yaml *y, struct fy_node *map,
                                struct wx_site *site)
{
    struct wx_str kind = {0};
    int64_t grade = 0;
    enum wx_status st = wx_yaml_keys(y, map, site_keys);

    if (!st)
        st = read_site_texts(y, map, site);
    if (!st)
        st = wx_yaml_str_opt(y, map, "unit_kind", &kind);
    if (!st && kind.len && !wx_unit_kind_parse(kind, &site->unit_kind))
        st = wx_yaml_fail(y, map, "'unit_kind' is not known");
    if (!st)
        st = wx_yaml_int_opt(y, map, "grade", 0, 5, &grade);
    site->grade = (uint8_t)grade;
    return st;
}

/* What the sample left out follows from the first address. */
static void complete_site(const struct wx_yaml *y, struct wx_site *site,
                          struct wx_str first_url)
{
    struct wx_url url;
    uint16_t port = 0;

    if (!site->start_url.len)
        site->start_url = site->domain.len
                              ? wx_arena_printf(y->arena, "https://" WX_STR_FMT "/",
                                                WX_STR_ARG(site->domain))
                              : first_url;
    if (!wx_url_parse(y->arena, site->start_url, NULL, &url, NULL)) {
        if (!site->domain.len)
            site->domain = url.host;
        port = url.has_port ? url.port : 0;
    }
    site->id = wx_site_key(site->domain, port);
}

/* ---- one fetch ---- */

static enum wx_status read_headers(const struct wx_yaml *y, struct fy_node *map,
                                   uint16_t status, struct wx_str type,
                                   struct wx_str *out)
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_HEADER_BYTES);
    struct fy_node *seq, *item;
    void *prev = NULL;
    struct wx_str line;
    size_t n;
    enum wx_status st = wx_yaml_seq_opt(y, map, "headers", MAX_ITEMS, &seq, &n);

    (void)wx_buf_printf(&buf, "HTTP/1.1 %u %s\r\n", status, status == 200 ? "OK" : "-");
    if (!seq && type.len)
        (void)wx_buf_printf(&buf, "Content-Type: " WX_STR_FMT "\r\n", WX_STR_ARG(type));
    while (!st && seq && (item = fy_node_sequence_iterate(seq, &prev))) {
        st = wx_yaml_str(y, item, &line);
        if (!st && wx_str_chr(line, ':') == WX_NPOS)
            st = wx_yaml_fail(y, item, "a header line is 'Name: value'");
        (void)wx_buf_adds(&buf, line);
        (void)wx_buf_addz(&buf, "\r\n");
    }
    (void)wx_buf_addz(&buf, "\r\n");
    *out = wx_arena_str(y->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return st;
}

static const struct {
    const char *name;
    uint32_t bit;
} cert_problems[] = {
    {"expired", WX_CERT_EXPIRED},
    {"not_yet_valid", WX_CERT_NOT_YET_VALID},
    {"wrong_name", WX_CERT_WRONG_NAME},
    {"untrusted", WX_CERT_UNTRUSTED},
    {"self_signed", WX_CERT_SELF_SIGNED},
    {"incomplete", WX_CERT_INCOMPLETE},
    {"revoked", WX_CERT_REVOKED},
    {"weak", WX_CERT_WEAK},
    {"other", WX_CERT_OTHER},
};

static enum wx_status read_problems(const struct wx_yaml *y, struct fy_node *map,
                                    uint32_t *bits)
{
    enum { N = sizeof(cert_problems) / sizeof(cert_problems[0]) };
    struct fy_node *seq, *item;
    void *prev = NULL;
    struct wx_str s;
    size_t n, i;
    enum wx_status st = wx_yaml_seq_opt(y, map, "problems", MAX_ITEMS, &seq, &n);

    while (!st && seq && (item = fy_node_sequence_iterate(seq, &prev))) {
        st = wx_yaml_str(y, item, &s);
        for (i = 0; !st && i < N; i++)
            if (wx_str_eqz(s, cert_problems[i].name)) {
                *bits |= cert_problems[i].bit;
                break;
            }
        if (!st && i == N)
            st = wx_yaml_fail(y, item, "no certificate problem is called so");
    }
    return st;
}

static enum wx_status read_names(const struct wx_yaml *y, struct fy_node *map,
                                 struct wx_tls *tls)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st = wx_yaml_seq_opt(y, map, "names", MAX_ITEMS, &seq, &n);

    if (st || !seq)
        return st;
    tls->names = wx_arena_array(y->arena, struct wx_str, n);
    tls->n_names = 0;
    while (!st && (item = fy_node_sequence_iterate(seq, &prev)))
        st = wx_yaml_str(y, item, &tls->names[tls->n_names++]);
    return st;
}

/* A connection as it should be; the sample says what is different. */
static struct wx_tls *good_tls(const struct wx_yaml *y, struct wx_str host,
                               int64_t now_s)
{
    struct wx_tls *tls = wx_arena_new(y->arena, struct wx_tls);

    tls->version = 0x0304;
    tls->cipher = WX_STR("TLS_AES_128_GCM_SHA256");
    tls->subject = wx_arena_printf(y->arena, "CN=" WX_STR_FMT, WX_STR_ARG(host));
    tls->issuer = WX_STR("CN=Xingyuan Sample CA,O=Xingyuan,C=CN");
    tls->names = wx_arena_array(y->arena, struct wx_str, 1);
    tls->names[0] = host;
    tls->n_names = 1;
    tls->not_before_s = now_s - 60 * DAY_S;
    tls->not_after_s = now_s + 300 * DAY_S;
    tls->key = WX_STR("RSA 2048");
    tls->signature = WX_STR("sha256WithRSAEncryption");
    tls->n_chain = 2;
    return tls;
}

static enum wx_status read_tls(const struct wx_yaml *y, struct fy_node *map,
                               struct wx_tls *tls)
{
    static const char *const keys[] = {
        "version", "cipher", "problems", "not_before", "not_after",        "names",
        "subject", "issuer", "key",      "signature",  "needs_old_client", "error",
        "n_chain", NULL};
    int64_t version = tls->version, n_chain = tls->n_chain;
    enum wx_status st = wx_yaml_keys(y, map, keys);

    if (!st)
        st = wx_yaml_int_opt(y, map, "version", 0, 0xffff, &version);
    if (!st)
        st = wx_yaml_int_opt(y, map, "n_chain", 0, WX_MAX_CHAIN_CERTS, &n_chain);
    if (!st)
        st = read_problems(y, map, &tls->cert_problems);
    if (!st)
        st = read_names(y, map, tls);
    if (!st)
        st = wx_yaml_time_opt(y, map, "not_before", &tls->not_before_s);
    if (!st)
        st = wx_yaml_time_opt(y, map, "not_after", &tls->not_after_s);
    if (!st)
        st = wx_yaml_bool_opt(y, map, "needs_old_client", &tls->needs_old_client);
    if (!st)
        st = wx_yaml_str_opt(y, map, "cipher", &tls->cipher);
    if (!st)
        st = wx_yaml_str_opt(y, map, "subject", &tls->subject);
    if (!st)
        st = wx_yaml_str_opt(y, map, "issuer", &tls->issuer);
    if (!st)
        st = wx_yaml_str_opt(y, map, "key", &tls->key);
    if (!st)
        st = wx_yaml_str_opt(y, map, "signature", &tls->signature);
    if (!st)
        st = wx_yaml_str_opt(y, map, "error", &tls->error);
    tls->version = (uint16_t)version;
    tls->n_chain = (uint8_t)n_chain;
    return st;
}

/* The hop's connection: given, or a good one for https. */
static enum wx_status read_connection(const struct wx_yaml *y, struct fy_node *map,
                                      int64_t now_s, struct wx_hop *hop)
{
    struct fy_node *tls = wx_yaml_get(map, "tls");
    struct wx_url url;
    struct wx_str host = hop->url;
    enum wx_status st;

    if (!wx_url_parse(y->arena, hop->url, NULL, &url, NULL))
        host = url.host;
    else if (tls)
        return wx_yaml_fail(y, map, "'tls' of something that is not a URL");
    if (tls || wx_str_starts(hop->url, "https:"))
        hop->tls = good_tls(y, host, now_s);
    hop->address = wx_str_starts(hop->url, "https:") ? WX_STR("203.0.113.10:443")
                                                     : WX_STR("203.0.113.10:80");
    st = wx_yaml_str_opt(y, map, "address", &hop->address);
    if (!st && tls)
        st = read_tls(y, tls, hop->tls);
    return st;
}

static enum wx_status read_redirects(const struct wx_yaml *y, struct fy_node *map,
                                     int64_t now_s, struct wx_fetch *fetch)
{
    static const char *const keys[] = {"url", "status",  "location", "headers",
                                       "tls", "address", NULL};
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st = wx_yaml_seq_opt(y, map, "redirects", MAX_ITEMS, &seq, &n);

    fetch->hops = wx_arena_array(y->arena, struct wx_hop, n + 1);
    while (!st && seq && (item = fy_node_sequence_iterate(seq, &prev))) {
        struct wx_hop *hop = &fetch->hops[fetch->n_hops++];
        int64_t status = 302;

        st = wx_yaml_keys(y, item, keys);
        if (!st)
            st = wx_yaml_str_need(y, item, "url", &hop->url);
        if (!st)
            st = wx_yaml_int_opt(y, item, "status", 100, 599, &status);
        if (!st)
            st = wx_yaml_str_opt(y, item, "location", &hop->location);
        if (!st)
            st = read_headers(y, item, (uint16_t)status, (struct wx_str){0},
                              &hop->headers);
        if (!st)
            st = read_connection(y, item, now_s, hop);
        hop->status = (uint16_t)status;
    }
    /* a hop that does not say leads to the next one */
    for (size_t i = 0; !st && i < fetch->n_hops; i++)
        if (!fetch->hops[i].location.len)
            fetch->hops[i].location =
                i + 1 < fetch->n_hops ? fetch->hops[i + 1].url : fetch->final_url;
    return st;
}

/* ---- body ---- */

static enum wx_status convert(const struct wx_yaml *y, struct fy_node *node,
                              struct wx_str charset, struct wx_str *body)
{
    iconv_t cd = iconv_open(wx_arena_z(y->arena, charset), "UTF-8");
    size_t in_left = body->len, out_size = body->len * 4 + 64, out_left = out_size;
    char *in = (char *)body->ptr, *out, *at;
    size_t rc;

    if (cd == (iconv_t)-1)
        return wx_yaml_fail(y, node, "charset '" WX_STR_FMT "' is not known",
                            WX_STR_ARG(charset));
    out = at = wx_arena_alloc(y->arena, out_size);
    rc = iconv(cd, &in, &in_left, &at, &out_left);
    iconv_close(cd);
    if (rc == (size_t)-1)
        return wx_yaml_fail(y, node, "the body cannot be written in '" WX_STR_FMT "'",
                            WX_STR_ARG(charset));
    *body = (struct wx_str){out, (size_t)(at - out)};
    return WX_OK;
}

static enum wx_status read_body_file(const struct wx_yaml *y, struct fy_node *node,
                                     struct wx_str *body)
{
    struct wx_buf buf = WX_BUF_INIT(WX_MAX_BODY_BYTES);
    const char *slash = strrchr(y->file, '/');
    struct wx_str name, path;
    struct wx_err err = {0};
    enum wx_status st = wx_yaml_str(y, node, &name);

    if (st)
        return st;
    if (name.len == 0 || name.ptr[0] == '/' || wx_str_findz(name, "..") != WX_NPOS)
        return wx_yaml_fail(y, node, "'body_file' must stay below the rule's folder");
    path = wx_arena_printf(y->arena, "%.*s" WX_STR_FMT,
                           slash ? (int)(slash - y->file + 1) : 0, y->file,
                           WX_STR_ARG(name));
    st = wx_buf_read_file(&buf, path.ptr, &err);
    if (st)
        st = wx_yaml_fail(y, node, "%s", err.text);
    else
        *body = wx_arena_str(y->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return st;
}

static enum wx_status read_body_hex(const struct wx_yaml *y, struct fy_node *node,
                                    struct wx_str *body)
{
    struct wx_str hex;
    unsigned char *bytes;
    enum wx_status st = wx_yaml_str(y, node, &hex);

    if (st)
        return st;
    bytes = wx_arena_alloc(y->arena, hex.len / 2 + 1);
    if (!wx_unhex(hex, bytes, hex.len / 2))
        return wx_yaml_fail(y, node, "'body_hex' must be hex digits");
    *body = (struct wx_str){(const char *)bytes, hex.len / 2};
    return WX_OK;
}

static enum wx_status read_body(const struct wx_yaml *y, struct fy_node *map,
                                struct wx_str *body)
{
    struct fy_node *file = wx_yaml_get(map, "body_file");
    struct fy_node *hex = wx_yaml_get(map, "body_hex");
    struct wx_str charset = {0};
    enum wx_status st = wx_yaml_str_opt(y, map, "body", body);

    if (!st && file)
        st = read_body_file(y, file, body);
    if (!st && hex)
        st = read_body_hex(y, hex, body);
    if (!st)
        st = wx_yaml_str_opt(y, map, "charset", &charset);
    if (!st && charset.len)
        st = convert(y, map, charset, body);
    return st;
}

/* ---- putting a fetch together ---- */

static enum wx_status read_kind(const struct wx_yaml *y, struct fy_node *map,
                                struct wx_fetch *fetch)
{
    struct wx_str purpose = {0}, outcome = {0};
    int64_t status, depth = fetch->purpose != WX_FOR_HOME;
    enum wx_status st = wx_yaml_str_opt(y, map, "purpose", &purpose);

    if (!st && purpose.len && !wx_purpose_parse(purpose, &fetch->purpose))
        st = wx_yaml_fail(y, map, "no purpose is called '" WX_STR_FMT "'",
                          WX_STR_ARG(purpose));
    if (!st)
        st = wx_yaml_str_opt(y, map, "outcome", &outcome);
    if (!st && outcome.len && !wx_outcome_parse(outcome, &fetch->outcome))
        st = wx_yaml_fail(y, map, "no outcome is called '" WX_STR_FMT "'",
                          WX_STR_ARG(outcome));
    status = fetch->outcome == WX_OUT_OK ? 200 : 0;
    if (!st)
        st = wx_yaml_int_opt(y, map, "status", 0, 999, &status);
    if (!st)
        st = wx_yaml_int_opt(y, map, "depth", 0, 1000, &depth);
    fetch->status = (uint16_t)status;
    fetch->depth = (uint16_t)depth;
    return st;
}

static enum wx_status read_details(const struct wx_yaml *y, struct fy_node *map,
                                   struct wx_fetch *fetch)
{
    int64_t first_byte_ms = 40, total_ms = 60;
    enum wx_status st = wx_yaml_str_opt(y, map, "detail", &fetch->detail);

    if (!st)
        st = wx_yaml_str_opt(y, map, "referrer", &fetch->referrer);
    if (!st)
        st = wx_yaml_bool_opt(y, map, "head", &fetch->is_head);
    if (!st)
        st = wx_yaml_bool_opt(y, map, "truncated", &fetch->is_truncated);
    if (!st)
        st = wx_yaml_bool_opt(y, map, "length_wrong", &fetch->is_length_wrong);
    if (!st)
        st = wx_yaml_int_opt(y, map, "first_byte_ms", 0, 1000000, &first_byte_ms);
    if (!st)
        st = wx_yaml_int_opt(y, map, "total_ms", 0, 1000000, &total_ms);
    fetch->dns_ms = 2;
    fetch->connect_ms = 5;
    fetch->tls_ms = fetch->n_hops && fetch->hops[fetch->n_hops - 1].tls ? 10 : -1;
    fetch->first_byte_ms = fetch->outcome == WX_OUT_OK ? (int32_t)first_byte_ms : -1;
    fetch->total_ms = (int32_t)total_ms;
    return st;
}

static bool was_sent(enum wx_outcome outcome)
{
    return outcome != WX_OUT_DENIED && outcome != WX_OUT_ROBOTS &&
           outcome != WX_OUT_NO_SUCH_HOST && outcome != WX_OUT_DNS_FAILED;
}

static enum wx_status read_last_hop(const struct wx_yaml *y, struct fy_node *map,
                                    int64_t now_s, bool has_body,
                                    struct wx_fetch *fetch)
{
    struct wx_hop *hop = &fetch->hops[fetch->n_hops];
    struct wx_str type = has_body ? WX_STR("text/html") : (struct wx_str){0};
    enum wx_status st;

    if (!was_sent(fetch->outcome))
        return WX_OK;
    fetch->n_hops++;
    hop->url = fetch->final_url;
    hop->status = fetch->status;
    st = read_connection(y, map, now_s, hop);
    if (!st && fetch->status)
        st = read_headers(y, map, fetch->status, type, &hop->headers);
    return st;
}

static enum wx_status read_fetch(const struct wx_yaml *y, struct fy_node *map,
                                 int64_t now_s, bool is_first,
                                 struct wx_sample_fetch *out)
{
    static const char *const keys[] = {
        "url",      "purpose",      "outcome",   "status",   "headers", "redirects",
        "tls",      "body",         "body_file", "body_hex", "charset", "detail",
        "referrer", "head",         "truncated", "depth",    "address", "first_byte_ms",
        "total_ms", "length_wrong", NULL};
    struct wx_fetch *fetch = &out->obs.fetch;
    enum wx_status st = wx_yaml_keys(y, map, keys);

    fetch->purpose = is_first ? WX_FOR_HOME : WX_FOR_PAGE;
    if (!st)
        st = wx_yaml_str_need(y, map, "url", &fetch->final_url);
    if (!st)
        st = read_kind(y, map, fetch);
    if (!st)
        st = read_redirects(y, map, now_s, fetch);
    if (!st)
        st = read_body(y, map, &out->body);
    if (!st)
        st = read_last_hop(y, map, now_s, out->body.len > 0, fetch);
    if (!st)
        st = read_details(y, map, fetch);
    if (st)
        return st;
    fetch->url = fetch->n_hops ? fetch->hops[0].url : fetch->final_url;
    fetch->n_requests = (uint32_t)fetch->n_hops;
    if (out->body.len)
        fetch->body = wx_sha256_of(out->body);
    fetch->body_bytes = fetch->wire_bytes = out->body.len;
    out->obs.kind = WX_OBS_FETCH;
    out->obs.at_ms = now_s * 1000;
    return WX_OK;
}

/* ---- a sample ---- */

static enum wx_status read_expect(const struct wx_yaml *y, struct fy_node *map,
                                  struct wx_sample_expect *e)
{
    static const char *const keys[] = {"verdict", "count",  "key",
                                       "excerpt", "detail", NULL};
    struct wx_str verdict = {0};
    int64_t count = 0;
    enum wx_status st;

    if (!map)
        return WX_OK;
    st = wx_yaml_keys(y, map, keys);
    if (!st)
        st = wx_yaml_str_opt(y, map, "verdict", &verdict);
    e->has_verdict = verdict.len > 0;
    if (!st && verdict.len && !wx_verdict_parse(verdict, &e->verdict))
        st = wx_yaml_fail(y, map, "no verdict is called so");
    if (!st)
        st = wx_yaml_int_opt(y, map, "count", 1, 100000, &count);
    if (!st)
        st = wx_yaml_str_opt(y, map, "key", &e->key);
    if (!st)
        st = wx_yaml_str_opt(y, map, "excerpt", &e->excerpt);
    if (!st)
        st = wx_yaml_str_opt(y, map, "detail", &e->detail);
    e->count = (uint32_t)count;
    return st;
}

static enum wx_status read_sites(const struct wx_yaml *y, struct fy_node *map,
                                 struct wx_sample *sample)
{
    struct fy_node *site = wx_yaml_get(map, "site"), *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st = wx_yaml_seq_opt(y, map, "register", MAX_ITEMS, &seq, &n);

    if (st)
        return st;
    sample->sites = wx_arena_array(y->arena, struct wx_site, n + 1);
    sample->n_sites = 1;
    if (site)
        st = read_site(y, site, &sample->sites[0]);
    while (!st && seq && (item = fy_node_sequence_iterate(seq, &prev))) {
        struct wx_site *other = &sample->sites[sample->n_sites++];

        st = read_site(y, item, other);
        if (!st && !other->domain.len)
            st = wx_yaml_fail(y, item, "'domain' is missing");
        complete_site(y, other, other->domain);
    }
    return st;
}

static enum wx_status read_fetches(const struct wx_yaml *y, struct fy_node *map,
                                   struct wx_sample *sample)
{
    struct fy_node *seq, *item;
    void *prev = NULL;
    size_t n;
    enum wx_status st = wx_yaml_seq_opt(y, map, "fetches", MAX_FETCHES, &seq, &n);

    if (!st && n == 0)
        st = wx_yaml_fail(y, map, "a sample needs 'fetches'");
    if (st)
        return st;
    sample->fetches = wx_arena_array(y->arena, struct wx_sample_fetch, n);
    while (!st && (item = fy_node_sequence_iterate(seq, &prev))) {
        bool is_first = sample->n_fetches == 0;

        st = read_fetch(y, item, sample->now_s, is_first,
                        &sample->fetches[sample->n_fetches++]);
    }
    if (st)
        return st;
    complete_site(y, &sample->sites[0], sample->fetches[0].obs.fetch.url);
    for (size_t i = 0; i < sample->n_fetches; i++) {
        sample->fetches[i].obs.site_id = sample->sites[0].id;
        sample->fetches[i].obs.seq = (uint32_t)i + 1;
    }
    return WX_OK;
}

static enum wx_status read_sample(const struct wx_yaml *y, struct fy_node *map,
                                  struct wx_sample *sample)
{
    static const char *const keys[] = {"name",    "site",   "register", "now",
                                       "fetches", "expect", NULL};
    enum wx_status st = wx_yaml_keys(y, map, keys);

    sample->line = wx_yaml_line(map);
    sample->now_s = DEFAULT_NOW_S;
    if (!st)
        st = wx_yaml_str_need(y, map, "name", &sample->name);
    if (!st)
        st = wx_yaml_time_opt(y, map, "now", &sample->now_s);
    if (!st)
        st = read_sites(y, map, sample);
    if (!st)
        st = read_fetches(y, map, sample);
    return st ? st : read_expect(y, wx_yaml_get(map, "expect"), &sample->expect);
}

enum wx_status wx_samples_read(const struct wx_yaml *y, struct fy_node *map,
                               struct wx_rule *rule)
{
    struct wx_samples *all = wx_arena_new(y->arena, struct wx_samples);
    size_t n_hit = 0, n_miss = 0;
    struct fy_node *seqs[2] = {0}, *item;
    enum wx_status st = wx_yaml_seq_opt(y, map, "hit", MAX_ITEMS, &seqs[0], &n_hit);

    if (!st)
        st = wx_yaml_seq_opt(y, map, "miss", MAX_ITEMS, &seqs[1], &n_miss);
    if (st)
        return st;
    all->samples = wx_arena_array(y->arena, struct wx_sample, n_hit + n_miss);
    for (int kind = 0; !st && kind < 2; kind++) {
        void *prev = NULL;

        while (!st && seqs[kind] &&
               (item = fy_node_sequence_iterate(seqs[kind], &prev))) {
            struct wx_sample *sample = &all->samples[all->n++];

            sample->kind = kind ? WX_SAMPLE_MISS : WX_SAMPLE_HIT;
            st = read_sample(y, item, sample);
            if (!st && kind && wx_yaml_get(item, "expect"))
                st = wx_yaml_fail(y, item, "a miss sample expects nothing");
        }
    }
    rule->samples = all;
    return st;
}
