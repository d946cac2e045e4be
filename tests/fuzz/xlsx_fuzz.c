/*
 * Input: a whole ZIP when it begins with "PK"; otherwise the shared strings, a NUL, and
 * the sheet, which are packed into a workbook here so that the fuzzer need not learn
 * checksums.
 */
#include "base/limits.h"
#include "wire/table.h"
#include <stdlib.h>
#include <zip.h>

static const char book[] = "<workbook xmlns:r='r'><sheets><sheet name='s' r:id='a'/>"
                           "</sheets></workbook>";
static const char rels[] = "<Relationships><Relationship Id='a' Target='s.xml'/>"
                           "</Relationships>";

static void part_add(zip_t *zip, const char *name, struct wx_str s)
{
    zip_int64_t at =
        zip_file_add(zip, name, zip_source_buffer(zip, s.ptr, s.len, 0), 0);

    if (at < 0 || zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0) != 0)
        abort();
}

static struct wx_str pack(struct wx_arena *arena, struct wx_str data)
{
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, NULL);
    zip_stat_t st;
    char *out;

    part_add(zip, "xl/workbook.xml", wx_str_of(book));
    part_add(zip, "xl/_rels/workbook.xml.rels", wx_str_of(rels));
    part_add(zip, "xl/sharedStrings.xml", wx_str_cut(&data, '\0'));
    part_add(zip, "xl/s.xml", data);
    zip_source_keep(to);
    if (zip_close(zip) != 0 || zip_source_stat(to, &st) != 0 ||
        zip_source_open(to) != 0)
        abort();
    out = wx_arena_alloc(arena, st.size);
    if (zip_source_read(to, out, st.size) != (zip_int64_t)st.size)
        abort();
    zip_source_close(to);
    zip_source_free(to);
    return (struct wx_str){out, st.size};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wx_str bytes = {(const char *)data, size};
    struct wx_arena arena;
    struct wx_table t;

    wx_arena_init(&arena);
    if (!wx_str_starts(bytes, "PK"))
        bytes = pack(&arena, bytes);
    if (wx_table_read(&arena, bytes, WX_EN, &t, NULL) == WX_OK)
        for (size_t i = 0; i < t.n_rows; i++)
            for (size_t k = 0; k < t.rows[i].n_cells; k++)
                if (t.rows[i].cells[k].len > WX_MAX_CELL_BYTES)
                    abort();
    wx_arena_clear(&arena);
    return 0;
}
