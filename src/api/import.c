/*
 * Imports: a table is uploaded or pasted, read in the jailed child, understood row by
 * row and kept as a draft; its maker mends rows and then commits (import_commit.c).
 */
#include "api/import.h"

#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "api/upload.h"
#include "base/clock.h"
#include "base/limits.h"
#include "register/check.h"
#include "register/form.h"
#include <stdlib.h>

enum {
    KEPT_S = 30 * 86400,       /* drafts nobody came back to */
    MAX_ROWS_PER_CHANGE = 500, /* rows mended at once */
    MAX_LISTED = 50,
};

/* ---- drafts ---- */

enum wx_status wx_import_of_call(struct wx_call *call, bool must_be_open,
                                 struct wx_import_draft *out, struct wx_err *err)
{
    enum wx_status status = wx_import_get(call->tx, &call->arena, call->path_id[0],
                                          call->who.account_id, out, err);

    if (!status && must_be_open && out->done_s)
        return wx_call_refuse(call, WX_P_STATE, err, "the import is finished");
    return status;
}

enum wx_status wx_find_import(struct wx_call *call, struct wx_err *err)
{
    struct wx_import_draft draft;
    enum wx_status status = wx_import_of_call(call, false, &draft, err);

    if (status)
        return status;
    call->object = (struct wx_object){.is_none = true, .exists = true};
    call->object_id = draft.id;
    call->object_rev = draft.rev;
    wx_call_audit(call, "import", draft.id, 0);
    return WX_OK;
}

const struct wx_record_kind *wx_import_kind(const struct wx_import_draft *draft)
{
    return wx_record_kind_find(draft->kind);
}

static bool is_unit_kind(const struct wx_record_kind *kind)
{
    return strcmp(kind->owner, "id") == 0;
}

const struct wx_record_field *wx_import_unit_field(const struct wx_record_kind *kind)
{
    return wx_record_field_find(kind, is_unit_kind(kind) ? WX_STR("parent_id")
                                                         : WX_STR("unit_id"));
}

static struct wx_str text_of(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    return (struct wx_str){json_string_value(v), json_string_length(v)};
}

static struct wx_str dumped(struct wx_arena *arena, const json_t *value)
{
    char *z = json_dumps(value, JSON_COMPACT);
    struct wx_str out = wx_arena_str(arena, wx_str_of(z ? z : "{}"));

    free(z);
    return out;
}

/* What the field table cannot say of the row's values. */
static void check_meaning(const struct wx_import_keeping *k, int64_t known_id,
                          json_t *row)
{
    struct wx_field_problems problems = {.n = 0}, warnings = {.n = 0};
    struct wx_check check = {.tx = k->tx,
                             .arena = k->arena,
                             .kind = k->kind,
                             .id = known_id,
                             .values = json_object_get(row, "values"),
                             .now_s = k->now_s,
                             .problems = &problems,
                             .warnings = &warnings};

    if (wx_register_check(&check, NULL))
        wx_understand_tell(k->kind, k->lang, k->heads, &problems, true, row);
    wx_understand_tell(k->kind, k->lang, k->heads, &warnings, false, row);
}

enum wx_status wx_import_keep(const struct wx_import_keeping *k, int64_t n, json_t *row,
                              struct wx_err *err)
{
    const struct wx_record_field *key = wx_understand_key(k->kind);
    const struct wx_record_field *owner = wx_import_unit_field(k->kind);
    const json_t *texts = json_object_get(row, "texts");
    struct wx_str value = text_of(json_object_get(row, "values"), key->name);
    struct wx_import_row kept = {
        .n = n,
        .row = (uint32_t)json_integer_value(json_object_get(row, "row")),
        .state = WX_ROW_MEND,
        .texts = dumped(k->arena, texts),
        .unit = owner ? wx_str_trim(text_of(texts, owner->name)) : WX_STR(""),
    };
    enum wx_status status = WX_OK;
    int64_t among;

    if (kept.unit.len)
        status = wx_unit_by_name(k->tx, kept.unit, &kept.unit_id, err);
    among = key->flags & WX_FIELD_UNIQUE              ? 0
            : !kept.unit.len && is_unit_kind(k->kind) ? WX_OF_NO_UNIT
            : kept.unit_id > 0                        ? kept.unit_id
                                                      : 0;
    if (!status && value.len && (key->flags & WX_FIELD_UNIQUE || among))
        status =
            wx_record_by_value(k->tx, k->kind, key, value, among, &kept.known_id, err);
    if (status)
        return status;
    check_meaning(k, kept.known_id, row);
    (void)wx_import_row_state_find(text_of(row, "state"), &kept.state);
    kept.values = dumped(k->arena, json_object_get(row, "values"));
    kept.problems = dumped(k->arena, json_object_get(row, "problems"));
    return wx_import_row_put(k->tx, k->draft_id, &kept, err);
}

/* ---- POST /imports ---- */

struct taking {
    const struct wx_record_kind *kind;
    struct wx_upload upload;
    struct wx_convert_answer answer;
    struct wx_understanding understood;
    struct wx_import_draft draft;
};

static struct wx_str head_of(struct wx_call *call, const struct taking *t)
{
    const struct wx_understanding *u = &t->understood;
    json_t *head = json_object(), *columns = json_array();
    struct wx_str out;

    for (size_t i = 0; i < u->n_columns; i++) {
        const struct wx_understood_column *c = &u->columns[i];
        struct wx_str name = wx_utf8_clip(c->head, 200);
        json_t *column = json_object();

        json_object_set_new(column, "head",
                            json_stringn(name.ptr ? name.ptr : "", name.len));
        json_object_set_new(column, "field",
                            c->field ? json_string(c->field) : json_null());
        json_object_set_new(column, "repeated", json_boolean(c->is_repeated));
        json_array_append_new(columns, column);
    }
    json_object_set_new(head, "columns", columns);
    json_object_set_new(head, "heads", wx_understanding_heads(u));
    json_object_set_new(head, "header_row", json_integer(u->header_row));
    json_object_set_new(head, "note",
                        json_loadb(t->answer.note.ptr, t->answer.note.len, 0, NULL));
    out = dumped(&call->arena, head);
    json_decref(head);
    return out;
}

static enum wx_status keep_rows(struct wx_call *call, struct taking *t, int64_t id,
                                struct wx_err *err)
{
    const struct wx_table *table = &t->answer.table;
    json_t *heads = wx_understanding_heads(&t->understood);
    enum wx_status status = WX_OK;
    struct wx_arena scratch; /* of one row: a table may have tens of thousands */
    struct wx_import_keeping keeping = {call->tx, &scratch, t->kind,    call->lang,
                                        heads,    id,       call->now_s};
    int64_t n = 0;

    wx_arena_init(&scratch);
    for (size_t i = t->understood.first; !status && i < table->n_rows; i++) {
        json_t *rows = wx_understand_row(&scratch, &t->understood, &table->rows[i]);

        for (size_t k = 0; !status && k < json_array_size(rows); k++) {
            if (++n > WX_MAX_IMPORT_ROWS)
                status =
                    wx_fail(err, WX_E_TOO_BIG, "more than %d rows; split the table",
                            WX_MAX_IMPORT_ROWS);
            else
                status = wx_import_keep(&keeping, n, json_array_get(rows, k), err);
        }
        json_decref(rows);
        wx_arena_reset(&scratch);
    }
    wx_arena_clear(&scratch);
    json_decref(heads);
    return status;
}

static enum wx_status keep_draft(struct wx_call *call, struct taking *t,
                                 struct wx_err *err)
{
    enum wx_status status =
        wx_tx_write(wx_call_office(call), &call->scope, &call->tx, err);
    int64_t id = 0;

    if (!status)
        status = wx_imports_forget(call->tx, call->now_s - KEPT_S, err);
    if (!status)
        status = wx_import_add(call->tx, &t->draft, &id, err);
    if (!status)
        status = keep_rows(call, t, id, err);
    if (!status)
        status = wx_import_get(call->tx, &call->arena, id, call->who.account_id,
                               &t->draft, err);
    if (!status)
        status = wx_import_reply(call, &t->draft, err);
    wx_call_audit(call, "import", id, 0);
    if (!status)
        status = wx_call_leave_trace(call, call->tx, err);
    if (!status)
        status = wx_tx_commit(call->tx, err);
    wx_tx_end(call->tx);
    call->tx = NULL;
    if (!status)
        wx_call_created(call, "imports", id);
    return status;
}

static enum wx_status understand(struct wx_call *call, struct taking *t,
                                 struct wx_err *err)
{
    struct wx_table list;
    struct wx_err why = {0};

    if (strcmp(t->kind->name, "site") == 0 &&
        wx_form_read(&call->arena, &t->answer.table, &list))
        t->answer.table = list; /* survey forms are a list of sites */
    if (wx_table_understand(&call->arena, &t->answer.table, t->kind, call->lang,
                            &t->understood, &why))
        return wx_call_refuse(call, WX_P_UNREADABLE, err, "%s", why.text);
    t->draft = (struct wx_import_draft){
        .account_id = call->who.account_id,
        .unit_id = call->who.unit_id,
        .kind = wx_str_of(t->kind->name),
        .name = t->upload.name,
        .head = head_of(call, t),
        .made_s = call->now_s,
    };
    return WX_OK;
}

/* Records of the register that the caller may add somewhere at all; never what the
 * server keeps sealed, or leads from state to state (reviews, plans). */
static bool is_importable(const struct wx_call *call, const struct wx_record_kind *kind)
{
    const struct wx_endpoint *create = wx_record_endpoint(kind, 1);

    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].flags & WX_FIELD_SEALED ||
            (kind->fields[i].flags & WX_FIELD_READ_ONLY &&
             kind->fields[i].kind == WX_F_ENUM))
            return false;
    return create && wx_access_may(&call->who, create->op);
}

enum wx_status wx_import_create(struct wx_call *call, struct wx_err *err)
{
    struct taking t = {0};
    struct wx_str kind = wx_upload_field(call, "kind");
    enum wx_status status = wx_upload_take(call, &t.upload, err);

    if (status)
        return status;
    t.kind = wx_record_kind_find(kind.len ? kind : WX_STR("site"));
    if (!t.kind || !is_importable(call, t.kind))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'kind'");
    status = wx_upload_read(call, WX_CONVERT_TABLE, t.upload.bytes, &t.answer, err);
    if (!status)
        status = understand(call, &t, err);
    if (!status)
        status = keep_draft(call, &t, err);
    wx_understanding_clear(&t.understood);
    return status;
}

/* ---- reading ---- */

static void put_columns(struct wx_json *j, const struct wx_import_draft *draft)
{
    json_t *head = json_loadb(draft->head.ptr, draft->head.len, 0, NULL);
    char *columns = json_dumps(json_object_get(head, "columns"), JSON_COMPACT);

    wx_json_kint(j, "header_row",
                 json_integer_value(json_object_get(head, "header_row")));
    wx_json_key(j, "columns");
    wx_json_raw(j, wx_str_of(columns ? columns : "[]"));
    free(columns);
    json_decref(head);
}

static void put_draft(struct wx_json *j, const struct wx_import_draft *draft)
{
    char at[24];

    wx_json_kint(j, "id", draft->id);
    wx_json_kstr(j, "kind", draft->kind);
    wx_json_kstr(j, "name", draft->name);
    wx_json_kz(j, "state", draft->done_s ? "done" : "open");
    wx_time_format(draft->made_s, at);
    wx_json_kz(j, "made_at", at);
    wx_json_kbool(j, "creates_units", draft->creates_units);
    wx_json_kbool(j, "updates_known", draft->updates_known);
    wx_json_key(j, "unit_id");
    if (draft->unit_id)
        wx_json_int(j, draft->unit_id);
    else
        wx_json_null(j);
    if (draft->result.len) {
        wx_json_key(j, "result");
        wx_json_raw(j, draft->result);
    }
}

static void put_counts(struct wx_json *j, const struct wx_import_counts *c)
{
    wx_json_key(j, "counts");
    wx_json_open(j, '{');
    wx_json_kint(j, "rows", c->n_rows);
    for (int i = 0; i < WX_ROW_STATE_COUNT; i++)
        wx_json_kint(j, wx_import_row_state_name((enum wx_import_row_state)i),
                     c->n_state[i]);
    wx_json_kint(j, "known", c->n_known);
    wx_json_kint(j, "without_unit", c->n_no_unit);
    wx_json_kint(j, "new_units", c->n_new_units);
    wx_json_kint(j, "unnamed_unit", c->n_unnamed);
    wx_json_close(j, '}');
}

enum wx_status wx_import_reply(struct wx_call *call,
                               const struct wx_import_draft *draft, struct wx_err *err)
{
    struct wx_import_counts counts;
    enum wx_status status = wx_import_count(call->tx, draft->id, &counts, err);
    struct wx_json j = wx_call_json(call);

    if (status)
        return status;
    wx_json_open(&j, '{');
    put_draft(&j, draft);
    put_columns(&j, draft);
    put_counts(&j, &counts);
    wx_json_close(&j, '}');
    wx_call_etag(call, draft->rev);
    return WX_OK;
}

enum wx_status wx_import_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_import_draft draft;
    enum wx_status status = wx_import_of_call(call, false, &draft, err);

    return status ? status : wx_import_reply(call, &draft, err);
}

enum wx_status wx_imports_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_import_draft *drafts;
    struct wx_json j = wx_call_json(call);
    size_t n;
    enum wx_status status = wx_imports_list(
        call->tx, &call->arena, call->who.account_id, MAX_LISTED, &drafts, &n, err);

    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        wx_json_open(&j, '{');
        put_draft(&j, &drafts[i]);
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    wx_json_null(&j);
    wx_json_kint(&j, "total", (int64_t)n);
    wx_json_close(&j, '}');
    return WX_OK;
}

/* A unit that the register does not have, told beside the row's own problems. */
static void put_problems(struct wx_call *call, struct wx_json *j,
                         const struct wx_import_draft *draft,
                         const struct wx_import_row *row)
{
    const struct wx_record_kind *kind = wx_import_kind(draft);
    const struct wx_record_field *owner = wx_import_unit_field(kind);
    bool is_lost = row->unit.len && row->unit_id <= 0 && !draft->creates_units;
    size_t inner = row->problems.len > 2 ? row->problems.len - 1 : 1;

    wx_json_key(j, "problems");
    if (!is_lost || !owner) {
        wx_json_raw(j, row->problems);
        return;
    }
    wx_json_raw(j, wx_str_sub(row->problems, 0, inner));
    j->needs_comma = row->problems.len > 2;
    wx_json_open(j, '{');
    wx_json_kz(j, "field", owner->name);
    wx_json_kz(j, "column", call->lang == WX_EN ? owner->en : owner->zh);
    wx_json_kstr(j, "value", row->unit);
    wx_json_kz(j, "code", row->unit_id < 0 ? "several_units" : "unknown_unit");
    wx_json_kz(j, "text",
               wx_text(call->lang, row->unit_id < 0 ? WX_T_IMPORT_SEVERAL_UNITS
                                                    : WX_T_IMPORT_UNKNOWN_UNIT));
    wx_json_kz(j, "next", wx_text(call->lang, WX_T_IMPORT_NEXT_UNIT));
    wx_json_kbool(j, "is_lost", true);
    wx_json_close(j, '}');
    wx_json_close(j, ']');
}

static void put_row(struct wx_call *call, struct wx_json *j,
                    const struct wx_import_draft *draft,
                    const struct wx_import_row *row)
{
    wx_json_open(j, '{');
    wx_json_kint(j, "n", row->n);
    wx_json_kint(j, "row", row->row);
    wx_json_kz(j, "state", wx_import_row_state_name(row->state));
    wx_json_key(j, "texts");
    wx_json_raw(j, row->texts);
    wx_json_key(j, "values");
    wx_json_raw(j, row->values);
    put_problems(call, j, draft, row);
    wx_json_kstr(j, "unit", row->unit);
    wx_json_kint(j, "unit_id", row->unit_id > 0 ? row->unit_id : 0);
    wx_json_kint(j, "known_id", row->known_id);
    wx_json_close(j, '}');
}

enum wx_status wx_import_rows_read(struct wx_call *call, struct wx_err *err)
{
    enum wx_import_row_state state = WX_ROW_STATE_COUNT;
    struct wx_str wanted = wx_call_param(call, "state");
    struct wx_str cursor = wx_call_param(call, "cursor");
    struct wx_json j = wx_call_json(call);
    struct wx_import_draft draft;
    struct wx_import_row *rows;
    uint64_t after = 0;
    uint32_t limit;
    size_t n;
    enum wx_status status = wx_import_of_call(call, false, &draft, err);

    if (status)
        return status;
    if (!wx_call_number(call, "limit", 50, 500, &limit) ||
        (wanted.len && !wx_import_row_state_find(wanted, &state)) ||
        (cursor.len && !wx_str_to_u64(cursor, INT32_MAX, &after)))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err,
                              "'limit', 'state' or 'cursor'");
    status = wx_import_rows(call->tx, &call->arena, draft.id, (int64_t)after, state,
                            limit, &rows, &n, err);
    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        put_row(call, &j, &draft, &rows[i]);
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    if (n == limit)
        wx_json_str(&j,
                    wx_arena_printf(&call->arena, "%lld", (long long)rows[n - 1].n));
    else
        wx_json_null(&j);
    wx_json_close(&j, '}');
    return WX_OK;
}

/* ---- PATCH: options, rows mended ---- */

/* New texts over the old ones; a null or empty text takes one away. */
static void change_texts(json_t *texts, json_t *changes)
{
    const char *field;
    json_t *value;

    json_object_foreach(changes, field, value)
    {
        if (json_is_string(value) && json_string_length(value) <= WX_MAX_CELL_BYTES &&
            json_string_length(value))
            json_object_set(texts, field, value);
        else
            json_object_del(texts, field);
    }
}

static bool names_a_field(const struct wx_record_kind *kind, json_t *changes)
{
    const char *field;
    json_t *value;

    json_object_foreach(changes, field, value)
    {
        const struct wx_record_field *f = wx_record_field_find(kind, wx_str_of(field));

        if ((!f || f->flags & (WX_FIELD_READ_ONLY | WX_FIELD_SEALED)) &&
            !wx_understand_is_extra(kind, wx_str_of(field)))
            return false;
    }
    return true;
}

static enum wx_status change_row(struct wx_call *call,
                                 const struct wx_import_draft *draft,
                                 const json_t *change, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_import_kind(draft);
    json_t *head = json_loadb(draft->head.ptr, draft->head.len, 0, NULL);
    json_t *changes = json_object_get(change, "texts"), *row = NULL;
    int64_t n = json_integer_value(json_object_get(change, "n"));
    struct wx_import_keeping keeping = {
        call->tx,  &call->arena, kind, call->lang, json_object_get(head, "heads"),
        draft->id, call->now_s};
    struct wx_import_row old;
    enum wx_status status =
        wx_import_row_get(call->tx, &call->arena, draft->id, n, &old, err);

    if (!status && changes && !names_a_field(kind, changes))
        status = wx_call_refuse(call, WX_P_INVALID, err,
                                "row %lld: 'texts' names no field of this kind",
                                (long long)n);
    if (!status) {
        json_t *texts = json_loadb(old.texts.ptr, old.texts.len, 0, NULL);

        change_texts(texts, changes);
        row = json_pack("{s:i, s:o}", "row", (int)old.row, "texts", texts);
        wx_understand_texts(&call->arena, kind, call->lang, keeping.heads, row);
        if (json_is_true(json_object_get(change, "skip")))
            json_object_set_new(row, "state", json_string("skip"));
        status = wx_import_keep(&keeping, n, row, err);
    }
    json_decref(row);
    json_decref(head);
    return status;
}

static enum wx_status change_unit(struct wx_call *call, struct wx_import_draft *draft,
                                  struct wx_err *err)
{
    const json_t *unit = json_object_get(call->json, "unit_id");
    struct wx_record_facts facts;
    enum wx_status status;

    if (!unit)
        return WX_OK;
    draft->unit_id = json_integer_value(unit);
    if (!draft->unit_id)
        return WX_OK;
    status =
        wx_record_facts(call->tx, &call->arena, wx_record_kind_find(WX_STR("unit")),
                        draft->unit_id, &facts, err);
    if (status == WX_E_NOT_FOUND)
        return wx_call_refuse(call, WX_P_INVALID, err, "there is no unit %lld",
                              (long long)draft->unit_id);
    return status;
}

enum wx_status wx_import_change(struct wx_call *call, struct wx_err *err)
{
    const json_t *rows = json_object_get(call->json, "rows"), *flag;
    struct wx_import_draft draft;
    int64_t rev;
    enum wx_status status = wx_import_of_call(call, true, &draft, err);

    if (status)
        return status;
    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (rev && rev != draft.rev)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "the import was changed");
    if (!json_is_object(call->json) || (rows && !json_is_array(rows)) ||
        json_array_size(rows) > MAX_ROWS_PER_CHANGE)
        return wx_call_refuse(call, WX_P_MALFORMED, err,
                              "an object with at most %d 'rows' is needed",
                              MAX_ROWS_PER_CHANGE);
    if ((flag = json_object_get(call->json, "creates_units")))
        draft.creates_units = json_is_true(flag);
    if ((flag = json_object_get(call->json, "updates_known")))
        draft.updates_known = json_is_true(flag);
    status = change_unit(call, &draft, err);
    for (size_t i = 0; !status && i < json_array_size(rows); i++)
        status = change_row(call, &draft, json_array_get(rows, i), err);
    if (!status)
        status = wx_import_save(call->tx, &draft, err);
    if (!status)
        status = wx_import_of_call(call, true, &draft, err);
    return status ? status : wx_import_reply(call, &draft, err);
}

enum wx_status wx_import_remove(struct wx_call *call, struct wx_err *err)
{
    struct wx_import_draft draft;
    enum wx_status status = wx_import_of_call(call, false, &draft, err);

    if (!status)
        status = wx_import_drop(call->tx, draft.id, err);
    if (!status)
        call->http_status = 204;
    return status;
}
