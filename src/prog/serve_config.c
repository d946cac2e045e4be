#include "prog/serve_config.h"

#include "base/limits.h"
#include "wire/yaml.h"

enum config_kind { KIND_TEXT, KIND_WORD, KIND_NUMBER, KIND_LIST };

static const struct config_row {
    enum config_kind kind;
    const char *key, *range, *shown;
    enum wx_text text;
    size_t offset;
} rows[] = {
#define C(field, kind, key, range, shown, text)                                        \
    {KIND_##kind, key,         range,                                                  \
     shown,       WX_T_##text, offsetof(struct wx_serve_config, field)},
#include "prog/serve_options.def"
#undef C
};
enum { N_ROWS = sizeof rows / sizeof rows[0] };

void wx_serve_config_init(struct wx_serve_config *config)
{
    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].kind == KIND_NUMBER)
            *(int64_t *)((char *)config + rows[i].offset) = -1;
}

static enum wx_status take_text(const struct wx_yaml *y, struct fy_node *node,
                                const char **out)
{
    struct wx_str s;
    enum wx_status st = wx_yaml_str(y, node, &s);

    if (st)
        return st;
    if (memchr(s.ptr ? s.ptr : "", '\0', s.len))
        return wx_yaml_fail(y, node, "a NUL is part of no setting");
    *out = s.len ? wx_arena_z(y->arena, s) : NULL;
    return WX_OK;
}

static enum wx_status take_word(const struct wx_yaml *y, struct fy_node *node,
                                const struct config_row *row, const char **out)
{
    struct wx_str rest = wx_str_of(row->range);
    enum wx_status st = take_text(y, node, out);

    if (st)
        return st;
    while (*out && rest.len)
        if (wx_str_eqz(wx_str_cut(&rest, '|'), *out))
            return WX_OK;
    return wx_yaml_fail(y, node, "'%s' must be one of %s", row->key, row->range);
}

static enum wx_status take_number(const struct wx_yaml *y, struct fy_node *node,
                                  const struct config_row *row, int64_t *out)
{
    struct wx_str high = wx_str_of(row->range), low = wx_str_cut(&high, '.'), s;
    uint64_t min = 0, max = 0, value;
    enum wx_status st = wx_yaml_str(y, node, &s);

    if (st)
        return st;
    high = wx_str_sub(high, 1, high.len); /* the second dot */
    if (!wx_str_to_u64(low, INT64_MAX, &min) || !wx_str_to_u64(high, INT64_MAX, &max))
        WX_BUG("range of a configuration key");
    if (!wx_str_to_u64(s, max, &value) || value < min)
        return wx_yaml_fail(y, node, "'%s' must be a number within %s", row->key,
                            row->range);
    *out = (int64_t)value;
    return WX_OK;
}

static enum wx_status take_list(const struct wx_yaml *y, const char *key,
                                struct wx_config_list *out)
{
    struct fy_node *seq;
    enum wx_status st =
        wx_yaml_seq_opt(y, y->root, key, WX_MAX_CONFIG_LIST, &seq, &out->n);

    if (st)
        return st;
    out->items = wx_arena_array(y->arena, const char *, out->n + 1);
    for (size_t i = 0; !st && i < out->n; i++) {
        struct fy_node *item = fy_node_sequence_get_by_index(seq, (int)i);

        st = take_text(y, item, &out->items[i]);
        if (!st && !out->items[i])
            st = wx_yaml_fail(y, item, "an entry of '%s' is empty", key);
    }
    return st;
}

static enum wx_status take_row(const struct wx_yaml *y, const struct config_row *row,
                               struct wx_serve_config *out)
{
    struct fy_node *node = wx_yaml_get(y->root, row->key);
    void *field = (char *)out + row->offset;

    if (!node)
        return WX_OK;
    switch (row->kind) {
    case KIND_TEXT:
        return take_text(y, node, field);
    case KIND_WORD:
        return take_word(y, node, row, field);
    case KIND_NUMBER:
        return take_number(y, node, row, field);
    default:
        return take_list(y, row->key, field);
    }
}

/* Nothing but comments is no YAML document, and as good as an empty file. */
static bool says_nothing(struct wx_str text)
{
    while (text.len) {
        struct wx_str line = wx_str_trim(wx_str_cut(&text, '\n'));

        if (line.len && line.ptr[0] != '#')
            return false;
    }
    return true;
}

enum wx_status wx_serve_config_load(const char *path, struct wx_arena *arena,
                                    struct wx_serve_config *out, struct wx_err *err)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_CONFIG_BYTES);
    const char *keys[N_ROWS + 1] = {NULL};
    struct wx_yaml y;
    enum wx_status st = wx_buf_read_file(&text, path, err);

    wx_serve_config_init(out);
    for (size_t i = 0; i < N_ROWS; i++)
        keys[i] = rows[i].key;
    if (!st && says_nothing(wx_buf_str(&text))) {
        wx_buf_clear(&text);
        return WX_OK;
    }
    if (!st)
        st = wx_yaml_open(&y, arena, path, wx_buf_str(&text), err);
    if (!st) {
        st = wx_yaml_keys(&y, y.root, keys);
        for (size_t i = 0; !st && i < N_ROWS; i++)
            st = take_row(&y, &rows[i], out);
        wx_yaml_close(&y);
    }
    wx_buf_clear(&text);
    if (!st && !out->tls_certificate != !out->tls_key)
        st = wx_fail(err, WX_E_INVALID,
                     "%s: 'tls_certificate' and 'tls_key' go together", path);
    return st;
}

void wx_serve_config_example(enum wx_lang lang, struct wx_buf *out)
{
    (void)wx_buf_printf(out, "# %s\n", wx_text(lang, WX_T_CONFIG_HEAD));
    for (size_t i = 0; i < N_ROWS; i++) {
        (void)wx_buf_printf(out, "\n# %s", wx_text(lang, rows[i].text));
        if (rows[i].range[0])
            (void)wx_buf_printf(out, " (%s)", rows[i].range);
        (void)wx_buf_printf(out, "\n#%s: %s\n", rows[i].key,
                            rows[i].shown[0] ? rows[i].shown : "\"\"");
    }
}
