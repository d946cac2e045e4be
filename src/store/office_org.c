#include "store/office_org.h"

#include "store/office_inner.h"
#include "store/query.h"

enum wx_status wx_org_rev(struct wx_tx *tx, int64_t *rev, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT rev FROM org_rev WHERE id = 1");

    *rev = wx_query_next(&q) ? wx_query_get_int(&q) : 0;
    return wx_query_end(&q, err);
}

enum wx_status wx_org_units(struct wx_tx *tx, wx_each_org_unit *each, void *ctx,
                            struct wx_err *err)
{
    /* trusted: the organisation is what scopes are made of */
    struct wx_query q =
        wx_query_trusted(tx, "SELECT id, parent_id, authority FROM unit ORDER BY id");

    while (wx_query_next(&q)) {
        int64_t id = wx_query_get_int(&q), parent_id = wx_query_get_int(&q);

        each(ctx, id, parent_id, wx_query_get_str(&q));
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_org_has_unit(struct wx_tx *tx, int64_t id, bool *has,
                               struct wx_err *err)
{
    /* trusted: administrators of accounts name units they have no business in */
    struct wx_query q =
        wx_query_trusted(tx, "SELECT 1 FROM unit WHERE id = ? AND retired_s = 0");

    wx_query_int(&q, id);
    *has = wx_query_next(&q);
    return wx_query_end(&q, err);
}

enum wx_status wx_org_unit_name(struct wx_tx *tx, struct wx_arena *arena, int64_t id,
                                struct wx_str *name, struct wx_err *err)
{
    /* trusted: one's own unit is named to everybody, whatever his role may read */
    struct wx_query q = wx_query_trusted(tx, "SELECT name FROM unit WHERE id = ?");

    wx_query_int(&q, id);
    *name = wx_query_next(&q) ? wx_arena_str(arena, wx_query_get_str(&q))
                              : (struct wx_str){NULL, 0};
    return wx_query_end(&q, err);
}

enum wx_status wx_assignment_add(struct wx_tx *tx, const struct wx_assignment_row *row,
                                 int64_t *id, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "INSERT INTO assignment (account_id, unit_id, with_below, from_s,"
                     " until_s, made_by, made_s) VALUES (?, ?, ?, ?, ?, ?, ?)");
    enum wx_status status;

    wx_query_int(&q, row->account_id);
    wx_query_int(&q, row->unit_id);
    wx_query_int(&q, row->with_below);
    wx_query_int(&q, row->from_s);
    wx_query_int(&q, row->until_s);
    wx_query_int(&q, row->made_by);
    wx_query_int(&q, row->made_s);
    status = wx_query_run(&q, err);
    if (!status)
        *id = wx_tx_last_id(tx);
    return status;
}

enum wx_status wx_assignment_remove(struct wx_tx *tx, int64_t account_id, int64_t id,
                                    bool *removed, struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, "DELETE FROM assignment WHERE id = ? AND account_id = ?");
    enum wx_status status;

    wx_query_int(&q, id);
    wx_query_int(&q, account_id);
    status = wx_query_run(&q, err);
    *removed = !status && wx_tx_changes(tx) > 0;
    return status;
}

#define ASSIGNMENT                                                                     \
    "SELECT id, account_id, unit_id, with_below, from_s, until_s, made_by, made_s"     \
    " FROM assignment WHERE "

static void assignment_take(struct wx_query *q, struct wx_assignment_row *out)
{
    out->id = wx_query_get_int(q);
    out->account_id = wx_query_get_int(q);
    out->unit_id = wx_query_get_int(q);
    out->with_below = wx_query_get_int(q);
    out->from_s = wx_query_get_int(q);
    out->until_s = wx_query_get_int(q);
    out->made_by = wx_query_get_int(q);
    out->made_s = wx_query_get_int(q);
}

enum wx_status wx_assignment_get(struct wx_tx *tx, int64_t account_id, int64_t id,
                                 struct wx_assignment_row *out, struct wx_err *err)
{
    struct wx_query q = wx_query(tx, ASSIGNMENT "id = ? AND account_id = ?");
    bool is_there;
    enum wx_status status;

    wx_query_int(&q, id);
    wx_query_int(&q, account_id);
    is_there = wx_query_next(&q);
    if (is_there)
        assignment_take(&q, out);
    status = wx_query_end(&q, err);
    if (!status && !is_there)
        status = wx_fail(err, WX_E_NOT_FOUND, "no such assignment");
    return status;
}

enum wx_status wx_assignment_list(struct wx_tx *tx, int64_t account_id,
                                  wx_each_assignment *each, void *ctx,
                                  struct wx_err *err)
{
    struct wx_query q =
        wx_query(tx, ASSIGNMENT "?1 = 0 OR account_id = ?1 ORDER BY id");

    wx_query_int(&q, account_id);
    while (wx_query_next(&q)) {
        struct wx_assignment_row row;

        assignment_take(&q, &row);
        if (!each(ctx, &row))
            break;
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_engagement_list(struct wx_tx *tx, wx_each_engagement *each, void *ctx,
                                  struct wx_err *err)
{
    /* trusted: windows are what scopes are made of */
    struct wx_query q = wx_query_trusted(
        tx, "SELECT e.id, e.agency_id, e.unit_id, e.with_below, e.begins, e.ends,"
            " a.vetted, a.qualified_until, a.agreement_on, a.agreement_until"
            " FROM engagement e JOIN agency a ON a.id = e.agency_id"
            " WHERE e.state = 'active' AND a.vetting = 'passed' AND e.retired_s = 0"
            " AND a.retired_s = 0");

    while (wx_query_next(&q)) {
        struct wx_engagement_row row = {.id = wx_query_get_int(&q)};

        row.agency_id = wx_query_get_int(&q);
        row.unit_id = wx_query_get_int(&q);
        row.with_below = wx_query_get_int(&q) == 1;
        row.begins_s = wx_query_get_int(&q);
        row.ends_s = wx_query_get_int(&q);
        row.vetted_s = wx_query_get_int(&q);
        row.qualified_until = wx_query_get_str(&q);
        row.agreed_on = wx_query_get_str(&q);
        row.agreed_until = wx_query_get_str(&q);
        if (!each(ctx, &row))
            break;
    }
    return wx_query_end(&q, err);
}

enum wx_status wx_agency_changed_by(struct wx_tx *tx, int64_t id, int64_t *account_id,
                                    struct wx_err *err)
{
    struct wx_query q = wx_query(tx, "SELECT updated_by FROM v_agency WHERE id = ?");

    wx_query_int(&q, id);
    *account_id = wx_query_next(&q) ? wx_query_get_int(&q) : 0;
    return wx_query_end(&q, err);
}

/* Limits of sessions are facts that are kept in memory beside the organisation. Named
 * "wall_": the second wall lets its own triggers read tables themselves. */
#define MOVES(name, when)                                                              \
    "CREATE TRIGGER IF NOT EXISTS wall_org_" name " AFTER " when                       \
    " BEGIN UPDATE org_rev SET rev = rev + 1; END;"

enum wx_status wx_org_watch(struct wx_tx *tx, struct wx_err *err)
{
    return wx_office_exec(
        tx,
        MOVES("unit_new", "INSERT ON unit") MOVES(
            "unit",
            "UPDATE OF parent_id, "
            "authority ON unit") MOVES("unit_gone",
                                       "DELETE ON unit") MOVES("given",
                                                               "INSERT ON assignment")
            MOVES("kept", "UPDATE ON assignment") MOVES(
                "taken", "DELETE ON assignment") MOVES("agency", "UPDATE ON agency")
                MOVES("engagement_new", "INSERT ON engagement") MOVES(
                    "engagement",
                    "UPDATE ON engagement") "CREATE TRIGGER IF NOT EXISTS "
                                            "wall_org_limit_new AFTER INSERT ON fact"
                                            " WHEN NEW.key GLOB 'session.*' BEGIN "
                                            "UPDATE org_rev SET rev = rev + 1; END;"
                                            "CREATE TRIGGER IF NOT EXISTS "
                                            "wall_org_limit AFTER UPDATE ON fact"
                                            " WHEN NEW.key GLOB 'session.*' BEGIN "
                                            "UPDATE org_rev SET rev = rev + 1; END;"
                                            /* what was vetted is no longer what stands
                                               there */
                                            "CREATE TRIGGER IF NOT EXISTS "
                                            "wall_agency_vetted AFTER UPDATE OF "
                                            "qualification,"
                                            " qualification_no, qualified_until, "
                                            "agreement_on, agreement_until ON agency"
                                            " WHEN OLD.qualification IS NOT "
                                            "NEW.qualification"
                                            " OR OLD.qualification_no IS NOT "
                                            "NEW.qualification_no"
                                            " OR OLD.qualified_until IS NOT "
                                            "NEW.qualified_until"
                                            " OR OLD.agreement_on IS NOT "
                                            "NEW.agreement_on"
                                            " OR OLD.agreement_until IS NOT "
                                            "NEW.agreement_until"
                                            " BEGIN UPDATE agency SET vetting = "
                                            "'none', vetted = 0 WHERE id = NEW.id; "
                                            "END;",
        err);
}
