/* Reports: units fill in and submit, each after its character; the office looks them
 * through, returns some, grants an extension, and keeps lists of who is late. */
#include "prog/simulate.h"

#include "campaign/duty.h"
#include "campaign/form.h"
#include "campaign/sheet.h"
#include <stdlib.h>

enum { RETURNED_AFTER = 2, MENDED_AFTER = 2 };

/* ---- the units ---- */

/* The day on which the unit submits it; WX_DAY_NONE: never. */
static int32_t submit_day(struct wx_sim *sim, const struct wx_sim_unit *unit,
                          const struct wx_duty_row *duty, int32_t due)
{
    int32_t early;

    switch (unit->role) {
    case WX_SIM_SILENT:
        return WX_DAY_NONE;
    case WX_SIM_LATE:
        return due + 6;
    default:
        early = (int32_t)wx_sim_die(sim, "early", duty->id, 6);
        return wx_sim_working(sim, due - early, early ? 0 : -1);
    }
}

static enum wx_status read_form(struct wx_sim *sim, int64_t form_id,
                                struct wx_campaign_form **form)
{
    struct wx_kept_form kept;
    enum wx_status status =
        wx_campaign_form_get(sim->tx, &sim->arena, form_id, &kept, sim->err);

    return status ? status
                  : wx_campaign_form_read(wx_arena_z(&sim->arena, kept.name),
                                          kept.source, form, sim->err);
}

/* The form's answers into the sheet; of the check rows, the points. */
static enum wx_status fill_sheet(struct wx_sim *sim, const struct wx_sim_unit *unit,
                                 const struct wx_duty_row *duty,
                                 struct wx_duty_sheet *sheet,
                                 struct wx_duty_input *input)
{
    struct wx_campaign_form *form = NULL;
    struct wx_sheet_result result;
    json_t *answers = NULL;
    enum wx_status status = read_form(sim, sheet->form_id, &form);
    char *text;

    if (!status)
        status = wx_sim_answers(sim, unit, duty->site_id, form, &answers);
    if (!status) {
        text = json_dumps(answers, JSON_COMPACT | JSON_SORT_KEYS);
        sheet->answers = wx_arena_str(&sim->arena, wx_str_of(text));
        free(text);
        sheet->updated_s = sim->now_s;
        sheet->updated_by = unit->account;
        wx_sheet_check(&sim->arena, form, answers, WX_SHEET_SUBMIT, &result);
        input->points_x100 = (int64_t)(result.points * 100 + 0.5);
        input->of_x100 = (int64_t)(result.max_points * 100 + 0.5);
        json_decref(result.answers);
        status = wx_duty_sheet_keep(sim->tx, duty->id, duty->unit_id, sheet, sim->err);
    }
    if (!status && !duty->n_returned)
        status = wx_sim_write_sheet(sim, duty->task_id, unit->id, duty->site_id, form,
                                    answers);
    json_decref(answers);
    wx_campaign_form_free(form);
    return status;
}

static enum wx_status begin_sheet(struct wx_sim *sim, const struct wx_duty_row *duty,
                                  const json_t *task, struct wx_duty_sheet *sheet)
{
    struct wx_str name = wx_fields_text(task, "form");
    struct wx_kept_form kept = {0};
    enum wx_status status =
        wx_duty_sheet_read(sim->tx, &sim->arena, duty->id, sheet, sim->err);

    if (!status && !sheet->form_id && name.len) {
        status = wx_campaign_form_newest(sim->tx, &sim->arena, sim->campaign_id, name,
                                         &kept, sim->err);
        sheet->form_id = kept.id;
    }
    return status;
}

static enum wx_status submit(struct wx_sim *sim, const struct wx_sim_unit *unit,
                             const struct wx_duty_row *duty)
{
    struct wx_duty_input input = {.way = WX_STR("online"),
                                  .by = wx_sim_by(sim, unit->account)};
    struct wx_submission new = {.duty_id = duty->id,
                                .unit_id = duty->unit_id,
                                .at_s = sim->now_s,
                                .account_id = unit->account,
                                .way = WX_STR("online")};
    struct wx_duty_sheet sheet = {0};
    json_t *task =
        wx_record_json(sim->tx, &sim->arena, "task", duty->task_id, true, sim->err);
    enum wx_status status =
        task ? begin_sheet(sim, duty, task, &sheet) : WX_E_NOT_FOUND;

    if (!status && sheet.form_id)
        status = fill_sheet(sim, unit, duty, &sheet, &input);
    if (!status && json_is_true(json_object_get(task, "needs_seal")))
        status = wx_sim_file(sim, unit->id, "stamped.pdf", &input.scan);
    if (!status)
        status = wx_duty_act(sim->tx, WX_DUTY_SUBMIT, duty, 0, &input, sim->err);
    new.form_id = sheet.form_id;
    new.answers = sheet.answers.len ? sheet.answers : WX_STR("{}");
    new.hash = wx_sha256_of(new.answers);
    if (!status)
        status = wx_submission_add(sim->tx, &new, sim->err);
    if (!status && !sheet.form_id)
        status = wx_sim_write_sheet(sim, duty->task_id, unit->id, 0, NULL, NULL);
    sim->counts.n_submitted += !status;
    json_decref(task);
    return status;
}

/* It came stamped on paper on the day: the office writes down which. */
static enum wx_status paper_came(struct wx_sim *sim, const struct wx_duty_row *duty)
{
    struct wx_duty_input input = {.day = wx_sim_day(sim, sim->day),
                                  .by = wx_sim_by(sim, WX_SIM_CLERK)};

    sim->counts.n_submitted++;
    return wx_duty_act(sim->tx, WX_DUTY_RECEIVE, duty, 0, &input, sim->err);
}

/* Who cannot mend in time asks in time for more of it, and gets some. */
static enum wx_status extend(struct wx_sim *sim, const struct wx_sim_unit *unit,
                             const struct wx_duty_row *duty, int32_t due)
{
    struct wx_str until = wx_sim_day(sim, wx_sim_working(sim, due, 5));
    struct wx_duty_input input = {.day = until, .by = wx_sim_by(sim, WX_SIM_CLERK)};
    struct wx_record_by by = wx_sim_by(sim, unit->account);
    json_t *v = json_pack("{s:I, s:I, s:I, s:s, s:s}", "unit_id", (json_int_t)unit->id,
                          "campaign_id", (json_int_t)sim->campaign_id, "duty_id",
                          (json_int_t)duty->id, "state", "approved", "why",
                          "主管科室人员调整，资料尚在核对");
    int64_t id;
    enum wx_status status;

    wx_fields_set(v, "name", duty->name);
    wx_fields_set(v, "due", duty->due);
    wx_fields_set(v, "until", until);
    wx_fields_set(v, "granted", until);
    json_object_set_new(v, "decided_by", json_integer(WX_SIM_CLERK));
    status = wx_fields_create(sim->tx, "extension", v, &by, &id, sim->err);
    if (!status)
        status = wx_duty_act(sim->tx, WX_DUTY_EXTEND, duty, 0, &input, sim->err);
    sim->counts.n_extensions += !status;
    return status;
}

static enum wx_status unit_works(struct wx_sim *sim, const struct wx_duty_row *duty)
{
    const struct wx_sim_unit *unit = wx_sim_unit(sim, duty->unit_id);
    int32_t due, when;
    bool is_extended = duty->first_due.len && !wx_str_eq(duty->first_due, duty->due);

    if (!unit || !wx_day_parse(duty->due, &due))
        return WX_OK;
    if (wx_str_eqz(duty->state, "returned"))
        return wx_sim_die(sim, "mended", duty->id + sim->day, MENDED_AFTER)
                   ? WX_OK
                   : submit(sim, unit, duty);
    if (unit->role == WX_SIM_UNABLE && !is_extended && sim->counts.n_extensions < 1 &&
        sim->day >= due - 4 && sim->day <= due)
        return extend(sim, unit, duty, due);
    when = submit_day(sim, unit, duty, due);
    if (when == WX_DAY_NONE || sim->day < when)
        return WX_OK;
    /* feedback on a notice is submitted with its answer (simulate_notices.c) */
    if (!unit->role && wx_sim_die(sim, "paper", duty->id, 40) == 0)
        return paper_came(sim, duty);
    return submit(sim, unit, duty);
}

static bool is_feedback(struct wx_sim *sim, int64_t task_id)
{
    json_t *task =
        wx_record_json(sim->tx, &sim->arena, "task", task_id, true, sim->err);
    bool is = wx_str_eqz(wx_fields_text(task, "counts_as"), "feedback");

    json_decref(task);
    return is;
}

enum wx_status wx_sim_units_work(struct wx_sim *sim)
{
    struct wx_duty_row *duties;
    size_t n = 0;
    enum wx_status status = wx_duty_rows(sim->tx, &sim->arena, sim->campaign_id,
                                         "open,draft,returned", &duties, &n, sim->err);

    for (size_t i = 0; !status && i < n; i++) {
        int32_t due;

        /* nothing is touched long before its day */
        if (!duties[i].unit_id || !wx_day_parse(duties[i].due, &due) ||
            due > sim->day + 8 || is_feedback(sim, duties[i].task_id))
            continue;
        status = unit_works(sim, &duties[i]);
    }
    return status;
}

/* ---- the office ---- */

/* One in a dozen reports comes back once, for what is thin in it. */
static enum wx_status review(struct wx_sim *sim, const struct wx_duty_row *duty)
{
    struct wx_duty_input input = {.by = wx_sim_by(sim, WX_SIM_CLERK)};
    enum wx_duty_act act = WX_DUTY_ACCEPT;

    if (!duty->n_returned && wx_sim_die(sim, "review", duty->id, 12) == 0 &&
        sim->day < sim->finish - 10) {
        act = WX_DUTY_RETURN;
        input.note = WX_STR("第二部分缺少责任人和完成时间，请补充后重新报送");
    }
    sim->counts.n_returned += act == WX_DUTY_RETURN;
    return wx_duty_act(sim->tx, act, duty, 0, &input, sim->err);
}

enum wx_status wx_sim_office_reviews(struct wx_sim *sim)
{
    struct wx_duty_row *duties;
    size_t n = 0;
    enum wx_status status = wx_duty_rows(sim->tx, &sim->arena, sim->campaign_id,
                                         "submitted", &duties, &n, sim->err);

    for (size_t i = 0; !status && i < n; i++)
        if (duties[i].unit_id &&
            wx_day_at(duties[i].submitted_s) + RETURNED_AFTER <= sim->day)
            status = review(sim, &duties[i]);
    return status;
}

/* On the second day after a day that many had: who has not sent it. */
enum wx_status wx_sim_late_lists(struct wx_sim *sim)
{
    struct wx_duty_row *duties;
    size_t n = 0, n_due = 0;
    json_t *late = json_array();
    enum wx_status status = wx_duty_rows(sim->tx, &sim->arena, sim->campaign_id,
                                         "open,draft,returned", &duties, &n, sim->err);

    for (size_t i = 0; !status && i < n; i++) {
        const struct wx_sim_unit *unit = wx_sim_unit(sim, duties[i].unit_id);
        int32_t due;
        json_t *one;

        if (!unit || !wx_day_parse(duties[i].due, &due) || due >= sim->day)
            continue;
        n_due += due == wx_sim_working(sim, sim->day, -2);
        one = json_pack("{s:I, s:i}", "unit_id", (json_int_t)unit->id, "days",
                        (int)(sim->day - due));
        wx_fields_set(one, "unit", unit->name);
        wx_fields_set(one, "name", duties[i].name);
        wx_fields_set(one, "due", duties[i].due);
        json_array_append_new(late, one);
    }
    if (!status && n_due)
        status = wx_sim_write_late(sim, late);
    sim->counts.n_late_lists += n_due > 0;
    json_decref(late);
    return status;
}
