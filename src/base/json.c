#include "base/json.h"

#include <math.h>

static void json_comma(struct wx_json *j)
{
    if (j->needs_comma)
        (void)wx_buf_addc(j->buf, ',');
    j->needs_comma = true;
}

void wx_json_open(struct wx_json *j, char bracket)
{
    json_comma(j);
    (void)wx_buf_addc(j->buf, bracket);
    j->needs_comma = false;
}

void wx_json_close(struct wx_json *j, char bracket)
{
    (void)wx_buf_addc(j->buf, bracket);
    j->needs_comma = true;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

/* Controls, separators that break lines, and marks that turn the direction of writing:
 * shown raw, they would let a site rewrite a terminal or a reader's screen. */
static bool is_unsafe(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x061C || cp == 0x200E ||
           cp == 0x200F || (cp >= 0x2028 && cp <= 0x202E) ||
           (cp >= 0x2066 && cp <= 0x2069);
}

/* One character that needs care: an escape, a well-formed sequence, or U+FFFD. */
static void json_put_odd(struct wx_buf *buf, struct wx_str s, size_t *pos)
{
    size_t from = *pos;
    uint32_t cp = wx_utf8_next(s, pos);

    if (cp == '"' || cp == '\\') {
        (void)wx_buf_addc(buf, '\\');
        (void)wx_buf_addc(buf, (char)cp);
    } else if (cp == '\n') {
        (void)wx_buf_addz(buf, "\\n");
    } else if (is_unsafe(cp)) {
        (void)wx_buf_printf(buf, "\\u%04x", (unsigned)cp);
    } else if (cp == 0xFFFD) {
        (void)wx_buf_addz(buf, "\xEF\xBF\xBD");
    } else {
        (void)wx_buf_add(buf, s.ptr + from, *pos - from);
    }
}

static void json_put_str(struct wx_buf *buf, struct wx_str s)
{
    size_t pos = 0;

    (void)wx_buf_addc(buf, '"');
    while (pos < s.len) {
        size_t from = pos;

        while (pos < s.len && is_plain((unsigned char)s.ptr[pos]))
            pos++;
        if (pos > from)
            (void)wx_buf_add(buf, s.ptr + from, pos - from);
        if (pos < s.len)
            json_put_odd(buf, s, &pos);
    }
    (void)wx_buf_addc(buf, '"');
}

void wx_json_key(struct wx_json *j, const char *key)
{
    json_comma(j);
    json_put_str(j->buf, wx_str_of(key));
    (void)wx_buf_addc(j->buf, ':');
    j->needs_comma = false;
}

void wx_json_str(struct wx_json *j, struct wx_str s)
{
    json_comma(j);
    json_put_str(j->buf, s);
}

void wx_json_int(struct wx_json *j, int64_t v)
{
    json_comma(j);
    (void)wx_buf_printf(j->buf, "%lld", (long long)v);
}

void wx_json_real(struct wx_json *j, double v, int decimals)
{
    json_comma(j);
    if (isfinite(v))
        (void)wx_buf_printf(j->buf, "%.*f", decimals, v);
    else
        (void)wx_buf_addz(j->buf, "null");
}

void wx_json_bool(struct wx_json *j, bool v)
{
    json_comma(j);
    (void)wx_buf_addz(j->buf, v ? "true" : "false");
}

void wx_json_null(struct wx_json *j)
{
    json_comma(j);
    (void)wx_buf_addz(j->buf, "null");
}

void wx_json_raw(struct wx_json *j, struct wx_str json)
{
    json_comma(j);
    (void)wx_buf_adds(j->buf, json);
}

void wx_json_kstr(struct wx_json *j, const char *key, struct wx_str s)
{
    wx_json_key(j, key);
    wx_json_str(j, s);
}

void wx_json_kstr_opt(struct wx_json *j, const char *key, struct wx_str s)
{
    if (s.len)
        wx_json_kstr(j, key, s);
}

void wx_json_kz(struct wx_json *j, const char *key, const char *z)
{
    wx_json_key(j, key);
    if (z)
        wx_json_str(j, wx_str_of(z));
    else
        wx_json_null(j);
}

void wx_json_kint(struct wx_json *j, const char *key, int64_t v)
{
    wx_json_key(j, key);
    wx_json_int(j, v);
}

void wx_json_kbool(struct wx_json *j, const char *key, bool v)
{
    wx_json_key(j, key);
    wx_json_bool(j, v);
}
