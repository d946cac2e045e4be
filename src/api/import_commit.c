/*
 * A draft into the register: units it names first, then its records, then the people of
 * the nine-column table - all of it in the request's one transaction, or nothing.
 */
#include "api/import.h"

#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "api/unit.h"
#include "base/limits.h"
#include "register/check.h"
#include "register/value.h"
#include <stdio.h>
#include <stdlib.h>

enum { ROWS_AT_ONCE = 500 };

struct committing {
    struct wx_call *call;
    struct wx_import_draft draft;
    const struct wx_record_kind *kind;
    struct wx_record_by by;
    bool leaves_out_bad;
    uint32_t n_created, n_changed, n_same, n_units, n_persons, n_left_out;
    uint32_t n_seen;       /* of those made, when units were last looked at */
    int64_t asked_unit_id; /* the last one asked about ... */
    bool may_write;        /* ... and the answer */
};

/* What the field table cannot say; warnings were told when the rows were mended. */
static enum wx_status check_meaning(struct committing *c,
                                    const struct wx_record_kind *kind, int64_t id,
                                    json_t *values, struct wx_field_problems *problems,
                                    struct wx_err *err)
{
    struct wx_field_problems warnings = {.n = 0};
    struct wx_check check = {.tx = c->call->tx,
                             .arena = &c->call->arena,
                             .kind = kind,
                             .id = id,
                             .values = values,
                             .now_s = c->call->now_s,
                             .problems = problems,
                             .warnings = &warnings};

    return wx_register_check(&check, err);
}

/* ---- units ---- */

static bool is_unit(const struct wx_record_kind *kind)
{
    return strcmp(kind->owner, "id") == 0;
}

static struct wx_str text_in(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    return (struct wx_str){json_string_value(v), json_string_length(v)};
}

static bool may(struct committing *c, enum wx_op op, int64_t unit_id)
{
    struct wx_object object = {
        .exists = true, .unit_id = unit_id, .made_by = c->call->who.account_id};

    return wx_access_ask(&c->call->who, op, &object) == WX_ALLOW;
}

static json_t *unit_values(struct committing *c, const struct wx_record_kind *unit,
                           struct wx_str name, struct wx_str texts)
{
    const struct wx_record_field *f = wx_record_field_find(unit, WX_STR("kind"));
    json_t *values = json_object(), *word = NULL;
    json_t *row = json_loadb(texts.ptr, texts.len, 0, NULL);
    json_t *address = json_object_get(row, "unit_address");
    struct wx_str kind = text_in(row, "unit_kind");

    json_object_set_new(values, "name", json_stringn(name.ptr, name.len));
    if (address && wx_record_field_find(unit, WX_STR("address")))
        json_object_set(values, "address", address);
    if (f && kind.len &&
        wx_value_read(&c->call->arena, f, kind, &word) == WX_TEXT_COUNT && word)
        json_object_set_new(values, "kind", word);
    if (c->draft.unit_id)
        json_object_set_new(values, "parent_id", json_integer(c->draft.unit_id));
    json_decref(row);
    return values;
}

/* May a unit stand where VALUES say? A table is no way round the second proof either.
 */
static enum wx_status ask_place(struct committing *c, int64_t id, json_t *values,
                                bool *is_allowed, struct wx_err *err)
{
    struct wx_unit_answer asked;
    enum wx_status status = wx_unit_ask(c->call, id, values, &asked, err);

    *is_allowed = !status && asked.answer == WX_ALLOW;
    return !status && asked.answer == WX_DENY_STEP_UP
               ? wx_call_refuse_answer(c->call, asked.op, asked.answer, err)
               : status;
}

static enum wx_status add_units(struct committing *c, struct wx_err *err)
{
    const struct wx_record_kind *unit = wx_record_kind_find(WX_STR("unit"));
    struct wx_call *call = c->call;
    struct wx_str *names, *texts;
    size_t n = 0;
    enum wx_status status = wx_import_new_units(call->tx, &call->arena, c->draft.id,
                                                &names, &texts, &n, err);

    if (status || !n)
        return status;
    for (size_t i = 0; !status && i < n; i++) {
        json_t *values = unit_values(c, unit, names[i], texts[i]);
        bool is_allowed = false;
        int64_t id;

        status = wx_record_check(unit, values, true, &call->problems, err);
        if (!status)
            status = ask_place(c, 0, values, &is_allowed, err);
        if (!status && !is_allowed)
            status = wx_call_refuse(call, WX_P_FORBIDDEN, err, "'%s'",
                                    wx_op_name(WX_OP_UNIT_WRITE));
        if (!status)
            status = check_meaning(c, unit, 0, values, &call->problems, err);
        if (!status)
            status = wx_record_create(call->tx, unit, values, &c->by, &id,
                                      &call->problems, err);
        if (!status)
            wx_call_event(call, "record.created", "unit", id, id);
        c->n_units += !status;
        json_decref(values);
    }
    if (!status)
        status = wx_call_units_changed(call, err);
    if (!status)
        status = wx_import_rows_find_units(call->tx, c->draft.id, err);
    return status;
}

/* ---- people of the nine-column table ---- */

/* Eleven digits that begin with 1 are a mobile. */
static bool is_mobile(struct wx_str s)
{
    return s.len == 11 && s.ptr[0] == '1';
}

static enum wx_status add_person(struct committing *c, int64_t unit_id,
                                 struct wx_str name, const char *duty,
                                 struct wx_str phone, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("person"));
    struct wx_field_problems problems;
    struct wx_err why;
    enum wx_status status;
    json_t *values;
    int64_t id;

    name = wx_str_trim(name);
    if (!name.len || !kind || !unit_id)
        return WX_OK;
    status = wx_person_by_name(c->call->tx, unit_id, name, &id, err);
    if (status || id)
        return status;
    values = json_pack("{s:I, s:s%, s:[s]}", "unit_id", (json_int_t)unit_id, "name",
                       name.ptr, name.len, "duty", duty);
    if (phone.len)
        json_object_set_new(values, is_mobile(phone) ? "mobile" : "office_phone",
                            json_stringn(phone.ptr, phone.len));
    /* a name that is no name, a phone that is none: the site is taken without */
    if (values && !wx_record_check(kind, values, true, &problems, &why) &&
        !wx_record_create(c->call->tx, kind, values, &c->by, &id, &problems, &why))
        c->n_persons++;
    json_decref(values);
    return WX_OK;
}

static enum wx_status add_people(struct committing *c, const json_t *texts,
                                 int64_t unit_id, struct wx_err *err)
{
    enum wx_status status;

    if (!wx_understand_is_extra(c->kind, WX_STR("contact")))
        return WX_OK;
    status = add_person(c, unit_id, text_in(texts, "contact"), "contact",
                        wx_str_trim(text_in(texts, "phone")), err);
    return status ? status
                  : add_person(c, unit_id, text_in(texts, "leader"), "leader",
                               WX_STR(""), err);
}

/* ---- records ---- */

/* A row that does not go in: it is named in the answer, and unless it may be left out
 * nothing of the draft goes in. */
static enum wx_status leave_out(struct committing *c, const struct wx_import_row *row,
                                const char *field, const char *code, enum wx_text text,
                                struct wx_err *err)
{
    struct wx_str place =
        wx_arena_printf(&c->call->arena, "rows[%lld].%s", (long long)row->n, field);

    wx_field_problem_add(&c->call->problems, place.ptr, code, text);
    c->n_left_out++;
    if (c->leaves_out_bad)
        return WX_OK;
    return wx_call_refuse(c->call, WX_P_IMPORT_UNREADY, err, "row %u: %s", row->row,
                          wx_text(c->call->lang, text));
}

/* A row of units is asked about by its place. */
static bool may_write_for(struct committing *c, int64_t unit_id)
{
    if (is_unit(c->kind))
        return true;
    if (c->asked_unit_id != unit_id) {
        c->may_write = may(c, wx_record_endpoint(c->kind, 1)->op, unit_id);
        c->asked_unit_id = unit_id;
    }
    return c->may_write;
}

/* Unit ids in place of their names. */
static enum wx_status set_owner(struct committing *c, const struct wx_import_row *row,
                                json_t *values, int64_t *owner_id, struct wx_err *err)
{
    const struct wx_record_field *f = wx_import_unit_field(c->kind);
    enum wx_status status = WX_OK;

    *owner_id = row->unit_id > 0 ? row->unit_id : 0;
    if (!*owner_id && row->unit.len && c->n_created > c->n_seen) {
        /* a unit that a row before this one made: the wall must know of it first */
        c->n_seen = c->n_created;
        c->asked_unit_id = -1;
        status = wx_call_units_changed(c->call, err);
    }
    if (!status && !*owner_id && row->unit.len)
        status = wx_unit_by_name(c->call->tx, row->unit, owner_id, err);
    if (!*owner_id && !row->unit.len)
        *owner_id = c->draft.unit_id;
    if (!status && f && *owner_id > 0)
        json_object_set_new(values, f->name, json_integer(*owner_id));
    return status;
}

static enum wx_status write_row(struct committing *c, const struct wx_import_row *row,
                                json_t *values, struct wx_err *err)
{
    struct wx_call *call = c->call;
    struct wx_field_problems problems = {.n = 0};
    struct wx_err why = {0};
    int64_t id = row->known_id;
    bool is_allowed;
    enum wx_status status;

    if (id && !c->draft.updates_known) {
        c->n_same++;
        return WX_OK;
    }
    status = wx_record_check(c->kind, values, !id, &problems, &why);
    if (!status && is_unit(c->kind)) {
        status = ask_place(c, id, values, &is_allowed, err);
        if (status)
            return status;
        if (!is_allowed)
            return leave_out(c, row, "parent_id", "not_yours", WX_T_IMPORT_NOT_YOURS,
                             err);
    }
    if (!status)
        status = check_meaning(c, c->kind, id, values, &problems, &why);
    if (!status)
        status = id ? wx_record_update(call->tx, c->kind, id, 0, values, &c->by,
                                       &problems, &why)
                    : wx_record_create(call->tx, c->kind, values, &c->by, &id,
                                       &problems, &why);
    if (status == WX_E_OUT_OF_SCOPE || status == WX_E_NOT_FOUND)
        return leave_out(c, row, "unit_id", "not_yours", WX_T_IMPORT_NOT_YOURS, err);
    if (status == WX_E_INVALID && problems.n)
        return leave_out(c, row, problems.at[0].field, problems.at[0].code,
                         problems.at[0].text, err);
    if (status == WX_E_INVALID || status == WX_E_EXISTS)
        return leave_out(c, row, "", "not_taken", WX_T_IMPORT_NOT_TAKEN, err);
    if (status)
        return wx_fail(err, status, "%s", why.text);
    row->known_id ? c->n_changed++ : c->n_created++;
    return WX_OK;
}

static enum wx_status take_row(struct committing *c, const struct wx_import_row *row,
                               struct wx_err *err)
{
    json_t *values, *texts;
    int64_t owner_id;
    enum wx_status status;

    if (row->state == WX_ROW_SKIP)
        return WX_OK;
    if (row->state != WX_ROW_GOOD)
        return leave_out(c, row, "", "mend", WX_T_IMPORT_NEXT_CORRECT, err);
    values = json_loadb(row->values.ptr, row->values.len, 0, NULL);
    texts = json_loadb(row->texts.ptr, row->texts.len, 0, NULL);
    status = set_owner(c, row, values, &owner_id, err);
    if (!status && owner_id <= 0 && row->unit.len)
        status = leave_out(
            c, row, "unit_id", owner_id ? "several_units" : "unknown_unit",
            owner_id ? WX_T_IMPORT_SEVERAL_UNITS : WX_T_IMPORT_UNKNOWN_UNIT, err);
    else if (!status && !may_write_for(c, owner_id))
        status = leave_out(c, row, "unit_id", "not_yours", WX_T_IMPORT_NOT_YOURS, err);
    else if (!status)
        status = write_row(c, row, values, err);
    if (!status)
        status = add_people(c, texts, owner_id, err);
    json_decref(values);
    json_decref(texts);
    return status;
}

static enum wx_status take_rows(struct committing *c, struct wx_err *err)
{
    struct wx_import_row *rows;
    enum wx_status status = WX_OK;
    struct wx_arena scratch;
    int64_t after = 0;
    size_t n = 1;

    wx_arena_init(&scratch);
    while (!status && n) {
        status = wx_import_rows(c->call->tx, &scratch, c->draft.id, after,
                                WX_ROW_STATE_COUNT, ROWS_AT_ONCE, &rows, &n, err);
        for (size_t i = 0; !status && i < n; i++) {
            status = take_row(c, &rows[i], err);
            after = rows[i].n;
        }
        wx_arena_reset(&scratch);
    }
    wx_arena_clear(&scratch);
    return status;
}

/* ---- POST /imports/{id}/commit ---- */

static struct wx_str result_of(struct committing *c)
{
    struct wx_buf buf = WX_BUF_INIT(64 << 10);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_str out;

    wx_json_open(&j, '{');
    wx_json_kint(&j, "created", c->n_created);
    wx_json_kint(&j, "changed", c->n_changed);
    wx_json_kint(&j, "unchanged", c->n_same);
    wx_json_kint(&j, "units", c->n_units);
    wx_json_kint(&j, "persons", c->n_persons);
    wx_json_kint(&j, "left_out", c->n_left_out);
    wx_json_key(&j, "errors");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < c->call->problems.n; i++) {
        wx_json_open(&j, '{');
        wx_json_kz(&j, "field", c->call->problems.at[i].field);
        wx_json_kz(&j, "code", c->call->problems.at[i].code);
        wx_json_kz(&j, "detail", wx_text(c->call->lang, c->call->problems.at[i].text));
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    out = wx_arena_str(&c->call->arena, wx_buf_str(&buf));
    wx_buf_clear(&buf);
    return out;
}

static enum wx_status check_ready(struct committing *c, struct wx_err *err)
{
    struct wx_import_counts n;
    enum wx_status status = wx_import_count(c->call->tx, c->draft.id, &n, err);

    if (status || c->leaves_out_bad)
        return status;
    if (n.n_state[WX_ROW_MEND])
        return wx_call_refuse(c->call, WX_P_IMPORT_UNREADY, err,
                              wx_text(c->call->lang, WX_T_IMPORT_N_MEND),
                              n.n_state[WX_ROW_MEND]);
    if (n.n_no_unit && !c->draft.creates_units && !is_unit(c->kind))
        return wx_call_refuse(c->call, WX_P_IMPORT_UNREADY, err,
                              wx_text(c->call->lang, WX_T_IMPORT_N_NO_UNIT),
                              n.n_no_unit);
    return WX_OK;
}

enum wx_status wx_import_commit(struct wx_call *call, struct wx_err *err)
{
    struct committing c = {.call = call,
                           .by = {call->who.account_id, call->now_s},
                           .leaves_out_bad = wx_call_bool(call, "leave_out_bad"),
                           .asked_unit_id = -1};
    enum wx_status status = wx_import_of_call(call, false, &c.draft, err);

    if (status)
        return status;
    if (c.draft.done_s) /* said again: the same answer, nothing done twice */
        return wx_import_reply(call, &c.draft, err);
    c.kind = wx_import_kind(&c.draft);
    if (!c.kind)
        return wx_fail(err, WX_E_NOT_FOUND, "no such kind of record");
    status = check_ready(&c, err);
    if (!status && c.draft.creates_units && !is_unit(c.kind))
        status = add_units(&c, err);
    if (!status)
        status = take_rows(&c, err);
    if (!status && is_unit(c.kind))
        status = wx_call_units_changed(call, err);
    if (status)
        return status;
    c.draft.done_s = call->now_s;
    c.draft.result = result_of(&c);
    call->audit_detail = c.draft.result;
    call->problems.n = 0;
    status = wx_import_save(call->tx, &c.draft, err);
    if (!status)
        status = wx_import_drop_rows(call->tx, c.draft.id, err);
    if (!status)
        status = wx_import_of_call(call, false, &c.draft, err);
    if (!status)
        wx_call_event(call, "import.done", "import", c.draft.id, c.draft.unit_id);
    return status ? status : wx_import_reply(call, &c.draft, err);
}
