/* Set-Cookie, read as user agents do (RFC 6265bis, 5.6). */
#include "base/limits.h"
#include "wire/http.h"

static bool has_control(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if ((c < ' ' && c != '\t') || c == 0x7F)
            return true;
    }
    return false;
}

static void attribute_read(struct wx_cookie *c, struct wx_str attribute)
{
    struct wx_str name = wx_str_trim(wx_str_cut(&attribute, '='));
    struct wx_str value = wx_str_trim(attribute);

    if (wx_str_ieqz(name, "secure")) {
        c->is_secure = true;
    } else if (wx_str_ieqz(name, "httponly")) {
        c->is_http_only = true;
    } else if (wx_str_ieqz(name, "samesite")) {
        c->same_site = value;
    } else if (wx_str_ieqz(name, "path")) {
        c->path = value;
    } else if (wx_str_ieqz(name, "domain") && value.len) {
        c->domain = value.ptr[0] == '.' ? wx_str_sub(value, 1, value.len) : value;
    }
}

bool wx_cookie_parse(struct wx_str value, struct wx_cookie *out)
{
    struct wx_str pair;
    size_t equals;

    *out = (struct wx_cookie){0};
    if (value.len > WX_MAX_COOKIE_BYTES || has_control(value))
        return false;
    pair = wx_str_cut(&value, ';');
    equals = wx_str_chr(pair, '=');
    if (equals == WX_NPOS) {
        out->value = wx_str_trim(pair);
    } else {
        out->name = wx_str_trim(wx_str_sub(pair, 0, equals));
        out->value = wx_str_trim(wx_str_sub(pair, equals + 1, pair.len));
    }
    while (value.len)
        attribute_read(out, wx_str_cut(&value, ';'));
    return out->name.len || out->value.len;
}
