/* What the server does to a finding by itself is on record like what people do: one
 * audit event and one for the event streams, in the transaction of the change. */
#ifndef WX_FINDING_TRACE_H
#define WX_FINDING_TRACE_H

#include "store/office_finding.h"

struct wx_finding_trace {
    const char *operation;  /* of the policy */
    const char *event_type; /* "finding.regressed" ... */
    const char *by;         /* "round", "clock", "import" */
    int64_t round_id;       /* 0: none */
    int64_t now_s;
};
WX_MUST_CHECK enum wx_status wx_finding_tell(struct wx_tx *tx,
                                             const struct wx_finding_row *row,
                                             const struct wx_finding_trace *trace,
                                             struct wx_err *err);

#endif
