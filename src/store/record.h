/*
 * Records in the office's database: everything that model/record.h describes, read and
 * written through the wall of the transaction's scope. JSON out goes straight into the
 * caller's writer; JSON in was checked with wx_record_check(). Every change leaves a
 * row in history, in the same transaction.
 */
#ifndef WX_STORE_RECORD_H
#define WX_STORE_RECORD_H

#include "base/json.h"
#include "model/record.h"
#include "store/office.h"

struct wx_record_query {
    const struct wx_record_kind *kind;
    struct wx_str filter; /* model/filter.h */
    struct wx_str sort;   /* "name" or "-created"; "": newest first */
    struct wx_str cursor; /* of the page before; "": from the start */
    uint32_t limit;       /* 1..500 */
    bool with_total;
    bool shows_masked; /* phones in full */
    bool in_english;   /* labels of enum words */
    int64_t now_s;
};
struct wx_record_page {
    struct wx_str next; /* cursor, in the arena; "": this was the last page */
    int64_t total;      /* -1: not asked */
};

/* The items as elements of the array that OUT has open. WX_E_INVALID: a filter, sort or
 * cursor that makes no sense, and why. */
WX_MUST_CHECK enum wx_status wx_record_list(struct wx_tx *tx, struct wx_arena *arena,
                                            const struct wx_record_query *query,
                                            struct wx_json *out,
                                            struct wx_record_page *page,
                                            struct wx_err *err);
/* One record as an object. WX_E_NOT_FOUND: none, or outside the scope. */
WX_MUST_CHECK enum wx_status wx_record_get(struct wx_tx *tx, struct wx_arena *arena,
                                           const struct wx_record_kind *kind,
                                           int64_t id, bool shows_masked,
                                           struct wx_json *out, struct wx_err *err);
/* The same as an object of the caller's (json_decref()); NULL with ERR. */
json_t *wx_record_json(struct wx_tx *tx, struct wx_arena *arena, const char *kind,
                       int64_t id, bool shows_masked, struct wx_err *err);
/* What access/ asks about it. */
struct wx_record_facts {
    int64_t id, unit_id, rev, created_by, retired_s;
    struct wx_str state; /* field "state" if the kind has one; in the arena */
};
WX_MUST_CHECK enum wx_status wx_record_facts(struct wx_tx *tx, struct wx_arena *arena,
                                             const struct wx_record_kind *kind,
                                             int64_t id, struct wx_record_facts *out,
                                             struct wx_err *err);

struct wx_record_by { /* who changes, and when */
    int64_t account_id, now_s;
};
/*
 * VALUES: checked. References are looked up within the scope; one that is not there, or
 * a value that must be unique and is not, is added to PROBLEMS (WX_E_INVALID). unit_id
 * must be in the scope (WX_E_OUT_OF_SCOPE).
 */
WX_MUST_CHECK enum wx_status
wx_record_create(struct wx_tx *tx, const struct wx_record_kind *kind, json_t *values,
                 const struct wx_record_by *by, int64_t *id,
                 struct wx_field_problems *problems, struct wx_err *err);
/* Only when its rev still is REV (0: whatever it is); WX_E_AGAIN when it moved on. The
 * names in VALUES are changed, the others stay. */
WX_MUST_CHECK enum wx_status
wx_record_update(struct wx_tx *tx, const struct wx_record_kind *kind, int64_t id,
                 int64_t rev, json_t *values, const struct wx_record_by *by,
                 struct wx_field_problems *problems, struct wx_err *err);
/* Out of force (true) or in force again; history keeps it. */
WX_MUST_CHECK enum wx_status wx_record_retire(struct wx_tx *tx,
                                              const struct wx_record_kind *kind,
                                              int64_t id, int64_t rev, bool retire,
                                              const struct wx_record_by *by,
                                              struct wx_err *err);
/* Newest first, as elements of the open array: {rev, at, account_id, account, change}.
 */
WX_MUST_CHECK enum wx_status wx_record_history(struct wx_tx *tx,
                                               const struct wx_record_kind *kind,
                                               int64_t id, int64_t before_id,
                                               uint32_t limit, bool shows_masked,
                                               struct wx_json *out, struct wx_err *err);
/* One line of history of something that is no plain record update (a state change). */
WX_MUST_CHECK enum wx_status wx_history_add(struct wx_tx *tx, const char *kind,
                                            int64_t id, int64_t rev, int64_t unit_id,
                                            struct wx_str change_json,
                                            const struct wx_record_by *by,
                                            struct wx_err *err);

#endif
