/* summary.json, sites.jsonl and findings.jsonl: docs/formats.md says what each field
 * means, docs/schema/ holds the schemas. */
#include "document/format.h"

#include "base/clock.h"
#include <jansson.h>

static void put_time(struct wx_json *j, const char *key, int64_t at_s)
{
    char text[24];

    if (at_s)
        wx_time_format(at_s, text);
    wx_json_kz(j, key, at_s ? text : NULL);
}

static void put_by_severity(struct wx_json *j, const uint64_t *by_severity)
{
    wx_json_key(j, "by_severity");
    wx_json_open(j, '{');
    for (int s = WX_SEV_CRITICAL; s >= WX_SEV_INFO; s--)
        wx_json_kint(j, wx_severity_name((enum wx_severity)s), (int64_t)by_severity[s]);
    wx_json_close(j, '}');
}

/* ---- summary.json ---- */

static void put_row(struct wx_json *j, const char *key,
                    const struct wx_numbers_row *row)
{
    wx_json_open(j, '{');
    wx_json_kstr(j, key, row->name);
    wx_json_kint(j, "findings", (int64_t)row->n_findings);
    wx_json_kint(j, "problems", (int64_t)row->n_problems);
    wx_json_kint(j, "sites", (int64_t)row->n_sites);
    put_by_severity(j, row->by_severity);
    wx_json_close(j, '}');
}

static void put_run(struct wx_json *j, const struct wx_report *report)
{
    const struct wx_numbers *n = &report->numbers;
    const struct wx_breakdown *b = &report->breakdown;

    wx_json_key(j, "run");
    wx_json_open(j, '{');
    wx_json_kz(j, "end", wx_run_end_name(n->end));
    put_time(j, "begun", n->begun_s);
    put_time(j, "ended", n->ended_s);
    wx_json_kstr(j, "wangxun", b->version);
    wx_json_kstr(j, "rules", b->rules_version);
    wx_json_kstr(j, "permit", b->permit_id);
    wx_json_kz(j, "lang", report->lang == WX_ZH ? "zh" : "en");
    wx_json_close(j, '}');
}

static void put_site_numbers(struct wx_json *j, const struct wx_numbers *n)
{
    wx_json_key(j, "sites");
    wx_json_open(j, '{');
    wx_json_kint(j, "total", (int64_t)n->n_sites);
    wx_json_kint(j, "undetermined", (int64_t)n->n_undetermined);
    wx_json_kint(j, "with_problems", (int64_t)n->n_sites_with_problems);
    wx_json_key(j, "by_status");
    wx_json_open(j, '{');
    for (int i = 0; i < WX_SITE_STATUS_COUNT; i++)
        wx_json_kint(j, wx_site_status_name((enum wx_site_status)i),
                     (int64_t)n->by_status[i]);
    wx_json_close(j, '}');
    wx_json_close(j, '}');
    wx_json_key(j, "traffic");
    wx_json_open(j, '{');
    wx_json_kint(j, "pages", (int64_t)n->n_pages);
    wx_json_kint(j, "fetches", (int64_t)n->n_fetches);
    wx_json_kint(j, "requests", (int64_t)n->n_requests);
    wx_json_kint(j, "bytes", (int64_t)n->wire_bytes);
    wx_json_close(j, '}');
}

static void put_finding_numbers(struct wx_json *j, const struct wx_report *report)
{
    const struct wx_numbers *n = &report->numbers;
    const struct wx_breakdown *b = &report->breakdown;

    wx_json_key(j, "findings");
    wx_json_open(j, '{');
    wx_json_kint(j, "total", (int64_t)n->n_findings);
    wx_json_kint(j, "problems", (int64_t)n->n_problems);
    put_by_severity(j, n->by_severity);
    wx_json_key(j, "by_verdict");
    wx_json_open(j, '{');
    for (int v = 0; v < WX_N_VERDICTS; v++)
        wx_json_kint(j, wx_verdict_name((enum wx_verdict)v), (int64_t)n->by_verdict[v]);
    wx_json_close(j, '}');
    wx_json_close(j, '}');
    wx_json_key(j, "categories");
    wx_json_open(j, '[');
    for (size_t i = 0; i < b->n_categories; i++)
        put_row(j, "category", &b->categories[i]);
    wx_json_close(j, ']');
    wx_json_key(j, "rules");
    wx_json_open(j, '[');
    for (size_t i = 0; i < b->n_rules; i++)
        put_row(j, "rule", &b->rules[i]);
    wx_json_close(j, ']');
}

static enum wx_status write_summary(struct wx_report *report, struct wx_err *err)
{
    struct wx_outfile out;
    struct wx_json j;

    wx_outfile_open(&out, report->dir, "summary.json");
    j = WX_JSON_INIT(&out.text);
    wx_json_open(&j, '{');
    wx_json_kz(&j, "format", "wangxun-summary/1");
    put_run(&j, report);
    put_site_numbers(&j, &report->numbers);
    put_finding_numbers(&j, report);
    wx_json_close(&j, '}');
    (void)wx_buf_addc(&out.text, '\n');
    return wx_outfile_finish(&out, WX_OK, err);
}

/* ---- sites.jsonl ---- */

struct lines {
    struct wx_report *report;
    struct wx_outfile out;
    size_t site; /* the next one of the breakdown */
};

static void put_register(struct wx_json *j, const struct wx_site *site)
{
    wx_json_key(j, "register");
    wx_json_open(j, '{');
    wx_json_kstr_opt(j, "ip", site->ip);
    wx_json_kstr_opt(j, "server_place", site->server_place);
    wx_json_kstr_opt(j, "icp", site->icp);
    wx_json_kstr_opt(j, "contact", site->contact);
    wx_json_kstr_opt(j, "leader", site->leader);
    wx_json_kstr_opt(j, "phone", site->phone);
    if (site->unit_kind != WX_UNIT_UNKNOWN)
        wx_json_kz(j, "unit_kind", wx_unit_kind_name(site->unit_kind));
    if (site->grade)
        wx_json_kint(j, "grade", site->grade);
    wx_json_kstr_opt(j, "site_code", site->site_code);
    wx_json_kstr_opt(j, "police_code", site->police_code);
    if (site->row)
        wx_json_kint(j, "row", site->row);
    wx_json_close(j, '}');
}

/* Written as it lies in the store, but only when it is an object: the bytes may come
 * from a store that somebody else has had in hands. */
static void put_facts(struct wx_json *j, struct wx_str facts)
{
    json_t *object =
        facts.len ? json_loadb(facts.ptr, facts.len, JSON_ALLOW_NUL, NULL) : NULL;

    wx_json_key(j, "facts");
    if (json_is_object(object) && wx_str_chr(facts, '\n') == WX_NPOS)
        wx_json_raw(j, facts);
    else
        wx_json_raw(j, WX_STR("{}"));
    json_decref(object);
}

static bool write_site(void *ctx, const struct wx_site *site,
                       const struct wx_site_result *result)
{
    struct lines *l = ctx;
    const struct wx_numbers_row *row = &l->report->breakdown.sites[l->site++];
    struct wx_json j = WX_JSON_INIT(&l->out.text);
    char id[17];

    for (int i = 0; i < 16; i++)
        id[i] = "0123456789abcdef"[site->id >> (60 - 4 * i) & 15];
    id[16] = '\0';
    wx_json_open(&j, '{');
    wx_json_kz(&j, "id", id);
    wx_json_kstr(&j, "site", wx_site_origin(site));
    wx_json_kstr(&j, "domain", site->domain);
    wx_json_kstr(&j, "site_name", site->name);
    wx_json_kstr(&j, "unit", site->unit);
    wx_json_kstr(&j, "start_url", site->start_url);
    wx_json_kz(&j, "status", wx_site_status_name(result->status));
    wx_json_kbool(&j, "undetermined", wx_site_status_is_undetermined(result->status));
    wx_json_kstr(&j, "reason", result->reason);
    wx_json_kint(&j, "pages", result->n_pages);
    wx_json_kint(&j, "fetches", result->n_fetches);
    wx_json_kint(&j, "requests", result->n_requests);
    wx_json_kint(&j, "bytes", (int64_t)result->wire_bytes);
    put_time(&j, "begun", result->begun_s);
    wx_json_kint(&j, "duration_ms", result->duration_ms);
    wx_json_kint(&j, "findings", (int64_t)row->n_findings);
    wx_json_kint(&j, "problems", (int64_t)row->n_problems);
    put_by_severity(&j, row->by_severity);
    put_register(&j, site);
    put_facts(&j, result->facts);
    wx_json_close(&j, '}');
    (void)wx_buf_addc(&l->out.text, '\n');
    return wx_outfile_tick(&l->out) && l->site < l->report->breakdown.n_sites;
}

static enum wx_status write_sites(struct wx_report *report, struct wx_err *err)
{
    struct lines l = {.report = report};
    enum wx_status st = WX_OK;

    wx_outfile_open(&l.out, report->dir, "sites.jsonl");
    if (report->breakdown.n_sites)
        st = wx_store_sites(report->store, write_site, &l, err);
    return wx_outfile_finish(&l.out, st, err);
}

/* ---- findings.jsonl ---- */

static void put_norm(struct wx_json *j, const struct wx_norm *norm, enum wx_lang lang)
{
    char from[24];

    wx_json_key(j, "norm");
    if (!norm) {
        wx_json_null(j);
        return;
    }
    wx_json_open(j, '{');
    wx_json_kstr(j, "document",
                 lang == WX_ZH || !norm->document_en.len ? norm->document_zh
                                                         : norm->document_en);
    wx_json_kstr(j, "article", norm->article);
    wx_json_kstr(j, "number", norm->number);
    wx_json_key(j, "from");
    if (norm->from_s) {
        wx_time_format(norm->from_s, from);
        wx_json_str(j, wx_str_sub(wx_str_of(from), 0, 10));
    } else {
        wx_json_null(j);
    }
    wx_json_close(j, '}');
}

static void put_evidence(struct wx_json *j, const struct wx_finding *finding)
{
    char hex[65];

    wx_json_key(j, "evidence");
    wx_json_open(j, '[');
    for (size_t i = 0; i < finding->n_evidence; i++) {
        wx_hex(finding->evidence[i].bytes, 32, hex);
        wx_json_str(j, wx_str_of(hex));
    }
    wx_json_close(j, ']');
}

static void put_places(struct wx_json *j, const struct wx_finding *finding)
{
    wx_json_kint(j, "places", finding->n_places);
    wx_json_key(j, "more_urls");
    wx_json_open(j, '[');
    for (size_t i = 0; i < finding->n_more_urls; i++)
        wx_json_str(j, finding->more_urls[i]);
    wx_json_close(j, ']');
}

void wx_finding_write_json(const struct wx_finding *finding, const struct wx_rule *rule,
                           enum wx_lang lang, struct wx_json *j)
{
    struct wx_rule_text text = wx_rule_text_in(rule, lang);

    wx_json_open(j, '{');
    wx_json_kz(j, "id", finding->id);
    wx_json_kstr(j, "rule", finding->rule);
    wx_json_kstr(j, "category", finding->category);
    wx_json_kz(j, "severity", wx_severity_name(finding->severity));
    wx_json_kz(j, "verdict", wx_verdict_name(finding->verdict));
    wx_json_kint(j, "confidence", finding->confidence);
    wx_json_kstr(j, "site", finding->site);
    wx_json_kstr(j, "site_name", finding->site_name);
    wx_json_kstr(j, "unit", finding->unit);
    wx_json_kstr(j, "url", finding->url);
    wx_json_kstr(j, "where", wx_finding_where(finding, lang));
    wx_json_kstr(j, "excerpt", finding->excerpt);
    put_evidence(j, finding);
    put_norm(j, rule ? wx_rule_norm_at(rule, finding->last_seen_s) : NULL, lang);
    wx_json_kz(j, "lang", lang == WX_ZH ? "zh" : "en");
    wx_json_kstr(j, "title", wx_finding_title(finding, rule, lang));
    wx_json_kstr(j, "detail", wx_finding_detail(finding, lang));
    wx_json_kstr(j, "why", text.why);
    wx_json_kstr(j, "fix", text.fix);
    wx_json_kstr(j, "verify", text.verify);
    put_time(j, "first_seen", finding->first_seen_s);
    put_time(j, "last_seen", finding->last_seen_s);
    put_places(j, finding);
    wx_json_close(j, '}');
}

static bool write_finding(void *ctx, const struct wx_finding *finding)
{
    struct lines *l = ctx;
    struct wx_json j = WX_JSON_INIT(&l->out.text);

    wx_finding_write_json(finding, wx_rules_find(l->report->rules, finding->rule),
                          l->report->lang, &j);
    (void)wx_buf_addc(&l->out.text, '\n');
    return wx_outfile_tick(&l->out);
}

static enum wx_status write_findings(struct wx_report *report, struct wx_err *err)
{
    struct lines l = {.report = report};
    enum wx_status st;

    wx_outfile_open(&l.out, report->dir, "findings.jsonl");
    st = wx_store_findings(report->store, 0, write_finding, &l, err);
    return wx_outfile_finish(&l.out, st, err);
}

enum wx_status wx_report_json(struct wx_report *report, struct wx_err *err)
{
    enum wx_status st = write_summary(report, err);

    if (!st)
        st = write_sites(report, err);
    if (!st)
        st = write_findings(report, err);
    return st;
}
