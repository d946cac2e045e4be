/* Changes of records: insert, update, retire, and the history of all three. */
#include "base/clock.h"
#include "store/record_inner.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_SQL_BYTES = 64 << 10 };

/* ---- one value into its column ---- */

static struct wx_str words_of(struct wx_arena *arena, json_t *value)
{
    struct wx_buf buf = WX_BUF_INIT(4096);
    struct wx_str out;
    json_t *item;
    size_t i;

    json_array_foreach(value, i, item)(void)
        wx_buf_printf(&buf, "%s%s|", i ? "" : "|", json_string_value(item));
    out = wx_arena_str(arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

static struct wx_str dumped(struct wx_arena *arena, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
    struct wx_str out = wx_arena_str(arena, wx_str_of(text ? text : "null"));

    free(text);
    return out;
}

static struct wx_bind bind_of(struct wx_arena *arena,
                              const struct wx_record_field *field, json_t *value)
{
    struct wx_bind bind = {.is_int = true};

    switch (field->kind) {
    case WX_F_INT:
    case WX_F_REF:
        bind.number = json_integer_value(value);
        return bind;
    case WX_F_BOOL:
        bind.number = json_is_null(value) ? -1 : json_is_true(value);
        return bind;
    case WX_F_TIME:
        if (json_is_string(value) &&
            !wx_time_parse(wx_str_of(json_string_value(value)), &bind.number))
            bind.number = 0;
        return bind;
    case WX_F_ENUMS:
        return (struct wx_bind){.text = words_of(arena, value)};
    case WX_F_JSON:
        if (json_is_null(value))
            return (struct wx_bind){.text = WX_STR("")};
        return (struct wx_bind){.text = dumped(arena, value)};
    default:
        return (struct wx_bind){.text = wx_str_of(json_string_value(value))};
    }
}

/* ---- what a table cannot check ---- */

static enum wx_status check_ref(struct wx_tx *tx, const struct wx_record_field *field,
                                int64_t id, struct wx_field_problems *problems,
                                struct wx_err *err)
{
    char sql[160];
    struct wx_query q;
    bool is_there;
    enum wx_status status;

    /* agencies are a directory for all units (requirement 228), kept by the office: a
     * unit that entrusts one names it without being in its scope */
    if (strcmp(field->spec, "agency") == 0) {
        q = wx_query_trusted(tx, "SELECT 1 FROM agency WHERE id = ? AND retired_s = 0");
    } else {
        snprintf(sql, sizeof sql, "SELECT 1 FROM v_%s WHERE id = ? AND retired_s = 0",
                 field->spec);
        q = wx_query(tx, sql);
    }
    wx_query_int(&q, id);
    is_there = wx_query_next(&q);
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        wx_field_problem_add(problems, field->name, "no_such_record",
                             WX_T_FIELD_NO_SUCH_RECORD);
    return status;
}

static enum wx_status check_refs(struct wx_tx *tx, const struct wx_record_kind *kind,
                                 json_t *values, struct wx_field_problems *problems,
                                 struct wx_err *err)
{
    enum wx_status status = WX_OK;

    for (size_t i = 0; !status && i < kind->n_fields; i++) {
        const struct wx_record_field *field = &kind->fields[i];
        int64_t id = json_integer_value(json_object_get(values, field->name));

        if (field->kind == WX_F_REF && id)
            status = check_ref(tx, field, id, problems, err);
    }
    if (!status && problems->n)
        status = wx_fail(err, WX_E_INVALID, "field '%s' of the %s: %s",
                         problems->at[0].field, kind->name, problems->at[0].code);
    return status;
}

/* A broken uniqueness as a problem of its field: the only unique columns are fields. */
static enum wx_status explain(const struct wx_record_kind *kind, enum wx_status status,
                              struct wx_field_problems *problems, struct wx_err *err)
{
    if (status != WX_E_EXISTS)
        return status;
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].flags & WX_FIELD_UNIQUE)
            wx_field_problem_add(problems, kind->fields[i].name, "not_unique",
                                 WX_T_FIELD_NOT_UNIQUE);
    return wx_fail(err, WX_E_INVALID, "another %s has the same '%s'", kind->name,
                   problems->n ? problems->at[0].field : "value");
}

/* ---- history ---- */

enum wx_status wx_history_add(struct wx_tx *tx, const char *kind, int64_t id,
                              int64_t rev, int64_t unit_id, struct wx_str change_json,
                              const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx,
        "INSERT INTO history (kind, record_id, rev, at_s, account_id, unit_id, change)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)");

    wx_query_z(&q, kind);
    wx_query_int(&q, id);
    wx_query_int(&q, rev);
    wx_query_int(&q, by->now_s);
    wx_query_int(&q, by->account_id);
    wx_query_int(&q, unit_id);
    wx_query_str(&q, change_json);
    return wx_query_run(&q, err);
}

/* {"field": [old, new]} of the values that differ; NULL old: the record is new. */
static json_t *difference(const struct wx_record_kind *kind, json_t *old,
                          json_t *values)
{
    json_t *change = json_object();

    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct wx_record_field *field = &kind->fields[i];
        json_t *new_value = json_object_get(values, field->name);
        json_t *old_value = old ? json_object_get(old, field->name) : NULL;

        if (!new_value || field->kind == WX_F_GROUP ||
            (old_value && json_equal(old_value, new_value)))
            continue;
        if (!old && json_is_string(new_value) && !json_string_length(new_value))
            continue;
        if (field->flags & WX_FIELD_SEALED) /* that it changed, not to what */
            json_object_set_new(change, field->name, json_pack("[nn]"));
        else
            json_object_set_new(
                change, field->name,
                json_pack("[OO]", old_value ? old_value : json_null(), new_value));
    }
    return change;
}

static enum wx_status keep_change(struct wx_tx *tx, struct wx_arena *arena,
                                  const struct wx_record_kind *kind, int64_t id,
                                  int64_t rev, int64_t unit_id, json_t *change,
                                  const struct wx_record_by *by, struct wx_err *err)
{
    return wx_history_add(tx, kind->name, id, rev, unit_id, dumped(arena, change), by,
                          err);
}

/* ---- create ---- */

static void add_insert(const struct wx_record_kind *kind, json_t *values,
                       struct wx_buf *sql, struct wx_where *binds)
{
    struct wx_buf marks = WX_BUF_INIT(MAX_SQL_BYTES);

    (void)wx_buf_printf(sql,
                        "INSERT INTO %s (created_s, created_by, updated_s, updated_by",
                        kind->name);
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct wx_record_field *field = &kind->fields[i];
        json_t *value = json_object_get(values, field->name);

        if (!value || field->kind == WX_F_GROUP)
            continue;
        (void)wx_buf_printf(sql, ", %s", field->name);
        (void)wx_buf_addz(&marks, ", ?");
        binds->binds[binds->n_binds++] = bind_of(binds->arena, field, value);
    }
    (void)wx_buf_printf(sql, ") VALUES (?, ?, ?, ?%.*s)",
                        WX_STR_ARG(wx_buf_str(&marks)));
    (void)wx_buf_addc(sql, '\0');
    wx_buf_clear(&marks);
}

enum wx_status wx_record_create(struct wx_tx *tx, const struct wx_record_kind *kind,
                                json_t *values, const struct wx_record_by *by,
                                int64_t *id, struct wx_field_problems *problems,
                                struct wx_err *err)
{
    struct wx_arena arena;
    struct wx_where *binds;
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    int64_t unit_id = json_integer_value(json_object_get(values, "unit_id"));
    json_t *change;
    struct wx_query q;
    enum wx_status status;

    wx_arena_init(&arena);
    binds = wx_arena_new(&arena, struct wx_where);
    binds->arena = &arena;
    status = check_refs(tx, kind, values, problems, err);
    if (!status && strcmp(kind->owner, "unit_id") == 0 &&
        !(wx_tx_scope(tx) && wx_scope_has(wx_tx_scope(tx), unit_id)))
        status = wx_fail(err, WX_E_OUT_OF_SCOPE, "unit %lld is outside the scope",
                         (long long)unit_id);
    if (!status) {
        add_insert(kind, values, &sql, binds);
        q = wx_query(tx, sql.ptr);
        wx_query_int(&q, by->now_s);
        wx_query_int(&q, by->account_id);
        wx_query_int(&q, by->now_s);
        wx_query_int(&q, by->account_id);
        wx_where_bind(binds, &q);
        status = explain(kind, wx_query_run(&q, err), problems, err);
    }
    if (!status) {
        *id = wx_tx_last_id(tx);
        change = difference(kind, NULL, values);
        status = keep_change(tx, &arena, kind, *id, 1,
                             strcmp(kind->owner, "id") == 0 ? *id : unit_id, change, by,
                             err);
        json_decref(change);
    }
    wx_buf_clear(&sql);
    wx_arena_clear(&arena);
    return status;
}

/* ---- update ---- */

static enum wx_status read_old(struct wx_tx *tx, struct wx_arena *arena,
                               const struct wx_record_kind *kind, int64_t id,
                               json_t **old, struct wx_err *err)
{
    struct wx_buf buf = WX_BUF_INIT(1 << 20);
    struct wx_json out = WX_JSON_INIT(&buf);
    enum wx_status status = wx_record_get(tx, arena, kind, id, true, &out, err);

    if (!status) {
        *old = json_loadb(buf.ptr, buf.len, 0, NULL);
        if (!*old)
            status = wx_fail(err, WX_E_INVALID, "%s %lld cannot be read", kind->name,
                             (long long)id);
    }
    wx_buf_clear(&buf);
    return status;
}

static enum wx_status check_rev(struct wx_tx *tx, struct wx_arena *arena,
                                const struct wx_record_kind *kind, int64_t id,
                                int64_t rev, struct wx_record_facts *facts,
                                struct wx_err *err)
{
    enum wx_status status = wx_record_facts(tx, arena, kind, id, facts, err);

    if (!status && rev && facts->rev != rev)
        status =
            wx_fail(err, WX_E_AGAIN, "%s %lld was changed meanwhile (%lld, not %lld)",
                    kind->name, (long long)id, (long long)facts->rev, (long long)rev);
    return status;
}

static enum wx_status run_update(struct wx_tx *tx, struct wx_arena *arena,
                                 const struct wx_record_kind *kind, int64_t id,
                                 json_t *change, const struct wx_record_by *by,
                                 struct wx_err *err)
{
    struct wx_where *binds = wx_arena_new(arena, struct wx_where);
    struct wx_buf sql = WX_BUF_INIT(MAX_SQL_BYTES);
    struct wx_query q;
    enum wx_status status;

    (void)wx_buf_printf(
        &sql, "UPDATE %s SET rev = rev + 1, updated_s = ?, updated_by = ?", kind->name);
    for (size_t i = 0; i < kind->n_fields; i++) {
        json_t *pair = json_object_get(change, kind->fields[i].name);

        if (!pair)
            continue;
        (void)wx_buf_printf(&sql, ", %s = ?", kind->fields[i].name);
        binds->binds[binds->n_binds++] =
            bind_of(arena, &kind->fields[i], json_array_get(pair, 1));
    }
    (void)wx_buf_addz(&sql, " WHERE id = ?");
    (void)wx_buf_addc(&sql, '\0');
    /* trusted: it was read through the wall just before, and the triggers still watch
     */
    q = wx_query_trusted(tx, sql.ptr);
    wx_query_int(&q, by->now_s);
    wx_query_int(&q, by->account_id);
    wx_where_bind(binds, &q);
    wx_query_int(&q, id);
    status = wx_query_run(&q, err);
    wx_buf_clear(&sql);
    return status;
}

/* Sealed values do not stand in CHANGE; the update needs them. */
static json_t *with_sealed(const struct wx_record_kind *kind, json_t *change,
                           json_t *values)
{
    json_t *out = json_deep_copy(change);

    for (size_t i = 0; i < kind->n_fields; i++)
        if ((kind->fields[i].flags & WX_FIELD_SEALED) &&
            json_object_get(out, kind->fields[i].name))
            json_object_set_new(
                out, kind->fields[i].name,
                json_pack("[nO]", json_object_get(values, kind->fields[i].name)));
    return out;
}

enum wx_status wx_record_update(struct wx_tx *tx, const struct wx_record_kind *kind,
                                int64_t id, int64_t rev, json_t *values,
                                const struct wx_record_by *by,
                                struct wx_field_problems *problems, struct wx_err *err)
{
    struct wx_arena arena;
    struct wx_record_facts facts = {0};
    json_t *old = NULL, *change = NULL, *sets = NULL;
    enum wx_status status;

    wx_arena_init(&arena);
    status = check_rev(tx, &arena, kind, id, rev, &facts, err);
    if (!status)
        status = check_refs(tx, kind, values, problems, err);
    if (!status)
        status = read_old(tx, &arena, kind, id, &old, err);
    if (!status) {
        change = difference(kind, old, values);
        sets = with_sealed(kind, change, values);
    }
    if (!status && json_object_size(change)) {
        status = explain(kind, run_update(tx, &arena, kind, id, sets, by, err),
                         problems, err);
        if (!status)
            status = keep_change(tx, &arena, kind, id, facts.rev + 1, facts.unit_id,
                                 change, by, err);
    }
    json_decref(sets);
    json_decref(change);
    json_decref(old);
    wx_arena_clear(&arena);
    return status;
}

enum wx_status wx_record_retire(struct wx_tx *tx, const struct wx_record_kind *kind,
                                int64_t id, int64_t rev, bool retire,
                                const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_arena arena;
    struct wx_record_facts facts = {0};
    char sql[200];
    struct wx_query q;
    enum wx_status status;

    wx_arena_init(&arena);
    status = check_rev(tx, &arena, kind, id, rev, &facts, err);
    if (!status && (facts.retired_s != 0) != retire) {
        snprintf(sql, sizeof sql,
                 "UPDATE %s SET rev = rev + 1, retired_s = ?, updated_s = ?,"
                 " updated_by = ? WHERE id = ?",
                 kind->name);
        q = wx_query_trusted(tx, sql); /* as run_update() */
        wx_query_int(&q, retire ? by->now_s : 0);
        wx_query_int(&q, by->now_s);
        wx_query_int(&q, by->account_id);
        wx_query_int(&q, id);
        status = wx_query_run(&q, err);
        if (!status)
            status = wx_history_add(tx, kind->name, id, facts.rev + 1, facts.unit_id,
                                    retire ? WX_STR("{\"retired\":[false,true]}")
                                           : WX_STR("{\"retired\":[true,false]}"),
                                    by, err);
    }
    wx_arena_clear(&arena);
    return status;
}

/* ---- reading history ---- */

/* Old phone numbers are as personal as present ones. */
static void mask_change(const struct wx_record_kind *kind, struct wx_str change,
                        bool shows_masked, struct wx_json *out)
{
    json_t *json = json_loadb(change.ptr, change.len, 0, NULL);
    struct wx_buf masked = WX_BUF_INIT(4096);
    char *text;

    for (size_t i = 0; json && !shows_masked && i < kind->n_fields; i++) {
        json_t *pair = json_object_get(json, kind->fields[i].name);

        for (size_t k = 0; pair && k < 2 && (kind->fields[i].flags & WX_FIELD_MASKED);
             k++) {
            json_t *side = json_array_get(pair, k);

            if (!json_is_string(side))
                continue;
            wx_buf_reset(&masked);
            wx_phone_mask(wx_str_of(json_string_value(side)), &masked);
            json_array_set_new(pair, k,
                               json_stringn(masked.ptr ? masked.ptr : "", masked.len));
        }
    }
    text = json ? json_dumps(json, JSON_COMPACT) : NULL;
    wx_json_raw(out, text ? wx_str_of(text) : WX_STR("{}"));
    free(text);
    json_decref(json);
    wx_buf_clear(&masked);
}

enum wx_status wx_record_history(struct wx_tx *tx, const struct wx_record_kind *kind,
                                 int64_t id, int64_t before_id, uint32_t limit,
                                 bool shows_masked, struct wx_json *out,
                                 struct wx_err *err)
{
    struct wx_query q = wx_query(
        tx, "SELECT id, rev, at_s, account_id,"
            " coalesce((SELECT name FROM account a WHERE a.id = account_id), ''),"
            " change FROM v_history WHERE kind = ?"
            " AND record_id = ? AND (? = 0 OR id < ?) ORDER BY id DESC LIMIT ?");

    wx_query_z(&q, kind->name);
    wx_query_int(&q, id);
    wx_query_int(&q, before_id);
    wx_query_int(&q, before_id);
    wx_query_int(&q, limit);
    while (wx_query_next(&q)) {
        char at[24];

        wx_json_open(out, '{');
        wx_json_kint(out, "id", wx_query_get_int(&q));
        wx_json_kint(out, "rev", wx_query_get_int(&q));
        wx_time_format(wx_query_get_int(&q), at);
        wx_json_kz(out, "at", at);
        wx_json_kint(out, "account_id", wx_query_get_int(&q));
        wx_json_kstr(out, "account_name", wx_query_get_str(&q));
        wx_json_key(out, "change");
        mask_change(kind, wx_query_get_str(&q), shows_masked, out);
        wx_json_close(out, '}');
    }
    return wx_query_end(&q, err);
}
