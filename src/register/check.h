/*
 * What a field table cannot check of a record by itself: meaning, formats that norms
 * give, and how values agree with each other and with the unit. One row of a table in
 * check.c for each kind that needs it. Whoever writes records for somebody (the API, an
 * import) calls it after wx_record_check() and before the record is kept.
 */
#ifndef WX_REGISTER_CHECK_H
#define WX_REGISTER_CHECK_H

#include "model/record.h"
#include "store/office.h"

struct wx_check {
    struct wx_tx *tx; /* with the caller's scope */
    struct wx_arena *arena;
    const struct wx_record_kind *kind;
    int64_t id;     /* 0: a new record */
    json_t *values; /* checked; brought into kept form in place (domains to ASCII) */
    int64_t now_s;
    struct wx_field_problems *problems; /* must be mended: nothing is kept */
    struct wx_field_problems *warnings; /* kept, and said: looks wrong, or the norm
                                           wants it otherwise */
};

/* WX_OK, or WX_E_INVALID with PROBLEMS filled. Warnings may be there with WX_OK. */
WX_MUST_CHECK enum wx_status wx_register_check(const struct wx_check *check,
                                               struct wx_err *err);

/* Domains a body of this kind may use (norms: docs/data.md). KIND: "organ",
 * "institution", "enterprise", "other", "". */
enum wx_suffix {
    WX_SUFFIX_FITS,
    WX_SUFFIX_OLD,          /* the notice of 2014 named it, the rule of 2024 does not */
    WX_SUFFIX_WRONG,        /* not one for such a body */
    WX_SUFFIX_NOT_ENTITLED, /* reserved for organs, and this is none */
    WX_SUFFIX_UNKNOWN,      /* an address, or the kind is not stated */
};
enum wx_suffix wx_suffix_judge(struct wx_str host, struct wx_str unit_kind,
                               int has_duties);
/* 统一社会信用代码 (GB 32100): 18 characters, check character modulo 31. */
bool wx_credit_code_is_valid(struct wx_str code);
/* One address, a prefix 10.0.0.0/8 or a range 10.0.0.1-9 of a list; *POS begins at 0.
 * False at the end. */
bool wx_list_next(struct wx_str list, size_t *pos, struct wx_str *out);
bool wx_address_text_is_valid(struct wx_str text);
/* Does TEXT, as above, name ADDRESS (without port)? */
bool wx_address_text_covers(struct wx_str text, struct wx_str address);

#endif
