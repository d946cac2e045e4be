/*
 * Build tool: rules/ as C source. Checks every rule on the way, so that a rule that
 * does not load does not build.
 *
 *     pack-rules RULES_DIR OUT.c OUT.d
 */
#include "base/buf.h"
#include "detect/rule/library.h"
#include <dirent.h>
#include <stdio.h>

/* This tool is what makes the pack, so it has none itself. */
const unsigned char wx_builtin_pack[1] = {0};
const size_t wx_builtin_pack_bytes = 0;

enum { MAX_PACK_BYTES = 64 << 20 };

/* Paths as make wants them: blanks escaped. */
static void put_path(struct wx_buf *out, const char *path)
{
    for (; *path; path++) {
        if (*path == ' ')
            (void)wx_buf_addc(out, '\\');
        (void)wx_buf_addc(out, *path);
    }
    (void)wx_buf_addc(out, ' ');
}

/* Folders too: their time changes when a file is added or removed. */
static void put_tree(struct wx_buf *out, const char *path, int depth)
{
    DIR *d = opendir(path);
    struct dirent *e;
    char below[4096];

    put_path(out, path);
    while (d && depth < 2 && (e = readdir(d))) {
        if (e->d_name[0] == '.')
            continue;
        if (snprintf(below, sizeof(below), "%s/%s", path, e->d_name) <
            (int)sizeof(below))
            put_tree(out, below, depth + 1);
    }
    if (d)
        closedir(d);
}

static void shorten_files(struct wx_rules *rules, const char *dir)
{
    for (size_t i = 0; i < rules->n_rules; i++) {
        struct wx_str *file = &rules->rules[i].file;

        if (wx_str_starts(*file, dir))
            *file = wx_str_sub(*file, strlen(dir) + 1, file->len);
    }
}

static void put_source(struct wx_buf *out, struct wx_str pack)
{
    (void)wx_buf_addz(out, "/* Made by pack-rules from rules/. */\n"
                           "#include \"detect/rule/library.h\"\n\n"
                           "const unsigned char wx_builtin_pack[] = {");
    for (size_t i = 0; i < pack.len; i++)
        (void)wx_buf_printf(out, "%s%u,", i % 20 ? "" : "\n",
                            (unsigned char)pack.ptr[i]);
    (void)wx_buf_printf(out, "\n};\nconst size_t wx_builtin_pack_bytes = %zu;\n",
                        pack.len);
}

int main(int argc, char **argv)
{
    struct wx_buf pack = WX_BUF_INIT(MAX_PACK_BYTES);
    struct wx_buf text = WX_BUF_INIT((size_t)MAX_PACK_BYTES * 5);
    struct wx_buf deps = WX_BUF_INIT(16 << 20);
    struct wx_rules *rules;
    struct wx_err err;
    enum wx_status st;

    if (argc != 4) {
        fprintf(stderr, "usage: pack-rules RULES_DIR OUT.c OUT.d\n");
        return 2;
    }
    st = wx_rules_load(argv[1], true, &rules, &err);
    if (!st) {
        shorten_files(rules, argv[1]);
        wx_pack_write(rules, &pack);
        put_source(&text, wx_buf_str(&pack));
        put_path(&deps, argv[2]);
        (void)wx_buf_addz(&deps, ": ");
        put_tree(&deps, argv[1], 0);
        (void)wx_buf_addc(&deps, '\n');
        st = wx_file_replace(argv[2], wx_buf_str(&text), &err);
        wx_rules_free(rules);
    }
    if (!st)
        st = wx_file_replace(argv[3], wx_buf_str(&deps), &err);
    if (st)
        fprintf(stderr, "pack-rules: %s\n", err.text);
    wx_buf_clear(&pack);
    wx_buf_clear(&text);
    wx_buf_clear(&deps);
    return st ? 1 : 0;
}
