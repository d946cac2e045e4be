/* Findings taken away as JSON lines or SARIF; tables are export.c's. The rows are the
 * list's own, so the same numbers stand in both. */
#include "api/finding.h"
#include "api/handlers.h"
#include "api/record_endpoints.h"
#include "base/clock.h"
#include "finding/replay.h"
#include "model/finding.h"
#include "wire/multipart.h"
#include <stdlib.h>

enum { PAGE_ROWS = 500, MAX_ROWS = 200000, MAX_PAGE_BYTES = 64 << 20 };

struct exporting {
    struct wx_call *call;
    struct wx_json j;
    struct wx_str mark; /* who took it away, and when */
    json_t *rules;      /* SARIF: id -> title */
    bool is_sarif;
    uint32_t n_rows;
};

static struct wx_str text(const json_t *item, const char *name)
{
    const json_t *v = json_object_get(item, name);

    return (struct wx_str){json_string_value(v), json_string_length(v)};
}

/* ---- SARIF 2.1.0 (OASIS, 2020-03-27) ---- */

static const char *kind_of(struct wx_str verdict) /* 3.27.9 */
{
    return wx_str_eqz(verdict, "fail")        ? "fail"
           : wx_str_eqz(verdict, "suspected") ? "review"
                                              : "open";
}

static const char *level_of(const char *kind, struct wx_str severity) /* 3.27.10 */
{
    if (strcmp(kind, "fail") != 0)
        return "none";
    if (wx_str_eqz(severity, "critical") || wx_str_eqz(severity, "high"))
        return "error";
    return wx_str_eqz(severity, "medium") ? "warning" : "note";
}

static void put_message(struct wx_json *j, const char *key, struct wx_str s)
{
    wx_json_key(j, key);
    wx_json_open(j, '{');
    wx_json_kstr(j, "text", s);
    wx_json_close(j, '}');
}

static void put_location(struct exporting *x, const json_t *item)
{
    struct wx_buf uri = WX_BUF_INIT(1 << 16);

    wx_replay_url(text(item, "url"), &uri);
    wx_json_key(&x->j, "locations");
    wx_json_open(&x->j, '[');
    if (uri.len) {
        wx_json_open(&x->j, '{');
        wx_json_key(&x->j, "physicalLocation");
        wx_json_open(&x->j, '{');
        wx_json_key(&x->j, "artifactLocation");
        wx_json_open(&x->j, '{');
        wx_json_kstr(&x->j, "uri", wx_buf_str(&uri));
        wx_json_close(&x->j, '}');
        wx_json_close(&x->j, '}');
        wx_json_close(&x->j, '}');
    }
    wx_json_close(&x->j, ']');
    wx_buf_clear(&uri);
}

/* Dismissals as suppressions (3.27.23): the finding stays in the file. */
static void put_suppression(struct wx_json *j, const json_t *item)
{
    if (!wx_str_eqz(text(item, "state"), "dismissed"))
        return;
    wx_json_key(j, "suppressions");
    wx_json_open(j, '[');
    wx_json_open(j, '{');
    wx_json_kz(j, "kind", "external");
    wx_json_kz(j, "status", "accepted");
    wx_json_kstr(j, "justification", text(item, "dismissed_reason"));
    wx_json_close(j, '}');
    wx_json_close(j, ']');
}

static void put_result(struct exporting *x, const json_t *item)
{
    static const char *const properties[] = {"severity",     "verdict", "state",
                                             "category",     "source",  "unit_id_label",
                                             "site_id_label"};
    struct wx_str rule = text(item, "rule"), title = text(item, "title");
    const char *kind = kind_of(text(item, "verdict"));
    struct wx_json *j = &x->j;

    if (rule.len && !json_object_getn(x->rules, rule.ptr, rule.len))
        json_object_setn_new(x->rules, rule.ptr, rule.len,
                             json_stringn(title.ptr, title.len));
    wx_json_open(j, '{');
    wx_json_kstr(j, "ruleId", rule);
    wx_json_kz(j, "kind", kind);
    wx_json_kz(j, "level", level_of(kind, text(item, "severity")));
    put_message(j, "message", title.len ? title : rule);
    put_location(x, item);
    wx_json_key(j, "partialFingerprints");
    wx_json_open(j, '{');
    wx_json_kstr(j, "wangxun/v1", text(item, "fingerprint"));
    wx_json_close(j, '}');
    put_suppression(j, item);
    wx_json_key(j, "properties");
    wx_json_open(j, '{');
    wx_json_kint(j, "id", json_integer_value(json_object_get(item, "id")));
    for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++)
        wx_json_kstr(j, properties[i], text(item, properties[i]));
    wx_json_close(j, '}');
    wx_json_close(j, '}');
}

static void begin_sarif(struct exporting *x)
{
    wx_json_open(&x->j, '{');
    wx_json_kz(&x->j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    wx_json_kz(&x->j, "version", "2.1.0");
    wx_json_key(&x->j, "runs");
    wx_json_open(&x->j, '[');
    wx_json_open(&x->j, '{');
    wx_json_key(&x->j, "results");
    wx_json_open(&x->j, '[');
}

/* The tool stands behind the results, when all its rules are known; order is free. */
static void end_sarif(struct exporting *x)
{
    const char *id;
    json_t *title;

    wx_json_close(&x->j, ']');
    wx_json_key(&x->j, "tool");
    wx_json_open(&x->j, '{');
    wx_json_key(&x->j, "driver");
    wx_json_open(&x->j, '{');
    wx_json_kz(&x->j, "name", "wangxun");
    wx_json_kz(&x->j, "version", WX_VERSION);
    wx_json_key(&x->j, "rules");
    wx_json_open(&x->j, '[');
    json_object_foreach(x->rules, id, title)
    {
        wx_json_open(&x->j, '{');
        wx_json_kz(&x->j, "id", id);
        put_message(
            &x->j, "shortDescription",
            (struct wx_str){json_string_value(title), json_string_length(title)});
        wx_json_close(&x->j, '}');
    }
    wx_json_close(&x->j, ']');
    wx_json_close(&x->j, '}');
    wx_json_close(&x->j, '}');
    wx_json_key(&x->j, "properties");
    wx_json_open(&x->j, '{');
    wx_json_kstr(&x->j, "exported", x->mark);
    wx_json_close(&x->j, '}');
    wx_json_close(&x->j, '}');
    wx_json_close(&x->j, ']');
    wx_json_close(&x->j, '}');
}

/* ---- pages of the list ---- */

static void put_line(struct exporting *x, json_t *item)
{
    char *dumped;

    json_object_set_new(item, "exported", json_stringn(x->mark.ptr, x->mark.len));
    dumped = json_dumps(item, JSON_COMPACT);
    if (dumped)
        (void)wx_buf_printf(&x->call->out, "%s\n", dumped);
    free(dumped);
}

static enum wx_status put_page(struct exporting *x, struct wx_record_query *query,
                               struct wx_err *err)
{
    struct wx_buf buf = WX_BUF_INIT(MAX_PAGE_BYTES);
    struct wx_json j = WX_JSON_INIT(&buf);
    struct wx_record_page page;
    enum wx_status status;
    json_t *items, *item;
    size_t i;

    wx_json_open(&j, '[');
    status = wx_record_list(x->call->tx, &x->call->arena, query, &j, &page, err);
    wx_json_close(&j, ']');
    items = status || buf.is_full ? NULL : json_loadb(buf.ptr, buf.len, 0, NULL);
    json_array_foreach(items, i, item)
    {
        if (x->is_sarif)
            put_result(x, item);
        else
            put_line(x, item);
        x->n_rows++;
    }
    json_decref(items);
    wx_buf_clear(&buf);
    query->cursor = page.next;
    return status;
}

static void put_heads(struct exporting *x)
{
    struct wx_call *call = x->call;
    char at[24];

    wx_time_format_china(call->now_s, at);
    call->out_type = x->is_sarif ? "application/sarif+json" : "application/jsonl";
    wx_call_header(
        call, "Content-Disposition",
        wx_content_disposition(
            &call->arena, wx_arena_printf(&call->arena, "%s-%.10s.%s",
                                          call->lang == WX_EN ? "findings" : "问题", at,
                                          x->is_sarif ? "sarif" : "jsonl")));
    wx_call_audit(call, "finding", 0, 0);
    call->audit_detail =
        wx_arena_printf(&call->arena, "{\"rows\":%u,\"format\":\"%s\"}", x->n_rows,
                        x->is_sarif ? "sarif" : "jsonl");
}

enum wx_status wx_findings_export_json(struct wx_call *call, struct wx_err *err)
{
    struct exporting x = {
        .call = call, .is_sarif = wx_str_eqz(wx_call_param(call, "format"), "sarif")};
    struct wx_record_query query = {.kind = call->kind,
                                    .filter = wx_call_param(call, "q"),
                                    .sort = wx_call_param(call, "sort"),
                                    .limit = PAGE_ROWS,
                                    .in_english = call->lang == WX_EN,
                                    .now_s = call->now_s};
    enum wx_status status = wx_export_mark(call, &x.mark, err);

    if (status)
        return status;
    x.j = wx_call_json(call);
    x.rules = json_object();
    if (x.is_sarif)
        begin_sarif(&x);
    do {
        status = put_page(&x, &query, err);
    } while (!status && query.cursor.len && x.n_rows < MAX_ROWS);
    if (x.is_sarif)
        end_sarif(&x);
    json_decref(x.rules);
    if (status == WX_E_INVALID)
        return wx_call_refuse(call, WX_P_BAD_PARAM, err, "%s", err->text);
    if (!status)
        put_heads(&x);
    return status;
}
