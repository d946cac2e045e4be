/* Kinds, forms, deadlines and calendars out of any bytes, and answers to a form. */
#include "campaign/calendar.h"
#include "campaign/kind.h"
#include "campaign/sheet.h"

static void answers(struct wx_str text)
{
    json_t *v = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_DECODE_ANY, NULL);
    struct wx_campaign_form *form;
    struct wx_sheet_carried carried;
    struct wx_sheet_result result;
    struct wx_arena arena;
    struct wx_err err;

    if (!v || wx_campaign_form_shipped(WX_STR("result_table_004"), &form, &err)) {
        json_decref(v);
        return;
    }
    wx_arena_init(&arena);
    wx_sheet_check(&arena, form, v, WX_SHEET_SUBMIT, &result);
    if (result.n_answered > result.n_asked)
        __builtin_trap();
    wx_sheet_carry(&arena, form, form, result.answers, &carried);
    json_decref(carried.answers);
    json_decref(carried.lost);
    json_decref(result.answers);
    json_decref(v);
    wx_campaign_form_free(form);
    wx_arena_clear(&arena);
}

static void deadline(struct wx_str text)
{
    struct wx_buf out = WX_BUF_INIT(8 << 10);
    struct wx_deadline d, again;
    struct wx_arena arena;
    struct wx_err err = {0};

    wx_arena_init(&arena);
    if (!wx_deadline_parse(&arena, "fuzz", text, &d, &err)) {
        wx_deadline_write(&d, &out);
        if (wx_deadline_parse(&arena, "again", wx_buf_str(&out), &again, &err))
            __builtin_trap(); /* what is written is read back */
    } else if (!err.text[0]) {
        __builtin_trap();
    }
    wx_buf_clear(&out);
    wx_arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str text = {(const char *)data, size};
    struct wx_campaign_kind *kind = NULL;
    struct wx_campaign_form *form = NULL;
    struct wx_calendar *calendar;
    struct wx_err err = {0};

    if (wx_str_starts(text, "form")) {
        if (wx_campaign_form_read("fuzz.yaml", text, &form, &err) && !err.text[0])
            __builtin_trap();
        wx_campaign_form_free(form);
    } else if (wx_str_starts(text, "{\"years") &&
               !wx_calendar_open(NULL, &calendar, &err)) {
        (void)!wx_calendar_read(calendar, "fuzz.json", text, &err);
        wx_calendar_free(calendar);
    } else if (wx_str_starts(text, "{\"")) {
        answers(text);
    } else if (wx_str_starts(text, "{")) {
        deadline(text);
    } else {
        if (wx_campaign_kind_read("fuzz.yaml", text, NULL, &kind, &err) && !err.text[0])
            __builtin_trap();
        wx_campaign_kind_free(kind);
    }
    return 0;
}
