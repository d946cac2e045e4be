#include "base/log.h"
#include "model/record.h"
#include "store/office_inner.h"
#include "store/overview_sums.h"

#include <stdio.h>

static const struct {
    int number;
    const char *sql;
} migrations[] = {
#define M(number, sql) {number, sql},
#include "store/migrations.def"
#undef M
};

static int read_version(struct wx_tx *tx)
{
    sqlite3_stmt *stmt = NULL;
    int version = 0;

    if (sqlite3_prepare_v2(tx->db, "PRAGMA user_version", -1, &stmt, NULL) ==
            SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW)
        version = sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    return version;
}

static const char *column_type(const struct wx_record_field *field)
{
    switch (field->kind) {
    case WX_F_INT:
    case WX_F_REF:
    case WX_F_TIME:
        return "INTEGER NOT NULL DEFAULT 0";
    case WX_F_BOOL: /* -1: not stated */
        return "INTEGER NOT NULL DEFAULT -1";
    default:
        return "TEXT NOT NULL DEFAULT ''";
    }
}

static bool has_column(struct wx_tx *tx, const char *table, const char *column)
{
    return sqlite3_table_column_metadata(tx->db, "main", table, column, NULL, NULL,
                                         NULL, NULL, NULL) == SQLITE_OK;
}

static bool is_frame_column(const char *name)
{
    return strcmp(name, "unit_id") == 0;
}

/* With all columns at once: adding seven hundred one by one makes SQLite read its whole
 * schema as often, which was most of a first start. */
static void add_table(struct wx_buf *sql, const struct wx_record_kind *kind)
{
    (void)wx_buf_printf(
        sql,
        "CREATE TABLE %s (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " rev INTEGER NOT NULL DEFAULT 1, unit_id INTEGER NOT NULL DEFAULT 0,"
        " created_s INTEGER NOT NULL DEFAULT 0, created_by INTEGER NOT NULL DEFAULT 0,"
        " updated_s INTEGER NOT NULL DEFAULT 0, updated_by INTEGER NOT NULL DEFAULT 0,"
        " retired_s INTEGER NOT NULL DEFAULT 0",
        kind->name);
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].kind != WX_F_GROUP &&
            !is_frame_column(kind->fields[i].name))
            (void)wx_buf_printf(sql, ", %s %s", kind->fields[i].name,
                                column_type(&kind->fields[i]));
    (void)wx_buf_printf(sql, ") STRICT; CREATE INDEX %s_unit ON %s (unit_id);",
                        kind->name, kind->name);
}

static void add_column(struct wx_buf *sql, struct wx_tx *tx,
                       const struct wx_record_kind *kind,
                       const struct wx_record_field *field)
{
    if (!is_frame_column(field->name) && !has_column(tx, kind->name, field->name))
        (void)wx_buf_printf(sql, "ALTER TABLE %s ADD COLUMN %s %s;", kind->name,
                            field->name, column_type(field));
}

static void add_indexes(struct wx_buf *sql, const struct wx_record_kind *kind,
                        const struct wx_record_field *field)
{
    if (field->flags & WX_FIELD_UNIQUE)
        (void)wx_buf_printf(sql,
                            "CREATE UNIQUE INDEX IF NOT EXISTS %s_%s ON %s (%s)"
                            " WHERE retired_s = 0 AND %s <> '';",
                            kind->name, field->name, kind->name, field->name,
                            field->name);
    if (field->flags & WX_FIELD_SORT || field->kind == WX_F_REF)
        (void)wx_buf_printf(sql, "CREATE INDEX IF NOT EXISTS %s_by_%s ON %s (%s, id);",
                            kind->name, field->name, kind->name, field->name);
}

static enum wx_status run_built(struct wx_tx *tx, struct wx_buf *sql,
                                struct wx_err *err)
{
    enum wx_status status;

    (void)wx_buf_addc(sql, '\0');
    status = sql->is_full
                 ? wx_fail(err, WX_E_TOO_BIG, "a record kind has too many fields")
                 : wx_office_exec(tx, sql->ptr, err);
    wx_buf_reset(sql);
    return status;
}

/* Tables follow the field tables: what is missing is added, nothing is taken away. */
static enum wx_status follow_kinds(struct wx_tx *tx, struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(1 << 18);
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < wx_record_kind_count(); i++) {
        const struct wx_record_kind *kind = wx_record_kind_at(i);

        bool is_new = !has_column(tx, kind->name, "id");

        if (is_new)
            add_table(&sql, kind);
        for (size_t f = 0; f < kind->n_fields; f++) {
            if (kind->fields[f].kind == WX_F_GROUP)
                continue;
            if (!is_new)
                add_column(&sql, tx, kind, &kind->fields[f]);
            add_indexes(&sql, kind, &kind->fields[f]);
        }
        status = run_built(tx, &sql, err);
    }
    wx_buf_clear(&sql);
    return status;
}

static enum wx_status run_one(struct wx_tx *tx, size_t i, struct wx_err *err)
{
    enum wx_status status = wx_office_exec(tx, migrations[i].sql, err);
    char mark[64];

    if (status)
        return status;
    snprintf(mark, sizeof mark, "PRAGMA user_version = %d", migrations[i].number);
    return wx_office_exec(tx, mark, err);
}

enum wx_status wx_office_migrate(struct wx_tx *tx, struct wx_err *err)
{
    int version = read_version(tx), newest = 0;
    enum wx_status status = wx_office_exec(tx, "BEGIN EXCLUSIVE", err);

    for (size_t i = 0; i < sizeof migrations / sizeof migrations[0]; i++) {
        newest = migrations[i].number;
        if (!status && newest > version)
            status = run_one(tx, i, err);
    }
    if (!status && version > newest)
        status = wx_fail(err, WX_E_UNSUPPORTED,
                         "'%s' was written by a newer wangxun (tables %d, this program"
                         " knows %d); use that one",
                         tx->office->path, version, newest);
    if (!status)
        status = follow_kinds(tx, err);
    if (!status)
        status = wx_org_watch(tx, err);
    if (!status)
        return wx_office_exec(tx, "COMMIT", err);
    sqlite3_exec(tx->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}
