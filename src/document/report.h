/*
 * The report of a run, streamed from its store (memory does not grow with the number of
 * findings): summary.json, sites.jsonl, findings.jsonl, findings.sarif, report.html and
 * report.xlsx. Each file is written beside its name and renamed, so that a reader sees
 * the old one or the whole new one. Fields: docs/formats.md and docs/schema/.
 *
 * From the run's key-value facts it reads version, rules, permit (JSON), begun, ended
 * (RFC 3339) and how_ended ("complete", "interrupted", "deadline"); all may be missing.
 */
#ifndef WX_DOCUMENT_REPORT_H
#define WX_DOCUMENT_REPORT_H

#include "base/catalogue.h"
#include "base/json.h"
#include "document/numbers.h"

enum wx_report_format {
    WX_REPORT_JSON = 1 << 0, /* summary.json, sites.jsonl, findings.jsonl */
    WX_REPORT_SARIF = 1 << 1,
    WX_REPORT_HTML = 1 << 2,
    WX_REPORT_XLSX = 1 << 3,
    WX_REPORT_ALL = WX_REPORT_JSON | WX_REPORT_SARIF | WX_REPORT_HTML | WX_REPORT_XLSX,
};

struct wx_report_options {
    const char *dir;
    enum wx_lang lang;
    uint32_t formats; /* enum wx_report_format bits; 0: all */
};

/* "html,json"; NULL or empty: all. WX_E_USAGE names the unknown word. */
WX_MUST_CHECK enum wx_status
wx_report_formats_parse(const char *list, uint32_t *formats, struct wx_err *err);

/* NUMBERS may be NULL; it owns nothing. A finding whose RULES no longer have its rule
 * is written with its id alone. */
WX_MUST_CHECK enum wx_status wx_report_write(struct wx_store *store,
                                             const struct wx_rules *rules,
                                             const struct wx_report_options *options,
                                             struct wx_numbers *numbers,
                                             struct wx_err *err);

/* One line of findings.jsonl (a JSON object, no line break); RULE may be NULL. Shared
 * with judge, which prints it. */
void wx_finding_write_json(const struct wx_finding *finding, const struct wx_rule *rule,
                           enum wx_lang lang, struct wx_json *json);

#endif
