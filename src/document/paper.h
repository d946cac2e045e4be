/*
 * What an official paper is made of, without its looks (GB/T 9704-2012): the head, the
 * title, who it goes to, the body, attachments, who signs, and where it is printed.
 * docx.c, page.c, sheet.c and paper_text.c give it a form. A paper and all its text
 * live in the arena it was begun with. Text from outside is made inert on the way in:
 * control and direction characters become visible numbers, so no later step needs to
 * know who wrote it. Building never fails halfway: the first breach of a ceiling or of
 * a table's grid is kept and wx_paper_check() tells it.
 */
#ifndef WX_DOCUMENT_PAPER_H
#define WX_DOCUMENT_PAPER_H

#include "base/arena.h"
#include "base/buf.h"

enum wx_paper_layout {
    WX_PAPER_RED_HEAD, /* 红头文件: organ + 文件, red, and a red rule */
    WX_PAPER_LETTER,   /* 信函格式: organ in red between two double rules */
    WX_PAPER_PLAIN,    /* no head: reports, plans, agreements */
    WX_PAPER_FORM,     /* a table that fills the page */
};

/* A date of the calendar; year 0: none. */
struct wx_paper_day {
    int year, month, day;
};

enum wx_paper_align { WX_PAPER_LEFT, WX_PAPER_CENTRE, WX_PAPER_RIGHT };

struct wx_paper_cell {
    struct wx_str text;
    uint16_t columns, rows; /* how many it covers; 1 unless set */
    enum wx_paper_align align;
    bool is_head; /* a label: 黑体 */
};

struct wx_paper_row {
    struct wx_paper_cell *cells; /* none for what a cell above covers */
    size_t n, room;
};

struct wx_paper_table {
    struct wx_str caption;  /* also the sheet's name; may be empty */
    const uint16_t *widths; /* parts of the whole, one a column */
    size_t n_columns;
    size_t n_heads; /* rows repeated on each page */
    struct wx_paper_row *rows;
    size_t n_rows, rows_room;
    bool is_roomy; /* a form: taller rows, to be written into */
};

struct wx_paper_bar {
    struct wx_str label;
    uint64_t value;
};

enum wx_paper_block_kind {
    WX_PAPER_HEADING, /* number and text; levels 1 to 4 */
    WX_PAPER_PARAGRAPH,
    WX_PAPER_LINE,  /* no indent; align */
    WX_PAPER_TITLE, /* of something within: centred */
    WX_PAPER_TABLE,
    WX_PAPER_BARS, /* a chart of horizontal bars; text is its caption */
    WX_PAPER_PAGE_BREAK,
    WX_PAPER_WIDE,       /* landscape from here */
    WX_PAPER_UPRIGHT,    /* and upright again */
    WX_PAPER_ATTACHMENT, /* begins an attachment on a new page: text is its name */
    WX_PAPER_ENCLOSED,   /* begins what a notice hands on: text is its title */
};

struct wx_paper_block {
    enum wx_paper_block_kind kind;
    int level; /* of a heading; of an attachment its ordinal */
    enum wx_paper_align align;
    struct wx_str number; /* of a heading: 一、 （一） 1. （1） */
    struct wx_str text;
    struct wx_paper_table *table;
    struct wx_paper_bar *bars;
    size_t n_bars, bars_room;
};

enum { WX_PAPER_MAX_ORGANS = 12, WX_PAPER_MAX_SIGNERS = 6 };

struct wx_paper {
    struct wx_arena *arena;
    enum wx_paper_layout layout;
    /* 版头 */
    struct wx_str copy_number, secrecy, urgency;
    struct wx_str organs[WX_PAPER_MAX_ORGANS]; /* in signing order */
    size_t n_organs;
    struct wx_str number; /* 某网办〔2026〕3号 */
    struct wx_str signers[WX_PAPER_MAX_SIGNERS];
    size_t n_signers;
    /* 主体 */
    struct wx_str title;      /* a newline breaks it where it stands */
    struct wx_str addressees; /* without the colon */
    struct wx_paper_block *blocks;
    size_t n_blocks, blocks_room;
    struct wx_str *more_attachments; /* named, but not in this file */
    size_t n_more_attachments, more_room;
    struct wx_paper_day date;
    bool has_chinese_date; /* 二〇一〇年二月八日 */
    bool is_unsigned;      /* a form or list: no signature block */
    struct wx_str note;    /* 附注, without its brackets */
    /* 版记 */
    struct wx_str copy_to, printer;
    struct wx_paper_day printed;
    /* across every page; names an export, not the content */
    struct wx_str watermark;

    unsigned counters[5]; /* of headings */
    unsigned n_attachments;
    size_t text_bytes;
    struct wx_err err; /* the first breach */
};

void wx_paper_init(struct wx_paper *paper, struct wx_arena *arena,
                   enum wx_paper_layout layout);

/* S made inert, in the paper's arena: for each text field above. */
struct wx_str wx_paper_clean(struct wx_paper *paper, struct wx_str s);
void wx_paper_organ(struct wx_paper *paper, struct wx_str organ);
void wx_paper_signer(struct wx_paper *paper, struct wx_str signer);
void wx_paper_name_attachment(struct wx_paper *paper, struct wx_str name);

void wx_paper_heading(struct wx_paper *paper, int level, struct wx_str text);
/* Each line of TEXT is a paragraph; empty ones are left out. */
void wx_paper_paragraph(struct wx_paper *paper, struct wx_str text);
/* Before all that stands there yet. */
void wx_paper_lead(struct wx_paper *paper, struct wx_str text);
void wx_paper_line(struct wx_paper *paper, enum wx_paper_align align,
                   struct wx_str text);
/* TITLE, PAGE_BREAK, WIDE, UPRIGHT, ATTACHMENT, ENCLOSED, BARS. */
struct wx_paper_block *wx_paper_block(struct wx_paper *paper,
                                      enum wx_paper_block_kind kind,
                                      struct wx_str text);
void wx_paper_bar(struct wx_paper *paper, struct wx_paper_block *bars,
                  struct wx_str label, uint64_t value);

/* WIDTHS are copied. Rows are filled in order, cells from left to right. */
struct wx_paper_table *wx_paper_table(struct wx_paper *paper, struct wx_str caption,
                                      const uint16_t *widths, size_t n_columns,
                                      size_t n_heads);
void wx_paper_row(struct wx_paper *paper, struct wx_paper_table *table);
struct wx_paper_cell *wx_paper_cell(struct wx_paper *paper,
                                    struct wx_paper_table *table, struct wx_str text);

/* What has gone wrong while building, and whether every table's grid is whole. */
WX_MUST_CHECK enum wx_status wx_paper_check(const struct wx_paper *paper,
                                            struct wx_err *err);

/* ---- for those who give it a form ---- */

/* What stands in each column of a row: CELL NULL is under a cell that began above. */
struct wx_paper_slot {
    const struct wx_paper_cell *cell;
    uint16_t column, columns;
};
struct wx_paper_grid {
    const struct wx_paper_table *table;
    size_t row;
    struct wx_paper_slot *slots; /* of the row at hand */
    size_t n_slots;
    uint16_t *below, *widths; /* rows still covered, and how wide, by column */
};
/* SLOTS and the rest in ARENA. False: the rows are over, or one is not whole. */
void wx_paper_grid_begin(struct wx_paper_grid *grid, struct wx_arena *arena,
                         const struct wx_paper_table *table);
bool wx_paper_grid_next(struct wx_paper_grid *grid);

struct wx_str wx_paper_day_text(struct wx_arena *arena, struct wx_paper_day day,
                                bool in_chinese);
struct wx_str wx_paper_numeral(struct wx_arena *arena, unsigned n); /* 十二; to 99 */
/* "网络安全…" over several lines, none longer than MAX_CHARS where words allow it, no
 * line begins with a closing mark, lines of about the same length. At most 4. */
size_t wx_paper_title_lines(struct wx_str title, size_t max_chars,
                            struct wx_str lines[4]);
/* Width in half characters: a Han character or full-width mark has two. */
size_t wx_paper_half_width(struct wx_str s);
/* The words of the boxes "甲|乙|丙", the one equal to CHOSEN ticked. */
struct wx_str wx_paper_boxes(struct wx_arena *arena, struct wx_str words,
                             struct wx_str chosen);

/* As plain text: for tests, for search, for mail. */
WX_MUST_CHECK enum wx_status wx_paper_text(const struct wx_paper *paper,
                                           struct wx_buf *out, struct wx_err *err);

#endif
