#include "api/sheet.h"

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

enum wx_status wx_sheet_put(struct wx_call *call, struct wx_json *j,
                            const struct wx_filling *filling, struct wx_err *err)
{
    struct wx_sheet_held held;
    json_t *definition;
    char *text;
    enum wx_status status =
        wx_filling_hold(&call->arena, filling, WX_SHEET_DRAFT, &held, err);

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
    wx_sheet_let_go(&held);
    return WX_OK;
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
