#define _GNU_SOURCE
#include "client/client.h"

#include "base/limits.h"
#include "egress/deliver.h"
#include "model/observation.h"
#include "wire/http.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TIMEOUT_MS = 120000, /* exports and imports take their time */
    MAX_TOKEN_BYTES = 512,
    MAX_ANSWER_BYTES = 256 << 20, /* an export */
};

struct wx_client {
    struct wx_arena arena;
    struct wx_url server;
    struct wx_permit *permit;
    struct wx_deliverer *deliverer;
    struct wx_str authorization; /* "Bearer ..."; empty: none */
    enum wx_lang lang;
};

/* ---- the token ---- */

static enum wx_status check_owner(int fd, const char *path, struct wx_err *err)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return wx_fail_errno(err, "cannot look at '%s'", path);
    if (!S_ISREG(st.st_mode))
        return wx_fail(err, WX_E_INVALID, "'%s' is not a file", path);
    if (st.st_mode & 077)
        return wx_fail(err, WX_E_INVALID,
                       "'%s' can be read by others; make it mode 0600", path);
    return WX_OK;
}

static enum wx_status read_token(struct wx_client *client, const char *path,
                                 struct wx_err *err)
{
    char text[MAX_TOKEN_BYTES + 1];
    struct wx_str token;
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    enum wx_status status;

    if (fd < 0)
        return wx_fail_errno(err, "cannot open '%s'", path);
    status = check_owner(fd, path, err);
    if (!status && (n = read(fd, text, sizeof text)) < 0)
        status = wx_fail_errno(err, "cannot read '%s'", path);
    close(fd);
    if (status)
        return status;
    token = wx_str_trim((struct wx_str){text, (size_t)n});
    if (token.len == 0 || (size_t)n == sizeof text)
        return wx_fail(err, WX_E_INVALID, "'%s' does not hold a token", path);
    for (size_t i = 0; i < token.len; i++)
        if (token.ptr[i] <= ' ' || token.ptr[i] > '~')
            return wx_fail(err, WX_E_INVALID, "'%s' does not hold a token", path);
    client->authorization =
        wx_arena_printf(&client->arena, "Bearer %.*s", WX_STR_ARG(token));
    explicit_bzero(text, sizeof text);
    return WX_OK;
}

/* ---- the server ---- */

static bool is_this_machine(const struct wx_url *url)
{
    return wx_str_eqz(url->host, "localhost") || wx_str_eqz(url->host, "::1") ||
           (url->host_kind == WX_HOST_IPV4 && wx_str_starts(url->host, "127."));
}

/* The user named this server: its own network is not forbidden ground, but nothing else
 * than this host and port is opened by the permit. */
static enum wx_status get_permit(struct wx_client *client, struct wx_err *err)
{
    static const struct wx_str loopback[] = {WX_STR("127.0.0.0/8"), WX_STR("::1/128")};
    static const struct wx_str own[] = {
        WX_STR("127.0.0.0/8"),   WX_STR("::1/128"),  WX_STR("10.0.0.0/8"),
        WX_STR("172.16.0.0/12"), WX_STR("fc00::/7"), WX_STR("192.168.0.0/16"),
        WX_STR("100.64.0.0/10"),
    };
    const struct wx_url *u = &client->server;
    bool is_wide = u->is_https;

    return wx_permit_for_delivery(u->host, u->port, is_wide ? own : loopback,
                                  is_wide ? sizeof own / sizeof *own : 2,
                                  &client->permit, err);
}

static enum wx_status read_server(struct wx_client *client, const char *text,
                                  struct wx_err *err)
{
    const char *given = text ? text : "http://127.0.0.1:8080";
    struct wx_url *u = &client->server;

    if (wx_url_parse(&client->arena, wx_str_of(given), NULL, u, err) || !u->is_http)
        return wx_fail(err, WX_E_USAGE, "'%s' is not the address of a server", given);
    if (u->user.len || u->password.len || u->has_query || !wx_str_eqz(u->path, "/") ||
        u->has_fragment)
        return wx_fail(err, WX_E_USAGE,
                       "'%s': only scheme, host and port make a server's address",
                       given);
    if (!u->is_https && !is_this_machine(u))
        return wx_fail(err, WX_E_OUT_OF_SCOPE,
                       "'%s' is another machine; only https goes there", given);
    return get_permit(client, err);
}

enum wx_status wx_client_new(const struct wx_client_options *options,
                             struct wx_client **out, struct wx_err *err)
{
    struct wx_client *client = wx_new(struct wx_client);
    struct wx_deliverer_options deliverer = {.ca_file = options->ca_file};
    enum wx_status status;

    wx_arena_init(&client->arena);
    client->lang = options->lang;
    status = read_server(client, options->server, err);
    if (!status && options->token_file)
        status = read_token(client, options->token_file, err);
    if (!status)
        status = wx_deliverer_new(&deliverer, &client->deliverer, err);
    if (status) {
        wx_client_free(client);
        return status;
    }
    *out = client;
    return WX_OK;
}

void wx_client_free(struct wx_client *client)
{
    if (!client)
        return;
    if (client->authorization.len)
        explicit_bzero((char *)(uintptr_t)client->authorization.ptr,
                       client->authorization.len);
    wx_deliverer_free(client->deliverer);
    wx_permit_free(client->permit);
    wx_arena_clear(&client->arena);
    free(client);
}

/* ---- a question ---- */

static enum wx_status not_delivered(const struct wx_delivery_result *result,
                                    const struct wx_client *client, struct wx_err *err)
{
    struct wx_str at = client->server.href;

    switch (result->outcome) {
    case WX_DELIVERY_DENIED:
        return wx_fail(err, WX_E_OUT_OF_SCOPE, "'%.*s': %s", WX_STR_ARG(at),
                       result->detail);
    case WX_DELIVERY_TIMEOUT:
        return wx_fail(err, WX_E_TIMEOUT, "'%.*s': %s", WX_STR_ARG(at), result->detail);
    default:
        return wx_fail(err, WX_E_CLOSED, "'%.*s': %s (%s)", WX_STR_ARG(at),
                       result->detail, wx_delivery_name(result->outcome));
    }
}

static enum wx_status keep_answer(const struct wx_http_reader *reader,
                                  struct wx_arena *arena,
                                  struct wx_client_answer *answer, struct wx_err *err)
{
    struct wx_str headers = wx_buf_str(&reader->header);
    struct wx_str coding = wx_headers_get(headers, "content-encoding"), type;
    struct wx_buf plain = WX_BUF_INIT(MAX_ANSWER_BYTES);
    enum wx_status status = WX_OK;

    type = wx_headers_get(headers, "content-type");
    answer->status = reader->status;
    answer->type = wx_arena_str(arena, wx_str_trim(wx_str_cut(&type, ';')));
    answer->etag = wx_arena_str(arena, wx_headers_get(headers, "etag"));
    if (coding.len)
        status = wx_http_decode(coding, wx_buf_str(&reader->body), &plain, err);
    answer->body = wx_arena_str(arena, coding.len ? wx_buf_str(&plain)
                                                  : wx_buf_str(&reader->body));
    wx_buf_clear(&plain);
    return status;
}

enum wx_status wx_client_ask(struct wx_client *client, struct wx_arena *arena,
                             const struct wx_client_request *request,
                             struct wx_client_answer *answer, struct wx_err *err)
{
    struct wx_delivery_header headers[4];
    struct wx_post post = {
        .method = request->method,
        .agent = WX_STR("wangxun/" WX_VERSION " (command line)"),
        .content_type = request->content_type.len ? request->content_type
                                                  : WX_STR("application/json"),
        .headers = headers,
        .body = request->body,
    };
    struct wx_delivery_result result;
    struct wx_http_reader reader;
    size_t n = 0;
    enum wx_status status =
        wx_url_parse(arena, request->target, &client->server, &post.url, err);

    if (status)
        return status;
    headers[n++] = (struct wx_delivery_header){
        WX_STR("Accept-Language"), client->lang == WX_EN ? WX_STR("en") : WX_STR("zh")};
    headers[n++] =
        (struct wx_delivery_header){WX_STR("Accept-Encoding"), WX_STR("gzip")};
    if (client->authorization.len)
        headers[n++] =
            (struct wx_delivery_header){WX_STR("Authorization"), client->authorization};
    if (request->if_match.len)
        headers[n++] =
            (struct wx_delivery_header){WX_STR("If-Match"), request->if_match};
    post.n_headers = n;
    wx_http_reader_init(&reader, false, MAX_ANSWER_BYTES);
    wx_deliver_ask(client->deliverer, client->permit, &post, TIMEOUT_MS, &reader,
                   &result);
    if (result.outcome == WX_DELIVERED)
        status = keep_answer(&reader, arena, answer, err);
    else
        status = not_delivered(&result, client, err);
    wx_http_reader_clear(&reader);
    return status;
}

void wx_client_encode(struct wx_buf *out, struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || strchr("-._~", c) != NULL;

        if (is_plain && c)
            (void)wx_buf_addc(out, (char)c);
        else
            (void)wx_buf_printf(out, "%%%02X", c);
    }
}
