#include "prog/options.h"

#include "base/clock.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define FLAG WX_OPT_FLAG
#define TEXT WX_OPT_TEXT
#define NUMBER WX_OPT_NUMBER
#define REAL WX_OPT_REAL
#define DURATION WX_OPT_DURATION
#define LIST WX_OPT_LIST
const struct wx_option_row wx_option_rows[] = {
#define X(field, kind, flag, argument, commands, key)                                  \
    {flag, argument, kind, commands, WX_T_##key, offsetof(struct wx_options, field)},
#include "prog/options.def"
#undef X
};
#undef FLAG
#undef TEXT
#undef NUMBER
#undef REAL
#undef DURATION
#undef LIST
const size_t wx_n_option_rows = sizeof wx_option_rows / sizeof *wx_option_rows;

const struct wx_command_row wx_command_rows[WX_CMD_COUNT] = {
#define X(name, word, arguments, function, key) {word, arguments, function, WX_T_##key},
#include "prog/commands.def"
#undef X
};

/* Edit distance (Levenshtein) between short words; longer than 31 count as far. */
static size_t word_distance(const char *a, const char *b)
{
    size_t row[32], la = strlen(a), lb = strlen(b);

    if (la > 31 || lb > 31)
        return 99;
    for (size_t k = 0; k <= lb; k++)
        row[k] = k;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t k = 1; k <= lb; k++) {
            size_t best = diagonal + (a[i - 1] != b[k - 1]);

            diagonal = row[k];
            if (row[k] + 1 < best)
                best = row[k] + 1;
            if (row[k - 1] + 1 < best)
                best = row[k - 1] + 1;
            row[k] = best;
        }
    }
    return row[lb];
}

/* Close enough to be meant: a third of the word may be wrong, or it is its beginning.
 */
static bool is_similar(const char *typed, const char *known, size_t *distance)
{
    size_t n = strlen(known);

    *distance = word_distance(typed, known);
    if (strlen(typed) >= 3 && strncmp(typed, known, strlen(typed)) == 0)
        *distance = 1;
    return *distance <= 1 + n / 4;
}

bool wx_command_find(const char *name, enum wx_command *out, const char **nearest)
{
    size_t best = 99;

    *nearest = NULL;
    for (int i = 0; i < WX_CMD_COUNT; i++) {
        size_t d;

        if (strcmp(name, wx_command_rows[i].name) == 0) {
            *out = (enum wx_command)i;
            return true;
        }
        if (is_similar(name, wx_command_rows[i].name, &d) && d < best) {
            best = d;
            *nearest = wx_command_rows[i].name;
        }
    }
    return false;
}

static enum wx_status unknown_flag(enum wx_command command, const char *name,
                                   struct wx_err *err)
{
    const char *nearest = NULL;
    size_t best = 99;

    for (size_t i = 0; i < wx_n_option_rows; i++) {
        size_t d;

        if ((wx_option_rows[i].commands & 1u << command) &&
            is_similar(name, wx_option_rows[i].flag, &d) && d < best) {
            best = d;
            nearest = wx_option_rows[i].flag;
        }
    }
    if (nearest)
        return wx_fail(err, WX_E_USAGE, "unknown flag '--%s'; did you mean '--%s'?",
                       name, nearest);
    return wx_fail(err, WX_E_USAGE,
                   "unknown flag '--%s' of '%s'; see 'wangxun %s --help'", name,
                   wx_command_rows[command].name, wx_command_rows[command].name);
}

static const struct wx_option_row *find_flag(enum wx_command command, const char *name,
                                             size_t len)
{
    for (size_t i = 0; i < wx_n_option_rows; i++) {
        const struct wx_option_row *row = &wx_option_rows[i];

        if ((row->commands & 1u << command) && strlen(row->flag) == len &&
            memcmp(row->flag, name, len) == 0)
            return row;
    }
    return NULL;
}

static enum wx_status bad_value(const struct wx_option_row *row, const char *value,
                                const char *wanted, struct wx_err *err)
{
    return wx_fail(err, WX_E_USAGE, "--%s '%s' is not %s", row->flag, value, wanted);
}

static enum wx_status set_value(const struct wx_option_row *row, const char *value,
                                struct wx_arena *arena, struct wx_options *out,
                                struct wx_err *err)
{
    void *member = (char *)out + row->offset;
    struct wx_option_list *list = member;
    uint64_t n;
    char *end;

    switch (row->kind) {
    case WX_OPT_FLAG:
        *(bool *)member = true;
        return WX_OK;
    case WX_OPT_TEXT:
        *(const char **)member = value;
        return WX_OK;
    case WX_OPT_NUMBER:
        if (!wx_str_to_u64(wx_str_of(value), 1000000000, &n))
            return bad_value(row, value, "a whole number", err);
        *(int64_t *)member = (int64_t)n;
        return WX_OK;
    case WX_OPT_REAL:
        errno = 0;
        *(double *)member = strtod(value, &end);
        if (errno || *end || end == value || !isfinite(*(double *)member) ||
            *(double *)member < 0)
            return bad_value(row, value, "a number of zero or more", err);
        return WX_OK;
    case WX_OPT_DURATION:
        if (!wx_duration_parse(wx_str_of(value), member))
            return bad_value(row, value, "a duration like 90s, 15m, 8h or 2d", err);
        return WX_OK;
    case WX_OPT_LIST:
        list->items = wx_arena_grow(arena, list->items, list->n * sizeof *list->items,
                                    (list->n + 1) * sizeof *list->items);
        list->items[list->n++] = value;
        return WX_OK;
    }
    WX_BUG("option kind");
}

static void set_defaults(struct wx_options *out)
{
    *out = (struct wx_options){0};
    for (size_t i = 0; i < wx_n_option_rows; i++) {
        void *member = (char *)out + wx_option_rows[i].offset;

        if (wx_option_rows[i].kind == WX_OPT_NUMBER ||
            wx_option_rows[i].kind == WX_OPT_DURATION)
            *(int64_t *)member = -1;
        else if (wx_option_rows[i].kind == WX_OPT_REAL)
            *(double *)member = -1;
    }
}

/* argv[i] begins with "--". Advances *I over a value that stands by itself. */
static enum wx_status take_flag(enum wx_command command, int argc, char **argv, int *i,
                                struct wx_arena *arena, struct wx_options *out,
                                struct wx_err *err)
{
    const char *name = argv[*i] + 2, *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct wx_option_row *row = find_flag(command, name, len);

    if (!row)
        return unknown_flag(command, wx_arena_z(arena, (struct wx_str){name, len}),
                            err);
    if (row->kind == WX_OPT_FLAG && equals)
        return wx_fail(err, WX_E_USAGE, "--%s takes no value", row->flag);
    if (row->kind == WX_OPT_FLAG)
        return set_value(row, NULL, arena, out, err);
    if (!equals && *i + 1 >= argc)
        return wx_fail(err, WX_E_USAGE, "--%s needs %s", row->flag, row->argument);
    return set_value(row, equals ? equals + 1 : argv[++*i], arena, out, err);
}

static enum wx_status set_language(struct wx_options *out, struct wx_err *err)
{
    const char *lang = out->lang ? out->lang : getenv("WANGXUN_LANG");

    out->language = WX_ZH;
    if (!lang || strcmp(lang, "zh") == 0)
        return WX_OK;
    if (strcmp(lang, "en") != 0 && out->lang)
        return wx_fail(err, WX_E_USAGE, "--lang '%s' is neither zh nor en", lang);
    out->language = WX_EN;
    return WX_OK;
}

enum wx_status wx_options_parse(enum wx_command command, int argc, char **argv,
                                struct wx_arena *arena, struct wx_options *out,
                                struct wx_err *err)
{
    bool flags_ended = false;
    enum wx_status st = WX_OK;

    set_defaults(out);
    out->targets = wx_arena_array(arena, const char *, (size_t)argc + 1);
    for (int i = 0; !st && i < argc; i++) {
        if (!flags_ended && strcmp(argv[i], "--") == 0)
            flags_ended = true;
        else if (!flags_ended && strncmp(argv[i], "--", 2) == 0)
            st = take_flag(command, argc, argv, &i, arena, out, err);
        else if (!flags_ended && strcmp(argv[i], "-h") == 0)
            out->help = true;
        else if (!flags_ended && argv[i][0] == '-' && argv[i][1])
            st = wx_fail(err, WX_E_USAGE,
                         "'%s' is not a flag; flags begin with '--', see --help",
                         argv[i]);
        else
            out->targets[out->n_targets++] = argv[i];
    }
    return st ? st : set_language(out, err);
}
