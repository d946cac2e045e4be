/* Campaigns, their phases and tasks: drafted, approved by a second person, running. */
#include "api/campaign.h"

#include "api/handlers.h"
#include "api/server.h"
#include "base/clock.h"
#include "campaign/campaign.h"
#include "campaign/dating.h"
#include "campaign/day.h"
#include "campaign/row.h"
#include "store/office_file.h"
#include "store/office_notice.h"
#include <stdlib.h>

/* ---- shared with duties and notices ---- */

void wx_campaign_put_may(struct wx_call *call, struct wx_json *j, const enum wx_op *ops,
                         size_t n, struct wx_str state)
{
    struct wx_object object = call->object;

    object.state = state;
    wx_json_key(j, "may");
    wx_json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        enum wx_answer answer = wx_access_ask(&call->who, ops[i], &object);

        /* a second proof can be given: the interface offers the act and asks for it */
        if (answer == WX_ALLOW || answer == WX_DENY_STEP_UP)
            wx_json_str(j, wx_str_of(wx_op_name(ops[i])));
    }
    wx_json_close(j, ']');
}

enum wx_status wx_campaign_show_one(struct wx_call *call, const struct wx_shown *what,
                                    int64_t id, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(wx_str_of(what->noun));
    struct wx_record_facts facts;
    struct wx_json j = wx_call_json(call);
    enum wx_status status;

    if (what->is_of_all)
        wx_tx_set_scope(call->tx, &wx_scope_everything);
    status = wx_record_facts(call->tx, &call->arena, kind, id, &facts, err);
    wx_json_open(&j, '{');
    wx_json_key(&j, what->noun);
    if (!status)
        status = wx_record_get(call->tx, &call->arena, kind, id, what->shows_phones, &j,
                               err);
    if (!status && what->rest)
        status = what->rest(call, id, &j, err);
    if (what->is_of_all)
        wx_tx_set_scope(call->tx, &call->scope);
    if (status)
        return status;
    wx_campaign_put_may(call, &j, what->ops, what->n_ops, facts.state);
    wx_json_close(&j, '}');
    wx_call_etag(call, facts.rev);
    return WX_OK;
}

enum wx_status wx_campaign_refuse(struct wx_call *call, enum wx_status status,
                                  struct wx_err *err)
{
    if (status == WX_E_AGAIN)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "%s", err->text);
    if (status == WX_E_INVALID && call->problems.n == 0)
        return wx_call_refuse(call, WX_P_INVALID, err, "%s", err->text);
    if (status == WX_E_EXISTS)
        return wx_call_refuse(call, WX_P_EXISTS, err, "%s", err->text);
    return status;
}

enum wx_status wx_campaign_file(struct wx_call *call, const char *field, int64_t *id,
                                struct wx_err *err)
{
    struct wx_file_row file;

    *id = wx_call_int(call, field);
    if (*id && wx_file_get(call->tx, &call->arena, *id, &file, NULL))
        return wx_act_refuse(call, field, "no_such_record", WX_T_FIELD_NO_SUCH_RECORD,
                             err);
    return WX_OK;
}

/* ---- finding ---- */

/* A unit sees the campaign by its duties: then it is asked about as that unit's. */
static enum wx_status as_seen(struct wx_call *call, const char *column, int64_t id,
                              struct wx_err *err)
{
    int64_t unit_id;
    enum wx_status status;

    if (call->object.unit_id || wx_scope_has(&call->scope, 0))
        return WX_OK;
    status = wx_campaign_seen_unit(call->tx, column, id, &unit_id, err);
    if (!status && unit_id)
        call->object.unit_id = unit_id;
    return status;
}

enum wx_status wx_find_campaign(struct wx_call *call, struct wx_err *err)
{
    json_t *row = NULL;
    enum wx_status status = wx_act_find(call, "campaign", err);

    if (!status)
        status = as_seen(call, "campaign_id", call->object_id, err);
    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status)
        wx_act_mark_hands(call, row);
    json_decref(row);
    return status;
}

/* A phase or a task may be done to what its campaign may. */
static enum wx_status find_part(struct wx_call *call, const char *kind,
                                const char *column, struct wx_err *err)
{
    struct wx_record_facts campaign;
    json_t *row = NULL;
    enum wx_status status = wx_act_find(call, kind, err);

    if (!status)
        status = as_seen(call, column, call->object_id, err);
    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status)
        status = wx_record_facts(
            call->tx, &call->arena, wx_record_kind_find(WX_STR("campaign")),
            json_integer_value(json_object_get(row, "campaign_id")), &campaign, err);
    if (!status)
        call->object.state = campaign.state;
    json_decref(row);
    return status;
}

enum wx_status wx_find_phase(struct wx_call *call, struct wx_err *err)
{
    return find_part(call, "phase", "phase_id", err);
}

enum wx_status wx_find_task(struct wx_call *call, struct wx_err *err)
{
    return find_part(call, "task", "task_id", err);
}

/* ---- showing ---- */

static enum wx_status put_part(struct wx_call *call, const char *kind, const char *key,
                               int64_t id, struct wx_json *j, struct wx_err *err)
{
    enum wx_status status;

    wx_json_key(j, key);
    wx_json_open(j, '[');
    status = wx_campaign_parts_json(call->tx, &call->arena, kind, id, j, err);
    wx_json_close(j, ']');
    return status;
}

static enum wx_status put_parts(struct wx_call *call, int64_t id, struct wx_json *j,
                                struct wx_err *err)
{
    enum wx_status status = put_part(call, "phase", "phases", id, j, err);

    return status ? status : put_part(call, "task", "tasks", id, j, err);
}

enum wx_status wx_campaign_show(struct wx_call *call, struct wx_err *err)
{
    static const enum wx_op ops[] = {
        WX_OP_CAMPAIGN_WRITE,    WX_OP_CAMPAIGN_SUBMIT,   WX_OP_CAMPAIGN_APPROVE,
        WX_OP_CAMPAIGN_REJECT,   WX_OP_CAMPAIGN_ASSIGN,   WX_OP_CAMPAIGN_NOTIFY,
        WX_OP_CAMPAIGN_DRAW,     WX_OP_CAMPAIGN_APPRAISE, WX_OP_CAMPAIGN_EVALUATE,
        WX_OP_CAMPAIGN_BULLETIN, WX_OP_CAMPAIGN_CLOSE,    WX_OP_CAMPAIGN_ARCHIVE,
        WX_OP_CAMPAIGN_BUNDLE};
    static const struct wx_shown what = {"campaign", WX_SHOWN_OPS(ops),
                                         .shows_phones = true, .rest = put_parts};

    return wx_campaign_show_one(call, &what, call->object_id, err);
}

static enum wx_status show_created(struct wx_call *call, int64_t id, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);

    wx_call_created(call, call->kind->plural, id);
    wx_call_audit(call, call->kind->name, id, 0);
    wx_call_event(call, "record.created", call->kind->name, id, 0);
    wx_call_etag(call, 1);
    return wx_record_get(call->tx, &call->arena, call->kind, id, true, &j, err);
}

/* ---- drafting ---- */

static enum wx_status check_body(struct wx_call *call, bool is_whole,
                                 struct wx_err *err)
{
    const json_t *scope;
    struct wx_targets targets;
    enum wx_status status;
    char *text;

    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    status = wx_record_check(call->kind, call->json, is_whole, &call->problems, err);
    scope = json_object_get(call->json, "scope");
    if (status || !scope || json_is_null(scope))
        return status;
    text = json_dumps(scope, JSON_COMPACT | JSON_ENCODE_ANY);
    status = wx_campaign_targets(
        call->tx, &call->arena, wx_arena_str(&call->arena, wx_str_of(text ? text : "")),
        WX_STR(""), call->now_s, &targets, err);
    free(text);
    if (status == WX_E_INVALID)
        wx_field_problem_add(&call->problems, "scope", "not_a_scope",
                             WX_T_FIELD_NOT_A_SCOPE);
    return status;
}

enum wx_status wx_campaign_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = wx_call_by(call);
    int64_t id;
    enum wx_status status;

    call->kind = wx_record_kind_find(WX_STR("campaign"));
    status = check_body(call, true, err);
    if (status)
        return status;
    json_object_set_new(call->json, "state", json_string("draft"));
    json_object_set_new(call->json, "unit_id", json_integer(0));
    wx_fields_hand(NULL, call->json, by.account_id);
    status = wx_record_create(call->tx, call->kind, call->json, &by, &id,
                              &call->problems, err);
    return status ? status : show_created(call, id, err);
}

/* What was approved stays as it was approved; a running campaign's end, texts that
 * explain and notes may follow what comes. */
static enum wx_status check_running(struct wx_call *call, struct wx_err *err)
{
    static const char *const free_ones[] = {"ends",     "note",   "goals",   "focus",
                                            "validity", "series", "superior"};
    const char *key;
    json_t *value;

    if (wx_str_eqz(call->object.state, "draft"))
        return WX_OK;
    json_object_foreach(call->json, key, value)
    {
        size_t i = 0, n = sizeof free_ones / sizeof *free_ones;

        while (i < n && strcmp(free_ones[i], key) != 0)
            i++;
        if (i == n)
            return wx_act_refuse(call, wx_arena_z(&call->arena, wx_str_of(key)),
                                 "read_only", WX_T_FIELD_READ_ONLY, err);
    }
    return WX_OK;
}

enum wx_status wx_campaign_change(struct wx_call *call, struct wx_err *err)
{
    json_t *row = NULL;
    enum wx_status status = check_body(call, false, err);

    if (!status)
        status = check_running(call, err);
    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status)
        wx_fields_hand(row, call->json, call->who.account_id);
    json_decref(row);
    return status ? status
                  : wx_act_put(call, "record.changed", json_incref(call->json), err);
}

/* ---- phases and tasks ---- */

/* The rule of the deadline gives the day; who states a day without a rule, states it.
 */
static enum wx_status date_task(struct wx_call *call, int64_t campaign_id,
                                struct wx_err *err)
{
    const json_t *rule = json_object_get(call->json, "deadline");
    struct wx_dating dating = {.calendar = wx_server_options(call->server)->calendar,
                               .now_s = call->now_s};
    json_t *campaign, *dated;
    char *text;
    enum wx_status status;

    if (!json_is_object(rule))
        return WX_OK;
    campaign =
        wx_record_json(call->tx, &call->arena, "campaign", campaign_id, true, err);
    if (!campaign)
        return WX_E_NOT_FOUND;
    dating.before = json_is_false(json_object_get(campaign, "before_inclusive"))
                        ? WX_BEFORE_EXCLUSIVE
                        : WX_BEFORE_INCLUSIVE;
    json_decref(campaign);
    text = json_dumps(rule, JSON_COMPACT);
    dated = json_object();
    status = wx_task_date(&call->arena, &dating,
                          wx_arena_str(&call->arena, wx_str_of(text ? text : "")),
                          dated, err);
    free(text);
    if (!status)
        json_object_update(call->json, dated);
    json_decref(dated);
    return status == WX_E_INVALID ? wx_act_refuse(call, "deadline", "not_a_deadline",
                                                  WX_T_FIELD_NOT_A_DEADLINE, err)
                                  : status;
}

static bool is_remind(struct wx_str words)
{
    struct wx_reminder r;

    while (words.len) {
        struct wx_str word = wx_str_trim(wx_str_cut(&words, ' '));

        if (word.len && !wx_reminder_parse(word, &r))
            return false;
    }
    return true;
}

static enum wx_status check_task(struct wx_call *call, const json_t *old,
                                 int64_t campaign_id, struct wx_err *err)
{
    const json_t *due, *recurs;
    struct wx_str word, day;
    int64_t turn;
    char text[16];
    enum wx_status status;

    if (strcmp(call->kind->name, "task") != 0)
        return WX_OK;
    if (!is_remind(wx_call_text(call, "remind")))
        return wx_act_refuse(call, "remind", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    status = date_task(call, campaign_id, err);
    if (status)
        return status;
    due = json_object_get(call->json, "due");
    recurs = json_object_get(call->json, "recurs");
    word = wx_fields_text(recurs ? call->json : old, "recurs");
    day = wx_fields_text(due ? call->json : old, "due");
    if (wx_task_turn(word, day, 0, &turn, text) ||
        wx_fields_text(call->json, "due_note").len ||
        wx_fields_text(old, "due_note").len)
        return WX_OK;
    return wx_act_refuse(call, "due", "required", WX_T_FIELD_REQUIRED, err);
}

static enum wx_status add_part(struct wx_call *call, const char *kind,
                               struct wx_err *err)
{
    struct wx_record_by by = wx_call_by(call);
    int64_t id;
    enum wx_status status;

    call->kind = wx_record_kind_find(wx_str_of(kind));
    status = check_body(call, true, err);
    if (!status)
        status = check_task(call, NULL, call->object_id, err);
    if (status)
        return status;
    json_object_set_new(call->json, "unit_id", json_integer(0));
    json_object_set_new(call->json, "campaign_id", json_integer(call->object_id));
    status = wx_record_create(call->tx, call->kind, call->json, &by, &id,
                              &call->problems, err);
    return status ? status : show_created(call, id, err);
}

enum wx_status wx_phase_create(struct wx_call *call, struct wx_err *err)
{
    return add_part(call, "phase", err);
}

enum wx_status wx_task_create(struct wx_call *call, struct wx_err *err)
{
    return add_part(call, "task", err);
}

enum wx_status wx_campaign_part_change(struct wx_call *call, struct wx_err *err)
{
    json_t *row = NULL;
    enum wx_status status = check_body(call, false, err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status)
        status = check_task(
            call, row, json_integer_value(json_object_get(row, "campaign_id")), err);
    json_decref(row);
    return status ? status
                  : wx_act_put(call, "record.changed", json_incref(call->json), err);
}

/* ---- acts ---- */

static enum wx_campaign_act act_of(enum wx_op op)
{
    switch (op) {
    case WX_OP_CAMPAIGN_SUBMIT:
        return WX_CAMPAIGN_SUBMIT;
    case WX_OP_CAMPAIGN_REJECT:
        return WX_CAMPAIGN_REJECT;
    case WX_OP_CAMPAIGN_APPROVE:
        return WX_CAMPAIGN_APPROVE;
    case WX_OP_CAMPAIGN_EVALUATE:
        return WX_CAMPAIGN_EVALUATE;
    case WX_OP_CAMPAIGN_CLOSE:
        return WX_CAMPAIGN_CLOSE;
    default:
        return WX_CAMPAIGN_ARCHIVE;
    }
}

enum wx_status wx_campaign_acted(struct wx_call *call, struct wx_err *err)
{
    static const char *const events[] = {[WX_CAMPAIGN_SUBMIT] = "campaign.submitted",
                                         [WX_CAMPAIGN_REJECT] = "campaign.returned",
                                         [WX_CAMPAIGN_APPROVE] = "campaign.started",
                                         [WX_CAMPAIGN_EVALUATE] = "campaign.evaluating",
                                         [WX_CAMPAIGN_CLOSE] = "campaign.closed",
                                         [WX_CAMPAIGN_ARCHIVE] = "campaign.archived"};
    enum wx_campaign_act act = act_of(call->endpoint->op);
    struct wx_campaign_input input = {
        .calendar = wx_server_options(call->server)->calendar, .by = wx_call_by(call)};
    struct wx_followed started = {0};
    struct wx_str to;
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (wx_course_move(&wx_campaign_course, act, call->object.state, &to, err))
        return wx_call_refuse(call, WX_P_STATE, err, "%s", err->text);
    status = wx_act_text(call, "reason", 2000, act == WX_CAMPAIGN_REJECT, &input.reason,
                         err);
    if (status)
        return status;
    /* its duties are of every unit in scope, whoever approves */
    wx_tx_set_scope(call->tx, &wx_scope_everything);
    status = wx_campaign_act(call->tx, &call->arena, act, call->object_id, rev, &input,
                             &started, err);
    wx_tx_set_scope(call->tx, &call->scope);
    if (status)
        return wx_campaign_refuse(call, status, err);
    if (act == WX_CAMPAIGN_APPROVE)
        call->audit_detail =
            wx_arena_printf(&call->arena, "{\"duties\":%zu}", started.n_added);
    return wx_act_reply(call, events[act], err);
}

/* ---- how far it is ---- */

enum wx_status wx_campaign_progress(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    char today[16];
    enum wx_status status;

    wx_day_format(wx_day_at(call->now_s), today);
    wx_json_open(&j, '{');
    wx_json_kz(&j, "day", today);
    status =
        wx_campaign_progress_json(call->tx, call->object_id, wx_str_of(today), &j, err);
    wx_json_key(&j, "unanswered");
    wx_json_open(&j, '[');
    if (!status)
        status = wx_notices_unanswered_json(call->tx, call->object_id, wx_str_of(today),
                                            &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

enum wx_status wx_campaign_reminders(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    uint32_t limit;
    enum wx_status status;

    if (!wx_call_number(call, "limit", 200, 2000, &limit))
        return wx_fail(err, WX_E_INVALID, "'limit' must be 1 to 2000");
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_reminders_json(call->tx, call->object_id, limit, &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

/* Scopes by the kind of unit pass over those whose kind nobody has stated: they are
 * named, so that somebody states it. */
static enum wx_status put_unplaced(struct wx_call *call, struct wx_json *j,
                                   struct wx_str scope, const struct wx_task_row *tasks,
                                   size_t n, struct wx_err *err)
{
    bool is_by_kind = wx_str_findz(scope, "kind") != WX_NPOS;
    enum wx_status status = WX_OK;

    for (size_t i = 0; i < n; i++)
        is_by_kind = is_by_kind || wx_str_findz(tasks[i].scope, "kind") != WX_NPOS;
    wx_json_key(j, "unplaced");
    wx_json_open(j, '[');
    if (is_by_kind)
        status = wx_units_without_kind_json(call->tx, j, err);
    wx_json_close(j, ']');
    return status;
}

/* Whom it would ask for what, before it is approved. */
enum wx_status wx_campaign_preview(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_task_row *tasks = NULL;
    json_t *row = NULL;
    char *text;
    struct wx_str scope;
    size_t n = 0;
    enum wx_status status = wx_act_read(call, call->kind, call->object_id, &row, err);

    if (status)
        return status;
    text = json_is_object(json_object_get(row, "scope"))
               ? json_dumps(json_object_get(row, "scope"), JSON_COMPACT)
               : NULL;
    scope = wx_arena_str(&call->arena, wx_str_of(text ? text : ""));
    free(text);
    json_decref(row);
    status = wx_task_rows(call->tx, &call->arena, call->object_id, &tasks, &n, err);
    wx_json_open(&j, '{');
    if (!status)
        status = put_unplaced(call, &j, scope, tasks, n, err);
    wx_json_key(&j, "tasks");
    wx_json_open(&j, '[');
    wx_tx_set_scope(call->tx, &wx_scope_everything); /* numbers only */
    for (size_t i = 0; !status && i < n; i++) {
        struct wx_targets targets;

        status = wx_campaign_targets(call->tx, &call->arena, scope, tasks[i].scope,
                                     call->now_s, &targets, err);
        wx_json_open(&j, '{');
        wx_json_kint(&j, "task_id", tasks[i].id);
        wx_json_kstr(&j, "name", tasks[i].name);
        wx_json_kint(&j, "units", (int64_t)targets.n_units);
        wx_json_kint(&j, "sites", (int64_t)targets.n_sites);
        wx_json_close(&j, '}');
    }
    wx_tx_set_scope(call->tx, &call->scope);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return wx_campaign_refuse(call, status, err);
}
