#include "convert/foreign.h"

#include "wire/url.h"
#include <stdlib.h>

enum {
    MAX_TITLE_BYTES = 300,
    MAX_SHORT_BYTES = 200,
    MAX_LONG_BYTES = 8 << 10,
    MAX_PROOF_BYTES = 16 << 10,
};

static const struct {
    const char *key;
    size_t max_bytes;
} texts[WX_FOREIGN_TEXT_COUNT] = {
    [WX_FOREIGN_TOOL] = {"tool", MAX_SHORT_BYTES},
    [WX_FOREIGN_TOOL_VERSION] = {"tool_version", MAX_SHORT_BYTES},
    [WX_FOREIGN_RULE] = {"rule", MAX_SHORT_BYTES},
    [WX_FOREIGN_TITLE] = {"title", MAX_TITLE_BYTES},
    [WX_FOREIGN_SEVERITY] = {"severity", 16},
    [WX_FOREIGN_URL] = {"url", WX_MAX_URL_BYTES},
    [WX_FOREIGN_METHOD] = {"method", 16},
    [WX_FOREIGN_PARAM] = {"param", MAX_SHORT_BYTES},
    [WX_FOREIGN_DETAIL] = {"detail", MAX_LONG_BYTES},
    [WX_FOREIGN_FIX] = {"fix", MAX_LONG_BYTES},
    [WX_FOREIGN_EVIDENCE] = {"evidence", MAX_LONG_BYTES},
    [WX_FOREIGN_REQUEST] = {"request", MAX_PROOF_BYTES},
    [WX_FOREIGN_RESPONSE] = {"response", MAX_PROOF_BYTES},
    [WX_FOREIGN_FOUND_AT] = {"found_at", 40},
    [WX_FOREIGN_FINGERPRINT] = {"fingerprint", MAX_SHORT_BYTES},
    [WX_FOREIGN_CONFIDENCE] = {"confidence", 16},
};

/* Words of tools and of people for the five severities. */
static const struct {
    const char *word, *severity;
} severities[] = {
    {"critical", "critical"}, {"严重", "critical"},
    {"紧急", "critical"},     {"超危", "critical"},
    {"high", "high"},         {"error", "high"},
    {"高", "high"},           {"高危", "high"},
    {"高风险", "high"},       {"medium", "medium"},
    {"moderate", "medium"},   {"warning", "medium"},
    {"中", "medium"},         {"中危", "medium"},
    {"中风险", "medium"},     {"low", "low"},
    {"note", "low"},          {"低", "low"},
    {"低危", "low"},          {"低风险", "low"},
    {"info", "info"},         {"informational", "info"},
    {"information", "info"},  {"none", "info"},
    {"提示", "info"},         {"信息", "info"},
    {"unknown", "info"},
};

struct wx_str wx_foreign_severity(struct wx_str word)
{
    char z[16], *end;
    double score;

    word = wx_str_trim(word);
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
        if (wx_str_ieqz(word, severities[i].word))
            return wx_str_of(severities[i].severity);
    if (!word.len || word.len >= sizeof z)
        return WX_STR("");
    memcpy(z, word.ptr, word.len);
    z[word.len] = '\0';
    score = strtod(z, &end);
    return *end || end == z ? WX_STR("") : wx_foreign_severity_of_score(score);
}

/* CVSS 3.1, 5 (qualitative severity rating scale). */
struct wx_str wx_foreign_severity_of_score(double score)
{
    return !(score >= 0 && score <= 10) ? WX_STR("")
           : score >= 9                 ? WX_STR("critical")
           : score >= 7                 ? WX_STR("high")
           : score >= 4                 ? WX_STR("medium")
           : score > 0                  ? WX_STR("low")
                                        : WX_STR("info");
}

void wx_foreign_refer(struct wx_foreign *f, struct wx_str reference)
{
    reference = wx_str_trim(reference);
    if (f->n_references < WX_FOREIGN_MAX_LIST && reference.len <= WX_MAX_URL_BYTES &&
        (wx_str_istarts(reference, "https://") || wx_str_istarts(reference, "http://")))
        f->references[f->n_references++] = reference;
}

void wx_foreign_cwe(struct wx_foreign *f, struct wx_str text)
{
    uint64_t n;

    text = wx_str_trim(text);
    if (wx_str_istarts(text, "cwe-"))
        text = wx_str_sub(text, 4, text.len);
    if (f->n_cwe < WX_FOREIGN_MAX_LIST && wx_str_to_u64(text, 9999, &n) && n)
        f->cwe[f->n_cwe++] = (uint32_t)n;
}

void wx_foreign_cve(struct wx_foreign *f, struct wx_str text)
{
    size_t n_digits = 0;

    text = wx_str_trim(text);
    if (!wx_str_istarts(text, "cve-") || text.len > 24 ||
        f->n_cve == WX_FOREIGN_MAX_LIST)
        return;
    for (size_t i = 4; i < text.len; i++) {
        if ((text.ptr[i] < '0' || text.ptr[i] > '9') && text.ptr[i] != '-')
            return;
        n_digits += text.ptr[i] != '-';
    }
    if (n_digits >= 8)
        f->cve[f->n_cve++] = text;
}

static bool is_web_address(struct wx_convert_child *child, struct wx_str *url)
{
    struct wx_url parsed;

    *url = wx_str_trim(*url);
    if (!url->len || url->len > WX_MAX_URL_BYTES ||
        wx_url_parse_target(child->arena, *url, &parsed, NULL) || !parsed.is_http)
        return false;
    *url = parsed.href;
    return true;
}

static void put_list(struct wx_json *j, const char *key, const struct wx_str *list,
                     size_t n)
{
    if (!n)
        return;
    wx_json_key(j, key);
    wx_json_open(j, '[');
    for (size_t i = 0; i < n; i++)
        wx_json_str(j, list[i]);
    wx_json_close(j, ']');
}

static void put(struct wx_json *j, const struct wx_foreign *f)
{
    wx_json_open(j, '{');
    for (int i = 0; i < WX_FOREIGN_TEXT_COUNT; i++)
        wx_json_kstr_opt(j, texts[i].key,
                         wx_utf8_clip(wx_str_trim(f->texts[i]), texts[i].max_bytes));
    put_list(j, "references", f->references, f->n_references);
    put_list(j, "cve", f->cve, f->n_cve);
    if (f->n_cwe) {
        wx_json_key(j, "cwe");
        wx_json_open(j, '[');
        for (size_t i = 0; i < f->n_cwe; i++)
            wx_json_int(j, f->cwe[i]);
        wx_json_close(j, ']');
    }
    if (f->row)
        wx_json_kint(j, "row", f->row);
    wx_json_close(j, '}');
}

enum wx_status wx_foreign_send(struct wx_convert_child *child, struct wx_foreign *f,
                               struct wx_err *err)
{
    struct wx_json j = WX_JSON_INIT(&child->item);
    struct wx_str *title = &f->texts[WX_FOREIGN_TITLE];
    struct wx_str *rule = &f->texts[WX_FOREIGN_RULE];
    struct wx_str *severity = &f->texts[WX_FOREIGN_SEVERITY];

    *title = title->len ? *title : *rule;
    if (!title->len || !is_web_address(child, &f->texts[WX_FOREIGN_URL])) {
        child->n_left_out++;
        return WX_OK;
    }
    if (!severity->len)
        *severity = WX_STR("info");
    put(&j, f);
    return wx_convert_item(child, err);
}

void wx_foreign_end(struct wx_convert_child *child, struct wx_str tool)
{
    struct wx_json j = WX_JSON_INIT(&child->note);

    wx_json_open(&j, '{');
    wx_json_kstr_opt(&j, "tool", wx_utf8_clip(tool, MAX_SHORT_BYTES));
    wx_json_kint(&j, "taken", (int64_t)child->n_items);
    wx_json_kint(&j, "left_out", (int64_t)child->n_left_out);
    wx_json_close(&j, '}');
}

struct wx_str wx_foreign_str(const json_t *object, const char *key)
{
    const json_t *v = json_object_get(object, key);

    return json_is_string(v)
               ? (struct wx_str){json_string_value(v), json_string_length(v)}
               : (struct wx_str){NULL, 0};
}

json_t *wx_foreign_load(struct wx_convert_child *child, struct wx_str bytes,
                        struct wx_err *err)
{
    json_error_t why;
    json_t *root;

    if (wx_str_starts(bytes, "\xEF\xBB\xBF"))
        bytes = wx_str_sub(bytes, 3, bytes.len);
    root = json_loadb(bytes.ptr, bytes.len, 0, &why);
    if (root)
        return root;
    if (json_error_code(&why) == json_error_out_of_memory)
        (void)wx_fail(err, WX_E_TOO_BIG, "%s",
                      wx_text(child->lang, WX_T_CONVERT_TOO_MUCH_MEMORY));
    else
        (void)wx_fail(err, WX_E_INVALID, wx_text(child->lang, WX_T_CONVERT_BAD_JSON),
                      (unsigned)(why.line > 0 ? why.line : 1),
                      (unsigned)(why.column > 0 ? why.column : 1));
    return NULL;
}
