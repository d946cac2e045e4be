/*
 * Attachments: taken in after the jailed child has looked at the bytes, given out only
 * as a download that no browser runs.
 */
#include "api/handlers.h"
#include "api/upload.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/office_file.h"
#include "wire/multipart.h"

/* ---- POST /files ---- */

static void put_file(struct wx_call *call, const struct wx_file_row *row)
{
    struct wx_json j = wx_call_json(call);
    char at[24];

    wx_time_format(row->made_s, at);
    wx_json_open(&j, '{');
    wx_json_kint(&j, "id", row->id);
    wx_json_kint(&j, "unit_id", row->unit_id);
    wx_json_kstr(&j, "name", row->name);
    wx_json_kstr(&j, "type", row->type);
    wx_json_kint(&j, "size_bytes", row->size_bytes);
    wx_json_kz(&j, "sha256", row->sha256);
    wx_json_kz(&j, "made_at", at);
    wx_json_kint(&j, "made_by", row->account_id);
    wx_json_key(&j, "about"); /* may it hold macros, archives, bad names */
    wx_json_raw(&j, row->note);
    wx_json_close(&j, '}');
}

/* Whose it will be is in the request: asked again with the unit. */
static enum wx_status ask_unit(struct wx_call *call, int64_t *unit_id,
                               struct wx_err *err)
{
    struct wx_str text = wx_upload_field(call, "unit_id");
    uint64_t id = (uint64_t)call->who.unit_id;
    struct wx_object object = {.exists = true, .made_by = call->who.account_id};

    if (text.len && !wx_str_to_u64(text, INT32_MAX, &id))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'unit_id'");
    *unit_id = object.unit_id = (int64_t)id;
    if (wx_access_ask(&call->who, call->endpoint->op, &object) != WX_ALLOW)
        return wx_call_refuse(call, WX_P_FORBIDDEN, err,
                              "unit %lld is not within your responsibility",
                              (long long)id);
    return WX_OK;
}

static enum wx_status keep(struct wx_call *call, struct wx_file_row *row,
                           struct wx_str bytes, struct wx_err *err)
{
    enum wx_status status = wx_file_keep(wx_call_office(call), bytes, row->sha256, err);

    if (!status)
        status = wx_tx_write(wx_call_office(call), &call->scope, &call->tx, err);
    if (!status)
        status = wx_file_add(call->tx, row, &row->id, err);
    wx_call_audit(call, "file", row->id, row->unit_id);
    if (!status)
        status = wx_call_leave_trace(call, call->tx, err);
    if (!status)
        status = wx_tx_commit(call->tx, err);
    wx_tx_end(call->tx);
    call->tx = NULL;
    return status;
}

enum wx_status wx_file_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_convert_answer answer;
    struct wx_upload upload;
    struct wx_file_row row = {.account_id = call->who.account_id,
                              .made_s = call->now_s};
    json_t *note = NULL;
    enum wx_status status = ask_unit(call, &row.unit_id, err);

    if (!status)
        status = wx_upload_take(call, &upload, err);
    if (!status && upload.bytes.len > WX_MAX_ATTACHMENT_BYTES)
        return wx_call_refuse(call, WX_P_TOO_BIG, err,
                              wx_text(call->lang, WX_T_CONVERT_FILE_TOO_BIG),
                              WX_MAX_ATTACHMENT_BYTES >> 20);
    if (!status)
        status =
            wx_upload_read(call, WX_CONVERT_ATTACHMENT, upload.bytes, &answer, err);
    if (status)
        return status;
    note = json_loadb(answer.note.ptr, answer.note.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_string(json_object_get(note, "type"))) {
        json_decref(note);
        return wx_call_refuse(call, WX_P_UNREADABLE, err, "%s",
                              wx_text(call->lang, WX_T_CONVERT_BROKE));
    }
    row.type = wx_arena_str(
        &call->arena, wx_str_of(json_string_value(json_object_get(note, "type"))));
    json_decref(note);
    row.name = upload.name;
    row.note = answer.note;
    row.size_bytes = (int64_t)upload.bytes.len;
    status = keep(call, &row, upload.bytes, err);
    if (status)
        return status;
    put_file(call, &row);
    wx_call_created(call, "files", row.id);
    return WX_OK;
}

/* ---- GET /files/{id} ---- */

enum wx_status wx_find_file(struct wx_call *call, struct wx_err *err)
{
    struct wx_file_row row;
    enum wx_status status =
        wx_file_get(call->tx, &call->arena, call->path_id[0], &row, err);

    if (status)
        return status;
    call->object = (struct wx_object){
        .exists = true, .unit_id = row.unit_id, .made_by = row.account_id};
    call->object_id = row.id;
    wx_call_audit(call, "file", row.id, row.unit_id);
    return WX_OK;
}

enum wx_status wx_file_about(struct wx_call *call, struct wx_err *err)
{
    struct wx_file_row row;
    enum wx_status status =
        wx_file_get(call->tx, &call->arena, call->object_id, &row, err);

    if (!status)
        put_file(call, &row);
    return status;
}

/* Types that a browser shows without running anything; all else is just bytes. */
static const char *safe_type(struct wx_str type)
{
    static const char *const shown[] = {"application/pdf", "image/png",  "image/jpeg",
                                        "image/gif",       "image/webp", "image/bmp",
                                        "image/tiff"};

    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (wx_str_eqz(type, shown[i]))
            return shown[i];
    return wx_str_eqz(type, "text/plain") ? "text/plain; charset=utf-8"
                                          : "application/octet-stream";
}

enum wx_status wx_file_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_file_row row;
    enum wx_status status =
        wx_file_get(call->tx, &call->arena, call->object_id, &row, err);

    if (status)
        return status;
    wx_buf_reset(&call->out);
    status = wx_file_bytes(wx_call_office(call), row.sha256, &call->out, err);
    if (status)
        return status;
    call->out_type = safe_type(row.type);
    wx_call_header(call, "Content-Disposition",
                   wx_content_disposition(&call->arena, row.name));
    wx_call_header(call, "Content-Security-Policy",
                   WX_STR("default-src 'none'; sandbox; frame-ancestors 'none'"));
    return WX_OK;
}
