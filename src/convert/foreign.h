/*
 * A finding of another tool in one form, whatever file it came in. Every text is cut to
 * its ceiling; what is missing is not written. Private to src/convert/.
 *
 *     {"tool":"nuclei","tool_version":"3.1","rule":"CVE-2021-44228","title":"...",
 *      "severity":"high","url":"https://...","method":"GET","param":"q",
 *      "detail":"...","fix":"...","evidence":"...","request":"...","response":"...",
 *      "references":["..."],"cwe":[79],"cve":["CVE-..."],"found_at":"2026-...",
 *      "fingerprint":"...","confidence":"medium","row":3}
 */
#ifndef WX_CONVERT_FOREIGN_H
#define WX_CONVERT_FOREIGN_H

#include "convert/child.h"
#include <jansson.h>

enum wx_foreign_text {
    WX_FOREIGN_TOOL,
    WX_FOREIGN_TOOL_VERSION,
    WX_FOREIGN_RULE,
    WX_FOREIGN_TITLE,
    WX_FOREIGN_SEVERITY,
    WX_FOREIGN_URL,
    WX_FOREIGN_METHOD,
    WX_FOREIGN_PARAM,
    WX_FOREIGN_DETAIL,
    WX_FOREIGN_FIX,
    WX_FOREIGN_EVIDENCE,
    WX_FOREIGN_REQUEST,
    WX_FOREIGN_RESPONSE,
    WX_FOREIGN_FOUND_AT,
    WX_FOREIGN_FINGERPRINT,
    WX_FOREIGN_CONFIDENCE,
    WX_FOREIGN_TEXT_COUNT
};

enum { WX_FOREIGN_MAX_LIST = 20 };

struct wx_foreign {
    struct wx_str texts[WX_FOREIGN_TEXT_COUNT];
    struct wx_str references[WX_FOREIGN_MAX_LIST], cve[WX_FOREIGN_MAX_LIST];
    uint32_t cwe[WX_FOREIGN_MAX_LIST];
    size_t n_references, n_cve, n_cwe;
    uint32_t row; /* of a table; 0: none */
};

void wx_foreign_refer(struct wx_foreign *f, struct wx_str reference);
/* "CWE-79", "cwe-79", "79"; and "CVE-2021-44228": anything else is passed over. */
void wx_foreign_cwe(struct wx_foreign *f, struct wx_str text);
void wx_foreign_cve(struct wx_foreign *f, struct wx_str text);
/* critical, high, medium, low, info; from words of many tools, Chinese ones included,
 * and from a CVSS number. "": not understood. */
struct wx_str wx_foreign_severity(struct wx_str word);
struct wx_str wx_foreign_severity_of_score(double score);

/* Checks and sends. A finding without title and rule, or without any URL, is counted
 * as left out in the child's note and is no error. */
WX_MUST_CHECK enum wx_status wx_foreign_send(struct wx_convert_child *child,
                                             struct wx_foreign *f, struct wx_err *err);
/* The note: which tool, how many left out. */
void wx_foreign_end(struct wx_convert_child *child, struct wx_str tool);

/* jansson's values as views; an absent or other value is empty. */
struct wx_str wx_foreign_str(const json_t *object, const char *key);
/* Parsed or NULL with ERR in the child's language. */
json_t *wx_foreign_load(struct wx_convert_child *child, struct wx_str bytes,
                        struct wx_err *err);

#endif
