/*
 * Drafts of imports: what was understood of somebody's table, row by row, until he has
 * mended it and puts it into the register. A draft is its maker's alone. Rows are
 * deleted with the draft's end: they hold what the table held.
 */
#ifndef WX_STORE_OFFICE_IMPORT_H
#define WX_STORE_OFFICE_IMPORT_H

#include "model/record.h"
#include "store/office.h"

enum wx_import_row_state { /* kept as numbers: append only */
                           WX_ROW_GOOD,
                           WX_ROW_MEND, /* cannot be taken as it stands */
                           WX_ROW_SKIP, /* the maker, or a row before it, says so */
                           WX_ROW_STATE_COUNT
};
const char *wx_import_row_state_name(enum wx_import_row_state state);
bool wx_import_row_state_find(struct wx_str name, enum wx_import_row_state *out);

struct wx_import_draft {
    int64_t id, account_id, rev, made_s, done_s; /* done_s 0: still open */
    int64_t unit_id; /* of rows that name no unit, and parent of new units; 0: none */
    struct wx_str kind, name, head, result; /* head, result: JSON */
    bool creates_units; /* units that the register does not have are added */
    bool updates_known; /* records it has already are changed, else left alone */
};

struct wx_import_row {
    int64_t n;    /* place in the draft, from 1 */
    uint32_t row; /* as the sender's program numbers it */
    enum wx_import_row_state state;
    struct wx_str texts, values, problems; /* JSON */
    struct wx_str unit;                    /* as named; "": not */
    int64_t unit_id;                       /* found by name; 0: not */
    int64_t known_id;                      /* the record that is there already */
};

struct wx_import_counts {
    uint32_t n_rows, n_state[WX_ROW_STATE_COUNT];
    uint32_t n_known;     /* of the good ones */
    uint32_t n_no_unit;   /* good ones whose unit is not in the register */
    uint32_t n_new_units; /* names of those, each once */
    uint32_t n_unnamed;   /* good ones that name no unit */
};

WX_MUST_CHECK enum wx_status wx_import_add(struct wx_tx *tx,
                                           const struct wx_import_draft *draft,
                                           int64_t *id, struct wx_err *err);
/* WX_E_NOT_FOUND: none of that account. Texts in ARENA. */
WX_MUST_CHECK enum wx_status wx_import_get(struct wx_tx *tx, struct wx_arena *arena,
                                           int64_t id, int64_t account_id,
                                           struct wx_import_draft *out,
                                           struct wx_err *err);
/* Options, end and result; counts rev up. */
WX_MUST_CHECK enum wx_status wx_import_save(struct wx_tx *tx,
                                            const struct wx_import_draft *draft,
                                            struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_import_drop(struct wx_tx *tx, int64_t id,
                                            struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_import_drop_rows(struct wx_tx *tx, int64_t id,
                                                 struct wx_err *err);
/* Drafts made before then, with their rows. */
WX_MUST_CHECK enum wx_status wx_imports_forget(struct wx_tx *tx, int64_t before_s,
                                               struct wx_err *err);
/* The newest LIMIT of an account. */
WX_MUST_CHECK enum wx_status wx_imports_list(struct wx_tx *tx, struct wx_arena *arena,
                                             int64_t account_id, uint32_t limit,
                                             struct wx_import_draft **out, size_t *n,
                                             struct wx_err *err);

/* Adds, or replaces the one of the same n. */
WX_MUST_CHECK enum wx_status wx_import_row_put(struct wx_tx *tx, int64_t id,
                                               const struct wx_import_row *row,
                                               struct wx_err *err);
/* Rows past AFTER_N in order, of one state (WX_ROW_STATE_COUNT: all); in ARENA. */
WX_MUST_CHECK enum wx_status wx_import_rows(struct wx_tx *tx, struct wx_arena *arena,
                                            int64_t id, int64_t after_n,
                                            enum wx_import_row_state state,
                                            uint32_t limit, struct wx_import_row **out,
                                            size_t *n, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_import_row_get(struct wx_tx *tx, struct wx_arena *arena,
                                               int64_t id, int64_t n,
                                               struct wx_import_row *out,
                                               struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_import_count(struct wx_tx *tx, int64_t id,
                                             struct wx_import_counts *out,
                                             struct wx_err *err);
/* Units are looked up again for all rows that name one: after new ones were added. */
WX_MUST_CHECK enum wx_status wx_import_rows_find_units(struct wx_tx *tx, int64_t id,
                                                       struct wx_err *err);
/* Names of units that good rows have and the register has not, each once, with the
 * texts (JSON) of the first row that names it. */
WX_MUST_CHECK enum wx_status wx_import_new_units(struct wx_tx *tx,
                                                 struct wx_arena *arena, int64_t id,
                                                 struct wx_str **names,
                                                 struct wx_str **texts, size_t *n,
                                                 struct wx_err *err);

/* Within the transaction's scope; *ID 0: none, -1: several of that name. */
WX_MUST_CHECK enum wx_status wx_unit_by_name(struct wx_tx *tx, struct wx_str name,
                                             int64_t *id, struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_person_by_name(struct wx_tx *tx, int64_t unit_id,
                                               struct wx_str name, int64_t *id,
                                               struct wx_err *err);
/* The record in force whose FIELD is VALUE, and whose owner is UNIT_ID (0: anybody); of
 * units, that stand below UNIT_ID, or below none. */
enum { WX_OF_NO_UNIT = -1 };
WX_MUST_CHECK enum wx_status wx_record_by_value(struct wx_tx *tx,
                                                const struct wx_record_kind *kind,
                                                const struct wx_record_field *field,
                                                struct wx_str value, int64_t unit_id,
                                                int64_t *id, struct wx_err *err);

#endif
