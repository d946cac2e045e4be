/* What the files of the script reader share: tokens and values. */
#ifndef WX_WIRE_SCRIPT_INNER_H
#define WX_WIRE_SCRIPT_INNER_H

#include "base/limits.h"
#include "wire/script.h"

enum wx_js_kind {
    WX_JS_END,
    WX_JS_NAME, /* identifier or keyword */
    WX_JS_NUMBER,
    WX_JS_STRING, /* with its quotes */
    WX_JS_PUNCT,  /* one character; "+=" is two, "==" and "=>" are one */
};

struct wx_js_token {
    uint32_t from, to;
    uint8_t kind;
    char c; /* of PUNCT: the character, '~' for "==", '>' for "=>" */
};

/* The tokens of a script; comments and regular expressions are skipped. */
struct wx_js {
    struct wx_arena *arena;
    struct wx_str code;
    struct wx_js_token *tokens; /* one END behind the last */
    size_t n;
};
void wx_js_lex(struct wx_js *js, struct wx_arena *arena, struct wx_str code);

/* ---- values ---- */

/* A name the script gave to a string, or to the element with an id. */
struct wx_js_name {
    struct wx_str name, value;
    bool is_element;
};

enum { WX_JS_NAMES = 256 };

/* What evaluation may still spend; shared by all levels of one script. */
struct wx_js_budget {
    size_t steps, bytes;
    struct wx_js_name names[WX_JS_NAMES]; /* by hash of the name; the last one stays */
};

struct wx_js_value {
    struct wx_str text;
    bool is_known;   /* something of it was a string we could follow */
    bool is_encoded; /* escapes or a decoding call were needed */
    bool is_decoded_by_call;
    size_t next; /* token behind it */
};

/* Evaluate the string expression at token AT: literals, +, decoding calls, names.
 * Parts that cannot be followed are left out. */
struct wx_js_value wx_js_eval(struct wx_js *js, struct wx_js_budget *budget, size_t at);
/* The text of the string literal at token AT, escapes resolved. */
struct wx_str wx_js_literal(struct wx_js *js, const struct wx_js_token *token,
                            uint32_t *n_escapes);
struct wx_js_name *wx_js_name_slot(struct wx_js_budget *budget, struct wx_str name);

/* Token AT is the name Z, or the character C. */
bool wx_js_is(const struct wx_js *js, size_t at, const char *z);
static inline bool wx_js_punct(const struct wx_js *js, size_t at, char c)
{
    return at < js->n && js->tokens[at].kind == WX_JS_PUNCT && js->tokens[at].c == c;
}
static inline struct wx_str wx_js_text(const struct wx_js *js, size_t at)
{
    return wx_str_sub(js->code, js->tokens[at].from, js->tokens[at].to);
}

/* Decoders; bytes that are no escape stay. */
struct wx_str wx_js_unescape(struct wx_arena *arena, struct wx_str s, bool has_u);
struct wx_str wx_js_base64(struct wx_arena *arena, struct wx_str s);
/* Dean Edwards' packer: payload, radix, words separated by '|'. */
struct wx_str wx_js_unpack(struct wx_arena *arena, struct wx_str payload,
                           unsigned radix, struct wx_str words, size_t max_bytes);

#endif
