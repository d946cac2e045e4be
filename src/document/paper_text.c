/* A paper as plain text, in the order in which it is read. */
#include "document/paper.h"

#include <stdio.h>

static void put_line(struct wx_buf *out, const char *before, struct wx_str s)
{
    (void)wx_buf_addz(out, before);
    (void)wx_buf_adds(out, s);
    (void)wx_buf_addc(out, '\n');
}

static void put_table(const struct wx_paper_table *table, struct wx_buf *out)
{
    if (table->caption.len)
        put_line(out, "", table->caption);
    for (size_t r = 0; r < table->n_rows; r++) {
        const struct wx_paper_row *row = &table->rows[r];

        (void)wx_buf_addc(out, '|');
        for (size_t c = 0; c < row->n; c++) {
            struct wx_str rest = row->cells[c].text;

            while (rest.len) {
                (void)wx_buf_adds(out, wx_str_cut(&rest, '\n'));
                if (rest.len)
                    (void)wx_buf_addz(out, " / ");
            }
            (void)wx_buf_addc(out, '|');
        }
        (void)wx_buf_addc(out, '\n');
    }
}

static void put_bars(const struct wx_paper_block *block, struct wx_buf *out)
{
    put_line(out, "", block->text);
    for (size_t i = 0; i < block->n_bars; i++)
        (void)wx_buf_printf(out, WX_STR_FMT "：%llu\n",
                            WX_STR_ARG(block->bars[i].label),
                            (unsigned long long)block->bars[i].value);
}

static void put_block(const struct wx_paper *paper, const struct wx_paper_block *b,
                      struct wx_buf *out)
{
    switch (b->kind) {
    case WX_PAPER_HEADING:
        (void)wx_buf_printf(out, "　　" WX_STR_FMT, WX_STR_ARG(b->number));
        put_line(out, "", b->text);
        break;
    case WX_PAPER_PARAGRAPH:
        put_line(out, "　　", b->text);
        break;
    case WX_PAPER_TABLE:
        put_table(b->table, out);
        break;
    case WX_PAPER_BARS:
        put_bars(b, out);
        break;
    case WX_PAPER_ATTACHMENT:
        if (paper->n_attachments > 1)
            (void)wx_buf_printf(out, "\f附件%d\n", b->level);
        else
            (void)wx_buf_addz(out, "\f附件\n");
        put_line(out, "", b->text);
        break;
    case WX_PAPER_ENCLOSED:
        put_line(out, "\f", b->text);
        break;
    case WX_PAPER_PAGE_BREAK:
        (void)wx_buf_addc(out, '\f');
        break;
    case WX_PAPER_LINE:
    case WX_PAPER_TITLE:
        put_line(out, "", b->text);
        break;
    case WX_PAPER_WIDE:
    case WX_PAPER_UPRIGHT:
        break;
    }
}

static void put_names(struct wx_buf *out, const char *label, const struct wx_str *names,
                      size_t n)
{
    (void)wx_buf_addz(out, label);
    for (size_t i = 0; i < n; i++) {
        (void)wx_buf_addz(out, i ? "　" : "");
        (void)wx_buf_adds(out, names[i]);
    }
    (void)wx_buf_addc(out, '\n');
}

static void put_head(const struct wx_paper *paper, struct wx_buf *out)
{
    const struct wx_str tops[] = {paper->copy_number, paper->secrecy, paper->urgency};

    for (size_t i = 0; i < 3; i++)
        if (tops[i].len)
            put_line(out, "", tops[i]);
    if (paper->layout == WX_PAPER_RED_HEAD || paper->layout == WX_PAPER_LETTER) {
        put_names(out, "", paper->organs, paper->n_organs);
        if (paper->layout == WX_PAPER_RED_HEAD)
            put_line(out, "", WX_STR("文件"));
    }
    if (paper->number.len)
        put_line(out, "", paper->number);
    if (paper->n_signers)
        put_names(out, "签发人：", paper->signers, paper->n_signers);
    put_line(out, "", paper->title);
    if (paper->addressees.len)
        (void)wx_buf_printf(out, WX_STR_FMT "：\n", WX_STR_ARG(paper->addressees));
}

static void put_attachment_list(const struct wx_paper *paper, struct wx_buf *out)
{
    size_t n = 0, all = paper->n_attachments + paper->n_more_attachments;

    for (size_t i = 0; i < paper->n_blocks + paper->n_more_attachments; i++) {
        struct wx_str name = i < paper->n_blocks
                                 ? paper->blocks[i].text
                                 : paper->more_attachments[i - paper->n_blocks];

        if (i < paper->n_blocks && paper->blocks[i].kind != WX_PAPER_ATTACHMENT)
            continue;
        (void)wx_buf_addz(out, n++ ? "　　　　　" : "　　附件：");
        if (all > 1)
            (void)wx_buf_printf(out, "%zu．", n);
        put_line(out, "", name);
    }
}

static void put_signature(const struct wx_paper *paper, struct wx_buf *out)
{
    if (!paper->is_unsigned) {
        put_names(out, "", paper->organs, paper->n_organs);
        put_line(out, "",
                 wx_paper_day_text(paper->arena, paper->date, paper->has_chinese_date));
    }
    if (paper->note.len)
        (void)wx_buf_printf(out, "　　（" WX_STR_FMT "）\n", WX_STR_ARG(paper->note));
}

enum wx_status wx_paper_text(const struct wx_paper *paper, struct wx_buf *out,
                             struct wx_err *err)
{
    enum wx_status st = wx_paper_check(paper, err);
    size_t i = 0;

    if (st)
        return st;
    put_head(paper, out);
    for (; i < paper->n_blocks && paper->blocks[i].kind != WX_PAPER_ATTACHMENT &&
           paper->blocks[i].kind != WX_PAPER_ENCLOSED;
         i++)
        put_block(paper, &paper->blocks[i], out);
    put_attachment_list(paper, out);
    put_signature(paper, out);
    for (; i < paper->n_blocks; i++)
        put_block(paper, &paper->blocks[i], out);
    if (paper->copy_to.len)
        put_line(out, "抄送：", paper->copy_to);
    if (paper->printer.len) {
        (void)wx_buf_printf(out, WX_STR_FMT "　", WX_STR_ARG(paper->printer));
        put_line(out, "", wx_paper_day_text(paper->arena, paper->printed, false));
    }
    return out->is_full ? wx_fail(err, WX_E_TOO_BIG, "the paper is too long as text")
                        : WX_OK;
}
