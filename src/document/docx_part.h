/* The parts of a DOCX. Private to docx*.c. Lengths in twips, 1/1440 inch. */
#ifndef WX_DOCUMENT_DOCX_PART_H
#define WX_DOCUMENT_DOCX_PART_H

#include "document/paper.h"

enum {
    WX_DOCX_LINE = 579,       /* 225 mm over 22 lines */
    WX_DOCX_CHAR = 316,       /* 156 mm over 28 characters */
    WX_DOCX_WIDTH = 8844,     /* type area, 156 mm */
    WX_DOCX_WIDE = 12755,     /* the same of a landscape page, 225 mm */
    WX_DOCX_TITLE_CHARS = 20, /* of 2号 in a line */
};

struct wx_docx {
    const struct wx_paper *paper;
    struct wx_arena *arena;
    struct wx_buf xml; /* of the part at hand */
    bool is_wide;
};

/* Parts that are the same in every file. */
extern const char wx_docx_types[], wx_docx_rels[], wx_docx_document_rels[],
    wx_docx_styles[], wx_docx_settings[], wx_docx_fonts[], wx_docx_app[],
    wx_docx_roots[];

/* Escaped text of a run; a newline is a line break. */
void wx_docx_escape(struct wx_buf *xml, struct wx_str s);
/* A paragraph: style, inner XML of w:pPr behind it, run properties, text. */
void wx_docx_paragraph(struct wx_docx *d, const char *style, const char *properties,
                       const char *run, struct wx_str text);
void wx_docx_run(struct wx_docx *d, const char *run, struct wx_str text);
void wx_docx_title(struct wx_docx *d, const char *style, const char *first,
                   struct wx_str title);

void wx_docx_body(struct wx_docx *d); /* document.xml */
void wx_docx_head(struct wx_docx *d); /* 版头 of the first page */
void wx_docx_signature(struct wx_docx *d);
void wx_docx_imprint(struct wx_docx *d); /* 版记 */
void wx_docx_table(struct wx_docx *d, const struct wx_paper_table *table);
void wx_docx_bars(struct wx_docx *d, const struct wx_paper_block *block);
/* WHICH: "default", "even", "first" */
void wx_docx_page_head(struct wx_docx *d, const char *which);
void wx_docx_page_foot(struct wx_docx *d, const char *which);

#endif
