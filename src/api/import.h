/* A draft on its way through several files of this room. Private to import*.c. */
#ifndef WX_API_IMPORT_H
#define WX_API_IMPORT_H

#include "api/call.h"
#include "register/understand.h"
#include "store/office_import.h"

/* The caller's own draft of the path; the refusal is set when it is already taken. */
WX_MUST_CHECK enum wx_status wx_import_of_call(struct wx_call *call, bool must_be_open,
                                               struct wx_import_draft *out,
                                               struct wx_err *err);
const struct wx_record_kind *wx_import_kind(const struct wx_import_draft *draft);
/* The field with the unit's name in a table of that kind: "unit_id" or "parent_id". */
const struct wx_record_field *wx_import_unit_field(const struct wx_record_kind *kind);
struct wx_import_keeping {
    struct wx_tx *tx;
    struct wx_arena *arena; /* scratch, of one row */
    const struct wx_record_kind *kind;
    enum wx_lang lang;
    const json_t *heads; /* field to head */
    int64_t draft_id, now_s;
};
/* ROW (a row object of register/understand.h) as row N of the draft: its unit and the
 * record that is there already looked up, its meaning checked (register/check.h). */
WX_MUST_CHECK enum wx_status wx_import_keep(const struct wx_import_keeping *k,
                                            int64_t n, json_t *row, struct wx_err *err);
/* The draft as the reply. */
WX_MUST_CHECK enum wx_status wx_import_reply(struct wx_call *call,
                                             const struct wx_import_draft *draft,
                                             struct wx_err *err);

#endif
