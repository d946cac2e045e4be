/*
 * XLSX (ECMA-376, SpreadsheetML): a ZIP of XML parts, read part by part as a stream.
 * Nothing is fetched, no entity is expanded, no document type is allowed.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "wire/table_rows.h"

#include <libxml/xmlreader.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

enum {
    /* all parts together, unpacked; XML shrinks to a tenth, a bomb to a thousandth */
    MAX_UNPACKED_BYTES = 512 << 20,
    MAX_STRING_BYTES = WX_MAX_REGISTER_BYTES, /* shared strings kept */
    MAX_SHEETS = 200,
    MAX_PATH_BYTES = 300,
};

struct book {
    struct wx_arena *arena;
    enum wx_lang lang;
    zip_t *zip;
    uint64_t unpacked_bytes;
    bool is_bomb;          /* unpacks past the ceiling ... */
    bool is_out_of_memory; /* ... or past what the process may have */
    struct wx_str *strings;
    size_t n_strings, cap_strings, string_bytes;
    struct wx_buf text; /* of the element at hand */
};

/* One open part. libxml2 reads through part_read() and never sees a file. */
struct part {
    struct book *book;
    zip_file_t *file;
    xmlTextReader *xml;
};

static int part_read(void *ctx, char *to, int n)
{
    struct part *part = ctx;
    zip_int64_t got = zip_fread(part->file, to, (zip_uint64_t)n);

    if (got < 0)
        return -1;
    part->book->unpacked_bytes += (uint64_t)got;
    if (part->book->unpacked_bytes > MAX_UNPACKED_BYTES) {
        part->book->is_bomb = true;
        return -1;
    }
    return (int)got;
}

static int part_close(void *ctx)
{
    (void)ctx;
    return 0;
}

static bool part_open(struct book *book, const char *path, struct part *part)
{
    zip_int64_t at = zip_name_locate(book->zip, path, ZIP_FL_NOCASE);

    *part = (struct part){.book = book};
    if (at < 0)
        return false;
    part->file = zip_fopen_index(book->zip, (zip_uint64_t)at, 0);
    if (!part->file)
        return false;
    part->xml = xmlReaderForIO(part_read, part_close, part, NULL, NULL,
                               XML_PARSE_NONET | XML_PARSE_NOERROR |
                                   XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
    return part->xml != NULL;
}

static void part_end(struct part *part)
{
    if (part->xml)
        xmlFreeTextReader(part->xml);
    if (part->file)
        zip_fclose(part->file);
    part->xml = NULL;
    part->file = NULL;
}

/* Next node: 1, end: 0, damaged or forbidden: -1. */
static int part_next(struct part *part)
{
    int rc = xmlTextReaderRead(part->xml);

    if (rc == 1 && xmlTextReaderNodeType(part->xml) == XML_READER_TYPE_DOCUMENT_TYPE)
        return -1;
    if (rc < 0) {
        const xmlError *why = xmlGetLastError();

        part->book->is_out_of_memory |= why && why->code == XML_ERR_NO_MEMORY;
    }
    return rc;
}

static bool node_is(struct part *part, const char *name)
{
    const xmlChar *local = xmlTextReaderConstLocalName(part->xml);

    return local && strcmp((const char *)local, name) == 0;
}

/* A copy of an attribute in OUT, cut at its size; false when absent. NAME may have a
 * prefix, as it usually stands in such files. */
static bool attribute(struct part *part, const char *name, char *out, size_t cap)
{
    xmlChar *value = xmlTextReaderGetAttribute(part->xml, (const xmlChar *)name);
    size_t n;

    if (!value)
        return false;
    n = strlen((const char *)value);
    if (n >= cap)
        n = cap - 1;
    memcpy(out, value, n);
    out[n] = '\0';
    xmlFree(value);
    return true;
}

static bool is_text_node(struct part *part)
{
    int type = xmlTextReaderNodeType(part->xml);

    return type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
           type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE ||
           type == XML_READER_TYPE_WHITESPACE;
}

static void text_add(struct part *part)
{
    const xmlChar *value = xmlTextReaderConstValue(part->xml);
    struct wx_buf *text = &part->book->text;
    struct wx_str s = wx_str_of((const char *)value);

    /* past the ceiling the cell is cut */
    (void)wx_buf_adds(text, wx_utf8_clip(s, text->max_bytes - text->len));
}

static bool is_too_big(const struct book *book)
{
    return book->is_bomb || book->is_out_of_memory;
}

static enum wx_status fail_too_big(struct book *book, struct wx_err *err)
{
    if (!book->is_bomb)
        return wx_fail(err, WX_E_TOO_BIG, "%s",
                       wx_text(book->lang, WX_T_CONVERT_TOO_MUCH_MEMORY));
    return wx_fail(err, WX_E_TOO_BIG, wx_text(book->lang, WX_T_TABLE_BOMB),
                   MAX_UNPACKED_BYTES >> 20);
}

/* --- shared strings ----------------------------------------------------------------
 */

static enum wx_status string_keep(struct book *book, struct wx_err *err)
{
    struct wx_str s = wx_str_trim(wx_buf_str(&book->text));

    book->string_bytes += s.len + sizeof s;
    if (book->n_strings == WX_TABLE_MAX_CELLS || book->string_bytes > MAX_STRING_BYTES)
        return wx_fail(err, WX_E_TOO_BIG, wx_text(book->lang, WX_T_TABLE_TEXTS_TOO_BIG),
                       MAX_STRING_BYTES >> 20);
    if (book->n_strings == book->cap_strings) {
        size_t cap = book->cap_strings ? book->cap_strings * 2 : 256;

        book->strings = wx_realloc(book->strings, wx_size_mul(cap, sizeof s));
        book->cap_strings = cap;
    }
    book->strings[book->n_strings++] = wx_arena_str(book->arena, s);
    wx_buf_reset(&book->text);
    return WX_OK;
}

/* <si> with its <t>; runs are joined, <rPh> (how to read it aloud) is not text. */
static enum wx_status strings_read(struct book *book, struct wx_err *err)
{
    enum wx_status status = WX_OK;
    bool in_text = false, in_phonetic = false;
    struct part part;
    int rc = 0;

    if (!part_open(book, "xl/sharedStrings.xml", &part))
        goto done; /* a workbook of numbers has none */
    while (status == WX_OK && (rc = part_next(&part)) == 1) {
        int type = xmlTextReaderNodeType(part.xml);
        bool is_start = type == XML_READER_TYPE_ELEMENT, is_end = !is_start;

        if (is_text_node(&part)) {
            if (in_text && !in_phonetic)
                text_add(&part);
            continue;
        }
        if (!is_start && type != XML_READER_TYPE_END_ELEMENT)
            continue;
        if (is_start && xmlTextReaderIsEmptyElement(part.xml))
            is_end = true;
        if (node_is(&part, "t"))
            in_text = !is_end;
        else if (node_is(&part, "rPh"))
            in_phonetic = !is_end;
        else if (node_is(&part, "si") && is_end)
            status = string_keep(book, err);
    }
    if (rc < 0 && is_too_big(book))
        status = fail_too_big(book, err);
    else if (rc < 0)
        status = wx_fail(err, WX_E_INVALID, "%s",
                         wx_text(book->lang, WX_T_TABLE_TEXTS_DAMAGED));
done:
    part_end(&part);
    return status;
}

/* --- one sheet ---------------------------------------------------------------------
 */

/* A number as a person would have typed it: 13800138000 and not 1.3800138E10. */
static struct wx_str number_text(struct wx_arena *arena, struct wx_str s)
{
    char z[64], *end;
    double v;

    if (s.len >= sizeof z)
        return s;
    memcpy(z, s.ptr, s.len);
    z[s.len] = '\0';
    if (!strpbrk(z, "eE.") || !isfinite(v = strtod(z, &end)) || *end)
        return wx_arena_str(arena, s);
    if (v == floor(v) && fabs(v) < 1e18)
        return wx_arena_printf(arena, "%.0f", v);
    return wx_arena_printf(arena, "%.15g", v);
}

static struct wx_str cell_text(struct book *book, const char *type)
{
    struct wx_str s = wx_str_trim(wx_buf_str(&book->text));
    uint64_t n;

    if (strcmp(type, "s") == 0) {
        if (!book->n_strings || !wx_str_to_u64(s, book->n_strings - 1, &n))
            return (struct wx_str){NULL, 0};
        return book->strings[n];
    }
    if (strcmp(type, "b") == 0)
        return wx_str_eqz(s, "1") ? WX_STR("TRUE") : WX_STR("FALSE");
    if (!type[0] || strcmp(type, "n") == 0)
        return number_text(book->arena, s);
    return wx_arena_str(book->arena, s);
}

/* "BC12" is column 54 (from 0). */
static bool column_read(const char *ref, size_t *column)
{
    size_t n = 0;

    for (; *ref >= 'A' && *ref <= 'Z'; ref++) {
        if (n > WX_TABLE_MAX_COLUMNS)
            break;
        n = n * 26 + (size_t)(*ref - 'A') + 1;
    }
    *column = n - 1;
    return n > 0;
}

struct sheet {
    struct book *book;
    struct wx_table_rows *rows;
    size_t column; /* of the cell at hand */
    char type[16];
    bool in_value, in_phonetic, is_done;
};

static void row_start(struct sheet *s, struct part *part)
{
    char ref[16];
    uint64_t n;

    s->column = WX_NPOS;
    s->rows->number++;
    if (attribute(part, "r", ref, sizeof ref) &&
        wx_str_to_u64(wx_str_of(ref), UINT32_MAX, &n))
        s->rows->number = (uint32_t)n;
}

static void cell_start(struct sheet *s, struct part *part)
{
    char ref[16];
    size_t column;

    s->column++; /* WX_NPOS + 1 is the first */
    if (attribute(part, "r", ref, sizeof ref) && column_read(ref, &column))
        s->column = column;
    if (!attribute(part, "t", s->type, sizeof s->type))
        s->type[0] = '\0';
    wx_buf_reset(&s->book->text);
}

static enum wx_status element_start(struct sheet *s, struct part *part)
{
    if (node_is(part, "row"))
        row_start(s, part);
    else if (node_is(part, "c"))
        cell_start(s, part);
    else if (node_is(part, "v") || node_is(part, "t"))
        s->in_value = true;
    else if (node_is(part, "rPh"))
        s->in_phonetic = true;
    return WX_OK;
}

static enum wx_status element_end(struct sheet *s, struct part *part,
                                  struct wx_err *err)
{
    if (node_is(part, "v") || node_is(part, "t")) {
        s->in_value = false;
    } else if (node_is(part, "rPh")) {
        s->in_phonetic = false;
    } else if (node_is(part, "c")) {
        if (s->book->text.len)
            wx_table_put(s->rows, s->column, cell_text(s->book, s->type));
        wx_buf_reset(&s->book->text);
    } else if (node_is(part, "row")) {
        return wx_table_end_row(s->rows, err);
    } else if (node_is(part, "sheetData")) {
        s->is_done = true;
    }
    return WX_OK;
}

static enum wx_status sheet_read(struct book *book, const char *path, const char *name,
                                 struct wx_table_rows *rows, struct wx_err *err)
{
    struct sheet s = {.book = book, .rows = rows};
    enum wx_status status = WX_OK;
    struct part part;
    int rc = 0;

    rows->number = 0;
    rows->n_cells = 0;
    if (!part_open(book, path, &part))
        goto done; /* a chart sheet, or a broken reference: the next one may do */
    while (status == WX_OK && !s.is_done && (rc = part_next(&part)) == 1) {
        int type = xmlTextReaderNodeType(part.xml);

        if (is_text_node(&part)) {
            if (s.in_value && !s.in_phonetic)
                text_add(&part);
        } else if (type == XML_READER_TYPE_ELEMENT) {
            bool is_empty = xmlTextReaderIsEmptyElement(part.xml);

            status = element_start(&s, &part);
            if (is_empty && status == WX_OK)
                status = element_end(&s, &part, err);
        } else if (type == XML_READER_TYPE_END_ELEMENT) {
            status = element_end(&s, &part, err);
        }
    }
    if (rc < 0 && is_too_big(book))
        status = fail_too_big(book, err);
    else if (rc < 0)
        status =
            wx_fail(err, WX_E_INVALID, wx_text(book->lang, WX_T_TABLE_SHEET_DAMAGED),
                    name, rows->number);
done:
    part_end(&part);
    return status;
}

/* --- the book ----------------------------------------------------------------------
 */

struct sheet_ref {
    char name[128], id[64], path[MAX_PATH_BYTES];
};

/* Names and ids of the sheets, in their order; HIDDEN: those that are not shown, too.
 * -1: no workbook. */
static int sheets_list(struct book *book, struct sheet_ref *refs, bool hidden)
{
    struct part part;
    int n = -1, rc = 0;
    char state[16];

    if (!part_open(book, "xl/workbook.xml", &part))
        goto done;
    n = 0;
    while (n < MAX_SHEETS && (rc = part_next(&part)) == 1) {
        if (xmlTextReaderNodeType(part.xml) != XML_READER_TYPE_ELEMENT ||
            !node_is(&part, "sheet"))
            continue;
        if (!hidden && attribute(&part, "state", state, sizeof state) &&
            strcmp(state, "visible") != 0)
            continue;
        refs[n] = (struct sheet_ref){0};
        if (attribute(&part, "name", refs[n].name, sizeof refs[n].name) &&
            attribute(&part, "r:id", refs[n].id, sizeof refs[n].id))
            n++;
    }
    if (rc < 0)
        n = -1;
done:
    part_end(&part);
    return n;
}

/* Where each sheet lies: targets are relative to xl/, or absolute in the package. */
static void sheets_locate(struct book *book, struct sheet_ref *refs, int n)
{
    char id[64], target[MAX_PATH_BYTES - 8];
    struct part part;

    if (!part_open(book, "xl/_rels/workbook.xml.rels", &part))
        goto done;
    while (part_next(&part) == 1) {
        if (xmlTextReaderNodeType(part.xml) != XML_READER_TYPE_ELEMENT ||
            !node_is(&part, "Relationship") || !attribute(&part, "Id", id, sizeof id) ||
            !attribute(&part, "Target", target, sizeof target))
            continue;
        for (int i = 0; i < n; i++)
            if (strcmp(refs[i].id, id) == 0)
                snprintf(refs[i].path, sizeof refs[i].path, "%s%s",
                         target[0] == '/' ? "" : "xl/",
                         target[0] == '/' ? target + 1 : target);
    }
done:
    part_end(&part);
}

static enum wx_status not_a_workbook(struct book *book, struct wx_err *err)
{
    static const struct {
        const char *part;
        enum wx_text what;
    } others[] = {
        {"word/document.xml", WX_T_TABLE_IS_WORD},
        {"ppt/presentation.xml", WX_T_TABLE_IS_SLIDES},
        {"xl/workbook.bin", WX_T_TABLE_IS_XLSB},
        {"content.xml", WX_T_TABLE_IS_ODS},
        {"xl/workbook.xml", WX_T_TABLE_BOOK_DAMAGED},
    };
    enum wx_text what = WX_T_TABLE_IS_ZIP;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (zip_name_locate(book->zip, others[i].part, ZIP_FL_NOCASE) >= 0) {
            what = others[i].what;
            break;
        }
    return wx_fail(err, WX_E_INVALID, "%s", wx_text(book->lang, what));
}

/* What the sheets' readers need. */
static enum wx_status book_begin(struct book *book, bool hidden,
                                 struct sheet_ref **refs, int *n, struct wx_err *err)
{
    *refs = wx_arena_array(book->arena, struct sheet_ref, MAX_SHEETS);
    *n = sheets_list(book, *refs, hidden);
    if (*n < 0)
        return is_too_big(book) ? fail_too_big(book, err) : not_a_workbook(book, err);
    sheets_locate(book, *refs, *n);
    return strings_read(book, err);
}

static struct wx_table_rows *rows_new(struct book *book, struct wx_table *table)
{
    struct wx_table_rows *rows = wx_arena_new(book->arena, struct wx_table_rows);

    rows->arena = book->arena;
    rows->table = table;
    rows->lang = book->lang;
    return rows;
}

static enum wx_status book_read(struct book *book, struct wx_table *out,
                                struct wx_err *err)
{
    struct wx_table_rows *rows = rows_new(book, out);
    struct sheet_ref *refs;
    int n;
    enum wx_status status = book_begin(book, false, &refs, &n, err);

    for (int i = 0; i < n && status == WX_OK && !out->n_rows; i++) {
        status = sheet_read(book, refs[i].path, refs[i].name, rows, err);
        out->sheet = wx_str_of(refs[i].name);
    }
    if (status == WX_OK && !out->n_rows)
        return wx_fail(err, WX_E_INVALID, "%s",
                       wx_text(book->lang, WX_T_TABLE_NO_CONTENT));
    return status;
}

static enum wx_status sheets_each(struct book *book, wx_each_sheet *each, void *ctx,
                                  struct wx_err *err)
{
    struct sheet_ref *refs;
    int n;
    enum wx_status status = book_begin(book, true, &refs, &n, err);

    for (int i = 0; i < n && status == WX_OK; i++) {
        struct wx_table table = {.sheet = wx_str_of(refs[i].name)};

        status =
            sheet_read(book, refs[i].path, refs[i].name, rows_new(book, &table), err);
        if (status == WX_OK)
            status = each(ctx, &table, err);
    }
    return status;
}

static enum wx_status book_open(struct book *book, struct wx_str bytes,
                                struct wx_err *err)
{
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL);

    if (source)
        book->zip = zip_open_from_source(source, ZIP_RDONLY, NULL);
    if (book->zip)
        return WX_OK;
    if (source)
        zip_source_free(source);
    return wx_fail(err, WX_E_INVALID, "%s",
                   wx_text(book->lang, WX_T_TABLE_ZIP_DAMAGED));
}

static void book_close(struct book *book)
{
    zip_discard(book->zip);
    wx_buf_clear(&book->text);
    free(book->strings);
}

enum wx_status wx_table_read_xlsx(struct wx_arena *arena, struct wx_str bytes,
                                  enum wx_lang lang, struct wx_table *out,
                                  struct wx_err *err)
{
    struct book book = {
        .arena = arena, .lang = lang, .text = WX_BUF_INIT(WX_MAX_CELL_BYTES)};
    enum wx_status status = book_open(&book, bytes, err);

    if (status)
        return status;
    status = book_read(&book, out, err);
    book_close(&book);
    return status;
}

enum wx_status wx_table_each_sheet(struct wx_arena *arena, struct wx_str bytes,
                                   enum wx_lang lang, wx_each_sheet *each, void *ctx,
                                   struct wx_err *err)
{
    struct book book = {
        .arena = arena, .lang = lang, .text = WX_BUF_INIT(WX_MAX_CELL_BYTES)};
    enum wx_status status = book_open(&book, bytes, err);

    if (status)
        return status;
    status = sheets_each(&book, each, ctx, err);
    book_close(&book);
    return status;
}
