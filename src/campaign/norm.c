#include "campaign/norm.h"

#include "base/limits.h"
#include "base/shipped.h"
#include <stdio.h>

static const char *const validity_words[] = {"unknown", "in_force",  "amended",
                                             "lapsed",  "abolished", NULL};

const char *wx_validity_name(enum wx_validity validity)
{
    return validity_words[validity];
}

struct wx_str wx_words_in(enum wx_lang lang, const struct wx_words *words)
{
    return lang == WX_EN && words->en.len ? words->en : words->zh;
}

enum wx_status wx_words_opt(const struct wx_yaml *y, struct fy_node *map,
                            const char *key, struct wx_words *out)
{
    static const char *const keys[] = {"zh", "en", NULL};
    struct fy_node *node = wx_yaml_get(map, key);
    enum wx_status st;

    if (!node)
        return WX_OK;
    st = wx_yaml_keys(y, node, keys);
    if (!st)
        st = wx_yaml_str_need(y, node, "zh", &out->zh);
    if (!st)
        st = wx_yaml_str_need(y, node, "en", &out->en);
    return st;
}

enum wx_status wx_words_need(const struct wx_yaml *y, struct fy_node *map,
                             const char *key, struct wx_words *out)
{
    struct fy_node *node;
    enum wx_status st = wx_yaml_need(y, map, key, &node);

    return st ? st : wx_words_opt(y, map, key, out);
}

enum wx_status wx_key_need(const struct wx_yaml *y, struct fy_node *map,
                           const char *key, struct wx_str *out)
{
    enum wx_status st = wx_yaml_str_need(y, map, key, out);
    bool is_good = !st && out->len <= 40 && out->ptr[0] >= 'a' && out->ptr[0] <= 'z';

    if (st)
        return st;
    for (size_t i = 0; is_good && i < out->len; i++) {
        char c = out->ptr[i];

        is_good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!is_good)
        return wx_yaml_fail(y, wx_yaml_get(map, key),
                            "'%s' must be a-z, 0-9 and _, at most 40, a letter first",
                            key);
    return WX_OK;
}

enum wx_status wx_choice_opt(const struct wx_yaml *y, struct fy_node *map,
                             const char *key, const char *const *words, int *out)
{
    struct fy_node *node = wx_yaml_get(map, key);
    char all[300] = "";
    struct wx_str s;
    enum wx_status st;

    if (!node)
        return WX_OK;
    st = wx_yaml_str(y, node, &s);
    if (st)
        return st;
    for (int i = 0; words[i]; i++) {
        size_t n = strlen(all);

        if (wx_str_eqz(s, words[i])) {
            *out = i;
            return WX_OK;
        }
        snprintf(all + n, sizeof all - n, "%s%s", n ? ", " : "", words[i]);
    }
    return wx_yaml_fail(y, node, "'%s' must be one of %s", key, all);
}

enum wx_status wx_texts_opt(const struct wx_yaml *y, struct fy_node *map,
                            const char *key, size_t max, struct wx_str **out, size_t *n)
{
    struct fy_node *seq, *node;
    enum wx_status st = wx_yaml_seq_opt(y, map, key, max, &seq, n);
    void *prev = NULL;
    size_t i = 0;

    if (st || !seq)
        return st;
    *out = wx_arena_array(y->arena, struct wx_str, *n + 1);
    while (!st && (node = fy_node_sequence_iterate(seq, &prev))) {
        st = wx_yaml_str(y, node, &(*out)[i]);
        if (!st && (*out)[i].len == 0)
            st = wx_yaml_fail(y, node, "an entry of '%s' is empty", key);
        i++;
    }
    return st;
}

static enum wx_status day_opt(const struct wx_yaml *y, struct fy_node *map,
                              const char *key, int32_t *out)
{
    struct fy_node *node = wx_yaml_get(map, key);
    struct wx_str s;
    enum wx_status st;

    if (!node)
        return WX_OK;
    st = wx_yaml_str(y, node, &s);
    if (!st && !wx_day_parse(s, out))
        st = wx_yaml_fail(y, node, "'%s' must be a day such as 2016-06-22", key);
    return st;
}

static enum wx_status read_entry(const struct wx_yaml *y, struct fy_node *node,
                                 const struct wx_norm_list *list,
                                 struct wx_norm_entry *e)
{
    static const char *const keys[] = {"key",         "number", "organ", "title",
                                       "issued",      "from",   "until", "validity",
                                       "replaced_by", NULL};
    int validity = 0;
    enum wx_status st = wx_yaml_keys(y, node, keys);

    *e = (struct wx_norm_entry){
        .issued = WX_DAY_NONE, .from = WX_DAY_NONE, .until = WX_DAY_NONE};
    if (!st)
        st = wx_yaml_str_need(y, node, "key", &e->key);
    if (!st && wx_str_chr(e->key, ' ') != WX_NPOS)
        st = wx_yaml_fail(y, node, "a norm's key has no blank");
    if (!st && (wx_norm_find(list, e->key) || wx_str_eqz(e->key, "own")))
        st = wx_yaml_fail(y, node, "there is a norm '" WX_STR_FMT "' already",
                          WX_STR_ARG(e->key));
    if (!st)
        st = wx_yaml_str_opt(y, node, "number", &e->number);
    if (!st)
        st = wx_yaml_str_opt(y, node, "organ", &e->organ);
    if (!st)
        st = wx_words_need(y, node, "title", &e->title);
    if (!st)
        st = day_opt(y, node, "issued", &e->issued);
    e->from = e->issued;
    if (!st)
        st = day_opt(y, node, "from", &e->from);
    if (!st)
        st = day_opt(y, node, "until", &e->until);
    if (!st)
        st = wx_choice_opt(y, node, "validity", validity_words, &validity);
    if (!st)
        st = wx_yaml_str_opt(y, node, "replaced_by", &e->replaced_by);
    e->validity = (enum wx_validity)validity;
    return st;
}

enum wx_status wx_norm_read(const struct wx_yaml *y, struct fy_node *map,
                            struct wx_norm_list *list)
{
    struct wx_norm_entry *all;
    struct fy_node *seq, *node;
    void *prev = NULL;
    size_t n;
    enum wx_status st = wx_yaml_seq_opt(y, map, "norms", WX_MAX_KIND_ITEMS, &seq, &n);

    if (st || !seq)
        return st;
    all = wx_arena_array(y->arena, struct wx_norm_entry, list->n + n + 1);
    if (list->n)
        memcpy(all, list->at, list->n * sizeof *all);
    list->at = all;
    while (!st && (node = fy_node_sequence_iterate(seq, &prev))) {
        st = read_entry(y, node, list, &all[list->n]);
        if (!st)
            list->n++;
    }
    return st;
}

void wx_norm_library(struct wx_arena *arena, struct wx_norm_list *out)
{
    const struct wx_shipped *file = wx_shipped_find(WX_STR("templates/norms.yaml"));
    static const char *const keys[] = {"norms", NULL};
    struct wx_yaml y;
    struct wx_err err;
    enum wx_status st;

    *out = (struct wx_norm_list){NULL, 0};
    if (!file)
        WX_BUG("the norms are not built in");
    st = wx_yaml_open(&y, arena, file->name, file->text, &err);
    if (st)
        WX_BUG(err.text);
    st = wx_yaml_keys(&y, y.root, keys);
    if (!st)
        st = wx_norm_read(&y, y.root, out);
    if (st)
        WX_BUG(err.text);
    wx_yaml_close(&y);
}

const struct wx_norm_entry *wx_norm_find(const struct wx_norm_list *list,
                                         struct wx_str key)
{
    for (size_t i = 0; i < list->n; i++)
        if (wx_str_eq(list->at[i].key, key))
            return &list->at[i];
    return NULL;
}

enum wx_status wx_norm_ref_read(const struct wx_yaml *y, struct fy_node *map,
                                const struct wx_norm_list *list,
                                struct wx_norm_ref *out)
{
    struct wx_str text, key;
    enum wx_status st = wx_yaml_str_need(y, map, "norm", &text);

    if (st)
        return st;
    key = wx_str_cut(&text, ' ');
    *out = (struct wx_norm_ref){wx_norm_find(list, key), wx_str_trim(text)};
    if (!out->norm && !wx_str_eqz(key, "own"))
        return wx_yaml_fail(y, wx_yaml_get(map, "norm"),
                            "there is no norm '" WX_STR_FMT
                            "': state it under norms, or write own",
                            WX_STR_ARG(wx_utf8_clip(key, 60)));
    return WX_OK;
}
