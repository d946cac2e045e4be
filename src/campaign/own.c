#include "campaign/own.h"

#include "base/shipped.h"
#include <stdlib.h>

static const char *folder_of(const char *what)
{
    return strcmp(what, "form") == 0 ? "templates/forms/" : "templates/campaigns/";
}

/* The number on the line "version:"; shipped texts are in order. */
static int64_t version_of(struct wx_str source)
{
    while (source.len) {
        struct wx_str line = wx_str_cut(&source, '\n');
        uint64_t n;

        if (wx_str_starts(line, "version:") &&
            wx_str_to_u64(wx_str_trim(wx_str_sub(line, 8, line.len)), 1 << 30, &n))
            return (int64_t)n;
    }
    return 1;
}

static bool shipped(struct wx_arena *arena, const char *what, struct wx_str key,
                    struct wx_own_text *out)
{
    const struct wx_shipped *file = wx_shipped_find(wx_arena_printf(
        arena, "%s" WX_STR_FMT ".yaml", folder_of(what), WX_STR_ARG(key)));

    if (!file)
        return false;
    *out = (struct wx_own_text){.version = version_of(file->text),
                                .what = wx_str_of(what),
                                .key = wx_arena_str(arena, key),
                                .source = file->text};
    return true;
}

bool wx_blueprint_shipped(struct wx_arena *arena, const char *what, struct wx_str key,
                          struct wx_blueprint *out)
{
    *out = (struct wx_blueprint){0};
    return shipped(arena, what, key, &out->text);
}

enum wx_status wx_blueprint_get(struct wx_tx *tx, struct wx_arena *arena,
                                const char *what, struct wx_str key, int64_t version,
                                struct wx_blueprint *out, struct wx_err *err)
{
    enum wx_status status =
        wx_own_text_get(tx, arena, what, key, version, &out->text, err);

    out->is_own = !status;
    if (status == WX_E_NOT_FOUND && shipped(arena, what, key, &out->text) &&
        (!version || version == out->text.version))
        return WX_OK;
    return status;
}

static int by_key(const void *a, const void *b)
{
    const struct wx_blueprint *x = a, *y = b;
    size_t n = x->text.key.len < y->text.key.len ? x->text.key.len : y->text.key.len;
    int order = memcmp(x->text.key.ptr, y->text.key.ptr, n);

    return order ? order
                 : (x->text.key.len > y->text.key.len) -
                       (x->text.key.len < y->text.key.len);
}

enum wx_status wx_blueprints(struct wx_tx *tx, struct wx_arena *arena, const char *what,
                             struct wx_blueprint **out, size_t *n, struct wx_err *err)
{
    const char *folder = folder_of(what);
    struct wx_own_text *own;
    size_t n_own;
    enum wx_status status =
        wx_own_texts(tx, arena, what, WX_STR(""), &own, &n_own, err);

    *n = 0;
    *out = wx_arena_array(arena, struct wx_blueprint, n_own + wx_n_shipped_files);
    if (status)
        return status;
    for (size_t i = 0; i < n_own; i++)
        (*out)[(*n)++] = (struct wx_blueprint){own[i], true};
    for (size_t i = 0; i < wx_n_shipped_files; i++) {
        struct wx_str key = wx_str_of(wx_shipped_files[i].name);
        bool is_known = false;

        if (!wx_str_starts(key, folder))
            continue;
        key = wx_str_sub(key, strlen(folder), key.len - strlen(".yaml"));
        for (size_t k = 0; k < n_own; k++)
            is_known = is_known || wx_str_eq(own[k].key, key);
        if (!is_known && shipped(arena, what, key, &(*out)[*n].text))
            (*out)[(*n)++].is_own = false;
    }
    qsort(*out, *n, sizeof **out, by_key);
    return WX_OK;
}

static bool has_form(void *user, struct wx_str key)
{
    struct wx_blueprint found;
    struct wx_arena arena;
    enum wx_status status;

    wx_arena_init(&arena);
    status = wx_blueprint_get(user, &arena, "form", key, 0, &found, NULL);
    wx_arena_clear(&arena);
    return !status;
}

void wx_own_finder_init(struct wx_own_finder *f, struct wx_tx *tx)
{
    *f = (struct wx_own_finder){tx, {has_form, tx}};
}

struct wx_str wx_blueprint_numbered(struct wx_arena *arena, struct wx_str source,
                                    int64_t version)
{
    size_t at =
        wx_str_starts(source, "version:") ? 0 : wx_str_findz(source, "\nversion:");
    size_t end;

    if (at == WX_NPOS) /* the reader says that it is missing */
        return source;
    at += source.ptr[at] == '\n';
    end = wx_str_find(source, WX_STR("\n"), at);
    if (end == WX_NPOS)
        end = source.len;
    return wx_arena_printf(arena, WX_STR_FMT "version: %lld" WX_STR_FMT,
                           WX_STR_ARG(wx_str_sub(source, 0, at)), (long long)version,
                           WX_STR_ARG(wx_str_sub(source, end, source.len)));
}
