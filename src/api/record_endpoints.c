#include "api/record_endpoints.h"

#include "api/handlers.h"
#include "api/unit.h"
#include "base/clock.h"
#include "register/check.h"
#include "store/record.h"

/* NONE in records.def */
#define WX_OP_NONE WX_OP_COUNT

static const struct wx_endpoint endpoints[][WX_RECORD_ENDPOINTS] = {
#define R(name, plural, zh, en, owner, read, write, retire)                            \
    {{"GET", "/api/v1/" plural, WX_OP_##read, wx_find_list, wx_records_list, 0, "",    \
      "list:" #name, zh "列表", en ": list"},                                          \
     {"POST", "/api/v1/" plural, WX_OP_##write, wx_find_nothing, wx_records_create, 0, \
      "record:" #name, "record:" #name, "新增" zh, en ": add"},                        \
     {"GET", "/api/v1/" plural "/{id}", WX_OP_##read, wx_find_record, wx_record_read,  \
      0, "", "record:" #name, "查看" zh, en ": read"},                                 \
     {"PATCH", "/api/v1/" plural "/{id}", WX_OP_##write, wx_find_record,               \
      wx_record_change, WX_EP_IF_MATCH, "patch:" #name, "record:" #name, "修改" zh,    \
      en ": change"},                                                                  \
     {"DELETE", "/api/v1/" plural "/{id}", WX_OP_##retire, wx_find_record,             \
      wx_record_remove, WX_EP_IF_MATCH, "", "", "注销" zh, en ": retire"},             \
     {"GET", "/api/v1/" plural "/{id}/history", WX_OP_REGISTER_HISTORY,                \
      wx_find_record, wx_record_past, 0, "", "History", zh "变更记录",                 \
      en ": history"},                                                                 \
     {"GET", "/api/v1/" plural "/export", WX_OP_REGISTER_EXPORT, wx_find_list,         \
      wx_records_export, WX_EP_SLOW | WX_EP_AUDIT_READ, "", "File", "导出" zh,         \
      en ": export"},                                                                  \
     {"POST", "/api/v1/" plural "/{id}/confirm", WX_OP_##write, wx_find_record,        \
      wx_record_confirm, WX_EP_IF_MATCH, "", "record:" #name, "确认" zh "信息无变化",  \
      en ": confirm that nothing changed"},                                            \
     {"POST", "/api/v1/" plural "/{id}/restore", WX_OP_REGISTER_RESTORE,               \
      wx_find_record, wx_record_restore, WX_EP_IF_MATCH, "", "record:" #name,          \
      "恢复" zh, en ": put back into force"}},
/* a managed kind has endpoints of its own; what may be done to it is still said here */
#define M(name, plural, zh, en, owner, read, write, retire)                            \
    {{.op = WX_OP_##read},  {.op = WX_OP_##write},  {.op = WX_OP_##read},              \
     {.op = WX_OP_##write}, {.op = WX_OP_##retire}, {.op = WX_OP_##read}},
#include "model/record/records.def"
#undef M
#undef R
};

/* What is kept sealed is no table to take away. */
static bool has_secrets(const struct wx_record_kind *kind)
{
    for (size_t i = 0; i < kind->n_fields; i++)
        if (kind->fields[i].flags & WX_FIELD_SEALED)
            return true;
    return false;
}

const struct wx_endpoint *wx_record_endpoint(const struct wx_record_kind *kind,
                                             size_t i)
{
    const struct wx_endpoint *e = &endpoints[kind - wx_record_kind_at(0)][i];

    if (e->handle == wx_records_export && has_secrets(kind))
        return NULL;
    if (e->handle == wx_record_confirm &&
        !wx_record_field_find(kind, WX_STR("confirmed")))
        return NULL;
    return e->op == WX_OP_NONE || !e->path ? NULL : e;
}

const char *wx_record_right(const struct wx_record_kind *kind, size_t i)
{
    enum wx_op op = endpoints[kind - wx_record_kind_at(0)][i].op;

    return op == WX_OP_NONE ? NULL : wx_op_name(op);
}

bool wx_record_endpoint_is_routed(const struct wx_endpoint *endpoint)
{
    for (size_t i = 0; i < wx_endpoint_count(); i++) {
        const struct wx_endpoint *own = wx_endpoint_at(i);

        if (strcmp(own->path, endpoint->path) == 0 &&
            strcmp(own->method, endpoint->method) == 0)
            return false;
    }
    return true;
}

/* Numbers in full for whoever may see them of all he is shown; the list of somebody who
 * may only for some units shows them masked. */
bool wx_call_shows_phones(struct wx_call *call)
{
    if (call->object.is_list) {
        struct wx_scope phones;

        wx_access_scope(&call->who, WX_OP_PERSON_PHONE, &call->arena, &phones);
        return wx_access_may(&call->who, WX_OP_PERSON_PHONE) &&
               wx_scope_covers(&phones, &call->scope);
    }
    return wx_call_may(call, WX_OP_PERSON_PHONE);
}

enum wx_status wx_records_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_query query = {
        .kind = call->kind,
        .filter = wx_call_param(call, "q"),
        .sort = wx_call_param(call, "sort"),
        .cursor = wx_call_param(call, "cursor"),
        .with_total = !wx_str_eqz(wx_call_param(call, "total"), "no"),
        .shows_masked = wx_call_shows_phones(call),
        .in_english = call->lang == WX_EN,
        .now_s = call->now_s,
    };
    struct wx_record_page page;
    struct wx_json j = wx_call_json(call);
    enum wx_status status;

    if (!wx_call_number(call, "limit", 50, 500, &query.limit))
        return wx_fail(err, WX_E_INVALID, "'limit' must be 1 to 500");
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_record_list(call->tx, &call->arena, &query, &j, &page, err);
    if (status == WX_E_INVALID)
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "%s", err->text);
    if (status)
        return status;
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    if (page.next.len)
        wx_json_str(&j, page.next);
    else
        wx_json_null(&j);
    if (page.total >= 0)
        wx_json_kint(&j, "total", page.total);
    wx_json_close(&j, '}');
    return WX_OK;
}

/* "warnings" into the record that was just written: what was kept, yet looks wrong. */
static void put_warnings(struct wx_call *call)
{
    struct wx_json j = {.buf = &call->out, .needs_comma = true};

    if (call->warnings.n == 0 || call->out.len == 0)
        return;
    call->out.len--; /* the record's closing brace */
    wx_json_key(&j, "warnings");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < call->warnings.n; i++) {
        const struct wx_field_problem *w = &call->warnings.at[i];

        wx_json_open(&j, '{');
        wx_json_kz(&j, "field", w->field);
        wx_json_kz(&j, "code", w->code);
        wx_json_kz(&j, "detail", wx_text(call->lang, w->text));
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
}

static enum wx_status put_one(struct wx_call *call, int64_t id, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_record_facts facts;
    enum wx_status status =
        wx_record_facts(call->tx, &call->arena, call->kind, id, &facts, err);

    if (!status)
        status = wx_record_get(call->tx, &call->arena, call->kind, id,
                               wx_call_shows_phones(call), &j, err);
    if (!status)
        put_warnings(call);
    if (!status)
        wx_call_etag(call, facts.rev);
    return status;
}

static struct wx_record_by by_caller(const struct wx_call *call)
{
    return (struct wx_record_by){call->who.account_id, call->now_s};
}

static enum wx_status no_body(struct wx_call *call, struct wx_err *err)
{
    return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
}

/* What the field table cannot say. ID 0: a new record. */
static enum wx_status check_meaning(struct wx_call *call, int64_t id,
                                    struct wx_err *err)
{
    struct wx_check check = {.tx = call->tx,
                             .arena = &call->arena,
                             .kind = call->kind,
                             .id = id,
                             .values = call->json,
                             .now_s = call->now_s,
                             .problems = &call->problems,
                             .warnings = &call->warnings};

    return wx_register_check(&check, err);
}

/* What the server alone writes begins with the first word of its enum: "draft". */
static void set_beginnings(const struct wx_record_kind *kind, json_t *values)
{
    struct wx_enum_word word;

    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct wx_record_field *field = &kind->fields[i];
        size_t at = 0;

        if (field->kind == WX_F_ENUM && (field->flags & WX_FIELD_READ_ONLY) &&
            wx_enum_next(field->spec, &at, &word))
            json_object_set_new(values, field->name,
                                json_stringn(word.word.ptr, word.word.len));
    }
}

static bool is_unit(const struct wx_record_kind *kind)
{
    return strcmp(kind->owner, "id") == 0;
}

/* May it stand there, with that authority? The trail names the act that it is. */
static enum wx_status ask_place(struct wx_call *call, int64_t id, struct wx_err *err)
{
    struct wx_unit_answer asked;
    enum wx_status status = wx_unit_ask(call, id, call->json, &asked, err);

    if (status)
        return status;
    if (asked.answer == WX_DENY_STEP_UP || asked.answer == WX_DENY_PERSON)
        return wx_call_refuse_answer(call, asked.op, asked.answer, err);
    if (asked.answer != WX_ALLOW)
        return wx_call_refuse(call, WX_P_FORBIDDEN, err,
                              "'%s': the place is not within your responsibility",
                              wx_op_name(asked.op));
    call->audit_operation = wx_op_name(asked.op);
    return WX_OK;
}

/* May he add to that unit? Asked again, since only the body says whose it will be. */
static enum wx_status ask_owner(struct wx_call *call, struct wx_err *err)
{
    int64_t unit_id = wx_call_int(call, "unit_id");
    enum wx_answer answer;

    call->object = (struct wx_object){.exists = true,
                                      .unit_id = unit_id,
                                      .made_by = call->who.account_id,
                                      .state = wx_call_text(call, "state")};
    answer = wx_access_ask(&call->who, call->endpoint->op, &call->object);
    if (answer != WX_ALLOW && answer != WX_DENY_STATE) /* a new one has no state yet */
        return wx_call_refuse(call, WX_P_FORBIDDEN, err,
                              "unit %lld is not within your responsibility",
                              (long long)unit_id);
    return WX_OK;
}

enum wx_status wx_records_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = by_caller(call);
    struct wx_record_facts facts;
    int64_t id;
    enum wx_status status;

    if (!json_is_object(call->json))
        return no_body(call, err);
    status = wx_record_check(call->kind, call->json, true, &call->problems, err);
    if (!status)
        set_beginnings(call->kind, call->json);
    if (!status)
        status = is_unit(call->kind) ? ask_place(call, 0, err) : ask_owner(call, err);
    if (!status)
        status = check_meaning(call, 0, err);
    if (!status)
        status = wx_record_create(call->tx, call->kind, call->json, &by, &id,
                                  &call->problems, err);
    if (status)
        return status;
    if (is_unit(call->kind))
        status = wx_call_units_changed(call, err);
    if (!status)
        status = wx_record_facts(call->tx, &call->arena, call->kind, id, &facts, err);
    if (!status)
        status = put_one(call, id, err);
    if (status)
        return status;
    wx_call_created(call, call->kind->plural, id);
    wx_call_audit(call, call->kind->name, id, facts.unit_id);
    wx_call_event(call, "record.created", call->kind->name, id, facts.unit_id);
    return status;
}

enum wx_status wx_record_read(struct wx_call *call, struct wx_err *err)
{
    return put_one(call, call->object_id, err);
}

enum wx_status wx_record_change(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = by_caller(call);
    struct wx_object object = call->object;
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (!json_is_object(call->json))
        return no_body(call, err);
    status = wx_record_check(call->kind, call->json, false, &call->problems, err);
    if (!status && is_unit(call->kind))
        status = ask_place(call, call->object_id, err);
    else if (!status && json_object_get(call->json, "unit_id"))
        status = ask_owner(call, err); /* it is given to another unit */
    call->object = object;
    if (!status)
        status = check_meaning(call, call->object_id, err);
    if (!status)
        status = wx_record_update(call->tx, call->kind, call->object_id, rev,
                                  call->json, &by, &call->problems, err);
    if (status == WX_E_AGAIN)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "%s", err->text);
    if (status)
        return status;
    wx_call_event(call, "record.changed", call->kind->name, call->object_id,
                  call->object.unit_id);
    status = put_one(call, call->object_id, err); /* before it may be handed away */
    if (!status && is_unit(call->kind))
        status = wx_call_units_changed(call, err);
    return status;
}

/* Out of force, or back into it. */
static enum wx_status retire(struct wx_call *call, bool is_out, struct wx_err *err)
{
    struct wx_record_by by = by_caller(call);
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status =
        wx_record_retire(call->tx, call->kind, call->object_id, rev, is_out, &by, err);
    if (status == WX_E_AGAIN)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "%s", err->text);
    if (status == WX_E_EXISTS)
        return wx_call_refuse(call, WX_P_EXISTS, err, "another %s took its place",
                              call->kind->name);
    if (!status)
        wx_call_event(call, is_out ? "record.retired" : "record.restored",
                      call->kind->name, call->object_id, call->object.unit_id);
    return status;
}

enum wx_status wx_record_remove(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = retire(call, true, err);

    if (!status)
        call->http_status = 204;
    return status;
}

enum wx_status wx_record_restore(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = retire(call, false, err);

    return status ? status : put_one(call, call->object_id, err);
}

enum wx_status wx_record_past(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_str before = wx_call_param(call, "cursor");
    uint64_t before_id = 0;
    uint32_t limit;
    enum wx_status status;

    if (!wx_call_number(call, "limit", 50, 500, &limit) ||
        (before.len && !wx_str_to_u64(before, INT64_MAX, &before_id)))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'limit' or 'cursor'");
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status =
        wx_record_history(call->tx, call->kind, call->object_id, (int64_t)before_id,
                          limit, wx_call_shows_phones(call), &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

/* "Unchanged": the record is as fresh as if it had been written again (94). */
enum wx_status wx_record_confirm(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = by_caller(call);
    char now[24];
    json_t *values;
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    wx_time_format(call->now_s, now);
    values = json_pack("{s:s, s:I}", "confirmed", now, "confirmed_by",
                       (json_int_t)by.account_id);
    status = wx_record_update(call->tx, call->kind, call->object_id, rev, values, &by,
                              &call->problems, err);
    json_decref(values);
    if (status == WX_E_AGAIN)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "%s", err->text);
    if (status)
        return status;
    wx_call_event(call, "record.confirmed", call->kind->name, call->object_id,
                  call->object.unit_id);
    return put_one(call, call->object_id, err);
}
