/*
 * The audit trail: who did what to which object, appended in the same transaction as
 * the act itself. An account's name is not copied, an object's content never is.
 */
#ifndef WX_ACCESS_AUDIT_H
#define WX_ACCESS_AUDIT_H

#include "store/office.h"

struct wx_audit_event {
    int64_t at_s, account_id;
    const char *operation; /* of the policy */
    const char *kind;      /* of the object; "" none */
    int64_t object_id, unit_id;
    struct wx_str remote, request_id;
    struct wx_str detail; /* JSON object or empty */
};
WX_MUST_CHECK enum wx_status wx_audit_append(struct wx_tx *tx,
                                             const struct wx_audit_event *event,
                                             struct wx_err *err);

#endif
