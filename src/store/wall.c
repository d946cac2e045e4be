/*
 * The second wall (office.h): for each table in the list a view of the rows in scope,
 * triggers against changes of others, and an authorizer that refuses to prepare a
 * statement which reads the table itself. The authorizer is told the innermost view or
 * trigger that a column is read for, so reading through our view passes.
 */
#include "model/record.h"
#include "store/office_inner.h"
#include "store/wall.h"

#include <stdio.h>

/* Tables with an owner that are not records. */
static const struct wx_walled walled[] = {
#define W(table, owner) {table, owner, NULL, false},
#define P(table, owner, parts) {table, owner, parts, false},
#include "store/walled.def"
#undef P
#undef W
};

/* Records that several units share. */
static const struct wx_shared shared[] = {
#define S(table, parts, column) {table, parts, column},
#include "store/shared.def"
#undef S
};

static bool walled_at(size_t i, struct wx_walled *out)
{
    size_t n_kinds = wx_record_kind_count();

    if (i < n_kinds) {
        const struct wx_record_kind *kind = wx_record_kind_at(i);

        *out = (struct wx_walled){kind->name, kind->owner,
                                  wx_record_field_find(kind, WX_STR("parts")) ? "parts"
                                                                              : NULL,
                                  wx_record_field_find(kind, WX_STR("told")) != NULL};
        return true;
    }
    if (i - n_kinds >= sizeof walled / sizeof walled[0] || !walled[i - n_kinds].table)
        return false;
    *out = walled[i - n_kinds];
    return true;
}

static bool is_walled(const char *table)
{
    struct wx_walled w;

    for (size_t i = 0; walled_at(i, &w); i++)
        if (strcmp(w.table, table) == 0)
            return true;
    return false;
}

static void sees(sqlite3_context *context, int n, sqlite3_value **values)
{
    const struct wx_tx *tx = sqlite3_user_data(context);
    uint32_t parts = n > 1 ? (uint32_t)sqlite3_value_int(values[1]) : 0;

    sqlite3_result_int(
        context, tx->scope && wx_scope_has_item(tx->scope,
                                                sqlite3_value_int64(values[0]), parts));
}

static int authorize(void *ctx, int action, const char *table, const char *column,
                     const char *db, const char *inner)
{
    const struct wx_tx *tx = ctx;

    (void)column;
    (void)db;
    if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
        return SQLITE_DENY;
    if (action != SQLITE_READ || tx->is_trusting || !table || !is_walled(table))
        return SQLITE_OK;
    if (inner && ((strncmp(inner, "v_", 2) == 0 && strcmp(inner + 2, table) == 0) ||
                  strncmp(inner, "wall_", 5) == 0))
        return SQLITE_OK;
    return SQLITE_DENY;
}

static void sees_untold(sqlite3_context *context, int n, sqlite3_value **values)
{
    const struct wx_tx *tx = sqlite3_user_data(context);

    (void)n;
    (void)values;
    sqlite3_result_int(context, tx->scope && tx->scope->sees_untold);
}

/* wx_sees(PREFIX.unit_id) or wx_sees(PREFIX.unit_id, PREFIX.parts); what its unit was
 * not told of is seen by those only who prepare it */
static void put_sees(struct wx_buf *sql, const struct wx_walled *w, const char *prefix)
{
    (void)wx_buf_printf(sql, "wx_sees(%s%s", prefix, w->owner);
    if (w->parts)
        (void)wx_buf_printf(sql, ", %s%s", prefix, w->parts);
    (void)wx_buf_addc(sql, ')');
    if (w->has_told)
        (void)wx_buf_printf(sql, " AND (%stold <> 0 OR wx_sees_untold())", prefix);
}

static const struct wx_shared *shared_find(const char *table)
{
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++)
        if (strcmp(shared[i].table, table) == 0)
            return &shared[i];
    return NULL;
}

/* " OR one of its parts is seen". A view asks the parts' own view, so that the
 * authorizer knows for what they are read; a trigger cannot, and what it reads is let
 * through. */
static void or_part(struct wx_buf *sql, const struct wx_walled *w, const char *row,
                    bool is_view)
{
    const struct wx_shared *s = shared_find(w->table);

    if (s)
        (void)wx_buf_printf(sql,
                            " OR EXISTS (SELECT 1 FROM %s%s p WHERE p.%s = %sid%s)",
                            is_view ? "v_" : "main.", s->parts, s->column, row,
                            is_view ? "" : " AND wx_sees(p.unit_id)");
}

static void put_triggers(struct wx_buf *sql, const struct wx_walled *w)
{
    (void)wx_buf_printf(sql,
                        "CREATE TEMP TRIGGER wall_update_%s BEFORE UPDATE ON main.%s"
                        " WHEN NOT ((",
                        w->table, w->table);
    put_sees(sql, w, "OLD.");
    (void)wx_buf_addz(sql, " AND ");
    put_sees(sql, w, "NEW.");
    (void)wx_buf_addc(sql, ')');
    or_part(sql, w, "OLD.", false);
    (void)wx_buf_printf(sql,
                        ") BEGIN SELECT RAISE(ABORT, 'outside the scope'); END;"
                        "CREATE TEMP TRIGGER wall_delete_%s BEFORE DELETE ON main.%s"
                        " WHEN NOT ((",
                        w->table, w->table);
    put_sees(sql, w, "OLD.");
    (void)wx_buf_addc(sql, ')');
    or_part(sql, w, "OLD.", false);
    (void)wx_buf_addz(sql, ") BEGIN SELECT RAISE(ABORT, 'outside the scope'); END;");
}

static enum wx_status build_one(struct wx_tx *tx, const struct wx_walled *w,
                                struct wx_err *err)
{
    struct wx_buf sql = WX_BUF_INIT(8192);
    enum wx_status status;

    (void)wx_buf_printf(&sql,
                        "CREATE TEMP VIEW v_%s AS SELECT * FROM main.%s AS whole"
                        " WHERE ",
                        w->table, w->table);
    put_sees(&sql, w, "whole.");
    or_part(&sql, w, "whole.", true);
    (void)wx_buf_addc(&sql, ';');
    if (tx->is_write)
        put_triggers(&sql, w);
    (void)wx_buf_addc(&sql, '\0');
    status = wx_office_exec(tx, sql.ptr, err);
    wx_buf_clear(&sql);
    return status;
}

enum wx_status wx_wall_build(struct wx_tx *tx, struct wx_err *err)
{
    struct wx_walled w;
    enum wx_status status = WX_OK;

    /* not SQLITE_DETERMINISTIC: the scope changes from one transaction to the next */
    if (sqlite3_create_function(tx->db, "wx_sees", 1, SQLITE_UTF8 | SQLITE_INNOCUOUS,
                                tx, sees, NULL, NULL) ||
        sqlite3_create_function(tx->db, "wx_sees", 2, SQLITE_UTF8 | SQLITE_INNOCUOUS,
                                tx, sees, NULL, NULL) ||
        sqlite3_create_function(tx->db, "wx_sees_untold", 0,
                                SQLITE_UTF8 | SQLITE_INNOCUOUS, tx, sees_untold, NULL,
                                NULL))
        return wx_office_fail(tx, sqlite3_extended_errcode(tx->db), err);
    for (size_t i = 0; !status && walled_at(i, &w); i++)
        status = build_one(tx, &w, err);
    if (!status)
        sqlite3_set_authorizer(tx->db, authorize, tx);
    return status;
}
