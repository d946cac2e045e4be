/* Input: an address, or a base, a line feed, and an address. */
#include "base/limits.h"
#include "wire/url.h"
#include <stdlib.h>

/* What was parsed once, parsed again is the same; and its canonical form stays. */
static void check(struct wx_arena *arena, const struct wx_url *url)
{
    struct wx_url again, canonical;
    struct wx_str text = wx_url_canonical(arena, url), host;

    if (wx_url_parse(arena, url->href, NULL, &again, NULL) != WX_OK)
        abort();
    if (!wx_str_eq(again.href, url->href) || !wx_str_eq(again.host, url->host) ||
        again.port != url->port)
        abort();
    if (url->href.len > WX_MAX_URL_BYTES)
        abort();
    (void)wx_url_looks_unsafe(url);
    (void)wx_url_origin(arena, url);
    (void)wx_percent_decode(arena, url->path);
    if (!url->is_http)
        return;
    if (wx_url_parse(arena, text, NULL, &canonical, NULL) != WX_OK)
        abort();
    (void)wx_domain_registrable(url->host);
    (void)wx_domain_is_government(url->host);
    (void)wx_host_display(arena, url->host);
    /* every host that a URL can hold is one that can be normalised, and to itself but
     * for the trailing dot */
    if (url->host_kind == WX_HOST_NAME && url->host.ptr[url->host.len - 1] != '.' &&
        (wx_host_normalize(arena, url->host, &host, NULL) != WX_OK ||
         !wx_str_eq(host, url->host)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size}, first = text;
    struct wx_arena arena;
    struct wx_url base, url;

    wx_arena_init(&arena);
    first.len = wx_str_chr(text, '\n');
    first = wx_str_sub(text, 0, first.len);
    if (wx_url_parse(&arena, first, NULL, &base, NULL) == WX_OK) {
        check(&arena, &base);
        text = wx_str_sub(text, first.len + 1, text.len);
        if (wx_url_parse(&arena, text, &base, &url, NULL) == WX_OK)
            check(&arena, &url);
    }
    if (wx_url_parse_target(&arena, text, &url, NULL) == WX_OK)
        check(&arena, &url);
    wx_arena_clear(&arena);
    return 0;
}
