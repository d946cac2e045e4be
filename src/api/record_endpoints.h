/* The endpoints that every kind of record has. */
#ifndef WX_API_RECORD_ENDPOINTS_H
#define WX_API_RECORD_ENDPOINTS_H

#include "api/call.h"

enum { WX_RECORD_ENDPOINTS = 9 };
/* I below WX_RECORD_ENDPOINTS; static. NULL: the kind has no such endpoint, since only
 * the server writes it (NONE in records.def). */
const struct wx_endpoint *wx_record_endpoint(const struct wx_record_kind *kind,
                                             size_t i);
/* The operation, also of a managed kind, which has endpoints of its own. */
const char *wx_record_right(const struct wx_record_kind *kind, size_t i);

/* May all phone numbers of the reply be shown in full? Else they are masked. */
bool wx_call_shows_phones(struct wx_call *call);

/* Who takes a table away, when, and under which request: to stand on it. */
WX_MUST_CHECK enum wx_status wx_export_mark(struct wx_call *call, struct wx_str *out,
                                            struct wx_err *err);
/* False: an endpoint of its own (endpoints.def) with the same method and path stands in
 * its way; it then only says which operation the act is. */
bool wx_record_endpoint_is_routed(const struct wx_endpoint *endpoint);

#endif
