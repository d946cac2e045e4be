/* wangxun office NOUN VERB (or wangxun NOUN VERB): the API from the command line. */
#define _GNU_SOURCE
#include "api/openapi.h"
#include "base/limits.h"
#include "client/client.h"
#include "prog/noun.h"
#include "prog/terminal.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_TARGET_BYTES = 16 << 10 };

struct asking {
    const struct wx_options *options;
    struct wx_arena arena;
    struct wx_client *client;
    const struct wx_verb *verb;
    const char *const *words; /* behind the verb: ids, then KEY=VALUE or words */
    size_t n_words;
    struct wx_buf target, upload;
    json_t *body;
    int code; /* what to exit with, when the server answered */
};

/* ---- what was typed ---- */

static enum wx_status add_json(struct asking *a, struct wx_str key, struct wx_str text,
                               struct wx_err *err)
{
    json_error_t wrong;
    json_t *v = json_loadb(text.ptr ? text.ptr : "", text.len,
                           JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &wrong);

    if (!v)
        return wx_fail(err, WX_E_USAGE, "'%.*s' is not JSON: %s", WX_STR_ARG(key),
                       wrong.text);
    json_object_setn_new(a->body, key.ptr, key.len, v);
    return WX_OK;
}

static json_t *words_array(struct wx_str text)
{
    json_t *array = json_array();

    while (text.len) {
        struct wx_str one = wx_str_trim(wx_str_cut(&text, ','));

        json_array_append_new(array, json_stringn(one.ptr, one.len));
    }
    return array;
}

/* What JSON a field of the body wants: 'n' number, 'b' boolean, 'a' words, 'j' any
 * JSON, 's' text. */
static char wanted_by(const struct asking *a, struct wx_str key)
{
    const struct wx_record_field *f =
        a->verb->kind ? wx_record_field_find(a->verb->kind, key) : NULL;
    struct wx_str type = wx_openapi_field_type(a->verb->endpoint->in, key);

    if (f)
        return f->kind == WX_F_INT || f->kind == WX_F_REF ? 'n'
               : f->kind == WX_F_BOOL                     ? 'b'
               : f->kind == WX_F_ENUMS                    ? 'a'
               : f->kind == WX_F_JSON                     ? 'j'
                                                          : 's';
    if (wx_str_ends(type, "?"))
        type.len--;
    if (wx_str_eqz(type, "int") || wx_str_eqz(type, "num"))
        return 'n';
    if (wx_str_eqz(type, "bool"))
        return 'b';
    if (wx_str_eqz(type, "[text]") || wx_str_starts(type, "[("))
        return 'a';
    return wx_str_starts(type, "[") || wx_str_starts(type, "{") ||
                   wx_str_eqz(type, "object") || wx_str_eqz(type, "any")
               ? 'j'
               : 's';
}

static enum wx_status add_value(struct asking *a, struct wx_str key, struct wx_str text,
                                struct wx_err *err)
{
    bool is_yes = wx_str_eqz(text, "true") || wx_str_eqz(text, "yes") ||
                  wx_str_eqz(text, wx_text(WX_ZH, WX_T_OFFICE_YES));
    bool is_no = wx_str_eqz(text, "false") || wx_str_eqz(text, "no") ||
                 wx_str_eqz(text, wx_text(WX_ZH, WX_T_OFFICE_NO));

    switch (wanted_by(a, key)) {
    case 'n':
        if (text.len == 0)
            text = WX_STR("null");
        return add_json(a, key, text, err);
    case 'b':
        if (!is_yes && !is_no && text.len)
            return wx_fail(err, WX_E_USAGE, "'%.*s' is neither yes nor no",
                           WX_STR_ARG(key));
        json_object_setn_new(a->body, key.ptr, key.len,
                             text.len ? json_boolean(is_yes) : json_null());
        return WX_OK;
    case 'a':
        json_object_setn_new(a->body, key.ptr, key.len, words_array(text));
        return WX_OK;
    case 'j':
        return add_json(a, key, text, err);
    default:
        if (!wx_utf8_is_valid(text))
            return wx_fail(err, WX_E_USAGE, "'%.*s' is not valid UTF-8",
                           WX_STR_ARG(key));
        json_object_setn_new(a->body, key.ptr, key.len,
                             json_stringn(text.ptr ? text.ptr : "", text.len));
        return WX_OK;
    }
}

static void add_param(struct asking *a, struct wx_str key, struct wx_str value)
{
    bool is_first = wx_str_chr(wx_buf_str(&a->target), '?') == WX_NPOS;

    (void)wx_buf_addc(&a->target, is_first ? '?' : '&');
    wx_client_encode(&a->target, key);
    (void)wx_buf_addc(&a->target, '=');
    wx_client_encode(&a->target, value);
}

static bool takes_body(const struct wx_endpoint *e)
{
    return e->in[0] && !wx_openapi_is_media(e->in);
}

/* KEY=VALUE goes into the body of what has one, else into the query; KEY:=JSON always
 * into the body. Words without '=' are the filter of a list. */
static enum wx_status take_word(struct asking *a, struct wx_str word, struct wx_str *q,
                                struct wx_err *err)
{
    const struct wx_endpoint *e = a->verb->endpoint;
    size_t at = wx_str_chr(word, '=');
    struct wx_str key = wx_str_sub(word, 0, at), value;

    if (at == WX_NPOS || wx_str_ends(key, ">") || wx_str_ends(key, "<") ||
        wx_str_chr(key, ' ') != WX_NPOS) {
        if (!wx_endpoint_is_list(e))
            return wx_fail(err, WX_E_USAGE, "'%.*s' is not KEY=VALUE",
                           WX_STR_ARG(word));
        *q = wx_arena_printf(&a->arena, "%.*s%s%.*s", WX_STR_ARG(*q), q->len ? " " : "",
                             WX_STR_ARG(word));
        return WX_OK;
    }
    value = wx_str_sub(word, at + 1, word.len);
    if (wx_str_ends(key, ":") && takes_body(e))
        return add_json(a, wx_str_sub(key, 0, key.len - 1), value, err);
    if (takes_body(e) &&
        !wx_openapi_takes_param(e->method, e->path, wx_arena_z(&a->arena, key)))
        return add_value(a, key, value, err);
    add_param(a, key, value);
    return WX_OK;
}

/* The path with the ids that were given. */
static enum wx_status fill_path(struct asking *a, struct wx_err *err)
{
    struct wx_str rest = wx_str_of(a->verb->endpoint->path + 1);
    size_t n = 0;

    while (rest.len) {
        struct wx_str one = wx_str_cut(&rest, '/');

        (void)wx_buf_addc(&a->target, '/');
        if (!wx_str_starts(one, "{")) {
            (void)wx_buf_adds(&a->target, one);
            continue;
        }
        if (n == a->n_words)
            return wx_fail(err, WX_E_USAGE, "'%s %s' needs %.*s", a->verb->noun,
                           a->verb->name, (int)one.len - 2, one.ptr + 1);
        wx_client_encode(&a->target, wx_str_of(a->words[n++]));
    }
    a->words += n;
    a->n_words -= n;
    return WX_OK;
}

static enum wx_status read_body(struct asking *a, struct wx_err *err)
{
    const char *path = a->options->body;
    json_error_t wrong;
    enum wx_status status;

    a->body = json_object();
    if (!path)
        return WX_OK;
    a->upload = WX_BUF_INIT(WX_MAX_UPLOAD_BYTES);
    status = wx_buf_read_file(&a->upload, path, err);
    if (status || wx_openapi_is_media(a->verb->endpoint->in))
        return status;
    json_decref(a->body);
    a->body = json_loadb(a->upload.ptr ? a->upload.ptr : "", a->upload.len,
                         JSON_REJECT_DUPLICATES, &wrong);
    if (!json_is_object(a->body))
        return wx_fail(err, WX_E_INVALID, "'%s' is not a JSON object", path);
    return WX_OK;
}

static enum wx_status take_words(struct asking *a, struct wx_err *err)
{
    struct wx_str q = WX_STR("");
    const struct wx_endpoint *e = a->verb->endpoint;
    enum wx_status status = fill_path(a, err);

    if (!status)
        status = read_body(a, err);
    for (size_t i = 0; i < a->n_words && !status; i++)
        status = take_word(a, wx_str_of(a->words[i]), &q, err);
    if (!status && q.len)
        add_param(a, WX_STR("q"), q);
    if (!status && a->options->dry_run) {
        if (!wx_openapi_takes_param(e->method, e->path, "dry_run"))
            return wx_fail(err, WX_E_USAGE, "'%s %s' cannot be rehearsed",
                           a->verb->noun, a->verb->name);
        add_param(a, WX_STR("dry_run"), WX_STR("yes"));
    }
    if (!status && a->target.is_full)
        status = wx_fail(err, WX_E_TOO_BIG, "the request is too long");
    return status;
}

/* ---- what was answered ---- */

static int code_of(uint16_t http)
{
    if (http < 400)
        return WX_EXIT_OK;
    if (http == 401)
        return WX_EXIT_SIGN_IN;
    if (http == 403)
        return WX_EXIT_REFUSED;
    return http == 429 || http >= 500 ? WX_EXIT_UNREACHABLE : WX_EXIT_USAGE;
}

static void say(const json_t *object, const char *key, const char *before)
{
    const json_t *v = json_object_get(object, key);

    if (!json_string_length(v))
        return;
    fputs(before, stderr);
    wx_terminal_put(
        stderr, (struct wx_str){json_string_value(v), json_string_length(v)}, 0, false);
}

static void complain(struct asking *a, const struct wx_client_answer *answer)
{
    json_t *problem =
        json_loadb(answer->body.ptr ? answer->body.ptr : "", answer->body.len, 0, NULL);
    json_t *one;
    size_t i;

    if (a->options->json && problem)
        wx_terminal_put_json(stdout, answer->body);
    fprintf(stderr, "wangxun: %u", answer->status);
    say(problem, "code", " ");
    say(problem, "title", ": ");
    say(problem, "detail", ": ");
    json_array_foreach(json_object_get(problem, "errors"), i, one)
    {
        say(one, "field", "\n  ");
        say(one, "detail", ": ");
    }
    say(problem, "next", "\n  → ");
    say(problem, "request_id", " #");
    fputc('\n', stderr);
    json_decref(problem);
}

static enum wx_status show_lines(const struct wx_client_answer *answer,
                                 const json_t *doc, struct wx_err *err)
{
    const json_t *items = json_object_get(doc, "items");
    size_t n = json_is_array(items) ? json_array_size(items) : 1;

    (void)answer;
    for (size_t i = 0; i < n; i++) {
        char *text = json_dumps(json_is_array(items) ? json_array_get(items, i) : doc,
                                JSON_COMPACT | JSON_ENCODE_ANY);

        if (!text)
            return wx_fail(err, WX_E_INVALID, "the answer cannot be written");
        wx_terminal_put_json(stdout, wx_str_of(text));
        putchar('\n');
        free(text);
    }
    return WX_OK;
}

static enum wx_status save(struct asking *a, struct wx_str bytes, struct wx_err *err)
{
    if (a->options->save)
        return wx_file_replace(a->options->save, bytes, err);
    if (isatty(STDOUT_FILENO))
        return wx_fail(err, WX_E_USAGE, "the answer is a file; say --save FILE");
    fwrite(bytes.ptr, 1, bytes.len, stdout);
    return WX_OK;
}

static enum wx_status show(struct asking *a, const struct wx_client_answer *answer,
                           struct wx_err *err)
{
    bool is_json = wx_str_ends(answer->type, "json");
    enum wx_status status = WX_OK;
    json_t *doc;

    if (!answer->body.len)
        return WX_OK;
    if (!is_json || a->options->save)
        return save(a, answer->body, err);
    if (a->options->json) {
        wx_terminal_put_json(stdout, answer->body);
        putchar('\n');
        return WX_OK;
    }
    doc = json_loadb(answer->body.ptr, answer->body.len, JSON_DECODE_ANY, NULL);
    if (!doc)
        return wx_fail(err, WX_E_INVALID, "the answer is not JSON");
    if (a->options->jsonl)
        status = show_lines(answer, doc, err);
    else if (!wx_noun_show(a->verb, doc, a->options->language))
        status = show_lines(answer, doc, err);
    json_decref(doc);
    return status;
}

/* ---- asking ---- */

/* What If-Match needs is read first, unless it was said. */
static enum wx_status get_tag(struct asking *a, struct wx_str *tag, struct wx_err *err)
{
    struct wx_str path = wx_buf_str(&a->target);
    struct wx_client_request request = {.method = "GET"};
    struct wx_client_answer answer;
    struct path_end {
        size_t n_segments, at;
    } end = {0, 0};
    enum wx_status status;

    *tag = wx_str_of(a->options->if_match);
    if (tag->len || !(a->verb->endpoint->flags & WX_EP_IF_MATCH))
        return WX_OK;
    path = wx_str_sub(path, 0, wx_str_chr(path, '?'));
    for (; end.at < path.len; end.at++) /* "/api/v1/sites/5" of ".../5/approve" */
        if (path.ptr[end.at] == '/' && ++end.n_segments == 5)
            break;
    request.target = wx_str_sub(path, 0, end.at);
    status = wx_client_ask(a->client, &a->arena, &request, &answer, err);
    if (!status && answer.status >= 400) {
        complain(a, &answer);
        a->code = code_of(answer.status);
        return WX_OK;
    }
    *tag = answer.etag;
    return status;
}

static struct wx_str body_of(struct asking *a, struct wx_str *type)
{
    const struct wx_endpoint *e = a->verb->endpoint;
    struct wx_str out;
    char *text;

    if (wx_openapi_is_media(e->in)) {
        *type = WX_STR("application/octet-stream");
        return wx_buf_str(&a->upload);
    }
    if (!takes_body(e))
        return (struct wx_str){NULL, 0};
    text = json_dumps(a->body, JSON_COMPACT);
    out = wx_arena_str(&a->arena, wx_str_of(text));
    free(text);
    return out;
}

static enum wx_status ask_once(struct asking *a, struct wx_client_answer *answer,
                               struct wx_err *err)
{
    struct wx_client_request request = {.method = a->verb->endpoint->method,
                                        .target = wx_buf_str(&a->target)};
    enum wx_status status = get_tag(a, &request.if_match, err);

    if (status || a->code)
        return status;
    request.body = body_of(a, &request.content_type);
    status = wx_client_ask(a->client, &a->arena, &request, answer, err);
    if (!status && answer->status >= 400) {
        a->code = code_of(answer->status);
        complain(a, answer);
    }
    return status;
}

/* The next page's address: the same with its cursor. False: this was the last. */
static bool turn_page(struct asking *a, const struct wx_client_answer *answer,
                      size_t n_base)
{
    json_t *doc = json_loadb(answer->body.ptr, answer->body.len, 0, NULL);
    const json_t *next = json_object_get(doc, "next");
    bool is_more = json_string_length(next) > 0;

    a->target.len = n_base;
    if (is_more)
        add_param(a, WX_STR("cursor"),
                  (struct wx_str){json_string_value(next), json_string_length(next)});
    json_decref(doc);
    return is_more && !a->target.is_full;
}

static enum wx_status ask(struct asking *a, struct wx_err *err)
{
    struct wx_client_answer answer = {0};
    size_t n_base = a->target.len;
    enum wx_status status;

    do {
        status = ask_once(a, &answer, err);
        if (!status && !a->code)
            status = show(a, &answer, err);
    } while (!status && !a->code && a->options->all && turn_page(a, &answer, n_base));
    return status;
}

/* ---- the command ---- */

static enum wx_status choose_verb(struct asking *a, const struct wx_verbs *verbs,
                                  struct wx_err *err)
{
    const struct wx_options *o = a->options;
    struct wx_str noun = wx_str_of(o->n_targets ? o->targets[0] : "");
    struct wx_str name = wx_str_of(o->n_targets > 1 ? o->targets[1] : "");

    if (wx_str_eqz(noun, "scan")) /* what people call a round */
        noun = WX_STR("round");
    if (!noun.len)
        return wx_fail(err, WX_E_USAGE, "which noun? see 'wangxun office --help'");
    a->verb = wx_verb_find(verbs, noun, name);
    if (!a->verb && wx_str_eqz(name, "remove"))
        a->verb = wx_verb_find(verbs, noun, WX_STR("retire"));
    if (a->verb) {
        a->words = o->targets + 2;
        a->n_words = o->n_targets - 2;
        return WX_OK;
    }
    wx_noun_print_verbs(verbs, noun, o->language);
    return wx_fail(err, WX_E_USAGE, "'%.*s' has no '%.*s'", WX_STR_ARG(noun),
                   WX_STR_ARG(name));
}

static int finish(struct asking *a, enum wx_status status, const struct wx_err *err)
{
    int code = a->code;

    if (status == WX_E_CLOSED || status == WX_E_TIMEOUT) {
        fprintf(stderr, "wangxun: %s: %s\n",
                wx_text(a->options->language, WX_T_OFFICE_UNREACHABLE), err->text);
        fprintf(stderr, "  → %s\n",
                wx_text(a->options->language, WX_T_OFFICE_NEXT_UNREACHABLE));
        code = WX_EXIT_UNREACHABLE;
    } else if (status) {
        code = wx_complain(a->options->language, status, err);
    }
    wx_client_free(a->client);
    json_decref(a->body);
    wx_buf_clear(&a->target);
    wx_buf_clear(&a->upload);
    wx_arena_clear(&a->arena);
    return code;
}

int wx_office_main(const struct wx_options *options)
{
    const char *server = getenv("WANGXUN_SERVER"),
               *token = getenv("WANGXUN_TOKEN_FILE");
    struct wx_client_options client = {
        .server = options->server ? options->server : server,
        .token_file = options->token_file ? options->token_file : token,
        .ca_file = options->ca_file,
        .lang = options->language,
    };
    struct asking a = {.options = options, .target = WX_BUF_INIT(MAX_TARGET_BYTES)};
    struct wx_verbs verbs;
    struct wx_err err = {0};
    enum wx_status status;

    wx_arena_init(&a.arena);
    wx_verbs_make(&a.arena, &verbs);
    status = choose_verb(&a, &verbs, &err);
    if (!status)
        status = take_words(&a, &err);
    if (!status)
        status = wx_client_new(&client, &a.client, &err);
    if (!status)
        status = ask(&a, &err);
    return finish(&a, status, &err);
}
