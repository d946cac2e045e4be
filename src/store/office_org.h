/*
 * The organisation as access/ needs it: units with their parents, who is assigned to
 * which of them, and the engagements of agencies. Read past the wall, because scopes
 * are made of it.
 */
#ifndef WX_STORE_OFFICE_ORG_H
#define WX_STORE_OFFICE_ORG_H

#include "store/office.h"

/* Counts up with every change of what is below and of facts "session.*", within the
 * changing transaction. */
WX_MUST_CHECK enum wx_status wx_org_rev(struct wx_tx *tx, int64_t *rev,
                                        struct wx_err *err);

typedef void wx_each_org_unit(void *ctx, int64_t id, int64_t parent_id,
                              struct wx_str authority);
WX_MUST_CHECK enum wx_status wx_org_units(struct wx_tx *tx, wx_each_org_unit *each,
                                          void *ctx, struct wx_err *err);
/* A unit in force with this id? */
WX_MUST_CHECK enum wx_status wx_org_has_unit(struct wx_tx *tx, int64_t id, bool *has,
                                             struct wx_err *err);
/* "": no such unit. In ARENA. */
WX_MUST_CHECK enum wx_status wx_org_unit_name(struct wx_tx *tx, struct wx_arena *arena,
                                              int64_t id, struct wx_str *name,
                                              struct wx_err *err);

struct wx_assignment_row {
    int64_t id, account_id, unit_id, from_s, until_s, made_by, made_s;
    bool with_below;
};
WX_MUST_CHECK enum wx_status wx_assignment_add(struct wx_tx *tx,
                                               const struct wx_assignment_row *row,
                                               int64_t *id, struct wx_err *err);
/* *REMOVED false: no such one of that account. */
WX_MUST_CHECK enum wx_status wx_assignment_remove(struct wx_tx *tx, int64_t account_id,
                                                  int64_t id, bool *removed,
                                                  struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_assignment_get(struct wx_tx *tx, int64_t account_id,
                                               int64_t id,
                                               struct wx_assignment_row *out,
                                               struct wx_err *err);
typedef bool wx_each_assignment(void *ctx, const struct wx_assignment_row *row);
/* ACCOUNT_ID 0: everybody's. EACH returns false to stop. */
WX_MUST_CHECK enum wx_status wx_assignment_list(struct wx_tx *tx, int64_t account_id,
                                                wx_each_assignment *each, void *ctx,
                                                struct wx_err *err);

/* An engagement that was approved, with what is on record of its agency. Dates are
 * "2026-11-21", "" not on record. */
struct wx_engagement_row {
    int64_t id, agency_id, unit_id, begins_s, ends_s;
    bool with_below;
    int64_t vetted_s;              /* of the agency; 0: not vetted */
    struct wx_str qualified_until; /* its qualification is good through this day */
    struct wx_str agreed_on, agreed_until; /* confidentiality agreement */
};
typedef bool wx_each_engagement(void *ctx, const struct wx_engagement_row *row);
WX_MUST_CHECK enum wx_status wx_engagement_list(struct wx_tx *tx,
                                                wx_each_engagement *each, void *ctx,
                                                struct wx_err *err);

/* Who changed the agency last. */
WX_MUST_CHECK enum wx_status wx_agency_changed_by(struct wx_tx *tx, int64_t id,
                                                  int64_t *account_id,
                                                  struct wx_err *err);

#endif
