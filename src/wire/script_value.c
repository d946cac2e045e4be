/* Values of string expressions, and the decoders hidden strings go through. */
#include "wire/script_inner.h"

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)wx_lower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* N hex digits at I, or -1. */
static int32_t hex_at(struct wx_str s, size_t i, unsigned n)
{
    int32_t v = 0;

    if (i + n > s.len)
        return -1;
    for (; n; n--, i++) {
        if (hex_of(s.ptr[i]) < 0)
            return -1;
        v = v * 16 + hex_of(s.ptr[i]);
    }
    return v;
}

/*
 * Code units to UTF-8: a script's strings are UTF-16, so two units may make one
 * character. HIGH keeps the first of a pair between calls.
 */
static char *put_unit(char *o, uint32_t unit, uint32_t *high)
{
    uint32_t cp = unit;

    if (*high && unit >= 0xDC00 && unit <= 0xDFFF)
        cp = 0x10000 + ((*high - 0xD800) << 10) + (unit - 0xDC00);
    else if (*high)
        o += wx_utf8_put(0xFFFD, o);
    *high = 0;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        *high = unit;
        return o;
    }
    if (cp >= 0xD800 && cp <= 0xDFFF)
        cp = 0xFFFD;
    return o + wx_utf8_put(cp, o);
}

static char *put_end(char *o, uint32_t *high)
{
    if (*high)
        o += wx_utf8_put(0xFFFD, o);
    *high = 0;
    return o;
}

/* ---- string literals ---- */

/* The escape at I (a backslash). Returns where it ends; *UNIT is -1 when it stands for
 * nothing. */
static size_t escape_read(struct wx_str s, size_t i, int32_t *unit, uint32_t *n_escapes)
{
    char c = i + 1 < s.len ? s.ptr[i + 1] : '\\';
    size_t end = i + 2;
    int32_t v = -1;

    if (c == 'x' && (v = hex_at(s, i + 2, 2)) >= 0) {
        end = i + 4;
    } else if (c == 'u' && (v = hex_at(s, i + 2, 4)) >= 0) {
        end = i + 6;
    } else if (c == 'u' && i + 2 < s.len && s.ptr[i + 2] == '{') {
        for (v = 0, end = i + 3; end < s.len && hex_of(s.ptr[end]) >= 0; end++)
            v = v < 0x110000 ? v * 16 + hex_of(s.ptr[end]) : v;
        v = v > 0x10FFFF ? 0xFFFD : v;
        end += end < s.len && s.ptr[end] == '}';
    } else if (c >= '0' && c <= '7') {
        for (v = 0, end = i + 1; end < s.len && end < i + 4 && s.ptr[end] >= '0' &&
                                 s.ptr[end] <= '7' && v < 32;
             end++)
            v = v * 8 + s.ptr[end] - '0';
    }
    if (v >= 0) {
        ++*n_escapes;
        *unit = v;
        return end;
    }
    switch (c) {
    case 'n':
        *unit = '\n';
        break;
    case 't':
        *unit = '\t';
        break;
    case 'r':
        *unit = '\r';
        break;
    case 'b':
    case 'f':
    case 'v':
        *unit = ' ';
        break;
    case '\n':
        *unit = -1; /* the line goes on */
        break;
    default:
        *unit = (unsigned char)c;
        if (*unit >= 0x80) { /* a character of several bytes: keep them */
            *unit = -1;
            return i + 1;
        }
        break;
    }
    return end < s.len ? end : s.len;
}

/* Behind "${": where its '}' is. What stands there cannot be followed. */
static size_t template_end(struct wx_str s, size_t i)
{
    unsigned depth = 1;

    for (; i < s.len; i++) {
        depth += s.ptr[i] == '{';
        depth -= s.ptr[i] == '}';
        if (!depth)
            return i + 1;
    }
    return s.len;
}

struct wx_str wx_js_literal(struct wx_js *js, const struct wx_js_token *token,
                            uint32_t *n_escapes)
{
    struct wx_str s = wx_str_sub(js->code, token->from + 1, token->to);
    char quote = js->code.ptr[token->from];
    uint32_t high = 0;
    char *out, *o;
    size_t i = 0;

    if (s.len && s.ptr[s.len - 1] == quote)
        s.len--;
    if (wx_str_chr(s, '\\') == WX_NPOS &&
        (quote != '`' || wx_str_findz(s, "${") == WX_NPOS))
        return s;
    out = o = wx_arena_alloc(js->arena, s.len * 3 + 8);
    while (i < s.len) {
        int32_t unit;

        if (s.ptr[i] == '\\') {
            i = escape_read(s, i, &unit, n_escapes);
            if (unit >= 0 && unit <= 0xFFFF)
                o = put_unit(o, (uint32_t)unit, &high);
            else if (unit >= 0)
                o = put_end(o, &high) + wx_utf8_put((uint32_t)unit, o);
        } else if (quote == '`' && s.ptr[i] == '$' && i + 1 < s.len &&
                   s.ptr[i + 1] == '{') {
            i = template_end(s, i + 2);
        } else {
            o = put_end(o, &high);
            *o++ = s.ptr[i++];
        }
    }
    o = put_end(o, &high);
    wx_arena_grow(js->arena, out, s.len * 3 + 8, (size_t)(o - out));
    return (struct wx_str){out, (size_t)(o - out)};
}

/* ---- decoders ---- */

/*
 * unescape() makes each %XX a character of that number, decodeURIComponent() a byte of
 * UTF-8. Pages mean UTF-8 by either when the bytes are, so bytes are taken as they are
 * and what is not UTF-8 then is read as the Latin-1 unescape() would see.
 */
struct wx_str wx_js_unescape(struct wx_arena *arena, struct wx_str s, bool has_u)
{
    char *out = wx_arena_alloc(arena, s.len * 3 + 8), *o = out;
    uint32_t high = 0;
    struct wx_str bytes;
    size_t i = 0;

    while (i < s.len) {
        int32_t v = -1;

        if (s.ptr[i] == '%' && has_u && i + 1 < s.len && (s.ptr[i + 1] | 0x20) == 'u' &&
            (v = hex_at(s, i + 2, 4)) >= 0) {
            o = put_unit(o, (uint32_t)v, &high);
            i += 6;
            continue;
        }
        o = put_end(o, &high);
        if (s.ptr[i] == '%' && (v = hex_at(s, i + 1, 2)) >= 0) {
            *o++ = (char)v;
            i += 3;
        } else {
            *o++ = s.ptr[i++];
        }
    }
    o = put_end(o, &high);
    bytes = (struct wx_str){out, (size_t)(o - out)};
    if (wx_utf8_is_valid(bytes))
        return bytes;
    out = o = wx_arena_alloc(arena, bytes.len * 3 + 8);
    for (i = 0; i < bytes.len;) {
        size_t at = i;
        uint32_t cp = wx_utf8_next(bytes, &at);

        if (cp == 0xFFFD && at == i + 1)
            cp = (unsigned char)bytes.ptr[i];
        o += wx_utf8_put(cp, o);
        i = at;
    }
    return (struct wx_str){out, (size_t)(o - out)};
}

static int base64_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

struct wx_str wx_js_base64(struct wx_arena *arena, struct wx_str s)
{
    char *out = wx_arena_alloc(arena, s.len + 4), *o = out;
    unsigned bits = 0, n = 0;

    for (size_t i = 0; i < s.len; i++) {
        int v = base64_of(s.ptr[i]);

        if (v < 0)
            continue;
        bits = (bits << 6 | (unsigned)v) & 0xFFFFFF;
        if (++n == 4) {
            *o++ = (char)(bits >> 16);
            *o++ = (char)(bits >> 8);
            *o++ = (char)bits;
            n = 0;
        }
    }
    if (n == 3) {
        *o++ = (char)(bits >> 10);
        *o++ = (char)(bits >> 2);
    } else if (n == 2) {
        *o++ = (char)(bits >> 4);
    }
    return (struct wx_str){out, (size_t)(o - out)};
}

static bool is_word_char(unsigned char c)
{
    return (c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z') ||
           c == '_';
}

/* The number a packed word stands for: 0-9 a-z A-Z, as the packer counts. */
static size_t packed_number(struct wx_str word, unsigned radix)
{
    size_t v = 0;

    for (size_t i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        unsigned d = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                     : c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10
                     : c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A') + 36
                                            : 99;
        if (d >= radix || v > 1000000)
            return WX_NPOS;
        v = v * radix + d;
    }
    return v;
}

struct wx_str wx_js_unpack(struct wx_arena *arena, struct wx_str payload,
                           unsigned radix, struct wx_str words, size_t max_bytes)
{
    size_t n_words = 1, n = 0, len = 0, i = 0;
    struct wx_str *table;
    char *out;

    for (size_t at = 0; at < words.len; at++)
        n_words += words.ptr[at] == '|';
    table = wx_arena_array(arena, struct wx_str, n_words);
    while (n < n_words)
        table[n++] = wx_str_cut(&words, '|');
    out = wx_arena_alloc(arena, max_bytes + 1);
    while (i < payload.len) {
        struct wx_str part = wx_str_sub(payload, i, i + 1);
        size_t end = i, number;

        while (end < payload.len && is_word_char((unsigned char)payload.ptr[end]))
            end++;
        if (end > i) {
            part = wx_str_sub(payload, i, end);
            number = packed_number(part, radix);
            if (number < n_words && table[number].len)
                part = table[number];
        }
        if (len + part.len > max_bytes)
            break;
        memcpy(out + len, part.ptr, part.len);
        len += part.len;
        i = end > i ? end : i + 1;
    }
    return (struct wx_str){out, len};
}

/* ---- names ---- */

struct wx_js_name *wx_js_name_slot(struct wx_js_budget *budget, struct wx_str name)
{
    unsigned h = 5381;

    for (size_t i = 0; i < name.len; i++)
        h = h * 33 + (unsigned char)name.ptr[i];
    return &budget->names[h % WX_JS_NAMES];
}

/* ---- expressions ---- */

enum { NEST_MAX = 16 };

struct eval {
    struct wx_js *js;
    struct wx_js_budget *budget;
    unsigned nest;
    bool is_encoded, by_call, is_known;
    size_t at;
};

static struct wx_str expr(struct eval *e);

static bool step(struct eval *e)
{
    if (!e->budget->steps)
        return false;
    e->budget->steps--;
    return true;
}

static struct wx_str joined(struct eval *e, struct wx_str a, struct wx_str b)
{
    char *p;

    if (!a.len || !b.len)
        return a.len ? a : b;
    if (a.len + b.len > e->budget->bytes)
        return a;
    e->budget->bytes -= a.len + b.len;
    p = wx_arena_alloc(e->js->arena, a.len + b.len);
    memcpy(p, a.ptr, a.len);
    memcpy(p + a.len, b.ptr, b.len);
    return (struct wx_str){p, a.len + b.len};
}

/* What decoders need in the arena is paid for before they run. */
static bool pay(struct eval *e, size_t bytes)
{
    if (bytes > e->budget->bytes)
        return false;
    e->budget->bytes -= bytes;
    return true;
}

/* Over something that cannot be followed, to the '+', ',', ';' or ')' behind it. */
static void skip_term(struct eval *e)
{
    const struct wx_js *js = e->js;
    unsigned depth = 0;

    for (; e->at < js->n && step(e); e->at++) {
        const struct wx_js_token *t = &js->tokens[e->at];

        if (t->kind != WX_JS_PUNCT)
            continue;
        if (t->c == '(' || t->c == '[' || t->c == '{') {
            depth++;
        } else if (t->c == ')' || t->c == ']' || t->c == '}') {
            if (!depth)
                return;
            depth--;
        } else if (!depth && (t->c == '+' || t->c == ',' || t->c == ';')) {
            return;
        }
    }
}

static bool number_at(const struct wx_js *js, size_t at, uint32_t *v)
{
    struct wx_str s;
    uint64_t u;

    if (at >= js->n || js->tokens[at].kind != WX_JS_NUMBER)
        return false;
    s = wx_js_text(js, at);
    if (wx_str_istarts(s, "0x") && s.len <= 8) {
        int32_t h = hex_at(s, 2, (unsigned)s.len - 2);

        *v = (uint32_t)h;
        return h >= 0;
    }
    if (!wx_str_to_u64(s, 0x10FFFF, &u))
        return false;
    *v = (uint32_t)u;
    return true;
}

/* "(60,97,...)": AT stands at '('. */
static struct wx_str char_codes(struct eval *e)
{
    size_t n = 0, from = e->at + 1, at = from;
    uint32_t high = 0, v;
    char *out, *o;

    while (number_at(e->js, at, &v) && step(e)) {
        n++;
        at++;
        if (!wx_js_punct(e->js, at, ','))
            break;
        at++;
    }
    if (!n || !wx_js_punct(e->js, at, ')') || !pay(e, n * 4)) {
        skip_term(e);
        return (struct wx_str){0};
    }
    out = o = wx_arena_alloc(e->js->arena, n * 6 + 8);
    for (size_t i = 0; i < n; i++) {
        if (!number_at(e->js, from + 2 * i, &v))
            break;
        o = put_unit(o, v & 0xFFFF, &high);
    }
    o = put_end(o, &high);
    e->at = at + 1;
    e->is_known = e->is_encoded = e->by_call = true;
    return (struct wx_str){out, (size_t)(o - out)};
}

/* "(expr)": AT stands at '('. */
static struct wx_str in_parens(struct eval *e)
{
    struct wx_str s = {0};

    e->at++;
    if (e->nest < NEST_MAX) {
        e->nest++;
        s = expr(e);
        e->nest--;
    }
    while (e->at < e->js->n && !wx_js_punct(e->js, e->at, ')') && step(e)) {
        size_t before = e->at;

        skip_term(e);
        if (e->at == before)
            e->at++;
        else if (!wx_js_punct(e->js, e->at, ')'))
            e->at++;
    }
    e->at += wx_js_punct(e->js, e->at, ')');
    return s;
}

enum decoder { NO_DECODER, UNESCAPE, DECODE_URI, ATOB, CHAR_CODES };

/* The decoding call at AT; *OPEN is where its '(' stands. */
static enum decoder decoder_at(const struct wx_js *js, size_t at, size_t *open)
{
    static const struct {
        const char *name;
        enum decoder decoder;
    } names[] = {{"unescape", UNESCAPE},
                 {"decodeURIComponent", DECODE_URI},
                 {"decodeURI", DECODE_URI},
                 {"atob", ATOB}};

    if ((wx_js_is(js, at, "window") || wx_js_is(js, at, "self")) &&
        wx_js_punct(js, at + 1, '.'))
        at += 2;
    if (wx_js_is(js, at, "String") && wx_js_punct(js, at + 1, '.') &&
        wx_js_is(js, at + 2, "fromCharCode") && wx_js_punct(js, at + 3, '(')) {
        *open = at + 3;
        return CHAR_CODES;
    }
    *open = at + 1;
    if (!wx_js_punct(js, at + 1, '('))
        return NO_DECODER;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (wx_js_is(js, at, names[i].name))
            return names[i].decoder;
    return NO_DECODER;
}

static struct wx_str decoded(struct eval *e, enum decoder decoder, size_t open)
{
    struct wx_str s;

    e->at = open;
    if (decoder == CHAR_CODES)
        return char_codes(e);
    s = in_parens(e);
    if (!s.len || !pay(e, s.len * 6))
        return (struct wx_str){0};
    e->is_encoded = e->by_call = true;
    if (decoder == ATOB)
        return wx_js_base64(e->js->arena, s);
    return wx_js_unescape(e->js->arena, s, decoder == UNESCAPE);
}

/* ".split('').reverse().join('')" behind a string: the trick to write it backwards. */
static struct wx_str postfix(struct eval *e, struct wx_str s)
{
    static const char *const calls[] = {"split", "reverse", "join"};
    size_t at = e->at;
    char *out, *o;

    for (int i = 0; i < 3; i++) {
        if (!wx_js_punct(e->js, at, '.') || !wx_js_is(e->js, at + 1, calls[i]) ||
            !wx_js_punct(e->js, at + 2, '('))
            return s;
        at += 3;
        if (at < e->js->n && e->js->tokens[at].kind == WX_JS_STRING)
            at++;
        if (!wx_js_punct(e->js, at, ')'))
            return s;
        at++;
    }
    if (!pay(e, s.len))
        return s;
    out = o = wx_arena_alloc(e->js->arena, s.len + 1);
    for (size_t end = s.len, from; end; end = from) {
        from = end - 1;
        while (from && ((unsigned char)s.ptr[from] & 0xC0) == 0x80 && end - from < 4)
            from--;
        memcpy(o, s.ptr + from, end - from);
        o += end - from;
    }
    e->at = at;
    e->is_encoded = e->by_call = true;
    return (struct wx_str){out, s.len};
}

static struct wx_str term(struct eval *e)
{
    struct wx_js *js = e->js;
    struct wx_str s = {0};
    enum decoder decoder;
    uint32_t n_escapes = 0;
    size_t open;

    if (e->at >= js->n || !step(e))
        return s;
    if (js->tokens[e->at].kind == WX_JS_STRING) {
        if (!pay(e, js->tokens[e->at].to - js->tokens[e->at].from))
            return s;
        s = wx_js_literal(js, &js->tokens[e->at++], &n_escapes);
        e->is_encoded |= n_escapes > 0;
        e->is_known = true;
    } else if (wx_js_punct(js, e->at, '(')) {
        s = in_parens(e);
    } else if ((decoder = decoder_at(js, e->at, &open)) != NO_DECODER) {
        s = decoded(e, decoder, open);
    } else if (js->tokens[e->at].kind == WX_JS_NAME &&
               !wx_js_punct(js, e->at + 1, '(') && !wx_js_punct(js, e->at + 1, '.') &&
               !wx_js_punct(js, e->at + 1, '[')) {
        const struct wx_js_name *name =
            wx_js_name_slot(e->budget, wx_js_text(js, e->at));

        if (!name->is_element && name->name.len &&
            wx_str_eq(name->name, wx_js_text(js, e->at)) && pay(e, name->value.len)) {
            s = name->value;
            e->is_known = true;
        }
        e->at++;
        return s;
    } else {
        skip_term(e);
    }
    return s.len ? postfix(e, s) : s;
}

static struct wx_str expr(struct eval *e)
{
    struct wx_str all = term(e);

    for (;;) {
        /* the rest of a term that was more than we know: a?b:c, x.y(), a*b */
        if (e->at < e->js->n && e->js->tokens[e->at].kind != WX_JS_PUNCT)
            return all; /* no operator: the next statement */
        if (e->at < e->js->n && !wx_js_punct(e->js, e->at, '+'))
            skip_term(e);
        if (!wx_js_punct(e->js, e->at, '+') || !step(e))
            return all;
        e->at++;
        all = joined(e, all, term(e));
    }
}

struct wx_js_value wx_js_eval(struct wx_js *js, struct wx_js_budget *budget, size_t at)
{
    struct eval e = {.js = js, .budget = budget, .at = at};
    struct wx_str text = expr(&e);

    return (struct wx_js_value){.text = text,
                                .is_known = e.is_known && text.len,
                                .is_encoded = e.is_encoded,
                                .is_decoded_by_call = e.by_call,
                                .next = e.at > at ? e.at : at + 1};
}
