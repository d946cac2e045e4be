/* What the endpoints of draws and evaluations share. */
#ifndef WX_API_JUDGE_H
#define WX_API_JUDGE_H

#include "api/campaign.h"

/* Draws and evaluations are of every unit, whoever asks for them: the operation was
 * allowed, and lists of the whole are what it is about. */
void wx_judge_widen(struct wx_call *call);
void wx_judge_narrow(struct wx_call *call);
/* Narrows; STATUS of campaign/ as a refusal. */
WX_MUST_CHECK enum wx_status wx_judge_answer(struct wx_call *call,
                                             enum wx_status status, struct wx_err *err);
/* The record of the path must be as If-Match says. */
WX_MUST_CHECK enum wx_status wx_judge_check_rev(struct wx_call *call,
                                                struct wx_err *err);
/* JSON of ours as a member; empty: []. */
void wx_judge_put_raw(struct wx_json *j, const char *key, struct wx_str json);

#endif
