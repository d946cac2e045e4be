#include "api/sheet.h"

#include "campaign/sheet.h"
#include <math.h>
#include <stdlib.h>

struct held {
    struct wx_campaign_form *form; /* NULL: the task has none */
    struct wx_sheet_result result;
};

static enum wx_status hold(struct wx_call *call, const struct wx_kept_form *kept,
                           struct wx_str answers, enum wx_sheet_mode mode,
                           struct held *out, struct wx_err *err)
{
    json_t *values;
    enum wx_status status;

    *out = (struct held){0};
    if (!kept->source.len)
        return WX_OK;
    status = wx_campaign_form_read(wx_arena_z(&call->arena, kept->name), kept->source,
                                   &out->form, err);
    if (status)
        return status;
    values = json_loadb(answers.ptr ? answers.ptr : "", answers.len, 0, NULL);
    wx_sheet_check(&call->arena, out->form, values, mode, &out->result);
    json_decref(values);
    return WX_OK;
}

static void let_go(struct held *held)
{
    json_decref(held->result.answers);
    wx_campaign_form_free(held->form);
}

static struct wx_str text_of(const struct wx_call *call,
                             const struct wx_sheet_problem *p)
{
    return call->lang == WX_ZH ? p->zh : p->en;
}

static void put_problems(const struct wx_call *call, struct wx_json *j,
                         const struct wx_sheet_result *result)
{
    wx_json_key(j, "problems");
    wx_json_open(j, '[');
    for (size_t i = 0; i < result->n_problems; i++) {
        const struct wx_sheet_problem *p = &result->problems[i];

        wx_json_open(j, '{');
        wx_json_kstr(j, "path", p->path);
        wx_json_kz(j, "code", p->code);
        wx_json_kstr(j, "text", text_of(call, p));
        wx_json_kbool(j, "warn", p->is_warning);
        wx_json_close(j, '}');
    }
    wx_json_close(j, ']');
}

enum wx_status wx_sheet_put(struct wx_call *call, struct wx_json *j,
                            const struct wx_kept_form *form, struct wx_str answers,
                            struct wx_err *err)
{
    struct held held;
    json_t *definition;
    char *text;
    enum wx_status status = hold(call, form, answers, WX_SHEET_DRAFT, &held, err);

    if (status)
        return status;
    wx_json_key(j, "definition");
    definition = held.form ? wx_campaign_form_json(held.form) : NULL;
    text = definition ? json_dumps(definition, JSON_COMPACT) : NULL;
    if (text)
        wx_json_raw(j, wx_arena_str(&call->arena, wx_str_of(text)));
    else
        wx_json_null(j);
    free(text);
    json_decref(definition);
    put_problems(call, j, &held.result);
    let_go(&held);
    return WX_OK;
}

enum wx_status wx_sheet_submittable(struct wx_call *call,
                                    const struct wx_kept_form *form,
                                    struct wx_str answers,
                                    struct wx_sheet_points *points, struct wx_err *err)
{
    struct held held;
    size_t n_errors;
    enum wx_status status = hold(call, form, answers, WX_SHEET_SUBMIT, &held, err);

    if (status)
        return status;
    for (size_t i = 0; i < held.result.n_problems; i++) {
        const struct wx_sheet_problem *p = &held.result.problems[i];

        if (!p->is_warning)
            wx_field_problem_say(&call->problems, wx_arena_z(&call->arena, p->path),
                                 p->code, wx_arena_z(&call->arena, text_of(call, p)));
    }
    n_errors = held.result.n_errors;
    points->got_x100 = llround(held.result.points * 100);
    points->of_x100 = llround(held.result.max_points * 100);
    let_go(&held);
    return n_errors ? wx_fail(err, WX_E_INVALID, "the sheet has %zu answers to mend",
                              n_errors)
                    : WX_OK;
}
