#include "document/docx.h"

#include "base/limits.h"
#include "document/docx_part.h"
#include "document/zip_file.h"
#include <stdio.h>

static void put_core(struct wx_docx *d)
{
    const struct wx_paper *p = d->paper;
    char date[32];

    (void)wx_buf_addz(
        &d->xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/"
        "metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
        "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>");
    for (struct wx_str rest = p->title; rest.len;)
        wx_docx_escape(&d->xml, wx_str_cut(&rest, '\n'));
    (void)wx_buf_addz(&d->xml, "</dc:title><dc:creator>");
    wx_docx_escape(&d->xml, p->n_organs ? p->organs[0] : WX_STR(""));
    (void)wx_buf_addz(&d->xml, "</dc:creator><dc:language>zh-CN</dc:language>");
    if (p->date.year > 0 && p->date.year < 10000) { /* the paper's date, no clock's */
        snprintf(date, sizeof date, "%04d-%02d-%02dT00:00:00Z", p->date.year,
                 p->date.month % 100, p->date.day % 100);
        (void)wx_buf_printf(&d->xml,
                            "<dcterms:created xsi:type=\"dcterms:W3CDTF\">%s"
                            "</dcterms:created>",
                            date);
    }
    (void)wx_buf_addz(&d->xml, "</cp:coreProperties>");
}

static void page_part(struct wx_docx *d, size_t i)
{
    static const char *const which[] = {"default", "even", "first"};

    if (i < 3)
        wx_docx_page_head(d, which[i]);
    else
        wx_docx_page_foot(d, which[i - 3]);
}

static enum wx_status add_made(struct wx_docx *d, struct wx_zip_file *a,
                               struct wx_err *err)
{
    static const char *const pages[] = {"word/header1.xml", "word/header2.xml",
                                        "word/header3.xml", "word/footer1.xml",
                                        "word/footer2.xml", "word/footer3.xml"};
    enum wx_status st;

    wx_docx_body(d);
    if (d->xml.is_full)
        return wx_fail(err, WX_E_TOO_BIG, "the paper is too long for a DOCX file");
    /* the body's bytes stay where they are; the small parts move to the arena */
    st = wx_zip_add(a, "word/document.xml", wx_buf_str(&d->xml), err);
    for (size_t i = 0; !st && i <= 6; i++) {
        struct wx_docx part = {.paper = d->paper,
                               .arena = d->arena,
                               .xml = WX_BUF_INIT(WX_MAX_PAPER_FILE_BYTES)};

        if (i < 6)
            page_part(&part, i);
        else
            put_core(&part);
        st = wx_zip_add(a, i < 6 ? pages[i] : "docProps/core.xml",
                        wx_arena_str(d->arena, wx_buf_str(&part.xml)), err);
        wx_buf_clear(&part.xml);
    }
    return st;
}

enum wx_status wx_paper_docx(const struct wx_paper *paper, struct wx_buf *out,
                             struct wx_err *err)
{
    static const struct {
        const char *path, *bytes;
    } fixed[] = {
        {"[Content_Types].xml", wx_docx_types},
        {"_rels/.rels", wx_docx_rels},
        {"word/_rels/document.xml.rels", wx_docx_document_rels},
        {"word/styles.xml", wx_docx_styles},
        {"word/settings.xml", wx_docx_settings},
        {"word/fontTable.xml", wx_docx_fonts},
        {"docProps/app.xml", wx_docx_app},
    };
    struct wx_arena arena;
    struct wx_docx d = {
        .paper = paper, .arena = &arena, .xml = WX_BUF_INIT(WX_MAX_PAPER_FILE_BYTES)};
    struct wx_zip_file a = {0};
    enum wx_status st = wx_paper_check(paper, err);

    if (st)
        return st;
    wx_arena_init(&arena);
    st = wx_zip_begin(&a, err);
    for (size_t i = 0; !st && i < sizeof fixed / sizeof *fixed; i++)
        st = wx_zip_add(&a, fixed[i].path, wx_str_of(fixed[i].bytes), err);
    if (!st)
        st = add_made(&d, &a, err);
    if (!st)
        st = wx_zip_finish(&a, out, err);
    wx_zip_drop(&a);
    wx_buf_clear(&d.xml);
    wx_arena_clear(&arena);
    return st;
}
