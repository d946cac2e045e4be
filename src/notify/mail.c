#include "notify/mail.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "permit/permit.h"
#include "store/office_delivery.h"
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <time.h>

enum {
    MAX_TEXT_BYTES = 8 << 10,
    WORD_BYTES = 45, /* of UTF-8 in one encoded word: RFC 2047 allows 75 in all */
    LINE_BYTES = 57, /* of text in one line of base64: 76 characters */
    MAX_PASSWORD_BYTES = 256,
};

static const struct wx_str password_context = {"fact/mail.password", 18};
static const struct wx_str body_context = {"delivery/mail", 13};

/* ---- settings ---- */

static struct wx_str text_at(struct wx_arena *arena, json_t *from, const char *key)
{
    return wx_arena_str(arena,
                        wx_str_of(json_string_value(json_object_get(from, key))));
}

static enum wx_link_security security_of(const char *word)
{
    if (word && strcmp(word, "tls") == 0)
        return WX_LINK_TLS;
    return word && strcmp(word, "plain") == 0 ? WX_LINK_PLAIN : WX_LINK_STARTTLS;
}

static const char *security_word(enum wx_link_security security)
{
    return security == WX_LINK_TLS        ? "tls"
           : security == WX_LINK_STARTTLS ? "starttls"
                                          : "plain";
}

static enum wx_status password_load(struct wx_tx *tx, struct wx_arena *arena,
                                    const struct wx_seal_key *key, struct wx_str *out,
                                    struct wx_err *err)
{
    struct wx_str kept, sealed;
    enum wx_status st = wx_office_get(tx, "mail.password", arena, &kept, err);

    if (st == WX_E_NOT_FOUND)
        return WX_OK;
    if (st)
        return st;
    if (!wx_base64_read(arena, kept, &sealed) ||
        !wx_unseal(arena, key, password_context, sealed, out))
        return wx_fail(err, WX_E_INVALID,
                       "the mail password cannot be opened with this field key");
    return WX_OK;
}

enum wx_status wx_mail_settings_load(struct wx_tx *tx, struct wx_arena *arena,
                                     const struct wx_seal_key *key,
                                     struct wx_mail_settings *out, struct wx_err *err)
{
    struct wx_str text;
    json_t *json;
    enum wx_status st = wx_office_get(tx, "mail.settings", arena, &text, err);

    *out = (struct wx_mail_settings){.port = 587, .security = WX_LINK_STARTTLS};
    if (st == WX_E_NOT_FOUND)
        return WX_OK;
    if (st)
        return st;
    json = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(json)) {
        json_decref(json);
        return wx_fail(err, WX_E_INVALID, "fact 'mail.settings' is no JSON object");
    }
    out->is_on = json_is_true(json_object_get(json, "on"));
    out->host = text_at(arena, json, "host");
    out->port = (uint16_t)json_integer_value(json_object_get(json, "port"));
    out->security = security_of(json_string_value(json_object_get(json, "security")));
    out->user = text_at(arena, json, "user");
    out->from = text_at(arena, json, "from");
    out->from_name = text_at(arena, json, "from_name");
    out->helo = text_at(arena, json, "helo");
    json_decref(json);
    return password_load(tx, arena, key, &out->password, err);
}

/* NULL, or the field that is wrong. */
static const char *settings_check(const struct wx_mail_settings *s)
{
    size_t at = wx_str_chr(s->from, '@');

    if (!s->is_on && !s->host.len)
        return NULL;
    if (!s->host.len || s->host.len > 253 || wx_str_chr(s->host, ' ') != WX_NPOS)
        return "host";
    if (!s->port)
        return "port";
    if (at == WX_NPOS || at == 0 || at + 1 == s->from.len || s->from.len > 254 ||
        wx_str_chr(s->from, ' ') != WX_NPOS || wx_str_chr(s->from, '>') != WX_NPOS)
        return "from";
    if (s->from_name.len > 200 || wx_str_chr(s->from_name, '\n') != WX_NPOS)
        return "from_name";
    if (s->user.len > 254)
        return "user";
    if (s->password.len > MAX_PASSWORD_BYTES)
        return "password";
    if (s->user.len && s->security == WX_LINK_PLAIN)
        return "security"; /* a password would go over an open line */
    if (s->helo.len > 253 || wx_str_chr(s->helo, ' ') != WX_NPOS)
        return "helo";
    return NULL;
}

static enum wx_status password_save(struct wx_tx *tx, const struct wx_seal_key *key,
                                    struct wx_str password, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(1024);
    struct wx_arena arena;
    enum wx_status st;

    wx_arena_init(&arena);
    wx_base64_add(&text, wx_seal(&arena, key, password_context, password));
    st = wx_office_set(tx, "mail.password", wx_buf_str(&text), err);
    wx_buf_clear(&text);
    wx_arena_clear(&arena);
    return st;
}

enum wx_status wx_mail_settings_save(struct wx_tx *tx, const struct wx_seal_key *key,
                                     const struct wx_mail_settings *s,
                                     struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(4096);
    struct wx_json j = WX_JSON_INIT(&text);
    const char *wrong = settings_check(s);
    enum wx_status st;

    if (wrong)
        return wx_fail(err, WX_E_INVALID, "%s", wrong);
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "on", s->is_on);
    wx_json_kstr(&j, "host", s->host);
    wx_json_kint(&j, "port", s->port);
    wx_json_kz(&j, "security", security_word(s->security));
    wx_json_kstr(&j, "user", s->user);
    wx_json_kstr(&j, "from", s->from);
    wx_json_kstr(&j, "from_name", s->from_name);
    wx_json_kstr(&j, "helo", s->helo);
    wx_json_close(&j, '}');
    st = wx_office_set(tx, "mail.settings", wx_buf_str(&text), err);
    wx_buf_clear(&text);
    if (!st && s->password.len)
        st = password_save(tx, key, s->password, err);
    return st;
}

enum wx_status wx_delivery_allow_load(struct wx_tx *tx, struct wx_arena *arena,
                                      struct wx_str **out, size_t *n,
                                      struct wx_err *err)
{
    struct wx_str text;
    enum wx_status st = wx_office_get(tx, "delivery.allow", arena, &text, err);

    *out = wx_arena_array(arena, struct wx_str, WX_MAX_DELIVERY_ALLOW);
    *n = 0;
    if (st)
        return st == WX_E_NOT_FOUND ? WX_OK : st;
    while (text.len && *n < WX_MAX_DELIVERY_ALLOW) {
        struct wx_str item = wx_str_cut(&text, ' ');

        if (item.len)
            (*out)[(*n)++] = item;
    }
    return WX_OK;
}

enum wx_status wx_delivery_allow_save(struct wx_tx *tx, const struct wx_str *items,
                                      size_t n, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(4096);
    struct wx_permit *permit;
    enum wx_status st;

    if (n > WX_MAX_DELIVERY_ALLOW)
        return wx_fail(err, WX_E_TOO_BIG, "more than %d address ranges",
                       WX_MAX_DELIVERY_ALLOW);
    st = wx_permit_for_delivery(WX_STR("check.invalid"), 443, items, n, &permit, err);
    if (st)
        return st;
    wx_permit_free(permit);
    for (size_t i = 0; i < n; i++) {
        (void)wx_buf_adds(&text, items[i]);
        (void)wx_buf_addc(&text, ' ');
    }
    st = wx_office_set(tx, "delivery.allow", wx_buf_str(&text), err);
    wx_buf_clear(&text);
    return st;
}

/* ---- texts ---- */

/* TEXT takes the unit's name or the count, or nothing. */
enum about { ABOUT_NOTHING, ABOUT_UNIT, ABOUT_COUNT };
static const struct {
    const char *type;
    enum wx_text subject, text;
    enum about about;
} topics[] = {
#define T(key, type, about)                                                            \
    [WX_MAIL_##key] = {"mail." type, WX_T_MAIL_SUBJECT_##key, WX_T_MAIL_TEXT_##key,    \
                       ABOUT_##about},
    T(INVITATION, "invitation",
      NOTHING) T(FINDINGS, "findings", UNIT) T(ROUND_FINISHED, "round_finished", COUNT)
        T(WEBHOOK_FAILED, "webhook_failed", COUNT) T(DUTY_ASKED, "duty_asked", UNIT)
            T(DUTY_LEFT, "duty_left", UNIT) T(DUTY_DUE, "duty_due", UNIT)
                T(DUTY_OVERDUE, "duty_overdue", UNIT)
                    T(DUTY_RETURNED, "duty_returned", UNIT) T(NOTICE, "notice", UNIT)
                        T(NOTICE_OVERDUE, "notice_overdue", UNIT)
                            T(APPRAISAL, "appraisal", UNIT) T(TEST, "test", NOTHING)
#undef T
};

const char *wx_mail_topic_type(enum wx_mail_topic topic)
{
    return topics[topic].type;
}

static void subject_write(const struct wx_mail_note *note, struct wx_buf *out)
{
    char office[200];

    snprintf(office, sizeof office, WX_STR_FMT,
             WX_STR_ARG(wx_utf8_clip(note->office, sizeof office - 1)));
    (void)wx_buf_printf(out, wx_text(note->lang, topics[note->topic].subject), office);
}

static void topic_write(const struct wx_mail_note *note, struct wx_buf *out)
{
    const char *text = wx_text(note->lang, topics[note->topic].text);
    char detail[300];

    snprintf(detail, sizeof detail, WX_STR_FMT,
             WX_STR_ARG(wx_utf8_clip(note->detail, sizeof detail - 1)));
    switch (topics[note->topic].about) {
    case ABOUT_UNIT:
        (void)wx_buf_printf(out, text, detail);
        break;
    case ABOUT_COUNT:
        (void)wx_buf_printf(out, text, (long long)note->count);
        break;
    default:
        (void)wx_buf_addz(out, text);
    }
}

static void note_write(const struct wx_mail_note *note, struct wx_buf *out)
{
    char word[600], at[24];

    snprintf(word, sizeof word, WX_STR_FMT, WX_STR_ARG(wx_utf8_clip(note->name, 200)));
    if (note->name.len)
        (void)wx_buf_printf(out, wx_text(note->lang, WX_T_MAIL_HELLO), word);
    else
        (void)wx_buf_addz(out, wx_text(note->lang, WX_T_MAIL_HELLO_NOBODY));
    (void)wx_buf_addz(out, "\n\n");
    topic_write(note, out);
    (void)wx_buf_addz(out, "\n");
    if (note->link.len) {
        snprintf(word, sizeof word, WX_STR_FMT,
                 WX_STR_ARG(wx_utf8_clip(note->link, sizeof word - 1)));
        (void)wx_buf_addz(out, "\n");
        (void)wx_buf_printf(out, wx_text(note->lang, WX_T_MAIL_LINK), word);
        (void)wx_buf_addz(out, "\n");
    }
    if (note->until_s) {
        wx_time_format_china(note->until_s, at);
        (void)wx_buf_printf(out, wx_text(note->lang, WX_T_MAIL_UNTIL), at);
        (void)wx_buf_addz(out, "\n");
    }
    (void)wx_buf_addz(out, "\n-- \n");
    (void)wx_buf_addz(out, wx_text(note->lang, WX_T_MAIL_FOOT));
    (void)wx_buf_addz(out, "\n");
}

enum wx_status wx_mail_queue(struct wx_tx *tx, const struct wx_seal_key *key,
                             const struct wx_mail_note *note,
                             const struct wx_mail_to *to, int64_t now_s,
                             int64_t *delivery_id, struct wx_err *err)
{
    struct wx_buf plain = WX_BUF_INIT(MAX_TEXT_BYTES), body = WX_BUF_INIT(32 << 10);
    struct wx_mail_new mail = {
        .account_id = to->account_id,
        .unit_id = to->unit_id,
        .event_s = now_s,
        .type = wx_str_of(topics[note->topic].type),
        .kind = WX_STR("mail"),
        .address = to->address,
    };
    struct wx_arena arena;
    enum wx_status st;

    wx_arena_init(&arena);
    subject_write(note, &plain);
    for (size_t i = 0; i < plain.len; i++) /* one line, whatever the office is called */
        if ((unsigned char)plain.ptr[i] < ' ')
            plain.ptr[i] = ' ';
    (void)wx_buf_addc(&plain, '\n');
    note_write(note, &plain);
    wx_base64_add(&body, wx_seal(&arena, key, body_context, wx_buf_str(&plain)));
    mail.body = wx_buf_str(&body);
    if (plain.is_full || body.is_full)
        st = wx_fail(err, WX_E_TOO_BIG, "a mail's text is too long");
    else
        st = wx_delivery_add_mail(tx, &mail, now_s + note->delay_s, delivery_id, err);
    if (plain.ptr)
        OPENSSL_cleanse(plain.ptr, plain.len); /* may hold a one-time link */
    wx_buf_clear(&plain);
    wx_buf_clear(&body);
    wx_arena_clear(&arena);
    return st;
}

bool wx_mail_open(struct wx_arena *arena, const struct wx_seal_key *key,
                  struct wx_str body, struct wx_str *subject, struct wx_str *text)
{
    struct wx_str sealed;

    if (!wx_base64_read(arena, body, &sealed) ||
        !wx_unseal(arena, key, body_context, sealed, text))
        return false;
    *subject = wx_str_cut(text, '\n');
    return true;
}

/* ---- form ---- */

static bool is_plain_ascii(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ' || (unsigned char)s.ptr[i] > '~')
            return false;
    return true;
}

/* Encoded words of RFC 2047, no character cut in two, each on a line of its own. */
static void words_write(struct wx_str s, struct wx_buf *out)
{
    bool is_first = true;

    if (is_plain_ascii(s) && wx_str_findz(s, "=?") == WX_NPOS && s.len <= 60) {
        (void)wx_buf_adds(out, s);
        return;
    }
    while (s.len) {
        struct wx_str part = wx_utf8_clip(s, WORD_BYTES);

        if (!part.len) /* not UTF-8: cut where it must be */
            part = wx_str_sub(s, 0, WORD_BYTES);
        (void)wx_buf_addz(out, is_first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        wx_base64_add(out, part);
        (void)wx_buf_addz(out, "?=");
        s = wx_str_sub(s, part.len, s.len);
        is_first = false;
    }
}

/* "Sun, 22 Nov 2026 03:00:00 +0000" (RFC 5322, 3.3), whatever the locale. */
static void date_write(int64_t at_s, struct wx_buf *out)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    time_t at = (time_t)at_s;
    struct tm tm;

    gmtime_r(&at, &tm);
    (void)wx_buf_printf(out, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d +0000\r\n",
                        days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
                        tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Text in lines that end in CRLF (RFC 2045, 6.8), then base64 in lines of 76. */
static void body_write(struct wx_str text, struct wx_buf *out)
{
    struct wx_buf lines = WX_BUF_INIT(MAX_TEXT_BYTES * 2);
    struct wx_str rest;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\n')
            (void)wx_buf_addc(&lines, '\r');
        if (text.ptr[i] != '\r')
            (void)wx_buf_addc(&lines, text.ptr[i]);
    }
    for (rest = wx_buf_str(&lines); rest.len;
         rest = wx_str_sub(rest, LINE_BYTES, rest.len)) {
        wx_base64_add(out, wx_str_sub(rest, 0, LINE_BYTES));
        (void)wx_buf_addz(out, "\r\n");
    }
    wx_buf_clear(&lines);
}

void wx_mail_compose(const struct wx_mail_form *form, struct wx_buf *out)
{
    size_t at = wx_str_chr(form->from, '@');

    (void)wx_buf_addz(out, "From: ");
    if (form->from_name.len) {
        if (is_plain_ascii(form->from_name)) {
            (void)wx_buf_addc(out, '"');
            for (size_t i = 0; i < form->from_name.len; i++)
                if (!strchr("\"\\", form->from_name.ptr[i]))
                    (void)wx_buf_addc(out, form->from_name.ptr[i]);
            (void)wx_buf_addc(out, '"');
        } else {
            words_write(form->from_name, out);
        }
        (void)wx_buf_addc(out, ' ');
    }
    (void)wx_buf_printf(out, "<" WX_STR_FMT ">\r\nTo: <" WX_STR_FMT ">\r\nSubject: ",
                        WX_STR_ARG(form->from), WX_STR_ARG(form->to));
    words_write(form->subject, out);
    (void)wx_buf_addz(out, "\r\n");
    date_write(form->at_s, out);
    (void)wx_buf_printf(out, "Message-ID: <" WX_STR_FMT WX_STR_FMT ">\r\n",
                        WX_STR_ARG(form->message_id),
                        WX_STR_ARG(wx_str_sub(form->from, at, form->from.len)));
    (void)wx_buf_addz(out, "Auto-Submitted: auto-generated\r\n" /* RFC 3834 */
                           "MIME-Version: 1.0\r\n"
                           "Content-Type: text/plain; charset=UTF-8\r\n"
                           "Content-Transfer-Encoding: base64\r\n\r\n");
    body_write(form->text, out);
}
