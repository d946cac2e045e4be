/* Input: one byte for the size of the pieces, then what the server sends. */
#include "base/limits.h"
#include "wire/http.h"
#include "model/observation.h"
#include <stdlib.h>

static size_t feed(struct wx_http_reader *r, struct wx_str bytes, size_t step)
{
    size_t used = 0;

    wx_http_reader_init(r, false, 5000);
    while (used < bytes.len) {
        struct wx_str piece = wx_str_sub(bytes, used, used + step);
        size_t n = wx_http_reader_feed(r, piece);

        if (n > piece.len)
            abort();
        used += n;
        if (n < piece.len)
            break;
    }
    return used;
}

static void side_doors(struct wx_str headers, struct wx_str body)
{
    struct wx_buf out = WX_BUF_INIT(20000);
    struct wx_str name, value;
    size_t pos = 0;

    while (wx_headers_next(headers, &pos, &name, &value)) {
        struct wx_cookie cookie;
        int64_t at = wx_http_retry_after_s(value, 1000000);

        if (at < -1 || at > 86400)
            abort();
        (void)wx_http_date_parse(value, &at);
        (void)wx_cookie_parse(value, &cookie);
        if (wx_str_ieqz(name, "content-encoding"))
            (void)!wx_http_decode(value, body, &out, NULL);
        if (out.len > out.max_bytes)
            abort();
        wx_buf_reset(&out);
    }
    wx_buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str bytes = {(const char *)data, size};
    struct wx_http_reader whole, cut;
    size_t step, used;

    if (!size)
        return 0;
    step = data[0] % 64 + 1u;
    bytes = wx_str_sub(bytes, 1, size);
    used = feed(&whole, bytes, size);
    /* any cut of the bytes gives the same answer, unless a ceiling was met */
    if (feed(&cut, bytes, step) != used && whole.state != WX_HTTP_TOO_BIG &&
        whole.state != WX_HTTP_BAD && !whole.is_truncated)
        abort();
    if (whole.state != cut.state || whole.status != cut.status ||
        (!whole.is_truncated && whole.state != WX_HTTP_BAD &&
         !wx_str_eq(wx_buf_str(&whole.body), wx_buf_str(&cut.body))))
        abort();
    if (whole.body.len > 5000)
        abort();
    side_doors(wx_buf_str(&whole.header), wx_buf_str(&whole.body));
    wx_http_reader_close(&whole);
    if (whole.state == WX_HTTP_HEADER || whole.state == WX_HTTP_BODY)
        abort();
    wx_http_reader_clear(&whole);
    wx_http_reader_clear(&cut);
    return 0;
}
