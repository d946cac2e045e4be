/* Papers as files and as a page. Whatever is taken away bears the name of who took it
 * and when, and leaves a trace; the page shows nothing that is not on the paper. */
#include "api/paper.h"

#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "base/hash.h"
#include "base/limits.h"
#include "campaign/row.h"
#include "document/docx.h"
#include "document/page.h"
#include "document/pdf.h"
#include "document/sheet.h"
#include "store/office_file.h"
#include "wire/multipart.h"
#include <stdlib.h>

static enum wx_status build(struct wx_call *call, bool is_marked,
                            struct wx_paper *paper, struct wx_err *err)
{
    struct wx_issue issue = wx_call_issue(call, err);
    struct wx_str mark = WX_STR("");
    enum wx_status status = is_marked ? wx_export_mark(call, &mark, err) : WX_OK;

    return status ? status : wx_issue_paper(&issue, call->object_id, mark, paper);
}

static struct wx_str file_name(struct wx_call *call, const struct wx_paper *paper,
                               const char *extension)
{
    struct wx_str title = wx_arena_str(&call->arena, paper->title);
    char *at = (char *)title.ptr; /* our own copy: lines of a title become one name */

    for (size_t i = 0; i < title.len; i++)
        if (at[i] == '\n')
            at[i] = ' ';
    return wx_arena_printf(&call->arena, WX_STR_FMT "-%lld.%s",
                           WX_STR_ARG(wx_utf8_clip(title, 120)),
                           (long long)call->object_id, extension);
}

void wx_paper_put_file(struct wx_call *call, const struct wx_paper *paper,
                       const char *type, const char *extension)
{
    struct wx_sha256 hash = wx_sha256_of(wx_buf_str(&call->out));
    char hex[65];

    wx_hex(hash.bytes, sizeof hash.bytes, hex);
    call->out_type = type;
    wx_call_header(
        call, "Content-Disposition",
        wx_content_disposition(&call->arena, file_name(call, paper, extension)));
    wx_call_header(call, "Cache-Control", WX_STR("no-store"));
    call->audit_detail = wx_arena_printf(
        &call->arena, "{\"format\":\"%s\",\"sha256\":\"%s\"}", extension, hex);
}

/* The reply's buffer is as large as what an answer may be. */
static struct wx_buf *fresh(struct wx_call *call)
{
    wx_buf_reset(&call->out);
    return &call->out;
}

enum wx_status wx_paper_docx_take(struct wx_call *call, struct wx_err *err)
{
    struct wx_paper paper;
    enum wx_status status = build(call, true, &paper, err);

    if (!status)
        status = wx_paper_docx(&paper, fresh(call), err);
    if (!status)
        wx_paper_put_file(call, &paper, WX_DOCX_TYPE, "docx");
    return status;
}

enum wx_status wx_paper_xlsx_take(struct wx_call *call, struct wx_err *err)
{
    struct wx_paper paper;
    enum wx_status status = build(call, true, &paper, err);

    if (!status)
        status = wx_paper_xlsx(&paper, fresh(call), err);
    if (!status)
        wx_paper_put_file(call, &paper, WX_XLSX_TYPE, "xlsx");
    return status;
}

/* Which font stood in for which, for who looks at the PDF: {"wanted": "used", ...}. */
static void put_fonts(struct wx_call *call, const struct wx_pdf_report *report)
{
    json_t *fonts = json_object();
    char *text;

    for (size_t i = 0; report->fonts_are_known && i < WX_PDF_FONTS; i++)
        if (report->fonts[i].used[0])
            json_object_set_new(fonts, report->fonts[i].wanted,
                                json_string(report->fonts[i].used));
    text = json_dumps(fonts, JSON_COMPACT | JSON_ENSURE_ASCII);
    if (text)
        wx_call_header(call, "Wangxun-Fonts",
                       wx_arena_str(&call->arena, wx_str_of(text)));
    free(text);
    json_decref(fonts);
}

enum wx_status wx_paper_put_pdf(struct wx_call *call, const struct wx_paper *paper,
                                struct wx_err *err)
{
    struct wx_pdf_report report;
    enum wx_status status = wx_paper_pdf(paper, NULL, fresh(call), &report, err);

    if (status == WX_E_UNSUPPORTED || status == WX_E_TIMEOUT)
        return wx_call_refuse(call, WX_P_NO_CONVERTER, err, "%s", err->text);
    if (status)
        return status;
    wx_paper_put_file(call, paper, "application/pdf", "pdf");
    put_fonts(call, &report);
    return WX_OK;
}

enum wx_status wx_paper_put_page(struct wx_call *call, const struct wx_paper *paper,
                                 struct wx_err *err)
{
    struct wx_str style;
    enum wx_status status = wx_paper_page(paper, fresh(call), &style, err);

    if (status)
        return status;
    wx_call_page(call, style, "sandbox");
    wx_call_header(call, "Cache-Control", WX_STR("no-store"));
    return WX_OK;
}

/* The converter takes seconds: nothing of the database is held meanwhile. */
enum wx_status wx_paper_pdf_take(struct wx_call *call, struct wx_err *err)
{
    struct wx_paper paper;
    enum wx_status status =
        wx_tx_read(wx_call_office(call), &call->scope, &call->tx, err);

    if (!status)
        status = build(call, true, &paper, err);
    wx_tx_end(call->tx);
    call->tx = NULL;
    return status ? status : wx_paper_put_pdf(call, &paper, err);
}

enum wx_status wx_paper_original(struct wx_call *call, struct wx_err *err)
{
    json_t *row =
        wx_record_json(call->tx, &call->arena, "paper", call->object_id, true, err);
    struct wx_paper paper = {0};
    struct wx_str hex = wx_fields_text(row, "docx_sha256");
    char name[65] = "";
    enum wx_status status;

    if (!row)
        return WX_E_NOT_FOUND;
    if (hex.len == 64)
        memcpy(name, hex.ptr, 64);
    paper.title = wx_arena_str(&call->arena, wx_fields_text(row, "name"));
    json_decref(row);
    status = name[0] ? wx_file_bytes(wx_call_office(call), name, fresh(call), err)
                     : wx_fail(err, WX_E_NOT_FOUND, "the paper has no approved file");
    if (!status)
        wx_paper_put_file(call, &paper, WX_DOCX_TYPE, "docx");
    return status;
}

enum wx_status wx_paper_preview(struct wx_call *call, struct wx_err *err)
{
    struct wx_paper paper;
    enum wx_status status = build(call, true, &paper, err);

    return status ? status : wx_paper_put_page(call, &paper, err);
}
