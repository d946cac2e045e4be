/* The campaign's target, "sites with vulnerabilities under N %", in its three readings
 * (api/overview.c says which, and why three). */
#ifndef WX_API_TARGET_H
#define WX_API_TARGET_H

#include "base/json.h"
#include "store/office_overview.h"

/* Members of the open object: "readings", "undetermined", "never_inspected". */
void wx_target_put_readings(struct wx_json *j, const struct wx_overview_sums *sums);
/* Member "by_kind": the readings again by kind of unit. */
void wx_target_put_kinds(struct wx_json *j, const struct wx_overview_unit *units,
                         size_t n);

#endif
