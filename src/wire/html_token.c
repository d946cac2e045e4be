#define _GNU_SOURCE
/*
 * The tokenizer (WHATWG HTML, 13.2.5). A state machine a byte at a time is what the
 * standard describes; here each kind of token has its own small reader, and the bytes
 * between two interesting ones are skipped sixteen at a time. Tokens are slices of the
 * input: nothing is copied, lower-cased or decoded before somebody asks.
 */
#include "wire/html_bytes.h"
#include "base/limits.h"
#include "wire/html_name.h"

static bool is_alpha(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

static struct wx_str slice(const char *from, const char *to)
{
    return (struct wx_str){from, (size_t)(to - from)};
}

void wx_html_tokenizer_init(struct wx_html_tokenizer *t, struct wx_arena *arena,
                            struct wx_str text)
{
    t->text = text.ptr ? text : WX_STR("");
    t->pos = 0;
    t->state = WX_HTML_DATA;
    t->raw_tag = WX_TAG_OTHER;
    t->last_start = (struct wx_str){0};
    t->in_foreign = false;
    t->arena = arena;
}

/* ---- attributes ---- */

/* The value behind '=', quoted or not. */
static const char *attr_value(const char *p, const char *end, struct wx_html_attr *attr)
{
    bool amp = false;
    const char *from;

    p = wx_skip_space(p, end);
    if (p == end || *p == '>')
        return p; /* missing value: empty */
    if (*p == '"' || *p == '\'') {
        from = p + 1;
        p = wx_find_noting(from, end, *p, true, &amp);
        attr->value = slice(from, p);
        p += p < end;
    } else {
        from = p;
        for (; p < end && *p != '>' && !wx_is_space((unsigned char)*p); p++)
            amp |= *p == '&' || *p == '\0';
        attr->value = slice(from, p);
    }
    attr->has_reference = amp;
    return p;
}

static inline bool attr_next(const char **at, const char *end,
                             struct wx_html_attr *attr)
{
    const char *p = *at, *name;
    struct wx_html_key key;

    for (;;) {
        p = wx_skip_space(p, end);
        if (p == end || *p == '>')
            goto none;
        if (*p != '/')
            break;
        if (p + 1 < end && p[1] == '>')
            goto none;
        p++;
    }
    name = p;
    if (*p == '=') { /* does not end an empty name */
        p = wx_name_end(p + 1, end, true);
        attr->id = WX_ATTR_OTHER;
    } else {
        p = wx_html_name_read(p, end, true, &key);
        attr->id = (uint8_t)wx_html_attr_by_key(key);
    }
    attr->name = slice(name, p);
    attr->value = (struct wx_str){p, 0};
    attr->has_reference = false;
    p = wx_skip_space(p, end);
    if (p < end && *p == '=')
        p = attr_value(p + 1, end, attr);
    *at = p;
    return true;
none:
    *at = p;
    return false;
}

bool wx_html_attr_next(const char **at, const char *end, struct wx_html_attr *attr)
{
    return attr_next(at, end, attr);
}

/* Names met in one tag: those with a number by it; of others a bit says "perhaps", a
 * compare says for sure. */
static inline bool attr_is_new(const struct wx_html_attr *attrs, size_t n,
                               uint64_t *known, uint64_t *met)
{
    struct wx_str name = attrs[n].name;
    uint64_t bit = (uint64_t)1 << attrs[n].id, before = *known;
    unsigned h;

    if (attrs[n].id != WX_ATTR_OTHER) {
        *known |= bit;
        return !(before & bit);
    }
    h = ((unsigned char)name.ptr[0] | 0x20u) + (unsigned)name.len * 7u;
    bit = (uint64_t)1 << (h & 63);
    if (*met & bit)
        for (size_t i = 0; i < n; i++)
            if (wx_str_ieq(attrs[i].name, name))
                return false;
    *met |= bit;
    return true;
}

/* From the end of the tag name to behind '>'. NULL: the input ends inside the tag. */
static const char *attrs_read(struct wx_html_tokenizer *t, struct wx_html_token *token,
                              const char *p, const char *end)
{
    const char *from = p;
    uint64_t known = 0, met = 0;
    size_t n = 0;

    if (p < end && *p != '>')
        while (attr_next(&p, end, &t->attrs[n])) {
            t->attrs[n].offset = (uint32_t)(t->attrs[n].name.ptr - t->text.ptr);
            if (n < WX_MAX_ATTRIBUTES && attr_is_new(t->attrs, n, &known, &met))
                n++;
        }
    if (p == end)
        return NULL;
    token->raw_attrs = slice(from, p);
    token->is_self_closing = *p == '/';
    token->attrs = t->attrs;
    token->n_attrs = n;
    return p + 1 + token->is_self_closing;
}

/* ---- tags ---- */

/* What a start tag makes of the bytes behind it. */
static enum wx_html_state state_after(enum wx_html_tag tag)
{
    switch (tag) {
    case WX_TAG_TITLE:
    case WX_TAG_TEXTAREA:
        return WX_HTML_RCDATA;
    case WX_TAG_STYLE:
    case WX_TAG_XMP:
    case WX_TAG_IFRAME:
    case WX_TAG_NOEMBED:
    case WX_TAG_NOFRAMES:
        return WX_HTML_RAWTEXT;
    case WX_TAG_SCRIPT:
        return WX_HTML_SCRIPT_DATA;
    case WX_TAG_PLAINTEXT:
        return WX_HTML_PLAINTEXT;
    default:
        return WX_HTML_DATA;
    }
}

/* In svg and math only script and style are read raw: they hold no markup we want. */
static enum wx_html_state foreign_state_after(const struct wx_html_token *token)
{
    if (token->is_self_closing)
        return WX_HTML_DATA;
    if (token->tag == WX_TAG_SCRIPT || token->tag == WX_TAG_STYLE)
        return state_after(token->tag);
    return WX_HTML_DATA;
}

/* P stands at the first letter of the name. NULL: the input ends inside the tag. */
static inline const char *tag_read(struct wx_html_tokenizer *t,
                                   struct wx_html_token *token, const char *p,
                                   const char *end, bool is_end)
{
    const char *name = p;
    struct wx_html_key key;

    p = wx_html_name_read(p, end, false, &key);
    token->name = slice(name, p);
    token->tag = (uint16_t)wx_html_tag_by_key(key);
    p = attrs_read(t, token, p, end);
    if (!p)
        return NULL;
    token->kind = is_end ? WX_HTML_END : WX_HTML_START;
    if (!is_end) {
        t->last_start = token->name;
        t->raw_tag = token->tag;
        t->state = t->in_foreign ? foreign_state_after(token) : state_after(token->tag);
    }
    return p;
}

/* ---- comments and doctype ---- */

static const char *find_byte(const char *p, const char *end, char c)
{
    const char *at = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;

    return at ? at : end;
}

/* "<!" or "<?" or "</" rubbish up to '>'. P is the first byte of the data. */
static const char *bogus_read(struct wx_html_token *token, const char *p,
                              const char *end)
{
    const char *close = find_byte(p, end, '>');

    token->kind = WX_HTML_COMMENT;
    token->is_bogus = true;
    token->data = slice(p, close);
    return close + (close < end);
}

/* Where unfinished dashes at the end of the input begin: "-", "--", "--!". */
static const char *comment_cut(const char *p, const char *end)
{
    if (end - p >= 3 && memcmp(end - 3, "--!", 3) == 0)
        return end - 3;
    if (end - p >= 2 && memcmp(end - 2, "--", 2) == 0)
        return end - 2;
    return end - (end > p && end[-1] == '-');
}

/* P stands behind "<!--". */
static const char *comment_read(struct wx_html_token *token, const char *p,
                                const char *end)
{
    const char *from = p;

    token->kind = WX_HTML_COMMENT;
    if (p < end && *p == '>')
        return p + 1;
    if (end - p >= 2 && p[0] == '-' && p[1] == '>')
        return p + 2;
    for (; (p = find_byte(p, end, '-')) < end; p++) {
        size_t left = (size_t)(end - p);

        if (left < 3 || p[1] != '-')
            continue;
        if (p[2] != '>' && (left < 4 || p[2] != '!' || p[3] != '>'))
            continue;
        token->data = slice(from, p);
        return p + (p[2] == '>' ? 3 : 4);
    }
    token->data = slice(from, comment_cut(from, end));
    return end;
}

static bool starts_word(const char *p, const char *end, const char *word)
{
    return wx_str_istarts(slice(p, end), word);
}

/* A quoted identifier; *P at the quote. False: '>' or the end came before the quote. */
static bool doctype_id(const char **p, const char *end, struct wx_str *id)
{
    char quote = *(*p)++;
    const char *from = *p;

    while (*p < end && **p != quote && **p != '>')
        (*p)++;
    *id = slice(from, *p);
    if (*p == end || **p == '>')
        return false;
    (*p)++;
    return true;
}

static bool is_quote(const char *p, const char *end)
{
    return p < end && (*p == '"' || *p == '\'');
}

/* What stands behind the doctype's name. Sets force_quirks; returns where it stopped.
 */
static const char *doctype_ids(struct wx_html_token *token, const char *p,
                               const char *end)
{
    bool is_public = starts_word(p, end, "public");

    token->force_quirks = true;
    if (!is_public && !starts_word(p, end, "system"))
        return p;
    p = wx_skip_space(p + 6, end);
    if (is_public) {
        if (!is_quote(p, end))
            return p;
        token->has_public_id = true;
        if (!doctype_id(&p, end, &token->public_id))
            return p;
        p = wx_skip_space(p, end);
        if (p < end && *p == '>')
            token->force_quirks = false;
    }
    if (!is_quote(p, end))
        return p;
    token->has_system_id = true;
    if (!doctype_id(&p, end, &token->system_id))
        return p;
    token->force_quirks = wx_skip_space(p, end) == end;
    return p;
}

/* P stands behind "<!doctype". */
static const char *doctype_read(struct wx_html_token *token, const char *p,
                                const char *end)
{
    const char *from = p = wx_skip_space(p, end);

    token->kind = WX_HTML_DOCTYPE;
    while (p < end && *p != '>' && !wx_is_space((unsigned char)*p))
        p++;
    token->name = slice(from, p);
    p = wx_skip_space(p, end);
    if (p == end || !token->name.len)
        token->force_quirks = true;
    else if (*p != '>')
        p = doctype_ids(token, p, end);
    p = find_byte(p, end, '>');
    return p + (p < end);
}

/* "<!": P stands behind it. */
static const char *declaration_read(struct wx_html_tokenizer *t,
                                    struct wx_html_token *token, const char *p,
                                    const char *end)
{
    if (end - p >= 2 && p[0] == '-' && p[1] == '-')
        return comment_read(token, p + 2, end);
    if (starts_word(p, end, "doctype"))
        return doctype_read(token, p + 7, end);
    if (t->in_foreign && end - p >= 7 && memcmp(p, "[CDATA[", 7) == 0) {
        t->state = WX_HTML_CDATA;
        return p + 7;
    }
    return bogus_read(token, p, end);
}

/* ---- raw text ---- */

/* "</name" at P, followed by what ends a name. */
static bool is_end_tag_of(const char *p, const char *end, struct wx_str name)
{
    if ((size_t)(end - p) < name.len + 3 || p[1] != '/' || !name.len)
        return false;
    return wx_ends_name((unsigned char)p[2 + name.len], false) &&
           wx_str_ieq(slice(p + 2, p + 2 + name.len), name);
}

static const char *raw_end(const char *p, const char *end, struct wx_str name)
{
    while ((p = find_byte(p, end, '<')) < end && !is_end_tag_of(p, end, name))
        p++;
    return p;
}

/* "<script" at P, followed by what ends a name. */
static bool is_script_start(const char *p, const char *end)
{
    return end - p >= 8 && wx_ends_name((unsigned char)p[7], false) &&
           wx_str_ieq(slice(p + 1, p + 7), WX_STR("script"));
}

/*
 * Script data. Behind "<!--" a "<script" hides the next "</script" (double escaped),
 * up to "-->", which ends both.
 */
static const char *script_end(const char *p, const char *end, struct wx_str name)
{
    enum { PLAIN, ESCAPED, DOUBLE_ESCAPED } state = PLAIN;

    for (; p < end; p++) {
        if (state == PLAIN)
            p = find_byte(p, end, '<');
        else
            while (p < end && *p != '<' && *p != '-')
                p++;
        if (p == end)
            break;
        if (*p == '-') {
            if (end - p >= 3 && p[1] == '-' && p[2] == '>')
                state = PLAIN;
        } else if (is_end_tag_of(p, end, name)) {
            if (state != DOUBLE_ESCAPED)
                return p;
            state = ESCAPED;
        } else if (state == PLAIN && end - p >= 4 && memcmp(p, "<!--", 4) == 0) {
            state = ESCAPED;
            p++; /* its dashes may already be those of "-->" */
        } else if (state == ESCAPED && is_script_start(p, end)) {
            state = DOUBLE_ESCAPED;
        }
    }
    return end;
}

/* Text of a state that is not DATA; leaves the state when its end is met. False when
 * there was no text before the end. */
static bool raw_read(struct wx_html_tokenizer *t, struct wx_html_token *token,
                     const char *p, const char *end)
{
    const char *to = end;
    size_t skip = 0;

    if (t->state == WX_HTML_SCRIPT_DATA) {
        to = script_end(p, end, t->last_start);
    } else if (t->state == WX_HTML_CDATA) {
        to = memmem(p, (size_t)(end - p), "]]>", 3);
        skip = to ? 3 : 0;
        to = to ? to : end;
    } else if (t->state != WX_HTML_PLAINTEXT) {
        to = raw_end(p, end, t->last_start);
    }
    token->data = slice(p, to);
    token->has_reference =
        t->state == WX_HTML_RCDATA && to > p && memchr(p, '&', token->data.len);
    if (to < end || skip)
        t->state = WX_HTML_DATA;
    t->pos = (size_t)(to - t->text.ptr) + skip;
    token->kind = WX_HTML_TEXT;
    return to > p;
}

/* ---- the next token ---- */

/* '<' at P. Where the token ends; kind stays EOF when there was none (as for "</>"). */
static const char *open_read(struct wx_html_tokenizer *t, struct wx_html_token *token,
                             const char *p, const char *end)
{
    unsigned char c = p + 1 < end ? (unsigned char)p[1] : 0;

    bool is_end = c == '/' && p + 2 < end;

    if (is_alpha(is_end ? (unsigned char)p[2] : c)) {
        p = tag_read(t, token, p + 1 + is_end, end, is_end);
        return p ? p : end; /* a tag the input ends in is dropped */
    }
    if (is_end) {
        if (p[2] == '>')
            return p + 3;
        return bogus_read(token, p + 2, end);
    }
    if (c == '!')
        return declaration_read(t, token, p + 2, end);
    if (c == '?')
        return bogus_read(token, p + 1, end);
    token->kind = WX_HTML_TEXT; /* a '<' that means itself */
    p = wx_find_noting(p + 1, end, '<', false, &token->has_reference);
    return p;
}

/* Clears what every kind has; the rest is read only behind its has_ flag or kind. */
static void token_reset(struct wx_html_token *token)
{
    memset(token, 0, offsetof(struct wx_html_token, public_id));
    token->n_attrs = 0;
}

enum wx_html_token_kind wx_html_next(struct wx_html_tokenizer *t,
                                     struct wx_html_token *token)
{
    const char *end = t->text.ptr + t->text.len;

    token_reset(token);
    while (t->pos < t->text.len) {
        const char *from = t->text.ptr + t->pos, *p = from;

        token->offset = (uint32_t)t->pos;
        if (t->state != WX_HTML_DATA) {
            if (raw_read(t, token, from, end)) {
                token->end = token->offset + (uint32_t)token->data.len;
                return token->kind;
            }
            continue;
        }
        if (*p == '<') {
            p = open_read(t, token, p, end);
        } else {
            token->kind = WX_HTML_TEXT;
            p = wx_find_noting(p, end, '<', false, &token->has_reference);
        }
        t->pos = (size_t)(p - t->text.ptr);
        if (token->kind == WX_HTML_EOF)
            continue;
        if (token->kind == WX_HTML_TEXT)
            token->data = slice(from, p);
        token->end = (uint32_t)t->pos;
        return token->kind;
    }
    token->kind = WX_HTML_EOF;
    token->offset = token->end = (uint32_t)t->text.len;
    return WX_HTML_EOF;
}
