/* Shared by issue.c and issue_act.c. */
#ifndef WX_DOCUMENT_ISSUE_INNER_H
#define WX_DOCUMENT_ISSUE_INNER_H

#include "document/issue.h"

const struct wx_paper_kind *wx_issue_kind_of(const json_t *row); /* or NULL */
struct wx_paper_subject wx_issue_subject_of(struct wx_issue *i, const json_t *row);
/* Would its facts be the same if they were gathered now? */
WX_MUST_CHECK enum wx_status wx_issue_is_current(struct wx_issue *i, const json_t *row,
                                                 bool *is_current);
/* The paper of ROW, which may say more than what is kept. */
WX_MUST_CHECK enum wx_status wx_issue_make(struct wx_issue *i, const json_t *row,
                                           struct wx_str watermark,
                                           struct wx_paper *paper);

#endif
