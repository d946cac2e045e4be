/*
 * Files of the interface as responses that are made once: what a browser asks for most
 * is answered without a call, a copy or a header written anew.
 */
#include "api/assets.h"
#include "api/server_inner.h"
#include <stdlib.h>

struct still {
    struct MHD_Response *whole, *gzip, *same; /* gzip NULL: it is not smaller */
};
struct wx_stills {
    size_t n;
    struct still at[];
};

static struct MHD_Response *make(const struct wx_asset *asset, const void *bytes,
                                 size_t n, const char *coding, bool is_https)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(
        n, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT);

    if (!r)
        WX_BUG("no memory for a file of the interface");
    MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, asset->type);
    MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, asset->etag);
    MHD_add_response_header(r, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
    MHD_add_response_header(r, MHD_HTTP_HEADER_CACHE_CONTROL,
                            asset->is_immutable ? "public, max-age=31536000, immutable"
                                                : "no-cache");
    if (coding)
        MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, coding);
    wx_reply_safety_headers(is_https, r, WX_ASSET_CSP);
    return r;
}

struct wx_stills *wx_stills_new(bool is_https)
{
    struct wx_stills *stills =
        wx_alloc(sizeof *stills + wx_size_mul(wx_n_assets, sizeof *stills->at));

    stills->n = wx_n_assets;
    for (size_t i = 0; i < stills->n; i++) {
        const struct wx_asset *a = &wx_assets[i];
        struct still *s = &stills->at[i];

        s->whole = make(a, a->bytes, a->n_bytes, NULL, is_https);
        s->same = make(a, "", 0, NULL, is_https);
        if (a->n_gzip)
            s->gzip = make(a, a->gzip, a->n_gzip, "gzip", is_https);
    }
    return stills;
}

void wx_stills_free(struct wx_stills *stills)
{
    for (size_t i = 0; stills && i < stills->n; i++) {
        MHD_destroy_response(stills->at[i].whole);
        MHD_destroy_response(stills->at[i].same);
        if (stills->at[i].gzip)
            MHD_destroy_response(stills->at[i].gzip);
    }
    free(stills);
}

static bool takes_gzip(struct MHD_Connection *connection)
{
    const char *accepted = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                       MHD_HTTP_HEADER_ACCEPT_ENCODING);

    return accepted && strstr(accepted, "gzip") && !strstr(accepted, "gzip;q=0");
}

struct MHD_Response *wx_stills_find(const struct wx_stills *stills,
                                    struct MHD_Connection *connection,
                                    const struct wx_asset *asset, bool *is_same)
{
    const struct still *s = &stills->at[asset - wx_assets];
    const char *known = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                    MHD_HTTP_HEADER_IF_NONE_MATCH);

    *is_same = known && strcmp(known, asset->etag) == 0;
    if (*is_same)
        return s->same;
    return s->gzip && takes_gzip(connection) ? s->gzip : s->whole;
}
