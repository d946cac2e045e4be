#include "campaign/filling.h"

#include "campaign/dating.h"
#include "campaign/row.h"
#include <math.h>
#include <stdlib.h>

/* ---- opening ---- */

static bool counts_working_days(struct wx_arena *arena, const json_t *task)
{
    const json_t *rule = json_object_get(task, "deadline");
    char *text = json_is_object(rule) ? json_dumps(rule, JSON_COMPACT) : NULL;
    bool counts = text && wx_rule_counts_working_days(
                              arena, wx_arena_str(arena, wx_str_of(text)));

    free(text);
    return counts;
}

static enum wx_status open_form(struct wx_tx *tx, struct wx_arena *arena,
                                struct wx_str name, struct wx_filling *f,
                                struct wx_err *err)
{
    enum wx_status status;

    if (f->sheet.form_id)
        return wx_campaign_form_get(tx, arena, f->sheet.form_id, &f->form, err);
    if (!name.len)
        return WX_OK;
    status =
        wx_campaign_form_newest(tx, arena, f->duty.campaign_id, name, &f->form, err);
    f->sheet.form_id = status ? 0 : f->form.id;
    return status == WX_E_NOT_FOUND ? WX_OK : status;
}

enum wx_status wx_filling_open(struct wx_tx *tx, struct wx_arena *arena,
                               int64_t duty_id, struct wx_filling *out,
                               struct wx_err *err)
{
    json_t *task = NULL;
    enum wx_status status;

    *out = (struct wx_filling){0};
    status = wx_duty_row_read(tx, arena, duty_id, &out->duty, err);
    if (!status)
        status = wx_duty_sheet_read(tx, arena, duty_id, &out->sheet, err);
    if (status)
        return status;
    task = wx_record_json(tx, arena, "task", out->duty.task_id, true, err);
    if (!task)
        return WX_E_NOT_FOUND;
    out->needs_seal = json_is_true(json_object_get(task, "needs_seal"));
    out->counts_working_days = counts_working_days(arena, task);
    status = open_form(tx, arena, wx_fields_text(task, "form"), out, err);
    json_decref(task);
    return status;
}

const struct wx_calendar *wx_filling_calendar(const struct wx_filling *filling,
                                              const struct wx_calendar *calendar)
{
    return filling->counts_working_days ? calendar : NULL;
}

/* ---- answers ---- */

enum wx_status wx_filling_hold(struct wx_arena *arena, const struct wx_filling *filling,
                               enum wx_sheet_mode mode, struct wx_sheet_held *out,
                               struct wx_err *err)
{
    struct wx_str answers = filling->sheet.answers;
    json_t *values;
    enum wx_status status;

    *out = (struct wx_sheet_held){0};
    if (!filling->form.source.len)
        return WX_OK;
    status = wx_campaign_form_read(wx_arena_z(arena, filling->form.name),
                                   filling->form.source, &out->form, err);
    if (status)
        return status;
    values = json_loadb(answers.ptr ? answers.ptr : "", answers.len, 0, NULL);
    wx_sheet_check(arena, out->form, values, mode, &out->result);
    json_decref(values);
    return WX_OK;
}

void wx_sheet_let_go(struct wx_sheet_held *held)
{
    json_decref(held->result.answers);
    wx_campaign_form_free(held->form);
    *held = (struct wx_sheet_held){0};
}

enum wx_status wx_filling_save(struct wx_tx *tx, struct wx_arena *arena,
                               struct wx_filling *filling, const json_t *answers,
                               const struct wx_record_by *by, struct wx_err *err)
{
    struct wx_duty_input input = {.by = *by};
    struct wx_duty_sheet *sheet = &filling->sheet;
    char *text;
    enum wx_status status;

    if (!json_is_object(answers))
        return wx_fail(err, WX_E_INVALID, "the answers must be an object");
    text = json_dumps(answers, JSON_COMPACT | JSON_SORT_KEYS);
    sheet->answers = wx_arena_str(arena, wx_str_of(text ? text : "{}"));
    free(text);
    if (sheet->answers.len > WX_MAX_ANSWERS_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, "the answers pass %d bytes",
                       WX_MAX_ANSWERS_BYTES);
    sheet->updated_s = by->now_s;
    sheet->updated_by = by->account_id;
    status =
        wx_duty_sheet_keep(tx, filling->duty.id, filling->duty.unit_id, sheet, err);
    /* only the first saving moves the duty: later ones change the sheet alone */
    if (!status && wx_str_eqz(filling->duty.state, "open"))
        status = wx_duty_act(tx, WX_DUTY_FILL, &filling->duty, 0, &input, err);
    return status;
}

/* ---- handing over ---- */

/* What is submitted, named by its bytes: the same said twice is the same. */
static struct wx_sha256 digest_of(struct wx_arena *arena, struct wx_str answers,
                                  int64_t scan, const json_t *attachments)
{
    char *files = attachments ? json_dumps(attachments, JSON_COMPACT) : NULL;
    struct wx_str text = wx_arena_printf(arena, "%lld\n%s\n%.*s", (long long)scan,
                                         files ? files : "", WX_STR_ARG(answers));

    free(files);
    return wx_sha256_of(text);
}

static enum wx_status check_answers(struct wx_arena *arena,
                                    const struct wx_filling *filling,
                                    struct wx_duty_input *input, struct wx_handed *out,
                                    struct wx_err *err)
{
    const struct wx_sheet_result *result = &out->held.result;
    enum wx_status status =
        wx_filling_hold(arena, filling, WX_SHEET_SUBMIT, &out->held, err);

    if (status)
        return status;
    input->points_x100 = llround(result->points * 100);
    input->of_x100 = llround(result->max_points * 100);
    return result->n_errors
               ? wx_fail(err, WX_E_INVALID, "the sheet has %zu answers to mend",
                         result->n_errors)
               : WX_OK;
}

static struct wx_submission submission_of(struct wx_arena *arena,
                                          const struct wx_filling *filling,
                                          const struct wx_handover *h, const char *way)
{
    return (struct wx_submission){
        .duty_id = filling->duty.id,
        .unit_id = filling->duty.unit_id,
        .form_id = filling->sheet.form_id,
        .at_s = h->by.now_s,
        .account_id = h->by.account_id,
        .way = wx_str_of(way),
        .answers = filling->sheet.answers,
        .hash = digest_of(arena, filling->sheet.answers, h->scan, h->attachments)};
}

static struct wx_duty_input input_of(const struct wx_filling *filling,
                                     const struct wx_handover *h)
{
    return (struct wx_duty_input){.note = h->note,
                                  .day = h->day,
                                  .scan = h->scan,
                                  .attachments = h->attachments,
                                  .calendar = wx_filling_calendar(filling, h->calendar),
                                  .by = h->by};
}

enum wx_status wx_filling_submit(struct wx_tx *tx, struct wx_arena *arena,
                                 const struct wx_filling *filling, int64_t rev,
                                 const struct wx_handover *handover,
                                 struct wx_handed *out, struct wx_err *err)
{
    const char *way = handover->is_offline ? "offline" : "online";
    struct wx_duty_input input = input_of(filling, handover);
    struct wx_submission new = submission_of(arena, filling, handover, way), last;
    enum wx_status status = wx_submission_last(tx, arena, filling->duty.id, &last, err);

    *out = (struct wx_handed){0};
    if (status)
        return status;
    if (wx_str_eqz(filling->duty.state, "submitted")) {
        out->was_there = last.id && memcmp(&last.hash, &new.hash, sizeof new.hash) == 0;
        return out->was_there ? WX_OK
                              : wx_fail(err, WX_E_EXISTS,
                                        "it was submitted already, with other content");
    }
    status = check_answers(arena, filling, &input, out, err);
    out->lacks_scan = !status && filling->needs_seal && !handover->scan;
    if (out->lacks_scan)
        status = wx_fail(err, WX_E_INVALID, "the stamped scan is missing");
    input.way = wx_str_of(way);
    if (!status)
        status = wx_duty_act(tx, WX_DUTY_SUBMIT, &filling->duty, rev, &input, err);
    return status ? status : wx_submission_add(tx, &new, err);
}

enum wx_status wx_filling_receive(struct wx_tx *tx, struct wx_arena *arena,
                                  const struct wx_filling *filling, int64_t rev,
                                  const struct wx_handover *handover,
                                  struct wx_err *err)
{
    struct wx_duty_input input = input_of(filling, handover);
    struct wx_submission paper = submission_of(arena, filling, handover, "paper");
    enum wx_status status =
        wx_duty_act(tx, WX_DUTY_RECEIVE, &filling->duty, rev, &input, err);

    return status ? status : wx_submission_add(tx, &paper, err);
}
