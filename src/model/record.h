/*
 * Records of the office that are described by a table: units, people, sites and the
 * other nouns of the register. A kind is a file src/model/record/NAME.def (one line a
 * field) and a line in records.def; SQL, JSON, filters, import, export, OpenAPI and the
 * forms of the interface all come from it. Chinese and English labels stand in the
 * table, because a field without a label is no field.
 *
 * Values in JSON: TEXT, DATE ("2026-11-22"), ENUM, PHONE, EMAIL, DOMAIN, URL are
 * strings, "" when not stated; INT and REF are numbers (REF: null when not stated);
 * BOOL is true, false or null (not stated); TIME is RFC 3339 or null; ENUMS is an array
 * of words; JSON is any JSON.
 */
#ifndef WX_MODEL_RECORD_H
#define WX_MODEL_RECORD_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/catalogue.h"
#include <jansson.h>

enum wx_field_kind {
    WX_F_GROUP, /* not a value: heading of the fields that follow */
    WX_F_TEXT,
    WX_F_LONG, /* text of several lines */
    WX_F_INT,
    WX_F_BOOL,
    WX_F_DATE,
    WX_F_TIME,
    WX_F_ENUM,
    WX_F_ENUMS, /* several words of an enum */
    WX_F_REF,   /* id of another record, named by spec */
    WX_F_PHONE,
    WX_F_EMAIL,
    WX_F_DOMAIN, /* lower-case ASCII kept; Unicode accepted */
    WX_F_URL,
    WX_F_JSON,
};

enum wx_field_flag {
    WX_FIELD_REQUIRED = 1,
    WX_FIELD_READ_ONLY = 2, /* set by the server only */
    WX_FIELD_MASKED = 4,    /* shown in full only with the right person.phone */
    WX_FIELD_SEARCH = 8,    /* found by free words */
    WX_FIELD_LIST = 16,     /* a column of the list by default */
    WX_FIELD_SORT = 32,     /* has an index */
    WX_FIELD_UNIQUE = 64,   /* among records in force */
    WX_FIELD_SEALED = 128,  /* never leaves the server (kept sealed); "" in JSON */
    WX_FIELD_ASKED = 256,   /* the norm's survey asks for it: counts for completeness */
};

struct wx_record_field {
    const char *name;
    enum wx_field_kind kind;
    uint32_t max; /* bytes of text; largest INT */
    uint32_t flags;
    const char *zh, *en;
    const char *spec; /* ENUM(S): "word:中文:English|..."; REF: kind; else NULL */
};

struct wx_record_kind {
    const char *name, *plural; /* "site", "sites" (paths of the API) */
    const char *zh, *en;
    const char *owner; /* column with the unit it belongs to */
    const struct wx_record_field *fields;
    size_t n_fields;
    /* Written by a room of its own (M in records.def). Its table stands in
     * migrations.def, with an index of words (NAME_text, NAME_word: store/words.h). */
    bool is_managed;
};

size_t wx_record_kind_count(void);
const struct wx_record_kind *wx_record_kind_at(size_t i);
const struct wx_record_kind *wx_record_kind_find(struct wx_str name); /* or NULL */
const struct wx_record_kind *
wx_record_kind_by_plural(struct wx_str plural); /* or NULL */
const struct wx_record_field *wx_record_field_find(const struct wx_record_kind *kind,
                                                   struct wx_str name); /* or NULL */

/* The words of an ENUM's spec one after the other: *AT begins at 0. False: no more. */
struct wx_enum_word {
    struct wx_str word, zh, en;
};
bool wx_enum_next(const char *spec, size_t *at, struct wx_enum_word *out);
bool wx_enum_find(const char *spec, struct wx_str word, struct wx_enum_word *out);

/* What is wrong with a value, by field: what the API answers as errors[]. */
struct wx_field_problem {
    const char *field; /* lives as long as the kind, or the arena */
    const char *code;  /* "required", "too_long", "not_a_date" ... */
    enum wx_text text; /* WX_T_FIELD_... */
    const char *said;  /* instead of TEXT: what a form's own rule says; or NULL */
};
enum { WX_MAX_FIELD_PROBLEMS = 100 };
struct wx_field_problems {
    struct wx_field_problem at[WX_MAX_FIELD_PROBLEMS];
    size_t n;
};
void wx_field_problem_add(struct wx_field_problems *problems, const char *field,
                          const char *code, enum wx_text text);
void wx_field_problem_say(struct wx_field_problems *problems, const char *field,
                          const char *code, const char *said);

/*
 * Check VALUES (a JSON object) against KIND and bring what is right into its kept form
 * in place (domains lower-case ASCII, texts trimmed). Unknown names and names of
 * read-only fields are problems. WHOLE: a new record, required fields must be there.
 * WX_OK, or WX_E_INVALID with PROBLEMS filled.
 */
WX_MUST_CHECK enum wx_status wx_record_check(const struct wx_record_kind *kind,
                                             json_t *values, bool whole,
                                             struct wx_field_problems *problems,
                                             struct wx_err *err);
/* "13900001234" -> "139****1234"; short numbers lose their middle third. */
void wx_phone_mask(struct wx_str phone, struct wx_buf *out);

#endif
