/* A duty's form as the interface draws it, and its answers held against it. */
#ifndef WX_API_SHEET_H
#define WX_API_SHEET_H

#include "api/call.h"
#include "campaign/filling.h"

/* Members "definition" (the form, or null), "problems" [{path, code, text, warn}] and,
 * for who may fill it in, "known" (what the register knows, in the shape of answers;
 * else null) of the open object. */
WX_MUST_CHECK enum wx_status wx_sheet_put(struct wx_call *call, struct wx_json *j,
                                          const struct wx_filling *filling,
                                          struct wx_err *err);
/* What is missing or wrong, as problems of the fields; warnings do not stand in the
 * way. */
void wx_sheet_refuse(struct wx_call *call, const struct wx_sheet_result *result);
/* Members "newer" (a newer version of its form and what it changes, or null) and
 * "left_behind" (answers that had no place in the version it was carried into). */
WX_MUST_CHECK enum wx_status wx_sheet_put_newer(struct wx_call *call, struct wx_json *j,
                                                const struct wx_filling *filling,
                                                struct wx_err *err);
/* What the register knows for the sheet; NULL with ERR. The caller's. */
json_t *wx_sheet_known(struct wx_call *call, const struct wx_duty_row *duty,
                       const struct wx_campaign_form *form, struct wx_err *err);

#endif
