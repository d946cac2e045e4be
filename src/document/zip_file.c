#include "document/zip_file.h"

#include <zip.h>

enum { DOS_DATE_1980_01_01 = 1 << 5 | 1 };

enum wx_status wx_zip_begin(struct wx_zip_file *z, struct wx_err *err)
{
    z->to = zip_source_buffer_create(NULL, 0, 0, NULL);
    if (z->to)
        z->zip = zip_open_from_source(z->to, ZIP_TRUNCATE, NULL);
    if (!z->zip)
        return wx_fail(err, WX_E_IO, "cannot begin an archive");
    zip_source_keep(z->to);
    return WX_OK;
}

enum wx_status wx_zip_add(struct wx_zip_file *z, const char *path, struct wx_str bytes,
                          struct wx_err *err)
{
    zip_source_t *from = zip_source_buffer(z->zip, bytes.ptr, bytes.len, 0);
    zip_int64_t at =
        from ? zip_file_add(z->zip, path, from, ZIP_FL_ENC_UTF_8) : (zip_int64_t)-1;

    if (at < 0) {
        zip_source_free(from);
        return wx_fail(err, WX_E_IO, "cannot add '%s': %s", path, zip_strerror(z->zip));
    }
    if (zip_file_set_dostime(z->zip, (zip_uint64_t)at, 0, DOS_DATE_1980_01_01, 0))
        return wx_fail(err, WX_E_IO, "cannot date '%s'", path);
    return WX_OK;
}

enum wx_status wx_zip_finish(struct wx_zip_file *z, struct wx_buf *out,
                             struct wx_err *err)
{
    zip_stat_t stat;
    char *room;

    if (zip_close(z->zip))
        return wx_fail(err, WX_E_IO, "cannot close an archive: %s",
                       zip_strerror(z->zip));
    z->zip = NULL;
    zip_stat_init(&stat);
    if (zip_source_stat(z->to, &stat) || !(stat.valid & ZIP_STAT_SIZE))
        return wx_fail(err, WX_E_IO, "cannot read an archive back");
    room = wx_buf_room(out, stat.size);
    if (!room)
        return wx_fail(err, WX_E_TOO_BIG, "the file is too big");
    if (zip_source_open(z->to) ||
        zip_source_read(z->to, room, stat.size) != (zip_int64_t)stat.size)
        return wx_fail(err, WX_E_IO, "cannot read an archive back");
    (void)zip_source_close(z->to);
    out->len += stat.size;
    return WX_OK;
}

void wx_zip_drop(struct wx_zip_file *z)
{
    if (z->zip)
        zip_discard(z->zip);
    if (z->to)
        zip_source_free(z->to);
    z->zip = z->to = NULL;
}
