#include "model/finding.h"

#include "model/field.h"

static const char *const severity_names[] = {
    [WX_SEV_INFO] = "info", [WX_SEV_LOW] = "low",           [WX_SEV_MEDIUM] = "medium",
    [WX_SEV_HIGH] = "high", [WX_SEV_CRITICAL] = "critical",
};
enum { N_SEVERITIES = sizeof severity_names / sizeof *severity_names };

static const char *const verdict_names[] = {
    [WX_NOT_DETERMINED] = "not_determined",
    [WX_PASS] = "pass",
    [WX_FAIL] = "fail",
    [WX_SUSPECTED] = "suspected",
    [WX_NOT_APPLICABLE] = "not_applicable",
};
enum { N_VERDICTS = sizeof verdict_names / sizeof *verdict_names };

const char *wx_severity_name(enum wx_severity severity)
{
    return (unsigned)severity < N_SEVERITIES ? severity_names[severity] : "unknown";
}

const char *wx_verdict_name(enum wx_verdict verdict)
{
    return (unsigned)verdict < N_VERDICTS ? verdict_names[verdict] : "unknown";
}

bool wx_severity_parse(struct wx_str s, enum wx_severity *out)
{
    int i = wx_name_index(s, severity_names, N_SEVERITIES);

    if (i >= 0)
        *out = (enum wx_severity)i;
    return i >= 0;
}

bool wx_verdict_parse(struct wx_str s, enum wx_verdict *out)
{
    int i = wx_name_index(s, verdict_names, N_VERDICTS);

    if (i >= 0)
        *out = (enum wx_verdict)i;
    return i >= 0;
}

void wx_finding_identify(struct wx_finding *finding)
{
    const struct wx_str parts[] = {WX_STR("wx1"), finding->rule, finding->site,
                                   finding->place, finding->key};
    enum { N = sizeof parts / sizeof *parts };
    struct wx_buf text = WX_BUF_INIT(WX_MAX_MESSAGE_BYTES);
    struct wx_sha256 sum;

    for (size_t i = 0; i < N; i++) {
        if (i)
            (void)wx_buf_addc(&text, '\0');
        (void)wx_buf_adds(&text, parts[i]);
    }
    sum = wx_sha256_of(wx_buf_str(&text));
    wx_buf_clear(&text);
    wx_hex(sum.bytes, 16, finding->id);
}

static void format_lists(struct wx_json *j, const struct wx_finding *finding)
{
    char hex[65];

    if (finding->n_evidence) {
        wx_json_key(j, "evidence");
        wx_json_open(j, '[');
        for (size_t i = 0; i < finding->n_evidence; i++) {
            wx_hex(finding->evidence[i].bytes, 32, hex);
            wx_json_str(j, wx_str_of(hex));
        }
        wx_json_close(j, ']');
    }
    if (finding->n_more_urls) {
        wx_json_key(j, "more_urls");
        wx_json_open(j, '[');
        for (size_t i = 0; i < finding->n_more_urls; i++)
            wx_field_put_element(j, finding->more_urls[i]);
        wx_json_close(j, ']');
    }
}

void wx_finding_format(const struct wx_finding *finding, struct wx_buf *out)
{
    struct wx_json j = WX_JSON_INIT(out);

    wx_json_open(&j, '{');
    wx_json_kz(&j, "id", finding->id);
    wx_field_put_site(&j, finding->site_id);
    wx_field_put_str(&j, "rule", finding->rule);
    wx_field_put_str(&j, "category", finding->category);
    wx_json_kz(&j, "severity", wx_severity_name(finding->severity));
    wx_json_kz(&j, "verdict", wx_verdict_name(finding->verdict));
    wx_json_kint(&j, "confidence", finding->confidence);
    wx_field_put_str(&j, "origin", finding->site);
    wx_field_put_str(&j, "site_name", finding->site_name);
    wx_field_put_str(&j, "unit", finding->unit);
    wx_field_put_str(&j, "url", finding->url);
    wx_field_put_str(&j, "where", finding->where);
    wx_field_put_str(&j, "excerpt", finding->excerpt);
    wx_field_put_str(&j, "key", finding->key);
    wx_field_put_str(&j, "place", finding->place);
    wx_field_put_str(&j, "detail_zh", finding->detail_zh);
    wx_field_put_str(&j, "detail_en", finding->detail_en);
    wx_field_put_int(&j, "observation", finding->observation_seq);
    wx_json_kint(&j, "places", finding->n_places);
    wx_field_put_int(&j, "first_seen_s", finding->first_seen_s);
    wx_field_put_int(&j, "last_seen_s", finding->last_seen_s);
    format_lists(&j, finding);
    wx_json_close(&j, '}');
}

static void parse_id(struct wx_fields *f, struct wx_finding *out)
{
    struct wx_str id = wx_field_str(f, "id");
    unsigned char bytes[16];

    if (!wx_unhex(id, bytes, sizeof bytes)) {
        wx_field_bad(f, "id", "not 32 hex digits");
        return;
    }
    wx_hex(bytes, sizeof bytes, out->id);
}

static void parse_judgement(struct wx_fields *f, struct wx_finding *out)
{
    if (!wx_severity_parse(wx_field_str(f, "severity"), &out->severity))
        wx_field_bad(f, "severity", "missing or unknown");
    if (!wx_verdict_parse(wx_field_str(f, "verdict"), &out->verdict))
        wx_field_bad(f, "verdict", "missing or unknown");
    out->confidence = (uint8_t)wx_field_int(f, "confidence", 0, 100);
}

static void parse_texts(struct wx_fields *f, struct wx_finding *out)
{
    out->rule = wx_field_str_need(f, "rule");
    out->category = wx_field_str(f, "category");
    out->site = wx_field_str_need(f, "origin");
    out->site_name = wx_field_str(f, "site_name");
    out->unit = wx_field_str(f, "unit");
    out->url = wx_field_str(f, "url");
    out->where = wx_field_str(f, "where");
    out->excerpt = wx_field_str(f, "excerpt");
    if (out->excerpt.len > WX_MAX_EXCERPT_BYTES)
        wx_field_bad(f, "excerpt", "too long");
    out->key = wx_field_str(f, "key");
    out->place = wx_field_str(f, "place");
    out->detail_zh = wx_field_str(f, "detail_zh");
    out->detail_en = wx_field_str(f, "detail_en");
}

static void parse_lists(struct wx_fields *f, struct wx_finding *out)
{
    const json_t *array =
        wx_field_array(f, "evidence", WX_MAX_EVIDENCE_REFS, &out->n_evidence);

    for (size_t i = 0; i < out->n_evidence; i++) {
        const json_t *value = json_array_get(array, i);
        struct wx_str hex = {json_string_value(value), json_string_length(value)};

        if (!json_is_string(value) || !wx_unhex(hex, out->evidence[i].bytes, 32))
            wx_field_bad(f, "evidence", "not 64 hex digits");
    }
    array = wx_field_array(f, "more_urls", WX_MAX_FINDING_URLS, &out->n_more_urls);
    for (size_t i = 0; i < out->n_more_urls; i++)
        out->more_urls[i] = wx_field_element(f, array, i, "more_urls");
}

enum wx_status wx_finding_parse(struct wx_str json, struct wx_arena *arena,
                                struct wx_finding *out, struct wx_err *err)
{
    struct wx_fields f = {.what = "finding", .arena = arena, .err = err};
    json_t *object = wx_field_object(json, f.what, err);
    struct wx_finding finding = {.site_id = 0};

    if (!object)
        return json.len > WX_MAX_MESSAGE_BYTES ? WX_E_TOO_BIG : WX_E_INVALID;
    f.object = object;
    parse_id(&f, &finding);
    finding.site_id = wx_field_site(&f);
    parse_judgement(&f, &finding);
    parse_texts(&f, &finding);
    finding.observation_seq = (uint32_t)wx_field_int(&f, "observation", 0, UINT32_MAX);
    finding.n_places = (uint32_t)wx_field_int(&f, "places", 0, UINT32_MAX);
    finding.first_seen_s = wx_field_int(&f, "first_seen_s", 0, INT64_MAX);
    finding.last_seen_s = wx_field_int(&f, "last_seen_s", 0, INT64_MAX);
    parse_lists(&f, &finding);
    json_decref(object);
    if (!f.status)
        *out = finding;
    return f.status;
}
