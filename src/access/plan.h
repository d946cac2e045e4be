/* The organisation read out of the database: units, assignments, windows of agencies.
 */
#ifndef WX_ACCESS_PLAN_H
#define WX_ACCESS_PLAN_H

#include "access/org.h"
#include "store/office.h"
#include "store/office_account.h"
#include "store/office_org.h"

WX_MUST_CHECK enum wx_status wx_plan_read(struct wx_tx *tx, struct wx_arena *arena,
                                          struct wx_org *org, struct wx_err *err);
/*
 * When an engagement counts: its own window, from the vetting of the agency on, while
 * the confidentiality agreement and the qualification on record are good (requirements
 * 224-226, 229). Days are China's (UTC+8) and include their last second. What is not on
 * record closes the window for good.
 */
struct wx_window wx_engagement_window(const struct wx_engagement_row *row);
/* When a tester himself is cleared (requirement 224). */
struct wx_window wx_tester_window(const struct wx_account_row *row);
/* First second of a day "2026-11-21" in China. False: no date. */
bool wx_day_begins(struct wx_str date, int64_t *at_s);

#endif
