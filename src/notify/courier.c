#include "notify/courier.h"

#include "base/log.h"
#include "jail/jail.h"
#include "notify/letter.h"
#include <openssl/crypto.h>
#include <poll.h>
#include <stdio.h>

enum {
    MEMORY_MAX = 500, /* MiB of address space */
    FILES_MAX = 64,
    MAX_PINS = 64,
};

struct courier {
    struct wx_channel *channel;
    struct wx_deliverer *deliverer;
    struct wx_arena scratch; /* of one letter */
};

/* The next message; waits for it. */
static enum wx_status wait_for(struct courier *c, enum wx_msg_type *type,
                               struct wx_msg_in *in, struct wx_err *err)
{
    for (;;) {
        struct pollfd p = {.fd = wx_channel_fd(c->channel), .events = POLLIN};
        enum wx_status st = wx_channel_next(c->channel, type, in, err);

        if (st != WX_E_AGAIN)
            return st;
        (void)poll(&p, 1, -1);
    }
}

static enum wx_status open_deliverer(struct courier *c, struct wx_err *err)
{
    struct wx_deliverer_options options = {0};
    const char *pins[MAX_PINS];
    enum wx_msg_type type;
    struct wx_msg_in in;
    struct wx_str s;
    uint32_t n;
    enum wx_status st = wait_for(c, &type, &in, err);

    if (st)
        return st;
    if (type != WX_MSG_COURIER)
        return wx_fail(err, WX_E_INVALID, "message %d before the setup", type);
    s = wx_msg_get_str(&in);
    options.ca_file = s.len ? wx_arena_z(&c->scratch, s) : NULL;
    s = wx_msg_get_str(&in);
    options.dns_server = s.len ? wx_arena_z(&c->scratch, s) : NULL;
    n = wx_msg_get_u32(&in);
    if (in.is_bad || n > MAX_PINS)
        return wx_fail(err, WX_E_INVALID, "malformed setup");
    for (uint32_t i = 0; i < n; i++)
        pins[i] = wx_arena_z(&c->scratch, wx_msg_get_str(&in));
    if (!wx_msg_get_end(&in))
        return wx_fail(err, WX_E_INVALID, "malformed setup");
    options.resolve = pins;
    options.n_resolve = n;
    return wx_deliverer_new(&options, &c->deliverer, err);
}

static enum wx_status enter_jail(struct courier *c, struct wx_err *err)
{
    struct wx_jail_options jail = {
        .max_memory_bytes = (uint64_t)MEMORY_MAX << 20,
        .max_files = FILES_MAX,
        .may_connect = true,
    };
    struct wx_msg_out *out = wx_channel_out(c->channel);
    char report[128];
    enum wx_status st = wx_jail_enter(&jail, report, err);

    if (st)
        return st;
    wx_msg_begin(out, WX_MSG_READY);
    wx_msg_str(out, wx_str_of(report));
    wx_msg_end(out);
    return wx_channel_flush(c->channel, true, err);
}

/* ---- at work ---- */

static void deny(struct wx_delivery_result *result, const char *why)
{
    *result =
        (struct wx_delivery_result){.outcome = WX_DELIVERY_DENIED, .retry_after_s = -1};
    snprintf(result->detail, sizeof result->detail, "%s", why);
    for (char *c = result->detail; *c; c++) /* may quote an address range */
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = '?';
}

static void letter_goes_to(const struct wx_letter *letter, struct wx_str *host,
                           uint16_t *port)
{
    switch (letter->kind) {
    case WX_LETTER_WEBHOOK:
        *host = letter->post.url.host;
        *port = letter->post.url.port;
        break;
    case WX_LETTER_MAIL:
        *host = letter->mail.host;
        *port = letter->mail.port;
        break;
    default:
        *host = letter->log.host;
        *port = letter->log.port;
    }
}

static void deliver(struct courier *c, struct wx_letter *letter,
                    struct wx_delivery_result *result)
{
    struct wx_permit *permit;
    struct wx_str host;
    uint16_t port;
    struct wx_err err;

    if (letter->kind == WX_LETTER_WEBHOOK &&
        wx_url_parse(&c->scratch, letter->url, NULL, &letter->post.url, &err)) {
        deny(result, err.text);
        return;
    }
    letter_goes_to(letter, &host, &port);
    if (wx_permit_for_delivery(host, port, letter->allow, letter->n_allow, &permit,
                               &err)) {
        deny(result, err.text);
        return;
    }
    if (letter->kind == WX_LETTER_WEBHOOK)
        wx_deliver_post(c->deliverer, permit, &letter->post, letter->timeout_ms,
                        result);
    else if (letter->kind == WX_LETTER_MAIL)
        wx_deliver_mail(c->deliverer, permit, &letter->mail, letter->timeout_ms,
                        result);
    else
        wx_deliver_log(c->deliverer, permit, &letter->log, letter->timeout_ms, result);
    wx_permit_free(permit);
}

static enum wx_status work(struct courier *c, struct wx_err *err)
{
    for (;;) {
        struct wx_letter_done done = {0};
        struct wx_letter letter;
        enum wx_msg_type type;
        struct wx_msg_in in;
        enum wx_status st = wait_for(c, &type, &in, err);

        if (st)
            return st;
        wx_arena_reset(&c->scratch);
        if (type != WX_MSG_LETTER || !wx_letter_get(&in, &c->scratch, &letter))
            return wx_fail(err, WX_E_INVALID, "message %d is no letter", type);
        deliver(c, &letter, &done.result);
        done.id = letter.id;
        if (letter.mail.password.len) /* not longer than it was needed */
            OPENSSL_cleanse((char *)(uintptr_t)letter.mail.password.ptr,
                            letter.mail.password.len);
        wx_letter_done_put(wx_channel_out(c->channel), &done);
        st = wx_channel_flush(c->channel, true, err);
        if (st)
            return st;
    }
}

int wx_courier_main(int fd)
{
    struct courier c = {.channel = wx_channel_new(fd)};
    struct wx_err err = {0};
    enum wx_status st;

    wx_arena_init(&c.scratch);
    st = open_deliverer(&c, &err);
    if (!st)
        st = enter_jail(&c, &err);
    if (!st)
        st = work(&c, &err);
    if (st && st != WX_E_CLOSED)
        wx_log(WX_LOG_ERROR, "notify", "courier_failed", "%s", err.text);
    wx_deliverer_free(c.deliverer);
    wx_arena_clear(&c.scratch);
    wx_channel_free(c.channel);
    return st && st != WX_E_CLOSED ? 1 : 0;
}
