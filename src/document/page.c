#include "document/page.h"

#include "document/markup.h"
#include <stdio.h>

#define FANG "\"仿宋_GB2312\",\"仿宋\",FangSong,STFangsong,\"Noto Serif CJK SC\",serif"
#define KAI "\"楷体_GB2312\",\"楷体\",KaiTi,STKaiti,\"Noto Serif CJK SC\",serif"
#define HEI "\"黑体\",SimHei,STHeiti,\"Noto Sans CJK SC\",sans-serif"
#define SONG                                                                           \
    "\"方正小标宋简体\",\"华文中宋\",STZhongsong,\"Noto Serif CJK SC\",SimSun,serif"

/* clang-format off */
static const char page_style[] =
    /* GB/T 9704-2012: margins 37, 26, 35, 28 mm; 22 lines of 28 characters */
    "@page{size:A4;margin:37mm 26mm 35mm 28mm}"
    "@page wide{size:A4 landscape;margin:28mm 37mm 26mm 35mm}"
    "@page:right{@bottom-right{content:\"— \" counter(page) \" —\";"
    "font:14pt SimSun,\"Noto Serif CJK SC\",serif;padding-right:1em}}"
    "@page:left{@bottom-left{content:\"— \" counter(page) \" —\";"
    "font:14pt SimSun,\"Noto Serif CJK SC\",serif;padding-left:1em}}"
    "*{box-sizing:border-box}"
    "body{margin:0;color:#000;background:#fff;"
    "font:16pt/28.95pt " FANG ";letter-spacing:-.25pt;text-align:justify;"
    "overflow-wrap:anywhere}"
    "p,h1,h2,h3,h4,h5,h6{margin:0;font-weight:normal;font-size:16pt}"
    "p.b,.h{text-indent:2em}.h1{font-family:" HEI "}.h2{font-family:" KAI "}"
    ".h{text-align:left;break-after:avoid}.h .in{font-family:" FANG "}"
    ".mark{color:red;text-align:center;font-family:" SONG ";font-size:36pt;"
    "line-height:1.25;letter-spacing:0}"
    ".red .mark{padding-top:25mm}.red .tops+.mark{padding-top:10mm}"
    ".mark.long{font-size:26pt}"
    ".tops{font-family:" HEI "}"
    ".number{display:flex;justify-content:center;padding:28.95pt 1em 4mm;"
    "border-bottom:2.25pt solid red;margin-bottom:57.9pt}"
    ".number.two{justify-content:space-between}.number .name{font-family:" KAI "}"
    ".letter .mark{border-bottom:4.5pt double red;padding-bottom:4mm;margin:0 -6mm 0 -8mm}"
    ".letter .number,.plain .number,.form .number{justify-content:flex-end;border:0;"
    "padding:0;margin-bottom:28.95pt}"
    ".title{font-family:" SONG ";font-size:22pt;line-height:32pt;text-align:center;"
    "letter-spacing:0;break-after:avoid}"
    ".title span{display:block}.title.first{margin-bottom:28.95pt}"
    ".centre{text-align:center}.right{text-align:right}"
    ".attached{margin:28.95pt 0 0 2em}.attached p{padding-left:4.5em;text-indent:-1.5em}"
    ".attached p.one{padding-left:3em;text-indent:-3em}"
    ".attached p.head{text-indent:-4.5em}"
    ".sign{display:table;margin:57.9pt 4em 0 auto;text-align:center;break-inside:avoid}"
    ".sign.many{margin:14mm 0 0;width:100%}.many .organs{display:flex;flex-wrap:wrap}"
    ".many .organs p{flex:1 0 33%;min-height:36mm}.many .date{text-align:right;"
    "padding-right:4em}"
    ".part{break-before:page}.part>.no{font-family:" HEI "}"
    ".wide{page:wide;break-before:page}.wide>.part:first-child{break-before:auto}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed;font-size:10.5pt;"
    "line-height:1.4;letter-spacing:0;margin:0 0 6pt;text-align:left}"
    "table.roomy{font-size:12pt}table.roomy td,table.roomy th{height:9mm}"
    "caption{font:14pt/2 " HEI ";break-after:avoid}"
    "thead{display:table-header-group}tr{break-inside:avoid}"
    "th,td{border:.5pt solid #000;padding:2pt 3.5pt;font-weight:normal;"
    "white-space:pre-line}"
    "th{font-family:" HEI ";text-align:center}"
    "figure{margin:6pt 0;break-inside:avoid}figcaption{font:14pt/2 " HEI ";"
    "text-align:center}svg{display:block;width:120mm;margin:0 auto;font-size:12px}"
    ".lab{text-anchor:end}.rail{fill:#eee}.bar{fill:#595959}"
    ".imprint{border-top:1pt solid #000;margin-top:20mm;font-size:14pt;"
    "line-height:23pt;break-inside:avoid}"
    ".imprint p{display:flex;justify-content:space-between;font-size:14pt;"
    "padding:0 1em;border-bottom:.75pt solid #000}"
    ".imprint p:last-child{border-bottom-width:1pt}"
    ".water{position:fixed;top:45%;left:0;right:0;text-align:center;"
    "transform:rotate(-45deg);font:30pt/1 " HEI ";color:#d9d9d9;z-index:-1}"
    "b.cp{font-weight:normal}"
    "@media screen{html{background:#e9e9e9}body{width:210mm;min-height:297mm;"
    "margin:6mm auto;padding:37mm 26mm 35mm 28mm;background:#fff;position:relative;"
    "z-index:0}.part,.wide{border-top:1px dashed #bbb;margin-top:10mm;padding-top:10mm}"
    ".wide{overflow-x:auto}}"
    "@media (max-width:800px){body{width:auto;padding:8mm 5mm;margin:0}}";
/* clang-format on */

struct page {
    const struct wx_paper *paper;
    struct wx_buf *out;
    struct wx_arena arena;
    int open_parts; /* sections that must be closed */
    bool is_wide;
};

static const char *const classes[] = {"", " class=\"centre\"", " class=\"right\""};

static void put(struct page *g, const char *trusted)
{
    wx_markup(g->out, trusted);
}

static void put_element(struct page *g, const char *open, struct wx_str text,
                        const char *close)
{
    put(g, open);
    wx_markup_text(g->out, text);
    put(g, close);
}

static void put_title(struct page *g, const char *tag, const char *class_name,
                      struct wx_str title)
{
    struct wx_str lines[4];
    size_t n = wx_paper_title_lines(title, 20, lines);

    if (!n)
        return;
    (void)wx_buf_printf(g->out, "<%s class=\"%s\">", tag, class_name);
    for (size_t i = 0; i < n; i++)
        put_element(g, "<span>", lines[i], "</span>");
    (void)wx_buf_printf(g->out, "</%s>\n", tag);
}

/* ---- head ---- */

static void put_number(struct page *g)
{
    const struct wx_paper *p = g->paper;

    if (!p->number.len && p->layout != WX_PAPER_RED_HEAD)
        return;
    (void)wx_buf_printf(g->out, "<p class=\"number%s\">", p->n_signers ? " two" : "");
    put_element(g, "<span>", p->number, "</span>");
    if (p->n_signers) {
        put(g, "<span>签发人：<span class=\"name\">");
        for (size_t i = 0; i < p->n_signers; i++)
            put_element(g, i ? " " : "", p->signers[i], "");
        put(g, "</span></span>");
    }
    put(g, "</p>\n");
}

static void put_head(struct page *g)
{
    const struct wx_paper *p = g->paper;
    const struct wx_str tops[] = {p->copy_number, p->secrecy, p->urgency};
    bool is_red = p->layout == WX_PAPER_RED_HEAD;

    if (tops[0].len || tops[1].len || tops[2].len) {
        put(g, "<div class=\"tops\">");
        for (size_t i = 0; i < 3; i++)
            wx_markup_element(g->out, "p", NULL, tops[i]);
        put(g, "</div>\n");
    }
    if ((is_red || p->layout == WX_PAPER_LETTER) && p->n_organs) {
        put(g, p->n_organs > 1 || wx_paper_half_width(p->organs[0]) > 20
                   ? "<p class=\"mark long\">"
                   : "<p class=\"mark\">");
        for (size_t i = 0; i < p->n_organs; i++)
            put_element(g, i ? "<br>" : "", p->organs[i], "");
        put(g, is_red ? (p->n_organs > 1 ? "<br>文件</p>\n" : "文件</p>\n") : "</p>\n");
    }
    put_number(g);
    put_title(g, "h1", "title first", p->title);
    if (p->addressees.len)
        put_element(g, "<p>", p->addressees, "：</p>\n");
}

/* ---- blocks ---- */

static void put_columns(struct page *g, const struct wx_paper_table *table)
{
    unsigned whole = 0;

    for (size_t c = 0; c < table->n_columns; c++)
        whole += table->widths[c];
    put(g, "<colgroup>");
    for (size_t c = 0; c < table->n_columns; c++) /* an attribute, no style: policy */
        (void)wx_buf_printf(g->out, "<col width=\"%u%%\">",
                            (table->widths[c] * 100 + whole / 2) / whole);
    put(g, "</colgroup>");
}

static void put_cell(struct page *g, const struct wx_paper_cell *cell)
{
    const char *tag = cell->is_head ? "th" : "td";

    (void)wx_buf_printf(g->out, "<%s%s", tag,
                        cell->is_head ? "" : classes[cell->align]);
    if (cell->columns > 1)
        (void)wx_buf_printf(g->out, " colspan=\"%u\"", cell->columns);
    if (cell->rows > 1)
        (void)wx_buf_printf(g->out, " rowspan=\"%u\"", cell->rows);
    put(g, ">");
    wx_markup_text(g->out, cell->text);
    (void)wx_buf_printf(g->out, "</%s>", tag);
}

static void put_table(struct page *g, const struct wx_paper_table *table)
{
    if (!table->n_rows)
        return;
    put(g, table->is_roomy ? "<table class=\"roomy\">" : "<table>");
    wx_markup_element(g->out, "caption", NULL, table->caption);
    put_columns(g, table);
    put(g, table->n_heads ? "<thead>" : "<tbody>");
    for (size_t r = 0; r < table->n_rows; r++) {
        const struct wx_paper_row *row = &table->rows[r];

        if (r && r == table->n_heads)
            put(g, "</thead><tbody>");
        put(g, "<tr>");
        for (size_t c = 0; c < row->n; c++)
            put_cell(g, &row->cells[c]);
        put(g, "</tr>\n");
    }
    put(g,
        table->n_heads >= table->n_rows ? "</thead></table>\n" : "</tbody></table>\n");
}

static void put_bars(struct page *g, const struct wx_paper_block *block)
{
    struct wx_bar *bars = wx_arena_array(&g->arena, struct wx_bar, block->n_bars + 1);

    if (!block->n_bars)
        return;
    for (size_t i = 0; i < block->n_bars; i++)
        bars[i] = (struct wx_bar){block->bars[i].label, block->bars[i].value, ""};
    wx_markup_bars(g->out, wx_arena_z(&g->arena, block->text), bars, block->n_bars);
}

static void close_parts(struct page *g)
{
    for (; g->open_parts; g->open_parts--)
        put(g, "</section>\n");
}

static void begin_part(struct page *g, const struct wx_paper_block *block)
{
    while (g->open_parts > (g->is_wide ? 1 : 0)) {
        put(g, "</section>\n");
        g->open_parts--;
    }
    put(g, "<section class=\"part\">");
    g->open_parts++;
    if (block->kind == WX_PAPER_ATTACHMENT && g->paper->n_attachments > 1)
        (void)wx_buf_printf(g->out, "<p class=\"no\">附件%d</p>\n", block->level);
    else if (block->kind == WX_PAPER_ATTACHMENT)
        put(g, "<p class=\"no\">附件</p>\n");
    put_title(g, "h2", "title first", block->text);
}

static void put_heading(struct page *g, const struct wx_paper_block *block)
{
    int tag = block->level + 1; /* h1 is the title */

    (void)wx_buf_printf(g->out, "<h%d class=\"h h%d\">", tag, block->level);
    wx_markup_text(g->out, block->number);
    wx_markup_text(g->out, block->text);
    (void)wx_buf_printf(g->out, "</h%d>\n", tag);
}

static void put_block(struct page *g, const struct wx_paper_block *block)
{
    switch (block->kind) {
    case WX_PAPER_HEADING:
        put_heading(g, block);
        break;
    case WX_PAPER_PARAGRAPH:
        put_element(g, "<p class=\"b\">", block->text, "</p>\n");
        break;
    case WX_PAPER_LINE:
        (void)wx_buf_printf(g->out, "<p%s>", classes[block->align]);
        put_element(g, "", block->text, "</p>\n");
        break;
    case WX_PAPER_TITLE:
        put_title(g, "h2", "title", block->text);
        break;
    case WX_PAPER_TABLE:
        put_table(g, block->table);
        break;
    case WX_PAPER_BARS:
        put_bars(g, block);
        break;
    case WX_PAPER_PAGE_BREAK:
        put(g, "<div class=\"part\"></div>\n");
        break;
    case WX_PAPER_WIDE:
    case WX_PAPER_UPRIGHT:
        close_parts(g);
        g->is_wide = block->kind == WX_PAPER_WIDE;
        if (g->is_wide) {
            put(g, "<section class=\"wide\">");
            g->open_parts = 1;
        }
        break;
    case WX_PAPER_ATTACHMENT:
    case WX_PAPER_ENCLOSED:
        begin_part(g, block);
        break;
    }
}

/* ---- foot ---- */

static void put_attached(struct page *g)
{
    const struct wx_paper *p = g->paper;
    size_t n = 0, all = p->n_attachments + p->n_more_attachments;

    if (!all)
        return;
    put(g, "<div class=\"attached\">");
    for (size_t i = 0; i < p->n_blocks + p->n_more_attachments; i++) {
        bool is_here = i < p->n_blocks;

        if (is_here && p->blocks[i].kind != WX_PAPER_ATTACHMENT)
            continue;
        put(g, all == 1 ? "<p class=\"one\">附件："
               : n      ? "<p>"
                        : "<p class=\"head\">附件：");
        if (all > 1)
            (void)wx_buf_printf(g->out, "%zu．", n + 1);
        put_element(g, "",
                    is_here ? p->blocks[i].text : p->more_attachments[i - p->n_blocks],
                    "</p>");
        n++;
    }
    put(g, "</div>\n");
}

static void put_signature(struct page *g)
{
    const struct wx_paper *p = g->paper;

    put_attached(g);
    if (!p->is_unsigned && p->n_organs) {
        put(g, p->n_organs > 1 ? "<div class=\"sign many\"><div class=\"organs\">"
                               : "<div class=\"sign\"><div class=\"organs\">");
        for (size_t i = 0; i < p->n_organs; i++)
            wx_markup_element(g->out, "p", NULL, p->organs[i]);
        put_element(g, "</div><p class=\"date\">",
                    wx_paper_day_text(&g->arena, p->date, p->has_chinese_date),
                    "</p></div>\n");
    }
    if (p->note.len)
        put_element(g, "<p class=\"b\">（", p->note, "）</p>\n");
}

static void put_imprint(struct page *g)
{
    const struct wx_paper *p = g->paper;

    if (!p->copy_to.len && !p->printer.len)
        return;
    put(g, "<div class=\"imprint\">");
    if (p->copy_to.len)
        put_element(g, "<p><span>抄送：", p->copy_to, "。</span></p>");
    if (p->printer.len) {
        put_element(g, "<p><span>", p->printer, "</span>");
        if (p->printed.year)
            put_element(g, "<span>", wx_paper_day_text(&g->arena, p->printed, false),
                        "印发</span>");
        put(g, "</p>");
    }
    put(g, "</div>\n");
}

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

enum wx_status wx_paper_page(const struct wx_paper *paper, struct wx_buf *out,
                             struct wx_str *style, struct wx_err *err)
{
    static const char *const layouts[] = {"red", "letter", "plain", "form"};
    struct page g = {.paper = paper, .out = out};
    enum wx_status st = wx_paper_check(paper, err);
    size_t end = end_of_main_part(paper);

    *style = (struct wx_str){page_style, sizeof page_style - 1};
    if (st)
        return st;
    wx_arena_init(&g.arena);
    put(&g, "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">");
    wx_markup_element(out, "title", NULL, paper->title);
    put(&g, "<style>");
    put(&g, page_style);
    (void)wx_buf_printf(out, "</style></head><body class=\"%s\">\n",
                        layouts[paper->layout]);
    if (paper->watermark.len)
        put_element(&g, "<div class=\"water\" aria-hidden=\"true\">", paper->watermark,
                    "</div>\n");
    put_head(&g);
    for (size_t i = 0; i < end; i++)
        put_block(&g, &paper->blocks[i]);
    put_signature(&g);
    for (size_t i = end; i < paper->n_blocks; i++)
        put_block(&g, &paper->blocks[i]);
    put_imprint(&g);
    close_parts(&g);
    put(&g, "</body></html>\n");
    wx_arena_clear(&g.arena);
    return out->is_full ? wx_fail(err, WX_E_TOO_BIG, "the paper's page is too big")
                        : WX_OK;
}
