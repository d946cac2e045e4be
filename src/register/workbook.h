/* A workbook that is written into memory: the library knows files only, so it gets one
 * without a name. Private to the writers of this room. */
#ifndef WX_REGISTER_WORKBOOK_H
#define WX_REGISTER_WORKBOOK_H

#include "base/buf.h"
#include <xlsxwriter.h>

struct wx_workbook {
    lxw_workbook *book;
    int fd;
};

WX_MUST_CHECK enum wx_status wx_workbook_begin(struct wx_workbook *w, bool row_by_row,
                                               struct wx_err *err);
/* The bytes behind what OUT holds. W is over either way. */
WX_MUST_CHECK enum wx_status wx_workbook_finish(struct wx_workbook *w,
                                                struct wx_buf *out, struct wx_err *err);
void wx_workbook_drop(struct wx_workbook *w);

#endif
