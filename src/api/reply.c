/* Replies and static pages as MHD responses, with the headers every one of them has. */
#include "api/assets.h"
#include "api/metrics.h"
#include "api/server_inner.h"
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    MHD_add_response_header(response, name, value);
}

void wx_reply_safety_headers(bool is_https, struct MHD_Response *response,
                             const char *policy)
{
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "X-Frame-Options", "DENY");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Opener-Policy", "same-origin");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    add(response, "Permissions-Policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if (policy)
        add(response, "Content-Security-Policy", policy);
    if (is_https)
        add(response, "Strict-Transport-Security", "max-age=31536000");
}

static bool has_header(const struct wx_call *call, const char *name)
{
    for (size_t i = 0; i < call->n_headers; i++)
        if (wx_str_ieqz(call->headers[i].name, name))
            return true;
    return false;
}

static bool is_unchanged(const struct wx_call *call)
{
    return call->etag[0] && call->http_status == 200 &&
           wx_str_eqz(call->if_none_match, call->etag);
}

/* Headers are lines: what could begin another one does not go into them. */
static bool is_one_line(struct wx_str s)
{
    return wx_str_chr(s, '\n') == WX_NPOS && wx_str_chr(s, '\r') == WX_NPOS &&
           wx_str_chr(s, '\0') == WX_NPOS;
}

static void add_call_headers(struct wx_exchange *x, struct MHD_Response *response)
{
    struct wx_call *call = &x->call;

    if (call->out.len || call->still.len)
        add(response, MHD_HTTP_HEADER_CONTENT_TYPE, call->out_type);
    if (call->etag[0])
        add(response, MHD_HTTP_HEADER_ETAG, call->etag);
    if (!has_header(call, "Cache-Control"))
        add(response, MHD_HTTP_HEADER_CACHE_CONTROL,
            call->etag[0] ? "private, no-cache" : "no-store");
    add(response, "X-Request-Id", call->request_id);
    if (call->http_status == 503 || call->http_status == 429)
        add(response, "Retry-After", call->http_status == 503 ? "2" : "60");
    for (size_t i = 0; i < call->n_headers; i++)
        if (is_one_line(call->headers[i].value))
            add(response, call->headers[i].name.ptr,
                wx_arena_z(&call->arena, call->headers[i].value));
}

static bool takes_gzip(struct wx_exchange *x)
{
    const char *accepted = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND,
                                                       MHD_HTTP_HEADER_ACCEPT_ENCODING);

    return accepted && strstr(accepted, "gzip") && !strstr(accepted, "gzip;q=0");
}

/* The body: what the handler wrote, or the server's own memory, packed if wanted. */
static struct MHD_Response *make_body(struct wx_exchange *x, unsigned http)
{
    struct wx_call *call = &x->call;
    bool gzip = call->still_gzip.len && takes_gzip(x);
    struct wx_str body = gzip ? call->still_gzip : call->still;
    struct MHD_Response *response;

    if (http == 304 || !call->still.len)
        return MHD_create_response_from_buffer(
            call->out.len, call->out.len ? call->out.ptr : (void *)"",
            MHD_RESPMEM_MUST_COPY);
    response = MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.ptr,
                                               MHD_RESPMEM_PERSISTENT);
    if (response && gzip)
        add(response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
    return response;
}

enum MHD_Result wx_reply_call(struct wx_exchange *x)
{
    struct wx_call *call = &x->call;
    unsigned http = (unsigned)call->http_status;
    struct MHD_Response *response;
    enum MHD_Result result;

    if (is_unchanged(call)) {
        http = 304;
        wx_buf_reset(&call->out);
    }
    response = make_body(x, http);
    if (!response)
        return MHD_NO;
    add_call_headers(x, response);
    wx_reply_safety_headers(call->server->is_https, response,
                            has_header(call, "Content-Security-Policy") ? NULL
                                                                        : WX_INERT_CSP);
    wx_metrics_count(call->server->metrics, call->endpoint, (int)http,
                     wx_mono_us() - call->begun_us);
    result = MHD_queue_response(x->connection, http, response);
    MHD_destroy_response(response);
    return result;
}

enum MHD_Result wx_reply_static(struct wx_exchange *x)
{
    const struct wx_asset *asset = wx_asset_for(x->call.path);
    struct MHD_Response *response;
    bool is_same;

    if (!asset) {
        (void)wx_call_refuse(&x->call, WX_P_NOT_FOUND, &x->routed_err, "'%.*s'",
                             WX_STR_ARG(wx_str_sub(x->call.path, 0, 200)));
        wx_call_problem(&x->call, WX_E_NOT_FOUND, &x->routed_err);
        return wx_reply_call(x);
    }
    response = wx_stills_find(x->call.server->stills, x->connection, asset, &is_same);
    return MHD_queue_response(x->connection, is_same ? 304 : 200, response);
}
