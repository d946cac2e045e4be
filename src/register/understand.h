/*
 * Somebody's table as records of one kind, before anything is kept: which column is
 * which field, what each row would become, and what must be mended first. Nothing here
 * touches the register; store/office_import.h keeps the draft, and the same function
 * reads a row again after a person has mended it.
 *
 * A row is a JSON object {"row", "texts", "values", "state", "problems"}: texts as
 * written by field; values as they would be kept; state "good", "mend" or "skip" (an
 * earlier row is the same); problems [{field, column, value, code, text, next,
 * is_lost}]. Beside the record's fields there are further columns a list of sites
 * usually has: unit_kind, unit_address, contact, leader, phone of the unit it names.
 */
#ifndef WX_REGISTER_UNDERSTAND_H
#define WX_REGISTER_UNDERSTAND_H

#include "model/record.h"
#include "wire/table.h"

enum { WX_UNDERSTAND_MAX_COLUMNS = 200 };

struct wx_understood_column {
    size_t at;
    struct wx_str head; /* as written */
    const char *field;  /* NULL: not understood, left out */
    bool is_repeated;   /* an earlier column is the same field; left out */
};

struct wx_understanding {
    const struct wx_record_kind *kind;
    enum wx_lang lang;
    struct wx_understood_column columns[WX_UNDERSTAND_MAX_COLUMNS];
    size_t n_columns;
    uint32_t header_row; /* as the sender's program numbers it; 0: a bare list */
    size_t first;        /* index of the first row below it */
    json_t *seen;        /* keys of the rows so far, for duplicates */
};

/* WX_E_INVALID: no column of a field that every such record must have. */
WX_MUST_CHECK enum wx_status
wx_table_understand(struct wx_arena *arena, const struct wx_table *table,
                    const struct wx_record_kind *kind, enum wx_lang lang,
                    struct wx_understanding *out, struct wx_err *err);
void wx_understanding_clear(struct wx_understanding *u);

/* The row as an array of row objects (the caller's): none for a blank one or a repeated
 * header, several when a cell names several domains. */
json_t *wx_understand_row(struct wx_arena *arena, struct wx_understanding *u,
                          const struct wx_table_row *row);
/* TEXTS read (again): sets values, state and problems of ROW. HEADS: field to head of
 * its column, for the problems; may be NULL. */
void wx_understand_texts(struct wx_arena *arena, const struct wx_record_kind *kind,
                         enum wx_lang lang, const json_t *heads, json_t *row);
/* Problems that were found elsewhere (register/check.h), told like the row's own; lost
 * ones make a good row one to mend. A field that has its problem already gets no other.
 */
void wx_understand_tell(const struct wx_record_kind *kind, enum wx_lang lang,
                        const json_t *heads, const struct wx_field_problems *problems,
                        bool is_lost, json_t *row);
/* {"field": "head", ...} of the understood columns. */
json_t *wx_understanding_heads(const struct wx_understanding *u);
/* The field of such a kind that makes two rows the same thing: the first UNIQUE one, or
 * the first SEARCH one; never NULL. */
const struct wx_record_field *wx_understand_key(const struct wx_record_kind *kind);

/* Fields of a table that are no fields of the record, but of its unit. */
bool wx_understand_is_extra(const struct wx_record_kind *kind, struct wx_str field);
enum wx_text wx_understand_extra_label(struct wx_str field);

#endif
