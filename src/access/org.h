/*
 * The organisation as access needs it, in memory: which unit is below which, which
 * authority answers for it, and who is assigned where from when until when. Out of it
 * comes a reach: the units one account gets by each scope of the policy at a given
 * second. All pure: time and rows are handed in.
 */
#ifndef WX_ACCESS_ORG_H
#define WX_ACCESS_ORG_H

#include "base/arena.h"
#include "base/err.h"
#include "model/scope.h"

/* [from_s, until_s): in force at from_s, no longer at until_s. */
struct wx_window {
    int64_t from_s, until_s;
};
#define WX_WINDOW_ALWAYS ((struct wx_window){INT64_MIN, INT64_MAX})
struct wx_window wx_window_meet(struct wx_window a, struct wx_window b);
static inline bool wx_window_has(struct wx_window w, int64_t at_s)
{
    return at_s >= w.from_s && at_s < w.until_s;
}

struct wx_org_unit {
    int64_t id, parent_id; /* parent_id 0: none */
    uint32_t part;         /* WX_PART_GOVERNMENT, _CRYPTO; 0: as its parent */
};

/* Who may work on a unit: a person of the office, or all testers of an agency. */
struct wx_org_assignment {
    int64_t account_id, agency_id; /* one of them 0 */
    int64_t unit_id;
    bool with_below; /* units below it as well */
    struct wx_window window;
};

/* An index over rows it points to; both live in the caller's arena. */
struct wx_org {
    size_t n_bits; /* highest unit id + 1 */
    const struct wx_org_assignment *assignments;
    size_t n_assignments;
    struct wx_org_node *nodes;     /* by unit id */
    uint64_t *government, *crypto; /* units of each authority, as bits */
};

/* WX_E_TOO_BIG past WX_MAX_UNITS. Unit ids below 1 are ignored, loops are cut. */
WX_MUST_CHECK enum wx_status wx_org_make(struct wx_org *org, struct wx_arena *arena,
                                         const struct wx_org_unit *units,
                                         size_t n_units,
                                         const struct wx_org_assignment *assignments,
                                         size_t n_assignments, struct wx_err *err);

struct wx_reach {
    struct wx_scope own, tree, assigned, government, crypto;
};

/* AGENCY_ID not 0: the account is a tester of it and gets the agency's assignments
 * only, within CLEARED (when the tester himself was vetted). */
struct wx_reach_of {
    int64_t account_id, agency_id, unit_id;
    struct wx_window cleared;
};
void wx_reach_make(struct wx_reach *reach, struct wx_arena *arena,
                   const struct wx_org *org, const struct wx_reach_of *who,
                   int64_t now_s);
/* Is some assignment of the account in force? Agencies are let in only then. */
bool wx_reach_is_assigned(const struct wx_org *org, const struct wx_reach_of *who,
                          int64_t now_s);

#endif
