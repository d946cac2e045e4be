#include "document/unit_paper.h"

#include "campaign/filling.h"
#include "campaign/row.h"
#include "document/answers.h"
#include "document/kinds.h"
#include "store/record.h"

/* Forms whose report a notice describes; every other goes block by block. */
static const struct {
    const char *form, *word;
} reports[] = {{"self_report_000", "rectification_report"},
               {"outline_004", "self_check_report"},
               {"summary_001", "unit_summary"}};

static const char *report_word(struct wx_str form)
{
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
        if (wx_str_eqz(form, reports[i].form))
            return reports[i].word;
    return NULL;
}

/* The unit signs. */
static void sign(struct wx_gather *g, struct wx_str unit)
{
    struct wx_str *organ = wx_arena_new(g->arena, struct wx_str);

    *organ = unit;
    g->frame.organs = organ;
    g->frame.n_organs = unit.len ? 1 : 0;
    if (!g->frame.date.year)
        g->frame.date = wx_gather_today(g);
}

enum wx_status wx_unit_report(struct wx_gather *g, const struct wx_report_input *input,
                              struct wx_str to, struct wx_str title,
                              struct wx_paper *paper)
{
    const char *word = report_word(input->form->key);
    struct wx_str unit = wx_gather_name(g, "unit", input->unit_id);
    struct wx_self_check_facts facts;
    struct wx_answered answered;
    enum wx_status status;

    sign(g, unit);
    if (!word) {
        answered = (struct wx_answered){.frame = g->frame,
                                        .form = input->form,
                                        .answers = input->answers,
                                        .title = title,
                                        .to = to,
                                        .unit = unit};
        return wx_paper_answers(paper, g->arena, &answered, g->err);
    }
    status = wx_gather_self_check(g, input, &facts);
    if (to.len)
        facts.organ = to;
    return status ? status : wx_paper_of_word(paper, g->arena, word, &facts, g->err);
}

/* Who runs the campaign: whom its reports go to. */
static struct wx_str organ_of(struct wx_gather *g, int64_t campaign_id)
{
    json_t *row = wx_record_json(g->tx, g->arena, "campaign", campaign_id, true, NULL);
    const json_t *organs = json_object_get(row, "organs");
    const char *first = json_string_value(json_array_get(organs, 0));
    struct wx_str out = wx_arena_str(g->arena, wx_str_of(first ? first : ""));

    json_decref(row);
    return out;
}

enum wx_status wx_unit_report_of_duty(struct wx_gather *g, int64_t duty_id,
                                      struct wx_paper *paper)
{
    struct wx_filling filling;
    struct wx_sheet_held held = {0};
    json_t *answers = NULL;
    enum wx_status status = wx_filling_open(g->tx, g->arena, duty_id, &filling, g->err);

    if (!status)
        status = wx_filling_hold(g->arena, &filling, WX_SHEET_DRAFT, &held, g->err);
    if (!status && !held.form)
        status = wx_fail(g->err, WX_E_NOT_FOUND, "this task has no form");
    if (!status) {
        const struct wx_report_input input = {
            filling.duty.unit_id, filling.duty.campaign_id, held.form,
            answers = json_loadb(filling.sheet.answers.ptr, filling.sheet.answers.len,
                                 0, NULL)};

        if (g->hides_personal)
            wx_sheet_mask(held.form, answers);
        status = wx_unit_report(g, &input, organ_of(g, filling.duty.campaign_id),
                                WX_STR(""), paper);
    }
    json_decref(answers);
    wx_sheet_let_go(&held);
    return status;
}

enum wx_status wx_unit_answer(struct wx_gather *g, int64_t notice_id, bool is_plan,
                              struct wx_str title, struct wx_paper *paper)
{
    json_t *row = wx_gather_row(g, "notice", notice_id);
    struct wx_reply_facts facts;
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    sign(g, wx_gather_name(g, "unit", wx_gather_int(row, "unit_id")));
    status = wx_gather_reply(g, notice_id, &facts);
    if (!status) {
        struct wx_str organ = organ_of(g, wx_gather_int(row, "campaign_id"));

        if (organ.len)
            facts.organ = organ;
        status = wx_paper_of_word(
            paper, g->arena, is_plan ? "rectification_plan" : "rectification_answer",
            &facts, g->err);
    }
    if (!status && title.len)
        paper->title = wx_paper_clean(paper, title);
    json_decref(row);
    return status;
}
