/* 互联网网站及应用情况调查表 of notice 001: the lines and boxes of register/form.def in
 * their order and layout, filled or blank. */
#ifndef WX_DOCUMENT_SURVEY_H
#define WX_DOCUMENT_SURVEY_H

#include "document/paper.h"
#include "register/form.h"

WX_MUST_CHECK enum wx_status wx_paper_survey(struct wx_paper *paper,
                                             struct wx_arena *arena,
                                             const struct wx_form *form,
                                             struct wx_str watermark,
                                             struct wx_err *err);

#endif
