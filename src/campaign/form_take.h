/*
 * A form's workbook that came back: its stamp, its cells held against the layout, and
 * its answers. What was read stands in rows of plain text (convert/, in its jail);
 * nothing here trusts them. Pure.
 */
#ifndef WX_CAMPAIGN_FORM_TAKE_H
#define WX_CAMPAIGN_FORM_TAKE_H

#include "campaign/form_layout.h"

struct wx_book_row { /* of all sheets, hidden ones too, in their order */
    struct wx_str sheet;
    uint32_t row; /* from 0 */
    struct wx_str *cells;
    size_t n_cells;
};

/* What the hidden sheet says of a file: whose it is. The seal binds the rest. */
struct wx_book_stamp {
    struct wx_str form;
    int64_t version, form_id, duty_id, sheet_rev;
    enum wx_lang lang;
    struct wx_sha256 layout, seal;
};
enum { WX_STAMP_LINES = 9 };
/* Line I of the stamp as it stands in the file: a word and its value. */
const char *wx_book_stamp_line(struct wx_arena *arena,
                               const struct wx_book_stamp *stamp, int i,
                               struct wx_str *value);
/* The seal that KEY gives it. */
struct wx_sha256 wx_book_stamp_seal(struct wx_arena *arena,
                                    const struct wx_book_stamp *stamp,
                                    struct wx_str key);
/* WX_E_NOT_FOUND: no such sheet; WX_E_INVALID: not sealed with KEY. In LANG. */
WX_MUST_CHECK enum wx_status
wx_book_stamp_read(struct wx_arena *arena, const struct wx_book_row *rows, size_t n,
                   struct wx_str key, enum wx_lang lang, struct wx_book_stamp *out,
                   struct wx_err *err);

struct wx_form_taken {
    const struct wx_form_layout *layout;
    json_t *answers;   /* of the caller: json_decref() */
    uint32_t **row_at; /* per sheet of rows: the row of the file of each answer row */
    size_t *n_rows;
};
/*
 * BEFORE: the answers as they stand; attachments are kept from there, as a workbook
 * holds none. A cell that is no answer of its kind is taken as text, so that the check
 * of the sheet names it and nothing typed is lost. WX_E_INVALID: the structure is not
 * the layout's; ERR, in the layout's language, names the place.
 */
WX_MUST_CHECK enum wx_status
wx_form_take(struct wx_arena *arena, const struct wx_form_layout *layout,
             const struct wx_book_row *rows, size_t n, const json_t *before,
             struct wx_form_taken *out, struct wx_err *err);
/* Where the answer of PATH ("unit.name", "sites[2].icp") stands; false: nowhere. CODE
 * as the sheet's problem has it: "needs_note" points at the note. */
bool wx_form_taken_place(const struct wx_form_taken *taken, struct wx_str path,
                         const char *code, struct wx_str *sheet,
                         char cell[WX_CELL_NAME_BYTES]);
/* What a person calls PATH: the question's label, or the block's title. */
struct wx_str wx_form_path_label(const struct wx_campaign_form *form,
                                 struct wx_str path, enum wx_lang lang);

#endif
