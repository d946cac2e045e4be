/* What a script says: one pass over its tokens, and over what they decode to. */
#include "wire/script_inner.h"

enum {
    LEVEL_MAX = 4,      /* eval(unescape("eval(...)")) */
    NEAR_TOKENS = 600,  /* "the code around it" */
    FUNCTIONS_MAX = 32, /* nested function bodies told apart */
    OBFUSCATED_NAMES = 10,
    PACKER_TOKENS = 1000, /* the body of p,a,c,k,e,d has about 130 */
};

struct reader {
    struct wx_script_facts *facts;
    struct wx_js_budget *budget;
    struct wx_js js;
    unsigned level;
    uint32_t offset;              /* of the outermost call, at deeper levels */
    size_t referrer_at, agent_at; /* 1 + token that reads them, the last one */
    unsigned n_obfuscated;
    /* function bodies around the token: the brace depth each began at */
    unsigned braces, n_functions, functions[FUNCTIONS_MAX];
    bool function_ahead, iife_ahead;
};

/* The growing arrays of struct wx_script_facts, and the text of decoded. */
struct facts_room {
    struct wx_script_facts facts;
    struct wx_arena *arena;
    size_t cap[4], decoded_cap;
};

static void *more(struct reader *r, int which, void *array, size_t *n, size_t size)
{
    struct facts_room *room = (struct facts_room *)(void *)r->facts;
    size_t *cap = &room->cap[which];

    if (*n >= WX_MAX_SCRIPT_PARTS)
        return NULL;
    if (*n == *cap) {
        size_t want = *cap ? *cap * 2 : 8;

        array = wx_arena_grow(room->arena, array, *cap * size, want * size);
        *cap = want;
    }
    memset((char *)array + *n * size, 0, size);
    ++*n;
    return array;
}

static uint32_t offset_of(const struct reader *r, size_t at)
{
    return r->level ? r->offset : r->js.tokens[at].from;
}

static void add_write(struct reader *r, struct wx_str html, size_t at, bool is_encoded)
{
    struct wx_script_facts *f = r->facts;
    struct wx_script_write *all = more(r, 0, f->writes, &f->n_writes, sizeof *all);

    if (!all)
        return;
    f->writes = all;
    all[f->n_writes - 1] =
        (struct wx_script_write){html, offset_of(r, at), is_encoded || r->level > 0};
}

static bool is_near(size_t met, size_t at)
{
    return met && at - (met - 1) <= NEAR_TOKENS;
}

static void add_redirect(struct reader *r, struct wx_str target, size_t at)
{
    struct wx_script_facts *f = r->facts;
    struct wx_script_redirect *all =
        more(r, 1, f->redirects, &f->n_redirects, sizeof *all);

    if (!all)
        return;
    f->redirects = all;
    all[f->n_redirects - 1] = (struct wx_script_redirect){
        wx_str_trim(target), offset_of(r, at), is_near(r->referrer_at, at),
        is_near(r->agent_at, at)};
}

static void add_hidden_id(struct reader *r, struct wx_str id)
{
    struct wx_script_facts *f = r->facts;
    struct wx_str *all;

    if (!id.len || r->n_functions)
        return;
    for (size_t i = 0; i < f->n_hidden_ids && i < 64; i++)
        if (wx_str_eq(f->hidden_ids[i], id))
            return;
    all = more(r, 2, f->hidden_ids, &f->n_hidden_ids, sizeof *all);
    if (!all)
        return;
    f->hidden_ids = all;
    all[f->n_hidden_ids - 1] = id;
}

static void add_decoded(struct reader *r, struct wx_str s)
{
    struct facts_room *room = (struct facts_room *)(void *)r->facts;
    struct wx_str *d = &r->facts->decoded;
    size_t need = d->len + s.len + 1;
    char *p = (char *)(uintptr_t)d->ptr;

    if (!s.len || need > WX_MAX_SCRIPT_DECODED_BYTES)
        return;
    if (need > room->decoded_cap) {
        size_t want = need * 2;

        p = wx_arena_grow(room->arena, p, room->decoded_cap, want);
        room->decoded_cap = want;
    }
    memcpy(p + d->len, s.ptr, s.len);
    p[need - 1] = '\n';
    *d = (struct wx_str){p, need};
}

/* ---- addresses in literals ---- */

static bool is_url_char(unsigned char c)
{
    return c > 0x20 && c != '"' && c != '\'' && c != '<' && c != '>' && c != '`' &&
           c != '\\' && c != 0x7F;
}

static void add_url(struct reader *r, struct wx_str s, size_t from)
{
    struct wx_script_facts *f = r->facts;
    struct wx_str *all;
    size_t end = from;

    while (end < s.len && is_url_char((unsigned char)s.ptr[end]))
        end++;
    all = more(r, 3, f->urls, &f->n_urls, sizeof *all);
    if (!all)
        return;
    f->urls = all;
    all[f->n_urls - 1] = wx_str_sub(s, from, end);
}

/* "http://x", "https://x", and "//x" at the beginning or behind a quote or '='. */
static void find_urls(struct reader *r, struct wx_str s)
{
    size_t at = 0;

    while ((at = wx_str_find(s, WX_STR("//"), at)) != WX_NPOS) {
        struct wx_str before = wx_str_sub(s, 0, at);
        unsigned char next = at + 2 < s.len ? (unsigned char)s.ptr[at + 2] : 0;
        char left = at ? s.ptr[at - 1] : '=';
        size_t from = WX_NPOS;

        if (wx_str_ends(before, "https:") || wx_str_ends(before, "HTTPS:"))
            from = at - 6;
        else if (wx_str_ends(before, "http:") || wx_str_ends(before, "HTTP:"))
            from = at - 5;
        else if ((left == '=' || left == '"' || left == '\'') &&
                 wx_str_chr(wx_str_sub(s, at, at + 64), '.') != WX_NPOS)
            from = at;
        at += 2;
        if (from == WX_NPOS || !is_url_char(next) || next == '/')
            continue;
        add_url(r, s, from);
        while (at < s.len && is_url_char((unsigned char)s.ptr[at]))
            at++;
    }
}

/* %XX and %uXXXX in a literal. */
static uint32_t count_percent(struct wx_str s)
{
    uint32_t n = 0;

    for (size_t i = 0; i + 2 < s.len; i++) {
        unsigned char c = wx_lower((unsigned char)s.ptr[i + 1]);

        n += s.ptr[i] == '%' &&
             (c == 'u' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
    return n;
}

static void on_string(struct reader *r, size_t at)
{
    uint32_t n_escapes = 0;
    struct wx_str s;

    if (r->js.tokens[at].to - r->js.tokens[at].from > r->budget->bytes)
        return;
    r->budget->bytes -= r->js.tokens[at].to - r->js.tokens[at].from;
    s = wx_js_literal(&r->js, &r->js.tokens[at], &n_escapes);
    r->facts->n_escapes += n_escapes + count_percent(s);
    if (n_escapes)
        add_decoded(r, s);
    find_urls(r, s);
}

/* ---- calls and assignments ---- */

static void read_code(struct wx_script_facts *facts, struct wx_js_budget *budget,
                      struct wx_arena *arena, struct wx_str code, unsigned level,
                      uint32_t offset);

static void read_deeper(struct reader *r, struct wx_str code, size_t at)
{
    if (r->level >= LEVEL_MAX || !code.len || code.len > r->budget->bytes)
        return;
    r->budget->bytes -= code.len;
    read_code(r->facts, r->budget, r->js.arena, code, r->level + 1, offset_of(r, at));
}

/* document.write( at AT, its '(' at OPEN: all arguments make one piece of markup. */
static void on_write(struct reader *r, size_t at, size_t open)
{
    size_t next = open;
    int n_args = 0;

    do {
        struct wx_js_value v = wx_js_eval(&r->js, r->budget, next + 1);

        if (v.is_known)
            add_write(r, v.text, at, v.is_encoded);
        next = v.next;
    } while (wx_js_punct(&r->js, next, ',') && ++n_args < 16);
}

/* ".innerHTML = " or "+= ": AT is the name. */
static void on_inner_html(struct reader *r, size_t at)
{
    size_t eq = at + 1 + wx_js_punct(&r->js, at + 1, '+');
    struct wx_js_value v;

    if (!wx_js_punct(&r->js, eq, '='))
        return;
    v = wx_js_eval(&r->js, r->budget, eq + 1);
    if (v.is_known && wx_str_chr(v.text, '<') != WX_NPOS)
        add_write(r, v.text, at, v.is_encoded);
}

/* "= x" or "(x)" at AT, behind something that moves the window. */
static void on_redirect(struct reader *r, size_t name, size_t at)
{
    struct wx_js_value v;

    if (!wx_js_punct(&r->js, at, '=') && !wx_js_punct(&r->js, at, '('))
        return;
    v = wx_js_eval(&r->js, r->budget, at + 1);
    if (v.is_known)
        add_redirect(r, v.text, name);
}

/* "location": not a property of something that is no window, not a declaration. */
static void on_location(struct reader *r, size_t at)
{
    static const char *const owners[] = {"window", "self",     "top",
                                         "parent", "document", "this"};
    const struct wx_js *js = &r->js;
    bool is_owned = !at || !wx_js_punct(js, at - 1, '.');

    for (size_t i = 0; !is_owned && at >= 2 && i < sizeof owners / sizeof *owners; i++)
        is_owned = wx_js_is(js, at - 2, owners[i]);
    if (!is_owned || (at && wx_js_is(js, at - 1, "var")))
        return;
    if (!wx_js_punct(js, at + 1, '.'))
        on_redirect(r, at, at + 1);
    else if (wx_js_is(js, at + 2, "href") && wx_js_punct(js, at + 3, '='))
        on_redirect(r, at, at + 3);
    else if (wx_js_is(js, at + 2, "replace") || wx_js_is(js, at + 2, "assign"))
        on_redirect(r, at, at + 3);
}

/* p,a,c,k,e,d: AT is eval. The body is skipped, its arguments are what it unpacks. */
static void on_packed(struct reader *r, size_t at)
{
    const struct wx_js *js = &r->js;
    size_t i = at + 2, stop = at + PACKER_TOKENS < js->n ? at + PACKER_TOKENS : js->n;
    unsigned depth = 0;
    uint64_t radix;
    uint32_t n = 0;
    struct wx_str payload, words;

    r->facts->is_packed = true;
    while (i < stop && !wx_js_punct(js, i, '{'))
        i++;
    for (; i < stop; i++) {
        depth += wx_js_punct(js, i, '{');
        depth -= wx_js_punct(js, i, '}');
        if (!depth)
            break;
    }
    if (i + 8 >= js->n || !wx_js_punct(js, i + 1, '(') ||
        js->tokens[i + 2].kind != WX_JS_STRING ||
        js->tokens[i + 4].kind != WX_JS_NUMBER ||
        js->tokens[i + 8].kind != WX_JS_STRING ||
        !wx_str_to_u64(wx_js_text(js, i + 4), 62, &radix) || radix < 2)
        return;
    payload = wx_js_literal(&r->js, &js->tokens[i + 2], &n);
    words = wx_js_literal(&r->js, &js->tokens[i + 8], &n);
    n = payload.len * 8 + words.len < r->budget->bytes / 4
            ? (uint32_t)(payload.len * 8 + words.len)
            : (uint32_t)(r->budget->bytes / 4);
    r->budget->bytes -= n;
    payload = wx_js_unpack(js->arena, payload, (unsigned)radix, words, n);
    add_decoded(r, payload);
    read_deeper(r, payload, at);
}

static void on_eval(struct reader *r, size_t at)
{
    struct wx_js_value v;

    r->facts->n_eval++;
    if (wx_js_is(&r->js, at + 2, "function") && wx_js_is(&r->js, at + 4, "p") &&
        wx_js_is(&r->js, at + 6, "a") && wx_js_is(&r->js, at + 8, "c")) {
        on_packed(r, at);
        return;
    }
    v = wx_js_eval(&r->js, r->budget, at + 2);
    if (v.is_known)
        read_deeper(r, v.text, at);
}

/* unescape(...), fromCharCode(...), atob(...): what they give is kept. */
static void on_decoder(struct reader *r, size_t at)
{
    struct wx_js_value v = wx_js_eval(&r->js, r->budget, at);

    if (!v.is_known || !v.is_decoded_by_call)
        return;
    add_decoded(r, v.text);
    find_urls(r, v.text);
}

/* ---- hiding by id ---- */

static bool is_literal(struct reader *r, size_t at, const char *want)
{
    uint32_t n;
    struct wx_str s;

    if (at >= r->js.n || r->js.tokens[at].kind != WX_JS_STRING)
        return false;
    s = wx_js_literal(&r->js, &r->js.tokens[at], &n);
    return s.len < 64 && wx_str_ieqz(wx_str_trim(s), want);
}

/* ".style.display = 'none'" and its kin, AT at the first '.'. */
static bool hides(struct reader *r, size_t at)
{
    const struct wx_js *js = &r->js;

    if (!wx_js_punct(js, at, '.') || !wx_js_is(js, at + 1, "style") ||
        !wx_js_punct(js, at + 2, '.') || !wx_js_punct(js, at + 4, '='))
        return false;
    if (wx_js_is(js, at + 3, "display"))
        return is_literal(r, at + 5, "none");
    if (wx_js_is(js, at + 3, "visibility"))
        return is_literal(r, at + 5, "hidden");
    if (wx_js_is(js, at + 3, "cssText"))
        return is_literal(r, at + 5, "display:none") ||
               is_literal(r, at + 5, "display:none;") ||
               is_literal(r, at + 5, "display: none;");
    return false;
}

/* getElementById("x"): AT is the name. */
static void on_by_id(struct reader *r, size_t at)
{
    const struct wx_js *js = &r->js;
    struct wx_js_value v;

    if (!wx_js_punct(js, at + 1, '(') || !wx_js_punct(js, at + 3, ')'))
        return;
    v = wx_js_eval(&r->js, r->budget, at + 2);
    if (!v.is_known)
        return;
    if (hides(r, at + 4)) {
        add_hidden_id(r, v.text);
    } else if (at >= 4 && wx_js_punct(js, at - 1, '.') &&
               wx_js_punct(js, at - 3, '=') && js->tokens[at - 4].kind == WX_JS_NAME) {
        struct wx_str name = wx_js_text(js, at - 4);

        *wx_js_name_slot(r->budget, name) = (struct wx_js_name){name, v.text, true};
    }
}

/* $("#x").hide() and $("#x").css("display", "none"). */
static void on_jquery(struct reader *r, size_t at)
{
    const struct wx_js *js = &r->js;
    uint32_t n;
    struct wx_str s;

    if (!wx_js_punct(js, at + 1, '(') || at + 7 >= js->n ||
        js->tokens[at + 2].kind != WX_JS_STRING || !wx_js_punct(js, at + 3, ')') ||
        !wx_js_punct(js, at + 4, '.') || !wx_js_punct(js, at + 6, '('))
        return;
    s = wx_js_literal(&r->js, &js->tokens[at + 2], &n);
    if (!wx_str_starts(s, "#") || s.len > 128)
        return;
    if ((wx_js_is(js, at + 5, "hide") && wx_js_punct(js, at + 7, ')')) ||
        (wx_js_is(js, at + 5, "css") && is_literal(r, at + 7, "display") &&
         is_literal(r, at + 9, "none")))
        add_hidden_id(r, wx_str_sub(s, 1, s.len));
}

/* "name = <string>" is remembered; "name.style.display = ..." of an element hides it.
 */
static void on_plain_name(struct reader *r, size_t at)
{
    const struct wx_js *js = &r->js;
    struct wx_str name = wx_js_text(js, at);
    struct wx_js_name *slot;

    r->n_obfuscated += name.len > 5 && wx_str_starts(name, "_0x");
    if (wx_js_punct(js, at + 1, '.')) {
        slot = wx_js_name_slot(r->budget, name);
        if (slot->is_element && wx_str_eq(slot->name, name) && hides(r, at + 1))
            add_hidden_id(r, slot->value);
    } else if (wx_js_punct(js, at + 1, '=') && (!at || !wx_js_punct(js, at - 1, '.'))) {
        struct wx_js_value v = {0};

        if (at + 2 < js->n &&
            (js->tokens[at + 2].kind == WX_JS_STRING ||
             wx_js_is(js, at + 2, "unescape") || wx_js_is(js, at + 2, "String") ||
             wx_js_is(js, at + 2, "atob")))
            v = wx_js_eval(&r->js, r->budget, at + 2);
        slot = wx_js_name_slot(r->budget, name);
        if (v.is_known)
            *slot = (struct wx_js_name){name, v.text, false};
        else if (wx_str_eq(slot->name, name))
            *slot = (struct wx_js_name){0};
    }
}

/* ---- the pass ---- */

/* Call of WHAT at AT. */
static bool is_call(struct reader *r, size_t at, const char *what)
{
    return wx_js_is(&r->js, at, what) && wx_js_punct(&r->js, at + 1, '(');
}

/* Names with a meaning. False: any other name. */
static bool on_known_name(struct reader *r, size_t at)
{
    const struct wx_js *js = &r->js;

    switch (js->code.ptr[js->tokens[at].from]) {
    case 'w':
        if ((is_call(r, at, "write") || is_call(r, at, "writeln")) && at >= 2 &&
            wx_js_is(js, at - 2, "document"))
            on_write(r, at - 2, at + 1);
        else
            return false;
        return true;
    case 'l':
        if (!wx_js_is(js, at, "location"))
            return false;
        on_location(r, at);
        return true;
    case 'o':
        if (is_call(r, at, "open") && at >= 2 && wx_js_is(js, at - 2, "window"))
            on_redirect(r, at, at + 1);
        else if (wx_js_is(js, at, "outerHTML"))
            on_inner_html(r, at);
        else
            return false;
        return true;
    case 'i':
        if (!wx_js_is(js, at, "innerHTML"))
            return false;
        on_inner_html(r, at);
        return true;
    case 'e':
        if (!is_call(r, at, "eval"))
            return false;
        on_eval(r, at);
        return true;
    case 'F':
        if (!is_call(r, at, "Function"))
            return false;
        r->facts->n_eval++;
        return true;
    case 'g':
        if (!wx_js_is(js, at, "getElementById"))
            return false;
        on_by_id(r, at);
        return true;
    case 'u':
        if (wx_js_is(js, at, "userAgent"))
            r->agent_at = at + 1;
        else if (is_call(r, at, "unescape"))
            on_decoder(r, at);
        else
            return false;
        return true;
    case 'r':
        if (!wx_js_is(js, at, "referrer"))
            return false;
        r->referrer_at = at + 1;
        return true;
    case 'd':
        if (!is_call(r, at, "decodeURIComponent") && !is_call(r, at, "decodeURI"))
            return false;
        on_decoder(r, at);
        return true;
    case 'a':
        if (!is_call(r, at, "atob"))
            return false;
        on_decoder(r, at);
        return true;
    case 'S':
        if (!wx_js_is(js, at, "String") || !wx_js_is(js, at + 2, "fromCharCode"))
            return false;
        on_decoder(r, at);
        return true;
    case '$':
    case 'j':
        if (wx_js_is(js, at, "$") || wx_js_is(js, at, "jQuery"))
            on_jquery(r, at);
        return false;
    default:
        return false;
    }
}

/* "(function" that is called at once runs like what stands around it. */
static bool is_iife(const struct wx_js *js, size_t at)
{
    if (!at)
        return false;
    if (wx_js_punct(js, at - 1, '!') || wx_js_punct(js, at - 1, '~'))
        return true;
    if (!wx_js_punct(js, at - 1, '('))
        return false;
    return at == 1 || (js->tokens[at - 2].kind == WX_JS_PUNCT &&
                       js->tokens[at - 2].c != ')' && js->tokens[at - 2].c != ']');
}

/* Keep count of the function bodies around. */
static void on_brace(struct reader *r, char c)
{
    if (c == '>') { /* => */
        r->function_ahead = true;
        r->iife_ahead = false;
    } else if (c == ';') {
        r->function_ahead = false;
    } else if (c == '{') {
        if (r->function_ahead && !r->iife_ahead && r->n_functions < FUNCTIONS_MAX)
            r->functions[r->n_functions++] = r->braces;
        r->function_ahead = false;
        r->braces++;
    } else if (c == '}' && r->braces) {
        r->braces--;
        if (r->n_functions && r->functions[r->n_functions - 1] == r->braces)
            r->n_functions--;
    }
}

static void read_code(struct wx_script_facts *facts, struct wx_js_budget *budget,
                      struct wx_arena *arena, struct wx_str code, unsigned level,
                      uint32_t offset)
{
    struct reader r = {
        .facts = facts, .budget = budget, .level = level, .offset = offset};

    wx_js_lex(&r.js, arena, code);
    for (size_t at = 0; at < r.js.n; at++) {
        const struct wx_js_token *token = &r.js.tokens[at];

        if (token->kind == WX_JS_STRING) {
            on_string(&r, at);
        } else if (token->kind == WX_JS_PUNCT) {
            on_brace(&r, token->c);
        } else if (token->kind == WX_JS_NAME) {
            if (wx_js_is(&r.js, at, "function")) {
                r.function_ahead = true;
                r.iife_ahead = is_iife(&r.js, at);
            } else if (!on_known_name(&r, at)) {
                on_plain_name(&r, at);
            }
        }
    }
    if (r.n_obfuscated >= OBFUSCATED_NAMES)
        facts->is_packed = true;
}

/* JSFuck and its kin: hardly anything but brackets and signs. */
static bool is_only_signs(struct wx_str code)
{
    size_t n = 0, limit = code.len < 65536 ? code.len : 65536;

    for (size_t i = 0; i < limit; i++)
        n += strchr("[]()!+{}$_~\"'\\. \n", code.ptr[i]) != NULL;
    return limit >= 400 && n >= limit - limit / 20;
}

struct wx_script_facts *wx_script_read(struct wx_arena *arena, struct wx_str code)
{
    struct facts_room *room = wx_arena_new(arena, struct facts_room);
    struct wx_js_budget *budget = wx_arena_new(arena, struct wx_js_budget);

    room->arena = arena;
    if (!code.len)
        return &room->facts;
    budget->steps = code.len * 2 + 4096;
    budget->bytes = code.len * 8 + (64u << 10);
    if (budget->bytes > 4 * (size_t)WX_MAX_SCRIPT_DECODED_BYTES)
        budget->bytes = 4 * (size_t)WX_MAX_SCRIPT_DECODED_BYTES;
    room->facts.is_packed = is_only_signs(code);
    read_code(&room->facts, budget, arena, code, 0, 0);
    return &room->facts;
}
