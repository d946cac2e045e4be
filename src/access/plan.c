#include "access/plan.h"

#include "base/clock.h"

enum { DAY_S = 86400, CHINA_S = 8 * 3600 };

struct reading {
    struct wx_arena *arena;
    struct wx_org_unit *units;
    struct wx_org_assignment *assignments;
    size_t n_units, units_cap, n_assignments, assignments_cap;
};

static void take_unit(void *ctx, int64_t id, int64_t parent_id, struct wx_str authority)
{
    struct reading *r = ctx;

    if (r->n_units == r->units_cap) {
        size_t cap = r->units_cap ? 2 * r->units_cap : 256;

        r->units = wx_arena_grow(r->arena, r->units, r->units_cap * sizeof *r->units,
                                 cap * sizeof *r->units);
        r->units_cap = cap;
    }
    r->units[r->n_units++] =
        (struct wx_org_unit){id, parent_id,
                             wx_str_eqz(authority, "crypto")       ? WX_PART_CRYPTO
                             : wx_str_eqz(authority, "government") ? WX_PART_GOVERNMENT
                                                                   : 0};
}

static struct wx_org_assignment *assignment_add(struct reading *r)
{
    if (r->n_assignments == r->assignments_cap) {
        size_t cap = r->assignments_cap ? 2 * r->assignments_cap : 64;

        r->assignments = wx_arena_grow(r->arena, r->assignments,
                                       r->assignments_cap * sizeof *r->assignments,
                                       cap * sizeof *r->assignments);
        r->assignments_cap = cap;
    }
    return &r->assignments[r->n_assignments++];
}

static bool take_assignment(void *ctx, const struct wx_assignment_row *row)
{
    *assignment_add(ctx) = (struct wx_org_assignment){
        .account_id = row->account_id,
        .unit_id = row->unit_id,
        .with_below = row->with_below,
        .window = {row->from_s, row->until_s ? row->until_s : INT64_MAX},
    };
    return true;
}

bool wx_day_begins(struct wx_str date, int64_t *at_s)
{
    if (date.len != 10 || !wx_time_parse(date, at_s))
        return false;
    *at_s -= CHINA_S;
    return true;
}

struct wx_window wx_engagement_window(const struct wx_engagement_row *row)
{
    static const struct wx_window never = {0, 0};
    struct wx_window window = {row->begins_s, row->ends_s};
    int64_t agreed_s, agreed_until_s, qualified_until_s;

    if (!row->vetted_s || !wx_day_begins(row->agreed_on, &agreed_s) ||
        !wx_day_begins(row->agreed_until, &agreed_until_s) ||
        !wx_day_begins(row->qualified_until, &qualified_until_s))
        return never;
    window = wx_window_meet(window, (struct wx_window){row->vetted_s, INT64_MAX});
    window =
        wx_window_meet(window, (struct wx_window){agreed_s, agreed_until_s + DAY_S});
    return wx_window_meet(window,
                          (struct wx_window){INT64_MIN, qualified_until_s + DAY_S});
}

static bool take_engagement(void *ctx, const struct wx_engagement_row *row)
{
    *assignment_add(ctx) = (struct wx_org_assignment){
        .agency_id = row->agency_id,
        .unit_id = row->unit_id,
        .with_below = row->with_below,
        .window = wx_engagement_window(row),
    };
    return true;
}

struct wx_window wx_tester_window(const struct wx_account_row *row)
{
    if (!row->agency_id)
        return WX_WINDOW_ALWAYS;
    if (!row->vetted_s)
        return (struct wx_window){0, 0};
    return (struct wx_window){row->vetted_s, row->vetted_until_s};
}

enum wx_status wx_plan_read(struct wx_tx *tx, struct wx_arena *arena,
                            struct wx_org *org, struct wx_err *err)
{
    struct reading r = {.arena = arena};
    enum wx_status status = wx_org_units(tx, take_unit, &r, err);

    if (!status)
        status = wx_assignment_list(tx, 0, take_assignment, &r, err);
    if (!status)
        status = wx_engagement_list(tx, take_engagement, &r, err);
    if (status)
        return status;
    return wx_org_make(org, arena, r.units, r.n_units, r.assignments, r.n_assignments,
                       err);
}
