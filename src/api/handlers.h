/* Handlers and finders that endpoints.def names, declared from the table itself. */
#ifndef WX_API_HANDLERS_H
#define WX_API_HANDLERS_H

#include "api/call.h"

#define E(method, path, op, find, handle, flags, in, out, zh, en) wx_handler handle;
#include "api/endpoints.def"
#undef E
#define E(method, path, op, find, handle, flags, in, out, zh, en) wx_finder find;
#include "api/endpoints.def"
#undef E

wx_handler wx_records_list, wx_records_create, wx_record_read, wx_record_change,
    wx_record_remove, wx_record_restore, wx_record_past, wx_records_export,
    wx_record_confirm;

#endif
