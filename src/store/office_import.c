#include "store/office_import.h"

#include "store/query.h"
#include <stdio.h>

enum { MAX_NEW_UNITS = 5000 };

static const char *const state_names[WX_ROW_STATE_COUNT] = {"good", "mend", "skip"};

const char *wx_import_row_state_name(enum wx_import_row_state state)
{
    return (unsigned)state < WX_ROW_STATE_COUNT ? state_names[state] : "mend";
}

bool wx_import_row_state_find(struct wx_str name, enum wx_import_row_state *out)
{
    for (int i = 0; i < WX_ROW_STATE_COUNT; i++)
        if (wx_str_eqz(name, state_names[i])) {
            *out = (enum wx_import_row_state)i;
            return true;
        }
    return false;
}

/* ---- drafts ---- */

enum wx_status wx_import_add(struct wx_tx *tx, const struct wx_import_draft *draft,
                             int64_t *id, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "INSERT INTO import_draft (account_id, unit_id, kind, name, head, result,"
        " creates_units, updates_known, made_s) VALUES (?, ?, ?, ?, ?, '', ?, ?, ?)");
    enum wx_status status;

    wx_query_int(&q, draft->account_id);
    wx_query_int(&q, draft->unit_id);
    wx_query_str(&q, draft->kind);
    wx_query_str(&q, draft->name);
    wx_query_str(&q, draft->head);
    wx_query_int(&q, draft->creates_units);
    wx_query_int(&q, draft->updates_known);
    wx_query_int(&q, draft->made_s);
    status = wx_query_run(&q, err);
    if (!status)
        *id = wx_tx_last_id(tx);
    return status;
}

#define DRAFT_COLUMNS                                                                  \
    "SELECT id, account_id, rev, made_s, done_s, unit_id, kind, name, head, result,"   \
    " creates_units, updates_known FROM import_draft "

static void take_draft(struct wx_query *q, struct wx_arena *arena,
                       struct wx_import_draft *out)
{
    out->id = wx_query_get_int(q);
    out->account_id = wx_query_get_int(q);
    out->rev = wx_query_get_int(q);
    out->made_s = wx_query_get_int(q);
    out->done_s = wx_query_get_int(q);
    out->unit_id = wx_query_get_int(q);
    out->kind = wx_arena_str(arena, wx_query_get_str(q));
    out->name = wx_arena_str(arena, wx_query_get_str(q));
    out->head = wx_arena_str(arena, wx_query_get_str(q));
    out->result = wx_arena_str(arena, wx_query_get_str(q));
    out->creates_units = wx_query_get_int(q) != 0;
    out->updates_known = wx_query_get_int(q) != 0;
}

enum wx_status wx_import_get(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                             int64_t account_id, struct wx_import_draft *out,
                             struct wx_err *err)
{
    struct wx_query q = wx_query(tx, DRAFT_COLUMNS "WHERE id = ? AND account_id = ?");
    enum wx_status status;
    bool is_there;

    wx_query_int(&q, id);
    wx_query_int(&q, account_id);
    is_there = wx_query_next(&q);
    if (is_there)
        take_draft(&q, arena, out);
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such import");
    return status;
}

enum wx_status wx_import_save(struct wx_tx *tx, const struct wx_import_draft *draft,
                              struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "UPDATE import_draft SET rev = rev + 1, unit_id = ?, creates_units = ?,"
            " updates_known = ?, done_s = ?, result = ? WHERE id = ?");

    wx_query_int(&q, draft->unit_id);
    wx_query_int(&q, draft->creates_units);
    wx_query_int(&q, draft->updates_known);
    wx_query_int(&q, draft->done_s);
    wx_query_str(&q, draft->result);
    wx_query_int(&q, draft->id);
    return wx_query_run(&q, err);
}

enum wx_status wx_import_drop_rows(struct wx_tx *tx, int64_t id, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM import_row WHERE draft_id = ?");

    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_import_drop(struct wx_tx *tx, int64_t id, struct wx_err *err)
{
    enum wx_status status = wx_import_drop_rows(tx, id, err);
    struct wx_query q;

    if (status)
        return status;
    q = wx_query(tx, "DELETE FROM import_draft WHERE id = ?");
    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_imports_forget(struct wx_tx *tx, int64_t before_s, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "DELETE FROM import_row WHERE draft_id IN"
                                     " (SELECT id FROM import_draft WHERE made_s < ?)");
    enum wx_status status;

    wx_query_int(&q, before_s);
    status = wx_query_run(&q, err);
    if (status)
        return status;
    q = wx_query(tx, "DELETE FROM import_draft WHERE made_s < ?");
    wx_query_int(&q, before_s);
    return wx_query_run(&q, err);
}

enum wx_status wx_imports_list(struct wx_tx *tx, struct wx_arena *arena,
                               int64_t account_id, uint32_t limit,
                               struct wx_import_draft **out, size_t *n,
                               struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, DRAFT_COLUMNS "WHERE account_id = ? ORDER BY id DESC LIMIT ?");

    *out = wx_arena_array(arena, struct wx_import_draft, limit);
    *n = 0;
    wx_query_int(&q, account_id);
    wx_query_int(&q, limit);
    while (*n < limit && wx_query_next(&q))
        take_draft(&q, arena, &(*out)[(*n)++]);
    return wx_query_end(&q, err);
}

/* ---- rows ---- */

enum wx_status wx_import_row_put(struct wx_tx *tx, int64_t id,
                                 const struct wx_import_row *row, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "INSERT OR REPLACE INTO import_row (draft_id, n, row, state, texts,"
            " vals, problems, unit, unit_id, known_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

    wx_query_int(&q, id);
    wx_query_int(&q, row->n);
    wx_query_int(&q, row->row);
    wx_query_int(&q, row->state);
    wx_query_str(&q, row->texts);
    wx_query_str(&q, row->values);
    wx_query_str(&q, row->problems);
    wx_query_str(&q, row->unit.ptr ? row->unit : WX_STR(""));
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, row->known_id);
    return wx_query_run(&q, err);
}

#define ROW_COLUMNS                                                                    \
    "SELECT n, row, state, texts, vals, problems, unit, unit_id, known_id FROM"        \
    " import_row "

static void take_row(struct wx_query *q, struct wx_arena *arena,
                     struct wx_import_row *out)
{
    out->n = wx_query_get_int(q);
    out->row = (uint32_t)wx_query_get_int(q);
    out->state = (enum wx_import_row_state)wx_query_get_int(q);
    out->texts = wx_arena_str(arena, wx_query_get_str(q));
    out->values = wx_arena_str(arena, wx_query_get_str(q));
    out->problems = wx_arena_str(arena, wx_query_get_str(q));
    out->unit = wx_arena_str(arena, wx_query_get_str(q));
    out->unit_id = wx_query_get_int(q);
    out->known_id = wx_query_get_int(q);
}

enum wx_status wx_import_rows(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                              int64_t after_n, enum wx_import_row_state state,
                              uint32_t limit, struct wx_import_row **out, size_t *n,
                              struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, ROW_COLUMNS "WHERE draft_id = ? AND n > ? AND (? OR state = ?)"
                                 " ORDER BY n LIMIT ?");

    *out = wx_arena_array(arena, struct wx_import_row, limit);
    *n = 0;
    wx_query_int(&q, id);
    wx_query_int(&q, after_n);
    wx_query_int(&q, state == WX_ROW_STATE_COUNT);
    wx_query_int(&q, state);
    wx_query_int(&q, limit);
    while (*n < limit && wx_query_next(&q))
        take_row(&q, arena, &(*out)[(*n)++]);
    return wx_query_end(&q, err);
}

enum wx_status wx_import_row_get(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                 int64_t n, struct wx_import_row *out,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(tx, ROW_COLUMNS "WHERE draft_id = ? AND n = ?");
    enum wx_status status;
    bool is_there;

    wx_query_int(&q, id);
    wx_query_int(&q, n);
    is_there = wx_query_next(&q);
    if (is_there)
        take_row(&q, arena, out);
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no row %lld", (long long)n);
    return status;
}

enum wx_status wx_import_count(struct wx_tx *tx, int64_t id,
                               struct wx_import_counts *out, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT state, count(*), sum(state = 0 AND known_id <> 0),"
            " sum(state = 0 AND unit <> '' AND unit_id = 0), count(DISTINCT CASE WHEN"
            " state = 0 AND unit_id = 0 AND unit <> '' THEN unit END),"
            " sum(state = 0 AND unit = '') FROM import_row WHERE draft_id = ? GROUP BY "
            "state");

    *out = (struct wx_import_counts){0};
    wx_query_int(&q, id);
    while (wx_query_next(&q)) {
        int64_t state = wx_query_get_int(&q);
        uint32_t n = (uint32_t)wx_query_get_int(&q);

        out->n_rows += n;
        if (state >= 0 && state < WX_ROW_STATE_COUNT)
            out->n_state[state] = n;
        out->n_known += (uint32_t)wx_query_get_int(&q);
        out->n_no_unit += (uint32_t)wx_query_get_int(&q);
        out->n_new_units += (uint32_t)wx_query_get_int(&q);
        out->n_unnamed += (uint32_t)wx_query_get_int(&q);
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_import_rows_find_units(struct wx_tx *tx, int64_t id,
                                         struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "UPDATE import_row SET unit_id = coalesce((SELECT min(u.id) FROM"
                     " v_unit u WHERE u.name = import_row.unit AND u.retired_s = 0), 0)"
                     " WHERE draft_id = ? AND unit <> '' AND unit_id <= 0");

    wx_query_int(&q, id);
    return wx_query_run(&q, err);
}

enum wx_status wx_import_new_units(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                   struct wx_str **names, struct wx_str **texts,
                                   size_t *n, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT unit, texts, min(n)" /* texts of that very row (SQLite) */
                     " FROM import_row WHERE draft_id = ? AND state = 0 AND unit <> ''"
                     " AND unit_id = 0 GROUP BY unit ORDER BY min(n)");

    *names = wx_arena_array(arena, struct wx_str, MAX_NEW_UNITS);
    *texts = wx_arena_array(arena, struct wx_str, MAX_NEW_UNITS);
    *n = 0;
    wx_query_int(&q, id);
    while (*n < MAX_NEW_UNITS && wx_query_next(&q)) {
        (*names)[*n] = wx_arena_str(arena, wx_query_get_str(&q));
        (*texts)[(*n)++] = wx_arena_str(arena, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

/* ---- looking up ---- */

/* The only id of a query with at most two rows. */
static enum wx_status only_id(struct wx_query *q, int64_t *id, struct wx_err *err)
{
    *id = wx_query_next(q) ? wx_query_get_int(q) : 0;
    if (*id && wx_query_next(q))
        *id = -1;
    return wx_query_end(q, err);
}

enum wx_status wx_unit_by_name(struct wx_tx *tx, struct wx_str name, int64_t *id,
                               struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "SELECT id FROM v_unit WHERE retired_s = 0 AND name = ? LIMIT 2");
    enum wx_status status;

    wx_query_str(&q, name);
    status = only_id(&q, id, err);
    if (status || *id)
        return status;
    q = wx_query(tx, "SELECT id FROM v_unit WHERE retired_s = 0 AND short_name = ?"
                     " AND short_name <> '' LIMIT 2");
    wx_query_str(&q, name);
    return only_id(&q, id, err);
}

enum wx_status wx_person_by_name(struct wx_tx *tx, int64_t unit_id, struct wx_str name,
                                 int64_t *id, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT id FROM v_person WHERE retired_s = 0"
                                     " AND unit_id = ? AND name = ? LIMIT 1");

    wx_query_int(&q, unit_id);
    wx_query_str(&q, name);
    return only_id(&q, id, err);
}

enum wx_status wx_record_by_value(struct wx_tx *tx, const struct wx_record_kind *kind,
                                  const struct wx_record_field *field,
                                  struct wx_str value, int64_t unit_id, int64_t *id,
                                  struct wx_err *err)
{
    bool is_unit = strcmp(kind->owner, "id") == 0;
    char sql[240];
    struct wx_query q;

    snprintf(sql, sizeof sql,
             "SELECT id FROM v_%s WHERE retired_s = 0 AND %s = ? AND (? = 0 OR %s = ?)"
             " LIMIT 1",
             kind->name, field->name, is_unit ? "parent_id" : kind->owner);
    q = wx_query(tx, sql);
    wx_query_str(&q, value);
    wx_query_int(&q, unit_id);
    wx_query_int(&q, unit_id == WX_OF_NO_UNIT ? 0 : unit_id);
    return only_id(&q, id, err);
}
