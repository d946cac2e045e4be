/*
 * Messages between the core and its jailed workers: typed, length-limited, over a
 * stream socketpair (later NATS, same codec). The core distrusts what a worker says:
 * every field is bounded and every message must be consumed to its last byte.
 *
 * Frame: u32 length of payload, u8 type, payload. Fields: u8, u32, u64, and strings as
 * u32 length + bytes; integers little-endian.
 */
#ifndef WX_BUS_BUS_H
#define WX_BUS_BUS_H

#include "base/buf.h"
#include "base/limits.h"

enum wx_msg_type {
    /* core → worker */
    WX_MSG_SETUP = 1, /* str json: permit, options; worker prepares, jails itself */
    WX_MSG_SITE,      /* str json: one site of the register and its limits */
    WX_MSG_STOP,      /* end cleanly: no packet after this */
    WX_MSG_REGISTER,  /* u32 count, then each: str domain, unit, site code, police
                         code, icp, u8 unit kind; the register for look-ups */
    /* notify → courier */
    WX_MSG_COURIER, /* str certificates file, str name server, u32 count, str pins */
    WX_MSG_LETTER,  /* notify/letter.h */
    /* worker → core */
    WX_MSG_READY = 32,  /* jailed; str: what confinement is in force */
    WX_MSG_EVIDENCE,    /* hash[32], u64 raw size, u8 codec, str bytes */
    WX_MSG_OBSERVATION, /* u64 site, u32 seq, u8 kind, u8 purpose, u8 outcome, u32
                           status, str url, body hash[32], str json */
    WX_MSG_FINDING,     /* str json */
    WX_MSG_PROGRESS,    /* u64 site, u32 pages, u32 queued, u64 requests, u64 bytes */
    WX_MSG_SITE_DONE,   /* str json: struct wx_site_result */
    WX_MSG_LETTER_DONE, /* courier → notify; notify/letter.h */
    WX_MSG_LOG,         /* u8 level, str event, str detail */

    /* server → reader of uploads (convert/) */
    WX_MSG_CONVERT = 64, /* str json: what the upload is, and the child's bounds */
    /* reader → server */
    WX_MSG_ROW = 96, /* u32 number, u32 count, then each: str cell */
    WX_MSG_ITEM,     /* str json: a finding, a map feature */
    WX_MSG_DONE,     /* str json: about the whole */
    WX_MSG_FAILED,   /* u8 status, str text */
};

struct wx_msg_out {
    struct wx_buf buf; /* frames ready to be sent */
    size_t frame_at;   /* start of the open frame */
};

void wx_msg_begin(struct wx_msg_out *out, enum wx_msg_type type);
void wx_msg_u8(struct wx_msg_out *out, uint8_t v);
void wx_msg_u32(struct wx_msg_out *out, uint32_t v);
void wx_msg_u64(struct wx_msg_out *out, uint64_t v);
void wx_msg_str(struct wx_msg_out *out, struct wx_str s);
void wx_msg_bytes(struct wx_msg_out *out, const void *bytes, size_t n); /* fixed size */
void wx_msg_end(struct wx_msg_out *out);

struct wx_msg_in {
    struct wx_str rest;
    bool is_bad; /* a getter ran past the end */
};
uint8_t wx_msg_get_u8(struct wx_msg_in *in);
uint32_t wx_msg_get_u32(struct wx_msg_in *in);
uint64_t wx_msg_get_u64(struct wx_msg_in *in);
struct wx_str wx_msg_get_str(struct wx_msg_in *in); /* points into the message */
void wx_msg_get_bytes(struct wx_msg_in *in, void *bytes, size_t n);
bool wx_msg_get_end(const struct wx_msg_in *in); /* all consumed and none bad */

struct wx_channel;
struct wx_channel *wx_channel_new(int fd); /* owns FD; sets it non-blocking */
void wx_channel_free(struct wx_channel *ch);
int wx_channel_fd(const struct wx_channel *ch);
struct wx_msg_out *wx_channel_out(struct wx_channel *ch);
size_t wx_channel_unsent(const struct wx_channel *ch);
/* Send what fits. WX_E_CLOSED when the other side is gone. BLOCK: until all is sent. */
enum wx_status wx_channel_flush(struct wx_channel *ch, bool block, struct wx_err *err);
/* Next whole message, or WX_E_AGAIN, WX_E_CLOSED, WX_E_INVALID (frame too long). The
 * payload lives until the next call. */
WX_MUST_CHECK enum wx_status wx_channel_next(struct wx_channel *ch,
                                             enum wx_msg_type *type,
                                             struct wx_msg_in *in, struct wx_err *err);

#endif
