/* Duties: filled in, submitted in the unit's name, looked at, put off. */
#include "campaign/extension.h"

#include "api/campaign.h"
#include "api/handlers.h"
#include "api/server.h"
#include "api/sheet.h"
#include "base/clock.h"
#include "campaign/against.h"
#include "campaign/calendar.h"
#include "campaign/day.h"
#include "campaign/form_take.h"
#include "campaign/row.h"

enum wx_status wx_find_duty(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "duty", err);
}

enum wx_status wx_find_extension(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "extension", err);
}

/* ---- showing ---- */

static const enum wx_op duty_ops[] = {
    WX_OP_DUTY_FILL,   WX_OP_DUTY_SUBMIT, WX_OP_DUTY_RECEIVE, WX_OP_DUTY_RETURN,
    WX_OP_DUTY_ACCEPT, WX_OP_DUTY_WAIVE,  WX_OP_DUTY_REOPEN,  WX_OP_DUTY_PAUSE,
    WX_OP_DUTY_RESUME, WX_OP_DUTY_EXTEND, WX_OP_DUTY_CHASE};

/* Days left in days and in working days; null: none to count, or the calendar lacks the
 * year. Negative when it is late. */
static void put_left(struct wx_call *call, struct wx_json *j,
                     const struct wx_duty_row *row)
{
    const struct wx_calendar *calendar = wx_server_options(call->server)->calendar;
    int32_t today = wx_day_at(call->now_s), due;
    bool has_due = wx_day_parse(row->due, &due);
    int n;

    wx_json_key(j, "days_left");
    if (has_due)
        wx_json_int(j, due - today);
    else
        wx_json_null(j);
    wx_json_key(j, "working_days_left");
    if (has_due && calendar && !wx_calendar_count(calendar, today, due, &n, NULL))
        wx_json_int(j, n);
    else
        wx_json_null(j);
}

static void put_against(struct wx_call *call, struct wx_json *j,
                        const struct wx_campaign_form *form,
                        const struct wx_against *list, size_t n)
{
    char at[24];

    for (size_t i = 0; i < n; i++) {
        wx_time_format(list[i].at_s, at);
        wx_json_open(j, '{');
        wx_json_kstr(j, "path", list[i].path);
        wx_json_kstr(j, "label", wx_form_path_label(form, list[i].path, call->lang));
        wx_json_kz(j, "field", list[i].measured);
        wx_json_kint(j, "site_id", list[i].site_id);
        wx_json_kstr(j, "site", list[i].site);
        wx_json_kstr(j, "answered", list[i].answered);
        wx_json_kstr(j, "measured", list[i].found);
        wx_json_kz(j, "measured_at", list[i].at_s ? at : NULL);
        wx_json_close(j, '}');
    }
}

static enum wx_status put_contradictions(struct wx_call *call, int64_t id,
                                         struct wx_json *j, struct wx_err *err)
{
    struct wx_campaign_form *form = NULL;
    struct wx_against *list = NULL;
    struct wx_filling f;
    json_t *answers = NULL;
    size_t n = 0;
    enum wx_status status = wx_filling_open(call->tx, &call->arena, id, &f, err);

    wx_json_key(j, "contradictions");
    wx_json_open(j, '[');
    if (!status && f.form.source.len && f.sheet.rev) {
        status = wx_campaign_form_read(wx_arena_z(&call->arena, f.form.name),
                                       f.form.source, &form, err);
        answers = json_loadb(f.sheet.answers.ptr, f.sheet.answers.len, 0, NULL);
        if (!status)
            status = wx_sheet_against(call->tx, &call->arena, form, answers,
                                      f.duty.unit_id, f.duty.site_id, &list, &n, err);
        if (!status)
            put_against(call, j, form, list, n);
        json_decref(answers);
        wx_campaign_form_free(form);
    }
    wx_json_close(j, ']');
    return status;
}

static enum wx_status put_rest(struct wx_call *call, int64_t id, struct wx_json *j,
                               struct wx_err *err)
{
    struct wx_duty_row row;
    enum wx_status status = wx_duty_row_read(call->tx, &call->arena, id, &row, err);

    if (status)
        return status;
    wx_json_key(j, "task");
    status = wx_record_get(call->tx, &call->arena, wx_record_kind_find(WX_STR("task")),
                           row.task_id, false, j, err);
    wx_json_key(j, "submissions");
    wx_json_open(j, '[');
    if (!status)
        status = wx_submissions_json(call->tx, row.id, j, err);
    wx_json_close(j, ']');
    put_left(call, j, &row);
    return status ? status : put_contradictions(call, id, j, err);
}

static enum wx_status show(struct wx_call *call, struct wx_err *err)
{
    static const struct wx_shown what = {"duty", WX_SHOWN_OPS(duty_ops),
                                         .rest = put_rest};

    return wx_campaign_show_one(call, &what, call->object_id, err);
}

enum wx_status wx_duty_show(struct wx_call *call, struct wx_err *err)
{
    return show(call, err);
}

static enum wx_status done(struct wx_call *call, const char *event, struct wx_err *err)
{
    wx_call_event(call, event, "duty", call->object_id, call->object.unit_id);
    return show(call, err);
}

/* ---- sheets ---- */

static void put_time(struct wx_json *j, const char *key, int64_t at_s)
{
    char text[24];

    wx_time_format(at_s, text);
    wx_json_kz(j, key, at_s ? text : NULL);
}

static enum wx_status reply_sheet(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_filling filling;
    enum wx_status status =
        wx_filling_open(call->tx, &call->arena, call->object_id, &filling, err);

    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_kint(&j, "duty_id", call->object_id);
    wx_json_kstr(&j, "form", filling.form.name);
    wx_json_kint(&j, "form_version", filling.form.version);
    put_time(&j, "updated_at", filling.sheet.updated_s);
    wx_json_kint(&j, "updated_by", filling.sheet.updated_by);
    status = wx_sheet_put(call, &j, &filling, err);
    wx_json_close(&j, '}');
    /* one that is not there yet has an ETag, too */
    wx_call_etag(call, filling.sheet.rev + 1);
    return status;
}

enum wx_status wx_duty_sheet_show(struct wx_call *call, struct wx_err *err)
{
    return reply_sheet(call, err);
}

enum wx_status wx_duty_sheet_save(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    const json_t *answers = json_object_get(call->json, "answers");
    struct wx_filling filling;
    int64_t tag;
    enum wx_status status;

    if (!wx_call_if_match(call, &tag))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = wx_filling_open(call->tx, &call->arena, call->object_id, &filling, err);
    if (!status && tag && tag != filling.sheet.rev + 1)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "somebody saved it meanwhile");
    if (!status && !json_is_object(answers))
        return wx_act_refuse(call, "answers", "required", WX_T_FIELD_REQUIRED, err);
    if (!status)
        status = wx_filling_save(call->tx, &call->arena, &filling, answers, &by, err);
    if (status == WX_E_TOO_BIG)
        return wx_call_refuse(call, WX_P_TOO_BIG, err, "%s", err->text);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_event(call, "duty.filled", "duty", filling.duty.id, filling.duty.unit_id);
    return reply_sheet(call, err);
}

/* ---- submitting ---- */

static enum wx_status check_files(struct wx_call *call, json_t **attachments,
                                  struct wx_err *err)
{
    enum { MOST = 100 };
    json_t *files = json_object_get(call->json, "attachments");

    *attachments = files;
    if (!files || json_is_null(files)) {
        *attachments = NULL;
        return WX_OK;
    }
    if (!json_is_array(files) || json_array_size(files) > MOST)
        return wx_act_refuse(call, "attachments", "not_a_list", WX_T_FIELD_NOT_A_LIST,
                             err);
    for (size_t i = 0; i < json_array_size(files); i++)
        if (!json_is_integer(json_array_get(files, i)))
            return wx_act_refuse(call, "attachments", "not_a_list",
                                 WX_T_FIELD_NOT_A_LIST, err);
    return WX_OK;
}

static struct wx_handover handover_of(struct wx_call *call)
{
    return (struct wx_handover){.calendar = wx_server_options(call->server)->calendar,
                                .day = wx_call_text(call, "day"),
                                .by = wx_call_by(call)};
}

/* What stands in the way, said where it is to be mended. */
static enum wx_status refuse_handed(struct wx_call *call, enum wx_status status,
                                    struct wx_handed *handed, struct wx_err *err)
{
    wx_sheet_refuse(call, &handed->held.result);
    wx_sheet_let_go(&handed->held);
    if (handed->lacks_scan)
        return wx_act_refuse(call, "scan", "required", WX_T_FIELD_REQUIRED, err);
    if (status == WX_E_EXISTS)
        return wx_call_refuse(call, WX_P_STATE, err, "%s", err->text);
    return wx_campaign_refuse(call, status, err);
}

enum wx_status wx_duty_submit(struct wx_call *call, struct wx_err *err)
{
    struct wx_handover handover = handover_of(call);
    struct wx_handed handed = {0};
    struct wx_filling filling;
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = wx_filling_open(call->tx, &call->arena, call->object_id, &filling, err);
    if (!status)
        status = wx_campaign_file(call, "scan", &handover.scan, err);
    if (!status)
        status = check_files(call, &handover.attachments, err);
    if (status)
        return status;
    handover.is_offline = wx_str_eqz(wx_call_text(call, "way"), "offline");
    status = wx_filling_submit(call->tx, &call->arena, &filling, rev, &handover,
                               &handed, err);
    if (status)
        return refuse_handed(call, status, &handed, err);
    wx_sheet_let_go(&handed.held);
    return handed.was_there ? show(call, err) : done(call, "duty.submitted", err);
}

/* ---- the office's acts ---- */

static enum wx_duty_act act_of(enum wx_op op)
{
    switch (op) {
    case WX_OP_DUTY_RECEIVE:
        return WX_DUTY_RECEIVE;
    case WX_OP_DUTY_RETURN:
        return WX_DUTY_RETURN;
    case WX_OP_DUTY_ACCEPT:
        return WX_DUTY_ACCEPT;
    case WX_OP_DUTY_WAIVE:
        return WX_DUTY_WAIVE;
    case WX_OP_DUTY_REOPEN:
        return WX_DUTY_REOPEN;
    case WX_OP_DUTY_PAUSE:
        return WX_DUTY_PAUSE;
    default:
        return WX_DUTY_RESUME;
    }
}

static enum wx_status act(struct wx_call *call, enum wx_duty_act what, int64_t rev,
                          const struct wx_handover *h, struct wx_err *err)
{
    struct wx_duty_input input = {.note = h->note, .day = h->day, .by = h->by};
    struct wx_filling filling;
    enum wx_status status =
        wx_filling_open(call->tx, &call->arena, call->object_id, &filling, err);

    if (status)
        return status;
    if (what == WX_DUTY_RECEIVE)
        return wx_filling_receive(call->tx, &call->arena, &filling, rev, h, err);
    input.calendar = wx_filling_calendar(&filling, h->calendar);
    return wx_duty_act(call->tx, what, &filling.duty, rev, &input, err);
}

enum wx_status wx_duty_acted(struct wx_call *call, struct wx_err *err)
{
    static const char *const events[] = {
        [WX_DUTY_RECEIVE] = "duty.submitted", [WX_DUTY_RETURN] = "duty.returned",
        [WX_DUTY_ACCEPT] = "duty.accepted",   [WX_DUTY_WAIVE] = "duty.waived",
        [WX_DUTY_REOPEN] = "duty.reopened",   [WX_DUTY_PAUSE] = "duty.paused",
        [WX_DUTY_RESUME] = "duty.resumed",
    };
    enum wx_duty_act what = act_of(call->endpoint->op);
    struct wx_handover handover = handover_of(call);
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = wx_act_text(call, "note", WX_MAX_COURSE_NOTE_BYTES,
                         wx_duty_course.moves[what].needs & WX_COURSE_NOTE,
                         &handover.note, err);
    if (!status)
        status = wx_campaign_file(call, "scan", &handover.scan, err);
    if (!status)
        status = act(call, what, rev, &handover, err);
    return status ? wx_campaign_refuse(call, status, err)
                  : done(call, events[what], err);
}

/* A unit that the scope missed: the duty is added by hand. */
enum wx_status wx_duty_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = wx_call_by(call);
    struct wx_duty_new duty = {.campaign_id = call->object_id,
                               .unit_id = wx_call_int(call, "unit_id"),
                               .task_id = wx_call_int(call, "task_id"),
                               .site_id = wx_call_int(call, "site_id")};
    struct wx_record_facts unit;
    json_t *task =
        wx_record_json(call->tx, &call->arena, "task", duty.task_id, true, NULL);
    bool was_added = false;
    struct wx_json j;
    int64_t id;
    enum wx_status status;

    if (json_integer_value(json_object_get(task, "campaign_id")) != duty.campaign_id) {
        json_decref(task);
        return wx_act_refuse(call, "task_id", "no_such_record",
                             WX_T_FIELD_NO_SUCH_RECORD, err);
    }
    duty.phase_id = json_integer_value(json_object_get(task, "phase_id"));
    duty.name = wx_arena_str(&call->arena, wx_fields_text(task, "name"));
    duty.due = wx_call_text(call, "due");
    if (!duty.due.len)
        duty.due = wx_arena_str(&call->arena, wx_fields_text(task, "due"));
    json_decref(task);
    if (wx_record_facts(call->tx, &call->arena, wx_record_kind_find(WX_STR("unit")),
                        duty.unit_id, &unit, NULL))
        return wx_act_refuse(call, "unit_id", "no_such_record",
                             WX_T_FIELD_NO_SUCH_RECORD, err);
    status = wx_duty_add(call->tx, &duty, &by, &was_added, err);
    if (!status && !was_added)
        return wx_call_refuse(call, WX_P_EXISTS, err, "the unit has this duty already");
    if (status)
        return status;
    id = wx_duty_last_id(call->tx);
    call->kind = wx_record_kind_find(WX_STR("duty"));
    wx_call_created(call, "duties", id);
    wx_call_audit(call, "duty", id, duty.unit_id);
    wx_call_event(call, "duty.asked", "duty", id, duty.unit_id);
    wx_call_etag(call, 1);
    j = wx_call_json(call);
    return wx_record_get(call->tx, &call->arena, call->kind, id, false, &j, err);
}

/* ---- extensions ---- */

enum wx_status wx_extension_asked(struct wx_call *call, struct wx_err *err)
{
    struct wx_extension_new new = {.is_of_notice =
                                       strcmp(call->kind->name, "notice") == 0,
                                   .id = call->object_id,
                                   .until = wx_call_text(call, "until"),
                                   .by = wx_call_by(call)};
    struct wx_json j;
    int64_t id;
    enum wx_status status = wx_act_text(call, "why", 2000, true, &new.why, err);

    if (status)
        return status;
    status = wx_extension_ask(call->tx, &call->arena, &new, &id, err);
    if (status == WX_E_INVALID)
        return wx_act_refuse(call, "until", "before_due", WX_T_FIELD_BEFORE_DUE, err);
    if (status)
        return status;
    wx_call_created(call, "extensions", id);
    wx_call_event(call, "extension.asked", "extension", id, call->object.unit_id);
    j = wx_call_json(call);
    return wx_record_get(call->tx, &call->arena,
                         wx_record_kind_find(WX_STR("extension")), id, false, &j, err);
}

/* Body: approve, until (less than was asked), reason (needed to refuse). */
enum wx_status wx_extension_decided(struct wx_call *call, struct wx_err *err)
{
    const json_t *approve = json_object_get(call->json, "approve");
    struct wx_extension_decision d = {.is_granted = json_is_true(approve),
                                      .until = wx_call_text(call, "until"),
                                      .by = wx_call_by(call)};
    int32_t day;
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (!json_is_boolean(approve))
        return wx_act_refuse(call, "approve", "not_yes_or_no", WX_T_FIELD_NOT_A_BOOL,
                             err);
    status = wx_act_text(call, "reason", 2000, !d.is_granted, &d.reason, err);
    if (!status && d.is_granted && d.until.len && !wx_day_parse(d.until, &day))
        status = wx_act_refuse(call, "until", "not_a_date", WX_T_FIELD_NOT_A_DATE, err);
    if (!status)
        status = wx_campaign_refuse(
            call,
            wx_extension_decide(call->tx, &call->arena, call->object_id, rev, &d, err),
            err);
    return status
               ? status
               : wx_act_reply(call,
                              d.is_granted ? "extension.approved" : "extension.refused",
                              err);
}
