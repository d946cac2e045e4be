#include "detect/rule/rule.h"

#include "base/hash.h"
#include "base/limits.h"
#include "detect/rule/library.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the arrays ---- */

static void *grow(struct wx_arena *arena, void *array, size_t n, size_t *cap,
                  size_t size)
{
    size_t more = *cap * 2 + 64;

    if (n < *cap)
        return array;
    array = wx_arena_grow(arena, array, *cap * size, wx_size_mul(more, size));
    *cap = more;
    return array;
}

struct wx_rule_path *wx_library_path(struct wx_library *lib)
{
    struct wx_rules *r = lib->rules;

    r->paths =
        grow(&r->arena, r->paths, r->n_paths, &lib->cap_paths, sizeof(*r->paths));
    return &r->paths[r->n_paths++];
}

struct wx_keyword *wx_library_keyword(struct wx_library *lib)
{
    struct wx_rules *r = lib->rules;

    r->keywords = grow(&r->arena, r->keywords, r->n_keywords, &lib->cap_keywords,
                       sizeof(*r->keywords));
    return &r->keywords[r->n_keywords++];
}

struct wx_keyword_class *wx_library_class(struct wx_library *lib)
{
    struct wx_rules *r = lib->rules;

    r->classes = grow(&r->arena, r->classes, r->n_classes, &lib->cap_classes,
                      sizeof(*r->classes));
    return &r->classes[r->n_classes++];
}

static enum wx_status compile(struct wx_pattern_builder *b,
                              const struct wx_rule_pattern *pattern, uint32_t tag,
                              struct wx_err *err)
{
    if (pattern->is_regex)
        return wx_pattern_add_regex(b, pattern->shown, pattern->flags, tag, err);
    return wx_pattern_add_literal(b, pattern->shown, pattern->flags, tag, err);
}

enum wx_status wx_library_pattern(struct wx_library *lib,
                                  struct wx_rule_pattern pattern, uint32_t *tag,
                                  struct wx_err *err)
{
    struct wx_rules *r = lib->rules;
    struct wx_pattern_builder *b =
        pattern.owner == WX_OWN_PROOF ? lib->proof_builder : lib->builder;
    enum wx_status st;

    *tag = (uint32_t)r->n_patterns;
    st = compile(b, &pattern, *tag, err);
    if (!st && pattern.owner == WX_OWN_RULE && pattern.part != WX_PART_TEXT)
        st = compile(lib->part_builder, &pattern, *tag, err);
    if (st)
        return st;
    r->patterns = grow(&r->arena, r->patterns, r->n_patterns, &lib->cap_patterns,
                       sizeof(*r->patterns));
    r->patterns[r->n_patterns++] = pattern;
    return WX_OK;
}

/* ---- a folder ---- */

struct rule_file {
    char *path;  /* DIR/GROUP/ID.yaml */
    char *group; /* "keywords" is special */
    char *id;
};

struct folder {
    struct rule_file *files;
    size_t n, cap;
};

static void folder_clear(struct folder *folder)
{
    for (size_t i = 0; i < folder->n; i++) {
        free(folder->files[i].path);
        free(folder->files[i].group);
        free(folder->files[i].id);
    }
    free(folder->files);
}

static char *join(const char *dir, const char *name)
{
    size_t n = strlen(dir) + strlen(name) + 2;
    char *path = wx_alloc(n);

    snprintf(path, n, "%s/%s", dir, name);
    return path;
}

static enum wx_status folder_group(struct folder *folder, const char *dir,
                                   const char *group, struct wx_err *err)
{
    char *path = join(dir, group);
    DIR *d = opendir(path);
    enum wx_status st = WX_OK;

    while (d && !st) {
        struct dirent *e = readdir(d);
        size_t len = e ? strlen(e->d_name) : 0;
        struct rule_file *file;

        if (!e)
            break;
        if (e->d_name[0] == '.' || len < 6 || strcmp(e->d_name + len - 5, ".yaml") != 0)
            continue;
        if (folder->n == WX_MAX_RULES) {
            st = wx_fail(err, WX_E_TOO_BIG, "'%s' has more than %d rule files", dir,
                         WX_MAX_RULES);
            break;
        }
        if (folder->n == folder->cap) {
            folder->cap = folder->cap * 2 + 64;
            folder->files =
                wx_realloc(folder->files, folder->cap * sizeof(*folder->files));
        }
        file = &folder->files[folder->n++];
        *file = (struct rule_file){join(path, e->d_name), wx_strdup(group),
                                   wx_strdup(e->d_name)};
        file->id[len - 5] = '\0';
    }
    if (d)
        closedir(d);
    free(path);
    return st;
}

static int compare_files(const void *a, const void *b)
{
    const struct rule_file *x = a, *y = b;
    int by_id = strcmp(x->id, y->id);

    return by_id ? by_id : strcmp(x->group, y->group);
}

static enum wx_status folder_read(struct folder *folder, const char *dir,
                                  struct wx_err *err)
{
    DIR *d = opendir(dir);
    enum wx_status st = WX_OK;

    if (!d)
        return errno == ENOENT ? wx_fail(err, WX_E_NOT_FOUND,
                                         "rule folder '%s' does not exist", dir)
                               : wx_fail_errno(err, "rule folder '%s'", dir);
    while (!st) {
        struct dirent *e = readdir(d);

        if (!e)
            break;
        if (e->d_name[0] != '.')
            st = folder_group(folder, dir, e->d_name, err);
    }
    closedir(d);
    if (!st && folder->n == 0)
        st = wx_fail(err, WX_E_NOT_FOUND, "rule folder '%s' has no GROUP/ID.yaml file",
                     dir);
    if (folder->n)
        qsort(folder->files, folder->n, sizeof(*folder->files), compare_files);
    return st;
}

static enum wx_status read_one(struct wx_library *lib, const struct folder *folder,
                               size_t i, struct wx_buf *version, struct wx_err *err)
{
    const struct rule_file *file = &folder->files[i];
    struct wx_buf text = WX_BUF_INIT(WX_MAX_RULE_FILE_BYTES);
    enum wx_status st = WX_OK;
    struct wx_sha256 sum;

    if (i > 0 && strcmp(file->id, folder->files[i - 1].id) == 0)
        return wx_fail(err, WX_E_EXISTS, "rule '%s' stands in '%s' and in '%s'",
                       file->id, folder->files[i - 1].path, file->path);
    st = wx_buf_read_file(&text, file->path, err);
    if (!st && strcmp(file->group, "keywords") == 0)
        st = wx_keyword_file_read(lib, file->path, wx_buf_str(&text), err);
    else if (!st)
        st = wx_rule_file_read(lib, file->path, wx_str_of(file->id), wx_buf_str(&text),
                               err);
    sum = wx_sha256_of(wx_buf_str(&text));
    (void)wx_buf_addz(version, file->id);
    (void)wx_buf_add(version, sum.bytes, sizeof(sum.bytes));
    wx_buf_clear(&text);
    return st;
}

static int compare_strs(struct wx_str a, struct wx_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Names of patterns, or words of classes: each may stand once. */
struct claim {
    struct wx_str text, owner;
};

static int compare_claims(const void *a, const void *b)
{
    return compare_strs(((const struct claim *)a)->text,
                        ((const struct claim *)b)->text);
}

static enum wx_status check_claims(struct claim *claims, size_t n, const char *what,
                                   struct wx_err *err)
{
    qsort(claims, n, sizeof(*claims), compare_claims);
    for (size_t i = 1; i < n; i++)
        if (wx_str_eq(claims[i].text, claims[i - 1].text))
            return wx_fail(err, WX_E_EXISTS,
                           "%s '" WX_STR_FMT "' stands in '" WX_STR_FMT
                           "' and in '" WX_STR_FMT "'",
                           what, WX_STR_ARG(claims[i].text),
                           WX_STR_ARG(claims[i - 1].owner),
                           WX_STR_ARG(claims[i].owner));
    return WX_OK;
}

static enum wx_status check_names(const struct wx_rules *r, struct wx_err *err)
{
    struct claim *names = wx_alloc(wx_size_mul(r->n_patterns + 1, sizeof(*names)));
    struct claim *words = wx_alloc(wx_size_mul(r->n_keywords + 1, sizeof(*words)));
    size_t n_names = 0;
    enum wx_status st;

    for (size_t i = 0; i < r->n_patterns; i++)
        if (r->patterns[i].name.len)
            names[n_names++] =
                (struct claim){r->patterns[i].name, r->patterns[i].rule->file};
    for (size_t i = 0; i < r->n_keywords; i++)
        words[i] = (struct claim){r->keywords[i].word,
                                  r->classes[r->keywords[i].class_index].name};
    st = check_claims(names, n_names, "pattern", err);
    if (!st)
        st = check_claims(words, r->n_keywords, "keyword", err);
    free(names);
    free(words);
    return st;
}

static void set_version(struct wx_rules *r, struct wx_str all)
{
    struct wx_sha256 sum = wx_sha256_of(all);
    char hex[17];

    wx_hex(sum.bytes, 8, hex);
    r->version = wx_arena_str(&r->arena, wx_str_of(hex));
}

static enum wx_status load_folder(struct wx_library *lib, struct wx_err *err)
{
    struct folder folder = {0};
    struct wx_buf version = WX_BUF_INIT((size_t)WX_MAX_RULES * 300);
    enum wx_status st = folder_read(&folder, lib->dir, err);

    if (!st)
        lib->rules->rules =
            wx_arena_array(&lib->rules->arena, struct wx_rule, folder.n);
    for (size_t i = 0; !st && i < folder.n; i++)
        st = read_one(lib, &folder, i, &version, err);
    if (!st)
        st = check_names(lib->rules, err);
    if (!st)
        set_version(lib->rules, wx_buf_str(&version));
    wx_buf_clear(&version);
    folder_clear(&folder);
    return st;
}

/* ---- public ---- */

enum wx_status wx_rules_load(const char *dir, bool with_samples, struct wx_rules **out,
                             struct wx_err *err)
{
    struct wx_library lib = {.with_samples = with_samples, .dir = dir};
    enum wx_status st;

    *out = NULL;
    lib.rules = wx_new(struct wx_rules);
    wx_arena_init(&lib.rules->arena);
    lib.builder = wx_pattern_builder_new();
    lib.proof_builder = wx_pattern_builder_new();
    lib.part_builder = wx_pattern_builder_new();
    if (dir)
        st = load_folder(&lib, err);
    else
        st = wx_pack_read(
            &lib, (struct wx_str){(const char *)wx_builtin_pack, wx_builtin_pack_bytes},
            err);
    if (st) {
        wx_pattern_builder_free(lib.builder);
        wx_pattern_builder_free(lib.proof_builder);
        wx_pattern_builder_free(lib.part_builder);
        wx_rules_free(lib.rules);
        return st;
    }
    lib.rules->set = wx_pattern_build(lib.builder);
    lib.rules->proofs = wx_pattern_build(lib.proof_builder);
    lib.rules->parts = wx_pattern_build(lib.part_builder);
    *out = lib.rules;
    return WX_OK;
}

void wx_rules_free(struct wx_rules *rules)
{
    if (!rules)
        return;
    wx_pattern_set_free(rules->set);
    wx_pattern_set_free(rules->proofs);
    wx_pattern_set_free(rules->parts);
    wx_arena_clear(&rules->arena);
    free(rules);
}

void wx_rules_prepare(const struct wx_rules *rules)
{
    wx_pattern_set_prepare(rules->set);
    wx_pattern_set_prepare(rules->proofs);
    wx_pattern_set_prepare(rules->parts);
}

const struct wx_rule *wx_rules_find(const struct wx_rules *rules, struct wx_str id)
{
    size_t low = 0, high = rules->n_rules;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct wx_rule *rule = &rules->rules[mid];
        int order = compare_strs(rule->id, id);

        if (order == 0)
            return rule;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

uint32_t wx_rules_pattern_tag(const struct wx_rules *rules, const char *name)
{
    for (size_t i = 0; i < rules->n_patterns; i++)
        if (rules->patterns[i].owner == WX_OWN_NAMED &&
            wx_str_eqz(rules->patterns[i].name, name))
            return (uint32_t)i;
    return WX_NO_PATTERN;
}

const struct wx_norm *wx_rule_norm_at(const struct wx_rule *rule, int64_t at_s)
{
    const struct wx_norm *best = NULL;

    for (size_t i = 0; i < rule->n_norms; i++) {
        const struct wx_norm *norm = &rule->norms[i];

        if (norm->from_s > at_s || (norm->until_s && norm->until_s <= at_s))
            continue;
        if (!best || norm->from_s > best->from_s)
            best = norm;
    }
    return best;
}
