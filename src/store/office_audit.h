/* Rows of the audit trail. There is no function that changes or removes one. */
#ifndef WX_STORE_OFFICE_AUDIT_H
#define WX_STORE_OFFICE_AUDIT_H

#include "store/office.h"

struct wx_audit_row {
    int64_t id, at_s, account_id, object_id, unit_id;
    struct wx_str operation, kind, remote, request_id, detail;
};
WX_MUST_CHECK enum wx_status
wx_audit_row_add(struct wx_tx *tx, const struct wx_audit_row *row, struct wx_err *err);

#endif
