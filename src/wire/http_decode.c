/* Content-Encoding undone, under ceilings of size and ratio. */
#include "wire/http.h"

#include "base/limits.h"
#include <brotli/decode.h>
#include <zlib.h>

enum {
    MAX_ENCODINGS =
        2, /* "gzip, gzip" happens behind sloppy proxies; twenty is a bomb */
    STEP_BYTES = 32 << 10,
    /* below this the ratio does not count: a page of blanks is legal */
    RATIO_FLOOR_BYTES = 1 << 20,
};

/* How much more may come out: the buffer's ceiling, or the ratio's. */
static size_t room_left(const struct wx_buf *out, size_t body_bytes)
{
    size_t ceiling = body_bytes > SIZE_MAX / WX_MAX_INFLATE_RATIO
                         ? SIZE_MAX
                         : body_bytes * WX_MAX_INFLATE_RATIO;

    if (ceiling < RATIO_FLOOR_BYTES)
        ceiling = RATIO_FLOOR_BYTES;
    if (ceiling > out->max_bytes)
        ceiling = out->max_bytes;
    return out->len < ceiling ? ceiling - out->len : 0;
}

static enum wx_status bomb(struct wx_err *err, const struct wx_buf *out, size_t body)
{
    return wx_fail(err, WX_E_TOO_BIG,
                   "content of %zu bytes unpacks to more than the ceiling of %zu", body,
                   out->len);
}

/* A step's room in OUT: where to write, and how much. 0: at the ceiling. */
static size_t step_room(struct wx_buf *out, size_t body_bytes, char **at)
{
    size_t n = room_left(out, body_bytes);

    if (n > STEP_BYTES)
        n = STEP_BYTES;
    *at = n ? wx_buf_room(out, n) : NULL;
    return *at ? n : 0;
}

/* One zlib stream (a gzip member); *USED says where it ended. */
static enum wx_status inflate_stream(z_stream *z, struct wx_str body, size_t total,
                                     struct wx_buf *out, size_t *used,
                                     struct wx_err *err)
{
    int rc = Z_OK;

    z->next_in = (Bytef *)(uintptr_t)body.ptr;
    z->avail_in = (uInt)body.len; /* bodies stay far below 4 GiB */
    while (rc == Z_OK) {
        char *at;
        size_t n = step_room(out, total, &at);

        if (!n) {
            Bytef probe;

            /* at the ceiling: only an end without further output is no bomb */
            z->next_out = &probe;
            z->avail_out = 1;
            rc = inflate(z, Z_NO_FLUSH);
            if (!z->avail_out)
                return bomb(err, out, total);
            break;
        }
        z->next_out = (Bytef *)at;
        z->avail_out = (uInt)n;
        rc = inflate(z, Z_NO_FLUSH);
        out->len += n - z->avail_out;
    }
    *used = body.len - z->avail_in;
    if (rc == Z_STREAM_END)
        return WX_OK;
    return wx_fail(err, WX_E_INVALID, "compressed content %s after %zu bytes",
                   rc == Z_BUF_ERROR || rc == Z_OK ? "ends" : "is damaged", out->len);
}

static bool is_gzip(struct wx_str s)
{
    return wx_str_starts(s, "\x1f\x8b");
}

/* RFC 1952 allows several members; what follows the last one is ignored. */
static enum wx_status gunzip(struct wx_str body, struct wx_buf *out, struct wx_err *err)
{
    z_stream z = {0};
    enum wx_status status = WX_OK;
    size_t total = body.len, used;

    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
        return wx_fail(err, WX_E_IO, "zlib cannot start");
    while (status == WX_OK && is_gzip(body)) {
        status = inflate_stream(&z, body, total, out, &used, err);
        if (status != WX_OK || inflateReset(&z) != Z_OK)
            break;
        body = wx_str_sub(body, used, body.len);
    }
    inflateEnd(&z);
    return status;
}

/* "deflate" is zlib by the standard and raw deflate by Microsoft's old servers. */
static enum wx_status undeflate(struct wx_str body, struct wx_buf *out,
                                struct wx_err *err)
{
    const unsigned char *p = (const unsigned char *)body.ptr;
    bool is_zlib = body.len >= 2 && (p[0] & 15) == 8 && (p[0] * 256u + p[1]) % 31 == 0;
    z_stream z = {0};
    enum wx_status status;
    size_t used;

    if (inflateInit2(&z, is_zlib ? MAX_WBITS : -MAX_WBITS) != Z_OK)
        return wx_fail(err, WX_E_IO, "zlib cannot start");
    status = inflate_stream(&z, body, body.len, out, &used, err);
    inflateEnd(&z);
    return status;
}

static enum wx_status unbrotli(struct wx_str body, struct wx_buf *out,
                               struct wx_err *err)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    const uint8_t *in = (const uint8_t *)body.ptr;
    size_t left = body.len;
    enum wx_status status = WX_OK;

    if (!state)
        return wx_fail(err, WX_E_IO, "brotli cannot start");
    while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        char *at;
        size_t n = step_room(out, body.len, &at), room = n;
        uint8_t *next = (uint8_t *)at;

        if (!n) {
            status = bomb(err, out, body.len);
            break;
        }
        result = BrotliDecoderDecompressStream(state, &left, &in, &room, &next, NULL);
        out->len += n - room;
    }
    BrotliDecoderDestroyInstance(state);
    if (status != WX_OK || result == BROTLI_DECODER_RESULT_SUCCESS)
        return status;
    return wx_fail(err, WX_E_INVALID, "compressed content %s after %zu bytes",
                   result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT ? "ends"
                                                                    : "is damaged",
                   out->len);
}

static enum wx_status decode_plain(struct wx_str body, struct wx_buf *out,
                                   struct wx_err *err)
{
    size_t room = out->max_bytes - out->len;
    enum wx_status status = wx_buf_adds(out, wx_str_sub(body, 0, room));

    return status == WX_OK && body.len > room ? bomb(err, out, body.len) : status;
}

static enum wx_status decode_one(struct wx_str encoding, struct wx_str body,
                                 struct wx_buf *out, struct wx_err *err)
{
    if (!body.len)
        return WX_OK;
    if (wx_str_ieqz(encoding, "gzip") || wx_str_ieqz(encoding, "x-gzip"))
        /* some servers announce gzip and send the page as it is; so do browsers read */
        return is_gzip(body) ? gunzip(body, out, err) : decode_plain(body, out, err);
    if (wx_str_ieqz(encoding, "deflate"))
        return undeflate(body, out, err);
    if (wx_str_ieqz(encoding, "br"))
        return unbrotli(body, out, err);
    return wx_fail(err, WX_E_UNSUPPORTED, "content encoding '" WX_STR_FMT "'",
                   WX_STR_ARG(wx_utf8_clip(encoding, 40)));
}

enum wx_status wx_http_decode(struct wx_str encoding, struct wx_str body,
                              struct wx_buf *out, struct wx_err *err)
{
    struct wx_str chain[MAX_ENCODINGS];
    struct wx_buf between = WX_BUF_INIT(WX_MAX_BODY_BYTES);
    enum wx_status status;
    size_t n = 0;

    while (encoding.len) {
        struct wx_str item = wx_str_trim(wx_str_cut(&encoding, ','));

        if (!item.len || wx_str_ieqz(item, "identity") || wx_str_ieqz(item, "none"))
            continue;
        if (n == MAX_ENCODINGS)
            return wx_fail(err, WX_E_UNSUPPORTED,
                           "content is encoded more than %d times", MAX_ENCODINGS);
        chain[n++] = item;
    }
    if (n == 0)
        return decode_plain(body, out, err);
    if (n == 1)
        return decode_one(chain[0], body, out, err);
    status = decode_one(chain[1], body, &between, err);
    if (status == WX_OK)
        status = decode_one(chain[0], wx_buf_str(&between), out, err);
    wx_buf_clear(&between);
    return status;
}
