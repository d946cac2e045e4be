/* What a unit sends as a paper: its report on a task, its answer to a notice and its
 * plan, to be printed, stamped and handed in. The unit's own bears no watermark; who
 * else takes it away is named on it. */
#include "api/paper.h"

#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "document/docx.h"
#include "document/unit_paper.h"

enum what { REPORT, ANSWER, PLAN };

static enum wx_status build(struct wx_call *call, enum what what,
                            struct wx_paper *paper, struct wx_err *err)
{
    bool is_office = wx_scope_has(&call->scope, 0);
    struct wx_gather g = {.tx = call->tx,
                          .arena = &call->arena,
                          .organ = WX_STR("我办"),
                          .hides_personal = !wx_call_shows_phones(call),
                          .now_s = wx_call_by(call).now_s,
                          .err = err};
    enum wx_status status =
        is_office ? wx_export_mark(call, &g.frame.watermark, err) : WX_OK;

    if (status)
        return status;
    return what == REPORT
               ? wx_unit_report_of_duty(&g, call->object_id, paper)
               : wx_unit_answer(&g, call->object_id, what == PLAN, WX_STR(""), paper);
}

static enum wx_status take_docx(struct wx_call *call, enum what what,
                                struct wx_err *err)
{
    struct wx_paper paper;
    enum wx_status status = build(call, what, &paper, err);

    wx_buf_reset(&call->out);
    if (!status)
        status = wx_paper_docx(&paper, &call->out, err);
    if (!status)
        wx_paper_put_file(call, &paper, WX_DOCX_TYPE, "docx");
    return status;
}

/* The converter takes seconds: nothing of the database is held meanwhile. */
static enum wx_status take_pdf(struct wx_call *call, enum what what, struct wx_err *err)
{
    struct wx_paper paper;
    enum wx_status status =
        wx_tx_read(wx_call_office(call), &call->scope, &call->tx, err);

    if (!status)
        status = build(call, what, &paper, err);
    wx_tx_end(call->tx);
    call->tx = NULL;
    return status ? status : wx_paper_put_pdf(call, &paper, err);
}

static enum wx_status show(struct wx_call *call, enum what what, struct wx_err *err)
{
    struct wx_paper paper;
    enum wx_status status = build(call, what, &paper, err);

    return status ? status : wx_paper_put_page(call, &paper, err);
}

#define HANDLERS(name, what)                                                           \
    enum wx_status wx_##name##_docx(struct wx_call *call, struct wx_err *err)          \
    {                                                                                  \
        return take_docx(call, what, err);                                             \
    }                                                                                  \
    enum wx_status wx_##name##_pdf(struct wx_call *call, struct wx_err *err)           \
    {                                                                                  \
        return take_pdf(call, what, err);                                              \
    }                                                                                  \
    enum wx_status wx_##name##_page(struct wx_call *call, struct wx_err *err)          \
    {                                                                                  \
        return show(call, what, err);                                                  \
    }
HANDLERS(duty_report, REPORT)
HANDLERS(notice_answer, ANSWER)
HANDLERS(notice_plan, PLAN)
