#include "wire/yaml.h"

#include "base/clock.h"
#include <stdio.h>

/* Scanner state that libfyaml keeps for a node grows with depth; rules need 8. */
enum { MAX_DEPTH = 24, MAX_NODES = 200000 };

static struct fy_token *first_token(struct fy_node *node)
{
    void *prev = NULL;
    struct fy_node_pair *pair;

    for (int depth = 0; node && depth < MAX_DEPTH; depth++) {
        if (fy_node_is_scalar(node))
            return fy_node_get_scalar_token(node);
        prev = NULL;
        if (fy_node_is_sequence(node)) {
            node = fy_node_sequence_iterate(node, &prev);
        } else {
            pair = fy_node_mapping_iterate(node, &prev);
            node = pair ? fy_node_pair_key(pair) : NULL;
        }
    }
    return NULL;
}

static const struct fy_mark *node_mark(struct fy_node *node)
{
    struct fy_token *token = first_token(node);

    return token ? fy_token_start_mark(token) : NULL;
}

uint32_t wx_yaml_line(struct fy_node *node)
{
    const struct fy_mark *mark = node_mark(node);

    return mark ? (uint32_t)mark->line + 1 : 0;
}

enum wx_status wx_yaml_fail(const struct wx_yaml *y, struct fy_node *node,
                            const char *fmt, ...)
{
    const struct fy_mark *mark = node_mark(node);
    char text[360];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (!mark)
        return wx_fail(y->err, WX_E_INVALID, "%s: %s", y->file, text);
    return wx_fail(y->err, WX_E_INVALID, "%s:%d:%d: %s", y->file, mark->line + 1,
                   mark->column + 1, text);
}

/* Anchors, aliases, and more depth or nodes than a rule can need. */
static enum wx_status check_shape(const struct wx_yaml *y, struct fy_node *node,
                                  int depth, int *n_nodes)
{
    struct fy_node_pair *pair;
    struct fy_node *item;
    void *prev = NULL;
    enum wx_status st = WX_OK;

    if (!node)
        return wx_yaml_fail(y, NULL, "a value is missing");
    if (depth > MAX_DEPTH || ++*n_nodes > MAX_NODES)
        return wx_yaml_fail(y, NULL, "nested too deep, or too many values");
    if (fy_node_is_alias(node))
        return wx_yaml_fail(y, node, "aliases are not allowed in rule files");
    if (fy_node_is_sequence(node)) {
        while (!st && (item = fy_node_sequence_iterate(node, &prev)))
            st = check_shape(y, item, depth + 1, n_nodes);
    } else if (fy_node_is_mapping(node)) {
        while (!st && (pair = fy_node_mapping_iterate(node, &prev))) {
            if (!fy_node_is_scalar(fy_node_pair_key(pair)))
                return wx_yaml_fail(y, node, "a key is not plain text");
            st = check_shape(y, fy_node_pair_value(pair), depth + 1, n_nodes);
        }
    }
    return st;
}

/* libfyaml's first message: "<memory-...>:LINE:COLUMN: error: what\n". */
struct complaint {
    char text[300];
};

static void on_message(struct fy_diag *diag, void *user, const char *buf, size_t len)
{
    struct complaint *c = user;

    (void)diag;
    if (c->text[0] || len == 0)
        return;
    if (len >= sizeof(c->text))
        len = sizeof(c->text) - 1;
    memcpy(c->text, buf, len);
    c->text[len] = '\0';
    c->text[strcspn(c->text, "\n")] = '\0';
}

/*
 * Messages are taken by callback: libfyaml 0.7.12 leaks the errors it collects
 * (tests/fuzz/corpus/rule/bad-flow.yaml).
 */
static struct fy_diag *diag_new(struct complaint *complaint)
{
    struct fy_diag_cfg cfg;
    struct fy_diag *diag;

    fy_diag_cfg_default(&cfg);
    cfg.fp = NULL;
    cfg.output_fn = on_message;
    cfg.user = complaint;
    cfg.colorize = cfg.show_source = cfg.show_type = cfg.show_module = false;
    cfg.show_position = true;
    diag = fy_diag_create(&cfg);
    if (!diag)
        WX_BUG("out of memory");
    return diag;
}

static enum wx_status syntax_error(const struct wx_yaml *y, const struct complaint *c)
{
    const char *at = strstr(c->text, ">:");

    if (!at)
        return wx_fail(y->err, WX_E_INVALID, "%s: this is not YAML", y->file);
    return wx_fail(y->err, WX_E_INVALID, "%s:%s", y->file, at + 2);
}

enum wx_status wx_yaml_open(struct wx_yaml *y, struct wx_arena *arena, const char *file,
                            struct wx_str text, struct wx_err *err)
{
    struct fy_parse_cfg cfg = {.flags = FYPCF_JSON_NONE};
    struct complaint complaint = {""};
    enum wx_status st = WX_OK;
    int n_nodes = 0;

    *y = (struct wx_yaml){.arena = arena, .file = file, .err = err};
    if (!wx_utf8_is_valid(text))
        return wx_yaml_fail(y, NULL, "the file is not UTF-8 text");
    if (wx_str_chr(text, '\0') != WX_NPOS)
        return wx_yaml_fail(y, NULL, "the file has a NUL byte");
    cfg.diag = diag_new(&complaint);
    y->doc = fy_document_build_from_string(&cfg, text.ptr ? text.ptr : "", text.len);
    if (!y->doc)
        st = syntax_error(y, &complaint);
    fy_diag_unref(cfg.diag);
    if (st)
        return st;
    y->root = fy_document_root(y->doc);
    if (!y->root || !fy_node_is_mapping(y->root))
        st = wx_yaml_fail(y, y->root, "the file must hold one mapping (key: value)");
    else
        st = check_shape(y, y->root, 0, &n_nodes);
    if (st)
        wx_yaml_close(y);
    return st;
}

void wx_yaml_close(struct wx_yaml *y)
{
    if (y->doc)
        fy_document_destroy(y->doc);
    y->doc = NULL;
}

/* ---- mappings ---- */

static bool node_is(struct fy_node *node, const char *z)
{
    size_t len = 0;
    const char *p = fy_node_get_scalar(node, &len);

    return len == strlen(z) && (len == 0 || memcmp(p, z, len) == 0);
}

enum wx_status wx_yaml_keys(const struct wx_yaml *y, struct fy_node *map,
                            const char *const *keys)
{
    void *prev = NULL;
    struct fy_node_pair *pair;

    if (!map || !fy_node_is_mapping(map))
        return wx_yaml_fail(y, map, "here must be a mapping with '%s'", keys[0]);
    while ((pair = fy_node_mapping_iterate(map, &prev))) {
        struct fy_node *key = fy_node_pair_key(pair);
        size_t i = 0, len = 0;
        const char *p = fy_node_get_scalar(key, &len);

        while (keys[i] && !node_is(key, keys[i]))
            i++;
        if (!keys[i])
            return wx_yaml_fail(y, key, "unknown key '%.*s'", len > 60 ? 60 : (int)len,
                                p ? p : "");
    }
    return WX_OK;
}

struct fy_node *wx_yaml_get(struct fy_node *map, const char *key)
{
    void *prev = NULL;
    struct fy_node_pair *pair;

    while ((pair = fy_node_mapping_iterate(map, &prev)))
        if (node_is(fy_node_pair_key(pair), key))
            return fy_node_pair_value(pair);
    return NULL;
}

enum wx_status wx_yaml_need(const struct wx_yaml *y, struct fy_node *map,
                            const char *key, struct fy_node **out)
{
    *out = wx_yaml_get(map, key);
    if (!*out)
        return wx_yaml_fail(y, map, "'%s' is missing", key);
    return WX_OK;
}

enum wx_status wx_yaml_pair(const struct wx_yaml *y, struct fy_node *map, size_t i,
                            struct wx_str *key, struct fy_node **value)
{
    struct fy_node_pair *pair = fy_node_mapping_get_by_index(map, (int)i);

    *value = fy_node_pair_value(pair);
    return wx_yaml_str(y, fy_node_pair_key(pair), key);
}

/* ---- values ---- */

enum wx_status wx_yaml_str(const struct wx_yaml *y, struct fy_node *node,
                           struct wx_str *out)
{
    size_t len = 0;
    const char *p;

    if (!node || !fy_node_is_scalar(node))
        return wx_yaml_fail(y, node, "here must be text");
    p = fy_node_get_scalar(node, &len);
    *out = wx_arena_str(y->arena, (struct wx_str){p, p ? len : 0});
    return WX_OK;
}

enum wx_status wx_yaml_str_opt(const struct wx_yaml *y, struct fy_node *map,
                               const char *key, struct wx_str *out)
{
    struct fy_node *node = wx_yaml_get(map, key);

    return node ? wx_yaml_str(y, node, out) : WX_OK;
}

enum wx_status wx_yaml_str_need(const struct wx_yaml *y, struct fy_node *map,
                                const char *key, struct wx_str *out)
{
    struct fy_node *node;
    enum wx_status st = wx_yaml_need(y, map, key, &node);

    if (!st)
        st = wx_yaml_str(y, node, out);
    if (st)
        return st;
    *out = wx_str_trim(*out);
    if (out->len == 0)
        return wx_yaml_fail(y, node, "'%s' is empty", key);
    return WX_OK;
}

enum wx_status wx_yaml_int_opt(const struct wx_yaml *y, struct fy_node *map,
                               const char *key, int64_t min, int64_t max, int64_t *out)
{
    struct fy_node *node = wx_yaml_get(map, key);
    struct wx_str s;
    uint64_t v = 0;
    enum wx_status st;

    if (!node)
        return WX_OK;
    st = wx_yaml_str(y, node, &s);
    if (st)
        return st;
    if (wx_str_starts(s, "0x")) {
        for (size_t i = 2; i < s.len && i < 17; i++) {
            const char *digits = "0123456789abcdef";
            const char *d = strchr(digits, wx_lower((unsigned char)s.ptr[i]));

            if (!d || !*d)
                return wx_yaml_fail(y, node, "'%s' must be a number", key);
            v = v * 16 + (uint64_t)(d - digits);
        }
    } else if (!wx_str_to_u64(s, INT64_MAX, &v)) {
        return wx_yaml_fail(y, node, "'%s' must be a number", key);
    }
    if (v > INT64_MAX || (int64_t)v < min || (int64_t)v > max)
        return wx_yaml_fail(y, node, "'%s' must be %lld to %lld", key, (long long)min,
                            (long long)max);
    *out = (int64_t)v;
    return WX_OK;
}

enum wx_status wx_yaml_bool_opt(const struct wx_yaml *y, struct fy_node *map,
                                const char *key, bool *out)
{
    struct fy_node *node = wx_yaml_get(map, key);

    if (!node)
        return WX_OK;
    if (!fy_node_is_scalar(node) || (!node_is(node, "true") && !node_is(node, "false")))
        return wx_yaml_fail(y, node, "'%s' must be true or false", key);
    *out = node_is(node, "true");
    return WX_OK;
}

enum wx_status wx_yaml_time_opt(const struct wx_yaml *y, struct fy_node *map,
                                const char *key, int64_t *out)
{
    struct fy_node *node = wx_yaml_get(map, key);
    struct wx_str s;
    enum wx_status st;

    if (!node)
        return WX_OK;
    st = wx_yaml_str(y, node, &s);
    if (st)
        return st;
    if (!wx_time_parse(s, out))
        return wx_yaml_fail(y, node, "'%s' must be a date such as 2024-07-01", key);
    return WX_OK;
}

enum wx_status wx_yaml_seq_opt(const struct wx_yaml *y, struct fy_node *map,
                               const char *key, size_t max, struct fy_node **seq,
                               size_t *n)
{
    *seq = wx_yaml_get(map, key);
    *n = 0;
    if (!*seq)
        return WX_OK;
    if (!fy_node_is_sequence(*seq))
        return wx_yaml_fail(y, *seq, "'%s' must be a list", key);
    *n = (size_t)fy_node_sequence_item_count(*seq);
    if (*n > max)
        return wx_yaml_fail(y, *seq, "'%s' has more than %zu items", key, max);
    return WX_OK;
}
