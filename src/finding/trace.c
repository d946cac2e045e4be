#include "finding/trace.h"

#include "access/audit.h"
#include "store/office_request.h"
#include <stdio.h>

enum wx_status wx_finding_tell(struct wx_tx *tx, const struct wx_finding_row *row,
                               const struct wx_finding_trace *trace, struct wx_err *err)
{
    char detail[80];
    int64_t event_id;
    struct wx_audit_event event = {
        .at_ms = trace->now_s * 1000,
        .by = WX_STR("server"),
        .operation = wx_str_of(trace->operation),
        .kind = WX_STR("finding"),
        .object_id = row->id,
        .unit_id = row->unit_id,
    };
    enum wx_status status;

    if (trace->round_id)
        snprintf(detail, sizeof detail, "{\"by\":\"%s\",\"round\":%lld}", trace->by,
                 (long long)trace->round_id);
    else
        snprintf(detail, sizeof detail, "{\"by\":\"%s\"}", trace->by);
    event.detail = wx_str_of(detail);
    status = wx_audit_append(tx, &event, err);
    if (!status)
        status = wx_event_add(tx, trace->event_type, "finding", row->id, row->unit_id,
                              trace->now_s, &event_id, err);
    return status;
}
