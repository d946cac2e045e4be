#include "base/limits.h"
#include "wire/cert.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_arena arena;
    struct wx_tls tls = {0};

    wx_arena_init(&arena);
    if (wx_cert_read(&arena, (struct wx_str){(const char *)data, size}, &tls, NULL) ==
        WX_OK) {
        if (tls.n_names > WX_MAX_CERT_NAMES)
            abort();
        (void)wx_cert_covers(&tls, WX_STR("www.xingyuan.gov.cn"));
        (void)wx_cert_covers(&tls, WX_STR("::1"));
    }
    wx_arena_clear(&arena);
    return 0;
}
