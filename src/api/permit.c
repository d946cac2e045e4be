/* Permits: drafting, the two persons, issuing with a signature, revoking. */
#include "api/act.h"
#include "api/handlers.h"
#include "api/server.h"
#include "api/shared_object.h"
#include "base/clock.h"
#include "base/limits.h"
#include "round/paper.h"
#include "round/plan.h"
#include "round/rounds.h"
#include "store/office_round.h"

enum { MAX_SOURCES = 1000 };

static const enum wx_op acts[] = {
    WX_OP_PERMIT_WRITE, WX_OP_PERMIT_SUBMIT, WX_OP_PERMIT_APPROVE, WX_OP_PERMIT_REJECT,
    WX_OP_PERMIT_ISSUE, WX_OP_PERMIT_REVOKE, WX_OP_PERMIT_EXPORT,  WX_OP_ROUND_START,
};

enum wx_status wx_find_permit(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status = wx_shared_find(call, "permit", wx_permit_cover, err);
    json_t *record;

    if (status)
        return status;
    record =
        wx_record_json(call->tx, &call->arena, "permit", call->object_id, true, err);
    if (!record)
        return WX_E_NOT_FOUND;
    wx_act_mark_hands(call, record);
    json_decref(record);
    return WX_OK;
}

static enum wx_status reply(struct wx_call *call, struct wx_err *err)
{
    json_t *root = wx_shared_show(call, acts, sizeof acts / sizeof acts[0], err);
    struct wx_permit_cover cover;
    struct wx_str paper;
    enum wx_status status;

    if (!root)
        return WX_E_NOT_FOUND;
    status = wx_permit_cover(call->tx, call->object_id, &cover, err);
    if (status) {
        json_decref(root);
        return status;
    }
    /* whoever sees some of the sites is told of those only */
    json_object_set_new(root, "n_sites", json_integer(cover.n_seen));
    if (cover.n_seen < cover.n_sites)
        json_object_del(root, "selection");
    json_object_del(root, "hands");
    if (wx_permit_paper_get(call->tx, &call->arena, call->object_id, &paper, NULL) ==
        WX_OK) {
        json_t *form = json_loadb(paper.ptr, paper.len, 0, NULL);

        json_object_set(root, "signature", json_object_get(form, "signature"));
        json_object_set(root, "sources", json_object_get(form, "sources"));
        json_decref(form);
    }
    return wx_shared_reply(call, root, err);
}

enum wx_status wx_permit_show(struct wx_call *call, struct wx_err *err)
{
    return reply(call, err);
}

/* ---- drafting ---- */

struct source_list {
    struct wx_arena *arena;
    struct wx_str at[MAX_SOURCES];
    size_t n;
};

static void add_source(void *ctx, struct wx_str address)
{
    struct source_list *list = ctx;

    if (list->n < MAX_SOURCES)
        list->at[list->n++] = wx_arena_str(list->arena, address);
}

static enum wx_status make_paper(struct wx_call *call, json_t *record,
                                 const struct wx_picked_sites *sites,
                                 struct wx_permit **out, struct wx_err *err)
{
    struct source_list *list = wx_arena_new(&call->arena, struct source_list);
    const struct wx_rounds *rounds = wx_server_options(call->server)->rounds;
    struct wx_paper paper = {.record = record,
                             .sites = sites,
                             .sources = list->at,
                             .allows_private =
                                 rounds && wx_rounds_net(rounds)->allows_private};
    enum wx_status status;

    list->arena = &call->arena;
    status = wx_source_addresses(call->tx, add_source, list, err);
    paper.n_sources = list->n;
    if (!status)
        status = wx_paper_make(&paper, out, err);
    if (status == WX_E_INVALID)
        return wx_call_refuse(call, WX_P_INVALID, err, "%s", err->text);
    return status;
}

/* Could a permit be made of it, as it stands? Its number may come later. */
static enum wx_status check_draft(struct wx_call *call, json_t *record,
                                  const struct wx_picked_sites *sites,
                                  struct wx_err *err)
{
    json_t *copy = json_deep_copy(record);
    struct wx_permit *permit = NULL;
    const char *number = json_string_value(json_object_get(copy, "number"));
    enum wx_status status;

    if (!number || !*number)
        json_object_set_new(copy, "number", json_string("-"));
    status = make_paper(call, copy, sites, &permit, err);
    wx_permit_free(permit);
    json_decref(copy);
    return status;
}

static enum wx_status pick_sites(struct wx_call *call, const json_t *selection,
                                 struct wx_picked_sites *sites, struct wx_err *err)
{
    struct wx_site_pick pick;
    enum wx_status status = wx_site_pick_read(call, selection, &pick, err);

    if (!status)
        status = wx_sites_pick(call->tx, &call->arena, &pick, sites, err);
    if (!status && !sites->n)
        status = wx_fail(err, WX_E_INVALID, "the selection holds no site");
    if (status == WX_E_INVALID || status == WX_E_NOT_FOUND) {
        wx_field_problem_add(&call->problems, "selection", "no_sites",
                             WX_T_FIELD_NO_SITES);
        return wx_fail_as(err, WX_E_INVALID);
    }
    return status;
}

/* Adds the caller to those who prepared it. */
static json_t *hands_with(json_t *old, int64_t account_id)
{
    json_t *hands = json_is_array(old) ? json_deep_copy(old) : json_array();

    for (size_t i = 0; i < json_array_size(hands); i++)
        if (json_integer_value(json_array_get(hands, i)) == account_id)
            return hands;
    json_array_append_new(hands, json_integer(account_id));
    return hands;
}

enum wx_status wx_permit_create(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("permit"));
    struct wx_record_by by = {call->who.account_id, call->now_s};
    struct wx_picked_sites sites;
    enum wx_status status;

    call->kind = kind;
    /* drafting has no object; what may be drafted about is what may be written about */
    wx_call_scope(call, WX_OP_PERMIT_WRITE);
    status = wx_record_check(kind, call->json, true, &call->problems, err);
    if (!status)
        status =
            pick_sites(call, json_object_get(call->json, "selection"), &sites, err);
    if (!status)
        status = check_draft(call, call->json, &sites, err);
    if (status)
        return status;
    json_object_set_new(call->json, "state", json_string("draft"));
    json_object_set_new(call->json, "hands", hands_with(NULL, by.account_id));
    json_object_set_new(call->json, "n_sites", json_integer((json_int_t)sites.n));
    json_object_set_new(call->json, "unit_id",
                        json_integer(wx_sites_owner(call->tx, &sites)));
    status = wx_record_create(call->tx, kind, call->json, &by, &call->object_id,
                              &call->problems, err);
    if (!status)
        status = wx_permit_sites_replace(call->tx, call->object_id, &sites, err);
    if (status)
        return status;
    call->object.made_by = by.account_id;
    call->object.unit_id = wx_sites_owner(call->tx, &sites);
    call->object.is_none = false;
    wx_call_created(call, "permits", call->object_id);
    wx_call_audit(call, "permit", call->object_id, call->object.unit_id);
    wx_call_event(call, "permit.changed", "permit", call->object_id,
                  call->object.unit_id);
    return reply(call, err);
}

/* The sites it has, as they stand in the register now. */
static enum wx_status present_sites(struct wx_call *call, struct wx_picked_sites *out,
                                    struct wx_err *err)
{
    struct wx_picked_sites kept;
    struct wx_site_pick pick = {0};
    int64_t *ids;
    enum wx_status status = wx_permit_sites(call->tx, &call->arena, call->object_id, 0,
                                            INT32_MAX, &kept, err);

    if (status)
        return status;
    ids = wx_arena_array(&call->arena, int64_t, kept.n + 1);
    for (size_t i = 0; i < kept.n; i++)
        ids[i] = kept.at[i].site_id;
    pick.site_ids = ids;
    pick.n_site_ids = kept.n;
    status = wx_sites_pick(call->tx, &call->arena, &pick, out, err);
    if (status == WX_E_NOT_FOUND)
        return wx_call_refuse(call, WX_P_STATE, err,
                              "%s; it left the register: choose the sites again",
                              err->text);
    return status;
}

/* Writes VALUES (taken over) and answers with the permit. REV 0: whatever it is. */
static enum wx_status put(struct wx_call *call, int64_t rev, json_t *values,
                          const char *event, struct wx_err *err)
{
    struct wx_record_by by = {call->who.account_id, call->now_s};
    enum wx_status status = wx_record_update(call->tx, call->kind, call->object_id, rev,
                                             values, &by, &call->problems, err);

    json_decref(values);
    if (status == WX_E_AGAIN)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "%s", err->text);
    if (status)
        return status;
    wx_call_event(call, event, "permit", call->object_id, call->object.unit_id);
    return reply(call, err);
}

enum wx_status wx_permit_change(struct wx_call *call, struct wx_err *err)
{
    json_t *old = NULL, *whole = NULL, *selection;
    struct wx_picked_sites sites;
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = wx_record_check(call->kind, call->json, false, &call->problems, err);
    if (status)
        return status;
    old = wx_record_json(call->tx, &call->arena, "permit", call->object_id, true, err);
    selection = json_object_get(call->json, "selection");
    status = !old        ? WX_E_NOT_FOUND
             : selection ? pick_sites(call, selection, &sites, err)
                         : present_sites(call, &sites, err);
    if (!status) {
        whole = json_copy(old);
        json_object_update(whole, call->json);
        status = check_draft(call, whole, &sites, err);
    }
    if (!status && selection)
        status = wx_permit_sites_replace(call->tx, call->object_id, &sites, err);
    if (!status) {
        json_object_set_new(call->json, "state", json_string("draft"));
        json_object_set_new(
            call->json, "hands",
            hands_with(json_object_get(old, "hands"), call->who.account_id));
        json_object_set_new(call->json, "n_sites", json_integer((json_int_t)sites.n));
        json_object_set_new(call->json, "unit_id",
                            json_integer(wx_sites_owner(call->tx, &sites)));
        status = put(call, rev, json_incref(call->json), "permit.changed", err);
    }
    json_decref(whole);
    json_decref(old);
    return status;
}

/* ---- acts ---- */

static json_t *now_and_who(struct wx_call *call, const char *state, const char *at,
                           const char *by)
{
    char now[24];

    wx_time_format(call->now_s, now);
    return json_pack("{s:s, s:s, s:I}", "state", state, at, now, by,
                     (json_int_t)call->who.account_id);
}

static enum wx_status read_rev(struct wx_call *call, int64_t *rev, struct wx_err *err)
{
    if (wx_call_if_match(call, rev))
        return WX_OK;
    return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
}

/* What a permit must have before anybody is asked to put a name under it. */
static enum wx_status check_whole(struct wx_call *call, json_t **record,
                                  struct wx_picked_sites *sites,
                                  struct wx_permit **permit, struct wx_err *err)
{
    int64_t until_s = 0;
    const char *until, *number;
    enum wx_status status = present_sites(call, sites, err);

    *permit = NULL;
    *record =
        wx_record_json(call->tx, &call->arena, "permit", call->object_id, true, err);
    if (status || !*record)
        return status ? status : WX_E_NOT_FOUND;
    number = json_string_value(json_object_get(*record, "number"));
    if (!number || !*number)
        wx_field_problem_add(&call->problems, "number", "required",
                             WX_T_FIELD_REQUIRED);
    until = json_string_value(json_object_get(*record, "valid_until"));
    if (!until || !wx_time_parse(wx_str_of(until), &until_s))
        wx_field_problem_add(&call->problems, "valid_until", "required",
                             WX_T_FIELD_REQUIRED);
    else if (until_s <= call->now_s)
        wx_field_problem_add(&call->problems, "valid_until", "past",
                             WX_T_FIELD_IN_THE_PAST);
    if (call->problems.n)
        return wx_fail(err, WX_E_INVALID, "'%s' of the permit",
                       call->problems.at[0].field);
    return make_paper(call, *record, sites, permit, err);
}

enum wx_status wx_permit_submit(struct wx_call *call, struct wx_err *err)
{
    struct wx_picked_sites sites;
    struct wx_permit *permit;
    json_t *record = NULL, *values;
    int64_t rev;
    enum wx_status status = read_rev(call, &rev, err);

    if (status)
        return status;
    status = check_whole(call, &record, &sites, &permit, err);
    if (!status) {
        values = now_and_who(call, "submitted", "submitted", "submitted_by");
        json_object_set_new(
            values, "hands",
            hands_with(json_object_get(record, "hands"), call->who.account_id));
        status = put(call, rev, values, "permit.submitted", err);
    }
    wx_permit_free(permit);
    json_decref(record);
    return status;
}

enum wx_status wx_permit_approve(struct wx_call *call, struct wx_err *err)
{
    int64_t rev;
    enum wx_status status = read_rev(call, &rev, err);

    return status ? status
                  : put(call, rev,
                        now_and_who(call, "approved", "approved", "approved_by"),
                        "permit.approved", err);
}

static enum wx_status reason_of(struct wx_call *call, json_t *values,
                                struct wx_err *err)
{
    struct wx_str reason = wx_str_trim(wx_call_text(call, "reason"));

    if (!reason.len || reason.len > 500) {
        wx_field_problem_add(&call->problems, "reason", "required",
                             WX_T_FIELD_REQUIRED);
        json_decref(values);
        return wx_fail(err, WX_E_INVALID, "'reason' must say why");
    }
    json_object_set_new(values, "reason", json_stringn(reason.ptr, reason.len));
    return WX_OK;
}

enum wx_status wx_permit_reject(struct wx_call *call, struct wx_err *err)
{
    json_t *values = now_and_who(call, "rejected", "ended", "ended_by");
    int64_t rev;
    enum wx_status status = reason_of(call, values, err);

    if (status)
        return status;
    status = read_rev(call, &rev, err);
    if (!status)
        return put(call, rev, values, "permit.rejected", err);
    json_decref(values);
    return status;
}

enum wx_status wx_permit_issue(struct wx_call *call, struct wx_err *err)
{
    struct wx_buf paper = WX_BUF_INIT(2 * WX_MAX_PERMIT_BYTES);
    struct wx_picked_sites sites;
    struct wx_permit *permit = NULL;
    json_t *record = NULL;
    int64_t rev;
    enum wx_status status = read_rev(call, &rev, err);

    if (status)
        return status;
    status = check_whole(call, &record, &sites, &permit, err);
    if (!status && wx_permit_depth(permit) != WX_DEPTH_PASSIVE &&
        !wx_str_eqz(call->object.state, "approved"))
        status = wx_call_refuse(call, WX_P_STATE, err,
                                "deeper than passive needs a second person's approval");
    if (!status)
        status =
            wx_paper_sign(permit, wx_office_dir(wx_call_office(call)), &paper, err);
    if (!status)
        status =
            wx_permit_paper_put(call->tx, call->object_id, wx_buf_str(&paper), err);
    if (!status)
        status = put(call, rev, now_and_who(call, "issued", "issued", "issued_by"),
                     "permit.issued", err);
    wx_permit_free(permit);
    json_decref(record);
    wx_buf_clear(&paper);
    return status;
}

/* No If-Match: whoever wants it to end, wants it whatever was changed meanwhile. */
enum wx_status wx_permit_revoke(struct wx_call *call, struct wx_err *err)
{
    json_t *values = now_and_who(call, "revoked", "ended", "ended_by");
    enum wx_status status = reason_of(call, values, err);

    if (!status)
        status = put(call, 0, values, "permit.revoked", err);
    if (!status) /* before the supervisor hears of it */
        status = wx_rounds_hold(call->tx, wx_office_dir(wx_call_office(call)), 0,
                                call->object_id, err);
    return status;
}

/* ---- what belongs to it ---- */

enum wx_status wx_permit_sites_list(struct wx_call *call, struct wx_err *err)
{
    struct wx_picked_sites sites;
    struct wx_str after = wx_call_param(call, "cursor");
    struct wx_json j = wx_call_json(call);
    struct wx_permit_cover cover;
    uint64_t after_id = 0;
    uint32_t limit;
    enum wx_status status;

    if (!wx_call_number(call, "limit", 50, 500, &limit) ||
        (after.len && !wx_str_to_u64(after, INT64_MAX, &after_id)))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'limit' or 'cursor'");
    status = wx_permit_sites(call->tx, &call->arena, call->object_id, (int64_t)after_id,
                             limit, &sites, err);
    if (!status)
        status = wx_permit_cover(call->tx, call->object_id, &cover, err);
    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < sites.n; i++) {
        wx_json_open(&j, '{');
        wx_json_kint(&j, "id", sites.at[i].site_id);
        wx_json_kint(&j, "unit_id", sites.at[i].unit_id);
        wx_json_kstr(&j, "domain", sites.at[i].domain);
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    if (sites.n == limit)
        wx_json_str(&j, wx_arena_printf(&call->arena, "%lld",
                                        (long long)sites.at[limit - 1].site_id));
    else
        wx_json_null(&j);
    wx_json_kint(&j, "total", cover.n_seen);
    wx_json_close(&j, '}');
    return WX_OK;
}

/* The signed paper itself: wangxun inspect --permit takes it. */
enum wx_status wx_permit_file(struct wx_call *call, struct wx_err *err)
{
    struct wx_permit_cover cover;
    struct wx_str paper;
    enum wx_status status = wx_permit_cover(call->tx, call->object_id, &cover, err);

    if (!status && cover.n_seen < cover.n_sites)
        return wx_call_refuse(call, WX_P_FORBIDDEN, err,
                              "the permit covers sites that are not yours to see");
    if (!status)
        status =
            wx_permit_paper_get(call->tx, &call->arena, call->object_id, &paper, err);
    if (status == WX_E_NOT_FOUND)
        return wx_call_refuse(call, WX_P_STATE, err, "the permit was not issued yet");
    if (status)
        return status;
    (void)wx_call_json(call);
    (void)wx_buf_adds(&call->out, paper);
    wx_call_header(call, "Content-Disposition",
                   wx_arena_printf(&call->arena,
                                   "attachment; filename=\"permit-%lld.json\"",
                                   (long long)call->object_id));
    return WX_OK;
}
