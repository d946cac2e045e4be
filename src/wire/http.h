/*
 * Reading an HTTP/1.x answer (RFC 9110, RFC 9112) byte by byte as it comes, trusting
 * nothing: a push parser without sockets or clock. Header section is kept raw. Framing:
 * Transfer-Encoding chunked, Content-Length, or until close; contradictions are typed.
 */
#ifndef WX_WIRE_HTTP_H
#define WX_WIRE_HTTP_H

#include "base/buf.h"

enum wx_http_state {
    WX_HTTP_HEADER,  /* wants more header bytes */
    WX_HTTP_BODY,    /* header complete, wants body bytes */
    WX_HTTP_DONE,    /* answer complete */
    WX_HTTP_BAD,     /* not HTTP, or dangerously wrong; why says what */
    WX_HTTP_TOO_BIG, /* header past its ceiling */
};

struct wx_http_reader {
    enum wx_http_state state;
    struct wx_buf header; /* raw final header section, status line first */
    struct wx_buf body;   /* content as framed, still encoded; cut at ceiling */
    uint16_t status;
    uint8_t n_interim;
    bool is_head; /* answer to HEAD: no body whatever it says */
    bool is_chunked, has_length, is_until_close;
    bool is_truncated;     /* body reached the ceiling; the rest is not read */
    bool is_length_wrong;  /* closed early, or several lengths */
    bool can_reuse;        /* connection may carry another request */
    uint64_t length_bytes; /* Content-Length when has_length */
    uint64_t wire_bytes;   /* taken in so far */
    const char *why;
    /* private */
    int chunk_state;
    uint64_t left_bytes;
    size_t line_bytes;
};

void wx_http_reader_init(struct wx_http_reader *r, bool is_head, size_t max_body_bytes);
void wx_http_reader_reset(struct wx_http_reader *r, bool is_head); /* keeps buffers */
void wx_http_reader_clear(struct wx_http_reader *r);
/* Takes bytes, returns how many belong to this answer (fewer only when it ended). */
size_t wx_http_reader_feed(struct wx_http_reader *r, struct wx_str bytes);
/* The connection closed: ends an until-close body, marks a short one. */
void wx_http_reader_close(struct wx_http_reader *r);

/*
 * Undo Content-Encoding (gzip, deflate, br) under the ceilings of size and ratio.
 * WX_E_TOO_BIG: a bomb, OUT holds what came out before the ceiling.
 */
WX_MUST_CHECK enum wx_status wx_http_decode(struct wx_str encoding, struct wx_str body,
                                            struct wx_buf *out, struct wx_err *err);

/* Retry-After as seconds from NOW_S; -1 when absent or senseless; capped at a day. */
int64_t wx_http_retry_after_s(struct wx_str value, int64_t now_s);
/* HTTP-date in its three forms (RFC 9110, 5.6.7). */
bool wx_http_date_parse(struct wx_str s, int64_t *at_s);

struct wx_cookie { /* one Set-Cookie field (RFC 6265bis) */
    struct wx_str name, value, domain, path, same_site;
    bool is_secure, is_http_only;
};
bool wx_cookie_parse(struct wx_str value, struct wx_cookie *out);

#endif
