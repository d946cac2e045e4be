/* A webhook: one POST, one status line back, nothing followed. And the same as a
 * question whose answer is read. */
#include "egress/line.h"

#include "base/clock.h"
#include "base/limits.h"
#include "model/observation.h"
#include "wire/http.h"

enum { MAX_REQUEST_BYTES = 32 << 10 };

static bool is_token(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c <= ' ' || c > '~' || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return s.len > 0;
}

static bool is_printable(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || (unsigned char)s.ptr[i] > '~')
            return false;
    return true;
}

/* Framing and the connection are ours alone to say. */
static bool is_ours(struct wx_str name)
{
    static const char *const ours[] = {"host",         "content-length",
                                       "content-type", "connection",
                                       "user-agent",   "transfer-encoding",
                                       "expect",       "te",
                                       "trailer",      "upgrade"};

    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (wx_str_ieqz(name, ours[i]))
            return true;
    return false;
}

/* NULL, or why this is no request that may be made. */
static const char *post_check(const struct wx_post *post, size_t max_body_bytes)
{
    const struct wx_url *u = &post->url;

    if (!u->is_http || u->user.len || u->password.len)
        return "the address is not http or https, or holds a user name";
    if (post->body.len > max_body_bytes || post->n_headers > WX_MAX_DELIVERY_HEADERS)
        return "the message is too large";
    if (post->method && !is_token(wx_str_of(post->method)))
        return "the method is none";
    if (!is_printable(post->agent) || !is_printable(post->content_type) ||
        !is_printable(u->path) || !is_printable(u->query) ||
        wx_str_chr(u->path, ' ') != WX_NPOS || wx_str_chr(u->query, ' ') != WX_NPOS)
        return "the request holds bytes that no request has";
    for (size_t i = 0; i < post->n_headers; i++)
        if (!is_token(post->headers[i].name) || is_ours(post->headers[i].name) ||
            !is_printable(post->headers[i].value))
            return "a header field is malformed or not the caller's to set";
    return NULL;
}

static bool post_write(struct wx_line *line, const struct wx_post *post)
{
    struct wx_buf out = WX_BUF_INIT(MAX_REQUEST_BYTES);
    const struct wx_url *u = &post->url;
    bool is_v6 = u->host_kind == WX_HOST_IPV6, is_good;

    (void)wx_buf_printf(&out, "%s " WX_STR_FMT "%s" WX_STR_FMT " HTTP/1.1\r\n",
                        post->method ? post->method : "POST", WX_STR_ARG(u->path),
                        u->has_query ? "?" : "", WX_STR_ARG(u->query));
    (void)wx_buf_printf(&out, "Host: %s" WX_STR_FMT "%s", is_v6 ? "[" : "",
                        WX_STR_ARG(u->host), is_v6 ? "]" : "");
    if (u->port != (u->is_https ? 443 : 80))
        (void)wx_buf_printf(&out, ":%u", u->port);
    (void)wx_buf_printf(&out,
                        "\r\nUser-Agent: " WX_STR_FMT "\r\nContent-Type: " WX_STR_FMT
                        "\r\nContent-Length: %zu\r\nConnection: close\r\n",
                        WX_STR_ARG(post->agent), WX_STR_ARG(post->content_type),
                        post->body.len);
    for (size_t i = 0; i < post->n_headers; i++)
        (void)wx_buf_printf(&out, WX_STR_FMT ": " WX_STR_FMT "\r\n",
                            WX_STR_ARG(post->headers[i].name),
                            WX_STR_ARG(post->headers[i].value));
    (void)wx_buf_addz(&out, "\r\n");
    if (post->body.len <= WX_MAX_DELIVERY_BYTES) /* in one piece with the header */
        (void)wx_buf_adds(&out, post->body);
    is_good = out.is_full ? wx_line_fail(line, WX_DELIVERY_DENIED,
                                         "the message is too large", (struct wx_str){0})
                          : wx_line_write(line, wx_buf_str(&out));
    if (is_good && post->body.len > WX_MAX_DELIVERY_BYTES)
        is_good = wx_line_write(line, post->body);
    wx_buf_clear(&out);
    return is_good;
}

/* What a status means: for good, for now, or done. */
static bool status_judge(struct wx_line *line, const struct wx_http_reader *reader)
{
    struct wx_str headers = wx_buf_str(&reader->header);
    uint16_t status = reader->status;
    bool is_later = status == 408 || status == 425 || status == 429 || status >= 500;

    line->result->status = status;
    line->result->retry_after_s =
        wx_http_retry_after_s(wx_headers_get(headers, "retry-after"), wx_now_s());
    if (status >= 200 && status < 300) {
        line->result->outcome = WX_DELIVERED;
        line->result->detail[0] = '\0';
        return true;
    }
    if (status >= 300 && status < 400)
        return wx_line_fail(line, WX_DELIVERY_REFUSED,
                            "redirects are not followed; set the final address",
                            (struct wx_str){0});
    return wx_line_fail(line, is_later ? WX_DELIVERY_LATER : WX_DELIVERY_REFUSED,
                        "the receiver answered",
                        wx_str_sub(headers, 0, wx_str_chr(headers, '\r')));
}

static bool answer_read(struct wx_line *line)
{
    struct wx_http_reader reader;
    char bytes[4096];
    size_t n = 0;
    bool is_good = true;

    wx_http_reader_init(&reader, true, 0); /* no body is wanted */
    while (is_good && reader.state == WX_HTTP_HEADER) {
        is_good = wx_line_read(line, bytes, sizeof bytes, &n);
        if (is_good && n == 0)
            is_good = wx_line_fail(line, WX_DELIVERY_BROKEN, "closed before an answer",
                                   (struct wx_str){0});
        if (is_good)
            (void)wx_http_reader_feed(&reader, (struct wx_str){bytes, n});
    }
    if (is_good && (reader.state == WX_HTTP_BAD || reader.state == WX_HTTP_TOO_BIG))
        is_good = wx_line_fail(line, WX_DELIVERY_BROKEN, "the answer is not HTTP",
                               wx_str_of(reader.why));
    if (is_good)
        is_good = status_judge(line, &reader);
    wx_http_reader_clear(&reader);
    return is_good;
}

void wx_deliver_post(struct wx_deliverer *deliverer, const struct wx_permit *permit,
                     const struct wx_post *post, int64_t timeout_ms,
                     struct wx_delivery_result *result)
{
    const char *wrong = post_check(post, WX_MAX_DELIVERY_BYTES);
    struct wx_line line;

    wx_line_init(&line, deliverer, permit, timeout_ms, result);
    line.is_plain = !post->url.is_https;
    if (wrong)
        (void)wx_line_fail(&line, WX_DELIVERY_DENIED, wrong, (struct wx_str){0});
    else if (wx_line_dial(&line, post->url.host, post->url.port) &&
             (line.is_plain || wx_line_encrypt(&line)) && post_write(&line, post))
        (void)answer_read(&line);
    wx_line_close(&line);
}

/* ---- with an answer ---- */

static bool answer_take(struct wx_line *line, struct wx_http_reader *answer)
{
    char bytes[16384];
    size_t n = 1;

    while (answer->state < WX_HTTP_DONE && n) {
        if (!wx_line_read(line, bytes, sizeof bytes, &n))
            return false;
        if (n)
            (void)wx_http_reader_feed(answer, (struct wx_str){bytes, n});
        else
            wx_http_reader_close(answer);
    }
    if (answer->state != WX_HTTP_DONE || answer->is_length_wrong)
        return wx_line_fail(line, WX_DELIVERY_BROKEN, "the answer is not whole",
                            wx_str_of(answer->why));
    if (answer->is_truncated)
        return wx_line_fail(line, WX_DELIVERY_BROKEN, "the answer is too long",
                            (struct wx_str){0});
    line->result->status = answer->status;
    line->result->outcome = WX_DELIVERED;
    line->result->detail[0] = '\0';
    return true;
}

void wx_deliver_ask(struct wx_deliverer *deliverer, const struct wx_permit *permit,
                    const struct wx_post *post, int64_t timeout_ms,
                    struct wx_http_reader *answer, struct wx_delivery_result *result)
{
    const char *wrong = post_check(post, WX_MAX_UPLOAD_BYTES);
    struct wx_line line;

    wx_line_init(&line, deliverer, permit, timeout_ms, result);
    line.is_plain = !post->url.is_https;
    if (wrong)
        (void)wx_line_fail(&line, WX_DELIVERY_DENIED, wrong, (struct wx_str){0});
    else if (wx_line_dial(&line, post->url.host, post->url.port) &&
             (line.is_plain || wx_line_encrypt(&line)) && post_write(&line, post))
        (void)answer_take(&line, answer);
    wx_line_close(&line);
}
