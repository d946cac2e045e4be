/* Between the handlers that sign somebody in and those of accounts. */
#ifndef WX_API_SESSION_H
#define WX_API_SESSION_H

#include "access/account.h"
#include "access/desk.h"
#include "api/call.h"

/* What the desk found out about the caller, into the call. */
void wx_call_known(struct wx_call *call, const struct wx_desk_known *known);

/* A new session of ACCOUNT in TX; its cookie is the reply's, and the call is his. */
WX_MUST_CHECK enum wx_status wx_session_begin(struct wx_call *call, struct wx_tx *tx,
                                              const struct wx_account_row *account,
                                              bool has_mfa, struct wx_err *err);
/* Who he is and what he may do, as the reply. */
WX_MUST_CHECK enum wx_status wx_session_show(struct wx_call *call, struct wx_tx *tx,
                                             const struct wx_account_row *account,
                                             struct wx_err *err);

/* Has he failed too often? Then the refusal is set, with Retry-After. Else the try is
 * counted as failed until wx_tries_passed(). */
WX_MUST_CHECK enum wx_status wx_tries_count(struct wx_call *call, struct wx_str who,
                                            struct wx_err *err);
void wx_tries_passed(struct wx_call *call, struct wx_str who);

/* A refusal of access/account.h as a problem with its field. */
enum wx_status wx_account_refuse(struct wx_call *call, enum wx_account_fault fault,
                                 struct wx_err *err);
/* A password that is not good enough becomes a problem of FIELD. */
WX_MUST_CHECK enum wx_status wx_password_check(struct wx_call *call, const char *field,
                                               struct wx_str password,
                                               struct wx_str login, struct wx_err *err);
/* RFC 3339, or null for 0. */
void wx_json_ktime(struct wx_json *j, const char *key, int64_t at_s);
void wx_json_kroles(struct wx_json *j, const char *key, uint32_t roles);

#endif
