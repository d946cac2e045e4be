/* 互联网网站及应用情况调查表 of notice 001: the lines and boxes of register/form.def in
 * their order and layout, filled or blank. */
#ifndef WX_DOCUMENT_SURVEY_H
#define WX_DOCUMENT_SURVEY_H

#include "document/template.h"
#include "register/form.h"

/* A form as it was filled, to be kept. */
struct wx_survey_line {
    struct wx_str text;
};
struct wx_survey_facts {
    struct wx_frame frame;
    const struct wx_survey_line *lines;
    size_t n_lines;
};
extern const struct wx_fact wx_survey_fact_table[];

WX_MUST_CHECK enum wx_status wx_paper_survey(struct wx_paper *paper,
                                             struct wx_arena *arena,
                                             const struct wx_form *form,
                                             struct wx_str watermark,
                                             struct wx_err *err);

#endif
