/*
 * Where each question of a form stands in its workbook: the same for the writer
 * (document/form_book.h) and for the reader (campaign/form_take.h), so that what comes
 * back can be held against it cell by cell. Pure.
 *
 * The first sheet holds every block that stands once: number, item, answer, note,
 * points; each repeated block has a sheet of its own, a row for each of its rows.
 */
#ifndef WX_CAMPAIGN_FORM_LAYOUT_H
#define WX_CAMPAIGN_FORM_LAYOUT_H

#include "base/hash.h"
#include "campaign/form.h"

/* Sheets that are not shown, and not part of the layout. */
#define WX_BOOK_STAMP "_wangxun"
#define WX_BOOK_LISTS "_lists"

enum wx_layout_part {
    WX_PART_TITLE,
    WX_PART_GUIDE, /* how to fill in: not held against the file */
    WX_PART_HEAD,
    WX_PART_BLOCK,
    WX_PART_LABEL,
    WX_PART_HINT,
    WX_PART_ANSWER,
    WX_PART_NOTE,  /* of a check row */
    WX_PART_SCORE, /* of a check row */
};

struct wx_layout_cell { /* row and column from 0 */
    uint32_t row, column;
    enum wx_layout_part part;
    struct wx_str text; /* what stands there; of answers empty */
    const struct wx_form_block *block;
    const struct wx_form_field *field;
};

enum { WX_LAYOUT_COLUMNS = 5 }; /* of the first sheet */

struct wx_layout_sheet {
    struct wx_str name;
    const struct wx_form_block *rows_of; /* a repeated block; NULL: the first sheet */
    struct wx_layout_cell *cells;        /* row by row; of rows_of, answers stand in
                                          * first_row and are the same below */
    size_t n_cells;
    uint32_t first_row, n_columns;
};

struct wx_form_layout {
    const struct wx_campaign_form *form;
    enum wx_lang lang;
    struct wx_layout_sheet *sheets;
    size_t n_sheets;
    struct wx_sha256 digest; /* of all places and labels */
};

/* Texts live in ARENA; FORM must outlive OUT. */
void wx_form_layout(struct wx_arena *arena, const struct wx_campaign_form *form,
                    enum wx_lang lang, struct wx_form_layout *out);
/* "when 'Hosting' is 'Outsourced'"; empty: always. BLOCK is the one it stands in. */
struct wx_str wx_condition_text(struct wx_arena *arena,
                                const struct wx_campaign_form *form,
                                const struct wx_form_block *block,
                                const struct wx_condition *condition,
                                enum wx_lang lang);
enum { WX_CELL_NAME_BYTES = 20 };
void wx_cell_name(uint32_t row, uint32_t column, char out[WX_CELL_NAME_BYTES]);

static inline const char *wx_label_in(const struct wx_form_field *field,
                                      enum wx_lang lang)
{
    return lang == WX_EN ? field->record.en : field->record.zh;
}

#endif
