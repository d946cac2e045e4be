#include "wire/host.h"

#include "base/arena.h"
#include "wire/percent.h"
#include "wire/url.h"
#include <idn2.h>
#include <stdio.h>

enum { CLASS_BAD = 1, CLASS_UPPER = 2, CLASS_ODD = 4 };

/* Forbidden domain code points (WHATWG URL 3.5); '%' and non-ASCII are "odd": they take
 * the slow way. */
static unsigned host_class(unsigned char c)
{
    static const unsigned char table[128] = {
        [0 ... 0x20] = CLASS_BAD, ['#'] = CLASS_BAD,  ['/'] = CLASS_BAD,
        [':'] = CLASS_BAD,        ['<'] = CLASS_BAD,  ['>'] = CLASS_BAD,
        ['?'] = CLASS_BAD,        ['@'] = CLASS_BAD,  ['['] = CLASS_BAD,
        ['\\'] = CLASS_BAD,       [']'] = CLASS_BAD,  ['^'] = CLASS_BAD,
        ['|'] = CLASS_BAD,        [0x7F] = CLASS_BAD, ['A' ... 'Z'] = CLASS_UPPER,
        ['%'] = CLASS_ODD,
    };

    return c < 128 ? table[c] : CLASS_ODD;
}

/* A number in one of its disguises: 0x7f, 0177, 127. -1: not a number; values past
 * 2^32 stay past it. */
static int64_t ipv4_number(struct wx_str s)
{
    unsigned base = 10;
    int64_t v = 0;

    if (!s.len)
        return -1;
    if (s.len >= 2 && s.ptr[0] == '0' && wx_lower((unsigned char)s.ptr[1]) == 'x') {
        base = 16;
        s = wx_str_sub(s, 2, s.len);
    } else if (s.len >= 2 && s.ptr[0] == '0') {
        base = 8;
        s = wx_str_sub(s, 1, s.len);
    }
    for (size_t i = 0; i < s.len; i++) {
        int d = wx_hex_digit((unsigned char)s.ptr[i]);

        if (d < 0 || (unsigned)d >= base)
            return -1;
        if (v <= UINT32_MAX)
            v = v * base + d;
    }
    return v;
}

static bool all_digits(struct wx_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

/* Such a host is an IPv4 address or nothing (WHATWG URL, "ends in a number"). */
static bool ends_in_number(struct wx_str host)
{
    size_t from;

    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    for (from = host.len; from && host.ptr[from - 1] != '.'; from--)
        ;
    host = wx_str_sub(host, from, host.len);
    if (!host.len || host.ptr[0] < '0' || host.ptr[0] > '9')
        return false;
    return all_digits(host) || ipv4_number(host) >= 0;
}

static bool ipv4_parse(struct wx_str host, struct wx_host *out)
{
    int64_t part[4], address = 0;
    size_t n = 0;

    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    for (bool more = true; more; n++) {
        size_t dot = wx_str_chr(host, '.');

        if (n == 4)
            return false;
        more = dot != WX_NPOS;
        part[n] = ipv4_number(wx_str_cut(&host, '.'));
        if (part[n] < 0)
            return false;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        if (part[i] > 255)
            return false;
        address |= part[i] << (24 - 8 * i);
    }
    if (part[n - 1] >= (int64_t)1 << (8 * (5 - n)))
        return false;
    address |= part[n - 1];
    out->len = (size_t)snprintf(
        out->text, sizeof out->text, "%u.%u.%u.%u", (unsigned)(address >> 24 & 255),
        (unsigned)(address >> 16 & 255), (unsigned)(address >> 8 & 255),
        (unsigned)(address & 255));
    out->kind = WX_HOST_IPV4;
    return true;
}

/* The dotted tail of "::ffff:1.2.3.4": exactly four decimal numbers, no disguises. */
static bool ipv6_dotted(struct wx_str s, uint16_t pieces[2])
{
    uint8_t byte[4];

    for (int i = 0; i < 4; i++) {
        struct wx_str digits = i < 3 ? wx_str_cut(&s, '.') : s;
        uint64_t v;

        if ((digits.len > 1 && digits.ptr[0] == '0') || !wx_str_to_u64(digits, 255, &v))
            return false;
        byte[i] = (uint8_t)v;
    }
    pieces[0] = (uint16_t)(byte[0] << 8 | byte[1]);
    pieces[1] = (uint16_t)(byte[2] << 8 | byte[3]);
    return true;
}

/* One piece of 1 to 4 hex digits at *POS. */
static bool ipv6_piece(struct wx_str s, size_t *pos, uint16_t *out)
{
    unsigned v = 0, digits = 0;

    while (*pos < s.len && digits < 4 &&
           wx_hex_digit((unsigned char)s.ptr[*pos]) >= 0) {
        v = v << 4 | (unsigned)wx_hex_digit((unsigned char)s.ptr[(*pos)++]);
        digits++;
    }
    *out = (uint16_t)v;
    return digits > 0;
}

static bool ipv6_parse(struct wx_str s, uint16_t address[8])
{
    size_t i = 0;
    int n = 0, gap = -1;

    memset(address, 0, 8 * sizeof *address);
    if (wx_str_starts(s, "::")) {
        gap = 0;
        i = 2;
    }
    while (i < s.len) {
        size_t start = i;

        if (n == 8)
            return false;
        if (s.ptr[i] == ':') {
            if (gap >= 0 || i == 0)
                return false;
            gap = n;
            i++;
            continue;
        }
        if (!ipv6_piece(s, &i, &address[n]))
            return false;
        if (i < s.len && s.ptr[i] == '.') {
            if (n > 6 || !ipv6_dotted(wx_str_sub(s, start, s.len), address + n))
                return false;
            n += 2;
            break;
        }
        n++;
        if (i == s.len)
            break;
        if (s.ptr[i] != ':' || ++i == s.len)
            return false;
    }
    if (gap < 0)
        return n == 8;
    if (n == 8)
        return false;
    for (int k = 0; k < n - gap; k++) {
        address[7 - k] = address[n - 1 - k];
        address[n - 1 - k] = 0;
    }
    return true;
}

/* RFC 5952: the first longest run of two or more zero pieces becomes "::". */
void wx_ipv6_format(const uint16_t address[8], struct wx_host *out)
{
    int best = -1, best_len = 1;
    size_t at = 0;

    for (int i = 0; i < 8; i++) {
        int run = 0;

        while (i + run < 8 && !address[i + run])
            run++;
        if (run > best_len) {
            best = i;
            best_len = run;
        }
    }
    for (int i = 0; i < 8; i++) {
        if (i == best) {
            at += (size_t)snprintf(out->text + at, sizeof out->text - at,
                                   i == 0 ? "::" : ":");
            i += best_len - 1;
            continue;
        }
        at += (size_t)snprintf(out->text + at, sizeof out->text - at, "%x%s",
                               address[i], i < 7 ? ":" : "");
    }
    out->len = at;
    out->kind = WX_HOST_IPV6;
}

/* Percent-decoded bytes, ill-formed UTF-8 as U+FFFD, NUL-terminated for libidn2. */
static bool host_decode(struct wx_str raw, char *out, size_t cap, size_t *len)
{
    char bytes[WX_HOST_MAX_BYTES];
    struct wx_str s = {bytes, 0};
    size_t pos = 0, n = 0;

    for (size_t i = 0; i < raw.len; i++) {
        unsigned char c = (unsigned char)raw.ptr[i];

        if (s.len == sizeof bytes)
            return false;
        if (c == '%' && i + 2 < raw.len &&
            wx_hex_digit((unsigned char)raw.ptr[i + 1]) >= 0 &&
            wx_hex_digit((unsigned char)raw.ptr[i + 2]) >= 0) {
            c = (unsigned char)(wx_hex_digit((unsigned char)raw.ptr[i + 1]) << 4 |
                                wx_hex_digit((unsigned char)raw.ptr[i + 2]));
            i += 2;
        }
        bytes[s.len++] = (char)c;
    }
    while (pos < s.len) {
        if (n + 5 > cap)
            return false;
        n += wx_utf8_put(wx_utf8_next(s, &pos), out + n);
    }
    out[n] = '\0';
    *len = n;
    return true;
}

/* Names beyond ASCII: UTS 46 mapping and validity, non-transitional. */
static bool host_idna(struct wx_str raw, struct wx_host *out, const char **why)
{
    char utf8[WX_HOST_MAX_BYTES];
    uint8_t *ascii = NULL;
    size_t len;
    bool is_ascii = true;

    *why = "host name too long";
    if (!host_decode(raw, utf8, sizeof utf8, &len))
        return false;
    *why = "host name holds a character that is not allowed";
    for (size_t i = 0; i < len; i++) {
        if (!utf8[i])
            return false;
        is_ascii = is_ascii && (unsigned char)utf8[i] < 128;
    }
    if (is_ascii) {
        memcpy(out->text, utf8, len);
        out->len = len;
        return true;
    }
    *why = "host name is not valid after IDNA (UTS 46)";
    if (idn2_lookup_u8((const uint8_t *)utf8, &ascii,
                       IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK)
        return false;
    out->len = strlen((const char *)ascii);
    if (out->len < sizeof out->text)
        memcpy(out->text, ascii, out->len);
    idn2_free(ascii);
    return out->len < sizeof out->text;
}

bool wx_host_parse(struct wx_str raw, struct wx_host *out, const char **why)
{
    unsigned seen = 0;

    out->len = 0;
    out->kind = WX_HOST_NAME;
    if (raw.len && raw.ptr[0] == '[') {
        uint16_t address[8];

        *why = "IPv6 address is malformed";
        if (raw.ptr[raw.len - 1] != ']' ||
            !ipv6_parse(wx_str_sub(raw, 1, raw.len - 1), address))
            return false;
        wx_ipv6_format(address, out);
        return true;
    }
    for (size_t i = 0; i < raw.len; i++)
        seen |= host_class((unsigned char)raw.ptr[i]);
    if (seen & CLASS_ODD) {
        if (!host_idna(raw, out, why))
            return false;
    } else {
        *why = "host name too long";
        if (raw.len >= sizeof out->text)
            return false;
        memcpy(out->text, raw.ptr, raw.len);
        out->len = raw.len;
    }
    *why = out->len ? "host name holds a character that is not allowed" : "no host";
    if (!out->len)
        return false;
    for (size_t i = 0; i < out->len; i++) {
        unsigned char c = (unsigned char)out->text[i];

        if (c == '%' || (host_class(c) & CLASS_BAD))
            return false;
        out->text[i] = (char)wx_lower(c);
    }
    if (!ends_in_number((struct wx_str){out->text, out->len}))
        return true;
    *why = "IPv4 address is malformed";
    return ipv4_parse((struct wx_str){out->text, out->len}, out);
}

/* A host as people write it may be an IPv6 address without brackets. */
static bool host_parse_bare(struct wx_str raw, struct wx_host *out, const char **why)
{
    uint16_t address[8];

    if (wx_str_chr(raw, ':') != WX_NPOS && ipv6_parse(raw, address)) {
        wx_ipv6_format(address, out);
        return true;
    }
    return wx_host_parse(raw, out, why);
}

enum wx_status wx_host_normalize(struct wx_arena *arena, struct wx_str host,
                                 struct wx_str *out, struct wx_err *err)
{
    struct wx_host parsed;
    const char *why;

    host = wx_str_trim(host);
    if (!host_parse_bare(host, &parsed, &why))
        return wx_fail(err, WX_E_INVALID, "host '" WX_STR_FMT "': %s",
                       WX_STR_ARG(wx_utf8_clip(host, 200)), why);
    if (parsed.len > 1 && parsed.text[parsed.len - 1] == '.')
        parsed.len--;
    *out = wx_arena_str(arena, (struct wx_str){parsed.text, parsed.len});
    return WX_OK;
}

struct wx_str wx_host_display(struct wx_arena *arena, struct wx_str host)
{
    char z[WX_HOST_MAX_BYTES], *shown = NULL;
    struct wx_str out = host;

    if (wx_str_findz(host, "xn--") == WX_NPOS || host.len >= sizeof z)
        return host;
    memcpy(z, host.ptr, host.len);
    z[host.len] = '\0';
    if (idn2_to_unicode_8z8z(z, &shown, IDN2_NONTRANSITIONAL) == IDN2_OK)
        out = wx_arena_str(arena, wx_str_of(shown));
    idn2_free(shown);
    return out;
}
