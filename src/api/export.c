/* GET /api/v1/{plural}/export: records as a table, taken away. An audited act. */
#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "base/clock.h"
#include "register/export.h"
#include "store/office_account.h"
#include "wire/multipart.h"
#include <stdio.h>

enum { PAGE_ROWS = 500, MAX_ROWS = 200000 };

struct exporting {
    struct wx_call *call;
    struct wx_export shape;
    struct wx_table_out *table;
    struct wx_record_query query;
    uint32_t n_rows;
};

enum wx_status wx_export_mark(struct wx_call *call, struct wx_str *out,
                              struct wx_err *err)
{
    struct wx_account_row account = {0};
    char at[24];
    enum wx_status status =
        wx_account_by_id(call->tx, &call->arena, call->who.account_id, &account, err);

    if (status && status != WX_E_NOT_FOUND)
        return status;
    wx_time_format_china(call->now_s, at);
    *out = wx_arena_printf(&call->arena, wx_text(call->lang, WX_T_EXPORT_MARK),
                           WX_STR_ARG(account.name), WX_STR_ARG(account.login), at,
                           call->request_id);
    return WX_OK;
}

/* Both rights bound what is taken: to export, and to read that kind at all. */
static enum wx_status narrow(struct wx_call *call, struct wx_err *err)
{
    enum wx_op read = WX_OP_COUNT;
    struct wx_scope scope;

    if (!wx_op_find(wx_str_of(wx_record_right(call->kind, 0)), &read))
        return wx_fail(err, WX_E_NOT_FOUND, "'%s'", call->kind->name);
    if (!wx_access_may(&call->who, read))
        return wx_call_refuse(call, WX_P_FORBIDDEN, err, "'%s'", wx_op_name(read));
    wx_access_scope(&call->who, read, &call->arena, &scope);
    if (wx_scope_covers(&scope, &call->scope))
        return WX_OK;
    if (!wx_scope_covers(&call->scope, &scope))
        return wx_call_refuse(call, WX_P_FORBIDDEN, err, "'%s'", wx_op_name(read));
    wx_call_scope(call, read);
    return WX_OK;
}

static enum wx_status export_page(struct exporting *x, struct wx_str *next,
                                  struct wx_err *err)
{
    struct wx_buf buf = WX_BUF_INIT(64 << 20);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_record_page page;
    struct wx_arena scratch;
    enum wx_status status;
    json_t *items;

    wx_arena_init(&scratch);
    wx_json_open(&j, '[');
    status = wx_record_list(x->call->tx, &x->call->arena, &x->query, &j, &page, err);
    wx_json_close(&j, ']');
    items = status || buf.is_full ? NULL : json_loadb(buf.ptr, buf.len, 0, NULL);
    for (size_t i = 0; i < json_array_size(items); i++) {
        wx_export_row(&x->shape, &scratch, json_array_get(items, i));
        wx_table_out_row(x->table, x->shape.cells);
        x->n_rows++;
    }
    json_decref(items);
    wx_buf_clear(&buf);
    wx_arena_clear(&scratch);
    *next = page.next;
    return status;
}

static enum wx_status begin(struct exporting *x, enum wx_table_format format,
                            enum wx_export_layout layout, struct wx_err *err)
{
    struct wx_call *call = x->call;
    struct wx_table_head head = {
        .title = wx_str_of(call->lang == WX_EN ? call->kind->en : call->kind->zh)};
    enum wx_status status = wx_export_mark(call, &head.mark, err);

    if (status)
        return status;
    if (!wx_export_begin(&x->shape, &call->arena, call->kind, layout, call->lang))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'layout'");
    head.columns = x->shape.heads;
    head.n_columns = x->shape.n;
    return wx_table_out_new(format, &head, &x->table, err);
}

static void put_reply(struct exporting *x, enum wx_table_format format)
{
    struct wx_call *call = x->call;
    char at[24];
    struct wx_str name;

    wx_time_format_china(call->now_s, at);
    name = wx_arena_printf(&call->arena, "%s-%.10s.%s",
                           call->lang == WX_EN ? call->kind->plural : call->kind->zh,
                           at, wx_table_format_extension(format));
    call->out_type = wx_table_format_type(format);
    wx_call_header(call, "Content-Disposition",
                   wx_content_disposition(&call->arena, name));
    wx_call_audit(call, call->kind->name, 0, 0);
    call->audit_detail = wx_arena_printf(
        &call->arena, "{\"rows\":%u,\"format\":\"%s\",\"phones\":%s}", x->n_rows,
        wx_table_format_extension(format), x->query.shows_masked ? "true" : "false");
}

enum wx_status wx_records_export(struct wx_call *call, struct wx_err *err)
{
    struct wx_str wanted = wx_call_param(call, "format");
    struct wx_str layout = wx_call_param(call, "layout"), next;
    struct exporting x = {.call = call};
    enum wx_table_format format;
    enum wx_status status;

    if (!wx_table_format_parse(wanted.len ? wanted : WX_STR("xlsx"),
                               wx_call_param(call, "charset"), &format) ||
        (layout.len && !wx_str_eqz(layout, "nine") && !wx_str_eqz(layout, "all")))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err,
                              "'format', 'charset' or 'layout'");
    status = narrow(call, err);
    if (!status)
        status =
            begin(&x, format,
                  wx_str_eqz(layout, "nine") ? WX_LAYOUT_NINE : WX_LAYOUT_ALL, err);
    if (status)
        return status;
    x.query = (struct wx_record_query){
        .kind = call->kind,
        .filter = wx_call_param(call, "q"),
        .sort = wx_call_param(call, "sort"),
        .limit = PAGE_ROWS,
        .shows_masked = wx_call_shows_phones(call),
        .in_english = call->lang == WX_EN,
        .now_s = call->now_s,
    };
    do {
        status = export_page(&x, &next, err);
        x.query.cursor = next;
    } while (!status && next.len && x.n_rows < MAX_ROWS);
    if (status) {
        wx_table_out_drop(x.table);
        return status == WX_E_INVALID
                   ? wx_call_refuse(call, WX_P_BAD_PARAM, err, "%s", err->text)
                   : status;
    }
    wx_buf_reset(&call->out);
    status = wx_table_out_finish(x.table, &call->out, err);
    if (!status)
        put_reply(&x, format);
    return status;
}
