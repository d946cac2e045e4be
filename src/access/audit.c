#include "access/audit.h"

#include "store/office_audit.h"

enum wx_status wx_audit_append(struct wx_tx *tx, const struct wx_audit_event *event,
                               struct wx_err *err)
{
    struct wx_audit_row row = {
        .at_s = event->at_s,
        .account_id = event->account_id,
        .operation = wx_str_of(event->operation),
        .kind = wx_str_of(event->kind),
        .object_id = event->object_id,
        .unit_id = event->unit_id,
        .remote = event->remote,
        .request_id = event->request_id,
        .detail = event->detail,
    };

    return wx_audit_row_add(tx, &row, err);
}
