/*
 * A form to be filled in off line, as a workbook: a sheet that says how, the questions
 * with drop-down lists and limits, each repeated block as a table of its own, what the
 * register knows coloured, and a hidden sheet that says whose it is, sealed. Read back
 * by campaign/form_take.h.
 */
#ifndef WX_DOCUMENT_FORM_BOOK_H
#define WX_DOCUMENT_FORM_BOOK_H

#include "campaign/form_take.h"

struct wx_form_book {
    const struct wx_form_layout *layout;
    const json_t *answers;      /* the draft; NULL: none */
    const json_t *known;        /* what the register knows; stands where ANSWERS says
                                 * nothing; NULL: nothing */
    struct wx_book_stamp stamp; /* sealed */
    /* of the first sheet; may be empty */
    struct wx_str campaign, task, unit, site, due;
};
WX_MUST_CHECK enum wx_status wx_form_book_write(const struct wx_form_book *book,
                                                struct wx_buf *out, struct wx_err *err);

#endif
