/* The tables of a paper as a workbook: a sheet a table, named after its caption, with
 * the paper's title above it. Text cells only: nothing becomes a formula or a link. */
#ifndef WX_DOCUMENT_SHEET_H
#define WX_DOCUMENT_SHEET_H

#include "document/paper.h"

/* WX_E_NOT_FOUND: the paper has no table. Bytes go behind what OUT holds. */
WX_MUST_CHECK enum wx_status wx_paper_xlsx(const struct wx_paper *paper,
                                           struct wx_buf *out, struct wx_err *err);

#endif
