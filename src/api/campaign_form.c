/* Forms of a campaign: which there are, and another version of one that is in use. */
#include "api/campaign.h"
#include "api/handlers.h"
#include "base/limits.h"
#include "campaign/form_change.h"
#include "campaign/own.h"
#include "store/office_campaign.h"
#include <stdlib.h>

enum wx_status wx_campaign_forms_show(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    enum wx_status status;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_campaign_forms_json(call->tx, call->object_id, &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

struct replacing {
    struct wx_kept_form was, now;
    struct wx_campaign_form *from, *to;
    struct wx_str source;
};

static enum wx_status refuse_source(struct wx_call *call, const char *code,
                                    const char *said, struct wx_err *err)
{
    wx_field_problem_say(&call->problems, "source", code, said);
    return wx_fail(err, WX_E_INVALID, "the form cannot be taken: %s", said);
}

/* What is stated, or else the office's newest version of it. */
static enum wx_status read_source(struct wx_call *call, struct replacing *r,
                                  struct wx_err *err)
{
    struct wx_blueprint newest;
    enum wx_status status;

    r->source = wx_call_text(call, "source");
    if (r->source.len > WX_MAX_KIND_BYTES)
        return wx_act_refuse(call, "source", "too_long", WX_T_FIELD_TOO_LONG, err);
    if (r->source.len)
        return WX_OK;
    status =
        wx_blueprint_get(call->tx, &call->arena, "form", r->was.name, 0, &newest, err);
    r->source = newest.text.source;
    return status;
}

static enum wx_status read_both(struct wx_call *call, struct replacing *r,
                                struct wx_err *err)
{
    struct wx_err why = {0};
    enum wx_status status = wx_campaign_form_read("form", r->was.source, &r->from, err);

    if (status)
        return status;
    if (wx_campaign_form_read("form", r->source, &r->to, &why))
        return refuse_source(call, "malformed",
                             wx_arena_z(&call->arena, wx_str_of(why.text)), err);
    return wx_str_eq(r->to->key, r->was.name)
               ? WX_OK
               : refuse_source(call, "other_key",
                               wx_text(call->lang, WX_T_BLUEPRINT_OTHER_KEY), err);
}

static void put_replaced(struct wx_call *call, const struct replacing *r)
{
    struct wx_json j = wx_call_json(call);
    json_t *changes = wx_form_changes(r->from, r->to);
    char *text = json_dumps(changes, JSON_COMPACT);

    wx_json_open(&j, '{');
    wx_json_kstr(&j, "name", r->now.name);
    wx_json_kint(&j, "version", r->now.version);
    wx_json_key(&j, "changes");
    wx_json_raw(&j, wx_arena_str(&call->arena, wx_str_of(text ? text : "[]")));
    wx_json_close(&j, '}');
    free(text);
    json_decref(changes);
}

/* Body: source. Sheets under way keep their version until they are carried over. */
enum wx_status wx_campaign_form_put(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    struct replacing r = {0};
    int64_t id = 0;
    enum wx_status status = wx_campaign_form_newest(
        call->tx, &call->arena, call->object_id, call->path_text[1], &r.was, err);

    if (!status)
        status = read_source(call, &r, err);
    if (!status)
        status = read_both(call, &r, err);
    if (!status)
        status = wx_campaign_form_keep(call->tx, call->object_id, r.was.name, r.source,
                                       &by, &id, err);
    if (!status)
        status = wx_campaign_form_get(call->tx, &call->arena, id, &r.now, err);
    if (!status)
        put_replaced(call, &r);
    if (!status && r.now.version != r.was.version)
        wx_call_event(call, "campaign.form_changed", "campaign", call->object_id, 0);
    wx_campaign_form_free(r.from);
    wx_campaign_form_free(r.to);
    return status;
}
