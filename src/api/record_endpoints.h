/* The endpoints that every kind of record has. */
#ifndef WX_API_RECORD_ENDPOINTS_H
#define WX_API_RECORD_ENDPOINTS_H

#include "api/call.h"

enum { WX_RECORD_ENDPOINTS = 6 };
/* I below WX_RECORD_ENDPOINTS; static. */
const struct wx_endpoint *wx_record_endpoint(const struct wx_record_kind *kind,
                                             size_t i);

#endif
