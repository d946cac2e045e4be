/* Reports: units fill in and submit, each after its character; the office looks them
 * through, returns some, grants an extension, and keeps lists of who is late. */
#include "prog/simulate.h"

#include "campaign/duty.h"
#include "campaign/extension.h"
#include "campaign/filling.h"

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

/* The answers to its form, saved as a draft, and what it looks like on paper. */
static enum wx_status fill_sheet(struct wx_sim *sim, const struct wx_sim_unit *unit,
                                 struct wx_filling *filling)
{
    struct wx_record_by by = wx_sim_by(sim, unit->account);
    struct wx_sheet_held held;
    json_t *answers = NULL;
    enum wx_status status =
        wx_filling_hold(&sim->arena, filling, WX_SHEET_DRAFT, &held, sim->err);

    if (!status)
        status = wx_sim_answers(sim, unit, filling->duty.site_id, held.form, &answers);
    if (!status)
        status = wx_filling_save(sim->tx, &sim->arena, filling, answers, &by, sim->err);
    if (!status && !filling->duty.n_returned)
        status = wx_sim_write_sheet(sim, filling->duty.task_id, unit->id, held.form,
                                    answers);
    json_decref(answers);
    wx_sheet_let_go(&held);
    return status;
}

/* Pressed twice: the same again is nothing; something else is refused. */
static enum wx_status press_again(struct wx_sim *sim, int64_t duty_id,
                                  const struct wx_handover *handover)
{
    struct wx_handover other = *handover;
    struct wx_handed handed;
    struct wx_filling filling;
    enum wx_status status =
        wx_filling_open(sim->tx, &sim->arena, duty_id, &filling, sim->err);

    if (!status)
        status = wx_filling_submit(sim->tx, &sim->arena, &filling, 0, handover, &handed,
                                   sim->err);
    if (status)
        return status;
    sim->counts.n_twice += handed.was_there;
    other.scan++;
    if (wx_filling_submit(sim->tx, &sim->arena, &filling, 0, &other, &handed, NULL) ==
        WX_E_EXISTS)
        sim->counts.n_twice_refused++;
    wx_sheet_let_go(&handed.held);
    return WX_OK;
}

static enum wx_status submit(struct wx_sim *sim, const struct wx_sim_unit *unit,
                             int64_t duty_id)
{
    struct wx_handover handover = {.calendar = sim->calendar,
                                   .by = wx_sim_by(sim, unit->account)};
    struct wx_handed handed = {0};
    struct wx_filling filling;
    enum wx_status status =
        wx_filling_open(sim->tx, &sim->arena, duty_id, &filling, sim->err);

    if (!status && filling.form.source.len)
        status = fill_sheet(sim, unit, &filling);
    if (!status)
        status = wx_filling_open(sim->tx, &sim->arena, duty_id, &filling, sim->err);
    if (!status && filling.needs_seal)
        status = wx_sim_file(sim, unit->id, "stamped.pdf", &handover.scan);
    if (!status)
        status = wx_filling_submit(sim->tx, &sim->arena, &filling, 0, &handover,
                                   &handed, sim->err);
    wx_sheet_let_go(&handed.held);
    if (!status && !filling.form.source.len)
        status = wx_sim_write_sheet(sim, filling.duty.task_id, unit->id, NULL, NULL);
    sim->counts.n_submitted += !status;
    if (!status && wx_sim_die(sim, "twice", duty_id, 25) == 0)
        status = press_again(sim, duty_id, &handover);
    return status;
}

/* It came stamped on paper on the day: the office writes down which. */
static enum wx_status paper_came(struct wx_sim *sim, const struct wx_duty_row *duty)
{
    struct wx_handover handover = {.day = wx_sim_day(sim, sim->day),
                                   .calendar = sim->calendar,
                                   .by = wx_sim_by(sim, WX_SIM_CLERK)};
    struct wx_filling filling;
    enum wx_status status =
        wx_filling_open(sim->tx, &sim->arena, duty->id, &filling, sim->err);

    sim->counts.n_submitted++;
    return status ? status
                  : wx_filling_receive(sim->tx, &sim->arena, &filling, 0, &handover,
                                       sim->err);
}

/* Who cannot mend in time asks in time for more of it, and gets some. */
static enum wx_status extend(struct wx_sim *sim, const struct wx_sim_unit *unit,
                             const struct wx_duty_row *duty, int32_t due)
{
    struct wx_extension_new new = {.id = duty->id,
                                   .until =
                                       wx_sim_day(sim, wx_sim_working(sim, due, 5)),
                                   .why = WX_STR("主管科室人员调整，资料尚在核对"),
                                   .by = wx_sim_by(sim, unit->account)};
    struct wx_extension_decision decision = {.is_granted = true,
                                             .by = wx_sim_by(sim, WX_SIM_CLERK)};
    int64_t id;
    enum wx_status status = wx_extension_ask(sim->tx, &sim->arena, &new, &id, sim->err);

    if (!status)
        status = wx_extension_decide(sim->tx, &sim->arena, id, 0, &decision, sim->err);
    sim->counts.n_extensions += !status;
    return status;
}

static enum wx_status unit_works(struct wx_sim *sim, const struct wx_duty_row *duty)
{
    const struct wx_sim_unit *unit = wx_sim_unit(sim, duty->unit_id);
    int32_t due, when;
    bool is_extended = duty->first_due.len && !wx_str_eq(duty->first_due, duty->due);

    if (!unit || !wx_day_parse(duty->due, &due) || duty->paused_on.len)
        return WX_OK;
    if (wx_str_eqz(duty->state, "returned"))
        return wx_sim_die(sim, "mended", duty->id + sim->day, MENDED_AFTER)
                   ? WX_OK
                   : submit(sim, unit, duty->id);
    if (unit->role == WX_SIM_UNABLE && !is_extended && sim->counts.n_extensions < 1 &&
        sim->day >= due - 4 && sim->day <= due)
        return extend(sim, unit, duty, due);
    when = submit_day(sim, unit, duty, due);
    if (when == WX_DAY_NONE || sim->day < when)
        return WX_OK;
    /* feedback on a notice is submitted with its answer (simulate_notices.c) */
    if (!unit->role && wx_sim_die(sim, "paper", duty->id, 40) == 0)
        return paper_came(sim, duty);
    return submit(sim, unit, duty->id);
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
    enum wx_status status = wx_duty_rows(sim->tx, &sim->arena, sim->campaign_id,
                                         "open,draft,returned", &duties, &n, sim->err);

    for (size_t i = 0; !status && i < n; i++) {
        const struct wx_sim_unit *unit = wx_sim_unit(sim, duties[i].unit_id);
        int32_t due;

        if (!unit || !wx_day_parse(duties[i].due, &due) || due >= sim->day)
            continue;
        n_due += due == wx_sim_working(sim, sim->day, -2);
    }
    if (!status && n_due)
        status = wx_sim_write_late(sim);
    sim->counts.n_late_lists += n_due > 0;
    return status;
}
