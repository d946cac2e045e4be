/* A duty's form as the interface draws it, and its answers held against it. */
#ifndef WX_API_SHEET_H
#define WX_API_SHEET_H

#include "api/call.h"
#include "campaign/filling.h"

/* Members "definition" (the form, or null) and "problems" [{path, code, text, warn}] of
 * the open object. */
WX_MUST_CHECK enum wx_status wx_sheet_put(struct wx_call *call, struct wx_json *j,
                                          const struct wx_filling *filling,
                                          struct wx_err *err);
/* What is missing or wrong, as problems of the fields; warnings do not stand in the
 * way. */
void wx_sheet_refuse(struct wx_call *call, const struct wx_sheet_result *result);

#endif
