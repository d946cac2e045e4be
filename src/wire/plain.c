#include "wire/identifier.h"

enum {
    MAX_TAG_BYTES = 2000, /* a '<' without '>' this near is a sign, not a tag */
    MAX_REFERENCE_BYTES = 10,
};

struct plain_writer {
    char *text;
    uint32_t *at;
    size_t len;
    bool after_ascii_space;
};

static void put_byte(struct plain_writer *w, char c, size_t at)
{
    w->text[w->len] = c;
    w->at[w->len++] = (uint32_t)at;
}

/* Borders swallow the blanks before them and each other. */
static void put_border(struct plain_writer *w, size_t at)
{
    while (w->len && w->text[w->len - 1] == ' ')
        w->len--;
    if (w->len && w->text[w->len - 1] != '\n')
        put_byte(w, '\n', at);
    w->after_ascii_space = false;
}

/* White space of the markup is one blank; the wide kind counts, but never past two. */
static void put_space(struct plain_writer *w, size_t at, bool is_ascii)
{
    bool has_two =
        w->len > 1 && w->text[w->len - 1] == ' ' && w->text[w->len - 2] == ' ';

    if (!w->len || w->text[w->len - 1] == '\n' || has_two)
        return;
    if (is_ascii && w->text[w->len - 1] == ' ')
        return;
    put_byte(w, ' ', at);
}

static bool cp_is_wide_space(uint32_t cp)
{
    return cp == 0xA0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200A) ||
           cp == 0x202F || cp == 0x205F;
}

static bool cp_is_nothing(uint32_t cp)
{
    return cp == 0xAD || (cp >= 0x200B && cp <= 0x200F) || cp == 0x2060 || cp == 0xFEFF;
}

static void put_cp(struct plain_writer *w, uint32_t cp, size_t at)
{
    char bytes[4];
    size_t n;

    if (cp >= 0xFF01 && cp <= 0xFF5E)
        cp -= 0xFEE0;
    if (cp == 0xFE55 || cp == 0x2236 || cp == 0xA789)
        cp = ':';
    if (cp_is_nothing(cp))
        return;
    if (cp_is_wide_space(cp)) {
        put_space(w, at, false);
    } else if (cp == ' ' || cp == '\t' || cp == '\n' || cp == '\r' || cp == '\f') {
        put_space(w, at, true);
    } else if (cp == '"' || cp == '\'' || cp < 0x20 || cp == 0x7F) {
        put_border(w, at);
    } else {
        n = wx_utf8_put(cp, bytes);
        for (size_t i = 0; i < n; i++)
            put_byte(w, bytes[i], at);
    }
}

static void put_text(struct plain_writer *w, struct wx_str s, size_t at);

/* Elements that do not part what stands before them from what stands behind. */
static bool tag_is_inline(struct wx_str name)
{
    static const char *const names[] = {
        "a",      "b",     "i",   "u",   "em",  "s",     "span", "font",
        "strong", "small", "big", "sub", "sup", "label", "ins",  "wbr"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (wx_str_ieqz(name, names[i]))
            return true;
    return false;
}

/* What readers of alt and title texts are told. */
static void put_attribute(struct plain_writer *w, struct wx_str tag, const char *name,
                          size_t at)
{
    size_t n = strlen(name), i = 1;
    char quote;

    while (i + n + 2 < tag.len && !(wx_is_space((unsigned char)tag.ptr[i - 1]) &&
                                    wx_str_istarts(wx_str_sub(tag, i, tag.len), name)))
        i++;
    if (i + n + 2 >= tag.len)
        return;
    quote = tag.ptr[i + n];
    if (quote != '"' && quote != '\'')
        return;
    i += n + 1;
    n = wx_str_chr(wx_str_sub(tag, i, tag.len), quote);
    if (n == WX_NPOS || !n)
        return;
    put_border(w, at + i);
    put_text(w, wx_str_sub(tag, i, i + n), at + i);
    put_border(w, at + i + n);
}

/* A tag at the start of S: writes what it means, returns its length; 0: not a tag. */
static size_t put_tag(struct plain_writer *w, struct wx_str s, size_t at)
{
    struct wx_str near = wx_str_sub(s, 0, MAX_TAG_BYTES), name;
    size_t end = wx_str_chr(near, '>'), from = 1, to;

    if (s.len < 3 || end == WX_NPOS)
        return 0;
    if (s.ptr[1] == '!') {
        put_border(w, at);
        return s.ptr[2] == '-' ? 4 : end + 1; /* a comment's text is read as text */
    }
    from += s.ptr[1] == '/';
    to = from;
    while (to < end && ((wx_lower((unsigned char)s.ptr[to]) >= 'a' &&
                         wx_lower((unsigned char)s.ptr[to]) <= 'z') ||
                        (to > from && s.ptr[to] >= '0' && s.ptr[to] <= '9')))
        to++;
    if (to == from)
        return 0;
    name = wx_str_sub(s, from, to);
    if (!tag_is_inline(name))
        put_border(w, at);
    put_attribute(w, wx_str_sub(s, 0, end + 1), "alt=", at);
    put_attribute(w, wx_str_sub(s, 0, end + 1), "title=", at);
    return end + 1;
}

static const struct {
    const char *name;
    uint32_t cp;
} references[] = {{"nbsp", 0xA0},     {"ensp", 0x2002}, {"emsp", 0x2003},
                  {"thinsp", 0x2009}, {"amp", '&'},     {"lt", '<'},
                  {"gt", '>'},        {"quot", '"'},    {"copy", 0xA9},
                  {"middot", 0xB7},   {"zwnj", 0x200C}, {"zwj", 0x200D}};

static bool digits_to_cp(struct wx_str s, unsigned base, uint32_t *cp)
{
    uint32_t v = 0;

    if (!s.len || s.len > 7)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = wx_lower((unsigned char)s.ptr[i]);
        unsigned d = c >= 'a' && c <= 'f' ? c - 'a' + 10u : c - (unsigned)'0';

        if (d >= base || (c < '0') || (c > '9' && c < 'a'))
            return false;
        v = v * base + d;
    }
    *cp = v;
    return v > 0 && v <= 0x10FFFF && !(v >= 0xD800 && v <= 0xDFFF);
}

/* A character reference at the start of S: its length and character; 0: none. */
static size_t read_reference(struct wx_str s, uint32_t *cp)
{
    size_t end = wx_str_chr(wx_str_sub(s, 0, MAX_REFERENCE_BYTES), ';');
    struct wx_str body;

    if (end == WX_NPOS || end < 2)
        return 0;
    body = wx_str_sub(s, 1, end);
    if (wx_str_istarts(body, "#x"))
        return digits_to_cp(wx_str_sub(body, 2, body.len), 16, cp) ? end + 1 : 0;
    if (body.ptr[0] == '#')
        return digits_to_cp(wx_str_sub(body, 1, body.len), 10, cp) ? end + 1 : 0;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++)
        if (wx_str_eqz(body, references[i].name)) {
            *cp = references[i].cp;
            return end + 1;
        }
    return 0;
}

/* An escape of a string literal at the start of S: \uXXXX, \/, \n, %uXXXX; 0: none. */
static size_t read_escape(struct wx_str s, uint32_t *cp)
{
    if (s.len >= 6 && s.ptr[1] == 'u' && digits_to_cp(wx_str_sub(s, 2, 6), 16, cp))
        return 6;
    if (s.ptr[0] != '\\' || s.len < 2)
        return 0;
    switch (s.ptr[1]) {
    case '/':
        *cp = '/';
        return 2;
    case 'n':
    case 'r':
    case 't':
    case '"':
    case '\'':
        *cp = '"';
        return 2;
    default:
        return 0;
    }
}

static void put_text(struct plain_writer *w, struct wx_str s, size_t at)
{
    size_t i = 0;

    while (i < s.len) {
        struct wx_str rest = wx_str_sub(s, i, s.len);
        size_t n = 0, from = i;
        uint32_t cp = 0;

        if (s.ptr[i] == '&')
            n = read_reference(rest, &cp);
        else if (s.ptr[i] == '\\' || s.ptr[i] == '%')
            n = read_escape(rest, &cp);
        if (n)
            i += n;
        else
            cp = wx_utf8_next(s, &i);
        put_cp(w, cp, at + from);
    }
}

struct wx_plain wx_plain_make(struct wx_arena *arena, struct wx_str source)
{
    /* Three bytes for an ill-formed one is the worst; attribute texts and borders take
     * less room than the tag they come from. */
    size_t room = wx_size_mul(source.len + 2, 3), i = 0;
    struct plain_writer w = {.text = wx_arena_alloc(arena, room),
                             .at = wx_arena_alloc(arena, room * sizeof *w.at)};

    while (i < source.len) {
        size_t n = 0, next;

        if (source.ptr[i] == '<') {
            n = put_tag(&w, wx_str_sub(source, i, source.len), i);
            if (!n) {
                put_border(&w, i);
                n = 1;
            }
            i += n;
            continue;
        }
        next = wx_str_chr(wx_str_sub(source, i, source.len), '<');
        next = next == WX_NPOS ? source.len : i + next;
        put_text(&w, wx_str_sub(source, i, next), i);
        i = next;
    }
    w.at[w.len] = (uint32_t)source.len;
    return (struct wx_plain){{w.text, w.len}, w.at};
}
