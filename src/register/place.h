/*
 * In which country an address is, by an offline database in MaxMind's format (a file
 * the office provides: docs/data.md). Both common layouts are read: {"country_code":
 * "CN"} and {"country": {"iso_code": "CN"}}.
 */
#ifndef WX_REGISTER_PLACE_H
#define WX_REGISTER_PLACE_H

#include "base/err.h"
#include "base/str.h"

struct wx_places;

/* WX_E_NOT_FOUND, WX_E_INVALID: no such file, or none of that format. */
WX_MUST_CHECK enum wx_status wx_places_open(const char *path, struct wx_places **out,
                                            struct wx_err *err);
void wx_places_close(struct wx_places *places); /* NULL is fine */
/* Two capital letters into COUNTRY. False: not in the database, or no address. Any
 * thread. PLACES may be NULL: nothing is known then. */
bool wx_places_country(const struct wx_places *places, struct wx_str address,
                       char country[3]);

#endif
