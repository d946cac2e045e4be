/*
 * A mail handed to the office's server: RFC 5321 with STARTTLS (RFC 3207) or TLS from
 * the start (RFC 8314), AUTH PLAIN (RFC 4616) or LOGIN, 8BITMIME (RFC 6152), SIZE (RFC
 * 1870). One recipient a delivery, so that one outcome says all.
 */
#include "egress/line.h"

#include "base/base64.h"
#include "base/limits.h"
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>

enum extension { /* of the last EHLO */
                 EXT_STARTTLS = 1,
                 EXT_PLAIN = 2,
                 EXT_LOGIN = 4,
                 EXT_8BIT = 8,
};

struct smtp {
    struct wx_line line;
    const struct wx_mail *mail;
    char inbox[WX_MAX_SMTP_LINE_BYTES];
    size_t n_inbox, at;
    char text[WX_MAX_SMTP_LINE_BYTES]; /* last line of the last reply, without code */
    uint32_t extensions;
};

static bool fail(struct smtp *s, enum wx_delivery outcome, const char *why)
{
    return wx_line_fail(&s->line, outcome, why, (struct wx_str){0});
}

/* --- replies ---------------------------------------------------------------------- */

/* The next line without its CRLF, NUL-terminated in S->text; *CODE and whether more
 * lines of this reply follow. */
static bool line_take(struct smtp *s, uint16_t *code, bool *has_more)
{
    size_t n = 0;
    uint64_t number;

    for (;;) {
        char c;

        if (s->at == s->n_inbox) {
            s->at = 0;
            if (!wx_line_read(&s->line, s->inbox, sizeof s->inbox, &s->n_inbox))
                return false;
            if (!s->n_inbox)
                return fail(s, WX_DELIVERY_BROKEN,
                            "closed in the middle of the dialogue");
        }
        c = s->inbox[s->at++];
        if (c == '\n')
            break;
        if (n + 1 >= sizeof s->text)
            return fail(s, WX_DELIVERY_BROKEN, "a line of the reply is too long");
        s->text[n++] = c;
    }
    if (n && s->text[n - 1] == '\r')
        n--;
    s->text[n] = '\0';
    if (n < 3 || !wx_str_to_u64((struct wx_str){s->text, 3}, 599, &number) ||
        number < 200 || (n > 3 && s->text[3] != ' ' && s->text[3] != '-'))
        return fail(s, WX_DELIVERY_BROKEN, "the server does not speak SMTP");
    *code = (uint16_t)number;
    *has_more = n > 3 && s->text[3] == '-';
    memmove(s->text, s->text + (n > 3 ? 4 : 3), n - (n > 3 ? 4 : 3) + 1);
    return true;
}

static void extension_note(struct smtp *s)
{
    struct wx_str rest = wx_str_of(s->text), word = wx_str_cut(&rest, ' ');

    if (wx_str_ieqz(word, "STARTTLS"))
        s->extensions |= EXT_STARTTLS;
    if (wx_str_ieqz(word, "8BITMIME"))
        s->extensions |= EXT_8BIT;
    if (!wx_str_ieqz(word, "AUTH") && !wx_str_istarts(word, "AUTH="))
        return;
    for (; word.len || rest.len; word = wx_str_cut(&rest, ' ')) {
        if (wx_str_ieqz(word, "PLAIN"))
            s->extensions |= EXT_PLAIN;
        if (wx_str_ieqz(word, "LOGIN"))
            s->extensions |= EXT_LOGIN;
    }
}

/* A whole reply; its code is kept in the result. */
static bool reply(struct smtp *s)
{
    uint16_t code = 0, first = 0;
    bool has_more = true;

    for (int n = 0; has_more; n++) {
        if (n == WX_MAX_SMTP_LINES)
            return fail(s, WX_DELIVERY_BROKEN, "the reply has too many lines");
        if (!line_take(s, &code, &has_more))
            return false;
        if (n && code != first)
            return fail(s, WX_DELIVERY_BROKEN, "a reply with two codes");
        first = code;
        if (n && code == 250)
            extension_note(s);
    }
    s->line.result->status = code;
    return true;
}

/* A reply of class WANTED (2 or 3), or the failure that its class means. */
static bool expect(struct smtp *s, int wanted, const char *at)
{
    uint16_t code;

    if (!reply(s))
        return false;
    code = s->line.result->status;
    if (code / 100 == wanted)
        return true;
    return wx_line_fail(&s->line,
                        code / 100 == 4   ? WX_DELIVERY_LATER
                        : code / 100 == 5 ? WX_DELIVERY_REFUSED
                                          : WX_DELIVERY_BROKEN,
                        at, wx_str_of(s->text));
}

/* --- commands --------------------------------------------------------------------- */

static bool command(struct smtp *s, const char *fmt, ...) WX_PRINTF(2, 3);
static bool command(struct smtp *s, const char *fmt, ...)
{
    struct wx_buf out = WX_BUF_INIT(2048);
    va_list ap;
    char text[1024];
    int n;
    bool is_good;

    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    is_good = n >= 0 && (size_t)n < sizeof text;
    if (is_good) {
        (void)wx_buf_add(&out, text, (size_t)n);
        (void)wx_buf_addz(&out, "\r\n");
        is_good = wx_line_write(&s->line, wx_buf_str(&out));
        OPENSSL_cleanse(out.ptr, out.len); /* may be a password */
    } else {
        is_good = fail(s, WX_DELIVERY_DENIED, "a command is too long");
    }
    OPENSSL_cleanse(text, sizeof text);
    wx_buf_clear(&out);
    return is_good;
}

static bool hello(struct smtp *s)
{
    s->extensions = 0;
    /* RFC 5321, 4.1.4: who has no name says its address; ours is nobody's business */
    return command(
               s, "EHLO " WX_STR_FMT,
               WX_STR_ARG(s->mail->helo.len ? s->mail->helo : WX_STR("[127.0.0.1]"))) &&
           expect(s, 2, "EHLO");
}

static bool secure(struct smtp *s)
{
    if (s->mail->security == WX_LINK_PLAIN)
        return true;
    if (!(s->extensions & EXT_STARTTLS))
        return fail(s, WX_DELIVERY_NO_TLS, "the server offers no STARTTLS");
    if (!command(s, "STARTTLS") || !expect(s, 2, "STARTTLS"))
        return false;
    if (s->at != s->n_inbox) /* bytes slipped in before the handshake */
        return fail(s, WX_DELIVERY_BROKEN, "the server spoke on after STARTTLS");
    return wx_line_encrypt(&s->line) && hello(s);
}

/* Base64 of BYTES as a line of its own or behind PREFIX. */
static bool secret(struct smtp *s, const char *prefix, struct wx_str bytes)
{
    struct wx_buf out = WX_BUF_INIT(1024);
    bool is_good;

    wx_base64_add(&out, bytes);
    is_good = command(s, "%s" WX_STR_FMT, prefix, WX_STR_ARG(wx_buf_str(&out)));
    if (out.ptr)
        OPENSSL_cleanse(out.ptr, out.len);
    wx_buf_clear(&out);
    return is_good;
}

static bool auth_result(struct smtp *s)
{
    if (expect(s, 2, "AUTH"))
        return true;
    if (s->line.result->outcome == WX_DELIVERY_REFUSED)
        s->line.result->outcome = WX_DELIVERY_AUTH;
    return false;
}

static bool auth_plain(struct smtp *s)
{
    struct wx_buf both = WX_BUF_INIT(600);
    bool is_good;

    (void)wx_buf_addc(&both, '\0');
    (void)wx_buf_adds(&both, s->mail->user);
    (void)wx_buf_addc(&both, '\0');
    (void)wx_buf_adds(&both, s->mail->password);
    is_good = both.is_full
                  ? fail(s, WX_DELIVERY_AUTH, "user name or password is too long")
                  : secret(s, "AUTH PLAIN ", wx_buf_str(&both));
    OPENSSL_cleanse(both.ptr, both.len);
    wx_buf_clear(&both);
    return is_good && auth_result(s);
}

static bool auth_login(struct smtp *s)
{
    return command(s, "AUTH LOGIN") && expect(s, 3, "AUTH LOGIN") &&
           secret(s, "", s->mail->user) && expect(s, 3, "AUTH LOGIN") &&
           secret(s, "", s->mail->password) && auth_result(s);
}

static bool authenticate(struct smtp *s)
{
    if (!s->mail->user.len)
        return true;
    if (!s->line.ssl)
        return fail(s, WX_DELIVERY_DENIED, "no password goes over an open line");
    if (s->extensions & EXT_PLAIN)
        return auth_plain(s);
    if (s->extensions & EXT_LOGIN)
        return auth_login(s);
    return fail(s, WX_DELIVERY_AUTH, "the server offers neither AUTH PLAIN nor LOGIN");
}

/* --- the message ------------------------------------------------------------------ */

/* CRLF at each line's end, a dot before a leading dot (RFC 5321, 4.5.2), the last dot.
 */
static bool message_write(struct smtp *s)
{
    struct wx_str m = s->mail->message;
    struct wx_buf out = WX_BUF_INIT(WX_MAX_MAIL_BYTES * 2 + 16);
    bool is_good, at_start = true;

    for (size_t i = 0; i < m.len; i++) {
        char c = m.ptr[i];

        if (at_start && c == '.')
            (void)wx_buf_addc(&out, '.');
        at_start = c == '\n';
        if (c == '\r' && i + 1 < m.len && m.ptr[i + 1] == '\n')
            continue; /* put back with its line feed */
        if (c == '\r')
            c = '\n', at_start = true; /* a bare one would be smuggled through */
        if (c == '\n')
            (void)wx_buf_addc(&out, '\r');
        (void)wx_buf_addc(&out, c);
    }
    (void)wx_buf_addz(&out, at_start ? ".\r\n" : "\r\n.\r\n");
    is_good = wx_line_write(&s->line, wx_buf_str(&out));
    wx_buf_clear(&out);
    return is_good;
}

static bool is_ascii(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] > 0x7F)
            return false;
    return true;
}

static bool send_mail(struct smtp *s)
{
    const struct wx_mail *m = s->mail;
    bool is_8bit = !is_ascii(m->message);

    if (is_8bit && !(s->extensions & EXT_8BIT))
        return fail(s, WX_DELIVERY_REFUSED, "the server takes no 8-bit message");
    return command(s, "MAIL FROM:<" WX_STR_FMT ">%s", WX_STR_ARG(m->from),
                   is_8bit ? " BODY=8BITMIME" : "") &&
           expect(s, 2, "MAIL FROM") &&
           command(s, "RCPT TO:<" WX_STR_FMT ">", WX_STR_ARG(m->to)) &&
           expect(s, 2, "RCPT TO") && command(s, "DATA") && expect(s, 3, "DATA") &&
           message_write(s) && expect(s, 2, "end of DATA");
}

/* --- all together ----------------------------------------------------------------- */

/* What may stand between angle brackets without ending them. */
static bool is_mailbox(struct wx_str s)
{
    size_t at = WX_NPOS;

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c <= ' ' || c > '~' || strchr("<>()[]\\,;:\"", c))
            return false;
        if (c == '@') {
            if (at != WX_NPOS)
                return false;
            at = i;
        }
    }
    return s.len <= 254 && at != WX_NPOS && at > 0 && at + 1 < s.len;
}

static bool is_helo(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= ' ' || (unsigned char)s.ptr[i] > '~')
            return false;
    return s.len <= 255;
}

static const char *mail_check(const struct wx_mail *mail)
{
    if (!is_mailbox(mail->from) || !is_mailbox(mail->to))
        return "an address is not name@host in ASCII";
    if (!is_helo(mail->helo))
        return "our own name holds a character that no host has";
    if (mail->message.len > WX_MAX_MAIL_BYTES)
        return "the message is too large";
    return NULL;
}

static bool dialogue(struct smtp *s)
{
    s->line.is_plain = s->mail->security == WX_LINK_PLAIN;
    if (!wx_line_dial(&s->line, s->mail->host, s->mail->port))
        return false;
    if (s->mail->security == WX_LINK_TLS && !wx_line_encrypt(&s->line))
        return false;
    if (!expect(s, 2, "greeting") || !hello(s))
        return false;
    if (s->mail->security != WX_LINK_TLS && !secure(s))
        return false;
    return authenticate(s) && send_mail(s);
}

void wx_deliver_mail(struct wx_deliverer *deliverer, const struct wx_permit *permit,
                     const struct wx_mail *mail, int64_t timeout_ms,
                     struct wx_delivery_result *result)
{
    struct smtp s = {.mail = mail};
    const char *wrong = mail_check(mail);

    wx_line_init(&s.line, deliverer, permit, timeout_ms, result);
    if (wrong) {
        (void)fail(&s, WX_DELIVERY_DENIED, wrong);
    } else if (dialogue(&s)) {
        /* taken over already: what becomes of QUIT changes nothing */
        (void)wx_line_write(&s.line, WX_STR("QUIT\r\n"));
        result->outcome = WX_DELIVERED;
        result->detail[0] = '\0';
    }
    wx_line_close(&s.line);
}
