/* A duty's form as the interface draws it, and its answers held against it. */
#ifndef WX_API_SHEET_H
#define WX_API_SHEET_H

#include "api/call.h"
#include "store/office_campaign.h"

/*
 * Members "definition" (the form, or null) and "problems" [{path, code, text, warn}] of
 * the open object; FORM without source: the task has none.
 */
WX_MUST_CHECK enum wx_status wx_sheet_put(struct wx_call *call, struct wx_json *j,
                                          const struct wx_kept_form *form,
                                          struct wx_str answers, struct wx_err *err);
/* What is missing or wrong, as problems of the fields; warnings do not stand in the
 * way. WX_OK when the task has no form. Points of its check rows, and those they could
 * have, in hundredths; 0 and 0 without such rows. */
struct wx_sheet_points {
    int64_t got_x100, of_x100;
};
WX_MUST_CHECK enum wx_status wx_sheet_submittable(struct wx_call *call,
                                                  const struct wx_kept_form *form,
                                                  struct wx_str answers,
                                                  struct wx_sheet_points *points,
                                                  struct wx_err *err);

#endif
