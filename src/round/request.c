#include "round/request.h"

#include "base/json.h"
#include "base/limits.h"
#include "model/field.h"
#include <stdio.h>

void wx_round_dir(const char *data_dir, int64_t round_id, char *out, size_t max)
{
    snprintf(out, max, "%s/rounds/%lld", data_dir, (long long)round_id);
}

/* ---- the request ---- */

static void put_sites(struct wx_json *j, const char *key, const struct wx_site *sites,
                      size_t n)
{
    wx_json_key(j, key);
    wx_json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        wx_json_raw(j, WX_STR("")); /* the comma */
        wx_site_format(&sites[i], j->buf);
    }
    wx_json_close(j, ']');
}

static void put_net(struct wx_json *j, const struct wx_round_net *net)
{
    wx_json_key(j, "net");
    wx_json_open(j, '{');
    wx_json_kstr_opt(j, "dns_server", wx_str_of(net->dns_server));
    wx_json_kstr_opt(j, "ca_file", wx_str_of(net->ca_file));
    wx_json_kstr_opt(j, "rules_dir", wx_str_of(net->rules_dir));
    wx_json_key(j, "resolve");
    wx_json_open(j, '[');
    for (size_t i = 0; i < net->n_resolve; i++)
        wx_json_str(j, wx_str_of(net->resolve[i]));
    wx_json_close(j, ']');
    wx_json_kbool(j, "allows_private", net->allows_private);
    wx_json_close(j, '}');
}

void wx_round_request_format(const struct wx_round_request *r, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_json_kint(&j, "version", 1);
    wx_json_kint(&j, "round", r->round_id);
    wx_json_kz(&j, "data_dir", r->data_dir);
    wx_json_kstr(&j, "permit", r->permit);
    wx_json_key(&j, "blocked");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < r->n_blocked; i++)
        wx_json_str(&j, r->blocked[i]);
    wx_json_close(&j, ']');
    wx_json_kint(&j, "closes", r->closes_s);
    wx_json_kint(&j, "max_pages", r->max_pages);
    wx_json_kint(&j, "pace_per_min", r->pace_per_min);
    wx_json_kstr_opt(&j, "info_url", r->info_url);
    put_net(&j, &r->net);
    put_sites(&j, "sites", r->sites, r->n_sites);
    put_sites(&j, "others", r->others, r->n_others);
    wx_json_close(&j, '}');
}

static const char *get_z(const json_t *object, const char *key, struct wx_arena *arena)
{
    struct wx_str s = wx_field_copy(object, key, arena);

    return s.len ? wx_arena_z(arena, s) : NULL;
}

static int64_t get_int(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static enum wx_status get_sites(const json_t *object, const char *key,
                                struct wx_arena *arena, const struct wx_site **out,
                                size_t *n, struct wx_err *err)
{
    const json_t *list = json_object_get(object, key);
    struct wx_site *sites =
        wx_arena_array(arena, struct wx_site, json_array_size(list) + 1);
    enum wx_status status = WX_OK;

    *n = json_array_size(list);
    for (size_t i = 0; !status && i < *n; i++)
        status = wx_site_read(json_array_get(list, i), arena, &sites[i], err);
    *out = sites;
    return status;
}

static void get_net(const json_t *object, struct wx_arena *arena,
                    struct wx_round_net *net)
{
    const json_t *resolve = json_object_get(object, "resolve");

    net->dns_server = get_z(object, "dns_server", arena);
    net->ca_file = get_z(object, "ca_file", arena);
    net->rules_dir = get_z(object, "rules_dir", arena);
    net->n_resolve = json_array_size(resolve);
    net->resolve = wx_arena_array(arena, const char *, net->n_resolve + 1);
    for (size_t i = 0; i < net->n_resolve; i++)
        net->resolve[i] =
            wx_arena_z(arena, wx_str_of(json_string_value(json_array_get(resolve, i))));
    net->allows_private = json_is_true(json_object_get(object, "allows_private"));
}

static void get_blocked(const json_t *list, struct wx_arena *arena,
                        struct wx_round_request *out)
{
    struct wx_str *blocked =
        wx_arena_array(arena, struct wx_str, json_array_size(list) + 1);

    out->n_blocked = json_array_size(list);
    for (size_t i = 0; i < out->n_blocked; i++)
        blocked[i] =
            wx_arena_str(arena, wx_str_of(json_string_value(json_array_get(list, i))));
    out->blocked = blocked;
}

enum wx_status wx_round_request_parse(struct wx_str json, struct wx_arena *arena,
                                      struct wx_round_request *out, struct wx_err *err)
{
    json_error_t why;
    json_t *o =
        json_loadb(json.len ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, &why);
    enum wx_status status = WX_OK;

    *out = (struct wx_round_request){0};
    if (!o)
        return wx_fail(err, WX_E_INVALID, "request of the round, line %d: %s", why.line,
                       why.text);
    out->round_id = get_int(o, "round");
    out->data_dir = get_z(o, "data_dir", arena);
    out->permit = wx_field_copy(o, "permit", arena);
    get_blocked(json_object_get(o, "blocked"), arena, out);
    out->closes_s = get_int(o, "closes");
    out->max_pages = get_int(o, "max_pages");
    out->pace_per_min = get_int(o, "pace_per_min");
    out->info_url = wx_field_copy(o, "info_url", arena);
    get_net(json_object_get(o, "net"), arena, &out->net);
    status = get_sites(o, "sites", arena, &out->sites, &out->n_sites, err);
    if (!status)
        status = get_sites(o, "others", arena, &out->others, &out->n_others, err);
    if (!status && (get_int(o, "version") != 1 || out->round_id < 1 || !out->data_dir))
        status = wx_fail(err, WX_E_INVALID, "request of the round: no version 1 of it");
    json_decref(o);
    return status;
}

/* ---- lines back ---- */

static const char *const words[] = {"progress", "site", "end"};
static const char *const ends[] = {"complete", "interrupted", "closed", "refused",
                                   "broken"};

void wx_round_line_format(const struct wx_round_line *line, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_json_kz(&j, "word", words[line->word]);
    if (line->word == WX_ROUND_PROGRESS) {
        wx_json_kint(&j, "n_sites", line->n_sites);
        wx_json_kint(&j, "n_done", line->n_done);
        wx_json_kint(&j, "n_running", line->n_running);
        wx_json_kint(&j, "n_pages", line->n_pages);
        wx_json_kint(&j, "n_requests", line->n_requests);
        wx_json_kint(&j, "wire_bytes", line->wire_bytes);
        wx_json_kint(&j, "n_findings", line->n_findings);
        wx_json_kint(&j, "elapsed_ms", line->elapsed_ms);
    } else if (line->word == WX_ROUND_SITE) {
        wx_field_put_site(&j, line->site);
    } else {
        wx_json_kz(&j, "end", ends[line->end]);
        wx_json_kstr_opt(&j, "why", line->why);
    }
    wx_json_close(&j, '}');
    (void)wx_buf_addc(out, '\n');
}

enum wx_status wx_round_line_parse(struct wx_str text, struct wx_arena *arena,
                                   struct wx_round_line *out, struct wx_err *err)
{
    struct wx_fields f = {.object = wx_field_object(text, "line of a round", err),
                          .what = "line of a round",
                          .arena = arena,
                          .err = err};
    int word, end;

    *out = (struct wx_round_line){0};
    if (!f.object)
        return WX_E_INVALID;
    word = wx_name_index(wx_field_str_need(&f, "word"), words, 3);
    if (word < 0 && !f.status)
        wx_field_bad(&f, "word", "is none of ours");
    out->word = (enum wx_round_word)(word < 0 ? 0 : word);
    if (out->word == WX_ROUND_SITE)
        out->site = wx_field_site(&f);
    end = out->word == WX_ROUND_END
              ? wx_name_index(wx_field_str_need(&f, "end"), ends, 5)
              : 0;
    if (end < 0)
        wx_field_bad(&f, "end", "is none of ours");
    out->end = (enum wx_round_end)(end < 0 ? WX_ROUND_BROKEN : end);
    out->why = wx_field_str(&f, "why");
    out->n_sites = wx_field_int(&f, "n_sites", 0, INT64_MAX);
    out->n_done = wx_field_int(&f, "n_done", 0, INT64_MAX);
    out->n_running = wx_field_int(&f, "n_running", 0, INT64_MAX);
    out->n_pages = wx_field_int(&f, "n_pages", 0, INT64_MAX);
    out->n_requests = wx_field_int(&f, "n_requests", 0, INT64_MAX);
    out->wire_bytes = wx_field_int(&f, "wire_bytes", 0, INT64_MAX);
    out->n_findings = wx_field_int(&f, "n_findings", 0, INT64_MAX);
    out->elapsed_ms = wx_field_int(&f, "elapsed_ms", 0, INT64_MAX);
    json_decref((json_t *)f.object);
    return f.status;
}
