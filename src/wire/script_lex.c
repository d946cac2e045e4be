/*
 * Tokens of a script (ECMA-262, 12), as far as strings, names and brackets need them.
 * Whether '/' divides or begins a regular expression is decided by the token before it,
 * as every tokenizer without a parser does; a wrong guess costs at most the line.
 */
#include "wire/script_inner.h"

static bool is_name_char(unsigned char c)
{
    return (c >= '0' && c <= '9') || (wx_lower(c) >= 'a' && wx_lower(c) <= 'z') ||
           c == '_' || c == '$' || c >= 0x80;
}

static size_t line_end(struct wx_str s, size_t i)
{
    while (i < s.len && s.ptr[i] != '\n' && s.ptr[i] != '\r')
        i++;
    return i;
}

static size_t string_end(struct wx_str s, size_t i)
{
    char quote = s.ptr[i++];

    for (; i < s.len && s.ptr[i] != quote; i++) {
        if (s.ptr[i] == '\\' && i + 1 < s.len)
            i++;
        else if (quote != '`' && s.ptr[i] == '\n')
            return i; /* unterminated: the line ends it */
    }
    return i < s.len ? i + 1 : s.len;
}

static size_t regex_end(struct wx_str s, size_t i)
{
    bool in_class = false;

    for (i++; i < s.len && s.ptr[i] != '\n'; i++) {
        if (s.ptr[i] == '\\')
            i++;
        else if (s.ptr[i] == '[')
            in_class = true;
        else if (s.ptr[i] == ']')
            in_class = false;
        else if (s.ptr[i] == '/' && !in_class)
            return i + 1;
    }
    return i < s.len ? i : s.len;
}

/* Where the comment at I ends, or I. "<!--" is one, as in old pages. */
static size_t comment_end(struct wx_str s, size_t i)
{
    struct wx_str rest = wx_str_sub(s, i, s.len);

    if (wx_str_starts(rest, "//") || wx_str_starts(rest, "<!--"))
        return line_end(s, i);
    if (wx_str_starts(rest, "/*")) {
        size_t end = wx_str_find(s, WX_STR("*/"), i + 2);

        return end == WX_NPOS ? s.len : end + 2;
    }
    return i;
}

/* A '/' behind TOKEN begins a regular expression. */
static bool takes_regex(const struct wx_js *js, const struct wx_js_token *token)
{
    struct wx_str s;

    if (token->kind == WX_JS_NUMBER || token->kind == WX_JS_STRING)
        return false;
    if (token->kind == WX_JS_PUNCT)
        return token->c != ')' && token->c != ']' && token->c != '}';
    s = wx_str_sub(js->code, token->from, token->to);
    return token->kind == WX_JS_END || wx_str_eqz(s, "return") ||
           wx_str_eqz(s, "typeof") || wx_str_eqz(s, "case");
}

static struct wx_js_token *token_add(struct wx_js *js, size_t *cap)
{
    if (js->n + 1 >= *cap) {
        size_t more = *cap ? *cap * 2 : 64;

        js->tokens = wx_arena_grow(js->arena, js->tokens, *cap * sizeof *js->tokens,
                                   more * sizeof *js->tokens);
        *cap = more;
    }
    return &js->tokens[js->n++];
}

/* Kind and end of what begins at I, which is no white space and no comment. */
static size_t token_read(struct wx_str s, size_t i, struct wx_js_token *token)
{
    unsigned char c = (unsigned char)s.ptr[i];

    token->kind = WX_JS_PUNCT;
    token->c = (char)c;
    if (c == '"' || c == '\'' || c == '`') {
        token->kind = WX_JS_STRING;
        return string_end(s, i);
    }
    if (is_name_char(c)) {
        token->kind = c >= '0' && c <= '9' ? WX_JS_NUMBER : WX_JS_NAME;
        while (i < s.len && is_name_char((unsigned char)s.ptr[i]))
            i++;
        return i;
    }
    if (c == '=' && i + 1 < s.len && (s.ptr[i + 1] == '=' || s.ptr[i + 1] == '>')) {
        token->c = s.ptr[i + 1] == '=' ? '~' : '>';
        i++;
        while (token->c == '~' && i + 1 < s.len && s.ptr[i + 1] == '=')
            i++;
    } else if ((c == '!' || c == '<' || c == '>') && i + 1 < s.len &&
               s.ptr[i + 1] == '=') {
        token->c = '~'; /* a comparison */
        i++;
    }
    return i + 1;
}

void wx_js_lex(struct wx_js *js, struct wx_arena *arena, struct wx_str code)
{
    struct wx_js_token last = {0};
    size_t cap = 0, i = 0;

    *js = (struct wx_js){.arena = arena, .code = code};
    token_add(js, &cap);
    js->n = 0;
    while (i < code.len && js->n < WX_MAX_SCRIPT_TOKENS) {
        size_t end;

        if (wx_is_space((unsigned char)code.ptr[i])) {
            i++;
            continue;
        }
        end = comment_end(code, i);
        if (end == i && code.ptr[i] == '/' && takes_regex(js, &last)) {
            end = regex_end(code, i);
            last = (struct wx_js_token){.kind = WX_JS_STRING};
        }
        if (end == i) {
            end = token_read(code, i, &last);
            last.from = (uint32_t)i;
            last.to = (uint32_t)end;
            *token_add(js, &cap) = last;
        }
        i = end;
    }
    js->tokens[js->n] = (struct wx_js_token){.from = (uint32_t)i, .to = (uint32_t)i};
}

bool wx_js_is(const struct wx_js *js, size_t at, const char *z)
{
    return at < js->n && js->tokens[at].kind == WX_JS_NAME &&
           wx_str_eqz(wx_js_text(js, at), z);
}
