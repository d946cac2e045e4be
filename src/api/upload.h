/*
 * The file of a request: the first file of a form (multipart/form-data), or the body as
 * it is. Never parsed here beyond the form's seams; that is the jailed child's work.
 */
#ifndef WX_API_UPLOAD_H
#define WX_API_UPLOAD_H

#include "api/call.h"
#include "convert/convert.h"

struct wx_upload {
    struct wx_str bytes;
    struct wx_str name; /* safe to show; "file" when none was given */
};

/* A form without a file is refused. */
WX_MUST_CHECK enum wx_status wx_upload_take(struct wx_call *call, struct wx_upload *out,
                                            struct wx_err *err);
/* A text field of the form, or the query's parameter of that name. */
struct wx_str wx_upload_field(struct wx_call *call, const char *name);
/* Read in the child. A failure is already the refusal that the caller returns. */
WX_MUST_CHECK enum wx_status
wx_upload_read(struct wx_call *call, enum wx_convert_kind kind, struct wx_str bytes,
               struct wx_convert_answer *out, struct wx_err *err);

#endif
