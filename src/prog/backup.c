/* wangxun backup and wangxun restore: an office's data out of a running server and
 * back.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "prog/options.h"
#include "store/backup.h"
#include <openssl/crypto.h>
#include <stdio.h>
#include <sys/stat.h>

enum { MAX_PASSPHRASE_BYTES = 1024 };

/* The first line of the file; secrets never stand on the command line. */
static enum wx_status read_passphrase(const char *path, struct wx_buf *buf,
                                      struct wx_str *out, struct wx_err *err)
{
    enum wx_status st;

    *out = (struct wx_str){0};
    if (!path)
        return WX_OK;
    st = wx_buf_read_file(buf, path, err);
    if (st)
        return st;
    *out = wx_buf_str(buf);
    *out = wx_str_sub(*out, 0, wx_str_chr(*out, '\n'));
    if (out->len && out->ptr[out->len - 1] == '\r')
        out->len--;
    if (out->len < 12)
        return wx_fail(err, WX_E_USAGE, "the passphrase in '%s' has less than 12 bytes",
                       path);
    return WX_OK;
}

static void say(const struct wx_options *o, enum wx_text text, const char *path,
                const struct wx_backup_counts *counts)
{
    printf(wx_text(o->language, text), path, (unsigned long long)counts->n_files,
           (unsigned long long)(counts->n_bytes >> 20));
    putchar('\n');
    if (!counts->has_keys)
        printf("  %s\n", wx_text(o->language, WX_T_BACKUP_NO_KEYS));
}

/* A directory gets a file named after the second. */
static const char *file_in(struct wx_arena *arena, const char *out, int64_t now_s)
{
    struct stat about;
    char at[24];

    if (stat(out, &about) < 0 || !S_ISDIR(about.st_mode))
        return out;
    wx_time_format(now_s, at);
    for (char *c = at; *c; c++)
        if (*c == ':')
            *c = '-';
    return wx_arena_printf(arena, "%s/wangxun-%s.backup", out, at).ptr;
}

int wx_backup_main(const struct wx_options *o)
{
    struct wx_buf secret = WX_BUF_INIT(MAX_PASSPHRASE_BYTES);
    struct wx_backup_options options = {
        .with_keys = o->with_keys, .no_evidence = o->no_evidence, .now_s = wx_now_s()};
    struct wx_buf note = WX_BUF_INIT(WX_MAX_CHECKPOINT_BYTES);
    struct wx_backup_counts counts;
    struct wx_arena arena;
    struct wx_err err;
    const char *path = NULL;
    enum wx_status st = WX_OK;

    wx_arena_init(&arena);
    if (!o->out)
        st = wx_fail(&err, WX_E_USAGE, "--out FILE");
    if (!st)
        st = read_passphrase(o->passphrase_file, &secret, &options.passphrase, &err);
    if (!st && o->with_keys && !options.passphrase.len)
        st = wx_fail(&err, WX_E_USAGE,
                     "--with-keys needs --passphrase-file: keys do not lie about open");
    if (!st) { /* none yet: an office that nobody used */
        const char *data = o->data ? o->data : "wangxun-data";

        if (!wx_buf_read_file(
                &note, wx_arena_printf(&arena, "%s/checkpoints/latest", data).ptr,
                NULL))
            options.checkpoint = wx_buf_str(&note);
    }
    if (!st) {
        path = file_in(&arena, o->out, options.now_s);
        st = wx_backup_make(o->data ? o->data : "wangxun-data", path, &options, &counts,
                            &err);
    }
    if (!st)
        say(o, WX_T_BACKUP_MADE, path, &counts);
    if (secret.ptr)
        OPENSSL_cleanse(secret.ptr, secret.len);
    wx_buf_clear(&secret);
    wx_buf_clear(&note);
    wx_arena_clear(&arena);
    return st ? wx_complain(o->language, st, &err) : WX_EXIT_OK;
}

int wx_restore_main(const struct wx_options *o)
{
    struct wx_buf secret = WX_BUF_INIT(MAX_PASSPHRASE_BYTES);
    struct wx_backup_counts counts;
    struct wx_str passphrase;
    struct wx_err err;
    enum wx_status st = WX_OK;

    if (!o->from || !o->data)
        st = wx_fail(&err, WX_E_USAGE, "--from FILE --data NEWDIR");
    if (!st)
        st = read_passphrase(o->passphrase_file, &secret, &passphrase, &err);
    if (!st)
        st = wx_backup_restore(o->from, o->data, passphrase, &counts, &err);
    if (!st)
        say(o, WX_T_BACKUP_RESTORED, o->data, &counts);
    if (secret.ptr)
        OPENSSL_cleanse(secret.ptr, secret.len);
    wx_buf_clear(&secret);
    return st ? wx_complain(o->language, st, &err) : WX_EXIT_OK;
}
