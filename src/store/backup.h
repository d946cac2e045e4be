/*
 * A backup of an office's data directory, made while the server runs, and its way back.
 * Databases are copied with SQLite's online backup (one consistent state each), before
 * the files that their rows refer to: those are only ever added. A manifest with the
 * SHA-256 of every file ends it. Keys go along only when asked for: without them
 * sealed secrets stay sealed, whoever has the backup.
 */
#ifndef WX_STORE_BACKUP_H
#define WX_STORE_BACKUP_H

#include "store/archive.h"

struct wx_backup_options {
    struct wx_str passphrase; /* empty: the archive is plain */
    bool with_keys, no_evidence;
    int64_t now_s;
    struct wx_str checkpoint; /* newest signed one of the audit log; may be empty */
};
struct wx_backup_counts {
    uint64_t n_files, n_bytes;
    bool has_keys;
};
WX_MUST_CHECK enum wx_status wx_backup_make(const char *data_dir, const char *out_path,
                                            const struct wx_backup_options *options,
                                            struct wx_backup_counts *counts,
                                            struct wx_err *err);
/* DATA_DIR must not exist or be empty. Nothing stands there until every hash was right
 * and every database whole. */
WX_MUST_CHECK enum wx_status
wx_backup_restore(const char *from_path, const char *data_dir, struct wx_str passphrase,
                  struct wx_backup_counts *counts, struct wx_err *err);
/* PRAGMA integrity_check (DEEP) or quick_check of one database file. */
WX_MUST_CHECK enum wx_status wx_database_check(const char *path, bool deep,
                                               struct wx_err *err);

#endif
