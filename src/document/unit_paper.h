/*
 * What a unit sends, as a paper to be stamped: its report on a task, from what it
 * filled in, and its answer to a notice with the plan for what cannot be mended now.
 * Within G's transaction and scope.
 */
#ifndef WX_DOCUMENT_UNIT_PAPER_H
#define WX_DOCUMENT_UNIT_PAPER_H

#include "document/gather.h"

/* INPUT's answers as the report that a notice describes for that form, else block by
 * block. The frame's organ is the unit; TITLE empty: the paper's own. */
WX_MUST_CHECK enum wx_status wx_unit_report(struct wx_gather *g,
                                            const struct wx_report_input *input,
                                            struct wx_str to, struct wx_str title,
                                            struct wx_paper *paper);
/* Of a duty, with what stands in its sheet now. WX_E_NOT_FOUND: there is no such duty,
 * or its task has no form. */
WX_MUST_CHECK enum wx_status
wx_unit_report_of_duty(struct wx_gather *g, int64_t duty_id, struct wx_paper *paper);
/* IS_PLAN: the plan. */
WX_MUST_CHECK enum wx_status wx_unit_answer(struct wx_gather *g, int64_t notice_id,
                                            bool is_plan, struct wx_str title,
                                            struct wx_paper *paper);

#endif
