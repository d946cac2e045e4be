/* The survey form of a site (requirements 61-80): a page to print, or a workbook. */
#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "register/form.h"
#include "register/table_out.h"
#include "store/record.h"
#include "wire/multipart.h"

enum wx_status wx_find_form_site(struct wx_call *call, struct wx_err *err)
{
    call->kind = wx_record_kind_find(WX_STR("site"));
    return wx_find_record(call, err);
}

static enum wx_status put_form(struct wx_call *call, const struct wx_form *form,
                               struct wx_str name, struct wx_err *err)
{
    struct wx_str format = wx_call_param(call, "format"), style;
    const char *title = wx_text(call->lang, WX_T_FORM_TITLE);

    wx_buf_reset(&call->out);
    if (!format.len || wx_str_eqz(format, "html")) {
        wx_form_html(form, &call->out, &style);
        wx_call_page(call, style, "sandbox allow-modals");
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
    bool shows_phones = wx_call_shows_phones(call);
    json_t *site = wx_record_json(call->tx, &call->arena, "site", call->object_id,
                                  shows_phones, err);
    json_t *unit = site ? wx_record_json(call->tx, &call->arena, "unit",
                                         call->object.unit_id, shows_phones, err)
                        : NULL;
    struct wx_form form;
    enum wx_status status = unit ? WX_OK : err->status;

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
