/* Evaluations with appraisals and appeals, bulletin lists. */
#include "api/judge.h"

#include "api/handlers.h"
#include "campaign/day.h"
#include "campaign/judge.h"
#include "campaign/kind.h"
#include "campaign/plan.h"
#include "campaign/row.h"
#include <stdlib.h>

enum { MAX_WHY_BYTES = 4000 };

enum wx_status wx_find_evaluation(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "evaluation", err);
}

enum wx_status wx_find_appraisal(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "appraisal", err);
}

/* ---- evaluations ---- */

static enum wx_status put_appraisals(struct wx_call *call, int64_t id,
                                     struct wx_json *j, struct wx_err *err)
{
    struct wx_record_page page = {.next = WX_STR("")};
    struct wx_record_query query = {
        .kind = wx_record_kind_find(WX_STR("appraisal")),
        .filter = wx_arena_printf(&call->arena, "evaluation_id:%lld", (long long)id),
        .sort = WX_STR("-score_x100"),
        .limit = 500,
        .now_s = call->now_s};
    enum wx_status status;

    wx_json_key(j, "appraisals");
    wx_json_open(j, '[');
    do {
        query.cursor = page.next;
        status = wx_record_list(call->tx, &call->arena, &query, j, &page, err);
    } while (!status && page.next.len);
    wx_json_close(j, ']');
    return status;
}

static enum wx_status show_evaluation(struct wx_call *call, int64_t id,
                                      struct wx_err *err)
{
    static const enum wx_op ops[] = {WX_OP_EVALUATION_WRITE, WX_OP_EVALUATION_TELL,
                                     WX_OP_EVALUATION_FINAL};
    static const struct wx_shown what = {"evaluation", WX_SHOWN_OPS(ops),
                                         .is_of_all = true, .rest = put_appraisals};

    return wx_campaign_show_one(call, &what, id, err);
}

enum wx_status wx_evaluation_show(struct wx_call *call, struct wx_err *err)
{
    return show_evaluation(call, call->object_id, err);
}

static enum wx_status make(struct wx_call *call, int64_t campaign_id,
                           struct wx_str name, int64_t *id, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    struct wx_score_rules rules;
    enum wx_status status;

    wx_judge_widen(call);
    status = wx_score_rules_read(call->tx, &call->arena, campaign_id,
                                 json_object_get(call->json, "rules"), &rules, err);
    if (!status)
        status = wx_evaluation_make(call->tx, &call->arena, campaign_id, name, &rules,
                                    &by, id, err);
    return wx_judge_answer(call, status, err);
}

enum wx_status wx_evaluation_create(struct wx_call *call, struct wx_err *err)
{
    struct wx_str name = WX_STR("");
    int64_t id = 0;
    enum wx_status status = wx_act_text(call, "name", 200, true, &name, err);

    if (!status)
        status = make(call, call->object_id, name, &id, err);
    if (status)
        return status;
    wx_call_created(call, "evaluations", id);
    wx_call_audit(call, "evaluation", id, 0);
    wx_call_event(call, "evaluation.made", "evaluation", id, 0);
    return show_evaluation(call, id, err);
}

static enum wx_status campaign_of(struct wx_call *call, int64_t *campaign_id,
                                  struct wx_err *err)
{
    json_t *row = NULL;
    enum wx_status status = wx_act_read(call, call->kind, call->object_id, &row, err);

    *campaign_id = json_integer_value(json_object_get(row, "campaign_id"));
    json_decref(row);
    return status;
}

enum wx_status wx_evaluation_change(struct wx_call *call, struct wx_err *err)
{
    int64_t campaign_id = 0, id = call->object_id;
    enum wx_status status = wx_judge_check_rev(call, err);

    if (!status && !json_is_object(json_object_get(call->json, "rules")))
        status = wx_act_refuse(call, "rules", "required", WX_T_FIELD_REQUIRED, err);
    if (!status)
        status = campaign_of(call, &campaign_id, err);
    if (!status)
        status = make(call, campaign_id, WX_STR(""), &id, err);
    if (status)
        return status;
    wx_call_event(call, "evaluation.made", "evaluation", id, 0);
    return show_evaluation(call, id, err);
}

/* Both under the same facts, so that only the rules make the difference. */
static void put_preview(struct wx_json *j, const struct wx_appraised *now,
                        const struct wx_appraised *was, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        char *items = json_dumps(now[i].items, JSON_COMPACT);

        while (was[k].unit_id != now[i].unit_id)
            k++; /* the same units */
        wx_json_open(j, '{');
        wx_json_kint(j, "unit_id", now[i].unit_id);
        wx_json_kstr(j, "unit", now[i].name);
        wx_json_kbool(j, "has_score", now[i].score.has_score);
        wx_json_kint(j, "score_x100", now[i].score.score_x100);
        wx_json_kint(j, "rank", now[i].rank);
        wx_json_kstr(j, "grade",
                     now[i].score.grade ? now[i].score.grade->name : WX_STR(""));
        wx_json_kint(j, "coverage", now[i].score.coverage);
        wx_json_kint(j, "was_score_x100", was[k].score.score_x100);
        wx_json_kint(j, "was_rank", was[k].rank);
        wx_json_kstr(j, "was_grade",
                     was[k].score.grade ? was[k].score.grade->name : WX_STR(""));
        wx_judge_put_raw(j, "items", wx_str_of(items ? items : "[]"));
        wx_json_close(j, '}');
        free(items);
    }
}

static void let_go(struct wx_appraised *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        json_decref(all[i].items);
}

static enum wx_status preview(struct wx_call *call, const json_t *row,
                              struct wx_json *j, struct wx_err *err)
{
    int64_t campaign_id = json_integer_value(json_object_get(row, "campaign_id"));
    struct wx_appraised *now = NULL, *was = NULL;
    struct wx_score_rules new, old;
    size_t n_now = 0, n_was = 0;
    json_t *rules;
    char *text;
    enum wx_status status =
        wx_score_rules_read(call->tx, &call->arena, campaign_id,
                            json_object_get(call->json, "rules"), &new, err);

    if (!status)
        status = wx_score_rules_read(call->tx, &call->arena, campaign_id,
                                     json_object_get(row, "rules"), &old, err);
    if (!status)
        status = wx_campaign_appraise(call->tx, &call->arena, campaign_id, &new,
                                      call->now_s, &now, &n_now, err);
    if (!status)
        status = wx_campaign_appraise(call->tx, &call->arena, campaign_id, &old,
                                      call->now_s, &was, &n_was, err);
    if (!status) {
        rules = wx_score_rules_json(&new);
        text = json_dumps(rules, JSON_COMPACT);
        wx_json_open(j, '{');
        wx_judge_put_raw(j, "rules", wx_str_of(text ? text : "{}"));
        wx_json_key(j, "units");
        wx_json_open(j, '[');
        put_preview(j, now, was, n_now);
        wx_json_close(j, ']');
        wx_json_close(j, '}');
        free(text);
        json_decref(rules);
    }
    let_go(now, n_now);
    let_go(was, n_was);
    return status;
}

enum wx_status wx_evaluation_preview(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    json_t *row = NULL;
    enum wx_status status = wx_act_read(call, call->kind, call->object_id, &row, err);

    if (status)
        return status;
    wx_judge_widen(call);
    status = wx_judge_answer(call, preview(call, row, &j, err), err);
    json_decref(row);
    return status;
}

enum wx_status wx_evaluation_told(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    struct wx_str until = wx_call_text(call, "appeal_until");
    enum wx_status status = wx_judge_check_rev(call, err);

    if (status)
        return status;
    wx_judge_widen(call);
    status = wx_judge_answer(
        call,
        wx_evaluation_tell(call->tx, &call->arena, call->object_id, until, &by, err),
        err);
    return status ? status : show_evaluation(call, call->object_id, err);
}

enum wx_status wx_evaluation_closed(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    enum wx_status status = wx_judge_check_rev(call, err);

    if (status)
        return status;
    wx_judge_widen(call);
    status = wx_judge_answer(
        call, wx_evaluation_final(call->tx, &call->arena, call->object_id, &by, err),
        err);
    return status ? status : show_evaluation(call, call->object_id, err);
}

/* ---- appraisals ---- */

static enum wx_status show_appraisal(struct wx_call *call, const char *event,
                                     struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_record_facts facts;
    enum wx_status status = wx_record_facts(call->tx, &call->arena, call->kind,
                                            call->object_id, &facts, err);

    if (status)
        return status;
    wx_call_event(call, event, "appraisal", call->object_id, call->object.unit_id);
    wx_call_etag(call, facts.rev);
    return wx_record_get(call->tx, &call->arena, call->kind, call->object_id, false, &j,
                         err);
}

enum wx_status wx_appraisal_appealed(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    struct wx_str why = WX_STR("");
    enum wx_status status = wx_judge_check_rev(call, err);

    if (!status)
        status = wx_act_text(call, "why", MAX_WHY_BYTES, true, &why, err);
    if (status)
        return status;
    wx_judge_widen(call); /* its evaluation's day is the office's */
    status = wx_judge_answer(
        call,
        wx_appraisal_appeal(call->tx, &call->arena, call->object_id, why, &by, err),
        err);
    return status ? status : show_appraisal(call, "appraisal.appealed", err);
}

enum wx_status wx_appraisal_decided(struct wx_call *call, struct wx_err *err)
{
    const struct wx_record_by by = wx_call_by(call);
    const json_t *score = json_object_get(call->json, "score_x100");
    struct wx_str reason = WX_STR("");
    int64_t to = -1;
    enum wx_status status = wx_judge_check_rev(call, err);

    if (!status)
        status = wx_act_text(call, "reason", MAX_WHY_BYTES, true, &reason, err);
    if (!status && json_is_integer(score)) {
        to = json_integer_value(score);
        if (to < 0 || to > 10000)
            status = wx_act_refuse(call, "score_x100", "not_a_number",
                                   WX_T_FIELD_NOT_A_NUMBER, err);
    }
    if (status)
        return status;
    wx_judge_widen(call);
    status = wx_judge_answer(call,
                             wx_appraisal_decide(call->tx, &call->arena,
                                                 call->object_id, to, reason, &by, err),
                             err);
    return status ? status : show_appraisal(call, "appraisal.decided", err);
}

/* ---- bulletins ---- */

static enum wx_status put_bulletin(struct wx_call *call, struct wx_json *j,
                                   struct wx_str key, struct wx_str measure,
                                   struct wx_err *err)
{
    const struct wx_measure_word *word = wx_measure_find("BULLETIN", measure);
    char today[16];
    enum wx_status status;

    wx_day_format(wx_day_at(call->now_s), today);
    wx_json_open(j, '{');
    wx_json_kstr(j, "key", key);
    wx_json_kstr(j, "measure", measure);
    wx_json_kz(j, "name", !word ? "" : call->lang == WX_EN ? word->en : word->zh);
    wx_json_key(j, "units");
    wx_json_open(j, '[');
    status =
        wx_bulletin_json(call->tx, call->object_id, measure, wx_str_of(today), j, err);
    wx_json_close(j, ']');
    wx_json_close(j, '}');
    return status;
}

enum wx_status wx_campaign_bulletins(struct wx_call *call, struct wx_err *err)
{
    static const char *const all[][2] = {{"a", "serious_after_check"},
                                         {"b", "unregistered_bad_influence"},
                                         {"c", "review_failed"},
                                         {"d", "result"}};
    struct wx_campaign_kind *kind = NULL;
    struct wx_json j = wx_call_json(call);
    enum wx_status status =
        wx_campaign_kind_kept(call->tx, &call->arena, call->object_id, &kind, err);

    if (status == WX_E_NOT_FOUND)
        status = WX_OK; /* made without a kind: all criteria there are */
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    for (size_t i = 0; !status && kind && i < kind->n_bulletins; i++)
        status = put_bulletin(call, &j, kind->bulletins[i].key,
                              wx_str_of(kind->bulletins[i].measure->word), err);
    for (size_t i = 0; !status && (!kind || !kind->n_bulletins) && i < 4; i++)
        status =
            put_bulletin(call, &j, wx_str_of(all[i][0]), wx_str_of(all[i][1]), err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    wx_campaign_kind_free(kind);
    return status;
}
