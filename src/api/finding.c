/* Reading findings: the list, one with everything known of it, two rounds compared. */
#include "api/finding.h"

#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "base/clock.h"
#include "base/limits.h"
#include "detect/rule/rule.h"
#include "finding/replay.h"

static const struct wx_record_kind *finding_kind(void)
{
    return wx_record_kind_find(WX_STR("finding"));
}

/* ---- who may ---- */

struct wx_object wx_finding_object(const struct wx_call *call, enum wx_op op,
                                   const struct wx_finding_row *row)
{
    int64_t me = call->who.account_id;
    struct wx_object object = {
        .exists = true,
        .unit_id = row->unit_id,
        .made_by = row->created_by,
        .parts = (uint32_t)row->parts,
        .state = row->state,
    };

    if (op == WX_OP_FINDING_CLOSE)
        object.made_by = row->fixed_by;
    if (op == WX_OP_FINDING_DISMISS && row->proposed_by == me)
        object.made_by = me;
    return object;
}

enum wx_status wx_find_finding(struct wx_call *call, struct wx_err *err)
{
    struct wx_finding_row row;
    enum wx_status status =
        wx_finding_row_read(call->tx, &call->arena, call->path_id[0], &row, err);

    if (status)
        return status;
    call->kind = finding_kind();
    call->object = wx_finding_object(call, call->endpoint->op, &row);
    call->object_id = row.id;
    call->object_rev = row.rev;
    wx_call_audit(call, "finding", row.id, row.unit_id);
    return WX_OK;
}

void wx_finding_put_acts(struct wx_call *call, const struct wx_finding_row *row,
                         struct wx_json *j)
{
    wx_json_open(j, '[');
    for (int i = 0; i < WX_ACT_BY_SERVER; i++) {
        enum wx_op op = wx_finding_op((enum wx_finding_act)i);
        struct wx_object object = wx_finding_object(call, op, row);
        enum wx_answer answer = wx_access_ask(&call->who, op, &object);

        if (answer == WX_ALLOW || answer == WX_DENY_STEP_UP)
            wx_json_str(j, wx_str_of(wx_finding_move((enum wx_finding_act)i)->word));
    }
    wx_json_close(j, ']');
}

/* ---- lists ---- */

/* Severity is sorted by its rank, which the words' order is not. */
static void sort_by_rank(struct wx_call *call)
{
    for (size_t i = 0; i < call->n_params; i++) {
        struct wx_str *v = &call->params[i].value;

        if (!wx_str_eqz(call->params[i].name, "sort"))
            continue;
        if (wx_str_eqz(*v, "severity"))
            *v = WX_STR("priority");
        else if (wx_str_eqz(*v, "-severity") || v->len == 0)
            *v = WX_STR("-priority");
        return;
    }
    if (call->n_params < WX_MAX_PARAMS)
        call->params[call->n_params++] =
            (struct wx_param){WX_STR("sort"), WX_STR("-priority")};
}

enum wx_status wx_findings_list(struct wx_call *call, struct wx_err *err)
{
    call->kind = finding_kind();
    sort_by_rank(call);
    return wx_records_list(call, err);
}

enum wx_status wx_findings_export(struct wx_call *call, struct wx_err *err)
{
    struct wx_str format = wx_call_param(call, "format");

    call->kind = finding_kind();
    sort_by_rank(call);
    if (wx_str_eqz(format, "sarif") || wx_str_eqz(format, "jsonl"))
        return wx_findings_export_json(call, err);
    return wx_records_export(call, err);
}

enum wx_status wx_findings_counted(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    enum wx_status status;

    wx_json_open(&j, '{');
    status = wx_findings_facets(call->tx, &call->arena, wx_call_param(call, "q"),
                                call->now_s, &j, err);
    wx_json_close(&j, '}');
    return status == WX_E_INVALID
               ? wx_call_refuse(call, WX_P_BAD_PARAM, err, "%s", err->text)
               : status;
}

/* ---- one finding ---- */

struct reading {
    struct wx_call *call;
    struct wx_finding_row row;
    struct wx_finding_text text;
    const struct wx_rule *rule; /* NULL: of another source, or gone */
    struct wx_json *j;
};

static struct wx_str in_lang(const struct wx_call *call, struct wx_str zh,
                             struct wx_str en)
{
    return call->lang == WX_EN ? (en.len ? en : zh) : (zh.len ? zh : en);
}

/* The half of "中文 / English" that the caller reads. */
static struct wx_str half(const struct wx_call *call, struct wx_str s)
{
    size_t at = wx_str_findz(s, " / ");

    if (at == WX_NPOS)
        return s;
    return call->lang == WX_EN ? wx_str_sub(s, at + 3, s.len) : wx_str_sub(s, 0, at);
}

static void put_what(struct reading *r)
{
    wx_json_key(r->j, "what");
    wx_json_open(r->j, '{');
    wx_json_kstr(r->j, "title", in_lang(r->call, r->row.title, r->row.title_en));
    wx_json_kstr(r->j, "detail",
                 in_lang(r->call, r->text.detail_zh, r->text.detail_en));
    wx_json_kstr(r->j, "rule", r->row.rule);
    wx_json_close(r->j, '}');
}

static void put_raw_list(struct wx_json *j, const char *key, struct wx_str json)
{
    wx_json_key(j, key);
    wx_json_raw(j, json.len ? json : WX_STR("[]")); /* written by us as JSON */
}

static void put_where(struct reading *r)
{
    wx_json_key(r->j, "where");
    wx_json_open(r->j, '{');
    wx_json_kstr(r->j, "origin", r->row.origin);
    wx_json_kstr(r->j, "url", r->row.url);
    wx_json_kstr(r->j, "location", half(r->call, r->row.location));
    wx_json_kint(r->j, "n_places", r->row.n_places);
    put_raw_list(r->j, "more_urls", r->text.more_urls);
    wx_json_close(r->j, '}');
}

struct evidence_list {
    struct wx_json *j;
};

static bool put_evidence(void *ctx, const struct wx_sha256 *hash, int64_t round_id)
{
    struct evidence_list *list = ctx;
    char hex[65];

    wx_hex(hash->bytes, sizeof hash->bytes, hex);
    wx_json_open(list->j, '{');
    wx_json_kz(list->j, "sha256", hex);
    wx_json_kint(list->j, "round_id", round_id);
    wx_json_close(list->j, '}');
    return true;
}

static struct wx_str foreign_text(const json_t *foreign, const char *name)
{
    const json_t *v = json_object_get(foreign, name);

    return (struct wx_str){json_string_value(v), json_string_length(v)};
}

/* The line to run again; of another tool also what it sent and got, secrets out. */
static void put_request(struct reading *r, const json_t *foreign)
{
    struct wx_buf text = WX_BUF_INIT(WX_MAX_MESSAGE_BYTES);

    wx_json_key(r->j, "request");
    wx_json_open(r->j, '{');
    wx_replay_curl(foreign ? foreign_text(foreign, "method") : WX_STR("GET"),
                   r->row.url, &text);
    wx_json_kstr(r->j, "curl", wx_buf_str(&text));
    for (size_t i = 0; foreign && i < 2; i++) {
        const char *name = i ? "response" : "request";

        wx_buf_reset(&text);
        wx_replay_clean(foreign_text(foreign, name), &text);
        wx_json_kstr_opt(r->j, i ? "received" : "sent", wx_buf_str(&text));
    }
    wx_json_close(r->j, '}');
    wx_buf_clear(&text);
}

static enum wx_status put_proof(struct reading *r, const json_t *foreign,
                                struct wx_err *err)
{
    struct evidence_list list = {r->j};
    enum wx_status status;

    wx_json_key(r->j, "proof");
    wx_json_open(r->j, '{');
    wx_json_kstr(r->j, "excerpt", r->text.excerpt);
    wx_json_key(r->j, "evidence");
    wx_json_open(r->j, '[');
    status = wx_finding_evidence_each(r->call->tx, r->row.id, put_evidence, &list, err);
    wx_json_close(r->j, ']');
    put_request(r, foreign);
    wx_json_close(r->j, '}');
    return status;
}

static void put_norm(struct reading *r, const struct wx_norm *norm)
{
    char at[24];

    wx_json_open(r->j, '{');
    wx_json_kstr(r->j, "document",
                 in_lang(r->call, norm->document_zh, norm->document_en));
    wx_json_kstr(r->j, "number", norm->number);
    wx_json_kstr(r->j, "article", norm->article);
    wx_time_format(norm->from_s, at);
    wx_json_kstr(r->j, "from", wx_str_sub(wx_str_of(at), 0, 10));
    wx_json_key(r->j, "until");
    if (norm->until_s) {
        wx_time_format(norm->until_s, at);
        wx_json_str(r->j, wx_str_sub(wx_str_of(at), 0, 10));
    } else {
        wx_json_null(r->j);
    }
    wx_json_kbool(r->j, "in_force",
                  norm->from_s <= r->call->now_s &&
                      (!norm->until_s || norm->until_s > r->call->now_s));
    wx_json_close(r->j, '}');
}

/* Why, norm, fix, verify: the rule's, or what the other tool said. */
static void put_advice(struct reading *r, const json_t *foreign)
{
    const struct wx_rule_text *text =
        r->rule ? (r->call->lang == WX_EN ? &r->rule->en : &r->rule->zh) : NULL;
    const json_t *reference;
    size_t i;

    wx_json_kstr(r->j, "why", text ? text->why : WX_STR(""));
    wx_json_key(r->j, "norms");
    wx_json_open(r->j, '[');
    for (i = 0; r->rule && i < r->rule->n_norms; i++)
        put_norm(r, &r->rule->norms[i]);
    wx_json_close(r->j, ']');
    wx_json_key(r->j, "references");
    wx_json_open(r->j, '[');
    json_array_foreach(json_object_get(foreign, "references"), i, reference)
        wx_json_str(r->j, (struct wx_str){json_string_value(reference),
                                          json_string_length(reference)});
    wx_json_close(r->j, ']');
    wx_json_kstr(r->j, "fix", text ? text->fix : foreign_text(foreign, "fix"));
    wx_json_kstr(r->j, "verify", text ? text->verify : WX_STR(""));
}

static enum wx_status put_course(struct reading *r, struct wx_err *err)
{
    enum wx_status status;

    wx_json_key(r->j, "notes");
    wx_json_open(r->j, '{');
    wx_json_kstr(r->j, "proposed", r->text.proposed_note);
    wx_json_kstr(r->j, "dismissed", r->text.dismissed_note);
    wx_json_close(r->j, '}');
    wx_json_key(r->j, "rounds");
    wx_json_open(r->j, '[');
    status = wx_sightings_json(r->call->tx, r->row.id, r->j, err);
    wx_json_close(r->j, ']');
    if (!status)
        status = wx_finding_retest_json(r->call->tx, r->row.id, r->j, err);
    wx_json_key(r->j, "comments");
    wx_json_open(r->j, '[');
    if (!status)
        status = wx_finding_comments_json(r->call->tx, r->row.id, r->j, err);
    wx_json_close(r->j, ']');
    wx_json_key(r->j, "history");
    wx_json_open(r->j, '[');
    if (!status)
        status = wx_finding_history_json(r->call->tx, r->row.id, 0, 50, r->j, err);
    wx_json_close(r->j, ']');
    return status;
}

enum wx_status wx_finding_read(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct reading r = {.call = call, .j = &j};
    json_t *foreign = NULL;
    enum wx_status status =
        wx_finding_row_read(call->tx, &call->arena, call->object_id, &r.row, err);

    if (!status)
        status = wx_finding_text_read(call->tx, &call->arena, r.row.id, &r.text, err);
    if (status)
        return status;
    r.rule = wx_rules_find(wx_call_rules(call), r.row.rule);
    if (r.text.foreign_json.len)
        foreign = json_loadb(r.text.foreign_json.ptr, r.text.foreign_json.len, 0, NULL);
    wx_json_open(&j, '{');
    wx_json_key(&j, "finding");
    status =
        wx_record_get(call->tx, &call->arena, call->kind, r.row.id, false, &j, err);
    put_what(&r);
    put_where(&r);
    if (!status)
        status = put_proof(&r, foreign, err);
    put_advice(&r, foreign);
    if (!status)
        status = put_course(&r, err);
    wx_json_key(&j, "acts");
    wx_finding_put_acts(call, &r.row, &j);
    wx_json_close(&j, '}');
    json_decref(foreign);
    wx_call_etag(call, r.row.rev);
    /* comments do not count up the rev: never answered from somebody's cache */
    wx_call_header(call, "Cache-Control", WX_STR("no-store"));
    return status;
}

enum wx_status wx_finding_past(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_str before = wx_call_param(call, "cursor");
    uint64_t before_id = 0;
    uint32_t limit;
    enum wx_status status;

    if (!wx_call_number(call, "limit", 50, 500, &limit) ||
        (before.len && !wx_str_to_u64(before, INT64_MAX, &before_id)))
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "'limit' or 'cursor'");
    wx_json_open(&j, '{');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    status = wx_finding_history_json(call->tx, call->object_id, (int64_t)before_id,
                                     limit, &j, err);
    wx_json_close(&j, ']');
    wx_json_close(&j, '}');
    return status;
}

/* ---- two rounds ---- */

enum wx_status wx_rounds_compared(struct wx_call *call, struct wx_err *err)
{
    struct wx_json j = wx_call_json(call);
    struct wx_round_compare compare = {.a = call->path_id[0],
                                       .b = call->path_id[1],
                                       .change = wx_call_param(call, "change"),
                                       .in_english = call->lang == WX_EN};
    struct wx_str cursor = wx_call_param(call, "cursor");
    uint64_t after = 0;
    int64_t next = 0;
    enum wx_status status;

    if (!wx_call_number(call, "limit", 50, 500, &compare.limit) ||
        (cursor.len && !wx_str_to_u64(cursor, INT64_MAX, &after)) || !compare.a ||
        !compare.b || compare.a == compare.b)
        return wx_call_refuse(call, WX_P_BAD_PARAM, err,
                              "two different rounds, 'limit' or 'cursor'");
    compare.after_id = (int64_t)after;
    wx_json_open(&j, '{');
    wx_json_key(&j, "counts");
    wx_json_open(&j, '{');
    status = wx_rounds_compare_counts(call->tx, &compare, &j, err);
    wx_json_close(&j, '}');
    wx_json_key(&j, "items");
    wx_json_open(&j, '[');
    if (!status)
        status = wx_rounds_compare_list(call->tx, &compare, &j, &next, err);
    wx_json_close(&j, ']');
    wx_json_key(&j, "next");
    if (next)
        wx_json_int(&j, next);
    else
        wx_json_null(&j);
    wx_json_close(&j, '}');
    return status;
}
