#include "round/plan.h"

#include "base/clock.h"
#include "round/paper.h"
#include "store/office_round.h"

int64_t wx_sites_owner(struct wx_tx *tx, const struct wx_picked_sites *sites)
{
    int64_t unit_id = sites->n ? sites->at[0].unit_id : 0;

    for (size_t i = 1; i < sites->n; i++)
        if (sites->at[i].unit_id != unit_id)
            return wx_tx_scope(tx) && wx_tx_scope(tx)->sees_office_records ? 0
                                                                           : unit_id;
    return unit_id;
}

/* In force, and covering every one of the sites. */
static enum wx_status check_permit(struct wx_tx *tx, struct wx_arena *arena,
                                   const struct wx_round_plan *plan, int64_t permit_id,
                                   struct wx_err *err)
{
    struct wx_picked_sites rest;
    struct wx_site_pick pick = {.permit_id = permit_id};
    json_t *permit = wx_record_json(tx, arena, "permit", permit_id, true, err);
    int64_t *ids = wx_arena_array(arena, int64_t, plan->sites->n + 1);
    struct wx_str state, number;
    enum wx_status status;

    if (!permit)
        return WX_E_NOT_FOUND;
    state = wx_arena_str(
        arena, wx_str_of(json_string_value(json_object_get(permit, "state"))));
    number = wx_arena_str(
        arena, wx_str_of(json_string_value(json_object_get(permit, "number"))));
    json_decref(permit);
    if (!wx_str_eqz(state, "issued"))
        return wx_fail(err, WX_E_EXPIRED, "permit '" WX_STR_FMT "' is not in force",
                       WX_STR_ARG(number));
    for (size_t i = 0; i < plan->sites->n; i++)
        ids[i] = plan->sites->at[i].site_id;
    pick.site_ids = ids;
    pick.n_site_ids = plan->sites->n;
    status = wx_sites_pick(tx, arena, &pick, &rest, err);
    if (!status && rest.n < plan->sites->n)
        status = wx_fail(err, WX_E_OUT_OF_SCOPE,
                         "permit '" WX_STR_FMT "' does not cover %zu of the sites",
                         WX_STR_ARG(number), plan->sites->n - rest.n);
    return status;
}

static enum wx_status find_permit(struct wx_tx *tx, struct wx_arena *arena,
                                  const struct wx_round_plan *plan, int64_t *permit_id,
                                  struct wx_err *err)
{
    enum wx_status status;

    *permit_id = plan->permit_id;
    if (*permit_id)
        return check_permit(tx, arena, plan, *permit_id, err);
    status = wx_permit_covering(tx, plan->sites, plan->by.now_s, permit_id, err);
    if (status == WX_E_NOT_FOUND)
        status = wx_fail(err, WX_E_OUT_OF_SCOPE, "%s",
                         "no permit in force covers these sites");
    return status;
}

static json_t *values_of(struct wx_tx *tx, const struct wx_round_plan *plan,
                         int64_t permit_id)
{
    json_t *v = json_object();
    char planned[24];

    wx_time_format(plan->planned_s ? plan->planned_s : plan->by.now_s, planned);
    json_object_set_new(v, "unit_id", json_integer(wx_sites_owner(tx, plan->sites)));
    json_object_set_new(
        v, "name", json_stringn(plan->name.ptr ? plan->name.ptr : "", plan->name.len));
    json_object_set_new(v, "kind", json_string(plan->kind));
    json_object_set_new(v, "state", json_string("planned"));
    json_object_set_new(v, "why", json_string(plan->planned_s ? "time" : "turn"));
    json_object_set_new(v, "permit_id", json_integer(permit_id));
    json_object_set_new(v, "schedule_id", json_integer(plan->schedule_id));
    json_object_set_new(v, "finding_id", json_integer(plan->finding_id));
    json_object_set_new(v, "planned", json_string(planned));
    json_object_set_new(v, "max_pages", json_integer(plan->max_pages));
    json_object_set_new(v, "pace_per_min", json_integer(plan->pace_per_min));
    json_object_set_new(v, "hours_from",
                        json_stringn(plan->hours_from.ptr ? plan->hours_from.ptr : "",
                                     plan->hours_from.len));
    json_object_set_new(v, "hours_until",
                        json_stringn(plan->hours_until.ptr ? plan->hours_until.ptr : "",
                                     plan->hours_until.len));
    json_object_set_new(
        v, "note", json_stringn(plan->note.ptr ? plan->note.ptr : "", plan->note.len));
    return v;
}

static enum wx_status add_sites(struct wx_tx *tx, int64_t round_id,
                                const struct wx_picked_sites *sites, struct wx_err *err)
{
    struct wx_arena scratch;
    enum wx_status status = WX_OK;

    wx_arena_init(&scratch);
    for (size_t i = 0; !status && i < sites->n; i++) {
        const struct wx_picked_site *site = &sites->at[i];
        struct wx_str href;
        uint64_t key;

        wx_arena_reset(&scratch);
        status =
            wx_site_begin_at(&scratch, site->domain, site->start_url, &href, &key, err);
        if (!status)
            status = wx_round_site_add(tx, round_id, i, site, key, err);
    }
    wx_arena_clear(&scratch);
    return status;
}

enum wx_status wx_round_plan(struct wx_tx *tx, struct wx_arena *arena,
                             const struct wx_round_plan *plan, int64_t *round_id,
                             struct wx_err *err)
{
    struct wx_field_problems problems = {0};
    int64_t permit_id = 0;
    json_t *values;
    enum wx_status status;

    if (!plan->sites->n)
        return wx_fail(err, WX_E_INVALID, "a round without sites inspects nothing");
    status = find_permit(tx, arena, plan, &permit_id, err);
    if (status)
        return status;
    values = values_of(tx, plan, permit_id);
    status = wx_record_create(tx, wx_record_kind_find(WX_STR("round")), values,
                              &plan->by, round_id, &problems, err);
    json_decref(values);
    return status ? status : add_sites(tx, *round_id, plan->sites, err);
}

enum wx_status wx_round_turn(struct wx_tx *tx, int64_t round_id, const char *state,
                             const char *why, json_t *further,
                             const struct wx_record_by *by, struct wx_err *err)
{
    json_t *values = further ? json_copy(further) : json_object();
    struct wx_field_problems problems = {0};
    enum wx_status status;

    json_object_set_new(values, "state", json_string(state));
    json_object_set_new(values, "why", json_string(why));
    status = wx_record_update(tx, wx_record_kind_find(WX_STR("round")), round_id, 0,
                              values, by, &problems, err);
    json_decref(values);
    return status;
}
