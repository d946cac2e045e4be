/* Official numbers that were given (campaign/number.h). They are the office's own and
 * are no secret within it: past the wall. */
#ifndef WX_STORE_OFFICE_NUMBER_H
#define WX_STORE_OFFICE_NUMBER_H

#include "base/json.h"
#include "store/record.h"

/* The last one of the series and year; 0: none yet. */
WX_MUST_CHECK enum wx_status wx_number_last(struct wx_tx *tx, struct wx_str series,
                                            int year, int64_t *n, struct wx_err *err);
/* WX_E_EXISTS: it was given before. */
WX_MUST_CHECK enum wx_status wx_number_keep(struct wx_tx *tx, struct wx_str series,
                                            int year, int64_t n, const char *kind,
                                            int64_t record_id,
                                            const struct wx_record_by *by,
                                            struct wx_err *err);
/* What was given to the record is void from now on, and stays a gap. */
WX_MUST_CHECK enum wx_status wx_number_void(struct wx_tx *tx, const char *kind,
                                            int64_t record_id, struct wx_str reason,
                                            int64_t now_s, struct wx_err *err);
/* Elements {series, year, number, kind, record_id, at, void_at, reason} of the open
 * array, by series, year and number; empty SERIES, YEAR 0: all. A number that nobody
 * has (given outside, then passed over) is an element with kind "gap". */
WX_MUST_CHECK enum wx_status wx_numbers_json(struct wx_tx *tx, struct wx_str series,
                                             int year, struct wx_json *out,
                                             struct wx_err *err);

#endif
