/* Duties: filled in, submitted in the unit's name, looked at, put off. */
#include "campaign/duty.h"

#include "api/campaign.h"
#include "api/handlers.h"
#include "api/server.h"
#include "api/sheet.h"
#include "base/clock.h"
#include "campaign/dating.h"
#include "campaign/day.h"
#include "campaign/notice.h"
#include "campaign/row.h"
#include <stdlib.h>

enum { MAX_ANSWERS_BYTES = 4 << 20 };

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
    WX_OP_DUTY_RESUME, WX_OP_DUTY_EXTEND};

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
    return status;
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

/* The form as it is now, when filling begins; kept from then on. */
static enum wx_status begin_sheet(struct wx_call *call, const struct wx_duty_row *row,
                                  struct wx_duty_sheet *sheet, struct wx_err *err)
{
    json_t *task =
        wx_record_json(call->tx, &call->arena, "task", row->task_id, true, err);
    struct wx_str name = wx_arena_str(&call->arena, wx_fields_text(task, "form"));
    struct wx_kept_form form = {0};
    enum wx_status status = WX_OK;

    if (!task)
        return WX_E_NOT_FOUND;
    json_decref(task);
    if (name.len)
        status = wx_campaign_form_newest(call->tx, &call->arena, row->campaign_id, name,
                                         &form, err);
    sheet->form_id = form.id;
    return status == WX_E_NOT_FOUND ? WX_OK : status;
}

static enum wx_status reply_sheet(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_kept_form form = {0};
    struct wx_duty_sheet sheet;
    struct wx_duty_row row;
    enum wx_status status =
        wx_duty_row_read(call->tx, &call->arena, call->object_id, &row, err);

    if (!status)
        status = wx_duty_sheet_read(call->tx, &call->arena, row.id, &sheet, err);
    if (!status && !sheet.form_id)
        status = begin_sheet(call, &row, &sheet, err);
    if (!status && sheet.form_id)
        status =
            wx_campaign_form_get(call->tx, &call->arena, sheet.form_id, &form, err);
    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_kint(&j, "duty_id", call->object_id);
    wx_json_kstr(&j, "form", form.name);
    wx_json_kint(&j, "form_version", form.version);
    wx_json_key(&j, "answers");
    wx_json_raw(&j, sheet.answers);
    put_time(&j, "updated_at", sheet.updated_s);
    wx_json_kint(&j, "updated_by", sheet.updated_by);
    status = wx_sheet_put(call, &j, &form, sheet.answers, err);
    wx_json_close(&j, '}');
    wx_call_etag(call, sheet.rev + 1); /* one that is not there yet has an ETag, too */
    return status;
}

enum wx_status wx_duty_sheet_show(struct wx_call *call, struct wx_err *err)
{
    return reply_sheet(call, err);
}

static enum wx_status take_answers(struct wx_call *call, struct wx_duty_sheet *sheet,
                                   struct wx_err *err)
{
    const json_t *answers = json_object_get(call->json, "answers");
    char *text;

    if (!json_is_object(answers))
        return wx_act_refuse(call, "answers", "required", WX_T_FIELD_REQUIRED, err);
    text = json_dumps(answers, JSON_COMPACT | JSON_SORT_KEYS);
    sheet->answers = wx_arena_str(&call->arena, wx_str_of(text ? text : "{}"));
    free(text);
    if (sheet->answers.len > MAX_ANSWERS_BYTES)
        return wx_call_refuse(call, WX_P_TOO_BIG, err, "the answers pass %d bytes",
                              MAX_ANSWERS_BYTES);
    sheet->updated_s = call->now_s;
    sheet->updated_by = call->who.account_id;
    return WX_OK;
}

/* Only the first saving moves the duty: later ones change the sheet alone. */
static enum wx_status mark_begun(struct wx_call *call, const struct wx_duty_row *row,
                                 struct wx_err *err)
{
    struct wx_duty_input input = {.by = wx_call_by(call)};

    if (!wx_str_eqz(row->state, "open"))
        return WX_OK;
    return wx_duty_act(call->tx, WX_DUTY_FILL, row, 0, &input, err);
}

enum wx_status wx_duty_sheet_save(struct wx_call *call, struct wx_err *err)
{
    struct wx_duty_sheet sheet;
    struct wx_duty_row row;
    int64_t tag;
    enum wx_status status;

    if (!wx_call_if_match(call, &tag))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = wx_duty_row_read(call->tx, &call->arena, call->object_id, &row, err);
    if (!status)
        status = wx_duty_sheet_read(call->tx, &call->arena, row.id, &sheet, err);
    if (!status && tag && tag != sheet.rev + 1)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "somebody saved it meanwhile");
    if (!status && !sheet.form_id)
        status = begin_sheet(call, &row, &sheet, err);
    if (!status)
        status = take_answers(call, &sheet, err);
    if (!status)
        status = wx_duty_sheet_keep(call->tx, row.id, row.unit_id, &sheet, err);
    if (!status)
        status = mark_begun(call, &row, err);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_event(call, "duty.filled", "duty", row.id, row.unit_id);
    return reply_sheet(call, err);
}

/* The calendar, where the task's deadline counts working days. */
static const struct wx_calendar *calendar_of(struct wx_call *call,
                                             const struct wx_duty_row *row)
{
    json_t *task =
        wx_record_json(call->tx, &call->arena, "task", row->task_id, true, NULL);
    json_t *rule = json_object_get(task, "deadline");
    char *text = json_is_object(rule) ? json_dumps(rule, JSON_COMPACT) : NULL;
    bool counts =
        text && wx_rule_counts_working_days(
                    &call->arena, wx_arena_str(&call->arena, wx_str_of(text)));

    free(text);
    json_decref(task);
    return counts ? wx_server_options(call->server)->calendar : NULL;
}

/* ---- submitting ---- */

static enum wx_status needs_scan(struct wx_call *call, const struct wx_duty_row *row,
                                 int64_t scan, struct wx_err *err)
{
    json_t *task =
        wx_record_json(call->tx, &call->arena, "task", row->task_id, true, err);
    bool is_needed = json_is_true(json_object_get(task, "needs_seal"));

    if (!task)
        return WX_E_NOT_FOUND;
    json_decref(task);
    return is_needed && !scan
               ? wx_act_refuse(call, "scan", "required", WX_T_FIELD_REQUIRED, err)
               : WX_OK;
}

/* What is submitted, named by its bytes: the same said twice is the same. */
static struct wx_sha256 digest_of(struct wx_call *call, struct wx_str answers,
                                  int64_t scan, const json_t *attachments)
{
    char *files = attachments ? json_dumps(attachments, JSON_COMPACT) : NULL;
    struct wx_str text =
        wx_arena_printf(&call->arena, "%lld\n%s\n%.*s", (long long)scan,
                        files ? files : "", WX_STR_ARG(answers));

    free(files);
    return wx_sha256_of(text);
}

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

/* A sheet that was never begun is held against the form as it is now. */
static enum wx_status check_sheet(struct wx_call *call, const struct wx_duty_row *row,
                                  struct wx_duty_sheet *sheet,
                                  struct wx_duty_input *input, struct wx_err *err)
{
    struct wx_sheet_points points = {0};
    struct wx_kept_form form = {0};
    enum wx_status status = WX_OK;

    if (!sheet->form_id)
        status = begin_sheet(call, row, sheet, err);
    if (!status && sheet->form_id)
        status =
            wx_campaign_form_get(call->tx, &call->arena, sheet->form_id, &form, err);
    if (!status)
        status = wx_sheet_submittable(call, &form, sheet->answers, &points, err);
    input->points_x100 = points.got_x100;
    input->of_x100 = points.of_x100;
    return status;
}

static enum wx_status submit(struct wx_call *call, const struct wx_duty_row *row,
                             struct wx_duty_input *input,
                             struct wx_submission *submission, struct wx_err *err)
{
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = needs_scan(call, row, input->scan, err);
    input->calendar = calendar_of(call, row);
    if (!status)
        status = wx_duty_act(call->tx, WX_DUTY_SUBMIT, row, rev, input, err);
    if (!status)
        status = wx_submission_add(call->tx, submission, err);
    return wx_campaign_refuse(call, status, err);
}

enum wx_status wx_duty_submit(struct wx_call *call, struct wx_err *err)
{
    struct wx_duty_input input = {.by = wx_call_by(call), .way = WX_STR("online")};
    struct wx_submission last = {0}, new = {.at_s = call->now_s,
                                            .account_id = call->who.account_id,
                                            .way = WX_STR("online")};
    struct wx_duty_sheet sheet;
    struct wx_duty_row row;
    enum wx_status status =
        wx_duty_row_read(call->tx, &call->arena, call->object_id, &row, err);

    if (!status)
        status = wx_duty_sheet_read(call->tx, &call->arena, row.id, &sheet, err);
    if (!status)
        status = wx_campaign_file(call, "scan", &input.scan, err);
    if (!status)
        status = check_files(call, &input.attachments, err);
    if (!status)
        status = wx_submission_last(call->tx, &call->arena, row.id, &last, err);
    if (status)
        return status;
    new.duty_id = row.id;
    new.unit_id = row.unit_id;
    new.form_id = sheet.form_id;
    new.answers = sheet.answers;
    new.hash = digest_of(call, sheet.answers, input.scan, input.attachments);
    if (wx_str_eqz(row.state, "submitted")) {
        if (last.id && memcmp(&last.hash, &new.hash, sizeof new.hash) == 0)
            return show(call, err); /* pressed twice */
        return wx_call_refuse(call, WX_P_STATE, err,
                              "it was submitted already, with other content");
    }
    status = check_sheet(call, &row, &sheet, &input, err);
    if (!status)
        status = submit(call, &row, &input, &new, err);
    return status ? status : done(call, "duty.submitted", err);
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

static enum wx_status keep_paper(struct wx_call *call, const struct wx_duty_row *row,
                                 int64_t scan, struct wx_err *err)
{
    struct wx_duty_sheet sheet;
    struct wx_submission paper = {.duty_id = row->id,
                                  .unit_id = row->unit_id,
                                  .at_s = call->now_s,
                                  .account_id = call->who.account_id,
                                  .way = WX_STR("paper")};
    enum wx_status status =
        wx_duty_sheet_read(call->tx, &call->arena, row->id, &sheet, err);

    paper.form_id = sheet.form_id;
    paper.answers = sheet.answers;
    paper.hash = digest_of(call, sheet.answers, scan, NULL);
    return status ? status : wx_submission_add(call->tx, &paper, err);
}

enum wx_status wx_duty_acted(struct wx_call *call, struct wx_err *err)
{
    static const char *const events[] = {
        [WX_DUTY_RECEIVE] = "duty.submitted", [WX_DUTY_RETURN] = "duty.returned",
        [WX_DUTY_ACCEPT] = "duty.accepted",   [WX_DUTY_WAIVE] = "duty.waived",
        [WX_DUTY_REOPEN] = "duty.reopened",   [WX_DUTY_PAUSE] = "duty.paused",
        [WX_DUTY_RESUME] = "duty.resumed",
    };
    enum wx_duty_act act = act_of(call->endpoint->op);
    struct wx_duty_input input = {.by = wx_call_by(call),
                                  .day = wx_call_text(call, "day")};
    struct wx_duty_row row;
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status =
        wx_act_text(call, "note", WX_MAX_COURSE_NOTE_BYTES,
                    wx_duty_course.moves[act].needs & WX_COURSE_NOTE, &input.note, err);
    if (!status)
        status = wx_campaign_file(call, "scan", &input.scan, err);
    if (!status)
        status = wx_duty_row_read(call->tx, &call->arena, call->object_id, &row, err);
    if (!status) {
        input.calendar = calendar_of(call, &row);
        status = wx_duty_act(call->tx, act, &row, rev, &input, err);
    }
    if (!status && act == WX_DUTY_RECEIVE)
        status = keep_paper(call, &row, input.scan, err);
    if (status)
        return wx_campaign_refuse(call, status, err);
    return done(call, events[act], err);
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

enum wx_status wx_extension_ask(struct wx_call *call, struct wx_err *err)
{
    bool is_notice = strcmp(call->kind->name, "notice") == 0;
    struct wx_record_by by = wx_call_by(call);
    struct wx_str until = wx_call_text(call, "until"), why;
    int32_t asked, due = WX_DAY_NONE;
    json_t *row = NULL, *values;
    struct wx_json j;
    int64_t id;
    enum wx_status status = wx_act_text(call, "why", 2000, true, &why, err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (status)
        return status;
    (void)wx_day_parse(wx_fields_text(row, "due"), &due);
    if (!wx_day_parse(until, &asked) || asked <= due ||
        asked < wx_day_at(call->now_s)) {
        json_decref(row);
        return wx_act_refuse(call, "until", "before_due", WX_T_FIELD_BEFORE_DUE, err);
    }
    values = json_pack("{s:I, s:O, s:s, s:I, s:O}", "unit_id",
                       (json_int_t)call->object.unit_id, "campaign_id",
                       json_object_get(row, "campaign_id"), "state", "asked",
                       is_notice ? "notice_id" : "duty_id", (json_int_t)call->object_id,
                       "name", json_object_get(row, "name"));
    wx_fields_set(values, "due", wx_fields_text(row, "due"));
    wx_fields_set(values, "until", until);
    wx_fields_set(values, "why", why);
    json_decref(row);
    status = wx_fields_create(call->tx, "extension", values, &by, &id, err);
    if (status)
        return status;
    wx_call_created(call, "extensions", id);
    wx_call_event(call, "extension.asked", "extension", id, call->object.unit_id);
    j = wx_call_json(call);
    return wx_record_get(call->tx, &call->arena,
                         wx_record_kind_find(WX_STR("extension")), id, false, &j, err);
}

static enum wx_status extend(struct wx_call *call, const json_t *row,
                             struct wx_str granted, struct wx_err *err)
{
    int64_t duty_id = json_integer_value(json_object_get(row, "duty_id"));
    int64_t notice_id = json_integer_value(json_object_get(row, "notice_id"));
    struct wx_duty_input input = {.by = wx_call_by(call), .day = granted};
    struct wx_notice_input notice = {.by = wx_call_by(call), .day = granted};
    struct wx_duty_row duty;
    enum wx_status status;

    if (notice_id)
        return wx_notice_act(call->tx, &call->arena, WX_NOTICE_EXTEND, notice_id, 0,
                             &notice, err);
    status = wx_duty_row_read(call->tx, &call->arena, duty_id, &duty, err);
    return status ? status
                  : wx_duty_act(call->tx, WX_DUTY_EXTEND, &duty, 0, &input, err);
}

/* Body: approve, until (less than was asked), reason (needed to refuse). */
enum wx_status wx_extension_decide(struct wx_call *call, struct wx_err *err)
{
    const json_t *approve = json_object_get(call->json, "approve");
    bool is_granted = json_is_true(approve);
    struct wx_str reason, until = wx_call_text(call, "until");
    json_t *row = NULL, *values;
    int32_t day;
    enum wx_status status;

    if (!json_is_boolean(approve))
        return wx_act_refuse(call, "approve", "not_yes_or_no", WX_T_FIELD_NOT_A_BOOL,
                             err);
    status = wx_act_text(call, "reason", 2000, !is_granted, &reason, err);
    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status && !until.len)
        until = wx_arena_str(&call->arena, wx_fields_text(row, "until"));
    if (!status && is_granted && !wx_day_parse(until, &day))
        status = wx_act_refuse(call, "until", "not_a_date", WX_T_FIELD_NOT_A_DATE, err);
    if (!status && is_granted)
        status = wx_campaign_refuse(call, extend(call, row, until, err), err);
    json_decref(row);
    if (status)
        return status;
    values = json_object();
    wx_fields_set(values, "state", is_granted ? WX_STR("approved") : WX_STR("refused"));
    wx_fields_set(values, "reason", reason);
    if (is_granted)
        wx_fields_set(values, "granted", until);
    json_object_set_new(values, "decided", wx_act_now(call));
    json_object_set_new(values, "decided_by", json_integer(call->who.account_id));
    return wx_act_put(call, is_granted ? "extension.approved" : "extension.refused",
                      values, err);
}
