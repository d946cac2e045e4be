/* Between the handlers that sign somebody in. */
#ifndef WX_API_SESSION_H
#define WX_API_SESSION_H

#include "api/call.h"
#include "store/office_account.h"

/* A new session of ACCOUNT in TX; its cookie is the reply's. */
WX_MUST_CHECK enum wx_status wx_session_begin(struct wx_call *call, struct wx_tx *tx,
                                              const struct wx_account_row *account,
                                              bool has_mfa, struct wx_err *err);
/* Who he is and what he may do, as the reply. */
WX_MUST_CHECK enum wx_status wx_session_show(struct wx_call *call, struct wx_tx *tx,
                                             const struct wx_account_row *account,
                                             struct wx_err *err);

#endif
