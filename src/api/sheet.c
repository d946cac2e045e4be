#include "api/sheet.h"

#include "api/record_endpoints.h"
#include "campaign/prefill.h"
#include <stdlib.h>

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

json_t *wx_sheet_known(struct wx_call *call, const struct wx_duty_row *duty,
                       const struct wx_campaign_form *form, struct wx_err *err)
{
    const struct wx_prefill of = {.unit_id = duty->unit_id,
                                  .site_id = duty->site_id,
                                  .shows_phones = wx_call_shows_phones(call),
                                  .now_s = call->now_s};

    return wx_sheet_prefill(call->tx, &call->arena, form, &of, err);
}

static void put_value(struct wx_call *call, struct wx_json *j, const char *key,
                      const json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

    wx_json_key(j, key);
    if (text)
        wx_json_raw(j, wx_arena_str(&call->arena, wx_str_of(text)));
    else
        wx_json_null(j);
    free(text);
}

/* Nothing for who only reads: records of the register have walls of their own. */
static enum wx_status put_known(struct wx_call *call, struct wx_json *j,
                                const struct wx_duty_row *duty,
                                const struct wx_campaign_form *form, struct wx_err *err)
{
    bool may = form && wx_call_may(call, WX_OP_DUTY_FILL);
    json_t *known = may ? wx_sheet_known(call, duty, form, err) : NULL;

    if (may && !known)
        return WX_E_IO;
    put_value(call, j, "known", known);
    json_decref(known);
    return WX_OK;
}

/* The answers; who does not see phones sees no personal ones either. */
static void put_answers(struct wx_call *call, struct wx_json *j, struct wx_str answers,
                        const struct wx_campaign_form *form)
{
    json_t *shown = form && !wx_call_shows_phones(call)
                        ? json_loadb(answers.ptr, answers.len, 0, NULL)
                        : NULL;

    if (shown) {
        wx_sheet_mask(form, shown);
        put_value(call, j, "answers", shown);
        json_decref(shown);
    } else {
        wx_json_key(j, "answers");
        wx_json_raw(j, answers);
    }
}

enum wx_status wx_sheet_put(struct wx_call *call, struct wx_json *j,
                            const struct wx_filling *filling, struct wx_err *err)
{
    struct wx_sheet_held held;
    json_t *definition;
    enum wx_status status =
        wx_filling_hold(&call->arena, filling, WX_SHEET_DRAFT, &held, err);

    if (status)
        return status;
    put_answers(call, j, filling->sheet.answers, held.form);
    definition = held.form ? wx_campaign_form_json(held.form) : NULL;
    put_value(call, j, "definition", definition);
    json_decref(definition);
    put_problems(call, j, &held.result);
    status = put_known(call, j, &filling->duty, held.form, err);
    wx_sheet_let_go(&held);
    if (!status)
        status = wx_sheet_put_newer(call, j, filling, err);
    return status;
}

void wx_sheet_refuse(struct wx_call *call, const struct wx_sheet_result *result)
{
    for (size_t i = 0; i < result->n_problems; i++) {
        const struct wx_sheet_problem *p = &result->problems[i];

        if (!p->is_warning)
            wx_field_problem_say(&call->problems, wx_arena_z(&call->arena, p->path),
                                 p->code, wx_arena_z(&call->arena, text_of(call, p)));
    }
}
