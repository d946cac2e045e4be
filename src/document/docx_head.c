/* Head, signature, imprint and page numbers of a DOCX: GB/T 9704-2012, 7.2 to 7.5. */
#include "document/docx_part.h"

#include <stdio.h>

/* ---- 版头 ---- */

enum {
    MARK_TOP = 1984,      /* 35 mm below the type area's edge (7.2.4) */
    WIDTH_POINTS = 442,   /* of the type area */
    MAX_MARK_POINTS = 50, /* smaller than 22 mm x 15 mm characters */
    MIN_MARK_POINTS = 26, /* below it characters are narrowed instead */
    NARROWEST_PERCENT = 33,
};

/* Size and width of characters with which N of them fill one line of WIDTH points. */
static struct wx_str mark_run(struct wx_docx *d, size_t n_chars, int width)
{
    int points = n_chars ? width / (int)n_chars : MAX_MARK_POINTS, percent = 100;

    if (points > MAX_MARK_POINTS)
        points = MAX_MARK_POINTS;
    if (points < MIN_MARK_POINTS) {
        percent = points * 100 / MIN_MARK_POINTS;
        points = MIN_MARK_POINTS;
    }
    if (percent < NARROWEST_PERCENT)
        percent = NARROWEST_PERCENT;
    return wx_arena_printf(d->arena,
                           "<w:rFonts w:hint=\"eastAsia\"/><w:w w:val=\"%d\"/>"
                           "<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/>",
                           percent, points * 2, points * 2);
}

static size_t n_chars(struct wx_str s)
{
    return (wx_paper_half_width(s) + 1) / 2;
}

static struct wx_str red_rule(struct wx_docx *d)
{
    /* 4 mm below the number (7.2.7), as wide as the type area */
    return wx_arena_printf(d->arena, "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"18\" "
                                     "w:space=\"11\" w:color=\"FF0000\"/></w:pBdr>");
}

/* Number, and on papers that go up who signs them, on the rule. */
static void put_number(struct wx_docx *d)
{
    const struct wx_paper *p = d->paper;
    struct wx_str signers = WX_STR("");

    if (!p->n_signers) {
        wx_docx_paragraph(d, "Number",
                          wx_arena_printf(d->arena,
                                          WX_STR_FMT "<w:spacing w:before=\"%d\"/>"
                                                     "<w:jc w:val=\"center\"/>",
                                          WX_STR_ARG(red_rule(d)), WX_DOCX_LINE)
                              .ptr,
                          "", p->number);
        return;
    }
    for (size_t i = 0; i < p->n_signers; i++)
        signers =
            wx_arena_printf(d->arena, WX_STR_FMT "%s" WX_STR_FMT, WX_STR_ARG(signers),
                            i ? " " : "", WX_STR_ARG(p->signers[i]));
    (void)wx_buf_printf(
        &d->xml,
        "<w:p><w:pPr><w:pStyle w:val=\"Number\"/>" WX_STR_FMT
        "<w:tabs><w:tab w:val=\"right\" w:pos=\"%d\"/></w:tabs><w:spacing "
        "w:before=\"%d\"/><w:jc w:val=\"left\"/></w:pPr>",
        WX_STR_ARG(red_rule(d)), WX_DOCX_WIDTH - WX_DOCX_CHAR, WX_DOCX_LINE);
    /* a blank and no indent, which would also shorten the rule */
    wx_docx_run(d, "",
                wx_arena_printf(d->arena, "　" WX_STR_FMT, WX_STR_ARG(p->number)));
    (void)wx_buf_addz(&d->xml, "<w:r><w:tab/></w:r>");
    wx_docx_run(d, "", WX_STR("签发人："));
    wx_docx_run(d, "<w:rFonts w:eastAsia=\"楷体_GB2312\" w:hint=\"eastAsia\"/>",
                signers);
    (void)wx_buf_addz(&d->xml, "</w:p>\n");
}

static void put_mark(struct wx_docx *d, int before)
{
    const struct wx_paper *p = d->paper;
    struct wx_str mark =
        wx_arena_printf(d->arena, WX_STR_FMT "文件", WX_STR_ARG(p->organs[0]));

    wx_docx_paragraph(
        d, "Mark",
        wx_arena_printf(d->arena, "<w:spacing w:before=\"%d\"/>", before).ptr,
        mark_run(d, n_chars(mark), WIDTH_POINTS).ptr, mark);
}

/* Several organs below each other, 文件 to their right, in the middle (7.2.4). */
static void put_marks(struct wx_docx *d, int before)
{
    enum { RIGHT = 1900, LEFT = WX_DOCX_WIDTH - RIGHT };
    const struct wx_paper *p = d->paper;
    size_t longest = 0;

    for (size_t i = 0; i < p->n_organs; i++)
        if (n_chars(p->organs[i]) > longest)
            longest = n_chars(p->organs[i]);
    wx_docx_paragraph(d, "Gap",
                      wx_arena_printf(d->arena,
                                      "<w:spacing w:line=\"%d\" w:lineRule=\"exact\"/>",
                                      before > 20 ? before : 20)
                          .ptr,
                      "", WX_STR(""));
    (void)wx_buf_printf(&d->xml,
                        "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/>"
                        "<w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
                        "<w:gridCol w:w=\"%d\"/><w:gridCol w:w=\"%d\"/></w:tblGrid>",
                        WX_DOCX_WIDTH, LEFT, RIGHT);
    for (size_t i = 0; i < p->n_organs; i++) {
        (void)wx_buf_printf(&d->xml,
                            "<w:tr><w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>"
                            "</w:tcPr>",
                            LEFT);
        wx_docx_paragraph(d, "Mark", "<w:jc w:val=\"distribute\"/>",
                          mark_run(d, longest > 8 ? longest : 8,
                                   WIDTH_POINTS * LEFT / WX_DOCX_WIDTH - 12)
                              .ptr,
                          p->organs[i]);
        (void)wx_buf_printf(&d->xml,
                            "</w:tc><w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>"
                            "<w:vMerge%s/><w:vAlign w:val=\"center\"/></w:tcPr>",
                            RIGHT, i ? "" : " w:val=\"restart\"");
        wx_docx_paragraph(d, "Mark", "", mark_run(d, 2, 84).ptr,
                          i ? WX_STR("") : WX_STR("文件"));
        (void)wx_buf_addz(&d->xml, "</w:tc></w:tr>");
    }
    (void)wx_buf_addz(&d->xml, "</w:tbl>\n");
}

static void put_red_head(struct wx_docx *d)
{
    const struct wx_paper *p = d->paper;
    const struct wx_str tops[] = {p->copy_number, p->secrecy, p->urgency};
    int before = MARK_TOP;

    for (size_t i = 0; i < 3; i++) {
        if (!tops[i].len)
            continue;
        wx_docx_paragraph(d, "Top", "<w:jc w:val=\"left\"/>", "", tops[i]);
        before -= WX_DOCX_LINE;
    }
    if (before < 0)
        before = 0;
    if (p->n_organs == 1)
        put_mark(d, before);
    else if (p->n_organs)
        put_marks(d, before);
    put_number(d);
}

static void put_letter_head(struct wx_docx *d)
{
    const struct wx_paper *p = d->paper;

    if (p->number.len) /* right, on the first line under the upper rule (10.1) */
        wx_docx_paragraph(d, "Number", "<w:jc w:val=\"right\"/>", "", p->number);
    if (p->copy_number.len)
        wx_docx_paragraph(d, "Top", "<w:jc w:val=\"left\"/>", "", p->copy_number);
    if (p->secrecy.len)
        wx_docx_paragraph(d, "Top", "<w:jc w:val=\"left\"/>", "", p->secrecy);
    if (p->urgency.len)
        wx_docx_paragraph(d, "Top", "<w:jc w:val=\"left\"/>", "", p->urgency);
}

void wx_docx_head(struct wx_docx *d)
{
    const struct wx_paper *p = d->paper;
    const char *above = "";

    if (p->layout == WX_PAPER_RED_HEAD)
        put_red_head(d);
    else if (p->layout == WX_PAPER_LETTER)
        put_letter_head(d);
    else if (p->number.len)
        wx_docx_paragraph(d, "Number", "<w:jc w:val=\"right\"/>", "", p->number);
    if (p->layout == WX_PAPER_RED_HEAD || p->layout == WX_PAPER_LETTER)
        above = "<w:spacing w:before=\"1158\"/>"; /* two lines */
    wx_docx_title(d, "Title2", above, p->title);
    if (p->title.len)
        wx_docx_paragraph(
            d, "Gap",
            wx_arena_printf(d->arena,
                            "<w:spacing w:line=\"%d\" "
                            "w:lineRule=\"exact\"/>",
                            p->layout == WX_PAPER_FORM ? 240 : WX_DOCX_LINE)
                .ptr,
            "", WX_STR(""));
    if (p->addressees.len)
        wx_docx_paragraph(
            d, "To", "", "",
            wx_arena_printf(d->arena, WX_STR_FMT "：", WX_STR_ARG(p->addressees)));
}

/* ---- 附件说明, 署名, 附注 ---- */

static void put_attachment_list(struct wx_docx *d)
{
    const struct wx_paper *p = d->paper;
    size_t n = 0, all = p->n_attachments + p->n_more_attachments;

    for (size_t i = 0; i < p->n_blocks + p->n_more_attachments; i++) {
        bool is_here = i < p->n_blocks;
        struct wx_str name =
            is_here ? p->blocks[i].text : p->more_attachments[i - p->n_blocks];
        struct wx_str text;
        int left = all > 1 ? 13 : 10, hanging = 6; /* half characters */

        if (is_here && p->blocks[i].kind != WX_PAPER_ATTACHMENT)
            continue;
        if (all == 1)
            text = wx_arena_printf(d->arena, "附件：" WX_STR_FMT, WX_STR_ARG(name));
        else
            text = wx_arena_printf(d->arena, "%s%zu．" WX_STR_FMT, n ? "" : "附件：",
                                   n + 1, WX_STR_ARG(name));
        if (all > 1)
            hanging = n ? 3 : 9;
        wx_docx_paragraph(d, "To",
                          wx_arena_printf(d->arena,
                                          "%s<w:ind w:left=\"%d\" w:hanging=\"%d\"/>"
                                          "<w:jc w:val=\"left\"/>",
                                          n ? "" : "<w:spacing w:before=\"579\"/>",
                                          left * WX_DOCX_CHAR / 2,
                                          hanging * WX_DOCX_CHAR / 2)
                              .ptr,
                          "", text);
        n++;
    }
}

/* One organ: its name over the date, the date four characters from the right, and two
 * lines above for the seal (7.3.5). */
static void sign_alone(struct wx_docx *d, struct wx_str date)
{
    enum { FROM_RIGHT = 8 }; /* half characters */
    struct wx_str organ = d->paper->organs[0];
    int wide = (int)wx_paper_half_width(organ), dated = (int)wx_paper_half_width(date);
    int at_organ = FROM_RIGHT + (dated - wide) / 2, at_date = FROM_RIGHT;

    if (at_organ < 4) { /* a long name stands two from the right, the date under it */
        at_organ = 4;
        at_date = 4 + (wide - dated) / 2;
        at_date = at_date < FROM_RIGHT ? FROM_RIGHT : at_date;
    }
    wx_docx_paragraph(d, "Sign",
                      wx_arena_printf(d->arena,
                                      "<w:keepNext/><w:spacing w:before=\"1158\"/>"
                                      "<w:ind w:right=\"%d\"/>",
                                      at_organ * WX_DOCX_CHAR / 2)
                          .ptr,
                      "", organ);
    wx_docx_paragraph(
        d, "Sign",
        wx_arena_printf(d->arena, "<w:ind w:right=\"%d\"/>", at_date * WX_DOCX_CHAR / 2)
            .ptr,
        "", date);
}

static size_t organs_across(const struct wx_paper *p)
{
    size_t longest = 0;

    for (size_t i = 0; i < p->n_organs; i++)
        if (n_chars(p->organs[i]) > longest)
            longest = n_chars(p->organs[i]);
    if (longest > 13)
        return 1;
    return longest > 8 || p->n_organs == 2 || p->n_organs == 4 ? 2 : 3;
}

/* Several: up to three in a row, each with the height of a seal (42 mm), no rules. */
static void sign_together(struct wx_docx *d, struct wx_str date)
{
    const struct wx_paper *p = d->paper;
    size_t across = organs_across(p);
    int width = WX_DOCX_WIDTH / (int)across;

    (void)wx_buf_printf(&d->xml,
                        "<w:p><w:pPr><w:pStyle w:val=\"Break\"/><w:keepNext/></w:pPr>"
                        "</w:p><w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/>"
                        "<w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>",
                        WX_DOCX_WIDTH);
    for (size_t i = 0; i < across; i++)
        (void)wx_buf_printf(&d->xml, "<w:gridCol w:w=\"%d\"/>", width);
    (void)wx_buf_addz(&d->xml, "</w:tblGrid>");
    for (size_t i = 0; i < p->n_organs; i += across) {
        (void)wx_buf_addz(&d->xml, "<w:tr><w:trPr><w:cantSplit/><w:trHeight "
                                   "w:val=\"2440\" w:hRule=\"atLeast\"/></w:trPr>");
        for (size_t k = 0; k < across; k++) {
            (void)wx_buf_printf(&d->xml,
                                "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>"
                                "<w:vAlign w:val=\"center\"/></w:tcPr>",
                                width);
            wx_docx_paragraph(d, "Sign", "<w:keepNext/><w:jc w:val=\"center\"/>", "",
                              i + k < p->n_organs ? p->organs[i + k] : WX_STR(""));
            (void)wx_buf_addz(&d->xml, "</w:tc>");
        }
        (void)wx_buf_addz(&d->xml, "</w:tr>");
    }
    (void)wx_buf_addz(&d->xml, "</w:tbl>\n");
    wx_docx_paragraph(
        d, "Sign",
        wx_arena_printf(d->arena, "<w:ind w:right=\"%d\"/>", 4 * WX_DOCX_CHAR).ptr, "",
        date);
}

void wx_docx_signature(struct wx_docx *d)
{
    const struct wx_paper *p = d->paper;
    struct wx_str date = wx_paper_day_text(d->arena, p->date, p->has_chinese_date);

    put_attachment_list(d);
    if (!p->is_unsigned && p->n_organs == 1)
        sign_alone(d, date);
    else if (!p->is_unsigned && p->n_organs > 1)
        sign_together(d, date);
    if (p->note.len)
        wx_docx_paragraph(
            d, "Body", "", "",
            wx_arena_printf(d->arena, "（" WX_STR_FMT "）", WX_STR_ARG(p->note)));
}

/* ---- 版记: at the foot of the last page, between rules of 0.35 and 0.25 mm ---- */

enum {
    IMPRINT_LINE = 460,
    IMPRINT_CHARS = 29, /* of 4号 in a line, with one free on each side */
};

/* A text box at the foot of the type area: the one way to say so that both Word and
 * LibreOffice follow. */
static void imprint_begin(struct wx_docx *d, int width, int n_lines)
{
    (void)wx_buf_printf(
        &d->xml,
        "<w:p><w:pPr><w:pStyle w:val=\"Break\"/></w:pPr><w:r><w:pict><v:shapetype "
        "id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" "
        "path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path "
        "gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype><v:shape "
        "id=\"WangxunImprint\" type=\"#_x0000_t202\" style=\"position:absolute;"
        "margin-left:0;margin-top:0;width:%.1fpt;height:%.1fpt;z-index:1;"
        "mso-wrap-distance-left:0;mso-wrap-distance-top:0;mso-wrap-distance-right:0;"
        "mso-wrap-distance-bottom:0;"
        "mso-position-horizontal:left;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:bottom;mso-position-vertical-relative:margin\" "
        "stroked=\"f\" filled=\"f\"><v:textbox inset=\"0mm,0mm,0mm,0mm\">"
        "<w:txbxContent>",
        width / 20.0, (n_lines * (IMPRINT_LINE + 8) + 40) / 20.0);
    (void)wx_buf_printf(
        &d->xml,
        "<w:tbl><w:tblPr><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:tblBorders><w:top "
        "w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/></w:tblBorders>"
        "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" "
        "w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>"
        "<w:tblGrid><w:gridCol w:w=\"%d\"/></w:tblGrid>",
        width, width);
}

static void imprint_row(struct wx_docx *d, int width, const char *left,
                        struct wx_str text, struct wx_str right, bool is_last)
{
    (void)wx_buf_printf(&d->xml,
                        "<w:tr><w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>"
                        "<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"%d\" "
                        "w:space=\"0\" w:color=\"000000\"/></w:tcBorders></w:tcPr>"
                        "<w:p><w:pPr><w:pStyle w:val=\"Imprint\"/><w:tabs><w:tab "
                        "w:val=\"right\" w:pos=\"%d\"/></w:tabs><w:ind "
                        "w:left=\"%d\" w:right=\"280\" w:hanging=\"%d\"/></w:pPr>",
                        width, is_last ? 8 : 6, width - 280, *left ? 280 + 840 : 280,
                        *left ? 840 : 0);
    wx_docx_run(d, "",
                wx_arena_printf(d->arena, "%s" WX_STR_FMT, left, WX_STR_ARG(text)));
    if (right.len) {
        (void)wx_buf_addz(&d->xml, "<w:r><w:tab/></w:r>");
        wx_docx_run(d, "", right);
    }
    (void)wx_buf_addz(&d->xml, "</w:p></w:tc></w:tr>\n");
}

void wx_docx_imprint(struct wx_docx *d)
{
    const struct wx_paper *p = d->paper;
    int width = d->is_wide ? WX_DOCX_WIDE : WX_DOCX_WIDTH;
    int chars = IMPRINT_CHARS * width / WX_DOCX_WIDTH - 3;
    struct wx_str copies, printed = WX_STR("");
    int n_lines = p->printer.len > 0;

    if (!p->copy_to.len && !p->printer.len)
        return;
    copies = wx_arena_printf(d->arena, WX_STR_FMT "。", WX_STR_ARG(p->copy_to));
    if (p->copy_to.len)
        n_lines += ((int)n_chars(copies) + chars - 1) / chars;
    imprint_begin(d, width, n_lines);
    if (p->copy_to.len)
        imprint_row(d, width, "抄送：", copies, WX_STR(""), !p->printer.len);
    if (p->printed.year)
        printed =
            wx_arena_printf(d->arena, WX_STR_FMT "印发",
                            WX_STR_ARG(wx_paper_day_text(d->arena, p->printed, false)));
    if (p->printer.len)
        imprint_row(d, width, "", p->printer, printed, true);
    (void)wx_buf_addz(&d->xml,
                      "</w:tbl><w:p><w:pPr><w:pStyle w:val=\"Break\"/></w:pPr></w:p>"
                      "</w:txbxContent></v:textbox><w10:wrap type=\"topAndBottom\"/>"
                      "</v:shape></w:pict></w:r></w:p>\n");
}

/* ---- on every page ---- */

static void put_watermark(struct wx_docx *d)
{
    struct wx_str text = d->paper->watermark;
    size_t n = wx_paper_half_width(text);

    if (!text.len)
        return;
    (void)wx_buf_addz(
        &d->xml,
        "<w:r><w:pict><v:shapetype id=\"_x0000_t136\" coordsize=\"21600,21600\" "
        "o:spt=\"136\" adj=\"10800\" path=\"m@7,l@8,m@5,21600l@6,21600e\"><v:formulas>"
        "<v:f eqn=\"sum #0 0 10800\"/><v:f eqn=\"prod #0 2 1\"/><v:f eqn=\"sum 21600 0 "
        "@1\"/><v:f eqn=\"sum 0 0 @2\"/><v:f eqn=\"sum 21600 0 @3\"/><v:f eqn=\"if @0 "
        "@3 0\"/><v:f eqn=\"if @0 21600 @1\"/><v:f eqn=\"if @0 0 @2\"/><v:f eqn=\"if "
        "@0 @4 21600\"/><v:f eqn=\"mid @5 @6\"/><v:f eqn=\"mid @8 @5\"/><v:f "
        "eqn=\"mid @7 @8\"/><v:f eqn=\"mid @6 @7\"/><v:f eqn=\"sum @6 0 @5\"/>"
        "</v:formulas><v:path textpathok=\"t\" o:connecttype=\"custom\" "
        "o:connectlocs=\"@9,0;@10,10800;@11,21600;@12,10800\" "
        "o:connectangles=\"270,180,90,0\"/><v:textpath on=\"t\" fitshape=\"t\"/>"
        "</v:shapetype>");
    /* as wide as the page allows across; a line of 40 half characters has 24 pt */
    (void)wx_buf_printf(
        &d->xml,
        "<v:shape id=\"WangxunWaterMarkObject\" type=\"#_x0000_t136\" "
        "style=\"position:absolute;margin-left:0;margin-top:0;width:480pt;"
        "height:%zupt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin\" "
        "o:allowincell=\"f\" fillcolor=\"#d9d9d9\" stroked=\"f\"><v:textpath "
        "style=\"font-family:&quot;黑体&quot;;font-size:1pt\" string=\"",
        n < 10 ? (size_t)96 : 960 / n);
    wx_docx_escape(&d->xml, text);
    (void)wx_buf_addz(&d->xml, "\"/></v:shape></w:pict></w:r>");
}

static void open_part(struct wx_docx *d, const char *element)
{
    (void)wx_buf_printf(
        &d->xml,
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
        "<w:%s%s>",
        element, wx_docx_roots);
}

/* 信函格式 (10.1): a rule of 170 mm, that is 8 mm left and 6 mm right of the text. */
#define LETTER_RULE "<w:ind w:left=\"-454\" w:right=\"-340\"/>"

void wx_docx_page_head(struct wx_docx *d, const char *which)
{
    const struct wx_paper *p = d->paper;
    struct wx_str organs = WX_STR("");

    open_part(d, "hdr");
    if (p->layout == WX_PAPER_LETTER && *which == 'f') {
        for (size_t i = 0; i < p->n_organs; i++)
            organs = wx_arena_printf(d->arena, WX_STR_FMT "%s" WX_STR_FMT,
                                     WX_STR_ARG(organs), i ? "\n" : "",
                                     WX_STR_ARG(p->organs[i]));
        wx_docx_paragraph(
            d, "Mark",
            "<w:pBdr><w:bottom w:val=\"thickThinSmallGap\" w:sz=\"24\" "
            "w:space=\"11\" w:color=\"FF0000\"/></w:pBdr>" LETTER_RULE,
            mark_run(d, n_chars(p->n_organs ? p->organs[0] : organs), WIDTH_POINTS - 60)
                .ptr,
            organs);
    }
    (void)wx_buf_addz(&d->xml, "<w:p><w:pPr><w:pStyle w:val=\"Break\"/></w:pPr>");
    put_watermark(d);
    (void)wx_buf_addz(&d->xml, "</w:p></w:hdr>");
}

/* "— 1 —": odd pages one character from the right, even ones from the left (7.5). */
void wx_docx_page_foot(struct wx_docx *d, const char *which)
{
    bool is_even = *which == 'e';

    open_part(d, "ftr");
    if (*which == 'f') { /* the first page of a letter: its lower rule, no number */
        wx_docx_paragraph(d, "Break",
                          "<w:pBdr><w:top w:val=\"thinThickSmallGap\" w:sz=\"24\" "
                          "w:space=\"1\" w:color=\"FF0000\"/></w:pBdr>" LETTER_RULE,
                          "", WX_STR(""));
    } else {
        (void)wx_buf_printf(&d->xml,
                            "<w:p><w:pPr><w:pStyle w:val=\"Page\"/><w:ind "
                            "w:%s=\"280\"/><w:jc w:val=\"%s\"/></w:pPr>",
                            is_even ? "left" : "right", is_even ? "left" : "right");
        wx_docx_run(d, "", WX_STR("— "));
        (void)wx_buf_addz(&d->xml,
                          "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r>"
                          "<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>"
                          "</w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
                          "<w:r><w:t>1</w:t></w:r><w:r><w:fldChar "
                          "w:fldCharType=\"end\"/></w:r>");
        wx_docx_run(d, "", WX_STR(" —"));
        (void)wx_buf_addz(&d->xml, "</w:p>");
    }
    (void)wx_buf_addz(&d->xml, "</w:ftr>");
}
