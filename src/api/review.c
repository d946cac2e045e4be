/* Opening reviews, re-checks, registrations of new sites; merging plans. */
#include "api/act.h"
#include "api/handlers.h"
#include "store/office_register.h"

enum { MAX_REASON_BYTES = 2000, MAX_NUMBER_BYTES = 100 };

/* Who applied or changed it last is its maker for !own, too. */
static enum wx_status find_decided(struct wx_call *call, const char *kind,
                                   struct wx_err *err)
{
    json_t *record = NULL;
    enum wx_status status = wx_act_find(call, kind, err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &record, err);
    if (!status && (json_integer_value(json_object_get(record, "submitted_by")) ==
                        call->who.account_id ||
                    json_integer_value(json_object_get(record, "updated_by")) ==
                        call->who.account_id))
        call->object.made_by = call->who.account_id;
    json_decref(record);
    return status;
}

enum wx_status wx_find_review(struct wx_call *call, struct wx_err *err)
{
    return find_decided(call, "review", err);
}

enum wx_status wx_find_merge_plan(struct wx_call *call, struct wx_err *err)
{
    return find_decided(call, "merge_plan", err);
}

/* What a review must say before somebody has to decide about it. */
static enum wx_status check_review(struct wx_call *call, const json_t *review,
                                   struct wx_err *err)
{
    static const char *const always[] = {"reason"};
    static const char *const opening[] = {"is_entitled"};
    static const char *const going_online[] = {"is_entitled", "assessment_result",
                                               "assessment_on"};
    const char *kind = json_string_value(json_object_get(review, "kind"));
    const char *const *more =
        strcmp(kind, "registration") == 0 ? going_online : opening;
    size_t n_more = strcmp(kind, "registration") == 0                              ? 3
                    : strcmp(kind, "opening") == 0 || strcmp(kind, "recheck") == 0 ? 1
                                                                                   : 0;

    for (size_t i = 0; i < 1 + n_more; i++) {
        const char *field = i ? more[i - 1] : always[0];

        if (json_string_length(json_object_get(review, field)) == 0)
            wx_field_problem_add(&call->problems, field, "required",
                                 WX_T_FIELD_REQUIRED);
    }
    return call->problems.n ? wx_fail(err, WX_E_INVALID, "the review is not complete")
                            : WX_OK;
}

static enum wx_status submit(struct wx_call *call, const char *event,
                             struct wx_err *err)
{
    json_t *values = json_object();

    json_object_set_new(values, "state", json_string("submitted"));
    json_object_set_new(values, "submitted", wx_act_now(call));
    json_object_set_new(values, "submitted_by", json_integer(call->who.account_id));
    return wx_act_put(call, event, values, err);
}

enum wx_status wx_review_submit(struct wx_call *call, struct wx_err *err)
{
    json_t *review = NULL;
    enum wx_status status =
        wx_act_read(call, call->kind, call->object_id, &review, err);

    if (!status)
        status = check_review(call, review, err);
    json_decref(review);
    return status ? status : submit(call, "review.submitted", err);
}

enum wx_status wx_merge_plan_submit(struct wx_call *call, struct wx_err *err)
{
    return submit(call, "merge_plan.submitted", err);
}

/* What an approval writes into the site. NULL: nothing. */
static json_t *site_values(struct wx_call *call, const char *kind, struct wx_str number)
{
    static const struct {
        const char *kind, *yes, *number, *on;
    } fields[] = {
        {"opening", "opening_review", "opening_review_no", "opening_review_on"},
        {"recheck", "recheck", "recheck_no", "recheck_on"},
        {"interaction", "interaction_approved", "interaction_approval_no", NULL},
    };
    json_t *now = wx_act_now(call), *values = NULL;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strcmp(kind, fields[i].kind) != 0)
            continue;
        values = json_object();
        json_object_set_new(values, fields[i].yes, json_true());
        if (number.len)
            json_object_set_new(values, fields[i].number, wx_act_string(number));
        if (fields[i].on)
            json_object_set_new(values, fields[i].on,
                                json_stringn(json_string_value(now), 10));
    }
    json_decref(now);
    return values;
}

static enum wx_status write_site(struct wx_call *call, const json_t *review,
                                 struct wx_str number, json_t *decided,
                                 struct wx_err *err)
{
    int64_t site_id = json_integer_value(json_object_get(review, "site_id"));
    const char *kind = json_string_value(json_object_get(review, "kind"));
    json_t *values = site_values(call, kind, number);
    struct wx_measured_row measured = {0};
    enum wx_status status = WX_OK;

    if (values)
        status = wx_act_write(call, "site", site_id, values, err);
    json_decref(values);
    if (status || strcmp(kind, "registration") != 0)
        return status;
    status = wx_measured_get(call->tx, &call->arena, site_id, &measured, err);
    if (status && status != WX_E_NOT_FOUND)
        return status;
    json_object_set_new(decided, "inspected_round", json_integer(measured.round_id));
    return WX_OK;
}

/* Body: approve, reason (needed to return it), decision_no. */
static enum wx_status decide(struct wx_call *call, json_t **values, bool *approves,
                             struct wx_str *number, struct wx_err *err)
{
    const json_t *approve = json_object_get(call->json, "approve");
    struct wx_str reason;
    enum wx_status status;

    if (!json_is_boolean(approve))
        return wx_act_refuse(call, "approve", "not_yes_or_no", WX_T_FIELD_NOT_A_BOOL,
                             err);
    *approves = json_is_true(approve);
    status = wx_act_text(call, "reason", MAX_REASON_BYTES, !*approves, &reason, err);
    if (!status)
        status = wx_act_text(call, "decision_no", MAX_NUMBER_BYTES, false, number, err);
    if (status)
        return status;
    *values = json_object();
    json_object_set_new(*values, "state",
                        json_string(*approves ? "approved" : "returned"));
    json_object_set_new(*values, "decided", wx_act_now(call));
    json_object_set_new(*values, "decided_by", json_integer(call->who.account_id));
    json_object_set_new(*values, "decision_reason", wx_act_string(reason));
    return WX_OK;
}

enum wx_status wx_review_decide(struct wx_call *call, struct wx_err *err)
{
    json_t *values = NULL, *review = NULL;
    struct wx_str number;
    bool approves = false;
    enum wx_status status = decide(call, &values, &approves, &number, err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &review, err);
    if (!status)
        json_object_set_new(values, "decision_no", wx_act_string(number));
    if (!status && approves)
        status = write_site(call, review, number, values, err);
    json_decref(review);
    if (status) {
        json_decref(values);
        return status;
    }
    return wx_act_put(call, approves ? "review.approved" : "review.returned", values,
                      err);
}

enum wx_status wx_merge_plan_decide(struct wx_call *call, struct wx_err *err)
{
    json_t *values = NULL;
    struct wx_str number;
    bool approves = false;
    enum wx_status status = decide(call, &values, &approves, &number, err);

    if (status)
        return status;
    return wx_act_put(call, approves ? "merge_plan.approved" : "merge_plan.returned",
                      values, err);
}

/* Carried out: the site's state follows, except when it was to be kept. */
enum wx_status wx_merge_plan_done(struct wx_call *call, struct wx_err *err)
{
    json_t *plan = NULL, *site = json_object(), *values = json_object();
    json_t *now = wx_act_now(call);
    const char *action, *today = json_string_value(now);
    int64_t target;
    enum wx_status status = wx_act_read(call, call->kind, call->object_id, &plan, err);

    action = status ? "" : json_string_value(json_object_get(plan, "action"));
    target = status ? 0 : json_integer_value(json_object_get(plan, "target_id"));
    if (strcmp(action, "close") == 0)
        json_object_set_new(site, "state", json_string("closed"));
    else if (strcmp(action, "merge") == 0)
        json_object_set_new(site, "state", json_string("merged"));
    else if (strcmp(action, "suspend") == 0)
        json_object_set_new(site, "state", json_string("suspended"));
    if (strcmp(action, "close") == 0 || strcmp(action, "merge") == 0)
        json_object_set_new(site, "closed_on", json_stringn(today, 10));
    if (strcmp(action, "merge") == 0 && target)
        json_object_set_new(site, "merged_into", json_integer(target));
    if (!status && json_object_size(site))
        status = wx_act_write(call, "site",
                              json_integer_value(json_object_get(plan, "site_id")),
                              site, err);
    json_object_set_new(values, "state", json_string("done"));
    json_object_set_new(values, "done_on", json_stringn(today, 10));
    json_decref(now);
    json_decref(plan);
    json_decref(site);
    if (status) {
        json_decref(values);
        return status;
    }
    return wx_act_put(call, "merge_plan.done", values, err);
}
