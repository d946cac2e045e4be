#include "api/upload.h"

#include "wire/multipart.h"

enum { MAX_PARTS = 20 };

static bool is_form(const struct wx_call *call)
{
    return wx_str_istarts(call->content_type, "multipart/");
}

enum wx_status wx_upload_take(struct wx_call *call, struct wx_upload *out,
                              struct wx_err *err)
{
    struct wx_str body = wx_buf_str(&call->body), name = wx_call_param(call, "name");
    struct wx_multipart form;
    struct wx_form_part part;
    bool is_found = false;

    *out = (struct wx_upload){.bytes = body};
    if (is_form(call)) {
        if (!wx_multipart_begin(&form, call->content_type, body))
            return wx_call_refuse(call, WX_P_MALFORMED, err,
                                  "multipart/form-data without a boundary");
        for (int i = 0; i < MAX_PARTS && !is_found && wx_multipart_next(&form, &part);
             i++)
            is_found = part.file_name.len || wx_str_eqz(part.name, "file");
        if (!is_found)
            return wx_call_refuse(call, WX_P_MALFORMED, err, "the form has no file");
        out->bytes = part.bytes;
        name = part.file_name.len ? part.file_name : name;
    }
    out->name = wx_file_name_clean(&call->arena, name);
    return WX_OK;
}

struct wx_str wx_upload_field(struct wx_call *call, const char *name)
{
    struct wx_multipart form;
    struct wx_form_part part;

    if (is_form(call) &&
        wx_multipart_begin(&form, call->content_type, wx_buf_str(&call->body)))
        for (int i = 0; i < MAX_PARTS && wx_multipart_next(&form, &part); i++)
            if (!part.file_name.len && wx_str_eqz(part.name, name))
                return wx_utf8_clip(part.bytes, 4096);
    return wx_call_param(call, name);
}

enum wx_status wx_upload_read(struct wx_call *call, enum wx_convert_kind kind,
                              struct wx_str bytes, struct wx_convert_answer *out,
                              struct wx_err *err)
{
    struct wx_convert_job job = {.kind = kind, .lang = call->lang, .bytes = bytes};
    struct wx_err why = {0};
    enum wx_status status = wx_convert_run(&job, &call->arena, out, &why);

    switch (status) {
    case WX_OK:
        return WX_OK;
    case WX_E_TOO_BIG:
        return wx_call_refuse(call, WX_P_TOO_BIG, err, "%s", why.text);
    case WX_E_UNSUPPORTED:
        return wx_call_refuse(call, WX_P_FILE_REFUSED, err, "%s", why.text);
    case WX_E_INVALID:
    case WX_E_TIMEOUT:
        return wx_call_refuse(call, WX_P_UNREADABLE, err, "%s", why.text);
    default:
        return wx_fail(err, status, "%s", why.text);
    }
}
