/*
 * Attachments: bytes under DATA/files/aa/SHA256, where the name of the file on the disk
 * is never what somebody called it; his name, the type by its bytes and the owner are a
 * row. The same bytes are kept once.
 */
#ifndef WX_STORE_OFFICE_FILE_H
#define WX_STORE_OFFICE_FILE_H

#include "base/buf.h"
#include "base/hash.h"
#include "store/office.h"

struct wx_file_row {
    int64_t id, unit_id, account_id, made_s, size_bytes;
    char sha256[65];          /* 64 digits */
    struct wx_str name, type; /* name as cleaned, media type as sniffed */
    struct wx_str note;       /* JSON: what the reader said (convert/attachment.c) */
};

/* On the disk and synced when this returns; before the row that names it. */
WX_MUST_CHECK enum wx_status wx_file_keep(struct wx_office *office, struct wx_str bytes,
                                          char sha256[65], struct wx_err *err);
/* OUT grows to the file's size; what is read is held against its name. WX_E_IO: it is
 * not what it was. */
WX_MUST_CHECK enum wx_status wx_file_bytes(struct wx_office *office,
                                           const char sha256[65], struct wx_buf *out,
                                           struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_file_add(struct wx_tx *tx,
                                         const struct wx_file_row *row, int64_t *id,
                                         struct wx_err *err);
/* Through the wall; texts in ARENA. */
WX_MUST_CHECK enum wx_status wx_file_get(struct wx_tx *tx, struct wx_arena *arena,
                                         int64_t id, struct wx_file_row *out,
                                         struct wx_err *err);

#endif
