#include "base/limits.h"
#include "wire/robots.h"
#include <stdlib.h>

static void check(void *ctx, struct wx_str url, bool is_index)
{
    size_t *n = ctx;

    (void)is_index;
    if (!url.len || url.len > WX_MAX_URL_BYTES || ++*n > WX_MAX_SITEMAP_URLS)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_arena arena;
    size_t n = 0;

    wx_arena_init(&arena);
    wx_sitemap_each(&arena, (struct wx_str){(const char *)data, size}, check, &n);
    wx_arena_clear(&arena);
    return 0;
}
