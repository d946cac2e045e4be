/* A sheet whose form has a newer version: what changed, and the step into it. */
#include "api/campaign.h"
#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "api/sheet.h"
#include "campaign/form_change.h"
#include "store/office_own.h"
#include <stdlib.h>

struct stepping {
    struct wx_filling filling;
    struct wx_kept_form newest;
    struct wx_campaign_form *from, *to;
};

static enum wx_status open_both(struct wx_call *call, const struct wx_filling *filling,
                                struct stepping *s, struct wx_err *err)
{
    enum wx_status status;

    *s = (struct stepping){.filling = *filling};
    if (!filling->form.id)
        return WX_E_NOT_FOUND;
    status = wx_campaign_form_newest(call->tx, &call->arena, filling->duty.campaign_id,
                                     filling->form.name, &s->newest, err);
    if (status || s->newest.id == filling->form.id)
        return status ? status : WX_E_NOT_FOUND;
    status = wx_campaign_form_read(wx_arena_z(&call->arena, filling->form.name),
                                   filling->form.source, &s->from, err);
    if (!status)
        status = wx_campaign_form_read(wx_arena_z(&call->arena, s->newest.name),
                                       s->newest.source, &s->to, err);
    return status;
}

static void close_both(struct stepping *s)
{
    wx_campaign_form_free(s->from);
    wx_campaign_form_free(s->to);
}

static struct wx_str dumped(struct wx_call *call, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);
    struct wx_str out = wx_arena_str(&call->arena, wx_str_of(text ? text : "null"));

    free(text);
    return out;
}

enum wx_status wx_sheet_put_newer(struct wx_call *call, struct wx_json *j,
                                  const struct wx_filling *filling, struct wx_err *err)
{
    struct stepping s;
    struct wx_str lost;
    enum wx_status status = open_both(call, filling, &s, err);

    wx_json_key(j, "newer");
    if (!status) {
        json_t *changes = wx_form_changes(s.from, s.to);

        wx_json_open(j, '{');
        wx_json_kint(j, "version", s.newest.version);
        wx_json_key(j, "changes");
        wx_json_raw(j, dumped(call, changes));
        wx_json_close(j, '}');
        json_decref(changes);
    } else {
        wx_json_null(j);
    }
    close_both(&s);
    if (status && status != WX_E_NOT_FOUND)
        return status;
    status = wx_sheet_left_last(call->tx, &call->arena, filling->duty.id, &lost, err);
    wx_json_key(j, "left_behind");
    wx_json_raw(j, lost.len && wx_call_shows_phones(call) ? lost : WX_STR("{}"));
    return status;
}

static void put_texts(struct wx_json *j, const char *key, const struct wx_str *at,
                      size_t n)
{
    wx_json_key(j, key);
    wx_json_open(j, '[');
    for (size_t i = 0; i < n; i++)
        wx_json_str(j, at[i]);
    wx_json_close(j, ']');
}

/* The whole sheet as it was stays on record beside what had no place. */
static enum wx_status keep(struct wx_call *call, struct stepping *s,
                           struct wx_sheet_carried *carried, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    const struct wx_sheet_left left = {.duty_id = s->filling.duty.id,
                                       .unit_id = s->filling.duty.unit_id,
                                       .form_id = s->filling.form.id,
                                       .at_s = call->now_s,
                                       .account_id = call->who.account_id,
                                       .answers = s->filling.sheet.answers,
                                       .lost = dumped(call, carried->lost)};
    enum wx_status status = wx_sheet_left_add(call->tx, &left, err);

    s->filling.sheet.form_id = s->newest.id;
    if (!status)
        status = wx_filling_save(call->tx, &call->arena, &s->filling, carried->answers,
                                 &by, err);
    return status ? wx_campaign_refuse(call, status, err) : WX_OK;
}

static void put_carried(struct wx_call *call, const struct stepping *s,
                        const struct wx_sheet_carried *carried)
{
    struct wx_json j = wx_call_json(call);

    wx_json_open(&j, '{');
    wx_json_kint(&j, "form_version", s->newest.version);
    put_texts(&j, "kept", carried->kept, carried->n_kept);
    put_texts(&j, "missing", carried->missing, carried->n_missing);
    wx_json_key(&j, "lost");
    wx_json_raw(&j, dumped(call, carried->lost));
    wx_json_close(&j, '}');
    wx_call_etag(call, s->filling.sheet.rev + 1);
}

enum wx_status wx_duty_sheet_carry(struct wx_call *call, struct wx_err *err)
{
    struct wx_sheet_carried carried = {0};
    struct wx_filling filling;
    struct stepping s = {0};
    json_t *answers;
    enum wx_status status =
        wx_filling_open(call->tx, &call->arena, call->object_id, &filling, err);

    if (!status)
        status = open_both(call, &filling, &s, err);
    if (status == WX_E_NOT_FOUND) {
        close_both(&s);
        return wx_call_refuse(call, WX_P_STATE, err, "its form has no newer version");
    }
    if (!status) {
        answers =
            json_loadb(filling.sheet.answers.ptr, filling.sheet.answers.len, 0, NULL);
        wx_sheet_carry(&call->arena, s.from, s.to, answers, &carried);
        json_decref(answers);
        status = keep(call, &s, &carried, err);
    }
    if (!status) {
        put_carried(call, &s, &carried);
        wx_call_event(call, "duty.filled", "duty", filling.duty.id,
                      filling.duty.unit_id);
    }
    json_decref(carried.answers);
    json_decref(carried.lost);
    close_both(&s);
    return status;
}
