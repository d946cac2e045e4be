#include "api/shared_object.h"

#include "round/plan.h"
#include <stdlib.h>

enum { MAX_PICKED = 100000 };

enum wx_status wx_shared_find(struct wx_call *call, const char *kind,
                              enum wx_status (*cover)(struct wx_tx *tx, int64_t id,
                                                      struct wx_permit_cover *out,
                                                      struct wx_err *err),
                              struct wx_err *err)
{
    bool is_change = !wx_str_eqz(call->method, "GET");
    struct wx_permit_cover seen;
    enum wx_status status;

    call->kind = wx_record_kind_find(wx_str_of(kind));
    status = wx_find_record(call, err);
    if (!status)
        status = cover(call->tx, call->object_id, &seen, err);
    if (status)
        return status;
    if (is_change && seen.unseen_unit)
        call->object.unit_id = seen.unseen_unit;
    else if (!wx_scope_has(&call->scope, call->object.unit_id) && seen.seen_unit)
        call->object.unit_id = seen.seen_unit;
    return WX_OK;
}

json_t *wx_shared_show(struct wx_call *call, const enum wx_op *ops, size_t n_ops,
                       struct wx_err *err)
{
    json_t *root = wx_record_json(call->tx, &call->arena, call->kind->name,
                                  call->object_id, true, err);
    json_t *may = json_array();
    struct wx_object object = call->object;
    const char *state;

    if (!root) {
        json_decref(may);
        return NULL;
    }
    wx_call_etag(call, json_integer_value(json_object_get(root, "rev")));
    state = json_string_value(json_object_get(root, "state"));
    object.state = wx_str_of(state ? state : "");
    for (size_t i = 0; i < n_ops; i++) {
        enum wx_answer answer = wx_access_ask(&call->who, ops[i], &object);

        /* a second proof can be given: the interface offers the act and asks for it */
        if (answer == WX_ALLOW || answer == WX_DENY_STEP_UP)
            json_array_append_new(may, json_string(wx_op_name(ops[i])));
    }
    json_object_set_new(root, "may", may);
    return root;
}

enum wx_status wx_shared_reply(struct wx_call *call, json_t *root, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

    json_decref(root);
    if (!text)
        return wx_fail(err, WX_E_INVALID, "the answer cannot be written");
    wx_json_raw(&j, wx_str_of(text));
    free(text);
    return WX_OK;
}

static bool read_ids(struct wx_call *call, const json_t *list, const int64_t **out,
                     size_t *n)
{
    size_t n_ids = json_array_size(list);
    int64_t *ids = wx_arena_array(&call->arena, int64_t, n_ids + 1);

    *out = ids;
    *n = n_ids;
    if (list && !json_is_null(list) && !json_is_array(list))
        return false;
    for (size_t i = 0; i < n_ids; i++) {
        ids[i] = json_integer_value(json_array_get(list, i));
        if (ids[i] <= 0)
            return false;
    }
    return n_ids <= MAX_PICKED;
}

enum wx_status wx_site_pick_read(struct wx_call *call, const json_t *json,
                                 struct wx_site_pick *out, struct wx_err *err)
{
    const json_t *q = json_object_get(json, "q");
    const char *wrong = NULL;

    *out = (struct wx_site_pick){.all = json_is_true(json_object_get(json, "all"))};
    if (!read_ids(call, json_object_get(json, "sites"), &out->site_ids,
                  &out->n_site_ids))
        wrong = "sites";
    if (!read_ids(call, json_object_get(json, "units"), &out->unit_ids,
                  &out->n_unit_ids))
        wrong = "units";
    if (json_is_string(q))
        out->filter = wx_arena_str(&call->arena, wx_str_of(json_string_value(q)));
    else if (q && !json_is_null(q))
        wrong = "q";
    if (wrong)
        return wx_fail(err, WX_E_INVALID, "the selection's '%s' is malformed", wrong);
    return WX_OK;
}
