#define _GNU_SOURCE
#include "bus/bus.h"

#include "base/arena.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    FRAME_HEAD = 5,
    READ_STEP = 256 << 10,
    KEPT_MAX = 2 << 20, /* a register passes once; its room need not stay */
    /* room for one largest message beside what waits to be sent */
    OUT_MAX = 4 * (WX_MAX_MESSAGE_BYTES + FRAME_HEAD),
};

struct wx_channel {
    int fd;
    struct wx_msg_out out;
    size_t sent; /* bytes of out.buf already written */
    struct wx_buf in;
    size_t taken; /* bytes of in already handed out */
    bool is_closed;
};

struct wx_channel *wx_channel_new(int fd)
{
    struct wx_channel *ch = wx_new(struct wx_channel);

    ch->fd = fd;
    ch->out.buf = WX_BUF_INIT(OUT_MAX);
    ch->in = WX_BUF_INIT(WX_MAX_MESSAGE_BYTES + FRAME_HEAD + READ_STEP);
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    return ch;
}

void wx_channel_free(struct wx_channel *ch)
{
    if (!ch)
        return;
    close(ch->fd);
    wx_buf_clear(&ch->out.buf);
    wx_buf_clear(&ch->in);
    free(ch);
}

int wx_channel_fd(const struct wx_channel *ch)
{
    return ch->fd;
}

struct wx_msg_out *wx_channel_out(struct wx_channel *ch)
{
    return &ch->out;
}

size_t wx_channel_unsent(const struct wx_channel *ch)
{
    return ch->out.buf.len - ch->sent;
}

static enum wx_status wait_for(int fd, short events, struct wx_err *err)
{
    struct pollfd p = {.fd = fd, .events = events};

    while (poll(&p, 1, -1) < 0)
        if (errno != EINTR)
            return wx_fail_errno(err, "cannot wait for the message channel");
    return WX_OK;
}

enum wx_status wx_channel_flush(struct wx_channel *ch, bool block, struct wx_err *err)
{
    enum wx_status st;

    while (ch->sent < ch->out.buf.len) {
        ssize_t n =
            write(ch->fd, ch->out.buf.ptr + ch->sent, ch->out.buf.len - ch->sent);

        if (n >= 0) {
            ch->sent += (size_t)n;
        } else if (errno == EAGAIN && block) {
            st = wait_for(ch->fd, POLLOUT, err);
            if (st)
                return st;
        } else if (errno == EAGAIN) {
            return WX_OK;
        } else if (errno != EINTR) {
            ch->is_closed = true;
            return wx_fail(err, WX_E_CLOSED, "the other process has gone");
        }
    }
    if (ch->out.buf.cap > KEPT_MAX)
        wx_buf_clear(&ch->out.buf);
    wx_buf_reset(&ch->out.buf);
    ch->sent = 0;
    return WX_OK;
}

/* Bytes of the frame at the front, head included; 0 when not all of it is here. */
static size_t frame_ready(struct wx_channel *ch, bool *is_too_long)
{
    const unsigned char *p = (const unsigned char *)ch->in.ptr + ch->taken;
    size_t have = ch->in.len - ch->taken, len;

    *is_too_long = false;
    if (have < FRAME_HEAD)
        return 0;
    len = (size_t)p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
    *is_too_long = len > WX_MAX_MESSAGE_BYTES;
    return have >= FRAME_HEAD + len ? FRAME_HEAD + len : 0;
}

static enum wx_status read_more(struct wx_channel *ch, struct wx_err *err)
{
    char *at;
    ssize_t n;

    if (ch->taken) {
        memmove(ch->in.ptr, ch->in.ptr + ch->taken, ch->in.len - ch->taken);
        ch->in.len -= ch->taken;
        ch->taken = 0;
    }
    if (!ch->in.len && ch->in.cap > KEPT_MAX)
        wx_buf_clear(&ch->in);
    at = wx_buf_room(&ch->in, READ_STEP);
    if (!at)
        return wx_fail(err, WX_E_INVALID, "message longer than its ceiling");
    do
        n = read(ch->fd, at, READ_STEP);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return WX_E_AGAIN;
    if (n <= 0) {
        ch->is_closed = true;
        return wx_fail(err, WX_E_CLOSED, "the other process has gone");
    }
    ch->in.len += (size_t)n;
    return WX_OK;
}

enum wx_status wx_channel_next(struct wx_channel *ch, enum wx_msg_type *type,
                               struct wx_msg_in *in, struct wx_err *err)
{
    for (;;) {
        bool is_too_long;
        size_t n = frame_ready(ch, &is_too_long);
        enum wx_status st;

        if (is_too_long)
            return wx_fail(err, WX_E_INVALID, "message longer than its ceiling");
        if (n) {
            const char *p = ch->in.ptr + ch->taken;

            *type = (enum wx_msg_type)(unsigned char)p[4];
            *in = (struct wx_msg_in){.rest = {p + FRAME_HEAD, n - FRAME_HEAD}};
            ch->taken += n;
            return WX_OK;
        }
        st = read_more(ch, err);
        if (st)
            return st;
    }
}
