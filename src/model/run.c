#include "model/run.h"

#include "model/field.h"

static const char *const status_names[WX_SITE_STATUS_COUNT] = {
    [WX_SITE_WAITING] = "waiting",         [WX_SITE_RUNNING] = "running",
    [WX_SITE_INSPECTED] = "inspected",     [WX_SITE_PARTLY] = "partly",
    [WX_SITE_UNREACHABLE] = "unreachable", [WX_SITE_BLOCKED] = "blocked",
    [WX_SITE_ELSEWHERE] = "elsewhere",     [WX_SITE_PARKED] = "parked",
    [WX_SITE_DENIED] = "denied",           [WX_SITE_FAILED] = "failed",
};

/*
 * PARKED and ELSEWHERE are answers, PARTLY has findings that stand. Of an unreachable
 * site only the one thing is known that we did not get there.
 */
bool wx_site_status_is_undetermined(enum wx_site_status status)
{
    return status != WX_SITE_INSPECTED && status != WX_SITE_PARTLY &&
           status != WX_SITE_ELSEWHERE && status != WX_SITE_PARKED;
}

const char *wx_site_status_name(enum wx_site_status status)
{
    return (unsigned)status < WX_SITE_STATUS_COUNT ? status_names[status] : "unknown";
}

bool wx_site_status_parse(struct wx_str s, enum wx_site_status *out)
{
    int i = wx_name_index(s, status_names, WX_SITE_STATUS_COUNT);

    if (i >= 0)
        *out = (enum wx_site_status)i;
    return i >= 0;
}

void wx_site_result_format(const struct wx_site_result *result, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_field_put_site(&j, result->site_id);
    wx_json_kz(&j, "status", wx_site_status_name(result->status));
    wx_field_put_str(&j, "reason", result->reason);
    wx_field_put_int(&j, "n_pages", result->n_pages);
    wx_field_put_int(&j, "n_fetches", result->n_fetches);
    wx_field_put_int(&j, "n_requests", result->n_requests);
    wx_field_put_int(&j, "wire_bytes", (int64_t)result->wire_bytes);
    wx_field_put_int(&j, "begun_s", result->begun_s);
    wx_field_put_int(&j, "duration_ms", result->duration_ms);
    wx_field_put_int(&j, "n_findings", result->n_findings);
    /* as text, so that the receiver stores byte for byte what it has checked */
    wx_field_put_str(&j, "facts", result->facts);
    wx_json_close(&j, '}');
}

/* The worker reads hostile bytes: its facts are proved to be an object before any
 * report writes them out as JSON. */
static void check_facts(struct wx_fields *f, struct wx_str facts)
{
    json_t *object;

    if (!facts.len || f->status)
        return;
    object = wx_field_object(facts, "facts of a site", f->err);
    if (!object)
        f->status = WX_E_INVALID;
    json_decref(object);
}

enum wx_status wx_site_result_parse(struct wx_str json, struct wx_arena *arena,
                                    struct wx_site_result *out, struct wx_err *err)
{
    struct wx_fields f = {.what = "site result", .arena = arena, .err = err};
    json_t *object = wx_field_object(json, f.what, err);
    struct wx_site_result result = {.site_id = 0};

    if (!object)
        return json.len > WX_MAX_MESSAGE_BYTES ? WX_E_TOO_BIG : WX_E_INVALID;
    f.object = object;
    result.site_id = wx_field_site(&f);
    if (!wx_site_status_parse(wx_field_str(&f, "status"), &result.status))
        wx_field_bad(&f, "status", "missing or unknown");
    result.reason = wx_field_str(&f, "reason");
    result.n_pages = (uint32_t)wx_field_int(&f, "n_pages", 0, UINT32_MAX);
    result.n_fetches = (uint32_t)wx_field_int(&f, "n_fetches", 0, UINT32_MAX);
    result.n_requests = (uint32_t)wx_field_int(&f, "n_requests", 0, UINT32_MAX);
    result.wire_bytes = (uint64_t)wx_field_int(&f, "wire_bytes", 0, INT64_MAX);
    result.begun_s = wx_field_int(&f, "begun_s", INT64_MIN, INT64_MAX);
    result.duration_ms = wx_field_int(&f, "duration_ms", 0, INT64_MAX);
    result.n_findings = (uint32_t)wx_field_int(&f, "n_findings", 0, UINT32_MAX);
    result.facts = wx_field_str(&f, "facts");
    check_facts(&f, result.facts);
    json_decref(object);
    if (!f.status)
        *out = result;
    return f.status;
}
