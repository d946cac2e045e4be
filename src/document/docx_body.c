/* word/document.xml: the blocks of a paper in order, and its sections. */
#include "document/docx_part.h"

#include <stdio.h>

#define EAST                                                                           \
    "<w:rFonts w:hint=\"eastAsia\"/>" /* “ ” and — have a Han character's width */

void wx_docx_escape(struct wx_buf *xml, struct wx_str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.len; i++) {
        const char *entity = NULL;

        switch (s.ptr[i]) {
        case '&':
            entity = "&amp;";
            break;
        case '<':
            entity = "&lt;";
            break;
        case '>':
            entity = "&gt;";
            break;
        case '"':
            entity = "&quot;";
            break;
        default:
            continue;
        }
        (void)wx_buf_adds(xml, wx_str_sub(s, from, i));
        (void)wx_buf_addz(xml, entity);
        from = i + 1;
    }
    (void)wx_buf_adds(xml, wx_str_sub(s, from, s.len));
}

void wx_docx_run(struct wx_docx *d, const char *run, struct wx_str text)
{
    bool is_first = true;

    (void)wx_buf_printf(&d->xml, "<w:r><w:rPr>%s</w:rPr>", *run ? run : EAST);
    while (text.len || is_first) {
        struct wx_str line = wx_str_cut(&text, '\n');

        (void)wx_buf_printf(&d->xml, "%s<w:t xml:space=\"preserve\">",
                            is_first ? "" : "<w:br/>");
        wx_docx_escape(&d->xml, line);
        (void)wx_buf_addz(&d->xml, "</w:t>");
        is_first = false;
    }
    (void)wx_buf_addz(&d->xml, "</w:r>");
}

void wx_docx_paragraph(struct wx_docx *d, const char *style, const char *properties,
                       const char *run, struct wx_str text)
{
    (void)wx_buf_printf(&d->xml, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>",
                        style, properties);
    if (text.len)
        wx_docx_run(d, run, text);
    (void)wx_buf_addz(&d->xml, "</w:p>\n");
}

void wx_docx_title(struct wx_docx *d, const char *style, const char *first,
                   struct wx_str title)
{
    struct wx_str lines[4];
    size_t n = wx_paper_title_lines(title, WX_DOCX_TITLE_CHARS, lines);

    for (size_t i = 0; i < n; i++)
        wx_docx_paragraph(d, style, i ? "" : first, "", lines[i]);
}

/* ---- sections ---- */

static void put_section(struct wx_docx *d, bool is_wide, bool is_first)
{
    static const char upright[] =
        "<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" "
        "w:right=\"1474\" w:bottom=\"1985\" w:left=\"1588\" w:header=\"%d\" "
        "w:footer=\"%d\" w:gutter=\"0\"/>";
    static const char wide[] =
        "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/><w:pgMar "
        "w:top=\"1588\" w:right=\"2098\" w:bottom=\"1474\" w:left=\"1985\" "
        "w:header=\"%d\" w:footer=\"%d\" w:gutter=\"0\"/>";
    bool is_letter = d->paper->layout == WX_PAPER_LETTER && is_first;

    (void)wx_buf_addz(&d->xml,
                      "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId4\"/>"
                      "<w:headerReference w:type=\"even\" r:id=\"rId5\"/>"
                      "<w:headerReference w:type=\"first\" r:id=\"rId6\"/>"
                      "<w:footerReference w:type=\"default\" r:id=\"rId7\"/>"
                      "<w:footerReference w:type=\"even\" r:id=\"rId8\"/>"
                      "<w:footerReference w:type=\"first\" r:id=\"rId9\"/>");
    if (!is_first)
        (void)wx_buf_addz(&d->xml, "<w:type w:val=\"nextPage\"/>");
    /* 信函格式: the mark 30 mm below the edge, the lower rule 20 mm above it */
    (void)wx_buf_printf(&d->xml, is_wide ? wide : upright, is_letter ? 1701 : 851,
                        is_letter ? 1134
                        : is_wide ? 780
                                  : 1247);
    if (is_letter)
        (void)wx_buf_addz(&d->xml, "<w:titlePg/>");
    (void)wx_buf_addz(&d->xml,
                      is_wide ? "<w:docGrid w:linePitch=\"312\"/>"
                              : "<w:docGrid w:type=\"lines\" w:linePitch=\"579\"/>");
    (void)wx_buf_addz(&d->xml, "</w:sectPr>");
}

struct body {
    struct wx_docx *d;
    bool is_first_section;
    bool is_fresh; /* at the top of a new page: no break is needed */
};

static void end_section(struct body *b, bool next_is_wide)
{
    struct wx_docx *d = b->d;

    if (d->is_wide == next_is_wide)
        return;
    (void)wx_buf_addz(&d->xml, "<w:p><w:pPr><w:pStyle w:val=\"Break\"/>");
    put_section(d, d->is_wide, b->is_first_section);
    (void)wx_buf_addz(&d->xml, "</w:pPr></w:p>\n");
    d->is_wide = next_is_wide;
    b->is_first_section = false;
    b->is_fresh = true;
}

/* ---- blocks ---- */

/* Where a heading that runs on into its text ends: "（一）发改委：负责…", else 0. */
static size_t run_in_at(struct wx_str text)
{
    static const char *const marks[] = {"。", "："};
    size_t at = 0;

    for (size_t i = 0; i < 2; i++) {
        size_t found = wx_str_findz(text, marks[i]);

        if (found != WX_NPOS && (!at || found + 3 < at))
            at = found + 3; /* both marks have three bytes */
    }
    return at && at < text.len ? at : 0;
}

static void put_heading(struct wx_docx *d, const struct wx_paper_block *block)
{
    size_t at = run_in_at(block->text);
    struct wx_str head = at ? wx_str_sub(block->text, 0, at) : block->text;

    (void)wx_buf_printf(
        &d->xml, "<w:p><w:pPr><w:pStyle w:val=\"Heading%d\"/>%s</w:pPr>", block->level,
        at ? "<w:keepNext w:val=\"0\"/><w:jc w:val=\"both\"/>" : "");
    wx_docx_run(d, "",
                wx_arena_printf(d->arena, WX_STR_FMT WX_STR_FMT,
                                WX_STR_ARG(block->number), WX_STR_ARG(head)));
    if (at)
        wx_docx_run(d, "<w:rFonts w:eastAsia=\"仿宋_GB2312\" w:hint=\"eastAsia\"/>",
                    wx_str_sub(block->text, at, block->text.len));
    (void)wx_buf_addz(&d->xml, "</w:p>\n");
}

static void put_attachment(struct body *b, const struct wx_paper_block *block)
{
    struct wx_docx *d = b->d;
    const char *broken = b->is_fresh ? "" : "<w:pageBreakBefore/>";
    const char *below = "<w:spacing w:before=\"579\"/>";

    if (block->kind == WX_PAPER_ENCLOSED) {
        wx_docx_title(d, "Title2", broken, block->text);
    } else {
        struct wx_str label = d->paper->n_attachments > 1
                                  ? wx_arena_printf(d->arena, "附件%d", block->level)
                                  : WX_STR("附件");

        wx_docx_paragraph(d, "Attachment", broken, "", label);
        wx_docx_title(d, "Title2", d->is_wide ? "" : below, block->text);
    }
    wx_docx_paragraph(d, "Gap", "<w:spacing w:line=\"400\" w:lineRule=\"exact\"/>", "",
                      WX_STR(""));
}

static void put_line(struct wx_docx *d, const struct wx_paper_block *block)
{
    static const char *const sides[] = {"left", "center", "right"};
    bool is_form = d->paper->layout == WX_PAPER_FORM;
    char properties[96];

    snprintf(properties, sizeof properties, "%s<w:jc w:val=\"%s\"/>",
             is_form ? "<w:spacing w:before=\"120\" w:after=\"60\"/>" : "",
             sides[block->align]);
    wx_docx_paragraph(d, is_form ? "Cell" : "To", properties, "", block->text);
}

static void put_block(struct body *b, const struct wx_paper_block *block)
{
    struct wx_docx *d = b->d;

    switch (block->kind) {
    case WX_PAPER_HEADING:
        put_heading(d, block);
        break;
    case WX_PAPER_PARAGRAPH:
        wx_docx_paragraph(d, "Body", "", "", block->text);
        break;
    case WX_PAPER_LINE:
        put_line(d, block);
        break;
    case WX_PAPER_TITLE:
        wx_docx_title(d, "Title2", "<w:spacing w:before=\"289\"/>", block->text);
        break;
    case WX_PAPER_TABLE:
        wx_docx_table(d, block->table);
        break;
    case WX_PAPER_BARS:
        wx_docx_bars(d, block);
        break;
    case WX_PAPER_PAGE_BREAK:
        (void)wx_buf_addz(&d->xml,
                          "<w:p><w:pPr><w:pStyle w:val=\"Break\"/></w:pPr><w:r>"
                          "<w:br w:type=\"page\"/></w:r></w:p>\n");
        break;
    case WX_PAPER_WIDE:
    case WX_PAPER_UPRIGHT:
        end_section(b, block->kind == WX_PAPER_WIDE);
        return; /* still fresh */
    case WX_PAPER_ATTACHMENT:
    case WX_PAPER_ENCLOSED:
        put_attachment(b, block);
        break;
    }
    b->is_fresh = false;
}

/* WIDE just before an attachment belongs to it: the signature stays before both. */
static size_t end_of_main_part(const struct wx_paper *paper)
{
    size_t i = 0;

    while (i < paper->n_blocks && paper->blocks[i].kind != WX_PAPER_ATTACHMENT &&
           paper->blocks[i].kind != WX_PAPER_ENCLOSED)
        i++;
    if (i < paper->n_blocks && i && paper->blocks[i - 1].kind == WX_PAPER_WIDE)
        i--;
    return i;
}

void wx_docx_body(struct wx_docx *d)
{
    const struct wx_paper *paper = d->paper;
    struct body b = {.d = d, .is_first_section = true};
    size_t end = end_of_main_part(paper);

    (void)wx_buf_addz(&d->xml,
                      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
                      "<w:document");
    (void)wx_buf_addz(&d->xml, wx_docx_roots);
    (void)wx_buf_addz(&d->xml, "><w:body>\n");
    wx_docx_head(d);
    for (size_t i = 0; i < end; i++)
        put_block(&b, &paper->blocks[i]);
    wx_docx_signature(d);
    for (size_t i = end; i < paper->n_blocks; i++)
        put_block(&b, &paper->blocks[i]);
    wx_docx_imprint(d);
    put_section(d, d->is_wide, b.is_first_section);
    (void)wx_buf_addz(&d->xml, "</w:body></w:document>");
}
