#include "notify/letter.h"

#include <stdio.h>

static void put_list(struct wx_msg_out *out, const struct wx_str *items, size_t n)
{
    wx_msg_u32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        wx_msg_str(out, items[i]);
}

static bool get_list(struct wx_msg_in *in, struct wx_arena *arena, size_t max,
                     const struct wx_str **items, size_t *n)
{
    uint32_t count = wx_msg_get_u32(in);
    struct wx_str *list;

    if (in->is_bad || count > max)
        return false;
    list = wx_arena_array(arena, struct wx_str, count + 1);
    for (uint32_t i = 0; i < count; i++)
        list[i] = wx_msg_get_str(in);
    *items = list;
    *n = count;
    return true;
}

static void put_webhook(struct wx_msg_out *out, const struct wx_letter *letter)
{
    const struct wx_post *post = &letter->post;

    wx_msg_str(out, letter->url);
    wx_msg_str(out, post->agent);
    wx_msg_str(out, post->content_type);
    wx_msg_u32(out, (uint32_t)post->n_headers);
    for (size_t i = 0; i < post->n_headers; i++) {
        wx_msg_str(out, post->headers[i].name);
        wx_msg_str(out, post->headers[i].value);
    }
    wx_msg_str(out, post->body);
}

static bool get_webhook(struct wx_msg_in *in, struct wx_arena *arena,
                        struct wx_letter *letter)
{
    struct wx_post *post = &letter->post;
    struct wx_delivery_header *headers;

    letter->url = wx_msg_get_str(in);
    post->agent = wx_msg_get_str(in);
    post->content_type = wx_msg_get_str(in);
    post->n_headers = wx_msg_get_u32(in);
    if (in->is_bad || post->n_headers > WX_MAX_DELIVERY_HEADERS)
        return false;
    headers = wx_arena_array(arena, struct wx_delivery_header, post->n_headers + 1);
    for (size_t i = 0; i < post->n_headers; i++) {
        headers[i].name = wx_msg_get_str(in);
        headers[i].value = wx_msg_get_str(in);
    }
    post->headers = headers;
    post->body = wx_msg_get_str(in);
    return !in->is_bad;
}

static void put_mail(struct wx_msg_out *out, const struct wx_mail *mail)
{
    wx_msg_str(out, mail->host);
    wx_msg_u32(out, mail->port);
    wx_msg_u8(out, (uint8_t)mail->security);
    wx_msg_str(out, mail->user);
    wx_msg_str(out, mail->password);
    wx_msg_str(out, mail->helo);
    wx_msg_str(out, mail->from);
    wx_msg_str(out, mail->to);
    wx_msg_str(out, mail->message);
}

static bool get_mail(struct wx_msg_in *in, struct wx_mail *mail)
{
    mail->host = wx_msg_get_str(in);
    mail->port = (uint16_t)wx_msg_get_u32(in);
    mail->security = (enum wx_link_security)wx_msg_get_u8(in);
    mail->user = wx_msg_get_str(in);
    mail->password = wx_msg_get_str(in);
    mail->helo = wx_msg_get_str(in);
    mail->from = wx_msg_get_str(in);
    mail->to = wx_msg_get_str(in);
    mail->message = wx_msg_get_str(in);
    return !in->is_bad && mail->security <= WX_LINK_TLS;
}

static void put_log(struct wx_msg_out *out, const struct wx_log_batch *log)
{
    wx_msg_str(out, log->host);
    wx_msg_u32(out, log->port);
    wx_msg_u8(out, log->is_datagram);
    wx_msg_u8(out, log->is_tls);
    put_list(out, log->records, log->n_records);
}

static bool get_log(struct wx_msg_in *in, struct wx_arena *arena,
                    struct wx_log_batch *log)
{
    log->host = wx_msg_get_str(in);
    log->port = (uint16_t)wx_msg_get_u32(in);
    log->is_datagram = wx_msg_get_u8(in) != 0;
    log->is_tls = wx_msg_get_u8(in) != 0;
    return get_list(in, arena, WX_MAX_LOG_BATCH, &log->records, &log->n_records);
}

void wx_letter_put(struct wx_msg_out *out, const struct wx_letter *letter)
{
    wx_msg_begin(out, WX_MSG_LETTER);
    wx_msg_u64(out, letter->id);
    wx_msg_u8(out, (uint8_t)letter->kind);
    wx_msg_u32(out, letter->timeout_ms);
    put_list(out, letter->allow, letter->n_allow);
    if (letter->kind == WX_LETTER_WEBHOOK)
        put_webhook(out, letter);
    else if (letter->kind == WX_LETTER_MAIL)
        put_mail(out, &letter->mail);
    else
        put_log(out, &letter->log);
    wx_msg_end(out);
}

bool wx_letter_get(struct wx_msg_in *in, struct wx_arena *arena,
                   struct wx_letter *letter)
{
    bool is_good;

    *letter = (struct wx_letter){.id = wx_msg_get_u64(in)};
    letter->kind = (enum wx_letter_kind)wx_msg_get_u8(in);
    letter->timeout_ms = wx_msg_get_u32(in);
    if (!get_list(in, arena, WX_MAX_DELIVERY_ALLOW, &letter->allow, &letter->n_allow))
        return false;
    switch (letter->kind) {
    case WX_LETTER_WEBHOOK:
        is_good = get_webhook(in, arena, letter);
        break;
    case WX_LETTER_MAIL:
        is_good = get_mail(in, &letter->mail);
        break;
    case WX_LETTER_LOG:
        is_good = get_log(in, arena, &letter->log);
        break;
    default:
        is_good = false;
    }
    return is_good && wx_msg_get_end(in);
}

void wx_letter_done_put(struct wx_msg_out *out, const struct wx_letter_done *done)
{
    const struct wx_delivery_result *r = &done->result;

    wx_msg_begin(out, WX_MSG_LETTER_DONE);
    wx_msg_u64(out, done->id);
    wx_msg_u8(out, (uint8_t)r->outcome);
    wx_msg_u32(out, r->status);
    wx_msg_u64(out, (uint64_t)(r->retry_after_s + 1));
    wx_msg_u32(out, (uint32_t)r->took_ms);
    wx_msg_str(out, wx_str_of(r->address));
    wx_msg_str(out, wx_str_of(r->detail));
    wx_msg_end(out);
}

/* Printable ASCII only: it goes into records and onto screens. */
static bool get_text(struct wx_msg_in *in, char *out, size_t size)
{
    struct wx_str s = wx_msg_get_str(in);

    if (in->is_bad || s.len >= size)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || (unsigned char)s.ptr[i] > '~')
            return false;
    if (s.len)
        memcpy(out, s.ptr, s.len);
    out[s.len] = '\0';
    return true;
}

bool wx_letter_done_get(struct wx_msg_in *in, struct wx_letter_done *done)
{
    struct wx_delivery_result *r = &done->result;
    uint32_t status, took_ms;
    uint64_t retry_after;
    uint8_t outcome;

    *done = (struct wx_letter_done){.id = wx_msg_get_u64(in)};
    outcome = wx_msg_get_u8(in);
    status = wx_msg_get_u32(in);
    retry_after = wx_msg_get_u64(in);
    took_ms = wx_msg_get_u32(in);
    if (in->is_bad || outcome >= WX_DELIVERY_COUNT || status > 999 ||
        retry_after > 86401 || took_ms > 3600000 ||
        !get_text(in, r->address, sizeof r->address) ||
        !get_text(in, r->detail, sizeof r->detail) || !wx_msg_get_end(in))
        return false;
    r->outcome = (enum wx_delivery)outcome;
    r->status = (uint16_t)status;
    r->retry_after_s = (int64_t)retry_after - 1;
    r->took_ms = (int32_t)took_ms;
    return true;
}
