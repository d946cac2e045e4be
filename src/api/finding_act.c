/* Acts on findings: on one, on many, taken back. One machine for all of them. */
#include "api/finding.h"

#include "api/handlers.h"
#include "base/clock.h"
#include "store/office_account.h"

enum {
    MAX_BULK = 2000,
    DAY_END_S = 16 * 3600, /* a bare date ends when the day does in UTC+8 */
};

enum wx_op wx_finding_op(enum wx_finding_act act)
{
    static const enum wx_op ops[] = {
        [WX_ACT_CONFIRM] = WX_OP_FINDING_CONFIRM,
        [WX_ACT_PROPOSE] = WX_OP_FINDING_PROPOSE,
        [WX_ACT_DISMISS] = WX_OP_FINDING_DISMISS,
        [WX_ACT_REOPEN] = WX_OP_FINDING_REOPEN,
        [WX_ACT_ASSIGN] = WX_OP_FINDING_ASSIGN,
        [WX_ACT_BEGIN] = WX_OP_FINDING_BEGIN,
        [WX_ACT_FIX] = WX_OP_FINDING_FIX,
        [WX_ACT_CLOSE] = WX_OP_FINDING_CLOSE,
        [WX_ACT_RETURN] = WX_OP_FINDING_RETURN,
        [WX_ACT_RETEST] = WX_OP_FINDING_RETEST,
        [WX_ACT_COMMENT] = WX_OP_FINDING_COMMENT,
    };

    return act < WX_ACT_BY_SERVER ? ops[act] : WX_OP_COUNT;
}

static enum wx_finding_act act_of(enum wx_op op)
{
    int act = 0;

    while (act < WX_ACT_BY_SERVER && wx_finding_op((enum wx_finding_act)act) != op)
        act++;
    return (enum wx_finding_act)act;
}

/* What event streams and webhooks are told. */
static const char *event_of(enum wx_finding_act act)
{
    static const char *const types[] = {
        [WX_ACT_CONFIRM] = "finding.confirmed", [WX_ACT_PROPOSE] = "finding.proposed",
        [WX_ACT_DISMISS] = "finding.dismissed", [WX_ACT_REOPEN] = "finding.reopened",
        [WX_ACT_ASSIGN] = "finding.assigned",   [WX_ACT_BEGIN] = "finding.begun",
        [WX_ACT_FIX] = "finding.fixed",         [WX_ACT_CLOSE] = "finding.closed",
        [WX_ACT_RETURN] = "finding.returned",   [WX_ACT_RETEST] = "finding.retest",
        [WX_ACT_COMMENT] = "finding.commented",
    };

    return types[act];
}

/* ---- the body ---- */

static void add_problem(struct wx_call *call, const char *field, const char *code)
{
    static const struct {
        const char *code;
        enum wx_text text;
    } texts[] = {
        {"required", WX_T_FIELD_REQUIRED},
        {"too_long", WX_T_FIELD_TOO_LONG},
        {"unknown_word", WX_T_FIELD_UNKNOWN_WORD},
        {"not_a_date", WX_T_FIELD_NOT_A_DATE},
        {"in_the_past", WX_T_FINDING_UNTIL_PAST},
        {"too_far", WX_T_FINDING_UNTIL_FAR},
        {"no_such_record", WX_T_FIELD_NO_SUCH_RECORD},
    };
    size_t i = 0;

    while (i + 1 < sizeof texts / sizeof texts[0] && strcmp(texts[i].code, code) != 0)
        i++;
    wx_field_problem_add(&call->problems, field, code, texts[i].text);
}

static bool read_until(struct wx_call *call, int64_t *until_s)
{
    struct wx_str text = wx_call_text(call, "until");

    *until_s = 0;
    if (text.len == 0)
        return true;
    if (!wx_time_parse(text, until_s)) {
        add_problem(call, "until", "not_a_date");
        return false;
    }
    if (text.len == 10)
        *until_s += DAY_END_S;
    return true;
}

/* The person assigned must be there and not locked; of which unit: may_assign(). */
static bool read_person(struct wx_call *call, struct wx_finding_input *out)
{
    struct wx_account_row account = {0};

    out->person_id = wx_call_int(call, "assigned_to");
    if (!out->person_id)
        return true;
    if (wx_account_by_id(call->tx, &call->arena, out->person_id, &account, NULL) ||
        account.locked_s) {
        add_problem(call, "assigned_to", "no_such_record");
        return false;
    }
    out->person_name = account.name;
    out->person_unit_id = account.unit_id;
    return true;
}

/* To people of the finding's own unit and to oneself: an assignment shows a name, and
 * must not be a way to learn the names of strangers. */
static bool may_assign(const struct wx_finding_input *input,
                       const struct wx_finding_row *row)
{
    return !input->person_id || input->person_id == input->account_id ||
           input->person_unit_id == row->unit_id;
}

bool wx_finding_read_input(struct wx_call *call, enum wx_finding_act act,
                           struct wx_finding_input *out)
{
    struct wx_finding_wrong wrong;

    *out = (struct wx_finding_input){.note = wx_call_text(call, "note"),
                                     .reason = wx_call_text(call, "reason"),
                                     .due = wx_call_text(call, "due"),
                                     .account_id = call->who.account_id,
                                     .now_s = call->now_s};
    if (!read_until(call, &out->until_s) || !read_person(call, out))
        return false;
    if (!wx_finding_input_check(act, out, &wrong)) {
        add_problem(call, wrong.field, wrong.code);
        return false;
    }
    return true;
}

static enum wx_status bad_input(struct wx_call *call, struct wx_err *err)
{
    return wx_fail(err, WX_E_INVALID, "'%s': %s", call->problems.at[0].field,
                   call->problems.at[0].code);
}

/* ---- one ---- */

static void put_undo(struct wx_call *call, int64_t undo_id, struct wx_json *j)
{
    char until[24];

    wx_json_key(j, "undo");
    if (!undo_id) {
        wx_json_null(j);
        return;
    }
    wx_time_format(call->now_s + WX_UNDO_S, until);
    wx_json_open(j, '{');
    wx_json_kint(j, "id", undo_id);
    wx_json_kz(j, "until", until);
    wx_json_close(j, '}');
}

enum wx_status wx_finding_acted_on(struct wx_call *call, struct wx_err *err)
{
    enum wx_finding_act act = act_of(call->endpoint->op);
    struct wx_finding_input input;
    struct wx_finding_acted acted;
    struct wx_finding_row row;
    struct wx_json j;
    int64_t rev = 0, undo_id = 0;
    enum wx_status status;

    if (act != WX_ACT_COMMENT && !wx_call_if_match(call, &rev))
        return wx_fail(err, WX_E_INVALID, "If-Match must hold the ETag that was read");
    if (!wx_finding_read_input(call, act, &input))
        return bad_input(call, err);
    status = wx_finding_row_read(call->tx, &call->arena, call->object_id, &row, err);
    if (!status)
        status =
            wx_finding_act(call->tx, act, &row, rev, &input, &undo_id, &acted, err);
    if (status == WX_E_AGAIN)
        return wx_call_refuse(call, WX_P_CONFLICT, err, "%s", err->text);
    if (status == WX_E_INVALID)
        return wx_call_refuse(call, WX_P_STATE, err, "%s", err->text);
    if (!status)
        status = wx_finding_row_read(call->tx, &call->arena, row.id, &row, err);
    if (status)
        return status;
    j = wx_call_json(call);
    wx_json_open(&j, '{');
    wx_json_key(&j, "finding");
    status = wx_record_get(call->tx, &call->arena, call->kind, row.id, false, &j, err);
    put_undo(call, undo_id, &j);
    if (acted.comment_id)
        wx_json_kint(&j, "comment_id", acted.comment_id);
    if (acted.retest_id)
        wx_json_kint(&j, "retest_id", acted.retest_id);
    wx_json_key(&j, "acts");
    wx_finding_put_acts(call, &row, &j);
    wx_json_close(&j, '}');
    wx_call_etag(call, row.rev);
    wx_call_event(call, event_of(act), "finding", row.id, row.unit_id);
    return status;
}

/* ---- many ---- */

struct bulk {
    struct wx_call *call;
    enum wx_finding_act act;
    enum wx_op op;
    struct wx_finding_input input;
    int64_t *ids;
    size_t n;
    int64_t undo_id;
    size_t n_done;
    struct wx_json j;
    struct wx_arena arena; /* of one finding */
};

static enum wx_status take_ids(struct bulk *b, const json_t *ids, struct wx_err *err)
{
    const json_t *id;
    size_t i;

    if (json_array_size(ids) > MAX_BULK)
        return wx_call_refuse(b->call, WX_P_TOO_BIG, err, "at most %d at once",
                              MAX_BULK);
    b->ids = wx_arena_array(&b->call->arena, int64_t, json_array_size(ids) + 1);
    json_array_foreach(ids, i, id) if (json_integer_value(id) > 0) b->ids[b->n++] =
        json_integer_value(id);
    return WX_OK;
}

static enum wx_status take_filter(struct bulk *b, struct wx_err *err)
{
    enum wx_status status = wx_findings_filtered(
        b->call->tx, &b->call->arena, wx_call_text(b->call, "filter"), b->call->now_s,
        MAX_BULK, &b->ids, &b->n, err);

    if (status == WX_E_INVALID)
        return wx_call_refuse(b->call, WX_P_BAD_PARAM, err, "%s", err->text);
    if (status == WX_E_TOO_BIG)
        return wx_call_refuse(b->call, WX_P_TOO_BIG, err, "%s", err->text);
    return status;
}

static enum wx_status read_bulk(struct bulk *b, struct wx_err *err)
{
    const json_t *ids = json_object_get(b->call->json, "ids");
    const json_t *filter = json_object_get(b->call->json, "filter");

    if (!wx_finding_act_parse(wx_call_text(b->call, "act"), &b->act) ||
        b->act >= WX_ACT_BY_SERVER) {
        add_problem(b->call, "act", "unknown_word");
        return bad_input(b->call, err);
    }
    b->op = wx_finding_op(b->act);
    if (json_is_array(ids) == json_is_string(filter)) { /* one of the two */
        add_problem(b->call, "ids", "required");
        return bad_input(b->call, err);
    }
    if (!wx_finding_read_input(b->call, b->act, &b->input))
        return bad_input(b->call, err);
    /* only what he may see is found, and only what the act covers is touched */
    wx_call_scope(b->call, b->op);
    return json_is_array(ids) ? take_ids(b, ids, err) : take_filter(b, err);
}

static const char *word_of(enum wx_answer answer)
{
    static const char *const words[] = {
        [WX_ALLOW] = "done",
        [WX_DENY_SIGN_IN] = "sign_in_needed",
        [WX_DENY_HIDDEN] = "not_found",
        [WX_DENY] = "forbidden",
        [WX_DENY_STATE] = "wrong_state",
        [WX_DENY_OWN] = "own_act",
        [WX_DENY_PERSON] = "person_only",
        [WX_DENY_STEP_UP] = "step_up_needed",
    };

    return words[answer];
}

static void put_result(struct bulk *b, int64_t id, const char *result,
                       const struct wx_finding_row *row)
{
    wx_json_open(&b->j, '{');
    wx_json_kint(&b->j, "id", id);
    wx_json_kz(&b->j, "result", result);
    if (row) {
        wx_json_kstr(&b->j, "state", row->state);
        wx_json_kint(&b->j, "rev", row->rev);
    }
    wx_json_close(&b->j, '}');
}

/* Every finding has its own line in the audit trail, as if it had been done alone. */
static enum wx_status trace_one(struct bulk *b, const struct wx_finding_row *row,
                                struct wx_err *err)
{
    struct wx_call *call = b->call;
    enum wx_status status;

    call->audit_operation = wx_op_name(b->op);
    wx_call_audit(call, "finding", row->id, row->unit_id);
    status = wx_call_leave_trace(call, call->tx, err);
    call->audit_operation = NULL;
    wx_call_event(call, event_of(b->act), "finding", row->id, row->unit_id);
    return status;
}

static enum wx_status act_on(struct bulk *b, int64_t id, struct wx_err *err)
{
    struct wx_finding_acted acted;
    struct wx_finding_row row;
    struct wx_object object;
    enum wx_answer answer;
    enum wx_status status;

    wx_arena_reset(&b->arena);
    status = wx_finding_row_read(b->call->tx, &b->arena, id, &row, err);
    if (status == WX_E_NOT_FOUND) {
        put_result(b, id, "not_found", NULL);
        return WX_OK;
    }
    if (status)
        return status;
    object = wx_finding_object(b->call, b->op, &row);
    answer = wx_access_ask(&b->call->who, b->op, &object);
    if (answer == WX_DENY_STEP_UP)
        return wx_call_refuse(b->call, WX_P_STEP_UP, err, "'%s'", wx_op_name(b->op));
    if (answer == WX_ALLOW && !wx_finding_may(b->act, row.state))
        answer = WX_DENY_STATE;
    if (answer == WX_ALLOW && !may_assign(&b->input, &row))
        answer = WX_DENY;
    if (answer == WX_ALLOW) {
        status = wx_finding_act(b->call->tx, b->act, &row, 0, &b->input, &b->undo_id,
                                &acted, err);
        if (!status)
            status = wx_finding_row_read(b->call->tx, &b->arena, id, &row, err);
        if (!status)
            status = trace_one(b, &row, err);
        b->n_done += !status;
    }
    if (!status)
        put_result(b, id, word_of(answer), answer == WX_DENY_HIDDEN ? NULL : &row);
    return status;
}

enum wx_status wx_findings_acted_on(struct wx_call *call, struct wx_err *err)
{
    struct bulk b = {.call = call};
    enum wx_status status = read_bulk(&b, err);

    if (status)
        return status;
    b.j = wx_call_json(call);
    wx_arena_init(&b.arena);
    wx_json_open(&b.j, '{');
    wx_json_key(&b.j, "items");
    wx_json_open(&b.j, '[');
    for (size_t i = 0; !status && i < b.n; i++)
        status = act_on(&b, b.ids[i], err);
    wx_json_close(&b.j, ']');
    wx_json_kint(&b.j, "done", (int64_t)b.n_done);
    wx_json_kint(&b.j, "refused", (int64_t)(b.n - b.n_done));
    put_undo(call, b.undo_id, &b.j);
    wx_json_close(&b.j, '}');
    wx_arena_clear(&b.arena);
    wx_call_audit(call, "finding", 0, 0);
    call->audit_detail =
        wx_arena_printf(&call->arena, "{\"act\":\"%s\",\"asked\":%zu,\"done\":%zu}",
                        wx_finding_move(b.act)->word, b.n, b.n_done);
    return status;
}

/* ---- to whom it can be given ---- */

static bool put_person(void *ctx, const struct wx_account_row *row)
{
    struct wx_json *j = ctx;

    if (row->locked_s)
        return true;
    wx_json_open(j, '{');
    wx_json_kint(j, "id", row->id);
    wx_json_kstr(j, "name", row->name);
    wx_json_close(j, '}');
    return true;
}

enum wx_status wx_finding_people(struct wx_call *call, struct wx_err *err)
{
    struct wx_account_query query = {.unit_id = call->object.unit_id};
    struct wx_json j = wx_call_json(call);
    enum wx_status status = WX_OK;

    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    if (query.unit_id)
        status = wx_account_list(call->tx, &call->arena, &query, put_person, &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

/* ---- taken back ---- */

enum wx_status wx_finding_taken_back(struct wx_call *call, struct wx_err *err)
{
    struct wx_record_by by = {call->who.account_id, call->now_s};
    struct wx_json j = wx_call_json(call);
    size_t n = 0, n_left = 0;
    enum wx_status status;

    wx_call_scope(call, WX_OP_FINDING_LIST);
    status = wx_finding_undo(call->tx, &call->arena, call->path_id[0], &by, &n, &n_left,
                             err);
    if (status == WX_E_EXPIRED)
        return wx_call_refuse(call, WX_P_EXPIRED, err, "%s", err->text);
    wx_json_open(&j, '{');
    wx_json_kint(&j, "done", (int64_t)n);
    wx_json_kint(&j, "refused", (int64_t)n_left);
    wx_json_close(&j, '}');
    wx_call_audit(call, "finding", 0, 0);
    call->audit_detail = wx_arena_printf(&call->arena, "{\"act\":%lld,\"undone\":%zu}",
                                         (long long)call->path_id[0], n);
    return status;
}
