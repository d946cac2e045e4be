/*
 * A paper as DOCX (ECMA-376, WordprocessingML), A4, laid out after GB/T 9704-2012: type
 * area 156 mm x 225 mm, 22 lines of 28 characters, page numbers "— 1 —", heads of
 * tables on each page. The same paper gives the same bytes: no time of writing, parts
 * in a fixed order. Fonts are named, not embedded: 仿宋_GB2312, 楷体_GB2312, 黑体,
 * 方正小标宋简体, with what else would do for a program that lacks them.
 */
#ifndef WX_DOCUMENT_DOCX_H
#define WX_DOCUMENT_DOCX_H

#include "document/paper.h"

/* The file's bytes, behind what OUT holds. */
WX_MUST_CHECK enum wx_status wx_paper_docx(const struct wx_paper *paper,
                                           struct wx_buf *out, struct wx_err *err);

#endif
