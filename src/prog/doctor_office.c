/* wangxun doctor --data DIR: is an office's data whole, and are its secrets guarded? */
#include "access/audit.h"
#include "access/key.h"
#include "base/limits.h"
#include "prog/doctor_office.h"
#include "store/backup.h"
#include "store/store.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

enum { DETAIL_BYTES = 300, PATH_BYTES = 4096 };
static const uint64_t low_disk_bytes = (uint64_t)1 << 30;

struct look {
    const struct wx_options *options;
    const char *dir;
    char detail[DETAIL_BYTES];
};

static bool failed(struct look *look, const struct wx_err *err)
{
    snprintf(look->detail, sizeof look->detail, "%.*s", (int)sizeof look->detail - 1,
             err->text);
    return false;
}

static bool look_database(struct look *look)
{
    char path[PATH_BYTES];
    struct wx_err err;

    snprintf(path, sizeof path, "%s/office.db", look->dir);
    if (wx_database_check(path, look->options->deep, &err))
        return failed(look, &err);
    snprintf(look->detail, sizeof look->detail, "%s",
             look->options->deep ? "integrity_check" : "quick_check");
    return true;
}

static bool look_keys(struct look *look)
{
    static const char *const names[] = {WX_KEY_FIELD, WX_KEY_CHECKPOINT};
    struct wx_seal_key key;
    struct wx_err err;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        enum wx_status st = wx_key_load(look->dir, names[i], false, &key, &err);

        wx_seal_key_forget(&key);
        if (st && st != WX_E_NOT_FOUND) /* made on first use */
            return failed(look, &err);
    }
    return true;
}

static bool look_rights(struct look *look)
{
    struct stat about;

    if (stat(look->dir, &about) < 0) {
        snprintf(look->detail, sizeof look->detail, "%s: %s", look->dir,
                 strerror(errno));
        return false;
    }
    snprintf(look->detail, sizeof look->detail, "%s %04o", look->dir,
             about.st_mode & 07777);
    return (about.st_mode & 077) == 0;
}

static bool look_disk(struct look *look)
{
    struct statvfs disk;
    uint64_t n;

    if (statvfs(look->dir, &disk) < 0)
        return false;
    n = (uint64_t)disk.f_bavail * disk.f_frsize;
    snprintf(look->detail, sizeof look->detail, "%llu MiB",
             (unsigned long long)(n >> 20));
    return n >= low_disk_bytes;
}

static bool look_audit(struct look *look)
{
    struct wx_audit_verdict verdict = {0};
    struct wx_office *office = NULL;
    struct wx_tx *tx = NULL;
    struct wx_err err;
    enum wx_status st = wx_office_open_reading(look->dir, &office, &err);

    if (!st)
        st = wx_tx_read(office, NULL, &tx, &err);
    if (!st)
        st = wx_audit_verify(tx, WX_STR(""), NULL, &verdict, &err);
    wx_tx_end(tx);
    wx_office_close(office);
    if (st)
        return st == WX_E_NOT_FOUND || failed(look, &err);
    snprintf(look->detail, sizeof look->detail, "%lld%s%.200s",
             (long long)verdict.n_events, verdict.why[0] ? ": " : "", verdict.why);
    return verdict.bad_number == 0;
}

static bool check_round(struct look *look, const char *name)
{
    char path[PATH_BYTES];
    struct wx_store *store = NULL;
    struct wx_err err;
    enum wx_status st;

    snprintf(path, sizeof path, "%s/rounds/%s", look->dir, name);
    st = wx_store_open(path, WX_STORE_READ, &store, &err);
    if (!st)
        st = wx_store_check(store, look->options->deep, &err);
    wx_store_close(store);
    return st ? failed(look, &err) : true;
}

static bool look_rounds(struct look *look)
{
    char path[PATH_BYTES];
    struct dirent *entry;
    bool is_good = true;
    size_t n = 0;
    DIR *dir;

    snprintf(path, sizeof path, "%s/rounds", look->dir);
    dir = opendir(path);
    while (dir && is_good && (entry = readdir(dir)))
        if (entry->d_name[0] != '.') {
            is_good = check_round(look, entry->d_name);
            n++;
        }
    if (dir)
        closedir(dir);
    if (is_good)
        snprintf(look->detail, sizeof look->detail, "%zu", n);
    return is_good;
}

static const struct {
    enum wx_text name, cost;
    bool (*look)(struct look *look);
} checks[] = {
    {WX_T_DOCTOR_RIGHTS, WX_T_DOCTOR_RIGHTS_BAD, look_rights},
    {WX_T_DOCTOR_KEYS, WX_T_DOCTOR_KEYS_BAD, look_keys},
    {WX_T_DOCTOR_DATABASE, WX_T_DOCTOR_RESTORE, look_database},
    {WX_T_DOCTOR_AUDIT, WX_T_DOCTOR_AUDIT_BAD, look_audit},
    {WX_T_DOCTOR_ROUNDS, WX_T_DOCTOR_RESTORE, look_rounds},
    {WX_T_DOCTOR_DISK, WX_T_DOCTOR_DISK_BAD, look_disk},
};

bool wx_doctor_office(const struct wx_options *options, struct wx_json *out)
{
    enum wx_lang lang = options->language;
    bool all_good = true;

    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        struct look look = {.options = options, .dir = options->data};
        bool is_good = checks[i].look(&look);

        all_good &= is_good;
        wx_json_open(out, '{');
        wx_json_kz(out, "check", wx_text(lang, checks[i].name));
        wx_json_kbool(out, "ok", is_good);
        wx_json_kbool(out, "optional", false);
        wx_json_kz(out, "detail", look.detail);
        wx_json_close(out, '}');
        if (options->json)
            continue;
        printf("[%s] %s%s%s\n",
               wx_text(lang, is_good ? WX_T_DOCTOR_OK : WX_T_DOCTOR_BAD),
               wx_text(lang, checks[i].name), look.detail[0] ? ": " : "", look.detail);
        if (!is_good)
            printf("      → %s\n", wx_text(lang, checks[i].cost));
    }
    return all_good;
}
