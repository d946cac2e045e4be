#include "bus/bus.h"

enum { FRAME_HEAD = 5 };

static void put_le(struct wx_buf *buf, uint64_t v, size_t n)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(v >> (8 * i));
    (void)wx_buf_add(buf, bytes, n);
}

void wx_msg_begin(struct wx_msg_out *out, enum wx_msg_type type)
{
    out->frame_at = out->buf.len;
    put_le(&out->buf, 0, 4);
    wx_msg_u8(out, (uint8_t)type);
}

void wx_msg_u8(struct wx_msg_out *out, uint8_t v)
{
    put_le(&out->buf, v, 1);
}

void wx_msg_u32(struct wx_msg_out *out, uint32_t v)
{
    put_le(&out->buf, v, 4);
}

void wx_msg_u64(struct wx_msg_out *out, uint64_t v)
{
    put_le(&out->buf, v, 8);
}

void wx_msg_str(struct wx_msg_out *out, struct wx_str s)
{
    wx_msg_u32(out, (uint32_t)s.len);
    (void)wx_buf_adds(&out->buf, s);
}

void wx_msg_bytes(struct wx_msg_out *out, const void *bytes, size_t n)
{
    (void)wx_buf_add(&out->buf, bytes, n);
}

void wx_msg_end(struct wx_msg_out *out)
{
    size_t len = out->buf.len - out->frame_at - FRAME_HEAD;

    /* callers bound what they put in; a frame that is cut short would be a lie */
    if (out->buf.is_full || len > WX_MAX_MESSAGE_BYTES)
        WX_BUG("message past its ceiling");
    for (size_t i = 0; i < 4; i++)
        out->buf.ptr[out->frame_at + i] = (char)(len >> (8 * i));
}

static const unsigned char *take(struct wx_msg_in *in, size_t n)
{
    const char *at = in->rest.ptr;

    if (in->is_bad || in->rest.len < n) {
        in->is_bad = true;
        return NULL;
    }
    in->rest = wx_str_sub(in->rest, n, in->rest.len);
    return (const unsigned char *)at;
}

static uint64_t get_le(struct wx_msg_in *in, size_t n)
{
    const unsigned char *p = take(in, n);
    uint64_t v = 0;

    for (size_t i = 0; p && i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

uint8_t wx_msg_get_u8(struct wx_msg_in *in)
{
    return (uint8_t)get_le(in, 1);
}

uint32_t wx_msg_get_u32(struct wx_msg_in *in)
{
    return (uint32_t)get_le(in, 4);
}

uint64_t wx_msg_get_u64(struct wx_msg_in *in)
{
    return get_le(in, 8);
}

struct wx_str wx_msg_get_str(struct wx_msg_in *in)
{
    size_t n = wx_msg_get_u32(in);
    const unsigned char *p = take(in, n);

    return p ? (struct wx_str){(const char *)p, n} : (struct wx_str){NULL, 0};
}

void wx_msg_get_bytes(struct wx_msg_in *in, void *bytes, size_t n)
{
    const unsigned char *p = take(in, n);

    if (p)
        memcpy(bytes, p, n);
    else
        memset(bytes, 0, n);
}

bool wx_msg_get_end(const struct wx_msg_in *in)
{
    return !in->is_bad && in->rest.len == 0;
}
