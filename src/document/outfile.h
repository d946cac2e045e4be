/*
 * A report file being written: gathered in a buffer, flushed as it fills, beside its
 * final name until it is complete. The first failure sticks; the end tells it.
 */
#ifndef WX_DOCUMENT_OUTFILE_H
#define WX_DOCUMENT_OUTFILE_H

#include "base/buf.h"

struct wx_outfile {
    struct wx_buf text; /* append here, then wx_outfile_tick() after each record */
    char path[4096], part[4096 + 8];
    int fd;
    enum wx_status status;
    struct wx_err err;
};

/* DIR/NAME; the file appears only with wx_outfile_finish(). */
void wx_outfile_open(struct wx_outfile *out, const char *dir, const char *name);
/* Write out what has gathered; false after a failure: stop. */
bool wx_outfile_tick(struct wx_outfile *out);
/* FAILED: what went wrong elsewhere, or WX_OK. Nothing is left beside the old file. */
WX_MUST_CHECK enum wx_status
wx_outfile_finish(struct wx_outfile *out, enum wx_status failed, struct wx_err *err);
/* Sync the file at PART and give it its name PATH; removes PART on failure. */
WX_MUST_CHECK enum wx_status wx_outfile_publish(const char *part, const char *path,
                                                struct wx_err *err);

#endif
