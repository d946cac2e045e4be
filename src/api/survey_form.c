/* The survey form of a site (requirements 61-80): a page to print, or a workbook. */
#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "base/base64.h"
#include "base/hash.h"
#include "register/form.h"
#include "register/table_out.h"
#include "store/record.h"
#include "wire/multipart.h"

enum { MAX_FORM_BYTES = 1 << 20 };

enum wx_status wx_find_form_site(struct wx_call *call, struct wx_err *err)
{
    call->kind = wx_record_kind_find(WX_STR("site"));
    return wx_find_record(call, err);
}

static enum wx_status read_record(struct wx_call *call, const char *kind, int64_t id,
                                  json_t **out, struct wx_err *err)
{
    struct wx_buf buf = WX_BUF_INIT(MAX_FORM_BYTES);
    struct wx_json j = WX_JSON_INIT(&buf);
    enum wx_status status =
        wx_record_get(call->tx, &call->arena, wx_record_kind_find(wx_str_of(kind)), id,
                      wx_call_shows_phones(call), &j, err);

    if (!status)
        *out = json_loadb(buf.ptr, buf.len, 0, NULL);
    wx_buf_clear(&buf);
    return status;
}

/* Nothing may run or be fetched on the page; its one style sheet goes by its hash. */
static void set_policy(struct wx_call *call, struct wx_str style)
{
    struct wx_sha256 hash = wx_sha256_of(style);
    struct wx_buf text = WX_BUF_INIT(128);

    wx_base64_add(&text, (struct wx_str){(const char *)hash.bytes, sizeof hash.bytes});
    wx_call_header(call, "Content-Security-Policy",
                   wx_arena_printf(&call->arena,
                                   "default-src 'none'; style-src 'sha256-" WX_STR_FMT
                                   "'; base-uri 'none'; form-action 'none'; "
                                   "frame-ancestors 'self'; sandbox allow-modals",
                                   WX_STR_ARG(wx_buf_str(&text))));
    wx_buf_clear(&text);
}

static enum wx_status put_form(struct wx_call *call, const struct wx_form *form,
                               struct wx_str name, struct wx_err *err)
{
    struct wx_str format = wx_call_param(call, "format"), style;
    const char *title = wx_text(call->lang, WX_T_FORM_TITLE);

    wx_buf_reset(&call->out);
    if (!format.len || wx_str_eqz(format, "html")) {
        wx_form_html(form, &call->out, &style);
        call->out_type = "text/html; charset=utf-8";
        set_policy(call, style);
        return WX_OK;
    }
    if (!wx_str_eqz(format, "xlsx"))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'format'");
    call->out_type = wx_table_format_type(WX_TABLE_XLSX);
    wx_call_header(call, "Content-Disposition",
                   wx_content_disposition(
                       &call->arena,
                       wx_arena_printf(&call->arena, "%s%s" WX_STR_FMT ".xlsx", title,
                                       name.len ? "-" : "", WX_STR_ARG(name))));
    return wx_form_xlsx(form, &call->out, err);
}

enum wx_status wx_survey_form_read(struct wx_call *call, struct wx_err *err)
{
    json_t *site = NULL, *unit = NULL;
    struct wx_form form;
    enum wx_status status = read_record(call, "site", call->object_id, &site, err);

    if (!status)
        status = read_record(call, "unit", call->object.unit_id, &unit, err);
    if (!status) {
        wx_form_fill(&form, &call->arena, call->lang, unit, site);
        status = put_form(call, &form,
                          wx_str_of(json_string_value(json_object_get(site, "domain"))),
                          err);
    }
    json_decref(site);
    json_decref(unit);
    return status;
}

enum wx_status wx_survey_form_blank(struct wx_call *call, struct wx_err *err)
{
    struct wx_form form;

    wx_form_fill(&form, &call->arena, call->lang, NULL, NULL);
    return put_form(call, &form, WX_STR(""), err);
}
