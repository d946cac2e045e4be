/*
 * Texts that an office wrote itself instead of, or beside, the shipped ones: kinds of
 * campaigns and forms. Every version stays; nothing here is any unit's.
 */
#ifndef WX_STORE_OFFICE_OWN_H
#define WX_STORE_OFFICE_OWN_H

#include "store/record.h"

struct wx_own_text { /* texts in ARENA */
    int64_t version; /* 0: none */
    struct wx_str what, key, source, note;
    int64_t at_s, account_id;
};
/* WHAT: "form" or "kind". VERSION 0: the newest. WX_E_NOT_FOUND. */
WX_MUST_CHECK enum wx_status wx_own_text_get(struct wx_tx *tx, struct wx_arena *arena,
                                             const char *what, struct wx_str key,
                                             int64_t version, struct wx_own_text *out,
                                             struct wx_err *err);
/* The newest of each key, by key; KEY given: all versions of it, newest first. */
WX_MUST_CHECK enum wx_status wx_own_texts(struct wx_tx *tx, struct wx_arena *arena,
                                          const char *what, struct wx_str key,
                                          struct wx_own_text **out, size_t *n,
                                          struct wx_err *err);
/* TEXT->version is the next one: WX_E_EXISTS when it is there already. */
WX_MUST_CHECK enum wx_status
wx_own_text_add(struct wx_tx *tx, const struct wx_own_text *text, struct wx_err *err);
/* Campaigns that keep a form of that name, newest first, as elements {id, name, state,
 * version}. */
WX_MUST_CHECK enum wx_status wx_form_campaigns_json(struct wx_tx *tx,
                                                    struct wx_str name,
                                                    struct wx_json *out,
                                                    struct wx_err *err);
/* Forms of a campaign, as elements {name, version, versions, at, sheets, older}:
 * sheets begun, and those of an older version. */
WX_MUST_CHECK enum wx_status wx_campaign_forms_json(struct wx_tx *tx,
                                                    int64_t campaign_id,
                                                    struct wx_json *out,
                                                    struct wx_err *err);

/* What a sheet was before it was carried into another version of its form. */
struct wx_sheet_left {
    int64_t duty_id, unit_id, form_id, at_s, account_id;
    struct wx_str answers, lost; /* JSON */
};
WX_MUST_CHECK enum wx_status wx_sheet_left_add(struct wx_tx *tx,
                                               const struct wx_sheet_left *left,
                                               struct wx_err *err);
/* LOST of the newest; empty when it was never carried. */
WX_MUST_CHECK enum wx_status wx_sheet_left_last(struct wx_tx *tx,
                                                struct wx_arena *arena, int64_t duty_id,
                                                struct wx_str *lost,
                                                struct wx_err *err);

#endif
