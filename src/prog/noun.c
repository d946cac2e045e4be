#include "prog/noun.h"

#include "api/openapi.h"
#include "api/record_endpoints.h"
#include <stdio.h>
#include <stdlib.h>

enum { MAX_SEGMENTS = 8, MAX_VERBS = 2000 };

/* A path's segments behind /api/v1/. */
struct path {
    struct wx_str at[MAX_SEGMENTS];
    size_t n;
};

static struct path path_of(const char *text)
{
    struct wx_str rest = wx_str_of(text);
    struct path path = {.n = 0};

    rest = wx_str_sub(rest, 8, rest.len);
    while (rest.len && path.n < MAX_SEGMENTS)
        path.at[path.n++] = wx_str_cut(&rest, '/');
    return path;
}

static bool is_placeholder(struct wx_str segment)
{
    return wx_str_starts(segment, "{");
}

/* "sites" -> "site", "agencies" -> "agency"; a kind of record says it itself. */
static const char *noun_of(struct wx_arena *arena, struct wx_str plural)
{
    const struct wx_record_kind *kind = wx_record_kind_by_plural(plural);

    if (kind)
        return kind->name;
    plural = wx_str_sub(plural, 0, wx_str_chr(plural, '.')); /* openapi.json */
    if (plural.len > 4 && wx_str_ends(plural, "ies"))
        return wx_arena_z(
            arena, wx_arena_printf(arena, "%.*sy", (int)plural.len - 3, plural.ptr));
    if (wx_str_ends(plural, "s") && !wx_str_ends(plural, "ss"))
        plural.len--;
    return wx_arena_z(arena, plural);
}

/* ---- verbs ---- */

bool wx_endpoint_is_list(const struct wx_endpoint *e)
{
    return wx_str_starts(wx_str_of(e->out), "list:") ||
           wx_openapi_field_type(e->out, WX_STR("items")).len;
}

/* The verb of a path that ends with the noun or one of its objects. */
static const char *plain_verb(const struct wx_endpoint *e, const struct path *path,
                              bool is_record)
{
    bool is_one = path->n > 1;

    if (strcmp(e->method, "GET") == 0)
        return is_one || !wx_endpoint_is_list(e) ? "show" : "list";
    if (strcmp(e->method, "POST") == 0)
        return "add";
    if (strcmp(e->method, "DELETE") == 0)
        return is_record ? "retire" : "remove";
    return "set";
}

static const char *prefix_of(const char *method)
{
    if (strcmp(method, "DELETE") == 0)
        return "remove-";
    if (strcmp(method, "PATCH") == 0 || strcmp(method, "PUT") == 0)
        return "set-";
    return strcmp(method, "POST") == 0 ? "add-" : "show-";
}

/* Literal segments behind the noun: "approve", "deliveries", "preview-mail". */
static struct wx_str words_of(struct wx_arena *arena, const struct path *path)
{
    struct wx_str out = WX_STR("");

    for (size_t i = 1; i < path->n; i++) {
        if (is_placeholder(path->at[i]))
            continue;
        out = wx_arena_printf(arena, "%.*s%s%.*s", WX_STR_ARG(out), out.len ? "-" : "",
                              WX_STR_ARG(path->at[i]));
    }
    return out;
}

static bool is_taken(const struct wx_verbs *verbs, const struct wx_verb *one)
{
    return wx_verb_find(verbs, wx_str_of(one->noun), wx_str_of(one->name)) != NULL;
}

static void name_verb(struct wx_arena *arena, const struct wx_verbs *verbs,
                      struct wx_verb *one)
{
    struct path path = path_of(one->endpoint->path);
    struct wx_str words = words_of(arena, &path);
    const char *method = one->endpoint->method;

    one->noun = noun_of(arena, path.at[0]);
    for (size_t i = 0; i < path.n; i++)
        one->n_ids += is_placeholder(path.at[i]);
    one->name = words.len ? wx_arena_z(arena, words)
                          : plain_verb(one->endpoint, &path, one->kind != NULL);
    if (words.len && (strcmp(method, "DELETE") == 0 || strcmp(method, "PATCH") == 0 ||
                      strcmp(method, "PUT") == 0 || is_taken(verbs, one)))
        one->name = wx_arena_z(
            arena, wx_arena_printf(arena, "%s%s", prefix_of(method), one->name));
    for (int n = 2; is_taken(verbs, one); n++) /* PUT beside PATCH, and such */
        one->name = wx_arena_z(arena, wx_arena_printf(arena, "%s-%d", one->name, n));
}

static int by_noun(const void *a, const void *b)
{
    const struct wx_verb *x = a, *y = b;
    int order = strcmp(x->noun, y->noun);

    return order ? order : strcmp(x->name, y->name);
}

static void add_verb(struct wx_arena *arena, struct wx_verbs *verbs,
                     const struct wx_endpoint *e, const struct wx_record_kind *kind)
{
    struct wx_verb one = {.endpoint = e, .kind = kind};

    if (e->flags & WX_EP_STREAM || verbs->n == MAX_VERBS ||
        !wx_str_starts(wx_str_of(e->path), "/api/v1/"))
        return;
    name_verb(arena, verbs, &one);
    verbs->at[verbs->n++] = one;
}

void wx_verbs_make(struct wx_arena *arena, struct wx_verbs *out)
{
    *out = (struct wx_verbs){wx_arena_array(arena, struct wx_verb, MAX_VERBS), 0};
    for (size_t k = 0; k < wx_record_kind_count(); k++)
        for (size_t i = 0; i < WX_RECORD_ENDPOINTS; i++) {
            const struct wx_endpoint *e = wx_record_endpoint(wx_record_kind_at(k), i);

            if (e && wx_record_endpoint_is_routed(e))
                add_verb(arena, out, e, wx_record_kind_at(k));
        }
    for (size_t i = 0; i < wx_endpoint_count(); i++)
        add_verb(arena, out, wx_endpoint_at(i), NULL);
    qsort(out->at, out->n, sizeof *out->at, by_noun);
}

const struct wx_verb *wx_verb_find(const struct wx_verbs *verbs, struct wx_str noun,
                                   struct wx_str name)
{
    for (size_t i = 0; i < verbs->n; i++)
        if (wx_str_eqz(noun, verbs->at[i].noun) && wx_str_eqz(name, verbs->at[i].name))
            return &verbs->at[i];
    return NULL;
}

/* "setup-link [--data DIR]": does a command of ours take that word itself? */
static bool is_own_word(enum wx_command command, const char *word)
{
    struct wx_str rest = wx_str_of(wx_command_rows[command].arguments);

    while (rest.len)
        if (wx_str_eqz(wx_str_cut(&rest, ' '), word))
            return true;
    return false;
}

bool wx_noun_is_meant(const char *name, const char *second)
{
    struct wx_arena arena;
    struct wx_verbs verbs;
    const char *nearest;
    enum wx_command command;
    bool is_noun = false, is_command = wx_command_find(name, &command, &nearest);

    wx_arena_init(&arena);
    wx_verbs_make(&arena, &verbs);
    for (size_t i = 0; i < verbs.n && !is_noun; i++)
        is_noun = strcmp(name, verbs.at[i].noun) == 0 &&
                  (!is_command || (second && !is_own_word(command, second) &&
                                   strcmp(second, verbs.at[i].name) == 0));
    wx_arena_clear(&arena);
    return is_noun;
}

/* ---- help and completion ---- */

typedef void each_noun(const struct wx_verb *first, size_t n, enum wx_lang lang);

static void for_each_noun(each_noun *each, enum wx_lang lang)
{
    struct wx_arena arena;
    struct wx_verbs verbs;

    wx_arena_init(&arena);
    wx_verbs_make(&arena, &verbs);
    for (size_t i = 0, n; i < verbs.n; i += n) {
        for (n = 1;
             i + n < verbs.n && strcmp(verbs.at[i].noun, verbs.at[i + n].noun) == 0;)
            n++;
        each(&verbs.at[i], n, lang);
    }
    wx_arena_clear(&arena);
}

static void print_noun(const struct wx_verb *first, size_t n, enum wx_lang lang)
{
    (void)lang;
    printf("  %-16s", first->noun);
    for (size_t i = 0; i < n; i++)
        printf(" %s", first[i].name);
    putchar('\n');
}

void wx_nouns_print(enum wx_lang lang)
{
    printf("\n%s\n", wx_text(lang, WX_T_OFFICE_NOUNS));
    for_each_noun(print_noun, lang);
}

void wx_noun_print_verbs(const struct wx_verbs *verbs, struct wx_str noun,
                         enum wx_lang lang)
{
    for (size_t i = 0; i < verbs->n; i++) {
        const struct wx_verb *v = &verbs->at[i];
        struct path path = path_of(v->endpoint->path);
        char left[120];
        int n = 0;

        if (!wx_str_eqz(noun, v->noun))
            continue;
        n = snprintf(left, sizeof left, "%s", v->name);
        for (size_t k = 0; k < path.n && n > 0 && n < (int)sizeof left; k++)
            if (is_placeholder(path.at[k]))
                n += snprintf(left + n, sizeof left - (size_t)n, " %.*s",
                              (int)path.at[k].len - 2, path.at[k].ptr + 1);
        printf("  %-28s %s\n", left, lang == WX_ZH ? v->endpoint->zh : v->endpoint->en);
    }
}

static void complete_word(const struct wx_verb *first, size_t n, enum wx_lang lang)
{
    (void)n;
    (void)lang;
    printf("%s ", first->noun);
}

void wx_nouns_complete_words(void)
{
    for_each_noun(complete_word, WX_EN);
}

static void complete_case(const struct wx_verb *first, size_t n, enum wx_lang lang)
{
    const char *nearest;
    enum wx_command command;

    (void)lang;
    if (wx_command_find(first->noun, &command, &nearest))
        return; /* our own command has its case */
    printf("  %s) words=\"", first->noun);
    for (size_t i = 0; i < n; i++)
        printf("%s ", first[i].name);
    for (size_t i = 0; i < wx_n_option_rows; i++)
        if (wx_option_rows[i].commands & IN_OFFICE)
            printf("--%s ", wx_option_rows[i].flag);
    puts("\" ;;");
}

void wx_nouns_complete_cases(void)
{
    for_each_noun(complete_case, WX_EN);
}
