/*
 * A paper as an HTML page: the preview in the browser, and what Chromium prints to PDF.
 * No script, no address, no style attribute: it stands under a policy that allows its
 * one style sheet by hash and nothing else.
 */
#ifndef WX_DOCUMENT_PAGE_H
#define WX_DOCUMENT_PAGE_H

#include "document/paper.h"

/* *STYLE is its style sheet, for the policy's hash; static. */
WX_MUST_CHECK enum wx_status wx_paper_page(const struct wx_paper *paper,
                                           struct wx_buf *out, struct wx_str *style,
                                           struct wx_err *err);

#endif
