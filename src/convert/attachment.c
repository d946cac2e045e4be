/*
 * What an attachment is, by its bytes and never by its name, and whether it may be
 * kept: programs are refused, archives that would unpack to a disk full too. The note
 * says the type and what a person should know before opening it.
 */
#include "convert/child.h"

#include <zip.h>

enum {
    MAX_UNPACKED_BYTES = 1 << 30,
    MAX_ENTRIES = 20000,
    MAX_RATIO = 200,             /* office documents stay below 30 */
    RATIO_FREE_BYTES = 16 << 20, /* small archives may shrink as they like */
    TEXT_SAMPLE_BYTES = 64 << 10,
};

struct kind {
    const char *magic;
    size_t n, at;
    const char *type; /* NULL: refused */
};

static const struct kind kinds[] = {
    {"%PDF-", 5, 0, "application/pdf"},
    {"\x89PNG\r\n\x1a\n", 8, 0, "image/png"},
    {"\xFF\xD8\xFF", 3, 0, "image/jpeg"},
    {"GIF87a", 6, 0, "image/gif"},
    {"GIF89a", 6, 0, "image/gif"},
    {"WEBP", 4, 8, "image/webp"},
    {"BM", 2, 0, "image/bmp"},
    {"II*\0", 4, 0, "image/tiff"},
    {"MM\0*", 4, 0, "image/tiff"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, 0, "application/x-ole-storage"},
    {"Rar!\x1a\x07", 6, 0, "application/vnd.rar"},
    {"7z\xBC\xAF\x27\x1C", 6, 0, "application/x-7z-compressed"},
    {"\x1f\x8b", 2, 0, "application/gzip"},
    {"{\\rtf", 5, 0, "application/rtf"},
    {"\x7f"
     "ELF",
     4, 0, NULL},
    {"MZ", 2, 0, NULL},
    {"\xCF\xFA\xED\xFE", 4, 0, NULL},
    {"\xCE\xFA\xED\xFE", 4, 0, NULL},
    {"\xCA\xFE\xBA\xBE", 4, 0, NULL},
    {"\0asm", 4, 0, NULL},
    {"L\0\0\0\x01\x14\x02\0", 8, 0, NULL}, /* a Windows shortcut */
    {"#!", 2, 0, NULL},
};

static bool matches(const struct kind *k, struct wx_str bytes)
{
    return bytes.len >= k->at + k->n && memcmp(bytes.ptr + k->at, k->magic, k->n) == 0;
}

static bool is_text(struct wx_str bytes)
{
    struct wx_str sample = wx_utf8_clip(bytes, TEXT_SAMPLE_BYTES);

    return wx_str_chr(sample, '\0') == WX_NPOS;
}

/* Text a browser would run is text here: it is only ever sent as a download. */
static const char *text_type(struct wx_str bytes)
{
    struct wx_str head = wx_str_trim(wx_str_sub(bytes, 0, 512));

    if (wx_str_starts(head, "\xEF\xBB\xBF"))
        head = wx_str_trim(wx_str_sub(head, 3, head.len));
    if (wx_str_ifindz(head, "<svg") != WX_NPOS)
        return "image/svg+xml";
    if (wx_str_istarts(head, "<!doctype html") || wx_str_istarts(head, "<html") ||
        wx_str_ifindz(head, "<script") != WX_NPOS)
        return "text/html";
    if (wx_str_istarts(head, "<?xml"))
        return "application/xml";
    return "text/plain";
}

struct archive {
    const char *type;
    uint64_t unpacked_bytes, n_entries;
    bool has_macros, has_archive, has_bad_names;
};

static bool is_bad_entry(struct wx_str name)
{
    return wx_str_starts(name, "/") || wx_str_starts(name, "\\") ||
           wx_str_findz(name, "../") != WX_NPOS ||
           wx_str_findz(name, "..\\") != WX_NPOS ||
           (name.len > 1 && name.ptr[1] == ':');
}

static void look_at_entry(struct archive *a, const char *z, uint64_t size)
{
    static const struct {
        const char *part, *type;
    } parts[] = {
        {"word/document.xml",
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"xl/workbook.xml",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {"ppt/presentation.xml",
         "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
        {"OFD.xml", "application/ofd"}, /* GB/T 33190 */
        {"content.xml", "application/vnd.oasis.opendocument"},
        {"META-INF/MANIFEST.MF", "application/java-archive"},
        {"AndroidManifest.xml", "application/vnd.android.package-archive"},
    };
    static const char *const archives[] = {".zip", ".rar", ".7z", ".gz", ".xz", ".jar"};
    struct wx_str name = wx_str_of(z);

    a->unpacked_bytes += size;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (wx_str_eqz(name, parts[i].part))
            a->type = parts[i].type;
    for (size_t i = 0; i < sizeof archives / sizeof *archives; i++)
        a->has_archive |= wx_str_ends(name, archives[i]);
    a->has_macros |= wx_str_ends(name, "vbaProject.bin");
    a->has_bad_names |= is_bad_entry(name);
}

/* Only the directory is read; nothing is unpacked here. Sizes that a directory lies
 * about cost whoever unpacks it, so the packed bytes are weighed against them too. */
static enum wx_status read_archive(struct wx_convert_child *child, struct wx_str bytes,
                                   struct archive *a, struct wx_err *err)
{
    zip_source_t *source = zip_source_buffer_create(bytes.ptr, bytes.len, 0, NULL);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;
    zip_int64_t n = zip ? zip_get_num_entries(zip, 0) : -1;
    enum wx_status st = WX_OK;
    uint64_t packed = 0;

    if (!zip) {
        zip_source_free(source);
        return wx_fail(err, WX_E_INVALID, "%s",
                       wx_text(child->lang, WX_T_TABLE_ZIP_DAMAGED));
    }
    a->type = "application/zip";
    a->n_entries = (uint64_t)n;
    for (zip_int64_t i = 0; i < n && i < MAX_ENTRIES; i++) {
        zip_stat_t stat;

        if (zip_stat_index(zip, (zip_uint64_t)i, 0, &stat) == 0 && stat.name) {
            look_at_entry(a, stat.name, stat.size);
            packed += stat.comp_size;
        }
    }
    zip_discard(zip);
    if (n > MAX_ENTRIES || a->unpacked_bytes > MAX_UNPACKED_BYTES ||
        packed > 2 * (uint64_t)bytes.len || /* entries that share their bytes */
        (a->unpacked_bytes > RATIO_FREE_BYTES &&
         a->unpacked_bytes / bytes.len > MAX_RATIO))
        st = wx_fail(err, WX_E_TOO_BIG, "%s",
                     wx_text(child->lang, WX_T_CONVERT_ARCHIVE_BOMB));
    return st;
}

/* PDF (ISO 32000-1, 12.6.4): actions that run something when it is opened. */
static bool pdf_is_active(struct wx_str bytes)
{
    static const char *const signs[] = {"/JavaScript", "/JS ",        "/JS(",
                                        "/Launch",     "/OpenAction", "/EmbeddedFile"};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (wx_str_findz(bytes, signs[i]) != WX_NPOS)
            return true;
    return false;
}

static void put_note(struct wx_convert_child *child, const char *type, bool is_active,
                     const struct archive *a)
{
    struct wx_json j = WX_JSON_INIT(&child->note);

    wx_json_open(&j, '{');
    wx_json_kz(&j, "type", type);
    wx_json_kbool(&j, "active", is_active || a->has_macros);
    if (a->type) {
        wx_json_kint(&j, "entries", (int64_t)a->n_entries);
        wx_json_kint(&j, "unpacked_bytes", (int64_t)a->unpacked_bytes);
        wx_json_kbool(&j, "nested", a->has_archive);
        wx_json_kbool(&j, "bad_names", a->has_bad_names);
    }
    wx_json_close(&j, '}');
}

static enum wx_status refuse(struct wx_convert_child *child, struct wx_err *err)
{
    return wx_fail(err, WX_E_UNSUPPORTED, "%s",
                   wx_text(child->lang, WX_T_CONVERT_IS_PROGRAM));
}

enum wx_status wx_convert_attachment(struct wx_convert_child *child,
                                     struct wx_str bytes, struct wx_err *err)
{
    const char *type = NULL;
    struct archive archive = {0};
    enum wx_status st = WX_OK;

    if (wx_str_starts(bytes, "PK\x03\x04") || wx_str_starts(bytes, "PK\x05\x06"))
        st = read_archive(child, bytes, &archive, err);
    type = archive.type;
    for (size_t i = 0; !st && !type && i < sizeof kinds / sizeof *kinds; i++)
        if (matches(&kinds[i], bytes)) {
            if (!kinds[i].type)
                return refuse(child, err);
            type = kinds[i].type;
        }
    if (!st && type && (strstr(type, "java-archive") || strstr(type, "android")))
        return refuse(child, err);
    if (!type)
        type = is_text(bytes) ? text_type(bytes) : "application/octet-stream";
    if (!st)
        put_note(child, type,
                 strcmp(type, "text/html") == 0 || strcmp(type, "image/svg+xml") == 0 ||
                     (strcmp(type, "application/pdf") == 0 && pdf_is_active(bytes)),
                 &archive);
    return st;
}
