/*
 * What the formats of a report share: the run they tell of, and how a finding is put
 * into words. For the files of this room only.
 */
#ifndef WX_DOCUMENT_FORMAT_H
#define WX_DOCUMENT_FORMAT_H

#include "document/outfile.h"
#include "document/report.h"

struct wx_report {
    struct wx_store *store;
    const struct wx_rules *rules;
    const char *dir;
    enum wx_lang lang;
    struct wx_numbers numbers;
    struct wx_breakdown breakdown;
    struct wx_arena arena; /* lives as long as the report is written */
};

/* One writer a format; each makes whole files or none. */
WX_MUST_CHECK enum wx_status wx_report_json(struct wx_report *report,
                                            struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_report_sarif(struct wx_report *report,
                                             struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_report_html(struct wx_report *report,
                                            struct wx_err *err);
WX_MUST_CHECK enum wx_status wx_report_xlsx(struct wx_report *report,
                                            struct wx_err *err);

/* The rule's texts in LANG; all empty without a rule. */
struct wx_rule_text wx_rule_text_in(const struct wx_rule *rule, enum wx_lang lang);
/* A title that is never empty: the rule's id when there is no text. */
struct wx_str wx_finding_title(const struct wx_finding *finding,
                               const struct wx_rule *rule, enum wx_lang lang);
/* The half of "中文 / English" that LANG reads. */
struct wx_str wx_finding_where(const struct wx_finding *finding, enum wx_lang lang);
struct wx_str wx_finding_detail(const struct wx_finding *finding, enum wx_lang lang);
/* "《互联网政务应用安全管理规定》第十七条"; empty without a norm. In ARENA. */
struct wx_str wx_norm_text(struct wx_arena *arena, const struct wx_norm *norm,
                           enum wx_lang lang);
/* The permit's document number, or that there is no written one. */
struct wx_str wx_permit_text(const struct wx_report *report);
/* "www.example.gov.cn" or "host:8080", as findings name their site. */
struct wx_str wx_site_origin(const struct wx_site *site);

const char *wx_severity_text(enum wx_lang lang, enum wx_severity severity);
const char *wx_verdict_text(enum wx_lang lang, enum wx_verdict verdict);
const char *wx_site_status_text(enum wx_lang lang, enum wx_site_status status);
const char *wx_run_end_text(enum wx_lang lang, enum wx_run_end end);
/* Words for a category or an outcome from the catalogue; the name itself when it has
 * none. */
struct wx_str wx_category_text(struct wx_arena *arena, enum wx_lang lang,
                               struct wx_str category);
struct wx_str wx_reason_text(struct wx_arena *arena, enum wx_lang lang,
                             struct wx_str reason);

/* RFC 3986: what may not stand in a URI is written as %XX. */
struct wx_str wx_uri_text(struct wx_arena *arena, struct wx_str url);

/*
 * A character that must not be shown as it is: controls, marks that turn the direction
 * of writing, and invisible ones that hide words. Shown as its number instead.
 */
bool wx_cp_is_inert_needed(uint32_t cp);

#endif
