/*
 * Calendar to Unix time. timegm() would do, but may open the system's time zone file,
 * and readers of hostile bytes have no files.
 */
#ifndef WX_WIRE_CIVIL_H
#define WX_WIRE_CIVIL_H

#include <stdint.h>

/* Days since 1970-01-01 of a date of the Gregorian calendar; month 1..12, day 1..31. */
int64_t wx_days_from_civil(int64_t year, unsigned month, unsigned day);

#endif
