/*
 * findings.sarif: SARIF 2.1.0 (OASIS, 2020-03-27). Kind says our verdict in the
 * standard's words: fail, review (suspected: a person must look), open (not
 * determined), pass, notApplicable; level is "none" unless the kind is fail (3.27.10).
 * A file holds several runs when there are more results than code-scanning services
 * take in one.
 */
#include "document/format.h"

#include "base/clock.h"
#include <stdio.h>

enum { MAX_RESULTS_PER_RUN = 25000 }; /* GitHub's ceiling */

struct sarif {
    struct wx_report *report;
    struct wx_outfile out;
    struct wx_json j;
    uint64_t n_in_run;
    unsigned n_runs;
};

static const char *level_of(enum wx_severity severity)
{
    static const char *const levels[WX_N_SEVERITIES] = {
        [WX_SEV_INFO] = "note",      [WX_SEV_LOW] = "note",
        [WX_SEV_MEDIUM] = "warning", [WX_SEV_HIGH] = "error",
        [WX_SEV_CRITICAL] = "error",
    };

    return levels[severity];
}

static const char *kind_of(enum wx_verdict verdict)
{
    static const char *const kinds[WX_N_VERDICTS] = {
        [WX_NOT_DETERMINED] = "open",
        [WX_PASS] = "pass",
        [WX_FAIL] = "fail",
        [WX_SUSPECTED] = "review",
        [WX_NOT_APPLICABLE] = "notApplicable",
    };

    return kinds[verdict];
}

/* The number that GitHub sorts by: 9+ critical, 7+ high, 4+ medium, 0.1+ low. */
static const char *security_severity(enum wx_severity severity)
{
    static const char *const numbers[WX_N_SEVERITIES] = {
        [WX_SEV_INFO] = "0.0", [WX_SEV_LOW] = "3.0",      [WX_SEV_MEDIUM] = "5.5",
        [WX_SEV_HIGH] = "8.0", [WX_SEV_CRITICAL] = "9.5",
    };

    return numbers[severity];
}

static void put_text(struct wx_json *j, const char *key, struct wx_str text)
{
    wx_json_key(j, key);
    wx_json_open(j, '{');
    wx_json_kstr(j, "text", text);
    wx_json_close(j, '}');
}

static void put_help(struct sarif *s, const struct wx_rule *rule)
{
    enum wx_lang lang = s->report->lang;
    struct wx_rule_text text = wx_rule_text_in(rule, lang);
    struct wx_arena *arena = &s->report->arena;
    struct wx_str norm =
        wx_norm_text(arena, wx_rule_norm_at(rule, s->report->numbers.begun_s), lang);
    struct wx_str plain = wx_arena_printf(
        arena, WX_STR_FMT "\n\n%s\n" WX_STR_FMT "\n\n%s\n" WX_STR_FMT "%s%s" WX_STR_FMT,
        WX_STR_ARG(text.why), wx_text(lang, WX_T_REPORT_FIX), WX_STR_ARG(text.fix),
        wx_text(lang, WX_T_REPORT_VERIFY), WX_STR_ARG(text.verify),
        norm.len ? "\n\n" : "", norm.len ? wx_text(lang, WX_T_REPORT_NORM_COLON) : "",
        WX_STR_ARG(norm));

    put_text(&s->j, "help", plain);
}

static void put_rule(struct sarif *s, const struct wx_numbers_row *row)
{
    const struct wx_rule *rule = wx_rules_find(s->report->rules, row->name);
    struct wx_rule_text text = wx_rule_text_in(rule, s->report->lang);
    struct wx_json *j = &s->j;

    wx_json_open(j, '{');
    wx_json_kstr(j, "id", row->name);
    put_text(j, "shortDescription", text.title.len ? text.title : row->name);
    if (rule) {
        put_text(j, "fullDescription", text.why.len ? text.why : text.title);
        put_help(s, rule);
        wx_json_key(j, "defaultConfiguration");
        wx_json_open(j, '{');
        wx_json_kz(j, "level", level_of(rule->severity));
        wx_json_close(j, '}');
        wx_json_key(j, "properties");
        wx_json_open(j, '{');
        wx_json_key(j, "tags");
        wx_json_open(j, '[');
        wx_json_str(j, WX_STR("security"));
        wx_json_str(j, rule->category);
        wx_json_close(j, ']');
        wx_json_kz(j, "security-severity", security_severity(rule->severity));
        wx_json_close(j, '}');
    }
    wx_json_close(j, '}');
}

static void put_driver(struct sarif *s)
{
    const struct wx_breakdown *b = &s->report->breakdown;
    struct wx_json *j = &s->j;

    wx_json_key(j, "tool");
    wx_json_open(j, '{');
    wx_json_key(j, "driver");
    wx_json_open(j, '{');
    wx_json_kz(j, "name", "wangxun");
    wx_json_kz(j, "fullName", "Wangxun 网巡");
    if (b->version.len)
        wx_json_kstr(j, "semanticVersion", b->version);
    wx_json_kz(j, "language", s->report->lang == WX_ZH ? "zh-CN" : "en");
    wx_json_key(j, "rules");
    wx_json_open(j, '[');
    for (size_t i = 0; i < b->n_rules; i++)
        put_rule(s, &b->rules[i]);
    wx_json_close(j, ']');
    wx_json_close(j, '}');
    wx_json_close(j, '}');
}

static void put_time(struct wx_json *j, const char *key, int64_t at_s)
{
    char text[24];

    if (!at_s)
        return;
    wx_time_format(at_s, text);
    wx_json_kz(j, key, text);
}

static void open_run(struct sarif *s)
{
    const struct wx_numbers *n = &s->report->numbers;
    struct wx_json *j = &s->j;
    char id[40];

    wx_json_open(j, '{');
    put_driver(s);
    wx_json_key(j, "automationDetails");
    wx_json_open(j, '{');
    snprintf(id, sizeof id, "wangxun/%u/", ++s->n_runs);
    wx_json_kz(j, "id", id);
    wx_json_close(j, '}');
    wx_json_key(j, "invocations");
    wx_json_open(j, '[');
    wx_json_open(j, '{');
    wx_json_kbool(j, "executionSuccessful", n->end == WX_RUN_COMPLETE);
    put_time(j, "startTimeUtc", n->begun_s);
    put_time(j, "endTimeUtc", n->ended_s);
    wx_json_close(j, '}');
    wx_json_close(j, ']');
    wx_json_kz(j, "columnKind", "unicodeCodePoints");
    wx_json_key(j, "results");
    wx_json_open(j, '[');
    s->n_in_run = 0;
}

static void close_run(struct sarif *s)
{
    wx_json_close(&s->j, ']');
    wx_json_close(&s->j, '}');
}

static void put_location(struct sarif *s, struct wx_arena *arena, struct wx_str url,
                         const struct wx_finding *f)
{
    struct wx_json *j = &s->j;

    wx_json_open(j, '{');
    if (url.len) {
        wx_json_key(j, "physicalLocation");
        wx_json_open(j, '{');
        wx_json_key(j, "artifactLocation");
        wx_json_open(j, '{');
        wx_json_kstr(j, "uri", wx_uri_text(arena, url));
        wx_json_close(j, '}');
        wx_json_close(j, '}');
    }
    wx_json_key(j, "logicalLocations");
    wx_json_open(j, '[');
    wx_json_open(j, '{');
    wx_json_kstr(j, "name", f->site);
    wx_json_kz(j, "kind", "resource");
    wx_json_close(j, '}');
    wx_json_close(j, ']');
    if (f->where.len)
        put_text(j, "message", wx_finding_where(f, s->report->lang));
    wx_json_close(j, '}');
}

static void put_locations(struct sarif *s, const struct wx_finding *f)
{
    struct wx_arena arena;

    wx_arena_init(&arena);
    wx_json_key(&s->j, "locations");
    wx_json_open(&s->j, '[');
    put_location(s, &arena, f->url, f);
    wx_json_close(&s->j, ']');
    if (f->n_more_urls) {
        wx_json_key(&s->j, "relatedLocations");
        wx_json_open(&s->j, '[');
        for (size_t i = 0; i < f->n_more_urls; i++)
            put_location(s, &arena, f->more_urls[i], f);
        wx_json_close(&s->j, ']');
    }
    wx_arena_clear(&arena);
}

static void put_properties(struct sarif *s, const struct wx_finding *f)
{
    struct wx_json *j = &s->j;
    char hex[65];

    wx_json_key(j, "properties");
    wx_json_open(j, '{');
    wx_json_kstr(j, "category", f->category);
    wx_json_kz(j, "severity", wx_severity_name(f->severity));
    wx_json_kz(j, "verdict", wx_verdict_name(f->verdict));
    wx_json_kstr_opt(j, "unit", f->unit);
    wx_json_kstr_opt(j, "site_name", f->site_name);
    wx_json_kstr_opt(j, "excerpt", f->excerpt);
    wx_json_kint(j, "places", f->n_places);
    wx_json_key(j, "evidence");
    wx_json_open(j, '[');
    for (size_t i = 0; i < f->n_evidence; i++) {
        wx_hex(f->evidence[i].bytes, 32, hex);
        wx_json_str(j, wx_str_of(hex));
    }
    wx_json_close(j, ']');
    wx_json_close(j, '}');
}

static int64_t rule_index(const struct wx_breakdown *b, struct wx_str rule)
{
    size_t from = 0, to = b->n_rules;

    while (from < to) {
        size_t mid = (from + to) / 2;
        struct wx_str name = b->rules[mid].name;
        size_t n = name.len < rule.len ? name.len : rule.len;
        int order = n ? memcmp(name.ptr, rule.ptr, n) : 0;

        if (!order && name.len == rule.len)
            return (int64_t)mid;
        if (order < 0 || (!order && name.len < rule.len))
            from = mid + 1;
        else
            to = mid;
    }
    return -1;
}

static bool put_result(void *ctx, const struct wx_finding *f)
{
    struct sarif *s = ctx;
    enum wx_lang lang = s->report->lang;
    const struct wx_rule *rule = wx_rules_find(s->report->rules, f->rule);
    struct wx_str detail = wx_finding_detail(f, lang);
    struct wx_json *j = &s->j;

    if (s->n_in_run++ == MAX_RESULTS_PER_RUN) {
        close_run(s);
        open_run(s);
        s->n_in_run = 1;
    }
    wx_json_open(j, '{');
    wx_json_kstr(j, "ruleId", f->rule);
    wx_json_kint(j, "ruleIndex", rule_index(&s->report->breakdown, f->rule));
    wx_json_kz(j, "kind", kind_of(f->verdict));
    wx_json_kz(j, "level", f->verdict == WX_FAIL ? level_of(f->severity) : "none");
    put_text(j, "message", detail.len ? detail : wx_finding_title(f, rule, lang));
    put_locations(s, f);
    wx_json_key(j, "partialFingerprints");
    wx_json_open(j, '{');
    wx_json_kz(j, "wangxun/v1", f->id);
    wx_json_close(j, '}');
    wx_json_kint(j, "rank", f->confidence);
    put_properties(s, f);
    wx_json_close(j, '}');
    return wx_outfile_tick(&s->out);
}

enum wx_status wx_report_sarif(struct wx_report *report, struct wx_err *err)
{
    struct sarif s = {.report = report};
    enum wx_status st;

    wx_outfile_open(&s.out, report->dir, "findings.sarif");
    s.j = WX_JSON_INIT(&s.out.text);
    wx_json_open(&s.j, '{');
    wx_json_kz(&s.j, "$schema",
               "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
               "sarif-schema-2.1.0.json");
    wx_json_kz(&s.j, "version", "2.1.0");
    wx_json_key(&s.j, "runs");
    wx_json_open(&s.j, '[');
    open_run(&s);
    st = wx_store_findings(report->store, 0, put_result, &s, err);
    close_run(&s);
    wx_json_close(&s.j, ']');
    wx_json_close(&s.j, '}');
    (void)wx_buf_addc(&s.out.text, '\n');
    return wx_outfile_finish(&s.out, st, err);
}
