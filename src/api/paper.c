/* Papers: drafted from the records, approved by a second person, numbered, sent. */
#include "api/paper.h"

#include "api/handlers.h"
#include "campaign/row.h"
#include "store/office_campaign.h"
#include "store/office_paper.h"

enum wx_status wx_find_paper(struct wx_call *call, struct wx_err *err)
{
    json_t *row = NULL;
    int64_t unit_id = 0;
    enum wx_status status = wx_act_find(call, "paper", err);

    /* an office's paper is asked about as the unit's that it was sent to */
    if (!status && !call->object.unit_id && !wx_scope_has(&call->scope, 0))
        status = wx_paper_seen_unit(call->tx, call->object_id, &unit_id, err);
    if (!status && unit_id)
        call->object.unit_id = unit_id;
    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    wx_act_mark_hands(call, row);
    json_decref(row);
    return status;
}

/* ---- showing ---- */

static enum wx_status show(struct wx_call *call, int64_t id, struct wx_err *err)
{
    static const enum wx_op ops[] = {WX_OP_PAPER_WRITE,   WX_OP_PAPER_SUBMIT,
                                     WX_OP_PAPER_APPROVE, WX_OP_PAPER_REJECT,
                                     WX_OP_PAPER_SEND,    WX_OP_PAPER_ARCHIVE,
                                     WX_OP_PAPER_CANCEL,  WX_OP_PAPER_CORRECT,
                                     WX_OP_PAPER_EXPORT,  WX_OP_PAPER_ORIGINAL};
    static const struct wx_shown what = {
        "paper", WX_SHOWN_OPS(ops), .shows_phones = true, .rest = wx_paper_put_desk};

    return wx_campaign_show_one(call, &what, id, err);
}

enum wx_status wx_paper_show(struct wx_call *call, struct wx_err *err)
{
    return show(call, call->object_id, err);
}

/* ---- drafting ---- */

static enum wx_status check_texts(struct wx_call *call, struct wx_str kind,
                                  struct wx_err *err)
{
    enum wx_status status =
        wx_issue_check_texts(kind, json_object_get(call->json, "texts"), err);

    return status ? wx_campaign_refuse(call, status, err) : WX_OK;
}

static bool has_organs(const json_t *json)
{
    const json_t *organs = json_object_get(json, "organs");
    bool is_good = !organs || json_is_null(organs) ||
                   (json_is_array(organs) && json_array_size(organs) <= 12);

    for (size_t i = 0; is_good && i < json_array_size(organs); i++)
        is_good = json_is_string(json_array_get(organs, i));
    return is_good;
}

static enum wx_status check_fields(struct wx_call *call, bool is_new,
                                   struct wx_err *err)
{
    enum wx_status status;

    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    if (is_new && !json_object_get(call->json, "name")) {
        json_object_set_new(call->json, "name", json_string("-"));
        status = wx_record_check(wx_record_kind_find(WX_STR("paper")), call->json, true,
                                 &call->problems, err);
        json_object_del(call->json, "name");
    } else {
        status = wx_record_check(wx_record_kind_find(WX_STR("paper")), call->json,
                                 is_new, &call->problems, err);
    }
    if (!status && !has_organs(call->json))
        return wx_act_refuse(call, "organs", "not_a_list", WX_T_FIELD_NOT_A_LIST, err);
    return status;
}

/* What it is made from: taken out of the body, which then holds a paper's own fields.
 */
static enum wx_status take_subject(struct wx_call *call, struct wx_paper_new *new,
                                   struct wx_err *err)
{
    static const char *const taken[] = {"kind", "record_id", "campaign_id", "measure"};

    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    *new = (struct wx_paper_new){
        .kind = wx_paper_kind_find(wx_call_text(call, "kind")),
        .subject = {.campaign_id = wx_call_int(call, "campaign_id"),
                    .record_id = wx_call_int(call, "record_id"),
                    .measure =
                        wx_arena_str(&call->arena, wx_call_text(call, "measure"))}};
    if (!new->kind || new->kind->flags &(WX_PAPER_WITH_NOTICE | WX_PAPER_BY_UNIT))
        return wx_act_refuse(call, "kind", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    if (new->subject.measure.len > 60)
        return wx_act_refuse(call, "measure", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        json_object_del(call->json, taken[i]);
    return WX_OK;
}

static bool is_there(struct wx_call *call, const char *kind, int64_t id)
{
    struct wx_record_facts facts;

    return !wx_record_facts(call->tx, &call->arena,
                            wx_record_kind_find(wx_str_of(kind)), id, &facts, NULL);
}

static enum wx_status reply_new(struct wx_call *call, int64_t id, struct wx_err *err)
{
    wx_call_created(call, "papers", id);
    wx_call_audit(call, "paper", id, 0);
    /* the office's own until it is sent: no unit is told of a draft */
    wx_call_event(call, "paper.drafted", "paper", id, 0);
    call->object.state = WX_STR("draft");
    return show(call, id, err);
}

enum wx_status wx_paper_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_paper_new new;
    struct wx_issue issue = wx_call_issue(call, err);
    int64_t id, unit_id;
    enum wx_status status = take_subject(call, &new, err);

    if (!status)
        status = check_fields(call, true, err);
    if (!status)
        status = check_texts(call, wx_str_of(new.kind->word), err);
    if (status)
        return status;
    if (!is_there(call, new.kind->subject, new.subject.record_id))
        return wx_act_refuse(call, "record_id", "no_such_record",
                             WX_T_FIELD_NO_SUCH_RECORD, err);
    if (new.subject.campaign_id && !is_there(call, "campaign", new.subject.campaign_id))
        return wx_act_refuse(call, "campaign_id", "no_such_record",
                             WX_T_FIELD_NO_SUCH_RECORD, err);
    status = wx_issue_draft(&issue, &new, call->json, &id, &unit_id);
    if (status)
        return wx_campaign_refuse(call, status, err);
    call->object = (struct wx_object){
        .exists = true, .unit_id = unit_id, .made_by = call->who.account_id};
    return reply_new(call, id, err);
}

enum wx_status wx_paper_change(struct wx_call *call, struct wx_err *err)
{
    json_t *row = NULL;
    enum wx_status status = check_fields(call, false, err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status)
        status = check_texts(call, wx_fields_text(row, "kind"), err);
    if (!status)
        wx_fields_hand(row, call->json, call->who.account_id);
    json_decref(row);
    call->object.unit_id = 0; /* a draft is the office's */
    return status ? status
                  : wx_act_put(call, "record.changed", json_incref(call->json), err);
}

enum wx_status wx_paper_refresh(struct wx_call *call, struct wx_err *err)
{
    struct wx_issue issue = wx_call_issue(call, err);
    enum wx_status status = wx_issue_refresh(&issue, call->object_id);

    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_event(call, "record.changed", "paper", call->object_id, 0);
    return show(call, call->object_id, err);
}

enum wx_status wx_paper_correct(struct wx_call *call, struct wx_err *err)
{
    struct wx_issue issue = wx_call_issue(call, err);
    struct wx_str reason;
    int64_t id, unit_id;
    enum wx_status status = wx_act_text(call, "reason", 4000, true, &reason, err);

    if (!status)
        status = wx_issue_correct(&issue, call->object_id, reason, &id, &unit_id);
    return status ? wx_campaign_refuse(call, status, err) : reply_new(call, id, err);
}

/* ---- acts ---- */

static const struct {
    enum wx_op op;
    enum wx_paper_act act;
    const char *event;
} acts[] = {
    {WX_OP_PAPER_SUBMIT, WX_PAPER_SUBMIT, "paper.submitted"},
    {WX_OP_PAPER_REJECT, WX_PAPER_REJECT, "paper.rejected"},
    {WX_OP_PAPER_APPROVE, WX_PAPER_APPROVE, "paper.approved"},
    {WX_OP_PAPER_SEND, WX_PAPER_SEND, "paper.sent"},
    {WX_OP_PAPER_ARCHIVE, WX_PAPER_ARCHIVE, "paper.archived"},
    {WX_OP_PAPER_CANCEL, WX_PAPER_CANCEL, "paper.cancelled"},
};

static enum wx_status read_way(struct wx_call *call, struct wx_issue_input *input,
                               struct wx_err *err)
{
    input->way = wx_call_text(call, "way");
    if (input->way.len && !wx_str_eqz(input->way, "online") &&
        !wx_str_eqz(input->way, "paper") && !wx_str_eqz(input->way, "meeting"))
        return wx_act_refuse(call, "way", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    return WX_OK;
}

/* Whom it is sent to: those named, or all with a duty in its campaign. */
static enum wx_status read_units(struct wx_call *call, struct wx_issue_input *input,
                                 struct wx_err *err)
{
    const json_t *list = json_object_get(call->json, "unit_ids");
    int64_t *ids = NULL;
    json_t *row = NULL;
    enum wx_status status;

    if (wx_call_bool(call, "all_units")) {
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
        if (!status)
            status = wx_campaign_units(
                call->tx, &call->arena,
                json_integer_value(json_object_get(row, "campaign_id")), 0, &ids,
                &input->n_unit_ids, err);
        json_decref(row);
        input->unit_ids = ids;
        return status;
    }
    ids = wx_arena_array(&call->arena, int64_t, json_array_size(list) + 1);
    for (size_t i = 0; i < json_array_size(list); i++) {
        ids[i] = json_integer_value(json_array_get(list, i));
        if (!is_there(call, "unit", ids[i]))
            return wx_act_refuse(call, "unit_ids", "no_such_record",
                                 WX_T_FIELD_NO_SUCH_RECORD, err);
    }
    input->unit_ids = ids;
    input->n_unit_ids = json_array_size(list);
    return WX_OK;
}

/* Those that it was sent to hear of it, and nobody before. */
static void tell(struct wx_call *call, enum wx_paper_act act, const char *event,
                 const struct wx_issue_input *input)
{
    int64_t unit_id = call->object.unit_id;

    wx_call_event(call, event, "paper", call->object_id,
                  act == WX_PAPER_SEND ? unit_id : 0);
    for (size_t i = 0; act == WX_PAPER_SEND && !unit_id && i < input->n_unit_ids; i++)
        wx_call_event(call, event, "paper", call->object_id, input->unit_ids[i]);
}

enum wx_status wx_paper_acted(struct wx_call *call, struct wx_err *err)
{
    struct wx_issue issue = wx_call_issue(call, err);
    struct wx_issue_input input = {0};
    int64_t rev;
    size_t i = 0;
    enum wx_status status;

    while (i + 1 < sizeof acts / sizeof *acts && acts[i].op != call->endpoint->op)
        i++;
    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = wx_act_text(call, "note", 4000,
                         wx_paper_course.moves[acts[i].act].needs & WX_COURSE_NOTE,
                         &input.note, err);
    if (!status && acts[i].act == WX_PAPER_SEND)
        status = read_way(call, &input, err);
    if (!status && acts[i].act == WX_PAPER_SEND)
        status = read_units(call, &input, err);
    if (!status)
        status = wx_issue_act(&issue, acts[i].act, call->object_id, rev, &input);
    if (status)
        return wx_campaign_refuse(call, status, err);
    tell(call, acts[i].act, acts[i].event, &input);
    return show(call, call->object_id, err);
}
