/* ZIP archives that we write: in memory, the same bytes each time (every part bears the
 * same date). */
#ifndef WX_DOCUMENT_ZIP_FILE_H
#define WX_DOCUMENT_ZIP_FILE_H

#include "base/buf.h"
#include "base/err.h"

struct wx_zip_file { /* zero it first; wx_zip_drop() in any case */
    void *to, *zip;
};
WX_MUST_CHECK enum wx_status wx_zip_begin(struct wx_zip_file *z, struct wx_err *err);
/* BYTES must live until the archive is finished. */
WX_MUST_CHECK enum wx_status wx_zip_add(struct wx_zip_file *z, const char *path,
                                        struct wx_str bytes, struct wx_err *err);
/* WX_E_TOO_BIG: past OUT's ceiling. */
WX_MUST_CHECK enum wx_status wx_zip_finish(struct wx_zip_file *z, struct wx_buf *out,
                                           struct wx_err *err);
void wx_zip_drop(struct wx_zip_file *z);

#endif
