/*
 * Findings that no round of ours made: another tool's, a notice from above, a unit's
 * own inspection, monitoring, an incident. The same list, with their source kept. Known
 * again by tool, rule, place and key; what was mended and is reported anew is open
 * again.
 */
#ifndef WX_FINDING_FOREIGN_H
#define WX_FINDING_FOREIGN_H

#include "finding/machine.h"
#include <jansson.h>

struct wx_foreign_finding {
    int64_t site_id, unit_id;
    struct wx_str origin;             /* "www.example.gov.cn" as the register has it */
    struct wx_str source, source_ref; /* of finding.def; a document's number */
    struct wx_str tool, rule, title, severity, verdict, category, url, location, detail,
        excerpt, key;
    struct wx_str foreign_json; /* everything else the tool said; may be empty */
    struct wx_str due;
    int64_t found_s; /* 0: now */
    int64_t account_id, now_s;
};

enum wx_foreign_result {
    WX_FOREIGN_NEW,
    WX_FOREIGN_AGAIN,
    WX_FOREIGN_REGRESSED,
};
const char *wx_foreign_result_name(enum wx_foreign_result result);

WX_MUST_CHECK enum wx_status wx_finding_take_foreign(struct wx_tx *tx,
                                                     const struct wx_foreign_finding *f,
                                                     enum wx_foreign_result *result,
                                                     int64_t *id, struct wx_err *err);

/*
 * ITEM of convert/foreign.h's form into F; texts point into ITEM and ARENA. The host is
 * the caller's to map. False: there is no address or nothing to call it by.
 */
bool wx_foreign_read(const json_t *item, struct wx_arena *arena,
                     struct wx_foreign_finding *f);

#endif
