/* Archives and workbooks made in memory, good ones and hostile ones. */
#ifndef WX_TEST_CONVERT_BOOK_H
#define WX_TEST_CONVERT_BOOK_H

#include "base/arena.h"
#include <stdlib.h>
#include <zip.h>
#include <zlib.h>

struct part {
    const char *path;
    struct wx_str bytes;
};

/* A ZIP archive of PARTS; the bytes live in ARENA. */
static inline struct wx_str archive(struct wx_arena *arena, const struct part *parts,
                                    size_t n)
{
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *zip = zip_open_from_source(to, ZIP_TRUNCATE, NULL);
    zip_stat_t stat;
    char *bytes;

    zip_source_keep(to);
    for (size_t i = 0; i < n; i++)
        (void)zip_file_add(
            zip, parts[i].path,
            zip_source_buffer(zip, parts[i].bytes.ptr, parts[i].bytes.len, 0),
            ZIP_FL_ENC_UTF_8);
    zip_close(zip);
    zip_source_stat(to, &stat);
    bytes = wx_arena_alloc(arena, stat.size);
    zip_source_open(to);
    zip_source_read(to, bytes, stat.size);
    zip_source_close(to);
    zip_source_free(to);
    return (struct wx_str){bytes, stat.size};
}

/* A workbook with one sheet and shared strings of those texts; NULL: none. */
static inline struct wx_str workbook(struct wx_arena *arena, struct wx_str sheet,
                                     const char *strings)
{
    struct part parts[4] = {
        {"xl/workbook.xml",
         WX_STR("<workbook xmlns:r=\"r\"><sheets><sheet name=\"台账\" sheetId=\"1\" "
                "r:id=\"rId1\"/></sheets></workbook>")},
        {"xl/_rels/workbook.xml.rels",
         WX_STR("<Relationships><Relationship Id=\"rId1\" "
                "Target=\"worksheets/sheet1.xml\"/></Relationships>")},
        {"xl/worksheets/sheet1.xml", sheet},
        {"xl/sharedStrings.xml", wx_str_of(strings)},
    };

    return archive(arena, parts, strings ? 4 : 3);
}

static inline void put16(char *at, unsigned v)
{
    at[0] = (char)v;
    at[1] = (char)(v >> 8);
}

static inline void put32(char *at, unsigned long v)
{
    put16(at, v & 0xFFFF);
    put16(at + 2, (v >> 16) & 0xFFFF);
}

/* BLOCK times TIMES behind HEAD, compressed once: a full flush makes the pieces of a
 * DEFLATE stream independent, so gigabytes cost nothing to make. */
static inline struct wx_str deflate_bomb(struct wx_arena *arena, struct wx_str head,
                                         struct wx_str block, size_t times,
                                         unsigned long *crc)
{
    size_t room = compressBound(block.len) + compressBound(head.len) + 64;
    unsigned char *piece = malloc(room), *out;
    size_t n_head, n_piece, n;
    z_stream z = {0};

    deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
    z.next_in = (unsigned char *)(uintptr_t)head.ptr;
    z.avail_in = (unsigned)head.len;
    z.next_out = piece;
    z.avail_out = (unsigned)room;
    deflate(&z, Z_FULL_FLUSH);
    n_head = z.total_out;
    z.next_in = (unsigned char *)(uintptr_t)block.ptr;
    z.avail_in = (unsigned)block.len;
    deflate(&z, Z_FULL_FLUSH);
    n_piece = z.total_out - n_head;
    deflateEnd(&z);
    out = wx_arena_alloc(arena, n_head + n_piece * times + 2);
    memcpy(out, piece, n_head);
    for (n = n_head; times; times--, n += n_piece)
        memcpy(out + n, piece + n_head, n_piece);
    memcpy(out + n, "\x03\x00", 2); /* an empty last block */
    free(piece);
    *crc = 0; /* checked at the end of a part only, which nobody may reach */
    return (struct wx_str){(char *)out, n + 2};
}

/* A ZIP archive with one entry of ready-made DEFLATE bytes. */
static inline struct wx_str archive_raw(struct wx_arena *arena, const char *path,
                                        struct wx_str packed, uint64_t unpacked)
{
    size_t n_path = strlen(path), n = 30 + n_path + packed.len;
    char *out = wx_arena_zalloc(arena, n + 46 + n_path + 22);
    char *dir = out + n, *end = dir + 46 + n_path;

    put32(out, 0x04034B50);
    put16(out + 4, 20);
    put16(out + 8, 8);
    put32(out + 18, packed.len);
    put32(out + 22, unpacked);
    put16(out + 26, (unsigned)n_path);
    memcpy(out + 30, path, n_path);
    memcpy(out + 30 + n_path, packed.ptr, packed.len);
    put32(dir, 0x02014B50);
    put16(dir + 4, 20);
    put16(dir + 6, 20);
    put16(dir + 10, 8);
    put32(dir + 20, packed.len);
    put32(dir + 24, unpacked);
    put16(dir + 28, (unsigned)n_path);
    memcpy(dir + 46, path, n_path);
    put32(end, 0x06054B50);
    put16(end + 8, 1);
    put16(end + 10, 1);
    put32(end + 12, 46 + n_path);
    put32(end + 16, n);
    return (struct wx_str){out, n + 46 + n_path + 22};
}

#endif
