#define _GNU_SOURCE
#include "store/backup.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MAX_PATH = 4096,
    MAX_MANIFEST_BYTES = 64 << 20, /* some 400,000 files */
    MAX_DEPTH = 6,
};

struct backup {
    const char *dir;
    const struct wx_backup_options *options;
    struct wx_backup_counts *counts;
    struct wx_archive *archive;
    char copy[MAX_PATH]; /* where a database is copied to on its way */
    struct wx_buf manifest;
    struct wx_json json;
};

/* ---- databases ---- */

static enum wx_status sqlite_failed(sqlite3 *db, const char *path, struct wx_err *err)
{
    return wx_fail(err, WX_E_IO, "database '%s': %s", path,
                   db ? sqlite3_errmsg(db) : "out of memory");
}

enum wx_status wx_database_check(const char *path, bool deep, struct wx_err *err)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    enum wx_status st = WX_OK;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, deep ? "PRAGMA integrity_check" : "PRAGMA quick_check",
                           -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW)
        st = sqlite_failed(db, path, err);
    else if (strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") != 0)
        st = wx_fail(err, WX_E_INVALID, "database '%s' is damaged: %.200s", path,
                     (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    sqlite3_close_v2(db);
    return st;
}

/* One step, one snapshot: in WAL mode nobody waits for it. The copy needs no log. */
static enum wx_status database_copy(const char *from, const char *to,
                                    struct wx_err *err)
{
    sqlite3 *source = NULL, *target = NULL;
    sqlite3_backup *backup = NULL;
    enum wx_status st = WX_OK;

    (void)unlink(to);
    if (sqlite3_open_v2(from, &source, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        st = sqlite_failed(source, from, err);
    else if (sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                             NULL) != SQLITE_OK)
        st = sqlite_failed(target, to, err);
    if (!st) {
        sqlite3_busy_timeout(source, 10000);
        backup = sqlite3_backup_init(target, "main", source, "main");
        if (!backup || sqlite3_backup_step(backup, -1) != SQLITE_DONE)
            st = sqlite_failed(target, from, err);
        if (backup && sqlite3_backup_finish(backup) != SQLITE_OK && !st)
            st = sqlite_failed(target, from, err);
        if (!st && sqlite3_exec(target, "PRAGMA journal_mode = DELETE", NULL, NULL,
                                NULL) != SQLITE_OK)
            st = sqlite_failed(target, to, err);
    }
    sqlite3_close_v2(target);
    sqlite3_close_v2(source);
    return st;
}

/* ---- making ---- */

static enum wx_status add_open(struct backup *b, const char *name, int fd,
                               struct wx_err *err)
{
    struct wx_sha256 hash;
    struct stat about;
    char hex[65];
    enum wx_status st;

    if (fstat(fd, &about) < 0)
        return wx_fail_errno(err, "cannot look at '%s'", name);
    st = wx_archive_add_file(b->archive, name, fd, (uint64_t)about.st_size, &hash, err);
    if (st)
        return st;
    wx_hex(hash.bytes, sizeof hash.bytes, hex);
    wx_json_open(&b->json, '{');
    wx_json_kz(&b->json, "path", name);
    wx_json_kint(&b->json, "size", about.st_size);
    wx_json_kz(&b->json, "sha256", hex);
    wx_json_close(&b->json, '}');
    b->counts->n_files++;
    b->counts->n_bytes += (uint64_t)about.st_size;
    return WX_OK;
}

/* NAME is what it is called in the backup; FROM where its bytes are now. */
static enum wx_status add_from(struct backup *b, const char *name, const char *from,
                               struct wx_err *err)
{
    int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    enum wx_status st;

    if (fd < 0)
        return wx_fail_errno(err, "cannot open '%s'", from);
    st = add_open(b, name, fd, err);
    close(fd);
    return st;
}

static enum wx_status add_one(struct backup *b, const char *name, struct wx_err *err)
{
    struct wx_str s = wx_str_of(name);
    char path[MAX_PATH];
    enum wx_status st;

    if (wx_str_ends(s, "-wal") || wx_str_ends(s, "-shm") ||
        wx_str_ends(s, "-journal") || wx_str_ends(s, ".part"))
        return WX_OK;
    snprintf(path, sizeof path, "%s/" WX_STR_FMT, b->dir, WX_STR_ARG(s));
    if (!wx_str_ends(s, ".db"))
        return add_from(b, name, path, err);
    st = database_copy(path, b->copy, err);
    if (!st)
        st = add_from(b, name, b->copy, err);
    (void)unlink(b->copy);
    return st;
}

/* What a directory holds, databases first: see backup.h. */
static enum wx_status add_tree(struct backup *b, const char *name, int depth,
                               struct wx_err *err);

static enum wx_status add_entries(struct backup *b, const char *name, int depth,
                                  bool databases, struct wx_err *err)
{
    char path[MAX_PATH], below[MAX_PATH];
    struct dirent *entry;
    enum wx_status st = WX_OK;
    DIR *dir;

    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    dir = opendir(path);
    if (!dir)
        return errno == ENOENT ? WX_OK : wx_fail_errno(err, "cannot list '%s'", path);
    while (!st && (entry = readdir(dir))) {
        bool is_database = wx_str_ends(wx_str_of(entry->d_name), ".db");

        if (entry->d_name[0] == '.' || is_database != databases)
            continue;
        if (snprintf(below, sizeof below, "%s/%s", name, entry->d_name) >=
            (int)sizeof below)
            st = wx_fail(err, WX_E_TOO_BIG, "a path below '%s' is too long", name);
        else
            st = add_tree(b, below, depth + 1, err);
    }
    closedir(dir);
    return st;
}

static enum wx_status add_tree(struct backup *b, const char *name, int depth,
                               struct wx_err *err)
{
    char path[MAX_PATH];
    struct stat about;
    enum wx_status st;

    snprintf(path, sizeof path, "%s/%s", b->dir, name);
    if (lstat(path, &about) < 0)
        return errno == ENOENT ? WX_OK
                               : wx_fail_errno(err, "cannot look at '%s'", path);
    if (S_ISREG(about.st_mode))
        return add_one(b, name, err);
    if (!S_ISDIR(about.st_mode) || depth > MAX_DEPTH ||
        (b->options->no_evidence && wx_str_ends(wx_str_of(name), "/evidence")))
        return WX_OK;
    st = add_entries(b, name, depth, true, err);
    return st ? st : add_entries(b, name, depth, false, err);
}

static enum wx_status add_all(struct backup *b, struct wx_err *err)
{
    static const char *const parts[] = {"office.db", "rounds", "files", "checkpoints",
                                        "keys"};
    enum wx_status st = WX_OK;
    char at[24];

    wx_time_format(b->options->now_s, at);
    wx_json_open(&b->json, '{');
    wx_json_kint(&b->json, "version", 1);
    wx_json_kz(&b->json, "wangxun", WX_VERSION);
    wx_json_kz(&b->json, "made_at", at);
    wx_json_kbool(&b->json, "has_keys", b->options->with_keys);
    wx_json_kbool(&b->json, "has_evidence", !b->options->no_evidence);
    wx_json_kstr(&b->json, "audit_checkpoint", b->options->checkpoint);
    wx_json_key(&b->json, "files");
    wx_json_open(&b->json, '[');
    for (size_t i = 0; !st && i < 4u + b->options->with_keys; i++)
        st = add_tree(b, parts[i], 0, err);
    wx_json_close(&b->json, ']');
    wx_json_close(&b->json, '}');
    if (!st && b->manifest.is_full)
        st = wx_fail(err, WX_E_TOO_BIG, "too many files for one backup");
    if (!st)
        st = wx_archive_add(b->archive, "manifest.json", wx_buf_str(&b->manifest), err);
    return st;
}

enum wx_status wx_backup_make(const char *data_dir, const char *out_path,
                              const struct wx_backup_options *options,
                              struct wx_backup_counts *counts, struct wx_err *err)
{
    struct backup *b = wx_new(struct backup);
    char office[MAX_PATH];
    enum wx_status st = WX_OK;

    *counts = (struct wx_backup_counts){.has_keys = options->with_keys};
    b->dir = data_dir;
    b->options = options;
    b->counts = counts;
    b->manifest = WX_BUF_INIT(MAX_MANIFEST_BYTES);
    b->json = WX_JSON_INIT(&b->manifest);
    snprintf(office, sizeof office, "%s/office.db", data_dir);
    if (snprintf(b->copy, sizeof b->copy, "%s.db.part", out_path) >=
        (int)sizeof b->copy)
        st = wx_fail(err, WX_E_TOO_BIG, "the path of the backup is too long");
    else if (access(office, R_OK) < 0)
        st = wx_fail_errno(err, "'%s' holds no office", data_dir);
    if (!st) {
        mode_t mask = umask(077);

        st = wx_archive_create(out_path, options->passphrase, &b->archive, err);
        if (!st)
            st = add_all(b, err);
        if (!st)
            st = wx_archive_finish(b->archive, err);
        umask(mask);
    }
    wx_archive_close(b->archive);
    wx_buf_clear(&b->manifest);
    free(b);
    return st;
}

/* ---- the way back ---- */

struct restoring {
    struct wx_archive *archive;
    char dir[MAX_PATH]; /* beside the target until all is right */
    json_t *seen;       /* path → sha256 as extracted */
    struct wx_buf manifest;
    struct wx_backup_counts *counts;
};

/* office.db, or below the directories that we make; plain names only. */
static bool is_our_name(const char *name)
{
    struct wx_str s = wx_str_of(name);

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || strchr("._-/", c);

        if (!is_plain || (c == '.' && (i == 0 || s.ptr[i - 1] == '/')) ||
            (c == '/' && i && s.ptr[i - 1] == '/'))
            return false;
    }
    return wx_str_eqz(s, "office.db") || wx_str_starts(s, "rounds/") ||
           wx_str_starts(s, "files/") || wx_str_starts(s, "checkpoints/") ||
           wx_str_starts(s, "keys/");
}

static enum wx_status make_parents(struct restoring *r, const char *name,
                                   struct wx_err *err)
{
    char path[MAX_PATH];
    size_t base = strlen(r->dir) + 1;

    if (snprintf(path, sizeof path, "%s/%s", r->dir, name) >= (int)sizeof path)
        return wx_fail(err, WX_E_TOO_BIG, "the path of '%s' is too long", name);
    for (char *at = path + base; (at = strchr(at, '/')); at++) {
        *at = '\0';
        if (mkdir(path, 0700) < 0 && errno != EEXIST)
            return wx_fail_errno(err, "cannot create '%s'", path);
        *at = '/';
    }
    return WX_OK;
}

static enum wx_status extract_one(struct restoring *r, const char *name, uint64_t size,
                                  struct wx_err *err)
{
    struct wx_sha256 hash;
    char path[MAX_PATH + 104], hex[65];
    enum wx_status st;
    int fd;

    if (!is_our_name(name) || json_object_get(r->seen, name))
        return wx_fail(err, WX_E_INVALID, "'%.100s' is no file of a backup", name);
    st = make_parents(r, name, err);
    if (st)
        return st;
    snprintf(path, sizeof path, "%s/%.99s", r->dir, name);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return wx_fail_errno(err, "cannot create '%s'", path);
    st = wx_archive_extract(r->archive, fd, &hash, err);
    if (!st && fsync(fd) < 0)
        st = wx_fail_errno(err, "cannot write '%s'", path);
    close(fd);
    wx_hex(hash.bytes, sizeof hash.bytes, hex);
    json_object_set_new(r->seen, name, json_string(hex));
    r->counts->n_files++;
    r->counts->n_bytes += size;
    r->counts->has_keys |= wx_str_starts(wx_str_of(name), "keys/");
    return st;
}

static enum wx_status extract_all(struct restoring *r, struct wx_err *err)
{
    const char *name;
    uint64_t size;
    enum wx_status st;

    while (!(st = wx_archive_next(r->archive, &name, &size, err))) {
        if (r->manifest.len)
            return wx_fail(err, WX_E_INVALID, "'%.100s' stands behind the manifest",
                           name);
        if (strcmp(name, "manifest.json") == 0)
            st = wx_archive_take(r->archive, &r->manifest, err);
        else
            st = extract_one(r, name, size, err);
        if (st)
            return st;
    }
    return st == WX_E_CLOSED ? WX_OK : st;
}

/* Every file of the manifest was there with its hash, and no other. */
static enum wx_status compare(struct restoring *r, struct wx_err *err)
{
    json_t *manifest = json_loadb(r->manifest.ptr ? r->manifest.ptr : "",
                                  r->manifest.len, JSON_REJECT_DUPLICATES, NULL),
           *file;
    enum wx_status st = WX_OK;
    size_t i, n = json_array_size(json_object_get(manifest, "files"));

    if (json_integer_value(json_object_get(manifest, "version")) != 1)
        st = wx_fail(err, WX_E_INVALID, "the backup has no manifest that we know");
    json_array_foreach(json_object_get(manifest, "files"), i, file)
    {
        const char *path = json_string_value(json_object_get(file, "path"));
        const char *want = json_string_value(json_object_get(file, "sha256"));
        const char *got =
            path ? json_string_value(json_object_get(r->seen, path)) : NULL;

        if (!st && (!want || !got || strcmp(want, got) != 0))
            st = wx_fail(err, WX_E_INVALID, "'%.200s' is %s", path ? path : "?",
                         got ? "damaged" : "missing");
    }
    if (!st &&
        (n != json_object_size(r->seen) || !json_object_get(r->seen, "office.db")))
        st = wx_fail(err, WX_E_INVALID, "the backup's files are not its manifest's");
    json_decref(manifest);
    return st;
}

static enum wx_status check_databases(struct restoring *r, struct wx_err *err)
{
    enum wx_status st = WX_OK;
    const char *name;
    json_t *hash;

    json_object_foreach(r->seen, name, hash)
    {
        char path[MAX_PATH + 104]; /* a name of an archive has 99 bytes at most */

        (void)hash;
        if (st || !wx_str_ends(wx_str_of(name), ".db"))
            continue;
        snprintf(path, sizeof path, "%s/%.99s", r->dir, name);
        st = wx_database_check(path, true, err);
    }
    return st;
}

static void remove_tree(const char *path, int depth)
{
    struct dirent *entry;
    char below[MAX_PATH];
    DIR *dir = depth <= MAX_DEPTH ? opendir(path) : NULL;

    while (dir && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            snprintf(below, sizeof below, "%s/%s", path, entry->d_name) >=
                (int)sizeof below)
            continue;
        if (unlink(below) < 0)
            remove_tree(below, depth + 1);
    }
    if (dir)
        closedir(dir);
    (void)rmdir(path);
}

static enum wx_status make_place(struct restoring *r, const char *data_dir,
                                 struct wx_err *err)
{
    if (rmdir(data_dir) < 0 && errno != ENOENT)
        return errno == ENOTEMPTY || errno == EEXIST
                   ? wx_fail(err, WX_E_EXISTS, "'%s' is not empty", data_dir)
                   : wx_fail_errno(err, "cannot use '%s'", data_dir);
    if (snprintf(r->dir, sizeof r->dir, "%s.part", data_dir) >= (int)sizeof r->dir)
        return wx_fail(err, WX_E_TOO_BIG, "the path of the data directory is too long");
    if (mkdir(r->dir, 0700) < 0) {
        r->dir[0] = '\0';
        return wx_fail_errno(err, "cannot create '%s.part'", data_dir);
    }
    return WX_OK;
}

enum wx_status wx_backup_restore(const char *from_path, const char *data_dir,
                                 struct wx_str passphrase,
                                 struct wx_backup_counts *counts, struct wx_err *err)
{
    struct restoring *r = wx_new(struct restoring);
    enum wx_status st = wx_archive_open(from_path, passphrase, &r->archive, err);

    *counts = (struct wx_backup_counts){0};
    r->counts = counts;
    r->seen = json_object();
    r->manifest = WX_BUF_INIT(MAX_MANIFEST_BYTES);
    if (!st)
        st = make_place(r, data_dir, err);
    if (!st)
        st = extract_all(r, err);
    if (!st)
        st = compare(r, err);
    if (!st)
        st = check_databases(r, err);
    if (!st && rename(r->dir, data_dir) < 0)
        st = wx_fail_errno(err, "cannot create '%s'", data_dir);
    if (st && r->dir[0])
        remove_tree(r->dir, 0);
    wx_archive_close(r->archive);
    wx_buf_clear(&r->manifest);
    json_decref(r->seen);
    free(r);
    return st;
}
