#include "round/paper.h"

#include "access/key.h"
#include "base/base64.h"
#include "base/limits.h"
#include "model/site.h"
#include "wire/url.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_BYTES = 4096, SECONDS_A_MIN = 60 };

enum wx_status wx_site_begin_at(struct wx_arena *arena, struct wx_str domain,
                                struct wx_str start_url, struct wx_str *href,
                                uint64_t *key, struct wx_err *err)
{
    struct wx_url url;
    enum wx_status status =
        wx_url_parse_target(arena, start_url.len ? start_url : domain, &url, err);

    if (status)
        return status;
    *href = url.href;
    *key = wx_site_key(url.host, url.port);
    return WX_OK;
}

/* ---- the permit's file form, which permit/ then reads as strictly as any ---- */

static const char *text_of(json_t *record, const char *key)
{
    const char *text = json_string_value(json_object_get(record, key));

    return text ? text : "";
}

static bool is_address(struct wx_str host)
{
    unsigned char bytes[16];
    char z[INET6_ADDRSTRLEN];

    snprintf(z, sizeof z, WX_STR_FMT, WX_STR_ARG(wx_str_sub(host, 0, sizeof z - 1)));
    return inet_pton(AF_INET, z, bytes) == 1 || inet_pton(AF_INET6, z, bytes) == 1;
}

/* A site's host, and its www twin: both spellings lead to the same site. */
static enum wx_status add_site(struct wx_arena *arena, json_t *hosts,
                               struct wx_str text, struct wx_err *err)
{
    struct wx_str origin, twin;
    struct wx_url url;
    enum wx_status status = wx_url_parse_target(arena, text, &url, err);

    if (status)
        return status;
    origin = wx_url_origin(arena, &url);
    json_object_set_new(hosts, wx_arena_z(arena, origin), json_true());
    if (is_address(url.host) || wx_str_chr(url.host, ':') != WX_NPOS)
        return WX_OK;
    twin = wx_str_starts(origin, "www.")
               ? wx_str_sub(origin, 4, origin.len)
               : wx_arena_printf(arena, "www." WX_STR_FMT, WX_STR_ARG(origin));
    if (wx_str_chr(twin, '.') != WX_NPOS)
        json_object_set_new(hosts, wx_arena_z(arena, twin), json_true());
    return WX_OK;
}

static enum wx_status put_hosts(const struct wx_paper *paper, json_t *out,
                                struct wx_err *err)
{
    json_t *set = json_object(), *hosts = json_array();
    struct wx_arena scratch;
    enum wx_status status = WX_OK;
    const char *host;
    json_t *value;

    wx_arena_init(&scratch);
    for (size_t i = 0; !status && i < paper->sites->n; i++) {
        const struct wx_picked_site *site = &paper->sites->at[i];

        wx_arena_reset(&scratch);
        status = add_site(&scratch, set, site->domain, err);
        if (!status && site->start_url.len)
            status = add_site(&scratch, set, site->start_url, err);
    }
    json_object_foreach(set, host, value)
        json_array_append_new(hosts, json_string(host));
    json_object_set_new(out, "hosts", hosts);
    json_decref(set);
    wx_arena_clear(&scratch);
    return status;
}

static void put_list(json_t *record, const char *key, json_t *out, const char *name)
{
    json_t *list = json_object_get(record, key);

    if (list && !json_is_null(list))
        json_object_set(out, name, list);
}

static void put_window(json_t *record, json_t *out)
{
    json_t *window = json_object(), *daily;

    put_list(record, "valid_from", window, "from");
    put_list(record, "valid_until", window, "until");
    if (*text_of(record, "daily_from") || *text_of(record, "daily_until")) {
        daily = json_object();
        put_list(record, "daily_from", daily, "from");
        put_list(record, "daily_until", daily, "until");
        json_object_set_new(window, "daily", daily);
    }
    json_object_set_new(out, "window", window);
}

static void put_pace(json_t *record, json_t *out)
{
    json_t *pace = json_object();
    json_int_t per_min = json_integer_value(json_object_get(record, "pace_per_min"));
    json_int_t n;

    if (per_min > 0)
        json_object_set_new(pace, "per_host",
                            json_real((double)per_min / SECONDS_A_MIN));
    n = json_integer_value(json_object_get(record, "host_connections"));
    if (n > 0)
        json_object_set_new(pace, "host_connections", json_integer(n));
    n = json_integer_value(json_object_get(record, "connections"));
    if (n > 0)
        json_object_set_new(pace, "connections", json_integer(n));
    json_object_set_new(out, "pace", pace);
}

static void put_addresses(const struct wx_paper *paper, json_t *out)
{
    json_t *addresses = json_object(), *sources = json_array();

    put_list(paper->record, "allow", addresses, "allow");
    put_list(paper->record, "deny", addresses, "deny");
    json_object_set_new(out, "addresses", addresses);
    for (size_t i = 0; i < paper->n_sources; i++)
        json_array_append_new(
            sources, json_stringn(paper->sources[i].ptr, paper->sources[i].len));
    json_object_set_new(out, "sources", sources);
}

static void put_terms(const struct wx_paper *paper, json_t *out)
{
    json_t *record = paper->record;
    const char *order = text_of(record, "robots_order");
    char holder[500];

    json_object_set_new(out, "version", json_integer(1));
    json_object_set_new(out, "id", json_string(text_of(record, "number")));
    snprintf(holder, sizeof holder, "%s%s%s%s", text_of(record, "holder"),
             *text_of(record, "contact") ? " <" : "", text_of(record, "contact"),
             *text_of(record, "contact") ? ">" : "");
    json_object_set_new(out, "holder", json_string(holder));
    json_object_set_new(out, "source", json_string("order"));
    put_list(record, "ports", out, "ports");
    json_object_set_new(out, "depth", json_string(text_of(record, "depth")));
    if (*order)
        json_object_set_new(out, "robots",
                            json_pack("{s:b, s:s}", "ignore", 1, "order", order));
    json_object_set_new(out, "offsite",
                        json_string(json_is_true(json_object_get(record, "offsite"))
                                        ? "head"
                                        : "none"));
}

enum wx_status wx_paper_make(const struct wx_paper *paper, struct wx_permit **out,
                             struct wx_err *err)
{
    json_t *form, *allow = json_object_get(paper->record, "allow");
    enum wx_status status;
    char *text;

    if (!paper->sites->n)
        return wx_fail(err, WX_E_INVALID, "a permit without sites permits nothing");
    if (json_array_size(allow) && !paper->allows_private)
        return wx_fail(err, WX_E_INVALID,
                       "'allow': this server is not configured to inspect internal "
                       "addresses (serve --allow-private)");
    form = json_object();
    put_terms(paper, form);
    put_addresses(paper, form);
    put_window(paper->record, form);
    put_pace(paper->record, form);
    status = put_hosts(paper, form, err);
    text = status ? NULL : json_dumps(form, JSON_COMPACT | JSON_INDENT(0));
    if (!status && !text)
        status = wx_fail(err, WX_E_INVALID, "the permit holds text that is not UTF-8");
    if (!status)
        status = wx_permit_parse(wx_str_of(text), text_of(paper->record, "number"), out,
                                 err);
    free(text);
    json_decref(form);
    return status;
}

/* ---- signing and checking ---- */

static enum wx_status write_public(const char *data_dir, const struct wx_seal_key *key,
                                   struct wx_err *err)
{
    struct wx_sign_public public = wx_sign_public(key);
    struct wx_buf text = WX_BUF_INIT(200), old = WX_BUF_INIT(200);
    char path[PATH_BYTES];
    enum wx_status status = WX_OK;

    snprintf(path, sizeof path, "%s/keys/" WX_KEY_PERMIT ".pub", data_dir);
    wx_base64_add(&text, (struct wx_str){(char *)public.bytes, sizeof public.bytes});
    (void)wx_buf_addc(&text, '\n');
    if (wx_buf_read_file(&old, path, NULL) ||
        !wx_str_eq(wx_buf_str(&old), wx_buf_str(&text)))
        status = wx_file_replace(path, wx_buf_str(&text), err);
    wx_buf_clear(&old);
    wx_buf_clear(&text);
    return status;
}

enum wx_status wx_paper_sign(const struct wx_permit *permit, const char *data_dir,
                             struct wx_buf *out, struct wx_err *err)
{
    struct wx_seal_key key;
    enum wx_status status = wx_key_load(data_dir, WX_KEY_PERMIT, true, &key, err);

    if (!status)
        status = write_public(data_dir, &key, err);
    if (!status)
        wx_permit_format_signed(permit, &key, out);
    wx_seal_key_forget(&key);
    if (!status && out->is_full)
        status = wx_fail(err, WX_E_TOO_BIG, "the permit covers too many hosts");
    return status;
}

static enum wx_status read_public(const char *data_dir, struct wx_sign_public *key,
                                  struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(200);
    struct wx_arena arena;
    char path[PATH_BYTES];
    struct wx_str raw;
    enum wx_status status;

    wx_arena_init(&arena);
    snprintf(path, sizeof path, "%s/keys/" WX_KEY_PERMIT ".pub", data_dir);
    status = wx_buf_read_file(&text, path, err);
    if (!status && (!wx_base64_read(&arena, wx_str_trim(wx_buf_str(&text)), &raw) ||
                    raw.len != sizeof key->bytes))
        status = wx_fail(err, WX_E_INVALID, "'%s' holds no key", path);
    if (!status)
        memcpy(key->bytes, raw.ptr, sizeof key->bytes);
    wx_buf_clear(&text);
    wx_arena_clear(&arena);
    return status;
}

enum wx_status wx_permit_paper_check(struct wx_str text, const char *data_dir,
                                     struct wx_permit **out, struct wx_err *err)
{
    struct wx_sign_public office, signer;
    struct wx_permit *permit = NULL;
    enum wx_status status = read_public(data_dir, &office, err);

    if (!status)
        status = wx_permit_parse(text, "of the round", &permit, err);
    if (!status && (!wx_permit_signer(permit, &signer) ||
                    memcmp(signer.bytes, office.bytes, sizeof office.bytes) != 0))
        status =
            wx_fail(err, WX_E_OUT_OF_SCOPE, "the permit is not signed by this office");
    if (status)
        wx_permit_free(permit);
    else
        *out = permit;
    return status;
}
