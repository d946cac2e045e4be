/*
 * Records as rows of a table that is handed out. What comes out is understood again by
 * register/understand.h: heads are the fields' labels, values their labels and words.
 */
#ifndef WX_REGISTER_EXPORT_H
#define WX_REGISTER_EXPORT_H

#include "model/record.h"
#include "register/table_out.h"

enum wx_export_layout {
    WX_LAYOUT_ALL,  /* every field */
    WX_LAYOUT_NINE, /* sites: the nine columns of requirements 52-60 */
};

struct wx_export {
    const struct wx_record_kind *kind;
    enum wx_export_layout layout;
    enum wx_lang lang;
    const struct wx_record_field **fields; /* NULL: the unit's name (nine columns) */
    struct wx_str *heads, *cells;
    size_t n;
};

/* False: the kind has no such layout. */
bool wx_export_begin(struct wx_export *x, struct wx_arena *arena,
                     const struct wx_record_kind *kind, enum wx_export_layout layout,
                     enum wx_lang lang);
/* RECORD as wx_record_list() writes it; the cells are in x->cells, in ARENA. */
void wx_export_row(struct wx_export *x, struct wx_arena *arena, const json_t *record);
/* One field as people read it; also for printed forms. */
struct wx_str wx_export_text(struct wx_arena *arena,
                             const struct wx_record_field *field, enum wx_lang lang,
                             const json_t *record);

#endif
