/*
 * Runs the tokenizer suite of html5lib (https://github.com/html5lib/html5lib-tests,
 * folder tokenizer) against wire/html.h:
 *
 *     conformance-html5lib FOLDER
 *
 * Each case is run once for each of its initial states. Prints every case that does not
 * come out as written, with the reason when it is a known exception, and passed/total.
 * Fails below 99 per cent, or on a failure that is no known exception.
 *
 * The tokenizer hands out slices of its input. What the standard does to the input
 * stream (CR LF to LF) is done here before, and what it does to characters of a token
 * (lower case, NUL to U+FFFD outside of data and CDATA) when a token is compared, by
 * the rules html.h gives to callers.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "wire/html.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* Suites that ask for something else than tokenizing, with the reason. */
static const struct {
    const char *file, *description, *reason;
} exceptions[] = {
    {"xmlViolation.test", "Non-XML character",
     "asks for the coercion of a DOM to an XML infoset; there is no DOM"},
    {"xmlViolation.test", "Non-XML space",
     "asks for the coercion of a DOM to an XML infoset; there is no DOM"},
    {"xmlViolation.test", "Double hyphen in comment",
     "asks for the coercion of a DOM to an XML infoset; there is no DOM"},
};

struct run {
    struct wx_arena arena;
    const char *file;
    bool is_double_escaped;
    size_t n_total, n_passed, n_known;
};

/* ---- strings of a case ---- */

static int hex4(const char *p)
{
    int v = 0;

    for (int i = 0; i < 4; i++) {
        int c = p[i] >= 'a'   ? p[i] - 'a' + 10
                : p[i] >= 'A' ? p[i] - 'A' + 10
                              : p[i] - '0';

        if (c < 0 || c > 15)
            return -1;
        v = v * 16 + c;
    }
    return v;
}

/* "\uHHHH" resolved once more; a lone surrogate keeps its three bytes. */
static struct wx_str unescape(struct run *run, struct wx_str s)
{
    char *out = wx_arena_alloc(&run->arena, s.len + 4), *o = out;

    for (size_t i = 0; i < s.len;) {
        int v = -1, low = -1;

        if (s.len - i >= 6 && s.ptr[i] == '\\' && s.ptr[i + 1] == 'u')
            v = hex4(s.ptr + i + 2);
        if (v < 0) {
            *o++ = s.ptr[i++];
            continue;
        }
        i += 6;
        if (v >= 0xD800 && v < 0xDC00 && s.len - i >= 6 && s.ptr[i] == '\\')
            low = hex4(s.ptr + i + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            v = 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
            i += 6;
        }
        o += wx_utf8_put((uint32_t)v, o);
    }
    return (struct wx_str){out, (size_t)(o - out)};
}

static struct wx_str text_of(struct run *run, const json_t *json)
{
    struct wx_str s = {json_string_value(json), json_string_length(json)};

    return run->is_double_escaped ? unescape(run, s) : s;
}

static struct wx_str newlines(struct run *run, struct wx_str s)
{
    char *out = wx_arena_alloc(&run->arena, s.len + 1), *o = out;

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\r' && i + 1 < s.len && s.ptr[i + 1] == '\n')
            continue;
        *o++ = s.ptr[i] == '\r' ? '\n' : s.ptr[i];
    }
    return (struct wx_str){out, (size_t)(o - out)};
}

static struct wx_str without_nul(struct run *run, struct wx_str s, bool lower)
{
    char *out = wx_arena_alloc(&run->arena, s.len * 3 + 1), *o = out;

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\0')
            o += wx_utf8_put(0xFFFD, o);
        else
            *o++ = lower ? (char)wx_lower((unsigned char)s.ptr[i]) : s.ptr[i];
    }
    return (struct wx_str){out, (size_t)(o - out)};
}

/* ---- tokens as text, ours and theirs, to be compared ---- */

static void put_str(struct wx_buf *buf, const char *label, struct wx_str s)
{
    (void)wx_buf_printf(buf, " %s=%zu:", label, s.len);
    (void)wx_buf_adds(buf, s);
}

static void put_opt(struct wx_buf *buf, const char *label, bool is_there,
                    struct wx_str s)
{
    if (is_there)
        put_str(buf, label, s);
    else
        (void)wx_buf_printf(buf, " %s=none", label);
}

struct pair {
    struct wx_str name, value;
};

static int by_name(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int order = memcmp(x->name.ptr, y->name.ptr, n);

    return order ? order : (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

static void put_pairs(struct wx_buf *buf, struct pair *pairs, size_t n)
{
    if (n)
        qsort(pairs, n, sizeof *pairs, by_name);
    for (size_t i = 0; i < n; i++) {
        put_str(buf, "attr", pairs[i].name);
        put_str(buf, "value", pairs[i].value);
    }
}

static void put_attrs(struct run *run, struct wx_buf *buf,
                      const struct wx_html_token *t)
{
    struct pair pairs[WX_MAX_ATTRIBUTES];

    for (size_t i = 0; i < t->n_attrs; i++) {
        pairs[i].name = without_nul(run, t->attrs[i].name, true);
        pairs[i].value = t->attrs[i].has_reference
                             ? wx_html_decode(&run->arena, t->attrs[i].value, true)
                             : t->attrs[i].value;
    }
    put_pairs(buf, pairs, t->n_attrs);
}

static void put_token(struct run *run, struct wx_buf *buf,
                      const struct wx_html_token *t)
{
    switch (t->kind) {
    case WX_HTML_START:
        put_str(buf, "\nstart", without_nul(run, t->name, true));
        put_attrs(run, buf, t);
        (void)wx_buf_addz(buf, t->is_self_closing ? " /" : "");
        break;
    case WX_HTML_END:
        put_str(buf, "\nend", without_nul(run, t->name, true));
        break;
    case WX_HTML_COMMENT:
        put_str(buf, "\ncomment", without_nul(run, t->data, false));
        break;
    case WX_HTML_DOCTYPE:
        put_opt(buf, "\ndoctype", t->name.len > 0, without_nul(run, t->name, true));
        put_opt(buf, "public", t->has_public_id, without_nul(run, t->public_id, false));
        put_opt(buf, "system", t->has_system_id, without_nul(run, t->system_id, false));
        (void)wx_buf_addz(buf, t->force_quirks ? " quirks" : "");
        break;
    default:
        break;
    }
}

/* Adjacent texts make one. */
static void put_text(struct wx_buf *buf, struct wx_buf *text)
{
    if (text->len)
        put_str(buf, "\ntext", wx_buf_str(text));
    wx_buf_reset(text);
}

static void put_ours(struct run *run, struct wx_buf *buf, struct wx_str input,
                     enum wx_html_state state, struct wx_str last_start)
{
    struct wx_buf text = WX_BUF_INIT(1 << 20);
    struct wx_html_tokenizer t;
    struct wx_html_token token;

    wx_html_tokenizer_init(&t, &run->arena, input);
    t.state = state;
    t.last_start = last_start;
    for (;;) {
        enum wx_html_state was = t.state;

        if (wx_html_next(&t, &token) == WX_HTML_EOF)
            break;
        if (token.kind == WX_HTML_TEXT) {
            struct wx_str s = token.has_reference
                                  ? wx_html_decode(&run->arena, token.data, false)
                                  : token.data;

            if (was != WX_HTML_DATA && was != WX_HTML_CDATA)
                s = without_nul(run, s, false);
            (void)wx_buf_adds(&text, s);
            continue;
        }
        if (token.kind == WX_HTML_START)
            t.state = WX_HTML_DATA; /* the suite has no tree builder to switch it */
        put_text(buf, &text);
        put_token(run, buf, &token);
    }
    put_text(buf, &text);
    wx_buf_clear(&text);
}

static void put_theirs_start(struct run *run, struct wx_buf *buf, const json_t *token)
{
    json_t *attrs = json_array_get(token, 2);
    struct pair pairs[WX_MAX_ATTRIBUTES];
    const char *key;
    json_t *value;
    size_t n = 0;

    put_str(buf, "\nstart", text_of(run, json_array_get(token, 1)));
    json_object_foreach(attrs, key, value)
    {
        json_t *name = json_string(key);

        if (n == WX_MAX_ATTRIBUTES)
            break;
        pairs[n].name = wx_arena_str(&run->arena, text_of(run, name));
        pairs[n++].value = text_of(run, value);
        json_decref(name);
    }
    put_pairs(buf, pairs, n);
    (void)wx_buf_addz(buf, json_is_true(json_array_get(token, 3)) ? " /" : "");
}

static void put_theirs(struct run *run, struct wx_buf *buf, const json_t *output)
{
    struct wx_buf text = WX_BUF_INIT(1 << 20);

    for (size_t i = 0; i < json_array_size(output); i++) {
        const json_t *token = json_array_get(output, i);
        struct wx_str kind = wx_str_of(json_string_value(json_array_get(token, 0)));
        const json_t *one = json_array_get(token, 1);

        if (wx_str_eqz(kind, "Character")) {
            (void)wx_buf_adds(&text, text_of(run, one));
            continue;
        }
        put_text(buf, &text);
        if (wx_str_eqz(kind, "StartTag")) {
            put_theirs_start(run, buf, token);
        } else if (wx_str_eqz(kind, "EndTag")) {
            put_str(buf, "\nend", text_of(run, one));
        } else if (wx_str_eqz(kind, "Comment")) {
            put_str(buf, "\ncomment", text_of(run, one));
        } else if (wx_str_eqz(kind, "DOCTYPE")) {
            const json_t *pub = json_array_get(token, 2),
                         *sys = json_array_get(token, 3);

            put_opt(buf, "\ndoctype", json_is_string(one), text_of(run, one));
            put_opt(buf, "public", json_is_string(pub), text_of(run, pub));
            put_opt(buf, "system", json_is_string(sys), text_of(run, sys));
            (void)wx_buf_addz(buf,
                              json_is_true(json_array_get(token, 4)) ? "" : " quirks");
        }
    }
    put_text(buf, &text);
    wx_buf_clear(&text);
}

/* ---- cases ---- */

static enum wx_html_state state_of(struct wx_str name)
{
    static const struct {
        const char *name;
        enum wx_html_state state;
    } states[] = {{"PLAINTEXT state", WX_HTML_PLAINTEXT},
                  {"RCDATA state", WX_HTML_RCDATA},
                  {"RAWTEXT state", WX_HTML_RAWTEXT},
                  {"Script data state", WX_HTML_SCRIPT_DATA},
                  {"CDATA section state", WX_HTML_CDATA}};

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (wx_str_eqz(name, states[i].name))
            return states[i].state;
    return WX_HTML_DATA;
}

static const char *reason_of(const struct run *run, const char *description)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++)
        if (strcmp(exceptions[i].file, run->file) == 0 &&
            strcmp(exceptions[i].description, description) == 0)
            return exceptions[i].reason;
    return NULL;
}

static void run_state(struct run *run, const json_t *test, struct wx_str state)
{
    const char *description = json_string_value(json_object_get(test, "description"));
    struct wx_str last = {0}, input = text_of(run, json_object_get(test, "input"));
    struct wx_buf ours = WX_BUF_INIT(4 << 20), theirs = WX_BUF_INIT(4 << 20);

    if (json_object_get(test, "lastStartTag"))
        last = text_of(run, json_object_get(test, "lastStartTag"));
    put_ours(run, &ours, newlines(run, input), state_of(state), last);
    put_theirs(run, &theirs, json_object_get(test, "output"));
    run->n_total++;
    if (wx_str_eq(wx_buf_str(&ours), wx_buf_str(&theirs))) {
        run->n_passed++;
    } else {
        const char *reason = reason_of(run, description ? description : "");

        run->n_known += reason != NULL;
        printf("%s: %s, '%s' in %.*s\n", reason ? "exception" : "FAILED", run->file,
               description, WX_STR_ARG(state));
        if (reason)
            printf("  because it %s\n", reason);
        else
            printf("  have:%.*s\n  want:%.*s\n", WX_STR_ARG(wx_buf_str(&ours)),
                   WX_STR_ARG(wx_buf_str(&theirs)));
    }
    wx_buf_clear(&ours);
    wx_buf_clear(&theirs);
    wx_arena_reset(&run->arena);
}

static void run_test(struct run *run, const json_t *test)
{
    const json_t *states = json_object_get(test, "initialStates");

    run->is_double_escaped = json_is_true(json_object_get(test, "doubleEscaped"));
    if (!json_array_size(states)) {
        run_state(run, test, WX_STR("Data state"));
        return;
    }
    for (size_t i = 0; i < json_array_size(states); i++)
        run_state(run, test, wx_str_of(json_string_value(json_array_get(states, i))));
}

static bool run_file(struct run *run, const char *folder, const char *name)
{
    char path[4096];
    json_error_t error;
    json_t *root, *tests;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    root = json_load_file(path, JSON_ALLOW_NUL, &error);
    if (!root) {
        printf("FAILED: cannot read '%s': %s\n", path, error.text);
        return false;
    }
    run->file = name;
    tests = json_object_get(root, "tests");
    if (!tests)
        tests = json_object_get(root, "xmlViolationTests");
    for (size_t i = 0; i < json_array_size(tests); i++)
        run_test(run, json_array_get(tests, i));
    json_decref(root);
    return true;
}

static int is_test_file(const struct dirent *entry)
{
    return wx_str_ends(wx_str_of(entry->d_name), ".test");
}

int main(int argc, char **argv)
{
    struct run run = {.n_total = 0};
    struct dirent **entries;
    bool is_ok = true;
    int n;

    if (argc != 2 || (n = scandir(argv[1], &entries, is_test_file, alphasort)) < 0) {
        fprintf(stderr, "usage: %s FOLDER-WITH-.test-FILES\n", argv[0]);
        return 2;
    }
    wx_arena_init(&run.arena);
    for (int i = 0; i < n; i++) {
        is_ok &= run_file(&run, argv[1], entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    wx_arena_clear(&run.arena);
    printf("passed %zu of %zu (%.2f %%), known exceptions %zu\n", run.n_passed,
           run.n_total,
           run.n_total ? 100.0 * (double)run.n_passed / (double)run.n_total : 0,
           run.n_known);
    is_ok &= run.n_passed + run.n_known == run.n_total && run.n_total > 0;
    return is_ok && run.n_passed * 100 >= run.n_total * 99 ? 0 : 1;
}
