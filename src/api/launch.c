/*
 * A new site goes online: only with an approved registration, an inspection since it
 * was applied for, and nothing open at or above the gate's severity (requirements 95,
 * 107, 108). The office may let it through with a reason, which stays in the audit
 * trail.
 */
#include "api/act.h"
#include "api/handlers.h"
#include "store/office_register.h"

struct need {
    const char *code;
    enum wx_text text;
};
struct gate {
    struct wx_launch_gate facts;
    struct wx_str severity;
    struct need needs[3];
    size_t n;
};

enum wx_status wx_find_launched(struct wx_call *call, struct wx_err *err)
{
    return wx_act_find(call, "site", err);
}

static void need(struct gate *gate, const char *code, enum wx_text text)
{
    gate->needs[gate->n++] = (struct need){code, text};
}

static enum wx_status ask_gate(struct wx_call *call, struct gate *gate,
                               struct wx_err *err)
{
    enum wx_status status = wx_office_get(call->tx, "register.gate_severity",
                                          &call->arena, &gate->severity, err);

    gate->n = 0;
    if (status == WX_E_NOT_FOUND) {
        gate->severity = WX_STR("high");
        status = WX_OK;
    }
    if (!status)
        status = wx_launch_gate(call->tx, call->object_id, gate->severity, &gate->facts,
                                err);
    if (status)
        return status;
    if (!gate->facts.review_id)
        need(gate, "no_review", WX_T_LAUNCH_NO_REVIEW);
    if (!gate->facts.is_inspected)
        need(gate, "not_inspected", WX_T_LAUNCH_NOT_INSPECTED);
    if (gate->facts.n_findings > 0)
        need(gate, "findings", WX_T_LAUNCH_FINDINGS);
    else if (gate->facts.n_findings < 0)
        need(gate, "no_findings_kept", WX_T_LAUNCH_NO_FINDINGS_KEPT);
    return WX_OK;
}

enum wx_status wx_launch_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct gate gate;
    enum wx_status status = ask_gate(call, &gate, err);

    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "passes", gate.n == 0);
    wx_json_kstr(&j, "severity", gate.severity);
    wx_json_kint(&j, "review_id", gate.facts.review_id);
    wx_json_kint(&j, "round_id", gate.facts.round_id);
    wx_json_kint(&j, "findings", gate.facts.n_findings);
    wx_json_key(&j, "needs");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < gate.n; i++) {
        wx_json_open(&j, '{');
        wx_json_kz(&j, "code", gate.needs[i].code);
        wx_json_kz(&j, "detail", wx_text(call->lang, gate.needs[i].text));
        wx_json_close(&j, '}');
    }
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return WX_OK;
}

static bool is_before_launch(struct wx_str state)
{
    return state.len == 0 || wx_str_eqz(state, "planned") ||
           wx_str_eqz(state, "building") || wx_str_eqz(state, "built");
}

/* May he let it through although something is missing? The reason goes to the trail. */
static enum wx_status override(struct wx_call *call, const struct gate *gate,
                               struct wx_err *err)
{
    struct wx_buf detail = WX_BUF_INIT(16 << 10);
    struct wx_json j = WX_JSON_INIT(&detail);
    struct wx_str reason;
    enum wx_answer answer =
        wx_access_ask(&call->who, WX_OP_SITE_OVERRIDE, &call->object);
    enum wx_status status;

    if (answer == WX_DENY_STEP_UP)
        return wx_call_refuse(call, WX_P_STEP_UP, err, "'site.override'");
    if (answer != WX_ALLOW)
        return wx_call_refuse(call, WX_P_FORBIDDEN, err, "'site.override'");
    status = wx_act_text(call, "reason", 1000, true, &reason, err);
    if (status)
        return status;
    wx_json_open(&j, '{');
    wx_json_kbool(&j, "override", true);
    wx_json_kstr(&j, "reason", reason);
    wx_json_key(&j, "missing");
    wx_json_open(&j, '[');
    for (size_t i = 0; i < gate->n; i++)
        wx_json_str(&j, wx_str_of(gate->needs[i].code));
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    call->audit_detail = wx_arena_str(&call->arena, wx_buf_str(&detail));
    wx_buf_clear(&detail);
    return WX_OK;
}

/* Body: override (yes or no), reason. */
enum wx_status wx_site_launch(struct wx_call *call, struct wx_err *err)
{
    struct gate gate;
    json_t *values, *now;
    enum wx_status status = WX_OK;

    if (!is_before_launch(call->object.state))
        return wx_call_refuse(call, WX_P_STATE, err, "the site is '%.*s'",
                              WX_STR_ARG(call->object.state));
    status = ask_gate(call, &gate, err);
    if (!status && gate.n && !wx_call_bool(call, "override")) {
        for (size_t i = 0; i < gate.n; i++)
            wx_field_problem_add(&call->problems, "state", gate.needs[i].code,
                                 gate.needs[i].text);
        return wx_call_refuse(call, WX_P_GATE, err, "'%s'", gate.needs[0].code);
    }
    if (!status && gate.n)
        status = override(call, &gate, err);
    if (status)
        return status;
    values = json_object();
    now = wx_act_now(call);
    json_object_set_new(values, "state", json_string("running"));
    json_object_set_new(values, "online_since",
                        json_stringn(json_string_value(now), 10));
    json_decref(now);
    return wx_act_put(call, "site.launched", values, err);
}
