/* A duty's sheet as a workbook: given out to fill in off line, and taken back. */
#include "api/campaign.h"
#include "api/handlers.h"
#include "api/server.h"
#include "api/sheet.h"
#include "api/upload.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/seal.h"
#include "campaign/row.h"
#include "campaign/sheet.h"
#include "document/form_book.h"
#include "wire/multipart.h"

static struct wx_str office_key(const struct wx_call *call)
{
    const struct wx_seal_key *key = wx_server_options(call->server)->field_key;

    return key ? (struct wx_str){(const char *)key->bytes, sizeof key->bytes}
               : WX_STR("");
}

static enum wx_status read_form(struct wx_call *call, const struct wx_filling *open,
                                struct wx_campaign_form **form, struct wx_err *err)
{
    if (!open->form.id)
        return wx_call_refuse(call, WX_P_STATE, err, "%s",
                              wx_text(call->lang, WX_T_BOOK_NO_FORM));
    return wx_campaign_form_read(wx_arena_z(&call->arena, open->form.name),
                                 open->form.source, form, err);
}

/* ---- given out ---- */

static struct wx_str label_of(struct wx_call *call, const char *kind, int64_t id)
{
    json_t *row =
        id ? wx_record_json(call->tx, &call->arena, kind, id, false, NULL) : NULL;
    struct wx_str name = wx_arena_str(&call->arena, wx_fields_text(row, "name"));

    json_decref(row);
    return name;
}

static void seal(struct wx_call *call, const struct wx_filling *open,
                 const struct wx_form_layout *layout, struct wx_book_stamp *stamp)
{
    *stamp = (struct wx_book_stamp){.form = open->form.name,
                                    .version = open->form.version,
                                    .form_id = open->form.id,
                                    .duty_id = open->duty.id,
                                    .sheet_rev = open->sheet.rev,
                                    .lang = layout->lang,
                                    .layout = layout->digest};
    stamp->seal = wx_book_stamp_seal(&call->arena, stamp, office_key(call));
}

static enum wx_status write_book(struct wx_call *call, const struct wx_filling *open,
                                 const struct wx_campaign_form *form,
                                 const json_t *known, struct wx_err *err)
{
    struct wx_form_layout layout;
    json_t *answers =
        json_loadb(open->sheet.answers.ptr, open->sheet.answers.len, 0, NULL);
    struct wx_form_book book = {.layout = &layout,
                                .answers = answers,
                                .known = known,
                                .campaign =
                                    label_of(call, "campaign", open->duty.campaign_id),
                                .task = open->duty.name,
                                .unit = label_of(call, "unit", open->duty.unit_id),
                                .site = label_of(call, "site", open->duty.site_id),
                                .due = open->duty.due};
    enum wx_status status;

    wx_form_layout(&call->arena, form, call->lang, &layout);
    seal(call, open, &layout, &book.stamp);
    wx_buf_reset(&call->out);
    status = wx_form_book_write(&book, &call->out, err);
    json_decref(answers);
    call->out_type =
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    wx_call_header(
        call, "Content-Disposition",
        wx_content_disposition(
            &call->arena,
            wx_arena_printf(
                &call->arena, WX_STR_FMT "-" WX_STR_FMT "%s" WX_STR_FMT ".xlsx",
                WX_STR_ARG(wx_utf8_clip(book.task, 120)),
                WX_STR_ARG(wx_utf8_clip(book.unit, 90)), book.site.len ? "-" : "",
                WX_STR_ARG(wx_utf8_clip(book.site, 90)))));
    return status;
}

enum wx_status wx_duty_book_give(struct wx_call *call, struct wx_err *err)
{
    struct wx_campaign_form *form = NULL;
    struct wx_filling open;
    json_t *known = NULL;
    enum wx_status status =
        wx_filling_open(call->tx, &call->arena, call->object_id, &open, err);

    if (!status)
        status = read_form(call, &open, &form, err);
    if (!status) {
        known = wx_sheet_known(call, &open.duty, form, err);
        status = known ? write_book(call, &open, form, known, err) : WX_E_IO;
    }
    json_decref(known);
    wx_campaign_form_free(form);
    return status;
}

/* ---- taken back ---- */

struct book_taking {
    struct wx_book_row *rows;
    size_t n;
    struct wx_filling open;
    struct wx_campaign_form *form;
    struct wx_book_stamp stamp;
    struct wx_form_layout layout;
    struct wx_form_taken taken;
};

/* The child's words are checked like anybody's. */
static bool read_row(struct wx_call *call, struct wx_str item, struct wx_book_row *out)
{
    json_t *o = json_loadb(item.ptr, item.len, JSON_REJECT_DUPLICATES, NULL);
    const json_t *sheet = json_object_get(o, "sheet"), *row = json_object_get(o, "row");
    const json_t *cells = json_object_get(o, "cells");
    bool is_right = json_is_string(sheet) && json_is_integer(row) &&
                    json_integer_value(row) >= 0 &&
                    json_integer_value(row) < (1 << 24) && json_is_array(cells);

    if (is_right) {
        out->sheet = wx_arena_str(&call->arena, wx_str_of(json_string_value(sheet)));
        out->row = (uint32_t)json_integer_value(row);
        out->n_cells = json_array_size(cells);
        out->cells = wx_arena_array(&call->arena, struct wx_str, out->n_cells + 1);
        for (size_t i = 0; i < out->n_cells && is_right; i++) {
            const json_t *cell = json_array_get(cells, i);

            is_right = json_is_string(cell);
            out->cells[i] =
                wx_arena_str(&call->arena, (struct wx_str){json_string_value(cell),
                                                           json_string_length(cell)});
        }
    }
    json_decref(o);
    return is_right;
}

static enum wx_status read_rows(struct wx_call *call, struct book_taking *t,
                                struct wx_err *err)
{
    struct wx_convert_answer answer;
    struct wx_upload upload;
    enum wx_status status = wx_upload_take(call, &upload, err);

    if (!status && upload.bytes.len > WX_MAX_FORM_BOOK_BYTES)
        return wx_call_refuse(call, WX_P_TOO_BIG, err,
                              wx_text(call->lang, WX_T_CONVERT_FILE_TOO_BIG),
                              WX_MAX_FORM_BOOK_BYTES >> 20);
    if (!status)
        status = wx_upload_read(call, WX_CONVERT_BOOK, upload.bytes, &answer, err);
    if (status)
        return status;
    t->rows = wx_arena_array(&call->arena, struct wx_book_row, answer.n_items + 1);
    for (t->n = 0; t->n < answer.n_items; t->n++)
        if (!read_row(call, answer.items[t->n], &t->rows[t->n]))
            return wx_call_refuse(call, WX_P_UNREADABLE, err, "%s",
                                  wx_text(call->lang, WX_T_CONVERT_BROKE));
    return WX_OK;
}

static enum wx_status refuse(struct wx_call *call, enum wx_text text, int64_t a,
                             int64_t b, struct wx_err *err)
{
    struct wx_str said = wx_arena_printf(&call->arena, wx_text(call->lang, text),
                                         (long long)a, (long long)b);

    return wx_call_refuse(call, WX_P_UNREADABLE, err, WX_STR_FMT, WX_STR_ARG(said));
}

/* Whose file it is, and whether the draft has moved on since. */
static enum wx_status check_stamp(struct wx_call *call, struct book_taking *t,
                                  struct wx_err *err)
{
    struct wx_err why = {0};
    char at[24];

    if (wx_book_stamp_read(&call->arena, t->rows, t->n, office_key(call), call->lang,
                           &t->stamp, &why))
        return wx_call_refuse(call, WX_P_UNREADABLE, err, "%s", why.text);
    if (t->stamp.duty_id != t->open.duty.id)
        return refuse(call, WX_T_BOOK_OTHER_DUTY, t->stamp.duty_id, 0, err);
    if (t->stamp.form_id != t->open.form.id)
        return refuse(call, WX_T_BOOK_OTHER_VERSION, t->stamp.version,
                      t->open.form.version, err);
    wx_form_layout(&call->arena, t->form, t->stamp.lang, &t->layout);
    if (memcmp(&t->layout.digest, &t->stamp.layout, sizeof t->stamp.layout) != 0)
        return refuse(call, WX_T_BOOK_OTHER_PROGRAM, 0, 0, err);
    if (t->stamp.sheet_rev == t->open.sheet.rev ||
        wx_str_eqz(wx_call_param(call, "replace"), "yes"))
        return WX_OK;
    wx_time_format_china(t->open.sheet.updated_s, at);
    return wx_call_refuse(call, WX_P_CONFLICT, err,
                          wx_text(call->lang, WX_T_BOOK_DRAFT_MOVED), at);
}

static void put_problem(struct wx_json *j, const struct book_taking *t,
                        struct wx_str path, const char *code, struct wx_str text,
                        bool is_warning)
{
    char cell[WX_CELL_NAME_BYTES] = "";
    struct wx_str sheet = WX_STR("");

    (void)wx_form_taken_place(&t->taken, path, code, &sheet, cell);
    wx_json_open(j, '{');
    wx_json_kstr(j, "path", path);
    wx_json_kz(j, "code", code);
    wx_json_kstr(j, "text", text);
    wx_json_kbool(j, "warn", is_warning);
    wx_json_kstr(j, "sheet", sheet);
    wx_json_kz(j, "cell", cell);
    wx_json_close(j, '}');
}

/* What stands in the way of submitting it, each with its cell. */
static void put_taken(struct wx_call *call, const struct book_taking *t)
{
    struct wx_json j = wx_call_json(call);
    struct wx_sheet_result result;

    wx_sheet_check(&call->arena, t->form, t->taken.answers, WX_SHEET_SUBMIT, &result);
    wx_json_open(&j, '{');
    wx_json_kint(&j, "duty_id", t->open.duty.id);
    wx_json_kint(&j, "n_answers", result.n_answered);
    wx_json_key(&j, "problems");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < result.n_problems; i++) {
        const struct wx_sheet_problem *p = &result.problems[i];

        put_problem(&j, t, p->path, p->code, call->lang == WX_ZH ? p->zh : p->en,
                    p->is_warning);
    }
    for (size_t i = 0; i < result.n_dropped; i++)
        put_problem(
            &j, t, result.dropped[i], "dropped",
            wx_arena_printf(
                &call->arena, wx_text(call->lang, WX_T_BOOK_DROPPED),
                wx_arena_z(&call->arena,
                           wx_form_path_label(t->form, result.dropped[i], call->lang))),
            true);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    json_decref(result.answers);
    wx_call_etag(call, t->open.sheet.rev + 1);
}

static enum wx_status keep(struct wx_call *call, struct book_taking *t,
                           struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    enum wx_status status =
        wx_filling_save(call->tx, &call->arena, &t->open, t->taken.answers, &by, err);

    if (status == WX_E_TOO_BIG)
        return wx_call_refuse(call, WX_P_TOO_BIG, err, "%s", err->text);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_event(call, "duty.filled", "duty", t->open.duty.id, t->open.duty.unit_id);
    return WX_OK;
}

static enum wx_status take(struct wx_call *call, struct book_taking *t,
                           struct wx_err *err)
{
    json_t *before = NULL;
    struct wx_err why = {0};
    enum wx_status status =
        wx_filling_open(call->tx, &call->arena, call->object_id, &t->open, err);

    if (!status)
        status = read_form(call, &t->open, &t->form, err);
    if (!status)
        status = check_stamp(call, t, err);
    if (status)
        return status;
    before = json_loadb(t->open.sheet.answers.ptr, t->open.sheet.answers.len, 0, NULL);
    if (wx_form_take(&call->arena, &t->layout, t->rows, t->n, before, &t->taken, &why))
        status = wx_call_refuse(call, WX_P_UNREADABLE, err, "%s", why.text);
    json_decref(before);
    if (!status)
        status = keep(call, t, err);
    return status;
}

enum wx_status wx_duty_book_take(struct wx_call *call, struct wx_err *err)
{
    struct book_taking t = {0};
    enum wx_status status = read_rows(call, &t, err);

    if (!status)
        status = wx_tx_write(wx_call_office(call), &call->scope, &call->tx, err);
    if (status)
        return status;
    status = take(call, &t, err);
    if (!status)
        status = wx_call_leave_trace(call, call->tx, err);
    if (!status)
        status = wx_call_write_events(call, call->tx, err);
    if (!status)
        status = wx_tx_commit(call->tx, err);
    if (!status)
        put_taken(call, &t);
    wx_tx_end(call->tx);
    call->tx = NULL;
    json_decref(t.taken.answers);
    wx_campaign_form_free(t.form);
    return status;
}
