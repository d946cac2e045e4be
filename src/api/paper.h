/* What the endpoints of papers share, among them and with those of notices. */
#ifndef WX_API_PAPER_H
#define WX_API_PAPER_H

#include "api/campaign.h"
#include "document/issue.h"

/* A paper's acts (document/issue.h) within the call's transaction, by the caller. */
static inline struct wx_issue wx_call_issue(struct wx_call *call, struct wx_err *err)
{
    return (struct wx_issue){.tx = call->tx,
                             .arena = &call->arena,
                             .office = wx_call_office(call),
                             .by = wx_call_by(call),
                             .err = err};
}

/* A paper made, as the answer: the file's bytes are in call->out already; as PDF (no
 * transaction held); as a page that runs nothing. */
#define WX_OFFICE_TYPE "application/vnd.openxmlformats-officedocument."
#define WX_DOCX_TYPE WX_OFFICE_TYPE "wordprocessingml.document"
#define WX_XLSX_TYPE WX_OFFICE_TYPE "spreadsheetml.sheet"
void wx_paper_put_file(struct wx_call *call, const struct wx_paper *paper,
                       const char *type, const char *extension);
WX_MUST_CHECK enum wx_status wx_paper_put_pdf(struct wx_call *call,
                                              const struct wx_paper *paper,
                                              struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_paper_put_page(struct wx_call *call,
                                               const struct wx_paper *paper,
                                               struct wx_err *err);

/* Into the open object: "facts" that the office may put in its own words, "sent_to",
 * "people"; nothing for who does not see the office's own records. */
WX_MUST_CHECK enum wx_status wx_paper_put_desk(struct wx_call *call, int64_t id,
                                               struct wx_json *j, struct wx_err *err);

#endif
