/*
 * The survey form 互联网网站及应用情况调查表 in its layout, one for each site: filled
 * from the register or blank, to print or as a workbook, and a filled workbook read
 * back.
 */
#ifndef WX_REGISTER_FORM_H
#define WX_REGISTER_FORM_H

#include "model/record.h"
#include "wire/table.h"

enum { WX_FORM_MAX_LINES = 48 };

struct wx_form {
    enum wx_lang lang;
    struct wx_str texts[WX_FORM_MAX_LINES]; /* what stands at each line */
    size_t n;
};

/* UNIT and SITE as wx_record_get() writes them; NULL: a blank form. */
void wx_form_fill(struct wx_form *form, struct wx_arena *arena, enum wx_lang lang,
                  const json_t *unit, const json_t *site);
/* A page of its own for A4, without script; *STYLE is its only style sheet, for the
 * policy that allows nothing else. */
void wx_form_html(const struct wx_form *form, struct wx_buf *out, struct wx_str *style);
WX_MUST_CHECK enum wx_status wx_form_xlsx(const struct wx_form *form,
                                          struct wx_buf *out, struct wx_err *err);

/*
 * Is TABLE such a form, or several one below the other? Then OUT is the same as a list
 * of sites with a header, a row for each, for wx_table_understand().
 */
bool wx_form_read(struct wx_arena *arena, const struct wx_table *table,
                  struct wx_table *out);

#endif
