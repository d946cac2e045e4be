/* Notices to units, their answers and verdicts; official numbers. */
#include "campaign/notice.h"

#include "api/handlers.h"
#include "api/paper.h"
#include "campaign/day.h"
#include "campaign/rectify.h"
#include "campaign/row.h"
#include "finding/act.h"
#include "store/office_notice.h"
#include "store/office_number.h"

enum { MAX_TEXT_BYTES = 8000 };

enum wx_status wx_find_notice(struct wx_call *call, struct wx_err *err)
{
    json_t *row = NULL;
    enum wx_status status = wx_act_find(call, "notice", err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    wx_act_mark_hands(call, row);
    json_decref(row);
    return status;
}

/* Who answered it does not judge it. */
enum wx_status wx_find_rectification(struct wx_call *call, struct wx_err *err)
{
    json_t *row = NULL;
    enum wx_status status = wx_act_find(call, "rectification", err);

    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status)
        call->object.made_by = json_integer_value(json_object_get(row, "answered_by"));
    json_decref(row);
    return status;
}

/* ---- showing ---- */

static enum wx_status put_items(struct wx_call *call, int64_t id, struct wx_json *j,
                                struct wx_err *err)
{
    struct wx_item_row *items = NULL;
    size_t n = 0;
    enum wx_status status =
        wx_notice_items(call->tx, &call->arena, id, &items, &n, err);

    wx_json_key(j, "items");
    wx_json_open(j, '[');
    for (size_t i = 0; !status && i < n; i++)
        status = wx_record_get(call->tx, &call->arena,
                               wx_record_kind_find(WX_STR("rectification")),
                               items[i].id, false, j, err);
    wx_json_close(j, ']');
    return status;
}

enum wx_status wx_notice_show(struct wx_call *call, struct wx_err *err)
{
    static const enum wx_op ops[] = {
        WX_OP_NOTICE_WRITE,  WX_OP_NOTICE_SUBMIT,   WX_OP_NOTICE_APPROVE,
        WX_OP_NOTICE_REJECT, WX_OP_NOTICE_SEND,     WX_OP_NOTICE_RECEIVE,
        WX_OP_NOTICE_ANSWER, WX_OP_NOTICE_RETURN,   WX_OP_NOTICE_CLOSE,
        WX_OP_NOTICE_REOPEN, WX_OP_NOTICE_ESCALATE, WX_OP_NOTICE_EXTEND,
        WX_OP_NOTICE_CANCEL};
    static const struct wx_shown what = {"notice", WX_SHOWN_OPS(ops),
                                         .rest = put_items};

    return wx_campaign_show_one(call, &what, call->object_id, err);
}

/* ---- drafting ---- */

static enum wx_status read_draft(struct wx_call *call, struct wx_notice_draft *draft,
                                 struct wx_err *err)
{
    static const char *const levels[] = {"low", "medium", "high", "critical"};
    size_t i = 0;
    enum wx_status status;

    *draft = (struct wx_notice_draft){.campaign_id = call->object_id,
                                      .unit_id = wx_call_int(call, "unit_id"),
                                      .kind = wx_call_text(call, "kind"),
                                      .due = wx_call_text(call, "due"),
                                      .least = wx_call_text(call, "least"),
                                      .by = wx_call_by(call)};
    if (!draft->kind.len)
        draft->kind = WX_STR("rectify");
    if (!wx_str_eqz(draft->kind, "rectify") && !wx_str_eqz(draft->kind, "reinforce"))
        return wx_act_refuse(call, "kind", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    if (!draft->least.len)
        draft->least = WX_STR("low");
    while (i < 4 && !wx_str_eqz(draft->least, levels[i]))
        i++;
    if (i == 4)
        return wx_act_refuse(call, "least", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    status = wx_act_text(call, "name", 300, true, &draft->name, err);
    if (!status)
        status = wx_act_text(call, "basis", 4000, false, &draft->basis, err);
    if (!status)
        status = wx_act_text(call, "asks", MAX_TEXT_BYTES, false, &draft->asks, err);
    return status;
}

enum wx_status wx_notices_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_issue issue = wx_call_issue(call, err);
    struct wx_notice_draft draft;
    int64_t *ids = NULL;
    size_t n = 0;
    enum wx_status status = read_draft(call, &draft, err);

    if (!status)
        status = wx_notices_draft(call->tx, &call->arena, &draft, &ids, &n, err);
    for (size_t i = 0; !status && i < n; i++)
        status = wx_issue_notice_drafted(&issue, ids[i]);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_json_open(&j, '{');
    wx_json_kint(&j, "n", (int64_t)n);
    wx_json_key(&j, "ids");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < n; i++) {
        wx_json_int(&j, ids[i]);
        /* the office's own until it is sent: no unit is told of a draft */
        wx_call_event(call, "notice.drafted", "notice", ids[i], 0);
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    call->audit_detail = wx_arena_printf(&call->arena, "{\"notices\":%zu}", n);
    return WX_OK;
}

enum wx_status wx_notice_change(struct wx_call *call, struct wx_err *err)
{
    json_t *row = NULL;
    enum wx_status status;

    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    status = wx_record_check(call->kind, call->json, false, &call->problems, err);
    if (!status)
        status = wx_act_read(call, call->kind, call->object_id, &row, err);
    if (!status)
        wx_fields_hand(row, call->json, call->who.account_id);
    if (!status && json_object_get(call->json, "due"))
        json_object_set(call->json, "first_due", json_object_get(call->json, "due"));
    json_decref(row);
    call->object.unit_id = 0; /* whom the change is told to: a draft is the office's */
    return status ? status
                  : wx_act_put(call, "record.changed", json_incref(call->json), err);
}

/* ---- acts ---- */

static const struct {
    enum wx_op op;
    enum wx_notice_act act;
    const char *event;
    bool is_told; /* the unit hears of it */
} acts[] = {
    {WX_OP_NOTICE_SUBMIT, WX_NOTICE_SUBMIT, "notice.submitted", false},
    {WX_OP_NOTICE_REJECT, WX_NOTICE_REJECT, "notice.rejected", false},
    {WX_OP_NOTICE_APPROVE, WX_NOTICE_APPROVE, "notice.approved", false},
    {WX_OP_NOTICE_SEND, WX_NOTICE_SEND, "notice.sent", true},
    {WX_OP_NOTICE_RECEIVE, WX_NOTICE_RECEIVE, "notice.received", true},
    {WX_OP_NOTICE_ANSWER, WX_NOTICE_ANSWER, "notice.answered", true},
    {WX_OP_NOTICE_RETURN, WX_NOTICE_RETURN, "notice.returned", true},
    {WX_OP_NOTICE_CLOSE, WX_NOTICE_CLOSE, "notice.closed", true},
    {WX_OP_NOTICE_REOPEN, WX_NOTICE_REOPEN, "notice.reopened", true},
    {WX_OP_NOTICE_ESCALATE, WX_NOTICE_ESCALATE, "notice.escalated", true},
    {WX_OP_NOTICE_CANCEL, WX_NOTICE_CANCEL, "notice.cancelled", false},
};

static enum wx_status read_input(struct wx_call *call, struct wx_notice_input *input,
                                 struct wx_err *err)
{
    enum wx_status status;

    *input = (struct wx_notice_input){.way = wx_call_text(call, "way"),
                                      .by = wx_call_by(call)};
    if (input->way.len && !wx_str_eqz(input->way, "online") &&
        !wx_str_eqz(input->way, "paper") && !wx_str_eqz(input->way, "meeting"))
        return wx_act_refuse(call, "way", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    status = wx_act_text(call, "note", 4000, false, &input->note, err);
    if (!status)
        status = wx_act_text(call, "name", 100, false, &input->name, err);
    if (!status)
        status =
            wx_act_text(call, "answer", MAX_TEXT_BYTES, false, &input->answer, err);
    if (!status)
        status = wx_campaign_file(call, "scan", &input->scan, err);
    return status;
}

enum wx_status wx_notice_acted(struct wx_call *call, struct wx_err *err)
{
    struct wx_issue issue = wx_call_issue(call, err);
    struct wx_notice_input input;
    int64_t rev, unit_id = call->object.unit_id;
    size_t i = 0;
    enum wx_status status;

    while (i + 1 < sizeof acts / sizeof *acts && acts[i].op != call->endpoint->op)
        i++;
    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    status = read_input(call, &input, err);
    if (!status && (wx_notice_course.moves[acts[i].act].needs & WX_COURSE_NOTE) &&
        !input.note.len)
        status = wx_act_refuse(call, "note", "required", WX_T_FIELD_REQUIRED, err);
    if (!status)
        status = wx_notice_act(call->tx, &call->arena, acts[i].act, call->object_id,
                               rev, &input, err);
    if (!status)
        status =
            wx_issue_notice_acted(&issue, acts[i].act, call->object_id, input.note);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_event(call, acts[i].event, "notice", call->object_id,
                  acts[i].is_told ? unit_id : 0);
    return wx_notice_show(call, err);
}

/* ---- rectifications ---- */

static enum wx_status reply_item(struct wx_call *call, int64_t id, struct wx_err *err)
{
    const struct wx_record_kind *kind = wx_record_kind_find(WX_STR("rectification"));
    struct wx_json j = wx_call_json(call);
    struct wx_record_facts facts;
    enum wx_status status =
        wx_record_facts(call->tx, &call->arena, kind, id, &facts, err);

    if (status)
        return status;
    wx_call_etag(call, facts.rev);
    return wx_record_get(call->tx, &call->arena, kind, id, false, &j, err);
}

static enum wx_status check_milestones(struct wx_call *call, struct wx_err *err)
{
    const json_t *steps = json_object_get(call->json, "milestones"), *step;
    size_t i;
    int32_t day;

    if (!steps || json_is_null(steps))
        return WX_OK;
    if (!json_is_array(steps) || json_array_size(steps) > 50)
        return wx_act_refuse(call, "milestones", "not_a_list", WX_T_FIELD_NOT_A_LIST,
                             err);
    json_array_foreach(steps, i, step)
    {
        if (wx_fields_text(step, "what").len == 0 ||
            !wx_day_parse(wx_fields_text(step, "on"), &day))
            return wx_act_refuse(call, "milestones", "not_a_date",
                                 WX_T_FIELD_NOT_A_DATE, err);
    }
    return WX_OK;
}

static enum wx_status check_item(struct wx_call *call, struct wx_err *err)
{
    enum wx_status status =
        wx_record_check(wx_record_kind_find(WX_STR("rectification")), call->json, false,
                        &call->problems, err);

    return status ? status : check_milestones(call, err);
}

enum wx_status wx_rectification_change(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = wx_call_by(call);
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    status = check_item(call, err);
    if (!status)
        status = wx_rectification_answer(call->tx, &call->arena, call->object_id, rev,
                                         call->json, &by, err);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_event(call, "rectification.answered", "rectification", call->object_id,
                  call->object.unit_id);
    return reply_item(call, call->object_id, err);
}

/* Found and mended during the unit's own inspection: {"finding_id", "campaign_id",
 * ...}. */
enum wx_status wx_rectification_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = wx_call_by(call);
    int64_t finding_id = wx_call_int(call, "finding_id"), id;
    int64_t campaign_id = wx_call_int(call, "campaign_id");
    struct wx_finding_row finding;
    enum wx_status status;

    if (!json_is_object(call->json))
        return wx_call_refuse(call, WX_P_MALFORMED, err, "a JSON object is needed");
    json_object_del(call->json, "finding_id");
    json_object_del(call->json, "campaign_id");
    if (wx_finding_row_read(call->tx, &call->arena, finding_id, &finding, NULL))
        return wx_act_refuse(call, "finding_id", "no_such_record",
                             WX_T_FIELD_NO_SUCH_RECORD, err);
    call->object = (struct wx_object){.exists = true, .unit_id = finding.unit_id};
    if (wx_access_ask(&call->who, call->endpoint->op, &call->object) != WX_ALLOW)
        return wx_call_refuse(call, WX_P_FORBIDDEN, err,
                              "the finding is another unit's");
    status = check_item(call, err);
    if (!status)
        status = wx_rectification_self(call->tx, &call->arena, campaign_id, finding_id,
                                       call->json, &by, &id, err);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_created(call, "rectifications", id);
    wx_call_audit(call, "rectification", id, finding.unit_id);
    wx_call_event(call, "rectification.answered", "rectification", id, finding.unit_id);
    return reply_item(call, id, err);
}

static bool is_word(struct wx_str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (wx_str_eqz(s, words[i]))
            return true;
    return false;
}

enum wx_status wx_rectification_verdict(struct wx_call *call, struct wx_err *err)
{
    static const char *const verdicts[] = {"fixed", "not_fixed", "page_gone",
                                           "not_determined"};
    static const char *const ways[] = {"person", "site"};
    struct wx_record_by by = wx_call_by(call);
    struct wx_verdict v = {.verdict = wx_call_text(call, "verdict"),
                           .way = wx_call_text(call, "way")};
    int64_t rev;
    enum wx_status status;

    if (!wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (!is_word(v.verdict, verdicts, 4))
        return wx_act_refuse(call, "verdict", "unknown_word", WX_T_FIELD_UNKNOWN_WORD,
                             err);
    if (!v.way.len)
        v.way = WX_STR("person");
    if (!is_word(v.way, ways, 2))
        return wx_act_refuse(call, "way", "unknown_word", WX_T_FIELD_UNKNOWN_WORD, err);
    status =
        wx_act_text(call, "note", 2000, !wx_str_eqz(v.verdict, "fixed"), &v.note, err);
    if (!status)
        status = wx_rectification_judge(call->tx, &call->arena, call->object_id, rev,
                                        &v, &by, err);
    if (status)
        return wx_campaign_refuse(call, status, err);
    wx_call_event(call, "rectification.verified", "rectification", call->object_id,
                  call->object.unit_id);
    return reply_item(call, call->object_id, err);
}

/* A re-inspection by the scanner: its verdict comes by the clock. */
enum wx_status wx_rectification_retest(struct wx_call *call, struct wx_err *err)
{
    struct wx_finding_input input = {.account_id = call->who.account_id,
                                     .now_s = call->now_s};
    struct wx_finding_acted acted = {0};
    struct wx_finding_row finding;
    json_t *row = NULL;
    int64_t finding_id;
    enum wx_status status = wx_act_read(call, call->kind, call->object_id, &row, err);

    finding_id = json_integer_value(json_object_get(row, "finding_id"));
    json_decref(row);
    if (!status)
        status = wx_finding_row_read(call->tx, &call->arena, finding_id, &finding, err);
    if (!status)
        status = wx_finding_act(call->tx, WX_ACT_RETEST, &finding, 0, &input, NULL,
                                &acted, err);
    if (status == WX_E_INVALID)
        return wx_call_refuse(call, WX_P_STATE, err, "%s", err->text);
    if (status)
        return status;
    wx_call_event(call, "finding.retest", "finding", finding_id, finding.unit_id);
    return reply_item(call, call->object_id, err);
}

/* ---- official numbers ---- */

enum wx_status wx_numbers_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    uint32_t year;
    enum wx_status status;

    if (!wx_call_number(call, "year", 0, 2200, &year))
        return wx_fail(err, WX_E_INVALID, "'year' must be a year");
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status =
        wx_numbers_json(call->tx, wx_call_param(call, "series"), (int)year, &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}
